/* test_net_choose.c - codings, conditions and ranges: rows of RFC 9110. */
#include "net/choose.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void the_smallest_allowed_coding_is_chosen(void **state) {
    static const struct {
        const char *accept;
        lede__coding coding;
    } rows[] = {{"", LEDE__IDENTITY},         {"gzip", LEDE__GZIP},
                {"GZIP;q=0.5", LEDE__GZIP},   {"gzip, deflate, br, zstd", LEDE__BROTLI},
                {"br;q=0, gzip", LEDE__GZIP}, {"br;q=0.0, gzip;q=0.000", LEDE__IDENTITY},
                {"*", LEDE__BROTLI},          {"*;q=0", LEDE__IDENTITY},
                {"br;q=0, *", LEDE__GZIP},    {"identity", LEDE__IDENTITY},
                {"x-gzip", LEDE__GZIP},       {"brotli, gzipped", LEDE__IDENTITY},
                {",,;q=1,", LEDE__IDENTITY}};
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_int_equal(lede__choose_coding(lede_str_of(rows[i].accept)), rows[i].coding);
}

/* A text of 1,000 bytes whose tag is "a". */
static void conditions_and_ranges_follow_the_rfc(void **state) {
    static const struct {
        const char *match, *none, *if_range, *range;
        bool get;
        int status;
        size_t from, len;
    } rows[] = {{"", "", "", "", true, 200, 0, 1000},
                {"", "\"a\"", "", "", true, 304, 0, 0},
                {"", "W/\"a\"", "", "", true, 304, 0, 0},
                {"", "\"b\", \"a\"", "", "", true, 304, 0, 0},
                {"", "*", "", "", true, 304, 0, 0},
                {"", "\"b\"", "", "", true, 200, 0, 1000},
                {"", "a", "", "", true, 200, 0, 1000},
                {"\"a\"", "", "", "", true, 200, 0, 1000},
                {"*", "", "", "", true, 200, 0, 1000},
                {"\"b\"", "", "", "", true, 412, 0, 0},
                {"W/\"a\"", "", "", "", true, 412, 0, 0},
                {"\"b\"", "\"a\"", "", "", true, 412, 0, 0},
                {"", "\"a\"", "", "bytes=0-1", true, 304, 0, 0},
                {"", "", "", "bytes=0-0", true, 206, 0, 1},
                {"", "", "", "bytes=10-19", true, 206, 10, 10},
                {"", "", "", "bytes=990-", true, 206, 990, 10},
                {"", "", "", "bytes=-10", true, 206, 990, 10},
                {"", "", "", "bytes=-5000", true, 206, 0, 1000},
                {"", "", "", "bytes=0-5000", true, 206, 0, 1000},
                {"", "", "", "bytes=1000-", true, 416, 0, 0},
                {"", "", "", "bytes=5000-6000", true, 416, 0, 0},
                {"", "", "", "bytes=-0", true, 416, 0, 0},
                {"", "", "", "bytes=5-1", true, 200, 0, 1000},
                {"", "", "", "bytes=a-b", true, 200, 0, 1000},
                {"", "", "", "bytes=", true, 200, 0, 1000},
                {"", "", "", "bytes=-", true, 200, 0, 1000},
                {"", "", "", "bytes=0-1,3-4", true, 200, 0, 1000},
                {"", "", "", "bytes=99999999999999999999-", true, 200, 0, 1000},
                {"", "", "", "lines=0-1", true, 200, 0, 1000},
                {"", "", "", "bytes=0-1", false, 200, 0, 1000},
                {"", "", "\"a\"", "bytes=0-1", true, 206, 0, 2},
                {"", "", "\"b\"", "bytes=0-1", true, 200, 0, 1000},
                {"", "", "W/\"a\"", "bytes=0-1", true, 200, 0, 1000},
                {"", "", "Sun, 06 Nov 1994 08:49:37 GMT", "bytes=0-1", true, 200, 0, 1000}};
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const lede__conditions c = {lede_str_of(rows[i].match), lede_str_of(rows[i].none),
                                    lede_str_of(rows[i].if_range), lede_str_of(rows[i].range)};
        const lede__choice x = lede__choose_part(&c, rows[i].get, LEDE_STR("\"a\""), 1000);
        print_message("row %zu\n", i);
        assert_int_equal(x.status, rows[i].status);
        assert_int_equal(x.from, rows[i].from);
        assert_int_equal(x.len, rows[i].len);
    }
}

static void nothing_has_no_part(void **state) {
    const lede__conditions c = {.range = LEDE_STR("bytes=0-")};
    (void)state;
    assert_int_equal(lede__choose_part(&c, true, LEDE_STR("\"a\""), 0).status, 416);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_smallest_allowed_coding_is_chosen),
        cmocka_unit_test(conditions_and_ranges_follow_the_rfc),
        cmocka_unit_test(nothing_has_no_part),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
