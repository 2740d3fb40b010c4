/* headings.c - the headings of a text that stands in a page, below the page's own: no level is left
 * out on the way down, for those who find their way by them. */
#include "markdown/passes.h"

#include "base/banned.h"

void lede__headings_level(cmark_node *root) {
    int above = 1; /* the page's own */
    for (cmark_node *n = root; n; n = lede__next_block(n, root)) {
        if (cmark_node_get_type(n) != CMARK_NODE_HEADING)
            continue;
        if (cmark_node_get_heading_level(n) > above + 1)
            cmark_node_set_heading_level(n, above + 1);
        above = cmark_node_get_heading_level(n);
    }
}
