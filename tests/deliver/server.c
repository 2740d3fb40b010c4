/* server.c - receivers of deliveries for tests: some that answer, some that do not, and a bucket
 * that checks signatures. usage: server LOG
 *
 * Prints its port; the end of stdin ends it. A thread a connection. What was taken stands in LOG
 * before it is answered, a line each: the method, then the path, then what follows it by kind of
 * path. By the first part of the path:
 *
 *   /good/…   200                          /fail/…  500      /busy/…   429, Retry-After: 1
 *   /hang/…   no answer for a minute       /drop/…  the connection ends after the body
 *   /reset/…  and before it                /gone/…  410, always
 *   /flaky/N/KIND/…  the first N times of an Idempotency-Key as KIND, then 200
 *   /slow/MS/…       200 after so many milliseconds; so does any path with ?ms=MS
 *   /bucket/…  PUT and DELETE, signed with AWS4-HMAC-SHA256 by the key "KEY" and the secret
 * "SECRET"; else 403
 *
 * usage of the lines: "POST /good/a KEY" and "PUT /bucket/a.html SIZE TYPE|CACHE|ENCODING". */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <ctype.h>
#include <netinet/tcp.h>
#include <openssl/hmac.h>
#include <openssl/sha.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { HEAD_MAX = 32 << 10, BODY_MAX = 64 << 20, KEYS = 1 << 16, FIELD = 2048, HEADERS = 64 };

typedef struct header {
    const char *name, *value; /* name in lower case */
} header;

typedef struct connection {
    int fd;
    char head[HEAD_MAX + 1];
    size_t have; /* bytes in head, what follows the head included */
    char *body;
    size_t body_len, body_cap;
    char *method, *path;
    header headers[HEADERS];
    int count;
} connection;

static FILE *log_file;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct seen {
    char key[65];
    int times;
} seen[KEYS];

/* ---- requests */

static const char *header_of(const connection *c, const char *name) {
    for (int i = 0; i < c->count; i++)
        if (strcmp(c->headers[i].name, name) == 0)
            return c->headers[i].value;
    return "";
}

static bool more(connection *c) {
    const ssize_t n = read(c->fd, c->head + c->have, HEAD_MAX - c->have);
    if (n <= 0)
        return false;
    c->have += (size_t)n;
    c->head[c->have] = '\0';
    return true;
}

static void parse_headers(connection *c, char *line) {
    char *next;
    c->count = 0;
    for (; line && *line && c->count < HEADERS; line = next) {
        next = strstr(line, "\r\n");
        if (next) {
            *next = '\0';
            next += 2;
        }
        char *colon = strchr(line, ':');
        if (!colon)
            continue;
        *colon = '\0';
        for (char *p = line; *p; p++)
            *p = (char)tolower((unsigned char)*p);
        c->headers[c->count++] = (header){line, colon + 1 + strspn(colon + 1, " ")};
    }
}

static bool read_body(connection *c, const char *rest, size_t have) {
    const size_t want = strtoul(header_of(c, "content-length"), NULL, 10);
    if (want > BODY_MAX)
        return false;
    if (want + 1 > c->body_cap) {
        c->body_cap = want + 1;
        c->body = realloc(c->body, c->body_cap);
    }
    c->body_len = have < want ? have : want;
    memcpy(c->body, rest, c->body_len);
    while (c->body_len < want) {
        const ssize_t n = read(c->fd, c->body + c->body_len, want - c->body_len);
        if (n <= 0)
            return false;
        c->body_len += (size_t)n;
    }
    return true;
}

/* The head of the next request, split in place. Its end in *end; the body is not read yet. */
static bool read_head(connection *c, char **end) {
    while (!(*end = strstr(c->head, "\r\n\r\n")))
        if (c->have == HEAD_MAX || !more(c))
            return false;
    **end = '\0';
    *end += 4;
    char *line = strstr(c->head, "\r\n");
    c->method = c->head;
    c->path = strchr(c->head, ' ');
    if (!c->path)
        return false;
    *c->path++ = '\0';
    char *version = strchr(c->path, ' ');
    if (!version)
        return false;
    *version = '\0';
    parse_headers(c, line ? line + 2 : NULL);
    return true;
}

/* ---- answers */

static bool answer(const connection *c, const char *status, const char *more_headers) {
    char text[512];
    const int n = snprintf(text, sizeof text, "HTTP/1.1 %s\r\nContent-Length: 0\r\n%s\r\n", status,
                           more_headers);
    return write(c->fd, text, (size_t)n) == n;
}

static void note(const connection *c, const char *what) {
    pthread_mutex_lock(&lock);
    fprintf(log_file, "%s %s %s\n", c->method, c->path, what);
    fflush(log_file);
    pthread_mutex_unlock(&lock);
}

static bool take(const connection *c) {
    note(c, header_of(c, "idempotency-key"));
    return answer(c, "200 OK", "");
}

static int times_seen(const char *key) {
    unsigned at = 5381;
    for (const char *p = key; *p; p++)
        at = at * 33 + (unsigned char)*p;
    pthread_mutex_lock(&lock);
    struct seen *s = &seen[at % KEYS];
    while (*s->key && strncmp(s->key, key, sizeof s->key - 1) != 0)
        s = s + 1 < seen + KEYS ? s + 1 : seen;
    snprintf(s->key, sizeof s->key, "%s", key);
    const int times = s->times++;
    pthread_mutex_unlock(&lock);
    return times;
}

/* ---- the bucket: signatures as AWS describes them */

static void hex_of(const unsigned char *sum, char out[65]) {
    for (int i = 0; i < 32; i++)
        snprintf(out + 2 * i, 3, "%02x", sum[i]);
}

static void hmac(const void *key, size_t len, const char *text, unsigned char out[32]) {
    HMAC(EVP_sha256(), key, (int)len, (const unsigned char *)text, strlen(text), out, NULL);
}

static bool field(const char *from, const char *name, char out[FIELD]) {
    const char *at = strstr(from, name);
    if (!at)
        return false;
    snprintf(out, FIELD, "%.*s", (int)strcspn(at + strlen(name), ", "), at + strlen(name));
    return true;
}

/* What was signed, from what came. */
static void canonical(const connection *c, const char *signed_names, char *out, size_t room) {
    char names[FIELD], *keep = NULL;
    size_t n = (size_t)snprintf(out, room, "%s\n%s\n\n", c->method, c->path);
    snprintf(names, sizeof names, "%s", signed_names);
    for (char *name = strtok_r(names, ";", &keep); name && n < room;
         name = strtok_r(NULL, ";", &keep))
        n += (size_t)snprintf(out + n, room - n, "%s:%s\n", name, header_of(c, name));
    if (n < room)
        snprintf(out + n, room - n, "\n%s\n%s", signed_names, header_of(c, "x-amz-content-sha256"));
}

static const char *check_signature(const connection *c) {
    static const char first[] = "AWS4-HMAC-SHA256 ";
    const char *authorization = header_of(c, "authorization"), *date = header_of(c, "x-amz-date");
    char scope[FIELD], names[FIELD], signature[FIELD], request[3 * FIELD], text[2 * FIELD], hex[65];
    unsigned char sum[32], key[32];
    if (strncmp(authorization, first, sizeof first - 1) != 0 ||
        !field(authorization, "Credential=", scope) ||
        !field(authorization, "SignedHeaders=", names) ||
        !field(authorization, "Signature=", signature) || strlen(date) != 16)
        return "nothing signed";
    SHA256((const unsigned char *)c->body, c->body_len, sum);
    hex_of(sum, hex);
    if (strcmp(hex, header_of(c, "x-amz-content-sha256")) != 0)
        return "other bytes";
    char *region = strchr(scope, '/'), *parts[4];
    for (int i = 0; i < 4; i++) { /* KEY/day/region/service/aws4_request */
        if (!region)
            return "no scope";
        *region = '\0';
        parts[i] = ++region;
        region = strchr(region, '/');
    }
    if (strcmp(scope, "KEY") != 0 || strncmp(parts[0], date, 8) != 0 ||
        strcmp(parts[2], "s3") != 0 || strcmp(parts[3], "aws4_request") != 0)
        return "another scope";
    canonical(c, names, request, sizeof request);
    SHA256((const unsigned char *)request, strlen(request), sum);
    hex_of(sum, hex);
    snprintf(text, sizeof text, "AWS4-HMAC-SHA256\n%s\n%s/%s/s3/aws4_request\n%s", date, parts[0],
             parts[1], hex);
    hmac("AWS4SECRET", 10, parts[0], key);
    hmac(key, 32, parts[1], key);
    hmac(key, 32, "s3", key);
    hmac(key, 32, "aws4_request", key);
    hmac(key, 32, text, sum);
    hex_of(sum, hex);
    return strcmp(hex, signature) == 0 ? NULL : "another signature";
}

static bool bucket(const connection *c) {
    char what[FIELD];
    const char *wrong = check_signature(c);
    if (wrong) {
        note(c, wrong);
        return answer(c, "403 Forbidden", "");
    }
    snprintf(what, sizeof what, "%zu %s|%s|%s", c->body_len, header_of(c, "content-type"),
             header_of(c, "cache-control"), header_of(c, "content-encoding"));
    note(c, what);
    return answer(c, "200 OK", "ETag: \"x\"\r\n");
}

/* ---- kinds */

static bool is(const char *path, const char *kind) {
    const size_t n = strlen(kind);
    return strncmp(path, kind, n) == 0 && (path[n] == '/' || path[n] == '?' || path[n] == '\0');
}

static bool serve(connection *c, const char *kind) {
    const char *ms = strstr(c->path, "?ms=");
    if (ms)
        usleep((useconds_t)strtoul(ms + 4, NULL, 10) * 1000);
    if (is(kind, "bucket"))
        return bucket(c);
    if (is(kind, "fail"))
        return answer(c, "500 Internal Server Error", "");
    if (is(kind, "busy"))
        return answer(c, "429 Too Many Requests", "Retry-After: 1\r\n");
    if (is(kind, "gone"))
        return answer(c, "410 Gone", "");
    if (is(kind, "hang"))
        sleep(60);
    if (is(kind, "hang") || is(kind, "drop") || is(kind, "reset"))
        return false;
    if (is(kind, "slow"))
        usleep((useconds_t)strtoul(kind + 5, NULL, 10) * 1000);
    return take(c);
}

/* The first part of the path says which; of a flaky one, how often it was asked. */
static const char *kind_of(const connection *c) {
    const char *kind = c->path + 1;
    char *rest;
    if (!is(kind, "flaky"))
        return kind;
    const long bad = strtol(kind + 6, &rest, 10);
    const char *key = header_of(c, "idempotency-key");
    return *key && times_seen(key) >= bad ? "good" : rest + 1;
}

static void reset(int fd) {
    const struct linger now = {.l_onoff = 1, .l_linger = 0};
    setsockopt(fd, SOL_SOCKET, SO_LINGER, &now, sizeof now);
}

static void *converse(void *arg) {
    connection *c = arg;
    char *end;
    while (read_head(c, &end)) {
        const size_t have = c->have - (size_t)(end - c->head);
        const char *kind = kind_of(c);
        if (is(kind, "reset")) {
            reset(c->fd);
            break;
        }
        if (!read_body(c, end, have) || !serve(c, kind))
            break;
        c->have = have - c->body_len < have ? have - c->body_len : 0;
        memmove(c->head, end + (have < c->body_len ? have : c->body_len), c->have);
        c->head[c->have] = '\0';
    }
    close(c->fd);
    free(c->body);
    free(c);
    return NULL;
}

static void *end_with_stdin(void *arg) {
    (void)arg;
    while (getchar() != EOF)
        ;
    exit(0);
}

static int listen_here(void) {
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof at;
    const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0 || bind(fd, (struct sockaddr *)&at, size) || listen(fd, 1024) ||
        getsockname(fd, (struct sockaddr *)&at, &size))
        return -1;
    printf("%d\n", ntohs(at.sin_port));
    fflush(stdout);
    return fd;
}

static void begin(int fd) {
    pthread_t thread;
    pthread_attr_t small;
    const int yes = 1;
    connection *c = calloc(1, sizeof *c);
    if (!c)
        abort();
    c->fd = fd;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    pthread_attr_init(&small);
    pthread_attr_setstacksize(&small, 256 << 10);
    pthread_attr_setdetachstate(&small, PTHREAD_CREATE_DETACHED);
    if (pthread_create(&thread, &small, converse, c) != 0)
        abort();
    pthread_attr_destroy(&small);
}

int main(int argc, char **argv) {
    pthread_t watch;
    signal(SIGPIPE, SIG_IGN);
    log_file = argc == 2 ? fopen(argv[1], "ae") : NULL;
    const int server = log_file ? listen_here() : -1;
    if (server < 0 || pthread_create(&watch, NULL, end_with_stdin, NULL) != 0) {
        fprintf(stderr, "usage: server LOG\n");
        return 2;
    }
    for (;;) {
        const int fd = accept4(server, NULL, NULL, SOCK_CLOEXEC);
        if (fd >= 0)
            begin(fd);
    }
}
