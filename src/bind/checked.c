/* checked.c - a mapped file whose blocks are checked when they are touched. See bind/checked.h.
 *
 * Head, bytes (padded to eight), a sum of each block of the bytes. The head has the sum of the sums
 * and its own. */
#include "bind/checked.h"

#include "codec/hash.h"
#include "sys/sys.h"

#include <assert.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/banned.h"

enum { VERSION = 1, ORDER = 0x01020304, BLOCK = 4096, EIGHT = 8 };

typedef struct head {
    char magic[8];
    uint32_t version, order;
    uint64_t made_of, len; /* len: of the bytes without the padding */
    uint64_t sums, sum;    /* of all sums; of all above */
} head;
static_assert(sizeof(head) % EIGHT == 0, "aligned");

struct lede__checked {
    lede__map map;
    head head;
    const uint64_t *sums;
    atomic_uchar *seen; /* of each block: it was found whole */
};

static uint64_t padded(uint64_t n) { return (n + EIGHT - 1) / EIGHT * EIGHT; }
static uint64_t blocks_of(uint64_t len) { return (len + BLOCK - 1) / BLOCK; }

static uint64_t sum_of_head(const head *h) {
    return lede__xxh64(lede_str_n((const char *)h, offsetof(head, sum)), 0);
}

static uint64_t sum_of_block(const char *bytes, uint64_t len, uint64_t block) {
    const uint64_t from = block * BLOCK, left = len - from;
    return lede__xxh64(lede_str_n(bytes + from, left < BLOCK ? left : BLOCK), block);
}

static bool path_of(char out[4096], const char *dir, const char *name) {
    return snprintf(out, 4096, "%s/%s", dir, name) < 4096;
}

/* ---- reading */

static bool read_head(lede__checked *c, uint64_t made_of) {
    head *h = &c->head;
    if (c->map.len < sizeof *h)
        return false;
    memcpy(h, c->map.ptr, sizeof *h);
    if (memcmp(h->magic, "lede.ck", 8) != 0 || h->version != VERSION || h->order != ORDER ||
        h->sum != sum_of_head(h) || h->made_of != made_of || h->len > c->map.len)
        return false;
    const uint64_t at = sizeof *h + padded(h->len), n = blocks_of(h->len);
    if (c->map.len != at + n * sizeof *c->sums)
        return false;
    c->sums = (const uint64_t *)(const void *)(c->map.ptr + at);
    return h->sums == lede__xxh64(lede_str_n(c->map.ptr + at, n * sizeof *c->sums), 0);
}

lede__checked *lede__checked_open(const char *dir, const char *name, uint64_t made_of) {
    char path[4096];
    lede_error none;
    lede__checked *c = path_of(path, dir, name) ? calloc(1, sizeof *c) : NULL;
    if (!c)
        return NULL;
    bool ok = lede__map_open(path, &c->map, &none) == LEDE_OK && read_head(c, made_of);
    if (ok)
        c->seen = calloc(blocks_of(c->head.len) + 1, sizeof *c->seen);
    if (ok && c->seen)
        return c;
    lede__checked_close(c);
    return NULL;
}

void lede__checked_close(lede__checked *c) {
    if (!c)
        return;
    lede__map_close(&c->map);
    free(c->seen);
    free(c);
}

lede_str lede__checked_bytes(const lede__checked *c) {
    return lede_str_n(c->map.ptr + sizeof(head), c->head.len);
}

bool lede__checked_whole(void *ctx, const void *at, size_t n) {
    lede__checked *c = ctx;
    const char *bytes = c->map.ptr + sizeof(head);
    const uint64_t from = (uint64_t)((const char *)at - bytes);
    if (n == 0)
        return true;
    if (from > c->head.len || n > c->head.len - from)
        return false;
    for (uint64_t b = from / BLOCK; b <= (from + n - 1) / BLOCK; b++) {
        if (atomic_load_explicit(&c->seen[b], memory_order_relaxed))
            continue;
        if (sum_of_block(bytes, c->head.len, b) != c->sums[b])
            return false;
        atomic_store_explicit(&c->seen[b], 1, memory_order_relaxed);
    }
    return true;
}

/* ---- writing */

void lede__checked_begin(lede_buf *b) {
    static const head none = {{0}, 0, 0, 0, 0, 0, 0};
    lede_buf_init(b, SIZE_MAX / 4);
    lede_buf_addn(b, &none, sizeof none);
}

static void add_sums(lede_buf *b, head *h) {
    const uint64_t n = blocks_of(h->len), padding = 0;
    lede_buf_addn(b, &padding, padded(h->len) - h->len);
    uint64_t *sums = (uint64_t *)(void *)lede_buf_room(b, n * sizeof *sums);
    if (!sums)
        return;
    for (uint64_t i = 0; i < n; i++)
        sums[i] = sum_of_block(b->ptr + sizeof *h, h->len, i);
    h->sums = lede__xxh64(lede_str_n((const char *)sums, n * sizeof *sums), 0);
    h->sum = sum_of_head(h);
    lede_buf_seal(b, n * sizeof *sums);
    memcpy(b->ptr, h, sizeof *h);
}

lede_status lede__checked_write(const char *dir, const char *name, uint64_t made_of, lede_buf *b,
                                lede_error *err) {
    char path[4096];
    head h = {.magic = "lede.ck", .version = VERSION, .order = ORDER, .made_of = made_of};
    if (!path_of(path, dir, name))
        return lede_fail(err, LEDE_EINVAL, "the path '%.200s...' is too long", dir);
    lede_status st = lede_buf_status(b, err);
    if (st)
        return st;
    h.len = b->len - sizeof h;
    add_sums(b, &h);
    st = lede_buf_status(b, err);
    return st ? st : lede__write_file(path, lede_buf_str(b), false, err);
}

void lede__checked_remove(const char *dir, const char *name) {
    char path[4096];
    if (path_of(path, dir, name))
        unlink(path);
}
