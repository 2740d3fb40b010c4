/* utf8.c - well-formed UTF-8 (Unicode table 3-7), by character and by whole text. See lede/text.h.
 */
#include "lede/text.h"

#include "base/banned.h"

/* The length of the character at p (n bytes left) and its value in *c; 0 when ill-formed. */
static size_t decode(const unsigned char *p, size_t n, uint32_t *c) {
    unsigned char a = p[0];
    if (a < 0x80) {
        *c = a;
        return 1;
    }
    if (a < 0xC2 || a > 0xF4)
        return 0; /* a continuation, an overlong form, or past U+10FFFF */
    if (n < 2 || (p[1] & 0xC0) != 0x80)
        return 0;
    if (a < 0xE0) {
        *c = (uint32_t)(a & 0x1F) << 6 | (p[1] & 0x3F);
        return 2;
    }
    if (n < 3 || (p[2] & 0xC0) != 0x80)
        return 0;
    if (a < 0xF0) {
        if (a == 0xE0 && p[1] < 0xA0)
            return 0;
        if (a == 0xED && p[1] > 0x9F)
            return 0; /* a surrogate */
        *c = (uint32_t)(a & 0x0F) << 12 | (uint32_t)(p[1] & 0x3F) << 6 | (p[2] & 0x3F);
        return 3;
    }
    if (n < 4 || (p[3] & 0xC0) != 0x80)
        return 0;
    if (a == 0xF0 && p[1] < 0x90)
        return 0;
    if (a == 0xF4 && p[1] > 0x8F)
        return 0;
    *c = (uint32_t)(a & 0x07) << 18 | (uint32_t)(p[1] & 0x3F) << 12 | (uint32_t)(p[2] & 0x3F) << 6 |
         (p[3] & 0x3F);
    return 4;
}

/* Whether one of the eight bytes at p is NUL or not ASCII. */
static bool eight_need_care(const unsigned char *p) {
    uint64_t w;
    memcpy(&w, p, 8);
    const uint64_t high = UINT64_C(0x8080808080808080), ones = UINT64_C(0x0101010101010101);
    return ((w | (w - ones)) & high) != 0;
}

bool lede_utf8_valid(lede_str s, size_t *bad) {
    const unsigned char *p = (const unsigned char *)s.ptr;
    size_t i = 0;
    while (i < s.len) {
        if (s.len - i >= 8 && !eight_need_care(p + i)) {
            i += 8;
            continue;
        }
        uint32_t c;
        size_t n = decode(p + i, s.len - i, &c);
        if (n == 0 || c == 0) {
            if (bad)
                *bad = i;
            return false;
        }
        i += n;
    }
    return true;
}

uint32_t lede_utf8_next(lede_str s, size_t *i) {
    if (*i >= s.len)
        return 0xFFFD;
    uint32_t c;
    size_t n = decode((const unsigned char *)s.ptr + *i, s.len - *i, &c);
    *i += n ? n : 1;
    return n ? c : 0xFFFD;
}

size_t lede_utf8_put(char *out, uint32_t c) {
    if (c > 0x10FFFF || (c >= 0xD800 && c <= 0xDFFF))
        c = 0xFFFD;
    if (c < 0x80) {
        out[0] = (char)c;
        return 1;
    }
    if (c < 0x800) {
        out[0] = (char)(0xC0 | c >> 6);
        out[1] = (char)(0x80 | (c & 0x3F));
        return 2;
    }
    if (c < 0x10000) {
        out[0] = (char)(0xE0 | c >> 12);
        out[1] = (char)(0x80 | (c >> 6 & 0x3F));
        out[2] = (char)(0x80 | (c & 0x3F));
        return 3;
    }
    out[0] = (char)(0xF0 | c >> 18);
    out[1] = (char)(0x80 | (c >> 12 & 0x3F));
    out[2] = (char)(0x80 | (c >> 6 & 0x3F));
    out[3] = (char)(0x80 | (c & 0x3F));
    return 4;
}

size_t lede_utf8_cut(lede_str s, size_t max) {
    if (s.len <= max)
        return s.len;
    size_t at = max;
    /* Bytes that continue nothing are not walked over for ever: a character has at most four. */
    while (at > 0 && max - at < 4 && ((unsigned char)s.ptr[at] & 0xC0) == 0x80)
        at--;
    return ((unsigned char)s.ptr[at] & 0xC0) == 0x80 ? max : at;
}
