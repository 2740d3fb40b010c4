/* value.c - tables to values and back. An empty table is a map unless it is marked as a list (class lede.List). */
#include "bind/value.h"

#include <lauxlib.h>

enum { DEPTH_MAX = 64 };

static lede_status convert(lua_State *L, int idx, lede_arena *arena, lede_value *out, int depth, lede_error *err);

/* How many items when the table is a sequence and nothing else; -1 otherwise. */
static int64_t sequence_length(lua_State *L, int idx) {
    lua_Unsigned n = lua_rawlen(L, idx), seen = 0;
    lua_pushnil(L);
    while (lua_next(L, idx)) {
        lua_pop(L, 1);
        if (!lua_isinteger(L, -1)) {
            lua_pop(L, 1);
            return -1;
        }
        seen++;
    }
    return seen == n ? (int64_t)n : -1;
}

static bool is_marked_list(lua_State *L, int idx) {
    if (!lua_getmetatable(L, idx))
        return false;
    luaL_getmetatable(L, "lede.List");
    bool same = lua_rawequal(L, -1, -2);
    lua_pop(L, 2);
    return same;
}

static lede_status convert_list(lua_State *L, int idx, size_t n, lede_arena *arena, lede_value *out, int depth, lede_error *err) {
    *out = (lede_value){.kind = LEDE_LIST};
    out->list.items = lede_arena_zero(arena, (n + 1) * sizeof *out->list.items);
    if (!out->list.items)
        return lede_fail(err, LEDE_ENOMEM, "out of memory");
    for (size_t i = 0; i < n; i++) {
        lua_rawgeti(L, idx, (lua_Integer)i + 1);
        lede_status st = convert(L, lua_gettop(L), arena, &out->list.items[i], depth + 1, err);
        lua_pop(L, 1);
        if (st)
            return lede_fail_in(err, st, "[%zu]", i + 1);
        out->list.count++;
    }
    return LEDE_OK;
}

static lede_status convert_map(lua_State *L, int idx, lede_arena *arena, lede_value *out, int depth, lede_error *err) {
    size_t n = 0;
    lua_pushnil(L);
    while (lua_next(L, idx)) {
        lua_pop(L, 1);
        n++;
        if (lua_type(L, -1) != LUA_TSTRING) {
            lua_pop(L, 1);
            return lede_fail(err, LEDE_EINVAL, "a table is a list (1, 2, 3, ...) or has names as keys, not both");
        }
    }
    *out = (lede_value){.kind = LEDE_MAP};
    out->map.pairs = lede_arena_zero(arena, (n + 1) * sizeof *out->map.pairs);
    if (!out->map.pairs)
        return lede_fail(err, LEDE_ENOMEM, "out of memory");
    lua_pushnil(L);
    while (lua_next(L, idx)) {
        size_t len;
        const char *key = lua_tolstring(L, -2, &len);
        lede_pair *p = &out->map.pairs[out->map.count++];
        p->key = lede_arena_copy(arena, (lede_str){key, len});
        lede_status st = !p->key.ptr ? lede_fail(err, LEDE_ENOMEM, "out of memory") : LEDE_OK;
        if (!st && !lede_utf8_valid(p->key, NULL))
            st = lede_fail(err, LEDE_EINVAL, "a name that is not UTF-8");
        if (!st)
            st = convert(L, lua_gettop(L), arena, &p->value, depth + 1, err);
        lua_pop(L, 1);
        if (st) {
            lua_pop(L, 1);
            return lede_fail_in(err, st, ".%s", p->key.ptr ? p->key.ptr : "");
        }
    }
    return LEDE_OK;
}

static lede_status convert(lua_State *L, int idx, lede_arena *arena, lede_value *out, int depth, lede_error *err) {
    *out = (lede_value){0};
    if (depth > DEPTH_MAX || !lua_checkstack(L, 8))
        return lede_fail(err, LEDE_ELIMIT, "data is nested more than %d deep (or contains itself)", DEPTH_MAX);
    size_t len;
    const char *s;
    switch (lua_type(L, idx)) {
    case LUA_TNIL: return LEDE_OK;
    case LUA_TBOOLEAN:
        out->kind = LEDE_BOOL;
        out->boolean = lua_toboolean(L, idx);
        return LEDE_OK;
    case LUA_TNUMBER:
        out->kind = lua_isinteger(L, idx) ? LEDE_INT : LEDE_FLOAT;
        if (out->kind == LEDE_INT)
            out->integer = lua_tointeger(L, idx);
        else
            out->number = lua_tonumber(L, idx);
        if (out->kind == LEDE_FLOAT && (out->number != out->number || out->number > 1.7e308 || out->number < -1.7e308))
            return lede_fail(err, LEDE_EINVAL, "not a number that data can hold");
        return LEDE_OK;
    case LUA_TSTRING:
        s = lua_tolstring(L, idx, &len);
        out->kind = LEDE_TEXT;
        out->quoted = true;
        out->text = lede_arena_copy(arena, (lede_str){s, len});
        if (!lede_utf8_valid(out->text, NULL))
            return lede_fail(err, LEDE_EINVAL, "text that is not UTF-8");
        return out->text.ptr ? LEDE_OK : lede_fail(err, LEDE_ENOMEM, "out of memory");
    case LUA_TTABLE: {
        int64_t n = sequence_length(L, idx);
        if (n > 0 || (n == 0 && is_marked_list(L, idx)))
            return convert_list(L, idx, (size_t)n, arena, out, depth, err);
        return convert_map(L, idx, arena, out, depth, err);
    }
    default: break;
    }
    if (luaL_testudata(L, idx, "lede.Null"))
        return LEDE_OK;
    return lede_fail(err, LEDE_EINVAL, "a %s is no data", luaL_typename(L, idx));
}

lede_status lede__bind_to_value(lua_State *L, int idx, lede_arena *arena, lede_value *out, lede_error *err) {
    return convert(L, lua_absindex(L, idx), arena, out, 0, err);
}

void lede__bind_push_value(lua_State *L, const lede_value *v) {
    luaL_checkstack(L, 8, "data is nested too deep");
    switch (v->kind) {
    case LEDE_NULL: lede__bind_push_null(L); return;
    case LEDE_BOOL: lua_pushboolean(L, v->boolean); return;
    case LEDE_INT: lua_pushinteger(L, v->integer); return;
    case LEDE_FLOAT: lua_pushnumber(L, v->number); return;
    case LEDE_TEXT: lua_pushlstring(L, v->text.ptr ? v->text.ptr : "", v->text.len); return;
    case LEDE_LIST:
        lua_createtable(L, (int)v->list.count, 0);
        for (size_t i = 0; i < v->list.count; i++) {
            lede__bind_push_value(L, &v->list.items[i]);
            lua_rawseti(L, -2, (lua_Integer)i + 1);
        }
        luaL_setmetatable(L, "lede.List");
        return;
    case LEDE_MAP:
        lua_createtable(L, 0, (int)v->map.count);
        for (size_t i = 0; i < v->map.count; i++) {
            lua_pushlstring(L, v->map.pairs[i].key.ptr, v->map.pairs[i].key.len);
            lede__bind_push_value(L, &v->map.pairs[i].value);
            lua_rawset(L, -3);
        }
        return;
    }
}

void lede__set_text(lua_State *L, const char *key, lede_str s) {
    lua_pushlstring(L, s.ptr ? s.ptr : "", s.len);
    lua_setfield(L, -2, key);
}

void lede__set_integer(lua_State *L, const char *key, int64_t v) {
    lua_pushinteger(L, (lua_Integer)v);
    lua_setfield(L, -2, key);
}
