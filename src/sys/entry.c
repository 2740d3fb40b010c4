/* entry.c - stat, readdir, unlink and rename with words. See sys/entry.h. */
#include "sys/entry.h"

#include "base/banned.h"
#include "sys/os.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static lede__entry_kind kind_of(mode_t mode) {
    return S_ISREG(mode)   ? LEDE__FILE
           : S_ISDIR(mode) ? LEDE__FOLDER
           : S_ISLNK(mode) ? LEDE__LINK
                           : LEDE__OTHER;
}

lede_status lede__entry_look(const char *path, lede__entry *out, lede_error *err) {
    struct stat st;
    if (stat(path, &st) != 0 && lstat(path, &st) != 0)
        return lede__fail_os(err, errno, "cannot look at '%s'", path);
    *out = (lede__entry){.kind = kind_of(st.st_mode),
                         .size = st.st_size,
                         .mtime_ns = (int64_t)st.st_mtim.tv_sec * 1000000000 + st.st_mtim.tv_nsec};
    return LEDE_OK;
}

static bool is_dots(const char *name) { return strcmp(name, ".") == 0 || strcmp(name, "..") == 0; }

static int by_bytes(const void *a, const void *b) {
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Names end with NUL, one after the other. */
static lede_status sort_names(lede_buf *names, size_t count, lede_error *err) {
    char **at = malloc((count + 1) * sizeof *at);
    char *copy = malloc(names->len + 1);
    if (at && copy) {
        memcpy(copy, names->ptr, names->len);
        size_t n = 0;
        for (char *p = copy; n < count; p += strlen(p) + 1)
            at[n++] = p;
        qsort(at, count, sizeof *at, by_bytes);
        char *to = names->ptr;
        for (n = 0; n < count; n++)
            to = stpcpy(to, at[n]) + 1;
    }
    const bool done = at && copy;
    free(at);
    free(copy);
    return done ? LEDE_OK : lede_fail(err, LEDE_ENOMEM, "out of memory");
}

lede_status lede__entry_list(const char *path, lede_buf *out, lede_error *err) {
    DIR *dir = opendir(path);
    if (!dir)
        return lede__fail_os(err, errno, "cannot open the folder '%s'", path);
    size_t count = 0;
    const struct dirent *e;
    for (errno = 0; (e = readdir(dir)) != NULL; errno = 0) {
        if (is_dots(e->d_name))
            continue;
        lede_buf_addn(out, e->d_name, strlen(e->d_name) + 1);
        count++;
    }
    const int why = errno;
    closedir(dir);
    if (why)
        return lede__fail_os(err, why, "cannot read the folder '%s'", path);
    const lede_status st = lede_buf_status(out, err);
    return st || !count ? st : sort_names(out, count, err);
}

lede_status lede__entry_remove(const char *path, lede_error *err) {
    return remove(path) == 0 ? LEDE_OK : lede__fail_os(err, errno, "cannot remove '%s'", path);
}

lede_status lede__entry_rename(const char *from, const char *to, lede_error *err) {
    return rename(from, to) == 0
               ? LEDE_OK
               : lede__fail_os(err, errno, "cannot rename '%s' to '%s'", from, to);
}
