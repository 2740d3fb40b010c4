/* test_codec_json.c - strict reading, canonical writing, fingerprints with published values. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "codec/hash.h"
#include "lede/value.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

/* Reads and writes again; the exact size shows reads behind the end. */
static lede_status again(lede_str in, lede_buf *out, lede_error *err) {
    lede_arena arena;
    lede_arena_init(&arena, 1 << 24);
    char *exact = malloc(in.len ? in.len : 1);
    assert_non_null(exact);
    if (in.len)
        memcpy(exact, in.ptr, in.len);
    lede_value v;
    lede_status status = lede_json_read(&arena, (lede_str){exact, in.len}, &v, err);
    free(exact);
    if (!status)
        lede_json_write(out, &v);
    lede_arena_fini(&arena);
    return status;
}

static void values_come_back_in_one_form(void **state) {
    (void)state;
    static const char *const rows[][2] = {
        {"null", "null"},
        {" true ", "true"},
        {"[false , 1,\n-2]", "[false,1,-2]"},
        {"{\"b\":1,\"a\":{\"z\":[],\"y\":{}}}", "{\"a\":{\"y\":{},\"z\":[]},\"b\":1}"},
        {"{\"\\u00e9\":1,\"z\":2,\"Z\":3}", "{\"Z\":3,\"z\":2,\"\xc3\xa9\":1}"},
        {"{\"a\":1,\"\":2,\"aa\":3}", "{\"\":2,\"a\":1,\"aa\":3}"},
        {"\"a\\u003c\\/\\ud83d\\ude00\\n\"", "\"a\\u003c/\xf0\x9f\x98\x80\\n\""},
        {"9223372036854775807", "9223372036854775807"},
        {"-9223372036854775808", "-9223372036854775808"},
        {"1.0", "1.0"},
        {"-0.0", "-0.0"},
        {"1e20", "1e20"},
        {"1E-7", "1e-7"},
        {"0.1", "0.1"},
        {"5e-324", "5e-324"},
        {"1.7976931348623157e308", "1.7976931348623157e308"},
        {"123456789012345.6", "123456789012345.6"},
        {"\"\"", "\"\""},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        lede_buf out;
        lede_error err = {0};
        lede_buf_init(&out, 1 << 20);
        if (again(lede_str_of(rows[i][0]), &out, &err))
            fail_msg("%s: %s", rows[i][0], err.message);
        if (strcmp(out.ptr, rows[i][1]) != 0)
            fail_msg("%s became %s", rows[i][0], out.ptr);
        lede_buf_fini(&out);
    }
}

static void what_is_not_json_is_refused_with_its_place(void **state) {
    (void)state;
    static const char *const rows[] = {"",
                                       " ",
                                       "{",
                                       "[1,]",
                                       "{\"a\":1,}",
                                       "{'a':1}",
                                       "1 2",
                                       "nul",
                                       "01",
                                       "+1",
                                       ".5",
                                       "1.",
                                       "NaN",
                                       "Infinity",
                                       "// x\n1",
                                       "\"\t\"",
                                       "\"\\x\"",
                                       "\"\\ud800\"",
                                       "\"\\u0000\"",
                                       "\xef\xbb\xbf"
                                       "1",
                                       "{\"a\":1,\"a\":2}",
                                       "\"\xff\"",
                                       "\"\xc0\x80\"",
                                       "\"\xed\xa0\x80\"",
                                       "\"abc",
                                       "9223372036854775808",
                                       "-9223372036854775809",
                                       "1e999"};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        lede_buf out;
        lede_error err = {0};
        lede_buf_init(&out, 1000);
        if (again(lede_str_of(rows[i]), &out, &err) != LEDE_EFORMAT)
            fail_msg("'%s' gives %s", rows[i], out.ptr);
        assert_int_equal(strncmp(err.message, "json: ", 6), 0);
        lede_buf_fini(&out);
    }
    lede_error err = {0};
    assert_int_equal(again(LEDE_STR("{\n \"a\": 1,\n \"b\": x}"), NULL, &err), LEDE_EFORMAT);
    assert_int_equal(err.line, 3);
    assert_int_equal(again((lede_str){"1\0", 2}, NULL, &err), LEDE_EFORMAT);
    assert_int_equal(again((lede_str){NULL, 0}, NULL, &err), LEDE_EFORMAT);
}

/* n lists in one another. */
static lede_status nested(size_t n, lede_buf *out) {
    lede_buf in;
    lede_buf_init(&in, 1 << 22);
    for (size_t i = 0; i < n; i++)
        lede_buf_addc(&in, '[');
    for (size_t i = 0; i < n; i++)
        lede_buf_addc(&in, ']');
    const lede_status status = again(lede_buf_str(&in), out, NULL);
    lede_buf_fini(&in);
    return status;
}

static void depth_ends_at_128(void **state) {
    (void)state;
    lede_buf out;
    lede_buf_init(&out, 1000);
    assert_int_equal(nested(128, &out), LEDE_OK);
    assert_int_equal(out.len, 256);
    assert_int_equal(nested(129, &out), LEDE_ELIMIT);
    assert_int_equal(nested(5000, &out), LEDE_ELIMIT);
    assert_int_equal(nested(1000000, &out), LEDE_ELIMIT);
    lede_buf_fini(&out);
}

static void a_full_arena_is_out_of_memory(void **state) {
    (void)state;
    static const char *const rows[] = {"\"a longer text than the arena has\"", "[1,2,3,4,5,6,7,8]",
                                       "{\"a\":{\"b\":{\"c\":1}},\"d\":[\"x\",\"y\"]}"};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        size_t limit = 0;
        lede_status status = LEDE_ENOMEM;
        for (; status && limit < 4096; limit += 8) {
            lede_arena arena;
            lede_value v = {.kind = LEDE_BOOL};
            lede_arena_init(&arena, limit);
            status = lede_json_read(&arena, lede_str_of(rows[i]), &v, NULL);
            if (status)
                assert_int_equal(status, LEDE_ENOMEM);
            if (status)
                assert_int_equal(v.kind, LEDE_BOOL);
            lede_arena_fini(&arena);
        }
        assert_int_equal(status, LEDE_OK);
        assert_true(limit > 8);
    }
}

static void floats_have_the_shortest_text_that_reads_back(void **state) {
    (void)state;
    uint64_t bits = 88172645463325252u;
    for (int i = 0; i < 200000; i++) {
        bits ^= bits << 13, bits ^= bits >> 7, bits ^= bits << 17;
        double x;
        memcpy(&x, &bits, sizeof x);
        if (!isfinite(x))
            continue;
        lede_buf out;
        lede_buf_init(&out, 100);
        lede_json_write(&out, &(lede_value){.kind = LEDE_FLOAT, .number = x});
        if (strtod(out.ptr, NULL) != x)
            fail_msg("%.17g became %s", x, out.ptr);
        char shorter[40]; /* one digit fewer must not do */
        int digits = 0;
        for (const char *p = out.ptr; *p && *p != 'e'; p++)
            digits += *p >= '0' && *p <= '9';
        if (digits > 2 && !strchr(out.ptr, '.'))
            digits++;
        snprintf(shorter, sizeof shorter, "%.*e", digits - 2 > 0 ? digits - 2 : 0, x);
        if (digits > 2 && i % 16 == 0 && strchr(out.ptr, '.') && strncmp(out.ptr, "0.", 2) != 0 &&
            strncmp(out.ptr, "-0.", 3) != 0 && !strstr(out.ptr, ".0") && strtod(shorter, NULL) == x)
            fail_msg("%s would do for %s", shorter, out.ptr);
        lede_buf_fini(&out);
    }
}

static void a_script_s_odd_values_are_written_safely(void **state) {
    (void)state;
    lede_buf out;
    lede_buf_init(&out, 100000);
    lede_json_write(&out, &(lede_value){.kind = LEDE_FLOAT, .number = NAN});
    lede_json_write(&out, &(lede_value){.kind = LEDE_FLOAT, .number = -INFINITY});
    assert_string_equal(out.ptr, "nullnull");
    lede_buf_clear(&out);

    lede_pair pairs[100]; /* many keys, two of them equal: the first stays first */
    char names[100][8];
    for (int i = 0; i < 100; i++) {
        snprintf(names[i], sizeof names[i], "k%02d", (i * 37) % 99);
        pairs[i] =
            (lede_pair){.key = lede_str_of(names[i]), .value = {.kind = LEDE_INT, .integer = i}};
    }
    const lede_value map = {.kind = LEDE_MAP, .map = {pairs, 100}};
    lede_json_write(&out, &map);
    assert_int_equal(strncmp(out.ptr, "{\"k00\":0,\"k00\":99,\"k01\":", 24), 0);
    assert_int_equal(pairs[1].value.integer, 1); /* the map itself is as it was */
    lede_buf_clear(&out);

    static lede_value chain[2000];
    for (int i = 0; i < 1999; i++)
        chain[i] = (lede_value){.kind = LEDE_LIST, .list = {&chain[i + 1], 1}};
    lede_json_write(&out, &chain[0]);
    assert_int_equal(lede_buf_status(&out, NULL), LEDE_ELIMIT);
    lede_buf_fini(&out);
}

static void fingerprints_have_their_published_values(void **state) {
    (void)state;
    unsigned char sha[32];
    char hex[65];
    lede__sha256((lede_str){NULL, 0}, sha);
    lede__hex(sha, 32, hex);
    assert_string_equal(hex, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    lede__sha256(LEDE_STR("abc"), sha);
    lede__hex(sha, 32, hex);
    assert_string_equal(hex, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    lede__hex(sha, 0, hex);
    assert_string_equal(hex, "");
    assert_true(lede__xxh64((lede_str){NULL, 0}, 0) == UINT64_C(0x2D06800538D394C2));
    assert_true(lede__xxh64(LEDE_STR("a"), 0) != lede__xxh64(LEDE_STR("a"), 1));
    assert_true(lede__xxh64(LEDE_STR("a"), 0) != lede__xxh64(LEDE_STR("b"), 0));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_come_back_in_one_form),
        cmocka_unit_test(what_is_not_json_is_refused_with_its_place),
        cmocka_unit_test(depth_ends_at_128),
        cmocka_unit_test(a_full_arena_is_out_of_memory),
        cmocka_unit_test(floats_have_the_shortest_text_that_reads_back),
        cmocka_unit_test(a_script_s_odd_values_are_written_safely),
        cmocka_unit_test(fingerprints_have_their_published_values),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
