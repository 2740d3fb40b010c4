/* script_test.h - what the tests of script/ share: a VM, and one call that runs a chunk in it. */
#ifndef LEDE_TESTS_SCRIPT_TEST_H
#define LEDE_TESTS_SCRIPT_TEST_H

#include "script/vm.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>

static lede_error last; /* of the last run that failed */

static inline lede_vm *open_vm_with(lede_vm_kind kind, size_t memory, const char *site,
                                    const char *plugins) {
    lede_vm *vm = NULL;
    lede_vm_options o = {
        .kind = kind, .memory_limit = memory, .site_root = site, .plugin_dir = plugins};
    if (lede_vm_open(&o, &vm, &last))
        fail_msg("lede_vm_open: %s", last.message);
    return vm;
}

static inline lede_vm *open_vm(lede_vm_kind kind) {
    return open_vm_with(kind, 0, NULL, "/nonexistent");
}

/* Runs source; its first result as text goes to out (may be NULL). */
static inline lede_status run_for(lede_vm *vm, const char *source, int ms, char *out, size_t room) {
    last = (lede_error){0};
    lua_State *L = lede_vm_lua(vm);
    int top = lua_gettop(L);
    lede_status st = lede_vm_load(vm, lede_str_of(source), "=test", &last);
    if (!st)
        st = lede_vm_enter(vm, 0, 1, ms, NULL, &last);
    if (!st) {
        if (out)
            snprintf(out, room, "%s",
                     lua_type(L, -1) == LUA_TBOOLEAN ? (lua_toboolean(L, -1) ? "true" : "false")
                     : lua_isnil(L, -1)              ? "nil"
                     : lua_isstring(L, -1)           ? lua_tostring(L, -1)
                                                     : lua_typename(L, lua_type(L, -1)));
        lua_pop(L, 1);
    }
    assert_int_equal(lua_gettop(L), top);
    return st;
}

static inline void expect_result(lede_vm *vm, const char *source, const char *wanted) {
    char got[4096] = "";
    if (run_for(vm, source, 0, got, sizeof got))
        fail_msg("%s\n  raised: %s", source, last.message);
    if (strcmp(got, wanted) != 0)
        fail_msg("%s\n  expected: %s\n  got:      %s", source, wanted, got);
}

static inline void expect_error(lede_vm *vm, const char *source, const char *part) {
    lede_status st = run_for(vm, source, 0, NULL, 0);
    if (!st)
        fail_msg("%s\n  did not raise", source);
    if (!strstr(last.message, part))
        fail_msg("%s\n  expected an error with: %s\n  got: %s", source, part, last.message);
}

#endif
