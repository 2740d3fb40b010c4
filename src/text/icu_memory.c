/* icu_memory.c - libc's allocator between ICU and the counter. See text/icu_memory.h. */
#include "text/icu_memory.h"

#include "base/refused.h"

#include <unicode/uclean.h>

#include <stdlib.h>

static void *take(const void *context, size_t size) {
    (void)context;
    return lede__noted_malloc(size);
}

static void *resize(const void *context, void *ptr, size_t size) {
    (void)context;
    return lede__noted_realloc(ptr, size);
}

static void give(const void *context, void *ptr) {
    (void)context;
    free(ptr);
}

void lede__text_watch_memory(void) {
    UErrorCode code = U_ZERO_ERROR;
    u_setMemoryFunctions(NULL, take, resize, give, &code);
}
