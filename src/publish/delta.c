/* delta.c - a publication that says only what differs. See lede/release.h, "Full and delta".
 *
 * Rows of the manifests are looked for in the mapped text; the table of paths holds only what is
 * said. Before a manifest is searched it is known to be whole: its stamp is one that a list of
 * changes names, or it is read through once.
 *
 * The lists of changes are the edges of a graph of trees, named by their manifests' stamps: each
 * says in which paths two trees may differ. A way from the live tree to the standby gives the paths
 * in which the standby is behind (the last publication's, or those of the last two when a third
 * tree took turns). Where there is no way, the two manifests are compared.
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

static int shown(lede_str s) { return (int)(s.len < 300 ? s.len : 300); }

/* ---- what is known before anything is said */

static lede_status add_name(lede_release *r, lede__names *to, lede_str name, lede_error *err) {
    return lede__names_add(to, &r->arena, name) == LEDE_NO_NAME ? lede__no_memory(err) : LEDE_OK;
}

/* The folder that stands in the tree's own, when path is deeper than in that folder itself. */
lede_status lede__note_top(lede_release *r, lede_str path, lede_error *err) {
    const size_t end = lede_str_find(path, '/', 0);
    if (end == path.len || lede_str_find(path, '/', end + 1) == path.len)
        return LEDE_OK;
    const lede_str top = lede_str_n(path.ptr, end);
    if (lede__names_find(&r->tops, top) != LEDE_NO_NAME)
        return LEDE_OK;
    return add_name(r, &r->tops, top, err);
}

/* Reads every row: whether all is whole and sorted; of the live tree also what it holds. */
static lede_status survey(lede_release *r, lede__manifest *m, lede_error *err) {
    lede__row row;
    lede_str last = {0};
    bool more = true;
    lede_status st;
    while (!(st = lede__manifest_next(m, &r->arena, &row, &more, err)) && more && row.hex) {
        if (last.len && lede_str_cmp(last, row.path) >= 0)
            return lede_fail(err, LEDE_EFORMAT, "manifest: line %d is not in its order", m->line);
        last = row.path;
        if (m != &r->live)
            continue;
        r->live_files++;
        r->live_bytes += row.size;
        if ((st = lede__note_top(r, row.path, err)))
            return st;
    }
    while (!st && more)
        st = lede__manifest_next(m, &r->arena, &row, &more, err);
    return st;
}

static lede_status know_live(lede_release *r, const lede__changes *c, lede_error *err) {
    size_t at = 0;
    char kind;
    lede_str path;
    lede_status st = LEDE_OK;
    r->live_complete = r->live.checked;
    if (!c) {
        st = survey(r, &r->live, err);
        return st == LEDE_EFORMAT ? lede_fail_in(err, st, "'%s'", r->dest) : st;
    }
    r->live_complete = c->stamp;
    r->live_files = c->files;
    r->live_bytes = c->bytes;
    while (!st && lede__changes_next(c, &at, &kind, &path))
        if (kind == '/')
            st = add_name(r, &r->tops, path, err);
    return st;
}

/* ---- in what the standby is behind */

enum { LISTS = 8 }; /* sealing leaves fewer */

typedef struct ways {
    lede__changes lists[LISTS];
    lede__list names[LISTS];
    int count;
    uint64_t reached[LISTS + 1];
    int n_reached;
    bool taken[LISTS];
} ways;

/* Those that cannot be read are done without. */
static lede_status read_lists(const lede_release *r, ways *w, lede_error *err) {
    char file[LEDE__LIST_ROOM];
    lede__list *all;
    size_t count;
    lede_error none;
    const lede_status st = lede__lists(r->lists, &all, &count, err);
    for (size_t i = 0; i < count && w->count < LISTS && !st; i++) {
        lede__changes *c = &w->lists[w->count];
        if (lede__list_file(r->lists, all[i], file, &none) == LEDE_OK &&
            lede__changes_read(file, c, &none) == LEDE_OK && c->of == all[i].of)
            w->names[w->count++] = all[i];
        else
            lede__changes_close(c);
    }
    free(all);
    return st;
}

/* The list of the tree with that stamp, and its file; NULL when there is none. */
static const lede__changes *list_of(const lede_release *r, const ways *w, uint64_t stamp,
                                    char file[LEDE__LIST_ROOM]) {
    for (int i = 0; i < w->count; i++)
        if (w->lists[i].of == stamp && !lede__list_file(r->lists, w->names[i], file, NULL))
            return &w->lists[i];
    file[0] = '\0';
    return NULL;
}

static bool has_reached(const ways *w, uint64_t stamp) {
    for (int i = 0; i < w->n_reached; i++)
        if (w->reached[i] == stamp)
            return true;
    return false;
}

static lede_status take_paths(lede_release *r, const lede__changes *c, lede_error *err) {
    size_t at = 0;
    char kind;
    lede_str path;
    lede_status st = LEDE_OK;
    while (!st && lede__changes_next(c, &at, &kind, &path))
        if (kind == '=')
            st = add_name(r, &r->behind, path, err);
    return st;
}

/* Goes one list further; *further false: there is none to go by. */
static lede_status go_on(lede_release *r, ways *w, bool *further, lede_error *err) {
    *further = false;
    for (int i = 0; i < w->count; i++) {
        const lede__changes *c = &w->lists[i];
        if (w->taken[i] || !c->base || has_reached(w, c->of) == has_reached(w, c->base))
            continue;
        w->taken[i] = *further = true;
        w->reached[w->n_reached++] = has_reached(w, c->of) ? c->base : c->of;
        return take_paths(r, c, err);
    }
    return LEDE_OK;
}

/* The manifest of the standby is only believed when a way leads to it. */
static lede_status find_way(lede_release *r, ways *w, lede_error *err) {
    const uint64_t goal = lede__xxh64(lede_str_n(r->last.map.ptr, r->last.map.len), 0);
    const lede__changes *list = list_of(r, w, goal, r->standby_list);
    bool further = true;
    lede_status st = LEDE_OK;
    w->reached[w->n_reached++] = r->live_stamp;
    while (!st && further && !has_reached(w, goal))
        st = go_on(r, w, &further, err);
    r->is_behind_known = has_reached(w, goal);
    r->standby_complete = list ? list->stamp : r->last.checked;
    if (st || r->is_behind_known)
        return st;
    lede__names_fini(&r->behind);
    st = survey(r, &r->last, err);
    if (st != LEDE_EFORMAT)
        return st;
    lede__manifest_close(&r->last);
    return lede__new_standby(r, err);
}

lede_status lede__delta_open(lede_release *r, lede_error *err) {
    ways *w = calloc(1, sizeof *w);
    if (!w)
        return lede__no_memory(err);
    lede_status st = read_lists(r, w, err);
    if (!st)
        st = know_live(r, list_of(r, w, r->live_stamp, r->live_list), err);
    if (!st && r->last.map.ptr)
        st = find_way(r, w, err);
    for (int i = 0; i < w->count; i++)
        lede__changes_close(&w->lists[i]);
    free(w);
    lede__manifest_index(&r->live);
    if (r->last.map.ptr)
        lede__manifest_index(&r->last);
    return st ? st : lede__look_at_some(r, err);
}

/* ---- what is said */

/* Whether the live tree has a file below the folder that stays. */
static bool has_below(const lede_release *r, lede_str folder) {
    size_t at = lede__manifest_seek(&r->live, folder);
    while (at < r->live.pages_end) {
        const lede_str path = lede__manifest_path(&r->live, at, &at);
        const bool begins = path.len > folder.len && memcmp(path.ptr, folder.ptr, folder.len) == 0;
        if (begins && path.ptr[folder.len] == '/' && lede_release_has(r, path))
            return true;
        if (!begins && !lede_str_eq(path, folder))
            return false;
    }
    return false;
}

/* Whether somebody else has put a file there. */
static bool is_others(lede_release *r, lede_str path) {
    char name[LEDE__NAME_ROOM];
    const char *live, *standby;
    struct stat st;
    lede__rows_of(r, path, &live, &standby);
    memcpy(name, path.ptr, path.len);
    name[path.len] = '\0';
    return !live && r->writer.live_fd >= 0 &&
           fstatat(r->writer.live_fd, name, &st, AT_SYMLINK_NOFOLLOW) == 0 && !S_ISDIR(st.st_mode);
}

lede_status lede__delta_check(lede_release *r, lede_str path, lede_str source, lede_error *err) {
    const char *live, *standby;
    lede__rows_of(r, path, &live, &standby);
    if (live) /* the live tree is at one with itself */
        return LEDE_OK;
    if (has_below(r, path))
        return lede_fail(err, LEDE_EEXIST,
                         "/%.*s (%.*s) would be a file where other pages need a folder; give it "
                         "another address",
                         shown(path), path.ptr, shown(source), source.ptr ? source.ptr : "");
    const lede_status st = lede__release_writer(r, err);
    if (st)
        return st;
    for (lede_str f = path; f.len; f = lede__path_dir(f)) {
        if (is_others(r, f))
            return lede__refuse_foreign(r, f, source, err);
        if (f.len < path.len && lede_release_has(r, f))
            return lede_fail(err, LEDE_EEXIST,
                             "/%.*s (%.*s) needs a folder where the site has the file /%.*s; give "
                             "it another address",
                             shown(path), path.ptr, shown(source), source.ptr ? source.ptr : "",
                             shown(f), f.ptr);
    }
    return LEDE_OK;
}

/* ---- what was not said */

/* What somebody made of the live tree's file, as it is. Its row stays: a full publication sees that
 * the bytes are others. */
static lede_status bring_touched(lede_release *r, lede_str path, lede_error *err) {
    char from[LEDE__NAME_ROOM], to[LEDE__NAME_ROOM];
    struct stat st;
    r->touched++;
    const int live = lede__place_of(&r->writer.live, path, LEDE__LOOK, from);
    if (live < 0 || fstatat(live, from, &st, AT_SYMLINK_NOFOLLOW) != 0 || S_ISDIR(st.st_mode))
        return LEDE_OK; /* removed: the standby's own stays, or none */
    const int standby = lede__place_of(&r->writer.standby, path, LEDE__RENEW, to);
    if (standby < 0)
        return lede__fail_os(err, errno, "cannot make the folder of '%.*s'", shown(path), path.ptr);
    int number = lede__remove_below(standby, to);
    if (!number)
        number = lede__link_or_copy(live, from, standby, to);
    return number ? lede__fail_os(err, number, "cannot bring over '%.*s'", shown(path), path.ptr)
                  : LEDE_OK;
}

static lede_status bring(lede_release *r, lede_str path, lede_error *err) {
    const uint32_t before = r->paths.count;
    lede__released *p = lede__released_get(r, path, true);
    if (!p)
        return lede__no_memory(err);
    if (r->paths.count == before) /* said */
        return LEDE_OK;
    lede_release_known known;
    lede_release_action action;
    bool kept;
    p->is_brought = true;
    p->is_in = p->live != NULL;
    if (!p->live)
        return LEDE_OK; /* goes as stale */
    p->size = lede__row_size(p->live);
    lede_release_know(r, path, &known);
    lede_status st = lede__writer_keep(&r->writer, path, &known, p->size, &action, &kept, err);
    p->action = (uint8_t)action;
    if (st || kept)
        return st;
    return lede__is_intact(&r->writer.live, path, p->size, r->writer.live_stamp, known.live)
               ? lede__copy_live(r, p, path, &known, &kept, err) /* links are refused */
               : bring_touched(r, path, err);
}

/* Goes through both manifests side by side; without a standby all of the live one is new. */
static lede_status bring_differences(lede_release *r, lede_error *err) {
    const lede__manifest *a = &r->live, *b = &r->last;
    size_t i = a->first, k = b->first, next_i, next_k;
    lede_status st = LEDE_OK;
    while (!st && (i < a->pages_end || k < b->pages_end)) {
        next_i = i, next_k = k;
        const lede_str x = i < a->pages_end ? lede__manifest_path(a, i, &next_i) : (lede_str){0};
        const lede_str y = k < b->pages_end ? lede__manifest_path(b, k, &next_k) : (lede_str){0};
        const int order = !x.len ? 1 : !y.len ? -1 : lede_str_cmp(x, y);
        if (order || memcmp(a->map.ptr + i, b->map.ptr + k, next_i - i) != 0)
            st = bring(r, order > 0 ? y : x, err);
        if (order <= 0)
            i = next_i;
        if (order >= 0)
            k = next_k;
    }
    return st;
}

lede_status lede__delta_bring_up(lede_release *r, lede_error *err) {
    lede_status st = LEDE_OK;
    if (!r->is_behind_known)
        return bring_differences(r, err);
    for (uint32_t i = 0; i < r->behind.count && !st; i++)
        st = bring(r, r->behind.items[i], err);
    return st;
}
