/* edition.h - what is public at one moment: an immutable, mapped snapshot, and the record of what was read of it.
 *
 * An edition is one base file and at most one delta file under var/, mapped shared and read-only by every process. It
 * is built from a store at an instant; equal stores and instants give equal editions whatever the engine. Reading
 * never allocates. Positions (lede_doc) are valid for one open edition only; ids are for ever.
 *
 * Every accessor takes a recorder (may be NULL) as second argument and notes what was asked and a fingerprint of
 * what was answered; ARCHITECTURE.md section 5.
 */
#ifndef LEDE_EDITION_H
#define LEDE_EDITION_H

#include "lede/store.h"

typedef struct lede_edition lede_edition;
typedef uint32_t lede_doc; /* LEDE_NO_DOC, or an article of this edition */
#define LEDE_NO_DOC UINT32_MAX

/* What an edition holds besides the store's content. Texts are borrowed. */
typedef struct lede_edition_input {
    int64_t time;          /* edition.time; see lede_edition_clock */
    lede_str config;       /* the site's configuration as canonical JSON */
    lede_str data;         /* edition.data as one canonical JSON object, plugin -> value; empty = {} */
    const char *zone_name; /* the site's timezone */
    bool drafts;           /* articles of every state but withdrawn and expired are public */
} lede_edition_input;

/* The instant an edition of s has when nobody names one: the later of the last store change and the last schedule
 * boundary at or before now. */
LEDE_MUST_CHECK lede_status lede_edition_clock(lede_store *s, int64_t now, int64_t *out,
                                               lede_error *err);

/* Brings the edition under dir ("var/edition") up to the store: nothing when it is current, a delta when a base of the
 * same store, drafts flag and zone exists and at most max(1,000, 1/8 of base) articles differ, else a new base. Files
 * are written beside and renamed. *what (may be NULL) says which: "current", "delta" or "base". */
LEDE_MUST_CHECK lede_status lede_edition_update(lede_store *s, const char *dir,
                                                const lede_edition_input *in, const char **what,
                                                lede_error *err);
/* Maps the edition under dir. Checks sizes, magic, version and checksums of the headers, and every offset it will follow
 * lazily: a damaged file is LEDE_EFORMAT, never a crash. Gives *out: close with lede_edition_close(). */
LEDE_MUST_CHECK lede_status lede_edition_open(const char *dir, lede_edition **out, lede_error *err);
void lede_edition_close(lede_edition *e);
/* The seq of the store this edition shows. */
int64_t lede_edition_seq(const lede_edition *e);
uint32_t lede_edition_count(const lede_edition *e); /* articles; not a recorded read: for progress and planning */

/* ---- recorded reads */
typedef struct lede_reads lede_reads;
/* One key of a record, after lede_reads_each. */
typedef enum lede_read_kind {
    LEDE_READ_CARD,         /* id, mask */
    LEDE_READ_BODY,         /* id */
    LEDE_READ_QUERY,        /* canonical query text: the ordered ids of its window */
    LEDE_READ_COUNT,        /* canonical query text: how many there are */
    LEDE_READ_NEIGHBOURS,   /* id and how many: the ordered ids */
    LEDE_READ_TRANSLATIONS, /* id: the ordered ids */
    LEDE_READ_TERM,         /* "kind:slug": title, summary, body, params */
    LEDE_READ_TERMS,        /* "kind": the ordered slugs */
    LEDE_READ_DATA,         /* plugin name */
    LEDE_READ_CONFIG,       /* dotted key of the configuration, "" for all */
    LEDE_READ_CLOCK,        /* "time", "year", "month", "day" or "hour" */
    LEDE_READ_MISSING,      /* a reference that named no article */
    LEDE_READ_FILE,         /* "template:...", "asset:...", "plugin:...": hash of the bytes */
    LEDE_READ_KINDS
} lede_read_kind;
/* Gives a recorder, empty; NULL when out of memory. A key noted twice is kept once (masks of a card unite). */
lede_reads *lede_reads_new(void);
void lede_reads_free(lede_reads *r);
void lede_reads_reset(lede_reads *r);
bool lede_reads_failed(const lede_reads *r); /* an allocation was refused: the record is not whole */
void lede_reads_note(lede_reads *r, lede_read_kind kind, lede_str key, uint64_t fingerprint); /* r may be NULL */
/* Appends r's reads as bytes that lede_reads_replay adds to another record while the same edition is open in this process:
 * how the reads of a text that is printed again become the reads of the page. Not for files: see lede_reads_encode. */
void lede_reads_pack(const lede_reads *r, lede_buf *out);
void lede_reads_replay(lede_reads *r, lede_str packed);
typedef void lede_reads_visit(void *ctx, lede_read_kind kind, lede_str key, uint64_t mask, uint64_t fingerprint);
void lede_reads_each(const lede_reads *r, const lede_edition *e, lede_reads_visit *visit, void *ctx); /* sorted */
/* Appends r as bytes: kind, key, mask, fingerprint, sorted; equal reads give equal bytes. Cards count by fingerprints
 * of the fields in their mask at the time of encoding. */
void lede_reads_encode(const lede_reads *r, const lede_edition *e, lede_buf *out);
/* Appends one read as they are in such bytes. */
void lede_reads_add(lede_buf *out, lede_read_kind kind, lede_str key, uint64_t mask, uint64_t fingerprint);
/* Visits what lede_reads_encode wrote, in its order; LEDE_EFORMAT for other bytes. */
LEDE_MUST_CHECK lede_status lede_reads_decode(lede_str bytes, lede_reads_visit *visit, void *ctx, lede_error *err);
/* Asks e a recorded question (kind, key, and mask of a card) again: *print gets the fingerprint of today's answer. False
 * when there is none: the article is gone, what was missing is there, or the kind is noted by others (data,
 * config, clock, files). */
bool lede_edition_answer(const lede_edition *e, lede_read_kind kind, lede_str key, uint64_t mask, uint64_t *print);

/* ---- articles */
/* By id or URL; LEDE_NO_DOC when there is none (recorded as missing). */
lede_doc lede_edition_find(const lede_edition *e, lede_reads *r, lede_str ref);
/* The card; note a field you read by its bit with lede_edition_touch. Never NULL for a doc this edition gave. */
const lede_card *lede_edition_card(const lede_edition *e, lede_doc d);
void lede_edition_touch(const lede_edition *e, lede_reads *r, lede_doc d, unsigned bit);
lede_str lede_edition_text(const lede_edition *e, lede_reads *r, lede_doc d, enum lede_text_field f); /* card + touch */
int64_t lede_edition_date(const lede_edition *e, lede_reads *r, lede_doc d, enum lede_time_field f);
lede_str lede_edition_body(const lede_edition *e, lede_reads *r, lede_doc d);
/* The nth article of all by newest first: for those who deal out work, unrecorded. */
lede_doc lede_edition_nth(const lede_edition *e, uint32_t n);

/* Visits all, oldest first, in order of (date, id), and looks into no card; unrecorded. What it answers is whether to go on. */
typedef bool lede_edition_each_article(void *ctx, lede_doc d, int64_t date, lede_str id);
void lede_edition_walk(const lede_edition *e, lede_edition_each_article *each, void *ctx);

/* ---- queries: equality on dimensions, a range of dates, an order, a window */
typedef struct lede_query {
    lede_str section, tag, author, origin; /* slugs; empty = any */
    lede_str lang;                         /* as in articles */
    int64_t from, to;                      /* date >= from, date < to; LEDE_NO_TIME = open */
    bool oldest_first;
    uint32_t offset, limit;                /* limit 1..10,000 */
} lede_query;
/* Writes up to limit docs, in order of (date, id), to out (room for limit); returns how many. */
uint32_t lede_edition_query(const lede_edition *e, lede_reads *r, const lede_query *q, lede_doc *out);
uint32_t lede_edition_query_count(const lede_edition *e, lede_reads *r, const lede_query *q); /* ignores the window */
/* Related articles of d: up to k (at most LEDE_NEIGHBOURS_MAX), best first; from room related/ when it is asked. */
enum { LEDE_NEIGHBOURS_MAX = 64 };
uint32_t lede_edition_neighbours(const lede_edition *e, lede_reads *r, lede_doc d, uint32_t k, lede_doc *out);

/* All related articles of d that there are, with what they were found by; out has room for LEDE_NEIGHBOURS_MAX. Of a site
 * without lists the scores are 0. */
typedef struct lede_edition_neighbour {
    lede_doc doc;
    uint32_t score;        /* of 2^24; meaningless when pinned */
    uint16_t cosine, tags; /* of 65535 */
    bool pinned;           /* named by the author */
} lede_edition_neighbour;
uint32_t lede_edition_scored_neighbours(const lede_edition *e, lede_reads *r, lede_doc d, lede_edition_neighbour *out);

/* The next later or earlier article of its section (or of those without one) by (date, id), or LEDE_NO_DOC. */
lede_doc lede_edition_beside(const lede_edition *e, lede_reads *r, lede_doc d, bool later);

/* The public articles with d's translation key, d itself left out, by (language, date, id); out has room for
 * LEDE_TRANSLATIONS_MAX, what is more is left out. None when d has no key. Returns how many. */
enum { LEDE_TRANSLATIONS_MAX = 128 };
uint32_t lede_edition_translations(const lede_edition *e, lede_reads *r, lede_doc d, lede_doc *out);

/* ---- lists of related articles: a file beside the edition's, made for one edition by who compares texts (bind/relate.c).
 * While there is one, lede_edition_neighbours answers from it; else with the nearest earlier ones of the section. */
typedef struct lede_related_entry {
    uint32_t row;          /* of the article that stands in the list */
    uint32_t score;        /* of 2^24 */
    uint16_t cosine, tags; /* of 65535 */
} lede_related_entry;
enum { LEDE_SCORE_PINNED = 0x7fffffff }; /* the score of an article that the author named */
/* An article and its list. */
typedef struct lede_related_row {
    char id[32];     /* 26, then zeros */
    int64_t date;
    uint64_t made;   /* print of what its list was made of, as far as that is its own */
    uint64_t print;  /* of the ids in its list, in order */
    lede_doc doc;
    uint32_t look;   /* print of what other lists see of it */
    uint32_t at, n;  /* its entries */
} lede_related_row;
typedef struct lede_lists lede_lists;
/* Opens the file under dir, of whatever edition; LEDE_ENOTFOUND when there is none, LEDE_EFORMAT when it is damaged. Gives
 * *out: close it. */
LEDE_MUST_CHECK lede_status lede_lists_open(const char *dir, lede_lists **out, lede_error *err);
void lede_lists_close(lede_lists *l);
uint64_t lede_lists_settings(const lede_lists *l); /* print of what all lists were made by */
bool lede_lists_of(const lede_lists *l, const lede_edition *e); /* whether they were made for e */
bool lede_lists_carried(const lede_lists *l); /* they are those of an earlier edition */
bool lede_lists_whole(const lede_lists *l);   /* whether all of the file is as it was written; reads it */
/* Rows in order of (date, id). The entries of a row are n, or fewer in a damaged file. */
const lede_related_row *lede_lists_rows(const lede_lists *l, uint32_t *n);
const lede_related_entry *lede_lists_entries(const lede_lists *l, const lede_related_row *row, uint32_t *n);
/* Writes the file of edition e, which was opened from dir, and renames it. rows: every article of e in order of (date, id);
 * print is filled in where it is 0. carried: they are those of an earlier edition, shown until they are made anew; rows of
 * articles that differ there have look 0. */
LEDE_MUST_CHECK lede_status lede_lists_write(const lede_edition *e, const char *dir, uint64_t settings,
                                             lede_related_row *rows, uint32_t n, const lede_related_entry *entries,
                                             uint32_t n_entries, bool carried, lede_error *err);
/* The whole file, and a file out of that: where lists are kept elsewhere too. */
lede_str lede_lists_bytes(const lede_lists *l);
LEDE_MUST_CHECK lede_status lede_lists_restore(const char *dir, lede_str bytes, lede_error *err);
/* Takes the file away; absent is fine. */
void lede_lists_remove(const char *dir);
/* The lists that e answers from, or NULL. */
const lede_lists *lede_edition_lists(const lede_edition *e);
const lede_related_row *lede_lists_row(const lede_lists *l, lede_doc d); /* or NULL */

/* ---- terms: sections, tags, authors, origins that any public article names, and sections that the site declares */
typedef struct lede_term_view {
    lede_term_kind kind;
    lede_str slug, title, summary, body, params;
    uint32_t count; /* articles; recorded only by lede_edition_query_count */
} lede_term_view;
uint32_t lede_edition_term_count(const lede_edition *e, lede_reads *r, lede_term_kind kind);
/* The nth by slug. */
bool lede_edition_term_at(const lede_edition *e, lede_reads *r, lede_term_kind kind, uint32_t n, lede_term_view *out);
bool lede_edition_term(const lede_edition *e, lede_reads *r, lede_term_kind kind, lede_str slug, lede_term_view *out);
/* The slug of the nth term that d names, without slugging again; terms named twice count once. False past the last. */
bool lede_edition_article_term(const lede_edition *e, lede_reads *r, lede_doc d, lede_term_kind kind, uint32_t n,
                               lede_str *slug);

/* ---- what changed from one edition to the next
 *
 * For those who keep records: which articles differ, and which recorded questions may be answered otherwise. The work is
 * that of the two deltas when both editions stand on one base, else a look at every article. */

/* Which edition this is: equal for equal files. */
uint64_t lede_edition_identity(const lede_edition *e);
/* An article whose card or body differs; LEDE_NO_DOC where it is not shown. What it answers is whether to go on. */
typedef bool lede_edition_each_change(void *ctx, lede_doc before, lede_doc after);
void lede_edition_changes(const lede_edition *before, const lede_edition *after, lede_edition_each_change *each, void *ctx);
/* A question of that kind. Of LEDE_READ_QUERY, key is a dimension, and queries and counts are meant: "section=news" (also
 * tag, author, origin, lang), or "all" for those with no dimension. Of LEDE_READ_NEIGHBOURS it is what their keys begin
 * with. Of the others it is the key; empty for every key of the kind. */
typedef bool lede_edition_each_touched(void *ctx, lede_read_kind kind, lede_str key);
/* Visits, each once, whatever may be answered otherwise by `after` than it was by `before`; kinds that others note (data,
 * config, clock, files) are theirs to ask. */
LEDE_MUST_CHECK lede_status lede_edition_touched(const lede_edition *before, const lede_edition *after,
                                                 lede_edition_each_touched *each, void *ctx, lede_error *err);

/* ---- the rest */
lede_str lede_edition_config(const lede_edition *e);      /* JSON */
lede_str lede_edition_data(const lede_edition *e);        /* JSON */
int64_t lede_edition_time(const lede_edition *e);
const char *lede_edition_zone_name(const lede_edition *e);
typedef bool lede_edition_each_redirect(void *ctx, lede_str from, lede_doc to);
void lede_edition_redirects(const lede_edition *e, lede_edition_each_redirect *each, void *ctx); /* old URLs and aliases */

#endif
