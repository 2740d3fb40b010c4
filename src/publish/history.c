/* history.c - remembers what releases replace, and forgets it in time. See lede/history.h; going
 * back is rollback.c's. */
#include "publish/history.h"

#include "base/names.h"
#include "base/path.h"
#include "codec/hash.h"
#include "publish/inside.h"
#include "publish/needles.h"
#include "sys/os.h"

#include <dirent.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum { HEX = 64, FOLDER = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC };

lede_status lede__remembered_file(const char *history, lede__list x, char out[LEDE__LIST_ROOM],
                                  lede_error *err) {
    char folder[LEDE__LIST_ROOM];
    const int n = snprintf(folder, sizeof folder, "%s/" LEDE__RELEASES, history);
    return n > 0 && n < (int)sizeof folder
               ? lede__list_file(folder, x, out, err)
               : lede_fail(err, LEDE_ELIMIT, "'%s' is too long a name", history);
}

lede_status lede__remembered_all(const char *history, lede__list **out, size_t *count,
                                 lede_error *err) {
    char folder[LEDE__LIST_ROOM];
    snprintf(folder, sizeof folder, "%s/" LEDE__RELEASES, history);
    return lede__lists(folder, out, count, err);
}

/* ---- remembering */

static int open_folder(int at, const char *name) {
    if (mkdirat(at, name, 0777) != 0 && errno != EEXIST)
        return -1;
    return openat(at, name, FOLDER);
}

/* The live tree's file also by its sum. One that somebody changed has other bytes than its sum says
 * and is not kept. */
static lede_status keep_bytes(lede_release *r, int blobs, lede_str path, const lede__released *p,
                              lede_error *err) {
    char name[LEDE__NAME_ROOM], rest[HEX];
    unsigned char sum[32];
    const char first[3] = {p->live[0], p->live[1], '\0'};
    lede__row_sum(p->live, sum);
    if (!lede__is_intact(&r->writer.live, path, lede__row_size(p->live), r->writer.live_stamp, sum))
        return LEDE_OK;
    const int live = lede__place_of(&r->writer.live, path, LEDE__LOOK, name);
    const int to = live < 0 ? -1 : open_folder(blobs, first);
    memcpy(rest, p->live + 2, HEX - 2);
    rest[HEX - 2] = '\0';
    int number = to < 0 ? errno : lede__link_or_copy(live, name, to, rest);
    if (to >= 0)
        close(to);
    if (number == 0 || number == EEXIST)
        return LEDE_OK;
    return lede__fail_os(err, number, "cannot keep '%.*s' for a rollback", (int)path.len, path.ptr);
}

static lede_status list_changes(lede_release *r, int blobs, lede_buf *out, uint64_t *rows,
                                lede_error *err) {
    lede_status st = LEDE_OK;
    for (uint32_t i = 0; i < r->paths.count && !st; i++) {
        const lede__released *p = &r->pages[i];
        const lede_str path = r->paths.items[i];
        if (!lede__is_change(r, p))
            continue;
        ++*rows;
        if (!p->live) {
            lede__changes_put(out, '-', path);
            continue;
        }
        lede__changes_put_was(out, lede_str_n(p->live, HEX), lede__row_size(p->live), path);
        st = keep_bytes(r, blobs, path, p, err);
    }
    return st;
}

static lede_status write_list(lede_release *r, int blobs, const lede_release_stats *n,
                              lede_error *err) {
    char file[4096];
    const lede__list x = {.serial = r->serial + 1, .of = n->stamp};
    const lede__changes head = {.of = n->stamp,
                                .base = r->live_stamp,
                                .stamp = (uint64_t)time(NULL) * 1000000000u,
                                .files = r->live_files};
    uint64_t rows = 0;
    lede_buf text;
    lede_buf_init(&text, LEDE_BUF_MAX);
    lede__changes_put_head(&text, &head);
    lede_status st = list_changes(r, blobs, &text, &rows, err);
    lede__changes_put_end(&text, rows);
    if (!st)
        st = lede_buf_status(&text, err);
    if (!st)
        st = lede__remembered_file(r->options.history, x, file, err);
    if (!st && lede__step_fails("write", file))
        st = lede__fail_os(err, errno, "cannot write '%s'", file);
    if (!st)
        st = lede__write_file(file, lede_buf_str(&text), !r->options.no_sync, err);
    lede_buf_fini(&text);
    return st;
}

lede_status lede__remember(lede_release *r, const lede_release_stats *n, lede_error *err) {
    const char *releases = lede_arena_printf(&r->arena, "%s/" LEDE__RELEASES, r->options.history),
               *blobs = lede_arena_printf(&r->arena, "%s/" LEDE__BLOBS, r->options.history);
    if (!releases || !blobs)
        return lede__no_memory(err);
    lede_status st = lede__make_dirs(releases, err);
    if (!st)
        st = lede__make_dirs(blobs, err);
    if (st)
        return st;
    const int folder = open(blobs, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (folder < 0)
        return lede__fail_os(err, errno, "cannot open '%s'", blobs);
    st = write_list(r, folder, n, err);
    close(folder);
    return st;
}

/* ---- forgetting */

static bool unlink_blob(const char *history, lede_str hex) {
    char file[4096];
    const int n = snprintf(file, sizeof file, "%s/" LEDE__BLOBS "/%.2s/%.*s", history, hex.ptr,
                           HEX - 2, hex.ptr + 2);
    return n > 0 && n < (int)sizeof file && unlink(file) == 0;
}

/* Notes the sums of a list, or removes the bytes of those that nobody noted. */
static lede_status each_sum(const char *history, const lede__list *x, lede__names *noted,
                            lede_arena *arena, uint64_t *removed, lede_error *err) {
    char file[4096], kind;
    lede__changes c;
    size_t at = 0;
    uint64_t size;
    lede_str row, hex, path;
    lede_status st = lede__remembered_file(history, *x, file, err);
    if (st || lede__changes_read(file, &c, NULL)) /* a damaged one leads nowhere */
        return st;
    while (!st && lede__changes_next(&c, &at, &kind, &row)) {
        if (kind != '<' || !lede__changes_was(row, &hex, &size, &path))
            continue;
        if (removed)
            *removed += lede__names_find(noted, hex) == LEDE_NO_NAME && unlink_blob(history, hex);
        else if (lede__names_add(noted, arena, hex) == LEDE_NO_NAME)
            st = lede__no_memory(err);
    }
    lede__changes_close(&c);
    return st;
}

static lede_status forget(const char *history, const lede__list *x, lede__names *noted,
                          uint64_t *removed, lede_error *err) {
    char file[4096];
    lede_status st = each_sum(history, x, noted, NULL, removed, err);
    if (!st)
        st = lede__remembered_file(history, *x, file, err);
    if (!st && unlink(file) != 0 && errno != ENOENT)
        st = lede__fail_os(err, errno, "cannot remove '%s'", file);
    return st;
}

/* How many of the newest stay. */
static size_t staying(const char *history, const lede__list *all, size_t count, int releases,
                      int days, int64_t now) {
    char file[4096];
    struct stat st;
    size_t n = releases > 0 && count > (size_t)releases ? (size_t)releases : count;
    while (days > 0 && n > 0 && !lede__remembered_file(history, all[n - 1], file, NULL) &&
           stat(file, &st) == 0 && now - st.st_mtime > (int64_t)days * 86400)
        n--;
    return n;
}

lede_status lede_history_prune(const char *history, int releases, int days, int64_t now,
                               uint64_t *removed, lede_error *err) {
    lede__list *all;
    size_t count;
    lede__names noted;
    lede_arena arena;
    *removed = 0;
    lede_status st = lede__remembered_all(history, &all, &count, err);
    if (st)
        return st;
    lede__names_init(&noted);
    lede_arena_init(&arena, LEDE_BUF_MAX);
    const size_t stay = staying(history, all, count, releases, days, now);
    const bool enough = count - stay > stay / 4;
    for (size_t i = 0; enough && i < stay && !st; i++)
        st = each_sum(history, &all[i], &noted, &arena, NULL, err);
    for (size_t i = count; enough && i > stay && !st; i--)
        st = forget(history, &all[i - 1], &noted, removed, err);
    lede__names_fini(&noted);
    lede_arena_fini(&arena);
    free(all);
    return st;
}

typedef struct sweep {
    const char *folder;
    lede__needles needles;
    lede_buf file, bytes;
    uint64_t removed;
    lede_status status;
    lede_error *err;
} sweep;

static bool sweep_each(void *ctx, const char *path, int64_t size, int64_t mtime) {
    sweep *s = ctx;
    (void)size, (void)mtime;
    lede_buf_clear(&s->file);
    lede_buf_clear(&s->bytes);
    lede__path_join(&s->file, lede_str_of(s->folder), lede_str_of(path));
    s->status = lede__read_file(s->file.ptr, LEDE_BUF_MAX, &s->bytes, s->err);
    if (!s->status && lede__needles_in(&s->needles, lede_buf_str(&s->bytes))) {
        if (unlink(s->file.ptr) != 0)
            s->status = lede__fail_os(s->err, errno, "cannot remove '%s'", s->file.ptr);
        s->removed++;
    }
    return s->status == LEDE_OK;
}

lede_status lede_history_forget(const char *history, const lede_str *texts, size_t n,
                                uint64_t *removed, lede_error *err) {
    char folder[4096];
    sweep s = {.folder = folder, .err = err};
    snprintf(folder, sizeof folder, "%s/" LEDE__BLOBS, history);
    *removed = 0;
    if (!lede__is_dir(folder))
        return LEDE_OK;
    lede_buf_init(&s.file, 1 << 16);
    lede_buf_init(&s.bytes, LEDE_BUF_MAX);
    lede_status st = lede__needles_init(&s.needles, texts, n, err);
    if (!st)
        st = lede__walk(folder, sweep_each, &s, err);
    *removed = s.removed;
    lede__needles_fini(&s.needles);
    lede_buf_fini(&s.file);
    lede_buf_fini(&s.bytes);
    return st ? st : s.status;
}
