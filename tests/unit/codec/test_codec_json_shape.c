/* test_codec_json_shape.c - what is JSON, and what is built alike. */
#include "codec/json_shape.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void what_is_no_json_has_no_shape(void **state) {
    static const char *const wrong[] = {
        "",         " ",        "{",          "}",       "[1,]",       "[,1]",      "{\"a\"}",   "{\"a\":}",  "{\"a\":1,}", "{a:1}",
        "{'a':1}",  "01",       "1.",         ".5",      "+1",         "-",         "1e",        "1e+",        "tru",        "nulll",
        "\"",       "\"\\\"",  "\"\\x\"",     "\"\\u12\"", "\"\\u12g4\"", "\"\n\"",     "[1 2]",     "[1]]",       "{}{}",       "\"a\" b",
        "[1}",      "{\"a\":1]", "{\"a\" 1}",   "[\"a\":1]", "{1:2}",      "\"\\u\"",   "[-]",       "[\"a]",      "NaN",        "// x"};
    uint64_t shape;
    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        if (lede__json_shape(lede_str_of(wrong[i]), &shape))
            fail_msg("taken for JSON: %s", wrong[i]);
    char deep[200];
    memset(deep, '[', 100);
    memset(deep + 100, ']', 100);
    assert_false(lede__json_shape(lede_str_n(deep, 200), &shape));
    assert_true(lede__json_shape(lede_str_n(deep + 36, 128), &shape));
}

static uint64_t shape_of(const char *text) {
    uint64_t shape = 0;
    if (!lede__json_shape(lede_str_of(text), &shape))
        fail_msg("no JSON: %s", text);
    return shape;
}

static void what_is_built_alike_has_one_shape(void **state) {
    static const char *const pairs[][2] = {
        {"{\"headline\":\"a\",\"position\":1}", " { \"headline\" : \"quite \\\"other\\\"\" ,\n\"position\":-20.5e3 } "},
        {"[\"a\",[],{},true,false,null]", "[\"\",[ ],{ },true,false,null]"},
        {"{\"datePublished\":\"2024-05-01T10:00:00Z\"}", "{\"datePublished\":\"1999-12-31T23:59:59Z\"}"},
        {"{\"image\":[\"a\",\"b\"]}", "{\"image\":[\"cc\",\"\"]}"}};
    (void)state;
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++)
        assert_true(shape_of(pairs[i][0]) == shape_of(pairs[i][1]));
}

static void what_is_built_otherwise_has_another(void **state) {
    static const char *const pairs[][2] = {
        {"{\"a\":\"x\"}", "{\"b\":\"x\"}"},
        {"{\"a\":\"x\"}", "{\"a\":1}"},
        {"{\"a\":true}", "{\"a\":null}"},
        {"[1,2]", "[1,2,3]"},
        {"[[1],2]", "[[1,2]]"},
        {"{\"@type\":\"Person\"}", "{\"@type\":\"Organization\"}"},
        {"{\"@type\":[\"Person\"]}", "{\"@type\":[\"Place\"]}"},
        {"{\"a\":{\"b\":1},\"c\":2}", "{\"a\":{\"b\":1,\"c\":2}}"},
        {"{\"dateModified\":\"2024-05-01\"}", "{\"dateModified\":\"yesterday\"}"},
        {"{\"a\":\"x\",\"b\":\"y\"}", "{\"b\":\"y\",\"a\":\"x\"}"}};
    (void)state;
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++)
        if (shape_of(pairs[i][0]) == shape_of(pairs[i][1]))
            fail_msg("taken for one: %s and %s", pairs[i][0], pairs[i][1]);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_no_json_has_no_shape),
        cmocka_unit_test(what_is_built_alike_has_one_shape),
        cmocka_unit_test(what_is_built_otherwise_has_another),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
