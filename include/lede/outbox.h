/* outbox.h - what others are to be told of a publication, kept in the store until they were.
 *
 * A row says who is told (plugin and target), what (data, plain JSON without secrets or texts of articles) and by which key
 * the receiver knows it again. It goes this way:
 *
 *     put for a release ─> held ─settle─> waiting ─claim─> waiting, with a holder ─end─> sent
 *     put for none ────────────────────────> │  <──────────── again, later ──────────────┤
 *                                            └────<── retry ──<── dead <─────────────────┘
 *
 * Held
 *   A row is put for the stamp of a tree (lede_release_stamp) before that tree is live, and waits from when
 *   lede_outbox_settle() is told that it is. Killed in between, the stamp of the manifest that is live decides: whoever comes
 *   next settles again. Only who holds the lock of the destination may say that other trees will never be live.
 * Key
 *   plugin, target and key name a row, for as long as it is kept, sent or not: putting it again changes nothing.
 * Subject
 *   Of a target's rows with the same subject (not "") only the newest matters: once it waits, those before it that wait or
 *   are dead go. No two of them are claimed at once.
 * Claims
 *   A claim gives rows to a holder until an instant. A row that was not ended by then is anybody's again, so a row is told at
 *   least once, and twice only when its holder died, or hung, between telling and ending it. Ending names the holder, and is
 *   LEDE_ECONFLICT when the row is somebody else's by now.
 *
 * All instants are milliseconds UTC. Every function is one transaction, or part of the caller's (lede_store_begin).
 */
#ifndef LEDE_OUTBOX_H
#define LEDE_OUTBOX_H

#include "lede/store.h"

typedef enum lede_delivery_state {
    LEDE_HELD,
    LEDE_WAITING,
    LEDE_SENT,
    LEDE_DEAD,
    LEDE_DELIVERY_STATES
} lede_delivery_state;

typedef struct lede_delivery {
    int64_t number; /* 1, 2, … never given twice */
    lede_str plugin, target, key, subject, data;
    lede_str holder; /* who claimed it; of a waiting row that is not due yet */
    lede_str said;   /* what went wrong the last time, or what the receiver said */
    lede_delivery_state state;
    uint64_t release; /* stamp of the tree that it was put for; 0 = none */
    int64_t made_at;
    int64_t due_at; /* waiting: from then on it may be claimed, so a claim's end; sent, dead: since when */
    int32_t tries;  /* that were begun */
} lede_delivery;
typedef bool lede_outbox_each(void *ctx, const lede_delivery *x); /* texts are borrowed; false ends the walk */

const char *lede_delivery_state_name(lede_delivery_state state);

/* Puts plugin, target, key, subject, data, release, made_at and due_at; the rest is not looked at. A held row of that key is
 * replaced, any other one stays as it is (*added false; may be NULL). */
LEDE_MUST_CHECK lede_status lede_outbox_put(lede_store *s, const lede_delivery *x, bool *added, lede_error *err);

/* Lets the rows go that were put for the tree that is live. others_are_void: rows of other trees are removed. *let_go counts
 * rows that wait now; may be NULL. */
LEDE_MUST_CHECK lede_status lede_outbox_settle(lede_store *s, uint64_t live, bool others_are_void, uint32_t *let_go,
                                               lede_error *err);

typedef struct lede_outbox_query {
    lede_delivery_state state;
    lede_str plugin, target; /* both, or neither */
    lede_str subject;        /* with plugin and target; "" = any */
    int64_t upto;            /* only rows that are due by then */
} lede_outbox_query;
/* In order of due_at, then number. */
LEDE_MUST_CHECK lede_status lede_outbox_walk(lede_store *s, const lede_outbox_query *q, lede_outbox_each *each, void *ctx,
                                             lede_error *err);

typedef struct lede_outbox_target {
    lede_str plugin, target;
    int64_t count, due_at; /* of the row that is due first */
} lede_outbox_target;
typedef bool lede_outbox_each_target(void *ctx, const lede_outbox_target *x);
/* The targets that have rows in that state, in order of plugin and target. */
LEDE_MUST_CHECK lede_status lede_outbox_targets(lede_store *s, lede_delivery_state state, lede_outbox_each_target *each,
                                                void *ctx, lede_error *err);

typedef struct lede_outbox_claim {
    lede_str plugin, target, holder;
    int64_t now, until;
    uint32_t max; /* rows */
} lede_outbox_claim;
/* Claims due rows of a target, the first due first, and shows each as it is then; a claim begins a try. */
LEDE_MUST_CHECK lede_status lede_outbox_claim_rows(lede_store *s, const lede_outbox_claim *c, lede_outbox_each *each, void *ctx,
                                                   lede_error *err);
/* Moves the end of a claim. LEDE_ECONFLICT when it is the holder's no more. */
LEDE_MUST_CHECK lede_status lede_outbox_extend(lede_store *s, int64_t number, lede_str holder, int64_t until, lede_error *err);
/* Gives all rows of a holder that is known to be dead back, due now; *count may be NULL. */
LEDE_MUST_CHECK lede_status lede_outbox_abandon(lede_store *s, lede_str holder, int64_t now, uint32_t *count, lede_error *err);

typedef struct lede_outbox_end {
    lede_delivery_state state; /* LEDE_SENT, LEDE_DEAD, or LEDE_WAITING: again at `at` */
    int64_t at;
    lede_str said;
    bool is_no_try; /* the try does not count: nothing was told */
} lede_outbox_end;
/* Ends a claim. A sent row keeps its key and loses its data. One that is to be told again, and of whose subject a newer one
 * waits, is removed. LEDE_ENOTFOUND, LEDE_ECONFLICT. */
LEDE_MUST_CHECK lede_status lede_outbox_end_claim(lede_store *s, int64_t number, lede_str holder, const lede_outbox_end *end,
                                                  lede_error *err);

/* Dead rows of a target ("" and "": of all) wait again, as if never tried. */
LEDE_MUST_CHECK lede_status lede_outbox_retry(lede_store *s, lede_str plugin, lede_str target, int64_t now, uint32_t *count,
                                              lede_error *err);
/* Removes sent and dead rows that have one of these texts in them: what is left of an article that is removed for good. Those
 * that wait are to be told yet, of other articles too. */
LEDE_MUST_CHECK lede_status lede_outbox_forget(lede_store *s, const lede_str *texts, size_t n, uint32_t *count, lede_error *err);
/* Removes rows that were sent before an instant. */
LEDE_MUST_CHECK lede_status lede_outbox_prune(lede_store *s, int64_t before, uint32_t *count, lede_error *err);

#endif
