/* collector.c - documents become a segment: each term's postings grow as the words come by, and are
 * sorted by term when the segment is given. */
#include "search/inside.h"

#include "codec/hash.h"
#include "text/slug.h"
#include "text/tongue.h"

#include <stdlib.h>

#include "base/banned.h"

enum { POSTINGS_MAX = 1 << 30, KEY_MAX = 1024 };

typedef struct entry {
    lede_str key;
    uint64_t hash;
    unsigned char *bytes;
    uint32_t len, cap, hits;
    uint32_t row, place; /* of the last hit; row counts from 1 */
} entry;

struct lede__collector {
    lede__analyser *analyser;
    lede_arena keys;
    entry *entries;
    uint32_t *slots; /* numbers of entries, from 1; a power of two of them */
    uint64_t *forms; /* hashes of (form, term) that were met; 0 = free */
    uint32_t n, cap, n_slots, n_forms, form_slots;
    lede__row *rows;
    uint32_t n_rows;
    uint64_t bytes; /* of all postings */
    char langs[LEDE__SEARCH_LANGS][4];
    uint32_t n_langs;
    uint32_t place; /* of the next word in the row at work */
    lede_buf key;
    bool no_memory;
};

lede__collector *lede__collector_new(void) {
    lede__collector *w = calloc(1, sizeof *w);
    if (!w)
        return NULL;
    lede_arena_init(&w->keys, (size_t)1 << 30);
    lede_buf_init(&w->key, KEY_MAX);
    w->n_slots = w->form_slots = 1 << 15;
    w->analyser = lede__analyser_new();
    w->slots = calloc(w->n_slots, sizeof *w->slots);
    w->forms = calloc(w->form_slots, sizeof *w->forms);
    w->rows = malloc(LEDE__SEGMENT_DOCS * sizeof *w->rows);
    if (w->analyser && w->slots && w->forms && w->rows)
        return w;
    lede__collector_free(w);
    return NULL;
}

void lede__collector_free(lede__collector *w) {
    if (!w)
        return;
    for (uint32_t i = 0; i < w->n; i++)
        free(w->entries[i].bytes);
    lede__analyser_free(w->analyser);
    lede_arena_fini(&w->keys);
    lede_buf_fini(&w->key);
    free(w->entries);
    free(w->slots);
    free(w->forms);
    free(w->rows);
    free(w);
}

uint32_t lede__collector_count(const lede__collector *w) { return w->n_rows; }

bool lede__collector_is_full(const lede__collector *w) {
    return w->n_rows == LEDE__SEGMENT_DOCS || w->bytes > POSTINGS_MAX;
}

/* ---- terms */

static bool grow_slots(lede__collector *w) {
    const uint32_t n = w->n_slots * 2;
    uint32_t *slots = n ? calloc(n, sizeof *slots) : NULL;
    if (!slots)
        return false;
    for (uint32_t i = 0; i < w->n; i++) {
        uint32_t at = (uint32_t)w->entries[i].hash & (n - 1);
        while (slots[at])
            at = (at + 1) & (n - 1);
        slots[at] = i + 1;
    }
    free(w->slots);
    w->slots = slots;
    w->n_slots = n;
    return true;
}

static bool grow_entries(lede__collector *w) {
    const uint32_t cap = w->cap ? w->cap * 2 : 1 << 12;
    entry *entries = realloc(w->entries, cap * sizeof *entries);
    if (!entries)
        return false;
    w->entries = entries;
    w->cap = cap;
    return true;
}

/* The entry with that key, made when it is new; NULL when out of memory. */
static entry *entry_of(lede__collector *w, lede_str key, uint64_t hash) {
    if ((w->n == w->cap && !grow_entries(w)) || (w->n * 2 >= w->n_slots && !grow_slots(w)))
        return NULL;
    uint32_t at = (uint32_t)hash & (w->n_slots - 1);
    for (; w->slots[at]; at = (at + 1) & (w->n_slots - 1)) {
        entry *e = &w->entries[w->slots[at] - 1];
        if (e->hash == hash && lede_str_eq(e->key, key))
            return e;
    }
    const lede_str kept = lede_arena_copy(&w->keys, key);
    if (!kept.ptr)
        return NULL;
    w->slots[at] = ++w->n;
    w->entries[w->n - 1] = (entry){.key = kept, .hash = hash};
    return &w->entries[w->n - 1];
}

static bool put_number(entry *e, uint64_t v) {
    if (e->cap - e->len < 10) {
        const uint32_t cap = e->cap ? e->cap * 2 : 16;
        unsigned char *bytes = realloc(e->bytes, cap);
        if (!bytes)
            return false;
        e->bytes = bytes;
        e->cap = cap;
    }
    for (; v >= 0x80; v >>= 7)
        e->bytes[e->len++] = (unsigned char)(v | 0x80);
    e->bytes[e->len++] = (unsigned char)v;
    return true;
}

/* Notes that the term stands at place of the row at work; places of a row ascend. */
static bool put_hit(lede__collector *w, entry *e, uint32_t place) {
    const uint32_t row = w->n_rows + 1, before = e->len;
    const bool done = e->row == row
                          ? put_number(e, (uint64_t)(place - e->place) * 2)
                          : put_number(e, (uint64_t)(row - e->row) * 2 + 1) && put_number(e, place);
    e->row = row;
    e->place = place;
    e->hits++;
    w->bytes += e->len - before;
    return done;
}

/* ---- forms, for words that begin with what was typed */

static bool grow_forms(lede__collector *w) {
    const uint32_t n = w->form_slots * 2;
    uint64_t *forms = n ? calloc(n, sizeof *forms) : NULL;
    if (!forms)
        return false;
    for (uint32_t i = 0; i < w->form_slots; i++) {
        uint32_t at = (uint32_t)w->forms[i] & (n - 1);
        while (w->forms[i] && forms[at])
            at = (at + 1) & (n - 1);
        if (w->forms[i])
            forms[at] = w->forms[i];
    }
    free(w->forms);
    w->forms = forms;
    w->form_slots = n;
    return true;
}

static bool put_form(lede__collector *w, const lede__token *t) {
    const uint64_t hash = (t->form_hash ^ (t->term_hash * 0x9E3779B97F4A7C15u)) | 1;
    if (w->n_forms * 2 >= w->form_slots && !grow_forms(w))
        return false;
    uint32_t at = (uint32_t)hash & (w->form_slots - 1);
    for (; w->forms[at]; at = (at + 1) & (w->form_slots - 1))
        if (w->forms[at] == hash)
            return true;
    w->forms[at] = hash;
    w->n_forms++;
    lede_buf_clear(&w->key);
    lede_buf_addc(&w->key, LEDE__KEY_FORM);
    lede_buf_add(&w->key, t->form);
    lede_buf_addc(&w->key, '\0');
    lede_buf_add(&w->key, t->term);
    return entry_of(w, lede_buf_str(&w->key), lede__xxh64(lede_buf_str(&w->key), 0)) != NULL;
}

/* ---- a document */

static bool put_word(void *ctx, const lede__token *t) {
    lede__collector *w = ctx;
    entry *e = entry_of(w, t->term, t->term_hash);
    w->no_memory |= !e || !put_hit(w, e, w->place++) || !put_form(w, t);
    return !w->no_memory;
}

static lede_status put_text(lede__collector *w, const lede_search_doc *d, lede_str text,
                            lede_error *err) {
    return lede__analyse(w->analyser, d->lang, text, put_word, w, err);
}

static void put_slug(lede__collector *w, char kind, lede_str name) {
    if (!name.len)
        return;
    lede_buf_clear(&w->key);
    lede_buf_addc(&w->key, kind);
    lede__slug(&w->key, name);
    entry *e =
        entry_of(w, lede_buf_str(&w->key), lede__xxh64(lede_buf_str(&w->key), (uint64_t)kind));
    w->no_memory |= !e || (e->row != w->n_rows + 1 && !put_hit(w, e, 0));
}

static uint16_t lang_of(lede__collector *w, lede_str tag) {
    const char *code = lede__tongue_of(tag)->code;
    for (uint32_t i = 0; i < w->n_langs; i++)
        if (strcmp(w->langs[i], code) == 0)
            return (uint16_t)i;
    if (w->n_langs == LEDE__SEARCH_LANGS)
        return 0;
    memcpy(w->langs[w->n_langs], code, strnlen(code, sizeof *w->langs - 1));
    return (uint16_t)w->n_langs++;
}

static void put_fields(lede__collector *w, const lede_search_doc *d) {
    put_slug(w, LEDE__KEY_SECTION, d->section);
    for (uint32_t i = 0; i < d->n_authors; i++)
        put_slug(w, LEDE__KEY_AUTHOR, d->authors[i]);
    for (uint32_t i = 0; i < d->n_tags; i++)
        put_slug(w, LEDE__KEY_TAG, d->tags[i]);
}

lede_status lede__collector_add(lede__collector *w, const lede_search_doc *d, lede_error *err) {
    lede__row *row = &w->rows[w->n_rows];
    if (d->id.len != sizeof row->id)
        return lede_fail(err, LEDE_EINVAL, "search: '%.*s' is no id", (int)d->id.len, d->id.ptr);
    *row = (lede__row){.date = d->date,
                       .from = d->from,
                       .until = d->until,
                       .seq = d->seq,
                       .lang = lang_of(w, d->lang)};
    memcpy(row->id, d->id.ptr, sizeof row->id);
    w->place = 0;
    lede_status st = put_text(w, d, d->title, err);
    row->title_end = w->place++;
    if (!st)
        st = put_text(w, d, d->summary, err);
    row->summary_end = w->place++;
    if (!st)
        st = put_text(w, d, d->body, err);
    row->words = w->place - row->summary_end - 1;
    put_fields(w, d);
    w->n_rows++;
    return w->no_memory ? lede_fail(err, LEDE_ENOMEM, "search: out of memory") : st;
}

/* ---- the segment */

static int by_key(const void *a, const void *b) {
    return lede_str_cmp(((const entry *)a)->key, ((const entry *)b)->key);
}

typedef struct numbered {
    const lede__row *row;
    uint32_t number;
} numbered;

static int by_id(const void *a, const void *b) {
    return memcmp(((const numbered *)a)->row->id, ((const numbered *)b)->row->id,
                  sizeof((const lede__row *)0)->id);
}

static bool add_ids(const lede__collector *w, lede_buf *out) {
    numbered *all = malloc((w->n_rows + 1) * sizeof *all);
    if (!all)
        return false;
    for (uint32_t i = 0; i < w->n_rows; i++)
        all[i] = (numbered){&w->rows[i], i};
    qsort(all, w->n_rows, sizeof *all, by_id);
    for (uint32_t i = 0; i < w->n_rows; i++)
        lede_buf_addn(out, &all[i].number, sizeof all[i].number);
    free(all);
    return true;
}

static void add_terms(const lede__collector *w, lede_buf *out, lede__segment_head *head) {
    for (uint32_t i = 0; i < w->n; i++) {
        const entry *e = &w->entries[i];
        const lede__term t = {
            .text = head->texts,
            .len = (uint32_t)e->key.len,
            .post = (uint32_t)head->postings,
            .bytes = e->len,
            .hits = e->hits,
            .hash = (uint32_t)lede__xxh64(lede_str_n((const char *)e->bytes, e->len), 0)};
        lede_buf_addn(out, &t, sizeof t);
        head->texts += t.len;
        head->postings += t.bytes;
    }
}

lede_status lede__collector_give(lede__collector *w, lede_buf *out, lede_error *err) {
    lede__segment_head head = {.version = LEDE__SEARCH_VERSION,
                               .analysis = LEDE__ANALYSIS_VERSION,
                               .n_rows = w->n_rows,
                               .n_terms = w->n,
                               .n_langs = w->n_langs};
    memcpy(head.magic, "LEDESEG\n", sizeof head.magic);
    memcpy(head.langs, w->langs, sizeof head.langs);
    if (w->n)
        qsort(w->entries, w->n, sizeof *w->entries, by_key);
    const size_t begin = out->len;
    lede_buf_addn(out, &head, sizeof head);
    lede_buf_addn(out, w->rows, w->n_rows * sizeof *w->rows);
    if (!add_ids(w, out))
        return lede_fail(err, LEDE_ENOMEM, "search: out of memory");
    add_terms(w, out, &head);
    for (uint32_t i = 0; i < w->n; i++)
        lede_buf_add(out, w->entries[i].key);
    const size_t tables = begin + sizeof head;
    head.hash = lede__head_sum(&head, offsetof(lede__segment_head, hash),
                               lede_str_n(out->ptr + tables, out->len - tables));
    for (uint32_t i = 0; i < w->n; i++)
        lede_buf_addn(out, w->entries[i].bytes, w->entries[i].len);
    if (!out->status)
        memcpy(out->ptr + begin, &head, sizeof head);
    return lede_buf_status(out, err);
}
