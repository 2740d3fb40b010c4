/* build.h - makes one edition file out of articles given one after the other. */
#ifndef LEDE_EDITION_BUILD_H
#define LEDE_EDITION_BUILD_H

#include "edition/segment.h"
#include "edition/spellings.h"
#include "edition/writer.h"
#include "lede/edition.h"

/* What is known of an article besides its row while building. */
typedef struct lede__doc_extra {
    uint64_t url_hash, key_hash; /* of the translation key, when there is one */
    bool has_key;
} lede__doc_extra;

typedef struct lede__alias {
    lede_str from; /* in texts, set when they stop moving; until then ptr is NULL and at counts */
    uint64_t at;
    uint32_t doc, len;
} lede__alias;

typedef struct lede__dead {
    uint32_t doc;             /* of the base */
    uint32_t refs_at, n_refs; /* terms (indices of names.terms), in dead_terms */
} lede__dead;

typedef struct lede__builder {
    lede__writer writer;
    lede__spellings names;
    lede__naming naming;
    lede_buf texts, cards, bodies;
    lede__doc_row *docs; /* in the order given; refs_at counts in refs, terms are names */
    lede__doc_extra *extras;
    uint32_t *refs, *dead_terms;
    lede__alias *aliases;
    lede__redirect_row *redirects;
    lede__dead *dead;
    size_t n_docs, cap_docs, cap_extras, n_refs, cap_refs, n_aliases, cap_aliases;
    size_t n_redirects, cap_redirects, n_dead, cap_dead, n_dead_terms, cap_dead_terms;
    size_t placed; /* articles whose card and body are in the file */
    uint64_t redirects_print;
    const lede__segment *base; /* of a delta; borrowed */
} lede__builder;

/* base NULL makes a base in dir, else a delta of it. */
LEDE_MUST_CHECK lede_status lede__builder_init(lede__builder *b, const char *dir,
                                               const lede__segment *base, lede_error *err);
void lede__builder_fini(lede__builder *b);
/* Takes in one public article. */
LEDE_MUST_CHECK lede_status lede__builder_add(lede__builder *b, const lede_stored *x,
                                              lede_error *err);
/* Of a delta: this article of the base is overridden or gone. */
LEDE_MUST_CHECK lede_status lede__builder_hide(lede__builder *b, uint32_t doc, lede_error *err);
/* Takes declared terms and redirects from s, sorts, writes and renames. head is that of the store
 * before its walk. */
LEDE_MUST_CHECK lede_status lede__builder_finish(lede__builder *b, lede_store *s,
                                                 const lede_store_head *head,
                                                 const lede_edition_input *in, int64_t last_change,
                                                 lede_error *err);

/* finish.c: what follows the walk. */
LEDE_MUST_CHECK lede_status lede__builder_write(lede__builder *b, lede_error *err);
/* Writes the cards and bodies that wait. */
void lede__builder_flush(lede__builder *b);
/* translations.c: writes the articles that have a translation key. order: by (date, id). */
LEDE_MUST_CHECK lede_status lede__builder_translations(lede__builder *b, const uint32_t *order,
                                                       lede_error *err);
bool lede__grow(void **items, size_t *cap, size_t count, size_t size);
#define LEDE__BASE_NAME "base.edition"
#define LEDE__DELTA_NAME "delta.edition"

#endif
