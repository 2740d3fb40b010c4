/* memory.h - what the files of the memory engine share; no other file includes it.
 *
 * memory.c has the tables, their log and the life of a store, memory_articles.c the articles,
 * memory_rows.c sources, terms and redirects, memory_outbox.c deliveries. */
#ifndef LEDE_STORE_MEMORY_H
#define LEDE_STORE_MEMORY_H

#include "store/engine.h"
#include "store/ordered.h"

/* The tables from SOURCES on own their rows; versions are owned by BY_ID, each newest one with
 * those before it. */
enum lede__memory_table {
    BY_ID,
    BY_URL,
    BY_PATH,
    BY_SEQ,
    DUE,
    SOURCES,
    TERMS,
    REDIRECTS,
    DERIVED,
    DELIVERIES,
    DELIVERY_KEYS,
    TABLES
};

/* One version of an article; card and body follow in the same block. */
typedef struct lede__version {
    struct lede__version *before; /* the superseded one */
    const lede_card *card;
    lede_str id, url, path; /* of the card */
    lede_str body, who, what;
    int64_t seq, at;
    int32_t revision;
    max_align_t text[];
} lede__version;

typedef struct lede__memory_entry lede__memory_entry;

typedef struct lede__memory {
    lede__engine base;
    lede__ordered tables[TABLES];
    lede_store_head head, head_before;
    lede__memory_entry *log;
    int64_t deliveries; /* numbers given */
} lede__memory;

lede_status lede__memory_refused(lede_error *err); /* LEDE_ENOMEM in words */

/* ---- tables: a value is never modified, another one is put under its key */

void *lede__memory_get(const lede__memory *m, enum lede__memory_table t, lede_str key);
/* Puts value under key, or takes the key away when value is NULL. */
LEDE_MUST_CHECK lede_status lede__memory_set(lede__memory *m, enum lede__memory_table t,
                                             lede_str key, void *value, lede_error *err);
/* Takes all versions under this id away; they are freed when that is committed. */
LEDE_MUST_CHECK lede_status lede__memory_drop_versions(lede__memory *m, lede_str id,
                                                       lede_error *err);
/* Nodes that have a value: the first of a table, the first whose key is >= key, and the next after
 * n. NULL at the end. */
lede__node *lede__memory_first(const lede__memory *m, enum lede__memory_table t);
lede__node *lede__memory_from(const lede__memory *m, enum lede__memory_table t, lede_str key);
lede__node *lede__memory_next(const lede__node *n);
/* Takes away the redirects to an article, the sources that name it and what was derived of it
 * (memory_rows.c). */
LEDE_MUST_CHECK lede_status lede__memory_drop_rows(lede__memory *m, lede_str id, lede_error *err);
/* Copies s to *at, which moves on. */
lede_str lede__memory_copy(char **at, lede_str s);

/* ---- the slots of engine.h by these names */

lede_status lede__memory_by_id(lede__engine *e, lede_str id, lede_stored *out, lede_error *err);
lede_status lede__memory_by_url(lede__engine *e, lede_str url, lede_stored *out, lede_error *err);
lede_status lede__memory_by_path(lede__engine *engine, lede_str path, lede_stored *out,
                                 lede_error *err);
lede_status lede__memory_put(lede__engine *engine, const lede_card *card, lede_str body,
                             int32_t revision, int64_t seq, const lede_change *change,
                             lede_error *err);
lede_status lede__memory_walk(lede__engine *engine, int64_t changed_since, bool with_body,
                              lede_store_each *each, void *ctx, lede_error *err);
lede_status lede__memory_next_due(lede__engine *engine, int64_t after, int64_t *out,
                                  lede_error *err);
lede_status lede__memory_walk_due(lede__engine *engine, int64_t after, int64_t upto, bool with_body,
                                  lede_store_each *each, void *ctx, lede_error *err);
lede_status lede__memory_history(lede__engine *engine, lede_str id, lede_store_each_revision *each,
                                 void *ctx, lede_error *err);
lede_status lede__memory_purge(lede__engine *engine, lede_str id, lede_error *err);
lede_status lede__memory_walk_sources(lede__engine *engine, lede_store_each_source *each, void *ctx,
                                      lede_error *err);
lede_status lede__memory_visit_source(lede__engine *engine, lede_str path,
                                      lede_store_each_source *each, void *ctx, lede_error *err);
lede_status lede__memory_put_source(lede__engine *engine, const lede_source *x, lede_error *err);
lede_status lede__memory_remove_source(lede__engine *e, lede_str path, lede_error *err);
lede_status lede__memory_put_term(lede__engine *engine, const lede_term *x, int64_t seq, int64_t at,
                                  bool *changed, lede_error *err);
lede_status lede__memory_remove_term(lede__engine *engine, lede_term_kind kind, lede_str slug,
                                     int64_t seq, int64_t at, lede_error *err);
lede_status lede__memory_walk_terms(lede__engine *engine, lede_store_each_term *each, void *ctx,
                                    lede_error *err);
lede_status lede__memory_put_redirect(lede__engine *engine, lede_str from, lede_str id,
                                      lede_error *err);
lede_status lede__memory_remove_redirect(lede__engine *e, lede_str from, lede_error *err);
lede_status lede__memory_walk_redirects(lede__engine *engine, lede_store_each_redirect *each,
                                        void *ctx, lede_error *err);
lede_status lede__memory_walk_derived(lede__engine *engine, lede_derived_kind kind,
                                      lede_store_each_derived *each, void *ctx, lede_error *err);
lede_status lede__memory_get_derived(lede__engine *engine, lede_derived_kind kind, lede_str key,
                                     bool bytes, lede_store_each_derived *each, void *ctx,
                                     lede_error *err);
lede_status lede__memory_put_derived(lede__engine *engine, lede_derived_kind kind,
                                     const lede_derived *x, lede_error *err);
lede_status lede__memory_remove_derived(lede__engine *engine, lede_derived_kind kind, lede_str key,
                                        lede_error *err);
lede_status lede__memory_put_delivery(lede__engine *e, const lede_delivery *x, int64_t *number,
                                      lede_error *err);
lede_status lede__memory_remove_delivery(lede__engine *e, int64_t number, lede_error *err);
lede_status lede__memory_visit_delivery(lede__engine *e, int64_t number, lede_outbox_each *each,
                                        void *ctx, lede_error *err);
lede_status lede__memory_visit_delivery_key(lede__engine *e, lede_str plugin, lede_str target,
                                            lede_str key, lede_outbox_each *each, void *ctx,
                                            lede_error *err);
lede_status lede__memory_walk_deliveries(lede__engine *e, const lede_outbox_query *q,
                                         lede_outbox_each *each, void *ctx, lede_error *err);
lede_status lede__memory_walk_targets(lede__engine *e, lede_delivery_state state,
                                      lede_outbox_each_target *each, void *ctx, lede_error *err);

#endif
