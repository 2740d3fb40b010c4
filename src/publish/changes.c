/* changes.c - reads and writes the list of what a tree differs in. See publish/changes.h. */
#include "publish/changes.h"

#include "base/path.h"
#include "codec/hash.h"
#include "sys/os.h"
#include "sys/sys.h"

#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#define NAME "lede-changes 1 "
enum { LIST_MAX = 1 << 30, HEX = 16, SUM = 64 };

static bool take_word(lede_str *s, const char *word) {
    if (!lede_str_starts(*s, word))
        return false;
    *s = lede_str_sub(*s, strlen(word));
    return true;
}

static bool take_decimal(lede_str *s, uint64_t *out) {
    size_t i = 0;
    for (*out = 0; i < s->len && i < 19 && s->ptr[i] >= '0' && s->ptr[i] <= '9'; i++)
        *out = *out * 10 + (uint64_t)(s->ptr[i] - '0');
    *s = lede_str_sub(*s, i);
    return i > 0;
}

static bool take_hex(lede_str *s, uint64_t *out) {
    if (s->len < HEX)
        return false;
    *out = 0;
    for (int i = 0; i < HEX; i++) {
        const char c = s->ptr[i];
        const int n = c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
        if (n < 0)
            return false;
        *out = *out << 4 | (uint64_t)n;
    }
    *s = lede_str_sub(*s, HEX);
    return true;
}

static bool read_head(lede_str s, lede__changes *c) {
    return take_word(&s, NAME "of=") && take_hex(&s, &c->of) && take_word(&s, " base=") &&
           take_hex(&s, &c->base) && take_word(&s, " stamp=") && take_decimal(&s, &c->stamp) &&
           take_word(&s, " files=") && take_decimal(&s, &c->files) && take_word(&s, " bytes=") &&
           take_decimal(&s, &c->bytes) && s.len == 0;
}

static bool read_end(lede_str s, uint64_t rows, uint64_t sum) {
    uint64_t count, said;
    return take_word(&s, "end ") && take_decimal(&s, &count) && take_word(&s, " ") &&
           take_hex(&s, &said) && s.len == 0 && count == rows && said == sum;
}

bool lede__changes_was(lede_str row, lede_str *hex, uint64_t *size, lede_str *path) {
    uint64_t part;
    *hex = lede_str_n(row.ptr, row.len < SUM ? row.len : SUM);
    for (int i = 0; i < SUM / HEX; i++)
        if (!take_hex(&row, &part))
            return false;
    if (!take_word(&row, " ") || !take_decimal(&row, size) || !take_word(&row, " "))
        return false;
    *path = row;
    return lede__path_safe(row);
}

static bool is_good(char kind, lede_str row) {
    lede_str hex, path;
    uint64_t size;
    return kind == '<' ? lede__changes_was(row, &hex, &size, &path) : lede__path_safe(row);
}

bool lede__changes_next(const lede__changes *c, size_t *at, char *kind, lede_str *row) {
    const lede_str text = lede_buf_str(&c->text);
    const size_t from = *at ? *at : c->rows, end = lede_str_find(text, '\n', from);
    if (end == text.len || end - from < 3 || text.ptr[from + 1] != ' ')
        return false;
    *kind = text.ptr[from];
    *row = lede_str_n(text.ptr + from + 2, end - from - 2);
    *at = end + 1;
    return *kind == '=' || *kind == '/' || *kind == '<' || *kind == '-';
}

static bool is_whole(lede__changes *c) {
    const lede_str text = lede_buf_str(&c->text);
    size_t at = lede_str_find(text, '\n', 0) + 1, last = at;
    uint64_t rows = 0;
    lede_str row;
    char kind;
    if (at > text.len || !read_head(lede_str_n(text.ptr, at - 1), c))
        return false;
    for (c->rows = at; lede__changes_next(c, &at, &kind, &row); rows++, last = at)
        if (!is_good(kind, row))
            return false;
    const size_t end = lede_str_find(text, '\n', last);
    return end + 1 == text.len && read_end(lede_str_n(text.ptr + last, end - last), rows,
                                           lede__xxh64(lede_str_n(text.ptr, last), 0));
}

lede_status lede__changes_check(lede__changes *c, lede_error *err) {
    if (is_whole(c))
        return LEDE_OK;
    c->of = c->base = 0;
    return lede_fail(err, LEDE_EFORMAT, "the list of changes cannot be read");
}

lede_status lede__changes_read(const char *file, lede__changes *c, lede_error *err) {
    *c = (lede__changes){0};
    lede_buf_init(&c->text, LIST_MAX);
    lede_status st = lede__read_file(file, LIST_MAX, &c->text, err);
    if (st)
        return st;
    st = lede__changes_check(c, err);
    return st ? lede_fail_in(err, st, "'%s'", file) : LEDE_OK;
}

void lede__changes_close(lede__changes *c) {
    lede_buf_fini(&c->text);
    *c = (lede__changes){0};
}

/* ---- lists by name */

lede_status lede__list_file(const char *folder, lede__list x, char out[LEDE__LIST_ROOM],
                            lede_error *err) {
    const int n =
        snprintf(out, LEDE__LIST_ROOM, "%s/%020" PRIu64 "-%016" PRIx64, folder, x.serial, x.of);
    return n > 0 && n < LEDE__LIST_ROOM
               ? LEDE_OK
               : lede_fail(err, LEDE_ELIMIT, "'%s' is too long a name", folder);
}

static bool read_name(const char *name, lede__list *x) {
    int end = 0;
    return strlen(name) == 20 + 1 + 16 &&
           sscanf(name, "%20" SCNu64 "-%16" SCNx64 "%n", &x->serial, &x->of, &end) == 2 &&
           end == 37;
}

static int newest_first(const void *a, const void *b) {
    const lede__list *x = a, *y = b;
    return x->serial != y->serial ? (x->serial < y->serial ? 1 : -1)
                                  : (x->of < y->of) - (x->of > y->of);
}

static bool add_list(lede__list **all, size_t *count, size_t *cap, lede__list x) {
    if (*count == *cap) {
        lede__list *more = realloc(*all, (*cap = *cap ? *cap * 2 : 16) * sizeof *more);
        if (!more)
            return false;
        *all = more;
    }
    (*all)[(*count)++] = x;
    return true;
}

lede_status lede__lists(const char *folder, lede__list **out, size_t *count, lede_error *err) {
    size_t cap = 0;
    lede__list x;
    bool has_memory = true;
    *out = NULL;
    *count = 0;
    DIR *dir = opendir(folder);
    if (!dir)
        return errno == ENOENT ? LEDE_OK : lede__fail_os(err, errno, "cannot read '%s'", folder);
    for (const struct dirent *e; has_memory && (e = readdir(dir));)
        if (read_name(e->d_name, &x))
            has_memory = add_list(out, count, &cap, x);
    closedir(dir);
    if (!has_memory) {
        free(*out);
        *out = NULL;
        return lede_fail(err, LEDE_ENOMEM, "release: out of memory");
    }
    if (*count)
        qsort(*out, *count, sizeof **out, newest_first);
    return LEDE_OK;
}

/* ---- writing */

void lede__changes_put_head(lede_buf *out, const lede__changes *c) {
    lede_buf_addf(out,
                  NAME "of=%016" PRIx64 " base=%016" PRIx64 " stamp=%" PRIu64 " files=%" PRIu64
                       " bytes=%" PRIu64 "\n",
                  c->of, c->base, c->stamp, c->files, c->bytes);
}

void lede__changes_put(lede_buf *out, char kind, lede_str path) {
    lede_buf_addc(out, kind);
    lede_buf_addc(out, ' ');
    lede_buf_add(out, path);
    lede_buf_addc(out, '\n');
}

void lede__changes_put_was(lede_buf *out, lede_str hex, uint64_t size, lede_str path) {
    lede_buf_adds(out, "< ");
    lede_buf_add(out, hex);
    lede_buf_addf(out, " %" PRIu64 " ", size);
    lede_buf_add(out, path);
    lede_buf_addc(out, '\n');
}

void lede__changes_put_end(lede_buf *out, uint64_t rows) {
    const uint64_t sum = lede__xxh64(lede_buf_str(out), 0);
    lede_buf_addf(out, "end %" PRIu64 " %016" PRIx64 "\n", rows, sum);
}
