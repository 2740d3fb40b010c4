/* test_base_text.c - slices, buffers, errors, arenas, values, paths. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/path.h"
#include "lede/value.h"

#include <stdio.h>
#include <stdlib.h>

static void assert_text(lede_str got, const char *expected) {
    if (!lede_str_is(got, expected))
        fail_msg("got '%.*s', expected '%s'", (int)got.len, got.ptr ? got.ptr : "", expected);
}

static void slices_are_compared_trimmed_and_searched(void **state) {
    (void)state;
    assert_true(lede_str_starts(LEDE_STR("abc"), "ab"));
    assert_true(lede_str_starts(LEDE_STR("abc"), ""));
    assert_false(lede_str_starts(LEDE_STR("a"), "ab"));
    assert_true(lede_str_ends(LEDE_STR("a.md"), ".md"));
    assert_false(lede_str_ends(LEDE_STR("md"), ".md"));
    assert_true(lede_str_starts((lede_str){NULL, 0}, ""));
    assert_int_equal(lede_str_cmp(LEDE_STR("a"), LEDE_STR("ab")), -1);
    assert_int_equal(lede_str_cmp(LEDE_STR("b"), LEDE_STR("ab")), 1);
    assert_int_equal(lede_str_cmp(LEDE_STR("\xff"), LEDE_STR("a")), 1);
    assert_int_equal(lede_str_cmp(LEDE_STR("ab"), LEDE_STR("ab")), 0);
    assert_int_equal(lede_str_cmp((lede_str){NULL, 0}, LEDE_STR("")), 0);
    assert_true(lede_str_eq_nocase(LEDE_STR("UtC"), LEDE_STR("uTc")));
    assert_false(lede_str_eq_nocase(LEDE_STR("["), LEDE_STR("{")));
    assert_text(lede_str_trim(LEDE_STR(" \t\r\n a b \v\f")), "a b");
    assert_text(lede_str_trim(LEDE_STR("  ")), "");
    assert_text(lede_str_sub(LEDE_STR("abc"), 1), "bc");
    assert_text(lede_str_sub(LEDE_STR("abc"), 9), "");
    assert_int_equal(lede_str_find(LEDE_STR("abcabc"), 'c', 3), 5);
    assert_int_equal(lede_str_find(LEDE_STR("abc"), 'x', 0), 3);
    assert_int_equal(lede_str_find((lede_str){NULL, 0}, 'x', 0), 0);
    assert_int_equal(lede_str_search(LEDE_STR("aaab"), LEDE_STR("aab"), 0), 1);
    assert_int_equal(lede_str_search(LEDE_STR("abab"), LEDE_STR("ab"), 1), 2);
    assert_true(lede_str_search(LEDE_STR("abab"), LEDE_STR("abc"), 0) == (size_t)-1);
    assert_int_equal(lede_str_search(LEDE_STR("ab"), LEDE_STR(""), 2), 2);
    assert_true(lede_str_search(LEDE_STR("ab"), LEDE_STR(""), 3) == (size_t)-1);
}

static void a_buffer_grows_and_stays_terminated(void **state) {
    (void)state;
    lede_buf b;
    lede_buf_init(&b, LEDE_BUF_MAX);
    assert_string_equal(b.ptr, "");
    lede_buf_addn(&b, NULL, 0);
    assert_string_equal(b.ptr, "");
    for (int i = 0; i < 1000; i++) {
        lede_buf_addc(&b, (char)('a' + i % 26));
        assert_int_equal(b.ptr[b.len], 0);
        assert_int_equal(b.len, i + 1);
    }
    for (int i = 0; i < 1000; i++)
        assert_int_equal(b.ptr[i], 'a' + i % 26);
    lede_buf_clear(&b);
    lede_buf_addf(&b, "%d-%s", 7, "x");
    lede_buf_adds(&b, NULL);
    assert_text(lede_buf_str(&b), "7-x");
    char wide[400];
    memset(wide, 'w', sizeof wide);
    wide[sizeof wide - 1] = '\0';
    lede_buf_addf(&b, "<%s>", wide);
    assert_int_equal(b.len, 3 + 401);
    assert_int_equal(b.ptr[b.len - 1], '>');
    char *room = lede_buf_room(&b, 5000);
    assert_non_null(room);
    memset(room, 'r', 5000);
    lede_buf_seal(&b, 2);
    assert_string_equal(b.ptr + b.len - 3, ">rr");
    lede_buf_fini(&b);
    lede_buf_fini(&b);
    assert_string_equal(b.ptr, "");
    assert_int_equal(lede_buf_status(&b, NULL), LEDE_OK);
}

static void a_buffer_holds_exactly_its_limit_and_then_refuses_for_good(void **state) {
    (void)state;
    lede_buf b;
    lede_error err = {0};
    lede_buf_init(&b, 10);
    lede_buf_adds(&b, "0123456789");
    assert_int_equal(lede_buf_status(&b, &err), LEDE_OK);
    lede_buf_addc(&b, 'x');
    assert_int_equal(lede_buf_status(&b, &err), LEDE_ELIMIT);
    assert_non_null(strstr(err.message, "10 bytes"));
    assert_text(lede_buf_str(&b), "0123456789");
    b.len = 2; /* even where there would be room again */
    lede_buf_addc(&b, 'x');
    lede_buf_addf(&b, "%d", 1);
    assert_null(lede_buf_room(&b, 1));
    assert_int_equal(b.len, 2);
    lede_buf_clear(&b);
    lede_buf_addf(&b, "%s", "0123456789");
    assert_int_equal(lede_buf_status(&b, NULL), LEDE_OK);
    lede_buf_addf(&b, "%d", 1);
    assert_int_equal(lede_buf_status(&b, NULL), LEDE_ELIMIT);
    lede_buf_fini(&b);
    lede_buf_init(&b, 0);
    lede_buf_addc(&b, 'x');
    assert_int_equal(lede_buf_status(&b, NULL), LEDE_ELIMIT);
    lede_buf_clear(&b);
    assert_null(lede_buf_room(&b, SIZE_MAX));
    lede_buf_fini(&b);
}

static void messages_keep_their_place_and_end_at_a_character(void **state) {
    (void)state;
    lede_error err = {0};
    assert_int_equal(lede_fail(NULL, LEDE_EIO, "x"), LEDE_EIO);
    assert_int_equal(lede_fail_in(NULL, LEDE_EIO, "x"), LEDE_EIO);
    assert_int_equal(lede_fail_at(&err, LEDE_EFORMAT, 3, 9, "bad %s", "yaml"), LEDE_EFORMAT);
    assert_int_equal(lede_fail_in(&err, LEDE_EFORMAT, "a.md"), LEDE_EFORMAT);
    assert_string_equal(err.message, "a.md: bad yaml");
    assert_int_equal(err.line, 3);
    assert_int_equal(err.column, 9);
    assert_int_equal(lede_fail(&err, LEDE_EIO, "again: %s", err.message), LEDE_EIO);
    assert_string_equal(err.message, "again: a.md: bad yaml");
    assert_int_equal(err.line, 0);

    char accents[3001];
    for (int shift = 0; shift < 3; shift++) { /* the cut falls on each byte of a character */
        memset(accents, 'a', (size_t)shift);
        for (int i = shift; i + 2 < 3000; i += 3)
            memcpy(accents + i, "\xe2\x82\xac", 4);
        (void)lede_fail(&err, LEDE_EIO, "%s", accents);
        assert_true(lede_utf8_valid(lede_str_of(err.message), NULL));
        assert_in_range(strlen(err.message), LEDE_MESSAGE_MAX - 4, LEDE_MESSAGE_MAX - 1);
        (void)lede_fail_in(&err, LEDE_EIO, "x%.*s", shift, "yz");
        assert_true(lede_utf8_valid(lede_str_of(err.message), NULL));
        (void)lede_fail_in(&err, LEDE_EIO, "%s", accents);
        assert_true(lede_utf8_valid(lede_str_of(err.message), NULL));
    }
}

static void every_status_has_a_name_of_its_own(void **state) {
    (void)state;
    for (int a = LEDE_OK; a <= LEDE_ECANCELED; a++) {
        assert_string_not_equal(lede_status_name((lede_status)a), "unknown");
        for (int b = LEDE_OK; b < a; b++)
            assert_string_not_equal(lede_status_name((lede_status)a),
                                    lede_status_name((lede_status)b));
    }
    assert_string_equal(lede_status_name((lede_status)99), "unknown");
    assert_true(lede_status_retryable(LEDE_EBUSY));
    assert_false(lede_status_retryable(LEDE_EFORMAT));
}

static void an_arena_gives_aligned_memory_up_to_its_limit(void **state) {
    (void)state;
    lede_arena a;
    lede_arena_init(&a, 1 << 20);
    unsigned char *before = NULL;
    for (size_t n = 0; n < 600; n++) {
        unsigned char *p = lede_arena_take(&a, n);
        assert_non_null(p);
        assert_int_equal((uintptr_t)p % _Alignof(max_align_t), 0);
        assert_ptr_not_equal(p, before);
        memset(p, 0xAA, n);
        const lede_str s = lede_arena_copy(&a, LEDE_STR("odd"));
        assert_text(s, "odd");
        assert_int_equal(s.ptr[3], 0);
        before = p;
    }
    const unsigned char *zero = lede_arena_zero(&a, 5000);
    for (int i = 0; i < 5000; i++)
        assert_int_equal(zero[i], 0);
    assert_string_equal(lede_arena_printf(&a, "%d/%s", 4, "x"), "4/x");
    assert_in_range(a.total, 1, 1 << 20);
    assert_null(lede_arena_take(&a, 1 << 20));
    assert_null(lede_arena_take(&a, SIZE_MAX));
    assert_null(lede_arena_take(&a, SIZE_MAX / 2));
    assert_non_null(lede_arena_take(&a, 16)); /* a refusal is not for good */
    lede_arena_reset(&a);
    assert_in_range(a.total, 1, 1 << 18);
    assert_non_null(lede_arena_take(&a, 100));
    lede_arena_fini(&a);
    lede_arena_fini(&a);
    assert_int_equal(a.total, 0);
}

static void a_small_arena_uses_its_limit_well(void **state) {
    (void)state;
    lede_arena a;
    lede_arena_init(&a, 10000);
    size_t got = 0;
    while (lede_arena_take(&a, 64))
        got += 64;
    assert_in_range(got, 9000, 10000);
    assert_null(
        lede_arena_copy(&a, LEDE_STR("no room for this text, which is longer than what is left"
                                     "......................................"))
            .ptr);
    lede_arena_fini(&a);
    lede_arena_init(&a, 0);
    assert_null(lede_arena_take(&a, 0));
    lede_arena_fini(&a);
}

static void a_value_is_found_by_its_key_only(void **state) {
    (void)state;
    lede_pair pairs[] = {{.key = LEDE_STR("a"), .value = {.kind = LEDE_INT, .integer = 1}},
                         {.key = LEDE_STR("ab"), .value = {.kind = LEDE_BOOL}}};
    const lede_value map = {.kind = LEDE_MAP, .map = {pairs, 2}};
    assert_int_equal(lede_value_get(&map, "ab")->kind, LEDE_BOOL);
    assert_int_equal(lede_value_get(&map, "a")->integer, 1);
    assert_null(lede_value_get(&map, "abc"));
    assert_null(lede_value_get(NULL, "a"));
    assert_null(lede_value_get(&pairs[0].value, "a"));
    assert_string_equal(lede_kind_name(LEDE_TEXT), "text");
    assert_string_equal(lede_kind_name(LEDE_MAP), "map");
}

static void only_paths_that_stay_below_are_safe(void **state) {
    (void)state;
    static const char *const safe[] = {"a", "a/b.md", ".hidden", "a/..b", "a/...", "\xc3\xa9/x y"};
    static const char *const unsafe[] = {"",     "/a",  "a/",  "a//b", ".",    "..",    "../a",
                                         "a/..", "./a", "a/.", "a\\b", "a\nb", "a\x7f", "a/../b"};
    for (size_t i = 0; i < sizeof safe / sizeof *safe; i++)
        if (!lede__path_safe(lede_str_of(safe[i])))
            fail_msg("'%s' is refused", safe[i]);
    for (size_t i = 0; i < sizeof unsafe / sizeof *unsafe; i++)
        if (lede__path_safe(lede_str_of(unsafe[i])))
            fail_msg("'%s' is let through", unsafe[i]);
    assert_false(lede__path_safe((lede_str){"a\0b", 3}));
    char step[257];
    memset(step, 'x', sizeof step);
    assert_true(lede__path_safe((lede_str){step, 255}));
    assert_false(lede__path_safe((lede_str){step, 256}));
    char deep[4002];
    for (size_t i = 0; i < sizeof deep; i++)
        deep[i] = i % 100 == 99 ? '/' : 'd';
    assert_true(lede__path_safe((lede_str){deep, 3999}));
    assert_false(lede__path_safe((lede_str){deep, 4001}));
}

static void a_path_has_its_parts(void **state) {
    (void)state;
    static const struct {
        const char *path, *dir, *base, *stem, *ext;
    } rows[] = {{"a/b.md", "a", "b.md", "b", "md"},
                {"b", "", "b", "b", ""},
                {"/b.tar.gz", "/", "b.tar.gz", "b.tar", "gz"},
                {"a.d/.hidden", "a.d", ".hidden", ".hidden", ""},
                {"a/b/", "a/b", "", "", ""},
                {"b.", "", "b.", "b", ""},
                {"", "", "", "", ""}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const lede_str p = lede_str_of(rows[i].path);
        assert_text(lede__path_dir(p), rows[i].dir);
        assert_text(lede__path_base(p), rows[i].base);
        assert_text(lede__path_stem(p), rows[i].stem);
        assert_text(lede__path_ext(p), rows[i].ext);
    }
}

static void joined_paths_have_one_slash_between(void **state) {
    (void)state;
    static const char *const rows[][3] = {{"a", "b", "a/b"}, {"a/", "b", "a/b"}, {"", "b", "b"},
                                          {"a", "/b", "/b"}, {"/", "b", "/b"},   {"a", "", "a"}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        lede_buf b;
        lede_buf_init(&b, 100);
        lede__path_join(&b, lede_str_of(rows[i][0]), lede_str_of(rows[i][1]));
        assert_text(lede_buf_str(&b), rows[i][2]);
        lede_buf_fini(&b);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(slices_are_compared_trimmed_and_searched),
        cmocka_unit_test(a_buffer_grows_and_stays_terminated),
        cmocka_unit_test(a_buffer_holds_exactly_its_limit_and_then_refuses_for_good),
        cmocka_unit_test(messages_keep_their_place_and_end_at_a_character),
        cmocka_unit_test(every_status_has_a_name_of_its_own),
        cmocka_unit_test(an_arena_gives_aligned_memory_up_to_its_limit),
        cmocka_unit_test(a_small_arena_uses_its_limit_well),
        cmocka_unit_test(a_value_is_found_by_its_key_only),
        cmocka_unit_test(only_paths_that_stay_below_are_safe),
        cmocka_unit_test(a_path_has_its_parts),
        cmocka_unit_test(joined_paths_have_one_slash_between),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
