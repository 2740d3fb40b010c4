/* records_write.c - writes one table of the file of records. See publish/records.h.
 *
 * The head comes last: until it is there, what is behind the last table is a torn tail. */
#include "publish/records.h"

#include "codec/hash.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/banned.h"

enum { CHUNK = 64 * LEDE__RECORDS_BLOCK };

typedef struct pen {
    int fd;
    uint64_t at; /* of the chunk in the file */
    size_t filled;
    uint64_t blocks;
    char *chunk;
    lede_buf sums;
    bool failed;
} pen;

static bool put(int fd, const char *bytes, size_t n, uint64_t at) {
    while (n > 0) {
        const ssize_t done = pwrite(fd, bytes, n, (off_t)at);
        if (done < 0 && errno == EINTR)
            continue;
        if (done <= 0)
            return false;
        bytes += done;
        n -= (size_t)done;
        at += (size_t)done;
    }
    return true;
}

static void flush(pen *p) {
    for (size_t at = 0; at < p->filled; at += LEDE__RECORDS_BLOCK) {
        const size_t left = p->filled - at;
        const uint64_t sum = lede__xxh64(
            lede_str_n(p->chunk + at, left < LEDE__RECORDS_BLOCK ? left : LEDE__RECORDS_BLOCK),
            p->blocks++);
        lede_buf_addn(&p->sums, &sum, sizeof sum);
    }
    p->failed = p->failed || !put(p->fd, p->chunk, p->filled, p->at);
    p->at += p->filled;
    p->filled = 0;
}

static void add(pen *p, const char *bytes, size_t n) {
    while (n > 0) {
        const size_t room = CHUNK - p->filled, part = n < room ? n : room;
        memcpy(p->chunk + p->filled, bytes, part);
        p->filled += part;
        bytes += part;
        n -= part;
        if (p->filled == CHUNK)
            flush(p);
    }
}

static bool write_parts(pen *p, lede__table_head *h, const lede__built *b) {
    static const char zeros[8];
    for (int i = 0; i < LEDE__PARTS; i++) {
        h->places[i] = (lede__table_place){p->at + p->filled - h->at, b->parts[i].len};
        add(p, b->parts[i].ptr, b->parts[i].len);
        add(p, zeros, -b->parts[i].len & 7);
    }
    flush(p);
    h->sums_at = p->at - h->at;
    h->length = h->sums_at + p->sums.len;
    h->sums_sum = lede__xxh64(lede_buf_str(&p->sums), 0);
    return !p->failed && !p->sums.status && put(p->fd, p->sums.ptr, p->sums.len, p->at);
}

bool lede__table_write(int fd, lede__table_head *h, const lede__built *b) {
    pen p = {.fd = fd, .at = h->at + sizeof *h, .chunk = malloc(CHUNK)};
    if (!p.chunk) {
        errno = ENOMEM;
        return false;
    }
    lede_buf_init(&p.sums, LEDE_BUF_MAX);
    memcpy(h->magic, LEDE__RECORDS_MAGIC, sizeof h->magic);
    h->version = LEDE__RECORDS_VERSION;
    h->order_mark = LEDE__RECORDS_ORDER;
    bool good = write_parts(&p, h, b);
    h->head_sum = lede__xxh64(lede_str_n((const char *)h, offsetof(lede__table_head, head_sum)), 0);
    good = good && put(fd, (const char *)h, sizeof *h, h->at);
    const int number = errno;
    lede_buf_fini(&p.sums);
    free(p.chunk);
    errno = number;
    return good;
}
