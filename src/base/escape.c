/* escape.c - escaping by target. See lede/text.h.
 *
 * One table says for each byte which targets must look at it; the runs between such bytes are
 * copied whole. */
#include "lede/text.h"

#include "base/banned.h"

enum { HTML = 1, ATTR = 2, XML = 4, JSON = 8, URL = 16, PATH = 32 };

#define CONTROL (XML | JSON | URL | PATH)
#define BLANK (JSON | URL | PATH)
#define BOTH (URL | PATH)
#define MARKUP (HTML | ATTR | XML | JSON | URL | PATH)
#define QUOTE (ATTR | XML | URL | PATH)

/* clang-format off */
#define REPEAT8(x) x, x, x, x, x, x, x, x
#define REPEAT32(x) REPEAT8(x), REPEAT8(x), REPEAT8(x), REPEAT8(x)
static const unsigned char care[256] = {
    REPEAT8(CONTROL),
    CONTROL, BLANK, BLANK, CONTROL, CONTROL, BLANK, CONTROL, CONTROL, /* tab, newline, return are XML */
    REPEAT8(CONTROL), REPEAT8(CONTROL),
    BOTH, BOTH, QUOTE | JSON, BOTH, BOTH, BOTH, MARKUP, QUOTE,        /*   ! " # $ % & ' */
    BOTH, BOTH, BOTH, BOTH, BOTH, 0, 0, URL,                          /* ( ) * + , - . / */
    REPEAT8(0), 0, 0, BOTH, BOTH, MARKUP, BOTH, MARKUP, BOTH,         /* 0-9 : ; < = > ? */
    BOTH, 0, 0, 0, 0, 0, 0, 0, REPEAT8(0), REPEAT8(0),                /* @ A-W */
    0, 0, 0, BOTH, BOTH | JSON, BOTH, BOTH, 0,                        /* X Y Z [ \ ] ^ _ */
    BOTH, 0, 0, 0, 0, 0, 0, 0, REPEAT8(0), REPEAT8(0),                /* ` a-w */
    0, 0, 0, BOTH, BOTH, BOTH, 0, BOTH,                               /* x y z { | } ~ DEL */
    REPEAT32(BOTH), REPEAT32(BOTH), REPEAT32(BOTH),
    BOTH, BOTH, BOTH | JSON, BOTH, BOTH, BOTH, BOTH, BOTH,            /* E2 begins U+2028, U+2029 */
    BOTH, BOTH, BOTH, BOTH, BOTH, BOTH, BOTH, BOTH | XML,             /* EF begins U+FFFE, U+FFFF */
    REPEAT8(BOTH), REPEAT8(BOTH),
};
/* clang-format on */

_Static_assert(sizeof care == 256, "a byte each");

/* The end of the run at i that target need not look at. */
static inline size_t run_end(lede_str s, size_t i, unsigned target) {
    while (i < s.len && !(care[(unsigned char)s.ptr[i]] & target))
        i++;
    return i;
}

static void entity(lede_buf *b, char c) {
    switch (c) {
    case '&':
        lede_buf_addn(b, "&amp;", 5);
        break;
    case '<':
        lede_buf_addn(b, "&lt;", 4);
        break;
    case '>':
        lede_buf_addn(b, "&gt;", 4);
        break;
    case '"':
        lede_buf_addn(b, "&quot;", 6);
        break;
    case '\'':
        lede_buf_addn(b, "&#39;", 5);
        break;
    default:
        break; /* what XML forbids */
    }
}

static void escape_markup(lede_buf *b, lede_str s, unsigned target) {
    for (size_t i = 0; i < s.len; i++) {
        size_t end = run_end(s, i, target);
        lede_buf_addn(b, s.ptr + i, end - i);
        if (end == s.len)
            return;
        entity(b, s.ptr[end]);
        i = end;
    }
}

void lede_escape_html(lede_buf *b, lede_str s) { escape_markup(b, s, HTML); }

void lede_escape_attr(lede_buf *b, lede_str s) { escape_markup(b, s, ATTR); }

/* Whether three bytes at p are U+FFFE or U+FFFF. */
static bool is_noncharacter(const unsigned char *p) {
    return p[0] == 0xEF && p[1] == 0xBF && p[2] >= 0xBE;
}

void lede_escape_xml(lede_buf *b, lede_str s) {
    for (size_t i = 0; i < s.len;) {
        size_t end = run_end(s, i, XML);
        lede_buf_addn(b, s.ptr + i, end - i);
        if (end == s.len)
            return;
        i = end + 1;
        if ((unsigned char)s.ptr[end] != 0xEF)
            entity(b, s.ptr[end]);
        else if (s.len - end >= 3 && is_noncharacter((const unsigned char *)s.ptr + end))
            i += 2;
        else
            lede_buf_addc(b, s.ptr[end]);
    }
}

static const char hex_lower[] = "0123456789abcdef";
static const char hex_upper[] = "0123456789ABCDEF";

static void json_byte(lede_buf *b, char c) {
    switch (c) {
    case '"':
        lede_buf_addn(b, "\\\"", 2);
        return;
    case '\\':
        lede_buf_addn(b, "\\\\", 2);
        return;
    case '\b':
        lede_buf_addn(b, "\\b", 2);
        return;
    case '\f':
        lede_buf_addn(b, "\\f", 2);
        return;
    case '\n':
        lede_buf_addn(b, "\\n", 2);
        return;
    case '\r':
        lede_buf_addn(b, "\\r", 2);
        return;
    case '\t':
        lede_buf_addn(b, "\\t", 2);
        return;
    default:
        break;
    }
    const unsigned char u = (unsigned char)c;
    const char out[6] = {'\\', 'u', '0', '0', hex_lower[u >> 4], hex_lower[u & 15]};
    lede_buf_addn(b, out, sizeof out);
}

void lede_escape_json(lede_buf *b, lede_str s) {
    for (size_t i = 0; i < s.len;) {
        size_t end = run_end(s, i, JSON);
        lede_buf_addn(b, s.ptr + i, end - i);
        if (end == s.len)
            return;
        i = end + 1;
        if ((unsigned char)s.ptr[end] != 0xE2) {
            json_byte(b, s.ptr[end]);
        } else if (s.len - end >= 3 && (unsigned char)s.ptr[end + 1] == 0x80 &&
                   ((unsigned char)s.ptr[end + 2] & 0xFE) == 0xA8) {
            lede_buf_addn(b, s.ptr[end + 2] == '\xA8' ? "\\u2028" : "\\u2029", 6);
            i += 2;
        } else {
            lede_buf_addc(b, s.ptr[end]);
        }
    }
}

static void percent(lede_buf *b, lede_str s, unsigned target) {
    for (size_t i = 0; i < s.len; i++) {
        size_t end = run_end(s, i, target);
        lede_buf_addn(b, s.ptr + i, end - i);
        if (end == s.len)
            return;
        const unsigned char u = (unsigned char)s.ptr[end];
        const char out[3] = {'%', hex_upper[u >> 4], hex_upper[u & 15]};
        lede_buf_addn(b, out, sizeof out);
        i = end;
    }
}

void lede_escape_url(lede_buf *b, lede_str s) { percent(b, s, URL); }

void lede_escape_path(lede_buf *b, lede_str s) { percent(b, s, PATH); }
