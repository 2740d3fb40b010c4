/* seal.c - writes the two lists that make a tree whole: the manifest and what it differs in from
 * the live one. See publish/manifest.h, publish/changes.h.
 *
 * A full publication lists all that it was told. A delta copies the live tree's manifest in long
 * runs and puts its own rows between, so its work is the copying of some bytes and not of rows. The
 * stamp, a hash of the bytes, is taken on the way.
 */
#include "publish/inside.h"

#include "base/path.h"
#include "codec/hash.h"
#include "sys/os.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum { AT_ONCE = 64 << 10 };

static lede_status fail(lede_error *err, const char *what, const char *path) {
    return lede__fail_os(err, errno, "cannot %s '%s'", what, path);
}

/* ---- a file that is written in parts */

typedef struct sink {
    int fd;
    lede_buf part;
    lede__xxh *hash;
    uint64_t rows;
    int number; /* errno of the first refusal */
} sink;

static void write_text(sink *s, lede_str text) {
    if (text.len && !s->number && lede__step_fails("write", LEDE__MANIFEST))
        s->number = errno;
    lede__xxh_add(s->hash, text);
    while (text.len && !s->number) {
        const ssize_t n = write(s->fd, text.ptr, text.len);
        if (n < 0 && errno != EINTR)
            s->number = errno;
        if (n > 0)
            text = lede_str_sub(text, (size_t)n);
    }
}

static void flush(sink *s) {
    if (s->part.status && !s->number) /* what is cleared would forget it */
        s->number = ENOMEM;
    write_text(s, lede_buf_str(&s->part));
    lede_buf_clear(&s->part);
}

static void flush_if_full(sink *s) {
    if (s->part.len >= AT_ONCE)
        flush(s);
}

static void put_run(sink *s, lede_str rows) {
    flush(s);
    write_text(s, rows);
}

/* ---- rows */

static int by_path(const void *a, const void *b) {
    return lede_str_cmp(*(const lede_str *)a, *(const lede_str *)b);
}

static bool is_said(const lede__released *p) { return !p->is_brought; }

/* The paths of the names, of pages only those that were said; NULL without memory. */
static lede_str *sorted(const lede_release *r, const lede__names *names, size_t *count) {
    lede_str *list = malloc((names->count + 1) * sizeof *list);
    *count = 0;
    for (uint32_t i = 0; list && i < names->count; i++)
        if (names != &r->paths || is_said(&r->pages[i]))
            list[(*count)++] = names->items[i];
    if (list)
        qsort(list, *count, sizeof *list, by_path);
    return list;
}

static void put_said(sink *s, const lede_release *r, lede_str path) {
    const lede__released *p = lede__released_find(r, path);
    if (!p->is_in)
        return;
    lede__manifest_put_page(&s->part, path, p->size, p->sum);
    s->rows++;
    flush_if_full(s);
}

/* The live tree's rows with what was said in their places. */
static void merge(sink *s, const lede_release *r, const lede_str *said, size_t n) {
    const lede__manifest *m = &r->live;
    size_t from = m->first, next;
    for (size_t i = 0; i < n; i++) {
        const size_t at = lede__manifest_seek(m, said[i]);
        if (at > from)
            put_run(s, lede_str_n(m->map.ptr + from, at - from));
        put_said(s, r, said[i]);
        const bool replaces =
            at < m->pages_end && lede_str_eq(lede__manifest_path(m, at, &next), said[i]);
        from = replaces ? next : at;
    }
    put_run(s, lede_str_n(m->map.ptr + from, m->pages_end - from));
}

static void put_foreign(sink *s, const lede_release *r, const lede_str *others, size_t n) {
    struct stat st;
    for (size_t i = 0; i < n; i++) {
        if (fstatat(r->writer.standby_fd, others[i].ptr, &st, AT_SYMLINK_NOFOLLOW) != 0)
            continue; /* its owner removed it meanwhile */
        lede__manifest_put_foreign(&s->part, others[i], (uint64_t)st.st_size);
        s->rows++;
        flush_if_full(s);
    }
}

static lede_status put_rows(sink *s, const lede_release *r, uint64_t files, lede_error *err) {
    size_t pages, foreign;
    lede_str *said = sorted(r, &r->paths, &pages), *others = sorted(r, &r->foreign, &foreign);
    const bool has_memory = said && others;
    if (has_memory && r->is_delta)
        merge(s, r, said, pages);
    for (size_t i = 0; has_memory && !r->is_delta && i < pages; i++)
        put_said(s, r, said[i]);
    s->rows = files;
    if (has_memory)
        put_foreign(s, r, others, foreign);
    lede__manifest_put_end(&s->part, s->rows);
    flush(s);
    free(said);
    free(others);
    return has_memory ? lede_buf_status(&s->part, err) : lede__no_memory(err);
}

/* ---- the manifest */

/* Its own time of making, by the clock of the file system, is the stamp: all of the tree is older.
 */
static lede_status write_rows(sink *s, const lede_release *r, uint64_t serial, uint64_t files,
                              lede_error *err) {
    struct stat st;
    if (fstat(s->fd, &st) != 0)
        return fail(err, "look at", LEDE__MANIFEST_NEW);
    const uint64_t stamp = lede__ns(st.st_mtim);
    lede__manifest_put_head(&s->part, serial, stamp, r->is_delta ? r->live.checked : stamp);
    const lede_status status = put_rows(s, r, files, err);
    if (status || !s->number)
        return status;
    errno = s->number;
    return fail(err, "write the manifest of", r->standby);
}

static int make_manifest(const lede_release *r) {
    (void)unlinkat(r->writer.standby_fd, LEDE__MANIFEST_NEW, 0);
    return lede__step_fails("create", LEDE__MANIFEST_NEW)
               ? -1
               : openat(r->writer.standby_fd, LEDE__MANIFEST_NEW,
                        O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
}

static lede_status write_manifest(const lede_release *r, uint64_t serial, uint64_t files,
                                  uint64_t *stamp, lede_error *err) {
    sink s = {.fd = make_manifest(r), .hash = lede__xxh_new()};
    lede_buf_init(&s.part, LEDE_BUF_MAX);
    lede_status st = s.fd < 0  ? fail(err, "make the manifest of", r->standby)
                     : !s.hash ? lede__no_memory(err)
                               : write_rows(&s, r, serial, files, err);
    if (!st && !r->options.no_sync)
        st = lede__sync_fd(s.fd, LEDE__MANIFEST_NEW, err);
    if (s.fd >= 0 && close(s.fd) != 0 && !st)
        st = fail(err, "write the manifest of", r->standby);
    if (!st)
        *stamp = lede__xxh_sum(s.hash);
    lede__xxh_free(s.hash);
    lede_buf_fini(&s.part);
    return st;
}

/* ---- the list of changes */

bool lede__is_change(const lede_release *r, const lede__released *p) {
    unsigned char sum[32];
    if (p->is_brought)
        return false;
    if (r->is_delta || !p->live || !p->is_in || p->action == LEDE_WRITTEN)
        return p->live || p->is_in;
    lede__row_sum(p->live, sum);
    return memcmp(sum, p->sum, sizeof sum) != 0;
}

/* Of all pages in a full publication, else of the new ones too. */
static lede_status find_tops(lede_release *r, lede_error *err) {
    lede_status st = LEDE_OK;
    for (uint32_t i = 0; i < r->paths.count && !st; i++)
        if (r->pages[i].is_in && !(r->is_delta && r->pages[i].live))
            st = lede__note_top(r, r->paths.items[i], err);
    return st;
}

static void put_changes(const lede_release *r, const lede__changes *head, lede_buf *out) {
    uint64_t rows = 0;
    lede__changes_put_head(out, head);
    for (uint32_t i = 0; i < r->paths.count; i++)
        if (lede__is_change(r, &r->pages[i])) {
            lede__changes_put(out, '=', r->paths.items[i]);
            rows++;
        }
    for (uint32_t i = 0; i < r->tops.count; i++, rows++)
        lede__changes_put(out, '/', r->tops.items[i]);
    lede__changes_put_end(out, rows);
}

static bool write_all(int fd, lede_str text) {
    while (text.len) {
        const ssize_t n = write(fd, text.ptr, text.len);
        if (n < 0 && errno != EINTR)
            return false;
        if (n > 0)
            text = lede_str_sub(text, (size_t)n);
    }
    return true;
}

static int make_list(const char *file) {
    (void)unlink(file);
    return lede__step_fails("create", file)
               ? -1
               : open(file, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
}

/* Not synced: one that a power cut left torn is not believed. */
static lede_status write_list(const lede_release *r, const char *file, lede__changes *head,
                              lede_error *err) {
    struct stat st;
    lede_buf text;
    const int fd = make_list(file);
    if (fd < 0 || fstat(fd, &st) != 0)
        return fail(err, "make", file);
    head->stamp = lede__ns(st.st_mtim);
    lede_buf_init(&text, LEDE_BUF_MAX);
    put_changes(r, head, &text);
    lede_status status = lede_buf_status(&text, err);
    if (!status && (lede__step_fails("write", file) || !write_all(fd, lede_buf_str(&text))))
        status = fail(err, "write", file);
    lede_buf_fini(&text);
    if (close(fd) != 0 && !status)
        status = fail(err, "write", file);
    return status;
}

/* Removes lists of trees that are no more: of the last three releases those stay that went live. */
static void drop_old_lists(const lede_release *r, uint64_t of) {
    char file[LEDE__LIST_ROOM];
    lede__list *all;
    size_t count;
    lede_error none;
    if (lede__lists(r->lists, &all, &count, &none))
        return;
    for (size_t i = 0; i < count; i++) {
        const bool is_old = all[i].serial + 2 < r->serial;
        const bool never_lived =
            all[i].serial >= r->serial && all[i].of != r->live_stamp && all[i].of != of;
        if ((is_old || never_lived) && !lede__list_file(r->lists, all[i], file, &none))
            (void)unlink(file);
    }
    free(all);
}

/* The list gets the time of the tree's own folder. Without it the next delta reads the folder. */
static void note_root(const lede_release *r, const char *list) {
    struct stat st;
    if (fstat(r->writer.standby_fd, &st) != 0)
        return;
    const struct timespec times[2] = {st.st_mtim, st.st_mtim};
    (void)utimensat(AT_FDCWD, list, times, AT_SYMLINK_NOFOLLOW);
}

static lede_status unmark(const lede_release *r, lede_error *err) {
    const int tree = r->writer.standby_fd;
    if (lede__step_fails("rename", LEDE__MANIFEST) ||
        renameat(tree, LEDE__MANIFEST_NEW, tree, LEDE__MANIFEST) != 0)
        return fail(err, "name the manifest of", r->standby);
    if (lede__step_fails("unlink", LEDE__MANIFEST_DIRTY) ||
        (unlinkat(tree, LEDE__MANIFEST_DIRTY, 0) != 0 && errno != ENOENT))
        return fail(err, "unmark", r->standby);
    return LEDE_OK;
}

lede_status lede__seal(lede_release *r, uint64_t serial, lede_release_stats *n, lede_error *err) {
    char list[LEDE__LIST_ROOM];
    lede__changes head = {.base = r->live_stamp, .files = n->files, .bytes = n->bytes};
    lede_status st = write_manifest(r, serial, n->files, &head.of, err);
    if (!st)
        st = find_tops(r, err);
    if (!st)
        st = lede__make_dirs(r->lists, err);
    if (!st)
        st = lede__list_file(r->lists, (lede__list){serial, head.of}, list, err);
    if (!st)
        st = write_list(r, list, &head, err);
    if (!st)
        st = unmark(r, err);
    if (st)
        return st;
    n->stamp = head.of;
    note_root(r, list);
    drop_old_lists(r, head.of);
    return r->options.no_sync ? LEDE_OK : lede__sync_fd(r->writer.standby_fd, r->standby, err);
}
