/* watch.c - lede.watch: tasks that wait for files to change. */
#include "loop/watch.h"

#include "bind/bind.h"
#include "bind/hear.h"
#include "sys/entry.h"

#include <stdlib.h>

#define CLASS "lede.Watch"
enum { QUIET_MS = 20, QUIET_MAX_MS = 60000, PATIENCE = 10 };

typedef struct watching {
    lede__heard heard;
    lede_watch *watch;
    lede_buf changes; /* below root, each with its NUL */
    char *root;
    bool ready;
} watching;

static void on_changed(void *ctx, const lede_str *paths, size_t n) {
    watching *w = ctx;
    const size_t root = strlen(w->root);
    for (size_t i = 0; i < n; i++) {
        const lede_str below = lede_str_sub(paths[i], root + (root > 1));
        lede_buf_add(&w->changes, below);
        lede_buf_addn(&w->changes, "", 1);
    }
    w->ready = true;
    lede__heard_news(w);
}

static bool is_there(lede__heard *h, int want) {
    (void)want;
    return ((watching *)h)->ready;
}

static int give(lua_State *L, lede__heard *h, int want) {
    watching *w = (watching *)h;
    lede_error err = {0};
    (void)want;
    w->ready = false;
    lede_status st = lede_buf_status(&w->changes, &err);
    if (!st)
        st = lede__entry_sort(&w->changes, &err);
    lede_buf *b = lede_vm_scratch(L, LEDE_BUF_MAX);
    lede_buf_add(b, lede_buf_str(&w->changes));
    lede_buf_clear(&w->changes);
    if (st)
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

/* A file is watched by its name, a folder with all below. */
static lede_status open_watch(watching *w, lede_loop *loop, const char *path, int quiet_ms, lede_error *err) {
    lede__entry entry;
    const lede_watch_options o = {.quiet_ms = quiet_ms, .most_ms = quiet_ms * PATIENCE, .ctx = w, .changed = on_changed};
    lede_status st = lede__entry_look(path, &entry, err);
    if (st)
        return st;
    lede_buf_init(&w->changes, LEDE_BUF_MAX);
    w->root = realpath(path, NULL);
    if (!w->root)
        return lede_fail(err, LEDE_EIO, "cannot watch '%s'", path);
    st = lede_watch_open(loop, &o, &w->watch, err);
    if (!st && entry.kind == LEDE__FOLDER)
        return lede_watch_folder(w->watch, w->root, err);
    if (!st)
        st = lede_watch_name(w->watch, w->root, err);
    char *slash = strrchr(w->root, '/');
    slash[slash == w->root] = '\0';
    return st;
}

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
        st = open_watch(w, loop, path, quiet < 0.001 ? 1 : (int)(quiet * 1000), &err);

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
    watching *w = (watching *)h;
    lede_watch_close(w->watch);
    w->watch = NULL;
    lede_buf_fini(&w->changes);
    free(w->root);
    w->root = NULL;
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
