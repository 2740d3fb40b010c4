/* excerpt.c - cuts text at a word. See lede/article.h.
 *
 * Counts characters, not bytes, and never cuts before a combining mark or a joiner. A run of a
 * script that puts no blanks between words (Chinese, Japanese, Thai, ...) is asked for its words
 * only when the cut falls into it; all other text never reaches ICU.
 */
#include "article/front.h"

#include "text/words.h"

#include <pthread.h>

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

typedef struct cutting {
    lede_buf *out;
    size_t start, max, count, word_end; /* count: characters so far; word_end: where the last whole word ends, or 0 */
    bool gap;                           /* blanks were seen since the last character */
    bool in_run;                        /* of a script without blanks */
    size_t run_from, run_out;           /* where that run began, in the text and in out */
} cutting;

/* Appends n bytes that are `characters` characters, with the gap before them. */
static void take(cutting *c, const char *bytes, size_t n, size_t characters) {
    if (c->gap)
        lede_buf_addc(c->out, ' ');
    lede_buf_addn(c->out, bytes, n);
    c->count += (c->gap ? 1U : 0U) + characters;
    c->gap = false;
}

/* The plain characters at i: those that are a byte each and neither blank nor mark. */
static size_t plain_run(lede_str s, size_t i) {
    size_t end = i;
    while (end < s.len && (unsigned char)(s.ptr[end] - '!') <= 0x7F - '!')
        end++;
    return end - i;
}

/* Takes a run of plain characters as far as there is room. false: it had to be cut. */
static bool take_run(cutting *c, const char *bytes, size_t n) {
    if (c->gap || c->in_run)
        c->word_end = c->out->len;
    c->in_run = false;
    const size_t used = c->count + (c->gap ? 1U : 0U), room = c->max > used ? c->max - used : 0;
    const size_t fits = n < room ? n : room;
    if (fits)
        take(c, bytes, fits, fits);
    return fits == n;
}

static bool take_character(cutting *c, lede_str s, size_t *i) {
    const size_t at = *i;
    const uint32_t code = lede_utf8_next(s, i);
    if (is_blank(code)) {
        c->gap = c->out->len > c->start;
        return true;
    }
    const bool unspaced = is_unspaced(code), mark = is_mark(code) && !c->gap;
    if (c->gap || (unspaced != c->in_run && !mark))
        c->word_end = c->out->len;
    if (c->count + c->gap + 1 > c->max && !mark) {
        if (unspaced && c->in_run && !c->gap)
            c->word_end = c->run_out + lede__word_before(run_around(s, c->run_from, at), at - c->run_from);
        return false;
    }
    const bool begins = unspaced && (!c->in_run || c->gap);
    take(c, s.ptr + at, *i - at, 1);
    if (begins) {
        c->run_from = at;
        c->run_out = c->out->len - (*i - at);
    }
    if (!mark)
        c->in_run = unspaced;
    return true;
}

void lede_excerpt(lede_buf *out, lede_str s, size_t max, lede_str ellipsis) {
    cutting c = {.out = out, .start = out->len, .max = max};
    bool whole = true;
    for (size_t i = 0; whole && i < s.len;) {
        const size_t n = plain_run(s, i);
        whole = n ? take_run(&c, s.ptr + i, n) : take_character(&c, s, &i);
        i += n;
    }
    if (whole || out->status != LEDE_OK)
        return;
    if (c.word_end > c.start)
        out->len = c.word_end;
    out->len = trim_end(out, c.start);
    out->ptr[out->len] = '\0';
    lede_buf_add(out, ellipsis);
}

/* What a byte does to a word. A blank ends it; a sign does nothing, so that "--" is no word and "don't" is one; a letter, a
 * digit or any byte beyond ASCII begins one; an ideograph, by its lead byte, is one. */
enum { BLANK, SIGN, LETTER, IDEOGRAPH };

static uint8_t kind_of(unsigned char c) {
    if (c <= ' ')
        return BLANK;
    if (c >= 0xE3 && c <= 0xE9)
        return IDEOGRAPH;
    const bool letter = (unsigned char)((c | 0x20) - 'a') < 26 || (unsigned char)(c - '0') < 10;
    return c >= 0x80 || letter ? LETTER : SIGN;
}

static pthread_once_t once = PTHREAD_ONCE_INIT;
static uint8_t kinds[256];

static void fill_kinds(void) {
    for (int c = 0; c < 256; c++)
        kinds[c] = kind_of((unsigned char)c);
}

/* Where the next lead byte of an ideograph stands, or n. Eight bytes at a time: most texts have none. */
static size_t ideograph_at(const unsigned char *bytes, size_t n) {
    size_t i = 0;
    for (; i + 8 <= n; i += 8) {
        uint64_t eight;
        memcpy(&eight, bytes + i, sizeof eight);
        if (eight & eight << 1 & eight << 2 & UINT64_C(0x8080808080808080))
            break; /* a byte of three bits: 0xE0 or more */
    }
    while (i < n && kinds[bytes[i]] != IDEOGRAPH)
        i++;
    return i;
}

/* A run of bytes without ideographs, without a branch but the loop's: where words end is what a processor cannot foretell. */
static uint32_t count_run(const unsigned char *bytes, size_t n, uint32_t *inside) {
    uint32_t words = 0, in = *inside;
    for (size_t i = 0; i < n; i++) {
        const uint32_t kind = kinds[bytes[i]], begins = kind >> 1;
        words += begins & ~in;
        in = (in | begins) & (kind | begins);
    }
    *inside = in;
    return words;
}

uint32_t lede__count_words(lede_str s) {
    pthread_once(&once, fill_kinds);
    const unsigned char *bytes = (const unsigned char *)s.ptr;
    uint32_t words = 0, inside = 0;
    for (size_t i = 0; i < s.len;) {
        const size_t n = ideograph_at(bytes + i, s.len - i);
        words += count_run(bytes + i, n, &inside);
        i += n;
        if (i < s.len) {
            words++;
            inside = 0;
            i += 3;
        }
    }
    return words;
}
