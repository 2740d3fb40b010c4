/* sketch.c - how much of one text stands in another, by samples of their shingles. See
 * related/inside.h and README.md. */
#include "related/inside.h"

#include "base/banned.h"

enum {
    SHARED_MIN = 3, /* fewer samples say nothing */
    GLANCE = 16     /* samples of both that are looked at first */
};

uint32_t lede__sketch_shared(const uint32_t *a, uint32_t n_a, const uint32_t *b, uint32_t n_b) {
    uint32_t shared = 0, i = 0, j = 0;
    while (i < n_a && j < n_b) {
        const uint32_t x = a[i], y = b[j];
        shared += x == y;
        i += x <= y;
        j += y <= x;
    }
    return shared;
}

/* Whether the smallest samples of two sketches are all different: then one text hardly stands in
 * the other. A sample of a copy's GLANCE smallest that is in the other text at all is among its
 * smallest, as far as those reach, so several would be seen. */
static bool are_strange(const lede__vector *a, const lede__vector *b) {
    return a->n_sketch > GLANCE && b->n_sketch > GLANCE &&
           lede__sketch_shared(a->sketch, GLANCE, b->sketch, GLANCE) == 0;
}

uint32_t lede__copy_of(const lede__vector *a, const lede__vector *b, uint32_t containment) {
    const uint32_t smaller = a->n_sketch < b->n_sketch ? a->n_sketch : b->n_sketch;
    if (!containment || smaller < SHARED_MIN || are_strange(a, b))
        return 0;
    const uint32_t shared = lede__sketch_shared(a->sketch, a->n_sketch, b->sketch, b->n_sketch);
    const uint32_t part = (uint32_t)((uint64_t)shared * 1000 / smaller);
    return shared >= SHARED_MIN && part >= containment ? part : 0;
}
