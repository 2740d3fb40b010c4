/* copies.c - near copies among all articles. See lede/related.h and README.md.
 *
 * The samples of all sketches are sorted by (sample, article): articles that share one stand beside
 * each other. A sample that very many share is the site's own boilerplate and is passed over. Pairs
 * are counted article by article, so memory holds one article's at a time. */
#include "related/inside.h"

#include <stdlib.h>

#include "base/banned.h"

enum { CROWD = 200, SHARED_MIN = 3 };

typedef struct table {
    lede__vector *vectors;
    uint64_t *samples; /* sample << 32 | article, descending */
    size_t n_samples;
    uint32_t *shared; /* of each article with the one at hand */
    uint32_t *met;
} table;

static void table_fini(table *t) {
    free(t->vectors);
    free(t->samples);
    free(t->shared);
    free(t->met);
}

static lede_status table_init(table *t, const lede_related_doc *docs, uint32_t n, lede_error *err) {
    size_t total = 0;
    *t = (table){.vectors = calloc((size_t)n + 1, sizeof *t->vectors),
                 .shared = calloc((size_t)n + 1, sizeof *t->shared),
                 .met = malloc(((size_t)n + 1) * sizeof *t->met)};
    if (!t->vectors || !t->shared || !t->met)
        return lede_fail(err, LEDE_ENOMEM, "related: out of memory");
    for (uint32_t i = 0; i < n; i++) {
        if (!lede__vector_of(docs[i].vector, &t->vectors[i]))
            return lede_fail(err, LEDE_EFORMAT, "related: these bytes are no vector");
        total += t->vectors[i].n_sketch;
    }
    t->samples = malloc((total + 1) * sizeof *t->samples);
    if (!t->samples)
        return lede_fail(err, LEDE_ENOMEM, "related: out of memory");
    for (uint32_t i = 0; i < n; i++)
        for (uint32_t j = 0; j < t->vectors[i].n_sketch; j++)
            t->samples[t->n_samples++] = (uint64_t)t->vectors[i].sketch[j] << 32 | i;
    lede__sort64(t->samples, t->n_samples);
    return LEDE_OK;
}

/* The first place whose sample is not above. */
static size_t place_of(const table *t, uint32_t sample) {
    size_t from = 0, to = t->n_samples;
    while (from < to) {
        const size_t middle = from + (to - from) / 2;
        if (t->samples[middle] >> 32 > sample)
            from = middle + 1;
        else
            to = middle;
    }
    return from;
}

/* Counts the samples that later articles share with a; gives how many were met. */
static uint32_t meet(table *t, uint32_t a) {
    uint32_t n_met = 0;
    for (uint32_t j = 0; j < t->vectors[a].n_sketch; j++) {
        const uint32_t sample = t->vectors[a].sketch[j];
        const size_t from = place_of(t, sample);
        size_t to = from;
        while (to < t->n_samples && t->samples[to] >> 32 == sample && to - from <= CROWD)
            to++;
        for (size_t i = from; to - from <= CROWD && i < to; i++) {
            const uint32_t b = (uint32_t)t->samples[i];
            if (b > a && t->shared[b]++ == 0)
                t->met[n_met++] = b;
        }
    }
    return n_met;
}

static uint32_t part_of(uint32_t shared, uint32_t all) {
    return all ? (uint32_t)((uint64_t)shared * 1000 / all) : 0;
}

static lede_related_copy compare(const table *t, uint32_t a, uint32_t b) {
    const lede__vector *x = &t->vectors[a], *y = &t->vectors[b];
    const uint32_t shared = lede__sketch_shared(x->sketch, x->n_sketch, y->sketch, y->n_sketch);
    return (lede_related_copy){
        .a = a, .b = b, .in_a = part_of(shared, x->n_sketch), .in_b = part_of(shared, y->n_sketch)};
}

lede_status lede_related_copies(const lede_related_doc *docs, uint32_t n, uint32_t containment,
                                lede_related_each_copy *each, void *ctx, lede_error *err) {
    table t;
    bool on = true;
    lede_status st = table_init(&t, docs, n, err);
    for (uint32_t a = 0; !st && on && a < n; a++) {
        const uint32_t n_met = meet(&t, a);
        lede__sort32(t.met, n_met);
        for (uint32_t i = 0; i < n_met; i++) {
            const uint32_t b = t.met[i];
            const bool enough = t.shared[b] >= SHARED_MIN;
            const lede_related_copy c = enough ? compare(&t, a, b) : (lede_related_copy){0};
            t.shared[b] = 0;
            if (on && enough && (c.in_a >= containment || c.in_b >= containment))
                on = each(ctx, &c);
        }
    }
    table_fini(&t);
    return st;
}
