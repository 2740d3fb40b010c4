/* words.h - where words end in scripts that do not put blanks between them. */
#ifndef LEDE_TEXT_WORDS_H
#define LEDE_TEXT_WORDS_H

#include "lede/text.h"

/* The last end of a word of s at or before byte `at`, which is no middle of a character; 0 when the
 * first word goes on past it. Thai, Lao, Khmer and Burmese, Chinese and Japanese words are found by
 * ICU's dictionaries, which go by script: no language needs to be named. Only the last few hundred
 * characters before at are looked at. Opening the dictionaries costs about a millisecond, once a
 * process; without them (no memory) the answer is at. */
size_t lede__word_before(lede_str s, size_t at);

#endif
