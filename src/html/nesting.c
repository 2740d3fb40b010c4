/* nesting.c - whether written elements would be read back nested as they were written.
 *
 * A tree that allowed elements were cut out of may hold what no parser would build: a paragraph in
 * a paragraph, once the button between them is gone. Most trees do not, and telling so is far
 * cheaper than parsing again. The rules are those of the HTML standard's tree builder for the
 * elements that we write, made simpler on the side of doubt: every start tag must find a current
 * node below which it neither closes nor moves anything, and every end tag is that of the current
 * node. */
#include "html/internal.h"

#include "base/banned.h"

static GumboTag current(const lede__html_nesting *n) {
    return n->depth ? n->open[n->depth - 1] : GUMBO_TAG_BODY;
}

static bool is_heading(GumboTag tag) { return tag >= GUMBO_TAG_H1 && tag <= GUMBO_TAG_H6; }

static bool is_row_group(GumboTag tag) {
    return tag == GUMBO_TAG_TBODY || tag == GUMBO_TAG_THEAD || tag == GUMBO_TAG_TFOOT;
}

/* Inside these only the table's own parts stand; anything else moves out of the table. */
static bool is_frame_of_table(GumboTag tag) {
    return tag == GUMBO_TAG_TABLE || is_row_group(tag) || tag == GUMBO_TAG_TR ||
           tag == GUMBO_TAG_COLGROUP;
}

/* What an open element inside a cell or caption cannot be seen beyond. */
static bool is_scope(GumboTag tag) {
    return tag == GUMBO_TAG_TABLE || tag == GUMBO_TAG_TD || tag == GUMBO_TAG_TH ||
           tag == GUMBO_TAG_CAPTION;
}

/* Whether a or b is open, not beyond a scope or one of the two stops. */
static bool is_open(const lede__html_nesting *n, GumboTag a, GumboTag b, GumboTag stop,
                    GumboTag stop_too) {
    for (size_t i = n->depth; i-- > 0;) {
        GumboTag tag = n->open[i];
        if (tag == a || tag == b)
            return true;
        if (is_scope(tag) || tag == stop || tag == stop_too)
            break;
    }
    return false;
}

/* A part of a table below the part that it belongs to, and nothing else there. */
static bool is_in_table_order(GumboTag parent, GumboTag tag) {
    switch ((int)tag) {
    case GUMBO_TAG_CAPTION:
    case GUMBO_TAG_COLGROUP:
    case GUMBO_TAG_TBODY:
    case GUMBO_TAG_THEAD:
    case GUMBO_TAG_TFOOT:
        return parent == GUMBO_TAG_TABLE;
    case GUMBO_TAG_COL:
        return parent == GUMBO_TAG_COLGROUP;
    case GUMBO_TAG_TR:
        return is_row_group(parent);
    case GUMBO_TAG_TD:
    case GUMBO_TAG_TH:
        return parent == GUMBO_TAG_TR;
    default:
        return !is_frame_of_table(parent);
    }
}

/* What an element of the same kind closes when it begins. */
static bool closes_its_like(const lede__html_nesting *n, GumboTag tag) {
    switch ((int)tag) {
    case GUMBO_TAG_A:
        return is_open(n, GUMBO_TAG_A, GUMBO_TAG_A, GUMBO_TAG_LAST, GUMBO_TAG_LAST);
    case GUMBO_TAG_LI:
        return is_open(n, GUMBO_TAG_LI, GUMBO_TAG_LI, GUMBO_TAG_UL, GUMBO_TAG_OL);
    case GUMBO_TAG_DD:
    case GUMBO_TAG_DT:
        return is_open(n, GUMBO_TAG_DD, GUMBO_TAG_DT, GUMBO_TAG_DL, GUMBO_TAG_DL);
    case GUMBO_TAG_RT:
    case GUMBO_TAG_RP:
        return current(n) != GUMBO_TAG_RUBY;
    default:
        return is_heading(tag) && is_heading(current(n));
    }
}

static bool closes_paragraph(const lede__html_nesting *n, const lede__html_tag *t) {
    return (t->traits & LEDE__TAG_CLOSES_P) &&
           is_open(n, GUMBO_TAG_P, GUMBO_TAG_P, GUMBO_TAG_LAST, GUMBO_TAG_LAST);
}

void lede__html_nesting_open(lede__html_nesting *n, const lede__html_tag *t) {
    if (!is_in_table_order(current(n), t->tag) || closes_its_like(n, t->tag) ||
        closes_paragraph(n, t))
        n->unsure = true;
    if (!(t->traits & LEDE__TAG_EMPTY))
        n->open[n->depth++] = t->tag;
}

void lede__html_nesting_close(lede__html_nesting *n) { n->implied[--n->depth] = false; }

void lede__html_nesting_text(lede__html_nesting *n, lede_str text) {
    if (is_frame_of_table(current(n)) && lede_str_trim(text).len)
        n->unsure = true;
}
