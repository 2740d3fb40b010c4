/* excerpt.c - cuts text at a word. See lede/article.h.
 *
 * Counts characters, not bytes, and never cuts before a combining mark or a joiner. A run of a
 * script that puts no blanks between words (Chinese, Japanese, Thai, ...) is asked for its words
 * only when the cut falls into it; all other text never reaches ICU.
 */
#include "article/front.h"

#include "text/words.h"

static bool is_blank(uint32_t c) {
    return c == ' ' || (c >= 9 && c <= 13) || c == 0x85 || c == 0x2028 || c == 0x2029 ||
           c == 0x3000;
}

/* Belongs to the character before it. */
static bool is_mark(uint32_t c) {
    if (c < 0x300)
        return false;
    return c <= 0x36F || (c >= 0x591 && c <= 0x5C7) || (c >= 0x610 && c <= 0x61A) ||
           (c >= 0x64B && c <= 0x65F) || (c >= 0x93A && c <= 0x94F) || c == 0xE31 ||
           (c >= 0xE34 && c <= 0xE3A) || (c >= 0xE47 && c <= 0xE4E) || c == 0xEB1 ||
           (c >= 0xEB4 && c <= 0xEBC) || (c >= 0xEC8 && c <= 0xECE) ||
           (c >= 0x102B && c <= 0x103E) || (c >= 0x17B4 && c <= 0x17D3) ||
           (c >= 0x20D0 && c <= 0x20FF) || c == 0x200D || (c >= 0xFE00 && c <= 0xFE0F) ||
           (c >= 0x1F3FB && c <= 0x1F3FF);
}

/* Thai, Lao, Burmese, Khmer, Chinese and Japanese. */
static bool is_unspaced(uint32_t c) {
    if (c < 0xE01)
        return false;
    return (c <= 0xECE && c != 0xE3F) || (c >= 0x1000 && c <= 0x109F) ||
           (c >= 0x1780 && c <= 0x17D3) || (c >= 0x3005 && c <= 0x3007) ||
           (c >= 0x3040 && c <= 0x30FF) || (c >= 0x3400 && c <= 0x9FFF) ||
           (c >= 0xF900 && c <= 0xFAFF) || (c >= 0xFF66 && c <= 0xFF9F) ||
           (c >= 0x20000 && c <= 0x3FFFF);
}

/* The bytes of punctuation at the end of s that would look lost before an ellipsis: , ; : - ( and
 * their wide forms, opening quotes of Chinese and Japanese. */
static size_t lost_at_end(lede_str s) {
    static const char *const wide[] = {"\xE3\x80\x81", "\xEF\xBC\x8C", "\xEF\xBC\x9A",
                                       "\xEF\xBC\x9B", "\xEF\xBC\x88", "\xE3\x80\x8C",
                                       "\xE3\x80\x8E"};
    if (s.len && s.ptr[s.len - 1] && strchr(",;:-( ", s.ptr[s.len - 1]))
        return 1;
    for (size_t i = 0; i < sizeof wide / sizeof *wide; i++)
        if (lede_str_ends(s, wide[i]))
            return 3;
    return 0;
}

static size_t trim_end(const lede_buf *out, size_t from) {
    size_t n = out->len, lost;
    while ((lost = lost_at_end(lede_str_n(out->ptr + from, n - from))) > 0)
        n -= lost;
    return n > from ? n : out->len;
}

/* The run that begins at byte from of s, as far as ICU may want to see behind at. */
static lede_str run_around(lede_str s, size_t from, size_t at) {
    enum { AHEAD = 30 };
    size_t end = at;
    for (int k = 0; k < AHEAD && end < s.len; k++) {
        size_t next = end;
        if (!is_unspaced(lede_utf8_next(s, &next)))
            break;
        end = next;
    }
    return lede_str_n(s.ptr + from, end - from);
}

void lede_excerpt(lede_buf *out, lede_str s, size_t max, lede_str ellipsis) {
    size_t start = out->len, count = 0, word_end = 0, i = 0;
    size_t run_from = 0, run_out = 0; /* where the run began, in s and in out */
    bool gap = false, cut = false, in_run = false;
    while (i < s.len) {
        size_t at = i;
        uint32_t c = lede_utf8_next(s, &i);
        if (is_blank(c)) {
            gap = out->len > start;
            continue;
        }
        const bool unspaced = is_unspaced(c), mark = is_mark(c) && !gap;
        if (gap || (unspaced != in_run && !mark))
            word_end = out->len;
        if (count + gap + 1 > max && !mark) {
            if (unspaced && in_run && !gap) {
                const size_t n = lede__word_before(run_around(s, run_from, at), at - run_from);
                word_end = run_out + n;
            }
            cut = true;
            break;
        }
        if (gap)
            lede_buf_addc(out, ' ');
        if (unspaced && (!in_run || gap)) {
            run_from = at;
            run_out = out->len;
        }
        if (!mark)
            in_run = unspaced;
        lede_buf_addn(out, s.ptr + at, i - at);
        count += (gap ? 1U : 0U) + 1;
        gap = false;
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
