/* inside.h - segments as bytes, and what the files of this room share. */
#ifndef LEDE_SEARCH_INSIDE_H
#define LEDE_SEARCH_INSIDE_H

#include "lede/arena.h"
#include "lede/search.h"
#include "sys/sys.h"
#include "text/analysis.h"

enum {
    LEDE__SEARCH_VERSION = 1,     /* of the bytes below */
    LEDE__SEGMENT_DOCS = 1 << 16, /* a segment has at most so many */
    LEDE__SEARCH_LANGS = 32
};

/* A segment: this, rows, numbers of rows in order of id, terms in order of their bytes, their
 * texts, then postings. Native byte order: an index is no thing to carry about. */
typedef struct lede__segment_head {
    char magic[8];
    uint32_t version, analysis;
    uint32_t n_rows, n_terms, texts, n_langs;
    uint64_t postings;                 /* bytes */
    char langs[LEDE__SEARCH_LANGS][4]; /* codes of languages, ended by NUL */
    uint64_t hash; /* of this head, without the sum, and what follows but the postings */
} lede__segment_head;

/* Words are counted through: title, a gap of one, summary, a gap, body. */
typedef struct lede__row {
    int64_t date, from, until, seq;
    uint32_t title_end, summary_end, words;
    uint16_t lang;
    char id[26];
} lede__row;

/* Keys of terms: a word as it is; LEDE__KEY_FORM form NUL term, which has no postings; and one byte
 * for each field before a slug. */
enum { LEDE__KEY_FORM = 1, LEDE__KEY_SECTION, LEDE__KEY_AUTHOR, LEDE__KEY_TAG };

typedef struct lede__term {
    uint32_t text, len;   /* in the texts */
    uint32_t post, bytes; /* in the postings */
    uint32_t hits;
    uint32_t hash; /* of the postings' bytes */
} lede__term;

/* Postings are numbers of seven bits a byte. An odd one begins a row: (steps since the last row) *
 * 2
 * + 1, then the first word's place. An even one is the way to the next place in that row, times 2.
 */

typedef struct lede__segment {
    lede__map map;
    const lede__segment_head *head;
    const lede__row *rows;
    const uint32_t *by_id;
    const lede__term *terms;
    const char *texts;
    const unsigned char *postings;
} lede__segment;

/* segment.c: takes bytes as a segment. LEDE_EFORMAT, also for one of another version. */
LEDE_MUST_CHECK lede_status lede__segment_of(lede_str bytes, lede__segment *out, lede_error *err);
/* The sum of the first size bytes of a head and of what follows it. */
uint64_t lede__head_sum(const void *head, size_t size, lede_str rest);
/* The first term whose key is not less than key. */
uint32_t lede__segment_bound(const lede__segment *s, lede_str key);
lede_str lede__segment_key(const lede__segment *s, uint32_t term);
/* UINT32_MAX when there is none. */
uint32_t lede__segment_term(const lede__segment *s, lede_str key);
uint32_t lede__segment_row(const lede__segment *s, const char id[26]);

/* collector.c: collects documents into one segment. */
typedef struct lede__collector lede__collector;
lede__collector *lede__collector_new(void);
void lede__collector_free(lede__collector *w);
LEDE_MUST_CHECK lede_status lede__collector_add(lede__collector *w, const lede_search_doc *d,
                                                lede_error *err);
uint32_t lede__collector_count(const lede__collector *w);
bool lede__collector_is_full(const lede__collector *w);
/* Appends the segment to out. */
LEDE_MUST_CHECK lede_status lede__collector_give(lede__collector *w, lede_buf *out,
                                                 lede_error *err);

/* An index: segments in order of the changes they hold. gone: a bit a row, for articles that a
 * later segment holds again. */
typedef struct lede__part_of_index {
    lede__segment segment;
    uint64_t number, *gone; /* number: of its file */
    uint32_t n_gone;
    int64_t upto; /* changes after those of the segment before, up to this */
} lede__part_of_index;
static inline bool lede__is_gone(const lede__part_of_index *p, uint32_t row) {
    return p->gone[row / 64] >> row % 64 & 1;
}

struct lede_search {
    char *folder;
    char uuid[40];
    lede__part_of_index *parts;
    uint32_t n;
    uint64_t next; /* number of the next file */
    int64_t seq;
    double average_title, average_summary, average_body; /* words, of rows that are not gone */
    uint32_t live;
    lede__analyser *analyser;
    /* while it is brought up to date: */
    lede__collector *collector;
    int lock;
    uint32_t kept; /* parts that stay */
    int64_t newest;
    bool forgotten; /* what lies in the folder does not count */
    lede__part_of_index *fresh;
    uint32_t n_fresh;
};

/* hits.c: places of words in a segment: row << 32 | place, ascending. */
typedef struct lede__hits {
    uint64_t *items;
    size_t n;
} lede__hits;
void lede__hits_free(lede__hits *h);
/* Of the term with that key; nothing when there is none. */
LEDE_MUST_CHECK lede_status lede__hits_of_key(const lede__segment *s, lede_str key, lede__hits *out,
                                              lede_error *err);
/* Of all words that begin with form. */
LEDE_MUST_CHECK lede_status lede__hits_of_prefix(const lede__segment *s, lede_str form,
                                                 lede__hits *out, lede_error *err);
/* Adds those of more, which is used up. */
LEDE_MUST_CHECK lede_status lede__hits_join(lede__hits *h, lede__hits *more, lede_error *err);
/* Leaves those of h at whose place + distance stands one of other. */
void lede__hits_follow(lede__hits *h, const lede__hits *other, uint32_t distance);

/* find.c: what one occurrence weighs in a row, by the field of its place; and the weight that makes
 * half of a score. */
double lede__weight_of(const lede_search *x, const lede__row *row, uint32_t place);
static const double lede__saturation = 1.2;

/* words.c: a part of a query as terms, one sequence for each way in which a language reads it. */
enum { LEDE__SEQUENCE_WORDS = 24, LEDE__SEQUENCES = 8 };
typedef struct lede__sequence {
    lede_str terms[LEDE__SEQUENCE_WORDS], forms[LEDE__SEQUENCE_WORDS];
    bool weak[LEDE__SEQUENCE_WORDS], has_strong;
    uint32_t n;
} lede__sequence;
typedef struct lede__sequences {
    lede__sequence items[LEDE__SEQUENCES];
    uint32_t n;
    bool weak; /* in every language it is one word that carries no topic */
} lede__sequences;
/* Texts are copied into arena. */
LEDE_MUST_CHECK lede_status lede__sequences_of(lede_search *x, const lede_search_part *part,
                                               lede_str lang, lede_arena *arena,
                                               lede__sequences *out, lede_error *err);
/* Which parts are looked for: without words that carry no topic, if there are others. */
LEDE_MUST_CHECK lede_status lede__needed_parts(lede_search *x, const lede_search_query *q,
                                               lede_str lang, lede_arena *arena,
                                               lede__sequences *out, bool *needed, lede_error *err);

#endif
