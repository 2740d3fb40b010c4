/* format_number.c - numbers, plurals, lists and names of languages. See lede/format.h. */
#include "text/format.h"

#include <unicode/uloc.h>
#include <unicode/ustring.h>

#include "base/banned.h"

#include <stdlib.h>

enum { NUMBER_MAX = 700, NAME_MAX = 200, FRACTION_MAX = 15 }; /* 1e308 has 410 signs */

/* ---- numbers */

static lede_status open_number(lede_format *f, lede_str lang, lede_str nothing, lede__opened *o,
                               lede_error *err) {
    (void)f, (void)nothing;
    char locale[LEDE__LOCALE_MAX];
    UErrorCode code = U_ZERO_ERROR;
    lede__locale(lang, locale);
    o->number = unum_open(UNUM_DECIMAL, NULL, 0, locale, NULL, &code);
    if (U_FAILURE(code))
        return lede__fail_icu(err, code, "numbers of a language");
    unum_setAttribute(o->number, UNUM_MAX_FRACTION_DIGITS, FRACTION_MAX);
    /* Spanish and others group from five digits on. */
    unum_setAttribute(o->number, UNUM_MINIMUM_GROUPING_DIGITS, UNUM_MINIMUM_GROUPING_DIGITS_AUTO);
    return LEDE_OK;
}

static lede_status put(lede_buf *out, const UChar *text, int32_t len, UErrorCode code,
                       lede_error *err) {
    if (U_FAILURE(code))
        return lede__fail_icu(err, code, "a text of a language");
    lede__add_utf16(out, text, len);
    return lede_buf_status(out, err);
}

lede_status lede_format_integer(lede_format *f, int64_t n, lede_str lang, lede_buf *out,
                                lede_error *err) {
    const lede__opened *o;
    UChar text[NUMBER_MAX];
    UErrorCode code = U_ZERO_ERROR;
    const lede_status st =
        lede__format_get(f, LEDE__NUMBER, lang, (lede_str){0}, open_number, &o, err);
    if (st)
        return st;
    const int32_t len = unum_formatInt64(o->number, n, text, NUMBER_MAX, NULL, &code);
    return put(out, text, len, code, err);
}

lede_status lede_format_number(lede_format *f, double n, lede_str lang, lede_buf *out,
                               lede_error *err) {
    const lede__opened *o;
    UChar text[NUMBER_MAX];
    UErrorCode code = U_ZERO_ERROR;
    const lede_status st =
        lede__format_get(f, LEDE__NUMBER, lang, (lede_str){0}, open_number, &o, err);
    if (st)
        return st;
    const int32_t len = unum_formatDouble(o->number, n, text, NUMBER_MAX, NULL, &code);
    return put(out, text, len, code, err);
}

/* ---- plurals */

static lede_status open_plural(lede_format *f, lede_str lang, lede_str nothing, lede__opened *o,
                               lede_error *err) {
    (void)f, (void)nothing;
    char locale[LEDE__LOCALE_MAX];
    UErrorCode code = U_ZERO_ERROR;
    lede__locale(lang, locale);
    o->plural = uplrules_open(locale, &code);
    return U_FAILURE(code) ? lede__fail_icu(err, code, "plurals of a language") : LEDE_OK;
}

lede_status lede_format_plural(lede_format *f, double n, lede_str lang, const char **out,
                               lede_error *err) {
    static const char *const known[] = {"zero", "one", "two", "few", "many"};
    const lede__opened *o;
    UChar text[16];
    char word[16];
    UErrorCode code = U_ZERO_ERROR;
    const lede_status st =
        lede__format_get(f, LEDE__PLURAL, lang, (lede_str){0}, open_plural, &o, err);
    if (st)
        return st;
    const int32_t len = uplrules_select(o->plural, n, text, 15, &code);
    if (U_FAILURE(code))
        return lede__fail_icu(err, code, "a plural");
    u_UCharsToChars(text, word, len);
    *out = "other";
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (lede_str_is(lede_str_n(word, (size_t)len), known[i]))
            *out = known[i];
    return LEDE_OK;
}

/* ---- lists */

static lede_status open_list(lede_format *f, lede_str lang, lede_str style, lede__opened *o,
                             lede_error *err) {
    (void)f;
    char locale[LEDE__LOCALE_MAX];
    UErrorCode code = U_ZERO_ERROR;
    lede__locale(lang, locale);
    o->list = ulistfmt_openForType(locale,
                                   lede_str_is(style, "or") ? ULISTFMT_TYPE_OR : ULISTFMT_TYPE_AND,
                                   ULISTFMT_WIDTH_WIDE, &code);
    return U_FAILURE(code) ? lede__fail_icu(err, code, "lists of a language") : LEDE_OK;
}

/* The items in UTF-16, one behind the other in a block of their own. */
typedef struct joined {
    const UChar **items;
    int32_t *lengths;
    UChar *block, *text;
    int32_t text_cap;
} joined;

static void free_joined(joined *j) {
    free(j->items);
    free(j->lengths);
    free(j->block);
    free(j->text);
}

/* A list of n items is as long as they and n joints of the language, which are short. */
static bool make_joined(joined *j, const lede_str *items, size_t count) {
    enum { JOINT = 40 };
    size_t total = 0;
    for (size_t i = 0; i < count; i++)
        total += items[i].len;
    if (total > LEDE_BUF_MAX / 8)
        return false;
    j->text_cap = (int32_t)(total + (count + 1) * JOINT);
    j->items = malloc((count + 1) * sizeof *j->items);
    j->lengths = malloc((count + 1) * sizeof *j->lengths);
    j->block = malloc((total + 1) * sizeof *j->block);
    j->text = malloc((size_t)j->text_cap * sizeof *j->text);
    if (!j->items || !j->lengths || !j->block || !j->text)
        return false;
    size_t at = 0;
    for (size_t i = 0; i < count; i++) {
        UErrorCode code = U_ZERO_ERROR;
        j->items[i] = j->block + at;
        u_strFromUTF8WithSub(j->block + at, (int32_t)(total + 1 - at), &j->lengths[i],
                             items[i].len ? items[i].ptr : "", (int32_t)items[i].len, 0xFFFD, NULL,
                             &code);
        at += (size_t)j->lengths[i];
    }
    return true;
}

lede_status lede_format_list(lede_format *f, const lede_str *items, size_t count, bool either,
                             lede_str lang, lede_buf *out, lede_error *err) {
    const lede__opened *o;
    UErrorCode code = U_ZERO_ERROR;
    if (count > LEDE_FORMAT_LIST_MAX)
        return lede_fail(err, LEDE_ELIMIT, "format: a list of %zu items", count);
    lede_status st = lede__format_get(f, LEDE__LIST, lang, lede_str_of(either ? "or" : "and"),
                                      open_list, &o, err);
    if (st || count == 0)
        return st;
    joined j = {0};
    if (make_joined(&j, items, count)) {
        const int32_t len =
            ulistfmt_format(o->list, j.items, j.lengths, (int32_t)count, j.text, j.text_cap, &code);
        st = put(out, j.text, len, code, err);
    } else {
        st = lede_fail(err, LEDE_ENOMEM, "format: out of memory for a list");
    }
    free_joined(&j);
    return st;
}

/* ---- names of languages */

static lede_status open_names(lede_format *f, lede_str lang, lede_str nothing, lede__opened *o,
                              lede_error *err) {
    (void)f, (void)nothing;
    UDisplayContext contexts[] = {UDISPCTX_STANDARD_NAMES,
                                  UDISPCTX_CAPITALIZATION_FOR_UI_LIST_OR_MENU};
    char locale[LEDE__LOCALE_MAX];
    UErrorCode code = U_ZERO_ERROR;
    lede__locale(lang, locale);
    o->names = uldn_openForContext(locale, contexts, 2, &code);
    return U_FAILURE(code) ? lede__fail_icu(err, code, "names of languages") : LEDE_OK;
}

lede_status lede_format_language(lede_format *f, lede_str tag, lede_str lang, lede_buf *out,
                                 lede_error *err) {
    const lede__opened *o;
    char locale[LEDE__LOCALE_MAX];
    UChar text[NAME_MAX];
    UErrorCode code = U_ZERO_ERROR;
    const lede_status st =
        lede__format_get(f, LEDE__NAMES, lang, (lede_str){0}, open_names, &o, err);
    if (st)
        return st;
    if (!lede__locale_of_tag(tag, locale)) {
        lede_buf_add(out, tag);
        return lede_buf_status(out, err);
    }
    const int32_t len = uldn_localeDisplayName(o->names, locale, text, NAME_MAX, &code);
    return put(out, text, len, code, err);
}
