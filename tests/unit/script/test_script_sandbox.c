/* What page code can reach, and that the same code gives the same answer in every VM. */
#include "script_test.h"

static void what_is_not_allowed_does_not_exist(void **state) {
    (void)state;
    static const char *const names[] = {"io",     "os",       "debug", "package",
                                        "dofile", "loadfile", "next",  "collectgarbage"};
    lede_vm *vm = open_vm(LEDE_VM_PAGE);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char source[128];
        snprintf(source, sizeof source, "return %s", names[i]);
        expect_error(vm, source, names[i]);
        snprintf(source, sizeof source, "return tostring(rawget(_G, '%s'))", names[i]);
        expect_result(vm, source, "nil");
        snprintf(source, sizeof source, "return (pcall(require, '%s'))", names[i]);
        expect_result(vm, source, "false");
    }
    expect_result(
        vm,
        "return tostring(string.dump) .. tostring(math.randomseed) .. tostring(coroutine.close)",
        "nilnilnil");
    lede_vm_close(vm);
}

/* Each returns "contained", or raises. */
static void escapes_fail(void **state) {
    (void)state;
    static const char *const tries[] = {
        "string.format = nil",
        "string.rep = function() end",
        "rawset(string, 'rep', 1)",
        "rawset(_G, 'x', 1)",
        "_G.pairs = nil",
        "pairs = ipairs",
        "setmetatable(_G, {})",
        "setmetatable(string, {})",
        "getmetatable('').__index = {}",
        "table.insert(string, 1)",
        "setmetatable({}, {__gc = function() end})",
        "setmetatable({}, {__mode = 'k'})",
        "string.format('%p', {})",
        "string.format('%-20p', {})",
        "load('x', 'x', 't', 5)()",
        "return require('../x')",
        "return require('/etc/passwd')",
        "return require('scripts.publish')",
        "for k in pairs({[{}] = 1}) do end",
        "getmetatable(string).__index.rep = 1",
    };
    lede_vm *vm = open_vm(LEDE_VM_PAGE);
    for (size_t i = 0; i < sizeof tries / sizeof *tries; i++)
        expect_error(vm, tries[i], "");
    expect_result(vm, "return getmetatable('') .. getmetatable(_G) .. getmetatable(string)",
                  "lockedlockedlocked");
    expect_result(vm, "return ('x'):rep(3) .. string.rep('y', 2)", "xxxyy");
    expect_result(vm, "return load('return _G', 'x', 't', {})() == nil", "true");
    lede_vm_close(vm);
}

static void undeclared_globals_are_errors(void **state) {
    (void)state;
    for (int kind = LEDE_VM_DESK; kind <= LEDE_VM_PAGE; kind++) {
        lede_vm *vm = open_vm(kind);
        expect_error(vm, "return titel", "'titel'");
        assert_int_equal(last.line, 1);
        expect_error(vm, "\ntostrnig(1)", "tostring");
        expect_error(vm, "titel = 1", "'titel'");
        expect_error(vm, "function titel() end", "'titel'");
        expect_result(vm, "local titel = 1 return titel", "1");
        lede_vm_close(vm);
    }
}

static void pairs_has_one_order(void **state) {
    (void)state;
    static const struct {
        const char *table, *order;
    } cases[] = {
        {"{c=1, a=2, b=3}", "a b c "},
        {"{10, 20, 30}", "1 2 3 "},
        {"{[3]='c', [1]='a', [2]='b'}", "1 2 3 "},
        {"{10, 20, nil, 40}", "1 2 4 "},
        {"{'a', 'b', nil, 'd', x=1}", "1 2 4 x "},
        {"{[2.5]=1, [-1]=1, [10]=1, [2]=1, z=1, [true]=1, [false]=1, ['2']=1}",
         "-1 2 2.5 10 2 z false true "},
        {"{[math.maxinteger]=1, [math.mininteger]=1, [1e308]=1, [-1e308]=1}",
         "-1e+308 -9223372036854775808 9223372036854775807 1e+308 "},
        {"{['a\\0b']=1, ['a']=1, ['']=1}", " a a\\0b "},
        {"{}", ""},
    };
    lede_vm *vm = open_vm(LEDE_VM_PAGE);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char source[512];
        snprintf(source, sizeof source,
                 "local s = '' for k in pairs(%s) do s = s .. tostring(k):gsub('%%z', '\\\\0') .. "
                 "' ' end return s",
                 cases[i].table);
        expect_result(vm, source, cases[i].order);
    }
    expect_result(vm,
                  "local t = {a=1, b=2, c=3} local s = '' for k in pairs(t) do s = s .. k t[k] = "
                  "nil t.c = nil end return s",
                  "ab");
    expect_result(
        vm,
        "local t = {1, 2, 3} local s = 0 for k, v in pairs(t) do t[k] = nil s = s + v end return s",
        "6");
    expect_result(
        vm, "local t = {1, 2, 3} for k in pairs(t) do t[k] = nil t[2] = nil end return #t", "0");
    expect_result(
        vm,
        "local s = '' for k, v in pairs(setmetatable({}, {__pairs = function() return function(_, "
        "k) if not k then return 'own' end end end})) do s = s .. k end return s",
        "own");
    expect_error(vm, "pairs(nil)", "table expected");
    lede_vm_close(vm);
}

static const char digest[] =
    "local t = {} for i = 1, 200 do t['k' .. (i * 7919) % 1000] = i end "
    "local s = {} for k, v in pairs(t) do s[#s + 1] = k .. v end "
    "s[#s + 1] = tostring({}) .. tostring(print) .. tostring(coroutine.running()) .. ('%s "
    "%5s'):format({}, print) "
    "for i = 1, 5 do s[#s + 1] = math.random(1000) .. ' ' .. math.random() end "
    "return table.concat(s, ',')";

static void two_vms_agree(void **state) {
    (void)state;
    char first[8192] = "", second[8192] = "", third[8192] = "";
    lede_vm *a = open_vm(LEDE_VM_PAGE);
    lede_vm *b = open_vm(LEDE_VM_PAGE);
    lede__vm_seed(a, 42);
    assert_int_equal(run_for(a, digest, 0, first, sizeof first), LEDE_OK);
    assert_int_equal(run_for(b, "local t = {} for i = 1, 999 do t[i] = {i} end", 0, NULL, 0),
                     LEDE_OK);
    lede__vm_seed(b, 42);
    assert_int_equal(run_for(b, digest, 0, second, sizeof second), LEDE_OK);
    assert_string_equal(first, second);
    assert_null(strstr(first, "0x"));
    lede__vm_seed(b, 43);
    assert_int_equal(run_for(b, digest, 0, third, sizeof third), LEDE_OK);
    assert_string_not_equal(first, third);
    lede_vm_close(a);
    lede_vm_close(b);
}

static void tostring_shows_no_address(void **state) {
    (void)state;
    lede_vm *vm = open_vm(LEDE_VM_PAGE);
    expect_result(
        vm,
        "return tostring({}) .. ' ' .. tostring(print) .. ' ' .. tostring(coroutine.create(print))",
        "table function thread");
    expect_result(vm, "return ('%s|%d|%5.1f|%q|%%'):format({}, 3, 2.5, 'a')",
                  "table|3|  2.5|\"a\"|%");
    expect_result(
        vm, "return tostring(setmetatable({}, {__tostring = function() return 'own' end}))", "own");
    expect_result(vm, "return tostring(setmetatable({}, {__name = 'Class'}))", "Class");
    expect_result(
        vm,
        "return tostring(nil) .. tostring(1) .. tostring(1.5) .. tostring(true) .. tostring('s')",
        "nil11.5trues");
    lede_vm_close(vm);
}

static void the_desk_has_the_standard_library(void **state) {
    (void)state;
    lede_vm *vm = open_vm(LEDE_VM_DESK);
    expect_result(vm,
                  "return type(io.open) .. type(os.time) .. type(debug.traceback) .. type(next)",
                  "functionfunctionfunctionfunction");
    expect_error(vm, "return package", "package");
    expect_error(vm, "return dofile", "dofile");
    lede_vm_close(vm);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_not_allowed_does_not_exist),
        cmocka_unit_test(escapes_fail),
        cmocka_unit_test(undeclared_globals_are_errors),
        cmocka_unit_test(pairs_has_one_order),
        cmocka_unit_test(two_vms_agree),
        cmocka_unit_test(tostring_shows_no_address),
        cmocka_unit_test(the_desk_has_the_standard_library),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
