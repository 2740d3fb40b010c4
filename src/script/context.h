/* context.h - where in a page's markup a template's expression stands: what decides how its value is escaped. */
#ifndef LEDE_SCRIPT_CONTEXT_H
#define LEDE_SCRIPT_CONTEXT_H

#include "lede/text.h"

typedef enum lede__markup { LEDE__HTML, LEDE__XML, LEDE__JSON } lede__markup;

/* A place between two bytes. Plain data, all bytes count: equal places have equal bytes. */
typedef struct lede__context {
    uint8_t markup;  /* lede__markup */
    uint8_t state;   /* what is open; context.c */
    uint8_t element; /* the element whose tag or text this is, where that matters */
    uint8_t attr;    /* what kind of value the attribute takes */
    uint8_t quote;   /* of the attribute's value */
    uint8_t phase;   /* how much of a URL stands before */
    uint8_t script;  /* JSON or JavaScript */
    uint8_t code;    /* what is open within a script: a string, a comment */
    uint8_t end_tag, matched; /* bytes of an end tag that were seen in raw text */
    uint8_t name_len;
    char name[21]; /* of the tag or attribute, lower case; longer ones are cut */
} lede__context;

void lede__context_begin(lede__context *c, lede__markup markup);
/* Moves over literal text of the template. */
void lede__context_feed(lede__context *c, lede_str text);
/* How the value of an expression that stands here is written, a letter of lede__write_value (output.c), or 0: none may
 * stand here, *why says what to do instead. Moves over the value. */
char lede__context_value(lede__context *c, const char **why);
/* Code of the template stands here. */
void lede__context_pause(lede__context *c);
/* Whether whole elements may stand here: files, blocks and partials begin and end in such a place.
 * bare: text that has no elements, as in <title>, will do. */
bool lede__context_is_text(const lede__context *c, bool bare);
/* Joins a branch that ended in b: false when one place would not do for what follows. */
bool lede__context_join(lede__context *c, const lede__context *b);
/* What is open, in words: "the attribute href of <a>". */
void lede__context_describe(const lede__context *c, lede_buf *out);

#endif
