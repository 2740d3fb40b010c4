/* segment.h - one edition file, mapped: its sections as arrays, and safe ways to follow what they
 * say.
 *
 * Opening checks the header and that every section lies in the file and has a whole number of rows.
 * Numbers inside the sections are checked by whoever follows them; the functions here do. */
#ifndef LEDE_EDITION_SEGMENT_H
#define LEDE_EDITION_SEGMENT_H

#include "edition/format.h"
#include "sys/sys.h"

typedef struct lede__segment {
    lede__map map;
    const lede__header *head;
    const lede__doc_row *docs;
    const uint32_t *refs, *postings;
    const lede__term_row *terms;
    const lede__name_row *names;
    const uint64_t *ids, *urls; /* open addressing, a power of two of slots */
    const lede__translation_row *translations;
    const lede__alias_row *aliases;
    const lede__redirect_row *redirects;
    const uint32_t *dead, *ranks;
    const uint64_t *dead_bits;
    uint32_t n_docs, n_terms, n_names, n_ids, n_urls, n_translations, n_aliases, n_redirects, n_dead;
    size_t n_refs, n_postings, n_dead_bits;
    lede_str blob, texts, config, data, zone;
} lede__segment;

/* LEDE_ENOTFOUND when there is no such file, LEDE_EFORMAT when it is none of ours or damaged. */
LEDE_MUST_CHECK lede_status lede__segment_open(lede__segment *s, const char *path, lede_error *err);
void lede__segment_close(lede__segment *s); /* may be repeated */
/* Whether all checksums are right. Reads the whole file. */
bool lede__segment_whole(const lede__segment *s);

/* The bytes of [at, at + len) of all, or empty. */
lede_str lede__cut(lede_str all, uint64_t at, uint64_t len);
/* The card of a row if it is one, else NULL. */
const lede_card *lede__segment_card(const lede__segment *s, uint32_t doc);
lede_str lede__segment_body(const lede__segment *s, uint32_t doc);
/* Articles whose hash is that: calls is with each until it says yes; that one, or LEDE__NONE. */
typedef bool lede__segment_is(void *ctx, uint32_t doc);
uint32_t lede__segment_probe(const lede__segment *s, const uint64_t *slots, uint32_t n,
                             uint64_t hash, lede__segment_is *is, void *ctx);
/* The article with this id, or LEDE__NONE. */
uint32_t lede__segment_by_id(const lede__segment *s, lede_str id);
/* How the tables of ids, URLs and translation keys are keyed. */
uint64_t lede__key_hash(lede_str key);

#endif
