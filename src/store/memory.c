/* memory.c - the engine that keeps everything in memory: for tests, one-off publications and as the
 * plainest answer to what an engine must do. See store/engine.h.
 *
 * A row is never modified: a change puts another row under a key of a table, and the log remembers
 * the row that was there. Rolling back walks the log backwards; committing frees the rows that were
 * replaced. A key that was taken away stays as a node without a value until the transaction ends,
 * so rolling back needs no memory.
 */
#include "store/memory.h"

#include <stdlib.h>

#include "base/banned.h"

struct lede__memory_entry {
    struct lede__memory_entry *older;
    enum lede__memory_table table;
    lede__node *node;
    void *before; /* what stood there, or NULL */
    bool first;   /* of this node in this transaction */
    bool purges;  /* before is a version that goes with all before it */
};

lede_status lede__memory_refused(lede_error *err) {
    return lede_fail(err, LEDE_ENOMEM, "store: out of memory");
}

/* ---- tables and their log */

void *lede__memory_get(const lede__memory *m, enum lede__memory_table t, lede_str key) {
    return lede__ordered_get(&m->tables[t], key);
}

lede_status lede__memory_set(lede__memory *m, enum lede__memory_table t, lede_str key, void *value,
                             lede_error *err) {
    if (!value && !lede__memory_get(m, t, key))
        return LEDE_OK;
    lede__memory_entry *x = malloc(sizeof *x);
    lede__node *n = x ? lede__ordered_make(&m->tables[t], key) : NULL;
    if (!n) {
        free(x);
        return lede__memory_refused(err);
    }
    *x = (lede__memory_entry){.older = m->log,
                              .table = t,
                              .node = n,
                              .before = lede__node_value(n),
                              .first = lede__node_claim(n)};
    m->log = x;
    lede__node_set(n, value);
    return LEDE_OK;
}

lede_status lede__memory_drop_versions(lede__memory *m, lede_str id, lede_error *err) {
    const lede_status st = lede__memory_set(m, BY_ID, id, NULL, err);
    if (!st)
        m->log->purges = true;
    return st;
}

static void free_versions(lede__version *v) {
    for (lede__version *before; v; v = before) {
        before = v->before;
        free(v);
    }
}

/* The first node at or after n that has a value. */
static lede__node *present(lede__node *n) {
    while (n && !lede__node_value(n))
        n = lede__node_next(n);
    return n;
}

lede__node *lede__memory_first(const lede__memory *m, enum lede__memory_table t) {
    return present(m->tables[t].first[0]);
}

lede__node *lede__memory_next(const lede__node *n) { return present(lede__node_next(n)); }

lede__node *lede__memory_from(const lede__memory *m, enum lede__memory_table t, lede_str key) {
    return present(lede__ordered_from(&m->tables[t], key));
}

/* Ends x and gives the entry before it. A node's first entry comes last, and takes the node away
 * when it is empty. */
static lede__memory_entry *end_entry(lede__memory *m, lede__memory_entry *x) {
    lede__memory_entry *older = x->older;
    if (x->first) {
        lede__node_release(x->node);
        if (!lede__node_value(x->node))
            lede__ordered_remove(&m->tables[x->table], lede__node_key(x->node));
    }
    free(x);
    return older;
}

static void memory_rollback(lede__engine *engine) {
    lede__memory *m = (lede__memory *)engine;
    while (m->log) {
        lede__memory_entry *x = m->log;
        if (x->table >= SOURCES || x->table == BY_ID)
            free(lede__node_value(x->node));
        lede__node_set(x->node, x->before);
        m->log = end_entry(m, x);
    }
    m->head = m->head_before;
}

static lede_status memory_commit(lede__engine *engine, lede_error *err) {
    lede__memory *m = (lede__memory *)engine;
    (void)err; /* nothing can refuse */
    while (m->log) {
        lede__memory_entry *x = m->log;
        if (x->table >= SOURCES)
            free(x->before);
        else if (x->purges)
            free_versions(x->before);
        m->log = end_entry(m, x);
    }
    return LEDE_OK;
}

static lede_status memory_begin(lede__engine *engine, lede_error *err) {
    lede__memory *m = (lede__memory *)engine;
    (void)err; /* one store object is the only one that sees this memory */
    m->head_before = m->head;
    return LEDE_OK;
}

lede_str lede__memory_copy(char **at, lede_str s) {
    lede_str copy = {*at, s.len};
    if (s.len)
        memcpy(*at, s.ptr, s.len);
    *at += s.len;
    return copy;
}

/* What was removed is freed at commit. */
static lede_status memory_scrub(lede__engine *engine, lede_error *err) {
    (void)engine, (void)err;
    return LEDE_OK;
}

static lede_status memory_sync(lede__engine *engine, lede_error *err) {
    (void)engine, (void)err;
    return LEDE_OK;
}

/* ---- opening */

static void memory_close(lede__engine *engine) {
    lede__memory *m = (lede__memory *)engine;
    for (lede__node *n = m->tables[BY_ID].first[0]; n; n = lede__node_next(n))
        free_versions(lede__node_value(n));
    for (int t = SOURCES; t < TABLES; t++)
        for (lede__node *n = m->tables[t].first[0]; n; n = lede__node_next(n))
            free(lede__node_value(n));
    for (int t = 0; t < TABLES; t++)
        lede__ordered_fini(&m->tables[t]);
    free(m);
}

static lede_status memory_open(const char *rest, lede__engine **out, lede_error *err) {
    if (*rest)
        return lede_fail(err, LEDE_EINVAL, "store: memory: takes no name, but has '%s'", rest);
    lede__memory *m = calloc(1, sizeof *m);
    if (!m)
        return lede__memory_refused(err);
    m->base.class = &lede__engine_memory;
    for (int t = 0; t < TABLES; t++)
        lede__ordered_init(&m->tables[t]);
    m->head.changed_at = LEDE_NO_TIME;
    lede_status st = lede__store_uuid(m->head.uuid, err);
    if (st) {
        memory_close(&m->base);
        return st;
    }
    *out = &m->base;
    return LEDE_OK;
}

static lede_status memory_head(lede__engine *engine, lede_store_head *out, lede_error *err) {
    (void)err;
    *out = ((lede__memory *)engine)->head;
    return LEDE_OK;
}

const lede__engine_class lede__engine_memory = {
    .scheme = "memory",
    .open = memory_open,
    .close = memory_close,
    .begin = memory_begin,
    .commit = memory_commit,
    .rollback = memory_rollback,
    .head = memory_head,
    .by_id = lede__memory_by_id,
    .by_url = lede__memory_by_url,
    .by_path = lede__memory_by_path,
    .put = lede__memory_put,
    .walk = lede__memory_walk,
    .walk_due = lede__memory_walk_due,
    .next_due = lede__memory_next_due,
    .history = lede__memory_history,
    .purge = lede__memory_purge,
    .scrub = memory_scrub,
    .sync = memory_sync,
    .walk_sources = lede__memory_walk_sources,
    .visit_source = lede__memory_visit_source,
    .put_source = lede__memory_put_source,
    .remove_source = lede__memory_remove_source,
    .put_term = lede__memory_put_term,
    .remove_term = lede__memory_remove_term,
    .walk_terms = lede__memory_walk_terms,
    .put_redirect = lede__memory_put_redirect,
    .remove_redirect = lede__memory_remove_redirect,
    .walk_redirects = lede__memory_walk_redirects,
    .walk_derived = lede__memory_walk_derived,
    .get_derived = lede__memory_get_derived,
    .put_derived = lede__memory_put_derived,
    .remove_derived = lede__memory_remove_derived,
    .put_delivery = lede__memory_put_delivery,
    .remove_delivery = lede__memory_remove_delivery,
    .visit_delivery = lede__memory_visit_delivery,
    .visit_delivery_key = lede__memory_visit_delivery_key,
    .walk_deliveries = lede__memory_walk_deliveries,
    .walk_targets = lede__memory_walk_targets,
};
