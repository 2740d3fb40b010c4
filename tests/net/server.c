/* server.c - the server by itself, for loads: pages of 36 KiB, an event stream, a large file.
 * usage: server [SECONDS]
 *
 * Prints its port. A line on stdin prints CPU and memory of the process and what it has open; the
 * end of stdin, or SECONDS, ends it. /send gives an event to everyone. */
#include "lede/server.h"
#include "loop/workers.h"
#include "sys/sys.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <uv.h>

enum { PAGE = 36 << 10, LARGE = 8 << 20 };

typedef struct shown {
    lede_server *server;
    lede_events *events;
    lede_content *page, *large;
    uv_pipe_t orders;
    char order[256];
    bool done;
} shown;

static void answer(void *ctx, lede_request *q) {
    shown *s = ctx;
    const lede_str path = lede_request_path(q);
    if (lede_str_is(path, "/events")) {
        lede_events_join(s->events, q, LEDE_STR("hello"), LEDE_STR("now"));
        return;
    }
    if (lede_str_is(path, "/send"))
        (void)!lede_events_send(s->events, LEDE_STR("changed"), LEDE_STR("/a/"), NULL);
    lede_request_answer(
        q, &(lede_answer){.content = lede_str_is(path, "/large") ? s->large : s->page});
}

static int open_files(void) {
    DIR *dir = opendir("/proc/self/fd");
    int n = 0;
    while (dir && readdir(dir))
        n++;
    if (dir)
        closedir(dir);
    return n;
}

static void print_state(const shown *s) {
    lede_server_stats stats;
    lede_server_get_stats(s->server, &stats);
    printf("cpu_us=%llu rss=%llu fds=%d open=%u streams=%u requests=%llu refused=%llu "
           "timed_out=%llu\n",
           (unsigned long long)lede__cpu_us(), (unsigned long long)lede__pss_bytes(0), open_files(),
           stats.open, stats.streams, (unsigned long long)stats.requests,
           (unsigned long long)stats.refused, (unsigned long long)stats.timed_out);
    fflush(stdout);
}

static void on_room(uv_handle_t *handle, size_t suggested, uv_buf_t *out) {
    shown *s = handle->data;
    (void)suggested;
    *out = uv_buf_init(s->order, sizeof s->order);
}

static void on_order(uv_stream_t *stream, ssize_t n, const uv_buf_t *buf) {
    shown *s = stream->data;
    (void)buf;
    if (n < 0)
        s->done = true;
    else
        print_state(s);
}

static lede_content *content(size_t size, const char *type) {
    lede_buf b;
    lede_content *c;
    lede_buf_init(&b, LEDE_BUF_MAX);
    for (size_t i = 0; b.len < size; i++)
        lede_buf_addf(&b, "<p>line %zu of the text</p>\n", i * 7919 % 10007);
    b.len = size;
    return lede_content_take(&b, lede_str_of(type), &c, NULL) ? NULL : c;
}

static void on_time(uv_timer_t *timer) { ((shown *)timer->data)->done = true; }

int main(int argc, char **argv) {
    static shown s;
    lede_loop *loop;
    lede_error err = {0};
    const lede_server_options o = {
        .ctx = &s, .answer = answer, .limits = {.head_ms = argc > 2 ? atoi(argv[2]) : 0}};
    if (lede_loop_open(&loop, &err) ||
        lede_server_open((struct lede_loop *)loop, &o, &s.server, &err) ||
        lede_events_open(s.server, &s.events, &err)) {
        fprintf(stderr, "%s\n", err.message);
        return 1;
    }
    s.page = content(PAGE, "text/html; charset=utf-8");
    s.large = content(LARGE, "application/octet-stream");
    uv_timer_t timer;
    uv_timer_init(lede_loop_uv(loop), &timer);
    timer.data = &s;
    uv_timer_start(&timer, on_time, (uint64_t)(argc > 1 ? strtoul(argv[1], NULL, 10) : 60) * 1000,
                   0);
    uv_pipe_init(lede_loop_uv(loop), &s.orders, 0);
    uv_pipe_open(&s.orders, 0);
    s.orders.data = &s;
    uv_read_start((uv_stream_t *)&s.orders, on_room, on_order);
    printf("%d\n", lede_server_port(s.server));
    fflush(stdout);
    const lede_status st = lede_loop_run(loop, &s.done, &err);
    print_state(&s);
    uv_close((uv_handle_t *)&s.orders, NULL);
    uv_close((uv_handle_t *)&timer, NULL);
    lede_events_close(s.events);
    lede_server_close(s.server);
    lede_content_close(s.page);
    lede_content_close(s.large);
    lede_loop_close(loop);
    return st == LEDE_OK ? 0 : 1;
}
