/* html.c - the tree as HTML: cmark's output byte for byte when everything is allowed (a test
 * compares the two; only an empty title, which cmark's API does not tell from none, is left out),
 * and in the same walk what cmark's renderer cannot do: heading ids, URLs by an allow-list, raw
 * HTML left out without a trace.
 *
 * Trees are walked without recursion: their depth is the author's. */
#include "markdown/internal.h"

#include "base/url.h"

#include "base/banned.h"

typedef struct writer {
    lede_buf *out;
    size_t start; /* of our output in out */
    const lede_markdown_options *o;
    bool with_ids;
    lede__ids ids;
    cmark_node *plain; /* the image whose description is being written, as text */
    bool bare;         /* that image's URL was refused: only its description stands */
} writer;

/* ---- escaping as cmark does it: " & < > in text and attributes; URLs keep what houdini keeps */

static void put_text(lede_buf *out, const char *s) {
    if (!s)
        return;
    for (;;) {
        size_t n = strcspn(s, "\"&<>");
        if (n)
            lede_buf_addn(out, s, n);
        s += n;
        switch (*s++) {
        case '"':
            lede_buf_addn(out, "&quot;", 6);
            break;
        case '&':
            lede_buf_addn(out, "&amp;", 5);
            break;
        case '<':
            lede_buf_addn(out, "&lt;", 4);
            break;
        case '>':
            lede_buf_addn(out, "&gt;", 4);
            break;
        default:
            return;
        }
    }
}

static void put_text_n(lede_buf *out, const char *s, size_t n) {
    for (size_t i = 0; i < n; i++) {
        char one[2] = {s[i], 0};
        put_text(out, one);
    }
}

static bool is_href_safe(unsigned char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           (c && strchr("-_.+!*(),%#@?=;:/,+$~", c));
}

/* lax: as cmark; else a second '#' is encoded, which stands in no address. */
static void put_href(lede_buf *out, const char *s, bool lax) {
    static const char hex[] = "0123456789ABCDEF";
    for (bool fragment = false; *s; s++) {
        const char *from = s;
        while (is_href_safe((unsigned char)*s) && (lax || *s != '#' || !fragment))
            fragment = *s++ == '#' || fragment;
        lede_buf_addn(out, from, (size_t)(s - from));
        unsigned char c = (unsigned char)*s;
        if (!c)
            return;
        if (c == '&')
            lede_buf_addn(out, "&amp;", 5);
        else if (c == '\'')
            lede_buf_addn(out, "&#x27;", 6);
        else
            lede_buf_addn(out, (char[]){'%', hex[c >> 4], hex[c & 15]}, 3);
    }
}

/* ---- pieces */

#define PUT(w, literal) lede_buf_addn((w)->out, literal, sizeof(literal) - 1)

static void fresh_line(writer *w) {
    if (w->out->len > w->start && w->out->ptr[w->out->len - 1] != '\n')
        lede_buf_addc(w->out, '\n');
}

static void put_position(writer *w, cmark_node *n) {
    if (w->o->source_positions)
        lede_buf_addf(w->out, " data-sourcepos=\"%d:%d-%d:%d\"", cmark_node_get_start_line(n),
                      cmark_node_get_start_column(n), cmark_node_get_end_line(n),
                      cmark_node_get_end_column(n));
}

/* The id for a heading; plain text inside needs no copy. */
static lede_str heading_id(writer *w, cmark_node *n) {
    const char *given = cmark_node_get_user_data(n);
    if (given)
        return lede_str_of(given);
    cmark_node *first = cmark_node_first_child(n);
    if (first && !cmark_node_next(first) && cmark_node_get_type(first) == CMARK_NODE_TEXT)
        return lede__ids_next(&w->ids, lede_str_of(cmark_node_get_literal(first)));
    lede_buf_clear(&w->ids.text);
    lede__markdown_words(n, &w->ids.text);
    return lede__ids_next(&w->ids, lede_buf_str(&w->ids.text));
}

static void heading(writer *w, cmark_node *n, bool entering) {
    char level = (char)('0' + cmark_node_get_heading_level(n));
    if (!entering) {
        lede_buf_addn(w->out, (char[]){'<', '/', 'h', level, '>', '\n'}, 6);
        return;
    }
    fresh_line(w);
    lede_buf_addn(w->out, (char[]){'<', 'h', level}, 3);
    put_position(w, n);
    if (w->with_ids) {
        lede_str id = heading_id(w, n);
        if (id.len) { /* a slug: nothing to escape */
            PUT(w, " id=\"");
            lede_buf_add(w->out, id);
            PUT(w, "\"");
        }
    }
    PUT(w, ">");
}

static void list(writer *w, cmark_node *n, bool entering) {
    bool bullet = cmark_node_get_list_type(n) == CMARK_BULLET_LIST;
    if (!entering) {
        if (bullet)
            PUT(w, "</ul>\n");
        else
            PUT(w, "</ol>\n");
        return;
    }
    fresh_line(w);
    int start = cmark_node_get_list_start(n);
    if (bullet)
        PUT(w, "<ul");
    else if (start == 1)
        PUT(w, "<ol");
    else
        lede_buf_addf(w->out, "<ol start=\"%d\"", start);
    put_position(w, n);
    PUT(w, ">\n");
}

static void paragraph(writer *w, cmark_node *n, bool entering) {
    cmark_node *grandparent = cmark_node_parent(cmark_node_parent(n));
    if (grandparent && cmark_node_get_type(grandparent) == CMARK_NODE_LIST &&
        cmark_node_get_list_tight(grandparent))
        return;
    if (!entering) {
        PUT(w, "</p>\n");
        return;
    }
    fresh_line(w);
    PUT(w, "<p");
    put_position(w, n);
    PUT(w, ">");
}

static void code_block(writer *w, cmark_node *n) {
    const char *info = cmark_node_get_fence_info(n);
    size_t language = info ? strcspn(info, " \t\n\v\f\r") : 0;
    fresh_line(w);
    PUT(w, "<pre");
    if (w->o->in_page)
        PUT(w, " tabindex=\"0\"");
    put_position(w, n);
    if (info && *info) {
        PUT(w, "><code class=\"language-");
        put_text_n(w->out, info, language);
        PUT(w, "\">");
    } else {
        PUT(w, "><code>");
    }
    put_text(w->out, cmark_node_get_literal(n));
    PUT(w, "</code></pre>\n");
}

/* A line break is the one tag without which words would run together. */
static bool is_break_tag(const char *s) {
    return strcmp(s, "<br>") == 0 || strcmp(s, "<br/>") == 0 || strcmp(s, "<br />") == 0;
}

static bool keeps_html(const writer *w) {
    bool keeps = w->o->unsafe || w->o->raw_html;
    if (keeps && w->o->saw_html)
        *w->o->saw_html = true;
    return keeps;
}

static void raw_inline(writer *w, cmark_node *n) {
    const char *s = cmark_node_get_literal(n);
    if (keeps_html(w))
        lede_buf_adds(w->out, s);
    else if (is_break_tag(s))
        PUT(w, "<br />");
}

static void raw_block(writer *w, cmark_node *n) {
    if (!keeps_html(w))
        return;
    fresh_line(w);
    lede_buf_adds(w->out, cmark_node_get_literal(n));
    fresh_line(w);
}

/* A link to nowhere is text as well: [a]() is what a reference that was not found leaves. */
static bool is_allowed(const writer *w, cmark_node *n, bool image) {
    if (w->o->unsafe)
        return true;
    lede_str url = lede_str_of(cmark_node_get_url(n));
    return url.len && lede__url_allowed(url, image);
}

static void put_title(writer *w, cmark_node *n) {
    const char *title = cmark_node_get_title(n);
    if (!title || !*title)
        return;
    PUT(w, "\" title=\"");
    put_text(w->out, title);
}

static void link(writer *w, cmark_node *n, bool entering) {
    if (!is_allowed(w, n, false))
        return;
    if (!entering) {
        PUT(w, "</a>");
        return;
    }
    PUT(w, "<a href=\"");
    put_href(w->out, cmark_node_get_url(n), w->o->unsafe);
    put_title(w, n);
    PUT(w, "\">");
}

static void image(writer *w, cmark_node *n, bool entering) {
    if (entering) {
        w->plain = n;
        w->bare = !is_allowed(w, n, true);
        if (w->bare)
            return;
        PUT(w, "<img src=\"");
        put_href(w->out, cmark_node_get_url(n), w->o->unsafe);
        PUT(w, "\" alt=\"");
        return;
    }
    if (w->bare)
        return;
    put_title(w, n);
    PUT(w, "\"");
    if (w->o->picture)
        w->o->picture(w->o->picture_ctx, lede_str_of(cmark_node_get_url(n)), w->out);
    PUT(w, " />");
}

/* Inside an image's description only text counts. */
static void plain_text(writer *w, cmark_node *n, cmark_node_type type) {
    if (type == CMARK_NODE_TEXT || type == CMARK_NODE_CODE ||
        (type == CMARK_NODE_HTML_INLINE && (w->o->unsafe || w->o->raw_html)))
        put_text(w->out, cmark_node_get_literal(n));
    else if (type == CMARK_NODE_LINEBREAK || type == CMARK_NODE_SOFTBREAK)
        lede_buf_addc(w->out, ' ');
}

static void custom(writer *w, cmark_node *n, bool entering, bool block) {
    if (block)
        fresh_line(w);
    const char *s = entering ? cmark_node_get_on_enter(n) : cmark_node_get_on_exit(n);
    if (s)
        lede_buf_adds(w->out, s);
    if (block)
        fresh_line(w);
}

static void block_quote(writer *w, cmark_node *n, bool entering) {
    fresh_line(w);
    if (!entering) {
        PUT(w, "</blockquote>\n");
        return;
    }
    PUT(w, "<blockquote");
    put_position(w, n);
    PUT(w, ">\n");
}

static void item(writer *w, cmark_node *n, bool entering) {
    if (!entering) {
        PUT(w, "</li>\n");
        return;
    }
    fresh_line(w);
    PUT(w, "<li");
    put_position(w, n);
    PUT(w, ">");
}

static void rule(writer *w, cmark_node *n) {
    fresh_line(w);
    PUT(w, "<hr");
    put_position(w, n);
    PUT(w, " />\n");
}

static void tag(writer *w, const char *name, bool entering) {
    lede_buf_addc(w->out, '<');
    if (!entering)
        lede_buf_addc(w->out, '/');
    lede_buf_adds(w->out, name);
    lede_buf_addc(w->out, '>');
}

/* ---- the walk */

static void visit(writer *w, cmark_node *n, bool entering) {
    cmark_node_type type = cmark_node_get_type(n);
    if (w->plain == n) {
        image(w, n, entering);
        w->plain = NULL;
        return;
    }
    if (w->plain) {
        if (entering)
            plain_text(w, n, type);
        return;
    }
    switch (type) {
    case CMARK_NODE_NONE:
    case CMARK_NODE_DOCUMENT:
        break;
    case CMARK_NODE_BLOCK_QUOTE:
        block_quote(w, n, entering);
        break;
    case CMARK_NODE_LIST:
        list(w, n, entering);
        break;
    case CMARK_NODE_ITEM:
        item(w, n, entering);
        break;
    case CMARK_NODE_CODE_BLOCK:
        code_block(w, n);
        break;
    case CMARK_NODE_HTML_BLOCK:
        raw_block(w, n);
        break;
    case CMARK_NODE_CUSTOM_BLOCK:
        custom(w, n, entering, true);
        break;
    case CMARK_NODE_PARAGRAPH:
        paragraph(w, n, entering);
        break;
    case CMARK_NODE_HEADING:
        heading(w, n, entering);
        break;
    case CMARK_NODE_THEMATIC_BREAK:
        rule(w, n);
        break;
    case CMARK_NODE_TEXT:
        put_text(w->out, cmark_node_get_literal(n));
        break;
    case CMARK_NODE_SOFTBREAK:
        if (w->o->hard_breaks)
            PUT(w, "<br />\n");
        else
            PUT(w, "\n");
        break;
    case CMARK_NODE_LINEBREAK:
        PUT(w, "<br />\n");
        break;
    case CMARK_NODE_CODE:
        PUT(w, "<code>");
        put_text(w->out, cmark_node_get_literal(n));
        PUT(w, "</code>");
        break;
    case CMARK_NODE_HTML_INLINE:
        raw_inline(w, n);
        break;
    case CMARK_NODE_CUSTOM_INLINE:
        custom(w, n, entering, false);
        break;
    case CMARK_NODE_EMPH:
        tag(w, "em", entering);
        break;
    case CMARK_NODE_STRONG:
        tag(w, "strong", entering);
        break;
    case CMARK_NODE_LINK:
        link(w, n, entering);
        break;
    case CMARK_NODE_IMAGE:
        image(w, n, entering);
        break;
    }
}

/* As cmark: these have no exit, whatever a script hung below them. */
static bool is_leaf(cmark_node_type type) {
    switch (type) {
    case CMARK_NODE_HTML_BLOCK:
    case CMARK_NODE_THEMATIC_BREAK:
    case CMARK_NODE_CODE_BLOCK:
    case CMARK_NODE_TEXT:
    case CMARK_NODE_SOFTBREAK:
    case CMARK_NODE_LINEBREAK:
    case CMARK_NODE_CODE:
    case CMARK_NODE_HTML_INLINE:
        return true;
    case CMARK_NODE_NONE:
    case CMARK_NODE_DOCUMENT:
    case CMARK_NODE_BLOCK_QUOTE:
    case CMARK_NODE_LIST:
    case CMARK_NODE_ITEM:
    case CMARK_NODE_CUSTOM_BLOCK:
    case CMARK_NODE_PARAGRAPH:
    case CMARK_NODE_HEADING:
    case CMARK_NODE_CUSTOM_INLINE:
    case CMARK_NODE_EMPH:
    case CMARK_NODE_STRONG:
    case CMARK_NODE_LINK:
    case CMARK_NODE_IMAGE:
        break;
    }
    return false;
}

static void walk(writer *w, cmark_node *root) {
    cmark_node *at = root;
    for (bool entering = true;;) {
        visit(w, at, entering);
        bool leaf = is_leaf(cmark_node_get_type(at));
        cmark_node *child = entering && !leaf ? cmark_node_first_child(at) : NULL;
        if (child) {
            at = child;
            continue;
        }
        if (entering && !leaf) {
            entering = false; /* empty: its exit is next */
            continue;
        }
        if (at == root)
            return;
        cmark_node *next = cmark_node_next(at);
        entering = next != NULL;
        at = next ? next : cmark_node_parent(at);
    }
}

void lede__markdown_write(cmark_node *root, const lede_markdown_options *o, lede_buf *out) {
    writer w = {.out = out,
                .start = out->len,
                .o = o,
                .with_ids = !o->plain_commonmark && !(o->off & LEDE_MARKDOWN_HEADING_IDS)};
    lede__ids_init(&w.ids);
    walk(&w, root);
    lede__ids_fini(&w.ids);
}
