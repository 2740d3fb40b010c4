/* tongue.h - what the analysis of texts knows of languages: their names, which words carry no
 * topic, what is cut from a word, which stemmer there is; and a guess for a text that names none.
 */
#ifndef LEDE_TEXT_TONGUE_H
#define LEDE_TEXT_TONGUE_H

#include "lede/text.h"

typedef struct lede__tongue {
    const char *code;     /* ISO 639, "" for the languages that are not in the table */
    const char *stemmer;  /* Snowball's name, or NULL: words are compared as they stand */
    const char *stops;    /* words without a topic: lower case, folded, with blanks between them */
    const char *elisions; /* what may stand before an apostrophe and is cut with it; as above */
    const char *endings;  /* particles that are written onto a word (Korean), longest first */
    const char *openings; /* the same in front of it ("and the" in Arabic) */
} lede__tongue;

enum { LEDE__TONGUES_MAX = 32 };

/* All that are in the table; at most LEDE__TONGUES_MAX. */
const lede__tongue *lede__tongues(size_t *count);
/* By a BCP 47 tag ("pt-BR", "nb"); never NULL. */
const lede__tongue *lede__tongue_of(lede_str tag);
/* Whether word is one of list ("the of and"). */
bool lede__tongue_lists(const char *list, lede_str word);

/* The language a text is most likely written in, by its script, else by its words without topic;
 * "" when it is too short to say. Looks at the first few thousand bytes. Static storage. */
const char *lede__tongue_guess(lede_str text);

#endif
