/* machine.c - lede.host: facts of the machine and the build for verbs: versions, terminal, sandbox, folders. Desk only. */
#include "bind/bind.h"
#include "bind/task.h"
#include "lede/article.h"
#include "script/vm.h"
#include "sys/sys.h"

#include <lauxlib.h>
#include <stdlib.h>
#include <unistd.h>

static int l_host_version(lua_State *L) {
    lua_pushliteral(L, LEDE_VERSION);
    return 1;
}

/* lede.host.is_terminal(1 or 2) */
static int l_host_is_terminal(lua_State *L) {
    lua_pushboolean(L, isatty((int)luaL_checkinteger(L, 1)));
    return 1;
}

static int l_host_program(lua_State *L) {
    lua_pushstring(L, lede__program_path());
    return 1;
}

/* lede.host.embedded("scripts.publish") -> source or nil */
static int l_host_embedded(lua_State *L) {
    lede_str s = lede__embedded(luaL_checkstring(L, 1));
    if (s.ptr)
        lua_pushlstring(L, s.ptr, s.len);
    else
        lua_pushnil(L);
    return 1;
}

static int l_host_now(lua_State *L) {
    lua_pushinteger(L, lede_time_now());
    return 1;
}

/* lede.host.open_handles() -> how many sockets, timers, programs the loop waits for */
static int l_host_open_handles(lua_State *L) {
    lede_loop *loop;
    lede_error err = {0};
    if (lede__desk_loop(L, &loop, &err))
        return lede_vm_refuse(L, &err);
    lua_pushinteger(L, (lua_Integer)lede_loop_handles(loop));
    return 1;
}

/* lede.host.ulid() -> a fresh id */
static int l_host_ulid(lua_State *L) {
    unsigned char random[10];
    char id[27];
    if (!lede__random(random, sizeof random))
        return luaL_error(L, "no random numbers to be had");
    lede_article_ulid((uint64_t)lede_time_now() * 1000, random, id);
    lua_pushstring(L, id);
    return 1;
}

static int l_host_plugin_dir(lua_State *L) {
    const char *dir = lede_vm_plugin_dir(lede_vm_of(L));
    if (dir)
        lua_pushstring(L, dir);
    else
        lua_pushnil(L);
    return 1;
}

/* lede.host.set_site_root(path): where plugins/ and lib/ of the site are looked for from now on */
static int l_host_set_site_root(lua_State *L) {
    lede_error err = {0};
    if (lede_vm_set_site_root(lede_vm_of(L), luaL_checkstring(L, 1), &err))
        return lede_vm_refuse(L, &err);
    lua_pushboolean(L, 1);
    return 1;
}

/* lede.host.type_dir() -> folder of the Lua type files for editors, or nil */
static int l_host_type_dir(lua_State *L) {
    static const char *const below[] = {"../lua", "../include/lua"}; /* installed beside plugins/, or in the source tree */
    const char *plugins = lede_vm_plugin_dir(lede_vm_of(L));
    for (size_t i = 0; plugins && i < sizeof below / sizeof *below; i++) {
        lede_buf *b = lede_vm_scratch(L, 1 << 14);
        lede_buf_addf(b, "%s/%s", plugins, below[i]);
        char *real = lede__is_dir(b->ptr) ? realpath(b->ptr, NULL) : NULL;
        if (real) {
            lede_buf_clear(b);
            lede_buf_adds(b, real);
            free(real);
            lua_pushstring(L, b->ptr);
            return 1;
        }
    }
    lua_pushnil(L);
    return 1;
}

/* lede.host.sandbox() -> what the kernel lets us enforce on workers, in words */
static int l_host_sandbox(lua_State *L) {
    lua_pushstring(L, lede__shut_in_words());
    return 1;
}

static const luaL_Reg functions[] = {{"version", l_host_version},   {"is_terminal", l_host_is_terminal}, {"program", l_host_program},       {"embedded", l_host_embedded},
                                     {"now", l_host_now},           {"ulid", l_host_ulid}, {"open_handles", l_host_open_handles},               {"plugin_dir", l_host_plugin_dir}, {"set_site_root", l_host_set_site_root},
                                     {"type_dir", l_host_type_dir}, {"sandbox", l_host_sandbox},
                                     {NULL, NULL}};

int luaopen_lede_host(lua_State *L) {
    luaL_newlib(L, functions);
    return 1;
}
