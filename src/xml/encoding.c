/* encoding.c - windows-1252, the one encoding besides expat's own that feeds are really written in.
 *
 * Its five bytes without a character are the C1 controls of that number, as browsers have it. */
#include "xml/internal.h"

#include "lede/text.h"

#include "base/banned.h"

static const int from_80[32] = {0x20AC, 0x81,   0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021,
                                0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0x8D,   0x017D, 0x8F,
                                0x90,   0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014,
                                0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0x9D,   0x017E, 0x0178};

int lede__xml_encoding(void *ctx, const XML_Char *name, XML_Encoding *encoding) {
    (void)ctx;
    const lede_str s = lede_str_of(name);
    if (!lede_str_eq_nocase(s, LEDE_STR("windows-1252")) &&
        !lede_str_eq_nocase(s, LEDE_STR("cp1252")))
        return XML_STATUS_ERROR;
    for (int i = 0; i < 256; i++)
        encoding->map[i] = i >= 0x80 && i < 0xA0 ? from_80[i - 0x80] : i;
    encoding->data = NULL;
    encoding->convert = NULL;
    encoding->release = NULL;
    return XML_STATUS_OK;
}
