/* worker_io.c - the worker's end of the pipes: blocking reads and writes with large buffers. See
 * loop/workers.h. */
#include "base/refused.h"
#include "lede/text.h"
#include "loop/workers.h"
#include "sys/pipe.h"
#include "sys/sys.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/uio.h>
#include <unistd.h>

enum { HEAD = 5, READ_ROOM = 256 << 10, SEND_ROOM = 64 << 10, SEND_DELAY_US = 100000 };

struct lede_worker_io {
    int in, out;
    lede_buf read; /* bytes [taken, read.len) are not given out yet */
    size_t taken;
    size_t sending; /* bytes in send */
    uint64_t flushed_at;
    char send[SEND_ROOM];
};

/* Moves fd away from the standard ones and lays `instead` in its place. */
static int take_over(int fd, int instead) {
    const int mine = fcntl(fd, F_DUPFD_CLOEXEC, 3);
    if (mine >= 0 && dup2(instead, fd) < 0) {
        close(mine);
        return -1;
    }
    return mine;
}

static bool take_standard_files(lede_worker_io *io) {
    const int null = open("/dev/null", O_RDWR | O_CLOEXEC);
    if (null < 0)
        return false;
    io->in = take_over(STDIN_FILENO, null);
    if (io->in >= 0)
        io->out = take_over(STDOUT_FILENO, STDERR_FILENO);
    close(null);
    return io->out >= 0;
}

lede_status lede_worker_open(lede_worker_io **out, lede_error *err) {
    *out = NULL;
    lede_worker_io *io = calloc(1, sizeof *io);
    if (!io)
        return lede_fail(err, LEDE_ENOMEM, "worker: out of memory");
    io->in = io->out = -1;
    lede_buf_init(&io->read, (size_t)LEDE_FRAME_MAX + HEAD + 2 * READ_ROOM);
    lede__die_with_parent();
    signal(SIGPIPE, SIG_IGN);
    signal(SIGINT, SIG_IGN);
    if (!take_standard_files(io)) {
        const int why = errno;
        lede_worker_close(io);
        return lede_fail(err, LEDE_EIO, "worker: cannot take stdin and stdout over: %s",
                         strerror(why));
    }
    io->flushed_at = lede__monotonic_us();
    *out = io;
    return LEDE_OK;
}

void lede_worker_close(lede_worker_io *io) {
    if (!io)
        return;
    if (io->in >= 0)
        close(io->in);
    if (io->out >= 0)
        close(io->out);
    lede_buf_fini(&io->read);
    free(io);
}

static uint32_t get_u32(const char *p) {
    const unsigned char *b = (const unsigned char *)p;
    return (uint32_t)b[0] | (uint32_t)b[1] << 8 | (uint32_t)b[2] << 16 | (uint32_t)b[3] << 24;
}

static void put_head(char *p, size_t len, uint8_t type) {
    for (int i = 0; i < 4; i++)
        p[i] = (char)(unsigned char)(len >> 8 * i);
    p[4] = (char)type;
}

/* Forgets what was given out, so that the buffer does not wander. */
static void drop_taken(lede_worker_io *io) {
    const size_t rest = io->read.len - io->taken;
    if (io->taken == 0)
        return;
    if (rest)
        memmove(io->read.ptr, io->read.ptr + io->taken, rest);
    io->read.len = rest;
    io->taken = 0;
}

/* Reads until at least `want` bytes wait. LEDE_ENOTFOUND when the pipe ends before the first byte
 * of a frame. */
static lede_status fill(lede_worker_io *io, size_t want, lede_error *err) {
    while (io->read.len - io->taken < want) {
        drop_taken(io);
        const size_t missing = want - io->read.len;
        const size_t ask = missing > READ_ROOM ? missing : READ_ROOM;
        char *room = lede_buf_room(&io->read, ask);
        if (!room)
            return lede_buf_status(&io->read, err);
        const ssize_t n = read(io->in, room, ask);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return lede_fail(err, LEDE_EIO, "worker: cannot read: %s", strerror(errno));
        if (n == 0)
            return lede_fail(err, LEDE_ENOTFOUND, "worker: the desk has closed the pipe");
        lede_buf_seal(&io->read, (size_t)n);
    }
    return LEDE_OK;
}

lede_status lede_worker_next(lede_worker_io *io, uint8_t *type, lede_str *frame, lede_error *err) {
    lede_status status = lede_worker_flush(io, err);
    if (status == LEDE_OK)
        status = fill(io, HEAD, err);
    if (status != LEDE_OK)
        return status;

    const size_t len = get_u32(io->read.ptr + io->taken);
    if (len > LEDE_FRAME_MAX)
        return lede_fail(err, LEDE_EFORMAT, "worker: a frame of %zu bytes is too long", len);
    status = fill(io, HEAD + len, err);
    if (status != LEDE_OK)
        return status;

    const char *head = io->read.ptr + io->taken; /* fill may have moved it */
    *type = (uint8_t)head[4];
    *frame = lede_str_n(head + HEAD, len);
    io->taken += HEAD + len;
    return LEDE_OK;
}

static lede_status write_all(int fd, struct iovec *part, int count, lede_error *err) {
    while (count > 0) {
        const ssize_t n = writev(fd, part, count);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0 && errno == EPIPE)
            return lede_fail(err, LEDE_ENOTFOUND, "worker: the desk is gone");
        if (n < 0)
            return lede_fail(err, LEDE_EIO, "worker: cannot write: %s", strerror(errno));
        size_t left = (size_t)n;
        while (count > 0 && left >= part->iov_len) {
            left -= part->iov_len;
            part++;
            count--;
        }
        if (count > 0) {
            part->iov_base = (char *)part->iov_base + left;
            part->iov_len -= left;
        }
    }
    return LEDE_OK;
}

lede_status lede_worker_flush(lede_worker_io *io, lede_error *err) {
    if (io->sending == 0)
        return LEDE_OK;
    struct iovec all = {io->send, io->sending};
    io->sending = 0;
    io->flushed_at = lede__monotonic_us();
    return write_all(io->out, &all, 1, err);
}

lede_status lede_worker_send(lede_worker_io *io, uint8_t type, lede_str frame, lede_error *err) {
    if (lede__memory_refusals() > 0) /* what was made without memory is not handed on */
        return lede_fail(err, LEDE_ENOMEM, "worker: out of memory");
    if (frame.len > LEDE_FRAME_MAX)
        return lede_fail(err, LEDE_ELIMIT, "worker: a frame of %zu bytes is too long", frame.len);
    if (HEAD + frame.len > SEND_ROOM - io->sending) {
        char head[HEAD];
        put_head(head, frame.len, type);
        struct iovec parts[] = {
            {io->send, io->sending}, {head, HEAD}, {(void *)(uintptr_t)frame.ptr, frame.len}};
        io->sending = 0;
        io->flushed_at = lede__monotonic_us();
        return write_all(io->out, parts, frame.len ? 3 : 2, err);
    }
    put_head(io->send + io->sending, frame.len, type);
    if (frame.len)
        memcpy(io->send + io->sending + HEAD, frame.ptr, frame.len);
    io->sending += HEAD + frame.len;
    /* The desk's deadline runs from frame to frame: slow answers must not wait for a full buffer.
     */
    if (lede__monotonic_us() - io->flushed_at < SEND_DELAY_US)
        return LEDE_OK;
    return lede_worker_flush(io, err);
}
