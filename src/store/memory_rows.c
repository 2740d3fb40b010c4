/* memory_rows.c - sources, terms, redirects and derived data in memory. See store/engine.h and
 * memory.h. */
#include "store/memory.h"

#include <stdlib.h>

#include "base/banned.h"

/* A row of one of these tables; its texts follow in the same block. */
typedef struct row {
    union {
        lede_source source;
        lede_term term;
        lede_str redirect; /* the article's id */
        lede_derived derived;
    };
    char text[];
} row;

/* ---- sources: rows by path */

lede_status lede__memory_walk_sources(lede__engine *engine, lede_store_each_source *each, void *ctx,
                                      lede_error *err) {
    lede__memory *m = (lede__memory *)engine;
    (void)err;
    for (lede__node *n = lede__memory_first(m, SOURCES); n; n = lede__memory_next(n)) {
        row *r = lede__node_value(n);
        if (!each(ctx, &r->source))
            break;
    }
    return LEDE_OK;
}

lede_status lede__memory_visit_source(lede__engine *engine, lede_str path,
                                      lede_store_each_source *each, void *ctx, lede_error *err) {
    row *r = lede__memory_get((lede__memory *)engine, SOURCES, path);
    (void)err;
    if (r)
        each(ctx, &r->source);
    return LEDE_OK;
}

/* Puts r, which it takes, under key. */
static lede_status set_row(lede__memory *m, enum lede__memory_table t, lede_str key, row *r,
                           lede_error *err) {
    lede_status st = lede__memory_set(m, t, key, r, err);
    if (st)
        free(r);
    return st;
}

lede_status lede__memory_put_source(lede__engine *engine, const lede_source *x, lede_error *err) {
    row *r = malloc(sizeof *r + x->path.len + x->notes.len);
    if (!r)
        return lede__memory_refused(err);
    char *at = r->text;
    r->source = *x;
    r->source.path = lede__memory_copy(&at, x->path);
    r->source.notes = lede__memory_copy(&at, x->notes);
    return set_row((lede__memory *)engine, SOURCES, x->path, r, err);
}

lede_status lede__memory_remove_source(lede__engine *e, lede_str path, lede_error *err) {
    return lede__memory_set((lede__memory *)e, SOURCES, path, NULL, err);
}

/* ---- terms: rows by kind and slug */

/* A key that begins with a kind. */
static lede_status kind_key(lede_buf *b, int kind, lede_str rest, lede_error *err) {
    lede_buf_init(b, LEDE_BUF_MAX);
    lede_buf_addc(b, (char)kind);
    lede_buf_add(b, rest);
    return lede_buf_status(b, err);
}

static bool is_same_term(const lede_term *a, const lede_term *b) {
    return lede_str_eq(a->title, b->title) && lede_str_eq(a->summary, b->summary) &&
           lede_str_eq(a->body, b->body) && lede_str_eq(a->params, b->params) &&
           lede_str_eq(a->path, b->path);
}

static row *make_term(const lede_term *x) {
    row *r = malloc(sizeof *r + x->slug.len + x->title.len + x->summary.len + x->body.len +
                    x->params.len + x->path.len);
    if (!r)
        return NULL;
    char *at = r->text;
    r->term = (lede_term){.kind = x->kind,
                          .slug = lede__memory_copy(&at, x->slug),
                          .title = lede__memory_copy(&at, x->title),
                          .summary = lede__memory_copy(&at, x->summary),
                          .body = lede__memory_copy(&at, x->body),
                          .params = lede__memory_copy(&at, x->params),
                          .path = lede__memory_copy(&at, x->path)};
    return r;
}

static void term_changed(lede__memory *m, int64_t seq, int64_t at) {
    m->head.seq = seq;
    m->head.changed_at = at;
}

lede_status lede__memory_put_term(lede__engine *engine, const lede_term *x, int64_t seq, int64_t at,
                                  bool *changed, lede_error *err) {
    lede__memory *m = (lede__memory *)engine;
    lede_buf key;
    lede_status st = kind_key(&key, (int)x->kind, x->slug, err);
    row *old = st ? NULL : lede__memory_get(m, TERMS, lede_buf_str(&key));
    *changed = !old || !is_same_term(&old->term, x);
    if (!st && *changed) {
        row *r = make_term(x);
        st = r ? set_row(m, TERMS, lede_buf_str(&key), r, err) : lede__memory_refused(err);
        term_changed(m, seq, at);
    }
    lede_buf_fini(&key);
    return st;
}

lede_status lede__memory_remove_term(lede__engine *engine, lede_term_kind kind, lede_str slug,
                                     int64_t seq, int64_t at, lede_error *err) {
    lede__memory *m = (lede__memory *)engine;
    lede_buf key;
    lede_status st = kind_key(&key, (int)kind, slug, err);
    if (!st && lede__memory_get(m, TERMS, lede_buf_str(&key))) {
        st = lede__memory_set(m, TERMS, lede_buf_str(&key), NULL, err);
        term_changed(m, seq, at);
    }
    lede_buf_fini(&key);
    return st;
}

lede_status lede__memory_walk_terms(lede__engine *engine, lede_store_each_term *each, void *ctx,
                                    lede_error *err) {
    lede__memory *m = (lede__memory *)engine;
    (void)err;
    for (lede__node *n = lede__memory_first(m, TERMS); n; n = lede__memory_next(n)) {
        row *r = lede__node_value(n);
        if (!each(ctx, &r->term))
            break;
    }
    return LEDE_OK;
}

/* ---- redirects: rows by URL */

lede_status lede__memory_put_redirect(lede__engine *engine, lede_str from, lede_str id,
                                      lede_error *err) {
    row *r = malloc(sizeof *r + id.len);
    if (!r)
        return lede__memory_refused(err);
    char *at = r->text;
    r->redirect = lede__memory_copy(&at, id);
    return set_row((lede__memory *)engine, REDIRECTS, from, r, err);
}

lede_status lede__memory_remove_redirect(lede__engine *e, lede_str from, lede_error *err) {
    return lede__memory_set((lede__memory *)e, REDIRECTS, from, NULL, err);
}

lede_status lede__memory_walk_redirects(lede__engine *engine, lede_store_each_redirect *each,
                                        void *ctx, lede_error *err) {
    lede__memory *m = (lede__memory *)engine;
    (void)err;
    for (lede__node *n = lede__memory_first(m, REDIRECTS); n; n = lede__memory_next(n)) {
        row *r = lede__node_value(n);
        if (!each(ctx, lede__node_key(n), r->redirect))
            break;
    }
    return LEDE_OK;
}

/* ---- derived data: rows by kind and key */

lede_status lede__memory_walk_derived(lede__engine *engine, lede_derived_kind kind,
                                      lede_store_each_derived *each, void *ctx, lede_error *err) {
    lede__memory *m = (lede__memory *)engine;
    const char first = (char)kind;
    (void)err;
    for (lede__node *n = lede__memory_from(m, DERIVED, lede_str_n(&first, 1));
         n && lede__node_key(n).ptr[0] == first; n = lede__memory_next(n)) {
        row *r = lede__node_value(n);
        if (!each(ctx, &r->derived))
            break;
    }
    return LEDE_OK;
}

lede_status lede__memory_get_derived(lede__engine *engine, lede_derived_kind kind, lede_str key,
                                     bool bytes, lede_store_each_derived *each, void *ctx,
                                     lede_error *err) {
    lede_buf whole;
    lede_status st = kind_key(&whole, (int)kind, key, err);
    lede__node *n =
        st ? NULL : lede__memory_from((lede__memory *)engine, DERIVED, lede_buf_str(&whole));
    if (n && lede_str_eq(lede__node_key(n), lede_buf_str(&whole))) {
        lede_derived x = ((row *)lede__node_value(n))->derived;
        x.bytes = bytes ? x.bytes : (lede_str){0};
        each(ctx, &x);
    }
    lede_buf_fini(&whole);
    return st;
}

lede_status lede__memory_put_derived(lede__engine *engine, lede_derived_kind kind,
                                     const lede_derived *x, lede_error *err) {
    lede_buf key;
    lede_status st = kind_key(&key, (int)kind, x->key, err);
    row *r = st ? NULL : malloc(sizeof *r + x->key.len + x->bytes.len);
    if (r) {
        char *at = r->text;
        r->derived = *x;
        r->derived.bytes = lede__memory_copy(&at, x->bytes);
        r->derived.key = lede__memory_copy(&at, x->key);
        st = set_row((lede__memory *)engine, DERIVED, lede_buf_str(&key), r, err);
    } else if (!st) {
        st = lede__memory_refused(err);
    }
    lede_buf_fini(&key);
    return st;
}

lede_status lede__memory_remove_derived(lede__engine *engine, lede_derived_kind kind, lede_str key,
                                        lede_error *err) {
    lede_buf whole;
    lede_status st = kind_key(&whole, (int)kind, key, err);
    if (!st)
        st = lede__memory_set((lede__memory *)engine, DERIVED, lede_buf_str(&whole), NULL, err);
    lede_buf_fini(&whole);
    return st;
}

/* ---- an article's rows */

lede_status lede__memory_drop_rows(lede__memory *m, lede_str id, lede_error *err) {
    lede_status st = LEDE_OK;
    for (lede__node *n = lede__memory_first(m, REDIRECTS), *next; n && !st; n = next) {
        const row *r = lede__node_value(n);
        next = lede__memory_next(n);
        if (lede_str_eq(r->redirect, id))
            st = lede__memory_set(m, REDIRECTS, lede__node_key(n), NULL, err);
    }
    for (lede__node *n = lede__memory_first(m, SOURCES), *next; n && !st; n = next) {
        const row *r = lede__node_value(n);
        next = lede__memory_next(n);
        if (lede_str_eq(lede_str_of(r->source.id), id))
            st = lede__memory_set(m, SOURCES, lede__node_key(n), NULL, err);
    }
    for (int kind = 0; kind < LEDE_DERIVED_KINDS && !st; kind++)
        st = lede__memory_remove_derived(&m->base, (lede_derived_kind)kind, id, err);
    return st;
}
