/* query.c - queries, counts and neighbours. See lede/edition.h.
 *
 * No or one dimension: sums and binary searches over the lists, whatever the offset. Several: a
 * walk over the shortest list that tests the article's own term numbers, from the nearest milestone
 * of an earlier walk of the same query. */
#include "edition/inside.h"

#include "codec/hash.h"
#include "lede/related.h"

#include "base/banned.h"

enum { DIMENSIONS = 5, MAX_LIMIT = 10000, FIRST_STEP = 64 };

typedef struct plan {
    lede__lists lists; /* of the dimension that is walked, clipped */
    unsigned n_tests;  /* dimensions to test besides */
    struct {
        unsigned kind;
        uint32_t top, base; /* the term's number in the delta (or only) file, and in the base */
    } tests[DIMENSIONS];
} plan;

/* ---- planning */

typedef struct wish {
    unsigned kind;
    lede_str slug;
} wish;

static unsigned wishes(const lede_query *q, wish out[DIMENSIONS]) {
    const wish all[DIMENSIONS] = {{LEDE_SECTION, q->section},
                                  {LEDE_TAG, q->tag},
                                  {LEDE_AUTHOR, q->author},
                                  {LEDE_ORIGIN, q->origin},
                                  {LEDE__LANG, q->lang}};
    unsigned n = 0;
    for (unsigned i = 0; i < DIMENSIONS; i++)
        if (all[i].slug.len)
            out[n++] = all[i];
    return n;
}

/* False when a dimension has no such term: nothing can be found. */
static bool make_plan(const lede_edition *e, const lede_query *q, plan *p) {
    wish wanted[DIMENSIONS];
    uint32_t terms[DIMENSIONS];
    const unsigned n = wishes(q, wanted);
    unsigned shortest = 0;
    *p = (plan){0};
    for (unsigned i = 0; i < n; i++) {
        terms[i] = lede__edition_term_no(e, wanted[i].kind, wanted[i].slug);
        if (terms[i] == LEDE__NONE)
            return false;
        const lede__lists l = lede__lists_of(e, terms[i]);
        if (i == 0 || l.base.len + l.fresh.len < p->lists.base.len + p->lists.fresh.len) {
            p->lists = l;
            shortest = i;
        }
    }
    if (n == 0)
        p->lists = lede__lists_all(e);
    lede__lists_clip(e, &p->lists, q->from, q->to);
    for (unsigned i = 0; i < n; i++) {
        if (i == shortest)
            continue;
        p->tests[p->n_tests].kind = wanted[i].kind;
        p->tests[p->n_tests].top = terms[i];
        p->tests[p->n_tests++].base = e->has_delta ? e->top->terms[terms[i]].base_no : terms[i];
    }
    return true;
}

static bool among(const lede__segment *s, uint32_t at, uint32_t n, uint32_t term) {
    if (at > s->n_refs || n > s->n_refs - at)
        return false;
    for (uint32_t i = at; i < at + n; i++)
        if (s->refs[i] == term)
            return true;
    return false;
}

static bool has_term(const lede__segment *s, const lede__doc_row *row, unsigned kind,
                     uint32_t term) {
    switch (kind) {
    case LEDE_SECTION:
        return row->section == term;
    case LEDE_TAG:
        return among(s, row->refs_at, row->n_tags, term);
    case LEDE_AUTHOR:
        return row->n_tags <= UINT32_MAX - row->refs_at &&
               among(s, row->refs_at + row->n_tags, row->n_authors, term);
    case LEDE_ORIGIN:
        return row->origin == term;
    default:
        return row->lang == term;
    }
}

static bool passes(const lede_edition *e, const plan *p, lede_doc d) {
    uint32_t doc;
    const lede__segment *s = lede__edition_file(e, d, &doc);
    for (unsigned i = 0; i < p->n_tests; i++) {
        const uint32_t term = s == &e->base ? p->tests[i].base : p->tests[i].top;
        if (term == LEDE__NONE || !has_term(s, &s->docs[doc], p->tests[i].kind, term))
            return false;
    }
    return true;
}

/* ---- walking: several dimensions */

static uint64_t hash_wishes(const lede_query *q) {
    const lede_str parts[] = {q->section, q->tag, q->author, q->origin, q->lang};
    uint64_t hash = q->oldest_first ? 3 : 2;
    for (size_t i = 0; i < DIMENSIONS; i++)
        hash = lede__xxh64(parts[i], hash + parts[i].len);
    const int64_t range[] = {q->from, q->to};
    return lede__xxh64(lede_str_n((const char *)range, sizeof range), hash) | 1;
}

/* The trail of this query, or a fresh one in place of the one that was used longest ago. */
static lede__trail *trail_of(const lede_edition *e, const lede_query *q) {
    const uint64_t key = hash_wishes(q);
    lede__trail *found = NULL, *oldest = &e->trails[0];
    uint64_t now = 0;
    for (int i = 0; i < LEDE__TRAILS; i++) {
        lede__trail *t = &e->trails[i];
        if (t->key == key)
            found = t;
        if (t->used < oldest->used)
            oldest = t;
        if (t->used > now)
            now = t->used;
    }
    if (!found) {
        found = oldest;
        *found = (lede__trail){.key = key, .step = FIRST_STEP, .total = UINT32_MAX};
    }
    found->used = now + 1;
    return found;
}

/* Remembers that `found` articles lie before `at`; doubles the step when there is no room. */
static void mark(lede__trail *t, uint32_t found, lede__spot at) {
    if (found == 0 || found % t->step != 0 || found / t->step != t->n + 1)
        return;
    if (t->n == LEDE__MARKS) {
        for (uint32_t i = 0; i < LEDE__MARKS / 2; i++)
            t->marks[i] = t->marks[2 * i + 1];
        t->n = LEDE__MARKS / 2;
        t->step *= 2;
        if (found % t->step != 0)
            return;
    }
    t->marks[t->n++] = at;
}

/* Writes the matches from the offset-th on to out, up to limit; with out NULL only counts. Gives
 * how many it passed. */
static uint32_t walk(const lede_edition *e, const lede_query *q, const plan *p, uint32_t offset,
                     uint32_t limit, lede_doc *out) {
    lede__trail *t = trail_of(e, q);
    const bool up = q->oldest_first;
    uint32_t skip = offset / t->step, found = 0;
    lede__spot at = up ? (lede__spot){0, 0} : (lede__spot){p->lists.base.len, p->lists.fresh.len};
    if (skip > t->n)
        skip = t->n;
    if (skip > 0) {
        at = t->marks[skip - 1];
        found = skip * t->step;
    }
    while (!out || found < offset + limit) {
        const lede_doc d =
            up ? lede__lists_next(e, &p->lists, &at) : lede__lists_prev(e, &p->lists, &at);
        if (d == LEDE_NO_DOC)
            break;
        if (!passes(e, p, d))
            continue;
        if (out && found >= offset)
            out[found - offset] = d;
        mark(t, ++found, at);
    }
    return found;
}

static uint32_t count_walking(const lede_edition *e, const lede_query *q, const plan *p) {
    lede__trail *t = trail_of(e, q);
    if (t->total == UINT32_MAX) {
        const uint32_t total = walk(e, q, p, UINT32_MAX, 0, NULL);
        t->total = total;
    }
    return t->total;
}

/* ---- keys */

static void add_dimension(lede_buf *out, const char *name, lede_str slug) {
    if (!slug.len)
        return;
    lede_buf_adds(out, name);
    lede_escape_url(out, slug);
    lede_buf_addc(out, ' ');
}

static void add_number(lede_buf *out, const char *name, int64_t n) {
    char digits[24];
    size_t at = sizeof digits;
    uint64_t left = n < 0 ? -(uint64_t)n : (uint64_t)n;
    do
        digits[--at] = (char)('0' + left % 10);
    while (left /= 10);
    if (n < 0)
        digits[--at] = '-';
    lede_buf_adds(out, name);
    lede_buf_addn(out, digits + at, sizeof digits - at);
    lede_buf_addc(out, ' ');
}

static void trim(lede_buf *out) {
    if (out->len && out->ptr[out->len - 1] == ' ')
        out->ptr[--out->len] = '\0';
}

void lede__query_key(lede_buf *out, const lede_query *q, bool window) {
    add_dimension(out, "section=", q->section);
    add_dimension(out, "tag=", q->tag);
    add_dimension(out, "author=", q->author);
    add_dimension(out, "origin=", q->origin);
    add_dimension(out, "lang=", q->lang);
    if (q->from != LEDE_NO_TIME)
        add_number(out, "from=", q->from);
    if (q->to != LEDE_NO_TIME)
        add_number(out, "to=", q->to);
    if (window && q->oldest_first)
        lede_buf_adds(out, "order=oldest ");
    if (window && q->offset)
        add_number(out, "offset=", q->offset);
    if (window)
        add_number(out, "limit=", q->limit);
    trim(out);
}

static void note_query(lede_reads *r, lede_read_kind kind, const lede_query *q, uint64_t print) {
    lede_buf *key = lede__reads_scratch(r);
    lede__query_key(key, q, kind == LEDE_READ_QUERY);
    lede__reads_note_scratch(r, kind, print);
}

/* ---- asking */

static void reverse(lede_doc *docs, uint32_t n) {
    for (uint32_t i = 0; i < n / 2; i++) {
        const lede_doc d = docs[i];
        docs[i] = docs[n - 1 - i];
        docs[n - 1 - i] = d;
    }
}

/* No more than one dimension: the window is a stretch of ranks. */
static uint32_t cut_window(const lede_edition *e, const lede_query *q, const plan *p,
                           uint32_t limit, lede_doc *out) {
    const uint32_t total = lede__lists_count(&p->lists);
    if (q->offset >= total)
        return 0;
    const uint32_t n = limit < total - q->offset ? limit : total - q->offset;
    const uint32_t got = lede__lists_window(
        e, &p->lists, q->oldest_first ? q->offset : total - q->offset - n, n, out);
    if (!q->oldest_first)
        reverse(out, got);
    return got;
}

uint32_t lede_edition_query(const lede_edition *e, lede_reads *r, const lede_query *q,
                            lede_doc *out) {
    lede_query asked = *q;
    if (asked.limit > MAX_LIMIT)
        asked.limit = MAX_LIMIT;
    if (asked.offset > UINT32_MAX / 2)
        asked.offset = UINT32_MAX / 2;
    plan p;
    uint32_t n = 0;
    if (asked.limit && make_plan(e, &asked, &p)) {
        if (p.n_tests == 0) {
            n = cut_window(e, &asked, &p, asked.limit, out);
        } else {
            const uint32_t found = walk(e, &asked, &p, asked.offset, asked.limit, out);
            n = found > asked.offset ? found - asked.offset : 0;
        }
    }
    if (r)
        note_query(r, LEDE_READ_QUERY, &asked, lede__ids_print(e, out, n));
    return n;
}

uint32_t lede_edition_query_count(const lede_edition *e, lede_reads *r, const lede_query *q) {
    lede_query asked = *q;
    asked.oldest_first = false;
    plan p;
    uint32_t n = 0;
    if (make_plan(e, &asked, &p))
        n = p.n_tests == 0 ? lede__lists_count(&p.lists) : count_walking(e, &asked, &p);
    if (r)
        note_query(r, LEDE_READ_COUNT, &asked, n);
    return n;
}

/* ---- beside an article */

/* The articles of its section, or those without one; *rank is the article's own place among them.
 */
static bool lists_beside(const lede_edition *e, lede_doc d, lede__lists *l, uint32_t *rank) {
    uint32_t doc;
    const lede__segment *s = lede__edition_file(e, d, &doc);
    if (doc >= s->n_docs)
        return false;
    uint32_t term = s->docs[doc].section;
    if (term == LEDE__NONE || term >= s->n_terms)
        return false;
    if (s != e->top) { /* the base's number: the delta knows the term by its slug */
        unsigned kind = term - s->head->kinds[LEDE__BARE].first < s->head->kinds[LEDE__BARE].count
                            ? (unsigned)LEDE__BARE
                            : (unsigned)LEDE_SECTION;
        term = lede__edition_term_no(e, kind, lede__edition_string(e, s, &s->terms[term].slug));
        if (term == LEDE__NONE)
            return false;
    }
    *l = lede__lists_of(e, term);
    *rank = lede__lists_rank(e, l, d);
    return true;
}

static void note_beside(const lede_edition *e, lede_reads *r, lede_doc d, const char *how,
                        int64_t k, uint64_t print) {
    const lede__doc_row *row = lede__edition_row(e, d);
    if (!r || !row)
        return;
    lede_buf *key = lede__reads_scratch(r);
    lede_buf_addn(key, row->id, LEDE__ID_LEN);
    add_number(key, how, k);
    trim(key);
    lede__reads_note_scratch(r, LEDE_READ_NEIGHBOURS, print);
}

/* The nearest earlier ones of its section. */
static uint32_t nearest_earlier(const lede_edition *e, lede_doc d, uint32_t k, lede_doc *out) {
    lede_doc stretch[LEDE_NEIGHBOURS_MAX + 1];
    lede__lists l;
    uint32_t rank, n = 0;
    if (!lists_beside(e, d, &l, &rank))
        return 0;
    while (n < k && rank > 0) {
        uint32_t want = k - n < rank ? k - n : rank;
        if (want > LEDE_NEIGHBOURS_MAX)
            want = LEDE_NEIGHBOURS_MAX;
        const uint32_t got = lede__lists_window(e, &l, rank - want, want, stretch);
        const uint32_t more = lede_related_earlier(stretch, got, got, want, out + n);
        if (more == 0)
            break;
        n += more;
        rank -= want;
    }
    return n;
}

uint32_t lede_edition_neighbours(const lede_edition *e, lede_reads *r, lede_doc d, uint32_t k,
                                 lede_doc *out) {
    if (k > LEDE_NEIGHBOURS_MAX)
        k = LEDE_NEIGHBOURS_MAX;
    const uint32_t n =
        e->lists ? lede__lists_neighbours(e, d, k, out) : nearest_earlier(e, d, k, out);
    note_beside(e, r, d, " ", k, lede__ids_print(e, out, n));
    return n;
}

uint32_t lede__edition_around(const lede_edition *e, lede_doc d, lede_doc *out) {
    lede__lists l;
    uint32_t rank;
    if (!lists_beside(e, d, &l, &rank))
        return 0;
    const uint32_t first = rank ? rank - 1 : 0;
    return lede__lists_window(e, &l, first, rank - first + 1 + LEDE_NEIGHBOURS_MAX, out);
}

uint32_t lede_edition_scored_neighbours(const lede_edition *e, lede_reads *r, lede_doc d,
                                        lede_edition_neighbour *out) {
    lede_doc docs[LEDE_NEIGHBOURS_MAX];
    uint64_t numbers[2 * LEDE_NEIGHBOURS_MAX];
    uint32_t n;
    if (e->lists) {
        n = lede__lists_scored(e, d, out);
    } else {
        n = nearest_earlier(e, d, LEDE_NEIGHBOURS_MAX, docs);
        for (uint32_t i = 0; i < n; i++)
            out[i] = (lede_edition_neighbour){.doc = docs[i]};
    }
    for (uint32_t i = 0; i < n; i++) {
        docs[i] = out[i].doc;
        numbers[2 * i] = (uint64_t)out[i].score << 32 | out[i].pinned;
        numbers[2 * i + 1] = (uint64_t)out[i].cosine << 16 | out[i].tags;
    }
    note_beside(e, r, d, " *", 0,
                lede__xxh64(lede_str_n((const char *)numbers, n * 2 * sizeof *numbers),
                            lede__ids_print(e, docs, n)));
    return n;
}

lede_doc lede_edition_beside(const lede_edition *e, lede_reads *r, lede_doc d, bool later) {
    lede__lists l;
    uint32_t rank;
    lede_doc found = LEDE_NO_DOC;
    if (lists_beside(e, d, &l, &rank) && (later || rank > 0) &&
        lede__lists_window(e, &l, later ? rank + 1 : rank - 1, 1, &found) == 0)
        found = LEDE_NO_DOC;
    note_beside(e, r, d, later ? " +" : " -", 1, lede__ids_print(e, &found, found != LEDE_NO_DOC));
    return found;
}
