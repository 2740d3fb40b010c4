/* hashes.h - a set of 64-bit hashes, for "was it seen": what hashes alike is one. Pure memory. */
#ifndef LEDE_BASE_HASHES_H
#define LEDE_BASE_HASHES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct lede__hashes {
    uint64_t *slots; /* 0 = free */
    size_t count, mask;
    bool failed; /* memory was refused: something that was added is not in it */
} lede__hashes; /* {0} is the empty set */

void lede__hashes_fini(lede__hashes *h); /* may be repeated */
bool lede__hashes_has(const lede__hashes *h, uint64_t hash);
/* Adds hash; false when it was there already, or when memory is refused (then h->failed is set). */
bool lede__hashes_add(lede__hashes *h, uint64_t hash);

#endif
