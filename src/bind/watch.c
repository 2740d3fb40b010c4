/* watch.c - lede.watch: tasks that wait for files to change. */
#include "loop/watch.h"

#include "bind/bind.h"
#include "bind/hear.h"

#define CLASS "lede.Watch"
enum { QUIET_MS = 20, QUIET_MAX_MS = 60000 };

typedef struct watching {
    lede__heard heard;
    lede__watch *watch;
} watching;

static bool is_there(lede__heard *h, int want) {
    (void)want;
    return lede__watch_ready(((watching *)h)->watch);
}

static int give(lua_State *L, lede__heard *h, int want) {
    lede_error err = {0};
    lede_buf *b = lede_vm_scratch(L, LEDE_BUF_MAX);
    (void)want;
    if (lede__watch_take(((watching *)h)->watch, b, &err))
        return lede_vm_refuse(L, &err);
    lua_newtable(L);
    lua_Integer n = 0;
    for (size_t at = 0; at < b->len; at += strlen(b->ptr + at) + 1) {
        lua_pushstring(L, b->ptr + at);
        lua_rawseti(L, -2, ++n);
    }
    return 1;
}

static const lede__heard_kind kind = {.is_there = is_there, .give = give};

/* watch.open(path[, { quiet = seconds }]) -> watch */
static int l_watch_open(lua_State *L) {
    const char *path = luaL_checkstring(L, 1);
    lua_Number quiet = QUIET_MS / 1000.0;
    if (!lua_isnoneornil(L, 2)) {
        luaL_checktype(L, 2, LUA_TTABLE);
        lua_getfield(L, 2, "quiet");
        quiet = luaL_optnumber(L, -1, quiet);
    }
    luaL_argcheck(L, quiet > 0 && quiet * 1000 <= QUIET_MAX_MS, 2,
                  "quiet: seconds, up to a minute");
    watching *w = (watching *)lede__heard_new(L, CLASS, &kind, sizeof *w);

    lede_loop *loop;
    lede_error err = {0};
    lede_status st = lede__desk_loop(L, &loop, &err);
    if (!st)
        st = lede__watch_open(loop, path, quiet < 0.001 ? 1 : (int)(quiet * 1000), lede__heard_news,
                              w, &w->watch, &err);

    return st ? lede_vm_refuse(L, &err) : 1;
}

/* watch:next() -> the paths that changed, sorted */
static int l_watch_next(lua_State *L) {
    return lede__heard_wait(L, lede__heard_check(L, CLASS), 0, "watch:next");
}

static int l_watch_close(lua_State *L) {
    lede__heard *h = lede__heard_take(L, CLASS);
    if (!h)
        return 0;
    lede__watch_close(((watching *)h)->watch);
    lede__heard_close(h);
    return 0;
}

static const luaL_Reg functions[] = {{"open", l_watch_open}, {NULL, NULL}};
static const luaL_Reg methods[] = {{"next", l_watch_next}, {"close", l_watch_close}, {NULL, NULL}};

int luaopen_lede_watch(lua_State *L) {
    lede__heard_class(L, CLASS, methods, l_watch_close);
    luaL_newlib(L, functions);
    return 1;
}
