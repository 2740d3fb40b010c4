/* fs.c - lede.fs: files for scripts on the desk. A task waits for the disk, anybody else blocks.
 * What the world refuses comes back as nil, err. Open files are in file.c. */
#include "base/path.h"
#include "bind/bind.h"
#include "bind/file.h"
#include "bind/op.h"
#include "codec/hash.h"
#include "sys/sys.h"

#include <errno.h>
#include <lauxlib.h>
#include <stdlib.h>
#include <unistd.h>

enum { READ_MAX = 256 << 20 };

static int push_text(lua_State *L, lede__op *op) {
    lua_pushlstring(L, op->out.ptr, op->out.len);
    return 1;
}

static int push_true(lua_State *L, lede__op *op) {
    (void)op;
    lua_pushboolean(L, 1);
    return 1;
}

/* The operation of a function whose one argument is a path. */
static int run_on_path(lua_State *L, const lede__op_kind *kind) {
    lede__op *op = lede__op_new(L, kind);
    lede__op_path(L, 1, &op->a);
    return lede__op_run(L, op);
}

/* ---- whole files */

static lede_status read_act(lede__op *op, lede_error *err) {
    op->out.limit = READ_MAX;
    return lede__read_file(op->a.ptr, READ_MAX, &op->out, err);
}

/* lede.fs.read(path) -> string */
static int l_fs_read(lua_State *L) {
    static const lede__op_kind kind = {.act = read_act, .push = push_text};
    return run_on_path(L, &kind);
}

static lede_status write_act(lede__op *op, lede_error *err) {
    return lede__write_file(op->a.ptr, lede_buf_str(&op->b), true, err);
}

/* lede.fs.write(path, text) -> true; written beside and renamed */
static int l_fs_write(lua_State *L) {
    static const lede__op_kind kind = {.act = write_act, .push = push_true};
    size_t len;
    const char *text = luaL_checklstring(L, 2, &len);
    lede__op *op = lede__op_new(L, &kind);
    lede__op_path(L, 1, &op->a);
    lede_buf_addn(&op->b, text, len);
    return lede__op_run(L, op);
}

static lede_status sha256_act(lede__op *op, lede_error *err) {
    lede__map map;
    unsigned char sum[32];
    char hex[65];
    const lede_status st = lede__map_open(op->a.ptr, &map, err);
    if (st)
        return st;
    lede__sha256((lede_str){map.ptr, map.len}, sum);
    lede__map_close(&map);
    lede__hex(sum, sizeof sum, hex);
    lede_buf_adds(&op->out, hex);
    return lede_buf_status(&op->out, err);
}

/* lede.fs.sha256(path) -> hexadecimal digest of the file */
static int l_fs_sha256(lua_State *L) {
    static const lede__op_kind kind = {.act = sha256_act, .push = push_text};
    return run_on_path(L, &kind);
}

/* ---- names */

static lede_status mkdir_act(lede__op *op, lede_error *err) {
    return lede__make_dirs(op->a.ptr, err);
}

static int l_fs_mkdir(lua_State *L) {
    static const lede__op_kind kind = {.act = mkdir_act, .push = push_true};
    return run_on_path(L, &kind);
}

static lede_status remove_act(lede__op *op, lede_error *err) {
    return lede__entry_remove(op->a.ptr, err);
}

/* lede.fs.remove(path) -> true; a file or an empty folder */
static int l_fs_remove(lua_State *L) {
    static const lede__op_kind kind = {.act = remove_act, .push = push_true};
    return run_on_path(L, &kind);
}

static lede_status rename_act(lede__op *op, lede_error *err) {
    return lede__entry_rename(op->a.ptr, op->b.ptr, err);
}

/* lede.fs.rename(from, to) -> true */
static int l_fs_rename(lua_State *L) {
    static const lede__op_kind kind = {.act = rename_act, .push = push_true};
    lede__op *op = lede__op_new(L, &kind);
    lede__op_path(L, 1, &op->a);
    lede__op_path(L, 2, &op->b);
    return lede__op_run(L, op);
}

static lede_status stat_act(lede__op *op, lede_error *err) {
    return lede__entry_look(op->a.ptr, &op->entry, err);
}

static int stat_push(lua_State *L, lede__op *op) {
    static const char *const names[] = {"file", "folder", "link", "other"};
    lua_createtable(L, 0, 3);
    lua_pushstring(L, names[op->entry.kind]);
    lua_setfield(L, -2, "kind");
    lua_pushinteger(L, op->entry.size);
    lua_setfield(L, -2, "size");
    lua_pushnumber(L, (lua_Number)op->entry.mtime_ns / 1e9);
    lua_setfield(L, -2, "mtime");
    return 1;
}

/* lede.fs.stat(path) -> { kind, size, mtime } */
static int l_fs_stat(lua_State *L) {
    static const lede__op_kind kind = {.act = stat_act, .push = stat_push};
    return run_on_path(L, &kind);
}

static int l_fs_exists(lua_State *L) {
    lua_pushboolean(L, lede__exists(luaL_checkstring(L, 1)));
    return 1;
}

static int l_fs_is_dir(lua_State *L) {
    lua_pushboolean(L, lede__is_dir(luaL_checkstring(L, 1)));
    return 1;
}

/* ---- folders */

/* Names in out, each with its NUL. */
static int names_push(lua_State *L, lede__op *op) {
    const lede_buf *b = &op->out;
    lua_newtable(L);
    lua_Integer n = 0;
    for (size_t at = 0; at < b->len; at += strlen(b->ptr + at) + 1) {
        lua_pushstring(L, b->ptr + at);
        lua_rawseti(L, -2, ++n);
    }
    return 1;
}

static bool list_each(void *ctx, const char *path, int64_t size, int64_t mtime) {
    (void)size, (void)mtime;
    lede_buf *b = ctx;
    lede_buf_addn(b, path, strlen(path) + 1);
    return b->status == LEDE_OK;
}

static lede_status walk_act(lede__op *op, lede_error *err) {
    op->out.limit = READ_MAX;
    const lede_status st = lede__walk(op->a.ptr, list_each, &op->out, err);
    return st ? st : lede_buf_status(&op->out, err);
}

/* lede.fs.walk(folder) -> list of the files below it, sorted, relative; hidden ones are left out */
static int l_fs_walk(lua_State *L) {
    static const lede__op_kind kind = {.act = walk_act, .push = names_push};
    return run_on_path(L, &kind);
}

static lede_status list_act(lede__op *op, lede_error *err) {
    op->out.limit = READ_MAX;
    return lede__entry_list(op->a.ptr, &op->out, err);
}

/* lede.fs.list(folder) -> the names in it, sorted, hidden ones too */
static int l_fs_list(lua_State *L) {
    static const lede__op_kind kind = {.act = list_act, .push = names_push};
    return run_on_path(L, &kind);
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

static const luaL_Reg functions[] = {{"read", l_fs_read},         {"write", l_fs_write},
                                     {"sha256", l_fs_sha256},     {"mkdir", l_fs_mkdir},
                                     {"remove", l_fs_remove},     {"rename", l_fs_rename},
                                     {"stat", l_fs_stat},         {"exists", l_fs_exists},
                                     {"is_dir", l_fs_is_dir},     {"walk", l_fs_walk},
                                     {"list", l_fs_list},         {"open", lede__file_open},
                                     {"absolute", l_fs_absolute}, {"lock", lede__lock_take},
                                     {NULL, NULL}};

int luaopen_lede_fs(lua_State *L) {
    lede__file_class(L);
    lede__lock_class(L);
    luaL_newlib(L, functions);
    return 1;
}
