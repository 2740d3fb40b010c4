/* The door into Lua: results, errors with place and traceback, memory, text chunks, values that
 * cross. */
#include "script_test.h"

#include "sys/sys.h"

#include <lauxlib.h>

static void results_and_errors_cross(void **state) {
    (void)state;
    lede_vm *vm = open_vm(LEDE_VM_PAGE);
    expect_result(vm, "return 1 + 1", "2");
    assert_int_equal(run_for(vm, "\n\nerror('no')", 0, NULL, 0), LEDE_ESCRIPT);
    assert_string_equal(last.message, "test:3: no");
    assert_int_equal(last.line, 3);
    assert_int_equal(
        run_for(vm, "error(setmetatable({}, {__tostring = function() return 'worded' end}))", 0,
                NULL, 0),
        LEDE_ESCRIPT);
    assert_string_equal(last.message, "worded");
    assert_int_equal(run_for(vm, "error()", 0, NULL, 0), LEDE_ESCRIPT);
    assert_int_equal(run_for(vm, "local = 1", 0, NULL, 0), LEDE_EFORMAT);
    assert_int_equal(last.line, 1);
    lede_vm_close(vm);
}

static void a_failure_comes_with_its_traceback(void **state) {
    (void)state;
    lede_vm *vm = open_vm(LEDE_VM_DESK);
    lede_buf trace;
    lede_buf_init(&trace, 1 << 16);
    assert_int_equal(
        lede_vm_load(vm, LEDE_STR("local function deep() error('x') end\ndeep()"), "@a.lua", &last),
        LEDE_OK);
    assert_int_equal(lede_vm_enter(vm, 0, 0, 0, &trace, &last), LEDE_ESCRIPT);
    assert_non_null(strstr(trace.ptr, "stack traceback"));
    assert_non_null(strstr(trace.ptr, "a.lua:2"));
    lede_buf_fini(&trace);
    lede_vm_close(vm);
}

static void memory_over_the_limit_is_an_error_that_sticks(void **state) {
    (void)state;
    static const char *const greedy[] = {
        "local t = {} for i = 1, 1e9 do t[i] = {} end",
        "local s = 'x' while true do s = s .. s end",
        "local t = {} while true do pcall(function() for i = 1, 1e8 do t[#t + 1] = {i} end end) "
        "end",
        "local f = coroutine.wrap(function() local t = {} for i = 1, 1e9 do t[i] = {} end end) f()",
        "local t = {} while true do local co = coroutine.create(function() for i = 1, 1e9 do t[i] "
        "= {} end end) coroutine.resume(co) end",
        "local t = {} while true do xpcall(function() for i = 1, 1e9 do t[i] = {} end end, "
        "function() end) end",
    };
    for (size_t i = 0; i < sizeof greedy / sizeof *greedy; i++) {
        lede_vm *vm = open_vm_with(LEDE_VM_PAGE, (size_t)8 << 20, NULL, NULL);
        assert_int_equal(run_for(vm, greedy[i], 10000, NULL, 0), LEDE_ENOMEM);
        assert_true(lede_vm_memory(vm) <= (size_t)8 << 20);
        expect_result(vm, "return 'usable'", "usable");
        lede_vm_close(vm);
    }
}

static void a_vm_that_does_not_fit_is_refused(void **state) {
    (void)state;
    for (size_t limit = 1; limit < 200000; limit += 7919) {
        lede_vm *vm = NULL;
        lede_vm_options o = {
            .kind = LEDE_VM_PAGE, .memory_limit = limit, .plugin_dir = "/nonexistent"};
        lede_status st = lede_vm_open(&o, &vm, &last);
        assert_true(st == LEDE_OK || st == LEDE_ENOMEM);
        lede_vm_close(vm);
    }
}

static void bytecode_is_refused(void **state) {
    (void)state;
    for (int kind = LEDE_VM_DESK; kind <= LEDE_VM_PAGE; kind++) {
        lede_vm *vm = open_vm(kind);
        assert_int_equal(lede_vm_load(vm, LEDE_STR("\x1bLua\x54"), "=x", &last), LEDE_EFORMAT);
        expect_result(vm, "return (load('\\27Lua'))", "nil");
        expect_result(vm, "return (load('return 5', 'x', 'b'))()", "5");
        expect_error(vm, "load(function() return '\\27Lua' end)", "string expected");
        lede_vm_close(vm);
    }
}

static void chunks_keep_their_lines(void **state) {
    (void)state;
    lede_str text = LEDE_STR("\xEF\xBB\xBF#!/usr/bin/env lede\nerror('here')\n");
    lede_vm *vm = open_vm(LEDE_VM_DESK);
    assert_int_equal(lede_vm_load(vm, text, "@shown.lua", &last), LEDE_OK);
    assert_int_equal(lede_vm_enter(vm, 0, 0, 0, NULL, &last), LEDE_ESCRIPT);
    assert_string_equal(last.message, "shown.lua:2: here");
    lede_vm_close(vm);
}

static int refuse(lua_State *L) {
    lede_error err = {0};
    (void)lede_fail_at(&err, LEDE_EBUSY, 7, 2, "somebody is at it");
    return lede_vm_refuse(L, &err);
}

static int make_safe(lua_State *L) {
    lede_vm_push_safe(L, LEDE_STR("<b>"));
    return 1;
}

/* Fails while a scratch buffer is held: the sanitizer build would see a leak. */
static int scratch_then_raise(lua_State *L) {
    lede_buf *b = lede_vm_scratch(L, 1 << 20);
    for (int i = 0; i < 1000; i++)
        lede_buf_adds(b, "0123456789");
    return luaL_error(L, "raised with %d bytes", (int)b->len);
}

static int open_probe(lua_State *L) {
    static const luaL_Reg functions[] = {
        {"refuse", refuse}, {"safe", make_safe}, {"scratch", scratch_then_raise}, {NULL, NULL}};
    luaL_newlib(L, functions);
    return 1;
}

static void values_cross(void **state) {
    (void)state;
    lede_vm *vm = open_vm(LEDE_VM_PAGE);
    lede_vm_preload(vm, "lede.probe", open_probe);
    expect_result(vm,
                  "local v, e = lede.probe.refuse() return tostring(v) .. e.code .. "
                  "tostring(e.retryable) .. e.line .. tostring(e)",
                  "nilbusytrue7somebody is at it");
    expect_error(vm, "assert(lede.probe.refuse())", "somebody is at it");
    expect_result(
        vm,
        "local s = lede.probe.safe() return tostring(s) .. #s .. tostring(s == lede.probe.safe())",
        "<b>3true");
    expect_result(vm, "return tostring(lede.probe.safe() .. '<' .. lede.probe.safe())",
                  "<b>&lt;<b>");
    expect_error(vm, "lede.probe.scratch()", "raised with 10000 bytes");
    expect_error(vm, "return lede.prob", "module");
    lede_vm_close(vm);
}

static void the_context_is_found_from_a_coroutine(void **state) {
    (void)state;
    lede_vm *vm = open_vm(LEDE_VM_PAGE);
    int mine = 0;
    lede_vm_set_context(vm, &mine);
    lua_State *co = lua_newthread(lede_vm_lua(vm));
    assert_ptr_equal(lede_vm_context(co), &mine);
    assert_ptr_equal(lede_vm_of(co), vm);
    lua_pop(lede_vm_lua(vm), 1);
    lede_vm_close(vm);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(results_and_errors_cross),
        cmocka_unit_test(a_failure_comes_with_its_traceback),
        cmocka_unit_test(memory_over_the_limit_is_an_error_that_sticks),
        cmocka_unit_test(a_vm_that_does_not_fit_is_refused),
        cmocka_unit_test(bytecode_is_refused),
        cmocka_unit_test(chunks_keep_their_lines),
        cmocka_unit_test(values_cross),
        cmocka_unit_test(the_context_is_found_from_a_coroutine),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
