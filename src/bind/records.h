/* records.h - what the files of the site were made of, from one publication to the next. See records.c. */
#ifndef LEDE_BIND_RECORDS_H
#define LEDE_BIND_RECORDS_H

#include "bind/publication.h"
#include "bind/wire.h"

typedef struct lede__records lede__records;

/* Of the live tree, for the edition and release at hand. Gives *out, also on failure: lede__records_close(). */
LEDE_MUST_CHECK lede_status lede__records_open(lede__publication *p, lede__records **out, lede_error *err);
void lede__records_close(lede__records *r); /* NULL is fine */

/* Whether they are of the edition before (p->before), and of a publication that named every page it could have had: then
 * what changed since decides which pages there are. */
bool lede__records_by_changes(const lede__records *r);
/* Why not, as a word: "full" (asked for), "first", "records" (none of what is live), "edition" (none of before), "paths" (a
 * page could not have its path); NULL when they are. */
const char *lede__records_why_whole(const lede__records *r);
/* Whether nothing is known of any page. */
bool lede__records_is_fresh(const lede__records *r);
/* The routes as a worker gave them (routes.h); empty when there are none. *holds: nothing that it relied on has changed. */
lede_str lede__records_routes(const lede__records *r, bool *holds);
/* How many pages there are, as of last time. */
uint64_t lede__records_pages(const lede__records *r);

/* Why a page must be made. */
typedef struct lede__why {
    enum { LEDE__WHY_NONE, LEDE__WHY_READ, LEDE__WHY_NEW, LEDE__WHY_OTHER, LEDE__WHY_AGAIN } what;
    uint8_t kind; /* READ: a lede_read_kind, its key, and the mask of a card */
    lede_str key;
    uint64_t mask;
} lede__why;

/* Each page that relied on an answer that changed, or is to be made again in any case; how it is made. */
typedef bool lede__records_visit(void *ctx, lede_str path, lede_str how);
LEDE_MUST_CHECK lede_status lede__records_each_dirty(lede__records *r, lede__records_visit *visit, void *ctx, lede_error *err);

/* Whether the file at path, made as `how` says, would come out again: then its SHA-256, else NULL and why. The path is from
 * then on one of this publication. */
const unsigned char *lede__records_hold(lede__records *r, lede_str path, lede_str how, lede__why *why);
/* Whether hold was asked about path. */
bool lede__records_wanted(const lede__records *r, lede_str path);
/* How what is at path was made the last time, false when nothing was. */
bool lede__records_how(lede__records *r, lede_str path, lede_str *how);

/* What a worker read for an answer: see LEDE_A_PAGE. */
typedef struct lede__told {
    lede_str files, base, route_files, reads;
} lede__told;
lede__told lede__told_of(lede__wire *w);

/* Every page that is kept and that nothing has changed. */
typedef bool lede__records_visit_sum(void *ctx, lede_str path, lede_str how, const unsigned char sum[32]);
LEDE_MUST_CHECK lede_status lede__records_each_held(lede__records *r, lede__records_visit_sum *visit, void *ctx, lede_error *err);

bool lede__records_is_removed(const lede__records *r, lede_str path); /* by lede__records_remove, in this publication */
/* Whether a page was made at path the last time; not one that failed. */
bool lede__records_was_made(lede__records *r, lede_str path);

/* A page was made: as a worker sent it. notes: JSON values with commas, said again while the page holds. */
typedef struct lede__made {
    lede_str path, how, notes;
    const unsigned char *sum;
    uint32_t route;
    lede__told told;
} lede__made;
LEDE_MUST_CHECK lede_status lede__records_put(lede__records *r, const lede__made *page, lede_error *err);
/* A file that was copied. */
LEDE_MUST_CHECK lede_status lede__records_put_file(lede__records *r, lede_str path, lede_str how, const unsigned char sum[32], lede_error *err);
/* A page that could not be made: it is tried each time. */
LEDE_MUST_CHECK lede_status lede__records_put_failed(lede__records *r, lede_str path, lede_str how, lede_error *err);
LEDE_MUST_CHECK lede_status lede__records_put_routes(lede__records *r, lede_str routes, const lede__told *told, lede_error *err);
LEDE_MUST_CHECK lede_status lede__records_remove(lede__records *r, lede_str path, lede_error *err);
/* Pages that were not asked for are as they were; without this call they are no more. */
void lede__records_keep_rest(lede__records *r);
/* Something could not have its path: the next publication names every page again. */
void lede__records_set_imperfect(lede__records *r);

/* Each note of a page that holds: JSON values with commas. */
typedef bool lede__records_visit_notes(void *ctx, lede_str path, lede_str notes);
LEDE_MUST_CHECK lede_status lede__records_notes(lede__records *r, lede__records_visit_notes *visit, void *ctx, lede_error *err);
/* Each copied file that this publication did not ask for: it is no more. Removes it from the records. */
typedef lede_status lede__records_visit_file(void *ctx, lede_str path, lede_error *err);
LEDE_MUST_CHECK lede_status lede__records_gone_files(lede__records *r, lede__records_visit_file *visit, void *ctx, lede_error *err);

/* When the release is live with that stamp, with so many pages. A failure costs the next publication its records, no more. */
LEDE_MUST_CHECK lede_status lede__records_commit(lede__records *r, uint64_t stamp, uint64_t pages, lede_error *err);

#endif
