/* format_date.c - instants in the words of a language. See lede/format.h.
 *
 * ICU is given local time, already shifted by lede's own zones, as if it were UTC: both can then
 * never disagree. */
#include "text/format.h"

#include <unicode/uloc.h>
#include <unicode/ustring.h>

#include "base/banned.h"
#include "base/zone.h"

enum { PATTERN_MAX = 128, TEXT_MAX = 400 };

/* ---- styles */

typedef struct date_style {
    const char *name;
    UDateFormatStyle date, time; /* where there is no skeleton */
    const char *skeleton;
} date_style;

static const date_style styles[] = {
    {"long", UDAT_LONG, UDAT_NONE, NULL},  {"short", UDAT_NONE, UDAT_NONE, "yMMMd"},
    {"full", UDAT_FULL, UDAT_NONE, NULL},  {"medium", UDAT_NONE, UDAT_NONE, "yMMMd"},
    {"time", UDAT_NONE, UDAT_SHORT, NULL}, {"month", UDAT_NONE, UDAT_NONE, "yMMMM"},
    {"year", UDAT_NONE, UDAT_NONE, "y"},   {"numeric", UDAT_NONE, UDAT_NONE, "yMd"},
};

/* How newsrooms of a language write the time of day where CLDR has the bare "19:05". */
static const struct {
    const char *locale;
    const UChar *pattern;
} clocks[] = {
    {"fr", u"H\u00A0'h'\u00A0mm"},  {"fr_FR", u"H\u00A0'h'\u00A0mm"}, {"de", u"HH:mm\u00A0'Uhr'"},
    {"de_DE", u"HH:mm\u00A0'Uhr'"}, {"de_AT", u"HH:mm\u00A0'Uhr'"},   {"ar", u"HH:mm"},
};

static const date_style *find_style(lede_str name) {
    for (size_t i = 0; i < sizeof styles / sizeof *styles; i++)
        if (lede_str_is(name, styles[i].name))
            return &styles[i];
    return NULL;
}

/* Letters of UTS 35 that ask for fields, without those of zones: lede's zones have no names. */
static bool is_skeleton(lede_str s) {
    for (size_t i = 0; i < s.len; i++)
        if (s.ptr[i] == '\0' || !strchr("GyQMLwEcdaBhHkKjms", s.ptr[i]))
            return false;
    return s.len > 0 && s.len <= 20;
}

static const UChar *clock_of(const char *locale) {
    const size_t n = strcspn(locale, "@");
    for (size_t i = 0; i < sizeof clocks / sizeof *clocks; i++)
        if (strlen(clocks[i].locale) == n && memcmp(clocks[i].locale, locale, n) == 0)
            return clocks[i].pattern;
    return NULL;
}

/* ---- opening */

/* The pattern for the first of a month: "d" before a month's name becomes "'1er'". False when there
 * is none. */
static bool make_first(const UChar *pattern, UChar out[PATTERN_MAX + 8]) {
    bool quoted = false;
    for (int32_t i = 0; pattern[i]; i++) {
        quoted ^= pattern[i] == '\'';
        const bool alone = (i == 0 || pattern[i - 1] != 'd') && pattern[i + 1] != 'd';
        if (quoted || pattern[i] != 'd' || !alone || !u_strstr(pattern + i, u"MMM"))
            continue;
        u_strncpy(out, pattern, i);
        u_strcpy(out + i, u"'1er'");
        u_strcpy(out + i + 5, pattern + i + 1);
        return true;
    }
    return false;
}

static UDateFormat *open_pattern(const char *locale, const UChar *pattern, UErrorCode *code) {
    return udat_open(UDAT_PATTERN, UDAT_PATTERN, locale, u"Etc/UTC", -1, pattern, -1, code);
}

/* What goes with a format: its calendar, and its form for the first of a month. */
static void complete(lede__opened *o, const char *locale, UErrorCode *code) {
    UChar pattern[PATTERN_MAX], first[PATTERN_MAX + 8];
    UErrorCode other = U_ZERO_ERROR;
    o->date.calendar = ucal_open(u"Etc/UTC", -1, locale, UCAL_DEFAULT, code);
    if (U_FAILURE(*code))
        return;
    ucal_setGregorianChange(o->date.calendar, -1e14, &other); /* only Gregorian ones have it */
    if (strcspn(locale, "_@") != 2 || memcmp(locale, "fr", 2) != 0)
        return;
    const int32_t n = udat_toPattern(o->date.format, false, pattern, PATTERN_MAX, code);
    if (U_SUCCESS(*code) && n < PATTERN_MAX && make_first(pattern, first))
        o->date.first = open_pattern(locale, first, code);
}

static lede_status open_patterns(lede_format *f, lede_str lang, lede_str nothing, lede__opened *o,
                                 lede_error *err) {
    (void)f, (void)nothing;
    char locale[LEDE__LOCALE_MAX];
    UErrorCode code = U_ZERO_ERROR;
    lede__locale(lang, locale);
    o->patterns = udatpg_open(locale, &code);
    return U_FAILURE(code) ? lede__fail_icu(err, code, "the patterns of a language") : LEDE_OK;
}

/* The language's own pattern for what a skeleton asks for. */
static lede_status find_pattern(lede_format *f, lede_str lang, lede_str skeleton,
                                UChar out[PATTERN_MAX], lede_error *err) {
    const lede__opened *o;
    UChar asked[32];
    UErrorCode code = U_ZERO_ERROR;
    lede_status st =
        lede__format_get(f, LEDE__PATTERNS, lang, (lede_str){0}, open_patterns, &o, err);
    if (st)
        return st;
    u_charsToUChars(skeleton.ptr, asked, (int32_t)skeleton.len);
    const int32_t n =
        udatpg_getBestPattern(o->patterns, asked, (int32_t)skeleton.len, out, PATTERN_MAX, &code);
    if (U_FAILURE(code) || n >= PATTERN_MAX)
        return lede__fail_icu(err, code, "a skeleton");
    return LEDE_OK;
}

static lede_status finish(lede__opened *o, const char *locale, UErrorCode code, lede_error *err) {
    if (U_SUCCESS(code))
        complete(o, locale, &code);
    return U_FAILURE(code) ? lede__fail_icu(err, code, "dates of a language") : LEDE_OK;
}

static lede_status open_style(lede_format *f, lede_str lang, lede_str name, lede__opened *o,
                              lede_error *err) {
    const date_style *known = find_style(name);
    const lede_str skeleton = known ? lede_str_of(known->skeleton) : name;
    char locale[LEDE__LOCALE_MAX];
    UChar pattern[PATTERN_MAX];
    UErrorCode code = U_ZERO_ERROR;
    lede__locale(lang, locale);
    if (!known || known->skeleton) {
        if (!is_skeleton(skeleton))
            return lede_fail(err, LEDE_EINVAL,
                             "there is no style '%.*s' (full, long, short, medium, numeric, time, "
                             "month, year, or a skeleton such as MMMMd)",
                             (int)name.len, name.ptr);
        const lede_status st = find_pattern(f, lang, skeleton, pattern, err);
        if (st)
            return st;
        o->date.format = open_pattern(locale, pattern, &code);
    } else if (known->time != UDAT_NONE && clock_of(locale)) {
        o->date.format = open_pattern(locale, clock_of(locale), &code);
    } else {
        o->date.format =
            udat_open(known->time, known->date, locale, u"Etc/UTC", -1, NULL, 0, &code);
    }
    return finish(o, locale, code, err);
}

static lede_status open_given(lede_format *f, lede_str lang, lede_str given, lede__opened *o,
                              lede_error *err) {
    (void)f;
    char locale[LEDE__LOCALE_MAX];
    UChar pattern[PATTERN_MAX];
    UErrorCode code = U_ZERO_ERROR;
    lede__locale(lang, locale);
    u_strFromUTF8(pattern, PATTERN_MAX, NULL, given.ptr, (int32_t)given.len, &code);
    if (U_FAILURE(code) || code == U_STRING_NOT_TERMINATED_WARNING)
        return lede_fail(err, LEDE_EINVAL, "format: a pattern that is none");
    o->date.format = open_pattern(locale, pattern, &code);
    return finish(o, locale, code, err);
}

/* ---- formatting */

static lede_status put(const lede__opened *o, int64_t at, const lede_zone *zone, lede_buf *out,
                       lede_error *err) {
    UChar text[TEXT_MAX];
    UErrorCode code = U_ZERO_ERROR;
    lede_civil c;
    lede_time_civil(at, zone, &c);
    const int64_t seconds = lede__days_from_civil(c.year, c.month, c.day) * 86400 + c.hour * 3600 +
                            c.minute * 60 + c.second;
    ucal_setMillis(o->date.calendar, (double)seconds * 1000, &code);
    const bool first = o->date.first && ucal_get(o->date.calendar, UCAL_DAY_OF_MONTH, &code) == 1;
    const int32_t n = udat_formatCalendar(first ? o->date.first : o->date.format, o->date.calendar,
                                          text, TEXT_MAX, NULL, &code);
    if (U_FAILURE(code))
        return lede__fail_icu(err, code, "a date");
    lede__add_utf16(out, text, n);
    return lede_buf_status(out, err);
}

lede_status lede_format_date(lede_format *f, int64_t at, const lede_zone *zone, lede_str lang,
                             lede_str style, lede_buf *out, lede_error *err) {
    const lede__opened *o;
    const lede_status st = lede__format_get(f, LEDE__STYLE, lang, style, open_style, &o, err);
    return st ? st : put(o, at, zone, out, err);
}

lede_status lede_format_pattern(lede_format *f, int64_t at, const lede_zone *zone, lede_str lang,
                                lede_str pattern, lede_buf *out, lede_error *err) {
    const lede__opened *o;
    const lede_status st = lede__format_get(f, LEDE__PATTERN, lang, pattern, open_given, &o, err);
    return st ? st : put(o, at, zone, out, err);
}
