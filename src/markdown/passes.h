/* passes.h - what lede adds to CommonMark, on cmark's tree.
 *
 * Order: marks.c puts marks into a copy of the source for what cmark would misread; cmark reads it;
 * tables.c; marks that the tree does not show where they belong are taken back and the source is
 * read again; then footnotes, directives, strikethrough, tasks, autolinks, typography. A document
 * without a trigger (lede__passes_wanted) meets none of it.
 *
 * Passes run inside a document's memory, which leaves them by a jump when it is refused: they own
 * nothing outside it. Trees are walked without recursion. */
#ifndef LEDE_MARKDOWN_PASSES_H
#define LEDE_MARKDOWN_PASSES_H

#include "markdown/internal.h"
#include "markdown/marks.h"

typedef struct lede__extending {
    lede__memory *memory;
    const lede_markdown_options *o;
    lede_str source; /* as it was written */
    lede_str text;   /* as cmark read it: source, or a copy with marks */
    unsigned passes; /* those that may find work */
    cmark_node *root;
    lede__marks marks;
    lede__ids ids;
    lede_buf edited, pieces, flat, fresh; /* outside the memory, ended by lede__passes_run */
} lede__extending;

/* ---- triggers.c */
/* Which of the passes that are on may find something to do in source. */
unsigned lede__passes_wanted(lede_str source, const lede_markdown_options *o);

/* ---- passes.c */
/* Reads source with these passes; *out lives in m. */
LEDE_MUST_CHECK lede_status lede__passes_run(lede__memory *m, lede_str source,
                                             const lede_markdown_options *o, unsigned passes,
                                             cmark_node **out, lede_error *err);

/* ---- inlines.c: what several passes need of cmark's tree */
/* The node after n in document order below root; its children only with into. */
cmark_node *lede__after(cmark_node *n, cmark_node *root, bool into);
/* The same for blocks alone: a heading can stand in a quote or a list. */
cmark_node *lede__next_block(cmark_node *n, cmark_node *root);
/* The character that stood before (after) inline n in the source; '\n' at the ends of a block. */
uint32_t lede__char_before(cmark_node *n);
uint32_t lede__char_after(cmark_node *n);
uint32_t lede__last_char(lede_str s); /* '\n' of nothing */
bool lede__is_space(uint32_t c);
bool lede__is_punctuation(uint32_t c);
bool lede__is_alnum(uint32_t c); /* also every letter outside ASCII */
/* Copies s, terminated, into the memory at hand. */
char *lede__terminated(lede_str s);
cmark_node *lede__new_node(cmark_node_type type);
/* A custom node that prints these around its children. */
cmark_node *lede__new_custom(bool block, lede_str enter, lede_str leave);
/* Whether n stands in more nodes than any text written by hand has around it. */
bool lede__is_deep(cmark_node *n);
/* Puts s as a text node before at; nothing when s is empty. */
void lede__put_text(cmark_node *at, lede_str s);
/* Moves the siblings from first up to last (NULL = all) under parent, behind its children. */
/* Linear where parent is not deep: cmark looks at all that parent stands in, for each. */
void lede__move(cmark_node *first, const cmark_node *last, cmark_node *parent);

/* ---- a file each */
void lede__pass_tables(lede__extending *x);
void lede__pass_footnotes(lede__extending *x);
void lede__pass_directives(lede__extending *x);
void lede__pass_strikethrough(cmark_node *root);
void lede__pass_tasks(lede__extending *x);
void lede__pass_autolinks(cmark_node *root);
void lede__pass_typography(lede__extending *x);
/* Notes the labels of all directives, before answers take inner ones out of the tree. */
void lede__directives_label(lede__extending *x);
/* Asks o->directive about every directive of the tree, innermost first. Not a pass: it leaves the
 * document's memory for the callback. */
LEDE_MUST_CHECK lede_status lede__directives_answer(lede__extending *x, lede_error *err);

/* ---- lines.c: the source's lines by number */
typedef struct lede__lines {
    lede_str source;
    uint32_t *starts; /* count + 1 of them */
    size_t count;
} lede__lines;
void lede__lines_init(lede__lines *l, lede_str source); /* in the memory at hand */
/* Line number (from 1) without its end. */
lede_str lede__line(const lede__lines *l, int number);

#endif
