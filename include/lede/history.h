/* history.h - sites of earlier publications, to go back to. ARCHITECTURE.md section 6.
 *
 * A folder ("var/history") remembers what each release replaced and removed:
 *
 *   releases/<serial>-<stamp>   one list a release: what each path was before (lists name both trees by their stamps)
 *   blobs/<2 hex>/<62 hex>      the bytes, by their SHA-256: hard links of what was live, where links are possible
 *
 * A list is written before its release goes live, so whatever is live has one; a release that was killed in between leaves
 * a list of a tree that never was, which nothing leads to. Bytes are compared with their name before they are used.
 *
 * What must not come back
 *   A rollback is given texts that belong to pieces that are not public now (addresses, ids, titles). A file of the past
 *   that has one of them is not brought back, be it the piece's own page, a feed, a list or a neighbour: what the live tree
 *   has under that path stays as it is. What the live tree has now it is not this room's to take down.
 */
#ifndef LEDE_HISTORY_H
#define LEDE_HISTORY_H

#include "lede/release.h"

typedef struct lede_history_entry {
    uint64_t serial; /* of the release that ended this site */
    int64_t at;      /* when, UTC seconds */
    uint64_t files;  /* that differ from the site that came after it */
} lede_history_entry;
typedef bool lede_history_each(void *ctx, const lede_history_entry *e);
/* The sites that the live one can go back to, newest first: the first is the one before it. */
LEDE_MUST_CHECK lede_status lede_history_list(const char *history, const char *dest, lede_history_each *each, void *ctx,
                                              lede_error *err);

typedef struct lede_rollback {
    const char *history;
    int back; /* how many sites: 1 = the one before the live one */
    lede_release_options release;
    const lede_str *never; /* texts that must not come back, 4 bytes or more each */
    size_t n_never;
    /* Told of each file of the past that is not brought back, and which text it has. */
    void (*left_out)(void *ctx, lede_str path, lede_str text);
    void *ctx;
} lede_rollback;
/* Makes that site live, as a release of its own: going back from it leads to what was live before. LEDE_ENOTFOUND: the
 * history does not reach that far, or a file's bytes are gone or were changed (named); nothing has changed then. */
LEDE_MUST_CHECK lede_status lede_history_go_back(const char *dest, const lede_rollback *o, lede_release_stats *n, bool *changed,
                                                 lede_error *err);

/* Forgets all but the newest `releases` of at most `days` days, when a quarter more than that has come together; 0 = no such
 * limit. *removed counts bytes' files. */
LEDE_MUST_CHECK lede_status lede_history_prune(const char *history, int releases, int days, int64_t now, uint64_t *removed,
                                               lede_error *err);
/* Removes the bytes of every file that has one of these texts; sites that had it cannot be gone back to as a whole. */
LEDE_MUST_CHECK lede_status lede_history_forget(const char *history, const lede_str *texts, size_t n, uint64_t *removed,
                                                lede_error *err);

#endif
