/* require.c - where modules come from: C modules that were preloaded, the compiled-in runtime, the site's plugins/ and lib/,
 * installed plugins. Never the working directory, never bytecode. */
#include "script/internal.h"

#include "sys/sys.h"

#include <ctype.h>
#include <lauxlib.h>

static const char loaded_key, preload_key;

void lede_vm_preload(lede_vm *vm, const char *module, lua_CFunction luaopen) {
    lua_State *L = vm->L;
    lua_rawgetp(L, LUA_REGISTRYINDEX, &preload_key);
    lua_pushcfunction(L, luaopen);
    lua_setfield(L, -2, module);
    lua_pop(L, 1);
}

/* "a.b-c": words of letters, digits, '_' and '-', joined by single dots. */
static bool is_module_name(const char *s) {
    if (!*s || *s == '.')
        return false;
    for (; *s; s++)
        if (!isalnum((unsigned char)*s) && *s != '_' && *s != '-' && !(*s == '.' && s[1] && s[1] != '.'))
            return false;
    return true;
}

/* root/plugins/x/y.lua, or init.lua of the folder. Gives whether out names a file that is there. */
static bool find_below(const char *root, const char *name, lede_buf *out) {
    if (!root)
        return false;
    lede_buf_clear(out);
    lede_buf_addf(out, "%s/", root);
    for (const char *s = name; *s; s++)
        lede_buf_addc(out, *s == '.' ? '/' : *s);
    size_t stem = out->len;
    lede_buf_adds(out, ".lua");
    if (lede__exists(out->ptr))
        return true;
    out->len = stem;
    lede_buf_adds(out, "/init.lua");
    return lede__exists(out->ptr);
}

static bool find_file(lede_vm *vm, const char *name, lede_buf *out) {
    if (strncmp(name, "lib.", 4) == 0)
        return find_below(vm->site_root, name, out);
    if (strncmp(name, "plugins.", 8) != 0)
        return false;
    return find_below(vm->site_root, name, out) || find_below(vm->plugin_dir, name + 8, out);
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
    lede_str source = lede__embedded(name);
    if (source.ptr) {
        lua_pushfstring(L, "@%s.lua", luaL_gsub(L, name, ".", "/"));
        lua_remove(L, -2);
        if (lede_vm_load(vm, source, lua_tostring(L, -1), &err))
            luaL_error(L, "%s", err.message);
        lua_remove(L, -2);
        return;
    }
    lede_buf *path = lede_vm_scratch(L, 1 << 14);
    if (!is_module_name(name) || !find_file(vm, name, path))
        luaL_error(L, "there is no module '%s': looked at lede's own, plugins/ and lib/ of the site, and installed plugins", name);
    lede_buf *text = lede_vm_scratch(L, 8 << 20);
    if (lede__read_file(path->ptr, 8 << 20, text, &err))
        luaL_error(L, "%s", err.message);
    lua_pushfstring(L, "@%s", shown(vm, path->ptr));
    if (luaL_loadbufferx(L, text->ptr, text->len, lua_tostring(L, -1), "t"))
        lua_error(L);
}

static int l_require(lua_State *L) {
    const char *name = luaL_checkstring(L, 1);
    lua_settop(L, 1);
    lua_rawgetp(L, LUA_REGISTRYINDEX, &loaded_key); /* name loaded */
    if (lua_getfield(L, 2, name) != LUA_TNIL)
        return 1;
    lua_pop(L, 1);
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
    lua_rawsetp(L, LUA_REGISTRYINDEX, &loaded_key);
    lua_newtable(L);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &preload_key);
    lua_pushcfunction(L, l_require);
    lua_setfield(L, LUA_REGISTRYINDEX, "lede.require");
}
