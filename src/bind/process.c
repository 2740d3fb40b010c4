/* process.c - lede.process: programs of the system, for scripts on the desk. A task waits for the
 * program, anybody else blocks. Programs that run beside the script are in child.c. */
#include "bind/process.h"

#include "bind/bind.h"
#include "bind/task.h"
#include "loop/child.h"
#include "loop/timer.h"

#include <lauxlib.h>
#include <signal.h>
#include <stdlib.h>

enum { ARGS_MAX = 1000, OUTPUT_MAX = 64 << 20, TIMEOUT_S = 60, TIMEOUT_MAX_S = 24 * 3600 };

/* The string at the top, which what it stands in keeps alive. */
static const char *check_word(lua_State *L, const char *what) {
    size_t len;
    if (lua_type(L, -1) != LUA_TSTRING)
        luaL_error(L, "process: %s must be strings, not %s", what, luaL_typename(L, -1));
    const char *s = lua_tolstring(L, -1, &len);
    if (strlen(s) != len)
        luaL_error(L, "process: %s may hold no NUL", what);
    return s;
}

/* Pushes a userdata with the words of the list at 1. */
static const char *const *check_args(lua_State *L) {
    const lua_Integer n = luaL_len(L, 1);
    luaL_argcheck(L, n >= 1 && n <= ARGS_MAX, 1, "a program and its arguments");
    const char **args = lua_newuserdatauv(L, ((size_t)n + 1) * sizeof *args, 0);
    for (lua_Integer i = 1; i <= n; i++) {
        lua_rawgeti(L, 1, i);
        args[i - 1] = check_word(L, "its words");
        lua_pop(L, 1);
    }
    args[n] = NULL;
    return args;
}

/* Pushes env of the table at 1 as a list of "NAME=value" that keeps them, and a userdata with their
 * addresses. */
static const char *const *check_env(lua_State *L) {
    const int type = lua_getfield(L, 1, "env");
    const char **env = lua_newuserdatauv(L, (ARGS_MAX + 1) * sizeof *env, 0);
    size_t n = 0;
    lua_newtable(L); /* given env kept */
    luaL_argcheck(L, type == LUA_TTABLE || type == LUA_TNIL, 1, "env: a table of texts");
    if (type == LUA_TTABLE) {
        for (lua_pushnil(L); lua_next(L, -4);) {
            const char *value = check_word(L, "values of env");
            lua_pushvalue(L, -2); /* given env kept name value name */
            const char *name = check_word(L, "names of env");
            luaL_argcheck(L, *name && !strchr(name, '=') && n < ARGS_MAX, 1,
                          "env: names without '='");
            env[n] = lua_pushfstring(L, "%s=%s", name, value);
            lua_rawseti(L, -5, (lua_Integer)++n);
            lua_pop(L, 2);
        }
    }
    env[n] = NULL;
    return env;
}

static int check_timeout(lua_State *L) {
    lua_getfield(L, 1, "timeout");
    const lua_Number seconds = luaL_optnumber(L, -1, TIMEOUT_S);
    luaL_argcheck(L, seconds > 0 && seconds <= TIMEOUT_MAX_S, 1, "timeout: seconds, up to a day");
    lua_pop(L, 1);
    return seconds < 0.001 ? 1 : (int)(seconds * 1000);
}

static const char *check_folder(lua_State *L) {
    lua_getfield(L, 1, "folder");
    luaL_argcheck(L, lua_isnil(L, -1) || lua_type(L, -1) == LUA_TSTRING, 1, "folder: a path");
    return lua_isnil(L, -1) ? NULL : check_word(L, "folder"); /* stays on the stack */
}

static void check_keys(lua_State *L, const char *const *known) {
    for (lua_pushnil(L); lua_next(L, 1); lua_pop(L, 1)) {
        if (lua_type(L, -2) != LUA_TSTRING)
            continue;
        const char *const *key = known;
        while (*key && strcmp(*key, lua_tostring(L, -2)) != 0)
            key++;
        if (!*key)
            luaL_error(L, "process: there is no option '%s'", lua_tostring(L, -2));
    }
}

void lede__check_order(lua_State *L, const char *const *known, lede__run_order *o) {
    luaL_checktype(L, 1, LUA_TTABLE);
    lua_settop(L, 1);
    check_keys(L, known);
    *o = (lede__run_order){.timeout_ms = check_timeout(L)};
    o->folder = check_folder(L);
    o->args = check_args(L);
    o->env = check_env(L);
}

/* ---- what comes of it */

static void set_text(lua_State *L, const char *key, const lede_buf *b) {
    lua_pushlstring(L, b->ptr, b->len);
    lua_setfield(L, -2, key);
}

void lede__push_end(lua_State *L, const lede__run_end *end) {
    lua_createtable(L, 0, 4);
    if (end->signal)
        lua_pushinteger(L, end->signal);
    else
        lua_pushinteger(L, end->status);
    lua_setfield(L, -2, end->signal ? "signal" : "status");
}

static int push_result(lua_State *L, const lede__run_end *end, const lede_buf *out,
                       const lede_buf *words) {
    lede__push_end(L, end);
    set_text(L, "out", out);
    set_text(L, "err", words);
    return 1;
}

/* ---- run, in a task */

typedef struct running {
    lede_wait wait;
    lede__child *child;
    lede__timer *timer;
    int timeout_ms;
    lede_error err;
    char name[200];
} running;

/* Once: by its end, its deadline or its length. */
static void finish(running *r) {
    lede__timer_stop(r->timer);
    r->timer = NULL;
    lede_task_wake(&r->wait);
}

static void on_deadline(void *ctx) {
    running *r = ctx;
    r->timer = NULL;
    (void)lede_fail(&r->err, LEDE_ETIMEOUT, "'%s' took longer than %d ms and was killed", r->name,
                    r->timeout_ms);
    finish(r);
}

static void on_news(void *ctx) {
    running *r = ctx;
    if (r->err.status)
        return;
    for (int i = 0; i < 2; i++)
        if (lede__child_output(r->child, i)->len >= OUTPUT_MAX)
            (void)lede_fail(&r->err, LEDE_ELIMIT, "'%s' wrote too much", r->name);
        else
            (void)!lede_buf_status(lede__child_output(r->child, i), &r->err);
    if (r->err.status || lede__child_ended(r->child, NULL))
        finish(r);
}

static void running_cancel(lede_wait *w) { finish((running *)w); }

static void running_free(lede_wait *w) {
    running *r = (running *)w;
    lede__child_close(r->child);
    free(r);
}

static int running_push(lua_State *L, lede_wait *w) {
    running *r = (running *)w;
    lede__run_end end = {0};
    if (r->err.status)
        return lede_vm_refuse(L, &r->err);
    (void)lede__child_ended(r->child, &end);
    return push_result(L, &end, lede__child_output(r->child, 0), lede__child_output(r->child, 1));
}

static lede_status start(lede_loop *loop, const lede__run_order *order, running **out,
                         lede_error *err) {
    *out = NULL;
    running *r = calloc(1, sizeof *r);
    if (!r)
        return lede_fail(err, LEDE_ENOMEM, "out of memory");
    r->wait = (lede_wait){.cancel = running_cancel, .push = running_push, .free = running_free};
    r->timeout_ms = order->timeout_ms;
    snprintf(r->name, sizeof r->name, "%s", order->args[0]);
    r->timer = lede__timer_start(loop, (uint64_t)order->timeout_ms, on_deadline, r);
    lede_status st = r->timer ? LEDE_OK : lede_fail(err, LEDE_ENOMEM, "out of memory");
    if (!st)
        st = lede__child_start(loop, order, false, OUTPUT_MAX, on_news, r, &r->child, err);
    if (st) {
        lede__timer_stop(r->timer);
        free(r);
        return st;
    }
    *out = r;
    return LEDE_OK;
}

static int run_waiting(lua_State *L, const lede__run_order *order) {
    lede_loop *loop;
    running *r = NULL;
    lede_error err = {0};
    lede_status st = lede__desk_loop(L, &loop, &err);
    if (!st)
        st = start(loop, order, &r, &err);
    return st ? lede_vm_refuse(L, &err) : lede_task_wait(L, &r->wait);
}

static int run_blocking(lua_State *L, const lede__run_order *order) {
    lede_buf *out = lede_vm_scratch(L, OUTPUT_MAX), *words = lede_vm_scratch(L, OUTPUT_MAX);
    lede_error err = {0};
    lede__run_end end = {0};
    const lede_status st = lede__run(order, out, words, &end, &err);
    return st ? lede_vm_refuse(L, &err) : push_result(L, &end, out, words);
}

/* lede.process.run{ "program", "word", …, timeout = 60, env = {}, folder = } -> { status, signal,
 * out, err }, or nil, err */
static int l_process_run(lua_State *L) {
    static const char *const known[] = {"timeout", "env", "folder", NULL};
    lede__run_order order;
    lede__check_order(L, known, &order);
    return lede_task_may_wait(L) ? run_waiting(L, &order) : run_blocking(L, &order);
}

static const luaL_Reg functions[] = {
    {"run", l_process_run}, {"start", lede__process_start_child}, {NULL, NULL}};

int luaopen_lede_process(lua_State *L) {
    lede__process_class(L);
    luaL_newlib(L, functions);
    return 1;
}
