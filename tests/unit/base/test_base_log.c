/* test_base_log.c - what is told, to whom, in which form. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/log.h"

#include <stdio.h>
#include <stdlib.h>

static void keep(void *ctx, lede__log_level level, lede_str message) {
    lede__log_line(ctx, level, message, false);
}

static void only_levels_that_were_asked_for_are_told(void **state) {
    (void)state;
    lede_buf told;
    lede_buf_init(&told, 10000);
    lede__log_set_sink(keep, &told);
    lede__log(LEDE__LOG_DEBUG, "hidden");
    lede__log(LEDE__LOG_INFO, "%d pages", 3);
    lede__log(LEDE__LOG_WARNING, "unknown key");
    lede__log_set_level(LEDE__LOG_ERROR);
    assert_false(lede__log_is_on(LEDE__LOG_WARNING));
    lede__log(LEDE__LOG_WARNING, "hidden");
    lede__log(LEDE__LOG_ERROR, "failed");
    lede__log_set_level(LEDE__LOG_DEBUG);
    lede__log(LEDE__LOG_DEBUG, "seen");
    lede__log_set_level(LEDE__LOG_INFO);
    lede__log_set_sink(NULL, NULL);
    assert_string_equal(told.ptr, "3 pages\nwarning: unknown key\nerror: failed\ndebug: seen\n");
    lede_buf_fini(&told);
}

static void a_message_cannot_drive_the_terminal(void **state) {
    (void)state;
    lede_buf told;
    lede_buf_init(&told, 10000);
    lede__log_set_sink(keep, &told);
    lede__log(LEDE__LOG_INFO, "a\x1b[31mb\rc\x7f\xc2\x9b"
                              "d\xc3\xa9\n\tat line 1");
    lede__log_set_sink(NULL, NULL);
    assert_string_equal(told.ptr, "a?[31mb?c???d\xc3\xa9\n\tat line 1\n");
    lede_buf_fini(&told);
}

static void a_long_message_is_cut_at_a_character(void **state) {
    (void)state;
    char text[9001];
    for (size_t i = 0; i < sizeof text - 1; i += 2)
        memcpy(text + i, "\xc3\xa9", 2);
    text[9000] = '\0';
    lede_buf told;
    lede_buf_init(&told, 10000);
    lede__log_set_sink(keep, &told);
    lede__log(LEDE__LOG_INFO, "%s", text);
    lede__log(LEDE__LOG_INFO, "x%s", text);
    lede__log_set_sink(NULL, NULL);
    assert_true(lede_utf8_valid(lede_buf_str(&told), NULL));
    assert_in_range(told.len, 8000, 8194);
    lede_buf_fini(&told);
}

static void colour_marks_the_level_only(void **state) {
    (void)state;
    lede_buf line;
    lede_buf_init(&line, 1000);
    lede__log_line(&line, LEDE__LOG_ERROR, LEDE_STR("x"), true);
    assert_string_equal(line.ptr, "\x1b[1;31merror:\x1b[0m x\n");
    lede_buf_clear(&line);
    lede__log_line(&line, LEDE__LOG_INFO, LEDE_STR("x"), true);
    assert_string_equal(line.ptr, "x\n");
    lede_buf_fini(&line);
}

/* What a message writes to stderr, into out. */
static void captured(char *out, size_t size) {
    fflush(stderr);
    FILE *file = tmpfile();
    assert_non_null(file);
    FILE *before = stderr;
    stderr = file;
    lede__log(LEDE__LOG_WARNING, "to the person");
    stderr = before;
    rewind(file);
    out[fread(out, 1, size - 1, file)] = '\0';
    fclose(file);
}

static void without_a_sink_stderr_gets_the_line(void **state) {
    (void)state;
    char out[200];
    lede__log_set_color(1);
    captured(out, sizeof out);
    assert_string_equal(out, "\x1b[1;33mwarning:\x1b[0m to the person\n");
    lede__log_set_color(-1);
    setenv("NO_COLOR", "1", 1);
    captured(out, sizeof out);
    assert_string_equal(out, "warning: to the person\n");
    unsetenv("NO_COLOR");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_levels_that_were_asked_for_are_told),
        cmocka_unit_test(a_message_cannot_drive_the_terminal),
        cmocka_unit_test(a_long_message_is_cut_at_a_character),
        cmocka_unit_test(colour_marks_the_level_only),
        cmocka_unit_test(without_a_sink_stderr_gets_the_line),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
