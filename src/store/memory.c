/* memory.c - the engine that keeps everything in memory: for tests, one-off publications and as the
 * plainest answer to what an engine must do. See store/engine.h.
 *
 * A row is never modified: a change puts another row under a key of a table, and the log remembers
 * the row that was there. Rolling back walks the log backwards; committing frees the rows that were
 * replaced. A key that was taken away stays as a node without a value until the transaction ends,
 * so rolling back needs no memory.
 */
#include "store/engine.h"
#include "store/ordered.h"

#include <stdlib.h>

#include "base/banned.h"

/* One version of an article; card and body follow in the same block. */
typedef struct version {
    struct version *before; /* the superseded one */
    const lede_card *card;
    lede_str id, url, path; /* of the card */
    lede_str body, who, what;
    int64_t seq, at;
    int32_t revision;
    max_align_t text[];
} version;

/* A source, term or redirect; its texts follow in the same block. */
typedef struct row {
    union {
        lede_source source;
        lede_term term;
        lede_str redirect; /* the article's id */
    };
    char text[];
} row;

/* The tables from SOURCES on own their rows; versions are owned by BY_ID, each newest one with
 * those before it. */
enum table { BY_ID, BY_URL, BY_PATH, BY_SEQ, DUE, SOURCES, TERMS, REDIRECTS, TABLES };

typedef struct entry {
    struct entry *older;
    enum table table;
    lede__node *node;
    void *before; /* what stood there, or NULL */
    bool first;   /* of this node in this transaction */
} entry;

typedef struct memory {
    lede__engine base;
    lede__ordered tables[TABLES];
    lede_store_head head, head_before;
    entry *log;
} memory;

static lede_status no_memory(lede_error *err) {
    return lede_fail(err, LEDE_ENOMEM, "store: out of memory");
}

/* ---- tables and their log */

static void *get(const memory *m, enum table t, lede_str key) {
    return lede__ordered_get(&m->tables[t], key);
}

/* Puts value under key, or takes the key away when value is NULL. */
static lede_status set(memory *m, enum table t, lede_str key, void *value, lede_error *err) {
    if (!value && !get(m, t, key))
        return LEDE_OK;
    entry *x = malloc(sizeof *x);
    lede__node *n = x ? lede__ordered_make(&m->tables[t], key) : NULL;
    if (!n) {
        free(x);
        return no_memory(err);
    }
    *x = (entry){.older = m->log,
                 .table = t,
                 .node = n,
                 .before = lede__node_value(n),
                 .first = lede__node_claim(n)};
    m->log = x;
    lede__node_set(n, value);
    return LEDE_OK;
}

/* The first node at or after n that has a value. */
static lede__node *present(lede__node *n) {
    while (n && !lede__node_value(n))
        n = lede__node_next(n);
    return n;
}

/* Ends x and gives the entry before it. A node's first entry comes last, and takes the node away
 * when it is empty. */
static entry *end_entry(memory *m, entry *x) {
    entry *older = x->older;
    if (x->first) {
        lede__node_release(x->node);
        if (!lede__node_value(x->node))
            lede__ordered_remove(&m->tables[x->table], lede__node_key(x->node));
    }
    free(x);
    return older;
}

static void memory_rollback(lede__engine *engine) {
    memory *m = (memory *)engine;
    while (m->log) {
        entry *x = m->log;
        if (x->table >= SOURCES || x->table == BY_ID)
            free(lede__node_value(x->node));
        lede__node_set(x->node, x->before);
        m->log = end_entry(m, x);
    }
    m->head = m->head_before;
}

static lede_status memory_commit(lede__engine *engine, lede_error *err) {
    memory *m = (memory *)engine;
    (void)err; /* nothing can refuse */
    while (m->log) {
        entry *x = m->log;
        if (x->table >= SOURCES)
            free(x->before);
        m->log = end_entry(m, x);
    }
    return LEDE_OK;
}

static lede_status memory_begin(lede__engine *engine, lede_error *err) {
    memory *m = (memory *)engine;
    (void)err; /* one store object is the only one that sees this memory */
    m->head_before = m->head;
    return LEDE_OK;
}

/* ---- opening */

static void memory_close(lede__engine *engine) {
    memory *m = (memory *)engine;
    for (lede__node *n = m->tables[BY_ID].first[0]; n; n = lede__node_next(n))
        for (version *v = lede__node_value(n), *before; v; v = before) {
            before = v->before;
            free(v);
        }
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
    memory *m = calloc(1, sizeof *m);
    if (!m)
        return no_memory(err);
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
    *out = ((memory *)engine)->head;
    return LEDE_OK;
}

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

static lede_status set_path(memory *m, lede_str path, int64_t seq, version *v, lede_error *err) {
    lede_buf key;
    if (path.len == 0)
        return LEDE_OK;
    lede_status st = path_key(&key, path, seq, err);
    if (!st)
        st = set(m, BY_PATH, lede_buf_str(&key), v, err);
    lede_buf_fini(&key);
    return st;
}

/* ---- one article */

static lede_status give(const version *v, lede_stored *out, lede_error *err) {
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

static lede_status memory_by_id(lede__engine *e, lede_str id, lede_stored *out, lede_error *err) {
    return give(get((memory *)e, BY_ID, id), out, err);
}

static lede_status memory_by_url(lede__engine *e, lede_str url, lede_stored *out, lede_error *err) {
    return give(get((memory *)e, BY_URL, url), out, err);
}

static lede_status memory_by_path(lede__engine *engine, lede_str path, lede_stored *out,
                                  lede_error *err) {
    memory *m = (memory *)engine;
    lede_buf key;
    lede_status st = path_key(&key, path, INT64_MAX, err);
    if (!st) {
        lede__node *n = present(lede__ordered_from(&m->tables[BY_PATH], lede_buf_str(&key)));
        version *v = n ? lede__node_value(n) : NULL;
        st = give(v && lede_str_eq(v->path, path) ? v : NULL, out, err);
    }
    lede_buf_fini(&key);
    return st;
}

/* ---- putting */

static lede_str copy_to(char **at, lede_str s) {
    lede_str copy = {*at, s.len};
    if (s.len)
        memcpy(*at, s.ptr, s.len);
    *at += s.len;
    return copy;
}

static version *make_version(const lede_card *card, lede_str body, int32_t revision, int64_t seq,
                             const lede_change *change) {
    size_t size = lede_card_size(card);
    version *v = malloc(sizeof *v + size + body.len + change->who.len + change->what.len);
    if (!v)
        return NULL;
    char *at = (char *)v->text;
    lede_str copy = copy_to(&at, lede_str_n((const char *)card, size));
    *v = (version){.card = (const lede_card *)(const void *)copy.ptr,
                   .body = copy_to(&at, body),
                   .who = copy_to(&at, change->who),
                   .what = copy_to(&at, change->what),
                   .seq = seq,
                   .at = change->at,
                   .revision = revision};
    v->id = lede_card_text(v->card, LEDE_TEXT_ID);
    v->url = lede_card_text(v->card, LEDE_TEXT_URL);
    v->path = lede_card_text(v->card, LEDE_TEXT_PATH);
    return v;
}

/* Sets all keys of v but its id to value: v itself, or NULL to take them away. */
static lede_status set_keys(memory *m, const version *v, version *value, lede_error *err) {
    char key[16];
    int64_t due[LEDE__DUE_MAX];
    lede_status st = set(m, BY_SEQ, seq_key(key, v->seq), value, err);
    if (!st && lede_card_state(v->card) != LEDE_WITHDRAWN)
        st = set(m, BY_URL, v->url, value, err);
    if (!st)
        st = set_path(m, v->path, v->seq, value, err);
    size_t n = lede__due_instants(v->card, v->at, due);
    for (size_t i = 0; !st && i < n; i++)
        st = set(m, DUE, due_key(key, due[i], v->seq), value, err);
    return st;
}

static lede_status memory_put(lede__engine *engine, const lede_card *card, lede_str body,
                              int32_t revision, int64_t seq, const lede_change *change,
                              lede_error *err) {
    memory *m = (memory *)engine;
    version *v = make_version(card, body, revision, seq, change);
    if (!v)
        return no_memory(err);
    v->before = get(m, BY_ID, v->id);
    lede_status st = set(m, BY_ID, v->id, v, err);
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

/* ---- walking */

static lede_stored stored_of(const version *v, bool with_body) {
    return (lede_stored){.card = v->card,
                         .body = with_body ? v->body : (lede_str){0},
                         .seq = v->seq,
                         .revision = v->revision,
                         .changed_at = v->at};
}

static lede_status memory_walk(lede__engine *engine, int64_t changed_since, bool with_body,
                               lede_store_each *each, void *ctx, lede_error *err) {
    memory *m = (memory *)engine;
    char key[8];
    (void)err;
    lede__node *n = changed_since < 0 ? m->tables[BY_ID].first[0]
                    : changed_since == INT64_MAX
                        ? NULL
                        : lede__ordered_from(&m->tables[BY_SEQ], seq_key(key, changed_since + 1));
    for (n = present(n); n; n = present(lede__node_next(n))) {
        lede_stored x = stored_of(lede__node_value(n), with_body);
        if (!each(ctx, &x))
            break;
    }
    return LEDE_OK;
}

/* The first due node after `after`. */
static lede__node *due_after(const memory *m, int64_t after) {
    char key[16];
    return present(lede__ordered_from(&m->tables[DUE], due_key(key, after, INT64_MAX)));
}

static int64_t due_at(const lede__node *n) {
    lede_str key = lede__node_key(n);
    uint64_t u = 0;
    for (int i = 0; i < 8; i++)
        u = u << 8 | (unsigned char)key.ptr[i];
    return (int64_t)(u ^ (uint64_t)1 << 63);
}

static lede_status memory_next_due(lede__engine *engine, int64_t after, int64_t *out,
                                   lede_error *err) {
    lede__node *n = due_after((memory *)engine, after);
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

static lede_status memory_walk_due(lede__engine *engine, int64_t after, int64_t upto,
                                   bool with_body, lede_store_each *each, void *ctx,
                                   lede_error *err) {
    memory *m = (memory *)engine;
    lede__ordered found; /* an article with two instants in the span is given once */
    lede_status st = LEDE_OK;
    lede__ordered_init(&found);
    for (lede__node *n = due_after(m, after); n && due_at(n) <= upto && !st;
         n = present(lede__node_next(n))) {
        version *v = lede__node_value(n);
        char key[8];
        lede__node *x = lede__ordered_make(&found, seq_key(key, v->seq));
        if (x)
            lede__node_set(x, v);
        else
            st = no_memory(err);
    }
    if (!st)
        walk_set(&found, with_body, each, ctx);
    lede__ordered_fini(&found);
    return st;
}

static lede_status memory_history(lede__engine *engine, lede_str id, lede_store_each_revision *each,
                                  void *ctx, lede_error *err) {
    version *v = get((memory *)engine, BY_ID, id);
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

/* ---- sources: rows by path */

static lede_status memory_walk_sources(lede__engine *engine, lede_store_each_source *each,
                                       void *ctx, lede_error *err) {
    memory *m = (memory *)engine;
    (void)err;
    for (lede__node *n = present(m->tables[SOURCES].first[0]); n; n = present(lede__node_next(n))) {
        row *r = lede__node_value(n);
        if (!each(ctx, &r->source))
            break;
    }
    return LEDE_OK;
}

/* Puts r, which it takes, under key. */
static lede_status set_row(memory *m, enum table t, lede_str key, row *r, lede_error *err) {
    lede_status st = set(m, t, key, r, err);
    if (st)
        free(r);
    return st;
}

static lede_status memory_put_source(lede__engine *engine, const lede_source *x, lede_error *err) {
    row *r = malloc(sizeof *r + x->path.len + x->notes.len);
    if (!r)
        return no_memory(err);
    char *at = r->text;
    r->source = *x;
    r->source.path = copy_to(&at, x->path);
    r->source.notes = copy_to(&at, x->notes);
    return set_row((memory *)engine, SOURCES, x->path, r, err);
}

static lede_status memory_remove_source(lede__engine *e, lede_str path, lede_error *err) {
    return set((memory *)e, SOURCES, path, NULL, err);
}

/* ---- terms: rows by kind and slug */

static lede_status term_key(lede_buf *b, lede_term_kind kind, lede_str slug, lede_error *err) {
    lede_buf_init(b, LEDE_BUF_MAX);
    lede_buf_addc(b, (char)kind);
    lede_buf_add(b, slug);
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
                          .slug = copy_to(&at, x->slug),
                          .title = copy_to(&at, x->title),
                          .summary = copy_to(&at, x->summary),
                          .body = copy_to(&at, x->body),
                          .params = copy_to(&at, x->params),
                          .path = copy_to(&at, x->path)};
    return r;
}

static void term_changed(memory *m, int64_t seq, int64_t at) {
    m->head.seq = seq;
    m->head.changed_at = at;
}

static lede_status memory_put_term(lede__engine *engine, const lede_term *x, int64_t seq,
                                   int64_t at, bool *changed, lede_error *err) {
    memory *m = (memory *)engine;
    lede_buf key;
    lede_status st = term_key(&key, x->kind, x->slug, err);
    row *old = st ? NULL : get(m, TERMS, lede_buf_str(&key));
    *changed = !old || !is_same_term(&old->term, x);
    if (!st && *changed) {
        row *r = make_term(x);
        st = r ? set_row(m, TERMS, lede_buf_str(&key), r, err) : no_memory(err);
        term_changed(m, seq, at);
    }
    lede_buf_fini(&key);
    return st;
}

static lede_status memory_remove_term(lede__engine *engine, lede_term_kind kind, lede_str slug,
                                      int64_t seq, int64_t at, lede_error *err) {
    memory *m = (memory *)engine;
    lede_buf key;
    lede_status st = term_key(&key, kind, slug, err);
    if (!st && get(m, TERMS, lede_buf_str(&key))) {
        st = set(m, TERMS, lede_buf_str(&key), NULL, err);
        term_changed(m, seq, at);
    }
    lede_buf_fini(&key);
    return st;
}

static lede_status memory_walk_terms(lede__engine *engine, lede_store_each_term *each, void *ctx,
                                     lede_error *err) {
    memory *m = (memory *)engine;
    (void)err;
    for (lede__node *n = present(m->tables[TERMS].first[0]); n; n = present(lede__node_next(n))) {
        row *r = lede__node_value(n);
        if (!each(ctx, &r->term))
            break;
    }
    return LEDE_OK;
}

/* ---- redirects: rows by URL */

static lede_status memory_put_redirect(lede__engine *engine, lede_str from, lede_str id,
                                       lede_error *err) {
    row *r = malloc(sizeof *r + id.len);
    if (!r)
        return no_memory(err);
    char *at = r->text;
    r->redirect = copy_to(&at, id);
    return set_row((memory *)engine, REDIRECTS, from, r, err);
}

static lede_status memory_remove_redirect(lede__engine *e, lede_str from, lede_error *err) {
    return set((memory *)e, REDIRECTS, from, NULL, err);
}

static lede_status memory_walk_redirects(lede__engine *engine, lede_store_each_redirect *each,
                                         void *ctx, lede_error *err) {
    memory *m = (memory *)engine;
    (void)err;
    for (lede__node *n = present(m->tables[REDIRECTS].first[0]); n;
         n = present(lede__node_next(n))) {
        row *r = lede__node_value(n);
        if (!each(ctx, lede__node_key(n), r->redirect))
            break;
    }
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
    .by_id = memory_by_id,
    .by_url = memory_by_url,
    .by_path = memory_by_path,
    .put = memory_put,
    .walk = memory_walk,
    .walk_due = memory_walk_due,
    .next_due = memory_next_due,
    .history = memory_history,
    .walk_sources = memory_walk_sources,
    .put_source = memory_put_source,
    .remove_source = memory_remove_source,
    .put_term = memory_put_term,
    .remove_term = memory_remove_term,
    .walk_terms = memory_walk_terms,
    .put_redirect = memory_put_redirect,
    .remove_redirect = memory_remove_redirect,
    .walk_redirects = memory_walk_redirects,
};
