/* time_parse.c - reads the dates and times that people and programs write. See lede_time_parse() in
 * lede/time.h.
 *
 * One pass over the text: a date in one of three shapes, perhaps a clock, perhaps a zone, nothing
 * else. Nothing is guessed: what could be two dates ("4/3/2024") is refused with the form that
 * cannot be misread. */
#include "lede/time.h"

#include "base/banned.h"
#include "base/zone.h"

/* What was understood so far. */
typedef struct reading {
    lede_str s;
    size_t at;
    lede_civil c;
    bool has_clock, has_zone;
    int zone_minutes;
    lede_error *err;
} reading;

static lede_status refuse(const reading *r, lede_status status, const char *why) {
    return lede_fail(r->err, status, "'%.*s' %s", (int)(r->s.len < 60 ? r->s.len : 60), r->s.ptr,
                     why);
}

static lede_status unknown_form(const reading *r) {
    return refuse(r, LEDE_EFORMAT,
                  "is not a date that can be read; write 2024-04-03 or 2024-04-03T21:10:00+02:00");
}

static char peek(const reading *r, size_t ahead) {
    return r->at + ahead < r->s.len ? r->s.ptr[r->at + ahead] : '\0';
}

static bool take(reading *r, char c) {
    if (r->at >= r->s.len || r->s.ptr[r->at] != c)
        return false;
    r->at++;
    return true;
}

static bool is_digit(char c) { return c >= '0' && c <= '9'; }

static bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

/* Skips blanks; says whether there were any. */
static bool blanks(reading *r) {
    const size_t start = r->at;
    while (peek(r, 0) == ' ' || peek(r, 0) == '\t')
        r->at++;
    return r->at > start;
}

/* Takes a run of at most max digits; answers their number, 0 for none or too many. */
static int digits(reading *r, int max, int *out) {
    int n = 0, value = 0;
    while (n <= max && is_digit(peek(r, (size_t)n)))
        value = value * 10 + (peek(r, (size_t)n++) - '0');
    if (n == 0 || n > max)
        return 0;
    r->at += (size_t)n;
    *out = value;
    return n;
}

/* The letters at r->at, not taken. */
static lede_str word(const reading *r) {
    size_t n = 0;
    while (is_letter(peek(r, n)))
        n++;
    return lede_str_n(r->s.ptr + r->at, n);
}

static bool take_word(reading *r, const char *wanted) {
    const lede_str found = word(r);
    if (!lede_str_eq_nocase(found, lede_str_of(wanted)))
        return false;
    r->at += found.len;
    return true;
}

/* The number from 1 of a name in a list of full names, also cut to its first letters (at least
 * three), or 0. */
static int named(lede_str found, const char *const *names, int count) {
    for (int i = 0; i < count && found.len >= 3; i++) {
        const lede_str full = lede_str_of(names[i]);
        const bool short_form = found.len == 3 || (found.len == 4 && full.len > 4);
        if (found.len <= full.len && (short_form || found.len == full.len) &&
            lede_str_eq_nocase(found, lede_str_n(full.ptr, found.len)))
            return i + 1;
    }
    return 0;
}

static const char *const month_names[] = {"January",   "February", "March",    "April",
                                          "May",       "June",     "July",     "August",
                                          "September", "October",  "November", "December"};

static bool month_name(reading *r) {
    const lede_str found = word(r);
    r->c.month = named(found, month_names, 12);
    if (!r->c.month)
        return false;
    r->at += found.len;
    (void)take(r, '.');
    return true;
}

/* "Wed, " or "Wednesday " before a date: not checked against it. */
static void skip_weekday(reading *r) {
    static const char *const names[] = {"Monday", "Tuesday",  "Wednesday", "Thursday",
                                        "Friday", "Saturday", "Sunday"};
    const lede_str found = word(r);
    if (!named(found, names, 7))
        return;
    r->at += found.len;
    (void)take(r, '.');
    (void)take(r, ',');
    (void)blanks(r);
}

/* "3", "3rd" */
static bool day_of_month(reading *r) {
    if (!digits(r, 2, &r->c.day))
        return false;
    if (is_letter(peek(r, 0)))
        return take_word(r, "st") || take_word(r, "nd") || take_word(r, "rd") || take_word(r, "th");
    return true;
}

/* Four digits; two as RFC 2822 reads them, where the caller allows it. */
static bool year(reading *r, bool may_be_short) {
    const int n = digits(r, 4, &r->c.year);
    if (n == 2 && may_be_short)
        r->c.year += r->c.year < 50 ? 2000 : 1900;
    return n == 4 || (n == 2 && may_be_short);
}

/* 2024-04-03, 2024-4-3, 2024/04/03, 2024.04.03 */
static bool iso_date(reading *r) {
    if (!year(r, false))
        return false;
    const char separator = peek(r, 0);
    return (separator == '-' || separator == '/' || separator == '.') && take(r, separator) &&
           digits(r, 2, &r->c.month) && take(r, separator) && digits(r, 2, &r->c.day);
}

/* April 3, 2024 */
static bool us_date(reading *r) {
    if (!month_name(r) || !blanks(r) || !day_of_month(r))
        return false;
    const bool comma = take(r, ',');
    return (blanks(r) || comma) && year(r, false);
}

/* 3 April 2024; 03-Apr-24 */
static bool day_first_date(reading *r) {
    if (!day_of_month(r) || !(take(r, '-') || blanks(r)) || !month_name(r))
        return false;
    return (take(r, '-') || take(r, ',') || blanks(r)) && (blanks(r), year(r, true));
}

static bool date(reading *r) {
    skip_weekday(r);
    if (is_letter(peek(r, 0)))
        return us_date(r);
    int n = 0;
    while (is_digit(peek(r, (size_t)n)))
        n++;
    return n == 4 ? iso_date(r) : day_first_date(r);
}

/* "9:05 pm" on a clock of twelve hours. */
static bool half_day(reading *r) {
    const size_t start = r->at;
    (void)blanks(r);
    const bool pm = take_word(r, "pm");
    if (!pm && !take_word(r, "am")) {
        r->at = start;
        return true;
    }
    if (r->c.hour < 1 || r->c.hour > 12)
        return false;
    r->c.hour = r->c.hour % 12 + (pm ? 12 : 0);
    return true;
}

/* h:mm, h:mm:ss, fractions of a second dropped. */
static bool clock_time(reading *r) {
    r->has_clock = true;
    if (!digits(r, 2, &r->c.hour) || !take(r, ':') || digits(r, 2, &r->c.minute) != 2)
        return false;
    if (take(r, ':')) {
        if (digits(r, 2, &r->c.second) != 2)
            return false;
        if ((peek(r, 0) == '.' || peek(r, 0) == ',') && is_digit(peek(r, 1)))
            for (r->at++; is_digit(peek(r, 0));)
                r->at++;
    }
    return half_day(r);
}

/* "-5", "+05", "+0530", "+5:30" */
static bool offset_zone(reading *r) {
    const int sign = take(r, '-') ? -1 : take(r, '+') ? 1 : 0;
    int hours = 0, minutes = 0;
    const int n = sign ? digits(r, 4, &hours) : 0;
    if (n == 3 || n == 4) {
        minutes = hours % 100;
        hours /= 100;
    } else if (n && take(r, ':') && digits(r, 2, &minutes) != 2) {
        return false;
    }
    if (n == 0 || hours > 23 || minutes > 59)
        return false;
    r->zone_minutes = sign * (hours * 60 + minutes);
    return true;
}

/* The names that RFC 822 gives a meaning; others ("CET", "IST") mean different things to different
 * people. */
static bool named_zone(reading *r) {
    static const struct {
        const char *name;
        int hours;
    } zones[] = {{"Z", 0},    {"UTC", 0},  {"GMT", 0},  {"UT", 0},   {"EST", -5}, {"EDT", -4},
                 {"CST", -6}, {"CDT", -5}, {"MST", -7}, {"MDT", -6}, {"PST", -8}, {"PDT", -7}};
    for (size_t i = 0; i < sizeof zones / sizeof *zones; i++) {
        if (take_word(r, zones[i].name)) {
            r->zone_minutes = zones[i].hours * 60;
            /* "UTC+02:00" and "GMT+2" */
            const bool plain = zones[i].hours != 0 || (peek(r, 0) != '+' && peek(r, 0) != '-');
            return plain || offset_zone(r);
        }
    }
    return false;
}

/* The rest after a date: a clock, a zone, or nothing. */
static lede_status clock_and_zone(reading *r) {
    const bool t = take(r, 'T') || take(r, 't');
    if (!t)
        (void)take(r, ',');
    bool gap = blanks(r);
    if (t || (gap && is_digit(peek(r, 0)))) {
        if (!clock_time(r))
            return refuse(r, LEDE_EFORMAT,
                          "has a time that cannot be read; write 21:10 or 21:10:00");
        gap = blanks(r);
    } else if (take_word(r, "at")) { /* "April 3, 2024 at 9:05 pm" */
        (void)blanks(r);
        if (!clock_time(r))
            return refuse(r, LEDE_EFORMAT,
                          "has a time that cannot be read; write 21:10 or 21:10:00");
        gap = blanks(r);
    }
    if (r->at == r->s.len)
        return LEDE_OK;
    if (!r->has_clock && !gap && peek(r, 0) != 'Z')
        return unknown_form(r);
    r->has_zone = is_letter(peek(r, 0)) ? named_zone(r) : offset_zone(r);
    (void)blanks(r);
    /* A comment, as in mail: "+0200 (CEST)". */
    if (r->has_zone && take(r, '(')) {
        r->at = lede_str_find(r->s, ')', r->at);
        if (!take(r, ')'))
            r->has_zone = false;
    }
    if (!r->has_zone || r->at != r->s.len)
        return refuse(r, LEDE_EFORMAT, "has a zone that cannot be read; write Z or +02:00");
    return LEDE_OK;
}

static lede_status check(const reading *r) {
    const lede_civil *c = &r->c;
    if (c->year < 1)
        return refuse(r, LEDE_EINVAL, "is not in the years 0001 to 9999");
    if (c->month < 1 || c->month > 12)
        return refuse(r, LEDE_EINVAL, "has no such month; months go from 01 to 12");
    const int last = lede__days_in_month(c->year, c->month);
    if (c->day < 1 || c->day > last)
        return lede_fail(r->err, LEDE_EINVAL, "'%.*s' does not exist: %s %d has the days 1 to %d",
                         (int)(r->s.len < 60 ? r->s.len : 60), r->s.ptr, month_names[c->month - 1],
                         c->year, last);
    const bool midnight_after = c->hour == 24 && c->minute == 0 && c->second == 0;
    if ((c->hour > 23 && !midnight_after) || c->minute > 59 || c->second > 60)
        return refuse(r, LEDE_EINVAL, "has a time that does not exist; the last one is 23:59:59");
    return LEDE_OK;
}

lede_status lede_time_parse(lede_str s, const lede_zone *zone, int64_t *out, bool *date_only,
                            lede_error *err) {
    reading r = {.s = lede_str_trim(s), .err = err};
    if (r.s.len == 0)
        return lede_fail(err, LEDE_EFORMAT, "a date is empty; write 2024-04-03");
    if (!date(&r))
        return unknown_form(&r);
    lede_status status = clock_and_zone(&r);
    if (!status)
        status = check(&r);
    if (status)
        return status;

    const int64_t given = r.has_zone ? lede_time_from_civil(&r.c, NULL) - r.zone_minutes * 60
                                     : lede_time_from_civil(&r.c, zone);
    lede_civil shown;
    lede_time_civil(given, NULL, &shown);
    if (lede_time_from_civil(&shown, NULL) != given)
        return refuse(&r, LEDE_EINVAL, "is not in the years 0001 to 9999");
    *out = given;
    if (date_only)
        *date_only = !r.has_clock && !r.has_zone;
    return LEDE_OK;
}
