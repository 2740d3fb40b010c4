/* test_article_excerpt.c - cutting at words, counting words. */
#include "article_test.h"

#include "article/front.h"

static void excerpts_are_cut_at_a_word(void **state) {
    (void)state;
    static const struct {
        const char *text;
        size_t max;
        const char *expected;
    } CASES[] = {
        {"one two three", 13, "one two three"},
        {"one two three", 12, "one two..."},
        {"one two three", 8, "one two..."},
        {"one two three", 7, "one two..."},
        {"one two three", 6, "one..."},
        {"  one \n\t two  ", 7, "one two"},
        {"one, two three", 8, "one, two..."},
        {"one, two three", 6, "one..."},
        {"overlongword here", 4, "over..."},
        {"", 5, ""},
        {"   ", 5, ""},
        {"abc", 0, "..."},
        {"d\xc3\xa9j\xc3\xa0 vu encore", 7, "d\xc3\xa9j\xc3\xa0 vu..."},
        {"\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9", 2, "\xc3\xa9\xc3\xa9..."},
        {"e\xcc\x81"
         "e\xcc\x81 x",
         3,
         "e\xcc\x81"
         "e\xcc\x81..."}, /* marks stay with their letter */
        {"iPhone \xe4\xb8\xad\xe6\x96\x87\xe6\x96\xb0\xe9\x97\xbb", 9,
         "iPhone \xe4\xb8\xad\xe6\x96\x87..."},
        {"a\xe3\x80\x80"
         "b",
         3, "a b"},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        lede_buf b;
        lede_buf_init(&b, 1 << 16);
        lede_buf_adds(&b, "x, ");
        lede_excerpt(&b, lede_str_of(CASES[i].text), CASES[i].max, LEDE_STR("..."));
        if (strcmp(b.ptr + 3, CASES[i].expected) != 0)
            fail_msg("'%s' at %zu gives '%s', expected '%s'", CASES[i].text, CASES[i].max,
                     b.ptr + 3, CASES[i].expected);
        lede_buf_fini(&b);
    }
}

/* Of scripts without blanks: words are whole, and 新闻 is one. */
static void words_without_blanks_stay_whole(void **state) {
    (void)state;
    static const struct {
        const char *text;
        size_t max;
        const char *expected;
    } CASES[] = {
        {"中文新闻", 4, "中文新闻"},
        {"中文新闻", 3, "中文..."},
        {"中文新闻", 2, "中文..."},
        {"中文新闻", 1, "中..."}, /* one word, and longer than what is allowed */
        {"部长们昨天通了电话，会谈将继续", 8, "部长们昨天通了..."},
        {"部长们昨天通了电话，会谈将继续", 11, "部长们昨天通了电话..."},
        {"新闻，新闻", 4, "新闻..."},
        {"彼は「東京タワー」を見た", 5, "彼は..."},
        {"東京タワーを見た人々", 9, "東京タワーを見た..."},
        {"iPhone新闻", 7, "iPhone..."},
        {"新闻iPhone", 5, "新闻..."},
        {"สวัสดีชาวโลก", 9, "สวัสดีชาว..."},
        {"สวัสดีชาวโลก", 8, "สวัสดี..."},
        {"ข่าว วันนี้ มาแล้ว", 9, "ข่าว วันนี้..."}, /* marks stay with their letter */
        {"ข่าว วันนี้ มาแล้ว", 8, "ข่าว วัน..."},
        {"ข่าว วันนี้ มาแล้ว", 6, "ข่าว..."},
        {"ກຳລັງອ່ານຂ່າວ", 11, "ກຳລັງອ່ານ..."},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        lede_buf b;
        lede_buf_init(&b, 1 << 16);
        lede_excerpt(&b, lede_str_of(CASES[i].text), CASES[i].max, LEDE_STR("..."));
        if (strcmp(b.ptr, CASES[i].expected) != 0)
            fail_msg("'%s' at %zu gives '%s', expected '%s'", CASES[i].text, CASES[i].max, b.ptr,
                     CASES[i].expected);
        lede_buf_fini(&b);
    }
}

/* A chapter without a blank: bounded work, and never half a character. */
static void long_runs_are_cut_all_the_same(void **state) {
    (void)state;
    lede_buf text, b;
    lede_buf_init(&text, 1 << 20);
    lede_buf_init(&b, 1 << 20);
    for (int i = 0; i < 20000; i++)
        lede_buf_adds(&text, i % 7 ? "新闻" : "𠀀กำ");
    for (size_t max = 1; max < 40000; max += 977) {
        lede_buf_clear(&b);
        lede_excerpt(&b, lede_buf_str(&text), max, LEDE_STR("..."));
        assert_true(lede_utf8_valid(lede_buf_str(&b), NULL));
        assert_true(b.len > 3);
    }
    lede_buf_fini(&b);
    lede_buf_fini(&text);
}

static void a_full_buffer_is_told_and_no_crash(void **state) {
    (void)state;
    for (size_t limit = 0; limit < 24; limit++) {
        lede_buf b;
        lede_buf_init(&b, limit);
        lede_excerpt(&b, LEDE_STR("one two three four"), 12, LEDE_STR("..."));
        assert_true(b.len <= limit);
        if (lede_buf_status(&b, NULL) == LEDE_OK)
            assert_string_equal(b.ptr, "one two...");
        lede_buf_fini(&b);
    }
}

static void words_are_counted(void **state) {
    (void)state;
    static const struct {
        const char *text;
        uint32_t words;
    } CASES[] = {
        {"", 0},
        {"one", 1},
        {" one  two\nthree ", 3},
        {"don't stop", 2},
        {"-- # * one", 1},
        {"a -- b", 2},
        {"\xc3\xa9t\xc3\xa9 fini", 2},
        {"\xe4\xb8\xad\xe6\x96\x87", 2},
        {"3.5 %", 1},
        {"\xe4", 1},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++)
        assert_int_equal(lede__count_words(lede_str_of(CASES[i].text)), CASES[i].words);
}

static void plain_scalars_follow_the_core_schema(void **state) {
    (void)state;
    static const struct {
        const char *text;
        lede_kind kind;
    } CASES[] = {
        {"", LEDE_NULL},
        {"~", LEDE_NULL},
        {"null", LEDE_NULL},
        {"Null", LEDE_NULL},
        {"NULL", LEDE_NULL},
        {"nULL", LEDE_TEXT},
        {"NUll", LEDE_TEXT},
        {"true", LEDE_BOOL},
        {"False", LEDE_BOOL},
        {"TRUE", LEDE_BOOL},
        {"tRUE", LEDE_TEXT},
        {"yes", LEDE_TEXT},
        {"NO", LEDE_TEXT},
        {"on", LEDE_TEXT},
        {"n", LEDE_TEXT},
        {"0", LEDE_INT},
        {"-12", LEDE_INT},
        {"+7", LEDE_INT},
        {"007", LEDE_INT},
        {"0x1F", LEDE_INT},
        {"0o17", LEDE_INT},
        {"0o8", LEDE_TEXT},
        {"-0x1", LEDE_TEXT},
        {"1_000", LEDE_TEXT},
        {"12:30", LEDE_TEXT},
        {"1.5", LEDE_FLOAT},
        {".5", LEDE_FLOAT},
        {"1.", LEDE_FLOAT},
        {"1e3", LEDE_FLOAT},
        {"-1.5E-3", LEDE_FLOAT},
        {"1e", LEDE_TEXT},
        {".", LEDE_TEXT},
        {"-", LEDE_TEXT},
        {"+", LEDE_TEXT},
        {"-.", LEDE_TEXT},
        {".inf", LEDE_FLOAT},
        {"-.INF", LEDE_FLOAT},
        {".NaN", LEDE_FLOAT},
        {"-.nan", LEDE_TEXT},
        {"inf", LEDE_TEXT},
        {"2024-04-03", LEDE_TEXT},
        {"99999999999999999999", LEDE_TEXT},
        {"9223372036854775807", LEDE_INT},
        {"1.2.3", LEDE_TEXT},
        {"nothing", LEDE_TEXT},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        lede_value v = {.text = lede_str_of(CASES[i].text)};
        lede__yaml_resolve(&v);
        if (v.kind != CASES[i].kind)
            fail_msg("'%s' is a %s", CASES[i].text, lede_kind_name(v.kind));
    }
    lede_value v = {.text = LEDE_STR("0x1F")};
    lede__yaml_resolve(&v);
    assert_true(v.integer == 31);
    v.text = LEDE_STR("0o17");
    lede__yaml_resolve(&v);
    assert_true(v.integer == 15);
    v.text = LEDE_STR("010");
    lede__yaml_resolve(&v);
    assert_true(v.integer == 10);
    assert_str(v.text, "010");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(excerpts_are_cut_at_a_word),
        cmocka_unit_test(words_without_blanks_stay_whole),
        cmocka_unit_test(long_runs_are_cut_all_the_same),
        cmocka_unit_test(a_full_buffer_is_told_and_no_crash),
        cmocka_unit_test(words_are_counted),
        cmocka_unit_test(plain_scalars_follow_the_core_schema),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
