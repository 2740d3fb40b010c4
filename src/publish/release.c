/* release.c - the desk's part of a release: opening, what the new site holds, the end. See
 * lede/release.h.
 *
 * One table of paths joins what the live tree has, what the standby has and what the new site
 * claims. Finding the trees is recover.c's, files of others foreign.c's, putting the new tree in
 * place exchange.c's.
 */
#include "publish/inside.h"

#include "base/path.h"
#include "codec/hash.h"

#include <assert.h>
#include <stdlib.h>
#include <unistd.h>

static int shown(lede_str s) { return (int)(s.len < 300 ? s.len : 300); }

lede_status lede__no_memory(lede_error *err) {
    return lede_fail(err, LEDE_ENOMEM, "release: out of memory");
}

lede__released *lede__released_find(const lede_release *r, lede_str path) {
    const uint32_t n = lede__names_find(&r->paths, path);
    return n == LEDE_NO_NAME ? NULL : &r->pages[n];
}

static bool have_room(lede_release *r, uint32_t n) {
    if (n < r->cap)
        return true;
    const uint32_t cap = r->cap ? r->cap * 2 : 256;
    lede__released *grown = realloc(r->pages, cap * sizeof *grown);
    if (!grown)
        return false;
    memset(grown + r->cap, 0, (cap - r->cap) * sizeof *grown);
    r->pages = grown;
    r->cap = cap;
    return true;
}

lede__released *lede__released_get(lede_release *r, lede_str path, bool copy) {
    if (!have_room(r, r->paths.count))
        return NULL;
    const uint32_t before = r->paths.count;
    const uint32_t n = lede__names_add(&r->paths, copy ? &r->arena : NULL, path);
    if (n == LEDE_NO_NAME)
        return NULL;
    if (n == before && r->is_delta) {
        r->pages[n].live = lede__manifest_find(&r->live, path);
        r->pages[n].standby = lede__manifest_find(&r->last, path);
    }
    return &r->pages[n];
}

void lede__rows_of(const lede_release *r, lede_str path, const char **live, const char **standby) {
    const lede__released *p = lede__released_find(r, path);
    *live = p ? p->live : r->is_delta ? lede__manifest_find(&r->live, path) : NULL;
    *standby = p ? p->standby : r->is_delta ? lede__manifest_find(&r->last, path) : NULL;
}

lede_status lede__release_writer(lede_release *r, lede_error *err) {
    if (r->writer.standby_fd >= 0)
        return LEDE_OK;
    return lede_release_writer_open(r->standby, lede_release_live(r), &r->writer, err);
}

static lede_status open_live(lede_release *r, lede_error *err) {
    const char *file = lede_arena_printf(&r->arena, "%s/%s", r->dest, LEDE__MANIFEST);
    const lede_status st = file ? lede__manifest_open(file, &r->live, err) : lede__no_memory(err);
    if (!st)
        r->live_stamp = lede__xxh64(lede_str_n(r->live.map.ptr, r->live.map.len), 0);
    return st == LEDE_EFORMAT ? lede_fail_in(err, st, "'%s'", r->dest) : st;
}

static lede_status open_full(lede_release *r, lede_error *err) {
    const lede_status st = lede__begin(r, err);
    return st ? st : lede__read_trees(r, err);
}

lede_status lede_release_open(const char *dest, const lede_release_options *o, lede_release **out,
                              lede_error *err) {
    *out = NULL;
    lede_release *r = calloc(1, sizeof *r);
    if (!r)
        return lede__no_memory(err);
    r->options = o ? *o : (lede_release_options){0};
    r->lock = -1;
    r->writer = (lede_release_writer){.standby_fd = -1, .live_fd = -1, .beside_fd = -1};
    lede__place_init(&r->writer.standby, -1);
    lede__place_init(&r->writer.live, -1);
    lede_arena_init(&r->arena, LEDE_BUF_MAX);
    lede_status st = lede__recover(r, dest, err);
    if (!st && r->has_live)
        st = open_live(r, err);
    r->is_delta = r->options.delta && r->has_live;
    if (!st)
        st = r->is_delta ? lede__delta_open(r, err) : open_full(r, err);
    if (st) {
        lede_release_abort(r);
        return st;
    }
    *out = r;
    return LEDE_OK;
}

static void forget_foreign(lede_release *r) {
    lede__names_fini(&r->foreign);
    lede__names_fini(&r->foreign_folders);
    lede__names_fini(&r->listed_foreign);
    lede__names_fini(&r->last_foreign);
}

lede_status lede_release_make_full(lede_release *r, lede_error *err) {
    assert(r->paths.count == 0 || !r->is_delta);
    if (!r->is_delta)
        return LEDE_OK;
    r->is_delta = false;
    forget_foreign(r);
    lede__manifest_rewind(&r->live);
    lede__manifest_rewind(&r->last);
    return open_full(r, err);
}

/* A standby that is marked stays so: the next publication makes it anew. */
void lede_release_abort(lede_release *r) {
    if (!r)
        return;
    lede_release_writer_close(&r->writer);
    lede__manifest_close(&r->live);
    lede__manifest_close(&r->last);
    forget_foreign(r);
    lede__names_fini(&r->paths);
    lede__names_fini(&r->folders);
    lede__names_fini(&r->tops);
    lede__names_fini(&r->behind);
    lede_arena_fini(&r->arena);
    free(r->pages);
    if (r->lock >= 0)
        close(r->lock);
    free(r);
}

lede_status lede_release_drop_retired(const char *dest, lede_error *err) {
    const lede_release_options o = {.delta = true};
    lede_release *r;
    lede_status st = lede_release_open(dest, &o, &r, err);
    if (st)
        return st;
    st = lede__drop_standbys(r, err);
    lede_release_abort(r);
    return st;
}

const char *lede_release_standby(const lede_release *r) { return r->standby; }
const char *lede_release_dest(const lede_release *r) { return r->link ? r->link : r->dest; }
const char *lede_release_live(const lede_release *r) { return r->has_live ? r->dest : ""; }

uint64_t lede_release_stamp(const lede_release *r) { return r->live_stamp; }
bool lede_release_is_delta(const lede_release *r) { return r->is_delta; }

void lede_release_know(const lede_release *r, lede_str path, lede_release_known *out) {
    const char *live, *standby;
    lede__rows_of(r, path, &live, &standby);
    *out = (lede_release_known){.in_live = live, .in_standby = standby};
    if (live)
        lede__row_sum(live, out->live);
    if (standby)
        lede__row_sum(standby, out->standby);
}

bool lede_release_has(const lede_release *r, lede_str path) {
    const char *live, *standby;
    const lede__released *p = lede__released_find(r, path);
    lede__rows_of(r, path, &live, &standby);
    return live && (!p || p->source || !p->is_gone);
}

/* ---- what the new site holds */

lede_status lede__refuse_foreign(const lede_release *r, lede_str file, lede_str source,
                                 lede_error *err) {
    return lede_fail(err, LEDE_EEXIST,
                     "'%s/%.*s' was not written by lede, and %.*s wants its place; remove it, or "
                     "give the page another address",
                     r->dest, shown(file), file.ptr, shown(source), source.ptr ? source.ptr : "");
}

static lede_status refuse_second(const lede_release *r, lede_str path, lede_str source,
                                 lede_str taken, lede_error *err) {
    const lede__released *p = lede__released_find(r, taken);
    return lede_fail(err, LEDE_EEXIST,
                     "two sources for /%.*s: %s and %.*s; give one of them another address",
                     shown(path), path.ptr, p && p->source ? p->source : "?", shown(source),
                     source.ptr ? source.ptr : "");
}

static bool is_claimed(const lede_release *r, lede_str path) {
    return lede__is_claimed(lede__released_find(r, path));
}

static lede_status check_folders(const lede_release *r, lede_str path, lede_str source,
                                 lede_error *err) {
    for (lede_str f = lede__path_dir(path); f.len; f = lede__path_dir(f)) {
        if (lede__names_find(&r->folders, f) != LEDE_NO_NAME)
            return LEDE_OK; /* and those above it */
        if (is_claimed(r, f))
            return refuse_second(r, path, source, f, err);
        if (lede__names_find(&r->foreign, f) != LEDE_NO_NAME)
            return lede__refuse_foreign(r, f, source, err);
    }
    return LEDE_OK;
}

/* path is the table's own text: folders borrow from it. */
static lede_status note_folders(lede_release *r, lede_str path, lede_error *err) {
    for (lede_str f = lede__path_dir(path); f.len; f = lede__path_dir(f)) {
        if (lede__names_find(&r->folders, f) != LEDE_NO_NAME)
            break;
        if (lede__names_add(&r->folders, NULL, f) == LEDE_NO_NAME)
            return lede__no_memory(err);
    }
    r->last_folder = lede__path_dir(path);
    return LEDE_OK;
}

static lede_status check_claim(const lede_release *r, lede_str path, lede_str source,
                               lede_error *err) {
    if (!lede__path_safe(path) || lede_str_starts(path, LEDE__RESERVED))
        return lede_fail(err, LEDE_EINVAL, "'%.*s' is no path for a file of the site", shown(path),
                         path.ptr ? path.ptr : "");
    if (is_claimed(r, path))
        return refuse_second(r, path, source, path, err);
    if (lede__names_find(&r->folders, path) != LEDE_NO_NAME)
        return lede_fail(
            err, LEDE_EEXIST,
            "/%.*s (%.*s) would be a file where other pages need a folder; give it another address",
            shown(path), path.ptr, shown(source), source.ptr ? source.ptr : "");
    if (r->foreign.count && (lede__names_find(&r->foreign, path) != LEDE_NO_NAME ||
                             lede__names_find(&r->foreign_folders, path) != LEDE_NO_NAME))
        return lede__refuse_foreign(r, path, source, err);
    if (lede_str_eq(lede__path_dir(path), r->last_folder))
        return LEDE_OK;
    return check_folders(r, path, source, err);
}

/* Sources repeat ("route tag"): the last one is kept at hand. */
static const char *keep_source(lede_release *r, lede_str source) {
    if (!r->last_source || !lede_str_is(source, r->last_source))
        r->last_source = lede_arena_copy(&r->arena, source).ptr;
    return r->last_source;
}

lede_status lede_release_claim(lede_release *r, lede_str path, lede_str source, lede_error *err) {
    lede_status st = check_claim(r, path, source, err);
    if (!st && r->is_delta)
        st = lede__delta_check(r, path, source, err);
    if (!st)
        st = lede__begin(r, err);
    if (st)
        return st;
    lede__released *p = lede__released_get(r, path, true);
    const char *kept = p ? keep_source(r, source) : NULL;
    if (!kept)
        return lede__no_memory(err);
    p->source = kept;
    if (lede_str_eq(lede__path_dir(path), r->last_folder))
        return LEDE_OK;
    return note_folders(r, r->paths.items[p - r->pages], err);
}

lede_status lede_release_drop(lede_release *r, lede_str path, lede_error *err) {
    const char *live, *standby;
    assert(r->is_delta);
    lede__rows_of(r, path, &live, &standby);
    if (!live || is_claimed(r, path))
        return LEDE_OK;
    const lede_status st = lede__begin(r, err);
    if (st)
        return st;
    lede__released *p = lede__released_get(r, path, true);
    if (!p)
        return lede__no_memory(err);
    p->is_gone = true;
    return LEDE_OK;
}

static lede_status find_claimed(const lede_release *r, lede_str path, lede__released **out,
                                lede_error *err) {
    *out = lede__released_find(r, path);
    if (*out && (*out)->source)
        return LEDE_OK;
    return lede_fail(err, LEDE_EINVAL, "release: '%.*s' was not claimed", shown(path),
                     path.ptr ? path.ptr : "");
}

static void put_in(lede__released *p, uint64_t size, const unsigned char sum[32],
                   lede_release_action action) {
    p->size = size;
    p->action = (uint8_t)action;
    p->is_in = true;
    memcpy(p->sum, sum, sizeof p->sum);
}

/* The live file is not as lede wrote it, or cannot be linked: what it is now is read and written.
 */
lede_status lede__copy_live(lede_release *r, lede__released *p, lede_str path,
                            const lede_release_known *knew, bool *kept, lede_error *err) {
    const char *name = lede_arena_printf(&r->arena, "%.*s", (int)path.len, path.ptr);
    unsigned char sum[32];
    lede_release_action action = LEDE_WRITTEN;
    lede_buf bytes;
    lede_buf_init(&bytes, LEDE_BUF_MAX);
    lede_release_known known = *knew;
    known.in_live = false; /* not to be linked */
    lede_status st = name ? lede__read_below(r->writer.live_fd, name, LEDE_BUF_MAX, &bytes, err)
                          : lede__no_memory(err);
    *kept = false;
    if (st == LEDE_ENOTFOUND) {
        lede_buf_fini(&bytes);
        return LEDE_OK;
    }
    if (!st)
        st = lede_release_write(&r->writer, path, lede_buf_str(&bytes), &known, sum, &action, err);
    if (!st)
        put_in(p, bytes.len, sum, action);
    *kept = !st;
    lede_buf_fini(&bytes);
    return st;
}

/* The live tree's file becomes part of the new site. *kept false: there is none. */
static lede_status link_live(lede_release *r, lede__released *p, lede_str path, bool *kept,
                             lede_error *err) {
    lede_release_known known;
    lede_release_action action;
    const uint64_t size = lede__row_size(p->live);
    lede_release_know(r, path, &known);
    if (r->options.look) {
        put_in(p, size, known.live, LEDE_LINKED);
        *kept = true;
        return LEDE_OK;
    }
    lede_status st = lede__release_writer(r, err);
    if (!st)
        st = lede__writer_keep(&r->writer, path, &known, size, &action, kept, err);
    if (st)
        return st;
    if (!*kept)
        return lede__copy_live(r, p, path, &known, kept, err);
    put_in(p, size, known.live, action);
    return LEDE_OK;
}

lede_status lede_release_add(lede_release *r, lede_str path, uint64_t size,
                             const unsigned char sha256[32], lede_release_action action,
                             lede_error *err) {
    lede__released *p;
    bool kept = true;
    lede_status st = find_claimed(r, path, &p, err);
    if (st)
        return st;
    if (action != LEDE_LINKED) {
        put_in(p, size, sha256, action);
        return LEDE_OK;
    }
    if (p->live)
        st = link_live(r, p, path, &kept, err);
    if (!st && (!p->live || !kept || memcmp(p->sum, sha256, sizeof p->sum) != 0))
        st = lede_fail(err, LEDE_EIO, "'%.*s' in '%s' changed while it was being linked",
                       shown(path), path.ptr, r->dest);
    return st;
}

lede_status lede_release_keep(lede_release *r, lede_str path, bool *kept, lede_error *err) {
    lede__released *p;
    *kept = false;
    const lede_status st = find_claimed(r, path, &p, err);
    return st || !p->live ? st : link_live(r, p, path, kept, err);
}

void lede_release_each_gone(const lede_release *r, lede_release_visit *visit, void *ctx) {
    for (uint32_t i = 0; i < r->paths.count; i++) {
        const lede__released *p = &r->pages[i];
        if (p->live && !p->source && (p->is_gone || !r->is_delta) && !visit(ctx, r->paths.items[i]))
            return;
    }
}

/* What a delta said again, and was put right only. */
static bool is_same_file(const lede__released *p) {
    unsigned char sum[32];
    if (!p->live || !p->is_in)
        return false;
    lede__row_sum(p->live, sum);
    return memcmp(sum, p->sum, sizeof sum) == 0;
}

void lede_release_each_change(const lede_release *r, lede_release_visit_change *visit, void *ctx) {
    for (uint32_t i = 0; i < r->paths.count; i++) {
        const lede__released *p = &r->pages[i];
        lede_release_change x = {.path = r->paths.items[i], .was = p->live != NULL, .is = p->is_in};
        if (!lede__is_change(r, p))
            continue;
        if (x.is) {
            x.size = p->size;
            memcpy(x.sha256, p->sum, sizeof x.sha256);
        }
        if (!is_same_file(p) && !visit(ctx, &x))
            return;
    }
}

lede_status lede_release_commit(lede_release *r, lede_release_stats *stats, bool *changed,
                                lede_error *err) {
    lede_release_stats n = {0};
    bool differs = false;
    const lede_status st = lede__finish(r, &n, &differs, err);
    lede_release_abort(r);
    if (st)
        return st;
    if (stats)
        *stats = n;
    if (changed)
        *changed = differs;
    return LEDE_OK;
}
