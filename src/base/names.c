/* names.c - open addressing with linear probing; the table doubles when it is half full. */
#include "base/names.h"

#include <assert.h>
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

/* Where s is, or the free slot for it. A text is looked at only when all of its hash is the same:
 * most of a large set lies in no cache. */
static lede__name_slot *slot_of(const lede__names *n, lede_str s, uint32_t h) {
    assert(n->slots);
    uint32_t at = h & n->mask;
    while (n->slots[at].number &&
           (n->slots[at].hash != h || !lede_str_eq(n->items[n->slots[at].number - 1], s)))
        at = (at + 1) & n->mask;
    return &n->slots[at];
}

uint32_t lede__names_find(const lede__names *n, lede_str s) {
    return n->slots ? slot_of(n, s, hash(s))->number - 1 : LEDE_NO_NAME; /* of a free one: 0 - 1 */
}

static void move_slots(lede__name_slot *to, uint32_t mask, const lede__names *n) {
    for (uint32_t i = 0; n->slots && i <= n->mask; i++) {
        if (!n->slots[i].number)
            continue;
        uint32_t at = n->slots[i].hash & mask;
        while (to[at].number)
            at = (at + 1) & mask;
        to[at] = n->slots[i];
    }
}

static bool grow(lede__names *n) {
    const uint32_t cap = n->cap ? n->cap * 2 : 64, size = cap * 2;
    lede_str *items = realloc(n->items, cap * sizeof *items);
    if (!items)
        return false;
    n->items = items;
    lede__name_slot *slots = calloc(size, sizeof *slots);
    if (!slots)
        return false;
    move_slots(slots, size - 1, n);
    free(n->slots);
    n->slots = slots;
    n->mask = size - 1;
    n->cap = cap;
    return true;
}

uint32_t lede__names_add(lede__names *n, lede_arena *arena, lede_str s) {
    const uint32_t h = hash(s);
    if (n->slots) {
        const uint32_t number = slot_of(n, s, h)->number;
        if (number)
            return number - 1;
    }
    if (n->count == n->cap && !grow(n))
        return LEDE_NO_NAME;
    if (arena && !(s = lede_arena_copy(arena, s)).ptr)
        return LEDE_NO_NAME;
    n->items[n->count] = s;
    *slot_of(n, s, h) = (lede__name_slot){h, ++n->count};
    return n->count - 1;
}
