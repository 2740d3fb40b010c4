/* test_base_log.c - what a line on stderr looks like. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/log.h"

#include <stdio.h>
#include <stdlib.h>

static void assert_line(lede__log_level level, lede_str message, bool color, const char *expected) {
    lede_buf line;
    lede_buf_init(&line, 1000);
    lede__log_line(&line, level, message, color);
    assert_string_equal(line.ptr, expected);
    lede_buf_fini(&line);
}

static void errors_and_warnings_are_called_so(void **state) {
    (void)state;
    assert_line(LEDE__LOG_ERROR, LEDE_STR("failed"), false, "lede: error: failed\n");
    assert_line(LEDE__LOG_WARNING, LEDE_STR("odd"), false, "lede: warning: odd\n");
    assert_line(LEDE__LOG_INFO, LEDE_STR("3 pages"), false, "lede: 3 pages\n");
}

static void colour_marks_the_level_only(void **state) {
    (void)state;
    assert_line(LEDE__LOG_ERROR, LEDE_STR("x"), true, "lede: \x1b[1;31merror:\x1b[0m x\n");
    assert_line(LEDE__LOG_INFO, LEDE_STR("x"), true, "lede: x\n");
}

static void a_message_cannot_drive_the_terminal(void **state) {
    (void)state;
    assert_line(LEDE__LOG_INFO, LEDE_STR("a\x1b[31mb\rc\x7f\xc2\x9b!\0\xc3\xa9\n\tat line 1"),
                false, "lede: a\\x1b[31mb\\x0dc\\x7f\\x9b!\\x00\xc3\xa9\n\tat line 1\n");
}

static void a_long_message_is_cut_at_a_character(void **state) {
    (void)state;
    char text[40000];
    for (size_t i = 0; i < sizeof text; i += 2)
        memcpy(text + i, "\xc3\xa9", 2);
    text[0] = text[1] = 'x'; /* so that the limit may fall into a character */
    for (size_t from = 0; from < 2; from++) {
        lede_buf line;
        lede_buf_init(&line, 100000);
        lede__log_line(&line, LEDE__LOG_INFO, (lede_str){text + from, sizeof text - from}, false);
        assert_true(lede_utf8_valid(lede_buf_str(&line), NULL));
        assert_in_range(line.len, 16000, 16400);
        lede_buf_fini(&line);
    }
}

/* What the calls between begin and end write to stderr. */
static FILE *before;

static void begin(void) {
    fflush(stderr);
    before = stderr;
    stderr = tmpfile();
    assert_non_null(stderr);
}

static void end(char out[200]) {
    FILE *file = stderr;
    stderr = before;
    rewind(file);
    out[fread(out, 1, 199, file)] = '\0';
    fclose(file);
}

static void stderr_gets_the_line(void **state) {
    (void)state;
    char out[200];
    setenv("NO_COLOR", "1", 1);
    begin();
    lede__logf(LEDE__LOG_WARNING, "%d left out", 2);
    lede__log(LEDE__LOG_INFO, LEDE_STR("done"));
    end(out);
    assert_string_equal(out, "lede: warning: 2 left out\nlede: done\n");
}

static void a_message_takes_the_place_of_a_passing_line(void **state) {
    (void)state;
    char out[200];
    begin();
    lede__log_passing((lede_str){0});
    lede__log_passing(LEDE_STR("1 of 2"));
    lede__log(LEDE__LOG_INFO, LEDE_STR("odd"));
    lede__log(LEDE__LOG_INFO, LEDE_STR("odd"));
    lede__log_passing(LEDE_STR("2 of 2"));
    lede__log_passing((lede_str){0});
    end(out);
    assert_string_equal(out, "\r\x1b[K1 of 2\r\x1b[Klede: odd\nlede: odd\n\r\x1b[K2 of 2\r\x1b[K");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(errors_and_warnings_are_called_so),
        cmocka_unit_test(colour_marks_the_level_only),
        cmocka_unit_test(a_message_cannot_drive_the_terminal),
        cmocka_unit_test(a_long_message_is_cut_at_a_character),
        cmocka_unit_test(stderr_gets_the_line),
        cmocka_unit_test(a_message_takes_the_place_of_a_passing_line),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
