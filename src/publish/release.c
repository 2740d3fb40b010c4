/* release.c - the desk's part of a release: which trees there are, what the new site holds, and the exchange.
 *
 * Names beside a destination "public": ".public.standby" and ".public.standby2" (trees), ".public.lock", ".public.old" (only during
 * the fallback of exchange()). A tree says what it is by its manifest, which travels with it; while a publication works on
 * a tree, the manifest is called ".lede-manifest.dirty", so a tree that a killed one left is known and made anew. A retired
 * tree's manifest carries in its modification time when it was retired: readers may still be in it for a while. */
#include "lede/release.h"

#include "base/path.h"
#include "publish/link.h"
#include "publish/manifest.h"
#include "sys/sys.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { RETIRED_SECONDS = 300, FSYNC_EACH_MAX = 64, LOCK_WAIT_MS = 10000 };

typedef struct claim {
    lede_str source;
    uint64_t size;
    unsigned char sum[32];
    unsigned char action;
    bool is_in; /* the file is part of the new site */
} claim;

struct lede_release {
    lede_release_options options;
    lede_arena arena;
    const char *dest, *parent, *standby, *old;
    bool has_live, dest_is_empty;
    int lock;
    lede_release_writer linker; /* opened when first needed */
    lede__manifest live, last; /* last: what the standby held */
    lede__names paths, folders;
    lede__names live_folders; /* those that lede made; filled when what others put there is carried over */
    claim *claims;
    uint32_t cap;
    lede_str last_folder;
};

static lede_status fail(lede_error *err, const char *what, const char *path) {
    int e = errno;
    return lede_fail(err, LEDE_EIO, "cannot %s '%s': %s", what, path, strerror(e));
}

static const char *below(lede_release *r, const char *tree, const char *name) { return lede_arena_printf(&r->arena, "%s/%s", tree, name); }

/* ---- opening */

static void read_names(lede_release *r, const char *dest) {
    lede_str d = lede_str_of(dest);
    while (d.len > 1 && d.ptr[d.len - 1] == '/')
        d.len--;
    lede_str base = lede__path_base(d), dir = lede__path_dir(d);
    r->dest = lede_arena_copy(&r->arena, d).ptr;
    r->parent = dir.len ? lede_arena_copy(&r->arena, dir).ptr : d.len && d.ptr[0] == '/' ? "/" : ".";
    r->old = lede_arena_printf(&r->arena, "%s/.%.*s.old", r->parent, (int)base.len, base.ptr);
}

static const char *standby_name(lede_release *r, const char *suffix) {
    lede_str base = lede__path_base(lede_str_of(r->dest));
    return lede_arena_printf(&r->arena, "%s/.%.*s.%s", r->parent, (int)base.len, base.ptr, suffix);
}

static bool is_empty_folder(const char *path) {
    DIR *d = opendir(path);
    if (!d)
        return false;
    bool empty = true;
    for (struct dirent *e; empty && (e = readdir(d));)
        empty = strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0;
    closedir(d);
    return empty;
}

static bool is_ours(lede_release *r, const char *tree) {
    return lede__exists(below(r, tree, LEDE__MANIFEST)) || lede__exists(below(r, tree, LEDE__MANIFEST_DIRTY)) || is_empty_folder(tree);
}

/* A publication was killed within the fallback of exchange(): before the second rename the old site comes back, after it the
 * third is made up for. */
static lede_status repair_old(lede_release *r, lede_error *err) {
    if (!lede__is_dir(r->old))
        return LEDE_OK;
    if (!lede__exists(r->dest))
        return rename(r->old, r->dest) == 0 ? LEDE_OK : fail(err, "bring back", r->dest);
    const char *one = standby_name(r, "standby"), *two = standby_name(r, "standby2");
    const char *free_name = !lede__exists(one) ? one : !lede__exists(two) ? two : NULL;
    if (free_name)
        return rename(r->old, free_name) == 0 ? LEDE_OK : fail(err, "put aside", r->old);
    return is_ours(r, r->old) ? lede__remove_tree(r->old, err) : LEDE_OK;
}

static lede_status look_at_live(lede_release *r, lede_error *err) {
    lede_status status = repair_old(r, err);
    if (status)
        return status;
    struct stat st;
    if (lstat(r->dest, &st) != 0)
        return errno == ENOENT ? LEDE_OK : fail(err, "look at", r->dest);
    if (!S_ISDIR(st.st_mode))
        return lede_fail(err, LEDE_EEXIST, "'%s' is there and is no folder; move it away or publish elsewhere (-d)", r->dest);
    if (is_empty_folder(r->dest)) {
        r->dest_is_empty = true;
        return LEDE_OK;
    }
    status = lede__manifest_read(r->dest, &r->live, err);
    if (status == LEDE_ENOTFOUND)
        return lede_fail(err, LEDE_EEXIST, "'%s' has files that lede did not write; empty it or publish elsewhere (-d)", r->dest);
    r->has_live = status == LEDE_OK;
    return status;
}

/* Seconds since the tree was retired; a large number when it holds nothing that anybody could be reading. */
static long retired_for(lede_release *r, const char *tree) {
    struct stat st;
    if (stat(below(r, tree, LEDE__MANIFEST), &st) != 0)
        return 1 << 30;
    return (long)(time(NULL) - st.st_mtime);
}

/* The tree to work on: one that has been retired long enough, else a new one, else the one retired longest. */
static void choose_standby(lede_release *r) {
    const char *one = standby_name(r, "standby"), *two = standby_name(r, "standby2");
    long age = r->options.retired_seconds ? r->options.retired_seconds : RETIRED_SECONDS;
    bool has_one = lede__is_dir(one), has_two = lede__is_dir(two);
    long age_one = has_one ? retired_for(r, one) : 1 << 30, age_two = has_two ? retired_for(r, two) : -1;
    if (age_one >= age)
        r->standby = one;
    else if (!has_two || age_two >= age)
        r->standby = two;
    else
        r->standby = age_one >= age_two ? one : two;
}

static lede_status make_ready(lede_release *r, lede_error *err) {
    const char *clean = below(r, r->standby, LEDE__MANIFEST), *dirty = below(r, r->standby, LEDE__MANIFEST_DIRTY);
    lede_error why;
    if (lede__is_dir(r->standby) && !is_ours(r, r->standby))
        return lede_fail(err, LEDE_EEXIST, "'%s' has files that lede did not write; move it away", r->standby);
    if (!lede__exists(dirty) && lede__exists(clean) && lede__manifest_read(r->standby, &r->last, &why) == LEDE_OK) {
        if (rename(clean, dirty) != 0)
            return fail(err, "mark", dirty);
        return LEDE_OK;
    }
    lede__manifest_fini(&r->last);
    lede__manifest_init(&r->last);
    lede_status st = lede__remove_tree(r->standby, err);
    if (st)
        return st;
    if (mkdir(r->standby, 0755) != 0)
        return fail(err, "make folder", r->standby);
    return lede__write_file(dirty, (lede_str){0}, false, err);
}

lede_status lede_release_open(const char *dest, const lede_release_options *o, lede_release **out, lede_error *err) {
    *out = NULL;
    lede_release *r = calloc(1, sizeof *r);
    if (!r)
        return lede_fail(err, LEDE_ENOMEM, "release: out of memory");
    r->options = o ? *o : (lede_release_options){0};
    r->lock = -1;
    r->linker.standby_fd = r->linker.live_fd = -1;
    lede_arena_init(&r->arena, LEDE_BUF_MAX);
    lede__manifest_init(&r->live);
    lede__manifest_init(&r->last);
    lede__names_init(&r->paths);
    lede__names_init(&r->folders);
    lede__names_init(&r->live_folders);
    read_names(r, dest);
    lede_status st = lede__make_dirs(r->parent, err);
    if (!st)
        st = lede__lock(standby_name(r, "lock"), o && o->lock_wait_ms ? o->lock_wait_ms : LOCK_WAIT_MS, &r->lock, err);
    if (st == LEDE_EBUSY)
        lede_fail(err, st, "another publication is at work on '%s'; try again when it is done", r->dest);
    if (!st)
        st = look_at_live(r, err);
    if (!st) {
        choose_standby(r);
        st = make_ready(r, err);
    }
    if (st) {
        lede_release_abort(r);
        return st;
    }
    *out = r;
    return LEDE_OK;
}

/* The standby stays marked dirty: the next publication makes it anew. */
void lede_release_abort(lede_release *r) {
    if (!r)
        return;
    if (r->lock >= 0)
        close(r->lock);
    lede_release_writer_close(&r->linker);
    lede__manifest_fini(&r->live);
    lede__manifest_fini(&r->last);
    lede__names_fini(&r->paths);
    lede__names_fini(&r->folders);
    lede__names_fini(&r->live_folders);
    lede_arena_fini(&r->arena);
    free(r->claims);
    free(r);
}

const char *lede_release_standby(const lede_release *r) { return r->standby; }
const char *lede_release_live(const lede_release *r) { return r->has_live ? r->dest : ""; }

void lede_release_know(const lede_release *r, lede_str path, lede_release_known *out) {
    *out = (lede_release_known){0};
    const lede__entry *live = r->live.paths.count ? lede__manifest_find(&r->live, path) : NULL;
    const lede__entry *last = r->last.paths.count ? lede__manifest_find(&r->last, path) : NULL;
    if ((out->in_live = live != NULL))
        memcpy(out->live, live->sum, sizeof out->live);
    if ((out->in_standby = last != NULL))
        memcpy(out->standby, last->sum, sizeof out->standby);
}

/* ---- what the new site holds */

static lede_status clash(const lede_release *r, lede_str path, lede_str source, lede_str other, lede_error *err) {
    uint32_t n = lede__names_find(&r->paths, other);
    lede_str first = {0};
    if (n != LEDE_NO_NAME)
        first = r->claims[n].source;
    return lede_fail(err, LEDE_EEXIST, "two sources for /%.*s: %.*s and %.*s; give one of them another address", (int)path.len, path.ptr, (int)first.len, first.ptr ? first.ptr : "", (int)source.len, source.ptr ? source.ptr : "");
}

/* What the standby has from before where the new site needs the other kind: a file for a folder, a folder for a file. */
static lede_status clear_way(lede_release *r, lede_str path, bool for_folder, lede_error *err) {
    if (!r->last.paths.count || (lede__manifest_find(&r->last, path) != NULL) != for_folder)
        return LEDE_OK;
    struct stat st;
    const char *name = lede_arena_printf(&r->arena, "%s/%.*s", r->standby, (int)path.len, path.ptr);
    if (!name)
        return lede_fail(err, LEDE_ENOMEM, "release: out of memory");
    if (lstat(name, &st) != 0 || S_ISDIR(st.st_mode) == for_folder)
        return LEDE_OK;
    return lede__remove_tree(name, err);
}

/* Notes the folders above path; false when one of them is a file of the site. */
static lede_status claim_folders(lede_release *r, lede_str path, lede_str source, lede_error *err) {
    lede_str folder = lede__path_dir(path);
    if (lede_str_eq(folder, r->last_folder))
        return LEDE_OK;
    lede_str lowest = folder;
    for (; folder.len; folder = lede__path_dir(folder)) {
        if (lede__names_find(&r->folders, folder) != LEDE_NO_NAME)
            break;
        if (lede__names_find(&r->paths, folder) != LEDE_NO_NAME)
            return clash(r, path, source, folder, err);
        if (lede__names_add(&r->folders, &r->arena, folder) == LEDE_NO_NAME)
            return lede_fail(err, LEDE_ENOMEM, "release: out of memory");
        lede_status st = clear_way(r, folder, true, err);
        if (st)
            return st;
    }
    uint32_t n = lede__names_find(&r->folders, lowest);
    r->last_folder.len = 0;
    if (n != LEDE_NO_NAME)
        r->last_folder = r->folders.items[n];
    return LEDE_OK;
}

lede_status lede_release_claim(lede_release *r, lede_str path, lede_str source, lede_error *err) {
    if (!lede__path_safe(path) || lede_str_starts(path, LEDE__MANIFEST))
        return lede_fail(err, LEDE_EINVAL, "'%.*s' is no path for a file of the site", (int)(path.len < 200 ? path.len : 200), path.ptr ? path.ptr : "");
    if (lede__names_find(&r->paths, path) != LEDE_NO_NAME)
        return clash(r, path, source, path, err);
    if (lede__names_find(&r->folders, path) != LEDE_NO_NAME)
        return lede_fail(err, LEDE_EEXIST, "/%.*s (%.*s) would be a file where others need a folder", (int)path.len, path.ptr, (int)source.len, source.ptr ? source.ptr : "");
    lede_status st = claim_folders(r, path, source, err);
    if (!st)
        st = clear_way(r, path, false, err);
    if (st)
        return st;
    uint32_t n = lede__names_add(&r->paths, &r->arena, path);
    if (n == LEDE_NO_NAME)
        return lede_fail(err, LEDE_ENOMEM, "release: out of memory");
    if (n >= r->cap) {
        uint32_t cap = r->cap ? r->cap * 2 : 256;
        claim *grown = realloc(r->claims, cap * sizeof *grown);
        if (!grown)
            return lede_fail(err, LEDE_ENOMEM, "release: out of memory");
        r->claims = grown;
        r->cap = cap;
    }
    r->claims[n] = (claim){.source = lede_arena_copy(&r->arena, source)};
    return LEDE_OK;
}

lede_status lede_release_add(lede_release *r, lede_str path, uint64_t size, const unsigned char sha256[32], lede_release_action action, lede_error *err) {
    uint32_t n = lede__names_find(&r->paths, path);
    if (n == LEDE_NO_NAME)
        return lede_fail(err, LEDE_EINVAL, "release: '%.*s' was not claimed", (int)path.len, path.ptr);
    claim *c = &r->claims[n];
    if (action == LEDE_TO_LINK) {
        lede_status st = r->linker.standby_fd >= 0 ? LEDE_OK : lede_release_writer_open(r->standby, r->dest, &r->linker, err);
        if (!st)
            st = lede__release_link(&r->linker, path, err);
        if (st)
            return st;
        action = LEDE_LINKED;
    }
    c->size = size;
    c->action = (unsigned char)action;
    c->is_in = true;
    memcpy(c->sum, sha256, sizeof c->sum);
    return LEDE_OK;
}

lede_status lede_release_keep(lede_release *r, lede_str path, bool *kept, lede_error *err) {
    const lede__entry *e = lede__manifest_find(&r->live, path);
    *kept = false;
    if (!e)
        return LEDE_OK;
    lede_release_writer w;
    lede_buf bytes;
    lede_buf_init(&bytes, LEDE_BUF_MAX);
    lede_status st = lede_release_writer_open(r->standby, r->dest, &w, err);
    const char *file = lede_arena_printf(&r->arena, "%s/%.*s", r->dest, (int)path.len, path.ptr);
    if (!st && file)
        st = lede__read_file(file, LEDE_BUF_MAX, &bytes, err);
    unsigned char sum[32];
    lede_release_known known;
    lede_release_action action = LEDE_KEPT;
    lede_release_know(r, path, &known);
    if (!st)
        st = lede_release_write(&w, path, lede_buf_str(&bytes), &known, sum, &action, err);
    if (!st)
        st = lede_release_add(r, path, bytes.len, sum, action, err);
    *kept = st == LEDE_OK;
    lede_release_writer_close(&w);
    lede_buf_fini(&bytes);
    return st;
}

/* ---- what goes, and what others put there */

static bool is_in(const lede_release *r, lede_str path) {
    uint32_t n = lede__names_find(&r->paths, path);
    return n != LEDE_NO_NAME && r->claims[n].is_in;
}

/* Removes the folders above path that are empty now. */
static void prune_folders(int tree, lede_str path) {
    char dir[4096];
    for (lede_str folder = lede__path_dir(path); folder.len && folder.len < sizeof dir; folder = lede__path_dir(folder)) {
        memcpy(dir, folder.ptr, folder.len);
        dir[folder.len] = '\0';
        if (unlinkat(tree, dir, AT_REMOVEDIR) != 0)
            return;
    }
}

/* From the tree at hand; the site's own list is the measure. */
static lede_status remove_stale(lede_release *r, int tree, uint64_t *removed, lede_error *err) {
    char name[4096];
    for (uint32_t i = 0; i < r->last.paths.count; i++) {
        lede_str path = r->last.paths.items[i];
        if (is_in(r, path) || path.len >= sizeof name || lede__names_find(&r->folders, path) != LEDE_NO_NAME)
            continue;
        memcpy(name, path.ptr, path.len);
        name[path.len] = '\0';
        if (unlinkat(tree, name, 0) != 0 && errno != ENOENT && errno != ENOTDIR)
            return fail(err, "remove", name);
        prune_folders(tree, path);
    }
    for (uint32_t i = 0; i < r->live.paths.count; i++)
        *removed += !is_in(r, r->live.paths.items[i]);
    return LEDE_OK;
}

typedef struct foreign {
    lede_release *r;
    int from, to;
    bool carrying; /* live -> standby; else: clearing the standby of what the live tree has no more */
    lede_error *err;
} foreign;

static lede_status each_foreign(foreign *f, int dir, const char *prefix);

static lede_status carry(foreign *f, const char *path, bool is_dir) {
    struct stat a, b;
    if (is_dir) {
        bool was_ours = lede__names_find(&f->r->live_folders, lede_str_of(path)) != LEDE_NO_NAME;
        if (mkdirat(f->to, path, 0755) != 0 && errno != EEXIST && !(errno == ENOTDIR && was_ours)) /* now below a file */
            return fail(f->err, "make folder", path);
        return LEDE_OK;
    }
    bool there = fstatat(f->to, path, &b, AT_SYMLINK_NOFOLLOW) == 0;
    if (there && fstatat(f->from, path, &a, AT_SYMLINK_NOFOLLOW) == 0 && a.st_ino == b.st_ino && a.st_dev == b.st_dev)
        return LEDE_OK;
    if (there && unlinkat(f->to, path, 0) != 0)
        return fail(f->err, "replace", path);
    if (linkat(f->from, path, f->to, path, 0) != 0)
        return fail(f->err, "carry over", path);
    return LEDE_OK;
}

static lede_status visit(foreign *f, int dir, const char *name, const char *path) {
    lede_str p = lede_str_of(path);
    struct stat st;
    if (fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) != 0)
        return fail(f->err, "look at", path);
    bool is_dir = S_ISDIR(st.st_mode);
    if (!is_dir && (is_in(f->r, p) || lede__manifest_find(&f->r->live, p) || lede__manifest_find(&f->r->last, p)))
        return LEDE_OK;
    if (f->carrying && lede__names_find(&f->r->paths, p) == LEDE_NO_NAME && (!is_dir || lede__names_find(&f->r->folders, p) == LEDE_NO_NAME)) {
        lede_status status = is_dir ? LEDE_OK : carry(f, path, false);
        if (status)
            return status;
    }
    if (!f->carrying && !is_dir && fstatat(f->to, path, &st, AT_SYMLINK_NOFOLLOW) != 0)
        unlinkat(f->from, path, 0); /* left from an earlier publication */
    if (!is_dir)
        return LEDE_OK;
    int sub = openat(dir, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (sub < 0)
        return fail(f->err, "open", path);
    bool ours = lede__names_find(&f->r->folders, p) != LEDE_NO_NAME;
    bool was_ours = lede__names_find(&f->r->live_folders, p) != LEDE_NO_NAME;
    lede_status status = f->carrying && !ours && !lede__manifest_find(&f->r->live, p) ? carry(f, path, true) : LEDE_OK;
    if (!status)
        status = each_foreign(f, sub, path);
    else
        close(sub);
    if (!ours && (!f->carrying || was_ours)) /* a folder that nothing was carried into; an empty one of others stays */
        unlinkat(f->carrying ? f->to : f->from, path, AT_REMOVEDIR);
    return status;
}

/* Visits what is below dir (closed here). Deep trees of others are followed 64 folders down. */
static lede_status each_foreign(foreign *f, int dir, const char *prefix) {
    DIR *d = fdopendir(dir);
    if (!d) {
        close(dir);
        return fail(f->err, "read", prefix);
    }
    lede_status st = LEDE_OK;
    for (struct dirent *e; !st && (e = readdir(d));) {
        char path[4096];
        if (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0 || (!*prefix && strncmp(e->d_name, LEDE__MANIFEST, strlen(LEDE__MANIFEST)) == 0))
            continue;
        int n = snprintf(path, sizeof path, "%s%s%s", prefix, *prefix ? "/" : "", e->d_name);
        if (n < 0 || n >= (int)sizeof path)
            continue;
        if (e->d_type == DT_REG && (is_in(f->r, lede_str_of(path)) || lede__manifest_find(f->carrying ? &f->r->live : &f->r->last, lede_str_of(path))))
            continue; /* the common case costs a look-up */
        st = visit(f, dir, e->d_name, path);
    }
    closedir(d);
    return st;
}

static lede_status note_live_folders(lede_release *r, lede_error *err) {
    lede_str last = {0};
    for (uint32_t i = 0; i < r->live.paths.count; i++) {
        lede_str folder = lede__path_dir(r->live.paths.items[i]);
        if (lede_str_eq(folder, last))
            continue;
        for (last = folder; folder.len && lede__names_find(&r->live_folders, folder) == LEDE_NO_NAME; folder = lede__path_dir(folder))
            if (lede__names_add(&r->live_folders, &r->arena, folder) == LEDE_NO_NAME)
                return lede_fail(err, LEDE_ENOMEM, "release: out of memory");
    }
    return LEDE_OK;
}

static lede_status carry_foreign(lede_release *r, int live, int standby, lede_error *err) {
    foreign f = {r, standby, live, false, err};
    lede_status noted = note_live_folders(r, err);
    if (noted)
        return noted;
    int dir = openat(standby, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    lede_status st = r->last.paths.count && dir >= 0 ? each_foreign(&f, dir, "") : LEDE_OK;
    if (!r->last.paths.count && dir >= 0)
        close(dir);
    f = (foreign){r, live, standby, true, err};
    if (!st) {
        dir = openat(live, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        st = dir < 0 ? fail(err, "open", r->dest) : each_foreign(&f, dir, "");
    }
    return st;
}

/* ---- durability and the exchange */

static lede_status sync_path(int tree, const char *name, int flags, lede_error *err) {
    int fd = openat(tree, name, O_RDONLY | O_CLOEXEC | flags);
    if (fd < 0)
        return fail(err, "open", name);
    int bad = fsync(fd);
    lede_status st = bad ? fail(err, "sync", name) : LEDE_OK;
    close(fd);
    return st;
}

static lede_status sync_tree(lede_release *r, int tree, uint64_t written, lede_error *err) {
    if (r->options.no_sync)
        return LEDE_OK;
    if (written > FSYNC_EACH_MAX)
        return lede__sync_fs(tree, err);
    lede_status st = LEDE_OK;
    char name[4096];
    for (uint32_t i = 0; !st && i < r->paths.count; i++) {
        lede_str path = r->paths.items[i];
        if (!r->claims[i].is_in || r->claims[i].action == LEDE_KEPT || path.len >= sizeof name)
            continue;
        memcpy(name, path.ptr, path.len);
        name[path.len] = '\0';
        if (r->claims[i].action == LEDE_WRITTEN)
            st = sync_path(tree, name, 0, err);
        lede_str dir = lede__path_dir(path);
        name[dir.len] = '\0';
        if (!st)
            st = sync_path(tree, dir.len ? name : ".", O_DIRECTORY, err);
    }
    return st ? st : sync_path(tree, ".", O_DIRECTORY, err);
}

/* Where names cannot be exchanged: two renames, with the old tree under a name that look_at_live() knows in between. */
static lede_status exchange_by_renames(lede_release *r, lede_error *err) {
    if (rename(r->dest, r->old) != 0)
        return fail(err, "move away", r->dest);
    if (rename(r->standby, r->dest) != 0) {
        lede_status st = fail(err, "put in place", r->dest);
        if (rename(r->old, r->dest) != 0)
            return lede_fail(err, LEDE_EIO, "cannot bring back '%s'; it lies at '%s'", r->dest, r->old);
        return st;
    }
    if (rename(r->old, r->standby) != 0)
        return fail(err, "put aside", r->old);
    return LEDE_OK;
}

static lede_status exchange(lede_release *r, lede_error *err) {
    if (!r->has_live) {
        if (r->dest_is_empty && rmdir(r->dest) != 0)
            return fail(err, "replace", r->dest);
        return rename(r->standby, r->dest) == 0 ? LEDE_OK : fail(err, "put in place", r->dest);
    }
    lede_status st = r->options.by_renames ? LEDE_EINVAL : lede__exchange(r->standby, r->dest, err);
    if (st == LEDE_EINVAL)
        st = exchange_by_renames(r, err);
    if (!st) /* when it was retired; nobody depends on it being exact */
        utimensat(AT_FDCWD, below(r, r->standby, LEDE__MANIFEST), NULL, 0);
    return st;
}

static lede_status collect(const lede_release *r, lede__manifest *m, lede_release_stats *n, lede_error *err) {
    lede_status st = LEDE_OK;
    for (uint32_t i = 0; !st && i < r->paths.count; i++) {
        const claim *c = &r->claims[i];
        if (!c->is_in)
            continue;
        lede__entry e = {.size = c->size};
        memcpy(e.sum, c->sum, sizeof e.sum);
        st = lede__manifest_add(m, r->paths.items[i], &e, err);
        n->files++;
        n->bytes += c->size;
        n->written += c->action == LEDE_WRITTEN;
        n->linked += c->action == LEDE_LINKED;
        n->kept += c->action == LEDE_KEPT;
    }
    return st;
}

static bool same_as_live(const lede_release *r, const lede__manifest *m) {
    if (!r->has_live || m->paths.count != r->live.paths.count)
        return false;
    for (uint32_t i = 0; i < m->paths.count; i++) {
        const lede__entry *e = lede__manifest_find(&r->live, m->paths.items[i]);
        if (!e || memcmp(e->sum, m->entries[i].sum, sizeof e->sum) != 0)
            return false;
    }
    return true;
}

static lede_status put_manifest(lede_release *r, const lede__manifest *m, lede_error *err) {
    lede_buf text;
    lede_buf_init(&text, LEDE_BUF_MAX);
    lede_status st = lede__manifest_write(m, &text, err);
    if (!st)
        st = lede__write_file(below(r, r->standby, LEDE__MANIFEST), lede_buf_str(&text), !r->options.no_sync, err);
    lede_buf_fini(&text);
    return st;
}

static lede_status finish(lede_release *r, const lede__manifest *m, int live, int standby, lede_release_stats *n, bool *changed, lede_error *err) {
    lede_status st = remove_stale(r, standby, &n->removed, err);
    if (!st && live >= 0)
        st = carry_foreign(r, live, standby, err);
    *changed = !same_as_live(r, m);
    if (!st && *changed)
        st = sync_tree(r, standby, n->written + n->linked, err);
    if (!st)
        st = put_manifest(r, m, err);
    if (!st && unlink(below(r, r->standby, LEDE__MANIFEST_DIRTY)) != 0 && errno != ENOENT)
        st = fail(err, "unmark", r->standby);
    if (!st && !*changed) /* nobody can be reading what never was live: the next publication may take it at once */
        utimensat(AT_FDCWD, below(r, r->standby, LEDE__MANIFEST), (struct timespec[2]){{0}, {0}}, 0);
    if (st || !*changed)
        return st;
    st = exchange(r, err);
    if (!st && !r->options.no_sync)
        st = sync_path(AT_FDCWD, r->parent, O_DIRECTORY, err);
    return st;
}

lede_status lede_release_commit(lede_release *r, lede_release_stats *stats, bool *changed, lede_error *err) {
    lede_release_stats n = {0};
    bool differs = false;
    lede__manifest m;
    lede__manifest_init(&m);
    int standby = open(r->standby, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    int live = r->has_live ? open(r->dest, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
    lede_status st = standby < 0 || (r->has_live && live < 0) ? fail(err, "open", r->dest) : collect(r, &m, &n, err);
    if (!st)
        st = finish(r, &m, live, standby, &n, &differs, err);
    if (standby >= 0)
        close(standby);
    if (live >= 0)
        close(live);
    lede__manifest_fini(&m);
    lede_release_abort(r);
    if (st)
        return st;
    if (stats)
        *stats = n;
    if (changed)
        *changed = differs;
    return LEDE_OK;
}
