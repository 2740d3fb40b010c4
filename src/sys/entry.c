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

static size_t count_names(const lede_buf *names) {
    size_t count = 0;
    for (size_t i = 0; i < names->len; i++)
        count += names->ptr[i] == '\0';
    return count;
}

static void sort_names(lede_buf *names, char *copy, char **at) {
    size_t count = 0;
    memcpy(copy, names->ptr, names->len);
    for (char *p = copy; p < copy + names->len; p += strlen(p) + 1)
        at[count++] = p;
    qsort(at, count, sizeof *at, by_bytes);
    char *to = names->ptr;
    for (size_t i = 0; i < count; i++)
        if (i == 0 || strcmp(at[i], at[i - 1]) != 0)
            to = stpcpy(to, at[i]) + 1;
    names->len = (size_t)(to - names->ptr);
}

lede_status lede__entry_sort(lede_buf *names, lede_error *err) {
    if (!names->len)
        return LEDE_OK;
    char **at = malloc((count_names(names) + 1) * sizeof *at);
    char *copy = malloc(names->len);
    const bool done = at && copy;
    if (done)
        sort_names(names, copy, at);
    free(at);
    free(copy);
    return done ? LEDE_OK : lede_fail(err, LEDE_ENOMEM, "out of memory");
}

lede_status lede__entry_list(const char *path, lede_buf *out, lede_error *err) {
    DIR *dir = opendir(path);
    if (!dir)
        return lede__fail_os(err, errno, "cannot open the folder '%s'", path);
    const struct dirent *e;
    for (errno = 0; (e = readdir(dir)) != NULL; errno = 0) {
        if (!is_dots(e->d_name))
            lede_buf_addn(out, e->d_name, strlen(e->d_name) + 1);
    }
    const int why = errno;
    closedir(dir);
    if (why)
        return lede__fail_os(err, why, "cannot read the folder '%s'", path);
    const lede_status st = lede_buf_status(out, err);
    return st ? st : lede__entry_sort(out, err);
}

lede_status lede__entry_remove(const char *path, lede_error *err) {
    return remove(path) == 0 ? LEDE_OK : lede__fail_os(err, errno, "cannot remove '%s'", path);
}

lede_status lede__entry_rename(const char *from, const char *to, lede_error *err) {
    return rename(from, to) == 0
               ? LEDE_OK
               : lede__fail_os(err, errno, "cannot rename '%s' to '%s'", from, to);
}
