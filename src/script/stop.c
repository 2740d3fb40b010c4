/* stop.c - stops Lua that runs too long or eats too much, whatever it wraps itself in.
 *
 * A count hook that is always on doubles the time of tight loops, so there is none: a signal sets
 * it when the time has come, with count 1, on the coroutine that runs then. The stop is sticky:
 * pcall, xpcall and coroutines as scripts see them hand it on. */
#include "script/internal.h"

#include "sys/sys.h"

#include <lauxlib.h>

enum { LIVE_COROUTINES = 1000 };

static void stop(lua_State *L, lua_Debug *ar) {
    if (!lede_vm_of(L)->expired) { /* left over on a coroutine that outlived its deadline */
        lua_sethook(L, NULL, 0, 0);
        return;
    }
    lua_getinfo(L, "Sl", ar);
    luaL_error(L, "%s:%d: took too long: the deadline passed", ar->short_src, ar->currentline);
}

/* Signal context: lua_sethook is the one call that Lua allows here. */
static void expire(void *ctx) {
    lede_vm *vm = ctx;
    vm->expired = 1;
    lua_sethook(vm->running, stop, LUA_MASKCOUNT, 1);
}

void lede__arm(lede_vm *vm, int ms) {
    vm->expired = 0;
    vm->armed = true;
    lede__alarm(ms, expire, vm);
}

void lede__disarm(lede_vm *vm) {
    lede__alarm(0, NULL, NULL);
    vm->armed = false;
    vm->expired = 0;
    lua_sethook(vm->L, NULL, 0, 0);
}

void lede__check_stopped(lua_State *L) {
    lede_vm *vm = lede_vm_of(L);
    if (vm->expired) {
        lua_sethook(L, stop, LUA_MASKCOUNT, 1);
        luaL_error(L, "took too long: the deadline passed");
    }
    if (vm->exhausted)
        luaL_error(L, "not enough memory");
}

static bool failed(int status) { return status != LUA_OK && status != LUA_YIELD; }

static void after_call(lua_State *L, int status) {
    if (status == LUA_ERRMEM)
        lede_vm_of(L)->exhausted = true;
    lede__check_stopped(L);
    if (failed(status))
        lede__check_canceled(L);
}

/* ---- pcall, xpcall */

/* Results begin behind `skip` values at the bottom of the stack. */
static int finish(lua_State *L, int status, lua_KContext skip) {
    after_call(L, status);
    if (failed(status)) {
        lua_pushboolean(L, 0);
        lua_pushvalue(L, -2);
        return 2;
    }
    return lua_gettop(L) - (int)skip;
}

static int l_pcall(lua_State *L) {
    luaL_checkany(L, 1);
    lua_pushboolean(L, 1);
    lua_insert(L, 1);
    return finish(L, lua_pcallk(L, lua_gettop(L) - 2, LUA_MULTRET, 0, 0, finish), 0);
}

/* A script's message handler is not run for a stop: Lua would run it with hooks off. */
static int handle(lua_State *L) {
    lede_vm *vm = lede_vm_of(L);
    if (vm->expired || vm->exhausted)
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
    lua_pushcclosure(L, handle, 1);
    lua_replace(L, 2); /* f handler ... */
    lua_pushboolean(L, 1);
    lua_pushvalue(L, 1); /* f handler ... true f */
    lua_rotate(L, 3, 2); /* f handler true f ... */
    return finish(L, lua_pcallk(L, n - 2, LUA_MULTRET, 2, 2, finish), 2);
}

/* ---- coroutines: the deadline must know which one runs, and no more than LIVE_COROUTINES live */

static const char live_key; /* registry: weak set of the coroutines made here */

static void count_live(lua_State *L, lede_vm *vm) {
    lua_gc(L, LUA_GCCOLLECT);
    vm->coroutines = 0;
    lua_rawgetp(L, LUA_REGISTRYINDEX, &live_key);
    for (lua_pushnil(L); lua_next(L, -2); lua_pop(L, 1)) {
        lua_State *co = lua_tothread(L, -2);
        lua_Debug ar;
        if (lua_status(co) == LUA_YIELD || lua_getstack(co, 0, &ar) || lua_gettop(co) > 0)
            vm->coroutines++;
    }
    lua_pop(L, 1);
}

static int l_create(lua_State *L) {
    luaL_checktype(L, 1, LUA_TFUNCTION);
    lede_vm *vm = lede_vm_of(L);
    if (vm->kind == LEDE_VM_PAGE && vm->coroutines >= LIVE_COROUTINES) {
        count_live(L, vm);
        if (vm->coroutines >= LIVE_COROUTINES)
            return luaL_error(L, "more than %d coroutines alive", LIVE_COROUTINES);
    }
    lua_State *co = lua_newthread(L);
    lua_pushvalue(L, 1);
    lua_xmove(L, co, 1);
    lua_rawgetp(L, LUA_REGISTRYINDEX, &live_key);
    lua_pushvalue(L, -2);
    lua_pushboolean(L, 1);
    lua_rawset(L, -3);
    lua_pop(L, 1);
    vm->coroutines++;
    return 1;
}

/* Runs co with n arguments from L's top; the results (or the error) are on L afterwards. Returns
 * their count, -1 on error. */
static int resume(lua_State *L, lua_State *co, int n) {
    lede_vm *vm = lede_vm_of(L);
    lua_Debug ar;
    bool alive = lua_status(co) == LUA_YIELD || (lua_status(co) == LUA_OK && co != L &&
                                                 !lua_getstack(co, 0, &ar) && lua_gettop(co) > 0);
    if (!lua_checkstack(co, n)) {
        lua_pushliteral(L, "too many arguments to resume");
        return -1;
    }
    lua_xmove(L, co, n);
    int results = 0;
    vm->running = co;
    if (vm->expired)
        lua_sethook(co, stop, LUA_MASKCOUNT, 1);
    int status = lua_resume(co, L, n, &results);
    vm->running = L;
    if (alive && status != LUA_YIELD && vm->coroutines > 0)
        vm->coroutines--;
    after_call(L, status);
    if (failed(status)) {
        lua_xmove(co, L, 1);
        return -1;
    }
    if (!lua_checkstack(L, results + 1)) {
        lua_pop(co, results);
        lua_pushliteral(L, "too many results to resume");
        return -1;
    }
    lua_xmove(co, L, results);
    return results;
}

static int l_resume(lua_State *L) {
    lua_State *co = lua_tothread(L, 1);
    luaL_argexpected(L, co, 1, "coroutine");
    int n = resume(L, co, lua_gettop(L) - 1);
    lua_pushboolean(L, n >= 0);
    lua_insert(L, n >= 0 ? -(n + 1) : -2);
    return n >= 0 ? n + 1 : 2;
}

static int run_wrapped(lua_State *L) {
    lua_State *co = lua_tothread(L, lua_upvalueindex(1));
    int n = resume(L, co, lua_gettop(L));
    if (n >= 0)
        return n;
    int status = lua_status(co);
    if (status != LUA_OK &&
        status != LUA_YIELD) { /* pending <close> variables; 5.4.4 has no lua_closethread */
        lua_resetthread(co);
        lede__check_stopped(L);
    }
    if (lua_type(L, -1) == LUA_TSTRING) {
        luaL_where(L, 1);
        lua_insert(L, -2);
        lua_concat(L, 2);
    }
    return lua_error(L);
}

/* A task's own coroutine goes on when what it waits for has come, and by nothing else. */
static int l_yield(lua_State *L) {
    if (lede__is_task(L))
        return luaL_error(L, "coroutine.yield in a task: it yields by waiting (lede.task.pause lets others run)");
    return lua_yield(L, lua_gettop(L));
}

static int l_wrap(lua_State *L) {
    l_create(L);
    lua_pushcclosure(L, run_wrapped, 1);
    return 1;
}

static const luaL_Reg calls[] = {{"pcall", l_pcall}, {"xpcall", l_xpcall}, {NULL, NULL}};
static const luaL_Reg coroutines[] = {
    {"create", l_create}, {"resume", l_resume}, {"wrap", l_wrap}, {"yield", l_yield}, {NULL, NULL}};

void lede__guard_calls(lua_State *L) {
    luaL_setfuncs(L, calls, 0);
    lua_getfield(L, -1, "coroutine");
    luaL_setfuncs(L, coroutines, 0);
    lua_pop(L, 1);
    lua_newtable(L); /* live */
    lua_newtable(L); /* live mt */
    lua_pushliteral(L, "k");
    lua_setfield(L, -2, "__mode");
    lua_setmetatable(L, -2);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &live_key);
}
