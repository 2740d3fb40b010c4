/* internal.h - what the files of the markdown room share. */
#ifndef LEDE_MARKDOWN_INTERNAL_H
#define LEDE_MARKDOWN_INTERNAL_H

#include "lede/markdown.h"
#include "markdown/memory.h"

#include <cmark.h>

enum {
    LEDE__MARKDOWN_BYTES = 1024 * 1024,        /* of source, unless an option says otherwise */
    LEDE__MARKDOWN_NESTING = 100,              /* block quotes and list items within each other */
    LEDE__MARKDOWN_MEMORY = 512 * 1024 * 1024, /* of one tree */
};

/* ---- limits.c */
/* Refuses, with line and remedy, what would cost cmark more than linear time. */
LEDE_MUST_CHECK lede_status lede__markdown_check(lede_str source, size_t max_bytes,
                                                 lede_error *err);

/* ---- parse.c */
int lede__markdown_flags(const lede_markdown_options *o);
/* cmark on text, which was checked, in the memory at hand. */
cmark_node *lede__markdown_parse_text(lede_str text, const lede_markdown_options *o);
/* Checks, parses and extends; *out lives in m. */
LEDE_MUST_CHECK lede_status lede__markdown_tree(lede__memory *m, lede_str source,
                                                const lede_markdown_options *o, cmark_node **out,
                                                lede_error *err);
lede_status lede__markdown_refused(lede_status st, lede_error *err);

/* ---- html.c: appends the tree as HTML. Allocates nothing from cmark, so it needs no run. */
void lede__markdown_write(cmark_node *root, const lede_markdown_options *o, lede_buf *out);

/* ---- ids.c: heading ids, unique within a document */
typedef struct lede__ids {
    struct lede__id *slots;
    size_t cap, used;
    lede_buf text, slug;
    lede_arena arena;
} lede__ids;
void lede__ids_init(lede__ids *ids);
void lede__ids_fini(lede__ids *ids);
/* The next id for that text; borrowed until the next call. Empty when memory is refused. */
lede_str lede__ids_next(lede__ids *ids, lede_str text);
/* Gives every heading of the tree its id for good (the node's user data, in the memory at hand),
 * whatever its words become. */
void lede__ids_assign(lede__ids *ids, cmark_node *root);
/* Appends the words of a node's inlines. */
void lede__markdown_words(cmark_node *n, lede_buf *out);

/* ---- headings.c: for options.in_page */
void lede__headings_level(cmark_node *root);

/* ---- inlines.c */
/* <https://...>, or a link that shows its address. */
bool lede__is_bare_url(cmark_node *link);

/* ---- fences.c: which lines are fenced code, for those who look at source before it is parsed */
typedef struct lede__fence {
    char mark;     /* '`' or '~' while inside, else 0 */
    size_t length; /* of the opening run */
} lede__fence;
/* Reads one line (without its end, less what containers took): true when it opens, closes or stands
 * inside fenced code. */
bool lede__fence_line(lede__fence *f, lede_str line);

#endif
