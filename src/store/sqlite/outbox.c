/* outbox.c - rows of the outbox in SQLite. See store/engine.h. */
#include "store/sqlite/internal.h"

#include "base/banned.h"

/* Columns as LEDE__SQL_DELIVERY lists them. */
static lede_delivery read_row(sqlite3_stmt *q) {
    return (lede_delivery){.number = sqlite3_column_int64(q, 0),
                           .plugin = lede__sql_column(q, 1),
                           .target = lede__sql_column(q, 2),
                           .key = lede__sql_column(q, 3),
                           .subject = lede__sql_column(q, 4),
                           .data = lede__sql_column(q, 5),
                           .holder = lede__sql_column(q, 6),
                           .said = lede__sql_column(q, 7),
                           .state = (lede_delivery_state)sqlite3_column_int(q, 8),
                           .release = (uint64_t)sqlite3_column_int64(q, 9),
                           .made_at = sqlite3_column_int64(q, 10),
                           .due_at = sqlite3_column_int64(q, 11),
                           .tries = sqlite3_column_int(q, 12)};
}

static lede_status visit(lede__sqlite *e, enum lede__sql sql, const lede__sql_value *values,
                         lede_outbox_each *each, void *ctx, lede_error *err) {
    sqlite3_stmt *q;
    lede_status st = lede__sql_query(e, sql, values, &q, err);
    while (lede__sql_next(e, q, &st, err)) {
        const lede_delivery x = read_row(q);
        if (!each(ctx, &x))
            break;
    }
    lede__sql_end(q);
    return st;
}

/* The columns behind the number; `last` follows them. */
#define VALUES(x, last)                                                                            \
    LEDE__SQL(lede__text((x)->plugin), lede__text((x)->target), lede__text((x)->key),              \
              lede__text((x)->subject), lede__text((x)->data), lede__text((x)->holder),            \
              lede__text((x)->said), lede__int((x)->state), lede__int((int64_t)(x)->release),      \
              lede__int((x)->made_at), lede__int((x)->due_at), lede__int((x)->tries), last)
#define NOTHING ((lede__sql_value){.kind = LEDE__SQL_END})

lede_status lede__sqlite_put_delivery(lede__engine *engine, const lede_delivery *x, int64_t *number,
                                      lede_error *err) {
    lede__sqlite *e = (lede__sqlite *)engine;
    if (*number)
        return lede__sql_run(e, SQL_SET_DELIVERY, VALUES(x, lede__int(*number)), err);
    const lede_status st = lede__sql_run(e, SQL_PUT_DELIVERY, VALUES(x, NOTHING), err);
    if (!st)
        *number = sqlite3_last_insert_rowid(e->db);
    return st;
}

lede_status lede__sqlite_remove_delivery(lede__engine *engine, int64_t number, lede_error *err) {
    return lede__sql_run((lede__sqlite *)engine, SQL_DROP_DELIVERY, LEDE__SQL(lede__int(number)),
                         err);
}

lede_status lede__sqlite_visit_delivery(lede__engine *engine, int64_t number,
                                        lede_outbox_each *each, void *ctx, lede_error *err) {
    return visit((lede__sqlite *)engine, SQL_DELIVERY, LEDE__SQL(lede__int(number)), each, ctx,
                 err);
}

lede_status lede__sqlite_visit_delivery_key(lede__engine *engine, lede_str plugin, lede_str target,
                                            lede_str key, lede_outbox_each *each, void *ctx,
                                            lede_error *err) {
    return visit((lede__sqlite *)engine, SQL_DELIVERY_KEY,
                 LEDE__SQL(lede__text(plugin), lede__text(target), lede__text(key)), each, ctx,
                 err);
}

lede_status lede__sqlite_walk_deliveries(lede__engine *engine, const lede_outbox_query *q,
                                         lede_outbox_each *each, void *ctx, lede_error *err) {
    lede__sqlite *e = (lede__sqlite *)engine;
    const lede__sql_value state = lede__int(q->state), upto = lede__int(q->upto),
                          plugin = lede__text(q->plugin), target = lede__text(q->target);
    if (!q->plugin.len && !q->target.len)
        return visit(e, SQL_DELIVERIES, LEDE__SQL(state, upto), each, ctx, err);
    if (!q->subject.len)
        return visit(e, SQL_DELIVERIES_TO, LEDE__SQL(state, upto, plugin, target), each, ctx, err);
    return visit(e, SQL_DELIVERIES_ABOUT,
                 LEDE__SQL(state, upto, plugin, target, lede__text(q->subject)), each, ctx, err);
}

lede_status lede__sqlite_walk_targets(lede__engine *engine, lede_delivery_state state,
                                      lede_outbox_each_target *each, void *ctx, lede_error *err) {
    lede__sqlite *e = (lede__sqlite *)engine;
    sqlite3_stmt *q;
    lede_status st = lede__sql_query(e, SQL_TARGETS, LEDE__SQL(lede__int(state)), &q, err);
    while (lede__sql_next(e, q, &st, err)) {
        const lede_outbox_target x = {.plugin = lede__sql_column(q, 0),
                                      .target = lede__sql_column(q, 1),
                                      .count = sqlite3_column_int64(q, 2),
                                      .due_at = sqlite3_column_int64(q, 3)};
        if (!each(ctx, &x))
            break;
    }
    lede__sql_end(q);
    return st;
}
