/* memory.h - where cmark's nodes live: a bump arena behind cmark_mem, and the way back when memory
 * is refused.
 *
 * cmark 0.30 has no other answer to a failed allocation than abort(). Here an allocation that
 * cannot be met jumps back to the lede__memory_run() it happened in; what cmark had built lies in
 * the arena and goes with it. Nothing is freed alone. One memory, one document. */
#ifndef LEDE_MARKDOWN_MEMORY_H
#define LEDE_MARKDOWN_MEMORY_H

#include "lede/error.h"

#include <cmark.h>

typedef struct lede__memory lede__memory;

/* A memory to build one document in, reused from an earlier document when one lies ready; NULL when
 * refused. limit is the most it may ask of the system, in bytes. */
lede__memory *lede__memory_take(size_t limit);
void lede__memory_give(lede__memory *m); /* NULL is fine; everything in it is gone */

void lede__memory_clear(lede__memory *m); /* as after take: everything in it is gone */

/* Calls work(ctx), during which cmark allocates in m. LEDE_ENOMEM or LEDE_ELIMIT when an allocation
 * was refused: work was left in the middle, so it must hold nothing that lives outside m, and what
 * it was changing is not to be read again. Runs of different memories may nest. */
LEDE_MUST_CHECK lede_status lede__memory_run(lede__memory *m, void (*work)(void *ctx), void *ctx);

/* The allocator to give to cmark. Only within a run. */
cmark_mem *lede__memory_cmark(void);
/* Room from it for our own passes, zeroed; never NULL. Only within a run. */
void *lede__memory_room(size_t count, size_t size);

#endif
