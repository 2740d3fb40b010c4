/* excerpt.c - cuts text at a word. See lede/article.h.
 *
 * Counts characters, not bytes, and never cuts before a combining mark or a joiner. Between
 * ideographs, which stand without blanks, any place is the end of a word.
 */
#include "article/front.h"

static bool is_blank(uint32_t c) {
    return c == ' ' || (c >= 9 && c <= 13) || c == 0x85 || c == 0x2028 || c == 0x2029 ||
           c == 0x3000;
}

/* Belongs to the character before it. */
static bool is_mark(uint32_t c) {
    return (c >= 0x300 && c <= 0x36F) || (c >= 0x591 && c <= 0x5C7) || (c >= 0x610 && c <= 0x61A) ||
           (c >= 0x64B && c <= 0x65F) || (c >= 0x93A && c <= 0x94F) ||
           (c >= 0x20D0 && c <= 0x20FF) || c == 0x200D || (c >= 0xFE00 && c <= 0xFE0F) ||
           (c >= 0x1F3FB && c <= 0x1F3FF);
}

static bool is_ideograph(uint32_t c) {
    return (c >= 0x3040 && c <= 0x30FF) || (c >= 0x3400 && c <= 0x9FFF) ||
           (c >= 0xF900 && c <= 0xFAFF) || (c >= 0x20000 && c <= 0x3FFFF);
}

/* Punctuation that looks lost before an ellipsis. */
static size_t trim_end(const lede_buf *out, size_t from) {
    size_t n = out->len;
    while (n > from && out->ptr[n - 1] && strchr(",;:-( ", out->ptr[n - 1]))
        n--;
    return n > from ? n : out->len;
}

void lede_excerpt(lede_buf *out, lede_str s, size_t max, lede_str ellipsis) {
    size_t start = out->len, count = 0, word_end = 0, i = 0;
    bool gap = false, cut = false;
    uint32_t previous = 0;
    while (i < s.len) {
        size_t at = i;
        uint32_t c = lede_utf8_next(s, &i);
        if (is_blank(c)) {
            gap = out->len > start;
            continue;
        }
        if (gap || (is_ideograph(previous) && is_ideograph(c)))
            word_end = out->len;
        if (count + gap + 1 > max && !(is_mark(c) && !gap)) {
            cut = true;
            break;
        }
        if (gap)
            lede_buf_addc(out, ' ');
        lede_buf_addn(out, s.ptr + at, i - at);
        count += (gap ? 1U : 0U) + 1;
        gap = false;
        previous = c;
    }
    if (!cut || out->status != LEDE_OK)
        return;
    if (word_end > start)
        out->len = word_end;
    out->len = trim_end(out, start);
    out->ptr[out->len] = '\0';
    lede_buf_add(out, ellipsis);
}

/* Blanks end a word, letters and digits (and anything beyond ASCII) begin one; other signs do
 * neither, so that "--" is no word and "don't" is one. Ideographs (lead bytes E3 to E9) count one
 * each. */
uint32_t lede__count_words(lede_str s) {
    uint32_t words = 0;
    bool inside = false;
    for (size_t i = 0; i < s.len; i++) {
        unsigned char c = (unsigned char)s.ptr[i];
        if (c <= ' ') {
            inside = false;
        } else if (c >= 0xE3 && c <= 0xE9) {
            words++;
            inside = false;
            i += 2;
        } else if (!inside && (c >= 0x80 || (unsigned char)((c | 0x20) - 'a') < 26 ||
                               (unsigned char)(c - '0') < 10)) {
            words++;
            inside = true;
        }
    }
    return words;
}
