/* search.h - articles found by their words.
 *
 * An index lies in a folder: a few segments, each of articles that stand in the store in a row of
 * its change sequence, and a list of them. It is derived data: what is damaged, of another version
 * or of another store counts as absent and is made anew. Words are those of text/analysis.h, as for
 * related articles. Blocking; pure of store and Lua. One thread at a time; two processes are kept
 * apart by lede_search_begin. Documents come as plain text. */
#ifndef LEDE_SEARCH_H
#define LEDE_SEARCH_H

#include "lede/time.h"

/* What is known of an article. It is found by everybody at instants in [from, until). */
typedef struct lede_search_doc {
    lede_str id;   /* 26 characters */
    lede_str lang; /* BCP 47 */
    lede_str title, summary, body;
    lede_str section; /* its name or slug, as all of these */
    const lede_str *authors, *tags;
    uint32_t n_authors, n_tags;
    int64_t date, from, until, seq;
} lede_search_doc;

typedef struct lede_search lede_search;

/* Gives *out: what lies in folder of the store called uuid, empty when nothing does. Close with
 * lede_search_close(). Fails with LEDE_ENOMEM only. */
LEDE_MUST_CHECK lede_status lede_search_open(const char *folder, const char *uuid,
                                             lede_search **out, lede_error *err);
void lede_search_close(lede_search *x);
int64_t lede_search_seq(const lede_search *x);    /* the change that the index has come to */
uint32_t lede_search_count(const lede_search *x); /* articles, each once */

/* Brings the index up to date. begin takes the folder for this process (LEDE_EBUSY after wait_ms),
 * looks at it again, and says in *after from which change on articles are to be added: some that
 * are indexed may be asked for again, so that small segments become one. newest is the store's.
 * Then one add for each article changed since, in order of seq; then commit, which the next find
 * sees. Whatever fails, the folder stays as it was; abandon gives it back. */
LEDE_MUST_CHECK lede_status lede_search_begin(lede_search *x, int64_t newest, int wait_ms,
                                              int64_t *after, lede_error *err);
LEDE_MUST_CHECK lede_status lede_search_add(lede_search *x, const lede_search_doc *d,
                                            lede_error *err);
LEDE_MUST_CHECK lede_status lede_search_commit(lede_search *x, lede_error *err);
void lede_search_abandon(lede_search *x);
/* Forgets all that is indexed, as if the folder were empty: the next begin asks for everything. */
void lede_search_forget(lede_search *x);

/* ---- queries
 *
 * word word        articles that have all of them, in any inflected form
 * "two words"      beside each other, in that order
 * harb*            words that begin so (two characters at least)
 * -word -"a b"     articles without
 * title:word  section:politics  author:"Jane Doe"  tag:energy  lang:fr
 * before:2024  before:2024-05  after:2024-05-17     before the period begins; from its beginning on
 */
typedef enum lede_search_field {
    LEDE_SEARCH_TEXT,
    LEDE_SEARCH_TITLE,
    LEDE_SEARCH_SECTION,
    LEDE_SEARCH_AUTHOR,
    LEDE_SEARCH_TAG
} lede_search_field;

enum { LEDE_SEARCH_PARTS = 16, LEDE_SEARCH_QUERY_MAX = 1024 };

typedef struct lede_search_part {
    lede_search_field field;
    lede_str text; /* borrowed from the query */
    bool exclude, quoted, prefix;
} lede_search_part;

typedef struct lede_search_query {
    lede_search_part parts[LEDE_SEARCH_PARTS];
    uint32_t n;
    int64_t after, before; /* dates in [after, before) */
    lede_str lang;         /* empty: any */
} lede_search_query;

/* Reads text into *out, which borrows from it. Days are those of zone (NULL: UTC). LEDE_EFORMAT and
 * LEDE_EINVAL say what would be right. */
LEDE_MUST_CHECK lede_status lede_search_parse(lede_str text, const lede_zone *zone,
                                              lede_search_query *out, lede_error *err);

typedef struct lede_search_hit {
    char id[27];
    int64_t date;
    double score;
} lede_search_hit;

enum { LEDE_SEARCH_HITS = 1000 };

/* The best `limit` articles into hits, *count of them, of *total that match: by how rare the words
 * are and where they stand, the newer a little before the older; without words the newest first.
 * at: the instant at which they are public, LEDE_NO_TIME for all there are. The same articles give
 * the same answer, whatever way they came into the index. LEDE_EFORMAT: the index is damaged. */
LEDE_MUST_CHECK lede_status lede_search_find(lede_search *x, const lede_search_query *q, int64_t at,
                                             int64_t now, lede_search_hit *hits, uint32_t limit,
                                             uint32_t *count, uint32_t *total, lede_error *err);

/* ---- an index for readers' browsers: small texts, of which a query needs a few
 *
 * Articles that are public at an instant have numbers, the oldest first. Words are parted by a hash
 * of their first letters (LEDE_SEARCH_STEM of them; FNV-1a of 32 bits, shards are a power of two).
 * A line of a shard: the forms of a word that begin so, parted by blanks; a tab; then for each
 * weight, a digit from 1 to 8, the articles as steps from the one before, the first from -1, in
 * base 26: the last letter of a step is a capital. A word in more than half of twenty articles or
 * more has none. */
enum { LEDE_SEARCH_STEM = 4, LEDE_SEARCH_SHARDS_MAX = 1 << 12 };
typedef struct lede_search_shards {
    /* Texts, in order; they are valid until the call is over. */
    bool (*shard)(void *ctx, uint32_t number, lede_str text);
    bool (*article)(void *ctx, uint32_t number, const char id[27]);
    void *ctx;
    uint32_t shards, first,
        articles; /* given: how many shards; first number that is in it; how many in all */
} lede_search_shards;
/* Tells out's functions of all; none older than the newest `most` articles, by the thousand. The
 * same articles give the same texts. LEDE_ECANCELED when one answers false. */
LEDE_MUST_CHECK lede_status lede_search_shard(lede_search *x, int64_t at, uint32_t most,
                                              lede_search_shards *out, lede_error *err);

/* Equal while the texts are: of the store's last change and of what is public at `at`. */
uint64_t lede_search_print(const lede_search *x, int64_t at);

/* ---- what to show of a text */
enum { LEDE_SEARCH_MARKS = 32 };
typedef struct lede_search_mark {
    uint32_t at, len;
} lede_search_mark;

/* Appends the part of text with the most of the query's words to out, on one line, and where they
 * stand in what was appended. Texts are of language lang. */
LEDE_MUST_CHECK lede_status lede_search_snippet(lede_search *x, const lede_search_query *q,
                                                lede_str lang, lede_str text, uint32_t max_bytes,
                                                lede_buf *out,
                                                lede_search_mark marks[LEDE_SEARCH_MARKS],
                                                uint32_t *n_marks, lede_error *err);

#endif
