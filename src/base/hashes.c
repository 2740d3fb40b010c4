/* hashes.c - open addressing, never more than half full. See hashes.h. */
#include "base/hashes.h"

#include <stdlib.h>

enum { FIRST_SLOTS = 256 };

void lede__hashes_fini(lede__hashes *h) {
    free(h->slots);
    *h = (lede__hashes){0};
}

static uint64_t in_use(uint64_t hash) { return hash ? hash : 1; }

static size_t slot_of(const lede__hashes *h, uint64_t hash) {
    size_t at = (size_t)hash & h->mask;
    while (h->slots[at] && h->slots[at] != hash)
        at = (at + 1) & h->mask;
    return at;
}

bool lede__hashes_has(const lede__hashes *h, uint64_t hash) {
    return h->slots && h->slots[slot_of(h, in_use(hash))];
}

static bool grow(lede__hashes *h) {
    lede__hashes more = {.count = h->count, .mask = h->slots ? h->mask * 2 + 1 : FIRST_SLOTS - 1};
    more.slots = calloc(more.mask + 1, sizeof *more.slots);
    if (!more.slots)
        return false;
    for (size_t i = 0; h->slots && i <= h->mask; i++)
        if (h->slots[i])
            more.slots[slot_of(&more, h->slots[i])] = h->slots[i];
    free(h->slots);
    *h = more;
    return true;
}

bool lede__hashes_add(lede__hashes *h, uint64_t hash) {
    if ((!h->slots || h->count * 2 > h->mask) && !grow(h)) {
        h->failed = true;
        return false;
    }
    uint64_t *slot = &h->slots[slot_of(h, in_use(hash))];
    if (*slot)
        return false;
    *slot = in_use(hash);
    h->count++;
    return true;
}
