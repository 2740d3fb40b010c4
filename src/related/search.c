/* search.c - the articles nearest to one: candidates under a budget, then their exact cosine. See
 * lede/related.h.
 *
 * Candidates: the article's features are walked from the heaviest on, those of too many articles
 * and those that would burst the budget are passed over, and products are summed for each article
 * met. Only articles that may be in the list are counted when that is decided, so a later article
 * changes nothing for an earlier one. */
#include "related/inside.h"

#include <stdlib.h>

#include "base/banned.h"

enum {
    COMMON_MIN = 200, /* a feature of so few articles is never common */
    COMMON_PART = 10, /* one of more than a tenth is */
    WALKED_MIN = 8,   /* features that are walked whatever they cost */
    TABLE = 2048,     /* slots for the features of the article at hand, at most a quarter used */
    BITS = 8192
};

struct lede_related_search {
    const lede_related_index *index;
    uint32_t *sums;    /* of each article, 0 between searches */
    uint64_t *touched; /* articles met; then sum and number in one */
    lede__lookup mine;
    lede__candidate found[LEDE_RELATED_CANDIDATES_MAX];
};

lede_related_search *lede_related_search_new(const lede_related_index *x) {
    lede_related_search *w = calloc(1, sizeof *w);
    if (!w)
        return NULL;
    w->index = x;
    w->sums = calloc((size_t)x->n + 1, sizeof *w->sums);
    w->touched = malloc(((size_t)x->n + 1) * sizeof *w->touched);
    if (w->sums && w->touched)
        return w;
    lede_related_search_free(w);
    return NULL;
}

void lede_related_search_free(lede_related_search *w) {
    if (!w)
        return;
    free(w->sums);
    free(w->touched);
    free(w);
}

/* ---- candidates */

/* The cosine of the tags: both ascend. */
static uint32_t tag_product(const lede__vector *a, const lede__vector *b) {
    uint32_t sum = 0, i = 0, j = 0;
    while (i < a->n_tags && j < b->n_tags) {
        if (a->tags[i] == b->tags[j])
            sum += (uint32_t)a->tag_weights[i] * b->tag_weights[j];
        const uint32_t x = a->tags[i], y = b->tags[j];
        i += x <= y;
        j += y <= x;
    }
    return sum;
}

/* How many of the first articles may be in the list of doc; doc itself may be one of them. */
static uint32_t limit_of(const lede_related_index *x, uint32_t doc) {
    if (x->settings.any)
        return x->n;
    return doc < x->undated ? x->undated : doc;
}

/* How many of n ascending articles are below limit. */
static uint32_t below(const uint32_t *docs, uint32_t n, uint32_t limit) {
    uint32_t from = 0;
    if (n == 0 || docs[n - 1] < limit)
        return n;
    while (from < n) {
        const uint32_t middle = from + (n - from) / 2;
        if (docs[middle] < limit)
            from = middle + 1;
        else
            n = middle;
    }
    return from;
}

static uint32_t sum_up(lede_related_search *w, uint32_t touched, lede__run run, uint32_t n,
                       uint32_t weight) {
    for (uint32_t i = 0; i < n; i++) {
        const uint32_t d = run.docs[i];
        if (!w->sums[d])
            w->touched[touched++] = d;
        w->sums[d] += weight * run.weights[i];
    }
    return touched;
}

/* The postings of a feature: of the articles that lie in a file, and of those behind them. */
typedef struct ahead {
    lede__run kept, own;
} ahead;

/* Those of the i-th feature are asked for from memory while the one before is summed up. */
static ahead look_ahead(const lede_related_index *x, const lede__vector *v, uint32_t i) {
    enum { FAR = 6 };
    ahead a = {0};
    if (i + FAR < v->n)
        lede__postings_bring(&x->postings, v->keys[i + FAR]);
    if (i >= v->n)
        return a;
    if (x->kept)
        a.kept = lede__base_find(x->base, v->keys[i]);
    a.own = lede__postings_find(&x->postings, v->keys[i]);
    if (a.own.n) {
        LEDE_PREFETCH(a.own.docs);
        LEDE_PREFETCH(a.own.docs + a.own.n - 1);
        LEDE_PREFETCH(a.own.weights);
    }
    return a;
}

/* How many of a run in the file are below limit; 0 when it is damaged. */
static uint32_t below_in_file(const lede_related_index *x, const lede__run *run, uint32_t limit) {
    if (run->n == 0 || lede__base_is_all(x->base, limit))
        return run->n;
    return lede__base_run_is_whole(x->base, run) ? below(run->docs, run->n, limit) : 0;
}

/* Walks the features of doc; gives how many articles were met. */
static uint32_t walk(lede_related_search *w, uint32_t doc) {
    const lede_related_index *x = w->index;
    const lede_related_settings *s = &x->settings;
    lede__vector room;
    const lede__vector *v = lede__vector_at(x, doc, &room);
    const uint32_t limit = limit_of(x, doc), kept = limit < x->kept ? limit : x->kept;
    const uint32_t common = limit / COMMON_PART > COMMON_MIN ? limit / COMMON_PART : COMMON_MIN;
    uint32_t touched = 0, walked = 0, read = 0;
    ahead next = look_ahead(x, v, 0);
    for (uint32_t i = 0; i < v->n && (!s->walked || walked < s->walked); i++) {
        const ahead at = next;
        next = look_ahead(x, v, i + 1);
        const uint32_t old = below_in_file(x, &at.kept, kept);
        const uint32_t own = below(at.own.docs, at.own.n, limit), n = old + own;
        if (s->postings && (n > common || (walked >= WALKED_MIN && read + n > s->postings)))
            continue;
        walked++;
        read += n;
        if (old && lede__base_run_is_whole(x->base, &at.kept))
            touched = sum_up(w, touched, at.kept, old, v->weights[i]);
        touched = sum_up(w, touched, at.own, own, v->weights[i]);
    }
    return touched;
}

static bool is_among(const uint32_t *docs, size_t n, uint32_t doc) {
    for (size_t i = 0; i < n; i++)
        if (docs[i] == doc)
            return true;
    return false;
}

/* Keeps the n greatest of touched at its front; gives how many those are. */
static uint32_t keep(uint64_t *touched, uint32_t n, uint32_t most) {
    if (n > most)
        lede__select64(touched, n, most);
    return n < most ? n : most;
}

/* Keeps the best of those met, at the front of touched; gives how many. The sums are 0 again. Age
 * is looked up only for those whose sum is among the greatest: for all that were met it would cost
 * more than the walk. */
static uint32_t keep_best(lede_related_search *w, uint32_t doc, uint32_t touched,
                          const uint32_t *blocked, size_t n_blocked) {
    enum { LOOKED_AT = 4 };
    const lede_related_index *x = w->index;
    uint32_t n = 0, most = x->settings.candidates;
    if (most == 0 || most > LEDE_RELATED_CANDIDATES_MAX)
        most = LEDE_RELATED_CANDIDATES_MAX;
    for (uint32_t i = 0; i < touched; i++) {
        const uint32_t d = (uint32_t)w->touched[i];
        w->touched[i] = (uint64_t)w->sums[d] << 32 | d;
        w->sums[d] = 0;
    }
    touched = keep(w->touched, touched, most * LOOKED_AT);
    for (uint32_t i = 0; i < touched; i++) {
        const uint32_t d = (uint32_t)w->touched[i];
        const uint64_t sum = (w->touched[i] >> 32) * lede__decay_of(x, doc, d) >> 20;
        if (d != doc && !is_among(blocked, n_blocked, d))
            w->touched[n++] = sum << 32 | d;
    }
    return keep(w->touched, n, most);
}

/* ---- scoring */

static void score(const lede_related_index *x, uint32_t doc, lede__candidate *c) {
    const lede_related_settings *s = &x->settings;
    lede_related_item *item = &c->item;
    const uint64_t whole = item->cosine + (uint64_t)item->tags * s->tags / 10000;
    item->days = (int32_t)((int64_t)x->days[doc] - x->days[item->doc]);
    item->score = (uint32_t)(whole * lede__decay_of(x, doc, item->doc) >> 20);
    c->rank =
        whole * 1000 < (uint64_t)s->min * LEDE__ONE ? 0 : (uint64_t)item->score << 32 | item->doc;
}

/* Vectors of candidates are all over memory: asks for those to come while one is looked at. */
static void bring_near(const lede_related_search *w, uint32_t i, uint32_t n) {
    enum { AHEAD = 2, LINES = 13, LINE = 64 };
    const lede_related_index *x = w->index;
    if (x->kept) /* in a file: looked at where it is used */
        return;
    if (i + 2 * AHEAD < n)
        LEDE_PREFETCH(&x->vectors[(uint32_t)w->touched[i + 2 * AHEAD]]);
    if (i + AHEAD >= n)
        return;
    const char *keys = (const char *)x->vectors[(uint32_t)w->touched[i + AHEAD]].keys;
    for (size_t k = 0; k < LINES; k++)
        LEDE_PREFETCH(keys + k * LINE);
}

void lede_related_find(lede_related_search *w, uint32_t doc, const uint32_t *blocked,
                       size_t n_blocked, lede_related_list *out) {
    const lede_related_index *x = w->index;
    out->n = out->n_dropped = 0;
    if (doc >= x->n)
        return;
    const uint32_t n = keep_best(w, doc, walk(w, doc), blocked, n_blocked);
    uint32_t kept = 0;
    lede__vector mine_room, its_room;
    const lede__vector *mine = lede__vector_at(x, doc, &mine_room);
    lede__lookup_of(&w->mine, mine);
    for (uint32_t i = 0; i < n; i++) {
        bring_near(w, i, n);
        lede__candidate *c = &w->found[kept];
        const uint32_t d = (uint32_t)w->touched[i];
        const lede__vector *its = lede__vector_at(x, d, &its_room);
        c->item = (lede_related_item){.doc = d,
                                      .cosine = lede__product(&w->mine, its),
                                      .tags = tag_product(mine, its)};
        score(x, doc, c);
        kept += c->rank > 0;
    }
    lede__choose(x, doc, w->found, kept, out);
}
