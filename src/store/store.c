/* store.c - picks the engine by the URL, and holds the rules that all engines share. See
 * lede/store.h.
 *
 * Conflicts, addresses, redirects and change numbers are decided here, inside one write transaction
 * of the engine, so that two processes never decide on the same state. One lock guards the engine.
 * It knows its owner: a call from inside a walk's own callback is refused instead of hanging. A
 * transaction belongs to the store object, not to a thread: what another thread puts meanwhile is
 * part of it.
 */
#include "store/inside.h"
#include "sys/sys.h"

#include <assert.h>
#include <stdlib.h>

#include "base/banned.h"

/* ---- opening */

static const lede__engine_class *const engines[] = {&lede__engine_memory, &lede__engine_sqlite};

/* The length of "scheme" in "scheme:rest", or 0 for a plain path. */
static size_t scheme_length(const char *url) {
    size_t n = strspn(url, "abcdefghijklmnopqrstuvwxyz");
    return n > 1 && url[n] == ':' ? n : 0;
}

static lede_status open_engine(const char *url, lede__engine **out, lede_error *err) {
    size_t n = scheme_length(url);
    if (n == 0)
        return lede__engine_sqlite.open(url, out, err);
    for (size_t i = 0; i < sizeof engines / sizeof *engines; i++)
        if (strlen(engines[i]->scheme) == n && memcmp(engines[i]->scheme, url, n) == 0)
            return engines[i]->open(url + n + 1, out, err);
    return lede_fail(err, LEDE_EINVAL,
                     "store: no engine for '%s'; there are memory: and sqlite:FILE (or just FILE)",
                     url);
}

static int init_lock(pthread_mutex_t *lock) {
    pthread_mutexattr_t kind;
    int rc = pthread_mutexattr_init(&kind);
    if (rc)
        return rc;
    rc = pthread_mutexattr_settype(&kind, PTHREAD_MUTEX_ERRORCHECK);
    if (!rc)
        rc = pthread_mutex_init(lock, &kind);
    pthread_mutexattr_destroy(&kind);
    return rc;
}

lede_status lede_store_open(const char *url, lede_store **out, lede_error *err) {
    *out = NULL;
    lede_store *s = calloc(1, sizeof *s);
    if (!s || init_lock(&s->lock)) {
        free(s);
        return lede_fail(err, LEDE_ENOMEM, "store: out of memory");
    }
    lede_status st = open_engine(url, &s->engine, err);
    if (st) {
        pthread_mutex_destroy(&s->lock);
        free(s);
        return st;
    }
    *out = s;
    return LEDE_OK;
}

void lede_store_close(lede_store *s) {
    if (!s)
        return;
    if (s->open || (s->rehearsing && !s->undone))
        s->engine->class->rollback(s->engine);
    s->engine->class->close(s->engine);
    pthread_mutex_destroy(&s->lock);
    free(s);
}

/* ---- lock and transaction */

lede_status lede__store_lock(lede_store *s, lede_error *err) {
    if (pthread_mutex_lock(&s->lock))
        return lede_fail(err, LEDE_EINVAL, "store: called from inside one of its own walks");
    return LEDE_OK;
}

lede_status lede__store_unlock(lede_store *s, lede_status st) {
    pthread_mutex_unlock(&s->lock);
    return st;
}

static lede_status begin(lede_store *s, lede_error *err) {
    if (s->open)
        return lede_fail(err, LEDE_EINVAL, "store: a transaction is open already");
    if (s->undone)
        return lede_fail(err, LEDE_EIO, "store: what was tried was undone");
    lede_status st = s->rehearsing ? LEDE_OK : s->engine->class->begin(s->engine, err);
    s->open = st == LEDE_OK;
    s->broken = false;
    return st;
}

static void rollback(lede_store *s) {
    if (s->open)
        s->engine->class->rollback(s->engine);
    s->undone = s->open && s->rehearsing;
    s->open = false;
}

static lede_status commit(lede_store *s, lede_error *err) {
    if (!s->open)
        return lede_fail(err, LEDE_EINVAL, "store: no transaction is open");
    if (s->broken) {
        rollback(s);
        return lede_fail(err, LEDE_EIO,
                         "store: a change in this transaction failed, so all of it was undone");
    }
    s->open = false;
    return s->rehearsing ? LEDE_OK : s->engine->class->commit(s->engine, err);
}

lede_status lede_store_begin(lede_store *s, lede_error *err) {
    lede_status st = lede__store_lock(s, err);
    return st ? st : lede__store_unlock(s, begin(s, err));
}

lede_status lede_store_commit(lede_store *s, lede_error *err) {
    lede_status st = lede__store_lock(s, err);
    return st ? st : lede__store_unlock(s, commit(s, err));
}

void lede_store_rollback(lede_store *s) {
    if (lede__store_lock(s, NULL))
        return;
    rollback(s);
    pthread_mutex_unlock(&s->lock);
}

lede_status lede_store_sync(lede_store *s, lede_error *err) {
    lede_status st = lede__store_lock(s, err);
    if (st)
        return st;
    if (s->open || s->rehearsing)
        st = lede_fail(err, LEDE_EINVAL, "store: a transaction is open");
    return lede__store_unlock(s, st ? st : s->engine->class->sync(s->engine, err));
}

lede_status lede_store_rehearse(lede_store *s, lede_error *err) {
    lede_status st = lede__store_lock(s, err);
    if (st)
        return st;
    st = begin(s, err);
    s->rehearsing = st == LEDE_OK;
    s->open = false;
    return lede__store_unlock(s, st);
}

lede_status lede__store_enter(lede_store *s, bool *own, lede_error *err) {
    lede_status st = lede__store_lock(s, err);
    if (st)
        return st;
    *own = !s->open;
    if (*own && (st = begin(s, err)))
        return lede__store_unlock(s, st);
    return LEDE_OK;
}

lede_status lede__store_leave(lede_store *s, bool own, lede_status st, lede_error *err) {
    if (own && st == LEDE_OK)
        st = commit(s, err);
    else if (own)
        rollback(s);
    return lede__store_unlock(s, st);
}

lede_status lede__store_wrote(lede_store *s, lede_status st) {
    if (st)
        s->broken = true;
    return st;
}

/* ---- what engines share */

void lede_stored_fini(lede_stored *x) {
    free(x->hold);
    *x = (lede_stored){0};
}

lede_status lede__stored_copy(lede_stored *out, lede_str card, lede_str body, lede_error *err) {
    char *block = malloc(card.len + body.len + 1);
    if (!block)
        return lede_fail(err, LEDE_ENOMEM, "store: out of memory");
    memcpy(block, card.ptr, card.len);
    if (body.len)
        memcpy(block + card.len, body.ptr, body.len);
    block[card.len + body.len] = '\0'; /* kind to debuggers and to strtol */
    lede_status st = lede_card_check(lede_str_n(block, card.len), err);
    if (st) {
        free(block);
        return lede_fail_in(err, st, "store: damaged article");
    }
    out->card = (const lede_card *)(const void *)block;
    out->body = lede_str_n(block + card.len, body.len);
    out->hold = block;
    return LEDE_OK;
}

size_t lede__due_instants(const lede_card *card, int64_t after, int64_t out[LEDE__DUE_MAX]) {
    size_t n = 0;
    int64_t until;
    for (int64_t at = after; n < LEDE__DUE_MAX; at = until) {
        lede_card_public(card, at, &until);
        if (until == INT64_MAX || until <= at)
            break;
        out[n++] = until;
    }
    return n;
}

lede_status lede__store_uuid(char out[37], lede_error *err) {
    unsigned char b[16];
    if (!lede__random(b, sizeof b))
        return lede_fail(err, LEDE_EIO, "store: the system gives no random bytes");
    b[6] = (unsigned char)((b[6] & 0x0f) | 0x40);
    b[8] = (unsigned char)((b[8] & 0x3f) | 0x80);
    static const char digits[] = "0123456789abcdef";
    char *p = out;
    for (int i = 0; i < 16; i++) {
        if (i == 4 || i == 6 || i == 8 || i == 10)
            *p++ = '-';
        *p++ = digits[b[i] >> 4];
        *p++ = digits[b[i] & 15];
    }
    *p = '\0';
    return LEDE_OK;
}

/* ---- putting */

/* What one put knows while it is decided. */
typedef struct putting {
    const lede_card *card;
    lede_str body;
    const lede_change *change;
    lede_str id, url;
    bool live;          /* the new version holds its URL */
    bool exists;        /* an earlier version does */
    lede_stored before; /* the newest one, when it does */
} putting;

static lede_status check_card(const putting *p, lede_error *err) {
    if (!lede_article_id_valid(p->id))
        return lede_fail(err, LEDE_EINVAL, "store: '%.*s' is not an article id", (int)p->id.len,
                         p->id.ptr ? p->id.ptr : "");
    if (p->url.len == 0 || p->url.ptr[0] != '/')
        return lede_fail(err, LEDE_EINVAL, "store: URL '%.*s' of article %.*s must begin with '/'",
                         (int)p->url.len, p->url.ptr ? p->url.ptr : "", (int)p->id.len, p->id.ptr);
    return LEDE_OK;
}

static lede_status check_revision(const putting *p, int32_t expected, lede_error *err) {
    int id_len = (int)p->id.len;
    if (expected < 0)
        return LEDE_OK;
    if (!p->exists && expected > 0)
        return lede_fail(err, LEDE_ECONFLICT,
                         "store: revision %d of article %.*s was edited, but there is none",
                         (int)expected, id_len, p->id.ptr);
    if (!p->exists || p->before.revision == expected)
        return LEDE_OK;
    if (expected == 0)
        return lede_fail(err, LEDE_ECONFLICT,
                         "store: article %.*s was to be new, but its revision %d is there", id_len,
                         p->id.ptr, (int)p->before.revision);
    return lede_fail(err, LEDE_ECONFLICT,
                     "store: revision %d of article %.*s was edited, but the newest is %d",
                     (int)expected, id_len, p->id.ptr, (int)p->before.revision);
}

static bool is_same(const putting *p) {
    size_t n = lede_card_size(p->card);
    return p->exists && lede_card_size(p->before.card) == n &&
           memcmp(p->before.card, p->card, n) == 0 && lede_str_eq(p->before.body, p->body);
}

/* LEDE_EEXIST when an article other than p's holds url; LEDE_OK when it is free or p's own. */
static lede_status check_holder(lede_store *s, const putting *p, lede_str url, char *holder_id,
                                lede_error *err) {
    lede_stored holder = {0};
    lede_status st = s->engine->class->by_url(s->engine, url, &holder, err);
    if (st)
        return st == LEDE_ENOTFOUND ? LEDE_OK : st;
    lede_str id = lede_card_text(holder.card, LEDE_TEXT_ID);
    if (!lede_str_eq(id, p->id)) {
        lede_str title = lede_card_text(holder.card, LEDE_TEXT_TITLE);
        lede_str path = lede_card_text(holder.card, LEDE_TEXT_PATH);
        if (holder_id) {
            size_t n = id.len < 26 ? id.len : 26;
            memcpy(holder_id, id.ptr, n);
            holder_id[n] = '\0';
        }
        st = lede_fail(err, LEDE_EEXIST, "store: %.*s is the URL of article %.*s (%.*s)",
                       (int)url.len, url.ptr, (int)id.len, id.ptr,
                       (int)(path.len ? path.len : title.len), path.len ? path.ptr : title.ptr);
    }
    lede_stored_fini(&holder);
    return st;
}

static lede_str url_before(const putting *p) {
    return lede_card_text(p->before.card, LEDE_TEXT_URL);
}

/* Leaves a redirect from the URL that p's article had, unless another article lives there now. */
static lede_status leave_redirect(lede_store *s, const putting *p, lede_error *err) {
    lede_str old = url_before(p);
    lede_status st = check_holder(s, p, old, NULL, NULL);
    if (st == LEDE_EEXIST)
        return LEDE_OK;
    if (st)
        return lede_fail(err, st, "store: cannot look up the URL %.*s", (int)old.len, old.ptr);
    return s->engine->class->put_redirect(s->engine, old, p->id, err);
}

static lede_status write_version(lede_store *s, const putting *p, lede_error *err) {
    const lede__engine_class *class = s->engine->class;
    lede_store_head head;
    lede_status st = class->head(s->engine, &head, err);
    if (!st)
        st = class->put(s->engine, p->card, p->body, p->exists ? p->before.revision + 1 : 1,
                        head.seq + 1, p->change, err);
    bool moved = p->exists && !lede_str_eq(url_before(p), p->url);
    if (!st && moved)
        st = leave_redirect(s, p, err);
    bool held = p->exists && lede_card_state(p->before.card) != LEDE_WITHDRAWN;
    if (!st && p->live && (moved || !held)) /* this article answers here now, not a redirect */
        st = class->remove_redirect(s->engine, p->url, err);
    return lede__store_wrote(s, st);
}

static lede_status put(lede_store *s, putting *p, int32_t expected, bool *changed, char *holder_id,
                       lede_error *err) {
    lede_status st = check_card(p, err);
    if (st)
        return st;
    st = s->engine->class->by_id(s->engine, p->id, &p->before, err);
    if (st && st != LEDE_ENOTFOUND)
        return st;
    p->exists = st == LEDE_OK;
    if ((st = check_revision(p, expected, err)))
        return st;
    *changed = !is_same(p);
    if (!*changed)
        return LEDE_OK;
    if (p->live && (st = check_holder(s, p, p->url, holder_id, err)))
        return st;
    return write_version(s, p, err);
}

lede_status lede_store_put(lede_store *s, const lede_card *card, lede_str body, int32_t expected,
                           const lede_change *change, int32_t *revision, bool *changed,
                           char *holder_id, lede_error *err) {
    putting p = {.card = card,
                 .body = body,
                 .change = change,
                 .id = lede_card_text(card, LEDE_TEXT_ID),
                 .url = lede_card_text(card, LEDE_TEXT_URL),
                 .live = lede_card_state(card) != LEDE_WITHDRAWN};
    bool own, differs = false;
    lede_status st = lede__store_enter(s, &own, err);
    if (st)
        return st;
    st = put(s, &p, expected, &differs, holder_id, err);
    int32_t number = (p.exists ? p.before.revision : 0) + differs;
    lede_stored_fini(&p.before);
    st = lede__store_leave(s, own, st, err);
    if (!st && revision)
        *revision = number;
    if (!st && changed)
        *changed = differs;
    return st;
}

/* Files are cleaned also when there is no such article: an earlier purge may have been kept from
 * it. */
lede_status lede_store_purge(lede_store *s, lede_str id, lede_error *err) {
    lede_status st = lede__store_lock(s, err);
    if (st)
        return st;
    st = begin(s, err);
    if (st)
        return lede__store_unlock(s, st);
    st = lede__store_wrote(s, s->engine->class->purge(s->engine, id, err));
    if (st == LEDE_OK)
        st = commit(s, err);
    else
        rollback(s);
    if (st == LEDE_OK || st == LEDE_ENOTFOUND) {
        const lede_status cleaned = s->engine->class->scrub(s->engine, st ? NULL : err);
        st = st ? st : cleaned;
    }
    return lede__store_unlock(s, st);
}

/* ---- reading: each is the engine's slot under the lock */

static lede_status find(lede__engine *e, lede_str ref, lede_stored *out, lede_error *err) {
    lede_status st = LEDE_ENOTFOUND;
    if (lede_article_id_valid(ref))
        st = e->class->by_id(e, ref, out, err);
    if (st == LEDE_ENOTFOUND && ref.len && ref.ptr[0] == '/')
        st = e->class->by_url(e, ref, out, err);
    if (st == LEDE_ENOTFOUND && ref.len)
        st = e->class->by_path(e, ref, out, err);
    if (st == LEDE_ENOTFOUND)
        return lede_fail(err, st, "store: no article '%.*s'", (int)ref.len, ref.ptr ? ref.ptr : "");
    return st;
}

lede_status lede_store_get(lede_store *s, lede_str ref, lede_stored *out, lede_error *err) {
    *out = (lede_stored){0};
    lede_status st = lede__store_lock(s, err);
    return st ? st : lede__store_unlock(s, find(s->engine, ref, out, err));
}

lede_status lede_store_walk(lede_store *s, int64_t changed_since, bool with_body,
                            lede_store_each *each, void *ctx, lede_error *err) {
    lede_status st = lede__store_lock(s, err);
    if (st)
        return st;
    return lede__store_unlock(s, s->engine->class->walk(s->engine, changed_since, with_body, each, ctx, err));
}

lede_status lede_store_walk_due(lede_store *s, int64_t after, int64_t upto, bool with_body,
                                lede_store_each *each, void *ctx, lede_error *err) {
    lede_status st = lede__store_lock(s, err);
    if (st)
        return st;
    return lede__store_unlock(s, s->engine->class->walk_due(s->engine, after, upto, with_body, each, ctx, err));
}

lede_status lede_store_next_due(lede_store *s, int64_t after, int64_t *out, lede_error *err) {
    lede_status st = lede__store_lock(s, err);
    return st ? st : lede__store_unlock(s, s->engine->class->next_due(s->engine, after, out, err));
}

lede_status lede_store_get_head(lede_store *s, lede_store_head *out, lede_error *err) {
    lede_status st = lede__store_lock(s, err);
    return st ? st : lede__store_unlock(s, s->engine->class->head(s->engine, out, err));
}

lede_status lede_store_history(lede_store *s, lede_str id, lede_store_each_revision *each,
                               void *ctx, lede_error *err) {
    lede_status st = lede__store_lock(s, err);
    return st ? st : lede__store_unlock(s, s->engine->class->history(s->engine, id, each, ctx, err));
}

lede_status lede_store_walk_sources(lede_store *s, lede_store_each_source *each, void *ctx,
                                    lede_error *err) {
    lede_status st = lede__store_lock(s, err);
    return st ? st : lede__store_unlock(s, s->engine->class->walk_sources(s->engine, each, ctx, err));
}

lede_status lede_store_visit_source(lede_store *s, lede_str path, lede_store_each_source *each,
                                    void *ctx, lede_error *err) {
    lede_status st = lede__store_lock(s, err);
    return st ? st : lede__store_unlock(s, s->engine->class->visit_source(s->engine, path, each, ctx, err));
}

lede_status lede_store_walk_terms(lede_store *s, lede_store_each_term *each, void *ctx,
                                  lede_error *err) {
    lede_status st = lede__store_lock(s, err);
    return st ? st : lede__store_unlock(s, s->engine->class->walk_terms(s->engine, each, ctx, err));
}

lede_status lede_store_walk_redirects(lede_store *s, lede_store_each_redirect *each, void *ctx,
                                      lede_error *err) {
    lede_status st = lede__store_lock(s, err);
    return st ? st : lede__store_unlock(s, s->engine->class->walk_redirects(s->engine, each, ctx, err));
}

lede_status lede_store_walk_derived(lede_store *s, lede_derived_kind kind,
                                    lede_store_each_derived *each, void *ctx, lede_error *err) {
    lede_status st = lede__store_lock(s, err);
    return st ? st : lede__store_unlock(s, s->engine->class->walk_derived(s->engine, kind, each, ctx, err));
}

lede_status lede_store_get_derived(lede_store *s, lede_derived_kind kind, lede_str key, bool bytes,
                                   lede_store_each_derived *each, void *ctx, lede_error *err) {
    lede_status st = lede__store_lock(s, err);
    return st ? st
              : lede__store_unlock(
                    s, s->engine->class->get_derived(s->engine, kind, key, bytes, each, ctx, err));
}

/* ---- writing sources, terms and derived data */

lede_status lede_store_put_source(lede_store *s, const lede_source *x, lede_error *err) {
    bool own;
    lede_status st = lede__store_enter(s, &own, err);
    if (st)
        return st;
    st = lede__store_wrote(s, s->engine->class->put_source(s->engine, x, err));
    return lede__store_leave(s, own, st, err);
}

lede_status lede_store_remove_source(lede_store *s, lede_str path, lede_error *err) {
    bool own;
    lede_status st = lede__store_enter(s, &own, err);
    if (st)
        return st;
    st = lede__store_wrote(s, s->engine->class->remove_source(s->engine, path, err));
    return lede__store_leave(s, own, st, err);
}

lede_status lede_store_put_term(lede_store *s, const lede_term *x, lede_error *err) {
    bool own, changed;
    lede_store_head head;
    assert(x->kind < LEDE_TERM_KINDS);
    lede_status st = lede__store_enter(s, &own, err);
    if (st)
        return st;
    st = s->engine->class->head(s->engine, &head, err);
    if (!st)
        st = lede__store_wrote(s, s->engine->class->put_term(s->engine, x, head.seq + 1, lede_time_now(),
                                                 &changed, err));
    return lede__store_leave(s, own, st, err);
}

lede_status lede_store_remove_term(lede_store *s, lede_term_kind kind, lede_str slug,
                                   lede_error *err) {
    bool own;
    lede_store_head head;
    lede_status st = lede__store_enter(s, &own, err);
    if (st)
        return st;
    st = s->engine->class->head(s->engine, &head, err);
    if (!st)
        st = lede__store_wrote(s, s->engine->class->remove_term(s->engine, kind, slug, head.seq + 1,
                                                    lede_time_now(), err));
    return lede__store_leave(s, own, st, err);
}

lede_status lede_store_put_derived(lede_store *s, lede_derived_kind kind, const lede_derived *x,
                                   lede_error *err) {
    bool own;
    assert(kind < LEDE_DERIVED_KINDS);
    lede_status st = lede__store_enter(s, &own, err);
    if (st)
        return st;
    st = lede__store_wrote(s, s->engine->class->put_derived(s->engine, kind, x, err));
    return lede__store_leave(s, own, st, err);
}

lede_status lede_store_remove_derived(lede_store *s, lede_derived_kind kind, lede_str key,
                                      lede_error *err) {
    bool own;
    lede_status st = lede__store_enter(s, &own, err);
    if (st)
        return st;
    st = lede__store_wrote(s, s->engine->class->remove_derived(s->engine, kind, key, err));
    return lede__store_leave(s, own, st, err);
}
