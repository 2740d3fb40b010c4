/* markdown.h - CommonMark to HTML, plain text and a tree. Pure; safe by default.
 *
 * libcmark's default allocator aborts when memory is refused; here it parses inside a bounded arena and a refusal comes
 * back as LEDE_ENOMEM (the system's) or LEDE_ELIMIT (ours). Before it sees a document, size (1 MiB), nesting (100) and
 * unclosed image openers are checked, because some inputs cost it quadratic time (SECURITY.md F5): LEDE_ELIMIT with the
 * line and what to do. Safe mode leaves raw HTML out, and links and images whose URL is not http, https, mailto, tel,
 * relative or (images) data: of a bitmap become their text. From several threads: one document, one thread at a time. */
#ifndef LEDE_MARKDOWN_H
#define LEDE_MARKDOWN_H

#include "lede/arena.h"

/* What lede adds to CommonMark, each a pass of its own (src/markdown/<name>.c says by which rules). All are on. */
typedef enum lede_markdown_pass {
    LEDE_MARKDOWN_TABLES = 1 << 0,        /* GFM 4.10, with class="left|center|right" */
    LEDE_MARKDOWN_STRIKETHROUGH = 1 << 1, /* GFM 6.5 */
    LEDE_MARKDOWN_TASKS = 1 << 2,         /* GFM 5.3 */
    LEDE_MARKDOWN_AUTOLINKS = 1 << 3,     /* GFM 6.9 */
    LEDE_MARKDOWN_FOOTNOTES = 1 << 4,
    LEDE_MARKDOWN_HEADING_IDS = 1 << 5,
    LEDE_MARKDOWN_TYPOGRAPHY = 1 << 6, /* only when a language is given */
    LEDE_MARKDOWN_DIRECTIVES = 1 << 7,
    LEDE_MARKDOWN_ALL = (1 << 8) - 1
} lede_markdown_pass;
const char *lede_markdown_pass_name(lede_markdown_pass pass); /* "tables", as options have it */

/* ---- directives: ":name[text]{k=v}" in a line, "::name[text]{k=v}" a line of its own, and ":::name[text]{k=v}" to ":::",
 * whose content is Markdown. A bare fence closes the directive opened by as many colons, else the innermost with fewer. */
typedef enum lede_directive_kind {
    LEDE_DIRECTIVE_INLINE,
    LEDE_DIRECTIVE_LEAF,
    LEDE_DIRECTIVE_CONTAINER
} lede_directive_kind;
/* key=value, key="two words", key='two words', a bare key (an empty value), .class (all together one "class"), #id. */
typedef struct lede_attribute { lede_str key, value; } lede_attribute;
typedef struct lede_directive {
    lede_str name;
    lede_directive_kind kind;
    const lede_attribute *attrs;
    size_t n_attrs;
    lede_str inner; /* HTML: of a container's content, else of the label */
    lede_str label; /* plain text */
    int line;
} lede_directive;
/* Appends what stands for it to *html, which is printed as it is: trusted code only. false: nobody knows it; then its content
 * stays and is noted. Called when the document is read, inner directives first. */
typedef bool lede_directive_fn(void *ctx, const lede_directive *d, lede_buf *html);

/* What an author should hear about and no reader sees. */
typedef struct lede_markdown_note {
    const char *kind; /* "directive" or "footnote" */
    lede_str name;
    int line;
    const char *message;
} lede_markdown_note;
typedef void lede_markdown_note_fn(void *ctx, const lede_markdown_note *n);
/* Appends attributes (" width=\"640\"", each with a blank before it) for the <img> of url, as it stands in the source. They
 * are printed as they are: trusted code only. Called for each picture whose URL may stand, in order, whenever the tree is
 * written. */
typedef void lede_markdown_picture_fn(void *ctx, lede_str url, lede_buf *attributes);

typedef struct lede_markdown_options {
    bool unsafe;       /* raw HTML and every URL scheme pass */
    bool raw_html;     /* raw HTML passes, URLs still go by the allow-list: for those who sanitise when *saw_html says so */
    bool hard_breaks;
    bool source_positions; /* lines are the source's; columns behind a footnote's or directive's mark are not */
    bool plain_commonmark; /* every extension off */
    bool in_page; /* it stands in a page below the page's heading: levels of headings skip none, and the keyboard reaches
                     tables and code, which may have to be scrolled */
    unsigned off;      /* passes that are switched off, lede_markdown_pass by | */
    size_t max_bytes;  /* 0 = 1 MiB */
    lede_str language; /* "fr", "de-CH": quotes, dashes and spaces as there; empty = left as typed */
    lede_directive_fn *directive; /* may be NULL: every directive is unknown */
    lede_markdown_note_fn *note;  /* may be NULL */
    void *ctx;         /* of both */
    lede_markdown_picture_fn *picture; /* may be NULL */
    void *picture_ctx; /* outlives the document */
    bool *saw_html;    /* may be NULL; set to true when raw HTML came into the output. A document has lede_markdown_saw_html */
} lede_markdown_options;

LEDE_MUST_CHECK lede_status lede_markdown_html(lede_str source, const lede_markdown_options *o,
                                               lede_buf *out, lede_error *err);
/* Text of the start of source without code blocks, HTML and URLs; white space folded; stops after about max bytes. */
void lede_markdown_lead(lede_str source, size_t max, lede_buf *out);
/* All words of source, headings and what stands for pictures too, without code blocks, HTML and URLs; signs of markup may be
 * left. Nothing of a source that is too large or too deep. */
void lede_markdown_words(lede_str source, lede_buf *out);
/* The sub-headings, in order. Texts live in arena; ids are the ones in the HTML, unique within the document. */
typedef struct lede_heading { int level; lede_str text, id; } lede_heading;
LEDE_MUST_CHECK lede_status lede_markdown_outline(lede_str source, lede_arena *arena, lede_heading **out,
                                                  size_t *count, lede_error *err);

/* ---- shortcodes and Liquid tags that other tools left in a body, outside code:
 * {{< name args >}} {{% name args %}} {% name args %} {{ expr }} ; {{</_* x *_/>}} (without the underscores) and {% raw %} are text. */
typedef struct lede_shortcode {
    lede_str whole;     /* as it stands in the source */
    lede_str name;      /* "img", "endraw", or "{{" for an expression */
    lede_str args;      /* trimmed */
    bool closing, self_closing, liquid;
    int line;
} lede_shortcode;
/* Appends the replacement (Markdown; may be nothing). false drops it as unknown. */
typedef bool lede_shortcode_fn(void *ctx, const lede_shortcode *s, lede_buf *out);
/* Appends source with every tag replaced. Returns how many fn did not know; 0 and a plain copy when there are none. */
size_t lede_markdown_shortcodes(lede_str source, lede_shortcode_fn *fn, void *ctx, lede_buf *out);
bool lede_markdown_has_shortcodes(lede_str source); /* a cheap look, may say true in vain */
bool lede_markdown_has_directives(lede_str source); /* the same */

/* ---- the tree, for those who walk it (bind/markdown.c). A document owns its nodes. */
typedef struct lede_markdown_doc lede_markdown_doc;
typedef struct lede_markdown_node lede_markdown_node; /* a cmark node; lives as long as its document */
LEDE_MUST_CHECK lede_status lede_markdown_parse(lede_str source, const lede_markdown_options *o,
                                                lede_markdown_doc **out, lede_error *err);
void lede_markdown_free(lede_markdown_doc *d);
lede_markdown_node *lede_markdown_root(lede_markdown_doc *d);
LEDE_MUST_CHECK lede_status lede_markdown_render(lede_markdown_doc *d, lede_buf *out, lede_error *err);
bool lede_markdown_saw_html(const lede_markdown_doc *d); /* whether a rendering so far had raw HTML in it */
const char *lede_markdown_type(const lede_markdown_node *n); /* cmark's names: "heading", "text", ... */
lede_markdown_node *lede_markdown_next(lede_markdown_node *n), *lede_markdown_previous(lede_markdown_node *n),
    *lede_markdown_parent(lede_markdown_node *n), *lede_markdown_first(lede_markdown_node *n),
    *lede_markdown_last(lede_markdown_node *n);
lede_str lede_markdown_literal(const lede_markdown_node *n);
bool lede_markdown_set_literal(lede_markdown_doc *d, lede_markdown_node *n, lede_str s);
lede_str lede_markdown_node_url(const lede_markdown_node *n), lede_markdown_node_title(const lede_markdown_node *n);
bool lede_markdown_set_url(lede_markdown_doc *d, lede_markdown_node *n, lede_str s);
bool lede_markdown_set_title(lede_markdown_doc *d, lede_markdown_node *n, lede_str s);
bool lede_markdown_set_level(lede_markdown_node *n, int level);          /* of a heading, 1 to 6 */
bool lede_markdown_set_info(lede_markdown_doc *d, lede_markdown_node *n, lede_str s); /* of a code block */
/* The headings of a tree as it stands; see lede_markdown_outline. */
LEDE_MUST_CHECK lede_status lede_markdown_doc_outline(lede_markdown_doc *d, lede_arena *arena, lede_heading **out,
                                                      size_t *count, lede_error *err);
int lede_markdown_node_level(const lede_markdown_node *n);
lede_str lede_markdown_fence_info(const lede_markdown_node *n);
void lede_markdown_position(const lede_markdown_node *n, int *line, int *column);
/* New nodes belong to d; NULL for an unknown type or no memory. html is emitted as it is: trusted callers only. */
lede_markdown_node *lede_markdown_new_node(lede_markdown_doc *d, const char *type);
lede_markdown_node *lede_markdown_new_html(lede_markdown_doc *d, bool block, lede_str html);
/* false when the tree would not be valid. An unlinked node stays alive until its document goes. */
bool lede_markdown_insert_before(lede_markdown_node *at, lede_markdown_node *n);
bool lede_markdown_insert_after(lede_markdown_node *at, lede_markdown_node *n);
bool lede_markdown_append(lede_markdown_node *parent, lede_markdown_node *n);
void lede_markdown_unlink(lede_markdown_node *n);

#endif
