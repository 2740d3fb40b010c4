/* rollback.c - makes the site of an earlier publication live. See lede/history.h.
 *
 * The lists lead from the live tree back, one release after the other; what they say of a path
 * together is a delta, which the release machinery puts in place like any other.
 */
#include "publish/history.h"

#include "codec/hash.h"
#include "publish/inside.h"
#include "publish/needles.h"

#include <stdio.h>
#include <stdlib.h>

enum { HEX = 64 };

typedef struct way_back {
    const lede_rollback *o;
    lede_release *release;
    lede_release_writer writer;
    lede_arena arena;
    lede__names paths;
    lede_str *was; /* by number of path: 64 hex, or empty for what was not there */
    uint32_t cap;
    lede__needles needles;
    lede_buf bytes;
} way_back;

/* ---- what each path was */

static lede_status put_was(way_back *w, lede_str path, lede_str hex, lede_error *err) {
    const uint32_t n = lede__names_add(&w->paths, &w->arena, path);
    if (n != LEDE_NO_NAME && n >= w->cap) {
        const uint32_t cap = w->cap ? w->cap * 2 : 256;
        lede_str *more = realloc(w->was, cap * sizeof *more);
        if (!more)
            return lede__no_memory(err);
        w->was = more;
        w->cap = cap;
    }
    const lede_str kept = hex.len ? lede_arena_copy(&w->arena, hex) : (lede_str){0};
    if (n == LEDE_NO_NAME || (hex.len && !kept.ptr))
        return lede__no_memory(err);
    w->was[n] = kept;
    return LEDE_OK;
}

static lede_status take_list(way_back *w, const lede__changes *c, lede_error *err) {
    size_t at = 0;
    char kind;
    uint64_t size;
    lede_str row, hex, path;
    lede_status st = LEDE_OK;
    while (!st && lede__changes_next(c, &at, &kind, &row)) {
        if (kind == '-')
            st = put_was(w, row, (lede_str){0}, err);
        else if (kind == '<' && lede__changes_was(row, &hex, &size, &path))
            st = put_was(w, path, hex, err);
    }
    return st;
}

/* The list of the tree with that stamp, or LEDE_ENOTFOUND. */
static lede_status open_list(const char *history, const lede__list *all, size_t count,
                             uint64_t stamp, lede__changes *c, uint64_t *serial, lede_error *err) {
    char file[4096];
    for (size_t i = 0; i < count; i++) {
        if (all[i].of != stamp)
            continue;
        *serial = all[i].serial;
        const lede_status st = lede__remembered_file(history, all[i], file, err);
        return st ? st : lede__changes_read(file, c, err);
    }
    return lede_fail(err, LEDE_ENOTFOUND, "the history in '%s' does not reach that far", history);
}

static lede_status go_back(way_back *w, lede_error *err) {
    lede__list *all;
    size_t count;
    uint64_t serial, stamp = lede_release_stamp(w->release);
    lede_status st = lede__remembered_all(w->o->history, &all, &count, err);
    for (int i = 0; i < w->o->back && !st; i++) {
        lede__changes c = {0};
        st = open_list(w->o->history, all, count, stamp, &c, &serial, err);
        if (!st)
            st = take_list(w, &c, err);
        stamp = c.base;
        lede__changes_close(&c);
    }
    free(all);
    return st;
}

/* ---- bringing it back */

static lede_status read_blob(way_back *w, lede_str path, lede_str hex, lede_error *err) {
    char file[4096], now[HEX + 1];
    unsigned char sum[32];
    lede_error why;
    lede_buf_clear(&w->bytes);
    snprintf(file, sizeof file, "%s/" LEDE__BLOBS "/%.2s/%.*s", w->o->history, hex.ptr, HEX - 2,
             hex.ptr + 2);
    if (lede__read_file(file, LEDE_BUF_MAX, &w->bytes, &why) == LEDE_OK) {
        lede__sha256(lede_buf_str(&w->bytes), sum);
        lede__hex(sum, sizeof sum, now);
        if (memcmp(now, hex.ptr, HEX) == 0)
            return LEDE_OK;
    }
    return lede_fail(err, LEDE_ENOTFOUND,
                     "the history no longer has what /%.*s was ('%s'): that site cannot come back",
                     (int)path.len, path.ptr, file);
}

static bool is_as_live(const way_back *w, lede_str path, lede_str hex) {
    lede_release_known known;
    char live[HEX + 1];
    lede_release_know(w->release, path, &known);
    if (!known.in_live || !hex.len)
        return known.in_live == (hex.len > 0);
    lede__hex(known.live, sizeof known.live, live);
    return memcmp(live, hex.ptr, HEX) == 0;
}

static lede_status bring_back(way_back *w, lede_str path, lede_str hex, lede_error *err) {
    lede_status st = read_blob(w, path, hex, err);
    if (st)
        return st;
    const lede_str bytes = lede_buf_str(&w->bytes);
    const lede_str *mentioned = lede__needles_in(&w->needles, bytes);
    if (mentioned) {
        if (w->o->left_out)
            w->o->left_out(w->o->ctx, path, *mentioned);
        return LEDE_OK;
    }
    unsigned char sum[32];
    lede_release_known known;
    lede_release_action action;
    st = lede_release_claim(w->release, path, LEDE_STR("rollback"), err);
    if (st)
        return st;
    lede_release_know(w->release, path, &known);
    st = lede_release_write(&w->writer, path, bytes, &known, sum, &action, err);
    return st ? st : lede_release_add(w->release, path, bytes.len, sum, action, err);
}

static lede_status say_delta(way_back *w, lede_error *err) {
    lede_status st = LEDE_OK;
    for (uint32_t i = 0; i < w->paths.count && !st; i++)
        if (!w->was[i].len && !is_as_live(w, w->paths.items[i], w->was[i]))
            st = lede_release_drop(w->release, w->paths.items[i], err);
    for (uint32_t i = 0; i < w->paths.count && !st; i++)
        if (w->was[i].len && !is_as_live(w, w->paths.items[i], w->was[i]))
            st = bring_back(w, w->paths.items[i], w->was[i], err);
    return st;
}

static lede_status prepare(way_back *w, const char *dest, lede_error *err) {
    lede_release_options o = w->o->release;
    o.delta = true;
    o.history = w->o->history;
    lede_status st = lede__needles_init(&w->needles, w->o->never, w->o->n_never, err);
    if (!st)
        st = lede_release_open(dest, &o, &w->release, err);
    if (!st && !lede_release_is_delta(w->release))
        st = lede_fail(err, LEDE_ENOTFOUND, "nothing was published to '%s' yet", dest);
    if (!st)
        st = go_back(w, err);
    return st ? st
              : lede_release_writer_open(lede_release_standby(w->release),
                                         lede_release_live(w->release), &w->writer, err);
}

lede_status lede_history_go_back(const char *dest, const lede_rollback *o, lede_release_stats *n,
                                 bool *changed, lede_error *err) {
    way_back w = {.o = o, .writer = {.standby_fd = -1}};
    lede_arena_init(&w.arena, LEDE_BUF_MAX);
    lede_buf_init(&w.bytes, LEDE_BUF_MAX);
    lede_status st = prepare(&w, dest, err);
    if (!st)
        st = say_delta(&w, err);
    lede_release_writer_close(&w.writer);
    if (!st)
        st = lede_release_commit(w.release, n, changed, err);
    else
        lede_release_abort(w.release);
    lede__needles_fini(&w.needles);
    lede__names_fini(&w.paths);
    lede_arena_fini(&w.arena);
    lede_buf_fini(&w.bytes);
    free(w.was);
    return st;
}

/* ---- what there is */

static uint64_t count_rows(const lede__changes *c) {
    uint64_t rows = 0;
    size_t at = 0;
    char kind;
    lede_str row;
    while (lede__changes_next(c, &at, &kind, &row))
        rows++;
    return rows;
}

lede_status lede_history_list(const char *history, const char *dest, lede_history_each *each,
                              void *ctx, lede_error *err) {
    const lede_release_options o = {.delta = true};
    lede_release *r;
    lede__list *all;
    size_t count;
    uint64_t serial;
    lede_status st = lede_release_open(dest, &o, &r, err);
    uint64_t stamp = st ? 0 : lede_release_stamp(r);
    lede_release_abort(r);
    if (!st)
        st = lede__remembered_all(history, &all, &count, err);
    if (st)
        return st;
    bool more = true;
    for (size_t i = 0; more && i < count; i++) { /* whatever the lists say of each other */
        lede__changes c = {0};
        more = open_list(history, all, count, stamp, &c, &serial, NULL) == LEDE_OK;
        const lede_history_entry e = {
            .serial = serial, .at = (int64_t)(c.stamp / 1000000000u), .files = count_rows(&c)};
        stamp = c.base;
        lede__changes_close(&c);
        if (more)
            more = each(ctx, &e);
    }
    free(all);
    return LEDE_OK;
}
