/* history.c - lede.history: sites of earlier publications, for scripts on the desk. Types: include/lua/lede/history.lua. */
#include "lede/history.h"
#include "bind/bind.h"
#include "bind/sealed.h"
#include "bind/value.h"
#include "lede/time.h"

#include <lauxlib.h>
#include <limits.h>

/* The texts of the list at t, in a userdata that is pushed; the list keeps them. */
static const lede_str *check_texts(lua_State *L, int t, size_t *count) {
    luaL_checktype(L, t, LUA_TTABLE);
    *count = lua_rawlen(L, t);
    lede_str *texts = lua_newuserdatauv(L, (*count + 1) * sizeof *texts, 0);
    for (size_t i = 0; i < *count; i++) {
        lua_rawgeti(L, t, (lua_Integer)i + 1);
        luaL_argcheck(L, lua_type(L, -1) == LUA_TSTRING, t, "a list of texts");
        texts[i].ptr = lua_tolstring(L, -1, &texts[i].len);
        lua_pop(L, 1);
    }
    return texts;
}

/* What a visit needs while it pushes: errors of Lua must not jump through C that holds something. */
typedef struct walk {
    lua_State *L;
    lua_Integer count;
    bool failed;
    lede_history_entry entry;
    lede_str path, text;
} walk;

static int push_entry(lua_State *L) {
    const walk *w = lua_touserdata(L, 1);
    lua_createtable(L, 0, 3);
    lede__set_integer(L, "serial", w->entry.serial);
    lede__set_integer(L, "at", (uint64_t)w->entry.at);
    lede__set_integer(L, "files", w->entry.files);
    return 1;
}

static int push_left_out(lua_State *L) {
    const walk *w = lua_touserdata(L, 1);
    lua_createtable(L, 0, 2);
    lua_pushlstring(L, w->path.ptr, w->path.len);
    lua_setfield(L, -2, "path");
    lua_pushlstring(L, w->text.ptr, w->text.len);
    lua_setfield(L, -2, "text");
    return 1;
}

/* Appends what push gives to the list at the top. */
static bool append(walk *w, lua_CFunction push) {
    lua_State *L = w->L;
    if (w->failed)
        return false;
    lua_pushcfunction(L, push);
    lua_pushlightuserdata(L, w);
    if (lua_pcall(L, 1, 1, 0) != LUA_OK) {
        w->failed = true;
        return false; /* the message stays on the stack */
    }
    lua_rawseti(L, -2, ++w->count);
    return true;
}

static bool each_entry(void *ctx, const lede_history_entry *e) {
    walk *w = ctx;
    w->entry = *e;
    return append(w, push_entry);
}

static void each_left_out(void *ctx, lede_str path, lede_str text) {
    walk *w = ctx;
    w->path = path;
    w->text = text;
    append(w, push_left_out);
}

/* lede.history.list(folder, dest) -> list of { serial, at, files }, newest first */
static int l_history_list(lua_State *L) {
    const char *folder = luaL_checkstring(L, 1), *dest = luaL_checkstring(L, 2);
    walk w = {.L = L};
    luaL_checkstack(L, 8, NULL);
    lua_newtable(L);

    lede_error err = {0};
    const lede_status st = lede_history_list(folder, dest, each_entry, &w, &err);

    if (w.failed)
        return lua_error(L);
    return st ? lede_vm_refuse(L, &err) : 1;
}

static const char *check_field(lua_State *L, const char *name) {
    if (lua_getfield(L, 1, name) != LUA_TSTRING)
        luaL_error(L, "history.go_back: %s is a string", name);
    return lua_tostring(L, -1); /* stays on the stack */
}

/* lede.history.go_back{ history, dest, back, never, sync_disk, sealed } -> { files, written, removed, changed, left_out } */
static int l_history_go_back(lua_State *L) {
    luaL_checktype(L, 1, LUA_TTABLE);
    lede_rollback o = {.history = check_field(L, "history"), .left_out = each_left_out};
    const char *dest = check_field(L, "dest");
    lua_getfield(L, 1, "back");
    const lua_Integer back = luaL_checkinteger(L, -1);
    luaL_argcheck(L, back >= 1 && back <= INT_MAX, 1, "back: 1 or more");
    o.back = (int)back;
    lua_getfield(L, 1, "sync_disk");
    o.release.no_sync = !lua_toboolean(L, -1);
    lede__sealed sealed = {.L = L};
    if (lua_getfield(L, 1, "sealed") == LUA_TFUNCTION)
        sealed.fn = lua_gettop(L);
    o.release.sealed = lede__sealed_tell;
    o.release.sealed_ctx = &sealed;
    lua_getfield(L, 1, "never");
    o.never = check_texts(L, lua_gettop(L), &o.n_never);
    walk w = {.L = L};
    o.ctx = &w;
    luaL_checkstack(L, 8, NULL);
    lua_createtable(L, 0, 6); /* … report */
    lua_newtable(L);          /* … report left_out */

    lede_error err = {0};
    lede_release_stats n = {0};
    bool changed = false;
    const lede_status st = lede_history_go_back(dest, &o, &n, &changed, &err);

    if (w.failed)
        return lua_error(L);
    if (st)
        return lede_vm_refuse(L, &err);
    lua_setfield(L, -2, "left_out");
    lede__set_integer(L, "files", n.files);
    lede__set_integer(L, "written", n.written + n.linked);
    lede__set_integer(L, "removed", n.removed);
    lua_pushboolean(L, changed);
    lua_setfield(L, -2, "changed");
    return 1;
}

/* lede.history.prune(folder, releases, days) -> how many files were forgotten */
static int l_history_prune(lua_State *L) {
    const char *folder = luaL_checkstring(L, 1);
    const lua_Integer releases = luaL_checkinteger(L, 2), days = luaL_checkinteger(L, 3);
    luaL_argcheck(L, releases >= 0 && releases <= INT_MAX, 2, "0 or more");
    luaL_argcheck(L, days >= 0 && days <= INT_MAX, 3, "0 or more");

    lede_error err = {0};
    uint64_t removed;
    if (lede_history_prune(folder, (int)releases, (int)days, lede_time_now(), &removed, &err))
        return lede_vm_refuse(L, &err);
    lua_pushinteger(L, (lua_Integer)removed);
    return 1;
}

/* lede.history.forget(folder, texts) -> how many files had one of them and are removed */
static int l_history_forget(lua_State *L) {
    const char *folder = luaL_checkstring(L, 1);
    size_t n;
    const lede_str *texts = check_texts(L, 2, &n);

    lede_error err = {0};
    uint64_t removed;
    if (lede_history_forget(folder, texts, n, &removed, &err))
        return lede_vm_refuse(L, &err);
    lua_pushinteger(L, (lua_Integer)removed);
    return 1;
}

/* lede.history.drop_retired(dest): removes the trees beside the live one, which the next publication makes anew */
static int l_history_drop_retired(lua_State *L) {
    const char *dest = luaL_checkstring(L, 1);

    lede_error err = {0};
    if (lede_release_drop_retired(dest, &err))
        return lede_vm_refuse(L, &err);
    lua_pushboolean(L, true);
    return 1;
}

static const luaL_Reg functions[] = {{"list", l_history_list},     {"go_back", l_history_go_back},           {"prune", l_history_prune},
                                     {"forget", l_history_forget}, {"drop_retired", l_history_drop_retired}, {NULL, NULL}};

int luaopen_lede_history(lua_State *L) {
    luaL_newlib(L, functions);
    return 1;
}
