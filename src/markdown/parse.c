/* parse.c - source to tree to HTML. See lede/markdown.h. */
#include "markdown/internal.h"

#include "base/banned.h"

static const lede_markdown_options no_options = {0};

int lede__markdown_flags(const lede_markdown_options *o) {
    int flags = CMARK_OPT_DEFAULT;
    if (o->unsafe)
        flags |= CMARK_OPT_UNSAFE;
    if (o->hard_breaks)
        flags |= CMARK_OPT_HARDBREAKS;
    if (o->source_positions)
        flags |= CMARK_OPT_SOURCEPOS;
    if (o->smart && !o->plain_commonmark)
        flags |= CMARK_OPT_SMART;
    return flags;
}

lede_status lede__markdown_refused(lede_status st, lede_error *err) {
    if (st == LEDE_ELIMIT)
        return lede_fail(err, st, "markdown: the text needs more than %d MiB of memory; divide it",
                         LEDE__MARKDOWN_MEMORY / (1024 * 1024));
    return lede_fail(err, st, "markdown: out of memory");
}

typedef struct parsing {
    lede_str source;
    int flags;
    cmark_node *root;
} parsing;

static void parse(void *ctx) {
    parsing *p = ctx;
    cmark_parser *parser = cmark_parser_new_with_mem(p->flags, lede__memory_cmark());
    if (p->source.len)
        cmark_parser_feed(parser, p->source.ptr, p->source.len);
    p->root = cmark_parser_finish(parser);
    cmark_parser_free(parser);
}

lede_status lede__markdown_tree(lede__memory *m, lede_str source, const lede_markdown_options *o,
                                cmark_node **out, lede_error *err) {
    lede_status st = lede__markdown_check(source, o->max_bytes, err);
    if (st)
        return st;
    parsing p = {.source = source, .flags = lede__markdown_flags(o)};
    st = lede__memory_run(m, parse, &p);
    if (st)
        return lede__markdown_refused(st, err);
    *out = p.root;
    return LEDE_OK;
}

typedef struct rendering {
    cmark_node *root;
    int flags;
    char *html;
} rendering;

static void render(void *ctx) {
    rendering *r = ctx;
    r->html = cmark_render_html(r->root, r->flags);
}

/* cmark's own renderer: what CommonMark's tests are written for. */
static lede_status write_plain(lede__memory *m, cmark_node *root, const lede_markdown_options *o,
                               lede_buf *out, lede_error *err) {
    rendering r = {.root = root, .flags = lede__markdown_flags(o)};
    lede_status st = lede__memory_run(m, render, &r);
    if (st)
        return lede__markdown_refused(st, err);
    lede_buf_adds(out, r.html);
    return LEDE_OK;
}

static lede_status write(lede__memory *m, cmark_node *root, const lede_markdown_options *o,
                         lede_buf *out, lede_error *err) {
    if (o->plain_commonmark && o->unsafe) {
        lede_status st = write_plain(m, root, o, out, err);
        if (st)
            return st;
    } else {
        lede__markdown_write(root, o, out);
    }
    return lede_buf_status(out, err);
}

lede_status lede_markdown_html(lede_str source, const lede_markdown_options *o, lede_buf *out,
                               lede_error *err) {
    if (!o)
        o = &no_options;
    lede__memory *m = lede__memory_take(LEDE__MARKDOWN_MEMORY);
    if (!m)
        return lede__markdown_refused(LEDE_ENOMEM, err);
    cmark_node *root = NULL;
    lede_status st = lede__markdown_tree(m, source, o, &root, err);
    if (!st)
        st = write(m, root, o, out, err);
    lede__memory_give(m);
    return st;
}
