/* test_sys_run.c - programs run to their end, or to ours. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "sys/run.h"
#include "sys/sys.h"

#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static lede_buf out, words;
static lede__run_end end;
static lede_error err;

static lede_status run_for(int timeout_ms, const char *const *args) {
    static const char *const env[] = {"LEDE_TEST=given", NULL};
    const lede__run_order order = {.args = args, .env = env, .timeout_ms = timeout_ms};
    lede_buf_clear(&out);
    lede_buf_clear(&words);
    return lede__run(&order, &out, &words, &end, &err);
}

static lede_status shell(int timeout_ms, const char *script) {
    const char *const args[] = {"sh", "-c", script, NULL};
    return run_for(timeout_ms, args);
}

static void what_a_program_says_is_kept_apart(void **state) {
    (void)state;
    assert_int_equal(shell(0, "echo said; echo warned >&2; exit 7"), LEDE_OK);
    assert_string_equal(out.ptr, "said\n");
    assert_string_equal(words.ptr, "warned\n");
    assert_int_equal(end.status, 7);
    assert_int_equal(end.signal, 0);
}

static void words_reach_a_program_as_they_are(void **state) {
    (void)state;
    const char *const args[] = {"printf", "%s|", "a b", "$HOME", "", "*", NULL};
    assert_int_equal(run_for(0, args), LEDE_OK);
    assert_string_equal(out.ptr, "a b|$HOME||*|");
}

static void it_has_our_environment_and_what_is_given(void **state) {
    (void)state;
    setenv("LEDE_TEST", "ours", 1);
    setenv("LEDE_TEST_OTHER", "kept", 1);
    assert_int_equal(shell(0, "echo $LEDE_TEST $LEDE_TEST_OTHER"), LEDE_OK);
    assert_string_equal(out.ptr, "given kept\n");
}

static void it_has_nothing_to_read(void **state) {
    (void)state;
    assert_int_equal(shell(5000, "cat; echo done"), LEDE_OK);
    assert_string_equal(out.ptr, "done\n");
}

static void long_outputs_on_both_sides_do_not_block(void **state) {
    (void)state;
    assert_int_equal(shell(0, "head -c 300000 /dev/zero >&2; head -c 300000 /dev/zero"), LEDE_OK);
    assert_int_equal(out.len, 300000);
    assert_int_equal(words.len, 300000);
}

static void a_program_that_is_not_there_is_named(void **state) {
    (void)state;
    const char *const args[] = {"lede-no-such-program", NULL}, *const folder[] = {"/tmp", NULL};
    assert_int_equal(run_for(0, args), LEDE_ENOTFOUND);
    assert_non_null(strstr(err.message, "lede-no-such-program"));
    assert_int_equal(run_for(0, folder), LEDE_EIO);
}

static void a_signal_is_told(void **state) {
    (void)state;
    assert_int_equal(shell(0, "kill -TERM $$"), LEDE_OK);
    assert_int_equal(end.signal, SIGTERM);
    assert_int_equal(end.status, 0);
}

static void signals_that_we_ignore_are_not_ignored_there(void **state) {
    (void)state;
    void (*before)(int) = signal(SIGPIPE, SIG_IGN);
    assert_int_equal(shell(0, "kill -PIPE $$; echo lives"), LEDE_OK);
    assert_int_equal(end.signal, SIGPIPE);
    signal(SIGPIPE, before);
}

/* Gone, or a zombie that nobody reaps; a signal may take a moment to arrive. */
static bool has_ended(pid_t pid) {
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/stat", (int)pid);
    for (int i = 0; i < 1000; i++) {
        lede_buf stat;
        lede_buf_init(&stat, 4096);
        const bool there = lede__read_file(path, 4096, &stat, NULL) == LEDE_OK;
        const bool alive = there && !strstr(stat.ptr, ") Z");
        lede_buf_fini(&stat);
        if (!alive)
            return true;
        sched_yield();
    }
    return false;
}

static void one_that_takes_too_long_is_killed_with_its_children(void **state) {
    (void)state;
    assert_int_equal(shell(100, "sleep 100 & echo $!; wait"), LEDE_ETIMEOUT);
    const pid_t child = (pid_t)strtol(out.ptr, NULL, 10);
    assert_true(child > 0);
    assert_true(has_ended(child));
}

static void one_that_writes_too_much_is_killed(void **state) {
    (void)state;
    assert_int_equal(shell(0, "cat /dev/zero"), LEDE_ELIMIT);
    assert_non_null(strstr(err.message, "wrote too much"));
}

static void what_it_leaves_in_the_background_is_not_waited_for(void **state) {
    (void)state;
    assert_int_equal(shell(10000, "sleep 3 & echo started"), LEDE_OK);
    assert_string_equal(out.ptr, "started\n");
}

static int set_up(void **state) {
    (void)state;
    lede_buf_init(&out, 1 << 20);
    lede_buf_init(&words, 1 << 20);
    return 0;
}

static int tear_down(void **state) {
    (void)state;
    lede_buf_fini(&out);
    lede_buf_fini(&words);
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_a_program_says_is_kept_apart),
        cmocka_unit_test(words_reach_a_program_as_they_are),
        cmocka_unit_test(it_has_our_environment_and_what_is_given),
        cmocka_unit_test(it_has_nothing_to_read),
        cmocka_unit_test(long_outputs_on_both_sides_do_not_block),
        cmocka_unit_test(a_program_that_is_not_there_is_named),
        cmocka_unit_test(a_signal_is_told),
        cmocka_unit_test(signals_that_we_ignore_are_not_ignored_there),
        cmocka_unit_test(one_that_takes_too_long_is_killed_with_its_children),
        cmocka_unit_test(one_that_writes_too_much_is_killed),
        cmocka_unit_test(what_it_leaves_in_the_background_is_not_waited_for),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
