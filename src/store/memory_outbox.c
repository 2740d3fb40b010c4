/* memory_outbox.c - rows of the outbox in memory. See store/engine.h and memory.h.
 *
 * DELIVERIES has the rows by their number (8 bytes, big endian), DELIVERY_KEYS the number of each
 * by plugin, target and key. A walk that must be in order of due_at gathers and sorts. */
#include "store/memory.h"

#include <stdlib.h>

#include "base/banned.h"

/* Its texts follow in the same block. */
typedef struct row {
    lede_delivery x;
    char text[];
} row;

typedef struct number_key {
    char bytes[8];
} number_key;

static number_key key_of(int64_t number) {
    number_key key;
    for (int i = 0; i < 8; i++)
        key.bytes[i] = (char)((uint64_t)number >> (56 - 8 * i));
    return key;
}

static lede_str key_str(const number_key *key) { return lede_str_n(key->bytes, 8); }

static lede_status add_identity(lede_buf *b, lede_str plugin, lede_str target, lede_str key,
                                lede_error *err) {
    const lede_str parts[] = {plugin, target, key};
    lede_buf_init(b, LEDE_BUF_MAX);
    for (int i = 0; i < 3; i++) {
        lede_buf_addf(b, "%zu:", parts[i].len);
        lede_buf_add(b, parts[i]);
    }
    return lede_buf_status(b, err);
}

static row *make_row(const lede_delivery *x, int64_t number) {
    row *r = malloc(sizeof *r + x->plugin.len + x->target.len + x->key.len + x->subject.len +
                    x->data.len + x->holder.len + x->said.len);
    if (!r)
        return NULL;
    char *at = r->text;
    r->x = *x;
    r->x.number = number;
    r->x.plugin = lede__memory_copy(&at, x->plugin);
    r->x.target = lede__memory_copy(&at, x->target);
    r->x.key = lede__memory_copy(&at, x->key);
    r->x.subject = lede__memory_copy(&at, x->subject);
    r->x.data = lede__memory_copy(&at, x->data);
    r->x.holder = lede__memory_copy(&at, x->holder);
    r->x.said = lede__memory_copy(&at, x->said);
    return r;
}

static lede_status set(lede__memory *m, enum lede__memory_table t, lede_str key, void *value,
                       lede_error *err) {
    if (!value)
        return lede__memory_refused(err);
    const lede_status st = lede__memory_set(m, t, key, value, err);
    if (st)
        free(value);
    return st;
}

static lede_status name_row(lede__memory *m, const lede_delivery *x, int64_t number,
                            lede_error *err) {
    lede_buf identity;
    lede_status st = add_identity(&identity, x->plugin, x->target, x->key, err);
    if (!st) {
        int64_t *kept = malloc(sizeof *kept);
        if (kept)
            *kept = number;
        st = set(m, DELIVERY_KEYS, lede_buf_str(&identity), kept, err);
    }
    lede_buf_fini(&identity);
    return st;
}

lede_status lede__memory_put_delivery(lede__engine *engine, const lede_delivery *x, int64_t *number,
                                      lede_error *err) {
    lede__memory *m = (lede__memory *)engine;
    const bool is_new = *number == 0;
    const int64_t n = is_new ? ++m->deliveries : *number;
    const number_key key = key_of(n);
    lede_status st = set(m, DELIVERIES, key_str(&key), make_row(x, n), err);
    if (!st && is_new)
        st = name_row(m, x, n, err);
    if (!st)
        *number = n;
    return st;
}

lede_status lede__memory_remove_delivery(lede__engine *engine, int64_t number, lede_error *err) {
    lede__memory *m = (lede__memory *)engine;
    const number_key key = key_of(number);
    const row *r = lede__memory_get(m, DELIVERIES, key_str(&key));
    if (!r)
        return LEDE_OK;
    lede_buf identity;
    lede_status st = add_identity(&identity, r->x.plugin, r->x.target, r->x.key, err);
    if (!st)
        st = lede__memory_set(m, DELIVERY_KEYS, lede_buf_str(&identity), NULL, err);
    if (!st)
        st = lede__memory_set(m, DELIVERIES, key_str(&key), NULL, err);
    lede_buf_fini(&identity);
    return st;
}

lede_status lede__memory_visit_delivery(lede__engine *engine, int64_t number,
                                        lede_outbox_each *each, void *ctx, lede_error *err) {
    const number_key key = key_of(number);
    const row *r = lede__memory_get((lede__memory *)engine, DELIVERIES, key_str(&key));
    (void)err;
    if (r)
        each(ctx, &r->x);
    return LEDE_OK;
}

lede_status lede__memory_visit_delivery_key(lede__engine *engine, lede_str plugin, lede_str target,
                                            lede_str key, lede_outbox_each *each, void *ctx,
                                            lede_error *err) {
    lede_buf identity;
    lede_status st = add_identity(&identity, plugin, target, key, err);
    const int64_t *number =
        st ? NULL
           : lede__memory_get((lede__memory *)engine, DELIVERY_KEYS, lede_buf_str(&identity));
    lede_buf_fini(&identity);
    return number ? lede__memory_visit_delivery(engine, *number, each, ctx, err) : st;
}

/* ---- walks */

static bool is_asked(const lede_outbox_query *q, const lede_delivery *x) {
    if (x->state != q->state || x->due_at > q->upto)
        return false;
    if (!q->plugin.len && !q->target.len)
        return true;
    return lede_str_eq(x->plugin, q->plugin) && lede_str_eq(x->target, q->target) &&
           (!q->subject.len || lede_str_eq(x->subject, q->subject));
}

static int by_due(const void *a, const void *b) {
    const lede_delivery *x = &(*(const row *const *)a)->x, *y = &(*(const row *const *)b)->x;
    if (x->due_at != y->due_at)
        return x->due_at < y->due_at ? -1 : 1;
    return (x->number > y->number) - (x->number < y->number);
}

static int by_target(const void *a, const void *b) {
    const lede_delivery *x = &(*(const row *const *)a)->x, *y = &(*(const row *const *)b)->x;
    const int order = lede_str_cmp(x->plugin, y->plugin);
    return order ? order : lede_str_cmp(x->target, y->target);
}

/* The rows that a query asks for, in that order; free() them. */
static lede_status gather(lede__memory *m, const lede_outbox_query *q,
                          int (*order)(const void *, const void *), row ***out, size_t *count,
                          lede_error *err) {
    row **rows = malloc((m->tables[DELIVERIES].count + 1) * sizeof(row *));
    size_t n = 0;
    if (!rows)
        return lede__memory_refused(err);
    for (lede__node *node = lede__memory_first(m, DELIVERIES); node;
         node = lede__memory_next(node)) {
        row *r = lede__node_value(node);
        if (is_asked(q, &r->x))
            rows[n++] = r;
    }
    qsort(rows, n, sizeof *rows, order);
    *out = rows;
    *count = n;
    return LEDE_OK;
}

lede_status lede__memory_walk_deliveries(lede__engine *engine, const lede_outbox_query *q,
                                         lede_outbox_each *each, void *ctx, lede_error *err) {
    row **rows = NULL;
    size_t count = 0;
    const lede_status st = gather((lede__memory *)engine, q, by_due, &rows, &count, err);
    if (st)
        return st;
    for (size_t i = 0; i < count; i++)
        if (!each(ctx, &rows[i]->x))
            break;
    free(rows);
    return LEDE_OK;
}

lede_status lede__memory_walk_targets(lede__engine *engine, lede_delivery_state state,
                                      lede_outbox_each_target *each, void *ctx, lede_error *err) {
    const lede_outbox_query q = {.state = state, .upto = INT64_MAX};
    row **rows = NULL;
    size_t count = 0;
    const lede_status st = gather((lede__memory *)engine, &q, by_target, &rows, &count, err);
    if (st)
        return st;
    for (size_t i = 0, next; i < count; i = next) {
        lede_outbox_target x = {rows[i]->x.plugin, rows[i]->x.target, 0, INT64_MAX};
        for (next = i; next < count && by_target(&rows[i], &rows[next]) == 0; next++) {
            x.count++;
            x.due_at = rows[next]->x.due_at < x.due_at ? rows[next]->x.due_at : x.due_at;
        }
        if (!each(ctx, &x))
            break;
    }
    free(rows);
    return LEDE_OK;
}
