/* tables.c - sources, terms and redirects in SQLite. See store/engine.h. */
#include "store/sqlite/internal.h"

#include "base/banned.h"

/* Advances the head for a change that belongs to no article. */
static void changed_at(lede__sqlite *e, int64_t seq, int64_t at) {
    e->head.seq = seq;
    e->head.changed_at = at;
    e->head_changed = true;
}

/* ---- sources */

lede_status lede__sqlite_walk_sources(lede__engine *engine, lede_store_each_source *each, void *ctx,
                                      lede_error *err) {
    lede__sqlite *e = (lede__sqlite *)engine;
    sqlite3_stmt *q = lede__sql(e, SQL_SOURCES);
    if (!q)
        return lede__sql_fail(e, err);
    for (bool more = true; more;) {
        bool row = false;
        lede_status st = lede__sql_next(e, q, &row, err);
        if (st || !row)
            return st;
        lede_source x = {.path = lede__sql_column(q, 0),
                         .size = sqlite3_column_int64(q, 2),
                         .mtime_ns = sqlite3_column_int64(q, 3),
                         .hash = (uint64_t)sqlite3_column_int64(q, 4),
                         .notes = lede__sql_column(q, 5)};
        lede_str id = lede__sql_column(q, 1);
        memcpy(x.id, id.len ? id.ptr : "", id.len < 26 ? id.len : 26);
        more = each(ctx, &x);
    }
    lede__sql_end(q);
    return LEDE_OK;
}

lede_status lede__sqlite_put_source(lede__engine *engine, const lede_source *x, lede_error *err) {
    lede__sqlite *e = (lede__sqlite *)engine;
    sqlite3_stmt *q = lede__sql(e, SQL_PUT_SOURCE);
    if (!q)
        return lede__sql_fail(e, err);
    lede__sql_text(e, q, 1, x->path);
    lede__sql_text(e, q, 2, lede_str_of(x->id));
    lede__sql_int(e, q, 3, x->size);
    lede__sql_int(e, q, 4, x->mtime_ns);
    lede__sql_int(e, q, 5, (int64_t)x->hash);
    lede__sql_text(e, q, 6, x->notes);
    return lede__sql_run(e, q, err);
}

lede_status lede__sqlite_remove_source(lede__engine *engine, lede_str path, lede_error *err) {
    return lede__sql_run_text((lede__sqlite *)engine, SQL_DROP_SOURCE, path, err);
}

/* ---- terms */

lede_status lede__sqlite_put_term(lede__engine *engine, const lede_term *x, int64_t seq, int64_t at,
                                  bool *changed, lede_error *err) {
    lede__sqlite *e = (lede__sqlite *)engine;
    sqlite3_stmt *q = lede__sql(e, SQL_PUT_TERM);
    if (!q)
        return lede__sql_fail(e, err);
    lede__sql_int(e, q, 1, x->kind);
    lede__sql_text(e, q, 2, x->slug);
    lede__sql_text(e, q, 3, x->title);
    lede__sql_text(e, q, 4, x->summary);
    lede__sql_text(e, q, 5, x->body);
    lede__sql_text(e, q, 6, x->params);
    lede__sql_text(e, q, 7, x->path);
    lede_status st = lede__sql_run(e, q, err);
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
    sqlite3_stmt *q = lede__sql(e, SQL_DROP_TERM);
    if (!q)
        return lede__sql_fail(e, err);
    lede__sql_int(e, q, 1, kind);
    lede__sql_text(e, q, 2, slug);
    lede_status st = lede__sql_run(e, q, err);
    if (!st && sqlite3_changes(e->db) > 0)
        changed_at(e, seq, at);
    return st;
}

lede_status lede__sqlite_walk_terms(lede__engine *engine, lede_store_each_term *each, void *ctx,
                                    lede_error *err) {
    lede__sqlite *e = (lede__sqlite *)engine;
    sqlite3_stmt *q = lede__sql(e, SQL_TERMS);
    if (!q)
        return lede__sql_fail(e, err);
    for (bool more = true; more;) {
        bool row = false;
        lede_status st = lede__sql_next(e, q, &row, err);
        if (st || !row)
            return st;
        lede_term x = {.kind = (lede_term_kind)sqlite3_column_int(q, 0),
                       .slug = lede__sql_column(q, 1),
                       .title = lede__sql_column(q, 2),
                       .summary = lede__sql_column(q, 3),
                       .body = lede__sql_column(q, 4),
                       .params = lede__sql_column(q, 5),
                       .path = lede__sql_column(q, 6)};
        if ((unsigned)x.kind >= LEDE_TERM_KINDS)
            continue; /* of a kind that this version does not know */
        more = each(ctx, &x);
    }
    lede__sql_end(q);
    return LEDE_OK;
}

/* ---- redirects */

lede_status lede__sqlite_put_redirect(lede__engine *engine, lede_str from, lede_str id,
                                      lede_error *err) {
    lede__sqlite *e = (lede__sqlite *)engine;
    sqlite3_stmt *q = lede__sql(e, SQL_PUT_REDIRECT);
    if (!q)
        return lede__sql_fail(e, err);
    lede__sql_text(e, q, 1, from);
    lede__sql_text(e, q, 2, id);
    return lede__sql_run(e, q, err);
}

lede_status lede__sqlite_remove_redirect(lede__engine *engine, lede_str from, lede_error *err) {
    return lede__sql_run_text((lede__sqlite *)engine, SQL_DROP_REDIRECT, from, err);
}

lede_status lede__sqlite_walk_redirects(lede__engine *engine, lede_store_each_redirect *each,
                                        void *ctx, lede_error *err) {
    lede__sqlite *e = (lede__sqlite *)engine;
    sqlite3_stmt *q = lede__sql(e, SQL_REDIRECTS);
    if (!q)
        return lede__sql_fail(e, err);
    for (bool more = true; more;) {
        bool row = false;
        lede_status st = lede__sql_next(e, q, &row, err);
        if (st || !row)
            return st;
        more = each(ctx, lede__sql_column(q, 0), lede__sql_column(q, 1));
    }
    lede__sql_end(q);
    return LEDE_OK;
}
