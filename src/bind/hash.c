/* hash.c - lede.hash: SHA-256, and codes by which a receiver knows who sent something. */
#include "codec/hash.h"
#include "bind/bind.h"
#include "bind/text.h"

#include <lauxlib.h>

/* The sum as it is, or in hexadecimal. */
static int give_sum(lua_State *L, const unsigned char sum[32], bool raw) {
    char hex[65];
    if (raw) {
        lua_pushlstring(L, (const char *)sum, 32);
        return 1;
    }
    lede__hex(sum, 32, hex);
    lua_pushlstring(L, hex, 64);
    return 1;
}

/* lede.hash.sha256(bytes, raw) */
static int l_hash_sha256(lua_State *L) {
    unsigned char sum[32];
    const lede_str bytes = lede__check_text(L, 1);

    lede__sha256(bytes, sum);

    return give_sum(L, sum, lua_toboolean(L, 2));
}

/* lede.hash.hmac_sha256(key, bytes, raw) */
static int l_hash_hmac_sha256(lua_State *L) {
    unsigned char sum[32];
    const lede_str key = lede__check_text(L, 1), bytes = lede__check_text(L, 2);

    lede__hmac_sha256(key, bytes, sum);

    return give_sum(L, sum, lua_toboolean(L, 3));
}

static const luaL_Reg functions[] = {
    {"sha256", l_hash_sha256}, {"hmac_sha256", l_hash_hmac_sha256}, {NULL, NULL}};

int luaopen_lede_hash(lua_State *L) {
    luaL_newlib(L, functions);
    return 1;
}
