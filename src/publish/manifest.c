/* manifest.c - reading and writing of manifests. See manifest.h. */
#include "publish/manifest.h"

#include "base/path.h"
#include "codec/hash.h"
#include "sys/sys.h"

#include <inttypes.h>
#include <stdlib.h>

#define HEADER "lede-manifest 1\n"

void lede__manifest_init(lede__manifest *m) {
    *m = (lede__manifest){0};
    lede_arena_init(&m->arena, LEDE_BUF_MAX);
    lede__names_init(&m->paths);
}

void lede__manifest_fini(lede__manifest *m) {
    lede__names_fini(&m->paths);
    lede_arena_fini(&m->arena);
    free(m->entries);
    m->entries = NULL;
    m->cap = 0;
}

lede_status lede__manifest_add(lede__manifest *m, lede_str path, const lede__entry *e, lede_error *err) {
    uint32_t n = lede__names_add(&m->paths, &m->arena, path);
    if (n == LEDE_NO_NAME)
        return lede_fail(err, LEDE_ENOMEM, "manifest: out of memory");
    if (n >= m->cap) {
        uint32_t cap = m->cap ? m->cap * 2 : 256;
        lede__entry *grown = realloc(m->entries, cap * sizeof *grown);
        if (!grown)
            return lede_fail(err, LEDE_ENOMEM, "manifest: out of memory");
        m->entries = grown;
        m->cap = cap;
    }
    m->entries[n] = *e;
    return LEDE_OK;
}

const lede__entry *lede__manifest_find(const lede__manifest *m, lede_str path) {
    uint32_t n = lede__names_find(&m->paths, path);
    return n == LEDE_NO_NAME ? NULL : &m->entries[n];
}

static int nibble(char c) { return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1; }

/* "<64 hex> <size> <path>" */
static bool read_line(lede_str line, lede__entry *e, lede_str *path) {
    if (line.len < 68 || line.ptr[64] != ' ')
        return false;
    for (int i = 0; i < 32; i++) {
        int hi = nibble(line.ptr[2 * i]), lo = nibble(line.ptr[2 * i + 1]);
        if (hi < 0 || lo < 0)
            return false;
        e->sum[i] = (unsigned char)(hi << 4 | lo);
    }
    size_t at = 65;
    for (e->size = 0; at < line.len && line.ptr[at] >= '0' && line.ptr[at] <= '9' && at < 85; at++)
        e->size = e->size * 10 + (uint64_t)(line.ptr[at] - '0');
    if (at == 65 || at >= line.len || line.ptr[at] != ' ')
        return false;
    *path = lede_str_sub(line, at + 1);
    return lede__path_safe(*path);
}

static lede_status read_text(lede_str text, lede__manifest *m, lede_error *err) {
    size_t at = strlen(HEADER);
    if (!lede_str_starts(text, HEADER))
        return lede_fail_at(err, LEDE_EFORMAT, 1, 1, "manifest: it does not begin with '%.15s'", HEADER);
    for (int line = 2; at < text.len; line++) {
        size_t end = lede_str_find(text, '\n', at);
        lede__entry e;
        lede_str path;
        if (!read_line((lede_str){text.ptr + at, end - at}, &e, &path))
            return lede_fail_at(err, LEDE_EFORMAT, line, 1, "manifest: line %d cannot be read", line);
        lede_status st = lede__manifest_add(m, path, &e, err);
        if (st)
            return st;
        at = end + 1;
    }
    return LEDE_OK;
}

lede_status lede__manifest_read(const char *tree, lede__manifest *m, lede_error *err) {
    lede_buf name, text;
    lede_buf_init(&name, 8192);
    lede_buf_init(&text, LEDE_BUF_MAX);
    lede_buf_addf(&name, "%s/%s", tree, LEDE__MANIFEST);
    lede_status st = lede__exists(name.ptr) ? lede__read_file(name.ptr, LEDE_BUF_MAX, &text, err)
                                            : lede_fail(err, LEDE_ENOTFOUND, "'%s' has no manifest", tree);
    if (!st)
        st = read_text(lede_buf_str(&text), m, err);
    if (st == LEDE_EFORMAT)
        lede_fail_in(err, st, "%s", name.ptr);
    lede_buf_fini(&name);
    lede_buf_fini(&text);
    return st;
}

typedef struct row {
    lede_str path;
    uint32_t number;
} row;

static int by_path(const void *a, const void *b) { return lede_str_cmp(((const row *)a)->path, ((const row *)b)->path); }

lede_status lede__manifest_write(const lede__manifest *m, lede_buf *out, lede_error *err) {
    row *rows = malloc((m->paths.count + 1) * sizeof *rows);
    if (!rows)
        return lede_fail(err, LEDE_ENOMEM, "manifest: out of memory");
    for (uint32_t i = 0; i < m->paths.count; i++)
        rows[i] = (row){m->paths.items[i], i};
    qsort(rows, m->paths.count, sizeof *rows, by_path);
    lede_buf_adds(out, HEADER);
    for (uint32_t i = 0; i < m->paths.count; i++) {
        char hex[65];
        const lede__entry *e = &m->entries[rows[i].number];
        lede__hex(e->sum, 32, hex);
        lede_buf_addn(out, hex, 64);
        lede_buf_addf(out, " %" PRIu64 " ", e->size);
        lede_buf_add(out, rows[i].path);
        lede_buf_addc(out, '\n');
    }
    free(rows);
    return lede_buf_status(out, err);
}
