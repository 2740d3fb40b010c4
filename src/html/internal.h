/* internal.h - what the files of the html room share. */
#ifndef LEDE_HTML_INTERNAL_H
#define LEDE_HTML_INTERNAL_H

#include "lede/arena.h"
#include "lede/html.h"

#include <gumbo.h>
#include <setjmp.h>

enum {
    LEDE__HTML_BYTES = 1024 * 1024,       /* of input; longer is reduced to text */
    LEDE__HTML_MEMORY = 64 * 1024 * 1024, /* of one tree, and of what is written from it */
    LEDE__HTML_DEPTH = 256,               /* elements within each other, as written */
};

/* Takes back what was appended beyond len. */
static inline void lede__html_cut(lede_buf *b, size_t len) {
    if (b->len > len) {
        b->len = len;
        b->ptr[len] = '\0';
    }
}

/* ---- parse.c: gumbo within bounds */
typedef struct lede__html_parser {
    lede_arena arena; /* all of the tree, and what walks it */
    int64_t deadline; /* ns of this thread's CPU time, for all parses together */
    unsigned taken;
    jmp_buf refused;
} lede__html_parser;
void lede__html_parser_init(lede__html_parser *p, size_t bytes);
void lede__html_parser_fini(lede__html_parser *p);
/* The root of html parsed as the inside of <body>, or NULL when a bound was passed. It lives, as
 * html must, until the next parse. */
const GumboNode *lede__html_parse(lede__html_parser *p, lede_str html);
/* The same of html as a whole document; gives the document's node. */
const GumboNode *lede__html_parse_document(lede__html_parser *p, lede_str html);

/* ---- put.c: text without what HTML would not give back */
/* The length of the character at i, and whether it is fit: no control (but tab and newline), no
 * noncharacter, UTF-8. */
size_t lede__html_char(lede_str s, size_t i, bool *fit);
/* Appends s escaped: CR becomes LF, what is unfit vanishes. */
void lede__html_put(lede_buf *out, lede_str s, void (*escape)(lede_buf *, lede_str));

/* ---- walk.c: a tree in document order without recursion: its depth is a stranger's */
typedef enum lede__html_step {
    LEDE__STEP_TEXT,
    LEDE__STEP_OPEN,
    LEDE__STEP_CLOSE,
    LEDE__STEP_END,
    LEDE__STEP_LOST
} lede__html_step;
typedef struct lede__html_walk {
    lede_arena *arena;
    struct lede__html_frame *frames;
    size_t depth, room;
} lede__html_walk;
LEDE_MUST_CHECK bool lede__html_walk_init(lede__html_walk *w, lede_arena *arena,
                                          const GumboNode *root);
/* The next step and its node: text, or an HTML element opened or closed (what holds hostile or
 * invisible content is passed over; LEDE__TAG_EMPTY elements are neither entered nor closed). LOST:
 * the arena is used up. */
lede__html_step lede__html_walk_next(lede__html_walk *w, const GumboNode **node);
/* Notes something of the element opened last, which was not empty; asks for the note of the one
 * closed last. */
void lede__html_walk_note(lede__html_walk *w, bool note);
bool lede__html_walk_noted(const lede__html_walk *w);

/* ---- tags.c: what an element is */
enum {
    LEDE__TAG_FEED = 1,      /* allowed to LEDE_HTML_FEED, and to OWNER */
    LEDE__TAG_OWNER = 2,     /* allowed to LEDE_HTML_OWNER */
    LEDE__TAG_DROPPED = 4,   /* with all it holds */
    LEDE__TAG_EMPTY = 8,     /* has no content, or (a frame) none that counts */
    LEDE__TAG_BLOCK = 16,    /* begins a line of text */
    LEDE__TAG_CLOSES_P = 32, /* ends an open paragraph when a browser meets it */
};
typedef struct lede__html_tag {
    GumboTag tag;
    const char *name;
    unsigned traits;
} lede__html_tag;
lede__html_tag lede__html_tag_of(const GumboElement *e);
unsigned lede__html_traits(GumboTag tag);

/* ---- url.c */
typedef enum lede__url_use { LEDE__URL_LINK, LEDE__URL_IMAGE, LEDE__URL_MEDIA } lede__url_use;
typedef struct lede__html_rules {
    const lede_html_policy *policy;
    bool owner;
    lede_buf base; /* absolute, checked; or empty */
} lede__html_rules;
void lede__html_rules_init(lede__html_rules *r, const lede_html_policy *policy);
void lede__html_rules_fini(lede__html_rules *r);
/* Appends url as the policy allows it. false: it is refused, and out is as it was. */
bool lede__html_url(const lede__html_rules *r, lede__url_use use, lede_str url, lede_buf *out);
/* Whether url is https on a host whose frames the policy allows. */
bool lede__html_frame_allowed(const lede__html_rules *r, lede_str url);

/* ---- resolve.c: RFC 3986 section 5.2, of a reference without a scheme; base has scheme and
 * authority */
void lede__html_resolve(lede_str base, lede_str reference, lede_buf *out);

/* ---- srcset.c: the candidates whose address is allowed. false when none is. */
bool lede__html_srcset(const lede__html_rules *r, lede_str srcset, lede_buf *out);

/* ---- values.c: checks of attribute values. Each appends the value as it may stand, or returns
 * false. words: of the rule. */
typedef bool lede__html_check(const lede__html_rules *r, const char *words, lede_str value,
                              lede_buf *out);
lede__html_check lede__attr_text, lede__attr_flag, lede__attr_word, lede__attr_language,
    lede__attr_number, lede__attr_size, lede__attr_time, lede__attr_tokens, lede__attr_id,
    lede__attr_rel, lede__attr_plain, lede__attr_link, lede__attr_image, lede__attr_media,
    lede__attr_srcset, lede__attr_frame;

/* ---- attributes.c */
enum {
    LEDE__HAS_URL = 1,
    LEDE__HAS_ID = 2,
    LEDE__HAS_TYPE = 4,
    LEDE__HAS_DISABLED = 8,
    LEDE__HAS_ALT = 16,
    LEDE__HAS_TABINDEX = 32
};
/* Appends the allowed attributes of e, each with a blank before it. Returns which of LEDE__HAS_
 * there were. */
unsigned lede__html_attributes(const lede__html_rules *r, const GumboElement *e, lede_buf *scratch,
                               lede_buf *out);

/* ---- nesting.c: whether what is written would be read back as it is nested */
typedef struct lede__html_nesting {
    GumboTag open[LEDE__HTML_DEPTH];
    bool implied[LEDE__HTML_DEPTH]; /* it is not in the tree: content.c */
    size_t depth;
    bool unsure; /* not certain: parse it again to know */
} lede__html_nesting;
void lede__html_nesting_open(lede__html_nesting *n, const lede__html_tag *t);
void lede__html_nesting_close(lede__html_nesting *n);
void lede__html_nesting_text(lede__html_nesting *n, lede_str text);

/* ---- content.c: what may stand within what */
/* Ends and begins implied elements, so that tag (GUMBO_TAG_LAST: words) may stand here. */
void lede__html_make_room(lede__html_nesting *n, GumboTag tag, lede_buf *out);
void lede__html_end_all_implied(lede__html_nesting *n, lede_buf *out);
/* What is written for tag: <div> for a caption of nothing. */
GumboTag lede__html_tag_here(const lede__html_nesting *n, GumboTag tag);
bool lede__html_in_heading(const lede__html_nesting *n);

/* ---- write.c */
/* Appends the tree as rules allow it. false: a bound was passed, out holds a part. *unsure: the
 * nesting's. */
LEDE_MUST_CHECK bool lede__html_write(const GumboNode *root, const lede__html_rules *r,
                                      lede_arena *arena, lede_buf *out, bool *unsure);

/* ---- text.c */
/* As lede_html_text, for what could not be parsed: by marks alone, in one pass. */
void lede__html_strip(lede_str html, lede_buf *out);

#endif
