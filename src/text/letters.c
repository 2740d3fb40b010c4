/* letters.c - classes of characters and forms of words. See text/letters.h.
 *
 * ICU is asked about what is neither ASCII nor a Latin letter of Europe; forms are made once for
 * each spelling, the analysis keeps them. */
#include "text/letters.h"

#include <unicode/uchar.h>
#include <unicode/unorm2.h>
#include <unicode/ustring.h>

#include "base/banned.h"

/* ---- classes */

static lede__class ascii_class(uint32_t c) {
    if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'))
        return LEDE__LETTER;
    return c == '\'' ? LEDE__QUOTE : LEDE__BREAK;
}

static bool is_dense(uint32_t c) {
    static const struct {
        uint32_t first, last;
    } ranges[] = {
        {0x0E00, 0x0EFF}, {0x1000, 0x109F},   {0x1780, 0x17FF}, /* Thai, Lao, Burmese, Khmer */
        {0x3005, 0x3007}, {0x3040, 0x30FF},   {0x31F0, 0x31FF}, /* kana */
        {0x3400, 0x4DBF}, {0x4E00, 0x9FFF},   {0xF900, 0xFAFF}, /* Han */
        {0xFF66, 0xFF9D}, {0x20000, 0x3FFFF},
    };
    for (size_t i = 0; i < sizeof ranges / sizeof *ranges; i++)
        if (c >= ranges[i].first && c <= ranges[i].last)
            return true;
    return false;
}

lede__class lede__letter_class(uint32_t c) {
    if (c < 0x80)
        return ascii_class(c);
    if (c == 0xAD || c == 0x200C || c == 0x200D || c == 0x2060 || c == 0xFEFF)
        return LEDE__JOIN;
    if (c == 0x2019 || c == 0x02BC || c == 0xFF07)
        return LEDE__QUOTE;
    if (c < 0x250) /* Latin */
        return (c >= 0xC0 && c != 0xD7 && c != 0xF7) || c == 0xAA || c == 0xB5 || c == 0xBA
                   ? LEDE__LETTER
                   : LEDE__BREAK;
    if (is_dense(c))
        return LEDE__DENSE;
    const uint32_t letters = U_GC_L_MASK | U_GC_M_MASK | U_GC_ND_MASK;
    return U_MASK(u_charType((UChar32)c)) & letters ? LEDE__LETTER : LEDE__BREAK;
}

/* ---- lower case */

/* Turkish and Azerbaijani have an i without a dot. */
static uint32_t lower(uint32_t c, bool dotless) {
    if (c < 0x80)
        return c >= 'A' && c <= 'Z' ? (dotless && c == 'I' ? 0x131 : c + 32) : c;
    return c == 0x130 ? 'i' : (uint32_t)u_tolower((UChar32)c);
}

static bool is_dotless(lede_str lang) {
    return lang.len >= 2 && (memcmp(lang.ptr, "tr", 2) == 0 || memcmp(lang.ptr, "az", 2) == 0);
}

/* A letter and the marks that follow it as one character; s as it is when ICU refuses. */
static size_t compose(const char *s, size_t len, char out[LEDE__WORD_MAX]) {
    UChar text[LEDE__WORD_MAX], done[LEDE__WORD_MAX];
    UErrorCode code = U_ZERO_ERROR;
    int32_t n = 0, bytes = 0;
    const UNormalizer2 *nfc = unorm2_getNFCInstance(&code);
    u_strFromUTF8(text, LEDE__WORD_MAX, &n, s, (int32_t)len, &code);
    n = unorm2_normalize(nfc, text, n, done, LEDE__WORD_MAX, &code);
    u_strToUTF8(out, LEDE__WORD_MAX, &bytes, done, n, &code);
    if (U_SUCCESS(code))
        return (size_t)bytes;
    memcpy(out, s, len);
    return len;
}

size_t lede__lower_word(lede_str word, lede_str lang, char out[LEDE__WORD_MAX]) {
    char plain[LEDE__WORD_MAX] = "";
    const bool dotless = is_dotless(lang);
    bool has_marks = false;
    size_t n = 0;
    for (size_t i = 0; i < word.len && n < LEDE__WORD_MAX - 4;) {
        const uint32_t c = lede_utf8_next(word, &i);
        has_marks |= c >= 0x300 && c < 0x370;
        if (lede__letter_class(c) == LEDE__QUOTE)
            plain[n++] = '\'';
        else if (lede__letter_class(c) != LEDE__JOIN)
            n += lede_utf8_put(plain + n, lower(c, dotless));
    }
    if (has_marks)
        return compose(plain, n, out);
    memcpy(out, plain, n);
    return n;
}

/* ---- folding */

/* Accents, points of Hebrew and Arabic vowels. Signs of Indic vowels are letters to their readers.
 */
static bool is_loose_mark(uint32_t c) {
    return (c >= 0x300 && c < 0x370) || (c >= 0x591 && c <= 0x5C7) || c == 0x640 ||
           (c >= 0x64B && c <= 0x65F) || c == 0x670 || (c >= 0x6D6 && c <= 0x6ED);
}

/* Letters that ICU does not take apart, and those that are written in two ways. */
static const char *spelt_as(uint32_t c) {
    switch (c) {
    case 0xDF:
        return "ss";
    case 0xE6:
        return "ae";
    case 0xF8:
        return "o";
    case 0xF0:
    case 0x111:
        return "d";
    case 0xFE:
        return "th";
    case 0x131:
        return "i";
    case 0x142:
        return "l";
    case 0x153:
        return "oe";
    case 0x3C2:
        return "σ";
    case 0x451:
        return "е";
    case 0x629:
        return "ه";
    case 0x649:
    case 0x6CC:
        return "ي";
    case 0x6A9:
        return "ك";
    default:
        return NULL;
    }
}

/* Whether c is one of those whose parts are a plain letter and its accents. */
static bool comes_apart(uint32_t c) {
    return (c >= 0xC0 && c < 0x250) || (c >= 0x370 && c < 0x400) || (c >= 0x590 && c < 0x700) ||
           (c >= 0x1E00 && c < 0x2000) || (c >= 0xFB00 && c < 0xFE00) ||
           (c >= 0xFF01 && c < 0xFF5F);
}

static size_t put_parts(uint32_t c, char *out) {
    UChar parts[32];
    UErrorCode code = U_ZERO_ERROR;
    const UNormalizer2 *nfkd = unorm2_getNFKDInstance(&code);
    const int32_t n =
        comes_apart(c) ? unorm2_getDecomposition(nfkd, (UChar32)c, parts, 32, &code) : -1;
    if (U_FAILURE(code) || n < 0)
        return lede_utf8_put(out, c);
    size_t len = 0;
    for (int32_t i = 0; i < n && len < 16;) {
        UChar32 part;
        U16_NEXT(parts, i, n, part);
        if (!is_loose_mark((uint32_t)part))
            len += lede_utf8_put(out + len, lower((uint32_t)part, false));
    }
    return len;
}

size_t lede__fold_word(lede_str word, lede_str lang, char out[LEDE__WORD_MAX]) {
    char low[LEDE__WORD_MAX];
    const lede_str s = lede_str_n(low, lede__lower_word(word, lang, low));
    size_t n = 0;
    for (size_t i = 0; i < s.len && n < LEDE__WORD_MAX - 20;) {
        const uint32_t c = lede_utf8_next(s, &i);
        const char *other = spelt_as(c);
        if (c < 0x80 ? c == '\'' : is_loose_mark(c))
            continue;
        if (c < 0x80)
            out[n++] = (char)c;
        else if (other)
            memcpy(out + n, other, strlen(other)), n += strlen(other);
        else
            n += put_parts(c, out + n);
    }
    return n;
}
