/* task.c - opens the desk's loop when it is needed and lets tasks and loop have their turns. See
 * bind/task.h.
 *
 * Tasks run between two turns of the loop, never inside one: a stage of a publication that blocks
 * runs the loop itself, and no library's callback finds itself called from Lua that it called. */
#include "bind/task.h"

#include "base/log.h"
#include "bind/bind.h"

#include <lauxlib.h>

enum { EXIT_INTERRUPTED = 130 };

static const char desk_key; /* registry: the desk of the VM */

/* ---- the loop */

static void on_interrupt(void *ctx) {
    lede__desk *d = ctx;
    lede_tasks_interrupt(d->vm);
}

static lede_status open_loop(lede__desk *d, lede_error *err) {
    if (d->loop)
        return LEDE_OK;
    const lede_status st = lede_loop_open(&d->loop, err);
    if (!st)
        lede_loop_on_interrupt(d->loop, on_interrupt, d);
    return st;
}

/* Only a VM that lede__desk_join() saw has one. */
static lede_status find_desk(lua_State *L, lede__desk **out, lede_error *err) {
    lua_rawgetp(L, LUA_REGISTRYINDEX, &desk_key);
    *out = lua_touserdata(L, -1);
    lua_pop(L, 1);
    return *out ? open_loop(*out, err) : lede_fail(err, LEDE_EINVAL, "there is no loop here");
}

lede_status lede__desk_loop(lua_State *L, lede_loop **out, lede_error *err) {
    lede__desk *d;
    const lede_status st = find_desk(L, &d, err);
    *out = st ? NULL : d->loop;
    return st;
}

lede_status lede__desk_http(lua_State *L, lede__http **out, lede_error *err) {
    lede__desk *d;
    lede_status st = find_desk(L, &d, err);
    if (!st && !d->http)
        st = lede__http_open(d->loop, &d->http, err);
    *out = st ? NULL : d->http;
    return st;
}

bool lede__desk_rouse(lua_State *L, bool *flag) {
    lede__desk *d;
    if (find_desk(L, &d, NULL))
        return false;
    d->roused = flag;
    return lede_tasks_ready(d->vm);
}

/* ---- what tasks tell */

static void on_failed(void *ctx, lede_str text) {
    lede__desk *d = ctx;
    d->failed = true;
    lede__log(LEDE__LOG_INFO, text);
}

static bool is_interrupted(const void *ctx) {
    const lede__desk *d = ctx;
    return d->loop && lede_loop_interrupted(d->loop);
}

/* So that a signal finds the <close> variables of a script that only computes, too. */
static void on_spawned(void *ctx) { (void)open_loop(ctx, NULL); }

static int keep_desk(lua_State *L) {
    lua_settop(L, 1);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &desk_key);
    return 0;
}

static void on_ready(void *ctx) {
    const lede__desk *d = ctx;
    if (d->roused)
        *d->roused = true;
    if (d->loop)
        lede_loop_hurry(d->loop);
}

void lede__desk_join(lede__desk *d, lede_vm *vm) {
    lua_State *L = lede_vm_lua(vm);
    *d = (lede__desk){.vm = vm, .host = {d, on_failed, is_interrupted, on_spawned, on_ready}};
    lua_pushcfunction(L, keep_desk);
    lua_pushlightuserdata(L, d);
    if (lede_vm_enter(vm, 1, 0, 0, NULL, NULL))
        return; /* out of memory: what needs the desk says that there is no loop */
    lede_tasks_open(vm, &d->host);
    lede_vm_preload(vm, "lede.timer", luaopen_lede_timer);
    lede_vm_preload(vm, "lede.http_core", luaopen_lede_http_core);
    lede_vm_preload(vm, "lede.net", luaopen_lede_net);
    lede_vm_preload(vm, "lede.watch", luaopen_lede_watch);
    lede_vm_preload(vm, "lede.line", luaopen_lede_line);
}

/* ---- the turns */

static void stop_all(lede__desk *d) {
    d->stopped = true;
    lede_tasks_cancel(d->vm);
}

/* Tasks that wait, and nothing that could wake them. */
static void end_deadlock(lede__desk *d) {
    on_failed(d,
              LEDE_STR("tasks wait for one another, and nothing can wake them: they are canceled"));
    lede_tasks_cancel(d->vm);
}

/* A script that took interruptions on itself goes on. */
static void heed_interruption(lede__desk *d) {
    if (lede_tasks_spare(d->vm))
        lede_loop_forgive(d->loop);
    else
        stop_all(d);
}

static void take_turns(lede__desk *d) {
    const bool ready = lede_tasks_run(d->vm);
    const bool alive = d->loop && lede_loop_turn(d->loop, !ready);
    if (!d->stopped && is_interrupted(d))
        heed_interruption(d);
    else if (!ready && !alive && !lede_tasks_ready(d->vm) && lede_tasks_live(d->vm))
        end_deadlock(d);
}

static void run_out(lede__desk *d) {
    while (lede_tasks_live(d->vm))
        take_turns(d);
}

int lede__desk_run(lede__desk *d, int nargs) {
    lede_task *t;
    lede_error err = {0};
    int status;
    if (lede_task_start(d->vm, nargs, &t, &err)) {
        on_failed(d, lede_str_of(err.message));
        return 1;
    }
    lede_task_keep(t);
    run_out(d);
    const lede_status st = lede_task_result(t, &status);
    lede_task_let_go(t);
    if (d->stopped) {
        lede__log(LEDE__LOG_INFO, LEDE_STR("interrupted"));
        return EXIT_INTERRUPTED;
    }
    return (st || d->failed) && !status ? 1 : status;
}

void lede__desk_close(lede__desk *d) {
    lede_tasks_cancel(d->vm);
    run_out(d);
    lede_vm_close(d->vm);
    lede__http_close(d->http);
    lede_loop_close(d->loop);
    *d = (lede__desk){0};
}
