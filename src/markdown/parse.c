/* parse.c - source to tree to HTML. See lede/markdown.h. */
#include "markdown/passes.h"

#include "base/banned.h"

static const lede_markdown_options no_options = {0};

int lede__markdown_flags(const lede_markdown_options *o) {
    int flags = CMARK_OPT_DEFAULT;
    if (o->unsafe || o->raw_html)
        flags |= CMARK_OPT_UNSAFE;
    if (o->hard_breaks)
        flags |= CMARK_OPT_HARDBREAKS;
    if (o->source_positions)
        flags |= CMARK_OPT_SOURCEPOS;
    return flags;
}

lede_status lede__markdown_refused(lede_status st, lede_error *err) {
    if (st == LEDE_ELIMIT)
        return lede_fail(err, st, "markdown: the text needs more than %d MiB of memory; divide it",
                         LEDE__MARKDOWN_MEMORY / (1024 * 1024));
    return lede_fail(err, st, "markdown: out of memory");
}

cmark_node *lede__markdown_parse_text(lede_str text, const lede_markdown_options *o) {
    cmark_parser *parser = cmark_parser_new_with_mem(lede__markdown_flags(o), lede__memory_cmark());
    if (text.len)
        cmark_parser_feed(parser, text.ptr, text.len);
    cmark_node *root = cmark_parser_finish(parser);
    cmark_parser_free(parser);
    return root;
}

typedef struct parsing {
    lede_str source;
    const lede_markdown_options *o;
    cmark_node *root;
} parsing;

static void parse(void *ctx) {
    parsing *p = ctx;
    p->root = lede__markdown_parse_text(p->source, p->o);
    if (p->o->in_page)
        lede__headings_level(p->root);
}

lede_status lede__markdown_tree(lede__memory *m, lede_str source, const lede_markdown_options *o,
                                cmark_node **out, lede_error *err) {
    lede_status st = lede__markdown_check(source, o->max_bytes, err);
    if (st)
        return st;
    unsigned passes = lede__passes_wanted(source, o);
    if (passes)
        return lede__passes_run(m, source, o, passes, out, err);
    parsing p = {.source = source, .o = o};
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
