/* lead.c - a text's words without its markup: the first ones, for excerpts, where only as much of
 * the source is parsed as is needed; or all of them, for comparing and searching. */
#include "markdown/internal.h"

#include "base/banned.h"

enum { WINDOW = 2048, WINDOW_GROWTH = 8 };

/* The length of source's start that ends with a paragraph, window bytes or a little less. */
static size_t cut(lede_str source, size_t window) {
    if (source.len <= window)
        return source.len;
    for (size_t i = window; i > window / 2; i--) {
        if (source.ptr[i - 1] != '\n')
            continue;
        size_t j = i - 1;
        if (j && source.ptr[j - 1] == '\r')
            j--;
        if (j && source.ptr[j - 1] == '\n')
            return i;
    }
    return lede_utf8_cut(source, window); /* one long paragraph */
}

static bool is_white(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

/* The length of "[^label]" at s, or 0: a reference whose definition lies behind the cut. */
static size_t reference_at(const char *s) {
    if (s[0] != '[' || s[1] != '^')
        return 0;
    size_t n = 2 + strcspn(s + 2, " \t\r\n[]");
    return n > 2 && s[n] == ']' ? n + 1 : 0;
}

/* Folds white space: one blank between words, none at the ends. */
static void add_words(lede_buf *out, size_t start, const char *s, bool *blank, bool code) {
    for (; *s; s++) {
        size_t reference = code ? 0 : reference_at(s);
        if (reference) {
            s += reference - 1;
            continue;
        }
        if (is_white(*s)) {
            *blank = true;
            continue;
        }
        if (*blank && out->len > start)
            lede_buf_addc(out, ' ');
        *blank = false;
        const char *from = s;
        while (s[1] && !is_white(s[1]) && s[1] != '[')
            s++;
        lede_buf_addn(out, from, (size_t)(s - from) + 1);
    }
}

/* A directive that nobody answered prints nothing of its own, and a task's label no word. */
static bool is_transparent(cmark_node *n) {
    lede_str html = lede_str_of(cmark_node_get_on_enter(n));
    return !html.len || lede_str_starts(html, "<label>");
}

/* all: headings and what stands for pictures are words too. */
static bool is_skipped(cmark_node *n, bool all) {
    switch (cmark_node_get_type(n)) {
    case CMARK_NODE_HEADING: /* a label of what follows, not its words */
    case CMARK_NODE_IMAGE:
        return !all;
    case CMARK_NODE_CODE_BLOCK:
    case CMARK_NODE_HTML_BLOCK:
    case CMARK_NODE_HTML_INLINE:
    case CMARK_NODE_THEMATIC_BREAK:
        return true;
    case CMARK_NODE_CUSTOM_BLOCK:
    case CMARK_NODE_CUSTOM_INLINE:
        return !is_transparent(n);
    case CMARK_NODE_LINK:
        return lede__is_bare_url(n);
    case CMARK_NODE_NONE:
    case CMARK_NODE_DOCUMENT:
    case CMARK_NODE_BLOCK_QUOTE:
    case CMARK_NODE_LIST:
    case CMARK_NODE_ITEM:
    case CMARK_NODE_PARAGRAPH:
    case CMARK_NODE_TEXT:
    case CMARK_NODE_SOFTBREAK:
    case CMARK_NODE_LINEBREAK:
    case CMARK_NODE_CODE:
    case CMARK_NODE_EMPH:
    case CMARK_NODE_STRONG:
        break;
    }
    return false;
}

static void collect(cmark_node *root, size_t max, bool all, lede_buf *out) {
    size_t start = out->len;
    bool blank = false;
    for (cmark_node *n = root; n && out->len - start < max;) {
        bool skipped = is_skipped(n, all);
        cmark_node_type type = cmark_node_get_type(n);
        if (type == CMARK_NODE_TEXT || type == CMARK_NODE_CODE)
            add_words(out, start, cmark_node_get_literal(n), &blank, type == CMARK_NODE_CODE);
        else if (type == CMARK_NODE_SOFTBREAK || type == CMARK_NODE_LINEBREAK ||
                 type == CMARK_NODE_PARAGRAPH || (all && type == CMARK_NODE_HEADING) ||
                 (type == CMARK_NODE_HTML_INLINE &&
                  strncmp(cmark_node_get_literal(n), "<br", 3) == 0))
            blank = true;
        cmark_node *next = skipped ? NULL : cmark_node_first_child(n);
        while (!next && n != root) {
            next = cmark_node_next(n);
            n = cmark_node_parent(n);
        }
        n = next;
    }
}

static bool drop(void *ctx, const lede_shortcode *s, lede_buf *out) {
    (void)ctx, (void)s, (void)out;
    return true;
}

/* The words of a piece of source; nothing when it cannot be read. */
static void words_of(lede__memory *m, lede_str source, size_t max, bool all, lede_buf *out) {
    lede_buf plain;
    lede_buf_init(&plain, LEDE__MARKDOWN_BYTES);
    if (lede_markdown_has_shortcodes(source)) {
        lede_markdown_shortcodes(source, drop, NULL, &plain);
        source = lede_buf_str(&plain);
    }
    const lede_markdown_options o = {0};
    cmark_node *root = NULL;
    if (lede__markdown_tree(m, source, &o, &root, NULL) == LEDE_OK)
        collect(root, max, all, out);
    lede_buf_fini(&plain);
}

void lede_markdown_lead(lede_str source, size_t max, lede_buf *out) {
    size_t window = WINDOW > max * 2 ? WINDOW : max * 2;
    size_t before = out->len;
    for (;;) {
        size_t n = cut(source, window);
        lede__memory *m = lede__memory_take(LEDE__MARKDOWN_MEMORY);
        if (!m)
            return;
        words_of(m, lede_str_n(source.ptr, n), max, false, out);
        lede__memory_give(m);
        /* Nothing yet: the text begins with pictures or code. */
        if (out->len > before || n == source.len || window >= LEDE__MARKDOWN_BYTES / WINDOW_GROWTH)
            return;
        window *= WINDOW_GROWTH;
    }
}

/* Whether what marks source up is nothing but signs that no word holds: then its words are those of
 * the source. Links, code, HTML, entities and tags of other tools have words that are not read. */
static bool is_plain(lede_str s) {
    for (size_t i = 0; i < s.len; i++) {
        const bool fresh = i == 0 || s.ptr[i - 1] == '\n';
        switch (s.ptr[i]) {
        case '[':
        case '`':
        case '<':
        case '&':
        case '{':
        case '~':
            return false;
        case ':':
            if (i + 1 < s.len && (s.ptr[i + 1] == ':' || s.ptr[i + 1] == '/'))
                return false;
            break;
        case '.': /* www.example.org, a@b.example: addresses are told from words by the passes */
            if (i >= 3 && lede_str_starts(lede_str_sub(s, i - 3), "www."))
                return false;
            break;
        case '@':
            return false;
        case '\t':
            if (fresh)
                return false;
            break;
        case ' ':
            if (fresh && lede_str_starts(lede_str_sub(s, i), "    "))
                return false;
            break;
        default:
            break;
        }
    }
    return true;
}

void lede_markdown_words(lede_str source, lede_buf *out) {
    if (is_plain(source)) {
        lede_buf_add(out, source);
        return;
    }
    lede__memory *m = lede__memory_take(LEDE__MARKDOWN_MEMORY);
    if (!m)
        return;
    words_of(m, source, SIZE_MAX, true, out);
    lede__memory_give(m);
}
