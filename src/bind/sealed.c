/* sealed.c - see sealed.h. */
#include "bind/sealed.h"
#include "bind/value.h"

#include "base/refused.h"
#include "codec/hash.h"

#include <lauxlib.h>

typedef struct telling {
    const lede_release *r;
    uint64_t stamp;
    lua_State *L;
    lua_Integer count;
    bool failed;
    const lede_release_change *at;
} telling;

static int push_change(lua_State *L) {
    const lede_release_change *x = ((const telling *)lua_touserdata(L, 1))->at;
    char hex[65];
    lua_createtable(L, 0, 4);
    lede__set_text(L, "path", x->path);
    lede__set_text(L, "what", lede_str_of(!x->is ? "gone" : x->was ? "changed" : "new"));
    if (x->is) {
        lede__hex(x->sha256, sizeof x->sha256, hex);
        lede__set_text(L, "sha256", lede_str_of(hex));
        lede__set_integer(L, "size", x->size);
    }
    return 1;
}

/* Errors of Lua must not jump through the release. */
static bool add_change(void *ctx, const lede_release_change *x) {
    telling *t = ctx;
    t->at = x;
    lua_pushcfunction(t->L, push_change);
    lua_pushlightuserdata(t->L, t);
    t->failed = lua_pcall(t->L, 1, 1, 0) != LUA_OK;
    if (t->failed)
        return false;
    lua_rawseti(t->L, -2, ++t->count);
    return true;
}

/* (telling, fn) -> what fn gave */
static int tell(lua_State *L) {
    telling *t = lua_touserdata(L, 1);
    t->L = L;
    lua_settop(L, 2);
    lua_createtable(L, 0, 4);
    lede__set_integer(L, "stamp", t->stamp);
    lede__set_integer(L, "before", lede_release_stamp(t->r));
    lede__set_text(L, "tree", lede_str_of(lede_release_standby(t->r)));
    lua_newtable(L);
    lede_release_each_change(t->r, add_change, t);
    if (t->failed)
        return lua_error(L);
    lua_setfield(L, -2, "changes");
    lua_call(L, 1, 2);
    return 2;
}

lede_status lede__sealed_tell(void *ctx, const lede_release *r, uint64_t stamp, lede_error *err) {
    const lede__sealed *s = ctx;
    telling t = {.r = r, .stamp = stamp};
    lua_State *L = s->L;
    const int top = lua_gettop(L);
    if (!s->fn || !lua_checkstack(L, 16))
        return s->fn ? lede_fail(err, LEDE_ENOMEM, "publish: out of memory") : LEDE_OK;
    lua_pushcfunction(L, tell);
    lua_pushlightuserdata(L, &t);
    lua_pushvalue(L, s->fn);
    const unsigned refusals = lede__memory_refusals();
    lede_status st = LEDE_OK;
    if (lua_pcall(L, 2, 2, 0) != LUA_OK || !lua_toboolean(L, -2)) {
        const char *why = luaL_tolstring(L, -1, NULL); /* an error's words, or the second value */
        st = lede_fail(err, LEDE_ESCRIPT, "what is to be delivered cannot be kept: %s", why);
    }
    lua_settop(L, top);
    if (!st && lede__memory_refusals() != refusals) /* a plugin may have left something out */
        st = lede_fail(err, LEDE_ENOMEM, "publish: out of memory");
    return st;
}
