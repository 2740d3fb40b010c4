/* features.h - what an article is compared by, out of its words. Used by workers. */
#ifndef LEDE_BIND_FEATURES_H
#define LEDE_BIND_FEATURES_H

#include "lede/edition.h"
#include "lede/related.h"

typedef struct lede__features_maker lede__features_maker;
/* NULL when out of memory. One thread at a time; keep it for many articles. */
lede__features_maker *lede__features_maker_new(const lede_related_settings *s);
void lede__features_maker_free(lede__features_maker *m);

/* A text of an article, and how often each of its words counts. */
typedef struct lede__weighed {
    lede_str text;
    uint32_t weight;
} lede__weighed;

/* What an article is compared by. Texts are plain but for body, which is Markdown unless
 * body_is_plain. */
typedef struct lede__comparable {
    lede_str lang, title, summary, body;
    bool body_is_plain;
    lede_str tags[64];
    uint32_t n_tags;
    lede__weighed extra[16];
    uint32_t n_extra;
} lede__comparable;
/* As the edition has it. */
void lede__comparable_of(const lede_edition *e, lede_doc d, lede__comparable *out);

/* Appends its features to out, packed (lede_related_bag_pack). */
LEDE_MUST_CHECK lede_status lede__features(lede__features_maker *m, const lede__comparable *c,
                                           lede_buf *out, lede_error *err);
/* Visits the words that features are made of, with those of the title first: what `--why` shows. */
typedef void lede__each_feature(void *ctx, uint32_t key, lede_str words);
LEDE_MUST_CHECK lede_status lede__features_words(lede__features_maker *m, const lede__comparable *c,
                                                 lede__each_feature *each, void *ctx,
                                                 lede_error *err);
/* How often words of a title count in a language, and the settings of vectors there. */
lede_related_settings lede__settings_for(const lede_related_settings *s, lede_str lang);

#endif
