/* tree.c - a document and its nodes, for those who walk and change it. See lede/markdown.h.
 *
 * A lede_markdown_node is a cmark_node under another name: no wrapper, no table of handles. What
 * changes a node may need memory, and so runs inside its document's; a document whose change was
 * refused by memory renders no more. */
#include "markdown/passes.h"

#include "base/banned.h"

#include <stdlib.h>

struct lede_markdown_doc {
    lede__memory *memory;
    cmark_node *root;
    lede_markdown_options options;
    bool broken; /* a change was left in the middle */
    bool saw_html;
};

static cmark_node *of(const lede_markdown_node *n) { return (cmark_node *)(uintptr_t)n; }
static lede_markdown_node *as(cmark_node *n) { return (lede_markdown_node *)n; }

lede_status lede_markdown_parse(lede_str source, const lede_markdown_options *o,
                                lede_markdown_doc **out, lede_error *err) {
    *out = NULL;
    lede_markdown_doc *d = calloc(1, sizeof *d);
    if (!d)
        return lede__markdown_refused(LEDE_ENOMEM, err);
    if (o)
        d->options = *o;
    d->options.saw_html = &d->saw_html;
    d->memory = lede__memory_take(LEDE__MARKDOWN_MEMORY);
    lede_status st = d->memory ? lede__markdown_tree(d->memory, source, &d->options, &d->root, err)
                               : lede__markdown_refused(LEDE_ENOMEM, err);
    if (st) {
        lede_markdown_free(d);
        return st;
    }
    d->options.directive = NULL; /* they were asked; their context may go */
    d->options.note = NULL;
    d->options.language = (lede_str){0};
    *out = d;
    return LEDE_OK;
}

bool lede_markdown_saw_html(const lede_markdown_doc *d) { return d->saw_html; }

void lede_markdown_free(lede_markdown_doc *d) {
    if (!d)
        return;
    lede__memory_give(d->memory);
    free(d);
}

lede_markdown_node *lede_markdown_root(lede_markdown_doc *d) { return as(d->root); }

static lede_status refuse_broken(const lede_markdown_doc *d, lede_error *err) {
    if (!d || !d->broken)
        return LEDE_OK;
    return lede_fail(err, LEDE_ENOMEM,
                     "markdown: the document ran out of memory while it was changed");
}

lede_status lede_markdown_render(lede_markdown_doc *d, lede_buf *out, lede_error *err) {
    lede_status st = refuse_broken(d, err);
    if (st)
        return st;
    lede__markdown_write(d->root, &d->options, out);
    return lede_buf_status(out, err);
}

/* ---- reading */

const char *lede_markdown_type(const lede_markdown_node *n) {
    return cmark_node_get_type_string(of(n));
}
lede_markdown_node *lede_markdown_next(lede_markdown_node *n) { return as(cmark_node_next(of(n))); }
lede_markdown_node *lede_markdown_previous(lede_markdown_node *n) {
    return as(cmark_node_previous(of(n)));
}
lede_markdown_node *lede_markdown_parent(lede_markdown_node *n) {
    return as(cmark_node_parent(of(n)));
}
lede_markdown_node *lede_markdown_first(lede_markdown_node *n) {
    return as(cmark_node_first_child(of(n)));
}
lede_markdown_node *lede_markdown_last(lede_markdown_node *n) {
    return as(cmark_node_last_child(of(n)));
}

lede_str lede_markdown_literal(const lede_markdown_node *n) {
    return lede_str_of(cmark_node_get_literal(of(n)));
}
lede_str lede_markdown_node_url(const lede_markdown_node *n) {
    return lede_str_of(cmark_node_get_url(of(n)));
}
lede_str lede_markdown_node_title(const lede_markdown_node *n) {
    return lede_str_of(cmark_node_get_title(of(n)));
}
lede_str lede_markdown_fence_info(const lede_markdown_node *n) {
    return lede_str_of(cmark_node_get_fence_info(of(n)));
}
int lede_markdown_node_level(const lede_markdown_node *n) {
    return cmark_node_get_heading_level(of(n));
}

void lede_markdown_position(const lede_markdown_node *n, int *line, int *column) {
    *line = cmark_node_get_start_line(of(n));
    *column = cmark_node_get_start_column(of(n));
}

/* ---- changing texts */

typedef int set_text(cmark_node *n, const char *s);

typedef struct setting {
    cmark_node *node;
    set_text *set;
    lede_str text;
    int done;
} setting;

static void apply(void *ctx) {
    setting *s = ctx;
    s->done = s->set(s->node, lede__terminated(s->text));
}

/* cmark's strings end at a NUL, and scripts can make one. */
static bool has_nul(lede_str s) { return s.len && memchr(s.ptr, 0, s.len); }

static bool change(lede_markdown_doc *d, setting s) {
    if (has_nul(s.text))
        return false;
    if (lede__memory_run(d->memory, apply, &s)) {
        d->broken = true;
        return false;
    }
    return s.done;
}

bool lede_markdown_set_literal(lede_markdown_doc *d, lede_markdown_node *n, lede_str s) {
    return change(d, (setting){of(n), cmark_node_set_literal, s, 0});
}

bool lede_markdown_set_url(lede_markdown_doc *d, lede_markdown_node *n, lede_str s) {
    return change(d, (setting){of(n), cmark_node_set_url, s, 0});
}

bool lede_markdown_set_title(lede_markdown_doc *d, lede_markdown_node *n, lede_str s) {
    return change(d, (setting){of(n), cmark_node_set_title, s, 0});
}

bool lede_markdown_set_info(lede_markdown_doc *d, lede_markdown_node *n, lede_str s) {
    return change(d, (setting){of(n), cmark_node_set_fence_info, s, 0});
}

bool lede_markdown_set_level(lede_markdown_node *n, int level) {
    return cmark_node_set_heading_level(of(n), level);
}

/* ---- new nodes */

static const struct {
    const char *name;
    cmark_node_type type;
} types[] = {
    {"block_quote", CMARK_NODE_BLOCK_QUOTE},
    {"list", CMARK_NODE_LIST},
    {"item", CMARK_NODE_ITEM},
    {"code_block", CMARK_NODE_CODE_BLOCK},
    {"html_block", CMARK_NODE_HTML_BLOCK},
    {"custom_block", CMARK_NODE_CUSTOM_BLOCK},
    {"paragraph", CMARK_NODE_PARAGRAPH},
    {"heading", CMARK_NODE_HEADING},
    {"thematic_break", CMARK_NODE_THEMATIC_BREAK},
    {"text", CMARK_NODE_TEXT},
    {"softbreak", CMARK_NODE_SOFTBREAK},
    {"linebreak", CMARK_NODE_LINEBREAK},
    {"code", CMARK_NODE_CODE},
    {"html_inline", CMARK_NODE_HTML_INLINE},
    {"custom_inline", CMARK_NODE_CUSTOM_INLINE},
    {"emph", CMARK_NODE_EMPH},
    {"strong", CMARK_NODE_STRONG},
    {"link", CMARK_NODE_LINK},
    {"image", CMARK_NODE_IMAGE},
};

typedef struct making {
    cmark_node_type type;
    lede_str html; /* of a custom node */
    cmark_node *node;
} making;

static void make(void *ctx) {
    making *m = ctx;
    m->node = cmark_node_new_with_mem(m->type, lede__memory_cmark());
    if (m->html.ptr)
        cmark_node_set_on_enter(m->node, lede__terminated(m->html));
}

static lede_markdown_node *made(lede_markdown_doc *d, making m) {
    if (has_nul(m.html) || lede__memory_run(d->memory, make, &m))
        return NULL; /* nothing else was touched */
    return as(m.node);
}

lede_markdown_node *lede_markdown_new_node(lede_markdown_doc *d, const char *type) {
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (strcmp(types[i].name, type) == 0)
            return made(d, (making){.type = types[i].type});
    return NULL;
}

lede_markdown_node *lede_markdown_new_html(lede_markdown_doc *d, bool block, lede_str html) {
    if (!html.ptr)
        html = LEDE_STR("");
    return made(d, (making){.type = block ? CMARK_NODE_CUSTOM_BLOCK : CMARK_NODE_CUSTOM_INLINE,
                            .html = html});
}

/* ---- moving nodes: cmark checks what may stand in what, and that no node comes to stand in itself
 */

bool lede_markdown_insert_before(lede_markdown_node *at, lede_markdown_node *n) {
    return at != n && cmark_node_insert_before(of(at), of(n));
}

bool lede_markdown_insert_after(lede_markdown_node *at, lede_markdown_node *n) {
    return at != n && cmark_node_insert_after(of(at), of(n));
}

bool lede_markdown_append(lede_markdown_node *parent, lede_markdown_node *n) {
    return cmark_node_append_child(of(parent), of(n));
}

void lede_markdown_unlink(lede_markdown_node *n) {
    if (cmark_node_parent(of(n)))
        cmark_node_unlink(of(n)); /* the root stays where it is */
}

/* ---- the outline */

typedef struct outline {
    lede_arena *arena;
    lede_heading *items;
    size_t count, cap;
} outline;

static bool add_heading(outline *o, lede__ids *ids, cmark_node *n) {
    if (o->count == o->cap) {
        size_t cap = o->cap ? o->cap * 2 : 16;
        lede_heading *items = lede_arena_take(o->arena, cap * sizeof *items);
        if (!items)
            return false;
        if (o->count)
            memcpy(items, o->items, o->count * sizeof *items);
        o->items = items;
        o->cap = cap;
    }
    lede_buf_clear(&ids->text);
    lede__markdown_words(n, &ids->text);
    if (lede_buf_status(&ids->text, NULL))
        return false;
    lede_str text = lede_arena_copy(o->arena, lede_buf_str(&ids->text));
    const char *given = cmark_node_get_user_data(n);
    lede_str id = given ? lede_str_of(given) : lede__ids_next(ids, text);
    id = lede_arena_copy(o->arena, id);
    if (!text.ptr || !id.ptr)
        return false;
    o->items[o->count++] = (lede_heading){cmark_node_get_heading_level(n), text, id};
    return true;
}

lede_status lede_markdown_doc_outline(lede_markdown_doc *d, lede_arena *arena, lede_heading **out,
                                      size_t *count, lede_error *err) {
    lede_status st = refuse_broken(d, err);
    if (st)
        return st;
    outline o = {.arena = arena};
    lede__ids ids;
    lede__ids_init(&ids);
    bool ok = true;
    for (cmark_node *n = d->root; n && ok; n = lede__next_block(n, d->root))
        if (cmark_node_get_type(n) == CMARK_NODE_HEADING)
            ok = add_heading(&o, &ids, n);
    lede__ids_fini(&ids);
    if (!ok)
        return lede__markdown_refused(LEDE_ENOMEM, err);
    *out = o.items;
    *count = o.count;
    return LEDE_OK;
}

lede_status lede_markdown_outline(lede_str source, lede_arena *arena, lede_heading **out,
                                  size_t *count, lede_error *err) {
    lede_markdown_doc *d;
    lede_status st = lede_markdown_parse(source, NULL, &d, err);
    if (st || !d)
        return st;
    st = lede_markdown_doc_outline(d, arena, out, count, err);
    lede_markdown_free(d);
    return st;
}
