/* words.c - where words end in scripts without blanks. See text/words.h.
 *
 * One iterator a process, opened by the first text that needs it; a lock lets one thread at a time
 * use it, as the transliteration rules of slug.c. */
#include "text/words.h"

#include <unicode/ubrk.h>
#include <unicode/ustring.h>

#include "base/banned.h"

#include <pthread.h>

enum { BACK_MAX = 1000, AHEAD_MAX = 100 }; /* bytes: some 300 characters, some 30 */

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static UBreakIterator *words; /* under lock, as its use is */

/* The last boundary at or before place, or -1 when ICU cannot say. */
static int32_t boundary_before(const UChar *text, int32_t len, int32_t place) {
    UErrorCode code = U_ZERO_ERROR;
    int32_t found = -1;
    pthread_mutex_lock(&lock);
    if (!words)
        words = ubrk_open(UBRK_WORD, "", NULL, 0, &code);
    if (U_SUCCESS(code))
        ubrk_setText(words, text, len, &code);
    if (U_SUCCESS(code))
        found = ubrk_isBoundary(words, place) ? place : ubrk_preceding(words, place);
    pthread_mutex_unlock(&lock);
    return found;
}

/* Appends the UTF-16 of s; it has at most as many units as bytes. */
static int32_t append(UChar *text, int32_t len, lede_str s) {
    for (size_t i = 0; i < s.len;) {
        const UChar32 c = (UChar32)lede_utf8_next(s, &i);
        U16_APPEND_UNSAFE(text, len, c);
    }
    return len;
}

/* How many bytes of s the first units of its UTF-16 are. */
static size_t bytes_of(lede_str s, int32_t units) {
    size_t i = 0;
    while (i < s.len && units > 0)
        units -= lede_utf8_next(s, &i) > 0xFFFF ? 2 : 1;
    return i;
}

/* A place at or behind i where a character begins. */
static size_t next_begin(lede_str s, size_t i) {
    while (i < s.len && ((unsigned char)s.ptr[i] & 0xC0) == 0x80)
        i++;
    return i;
}

size_t lede__word_before(lede_str s, size_t at) {
    UChar text[BACK_MAX + AHEAD_MAX];
    const size_t from = at > BACK_MAX ? next_begin(s, at - BACK_MAX) : 0;
    const lede_str before = lede_str_n(s.ptr + from, at - from), rest = lede_str_sub(s, at);
    const int32_t place = append(text, 0, before);
    const int32_t len = append(text, place, lede_str_n(rest.ptr, lede_utf8_cut(rest, AHEAD_MAX)));
    const int32_t found = boundary_before(text, len, place);
    if (found < 0)
        return at;
    return found == 0 ? 0 : from + bytes_of(before, found);
}
