/* html.h - HTML that others wrote: cleaned by an allow-list, or read as text; and whole pages, read
 * for what is in them. Pure.
 *
 * Input is any bytes. It is parsed as browsers parse a fragment (the HTML standard's tree builder),
 * inside a bounded memory (64 MiB) and time (100 ms of CPU, 100 more for each further 512 KiB), and
 * what comes out is written from the tree alone: allowed elements with allowed, checked and quoted
 * attributes, and escaped text. Sanitising the result again changes no byte. What passes a bound
 * (or 1 MiB) is reduced to its text. From several threads: yes. */
#ifndef LEDE_HTML_H
#define LEDE_HTML_H

#include "lede/text.h"

typedef enum lede_html_trust {
    LEDE_HTML_FEED, /* third-party: text, lists, tables, pictures, links; no class, id or style.
                       Links and pictures become absolute; every link gets rel="nofollow noopener
                       noreferrer" */
    LEDE_HTML_OWNER /* the site's own raw HTML: also sections, class, id, ARIA, video, audio and
                       picture, the check boxes of task lists, frames by host; relative addresses
                       stay. All that lede's Markdown prints passes */
} lede_html_trust;

/* Borrowed for the call. {0} is a policy: third-party, relative addresses dropped. */
typedef struct lede_html_policy {
    lede_html_trust trust;
    lede_str base;    /* FEED: what relative addresses are resolved against (RFC 3986 section 5).
                         Anything but an absolute http(s) address counts as none */
    bool in_page;     /* as lede_markdown_options has it */
    bool data_images; /* data: addresses of PNG, GIF, JPEG and WebP in <img> */
    const lede_str *iframe_hosts; /* OWNER: "www.youtube-nocookie.com"; their frames stay,
                                     sandboxed, over https only */
    size_t iframe_host_count;
    bool *reduced; /* may be NULL: set to whether a bound was passed and only text came out */
} lede_html_policy;

/* Appends html as the policy (NULL = {0}) leaves it. Dropped with all they hold: script style
 * template noscript iframe object embed xmp noembed noframes plaintext title textarea select, and
 * whatever is SVG or MathML. Dropped: comments. Other elements that are not allowed leave their
 * children. A picture whose address is refused leaves its description, a link its text. Addresses:
 * http, https, mailto (links), tel (OWNER's links). At most 256 elements deep; what lies deeper is
 * text. Fails with LEDE_ENOMEM or LEDE_ELIMIT, both from out. */
LEDE_MUST_CHECK lede_status lede_html_sanitise(lede_str html, const lede_html_policy *policy,
                                               lede_buf *out, lede_error *err);

/* Where HTML stands that others will show. Texts are borrowed. */
typedef struct lede_html_place {
    lede_str address; /* absolute, of its page: relative addresses are resolved against it */
    lede_str root;    /* of the site, without a slash at its end: "/x" is below it */
    bool pictures;    /* false: <img> is left out */
} lede_html_place;

/* Appends the absolute form of a reference: of anything with a scheme, itself. */
void lede_html_absolute(lede_str ref, const lede_html_place *place, lede_buf *out);

/* Appends html as other people's readers may have it: addresses absolute, classes, ids and what else only a page needs left
 * out. True when it is as lede's Markdown prints it, of elements that LEDE_HTML_FEED allows; false when there is something
 * that was copied unjudged, for then it has to be sanitised. Fails in out. */
LEDE_MUST_CHECK bool lede_html_syndicate(lede_str html, const lede_html_place *place, lede_buf *out);

/* Appends the words of html: entities decoded, white space folded (but in <pre>), a newline between
 * blocks and for <br>, a blank between the cells of a table; nothing of what lede_html_sanitise
 * drops with all it holds. Not escaped. */
void lede_html_text(lede_str html, lede_buf *out);

/* ---- whole documents */

/* What a parser had to mend at an element. */
typedef enum lede_html_flaw {
    LEDE_HTML_FLAWLESS,
    LEDE_HTML_UNCLOSED,  /* its end tag is missing, and may not be */
    LEDE_HTML_MISNESTED, /* it was closed while another was open that began in it, and goes on */
    LEDE_HTML_MISPLACED, /* it stood in a table, between rows and cells */
    LEDE_HTML_STRAY      /* an end tag that ends nothing, of </p> or </br> */
} lede_html_flaw;

/* Borrowed for the call of the visitor. */
typedef struct lede_html_element {
    lede_str tag; /* in lower case */
    int line;     /* of its begin; 0 when it is not written there (<tbody>) */
    lede_html_flaw flaw;
    const void *node;
} lede_html_element;

/* The i-th attribute of an element, name in lower case, value with its entities decoded; false when
 * there are not so many. */
bool lede_html_attribute(const lede_html_element *e, size_t i, lede_str *name, lede_str *value);
/* Appends the text within an element as it stands, of scripts and styles too. */
void lede_html_element_text(const lede_html_element *e, lede_buf *out);

/* false ends the visit. */
typedef bool lede_html_visit(void *ctx, const lede_html_element *e);
/* Parses html as a browser does a whole document and visits its elements, in the order of the
 * document; what stands in <template> and in SVG too. *doctype (may be NULL): whether it begins with
 * <!doctype html>. Fails with LEDE_ELIMIT when a bound was passed (64 MiB of memory, time as above):
 * nothing was visited then. */
LEDE_MUST_CHECK lede_status lede_html_read(lede_str html, lede_html_visit *visit, void *ctx,
                                           bool *doctype, lede_error *err);

#endif
