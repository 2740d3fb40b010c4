/* postings.c - which articles have a feature. See related/inside.h.
 *
 * Postings are dealt into buckets by the upper bits of their key, in order of articles; each bucket
 * then fits the processor's cache and is sorted by the rest of the key, stably, so that articles
 * stay in order. Keys are hashes, spread evenly: the same upper bits lead to a key in a step or
 * two. */
#include "related/inside.h"

#include <stdlib.h>

#include "base/banned.h"

enum { DEAL_BITS = 8, DEAL = 1 << DEAL_BITS, DIGIT_BITS = 8, DIGITS = 1 << DIGIT_BITS };

typedef struct posting {
    uint32_t key, doc;
    uint16_t weight;
} posting;

void lede__postings_fini(lede__postings *p) {
    free(p->keys);
    free(p->starts);
    free(p->docs);
    free(p->weights);
    free(p->first);
    *p = (lede__postings){0};
}

/* Says how many postings each bucket gets; starts[i] is where bucket i begins. */
static void count(const lede__vector *vectors, uint32_t n, const uint64_t *wanted,
                  size_t starts[DEAL + 1]) {
    memset(starts, 0, (DEAL + 1) * sizeof *starts);
    for (uint32_t d = 0; d < n; d++)
        for (uint32_t i = 0; i < vectors[d].n; i++)
            if (lede__is_wanted(wanted, vectors[d].keys[i]))
                starts[(vectors[d].keys[i] >> (32 - DEAL_BITS)) + 1]++;
    for (int b = 0; b < DEAL; b++)
        starts[b + 1] += starts[b];
}

static void deal(const lede__vector *vectors, uint32_t n, uint32_t first, const uint64_t *wanted,
                 posting *all, const size_t starts[DEAL + 1]) {
    size_t at[DEAL];
    memcpy(at, starts, sizeof at);
    for (uint32_t d = 0; d < n; d++)
        for (uint32_t i = 0; i < vectors[d].n; i++) {
            const uint32_t key = vectors[d].keys[i];
            if (lede__is_wanted(wanted, key))
                all[at[key >> (32 - DEAL_BITS)]++] = (posting){key, first + d, vectors[d].weights[i]};
        }
}

/* Sorts a bucket by the 24 bits that its keys differ in; the result is in items again or in
 * scratch. */
static posting *sort_bucket(posting *items, posting *scratch, size_t n) {
    for (int shift = 0; shift < 32 - DEAL_BITS; shift += DIGIT_BITS) {
        size_t at[DIGITS] = {0}, sum = 0;
        for (size_t i = 0; i < n; i++)
            at[items[i].key >> shift & (DIGITS - 1)]++;
        for (int d = 0; d < DIGITS; d++) {
            const size_t count = at[d];
            at[d] = sum;
            sum += count;
        }
        for (size_t i = 0; i < n; i++)
            scratch[at[items[i].key >> shift & (DIGITS - 1)]++] = items[i];
        posting *swap = items;
        items = scratch;
        scratch = swap;
    }
    return items;
}

/* Appends a sorted bucket. */
static bool append(lede__postings *p, size_t *cap, const posting *items, size_t n, size_t at) {
    for (size_t i = 0; i < n; i++) {
        if (i == 0 || items[i].key != items[i - 1].key) {
            if (p->n_keys + 1 >= *cap) {
                *cap = *cap * 2 + 1024;
                uint32_t *keys = realloc(p->keys, *cap * sizeof *keys);
                if (keys)
                    p->keys = keys;
                uint32_t *starts = realloc(p->starts, (*cap + 1) * sizeof *starts);
                if (starts)
                    p->starts = starts;
                if (!keys || !starts)
                    return false;
            }
            p->keys[p->n_keys] = items[i].key;
            p->starts[p->n_keys++] = (uint32_t)(at + i);
        }
        p->docs[at + i] = items[i].doc;
        p->weights[at + i] = items[i].weight;
    }
    return true;
}

/* first[b]: the number of the first key whose upper bits are b or more. */
static bool make_first(lede__postings *p) {
    uint32_t bits = 4;
    while (bits < 24 && (uint32_t)1 << bits < p->n_keys / 2)
        bits++;
    p->shift = 32 - bits;
    p->first = calloc(((size_t)1 << bits) + 1, sizeof *p->first);
    if (!p->first)
        return false;
    uint32_t at = 0;
    for (uint32_t b = 0; b < (uint32_t)1 << bits; b++) {
        while (at < p->n_keys && p->keys[at] >> p->shift < b)
            at++;
        p->first[b] = at;
    }
    p->first[(size_t)1 << bits] = p->n_keys;
    return true;
}

static bool fill(lede__postings *p, posting *all, const size_t starts[DEAL + 1]) {
    size_t cap = 0, longest = 0;
    for (int b = 0; b < DEAL; b++)
        if (starts[b + 1] - starts[b] > longest)
            longest = starts[b + 1] - starts[b];
    posting *scratch = malloc((longest + 1) * sizeof *scratch);
    bool ok = scratch != NULL;
    for (int b = 0; ok && b < DEAL; b++) {
        const size_t n = starts[b + 1] - starts[b];
        ok = append(p, &cap, sort_bucket(all + starts[b], scratch, n), n, starts[b]);
    }
    free(scratch);
    return ok;
}

lede_status lede__postings_make(const lede__vector *vectors, uint32_t n, uint32_t first,
                                const uint64_t *wanted, lede__postings *out, lede_error *err) {
    size_t starts[DEAL + 1];
    *out = (lede__postings){0};
    count(vectors, n, wanted, starts);
    const size_t total = starts[DEAL];
    if (total > UINT32_MAX)
        return lede_fail(err, LEDE_ELIMIT, "related: too many articles for one index");
    posting *all = malloc((total + 1) * sizeof *all);
    out->docs = malloc((total + 1) * sizeof *out->docs);
    out->weights = malloc((total + 1) * sizeof *out->weights);
    out->starts = calloc(1, sizeof *out->starts);
    bool ok = all && out->docs && out->weights && out->starts;
    if (ok) {
        deal(vectors, n, first, wanted, all, starts);
        ok = fill(out, all, starts) && make_first(out);
    }
    free(all);
    if (!ok) {
        lede__postings_fini(out);
        return lede_fail(err, LEDE_ENOMEM, "related: out of memory");
    }
    out->starts[out->n_keys] = (uint32_t)total;
    return LEDE_OK;
}

lede__run lede__postings_find(const lede__postings *p, uint32_t key) {
    uint32_t at = p->first[key >> p->shift];
    const uint32_t end = p->first[(size_t)(key >> p->shift) + 1];
    while (at < end && p->keys[at] < key)
        at++;
    if (at == end || p->keys[at] != key)
        return (lede__run){0};
    return (lede__run){.docs = p->docs + p->starts[at],
                       .weights = p->weights + p->starts[at],
                       .n = p->starts[at + 1] - p->starts[at]};
}

void lede__postings_bring(const lede__postings *p, uint32_t key) {
    LEDE_PREFETCH(&p->first[key >> p->shift]);
}
