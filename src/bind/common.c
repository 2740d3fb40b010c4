/* common.c - the modules that every VM has, and the small ones among them: log, files. */
#include "bind/bind.h"
#include "bind/host.h"
#include "bind/text.h"
#include "bind/value.h"

#include "base/log.h"
#include "base/path.h"
#include "sys/sys.h"

#include <lauxlib.h>
#include <stdlib.h>
#include <unistd.h>

enum { TEXT_MAX = 64 << 20 };

/* ---- memory of one call */

static int arena_gc(lua_State *L) {
    lede_arena_fini(luaL_checkudata(L, 1, "lede.Arena"));
    return 0;
}

lede_arena *lede__scratch_arena(lua_State *L) {
    lede_arena *a = lua_newuserdatauv(L, sizeof *a, 0);
    lede_arena_init(a, LEDE_BUF_MAX);
    if (luaL_newmetatable(L, "lede.Arena")) {
        lua_pushcfunction(L, arena_gc);
        lua_setfield(L, -2, "__gc");
    }
    lua_setmetatable(L, -2);
    return a;
}

/* ---- lede.log */

/* Every worker loads the same plugins: what they say while loading is said by the first of them alone. */
static bool is_quiet(lua_State *L) { return lede_vm_get_kind(lede_vm_of(L)) == LEDE_VM_PAGE; }

static int log_at(lua_State *L, lede__log_level level) {
    size_t len;
    const char *s = luaL_tolstring(L, 1, &len);
    lede_vm_spoil(lede_vm_of(L)); /* else it would be said once for many pages */
    if (level == LEDE__LOG_ERROR || !is_quiet(L))
        lede__log(level, (lede_str){s, len});
    return 0;
}

static int l_log_error(lua_State *L) { return log_at(L, LEDE__LOG_ERROR); }
static int l_log_warn(lua_State *L) { return log_at(L, LEDE__LOG_WARNING); }
static int l_log_info(lua_State *L) { return log_at(L, LEDE__LOG_INFO); }

/* lede.log.note(table): something about an article that the publication's report should carry */
static int l_log_note(lua_State *L) {
    luaL_checktype(L, 1, LUA_TTABLE);
    lede__host *h = lede__host_of(L);
    lede_error err = {0};
    lede_value v;
    lede_buf *b = lede_vm_scratch(L, 1 << 20);
    if (!h || !h->note)
        return 0;
    lede_arena_reset(&h->scratch);
    if (lede__bind_to_value(L, 1, &h->scratch, &v, &err))
        return luaL_error(L, "log.note: %s", err.message);
    lede_json_write(b, &v);
    lede_vm_spoil(lede_vm_of(L)); /* the next page has this to say too */
    h->note(h->note_ctx, lede_buf_str(b));
    return 0;
}

static const luaL_Reg log_functions[] = {{"note", l_log_note}, {"error", l_log_error}, {"warn", l_log_warn}, {"info", l_log_info}, {NULL, NULL}};

int luaopen_lede_log(lua_State *L) {
    luaL_newlib(L, log_functions);
    return 1;
}

/* ---- lede.files: reads below the two folders a plugin may look into; nothing else, and through no link that leads out */

static const char *root_of(lua_State *L, const char *which) {
    lede_vm *vm = lede_vm_of(L);
    if (strcmp(which, "site") == 0)
        return lede_vm_site_root(vm);
    luaL_argcheck(L, strcmp(which, "installed") == 0, 1, "'site' or 'installed'");
    return lede_vm_plugin_dir(vm);
}

/* Leaves the path in out; false when it may not be looked at or is not there. */
static bool join_safe(lua_State *L, const char *root, lede_buf *out) {
    size_t len;
    const char *path = luaL_checklstring(L, 2, &len);
    if (!root || !lede__path_safe((lede_str){path, len}))
        return false;
    lede__path_join(out, lede_str_of(root), (lede_str){path, len});
    if (lede__exists(out->ptr))
        return true;
    lede_vm_note_file(lede_vm_of(L), out->ptr, (lede_str){0});
    return false;
}

static int l_files_read(lua_State *L) {
    lede_buf *path = lede_vm_scratch(L, 1 << 16);
    if (!join_safe(L, root_of(L, luaL_checkstring(L, 1)), path)) {
        lua_pushnil(L);
        return 1;
    }
    lede_buf *text = lede_vm_scratch(L, TEXT_MAX);
    lede_error err = {0};
    if (lede__read_file(path->ptr, TEXT_MAX, text, &err)) {
        lede_vm_note_refusal(lede_vm_of(L), &err);
        return lede_vm_refuse(L, &err);
    }
    lede_vm_note_file(lede_vm_of(L), path->ptr, lede_buf_str(text));
    return lede__give(L, text);
}

static int l_files_path(lua_State *L) {
    lede_buf *path = lede_vm_scratch(L, 1 << 16);
    if (!join_safe(L, root_of(L, luaL_checkstring(L, 1)), path)) {
        lua_pushnil(L);
        return 1;
    }
    return lede__give(L, path);
}

static const luaL_Reg files_functions[] = {{"read", l_files_read}, {"path", l_files_path}, {NULL, NULL}};

int luaopen_lede_files(lua_State *L) {
    luaL_newlib(L, files_functions);
    return 1;
}

void lede__bind_open_common(lede_vm *vm) {
    lede_vm_preload(vm, "lede.json", luaopen_lede_json);
    lede_vm_preload(vm, "lede.text", luaopen_lede_text);
    lede_vm_preload(vm, "lede.time_core", luaopen_lede_time_core);
    lede_vm_preload(vm, "lede.html", luaopen_lede_html);
    lede_vm_preload(vm, "lede.hash", luaopen_lede_hash);
    lede_vm_preload(vm, "lede.xml_core", luaopen_lede_xml_core);
    lede_vm_preload(vm, "lede.log", luaopen_lede_log);
    lede_vm_preload(vm, "lede.files", luaopen_lede_files);
    lede_vm_preload(vm, "lede.tags", luaopen_lede_tags);
    lede_vm_preload(vm, "lede.markdown", luaopen_lede_markdown);
}
