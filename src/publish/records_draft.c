/* records_draft.c - what the next commit of records writes, gathered. See publish/records.h.
 *
 * Keys, reads and sets are texts to a set of names, which numbers them: what many pages share is
 * held once. */
#include "publish/records.h"

#include "base/path.h"

#include <stdlib.h>

#include "base/banned.h"

void lede__draft_init(lede__draft *d) {
    *d = (lede__draft){0};
    lede_arena_init(&d->arena, SIZE_MAX / 2);
    lede_buf_init(&d->key, LEDE_RECORDS_TEXT + 1);
}

void lede__draft_fini(lede__draft *d) {
    lede__names_fini(&d->paths);
    lede__names_fini(&d->keys);
    lede__names_fini(&d->reads);
    lede__names_fini(&d->sets);
    lede_arena_fini(&d->arena);
    lede_buf_fini(&d->key);
    free(d->pages);
    lede__draft_init(d);
}

uint32_t lede__draft_read_of(lede__draft *d, lede_str key, uint64_t mask, uint64_t print) {
    const uint32_t number = lede__names_add(&d->keys, &d->arena, key);
    if (number == LEDE_NO_NAME)
        return LEDE_NO_NAME;
    const lede__draft_read x = {.mask = mask, .print = print, .key = number};
    return lede__names_add(&d->reads, &d->arena, lede_str_n((const char *)&x, sizeof x));
}

static int by_number(const void *a, const void *b) {
    const uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return x < y ? -1 : x > y;
}

uint32_t lede__sort_numbers(uint32_t *list, uint32_t n) {
    bool sorted = true;
    for (uint32_t i = 1; i < n && sorted; i++)
        sorted = list[i - 1] < list[i];
    if (sorted)
        return n; /* as lists usually come */
    qsort(list, n, sizeof *list, by_number);
    uint32_t kept = 0;
    for (uint32_t i = 0; i < n; i++)
        if (i == 0 || list[i] != list[i - 1])
            list[kept++] = list[i];
    return kept;
}

uint32_t lede__draft_set_of(lede__draft *d, uint32_t *reads, uint32_t *n) {
    *n = lede__sort_numbers(reads, *n);
    return lede__names_add(&d->sets, &d->arena,
                           lede_str_n((const char *)reads, *n * sizeof *reads));
}

static bool grow_pages(lede__draft *d) {
    const uint32_t cap = d->cap ? d->cap * 2 : 64;
    lede__draft_page *more = realloc(d->pages, cap * sizeof *more);
    if (!more)
        return false;
    d->pages = more;
    d->cap = cap;
    return true;
}

lede__draft_page *lede__draft_page_of(lede__draft *d, lede_str path) {
    if (d->paths.count == d->cap && !grow_pages(d))
        return NULL;
    const uint32_t n = lede__names_add(&d->paths, &d->arena, path);
    return n == LEDE_NO_NAME ? NULL : &d->pages[n];
}

/* ---- from the caller */

static lede_status no_memory(lede_error *err) {
    return lede_fail(err, LEDE_ENOMEM, "records: out of memory");
}

/* Numbers of reads, in the arena. */
static lede_status number_reads(lede__draft *d, const lede_records_read *reads, size_t n,
                                uint32_t **out, lede_error *err) {
    if (n > LEDE_RECORDS_READS)
        return lede_fail(err, LEDE_ELIMIT, "records: a page has %zu reads", n);
    uint32_t *list = lede_arena_take(&d->arena, n * sizeof *list);
    if (!list)
        return no_memory(err);
    for (size_t i = 0; i < n; i++) {
        if (reads[i].kind >= LEDE_RECORDS_KINDS)
            return lede_fail(err, LEDE_EINVAL, "records: no kind %u of reads", reads[i].kind);
        if (reads[i].key.len > LEDE_RECORDS_TEXT)
            return lede_fail(err, LEDE_ELIMIT, "records: a key has %zu bytes", reads[i].key.len);
        lede_buf_clear(&d->key);
        lede_buf_addc(&d->key, (char)reads[i].kind);
        lede_buf_add(&d->key, reads[i].key);
        list[i] = d->key.status ? LEDE_NO_NAME
                                : lede__draft_read_of(d, lede_buf_str(&d->key), reads[i].mask,
                                                      reads[i].print);
        if (list[i] == LEDE_NO_NAME)
            return no_memory(err);
    }
    *out = list;
    return LEDE_OK;
}

lede_status lede_records_set(lede_records *r, const lede_records_read *reads, size_t n,
                             uint32_t *set, lede_error *err) {
    uint32_t *list;
    const lede_status st = number_reads(&r->draft, reads, n, &list, err);
    if (st)
        return st;
    uint32_t count = (uint32_t)n;
    const uint32_t number = lede__draft_set_of(&r->draft, list, &count);
    if (number == LEDE_NO_NAME)
        return no_memory(err);
    *set = number;
    return LEDE_OK;
}

static int shown(lede_str s) { return (int)(s.len < 300 ? s.len : 300); }

lede_status lede_records_put(lede_records *r, lede_str path, const lede_records_entry *page,
                             lede_error *err) {
    lede__draft *d = &r->draft;
    uint32_t *reads;
    if (!lede__path_safe(path))
        return lede_fail(err, LEDE_EINVAL, "records: '%.*s' is no path for a file of the site",
                         shown(path), path.ptr ? path.ptr : "");
    if (page->set != LEDE_RECORDS_NO_SET && page->set >= d->sets.count)
        return lede_fail(err, LEDE_EINVAL, "records: no set %u", page->set);
    if (page->made.len > LEDE_RECORDS_TEXT)
        return lede_fail(err, LEDE_ELIMIT, "records: how '%.*s' was made has %zu bytes",
                         shown(path), path.ptr, page->made.len);
    const lede_status st = number_reads(d, page->reads, page->n_reads, &reads, err);
    if (st)
        return st;
    const lede_str made = lede_arena_copy(&d->arena, page->made);
    lede__draft_page *x = made.ptr ? lede__draft_page_of(d, path) : NULL;
    if (!x)
        return no_memory(err);
    *x = (lede__draft_page){
        .made = made, .reads = reads, .n_reads = (uint32_t)page->n_reads, .set = page->set};
    memcpy(x->sum, page->sum, sizeof x->sum);
    return LEDE_OK;
}

lede_status lede_records_remove(lede_records *r, lede_str path, lede_error *err) {
    lede__draft_page *x = lede__draft_page_of(&r->draft, path);
    if (!x)
        return no_memory(err);
    *x = (lede__draft_page){.is_gone = true};
    return LEDE_OK;
}
