/* relate_vectors.c - every article of the edition gets its vector: from the store where its text is
 * as it was, else by the workers. See bind/relate.h.
 *
 * A vector is of a text and an epoch. The epoch stays until the archive has grown by a quarter (or
 * shrunk by half, or another version of lede reads texts otherwise): then the texts are counted and
 * weighed anew. */
#include "bind/relate.h"

#include "bind/features.h"
#include "codec/hash.h"
#include "text/analysis.h"

#include <stdlib.h>

enum { FEATURES_VERSION = 2 };

static lede_status no_memory(lede_error *err) {
    return lede_fail(err, LEDE_ENOMEM, "related: out of memory");
}

/* A copy at an address that numbers may stand at; {NULL, 0} when memory lacks. */
static lede_str keep(lede_str s) {
    char *copy = malloc(s.len + 1);
    if (copy)
        memcpy(copy, s.ptr, s.len);
    return lede_str_n(copy, copy ? s.len : 0);
}

/* ---- prints */

static uint64_t mix(uint64_t print, lede_str s) { return lede__xxh64(s, print + s.len); }

static uint64_t text_print(const lede__relating *r, lede_doc d) {
    const lede_edition *e = r->p->edition;
    const lede_related_settings *s = &r->p->site.related.settings;
    const uint64_t how[] = {FEATURES_VERSION, LEDE__ANALYSIS_VERSION, s->title,
                            r->p->plugins_print};
    lede__comparable c;
    uint64_t print = mix(0, lede_str_n((const char *)how, sizeof how)), body = 0;
    lede__comparable_of(e, d, &c);
    print = mix(mix(mix(print, c.lang), c.title), c.summary);
    for (uint32_t i = 0; i < c.n_tags; i++)
        print = mix(print, c.tags[i]);
    lede_edition_answer(e, LEDE_READ_BODY, lede_edition_text(e, NULL, d, LEDE_TEXT_ID), 0, &body);
    print = mix(print, lede_str_n((const char *)&body, sizeof body));
    if (r->p->plugins_print) /* a plugin may look at any field */
        print +=
            lede_card_fingerprint(lede_edition_card(e, d), UINT64_MAX >> (64 - LEDE_BIT_COUNT));
    return print;
}

/* Of a vector: its text's, the epoch's, and what weighs. */
static uint64_t vector_print(const lede__relating *r, uint64_t text) {
    const lede_related_settings *s = &r->p->site.related.settings;
    const uint64_t how[] = {text, r->epoch_print, s->pairs, s->features};
    return lede__xxh64(lede_str_n((const char *)how, sizeof how), 0);
}

/* ---- what the store has */

static bool take_epoch(void *ctx, const lede_derived *x) {
    lede__relating *r = ctx;
    lede_error none;
    if (lede_related_epoch_read(x->bytes, &r->epoch, &none) == LEDE_OK)
        r->epoch_print = x->print;
    return false;
}

static bool take_print(void *ctx, const lede_derived *x) {
    ((lede__relating *)ctx)->epoch_print = x->print;
    return false;
}

/* From the file of it that is at hand, or out of the store, which says which one it is. */
static lede_status find_epoch(lede__relating *r) {
    const lede_str key = LEDE_STR("");
    lede_store *s = r->p->store;
    lede_status st =
        lede_store_get_derived(s, LEDE_DERIVED_EPOCH, key, false, take_print, r, r->err);
    if (st || r->epoch_print == 0 || lede__relate_kept_epoch(r))
        return st;
    r->epoch_print = 0;
    return lede_store_get_derived(s, LEDE_DERIVED_EPOCH, key, true, take_epoch, r, r->err);
}

static bool is_worn(const lede__relating *r) {
    const uint64_t counted = r->epoch ? lede_related_epoch_articles(r->epoch) : 0;
    const uint64_t version = r->epoch_print >> 48;
    return !r->epoch || version != (FEATURES_VERSION << 8 | LEDE__ANALYSIS_VERSION) ||
           r->n * 4 > counted * 5 || (uint64_t)r->n * 2 < counted;
}

static bool take_vector(void *ctx, const lede_derived *x) {
    lede__relating *r = ctx;
    const lede_doc d = lede_edition_find(r->p->edition, NULL, x->key);
    const uint32_t i = d < r->n_docs ? r->item_of[d] : UINT32_MAX;
    if (i == UINT32_MAX || i < r->kept || x->print != vector_print(r, r->items[i].text_print))
        return true;
    r->items[i].vector = keep(x->bytes);
    r->items[i].has_vector =
        r->items[i].vector.ptr && lede_related_vector_check(r->items[i].vector, NULL) == LEDE_OK;
    return true;
}

/* The vectors of the items that the base has not: one by one when they are few. */
static lede_status take_vectors(lede__relating *r) {
    enum { FEW = 16 };
    lede_store *s = r->p->store;
    lede_status st = LEDE_OK;
    if (r->kept < r->n - r->n / FEW)
        return lede_store_walk_derived(s, LEDE_DERIVED_VECTOR, take_vector, r, r->err);
    for (uint32_t i = r->kept; !st && i < r->n; i++)
        st = lede_store_get_derived(s, LEDE_DERIVED_VECTOR, lede_str_n(r->items[i].id, 26), true,
                                    take_vector, r, r->err);
    return st;
}

static lede_status load(lede__relating *r) {
    lede_status st = find_epoch(r);
    if (!st && is_worn(r)) {
        lede_related_epoch_free(r->epoch);
        r->epoch = NULL;
        r->new_epoch = true;
    } else if (!st) {
        st = lede__relate_know(r);
    }
    for (uint32_t i = r->kept; i < r->n; i++)
        r->items[i].text_print = text_print(r, r->items[i].doc);
    return st || !r->epoch ? st : take_vectors(r);
}

/* ---- what is made anew */

static lede_status count_epoch(lede__relating *r, lede_buf *bytes) {
    lede_str *features = malloc(((size_t)r->n + 1) * sizeof *features);
    if (!features)
        return no_memory(r->err);
    for (uint32_t i = 0; i < r->n; i++)
        features[i] = r->items[i].features;
    lede_status st = lede_related_epoch_count(features, r->n, &r->epoch, r->err);
    free(features);
    if (st)
        return st;
    lede_related_epoch_write(r->epoch, bytes);
    const uint64_t version = FEATURES_VERSION << 8 | LEDE__ANALYSIS_VERSION;
    r->epoch_print = lede__xxh64(lede_buf_str(bytes), 0) >> 16 | version << 48;
    return lede_buf_status(bytes, r->err);
}

static lede_status weigh(lede__relating *r, lede__related_article *a, lede_buf *room) {
    const lede_related_settings s =
        lede__settings_for(&r->p->site.related.settings,
                           lede_edition_text(r->p->edition, NULL, a->doc, LEDE_TEXT_LANG));
    lede_buf_clear(room);
    lede_status st = lede_related_vector(r->epoch, &s, a->features, room, r->err);
    free((char *)a->features.ptr);
    a->features = (lede_str){0};
    if (st)
        return st;
    a->vector = keep(lede_buf_str(room));
    a->has_vector = a->fresh = a->vector.ptr != NULL;
    return a->vector.ptr ? LEDE_OK : no_memory(r->err);
}

static lede_status weigh_all(lede__relating *r) {
    lede_buf room;
    lede_status st = LEDE_OK;
    lede_buf_init(&room, LEDE_BUF_MAX);
    for (uint32_t i = 0; !st && i < r->n; i++)
        if (!r->items[i].has_vector)
            st = weigh(r, &r->items[i], &room);
    lede_buf_fini(&room);
    return st;
}

/* ---- into the store */

static int by_id(const void *a, const void *b) {
    return memcmp((*(const lede__related_article *const *)a)->id,
                  (*(const lede__related_article *const *)b)->id, 26);
}

static lede_status put_vectors(lede__relating *r) {
    const lede__related_article **fresh = malloc(((size_t)r->n + 1) * sizeof *fresh);
    uint32_t n = 0;
    lede_status st = fresh ? LEDE_OK : no_memory(r->err);
    for (uint32_t i = 0; fresh && i < r->n; i++)
        if (r->items[i].fresh)
            fresh[n++] = &r->items[i];
    if (fresh)
        qsort(fresh, n, sizeof *fresh, by_id);
    for (uint32_t i = 0; !st && i < n; i++) {
        const lede_derived x = {lede_str_n(fresh[i]->id, 26), vector_print(r, fresh[i]->text_print),
                                fresh[i]->vector};
        st = lede_store_put_derived(r->p->store, LEDE_DERIVED_VECTOR, &x, r->err);
    }
    free(fresh);
    return st;
}

/* Ids of vectors whose article the edition does not show. */
typedef struct gone {
    const lede__relating *r;
    lede_buf ids;
} gone;

static bool note_gone(void *ctx, const lede_derived *x) {
    gone *g = ctx;
    if (x->key.len == 26 && lede_edition_find(g->r->p->edition, NULL, x->key) == LEDE_NO_DOC)
        lede_buf_add(&g->ids, x->key);
    return true;
}

/* With a new epoch nothing of the former one is left behind. */
static lede_status remove_gone(lede__relating *r) {
    gone g = {.r = r};
    lede_buf_init(&g.ids, LEDE_BUF_MAX);
    lede_status st =
        lede_store_walk_derived(r->p->store, LEDE_DERIVED_VECTOR, note_gone, &g, r->err);
    for (size_t at = 0; !st && at < g.ids.len; at += 26)
        st = lede_store_remove_derived(r->p->store, LEDE_DERIVED_VECTOR,
                                       lede_str_n(g.ids.ptr + at, 26), r->err);
    lede_buf_fini(&g.ids);
    return st;
}

static lede_status save(lede__relating *r, lede_str epoch) {
    lede_status st = lede_store_begin(r->p->store, r->err);
    if (st)
        return st;
    const lede_derived x = {LEDE_STR(""), r->epoch_print, epoch};
    if (r->new_epoch)
        st = lede_store_put_derived(r->p->store, LEDE_DERIVED_EPOCH, &x, r->err);
    if (!st && r->new_epoch)
        st = remove_gone(r);
    if (!st)
        st = put_vectors(r);
    if (!st)
        return lede_store_commit(r->p->store, r->err);
    lede_store_rollback(r->p->store);
    return st;
}

lede_status lede__relate_features(lede__relating *r) {
    lede_buf epoch;
    lede_buf_init(&epoch, LEDE_BUF_MAX);
    lede_status st = lede__relate_texts(r);
    if (!st)
        st = count_epoch(r, &epoch);
    lede_buf_fini(&epoch);
    return st;
}

lede_status lede__relate_vectors(lede__relating *r) {
    lede_buf epoch;
    lede_buf_init(&epoch, LEDE_BUF_MAX);
    lede_status st = load(r);
    if (!st)
        st = lede__relate_texts(r);
    if (!st && r->new_epoch)
        st = count_epoch(r, &epoch);
    if (!st)
        st = weigh_all(r);
    if (!st && lede__relate_damaged(r))
        st = lede_fail(r->err, LEDE_EFORMAT, "related: the file of the epoch is damaged");
    if (!st && (r->analysed || r->new_epoch))
        st = save(r, lede_buf_str(&epoch));
    lede_buf_fini(&epoch);
    return st;
}
