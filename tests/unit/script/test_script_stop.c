/* Deadlines: whatever a script wraps itself in, it ends soon after its time. */
#include "script_test.h"

#include "sys/sys.h"

#include <lauxlib.h>

enum { DEADLINE_MS = 60, PATIENCE_US = 3000000 };

static void expect_stopped(lede_vm_kind kind, const char *source) {
    lede_vm *vm = open_vm(kind);
    uint64_t began = lede__monotonic_us();
    lede_status st = run_for(vm, source, DEADLINE_MS, NULL, 0);
    uint64_t took = lede__monotonic_us() - began;
    if (st != LEDE_ETIMEOUT)
        fail_msg("%s\n  status %s: %s", source, lede_status_name(st), last.message);
    if (took > PATIENCE_US)
        fail_msg("%s\n  took %d ms", source, (int)(took / 1000));
    expect_result(vm, "return 'usable'", "usable");
    expect_result(vm, "local n = 0 for i = 1, 1e5 do n = n + i end return n",
                  "5000050000"); /* no hook is left behind */
    lede_vm_close(vm);
}

static void loops_are_stopped(void **state) {
    (void)state;
    static const char *const loops[] = {
        "while true do end",
        "local t = {} while true do t[1] = #t end",
        "local function f() return f() end f()",
        "while true do pcall(function() while true do end end) end",
        "while true do pcall(error, 'x') end",
        "while true do xpcall(function() while true do end end, function(m) return m end) end",
        "xpcall(function() while true do end end, function() while true do end end)",
        "xpcall(error, function() while true do end end)",
        "local co = coroutine.wrap(function() while true do end end) co()",
        "while true do local co = coroutine.create(function() while true do end end) "
        "coroutine.resume(co) end",
        "local co = coroutine.wrap(function() while true do coroutine.yield() end end) while true "
        "do co() end",
        "local function deep(n) coroutine.wrap(function() if n > 0 then pcall(deep, n - 1) end "
        "while true do end end)() end deep(20)",
        "local co = coroutine.wrap(function() pcall(function() while true do end end) while true "
        "do end end) pcall(co) while true do end",
        "local t <close> = setmetatable({}, {__close = function() while true do end end}) while "
        "true do end",
        "table.sort({3, 2, 1}, function() while true do end end)",
        "string.gsub('x', '.', function() while true do end end)",
        "local t = setmetatable({}, {__index = function(t, k) return t[k + 1] end}) while true do "
        "pcall(function() return t[1] end) end",
    };
    for (size_t i = 0; i < sizeof loops / sizeof *loops; i++) {
        expect_stopped(LEDE_VM_PAGE, loops[i]);
        expect_stopped(LEDE_VM_DESK, loops[i]);
    }
}

/* Inside C no hook runs: these are metered or bounded instead, or look at the deadline themselves.
 */
static void work_inside_c_is_stopped(void **state) {
    (void)state;
    static const char *const bombs[] = {
        "('a'):rep(400):find('.-.-.-b')",
        "('a'):rep(40):find(('a-'):rep(40) .. 'b')",
        "('a'):rep(100000):find('a*a*a*b')",
        "('a'):rep(3000):match('(.*)(.*)(.*)(.*)x')",
        "(('a'):rep(300000) .. 'b'):gsub('a*c', '')",
        "for w in ('a'):rep(400):gmatch('.-.-.-b') do end",
        "('['):rep(100000):find('%b[]x')",
        "('x'):rep(100):find(('x?'):rep(100) .. ('x'):rep(101))",
        "(''):rep(math.maxinteger)",
        "('x'):rep(1 << 40)",
        "table.move({}, 1, math.maxinteger, 2)",
        "table.insert(setmetatable({}, {__len = function() return 1 << 50 end}), 1, 1)",
        "table.remove(setmetatable({}, {__len = function() return 1 << 50 end}), 1)",
        "table.concat({}, '', 1, 1 << 50)",
        "table.concat(setmetatable({}, {__len = function() return 1 << 50 end, __index = "
        "function() return '' end}))",
        "table.unpack({}, 1, 1 << 50)",
    };
    for (size_t i = 0; i < sizeof bombs / sizeof *bombs; i++) {
        lede_vm *vm = open_vm(LEDE_VM_PAGE);
        uint64_t began = lede__monotonic_us();
        lede_status st = run_for(vm, bombs[i], 300, NULL, 0);
        uint64_t took = lede__monotonic_us() - began;
        if (took > PATIENCE_US)
            fail_msg("%s\n  took %d ms, status %s", bombs[i], (int)(took / 1000),
                     lede_status_name(st));
        lede_vm_close(vm);
    }
}

static void a_script_in_time_is_left_alone(void **state) {
    (void)state;
    lede_vm *vm = open_vm(LEDE_VM_PAGE);
    char got[64];
    for (int i = 0; i < 20; i++) {
        assert_int_equal(run_for(vm, "local n = 0 for i = 1, 1000 do n = n + 1 end return n", 5000,
                                 got, sizeof got),
                         LEDE_OK);
        assert_string_equal(got, "1000");
    }
    lede_vm_close(vm);
}

static int enter_again(lua_State *L) {
    lede_vm *vm = lede_vm_of(L);
    lede_error err = {0};
    if (lede_vm_load(vm, LEDE_STR("while true do end"), "=inner", &err))
        return luaL_error(L, "%s", err.message);
    lede_status st = lede_vm_enter(vm, 0, 0, (int)lua_tointeger(L, 1), NULL, &err);
    lua_pushstring(L, lede_status_name(st));
    return 1;
}

static int open_again(lua_State *L) {
    lua_pushcfunction(L, enter_again);
    return 1;
}

static void an_inner_call_has_the_outer_deadline(void **state) {
    (void)state;
    lede_vm *vm = open_vm(LEDE_VM_PAGE);
    lede_vm_preload(vm, "lede.again", open_again);
    char got[64] = "";
    assert_int_equal(run_for(vm, "return (require 'lede.again'(0))", DEADLINE_MS, got, sizeof got),
                     LEDE_ETIMEOUT);
    assert_int_equal(
        run_for(vm, "return (require 'lede.again'(60000))", DEADLINE_MS, got, sizeof got),
        LEDE_ETIMEOUT);
    assert_int_equal(run_for(vm, "return (require 'lede.again'(50))", 0, got, sizeof got),
                     LEDE_OK); /* its own deadline */
    assert_string_equal(got, "timeout");
    lede_vm_close(vm);
}

static void coroutines_are_bounded(void **state) {
    (void)state;
    lede_vm *vm = open_vm(LEDE_VM_PAGE);
    expect_error(vm,
                 "local t = {} for i = 1, 2000 do t[i] = coroutine.wrap(function() "
                 "coroutine.yield() end) t[i]() end",
                 "coroutines alive");
    expect_result(vm,
                  "for i = 1, 5000 do local co = coroutine.wrap(function() return i end) co() end "
                  "return 'ended'",
                  "ended");
    expect_result(vm,
                  "for i = 1, 3000 do coroutine.wrap(function() coroutine.yield() end)() end "
                  "return 'collected'",
                  "collected");
    expect_result(vm, "return tostring(rawget(coroutine, 'close'))", "nil");
    expect_result(vm,
                  "local function deep() return coroutine.wrap(deep)() end local _, m = "
                  "pcall(deep) return m:find('overflow', 1, true) ~= nil",
                  "true");
    lede_vm_close(vm);
}

static void wrapped_calls_keep_their_meaning(void **state) {
    (void)state;
    lede_vm *vm = open_vm(LEDE_VM_PAGE);
    expect_result(vm,
                  "local r = table.pack(pcall(function(...) return ... end, 1, nil, 3)) return r.n "
                  ".. tostring(r[1]) .. r[4]",
                  "4true3");
    expect_result(vm, "return select(2, pcall(error, 'x'))", "x");
    expect_result(vm, "return select(2, xpcall(error, function(m) return m .. '!' end, 'x'))",
                  "x!");
    expect_result(vm, "return select('#', xpcall(function(...) return ... end, print, 1, 2, 3))",
                  "4");
    expect_result(
        vm,
        "local co = coroutine.create(function(a) local b = coroutine.yield(a + 1) return b * 2 end)"
        " local _, x = coroutine.resume(co, 1) local _, y = coroutine.resume(co, 21) return x .. ' "
        "' .. y ..' '.. coroutine.status(co)",
        "2 42 dead");
    expect_result(vm,
                  "local co = coroutine.create(function() end) coroutine.resume(co) return "
                  "select(2, coroutine.resume(co))",
                  "cannot resume dead coroutine");
    expect_result(vm,
                  "local co = coroutine.wrap(function() local ok = pcall(function() "
                  "coroutine.yield(1) error('x') end) return ok end)"
                  " return co() .. tostring(co())",
                  "1false");
    expect_result(
        vm,
        "local log = '' local co = coroutine.wrap(function() local c <close> = setmetatable({}, "
        "{__close = function() log = log .. 'closed' end}) error('x') end)"
        " pcall(co) return log",
        "closed");
    expect_result(vm, "return select(2, coroutine.resume(coroutine.running()))",
                  "cannot resume non-suspended coroutine");
    lede_vm_close(vm);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(loops_are_stopped),
        cmocka_unit_test(work_inside_c_is_stopped),
        cmocka_unit_test(a_script_in_time_is_left_alone),
        cmocka_unit_test(an_inner_call_has_the_outer_deadline),
        cmocka_unit_test(coroutines_are_bounded),
        cmocka_unit_test(wrapped_calls_keep_their_meaning),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
