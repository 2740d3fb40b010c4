/* articles.c - articles, their versions and due instants in SQLite. See store/engine.h and schema.c
 * for the layout. */
#include "store/sqlite/internal.h"

#include <stdlib.h>

#include "base/banned.h"

/* Copies the card of the row to where it is aligned, checks it, and fills *out; body is column 4
 * where there is one. */
static lede_status stored_of_row(lede__sqlite *e, sqlite3_stmt *q, bool with_body, lede_stored *out,
                                 lede_error *err) {
    lede_str card = lede__sql_column(q, 3);
    if (card.len > e->card_cap) {
        char *bigger = realloc(e->card, card.len * 2);
        if (!bigger)
            return lede_fail(err, LEDE_ENOMEM, "store: out of memory");
        e->card = bigger;
        e->card_cap = card.len * 2;
    }
    if (card.len)
        memcpy(e->card, card.ptr, card.len);
    lede_status st = lede_card_check(lede_str_n(e->card, card.len), err);
    if (st)
        return lede_fail_in(err, st, "store: '%s' is damaged", e->path);
    *out = (lede_stored){.card = (const lede_card *)(const void *)e->card,
                         .seq = sqlite3_column_int64(q, 0),
                         .revision = (int32_t)sqlite3_column_int64(q, 1),
                         .changed_at = sqlite3_column_int64(q, 2)};
    if (with_body)
        out->body = lede__sql_column(q, 4);
    return LEDE_OK;
}

/* ---- one article */

static lede_status by_key(lede__sqlite *e, enum lede__sql which, lede_str key, lede_stored *out,
                          lede_error *err) {
    sqlite3_stmt *q = lede__sql(e, which);
    bool row = false;
    if (!q)
        return lede__sql_fail(e, err);
    lede__sql_text(e, q, 1, key);
    lede_status st = lede__sql_next(e, q, &row, err);
    if (st || !row)
        return st ? st : LEDE_ENOTFOUND;
    st = lede__stored_copy(out, lede__sql_column(q, 3), lede__sql_column(q, 4), err);
    if (!st) {
        out->seq = sqlite3_column_int64(q, 0);
        out->revision = (int32_t)sqlite3_column_int64(q, 1);
        out->changed_at = sqlite3_column_int64(q, 2);
    }
    lede__sql_end(q);
    return st;
}

lede_status lede__sqlite_by_id(lede__engine *e, lede_str id, lede_stored *out, lede_error *err) {
    return by_key((lede__sqlite *)e, SQL_BY_ID, id, out, err);
}

lede_status lede__sqlite_by_url(lede__engine *e, lede_str url, lede_stored *out, lede_error *err) {
    return by_key((lede__sqlite *)e, SQL_BY_URL, url, out, err);
}

lede_status lede__sqlite_by_path(lede__engine *e, lede_str path, lede_stored *out,
                                 lede_error *err) {
    return by_key((lede__sqlite *)e, SQL_BY_PATH, path, out, err);
}

/* ---- putting */

static lede_status run_seq(lede__sqlite *e, enum lede__sql which, int64_t seq, lede_error *err) {
    sqlite3_stmt *q = lede__sql(e, which);
    if (!q)
        return lede__sql_fail(e, err);
    lede__sql_int(e, q, 1, seq);
    return lede__sql_run(e, q, err);
}

/* Runs which (PUT_DUE or DROP_DUE) for each due instant of a version. */
static lede_status each_due(lede__sqlite *e, enum lede__sql which, const lede_card *card,
                            int64_t changed_at, int64_t seq, lede_error *err) {
    int64_t due[LEDE__DUE_MAX];
    size_t n = lede__due_instants(card, changed_at, due);
    for (size_t i = 0; i < n; i++) {
        sqlite3_stmt *q = lede__sql(e, which);
        if (!q)
            return lede__sql_fail(e, err);
        lede__sql_int(e, q, 1, due[i]);
        lede__sql_int(e, q, 2, seq);
        lede_status st = lede__sql_run(e, q, err);
        if (st)
            return st;
    }
    return LEDE_OK;
}

/* Moves the newest version of id to the superseded ones. */
static lede_status retire(lede__sqlite *e, lede_str id, lede_error *err) {
    lede_stored old = {0};
    lede_status st = by_key(e, SQL_BY_ID, id, &old, err);
    if (st)
        return st;
    st = each_due(e, SQL_DROP_DUE, old.card, old.changed_at, old.seq, err);
    if (!st)
        st = run_seq(e, SQL_RETIRE, old.seq, err);
    if (!st)
        st = run_seq(e, SQL_DROP, old.seq, err);
    lede_stored_fini(&old);
    return st;
}

static lede_status insert_article(lede__sqlite *e, const lede_card *card, int32_t revision,
                                  int64_t seq, const lede_change *change, lede_error *err) {
    sqlite3_stmt *q = lede__sql(e, SQL_PUT);
    if (!q)
        return lede__sql_fail(e, err);
    lede__sql_int(e, q, 1, seq);
    lede__sql_text(e, q, 2, lede_card_text(card, LEDE_TEXT_ID));
    lede__sql_text(e, q, 3, lede_card_text(card, LEDE_TEXT_PATH));
    lede__sql_text(e, q, 4, lede_card_text(card, LEDE_TEXT_URL));
    lede__sql_text(e, q, 5, lede_str_of(lede_state_name(lede_card_state(card))));
    lede__sql_int(e, q, 6, revision);
    lede__sql_int(e, q, 7, change->at);
    lede__sql_text(e, q, 8, change->who);
    lede__sql_text(e, q, 9, change->what);
    lede__sql_blob(e, q, 10, lede_str_n((const char *)card, lede_card_size(card)));
    return lede__sql_run(e, q, err);
}

static lede_status insert_body(lede__sqlite *e, int64_t seq, lede_str body, lede_error *err) {
    sqlite3_stmt *q = lede__sql(e, SQL_PUT_BODY);
    if (!q)
        return lede__sql_fail(e, err);
    lede__sql_int(e, q, 1, seq);
    lede__sql_text(e, q, 2, body);
    return lede__sql_run(e, q, err);
}

lede_status lede__sqlite_put(lede__engine *engine, const lede_card *card, lede_str body,
                             int32_t revision, int64_t seq, const lede_change *change,
                             lede_error *err) {
    lede__sqlite *e = (lede__sqlite *)engine;
    lede_status st = LEDE_OK;
    if (revision > 1)
        st = retire(e, lede_card_text(card, LEDE_TEXT_ID), err);
    if (!st)
        st = insert_article(e, card, revision, seq, change, err);
    if (!st)
        st = insert_body(e, seq, body, err);
    if (!st)
        st = each_due(e, SQL_PUT_DUE, card, change->at, seq, err);
    if (st)
        return st;
    e->head.seq = seq;
    e->head.changed_at = change->at;
    e->head.articles += revision == 1;
    e->head_changed = true;
    e->writes++;
    return LEDE_OK;
}

/* ---- walking */

/* Gives each row of q to each. */
static lede_status walk_rows(lede__sqlite *e, sqlite3_stmt *q, bool with_body,
                             lede_store_each *each, void *ctx, lede_error *err) {
    for (;;) {
        bool row = false;
        lede_stored x;
        lede_status st = lede__sql_next(e, q, &row, err);
        if (st || !row)
            return st;
        st = stored_of_row(e, q, with_body, &x, err);
        if (st || !each(ctx, &x)) {
            lede__sql_end(q);
            return st;
        }
    }
}

lede_status lede__sqlite_walk(lede__engine *engine, int64_t changed_since, bool with_body,
                              lede_store_each *each, void *ctx, lede_error *err) {
    lede__sqlite *e = (lede__sqlite *)engine;
    bool by_seq = changed_since >= 0;
    enum lede__sql which =
        by_seq ? (with_body ? SQL_SINCE_BODY : SQL_SINCE) : (with_body ? SQL_WALK_BODY : SQL_WALK);
    sqlite3_stmt *q = lede__sql(e, which);
    if (!q)
        return lede__sql_fail(e, err);
    if (by_seq)
        lede__sql_int(e, q, 1, changed_since);
    return walk_rows(e, q, with_body, each, ctx, err);
}

lede_status lede__sqlite_walk_due(lede__engine *engine, int64_t after, int64_t upto, bool with_body,
                                  lede_store_each *each, void *ctx, lede_error *err) {
    lede__sqlite *e = (lede__sqlite *)engine;
    sqlite3_stmt *q = lede__sql(e, with_body ? SQL_DUE_BODY : SQL_DUE);
    if (!q)
        return lede__sql_fail(e, err);
    lede__sql_int(e, q, 1, after);
    lede__sql_int(e, q, 2, upto);
    return walk_rows(e, q, with_body, each, ctx, err);
}

lede_status lede__sqlite_next_due(lede__engine *engine, int64_t after, int64_t *out,
                                  lede_error *err) {
    lede__sqlite *e = (lede__sqlite *)engine;
    sqlite3_stmt *q = lede__sql(e, SQL_NEXT_DUE);
    bool row = false;
    if (!q)
        return lede__sql_fail(e, err);
    lede__sql_int(e, q, 1, after);
    lede_status st = lede__sql_next(e, q, &row, err);
    if (st)
        return st;
    *out = row ? sqlite3_column_int64(q, 0) : INT64_MAX;
    if (row)
        lede__sql_end(q);
    return LEDE_OK;
}

/* ---- history */

lede_status lede__sqlite_history(lede__engine *engine, lede_str id, lede_store_each_revision *each,
                                 void *ctx, lede_error *err) {
    lede__sqlite *e = (lede__sqlite *)engine;
    sqlite3_stmt *q = lede__sql(e, SQL_HISTORY);
    if (!q)
        return lede__sql_fail(e, err);
    lede__sql_text(e, q, 1, id);
    for (bool more = true, found = false; more; found = true) {
        bool row = false;
        lede_revision r = {0};
        lede_status st = lede__sql_next(e, q, &row, err);
        if (!st && !row && !found)
            return lede_fail(err, LEDE_ENOTFOUND, "store: no article '%.*s'", (int)id.len,
                             id.ptr ? id.ptr : "");
        if (st || !row)
            return st;
        st = stored_of_row(e, q, true, &r.version, err);
        if (st) {
            lede__sql_end(q);
            return st;
        }
        r.number = r.version.revision;
        r.seq = r.version.seq;
        r.at = r.version.changed_at;
        r.who = lede__sql_column(q, 5);
        r.what = lede__sql_column(q, 6);
        more = each(ctx, &r);
    }
    lede__sql_end(q);
    return LEDE_OK;
}
