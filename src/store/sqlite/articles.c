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
    sqlite3_stmt *q;
    lede_status st = lede__sql_query(e, which, LEDE__SQL(lede__text(key)), &q, err);
    if (!lede__sql_next(e, q, &st, err))
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

/* Runs which (PUT_DUE or DROP_DUE) for each due instant of a version. */
static lede_status each_due(lede__sqlite *e, enum lede__sql which, const lede_card *card,
                            int64_t changed_at, int64_t seq, lede_error *err) {
    int64_t due[LEDE__DUE_MAX];
    size_t n = lede__due_instants(card, changed_at, due);
    lede_status st = LEDE_OK;
    for (size_t i = 0; !st && i < n; i++)
        st = lede__sql_run(e, which, LEDE__SQL(lede__int(due[i]), lede__int(seq)), err);
    return st;
}

/* Moves the newest version of id to the superseded ones. */
static lede_status retire(lede__sqlite *e, lede_str id, lede_error *err) {
    lede_stored old = {0};
    lede_status st = by_key(e, SQL_BY_ID, id, &old, err);
    if (st)
        return st;
    st = each_due(e, SQL_DROP_DUE, old.card, old.changed_at, old.seq, err);
    if (!st)
        st = lede__sql_run(e, SQL_RETIRE, LEDE__SQL(lede__int(old.seq)), err);
    if (!st)
        st = lede__sql_run(e, SQL_DROP, LEDE__SQL(lede__int(old.seq)), err);
    lede_stored_fini(&old);
    return st;
}

lede_status lede__sqlite_purge(lede__engine *engine, lede_str id, lede_error *err) {
    static const enum lede__sql steps[] = {SQL_PURGE_BODY,    SQL_PURGE_REVISIONS,
                                           SQL_PURGE_ARTICLE, SQL_PURGE_REDIRECTS,
                                           SQL_PURGE_SOURCES, SQL_PURGE_DERIVED};
    lede__sqlite *e = (lede__sqlite *)engine;
    lede_stored x = {0};
    lede_status st = by_key(e, SQL_BY_ID, id, &x, err);
    if (st == LEDE_ENOTFOUND)
        return lede_fail(err, st, "store: no article '%.*s'", (int)id.len, id.ptr ? id.ptr : "");
    if (!st)
        st = each_due(e, SQL_DROP_DUE, x.card, x.changed_at, x.seq, err);
    for (size_t i = 0; !st && i < sizeof steps / sizeof *steps; i++)
        st = lede__sql_run(e, steps[i], LEDE__SQL(lede__text(id)), err);
    lede_stored_fini(&x);
    e->head.articles -= !st;
    e->head_changed = true;
    return st;
}

/* Pages that were given free keep their bytes, those of earlier edits too: the file is written
 * anew, and the log emptied. */
lede_status lede__sqlite_scrub(lede__engine *engine, lede_error *err) {
    lede__sqlite *e = (lede__sqlite *)engine;
    sqlite3_limit(e->db, SQLITE_LIMIT_ATTACHED, 1); /* VACUUM attaches the new file */
    const int rc = sqlite3_exec(e->db, "VACUUM; PRAGMA wal_checkpoint(TRUNCATE)", NULL, NULL, NULL);
    const lede_status st = rc == SQLITE_OK ? LEDE_OK : lede__sql_fail(e, err);
    sqlite3_limit(e->db, SQLITE_LIMIT_ATTACHED, 0);
    return st;
}

static lede_status insert_article(lede__sqlite *e, const lede_card *card, int32_t revision,
                                  int64_t seq, const lede_change *change, lede_error *err) {
    const lede__sql_value *values = LEDE__SQL(
        lede__int(seq), lede__text(lede_card_text(card, LEDE_TEXT_ID)),
        lede__text(lede_card_text(card, LEDE_TEXT_PATH)),
        lede__text(lede_card_text(card, LEDE_TEXT_URL)),
        lede__text(lede_str_of(lede_state_name(lede_card_state(card)))), lede__int(revision),
        lede__int(change->at), lede__text(change->who), lede__text(change->what),
        lede__blob(lede_str_n((const char *)card, lede_card_size(card))));
    return lede__sql_run(e, SQL_PUT, values, err);
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
        st = lede__sql_run(e, SQL_PUT_BODY, LEDE__SQL(lede__int(seq), lede__text(body)), err);
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

/* Gives each row of the statement to each. */
static lede_status walk_rows(lede__sqlite *e, enum lede__sql which, const lede__sql_value *values,
                             bool with_body, lede_store_each *each, void *ctx, lede_error *err) {
    sqlite3_stmt *q;
    lede_status st = lede__sql_query(e, which, values, &q, err);
    while (lede__sql_next(e, q, &st, err)) {
        lede_stored x;
        st = stored_of_row(e, q, with_body, &x, err);
        if (st || !each(ctx, &x))
            break;
    }
    lede__sql_end(q);
    return st;
}

lede_status lede__sqlite_walk(lede__engine *engine, int64_t changed_since, bool with_body,
                              lede_store_each *each, void *ctx, lede_error *err) {
    lede__sqlite *e = (lede__sqlite *)engine;
    if (changed_since < 0)
        return walk_rows(e, with_body ? SQL_WALK_BODY : SQL_WALK, NULL, with_body, each, ctx, err);
    return walk_rows(e, with_body ? SQL_SINCE_BODY : SQL_SINCE, LEDE__SQL(lede__int(changed_since)),
                     with_body, each, ctx, err);
}

lede_status lede__sqlite_walk_due(lede__engine *engine, int64_t after, int64_t upto, bool with_body,
                                  lede_store_each *each, void *ctx, lede_error *err) {
    return walk_rows((lede__sqlite *)engine, with_body ? SQL_DUE_BODY : SQL_DUE,
                     LEDE__SQL(lede__int(after), lede__int(upto)), with_body, each, ctx, err);
}

lede_status lede__sqlite_next_due(lede__engine *engine, int64_t after, int64_t *out,
                                  lede_error *err) {
    lede__sqlite *e = (lede__sqlite *)engine;
    sqlite3_stmt *q;
    lede_status st = lede__sql_query(e, SQL_NEXT_DUE, LEDE__SQL(lede__int(after)), &q, err);
    bool row = lede__sql_next(e, q, &st, err);
    if (st)
        return st;
    *out = row ? sqlite3_column_int64(q, 0) : INT64_MAX;
    lede__sql_end(q);
    return LEDE_OK;
}

/* ---- history */

lede_status lede__sqlite_history(lede__engine *engine, lede_str id, lede_store_each_revision *each,
                                 void *ctx, lede_error *err) {
    lede__sqlite *e = (lede__sqlite *)engine;
    sqlite3_stmt *q;
    bool found = false;
    lede_status st = lede__sql_query(e, SQL_HISTORY, LEDE__SQL(lede__text(id)), &q, err);
    while (lede__sql_next(e, q, &st, err)) {
        lede_revision r = {0};
        found = true;
        st = stored_of_row(e, q, true, &r.version, err);
        if (st)
            break;
        r.number = r.version.revision;
        r.seq = r.version.seq;
        r.at = r.version.changed_at;
        r.who = lede__sql_column(q, 5);
        r.what = lede__sql_column(q, 6);
        if (!each(ctx, &r))
            break;
    }
    lede__sql_end(q);
    if (!st && !found)
        st = lede_fail(err, LEDE_ENOTFOUND, "store: no article '%.*s'", (int)id.len,
                       id.ptr ? id.ptr : "");
    return st;
}
