/* test_base_escape.c - UTF-8 and escaping, byte for byte against slow and plain oracles. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "lede/text.h"

#include <stdio.h>
#include <stdlib.h>

typedef void escape(lede_buf *b, lede_str s);

static void assert_escaped(escape *fn, lede_str in, const char *expected) {
    lede_buf b;
    lede_buf_init(&b, LEDE_BUF_MAX);
    fn(&b, in);
    if (!lede_str_is(lede_buf_str(&b), expected))
        fail_msg("'%.*s' became '%s', not '%s'", (int)in.len, in.ptr, b.ptr, expected);
    lede_buf_fini(&b);
}

static void each_target_escapes_what_it_must(void **state) {
    (void)state;
    static const struct {
        escape *fn;
        const char *in, *out;
    } rows[] = {
        {lede_escape_html, "a<b>&\"'\xc3\xa9", "a&lt;b&gt;&amp;\"'\xc3\xa9"},
        {lede_escape_html, "<<", "&lt;&lt;"},
        {lede_escape_attr, "a<b>&\"'\n", "a&lt;b&gt;&amp;&quot;&#39;\n"},
        {lede_escape_xml, "\x01\x02<\x0b>\t\n\r\x7f", "&lt;&gt;\t\n\r\x7f"},
        {lede_escape_xml, "a\xef\xbf\xbe\xef\xbf\xbf\xef\xbf\xbd\xef\xbb\xbf",
         "a\xef\xbf\xbd\xef\xbb\xbf"},
        {lede_escape_xml, "\xef", "\xef"},
        {lede_escape_json, "\"\\/\b\f\n\r\t\x01\x1f", "\\\"\\\\/\\b\\f\\n\\r\\t\\u0001\\u001f"},
        {lede_escape_json, "</script>&", "\\u003c/script\\u003e\\u0026"},
        {lede_escape_json, "\xe2\x80\xa8\xe2\x80\xa9\xe2\x80\xaa\xe2\x82\xac",
         "\\u2028\\u2029\xe2\x80\xaa\xe2\x82\xac"},
        {lede_escape_json, "\xe2", "\xe2"},
        {lede_escape_url, "a-b.c_d~e/f g\xc3\xa9?&=+", "a-b.c_d~e%2Ff%20g%C3%A9%3F%26%3D%2B"},
        {lede_escape_path, "a-b.c_d~e/f g\xc3\xa9", "a-b.c_d~e/f%20g%C3%A9"},
        {lede_escape_html, "", ""},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_escaped(rows[i].fn, lede_str_of(rows[i].in), rows[i].out);
    assert_escaped(lede_escape_xml, (lede_str){"a\0b", 3}, "ab");
    assert_escaped(lede_escape_json, (lede_str){"a\0b", 3}, "a\\u0000b");
    assert_escaped(lede_escape_html, (lede_str){NULL, 0}, "");
}

static bool is_unreserved(int c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           (c && strchr("-._~", c));
}

static void every_byte_is_looked_up_rightly(void **state) {
    (void)state;
    for (int c = 1; c < 256; c++) {
        const char in[] = {'x', (char)c, 'y', '\0'};
        char out[40], byte[8];
        snprintf(byte, sizeof byte, is_unreserved(c) ? "%c" : "%%%02X", c);
        snprintf(out, sizeof out, "x%sy", byte);
        assert_escaped(lede_escape_url, lede_str_of(in), out);
        if (c == '/')
            snprintf(out, sizeof out, "x/y");
        assert_escaped(lede_escape_path, lede_str_of(in), out);

        const char *entity = c == '<' ? "&lt;" : c == '>' ? "&gt;" : c == '&' ? "&amp;" : NULL;
        snprintf(byte, sizeof byte, "%c", c);
        snprintf(out, sizeof out, "x%sy", entity ? entity : byte);
        assert_escaped(lede_escape_html, lede_str_of(in), out);
        const char *quote = c == '"' ? "&quot;" : c == '\'' ? "&#39;" : entity;
        snprintf(out, sizeof out, "x%sy", quote ? quote : byte);
        assert_escaped(lede_escape_attr, lede_str_of(in), out);
        if (c < 32 && !strchr("\t\n\r", c))
            snprintf(out, sizeof out, "xy");
        assert_escaped(lede_escape_xml, lede_str_of(in), out);
    }
}

static void escaping_stops_at_the_limit(void **state) {
    (void)state;
    lede_buf b;
    lede_buf_init(&b, 6);
    lede_escape_html(&b, LEDE_STR("ab<<<<"));
    assert_int_equal(lede_buf_status(&b, NULL), LEDE_ELIMIT);
    assert_string_equal(b.ptr, "ab&lt;");
    lede_buf_fini(&b);
}

/* Writes c as UTF-8 would be written if nothing were forbidden, in a form of n bytes. */
static size_t raw_form(char *out, uint32_t c, size_t n) {
    static const unsigned char lead[] = {0, 0x00, 0xC0, 0xE0, 0xF0};
    for (size_t i = n; i-- > 1; c >>= 6)
        out[i] = (char)(0x80 | (c & 0x3F));
    out[0] = (char)(lead[n] | c);
    return n;
}

static void all_characters_survive_and_no_other_form_does(void **state) {
    (void)state;
    for (uint32_t c = 1; c < 0x120000; c += c < 0x3000 || (c > 0xD000 && c < 0x10100) ? 1 : 61) {
        const size_t shortest = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
        const bool good = c <= 0x10FFFF && !(c >= 0xD800 && c < 0xE000);
        for (size_t n = shortest; n <= 4; n++) {
            char raw[4];
            const lede_str s = {raw, raw_form(raw, c, n)};
            const bool expected = good && n == shortest;
            if (lede_utf8_valid(s, NULL) != expected)
                fail_msg("U+%04X in %zu bytes", c, n);
            size_t i = 0;
            assert_int_equal(lede_utf8_next(s, &i), expected ? c : 0xFFFD);
            assert_int_equal(i, expected ? n : 1);
        }
        char put[4], raw[4];
        const size_t n = lede_utf8_put(put, c);
        if (good)
            assert_int_equal(n, raw_form(raw, c, shortest));
        if (good)
            assert_memory_equal(put, raw, n);
        else
            assert_memory_equal(put, "\xef\xbf\xbd", 3);
    }
}

static void the_first_bad_byte_is_found_at_any_distance(void **state) {
    (void)state;
    static const char *const bad[] = {"\x80",         "\xc3", "\xe2\x82",
                                      "\xf0\x9f\x98", "\xff", "\xc0\x80"};
    for (size_t at = 0; at < 40; at++) {
        for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
            char text[64];
            memset(text, 'a', sizeof text);
            memcpy(text + at, bad[i], strlen(bad[i]));
            size_t found = 99;
            assert_false(lede_utf8_valid((lede_str){text, at + strlen(bad[i])}, &found));
            assert_int_equal(found, at);
            assert_false(lede_utf8_valid((lede_str){text, sizeof text}, &found));
            assert_int_equal(found, at);
        }
        char text[64];
        memset(text, 'a', sizeof text);
        text[at] = '\0';
        size_t found = 99;
        assert_false(lede_utf8_valid((lede_str){text, sizeof text}, &found));
        assert_int_equal(found, at);
    }
    assert_true(lede_utf8_valid((lede_str){NULL, 0}, NULL));
}

static void a_cut_never_splits_a_character(void **state) {
    (void)state;
    const lede_str s = LEDE_STR("a\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80z");
    static const size_t expected[] = {0, 1, 1, 3, 3, 3, 6, 6, 6, 6, 10, 11, 11, 11};
    for (size_t max = 0; max < sizeof expected / sizeof *expected; max++)
        assert_int_equal(lede_utf8_cut(s, max), expected[max]);
    assert_int_equal(lede_utf8_cut(LEDE_STR("\x80\x80\x80\x80\x80\x80\x80\x80"), 6), 6);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_target_escapes_what_it_must),
        cmocka_unit_test(every_byte_is_looked_up_rightly),
        cmocka_unit_test(escaping_stops_at_the_limit),
        cmocka_unit_test(all_characters_survive_and_no_other_form_does),
        cmocka_unit_test(the_first_bad_byte_is_found_at_any_distance),
        cmocka_unit_test(a_cut_never_splits_a_character),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
