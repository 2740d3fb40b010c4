/* memory.c - the bump arena that cmark allocates in. See memory.h.
 *
 * cmark_mem's functions take no context, so the memory in use is a variable of the thread, set by
 * lede__memory_run() and by nothing else. Every piece has its size before it, for realloc; the
 * newest piece grows in place and is given back when freed, which is what cmark's string buffers
 * and iterators do most. The first block is kept between documents: most articles never reach
 * malloc. */
#include "markdown/memory.h"

#include "base/refused.h"

#include "base/banned.h"

#include <assert.h>
#include <setjmp.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

enum { FIRST_BLOCK = 256 * 1024, GROWTH_MAX = 16 * 1024 * 1024, SPARE_MAX = 2 };

typedef struct block {
    struct block *older;
    size_t size; /* of bytes */
    max_align_t bytes[];
} block;

typedef struct piece {
    size_t size;
} piece; /* 8 bytes: cmark stores pointers and integers, nothing that wants 16 */

struct lede__memory {
    char *next, *end;
    block *newest;
    size_t total, limit;
    lede_status refused;
    jmp_buf back;
};

static _Thread_local lede__memory *current;

/* Memories between two documents. A slot is taken and given by exchange, so threads never share
 * one. */
static _Atomic(lede__memory *) spares[SPARE_MAX];

static bool add_block(lede__memory *m, size_t least) {
    size_t size = m->newest ? m->newest->size * 2 : FIRST_BLOCK;
    if (size > GROWTH_MAX)
        size = GROWTH_MAX;
    if (size < least)
        size = least;
    if (size > m->limit - m->total)
        size = least;
    if (size > m->limit - m->total) {
        m->refused = LEDE_ELIMIT;
        return false;
    }
    block *b = malloc(sizeof *b + size);
    if (!b) {
        lede__note_no_memory();
        m->refused = LEDE_ENOMEM;
        return false;
    }
    *b = (block){.older = m->newest, .size = size};
    m->newest = b;
    m->total += size;
    m->next = (char *)b->bytes;
    m->end = m->next + size;
    return true;
}

static void free_blocks(block *b) {
    while (b) {
        block *older = b->older;
        free(b);
        b = older;
    }
}

/* Keeps the first block only. */
void lede__memory_clear(lede__memory *m) {
    while (m->newest->older) {
        block *b = m->newest;
        m->newest = b->older;
        free(b);
    }
    m->total = m->newest->size;
    m->next = (char *)m->newest->bytes;
    m->end = m->next + m->newest->size;
}

lede__memory *lede__memory_take(size_t limit) {
    if (limit < FIRST_BLOCK)
        limit = FIRST_BLOCK;
    for (size_t i = 0; i < SPARE_MAX; i++) {
        lede__memory *m = atomic_exchange(&spares[i], NULL);
        if (!m)
            continue;
        m->limit = limit;
        return m;
    }
    lede__memory *m = calloc(1, sizeof *m);
    if (!m) {
        lede__note_no_memory();
        return NULL;
    }
    m->limit = limit;
    if (!add_block(m, 0)) {
        free(m);
        return NULL;
    }
    return m;
}

void lede__memory_give(lede__memory *m) {
    if (!m)
        return;
    lede__memory_clear(m);
    for (size_t i = 0; i < SPARE_MAX && m; i++)
        m = atomic_exchange(&spares[i], m);
    if (!m)
        return;
    free_blocks(m->newest);
    free(m);
}

lede_status lede__memory_run(lede__memory *m, void (*work)(void *), void *ctx) {
    lede__memory *outer = current;
    assert(outer != m);
    m->refused = LEDE_OK;
    current = m;
    if (!setjmp(m->back))
        work(ctx);
    current = outer;
    return m->refused;
}

/* ---- what cmark calls */

static _Noreturn void leave(lede__memory *m, lede_status why) {
    m->refused = why;
    longjmp(m->back, 1);
}

static size_t round_up(size_t n) { return (n + sizeof(piece) - 1) & ~(sizeof(piece) - 1); }

static void *take(size_t n) {
    lede__memory *m = current;
    assert(m);
    if (n > m->limit)
        leave(m, LEDE_ELIMIT); /* also: the sums below cannot overflow */
    size_t whole = sizeof(piece) + round_up(n);
    if (whole > (size_t)(m->end - m->next) && !add_block(m, whole))
        leave(m, m->refused);
    piece *p = (piece *)m->next;
    p->size = round_up(n);
    m->next += whole;
    return p + 1;
}

static void *zeroed(size_t count, size_t size) {
    if (size && count > SIZE_MAX / size)
        leave(current, LEDE_ELIMIT);
    void *p = take(count * size);
    memset(p, 0, count * size);
    return p;
}

static bool is_newest(const lede__memory *m, const piece *p) {
    return (const char *)(p + 1) + p->size == m->next;
}

static void *resized(void *old, size_t n) {
    if (!old)
        return take(n);
    lede__memory *m = current;
    piece *p = (piece *)old - 1;
    if (n <= p->size)
        return old;
    if (n > m->limit)
        leave(m, LEDE_ELIMIT);
    if (is_newest(m, p) && round_up(n) - p->size <= (size_t)(m->end - m->next)) {
        m->next += round_up(n) - p->size;
        p->size = round_up(n);
        return old;
    }
    void *fresh = take(n);
    memcpy(fresh, old, p->size);
    return fresh;
}

static void returned(void *old) {
    if (!old || !current)
        return;
    piece *p = (piece *)old - 1;
    if (is_newest(current, p))
        current->next = (char *)p;
}

static cmark_mem allocator = {zeroed, resized, returned};

cmark_mem *lede__memory_cmark(void) { return &allocator; }
void *lede__memory_room(size_t count, size_t size) { return zeroed(count, size); }
