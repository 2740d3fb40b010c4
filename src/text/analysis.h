/* analysis.h - a text as terms that compare: one analysis for related articles and for search.
 *
 * A word is a run of letters, marks and digits, or what ICU finds in a run of a script without
 * blanks. Its form is lower case without accents; its term is the stem of that in the language at
 * hand. "L'Élection", "élections" -> form "election", "elections", term "elect". */
#ifndef LEDE_TEXT_ANALYSIS_H
#define LEDE_TEXT_ANALYSIS_H

#include "lede/text.h"

typedef struct lede__token {
    lede_str term, form;           /* valid until the analyser's next text */
    uint64_t term_hash, form_hash; /* the same on every machine */
    uint32_t at, len;              /* the word's bytes in the text */
    bool weak; /* carries no topic: a stop word, a single letter, a number that is no year */
} lede__token;

/* Stemmers and the words met so far. One thread at a time; keep it for many texts. */
typedef struct lede__analyser lede__analyser;
/* Gives an analyser, or NULL when out of memory. */
lede__analyser *lede__analyser_new(void);
void lede__analyser_free(lede__analyser *a);

/* Visits the words of text in order; it must be valid UTF-8. false from each ends the walk. A word
 * of more than 60 bytes is left out. Fails with LEDE_ENOMEM only. */
typedef bool lede__each_token(void *ctx, const lede__token *t);
LEDE_MUST_CHECK lede_status lede__analyse(lede__analyser *a, lede_str lang, lede_str text,
                                          lede__each_token *each, void *ctx, lede_error *err);

/* The part of a language tag that decides which words compare: "de-AT" -> "de". */
lede_str lede__analysis_lang(lede_str tag);
/* Raise it when words become other terms: what was made of terms is made again. */
enum { LEDE__ANALYSIS_VERSION = 1 };

#endif
