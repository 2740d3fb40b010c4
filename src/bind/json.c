/* json.c - lede.json: strict decoding, canonical encoding (keys sorted). */
#include "bind/bind.h"
#include "bind/value.h"

#include <lauxlib.h>

enum { JSON_MAX = 256 << 20 };

static const char null_key;

void lede__bind_push_null(lua_State *L) {
    if (lua_rawgetp(L, LUA_REGISTRYINDEX, &null_key) == LUA_TNIL) { /* data was pushed before the module was used */
        lua_pop(L, 1);
        lua_pushcfunction(L, luaopen_lede_json);
        lua_call(L, 0, 0);
        lua_rawgetp(L, LUA_REGISTRYINDEX, &null_key);
    }
}

/* lede.json.decode(text) -> value, or nil, err */
static int l_json_decode(lua_State *L) {
    size_t len;
    const char *s = luaL_checklstring(L, 1, &len);
    lede_arena *arena = lede__scratch_arena(L);

    lede_error err = {0};
    lede_value v;
    lede_status st = lede_json_read(arena, (lede_str){s, len}, &v, &err);

    if (st)
        return lede_vm_refuse(L, &err);
    lede__bind_push_value(L, &v);
    lede_arena_fini(arena);
    return 1;
}

/* Writes the first argument into a scratch buffer; raises for what is no data. */
static lede_buf *encode(lua_State *L) {
    luaL_checkany(L, 1);
    lede_buf *out = lede_vm_scratch(L, JSON_MAX);
    lede_error err = {0};
    lede_value v = {.kind = LEDE_TEXT};
    if (lua_type(L, 1) == LUA_TSTRING) { /* most of what pages print, without an arena */
        v.text.ptr = lua_tolstring(L, 1, &v.text.len);
        if (lede_utf8_valid(v.text, NULL)) {
            lede_json_write(out, &v);
            return out;
        }
    }
    lede_arena *arena = lede__scratch_arena(L);
    lede_status st = lede__bind_to_value(L, 1, arena, &v, &err);
    if (!st) {
        lede_json_write(out, &v);
        st = lede_buf_status(out, &err);
    }
    lede_arena_fini(arena);
    if (st)
        luaL_error(L, "json: %s", err.message);
    return out;
}

/* lede.json.encode(value) -> text */
static int l_json_encode(lua_State *L) {
    const lede_buf *out = encode(L);
    lua_pushlstring(L, out->ptr, out->len);
    return 1;
}

/* lede.json.script(value) -> text that is right within <script>: no "<", ">" or "&" is left in it, which in JSON stand in
 * strings only. */
static int l_json_script(lua_State *L) {
    const lede_str json = lede_buf_str(encode(L));
    lede_buf *out = lede_vm_scratch(L, JSON_MAX);
    size_t from = 0;
    for (size_t i = 0; i < json.len; i++) {
        const char c = json.ptr[i];
        if (c != '<' && c != '>' && c != '&')
            continue;
        lede_buf_addn(out, json.ptr + from, i - from);
        lede_buf_adds(out, c == '<' ? "\\u003c" : c == '>' ? "\\u003e" : "\\u0026");
        from = i + 1;
    }
    lede_buf_addn(out, json.ptr + from, json.len - from);
    lua_pushlstring(L, out->ptr, out->len);
    return 1;
}

/* lede.json.array(t): marks t, so that it is written as a list even when it is empty */
static int l_json_array(lua_State *L) {
    if (lua_isnoneornil(L, 1))
        lua_newtable(L);
    luaL_checktype(L, lua_gettop(L), LUA_TTABLE);
    luaL_setmetatable(L, "lede.List");
    return 1;
}

static int l_json_object(lua_State *L) {
    lua_newtable(L);
    return 1;
}

static int null_tostring(lua_State *L) {
    lua_pushliteral(L, "null");
    return 1;
}

static const luaL_Reg functions[] = {{"decode", l_json_decode}, {"encode", l_json_encode}, {"script", l_json_script}, {"array", l_json_array}, {"object", l_json_object}, {NULL, NULL}};

int luaopen_lede_json(lua_State *L) {
    luaL_newmetatable(L, "lede.List");
    luaL_newmetatable(L, "lede.Null");
    lua_pushcfunction(L, null_tostring);
    lua_setfield(L, -2, "__tostring");
    lua_pop(L, 2);
    luaL_newlib(L, functions);
    if (lua_rawgetp(L, LUA_REGISTRYINDEX, &null_key) == LUA_TNIL) {
        lua_pop(L, 1);
        lua_newuserdatauv(L, 0, 0);
        luaL_setmetatable(L, "lede.Null");
        lua_pushvalue(L, -1);
        lua_rawsetp(L, LUA_REGISTRYINDEX, &null_key);
    }
    lua_setfield(L, -2, "null");
    return 1;
}
