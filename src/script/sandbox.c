/* sandbox.c - what scripts see. The page VM's globals are built from an allow-list; its policy half is runtime/lede/sandbox.lua.
 *
 * Held back from page VMs: io, os, debug, package, load of bytecode, next, addresses, unseeded randomness, finalizers. The
 * string metatable's methods are a copy of their own, so an assignment to string.x reaches nobody else. */
#include "script/internal.h"

#include <lauxlib.h>
#include <lualib.h>

/* ---- pcall and friends: a deadline passes through them */

static int finish_pcall(lua_State *L, int status, lua_KContext extra) {
    lede__check_expired(L);
    if (status != LUA_OK && status != LUA_YIELD) {
        lua_pushboolean(L, 0);
        lua_pushvalue(L, -2);
        return 2;
    }
    return lua_gettop(L) - (int)extra;
}

static int l_pcall(lua_State *L) {
    luaL_checkany(L, 1);
    lua_pushboolean(L, 1);
    lua_insert(L, 1);
    int status = lua_pcallk(L, lua_gettop(L) - 2, LUA_MULTRET, 0, 0, finish_pcall);
    return finish_pcall(L, status, 0);
}

/* The handler is not called once the deadline has passed: in it no hook would run. */
static int guarded_handler(lua_State *L) {
    if (lede_vm_of(L)->expired)
        return 1;
    lua_pushvalue(L, lua_upvalueindex(1));
    lua_insert(L, 1);
    lua_call(L, lua_gettop(L) - 1, 1);
    return 1;
}

static int l_xpcall(lua_State *L) {
    int n = lua_gettop(L);
    luaL_checktype(L, 2, LUA_TFUNCTION);
    lua_pushvalue(L, 2);
    lua_pushcclosure(L, guarded_handler, 1);
    lua_replace(L, 2);
    lua_pushboolean(L, 1);
    lua_pushvalue(L, 1);
    lua_rotate(L, 3, 2); /* f handler true f args */
    int status = lua_pcallk(L, n - 2, LUA_MULTRET, 2, 2, finish_pcall);
    return finish_pcall(L, status, 2);
}

/* ---- coroutines: the deadline finds the one at work; F1's crash needs close and very long chains */

enum { COROUTINE_DEPTH = 150 };
static const char depth_key;

static int l_resume(lua_State *L) {
    lua_State *co = lua_tothread(L, 1);
    luaL_argexpected(L, co, 1, "coroutine");
    lede_vm *vm = lede_vm_of(L);
    lua_rawgetp(L, LUA_REGISTRYINDEX, &depth_key);
    lua_Integer depth = lua_tointeger(L, -1);
    lua_pop(L, 1);
    if (depth >= COROUTINE_DEPTH)
        return luaL_error(L, "coroutines are nested more than %d deep", COROUTINE_DEPTH);
    lua_pushinteger(L, depth + 1);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &depth_key);
    int narg = lua_gettop(L) - 1, nres = 0, status = LUA_ERRRUN;
    if (lua_status(co) == LUA_OK && lua_gettop(co) == 0) {
        lua_pushliteral(L, "cannot resume dead coroutine");
    } else if (!lua_checkstack(co, narg)) {
        lua_pushliteral(L, "too many arguments to resume");
    } else {
        lua_xmove(L, co, narg);
        lua_State *before = vm->running;
        vm->running = co;
        status = lua_resume(co, L, narg, &nres);
        vm->running = before;
        if (status != LUA_OK && status != LUA_YIELD)
            lua_xmove(co, L, 1);
    }
    lua_pushinteger(L, depth);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &depth_key);
    lede__check_expired(L);
    if (status != LUA_OK && status != LUA_YIELD) {
        lua_pushboolean(L, 0);
        lua_insert(L, -2);
        return 2;
    }
    luaL_checkstack(L, nres + 1, "too many results to resume");
    lua_pushboolean(L, 1);
    lua_xmove(co, L, nres);
    return nres + 1;
}

/* ---- load: text only */

static int l_load(lua_State *L) {
    size_t len;
    const char *s = luaL_checklstring(L, 1, &len); /* readers are not needed, and are one more way to bytecode */
    const char *name = luaL_optstring(L, 2, "=load");
    bool has_env = !lua_isnone(L, 4);
    if (luaL_loadbufferx(L, s, len, name, "t") != LUA_OK) {
        lua_pushnil(L);
        lua_insert(L, -2);
        return 2;
    }
    if (has_env) {
        lua_pushvalue(L, 4);
        if (!lua_setupvalue(L, -2, 1))
            lua_pop(L, 1);
    }
    return 1;
}

static int l_setmetatable(lua_State *L) {
    int type = lua_type(L, 2);
    luaL_checktype(L, 1, LUA_TTABLE);
    luaL_argexpected(L, type == LUA_TNIL || type == LUA_TTABLE, 2, "nil or table");
    if (luaL_getmetafield(L, 1, "__metatable") != LUA_TNIL)
        return luaL_error(L, "cannot change a protected metatable");
    if (type == LUA_TTABLE && lua_getfield(L, 2, "__gc") != LUA_TNIL)
        return luaL_error(L, "finalizers (__gc) are not for page code");
    lua_settop(L, 2);
    lua_setmetatable(L, 1);
    return 1;
}

/* ---- patterns: backtracking is exponential in quantifiers, and no hook runs inside. What these let through and still takes
 * too long ends with the worker's own deadline. */

enum { QUANTIFIERS_MAX = 16, SUBJECT_MAX = 32 << 20 };

static int guarded_pattern(lua_State *L) {
    size_t len = 0, plen = 0;
    const char *pattern = lua_tolstring(L, 2, &plen);
    lua_tolstring(L, 1, &len);
    int quantifiers = 0;
    for (size_t i = 0; pattern && i < plen; i++) {
        if (pattern[i] == '%')
            i++;
        else if (strchr("*+-?", pattern[i]) && pattern[i])
            quantifiers++;
    }
    bool plain = lua_toboolean(L, lua_upvalueindex(2)) && lua_toboolean(L, 4);
    if (!plain && quantifiers > QUANTIFIERS_MAX)
        return luaL_error(L, "this pattern has more than %d repetitions", QUANTIFIERS_MAX);
    if (!plain && quantifiers > 1 && len > SUBJECT_MAX)
        return luaL_error(L, "this text is too long for a pattern");
    lua_pushvalue(L, lua_upvalueindex(1));
    lua_insert(L, 1);
    lua_call(L, lua_gettop(L) - 1, LUA_MULTRET);
    return lua_gettop(L);
}

static int l_rep(lua_State *L) {
    size_t len, sep = 0;
    luaL_checklstring(L, 1, &len);
    lua_Integer n = luaL_checkinteger(L, 2);
    luaL_optlstring(L, 3, "", &sep);
    if (n > 0 && (double)n * (double)(len + sep + 1) > (double)(256 << 20))
        return luaL_error(L, "string.rep: the result would be too long");
    lua_pushvalue(L, lua_upvalueindex(1));
    lua_insert(L, 1);
    lua_call(L, lua_gettop(L) - 1, 1);
    return 1;
}

static void guard(lua_State *L, int lib, const char *name, lua_CFunction with, bool has_plain) {
    lua_getfield(L, lib, name);
    lua_pushboolean(L, has_plain);
    lua_pushcclosure(L, with, 2);
    lua_setfield(L, lib, name);
}

static void copy_table(lua_State *L, int from) {
    from = lua_absindex(L, from);
    lua_newtable(L);
    lua_pushnil(L);
    while (lua_next(L, from)) {
        lua_pushvalue(L, -2);
        lua_insert(L, -2);
        lua_rawset(L, -4);
    }
}

/* The library on top, less dump, with guards; its copy becomes the methods of strings. */
static void tame_strings(lua_State *L) {
    int lib = lua_gettop(L);
    lua_pushnil(L);
    lua_setfield(L, lib, "dump");
    guard(L, lib, "find", guarded_pattern, true);
    guard(L, lib, "match", guarded_pattern, false);
    guard(L, lib, "gmatch", guarded_pattern, false);
    guard(L, lib, "gsub", guarded_pattern, false);
    guard(L, lib, "rep", l_rep, false);
}

static void lock_string_methods(lua_State *L, int lib) {
    lua_pushliteral(L, "");
    lua_getmetatable(L, -1); /* "" mt */
    copy_table(L, lib);
    lua_setfield(L, -2, "__index");
    lua_pushliteral(L, "locked");
    lua_setfield(L, -2, "__metatable");
    lua_pop(L, 2);
}

/* ---- the seed of math.random */

void lede__vm_seed(lede_vm *vm, uint64_t seed) {
    lua_State *L = vm->L;
    if (lua_getfield(L, LUA_REGISTRYINDEX, "lede.randomseed") != LUA_TFUNCTION) {
        lua_pop(L, 1);
        return;
    }
    lua_pushinteger(L, (lua_Integer)seed);
    lua_pushinteger(L, 0);
    if (lua_pcall(L, 2, 0, 0) != LUA_OK)
        lua_pop(L, 1);
}

/* ---- the two kinds of globals */

static void open_lib(lua_State *L, const char *name, lua_CFunction open) { luaL_requiref(L, name, open, 0); }

static void open_page(lua_State *L) {
    static const char *const allowed[] = {"assert", "error", "ipairs", "rawequal", "rawlen", "rawget", "rawset", "select", "tonumber", "type", "getmetatable", "_VERSION", NULL};
    static const luaL_Reg own[] = {{"pcall", l_pcall}, {"xpcall", l_xpcall}, {"load", l_load}, {"setmetatable", l_setmetatable}, {NULL, NULL}};
    lua_newtable(L); /* globals */
    int globals = lua_gettop(L);
    open_lib(L, "_G", luaopen_base);
    for (int i = 0; allowed[i]; i++) {
        lua_getfield(L, -1, allowed[i]);
        lua_setfield(L, globals, allowed[i]);
    }
    lua_getfield(L, -1, "next"); /* for sandbox.lua, which hands out neither */
    lua_setfield(L, LUA_REGISTRYINDEX, "lede.next");
    lua_getfield(L, -1, "tostring");
    lua_setfield(L, LUA_REGISTRYINDEX, "lede.tostring");
    lua_pop(L, 1);
    lua_pushvalue(L, globals);
    luaL_setfuncs(L, own, 0);
    lua_pop(L, 1);

    open_lib(L, "string", luaopen_string);
    tame_strings(L);
    lock_string_methods(L, lua_gettop(L));
    lua_setfield(L, globals, "string");
    open_lib(L, "table", luaopen_table);
    lua_setfield(L, globals, "table");
    open_lib(L, "utf8", luaopen_utf8);
    lua_setfield(L, globals, "utf8");
    open_lib(L, "math", luaopen_math);
    lua_getfield(L, -1, "randomseed");
    lua_setfield(L, LUA_REGISTRYINDEX, "lede.randomseed");
    lua_pushnil(L);
    lua_setfield(L, -2, "randomseed");
    lua_setfield(L, globals, "math");
    open_lib(L, "coroutine", luaopen_coroutine);
    lua_pushnil(L);
    lua_setfield(L, -2, "close");
    lua_pushnil(L);
    lua_setfield(L, -2, "wrap"); /* made anew over resume in sandbox.lua */
    lua_pushcfunction(L, l_resume);
    lua_setfield(L, -2, "resume");
    lua_setfield(L, globals, "coroutine");
    lua_pushvalue(L, globals);
    lua_setfield(L, globals, "_G");
    lua_pushvalue(L, globals);
    lua_rawseti(L, LUA_REGISTRYINDEX, LUA_RIDX_GLOBALS);
    lua_newtable(L); /* the standard libraries' own list must not be a way around require */
    lua_setfield(L, LUA_REGISTRYINDEX, LUA_LOADED_TABLE);
    lua_pop(L, 1);
}

static void open_desk(lua_State *L) {
    luaL_openlibs(L);
    lua_pushglobaltable(L);
    static const char *const withheld[] = {"dofile", "loadfile", "package", NULL};
    for (int i = 0; withheld[i]; i++) {
        lua_pushnil(L);
        lua_setfield(L, -2, withheld[i]);
    }
    lua_pushcfunction(L, l_load);
    lua_setfield(L, -2, "load");
    lua_pop(L, 1);
}

static void run_policy(lua_State *L, const char *kind) {
    lede_str source = lede__embedded("lede.sandbox");
    if (luaL_loadbufferx(L, source.ptr ? source.ptr : "", source.len, "@lede/sandbox.lua", "t"))
        lua_error(L);
    lua_newtable(L);
    lua_pushstring(L, kind);
    lua_setfield(L, -2, "kind");
    lua_getfield(L, LUA_REGISTRYINDEX, "lede.next");
    lua_setfield(L, -2, "next");
    lua_getfield(L, LUA_REGISTRYINDEX, "lede.tostring");
    lua_setfield(L, -2, "tostring");
    lua_pushliteral(L, "");
    luaL_getmetafield(L, -1, "__index"); /* what strings have as methods: no longer the library of that name */
    lua_setfield(L, -3, "methods");
    lua_pop(L, 1);
    lua_call(L, 1, 0);
}

void lede__open_sandbox(lua_State *L, lede_vm_kind kind) {
    if (kind == LEDE_VM_PAGE)
        open_page(L);
    else
        open_desk(L);
    lua_getfield(L, LUA_REGISTRYINDEX, "lede.require");
    lua_setglobal(L, "require");
    run_policy(L, kind == LEDE_VM_PAGE ? "page" : "desk");
}
