/* answer.c - an answer's head and bytes on their way to the client.
 *
 * What the socket takes at once, and that is nearly always all, is written without a request of
 * libuv's. The rest goes in pieces of 64 KiB, each with a limit of its own, so a client that reads
 * slowly is told from one that does not read. The bytes are those of the content: nothing is
 * copied.
 */
#include "net/connection.h"

#include "lede/time.h"
#include "net/choose.h"
#include "net/content.h"

#include <stdio.h>
#include <stdlib.h>

enum { PIECE = 64 << 10 };

const char *lede__status_words(int status) {
    static const struct {
        int status;
        const char *words;
    } all[] = {{200, "OK"},
               {204, "No Content"},
               {206, "Partial Content"},
               {301, "Moved Permanently"},
               {302, "Found"},
               {303, "See Other"},
               {304, "Not Modified"},
               {308, "Permanent Redirect"},
               {400, "Bad Request"},
               {403, "Forbidden"},
               {404, "Not Found"},
               {405, "Method Not Allowed"},
               {408, "Request Timeout"},
               {412, "Precondition Failed"},
               {413, "Content Too Large"},
               {414, "URI Too Long"},
               {416, "Range Not Satisfiable"},
               {417, "Expectation Failed"},
               {421, "Misdirected Request"},
               {431, "Request Header Fields Too Large"},
               {500, "Internal Server Error"},
               {501, "Not Implemented"},
               {503, "Service Unavailable"},
               {504, "Gateway Timeout"},
               {505, "HTTP Version Not Supported"}};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        if (all[i].status == status)
            return all[i].words;
    return "Unknown";
}

const char *lede__date(lede_server *s) {
    static const char *const days[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    static const char *const months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                         "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    const int64_t now = lede_time_now();
    lede_civil c;
    if (now == s->date_second)
        return s->date;
    s->date_second = now;
    lede_time_civil(now, NULL, &c);
    snprintf(s->date, sizeof s->date, "%s, %02d %s %04d %02d:%02d:%02d GMT", days[c.weekday % 7],
             c.day, months[(c.month + 11) % 12], c.year, c.hour, c.minute, c.second);
    return s->date;
}

/* ---- sending */

static void on_wrote(uv_write_t *write, int status);

static bool all_sent(const lede__connection *c) {
    return c->head_sent == c->head.len && c->left.len == 0;
}

static void took(lede__connection *c, size_t n) {
    const size_t of_head = c->head.len - c->head_sent < n ? c->head.len - c->head_sent : n;
    c->head_sent += of_head;
    c->left = lede_str_sub(c->left, n - of_head);
}

static unsigned pieces(const lede__connection *c, size_t most, uv_buf_t out[2]) {
    unsigned n = 0;
    if (c->head_sent < c->head.len)
        out[n++] = uv_buf_init(c->head.ptr + c->head_sent, (unsigned)(c->head.len - c->head_sent));
    if (c->left.len)
        out[n++] =
            uv_buf_init((char *)c->left.ptr, (unsigned)(c->left.len < most ? c->left.len : most));
    return n;
}

static void finish(lede__connection *c) {
    lede_buf_fini(&c->head);
    c->head_sent = 0;
    lede_content_close(c->content);
    c->content = NULL;
    lede__connection_answered(c);
}

static void send_piece(lede__connection *c) {
    uv_buf_t out[2];
    lede__connection_wait(c, LEDE__WRITING);
    c->write.data = c;
    if (uv_write(&c->write, (uv_stream_t *)&c->tcp, out, pieces(c, PIECE, out), on_wrote) != 0)
        lede__connection_drop(c);
}

static void on_wrote(uv_write_t *write, int status) {
    lede__connection *c = write->data;
    if (c->waiting == LEDE__CLOSING)
        return;
    if (status < 0) {
        lede__connection_drop(c);
        return;
    }
    took(c, c->head.len - c->head_sent + (c->left.len < PIECE ? c->left.len : PIECE));
    if (all_sent(c))
        finish(c);
    else
        send_piece(c);
}

void lede__answer_send(lede__connection *c) {
    uv_buf_t out[2];
    const int n = uv_try_write((uv_stream_t *)&c->tcp, out, pieces(c, 1 << 20, out));
    if (n < 0 && n != UV_EAGAIN) {
        lede__connection_drop(c);
        return;
    }
    took(c, n > 0 ? (size_t)n : 0);
    if (all_sent(c))
        finish(c);
    else
        send_piece(c);
}

/* ---- refusals */

static void on_shut(uv_shutdown_t *request, int status) { (void)request, (void)status; }

/* The client may still be sending: hanging up now would make its system throw the answer away. */
void lede__answer_refusal(lede__connection *c, int status) {
    char text[256];
    c->server->stats.refused++;
    const int len =
        snprintf(text, sizeof text,
                 "HTTP/1.1 %d %s\r\nDate: %s\r\nContent-Length: 0\r\nConnection: close\r\n%s\r\n",
                 status, lede__status_words(status), lede__date(c->server),
                 status == 405 ? "Allow: GET, HEAD, POST\r\n" : "");
    uv_buf_t b = uv_buf_init(text, (unsigned)len);
    if (uv_try_write((uv_stream_t *)&c->tcp, &b, 1) != len ||
        uv_shutdown(&c->shutdown, (uv_stream_t *)&c->tcp, on_shut) != 0) {
        lede__connection_drop(c);
        return;
    }
    lede__connection_wait(c, LEDE__LINGERING);
}

/* ---- answers */

static const char *coding_field(const lede__form *form) {
    switch (form->coding) {
    case LEDE__IDENTITY:
        return "";
    case LEDE__GZIP:
        return "Content-Encoding: gzip\r\n";
    case LEDE__BROTLI:
        return "Content-Encoding: br\r\n";
    }
    return "";
}

static void add_common(lede_buf *b, const lede__connection *c, int status, const lede_answer *a) {
    lede_buf_addf(b, "HTTP/1.1 %d %s\r\nDate: %s\r\n", status, lede__status_words(status),
                  lede__date(c->server));
    lede_buf_adds(
        b, "X-Content-Type-Options: nosniff\r\nCross-Origin-Resource-Policy: same-origin\r\n");
    lede_buf_adds(b, a->store ? "Cache-Control: max-age=31536000, immutable\r\n"
                              : "Cache-Control: no-cache\r\n");
    if (!c->keep)
        lede_buf_adds(b, "Connection: close\r\n");
    if (a->location.len) {
        lede_buf_adds(b, "Location: ");
        lede_escape_path(b, a->location);
        lede_buf_adds(b, "\r\n");
    }
    lede_buf_add(b, a->fields);
}

static lede_str field(const lede_request *q, const char *name) {
    return lede_request_field(q, lede_str_of(name));
}

static lede__conditions conditions_of(const lede_request *q) {
    return (lede__conditions){.if_match = field(q, "If-Match"),
                              .if_none_match = field(q, "If-None-Match"),
                              .if_range = field(q, "If-Range"),
                              .range = field(q, "Range")};
}

/* Fills c->head and c->left with an answer of bytes. */
static void compose(lede__connection *c, const lede_request *q, const lede_answer *a,
                    lede_content *content) {
    const bool ok = a->status == 0 || a->status == 200;
    const bool get = q->method == LEDE_GET;
    const lede__conditions conditions = ok ? conditions_of(q) : (lede__conditions){0};
    const lede__coding wanted = get && conditions.range.len
                                    ? LEDE__IDENTITY
                                    : lede__choose_coding(field(q, "Accept-Encoding"));
    lede__form form;
    lede__content_form(content, wanted, &form);
    const lede__choice x =
        lede__choose_part(&conditions, get, lede_str_of(form.tag), form.bytes.len);
    lede_buf *b = &c->head;
    add_common(b, c, ok ? x.status : a->status, a);
    if (ok)
        lede_buf_addf(b, "ETag: %s\r\nAccept-Ranges: bytes\r\n", form.tag);
    if (lede__content_varies(content))
        lede_buf_adds(b, "Vary: Accept-Encoding\r\n");
    if (x.status == 416)
        lede_buf_addf(b, "Content-Range: bytes */%zu\r\n", form.bytes.len);
    else if (x.status == 206)
        lede_buf_addf(b, "Content-Range: bytes %zu-%zu/%zu\r\n", x.from, x.from + x.len - 1,
                      form.bytes.len);
    if (x.status == 200 || x.status == 206) {
        const lede_str type = lede__content_type_of(content);
        lede_buf_addf(b, "Content-Type: %.*s\r\n%s", (int)type.len, type.ptr, coding_field(&form));
        c->left = lede_str_n(form.bytes.ptr + x.from, q->method == LEDE_HEAD ? 0 : x.len);
    }
    if (x.status != 304)
        lede_buf_addf(b, "Content-Length: %zu\r\n", x.len);
    lede_buf_adds(b, "\r\n");
}

static lede_content *words_for(int status) {
    char text[64];
    lede_content *c;
    snprintf(text, sizeof text, "%d %s\n", status, lede__status_words(status));
    return lede_content_new(lede_str_of(text), LEDE_STR("text/plain; charset=utf-8"), &c, NULL)
               ? NULL
               : c;
}

void lede_request_answer(lede_request *q, const lede_answer *a) {
    lede__connection *c = q->connection;
    if (!c) {
        lede__request_free(q);
        return;
    }
    c->request = NULL;
    c->content = a->content ? lede_content_ref(a->content) : words_for(a->status ? a->status : 200);
    c->left = (lede_str){0};
    if (c->content)
        compose(c, q, a, c->content);
    const bool good = c->content && c->head.status == LEDE_OK;
    lede__request_free(q);
    if (good)
        lede__answer_send(c);
    else
        lede__connection_drop(c);
}

/* ---- what a handler sees of a request */

void lede__request_free(lede_request *q) {
    lede_buf_fini(&q->path);
    free(q);
}

lede_method lede_request_method(const lede_request *q) { return q->method; }
lede_str lede_request_path(const lede_request *q) { return lede_buf_str(&q->path); }
lede_str lede_request_query(const lede_request *q) { return q->query; }
void *lede_request_ctx(const lede_request *q) { return q->server->options.ctx; }

lede_str lede_request_field(const lede_request *q, lede_str name) {
    return q->connection ? lede__reader_field(q->connection->reader, name, NULL) : (lede_str){0};
}

lede_str lede_request_body(const lede_request *q) {
    return q->connection ? lede__reader_body(q->connection->reader) : (lede_str){0};
}
