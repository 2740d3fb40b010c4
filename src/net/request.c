/* request.c - llhttp 8.1 in its strict mode, its three gaps closed, its missing limits added. See
 * net/request.h.
 *
 * Spans arrive in pieces: each is added to one text, and a field is two places in it. What llhttp
 * lets through and we do not: a value that goes on in the next line, which it also takes for the
 * name of another field (CVE-2024-27982); blanks in names; codings of the body other than
 * "chunked"; chunk extensions without end (CVE-2024-22019), stopped by counting every byte of a
 * message; HTTP versions other than 1.0 and 1.1; changing to another protocol.
 */
#include "net/request.h"

#include <llhttp/llhttp.h>

#include <stdlib.h>

enum { BODY_SLACK = 16 << 10, FIRST_FIELDS = 16 };

typedef struct field {
    uint32_t name, name_len, value, value_len;
} field;

struct lede__reader {
    llhttp_t http;
    const lede_server_limits *limits;
    lede_buf text, body; /* text: the target, then names and values */
    size_t target_len, message_bytes;
    field *fields;
    unsigned n_fields, cap_fields;
    int status;
    lede_method method;
    char last; /* byte of what was read before */
    const char *from;
    bool begun, in_value, in_body, whole, keeps_alive, asks_to_go_on;
};

/* ---- llhttp's callbacks */

static int refuse(llhttp_t *http, int status, const char *why) {
    lede__reader *r = http->data;
    r->status = status;
    llhttp_set_error_reason(http, why);
    return HPE_USER;
}

static bool add_text(lede__reader *r, const char *at, size_t n) {
    lede_buf_addn(&r->text, at, n);
    return r->text.status == LEDE_OK;
}

static int on_begin(llhttp_t *http) {
    lede__reader *r = http->data;
    r->begun = true;
    return HPE_OK;
}

static int on_target(llhttp_t *http, const char *at, size_t n) {
    lede__reader *r = http->data;
    if (r->target_len + n > r->limits->target_bytes)
        return refuse(http, 414, "the target is too long");
    r->target_len += n;
    return add_text(r, at, n) ? HPE_OK : refuse(http, 431, "the head is too long");
}

static field *new_field(lede__reader *r) {
    if (r->n_fields == r->cap_fields) {
        const unsigned cap = r->cap_fields ? r->cap_fields * 2 : FIRST_FIELDS;
        field *more = realloc(r->fields, cap * sizeof *more);
        if (!more)
            return NULL;
        r->fields = more;
        r->cap_fields = cap;
    }
    field *f = &r->fields[r->n_fields++];
    *f = (field){.name = (uint32_t)r->text.len};
    return f;
}

static int on_name(llhttp_t *http, const char *at, size_t n) {
    lede__reader *r = http->data;
    if (memchr(at, ' ', n) || memchr(at, '\t', n))
        return refuse(http, 400, "a blank in the name of a field");
    if (r->n_fields == 0 || r->in_value) {
        if (r->n_fields == r->limits->fields)
            return refuse(http, 431, "too many fields");
        if (!new_field(r))
            return refuse(http, 503, "out of memory");
        r->in_value = false;
    }
    r->fields[r->n_fields - 1].name_len += (uint32_t)n;
    return add_text(r, at, n) ? HPE_OK : refuse(http, 431, "the head is too long");
}

static int on_value(llhttp_t *http, const char *at, size_t n) {
    lede__reader *r = http->data;
    const char before = at > r->from ? at[-1] : r->last;
    if (n && before == '\n')
        return refuse(http, 400, "a value that goes on in the next line");
    field *f = &r->fields[r->n_fields - 1];
    if (!r->in_value)
        f->value = (uint32_t)r->text.len;
    r->in_value = true;
    f->value_len += (uint32_t)n;
    return add_text(r, at, n) ? HPE_OK : refuse(http, 431, "the head is too long");
}

/* A value of no bytes has no span. */
static int on_value_end(llhttp_t *http) {
    lede__reader *r = http->data;
    r->in_value = true;
    return HPE_OK;
}

static bool method_of(const llhttp_t *http, lede_method *out) {
    switch (http->method) {
    case HTTP_GET:
        *out = LEDE_GET;
        return true;
    case HTTP_HEAD:
        *out = LEDE_HEAD;
        return true;
    case HTTP_POST:
        *out = LEDE_POST;
        return true;
    default:
        return false;
    }
}

static int check_expectation(lede__reader *r) {
    unsigned count;
    const lede_str expect = lede__reader_field(r, LEDE_STR("Expect"), &count);
    if (count == 0)
        return 0;
    r->asks_to_go_on = lede_str_eq_nocase(expect, LEDE_STR("100-continue"));
    return r->asks_to_go_on ? 0 : 417;
}

static int check_coding(const lede__reader *r) {
    unsigned count;
    const lede_str coding = lede__reader_field(r, LEDE_STR("Transfer-Encoding"), &count);
    if (count == 0)
        return 0;
    return count == 1 && lede_str_eq_nocase(coding, LEDE_STR("chunked")) ? 0 : 501;
}

static int on_head(llhttp_t *http) {
    lede__reader *r = http->data;
    if (http->http_major != 1 || http->http_minor > 1)
        return refuse(http, 505, "not HTTP/1.1");
    if (!method_of(http, &r->method))
        return refuse(http, 405, "no such method here");
    int status = check_coding(r);
    if (!status)
        status = check_expectation(r);
    if (!status && (http->flags & F_CONTENT_LENGTH) && http->content_length > r->limits->body_bytes)
        status = 413;
    if (status)
        return refuse(http, status, "refused");
    http->upgrade = 0; /* we speak one protocol */
    r->in_body = true;
    return HPE_OK;
}

static int on_body(llhttp_t *http, const char *at, size_t n) {
    lede__reader *r = http->data;
    lede_buf_addn(&r->body, at, n);
    return r->body.status == LEDE_OK ? HPE_OK : refuse(http, 413, "the body is too long");
}

static int on_whole(llhttp_t *http) {
    lede__reader *r = http->data;
    r->whole = true;
    r->keeps_alive = llhttp_should_keep_alive(http);
    return HPE_PAUSED;
}

static const llhttp_settings_t settings = {.on_message_begin = on_begin,
                                           .on_url = on_target,
                                           .on_header_field = on_name,
                                           .on_header_value = on_value,
                                           .on_header_value_complete = on_value_end,
                                           .on_headers_complete = on_head,
                                           .on_body = on_body,
                                           .on_message_complete = on_whole};

/* ---- the reader */

lede__reader *lede__reader_new(const lede_server_limits *limits) {
    lede__reader *r = calloc(1, sizeof *r);
    if (!r)
        return NULL;
    r->limits = limits;
    lede_buf_init(&r->text, limits->head_bytes);
    lede_buf_init(&r->body, limits->body_bytes);
    llhttp_init(&r->http, HTTP_REQUEST, &settings);
    r->http.data = r;
    return r;
}

void lede__reader_free(lede__reader *r) {
    if (!r)
        return;
    lede__reader_next(r);
    free(r);
}

void lede__reader_next(lede__reader *r) {
    lede_buf_fini(&r->text);
    lede_buf_fini(&r->body);
    free(r->fields);
    r->fields = NULL;
    r->n_fields = r->cap_fields = 0;
    r->target_len = r->message_bytes = 0;
    r->begun = r->in_value = r->in_body = r->whole = r->asks_to_go_on = false;
    r->status = 0;
    if (llhttp_get_errno(&r->http) == HPE_PAUSED)
        llhttp_resume(&r->http);
}

static int status_of(llhttp_errno_t e) {
    switch (e) {
    case HPE_INVALID_VERSION:
        return 505;
    case HPE_INVALID_METHOD:
        return 501;
    case HPE_INVALID_TRANSFER_ENCODING:
        return 400;
    default:
        return 400;
    }
}

static bool too_long(lede__reader *r, size_t more) {
    r->message_bytes += more;
    const size_t head = r->limits->head_bytes;
    if (!r->in_body && r->message_bytes > head)
        r->status = r->target_len && r->n_fields ? 431 : 414;
    else if (r->message_bytes > head + 2 * r->limits->body_bytes + BODY_SLACK)
        r->status = 413;
    return r->status != 0;
}

lede__reading lede__reader_read(lede__reader *r, lede_str bytes, size_t *eaten) {
    *eaten = bytes.len;
    if (r->status)
        return LEDE__READ_BAD;
    if (bytes.len == 0)
        return LEDE__READ_MORE;
    r->from = bytes.ptr;
    const llhttp_errno_t e = llhttp_execute(&r->http, bytes.ptr, bytes.len);
    if (e == HPE_PAUSED && r->whole) {
        *eaten = (size_t)(llhttp_get_error_pos(&r->http) - bytes.ptr);
        r->last = *eaten ? bytes.ptr[*eaten - 1] : r->last;
        return too_long(r, *eaten) ? LEDE__READ_BAD : LEDE__READ_DONE;
    }
    r->last = bytes.ptr[bytes.len - 1];
    if (e != HPE_OK) {
        r->status = r->status ? r->status : status_of(e);
        return LEDE__READ_BAD;
    }
    r->begun = true;
    return too_long(r, bytes.len) ? LEDE__READ_BAD : LEDE__READ_MORE;
}

bool lede__reader_begun(const lede__reader *r) { return r->begun; }
bool lede__reader_in_body(const lede__reader *r) { return r->in_body; }
int lede__reader_status(const lede__reader *r) { return r->status ? r->status : 400; }
lede_method lede__reader_method(const lede__reader *r) { return r->method; }
lede_str lede__reader_target(const lede__reader *r) {
    return lede_str_n(r->text.ptr, r->target_len);
}
lede_str lede__reader_body(const lede__reader *r) { return lede_buf_str(&r->body); }
bool lede__reader_keeps_alive(const lede__reader *r) { return r->keeps_alive; }

bool lede__reader_asks_to_go_on(lede__reader *r) {
    const bool asks = r->asks_to_go_on && r->in_body && !r->whole;
    r->asks_to_go_on = r->asks_to_go_on && !asks;
    return asks;
}

lede_str lede__reader_field(const lede__reader *r, lede_str name, unsigned *count) {
    lede_str first = {0};
    unsigned n = 0;
    for (unsigned i = 0; i < r->n_fields; i++) {
        const field *f = &r->fields[i];
        if (!lede_str_eq_nocase(lede_str_n(r->text.ptr + f->name, f->name_len), name))
            continue;
        if (n++ == 0)
            first = lede_str_trim(lede_str_n(r->text.ptr + f->value, f->value_len));
    }
    if (count)
        *count = n;
    return first;
}
