/* fs.c - lede.fs: files for scripts on the desk. What the world refuses comes back as nil, err. */
#include "bind/bind.h"
#include "base/path.h"
#include "codec/hash.h"
#include "script/vm.h"
#include "sys/sys.h"

#include <errno.h>
#include <lauxlib.h>
#include <stdlib.h>
#include <unistd.h>

enum { READ_MAX = 256 << 20 };

/* lede.fs.read(path) -> string */
static int l_fs_read(lua_State *L) {
    const char *path = luaL_checkstring(L, 1);
    lede_buf *b = lede_vm_scratch(L, READ_MAX);

    lede_error err = {0};
    lede_status st = lede__read_file(path, READ_MAX, b, &err);

    if (st)
        return lede_vm_refuse(L, &err);
    lua_pushlstring(L, b->ptr, b->len);
    return 1;
}

/* lede.fs.write(path, text) -> true; written beside and renamed */
static int l_fs_write(lua_State *L) {
    size_t len;
    const char *path = luaL_checkstring(L, 1), *text = luaL_checklstring(L, 2, &len);

    lede_error err = {0};
    lede_status st = lede__write_file(path, (lede_str){text, len}, true, &err);

    if (st)
        return lede_vm_refuse(L, &err);
    lua_pushboolean(L, 1);
    return 1;
}

/* lede.fs.sha256(path) -> hexadecimal digest of the file */
static int l_fs_sha256(lua_State *L) {
    const char *path = luaL_checkstring(L, 1);

    lede__map map;
    lede_error err = {0};
    unsigned char sum[32];
    char hex[65];
    const lede_status st = lede__map_open(path, &map, &err);
    if (!st) {
        lede__sha256((lede_str){map.ptr, map.len}, sum);
        lede__map_close(&map);
    }

    if (st)
        return lede_vm_refuse(L, &err);
    lede__hex(sum, sizeof sum, hex);
    lua_pushstring(L, hex);
    return 1;
}

static int l_fs_mkdir(lua_State *L) {
    const char *path = luaL_checkstring(L, 1);
    lede_error err = {0};
    if (lede__make_dirs(path, &err))
        return lede_vm_refuse(L, &err);
    lua_pushboolean(L, 1);
    return 1;
}

static int l_fs_exists(lua_State *L) {
    lua_pushboolean(L, lede__exists(luaL_checkstring(L, 1)));
    return 1;
}

static int l_fs_is_dir(lua_State *L) {
    lua_pushboolean(L, lede__is_dir(luaL_checkstring(L, 1)));
    return 1;
}

static bool list_each(void *ctx, const char *path, int64_t size, int64_t mtime) {
    (void)size, (void)mtime;
    lede_buf *b = ctx;
    lede_buf_addn(b, path, strlen(path) + 1);
    return b->status == LEDE_OK;
}

/* lede.fs.walk(folder) -> list of the files below it, sorted, relative; hidden ones are left out */
static int l_fs_walk(lua_State *L) {
    const char *root = luaL_checkstring(L, 1);
    lede_buf *b = lede_vm_scratch(L, READ_MAX);

    lede_error err = {0};
    lede_status st = lede__walk(root, list_each, b, &err);

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

/* lede.fs.absolute(path) -> path from '/'; the file need not exist */
static int l_fs_absolute(lua_State *L) {
    size_t len;
    const char *path = luaL_checklstring(L, 1, &len);
    lede_buf *b = lede_vm_scratch(L, 1 << 16);

    char *cwd = len && path[0] == '/' ? NULL : getcwd(NULL, 0);
    char *real = realpath(path, NULL);
    if (real)
        lede_buf_adds(b, real);
    else if (cwd)
        lede__path_join(b, lede_str_of(cwd), (lede_str){path, len});
    else
        lede_buf_addn(b, path, len);
    free(cwd);
    free(real);

    lua_pushlstring(L, b->ptr, b->len);
    return 1;
}

static const luaL_Reg functions[] = {{"read", l_fs_read},     {"write", l_fs_write}, {"mkdir", l_fs_mkdir},       {"exists", l_fs_exists},
                                     {"is_dir", l_fs_is_dir}, {"walk", l_fs_walk},   {"absolute", l_fs_absolute}, {"sha256", l_fs_sha256}, {NULL, NULL}};

int luaopen_lede_fs(lua_State *L) {
    luaL_newlib(L, functions);
    return 1;
}
