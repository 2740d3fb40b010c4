/* arena.c - blocks that grow twofold, taken from the front. See lede/arena.h.
 *
 * The newest block serves; what is left of the one before it is lost, which the doubling keeps
 * below half. */
#include "lede/arena.h"

#include "base/refused.h"

#include "base/banned.h"

#include <stdalign.h>

struct lede_arena_block {
    struct lede_arena_block *older;
    size_t size; /* with this header */
};

enum { ALIGN = alignof(max_align_t), FIRST_BLOCK = 2048, MAX_BLOCK = 1 << 18 };

static size_t rounded(size_t n) { return (n + ALIGN - 1) & ~(size_t)(ALIGN - 1); }

#define HEADER rounded(sizeof(struct lede_arena_block))

void lede_arena_init(lede_arena *a, size_t limit) { *a = (lede_arena){.limit = limit}; }

static void free_from(struct lede_arena_block *b) {
    while (b) {
        struct lede_arena_block *older = b->older;
        free(b);
        b = older;
    }
}

void lede_arena_fini(lede_arena *a) {
    free_from(a->blocks);
    lede_arena_init(a, a->limit);
}

void lede_arena_reset(lede_arena *a) {
    struct lede_arena_block *kept = a->blocks;
    if (!kept)
        return;
    free_from(kept->older);
    kept->older = NULL;
    a->total = kept->size;
    a->next = (char *)kept + HEADER;
}

/* A new block with n bytes free, or false: the limit, or memory. */
static bool add_block(lede_arena *a, size_t n) {
    if (n > SIZE_MAX / 2 || a->total > a->limit)
        return false;
    size_t need = HEADER + rounded(n), left = a->limit - a->total;
    size_t size = a->blocks ? a->blocks->size * 2 : FIRST_BLOCK;
    if (size > MAX_BLOCK)
        size = MAX_BLOCK;
    if (size > left)
        size = left;
    if (size < need)
        size = need;
    if (size > left)
        return false;
    struct lede_arena_block *b = malloc(size);
    if (!b) {
        lede__note_no_memory();
        return false;
    }
    b->older = a->blocks;
    b->size = size;
    a->blocks = b;
    a->next = (char *)b + HEADER;
    a->end = (char *)b + size;
    a->total += size;
    return true;
}

/* n bytes at any address. */
static char *take_bytes(lede_arena *a, size_t n) {
    if (!a->next || n > (size_t)(a->end - a->next)) {
        if (!add_block(a, n))
            return NULL;
    }
    char *p = a->next;
    a->next += n;
    return p;
}

void *lede_arena_take(lede_arena *a, size_t n) {
    if (a->next) {
        size_t pad = (size_t)(-(uintptr_t)a->next & (ALIGN - 1));
        if (pad <= (size_t)(a->end - a->next))
            a->next += pad;
        else
            a->next = a->end;
    }
    if (n > SIZE_MAX / 2)
        return NULL;
    return take_bytes(a, n ? n : 1); /* one byte, so that two takes never give one address */
}

void *lede_arena_zero(lede_arena *a, size_t n) {
    void *p = lede_arena_take(a, n);
    if (p)
        memset(p, 0, n);
    return p;
}

lede_str lede_arena_copy(lede_arena *a, lede_str s) {
    if (s.len >= SIZE_MAX / 2)
        return (lede_str){NULL, 0};
    char *p = take_bytes(a, s.len + 1);
    if (!p)
        return (lede_str){NULL, 0};
    if (s.len)
        memcpy(p, s.ptr, s.len);
    p[s.len] = '\0';
    return (lede_str){p, s.len};
}

const char *lede_arena_printf(lede_arena *a, const char *format, ...) {
    va_list args, again;
    va_start(args, format);
    va_copy(again, args);
    int n = vsnprintf(NULL, 0, format, args);
    va_end(args);
    char *p = n < 0 ? NULL : take_bytes(a, (size_t)n + 1);
    if (p)
        vsnprintf(p, (size_t)n + 1, format, again);
    va_end(again);
    return p;
}
