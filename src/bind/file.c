/* file.c - open files: lede.fs.open(path, mode) and its handle, for what is too large to be held
 * whole. */
#include "bind/file.h"

#include "bind/op.h"
#include "sys/stream.h"

#include <lauxlib.h>

#define CLASS "lede.File"
enum { PIECE = 64 << 10, PIECE_MAX = 64 << 20 };

typedef struct file {
    lede__stream *stream; /* NULL: closed */
} file;

static void drop_stream(lede__op *op) { lede__stream_close(op->of); }

/* The operation of a method, which counts itself among the owners of the stream. */
static lede__op *new_op(lua_State *L, const lede__op_kind *kind) {
    file *f = luaL_checkudata(L, 1, CLASS);
    luaL_argcheck(L, f->stream, 1, "the file is closed");
    lede__op *op = lede__op_new(L, kind);
    op->of = lede__stream_ref(f->stream);
    return op;
}

/* ---- open */

static lede_status open_act(lede__op *op, lede_error *err) {
    lede__stream *s;
    const lede_status st = lede__stream_open(op->a.ptr, (char)op->n, &s, err);
    op->of = s;
    return st;
}

static int open_push(lua_State *L, lede__op *op) {
    file *f = lua_newuserdatauv(L, sizeof *f, 0);
    f->stream = op->of;
    op->of = NULL;
    luaL_setmetatable(L, CLASS);
    return 1;
}

/* lede.fs.open(path[, "r" | "w" | "a"]) -> file */
int lede__file_open(lua_State *L) {
    static const char *const modes[] = {"r", "w", "a", NULL};
    static const lede__op_kind kind = {.act = open_act, .push = open_push, .fini = drop_stream};
    const int mode = luaL_checkoption(L, 2, "r", modes);
    lede__op *op = lede__op_new(L, &kind);
    lede__op_path(L, 1, &op->a);
    op->n = (unsigned char)modes[mode][0];
    return lede__op_run(L, op);
}

/* ---- methods */

static lede_status read_act(lede__op *op, lede_error *err) {
    return lede__stream_read(op->of, (size_t)op->n, &op->out, err);
}

static int read_push(lua_State *L, lede__op *op) {
    if (op->out.len)
        lua_pushlstring(L, op->out.ptr, op->out.len);
    else
        lua_pushnil(L);
    return 1;
}

/* file:read([max]) -> at most so many bytes; nil at the end */
static int l_file_read(lua_State *L) {
    static const lede__op_kind kind = {.act = read_act, .push = read_push, .fini = drop_stream};
    const lua_Integer max = luaL_optinteger(L, 2, PIECE);
    luaL_argcheck(L, max >= 1 && max <= PIECE_MAX, 2, "1 to 64 MiB");
    lede__op *op = new_op(L, &kind);
    op->n = max;
    return lede__op_run(L, op);
}

static int push_true(lua_State *L, lede__op *op) {
    (void)op;
    lua_pushboolean(L, 1);
    return 1;
}

static lede_status write_act(lede__op *op, lede_error *err) {
    return lede__stream_write(op->of, lede_buf_str(&op->a), err);
}

/* file:write(bytes) -> true */
static int l_file_write(lua_State *L) {
    static const lede__op_kind kind = {.act = write_act, .push = push_true, .fini = drop_stream};
    size_t len;
    const char *bytes = luaL_checklstring(L, 2, &len);
    lede__op *op = new_op(L, &kind);
    lede_buf_addn(&op->a, bytes, len);
    return lede__op_run(L, op);
}

static lede_status sync_act(lede__op *op, lede_error *err) {
    return lede__stream_sync(op->of, err);
}

/* file:sync() -> true when its bytes are on the disk */
static int l_file_sync(lua_State *L) {
    static const lede__op_kind kind = {.act = sync_act, .push = push_true, .fini = drop_stream};
    return lede__op_run(L, new_op(L, &kind));
}

/* file:close(); may be repeated */
static int l_file_close(lua_State *L) {
    file *f = luaL_checkudata(L, 1, CLASS);
    lede__stream_close(f->stream);
    f->stream = NULL;
    return 0;
}

static const luaL_Reg methods[] = {{"read", l_file_read},
                                   {"write", l_file_write},
                                   {"sync", l_file_sync},
                                   {"close", l_file_close},
                                   {NULL, NULL}};
static const luaL_Reg metamethods[] = {
    {"__gc", l_file_close}, {"__close", l_file_close}, {NULL, NULL}};

void lede__file_class(lua_State *L) {
    lede_vm_class(L, CLASS, metamethods, methods);
}
