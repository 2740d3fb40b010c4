/* text.h - borrowed slices and owned buffers: the two forms text has inside lede.
 *
 * lede_str borrows bytes and is not terminated. lede_buf owns bytes, keeps them NUL-terminated and has a
 * ceiling; append freely and ask lede_buf_status() once. Text is UTF-8 and was checked where it entered.
 */
#ifndef LEDE_TEXT_H
#define LEDE_TEXT_H

#include "lede/error.h"

#include <string.h>

typedef struct lede_str {
    const char *ptr; /* may be NULL when len is 0 */
    size_t len;
} lede_str;

#define LEDE_STR(literal) ((lede_str){(literal), sizeof(literal) - 1})

static inline lede_str lede_str_of(const char *terminated) {
    return (lede_str){terminated, terminated ? strlen(terminated) : 0};
}
static inline lede_str lede_str_n(const char *ptr, size_t len) { return (lede_str){ptr, len}; }
static inline bool lede_str_eq(lede_str a, lede_str b) {
    return a.len == b.len && (a.len == 0 || memcmp(a.ptr, b.ptr, a.len) == 0);
}
static inline bool lede_str_is(lede_str a, const char *terminated) {
    return lede_str_eq(a, lede_str_of(terminated));
}
bool lede_str_starts(lede_str s, const char *prefix);
bool lede_str_ends(lede_str s, const char *suffix);
int lede_str_cmp(lede_str a, lede_str b);       /* by bytes, shorter first on a tie */
bool lede_str_eq_nocase(lede_str a, lede_str b); /* ASCII letters only */
lede_str lede_str_trim(lede_str s);              /* ASCII white space at both ends */
lede_str lede_str_sub(lede_str s, size_t from);  /* from byte `from`, empty past the end */
/* The index of the first byte c at or after from, or s.len. */
size_t lede_str_find(lede_str s, char c, size_t from);
/* The index of the first occurrence of needle at or after from, or (size_t)-1. */
size_t lede_str_search(lede_str s, lede_str needle, size_t from);

/* Whether all of s is well-formed UTF-8 without NUL; *bad (may be NULL) gets the first bad offset. */
bool lede_utf8_valid(lede_str s, size_t *bad);
/* Decodes one character at s.ptr[*i] and moves *i on; U+FFFD (one byte eaten) for bad bytes. */
uint32_t lede_utf8_next(lede_str s, size_t *i);
/* Writes c as UTF-8 into out (4 bytes room) and returns the length. */
size_t lede_utf8_put(char *out, uint32_t c);
/* The largest length <= max that does not cut a character of s. */
size_t lede_utf8_cut(lede_str s, size_t max);

typedef struct lede_buf {
    char *ptr; /* NUL-terminated; "" before the first append, never NULL */
    size_t len, cap, limit;
    lede_status status; /* sticky: LEDE_ENOMEM or LEDE_ELIMIT; appends are ignored afterwards */
} lede_buf;

enum { LEDE_BUF_MAX = 1 << 30 }; /* a limit for those who have no better one: 1 GiB */

void lede_buf_init(lede_buf *b, size_t limit);
void lede_buf_fini(lede_buf *b);  /* may be repeated; leaves b as after init */
void lede_buf_clear(lede_buf *b); /* keeps the memory, forgets text and status */
lede_status lede_buf_status(const lede_buf *b, lede_error *err) LEDE_MUST_CHECK;
/* Room for n more bytes at ptr + len, or NULL (status set). Add to len what was written, then seal. */
char *lede_buf_room(lede_buf *b, size_t n);
void lede_buf_seal(lede_buf *b, size_t written);
void lede_buf_add(lede_buf *b, lede_str s);
void lede_buf_addn(lede_buf *b, const void *ptr, size_t len);
void lede_buf_adds(lede_buf *b, const char *terminated);
void lede_buf_addc(lede_buf *b, char c);
void lede_buf_addf(lede_buf *b, const char *format, ...) LEDE_PRINTF(2, 3);
void lede_buf_vaddf(lede_buf *b, const char *format, va_list args) LEDE_PRINTF(2, 0);
static inline lede_str lede_buf_str(const lede_buf *b) { return (lede_str){b->ptr, b->len}; }

/* Escaping, by target. html: & < > (text). attr: & < > " ' (quoted values). xml: as attr, and drops what
 * XML 1.0 forbids (C0 controls, U+FFFE/F). json: the inside of a JSON string, safe inside <script> too
 * (< > & U+2028 U+2029 as \u). url: percent-encodes all but unreserved (RFC 3986 2.3); path keeps '/'. */
void lede_escape_html(lede_buf *b, lede_str s);
void lede_escape_attr(lede_buf *b, lede_str s);
void lede_escape_xml(lede_buf *b, lede_str s);
void lede_escape_json(lede_buf *b, lede_str s);
void lede_escape_url(lede_buf *b, lede_str s);
void lede_escape_path(lede_buf *b, lede_str s);

#endif
