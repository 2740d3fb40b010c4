/* records_build.c - a draft as the sorted parts of a table. See publish/records.h.
 *
 * Numbers of the draft are in order of arrival; those of the table are ranks in sorted order. The
 * reverse lists come out sorted because pages are walked in order. */
#include "publish/records.h"

#include <stdlib.h>

#include "base/banned.h"

typedef struct ranked {
    lede_str text;
    uint32_t number; /* in the draft */
} ranked;

typedef struct ranked_read {
    uint64_t mask, print;
    uint32_t key; /* rank */
    uint32_t number;
} ranked_read;

typedef struct pair {
    uint32_t dim, key;
} pair;

typedef struct builder {
    const lede__draft *draft;
    lede_buf *parts;
    lede_arena work;
    ranked *pages, *keys;
    ranked_read *reads;
    uint32_t n_pages;
    uint32_t *key_rank, *read_rank; /* by number in the draft */
    uint32_t *set_reads, *set_ends; /* ranks; where the list of each set ends */
    lede__names dims;
    pair *pairs;
    uint32_t n_pairs, cap_pairs;
} builder;

static void *take(builder *b, size_t n, size_t size) {
    return lede_arena_zero(&b->work, (n + 1) * size);
}

static int by_text(const void *x, const void *y) {
    return lede_str_cmp(((const ranked *)x)->text, ((const ranked *)y)->text);
}

static ranked *rank_names(builder *b, const lede__names *names) {
    ranked *list = take(b, names->count, sizeof *list);
    if (!list)
        return NULL;
    for (uint32_t i = 0; i < names->count; i++)
        list[i] = (ranked){names->items[i], i};
    qsort(list, names->count, sizeof *list, by_text);
    return list;
}

static bool rank_pages(builder *b) {
    const lede__draft *d = b->draft;
    b->pages = take(b, d->paths.count, sizeof *b->pages);
    if (!b->pages)
        return false;
    for (uint32_t i = 0; i < d->paths.count; i++)
        if (!d->pages[i].is_gone)
            b->pages[b->n_pages++] = (ranked){d->paths.items[i], i};
    qsort(b->pages, b->n_pages, sizeof *b->pages, by_text);
    return true;
}

static bool rank_keys(builder *b) {
    const uint32_t n = b->draft->keys.count;
    b->keys = rank_names(b, &b->draft->keys);
    b->key_rank = take(b, n, sizeof *b->key_rank);
    if (!b->keys || !b->key_rank)
        return false;
    for (uint32_t i = 0; i < n; i++)
        b->key_rank[b->keys[i].number] = i;
    return true;
}

static int by_read(const void *x, const void *y) {
    const ranked_read *a = x, *b = y;
    if (a->key != b->key)
        return a->key < b->key ? -1 : 1;
    if (a->mask != b->mask)
        return a->mask < b->mask ? -1 : 1;
    return a->print < b->print ? -1 : a->print > b->print;
}

static bool rank_reads(builder *b) {
    const uint32_t n = b->draft->reads.count;
    b->reads = take(b, n, sizeof *b->reads);
    b->read_rank = take(b, n, sizeof *b->read_rank);
    if (!b->reads || !b->read_rank)
        return false;
    for (uint32_t i = 0; i < n; i++) {
        lede__draft_read x;
        memcpy(&x, b->draft->reads.items[i].ptr, sizeof x);
        b->reads[i] = (ranked_read){x.mask, x.print, b->key_rank[x.key], i};
    }
    qsort(b->reads, n, sizeof *b->reads, by_read);
    for (uint32_t i = 0; i < n; i++)
        b->read_rank[b->reads[i].number] = i;
    return true;
}

/* Numbers of the draft become ranks, sorted. */
static uint32_t rank_list(const builder *b, uint32_t *list, uint32_t n) {
    for (uint32_t i = 0; i < n; i++)
        list[i] = b->read_rank[list[i]];
    return lede__sort_numbers(list, n);
}

static bool rank_sets(builder *b) {
    const lede__names *sets = &b->draft->sets;
    size_t total = 0;
    for (uint32_t i = 0; i < sets->count; i++)
        total += sets->items[i].len / sizeof(uint32_t);
    b->set_reads = take(b, total, sizeof *b->set_reads);
    b->set_ends = take(b, sets->count, sizeof *b->set_ends);
    if (!b->set_reads || !b->set_ends || total > UINT32_MAX / 2)
        return false;
    uint32_t at = 0;
    for (uint32_t i = 0; i < sets->count; i++) {
        const lede_str list = sets->items[i];
        if (list.len)
            memcpy(b->set_reads + at, list.ptr, list.len);
        at += rank_list(b, b->set_reads + at, (uint32_t)(list.len / sizeof(uint32_t)));
        b->set_ends[i] = at;
    }
    return true;
}

/* ---- pages */

static void add_varint(lede_buf *out, uint32_t n) {
    for (; n >= 128; n >>= 7)
        lede_buf_addc(out, (char)(n | 128));
    lede_buf_addc(out, (char)n);
}

static void put_page(builder *b, const ranked *r) {
    lede__draft_page *p = &b->draft->pages[r->number];
    lede_buf *texts = &b->parts[LEDE__TEXTS];
    lede__page_row row = {.at = texts->len,
                          .path_len = (uint32_t)r->text.len,
                          .made_len = (uint32_t)p->made.len,
                          .set = p->set};
    p->n_reads = rank_list(b, p->reads, p->n_reads);
    lede_buf_add(texts, r->text);
    lede_buf_add(texts, p->made);
    const size_t before = texts->len;
    for (uint32_t i = 0; i < p->n_reads; i++)
        add_varint(texts, p->reads[i] - (i ? p->reads[i - 1] : 0));
    row.n_reads = p->n_reads;
    row.reads_len = (uint32_t)(texts->len - before);
    memcpy(row.sum, p->sum, sizeof row.sum);
    lede_buf_addn(&b->parts[LEDE__PAGES], &row, sizeof row);
}

/* ---- the reverse: who relies on a read, which pages have a set */

/* Counts of lists become where each begins; gives the sum. */
static uint64_t sum_up(uint32_t *first, uint32_t n) {
    uint64_t total = 0;
    for (uint32_t i = 0; i <= n; i++) {
        const uint32_t count = first[i];
        first[i] = (uint32_t)total;
        total += count;
    }
    return total;
}

static bool put_readers(builder *b) {
    const lede__draft *d = b->draft;
    uint32_t *first = take(b, d->reads.count, sizeof *first), at = 0;
    if (!first)
        return false;
    for (uint32_t i = 0; i < b->n_pages; i++) {
        const lede__draft_page *p = &d->pages[b->pages[i].number];
        for (uint32_t k = 0; k < p->n_reads; k++)
            first[p->reads[k]]++;
    }
    const uint32_t in_sets = d->sets.count ? b->set_ends[d->sets.count - 1] : 0;
    for (uint32_t k = 0; k < in_sets; k++)
        first[b->set_reads[k]]++;
    const uint64_t total = sum_up(first, d->reads.count);
    uint32_t *readers = total > UINT32_MAX / 2 ? NULL : take(b, total, sizeof *readers);
    if (!readers)
        return false;
    for (uint32_t i = 0; i <= d->reads.count; i++) {
        const ranked_read *x = &b->reads[i];
        const lede__read_row row = {x->mask, x->print, x->key, first[i]};
        lede_buf_addn(&b->parts[LEDE__READS], &row, sizeof row);
    }
    for (uint32_t i = 0; i < b->n_pages; i++) {
        const lede__draft_page *p = &d->pages[b->pages[i].number];
        for (uint32_t k = 0; k < p->n_reads; k++)
            readers[first[p->reads[k]]++] = i;
    }
    for (uint32_t i = 0; i < d->sets.count; i++)
        for (; at < b->set_ends[i]; at++)
            readers[first[b->set_reads[at]]++] = b->n_pages + i;
    lede_buf_addn(&b->parts[LEDE__READERS], readers, total * sizeof *readers);
    return true;
}

static bool put_sets(builder *b) {
    const uint32_t n = b->draft->sets.count;
    uint32_t *first = take(b, n, sizeof *first), *list = take(b, b->n_pages, sizeof *list);
    if (!first || !list)
        return false;
    for (uint32_t i = 0; i < b->n_pages; i++) {
        const uint32_t set = b->draft->pages[b->pages[i].number].set;
        if (set != LEDE_RECORDS_NO_SET)
            first[set]++;
    }
    const uint64_t total = sum_up(first, n);
    for (uint32_t i = 0; i <= n; i++) {
        const lede__set_row row = {i ? b->set_ends[i - 1] : 0, first[i]};
        lede_buf_addn(&b->parts[LEDE__SETS], &row, sizeof row);
    }
    for (uint32_t i = 0; i < b->n_pages; i++) {
        const uint32_t set = b->draft->pages[b->pages[i].number].set;
        if (set != LEDE_RECORDS_NO_SET)
            list[first[set]++] = i;
    }
    lede_buf_addn(&b->parts[LEDE__SET_PAGES], list, total * sizeof *list);
    lede_buf_addn(&b->parts[LEDE__SET_READS], b->set_reads,
                  (n ? b->set_ends[n - 1] : 0) * sizeof *b->set_reads);
    return true;
}

/* ---- keys and dimensions */

static bool add_pair(builder *b, lede_str word, uint32_t key) {
    const uint32_t dim = lede__names_add(&b->dims, NULL, word);
    if (dim == LEDE_NO_NAME)
        return false;
    if (b->n_pairs == b->cap_pairs) {
        const uint32_t cap = b->cap_pairs ? b->cap_pairs * 2 : 256;
        pair *more = realloc(b->pairs, cap * sizeof *more);
        if (!more)
            return false;
        b->pairs = more;
        b->cap_pairs = cap;
    }
    b->pairs[b->n_pairs++] = (pair){dim, key};
    return true;
}

static bool is_dimension(lede_str word) {
    static const char *const names[] = {"section=", "tag=", "author=", "origin=", "lang="};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (lede_str_starts(word, names[i]))
            return true;
    return false;
}

/* A query is listed under each of its equalities, or under "all". */
static bool note_dimensions(builder *b, lede_str query, uint32_t key) {
    bool any = false;
    for (size_t at = 0; at < query.len;) {
        const size_t end = lede_str_find(query, ' ', at);
        const lede_str word = lede_str_n(query.ptr + at, end - at);
        at = end + 1;
        if (!is_dimension(word))
            continue;
        any = true;
        if (!add_pair(b, word, key))
            return false;
    }
    return any || add_pair(b, LEDE_STR("all"), key);
}

static void put_text(builder *b, enum lede__part part, lede_str text, uint32_t first) {
    lede_buf *texts = &b->parts[LEDE__TEXTS];
    const lede__text_row row = {texts->len, (uint32_t)text.len, first};
    lede_buf_add(texts, text);
    lede_buf_addn(&b->parts[part], &row, sizeof row);
}

static bool put_keys(builder *b) {
    const uint32_t n = b->draft->keys.count, n_reads = b->draft->reads.count;
    uint32_t read = 0;
    for (uint32_t i = 0; i < n; i++) {
        const lede_str text = b->keys[i].text;
        while (read < n_reads && b->reads[read].key < i)
            read++;
        put_text(b, LEDE__KEYS, text, read);
        if (LEDE_RECORDS_QUERIES >> (unsigned char)text.ptr[0] & 1 &&
            !note_dimensions(b, lede_str_sub(text, 1), i))
            return false;
    }
    put_text(b, LEDE__KEYS, (lede_str){0}, n_reads);
    return true;
}

static bool put_dims(builder *b) {
    const uint32_t n = b->dims.count;
    ranked *dims = rank_names(b, &b->dims);
    uint32_t *rank = take(b, n, sizeof *rank), *first = take(b, n, sizeof *first),
             *keys = take(b, b->n_pairs, sizeof *keys);
    if (!dims || !rank || !first || !keys)
        return false;
    for (uint32_t i = 0; i < n; i++)
        rank[dims[i].number] = i;
    for (uint32_t i = 0; i < b->n_pairs; i++)
        first[rank[b->pairs[i].dim]]++;
    sum_up(first, n);
    for (uint32_t i = 0; i <= n; i++)
        put_text(b, LEDE__DIMS, dims[i].text, first[i]);
    for (uint32_t i = 0; i < b->n_pairs; i++)
        keys[first[rank[b->pairs[i].dim]]++] = b->pairs[i].key;
    lede_buf_addn(&b->parts[LEDE__DIM_KEYS], keys, b->n_pairs * sizeof *keys);
    return true;
}

/* ---- all of it */

static bool build(builder *b) {
    if (!rank_pages(b) || !rank_keys(b) || !rank_reads(b) || !rank_sets(b))
        return false;
    for (uint32_t i = 0; i < b->n_pages; i++)
        put_page(b, &b->pages[i]);
    return put_readers(b) && put_sets(b) && put_keys(b) && put_dims(b);
}

lede_status lede__draft_build(const lede__draft *d, lede__built *out, lede_error *err) {
    for (int i = 0; i < LEDE__PARTS; i++)
        lede_buf_init(&out->parts[i], LEDE_BUF_MAX);
    builder b = {.draft = d, .parts = out->parts};
    lede_arena_init(&b.work, SIZE_MAX / 2);
    lede_status st = LEDE_OK;
    if (!build(&b))
        st = lede_fail(err, LEDE_ENOMEM, "records: out of memory");
    for (int i = 0; i < LEDE__PARTS && !st; i++)
        st = lede_buf_status(&out->parts[i], err);
    lede__names_fini(&b.dims);
    lede_arena_fini(&b.work);
    free(b.pairs);
    if (st)
        lede__built_fini(out);
    return st;
}

void lede__built_fini(lede__built *b) {
    for (int i = 0; i < LEDE__PARTS; i++)
        lede_buf_fini(&b->parts[i]);
}
