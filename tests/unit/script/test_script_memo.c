/* test_script_memo.c - what is printed again: its text, its value, and what it read. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "script/vm.h"

#include <stdio.h>
#include <stdlib.h>

/* A recorder that takes down letters: read("a") on a page makes its record "a". */
typedef struct tape {
    lede_buf records[8];
    int depth;
} tape;

static void begin(void *ctx) {
    tape *t = ctx;
    lede_buf_clear(&t->records[++t->depth]);
}

static void end(void *ctx, lede_buf *out) {
    tape *t = ctx;
    lede_buf_add(out, lede_buf_str(&t->records[t->depth--]));
}

static void replay(void *ctx, lede_str bytes) {
    tape *t = ctx;
    lede_buf_add(&t->records[t->depth], bytes);
}

static uint64_t identity(void *ctx, lua_State *L, int index) {
    (void)ctx, (void)L, (void)index;
    return 0;
}

static int l_read(lua_State *L) {
    tape *t = lede_vm_context(L);
    lede_buf_adds(&t->records[t->depth], lua_tostring(L, 1));
    return 0;
}

typedef struct bench {
    lede_vm *vm;
    tape tape;
} bench;

static int setup(void **state) {
    bench *b = calloc(1, sizeof *b);
    lede_error err = {0};
    for (int i = 0; i < 8; i++)
        lede_buf_init(&b->tape.records[i], 1000);
    assert_int_equal(lede_vm_open(&(lede_vm_options){.kind = LEDE_VM_PAGE}, &b->vm, &err), LEDE_OK);
    lede_vm_set_context(b->vm, &b->tape);
    lede_vm_set_recorder(b->vm, &(lede_vm_recorder){&b->tape, begin, end, replay, identity});
    *state = b;
    return 0;
}

static int teardown(void **state) {
    bench *b = *state;
    lede_vm_close(b->vm);
    for (int i = 0; i < 8; i++)
        lede_buf_fini(&b->tape.records[i]);
    free(b);
    return 0;
}

/* One page: runs code, gives what it printed and, behind a bar, what it read. */
static const char *page(bench *b, const char *code) {
    static char shown[4000];
    lua_State *L = lede_vm_lua(b->vm);
    lede_error err = {0};
    char source[4000];
    snprintf(source, sizeof source, "local read = ...; local memo, core, out, template = require 'lede.memo', require 'lede.memo_core', "
             "require 'lede.output', require 'lede.template'; %s", code);
    lede_buf_clear(&b->tape.records[0]);
    lede_buf_clear(lede_vm_out(b->vm));
    lede_status st = lede_vm_load(b->vm, lede_str_of(source), "=page", &err);
    lua_pushcfunction(L, l_read);
    if (st)
        lua_pop(L, 1);
    else
        st = lede_vm_enter(b->vm, 1, 0, 0, NULL, &err);
    lede_vm_settle(b->vm);
    assert_int_equal(b->tape.depth, 0);
    const lede_buf *out = lede_vm_out(b->vm), *read = &b->tape.records[0];
    snprintf(shown, sizeof shown, "%s%.*s|%.*s", st ? err.message : "", (int)out->len, out->len ? out->ptr : "", (int)read->len, read->len ? read->ptr : "");
    return shown;
}

static void a_memo_is_made_once_and_its_reads_are_every_pages(void **state) {
    const char *code = "read 'a' out.w(tostring(memo('k', function() read 'b' out.w 'text' return 7 end))) read 'c'";
    assert_string_equal(page(*state, code), "text7|abc");
    assert_string_equal(page(*state, code), "text7|abc");
    assert_string_equal(page(*state, "out.w(tostring(memo('k', function() error 'made again' end)))"), "text7|b");
    assert_string_equal(page(*state, "out.w(tostring(memo('other', function() end)))"), "nil|");
}

static void a_memo_within_a_memo_is_read_by_both(void **state) {
    const char *code = "memo('outer', function() read 'a' memo('inner', function() read 'b' out.w 'i' end) read 'c' out.w 'o' end)";
    assert_string_equal(page(*state, code), "io|abc");
    assert_string_equal(page(*state, code), "io|abc");
    assert_string_equal(page(*state, "memo('inner')"), "i|b");
}

static void what_fails_is_not_kept_and_what_it_read_was_read(void **state) {
    const char *code = "read 'a' pcall(memo, 'k', function() read 'b' error 'x' end) read 'c'";
    assert_string_equal(page(*state, code), "|abc");
    assert_string_equal(page(*state, "memo('k', function() out.w 'now' end)"), "now|");
    /* an error that leaves two frames open, inside one that goes on */
    code = "memo('k2', function() pcall(memo, 'k3', function() memo('k4', function() read 'd' error 'x' end) end) out.w 'y' end)";
    assert_string_equal(page(*state, code), "y|d");
    assert_string_equal(page(*state, code), "y|d");
}

static void values_that_could_change_are_refused(void **state) {
    assert_non_null(strstr(page(*state, "memo('t', function() return {} end)"), "a table cannot be kept"));
    assert_non_null(strstr(page(*state, "memo(1, print)"), "the key is a string"));
    assert_non_null(strstr(page(*state, "memo(('k'):rep(300), print)"), "at most 256 bytes"));
}

static void a_random_number_belongs_to_its_page(void **state) {
    const char *code = "memo('dice', function() read 'r' out.w(tostring(math.random(1000000))) end)";
    lede__vm_seed(((bench *)*state)->vm, 1);
    char *first = strdup(page(*state, code));
    lede__vm_seed(((bench *)*state)->vm, 2);
    assert_string_not_equal(page(*state, code), first);
    free(first);
}

/* Partials through the engine; what `made` counts is how often each was run. */
#define ENGINE                                                                                                                    \
    "local made = {} local sources = { "                                                                                          \
    "card = '<b><% made() read(\"c\") %><%= n %></b>', look = '<i><% made() %><%= n %><%= title %></i>', "                        \
    "maybe = '<u><% made() %><%= n %><%= later %></u>', page = '<% f(partial) %>' } "                                             \
    "local count = 0 "                                                                                                            \
    "local engine = template.new(function(name) return sources[name], name .. '.html' end, "                                      \
    "{ made = function() count = count + 1 end, read = read }, { fields = { 'f', 'title', 'page' } }) "                                        \
    "local function render(p) engine:render('page', setmetatable(p, { __newindex = function(t, k, v) rawset(t, k, v) core.changed() end })) end "

static void a_partial_is_run_once_for_the_same_arguments(void **state) {
    const char *code = ENGINE "for i = 1, 3 do render { f = function(partial) for _, n in ipairs { 1, 'x', 1.5, true, 1 } do partial('card', { n = n }) end end } end "
                              "out.w(' ' .. count)";
    assert_string_equal(page(*state, code), "<b>1</b><b>x</b><b>1.5</b><b>true</b><b>1</b><b>1</b><b>x</b><b>1.5</b><b>true</b><b>1</b>"
                                            "<b>1</b><b>x</b><b>1.5</b><b>true</b><b>1</b> 4|ccccccccccccccc");
    code = ENGINE "render { f = function(partial) partial('card', { n = 1 }) partial('card', { n = 1.0 }) partial('card', { n = '1' }) end } out.w(' ' .. count)";
    assert_string_equal(page(*state, code), "<b>1</b><b>1.0</b><b>1</b> 3|ccc"); /* equal numbers print differently */
}

static void a_partial_that_looks_at_its_page_is_run_for_each(void **state) {
    const char *code = ENGINE "for _, t in ipairs { 'A', 'B' } do render { title = t, f = function(partial) partial('look', { n = 1 }) end } end out.w(' ' .. count)";
    assert_string_equal(page(*state, code), "<i>1A</i><i>1B</i> 2|");
    code = ENGINE "for _, t in ipairs { 'A', 'B' } do render { f = function(partial) partial('look', { n = 1, title = t }) end } end out.w(' ' .. count)";
    assert_string_equal(page(*state, code), "<i>1A</i><i>1B</i> 2|");
}

static void a_name_that_a_page_has_by_and_by_is_not_missed(void **state) {
    const char *code = ENGINE "local p = { f = function(partial) partial('maybe', { n = 1 }) end } render(p) render(p) p.later = '!' render(p) out.w(' ' .. count)";
    assert_string_equal(page(*state, code), "<u>1</u><u>1</u><u>1!</u> 2|");
    code = ENGINE "render { f = function(partial) partial('look', { n = 1 }) end } render { title = 'T', f = function(partial) partial('look', { n = 1 }) end } out.w(' ' .. count)";
    assert_string_equal(page(*state, code), "<i>1</i><i>1T</i> 2|");
}

static void what_a_partial_missed_those_around_it_missed(void **state) {
    /* "outer" prints "maybe", which looks for `later` in vain: kept for pages that lack it, also through a memo */
    const char *code = ENGINE "sources.outer = '[<% partial(\"maybe\", { n = n }) %>]' local function f(partial) partial('outer', { n = 1 }) end "
                              "local p = { f = f } render(p) render { f = f } p.later = '!' render(p) out.w(' ' .. count)";
    assert_string_equal(page(*state, code), "[<u>1</u>][<u>1</u>][<u>1!</u>] 2|");
    code = ENGINE "local function f(partial) memo('m', function() partial('maybe', { n = 1 }) end) end "
                  "local a, b = { f = f }, { f = f } render(a) b.x = 1 render(b) render { f = f, title = 'T' } out.w(' ' .. count)";
    assert_string_equal(page(*state, code), "<u>1</u><u>1</u><u>1</u> 1|");
    code = ENGINE "local function f(partial) memo('l', function() partial('look', { n = 1 }) end) end render { f = f, title = 'A' } render { f = f, title = 'B' } out.w(' ' .. count)";
    assert_string_equal(page(*state, code), "<i>1A</i><i>1B</i> 2|");
    code = ENGINE "sources.outer = '[<% partial(\"maybe\", { n = n }) %>]' "
                  "render { f = function(partial) partial('maybe', { n = 1 }) partial('outer', { n = 1 }) partial('outer', { n = 1, later = '?' }) partial('outer', { n = 1 }) end } out.w(' ' .. count)";
    assert_string_equal(page(*state, code), "<u>1</u>[<u>1</u>][<u>1?</u>][<u>1</u>] 2|");
}

static void arguments_that_could_change_are_passed_and_not_kept(void **state) {
    const char *code = ENGINE "sources.card = '<%= #n %>' for i = 1, 2 do render { f = function(partial) partial('card', { n = { i, i } }) end } end";
    assert_string_equal(page(*state, code), "22|");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_memo_is_made_once_and_its_reads_are_every_pages, setup, teardown),
        cmocka_unit_test_setup_teardown(a_memo_within_a_memo_is_read_by_both, setup, teardown),
        cmocka_unit_test_setup_teardown(what_fails_is_not_kept_and_what_it_read_was_read, setup, teardown),
        cmocka_unit_test_setup_teardown(values_that_could_change_are_refused, setup, teardown),
        cmocka_unit_test_setup_teardown(a_random_number_belongs_to_its_page, setup, teardown),
        cmocka_unit_test_setup_teardown(a_partial_is_run_once_for_the_same_arguments, setup, teardown),
        cmocka_unit_test_setup_teardown(a_partial_that_looks_at_its_page_is_run_for_each, setup, teardown),
        cmocka_unit_test_setup_teardown(a_name_that_a_page_has_by_and_by_is_not_missed, setup, teardown),
        cmocka_unit_test_setup_teardown(what_a_partial_missed_those_around_it_missed, setup, teardown),
        cmocka_unit_test_setup_teardown(arguments_that_could_change_are_passed_and_not_kept, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
