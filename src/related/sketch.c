/* sketch.c - how much of one text stands in another, by samples of their shingles. See
 * related/inside.h and README.md. */
#include "related/inside.h"

#include "base/banned.h"

enum { SHARED_MIN = 3 }; /* fewer samples say nothing */

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

uint32_t lede__copy_of(const lede__vector *a, const lede__vector *b, uint32_t containment) {
    const uint32_t smaller = a->n_sketch < b->n_sketch ? a->n_sketch : b->n_sketch;
    if (!containment || smaller < SHARED_MIN)
        return 0;
    const uint32_t shared = lede__sketch_shared(a->sketch, a->n_sketch, b->sketch, b->n_sketch);
    const uint32_t part = (uint32_t)((uint64_t)shared * 1000 / smaller);
    return shared >= SHARED_MIN && part >= containment ? part : 0;
}
