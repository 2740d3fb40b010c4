/* test_text_slug.c - addresses out of names of every script, and the direction of languages. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "text/slug.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

static void assert_slug(lede_str in, const char *expected) {
    lede_buf b;
    lede_buf_init(&b, 1000);
    lede_buf_adds(&b, "x/");
    lede__slug(&b, in);
    if (strcmp(b.ptr + 2, expected) != 0)
        fail_msg("'%.*s' became '%s', not '%s'", (int)in.len, in.ptr, b.ptr + 2, expected);
    lede_buf_fini(&b);
}

static void names_become_addresses(void **state) {
    (void)state;
    static const char *const rows[][2] = {
        {"Two ministers resign", "two-ministers-resign"},
        {"  --What's  new?! 2024--", "whats-new-2024"},
        {"a_b.c/d\\e", "a-b-c-d-e"},
        {"", "untitled"},
        {"?!", "untitled"},
        {"../../etc/passwd", "etc-passwd"},
        {"a\tb\nc", "a-b-c"},
        {"\xd0\x9c\xd0\xbe\xd1\x81\xd0\xba\xd0\xb2\xd0\xb0", "moskva"},
        {"\xe5\x8c\x97\xe4\xba\xac", "bei-jing"},
        {"\xc5\x81\xc3\xb3"
         "d\xc5\xba Stra\xc3\x9f"
         "e \xc3\x86nima \xc3\x98rsted",
         "lodz-strasse-aenima-orsted"},
        {"L\xe2\x80\x99\xc3\xa9t\xc3\xa9 d\xe2\x80\x99"
         "Anna",
         "lete-danna"},
        {"e\xcc\x81t\xc3\xa9", "ete"},
        {"co\xc2\xad"
         "operate\xe2\x80\x94now",
         "cooperate-now"},
        {"caf\xc3\xa9 \xf0\x9f\x98\x80 bar", "cafe-bar"},
        {"\xf0\x9f\x98\x80", "untitled"},
        {"\xd8\xa3\xd8\xae\xd8\xa8\xd8\xa7\xd8\xb1", "akhbar"},
        {"\xff\xfe", "untitled"},
        {"a\xff"
         "b",
         "a-b"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_slug(lede_str_of(rows[i][0]), rows[i][1]);
    assert_slug((lede_str){NULL, 0}, "untitled");
    assert_slug((lede_str){"a\0b", 3}, "a-b");
}

static void long_names_are_cut_at_a_word(void **state) {
    (void)state;
    char name[100001], expected[300];
    for (size_t i = 0; i < sizeof name; i++)
        name[i] = i % 10 == 9 ? ' ' : 'a';
    for (size_t i = 0; i < sizeof expected; i++)
        expected[i] = i % 10 == 9 ? '-' : 'a';
    expected[249] = '\0'; /* 25 words; the next would end at 259 */
    assert_slug((lede_str){name, sizeof name}, expected);
    name[250] = name[251] = name[252] = name[253] = name[254] = 'b';
    name[255] = ' '; /* a word that ends at exactly 255 stays whole */
    memcpy(expected + 249, "-bbbbb", 7);
    assert_slug((lede_str){name, sizeof name}, expected);
    memset(name, 'w', sizeof name);
    memset(expected, 'w', 255);
    expected[255] = '\0';
    assert_slug((lede_str){name, sizeof name}, expected);
    for (size_t i = 0; i + 3 <= sizeof name; i += 3)
        memcpy(name + i, "\xe5\x8c\x97", 3);
    lede_buf b;
    lede_buf_init(&b, 1000);
    lede__slug(&b, (lede_str){name, sizeof name});
    assert_int_equal(b.len, 255); /* bei-bei-...-bei: 64 of them */
    assert_int_equal(strncmp(b.ptr + b.len - 8, "-bei-bei", 8), 0);
    lede_buf_fini(&b);
}

static void every_short_name_gives_a_plain_address(void **state) {
    (void)state;
    uint32_t random = 7;
    for (int round = 0; round < 20000; round++) {
        char name[16];
        for (size_t i = 0; i < sizeof name; i++) {
            random = random * 1664525 + 1013904223;
            name[i] = (char)(random >> 24);
        }
        lede_buf b;
        lede_buf_init(&b, 300);
        lede__slug(&b, (lede_str){name, random % 17});
        assert_int_equal(lede_buf_status(&b, NULL), LEDE_OK);
        assert_in_range(b.len, 1, 255);
        for (size_t i = 0; i < b.len; i++) {
            const char c = b.ptr[i];
            const bool plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
            const bool joint = c == '-' && i > 0 && i + 1 < b.len && b.ptr[i - 1] != '-';
            assert_true(plain || joint);
        }
        lede_buf_fini(&b);
    }
}

/* The Greek letter sends the second name to ICU. */
static void the_near_letters_are_as_icu_has_them(void **state) {
    (void)state;
    for (uint32_t c = 0xA0; c < 0x2070; c = c == 0x17F ? 0x2010 : c + 1) {
        char sign[4], name[32];
        const int len = (int)lede_utf8_put(sign, c);
        lede_buf near, far;
        lede_buf_init(&near, 1000);
        lede_buf_init(&far, 1000);
        snprintf(name, sizeof name, "x%.*sy", len, sign);
        lede__slug(&near, lede_str_of(name));
        snprintf(name, sizeof name, "x%.*sy \xce\xa9", len, sign);
        lede__slug(&far, lede_str_of(name));
        lede_buf_adds(&near, "-o");
        if (strcmp(near.ptr, far.ptr) != 0)
            fail_msg("U+%04X: '%s' here, '%s' by ICU", c, near.ptr, far.ptr);
        lede_buf_fini(&near);
        lede_buf_fini(&far);
    }
}

static void *slug_often(void *ctx) {
    size_t *right = ctx;
    for (int i = 0; i < 200; i++) {
        lede_buf b;
        lede_buf_init(&b, 100);
        lede__slug(&b, LEDE_STR("\xd0\x9c\xd0\xbe\xd1\x81\xd0\xba\xd0\xb2\xd0\xb0"));
        *right += strcmp(b.ptr, "moskva") == 0;
        lede_buf_fini(&b);
    }
    return NULL;
}

static void any_thread_may_make_them(void **state) {
    (void)state;
    pthread_t threads[4];
    size_t right[4] = {0};
    for (int i = 0; i < 4; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, slug_often, &right[i]), 0);
    for (int i = 0; i < 4; i++) {
        pthread_join(threads[i], NULL);
        assert_int_equal(right[i], 200);
    }
}

static void languages_have_a_direction(void **state) {
    (void)state;
    static const char *const rows[][2] = {
        {"ar", "rtl"},        {"AR-eg", "rtl"},   {"he", "rtl"},
        {"fa-IR", "rtl"},     {"en", "ltr"},      {"en-US", "ltr"},
        {"", "ltr"},          {"arn", "ltr"},     {"az-Arab", "rtl"},
        {"ar-Latn", "ltr"},   {"zh-Hant", "ltr"}, {"pa-arab-PK", "rtl"},
        {"uz_Arab", "rtl"},   {"ur_PK", "rtl"},   {"zh-cmn-Hans", "ltr"},
        {"en-x-arab", "ltr"}, {"x-arab", "ltr"},  {"de-1996", "ltr"},
        {"-", "ltr"},         {"ckb-IQ", "rtl"}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (strcmp(lede__lang_dir(lede_str_of(rows[i][0])), rows[i][1]) != 0)
            fail_msg("'%s' is not %s", rows[i][0], rows[i][1]);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_become_addresses),
        cmocka_unit_test(long_names_are_cut_at_a_word),
        cmocka_unit_test(every_short_name_gives_a_plain_address),
        cmocka_unit_test(the_near_letters_are_as_icu_has_them),
        cmocka_unit_test(any_thread_may_make_them),
        cmocka_unit_test(languages_have_a_direction),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
