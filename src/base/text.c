/* text.c - slices and growing buffers. See lede/text.h.
 *
 * An empty buffer points at a shared "" with cap 0, so ptr can always be read; nothing ever writes
 * there because every append needs cap > len. Appending a slice of the buffer to itself is not
 * allowed: growing moves it. */
#include "lede/text.h"

#include "base/refused.h"

#include "base/banned.h"

static char nothing[1] = "";

enum { FIRST_CAP = 64 };

bool lede_str_starts(lede_str s, const char *prefix) {
    size_t n = strlen(prefix);
    return s.len >= n && (n == 0 || memcmp(s.ptr, prefix, n) == 0);
}

bool lede_str_ends(lede_str s, const char *suffix) {
    size_t n = strlen(suffix);
    return s.len >= n && (n == 0 || memcmp(s.ptr + s.len - n, suffix, n) == 0);
}

int lede_str_cmp(lede_str a, lede_str b) {
    size_t n = a.len < b.len ? a.len : b.len;
    int order = n ? memcmp(a.ptr, b.ptr, n) : 0;
    if (order)
        return order < 0 ? -1 : 1;
    return (a.len > b.len) - (a.len < b.len);
}

static unsigned char lower(char c) {
    return c >= 'A' && c <= 'Z' ? (unsigned char)(c - 'A' + 'a') : (unsigned char)c;
}

bool lede_str_eq_nocase(lede_str a, lede_str b) {
    if (a.len != b.len)
        return false;
    for (size_t i = 0; i < a.len; i++)
        if (lower(a.ptr[i]) != lower(b.ptr[i]))
            return false;
    return true;
}

static bool is_blank(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

lede_str lede_str_trim(lede_str s) {
    while (s.len && is_blank(s.ptr[0]))
        s.ptr++, s.len--;
    while (s.len && is_blank(s.ptr[s.len - 1]))
        s.len--;
    return s;
}

lede_str lede_str_sub(lede_str s, size_t from) {
    if (from >= s.len)
        return (lede_str){s.ptr ? s.ptr + s.len : NULL, 0};
    return (lede_str){s.ptr + from, s.len - from};
}

size_t lede_str_find(lede_str s, char c, size_t from) {
    if (from >= s.len)
        return s.len;
    const char *hit = memchr(s.ptr + from, c, s.len - from);
    return hit ? (size_t)(hit - s.ptr) : s.len;
}

size_t lede_str_search(lede_str s, lede_str needle, size_t from) {
    if (from > s.len || needle.len > s.len - from)
        return (size_t)-1;
    if (needle.len == 0)
        return from;
    size_t last = s.len - needle.len;
    for (size_t i = from; i <= last; i++) {
        const char *hit = memchr(s.ptr + i, needle.ptr[0], last - i + 1);
        if (!hit)
            break;
        i = (size_t)(hit - s.ptr);
        if (memcmp(hit, needle.ptr, needle.len) == 0)
            return i;
    }
    return (size_t)-1;
}

void lede_buf_init(lede_buf *b, size_t limit) { *b = (lede_buf){.ptr = nothing, .limit = limit}; }

void lede_buf_fini(lede_buf *b) {
    if (b->cap)
        free(b->ptr);
    lede_buf_init(b, b->limit);
}

void lede_buf_clear(lede_buf *b) {
    b->len = 0;
    b->status = LEDE_OK;
    if (b->cap)
        b->ptr[0] = '\0';
    else
        b->ptr = nothing;
}

lede_status lede_buf_status(const lede_buf *b, lede_error *err) {
    if (b->status == LEDE_OK)
        return LEDE_OK;
    if (b->status == LEDE_ELIMIT)
        return lede_fail(err, LEDE_ELIMIT, "the text is longer than %zu bytes", b->limit);
    return lede_fail(err, b->status, "out of memory for a text of %zu bytes", b->len);
}

/* Makes cap at least len + n + 1, at least doubling it, or sets the status. */
static bool grow(lede_buf *b, size_t n) {
    if (b->status)
        return false;
    if (b->len > b->limit || n > b->limit - b->len || n >= SIZE_MAX / 2 - b->len) {
        b->status = LEDE_ELIMIT;
        return false;
    }
    size_t need = b->len + n + 1;
    if (need <= b->cap)
        return true;
    size_t cap = b->cap ? b->cap * 2 : FIRST_CAP;
    if (cap > b->limit)
        cap = b->limit + 1;
    if (cap < need)
        cap = need;
    char *moved = realloc(b->cap ? b->ptr : NULL, cap);
    if (!moved) {
        lede__note_no_memory();
        b->status = LEDE_ENOMEM;
        return false;
    }
    if (!b->cap)
        moved[0] = '\0';
    b->ptr = moved;
    b->cap = cap;
    return true;
}

/* cap never exceeds limit + 1, so what fits needs no look at the limit. */
static inline bool room(lede_buf *b, size_t n) {
    return (n < b->cap - b->len && !b->status) || grow(b, n);
}

char *lede_buf_room(lede_buf *b, size_t n) { return room(b, n) ? b->ptr + b->len : NULL; }

void lede_buf_seal(lede_buf *b, size_t written) {
    if (!b->cap)
        return;
    b->len += written;
    b->ptr[b->len] = '\0';
}

void lede_buf_addn(lede_buf *b, const void *ptr, size_t len) {
    if (len == 0 || !room(b, len))
        return;
    memcpy(b->ptr + b->len, ptr, len);
    b->len += len;
    b->ptr[b->len] = '\0';
}

void lede_buf_add(lede_buf *b, lede_str s) { lede_buf_addn(b, s.ptr, s.len); }

void lede_buf_adds(lede_buf *b, const char *terminated) {
    if (terminated)
        lede_buf_addn(b, terminated, strlen(terminated));
}

void lede_buf_addc(lede_buf *b, char c) {
    if (!room(b, 1))
        return;
    b->ptr[b->len++] = c;
    b->ptr[b->len] = '\0';
}

void lede_buf_addf(lede_buf *b, const char *format, ...) {
    va_list args;
    va_start(args, format);
    lede_buf_vaddf(b, format, args);
    va_end(args);
}

void lede_buf_vaddf(lede_buf *b, const char *format, va_list args) {
    if (b->status)
        return;
    va_list again;
    va_copy(again, args);
    char small[256];
    int n = vsnprintf(small, sizeof small, format, args);
    if (n < 0) {
        b->status = LEDE_ENOMEM; /* the one reason glibc's formatting has to fail */
    } else if ((size_t)n < sizeof small) {
        lede_buf_addn(b, small, (size_t)n);
    } else if (room(b, (size_t)n)) {
        vsnprintf(b->ptr + b->len, (size_t)n + 1, format, again);
        b->len += (size_t)n;
    }
    va_end(again);
}
