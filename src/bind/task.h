/* task.h - the desk's tasks: the loop they wait on, and the turn-taking of both. */
#ifndef LEDE_BIND_TASK_H
#define LEDE_BIND_TASK_H

#include "loop/workers.h"
#include "net/client.h"
#include "script/task.h"

/* Of one desk VM; on its owner's stack, at one address. */
typedef struct lede__desk {
    lede_vm *vm;
    lede_loop
        *loop; /* NULL until something waits: a verb that does not, dies of Ctrl-C as any program */
    lede_task_host host;
    lede__http *http;     /* NULL until a request is made */
    bool *roused;         /* of who runs the loop by itself: set when a task is ready; or NULL */
    bool failed, stopped; /* a task's error was told; interrupted */
} lede__desk;

/* Opens a desk VM with every module. desk.c */
LEDE_MUST_CHECK lede_status lede__desk_open(lede__desk *d, lede_error *err);
/* Gives vm the modules that wait. */
void lede__desk_join(lede__desk *d, lede_vm *vm);
/* Runs the function and nargs arguments at the top of the main stack as a task until it and every
 * task it started have ended. Gives the exit status: what the function gave, 1 when a task failed,
 * 130 when interrupted. */
int lede__desk_run(lede__desk *d, int nargs);
/* Closes the VM, then the loop, in which nothing is left by then. */
void lede__desk_close(lede__desk *d);

/* The loop of L's desk, opened at first use. */
LEDE_MUST_CHECK lede_status lede__desk_loop(lua_State *L, lede_loop **out, lede_error *err);
/* A call that runs the loop by itself until *flag: set, too, when a task is ready to go on. NULL ends
 * that. Gives whether one is ready now. */
bool lede__desk_rouse(lua_State *L, bool *flag);
/* Its HTTP client, opened at first use. */
LEDE_MUST_CHECK lede_status lede__desk_http(lua_State *L, lede__http **out, lede_error *err);

#endif
