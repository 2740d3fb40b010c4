/* test_script_vm.c - what a VM lets scripts do: memory, time, and what they may see. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "script/vm.h"

#include "sys/sys.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static lede_vm *open_vm(lede_vm_kind kind, size_t memory) {
    lede_vm *vm;
    lede_error err;
    const lede_vm_options o = {.kind = kind, .memory_limit = memory, .plugin_dir = "/nowhere"};
    if (lede_vm_open(&o, &vm, &err))
        fail_msg("%s", err.message);
    return vm;
}

static int page(void **state) {
    *state = open_vm(LEDE_VM_PAGE, 0);
    return 0;
}

static int desk(void **state) {
    *state = open_vm(LEDE_VM_DESK, 0);
    return 0;
}

static int small(void **state) {
    *state = open_vm(LEDE_VM_PAGE, 8 << 20);
    return 0;
}

static int end(void **state) {
    lede_vm_close(*state);
    return 0;
}

/* Runs source; its result as text goes to *out. */
static lede_status run(lede_vm *vm, const char *source, int deadline_ms, lede_buf *out, lede_error *err) {
    int top = lua_gettop(lede_vm_lua(vm));
    lede_status st = lede_vm_load(vm, lede_str_of(source), "@test.lua", err);
    if (!st)
        st = lede_vm_enter(vm, 0, 1, deadline_ms, NULL, err);
    if (!st) {
        const char *s = lua_tostring(lede_vm_lua(vm), -1);
        lede_buf_clear(out);
        lede_buf_adds(out, s ? s : lua_typename(lede_vm_lua(vm), lua_type(lede_vm_lua(vm), -1)));
        lua_pop(lede_vm_lua(vm), 1);
    }
    assert_int_equal(lua_gettop(lede_vm_lua(vm)), top); /* in any case */
    return st;
}

static void gives(lede_vm *vm, const char *source, const char *wanted) {
    lede_error err = {0};
    lede_buf out;
    lede_buf_init(&out, 1 << 20);
    if (run(vm, source, 0, &out, &err))
        fail_msg("%s\n  raised: %s", source, err.message);
    if (strcmp(out.ptr, wanted) != 0)
        fail_msg("%s\n  gave '%s', not '%s'", source, out.ptr, wanted);
    lede_buf_fini(&out);
}

static void refuses(lede_vm *vm, const char *source, const char *part) {
    lede_error err = {0};
    lede_buf out;
    lede_buf_init(&out, 1 << 20);
    lede_status st = run(vm, source, 0, &out, &err);
    if (st != LEDE_ESCRIPT)
        fail_msg("%s\n  gave %s '%s'", source, lede_status_name(st), st ? err.message : out.ptr);
    if (!strstr(err.message, part))
        fail_msg("%s\n  raised '%s', not '%s'", source, err.message, part);
    lede_buf_fini(&out);
}

static void times_out(lede_vm *vm, const char *source) {
    lede_error err = {0};
    lede_buf out;
    lede_buf_init(&out, 1 << 20);
    uint64_t began = lede__monotonic_us();
    lede_status st = run(vm, source, 30, &out, &err);
    if (st != LEDE_ETIMEOUT)
        fail_msg("%s\n  gave %s", source, lede_status_name(st));
    assert_in_range(lede__monotonic_us() - began, 0, 5000000);
    lede_buf_fini(&out);
    gives(vm, "return 1 + 1", "2"); /* the VM is as good as before */
}

/* ---- memory */

static void what_bursts_the_memory_is_refused(void **state) {
    static const char *const sources[] = {
        "local t = {} while true do t[#t + 1] = ('x'):rep(1000) .. #t end",
        "local s = 'x' while true do s = s .. s end",
        "local t = {} for i = 1, 1e9 do t[i] = i end",
        "while true do pcall(function() local t = {} for i = 1, 1e9 do t[i] = {} end end) error('caught') end",
    };
    lede_vm *vm = *state;
    for (size_t i = 0; i < sizeof sources / sizeof *sources; i++) {
        lede_error err = {0};
        lede_buf out;
        lede_buf_init(&out, 1 << 20);
        lede_status st = run(vm, sources[i], 0, &out, &err);
        if (st != LEDE_ENOMEM && !(i == 3 && st == LEDE_ESCRIPT)) /* the last one catches it and raises its own */
            fail_msg("%s\n  gave %s: %s", sources[i], lede_status_name(st), err.message);
        lede_buf_fini(&out);
        assert_in_range(lede_vm_memory(vm), 1, 8 << 20);
        gives(vm, "return #('x'):rep(100000)", "100000");
    }
}

/* ---- time */

static void a_script_that_does_not_end_is_ended(void **state) {
    static const char *const sources[] = {
        "while true do end",
        "local function f() return f() end f()",
        "local function f() while true do end end while true do pcall(f) end",
        "while true do pcall(error) end",
        "local function f() error('x') end while true do xpcall(f, function(m) while true do end end) end",
        "local co = coroutine.wrap(function() while true do end end) co()",
        "local co = coroutine.create(function() while true do coroutine.yield() end end) while true do coroutine.resume(co) end",
        "while true do coroutine.resume(coroutine.create(function() while true do end end)) end",
        "local function f() return coroutine.wrap(function() pcall(function() while true do end end) end)() end while true do f() end",
        "local t = setmetatable({}, { __index = function(t, k) while true do end end }) return t.x",
        "return tostring(setmetatable({}, { __tostring = function() while true do end end }))",
        "error(setmetatable({}, { __tostring = function() while true do end end }))",
        "local t = {} for i = 1, 1000 do t[i] = i % 7 end while true do table.sort(t, function(a, b) return a < b end) end",
        "while true do ('x'):rep(10):gsub('x', function() while true do end end) end",
    };
    for (size_t i = 0; i < sizeof sources / sizeof *sources; i++)
        times_out(*state, sources[i]);
}

static void one_that_ends_in_time_is_left_alone(void **state) {
    lede_vm *vm = *state;
    lede_error err = {0};
    lede_buf out;
    lede_buf_init(&out, 64);
    assert_int_equal(run(vm, "local n = 0 for i = 1, 1000 do n = n + i end return n", 10000, &out, &err), LEDE_OK);
    assert_string_equal(out.ptr, "500500");
    lede_buf_fini(&out);
}

static void coroutines_work_to_a_depth(void **state) {
    lede_vm *vm = *state;
    gives(vm, "local g = coroutine.wrap(function(a) local b = coroutine.yield(a + 1) return b * 2 end) return g(1) .. ' ' .. g(21)", "2 42");
    gives(vm, "local ok, m = coroutine.resume(coroutine.create(function() error('x', 0) end)) return tostring(ok) .. m", "falsex");
    refuses(vm, "local function f() return coroutine.wrap(f)() end f()", "nested more than 150 deep");
    gives(vm, "return coroutine.wrap(function() return 'after' end)()", "after");
}

/* ---- strings */

static void long_results_and_wild_patterns_are_refused(void **state) {
    lede_vm *vm = *state;
    refuses(vm, "return ('x'):rep(1 << 40)", "too long");
    refuses(vm, "return string.rep('x', math.maxinteger, 'yy')", "too long");
    gives(vm, "return ('ab'):rep(3, '-') .. ('x'):rep(-1)", "ab-ab-ab");
    static const char *const calls[] = {"('x'):find(p)", "('x'):match(p)", "('x'):gmatch(p)", "('x'):gsub(p, '')", "string.find('x', p, 1)"};
    for (size_t i = 0; i < sizeof calls / sizeof *calls; i++) {
        char source[200];
        snprintf(source, sizeof source, "local p = ('a*'):rep(17) return %s", calls[i]);
        refuses(vm, source, "more than 16 repetitions");
    }
    gives(vm, "return ('a****************b'):find(('*'):rep(16), 1, true)", "2");
    gives(vm, "return ('a******************b'):find(('*'):rep(18), 1, true)", "2");
    gives(vm, "return (('2024-01-02'):gsub('(%d+)-(%d+)-(%d+)', '%3.%2.%1'))", "02.01.2024");
    gives(vm, "return ('%%%%%%'):match('^%%+$')", "%%%%%%");
    gives(vm, "return tostring(string.dump)", "nil");
}

static void the_methods_of_strings_cannot_be_changed(void **state) {
    lede_vm *vm = *state;
    gives(vm, "string.upper = function() return 'mine' end return ('x'):upper()", "X");
    gives(vm, "return tostring(getmetatable(''))", "locked");
    refuses(vm, "getmetatable('').__index = 1", "");
}

/* ---- code */

static void bytecode_is_refused(void **state) {
    lede_vm *vm = *state;
    gives(vm, "local f, m = load('\\27Lua') return tostring(f) .. ' ' .. tostring(m ~= nil)", "nil true");
    gives(vm, "local f, m = load('\\27Lua', '=x', 'b') return tostring(f) .. ' ' .. tostring(m ~= nil)", "nil true");
    gives(vm, "local f, m = load('\\27Lua', '=x', 'bt') return tostring(f)", "nil");
    gives(vm, "return load('return 1 + 1')()", "2");
    gives(vm, "return load('return x', '=x', 't', { x = 5 })()", "5");
    lede_error err;
    assert_int_equal(lede_vm_load(vm, LEDE_STR("\x1bLua"), "=x", &err), LEDE_EFORMAT);
}

static void finalizers_are_refused(void **state) {
    lede_vm *vm = *state;
    refuses(vm, "setmetatable({}, { __gc = function() end })", "__gc");
    gives(vm, "return setmetatable({}, { __index = { a = 7 } }).a", "7");
    refuses(vm, "local t = setmetatable({}, { __metatable = 'mine' }) setmetatable(t, {})", "protected");
}

/* ---- the same bytes on every run */

static void pairs_goes_by_keys_in_order(void **state) {
    lede_vm *vm = *state;
    gives(vm, "local s = '' for k in pairs { b = 1, a = 1, [3] = 1, [-1] = 1, c = 1, [true] = 1 } do s = s .. tostring(k) .. ' ' end return s", "-1 3 a b c true ");
    gives(vm, "local s = '' for k, v in pairs { 'x', 'y', 'z' } do s = s .. k .. v end return s", "1x2y3z");
    gives(vm, "local t, s = { a = 1, b = 2, c = 3 }, '' for k in pairs(t) do t[k] = nil t.b = nil s = s .. k end return s", "ac");
    gives(vm, "local s = '' for k, v in pairs(setmetatable({}, { __pairs = function() return function(_, k) if not k then return 1, 'own' end end end })) do s = s .. v end return s", "own");
    refuses(vm, "for k in pairs { [{}] = 1 } do end", "no order");
    refuses(vm, "return next({})", "next");
}

static void no_address_is_shown(void **state) {
    lede_vm *vm = *state;
    gives(vm, "return tostring({}) .. tostring(tostring) .. tostring(coroutine.create(function() end))", "tablefunctionthread");
    gives(vm, "return string.format('%s %s', {}, tostring)", "table function");
    gives(vm, "return (('%s'):format({}):gsub('^table$', 'same'))", "same");
    refuses(vm, "return string.format('%p', {})", "%p");
    refuses(vm, "return ('%20p'):format({})", "%p");
    refuses(vm, "return ('%-20p'):format({})", "%p");
    gives(vm, "return ('100%%p %d'):format(3)", "100%p 3");
    gives(vm, "return string.format('%s|%s', setmetatable({}, { __tostring = function() return 'own' end }), nil)", "own|nil");
    gives(vm, "local ok, m = pcall(error, {}) return tostring(m)", "table");
}

static void random_numbers_follow_the_seed(void **state) {
    lede_vm *vm = *state;
    lede_buf a, b;
    lede_error err;
    lede_buf_init(&a, 64);
    lede_buf_init(&b, 64);
    lede__vm_seed(vm, 7);
    assert_int_equal(run(vm, "return math.random(1 << 40)", 0, &a, &err), LEDE_OK);
    lede__vm_seed(vm, 7);
    assert_int_equal(run(vm, "return math.random(1 << 40)", 0, &b, &err), LEDE_OK);
    assert_string_equal(a.ptr, b.ptr);
    lede_buf_fini(&a);
    lede_buf_fini(&b);
    gives(vm, "return tostring(math.randomseed)", "nil");
}

/* ---- names */

static void undeclared_globals_are_errors(void **state) {
    lede_vm *vm = *state;
    refuses(vm, "return titel", "undeclared global 'titel'");
    refuses(vm, "return tosting", "Did you mean 'tostring'?");
    refuses(vm, "x = 1", "a new global 'x' was assigned: write local x");
    refuses(vm, "_G.x = 1", "a new global 'x'");
    refuses(vm, "setmetatable(_G, nil)", "protected");
    gives(vm, "return tostring(getmetatable(_G))", "locked");
}

static void page_code_has_no_way_out(void **state) {
    static const char *const absent[] = {"io", "os", "debug", "package", "dofile", "loadfile", "print", "collectgarbage", "next", "warn"};
    lede_vm *vm = *state;
    for (size_t i = 0; i < sizeof absent / sizeof *absent; i++) {
        char source[64];
        snprintf(source, sizeof source, "return %s.x", absent[i]);
        refuses(vm, source, absent[i]);
        snprintf(source, sizeof source, "return tostring(rawget(_G, '%s'))", absent[i]);
        gives(vm, source, "nil");
    }
    refuses(vm, "return require('io')", "no module 'io'");
    refuses(vm, "return require('os')", "no module 'os'");
    refuses(vm, "return require('debug')", "no module 'debug'");
    gives(vm, "return tostring(coroutine.close)", "nil");
}

static void the_desk_has_its_library_but_not_what_bypasses_us(void **state) {
    lede_vm *vm = *state;
    gives(vm, "return type(io.open) .. type(os.time)", "functionfunction");
    gives(vm, "return tostring(rawget(_G, 'package')) .. tostring(rawget(_G, 'dofile')) .. tostring(rawget(_G, 'loadfile'))", "nilnilnil");
    refuses(vm, "x = 1", "a new global 'x'");
    gives(vm, "return tostring((load('\\27Lua')))", "nil");
}

/* ---- modules */

static void modules_never_come_from_the_working_directory(void **state) {
    lede_vm *vm = *state;
    char folder[200], before[4096];
    const char *tmp = getenv("TMPDIR");
    lede_error err;
    snprintf(folder, sizeof folder, "%s/lede-vm-XXXXXX", tmp ? tmp : "/tmp");
    assert_non_null(mkdtemp(folder));
    assert_non_null(getcwd(before, sizeof before));
    assert_int_equal(chdir(folder), 0);
    assert_int_equal(lede__make_dirs("plugins/near", &err), LEDE_OK);
    assert_int_equal(lede__make_dirs("lib", &err), LEDE_OK);
    assert_int_equal(lede__write_file("near.lua", LEDE_STR("return 1"), false, &err), LEDE_OK);
    assert_int_equal(lede__write_file("lib/near.lua", LEDE_STR("return 'lib'"), false, &err), LEDE_OK);
    assert_int_equal(lede__write_file("plugins/near/init.lua", LEDE_STR("return 'plugin'"), false, &err), LEDE_OK);
    refuses(vm, "return require('near')", "no module 'near'");
    refuses(vm, "return require('lib.near')", "no module");
    refuses(vm, "return require('plugins.near')", "no module");
    assert_int_equal(lede_vm_set_site_root(vm, folder, &err), LEDE_OK); /* unless it is the site's */
    gives(vm, "return require('lib.near') .. require('plugins.near')", "libplugin");
    refuses(vm, "return require('lib..near')", "no module");
    refuses(vm, "return require('lib/near')", "no module");
    refuses(vm, "return require('plugins.../near')", "no module");
    assert_int_equal(chdir(before), 0);
    assert_int_equal(lede__remove_tree(folder, &err), LEDE_OK);
}

/* ---- messages */

static void an_error_says_where_and_its_trace_how(void **state) {
    lede_vm *vm = *state;
    lede_error err = {0};
    lede_buf trace;
    lede_buf_init(&trace, 1 << 16);
    assert_int_equal(lede_vm_load(vm, LEDE_STR("local function inner()\n  error('no words')\nend\ninner()"), "@layouts/x.lua", &err), LEDE_OK);
    assert_int_equal(lede_vm_enter(vm, 0, 0, 0, &trace, &err), LEDE_ESCRIPT);
    assert_string_equal(err.message, "layouts/x.lua:2: no words");
    assert_non_null(strstr(trace.ptr, "layouts/x.lua:4"));
    lede_buf_fini(&trace);
    assert_int_equal(lede_vm_load(vm, LEDE_STR("return ="), "@x.lua", &err), LEDE_EFORMAT);
    assert_non_null(strstr(err.message, "x.lua:1:"));
    refuses(vm, "error(setmetatable({}, { __tostring = function() return 'own words' end }))", "own words");
}

#define IN(kind, name) cmocka_unit_test_setup_teardown(name, kind, end)

int main(void) {
    const struct CMUnitTest tests[] = {
        IN(small, what_bursts_the_memory_is_refused),
        IN(page, a_script_that_does_not_end_is_ended),
        IN(page, one_that_ends_in_time_is_left_alone),
        IN(page, coroutines_work_to_a_depth),
        IN(page, long_results_and_wild_patterns_are_refused),
        IN(page, the_methods_of_strings_cannot_be_changed),
        IN(page, bytecode_is_refused),
        IN(page, finalizers_are_refused),
        IN(page, pairs_goes_by_keys_in_order),
        IN(page, no_address_is_shown),
        IN(page, random_numbers_follow_the_seed),
        IN(page, undeclared_globals_are_errors),
        IN(page, page_code_has_no_way_out),
        IN(desk, the_desk_has_its_library_but_not_what_bypasses_us),
        IN(page, modules_never_come_from_the_working_directory),
        IN(page, an_error_says_where_and_its_trace_how),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
