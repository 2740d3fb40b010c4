/* segments.c - words by ICU's dictionaries, which go by script: Chinese and Japanese, Thai, Lao,
 * Khmer and Burmese. See text/segments.h.
 *
 * A long run is looked at in pieces; a word that a piece's end would cut begins the next piece. */
#include "text/segments.h"

#include <unicode/ubrk.h>
#include <unicode/ustring.h>

#include <stdlib.h>

#include "base/banned.h"

enum { PIECE = 1000 }; /* UTF-16 units */

struct lede__segmenter {
    UBreakIterator *words;
    UChar text[PIECE + 2];
    uint16_t bytes[PIECE + 3]; /* where each unit begins, counted from the piece's beginning */
};

lede__segmenter *lede__segmenter_open(void) {
    UErrorCode code = U_ZERO_ERROR;
    lede__segmenter *s = malloc(sizeof *s);
    if (!s)
        return NULL;
    s->words = ubrk_open(UBRK_WORD, "", NULL, 0, &code);
    if (U_SUCCESS(code))
        return s;
    free(s);
    return NULL;
}

void lede__segmenter_close(lede__segmenter *s) {
    if (!s)
        return;
    ubrk_close(s->words);
    free(s);
}

/* Takes as many characters as fit; gives how many units they are. */
static int32_t take(lede__segmenter *s, lede_str text, size_t from, size_t to) {
    int32_t n = 0;
    size_t i = from;
    while (i < to && n < PIECE) {
        s->bytes[n] = (uint16_t)(i - from);
        const UChar32 c = (UChar32)lede_utf8_next(text, &i);
        const int32_t before = n;
        U16_APPEND_UNSAFE(s->text, n, c);
        if (n - before == 2)
            s->bytes[before + 1] = s->bytes[before];
    }
    s->bytes[n] = (uint16_t)(i - from);
    return n;
}

/* Visits the words of a piece; gives the bytes that are done with. */
static size_t visit_piece(lede__segmenter *s, size_t from, int32_t n, bool is_last,
                          lede__each_segment *each, void *ctx) {
    UErrorCode code = U_ZERO_ERROR;
    ubrk_setText(s->words, s->text, n, &code);
    int32_t at = U_SUCCESS(code) ? ubrk_first(s->words) : UBRK_DONE;
    for (int32_t next; at != UBRK_DONE; at = next) {
        next = ubrk_next(s->words);
        if (next == UBRK_DONE)
            break;
        if (next == n && !is_last && at > 0)
            return s->bytes[at];
        if (ubrk_getRuleStatus(s->words) >= UBRK_WORD_NUMBER)
            each(ctx, from + s->bytes[at], from + s->bytes[next]);
    }
    return s->bytes[n];
}

static void visit_characters(lede_str text, size_t from, size_t to, lede__each_segment *each,
                             void *ctx) {
    for (size_t i = from; i < to; from = i) {
        lede_utf8_next(text, &i);
        each(ctx, from, i);
    }
}

void lede__segment_words(lede__segmenter *s, lede_str text, size_t from, size_t to,
                         lede__each_segment *each, void *ctx) {
    if (!s) {
        visit_characters(text, from, to, each, ctx);
        return;
    }
    while (from < to) {
        const int32_t n = take(s, text, from, to);
        from += visit_piece(s, from, n, from + s->bytes[n] == to, each, ctx);
    }
}
