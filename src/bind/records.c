/* records.c - the records of a publication: which files are as they were, and what new ones read. ARCHITECTURE.md section 5,
 * include/lede/records.h.
 *
 * A page's record says how it was made (spread.h) and what it had to say, and holds what it read. Besides its own reads a
 * page relies on a set: the configuration, the program, and every file and answer that the worker's VM took in before and
 * while it made pages (modules, templates, words), those it looked for in vain included. Files that were copied have
 * records too, of their source's size and time. Two records are no files of the site: one holds what the plugins' routes
 * read, the other says of which edition all this is. */
#include "bind/records_inside.h"

#include "base/path.h"
#include "bind/spread.h"
#include "bind/wire.h"
#include "codec/hash.h"
#include "sys/sys.h"

#include <assert.h>
#include <stdlib.h>

enum { ROUTES_MAX = 64 << 20 };

static_assert(LEDE_RECORDS_QUERIES == (1 << LEDE_READ_QUERY | 1 << LEDE_READ_COUNT), "records know which kinds are queries");
static_assert((int)LEDE__TAG < (int)LEDE_RECORDS_KINDS, "records have room for every kind");

static lede_status no_memory(lede__records *r) { return r->status = lede_fail(&r->err, LEDE_ENOMEM, "publish: out of memory"); }

static lede_status give(const lede__records *r, lede_status st, lede_error *err) {
    if (st && err)
        *err = r->err;
    return st;
}

/* ---- sets */

static void share(lede__records *r, lede__shared *x, uint8_t kind, lede_str key, uint64_t mask, uint64_t print) {
    for (size_t i = 0; i < x->n; i++)
        if (x->reads[i].kind == kind && x->reads[i].mask == mask && lede_str_eq(x->reads[i].key, key)) {
            x->changed |= x->reads[i].print != print;
            x->reads[i].print = print;
            return;
        }
    if (x->n == x->cap) {
        const size_t cap = x->cap ? x->cap * 2 : 64;
        lede_records_read *more = realloc(x->reads, cap * sizeof *more);
        if (!more) {
            no_memory(r);
            return;
        }
        x->reads = more;
        x->cap = cap;
    }
    x->reads[x->n++] = (lede_records_read){.kind = kind, .key = lede_arena_copy(&r->arena, key), .mask = mask, .print = print};
    x->changed = true;
}

static void share_read(void *ctx, lede_read_kind kind, lede_str key, uint64_t mask, uint64_t print) {
    lede__records *r = ctx;
    share(r, &r->all, (uint8_t)kind, key, mask, print);
}

static void share_files(lede__records *r, lede__shared *x, lede_str files) {
    lede__wire w = lede__wire_of(files);
    while (!w.bad && w.at < w.end) {
        const lede_str file = lede__get_str(&w);
        const uint64_t print = lede__get64(&w);
        if (!w.bad)
            share(r, x, LEDE_READ_FILE, file, 0, print);
    }
}

static lede__shared *shared_of(lede__records *r, uint32_t route) {
    if (route >= r->n_routes) {
        const uint32_t n = (route + 1) * 2;
        lede__shared *more = realloc(r->of_route, n * sizeof *more);
        if (!more)
            return NULL;
        memset(more + r->n_routes, 0, (n - r->n_routes) * sizeof *more);
        for (uint32_t i = r->n_routes; i < n; i++)
            more[i].changed = true; /* it has no number */
        r->of_route = more;
        r->n_routes = n;
    }
    return &r->of_route[route];
}

/* Numbers what a route's pages share with all and among themselves. */
static lede_status number_shared(lede__records *r, lede__shared *x) {
    if (r->all.changed)
        for (uint32_t i = 0; i < r->n_routes; i++)
            r->of_route[i].changed = true;
    r->all.changed = false;
    if (!x->changed)
        return LEDE_OK;
    lede_records_read *both = malloc((r->all.n + x->n) * sizeof *both);
    if (!both)
        return no_memory(r);
    if (r->all.n)
        memcpy(both, r->all.reads, r->all.n * sizeof *both);
    if (x->n)
        memcpy(both + r->all.n, x->reads, x->n * sizeof *both);
    x->changed = false;
    const lede_status st = lede_records_set(r->kept, both, r->all.n + x->n, &x->number, &r->err);
    free(both);
    return st;
}

/* The number of the set for an answer of that route. */
static lede_status share_told(lede__records *r, const lede__told *told, uint32_t route, uint32_t *set) {
    lede__shared *x = shared_of(r, route);
    if (!x)
        return no_memory(r);
    share_files(r, &r->all, told->files);
    share_files(r, x, told->route_files);
    lede_status st = told->base.len ? lede_reads_decode(told->base, share_read, r, &r->err) : LEDE_OK;
    if (!st)
        st = r->status ? r->status : number_shared(r, x);
    *set = x->number;
    return st;
}

lede__told lede__told_of(lede__wire *w) {
    const lede_str files = lede__get_str(w), base = lede__get_str(w), route_files = lede__get_str(w);
    return (lede__told){files, base, route_files, lede__get_str(w)};
}

/* ---- of which edition they are, and the routes it had */

static void read_edition_record(lede__records *r) {
    lede_records_view v;
    lede_error none = {0};
    if (lede_records_page(r->kept, LEDE_STR(LEDE__EDITION_RECORD), &v, &none))
        return;
    lede__wire w = lede__wire_of(v.made);
    const uint64_t identity = lede__get64(&w);
    r->pages = lede__get64(&w);
    const bool perfect = lede__get8(&w) == 1, is_before = r->p->before && lede_edition_identity(r->p->before) == identity;
    r->whole = w.bad || !is_before ? "edition" : perfect ? NULL : "paths";
    r->by_changes = !r->whole;
}

static lede_status routes_file(const lede__records *r, lede_buf *out, lede_error *err) {
    lede_buf_adds(out, r->folder);
    lede_buf_adds(out, "/routes");
    return lede_buf_status(out, err);
}

static void read_routes(lede__records *r) {
    lede_records_view v;
    lede_error none = {0};
    const lede_str path = LEDE_STR(LEDE__ROUTES_RECORD);
    lede_buf_clear(&r->scratch);
    lede_buf_clear(&r->routes);
    if (lede_records_page(r->kept, path, &v, &none) || routes_file(r, &r->scratch, &none))
        return;
    lede__wire w = lede__wire_of(v.made);
    const uint64_t print = lede__get64(&w);
    if (w.bad || lede__read_file(r->scratch.ptr, ROUTES_MAX, &r->routes, &none) || lede__xxh64(lede_buf_str(&r->routes), 0) != print)
        lede_buf_clear(&r->routes);
    r->routes_hold = r->routes.len && lede__names_find(&r->dirty, path) == LEDE_NO_NAME;
}

/* ---- opening */

static void start_afresh(lede__records *r) {
    lede_records_close(r->kept);
    r->kept = NULL;
    r->status = LEDE_OK;
    r->by_changes = r->routes_hold = false;
    r->fresh = true;
    r->whole = r->p->full ? "full" : lede_release_stamp(r->p->release) ? "records" : "first";
    lede_buf_clear(&r->routes);
}

/* Without records that can be believed every page is made: never an error. */
static lede_status open_kept(lede__records *r) {
    const lede__publication *p = r->p;
    const uint64_t stamp = lede_release_stamp(p->release);
    lede_error none = {0};
    if (!p->full && stamp && lede_records_open(r->folder, stamp, &r->kept, &none) == LEDE_OK) {
        read_edition_record(r);
        if (lede__records_ask(r) == LEDE_OK) {
            read_routes(r);
            r->by_changes = r->by_changes && r->routes.len;
            r->whole = r->by_changes || r->whole ? r->whole : "records";
            return LEDE_OK;
        }
    }
    start_afresh(r);
    return lede_records_new(r->folder, &r->kept, &r->err);
}

lede_status lede__records_open(lede__publication *p, lede__records **out, lede_error *err) {
    lede__records *r = calloc(1, sizeof *r);
    *out = r;
    if (!r)
        return lede_fail(err, LEDE_ENOMEM, "publish: out of memory");
    r->p = p;
    lede_arena_init(&r->arena, LEDE_BUF_MAX);
    lede__names_init(&r->dirty);
    lede_buf_init(&r->scratch, LEDE_BUF_MAX);
    lede_buf_init(&r->made, LEDE_BUF_MAX);
    lede_buf_init(&r->routes, LEDE_BUF_MAX);
    const lede_str parent = lede__path_dir(lede_str_of(p->edition_dir));
    r->folder = lede_arena_printf(&r->arena, "%.*s/records", (int)parent.len, parent.len ? parent.ptr : "");
    const lede_status st = r->folder ? open_kept(r) : no_memory(r);
    share(r, &r->all, LEDE_READ_CONFIG, LEDE_STR(""), 0, lede__xxh64(p->site.config, 0));
    share(r, &r->all, LEDE_READ_FILE, LEDE_STR(LEDE__PROGRAM_KEY), 0, lede__program_print());
    return give(r, st ? st : r->status, err);
}

void lede__records_close(lede__records *r) {
    if (!r)
        return;
    lede_records_close(r->kept);
    lede__names_fini(&r->dirty);
    lede__hashes_fini(&r->wanted);
    lede__hashes_fini(&r->told);
    lede__hashes_fini(&r->removed);
    free(r->why);
    for (uint32_t i = 0; i < r->n_routes; i++)
        free(r->of_route[i].reads);
    free(r->of_route);
    free(r->all.reads);
    free(r->reads);
    lede_arena_fini(&r->arena);
    lede_buf_fini(&r->scratch);
    lede_buf_fini(&r->made);
    lede_buf_fini(&r->routes);
    free(r);
}

bool lede__records_by_changes(const lede__records *r) { return r->by_changes; }
const char *lede__records_why_whole(const lede__records *r) { return r->whole; }
bool lede__records_is_fresh(const lede__records *r) { return r->fresh; }
uint64_t lede__records_pages(const lede__records *r) { return r->pages; }

lede_str lede__records_routes(const lede__records *r, bool *holds) {
    *holds = r->routes_hold;
    return lede_buf_str(&r->routes);
}

/* ---- what holds */

static lede_str how_of(lede_str made) {
    lede__wire w = lede__wire_of(made);
    return lede__get_str(&w);
}

bool lede__records_how(lede__records *r, lede_str path, lede_str *how) {
    lede_records_view v;
    lede_error none = {0};
    if (r->fresh || lede_records_page(r->kept, path, &v, &none))
        return false;
    *how = how_of(v.made);
    return true;
}

bool lede__records_is_removed(const lede__records *r, lede_str path) { return lede__hashes_has(&r->removed, lede__xxh64(path, 0)); }

bool lede__records_was_made(lede__records *r, lede_str path) {
    static const unsigned char none[32];
    lede_records_view v;
    lede_error absent = {0};
    return !r->fresh && !lede_records_page(r->kept, path, &v, &absent) && memcmp(v.sum, none, sizeof none) != 0;
}

lede_status lede__records_each_dirty(lede__records *r, lede__records_visit *visit, void *ctx, lede_error *err) {
    for (uint32_t i = 0; i < r->dirty.count; i++) {
        lede_str how;
        if (lede__records_how(r, r->dirty.items[i], &how) && how.len && !visit(ctx, r->dirty.items[i], how))
            break;
    }
    return give(r, r->status, err);
}

bool lede__records_wanted(const lede__records *r, lede_str path) { return lede__hashes_has(&r->wanted, lede__xxh64(path, 0)); }

const unsigned char *lede__records_hold(lede__records *r, lede_str path, lede_str how, lede__why *why) {
    lede_records_view v;
    lede_error none = {0};
    lede__hashes_add(&r->wanted, lede__xxh64(path, 0));
    if (r->wanted.failed)
        no_memory(r);
    *why = (lede__why){.what = LEDE__WHY_NEW};
    if (r->fresh || lede_records_page(r->kept, path, &v, &none))
        return NULL;
    const uint32_t n = lede__names_find(&r->dirty, path);
    const lede_str had = how_of(v.made);
    const bool is_same_page = lede_str_eq(lede__page_of(had), lede__page_of(how));
    *why = n != LEDE_NO_NAME && is_same_page ? r->why[n] : (lede__why){.what = lede_str_eq(had, how) ? LEDE__WHY_NONE : LEDE__WHY_OTHER};
    return why->what == LEDE__WHY_NONE ? v.sum : NULL;
}

typedef struct held_visit {
    lede__records *r;
    lede__records_visit_sum *visit;
    void *ctx;
} held_visit;

static bool is_ours(lede_str path) { return lede_str_is(path, LEDE__ROUTES_RECORD) || lede_str_is(path, LEDE__EDITION_RECORD); }

static bool visit_held(void *ctx, lede_str path) {
    const held_visit *h = ctx;
    lede__records *r = h->r;
    lede_records_view v;
    const uint64_t hash = lede__xxh64(path, 0);
    const bool is_gone = r->keep_rest ? lede__hashes_has(&r->removed, hash) : !lede__hashes_has(&r->wanted, hash);
    if (is_gone || is_ours(path) || lede__hashes_has(&r->told, hash) || lede__names_find(&r->dirty, path) != LEDE_NO_NAME || lede_records_page(r->kept, path, &v, &r->err))
        return true;
    const lede_str how = how_of(v.made);
    return !lede__page_of(how).len || h->visit(h->ctx, path, how, v.sum);
}

lede_status lede__records_each_held(lede__records *r, lede__records_visit_sum *visit, void *ctx, lede_error *err) {
    held_visit h = {r, visit, ctx};
    return give(r, r->fresh ? LEDE_OK : lede_records_each(r->kept, visit_held, &h, &r->err), err);
}

/* ---- what was made */

static void take_read(void *ctx, lede_read_kind kind, lede_str key, uint64_t mask, uint64_t print) {
    lede__records *r = ctx;
    if (r->n_reads == r->cap_reads) {
        const size_t cap = r->cap_reads ? r->cap_reads * 2 : 256;
        lede_records_read *more = realloc(r->reads, cap * sizeof *more);
        if (!more) {
            no_memory(r);
            return;
        }
        r->reads = more;
        r->cap_reads = cap;
    }
    r->reads[r->n_reads++] = (lede_records_read){.kind = (uint8_t)kind, .key = key, .mask = mask, .print = print};
}

static void tag(lede__records *r, const char *name) { take_read(r, (lede_read_kind)LEDE__TAG, lede_str_of(name), 0, 0); }

static lede_status put(lede__records *r, lede_str path, lede_str made, const unsigned char *sum, uint32_t set) {
    lede_records_entry entry = {.made = made, .set = set, .reads = r->reads, .n_reads = r->n_reads};
    if (sum)
        memcpy(entry.sum, sum, sizeof entry.sum);
    lede__hashes_add(&r->told, lede__xxh64(path, 0));
    return r->status ? r->status : lede_records_put(r->kept, path, &entry, &r->err);
}

static lede_str made_of(lede__records *r, lede_str how, lede_str notes) {
    lede_buf_clear(&r->made);
    lede__put_str(&r->made, how);
    lede_buf_add(&r->made, notes);
    return lede_buf_str(&r->made);
}

lede_status lede__records_put_failed(lede__records *r, lede_str path, lede_str how, lede_error *err) {
    r->n_reads = 0;
    tag(r, LEDE__TAG_AGAIN);
    return give(r, put(r, path, made_of(r, how, (lede_str){0}), NULL, LEDE_RECORDS_NO_SET), err);
}

lede_status lede__records_put(lede__records *r, const lede__made *page, lede_error *err) {
    r->n_reads = 0;
    if (page->notes.len)
        tag(r, LEDE__TAG_NOTES);
    uint32_t set = LEDE_RECORDS_NO_SET;
    lede_status st = lede_reads_decode(page->told.reads, take_read, r, &r->err);
    if (!st)
        st = share_told(r, &page->told, page->route, &set);
    if (!st)
        st = put(r, page->path, made_of(r, page->how, page->notes), page->sum, set);
    if (st == LEDE_ELIMIT || st == LEDE_EINVAL) /* what cannot be kept is made each time */
        return lede__records_put_failed(r, page->path, page->how, err);
    return give(r, st, err);
}

lede_status lede__records_put_file(lede__records *r, lede_str path, lede_str how, const unsigned char sum[32], lede_error *err) {
    r->n_reads = 0;
    tag(r, LEDE__TAG_FILE);
    return give(r, put(r, path, made_of(r, how, (lede_str){0}), sum, LEDE_RECORDS_NO_SET), err);
}

lede_status lede__records_put_routes(lede__records *r, lede_str routes, const lede__told *told, lede_error *err) {
    uint32_t set = LEDE_RECORDS_NO_SET;
    r->n_reads = 0;
    lede_buf_clear(&r->routes);
    lede_buf_add(&r->routes, routes);
    lede_status st = lede_buf_status(&r->routes, &r->err);
    if (!st)
        st = lede_reads_decode(told->reads, take_read, r, &r->err);
    if (!st)
        st = share_told(r, told, 0, &set); /* before any page: what all share */
    lede_buf_clear(&r->made);
    lede__put64(&r->made, lede__xxh64(routes, 0));
    if (!st)
        st = put(r, LEDE_STR(LEDE__ROUTES_RECORD), lede_buf_str(&r->made), NULL, set);
    r->routes_hold = false; /* the file is written with the commit */
    return give(r, st, err);
}

lede_status lede__records_remove(lede__records *r, lede_str path, lede_error *err) {
    lede__hashes_add(&r->removed, lede__xxh64(path, 0));
    return r->fresh ? LEDE_OK : lede_records_remove(r->kept, path, err);
}

void lede__records_keep_rest(lede__records *r) { r->keep_rest = true; }
void lede__records_set_imperfect(lede__records *r) { r->imperfect = true; }

/* ---- by tags */

typedef struct notes_visit {
    lede__records *r;
    lede__records_visit_notes *visit;
    void *ctx;
} notes_visit;

static bool visit_notes(void *ctx, lede_str path) {
    const notes_visit *n = ctx;
    lede__records *r = n->r;
    lede_records_view v;
    const uint64_t hash = lede__xxh64(path, 0);
    const bool is_gone = r->keep_rest ? lede__hashes_has(&r->removed, hash) : !lede__hashes_has(&r->wanted, hash);
    if (is_gone || lede__hashes_has(&r->told, hash) || lede_records_page(r->kept, path, &v, &r->err))
        return true;
    return n->visit(n->ctx, path, lede_str_sub(v.made, sizeof(uint32_t) + how_of(v.made).len));
}

lede_status lede__records_notes(lede__records *r, lede__records_visit_notes *visit, void *ctx, lede_error *err) {
    notes_visit n = {r, visit, ctx};
    return r->fresh ? LEDE_OK : lede_records_pages_reading(r->kept, LEDE__TAG, LEDE_STR(LEDE__TAG_NOTES), visit_notes, &n, err);
}

typedef struct files_visit {
    lede__records *r;
    lede__records_visit_file *visit;
    void *ctx;
    lede_status status;
    lede_error *err;
} files_visit;

static bool visit_file(void *ctx, lede_str path) {
    files_visit *f = ctx;
    if (lede__records_wanted(f->r, path))
        return true;
    f->status = f->visit(f->ctx, path, f->err);
    if (!f->status)
        f->status = lede_records_remove(f->r->kept, path, f->err);
    return f->status == LEDE_OK;
}

lede_status lede__records_gone_files(lede__records *r, lede__records_visit_file *visit, void *ctx, lede_error *err) {
    files_visit f = {r, visit, ctx, LEDE_OK, err};
    if (r->fresh)
        return LEDE_OK;
    const lede_status st = lede_records_pages_reading(r->kept, LEDE__TAG, LEDE_STR(LEDE__TAG_FILE), visit_file, &f, err);
    return st ? st : f.status;
}

/* ---- the end */

static bool drop_vanished(void *ctx, lede_str path) {
    lede__records *r = ctx;
    if (!is_ours(path) && !lede__records_wanted(r, path))
        r->status = lede_records_remove(r->kept, path, &r->err);
    return r->status == LEDE_OK;
}

static lede_status put_edition(lede__records *r, uint64_t pages) {
    lede_records_view v;
    lede_error none = {0};
    lede_buf_clear(&r->made);
    lede__put64(&r->made, lede_edition_identity(r->p->edition));
    lede__put64(&r->made, pages);
    lede__put8(&r->made, !r->imperfect);
    r->n_reads = 0;
    if (!r->fresh && lede_records_page(r->kept, LEDE_STR(LEDE__EDITION_RECORD), &v, &none) == LEDE_OK &&
        lede_str_eq(v.made, lede_buf_str(&r->made)))
        return LEDE_OK;
    return put(r, LEDE_STR(LEDE__EDITION_RECORD), lede_buf_str(&r->made), NULL, LEDE_RECORDS_NO_SET);
}

static lede_status write_routes(lede__records *r) {
    if (r->routes_hold)
        return LEDE_OK;
    lede_buf_clear(&r->scratch);
    const lede_status st = routes_file(r, &r->scratch, &r->err);
    return st ? st : lede__write_file(r->scratch.ptr, lede_buf_str(&r->routes), false, &r->err);
}

lede_status lede__records_commit(lede__records *r, uint64_t stamp, uint64_t pages, lede_error *err) {
    lede_status st = r->status;
    if (!st && !r->fresh && !r->keep_rest)
        st = lede_records_each(r->kept, drop_vanished, r, &r->err);
    if (!st)
        st = r->status;
    if (!st)
        st = put_edition(r, pages);
    if (!st)
        st = write_routes(r);
    if (!st)
        st = lede_records_commit(r->kept, stamp, &r->err);
    return give(r, st, err);
}
