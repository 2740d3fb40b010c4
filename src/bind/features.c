/* features.c - an article's words as features: text/analysis.h says what a word is, related.h what
 * becomes of it.
 *
 * Title, summary and body are three texts: no pair of words goes across. Copies are looked for in
 * the body alone. */
#include "bind/features.h"

#include "codec/hash.h"
#include "lede/markdown.h"
#include "text/analysis.h"
#include "text/slug.h"

#include <stdlib.h>

enum { WORDS_MAX = 8 << 20 };

struct lede__features_maker {
    lede_related_settings settings;
    lede__analyser *analyser;
    lede_related_bag *bag;
    lede_buf words, slug;
};

lede__features_maker *lede__features_maker_new(const lede_related_settings *s) {
    lede__features_maker *m = calloc(1, sizeof *m);
    if (!m)
        return NULL;
    m->settings = *s;
    lede_buf_init(&m->words, WORDS_MAX);
    lede_buf_init(&m->slug, 1 << 12);
    m->analyser = lede__analyser_new();
    m->bag = lede_related_bag_new();
    if (m->analyser && m->bag)
        return m;
    lede__features_maker_free(m);
    return NULL;
}

void lede__features_maker_free(lede__features_maker *m) {
    if (!m)
        return;
    lede__analyser_free(m->analyser);
    lede_related_bag_free(m->bag);
    lede_buf_fini(&m->words);
    lede_buf_fini(&m->slug);
    free(m);
}

/* German writes pairs as one word: less is gained by pairs, and more lost. */
lede_related_settings lede__settings_for(const lede_related_settings *s, lede_str lang) {
    lede_related_settings own = *s;
    if (lede_str_is(lede__analysis_lang(lang), "de")) {
        own.pairs = s->pairs / 2;
        own.title = s->title > 2 ? 2 : s->title;
    }
    return own;
}

void lede__comparable_of(const lede_edition *e, lede_doc d, lede__comparable *out) {
    const lede_card *card = lede_edition_card(e, d);
    const uint32_t tags = lede_card_list_count(card, LEDE_LIST_TAGS);
    *out = (lede__comparable){.lang = lede_card_text(card, LEDE_TEXT_LANG),
                              .title = lede_card_text(card, LEDE_TEXT_TITLE),
                              .summary = lede_card_text(card, LEDE_TEXT_SUMMARY),
                              .body = lede_edition_body(e, NULL, d)};
    for (uint32_t i = 0; i < tags && out->n_tags < sizeof out->tags / sizeof *out->tags; i++)
        out->tags[out->n_tags++] = lede_card_list_at(card, LEDE_LIST_TAGS, i);
}

static uint64_t group_of(lede_str lang) { return lede__xxh64(lede__analysis_lang(lang), 0); }

/* ---- features */

typedef struct collecting {
    lede_related_bag *bag;
    uint32_t weight;
    bool with_forms;
} collecting;

static bool collect(void *ctx, const lede__token *t) {
    const collecting *c = ctx;
    lede_related_bag_word(c->bag, t->term_hash, c->weight, t->weak);
    if (c->with_forms)
        lede_related_bag_form(c->bag, t->form_hash);
    return true;
}

static lede_status add_text(lede__features_maker *m, lede_str lang, lede_str text, uint32_t weight,
                            bool with_forms, lede_error *err) {
    collecting c = {m->bag, weight, with_forms};
    lede_related_bag_part(m->bag);
    return lede__analyse(m->analyser, lang, text, collect, &c, err);
}

/* A body's words; empty when they cannot be read. */
static lede_str body_words(lede__features_maker *m, const lede__comparable *c) {
    if (c->body_is_plain)
        return c->body;
    lede_buf_clear(&m->words);
    lede_markdown_words(c->body, &m->words);
    if (m->words.status)
        return (lede_str){0};
    return lede_buf_str(&m->words);
}

static void add_tag(lede__features_maker *m, lede_str tag) {
    lede_buf_clear(&m->slug);
    lede__slug(&m->slug, tag);
    lede_related_bag_tag(m->bag, lede__xxh64(lede_buf_str(&m->slug), 0));
}

lede_status lede__features(lede__features_maker *m, const lede__comparable *c, lede_buf *out,
                           lede_error *err) {
    const uint32_t title = lede__settings_for(&m->settings, c->lang).title;
    lede_related_bag_begin(m->bag, group_of(c->lang));
    lede_status st = add_text(m, c->lang, c->title, title, false, err);
    if (!st)
        st = add_text(m, c->lang, c->summary, 1, false, err);
    if (!st)
        st = add_text(m, c->lang, body_words(m, c), 1, true, err);
    for (uint32_t i = 0; !st && i < c->n_extra; i++)
        st = add_text(m, c->lang, c->extra[i].text, c->extra[i].weight, false, err);
    for (uint32_t i = 0; i < c->n_tags; i++)
        add_tag(m, c->tags[i]);
    return st ? st : lede_related_bag_pack(m->bag, out, err);
}

/* ---- and back to words */

typedef struct naming {
    lede__each_feature *each;
    void *ctx;
    uint64_t group, before;
    lede_str text;
    size_t before_at;
    bool has_before;
} naming;

static bool name(void *ctx, const lede__token *t) {
    naming *n = ctx;
    if (t->weak)
        return true;
    n->each(n->ctx, lede_related_key(n->group, t->term_hash),
            lede_str_n(n->text.ptr + t->at, t->len));
    if (n->has_before)
        n->each(n->ctx, lede_related_pair_key(n->group, n->before, t->term_hash),
                lede_str_n(n->text.ptr + n->before_at, t->at + t->len - n->before_at));
    n->before = t->term_hash;
    n->before_at = t->at;
    n->has_before = true;
    return true;
}

lede_status lede__features_words(lede__features_maker *m, const lede__comparable *c,
                                 lede__each_feature *each, void *ctx, lede_error *err) {
    const lede_str texts[] = {c->title, c->summary, body_words(m, c)};
    lede_status st = LEDE_OK;
    for (size_t i = 0; !st && i < sizeof texts / sizeof *texts + c->n_extra; i++) {
        naming n = {each, ctx,  group_of(c->lang), 0, i < 3 ? texts[i] : c->extra[i - 3].text,
                    0,    false};
        st = lede__analyse(m->analyser, c->lang, n.text, name, &n, err);
    }
    return st;
}
