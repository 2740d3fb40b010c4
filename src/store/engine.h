/* engine.h - what a storage engine must do. All an engine's author reads.
 *
 * store.c in front of it: takes the lock, checks arguments, decides conflicts, no-change, redirects and numbers, and
 * calls the slots below with one thread at a time. An engine keeps rows and answers questions about them; it holds no
 * policy. tests/engine/ is the one suite that every engine passes unchanged. Names of rows are lede/store.h's.
 *
 * All slots: self first, err last. store.c calls those that write (put*, remove*, purge) between begin and commit only, so an
 * engine needs no transaction of its own around them; after a failed one it rolls back. begin excludes other writers,
 * of other processes too, until commit; what is read after it is the newest. A failed commit has rolled back.
 * Text given in is borrowed for the call; text given out is valid until the next call on the same engine.
 */
#ifndef LEDE_STORE_ENGINE_H
#define LEDE_STORE_ENGINE_H

#include "lede/outbox.h"
#include "lede/store.h"

typedef struct lede__engine lede__engine;

typedef struct lede__engine_class {
    const char *scheme; /* "memory", "sqlite" */
    /* rest is the URL without "scheme:". Makes the schema, runs numbered migrations, refuses a newer one. */
    lede_status (*open)(const char *rest, lede__engine **out, lede_error *err);
    void (*close)(lede__engine *e);
    lede_status (*begin)(lede__engine *e, lede_error *err);
    lede_status (*commit)(lede__engine *e, lede_error *err);
    void (*rollback)(lede__engine *e);
    lede_status (*head)(lede__engine *e, lede_store_head *out, lede_error *err);

    /* The newest version under this key, or LEDE_ENOTFOUND. by_url sees only articles that are not withdrawn. out->hold
     * is owned by the caller (free()), everything else of *out points into it. */
    lede_status (*by_id)(lede__engine *e, lede_str id, lede_stored *out, lede_error *err);
    lede_status (*by_url)(lede__engine *e, lede_str url, lede_stored *out, lede_error *err);
    lede_status (*by_path)(lede__engine *e, lede_str path, lede_stored *out, lede_error *err);

    /* Writes version `revision` with change number seq as the newest of its article, keeps the previous one for history
     * (its text too), advances head.seq to seq and head.changed_at, and makes lede__due_instants(card, change->at) the
     * due instants of the article. */
    lede_status (*put)(lede__engine *e, const lede_card *card, lede_str body, int32_t revision,
                       int64_t seq, const lede_change *change, lede_error *err);
    /* See lede_store_walk, _walk_due, _next_due, _history. */
    lede_status (*walk)(lede__engine *e, int64_t changed_since, bool with_body,
                        lede_store_each *each, void *ctx, lede_error *err);
    lede_status (*walk_due)(lede__engine *e, int64_t after, int64_t upto, bool with_body,
                            lede_store_each *each, void *ctx, lede_error *err);
    lede_status (*next_due)(lede__engine *e, int64_t after, int64_t *out, lede_error *err);
    lede_status (*history)(lede__engine *e, lede_str id, lede_store_each_revision *each, void *ctx,
                           lede_error *err);

    /* Removes all versions of the article, its text and due instants, the redirects to it, the sources that name it and what was
     * derived of it; head.articles follows. LEDE_ENOTFOUND. */
    lede_status (*purge)(lede__engine *e, lede_str id, lede_error *err);
    /* Outside begin and commit: leaves nothing of what was removed in the engine's files. */
    lede_status (*scrub)(lede__engine *e, lede_error *err);
    /* Outside begin and commit: what was committed is on the disk. */
    lede_status (*sync)(lede__engine *e, lede_error *err);

    lede_status (*walk_sources)(lede__engine *e, lede_store_each_source *each, void *ctx, lede_error *err);
    lede_status (*visit_source)(lede__engine *e, lede_str path, lede_store_each_source *each, void *ctx, lede_error *err);
    lede_status (*put_source)(lede__engine *e, const lede_source *x, lede_error *err);
    lede_status (*remove_source)(lede__engine *e, lede_str path, lede_error *err);

    /* Puts or replaces; *changed says whether anything differed. seq as in put, used only when something changed. */
    lede_status (*put_term)(lede__engine *e, const lede_term *x, int64_t seq, int64_t at, bool *changed, lede_error *err);
    lede_status (*remove_term)(lede__engine *e, lede_term_kind kind, lede_str slug, int64_t seq, int64_t at, lede_error *err);
    lede_status (*walk_terms)(lede__engine *e, lede_store_each_term *each, void *ctx, lede_error *err);

    lede_status (*put_redirect)(lede__engine *e, lede_str from, lede_str id, lede_error *err); /* replaces */
    lede_status (*remove_redirect)(lede__engine *e, lede_str from, lede_error *err); /* absent is fine */
    lede_status (*walk_redirects)(lede__engine *e, lede_store_each_redirect *each, void *ctx, lede_error *err);

    /* Rows by kind and key; bytes may be empty and hold anything. They advance no head. */
    lede_status (*walk_derived)(lede__engine *e, lede_derived_kind kind, lede_store_each_derived *each, void *ctx, lede_error *err);
    /* Visits the one of that key, if there is one; with bytes false they are left out. */
    lede_status (*get_derived)(lede__engine *e, lede_derived_kind kind, lede_str key, bool bytes, lede_store_each_derived *each, void *ctx, lede_error *err);
    lede_status (*put_derived)(lede__engine *e, lede_derived_kind kind, const lede_derived *x, lede_error *err); /* replaces */
    lede_status (*remove_derived)(lede__engine *e, lede_derived_kind kind, lede_str key, lede_error *err); /* absent is fine */

    /* Rows of the outbox (lede/outbox.h); they advance no head. put: *number 0 is a new row, which gets the next number, never
     * given before; else the row of that number becomes as x says. Whose key is whose store.c sees to. */
    lede_status (*put_delivery)(lede__engine *e, const lede_delivery *x, int64_t *number, lede_error *err);
    lede_status (*remove_delivery)(lede__engine *e, int64_t number, lede_error *err); /* absent is fine */
    /* Visits the row of that number, or of plugin, target and key, if there is one. */
    lede_status (*visit_delivery)(lede__engine *e, int64_t number, lede_outbox_each *each, void *ctx, lede_error *err);
    lede_status (*visit_delivery_key)(lede__engine *e, lede_str plugin, lede_str target, lede_str key, lede_outbox_each *each,
                                      void *ctx, lede_error *err);
    /* See lede_outbox_walk, lede_outbox_targets. */
    lede_status (*walk_deliveries)(lede__engine *e, const lede_outbox_query *q, lede_outbox_each *each, void *ctx,
                                   lede_error *err);
    lede_status (*walk_targets)(lede__engine *e, lede_delivery_state state, lede_outbox_each_target *each, void *ctx,
                                lede_error *err);
} lede__engine_class;

/* Every engine begins with this. */
struct lede__engine {
    const lede__engine_class *class;
};

/* The instants after `after` at which the article of this card becomes public or ceases to be, ascending (store.c). */
enum { LEDE__DUE_MAX = 4 };
size_t lede__due_instants(const lede_card *card, int64_t after, int64_t out[LEDE__DUE_MAX]);

/* Fills *out with a copy of card bytes and body in one block that out->hold owns (store.c); bytes are checked.
 * Fails with LEDE_ENOMEM, or LEDE_EFORMAT when the bytes are no card. */
LEDE_MUST_CHECK lede_status lede__stored_copy(lede_stored *out, lede_str card, lede_str body,
                                              lede_error *err);

/* A random UUID, version 4, for a new store (store.c). */
LEDE_MUST_CHECK lede_status lede__store_uuid(char out[37], lede_error *err);

extern const lede__engine_class lede__engine_memory;
extern const lede__engine_class lede__engine_sqlite;

#endif
