/* test_net_request.c - requests out of bytes, whole and one byte at a time; what is refused, and
 * with which status. */
#include "net/request.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>

#define HOST "Host: localhost\r\n"

static const lede_server_limits limits = {
    .head_bytes = 16 << 10, .fields = 100, .target_bytes = 8 << 10, .body_bytes = 1 << 20};

/* What becomes of bytes that come in steps: 0 = more are wanted, 200 = a request, else the refusal.
 */
static int read_in_steps(lede__reader *r, lede_str bytes, size_t step) {
    size_t at = 0;
    while (at < bytes.len) {
        const size_t n = bytes.len - at < step ? bytes.len - at : step;
        size_t eaten;
        const lede__reading got = lede__reader_read(r, lede_str_n(bytes.ptr + at, n), &eaten);
        if (got != LEDE__READ_MORE)
            return got == LEDE__READ_DONE ? 200 : lede__reader_status(r);
        at += n;
    }
    return 0;
}

static int outcome(lede_str bytes, size_t step) {
    lede__reader *r = lede__reader_new(&limits);
    assert_non_null(r);
    const int status = read_in_steps(r, bytes, step);
    lede__reader_free(r);
    return status;
}

static const struct {
    const char *name;
    lede_str bytes;
    int status;
} rows[] = {
    {"plain", LEDE_STR("GET / HTTP/1.1\r\n" HOST "\r\n"), 200},
    {"1.0", LEDE_STR("GET / HTTP/1.0\r\n" HOST "\r\n"), 200},
    {"body", LEDE_STR("POST / HTTP/1.1\r\n" HOST "Content-Length: 2\r\n\r\nab"), 200},
    {"chunks",
     LEDE_STR("POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n2\r\nab\r\n0\r\n\r\n"),
     200},
    {"upgrade is not taken up",
     LEDE_STR("GET / HTTP/1.1\r\n" HOST "Connection: Upgrade\r\nUpgrade: h2c\r\n\r\n"), 200},
    {"unfinished", LEDE_STR("GET / HTTP/1.1\r\nHos"), 0},
    {"CL and TE",
     LEDE_STR("GET / HTTP/1.1\r\n" HOST
              "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
     400},
    {"two CL",
     LEDE_STR("GET / HTTP/1.1\r\n" HOST "Content-Length: 1\r\nContent-Length: 2\r\n\r\nab"), 400},
    {"LF only", LEDE_STR("GET / HTTP/1.1\nHost: a\n\n"), 400},
    {"blank before colon", LEDE_STR("GET / HTTP/1.1\r\nHost : a\r\n\r\n"), 400},
    {"fold", LEDE_STR("GET / HTTP/1.1\r\n" HOST "X: a\r\n b\r\n\r\n"), 400},
    {"fold into the first",
     LEDE_STR("GET / HTTP/1.1\r\n" HOST
              "\r\n Content-Length: 31\r\n\r\nGET /admin HTTP/1.1\r\n" HOST "\r\n"),
     200},
    {"fold of a length",
     LEDE_STR("GET / HTTP/1.1\r\nHost: a\r\n Content-Length: 31\r\n\r\nGET /admin "
              "HTTP/1.1\r\nHost: a\r\n\r\n"),
     400},
    {"NUL in target", LEDE_STR("GET /\0 HTTP/1.1\r\n" HOST "\r\n"), 400},
    {"NUL in value", LEDE_STR("GET / HTTP/1.1\r\n" HOST "X: a\0b\r\n\r\n"), 400},
    {"bytes over 127 in target", LEDE_STR("GET /\xff HTTP/1.1\r\n" HOST "\r\n"), 400},
    {"chunked is not last",
     LEDE_STR("POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked, identity\r\n\r\n"), 400},
    {"other coding",
     LEDE_STR("POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: gzip, chunked\r\n\r\n"), 501},
    {"two codings",
     LEDE_STR("POST / HTTP/1.1\r\n" HOST
              "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n"),
     400},
    {"version 9.9", LEDE_STR("GET / HTTP/9.9\r\n" HOST "\r\n"), 505},
    {"version 2.0", LEDE_STR("GET / HTTP/2.0\r\n" HOST "\r\n"), 505},
    {"no version", LEDE_STR("GET /\r\n\r\n"), 505},
    {"no method", LEDE_STR("BOGUS / HTTP/1.1\r\n" HOST "\r\n"), 501},
    {"method not for us", LEDE_STR("DELETE / HTTP/1.1\r\n" HOST "\r\n"), 405},
    {"tunnel", LEDE_STR("CONNECT a:1 HTTP/1.1\r\n" HOST "\r\n"), 405},
    {"chunk too long",
     LEDE_STR("POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFFF\r\n"),
     400},
    {"chunk of no digits",
     LEDE_STR("POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\nxy\r\n"), 400},
    {"bare CR", LEDE_STR("GET / HTTP/1.1\r\n" HOST "X: b\rTransfer-Encoding: chunked\r\n\r\n"),
     400},
    {"negative length", LEDE_STR("POST / HTTP/1.1\r\n" HOST "Content-Length: -1\r\n\r\n"), 400},
    {"signed length", LEDE_STR("POST / HTTP/1.1\r\n" HOST "Content-Length: +1\r\n\r\na"), 400},
    {"length too long", LEDE_STR("POST / HTTP/1.1\r\n" HOST "Content-Length: 1048577\r\n\r\n"),
     413},
    {"expects something", LEDE_STR("POST / HTTP/1.1\r\n" HOST "Expect: a miracle\r\n\r\n"), 417},
    {"TLS", LEDE_STR("\x16\x03\x01\x02\x00\x01"), 501},
};

static void each_request_has_its_outcome_in_whatever_pieces_it_comes(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        print_message("%s\n", rows[i].name);
        if (outcome(rows[i].bytes, 1 << 20) != rows[i].status)
            print_message("   got %d\n", outcome(rows[i].bytes, 1 << 20));
        assert_int_equal(outcome(rows[i].bytes, 1 << 20), rows[i].status);
        assert_int_equal(outcome(rows[i].bytes, 1), rows[i].status);
    }
}

static int outcome_of_long(const char *before, const char *unit, size_t times, const char *after) {
    lede_buf b;
    lede_buf_init(&b, LEDE_BUF_MAX);
    lede_buf_adds(&b, before);
    for (size_t i = 0; i < times; i++)
        lede_buf_adds(&b, unit);
    lede_buf_adds(&b, after);
    const int whole = outcome(lede_buf_str(&b), 1 << 30);
    assert_int_equal(outcome(lede_buf_str(&b), 1000), whole);
    lede_buf_fini(&b);
    return whole;
}

static void everything_has_a_limit(void **state) {
    (void)state;
    assert_int_equal(outcome_of_long("GET /", "a", 65536, " HTTP/1.1\r\n" HOST "\r\n"), 414);
    assert_int_equal(outcome_of_long("GET / HTTP/1.1\r\n" HOST "X: ", "a", 65536, "\r\n\r\n"), 431);
    assert_int_equal(outcome_of_long("GET / HTTP/1.1\r\n" HOST, "X: a\r\n", 99, "\r\n"), 200);
    assert_int_equal(outcome_of_long("GET / HTTP/1.1\r\n" HOST, "X: a\r\n", 100, "\r\n"), 431);
    assert_int_equal(outcome_of_long("GET / HTTP/1.1\r\n" HOST, "X:\r\n", 99, "\r\n"), 200);
    assert_int_equal(outcome_of_long("GET / HTTP/1.1\r\n" HOST, "X:\r\n", 5000, "\r\n"), 431);
    assert_int_equal(outcome_of_long("POST / HTTP/1.1\r\n" HOST
                                     "Transfer-Encoding: chunked\r\n\r\n",
                                     "1\r\na\r\n", 2000000, ""),
                     413);
    assert_int_equal(
        outcome_of_long("POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n2;x=", "y",
                        8 << 20, ""),
        413);
    assert_int_equal(outcome_of_long("POST / HTTP/1.1\r\n" HOST
                                     "Transfer-Encoding: chunked\r\n\r\n0\r\n",
                                     "X: a\r\n", 5000, "\r\n"),
                     431);
}

static void fields_are_found_without_case_and_counted(void **state) {
    static const char text[] =
        "GET /x?y HTTP/1.1\r\nhost: a\r\nX-Empty:\r\nAccept:  b \r\nACCEPT: c\r\n\r\nGET";
    lede__reader *r = lede__reader_new(&limits);
    size_t eaten;
    unsigned count;
    (void)state;
    assert_int_equal(lede__reader_read(r, LEDE_STR(text), &eaten), LEDE__READ_DONE);
    assert_int_equal(eaten, sizeof text - 4);
    assert_true(lede_str_is(lede__reader_target(r), "/x?y"));
    assert_true(lede_str_is(lede__reader_field(r, LEDE_STR("Host"), &count), "a"));
    assert_int_equal(count, 1);
    assert_true(lede_str_is(lede__reader_field(r, LEDE_STR("accept"), &count), "b"));
    assert_int_equal(count, 2);
    assert_int_equal(lede__reader_field(r, LEDE_STR("x-empty"), &count).len, 0);
    assert_int_equal(count, 1);
    lede__reader_field(r, LEDE_STR("x"), &count);
    assert_int_equal(count, 0);
    lede__reader_free(r);
}

static void requests_follow_each_other(void **state) {
    static const char text[] =
        "POST /1 HTTP/1.1\r\n" HOST "Content-Length: 3\r\n\r\nabcGET /2 HTTP/1.1\r\n" HOST
        "Connection: close\r\n\r\n";
    lede__reader *r = lede__reader_new(&limits);
    lede_str left = LEDE_STR(text);
    size_t eaten;
    (void)state;
    assert_int_equal(lede__reader_read(r, left, &eaten), LEDE__READ_DONE);
    assert_true(lede_str_is(lede__reader_body(r), "abc") && lede__reader_keeps_alive(r));
    assert_int_equal(lede__reader_method(r), LEDE_POST);
    left = lede_str_sub(left, eaten);
    lede__reader_next(r);
    assert_false(lede__reader_begun(r));
    assert_int_equal(lede__reader_read(r, left, &eaten), LEDE__READ_DONE);
    assert_true(lede_str_is(lede__reader_target(r), "/2") && !lede__reader_keeps_alive(r));
    lede__reader_free(r);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_request_has_its_outcome_in_whatever_pieces_it_comes),
        cmocka_unit_test(everything_has_a_limit),
        cmocka_unit_test(fields_are_found_without_case_and_counted),
        cmocka_unit_test(requests_follow_each_other),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
