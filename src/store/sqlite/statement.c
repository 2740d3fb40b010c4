/* statement.c - prepared statements of the SQLite engine, and its errors in words. See internal.h.
 */
#include "store/sqlite/internal.h"

#include "base/banned.h"

#define X(name, text) text,
static const char *const texts[] = {LEDE__SQL_LIST(X)};
#undef X

static lede_status status_of(int rc) {
    switch (rc & 0xff) { /* the low byte is the primary code */
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return LEDE_EBUSY;
    case SQLITE_NOMEM:
        return LEDE_ENOMEM;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
        return LEDE_EFORMAT;
    case SQLITE_CONSTRAINT:
        return LEDE_EEXIST;
    case SQLITE_TOOBIG:
        return LEDE_ELIMIT;
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_AUTH:
        return LEDE_EDENIED;
    default:
        return LEDE_EIO;
    }
}

lede_status lede__sql_fail(lede__sqlite *e, lede_error *err) {
    lede_status st = status_of(sqlite3_errcode(e->db));
    if (st == LEDE_EBUSY)
        return lede_fail(err, st, "store: '%s' is held by another process; try again", e->path);
    if (st == LEDE_EFORMAT)
        return lede_fail(err, st, "store: '%s' is damaged or no lede store (%s)", e->path,
                         sqlite3_errmsg(e->db));
    return lede_fail(err, st, "store: '%s': %s", e->path, sqlite3_errmsg(e->db));
}

sqlite3_stmt *lede__sql(lede__sqlite *e, enum lede__sql which) {
    sqlite3_stmt **q = &e->statements[which];
    e->bind_failed = SQLITE_OK;
    if (!*q) /* stays NULL on failure */
        sqlite3_prepare_v3(e->db, texts[which], -1, SQLITE_PREPARE_PERSISTENT, q, NULL);
    return *q;
}

static void note_bind(lede__sqlite *e, int rc) {
    if (rc != SQLITE_OK && e->bind_failed == SQLITE_OK)
        e->bind_failed = rc;
}

void lede__sql_text(lede__sqlite *e, sqlite3_stmt *q, int i, lede_str s) {
    note_bind(e, sqlite3_bind_text64(q, i, s.len ? s.ptr : "", s.len, SQLITE_STATIC, SQLITE_UTF8));
}

void lede__sql_blob(lede__sqlite *e, sqlite3_stmt *q, int i, lede_str s) {
    note_bind(e, sqlite3_bind_blob64(q, i, s.len ? s.ptr : "", s.len, SQLITE_STATIC));
}

void lede__sql_int(lede__sqlite *e, sqlite3_stmt *q, int i, int64_t n) {
    note_bind(e, sqlite3_bind_int64(q, i, n));
}

lede_status lede__sql_next(lede__sqlite *e, sqlite3_stmt *q, bool *row, lede_error *err) {
    if (e->bind_failed) {
        int rc = e->bind_failed;
        e->bind_failed = SQLITE_OK;
        lede__sql_end(q);
        return lede_fail(err, status_of(rc), "store: '%s': %s", e->path, sqlite3_errstr(rc));
    }
    int rc = sqlite3_step(q);
    *row = rc == SQLITE_ROW;
    if (*row)
        return LEDE_OK;
    lede_status st = rc == SQLITE_DONE ? LEDE_OK : lede__sql_fail(e, err);
    lede__sql_end(q);
    return st;
}

void lede__sql_end(sqlite3_stmt *q) {
    sqlite3_reset(q);
    sqlite3_clear_bindings(q); /* what was bound is borrowed */
}

lede_status lede__sql_run(lede__sqlite *e, sqlite3_stmt *q, lede_error *err) {
    bool row = false;
    lede_status st = lede__sql_next(e, q, &row, err);
    if (row)
        lede__sql_end(q);
    return st;
}

lede_status lede__sql_run_text(lede__sqlite *e, enum lede__sql which, lede_str key,
                               lede_error *err) {
    sqlite3_stmt *q = lede__sql(e, which);
    if (!q)
        return lede__sql_fail(e, err);
    lede__sql_text(e, q, 1, key);
    return lede__sql_run(e, q, err);
}

lede_str lede__sql_column(sqlite3_stmt *q, int i) {
    const void *p = sqlite3_column_blob(q, i); /* before _bytes, which it may change */
    return lede_str_n(p, (size_t)sqlite3_column_bytes(q, i));
}
