/* recover.c - which trees there are, what a killed publication left, and which tree is worked on.
 *
 * Names beside a destination "public": ".public.standby" and ".public.standby2" (trees),
 * ".public.lock", ".public.changes" (lists, see changes.h), ".public.trash" (a tree being removed:
 * it may have lost its mark already, so its name is its mark) and ".public.old" (only while names
 * are exchanged by renames: old without public says that the exchange was cut, old beside public
 * that it was nearly done). A tree is whole when it has a manifest. While one is worked on, the
 * manifest is called
 * ".lede-manifest.dirty"; a tree that has only that is made anew. When a tree was retired, its
 * manifest's modification time says when.
 */
#include "publish/inside.h"

#include "base/path.h"
#include "sys/os.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { RETIRED_SECONDS = 300, LOCK_WAIT_MS = 10000 };

typedef enum tree_kind { ABSENT, EMPTY, WHOLE, BROKEN, NOT_OURS } tree_kind;

typedef struct tree {
    const char *path;
    tree_kind kind;
    uint64_t serial;
    time_t since; /* change of its manifest */
} tree;

static const char *beside_name(lede_release *r, const char *suffix) {
    return lede_arena_printf(&r->arena, "%s/.%s.%s", strcmp(r->parent, "/") ? r->parent : "",
                             r->base, suffix);
}

static const char *below(lede_release *r, const char *path, const char *name) {
    return lede_arena_printf(&r->arena, "%s/%s", path, name);
}

static lede_status fail(lede_error *err, const char *what, const char *path) {
    return lede__fail_os(err, errno, "cannot %s '%s'", what, path);
}

static const char *const tree_names[] = {"standby", "standby2", "standby3"};
enum { TREE_NAMES = sizeof tree_names / sizeof *tree_names };

static bool set_names(lede_release *r) {
    r->old = beside_name(r, "old");
    r->trash = beside_name(r, "trash");
    r->lists = beside_name(r, "changes");
    return r->old && r->trash && r->lists;
}

/* Whether the destination is a link that lede made, to one of the trees beside it. */
static bool is_own_link(lede_release *r, const char *dest, lede_str base) {
    char target[300];
    const ssize_t n = readlink(dest, target, sizeof target - 1);
    if (n <= 0)
        return false;
    target[n] = '\0';
    for (int i = 0; i < TREE_NAMES; i++) {
        const char *name =
            lede_arena_printf(&r->arena, ".%.*s.%s", (int)base.len, base.ptr, tree_names[i]);
        if (name && strcmp(target, name) == 0)
            return true;
    }
    return false;
}

static const char *real_path(lede_release *r, const char *path, lede_error *err) {
    char *real = realpath(path, NULL);
    const char *kept = real ? lede_arena_copy(&r->arena, lede_str_of(real)).ptr : NULL;
    if (!real)
        (void)fail(err, "find", path);
    else if (!kept)
        (void)lede__no_memory(err);
    free(real);
    return kept;
}

/* Sets dest, parent and base. */
static lede_status find_names(lede_release *r, const char *dest, const char *parent, lede_str base,
                              lede_error *err) {
    const bool there = lede__exists(dest), linked = there && is_own_link(r, dest, base);
    const char *real = real_path(r, there && !linked ? dest : parent, err);
    if (!real)
        return errno == ENOMEM ? LEDE_ENOMEM : LEDE_EIO;
    if (there && !linked) {
        const lede_str whole = lede_str_of(real), up = lede__path_dir(whole);
        r->dest = real;
        r->parent = up.len ? lede_arena_copy(&r->arena, up).ptr : "/";
        r->base = lede_arena_copy(&r->arena, lede__path_base(whole)).ptr;
    } else {
        r->parent = real;
        r->base = lede_arena_copy(&r->arena, base).ptr;
        r->dest = lede_arena_printf(&r->arena, "%s/%.*s", strcmp(real, "/") ? real : "",
                                    (int)base.len, base.ptr);
    }
    if (linked) {
        r->link = r->dest;
        r->dest = r->dest ? real_path(r, r->dest, err) : NULL;
    }
    return r->dest && r->parent && r->base ? LEDE_OK : lede__no_memory(err);
}

/* The destination without links in the way, its folder made. What is mounted cannot change places:
 * the site is then the folder "current" in it. */
static lede_status resolve(lede_release *r, const char *dest, lede_error *err) {
    lede_str d = lede_str_of(dest);
    while (d.len > 1 && d.ptr[d.len - 1] == '/')
        d.len--;
    if (d.len == 0)
        return lede_fail(err, LEDE_EINVAL, "no folder to publish to");
    if (lede_str_is(d, "/"))
        return lede_fail(err, LEDE_EINVAL, "'/' cannot be published to");
    const char *manifest = below(r, dest, LEDE__MANIFEST);
    if (manifest && lede__is_mount(dest) && !lede__exists(manifest))
        d = lede_str_of(lede_arena_printf(&r->arena, "%.*s/current", (int)d.len, d.ptr));
    const lede_str base = lede__path_base(d), dir = lede__path_dir(d);
    const char *path = lede_arena_copy(&r->arena, d).ptr;
    const char *parent = dir.len           ? lede_arena_copy(&r->arena, dir).ptr
                         : d.ptr[0] == '/' ? "/"
                                           : ".";
    if (!path || !parent)
        return lede__no_memory(err);
    const bool there = lede__exists(path);
    if (!there && (base.len == 0 || lede_str_is(base, ".") || lede_str_is(base, "..")))
        return lede_fail(err, LEDE_EINVAL, "'%s' is no name for a folder", dest);
    lede_status st = there || r->options.look ? LEDE_OK : lede__make_dirs(parent, err);
    if (!st && r->options.look && !lede__exists(parent)) { /* and nothing is made for a look */
        r->dest = path;
        r->parent = parent;
        r->base = lede_arena_copy(&r->arena, base).ptr;
    } else if (!st) {
        st = find_names(r, path, parent, base, err);
    }
    if (!st && r->dest && strcmp(r->dest, "/") == 0)
        st = lede_fail(err, LEDE_EINVAL, "'/' cannot be published to");
    return st || set_names(r) ? st : lede__no_memory(err);
}

static lede_status take_lock(lede_release *r, lede_error *err) {
    const int asked = r->options.lock_wait_ms;
    const char *name = beside_name(r, "lock");
    if (!name)
        return lede__no_memory(err);
    const lede_status st = lede__lock(name, asked ? asked : LOCK_WAIT_MS, &r->lock, err);
    if (st != LEDE_EBUSY)
        return st;
    return lede_fail(err, st, "another publication is at work on '%s'; try again when it is done",
                     r->dest);
}

/* Whether path is a folder without entries; *first gets the name of one otherwise. */
static bool is_empty_folder(const char *path, char first[256]) {
    DIR *d = opendir(path);
    bool empty = true;
    first[0] = '\0';
    if (!d)
        return false;
    for (struct dirent *e; empty && (e = readdir(d));) {
        if (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0)
            continue;
        empty = false;
        snprintf(first, 256, "%s", e->d_name);
    }
    closedir(d);
    return empty;
}

static lede_status look_at(lede_release *r, const char *path, tree *out, lede_error *err) {
    char first[256];
    struct stat st;
    *out = (tree){.path = path, .kind = ABSENT};
    const char *clean = path ? below(r, path, LEDE__MANIFEST) : NULL;
    const char *dirty = path ? below(r, path, LEDE__MANIFEST_DIRTY) : NULL;
    if (!clean || !dirty)
        return lede__no_memory(err);
    if (lstat(path, &st) != 0)
        return errno == ENOENT ? LEDE_OK : fail(err, "look at", path);
    out->kind = S_ISDIR(st.st_mode) && is_empty_folder(path, first) ? EMPTY : NOT_OURS;
    if (!S_ISDIR(st.st_mode) || out->kind == EMPTY)
        return LEDE_OK;
    if (lstat(clean, &st) != 0) {
        out->kind = lede__exists(dirty) ? BROKEN : NOT_OURS;
        return LEDE_OK;
    }
    lede__manifest m;
    lede_status status = lede__manifest_open(clean, &m, err);
    if (status && status != LEDE_EFORMAT)
        return status;
    out->kind = status ? BROKEN : WHOLE;
    out->serial = status ? 0 : m.serial;
    out->since = st.st_mtime;
    lede__manifest_close(&m);
    return LEDE_OK;
}

static lede_status move(const char *from, const char *to, lede_error *err) {
    if (!lede__step_fails("rename", to) && rename(from, to) == 0)
        return LEDE_OK;
    return lede__fail_os(err, errno, "cannot rename '%s' to '%s'", from, to);
}

/* Gives a tree a name that says what becomes of it, and removes it. */
static lede_status discard(lede_release *r, const char *path, lede_error *err) {
    lede_status st = lede__remove_tree(r->trash, err);
    if (!st)
        st = move(path, r->trash, err);
    return st ? st : lede__remove_tree(r->trash, err);
}

/* Ends an exchange by renames that was cut. */
static lede_status mend_renames(lede_release *r, tree standby[2], lede_error *err) {
    char first[256];
    tree old;
    lede_status st = look_at(r, r->old, &old, err);
    if (st || old.kind == ABSENT)
        return st;
    if (old.kind != WHOLE)
        return lede_fail(err, LEDE_EEXIST, "'%s' is in the way and not lede's; move it away",
                         r->old);
    if (!lede__exists(r->dest) || (is_empty_folder(r->dest, first) && rmdir(r->dest) == 0)) {
        for (int i = 0; i < 2; i++)
            if (standby[i].kind == WHOLE && standby[i].serial == old.serial + 1) {
                st = move(standby[i].path, r->dest, err);
                standby[i].kind = ABSENT;
                break;
            }
        if (!st && !lede__exists(r->dest))
            return move(r->old, r->dest, err);
    }
    if (st)
        return st;
    for (int i = 0; i < 2; i++)
        if (standby[i].kind == ABSENT) {
            st = move(r->old, standby[i].path, err);
            return st ? st : look_at(r, standby[i].path, &standby[i], err);
        }
    return discard(r, r->old, err);
}

static lede_status refuse_mount_point(const lede_release *r, lede_error *err) {
    if (r->link || !lede__is_mount(r->dest))
        return LEDE_OK;
    return lede_fail(err, LEDE_EINVAL,
                     "'%s' is a mount point and cannot change places; publish to a folder below it",
                     r->dest);
}

static lede_status look_at_live(lede_release *r, tree *live, lede_error *err) {
    char first[256];
    lede_status st = look_at(r, r->dest, live, err);
    if (st)
        return st;
    switch (live->kind) {
    case ABSENT:
        return LEDE_OK;
    case EMPTY:
        r->dest_is_empty = true;
        return refuse_mount_point(r, err);
    case WHOLE:
        r->has_live = true;
        r->serial = live->serial;
        return refuse_mount_point(r, err);
    case BROKEN:
        return lede_fail(err, LEDE_EFORMAT,
                         "the manifest of '%s' is damaged; remove that folder to publish anew",
                         r->dest);
    case NOT_OURS:
        break;
    }
    if (!lede__is_dir(r->dest))
        return lede_fail(err, LEDE_EEXIST, "'%s' is no folder; move it away or publish elsewhere",
                         r->dest);
    (void)is_empty_folder(r->dest, first);
    return lede_fail(err, LEDE_EEXIST,
                     "'%s' has files that lede did not write ('%s'); empty it or publish elsewhere",
                     r->dest, first);
}

/* The time of retirement, if a publication was killed between the exchange and the note of it: at
 * latest now. */
static void note_late_retirement(lede_release *r, tree *t, const tree *live) {
    if (t->kind != WHOLE || live->kind != WHOLE || t->serial + 1 != live->serial ||
        t->since >= live->since)
        return;
    const char *file = below(r, t->path, LEDE__MANIFEST);
    if (file && utimensat(AT_FDCWD, file, NULL, AT_SYMLINK_NOFOLLOW) == 0)
        t->since = time(NULL);
}

/* Whether somebody could still be reading in it. */
static bool is_young(const lede_release *r, const tree *t) {
    const int asked = r->options.retired_seconds;
    if (t->kind != WHOLE || t->serial >= r->serial || asked < 0)
        return false;
    return time(NULL) - t->since < (asked ? asked : RETIRED_SECONDS);
}

/* The better tree to work on: one that nobody reads and that differs least from the live one, else
 * one to be made, else the one that was retired first. */
static const tree *better(const lede_release *r, const tree *a, const tree *b) {
    const bool young_a = is_young(r, a), young_b = is_young(r, b);
    if (young_a != young_b)
        return young_a ? b : a;
    if (young_a)
        return a->since <= b->since ? a : b;
    if ((a->kind == WHOLE) != (b->kind == WHOLE))
        return a->kind == WHOLE ? a : b;
    return b->kind == WHOLE && b->serial > a->serial ? b : a;
}

lede_status lede__new_standby(lede_release *r, lede_error *err) {
    lede_status st = lede__exists(r->standby) ? discard(r, r->standby, err) : LEDE_OK;
    if (st)
        return st;
    const char *dirty = below(r, r->standby, LEDE__MANIFEST_DIRTY);
    if (!dirty)
        return lede__no_memory(err);
    if (lede__step_fails("mkdir", r->standby) || mkdir(r->standby, 0755) != 0)
        return fail(err, "make the folder", r->standby);
    const int fd = lede__step_fails("create", dirty)
                       ? -1
                       : open(dirty, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
    if (fd < 0)
        return fail(err, "make", dirty);
    close(fd);
    r->is_begun = true;
    return LEDE_OK;
}

lede_status lede__drop_standbys(lede_release *r, lede_error *err) {
    lede_status st = LEDE_OK;
    for (int i = 0; i < TREE_NAMES && !st; i++) {
        const char *name = beside_name(r, tree_names[i]);
        if (!name)
            st = lede__no_memory(err);
        else if (strcmp(name, r->dest) != 0 && lede__exists(name))
            st = discard(r, name, err);
    }
    return st ? st : lede__remove_tree(r->lists, err);
}

/* The mark is on disk before any change is. */
lede_status lede__begin(lede_release *r, lede_error *err) {
    if (r->is_begun)
        return LEDE_OK;
    const char *clean = below(r, r->standby, LEDE__MANIFEST),
               *dirty = below(r, r->standby, LEDE__MANIFEST_DIRTY);
    if (!clean || !dirty)
        return lede__no_memory(err);
    lede_status st = move(clean, dirty, err);
    r->is_begun = st == LEDE_OK;
    if (st || r->options.no_sync)
        return st;
    const int fd = open(r->standby, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0 || lede__step_fails("sync", r->standby) || fsync(fd) != 0)
        st = fail(err, "sync", r->standby);
    if (fd >= 0)
        close(fd);
    return st;
}

static lede_status choose_standby(lede_release *r, const tree *live, tree standby[2],
                                  lede_error *err) {
    for (int i = 0; i < 2; i++) {
        if (standby[i].kind == NOT_OURS)
            return lede_fail(err, LEDE_EEXIST, "'%s' is in the way and not lede's; move it away",
                             standby[i].path);
        note_late_retirement(r, &standby[i], live);
    }
    const tree *chosen = better(r, &standby[0], &standby[1]);
    r->standby = chosen->path;
    if (chosen->kind != WHOLE)
        return lede__new_standby(r, err);
    r->standby_was_live = chosen->serial < r->serial;
    const char *file = below(r, r->standby, LEDE__MANIFEST);
    return file ? lede__manifest_open(file, &r->last, err) : lede__no_memory(err);
}

/* The two trees that are not the live one. */
static lede_status look_at_standbys(lede_release *r, tree standby[2], lede_error *err) {
    lede_status st = LEDE_OK;
    for (int i = 0, n = 0; i < TREE_NAMES && n < 2 && !st; i++) {
        const char *name = beside_name(r, tree_names[i]);
        if (!name || strcmp(name, r->dest) != 0)
            st = look_at(r, name, &standby[n++], err);
    }
    return st;
}

lede_status lede__recover(lede_release *r, const char *dest, lede_error *err) {
    tree live, standby[2] = {0};
    lede_status st = resolve(r, dest, err);
    if (r->options.look) {
        r->standby = r->options.look;
        r->is_begun = true; /* no mark, and no lock: what is mapped stays as it is */
        return st ? st : look_at_live(r, &live, err);
    }
    if (!st)
        st = take_lock(r, err);
    if (!st)
        st = look_at_standbys(r, standby, err);
    if (!st)
        st = mend_renames(r, standby, err);
    if (!st)
        st = look_at_live(r, &live, err);
    if (!st)
        st = lede__remove_tree(r->trash, err);
    return st ? st : choose_standby(r, &live, standby, err);
}
