/* tasks.c - GFM task lists (5.3): an item whose paragraph begins with "[ ]", "[x]" or "[X]" and
 * white space. The words are the box's label, so that who cannot see it hears what is done. */
#include "markdown/passes.h"

#include "base/banned.h"

static const lede_str open_task = {"<label><input type=\"checkbox\" disabled /> ", 43};
static const lede_str done_task = {"<label><input type=\"checkbox\" disabled checked /> ", 51};

static bool is_space(char c) { return c == ' ' || c == '\t'; }

/* "\[ ]" is the same text in the tree; the source tells. */
static bool is_escaped(const lede__lines *lines, cmark_node *paragraph) {
    lede_str line = lede__line(lines, cmark_node_get_start_line(paragraph));
    size_t at = (size_t)cmark_node_get_start_column(paragraph) - 1;
    return at >= line.len || line.ptr[at] != '[';
}

static bool is_box(lede_str s, cmark_node *text) {
    if (s.len < 3 || s.ptr[0] != '[' || !strchr(" xX", s.ptr[1]) || s.ptr[2] != ']')
        return false;
    return s.len > 3 ? is_space(s.ptr[3]) : cmark_node_next(text) && lede__char_after(text) == '\n';
}

static void make_task(cmark_node *paragraph, cmark_node *text) {
    lede_str s = lede_str_of(cmark_node_get_literal(text));
    cmark_node *label =
        lede__new_custom(false, s.ptr[1] == ' ' ? open_task : done_task, LEDE_STR("</label>"));
    size_t i = 3;
    while (i < s.len && is_space(s.ptr[i]))
        i++;
    lede__put_text(text, lede_str_sub(s, i));
    cmark_node_unlink(text);
    lede__move(cmark_node_first_child(paragraph), NULL, label);
    cmark_node_append_child(paragraph, label);
}

void lede__pass_tasks(lede__extending *x) {
    lede__lines lines;
    lede__lines_init(&lines, x->text);
    for (cmark_node *n = x->root; n; n = lede__after(n, x->root, true)) {
        cmark_node *p = cmark_node_first_child(n);
        if (cmark_node_get_type(n) != CMARK_NODE_ITEM ||
            cmark_node_get_type(p) != CMARK_NODE_PARAGRAPH)
            continue;
        cmark_node *text = cmark_node_first_child(p);
        if (cmark_node_get_type(text) == CMARK_NODE_TEXT &&
            is_box(lede_str_of(cmark_node_get_literal(text)), text) && !is_escaped(&lines, p))
            make_task(p, text);
    }
}
