/* Runs the Lua specs of the runtime in both kinds of VM. */
#include "script_test.h"

#include "sys/sys.h"

#include <lauxlib.h>

static const char runner[] =
    "local source, shown = ... local failures = {} "
    "local passed, failed = lede.spec.run(source, shown, "
    "function(sentence, message) failures[#failures + 1] = sentence .. '\\n    ' .. message end) "
    "return passed, failed, table.concat(failures, '\\n  ')";

static void run_specs(lede_vm_kind kind, const char *path, int at_least) {
    lede_vm *vm = open_vm(kind);
    lua_State *L = lede_vm_lua(vm);
    lede_buf source;
    lede_buf_init(&source, 1 << 20);
    if (lede__read_file(path, 1 << 20, &source, &last))
        fail_msg("%s", last.message);
    assert_int_equal(lede_vm_load(vm, LEDE_STR(runner), "=runner", &last), LEDE_OK);
    lua_pushlstring(L, source.ptr, source.len);
    lua_pushstring(L, path);
    if (lede_vm_enter(vm, 2, 3, 20000, NULL, &last))
        fail_msg("%s", last.message);
    if (lua_tointeger(L, -2) > 0)
        fail_msg("%d of the specs failed:\n  %s", (int)lua_tointeger(L, -2), lua_tostring(L, -1));
    assert_true(lua_tointeger(L, -3) >= at_least); /* none was lost on the way */
    lede_buf_fini(&source);
    lede_vm_close(vm);
}

static void specs_pass_in_a_page_vm(void **state) {
    (void)state;
    run_specs(LEDE_VM_PAGE, "tests/lua/template_spec.lua", 35);
}

static void specs_pass_in_a_desk_vm(void **state) {
    (void)state;
    run_specs(LEDE_VM_DESK, "tests/lua/template_spec.lua", 35);
}

/* The harness itself must be able to fail. */
static void a_failing_spec_is_counted(void **state) {
    (void)state;
    lede_vm *vm = open_vm(LEDE_VM_PAGE);
    expect_result(vm,
                  "local told = 0 local p, f = lede.spec.run([[describe('x', function() it('is', "
                  "function() expect(1):to_be(1) end) "
                  "it('is not', function() expect(1):to_be(2) end) it('raises', function() "
                  "error('y') end) end)]], 's.lua', "
                  "function() told = told + 1 end) return p .. ' ' .. f .. ' ' .. told",
                  "1 2 2");
    expect_result(
        vm,
        "local p, f = lede.spec.run('syntax error', 's.lua', function() end) return p .. ' ' .. f",
        "0 1");
    lede_vm_close(vm);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(specs_pass_in_a_page_vm),
        cmocka_unit_test(specs_pass_in_a_desk_vm),
        cmocka_unit_test(a_failing_spec_is_counted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
