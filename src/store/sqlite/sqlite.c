/* sqlite.c - the SQLite engine: opening, transactions and the head. See store/engine.h and
 * internal.h.
 *
 * The head is read when a transaction begins, kept in memory while it runs and written once at its
 * end, so that ten thousand articles do not write the same row ten thousand times.
 */
#include "store/sqlite/internal.h"

#include <stdlib.h>

#include "base/banned.h"

enum { SMALL = 64 }; /* articles in a transaction from which on it counts as filling the store */

static void sqlite_close(lede__engine *engine) {
    lede__sqlite *e = (lede__sqlite *)engine;
    for (int i = 0; i < SQL_COUNT; i++)
        sqlite3_finalize(e->statements[i]);
    sqlite3_close(e->db);
    free(e->path);
    free(e->card);
    free(e);
}

static lede_status sqlite_open(const char *rest, lede__engine **out, lede_error *err) {
    lede__sqlite *e = calloc(1, sizeof *e);
    if (!e)
        return lede_fail(err, LEDE_ENOMEM, "store: out of memory");
    e->base.class = &lede__engine_sqlite;
    lede_status st = lede__sqlite_open_file(e, rest, err);
    if (st) {
        sqlite_close(&e->base);
        return st;
    }
    *out = &e->base;
    return LEDE_OK;
}

static lede_status read_head(lede__sqlite *e, lede_store_head *out, lede_error *err) {
    sqlite3_stmt *q;
    lede_status st = lede__sql_query(e, SQL_HEAD, NULL, &q, err);
    if (!lede__sql_next(e, q, &st, err))
        return st ? st : lede_fail(err, LEDE_EFORMAT, "store: '%s' has lost its head row", e->path);
    bool changed = sqlite3_column_type(q, 1) != SQLITE_NULL;
    *out = (lede_store_head){.seq = sqlite3_column_int64(q, 0),
                             .changed_at = changed ? sqlite3_column_int64(q, 1) : LEDE_NO_TIME,
                             .articles = sqlite3_column_int64(q, 2)};
    lede_str uuid = lede__sql_column(q, 3);
    memcpy(out->uuid, uuid.ptr, uuid.len < 36 ? uuid.len : 36);
    lede__sql_end(q);
    return LEDE_OK;
}

static lede_status write_head(lede__sqlite *e, lede_error *err) {
    const lede_store_head *h = &e->head;
    return lede__sql_run(
        e, SQL_SET_HEAD,
        LEDE__SQL(lede__int(h->seq), lede__int(h->changed_at), lede__int(h->articles)), err);
}

static void sqlite_rollback(lede__engine *engine) {
    lede__sqlite *e = (lede__sqlite *)engine;
    e->in_tx = false;
    if (!sqlite3_get_autocommit(e->db)) /* some errors have rolled back already */
        (void)!lede__sql_run(e, SQL_ROLLBACK, NULL, NULL);
}

static lede_status sqlite_begin(lede__engine *engine, lede_error *err) {
    lede__sqlite *e = (lede__sqlite *)engine;
    lede_status st = lede__sql_run(e, SQL_BEGIN, NULL, err);
    if (st)
        return st;
    st = read_head(e, &e->head, err);
    if (st) {
        sqlite_rollback(engine);
        return st;
    }
    e->in_tx = true;
    e->head_changed = false;
    e->writes = 0;
    return LEDE_OK;
}

static lede_status sqlite_commit(lede__engine *engine, lede_error *err) {
    lede__sqlite *e = (lede__sqlite *)engine;
    lede_status st = e->head_changed ? write_head(e, err) : LEDE_OK;
    if (!st)
        st = lede__sql_run(e, SQL_COMMIT, NULL, err);
    if (st) {
        sqlite_rollback(engine);
        return st;
    }
    e->in_tx = false;
    if (e->new_file && e->writes < SMALL)
        lede__sqlite_use_wal(e);
    return LEDE_OK;
}

static lede_status sqlite_head(lede__engine *engine, lede_store_head *out, lede_error *err) {
    lede__sqlite *e = (lede__sqlite *)engine;
    if (!e->in_tx)
        return read_head(e, out, err);
    *out = e->head;
    return LEDE_OK;
}

/* A checkpoint syncs the log first. In the way of readers it leaves the rest for another time. */
static lede_status sqlite_sync(lede__engine *engine, lede_error *err) {
    return lede__sql_run((lede__sqlite *)engine, SQL_CHECKPOINT, NULL, err);
}

const lede__engine_class lede__engine_sqlite = {
    .scheme = "sqlite",
    .open = sqlite_open,
    .close = sqlite_close,
    .begin = sqlite_begin,
    .commit = sqlite_commit,
    .rollback = sqlite_rollback,
    .head = sqlite_head,
    .by_id = lede__sqlite_by_id,
    .by_url = lede__sqlite_by_url,
    .by_path = lede__sqlite_by_path,
    .put = lede__sqlite_put,
    .walk = lede__sqlite_walk,
    .walk_due = lede__sqlite_walk_due,
    .next_due = lede__sqlite_next_due,
    .history = lede__sqlite_history,
    .purge = lede__sqlite_purge,
    .scrub = lede__sqlite_scrub,
    .sync = sqlite_sync,
    .walk_sources = lede__sqlite_walk_sources,
    .visit_source = lede__sqlite_visit_source,
    .put_source = lede__sqlite_put_source,
    .remove_source = lede__sqlite_remove_source,
    .put_term = lede__sqlite_put_term,
    .remove_term = lede__sqlite_remove_term,
    .walk_terms = lede__sqlite_walk_terms,
    .put_redirect = lede__sqlite_put_redirect,
    .remove_redirect = lede__sqlite_remove_redirect,
    .walk_redirects = lede__sqlite_walk_redirects,
    .walk_derived = lede__sqlite_walk_derived,
    .get_derived = lede__sqlite_get_derived,
    .put_derived = lede__sqlite_put_derived,
    .remove_derived = lede__sqlite_remove_derived,
    .put_delivery = lede__sqlite_put_delivery,
    .remove_delivery = lede__sqlite_remove_delivery,
    .visit_delivery = lede__sqlite_visit_delivery,
    .visit_delivery_key = lede__sqlite_visit_delivery_key,
    .walk_deliveries = lede__sqlite_walk_deliveries,
    .walk_targets = lede__sqlite_walk_targets,
};
