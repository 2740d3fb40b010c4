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

typedef struct lede_markdown_options {
    bool unsafe;       /* raw HTML and every URL scheme pass */
    bool hard_breaks;
    bool source_positions;
    bool plain_commonmark; /* every extension off */
    size_t max_bytes;  /* 0 = 1 MiB */
    bool smart;        /* cmark's typographic quotes and dashes */
    bool no_heading_ids; /* also implied by plain_commonmark */
} lede_markdown_options;

LEDE_MUST_CHECK lede_status lede_markdown_html(lede_str source, const lede_markdown_options *o,
                                               lede_buf *out, lede_error *err);
/* Text of the start of source without code blocks, HTML and URLs; white space folded; stops after about max bytes. */
void lede_markdown_lead(lede_str source, size_t max, lede_buf *out);
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

bool lede_markdown_has_shortcodes(lede_str source); /* a cheap look, may say true in vain */

/* ---- the tree, for those who walk it (bind/markdown.c). A document owns its nodes. */
typedef struct lede_markdown_doc lede_markdown_doc;
typedef struct lede_markdown_node lede_markdown_node; /* a cmark node; lives as long as its document */
LEDE_MUST_CHECK lede_status lede_markdown_parse(lede_str source, const lede_markdown_options *o,
                                                lede_markdown_doc **out, lede_error *err);
void lede_markdown_free(lede_markdown_doc *d);
lede_markdown_node *lede_markdown_root(lede_markdown_doc *d);
LEDE_MUST_CHECK lede_status lede_markdown_render(lede_markdown_doc *d, lede_buf *out, lede_error *err);
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
