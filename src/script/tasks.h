/* tasks.h - what the files of tasks share. Private to script/. */
#ifndef LEDE_SCRIPT_TASKS_H
#define LEDE_SCRIPT_TASKS_H

#include "script/internal.h"
#include "script/task.h"

#define LEDE__TASK "lede.Task"

struct lede__joining;

struct lede_task {
    lede_vm *vm;
    lua_State *co;
    lede_task *next, **link;       /* among those that live */
    lede_task *after;              /* in the queue */
    lede_wait *wait, *woken;       /* what it waits for; what came, until it is pushed */
    struct lede__joining *joiners; /* task_lua.c */
    int nargs;                     /* of the first resume, and one more; 0 once it runs */
    int results;                   /* on the coroutine's stack, when it ended */
    bool queued, canceled, ended, failed;
    bool kept;      /* by C: stays anchored */
    lede_error why; /* of canceled */
    lede_buf trace;
};

lede_task *lede__task_new(lua_State *L, int nargs); /* f ... -> task */
void lede__task_push(lua_State *L, lede_task *t);   /* one that lives */
void lede__task_ready(lede_task *t);
void lede__task_cancel(lede_task *t, lede_status status, const char *words);
void lede__task_raise(lua_State *L, const lede_task *t); /* that it is canceled */
void lede__task_fini(lede_task *t);                      /* for __gc */
void lede__task_wake_joiners(lede_task *t);
void lede__open_task_class(lua_State *L);
void lede__open_gate_class(lua_State *L); /* gate.c */
int lede__gate_new(lua_State *L);         /* core.gate(n) */

#endif
