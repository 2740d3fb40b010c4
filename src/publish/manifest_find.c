/* manifest_find.c - rows of a mapped manifest by path, by halving the text. See publish/manifest.h.
 *
 * A place in the middle of the text is moved back to the start of its line; lines are short, so a
 * look at a manifest of 130,000 rows costs some 17 of them and no table.
 */
#include "publish/manifest.h"

enum { HEX = 64 };

static bool is_page(lede_str line) {
    return !lede_str_starts(line, "foreign ") && !lede_str_starts(line, "end ");
}

static lede_str line_at(const lede__manifest *m, size_t at, size_t *next) {
    const lede_str text = lede_str_n(m->map.ptr, m->map.len);
    const size_t end = lede_str_find(text, '\n', at);
    *next = end < text.len ? end + 1 : text.len;
    return lede_str_n(text.ptr + at, end - at);
}

size_t lede__manifest_row(const lede__manifest *m, size_t at) {
    while (at > m->first && m->map.ptr[at - 1] != '\n')
        at--;
    return at;
}

void lede__manifest_index(lede__manifest *m) {
    size_t low = m->first, high = m->map.len, next;
    while (low < high) {
        const size_t middle = lede__manifest_row(m, low + (high - low) / 2);
        if (is_page(line_at(m, middle, &next)))
            low = next;
        else
            high = middle;
    }
    m->pages_end = low;
}

lede_str lede__manifest_path(const lede__manifest *m, size_t at, size_t *next) {
    const lede_str line = line_at(m, at, next);
    return lede_str_sub(line, lede_str_find(line, ' ', HEX + 1) + 1);
}

size_t lede__manifest_seek(const lede__manifest *m, lede_str path) {
    size_t low = m->first, high = m->pages_end, next;
    while (low < high) {
        const size_t middle = lede__manifest_row(m, low + (high - low) / 2);
        if (lede_str_cmp(lede__manifest_path(m, middle, &next), path) < 0)
            low = next;
        else
            high = middle;
    }
    return low;
}

const char *lede__manifest_find(const lede__manifest *m, lede_str path) {
    size_t next;
    const size_t at = lede__manifest_seek(m, path);
    if (at >= m->pages_end || !lede_str_eq(lede__manifest_path(m, at, &next), path))
        return NULL;
    /* Readers of the row take 64 digits and a number that ends. */
    return next - at > HEX + 4 && m->map.ptr[next - 1] == '\n' ? m->map.ptr + at : NULL;
}
