/* needles.c - many texts looked for at once: by a table of their first four bytes, then compared.
 * See publish/needles.h. */
#include "publish/needles.h"

#include <stdlib.h>

static uint32_t hash(const char *p) {
    uint32_t word;
    memcpy(&word, p, sizeof word);
    word *= 0x9e3779b1u;
    return word ^ word >> 15;
}

lede_status lede__needles_init(lede__needles *n, const lede_str *items, size_t count,
                               lede_error *err) {
    *n = (lede__needles){.items = items, .mask = 1023};
    while (n->mask < count * 2 && n->mask < UINT32_MAX / 4)
        n->mask = n->mask * 2 + 1;
    n->slots = calloc((size_t)n->mask + 1, sizeof *n->slots);
    n->next = calloc(count + 1, sizeof *n->next);
    if (!n->slots || !n->next) {
        lede__needles_fini(n);
        return lede_fail(err, LEDE_ENOMEM, "history: out of memory");
    }
    for (uint32_t i = 0; i < count; i++) {
        if (items[i].len < LEDE__NEEDLE_MIN)
            continue;
        uint32_t *slot = &n->slots[hash(items[i].ptr) & n->mask];
        n->next[i] = *slot;
        *slot = i + 1;
    }
    return LEDE_OK;
}

void lede__needles_fini(lede__needles *n) {
    free(n->slots);
    free(n->next);
    *n = (lede__needles){0};
}

static bool is_word(char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' ||
           c == '_' || (unsigned char)c >= 0x80;
}

static bool stands_at(lede_str needle, lede_str text, size_t at) {
    if (needle.len > text.len - at || memcmp(text.ptr + at, needle.ptr, needle.len) != 0)
        return false;
    const size_t end = at + needle.len;
    const char last = needle.ptr[needle.len - 1];
    return end == text.len || !(last == '/' || is_word(last)) || !is_word(text.ptr[end]);
}

const lede_str *lede__needles_in(const lede__needles *n, lede_str text) {
    for (size_t at = 0; at + LEDE__NEEDLE_MIN <= text.len; at++)
        for (uint32_t i = n->slots[hash(text.ptr + at) & n->mask]; i; i = n->next[i - 1])
            if (stands_at(n->items[i - 1], text, at))
                return &n->items[i - 1];
    return NULL;
}
