/* inside.h - a store, as store.c and outbox.c share it: the rules that stand before every engine.
 */
#ifndef LEDE_STORE_INSIDE_H
#define LEDE_STORE_INSIDE_H

#include "store/engine.h"

#include <pthread.h>

struct lede_store {
    lede__engine *engine;
    pthread_mutex_t lock;
    bool open;       /* a transaction is */
    bool broken;     /* a write in it failed half-way: it can only be rolled back */
    bool rehearsing; /* the engine's transaction stays open until the end */
    bool undone;     /* what was rehearsed was rolled back */
};

/* LEDE_EINVAL from inside one of the store's own walks. */
LEDE_MUST_CHECK lede_status lede__store_lock(lede_store *s, lede_error *err);
lede_status lede__store_unlock(lede_store *s, lede_status st); /* gives st */

/* Locks, and opens a transaction unless the caller has one; *own says which for leave. */
LEDE_MUST_CHECK lede_status lede__store_enter(lede_store *s, bool *own, lede_error *err);
LEDE_MUST_CHECK lede_status lede__store_leave(lede_store *s, bool own, lede_status st,
                                              lede_error *err);
/* Marks the transaction when a write slot failed: what it left behind is not whole. Gives st. */
lede_status lede__store_wrote(lede_store *s, lede_status st);

#endif
