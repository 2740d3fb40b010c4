/* order.c - pairs and tostring of a page VM: nothing in them depends on addresses or hash seeds.
 *
 * pairs visits numbers in ascending order, then strings by their bytes, then false and true. Keys
 * of other types have no order of their own: tables with such keys can be indexed, not walked. */
#include "script/internal.h"

#include <lauxlib.h>
#include <stdlib.h>

typedef struct key {
    int rank; /* 0 number, 1 string, 2 boolean */
    bool is_integer;
    lua_Integer integer;
    lua_Number number;
    lede_str text;  /* anchored by the list of keys */
    lua_Integer at; /* in the list of keys */
} key;

static int by_number(const key *a, const key *b) {
    if (a->is_integer && b->is_integer)
        return (a->integer > b->integer) - (a->integer < b->integer);
    /* An integer and a float that are equal as keys would be one key, so equality after rounding is
     * broken by kind. */
    lua_Number x = a->is_integer ? (lua_Number)a->integer : a->number;
    lua_Number y = b->is_integer ? (lua_Number)b->integer : b->number;
    if (x != y)
        return x < y ? -1 : 1;
    return a->is_integer - b->is_integer;
}

static int by_key(const void *pa, const void *pb) {
    const key *a = pa, *b = pb;
    if (a->rank != b->rank)
        return a->rank - b->rank;
    if (a->rank == 0)
        return by_number(a, b);
    if (a->rank == 1)
        return lede_str_cmp(a->text, b->text);
    return (a->integer > b->integer) - (a->integer < b->integer);
}

static int next_item(lua_State *L) {
    lua_Integer n = lua_tointeger(L, lua_upvalueindex(1));
    lua_Integer i = lua_tointeger(L, 2);
    while (i < n) {
        i++;
        lua_settop(L, 1);
        lua_pushinteger(L, i);
        if (lua_rawgeti(L, 1, i) != LUA_TNIL)
            return 2;
    }
    lua_pushnil(L);
    return 1;
}

/* upvalues: list of keys, order (key array as userdata), position, count */
static int next_sorted(lua_State *L) {
    const key *order = lua_touserdata(L, lua_upvalueindex(2));
    lua_Integer at = lua_tointeger(L, lua_upvalueindex(3)),
                n = lua_tointeger(L, lua_upvalueindex(4));
    luaL_checktype(L, 1, LUA_TTABLE);
    lua_settop(L, 1);
    while (at < n) {
        lua_rawgeti(L, lua_upvalueindex(1), order[at++].at);
        lua_pushvalue(L, -1);
        if (lua_rawget(L, 1) != LUA_TNIL) { /* may have been cleared on the way */
            lua_pushinteger(L, at);
            lua_replace(L, lua_upvalueindex(3));
            return 2;
        }
        lua_settop(L, 1);
    }
    lua_pushinteger(L, at);
    lua_replace(L, lua_upvalueindex(3));
    lua_pushnil(L);
    return 1;
}

/* Whether the table's keys are exactly 1..*n; counts its keys. */
static bool is_sequence(lua_State *L, int t, lua_Integer *n) {
    lua_Integer border = (lua_Integer)lua_rawlen(L, t);
    bool plain = true;
    *n = 0;
    for (lua_pushnil(L); lua_next(L, t); lua_pop(L, 1)) {
        ++*n;
        lua_Integer k = lua_isinteger(L, -2) ? lua_tointeger(L, -2) : 0;
        plain = plain && k >= 1 && k <= border;
    }
    return plain && *n == border;
}

static key key_of(lua_State *L, lua_Integer at) {
    key k = {.at = at};
    switch (lua_type(L, -1)) {
    case LUA_TNUMBER:
        k.is_integer = lua_isinteger(L, -1);
        if (k.is_integer)
            k.integer = lua_tointeger(L, -1);
        else
            k.number = lua_tonumber(L, -1);
        break;
    case LUA_TSTRING:
        k.rank = 1;
        k.text.ptr = lua_tolstring(L, -1, &k.text.len);
        break;
    case LUA_TBOOLEAN:
        k.rank = 2;
        k.integer = lua_toboolean(L, -1);
        break;
    default:
        luaL_error(
            L, "pairs: keys that are %ss have no order; keep a list beside the table and walk that",
            luaL_typename(L, -1));
    }
    return k;
}

static int pairs_of(lua_State *L, int t) {
    lua_Integer n;
    if (is_sequence(L, t, &n)) {
        lua_pushinteger(L, n);
        lua_pushcclosure(L, next_item, 1);
        lua_pushvalue(L, t);
        lua_pushinteger(L, 0);
        return 3;
    }
    lua_createtable(L, n < INT32_MAX ? (int)n : 0, 0);
    int keys = lua_gettop(L);
    key *order = lua_newuserdatauv(L, (size_t)n * sizeof *order, 0);
    lua_Integer at = 0;
    for (lua_pushnil(L); lua_next(L, t) && at < n;) {
        lua_pop(L, 1);
        order[at] = key_of(L, at + 1);
        lua_pushvalue(L, -1);
        lua_rawseti(L, keys, ++at);
    }
    lua_settop(L, keys + 1);
    qsort(order, (size_t)at, sizeof *order, by_key);
    lua_pushinteger(L, 0);
    lua_pushinteger(L, at);
    lua_pushcclosure(L, next_sorted, 4);
    lua_pushvalue(L, t);
    lua_pushnil(L);
    return 3;
}

int lede__pairs(lua_State *L) {
    luaL_checkany(L, 1);
    if (luaL_getmetafield(L, 1, "__pairs") != LUA_TNIL) {
        lua_pushvalue(L, 1);
        lua_call(L, 1, 3);
        return 3;
    }
    luaL_checktype(L, 1, LUA_TTABLE);
    lua_settop(L, 1);
    return pairs_of(L, 1);
}

int lede__tostring(lua_State *L) {
    luaL_checkany(L, 1);
    int type = lua_type(L, 1);
    if (type != LUA_TTABLE && type != LUA_TFUNCTION && type != LUA_TUSERDATA &&
        type != LUA_TTHREAD && type != LUA_TLIGHTUSERDATA) {
        luaL_tolstring(L, 1, NULL);
        return 1;
    }
    if (luaL_getmetafield(L, 1, "__tostring") != LUA_TNIL) {
        lua_pushvalue(L, 1);
        lua_call(L, 1, 1);
        if (!lua_isstring(L, -1))
            return luaL_error(L, "'__tostring' must return a string");
        return 1;
    }
    if (luaL_getmetafield(L, 1, "__name") == LUA_TSTRING)
        return 1;
    lua_pushstring(L, lua_typename(L, type));
    return 1;
}
