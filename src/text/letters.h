/* letters.h - characters as the analysis of texts sees them: which make words, and the form in
 * which words compare. */
#ifndef LEDE_TEXT_LETTERS_H
#define LEDE_TEXT_LETTERS_H

#include "lede/text.h"

typedef enum lede__class {
    LEDE__BREAK,  /* ends a word */
    LEDE__LETTER, /* letters, digits, and marks on them */
    LEDE__QUOTE,  /* an apostrophe: part of a word between two letters */
    LEDE__JOIN,   /* says nothing inside a word: soft hyphen, joiners */
    LEDE__DENSE   /* of a script that puts no blanks between words */
} lede__class;

lede__class lede__letter_class(uint32_t c);

enum { LEDE__WORD_MAX = 256 }; /* bytes of a word in any of its forms */

/* Lower case in the language's way; composed when it came in pieces. word has at most a quarter of
 * LEDE__WORD_MAX bytes; so many bytes were written to out. */
size_t lede__lower_word(lede_str word, lede_str lang, char out[LEDE__WORD_MAX]);
/* Lower case without accents, points of vowels, and letters that are written in two ways. */
size_t lede__fold_word(lede_str word, lede_str lang, char out[LEDE__WORD_MAX]);

#endif
