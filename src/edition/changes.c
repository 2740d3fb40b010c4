/* changes.c - from one edition to the next: which articles differ, and which questions that can
 * touch. See lede/edition.h.
 *
 * Two editions on one base differ in articles of their deltas only: in those that either holds, and
 * in those of the base that one of them overrides. A question is touched when an article that
 * differs could stand in its answer, then or now; that it is answered otherwise is found out by
 * asking. */
#include "edition/inside.h"

#include "base/hashes.h"
#include "codec/hash.h"

#include <stdio.h>

#include "base/banned.h"

uint64_t lede__edition_files(const lede_edition *e) {
    return e->base.head->header_sum * 31 + (e->has_delta ? e->delta.head->header_sum : 0);
}

uint64_t lede_edition_identity(const lede_edition *e) {
    return lede__edition_files(e) * 31 + (e->lists ? lede__lists_sum(e->lists) : 0);
}

/* ---- articles that differ */

typedef struct comparing {
    const lede_edition *before, *after;
    lede_edition_each_change *each;
    void *ctx;
} comparing;

static lede_str id_of(const lede_edition *e, lede_doc d) {
    const lede__doc_row *row = lede__edition_row(e, d);
    return row ? lede_str_n(row->id, LEDE__ID_LEN) : (lede_str){0};
}

static lede_doc same_in(const lede_edition *other, const lede_edition *e, lede_doc d) {
    return lede__edition_lookup(other, id_of(e, d));
}

static bool equal_cards(const lede_card *a, const lede_card *b) {
    return lede_card_size(a) == lede_card_size(b) && memcmp(a, b, lede_card_size(a)) == 0;
}

static bool is_same(const comparing *c, lede_doc before, lede_doc after) {
    if (before == LEDE_NO_DOC || after == LEDE_NO_DOC)
        return before == after;
    const lede__doc_row *a = lede__edition_row(c->before, before),
                        *b = lede__edition_row(c->after, after);
    return a && b && a->body_print == b->body_print &&
           equal_cards(lede_edition_card(c->before, before), lede_edition_card(c->after, after));
}

static bool compare(const comparing *c, lede_doc before, lede_doc after) {
    return is_same(c, before, after) || c->each(c->ctx, before, after);
}

static bool is_fresh(const lede_edition *e, lede_doc d) {
    return d != LEDE_NO_DOC && d >= e->base.n_docs;
}

/* Those that the later delta holds. */
static bool compare_later(const comparing *c) {
    const lede_edition *after = c->after;
    for (uint32_t i = 0; after->has_delta && i < after->delta.n_docs; i++) {
        const lede_doc d = after->base.n_docs + i;
        if (!compare(c, same_in(c->before, after, d), d))
            return false;
    }
    return true;
}

/* Those that only the earlier delta holds. */
static bool compare_earlier(const comparing *c) {
    const lede_edition *before = c->before;
    for (uint32_t i = 0; before->has_delta && i < before->delta.n_docs; i++) {
        const lede_doc d = before->base.n_docs + i, now = same_in(c->after, before, d);
        if (!is_fresh(c->after, now) && !compare(c, d, now))
            return false;
    }
    return true;
}

/* Those of the base that one delta hides and neither holds. */
static bool compare_hidden(const comparing *c, const lede_edition *hides,
                           const lede_edition *other) {
    for (uint32_t i = 0; hides->has_delta && i < hides->delta.n_dead; i++) {
        const lede_doc d = hides->delta.dead[i];
        if (d >= hides->base.n_docs || lede__edition_dead(other, d) ||
            same_in(hides, hides, d) != LEDE_NO_DOC)
            continue;
        if (!(hides == c->after ? compare(c, d, LEDE_NO_DOC) : compare(c, LEDE_NO_DOC, d)))
            return false;
    }
    return true;
}

static void compare_all(const comparing *c) {
    const lede__lists now = lede__lists_all(c->after), then = lede__lists_all(c->before);
    lede__spot at = {0};
    lede_doc d;
    while ((d = lede__lists_next(c->after, &now, &at)) != LEDE_NO_DOC)
        if (!compare(c, same_in(c->before, c->after, d), d))
            return;
    at = (lede__spot){0};
    while ((d = lede__lists_next(c->before, &then, &at)) != LEDE_NO_DOC)
        if (same_in(c->after, c->before, d) == LEDE_NO_DOC && !compare(c, d, LEDE_NO_DOC))
            return;
}

void lede_edition_changes(const lede_edition *before, const lede_edition *after,
                          lede_edition_each_change *each, void *ctx) {
    const comparing c = {before, after, each, ctx};
    if (before->base.head->header_sum != after->base.head->header_sum)
        compare_all(&c);
    else if (compare_later(&c) && compare_earlier(&c) && compare_hidden(&c, after, before))
        compare_hidden(&c, before, after);
}

/* ---- questions that may be answered otherwise */

typedef struct touching {
    const lede_edition *before, *after;
    lede_edition_each_touched *each;
    void *ctx;
    lede__hashes asked;
    lede_buf key;
    bool stopped;
} touching;

static void ask(touching *t, lede_read_kind kind, lede_str key) {
    if (!t->stopped && lede__hashes_add(&t->asked, lede__xxh64(key, kind)))
        t->stopped = !t->each(t->ctx, kind, key);
    t->stopped = t->stopped || t->asked.failed;
}

static void ask_dimension(touching *t, const lede_query *of) {
    lede_buf_clear(&t->key);
    lede__query_key(&t->key, of, false);
    ask(t, LEDE_READ_QUERY, lede_buf_str(&t->key));
}

static void ask_terms(touching *t, const lede_edition *e, lede_doc d, lede_term_kind kind) {
    lede_str slug;
    for (uint32_t n = 0; lede_edition_article_term(e, NULL, d, kind, n, &slug); n++) {
        lede_query q = {.from = LEDE_NO_TIME, .to = LEDE_NO_TIME};
        lede_str *const by[LEDE_TERM_KINDS] = {[LEDE_SECTION] = &q.section,
                                               [LEDE_TAG] = &q.tag,
                                               [LEDE_AUTHOR] = &q.author,
                                               [LEDE_ORIGIN] = &q.origin};
        *by[kind] = slug;
        ask_dimension(t, &q);
    }
}

/* The lists that an article stands in. */
static void ask_lists(touching *t, const lede_edition *e, lede_doc d) {
    for (int kind = 0; kind < LEDE_TERM_KINDS; kind++)
        ask_terms(t, e, d, (lede_term_kind)kind);
    ask_dimension(t, &(lede_query){.lang = lede_edition_text(e, NULL, d, LEDE_TEXT_LANG),
                                   .from = LEDE_NO_TIME,
                                   .to = LEDE_NO_TIME});
    ask(t, LEDE_READ_QUERY, LEDE_STR("all"));
}

/* Those that it may be a neighbour of. */
static void ask_around(touching *t, const lede_edition *e, lede_doc d) {
    lede_doc around[LEDE__AROUND];
    const uint32_t n = lede__edition_around(e, d, around);
    for (uint32_t i = 0; i < n; i++)
        ask(t, LEDE_READ_NEIGHBOURS, id_of(e, around[i]));
}

static void ask_translations(touching *t, const lede_edition *e, lede_doc d) {
    lede_doc others[LEDE_TRANSLATIONS_MAX];
    const uint32_t n = lede_edition_translations(e, NULL, d, others);
    ask(t, LEDE_READ_TRANSLATIONS, id_of(e, d));
    for (uint32_t i = 0; i < n; i++)
        ask(t, LEDE_READ_TRANSLATIONS, id_of(e, others[i]));
    if (n == LEDE_TRANSLATIONS_MAX) /* some that have the key did not fit */
        ask(t, LEDE_READ_TRANSLATIONS, (lede_str){0});
}

/* What decides in which lists an article stands, and where. */
static bool same_terms(const touching *t, lede_doc before, lede_doc after, lede_term_kind kind) {
    lede_str a, b;
    for (uint32_t n = 0;; n++) {
        const bool had = lede_edition_article_term(t->before, NULL, before, kind, n, &a);
        const bool has = lede_edition_article_term(t->after, NULL, after, kind, n, &b);
        if (had != has || !lede_str_eq(a, b))
            return false;
        if (!had)
            return true;
    }
}

static bool same_text(const touching *t, lede_doc before, lede_doc after, enum lede_text_field f) {
    return lede_str_eq(lede_edition_text(t->before, NULL, before, f),
                       lede_edition_text(t->after, NULL, after, f));
}

typedef struct moved {
    bool lists, around, translations, url;
} moved;

static moved what_moved(const touching *t, lede_doc before, lede_doc after) {
    if (before == LEDE_NO_DOC || after == LEDE_NO_DOC)
        return (moved){true, true, true, true};
    const bool date = lede_edition_date(t->before, NULL, before, LEDE_TIME_DATE) !=
                      lede_edition_date(t->after, NULL, after, LEDE_TIME_DATE);
    const bool section = !same_terms(t, before, after, LEDE_SECTION),
               lang = !same_text(t, before, after, LEDE_TEXT_LANG);
    return (moved){
        .lists = date || section || lang || !same_terms(t, before, after, LEDE_TAG) ||
                 !same_terms(t, before, after, LEDE_AUTHOR) ||
                 !same_terms(t, before, after, LEDE_ORIGIN),
        .around = date || section,
        .translations = date || lang || !same_text(t, before, after, LEDE_TEXT_TRANSLATION),
        .url = !same_text(t, before, after, LEDE_TEXT_URL),
    };
}

static void ask_side(touching *t, const lede_edition *e, lede_doc d, const moved *m) {
    if (d == LEDE_NO_DOC)
        return;
    if (m->lists)
        ask_lists(t, e, d);
    if (m->around)
        ask_around(t, e, d);
    if (m->translations)
        ask_translations(t, e, d);
}

static bool touch_list(void *ctx, lede_str id) {
    touching *t = ctx;
    ask(t, LEDE_READ_NEIGHBOURS, id);
    return !t->stopped;
}

static bool touch_article(void *ctx, lede_doc before, lede_doc after) {
    touching *t = ctx;
    const moved m = what_moved(t, before, after);
    const lede_str id = before != LEDE_NO_DOC ? id_of(t->before, before) : id_of(t->after, after);
    if (before == LEDE_NO_DOC)
        ask(t, LEDE_READ_MISSING, id);
    if (after != LEDE_NO_DOC && m.url)
        ask(t, LEDE_READ_MISSING, lede_edition_text(t->after, NULL, after, LEDE_TEXT_URL));
    if (before != LEDE_NO_DOC) {
        ask(t, LEDE_READ_CARD, id);
        ask(t, LEDE_READ_BODY, id);
        if (m.around)
            ask(t, LEDE_READ_NEIGHBOURS, id);
    }
    ask_side(t, t->before, before, &m);
    ask_side(t, t->after, after, &m);
    return !t->stopped;
}

/* ---- lists of related articles: both files by (date, id) */

static bool same_list(const lede_lists *a, const lede_related_row *x, const lede_lists *b,
                      const lede_related_row *y) {
    uint32_t n, m;
    const lede_related_entry *was = lede_lists_entries(a, x, &n),
                             *is = lede_lists_entries(b, y, &m);
    bool same = x->print == y->print && n == m;
    for (uint32_t i = 0; same && i < n; i++)
        same = was[i].score == is[i].score && was[i].cosine == is[i].cosine &&
               was[i].tags == is[i].tags;
    return same;
}

static int in_order(const lede_related_row *a, const lede_related_row *b) {
    if (a->date != b->date)
        return a->date < b->date ? -1 : 1;
    return memcmp(a->id, b->id, LEDE__ID_LEN);
}

static void touch_rows(touching *t, const lede_lists *then, const lede_lists *now) {
    uint32_t n, m, i = 0, k = 0;
    const lede_related_row *was = lede_lists_rows(then, &n), *is = lede_lists_rows(now, &m);
    while ((i < n || k < m) && !t->stopped) {
        const int order = i == n ? 1 : k == m ? -1 : in_order(&was[i], &is[k]);
        if (order != 0 || !same_list(then, &was[i], now, &is[k]))
            ask(t, LEDE_READ_NEIGHBOURS,
                lede_str_n(order <= 0 ? was[i].id : is[k].id, LEDE__ID_LEN));
        i += order <= 0;
        k += order >= 0;
    }
}

static void touch_lists(touching *t) {
    const lede_lists *then = lede_edition_lists(t->before), *now = lede_edition_lists(t->after);
    if (then && now)
        touch_rows(t, then, now);
    else if (then || now)
        ask(t, LEDE_READ_NEIGHBOURS, (lede_str){0});
}

/* ---- terms: both tables by slug */

static void touch_term(touching *t, int kind, lede_str slug) {
    lede_buf_clear(&t->key);
    lede_buf_adds(&t->key, lede__edition_kind_names[kind]);
    lede_buf_addc(&t->key, ':');
    lede_buf_add(&t->key, slug);
    ask(t, LEDE_READ_TERM, lede_buf_str(&t->key));
}

static const lede__term_row *term_row(const lede_edition *e, int kind, uint32_t n) {
    const lede__kind_row *rows = &e->top->head->kinds[kind];
    return n < rows->count ? &e->top->terms[rows->first + n] : NULL;
}

static void touch_terms(touching *t, int kind) {
    uint32_t i = 0, k = 0;
    const lede__term_row *a, *b;
    ask(t, LEDE_READ_TERMS, lede_str_of(lede__edition_kind_names[kind]));
    while (a = term_row(t->before, kind, i), b = term_row(t->after, kind, k),
           (a || b) && !t->stopped) {
        const lede_str was =
            a ? lede__edition_string(t->before, t->before->top, &a->slug) : (lede_str){0};
        const lede_str is =
            b ? lede__edition_string(t->after, t->after->top, &b->slug) : (lede_str){0};
        const int order = !a ? 1 : !b ? -1 : lede_str_cmp(was, is);
        if (order != 0 || a->print != b->print)
            touch_term(t, kind, order <= 0 ? was : is);
        i += order <= 0;
        k += order >= 0;
    }
}

lede_status lede_edition_touched(const lede_edition *before, const lede_edition *after,
                                 lede_edition_each_touched *each, void *ctx, lede_error *err) {
    touching t = {.before = before, .after = after, .each = each, .ctx = ctx};
    lede_buf_init(&t.key, LEDE_BUF_MAX);
    for (int kind = 0; kind < LEDE_TERM_KINDS; kind++)
        touch_terms(&t, kind);
    touch_lists(&t);
    if (!t.stopped)
        lede_edition_changes(before, after, touch_article, &t);
    if (!t.stopped)
        lede__lists_changed(before, after, touch_list, &t);
    const bool refused = t.asked.failed;
    lede_status st = lede_buf_status(&t.key, err);
    lede__hashes_fini(&t.asked);
    lede_buf_fini(&t.key);
    return st ? st : refused ? lede_fail(err, LEDE_ENOMEM, "edition: out of memory") : LEDE_OK;
}
