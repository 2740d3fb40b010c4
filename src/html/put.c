/* put.c - text as it may be written. gumbo takes controls and noncharacters for U+FFFD when it
 * reads them, but lets them out of
 * "&#1;"; written, they would be read back otherwise. And of a number too large for its integers
 * ("&#x0DCCCCCCCC") 0.10.1 makes bytes that are no UTF-8. */
#include "html/internal.h"

#include "base/banned.h"

static bool is_noncharacter(uint32_t c) {
    return (c >= 0xFDD0 && c <= 0xFDEF) || (c & 0xFFFE) == 0xFFFE;
}

size_t lede__html_char(lede_str s, size_t i, bool *fit) {
    unsigned char c = (unsigned char)s.ptr[i];
    if (c < 0x80) {
        *fit = c >= 0x20 ? c != 0x7F : c == '\t' || c == '\n';
        return 1;
    }
    size_t end = i;
    uint32_t decoded = lede_utf8_next(s, &end);
    bool broken = decoded == 0xFFFD && end - i == 1;
    *fit = !broken && decoded >= 0xA0 && !is_noncharacter(decoded);
    return end - i;
}

void lede__html_put(lede_buf *out, lede_str s, void (*escape)(lede_buf *, lede_str)) {
    for (size_t i = 0; i < s.len;) {
        size_t from = i, n = 0;
        bool fit = true;
        while (i < s.len && (n = lede__html_char(s, i, &fit), fit))
            i += n;
        escape(out, lede_str_n(s.ptr + from, i - from));
        if (i < s.len && s.ptr[i] == '\r')
            lede_buf_addc(out, '\n');
        i += fit ? 0 : n;
    }
}
