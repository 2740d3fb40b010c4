/* translations.c - the table of translation keys: written, and asked. See lede/edition.h and
 * README.md.
 *
 * Rows stand in the order of the answer, so base and delta are two runs that are merged; no more is
 * looked at than what is given and what the delta overrides. Two keys may share a hash: the card's
 * own key decides. */
#include "edition/build.h"
#include "edition/inside.h"

#include <stdlib.h>

#include "base/banned.h"

/* ---- writing */

typedef struct sort_key {
    uint64_t hash;
    uint32_t lang, doc;
} sort_key;

static int by_hash_and_language(const void *a, const void *b) {
    const sort_key *x = a, *y = b;
    if (x->hash != y->hash)
        return x->hash < y->hash ? -1 : 1;
    if (x->lang != y->lang)
        return x->lang < y->lang ? -1 : 1;
    return x->doc < y->doc ? -1 : x->doc > y->doc;
}

lede_status lede__builder_translations(lede__builder *b, const uint32_t *order, lede_error *err) {
    sort_key *keys = malloc((b->n_docs + 1) * sizeof *keys);
    if (!keys)
        return lede_fail(err, LEDE_ENOMEM, "edition: out of memory for translations");
    size_t n = 0;
    for (uint32_t i = 0; i < b->n_docs; i++) {
        const lede__doc_extra *extra = &b->extras[order[i]];
        /* Numbers of languages are in the order of their tags; none (the last number) comes first,
         * as its empty text. */
        if (extra->has_key)
            keys[n++] = (sort_key){extra->key_hash, b->docs[order[i]].lang + 1, i};
    }
    qsort(keys, n, sizeof *keys, by_hash_and_language);
    lede__writer_begin(&b->writer, LEDE__TRANSLATIONS);
    for (size_t i = 0; i < n; i++) {
        const lede__translation_row row = {.hash = keys[i].hash, .doc = keys[i].doc};
        lede__writer_add(&b->writer, &row, sizeof row);
    }
    lede__writer_end(&b->writer);
    free(keys);
    return LEDE_OK;
}

/* ---- asking */

typedef struct wanted {
    const lede_edition *e;
    lede_str key;
    uint64_t hash;
    lede_doc itself;
} wanted;

/* The rows of one file from `at` on; `first` is the number of the file's first article in the
 * edition. */
typedef struct run {
    const lede__segment *file;
    uint32_t at;
    lede_doc first;
} run;

static run run_of(const lede__segment *s, uint64_t hash, lede_doc first) {
    uint32_t low = 0, high = s->n_translations;
    while (low < high) {
        const uint32_t mid = low + (high - low) / 2;
        if (s->translations[mid].hash < hash)
            low = mid + 1;
        else
            high = mid;
    }
    return (run){s, low, first};
}

static bool is_wanted(const wanted *w, const run *r, uint32_t doc) {
    const lede_doc d = r->first + doc;
    if (doc >= r->file->n_docs || d == w->itself ||
        (r->file == &w->e->base && lede__edition_dead(w->e, doc)))
        return false;
    return lede_str_eq(lede_card_text(lede_edition_card(w->e, d), LEDE_TEXT_TRANSLATION), w->key);
}

static lede_doc next(const wanted *w, run *r) {
    while (r->at < r->file->n_translations && r->file->translations[r->at].hash == w->hash) {
        const uint32_t doc = r->file->translations[r->at++].doc;
        if (is_wanted(w, r, doc))
            return r->first + doc;
    }
    return LEDE_NO_DOC;
}

/* Whether an article of the delta stands before one of the base. */
static bool is_before(const lede_edition *e, lede_doc fresh, lede_doc old) {
    const int order = lede_str_cmp(lede_card_text(lede_edition_card(e, fresh), LEDE_TEXT_LANG),
                                   lede_card_text(lede_edition_card(e, old), LEDE_TEXT_LANG));
    return order ? order < 0 : e->delta.ranks[fresh - e->base.n_docs] <= old;
}

static uint32_t merge(const wanted *w, lede_doc *out) {
    run base = run_of(&w->e->base, w->hash, 0);
    run delta = run_of(&w->e->delta, w->hash, w->e->base.n_docs);
    lede_doc old = next(w, &base), fresh = next(w, &delta);
    uint32_t n = 0;
    while (n < LEDE_TRANSLATIONS_MAX && (old != LEDE_NO_DOC || fresh != LEDE_NO_DOC)) {
        if (old == LEDE_NO_DOC || (fresh != LEDE_NO_DOC && is_before(w->e, fresh, old))) {
            out[n++] = fresh;
            fresh = next(w, &delta);
        } else {
            out[n++] = old;
            old = next(w, &base);
        }
    }
    return n;
}

uint32_t lede_edition_translations(const lede_edition *e, lede_reads *r, lede_doc d,
                                   lede_doc *out) {
    const lede__doc_row *row = lede__edition_row(e, d);
    if (!row)
        return 0;
    const lede_str key = lede_card_text(lede_edition_card(e, d), LEDE_TEXT_TRANSLATION);
    const wanted w = {e, key, lede__key_hash(key), d};
    const uint32_t n = key.len ? merge(&w, out) : 0;
    lede_reads_note(r, LEDE_READ_TRANSLATIONS, lede_str_n(row->id, LEDE__ID_LEN),
                    lede__ids_print(e, out, n));
    return n;
}
