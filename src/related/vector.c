/* vector.c - features and their epoch -> a vector: the heaviest ones, of length LEDE__UNIT. See
 * lede/related.h.
 *
 * A word's weight is the root of its count times log2((articles + 1) / articles that have it);
 * words and pairs are brought to their shares each for itself. The only arithmetic that is not
 * whole is product, quotient and root of doubles, which IEEE 754 gives the same way everywhere, in
 * a fixed order. */
#include "related/inside.h"

#include <math.h>
#include <stdlib.h>

#include "base/banned.h"

typedef struct weighing {
    const lede_related_epoch *epoch;
    const lede__tables *tables;
    uint32_t articles, log_articles;
} weighing;

/* A feature that nobody had when the epoch was counted is as rare as can be. Of tags there may be
 * more than articles of a language: they are counted in all. */
static double idf(const weighing *w, uint32_t key, uint32_t count) {
    if (count == 0 && key >> LEDE__PAIR_BIT)
        return 0;
    const uint32_t log = count < LEDE__LOGS ? w->tables->logs[count] : lede__log2(count);
    return log < w->log_articles ? (double)(w->log_articles - log) / 65536 : 0;
}

/* ---- choosing the heaviest */

/* Weight in the upper half, then the key. */
static uint64_t pack_weight(double weight, uint32_t key) {
    return (uint64_t)(uint32_t)(weight * 2147483648.0) << 32 | key;
}

/* Writes the features that weigh anything to out; gives how many. */
static size_t weigh_all(const weighing *w, const lede__features *f, uint32_t pairs, double *weights,
                        uint64_t *out) {
    double words = 0, both = 0;
    size_t n = 0;
    uint32_t *counts = (uint32_t *)(void *)out; /* read before its place is written */
    lede__epoch_counts(w->epoch, f->keys, f->n, counts);
    for (uint32_t i = 0; i < f->n; i++) {
        weights[i] = w->tables->roots[f->counts[i]] * idf(w, f->keys[i], counts[i]);
        *(f->keys[i] >> LEDE__PAIR_BIT ? &both : &words) += weights[i] * weights[i];
    }
    const double share = pairs / 1000.0;
    const double word_factor = words > 0 ? sqrt((both > 0 ? 1 - share : 1) / words) : 0;
    const double pair_factor = both > 0 ? sqrt((words > 0 ? share : 1) / both) : 0;
    for (uint32_t i = 0; i < f->n; i++) {
        const double weight =
            weights[i] * (f->keys[i] >> LEDE__PAIR_BIT ? pair_factor : word_factor);
        if (weight > 0)
            out[n++] = pack_weight(weight, f->keys[i]);
    }
    return n;
}

/* Brings n packed weights to length LEDE__UNIT; gives how many are not nothing then. */
static uint32_t scale(const uint64_t *items, size_t n, uint16_t *weights) {
    double sum = 0;
    for (size_t i = 0; i < n; i++) {
        const double w = (double)(items[i] >> 32);
        sum += w * w;
    }
    const double factor = sum > 0 ? LEDE__UNIT / sqrt(sum) : 0;
    uint32_t kept = 0;
    while (kept < n) {
        weights[kept] = (uint16_t)((double)(items[kept] >> 32) * factor + 0.5);
        if (weights[kept] == 0)
            break;
        kept++;
    }
    return kept;
}

static double tag_idf(const weighing *w, uint32_t key) {
    uint32_t count;
    lede__epoch_counts(w->epoch, &key, 1, &count);
    return w->articles ? idf(w, key, count) : 0;
}

/* The tags' weights are their idf, at length LEDE__UNIT. */
static void weigh_tags(const weighing *w, const lede__features *f, uint16_t *out) {
    double sum = 0;
    for (uint32_t i = 0; i < f->n_tags; i++) {
        const double weight = tag_idf(w, f->tags[i]);
        sum += weight * weight;
    }
    const double factor = sum > 0 ? LEDE__UNIT / sqrt(sum) : 0;
    for (uint32_t i = 0; i < f->n_tags; i++)
        out[i] = (uint16_t)(tag_idf(w, f->tags[i]) * factor + 0.5);
}

/* ---- packing */

static lede_status put_vector(const lede__features *f, const weighing *w, const uint64_t *items,
                              const uint16_t *weights, uint32_t n, lede_buf *out, lede_error *err) {
    const lede__block head = {.magic = LEDE__VECTOR_MAGIC,
                              .group = f->group,
                              .n = n,
                              .n_tags = f->n_tags,
                              .n_sketch = f->n_sketch};
    const size_t numbers = (size_t)n + f->n_tags + f->n_sketch;
    const size_t used = sizeof head + numbers * 4 + ((size_t)n + f->n_tags) * 2;
    const size_t size = (used + 7) / 8 * 8;
    char *room = lede_buf_room(out, size);
    if (!room)
        return lede_fail(err, LEDE_ENOMEM, "related: out of memory");
    memset(room + used, 0, size - used);
    memcpy(room, &head, sizeof head);
    uint32_t *keys = (uint32_t *)(void *)(room + sizeof head);
    for (uint32_t i = 0; i < n; i++)
        keys[i] = (uint32_t)items[i];
    memcpy(keys + n, f->tags, f->n_tags * 4);
    memcpy(keys + n + f->n_tags, f->sketch, f->n_sketch * 4);
    uint16_t *out_weights = (uint16_t *)(void *)(keys + numbers);
    memcpy(out_weights, weights, n * sizeof *weights);
    weigh_tags(w, f, out_weights + n);
    lede_buf_seal(out, size);
    return LEDE_OK;
}

lede_status lede_related_vector(const lede_related_epoch *e, const lede_related_settings *s,
                                lede_str features, lede_buf *out, lede_error *err) {
    lede__features f;
    if (!lede__features_of(features, &f))
        return lede_fail(err, LEDE_EFORMAT, "related: these bytes are no features");
    const size_t most =
        s->features < LEDE_RELATED_FEATURES_MAX ? s->features : LEDE_RELATED_FEATURES_MAX;
    uint16_t weights[LEDE_RELATED_FEATURES_MAX];
    double *loose = malloc(((size_t)f.n + 1) * sizeof *loose);
    uint64_t *items = malloc(((size_t)f.n + 1) * 2 * sizeof *items);
    if (!loose || !items) {
        free(loose);
        free(items);
        return lede_fail(err, LEDE_ENOMEM, "related: out of memory");
    }
    weighing w = {e, lede__epoch_tables(e), lede__epoch_group(e, f.group), 0};
    w.log_articles =
        lede__log2(w.articles + 1); /* one more: of two articles too some words are rarer */
    size_t n = w.articles ? weigh_all(&w, &f, s->pairs, loose, items) : 0;
    lede__order64(items, items + f.n, n); /* of equal ones the smallest key first, as they came */
    const uint32_t kept = scale(items, n < most ? n : most, weights);
    lede_status st = put_vector(&f, &w, items, weights, kept, out, err);
    free(loose);
    free(items);
    return st;
}
