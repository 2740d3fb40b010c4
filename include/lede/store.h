/* store.h - where articles live: every version of each, who changed what, and in which order.
 *
 * A store is opened by URL: "memory:", "sqlite:var/lede.db" or a plain path (SQLite). The engines answer alike
 * (store/engine.h); this header is the part that is the same for all. A store may be called from any thread, but not
 * from inside one of its own walks (LEDE_EINVAL).
 *
 * Change sequence: every committed change of an article has the next number (1, 2, ...). What an edition needs to know
 * is "which articles changed since n", and "at which instants does an article become public or cease to be".
 */
#ifndef LEDE_STORE_H
#define LEDE_STORE_H

#include "lede/article.h"

typedef struct lede_store lede_store;

/* Gives *out: close with lede_store_close(). Runs pending migrations; LEDE_ENEWER for a newer store.
 * LEDE_EBUSY when another process holds it for writing too long (5 s). */
LEDE_MUST_CHECK lede_status lede_store_open(const char *url, lede_store **out, lede_error *err);
void lede_store_close(lede_store *s);

typedef struct lede_change {
    lede_str who;  /* "content" for synchronisation, else a user's name */
    lede_str what; /* "created", "edited", "renamed from x.md", "withdrawn: file is gone" */
    int64_t at;    /* wall clock of the change */
} lede_change;

/* One version of an article as the store gives it. card and body are borrowed: valid until the next call on the same
 * cursor, or until lede_stored_fini for lede_store_get. */
typedef struct lede_stored {
    const lede_card *card;
    lede_str body;
    int64_t seq;      /* of the change that made this version */
    int32_t revision; /* 1, 2, ... within the article */
    int64_t changed_at;
    void *hold; /* the engine's, for fini */
} lede_stored;
void lede_stored_fini(lede_stored *x);

/* A write transaction; nested calls are a contract error. What was put is visible to this store object at once, to
 * others after commit. It belongs to the store object, not to a thread. A failed commit has rolled back; so has one after
 * a put that failed half-way (LEDE_EIO), while a put that was refused (conflict, URL taken) leaves the rest as it was.
 * SQLite is cheapest with some thousand articles a transaction. */
LEDE_MUST_CHECK lede_status lede_store_begin(lede_store *s, lede_error *err);
LEDE_MUST_CHECK lede_status lede_store_commit(lede_store *s, lede_error *err);
void lede_store_rollback(lede_store *s);
/* Waits until what was committed is on the disk, where a power cut leaves it; a commit alone only outlives the process. Not inside
 * a transaction (LEDE_EINVAL). */
LEDE_MUST_CHECK lede_status lede_store_sync(lede_store *s, lede_error *err);
/* What is put from here on is seen by this store object and by no other, and is forgotten when it is closed: begin and
 * commit go on meaning what they say to the caller. After a rollback every begin is LEDE_EIO. Others can read meanwhile,
 * not write (LEDE_EBUSY). */
LEDE_MUST_CHECK lede_status lede_store_rehearse(lede_store *s, lede_error *err);

/* Puts one version (card as lede_card_pack makes it). expected is the revision edited: 0 = must be new, -1 = whatever it
 * is (synchronisation only), else LEDE_ECONFLICT naming both when it is not the newest. LEDE_EEXIST when another article
 * that is not withdrawn has this URL: the message names it and *holder_id (27 bytes, may be NULL) gets its id. Identical
 * card and body change nothing (*revision gets the present one, *changed false; both may be NULL). A URL that changed
 * leaves a redirect from the old one. Inside or outside a transaction. */
LEDE_MUST_CHECK lede_status lede_store_put(lede_store *s, const lede_card *card, lede_str body,
                                           int32_t expected, const lede_change *change,
                                           int32_t *revision, bool *changed, char *holder_id,
                                           lede_error *err);

/* By id, else by URL (begins with '/'), else by source path. LEDE_ENOTFOUND names what was sought. */
LEDE_MUST_CHECK lede_status lede_store_get(lede_store *s, lede_str ref, lede_stored *out,
                                           lede_error *err);

/* Walks articles in order of id, or of seq when changed_since >= 0 (those whose seq is greater). with_body false leaves
 * bodies unread. each returning false ends the walk early (still LEDE_OK). Order of seq (0 for all) is the order in which
 * SQLite has them on disk: 100,000 with bodies take a fifth of the time that order of id takes. */
typedef bool lede_store_each(void *ctx, const lede_stored *x);
LEDE_MUST_CHECK lede_status lede_store_walk(lede_store *s, int64_t changed_since, bool with_body,
                                            lede_store_each *each, void *ctx, lede_error *err);
/* Articles whose public state changes by itself at an instant in (after, upto]: their cards may be public or not. */
LEDE_MUST_CHECK lede_status lede_store_walk_due(lede_store *s, int64_t after, int64_t upto,
                                                bool with_body, lede_store_each *each, void *ctx,
                                                lede_error *err);
/* The next instant > after at which any article becomes public or ceases to be; INT64_MAX when none. */
LEDE_MUST_CHECK lede_status lede_store_next_due(lede_store *s, int64_t after, int64_t *out,
                                                lede_error *err);

typedef struct lede_store_head {
    int64_t seq;        /* newest change; 0 in an empty store */
    int64_t changed_at; /* its wall clock; LEDE_NO_TIME when empty */
    int64_t articles;
    char uuid[37];      /* made with the store: tells one store from another */
} lede_store_head;
LEDE_MUST_CHECK lede_status lede_store_get_head(lede_store *s, lede_store_head *out,
                                                lede_error *err);

/* History, newest first. revision's card/body are those of that version. */
typedef struct lede_revision {
    int32_t number;
    int64_t seq, at;
    lede_str who, what;
    lede_stored version;
} lede_revision;
typedef bool lede_store_each_revision(void *ctx, const lede_revision *r);
LEDE_MUST_CHECK lede_status lede_store_history(lede_store *s, lede_str id,
                                               lede_store_each_revision *each, void *ctx,
                                               lede_error *err);

/* Removes an article with every version, its text, the redirects to it and its sources, and sees to it that nothing of it
 * is left in the store's files. For good; not inside a transaction (LEDE_EINVAL). LEDE_ENOTFOUND; LEDE_EBUSY when another
 * process holds the store: the article is gone then, and another purge of it (LEDE_ENOTFOUND) is what cleans the files. */
LEDE_MUST_CHECK lede_status lede_store_purge(lede_store *s, lede_str id, lede_error *err);

/* ---- sources: what the last synchronisation saw of content/ */
typedef struct lede_source {
    lede_str path;
    char id[27];      /* its article; empty for files that are no article (section pages, broken ones) */
    int64_t size, mtime_ns;
    uint64_t hash;    /* XXH3-64 of the bytes */
    lede_str notes;   /* JSON list of what was said about it, empty when nothing; said again while it is unchanged */
} lede_source;
typedef bool lede_store_each_source(void *ctx, const lede_source *x);
LEDE_MUST_CHECK lede_status lede_store_walk_sources(lede_store *s, lede_store_each_source *each,
                                                    void *ctx, lede_error *err); /* by path */
/* Visits the one at path, if there is one. */
LEDE_MUST_CHECK lede_status lede_store_visit_source(lede_store *s, lede_str path,
                                                    lede_store_each_source *each, void *ctx,
                                                    lede_error *err);
LEDE_MUST_CHECK lede_status lede_store_put_source(lede_store *s, const lede_source *x,
                                                  lede_error *err);
LEDE_MUST_CHECK lede_status lede_store_remove_source(lede_store *s, lede_str path, lede_error *err);

/* ---- terms: what a site says about a section, tag, author or origin beyond what articles name */
typedef enum lede_term_kind { LEDE_SECTION, LEDE_TAG, LEDE_AUTHOR, LEDE_ORIGIN, LEDE_TERM_KINDS } lede_term_kind;
typedef struct lede_term {
    lede_term_kind kind;
    lede_str slug, title;
    lede_str summary, body; /* body: Markdown of its own page */
    lede_str params;        /* canonical JSON object or empty */
    lede_str path;          /* source below content/ ("news/_index.md"), or empty */
} lede_term;
typedef bool lede_store_each_term(void *ctx, const lede_term *x);
LEDE_MUST_CHECK lede_status lede_store_put_term(lede_store *s, const lede_term *x, lede_error *err); /* counts as a change when it differs */
/* Absent is fine, here and for sources. */
LEDE_MUST_CHECK lede_status lede_store_remove_term(lede_store *s, lede_term_kind kind, lede_str slug,
                                                   lede_error *err);
LEDE_MUST_CHECK lede_status lede_store_walk_terms(lede_store *s, lede_store_each_term *each,
                                                  void *ctx, lede_error *err); /* by kind, slug */

/* ---- redirects: old URL -> article id */
typedef bool lede_store_each_redirect(void *ctx, lede_str from, lede_str id);
LEDE_MUST_CHECK lede_status lede_store_walk_redirects(lede_store *s, lede_store_each_redirect *each,
                                                      void *ctx, lede_error *err); /* by from */

/* ---- derived data: what was worked out of articles and can be worked out again. Not a change of the store. */
typedef enum lede_derived_kind {
    LEDE_DERIVED_VECTOR, /* key: id of an article */
    LEDE_DERIVED_EPOCH,  /* one, without a key */
    LEDE_DERIVED_LIST,   /* key: id of an article */
    LEDE_DERIVED_KINDS
} lede_derived_kind;
typedef struct lede_derived {
    lede_str key;
    uint64_t print; /* of what it was made of */
    lede_str bytes;
} lede_derived;
typedef bool lede_store_each_derived(void *ctx, const lede_derived *x);
LEDE_MUST_CHECK lede_status lede_store_walk_derived(lede_store *s, lede_derived_kind kind, lede_store_each_derived *each,
                                                    void *ctx, lede_error *err); /* by key */
/* Puts or replaces. Many are best put in one transaction, in order of their keys. */
/* Visits the one of that key, if there is one. bytes: false leaves them out, when only the print is asked for. */
LEDE_MUST_CHECK lede_status lede_store_get_derived(lede_store *s, lede_derived_kind kind, lede_str key, bool bytes,
                                                   lede_store_each_derived *each, void *ctx, lede_error *err);
LEDE_MUST_CHECK lede_status lede_store_put_derived(lede_store *s, lede_derived_kind kind, const lede_derived *x,
                                                   lede_error *err);
LEDE_MUST_CHECK lede_status lede_store_remove_derived(lede_store *s, lede_derived_kind kind, lede_str key,
                                                      lede_error *err); /* absent is fine */

#endif
