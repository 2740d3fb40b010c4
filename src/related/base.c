/* base.c - the index of the first articles as bytes in a file. See lede/related.h.
 *
 * Numbers are offsets and counts, no pointers. Every piece is asked about (`whole`) before it is
 * followed, and whatever it says stays within the bytes. */
#include "related/inside.h"

#include <assert.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "base/banned.h"

enum { MAGIC = 0x62617331, EIGHT = 8 };

/* Then: prints, places of vectors (in units of eight bytes, and the end), keys, starts, first,
 * docs, weights, vectors; each padded to eight bytes. */
typedef struct head {
    uint32_t magic, n, n_keys, shift;
    uint64_t n_postings, vectors; /* vectors: bytes */
} head;
static_assert(sizeof(head) % EIGHT == 0, "aligned");

/* Where the arrays begin, and the length of all. */
typedef struct layout {
    uint64_t prints, places, keys, starts, first, docs, weights, vectors, end;
} layout;

struct lede_related_base {
    const char *bytes;
    head head;
    layout at;
    lede_related_whole *whole;
    void *ctx;
    atomic_bool damaged;
};

static uint64_t padded(uint64_t n) { return (n + EIGHT - 1) / EIGHT * EIGHT; }

/* All numbers of the head are below 2^40: no sum overflows. */
static layout lay_out(const head *h) {
    layout l = {.prints = sizeof *h};
    l.places = l.prints + (uint64_t)h->n * 8;
    l.keys = l.places + padded(((uint64_t)h->n + 1) * 4);
    l.starts = l.keys + padded((uint64_t)h->n_keys * 4);
    l.first = l.starts + padded(((uint64_t)h->n_keys + 1) * 4);
    l.docs = l.first + padded((((uint64_t)1 << (32 - h->shift)) + 1) * 4);
    l.weights = l.docs + padded(h->n_postings * 4);
    l.vectors = l.weights + padded(h->n_postings * 2);
    l.end = l.vectors + h->vectors;
    return l;
}

/* ---- writing */

static void put(char *room, uint64_t at, const void *bytes, uint64_t n) {
    if (n)
        memcpy(room + at, bytes, n);
}

static void put_vectors(const lede_related_index *x, char *room, const layout *l) {
    uint32_t *places = (uint32_t *)(void *)(room + l->places);
    uint64_t at = 0;
    for (uint32_t i = 0; i < x->n; i++) {
        const lede_str v = x->docs[i].vector;
        places[i] = (uint32_t)(at / EIGHT);
        put(room, l->vectors + at, v.ptr, v.len);
        at += padded(v.len);
    }
    places[x->n] = (uint32_t)(at / EIGHT);
}

lede_status lede_related_base_lay(const lede_related_index *x, const uint64_t *prints,
                                  lede_buf *out, lede_error *err) {
    const lede__postings *p = &x->postings;
    head h = {.magic = MAGIC,
              .n = x->n,
              .n_keys = p->n_keys,
              .shift = p->shift,
              .n_postings = p->starts[p->n_keys]};
    for (uint32_t i = 0; i < x->n; i++)
        h.vectors += padded(x->docs[i].vector.len);
    if (h.vectors / EIGHT > UINT32_MAX)
        return lede_fail(err, LEDE_ELIMIT, "related: too many articles for one index");
    const layout l = lay_out(&h);
    char *room = lede_buf_room(out, l.end);
    if (!room)
        return lede_buf_status(out, err);
    memset(room, 0, l.end);
    put(room, 0, &h, sizeof h);
    put(room, l.prints, prints, (uint64_t)h.n * 8);
    put(room, l.keys, p->keys, (uint64_t)h.n_keys * 4);
    put(room, l.starts, p->starts, ((uint64_t)h.n_keys + 1) * 4);
    put(room, l.first, p->first, (((uint64_t)1 << (32 - h.shift)) + 1) * 4);
    put(room, l.docs, p->docs, h.n_postings * 4);
    put(room, l.weights, p->weights, h.n_postings * 2);
    put_vectors(x, room, &l);
    lede_buf_seal(out, l.end);
    return LEDE_OK;
}

/* ---- reading */

static bool is_whole(lede_related_base *b, uint64_t at, uint64_t n) {
    if (n == 0 || b->whole(b->ctx, b->bytes + at, n))
        return true;
    atomic_store(&b->damaged, true);
    return false;
}

static const uint32_t *numbers(lede_related_base *b, uint64_t at, uint32_t from, uint64_t n) {
    const uint64_t place = at + (uint64_t)from * 4;
    return is_whole(b, place, n * 4) ? (const uint32_t *)(const void *)(b->bytes + place) : NULL;
}

lede_status lede_related_base_map(lede_str bytes, lede_related_whole *whole, void *ctx,
                                  lede_related_base **out, lede_error *err) {
    lede_related_base *b = calloc(1, sizeof *b);
    *out = NULL;
    if (!b)
        return lede_fail(err, LEDE_ENOMEM, "related: out of memory");
    b->bytes = bytes.ptr;
    b->whole = whole;
    b->ctx = ctx;
    bool ok = bytes.len >= sizeof b->head && (uintptr_t)bytes.ptr % EIGHT == 0 &&
              is_whole(b, 0, sizeof b->head);
    if (ok)
        memcpy(&b->head, bytes.ptr, sizeof b->head);
    ok = ok && b->head.magic == MAGIC && b->head.shift >= 8 && b->head.shift < 32 &&
         b->head.n_postings <= UINT32_MAX && b->head.vectors <= bytes.len;
    if (ok)
        b->at = lay_out(&b->head);
    ok = ok && b->at.end == bytes.len && is_whole(b, b->at.prints, (uint64_t)b->head.n * 8);
    if (!ok) {
        lede_related_base_free(b);
        return lede_fail(err, LEDE_EFORMAT, "related: the file of the index is damaged");
    }
    *out = b;
    return LEDE_OK;
}

void lede_related_base_free(lede_related_base *b) { free(b); }

bool lede_related_base_damaged(const lede_related_base *b) { return atomic_load(&b->damaged); }

const uint64_t *lede_related_base_prints(const lede_related_base *b, uint32_t *n) {
    *n = b->head.n;
    return (const uint64_t *)(const void *)(b->bytes + b->at.prints);
}

lede_str lede_related_base_packed(lede_related_base *b, uint32_t doc) {
    const uint32_t *places = doc < b->head.n ? numbers(b, b->at.places, doc, 2) : NULL;
    const uint64_t from = places ? (uint64_t)places[0] * EIGHT : 1,
                   to = places ? (uint64_t)places[1] * EIGHT : 0;
    if (from > to || to > b->head.vectors || !is_whole(b, b->at.vectors + from, to - from)) {
        atomic_store(&b->damaged, true);
        return (lede_str){0};
    }
    return lede_str_n(b->bytes + b->at.vectors + from, to - from);
}

bool lede__base_vector(lede_related_base *b, uint32_t doc, lede__vector *out) {
    const lede_str packed = lede_related_base_packed(b, doc);
    if (packed.len && lede_related_vector_check(packed, NULL) == LEDE_OK &&
        lede__vector_of(packed, out))
        return true;
    atomic_store(&b->damaged, true);
    return false;
}

/* The place of a key among all; UINT32_MAX when it has no postings. */
static uint32_t place_of(lede_related_base *b, uint32_t key) {
    const uint32_t *first = numbers(b, b->at.first, key >> b->head.shift, 2);
    if (!first || first[0] > first[1] || first[1] > b->head.n_keys)
        return UINT32_MAX;
    const uint32_t n = first[1] - first[0], *keys = numbers(b, b->at.keys, first[0], n);
    for (uint32_t i = 0; keys && i < n && keys[i] <= key; i++)
        if (keys[i] == key)
            return first[0] + i;
    return UINT32_MAX;
}

/* Ascending and of articles that there are: then searches stay where they may. */
static bool is_run(const lede_related_base *b, const uint32_t *docs, uint32_t n) {
    bool ok = n == 0 || docs[n - 1] < b->head.n;
    for (uint32_t i = 1; i < n; i++)
        ok &= docs[i - 1] < docs[i];
    return ok;
}

lede__run lede__base_find(lede_related_base *b, uint32_t key) {
    const uint32_t place = place_of(b, key);
    if (place == UINT32_MAX)
        return (lede__run){0};
    const uint32_t *starts = numbers(b, b->at.starts, place, 2);
    if (!starts || starts[0] > starts[1] || starts[1] > b->head.n_postings)
        return (lede__run){0};
    return (lede__run){.docs = (const uint32_t *)(const void *)(b->bytes + b->at.docs) + starts[0],
                       .weights =
                           (const uint16_t *)(const void *)(b->bytes + b->at.weights) + starts[0],
                       .n = starts[1] - starts[0]};
}

bool lede__base_run_is_whole(lede_related_base *b, const lede__run *run) {
    const uint64_t docs = (uint64_t)((const char *)run->docs - b->bytes),
                   weights = (uint64_t)((const char *)run->weights - b->bytes);
    if (is_whole(b, docs, (uint64_t)run->n * 4) && is_whole(b, weights, (uint64_t)run->n * 2) &&
        is_run(b, run->docs, run->n))
        return true;
    atomic_store(&b->damaged, true);
    return false;
}

bool lede__base_is_all(const lede_related_base *b, uint32_t limit) { return limit == b->head.n; }
