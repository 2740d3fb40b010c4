/* place.c - steps inside a tree that follow no symbolic link. See publish/tree.h.
 *
 * Pages of a site mostly lie in sibling folders ("posts/a/", "posts/b/"), so a place keeps the
 * folder at hand and the one above it: going to a sibling is one mkdir, one open and one close.
 */
#include "publish/tree.h"

#include "base/path.h"
#include "sys/below.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

int (*lede__release_hook)(const char *step, const char *name);

enum { FOLDER = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC, MAX_DEPTH = 256 };

void lede__place_init(lede_release_place *p, int root) {
    p->root = root;
    p->parent = p->at = -1;
    p->parent_len = p->at_len = 0;
    p->path[0] = '\0';
}

void lede__place_fini(lede_release_place *p) {
    if (p->parent >= 0)
        close(p->parent);
    if (p->at >= 0)
        close(p->at);
    lede__place_init(p, p->root);
}

/* Removes what is no folder and stands where one is needed. */
static bool clear_way(int dir, const char *name) {
    return !lede__step_fails("unlink", name) && (unlinkat(dir, name, 0) == 0 || errno == ENOENT);
}

static int open_child(int dir, const char *name, lede__enter how) {
    bool look_first = how != LEDE__MAKE;
    for (int tries = 0; tries < 3; tries++) {
        if (look_first) {
            const int fd = openat(dir, name, FOLDER);
            if (fd >= 0 || how == LEDE__LOOK)
                return fd;
            const bool in_the_way = errno == ENOTDIR || errno == ELOOP;
            if (in_the_way ? how == LEDE__ADD || !clear_way(dir, name) : errno != ENOENT)
                return -1;
        }
        if (lede__step_fails("mkdir", name) || (mkdirat(dir, name, 0755) != 0 && errno != EEXIST))
            return -1;
        look_first = true;
    }
    errno = EEXIST;
    return -1;
}

static bool copy_name(char *to, lede_str name) {
    if (name.len > 255) {
        errno = ENAMETOOLONG;
        return false;
    }
    memcpy(to, name.ptr, name.len);
    to[name.len] = '\0';
    return true;
}

/* Opens dir step by step from the root; each step is looked for first, as it mostly is there. */
static int walk_to(int root, lede_str dir, lede__enter how) {
    char name[256];
    int fd = root;
    for (size_t from = 0; from < dir.len;) {
        const size_t end = lede_str_find(dir, '/', from);
        const bool good = copy_name(name, lede_str_n(dir.ptr + from, end - from));
        const int next = good ? open_child(fd, name, how == LEDE__MAKE ? LEDE__RENEW : how) : -1;
        const int number = errno;
        if (fd != root)
            close(fd);
        errno = number;
        if (next < 0)
            return -1;
        fd = next;
        from = end + 1;
    }
    return fd;
}

/* Opens a folder that may be there, in one step where the kernel can. */
static int open_folder(int root, lede_str dir, lede__enter how) {
    char name[LEDE__NAME_ROOM];
    memcpy(name, dir.ptr, dir.len);
    name[dir.len] = '\0';
    const int fd = lede__open_below(root, name, FOLDER, 0);
    if (fd >= 0 || (how == LEDE__LOOK && errno != ENOSYS))
        return fd;
    return walk_to(root, dir, how);
}

static bool stands_for(const lede_release_place *p, size_t len, lede_str dir) {
    return dir.len == len && memcmp(p->path, dir.ptr, len) == 0;
}

/* Makes `parent` the folder called dir, not empty. */
static bool move_parent(lede_release_place *p, lede_str dir, lede__enter how) {
    if (p->parent >= 0 && stands_for(p, p->parent_len, dir))
        return true;
    if (p->at >= 0 && stands_for(p, p->at_len, dir)) {
        if (p->parent >= 0)
            close(p->parent);
        p->parent = p->at;
        p->at = -1;
    } else {
        lede__place_fini(p);
        const int fd = open_folder(p->root, dir, how);
        if (fd < 0)
            return false;
        p->parent = fd;
        memcpy(p->path, dir.ptr, dir.len);
    }
    p->parent_len = dir.len;
    return true;
}

/* Takes fd as the folder at hand. */
static int arrive(lede_release_place *p, lede_str dir, int fd) {
    p->at = fd;
    p->at_len = dir.len;
    memcpy(p->path, dir.ptr, dir.len);
    return fd;
}

/* The folder above `dir`, open, and in name the last part of dir. */
static int enter_parent(lede_release_place *p, lede_str dir, lede__enter how, char name[256]) {
    const lede_str parent = lede__path_dir(dir);
    if (!copy_name(name, lede__path_base(dir)) || (parent.len > 0 && !move_parent(p, parent, how)))
        return -1;
    return parent.len > 0 ? p->parent : p->root;
}

/* Forgets the folder at hand, and the parent if it is not the one of dir: both share one text. */
static void leave(lede_release_place *p, lede_str dir) {
    if (p->at >= 0)
        close(p->at);
    p->at = -1;
    if (p->parent < 0 || stands_for(p, p->parent_len, lede__path_dir(dir)))
        return;
    close(p->parent);
    p->parent = -1;
}

int lede__place_enter(lede_release_place *p, lede_str dir, lede__enter how) {
    char name[256];
    if (dir.len == 0)
        return p->root;
    if (dir.len >= sizeof p->path) {
        errno = ENAMETOOLONG;
        return -1;
    }
    if (p->at >= 0 && stands_for(p, p->at_len, dir))
        return p->at;
    if (how == LEDE__LOOK || how == LEDE__RENEW) {
        leave(p, dir);
        const int fd = open_folder(p->root, dir, LEDE__LOOK);
        if (fd >= 0 || how == LEDE__LOOK)
            return arrive(p, dir, fd);
    }
    const int parent = enter_parent(p, dir, how, name);
    if (parent < 0)
        return -1;
    leave(p, dir);
    return arrive(p, dir, open_child(parent, name, how));
}

int lede__place_make_file(lede_release_place *p, lede_str path) {
    char name[256], below[512];
    const lede_str dir = lede__path_dir(path), base = lede__path_base(path);
    if (dir.len == 0 || dir.len >= sizeof p->path || base.len > 255 ||
        (p->at >= 0 && stands_for(p, p->at_len, dir))) {
        errno = ENOSYS;
        return -1;
    }
    const int parent = enter_parent(p, dir, LEDE__MAKE, name);
    if (parent < 0)
        return -1;
    if (lede__step_fails("mkdir", name) || (mkdirat(parent, name, 0755) != 0 && errno != EEXIST))
        return -1;
    const int n = snprintf(below, sizeof below, "%s/%.*s", name, (int)base.len, base.ptr);
    if (n < 0 || n >= (int)sizeof below || lede__step_fails("create", below))
        return -1;
    return lede__open_below(parent, below, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
}

int lede__place_of(lede_release_place *p, lede_str path, lede__enter how, char *name) {
    if (!copy_name(name, lede__path_base(path)))
        return -1;
    return lede__place_enter(p, lede__path_dir(path), how);
}

static int remove_all(int fd, int depth);

static int remove_entry(int dir, const char *name, int depth) {
    if (lede__step_fails("unlink", name))
        return errno;
    if (unlinkat(dir, name, 0) == 0 || errno == ENOENT)
        return 0;
    if (errno != EISDIR && errno != EPERM)
        return errno;
    const int fd = openat(dir, name, FOLDER);
    if (fd < 0)
        return errno;
    const int number = remove_all(fd, depth + 1);
    if (number)
        return number;
    return unlinkat(dir, name, AT_REMOVEDIR) == 0 || errno == ENOENT ? 0 : errno;
}

/* Removes what is in the folder and closes it. */
static int remove_all(int fd, int depth) {
    DIR *dir = depth < MAX_DEPTH ? fdopendir(fd) : NULL;
    int number = 0;
    if (!dir) {
        number = depth < MAX_DEPTH ? errno : ELOOP;
        close(fd);
        return number;
    }
    for (struct dirent *e; !number && (e = readdir(dir));)
        if (strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0)
            number = remove_entry(dirfd(dir), e->d_name, depth);
    closedir(dir);
    return number;
}

int lede__remove_below(int dir, const char *name) { return remove_entry(dir, name, 0); }

static int copy_bytes(int in, int out) {
    char bytes[64 << 10];
    for (;;) {
        const ssize_t n = read(in, bytes, sizeof bytes);
        if (n == 0)
            return 0;
        if (n < 0 && errno != EINTR)
            return errno;
        for (ssize_t done = 0; done < n;) {
            const ssize_t k = write(out, bytes + done, (size_t)(n - done));
            if (k < 0 && errno != EINTR)
                return errno;
            if (k > 0)
                done += k;
        }
    }
}

static int copy_file(int from, const char *name, int to, const char *new_name) {
    const int in = openat(from, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    if (in < 0)
        return errno;
    const int out =
        openat(to, new_name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0644);
    int number = out < 0 ? errno : copy_bytes(in, out);
    if (out >= 0 && close(out) != 0 && !number)
        number = errno;
    if (out >= 0 && number)
        unlinkat(to, new_name, 0);
    close(in);
    return number;
}

int lede__link_or_copy(int from, const char *name, int to, const char *new_name) {
    if (lede__step_fails("link", name))
        return errno;
    if (linkat(from, name, to, new_name, 0) == 0)
        return 0;
    /* Refused for files of others, for too many links, across mounts. */
    if (errno != EPERM && errno != EMLINK && errno != EXDEV && errno != EACCES)
        return errno;
    return copy_file(from, name, to, new_name);
}
