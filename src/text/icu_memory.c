/* icu_memory.c - libc's allocator between ICU and the counter. See text/icu_memory.h. */
#include "text/icu_memory.h"

#include "base/refused.h"

#include <unicode/uclean.h>

#include <stdlib.h>

static void *take(const void *context, size_t size) {
    (void)context;
    void *p = malloc(size);
    if (!p && size)
        lede__note_no_memory();
    return p;
}

static void *resize(const void *context, void *ptr, size_t size) {
    (void)context;
    void *p = realloc(ptr, size);
    if (!p && size)
        lede__note_no_memory();
    return p;
}

static void give(const void *context, void *ptr) {
    (void)context;
    free(ptr);
}

void lede__text_watch_memory(void) {
    UErrorCode code = U_ZERO_ERROR;
    u_setMemoryFunctions(NULL, take, resize, give, &code);
}
