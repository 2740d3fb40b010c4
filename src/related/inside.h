/* inside.h - packed blocks and integer arithmetic that the files of this room share. */
#ifndef LEDE_RELATED_INSIDE_H
#define LEDE_RELATED_INSIDE_H

#include "lede/related.h"

enum {
    LEDE__PAIR_BIT = 31, /* of a key: a pair of words, else one */
    LEDE__ONE = 1 << 24, /* a cosine of 1 */
    LEDE__UNIT =
        4096, /* a vector's length in units of its weights; LEDE__UNIT squared is LEDE__ONE */
    LEDE__SHINGLE = 5, /* words */
    LEDE__SAMPLE = 4   /* one shingle of so many is in the sketch */
};

/* Features: this, then keys (ascending), tags (ascending), sketch (ascending), then counts.
 * Vectors: this, then keys (heaviest first), tags, sketch, then weights of keys and of tags. */
typedef struct lede__block {
    uint32_t magic, group;
    uint32_t n, n_tags, n_sketch, unused;
} lede__block;
enum {
    LEDE__FEATURES_MAGIC = 0x66656131,
    LEDE__VECTOR_MAGIC = 0x76656331,
    LEDE__COUNT_MAX = 1 << 20
};

/* A block with its arrays. */
typedef struct lede__features {
    uint32_t group, n, n_tags, n_sketch;
    const uint32_t *keys, *tags, *sketch;
    const uint8_t *counts;
} lede__features;
typedef struct lede__vector {
    uint32_t group, n, n_tags, n_sketch;
    const uint32_t *keys, *tags, *sketch;
    const uint16_t *weights, *tag_weights;
} lede__vector;

/* False for bytes that are no such block. */
bool lede__features_of(lede_str bytes, lede__features *out);
bool lede__vector_of(lede_str bytes, lede__vector *out);

/* numbers.c: the same on every machine. */
uint64_t lede__mix(uint64_t x);
uint32_t lede__isqrt(uint64_t x);
/* log2(x) in 1/65536; x > 0. */
uint32_t lede__log2(uint32_t x);
/* (1 + days / since) to the power of -exponent / 1000, of 2^20. */
uint32_t lede__decay(uint32_t days, uint32_t since, uint32_t exponent);
void lede__sort32(uint32_t *items, size_t n); /* ascending */
void lede__sort64(uint64_t *items, size_t n); /* descending */
/* Descending by the upper half; equal ones stay in their order. spare: room for n. */
void lede__order64(uint64_t *items, uint64_t *spare, size_t n);
/* Moves the k greatest of n to the front, in no order. */
void lede__select64(uint64_t *items, size_t n, size_t k);

/* Roots of counts within an article, and logarithms of counts of articles (0 counts as 1). */
enum { LEDE__ROOTS = 256, LEDE__LOGS = 1024 };
typedef struct lede__tables {
    double roots[LEDE__ROOTS];
    uint32_t logs[LEDE__LOGS];
} lede__tables;
const lede__tables *lede__epoch_tables(const lede_related_epoch *e);

typedef struct lede__entry {
    uint32_t key, count;
} lede__entry;
enum { LEDE__GROUPS = 256 }; /* the languages of a site; more than that share the last place */
struct lede_related_epoch {
    lede__entry groups[LEDE__GROUPS];
    uint32_t n_groups, articles;
    lede__entry *entries; /* ascending by key */
    size_t n_entries, cap_entries;
    lede__entry *table; /* count 0 = free */
    size_t mask;
    uint64_t *bitmap;
    lede__tables tables;
    /* of one that lies in a file; it has no entries, table and bitmap of its own */
    lede_related_whole *whole;
    void *ctx;
    const uint32_t *beginnings;
    const lede__entry *laid;
    bool *damaged; /* owned: set by those who only read */
};
/* What is the same in every epoch; and the table of one whose entries there are. */
void lede__epoch_make_tables(lede_related_epoch *e);
bool lede__epoch_make_lookup(lede_related_epoch *e);
/* epoch_file.c. 0 too when the bytes are damaged. */
uint32_t lede__epoch_count_in_file(const lede_related_epoch *e, uint32_t key);
/* epoch.c: in how many articles each of n features stands (0 when in none or, for a pair, in one).
 */
void lede__epoch_counts(const lede_related_epoch *e, const uint32_t *keys, uint32_t n,
                        uint32_t *counts);
/* How many articles of a group the epoch knows. */
uint32_t lede__epoch_group(const lede_related_epoch *e, uint32_t group);

/* postings.c: which articles have a feature, ascending, with its weight in them. */
typedef struct lede__postings {
    uint32_t *keys, *starts; /* n_keys, and one more */
    uint32_t *docs;
    uint16_t *weights;
    uint32_t *first; /* the first key of each bucket of keys */
    uint32_t n_keys, shift;
} lede__postings;
/* wanted: a bitmap of features, others are left out (and of strange ones a few are not); NULL for
 * all. */
enum { LEDE__WANTED_BITS = 1 << 20 };
static inline uint32_t lede__wanted_bit(uint32_t key) { return (key * 0x9E3779B1u) >> 12; }
static inline void lede__want(uint64_t *wanted, uint32_t key) {
    wanted[lede__wanted_bit(key) / 64] |= (uint64_t)1 << lede__wanted_bit(key) % 64;
}
static inline bool lede__is_wanted(const uint64_t *wanted, uint32_t key) {
    return !wanted || (wanted[lede__wanted_bit(key) / 64] >> lede__wanted_bit(key) % 64 & 1);
}
/* first: the number of the article of vectors[0]; the others follow it. */
LEDE_MUST_CHECK lede_status lede__postings_make(const lede__vector *vectors, uint32_t n,
                                                uint32_t first, const uint64_t *wanted,
                                                lede__postings *out, lede_error *err);
void lede__postings_fini(lede__postings *p);
/* The articles of one feature. */
typedef struct lede__run {
    const uint32_t *docs;
    const uint16_t *weights;
    uint32_t n;
} lede__run;
lede__run lede__postings_find(const lede__postings *p, uint32_t key);
/* They are asked for soon. */
void lede__postings_bring(const lede__postings *p, uint32_t key);

/* base.c: postings and vectors of an index that lies in a file. What is found damaged is left out,
 * and lede_related_base_damaged says so from then on. */
/* What is found is not looked at: of a run that is too long only the length is asked for. */
lede__run lede__base_find(lede_related_base *b, uint32_t key);
bool lede__base_run_is_whole(lede_related_base *b, const lede__run *run);
bool lede__base_is_all(const lede_related_base *b, uint32_t limit); /* it has so many articles */
bool lede__base_vector(lede_related_base *b, uint32_t doc, lede__vector *out);

/* sketch.c: how many samples two sketches share. */
uint32_t lede__sketch_shared(const uint32_t *a, uint32_t n_a, const uint32_t *b, uint32_t n_b);
/* Whether two texts are copies: what the smaller shares, of a thousand; 0 when they are not. */
uint32_t lede__copy_of(const lede__vector *a, const lede__vector *b, uint32_t containment);

/* product.c: the features of one vector, for its product with many others. A bitmap says of most
 * features that they are not among them. */
enum { LEDE__LOOKUP = 2048, LEDE__LOOKUP_BITS = 8192 };
typedef struct lede__lookup {
    uint64_t bitmap[LEDE__LOOKUP_BITS / 64];
    uint32_t keys[LEDE__LOOKUP];
    uint16_t weights[LEDE__LOOKUP]; /* 0 = free; at most a quarter is used */
} lede__lookup;
void lede__lookup_of(lede__lookup *m, const lede__vector *v);
uint32_t lede__product(const lede__lookup *m, const lede__vector *v);

struct lede_related_index {
    lede_related_settings settings;
    const lede_related_doc *docs;
    lede_related_base *base; /* of the first `kept` articles; NULL when kept is 0 */
    uint32_t kept;
    lede__vector *vectors;   /* of the others */
    lede__postings postings; /* and theirs */
    int32_t *days;       /* of each article's date */
    uint32_t *decays;    /* by age in days, of 2^20; the last one for all that are older. NULL: each
                            is worked out, for a few lists */
    uint32_t n, undated; /* the first so many have no date: none is earlier than the other */
};

/* The vector of an article. room: for one that lies in a file. */
static inline const lede__vector *lede__vector_at(const lede_related_index *x, uint32_t doc,
                                                  lede__vector *room) {
    if (doc >= x->kept)
        return &x->vectors[doc - x->kept];
    if (!lede__base_vector(x->base, doc, room))
        *room = (lede__vector){0};
    return room;
}

enum { LEDE__DECAYS = 16384 };
/* How much of its score an article keeps in the list of another, of 2^20. */
static inline uint32_t lede__decay_of(const lede_related_index *x, uint32_t doc, uint32_t other) {
    const int64_t days = (int64_t)x->days[doc] - x->days[other];
    const uint64_t age = (uint64_t)(days < 0 ? -days : days);
    const uint32_t kept = age < LEDE__DECAYS ? (uint32_t)age : LEDE__DECAYS - 1;
    return x->decays ? x->decays[kept]
                     : lede__decay(kept, x->settings.recency_days, x->settings.recency);
}

/* choose.c: orders scored candidates and picks the list out of them. */
typedef struct lede__candidate {
    lede_related_item item;
    uint64_t rank; /* by which they are ordered: score, then newer */
} lede__candidate;
void lede__choose(const lede_related_index *x, uint32_t doc, lede__candidate *found, uint32_t n,
                  lede_related_list *out);
#endif
