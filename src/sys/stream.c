/* stream.c - open, read, write. See sys/stream.h. */
#include "sys/stream.h"

#include "base/banned.h"
#include "sys/os.h"

#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <unistd.h>

struct lede__stream {
    atomic_uint refs;
    int fd;
    char path[];
};

static int flags_of(char mode) {
    return mode == 'w'   ? O_WRONLY | O_CREAT | O_TRUNC
           : mode == 'a' ? O_WRONLY | O_CREAT | O_APPEND
                         : O_RDONLY;
}

lede_status lede__stream_open(const char *path, char mode, lede__stream **out, lede_error *err) {
    *out = NULL;
    const size_t len = strlen(path) + 1;
    lede__stream *s = malloc(sizeof *s + len);
    if (!s)
        return lede_fail(err, LEDE_ENOMEM, "out of memory");
    s->fd = open(path, flags_of(mode) | O_CLOEXEC | O_NOCTTY, 0666);
    if (s->fd < 0) {
        free(s);
        return lede__fail_os(err, errno, "cannot open '%s'", path);
    }
    atomic_init(&s->refs, 1);
    memcpy(s->path, path, len);
    *out = s;
    return LEDE_OK;
}

lede__stream *lede__stream_ref(lede__stream *s) {
    atomic_fetch_add(&s->refs, 1);
    return s;
}

void lede__stream_close(lede__stream *s) {
    if (!s || atomic_fetch_sub(&s->refs, 1) != 1)
        return;
    close(s->fd);
    free(s);
}

lede_status lede__stream_read(lede__stream *s, size_t max, lede_buf *out, lede_error *err) {
    char *to = lede_buf_room(out, max);
    if (!to)
        return lede_buf_status(out, err);
    ssize_t n;
    while ((n = read(s->fd, to, max)) < 0 && errno == EINTR)
        ;
    if (n < 0)
        return lede__fail_os(err, errno, "cannot read '%s'", s->path);
    lede_buf_seal(out, (size_t)n);
    return LEDE_OK;
}

lede_status lede__stream_write(lede__stream *s, lede_str bytes, lede_error *err) {
    for (size_t at = 0; at < bytes.len;) {
        const ssize_t n = write(s->fd, bytes.ptr + at, bytes.len - at);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return lede__fail_os(err, errno, "cannot write '%s'", s->path);
        at += (size_t)n;
    }
    return LEDE_OK;
}

lede_status lede__stream_sync(lede__stream *s, lede_error *err) {
    return fsync(s->fd) == 0 ? LEDE_OK : lede__fail_os(err, errno, "cannot sync '%s'", s->path);
}
