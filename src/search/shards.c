/* shards.c - the index of the desk, cut into texts for browsers. */
#include "search/inside.h"

#include "codec/hash.h"

#include <stdlib.h>

#include "base/banned.h"

enum { WEIGHTS = 8, COMMON_FROM = 20, PER_SHARD = 8, SHARDS_MIN = 16, THOUSAND = 1000 };

/* A form of a word in one segment or several. */
typedef struct form {
    lede_str form, term;
    uint32_t shard;
} form;

typedef struct doc {
    const lede__row *row;
    uint32_t segment, number;
} doc;

typedef struct cutting {
    lede_search *x;
    lede_search_shards *out;
    uint32_t **numbers; /* by segment and row; UINT32_MAX: not public */
    doc *docs;
    form *forms;
    size_t n_forms;
    uint64_t *found; /* article << 8 | weight, of one word */
    lede_buf text;
    lede_error *err;
} cutting;

static lede_status no_memory(lede_error *err) {
    return lede_fail(err, LEDE_ENOMEM, "search: out of memory");
}

/* ---- articles */

static int by_age(const void *a, const void *b) {
    const lede__row *x = ((const doc *)a)->row, *y = ((const doc *)b)->row;
    if (x->date != y->date)
        return x->date < y->date ? -1 : 1;
    return memcmp(x->id, y->id, sizeof x->id);
}

static void gather_docs(cutting *c, int64_t at) {
    for (uint32_t s = 0; s < c->x->n; s++) {
        const lede__part_of_index *p = &c->x->parts[s];
        for (uint32_t i = 0; i < p->segment.head->n_rows; i++) {
            const lede__row *row = &p->segment.rows[i];
            if (!lede__is_gone(p, i) && at >= row->from && at < row->until)
                c->docs[c->out->articles++] = (doc){row, s, i};
        }
    }
}

static bool number_docs(cutting *c, uint32_t most) {
    lede_search_shards *out = c->out;
    qsort(c->docs, out->articles, sizeof *c->docs, by_age);
    out->first = out->articles > most ? (out->articles - most) / THOUSAND * THOUSAND : 0;
    for (uint32_t i = out->first; i < out->articles; i++) {
        char id[27] = {0};
        memcpy(id, c->docs[i].row->id, sizeof c->docs[i].row->id);
        c->numbers[c->docs[i].segment][c->docs[i].number] = i;
        if (!out->article(out->ctx, i, id))
            return false;
    }
    return true;
}

static lede_status take_docs(cutting *c, int64_t at, uint32_t most) {
    c->docs = malloc(((size_t)c->x->live + 1) * sizeof *c->docs);
    c->found = malloc(((size_t)c->x->live + 1) * sizeof *c->found);
    c->numbers = calloc((size_t)c->x->n + 1, sizeof *c->numbers);
    if (!c->docs || !c->found || !c->numbers)
        return no_memory(c->err);
    for (uint32_t s = 0; s < c->x->n; s++) {
        const size_t size = c->x->parts[s].segment.head->n_rows * sizeof(uint32_t);
        c->numbers[s] = malloc(size + 1);
        if (!c->numbers[s])
            return no_memory(c->err);
        memset(c->numbers[s], 0xFF, size);
    }
    gather_docs(c, at);
    if (!number_docs(c, most))
        return lede_fail(c->err, LEDE_ECANCELED, "search: given up");
    for (c->out->shards = SHARDS_MIN;
         c->out->shards < LEDE_SEARCH_SHARDS_MAX && c->out->shards * PER_SHARD < c->out->articles;)
        c->out->shards *= 2;
    return LEDE_OK;
}

/* ---- words */

/* FNV-1a of the first characters. */
static uint32_t shard_of(lede_str word, uint32_t shards) {
    uint32_t h = 0x811C9DC5u;
    size_t end = 0;
    for (int i = 0; i < LEDE_SEARCH_STEM && end < word.len; i++)
        lede_utf8_next(word, &end);
    for (size_t i = 0; i < end; i++)
        h = (h ^ (unsigned char)word.ptr[i]) * 0x01000193u;
    return (h ^ h >> 16) & (shards - 1);
}

static int by_shard(const void *a, const void *b) {
    const form *x = a, *y = b;
    if (x->shard != y->shard)
        return x->shard < y->shard ? -1 : 1;
    const int order = lede_str_cmp(x->term, y->term);
    return order ? order : lede_str_cmp(x->form, y->form);
}

static lede_status gather_forms(cutting *c) {
    static const char marks[] = {LEDE__KEY_FORM, LEDE__KEY_FORM + 1};
    size_t room = 1;
    for (uint32_t s = 0; s < c->x->n; s++)
        room += c->x->parts[s].segment.head->n_terms;
    c->forms = malloc(room * sizeof *c->forms);
    if (!c->forms)
        return no_memory(c->err);
    for (uint32_t s = 0; s < c->x->n; s++) {
        const lede__segment *segment = &c->x->parts[s].segment;
        const uint32_t end = lede__segment_bound(segment, lede_str_n(&marks[1], 1));
        for (uint32_t i = lede__segment_bound(segment, lede_str_n(&marks[0], 1)); i < end; i++) {
            const lede_str key = lede_str_sub(lede__segment_key(segment, i), 1);
            const size_t mid = lede_str_find(key, '\0', 0);
            const lede_str word = lede_str_n(key.ptr, mid);
            c->forms[c->n_forms++] =
                (form){word, lede_str_sub(key, mid + 1), shard_of(word, c->out->shards)};
        }
    }
    qsort(c->forms, c->n_forms, sizeof *c->forms, by_shard);
    return LEDE_OK;
}

/* ---- lines */

static int ascending(const void *a, const void *b) {
    const uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

/* What a word weighs in an article, from 1 to 8. */
static uint32_t class_of(double weight) {
    return 1 + (uint32_t)(weight / (lede__saturation + weight) * (WEIGHTS - 0.001));
}

/* The articles of a term in one segment, behind the n that are there. */
static lede_status add_found(cutting *c, uint32_t s, lede_str term, uint32_t *n) {
    const lede__segment *segment = &c->x->parts[s].segment;
    lede__hits hits;
    const lede_status st = lede__hits_of_key(segment, term, &hits, c->err);
    if (st)
        return st;
    for (size_t i = 0; i < hits.n;) {
        const uint32_t row = (uint32_t)(hits.items[i] >> 32);
        double weight = 0;
        for (; i < hits.n && hits.items[i] >> 32 == row; i++)
            weight += lede__weight_of(c->x, &segment->rows[row], (uint32_t)hits.items[i]);
        if (c->numbers[s][row] != UINT32_MAX)
            c->found[(*n)++] = (uint64_t)c->numbers[s][row] << 8 | class_of(weight);
    }
    lede__hits_free(&hits);
    return LEDE_OK;
}

/* In base 26, the last digit as a capital. */
static void add_step(lede_buf *out, uint32_t step) {
    char digits[8];
    int n = 0;
    digits[n++] = (char)('A' + step % 26);
    for (step /= 26; step; step /= 26)
        digits[n++] = (char)('a' + step % 26);
    while (n)
        lede_buf_addc(out, digits[--n]);
}

static void add_articles(cutting *c, uint32_t n) {
    for (uint32_t weight = 1; weight <= WEIGHTS; weight++) {
        uint32_t before = c->out->first;
        bool begun = false;
        for (uint32_t i = 0; i < n; i++) {
            if ((c->found[i] & 0xFF) != weight)
                continue;
            if (!begun)
                lede_buf_addc(&c->text, (char)('0' + weight));
            const uint32_t number = (uint32_t)(c->found[i] >> 8) + 1;
            add_step(&c->text, number - before);
            before = number;
            begun = true;
        }
    }
}

/* One term with its forms, which stand from `from` to `to`; nothing when no article has it. */
static lede_status add_line(cutting *c, size_t from, size_t to) {
    const uint32_t all = c->out->articles - c->out->first;
    uint32_t n = 0;
    for (uint32_t s = 0; s < c->x->n; s++) {
        const lede_status st = add_found(c, s, c->forms[from].term, &n);
        if (st)
            return st;
    }
    if (!n)
        return LEDE_OK;
    qsort(c->found, n, sizeof *c->found, ascending);
    for (size_t i = from; i < to; i++) {
        if (i > from && lede_str_eq(c->forms[i].form, c->forms[i - 1].form))
            continue;
        if (i > from)
            lede_buf_addc(&c->text, ' ');
        lede_buf_add(&c->text, c->forms[i].form);
    }
    lede_buf_addc(&c->text, '\t');
    if (all < COMMON_FROM || n * 2 <= all)
        add_articles(c, n);
    lede_buf_addc(&c->text, '\n');
    return LEDE_OK;
}

static lede_status cut_shards(cutting *c) {
    size_t at = 0;
    for (uint32_t shard = 0; shard < c->out->shards; shard++) {
        lede_buf_clear(&c->text);
        while (at < c->n_forms && c->forms[at].shard == shard) {
            size_t to = at + 1;
            while (to < c->n_forms && c->forms[to].shard == shard &&
                   lede_str_eq(c->forms[to].term, c->forms[at].term))
                to++;
            const lede_status st = add_line(c, at, to);
            if (st)
                return st;
            at = to;
        }
        const lede_status st = lede_buf_status(&c->text, c->err);
        if (st)
            return st;
        if (!c->out->shard(c->out->ctx, shard, lede_buf_str(&c->text)))
            return lede_fail(c->err, LEDE_ECANCELED, "search: given up");
    }
    return LEDE_OK;
}

uint64_t lede_search_print(const lede_search *x, int64_t at) {
    uint64_t sum = lede__xxh64(lede_str_of(x->uuid), (uint64_t)x->seq) +
                   LEDE__SEARCH_VERSION * 1000 + LEDE__ANALYSIS_VERSION;
    for (uint32_t s = 0; s < x->n; s++) {
        const lede__part_of_index *p = &x->parts[s];
        for (uint32_t i = 0; i < p->segment.head->n_rows; i++) {
            const lede__row *row = &p->segment.rows[i];
            if (!lede__is_gone(p, i) && at >= row->from && at < row->until)
                sum += lede__xxh64(lede_str_n(row->id, sizeof row->id), (uint64_t)row->seq);
        }
    }
    return sum;
}

lede_status lede_search_shard(lede_search *x, int64_t at, uint32_t most, lede_search_shards *out,
                              lede_error *err) {
    cutting c = {.x = x, .out = out, .err = err};
    out->articles = out->first = out->shards = 0;
    lede_buf_init(&c.text, (size_t)64 << 20);
    lede_status st = take_docs(&c, at, most);
    if (!st)
        st = gather_forms(&c);
    if (!st)
        st = cut_shards(&c);
    for (uint32_t s = 0; c.numbers && s < x->n; s++)
        free(c.numbers[s]);
    free(c.numbers);
    free(c.docs);
    free(c.found);
    free(c.forms);
    lede_buf_fini(&c.text);
    return st;
}
