/* spellings.c - spellings and terms. See edition/spellings.h.
 *
 * Two open-addressing tables of indices, over spellings (kind, text, and the slug when it is given)
 * and over terms (kind, slug); both double at half full. */
#include "edition/spellings.h"

#include "codec/hash.h"
#include "text/slug.h"

#include <stdlib.h>

#include "base/banned.h"

enum { SLOTS = 1024, NAME_BYTES = LEDE_BUF_MAX };

static lede_status no_memory(lede_error *err) {
    return lede_fail(err, LEDE_ENOMEM, "edition: out of memory for terms");
}

lede_status lede__spellings_init(lede__spellings *t, lede_error *err) {
    *t = (lede__spellings){.name_mask = SLOTS - 1, .term_mask = SLOTS - 1};
    lede_arena_init(&t->arena, NAME_BYTES);
    lede_buf_init(&t->scratch, 1 << 20);
    t->name_slots = calloc(SLOTS, sizeof *t->name_slots);
    t->term_slots = calloc(SLOTS, sizeof *t->term_slots);
    if (t->name_slots && t->term_slots)
        return LEDE_OK;
    lede__spellings_fini(t);
    return no_memory(err);
}

void lede__spellings_fini(lede__spellings *t) {
    lede_arena_fini(&t->arena);
    lede_buf_fini(&t->scratch);
    free(t->names);
    free(t->terms);
    free(t->name_slots);
    free(t->term_slots);
    free(t->sorted);
    *t = (lede__spellings){0};
}

static uint64_t slug_hash(unsigned kind, lede_str slug) { return lede__xxh64(slug, kind + 1); }

static uint64_t name_hash(unsigned kind, lede_str name, const lede_str *slug) {
    const uint64_t seed = slug ? slug_hash(kind, *slug) : kind;
    return lede__xxh64(name, seed);
}

/* Makes room for one more index in a table of slots. hash_of gives the hash of an index. */
static bool grow_slots(uint32_t **slots, uint32_t *mask, uint32_t count, const lede__spellings *t,
                       uint64_t (*hash_of)(const lede__spellings *t, uint32_t i)) {
    if (count < (*mask + 1) / 2)
        return true;
    const uint32_t bigger = *mask * 2 + 1;
    uint32_t *fresh = calloc((size_t)bigger + 1, sizeof *fresh);
    if (!fresh)
        return false;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t at = (uint32_t)hash_of(t, i) & bigger;
        while (fresh[at])
            at = (at + 1) & bigger;
        fresh[at] = i + 1;
    }
    free(*slots);
    *slots = fresh;
    *mask = bigger;
    return true;
}

static uint64_t hash_of_name(const lede__spellings *t, uint32_t i) { return t->names[i].hash; }
static uint64_t hash_of_term(const lede__spellings *t, uint32_t i) {
    return slug_hash(t->terms[i].kind, t->terms[i].slug);
}

static bool grow_array(void **items, uint32_t *cap, uint32_t count, size_t size) {
    if (count < *cap)
        return true;
    if (*cap > UINT32_MAX / 4)
        return false;
    const uint32_t bigger = *cap ? *cap * 2 : 256;
    void *more = realloc(*items, bigger * size);
    if (!more)
        return false;
    *items = more;
    *cap = bigger;
    return true;
}

uint32_t lede__spellings_term(const lede__spellings *t, unsigned kind, lede_str slug) {
    for (uint32_t at = (uint32_t)slug_hash(kind, slug) & t->term_mask; t->term_slots[at];
         at = (at + 1) & t->term_mask) {
        const lede__term *x = &t->terms[t->term_slots[at] - 1];
        if (x->kind == kind && lede_str_eq(x->slug, slug))
            return t->term_slots[at] - 1;
    }
    return LEDE__NONE;
}

static uint32_t add_term(lede__spellings *t, unsigned kind, lede_str slug) {
    const uint32_t known = lede__spellings_term(t, kind, slug);
    if (known != LEDE__NONE)
        return known;
    if (!grow_array((void **)&t->terms, &t->cap_terms, t->n_terms, sizeof *t->terms) ||
        !grow_slots(&t->term_slots, &t->term_mask, t->n_terms, t, hash_of_term))
        return LEDE__NONE;
    const lede_str own = lede_arena_copy(&t->arena, slug);
    if (!own.ptr)
        return LEDE__NONE;
    uint32_t at = (uint32_t)slug_hash(kind, slug) & t->term_mask;
    while (t->term_slots[at])
        at = (at + 1) & t->term_mask;
    t->terms[t->n_terms] = (lede__term){.kind = kind,
                                        .slug = own,
                                        .first_name = LEDE__NONE,
                                        .base_no = LEDE__NONE,
                                        .number = LEDE__NONE};
    t->term_slots[at] = ++t->n_terms;
    return t->n_terms - 1;
}

/* The slot of the spelling, or the empty one where it would go. */
static uint32_t name_slot(const lede__spellings *t, unsigned kind, lede_str name,
                          const lede_str *slug, uint64_t hash) {
    uint32_t at = (uint32_t)hash & t->name_mask;
    for (; t->name_slots[at]; at = (at + 1) & t->name_mask) {
        const lede__spelling *x = &t->names[t->name_slots[at] - 1];
        if (x->hash == hash && t->terms[x->term].kind == kind && lede_str_eq(x->text, name) &&
            (!slug || lede_str_eq(t->terms[x->term].slug, *slug)))
            break;
    }
    return at;
}

/* Adds a spelling that is not there yet. key is the slug if it is part of what tells spellings
 * apart, else NULL. */
static uint32_t add_name(lede__spellings *t, unsigned kind, lede_str name, const lede_str *key,
                         lede_str slug, uint64_t hash) {
    const uint32_t term = add_term(t, kind, slug);
    if (term == LEDE__NONE ||
        !grow_array((void **)&t->names, &t->cap_names, t->n_names, sizeof *t->names) ||
        !grow_slots(&t->name_slots, &t->name_mask, t->n_names, t, hash_of_name))
        return LEDE__NONE;
    const lede_str own = lede_arena_copy(&t->arena, name);
    if (!own.ptr)
        return LEDE__NONE;
    t->names[t->n_names] = (lede__spelling){
        .text = own, .term = term, .hash = hash, .next = t->terms[term].first_name};
    t->terms[term].first_name = t->n_names;
    t->name_slots[name_slot(t, kind, name, key, hash)] = t->n_names + 1;
    return t->n_names++;
}

uint32_t lede__spellings_add(lede__spellings *t, unsigned kind, lede_str name,
                             const lede_str *slug) {
    const uint64_t hash = name_hash(kind, name, slug);
    const uint32_t at = name_slot(t, kind, name, slug, hash);
    if (t->name_slots[at])
        return t->name_slots[at] - 1;
    if (slug)
        return add_name(t, kind, name, slug, *slug, hash);
    lede_buf_clear(&t->scratch);
    lede__slug(&t->scratch, name);
    if (t->scratch.status)
        return LEDE__NONE;
    return add_name(t, kind, name, NULL, lede_buf_str(&t->scratch), hash);
}

uint32_t lede__spellings_seed(lede__spellings *t, unsigned kind, lede_str name, lede_str slug) {
    const uint64_t hash = name_hash(kind, name, NULL);
    const uint32_t at = name_slot(t, kind, name, NULL, hash);
    if (t->name_slots[at])
        return t->name_slots[at] - 1;
    return add_name(t, kind, name, NULL, slug, hash);
}

static bool keep(lede__naming *out, uint32_t name) {
    if (!grow_array((void **)&out->items, &out->cap, out->count, sizeof *out->items))
        return false;
    out->items[out->count++] = name;
    return true;
}

/* Adds the names of a list; a term that the article names twice counts once, as its first spelling.
 */
static bool read_list(lede__spellings *t, const lede_card *card, enum lede_list_field field,
                      unsigned kind, lede__naming *out, uint32_t *n) {
    const uint32_t count = lede_card_list_count(card, field);
    *n = 0;
    for (uint32_t i = 0; i < count; i++) {
        const uint32_t name = lede__spellings_add(t, kind, lede_card_list_at(card, field, i), NULL);
        if (name == LEDE__NONE)
            return false;
        lede__term *term = &t->terms[t->names[name].term];
        if (term->stamp == t->stamp)
            continue;
        term->stamp = t->stamp;
        if (!keep(out, name))
            return false;
        ++*n;
    }
    return true;
}

lede_status lede__spellings_read(lede__spellings *t, const lede_card *card, lede__naming *out,
                                 lede_error *err) {
    const lede_str section = lede_card_text(card, LEDE_TEXT_SECTION);
    const lede_str section_slug = lede_card_text(card, LEDE_TEXT_SECTION_SLUG);
    const lede_str lang = lede_card_text(card, LEDE_TEXT_LANG);
    const lede_str origin = lede_card_text(card, LEDE_TEXT_ORIGIN_NAME);
    t->stamp++;
    out->count = 0;
    out->section = section_slug.len
                       ? lede__spellings_add(t, LEDE_SECTION, section, &section_slug)
                       : lede__spellings_add(t, LEDE__BARE, section_slug, &section_slug);
    out->lang = lang.len ? lede__spellings_add(t, LEDE__LANG, lang, &lang) : LEDE__NONE;
    out->origin = origin.len ? lede__spellings_add(t, LEDE_ORIGIN, origin, NULL) : LEDE__NONE;
    if (out->section == LEDE__NONE || (lang.len && out->lang == LEDE__NONE) ||
        (origin.len && out->origin == LEDE__NONE) ||
        !read_list(t, card, LEDE_LIST_TAGS, LEDE_TAG, out, &out->n_tags) ||
        !read_list(t, card, LEDE_LIST_AUTHORS, LEDE_AUTHOR, out, &out->n_authors))
        return no_memory(err);
    return LEDE_OK;
}

static void count_one(lede__spellings *t, uint32_t name, int by) {
    if (name == LEDE__NONE)
        return;
    t->names[name].count += (uint32_t)by;
    t->terms[t->names[name].term].count += (uint32_t)by;
}

void lede__spellings_count(lede__spellings *t, const lede__naming *n, int by) {
    count_one(t, n->section, by);
    count_one(t, n->lang, by);
    count_one(t, n->origin, by);
    for (uint32_t i = 0; i < n->count; i++)
        count_one(t, n->items[i], by);
}

void lede__naming_terms(const lede__spellings *t, const lede__naming *n,
                        void (*each)(void *ctx, lede__term *term), void *ctx) {
    const uint32_t single[] = {n->section, n->lang, n->origin};
    for (size_t i = 0; i < 3; i++)
        if (single[i] != LEDE__NONE)
            each(ctx, &t->terms[t->names[single[i]].term]);
    for (uint32_t i = 0; i < n->count; i++)
        each(ctx, &t->terms[t->names[n->items[i]].term]);
}

lede_status lede__spellings_declare(lede__spellings *t, const lede_term *x, lede_error *err) {
    uint32_t at = lede__spellings_term(t, x->kind, x->slug);
    if (at == LEDE__NONE && x->kind != LEDE_SECTION)
        return LEDE_OK;
    if (at == LEDE__NONE)
        at = add_term(t, x->kind, x->slug);
    if (at == LEDE__NONE)
        return no_memory(err);
    lede__term *term = &t->terms[at];
    term->declared = true;
    const lede_str from[] = {x->title, x->summary, x->body, x->params};
    lede_str *to[] = {&term->title, &term->summary, &term->body, &term->params};
    for (size_t i = 0; i < 4; i++) {
        *to[i] = lede_arena_copy(&t->arena, from[i]);
        if (!to[i]->ptr)
            return no_memory(err);
    }
    return LEDE_OK;
}

/* What qsort needs of a term; numbers are small and the comparison has no context. */
typedef struct sort_key {
    unsigned kind;
    uint32_t term;
    lede_str slug;
} sort_key;

static int by_kind_and_slug(const void *a, const void *b) {
    const sort_key *x = a, *y = b;
    if (x->kind != y->kind)
        return x->kind < y->kind ? -1 : 1;
    return lede_str_cmp(x->slug, y->slug);
}

lede_status lede__spellings_number(lede__spellings *t, lede_error *err) {
    sort_key *keys = malloc(((size_t)t->n_terms + 1) * sizeof *keys);
    t->sorted = malloc(((size_t)t->n_terms + 1) * sizeof *t->sorted);
    if (!keys || !t->sorted) {
        free(keys);
        return no_memory(err);
    }
    uint32_t n = 0;
    for (uint32_t i = 0; i < t->n_terms; i++) {
        const lede__term *x = &t->terms[i];
        if (x->count > 0 || (x->declared && x->kind == LEDE_SECTION))
            keys[n++] = (sort_key){x->kind, i, x->slug};
    }
    qsort(keys, n, sizeof *keys, by_kind_and_slug);
    for (uint32_t i = 0; i < n; i++) {
        t->sorted[i] = keys[i].term;
        t->terms[keys[i].term].number = i;
    }
    t->n_sorted = n;
    free(keys);
    return LEDE_OK;
}

lede_str lede__spellings_title(const lede__spellings *t, const lede__term *x) {
    if (x->title.len)
        return x->title;
    const lede__spelling *best = NULL;
    for (uint32_t i = x->first_name; i != LEDE__NONE; i = t->names[i].next) {
        const lede__spelling *name = &t->names[i];
        if (name->count == 0 || name->text.len == 0)
            continue;
        if (!best || name->count > best->count ||
            (name->count == best->count && lede_str_cmp(name->text, best->text) < 0))
            best = name;
    }
    return best ? best->text : x->slug;
}
