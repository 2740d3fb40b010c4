/* task.c - starts, resumes and ends tasks. See script/task.h; what scripts see of them is in
 * task_lua.c.
 *
 * The coroutine of a task runs body(), which calls the function in a protected call that can be
 * resumed: its message handler still sees the stack that failed, and <close> variables may wait,
 * which they could not if the error ended the coroutine itself. A task's userdata is anchored in
 * the registry by its address until it ends; the coroutine is its user value, and keeps results and
 * error on its own stack for those who join later. */
#include "script/tasks.h"

#include <lauxlib.h>
#include <stdlib.h>

static const char anchors_key; /* registry: address of a task -> its userdata */

/* ---- the queue of those who go on */

void lede__task_ready(lede_task *t) {
    lede__tasks *all = &t->vm->tasks;
    if (t->queued)
        return;
    t->queued = true;
    t->after = NULL;
    if (all->last)
        all->last->after = t;
    else
        all->first = t;
    all->last = t;
    if (all->first == t && all->host)
        all->host->ready(all->host->ctx);
}

static lede_task *next_ready(lede__tasks *all) {
    lede_task *t = all->first;
    all->first = t->after;
    if (!all->first)
        all->last = NULL;
    t->queued = false;
    return t;
}

/* ---- waiting */

bool lede__is_task(lua_State *L) {
    const lede_task *t = lede_vm_of(L)->tasks.current;
    return t && t->co == L;
}

bool lede_task_may_wait(lua_State *L) {
    return lede__is_task(L) && lua_isyieldable(L) && !lede_vm_of(L)->tasks.current->canceled;
}

/* The name of the C function that Lua cannot yield across, as far as it is known. */
static const char *blocker(lua_State *L) {
    lua_Debug ar;
    for (int level = 1; lua_getstack(L, level, &ar); level++) {
        lua_getinfo(L, "Sn", &ar);
        if (strcmp(ar.what, "C") == 0 && ar.name)
            return ar.name;
    }
    return "a C function like sort or gsub";
}

lede_task *lede_task_check(lua_State *L, const char *what) {
    lede_task *t = lede_vm_of(L)->tasks.current;
    if (!t)
        luaL_error(
            L, "%s waits, and only a task can wait: call it in lede.task.spawn(function() ... end)",
            what);
    else if (t->co != L)
        luaL_error(L, "%s cannot wait in a coroutine of your own: wait in the task, or spawn one",
                   what);
    else if (t->canceled)
        lede__task_raise(L, t);
    else if (!lua_isyieldable(L))
        luaL_error(
            L,
            "%s cannot wait inside '%s', which Lua cannot leave and come back to: wait before it",
            what, blocker(L));
    return t;
}

void lede__task_raise(lua_State *L, const lede_task *t) { luaL_error(L, "%s", t->why.message); }

void lede__check_canceled(lua_State *L) {
    const lede_task *t = lede_vm_of(L)->tasks.current;
    if (t && t->canceled)
        lede__task_raise(L, t);
}

static void drop_woken(lede_task *t) {
    lede_wait *w = t->woken;
    t->woken = NULL;
    if (w)
        w->free(w);
}

/* Where every wait goes on. Somebody else's coroutine.resume() of a task's coroutine is answered by
 * yielding again. */
static int go_on(lua_State *L, int status, lua_KContext ctx) {
    lede_task *t = (lede_task *)ctx;
    (void)status;
    if (t->vm->tasks.current != t)
        return lua_yieldk(L, 0, ctx, go_on);
    if (t->canceled) {
        drop_woken(t); /* while the stack still keeps what it points to */
        lede__task_raise(L, t);
    }
    if (!t->woken)
        return 0;
    const int n = t->woken->push(L, t->woken);
    drop_woken(t);
    return n;
}

int lede_task_wait(lua_State *L, lede_wait *w) {
    lede_task *t = lede_vm_of(L)->tasks.current;
    w->task = t;
    t->wait = w;
    return lua_yieldk(L, 0, (lua_KContext)t, go_on);
}

int lede_task_pause(lua_State *L) {
    lede_task *t = lede_vm_of(L)->tasks.current;
    lede__task_ready(t);
    return lua_yieldk(L, 0, (lua_KContext)t, go_on);
}

void lede_task_wake(lede_wait *w) {
    lede_task *t = w->task;
    if (!t) {
        w->free(w);
        return;
    }
    t->wait = NULL;
    t->woken = w;
    lede__task_ready(t);
}

static void give_up(lede_task *t) {
    lede_wait *w = t->wait;
    t->wait = NULL;
    if (!w)
        return;
    w->task = NULL;
    w->cancel(w);
}

void lede__task_cancel(lede_task *t, lede_status status, const char *words) {
    if (t->ended || t->canceled)
        return;
    t->canceled = true;
    (void)lede_fail(&t->why, status, "%s", words);
    if (t->vm->tasks.current == t)
        return; /* it raises at its next wait */
    give_up(t);
    lede__task_ready(t);
}

/* ---- its body */

#define BODY "\n\t[C]: in ?"

static int keep_trace(lua_State *L) {
    lede_task *t = lede_vm_of(L)->tasks.current;
    if (!t || t->canceled)
        return 1;
    luaL_traceback(L, L, NULL, 1);
    lede_str trace = {0};
    trace.ptr = lua_tolstring(L, -1, &trace.len);
    if (lede_str_ends(trace, BODY)) /* ours: body() */
        trace.len -= sizeof BODY - 1;
    lede_buf_clear(&t->trace);
    lede_buf_add(&t->trace, trace);
    lua_pop(L, 1);
    return 1;
}

static int body_ended(lua_State *L, int status, lua_KContext ctx) {
    lede_task *t = (lede_task *)ctx;
    if (status == LUA_OK || status == LUA_YIELD)
        return lua_gettop(L) - 1;
    t->failed = true;
    return 1;
}

/* task f ... -> what f gives, or its error */
static int body(lua_State *L) {
    const lua_KContext t = (lua_KContext)lua_touserdata(L, 1);
    const int n = lua_gettop(L) - 2;
    lua_pushcfunction(L, keep_trace);
    lua_replace(L, 1); /* handler f ... */
    return body_ended(L, lua_pcallk(L, n, LUA_MULTRET, 1, t, body_ended), t);
}

/* ---- its life */

static void link_live(lede_task *t) {
    lede__tasks *all = &t->vm->tasks;
    t->next = all->live;
    if (t->next)
        t->next->link = &t->next;
    t->link = &all->live;
    all->live = t;
    all->count++;
}

static void unlink_live(lede_task *t) {
    *t->link = t->next;
    if (t->next)
        t->next->link = t->link;
    t->vm->tasks.count--;
}

static void unanchor(lua_State *L, lede_task *t) {
    lua_rawgetp(L, LUA_REGISTRYINDEX, &anchors_key);
    lua_pushnil(L);
    lua_rawsetp(L, -2, t);
    lua_pop(L, 1);
}

void lede__task_push(lua_State *L, lede_task *t) {
    lua_rawgetp(L, LUA_REGISTRYINDEX, &anchors_key);
    lua_rawgetp(L, -1, t);
    lua_remove(L, -2);
}

lede_task *lede__task_new(lua_State *L, int nargs) {
    lede_vm *vm = lede_vm_of(L);
    lede_task *t = lua_newuserdatauv(L, sizeof *t, 1); /* f ... task */
    *t = (lede_task){.vm = vm, .ended = true};
    lede_buf_init(&t->trace, 8192);
    luaL_setmetatable(L, LEDE__TASK);
    lua_State *co = lua_newthread(L);
    lua_setiuservalue(L, -2, 1);
    lua_insert(L, -nargs - 2); /* task f ... */
    luaL_checkstack(co, nargs + 3, NULL);
    lua_pushcfunction(co, body);
    lua_pushlightuserdata(co, t);
    lua_xmove(L, co, nargs + 1); /* task */
    lua_rawgetp(L, LUA_REGISTRYINDEX, &anchors_key);
    lua_pushvalue(L, -2);
    lua_rawsetp(L, -2, t);
    lua_pop(L, 1);
    t->co = co;
    t->nargs = nargs + 3;
    t->ended = false;
    link_live(t);
    lede__task_ready(t);
    return t;
}

/* In the VM's protected call: the words of an error that nobody waits for. */
static int tell(lua_State *L) {
    lede_task *t = lua_touserdata(L, 1);
    const lede_task_host *host = t->vm->tasks.host;
    luaL_checkstack(L, 4, NULL);
    lua_xmove(t->co, L, 1);
    lua_pushvalue(L, -1);
    lua_xmove(L, t->co, 1); /* for those who join later */
    luaL_tolstring(L, -1, NULL);
    lua_pushliteral(L, "\n");
    lua_pushlstring(L, t->trace.ptr, t->trace.len);
    lua_concat(L, t->trace.len ? 3 : 1);
    size_t len;
    const char *s = lua_tolstring(L, -1, &len);
    host->failed(host->ctx, (lede_str){s, len});
    return 0;
}

static void tell_of(lede_task *t) {
    lua_State *L = t->vm->L;
    const lede_task_host *host = t->vm->tasks.host;
    lede_error err = {0};
    lede_status st = lua_checkstack(L, 2) ? LEDE_OK : LEDE_ENOMEM;
    if (!st) {
        lua_pushcfunction(L, tell);
        lua_pushlightuserdata(L, t);
        st = lede_vm_enter(t->vm, 1, 0, 0, NULL, &err);
    }
    if (st)
        host->failed(host->ctx, LEDE_STR("a task failed, and there is no memory to say how"));
}

static void end(lede_task *t, int status, int results) {
    t->ended = true;
    t->results = results;
    if (status !=
        LUA_OK) { /* out of memory within body(), or its coroutine was closed by somebody */
        t->failed = true;
        t->results = 1;
        (void)lua_resetthread(t->co);
        if (lua_gettop(t->co) == 0)
            lua_pushnil(t->co);
    }
    t->canceled = t->canceled && t->failed;
    const bool awaited = t->joiners != NULL;
    lede__task_wake_joiners(t);
    if (t->failed && !t->canceled && !awaited)
        tell_of(t);
    unlink_live(t);
    if (t->vm->tasks.victim == t)
        t->vm->tasks.victim = NULL;
    if (!t->kept)
        unanchor(t->vm->L, t);
}

static void step(lede_task *t) {
    lede_vm *vm = t->vm;
    int results = 0;
    const int nargs = t->nargs;
    t->nargs = 0;
    vm->tasks.current = t;
    vm->running = t->co;
    const int status = lua_resume(t->co, vm->L, nargs ? nargs - 1 : 0, &results);
    vm->running = vm->L;
    vm->tasks.current = NULL;
    vm->exhausted = false;
    drop_woken(t);
    if (status == LUA_YIELD)
        lua_pop(t->co, results);
    else
        end(t, status, results);
}

/* Canceled before its first instruction: there is nothing to unwind. */
static void end_unborn(lede_task *t) {
    lua_settop(t->co, 0);
    lua_pushnil(t->co);
    t->failed = true;
    end(t, LUA_OK, 1);
}

bool lede_tasks_run(lede_vm *vm) {
    const lede_task *last = vm->tasks.last;
    for (bool more = last != NULL; more;) {
        lede_task *t = next_ready(&vm->tasks);
        more = t != last;
        if (t->canceled && t->nargs)
            end_unborn(t);
        else
            step(t);
    }
    return vm->tasks.first != NULL;
}

bool lede_tasks_ready(const lede_vm *vm) { return vm->tasks.first != NULL; }
size_t lede_tasks_live(const lede_vm *vm) { return vm->tasks.count; }

void lede_tasks_cancel(lede_vm *vm) {
    for (lede_task *t = vm->tasks.live; t; t = t->next)
        lede__task_cancel(t, LEDE_ECANCELED, "canceled");
}

void lede__task_fini(lede_task *t) {
    if (!t->ended) { /* the VM is closed over it */
        give_up(t);
        unlink_live(t);
        t->ended = true;
    }
    drop_woken(t);
    lede_buf_fini(&t->trace);
}

/* ---- interruption */

static void interrupt(lua_State *L, lua_Debug *ar) {
    lede_vm *vm = lede_vm_of(L);
    lede_task *t = vm->tasks.current;
    const lede_task_host *host = vm->tasks.host;
    (void)ar;
    lua_sethook(L, NULL, 0, 0);
    if (!t || t->canceled || !host->interrupted(host->ctx))
        return; /* it was taken by a stage that ran then */
    if (vm->tasks.spared && vm->tasks.victim != t)
        return;
    lede__task_cancel(t, LEDE_ECANCELED, "interrupted");
    lede__task_raise(L, t);
}

bool lede_tasks_spare(lede_vm *vm) {
    if (vm->tasks.spared && vm->tasks.victim)
        lede__task_cancel(vm->tasks.victim, LEDE_ECANCELED, "interrupted");
    return vm->tasks.spared;
}

void lede_tasks_interrupt(lede_vm *vm) {
    if (vm->tasks.host)
        lua_sethook(vm->running, interrupt, LUA_MASKCOUNT, 1);
}

/* ---- for C */

void lede_tasks_open(lede_vm *vm, const lede_task_host *host) {
    vm->tasks.host = host;
    lede_vm_preload(vm, "lede.task_core", luaopen_lede_task_core);
}

void lede__open_tasks(lua_State *L) {
    lua_newtable(L);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &anchors_key);
    lede__open_task_class(L);
}

static int start(lua_State *L) {
    lede_task **out = lua_touserdata(L, 1);
    lua_remove(L, 1);
    *out = lede__task_new(L, lua_gettop(L) - 1);
    return 0;
}

lede_status lede_task_start(lede_vm *vm, int nargs, lede_task **out, lede_error *err) {
    lua_State *L = vm->L;
    *out = NULL;
    if (!lua_checkstack(L, 2)) {
        lua_pop(L, nargs + 1);
        return lede_fail(err, LEDE_ENOMEM, "not enough memory for a task");
    }
    lua_pushcfunction(L, start);
    lua_pushlightuserdata(L, out);
    lua_rotate(L, -nargs - 3, 2);
    const lede_status st = lede_vm_enter(vm, nargs + 2, 0, 0, NULL, err);
    if (st)
        *out = NULL;
    return st;
}

void lede_task_keep(lede_task *t) { t->kept = true; }

void lede_task_let_go(lede_task *t) {
    t->kept = false;
    if (t->ended)
        unanchor(t->vm->L, t);
}

lede_status lede_task_result(const lede_task *t, int *value) {
    *value = 0;
    if (t->canceled)
        return LEDE_ECANCELED;
    if (t->failed)
        return LEDE_ESCRIPT;
    if (t->results > 0 && lua_isinteger(t->co, -t->results))
        *value = (int)lua_tointeger(t->co, -t->results);
    return LEDE_OK;
}
