/* task_lua.c - module "lede.task_core": tasks as scripts see them. The other half is
 * runtime/lede/task.lua. */
#include "script/tasks.h"

#include <lauxlib.h>
#include <stdlib.h>

static lede_task *check_task(lua_State *L, int i) { return luaL_checkudata(L, i, LEDE__TASK); }

/* core.spawn(fn, ...) -> task */
static int l_task_spawn(lua_State *L) {
    luaL_checktype(L, 1, LUA_TFUNCTION);
    const lede__tasks *all = &lede_vm_of(L)->tasks;
    if (all->current && all->current->canceled)
        lede__task_raise(L, all->current);
    all->host->spawned(all->host->ctx);
    lede__task_new(L, lua_gettop(L) - 1);
    return 1;
}

/* core.listen(): from now on an interruption cancels tasks, also before the first of them waits */
static int l_task_listen(lua_State *L) {
    const lede_task_host *host = lede_vm_of(L)->tasks.host;
    host->spawned(host->ctx);
    return 0;
}

/* core.on_interrupt(task): from now on an interruption cancels that task alone; false: all, as at
 * first */
static int l_task_on_interrupt(lua_State *L) {
    lede__tasks *all = &lede_vm_of(L)->tasks;
    lede_task *t = lua_isboolean(L, 1) ? NULL : check_task(L, 1);
    all->victim = t && !t->ended ? t : NULL;
    all->spared = t != NULL;
    return 0;
}

/* core.pause(): lets others run */
static int l_task_pause(lua_State *L) {
    (void)lede_task_check(L, "task.pause");
    return lede_task_pause(L);
}

/* core.current() -> the task that runs, or nil */
static int l_task_current(lua_State *L) {
    lede_task *t = lede_vm_of(L)->tasks.current;
    if (!t)
        return 0;
    lede__task_push(L, t);
    return 1;
}

/* core.live() -> how many tasks have not ended */
static int l_task_live(lua_State *L) {
    lua_pushinteger(L, (lua_Integer)lede_tasks_live(lede_vm_of(L)));
    return 1;
}

/* core.may_wait() -> whether a waiting function may be called here */
static int l_task_may_wait(lua_State *L) {
    lua_pushboolean(L, lede_task_may_wait(L));
    return 1;
}

/* ---- join */

typedef struct lede__joining {
    lede_wait wait;
    lede_task *of;
    struct lede__joining *next, **link; /* among those who join it; NULL when it ended */
} joining;

static void leave(joining *j) {
    if (!j->link)
        return;
    *j->link = j->next;
    if (j->next)
        j->next->link = j->link;
    j->link = NULL;
}

static void joining_cancel(lede_wait *w) {
    leave((joining *)w);
    lede_task_wake(w);
}

static void joining_free(lede_wait *w) { free(w); }

static void push_from(lua_State *L, lua_State *from, int i) {
    if (!lua_checkstack(from, 1))
        luaL_error(L, "not enough memory");
    lua_pushvalue(from, i);
    lua_xmove(from, L, 1);
}

static int push_end(lua_State *L, const lede_task *t) {
    if (t->canceled)
        return lede_vm_refuse(L, &t->why);
    if (t->failed) {
        push_from(L, t->co, lua_gettop(t->co));
        return lua_error(L);
    }
    const int first = lua_gettop(t->co) - t->results + 1;
    luaL_checkstack(L, t->results, "too many results");
    for (int i = 0; i < t->results; i++)
        push_from(L, t->co, first + i);
    return t->results;
}

static int joining_push(lua_State *L, lede_wait *w) { return push_end(L, ((joining *)w)->of); }

void lede__task_wake_joiners(lede_task *t) {
    while (t->joiners) {
        joining *j = t->joiners;
        leave(j);
        lede_task_wake(&j->wait);
    }
}

/* task:join() -> what its function gave; nil, err when it was canceled; raises what it raised */
static int l_task_join(lua_State *L) {
    lede_task *t = check_task(L, 1);
    if (t->ended)
        return push_end(L, t);
    if (lede_task_check(L, "task:join") == t)
        return luaL_error(L, "a task cannot join itself");
    joining *j = malloc(sizeof *j);
    if (!j)
        return luaL_error(L, "not enough memory");
    *j = (joining){.wait = {.cancel = joining_cancel, .push = joining_push, .free = joining_free},
                   .of = t,
                   .next = t->joiners,
                   .link = &t->joiners};
    if (j->next)
        j->next->link = &j->next;
    t->joiners = j;
    return lede_task_wait(L, &j->wait); /* argument 1 stays on the stack and keeps t */
}

/* ---- cancel */

static lede_status check_code(lua_State *L, int i) {
    static const char *const names[] = {"canceled", "timeout", NULL};
    static const lede_status codes[] = {LEDE_ECANCELED, LEDE_ETIMEOUT};
    return codes[luaL_checkoption(L, i, "canceled", names)];
}

/* task:cancel([code[, words]]): its wait raises; nothing when it has ended */
static int l_task_cancel(lua_State *L) {
    lede_task *t = check_task(L, 1);
    const lede_status code = check_code(L, 2);
    lede__task_cancel(t, code, luaL_optstring(L, 3, lede_status_name(code)));
    return 0;
}

static int task_close(lua_State *L) {
    lede__task_cancel(check_task(L, 1), LEDE_ECANCELED, "canceled");
    return 0;
}

/* ---- what it is */

static const char *status_of(const lede_task *t) {
    if (t->ended)
        return t->canceled ? "canceled" : t->failed ? "failed" : "done";
    return t->vm->tasks.current == t ? "running" : t->queued ? "ready" : "waiting";
}

/* task:status() -> "running", "ready", "waiting", "done", "failed" or "canceled" */
static int l_task_status(lua_State *L) {
    lua_pushstring(L, status_of(check_task(L, 1)));
    return 1;
}

static int task_tostring(lua_State *L) {
    const lede_task *t = check_task(L, 1);
    lua_pushfstring(L, "lede.Task: %s", status_of(t));
    return 1;
}

static int task_gc(lua_State *L) {
    lede__task_fini(check_task(L, 1));
    return 0;
}

static const luaL_Reg functions[] = {{"spawn", l_task_spawn},
                                     {"pause", l_task_pause},
                                     {"current", l_task_current},
                                     {"listen", l_task_listen},
                                     {"on_interrupt", l_task_on_interrupt},
                                     {"live", l_task_live},
                                     {"may_wait", l_task_may_wait},
                                     {"gate", lede__gate_new},
                                     {NULL, NULL}};
static const luaL_Reg methods[] = {
    {"join", l_task_join}, {"cancel", l_task_cancel}, {"status", l_task_status}, {NULL, NULL}};
static const luaL_Reg metamethods[] = {
    {"__close", task_close}, {"__gc", task_gc}, {"__tostring", task_tostring}, {NULL, NULL}};

void lede__open_task_class(lua_State *L) {
    lede_vm_class(L, LEDE__TASK, metamethods, methods);
    lede__open_gate_class(L);
}

int luaopen_lede_task_core(lua_State *L) {
    luaL_newlib(L, functions);
    return 1;
}
