/* sandbox.c - what scripts see. A page VM's globals are built from an allow-list; the policy half,
 * undeclared names, is runtime/lede/sandbox.lua.
 *
 * The stock libraries of a page VM are opened into a table that is dropped afterwards: what no list
 * below names does not exist, rather than having been taken away. What is handed out stands behind
 * read-only proxies, so that no plugin changes string.format, or a global, for another. Held back:
 * io, os, debug, package, bytecode, next, addresses, unseeded randomness, finalizers and weak
 * tables (they run, or empty, when the collector pleases). */
#include "script/internal.h"

#include "base/log.h"

#include <lauxlib.h>
#include <lualib.h>

static const char seed_key; /* registry: math.randomseed of a page VM */

static const char *const base_names[] = {"assert", "error",        "ipairs",   "rawequal",
                                         "rawlen", "rawget",       "select",   "tonumber",
                                         "type",   "getmetatable", "_VERSION", NULL};
static const char *const string_names[] = {"byte",     "char",    "format", "len",   "lower",
                                           "rep",      "reverse", "sub",    "upper", "pack",
                                           "packsize", "unpack",  NULL};
static const char *const table_names[] = {"concat", "insert", "move",   "pack",
                                          "remove", "sort",   "unpack", NULL};
static const char *const math_names[] = {
    "abs",  "acos",   "asin", "atan", "ceil",       "cos",       "deg",        "exp",  "floor",
    "fmod", "huge",   "log",  "max",  "maxinteger", "min",       "mininteger", "modf", "pi",
    "rad",  "random", "sin",  "sqrt", "tan",        "tointeger", "type",       "ult",  NULL};
static const char *const utf8_names[] = {"char", "charpattern", "codepoint", "codes",
                                         "len",  "offset",      NULL};
static const char *const coroutine_names[] = {"create", "isyieldable", "resume", "running",
                                              "status", "wrap",        "yield",  NULL};

/* ---- load: text only */

static int l_load(lua_State *L) {
    size_t len;
    const char *s = luaL_checklstring(
        L, 1, &len); /* readers are not needed, and are one more way to bytecode */
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

/* ---- tables */

static bool is_locked(lua_State *L, int t) {
    if (luaL_getmetafield(L, t, "__metatable") == LUA_TNIL)
        return false;
    lua_pop(L, 1);
    return true;
}

static int l_rawset(lua_State *L) {
    luaL_checktype(L, 1, LUA_TTABLE);
    luaL_checkany(L, 2);
    luaL_checkany(L, 3);
    if (is_locked(L, 1))
        return luaL_error(L, "rawset: this table is read-only");
    lua_settop(L, 3);
    lua_rawset(L, 1);
    return 1;
}

static int l_setmetatable(lua_State *L) {
    static const char *const refused[] = {"__gc", "__mode", NULL};
    int type = lua_type(L, 2);
    luaL_checktype(L, 1, LUA_TTABLE);
    luaL_argexpected(L, type == LUA_TNIL || type == LUA_TTABLE, 2, "nil or table");
    if (is_locked(L, 1))
        return luaL_error(L, "cannot change a protected metatable");
    for (int i = 0; type == LUA_TTABLE && refused[i]; i++) {
        lua_pushstring(L, refused[i]);
        if (lua_rawget(L, 2) != LUA_TNIL)
            return luaL_error(L, "setmetatable: %s is not for page code", refused[i]);
        lua_pop(L, 1);
    }
    lua_settop(L, 2);
    lua_setmetatable(L, 1);
    return 1;
}

/* A worker's standard output is its line to the desk: print goes to stderr, as lede.log does. */
static int l_print(lua_State *L) {
    int n = lua_gettop(L);
    luaL_Buffer line;
    lede_vm_spoil(lede_vm_of(L)); /* else it would be seen once for many pages */
    luaL_buffinit(L, &line);
    for (int i = 1; i <= n; i++) {
        lua_pushcfunction(L, lede__tostring);
        lua_pushvalue(L, i);
        lua_call(L, 1, 1);
        luaL_addvalue(&line);
        if (i < n)
            luaL_addchar(&line, '\t');
    }
    luaL_pushresult(&line);
    size_t len;
    const char *s = lua_tolstring(L, -1, &len);
    lede__log(LEDE__LOG_INFO, (lede_str){s, len});
    return 0;
}

/* ---- the seed of math.random */

static int reseed(lua_State *L) {
    if (lua_rawgetp(L, LUA_REGISTRYINDEX, &seed_key) != LUA_TFUNCTION)
        return 0; /* a desk VM has real randomness */
    lua_pushvalue(L, 1);
    lua_call(L, 1, 0);
    return 0;
}

void lede__vm_seed(lede_vm *vm, uint64_t seed) {
    lua_State *L = vm->L;
    lede_error err = {0};
    if (!lua_checkstack(L, 4)) {
        vm->broken = LEDE_ENOMEM;
        return;
    }
    lua_pushcfunction(L, reseed);
    lua_pushinteger(L, (lua_Integer)seed);
    if (lede_vm_enter(vm, 1, 0, 0, NULL, &err))
        vm->broken = err.status;
}

/* ---- handing out */

static int refuse_write(lua_State *L) {
    return luaL_error(L, "'%s' is read-only", lua_tostring(L, lua_upvalueindex(1)));
}

static int proxy_pairs(lua_State *L) {
    lua_pushcfunction(L, lede__pairs);
    lua_pushvalue(L, lua_upvalueindex(1));
    lua_call(L, 1, 3);
    return 3;
}

static int refuse_global(lua_State *L) {
    const char *name = luaL_tolstring(L, 2, NULL);
    return luaL_error(L, "a new global '%s' was assigned: write local %s", name, name);
}

/* Replaces the table at the top by an empty one that reads through to it and refuses writes. */
static void lock(lua_State *L, const char *name) {
    lua_newtable(L); /* lib proxy */
    lua_createtable(L, 0, 4);
    lua_pushvalue(L, -3);
    lua_setfield(L, -2, "__index");
    lua_pushstring(L, name);
    lua_pushcclosure(L, strcmp(name, "_G") == 0 ? refuse_global : refuse_write, 1);
    lua_setfield(L, -2, "__newindex");
    lua_pushvalue(L, -3);
    lua_pushcclosure(L, proxy_pairs, 1);
    lua_setfield(L, -2, "__pairs");
    lua_pushliteral(L, "locked");
    lua_setfield(L, -2, "__metatable");
    lua_setmetatable(L, -2);
    lua_remove(L, -2);
}

static void copy_names(lua_State *L, int from, int to, const char *const *names) {
    for (; *names; names++) {
        lua_getfield(L, from, *names);
        lua_setfield(L, to, *names);
    }
}

/* Pushes a fresh table with the allowed functions of a stock library. */
static void pick(lua_State *L, int stock, const char *name, const char *const *names) {
    lua_getfield(L, stock, name);
    lua_createtable(L, 0, 24);
    copy_names(L, lua_gettop(L) - 1, lua_gettop(L), names);
    lua_remove(L, -2);
}

static void open_string(lua_State *L, int stock, int globals) {
    pick(L, stock, "string", string_names);
    lede__guard_string(L);
    lede__open_patterns(L);
    lua_pushliteral(L, ""); /* its metatable is the one that all strings share */
    lua_createtable(L, 0, 2);
    lua_pushvalue(L, -3);
    lua_setfield(L, -2, "__index");
    lua_pushliteral(L, "locked");
    lua_setfield(L, -2, "__metatable");
    lua_setmetatable(L, -2);
    lua_pop(L, 1);
    lock(L, "string");
    lua_setfield(L, globals, "string");
}

/* A number that depends on the page's seed: what is printed with it belongs to that page alone. */
static int seeded_random(lua_State *L) {
    lede_vm_spoil(lede_vm_of(L));
    lua_pushvalue(L, lua_upvalueindex(1));
    lua_insert(L, 1);
    lua_call(L, lua_gettop(L) - 1, LUA_MULTRET);
    return lua_gettop(L);
}

static void open_math(lua_State *L, int stock, int globals) {
    lua_getfield(L, stock, "math");
    lua_getfield(L, -1, "randomseed");
    lua_pushvalue(L, -1);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &seed_key);
    lua_pushinteger(L, 0); /* Lua itself seeds with time and addresses */
    lua_call(L, 1, 0);
    lua_pop(L, 1);
    pick(L, stock, "math", math_names);
    lua_getfield(L, -1, "random");
    lua_pushcclosure(L, seeded_random, 1);
    lua_setfield(L, -2, "random");
    lock(L, "math");
    lua_setfield(L, globals, "math");
}

static void open_rest(lua_State *L, int stock, int globals) {
    pick(L, stock, "table", table_names);
    lede__guard_table(L);
    lock(L, "table");
    lua_setfield(L, globals, "table");
    pick(L, stock, "utf8", utf8_names);
    lock(L, "utf8");
    lua_setfield(L, globals, "utf8");
    pick(L, stock, "coroutine", coroutine_names);
    lua_setfield(L, globals, "coroutine");
    lua_pushvalue(L, globals);
    lede__guard_calls(L);
    lua_getfield(L, globals, "coroutine");
    lock(L, "coroutine");
    lua_setfield(L, globals, "coroutine");
    lua_pop(L, 1);
}

/* ---- the two kinds of globals */

/* Leaves the table of what is declared; scripts get a proxy of it. */
static void open_page(lua_State *L) {
    static const luaL_Reg libs[] = {{LUA_GNAME, luaopen_base},
                                    {"string", luaopen_string},
                                    {"table", luaopen_table},
                                    {"math", luaopen_math},
                                    {"utf8", luaopen_utf8},
                                    {"coroutine", luaopen_coroutine},
                                    {NULL, NULL}};
    static const luaL_Reg own[] = {{"pairs", lede__pairs},
                                   {"tostring", lede__tostring},
                                   {"print", l_print},
                                   {"rawset", l_rawset},
                                   {"load", l_load},
                                   {"setmetatable", l_setmetatable},
                                   {NULL, NULL}};
    for (const luaL_Reg *lib = libs; lib->name; lib++) {
        luaL_requiref(L, lib->name, lib->func, 1);
        lua_pop(L, 1);
    }
    lua_pushglobaltable(L);
    int stock = lua_gettop(L);
    lua_newtable(L);
    int globals = lua_gettop(L);
    copy_names(L, stock, globals, base_names);
    luaL_setfuncs(L, own, 0);
    open_string(L, stock, globals);
    open_math(L, stock, globals);
    open_rest(L, stock, globals);

    lua_newtable(L); /* the stock libraries' own list must not be a way around require */
    lua_setfield(L, LUA_REGISTRYINDEX, LUA_LOADED_TABLE);
    lua_pushvalue(L, globals);
    lock(L, "_G");
    lua_pushvalue(L, -1);
    lua_setfield(L, globals, "_G");
    lua_rawseti(L, LUA_REGISTRYINDEX,
                LUA_RIDX_GLOBALS); /* the stock tables are garbage from here on */
    lua_remove(L, stock);
}

static void open_desk(lua_State *L) {
    static const char *const withheld[] = {"dofile", "loadfile", "package", NULL};
    luaL_openlibs(L);
    lua_pushglobaltable(L);
    for (int i = 0; withheld[i]; i++) {
        lua_pushnil(L);
        lua_setfield(L, -2, withheld[i]);
    }
    lua_pushcfunction(L, l_load);
    lua_setfield(L, -2, "load");
    lede__guard_calls(L);
}

/* The table of what is declared is at the top. */
static void run_policy(lua_State *L) {
    lede_str source = lede__embedded("lede.sandbox");
    if (luaL_loadbufferx(L, source.ptr ? source.ptr : "", source.len, "@lede/sandbox.lua", "t"))
        lua_error(L);
    lua_pushvalue(L, -2);
    lua_call(L, 1, 0);
}

void lede__open_sandbox(lua_State *L, lede_vm_kind kind) {
    if (kind == LEDE_VM_PAGE)
        open_page(L);
    else
        open_desk(L);
    lua_getfield(L, LUA_REGISTRYINDEX, "lede.require");
    lua_setfield(L, -2, "require");
    run_policy(L);
    lua_pop(L, 1);
}
