/* arena.h - memory that is given back all at once: one article, one page, one parse.
 *
 * Nothing from an arena is freed alone. After a refused allocation lede_arena_take returns NULL. */
#ifndef LEDE_ARENA_H
#define LEDE_ARENA_H

#include "lede/text.h"

typedef struct lede_arena {
    struct lede_arena_block *blocks; /* newest first */
    char *next, *end;
    size_t total, limit; /* bytes asked of malloc, and their ceiling */
} lede_arena;

void lede_arena_init(lede_arena *a, size_t limit);
void lede_arena_fini(lede_arena *a);  /* may be repeated */
void lede_arena_reset(lede_arena *a); /* keeps one block for reuse */
/* n bytes aligned for any type, not zeroed; NULL when refused. n = 0 gives a valid pointer. */
void *lede_arena_take(lede_arena *a, size_t n);
void *lede_arena_zero(lede_arena *a, size_t n);
/* A copy of s with a NUL behind it; {NULL, 0} when refused. */
lede_str lede_arena_copy(lede_arena *a, lede_str s);
const char *lede_arena_printf(lede_arena *a, const char *format, ...) LEDE_PRINTF(2, 3);

#endif
