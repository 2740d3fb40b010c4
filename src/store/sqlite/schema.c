/* schema.c - opens a SQLite file, sets the connection up and brings its schema up to date.
 *
 * The layout, and why:
 * - article holds the newest version of each, under the number of its change: walking by change is
 * reading the table in its own order. An edit gives an article a new row, its old one moves to
 * revision.
 * - body holds the text of every version under the same number and never moves: cards lie close
 * together, so walking 100,000 of them reads no text, and appending is the cheapest thing a B-tree
 * does.
 * - derived has its keys in an index of their own: a tree that is ordered by them and holds the
 * bytes as well copies whole rows to compare keys.
 * - Pages have 16 KiB: bodies are a few KiB, and smaller pages would spill most of them into
 * overflow chains.
 * - A new file is filled in rollback-journal mode: pages behind the old end of a file need no
 * journal, so each is written once instead of twice, and a process that dies in the middle leaves
 * the file as it was, by the same guarantee as ever. It turns to write-ahead logging with the first
 * small transaction, or when it is opened again.
 */
#include "base/path.h"
#include "store/sqlite/internal.h"
#include "sys/sys.h"

#include <stdlib.h>

#include "base/banned.h"

enum {
    APPLICATION = 0x6c656465, /* "lede", in the file's header */
    BUSY_MS = 5000,
    TRIES = 10
};

/* Once released, an entry is never edited: what must change is a new entry. */
static const struct migration {
    int number;
    const char *sql;
} migrations[] = {
    {1, "CREATE TABLE meta (one INTEGER PRIMARY KEY CHECK (one = 1), uuid TEXT NOT NULL,"
        " seq INTEGER NOT NULL, changed_at INTEGER, articles INTEGER NOT NULL) STRICT;"
        "CREATE TABLE article (seq INTEGER PRIMARY KEY, id TEXT NOT NULL, path TEXT NOT NULL,"
        " url TEXT NOT NULL, state TEXT NOT NULL, revision INTEGER NOT NULL,"
        " changed_at INTEGER NOT NULL, who TEXT NOT NULL, what TEXT NOT NULL,"
        " card BLOB NOT NULL) STRICT;"
        "CREATE UNIQUE INDEX article_id ON article (id);"
        "CREATE UNIQUE INDEX article_url ON article (url) WHERE state <> 'withdrawn';"
        "CREATE INDEX article_path ON article (path) WHERE path <> '';"
        "CREATE TABLE body (seq INTEGER PRIMARY KEY, text TEXT NOT NULL) STRICT;"
        "CREATE TABLE revision (seq INTEGER PRIMARY KEY, article TEXT NOT NULL,"
        " number INTEGER NOT NULL, at INTEGER NOT NULL, who TEXT NOT NULL, what TEXT NOT NULL,"
        " card BLOB NOT NULL) STRICT;"
        "CREATE UNIQUE INDEX revision_article ON revision (article, number);"
        "CREATE TABLE due (at INTEGER NOT NULL, seq INTEGER NOT NULL, PRIMARY KEY (at, seq))"
        " STRICT, WITHOUT ROWID;"
        "CREATE TABLE source (path TEXT PRIMARY KEY, article TEXT NOT NULL, size INTEGER NOT NULL,"
        " mtime INTEGER NOT NULL, hash INTEGER NOT NULL, notes TEXT NOT NULL)"
        " STRICT, WITHOUT ROWID;"
        "CREATE TABLE term (kind INTEGER NOT NULL, slug TEXT NOT NULL, title TEXT NOT NULL,"
        " summary TEXT NOT NULL, body TEXT NOT NULL, params TEXT NOT NULL, path TEXT NOT NULL,"
        " PRIMARY KEY (kind, slug)) STRICT, WITHOUT ROWID;"
        "CREATE TABLE redirect (url TEXT PRIMARY KEY, article TEXT NOT NULL)"
        " STRICT, WITHOUT ROWID;"},
    {2, "CREATE TABLE derived (number INTEGER PRIMARY KEY, kind INTEGER NOT NULL,"
        " key TEXT NOT NULL, print INTEGER NOT NULL, bytes BLOB NOT NULL) STRICT;"
        "CREATE UNIQUE INDEX derived_key ON derived (kind, key);"},
    {3, "CREATE TABLE outbox (number INTEGER PRIMARY KEY AUTOINCREMENT, plugin TEXT NOT NULL,"
        " target TEXT NOT NULL, key TEXT NOT NULL, subject TEXT NOT NULL, data TEXT NOT NULL,"
        " holder TEXT NOT NULL, said TEXT NOT NULL, state INTEGER NOT NULL,"
        " release INTEGER NOT NULL, made INTEGER NOT NULL, due INTEGER NOT NULL,"
        " tries INTEGER NOT NULL) STRICT;"
        "CREATE UNIQUE INDEX outbox_key ON outbox (plugin, target, key);"
        "CREATE INDEX outbox_target ON outbox (state, plugin, target, due);"
        "CREATE INDEX outbox_subject ON outbox (state, plugin, target, subject)"
        " WHERE subject <> '';"},
};
enum { NEWEST = sizeof migrations / sizeof *migrations };

static lede_status exec(lede__sqlite *e, const char *sql, lede_error *err) {
    return sqlite3_exec(e->db, sql, NULL, NULL, NULL) == SQLITE_OK ? LEDE_OK
                                                                   : lede__sql_fail(e, err);
}

static lede_status get_number(lede__sqlite *e, const char *sql, int64_t *out, lede_error *err) {
    sqlite3_stmt *q = NULL;
    lede_status st = LEDE_OK;
    if (sqlite3_prepare_v2(e->db, sql, -1, &q, NULL) == SQLITE_OK && sqlite3_step(q) == SQLITE_ROW)
        *out = sqlite3_column_int64(q, 0);
    else
        st = lede__sql_fail(e, err);
    sqlite3_finalize(q);
    return st;
}

/* ---- migrations */

static lede_status fill_meta(lede__sqlite *e, lede_error *err) {
    char uuid[37];
    lede_status st = lede__store_uuid(uuid, err);
    if (st)
        return st;
    sqlite3_stmt *q = NULL;
    static const char sql[] = "INSERT INTO meta (one, uuid, seq, articles) VALUES (1, ?1, 0, 0)";
    if (sqlite3_prepare_v2(e->db, sql, -1, &q, NULL) != SQLITE_OK ||
        sqlite3_bind_text(q, 1, uuid, -1, SQLITE_STATIC) != SQLITE_OK ||
        sqlite3_step(q) != SQLITE_DONE)
        st = lede__sql_fail(e, err);
    sqlite3_finalize(q);
    return st;
}

/* Whether the file is ours or empty, and how old its schema is. */
static lede_status get_version(lede__sqlite *e, int64_t *version, lede_error *err) {
    int64_t application = 0, tables = 0;
    lede_status st = get_number(e, "PRAGMA user_version", version, err);
    if (!st)
        st = get_number(e, "PRAGMA application_id", &application, err);
    if (!st)
        st = get_number(e, "SELECT count(*) FROM sqlite_schema", &tables, err);
    if (st)
        return st;
    if (application != APPLICATION && (tables || *version))
        return lede_fail(err, LEDE_EFORMAT,
                         "store: '%s' is a database of another program; name another file",
                         e->path);
    if (*version > NEWEST)
        return lede_fail(err, LEDE_ENEWER,
                         "store: '%s' was written by a newer lede (schema %lld, this one knows "
                         "schema %d); update lede",
                         e->path, (long long)*version, (int)NEWEST);
    return LEDE_OK;
}

/* Runs what is missing; inside a transaction that excludes other writers. */
static lede_status migrate_from(lede__sqlite *e, int64_t version, lede_error *err) {
    lede_status st = LEDE_OK;
    for (size_t i = 0; !st && i < NEWEST; i++)
        if (migrations[i].number > version)
            st = exec(e, migrations[i].sql, err);
    if (!st && version == 0)
        st = fill_meta(e, err);
    char pragma[96];
    sqlite3_snprintf(sizeof pragma, pragma, "PRAGMA application_id = %d; PRAGMA user_version = %d",
                     APPLICATION, NEWEST);
    return st ? st : exec(e, pragma, err);
}

static lede_status migrate(lede__sqlite *e, lede_error *err) {
    int64_t version = 0;
    lede_status st = get_version(e, &version, err);
    if (st || version == NEWEST)
        return st;
    if ((st = exec(e, "BEGIN IMMEDIATE", err)))
        return st;
    st = get_version(e, &version, err); /* another process may have been faster */
    if (!st && version < NEWEST) {
        e->new_file = version == 0;
        st = migrate_from(e, version, err);
    }
    if (!st)
        st = exec(e, "COMMIT", err);
    if (st) {
        e->new_file = false;
        sqlite3_exec(e->db, "ROLLBACK", NULL, NULL, NULL);
    }
    return st;
}

/* ---- opening */

/* A file name is taken as it stands: "./" in front keeps SQLite from reading "file:x?mode=..." or
 * ":memory:" into it. */
static char *literal_path(const char *path) {
    lede_buf b;
    lede_buf_init(&b, 1 << 16);
    if (*path != '/')
        lede_buf_adds(&b, "./");
    lede_buf_adds(&b, path);
    char *copy = b.status ? NULL : malloc(b.len + 1);
    if (copy)
        memcpy(copy, b.ptr, b.len + 1);
    lede_buf_fini(&b);
    return copy;
}

static lede_status make_folder(const char *path, lede_error *err) {
    lede_str dir = lede__path_dir(lede_str_of(path));
    if (dir.len == 0)
        return LEDE_OK;
    lede_buf b;
    lede_buf_init(&b, 1 << 16);
    lede_buf_add(&b, dir);
    lede_status st = lede_buf_status(&b, err);
    if (!st)
        st = lede__make_dirs(b.ptr, err);
    lede_buf_fini(&b);
    return st;
}

static lede_status set_up(lede__sqlite *e, lede_error *err) {
    static const int switches[][2] = {{SQLITE_DBCONFIG_DEFENSIVE, 1},
                                      {SQLITE_DBCONFIG_DQS_DDL, 0},
                                      {SQLITE_DBCONFIG_DQS_DML, 0},
                                      {SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0},
                                      {SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0}};
    for (size_t i = 0; i < sizeof switches / sizeof *switches; i++)
        if (sqlite3_db_config(e->db, switches[i][0], switches[i][1], NULL) != SQLITE_OK)
            return lede__sql_fail(e, err);
    sqlite3_extended_result_codes(e->db, 1);
    sqlite3_busy_timeout(e->db, BUSY_MS);
    sqlite3_limit(e->db, SQLITE_LIMIT_ATTACHED, 0);
    return exec(e,
                "PRAGMA page_size = 16384;"
                "PRAGMA cache_size = -16384;" /* 16 MiB */
                "PRAGMA secure_delete = 0;"   /* Debian's default zeroes what is deleted */
                "PRAGMA temp_store = 2;"      /* sorts stay in memory */
                "PRAGMA foreign_keys = 0;"
                "PRAGMA journal_size_limit = 67108864;"
                "PRAGMA synchronous = 1",
                err);
}

void lede__sqlite_use_wal(lede__sqlite *e) {
    /* Another process that reads just now keeps the file from turning; the next one to open it
     * tries again. */
    sqlite3_busy_timeout(e->db, 0);
    sqlite3_exec(e->db, "PRAGMA journal_mode = WAL", NULL, NULL, NULL);
    sqlite3_busy_timeout(e->db, BUSY_MS);
    e->new_file = false;
}

/* While another process turns a new file to WAL, SQLite says "busy" at once and not after a while. */
static lede_status prepare(lede__sqlite *e, lede_error *err) {
    const lede_status st = set_up(e, err);
    return st ? st : migrate(e, err);
}

lede_status lede__sqlite_open_file(lede__sqlite *e, const char *path, lede_error *err) {
    if (!*path)
        return lede_fail(err, LEDE_EINVAL, "store: sqlite: needs a file name (sqlite:var/lede.db)");
    e->path = literal_path(path);
    if (!e->path)
        return lede_fail(err, LEDE_ENOMEM, "store: out of memory");
    lede_status st = make_folder(path, err);
    if (st)
        return st;
    int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX;
    if (sqlite3_open_v2(e->path, &e->db, flags, NULL) != SQLITE_OK)
        return e->db ? lede__sql_fail(e, err) : lede_fail(err, LEDE_ENOMEM, "store: out of memory");
    st = prepare(e, err);
    for (int i = 0; st == LEDE_EBUSY && i < TRIES; i++) {
        sqlite3_sleep(BUSY_MS / TRIES / 10);
        st = prepare(e, err);
    }
    if (!st && !e->new_file)
        lede__sqlite_use_wal(e);
    return st;
}
