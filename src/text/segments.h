/* segments.h - the words of a run of text whose script puts no blanks between them. */
#ifndef LEDE_TEXT_SEGMENTS_H
#define LEDE_TEXT_SEGMENTS_H

#include "lede/text.h"

typedef struct lede__segmenter lede__segmenter;
/* ICU's dictionaries; about a millisecond. NULL when there is no memory, or ICU refuses. */
lede__segmenter *lede__segmenter_open(void);
void lede__segmenter_close(lede__segmenter *s);

/* Visits the words of text between two bytes, each by its own two bytes of text. Without a
 * segmenter every character is a word. */
typedef void lede__each_segment(void *ctx, size_t from, size_t to);
void lede__segment_words(lede__segmenter *s, lede_str text, size_t from, size_t to,
                         lede__each_segment *each, void *ctx);

#endif
