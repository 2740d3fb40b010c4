/* slug.h - addresses out of names. The room text/ is the only one with ICU. */
#ifndef LEDE_TEXT_SLUG_H
#define LEDE_TEXT_SLUG_H

#include "lede/text.h"

/* Appends the slug of s: transliterated to ASCII (Any-Latin; the Latin letters of Europe never reach ICU), lower
 * case, letters and digits joined by single '-', at most 255 bytes cut at a '-', never empty
 * ("untitled"). Apostrophes vanish. */
void lede__slug(lede_buf *out, lede_str s);
/* "rtl" or "ltr" for a BCP 47 language; by its script subtag, else by language. */
const char *lede__lang_dir(lede_str lang);

#endif
