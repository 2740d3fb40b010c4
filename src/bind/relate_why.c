/* relate_why.c - why an article's list is what it is, as JSON: what the vectors of two articles
 * share, in the words of the first one; and what was left out as a copy. See bind/relate.h. */
#include "bind/relate.h"

#include "bind/features.h"
#include "bind/wire.h"

#include <stdlib.h>

enum { TERMS = 12, WORDS_BYTES = 16 << 20 };

typedef struct why {
    lede__relating *r;
    lede_buf *out;
    uint32_t item; /* the article at hand */
    lede_arena arena;
    struct named {
        uint32_t key;
        lede_str words;
    } * names; /* open addressing; words.ptr NULL = free */
    size_t mask, n_names;
} why;

/* ---- the words of its features */

static struct named *name_of(const why *w, uint32_t key) {
    size_t at = key * 2654435761u & w->mask;
    while (w->names[at].words.ptr && w->names[at].key != key)
        at = (at + 1) & w->mask;
    return &w->names[at];
}

/* The first words that make a feature are its name. */
static void learn(void *ctx, uint32_t key, lede_str words) {
    why *w = ctx;
    if (w->n_names * 2 > w->mask) /* a text of that many words has enough names */
        return;
    struct named *name = name_of(w, key);
    if (name->words.ptr)
        return;
    *name = (struct named){key, lede_arena_copy(&w->arena, words)};
    w->n_names += name->words.ptr != NULL;
}

static lede_status learn_words(why *w) {
    const lede__relating *r = w->r;
    lede__features_maker *m = lede__features_maker_new(&r->p->site.related.settings);
    lede__comparable c;
    w->mask = (1 << 16) - 1;
    w->names = calloc(w->mask + 1, sizeof *w->names);
    if (!m || !w->names) {
        lede__features_maker_free(m);
        return lede_fail(r->err, LEDE_ENOMEM, "related: out of memory");
    }
    lede__comparable_of(r->p->edition, r->items[w->item].doc, &c);
    lede_status st = lede__features_words(m, &c, learn, w, r->err);
    lede__features_maker_free(m);
    return st;
}

/* ---- writing */

/* A part of 2^24 with four digits. */
static void add_part(lede_buf *out, const char *key, uint64_t of_2_24) {
    lede_buf_addf(out, ",\"%s\":%u.%04u", key, (unsigned)(of_2_24 >> 24),
                  (unsigned)((of_2_24 & 0xffffff) * 10000 >> 24));
}

static void add_article(why *w, uint32_t item) {
    const lede_card *card = lede_edition_card(w->r->p->edition, w->r->items[item].doc);
    lede_buf_addc(w->out, '{');
    lede__json_text(w->out, "id", lede_card_text(card, LEDE_TEXT_ID));
    lede__json_text(w->out, "title", lede_card_text(card, LEDE_TEXT_TITLE));
    lede__json_text(w->out, "url", lede_card_text(card, LEDE_TEXT_URL));
    lede_buf_addf(w->out, ",\"date\":%lld", (long long)w->r->items[item].date);
}

static void add_terms(why *w, uint32_t other) {
    lede_related_shared shared[TERMS];
    const uint32_t n =
        lede_related_share(w->r->items[w->item].vector, w->r->items[other].vector, shared, TERMS);
    bool any = false;
    lede_buf_adds(w->out, ",\"terms\":[");
    for (uint32_t i = 0; i < n; i++) {
        const lede_str words = name_of(w, shared[i].key)->words;
        if (!words.ptr) /* of a text that plugins added */
            continue;
        lede_buf_adds(w->out, any ? ",{" : "{");
        lede__json_text(w->out, "words", words);
        add_part(w->out, "share", shared[i].share);
        lede_buf_addc(w->out, '}');
        any = true;
    }
    lede_buf_addc(w->out, ']');
}

static bool has_tag(const lede_card *card, lede_str tag) {
    for (uint32_t i = 0; i < lede_card_list_count(card, LEDE_LIST_TAGS); i++)
        if (lede_str_eq(lede_card_list_at(card, LEDE_LIST_TAGS, i), tag))
            return true;
    return false;
}

static void add_tags(why *w, uint32_t other) {
    const lede_edition *e = w->r->p->edition;
    const lede_card *a = lede_edition_card(e, w->r->items[w->item].doc),
                    *b = lede_edition_card(e, w->r->items[other].doc);
    bool any = false;
    lede_buf_adds(w->out, ",\"shared_tags\":[");
    for (uint32_t i = 0; i < lede_card_list_count(a, LEDE_LIST_TAGS); i++) {
        const lede_str tag = lede_card_list_at(a, LEDE_LIST_TAGS, i);
        if (!has_tag(b, tag))
            continue;
        lede_buf_adds(w->out, any ? ",\"" : "\"");
        lede_escape_json(w->out, tag);
        lede_buf_addc(w->out, '"');
        any = true;
    }
    lede_buf_addc(w->out, ']');
}

static void add_neighbour(why *w, const lede_edition_neighbour *n) {
    const uint32_t other = w->r->item_of[n->doc];
    add_article(w, other);
    lede_buf_addf(w->out, ",\"pinned\":%s,\"days\":%lld", n->pinned ? "true" : "false",
                  (long long)((w->r->items[w->item].date - w->r->items[other].date) / 86400));
    if (!n->pinned) {
        add_part(w->out, "score", n->score);
        add_part(w->out, "cosine", (uint64_t)n->cosine << 8);
        add_part(w->out, "tags", (uint64_t)n->tags << 8);
    }
    add_terms(w, other);
    add_tags(w, other);
    lede_buf_addc(w->out, '}');
}

static void add_list(why *w, uint32_t most) {
    lede_edition_neighbour found[LEDE_NEIGHBOURS_MAX];
    const uint32_t n =
        lede_edition_scored_neighbours(w->r->p->edition, NULL, w->r->items[w->item].doc, found);
    lede_buf_adds(w->out, ",\"items\":[");
    for (uint32_t i = 0; i < n && i < most; i++) {
        if (i)
            lede_buf_addc(w->out, ',');
        add_neighbour(w, &found[i]);
    }
    lede_buf_addc(w->out, ']');
}

/* What was left out as a copy is not kept with the list: it is searched for again. */
static lede_status add_dropped(why *w) {
    lede__relating *r = w->r;
    lede_related_index *x = NULL;
    lede_related_doc *docs = lede__relating_docs(r);
    lede_related_list *list = malloc(sizeof *list);
    lede_related_search *search = NULL;
    const lede_related_wish asked = {.doc = w->item};
    if (!docs || !list) {
        free(docs);
        free(list);
        return lede_fail(r->err, LEDE_ENOMEM, "related: out of memory");
    }
    lede_status st =
        lede_related_index_new(docs, r->n, &r->p->site.related.settings, &asked, 1, &x, r->err);
    if (!st && !(search = lede_related_search_new(x)))
        st = lede_fail(r->err, LEDE_ENOMEM, "related: out of memory");
    if (!st)
        lede_related_find(search, w->item, NULL, 0, list);
    lede_buf_adds(w->out, ",\"dropped\":[");
    for (uint32_t i = 0; !st && i < list->n_dropped; i++) {
        const lede_related_item *item = &list->dropped[i];
        if (i)
            lede_buf_addc(w->out, ',');
        add_article(w, item->doc);
        lede__json_text(w->out, "copy_of", lede_str_of(r->items[item->copy_of].id));
        lede_buf_addf(w->out, ",\"contained\":%u.%03u}", item->contained / 1000,
                      item->contained % 1000);
    }
    lede_buf_addc(w->out, ']');
    lede_related_search_free(search);
    lede_related_index_free(x);
    free(list);
    free(docs);
    return st;
}

lede_status lede__relating_explain(lede__relating *r, uint32_t item, uint32_t most, lede_buf *out) {
    why w = {.r = r, .out = out, .item = item};
    lede_arena_init(&w.arena, WORDS_BYTES);
    lede_status st = learn_words(&w);
    if (!st) {
        add_article(&w, item);
        add_list(&w, most);
        st = add_dropped(&w);
        lede_buf_addc(out, '}');
    }
    free(w.names);
    lede_arena_fini(&w.arena);
    return st ? st : lede_buf_status(out, r->err);
}
