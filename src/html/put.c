/* put.c - text as it may be written. What the parser takes for U+FFFD when it reads it (controls, noncharacters) can still
 * come out of it, from "&#1;"; written, it would be read back otherwise. */
#include "html/internal.h"

#include "base/banned.h"

static bool is_noncharacter(uint32_t c) { return (c >= 0xFDD0 && c <= 0xFDEF) || (c & 0xFFFE) == 0xFFFE; }

size_t lede__html_unfit(lede_str s, size_t i) {
    unsigned char c = (unsigned char)s.ptr[i];
    if (c < 0x7F)
        return c < 0x20 && c != '\t' && c != '\n';
    if (c == 0x7F)
        return 1;
    if (c == 0xC2)
        return i + 1 < s.len && (unsigned char)s.ptr[i + 1] < 0xA0 ? 2 : 0;
    if (c < 0xEF)
        return 0;
    size_t end = i;
    return is_noncharacter(lede_utf8_next(s, &end)) ? end - i : 0;
}

void lede__html_put(lede_buf *out, lede_str s, void (*escape)(lede_buf *, lede_str)) {
    for (size_t i = 0; i < s.len;) {
        size_t from = i, unfit = 0;
        while (i < s.len && (unfit = lede__html_unfit(s, i)) == 0)
            i++;
        escape(out, lede_str_n(s.ptr + from, i - from));
        if (i < s.len && s.ptr[i] == '\r')
            lede_buf_addc(out, '\n');
        i += unfit;
    }
}
