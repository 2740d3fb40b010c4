/* segment.c - a segment's bytes, mapped: checked once as a whole but for the postings, which are
 * checked list by list when they are read (hits.c), so that opening an index does not read it. */
#include "search/inside.h"

#include "codec/hash.h"

uint64_t lede__head_sum(const void *head, size_t size, lede_str rest) {
    return lede__xxh64(rest, lede__xxh64(lede_str_n(head, size), 0));
}

static bool is_ours(const lede__segment_head *h) {
    return memcmp(h->magic, "LEDESEG\n", sizeof h->magic) == 0 &&
           h->version == LEDE__SEARCH_VERSION && h->analysis == LEDE__ANALYSIS_VERSION &&
           h->n_rows <= LEDE__SEGMENT_DOCS && h->n_langs <= LEDE__SEARCH_LANGS;
}

static bool are_rows_whole(const lede__segment *s) {
    for (uint32_t i = 0; i < s->head->n_rows; i++)
        if (s->by_id[i] >= s->head->n_rows || s->rows[i].lang >= s->head->n_langs)
            return false;
    return true;
}

static bool are_terms_whole(const lede__segment *s) {
    for (uint32_t i = 0; i < s->head->n_terms; i++) {
        const lede__term *t = &s->terms[i];
        if ((uint64_t)t->text + t->len > s->head->texts ||
            (uint64_t)t->post + t->bytes > s->head->postings || t->hits > t->bytes)
            return false;
    }
    return true;
}

lede_status lede__segment_of(lede_str bytes, lede__segment *out, lede_error *err) {
    const lede__segment_head *h = (const void *)bytes.ptr;
    if (bytes.len < sizeof *h || !is_ours(h))
        return lede_fail(err, LEDE_EFORMAT, "search: no index of this version");
    const uint64_t rows = (uint64_t)h->n_rows * sizeof(lede__row),
                   ids = (uint64_t)h->n_rows * sizeof(uint32_t),
                   terms = (uint64_t)h->n_terms * sizeof(lede__term);
    const uint64_t tables = rows + ids + terms + h->texts, rest = bytes.len - sizeof *h;
    if (tables > rest || rest - tables != h->postings ||
        lede__head_sum(h, offsetof(lede__segment_head, hash),
                       lede_str_n(bytes.ptr + sizeof *h, tables)) != h->hash)
        return lede_fail(err, LEDE_EFORMAT, "search: the index is damaged");
    const char *at = bytes.ptr + sizeof *h;
    const lede__segment s = {.head = h,
                             .rows = (const void *)at,
                             .by_id = (const void *)(at + rows),
                             .terms = (const void *)(at + rows + ids),
                             .texts = at + rows + ids + terms,
                             .postings = (const void *)(at + tables)};
    if (!are_rows_whole(&s) || !are_terms_whole(&s))
        return lede_fail(err, LEDE_EFORMAT, "search: the index is damaged");
    *out = s;
    return LEDE_OK;
}

lede_str lede__segment_key(const lede__segment *s, uint32_t term) {
    return lede_str_n(s->texts + s->terms[term].text, s->terms[term].len);
}

uint32_t lede__segment_bound(const lede__segment *s, lede_str key) {
    uint32_t low = 0, high = s->head->n_terms;
    while (low < high) {
        const uint32_t middle = low + (high - low) / 2;
        if (lede_str_cmp(lede__segment_key(s, middle), key) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

uint32_t lede__segment_term(const lede__segment *s, lede_str key) {
    const uint32_t at = lede__segment_bound(s, key);
    return at < s->head->n_terms && lede_str_eq(lede__segment_key(s, at), key) ? at : UINT32_MAX;
}

uint32_t lede__segment_row(const lede__segment *s, const char id[26]) {
    uint32_t low = 0, high = s->head->n_rows;
    while (low < high) {
        const uint32_t middle = low + (high - low) / 2, row = s->by_id[middle];
        const int order = memcmp(s->rows[row].id, id, sizeof s->rows[row].id);
        if (order == 0)
            return row;
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return UINT32_MAX;
}
