/* names.c - open addressing with linear probing; the table doubles at three quarters. */
#include "base/names.h"

#include <stdlib.h>

/* FNV-1a by eight bytes at a time: names are short, and base/ has libc only. */
static uint32_t hash(lede_str s) {
    uint64_t h = 0xcbf29ce484222325u ^ s.len;
    size_t i = 0;
    for (; i + 8 <= s.len; i += 8) {
        uint64_t word;
        memcpy(&word, s.ptr + i, 8);
        h = (h ^ word) * 0x9e3779b97f4a7c15u;
        h ^= h >> 29;
    }
    for (; i < s.len; i++)
        h = (h ^ (unsigned char)s.ptr[i]) * 0x100000001b3u;
    h ^= h >> 32;
    return (uint32_t)(h * 0x9e3779b97f4a7c15u >> 32);
}

void lede__names_init(lede__names *n) { *n = (lede__names){0}; }

void lede__names_fini(lede__names *n) {
    free(n->items);
    free(n->slots);
    *n = (lede__names){0};
}

uint32_t lede__names_find(const lede__names *n, lede_str s) {
    if (!n->slots)
        return LEDE_NO_NAME;
    for (uint32_t at = hash(s) & n->mask; n->slots[at]; at = (at + 1) & n->mask)
        if (lede_str_eq(n->items[n->slots[at] - 1], s))
            return n->slots[at] - 1;
    return LEDE_NO_NAME;
}

static bool grow(lede__names *n) {
    uint32_t cap = n->cap ? n->cap * 2 : 64;
    uint32_t size = cap * 2;
    lede_str *items = realloc(n->items, cap * sizeof *items);
    if (!items)
        return false;
    n->items = items;
    uint32_t *slots = calloc(size, sizeof *slots);
    if (!slots)
        return false;
    free(n->slots);
    n->slots = slots;
    n->mask = size - 1;
    n->cap = cap;
    for (uint32_t i = 0; i < n->count; i++) {
        uint32_t at = hash(n->items[i]) & n->mask;
        while (n->slots[at])
            at = (at + 1) & n->mask;
        n->slots[at] = i + 1;
    }
    return true;
}

uint32_t lede__names_add(lede__names *n, lede_arena *arena, lede_str s) {
    uint32_t found = lede__names_find(n, s);
    if (found != LEDE_NO_NAME)
        return found;
    if (n->count == n->cap && !grow(n))
        return LEDE_NO_NAME;
    if (arena && !(s = lede_arena_copy(arena, s)).ptr)
        return LEDE_NO_NAME;
    uint32_t at = hash(s) & n->mask;
    while (n->slots[at])
        at = (at + 1) & n->mask;
    n->items[n->count] = s;
    n->slots[at] = ++n->count;
    return n->count - 1;
}
