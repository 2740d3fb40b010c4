/* tags.c - the table of elements. What stands in it with no word of who may have it is unwrapped:
 * its children stay. */
#include "html/internal.h"

#include "base/banned.h"

#define FEED LEDE__TAG_FEED
#define OWNER LEDE__TAG_OWNER
#define DROPPED LEDE__TAG_DROPPED
#define EMPTY LEDE__TAG_EMPTY
#define BLOCK (LEDE__TAG_BLOCK | LEDE__TAG_CLOSES_P)
#define LINE LEDE__TAG_BLOCK

/* clang-format off */
static const unsigned char traits[GUMBO_TAG_LAST + 1] = {
    [GUMBO_TAG_A] = FEED, [GUMBO_TAG_ABBR] = FEED, [GUMBO_TAG_B] = FEED, [GUMBO_TAG_BDI] = FEED, [GUMBO_TAG_BDO] = FEED,
    [GUMBO_TAG_BR] = FEED | EMPTY, [GUMBO_TAG_CITE] = FEED, [GUMBO_TAG_CODE] = FEED, [GUMBO_TAG_DEL] = FEED,
    [GUMBO_TAG_DFN] = FEED, [GUMBO_TAG_EM] = FEED, [GUMBO_TAG_I] = FEED, [GUMBO_TAG_IMG] = FEED | EMPTY,
    [GUMBO_TAG_INS] = FEED, [GUMBO_TAG_KBD] = FEED, [GUMBO_TAG_MARK] = FEED, [GUMBO_TAG_Q] = FEED, [GUMBO_TAG_RP] = FEED,
    [GUMBO_TAG_RT] = FEED, [GUMBO_TAG_RUBY] = FEED, [GUMBO_TAG_S] = FEED, [GUMBO_TAG_SAMP] = FEED,
    [GUMBO_TAG_SMALL] = FEED, [GUMBO_TAG_SPAN] = FEED, [GUMBO_TAG_STRONG] = FEED, [GUMBO_TAG_SUB] = FEED,
    [GUMBO_TAG_SUP] = FEED, [GUMBO_TAG_TIME] = FEED, [GUMBO_TAG_U] = FEED, [GUMBO_TAG_VAR] = FEED,
    [GUMBO_TAG_WBR] = FEED | EMPTY,

    [GUMBO_TAG_BLOCKQUOTE] = FEED | BLOCK, [GUMBO_TAG_DD] = FEED | BLOCK, [GUMBO_TAG_DETAILS] = FEED | BLOCK,
    [GUMBO_TAG_DIV] = FEED | BLOCK, [GUMBO_TAG_DL] = FEED | BLOCK, [GUMBO_TAG_DT] = FEED | BLOCK,
    [GUMBO_TAG_FIGCAPTION] = FEED | BLOCK, [GUMBO_TAG_FIGURE] = FEED | BLOCK, [GUMBO_TAG_H1] = FEED | BLOCK,
    [GUMBO_TAG_H2] = FEED | BLOCK, [GUMBO_TAG_H3] = FEED | BLOCK, [GUMBO_TAG_H4] = FEED | BLOCK,
    [GUMBO_TAG_H5] = FEED | BLOCK, [GUMBO_TAG_H6] = FEED | BLOCK, [GUMBO_TAG_HR] = FEED | BLOCK | EMPTY,
    [GUMBO_TAG_LI] = FEED | BLOCK, [GUMBO_TAG_OL] = FEED | BLOCK, [GUMBO_TAG_P] = FEED | BLOCK,
    [GUMBO_TAG_PRE] = FEED | BLOCK, [GUMBO_TAG_SUMMARY] = FEED | BLOCK, [GUMBO_TAG_TABLE] = FEED | BLOCK,
    [GUMBO_TAG_UL] = FEED | BLOCK,
    [GUMBO_TAG_CAPTION] = FEED | LINE, [GUMBO_TAG_COL] = FEED | EMPTY, [GUMBO_TAG_COLGROUP] = FEED,
    [GUMBO_TAG_TBODY] = FEED | LINE, [GUMBO_TAG_TD] = FEED, [GUMBO_TAG_TFOOT] = FEED | LINE, [GUMBO_TAG_TH] = FEED,
    [GUMBO_TAG_THEAD] = FEED | LINE, [GUMBO_TAG_TR] = FEED | LINE,

    [GUMBO_TAG_ADDRESS] = OWNER | BLOCK, [GUMBO_TAG_ARTICLE] = OWNER | BLOCK, [GUMBO_TAG_ASIDE] = OWNER | BLOCK,
    [GUMBO_TAG_FOOTER] = OWNER | BLOCK, [GUMBO_TAG_HEADER] = OWNER | BLOCK, [GUMBO_TAG_HGROUP] = OWNER | BLOCK,
    [GUMBO_TAG_MAIN] = OWNER | BLOCK, [GUMBO_TAG_NAV] = OWNER | BLOCK, [GUMBO_TAG_SECTION] = OWNER | BLOCK,
    [GUMBO_TAG_AUDIO] = OWNER, [GUMBO_TAG_VIDEO] = OWNER, [GUMBO_TAG_SOURCE] = OWNER | EMPTY,
    [GUMBO_TAG_TRACK] = OWNER | EMPTY, [GUMBO_TAG_INPUT] = OWNER | EMPTY,
    [GUMBO_TAG_IFRAME] = OWNER | EMPTY,

    [GUMBO_TAG_EMBED] = DROPPED, [GUMBO_TAG_FRAMESET] = DROPPED, [GUMBO_TAG_NOEMBED] = DROPPED,
    [GUMBO_TAG_NOFRAMES] = DROPPED, [GUMBO_TAG_NOSCRIPT] = DROPPED, [GUMBO_TAG_OBJECT] = DROPPED,
    [GUMBO_TAG_PLAINTEXT] = DROPPED, [GUMBO_TAG_SCRIPT] = DROPPED, [GUMBO_TAG_SELECT] = DROPPED,
    [GUMBO_TAG_STYLE] = DROPPED, [GUMBO_TAG_TEMPLATE] = DROPPED, [GUMBO_TAG_TEXTAREA] = DROPPED,
    [GUMBO_TAG_TITLE] = DROPPED, [GUMBO_TAG_XMP] = DROPPED, [GUMBO_TAG_SVG] = DROPPED, [GUMBO_TAG_MATH] = DROPPED,

    [GUMBO_TAG_CENTER] = LINE, [GUMBO_TAG_DIR] = LINE, [GUMBO_TAG_FIELDSET] = LINE, [GUMBO_TAG_FORM] = LINE,
    [GUMBO_TAG_LEGEND] = LINE, [GUMBO_TAG_LISTING] = LINE, [GUMBO_TAG_MENU] = LINE,
};
/* clang-format on */

/* gumbo is older than <picture>: it has no number for it. */
static bool is_picture(const GumboElement *e) {
    GumboStringPiece name = e->original_tag;
    gumbo_tag_from_original_text(&name);
    return lede_str_eq_nocase(lede_str_n(name.data, name.length), LEDE_STR("picture"));
}

unsigned lede__html_traits(GumboTag tag) { return traits[tag]; }

lede__html_tag lede__html_tag_of(const GumboElement *e) {
    if (e->tag == GUMBO_TAG_UNKNOWN && is_picture(e))
        return (lede__html_tag){e->tag, "picture", OWNER};
    return (lede__html_tag){e->tag, gumbo_normalized_tagname(e->tag), traits[e->tag]};
}
