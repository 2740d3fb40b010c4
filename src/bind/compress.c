/* compress.c - lede.compress: bytes made smaller, for who sends them elsewhere. */
#include "codec/compress.h"
#include "bind/bind.h"
#include "bind/op.h"
#include "bind/text.h"

#include <lauxlib.h>

enum { GZIP_BEST = 9, BROTLI_BEST = 11 };

static int push_bytes(lua_State *L, lede__op *op) {
    lua_pushlstring(L, op->out.ptr ? op->out.ptr : "", op->out.len);
    return 1;
}

static int compress(lua_State *L, const lede__op_kind *kind, lua_Integer best) {
    const lede_str bytes = lede__check_text(L, 1);
    const lua_Integer quality = luaL_optinteger(L, 2, best);
    luaL_argcheck(L, quality >= 1 && quality <= best, 2, "no such quality");
    lede__op *op = lede__op_new(L, kind);
    lede_buf_add(&op->a, bytes);
    op->n = quality;
    return lede__op_run(L, op);
}

static lede_status gzip_act(lede__op *op, lede_error *err) {
    const lede_status st = lede_buf_status(&op->a, err);
    return st ? st : lede__gzip(lede_buf_str(&op->a), (int)op->n, &op->out, err);
}

/* lede.compress.gzip(bytes, quality) */
static int l_compress_gzip(lua_State *L) {
    static const lede__op_kind kind = {.act = gzip_act, .push = push_bytes};
    return compress(L, &kind, GZIP_BEST);
}

static lede_status brotli_act(lede__op *op, lede_error *err) {
    const lede_status st = lede_buf_status(&op->a, err);
    return st ? st : lede__brotli(lede_buf_str(&op->a), (int)op->n, &op->out, err);
}

/* lede.compress.brotli(bytes, quality) */
static int l_compress_brotli(lua_State *L) {
    static const lede__op_kind kind = {.act = brotli_act, .push = push_bytes};
    return compress(L, &kind, BROTLI_BEST);
}

static const luaL_Reg functions[] = {
    {"gzip", l_compress_gzip}, {"brotli", l_compress_brotli}, {NULL, NULL}};

int luaopen_lede_compress(lua_State *L) {
    luaL_newlib(L, functions);
    return 1;
}
