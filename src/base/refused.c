/* refused.c - the counter of refused.h. It is the process's, as memory is. */
#include "base/refused.h"

#include <stdatomic.h>
#include <stdlib.h>

static atomic_uint refusals;

void lede__note_no_memory(void) { atomic_fetch_add(&refusals, 1); }
unsigned lede__memory_refusals(void) { return atomic_load(&refusals); }

void *lede__noted_malloc(size_t size) { return lede__noted_realloc(NULL, size); }

void *lede__noted_realloc(void *ptr, size_t size) {
    void *p = ptr ? realloc(ptr, size) : malloc(size);
    if (!p && size)
        lede__note_no_memory();
    return p;
}

void *lede__noted_calloc(size_t count, size_t size) {
    void *p = calloc(count, size);
    if (!p && count && size)
        lede__note_no_memory();
    return p;
}
