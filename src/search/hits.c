/* hits.c - places of words. Every set is an ascending list of (row, place), whatever it came of: a
 * word, words that begin so, a phrase. */
#include "search/inside.h"

#include "codec/hash.h"

#include <stdlib.h>

enum { PREFIX_TERMS = 2000, HITS_MAX = 1 << 26 };

void lede__hits_free(lede__hits *h) {
    free(h->items);
    *h = (lede__hits){0};
}

static lede_status damaged(lede_error *err) {
    return lede_fail(err, LEDE_EFORMAT, "search: the index is damaged");
}

static bool get_number(const unsigned char **at, const unsigned char *end, uint64_t *out) {
    uint64_t v = 0;
    for (int shift = 0; *at < end && shift < 42; shift += 7) {
        const unsigned char c = *(*at)++;
        v |= (uint64_t)(c & 0x7F) << shift;
        if (c < 0x80) {
            *out = v;
            return true;
        }
    }
    return false;
}

/* Appends the hits of one term; there is room for all it says it has. */
static bool read_term(const lede__segment *s, const lede__term *t, lede__hits *out) {
    const unsigned char *at = s->postings + t->post, *end = at + t->bytes;
    uint64_t row = 0, place = 0, v;
    if ((uint32_t)lede__xxh64(lede_str_n((const char *)at, t->bytes), 0) != t->hash)
        return false;
    for (uint32_t i = 0; i < t->hits; i++) {
        if (!get_number(&at, end, &v))
            return false;
        row += v & 1 ? v >> 1 : 0;
        if (v & 1 && !get_number(&at, end, &place))
            return false;
        place += v & 1 ? 0 : v >> 1;
        if (row < 1 || row > s->head->n_rows || place > UINT32_MAX)
            return false;
        out->items[out->n++] = (row - 1) << 32 | place;
    }
    return at == end;
}

lede_status lede__hits_of_key(const lede__segment *s, lede_str key, lede__hits *out,
                              lede_error *err) {
    const uint32_t term = lede__segment_term(s, key);
    *out = (lede__hits){0};
    if (term == UINT32_MAX)
        return LEDE_OK;
    out->items = malloc(((size_t)s->terms[term].hits + 1) * sizeof *out->items);
    if (!out->items)
        return lede_fail(err, LEDE_ENOMEM, "search: out of memory");
    if (read_term(s, &s->terms[term], out))
        return LEDE_OK;
    lede__hits_free(out);
    return damaged(err);
}

/* ---- several terms */

static int ascending(const void *a, const void *b) {
    const uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

static void drop_doubles(lede__hits *h) {
    size_t n = 0;
    for (size_t i = 0; i < h->n; i++)
        if (!n || h->items[n - 1] != h->items[i])
            h->items[n++] = h->items[i];
    h->n = n;
}

/* By row with a count of each, then by place within a row, of which there are few. */
static lede_status sort(lede__hits *h, uint32_t n_rows, lede_error *err) {
    uint32_t *starts = calloc((size_t)n_rows + 1, sizeof *starts);
    uint64_t *sorted = calloc(h->n + 1, sizeof *sorted);
    if (!starts || !sorted) {
        free(starts);
        free(sorted);
        return lede_fail(err, LEDE_ENOMEM, "search: out of memory");
    }
    for (size_t i = 0; i < h->n; i++)
        starts[(h->items[i] >> 32) + 1]++;
    for (uint32_t row = 0; row < n_rows; row++)
        starts[row + 1] += starts[row];
    for (size_t i = 0; i < h->n; i++)
        sorted[starts[h->items[i] >> 32]++] = h->items[i];
    for (size_t from = 0, to; from < h->n; from = to) {
        to = starts[sorted[from] >> 32];
        if (to - from > 1)
            qsort(sorted + from, to - from, sizeof *sorted, ascending);
    }
    free(starts);
    free(h->items);
    h->items = sorted;
    drop_doubles(h);
    return LEDE_OK;
}

/* The terms of forms that begin with form, each once; *n of them, at most max. */
static void terms_of_prefix(const lede__segment *s, lede_str prefix, uint32_t *terms, uint32_t *n) {
    for (uint32_t at = lede__segment_bound(s, prefix); at < s->head->n_terms && *n < PREFIX_TERMS;
         at++) {
        const lede_str key = lede__segment_key(s, at);
        if (key.len < prefix.len || memcmp(key.ptr, prefix.ptr, prefix.len) != 0)
            return;
        const uint32_t term =
            lede__segment_term(s, lede_str_sub(key, lede_str_find(key, '\0', 0) + 1));
        bool is_new = term != UINT32_MAX;
        for (uint32_t i = *n; i-- > 0 && is_new;)
            is_new = terms[i] != term;
        if (is_new)
            terms[(*n)++] = term;
    }
}

static lede_status read_terms(const lede__segment *s, const uint32_t *terms, uint32_t n,
                              lede__hits *out, lede_error *err) {
    size_t room = 1;
    for (uint32_t i = 0; i < n; i++)
        room += s->terms[terms[i]].hits;
    if (room > HITS_MAX)
        return lede_fail(err, LEDE_ELIMIT, "search: too many words begin so; type more of it");
    out->items = malloc(room * sizeof *out->items);
    if (!out->items)
        return lede_fail(err, LEDE_ENOMEM, "search: out of memory");
    for (uint32_t i = 0; i < n; i++)
        if (!read_term(s, &s->terms[terms[i]], out))
            return damaged(err);
    return n > 1 ? sort(out, s->head->n_rows, err) : LEDE_OK;
}

lede_status lede__hits_of_prefix(const lede__segment *s, lede_str form, lede__hits *out,
                                 lede_error *err) {
    uint32_t terms[PREFIX_TERMS], n = 0;
    char prefix[512] = {LEDE__KEY_FORM};
    *out = (lede__hits){0};
    if (form.len >= sizeof prefix)
        return LEDE_OK;
    memcpy(prefix + 1, form.ptr, form.len);
    terms_of_prefix(s, lede_str_n(prefix, form.len + 1), terms, &n);
    const lede_status st = read_terms(s, terms, n, out, err);
    if (st)
        lede__hits_free(out);
    return st;
}

lede_status lede__hits_join(lede__hits *h, lede__hits *more, lede_error *err) {
    if (!h->n) {
        lede__hits_free(h);
        *h = *more;
        return LEDE_OK;
    }
    uint64_t *all = malloc((h->n + more->n + 1) * sizeof *all);
    if (!all) {
        lede__hits_free(more);
        return lede_fail(err, LEDE_ENOMEM, "search: out of memory");
    }
    size_t i = 0, j = 0, n = 0;
    while (i < h->n || j < more->n)
        all[n++] = j == more->n || (i < h->n && h->items[i] <= more->items[j]) ? h->items[i++]
                                                                               : more->items[j++];
    lede__hits_free(h);
    lede__hits_free(more);
    *h = (lede__hits){all, n};
    drop_doubles(h);
    return LEDE_OK;
}

void lede__hits_follow(lede__hits *h, const lede__hits *other, uint32_t distance) {
    size_t n = 0;
    for (size_t i = 0, j = 0; i < h->n; i++) {
        const uint64_t wanted = h->items[i] + distance;
        while (j < other->n && other->items[j] < wanted)
            j++;
        if (j < other->n && other->items[j] == wanted)
            h->items[n++] = h->items[i];
    }
    h->n = n;
}
