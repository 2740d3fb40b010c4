/* plan.c - which pages a publication makes and removes. ARCHITECTURE.md section 5.
 *
 * By changes: pages that relied on an answer that changed, and those that routes make of what is new or no more; the work
 * is that of the change. When records are not of the edition before, or a path is wanted twice, the plan is made whole:
 * every page of every route is looked at. Both give the same site. */
#include "bind/plan.h"

#include "bind/routes_ask.h"
#include "codec/hash.h"

#include <stdlib.h>

/* What a plan by changes answers when only a whole one can tell who gets a path. */
static const lede_status START_OVER = LEDE_ECONFLICT;

void lede__plan_init(lede__plan *x, lede__publication *p) {
    *x = (lede__plan){.p = p};
    lede_arena_init(&x->arena, LEDE_BUF_MAX);
    lede_buf_init(&x->failures, (size_t)256 << 20);
    lede_buf_init(&x->scratch, (size_t)60 << 20);
}

void lede__plan_fini(lede__plan *x) {
    free(x->items);
    free(x->why);
    free(x->gone);
    lede__hashes_fini(&x->is_gone);
    lede__routes_fini(&x->now);
    lede__routes_fini(&x->then);
    lede_arena_fini(&x->arena);
    lede_buf_fini(&x->failures);
    lede_buf_fini(&x->scratch);
}

void lede__plan_failed(lede__plan *x, lede_str path, lede_str source, lede_str message) {
    lede_buf *b = &x->failures;
    lede_buf_adds(b, b->len ? ",{" : "{");
    lede__json_text(b, "path", path);
    lede__json_text(b, "source", source);
    lede__json_text(b, "message", message);
    lede_buf_addc(b, '}');
    x->n_failures++;
}

static lede_status no_memory(lede_error *err) { return lede_fail(err, LEDE_ENOMEM, "publish: out of memory"); }

/* ---- routes */

static lede_status take_routes(void *ctx, lede_str routes, const lede__told *told, lede_error *err) {
    lede__plan *x = ctx;
    const lede_status st = lede__routes_read(&x->now, routes, err);
    return st ? st : lede__records_put_routes(x->p->records, routes, told, err);
}

static lede_status ask_routes(lede__plan *x, lede_error *err) {
    const lede_status st = lede__publication_show(x->p, err);
    return st ? st : lede__ask_routes(x->p, take_routes, x, err);
}

/* The routes of today, and when the plan goes by changes those of last time. */
static lede_status find_routes(lede__plan *x, lede_error *err) {
    bool holds;
    const lede_str then = lede__records_routes(x->p->records, &holds);
    lede_status st = LEDE_OK;
    if (then.len && (holds || x->by_changes))
        st = lede__routes_read(&x->then, then, err);
    if (!st && holds)
        st = lede__routes_read(&x->now, then, err);
    else if (!st)
        st = ask_routes(x, err);
    x->by_changes = x->by_changes && x->now.print == x->then.print;
    return st;
}

/* ---- what is to be made */

static lede_status path_of(lede__plan *x, lede_str url, lede_str *path, lede_error *err) {
    lede_buf_clear(&x->scratch);
    const lede_status st = lede_url_file(url, &x->scratch, err);
    if (st)
        return st;
    *path = lede_arena_copy(&x->arena, lede_buf_str(&x->scratch));
    return path->ptr ? LEDE_OK : no_memory(err);
}

static lede_status keep_item(lede__plan *x, const lede__item *it, lede__why why, lede_error *err) {
    if (x->n_items == x->cap_items) {
        const uint32_t cap = x->cap_items ? x->cap_items * 2 : 256;
        lede__item *items = realloc(x->items, cap * sizeof *items);
        if (!items)
            return no_memory(err);
        x->items = items;
        lede__why *reasons = realloc(x->why, cap * sizeof *reasons);
        if (!reasons)
            return no_memory(err);
        x->why = reasons;
        x->cap_items = cap;
    }
    x->items[x->n_items] = *it;
    x->why[x->n_items++] = why;
    return LEDE_OK;
}

static void refuse(lede__plan *x, const lede__item *it, const lede_error *why) {
    lede__plan_failed(x, it->url, lede__item_source(&x->spread, it), lede_str_of(why->message));
    lede__records_set_imperfect(x->p->records);
}

static const unsigned char *sum_of(lede__plan *x, const lede__item *it, lede__why *why) {
    lede_buf_clear(&x->scratch);
    lede__how_made(&x->spread, it, &x->scratch);
    return lede__records_hold(x->p->records, it->path, lede_buf_str(&x->scratch), why);
}

/* ---- by changes: nothing is claimed before everything is known */

static lede_status change_page(void *ctx, const lede__item *page, lede_error *err) {
    lede__plan *x = ctx;
    lede__item it = *page;
    lede__why why;
    const lede_status st = path_of(x, it.url, &it.path, err);
    if (st)
        return st == LEDE_ENOMEM ? st : START_OVER;
    if (lede__records_wanted(x->p->records, it.path))
        return LEDE_OK; /* looked at already */
    if (sum_of(x, &it, &why)) {
        x->held++;
        return LEDE_OK;
    }
    return keep_item(x, &it, why, err);
}

static lede_status forget_page(void *ctx, lede_str url, lede_error *err) {
    lede__plan *x = ctx;
    lede_str path;
    const lede_status st = path_of(x, url, &path, err);
    if (st)
        return st == LEDE_ENOMEM ? st : START_OVER;
    if (!lede__hashes_add(&x->is_gone, lede__xxh64(path, 0)))
        return x->is_gone.failed ? no_memory(err) : LEDE_OK; /* it is told of already */
    if (x->n_gone == x->cap_gone) {
        const uint32_t cap = x->cap_gone ? x->cap_gone * 2 : 64;
        lede_str *more = realloc(x->gone, cap * sizeof *more);
        if (!more)
            return no_memory(err);
        x->gone = more;
        x->cap_gone = cap;
    }
    x->gone[x->n_gone++] = path;
    return LEDE_OK;
}

typedef struct dirty_visit {
    lede__plan *x;
    bool *given; /* routes with a page that must be made, when they list their pages themselves */
    lede_status status;
    lede_error *err;
} dirty_visit;

static bool visit_dirty(void *ctx, lede_str path, lede_str how) {
    dirty_visit *d = ctx;
    lede__item it;
    (void)path;
    if (lede__item_made_so(&d->x->spread, how, &it))
        d->status = change_page(d->x, &it, d->err);
    else if (it.route < d->x->now.count)
        d->given[it.route] = true;
    return d->status == LEDE_OK;
}

static lede_status change_dirty(lede__plan *x, lede_error *err) {
    dirty_visit d = {.x = x, .given = lede_arena_zero(&x->arena, x->now.count + 1), .err = err};
    if (!d.given)
        return no_memory(err);
    lede_status st = lede__records_each_dirty(x->p->records, visit_dirty, &d, err);
    st = st ? st : d.status;
    for (uint32_t i = 0; !st && i < x->now.count; i++)
        if (d.given[i] && x->now.list[i].lists)
            st = lede__spread_given(&x->spread, i, err);
    return st;
}

/* Whether something else has its path and keeps it: who gets it is for a whole plan to tell. */
static bool is_wanted_twice(lede__plan *x, const lede__item *it) {
    lede_str how;
    if (lede__hashes_has(&x->is_gone, lede__xxh64(it->path, 0)) || !lede__records_how(x->p->records, it->path, &how))
        return false;
    lede_buf_clear(&x->scratch);
    lede__how_made(&x->spread, it, &x->scratch);
    return !lede_str_eq(lede__page_of(how), lede__page_of(lede_buf_str(&x->scratch)));
}

static lede_status claim_changes(lede__plan *x, lede_error *err) {
    lede_status st = LEDE_OK;
    for (uint32_t i = 0; i < x->n_items; i++)
        if (is_wanted_twice(x, &x->items[i]))
            return START_OVER;
    for (uint32_t i = 0; !st && i < x->n_gone; i++) {
        if (lede__records_wanted(x->p->records, x->gone[i]))
            continue; /* another page is there now */
        st = lede_release_drop(x->p->release, x->gone[i], err);
        if (!st)
            st = lede__records_remove(x->p->records, x->gone[i], err);
    }
    for (uint32_t i = 0; !st && i < x->n_items; i++)
        st = lede_release_claim(x->p->release, x->items[i].path, lede__item_source(&x->spread, &x->items[i]), err);
    return st == LEDE_EEXIST || st == LEDE_EINVAL ? START_OVER : st;
}

static lede_status plan_changes(lede__plan *x, lede_error *err) {
    x->spread.page = change_page;
    x->spread.gone = forget_page;
    lede_status st = lede__spread_changes(&x->spread, x->p->before, &x->then, err);
    if (!st)
        st = change_dirty(x, err);
    if (!st)
        st = claim_changes(x, err);
    if (!st)
        lede__records_keep_rest(x->p->records);
    return st;
}

/* ---- whole */

/* A page that holds is linked from the live tree, unless somebody changed it there. */
static bool link_held(lede__plan *x, const lede__item *it, lede__why *why, lede_status *fatal, lede_error *err) {
    lede_error none = {0};
    const unsigned char *sum = sum_of(x, it, why);
    const lede_status st = sum ? lede_release_add(x->p->release, it->path, 0, sum, LEDE_LINKED, &none) : LEDE_ENOTFOUND;
    if (st == LEDE_ENOMEM)
        *fatal = lede_fail(err, st, "%s", none.message);
    return st == LEDE_OK;
}

/* A path that cannot be had is a failure of that page alone. */
static lede_status whole_page(void *ctx, const lede__item *page, lede_error *err) {
    lede__plan *x = ctx;
    lede__item it = *page;
    lede__why why = {0};
    lede_error refused = {0};
    lede_status st = path_of(x, it.url, &it.path, &refused);
    if (!st)
        st = lede_release_claim(x->p->release, it.path, lede__item_source(&x->spread, &it), &refused);
    if (st == LEDE_ENOMEM)
        return no_memory(err);
    if (st) {
        refuse(x, &it, &refused);
        return LEDE_OK;
    }
    if (link_held(x, &it, &why, &st, err)) {
        x->held++;
        return LEDE_OK;
    }
    return st ? st : keep_item(x, &it, why, err);
}

static lede_status plan_whole(lede__plan *x, lede_error *err) {
    const lede_status st = lede_release_make_full(x->p->release, err);
    x->by_changes = false;
    x->spread.page = whole_page;
    return st ? st : lede__spread_all(&x->spread, err);
}

/* Forgets what a plan by changes came to. */
static lede_status start_over(lede__plan *x, lede_error *err) {
    x->n_items = x->n_gone = x->held = 0;
    lede__hashes_fini(&x->is_gone);
    lede__routes_fini(&x->now);
    lede__routes_fini(&x->then);
    return lede__publication_reopen(x->p, err);
}

lede_status lede__plan_make(lede__plan *x, lede_error *err) {
    x->whole = lede__records_why_whole(x->p->records);
    x->by_changes = lede__records_by_changes(x->p->records) && lede_release_is_delta(x->p->release);
    const bool had = x->by_changes;
    lede_status st = find_routes(x, err);
    if (st)
        return st;
    if (had && !x->by_changes)
        x->whole = "routes";
    x->spread = (lede__spread){.routes = &x->now, .edition = x->p->edition, .arena = &x->arena, .ctx = x};
    if (!x->by_changes)
        return plan_whole(x, err);
    st = plan_changes(x, err);
    if (st != START_OVER)
        return st;
    x->whole = "paths";
    st = start_over(x, err);
    if (!st)
        st = find_routes(x, err);
    return st ? st : plan_whole(x, err);
}
