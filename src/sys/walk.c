/* walk.c - all files below a folder, in one order on every machine. See sys/sys.h.
 *
 * This is on the way of every look at a large site: a folder is read once, its names sorted in one
 * block, and each file costs one fstatat() against the open folder; d_type saves the others. */
#include "sys/os.h"
#include "sys/sys.h"

#include "base/banned.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MAX_DEPTH = 100, NAMES_MAX = 1 << 30 };

/* One walk. path is the folder being read, relative to root, with '/' at its end unless empty. */
typedef struct walk {
    const char *root;
    const char *shown; /* the hidden name that is walked directly below root, or NULL */
    lede__walk_each *each;
    void *ctx;
    lede_error *err;
    lede_buf path;
    size_t skipped; /* links that lead out */
    bool stopped;
} walk;

static lede_status walk_folder(walk *w, int fd, int depth);

/* The names of one folder: in text each is its d_type, then the name, then NUL; sorted points at
 * the types. */
typedef struct names {
    lede_buf text;
    const char **sorted;
    size_t count;
} names;

static int by_name(const void *a, const void *b) {
    return strcmp(*(const char *const *)a + 1, *(const char *const *)b + 1);
}

static bool is_hidden(const walk *w, const char *name) {
    const bool shown = w->shown && w->path.len == 0 && strcmp(name, w->shown) == 0;
    return name[0] == '.' && !shown;
}

static lede_status read_names(walk *w, DIR *dir, names *n) {
    const struct dirent *e;
    while (errno = 0, (e = readdir(dir))) {
        if (is_hidden(w, e->d_name))
            continue;
        lede_buf_addc(&n->text, (char)e->d_type);
        lede_buf_addn(&n->text, e->d_name, strlen(e->d_name) + 1);
        n->count++;
    }
    if (errno)
        return lede__fail_os(w->err, errno, "cannot read the folder '%s/%s'", w->root, w->path.ptr);
    lede_status status = lede_buf_status(&n->text, w->err);
    if (status)
        return status;
    n->sorted = malloc((n->count + 1) * sizeof *n->sorted);
    if (!n->sorted)
        return lede_fail(w->err, LEDE_ENOMEM, "out of memory for a list of files");
    const char *p = n->text.ptr;
    for (size_t i = 0; i < n->count; i++, p += strlen(p + 1) + 2)
        n->sorted[i] = p;
    qsort(n->sorted, n->count, sizeof *n->sorted, by_name);
    return LEDE_OK;
}

/* Whether the link w->path leads to a file inside root. */
static bool link_stays(const walk *w, struct stat *st) {
    lede_buf full;
    lede_buf_init(&full, 1 << 16);
    lede_buf_addf(&full, "%s/%s", w->root, w->path.ptr);
    char *target = full.status ? NULL : realpath(full.ptr, NULL);
    char *root = target ? realpath(w->root, NULL) : NULL;
    bool stays = false;
    if (root) {
        const size_t n = strcmp(root, "/") == 0 ? 0 : strlen(root);
        stays = strncmp(target, root, n) == 0 && target[n] == '/' && stat(target, st) == 0 &&
                S_ISREG(st->st_mode);
    }
    free(root);
    free(target);
    lede_buf_fini(&full);
    return stays;
}

/* The first link is named, the others are counted. */
static void report_link(walk *w) {
    if (w->skipped++ == 0)
        (void)lede_fail(w->err, LEDE_EDENIED,
                        "'%s/%s' is a link to something that is not a file inside; passed over",
                        w->root, w->path.ptr);
}

static void give_file(walk *w, const struct stat *st) {
    const int64_t mtime = (int64_t)st->st_mtim.tv_sec * 1000000000 + st->st_mtim.tv_nsec;
    if (!w->each(w->ctx, w->path.ptr, (int64_t)st->st_size, mtime))
        w->stopped = true;
}

static lede_status walk_inner(walk *w, int dir, const char *name, int depth) {
    if (depth >= MAX_DEPTH)
        return lede_fail(w->err, LEDE_ELIMIT, "'%s/%s' is more than %d folders deep", w->root,
                         w->path.ptr, MAX_DEPTH);
    const int fd = openat(dir, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0 && errno == ENOENT)
        return LEDE_OK; /* removed meanwhile */
    if (fd < 0)
        return lede__fail_os(w->err, errno, "cannot open the folder '%s/%s'", w->root, w->path.ptr);
    lede_buf_addc(&w->path, '/');
    return walk_folder(w, fd, depth + 1);
}

/* Gives or enters one entry. w->path already ends in its name. */
static lede_status walk_entry(walk *w, int dir, const char *name, unsigned char type, int depth) {
    struct stat st;
    if (type == DT_DIR)
        return walk_inner(w, dir, name, depth);
    if (type != DT_REG && type != DT_LNK && type != DT_UNKNOWN)
        return LEDE_OK;
    if (type != DT_LNK) {
        if (fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) != 0) {
            if (errno == ENOENT)
                return LEDE_OK; /* removed meanwhile */
            return lede__fail_os(w->err, errno, "cannot look at '%s/%s'", w->root, w->path.ptr);
        }
        if (S_ISDIR(st.st_mode))
            return walk_inner(w, dir, name, depth);
        if (S_ISREG(st.st_mode))
            give_file(w, &st);
        if (!S_ISLNK(st.st_mode))
            return LEDE_OK;
    }
    if (link_stays(w, &st))
        give_file(w, &st);
    else
        report_link(w);
    return LEDE_OK;
}

/* Walks the open folder fd and closes it. */
static lede_status walk_folder(walk *w, int fd, int depth) {
    DIR *dir = fdopendir(fd);
    if (!dir) {
        const int number = errno;
        close(fd);
        return lede__fail_os(w->err, number, "cannot read the folder '%s'", w->root);
    }
    names n = {0};
    lede_buf_init(&n.text, NAMES_MAX);
    lede_status status = read_names(w, dir, &n);
    const size_t base = w->path.len;
    for (size_t i = 0; i < n.count && !status && !w->stopped; i++) {
        const char *entry = n.sorted[i];
        lede_buf_adds(&w->path, entry + 1);
        status = lede_buf_status(&w->path, w->err);
        if (!status)
            status = walk_entry(w, dirfd(dir), entry + 1, (unsigned char)entry[0], depth);
        if (!w->path.status) {
            w->path.len = base;
            w->path.ptr[base] = '\0';
        }
    }
    free(n.sorted);
    lede_buf_fini(&n.text);
    closedir(dir);
    return status;
}

lede_status lede__walk(const char *root, lede__walk_each *each, void *ctx, lede_error *err) {
    return lede__walk_with(root, NULL, each, ctx, err);
}

lede_status lede__walk_with(const char *root, const char *shown, lede__walk_each *each, void *ctx,
                            lede_error *err) {
    const int fd = open(root, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return lede__fail_os(err, errno, "cannot open the folder '%s'", root);
    walk w = {.root = root, .shown = shown, .each = each, .ctx = ctx, .err = err};
    lede_buf_init(&w.path, 1 << 16);
    lede_status status = walk_folder(&w, fd, 0);
    lede_buf_fini(&w.path);
    if (!status && w.skipped > 1 && err)
        (void)lede_fail(err, LEDE_EDENIED, "%s (and %zu more)", err->message, w.skipped - 1);
    return status;
}
