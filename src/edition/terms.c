/* terms.c - sections, tags, authors and origins of an edition, and its old URLs. See
 * lede/edition.h. */
#include "edition/inside.h"

#include "base/banned.h"

lede_str lede__edition_string(const lede_edition *e, const lede__segment *s,
                              const lede__text_ref *ref) {
    return lede__cut(ref->in_base ? e->base.texts : s->texts, ref->at, ref->len);
}

const char *const lede__edition_kind_names[LEDE_TERM_KINDS] = {[LEDE_SECTION] = "section",
                                                        [LEDE_TAG] = "tag",
                                                        [LEDE_AUTHOR] = "author",
                                                        [LEDE_ORIGIN] = "origin"};

uint32_t lede__edition_term_no(const lede_edition *e, unsigned kind, lede_str slug) {
    const lede__kind_row *rows = &e->top->head->kinds[kind];
    uint32_t low = 0, high = rows->count;
    while (low < high) {
        const uint32_t mid = low + (high - low) / 2;
        const lede__term_row *row = &e->top->terms[rows->first + mid];
        const int order = lede_str_cmp(lede__edition_string(e, e->top, &row->slug), slug);
        if (order == 0)
            return rows->first + mid;
        if (order < 0)
            low = mid + 1;
        else
            high = mid;
    }
    return LEDE__NONE;
}

uint64_t lede__edition_terms_print(const lede_edition *e, unsigned kind) {
    const lede__kind_row *rows = &e->top->head->kinds[kind];
    return rows->slugs_print + rows->count;
}

static void view(const lede_edition *e, lede_term_kind kind, uint32_t number, lede_term_view *out) {
    const lede__term_row *row = &e->top->terms[number];
    *out = (lede_term_view){
        .kind = kind,
        .slug = lede__edition_string(e, e->top, &row->slug),
        .title = lede__edition_string(e, e->top, &row->title),
        .summary = lede__edition_string(e, e->top, &row->summary),
        .body = lede__edition_string(e, e->top, &row->body),
        .params = lede__edition_string(e, e->top, &row->params),
        .count = row->count,
    };
}

static void note_list(const lede_edition *e, lede_reads *r, lede_term_kind kind) {
    if (r)
        lede_reads_note(r, LEDE_READ_TERMS, lede_str_of(lede__edition_kind_names[kind]),
                        lede__edition_terms_print(e, kind));
}

static void note_term(lede_reads *r, lede_term_kind kind, lede_str slug, uint64_t print) {
    if (!r)
        return;
    lede_buf *key = lede__reads_scratch(r);
    lede_buf_adds(key, lede__edition_kind_names[kind]);
    lede_buf_addc(key, ':');
    lede_buf_add(key, slug);
    lede__reads_note_scratch(r, LEDE_READ_TERM, print);
}

uint32_t lede_edition_term_count(const lede_edition *e, lede_reads *r, lede_term_kind kind) {
    if (kind >= LEDE_TERM_KINDS)
        return 0;
    note_list(e, r, kind);
    return e->top->head->kinds[kind].count;
}

bool lede_edition_term_at(const lede_edition *e, lede_reads *r, lede_term_kind kind, uint32_t n,
                          lede_term_view *out) {
    if (kind >= LEDE_TERM_KINDS)
        return false;
    const lede__kind_row *rows = &e->top->head->kinds[kind];
    note_list(e, r, kind);
    if (n >= rows->count)
        return false;
    view(e, kind, rows->first + n, out);
    note_term(r, kind, out->slug, e->top->terms[rows->first + n].print);
    return true;
}

bool lede_edition_term(const lede_edition *e, lede_reads *r, lede_term_kind kind, lede_str slug,
                       lede_term_view *out) {
    if (kind >= LEDE_TERM_KINDS)
        return false;
    const uint32_t number = lede__edition_term_no(e, kind, slug);
    note_term(r, kind, slug, number == LEDE__NONE ? 0 : e->top->terms[number].print);
    if (number == LEDE__NONE)
        return false;
    view(e, kind, number, out);
    return true;
}

/* ---- the terms of one article */

/* The term's number in file s of the n-th of a kind that a row names, or LEDE__NONE. */
static uint32_t nth_term(const lede__segment *s, const lede__doc_row *row, lede_term_kind kind,
                         uint32_t n) {
    uint64_t at = row->refs_at;
    switch (kind) {
    case LEDE_SECTION:
        return n == 0 ? row->section : LEDE__NONE;
    case LEDE_ORIGIN:
        return n == 0 ? row->origin : LEDE__NONE;
    case LEDE_TAG:
        if (n >= row->n_tags)
            return LEDE__NONE;
        break;
    case LEDE_AUTHOR:
        if (n >= row->n_authors)
            return LEDE__NONE;
        at += row->n_tags;
        break;
    case LEDE_TERM_KINDS:
        return LEDE__NONE;
    }
    return at + n < s->n_refs ? s->refs[at + n] : LEDE__NONE;
}

bool lede_edition_article_term(const lede_edition *e, lede_reads *r, lede_doc d,
                               lede_term_kind kind, uint32_t n, lede_str *slug) {
    static const unsigned bits[LEDE_TERM_KINDS] = {[LEDE_SECTION] = LEDE_TEXT_SECTION_SLUG,
                                                   [LEDE_TAG] = LEDE_BIT_LIST + LEDE_LIST_TAGS,
                                                   [LEDE_AUTHOR] =
                                                       LEDE_BIT_LIST + LEDE_LIST_AUTHORS,
                                                   [LEDE_ORIGIN] = LEDE_TEXT_ORIGIN_NAME};
    uint32_t doc;
    const lede__segment *s = lede__edition_file(e, d, &doc);
    *slug = (lede_str){0};
    if (kind >= LEDE_TERM_KINDS || doc >= s->n_docs)
        return false;
    lede_edition_touch(e, r, d, bits[kind]);
    const uint32_t term = nth_term(s, &s->docs[doc], kind, n);
    if (term >= s->n_terms)
        return false;
    *slug = lede__edition_string(e, s, &s->terms[term].slug);
    return slug->len > 0; /* the empty one is "no section" */
}

/* ---- old URLs: aliases of articles in base and delta, then what the store remembers */

typedef struct old_urls {
    const lede_edition *e;
    const lede__segment *redirects; /* the file whose redirects hold */
    uint32_t base, delta, redirect; /* the next of each */
} old_urls;

static lede_str alias_at(const lede_edition *e, const lede__segment *s, uint32_t i) {
    return lede__edition_string(e, s, &s->aliases[i].from);
}

/* Moves past aliases of base articles that are no more. */
static void skip_dead(old_urls *o) {
    const lede__segment *base = &o->e->base;
    while (o->base < base->n_aliases) {
        const uint32_t doc = base->aliases[o->base].doc;
        if (doc < base->n_docs && !lede__edition_dead(o->e, doc))
            return;
        o->base++;
    }
}

/* Of the same URL in base and delta, the older article's comes first, as it would in one file. */
static bool base_alias_first(const old_urls *o, lede_str in_base, lede_str in_delta) {
    const int order = lede_str_cmp(in_base, in_delta);
    const lede__alias_row *fresh = &o->e->delta.aliases[o->delta];
    if (order)
        return order < 0;
    return fresh->doc >= o->e->delta.n_docs ||
           o->e->base.aliases[o->base].doc < o->e->delta.ranks[fresh->doc];
}

static bool next_alias(old_urls *o, lede_str *from, lede_doc *to, bool take) {
    const lede_edition *e = o->e;
    skip_dead(o);
    const bool has_base = o->base < e->base.n_aliases;
    const bool has_fresh = e->has_delta && o->delta < e->delta.n_aliases;
    if (!has_base && !has_fresh)
        return false;
    const lede_str old = has_base ? alias_at(e, &e->base, o->base) : (lede_str){0};
    const lede_str fresh = has_fresh ? alias_at(e, &e->delta, o->delta) : (lede_str){0};
    const bool is_base = has_base && (!has_fresh || base_alias_first(o, old, fresh));
    *from = is_base ? old : fresh;
    *to = is_base ? e->base.aliases[o->base].doc : e->base.n_docs + e->delta.aliases[o->delta].doc;
    if (take)
        *(is_base ? &o->base : &o->delta) += 1;
    return true;
}

/* The next old URL in order; an article's own alias before what the store remembers. */
static bool next_old(old_urls *o, lede_str *from, lede_doc *to) {
    const lede__segment *s = o->redirects;
    const bool has_alias = next_alias(o, from, to, false);
    if (o->redirect < s->n_redirects) {
        const lede__redirect_row *row = &s->redirects[o->redirect];
        const lede_str url = lede__edition_string(o->e, s, &row->from);
        if (!has_alias || lede_str_cmp(url, *from) < 0) {
            o->redirect++;
            *from = url;
            *to = lede__edition_lookup(o->e, lede_str_n(row->id, LEDE__ID_LEN));
            return true;
        }
    }
    return has_alias && next_alias(o, from, to, true);
}

void lede_edition_redirects(const lede_edition *e, lede_edition_each_redirect *each, void *ctx) {
    const bool in_delta = e->has_delta && !e->delta.head->redirects_in_base;
    old_urls o = {.e = e, .redirects = in_delta ? &e->delta : &e->base};
    lede_str from, last = {0};
    lede_doc to;
    while (next_old(&o, &from, &to)) {
        if (to == LEDE_NO_DOC || !lede__edition_row(e, to) || lede_str_eq(from, last))
            continue;
        if (lede__edition_lookup(e, from) != LEDE_NO_DOC)
            continue; /* an article lives there now */
        last = from;
        if (!each(ctx, from, to))
            return;
    }
}
