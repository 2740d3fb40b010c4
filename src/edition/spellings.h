/* spellings.h - what articles call their sections, tags, authors and origins, and the terms that
 * follow from it.
 *
 * A name is one spelling; names with the same slug are one term. Each spelling is slugged once,
 * however many articles use it. Used while an edition is built. */
#ifndef LEDE_EDITION_SPELLINGS_H
#define LEDE_EDITION_SPELLINGS_H

#include "edition/format.h"
#include "lede/arena.h"

typedef struct lede__spelling {
    lede_str text;
    uint32_t term;  /* index of its term, in order of appearance */
    uint32_t next;  /* another name of the same term, or LEDE__NONE */
    uint32_t count; /* articles that spell the term so */
    uint64_t hash;
} lede__spelling;

typedef struct lede__term {
    unsigned kind;
    lede_str slug;
    lede_str title, summary, body, params; /* what the site says; empty when it says nothing */
    bool declared;
    uint32_t first_name, count;
    uint32_t stamp;         /* the last article that was seen to have it */
    uint32_t base_no;       /* its number in the base of a delta */
    uint32_t number;        /* in the file; LEDE__NONE = left out. After lede__spellings_number */
    uint32_t n_own, n_dead; /* lengths of its lists */
} lede__term;

typedef struct lede__spellings {
    lede_arena arena;
    lede__spelling *names;
    lede__term *terms;
    uint32_t n_names, cap_names, n_terms, cap_terms;
    uint32_t *name_slots, *term_slots; /* index + 1 */
    uint32_t name_mask, term_mask;
    uint32_t stamp;
    uint32_t *sorted; /* terms that the file will have, by (kind, slug) */
    uint32_t n_sorted;
    lede_buf scratch;
} lede__spellings;

/* The names of one article, each term once: section (or "no section"), language, origin, then tags,
 * then authors. */
typedef struct lede__naming {
    uint32_t *items;
    uint32_t count, cap;
    uint32_t section, lang,
        origin; /* names or LEDE__NONE; section of kind LEDE__BARE when there is none */
    uint32_t n_tags, n_authors; /* items[0..n_tags) are tags, then authors */
} lede__naming;

LEDE_MUST_CHECK lede_status lede__spellings_init(lede__spellings *t, lede_error *err);
void lede__spellings_fini(lede__spellings *t);
/* The name of this kind and spelling; slug NULL = made from it. LEDE__NONE when out of memory. */
uint32_t lede__spellings_add(lede__spellings *t, unsigned kind, lede_str name,
                             const lede_str *slug);
/* A spelling whose slug is known to be this one: lede__spellings_add with slug NULL will find it
 * without slugging. */
uint32_t lede__spellings_seed(lede__spellings *t, unsigned kind, lede_str name, lede_str slug);
/* The term, or LEDE__NONE. */
uint32_t lede__spellings_term(const lede__spellings *t, unsigned kind, lede_str slug);
/* Reads the names of a card into *out (items are reused; free them at the end). */
LEDE_MUST_CHECK lede_status lede__spellings_read(lede__spellings *t, const lede_card *card,
                                                 lede__naming *out, lede_error *err);
/* Counts the article's names up (by 1) or down (by -1). */
void lede__spellings_count(lede__spellings *t, const lede__naming *n, int by);
/* Calls each with every term of n. */
void lede__naming_terms(const lede__spellings *t, const lede__naming *n,
                        void (*each)(void *ctx, lede__term *term), void *ctx);
/* What the site says about a term; ignored unless an article names it or it is a section. */
LEDE_MUST_CHECK lede_status lede__spellings_declare(lede__spellings *t, const lede_term *x,
                                                    lede_error *err);
/* Sorts and numbers the terms that remain. */
LEDE_MUST_CHECK lede_status lede__spellings_number(lede__spellings *t, lede_error *err);
/* The title: the declared one, else the spelling most used (the smallest of equals), else the slug.
 */
lede_str lede__spellings_title(const lede__spellings *t, const lede__term *x);

#endif
