/* find.c - the articles that have every part of a query, best first.
 *
 * Each part gives, in each segment, the rows that have it and how much; only then is known how rare
 * it is among all articles, and the rows are scored: BM25 with fields, where a word in the title
 * counts as several in the body. Articles that a later segment has again are left out before
 * anything is counted, so that an index says the same whatever way it came about. */
#include "search/inside.h"

#include "text/slug.h"
#include "text/tongue.h"

#include <math.h>
#include <stdlib.h>

#include "base/banned.h"

static const double title_weight = 5, summary_weight = 2, body_weight = 1;
static const double length_share = 0.5; /* of a field's weight that depends on its length */
static const double fresh_share = 0.5, fresh_days = 120; /* what a new article gains */

typedef struct match {
    uint32_t row;
    float weight;
} match;

/* The rows of one segment that have one part. */
typedef struct matches {
    match *items;
    uint32_t n;
} matches;

typedef struct finding {
    lede_search *x;
    const lede_search_query *q;
    lede_arena arena;
    lede__sequences words[LEDE_SEARCH_PARTS];
    bool needed[LEDE_SEARCH_PARTS];
    matches *found; /* parts of the query for each segment */
    double rarity[LEDE_SEARCH_PARTS];
    int64_t at, now;
    lede_search_hit *hits;
    uint32_t limit, count, total;
    lede_error *err;
} finding;

static lede_status no_memory(lede_error *err) {
    return lede_fail(err, LEDE_ENOMEM, "search: out of memory");
}

/* ---- a part in a segment */

static lede_status hits_of_sequence(const lede__segment *s, const lede__sequence *seq, bool prefix,
                                    lede__hits *out, lede_error *err) {
    lede_status st = LEDE_OK;
    *out = (lede__hits){0};
    for (uint32_t i = 0; !st && i < seq->n; i++) {
        lede__hits next;
        st = prefix && i + 1 == seq->n ? lede__hits_of_prefix(s, seq->forms[i], &next, err)
                                       : lede__hits_of_key(s, seq->terms[i], &next, err);
        if (st)
            break;
        if (i == 0) {
            *out = next;
        } else {
            lede__hits_follow(out, &next, i);
            lede__hits_free(&next);
        }
        if (!out->n)
            break;
    }
    if (st)
        lede__hits_free(out);
    return st;
}

static lede_status hits_of_words(const lede__segment *s, const lede__sequences *words, bool prefix,
                                 lede__hits *out, lede_error *err) {
    *out = (lede__hits){0};
    for (uint32_t i = 0; i < words->n; i++) {
        lede__hits next;
        lede_status st = hits_of_sequence(s, &words->items[i], prefix, &next, err);
        if (!st)
            st = lede__hits_join(out, &next, err);
        if (st) {
            lede__hits_free(out);
            return st;
        }
    }
    return LEDE_OK;
}

static lede_status hits_of_slug(const lede__segment *s, const lede_search_part *p, lede__hits *out,
                                lede_error *err) {
    static const char kinds[] = {0, 0, LEDE__KEY_SECTION, LEDE__KEY_AUTHOR, LEDE__KEY_TAG};
    lede_buf key;
    lede_buf_init(&key, 2 * LEDE_SEARCH_QUERY_MAX);
    lede_buf_addc(&key, kinds[p->field]);
    lede__slug(&key, p->text);
    lede_status st = lede_buf_status(&key, err);
    if (!st)
        st = lede__hits_of_key(s, lede_buf_str(&key), out, err);
    lede_buf_fini(&key);
    return st;
}

static double by_length(double weight, double words, double average) {
    return weight / (1 - length_share + length_share * words / (average > 0 ? average : 1));
}

double lede__weight_of(const lede_search *x, const lede__row *row, uint32_t place) {
    if (place < row->title_end)
        return by_length(title_weight, row->title_end, x->average_title);
    if (place < row->summary_end)
        return by_length(summary_weight, row->summary_end - row->title_end - 1, x->average_summary);
    return by_length(body_weight, row->words, x->average_body);
}

/* Hits by row; of a title only those that stand there. */
static lede_status weigh(const finding *f, const lede__part_of_index *p, bool is_title,
                         const lede__hits *hits, matches *out) {
    out->items = calloc(hits->n + 1, sizeof *out->items);
    if (!out->items)
        return no_memory(f->err);
    for (size_t i = 0; i < hits->n; i++) {
        const uint32_t row = (uint32_t)(hits->items[i] >> 32), place = (uint32_t)hits->items[i];
        const lede__row *r = &p->segment.rows[row];
        if (lede__is_gone(p, row) || (is_title && place >= r->title_end))
            continue;
        if (!out->n || out->items[out->n - 1].row != row)
            out->items[out->n++] = (match){row, 0};
        out->items[out->n - 1].weight += (float)lede__weight_of(f->x, r, place);
    }
    return LEDE_OK;
}

static lede_status match_part(const finding *f, const lede__part_of_index *p, uint32_t i,
                              matches *out) {
    const lede_search_part *part = &f->q->parts[i];
    const bool is_words = part->field == LEDE_SEARCH_TEXT || part->field == LEDE_SEARCH_TITLE;
    lede__hits hits;
    lede_status st = is_words
                         ? hits_of_words(&p->segment, &f->words[i], part->prefix, &hits, f->err)
                         : hits_of_slug(&p->segment, part, &hits, f->err);
    if (st)
        return st;
    st = weigh(f, p, part->field == LEDE_SEARCH_TITLE, &hits, out);
    lede__hits_free(&hits);
    return st;
}

/* ---- scores */

static matches *found_of(const finding *f, uint32_t segment, uint32_t part) {
    return &f->found[segment * LEDE_SEARCH_PARTS + part];
}

static lede_status match_all(finding *f) {
    for (uint32_t i = 0; i < f->q->n; i++) {
        double rows = 0;
        for (uint32_t s = 0; f->needed[i] && s < f->x->n; s++) {
            const lede_status st = match_part(f, &f->x->parts[s], i, found_of(f, s, i));
            if (st)
                return st;
            rows += found_of(f, s, i)->n;
        }
        f->rarity[i] = log(1 + (f->x->live - rows + 0.5) / (rows + 0.5));
        if (f->q->parts[i].field > LEDE_SEARCH_TITLE)
            f->rarity[i] = 0;
    }
    return LEDE_OK;
}

static bool is_wanted(const finding *f, const lede__part_of_index *p, uint32_t i) {
    const lede__row *row = &p->segment.rows[i];
    if (lede__is_gone(p, i) || row->date < f->q->after || row->date >= f->q->before)
        return false;
    if (f->at != LEDE_NO_TIME && (f->at < row->from || f->at >= row->until))
        return false;
    return !f->q->lang.len ||
           strcmp(p->segment.head->langs[row->lang], lede__tongue_of(f->q->lang)->code) == 0;
}

static double freshness(const finding *f, int64_t date) {
    const double days = date < f->now ? (double)(f->now - date) / 86400 : 0;
    return 1 + fresh_share / (1 + days / fresh_days);
}

static bool is_before(const lede_search_hit *a, const lede_search_hit *b) {
    if (a->score != b->score)
        return a->score > b->score;
    if (a->date != b->date)
        return a->date > b->date;
    return strcmp(a->id, b->id) < 0;
}

/* Keeps the best, in order. */
static void keep(finding *f, const lede_search_hit *hit) {
    if (f->count == f->limit && (!f->count || !is_before(hit, &f->hits[f->count - 1])))
        return;
    uint32_t at = f->count < f->limit ? f->count++ : f->count - 1;
    for (; at > 0 && is_before(hit, &f->hits[at - 1]); at--)
        f->hits[at] = f->hits[at - 1];
    f->hits[at] = *hit;
}

/* How many parts each row has, and what they make together. */
typedef struct tally {
    uint8_t *parts;
    float *scores;
} tally;

enum { EXCLUDED = 0xFF };

static uint8_t count_parts(const finding *f, uint32_t segment, const tally *t) {
    uint8_t have = 0;
    for (uint32_t i = 0; i < f->q->n; i++) {
        const matches *m = found_of(f, segment, i);
        const bool exclude = f->q->parts[i].exclude;
        if (!f->needed[i])
            continue;
        for (uint32_t k = 0; k < m->n; k++) {
            const match *item = &m->items[k];
            if (exclude)
                t->parts[item->row] = EXCLUDED;
            else if (t->parts[item->row] == have)
                t->parts[item->row]++;
            t->scores[item->row] +=
                (float)(f->rarity[i] * (item->weight / (lede__saturation + item->weight)));
        }
        have += !exclude;
    }
    return have;
}

static lede_status score_segment(finding *f, uint32_t segment) {
    const lede__part_of_index *p = &f->x->parts[segment];
    const uint32_t n = p->segment.head->n_rows;
    const tally t = {calloc((size_t)n + 1, 1), calloc((size_t)n + 1, sizeof(float))};
    if (t.parts && t.scores) {
        const uint8_t have = count_parts(f, segment, &t);
        for (uint32_t i = 0; i < n; i++) {
            if (t.parts[i] != have || !is_wanted(f, p, i))
                continue;
            lede_search_hit hit = {.date = p->segment.rows[i].date};
            memcpy(hit.id, p->segment.rows[i].id, sizeof p->segment.rows[i].id);
            hit.score = t.scores[i] * freshness(f, hit.date);
            f->total++;
            keep(f, &hit);
        }
    }
    const bool done = t.parts && t.scores;
    free(t.parts);
    free(t.scores);
    return done ? LEDE_OK : no_memory(f->err);
}

/* Signs that are no words ask for nothing. */
static bool asks_for_nothing(const finding *f) {
    for (uint32_t i = 0; i < f->q->n; i++)
        if (f->needed[i])
            return false;
    return f->q->n > 0;
}

static lede_status run(finding *f) {
    lede_status st =
        lede__needed_parts(f->x, f->q, f->q->lang, &f->arena, f->words, f->needed, f->err);
    if (st || asks_for_nothing(f))
        return st;
    st = match_all(f);
    for (uint32_t s = 0; !st && s < f->x->n; s++)
        st = score_segment(f, s);
    return st;
}

lede_status lede_search_find(lede_search *x, const lede_search_query *q, int64_t at, int64_t now,
                             lede_search_hit *hits, uint32_t limit, uint32_t *count,
                             uint32_t *total, lede_error *err) {
    finding *f = calloc(1, sizeof *f);
    if (!f)
        return no_memory(err);
    *f = (finding){.x = x, .q = q, .at = at, .now = now, .hits = hits, .limit = limit, .err = err};
    lede_arena_init(&f->arena, (size_t)1 << 20);
    f->found = calloc(((size_t)x->n + 1) * LEDE_SEARCH_PARTS, sizeof *f->found);
    const lede_status st = f->found ? run(f) : no_memory(err);
    for (size_t i = 0; f->found && i < (size_t)x->n * LEDE_SEARCH_PARTS; i++)
        free(f->found[i].items);
    *count = st ? 0 : f->count;
    *total = st ? 0 : f->total;
    free(f->found);
    lede_arena_fini(&f->arena);
    free(f);
    return st;
}
