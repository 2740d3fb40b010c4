/* tables.c - sources, terms, redirects and derived data in SQLite. See store/engine.h. */
#include "store/sqlite/internal.h"

#include "base/banned.h"

/* Advances the head for a change that belongs to no article. */
static void changed_at(lede__sqlite *e, int64_t seq, int64_t at) {
    e->head.seq = seq;
    e->head.changed_at = at;
    e->head_changed = true;
}

/* ---- sources */

static lede_status visit_sources(lede__sqlite *e, enum lede__sql sql, const lede__sql_value *values,
                                 lede_store_each_source *each, void *ctx, lede_error *err) {
    sqlite3_stmt *q;
    lede_status st = lede__sql_query(e, sql, values, &q, err);
    while (lede__sql_next(e, q, &st, err)) {
        lede_source x = {.path = lede__sql_column(q, 0),
                         .size = sqlite3_column_int64(q, 2),
                         .mtime_ns = sqlite3_column_int64(q, 3),
                         .hash = (uint64_t)sqlite3_column_int64(q, 4),
                         .notes = lede__sql_column(q, 5)};
        lede_str id = lede__sql_column(q, 1);
        memcpy(x.id, id.len ? id.ptr : "", id.len < 26 ? id.len : 26);
        if (!each(ctx, &x))
            break;
    }
    lede__sql_end(q);
    return st;
}

lede_status lede__sqlite_walk_sources(lede__engine *engine, lede_store_each_source *each, void *ctx,
                                      lede_error *err) {
    return visit_sources((lede__sqlite *)engine, SQL_SOURCES, NULL, each, ctx, err);
}

lede_status lede__sqlite_visit_source(lede__engine *engine, lede_str path,
                                      lede_store_each_source *each, void *ctx, lede_error *err) {
    return visit_sources((lede__sqlite *)engine, SQL_SOURCE, LEDE__SQL(lede__text(path)), each, ctx,
                         err);
}

lede_status lede__sqlite_put_source(lede__engine *engine, const lede_source *x, lede_error *err) {
    const lede__sql_value *values =
        LEDE__SQL(lede__text(x->path), lede__text(lede_str_of(x->id)), lede__int(x->size),
                  lede__int(x->mtime_ns), lede__int((int64_t)x->hash), lede__text(x->notes));
    return lede__sql_run((lede__sqlite *)engine, SQL_PUT_SOURCE, values, err);
}

lede_status lede__sqlite_remove_source(lede__engine *engine, lede_str path, lede_error *err) {
    return lede__sql_run((lede__sqlite *)engine, SQL_DROP_SOURCE, LEDE__SQL(lede__text(path)), err);
}

/* ---- terms */

lede_status lede__sqlite_put_term(lede__engine *engine, const lede_term *x, int64_t seq, int64_t at,
                                  bool *changed, lede_error *err) {
    lede__sqlite *e = (lede__sqlite *)engine;
    const lede__sql_value *values = LEDE__SQL(
        lede__int(x->kind), lede__text(x->slug), lede__text(x->title), lede__text(x->summary),
        lede__text(x->body), lede__text(x->params), lede__text(x->path));
    lede_status st = lede__sql_run(e, SQL_PUT_TERM, values, err);
    if (st)
        return st;
    *changed = sqlite3_changes(e->db) > 0;
    if (*changed)
        changed_at(e, seq, at);
    return LEDE_OK;
}

lede_status lede__sqlite_remove_term(lede__engine *engine, lede_term_kind kind, lede_str slug,
                                     int64_t seq, int64_t at, lede_error *err) {
    lede__sqlite *e = (lede__sqlite *)engine;
    lede_status st =
        lede__sql_run(e, SQL_DROP_TERM, LEDE__SQL(lede__int(kind), lede__text(slug)), err);
    if (!st && sqlite3_changes(e->db) > 0)
        changed_at(e, seq, at);
    return st;
}

lede_status lede__sqlite_walk_terms(lede__engine *engine, lede_store_each_term *each, void *ctx,
                                    lede_error *err) {
    lede__sqlite *e = (lede__sqlite *)engine;
    sqlite3_stmt *q;
    lede_status st = lede__sql_query(e, SQL_TERMS, NULL, &q, err);
    while (lede__sql_next(e, q, &st, err)) {
        lede_term x = {.kind = (lede_term_kind)sqlite3_column_int(q, 0),
                       .slug = lede__sql_column(q, 1),
                       .title = lede__sql_column(q, 2),
                       .summary = lede__sql_column(q, 3),
                       .body = lede__sql_column(q, 4),
                       .params = lede__sql_column(q, 5),
                       .path = lede__sql_column(q, 6)};
        if ((unsigned)x.kind >= LEDE_TERM_KINDS)
            continue; /* of a kind that this version does not know */
        if (!each(ctx, &x))
            break;
    }
    lede__sql_end(q);
    return st;
}

/* ---- redirects */

lede_status lede__sqlite_put_redirect(lede__engine *engine, lede_str from, lede_str id,
                                      lede_error *err) {
    return lede__sql_run((lede__sqlite *)engine, SQL_PUT_REDIRECT,
                         LEDE__SQL(lede__text(from), lede__text(id)), err);
}

lede_status lede__sqlite_remove_redirect(lede__engine *engine, lede_str from, lede_error *err) {
    return lede__sql_run((lede__sqlite *)engine, SQL_DROP_REDIRECT, LEDE__SQL(lede__text(from)),
                         err);
}

lede_status lede__sqlite_walk_redirects(lede__engine *engine, lede_store_each_redirect *each,
                                        void *ctx, lede_error *err) {
    lede__sqlite *e = (lede__sqlite *)engine;
    sqlite3_stmt *q;
    lede_status st = lede__sql_query(e, SQL_REDIRECTS, NULL, &q, err);
    while (lede__sql_next(e, q, &st, err))
        if (!each(ctx, lede__sql_column(q, 0), lede__sql_column(q, 1)))
            break;
    lede__sql_end(q);
    return st;
}

/* ---- derived data */

lede_status lede__sqlite_walk_derived(lede__engine *engine, lede_derived_kind kind,
                                      lede_store_each_derived *each, void *ctx, lede_error *err) {
    lede__sqlite *e = (lede__sqlite *)engine;
    sqlite3_stmt *q;
    lede_status st = lede__sql_query(e, SQL_DERIVED, LEDE__SQL(lede__int(kind)), &q, err);
    while (lede__sql_next(e, q, &st, err)) {
        const lede_derived x = {.key = lede__sql_column(q, 0),
                                .print = (uint64_t)sqlite3_column_int64(q, 1),
                                .bytes = lede__sql_column(q, 2)};
        if (!each(ctx, &x))
            break;
    }
    lede__sql_end(q);
    return st;
}

/* Columns of a statement are read whether they are looked at or not, and bytes may be long. */
lede_status lede__sqlite_get_derived(lede__engine *engine, lede_derived_kind kind, lede_str key,
                                     bool bytes, lede_store_each_derived *each, void *ctx,
                                     lede_error *err) {
    lede__sqlite *e = (lede__sqlite *)engine;
    sqlite3_stmt *q;
    lede_status st = lede__sql_query(e, bytes ? SQL_GET_DERIVED : SQL_DERIVED_PRINT,
                                     LEDE__SQL(lede__int(kind), lede__text(key)), &q, err);
    if (lede__sql_next(e, q, &st, err)) {
        const lede_derived x = {.key = lede__sql_column(q, 0),
                                .print = (uint64_t)sqlite3_column_int64(q, 1),
                                .bytes = lede__sql_column(q, 2)};
        each(ctx, &x);
    }
    lede__sql_end(q);
    return st;
}

lede_status lede__sqlite_put_derived(lede__engine *engine, lede_derived_kind kind,
                                     const lede_derived *x, lede_error *err) {
    const lede__sql_value *values = LEDE__SQL(lede__int(kind), lede__text(x->key),
                                              lede__int((int64_t)x->print), lede__blob(x->bytes));
    return lede__sql_run((lede__sqlite *)engine, SQL_PUT_DERIVED, values, err);
}

lede_status lede__sqlite_remove_derived(lede__engine *engine, lede_derived_kind kind, lede_str key,
                                        lede_error *err) {
    return lede__sql_run((lede__sqlite *)engine, SQL_DROP_DERIVED,
                         LEDE__SQL(lede__int(kind), lede__text(key)), err);
}
