/* times.h - how long templates, hooks and routes take, each without what it calls: for the newsroom. Only a preview's workers
 * look at a clock; a publication's pages run as if there were none. */
#ifndef LEDE_BIND_TIMES_H
#define LEDE_BIND_TIMES_H

#include "base/names.h"

struct lua_State;

typedef struct lede__time_spent {
    uint64_t ns;
    uint32_t count;
} lede__time_spent;

enum { LEDE__TIMES_DEPTH = 256 };

typedef struct lede__times {
    lede_arena arena;
    lede__names names; /* "template card", "hook page.after of x", "route rss of rss" */
    lede__time_spent *spent;
    size_t cap;
    uint32_t depth, open[LEDE__TIMES_DEPTH]; /* what is at work, the innermost last */
    uint64_t since;
} lede__times;

void lede__times_init(lede__times *t);
void lede__times_fini(lede__times *t); /* may be repeated */
void lede__times_add(lede__times *t, lede_str name, uint64_t ns, uint32_t count);
/* Whatever was at work is no more: an error ended it. */
void lede__times_settle(lede__times *t);
/* Pushes enter(name) and leave(). t must outlive the VM. */
void lede__times_push(struct lua_State *L, lede__times *t);

/* What a worker saw, as a frame; forgets it. */
void lede__times_put(lede__times *t, lede_buf *frame);
void lede__times_take(lede__times *t, lede_str frame);

#endif
