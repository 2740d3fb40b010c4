/* answer.c - asks an edition a recorded question again. See lede_edition_answer in lede/edition.h.
 */
#include "edition/inside.h"

#include "codec/hash.h"

#include <stdlib.h>

#include "base/banned.h"

/* ---- reading a query's canonical text */

static int hex(char c) {
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return -1;
}

/* Appends s without its percent escapes to hold and gives where; hold has room for it and does not
 * move. */
static lede_str unescape(lede_buf *hold, lede_str s) {
    const size_t at = hold->len;
    for (size_t i = 0; i < s.len; i++) {
        if (s.ptr[i] == '%' && i + 2 < s.len && hex(s.ptr[i + 1]) >= 0 && hex(s.ptr[i + 2]) >= 0) {
            lede_buf_addc(hold, (char)(hex(s.ptr[i + 1]) * 16 + hex(s.ptr[i + 2])));
            i += 2;
        } else {
            lede_buf_addc(hold, s.ptr[i]);
        }
    }
    return lede_str_n(hold->ptr + at, hold->len - at);
}

static bool read_number(lede_str s, int64_t *out) {
    char text[24];
    char *end;
    if (s.len == 0 || s.len >= sizeof text)
        return false;
    memcpy(text, s.ptr, s.len);
    text[s.len] = '\0';
    *out = strtoll(text, &end, 10);
    return *end == '\0';
}

static bool read_part(lede_str name, lede_str value, lede_buf *hold, lede_query *out) {
    int64_t n = 0;
    if (lede_str_is(name, "section"))
        out->section = unescape(hold, value);
    else if (lede_str_is(name, "tag"))
        out->tag = unescape(hold, value);
    else if (lede_str_is(name, "author"))
        out->author = unescape(hold, value);
    else if (lede_str_is(name, "origin"))
        out->origin = unescape(hold, value);
    else if (lede_str_is(name, "lang"))
        out->lang = unescape(hold, value);
    else if (lede_str_is(name, "order"))
        out->oldest_first = lede_str_is(value, "oldest");
    else if (!read_number(value, &n))
        return false;
    else if (lede_str_is(name, "from"))
        out->from = n;
    else if (lede_str_is(name, "to"))
        out->to = n;
    else if (n < 0 || n > UINT32_MAX)
        return false;
    else if (lede_str_is(name, "offset"))
        out->offset = (uint32_t)n;
    else if (lede_str_is(name, "limit"))
        out->limit = (uint32_t)n;
    else
        return false;
    return true;
}

bool lede__query_read(lede_str key, lede_buf *hold, lede_query *out) {
    *out = (lede_query){.from = LEDE_NO_TIME, .to = LEDE_NO_TIME};
    lede_buf_clear(hold);
    if (!lede_buf_room(hold, key.len + 1))
        return false;
    for (size_t at = 0; at < key.len;) {
        const size_t end = lede_str_find(key, ' ', at), eq = lede_str_find(key, '=', at);
        if (eq >= end)
            return false;
        if (!read_part(lede_str_n(key.ptr + at, eq - at),
                       lede_str_n(key.ptr + eq + 1, end - eq - 1), hold, out))
            return false;
        at = end + 1;
    }
    return hold->status == LEDE_OK;
}

/* ---- answers */

/* Runs ask with a recorder of its own and takes the fingerprint it notes. */
typedef struct noted {
    lede_read_kind kind;
    uint64_t print;
    bool found;
} noted;

static void take_print(void *ctx, lede_read_kind kind, lede_str key, uint64_t mask,
                       uint64_t print) {
    noted *n = ctx;
    (void)key;
    (void)mask;
    if (kind != n->kind)
        return;
    n->print = print;
    n->found = true;
}

static bool answer_query(const lede_edition *e, lede_reads *r, lede_read_kind kind, lede_str key) {
    lede_buf hold;
    lede_query q;
    lede_buf_init(&hold, LEDE_BUF_MAX);
    bool known = lede__query_read(key, &hold, &q);
    lede_doc *out =
        known ? malloc(((size_t)(q.limit < 10000 ? q.limit : 10000) + 1) * sizeof *out) : NULL;
    known = out != NULL;
    if (known && kind == LEDE_READ_QUERY)
        lede_edition_query(e, r, &q, out);
    if (known && kind == LEDE_READ_COUNT)
        lede_edition_query_count(e, r, &q);
    free(out);
    lede_buf_fini(&hold);
    return known;
}

static bool answer_beside(const lede_edition *e, lede_reads *r, lede_str key) {
    int64_t k;
    if (key.len < LEDE__ID_LEN + 2)
        return false;
    const lede_doc d = lede__edition_lookup(e, lede_str_n(key.ptr, LEDE__ID_LEN));
    const lede_str how = lede_str_sub(key, LEDE__ID_LEN + 1);
    if (d == LEDE_NO_DOC)
        return false;
    if (how.ptr[0] == '+' || how.ptr[0] == '-') {
        lede_edition_beside(e, r, d, how.ptr[0] == '+');
        return true;
    }
    if (how.ptr[0] == '*') {
        lede_edition_neighbour all[LEDE_NEIGHBOURS_MAX];
        lede_edition_scored_neighbours(e, r, d, all);
        return true;
    }
    if (!read_number(how, &k) || k < 0 || k > 10000)
        return false;
    lede_doc *out = malloc(((size_t)k + 1) * sizeof *out);
    if (!out)
        return false;
    lede_edition_neighbours(e, r, d, (uint32_t)k, out);
    free(out);
    return true;
}

static bool answer_translations(const lede_edition *e, lede_reads *r, lede_str key) {
    lede_doc out[LEDE_TRANSLATIONS_MAX];
    const lede_doc d = lede__edition_lookup(e, key);
    if (d != LEDE_NO_DOC)
        lede_edition_translations(e, r, d, out);
    return d != LEDE_NO_DOC;
}

static bool ask(const lede_edition *e, lede_reads *r, lede_read_kind kind, lede_str key) {
    if (kind == LEDE_READ_NEIGHBOURS)
        return answer_beside(e, r, key);
    if (kind == LEDE_READ_TRANSLATIONS)
        return answer_translations(e, r, key);
    return answer_query(e, r, kind, key);
}

static bool by_asking(const lede_edition *e, lede_read_kind kind, lede_str key, uint64_t *print) {
    lede_reads *r = lede_reads_new();
    if (!r)
        return false;
    noted n = {.kind = kind};
    const bool known = ask(e, r, kind, key);
    if (known && !lede_reads_failed(r))
        lede_reads_each(r, e, take_print, &n);
    lede_reads_free(r);
    *print = n.print;
    return n.found;
}

static bool term_kind(lede_str name, lede_term_kind *out) {
    for (int i = 0; i < LEDE_TERM_KINDS; i++) {
        *out = (lede_term_kind)i;
        if (lede_str_is(name, lede__edition_kind_names[i]))
            return true;
    }
    return false;
}

static bool answer_term(const lede_edition *e, lede_str key, uint64_t *print) {
    const size_t colon = lede_str_find(key, ':', 0);
    lede_term_kind kind;
    if (colon == key.len || !term_kind(lede_str_n(key.ptr, colon), &kind))
        return false;
    const uint32_t number = lede__edition_term_no(e, kind, lede_str_sub(key, colon + 1));
    *print = number == LEDE__NONE ? 0 : e->top->terms[number].print;
    return true;
}

bool lede_edition_answer(const lede_edition *e, lede_read_kind kind, lede_str key, uint64_t mask,
                         uint64_t *print) {
    lede_term_kind term;
    const bool of_article = kind == LEDE_READ_CARD || kind == LEDE_READ_BODY;
    const lede_doc d = of_article ? lede__edition_lookup(e, key) : LEDE_NO_DOC;
    *print = 0;
    switch (kind) {
    case LEDE_READ_CARD:
        if (d == LEDE_NO_DOC)
            return false;
        *print = lede_card_fingerprint(lede_edition_card(e, d), mask);
        return true;
    case LEDE_READ_BODY:
        if (d == LEDE_NO_DOC)
            return false;
        *print = lede__edition_row(e, d)->body_print;
        return true;
    case LEDE_READ_QUERY:
    case LEDE_READ_COUNT:
    case LEDE_READ_NEIGHBOURS:
    case LEDE_READ_TRANSLATIONS:
        return by_asking(e, kind, key, print);
    case LEDE_READ_TERM:
        return answer_term(e, key, print);
    case LEDE_READ_TERMS:
        if (!term_kind(key, &term))
            return false;
        *print = lede__edition_terms_print(e, term);
        return true;
    case LEDE_READ_MISSING:
        return lede__edition_lookup(e, key) == LEDE_NO_DOC;
    case LEDE_READ_DATA:
    case LEDE_READ_CONFIG:
    case LEDE_READ_CLOCK:
    case LEDE_READ_FILE:
    case LEDE_READ_KINDS:
        return false; /* their callers know how they made the fingerprint */
    }
    return false;
}
