/* finish.c - orders, numbers and writes what build.c gathered: rows, posting lists, terms, tables.
 * See README.md. */
#include "edition/build.h"

#include "codec/hash.h"

#include <stdlib.h>

#include "base/banned.h"

static lede_status no_memory(lede_error *err) {
    return lede_fail(err, LEDE_ENOMEM, "edition: out of memory");
}

/* ---- order of articles */

typedef struct sort_key {
    int64_t date;
    const char *id;
    uint32_t doc;
} sort_key;

static int by_date_and_id(const void *a, const void *b) {
    const sort_key *x = a, *y = b;
    if (x->date != y->date)
        return x->date < y->date ? -1 : 1;
    return memcmp(x->id, y->id, LEDE__ID_LEN);
}

/* Gives in *order the articles by (date, id), and in *place the position of each; free both. */
static lede_status sort_docs(const lede__builder *b, uint32_t **order, uint32_t **place,
                             lede_error *err) {
    sort_key *keys = malloc((b->n_docs + 1) * sizeof *keys);
    *order = calloc(b->n_docs + 1, sizeof **order);
    *place = calloc(b->n_docs + 1, sizeof **place);
    if (!keys || !*order || !*place) {
        free(keys);
        return no_memory(err);
    }
    for (uint32_t i = 0; i < b->n_docs; i++)
        keys[i] = (sort_key){b->docs[i].date, b->docs[i].id, i};
    qsort(keys, b->n_docs, sizeof *keys, by_date_and_id);
    for (uint32_t i = 0; i < b->n_docs; i++) {
        (*order)[i] = keys[i].doc;
        (*place)[keys[i].doc] = i;
    }
    free(keys);
    return LEDE_OK;
}

/* ---- rows and references */

static uint32_t term_of(const lede__builder *b, uint32_t name) {
    return name == LEDE__NONE ? LEDE__NONE : b->names.terms[b->names.names[name].term].number;
}

static void count_posting(lede__builder *b, uint32_t number) {
    if (number != LEDE__NONE)
        b->names.terms[b->names.sorted[number]].n_own++;
}

/* Turns names into numbers of terms, everywhere. */
static void resolve(lede__builder *b) {
    for (size_t i = 0; i < b->n_refs; i++) {
        b->refs[i] = term_of(b, b->refs[i]);
        count_posting(b, b->refs[i]);
    }
    for (size_t i = 0; i < b->n_docs; i++) {
        lede__doc_row *row = &b->docs[i];
        lede__term *section = &b->names.terms[b->names.names[row->section].term];
        count_posting(b, section->number);
        row->section = section->number;
        row->lang = term_of(b, row->lang);
        row->origin = term_of(b, row->origin);
        count_posting(b, row->lang);
        count_posting(b, row->origin);
    }
    for (size_t i = 0; i < b->n_dead_terms; i++)
        b->names.terms[b->dead_terms[i]].n_dead++;
}

static void write_docs(lede__builder *b, const uint32_t *order) {
    lede__writer *w = &b->writer;
    uint32_t at = 0;
    lede__writer_begin(w, LEDE__DOCS);
    for (size_t i = 0; i < b->n_docs; i++) {
        lede__doc_row row = b->docs[order[i]];
        row.refs_at = at;
        at += row.n_tags + row.n_authors;
        lede__writer_add(w, &row, sizeof row);
    }
    lede__writer_end(w);
    lede__writer_begin(w, LEDE__REFS);
    for (size_t i = 0; i < b->n_docs; i++) {
        const lede__doc_row *row = &b->docs[order[i]];
        lede__writer_add(w, b->refs + row->refs_at,
                         ((size_t)row->n_tags + row->n_authors) * sizeof *b->refs);
    }
    lede__writer_end(w);
}

/* ---- posting lists: those of own articles, then those of dead ones, in the order of terms */

static int by_doc(const void *a, const void *b) {
    const lede__dead *x = a, *y = b;
    return x->doc < y->doc ? -1 : x->doc > y->doc;
}

typedef struct lists {
    uint32_t *items;      /* all postings */
    uint32_t *own, *dead; /* where the next of each term goes; after filling, where its list ends */
    size_t total;
} lists;

static void lists_fini(lists *l) {
    free(l->items);
    free(l->own);
    free(l->dead);
}

static lede_status lists_init(lists *l, const lede__builder *b, lede_error *err) {
    const lede__spellings *t = &b->names;
    *l = (lists){0};
    l->own = malloc(((size_t)t->n_sorted + 1) * sizeof *l->own);
    l->dead = malloc(((size_t)t->n_sorted + 1) * sizeof *l->dead);
    if (!l->own || !l->dead)
        return no_memory(err);
    for (uint32_t i = 0; i < t->n_sorted; i++) {
        l->own[i] = (uint32_t)l->total;
        l->total += t->terms[t->sorted[i]].n_own;
        l->dead[i] = (uint32_t)l->total;
        l->total += t->terms[t->sorted[i]].n_dead;
        if (l->total > UINT32_MAX / 2)
            return lede_fail(err, LEDE_ELIMIT, "edition: too many tags");
    }
    l->items = malloc((l->total + 1) * sizeof *l->items);
    return l->items ? LEDE_OK : no_memory(err);
}

static void post(lists *l, uint32_t term, uint32_t doc) {
    if (term != LEDE__NONE)
        l->items[l->own[term]++] = doc;
}

static void fill_lists(lists *l, const lede__builder *b, const uint32_t *order) {
    for (uint32_t i = 0; i < b->n_docs; i++) {
        const lede__doc_row *row = &b->docs[order[i]];
        post(l, row->section, i);
        post(l, row->lang, i);
        post(l, row->origin, i);
        for (uint32_t k = 0; k < row->n_tags + row->n_authors; k++)
            post(l, b->refs[row->refs_at + k], i);
    }
    for (size_t i = 0; i < b->n_dead; i++) {
        const lede__dead *dead = &b->dead[i];
        for (uint32_t k = 0; k < dead->n_refs; k++) {
            const uint32_t number = b->names.terms[b->dead_terms[dead->refs_at + k]].number;
            if (number != LEDE__NONE)
                l->items[l->dead[number]++] = dead->doc;
        }
    }
}

/* ---- terms */

/* A reference to s: to the base's text where that is the same, else to a copy among the texts. */
static lede__text_ref text_ref(lede__builder *b, lede_str s, const lede__text_ref *in_base) {
    if (s.len == 0)
        return (lede__text_ref){0};
    if (in_base && lede_str_eq(lede__cut(b->base->texts, in_base->at, in_base->len), s))
        return (lede__text_ref){in_base->at, in_base->len, 1};
    const lede__text_ref own = {.at = b->texts.len, .len = (uint32_t)s.len};
    lede_buf_add(&b->texts, s);
    return own;
}

static uint64_t print_of(const lede_str *texts, size_t n) {
    uint64_t print = n;
    for (size_t i = 0; i < n; i++)
        print = lede__xxh64(texts[i], print + texts[i].len);
    return print;
}

static lede__term_row term_row(lede__builder *b, const lede__term *x, const lists *l) {
    const lede__term_row *base = x->base_no == LEDE__NONE ? NULL : &b->base->terms[x->base_no];
    const lede_str texts[] = {lede__spellings_title(&b->names, x), x->summary, x->body, x->params};
    return (lede__term_row){
        .slug = text_ref(b, x->slug, base ? &base->slug : NULL),
        .title = text_ref(b, texts[0], base ? &base->title : NULL),
        .summary = text_ref(b, texts[1], base ? &base->summary : NULL),
        .body = text_ref(b, texts[2], base ? &base->body : NULL),
        .params = text_ref(b, texts[3], base ? &base->params : NULL),
        .print = print_of(texts, 4),
        .list_at = l->own[x->number] - x->n_own,
        .list_len = x->n_own,
        .dead_at = l->dead[x->number] - x->n_dead,
        .dead_len = x->n_dead,
        .base_no = x->base_no,
        .count = x->count,
    };
}

static void write_terms(lede__builder *b, const lists *l) {
    lede__writer *w = &b->writer;
    lede__writer_begin(w, LEDE__TERMS);
    for (uint32_t i = 0; i < b->names.n_sorted; i++) {
        const lede__term *x = &b->names.terms[b->names.sorted[i]];
        lede__kind_row *kind = &w->head.kinds[x->kind];
        if (kind->count++ == 0)
            kind->first = i;
        kind->slugs_print = lede__xxh64(x->slug, kind->slugs_print + x->slug.len + 1);
        const lede__term_row row = term_row(b, x, l);
        lede__writer_add(w, &row, sizeof row);
    }
    lede__writer_end(w);
}

static void write_names(lede__builder *b) {
    lede__writer_begin(&b->writer, LEDE__NAMES);
    for (uint32_t i = 0; i < b->names.n_names && !b->base; i++) {
        const lede__spelling *x = &b->names.names[i];
        if (x->count == 0)
            continue;
        const lede__name_row row = {.name = text_ref(b, x->text, NULL),
                                    .term = b->names.terms[x->term].number,
                                    .count = x->count};
        lede__writer_add(&b->writer, &row, sizeof row);
    }
    lede__writer_end(&b->writer);
}

/* ---- tables for find */

static void insert(uint64_t *slots, uint64_t mask, uint64_t hash, uint32_t doc) {
    uint64_t at = hash & mask;
    while (slots[at])
        at = (at + 1) & mask;
    slots[at] = (hash & ~(uint64_t)UINT32_MAX) | (doc + 1);
}

static lede_status write_tables(lede__builder *b, const uint32_t *order, lede_error *err) {
    size_t n = 8;
    while (n < b->n_docs * 2)
        n *= 2;
    uint64_t *slots = calloc(n, sizeof *slots);
    if (!slots)
        return no_memory(err);
    for (uint32_t i = 0; i < b->n_docs; i++)
        insert(slots, n - 1, lede__key_hash(lede_str_n(b->docs[order[i]].id, LEDE__ID_LEN)), i);
    lede__writer_section(&b->writer, LEDE__IDS, slots, n * sizeof *slots);
    memset(slots, 0, n * sizeof *slots);
    for (uint32_t i = 0; i < b->n_docs; i++)
        insert(slots, n - 1, b->extras[order[i]].url_hash, i);
    lede__writer_section(&b->writer, LEDE__URLS, slots, n * sizeof *slots);
    free(slots);
    return LEDE_OK;
}

/* ---- old URLs */

static int by_url(const void *a, const void *b) {
    const lede__alias *x = a, *y = b;
    const int order = lede_str_cmp(x->from, y->from);
    if (order)
        return order;
    return x->doc < y->doc ? -1 : x->doc > y->doc;
}

/* doc becomes the position in the file: by (date, id). */
static void write_aliases(lede__builder *b, const uint32_t *place) {
    for (size_t i = 0; i < b->n_aliases; i++) {
        lede__alias *x = &b->aliases[i];
        x->from = lede_str_n(b->texts.ptr + x->at, x->len);
        x->doc = place[x->doc];
    }
    if (b->n_aliases)
        qsort(b->aliases, b->n_aliases, sizeof *b->aliases, by_url);
    lede__writer_begin(&b->writer, LEDE__ALIASES);
    for (size_t i = 0; i < b->n_aliases; i++) {
        const lede__alias_row row = {.from = {.at = b->aliases[i].at, .len = b->aliases[i].len},
                                     .doc = b->aliases[i].doc};
        lede__writer_add(&b->writer, &row, sizeof row);
    }
    lede__writer_end(&b->writer);
}

static void write_redirects(lede__builder *b) {
    lede__header *head = &b->writer.head;
    head->redirects_in_base = b->base && b->base->head->redirects_print == b->redirects_print;
    const size_t n = head->redirects_in_base ? 0 : b->n_redirects;
    lede__writer_section(&b->writer, LEDE__REDIRECTS, b->redirects, n * sizeof *b->redirects);
}

/* ---- of a delta */

/* How many articles of the base precede (date, id). */
static uint32_t rank_in(const lede__segment *base, const lede__doc_row *row) {
    uint32_t low = 0, high = base->n_docs;
    while (low < high) {
        const uint32_t mid = low + (high - low) / 2;
        const lede__doc_row *x = &base->docs[mid];
        const bool before =
            x->date != row->date ? x->date < row->date : memcmp(x->id, row->id, LEDE__ID_LEN) < 0;
        if (before)
            low = mid + 1;
        else
            high = mid;
    }
    return low;
}

static lede_status write_dead(lede__builder *b, lede_error *err) {
    const size_t words = ((size_t)b->base->n_docs + 63) / 64;
    uint64_t *bits = calloc(words + 1, sizeof *bits);
    if (!bits)
        return no_memory(err);
    lede__writer_begin(&b->writer, LEDE__DEAD);
    for (size_t i = 0; i < b->n_dead; i++) {
        bits[b->dead[i].doc / 64] |= (uint64_t)1 << (b->dead[i].doc % 64);
        lede__writer_add(&b->writer, &b->dead[i].doc, sizeof b->dead[i].doc);
    }
    lede__writer_end(&b->writer);
    lede__writer_section(&b->writer, LEDE__DEAD_BITS, bits, words * sizeof *bits);
    free(bits);
    return LEDE_OK;
}

static lede_status write_delta(lede__builder *b, const uint32_t *order, lede_error *err) {
    if (!b->base)
        return LEDE_OK;
    lede__writer_begin(&b->writer, LEDE__RANKS);
    for (size_t i = 0; i < b->n_docs; i++) {
        const uint32_t rank = rank_in(b->base, &b->docs[order[i]]);
        lede__writer_add(&b->writer, &rank, sizeof rank);
    }
    lede__writer_end(&b->writer);
    return write_dead(b, err);
}

static lede_status write_all(lede__builder *b, lists *l, const uint32_t *order,
                             const uint32_t *place, lede_error *err) {
    lede_status st = lists_init(l, b, err);
    if (st)
        return st;
    fill_lists(l, b, order);
    write_docs(b, order);
    lede__writer_section(&b->writer, LEDE__POSTINGS, l->items, l->total * sizeof *l->items);
    write_terms(b, l);
    write_names(b);
    write_aliases(b, place);
    write_redirects(b);
    st = write_tables(b, order, err);
    if (!st)
        st = lede__builder_translations(b, order, err);
    if (!st)
        st = write_delta(b, order, err);
    if (!st)
        st = lede_buf_status(&b->texts, err);
    if (st)
        return st;
    lede__writer_section(&b->writer, LEDE__TEXTS, b->texts.ptr, b->texts.len);
    return lede__writer_finish(&b->writer, err);
}

lede_status lede__builder_write(lede__builder *b, lede_error *err) {
    uint32_t *order = NULL, *place = NULL;
    lists l = {0};
    if (b->n_dead)
        qsort(b->dead, b->n_dead, sizeof *b->dead, by_doc);
    lede_status st = lede__spellings_number(&b->names, err);
    if (!st)
        st = sort_docs(b, &order, &place, err);
    if (!st) {
        resolve(b);
        st = write_all(b, &l, order, place, err);
    }
    lists_fini(&l);
    free(order);
    free(place);
    return st;
}
