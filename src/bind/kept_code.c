/* kept_code.c - see kept_code.h. Without memory nothing is kept. When it is full, everything is forgotten: templates are few,
 * and only edits make more. */
#include "bind/kept_code.h"

#include <lauxlib.h>
#include <stdlib.h>

enum { KEPT_MAX = 16 << 20 };

void lede__kept_code_init(lede__kept_code *k) {
    *k = (lede__kept_code){0};
    lede_arena_init(&k->arena, KEPT_MAX);
    lede__names_init(&k->keys);
}

void lede__kept_code_fini(lede__kept_code *k) {
    lede__names_fini(&k->keys);
    lede_arena_fini(&k->arena);
    free(k->code);
    k->code = NULL;
    k->cap = 0;
}

static lede_str *place_of(lede__kept_code *k, lede_str key) {
    const uint32_t n = lede__names_add(&k->keys, &k->arena, key);
    if (n == LEDE_NO_NAME)
        return NULL;
    if (n >= k->cap) {
        const size_t cap = k->cap ? k->cap * 2 : 64;
        lede_str *more = realloc(k->code, cap * sizeof *more);
        if (!more)
            return NULL;
        k->code = more;
        k->cap = cap;
    }
    return &k->code[n];
}

static void keep(lede__kept_code *k, lede_str key, lede_str code) {
    const lede_str copy = lede_arena_copy(&k->arena, code);
    lede_str *place = copy.ptr ? place_of(k, key) : NULL;
    if (place) {
        *place = copy;
        return;
    }
    lede__kept_code_fini(k);
    lede__kept_code_init(k);
}

static int l_kept(lua_State *L) {
    lede__kept_code *k = lua_touserdata(L, lua_upvalueindex(1));
    luaL_checkstring(L, 1);
    luaL_checkstring(L, 2);
    lede_str code = {0}, key;
    const bool is_new = !lua_isnoneornil(L, 3);
    if (is_new)
        code.ptr = luaL_checklstring(L, 3, &code.len);
    lua_pushvalue(L, 1);
    lua_pushlstring(L, "", 1);
    lua_pushvalue(L, 2);
    lua_concat(L, 3);
    key.ptr = lua_tolstring(L, -1, &key.len);

    if (is_new)
        keep(k, key, code);
    const uint32_t n = is_new ? LEDE_NO_NAME : lede__names_find(&k->keys, key);

    if (n != LEDE_NO_NAME)
        lua_pushlstring(L, k->code[n].ptr, k->code[n].len);
    else
        lua_pushnil(L);
    return 1;
}

void lede__kept_code_push(lua_State *L, lede__kept_code *k) {
    lua_pushlightuserdata(L, k);
    lua_pushcclosure(L, l_kept, 1);
}
