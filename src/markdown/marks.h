/* marks.h - what cmark would misread, marked in a copy of the source so that cmark itself carries
 * it to its place in the tree.
 *
 * A mark is a number between two characters that nobody writes and that cmark counts as
 * punctuation, as it does the characters they replace (so emphasis beside them is read as before):
 *
 *   [^label]: text         a list item, whose column is that of a footnote's further lines
 *   [^label]               mark
 *   :name[text]{k=v}       mark text mark
 *   ::name[text]{k=v}      # mark text #      a heading: one line of inlines that ends a paragraph
 *   :::                    # mark #
 *   \~ and the like        mark, where a pass would take what the author escaped for its own
 *
 * No line is added or taken away. Whether a mark stands in code or in a link's address only cmark
 * knows: those that the tree does not show where they belong are taken back (dropped), and the
 * source is read once more. */
#ifndef LEDE_MARKDOWN_MARKS_H
#define LEDE_MARKDOWN_MARKS_H

#include "markdown/internal.h"

typedef enum lede__mark_kind {
    LEDE__ESCAPE,
    LEDE__DEFINITION, /* of a footnote */
    LEDE__REFERENCE,  /* to one */
    LEDE__INLINE,     /* a directive's beginning, up to its text */
    LEDE__LEAF,
    LEDE__CONTAINER,
    LEDE__END,  /* of one of these three, behind the text it has */
    LEDE__CLOSE /* a bare fence */
} lede__mark_kind;

typedef struct lede__mark {
    lede__mark_kind kind;
    bool seen, dropped;
    size_t from, to; /* what of the source it stands for */
    int line, column;
    size_t other;  /* reference: its definition. A directive: its end, 0 = none. An end: its
                      beginning */
    size_t colons; /* of a fence */
    lede_str name, attributes; /* a label, or a directive's name and what its braces hold */
    cmark_node *node;          /* where cmark carried it */
    cmark_node *parent; /* of the text it was met in */
    unsigned number, references; /* of a definition */
    const char *wrong;           /* why a directive is shown and not answered */
    lede_attribute *attrs;
    size_t n_attrs;
    cmark_node *title; /* a container's label, as its first paragraph */
    const char *label; /* plain text */
} lede__mark;

typedef struct lede__marks {
    lede__mark *items; /* in the order of the source */
    size_t count, cap;
    bool plus; /* the source has list items that begin with '+' */
} lede__marks;

void lede__marks_fini(lede__marks *m);
/* Finds what to mark for these passes. */
LEDE_MUST_CHECK lede_status lede__marks_find(lede__marks *m, lede_str source, unsigned passes,
                                             lede_error *err);
/* Points references at definitions; those to none are dropped. */
LEDE_MUST_CHECK lede_status lede__marks_resolve(lede__marks *m, lede_error *err);
/* Appends source with every mark that is not dropped. */
void lede__marks_apply(const lede__marks *m, lede_str source, lede_buf *out);
/* Drops what tree does not show where it belongs; false when it dropped something. */
bool lede__marks_verify(lede__marks *m, cmark_node *root);
void lede__marks_drop(lede__marks *m); /* all of them */
/* Gives every mark but escapes its node: a custom inline, a heading, a definition's item; the
 * node's user data is the mark. */
void lede__marks_place(lede__marks *m, cmark_node *root);
/* Puts the escaped characters where their marks still stand. */
void lede__marks_restore(const lede__marks *m, lede_str source, cmark_node *root);
/* The mark that n stands for, or NULL. */
lede__mark *lede__mark_of(cmark_node *n);

/* The next mark in s from *at on: its index, its bytes from *at to *end; false when there is none.
 */
bool lede__mark_next(const lede__marks *m, lede_str s, size_t *at, size_t *end, size_t *index);

/* ---- attributes.c */
/* Reads what stands between a directive's braces into an array in the memory at hand; *wrong says
 * what is not right, with the array left as it was. */
bool lede__attributes_read(lede_str s, lede_attribute **out, size_t *count, const char **wrong);
/* The index behind the '}' that closes the '{' at i, on the same line; i when nothing does. */
size_t lede__attributes_end(lede_str s, size_t i);

#endif
