/* query.c - what was typed, as parts. A reader's punctuation is no error; a field that there is not
 * is one. */
#include "lede/search.h"

#include "base/banned.h"

typedef struct reader {
    lede_str text;
    size_t at;
    const lede_zone *zone;
    lede_search_query *q;
    lede_error *err;
} reader;

static bool is_blank(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

static void skip_blanks(reader *r) {
    while (r->at < r->text.len && is_blank(r->text.ptr[r->at]))
        r->at++;
}

static bool next_is(const reader *r, char c) {
    return r->at < r->text.len && r->text.ptr[r->at] == c;
}

/* The letters before a ':' that something follows; nothing else. */
static lede_str take_field(reader *r) {
    size_t end = r->at;
    while (end < r->text.len && r->text.ptr[end] >= 'a' && r->text.ptr[end] <= 'z')
        end++;
    const bool is_field = end > r->at && end + 1 < r->text.len && r->text.ptr[end] == ':' &&
                          !is_blank(r->text.ptr[end + 1]);
    const lede_str name = lede_str_n(r->text.ptr + r->at, is_field ? end - r->at : 0);
    r->at = is_field ? end + 1 : r->at;
    return name;
}

/* What stands in quotes, or up to the next blank. */
static lede_str take_text(reader *r, bool *quoted) {
    *quoted = next_is(r, '"');
    const size_t from = r->at + *quoted;
    size_t end = from;
    while (end < r->text.len && (*quoted ? r->text.ptr[end] != '"' : !is_blank(r->text.ptr[end])))
        end++;
    r->at = end + (*quoted && end < r->text.len);
    return lede_str_n(r->text.ptr + from, end - from);
}

/* ---- dates */

static int take_digits(lede_str s, size_t *i, size_t most) {
    const size_t from = *i;
    int v = 0;
    while (*i < s.len && *i - from < most && s.ptr[*i] >= '0' && s.ptr[*i] <= '9')
        v = v * 10 + s.ptr[(*i)++] - '0';
    return *i == from ? -1 : v;
}

static int days_of(int year, int month) {
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    const bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return days[month - 1] + (month == 2 && leap);
}

static lede_status read_day(const reader *r, lede_str text, int64_t *out) {
    size_t i = 0;
    lede_civil c = {.year = take_digits(text, &i, 4), .month = 1, .day = 1};
    bool ok = i == 4 && c.year >= 1;
    if (ok && i < text.len) {
        ok = text.ptr[i++] == '-';
        c.month = take_digits(text, &i, 2);
        ok = ok && c.month >= 1 && c.month <= 12;
    }
    if (ok && i < text.len) {
        ok = text.ptr[i++] == '-';
        c.day = take_digits(text, &i, 2);
        ok = ok && c.day >= 1 && c.day <= days_of(c.year, c.month);
    }
    if (!ok || i < text.len)
        return lede_fail(r->err, LEDE_EINVAL,
                         "search: '%.*s' is no day: write 2024, 2024-05 or 2024-05-17",
                         (int)text.len, text.ptr);
    *out = lede_time_from_civil(&c, r->zone);
    return LEDE_OK;
}

/* ---- parts */

static lede_status add_part(reader *r, lede_search_part part) {
    const bool is_words = part.field == LEDE_SEARCH_TEXT || part.field == LEDE_SEARCH_TITLE;
    if (is_words && part.text.len > 1 && lede_str_ends(part.text, "*")) {
        part.text.len--;
        part.prefix = true;
    }
    if (!part.text.len)
        return LEDE_OK;
    if (r->q->n == LEDE_SEARCH_PARTS)
        return lede_fail(r->err, LEDE_EINVAL, "search: at most %d words and conditions",
                         LEDE_SEARCH_PARTS);
    r->q->parts[r->q->n++] = part;
    return LEDE_OK;
}

static lede_status take_bound(reader *r, lede_str name, lede_search_part part) {
    if (part.exclude)
        return lede_fail(r->err, LEDE_EFORMAT,
                         "search: '-' stands before words, section, author "
                         "and tag; turn before: and after: round");
    if (lede_str_is(name, "lang")) {
        r->q->lang = part.text;
        return LEDE_OK;
    }
    return read_day(r, part.text, lede_str_is(name, "before") ? &r->q->before : &r->q->after);
}

static lede_status take_part(reader *r) {
    static const char *const names[] = {"", "title", "section", "author", "tag"};
    lede_search_part part = {.exclude = next_is(r, '-') && r->at + 1 < r->text.len &&
                                        !is_blank(r->text.ptr[r->at + 1])};
    r->at += part.exclude;
    const lede_str name = take_field(r);
    part.text = take_text(r, &part.quoted);
    if (lede_str_is(name, "before") || lede_str_is(name, "after") || lede_str_is(name, "lang"))
        return take_bound(r, name, part);
    for (int i = 0; i < (int)(sizeof names / sizeof *names); i++) {
        part.field = (lede_search_field)i;
        if (lede_str_is(name, names[i]))
            return add_part(r, part);
    }
    return lede_fail(r->err, LEDE_EFORMAT,
                     "search: no field '%.*s'; there are title, section, author, tag, lang, before "
                     "and after. Put it in quotes to look for it in texts",
                     (int)name.len, name.ptr);
}

lede_status lede_search_parse(lede_str text, const lede_zone *zone, lede_search_query *out,
                              lede_error *err) {
    lede_search_query q = {.after = INT64_MIN, .before = INT64_MAX};
    reader r = {.text = text, .zone = zone, .q = &q, .err = err};
    if (text.len > LEDE_SEARCH_QUERY_MAX || !lede_utf8_valid(text, NULL))
        return lede_fail(err, LEDE_EINVAL, "search: a query is UTF-8 of at most %d bytes",
                         LEDE_SEARCH_QUERY_MAX);
    for (skip_blanks(&r); r.at < text.len; skip_blanks(&r)) {
        const lede_status st = take_part(&r);
        if (st)
            return st;
    }
    if (!q.n && !q.lang.len && q.after == INT64_MIN && q.before == INT64_MAX)
        return lede_fail(err, LEDE_EINVAL, "search: nothing is asked for");
    *out = q;
    return LEDE_OK;
}
