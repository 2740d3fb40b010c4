/* folder.c - making, exchanging, syncing, locking and removing. See sys/sys.h. */
#include "sys/os.h"
#include "sys/sys.h"

#include "base/banned.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { MAX_DEPTH = 256 };

bool lede__exists(const char *path) {
    struct stat st;
    return stat(path, &st) == 0;
}

bool lede__is_dir(const char *path) {
    struct stat st;
    return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

/* Makes one folder; one that is there is fine. Answers an errno. */
static int make_one(const char *path) {
    if (mkdir(path, 0777) == 0)
        return 0;
    const int number = errno;
    /* A folder that is there may also refuse with EACCES or EROFS. */
    return lede__is_dir(path) ? 0 : number;
}

lede_status lede__make_dirs(const char *path, lede_error *err) {
    char name[4096];
    const size_t n = strlen(path);
    if (n == 0 || n >= sizeof name)
        return lede_fail(err, LEDE_EINVAL, "no folder can have the name '%.80s'", path);
    if (lede__is_dir(path))
        return LEDE_OK;
    memcpy(name, path, n + 1);
    for (size_t i = 1; i <= n; i++) {
        if (name[i] != '/' && name[i] != '\0')
            continue;
        name[i] = '\0';
        const int number = make_one(name);
        if (number)
            return lede__fail_os(err, number, "cannot make the folder '%s'", name);
        if (i < n)
            name[i] = '/';
    }
    return LEDE_OK;
}

/* A folder of the same file system may be mounted: only newer kernels tell. */
bool lede__is_mount(const char *path) {
#if defined(STATX_ATTR_MOUNT_ROOT)
    struct statx x;
    if (statx(AT_FDCWD, path, 0, STATX_TYPE, &x) == 0 &&
        (x.stx_attributes_mask & STATX_ATTR_MOUNT_ROOT))
        return (x.stx_attributes & STATX_ATTR_MOUNT_ROOT) != 0;
#endif
    char up[4096];
    struct stat here, above;
    const int n = snprintf(up, sizeof up, "%s/..", path);
    return n > 0 && n < (int)sizeof up && stat(path, &here) == 0 && stat(up, &above) == 0 &&
           here.st_dev != above.st_dev;
}

lede_status lede__exchange(const char *a, const char *b, lede_error *err) {
    if (renameat2(AT_FDCWD, a, AT_FDCWD, b, RENAME_EXCHANGE) == 0)
        return LEDE_OK;
    const int number = errno;
    if (number == ENOSYS || number == EINVAL || number == EXDEV || number == EBUSY ||
        number == EOPNOTSUPP)
        return lede_fail(err, LEDE_EINVAL, "'%s' and '%s' cannot be exchanged here: %s", a, b,
                         number == EXDEV || number == EBUSY
                             ? "they lie on two file systems or one is a mount point"
                             : "the file system or kernel does not know how");
    return lede__fail_os(err, number, "cannot exchange '%s' and '%s'", a, b);
}

lede_status lede__sync_fs(int fd, lede_error *err) {
    if (syncfs(fd) == 0)
        return LEDE_OK;
    if (errno == ENOSYS) {
        sync();
        return LEDE_OK;
    }
    return lede__fail_os(err, errno, "cannot sync the file system");
}

/* What is being removed, for messages. */
typedef struct removal {
    const char *root;
    lede_error *err;
} removal;

static lede_status remove_inside(const removal *r, int dir, int depth);

/* Removes one entry; dir stays open. */
static lede_status remove_entry(const removal *r, int dir, const char *name, int depth) {
    if (unlinkat(dir, name, 0) == 0 || errno == ENOENT)
        return LEDE_OK;
    if (errno != EISDIR && errno != EPERM) /* POSIX says EPERM for a folder, Linux EISDIR */
        return lede__fail_os(r->err, errno, "cannot remove '%s' in '%s'", name, r->root);
    const int number = errno;
    const int inner = openat(dir, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (inner < 0)
        return lede__fail_os(r->err, errno == ENOTDIR ? number : errno,
                             "cannot remove '%s' in '%s'", name, r->root);
    lede_status status = remove_inside(r, inner, depth + 1); /* closes inner */
    if (status)
        return status;
    if (unlinkat(dir, name, AT_REMOVEDIR) == 0 || errno == ENOENT)
        return LEDE_OK;
    return lede__fail_os(r->err, errno, "cannot remove the folder '%s' in '%s'", name, r->root);
}

/* Removes what is in the folder fd and closes it. */
static lede_status remove_inside(const removal *r, int fd, int depth) {
    if (depth > MAX_DEPTH) {
        close(fd);
        return lede_fail(r->err, LEDE_ELIMIT, "'%s' is more than %d folders deep", r->root,
                         MAX_DEPTH);
    }
    DIR *dir = fdopendir(fd);
    if (!dir) {
        const int number = errno;
        close(fd);
        return lede__fail_os(r->err, number, "cannot read a folder in '%s'", r->root);
    }
    lede_status status = LEDE_OK;
    bool again = true;
    while (again &&
           !status) { /* some file systems skip entries when others go: until none is left */
        again = false;
        rewinddir(dir);
        const struct dirent *e;
        while (!status && (e = readdir(dir))) {
            if (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0)
                continue;
            again = true;
            status = remove_entry(r, dirfd(dir), e->d_name, depth);
        }
    }
    closedir(dir);
    return status;
}

lede_status lede__remove_tree(const char *path, lede_error *err) {
    const size_t n = strlen(path);
    if (n == 0 || strspn(path, "/.") == n)
        return lede_fail(err, LEDE_EINVAL, "'%s' is not a tree to remove", path);
    return remove_entry(&(removal){path, err}, AT_FDCWD, path, 0);
}

lede_status lede__lock(const char *path, int wait_ms, int *fd, lede_error *err) {
    *fd = -1;
    const int file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
    if (file < 0)
        return lede__fail_os(err, errno, "cannot open the lock '%s'", path);
    const uint64_t until = lede__monotonic_us() + (uint64_t)(wait_ms > 0 ? wait_ms : 0) * 1000;
    while (flock(file, LOCK_EX | LOCK_NB) != 0) {
        const int number = errno;
        const bool held = number == EWOULDBLOCK || number == EINTR;
        if (!held || lede__monotonic_us() >= until) {
            close(file);
            if (!held)
                return lede__fail_os(err, number, "cannot lock '%s'", path);
            return lede_fail(err, LEDE_EBUSY, "'%s' is locked by another lede", path);
        }
        nanosleep(&(struct timespec){.tv_nsec = 10 * 1000 * 1000}, NULL);
    }
    *fd = file;
    return LEDE_OK;
}
