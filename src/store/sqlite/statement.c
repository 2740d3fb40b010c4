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

static int bind(sqlite3_stmt *q, int i, const lede__sql_value *v) {
    switch (v->kind) { /* "" for no bytes: NULL would be SQL's */
    case LEDE__SQL_INT:
        return sqlite3_bind_int64(q, i, v->number);
    case LEDE__SQL_TEXT:
        return sqlite3_bind_text64(q, i, v->bytes.len ? v->bytes.ptr : "", v->bytes.len,
                                   SQLITE_STATIC, SQLITE_UTF8);
    case LEDE__SQL_BLOB:
        return sqlite3_bind_blob64(q, i, v->bytes.len ? v->bytes.ptr : "", v->bytes.len,
                                   SQLITE_STATIC);
    case LEDE__SQL_END:
        break;
    }
    return SQLITE_MISUSE;
}

lede_status lede__sql_query(lede__sqlite *e, enum lede__sql which, const lede__sql_value *values,
                            sqlite3_stmt **q, lede_error *err) {
    sqlite3_stmt **kept = &e->statements[which]; /* stays NULL on failure */
    *q = NULL;
    if (!*kept && sqlite3_prepare_v3(e->db, texts[which], -1, SQLITE_PREPARE_PERSISTENT, kept,
                                     NULL) != SQLITE_OK)
        return lede__sql_fail(e, err);
    int rc = SQLITE_OK;
    for (int i = 0; values && values[i].kind != LEDE__SQL_END && rc == SQLITE_OK; i++)
        rc = bind(*kept, i + 1, &values[i]);
    if (rc != SQLITE_OK) { /* too big, or out of memory; not in sqlite3_errcode() */
        lede__sql_end(*kept);
        return lede_fail(err, status_of(rc), "store: '%s': %s", e->path, sqlite3_errstr(rc));
    }
    *q = *kept;
    return LEDE_OK;
}

bool lede__sql_next(lede__sqlite *e, sqlite3_stmt *q, lede_status *st, lede_error *err) {
    if (*st)
        return false;
    int rc = sqlite3_step(q);
    if (rc == SQLITE_ROW)
        return true;
    if (rc != SQLITE_DONE)
        *st = lede__sql_fail(e, err);
    lede__sql_end(q);
    return false;
}

void lede__sql_end(sqlite3_stmt *q) {
    if (!q)
        return;
    sqlite3_reset(q);
    sqlite3_clear_bindings(q); /* what was bound is borrowed */
}

lede_status lede__sql_run(lede__sqlite *e, enum lede__sql which, const lede__sql_value *values,
                          lede_error *err) {
    sqlite3_stmt *q;
    lede_status st = lede__sql_query(e, which, values, &q, err);
    if (lede__sql_next(e, q, &st, err))
        lede__sql_end(q); /* a pragma may answer with a row */
    return st;
}

lede_str lede__sql_column(sqlite3_stmt *q, int i) {
    const void *p = sqlite3_column_blob(q, i); /* before _bytes, which it may change */
    return lede_str_n(p, (size_t)sqlite3_column_bytes(q, i));
}
