/* internal.h - what the files of script/ share: the VM itself. */
#ifndef LEDE_SCRIPT_INTERNAL_H
#define LEDE_SCRIPT_INTERNAL_H

#include "script/vm.h"

#include <signal.h>

enum { LEDE__SIDES = 8, LEDE__SCRATCH = 4, LEDE__SCRATCH_KEEP = 1 << 20 };

struct lede_vm {
    lua_State *L;
    lua_State *volatile running; /* the coroutine at work, for the deadline */
    lede_vm_kind kind;
    size_t used, limit;
    struct lede__pool *pool; /* pool.c */
    volatile sig_atomic_t expired;
    int depth; /* of lede_vm_enter */
    char *site_root, *plugin_dir;
    void *context;
    lede_buf out;
    lede_buf sides[LEDE__SIDES]; /* outputs put aside; see output.c */
    bool away[LEDE__SIDES]; /* the output that a side took the place of is still in it */
    int n_sides;
    lede_buf trace;
    lede_buf scratch[LEDE__SCRATCH]; /* handed out in turn; see lede_vm_scratch */
    unsigned next_scratch;
};

void lede__open_sandbox(lua_State *L, lede_vm_kind kind); /* sandbox.c: globals and what they may do */
void lede__open_require(lua_State *L);                    /* require.c */
void lede__open_output(lua_State *L);                     /* output.c: module "lede.output" */
void lede__open_safe(lua_State *L);                       /* safe.c */
/* pool.c: small blocks of a VM from chunks of its own, by size; everything goes when the VM goes. */
struct lede__pool *lede__pool_new(void);
void lede__pool_free(struct lede__pool *pool); /* takes NULL */
void *lede__pool_resize(struct lede__pool *pool, void *ptr, size_t old, size_t size); /* as realloc and free */
/* Whether the deadline passed; raises if so. Wrappers of pcall call it, so that nothing swallows a deadline. */
void lede__check_expired(lua_State *L);

#endif
