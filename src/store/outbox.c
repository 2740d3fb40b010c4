/* outbox.c - the rules of the outbox that all engines share. See lede/outbox.h.
 *
 * Rows that a rule is about to change are copied first: no engine is written to while it is walked.
 */
#include "store/inside.h"

#include "lede/arena.h"

#include <stdlib.h>

#include "base/banned.h"

const char *lede_delivery_state_name(lede_delivery_state state) {
    switch (state) {
    case LEDE_HELD:
        return "held";
    case LEDE_WAITING:
        return "waiting";
    case LEDE_SENT:
        return "sent";
    case LEDE_DEAD:
        return "dead";
    case LEDE_DELIVERY_STATES:
        break;
    }
    return "?";
}

/* ---- copies of rows */

typedef struct rows {
    lede_arena arena;
    lede_delivery *items;
    uint32_t count, cap, max;
    bool failed;
} rows;

static void rows_init(rows *r, uint32_t max) {
    *r = (rows){.max = max};
    lede_arena_init(&r->arena, LEDE_BUF_MAX);
}

static void rows_fini(rows *r) {
    lede_arena_fini(&r->arena);
    free(r->items);
}

static bool copy_texts(rows *r, lede_delivery *x) {
    lede_str *const texts[] = {&x->plugin, &x->target, &x->key, &x->subject,
                               &x->data,   &x->holder, &x->said};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        const size_t len = texts[i]->len;
        *texts[i] = len ? lede_arena_copy(&r->arena, *texts[i]) : LEDE_STR("");
        if (len && !texts[i]->ptr)
            return false;
    }
    return true;
}

static bool take_row(void *ctx, const lede_delivery *x) {
    rows *r = ctx;
    if (r->count == r->cap) {
        const uint32_t cap = r->cap ? r->cap * 2 : 16;
        lede_delivery *more = realloc(r->items, cap * sizeof *more);
        r->failed = !more;
        if (!more)
            return false;
        r->items = more;
        r->cap = cap;
    }
    lede_delivery copy = *x;
    r->failed = !copy_texts(r, &copy);
    if (!r->failed)
        r->items[r->count++] = copy;
    return !r->failed && r->count < r->max;
}

static lede_status rows_status(const rows *r, lede_status st, lede_error *err) {
    return !st && r->failed ? lede_fail(err, LEDE_ENOMEM, "store: out of memory") : st;
}

static lede_status read_rows(lede_store *s, const lede_outbox_query *q, rows *r, lede_error *err) {
    return rows_status(r, s->engine->class->walk_deliveries(s->engine, q, take_row, r, err), err);
}

static lede_status write_row(lede_store *s, const lede_delivery *x, lede_error *err) {
    int64_t number = x->number;
    return lede__store_wrote(s, s->engine->class->put_delivery(s->engine, x, &number, err));
}

static lede_status drop_row(lede_store *s, int64_t number, lede_error *err) {
    return lede__store_wrote(s, s->engine->class->remove_delivery(s->engine, number, err));
}

/* ---- putting */

static lede_status put(lede_store *s, const lede_delivery *x, bool *added, lede_error *err) {
    rows known;
    rows_init(&known, 1);
    lede_status st = s->engine->class->visit_delivery_key(s->engine, x->plugin, x->target, x->key,
                                                          take_row, &known, err);
    st = rows_status(&known, st, err);
    const lede_delivery *old = known.count ? known.items : NULL;
    *added = !st && (!old || old->state == LEDE_HELD);
    if (*added) {
        lede_delivery row = *x;
        row.number = old ? old->number : 0;
        row.state = x->release ? LEDE_HELD : LEDE_WAITING;
        row.holder = row.said = LEDE_STR("");
        row.tries = 0;
        st = write_row(s, &row, err);
    }
    rows_fini(&known);
    return st;
}

/* ---- letting go */

static bool is_claimed(const lede_delivery *x, int64_t now) {
    return x->state == LEDE_WAITING && x->holder.len && x->due_at > now;
}

/* Of the rows with x's subject, those before it that nobody is telling. */
static lede_status drop_before(lede_store *s, const lede_delivery *x, lede_delivery_state state,
                               lede_error *err) {
    const lede_outbox_query q = {.state = state,
                                 .plugin = x->plugin,
                                 .target = x->target,
                                 .subject = x->subject,
                                 .upto = INT64_MAX};
    rows old;
    rows_init(&old, UINT32_MAX);
    lede_status st = read_rows(s, &q, &old, err);
    for (uint32_t i = 0; i < old.count && !st; i++)
        if (old.items[i].number < x->number && !old.items[i].holder.len)
            st = drop_row(s, old.items[i].number, err);
    rows_fini(&old);
    return st;
}

static lede_status let_go(lede_store *s, lede_delivery *x, lede_error *err) {
    x->state = LEDE_WAITING;
    lede_status st = write_row(s, x, err);
    if (!st && x->subject.len)
        st = drop_before(s, x, LEDE_WAITING, err);
    if (!st && x->subject.len)
        st = drop_before(s, x, LEDE_DEAD, err);
    return st;
}

static lede_status settle(lede_store *s, uint64_t live, bool others_are_void, uint32_t *count,
                          lede_error *err) {
    const lede_outbox_query q = {.state = LEDE_HELD, .upto = INT64_MAX};
    rows held;
    rows_init(&held, UINT32_MAX);
    lede_status st = read_rows(s, &q, &held, err);
    for (uint32_t i = 0; i < held.count && !st; i++) {
        if (held.items[i].release == live) {
            st = let_go(s, &held.items[i], err);
            ++*count;
        } else if (others_are_void) {
            st = drop_row(s, held.items[i].number, err);
        }
    }
    rows_fini(&held);
    return st;
}

/* ---- claims */

/* Reads what else waits of x's subject, and x itself if it waits; nothing when it has none. */
static lede_status read_subject(lede_store *s, const lede_delivery *x, rows *all, lede_error *err) {
    const lede_outbox_query q = {.state = LEDE_WAITING,
                                 .plugin = x->plugin,
                                 .target = x->target,
                                 .subject = x->subject,
                                 .upto = INT64_MAX};
    rows_init(all, UINT32_MAX);
    return x->subject.len ? read_rows(s, &q, all, err) : LEDE_OK;
}

/* Whether another row of x's subject is being told. */
static lede_status is_told(lede_store *s, const lede_delivery *x, int64_t now, bool *told,
                           lede_error *err) {
    rows all;
    *told = false;
    const lede_status st = read_subject(s, x, &all, err);
    for (uint32_t i = 0; i < all.count; i++)
        *told = *told || (all.items[i].number != x->number && is_claimed(&all.items[i], now));
    rows_fini(&all);
    return st;
}

static lede_status claim(lede_store *s, const lede_outbox_claim *c, rows *out, lede_error *err) {
    const lede_outbox_query q = {
        .state = LEDE_WAITING, .plugin = c->plugin, .target = c->target, .upto = c->now};
    lede_status st = read_rows(s, &q, out, err);
    uint32_t kept = 0;
    for (uint32_t i = 0; i < out->count && !st; i++) {
        lede_delivery *x = &out->items[i];
        bool told;
        st = is_told(s, x, c->now, &told, err);
        if (st || told)
            continue;
        x->holder = c->holder;
        x->due_at = c->until;
        x->tries++;
        st = write_row(s, x, err);
        out->items[kept++] = *x;
    }
    out->count = kept;
    return st;
}

/* The row when it is the holder's; else LEDE_ENOTFOUND or LEDE_ECONFLICT. */
static lede_status find_claimed(lede_store *s, int64_t number, lede_str holder, rows *out,
                                lede_error *err) {
    lede_status st = s->engine->class->visit_delivery(s->engine, number, take_row, out, err);
    st = rows_status(out, st, err);
    if (st)
        return st;
    if (!out->count)
        return lede_fail(err, LEDE_ENOTFOUND, "outbox: no row %lld", (long long)number);
    if (out->items->state != LEDE_WAITING || !lede_str_eq(out->items->holder, holder))
        return lede_fail(err, LEDE_ECONFLICT, "outbox: row %lld is somebody else's by now",
                         (long long)number);
    return LEDE_OK;
}

/* Whether a newer row of x's subject waits. */
static lede_status is_stale(lede_store *s, const lede_delivery *x, bool *stale, lede_error *err) {
    rows all;
    *stale = false;
    const lede_status st = read_subject(s, x, &all, err);
    for (uint32_t i = 0; i < all.count; i++)
        *stale = *stale || all.items[i].number > x->number;
    rows_fini(&all);
    return st;
}

static lede_status end_row(lede_store *s, lede_delivery *x, const lede_outbox_end *end,
                           lede_error *err) {
    bool stale = false;
    if (end->state != LEDE_SENT) {
        const lede_status st = is_stale(s, x, &stale, err);
        if (st || stale)
            return st ? st : drop_row(s, x->number, err);
    }
    x->state = end->state;
    x->due_at = end->at;
    x->holder = LEDE_STR("");
    x->said = end->said;
    x->tries -= end->is_no_try && x->tries > 0;
    if (x->state == LEDE_SENT)
        x->data = LEDE_STR("");
    return write_row(s, x, err);
}

/* ---- the functions of the header */

lede_status lede_outbox_put(lede_store *s, const lede_delivery *x, bool *added, lede_error *err) {
    bool own, is_new = false;
    lede_status st = lede__store_enter(s, &own, err);
    if (st)
        return st;
    st = lede__store_leave(s, own, put(s, x, &is_new, err), err);
    if (added)
        *added = !st && is_new;
    return st;
}

lede_status lede_outbox_settle(lede_store *s, uint64_t live, bool others_are_void, uint32_t *let_go,
                               lede_error *err) {
    bool own;
    uint32_t count = 0;
    lede_status st = lede__store_enter(s, &own, err);
    if (st)
        return st;
    st = lede__store_leave(s, own, settle(s, live, others_are_void, &count, err), err);
    if (let_go)
        *let_go = st ? 0 : count;
    return st;
}

lede_status lede_outbox_walk(lede_store *s, const lede_outbox_query *q, lede_outbox_each *each,
                             void *ctx, lede_error *err) {
    const lede_status st = lede__store_lock(s, err);
    return st ? st
              : lede__store_unlock(s,
                                   s->engine->class->walk_deliveries(s->engine, q, each, ctx, err));
}

lede_status lede_outbox_targets(lede_store *s, lede_delivery_state state,
                                lede_outbox_each_target *each, void *ctx, lede_error *err) {
    const lede_status st = lede__store_lock(s, err);
    return st ? st
              : lede__store_unlock(
                    s, s->engine->class->walk_targets(s->engine, state, each, ctx, err));
}

lede_status lede_outbox_claim_rows(lede_store *s, const lede_outbox_claim *c,
                                   lede_outbox_each *each, void *ctx, lede_error *err) {
    bool own;
    rows claimed;
    if (!c->max)
        return LEDE_OK;
    lede_status st = lede__store_enter(s, &own, err);
    if (st)
        return st;
    rows_init(&claimed, c->max);
    st = lede__store_leave(s, own, claim(s, c, &claimed, err), err);
    for (uint32_t i = 0; i < claimed.count && !st; i++)
        if (!each(ctx, &claimed.items[i]))
            break;
    rows_fini(&claimed);
    return st;
}

lede_status lede_outbox_extend(lede_store *s, int64_t number, lede_str holder, int64_t until,
                               lede_error *err) {
    bool own;
    rows row;
    lede_status st = lede__store_enter(s, &own, err);
    if (st)
        return st;
    rows_init(&row, 1);
    st = find_claimed(s, number, holder, &row, err);
    if (!st) {
        row.items->due_at = until;
        st = write_row(s, row.items, err);
    }
    rows_fini(&row);
    return lede__store_leave(s, own, st, err);
}

lede_status lede_outbox_end_claim(lede_store *s, int64_t number, lede_str holder,
                                  const lede_outbox_end *end, lede_error *err) {
    bool own;
    rows row;
    lede_status st = lede__store_enter(s, &own, err);
    if (st)
        return st;
    rows_init(&row, 1);
    st = find_claimed(s, number, holder, &row, err);
    if (!st)
        st = end_row(s, row.items, end, err);
    rows_fini(&row);
    return lede__store_leave(s, own, st, err);
}

/* Changes each row of a query: change gives false for those that stay as they are. */
static lede_status change_rows(lede_store *s, const lede_outbox_query *q,
                               bool (*change)(lede_delivery *x, lede_str holder, int64_t now),
                               lede_str holder, int64_t now, uint32_t *count, lede_error *err) {
    bool own;
    rows all;
    uint32_t changed = 0;
    lede_status st = lede__store_enter(s, &own, err);
    if (st)
        return st;
    rows_init(&all, UINT32_MAX);
    st = read_rows(s, q, &all, err);
    for (uint32_t i = 0; i < all.count && !st; i++) {
        if (!change(&all.items[i], holder, now))
            continue;
        st = write_row(s, &all.items[i], err);
        changed++;
    }
    rows_fini(&all);
    st = lede__store_leave(s, own, st, err);
    if (count)
        *count = st ? 0 : changed;
    return st;
}

static bool give_back(lede_delivery *x, lede_str holder, int64_t now) {
    if (!lede_str_eq(x->holder, holder))
        return false;
    x->holder = LEDE_STR("");
    x->due_at = now;
    return true;
}

lede_status lede_outbox_abandon(lede_store *s, lede_str holder, int64_t now, uint32_t *count,
                                lede_error *err) {
    const lede_outbox_query q = {.state = LEDE_WAITING, .upto = INT64_MAX};
    return change_rows(s, &q, give_back, holder, now, count, err);
}

static bool try_again(lede_delivery *x, lede_str holder, int64_t now) {
    (void)holder;
    x->state = LEDE_WAITING;
    x->due_at = now;
    x->tries = 0;
    return true;
}

lede_status lede_outbox_retry(lede_store *s, lede_str plugin, lede_str target, int64_t now,
                              uint32_t *count, lede_error *err) {
    const lede_outbox_query q = {
        .state = LEDE_DEAD, .plugin = plugin, .target = target, .upto = INT64_MAX};
    return change_rows(s, &q, try_again, LEDE_STR(""), now, count, err);
}

static bool has_text(lede_str in, lede_str text) {
    for (size_t at = 0; text.len && at + text.len <= in.len; at++)
        if (memcmp(in.ptr + at, text.ptr, text.len) == 0)
            return true;
    return false;
}

static bool mentions(const lede_delivery *x, const lede_str *texts, size_t n) {
    for (size_t i = 0; i < n; i++)
        if (has_text(x->key, texts[i]) || has_text(x->subject, texts[i]) ||
            has_text(x->data, texts[i]) || has_text(x->said, texts[i]))
            return true;
    return false;
}

static lede_status forget_in(lede_store *s, lede_delivery_state state, const lede_str *texts,
                             size_t n, uint32_t *count, lede_error *err) {
    const lede_outbox_query q = {.state = state, .upto = INT64_MAX};
    rows all;
    rows_init(&all, UINT32_MAX);
    lede_status st = read_rows(s, &q, &all, err);
    for (uint32_t i = 0; i < all.count && !st; i++) {
        if (!mentions(&all.items[i], texts, n))
            continue;
        st = drop_row(s, all.items[i].number, err);
        ++*count;
    }
    rows_fini(&all);
    return st;
}

lede_status lede_outbox_forget(lede_store *s, const lede_str *texts, size_t n, uint32_t *count,
                               lede_error *err) {
    bool own;
    uint32_t gone = 0;
    lede_status st = lede__store_enter(s, &own, err);
    if (st)
        return st;
    st = forget_in(s, LEDE_SENT, texts, n, &gone, err);
    if (!st)
        st = forget_in(s, LEDE_DEAD, texts, n, &gone, err);
    if (count)
        *count = st ? 0 : gone;
    return lede__store_leave(s, own, st, err);
}

lede_status lede_outbox_prune(lede_store *s, int64_t before, uint32_t *count, lede_error *err) {
    const lede_outbox_query q = {.state = LEDE_SENT, .upto = before - 1};
    bool own;
    rows old;
    lede_status st = lede__store_enter(s, &own, err);
    if (st)
        return st;
    rows_init(&old, UINT32_MAX);
    st = read_rows(s, &q, &old, err);
    for (uint32_t i = 0; i < old.count && !st; i++)
        st = drop_row(s, old.items[i].number, err);
    if (count)
        *count = st ? 0 : old.count;
    rows_fini(&old);
    return lede__store_leave(s, own, st, err);
}
