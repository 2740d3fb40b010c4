/* content.c - what may stand within what, where browsers do not mind but HTML does: items stand in
 * lists, and nothing else does; a heading holds no blocks. The elements that are missing are
 * written, marked as implied, and end with what they hold. */
#include "html/internal.h"

#include "base/banned.h"

static GumboTag current(const lede__html_nesting *n) {
    return n->depth ? n->open[n->depth - 1] : GUMBO_TAG_BODY;
}

static bool is_list(GumboTag tag) { return tag == GUMBO_TAG_UL || tag == GUMBO_TAG_OL; }

static bool is_implied(const lede__html_nesting *n, GumboTag tag) {
    return n->depth && n->implied[n->depth - 1] && current(n) == tag;
}

static void imply(lede__html_nesting *n, GumboTag tag, lede_buf *out) {
    if (n->depth + 1 >= LEDE__HTML_DEPTH) /* one more is for what needs it */
        return;
    const lede__html_tag t = {tag, gumbo_normalized_tagname(tag), lede__html_traits(tag)};
    lede_buf_addf(out, "<%s>", t.name);
    n->implied[n->depth] = true;
    lede__html_nesting_open(n, &t);
}

static void end_implied(lede__html_nesting *n, lede_buf *out) {
    lede_buf_addf(out, "</%s>", gumbo_normalized_tagname(current(n)));
    lede__html_nesting_close(n);
}

void lede__html_end_all_implied(lede__html_nesting *n, lede_buf *out) {
    while (n->depth && n->implied[n->depth - 1])
        end_implied(n, out);
}

void lede__html_make_room(lede__html_nesting *n, GumboTag tag, lede_buf *out) {
    if (tag == GUMBO_TAG_LI) {
        if (is_implied(n, GUMBO_TAG_LI))
            end_implied(n, out);
        if (!is_list(current(n)))
            imply(n, GUMBO_TAG_UL, out);
        return;
    }
    if (is_implied(n, GUMBO_TAG_UL))
        end_implied(n, out);
    if (is_list(current(n)))
        imply(n, GUMBO_TAG_LI, out);
}

GumboTag lede__html_tag_here(const lede__html_nesting *n, GumboTag tag) {
    const bool stray = (tag == GUMBO_TAG_FIGCAPTION && current(n) != GUMBO_TAG_FIGURE) ||
                       (tag == GUMBO_TAG_SUMMARY && current(n) != GUMBO_TAG_DETAILS);
    return stray ? GUMBO_TAG_DIV : tag;
}

static bool is_heading(GumboTag tag) { return tag >= GUMBO_TAG_H1 && tag <= GUMBO_TAG_H6; }

bool lede__html_in_heading(const lede__html_nesting *n) {
    for (size_t i = n->depth; i-- > 0;)
        if (is_heading(n->open[i]))
            return true;
    return false;
}
