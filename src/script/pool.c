/* pool.c - small blocks for a VM: most of what Lua asks for is under 256 bytes and dies soon. A free block waits in the list of
 * its size; chunks are given back when the VM closes. Sanitizer builds take every block from malloc, so that they see it. */
#include "script/internal.h"

#include <stdlib.h>

#if defined(__SANITIZE_ADDRESS__)
enum { SMALL_MAX = 0 };
#else
enum { SMALL_MAX = 256 };
#endif
enum { STEP = 16, CLASSES = 256 / STEP + 1, CHUNK = 64 << 10 };

typedef struct block {
    struct block *next;
} block;

struct lede__pool {
    block *free[CLASSES];
    char *at, *end; /* of the newest chunk */
    block *chunks;
};

struct lede__pool *lede__pool_new(void) { return calloc(1, sizeof(struct lede__pool)); }

void lede__pool_free(struct lede__pool *pool) {
    if (!pool)
        return;
    while (pool->chunks) {
        block *next = pool->chunks->next;
        free(pool->chunks);
        pool->chunks = next;
    }
    free(pool);
}

static size_t class_of(size_t size) { return (size + STEP - 1) / STEP; }

static void *take(struct lede__pool *pool, size_t size) {
    size_t class = class_of(size), bytes = class * STEP;
    block *b = pool->free[class];
    if (b) {
        pool->free[class] = b->next;
        return b;
    }
    if ((size_t)(pool->end - pool->at) < bytes) {
        block *chunk = malloc(CHUNK);
        if (!chunk)
            return NULL;
        chunk->next = pool->chunks;
        pool->chunks = chunk;
        pool->at = (char *)chunk + STEP;
        pool->end = (char *)chunk + CHUNK;
    }
    void *p = pool->at;
    pool->at += bytes;
    return p;
}

static void give(struct lede__pool *pool, void *ptr, size_t size) {
    block *b = ptr;
    size_t class = class_of(size);
    b->next = pool->free[class];
    pool->free[class] = b;
}

void *lede__pool_resize(struct lede__pool *pool, void *ptr, size_t old, size_t size) {
    bool was_small = ptr && old && old <= SMALL_MAX, is_small = size && size <= SMALL_MAX;
    if (!ptr)
        return is_small ? take(pool, size) : size ? malloc(size) : NULL; /* Lua asks for nothing, too */
    if (!was_small && !is_small) {
        if (size)
            return realloc(ptr, size);
        free(ptr);
        return NULL;
    }
    if (was_small && is_small && class_of(old) == class_of(size))
        return ptr;
    void *fresh = size ? (is_small ? take(pool, size) : malloc(size)) : NULL;
    if (size && !fresh)
        return NULL;
    if (fresh)
        memcpy(fresh, ptr, old < size ? old : size);
    if (was_small)
        give(pool, ptr, old);
    else
        free(ptr);
    return fresh;
}
