/* records_table.c - one table of the file of records, mapped. See publish/records.h.
 *
 * A block's sum is looked at when the block is first read, and a bit remembers that it was right.
 */
#include "publish/records.h"

#include "codec/hash.h"

#include <stdlib.h>

#include "base/banned.h"

static const uint32_t row_size[LEDE__PARTS] = {
    [LEDE__PAGES] = sizeof(lede__page_row),
    [LEDE__KEYS] = sizeof(lede__text_row),
    [LEDE__READS] = sizeof(lede__read_row),
    [LEDE__READERS] = sizeof(uint32_t),
    [LEDE__SETS] = sizeof(lede__set_row),
    [LEDE__SET_READS] = sizeof(uint32_t),
    [LEDE__SET_PAGES] = sizeof(uint32_t),
    [LEDE__DIMS] = sizeof(lede__text_row),
    [LEDE__DIM_KEYS] = sizeof(uint32_t),
    [LEDE__DEAD] = sizeof(uint64_t),
    [LEDE__TEXTS] = 1,
};

/* ---- opening */

bool lede__table_stands(lede_str file, uint64_t at) {
    const size_t room = sizeof(lede__table_head);
    if (at % 8 != 0 || at > file.len || file.len - at < room)
        return false;
    const lede__table_head *h = (const void *)(file.ptr + at);
    const lede_str summed = lede_str_n(file.ptr + at, offsetof(lede__table_head, head_sum));
    return memcmp(h->magic, LEDE__RECORDS_MAGIC, sizeof h->magic) == 0 &&
           h->version == LEDE__RECORDS_VERSION && h->order_mark == LEDE__RECORDS_ORDER &&
           lede__xxh64(summed, 0) == h->head_sum && h->at == at && h->length % 8 == 0 &&
           h->length >= room && h->length <= file.len - at;
}

static uint64_t blocks_of(const lede__table_head *h) {
    return (h->sums_at - sizeof *h + LEDE__RECORDS_BLOCK - 1) / LEDE__RECORDS_BLOCK;
}

static bool places_fit(const lede__table_head *h) {
    if (h->sums_at % 8 != 0 || h->sums_at < sizeof *h || h->sums_at > h->length ||
        h->length - h->sums_at != blocks_of(h) * sizeof(uint64_t))
        return false;
    for (int i = 0; i < LEDE__PARTS; i++) {
        const lede__table_place *p = &h->places[i];
        if (p->at % 8 != 0 || p->at < sizeof *h || p->at > h->sums_at ||
            p->len > h->sums_at - p->at || p->len % row_size[i] != 0)
            return false;
        if (i != LEDE__TEXTS && p->len / row_size[i] > UINT32_MAX / 2)
            return false; /* pages and sets are counted together in 32 bits */
    }
    return true;
}

static uint32_t rows_of(const lede__table *t, enum lede__part part) {
    return (uint32_t)(t->head->places[part].len / row_size[part]);
}

static bool count_rows(lede__table *t) {
    const uint32_t keys = rows_of(t, LEDE__KEYS), reads = rows_of(t, LEDE__READS),
                   sets = rows_of(t, LEDE__SETS), dims = rows_of(t, LEDE__DIMS);
    if (!keys || !reads || !sets || !dims)
        return false;
    t->n_pages = rows_of(t, LEDE__PAGES);
    t->n_dead = rows_of(t, LEDE__DEAD);
    t->n_keys = keys - 1;
    t->n_reads = reads - 1;
    t->n_sets = sets - 1;
    t->n_dims = dims - 1;
    return true;
}

lede_status lede__table_open(lede__table *t, lede_str file, uint64_t at) {
    *t = (lede__table){0};
    if (!lede__table_stands(file, at))
        return LEDE_EFORMAT;
    t->bytes = file.ptr + at;
    t->head = (const void *)t->bytes;
    const lede__table_head *h = t->head;
    if (!places_fit(h) || !count_rows(t) ||
        lede__xxh64(lede_str_n(t->bytes + h->sums_at, h->length - h->sums_at), 0) != h->sums_sum) {
        *t = (lede__table){0};
        return LEDE_EFORMAT;
    }
    t->seen = calloc(blocks_of(h) / 64 + 1, sizeof *t->seen);
    return t->seen ? LEDE_OK : LEDE_ENOMEM;
}

void lede__table_close(lede__table *t) {
    free(t->seen);
    *t = (lede__table){0};
}

/* ---- reading */

static bool block_is_right(lede__table *t, uint64_t block) {
    const uint64_t from = sizeof(lede__table_head) + block * LEDE__RECORDS_BLOCK;
    const uint64_t left = t->head->sums_at - from;
    const size_t len = left < LEDE__RECORDS_BLOCK ? (size_t)left : LEDE__RECORDS_BLOCK;
    const uint64_t *sums = (const void *)(t->bytes + t->head->sums_at);
    if (lede__xxh64(lede_str_n(t->bytes + from, len), block) != sums[block])
        return false;
    t->seen[block / 64] |= UINT64_C(1) << block % 64;
    return true;
}

/* The bytes of [at, at + len) of the table, or NULL. */
static const char *bytes_of(lede__table *t, uint64_t at, uint64_t len) {
    if (len == 0)
        return t->bytes + at;
    const uint64_t last = (at + len - 1 - sizeof(lede__table_head)) / LEDE__RECORDS_BLOCK;
    for (uint64_t b = (at - sizeof(lede__table_head)) / LEDE__RECORDS_BLOCK; b <= last; b++) {
        if (t->seen[b / 64] >> b % 64 & 1 || block_is_right(t, b))
            continue;
        t->damaged = true;
        return NULL;
    }
    return t->bytes + at;
}

const void *lede__table_rows(lede__table *t, enum lede__part part, uint64_t first, uint64_t n) {
    const lede__table_place *p = &t->head->places[part];
    const uint64_t rows = p->len / row_size[part];
    if (first > rows || n > rows - first) {
        t->damaged = true;
        return NULL;
    }
    return bytes_of(t, p->at + first * row_size[part], n * row_size[part]);
}

lede_str lede__table_text(lede__table *t, uint64_t at, uint64_t len) {
    const char *ptr = lede__table_rows(t, LEDE__TEXTS, at, len);
    return lede_str_n(ptr, ptr ? (size_t)len : 0);
}

lede_str lede__table_text_of(lede__table *t, enum lede__part part, uint32_t row) {
    if (part == LEDE__PAGES) {
        const lede__page_row *p = lede__table_rows(t, part, row, 1);
        return p ? lede__table_text(t, p->at, p->path_len) : (lede_str){0};
    }
    const lede__text_row *x = lede__table_rows(t, part, row, 1);
    return x ? lede__table_text(t, x->at, x->len) : (lede_str){0};
}

uint32_t lede__table_search(lede__table *t, enum lede__part part, lede_str text, bool *same) {
    uint32_t low = 0, high = part == LEDE__PAGES  ? t->n_pages
                             : part == LEDE__KEYS ? t->n_keys
                                                  : t->n_dims;
    *same = false;
    while (low < high && !t->damaged) {
        const uint32_t mid = low + (high - low) / 2;
        const int order = lede_str_cmp(lede__table_text_of(t, part, mid), text);
        if (order == 0) {
            *same = !t->damaged;
            return mid;
        }
        if (order < 0)
            low = mid + 1;
        else
            high = mid;
    }
    return low;
}

bool lede__table_next_read(lede__table *t, lede_str *at, bool first, uint32_t *number) {
    uint64_t step = 0;
    for (unsigned shift = 0; at->len && shift < 35; shift += 7) {
        const unsigned char c = (unsigned char)*at->ptr;
        *at = lede_str_sub(*at, 1);
        step |= (uint64_t)(c & 127) << shift;
        if (c & 128)
            continue;
        step += first ? 0 : *number;
        if (step >= t->n_reads)
            break;
        *number = (uint32_t)step;
        return true;
    }
    t->damaged = true;
    return false;
}
