/* passes.c - the order of the passes. See passes.h. */
#include "markdown/passes.h"

#include "base/banned.h"

enum {
    ROUNDS = 3,     /* after which every mark is taken back: only a text made for it needs more */
    MARK_BYTES = 8, /* a marked source is at most so many times as long */
};

/* ---- reading, until the marks stand where they belong */

static void read_tree(void *ctx) {
    lede__extending *x = ctx;
    x->root = lede__markdown_parse_text(x->text, x->o);
    if (x->passes & LEDE_MARKDOWN_TABLES)
        lede__pass_tables(x);
}

static lede_status read_marked(lede__extending *x, lede_error *err) {
    x->text = x->source;
    size_t most = x->o->max_bytes ? x->o->max_bytes : LEDE__MARKDOWN_BYTES;
    if (x->marks.count) {
        lede_status st = lede__marks_resolve(&x->marks, err);
        if (st)
            return st;
        lede_buf_clear(&x->edited);
        lede__marks_apply(&x->marks, x->source, &x->edited);
        st = lede_buf_status(&x->edited, err);
        if (st)
            return st;
        x->text = lede_buf_str(&x->edited);
        most *= MARK_BYTES;
    }
    lede_status st = lede__markdown_check(x->text, most, err);
    if (!st && (st = lede__memory_run(x->memory, read_tree, x)))
        return lede__markdown_refused(st, err);
    return st;
}

static lede_status read_source(lede__extending *x, lede_error *err) {
    for (int round = 1;; round++) {
        lede_status st = read_marked(x, err);
        if (st || !x->marks.count || lede__marks_verify(&x->marks, x->root))
            return st;
        if (round >= ROUNDS)
            lede__marks_drop(&x->marks);
        lede__memory_clear(x->memory);
    }
}

/* ---- changing the tree */

static void change_tree(void *ctx) {
    lede__extending *x = ctx;
    if (x->marks.count)
        lede__marks_place(&x->marks, x->root);
    if (x->passes & LEDE_MARKDOWN_FOOTNOTES)
        lede__pass_footnotes(x);
    if (x->passes & LEDE_MARKDOWN_DIRECTIVES)
        lede__pass_directives(x);
    if (x->passes & LEDE_MARKDOWN_STRIKETHROUGH)
        lede__pass_strikethrough(x->root);
    if (x->passes & LEDE_MARKDOWN_TASKS)
        lede__pass_tasks(x);
    if (x->passes & LEDE_MARKDOWN_AUTOLINKS)
        lede__pass_autolinks(x->root);
    if (x->o->in_page)
        lede__headings_level(x->root);
    bool renames = x->passes & (LEDE_MARKDOWN_TYPOGRAPHY | LEDE_MARKDOWN_DIRECTIVES);
    if (renames) /* words change, headings are taken into a directive's HTML: ids do not */
        lede__ids_assign(&x->ids, x->root);
    if (x->passes & LEDE_MARKDOWN_TYPOGRAPHY)
        lede__pass_typography(x);
    if (x->marks.count)
        lede__marks_restore(&x->marks, x->source, x->root);
    if (x->passes & LEDE_MARKDOWN_DIRECTIVES)
        lede__directives_label(x);
}

static lede_status run(lede__extending *x, lede_error *err) {
    lede_status st = lede__marks_find(&x->marks, x->source, x->passes, err);
    if (!st)
        st = read_source(x, err);
    if (st)
        return st;
    st = lede__memory_run(x->memory, change_tree, x);
    if (st)
        return lede__markdown_refused(st, err);
    return x->passes & LEDE_MARKDOWN_DIRECTIVES ? lede__directives_answer(x, err) : LEDE_OK;
}

lede_status lede__passes_run(lede__memory *m, lede_str source, const lede_markdown_options *o,
                             unsigned passes, cmark_node **out, lede_error *err) {
    lede__extending x = {.memory = m, .source = source, .o = o, .passes = passes};
    lede_buf *const all[] = {&x.edited, &x.pieces, &x.flat, &x.fresh};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        lede_buf_init(all[i], LEDE__MARKDOWN_MEMORY);
    lede__ids_init(&x.ids);
    lede_status st = run(&x, err);
    lede__ids_fini(&x.ids);
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        lede_buf_fini(all[i]);
    lede__marks_fini(&x.marks);
    *out = st ? NULL : x.root;
    return st;
}
