/* elements.c - a whole document read for what is in it. See lede/html.h.
 *
 * What was mended is found out from gumbo's notes on nodes: its list of errors is no part of its
 * interface. The tree is walked by its own links, so that its depth does not matter. */
#include "html/internal.h"

#include "base/banned.h"

static const GumboVector *children(const GumboNode *n) {
    if (n->type == GUMBO_NODE_DOCUMENT)
        return &n->v.document.children;
    if (n->type == GUMBO_NODE_ELEMENT || n->type == GUMBO_NODE_TEMPLATE)
        return &n->v.element.children;
    return NULL;
}

/* The node after n in the document, within root; NULL at its end. */
static const GumboNode *after(const GumboNode *n, const GumboNode *root) {
    const GumboVector *inner = children(n);
    if (inner && inner->length)
        return inner->data[0];
    for (; n != root; n = n->parent) {
        const GumboVector *beside = children(n->parent);
        if (n->index_within_parent + 1 < beside->length)
            return beside->data[n->index_within_parent + 1];
    }
    return NULL;
}

/* ---- flaws */

/* Elements whose end tag may be left out (HTML standard, 13.1.2.4), and those that have none. */
static bool may_be_open(GumboTag tag) {
    switch ((int)tag) {
    case GUMBO_TAG_HTML:
    case GUMBO_TAG_HEAD:
    case GUMBO_TAG_BODY:
    case GUMBO_TAG_LI:
    case GUMBO_TAG_DT:
    case GUMBO_TAG_DD:
    case GUMBO_TAG_P:
    case GUMBO_TAG_RP:
    case GUMBO_TAG_RT:
    case GUMBO_TAG_OPTGROUP:
    case GUMBO_TAG_OPTION:
    case GUMBO_TAG_COLGROUP:
    case GUMBO_TAG_CAPTION:
    case GUMBO_TAG_THEAD:
    case GUMBO_TAG_TBODY:
    case GUMBO_TAG_TFOOT:
    case GUMBO_TAG_TR:
    case GUMBO_TAG_TD:
    case GUMBO_TAG_TH:
        return true;
    default:
        return false;
    }
}

static bool is_void(GumboTag tag) {
    switch ((int)tag) {
    case GUMBO_TAG_AREA:
    case GUMBO_TAG_BASE:
    case GUMBO_TAG_BR:
    case GUMBO_TAG_COL:
    case GUMBO_TAG_EMBED:
    case GUMBO_TAG_HR:
    case GUMBO_TAG_IMG:
    case GUMBO_TAG_INPUT:
    case GUMBO_TAG_LINK:
    case GUMBO_TAG_META:
    case GUMBO_TAG_PARAM:
    case GUMBO_TAG_SOURCE:
    case GUMBO_TAG_TRACK:
    case GUMBO_TAG_WBR:
        return true;
    default:
        return false;
    }
}

/* A parser moves what stands between rows and cells before the table: there it precedes what began
 * earlier. (0.10.1 has a flag for it that it never sets.) */
static bool was_moved(const GumboNode *n) {
    if (!n->parent || !n->v.element.original_tag.data)
        return false;
    const GumboVector *beside = children(n->parent);
    for (size_t i = n->index_within_parent + 1; i < beside->length; i++) {
        const GumboNode *next = beside->data[i];
        if (next->type == GUMBO_NODE_ELEMENT)
            return next->v.element.tag == GUMBO_TAG_TABLE &&
                   next->v.element.start_pos.offset < n->v.element.start_pos.offset;
    }
    return false;
}

static lede_html_flaw flaw_of(const GumboNode *n) {
    const unsigned flags = n->parse_flags;
    const GumboElement *e = &n->v.element;
    if (e->tag_namespace != GUMBO_NAMESPACE_HTML)
        return LEDE_HTML_FLAWLESS;
    if (flags & GUMBO_INSERTION_CONVERTED_FROM_END_TAG)
        return LEDE_HTML_STRAY;
    if (was_moved(n))
        return LEDE_HTML_MISPLACED;
    if (flags &
        (GUMBO_INSERTION_ADOPTION_AGENCY_CLONED | GUMBO_INSERTION_RECONSTRUCTED_FORMATTING_ELEMENT))
        return LEDE_HTML_MISNESTED;
    if ((flags & GUMBO_INSERTION_IMPLICIT_END_TAG) && !may_be_open(e->tag) && !is_void(e->tag))
        return LEDE_HTML_UNCLOSED;
    return LEDE_HTML_FLAWLESS;
}

/* ---- elements */

enum { NAME_MAX_LEN = 64 }; /* of a tag that gumbo does not know; a longer one is cut */

/* The tag's name as written, for what gumbo has no number for; in lower case, in name. */
static lede_str written_name(const GumboElement *e, char name[NAME_MAX_LEN]) {
    GumboStringPiece piece = e->original_tag;
    if (!piece.data)
        return LEDE_STR("");
    gumbo_tag_from_original_text(&piece);
    const size_t len = piece.length < NAME_MAX_LEN ? piece.length : NAME_MAX_LEN;
    for (size_t i = 0; i < len; i++)
        name[i] = (char)(piece.data[i] >= 'A' && piece.data[i] <= 'Z' ? piece.data[i] + 32
                                                                      : piece.data[i]);
    return lede_str_n(name, len);
}

static bool show(const GumboNode *n, lede_html_visit *visit, void *ctx) {
    char name[NAME_MAX_LEN];
    const GumboElement *e = &n->v.element;
    const bool is_written = (e->original_tag.data && !(n->parse_flags & GUMBO_INSERTION_IMPLIED)) ||
                            (n->parse_flags & GUMBO_INSERTION_CONVERTED_FROM_END_TAG);
    const lede_html_element element = {
        .tag = e->tag == GUMBO_TAG_UNKNOWN ? written_name(e, name)
                                           : lede_str_of(gumbo_normalized_tagname(e->tag)),
        .line = is_written ? (int)e->start_pos.line : 0,
        .flaw = flaw_of(n),
        .node = n,
    };
    return visit(ctx, &element);
}

bool lede_html_attribute(const lede_html_element *e, size_t i, lede_str *name, lede_str *value) {
    const GumboVector *attributes = &((const GumboNode *)e->node)->v.element.attributes;
    if (i >= attributes->length)
        return false;
    const GumboAttribute *a = attributes->data[i];
    *name = lede_str_of(a->name);
    *value = lede_str_of(a->value);
    return true;
}

void lede_html_element_text(const lede_html_element *e, lede_buf *out) {
    const GumboNode *root = e->node;
    for (const GumboNode *n = root; n; n = after(n, root))
        if (n->type == GUMBO_NODE_TEXT || n->type == GUMBO_NODE_WHITESPACE ||
            n->type == GUMBO_NODE_CDATA)
            lede_buf_adds(out, n->v.text.text);
}

static bool is_html5(const GumboDocument *d) {
    return d->has_doctype && lede_str_is(lede_str_of(d->name), "html") && !d->public_identifier[0];
}

lede_status lede_html_read(lede_str html, lede_html_visit *visit, void *ctx, bool *doctype,
                           lede_error *err) {
    lede__html_parser parser;
    lede__html_parser_init(&parser, html.len);
    const GumboNode *document = lede__html_parse_document(&parser, html);
    if (!document) {
        lede__html_parser_fini(&parser);
        return lede_fail(err, LEDE_ELIMIT, "html: too large, too deep or too tangled to be read");
    }
    if (doctype)
        *doctype = is_html5(&document->v.document);
    for (const GumboNode *n = document; n; n = after(n, document))
        if ((n->type == GUMBO_NODE_ELEMENT || n->type == GUMBO_NODE_TEMPLATE) &&
            !show(n, visit, ctx))
            break;
    lede__html_parser_fini(&parser);
    return LEDE_OK;
}
