/* resolve.c - RFC 3986 section 5.2: a reference without a scheme against a base that has scheme and
 * authority. */
#include "html/internal.h"

#include "base/banned.h"

/* The parts of base up to the end of its authority, of its path, of its query. */
typedef struct parts {
    size_t authority, path, query;
} parts;

static size_t until(lede_str s, size_t from, const char *stops) {
    while (from < s.len && !strchr(stops, s.ptr[from]))
        from++;
    return from;
}

static parts divide(lede_str base) {
    parts p;
    p.authority = until(base, lede_str_find(base, '/', 0) + 2, "/?#");
    p.path = until(base, p.authority, "?#");
    p.query = until(base, p.path, "#");
    return p;
}

static void drop_last_segment(lede_buf *out, size_t root) {
    while (out->len > root && out->ptr[--out->len] != '/')
        ;
}

/* Appends an absolute path without its dot segments (5.2.4). */
static void add_path(lede_buf *out, lede_str path) {
    size_t root = out->len, at = 0;
    while (at < path.len) {
        size_t end = lede_str_find(path, '/', at + 1);
        lede_str segment = lede_str_n(path.ptr + at + 1, end - at - 1);
        bool up = lede_str_is(segment, ".."), here = lede_str_is(segment, ".");
        if (up)
            drop_last_segment(out, root);
        if (!up && !here)
            lede_buf_addn(out, path.ptr + at, end - at);
        else if (end == path.len)
            lede_buf_addc(out, '/');
        at = end;
    }
}

/* The base's path up to its last '/', then the reference's. */
static void merge(lede_str base_path, lede_str path, lede_buf *out) {
    size_t keep = base_path.len;
    while (keep && base_path.ptr[keep - 1] != '/')
        keep--;
    lede_buf whole;
    lede_buf_init(&whole, LEDE_BUF_MAX);
    lede_buf_add(&whole, keep ? lede_str_n(base_path.ptr, keep) : LEDE_STR("/"));
    lede_buf_add(&whole, path);
    add_path(out, lede_buf_str(&whole));
    lede_buf_fini(&whole);
}

void lede__html_resolve(lede_str base, lede_str reference, lede_buf *out) {
    parts b = divide(base);
    if (lede_str_starts(reference, "//")) {
        lede_buf_addn(out, base.ptr, lede_str_find(base, '/', 0));
        lede_buf_add(out, reference);
        return;
    }
    size_t path_end = until(reference, 0, "?#");
    lede_str path = lede_str_n(reference.ptr, path_end),
             base_path = lede_str_n(base.ptr + b.authority, b.path - b.authority);
    lede_buf_addn(out, base.ptr, b.authority);
    if (lede_str_starts(path, "/"))
        add_path(out, path);
    else if (path.len)
        merge(base_path, path, out);
    else
        lede_buf_add(out, base_path);
    if (!path.len && (path_end == reference.len || reference.ptr[path_end] == '#'))
        lede_buf_addn(out, base.ptr + b.path, b.query - b.path);
    lede_buf_add(out, lede_str_sub(reference, path_end));
}
