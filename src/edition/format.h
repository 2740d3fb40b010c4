/* format.h - the bytes of an edition file. README.md says what they mean.
 *
 * Native byte order; structs are laid out without implicit padding, which the assertions at the end
 * keep true. All numbers come from a file: nothing is followed before it is checked (segment.c). */
#ifndef LEDE_EDITION_FORMAT_H
#define LEDE_EDITION_FORMAT_H

#include "lede/store.h"

#include <assert.h>

#define LEDE__MAGIC "lede.ed"
#define LEDE__NONE UINT32_MAX /* no term, no article */
enum {
    LEDE__VERSION = 2,
    LEDE__ORDER_MARK = 0x01020304,
    LEDE__HEADER_ROOM = 4096,
    LEDE__ID_LEN = 26
};

/* Dimensions of a query: the store's kinds of terms and two more. */
enum { LEDE__LANG = LEDE_TERM_KINDS, LEDE__BARE /* articles without section */, LEDE__KINDS };

enum lede__section {
    LEDE__DOCS,
    LEDE__REFS,
    LEDE__BLOB,
    LEDE__TERMS,
    LEDE__NAMES,
    LEDE__POSTINGS,
    LEDE__IDS,
    LEDE__URLS,
    LEDE__TRANSLATIONS,
    LEDE__ALIASES,
    LEDE__REDIRECTS,
    LEDE__CONFIG,
    LEDE__DATA,
    LEDE__ZONE,
    LEDE__TEXTS,
    LEDE__DEAD,
    LEDE__DEAD_BITS,
    LEDE__RANKS,
    LEDE__SECTIONS
};

typedef struct lede__place {
    uint64_t at, len; /* bytes from the start of the file */
    uint64_t sum;     /* XXH3 over chunks, see lede__chunk_sum */
} lede__place;

typedef struct lede__kind_row {
    uint32_t first, count; /* rows of the term table */
    uint64_t slugs_print;  /* fingerprint of the ordered slugs */
} lede__kind_row;

typedef struct lede__header {
    char magic[8];
    uint32_t version, order_mark;
    uint32_t is_delta, drafts;
    uint32_t redirects_in_base; /* a delta without redirects of its own */
    uint32_t unused;
    uint64_t file_size;
    uint64_t base_id; /* of a delta: header_sum of its base */
    int64_t seq, time;
    int64_t last_change; /* newest wall clock of a change among all articles walked */
    uint64_t redirects_print;
    char uuid[40];
    lede__kind_row kinds[LEDE__KINDS];
    lede__place places[LEDE__SECTIONS];
    uint64_t header_sum; /* of all above */
    uint64_t boot;       /* the boot in which the file was written or verified; outside the sum */
} lede__header;

typedef struct lede__doc_row {
    int64_t date;
    uint64_t card_at, body_at; /* in the blob */
    uint64_t body_print;
    uint32_t card_len, body_len;
    uint32_t section, lang, origin; /* numbers of terms in the same file, or LEDE__NONE */
    uint32_t refs_at, n_tags, n_authors;
    char id[32]; /* 26, then zeros */
} lede__doc_row;

typedef struct lede__text_ref {
    uint64_t at;
    uint32_t len;
    uint32_t in_base; /* of a delta: in the texts of its base */
} lede__text_ref;

typedef struct lede__term_row {
    lede__text_ref slug, title, summary, body, params;
    uint64_t print;             /* of title, summary, body, params */
    uint32_t list_at, list_len; /* own articles, in postings */
    uint32_t dead_at, dead_len; /* of a delta: base articles that are no more */
    uint32_t base_no;           /* of a delta: the term in its base */
    uint32_t count;             /* articles in all */
} lede__term_row;

typedef struct lede__name_row {
    lede__text_ref name;
    uint32_t term, count;
} lede__name_row;

/* An article that has a translation key; by (hash, language, number). */
typedef struct lede__translation_row {
    uint64_t hash; /* of the key: lede__key_hash */
    uint32_t doc, unused;
} lede__translation_row;

typedef struct lede__alias_row {
    lede__text_ref from;
    uint32_t doc, unused;
} lede__alias_row;

typedef struct lede__redirect_row {
    lede__text_ref from;
    char id[32];
} lede__redirect_row;

static_assert(sizeof(lede__doc_row) == 96, "no padding");
static_assert(sizeof(lede__term_row) == 112, "no padding");
static_assert(sizeof(lede__name_row) == 24, "no padding");
static_assert(sizeof(lede__translation_row) == 16, "no padding");
static_assert(sizeof(lede__alias_row) == 24, "no padding");
static_assert(sizeof(lede__redirect_row) == 48, "no padding");
static_assert(sizeof(lede__header) == 136 + 16 * LEDE__KINDS + 24 * LEDE__SECTIONS, "no padding");
static_assert(sizeof(lede__header) <= LEDE__HEADER_ROOM, "the header has its page");

#endif
