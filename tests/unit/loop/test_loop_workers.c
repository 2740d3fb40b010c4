/* test_loop_workers.c - a pool of real processes: this program starts itself as its worker. */
#include "loop/workers.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

/* ---- the worker: what each type of job does */
enum {
    ECHO = 1, /* answers with its bytes */
    SLEEP,    /* never answers */
    CRASH,    /* answers once, then dies of SIGKILL */
    BIG,      /* answers with as many bytes as it was asked for */
    EXIT,     /* exits with the status in its bytes */
    MANY,     /* answers 10,000 times */
    FACTS,    /* open files and environment as text */
    TOLD,     /* what was told, joined */
    SLOWLY,   /* six answers, 60 ms apart */
    PRINT,    /* prints to stdout, then answers */
    BURN,     /* 50 ms of CPU */
    ORPHANS,  /* EXIT, but leaves a child that holds the pipe */
    GARBAGE,  /* an impossible head */
    TELL_A = 100,
    TELL_B,
    MODE_FAIL = 'f', /* hellos */
    MODE_DIE = 'd',
    MODE_HANG = 'h'
};

static void facts(lede_buf *out) {
    extern char **environ;
    for (int fd = 0; fd < 64; fd++)
        if (fcntl(fd, F_GETFD) >= 0)
            lede_buf_addf(out, "fd%d ", fd);
    for (char **e = environ; *e; e++)
        lede_buf_addf(out, "%s\n", *e);
}

static void burn(void) {
    const clock_t until = clock() + CLOCKS_PER_SEC / 20;
    while (clock() < until)
        continue;
}

static lede_status do_job(lede_worker_io *io, uint8_t type, lede_str frame, lede_buf *told) {
    lede_status st = LEDE_OK;
    lede_buf b;
    lede_buf_init(&b, LEDE_BUF_MAX);
    switch (type) {
    case ECHO:
        st = lede_worker_send(io, 7, frame, NULL);
        break;
    case SLEEP:
        pause();
        break;
    case CRASH:
        st = lede_worker_send(io, 7, LEDE_STR("last words"), NULL);
        if (st == LEDE_OK)
            st = lede_worker_flush(io, NULL);
        raise(SIGKILL);
        break;
    case BIG: {
        const size_t n = (size_t)strtoul(frame.ptr, NULL, 10);
        char *room = lede_buf_room(&b, n);
        for (size_t i = 0; i < n; i++)
            room[i] = (char)(i * 31 + (i >> 16));
        lede_buf_seal(&b, n);
        st = lede_worker_send(io, 8, lede_buf_str(&b), NULL);
        break;
    }
    case EXIT:
        exit((unsigned char)frame.ptr[0]);
    case MANY:
        for (int i = 0; i < 10000 && st == LEDE_OK; i++) {
            lede_buf_clear(&b);
            lede_buf_addf(&b, "answer %d", i);
            st = lede_worker_send(io, 9, lede_buf_str(&b), NULL);
        }
        break;
    case FACTS:
        facts(&b);
        st = lede_worker_send(io, 7, lede_buf_str(&b), NULL);
        break;
    case TOLD:
        st = lede_worker_send(io, 7, lede_buf_str(told), NULL);
        break;
    case SLOWLY:
        for (int i = 0; i < 6 && st == LEDE_OK; i++) {
            usleep(60000);
            st = lede_worker_send(io, 7, LEDE_STR("tick"), NULL);
            if (st == LEDE_OK)
                st = lede_worker_flush(io, NULL);
        }
        break;
    case PRINT:
        printf("stray print of a worker\n");
        fflush(stdout);
        st = lede_worker_send(io, 7, LEDE_STR("fine"), NULL);
        break;
    case GARBAGE: { /* behind the back of io, whose end of the pipe is 5 (see the test of files) */
        const ssize_t n = write(5, "\xff\xff\xff\xff\x07", 5);
        (void)n;
        pause();
        break;
    }
    case BURN:
        burn();
        break;
    case ORPHANS:
        if (fork() == 0) {
            signal(SIGALRM, SIG_DFL);
            alarm(3);
            pause();
        }
        exit(3);
    default:
        break;
    }
    lede_buf_fini(&b);
    if (st == LEDE_OK)
        st = lede_worker_send(io, LEDE_FRAME_END, LEDE_STR(""), NULL);
    return st;
}

static lede_status greet(lede_worker_io *io, lede_str hello) {
    if (hello.len && hello.ptr[0] == MODE_FAIL)
        return lede_worker_send(io, LEDE_FRAME_END, LEDE_STR("no plugin 'x'"), NULL);
    if (hello.len && hello.ptr[0] == MODE_DIE)
        exit(9);
    if (hello.len && hello.ptr[0] == MODE_HANG)
        pause();
    return lede_worker_send(io, LEDE_FRAME_END, LEDE_STR(""), NULL);
}

static int worker_main(void) {
    lede_worker_io *io;
    lede_buf told;
    uint8_t type;
    lede_str frame;
    lede_buf_init(&told, 1000);
    if (lede_worker_open(&io, NULL) != LEDE_OK)
        return 1;
    lede_status st = LEDE_OK;
    while (st == LEDE_OK && (st = lede_worker_next(io, &type, &frame, NULL)) == LEDE_OK) {
        if (type == LEDE_FRAME_HELLO) {
            st = greet(io, frame);
        } else if (type >= TELL_A) {
            lede_buf_add(&told, frame);
        } else {
            st = do_job(io, type, frame, &told);
        }
    }
    lede_buf_fini(&told);
    lede_worker_close(io);
    return st == LEDE_ENOTFOUND ? 0 : 1;
}

/* ---- the desk's side */
static lede_loop *loop;

typedef struct seen {
    int answers, ends;
    lede_status status;
    lede_error err;
    lede_buf bytes;
    size_t *left; /* jobs that are still out; *done when it reaches 0 */
    bool *done;
    bool order_kept;
} seen;

static void on_answer(void *ctx, uint8_t type, lede_str frame) {
    seen *s = ctx;
    char expected[32];
    assert_int_equal(s->ends, 0);
    if (type == 9) {
        snprintf(expected, sizeof expected, "answer %d", s->answers);
        s->order_kept = lede_str_is(frame, expected) && (s->order_kept || s->answers == 0);
    }
    s->answers++;
    lede_buf_clear(&s->bytes);
    lede_buf_add(&s->bytes, frame);
}

static void on_end(void *ctx, lede_status status, const lede_error *err) {
    seen *s = ctx;
    s->ends++;
    s->status = status;
    if (err)
        s->err = *err;
    assert_true((err == NULL) == (status == LEDE_OK));
    if (--*s->left == 0)
        *s->done = true;
}

static lede_workers *open_pool_of(const char *program, int count, const char *hello, int hello_ms) {
    lede_workers *w;
    lede_error err;
    assert_int_equal(lede_loop_open(&loop, &err), LEDE_OK);
    const lede_workers_options o = {.program = program,
                                    .count = count,
                                    .hello = lede_str_of(hello),
                                    .hello_deadline_ms = hello_ms};
    assert_int_equal(lede_workers_open(loop, &o, &w, &err), LEDE_OK);
    return w;
}

static lede_workers *open_pool(int count) { return open_pool_of(NULL, count, "", 0); }

static void close_pool(lede_workers *w) {
    lede_workers_close(w);
    lede_loop_close(loop);
}

static void submit(lede_workers *w, uint8_t type, lede_str bytes, int ms, seen *s) {
    const lede_job job = {.type = type,
                          .bytes = bytes,
                          .deadline_ms = ms,
                          .ctx = s,
                          .answer = on_answer,
                          .end = on_end};
    lede_error err;
    *s = (seen){.left = s->left, .done = s->done};
    lede_buf_init(&s->bytes, LEDE_BUF_MAX);
    assert_int_equal(lede_workers_submit(w, &job, &err), LEDE_OK);
    assert_int_equal(s->ends, 0);
}

/* Gives one job and waits for its end. */
static void run_one(lede_workers *w, uint8_t type, lede_str bytes, int ms, seen *s) {
    size_t left = 1;
    bool done = false;
    s->left = &left;
    s->done = &done;
    submit(w, type, bytes, ms, s);
    assert_int_equal(lede_loop_run(loop, &done, NULL), LEDE_OK);
    assert_true(done);
    assert_int_equal(s->ends, 1);
    assert_int_equal(lede_workers_pending(w), 0);
}

static bool says(const seen *s, const char *words) { return strstr(s->err.message, words) != NULL; }

static void a_job_gets_its_answer(void **state) {
    (void)state;
    seen s;
    lede_workers *w = open_pool(1);
    run_one(w, ECHO, LEDE_STR("some bytes"), 0, &s);
    assert_int_equal(s.status, LEDE_OK);
    assert_int_equal(s.answers, 1);
    assert_true(lede_str_is(lede_buf_str(&s.bytes), "some bytes"));
    lede_buf_fini(&s.bytes);
    close_pool(w);
}

static void many_jobs_are_dealt_to_all_workers(void **state) {
    (void)state;
    enum { N = 500 };
    static seen s[N];
    size_t left = N;
    bool done = false;
    lede_workers *w = open_pool(3);
    for (int i = 0; i < N; i++) {
        s[i].left = &left;
        s[i].done = &done;
        submit(w, ECHO, LEDE_STR("x"), 0, &s[i]);
    }
    assert_int_equal(lede_workers_pending(w), N);
    assert_int_equal(lede_loop_run(loop, &done, NULL), LEDE_OK);
    for (int i = 0; i < N; i++) {
        assert_int_equal(s[i].status, LEDE_OK);
        assert_int_equal(s[i].answers, 1);
        lede_buf_fini(&s[i].bytes);
    }
    close_pool(w);
}

static void ten_thousand_answers_keep_their_order(void **state) {
    (void)state;
    seen s;
    lede_workers *w = open_pool(1);
    run_one(w, MANY, LEDE_STR(""), 0, &s);
    assert_int_equal(s.answers, 10000);
    assert_true(s.order_kept);
    lede_buf_fini(&s.bytes);
    close_pool(w);
}

static void large_frames_pass_both_ways(void **state) {
    (void)state;
    seen s;
    lede_workers *w = open_pool(1);
    const size_t sizes[] = {65531, 65536, 1 << 20, 33 << 20};
    for (size_t k = 0; k < sizeof sizes / sizeof *sizes; k++) {
        char words[32];
        snprintf(words, sizeof words, "%zu\n", sizes[k]);
        run_one(w, BIG, lede_str_of(words), 0, &s);
        assert_int_equal(s.status, LEDE_OK);
        assert_int_equal(s.bytes.len, sizes[k]);
        for (size_t i = 0; i < s.bytes.len; i += 4093)
            assert_int_equal(s.bytes.ptr[i], (char)(i * 31 + (i >> 16)));
        seen back;
        run_one(w, ECHO, lede_buf_str(&s.bytes), 0, &back);
        assert_true(lede_str_eq(lede_buf_str(&s.bytes), lede_buf_str(&back.bytes)));
        lede_buf_fini(&back.bytes);
        lede_buf_fini(&s.bytes);
    }
    close_pool(w);
}

static void a_silent_worker_is_killed_and_replaced(void **state) {
    (void)state;
    seen s;
    unsigned replaced = 0;
    lede_workers *w = open_pool(1);
    run_one(w, SLEEP, LEDE_STR(""), 80, &s);
    assert_int_equal(s.status, LEDE_ETIMEOUT);
    assert_true(says(&s, "80 ms"));
    lede_buf_fini(&s.bytes);
    lede_workers_usage(w, NULL, NULL, &replaced);
    assert_int_equal(replaced, 0); /* nothing waits: no new one yet */
    run_one(w, ECHO, LEDE_STR("again"), 0, &s);
    assert_int_equal(s.status, LEDE_OK);
    lede_buf_fini(&s.bytes);
    lede_workers_usage(w, NULL, NULL, &replaced);
    assert_int_equal(replaced, 1);
    close_pool(w);
}

static void each_answer_begins_the_deadline_anew(void **state) {
    (void)state;
    seen s;
    lede_workers *w = open_pool(1);
    run_one(w, SLOWLY, LEDE_STR(""), 250, &s);
    assert_int_equal(s.status, LEDE_OK);
    assert_int_equal(s.answers, 6);
    lede_buf_fini(&s.bytes);
    close_pool(w);
}

static void a_busy_desk_is_not_the_workers_fault(void **state) {
    (void)state;
    seen s;
    size_t left = 1;
    bool done = false;
    lede_workers *w = open_pool(1);
    run_one(w, ECHO, LEDE_STR("warm"), 0, &s);
    lede_buf_fini(&s.bytes);
    s.left = &left;
    s.done = &done;
    submit(w, ECHO, LEDE_STR("x"), 50, &s);
    usleep(150000); /* the desk computes; the answer waits in the pipe */
    assert_int_equal(lede_loop_run(loop, &done, NULL), LEDE_OK);
    assert_int_equal(s.status, LEDE_OK);
    lede_buf_fini(&s.bytes);
    close_pool(w);
}

static void a_crash_gives_the_last_words_and_the_reason(void **state) {
    (void)state;
    seen s;
    lede_workers *w = open_pool(2);
    run_one(w, CRASH, LEDE_STR(""), 0, &s);
    assert_int_equal(s.status, LEDE_EIO);
    assert_int_equal(s.answers, 1);
    assert_true(says(&s, "SIGKILL"));
    lede_buf_fini(&s.bytes);
    run_one(w, EXIT, LEDE_STR("\x05"), 0, &s);
    assert_int_equal(s.status, LEDE_EIO);
    assert_true(says(&s, "exited with status 5"));
    lede_buf_fini(&s.bytes);
    run_one(w, EXIT, LEDE_STR("\x56"), 0, &s);
    assert_true(says(&s, "memory limit"));
    lede_buf_fini(&s.bytes);
    run_one(w, ORPHANS, LEDE_STR(""), 0, &s);
    assert_int_equal(s.status, LEDE_EIO);
    assert_true(says(&s, "status 3"));
    lede_buf_fini(&s.bytes);
    run_one(w, ECHO, LEDE_STR("alive"), 0, &s);
    assert_int_equal(s.status, LEDE_OK);
    lede_buf_fini(&s.bytes);
    close_pool(w);
}

static void an_impossible_frame_ends_the_worker(void **state) {
    (void)state;
    seen s;
    lede_workers *w = open_pool(1);
    run_one(w, GARBAGE, LEDE_STR(""), 0, &s);
    assert_int_equal(s.status, LEDE_EIO);
    assert_true(says(&s, "too long"));
    lede_buf_fini(&s.bytes);
    run_one(w, ECHO, LEDE_STR("alive"), 0, &s);
    assert_int_equal(s.status, LEDE_OK);
    lede_buf_fini(&s.bytes);
    close_pool(w);
}

static void what_was_told_reaches_new_workers_too(void **state) {
    (void)state;
    seen s;
    lede_workers *w = open_pool(1);
    assert_int_equal(lede_workers_tell(w, TELL_A, LEDE_STR("a1 "), NULL), LEDE_OK);
    assert_int_equal(lede_workers_tell(w, TELL_B, LEDE_STR("b1 "), NULL), LEDE_OK);
    run_one(w, TOLD, LEDE_STR(""), 0, &s);
    assert_true(lede_str_is(lede_buf_str(&s.bytes), "a1 b1 "));
    lede_buf_fini(&s.bytes);
    assert_int_equal(lede_workers_tell(w, TELL_A, LEDE_STR("a2 "), NULL), LEDE_OK);
    run_one(w, TOLD, LEDE_STR(""), 0, &s);
    assert_true(lede_str_is(lede_buf_str(&s.bytes), "a1 b1 a2 "));
    lede_buf_fini(&s.bytes);
    run_one(w, CRASH, LEDE_STR(""), 0, &s);
    lede_buf_fini(&s.bytes);
    run_one(w, TOLD, LEDE_STR(""), 0, &s);
    assert_true(lede_str_is(lede_buf_str(&s.bytes), "b1 a2 "));
    lede_buf_fini(&s.bytes);
    close_pool(w);
}

static void a_worker_inherits_neither_files_nor_environment(void **state) {
    (void)state;
    seen s;
    const int leak = open("/dev/null", O_RDONLY); /* without O_CLOEXEC */
    assert_true(leak >= 3);
    assert_int_equal(setenv("SECRET_TOKEN", "s", 1), 0);
    assert_int_equal(setenv("LEDE_TEST", "yes", 1), 0);
    lede_workers *w = open_pool(1);
    run_one(w, FACTS, LEDE_STR(""), 0, &s);
    const char *text = s.bytes.ptr;
    assert_non_null(strstr(text, "fd0 fd1 fd2 fd4 fd5 "));
    assert_null(strstr(text, "fd3 "));
    assert_null(strstr(text, "SECRET_TOKEN"));
    assert_null(strstr(text, "HOME="));
    assert_non_null(strstr(text, "LEDE_TEST=yes"));
    lede_buf_fini(&s.bytes);
    close_pool(w);
    close(leak);
}

static void a_stray_print_spoils_no_frame(void **state) {
    (void)state;
    seen s;
    lede_workers *w = open_pool(1);
    run_one(w, PRINT, LEDE_STR(""), 0, &s);
    assert_int_equal(s.status, LEDE_OK);
    assert_true(lede_str_is(lede_buf_str(&s.bytes), "fine"));
    lede_buf_fini(&s.bytes);
    close_pool(w);
}

static void a_worker_that_cannot_begin_fails_the_jobs_with_its_words(void **state) {
    (void)state;
    static const struct {
        const char *program, *hello;
        lede_status status;
        const char *words;
    } cases[] = {{NULL, "f", LEDE_EINVAL, "no plugin 'x'"},
                 {NULL, "d", LEDE_EIO, "exited with status 9"},
                 {NULL, "h", LEDE_ETIMEOUT, "100 ms"},
                 {"/nowhere/lede", "", LEDE_EIO, "/nowhere/lede"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        seen s[3];
        size_t left = 3;
        bool done = false;
        lede_workers *w =
            open_pool_of(cases[i].program, 2, cases[i].hello, *cases[i].hello == 'h' ? 100 : 0);
        for (int k = 0; k < 3; k++) {
            s[k].left = &left;
            s[k].done = &done;
            submit(w, ECHO, LEDE_STR("x"), 0, &s[k]);
        }
        assert_int_equal(lede_loop_run(loop, &done, NULL), LEDE_OK);
        assert_true(done);
        for (int k = 0; k < 3; k++) {
            assert_int_equal(s[k].status, cases[i].status);
            assert_true(says(&s[k], cases[i].words));
            lede_buf_fini(&s[k].bytes);
        }
        close_pool(w);
    }
}

static void closing_ends_what_is_not_done(void **state) {
    (void)state;
    seen s[3];
    size_t left = 3;
    bool done = false;
    lede_workers *w = open_pool(1);
    run_one(w, ECHO, LEDE_STR("warm"), 0, &s[0]);
    lede_buf_fini(&s[0].bytes);
    for (int k = 0; k < 3; k++) {
        s[k].left = &left;
        s[k].done = &done;
        submit(w, SLEEP, LEDE_STR(""), 0, &s[k]);
    }
    close_pool(w);
    for (int k = 0; k < 3; k++) {
        assert_int_equal(s[k].ends, 1);
        assert_int_equal(s[k].status, LEDE_ECANCELED);
        lede_buf_fini(&s[k].bytes);
    }
}

static void a_signal_interrupts_the_loop_once(void **state) {
    (void)state;
    seen s;
    size_t left = 1;
    bool done = false;
    lede_workers *w = open_pool(1);
    s.left = &left;
    s.done = &done;
    submit(w, SLOWLY, LEDE_STR(""), 0, &s);
    raise(SIGTERM);
    assert_true(lede_loop_interrupted(loop));
    assert_int_equal(lede_loop_run(loop, &done, NULL), LEDE_ECANCELED);
    assert_false(done);
    assert_int_equal(lede_loop_run(loop, &done, NULL), LEDE_OK);
    assert_true(done);
    lede_buf_fini(&s.bytes);
    close_pool(w);
}

static void cpu_and_memory_of_workers_are_counted(void **state) {
    (void)state;
    seen s;
    uint64_t living = 0, ended = 0, pss = 0;
    lede_workers *w = open_pool(1);
    run_one(w, BURN, LEDE_STR(""), 0, &s);
    lede_buf_fini(&s.bytes);
    lede_workers_usage(w, &living, &pss, NULL);
    assert_true(living >= 45000);
    assert_true(pss > 10000);
    run_one(w, CRASH, LEDE_STR(""), 0, &s);
    lede_buf_fini(&s.bytes);
    lede_workers_usage(w, &ended, NULL, NULL);
    assert_true(ended >= living - 5000);
    close_pool(w);
}

int main(int argc, char **argv) {
    if (argc > 1 && strcmp(argv[1], "--worker") == 0)
        return worker_main();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_job_gets_its_answer),
        cmocka_unit_test(many_jobs_are_dealt_to_all_workers),
        cmocka_unit_test(ten_thousand_answers_keep_their_order),
        cmocka_unit_test(large_frames_pass_both_ways),
        cmocka_unit_test(a_silent_worker_is_killed_and_replaced),
        cmocka_unit_test(each_answer_begins_the_deadline_anew),
        cmocka_unit_test(a_busy_desk_is_not_the_workers_fault),
        cmocka_unit_test(a_crash_gives_the_last_words_and_the_reason),
        cmocka_unit_test(an_impossible_frame_ends_the_worker),
        cmocka_unit_test(what_was_told_reaches_new_workers_too),
        cmocka_unit_test(a_worker_inherits_neither_files_nor_environment),
        cmocka_unit_test(a_stray_print_spoils_no_frame),
        cmocka_unit_test(a_worker_that_cannot_begin_fails_the_jobs_with_its_words),
        cmocka_unit_test(closing_ends_what_is_not_done),
        cmocka_unit_test(a_signal_interrupts_the_loop_once),
        cmocka_unit_test(cpu_and_memory_of_workers_are_counted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
