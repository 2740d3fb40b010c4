/* library.c - string and table functions of a page VM that stock Lua would let run for ever inside
 * C, where no hook reaches, or that show addresses. Patterns are in pattern.c. */
#include "script/internal.h"

#include <lauxlib.h>

enum { REP_MAX = 64 << 20, LENGTH_MAX = 10000000 };

/* Each guard is a closure over the stock function: calls it with the arguments as they are. */
static int forward(lua_State *L) {
    lua_pushvalue(L, lua_upvalueindex(1));
    lua_insert(L, 1);
    lua_call(L, lua_gettop(L) - 1, LUA_MULTRET);
    return lua_gettop(L);
}

static int l_rep(lua_State *L) {
    size_t len, sep = 0;
    luaL_checklstring(L, 1, &len);
    lua_Integer n = luaL_checkinteger(L, 2);
    luaL_optlstring(L, 3, "", &sep);
    if (n > 0 && (lua_Integer)len + (lua_Integer)sep > REP_MAX / n)
        return luaL_error(L, "string.rep: the result would have more than %d bytes", REP_MAX);
    if (len + sep == 0) {
        lua_pushliteral(L, "");
        return 1;
    }
    return forward(L);
}

static bool has_address(int type) {
    return type == LUA_TTABLE || type == LUA_TFUNCTION || type == LUA_TUSERDATA ||
           type == LUA_TTHREAD || type == LUA_TLIGHTUSERDATA;
}

static int l_format(lua_State *L) {
    size_t len;
    const char *f = luaL_checklstring(L, 1, &len);
    for (size_t i = 0; i + 1 < len; i++) {
        if (f[i] != '%')
            continue;
        if (f[++i] == '%')
            continue;
        while (i < len && strchr("-+ #0123456789.", f[i]) && f[i])
            i++;
        if (i < len && f[i] == 'p')
            return luaL_error(L, "string.format: %%p is not available in pages");
    }
    for (int i = lua_gettop(L); i >= 2; i--) {
        if (has_address(lua_type(L, i))) {
            lua_pushcfunction(L, lede__tostring);
            lua_pushvalue(L, i);
            lua_call(L, 1, 1);
            lua_replace(L, i);
        }
    }
    return forward(L);
}

static void check_length(lua_State *L, int i) {
    luaL_checkany(L, i);
    if (luaL_len(L, i) > LENGTH_MAX)
        luaL_error(L, "a table says that it has more than %d items", LENGTH_MAX);
}

static int l_measured(lua_State *L) {
    check_length(L, 1);
    return forward(L);
}

static void check_range(lua_State *L, lua_Integer first, lua_Integer last) {
    if (last >= first && (lua_Unsigned)last - (lua_Unsigned)first >= LENGTH_MAX)
        luaL_error(L, "a range of more than %d items", LENGTH_MAX);
}

static int l_move(lua_State *L) {
    check_range(L, luaL_checkinteger(L, 2), luaL_checkinteger(L, 3));
    return forward(L);
}

static int l_concat(lua_State *L) {
    check_length(L, 1);
    check_range(L, luaL_optinteger(L, 3, 1), luaL_opt(L, luaL_checkinteger, 4, 0));
    return forward(L);
}

static void guard(lua_State *L, const luaL_Reg *guards) {
    for (; guards->name; guards++) {
        lua_getfield(L, -1, guards->name);
        lua_pushcclosure(L, guards->func, 1);
        lua_setfield(L, -2, guards->name);
    }
}

void lede__guard_string(lua_State *L) {
    static const luaL_Reg guards[] = {{"rep", l_rep}, {"format", l_format}, {NULL, NULL}};
    guard(L, guards);
}

void lede__guard_table(lua_State *L) {
    static const luaL_Reg guards[] = {{"insert", l_measured}, {"remove", l_measured},
                                      {"sort", l_measured},   {"concat", l_concat},
                                      {"move", l_move},       {NULL, NULL}};
    guard(L, guards);
}
