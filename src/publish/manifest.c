/* manifest.c - reads and writes the list of a tree. See publish/manifest.h.
 *
 * A manifest of 100,000 pages is mapped, and rows point into it: sums stay hexadecimal until
 * somebody asks.
 */
#include "publish/manifest.h"

#include "base/path.h"
#include "codec/hash.h"

#include <inttypes.h>
#include <stdlib.h>

#define NAME "lede-manifest "
enum { VERSION = 2, HEX = 64 };

static bool take_word(lede_str *s, const char *word) {
    if (!lede_str_starts(*s, word))
        return false;
    *s = lede_str_sub(*s, strlen(word));
    return true;
}

static bool take_number(lede_str *s, uint64_t *out) {
    size_t i = 0;
    for (*out = 0; i < s->len && i < 19 && s->ptr[i] >= '0' && s->ptr[i] <= '9'; i++)
        *out = *out * 10 + (uint64_t)(s->ptr[i] - '0');
    *s = lede_str_sub(*s, i);
    return i > 0;
}

/* The head without its line end. */
static bool read_head(lede_str head, uint64_t *version, lede__manifest *m) {
    m->serial = m->stamp = m->checked = 0;
    if (!take_word(&head, NAME) || !take_number(&head, version))
        return false;
    if (*version != VERSION)
        return true;
    if (!take_word(&head, " serial=") || !take_number(&head, &m->serial) ||
        !take_word(&head, " stamp=") || !take_number(&head, &m->stamp))
        return false;
    m->checked = m->stamp;
    return head.len == 0 || (take_word(&head, " checked=") && take_number(&head, &m->checked) &&
                             head.len == 0 && m->checked <= m->stamp);
}

uint64_t lede__manifest_checked(lede_str text) {
    uint64_t version;
    lede__manifest m;
    const lede_str head = lede_str_n(text.ptr, lede_str_find(text, '\n', 0));
    return read_head(head, &version, &m) ? m.checked : 0;
}

lede_status lede__manifest_open(const char *file, lede__manifest *m, lede_error *err) {
    *m = (lede__manifest){.line = 1};
    if (!lede__exists(file))
        return lede_fail(err, LEDE_ENOTFOUND, "'%s' does not exist", file);
    lede_status st = lede__map_open(file, &m->map, err);
    if (st)
        return st;
    const lede_str text = lede_str_n(m->map.ptr, m->map.len);
    const size_t end = lede_str_find(text, '\n', 0);
    uint64_t version = 0;
    if (end == text.len || !read_head(lede_str_n(text.ptr, end), &version, m))
        st = lede_fail(err, LEDE_EFORMAT,
                       "'%s' is no manifest of lede; remove its folder to publish anew", file);
    else if (version > VERSION)
        st = lede_fail(err, LEDE_ENEWER, "'%s' was written by a newer lede", file);
    else if (version < VERSION)
        st = lede_fail(err, LEDE_EFORMAT,
                       "'%s' is of an older lede; remove its folder to publish anew", file);
    if (st)
        lede__manifest_close(m);
    else
        m->first = m->at = m->pages_end = end + 1;
    return st;
}

void lede__manifest_rewind(lede__manifest *m) {
    m->at = m->first;
    m->line = 1;
    m->rows = 0;
}

void lede__manifest_close(lede__manifest *m) {
    lede__map_close(&m->map);
    *m = (lede__manifest){0};
}

static int nibble(char c) {
    return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

void lede__row_sum(const char *hex, unsigned char sum[32]) {
    for (int i = 0; i < 32; i++)
        sum[i] =
            (unsigned char)((unsigned)nibble(hex[2 * i]) << 4 | (unsigned)nibble(hex[2 * i + 1]));
}

uint64_t lede__row_size(const char *hex) {
    uint64_t size = 0;
    for (const char *p = hex + HEX + 1; *p >= '0' && *p <= '9'; p++)
        size = size * 10 + (uint64_t)(*p - '0');
    return size;
}

static bool is_hex(const char *p) {
    int bad = 0;
    for (int i = 0; i < HEX; i++)
        bad |= nibble(p[i]);
    return bad >= 0;
}

static bool read_page(lede_str line, lede__row *row) {
    if (line.len < HEX + 4 || !is_hex(line.ptr))
        return false;
    lede_str rest = lede_str_sub(line, HEX);
    if (!take_word(&rest, " ") || !take_number(&rest, &row->size) || !take_word(&rest, " "))
        return false;
    row->hex = line.ptr;
    row->path = rest;
    return lede__path_safe(rest);
}

/* Undoes put_foreign's escapes, in the arena. */
static bool unescape(lede_str in, lede_arena *arena, lede_str *out) {
    char *to = lede_arena_take(arena, in.len + 1);
    size_t n = 0;
    if (!to)
        return false;
    for (size_t i = 0; i < in.len; i++) {
        if (in.ptr[i] != '%') {
            to[n++] = in.ptr[i];
            continue;
        }
        const int hi = i + 2 < in.len ? nibble(in.ptr[i + 1]) : -1;
        const int lo = i + 2 < in.len ? nibble(in.ptr[i + 2]) : -1;
        if (hi < 0 || lo < 0 || (hi | lo) == 0)
            return false;
        to[n++] = (char)(hi << 4 | lo);
        i += 2;
    }
    to[n] = '\0';
    *out = lede_str_n(to, n);
    return true;
}

static bool steps_are_plain(lede_str path) {
    for (size_t from = 0; from <= path.len;) {
        const size_t end = lede_str_find(path, '/', from);
        const lede_str step = lede_str_n(path.ptr + from, end - from);
        if (step.len == 0 || step.len > 255 || lede_str_is(step, ".") || lede_str_is(step, ".."))
            return false;
        from = end + 1;
    }
    return path.len < 4096;
}

static bool read_foreign(lede_str line, lede_arena *arena, lede__row *row) {
    *row = (lede__row){0};
    return take_word(&line, "foreign ") && take_number(&line, &row->size) &&
           take_word(&line, " ") && unescape(line, arena, &row->path) && steps_are_plain(row->path);
}

bool lede__manifest_foreign(lede__manifest *m, lede_arena *arena, lede__row *row) {
    const lede_str text = lede_str_n(m->map.ptr, m->map.len);
    const size_t end = lede_str_find(text, '\n', m->at);
    if (end == text.len || !read_foreign(lede_str_n(text.ptr + m->at, end - m->at), arena, row))
        return false;
    m->at = end + 1;
    return true;
}

lede_status lede__manifest_next(lede__manifest *m, lede_arena *arena, lede__row *row, bool *more,
                                lede_error *err) {
    const lede_str text = lede_str_n(m->map.ptr, m->map.len);
    const size_t end = lede_str_find(text, '\n', m->at);
    lede_str line = lede_str_n(text.ptr + m->at, end - m->at);
    uint64_t count = 0;

    *more = false;
    *row = (lede__row){0};
    m->line++;
    if (end == text.len)
        return lede_fail(err, LEDE_EFORMAT, "manifest: cut off in line %d", m->line);
    m->at = end + 1;
    if (take_word(&line, "end ")) {
        if (take_number(&line, &count) && line.len == 0 && count == m->rows && m->at == text.len)
            return LEDE_OK;
    } else if (lede_str_starts(line, "foreign ")) {
        *more = read_foreign(line, arena, row);
    } else {
        *more = read_page(line, row);
    }
    if (!*more)
        return lede_fail(err, LEDE_EFORMAT, "manifest: line %d cannot be read", m->line);
    m->rows++;
    return LEDE_OK;
}

void lede__manifest_put_head(lede_buf *out, uint64_t serial, uint64_t stamp, uint64_t checked) {
    lede_buf_addf(out, NAME "%d serial=%" PRIu64 " stamp=%" PRIu64, VERSION, serial, stamp);
    if (checked != stamp)
        lede_buf_addf(out, " checked=%" PRIu64, checked);
    lede_buf_addc(out, '\n');
}

/* Digits of n with a blank on both sides; returns the length. */
static size_t put_size(char out[24], uint64_t n) {
    char digits[20];
    size_t count = 0, len = 0;
    do
        digits[count++] = (char)('0' + n % 10);
    while (n /= 10);
    out[len++] = ' ';
    while (count)
        out[len++] = digits[--count];
    out[len++] = ' ';
    return len;
}

void lede__manifest_put_page(lede_buf *out, lede_str path, uint64_t size,
                             const unsigned char sum[32]) {
    char *room = lede_buf_room(out, HEX + 1 + 24 + path.len + 1);
    if (!room)
        return;
    lede__hex(sum, 32, room);
    size_t n = HEX + put_size(room + HEX, size);
    memcpy(room + n, path.ptr, path.len);
    n += path.len;
    room[n++] = '\n';
    lede_buf_seal(out, n);
}

void lede__manifest_put_foreign(lede_buf *out, lede_str path, uint64_t size) {
    lede_buf_addf(out, "foreign %" PRIu64 " ", size);
    for (size_t i = 0; i < path.len; i++) {
        const unsigned char c = (unsigned char)path.ptr[i];
        if (c < 0x20 || c == 0x7f || c == '%')
            lede_buf_addf(out, "%%%02x", c);
        else
            lede_buf_addc(out, (char)c);
    }
    lede_buf_addc(out, '\n');
}

void lede__manifest_put_end(lede_buf *out, uint64_t rows) {
    lede_buf_addf(out, "end %" PRIu64 "\n", rows);
}
