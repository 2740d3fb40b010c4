/* The metered patterns of page VMs against Lua's own of a desk VM: the same answers, the same
 * errors. */
#include "script_test.h"

/* Answers with every result, so nils, positions and counts are compared too. */
static const char show[] = "local function show(...) local s = {} for i = 1, select('#', ...) do "
                           "s[i] = tostring((select(i, ...))) end return table.concat(s, '|') end "
                           "local ok, a = pcall(function() return show(%s) end) "
                           "return tostring(ok) .. ':' .. (ok and a or "
                           "tostring(a):gsub('^[^:]*:%%d+: ', ''):gsub(\"to '%%a+'\", \"to 'x'\"))";

static void compare(lede_vm *page, lede_vm *desk, const char *expression) {
    char source[2048], wanted[2048] = "", got[2048] = "";
    snprintf(source, sizeof source, show, expression);
    lede_status a = run_for(desk, source, 0, wanted, sizeof wanted);
    if (a)
        fail_msg("%s\n  in the desk VM: %s", expression, last.message);
    if (run_for(page, source, 0, got, sizeof got))
        fail_msg("%s\n  in the page VM: %s", expression, last.message);
    if (strcmp(wanted, got) != 0)
        fail_msg("%s\n  Lua:  %s\n  ours: %s", expression, wanted, got);
}

static void answers_are_luas(void **state) {
    (void)state;
    static const char *const expressions[] = {
        "('hello world'):find('o w')",
        "('hello'):find('l', 1, true)",
        "('hello'):find('')",
        "('hello'):find('', 6)",
        "('hello'):find('', 7)",
        "('hello'):find('xyz')",
        "('hello'):find('l', -2)",
        "('hello'):find('h', -100)",
        "('a.b'):find('.', 2, true)",
        "('a+b'):find('+', 1, true)",
        "('hello'):find('(l)(l)')",
        "('hello'):find('()ll()')",
        "('hello'):match('^(h)(.-)(o)$')",
        "('hello'):match('^hell$')",
        "('hello'):match('.-')",
        "('hello'):match('.-$')",
        "('  trim me  '):match('^%s*(.-)%s*$')",
        "('key = value'):match('^(%w+)%s*=%s*(%w+)$')",
        "('2024-04-03'):match('(%d+)-(%d+)-(%d+)')",
        "('[[x]]'):match('%[(%b[])%]')",
        "('f(a(b)c)d'):match('%b()')",
        "('THE (quick) fox'):find('%((%a+)%)')",
        "('THE (quick) fox'):find('%f[%a]%a+', 5)",
        "('THE (quick) fox'):gsub('%f[%a]%a+%f[%A]', '<%0>')",
        "('abcabc'):match('(a)bc%1')",
        "('\"x\" \\'y\\''):match('([\"\\'])(.-)%1')",
        "('a]b'):match('[]]')",
        "('a^b'):match('[%^]')",
        "('a-b'):match('[a%-]+')",
        "('abc'):match('[^a-b]')",
        "('a\\0b'):match('%z')",
        "('a\\0b'):find('\\0')",
        "('x = 1'):gsub('%s', '')",
        "('hello world'):gsub('o', '0', 1)",
        "('hello world'):gsub('(o)', '[%1%0%%]')",
        "('hello'):gsub('', '-')",
        "('hello'):gsub('l*', 'x')",
        "('abc'):gsub('%w', '%0%0')",
        "('abc'):gsub('.', {a = 1, b = true, c = false})",
        "('abc'):gsub('.', function(c) if c == 'b' then return 'B' end end)",
        "('abc'):gsub('()', '%1')",
        "('abc'):gsub('^a', 'x')",
        "('aaa'):gsub('^a', 'x')",
        "('abc'):gsub('b*', 'x', 0)",
        "('abc'):gsub('b', 5)",
        "('x'):rep(5):gsub('x?', 'y')",
        "('x'):rep(5):match('x?x?x?x?x?x?x?')",
        "('aXb'):gsub('%u', string.lower)",
        "('one;two;;four'):gsub('([^;]*);?', '<%1>')",
        "(function() local s = {} for k, v in ('a=1, b=2'):gmatch('(%w+)=(%w+)') do s[#s + 1] = k "
        ".. v end return table.concat(s, ' ') end)()",
        "(function() local s = {} for w in ('one two'):gmatch('%a*') do s[#s + 1] = '<' .. w .. "
        "'>' end return table.concat(s) end)()",
        "(function() local s = {} for p in ('abc'):gmatch('()') do s[#s + 1] = p end return "
        "table.concat(s, ' ') end)()",
        "(function() local s = {} for w in ('abc'):gmatch('^a') do s[#s + 1] = w end return #s "
        "end)()",
        "(function() local s = {} for w in ('abcdef'):gmatch('%a', 4) do s[#s + 1] = w end return "
        "table.concat(s) end)()",
        "('a$b'):find('$b')",
        "('ab'):find('b$')",
        "('$'):find('^$')",
        "('é'):match('[\\xc0-\\xff][\\x80-\\xbf]')",
        "('x'):find('%x+'), ('g'):find('%X'), ('_'):find('%p'), ('a'):find('%g'), "
        "('\\t'):find('%c')",
        "(12345):find(3)",
        "('abc'):match('((a)(b))(c)')",
        "('abc'):match('a', 10)",
        /* errors */
        "('a'):find('[a')",
        "('a'):find('[]')",
        "('a'):find('[^]')",
        "('a'):find('[a%')",
        "('a'):find('%')",
        "('a'):find('(a')",
        "('a'):find('a)')",
        "('a'):find('%1')",
        "('a'):find('(a)%2')",
        "('aa'):find('(a%1)')",
        "('a'):find('%b')",
        "('a'):find('%ba')",
        "('a'):find('%f')",
        "('a'):gsub('a', '%2')",
        "('a'):gsub('a', '%x')",
        "('a'):gsub('a', '%')",
        "('a'):gsub('a', function() return {} end)",
        "('a'):gsub('a', {a = print})",
        "('a'):gsub('a')",
        "('a'):gsub('(a', '')",
        "('a'):rep(40):find(('(a)'):rep(33))",
    };
    lede_vm *page = open_vm(LEDE_VM_PAGE), *desk = open_vm(LEDE_VM_DESK);
    for (size_t i = 0; i < sizeof expressions / sizeof *expressions; i++)
        compare(page, desk, expressions[i]);
    lede_vm_close(page);
    lede_vm_close(desk);
}

/* Random patterns of legal and broken pieces over short subjects; the seed is fixed, so a failure
 * can be repeated. */
static void random_patterns_agree(void **state) {
    (void)state;
    static const char *const pieces[] = {
        "a", "b", ".",  "%a", "%d", "%s",   "[ab]",  "[^a]", "[a-c]", "*", "+",     "-", "?",
        "(", ")", "()", "^",  "$",  "%b()", "%f[a]", "%1",   "%.",    "x", "[%w_]", "]", "%%"};
    static const char *const subjects[] = {"",        "a",        "ab",    "aab b", "abcabc",
                                           "(a(b)c)", "a1 b2 c3", "x_y-z", "%a%",   "aaaa"};
    uint32_t seed = 20240403;
    lede_vm *page = open_vm(LEDE_VM_PAGE), *desk = open_vm(LEDE_VM_DESK);
    for (int round = 0; round < 4000; round++) {
        char pattern[64] = "";
        seed = seed * 1664525u + 1013904223u;
        int n = 1 + (int)(seed >> 24) % 6;
        for (int i = 0; i < n; i++) {
            seed = seed * 1664525u + 1013904223u;
            const char *piece = pieces[(seed >> 16) % (sizeof pieces / sizeof *pieces)];
            snprintf(pattern + strlen(pattern), sizeof pattern - strlen(pattern), "%s", piece);
        }
        seed = seed * 1664525u + 1013904223u;
        const char *subject = subjects[(seed >> 16) % (sizeof subjects / sizeof *subjects)];
        char expression[256];
        snprintf(
            expression, sizeof expression,
            "(%d == 0 and string.find or %d == 1 and string.match or string.gsub)('%s', '%s', %s)",
            round % 3, round % 3, subject, pattern, round % 3 == 2 ? "'<%0>'" : "1");
        compare(page, desk, expression);
    }
    lede_vm_close(page);
    lede_vm_close(desk);
}

static void bombs_are_refused_without_a_deadline(void **state) {
    (void)state;
    lede_vm *vm = open_vm(LEDE_VM_PAGE);
    expect_error(vm, "('a'):rep(400):find('.-.-.-.-b')", "takes too long");
    expect_error(vm, "('a'):rep(200000):gsub('a*b', '')", "takes too long");
    expect_error(vm, "('x'):rep(300):find(('(x'):rep(20) .. (')'):rep(20) .. ('x?'):rep(200))",
                 "pattern");
    lede_vm_close(vm);
}

static void long_ordinary_texts_are_fine(void **state) {
    (void)state;
    lede_vm *vm = open_vm(LEDE_VM_PAGE);
    expect_result(vm, "return #('word and space '):rep(200000):gsub('%s+', ' ')", "3000000");
    expect_result(vm, "return #(('  ' .. ('text '):rep(2000)):match('^%s*(.-)%s*$'))", "9999");
    expect_result(
        vm, "local n = 0 for w in ('one two '):rep(50000):gmatch('%a+') do n = n + 1 end return n",
        "100000");
    expect_result(vm, "return (('x'):rep(5000000) .. 'needle'):find('needle', 1, true)", "5000001");
    lede_vm_close(vm);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(answers_are_luas),
        cmocka_unit_test(random_patterns_agree),
        cmocka_unit_test(bombs_are_refused_without_a_deadline),
        cmocka_unit_test(long_ordinary_texts_are_fine),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
