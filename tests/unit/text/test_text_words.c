/* test_text_words.c - ends of words in scripts without blanks. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "text/words.h"

#include <pthread.h>
#include <stdlib.h>

static void the_last_end_before_a_place_is_found(void **state) {
    (void)state;
    static const struct {
        const char *text;
        size_t at, expected;
    } rows[] = {
        {"中文新闻", 12, 12}, {"中文新闻", 9, 6},     {"中文新闻", 6, 6}, {"中文新闻", 3, 0},
        {"中文新闻", 0, 0},   {"สวัสดีชาวโลก", 21, 18}, {"𠀀新闻", 7, 4},   {"", 0, 0},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const size_t found = lede__word_before(lede_str_of(rows[i].text), rows[i].at);
        if (found != rows[i].expected)
            fail_msg("'%s' at %zu: %zu, not %zu", rows[i].text, rows[i].at, found,
                     rows[i].expected);
    }
}

/* An answer is at a character's begin and not behind the place, wherever the window falls. */
static void any_bytes_have_an_answer(void **state) {
    (void)state;
    uint32_t random = 3;
    for (int round = 0; round < 300; round++) {
        char text[3000];
        size_t len = 0;
        while (len + 4 < sizeof text) {
            random = random * 1664525 + 1013904223;
            len += lede_utf8_put(text + len,
                                 round % 2 ? 0x4E00 + random % 5000 : 0xE01 + random % 0x50);
        }
        if (round % 3 == 0)
            for (size_t i = 0; i < len; i += 7)
                text[i] = (char)(random >> (i % 24)); /* not checked by whoever gave it */
        size_t at = 0;
        for (size_t k = 0; k < (size_t)round * 9 && at < len; k++)
            (void)lede_utf8_next(lede_str_n(text, len), &at);
        assert_true(lede__word_before(lede_str_n(text, len), at) <= at);
    }
}

static void *ask_often(void *ctx) {
    size_t *right = ctx;
    for (int i = 0; i < 200; i++)
        *right += lede__word_before(LEDE_STR("中文新闻"), 9) == 6;
    return NULL;
}

static void any_thread_may_ask(void **state) {
    (void)state;
    pthread_t threads[4];
    size_t right[4] = {0};
    for (int i = 0; i < 4; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, ask_often, &right[i]), 0);
    for (int i = 0; i < 4; i++) {
        pthread_join(threads[i], NULL);
        assert_int_equal(right[i], 200);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_last_end_before_a_place_is_found),
        cmocka_unit_test(any_bytes_have_an_answer),
        cmocka_unit_test(any_thread_may_ask),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
