/* test_bind_value.c - plain data from Lua to C and back: what it keeps, and what is no data. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "bind/value.h"

#include "bind/bind.h"
#include "script/vm.h"

static int open_vm(void **state) {
    lede_vm *vm;
    lede_error err;
    const lede_vm_options o = {.kind = LEDE_VM_DESK, .plugin_dir = "/nowhere"};
    if (lede_vm_open(&o, &vm, &err))
        fail_msg("%s", err.message);
    lede_vm_preload(vm, "lede.json", luaopen_lede_json);
    *state = vm;
    return 0;
}

static int close_vm(void **state) {
    lede_vm_close(*state);
    return 0;
}

/* Leaves the result of source on the stack. */
static lua_State *eval(lede_vm *vm, const char *source) {
    lede_error err;
    lede_status st = lede_vm_load(vm, lede_str_of(source), "=test", &err);
    if (!st)
        st = lede_vm_enter(vm, 0, 1, 0, NULL, &err);
    if (st)
        fail_msg("%s: %s", source, err.message);
    return lede_vm_lua(vm);
}

static void what_lua_has_comes_across(void **state) {
    static const struct {
        const char *source, *json;
    } table[] = {
        {"return nil", "null"},
        {"return true", "true"},
        {"return 7", "7"},
        {"return math.mininteger", "-9223372036854775808"},
        {"return 0.5", "0.5"},
        {"return 'é\"\\n'", "\"é\\\"\\n\""},
        {"return ''", "\"\""},
        {"return {}", "{}"},
        {"return require('lede.json').array {}", "[]"},
        {"return require('lede.json').null", "null"},
        {"return { 1, 'two', { 3 } }", "[1,\"two\",[3]]"},
        {"return { b = 1, a = { x = {} } }", "{\"a\":{\"x\":{}},\"b\":1}"},
        {"return { 1, require('lede.json').null, 3 }", "[1,null,3]"},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        lua_State *L = eval(*state, table[i].source);
        int top = lua_gettop(L);
        lede_arena arena;
        lede_value v;
        lede_error err = {0};
        lede_buf out;
        lede_arena_init(&arena, 1 << 20);
        lede_buf_init(&out, 1 << 20);
        if (lede__bind_to_value(L, -1, &arena, &v, &err))
            fail_msg("%s: %s", table[i].source, err.message);
        assert_int_equal(lua_gettop(L), top);
        lede_json_write(&out, &v);
        assert_string_equal(out.ptr, table[i].json);
        lede_buf_fini(&out);
        lede_arena_fini(&arena);
        lua_settop(L, 0);
    }
}

static void what_is_no_data_is_refused_by_its_place(void **state) {
    static const struct {
        const char *source;
        lede_status status;
        const char *words;
    } table[] = {
        {"return print", LEDE_EINVAL, "a function is no data"},
        {"return coroutine.create(print)", LEDE_EINVAL, "a thread is no data"},
        {"return io.stdout", LEDE_EINVAL, "is no data"},
        {"return { a = { 1, print } }", LEDE_EINVAL, ".a: [2]: a function"},
        {"return { 1, 2, x = 3 }", LEDE_EINVAL, "not both"},
        {"return { [1] = 1, [3] = 3 }", LEDE_EINVAL, "a list"},
        {"return { [0] = 1 }", LEDE_EINVAL, "a list"},
        {"return { [true] = 1 }", LEDE_EINVAL, "a list"},
        {"return { [1.5] = 1 }", LEDE_EINVAL, "a list"},
        {"return 0 / 0", LEDE_EINVAL, "not a number that data can hold"},
        {"return 1 / 0", LEDE_EINVAL, "not a number that data can hold"},
        {"return { x = -1 / 0 }", LEDE_EINVAL, ".x: not a number"},
        {"return '\\xff'", LEDE_EINVAL, "not UTF-8"},
        {"return { t = 'a\\xc3' }", LEDE_EINVAL, ".t: text that is not UTF-8"},
        {"return { ['\\xff'] = 1 }", LEDE_EINVAL, "not UTF-8"},
        {"return { ['a\\0b'] = 1 }", LEDE_EINVAL, "not UTF-8"},
        {"local t = {} t.t = t return t", LEDE_ELIMIT, "contains itself"},
        {"local t = {} for i = 1, 70 do t = { t } end return t", LEDE_ELIMIT, "nested more than 64 deep"},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        lua_State *L = eval(*state, table[i].source);
        int top = lua_gettop(L);
        lede_arena arena;
        lede_value v;
        lede_error err = {0};
        lede_arena_init(&arena, 1 << 20);
        lede_status st = lede__bind_to_value(L, -1, &arena, &v, &err);
        if (st != table[i].status)
            fail_msg("%s: gave %s", table[i].source, lede_status_name(st));
        if (!strstr(err.message, table[i].words))
            fail_msg("%s: '%s' lacks '%s'", table[i].source, err.message, table[i].words);
        assert_int_equal(lua_gettop(L), top);
        lede_arena_fini(&arena);
        lua_settop(L, 0);
    }
}

static void no_memory_is_said(void **state) {
    lua_State *L = eval(*state, "return { a = ('x'):rep(100000) }");
    lede_arena arena;
    lede_value v;
    lede_error err = {0};
    lede_arena_init(&arena, 1000);
    assert_int_equal(lede__bind_to_value(L, -1, &arena, &v, &err), LEDE_ENOMEM);
    lede_arena_fini(&arena);
    lua_settop(L, 0);
}

static void what_went_across_comes_back(void **state) {
    static const char *const jsons[] = {"null", "true", "-3", "2.5", "\"a\"", "[]", "{}", "[1,[],{},null]", "{\"a\":[{\"b\":null}],\"c\":\"\"}"};
    lede_vm *vm = *state;
    lua_State *L = lede_vm_lua(vm);
    for (size_t i = 0; i < sizeof jsons / sizeof *jsons; i++) {
        lede_arena arena;
        lede_value v, back;
        lede_error err = {0};
        lede_buf out;
        lede_arena_init(&arena, 1 << 20);
        lede_buf_init(&out, 1 << 20);
        assert_int_equal(lede_json_read(&arena, lede_str_of(jsons[i]), &v, &err), LEDE_OK);
        eval(vm, "return require('lede.json')"); /* lists are marked by its class */
        lua_settop(L, 0);
        lede__bind_push_value(L, &v);
        assert_int_equal(lua_gettop(L), 1);
        assert_int_equal(lede__bind_to_value(L, 1, &arena, &back, &err), LEDE_OK);
        lede_json_write(&out, &back);
        assert_string_equal(out.ptr, jsons[i]);
        lede_buf_fini(&out);
        lede_arena_fini(&arena);
        lua_settop(L, 0);
    }
}

static void null_is_one_value(void **state) {
    lua_State *L = eval(*state, "return require('lede.json').null");
    lede__bind_push_null(L);
    assert_true(lua_rawequal(L, -1, -2));
    lua_settop(L, 0);
}

#define T(name) cmocka_unit_test_setup_teardown(name, open_vm, close_vm)

int main(void) {
    const struct CMUnitTest tests[] = {
        T(what_lua_has_comes_across), T(what_is_no_data_is_refused_by_its_place), T(no_memory_is_said),
        T(what_went_across_comes_back), T(null_is_one_value),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
