/* op.c - runs an operation here or on a thread. See bind/op.h.
 *
 * While it is filled in a box owns it, so that an error leaks nothing; then the wait does, and
 * memory that a thread writes is never a userdata's. */
#include "bind/op.h"

#include <lauxlib.h>
#include <stdlib.h>

#define BOX "lede.Op"

static void op_free(lede__op *op) {
    if (!op)
        return;
    if (op->kind->fini)
        op->kind->fini(op);
    lede_buf_fini(&op->a);
    lede_buf_fini(&op->b);
    lede_buf_fini(&op->out);
    free(op);
}

static int box_gc(lua_State *L) {
    lede__op **box = lua_touserdata(L, 1);
    op_free(*box);
    *box = NULL;
    return 0;
}

static void wait_free(lede_wait *w) { op_free((lede__op *)w); }

/* What a thread has begun it ends; nobody is told. */
static void wait_cancel(lede_wait *w) { lede__work_cancel(((lede__op *)w)->work); }

static int push_result(lua_State *L, lede__op *op) {
    return op->st ? lede_vm_refuse(L, &op->err) : op->kind->push(L, op);
}

static int wait_push(lua_State *L, lede_wait *w) { return push_result(L, (lede__op *)w); }

static void act(void *ctx) {
    lede__op *op = ctx;
    op->st = op->kind->act(op, &op->err);
}

static void after(void *ctx) { lede_task_wake(ctx); }

lede__op *lede__op_new(lua_State *L, const lede__op_kind *kind) {
    lede__op **box = lua_newuserdatauv(L, sizeof *box, 0);
    *box = NULL;
    if (luaL_newmetatable(L, BOX)) {
        lua_pushcfunction(L, box_gc);
        lua_setfield(L, -2, "__gc");
    }
    lua_setmetatable(L, -2);
    lede__op *op = calloc(1, sizeof *op);
    if (!op) {
        luaL_error(L, "not enough memory");
        return NULL; /* it does not come back */
    }
    op->kind = kind;
    op->wait = (lede_wait){.cancel = wait_cancel, .push = wait_push, .free = wait_free};
    lede_buf_init(&op->a, LEDE_BUF_MAX);
    lede_buf_init(&op->b, LEDE_BUF_MAX);
    lede_buf_init(&op->out, LEDE_BUF_MAX);
    *box = op;
    return op;
}

void lede__op_path(lua_State *L, int index, lede_buf *to) {
    size_t len;
    const char *s = luaL_checklstring(L, index, &len);
    luaL_argcheck(L, strlen(s) == len, index, "a path has no NUL");
    lede_buf_addn(to, s, len);
}

static int run_here(lua_State *L, lede__op **box) {
    act(*box);
    const int n = push_result(L, *box);
    op_free(*box);
    *box = NULL;
    return n;
}

int lede__op_run(lua_State *L, lede__op *op) {
    lede__op **box = lua_touserdata(L, -1);
    lede_loop *loop;
    if (lede_buf_status(&op->a, &op->err) || lede_buf_status(&op->b, &op->err))
        return lede_vm_refuse(L, &op->err);
    if (!lede_task_may_wait(L))
        return run_here(L, box);
    lede_status st = lede__desk_loop(L, &loop, &op->err);
    if (!st)
        st = lede__work_start(loop, act, after, op, &op->work, &op->err);
    if (st)
        return lede_vm_refuse(L, &op->err);
    *box = NULL;
    return lede_task_wait(L, &op->wait);
}
