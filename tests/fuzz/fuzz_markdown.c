/* fuzz_markdown.c - any bytes as Markdown: an end in time and a tree that holds; our renderer
 * equals cmark's; with every extension on, what they open they close, nothing unsafe comes out and
 * no mark stays behind; tags and leads end too.
 *
 * clang -fsanitize=fuzzer,address; the first byte chooses the options. */
#include "lede/markdown.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool truth) {
    if (!truth)
        abort();
}

/* cmark's API does not tell an empty title from none, so ours prints neither. */
static void drop_empty_titles(lede_buf *b) {
    static const lede_str empty = {" title=\"\"", 9};
    for (size_t at; (at = lede_str_search(lede_buf_str(b), empty, 0)) != (size_t)-1;) {
        memmove(b->ptr + at, b->ptr + at + empty.len, b->len - at - empty.len + 1);
        b->len -= empty.len;
    }
}

/* The two renderers on one source: cmark's for plain_commonmark, ours otherwise. */
static void compare(lede_str source, unsigned flags) {
    lede_markdown_options o = {.unsafe = true,
                               .off = LEDE_MARKDOWN_ALL,
                               .hard_breaks = flags & 1,
                               .source_positions = flags & 2};
    lede_buf ours, cmarks;
    lede_buf_init(&ours, LEDE_BUF_MAX);
    lede_buf_init(&cmarks, LEDE_BUF_MAX);
    lede_status st = lede_markdown_html(source, &o, &ours, NULL);
    o.plain_commonmark = true;
    require(lede_markdown_html(source, &o, &cmarks, NULL) == st);
    drop_empty_titles(&ours);
    drop_empty_titles(&cmarks);
    require(lede_str_eq(lede_buf_str(&ours), lede_buf_str(&cmarks)));
    lede_buf_fini(&ours);
    lede_buf_fini(&cmarks);
}

static bool answer(void *ctx, const lede_directive *d, lede_buf *html) {
    (void)ctx;
    require(d->name.len && d->line > 0);
    for (size_t i = 0; i < d->n_attrs; i++)
        require(d->attrs[i].key.len);
    if (d->name.len % 2)
        return false;
    lede_buf_adds(html, "<x-d>");
    lede_buf_add(html, d->inner);
    lede_buf_adds(html, "</x-d>");
    return true;
}

static void note(void *ctx, const lede_markdown_note *n) {
    (void)ctx;
    require(n->line > 0 && n->name.len && *n->message);
}

static size_t count(lede_str s, const char *what) {
    size_t n = 0;
    for (size_t at = 0; (at = lede_str_search(s, lede_str_of(what), at)) != (size_t)-1; at++)
        n++;
    return n;
}

static void require_pairs(lede_str html) {
    static const char *const pairs[][2] = {
        {"<table>", "</table>"},    {"<tbody>", "</tbody>"}, {"<tr>", "</tr>"},
        {"<td", "</td>"},           {"<th", "</th"},         {"<del>", "</del>"},
        {"<sup>", "</sup>"},        {"<label>", "</label>"}, {"<a ", "</a>"},
        {"<section", "</section>"}, {"<li", "</li>"},        {"<x-d>", "</x-d>"}};
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++)
        require(count(html, pairs[i][0]) == count(html, pairs[i][1]));
}

/* Bytes that are no characters can come together around raw HTML that is left out. */
static bool may_hold_marks(lede_str s) {
    return !lede_utf8_valid(s, NULL) || count(s, "&#") || count(s, "\xF0\x90\xA9");
}

static void check_safe(lede_str source, unsigned flags) {
    static const char *const never[] = {
        "<script",           "<!--",         "<iframe",   "href=\"javascript:",
        "src=\"javascript:", "href=\"data:", "href=\"\"", "src=\"\""};
    static const char *const languages[] = {"", "fr", "en", "ar"};
    const lede_markdown_options o = {.language = lede_str_of(languages[flags % 4]),
                                     .off = flags / 4 % 8 == 7 ? flags * 37 : 0,
                                     .directive = answer,
                                     .note = note};
    lede_buf out;
    lede_buf_init(&out, LEDE_BUF_MAX);
    if (lede_markdown_html(source, &o, &out, NULL) == LEDE_OK) {
        lede_str html = lede_buf_str(&out);
        for (size_t i = 0; i < sizeof never / sizeof *never; i++)
            require(count(html, never[i]) == 0);
        require_pairs(html);
        require(may_hold_marks(source) || count(html, "\xF0\x90\xA9") == 0);
    }
    lede_buf_fini(&out);
}

static bool keep(void *ctx, const lede_shortcode *s, lede_buf *out) {
    const lede_str *source = ctx;
    require(s->whole.ptr >= source->ptr &&
            s->whole.ptr + s->whole.len <= source->ptr + source->len);
    require(s->name.len > 0 && s->line > 0);
    lede_buf_add(out, s->whole);
    return true;
}

/* Tags that are put back as they were leave nothing longer than the source but entities. */
static void scan(lede_str source) {
    lede_buf out;
    lede_buf_init(&out, LEDE_BUF_MAX);
    require(lede_markdown_shortcodes(source, keep, &source, &out) == 0);
    require(lede_markdown_has_shortcodes(source) || lede_str_eq(lede_buf_str(&out), source));
    lede_buf_clear(&out);
    lede_markdown_lead(source, 100, &out);
    require(lede_buf_status(&out, NULL) == LEDE_OK);
    lede_buf_fini(&out);
}

static void read_outline(lede_str source) {
    lede_arena arena;
    lede_heading *items;
    size_t n;
    lede_arena_init(&arena, 64 << 20);
    if (lede_markdown_outline(source, &arena, &items, &n, NULL) == LEDE_OK)
        for (size_t i = 0; i < n; i++)
            require(items[i].id.len > 0);
    lede_arena_fini(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (size == 0)
        return 0;
    lede_str source = {(const char *)data + 1, size - 1};
    switch (data[0] % 4) {
    case 0:
        compare(source, data[0] / 4u);
        break;
    case 1:
        check_safe(source, data[0] / 4u);
        break;
    case 2:
        scan(source);
        break;
    default:
        read_outline(source);
        break;
    }
    return 0;
}
