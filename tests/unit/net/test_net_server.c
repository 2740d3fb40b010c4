/* test_net_server.c - the server over loopback: what clients get, what they cannot do, what is left
 * of them. */
#include "lede/server.h"
#include "loop/workers.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include <uv.h>

#define HOST "Host: localhost\r\n"
#define GET(path, fields) "GET " path " HTTP/1.1\r\n" HOST fields "\r\n"
#define LAST "Connection: close\r\n"

typedef struct fixture {
    lede_loop *loop;
    lede_server *server;
    lede_events *events;
    lede_content *page, *big, *note;
    lede_request *later[64];
    unsigned n_later;
} fixture;

/* ---- what the tests' server answers */

static void answer(void *ctx, lede_request *q) {
    fixture *f = ctx;
    const lede_str path = lede_request_path(q);
    lede_answer a = {0};
    if (lede_str_is(path, "/page"))
        a.content = f->page;
    else if (lede_str_is(path, "/big"))
        a.content = f->big;
    else if (lede_str_is(path, "/note"))
        a.content = f->note;
    else if (lede_str_is(path, "/moved"))
        a = (lede_answer){.status = 301, .location = LEDE_STR("/a b\r\nX: y")};
    else if (lede_str_is(path, "/later")) {
        f->later[f->n_later++] = q;
        return;
    } else if (lede_str_is(path, "/events")) {
        lede_events_join(f->events, q, LEDE_STR("hello"), LEDE_STR("first"));
        return;
    } else if (lede_str_is(path, "/echo")) {
        lede_content *c;
        assert_int_equal(lede_content_new(lede_request_body(q), LEDE_STR("text/plain"), &c, NULL),
                         LEDE_OK);
        lede_request_answer(q, &(lede_answer){.content = c});
        lede_content_close(c);
        return;
    } else
        a.status = 404;
    lede_request_answer(q, &a);
}

static lede_content *content(size_t size, const char *type) {
    lede_buf b;
    lede_content *c;
    lede_buf_init(&b, LEDE_BUF_MAX);
    for (size_t i = 0; b.len < size; i++)
        lede_buf_addf(&b, "line %zu of the text, ", i);
    b.len = size;
    assert_int_equal(lede_content_take(&b, lede_str_of(type), &c, NULL), LEDE_OK);
    return c;
}

static void open_with(fixture *f, const lede_server_limits *limits) {
    lede_error err = {0};
    const lede_server_options o = {.limits = *limits, .ctx = f, .answer = answer};
    *f = (fixture){0};
    assert_int_equal(lede_loop_open(&f->loop, &err), LEDE_OK);
    assert_int_equal(lede_server_open((struct lede_loop *)f->loop, &o, &f->server, &err), LEDE_OK);
    assert_int_equal(lede_events_open(f->server, &f->events, &err), LEDE_OK);
    f->page = content(20000, "text/html; charset=utf-8");
    f->big = content(8 << 20, "application/octet-stream");
    f->note = content(100, "text/plain");
}

static void close_all(fixture *f) {
    lede_server_stats stats;
    for (unsigned i = 0; i < f->n_later; i++)
        lede_request_answer(f->later[i], &(lede_answer){.status = 404});
    lede_events_close(f->events);
    lede_server_close(f->server);
    lede_content_close(f->page);
    lede_content_close(f->big);
    lede_content_close(f->note);
    lede_loop_close(f->loop);
    (void)stats;
}

/* ---- clients */

static void turn(fixture *f) { uv_run(lede_loop_uv(f->loop), UV_RUN_NOWAIT); }

static int connect_to(fixture *f) {
    struct sockaddr_in at = {.sin_family = AF_INET,
                             .sin_port = htons((uint16_t)lede_server_port(f->server)),
                             .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    const int fd = socket(AF_INET, SOCK_STREAM, 0);
    assert_true(fd >= 0);
    assert_int_equal(connect(fd, (struct sockaddr *)&at, sizeof at), 0);
    fcntl(fd, F_SETFL, O_NONBLOCK);
    return fd;
}

static void say(fixture *f, int fd, lede_str bytes) {
    while (bytes.len) {
        const ssize_t n = send(fd, bytes.ptr, bytes.len, MSG_NOSIGNAL);
        if (n < 0 && errno != EAGAIN)
            return; /* the server hung up */
        bytes = lede_str_sub(bytes, n > 0 ? (size_t)n : 0);
        turn(f);
    }
}

/* Reads until the server hangs up, or until `enough` stands in what came. */
static void hear(fixture *f, int fd, const char *enough, lede_buf *out) {
    for (int idle = 0; idle < 5000; idle++) {
        char bytes[4096];
        turn(f);
        const ssize_t n = recv(fd, bytes, sizeof bytes, 0);
        if (n == 0 || (n < 0 && errno != EAGAIN))
            return;
        if (n > 0) {
            lede_buf_addn(out, bytes, (size_t)n);
            idle = 0;
        }
        if (n > 0 && enough &&
            lede_str_search(lede_buf_str(out), lede_str_of(enough), 0) != (size_t)-1)
            return;
        struct pollfd p = {.fd = fd, .events = POLLIN};
        poll(&p, 1, n > 0 ? 0 : 1);
    }
    fail_msg("the server neither answered nor hung up");
}

/* One exchange on a connection of its own that the server closes. */
static void exchange_bytes(fixture *f, lede_str request, lede_buf *out) {
    const int fd = connect_to(f);
    lede_buf_init(out, LEDE_BUF_MAX);
    say(f, fd, request);
    hear(f, fd, NULL, out);
    close(fd);
}

static void exchange(fixture *f, const char *request, lede_buf *out) {
    exchange_bytes(f, lede_str_of(request), out);
}

static bool has(const lede_buf *b, const char *text) {
    return lede_str_search(lede_buf_str(b), lede_str_of(text), 0) != (size_t)-1;
}

static lede_str body_of(const lede_buf *b) {
    const size_t at = lede_str_search(lede_buf_str(b), LEDE_STR("\r\n\r\n"), 0);
    assert_int_not_equal(at, (size_t)-1);
    return lede_str_sub(lede_buf_str(b), at + 4);
}

static int status_of(const lede_buf *b) {
    return b->len > 12 ? (int)strtol(b->ptr + 9, NULL, 10) : 0;
}

static lede_str tag_of(const lede_buf *b) {
    const size_t at = lede_str_search(lede_buf_str(b), LEDE_STR("ETag: "), 0) + 6;
    return lede_str_n(b->ptr + at, lede_str_find(lede_buf_str(b), '\r', at) - at);
}

/* ---- tests */

static const lede_server_limits usual = {0};

static void a_page_is_answered_and_not_again_when_it_is_known(void **state) {
    fixture f;
    lede_buf first, again;
    char request[256];
    (void)state;
    open_with(&f, &usual);
    exchange(&f, GET("/page", LAST), &first);
    assert_int_equal(status_of(&first), 200);
    assert_true(lede_str_eq(body_of(&first), lede_content_bytes(f.page)));
    assert_true(has(&first, "Content-Length: 20000\r\n") && has(&first, "nosniff") &&
                has(&first, " GMT\r\n"));
    assert_false(has(&first, "Access-Control"));
    const lede_str tag = tag_of(&first);
    snprintf(request, sizeof request, GET("/page", LAST "If-None-Match: %.*s\r\n"), (int)tag.len,
             tag.ptr);
    exchange(&f, request, &again);
    assert_int_equal(status_of(&again), 304);
    assert_int_equal(body_of(&again).len, 0);
    assert_true(lede_str_eq(tag_of(&again), tag));
    lede_buf_fini(&first);
    lede_buf_fini(&again);
    close_all(&f);
}

static void head_says_what_get_would_and_no_more(void **state) {
    fixture f;
    lede_buf out;
    (void)state;
    open_with(&f, &usual);
    exchange(&f, "HEAD /page HTTP/1.1\r\n" HOST LAST "\r\n", &out);
    assert_int_equal(status_of(&out), 200);
    assert_true(has(&out, "Content-Length: 20000\r\n"));
    assert_int_equal(body_of(&out).len, 0);
    lede_buf_fini(&out);
    close_all(&f);
}

static void text_is_packed_for_those_who_ask_and_has_another_tag(void **state) {
    static const char *const codings[] = {"gzip", "br"};
    fixture f;
    lede_buf plain, packed;
    (void)state;
    open_with(&f, &usual);
    exchange(&f, GET("/page", LAST), &plain);
    for (int i = 0; i < 2; i++) {
        char request[256], field[64];
        snprintf(request, sizeof request, GET("/page", LAST "Accept-Encoding: %s\r\n"), codings[i]);
        snprintf(field, sizeof field, "Content-Encoding: %s\r\n", codings[i]);
        exchange(&f, request, &packed);
        assert_true(has(&packed, field) && has(&packed, "Vary: Accept-Encoding\r\n"));
        assert_true(body_of(&packed).len < 10000);
        assert_false(lede_str_eq(tag_of(&packed), tag_of(&plain)));
        lede_buf_fini(&packed);
    }
    exchange(&f, GET("/note", LAST "Accept-Encoding: br\r\n"), &packed);
    assert_false(has(&packed, "Content-Encoding") || has(&packed, "Vary"));
    lede_buf_fini(&packed);
    exchange(&f, GET("/page", LAST "Accept-Encoding: br\r\nRange: bytes=5-9\r\n"), &packed);
    assert_int_equal(status_of(&packed), 206);
    assert_true(has(&packed, "Content-Range: bytes 5-9/20000\r\n") &&
                !has(&packed, "Content-Encoding"));
    assert_true(lede_str_eq(body_of(&packed), lede_str_n(lede_content_bytes(f.page).ptr + 5, 5)));
    lede_buf_fini(&packed);
    lede_buf_fini(&plain);
    close_all(&f);
}

static void what_is_not_for_us_is_refused(void **state) {
    static const struct {
        const char *request;
        int status;
    } rows[] = {
        {"GET /page HTTP/1.1\r\n" LAST "\r\n", 400},
        {"GET /page HTTP/1.1\r\n" HOST HOST LAST "\r\n", 400},
        {"GET /page HTTP/1.1\r\nHost: evil.example\r\n" LAST "\r\n", 421},
        {"GET http://evil.example/page HTTP/1.1\r\n" HOST LAST "\r\n", 400},
        {"GET http://localhost/page HTTP/1.1\r\n" HOST LAST "\r\n", 200},
        {GET("/page", LAST "Origin: http://evil.example\r\n"), 403},
        {GET("/page", LAST "Origin: null\r\n"), 403},
        {GET("/page", LAST "Origin: http://localhost\r\n"), 200},
        {GET("/page", LAST "Sec-Fetch-Site: cross-site\r\nSec-Fetch-Mode: no-cors\r\n"), 403},
        {GET("/events", LAST "Origin: http://localhost:1\r\n"), 403},
        {"POST /echo HTTP/1.1\r\n" HOST LAST "Content-Length: 2\r\n\r\nab", 403},
        {GET("/.git/config", LAST), 404},
        {GET("/../page", LAST), 404},
        {GET("/a%2fb", LAST), 400},
        {GET("/none", LAST), 404},
        {"OPTIONS /page HTTP/1.1\r\n" HOST LAST "\r\n", 405},
        {"GET /page HTTP/1.1\nHost: localhost\n\n", 400},
        {"GET /page HTTP/1.1\r\n" HOST "X: a\r\n b\r\n\r\n", 400},
    };
    fixture f;
    (void)state;
    open_with(&f, &usual);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        lede_buf out;
        print_message("%s", rows[i].request);
        exchange(&f, rows[i].request, &out);
        assert_int_equal(status_of(&out), rows[i].status);
        assert_false(has(&out, "Access-Control"));
        lede_buf_fini(&out);
    }
    close_all(&f);
}

static void requests_on_one_connection_are_answered_in_order(void **state) {
    fixture f;
    lede_buf out;
    (void)state;
    open_with(&f, &usual);
    exchange(&f,
             GET("/note", "") "POST /echo HTTP/1.1\r\n" HOST
                              "Origin: http://localhost\r\nContent-Length: 5\r\n\r\nhello" GET(
                                  "/none", "") GET("/big", LAST),
             &out);
    const size_t echo = lede_str_search(lede_buf_str(&out), LEDE_STR("hello"), 0);
    const size_t none = lede_str_search(lede_buf_str(&out), LEDE_STR("404 Not Found"), 0);
    const size_t big = lede_str_search(lede_buf_str(&out), LEDE_STR("Content-Length: 8388608"), 0);
    assert_true(echo < none && none < big && big != (size_t)-1);
    assert_true(out.len > 8388608);
    lede_buf_fini(&out);
    close_all(&f);
}

static void an_answer_may_come_later_and_to_nobody(void **state) {
    fixture f;
    lede_buf out;
    (void)state;
    open_with(&f, &usual);
    const int fd = connect_to(&f), gone = connect_to(&f);
    lede_buf_init(&out, LEDE_BUF_MAX);
    say(&f, gone, LEDE_STR(GET("/later", "")));
    say(&f, fd, LEDE_STR(GET("/later", "") GET("/note", LAST)));
    for (int i = 0; i < 1000 && f.n_later < 2; i++)
        turn(&f);
    assert_int_equal(f.n_later, 2);
    close(gone);
    for (unsigned i = 0; i < f.n_later; i++)
        lede_request_answer(f.later[i], &(lede_answer){.content = f.page});
    f.n_later = 0;
    hear(&f, fd, NULL, &out);
    assert_true(has(&out, "Content-Length: 20000") && has(&out, "Content-Length: 100\r\n"));
    close(fd);
    lede_buf_fini(&out);
    close_all(&f);
}

static void a_client_that_shut_its_side_is_answered(void **state) {
    fixture f;
    lede_buf out;
    (void)state;
    open_with(&f, &usual);
    const int fd = connect_to(&f);
    lede_buf_init(&out, LEDE_BUF_MAX);
    say(&f, fd, LEDE_STR(GET("/big", "")));
    shutdown(fd, SHUT_WR);
    hear(&f, fd, NULL, &out);
    assert_true(out.len > 8388608);
    close(fd);
    lede_buf_fini(&out);
    close_all(&f);
}

static void events_reach_everyone_and_one_who_does_not_read_is_dropped(void **state) {
    fixture f;
    lede_buf out;
    int fds[20];
    (void)state;
    open_with(&f, &usual);
    for (int i = 0; i < 20; i++) {
        fds[i] = connect_to(&f);
        say(&f, fds[i], LEDE_STR(GET("/events", "Origin: http://localhost\r\n")));
    }
    for (int i = 0; i < 1000 && lede_events_count(f.events) < 20; i++)
        turn(&f);
    assert_int_equal(lede_events_count(f.events), 20);
    assert_int_equal(lede_events_send(f.events, LEDE_STR("changed"), LEDE_STR("/a\n/b"), NULL),
                     LEDE_OK);
    for (int i = 0; i < 20; i++) {
        lede_buf_init(&out, LEDE_BUF_MAX);
        hear(&f, fds[i], "data: /b\n\n", &out);
        assert_true(has(&out, "text/event-stream") && has(&out, "event: hello\ndata: first\n\n"));
        assert_true(has(&out, "event: changed\ndata: /a\ndata: /b\n\n"));
        lede_buf_fini(&out);
    }
    lede_str flood = lede_content_bytes(f.big);
    flood.len = 500000;
    for (int i = 0; i < 100 && lede_events_count(f.events); i++) {
        assert_int_equal(lede_events_send(f.events, LEDE_STR("flood"), flood, NULL), LEDE_OK);
        turn(&f);
    }
    assert_int_equal(lede_events_count(f.events), 0);
    for (int i = 0; i < 20; i++)
        close(fds[i]);
    close_all(&f);
}

static void every_wait_has_a_limit(void **state) {
    static const lede_server_limits short_ones = {
        .head_ms = 1, .body_ms = 1, .answer_ms = 1, .write_ms = 1, .idle_ms = 1};
    static const struct {
        const char *bytes;
        int status; /* 0: hung up without a word */
    } rows[] = {{"", 0},
                {"GET /no", 408},
                {"POST /echo HTTP/1.1\r\n" HOST "Content-Length: 9\r\n\r\nab", 408},
                {GET("/later", ""), 504}};
    fixture f;
    (void)state;
    open_with(&f, &short_ones);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        lede_buf out;
        exchange(&f, rows[i].bytes, &out);
        assert_int_equal(status_of(&out), rows[i].status);
        lede_buf_fini(&out);
    }
    const int fd = connect_to(&f); /* does not read */
    lede_server_stats stats;
    say(&f, fd, LEDE_STR(GET("/big", "")));
    do {
        uv_run(lede_loop_uv(f.loop), UV_RUN_ONCE);
        lede_server_get_stats(f.server, &stats);
    } while (stats.open);
    assert_int_equal(stats.timed_out, 5);
    close(fd);
    close_all(&f);
}

static void connections_beyond_the_limit_take_the_place_of_idle_ones(void **state) {
    static const lede_server_limits few = {.connections = 4};
    fixture f;
    lede_buf out;
    int fds[4];
    (void)state;
    open_with(&f, &few);
    for (int i = 0; i < 4; i++) {
        fds[i] = connect_to(&f);
        turn(&f);
    }
    exchange(&f, GET("/note", LAST), &out);
    assert_int_equal(status_of(&out), 200);
    lede_buf_fini(&out);
    for (int i = 0; i < 4; i++) /* now none is idle; one of them was dropped above */
        say(&f, fds[i], LEDE_STR("GET /"));
    const int last = connect_to(&f);
    say(&f, last, LEDE_STR("GET /"));
    turn(&f);
    exchange(&f, GET("/note", LAST), &out);
    assert_int_equal(status_of(&out), 503);
    lede_buf_fini(&out);
    close(last);
    for (int i = 0; i < 4; i++)
        close(fds[i]);
    close_all(&f);
}

static int open_fds(void) {
    int n = 0;
    for (int fd = 0; fd < 4096; fd++)
        n += fcntl(fd, F_GETFD) >= 0;
    return n;
}

static void clients_that_reset_leave_nothing_behind(void **state) {
    fixture f;
    lede_server_stats stats;
    (void)state;
    open_with(&f, &usual);
    const int before = open_fds();
    for (int i = 0; i < 300; i++) {
        const struct linger reset = {.l_onoff = 1};
        const int fd = connect_to(&f);
        say(&f, fd,
            i % 3 == 0   ? LEDE_STR(GET("/big", ""))
            : i % 3 == 1 ? LEDE_STR("GET /pa")
                         : LEDE_STR(GET("/events", "")));
        setsockopt(fd, SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
        close(fd);
    }
    do {
        uv_run(lede_loop_uv(f.loop), UV_RUN_NOWAIT);
        lede_server_get_stats(f.server, &stats);
    } while (stats.open);
    assert_int_equal(open_fds(), before);
    assert_int_equal(stats.streams, 0);
    close_all(&f);
}

static void stopping_lets_answers_end_and_takes_no_more(void **state) {
    fixture f;
    lede_buf out;
    (void)state;
    open_with(&f, &usual);
    const int idle = connect_to(&f), busy = connect_to(&f);
    lede_buf_init(&out, LEDE_BUF_MAX);
    say(&f, busy, LEDE_STR(GET("/later", "")));
    for (int i = 0; i < 1000 && f.n_later < 1; i++)
        turn(&f);
    lede_server_stop(f.server);
    assert_false(lede_server_stopped(f.server));
    hear(&f, idle, NULL, &out);
    assert_int_equal(out.len, 0);
    lede_request_answer(f.later[0], &(lede_answer){.content = f.page});
    f.n_later = 0;
    hear(&f, busy, "\r\n\r\n", &out);
    assert_int_equal(status_of(&out), 200);
    struct sockaddr_in at = {.sin_family = AF_INET,
                             .sin_port = htons((uint16_t)lede_server_port(f.server)),
                             .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    const int late = socket(AF_INET, SOCK_STREAM, 0);
    assert_int_not_equal(connect(late, (struct sockaddr *)&at, sizeof at), 0);
    close(late);
    close(idle);
    close(busy);
    lede_buf_fini(&out);
    close_all(&f);
}

static void a_location_cannot_split_the_head(void **state) {
    fixture f;
    lede_buf out;
    (void)state;
    open_with(&f, &usual);
    exchange(&f, GET("/moved", LAST), &out);
    assert_int_equal(status_of(&out), 301);
    assert_true(has(&out, "Location: /a%20b%0D%0AX%3A%20y\r\n"));
    lede_buf_fini(&out);
    close_all(&f);
}

static void the_next_port_is_taken_when_one_is_not_free(void **state) {
    fixture f;
    lede_server *second;
    lede_error err = {0};
    (void)state;
    open_with(&f, &usual);
    lede_server_options o = {.port = lede_server_port(f.server), .ctx = &f, .answer = answer};
    assert_int_equal(lede_server_open((struct lede_loop *)f.loop, &o, &second, &err), LEDE_EBUSY);
    o.port_tries = 20;
    assert_int_equal(lede_server_open((struct lede_loop *)f.loop, &o, &second, &err), LEDE_OK);
    assert_int_not_equal(lede_server_port(second), lede_server_port(f.server));
    lede_server_close(second);
    o.address = "localhost";
    assert_int_equal(lede_server_open((struct lede_loop *)f.loop, &o, &second, &err), LEDE_EINVAL);
    close_all(&f);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_page_is_answered_and_not_again_when_it_is_known),
        cmocka_unit_test(head_says_what_get_would_and_no_more),
        cmocka_unit_test(text_is_packed_for_those_who_ask_and_has_another_tag),
        cmocka_unit_test(what_is_not_for_us_is_refused),
        cmocka_unit_test(requests_on_one_connection_are_answered_in_order),
        cmocka_unit_test(an_answer_may_come_later_and_to_nobody),
        cmocka_unit_test(a_client_that_shut_its_side_is_answered),
        cmocka_unit_test(events_reach_everyone_and_one_who_does_not_read_is_dropped),
        cmocka_unit_test(every_wait_has_a_limit),
        cmocka_unit_test(connections_beyond_the_limit_take_the_place_of_idle_ones),
        cmocka_unit_test(clients_that_reset_leave_nothing_behind),
        cmocka_unit_test(stopping_lets_answers_end_and_takes_no_more),
        cmocka_unit_test(a_location_cannot_split_the_head),
        cmocka_unit_test(the_next_port_is_taken_when_one_is_not_free),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
