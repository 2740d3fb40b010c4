/* file.c - whole files: mapped, read, written at once. See sys/sys.h.
 *
 * A file is written beside its place under a hidden name of its own and renamed, so a reader sees
 * the old text or the new one, and a crash leaves at most a hidden file that lede__walk() passes
 * over. */
#include "sys/os.h"
#include "sys/sys.h"

#include "base/banned.h"
#include "base/path.h"

#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#if __has_include(<linux/openat2.h>)
#include <linux/openat2.h>
#endif

lede_status lede__map_open(const char *path, lede__map *out, lede_error *err) {
    *out = (lede__map){0};
    const int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0)
        return lede__fail_os(err, errno, "cannot open '%s'", path);
    struct stat st;
    lede_status status = LEDE_OK;
    if (fstat(fd, &st) != 0) {
        status = lede__fail_os(err, errno, "cannot look at '%s'", path);
    } else if (!S_ISREG(st.st_mode)) {
        status = lede_fail(err, LEDE_EINVAL, "'%s' is not a file", path);
    } else if (st.st_size > 0) {
        void *at = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_SHARED, fd, 0);
        if (at == MAP_FAILED)
            status = lede__fail_os(err, errno, "cannot map '%s'", path);
        else
            *out = (lede__map){.ptr = at, .len = (size_t)st.st_size};
    }
    close(fd);
    return status;
}

void lede__map_close(lede__map *m) {
    if (m->len)
        munmap((void *)(uintptr_t)m->ptr, m->len);
    *m = (lede__map){0};
}

static lede_status too_long(const char *path, size_t max, lede_error *err) {
    return lede_fail(err, LEDE_ELIMIT, "'%s' has more than %zu bytes", path, max);
}

/* Reads what an open file has; the size that fstat gives is only a hint (files in /proc have none).
 */
static lede_status read_fd(int fd, const char *path, size_t max, lede_buf *out, lede_error *err) {
    struct stat st;
    if (fstat(fd, &st) != 0)
        return lede__fail_os(err, errno, "cannot look at '%s'", path);
    if (S_ISDIR(st.st_mode))
        return lede_fail(err, LEDE_EINVAL, "'%s' is a folder", path);
    if (S_ISREG(st.st_mode) && st.st_size > 0 && (uint64_t)st.st_size > max)
        return too_long(path, max, err);
    const size_t before = out->len;
    size_t expected = S_ISREG(st.st_mode) && st.st_size > 0 ? (size_t)st.st_size : 0;
    for (;;) {
        const size_t have = out->len - before;
        /* One byte more than expected lets the end show itself without another growth. */
        const size_t want = have < expected ? expected - have + 1 : 4096;
        char *to = out->limit - out->len < want ? NULL : lede_buf_room(out, want);
        char small[4096];
        const ssize_t n = to ? read(fd, to, want) : read(fd, small, sizeof small);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return lede__fail_os(err, errno, "cannot read '%s'", path);
        if (n == 0)
            break;
        if ((size_t)n > max - have)
            return too_long(path, max, err);
        if (to)
            lede_buf_seal(out, (size_t)n);
        else
            lede_buf_addn(out, small, (size_t)n); /* near the buffer's limit: what fits decides */
        if (out->status)
            break;
    }
    return lede_buf_status(out, err) ? lede_fail_in(err, out->status, "'%s'", path) : LEDE_OK;
}

lede_status lede__read_file(const char *path, size_t max, lede_buf *out, lede_error *err) {
    const int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return lede__fail_os(err, errno, "cannot open '%s'", path);
    lede_status status = read_fd(fd, path, max, out, err);
    close(fd);
    return status;
}

/* Opens step by step and follows no link at all: for kernels without openat2. */
static int open_steps(int dir, const char *path) {
    int at = dir;
    for (;;) {
        const char *slash = strchr(path, '/');
        const size_t n = slash ? (size_t)(slash - path) : strlen(path);
        char step[256];
        if (n == 0 || n >= sizeof step)
            break;
        memcpy(step, path, n);
        step[n] = '\0';
        const int flags = O_RDONLY | O_CLOEXEC | O_NOFOLLOW | (slash ? O_DIRECTORY : O_NONBLOCK);
        const int fd = openat(at, step, flags);
        const int number = errno;
        if (at != dir)
            close(at);
        errno = number;
        if (fd < 0 || !slash)
            return fd;
        at = fd;
        path = slash + 1;
    }
    if (at != dir)
        close(at);
    errno = ENOENT;
    return -1;
}

static int open_below(int dir, const char *path) {
#if defined(SYS_openat2) && defined(RESOLVE_BENEATH)
    struct open_how how = {.flags = O_RDONLY | O_CLOEXEC | O_NONBLOCK,
                           .resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS};
    int fd;
    do
        fd = (int)syscall(SYS_openat2, dir, path, &how, sizeof how);
    while (fd < 0 && (errno == EAGAIN || errno == EINTR)); /* EAGAIN: a rename went on meanwhile */
    if (fd >= 0 || (errno != ENOSYS && errno != EPERM))
        return fd;
#endif
    return open_steps(dir, path);
}

lede_status lede__read_below(int dir, const char *path, size_t max, lede_buf *out,
                             lede_error *err) {
    if (!lede__path_safe(lede_str_of(path)))
        return lede_fail(err, LEDE_EDENIED, "'%s' does not stay in its folder", path);
    const int fd = open_below(dir, path);
    if (fd < 0 && (errno == EXDEV || errno == ELOOP))
        return lede_fail(err, LEDE_EDENIED, "'%s' is a link that leaves its folder", path);
    if (fd < 0)
        return lede__fail_os(err, errno, "cannot open '%s'", path);
    struct stat st;
    lede_status status = LEDE_OK;
    if (fstat(fd, &st) == 0 && !S_ISREG(st.st_mode))
        status = lede_fail(err, LEDE_EINVAL, "'%s' is not a file", path);
    if (!status)
        status = read_fd(fd, path, max, out, err);
    close(fd);
    return status;
}

static bool write_all(int fd, lede_str bytes) {
    while (bytes.len > 0) {
        const ssize_t n = write(fd, bytes.ptr, bytes.len);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return false;
        bytes = lede_str_sub(bytes, (size_t)n);
    }
    return true;
}

/* The folder of path as a terminated text; "." when it names none. */
static void add_folder(lede_buf *out, const char *path) {
    const lede_str dir = lede__path_dir(lede_str_of(path));
    lede_buf_add(out, dir.len ? dir : LEDE_STR("."));
}

static lede_status sync_folder_of(const char *path, lede_error *err) {
    lede_buf folder;
    lede_buf_init(&folder, 1 << 16);
    add_folder(&folder, path);
    lede_status status = lede_buf_status(&folder, err);
    const int fd = status ? -1 : open(folder.ptr, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (!status && (fd < 0 || (fsync(fd) != 0 && errno != EINVAL)))
        status = lede__fail_os(err, errno, "cannot sync the folder '%s'", folder.ptr);
    if (fd >= 0)
        close(fd);
    lede_buf_fini(&folder);
    return status;
}

/* Fills and closes fd. An existing file keeps its permissions. */
static bool fill(int fd, const char *path, lede_str bytes, bool sync) {
    struct stat old;
    bool good = write_all(fd, bytes);
    if (good && lstat(path, &old) == 0 && S_ISREG(old.st_mode))
        good = fchmod(fd, old.st_mode & 07777) == 0;
    if (good && sync)
        good = fsync(fd) == 0;
    const int number = errno;
    if (close(fd) != 0 && good)
        return false; /* NFS and quotas report here */
    errno = number;
    return good;
}

lede_status lede__write_file(const char *path, lede_str bytes, bool sync, lede_error *err) {
    static atomic_uint serial;
    lede_buf beside;
    lede_buf_init(&beside, 1 << 16);
    add_folder(&beside, path);
    lede_buf_addf(&beside, "/.lede-%ld-%u.part", (long)getpid(), atomic_fetch_add(&serial, 1));
    lede_status status = lede_buf_status(&beside, err);
    if (status)
        goto done;

    /* A name that is there was left by a killed process with the same number. */
    int fd = open(beside.ptr, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (fd < 0 && errno == EEXIST && unlink(beside.ptr) == 0)
        fd = open(beside.ptr, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (fd < 0) {
        status = lede__fail_os(err, errno, "cannot write '%s'", path);
        goto done;
    }
    if (!fill(fd, path, bytes, sync) || rename(beside.ptr, path) != 0) {
        status = lede__fail_os(err, errno, "cannot write '%s'", path);
        unlink(beside.ptr);
        goto done;
    }
    if (sync)
        status = sync_folder_of(path, err);
done:
    lede_buf_fini(&beside);
    return status;
}
