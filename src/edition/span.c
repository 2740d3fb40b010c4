/* span.c - selecting and merging in lists of articles of base and delta. See edition/inside.h and
 * README.md.
 *
 * ranks[j] says how many base articles precede article j of the delta; so j stands before base
 * article b exactly when ranks[j] <= b, and merging compares integers only. Numbers out of range (a
 * damaged file) are skipped or clamped. */
#include "edition/inside.h"

#include "base/banned.h"

uint32_t lede__span_get(const lede__span *s, uint32_t i) { return s->at ? s->at[i] : s->first + i; }

/* How many elements are smaller than value. */
static uint32_t below(const lede__span *s, uint32_t value) {
    if (!s->at)
        return value <= s->first ? 0 : value - s->first < s->len ? value - s->first : s->len;
    uint32_t low = 0, high = s->len;
    while (low < high) {
        const uint32_t mid = low + (high - low) / 2;
        if (s->at[mid] < value)
            low = mid + 1;
        else
            high = mid;
    }
    return low;
}

static void clip(lede__span *s, uint32_t from, uint32_t to) {
    const uint32_t low = below(s, from), high = below(s, to);
    if (s->at)
        s->at += low;
    else
        s->first += low;
    s->len = high > low ? high - low : 0;
}

static uint32_t minus(uint32_t a, uint32_t b) { return a > b ? a - b : 0; }

static lede__span postings(const lede__segment *s, uint32_t at, uint32_t len) {
    if (at > s->n_postings || len > s->n_postings - at)
        return (lede__span){0};
    return (lede__span){.at = s->postings + at, .len = len};
}

lede__lists lede__lists_all(const lede_edition *e) {
    lede__lists l = {.base = {.len = e->base.n_docs}};
    if (!e->has_delta)
        return l;
    l.dead = (lede__span){.at = e->delta.dead, .len = e->delta.n_dead};
    l.fresh = (lede__span){.len = e->delta.n_docs};
    return l;
}

lede__lists lede__lists_of(const lede_edition *e, uint32_t term) {
    lede__lists l = {0};
    if (term >= e->top->n_terms)
        return l;
    const lede__term_row *row = &e->top->terms[term];
    if (!e->has_delta) {
        l.base = postings(&e->base, row->list_at, row->list_len);
        return l;
    }
    l.fresh = postings(&e->delta, row->list_at, row->list_len);
    if (row->base_no >= e->base.n_terms)
        return l;
    const lede__term_row *old = &e->base.terms[row->base_no];
    l.base = postings(&e->base, old->list_at, old->list_len);
    l.dead = postings(&e->delta, row->dead_at, row->dead_len);
    return l;
}

/* The first article of s at or after that time. */
static uint32_t first_at(const lede__segment *s, int64_t time) {
    uint32_t low = 0, high = s->n_docs;
    while (low < high) {
        const uint32_t mid = low + (high - low) / 2;
        if (s->docs[mid].date < time)
            low = mid + 1;
        else
            high = mid;
    }
    return low;
}

void lede__lists_clip(const lede_edition *e, lede__lists *l, int64_t from, int64_t to) {
    if (from == LEDE_NO_TIME && to == LEDE_NO_TIME)
        return;
    const uint32_t low = from == LEDE_NO_TIME ? 0 : first_at(&e->base, from);
    const uint32_t high = to == LEDE_NO_TIME ? e->base.n_docs : first_at(&e->base, to);
    clip(&l->base, low, high);
    clip(&l->dead, low, high);
    if (!e->has_delta)
        return;
    clip(&l->fresh, from == LEDE_NO_TIME ? 0 : first_at(&e->delta, from),
         to == LEDE_NO_TIME ? e->delta.n_docs : first_at(&e->delta, to));
}

uint32_t lede__lists_count(const lede__lists *l) {
    return minus(l->base.len, l->dead.len) + l->fresh.len;
}

/* Rank among base articles of the i-th fresh one. */
static uint32_t fresh_rank(const lede_edition *e, const lede__lists *l, uint32_t i) {
    const uint32_t doc = lede__span_get(&l->fresh, i);
    return doc < e->delta.n_docs ? e->delta.ranks[doc] : UINT32_MAX;
}

/* How many fresh articles stand before base article b. */
static uint32_t fresh_before(const lede_edition *e, const lede__lists *l, uint32_t b) {
    uint32_t low = 0, high = l->fresh.len;
    while (low < high) {
        const uint32_t mid = low + (high - low) / 2;
        if (fresh_rank(e, l, mid) <= b)
            low = mid + 1;
        else
            high = mid;
    }
    return low;
}

/* How many visible articles stand before the i-th of the base list (all, when i is its length). */
static uint32_t visible_before(const lede_edition *e, const lede__lists *l, uint32_t i) {
    if (i >= l->base.len)
        return lede__lists_count(l);
    const uint32_t b = lede__span_get(&l->base, i);
    return minus(i, below(&l->dead, b)) + fresh_before(e, l, b);
}

uint32_t lede__lists_rank(const lede_edition *e, const lede__lists *l, lede_doc d) {
    if (d < e->base.n_docs)
        return visible_before(e, l, below(&l->base, d));
    const uint32_t own = d - e->base.n_docs;
    if (!e->has_delta || own >= e->delta.n_docs)
        return 0;
    const uint32_t rank = e->delta.ranks[own];
    return below(&l->fresh, own) + minus(below(&l->base, rank), below(&l->dead, rank));
}

/* The spot with exactly rank visible articles before it. */
static lede__spot spot_at(const lede_edition *e, const lede__lists *l, uint32_t rank) {
    uint32_t low = 0, high = l->base.len;
    while (low < high) {
        const uint32_t mid = low + (high - low) / 2;
        if (visible_before(e, l, mid) < rank)
            low = mid + 1;
        else
            high = mid;
    }
    /* Of those before base element `low`, the surplus over rank are fresh ones right before it. */
    const uint32_t fresh =
        low < l->base.len ? fresh_before(e, l, lede__span_get(&l->base, low)) : l->fresh.len;
    return (lede__spot){low, minus(fresh, minus(visible_before(e, l, low), rank))};
}

lede_doc lede__lists_next(const lede_edition *e, const lede__lists *l, lede__spot *at) {
    for (;;) {
        const bool has_base = at->base < l->base.len;
        const uint32_t b = has_base ? lede__span_get(&l->base, at->base) : UINT32_MAX;
        if (at->fresh < l->fresh.len && (!has_base || fresh_rank(e, l, at->fresh) <= b)) {
            const uint32_t doc = lede__span_get(&l->fresh, at->fresh++);
            if (doc < e->delta.n_docs)
                return e->base.n_docs + doc;
            continue;
        }
        if (!has_base)
            return LEDE_NO_DOC;
        at->base++;
        if (b < e->base.n_docs && !lede__edition_dead(e, b))
            return b;
    }
}

lede_doc lede__lists_prev(const lede_edition *e, const lede__lists *l, lede__spot *at) {
    for (;;) {
        const bool has_base = at->base > 0;
        const uint32_t b = has_base ? lede__span_get(&l->base, at->base - 1) : 0;
        if (at->fresh > 0 && (!has_base || fresh_rank(e, l, at->fresh - 1) > b)) {
            const uint32_t doc = lede__span_get(&l->fresh, --at->fresh);
            if (doc < e->delta.n_docs)
                return e->base.n_docs + doc;
            continue;
        }
        if (!has_base)
            return LEDE_NO_DOC;
        at->base--;
        if (b < e->base.n_docs && !lede__edition_dead(e, b))
            return b;
    }
}

uint32_t lede__lists_window(const lede_edition *e, const lede__lists *l, uint32_t rank, uint32_t n,
                            lede_doc *out) {
    lede__spot at = spot_at(e, l, rank);
    uint32_t got = 0;
    while (got < n) {
        const lede_doc d = lede__lists_next(e, l, &at);
        if (d == LEDE_NO_DOC)
            break;
        out[got++] = d;
    }
    return got;
}
