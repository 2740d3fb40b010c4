/* require.c - where modules come from: C modules that were preloaded, the compiled-in runtime, the
 * site's plugins/ and lib/, installed plugins. Never the working directory, never bytecode. */
#include "script/internal.h"

#include "sys/sys.h"

#include <ctype.h>
#include <lauxlib.h>

static const char
    preload_key; /* registry: module -> opener. The values are where luaL_requiref puts its own. */
static const char loading_key; /* in place of a value: is being loaded right now */

/* arguments: name as light userdata, the opener */
static int add_preload(lua_State *L) {
    lua_rawgetp(L, LUA_REGISTRYINDEX, &preload_key);
    lua_pushvalue(L, 2);
    lua_setfield(L, -2, lua_touserdata(L, 1));
    return 0;
}

void lede_vm_preload(lede_vm *vm, const char *module, lua_CFunction luaopen) {
    lua_State *L = vm->L;
    lede_error err = {0};
    if (!lua_checkstack(L, 4)) {
        vm->broken = LEDE_ENOMEM;
        return;
    }
    lua_pushcfunction(L, add_preload);
    lua_pushlightuserdata(L, (void *)module);
    lua_pushcfunction(L, luaopen);
    if (lede_vm_enter(vm, 2, 0, 0, NULL, &err))
        vm->broken = err.status;
}

/* "a.b-c": words of letters, digits, '_' and '-', joined by single dots. */
static bool is_module_name(const char *s) {
    if (!*s || *s == '.')
        return false;
    for (; *s; s++)
        if (!isalnum((unsigned char)*s) && *s != '_' && *s != '-' &&
            !(*s == '.' && s[1] && s[1] != '.'))
            return false;
    return true;
}

void lede_vm_watch_files(lede_vm *vm, lede_vm_saw_file *fn, void *ctx) {
    vm->saw_file = fn;
    vm->saw_file_ctx = ctx;
}

void lede_vm_note_file(lede_vm *vm, const char *path, lede_str bytes) {
    if (vm->saw_file)
        vm->saw_file(vm->saw_file_ctx, path, bytes);
}

/* root/plugins/x/y.lua, or init.lua of the folder. Gives whether out names a file that is there. */
static bool is_there(lede_vm *vm, const lede_buf *path) {
    if (path->status)
        return false;
    if (lede__exists(path->ptr))
        return true;
    lede_vm_note_file(vm, path->ptr, (lede_str){0});
    return false;
}

static bool find_below(lede_vm *vm, const char *root, const char *name, lede_buf *out) {
    if (!root)
        return false;
    lede_buf_clear(out);
    lede_buf_addf(out, "%s/", root);
    for (const char *s = name; *s; s++)
        lede_buf_addc(out, *s == '.' ? '/' : *s);
    size_t stem = out->len;
    lede_buf_adds(out, ".lua");
    if (is_there(vm, out))
        return true;
    out->len = stem;
    lede_buf_adds(out, "/init.lua");
    return is_there(vm, out);
}

static bool find_file(lede_vm *vm, const char *name, lede_buf *out) {
    if (strncmp(name, "lib.", 4) == 0)
        return find_below(vm, vm->site_root, name, out);
    if (strncmp(name, "plugins.", 8) != 0)
        return false;
    return find_below(vm, vm->site_root, name, out) || find_below(vm, vm->plugin_dir, name + 8, out);
}

/* What a message calls the file: below the site, or "plugins/x/init.lua" of the installed ones. */
static const char *shown(const lede_vm *vm, const char *path) {
    size_t n = vm->site_root ? strlen(vm->site_root) : 0;
    if (n && strncmp(path, vm->site_root, n) == 0 && path[n] == '/')
        return path + n + 1;
    const char *last = strstr(path, "/plugins/");
    for (const char *p = last; p; p = strstr(p + 1, "/plugins/"))
        last = p;
    return last ? last + 1 : path;
}

/* Pushes the loader of the module, or raises naming where was looked. */
static void push_loader(lua_State *L, const char *name) {
    lede_vm *vm = lede_vm_of(L);
    lua_rawgetp(L, LUA_REGISTRYINDEX, &preload_key);
    if (lua_getfield(L, -1, name) == LUA_TFUNCTION) {
        lua_remove(L, -2);
        return;
    }
    lua_pop(L, 2);
    lede_error err = {0};
    lede_str own = lede_str_of(name), source = {0};
    if (lede_str_is(own, "lede") || lede_str_starts(own, "lede."))
        source = lede__embedded(name);
    if (source.ptr) {
        lua_pushfstring(L, "@%s.lua", luaL_gsub(L, name, ".", "/"));
        lua_remove(L, -2);
        if (luaL_loadbufferx(L, source.ptr, source.len, lua_tostring(L, -1), "t"))
            lua_error(L);
        lua_remove(L, -2);
        return;
    }
    lede_buf *path = lede_vm_scratch(L, 1 << 14);
    if (!is_module_name(name) || !find_file(vm, name, path))
        luaL_error(L,
                   "there is no module '%s': looked at lede's own, plugins/ and lib/ of the site, "
                   "and installed plugins",
                   name);
    lede_buf *text = lede_vm_scratch(L, 8 << 20);
    if (lede__read_file(path->ptr, 8 << 20, text, &err)) {
        lede_vm_note_refusal(vm, &err);
        luaL_error(L, "%s", err.message);
    }
    lede_vm_note_file(vm, path->ptr, lede_buf_str(text));
    lua_pushfstring(L, "@%s", shown(vm, path->ptr));
    if (luaL_loadbufferx(L, text->ptr, text->len, lua_tostring(L, -1), "t"))
        lua_error(L);
}

static bool is_loading(lua_State *L) {
    return lua_type(L, -1) == LUA_TLIGHTUSERDATA && lua_touserdata(L, -1) == (void *)&loading_key;
}

/* Takes the mark of a module away that did not come to its end, so that the next require says why
 * again. */
static int loading_close(lua_State *L) {
    lua_getiuservalue(L, 1, 1);
    luaL_getsubtable(L, LUA_REGISTRYINDEX, LUA_LOADED_TABLE); /* name loaded */
    lua_pushvalue(L, -2);
    lua_rawget(L, -2);
    if (is_loading(L)) {
        lua_pushvalue(L, -3);
        lua_pushnil(L);
        lua_rawset(L, -4);
    }
    return 0;
}

/* The stack holds the name at 1 and the table of modules at 2. */
static void mark_loading(lua_State *L) {
    lua_newuserdatauv(L, 0, 1);
    lua_pushvalue(L, 1);
    lua_setiuservalue(L, -2, 1);
    luaL_setmetatable(L, "lede.Loading");
    lua_pushlightuserdata(L, (void *)&loading_key);
    lua_setfield(L, 2, lua_tostring(L, 1));
    lua_toclose(L, -1);
}

static int l_require(lua_State *L) {
    const char *name = luaL_checkstring(L, 1);
    lua_settop(L, 1);
    luaL_getsubtable(L, LUA_REGISTRYINDEX, LUA_LOADED_TABLE); /* name loaded */
    int kind = lua_getfield(L, 2, name);
    if (is_loading(L))
        return luaL_error(L, "module '%s' requires itself, directly or through another", name);
    if (kind != LUA_TNIL)
        return 1;
    lua_pop(L, 1);
    mark_loading(L);
    push_loader(L, name);
    lua_pushvalue(L, 1);
    lua_call(L, 1, 1);
    if (lua_isnil(L, -1)) {
        lua_pop(L, 1);
        lua_pushboolean(L, 1);
    }
    lua_pushvalue(L, -1);
    lua_setfield(L, 2, name);
    return 1;
}

void lede__open_require(lua_State *L) {
    lua_newtable(L);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &preload_key);
    luaL_newmetatable(L, "lede.Loading");
    lua_pushcfunction(L, loading_close);
    lua_setfield(L, -2, "__close");
    lua_pop(L, 1);
    lua_pushcfunction(L, l_require);
    lua_setfield(L, LUA_REGISTRYINDEX, "lede.require");
}
