/* op.h - one blocking call of C that a task waits for on a thread of the pool, and that anybody
 * else waits for in place: outside a task, in a coroutine of the script's own, in sort and gsub. */
#ifndef LEDE_BIND_OP_H
#define LEDE_BIND_OP_H

#include "bind/task.h"
#include "loop/work.h"
#include "sys/entry.h"

typedef struct lede__op lede__op;

typedef struct lede__op_kind {
    lede_status (*act)(lede__op *op,
                       lede_error *err);     /* on any thread: touches only what op owns */
    int (*push)(lua_State *L, lede__op *op); /* its results, when it succeeded */
    void (*fini)(lede__op *op);              /* gives back `of`; may be NULL */
} lede__op_kind;

/* Everything an operation reads and writes. Texts are copies: the task may have given up. */
struct lede__op {
    lede_wait wait;
    const lede__op_kind *kind;
    lede__work *work;
    lede_buf a, b, out; /* what it is about, and what came of it */
    lede__entry entry;
    int64_t n;
    void *of; /* what it works on; counted */
    lede_status st;
    lede_error err;
};

/* Pushes a box with a new operation. Raises without memory. */
lede__op *lede__op_new(lua_State *L, const lede__op_kind *kind);
/* Fills in a path or name argument; raises for one with a NUL. */
void lede__op_path(lua_State *L, int index, lede_buf *to);
/* The box is at the top: return lede__op_run(L, op); */
int lede__op_run(lua_State *L, lede__op *op);

#endif
