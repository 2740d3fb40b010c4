/* inside.h - an open edition as the files of this room see it. */
#ifndef LEDE_EDITION_INSIDE_H
#define LEDE_EDITION_INSIDE_H

#include "edition/segment.h"
#include "lede/edition.h"

/* A part of a list of article numbers of one file, ascending; at NULL = first, first + 1, ... */
typedef struct lede__span {
    const uint32_t *at;
    uint32_t first, len;
} lede__span;

/* The articles that have a term, or all: base less dead plus fresh (numbers within the delta). */
typedef struct lede__lists {
    lede__span base, dead, fresh;
} lede__lists;

/* Where a walk over merged lists stands: so many of base and fresh lie before it. */
typedef struct lede__spot {
    uint32_t base, fresh;
} lede__spot;

enum { LEDE__MARKS = 32, LEDE__TRAILS = 4 };

/* What a walk over one query of several dimensions has found so far: the spot after every step-th
 * article. */
typedef struct lede__trail {
    uint64_t key; /* of the query without its window; 0 = unused */
    uint32_t step, n;
    uint32_t total; /* UINT32_MAX = not counted yet */
    uint64_t used;  /* the clock of its last use: the least is replaced */
    lede__spot marks[LEDE__MARKS];
} lede__trail;

struct lede_edition {
    lede__segment base, delta;
    bool has_delta;
    const lede__segment
        *top;          /* the delta if there is one: terms, config, data and header are its */
    uint32_t count;    /* visible articles */
    uint64_t *checked; /* a bit an article: its card was found whole */
    lede_buf empty;    /* the card of nothing, for damaged ones */
    lede__trail *trails;
    lede_lists *lists; /* of this edition, or NULL */
};

/* Which file an article is in; its number there goes to *doc. */
const lede__segment *lede__edition_file(const lede_edition *e, lede_doc d, uint32_t *doc);
bool lede__edition_dead(const lede_edition *e, uint32_t base_doc);
/* The row of an article, or NULL. */
const lede__doc_row *lede__edition_row(const lede_edition *e, lede_doc d);
/* The visible article with this id or URL, unrecorded. */
lede_doc lede__edition_lookup(const lede_edition *e, lede_str ref);
uint64_t lede__ids_print(const lede_edition *e, const lede_doc *docs, uint32_t n);

/* terms.c */
extern const char *const lede__edition_kind_names[LEDE_TERM_KINDS];
lede_str lede__edition_string(const lede_edition *e, const lede__segment *s,
                              const lede__text_ref *ref);
/* The number of a term in e->top, or LEDE__NONE. */
uint32_t lede__edition_term_no(const lede_edition *e, unsigned kind, lede_str slug);
uint64_t lede__edition_terms_print(const lede_edition *e, unsigned kind);

/* span.c */
uint32_t lede__span_get(const lede__span *s, uint32_t i);
lede__lists lede__lists_all(const lede_edition *e);
lede__lists lede__lists_of(const lede_edition *e, uint32_t term);
/* Keeps articles with from <= date < to. */
void lede__lists_clip(const lede_edition *e, lede__lists *l, int64_t from, int64_t to);
uint32_t lede__lists_count(const lede__lists *l);
/* How many of l precede d, which is one of them. */
uint32_t lede__lists_rank(const lede_edition *e, const lede__lists *l, lede_doc d);
/* Writes up to n articles from the rank-th on, ascending, to out; returns how many. */
uint32_t lede__lists_window(const lede_edition *e, const lede__lists *l, uint32_t rank, uint32_t n,
                            lede_doc *out);
/* One step up or down; LEDE_NO_DOC at the end. */
lede_doc lede__lists_next(const lede_edition *e, const lede__lists *l, lede__spot *at);
lede_doc lede__lists_prev(const lede_edition *e, const lede__lists *l, lede__spot *at);

/* changes.c: equal for equal files of base and delta. */
uint64_t lede__edition_files(const lede_edition *e);
/* lists.c. Equal for equal files. */
uint64_t lede__lists_sum(const lede_lists *l);
/* Opens the lists under dir when they are this edition's; what cannot be read is as good as
 * none. */
void lede__edition_open_lists(lede_edition *e, const char *dir);
/* The list of d, all of it and up to k of it; there are lists. */
uint32_t lede__lists_scored(const lede_edition *e, lede_doc d, lede_edition_neighbour *out);
uint32_t lede__lists_neighbours(const lede_edition *e, lede_doc d, uint32_t k, lede_doc *out);
/* Visits the ids of articles whose list differs, those that only one edition has included; an empty
 * one for all. False when each said no. */
typedef bool lede__each_changed_list(void *ctx, lede_str id);
bool lede__lists_changed(const lede_edition *before, const lede_edition *after,
                         lede__each_changed_list *each, void *ctx);

/* query.c: the canonical text of q, with or without its window. */
void lede__query_key(lede_buf *out, const lede_query *q, bool window);
/* Reads it back; the texts are in hold. False when it is no such text or memory lacks. */
bool lede__query_read(lede_str key, lede_buf *hold, lede_query *out);

/* Those whose neighbours d may be, d among them, as long as it is shown: out has room for LEDE__AROUND. */
enum { LEDE__AROUND = LEDE_NEIGHBOURS_MAX + 2 };
uint32_t lede__edition_around(const lede_edition *e, lede_doc d, lede_doc *out);

/* reads.c: the whole body of d was read. */
void lede__reads_body(lede_reads *r, lede_doc d);
void lede__reads_touch(lede_reads *r, lede_doc d, uint64_t mask);
/* An empty buffer of the recorder for building a key, and the note under what it then holds. */
lede_buf *lede__reads_scratch(lede_reads *r);
void lede__reads_note_scratch(lede_reads *r, lede_read_kind kind, uint64_t print);

#endif
