/* client_request.c - one request: its options, what comes back, its end. See net/client.h.
 *
 * curl follows redirects itself: the guard is asked for each address that is connected to. Bodies
 * of redirects are not given to us; their heads are, and the last one counts. */
#include "base/banned.h"
#include "net/client_inside.h"
#include "net/guard.h"

#include <fcntl.h>
#include <stdlib.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

enum { HEAD_MAX = 128 << 10, CONNECT_MS = 5000, SLOW_BYTES = 1024, SLOW_S = 10 };

struct lede__request {
    lede__pool_of *pool;
    CURL *easy;
    struct curl_slist *headers;
    char *body_out;
    void (*news)(void *ctx);
    void *ctx;
    size_t max_bytes, window, got;
    int redirects;
    bool private_too, added, has_head, paused, ended;
    lede_buf head, body;
    lede_error why; /* status LEDE_OK: all is there */
    char words[CURL_ERROR_SIZE];
};

/* ---- what comes: curl's callbacks, which run nothing but notes and news */

static void tell(lede__request *r) { r->news(r->ctx); }

static curl_socket_t open_socket(void *ctx, curlsocktype purpose, struct curl_sockaddr *a) {
    lede__request *r = ctx;
    if (purpose != CURLSOCKTYPE_IPCXN)
        return CURL_SOCKET_BAD;
    if (!r->private_too && !lede__guard_allows(&a->addr)) {
        (void)lede_fail(&r->why, LEDE_EDENIED, "its address is not a public one");
        return CURL_SOCKET_BAD;
    }
    const int fd = socket(a->family, a->socktype, a->protocol);
    if (fd >= 0)
        (void)fcntl(fd, F_SETFD, FD_CLOEXEC);
    return fd;
}

/* Whether the head at hand has a field of that name. */
static bool has_field(const lede__request *r, const char *name) {
    const lede_buf *b = &r->head;
    for (size_t at = 0; at < b->len;) {
        if (strcmp(b->ptr + at, name) == 0)
            return true;
        at += strlen(b->ptr + at) + 1;
        at += strlen(b->ptr + at) + 1;
    }
    return false;
}

static bool is_followed(const lede__request *r, long status) {
    return r->redirects > 0 && status >= 300 && status <= 308 && has_field(r, "location");
}

static void end_head(lede__request *r) {
    long status = 0;
    curl_easy_getinfo(r->easy, CURLINFO_RESPONSE_CODE, &status);
    if (status < 200 || is_followed(r, status) || r->has_head)
        return;
    r->has_head = true;
    tell(r);
}

static void add_lower(lede_buf *b, lede_str s) {
    for (size_t i = 0; i < s.len; i++)
        lede_buf_addc(b, s.ptr[i] >= 'A' && s.ptr[i] <= 'Z' ? (char)(s.ptr[i] + 32) : s.ptr[i]);
    lede_buf_addc(b, '\0');
}

static size_t on_header(char *ptr, size_t size, size_t count, void *ctx) {
    lede__request *r = ctx;
    const size_t len = size * count;
    const lede_str line = lede_str_trim((lede_str){ptr, len});
    if (r->has_head)
        return len; /* trailers */
    if (line.len == 0) {
        end_head(r);
    } else if (lede_str_starts(line, "HTTP/")) {
        lede_buf_clear(&r->head);
    } else {
        const size_t colon = lede_str_find(line, ':', 0);
        const lede_str value = lede_str_trim(lede_str_sub(line, colon + 1));
        add_lower(&r->head, (lede_str){line.ptr, colon});
        lede_buf_addn(&r->head, value.ptr, strnlen(value.ptr ? value.ptr : "", value.len));
        lede_buf_addc(&r->head, '\0');
    }
    if (!r->head.status)
        return len;
    (void)lede_fail(&r->why, LEDE_ELIMIT, "its head has more than %d bytes", HEAD_MAX);
    return 0;
}

static size_t on_body(char *ptr, size_t size, size_t count, void *ctx) {
    lede__request *r = ctx;
    const size_t len = size * count;
    if (!r->has_head) {
        r->has_head = true;
        tell(r);
    }
    if (len > r->max_bytes - r->got) {
        (void)lede_fail(&r->why, LEDE_ELIMIT, "its body has more than %zu bytes", r->max_bytes);
        return 0;
    }
    if (r->body.len && r->body.len + len > r->window) {
        r->paused = true;
        return CURL_WRITEFUNC_PAUSE;
    }
    r->got += len;
    lede_buf_addn(&r->body, ptr, len);
    if (lede_buf_status(&r->body, &r->why))
        return 0;
    tell(r);
    return len;
}

/* ---- the end */

static lede_status status_of(CURLcode code) {
    switch ((int)code) {
    case CURLE_OPERATION_TIMEDOUT:
        return LEDE_ETIMEOUT;
    case CURLE_OUT_OF_MEMORY:
        return LEDE_ENOMEM;
    case CURLE_TOO_MANY_REDIRECTS:
        return LEDE_ELIMIT;
    case CURLE_URL_MALFORMAT:
    case CURLE_UNSUPPORTED_PROTOCOL:
        return LEDE_EINVAL;
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE:
        return LEDE_EDENIED;
    case CURLE_BAD_CONTENT_ENCODING:
        return LEDE_EFORMAT;
    default:
        return LEDE_EIO;
    }
}

/* The URL without what only its owner should know. */
static void put_url(const char *url, char *out, size_t room) {
    size_t n = strcspn(url, "?#");
    const char *at = memchr(url, '@', n), *host = strstr(url, "://");
    if (at && host && host < at) {
        url = at + 1;
        n = strcspn(url, "?#");
    }
    n = n < room - 1 ? n : room - 1;
    memcpy(out, url, n);
    out[n] = '\0';
}

void lede__request_over(lede__request *r, CURLcode code) {
    r->added = false;
    r->ended = true;
    r->has_head = r->has_head || code == CURLE_OK;
    if (code == CURLE_OK) {
        r->why = (lede_error){0};
    } else {
        char url[200];
        put_url(lede__request_url(r), url, sizeof url);
        if (r->why.status == LEDE_OK)
            (void)lede_fail(&r->why, status_of(code), "%s",
                            r->words[0] ? r->words : curl_easy_strerror(code));
        (void)lede_fail_in(&r->why, r->why.status, "%s", url);
    }
    tell(r);
}

/* ---- what goes */

static bool is(const char *method, const char *name) { return strcmp(method, name) == 0; }

static void set_method(lede__request *r, const lede__request_order *o) {
    CURL *e = r->easy;
    if (o->has_body) {
        curl_easy_setopt(e, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)o->body.len);
        curl_easy_setopt(e, CURLOPT_POSTFIELDS, r->body_out);
    }
    if (is(o->method, "HEAD"))
        curl_easy_setopt(e, CURLOPT_NOBODY, 1L);
    else if (!is(o->method, o->has_body ? "POST" : "GET"))
        curl_easy_setopt(e, CURLOPT_CUSTOMREQUEST, o->method);
}

static void set_limits(const lede__request *r, const lede__request_order *o) {
    CURL *e = r->easy;
    curl_easy_setopt(e, CURLOPT_CONNECTTIMEOUT_MS,
                     (long)(o->connect_ms ? o->connect_ms : CONNECT_MS));
    curl_easy_setopt(e, CURLOPT_TIMEOUT_MS, (long)o->timeout_ms);
    curl_easy_setopt(e, CURLOPT_FOLLOWLOCATION, o->redirects > 0 ? 1L : 0L);
    curl_easy_setopt(e, CURLOPT_MAXREDIRS, (long)o->redirects);
    if (!o->private_too) { /* strangers */
        curl_easy_setopt(e, CURLOPT_LOW_SPEED_LIMIT, (long)SLOW_BYTES);
        curl_easy_setopt(e, CURLOPT_LOW_SPEED_TIME, (long)SLOW_S);
    }
}

static void set_guard(lede__request *r) {
    CURL *e = r->easy;
    curl_easy_setopt(e, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(e, CURLOPT_REDIR_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(e, CURLOPT_PROXY, ""); /* one from the environment would know no guard */
    curl_easy_setopt(e, CURLOPT_OPENSOCKETFUNCTION, open_socket);
    curl_easy_setopt(e, CURLOPT_OPENSOCKETDATA, r);
}

static void set_callbacks(lede__request *r) {
    CURL *e = r->easy;
    curl_easy_setopt(e, CURLOPT_PRIVATE, (char *)r);
    curl_easy_setopt(e, CURLOPT_ERRORBUFFER, r->words);
    curl_easy_setopt(e, CURLOPT_HEADERFUNCTION, on_header);
    curl_easy_setopt(e, CURLOPT_HEADERDATA, r);
    curl_easy_setopt(e, CURLOPT_WRITEFUNCTION, on_body);
    curl_easy_setopt(e, CURLOPT_WRITEDATA, r);
}

static bool set_headers(lede__request *r, const char *const *headers) {
    for (; headers && *headers; headers++) {
        struct curl_slist *more = curl_slist_append(r->headers, *headers);
        if (!more)
            return false;
        r->headers = more;
    }
    curl_easy_setopt(r->easy, CURLOPT_HTTPHEADER, r->headers);
    return true;
}

static bool set_all(lede__request *r, const lede__request_order *o) {
    CURL *e = r->easy;
    set_callbacks(r);
    set_guard(r);
    set_limits(r, o);
    set_method(r, o);
    curl_easy_setopt(e, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(e, CURLOPT_QUICK_EXIT,
                     1L); /* a name that is being looked up is not waited for */
    curl_easy_setopt(e, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_2TLS);
    curl_easy_setopt(e, CURLOPT_USERAGENT, "lede/" LEDE_VERSION);
    curl_easy_setopt(e, CURLOPT_ACCEPT_ENCODING, "");
    if (o->ca)
        curl_easy_setopt(e, CURLOPT_CAINFO, o->ca);
    if (o->user)
        curl_easy_setopt(e, CURLOPT_USERPWD, o->user);
    if (o->sigv4)
        curl_easy_setopt(e, CURLOPT_AWS_SIGV4, o->sigv4);
    return set_headers(r, o->headers) && curl_easy_setopt(e, CURLOPT_URL, o->url) == CURLE_OK;
}

static bool copy_body(lede__request *r, lede_str body) {
    r->body_out = malloc(body.len + 1);
    if (r->body_out && body.len)
        memcpy(r->body_out, body.ptr, body.len);
    return r->body_out != NULL;
}

lede_status lede__request_start(lede__http *h, const lede__request_order *o,
                                void (*news)(void *ctx), void *ctx, lede__request **out,
                                lede_error *err) {
    *out = NULL;
    const lede_status st = lede__guard_url(lede_str_of(o->url), err);
    if (st)
        return st;
    lede__request *r = calloc(1, sizeof *r);
    if (!r)
        return lede_fail(err, LEDE_ENOMEM, "http: out of memory");
    *r = (lede__request){.pool = &h->pools[o->private_too],
                         .news = news,
                         .ctx = ctx,
                         .max_bytes = o->max_bytes,
                         .window = o->window,
                         .redirects = o->redirects,
                         .private_too = o->private_too,
                         .easy = curl_easy_init()};
    lede_buf_init(&r->head, HEAD_MAX);
    lede_buf_init(&r->body, LEDE_BUF_MAX);
    if (!r->easy || (o->has_body && !copy_body(r, o->body)) || !set_all(r, o) ||
        curl_multi_add_handle(r->pool->multi, r->easy) != CURLM_OK) {
        lede__request_close(r);
        return lede_fail(err, LEDE_ENOMEM, "http: out of memory");
    }
    r->added = true;
    *out = r;
    return LEDE_OK;
}

void lede__request_close(lede__request *r) {
    if (!r)
        return;
    if (r->added)
        curl_multi_remove_handle(r->pool->multi, r->easy);
    curl_easy_cleanup(r->easy);
    curl_slist_free_all(r->headers);
    free(r->body_out);
    lede_buf_fini(&r->head);
    lede_buf_fini(&r->body);
    free(r);
}

/* ---- looked at */

bool lede__request_has_head(const lede__request *r) { return r->has_head; }

int lede__request_status(const lede__request *r) {
    long status = 0;
    curl_easy_getinfo(r->easy, CURLINFO_RESPONSE_CODE, &status);
    return (int)status;
}

const char *lede__request_url(const lede__request *r) {
    const char *url = NULL;
    curl_easy_getinfo(r->easy, CURLINFO_EFFECTIVE_URL, &url);
    return url ? url : "";
}

int lede__request_version(const lede__request *r) {
    long version = 0;
    curl_easy_getinfo(r->easy, CURLINFO_HTTP_VERSION, &version);
    return version == CURL_HTTP_VERSION_1_0   ? 10
           : version == CURL_HTTP_VERSION_2_0 ? 20
           : version                          ? 11
                                              : 0;
}

lede_str lede__request_headers(const lede__request *r) { return lede_buf_str(&r->head); }

int64_t lede__request_retry_after(const lede__request *r) {
    curl_off_t seconds = 0;
    curl_easy_getinfo(r->easy, CURLINFO_RETRY_AFTER, &seconds);
    return seconds;
}

bool lede__request_ended(const lede__request *r, const lede_error **why) {
    *why = r->ended && r->why.status ? &r->why : NULL;
    return r->ended;
}

lede_buf *lede__request_body(lede__request *r) { return &r->body; }

void lede__request_taken(lede__request *r) {
    if (!r->paused || r->ended)
        return;
    r->paused = false;
    curl_easy_pause(r->easy, CURLPAUSE_CONT);
}
