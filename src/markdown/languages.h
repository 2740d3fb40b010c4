/* languages.h - what typography needs to know of a language: one row of a table each. */
#ifndef LEDE_MARKDOWN_LANGUAGES_H
#define LEDE_MARKDOWN_LANGUAGES_H

#include "lede/text.h"

typedef struct lede__language {
    const char *tag;          /* "fr", "de-ch"; the last row has "" and is for all others */
    const char *open, *close; /* for "..." */
    const char *inner_open, *inner_close; /* for '...' */
    const char *inside; /* the space inside guillemets that an author wrote; "" = none */
    const char *colon;  /* before ':' */
    const char *high;   /* before ';', '!' and '?' */
    bool arabic;        /* ',' ';' '?' behind Arabic letters are those of its script */
    const char *back;   /* "Back to reference", read before a footnote's number */
} lede__language;

/* The row of a BCP 47 tag, or of its language alone; never NULL. */
const lede__language *lede__language_of(lede_str tag);

#endif
