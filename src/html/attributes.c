/* attributes.c - the table of attributes: of which element, by which check, for whom. */
#include "html/internal.h"

#include "base/banned.h"

/* No style, no name, no target, no event, no data-. ANY: of every element. */
#define ANY GUMBO_TAG_LAST
enum { FEED, OWNER };

/* What document and forms have as properties: an element of that id could stand before them ("DOM
 * clobbering"). */
#define TAKEN                                                                                      \
    "__proto__ acceptCharset action activeElement addEventListener adoptNode alert all "           \
    "anchors append appendChild applets attributes autocomplete baseURI body characterSet "        \
    "charset childElementCount childNodes children classList className cloneNode close "           \
    "compatMode constructor contains contentType cookie createElement createTextNode "             \
    "currentScript defaultView designMode dir dispatchEvent doctype document documentElement "     \
    "documentURI domain elements embeds encoding enctype evaluate execCommand firstChild "         \
    "fonts form forms getAttribute getElementById getElementsByClassName getElementsByName "       \
    "getElementsByTagName getSelection hasAttribute hasFocus hasOwnProperty head hidden id "       \
    "images implementation importNode innerHTML innerText inputEncoding insertBefore "             \
    "isConnected isPrototypeOf lastChild lastModified length links localName location matches "    \
    "method name namespaceURI nextSibling nodeName nodeType nodeValue normalize noValidate "       \
    "open ownerDocument parent parentElement parentNode plugins prepend previousSibling "          \
    "prototype querySelector querySelectorAll readyState referrer rel remove removeAttribute "     \
    "removeChild removeEventListener replaceChild reportValidity reset rootElement scripts "       \
    "self setAttribute shadowRoot style styleSheets submit tagName target textContent "            \
    "timeline title toLocaleString top toString URL valueOf visibilityState window write "         \
    "writeln"
#define REL                                                                                        \
    "alternate author bookmark external help license me next nofollow noopener noreferrer prev "   \
    "search sponsored tag ugc"

/* clang-format off */
static const struct rule {
    GumboTag tag;
    const char *name;
    lede__html_check *check;
    const char *words;
    unsigned char whose, has;
} rules[] = {
    {GUMBO_TAG_A, "href", lede__attr_link, NULL, FEED, LEDE__HAS_URL},
    {GUMBO_TAG_A, "hreflang", lede__attr_language, NULL, FEED, 0},
    {GUMBO_TAG_A, "rel", lede__attr_rel, REL, OWNER, 0},
    {GUMBO_TAG_A, "type", lede__attr_plain, NULL, OWNER, 0},
    {GUMBO_TAG_A, "download", lede__attr_text, NULL, OWNER, 0},

    {GUMBO_TAG_IMG, "src", lede__attr_image, NULL, FEED, LEDE__HAS_URL},
    {GUMBO_TAG_IMG, "srcset", lede__attr_srcset, NULL, FEED, LEDE__HAS_URL},
    {GUMBO_TAG_IMG, "alt", lede__attr_text, NULL, FEED, LEDE__HAS_ALT},
    {GUMBO_TAG_IMG, "width", lede__attr_size, "99999", FEED, 0},
    {GUMBO_TAG_IMG, "height", lede__attr_size, "99999", FEED, 0},
    {GUMBO_TAG_IMG, "sizes", lede__attr_plain, NULL, OWNER, 0},
    {GUMBO_TAG_IMG, "loading", lede__attr_word, "lazy eager", OWNER, 0},
    {GUMBO_TAG_IMG, "decoding", lede__attr_word, "sync async auto", OWNER, 0},
    {GUMBO_TAG_IMG, "fetchpriority", lede__attr_word, "high low auto", OWNER, 0},

    {GUMBO_TAG_BLOCKQUOTE, "cite", lede__attr_media, NULL, FEED, 0},
    {GUMBO_TAG_Q, "cite", lede__attr_media, NULL, FEED, 0},
    {GUMBO_TAG_DEL, "cite", lede__attr_media, NULL, FEED, 0},
    {GUMBO_TAG_DEL, "datetime", lede__attr_time, NULL, FEED, 0},
    {GUMBO_TAG_INS, "cite", lede__attr_media, NULL, FEED, 0},
    {GUMBO_TAG_INS, "datetime", lede__attr_time, NULL, FEED, 0},
    {GUMBO_TAG_TIME, "datetime", lede__attr_time, NULL, FEED, 0},
    {GUMBO_TAG_OL, "start", lede__attr_number, NULL, FEED, 0},
    {GUMBO_TAG_OL, "reversed", lede__attr_flag, NULL, FEED, 0},
    {GUMBO_TAG_OL, "type", lede__attr_word, "1 a i", OWNER, 0},
    {GUMBO_TAG_LI, "value", lede__attr_number, NULL, OWNER, 0},
    {GUMBO_TAG_DETAILS, "open", lede__attr_flag, NULL, OWNER, 0},

    {GUMBO_TAG_PRE, "tabindex", lede__attr_word, "0", OWNER, LEDE__HAS_TABINDEX},
    {GUMBO_TAG_TABLE, "tabindex", lede__attr_word, "0", OWNER, LEDE__HAS_TABINDEX},
    {GUMBO_TAG_COL, "span", lede__attr_size, "1000", FEED, 0},
    {GUMBO_TAG_COLGROUP, "span", lede__attr_size, "1000", OWNER, 0},
    {GUMBO_TAG_TD, "colspan", lede__attr_size, "1000", FEED, 0},
    {GUMBO_TAG_TD, "rowspan", lede__attr_size, "1000", FEED, 0},
    {GUMBO_TAG_TD, "headers", lede__attr_tokens, NULL, FEED, 0},
    {GUMBO_TAG_TD, "scope", lede__attr_word, "row col rowgroup colgroup", FEED, 0},
    {GUMBO_TAG_TD, "align", lede__attr_word, "left center right", OWNER, 0},
    {GUMBO_TAG_TH, "colspan", lede__attr_size, "1000", FEED, 0},
    {GUMBO_TAG_TH, "rowspan", lede__attr_size, "1000", FEED, 0},
    {GUMBO_TAG_TH, "headers", lede__attr_tokens, NULL, FEED, 0},
    {GUMBO_TAG_TH, "scope", lede__attr_word, "row col rowgroup colgroup", FEED, 0},
    {GUMBO_TAG_TH, "abbr", lede__attr_text, NULL, OWNER, 0},
    {GUMBO_TAG_TH, "align", lede__attr_word, "left center right", OWNER, 0},

    {GUMBO_TAG_INPUT, "type", lede__attr_word, "checkbox", OWNER, LEDE__HAS_TYPE},
    {GUMBO_TAG_INPUT, "checked", lede__attr_flag, NULL, OWNER, 0},
    {GUMBO_TAG_INPUT, "disabled", lede__attr_flag, NULL, OWNER, LEDE__HAS_DISABLED},

    {GUMBO_TAG_IFRAME, "src", lede__attr_frame, NULL, OWNER, LEDE__HAS_URL},
    {GUMBO_TAG_IFRAME, "width", lede__attr_size, "99999", OWNER, 0},
    {GUMBO_TAG_IFRAME, "height", lede__attr_size, "99999", OWNER, 0},
    {GUMBO_TAG_IFRAME, "allowfullscreen", lede__attr_flag, NULL, OWNER, 0},
    {GUMBO_TAG_IFRAME, "loading", lede__attr_word, "lazy eager", OWNER, 0},

    {GUMBO_TAG_VIDEO, "src", lede__attr_media, NULL, OWNER, 0},
    {GUMBO_TAG_VIDEO, "poster", lede__attr_image, NULL, OWNER, 0},
    {GUMBO_TAG_VIDEO, "width", lede__attr_size, "99999", OWNER, 0},
    {GUMBO_TAG_VIDEO, "height", lede__attr_size, "99999", OWNER, 0},
    {GUMBO_TAG_VIDEO, "controls", lede__attr_flag, NULL, OWNER, 0},
    {GUMBO_TAG_VIDEO, "loop", lede__attr_flag, NULL, OWNER, 0},
    {GUMBO_TAG_VIDEO, "muted", lede__attr_flag, NULL, OWNER, 0},
    {GUMBO_TAG_VIDEO, "playsinline", lede__attr_flag, NULL, OWNER, 0},
    {GUMBO_TAG_VIDEO, "preload", lede__attr_word, "none metadata auto", OWNER, 0},
    {GUMBO_TAG_AUDIO, "src", lede__attr_media, NULL, OWNER, 0},
    {GUMBO_TAG_AUDIO, "controls", lede__attr_flag, NULL, OWNER, 0},
    {GUMBO_TAG_AUDIO, "loop", lede__attr_flag, NULL, OWNER, 0},
    {GUMBO_TAG_AUDIO, "muted", lede__attr_flag, NULL, OWNER, 0},
    {GUMBO_TAG_AUDIO, "preload", lede__attr_word, "none metadata auto", OWNER, 0},
    {GUMBO_TAG_SOURCE, "src", lede__attr_media, NULL, OWNER, LEDE__HAS_URL},
    {GUMBO_TAG_SOURCE, "srcset", lede__attr_srcset, NULL, OWNER, LEDE__HAS_URL},
    {GUMBO_TAG_SOURCE, "sizes", lede__attr_plain, NULL, OWNER, 0},
    {GUMBO_TAG_SOURCE, "media", lede__attr_plain, NULL, OWNER, 0},
    {GUMBO_TAG_SOURCE, "type", lede__attr_plain, NULL, OWNER, 0},
    {GUMBO_TAG_SOURCE, "width", lede__attr_size, "99999", OWNER, 0},
    {GUMBO_TAG_SOURCE, "height", lede__attr_size, "99999", OWNER, 0},
    {GUMBO_TAG_TRACK, "src", lede__attr_media, NULL, OWNER, LEDE__HAS_URL},
    {GUMBO_TAG_TRACK, "kind", lede__attr_word, "subtitles captions descriptions chapters", OWNER, 0},
    {GUMBO_TAG_TRACK, "srclang", lede__attr_language, NULL, OWNER, 0},
    {GUMBO_TAG_TRACK, "label", lede__attr_text, NULL, OWNER, 0},
    {GUMBO_TAG_TRACK, "default", lede__attr_flag, NULL, OWNER, 0},

    /* A heading's id is its own name, whatever it says ("Title", "Links"): no lookup of document or form finds headings. */
    {GUMBO_TAG_H1, "id", lede__attr_id, "", OWNER, LEDE__HAS_ID},
    {GUMBO_TAG_H2, "id", lede__attr_id, "", OWNER, LEDE__HAS_ID},
    {GUMBO_TAG_H3, "id", lede__attr_id, "", OWNER, LEDE__HAS_ID},
    {GUMBO_TAG_H4, "id", lede__attr_id, "", OWNER, LEDE__HAS_ID},
    {GUMBO_TAG_H5, "id", lede__attr_id, "", OWNER, LEDE__HAS_ID},
    {GUMBO_TAG_H6, "id", lede__attr_id, "", OWNER, LEDE__HAS_ID},

    {ANY, "lang", lede__attr_language, NULL, FEED, 0},
    {ANY, "dir", lede__attr_word, "ltr rtl auto", FEED, 0},
    {ANY, "title", lede__attr_text, NULL, FEED, 0},
    {ANY, "class", lede__attr_text, NULL, OWNER, 0},
    {ANY, "id", lede__attr_id, TAKEN, OWNER, LEDE__HAS_ID},
    {ANY, "role", lede__attr_tokens, NULL, OWNER, 0},
    {ANY, "aria-label", lede__attr_text, NULL, OWNER, 0},
    {ANY, "aria-describedby", lede__attr_tokens, NULL, OWNER, 0},
    {ANY, "aria-labelledby", lede__attr_tokens, NULL, OWNER, 0},
    {ANY, "aria-hidden", lede__attr_word, "true false", OWNER, 0},
};
/* clang-format on */

static const struct rule *rule_of(GumboTag tag, const char *name, bool owner) {
    for (size_t i = 0; i < sizeof rules / sizeof *rules; i++)
        if ((rules[i].tag == tag || rules[i].tag == ANY) && (owner || rules[i].whose == FEED) &&
            !strcmp(rules[i].name, name))
            return &rules[i];
    return NULL;
}

unsigned lede__html_attributes(const lede__html_rules *r, const GumboElement *e, lede_buf *scratch,
                               lede_buf *out) {
    unsigned has = 0;
    for (unsigned i = 0; i < e->attributes.length; i++) {
        const GumboAttribute *a = e->attributes.data[i];
        const struct rule *rule = rule_of(e->tag, a->name, r->owner);
        lede_buf_clear(scratch);
        if (!rule || a->attr_namespace != GUMBO_ATTR_NAMESPACE_NONE ||
            !rule->check(r, rule->words, lede_str_of(a->value), scratch))
            continue;
        lede_buf_addc(out, ' ');
        lede_buf_adds(out, a->name);
        lede_buf_adds(out, "=\"");
        lede__html_put(out, lede_buf_str(scratch), lede_escape_attr);
        lede_buf_addc(out, '"');
        if (scratch->status)
            out->status = scratch->status;
        has |= rule->has;
    }
    return has;
}
