/* writer.c - puts one file into the standby tree; in any process, without a release at hand. See lede/release.h.
 *
 * Files of the standby may be hard links that the live tree shares, so none is ever opened for writing: a new name is made,
 * or the bytes are written beside and renamed over the old name. */
#include "lede/release.h"

#include "base/path.h"
#include "codec/hash.h"
#include "publish/link.h"
#include "sys/sys.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

static lede_status fail(lede_error *err, const char *what, const char *path) {
    int e = errno;
    return lede_fail(err, LEDE_EIO, "cannot %s '%s': %s", what, path, strerror(e));
}

lede_status lede_release_writer_open(const char *standby, const char *live, lede_release_writer *w, lede_error *err) {
    *w = (lede_release_writer){.standby_fd = -1, .live_fd = -1};
    w->standby_fd = open(standby, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
    if (w->standby_fd < 0)
        return fail(err, "open", standby);
    if (live && *live && (w->live_fd = open(live, O_RDONLY | O_DIRECTORY | O_CLOEXEC)) < 0) {
        lede_release_writer_close(w);
        return fail(err, "open", live);
    }
    return LEDE_OK;
}

void lede_release_writer_close(lede_release_writer *w) {
    if (w->standby_fd >= 0)
        close(w->standby_fd);
    if (w->live_fd >= 0)
        close(w->live_fd);
    *w = (lede_release_writer){.standby_fd = -1, .live_fd = -1};
}

/* Makes the folders above name. */
static lede_status make_folders(lede_release_writer *w, const char *name, lede_error *err) {
    char dir[4096];
    lede_str parent = lede__path_dir(lede_str_of(name));
    if (!parent.len || parent.len >= sizeof dir)
        return LEDE_OK;
    if (parent.len < sizeof w->last_dir && strlen(w->last_dir) == parent.len && memcmp(w->last_dir, parent.ptr, parent.len) == 0)
        return LEDE_OK;
    memcpy(dir, parent.ptr, parent.len);
    dir[parent.len] = '\0';
    if (mkdirat(w->standby_fd, dir, 0755) != 0 && errno != EEXIST) {
        if (errno != ENOENT)
            return fail(err, "make folder", dir);
        for (char *p = strchr(dir, '/');; p = strchr(p + 1, '/')) {
            if (p)
                *p = '\0';
            if (mkdirat(w->standby_fd, dir, 0755) != 0 && errno != EEXIST)
                return fail(err, "make folder", dir);
            if (!p)
                break;
            *p = '/';
        }
    }
    if (parent.len < sizeof w->last_dir)
        memcpy(w->last_dir, dir, parent.len + 1);
    return LEDE_OK;
}

static lede_status write_all(int fd, lede_str bytes, const char *name, lede_error *err) {
    while (bytes.len) {
        ssize_t n = write(fd, bytes.ptr, bytes.len);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return fail(err, "write", name);
        bytes = lede_str_sub(bytes, (size_t)n);
    }
    return LEDE_OK;
}

/* false when the file cannot be linked: then it is written. */
static bool link_live(lede_release_writer *w, const char *name) {
    if (w->live_fd < 0)
        return false;
    if (linkat(w->live_fd, name, w->standby_fd, name, 0) == 0)
        return true;
    return errno == EEXIST && unlinkat(w->standby_fd, name, 0) == 0 && linkat(w->live_fd, name, w->standby_fd, name, 0) == 0;
}

lede_status lede__release_link(lede_release_writer *w, lede_str path, lede_error *err) {
    char name[4096];
    if (!lede__path_safe(path) || path.len >= sizeof name)
        return lede_fail(err, LEDE_EINVAL, "release: no path to link");
    memcpy(name, path.ptr, path.len);
    name[path.len] = '\0';
    lede_status st = make_folders(w, name, err);
    return st ? st : link_live(w, name) ? LEDE_OK : fail(err, "link", name);
}

/* A file that must not be there yet. */
static lede_status write_new(lede_release_writer *w, const char *name, lede_str bytes, lede_error *err) {
    int fd = openat(w->standby_fd, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0644);
    if (fd < 0)
        return errno == EEXIST ? LEDE_EEXIST : fail(err, "make", name);
    lede_status st = write_all(fd, bytes, name, err);
    if (close(fd) != 0 && !st)
        st = fail(err, "write", name);
    if (st)
        unlinkat(w->standby_fd, name, 0);
    return st;
}

static lede_status write_over(lede_release_writer *w, const char *name, lede_str bytes, lede_error *err) {
    char beside[64];
    for (;;) { /* a name that a killed process left is passed over */
        snprintf(beside, sizeof beside, ".lede-new-%ld-%llu", (long)getpid(), (unsigned long long)w->serial++);
        lede_status st = write_new(w, beside, bytes, err);
        if (st == LEDE_EEXIST)
            continue;
        if (st)
            return st;
        break;
    }
    if (renameat(w->standby_fd, beside, w->standby_fd, name) != 0) {
        lede_status st = fail(err, "replace", name);
        unlinkat(w->standby_fd, beside, 0);
        return st;
    }
    return LEDE_OK;
}

lede_status lede_release_write(lede_release_writer *w, lede_str path, lede_str bytes, const lede_release_known *known,
                               unsigned char sha256[32], lede_release_action *action, lede_error *err) {
    char name[4096];
    if (!lede__path_safe(path) || path.len >= sizeof name)
        return lede_fail(err, LEDE_EINVAL, "'%.*s' is no path for a file of the site", (int)(path.len < 200 ? path.len : 200), path.ptr ? path.ptr : "");
    memcpy(name, path.ptr, path.len);
    name[path.len] = '\0';
    lede__sha256(bytes, sha256);
    *action = LEDE_KEPT;
    if (known->in_standby && memcmp(known->standby, sha256, 32) == 0)
        return LEDE_OK;
    *action = LEDE_TO_LINK;
    if (w->leave_links && known->in_live && memcmp(known->live, sha256, 32) == 0)
        return LEDE_OK;
    lede_status st = make_folders(w, name, err);
    if (st)
        return st;
    *action = LEDE_LINKED;
    if (known->in_live && memcmp(known->live, sha256, 32) == 0 && link_live(w, name))
        return LEDE_OK;
    *action = LEDE_WRITTEN;
    st = known->in_standby ? LEDE_EEXIST : write_new(w, name, bytes, err);
    return st == LEDE_EEXIST ? write_over(w, name, bytes, err) : st;
}
