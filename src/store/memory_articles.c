/* memory_articles.c - articles, their versions and due instants in memory. See store/engine.h and
 * memory.h. */
#include "store/memory.h"

#include <stdlib.h>

#include "base/banned.h"

/* ---- keys */

/* Numbers as bytes that sort like them. */
static void put_number(char *out, int64_t n) {
    uint64_t u = (uint64_t)n ^ (uint64_t)1 << 63;
    for (int i = 0; i < 8; i++)
        out[i] = (char)(u >> (56 - 8 * i) & 0xff);
}

static lede_str seq_key(char buf[8], int64_t seq) {
    put_number(buf, seq);
    return lede_str_n(buf, 8);
}

static lede_str due_key(char buf[16], int64_t at, int64_t seq) {
    put_number(buf, at);
    put_number(buf + 8, seq);
    return lede_str_n(buf, 16);
}

/* path, NUL, number: of several articles that had a path, the one changed last comes first. */
static lede_status path_key(lede_buf *b, lede_str path, int64_t seq, lede_error *err) {
    char number[8];
    put_number(number, -seq);
    lede_buf_init(b, LEDE_BUF_MAX);
    lede_buf_add(b, path);
    lede_buf_addc(b, '\0');
    lede_buf_addn(b, number, sizeof number);
    return lede_buf_status(b, err);
}

static lede_status set_path(lede__memory *m, lede_str path, int64_t seq, lede__version *v,
                            lede_error *err) {
    lede_buf key;
    if (path.len == 0)
        return LEDE_OK;
    lede_status st = path_key(&key, path, seq, err);
    if (!st)
        st = lede__memory_set(m, BY_PATH, lede_buf_str(&key), v, err);
    lede_buf_fini(&key);
    return st;
}

/* ---- one article */

static lede_status give(const lede__version *v, lede_stored *out, lede_error *err) {
    if (!v)
        return LEDE_ENOTFOUND;
    lede_str card = {(const char *)v->card, lede_card_size(v->card)};
    lede_status st = lede__stored_copy(out, card, v->body, err);
    if (st)
        return st;
    out->seq = v->seq;
    out->revision = v->revision;
    out->changed_at = v->at;
    return LEDE_OK;
}

lede_status lede__memory_by_id(lede__engine *e, lede_str id, lede_stored *out, lede_error *err) {
    return give(lede__memory_get((lede__memory *)e, BY_ID, id), out, err);
}

lede_status lede__memory_by_url(lede__engine *e, lede_str url, lede_stored *out, lede_error *err) {
    return give(lede__memory_get((lede__memory *)e, BY_URL, url), out, err);
}

lede_status lede__memory_by_path(lede__engine *engine, lede_str path, lede_stored *out,
                                 lede_error *err) {
    lede__memory *m = (lede__memory *)engine;
    lede_buf key;
    lede_status st = path_key(&key, path, INT64_MAX, err);
    if (!st) {
        lede__node *n = lede__memory_from(m, BY_PATH, lede_buf_str(&key));
        lede__version *v = n ? lede__node_value(n) : NULL;
        st = give(v && lede_str_eq(v->path, path) ? v : NULL, out, err);
    }
    lede_buf_fini(&key);
    return st;
}

/* ---- putting */

static lede__version *make_version(const lede_card *card, lede_str body, int32_t revision,
                                   int64_t seq, const lede_change *change) {
    size_t size = lede_card_size(card);
    lede__version *v = malloc(sizeof *v + size + body.len + change->who.len + change->what.len);
    if (!v)
        return NULL;
    char *at = (char *)v->text;
    lede_str copy = lede__memory_copy(&at, lede_str_n((const char *)card, size));
    *v = (lede__version){.card = (const lede_card *)(const void *)copy.ptr,
                         .body = lede__memory_copy(&at, body),
                         .who = lede__memory_copy(&at, change->who),
                         .what = lede__memory_copy(&at, change->what),
                         .seq = seq,
                         .at = change->at,
                         .revision = revision};
    v->id = lede_card_text(v->card, LEDE_TEXT_ID);
    v->url = lede_card_text(v->card, LEDE_TEXT_URL);
    v->path = lede_card_text(v->card, LEDE_TEXT_PATH);
    return v;
}

/* Sets all keys of v but its id to value: v itself, or NULL to take them away. */
static lede_status set_keys(lede__memory *m, const lede__version *v, lede__version *value,
                            lede_error *err) {
    char key[16];
    int64_t due[LEDE__DUE_MAX];
    lede_status st = lede__memory_set(m, BY_SEQ, seq_key(key, v->seq), value, err);
    if (!st && lede_card_state(v->card) != LEDE_WITHDRAWN)
        st = lede__memory_set(m, BY_URL, v->url, value, err);
    if (!st)
        st = set_path(m, v->path, v->seq, value, err);
    size_t n = lede__due_instants(v->card, v->at, due);
    for (size_t i = 0; !st && i < n; i++)
        st = lede__memory_set(m, DUE, due_key(key, due[i], v->seq), value, err);
    return st;
}

lede_status lede__memory_put(lede__engine *engine, const lede_card *card, lede_str body,
                             int32_t revision, int64_t seq, const lede_change *change,
                             lede_error *err) {
    lede__memory *m = (lede__memory *)engine;
    lede__version *v = make_version(card, body, revision, seq, change);
    if (!v)
        return lede__memory_refused(err);
    v->before = lede__memory_get(m, BY_ID, v->id);
    lede_status st = lede__memory_set(m, BY_ID, v->id, v, err);
    if (st) {
        free(v);
        return st;
    }
    if (v->before)
        st = set_keys(m, v->before, NULL, err);
    if (!st)
        st = set_keys(m, v, v, err);
    m->head.seq = seq;
    m->head.changed_at = change->at;
    m->head.articles += !v->before;
    return st;
}

lede_status lede__memory_purge(lede__engine *engine, lede_str id, lede_error *err) {
    lede__memory *m = (lede__memory *)engine;
    const lede__version *v = lede__memory_get(m, BY_ID, id);
    if (!v)
        return lede_fail(err, LEDE_ENOTFOUND, "store: no article '%.*s'", (int)id.len,
                         id.ptr ? id.ptr : "");
    lede_status st = set_keys(m, v, NULL, err);
    if (!st)
        st = lede__memory_drop_rows(m, id, err);
    if (!st)
        st = lede__memory_drop_versions(m, id, err);
    m->head.articles -= !st;
    return st;
}

/* ---- walking */

static lede_stored stored_of(const lede__version *v, bool with_body) {
    return (lede_stored){.card = v->card,
                         .body = with_body ? v->body : (lede_str){0},
                         .seq = v->seq,
                         .revision = v->revision,
                         .changed_at = v->at};
}

static lede__node *first_changed(const lede__memory *m, int64_t since) {
    char key[8];
    if (since < 0)
        return lede__memory_first(m, BY_ID);
    return since == INT64_MAX ? NULL : lede__memory_from(m, BY_SEQ, seq_key(key, since + 1));
}

lede_status lede__memory_walk(lede__engine *engine, int64_t changed_since, bool with_body,
                              lede_store_each *each, void *ctx, lede_error *err) {
    lede__memory *m = (lede__memory *)engine;
    (void)err;
    for (lede__node *n = first_changed(m, changed_since); n; n = lede__memory_next(n)) {
        lede_stored x = stored_of(lede__node_value(n), with_body);
        if (!each(ctx, &x))
            break;
    }
    return LEDE_OK;
}

/* The first due node after `after`. */
static lede__node *due_after(const lede__memory *m, int64_t after) {
    char key[16];
    return lede__memory_from(m, DUE, due_key(key, after, INT64_MAX));
}

static int64_t due_at(const lede__node *n) {
    lede_str key = lede__node_key(n);
    uint64_t u = 0;
    for (int i = 0; i < 8; i++)
        u = u << 8 | (unsigned char)key.ptr[i];
    return (int64_t)(u ^ (uint64_t)1 << 63);
}

lede_status lede__memory_next_due(lede__engine *engine, int64_t after, int64_t *out,
                                  lede_error *err) {
    lede__node *n = due_after((lede__memory *)engine, after);
    (void)err;
    *out = n ? due_at(n) : INT64_MAX;
    return LEDE_OK;
}

/* Gives the versions whose keys are in m, in the order of their change numbers. */
static void walk_set(const lede__ordered *set, bool with_body, lede_store_each *each, void *ctx) {
    for (lede__node *n = set->first[0]; n; n = lede__node_next(n)) {
        lede_stored x = stored_of(lede__node_value(n), with_body);
        if (!each(ctx, &x))
            return;
    }
}

lede_status lede__memory_walk_due(lede__engine *engine, int64_t after, int64_t upto, bool with_body,
                                  lede_store_each *each, void *ctx, lede_error *err) {
    lede__memory *m = (lede__memory *)engine;
    lede__ordered found; /* an article with two instants in the span is given once */
    lede_status st = LEDE_OK;
    lede__ordered_init(&found);
    for (lede__node *n = due_after(m, after); n && due_at(n) <= upto && !st;
         n = lede__memory_next(n)) {
        lede__version *v = lede__node_value(n);
        char key[8];
        lede__node *x = lede__ordered_make(&found, seq_key(key, v->seq));
        if (x)
            lede__node_set(x, v);
        else
            st = lede__memory_refused(err);
    }
    if (!st)
        walk_set(&found, with_body, each, ctx);
    lede__ordered_fini(&found);
    return st;
}

lede_status lede__memory_history(lede__engine *engine, lede_str id, lede_store_each_revision *each,
                                 void *ctx, lede_error *err) {
    lede__version *v = lede__memory_get((lede__memory *)engine, BY_ID, id);
    if (!v)
        return lede_fail(err, LEDE_ENOTFOUND, "store: no article '%.*s'", (int)id.len,
                         id.ptr ? id.ptr : "");
    for (; v; v = v->before) {
        lede_revision r = {.number = v->revision,
                           .seq = v->seq,
                           .at = v->at,
                           .who = v->who,
                           .what = v->what,
                           .version = stored_of(v, true)};
        if (!each(ctx, &r))
            break;
    }
    return LEDE_OK;
}
