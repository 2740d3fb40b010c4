/* writer.c - puts one file into the standby tree; in any process, without a release at hand. See
 * lede/release.h.
 *
 * Files of the standby may be hard links that the live tree shares, so none is ever opened for
 * writing: a name that is not there is made and written at once (nobody reads the standby), else
 * the bytes are written beside and renamed over it. What a killed writer leaves half-written is not
 * in the list of what was added, and the commit removes it.
 */
#include "publish/tree.h"

#include "base/path.h"
#include "codec/hash.h"
#include "publish/manifest.h"
#include "sys/os.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

static int shown(lede_str path) { return (int)(path.len < 300 ? path.len : 300); }

static lede_status fail(lede_error *err, const char *what, lede_str path) {
    return lede__fail_os(err, errno, "cannot %s '%.*s'", what, shown(path), path.ptr);
}

static uint64_t read_checked(int tree, const char *file) {
    char head[200];
    const int fd = openat(tree, file, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0)
        return 0;
    const ssize_t n = read(fd, head, sizeof head);
    close(fd);
    return n > 0 ? lede__manifest_checked(lede_str_n(head, (size_t)n)) : 0;
}

lede_status lede_release_writer_open(const char *standby, const char *live, lede_release_writer *w,
                                     lede_error *err) {
    *w = (lede_release_writer){.standby_fd = -1, .live_fd = -1, .beside_fd = -1};
    lede__place_init(&w->standby, -1);
    lede__place_init(&w->live, -1);
    w->standby_fd = open(standby, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (w->standby_fd < 0)
        return lede__fail_os(err, errno, "cannot open '%s'", standby);
    lede__place_init(&w->standby, w->standby_fd);
    w->standby_stamp = read_checked(w->standby_fd, LEDE__MANIFEST_DIRTY);
    if (!w->standby_stamp) /* not marked yet */
        w->standby_stamp = read_checked(w->standby_fd, LEDE__MANIFEST);
    if (!live || !*live)
        return LEDE_OK;
    w->live_fd = open(live, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (w->live_fd < 0) {
        const int number = errno;
        lede_release_writer_close(w);
        return lede__fail_os(err, number, "cannot open '%s'", live);
    }
    lede__place_init(&w->live, w->live_fd);
    w->live_stamp = read_checked(w->live_fd, LEDE__MANIFEST);
    return LEDE_OK;
}

void lede_release_writer_close(lede_release_writer *w) {
    if (w->standby_fd < 0)
        return;
    lede__place_fini(&w->standby);
    lede__place_fini(&w->live);
    close(w->standby_fd);
    if (w->live_fd >= 0)
        close(w->live_fd);
    if (w->beside_fd >= 0)
        close(w->beside_fd);
    w->standby_fd = w->live_fd = w->beside_fd = -1;
    lede__place_init(&w->standby, -1);
    lede__place_init(&w->live, -1);
}

static bool has_sum(int dir, const char *name, uint64_t size, const unsigned char sum[32]) {
    unsigned char now[32];
    lede_buf bytes;
    lede_buf_init(&bytes, LEDE_BUF_MAX);
    const bool is_read = lede__read_below(dir, name, size, &bytes, NULL) == LEDE_OK;
    lede__sha256(lede_buf_str(&bytes), now);
    lede_buf_fini(&bytes);
    return is_read && memcmp(now, sum, sizeof now) == 0;
}

bool lede__is_intact(lede_release_place *p, lede_str path, uint64_t size, uint64_t stamp,
                     const unsigned char sum[32]) {
    char name[LEDE__NAME_ROOM];
    struct stat st;
    const int dir = p->root < 0 ? -1 : lede__place_of(p, path, LEDE__LOOK, name);
    return dir >= 0 && fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) == 0 && S_ISREG(st.st_mode) &&
           (uint64_t)st.st_size == size &&
           (lede__ns(st.st_mtim) <= stamp || has_sum(dir, name, size, sum));
}

/* The folder of files being written, or -1. */
static int beside(lede_release_writer *w) {
    if (w->beside_fd >= 0)
        return w->beside_fd;
    if (lede__step_fails("mkdir", LEDE__BESIDE) ||
        (mkdirat(w->standby_fd, LEDE__BESIDE, 0700) != 0 && errno != EEXIST))
        return -1;
    w->beside_fd =
        openat(w->standby_fd, LEDE__BESIDE, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    return w->beside_fd;
}

static void next_name(lede_release_writer *w, char out[64]) {
    snprintf(out, 64, "%ld-%llu", (long)getpid(), (unsigned long long)w->serial++);
}

/* Lays the file called `from` beside in place of dir/name, even when a folder of earlier times is
 * there. */
static bool put_over(lede_release_writer *w, const char *from, int dir, const char *name) {
    if (!lede__step_fails("rename", name)) {
        if (renameat(w->beside_fd, from, dir, name) == 0)
            return true;
        if (errno == EISDIR || errno == ENOTEMPTY || errno == EEXIST) {
            const int number = lede__remove_below(dir, name);
            if (!number && renameat(w->beside_fd, from, dir, name) == 0)
                return true;
            if (number)
                errno = number;
        }
    }
    const int number = errno;
    unlinkat(w->beside_fd, from, 0);
    errno = number;
    return false;
}

static bool write_bytes(int fd, lede_str bytes, const char *name) {
    if (lede__step_fails("write", name))
        return false;
    while (bytes.len) {
        const ssize_t n = write(fd, bytes.ptr, bytes.len);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return false;
        bytes = lede_str_sub(bytes, (size_t)n);
    }
    return true;
}

/* Writes and closes a file just made; one that is not whole is removed. */
static bool fill(int fd, int dir, const char *name, lede_str bytes) {
    bool good = write_bytes(fd, bytes, name);
    int number = errno;
    if (close(fd) != 0 && good) {
        good = false;
        number = errno;
    }
    if (!good)
        unlinkat(dir, name, 0);
    errno = number;
    return good;
}

/* Makes a file that must not be there yet. */
static bool write_new(int dir, const char *name, lede_str bytes) {
    if (lede__step_fails("create", name))
        return false;
    const int fd = openat(dir, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0644);
    return fd >= 0 && fill(fd, dir, name, bytes);
}

static bool write_over(lede_release_writer *w, int dir, const char *name, lede_str bytes) {
    char new_name[64];
    const int at = beside(w);
    if (at < 0)
        return false;
    bool done;
    do { /* a name that a killed process left is passed over */
        next_name(w, new_name);
        done = write_new(at, new_name, bytes);
    } while (!done && errno == EEXIST);
    return done && put_over(w, new_name, dir, name);
}

/* Links the live tree's file into the standby. */
static bool link_live(lede_release_writer *w, lede_str path, lede__enter how) {
    char from[LEDE__NAME_ROOM], name[LEDE__NAME_ROOM], new_name[64];
    const int live = lede__place_of(&w->live, path, LEDE__LOOK, from);
    const int dir = live < 0 ? -1 : lede__place_of(&w->standby, path, how, name);
    if (dir < 0 || lede__step_fails("link", name))
        return false;
    if (linkat(live, from, dir, name, 0) == 0)
        return true;
    if (errno != EEXIST || beside(w) < 0)
        return false;
    next_name(w, new_name);
    if (linkat(live, from, w->beside_fd, new_name, 0) != 0)
        return false;
    const bool put = put_over(w, new_name, dir, name);
    if (put)
        unlinkat(w->beside_fd, new_name,
                 0); /* renaming between two links of one file leaves both */
    return put;
}

static bool standby_has(lede_release_writer *w, lede_str path, const lede_release_known *known,
                        const unsigned char sum[32], uint64_t size) {
    return known->in_standby && memcmp(known->standby, sum, 32) == 0 &&
           lede__is_intact(&w->standby, path, size, w->standby_stamp, sum);
}

static bool live_has(lede_release_writer *w, lede_str path, const lede_release_known *known,
                     const unsigned char sum[32], uint64_t size) {
    return known->in_live && memcmp(known->live, sum, 32) == 0 &&
           lede__is_intact(&w->live, path, size, w->live_stamp, sum);
}

lede_status lede__writer_keep(lede_release_writer *w, lede_str path,
                              const lede_release_known *known, uint64_t size,
                              lede_release_action *action, bool *kept, lede_error *err) {
    *kept = true;
    *action = LEDE_KEPT;
    if (!live_has(w, path, known, known->live, size)) {
        *kept = false;
        return LEDE_OK;
    }
    if (standby_has(w, path, known, known->live, size))
        return LEDE_OK;
    *action = LEDE_LINKED;
    if (link_live(w, path, known->in_standby ? LEDE__RENEW : LEDE__MAKE))
        return LEDE_OK;
    const int number = errno;
    if (number != EXDEV && number != EPERM && number != EMLINK && number != EACCES) {
        *kept = false;
        return lede__fail_os(err, number, "cannot link '%.*s'", shown(path), path.ptr);
    }
    *kept = false; /* the caller has it read and written */
    return LEDE_OK;
}

lede_status lede_release_write(lede_release_writer *w, lede_str path, lede_str bytes,
                               const lede_release_known *known, unsigned char sha256[32],
                               lede_release_action *action, lede_error *err) {
    char name[LEDE__NAME_ROOM];
    if (!lede__path_safe(path))
        return lede_fail(err, LEDE_EINVAL, "'%.*s' is no path for a file of the site", shown(path),
                         path.ptr ? path.ptr : "");
    const lede__enter how = known->in_standby ? LEDE__RENEW : LEDE__MAKE;
    lede__sha256(bytes, sha256);
    *action = LEDE_KEPT;
    if (standby_has(w, path, known, sha256, bytes.len))
        return LEDE_OK;
    *action = LEDE_LINKED;
    if (live_has(w, path, known, sha256, bytes.len))
        return LEDE_OK; /* linked by lede_release_add */
    *action = LEDE_WRITTEN;
    const bool own_folder = !known->in_standby && lede_str_is(lede__path_base(path), "index.html");
    const int fd = own_folder ? lede__place_make_file(&w->standby, path) : -1;
    if (fd >= 0) {
        memcpy(name, path.ptr, path.len);
        name[path.len] = '\0';
        return fill(fd, w->standby_fd, name, bytes) ? LEDE_OK : fail(err, "write", path);
    }
    if (own_folder && errno != ENOSYS && errno != EEXIST && errno != ENOTDIR && errno != ELOOP)
        return fail(err, "make", path);
    const int dir = lede__place_of(&w->standby, path, how, name);
    if (dir < 0)
        return fail(err, "make the folder of", path);
    bool done = !known->in_standby && write_new(dir, name, bytes);
    if (!done && (known->in_standby || errno == EEXIST || errno == EISDIR))
        done = write_over(w, dir, name, bytes);
    return done ? LEDE_OK : fail(err, "write", path);
}
