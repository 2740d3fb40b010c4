/* writer.c - writes one edition file. See edition/writer.h.
 *
 * Errors are sticky: callers write on and ask once, at the end. Nothing is synced; README.md says
 * why that is safe. */
#include "edition/writer.h"

#include "codec/hash.h"
#include "sys/sys.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/banned.h"

static void broken(lede__writer *w, const char *doing) {
    if (w->status)
        return;
    w->status = lede_fail(&w->err, LEDE_EIO, "edition: cannot %s '%s': %s", doing, w->beside,
                          strerror(errno));
}

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

static char *joined(const char *dir, const char *name, const char *tail) {
    const size_t room = strlen(dir) + strlen(name) + strlen(tail) + 2;
    char *path = malloc(room);
    if (path)
        snprintf(path, room, "%s/%s%s", dir, name, tail);
    return path;
}

lede_status lede__writer_open(lede__writer *w, const char *dir, const char *name, lede_error *err) {
    *w = (lede__writer){.fd = -1, .at = LEDE__HEADER_ROOM, .section = -1};
    w->path = joined(dir, name, "");
    w->beside = joined(dir, name, ".new");
    w->chunk = malloc(LEDE__CHUNK);
    if (!w->path || !w->beside || !w->chunk) {
        lede__writer_fini(w);
        return lede_fail(err, LEDE_ENOMEM, "edition: out of memory");
    }
    w->fd = open(w->beside, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (w->fd >= 0)
        return LEDE_OK;
    const lede_status st =
        lede_fail(err, LEDE_EIO, "edition: cannot write '%s': %s", w->beside, strerror(errno));
    lede__writer_fini(w);
    return st;
}

void lede__writer_fini(lede__writer *w) {
    if (w->fd >= 0) {
        close(w->fd);
        unlink(w->beside);
    }
    free(w->path);
    free(w->beside);
    free(w->chunk);
    *w = (lede__writer){.fd = -1, .section = -1};
}

static void flush(lede__writer *w) {
    if (w->filled == 0)
        return;
    w->sum = lede__xxh64(lede_str_n(w->chunk, w->filled), w->sum);
    if (!w->status && !put(w->fd, w->chunk, w->filled, w->at))
        broken(w, "write");
    w->at += w->filled;
    w->filled = 0;
}

void lede__writer_begin(lede__writer *w, enum lede__section s) {
    assert(w->section < 0 && w->filled == 0);
    w->at = (w->at + 7) & ~(uint64_t)7;
    w->section = (int)s;
    w->sum = 0;
    w->head.places[s].at = w->at;
}

void lede__writer_add(lede__writer *w, const void *bytes, size_t n) {
    const char *from = bytes;
    while (n > 0) {
        const size_t room = LEDE__CHUNK - w->filled, part = n < room ? n : room;
        memcpy(w->chunk + w->filled, from, part);
        w->filled += part;
        from += part;
        n -= part;
        if (w->filled == LEDE__CHUNK)
            flush(w);
    }
}

uint64_t lede__writer_tell(const lede__writer *w) {
    return w->at + w->filled - w->head.places[w->section].at;
}

void lede__writer_align(lede__writer *w) {
    static const char zeros[8];
    lede__writer_add(w, zeros, (size_t)(-lede__writer_tell(w) & 7));
}

void lede__writer_end(lede__writer *w) {
    flush(w);
    lede__place *place = &w->head.places[w->section];
    place->len = w->at - place->at;
    place->sum = w->sum;
    w->section = -1;
}

void lede__writer_section(lede__writer *w, enum lede__section s, const void *bytes, size_t n) {
    lede__writer_begin(w, s);
    lede__writer_add(w, bytes, n);
    lede__writer_end(w);
}

lede_status lede__writer_finish(lede__writer *w, lede_error *err) {
    lede__header *head = &w->head;
    memcpy(head->magic, LEDE__MAGIC, sizeof head->magic);
    head->version = LEDE__VERSION;
    head->order_mark = LEDE__ORDER_MARK;
    head->file_size = w->at > LEDE__HEADER_ROOM ? w->at : LEDE__HEADER_ROOM;
    head->header_sum =
        lede__xxh64(lede_str_n((const char *)head, offsetof(lede__header, header_sum)), 0);
    head->boot = lede__boot();
    if (!w->status && ftruncate(w->fd, (off_t)head->file_size) != 0)
        broken(w, "write");
    if (!w->status && !put(w->fd, (const char *)head, sizeof *head, 0))
        broken(w, "write");
    if (close(w->fd) != 0)
        broken(w, "close");
    w->fd = -1;
    if (!w->status && rename(w->beside, w->path) != 0)
        broken(w, "rename");
    if (!w->status)
        return LEDE_OK;
    unlink(w->beside);
    return lede_fail(err, w->status, "%s", w->err.message);
}

uint64_t lede__chunk_sum(lede_str section) {
    uint64_t sum = 0;
    for (size_t at = 0; at < section.len; at += LEDE__CHUNK) {
        const size_t left = section.len - at;
        sum =
            lede__xxh64(lede_str_n(section.ptr + at, left < LEDE__CHUNK ? left : LEDE__CHUNK), sum);
    }
    return sum;
}

uint64_t lede__boot(void) {
    lede_buf text;
    lede_buf_init(&text, 256);
    uint64_t boot = 0;
    if (lede__read_file("/proc/sys/kernel/random/boot_id", 256, &text, NULL) == LEDE_OK && text.len)
        boot = lede__xxh64(lede_buf_str(&text), 0) | 1;
    lede_buf_fini(&text);
    return boot;
}

void lede__writer_bless(const char *path) {
    const uint64_t boot = lede__boot();
    const int fd = open(path, O_WRONLY | O_CLOEXEC);
    if (fd < 0)
        return;
    (void)put(fd, (const char *)&boot, sizeof boot, offsetof(lede__header, boot));
    close(fd);
}
