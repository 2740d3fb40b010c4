/* internal.h - what the files of script/ share: the VM itself. */
#ifndef LEDE_SCRIPT_INTERNAL_H
#define LEDE_SCRIPT_INTERNAL_H

#include "script/vm.h"

#include <signal.h>

/* The tasks of a VM; see task.c. */
typedef struct lede__tasks {
    struct lede_task *live;         /* all that have not ended */
    struct lede_task *first, *last; /* those that go on next, in order */
    struct lede_task *current;      /* the one that runs */
    struct lede_task *victim;       /* canceled by an interruption in place of all; NULL: none lives */
    bool spared;                    /* the others are left alone */
    size_t count;                   /* of live */
    const struct lede_task_host *host;
} lede__tasks;

enum { LEDE__SIDES = 8, LEDE__SCRATCH = 4, LEDE__SCRATCH_KEEP = 1 << 20 };

struct lede_vm {
    lua_State *L;
    lua_State *volatile running; /* the coroutine at work, for the deadline */
    lede_vm_kind kind;
    size_t used, limit;
    size_t fail_in; /* allocations until one fails, for tests; 0 = none does */
    struct lede__pool *pool; /* pool.c */
    struct lede__memo *memo; /* memo.c */
    lede__tasks tasks;
    volatile sig_atomic_t
        expired;    /* set in signal context; lasts until the entry that armed it ends */
    bool armed;     /* a deadline is running */
    bool exhausted; /* memory was refused; lasts until the outermost entry ends */
    int depth;      /* of lede_vm_enter */
    int coroutines; /* alive, or dead and not yet counted out */
    char *site_root, *plugin_dir;
    void *context;
    lede_vm_saw_file *saw_file;
    void *saw_file_ctx;
    lede_buf out;
    lede_buf sides[LEDE__SIDES]; /* outputs put aside; see output.c */
    bool away[LEDE__SIDES]; /* the output that a side took the place of is still in it */
    int n_sides;
    lede_buf trace;
    lede_buf scratch[LEDE__SCRATCH]; /* handed out in turn; see lede_vm_scratch */
    unsigned next_scratch;
    lede_error refusal; /* of the machine; status LEDE_OK: none */
    lede_status broken; /* what failed in a call that could not say so; the next entry does */
};

void lede__open_sandbox(lua_State *L,
                        lede_vm_kind kind); /* sandbox.c: globals and what they may do */
void lede__open_require(lua_State *L);      /* require.c */
void lede__open_output(lua_State *L);       /* output.c: module "lede.output" */
void lede__open_safe(lua_State *L);         /* safe.c */
void lede__open_tasks(lua_State *L);        /* task.c */
bool lede__is_task(lua_State *L);
void lede__check_canceled(lua_State *L);    /* raises in a task that was canceled */

/* pool.c: small blocks of a VM from chunks of its own, by size; everything goes when the VM goes. */
struct lede__pool *lede__pool_new(void);
void lede__pool_free(struct lede__pool *pool); /* takes NULL */
void *lede__pool_resize(struct lede__pool *pool, void *ptr, size_t old, size_t size); /* as realloc and free */

/* memo.c: what was printed once and is printed again */
typedef struct lede__memo lede__memo;
lede__memo *lede__memo_new(void);
void lede__memo_free(lede__memo *m); /* takes NULL */
void lede__open_memo(lua_State *L);  /* module "lede.memo_core" */
void lede__open_places(lua_State *L); /* places.c: module "lede.places" */

/* stop.c: time and memory that are over stay over, whatever a script wraps itself in */
void lede__arm(lede_vm *vm, int ms);
void lede__disarm(lede_vm *vm);
void lede__check_stopped(lua_State *L); /* raises when the deadline passed or memory was refused */
void lede__guard_calls(
    lua_State *L); /* globals at the top: pcall, xpcall and coroutine.* that hand a stop on */

/* What replaces stock functions in a page VM. */
int lede__pairs(lua_State *L); /* order.c */
int lede__tostring(lua_State *L);
void lede__guard_string(lua_State *L); /* library.c; the library at the top */
void lede__guard_table(lua_State *L);
void lede__open_patterns(lua_State *L); /* pattern.c; the string library at the top */

#endif
