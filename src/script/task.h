/* task.h - tasks: coroutines that wait for something outside Lua while others go on.
 *
 * A bound function that waits asks lede_task_check() first, starts its work with a lede_wait
 * inside, and returns lede_task_wait(). The work's callback calls lede_task_wake(), which runs no
 * Lua: the task goes into a queue, and lede_tasks_run() resumes it, always outside every callback
 * of a library. A wait has one owner at a time: who works until it wakes, the task until its
 * results are pushed.
 *
 * Canceled is sticky: the wait at hand and every later one of the task raise, pcall hands that on,
 * <close> variables run. Knows neither the loop nor what is waited for. One thread.
 */
#ifndef LEDE_SCRIPT_TASK_H
#define LEDE_SCRIPT_TASK_H

#include "script/vm.h"

typedef struct lede_task lede_task;
typedef struct lede_wait lede_wait;

/* Embedded first in what is waited for; malloc'd, never a userdata: libraries write into it. */
struct lede_wait {
    lede_task *task; /* set by lede_task_wait; NULL once the task gave up */
    /* Makes the wake come soon; task is NULL by then. It may come from in here. */
    void (*cancel)(lede_wait *w);
    /* In the task, when it goes on: pushes the results and gives their count. May raise, may wait
     * anew. */
    int (*push)(lua_State *L, lede_wait *w);
    void (*free)(lede_wait *w); /* after push, or in place of it */
};

/* Whether a bound function called with L may wait: L is a task, and Lua can yield there. */
bool lede_task_may_wait(lua_State *L);
/* Raises, saying why, when it may not. what: "timer.sleep". */
lede_task *lede_task_check(lua_State *L, const char *what);
/* Yields until the wait is woken. Takes w. Only after lede_task_check(): return lede_task_wait(L,
 * w); */
int lede_task_wait(lua_State *L, lede_wait *w);
/* Lets the other tasks and the loop have their turn: return lede_task_pause(L); */
int lede_task_pause(lua_State *L);
/* From the callback of the work, once: the task goes on soon. Frees the wait of a task that gave
 * up. */
void lede_task_wake(lede_wait *w);

typedef struct lede_task_host {
    void *ctx;
    /* A task ended by an error that nobody waits for. The text ends with the traceback. */
    void (*failed)(void *ctx, lede_str text);
    bool (*interrupted)(const void *ctx); /* the user said stop, and it still holds */
    void (*spawned)(void *ctx);           /* a script starts a task */
    void (*ready)(void *ctx);             /* some task can go on, and none could before */
} lede_task_host;

/* Before lede.task_core is required. host is borrowed, as long as the VM lives. */
void lede_tasks_open(lede_vm *vm, const lede_task_host *host);
int luaopen_lede_task_core(lua_State *L);

/* Starts a task from the function and nargs arguments at the top of the main stack, which are
 * popped in any case. It runs by lede_tasks_run(). */
LEDE_MUST_CHECK lede_status lede_task_start(lede_vm *vm, int nargs, lede_task **out,
                                            lede_error *err);
/* Resumes each task that is ready, once. Gives whether some are ready again. */
bool lede_tasks_run(lede_vm *vm);
bool lede_tasks_ready(const lede_vm *vm);
size_t lede_tasks_live(const lede_vm *vm); /* not ended */
void lede_tasks_cancel(lede_vm *vm);       /* all that live; they end by lede_tasks_run() */
/* Whether a script takes interruptions on itself (core.on_interrupt): then the task it named is
 * canceled, and no other. */
bool lede_tasks_spare(lede_vm *vm);
/* Signal context: what runs now in a task raises at its next instruction, if host->interrupted()
 * holds by then. */
void lede_tasks_interrupt(lede_vm *vm);

/* A task that the caller keeps in sight: it is not forgotten when it ends, until let go. */
void lede_task_keep(lede_task *t);
void lede_task_let_go(lede_task *t);
/* Of an ended task: LEDE_OK and its first result as an integer (*value, 0 when it is none),
 * LEDE_ESCRIPT, LEDE_ECANCELED. */
lede_status lede_task_result(const lede_task *t, int *value);

#endif
