/* vm.c - makes a Lua state with limits, and is the one door into it. See vm.h.
 *
 * Our allocator counts and refuses; deadlines are in stop.c. Whatever touches Lua outside a
 * protected call would abort the process on the first refused allocation, so opening, preloading
 * and seeding go through the door too. */
#include "script/internal.h"

#include "base/log.h"
#include "base/refused.h"
#include "base/path.h"
#include "sys/sys.h"

#include <lauxlib.h>
#include <lualib.h>

#include <limits.h>
#include <stdlib.h>

lede_vm *lede_vm_of(lua_State *L) { return *(lede_vm **)lua_getextraspace(L); }
lua_State *lede_vm_lua(lede_vm *vm) { return vm->L; }
lede_vm_kind lede_vm_get_kind(const lede_vm *vm) { return vm->kind; }
void lede__vm_fail_alloc(lede_vm *vm, size_t nth) { vm->fail_in = nth ? nth + 1 : 0; }
size_t lede_vm_memory(const lede_vm *vm) { return vm->used; }
lede_buf *lede_vm_out(lede_vm *vm) { return &vm->out; }
void lede_vm_set_context(lede_vm *vm, void *context) { vm->context = context; }
void lede_vm_class(lua_State *L, const char *name, const luaL_Reg *metamethods, const luaL_Reg *methods) {
    luaL_newmetatable(L, name);
    luaL_setfuncs(L, metamethods, 0);
    lua_newtable(L);
    luaL_setfuncs(L, methods, 0);
    lua_setfield(L, -2, "__index");
    lua_pushliteral(L, "locked");
    lua_setfield(L, -2, "__metatable");
    lua_pop(L, 1);
}

void *lede_vm_context(lua_State *L) { return lede_vm_of(L)->context; }
const char *lede_vm_plugin_dir(const lede_vm *vm) { return vm->plugin_dir; }
const char *lede_vm_site_root(const lede_vm *vm) { return vm->site_root; }

const lede_error *lede_vm_refusal(const lede_vm *vm) {
    return vm->refusal.status ? &vm->refusal : NULL;
}

void lede_vm_note_refusal(lede_vm *vm, const lede_error *why) {
    if (!vm->refusal.status && (why->status == LEDE_EIO))
        vm->refusal = *why;
}

/* When ptr is NULL, old is a tag of the type, not a size. */
static void *allocate(void *ctx, void *ptr, size_t old, size_t size) {
    lede_vm *vm = ctx;
    if (!ptr)
        old = 0;
    if (size == 0) {
        vm->used -= old;
        return lede__pool_resize(vm->pool, ptr, old, 0);
    }
    if (vm->fail_in && size > old && --vm->fail_in < 2)
        return NULL;
    if (vm->limit && size > old && (vm->used > vm->limit || size - old > vm->limit - vm->used))
        return NULL;
    void *grown = lede__pool_resize(vm->pool, ptr, old, size);
    if (grown)
        vm->used += size - old;
    else
        lede__note_no_memory();
    return grown;
}

/* ---- the door */

/* Keeps the traceback; gives the message as text whatever was raised. */
static int on_error(lua_State *L) {
    lede_vm *vm = lede_vm_of(L);
    lede_buf_clear(&vm->trace);
    if (vm->expired) /* say it ourselves: calling into the script again could raise again */
        return 1;
    if (lua_type(L, 1) != LUA_TSTRING)
        luaL_tolstring(L, 1, NULL);
    else
        lua_pushvalue(L, 1);
    luaL_traceback(L, L, NULL, 1);
    size_t len;
    const char *s = lua_tolstring(L, -1, &len);
    lede_buf_addn(&vm->trace, s, len < 8192 ? len : 8192);
    lua_pop(L, 1);
    return 1;
}

/* The line in "file:12: words", 0 when the message does not begin so. */
static int line_of(const char *message) {
    const char *blank = strchr(message, ' ');
    for (const char *p = strchr(message, ':'); p && (!blank || p < blank); p = strchr(p + 1, ':')) {
        char *end;
        long n = strtol(p + 1, &end, 10);
        if (end > p + 1 && *end == ':' && n > 0 && n < INT_MAX)
            return (int)n;
    }
    return 0;
}

/* Turns the message at the top into *err and pops it. */
static lede_status fail_from(lede_vm *vm, lede_status st, lede_error *err) {
    lua_State *L = vm->L;
    const char *message =
        lua_type(L, -1) == LUA_TSTRING ? lua_tostring(L, -1) : "an error without words";
    if (st == LEDE_ENOMEM && vm->limit) /* at: the limit is ours, the machine refused nothing */
        lede_fail_at(err, st, 0, 0, "not enough memory (limit %zu MiB)", vm->limit >> 20);
    else if (st == LEDE_ENOMEM)
        lede_fail_at(err, st, 0, 0, "not enough memory");
    else
        lede_fail_at(err, st, line_of(message), 0, "%s", message);
    lua_pop(L, 1);
    return st;
}

static lede_status status_of(const lede_vm *vm, int code) {
    if (code == LUA_OK)
        return LEDE_OK;
    if (vm->expired)
        return LEDE_ETIMEOUT;
    return code == LUA_ERRMEM || vm->exhausted ? LEDE_ENOMEM : LEDE_ESCRIPT;
}

lede_status lede_vm_enter(lede_vm *vm, int nargs, int nresults, int deadline_ms, lede_buf *trace,
                          lede_error *err) {
    lua_State *L = vm->L;
    int at = lua_gettop(L) - nargs;
    if (vm->broken || !lua_checkstack(L, LUA_MINSTACK)) {
        lua_settop(L, at - 1);
        return lede_fail(err, LEDE_ENOMEM, "not enough memory for Lua");
    }
    lua_pushcfunction(L, on_error);
    lua_insert(L, at);
    if (vm->depth == 0 && vm->limit && vm->used > vm->limit - vm->limit / 4)
        lua_gc(L, LUA_GCCOLLECT); /* what the last call left must not be this one's want: string buffers fail without a collection */
    lua_State *before = vm->running;
    bool arms = deadline_ms > 0 && !vm->armed; /* an outer deadline covers what is inside it */
    vm->running = L;
    vm->depth++;
    if (arms)
        lede__arm(vm, deadline_ms);
    int code = lua_pcall(L, nargs, nresults, at);
    lede_status st = status_of(vm, code);
    if (arms)
        lede__disarm(vm);
    if (--vm->depth == 0)
        vm->exhausted = false;
    vm->running = before;
    lua_remove(L, at);
    if (!st)
        return LEDE_OK;
    if (trace)
        lede_buf_add(trace, lede_buf_str(&vm->trace));
    return fail_from(vm, st, err);
}

/* ---- loading: text only */

lede_status lede_vm_load(lede_vm *vm, lede_str source, const char *chunkname, lede_error *err) {
    if (!lua_checkstack(vm->L, LUA_MINSTACK))
        return lede_fail(err, LEDE_ENOMEM, "not enough memory for Lua");
    if (lede_str_starts(source, "\xEF\xBB\xBF"))
        source = lede_str_sub(source, 3);
    if (lede_str_starts(
            source,
            "#")) /* "#!/usr/bin/env lede": the line end stays, so that lines keep their numbers */
        source = lede_str_sub(source, lede_str_find(source, '\n', 0));
    int code = luaL_loadbufferx(vm->L, source.ptr ? source.ptr : "", source.len, chunkname, "t");
    return code == LUA_OK ? LEDE_OK
                          : fail_from(vm, code == LUA_ERRMEM ? LEDE_ENOMEM : LEDE_EFORMAT, err);
}

/* ---- making and ending */

static int panic(lua_State *L) {
    const char *s = lua_tostring(L, -1);
    lede__logf(LEDE__LOG_INFO, "Lua was called without protection: %s",
               s ? s : "an error without words");
    return 0; /* Lua aborts */
}

static int open_all(lua_State *L) {
    lede_vm *vm = lede_vm_of(L);
    lede__open_safe(L);
    lede__open_require(L);
    lede__open_sandbox(L, vm->kind);
    lede__open_output(L);
    lede__open_memo(L);
    lede__open_places(L);
    if (vm->kind == LEDE_VM_DESK)
        lede__open_tasks(L);
    return 0;
}

static bool join_exists(const char *dir, const char *below, lede_buf *out) {
    lede_buf_clear(out);
    lede__path_join(out, lede_str_of(dir), lede_str_of(below));
    return lede__is_dir(out->ptr);
}

/* Plugins that came with the program: beside it as `make install` lays them out, or in the source
 * tree it was built in. */
static char *find_plugin_dir(const char *given) {
    static const char *const below[] = {"../share/lede/plugins", "../plugins", "../../plugins",
                                        "../../../plugins"};
    const char *env = getenv("LEDE_PLUGINS");
    if (given || env)
        return strdup(given ? given : env);
    lede_buf b;
    lede_buf_init(&b, 1 << 14);
    const char *program = lede__program_path();
    lede_str dir = lede__path_dir(lede_str_of(program ? program : ""));
    char *root = strndup(dir.ptr ? dir.ptr : "", dir.len), *found = NULL;
    for (size_t i = 0; root && !found && i < sizeof below / sizeof *below; i++)
        if (join_exists(root, below[i], &b))
            found = realpath(b.ptr, NULL);
    free(root);
    lede_buf_fini(&b);
    return found;
}

lede_status lede_vm_set_site_root(lede_vm *vm, const char *root, lede_error *err) {
    char *copy = strdup(root);
    if (!copy)
        return lede_fail(err, LEDE_ENOMEM, "vm: out of memory");
    free(vm->site_root);
    vm->site_root = copy;
    return LEDE_OK;
}

lede_status lede_vm_open(const lede_vm_options *o, lede_vm **out, lede_error *err) {
    *out = NULL;
    lede_vm *vm = calloc(1, sizeof *vm);
    if (!vm)
        return lede_fail(err, LEDE_ENOMEM, "vm: out of memory");
    vm->kind = o->kind;
    vm->limit = o->memory_limit ? o->memory_limit : o->kind == LEDE_VM_PAGE ? (size_t)256 << 20 : 0;
    lede_buf_init(&vm->out, (size_t)64 << 20);
    for (int i = 0; i < LEDE__SIDES; i++)
        lede_buf_init(&vm->sides[i], (size_t)64 << 20);
    lede_buf_init(&vm->trace, 1 << 14);
    for (int i = 0; i < LEDE__SCRATCH; i++)
        lede_buf_init(&vm->scratch[i], LEDE_BUF_MAX);
    vm->site_root = o->site_root ? strdup(o->site_root) : NULL;
    vm->plugin_dir = find_plugin_dir(o->plugin_dir);
    vm->pool = lede__pool_new();
    vm->memo = lede__memo_new();
    vm->L = vm->pool && vm->memo ? lua_newstate(allocate, vm) : NULL;
    if (!vm->L || (o->site_root && !vm->site_root)) {
        lede_vm_close(vm);
        return lede_fail(err, LEDE_ENOMEM, "vm: out of memory");
    }
    lua_atpanic(vm->L, panic);
    lua_gc(vm->L, LUA_GCGEN, 100, 300); /* what a page makes dies with the page; a young generation may be as large as the old one */
    vm->running = vm->L;
    *(lede_vm **)lua_getextraspace(vm->L) = vm;
    lua_pushcfunction(vm->L, open_all);
    lede_status st = lede_vm_enter(vm, 0, 0, 0, NULL, err);
    if (st) {
        lede_vm_close(vm);
        return st;
    }
    *out = vm;
    return LEDE_OK;
}

void lede_vm_close(lede_vm *vm) {
    if (!vm)
        return;
    if (vm->L)
        lua_close(vm->L);
    lede__pool_free(vm->pool);
    lede__memo_free(vm->memo);
    lede_buf_fini(&vm->out);
    for (int i = 0; i < LEDE__SIDES; i++)
        lede_buf_fini(&vm->sides[i]);
    lede_buf_fini(&vm->trace);
    for (int i = 0; i < LEDE__SCRATCH; i++)
        lede_buf_fini(&vm->scratch[i]);
    free(vm->site_root);
    free(vm->plugin_dir);
    free(vm);
}
