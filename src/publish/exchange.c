/* exchange.c - makes the standby whole and puts it in the place of the live tree. See
 * publish/inside.h.
 *
 * The order is the safety: pages on disk, then the manifest that says the tree is whole, then the
 * names, then the note of retirement. A power cut between any two of them leaves a tree that is
 * known to be whole or known not to be.
 */
#include "publish/inside.h"

#include "base/path.h"
#include "sys/os.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum { FSYNC_EACH_MAX = 64 };

static lede_status fail(lede_error *err, const char *what, const char *path) {
    return lede__fail_os(err, errno, "cannot %s '%s'", what, path);
}

/* ---- what is not part of the new site goes */

static void prune_folders(lede_release *r, lede_str path) {
    char name[LEDE__NAME_ROOM];
    for (lede_str f = lede__path_dir(path); f.len; f = lede__path_dir(f)) {
        const int dir = lede__place_of(&r->writer.standby, f, LEDE__LOOK, name);
        if (dir < 0 || unlinkat(dir, name, AT_REMOVEDIR) != 0)
            break;
        lede__place_fini(&r->writer.standby); /* it may have that folder open */
    }
}

static lede_status remove_file(lede_release *r, lede_str path, lede_error *err) {
    char name[LEDE__NAME_ROOM];
    const int dir = lede__place_of(&r->writer.standby, path, LEDE__LOOK, name);
    if (dir < 0) /* its folder is gone, or something else by now */
        return errno == ENOENT || errno == ENOTDIR || errno == ELOOP ? LEDE_OK
                                                                     : fail(err, "remove", name);
    if (lede__step_fails("unlink", name))
        return fail(err, "remove", name);
    if (unlinkat(dir, name, 0) == 0)
        prune_folders(r, path);
    else if (errno != ENOENT && errno != ENOTDIR && errno != EISDIR && errno != EPERM)
        return fail(err, "remove", name);
    return LEDE_OK; /* a folder of that name is the new site's */
}

/* Also what a writer left that was killed, under a path that then did not become part of the site.
 */
static lede_status remove_stale(lede_release *r, uint64_t *removed, lede_error *err) {
    lede_status st = LEDE_OK;
    const int number = lede__remove_below(r->writer.standby_fd, LEDE__BESIDE);
    if (number)
        return lede__fail_os(err, number, "cannot remove '%s/%s'", r->standby, LEDE__BESIDE);
    for (uint32_t i = 0; i < r->paths.count && !st; i++) {
        if (r->pages[i].is_in)
            continue;
        *removed += r->pages[i].live != NULL;
        st = remove_file(r, r->paths.items[i], err);
    }
    for (uint32_t i = 0; i < r->last_foreign.count && !st; i++) {
        const lede_str path = r->last_foreign.items[i];
        const lede__released *p = lede__released_find(r, path);
        if (lede__names_find(&r->foreign, path) == LEDE_NO_NAME && !(p && p->is_in))
            st = remove_file(r, path, err);
    }
    return st;
}

/* ---- durability */

lede_status lede__sync_fd(int fd, const char *name, lede_error *err) {
    lede_status st = LEDE_OK;
    if (fd < 0 || lede__step_fails("sync", name) || fsync(fd) != 0)
        st = fail(err, "sync", name);
    return st;
}

/* One file and the folders above it; those that it shares with the file before are done already. */
static lede_status sync_path(lede_release *r, const lede__released *p, lede_str path,
                             lede_str before, lede_error *err) {
    char name[LEDE__NAME_ROOM];
    lede_status st = LEDE_OK;
    int dir = lede__place_of(&r->writer.standby, path, LEDE__LOOK, name);
    if (p->is_in && p->action == LEDE_WRITTEN) {
        const int fd = dir < 0 ? -1 : openat(dir, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
        st = lede__sync_fd(fd, name, err);
        if (fd >= 0)
            close(fd);
    }
    if (lede_str_eq(lede__path_dir(path), before))
        return st;
    for (lede_str f = lede__path_dir(path); !st && f.len; f = lede__path_dir(f)) {
        dir = lede__place_enter(&r->writer.standby, f, LEDE__LOOK);
        snprintf(name, sizeof name, "%.*s", (int)f.len, f.ptr);
        if (dir >= 0) /* a folder that was pruned needs no sync: the one above it does */
            st = lede__sync_fd(dir, name, err);
    }
    return st;
}

static bool was_changed(const lede__released *p) {
    return p->is_in ? p->action != LEDE_KEPT : p->standby || p->source;
}

static lede_status sync_changes(lede_release *r, uint64_t foreign, lede_error *err) {
    uint64_t changes = foreign;
    lede_str before = {"/", 1}; /* no folder's name */
    lede_status st = LEDE_OK;
    for (uint32_t i = 0; i < r->paths.count; i++)
        changes += was_changed(&r->pages[i]);
    if (r->options.no_sync || changes == 0)
        return LEDE_OK;
    if (changes > FSYNC_EACH_MAX || foreign > 0) {
        if (lede__step_fails("sync", r->standby))
            return fail(err, "sync", r->standby);
        return lede__sync_fs(r->writer.standby_fd, err);
    }
    for (uint32_t i = 0; i < r->paths.count && !st; i++) {
        if (!was_changed(&r->pages[i]))
            continue;
        st = sync_path(r, &r->pages[i], r->paths.items[i], before, err);
        before = lede__path_dir(r->paths.items[i]);
    }
    return st ? st : lede__sync_fd(r->writer.standby_fd, r->standby, err);
}

/* ---- the names */

static lede_status move(const char *from, const char *to, lede_error *err) {
    if (!lede__step_fails("rename", to) && rename(from, to) == 0)
        return LEDE_OK;
    return lede__fail_os(err, errno, "cannot rename '%s' to '%s'", from, to);
}

/* Makes a link to the standby that takes the destination's name in one step. */
static lede_status make_link(lede_release *r, const char **link, lede_error *err) {
    const lede_str target = lede__path_base(lede_str_of(r->standby));
    *link = lede_arena_printf(&r->arena, "%s/.%s.link", r->parent, r->base);
    if (!*link)
        return lede__no_memory(err);
    (void)unlink(*link); /* of a publication that was killed */
    if (!lede__step_fails("symlink", *link) && symlink(target.ptr, *link) == 0)
        return LEDE_OK;
    if (errno == EPERM || errno == ENOSYS || errno == EOPNOTSUPP)
        return LEDE_EINVAL;
    return fail(err, "make the link", *link);
}

/* The first time the folder has to make way for the link: the destination is absent for a moment.
 * Killed there, the next publication puts the new tree itself in its place. */
static lede_status become_link(lede_release *r, const char *link, lede_error *err) {
    const char *away = lede_arena_printf(&r->arena, "%s/.%s.standby3", r->parent, r->base);
    if (!away)
        return lede__no_memory(err);
    lede_status st = move(r->dest, r->old, err);
    if (st)
        return st;
    st = move(link, r->dest, err);
    if (st) {
        if (rename(r->old, r->dest) != 0)
            return lede_fail(err, LEDE_EIO, "cannot bring back '%s'; it lies at '%s'", r->dest,
                             r->old);
        return st;
    }
    lede_error late; /* the new site is live: the next publication ends this */
    if (move(r->old, away, &late) == LEDE_OK)
        r->retired = away;
    return LEDE_OK;
}

/* Where links cannot be made either: two renames, which the next publication ends if they are cut.
 */
static lede_status exchange_by_renames(lede_release *r, lede_error *err) {
    lede_status st = move(r->dest, r->old, err);
    if (st)
        return st;
    st = move(r->standby, r->dest, err);
    if (st) {
        if (rename(r->old, r->dest) != 0)
            return lede_fail(err, LEDE_EIO, "cannot bring back '%s'; it lies at '%s'", r->dest,
                             r->old);
        return st;
    }
    lede_error late; /* the new site is live: the next publication ends this */
    (void)!move(r->old, r->standby, &late);
    return LEDE_OK;
}

/* Where names cannot be exchanged. */
static lede_status put_otherwise(lede_release *r, lede_release_stats *n, lede_error *err) {
    const char *link;
    lede_status st = r->options.by_renames ? LEDE_EINVAL : make_link(r, &link, err);
    if (st == LEDE_EINVAL) { /* there are no links on this file system */
        n->by_renames = true;
        return exchange_by_renames(r, err);
    }
    n->by_link = !st;
    if (st)
        return st;
    r->retired = r->dest;
    return r->link ? move(link, r->link, err) : become_link(r, link, err);
}

static lede_status sync_parent(lede_release *r, lede_error *err) {
    if (r->options.no_sync)
        return LEDE_OK;
    const int fd = open(r->parent, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    const lede_status st = lede__sync_fd(fd, r->parent, err);
    if (fd >= 0)
        close(fd);
    return st;
}

static lede_status try_exchange(lede_release *r, lede_error *err) {
    if (r->options.by_renames || r->options.by_link || r->link)
        return LEDE_EINVAL;
    if (lede__step_fails("exchange", r->dest))
        return fail(err, "exchange", r->dest);
    return lede__exchange(r->standby, r->dest, err);
}

/* recover.c does without, if it must. */
static void note_retirement(lede_release *r) {
    const char *manifest = lede_arena_printf(&r->arena, "%s/%s", r->retired, LEDE__MANIFEST);
    if (manifest)
        (void)utimensat(AT_FDCWD, manifest, NULL, AT_SYMLINK_NOFOLLOW);
}

static lede_status put_in_place(lede_release *r, lede_release_stats *n, lede_error *err) {
    if (!r->has_live) { /* nothing there, or an empty folder, which rename takes the place of */
        const lede_status st = move(r->standby, r->dest, err);
        return st ? st : sync_parent(r, err);
    }
    r->retired = r->standby;
    lede_status st = try_exchange(r, err);
    const bool exchanged = st == LEDE_OK;
    if (st == LEDE_EINVAL)
        st = put_otherwise(r, n, err);
    if (st)
        return st;
    st = sync_parent(r, err);
    lede_error late;
    if (st && exchanged && lede__exchange(r->standby, r->dest, &late) == LEDE_OK)
        return st; /* as before */
    note_retirement(r);
    return st;
}

/* ---- all of it */

/* A delta counts from what the live tree has. */
static void count(const lede_release *r, lede_release_stats *n) {
    n->files = r->is_delta ? r->live_files : 0;
    n->bytes = r->is_delta ? r->live_bytes : 0;
    for (uint32_t i = 0; i < r->paths.count; i++) {
        const lede__released *p = &r->pages[i];
        if (r->is_delta && p->live && !p->is_brought) {
            n->files--;
            n->bytes -= lede__row_size(p->live);
        }
        if (!p->is_in || p->is_brought)
            continue;
        n->files++;
        n->bytes += p->size;
        n->written += p->action == LEDE_WRITTEN;
        n->linked += p->action == LEDE_LINKED;
    }
    n->kept = n->files - n->written - n->linked;
    n->touched = r->touched;
}

/* One look, for each page of a site that did not change. */
static bool was_touched(lede_release *r, lede_str path, const lede__released *p) {
    char name[LEDE__NAME_ROOM];
    struct stat st;
    memcpy(name, path.ptr, path.len);
    name[path.len] = '\0';
    if (fstatat(r->writer.live_fd, name, &st, AT_SYMLINK_NOFOLLOW) == 0 && S_ISREG(st.st_mode) &&
        (uint64_t)st.st_size == p->size && lede__ns(st.st_mtim) <= r->writer.live_stamp)
        return false;
    return !lede__is_intact(&r->writer.live, path, p->size, r->writer.live_stamp, p->sum);
}

static bool same_as_live(const lede__released *p) {
    unsigned char sum[32];
    if (!p->live || !p->is_in)
        return !p->live && !p->is_in;
    lede__row_sum(p->live, sum);
    return memcmp(sum, p->sum, sizeof sum) == 0;
}

/* Whether the live tree lists other files, or its files are not as lede wrote them. */
static bool differs(lede_release *r) {
    if (!r->has_live)
        return true;
    for (uint32_t i = 0; i < r->paths.count; i++)
        if (!r->pages[i].is_brought && !same_as_live(&r->pages[i]))
            return true;
    for (uint32_t i = 0; i < r->paths.count; i++)
        if (r->pages[i].is_in && !r->pages[i].is_brought &&
            was_touched(r, r->paths.items[i], &r->pages[i]))
            return true;
    return false;
}

/* Of a delta that said nothing. */
static lede_status stay(const lede_release *r, lede_release_stats *n) {
    *n = (lede_release_stats){.files = r->live_files,
                              .bytes = r->live_bytes,
                              .kept = r->live_files,
                              .foreign = r->foreign.count,
                              .stamp = r->live_stamp};
    return LEDE_OK;
}

lede_status lede__finish(lede_release *r, lede_release_stats *n, bool *changed, lede_error *err) {
    *changed = false;
    if (r->is_delta && r->paths.count == 0)
        return stay(r, n);
    lede_status st = lede__release_writer(r, err);
    if (!st && r->is_delta)
        st = lede__delta_bring_up(r, err);
    if (!st)
        st = remove_stale(r, &n->removed, err);
    if (!st)
        st = lede__carry_foreign(r, &n->foreign, err);
    if (st)
        return st;
    count(r, n);
    *changed = differs(r);
    st = sync_changes(r, n->foreign, err);
    /* A tree that equals the live one was not live itself: nobody reads in it, which the serial
     * says. */
    if (!st)
        st = lede__seal(r, r->serial + *changed, n, err);
    if (!st && *changed && r->has_live && r->options.history)
        st = lede__remember(r, n, err);
    if (!st && *changed && r->options.sealed)
        st = r->options.sealed(r->options.sealed_ctx, r, n->stamp, err);
    if (!*changed)
        n->stamp = r->live_stamp;
    return st || !*changed ? st : put_in_place(r, n, err);
}
