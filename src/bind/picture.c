/* picture.c - lede.picture: pictures as files, for scripts on the desk. See lede/picture.h. */
#include "bind/bind.h"
#include "lede/picture.h"
#include "sys/sys.h"

#include <lauxlib.h>

enum { FOUND_MAX = 256 << 20 };

/* lede.picture.size(path) -> { width, height, type }, or nil, err */
static int l_picture_size(lua_State *L) {
    const char *path = luaL_checkstring(L, 1);

    lede_picture p;
    lede_error err = {0};
    const lede_status st = lede_picture_file(path, &p, &err);

    if (st)
        return lede_vm_refuse(L, &err);
    lua_createtable(L, 0, 3);
    lua_pushinteger(L, p.width);
    lua_setfield(L, -2, "width");
    lua_pushinteger(L, p.height);
    lua_setfield(L, -2, "height");
    lua_pushstring(L, lede_picture_type_name(p.type));
    lua_setfield(L, -2, "type");
    return 1;
}

/* ---- pictures below a folder */

typedef struct found {
    int64_t size, mtime;
    size_t len; /* of the path, which follows */
} found;

static bool find_each(void *ctx, const char *path, int64_t size, int64_t mtime) {
    lede_buf *b = ctx;
    found f = {size, mtime, strlen(path)};
    if (lede_picture_named(lede_str_of(path))) {
        lede_buf_addn(b, &f, sizeof f);
        lede_buf_addn(b, path, f.len);
    }
    return b->status == LEDE_OK;
}

/* Pushes { path, size, mtime } of the entry at *at, and goes on. */
static void push_found(lua_State *L, const lede_buf *b, size_t *at) {
    found f;
    memcpy(&f, b->ptr + *at, sizeof f);
    *at += sizeof f;
    lua_createtable(L, 0, 3);
    lua_pushlstring(L, b->ptr + *at, f.len);
    lua_setfield(L, -2, "path");
    lua_pushinteger(L, f.size);
    lua_setfield(L, -2, "size");
    lua_pushinteger(L, f.mtime);
    lua_setfield(L, -2, "mtime");
    *at += f.len;
}

/* lede.picture.find(folder) -> list of { path, size, mtime }, or nil, err */
static int l_picture_find(lua_State *L) {
    const char *folder = luaL_checkstring(L, 1);
    lede_buf *b = lede_vm_scratch(L, FOUND_MAX);

    lede_error err = {0};
    lede_status st = lede__walk(folder, find_each, b, &err);
    if (!st)
        st = lede_buf_status(b, &err);

    if (st)
        return lede_vm_refuse(L, &err);
    lua_newtable(L);
    lua_Integer n = 0;
    for (size_t at = 0; at < b->len;) {
        push_found(L, b, &at);
        lua_rawseti(L, -2, ++n);
    }
    return 1;
}

static const luaL_Reg functions[] = {{"size", l_picture_size}, {"find", l_picture_find}, {NULL, NULL}};

int luaopen_lede_picture(lua_State *L) {
    luaL_newlib(L, functions);
    return 1;
}
