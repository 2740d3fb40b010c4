/* process.c - lede.process: programs of the system, for scripts on the desk. Blocks until the program ends. */
#include "bind/bind.h"
#include "sys/run.h"

#include <lauxlib.h>

enum { ARGS_MAX = 1000, OUTPUT_MAX = 64 << 20, TIMEOUT_S = 60, TIMEOUT_MAX_S = 24 * 3600 };

/* The string at the top, which what it stands in keeps alive. */
static const char *check_word(lua_State *L, const char *what) {
    size_t len;
    if (lua_type(L, -1) != LUA_TSTRING)
        luaL_error(L, "process.run: %s must be strings, not %s", what, luaL_typename(L, -1));
    const char *s = lua_tolstring(L, -1, &len);
    if (strlen(s) != len)
        luaL_error(L, "process.run: %s may hold no NUL", what);
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

/* Pushes env of the table at 1 as a list of "NAME=value" that keeps them, and a userdata with their addresses. */
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
            luaL_argcheck(L, *name && !strchr(name, '=') && n < ARGS_MAX, 1, "env: names without '='");
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

static void check_keys(lua_State *L) {
    for (lua_pushnil(L); lua_next(L, 1); lua_pop(L, 1))
        if (lua_type(L, -2) == LUA_TSTRING && strcmp(lua_tostring(L, -2), "timeout") != 0 && strcmp(lua_tostring(L, -2), "env") != 0)
            luaL_error(L, "process.run: there is no option '%s' (timeout, env)", lua_tostring(L, -2));
}

static void set_text(lua_State *L, const char *key, const lede_buf *b) {
    lua_pushlstring(L, b->ptr, b->len);
    lua_setfield(L, -2, key);
}

/* lede.process.run{ "program", "word", …, timeout = 60, env = {} } -> { status, signal, out, err }, or nil, err */
static int l_process_run(lua_State *L) {
    luaL_checktype(L, 1, LUA_TTABLE);
    lua_settop(L, 1);
    check_keys(L);
    lede__run_order order = {0};
    order.timeout_ms = check_timeout(L);
    order.args = check_args(L);
    order.env = check_env(L);
    lede_buf *out = lede_vm_scratch(L, OUTPUT_MAX), *words = lede_vm_scratch(L, OUTPUT_MAX);

    lede_error err = {0};
    lede__run_end end = {0};
    const lede_status st = lede__run(&order, out, words, &end, &err);

    if (st)
        return lede_vm_refuse(L, &err);
    lua_createtable(L, 0, 4);
    if (!end.signal)
        lua_pushinteger(L, end.status);
    else
        lua_pushnil(L);
    lua_setfield(L, -2, "status");
    if (end.signal)
        lua_pushinteger(L, end.signal);
    else
        lua_pushnil(L);
    lua_setfield(L, -2, "signal");
    set_text(L, "out", out);
    set_text(L, "err", words);
    return 1;
}

static const luaL_Reg functions[] = {{"run", l_process_run}, {NULL, NULL}};

int luaopen_lede_process(lua_State *L) {
    luaL_newlib(L, functions);
    return 1;
}
