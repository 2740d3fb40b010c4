/* internal.h - what the files of the SQLite engine share.
 *
 * Every statement of the engine stands in the list below, is prepared at its first use and kept
 * until close. Values are always bound, never pasted:
 *
 *     st = lede__sql_run(e, SQL_PUT_BODY, LEDE__SQL(lede__int(seq), lede__text(body)), err);
 *
 *     st = lede__sql_query(e, SQL_SINCE, LEDE__SQL(lede__int(seq)), &q, err);
 *     while (lede__sql_next(e, q, &st, err))
 *         ... lede__sql_column(q, 0) ...
 *     lede__sql_end(q);
 */
#ifndef LEDE_STORE_SQLITE_INTERNAL_H
#define LEDE_STORE_SQLITE_INTERNAL_H

#include "store/engine.h"

#include <sqlite3.h>

/* Columns that lede__sqlite_stored reads: seq, revision, changed_at, card; body follows where it is
 * asked for. */
#define LEDE__SQL_COLUMNS "a.seq, a.revision, a.changed_at, a.card"
#define LEDE__SQL_BODY LEDE__SQL_COLUMNS ", b.text FROM article a"
#define LEDE__SQL_JOIN " JOIN body b ON b.seq = a.seq"
#define LEDE__SQL_DUE                                                                              \
    " WHERE a.seq IN (SELECT seq FROM due WHERE at > ?1 AND at <= ?2) ORDER BY a.seq"

#define LEDE__SQL_DELIVERY                                                                         \
    "SELECT number, plugin, target, key, subject, data, holder, said, state, release, made, due,"  \
    " tries FROM outbox"

/* X(name, text). INDEXED BY pins the index whose order a walk promises. */
#define LEDE__SQL_LIST(X)                                                                          \
    X(BEGIN, "BEGIN IMMEDIATE")                                                                    \
    X(COMMIT, "COMMIT")                                                                            \
    X(ROLLBACK, "ROLLBACK")                                                                        \
    X(CHECKPOINT, "PRAGMA wal_checkpoint(PASSIVE)")                                                \
    X(HEAD, "SELECT seq, changed_at, articles, uuid FROM meta")                                    \
    X(SET_HEAD, "UPDATE meta SET seq = ?1, changed_at = ?2, articles = ?3")                        \
    X(BY_ID, "SELECT " LEDE__SQL_BODY LEDE__SQL_JOIN " WHERE a.id = ?1")                           \
    X(BY_URL,                                                                                      \
      "SELECT " LEDE__SQL_BODY LEDE__SQL_JOIN " WHERE a.url = ?1 AND a.state <> 'withdrawn'")      \
    X(BY_PATH, "SELECT " LEDE__SQL_BODY LEDE__SQL_JOIN                                             \
               " WHERE a.path = ?1 AND a.path <> '' ORDER BY a.seq DESC LIMIT 1")                  \
    X(RETIRE,                                                                                      \
      "INSERT INTO revision (seq, article, number, at, who, what, card)"                           \
      " SELECT seq, id, revision, changed_at, who, what, card FROM article WHERE seq = ?1")        \
    X(DROP, "DELETE FROM article WHERE seq = ?1")                                                  \
    X(PUT,                                                                                         \
      "INSERT INTO article (seq, id, path, url, state, revision, changed_at, who, what, card)"     \
      " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)")                                         \
    X(PUT_BODY, "INSERT INTO body (seq, text) VALUES (?1, ?2)")                                    \
    X(PUT_DUE, "INSERT OR IGNORE INTO due (at, seq) VALUES (?1, ?2)")                              \
    X(DROP_DUE, "DELETE FROM due WHERE at = ?1 AND seq = ?2")                                      \
    X(WALK, "SELECT " LEDE__SQL_COLUMNS " FROM article a INDEXED BY article_id ORDER BY a.id")     \
    X(WALK_BODY,                                                                                   \
      "SELECT " LEDE__SQL_BODY " INDEXED BY article_id CROSS" LEDE__SQL_JOIN " ORDER BY a.id")     \
    X(SINCE, "SELECT " LEDE__SQL_COLUMNS " FROM article a WHERE a.seq > ?1 ORDER BY a.seq")        \
    X(SINCE_BODY,                                                                                  \
      "SELECT " LEDE__SQL_BODY " CROSS" LEDE__SQL_JOIN " WHERE a.seq > ?1 ORDER BY a.seq")         \
    X(DUE, "SELECT " LEDE__SQL_COLUMNS " FROM article a" LEDE__SQL_DUE)                            \
    X(DUE_BODY, "SELECT " LEDE__SQL_BODY " CROSS" LEDE__SQL_JOIN LEDE__SQL_DUE)                    \
    X(NEXT_DUE, "SELECT d.at FROM due d CROSS JOIN article a ON a.seq = d.seq"                     \
                " WHERE d.at > ?1 ORDER BY d.at LIMIT 1")                                          \
    X(HISTORY, "SELECT " LEDE__SQL_COLUMNS ", b.text, a.who, a.what FROM article a" LEDE__SQL_JOIN \
               " WHERE a.id = ?1"                                                                  \
               " UNION ALL SELECT r.seq, r.number, r.at, r.card, c.text, r.who, r.what"            \
               " FROM revision r JOIN body c ON c.seq = r.seq WHERE r.article = ?1"                \
               " ORDER BY 2 DESC")                                                                 \
    X(PURGE_BODY, "DELETE FROM body WHERE seq IN (SELECT seq FROM article WHERE id = ?1"           \
                  " UNION SELECT seq FROM revision WHERE article = ?1)")                           \
    X(PURGE_REVISIONS, "DELETE FROM revision WHERE article = ?1")                                  \
    X(PURGE_ARTICLE, "DELETE FROM article WHERE id = ?1")                                          \
    X(PURGE_REDIRECTS, "DELETE FROM redirect WHERE article = ?1")                                  \
    X(PURGE_DERIVED, "DELETE FROM derived WHERE key = ?1")                                         \
    X(PURGE_SOURCES, "DELETE FROM source WHERE article = ?1")                                      \
    X(SOURCES, "SELECT path, article, size, mtime, hash, notes FROM source ORDER BY path")         \
    X(SOURCE, "SELECT path, article, size, mtime, hash, notes FROM source WHERE path = ?")         \
    X(PUT_SOURCE, "INSERT INTO source (path, article, size, mtime, hash, notes)"                   \
                  " VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT (path) DO UPDATE SET"              \
                  " article = excluded.article, size = excluded.size, mtime = excluded.mtime,"     \
                  " hash = excluded.hash, notes = excluded.notes")                                 \
    X(DROP_SOURCE, "DELETE FROM source WHERE path = ?1")                                           \
    X(TERMS,                                                                                       \
      "SELECT kind, slug, title, summary, body, params, path FROM term ORDER BY kind, slug")       \
    X(PUT_TERM, "INSERT INTO term (kind, slug, title, summary, body, params, path)"                \
                " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT (kind, slug) DO UPDATE SET"      \
                " title = excluded.title, summary = excluded.summary, body = excluded.body,"       \
                " params = excluded.params, path = excluded.path"                                  \
                " WHERE (title, summary, body, params, path) <> (excluded.title,"                  \
                " excluded.summary, excluded.body, excluded.params, excluded.path)")               \
    X(DROP_TERM, "DELETE FROM term WHERE kind = ?1 AND slug = ?2")                                 \
    X(REDIRECTS, "SELECT url, article FROM redirect ORDER BY url")                                 \
    X(PUT_REDIRECT, "INSERT INTO redirect (url, article) VALUES (?1, ?2)"                          \
                    " ON CONFLICT (url) DO UPDATE SET article = excluded.article")                 \
    X(DROP_REDIRECT, "DELETE FROM redirect WHERE url = ?1")                                        \
    X(DERIVED, "SELECT key, print, bytes FROM derived WHERE kind = ?1 ORDER BY key")               \
    X(GET_DERIVED, "SELECT key, print, bytes FROM derived WHERE kind = ?1 AND key = ?2")           \
    X(DERIVED_PRINT, "SELECT key, print, x'' FROM derived WHERE kind = ?1 AND key = ?2")           \
    X(PUT_DERIVED, "INSERT INTO derived (kind, key, print, bytes) VALUES (?1, ?2, ?3, ?4)"         \
                   " ON CONFLICT (kind, key) DO UPDATE SET"                                        \
                   " print = excluded.print, bytes = excluded.bytes")                              \
    X(DROP_DERIVED, "DELETE FROM derived WHERE kind = ?1 AND key = ?2")                            \
    X(PUT_DELIVERY, "INSERT INTO outbox (plugin, target, key, subject, data, holder, said, state," \
                    " release, made, due, tries)"                                                  \
                    " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)")                 \
    X(SET_DELIVERY, "UPDATE outbox SET plugin = ?1, target = ?2, key = ?3, subject = ?4,"          \
                    " data = ?5, holder = ?6, said = ?7, state = ?8, release = ?9, made = ?10,"    \
                    " due = ?11, tries = ?12 WHERE number = ?13")                                  \
    X(DROP_DELIVERY, "DELETE FROM outbox WHERE number = ?1")                                       \
    X(DELIVERY, LEDE__SQL_DELIVERY " WHERE number = ?1")                                           \
    X(DELIVERY_KEY, LEDE__SQL_DELIVERY " WHERE plugin = ?1 AND target = ?2 AND key = ?3")          \
    X(DELIVERIES, LEDE__SQL_DELIVERY " WHERE state = ?1 AND due <= ?2 ORDER BY due, number")       \
    X(DELIVERIES_TO, LEDE__SQL_DELIVERY " INDEXED BY outbox_target WHERE state = ?1"               \
                                        " AND due <= ?2 AND plugin = ?3 AND target = ?4"           \
                                        " ORDER BY due, number")                                   \
    X(DELIVERIES_ABOUT, LEDE__SQL_DELIVERY " INDEXED BY outbox_subject WHERE state = ?1"           \
                                           " AND due <= ?2 AND plugin = ?3 AND target = ?4"        \
                                           " AND subject = ?5 AND subject <> ''"                   \
                                           " ORDER BY due, number")                                \
    X(TARGETS, "SELECT plugin, target, count(*), min(due) FROM outbox INDEXED BY outbox_target"    \
               " WHERE state = ?1 GROUP BY plugin, target ORDER BY plugin, target")

#define X(name, text) SQL_##name,
enum lede__sql { LEDE__SQL_LIST(X) SQL_COUNT };
#undef X

typedef struct lede__sqlite {
    lede__engine base;
    sqlite3 *db;
    char *path;
    sqlite3_stmt *statements[SQL_COUNT];
    bool new_file; /* still in rollback-journal mode, see schema.c */
    bool in_tx;
    int writes;           /* articles put in the open transaction */
    lede_store_head head; /* the truth while a transaction is open; written back at commit */
    bool head_changed;
    char *card; /* aligned copy of the card that is being given out */
    size_t card_cap;
} lede__sqlite;

/* schema.c: opens the file, sets the connection up and brings the schema up to date. */
LEDE_MUST_CHECK lede_status lede__sqlite_open_file(lede__sqlite *e, const char *path,
                                                   lede_error *err);
/* schema.c: turns a file that has been filled to write-ahead logging. Failing to is no failure. */
void lede__sqlite_use_wal(lede__sqlite *e);

/* statement.c. Reports the connection's last error in words, with the file's name. */
lede_status lede__sql_fail(lede__sqlite *e, lede_error *err);

/* A value to bind; borrowed until the statement ends. */
typedef struct lede__sql_value {
    enum { LEDE__SQL_END, LEDE__SQL_INT, LEDE__SQL_TEXT, LEDE__SQL_BLOB } kind;
    union {
        int64_t number;
        lede_str bytes;
    };
} lede__sql_value;

static inline lede__sql_value lede__int(int64_t n) {
    return (lede__sql_value){.kind = LEDE__SQL_INT, .number = n};
}
static inline lede__sql_value lede__text(lede_str s) {
    return (lede__sql_value){.kind = LEDE__SQL_TEXT, .bytes = s};
}
static inline lede__sql_value lede__blob(lede_str s) {
    return (lede__sql_value){.kind = LEDE__SQL_BLOB, .bytes = s};
}
/* The values of a statement in order of its parameters; NULL stands for none. */
#define LEDE__SQL(...) ((const lede__sql_value[]){__VA_ARGS__, {.kind = LEDE__SQL_END}})

/* Begins a statement that gives rows. *q is NULL on failure. */
LEDE_MUST_CHECK lede_status lede__sql_query(lede__sqlite *e, enum lede__sql which,
                                            const lede__sql_value *values, sqlite3_stmt **q,
                                            lede_error *err);
/* Whether there is a next row. false at the end, after a failure, which it puts into *st, and when
 * *st is one already; the statement has ended then. */
bool lede__sql_next(lede__sqlite *e, sqlite3_stmt *q, lede_status *st, lede_error *err);
/* Needed where not all rows are read. May be repeated; takes NULL. */
void lede__sql_end(sqlite3_stmt *q);
/* All of a statement that gives no rows. */
LEDE_MUST_CHECK lede_status lede__sql_run(lede__sqlite *e, enum lede__sql which,
                                          const lede__sql_value *values, lede_error *err);
lede_str lede__sql_column(sqlite3_stmt *q, int i); /* bytes of a text or blob column */

/* articles.c and tables.c: the slots of engine.h by these names. */
lede_status lede__sqlite_by_id(lede__engine *e, lede_str id, lede_stored *out, lede_error *err);
lede_status lede__sqlite_by_url(lede__engine *e, lede_str url, lede_stored *out, lede_error *err);
lede_status lede__sqlite_by_path(lede__engine *e, lede_str path, lede_stored *out, lede_error *err);
lede_status lede__sqlite_put(lede__engine *e, const lede_card *card, lede_str body,
                             int32_t revision, int64_t seq, const lede_change *change,
                             lede_error *err);
lede_status lede__sqlite_walk(lede__engine *e, int64_t changed_since, bool with_body,
                              lede_store_each *each, void *ctx, lede_error *err);
lede_status lede__sqlite_walk_due(lede__engine *e, int64_t after, int64_t upto, bool with_body,
                                  lede_store_each *each, void *ctx, lede_error *err);
lede_status lede__sqlite_next_due(lede__engine *e, int64_t after, int64_t *out, lede_error *err);
lede_status lede__sqlite_history(lede__engine *e, lede_str id, lede_store_each_revision *each,
                                 void *ctx, lede_error *err);
lede_status lede__sqlite_purge(lede__engine *e, lede_str id, lede_error *err);
lede_status lede__sqlite_scrub(lede__engine *e, lede_error *err);
lede_status lede__sqlite_walk_sources(lede__engine *e, lede_store_each_source *each, void *ctx,
                                      lede_error *err);
lede_status lede__sqlite_visit_source(lede__engine *e, lede_str path, lede_store_each_source *each,
                                      void *ctx, lede_error *err);
lede_status lede__sqlite_put_source(lede__engine *e, const lede_source *x, lede_error *err);
lede_status lede__sqlite_remove_source(lede__engine *e, lede_str path, lede_error *err);
lede_status lede__sqlite_put_term(lede__engine *e, const lede_term *x, int64_t seq, int64_t at,
                                  bool *changed, lede_error *err);
lede_status lede__sqlite_remove_term(lede__engine *e, lede_term_kind kind, lede_str slug,
                                     int64_t seq, int64_t at, lede_error *err);
lede_status lede__sqlite_walk_terms(lede__engine *e, lede_store_each_term *each, void *ctx,
                                    lede_error *err);
lede_status lede__sqlite_put_redirect(lede__engine *e, lede_str from, lede_str id, lede_error *err);
lede_status lede__sqlite_remove_redirect(lede__engine *e, lede_str from, lede_error *err);
lede_status lede__sqlite_walk_redirects(lede__engine *e, lede_store_each_redirect *each, void *ctx,
                                        lede_error *err);
lede_status lede__sqlite_walk_derived(lede__engine *engine, lede_derived_kind kind,
                                      lede_store_each_derived *each, void *ctx, lede_error *err);
lede_status lede__sqlite_get_derived(lede__engine *engine, lede_derived_kind kind, lede_str key,
                                     bool bytes, lede_store_each_derived *each, void *ctx,
                                     lede_error *err);
lede_status lede__sqlite_put_derived(lede__engine *engine, lede_derived_kind kind,
                                     const lede_derived *x, lede_error *err);
lede_status lede__sqlite_remove_derived(lede__engine *engine, lede_derived_kind kind, lede_str key,
                                        lede_error *err);
lede_status lede__sqlite_put_delivery(lede__engine *e, const lede_delivery *x, int64_t *number,
                                      lede_error *err);
lede_status lede__sqlite_remove_delivery(lede__engine *e, int64_t number, lede_error *err);
lede_status lede__sqlite_visit_delivery(lede__engine *e, int64_t number, lede_outbox_each *each,
                                        void *ctx, lede_error *err);
lede_status lede__sqlite_visit_delivery_key(lede__engine *e, lede_str plugin, lede_str target,
                                            lede_str key, lede_outbox_each *each, void *ctx,
                                            lede_error *err);
lede_status lede__sqlite_walk_deliveries(lede__engine *e, const lede_outbox_query *q,
                                         lede_outbox_each *each, void *ctx, lede_error *err);
lede_status lede__sqlite_walk_targets(lede__engine *e, lede_delivery_state state,
                                      lede_outbox_each_target *each, void *ctx, lede_error *err);

#endif
