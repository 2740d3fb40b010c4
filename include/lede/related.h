/* related.h - which articles a reader would want next. Integers in, integers out: knows neither texts, store nor edition.
 *
 * The way of an article: its words go into a bag; what the bag holds is packed as features (counts); with an epoch (in how
 * many articles each feature stands) features become a vector; an index of vectors answers which earlier ones are nearest.
 * src/related/README.md says why. Packed blocks are bytes that may come from a file: each is checked before it is used.
 * Nothing here depends on the number of threads or the order of calls: equal blocks give equal lists on every machine.
 */
#ifndef LEDE_RELATED_H
#define LEDE_RELATED_H

#include "lede/text.h"

/* One candidate list: positions of articles of the same section in order of (date, id), oldest first. Writes up to k
 * positions that precede list[self], nearest first, to out; returns how many. What is shown without the engine. */
uint32_t lede_related_earlier(const uint32_t *list, uint32_t count, uint32_t self, uint32_t k, uint32_t *out);

/* ---- settings: parts of a thousand where no unit is said */
typedef struct lede_related_settings {
    uint32_t title;        /* how often a word of the title counts */
    uint32_t pairs;        /* share of pairs of neighbouring words in a vector */
    uint32_t features;     /* the heaviest so many make the vector, at most LEDE_RELATED_FEATURES_MAX */
    uint32_t tags;         /* weight of the tags' cosine, parts of ten thousand */
    uint32_t recency;      /* exponent of the decay by age, parts of a thousand; 0 = none */
    uint32_t recency_days; /* age at which the decay sets in */
    uint32_t diversity;    /* how much an item that resembles a chosen one loses */
    uint32_t min;          /* what scores less before the decay is in no list */
    uint32_t copies;       /* containment from which two texts are copies; 0 = not looked at */
    uint32_t depth;        /* items of a list, at most LEDE_RELATED_DEPTH_MAX */
    bool any;              /* later articles too */
    uint32_t candidates, walked, postings; /* the budget of a search: kept for exact scoring; features that are walked;
                                              postings that are read. 0 = without bound */
} lede_related_settings;
enum { LEDE_RELATED_FEATURES_MAX = 512, LEDE_RELATED_DEPTH_MAX = 64, LEDE_RELATED_CANDIDATES_MAX = 256 };
lede_related_settings lede_related_defaults(void);

/* ---- features of one article */
typedef struct lede_related_bag lede_related_bag;
/* Gives a bag, or NULL when out of memory; keep it for many articles. */
lede_related_bag *lede_related_bag_new(void);
void lede_related_bag_free(lede_related_bag *b);
/* Empties the bag for an article of a group: articles of different groups (languages) are never compared. */
void lede_related_bag_begin(lede_related_bag *b, uint64_t group);
/* The next word: its term, how often it counts, and whether it carries no topic. Pairs are made of neighbouring terms; a
 * weak word is left out and does not part them. */
void lede_related_bag_word(lede_related_bag *b, uint64_t term, uint32_t weight, bool weak);
/* The next word of the text whose copies are to be found, in the form in which it stands. */
void lede_related_bag_form(lede_related_bag *b, uint64_t form);
/* What follows is another text: no pair goes across. */
void lede_related_bag_part(lede_related_bag *b);
void lede_related_bag_tag(lede_related_bag *b, uint64_t tag);
/* Appends the features as bytes; equal words give equal bytes. LEDE_ENOMEM when the bag was refused memory. */
LEDE_MUST_CHECK lede_status lede_related_bag_pack(lede_related_bag *b, lede_buf *out, lede_error *err);

/* ---- epoch: in how many articles of their time each feature stood */
typedef struct lede_related_epoch lede_related_epoch;
/* Counts the features of n articles. LEDE_EFORMAT when one of the blocks is none. Gives *out: free it. */
LEDE_MUST_CHECK lede_status lede_related_epoch_count(const lede_str *features, size_t n, lede_related_epoch **out,
                                                     lede_error *err);
LEDE_MUST_CHECK lede_status lede_related_epoch_read(lede_str bytes, lede_related_epoch **out, lede_error *err);
void lede_related_epoch_free(lede_related_epoch *e);
void lede_related_epoch_write(const lede_related_epoch *e, lede_buf *out);
uint32_t lede_related_epoch_articles(const lede_related_epoch *e);

/* Bytes in a file that may be damaged are asked about before they are used: whether those n are as they were written. */
typedef bool lede_related_whole(void *ctx, const void *at, size_t n);
/* The epoch as bytes that are looked up where they lie, 8-byte aligned. */
void lede_related_epoch_lay(const lede_related_epoch *e, lede_buf *out);
/* An epoch of such bytes, which must outlive it. Gives *out: free it. */
LEDE_MUST_CHECK lede_status lede_related_epoch_map(lede_str bytes, lede_related_whole *whole, void *ctx,
                                                   lede_related_epoch **out, lede_error *err);
bool lede_related_epoch_damaged(const lede_related_epoch *e); /* what was weighed by it since is worth nothing */

/* Appends the vector of an article: the heaviest features, tags and the sketch of its text. */
LEDE_MUST_CHECK lede_status lede_related_vector(const lede_related_epoch *e, const lede_related_settings *s,
                                                lede_str features, lede_buf *out, lede_error *err);
LEDE_MUST_CHECK lede_status lede_related_vector_check(lede_str vector, lede_error *err);

/* ---- index and lists */
typedef struct lede_related_doc {
    int64_t date;
    const char *id;  /* LEDE_RELATED_ID bytes; orders articles of one date */
    lede_str vector; /* checked; must outlive the index */
} lede_related_doc;
enum { LEDE_RELATED_ID = 26 };

/* A list that is wanted; blocked are positions that must not be in it. */
typedef struct lede_related_wish {
    uint32_t doc, n_blocked;
    const uint32_t *blocked;
} lede_related_wish;

typedef struct lede_related_index lede_related_index;
/* Of n articles in order of (date, id); docs and their vectors are kept, not copied. When only a few lists are wanted, say
 * which: the index then has what they need, and costs a tenth. wishes NULL: any list may be asked for. Gives *out: free it. */
LEDE_MUST_CHECK lede_status lede_related_index_new(const lede_related_doc *docs, uint32_t n,
                                                   const lede_related_settings *s, const lede_related_wish *wishes,
                                                   uint32_t n_wishes, lede_related_index **out, lede_error *err);
void lede_related_index_free(lede_related_index *x);

/* ---- a base: the index of the first articles, as bytes that are searched where they lie. Articles that came behind them are
 * held beside it, and both are counted together: lists are what an index of all of them gives. */
typedef struct lede_related_base lede_related_base;
/* Appends the index of all its articles as bytes; it must hold every feature and stand upon no base. prints: of each article, whatever
 * says that it is the same one. */
LEDE_MUST_CHECK lede_status lede_related_base_lay(const lede_related_index *x, const uint64_t *prints, lede_buf *out,
                                                  lede_error *err);
/* A base of such bytes, 8-byte aligned, which must outlive it. Gives *out: free it. LEDE_EFORMAT. */
LEDE_MUST_CHECK lede_status lede_related_base_map(lede_str bytes, lede_related_whole *whole, void *ctx,
                                                  lede_related_base **out, lede_error *err);
void lede_related_base_free(lede_related_base *b);
const uint64_t *lede_related_base_prints(const lede_related_base *b, uint32_t *n);
/* The packed vector of an article; empty when it is damaged. */
lede_str lede_related_base_packed(lede_related_base *b, uint32_t doc);
/* Whether something that was asked for was not as it was written: lists made since are worth nothing. */
bool lede_related_base_damaged(const lede_related_base *b);
/* As lede_related_index_new, of docs of which the first `kept` are those of the base (or the first of them); their vectors
 * are not looked at. find_all gives LEDE_EFORMAT when the base turns out to be damaged. */
LEDE_MUST_CHECK lede_status lede_related_index_upon(lede_related_base *base, uint32_t kept, const lede_related_doc *docs,
                                                    uint32_t n, const lede_related_settings *s,
                                                    const lede_related_wish *wishes, uint32_t n_wishes,
                                                    lede_related_index **out, lede_error *err);

typedef struct lede_related_item {
    uint32_t doc;          /* position in docs */
    uint32_t cosine, tags; /* of 2^24 */
    uint32_t score;        /* of 2^24, with the decay */
    int32_t days;          /* how much older it is; negative when it is later */
    uint32_t copy_of;      /* among dropped ones: the position it is a copy of */
    uint32_t contained;    /* and how much of the smaller one is in the other, of a thousand */
} lede_related_item;

/* What one search found: the list, best first, and near copies that were left out of it. */
typedef struct lede_related_list {
    lede_related_item items[LEDE_RELATED_DEPTH_MAX], dropped[LEDE_RELATED_DEPTH_MAX];
    uint32_t n, n_dropped;
} lede_related_list;

/* The memory of searches in one index; one a thread. */
typedef struct lede_related_search lede_related_search;
lede_related_search *lede_related_search_new(const lede_related_index *x); /* NULL when out of memory */
void lede_related_search_free(lede_related_search *w);
/* The list of docs[doc]. blocked: positions that must not be in it, may be NULL. */
void lede_related_find(lede_related_search *w, uint32_t doc, const uint32_t *blocked, size_t n_blocked,
                       lede_related_list *out);

/* Many lists at once, by so many threads; the lists are the same for any number. take is called once for each wish, by its
 * number, from any of the threads. */
typedef void lede_related_take(void *ctx, uint32_t wish, const lede_related_list *list);
LEDE_MUST_CHECK lede_status lede_related_find_all(const lede_related_index *x, const lede_related_wish *wishes, uint32_t n,
                                                  unsigned threads, lede_related_take *take, void *ctx, lede_error *err);

/* The features that two vectors share, heaviest first; up to max. Gives how many. */
typedef struct lede_related_shared {
    uint32_t key;   /* as lede_related_key and _pair_key give */
    uint32_t share; /* of the cosine, of 2^24 */
} lede_related_shared;
uint32_t lede_related_share(lede_str a, lede_str b, lede_related_shared *out, uint32_t max);
uint32_t lede_related_key(uint64_t group, uint64_t term);
uint32_t lede_related_pair_key(uint64_t group, uint64_t first, uint64_t second);

/* ---- near copies among all articles */
typedef struct lede_related_copy {
    uint32_t a, b;     /* positions; a precedes b */
    uint32_t in_a, in_b; /* how much of a is in b, and of b in a; of a thousand */
} lede_related_copy;
typedef bool lede_related_each_copy(void *ctx, const lede_related_copy *c);
/* Visits the pairs, ordered by (a, b). */
LEDE_MUST_CHECK lede_status lede_related_copies(const lede_related_doc *docs, uint32_t n, uint32_t containment,
                                                lede_related_each_copy *each, void *ctx, lede_error *err);

#endif
