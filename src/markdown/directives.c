/* directives.c - what stands between fences is put into nodes of its own, and those who know a
 * directive are asked for its HTML. Syntax: lede/markdown.h; marked in the source by marks.c. */
#include "markdown/passes.h"

#include "base/banned.h"

enum { NESTING = 16 }; /* containers in each other, between the same blocks */

static const char too_deep[] = "directives are nested more than 16 deep; its fence is shown";

typedef struct nest {
    struct {
        cmark_node *node; /* NULL: shown, and its content stays outside */
        size_t colons;
    } open[NESTING];
    size_t depth;
} nest;

static void note(const lede__extending *x, const lede__mark *k, const char *message) {
    if (x->o->note)
        x->o->note(x->o->ctx, &(lede_markdown_note){"directive", k->name, k->line, message});
}

/* Reads the attributes; false when the directive is to be shown as it was written. */
static bool is_right(const lede__extending *x, lede__mark *k) {
    const char *wrong = k->wrong;
    if (!wrong)
        lede__attributes_read(k->attributes, &k->attrs, &k->n_attrs, &wrong);
    if (wrong)
        note(x, k, wrong);
    return !wrong;
}

static void put_source(const lede__extending *x, cmark_node *at, const lede__mark *k) {
    lede__put_text(at, lede_str_n(x->source.ptr + k->from, k->to - k->from));
}

/* ---- in a line */

static void place_inline(lede__extending *x, lede__mark *k) {
    lede__mark *end = &x->marks.items[k->other];
    cmark_node_set_user_data(end->node, NULL);
    if (lede__is_deep(k->node))
        k->wrong = "it stands in too many other things";
    if (!is_right(x, k)) {
        put_source(x, k->node, k);
        put_source(x, end->node, end);
        cmark_node_unlink(k->node);
    } else {
        lede__move(cmark_node_next(k->node), end->node, k->node);
    }
    cmark_node_unlink(end->node);
}

/* ---- blocks */

/* Where the next block of the list at hand belongs: the innermost container, or its old place. */
static cmark_node *innermost(const nest *s) {
    for (size_t i = s->depth; i > 0; i--)
        if (s->open[i - 1].node)
            return s->open[i - 1].node;
    return NULL;
}

static void put_block(const nest *s, cmark_node *at, cmark_node *n) {
    cmark_node *into = innermost(s);
    if (into)
        cmark_node_append_child(into, n);
    else if (n != at)
        cmark_node_insert_before(at, n);
}

/* The fence as a paragraph. */
static void show_fence(const lede__extending *x, const nest *s, cmark_node *heading,
                       const lede__mark *k) {
    cmark_node *p = lede__new_node(CMARK_NODE_PARAGRAPH), *end = lede__new_node(CMARK_NODE_TEXT);
    cmark_node_append_child(p, end);
    put_source(x, end, k);
    lede__move(cmark_node_first_child(heading), NULL, p);
    if (k->kind != LEDE__CLOSE && k->other) {
        cmark_node *last = lede__new_node(CMARK_NODE_TEXT);
        cmark_node_append_child(p, last);
        put_source(x, last, &x->marks.items[k->other]);
    }
    put_block(s, heading, p);
    cmark_node_unlink(heading);
}

static cmark_node *make_block(cmark_node *heading, lede__mark *k) {
    cmark_node *block = lede__new_custom(true, (lede_str){0}, (lede_str){0});
    cmark_node_set_user_data(block, k);
    k->node = block;
    if (k->kind == LEDE__LEAF) {
        lede__move(cmark_node_first_child(heading), NULL, block);
        return block;
    }
    if (cmark_node_first_child(heading) && k->other) {
        k->title = lede__new_node(CMARK_NODE_PARAGRAPH);
        cmark_node_append_child(block, k->title);
        lede__move(cmark_node_first_child(heading), NULL, k->title);
    }
    return block;
}

static void open_block(lede__extending *x, nest *s, cmark_node *heading, lede__mark *k) {
    bool container = k->kind == LEDE__CONTAINER, full = s->depth == NESTING;
    if (container && full)
        note(x, k, too_deep);
    bool right = !(container && full) && is_right(x, k);
    cmark_node *block = NULL;
    if (right) {
        block = make_block(heading, k);
        put_block(s, heading, block);
        cmark_node_unlink(heading);
    } else {
        show_fence(x, s, heading, k);
    }
    if (!container || full)
        return;
    s->open[s->depth].node = block;
    s->open[s->depth++].colons = k->colons;
}

/* The depth at which the fence leaves: of the container with as many colons, else of the innermost
 * with fewer; s->depth when it closes none. */
static size_t closed_by(const nest *s, size_t colons) {
    for (size_t i = s->depth; i > 0; i--)
        if (s->open[i - 1].colons == colons)
            return i - 1;
    for (size_t i = s->depth; i > 0; i--)
        if (s->open[i - 1].colons < colons)
            return i - 1;
    return s->depth;
}

static void close_block(const lede__extending *x, nest *s, cmark_node *heading,
                        const lede__mark *k) {
    size_t depth = closed_by(s, k->colons);
    if (depth == s->depth) {
        show_fence(x, s, heading, k);
        return;
    }
    s->depth = depth;
    cmark_node_unlink(heading);
}

/* Puts the blocks of one parent into the containers whose fences stand among them. */
static void nest_blocks(lede__extending *x, cmark_node *parent) {
    nest s = {.depth = 0};
    cmark_node *next;
    for (cmark_node *n = cmark_node_first_child(parent); n; n = next) {
        lede__mark *k = cmark_node_get_type(n) == CMARK_NODE_HEADING ? lede__mark_of(n) : NULL;
        next = cmark_node_next(n);
        if (!k) {
            put_block(&s, n, n);
            continue;
        }
        cmark_node_set_user_data(n, NULL);
        if (k->kind == LEDE__CLOSE)
            close_block(x, &s, n, k);
        else
            open_block(x, &s, n, k);
    }
    for (size_t i = 0; i < s.depth; i++)
        if (s.open[i].node)
            note(x, lede__mark_of(s.open[i].node), "not closed; it ends with what it stands in");
}

static bool holds_blocks(cmark_node *n) {
    cmark_node_type type = cmark_node_get_type(n);
    return type == CMARK_NODE_DOCUMENT || type == CMARK_NODE_BLOCK_QUOTE ||
           type == CMARK_NODE_ITEM || type == CMARK_NODE_LIST || type == CMARK_NODE_CUSTOM_BLOCK;
}

void lede__pass_directives(lede__extending *x) {
    for (size_t i = x->marks.count; i > 0; i--) { /* inner ones come later */
        lede__mark *k = &x->marks.items[i - 1];
        if (k->kind == LEDE__INLINE && !k->dropped)
            place_inline(x, k);
    }
    for (cmark_node *n = x->root; n; n = lede__after(n, x->root, holds_blocks(n)))
        if (holds_blocks(n))
            nest_blocks(x, n);
}

/* ---- asking */

void lede__directives_label(lede__extending *x) {
    for (size_t i = 0; i < x->marks.count; i++) {
        lede__mark *k = &x->marks.items[i];
        bool answered = k->kind == LEDE__INLINE || k->kind == LEDE__LEAF || k->title;
        if (!answered || !k->node)
            continue;
        lede_buf_clear(&x->flat);
        lede__markdown_words(k->title ? k->title : k->node, &x->flat);
        k->label = lede__terminated(lede_buf_str(&x->flat));
    }
}

typedef struct answer {
    cmark_node *node;
    lede_str html;
} answer;

static void put_answer(void *ctx) {
    const answer *a = ctx;
    for (cmark_node *n; (n = cmark_node_first_child(a->node));)
        cmark_node_unlink(n);
    cmark_node_set_on_enter(a->node, lede__terminated(a->html));
}

static lede_directive directive_of(lede__extending *x, const lede__mark *k) {
    static const lede_directive_kind kinds[] = {
        [LEDE__INLINE] = LEDE_DIRECTIVE_INLINE,
        [LEDE__LEAF] = LEDE_DIRECTIVE_LEAF,
        [LEDE__CONTAINER] = LEDE_DIRECTIVE_CONTAINER,
    };
    lede_buf_clear(&x->pieces);
    if (k->title)
        cmark_node_unlink(k->title);
    lede__markdown_write(k->node, x->o, &x->pieces);
    if (k->title)
        cmark_node_prepend_child(k->node, k->title);
    lede_str inner = lede_buf_str(&x->pieces);
    if (k->kind == LEDE__LEAF && lede_str_ends(inner, "\n"))
        inner.len--; /* its node is a block, its content a line */
    return (lede_directive){k->name, kinds[k->kind],        k->attrs, k->n_attrs,
                            inner,   lede_str_of(k->label), k->line};
}

static lede_status ask(lede__extending *x, const lede__mark *k, lede_error *err) {
    bool known = false;
    lede_status st = LEDE_OK;
    lede_buf_clear(&x->fresh);
    if (x->o->directive) {
        lede_directive d = directive_of(x, k);
        known = x->o->directive(x->o->ctx, &d, &x->fresh);
    }
    if (!known)
        note(x, k, "nobody knows it; its content stays");
    answer a = {k->node, lede_buf_str(&x->fresh)};
    if (known && !(st = lede_buf_status(&x->fresh, err))) {
        st = lede__memory_run(x->memory, put_answer, &a);
        if (st)
            return lede__markdown_refused(st, err);
    }
    return st;
}

/* In the order in which nodes are left, so inner directives come first. */
lede_status lede__directives_answer(lede__extending *x, lede_error *err) {
    cmark_node *n = x->root;
    for (bool entering = true; n;) {
        cmark_node *child = entering ? cmark_node_first_child(n) : NULL;
        if (child) {
            n = child;
            continue;
        }
        const lede__mark *k = lede__mark_of(n);
        if (k && cmark_node_get_type(n) != CMARK_NODE_HEADING) {
            cmark_node_set_user_data(n, NULL);
            lede_status st = ask(x, k, err);
            if (st)
                return st;
        }
        if (n == x->root)
            break;
        entering = cmark_node_next(n) != NULL;
        n = entering ? cmark_node_next(n) : cmark_node_parent(n);
    }
    return LEDE_OK;
}
