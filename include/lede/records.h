/* records.h - what each page of the live site was made of, kept beside the store. ARCHITECTURE.md section 5.
 *
 * A page's record is the SHA-256 of its output, what it read (kind, key, mask, fingerprint of the answer) and a text of
 * the caller's that says how it was made. The next publication asks the recorded questions again and renders only pages
 * with an answer that changed. This room knows nothing of editions: kinds, keys and fingerprints are bytes and numbers.
 *
 * Design
 *   One file, var/records/live.records: a log of tables. A commit appends one table; nothing that was written is changed,
 *   so readers keep what they mapped. Each table stands on an older one (its pages replace or remove pages below), is
 *   whole in itself and sorted:
 *
 *       pages     path -> SHA-256, how it was made, set, own reads
 *       keys      kind and key -> its reads; each text once, however many pages read it
 *       reads     (key, mask, fingerprint) -> pages and sets that rely on it: the reverse index
 *       sets      reads that many pages share (templates, plugins, options, configuration) -> their pages
 *       queries   "section=news" -> keys of queries that ask for it
 *       dead      pages of tables below that are no more
 *
 *   Pages that relied on an answer that changed are rendered again, so at any commit all pages agree on a fingerprint. A
 *   read is therefore kept once, and a page is a list of numbers of reads: about 5 bytes a read, both directions.
 *
 *   A commit takes the newest tables into its own as long as they are no more than twice as large: sizes fall by halves
 *   going up, so there are few tables, and a page is written a logarithm of times over its life. When all would be merged,
 *   when the file is more garbage than tables, or ends in something torn, a new file is written beside and renamed.
 *
 *   A writer that is killed leaves a tail that no header vouches for; opening passes over it. Every 4 KiB block has a
 *   checksum, looked at when the block is first read: opening costs no walk over the file, and no bit that flipped is
 *   believed. Nothing is synced: a power cut costs a full publication, never a wrong page.
 *
 *   The top table carries a stamp of the live tree's manifest. Records of any other tree are not given.
 *
 * Use
 *   A publication opens with the live tree's stamp (or starts without), asks what may have changed, renders the pages that
 *   relied on it and those without a record, puts those, removes what it no longer makes or could not make, releases, and
 *   commits with the new tree's stamp. Killed between release and commit, the next one starts without: never wrong.
 *
 * Texts that a call or visit gives are borrowed from the file until commit or close. One thread at a time. Visitors may
 * call everything here but commit and close; what they answer is whether to go on. A damaged block may show in any call
 * (LEDE_EFORMAT, after visits that were good): start again with lede_records_new and a full publication.
 */
#ifndef LEDE_RECORDS_H
#define LEDE_RECORDS_H

#include "lede/text.h"

typedef struct lede_records lede_records;

typedef struct lede_records_read {
    uint8_t kind; /* below LEDE_RECORDS_KINDS */
    lede_str key; /* any bytes, up to LEDE_RECORDS_TEXT */
    uint64_t mask, print;
} lede_records_read;

enum {
    LEDE_RECORDS_KINDS = 32,
    /* The kinds whose keys are queries ("section=news tag=tax limit=10"): QUERY and COUNT of lede_read_kind. */
    LEDE_RECORDS_QUERIES = 1 << 2 | 1 << 3,
    LEDE_RECORDS_TEXT = 65535,  /* bytes of a key, or of how a page was made */
    LEDE_RECORDS_READS = 1 << 20 /* of a page or a set */
};
#define LEDE_RECORDS_NO_SET UINT32_MAX

/* The stamp of the tree at this path, of its manifest's bytes; LEDE_ENOTFOUND when it has none: the tree is not lede's. */
LEDE_MUST_CHECK lede_status lede_records_stamp(const char *tree, uint64_t *stamp, lede_error *err);

/* Maps the records under dir ("var/records") if they are of the tree with that stamp. LEDE_ENOTFOUND: there are none, or
 * of another tree. LEDE_EFORMAT, LEDE_ENEWER: not a file of ours. Gives *out: end with lede_records_close(). */
LEDE_MUST_CHECK lede_status lede_records_open(const char *dir, uint64_t stamp, lede_records **out, lede_error *err);
/* Records of nothing yet, whatever dir has; a commit replaces that. Makes dir. Gives *out: lede_records_close(). */
LEDE_MUST_CHECK lede_status lede_records_new(const char *dir, lede_records **out, lede_error *err);
void lede_records_close(lede_records *r); /* forgets what was not committed; NULL is fine */

/* ---- what is kept, as of the last commit */

typedef bool lede_records_visit_page(void *ctx, lede_str path);
typedef bool lede_records_visit_read(void *ctx, const lede_records_read *read);

uint64_t lede_records_count(const lede_records *r); /* pages */
/* Every page, in no order worth the name. */
LEDE_MUST_CHECK lede_status lede_records_each(lede_records *r, lede_records_visit_page *visit, void *ctx, lede_error *err);

typedef struct lede_records_view {
    const unsigned char *sum; /* 32 bytes */
    lede_str made;
    unsigned table; /* where it lies, for lede_records_reads */
    uint32_t row;
} lede_records_view;
/* The record of the page at path, or LEDE_ENOTFOUND. */
LEDE_MUST_CHECK lede_status lede_records_page(lede_records *r, lede_str path, lede_records_view *out, lede_error *err);
/* What that page read: its own reads by (kind, key), then those of its set. */
LEDE_MUST_CHECK lede_status lede_records_reads(lede_records *r, const lede_records_view *page,
                                               lede_records_visit_read *visit, void *ctx, lede_error *err);

/* The reads of a kind whose keys begin with prefix (empty: all of the kind) that a page relies on: the questions to ask
 * again. Each comes once a table, so one may come twice. */
LEDE_MUST_CHECK lede_status lede_records_keys(lede_records *r, uint8_t kind, lede_str prefix,
                                              lede_records_visit_read *visit, void *ctx, lede_error *err);
/* The reads of queries that a change of an article may touch: dimension is a word as queries have it, "section=news" (also
 * tag, author, origin, lang), or "all" for queries that ask for none of them. A changed article touches at most "all" and
 * the words of what it was and of what it is now. */
LEDE_MUST_CHECK lede_status lede_records_queries(lede_records *r, lede_str dimension, lede_records_visit_read *visit,
                                                 void *ctx, lede_error *err);
/* The pages that read this key, themselves or by their set; one that does both, or with two masks, may come twice. */
LEDE_MUST_CHECK lede_status lede_records_pages_reading(lede_records *r, uint8_t kind, lede_str key,
                                                       lede_records_visit_page *visit, void *ctx, lede_error *err);

/* ---- what the next commit changes; the functions above do not see it */

/* The number of this set of reads, until commit; equal sets have one number, in whatever order. LEDE_EINVAL: a kind that
 * is none. LEDE_ELIMIT: a key or the set is too long. */
LEDE_MUST_CHECK lede_status lede_records_set(lede_records *r, const lede_records_read *reads, size_t n, uint32_t *set,
                                             lede_error *err);

typedef struct lede_records_entry {
    unsigned char sum[32]; /* SHA-256 of the output */
    lede_str made;
    uint32_t set; /* of lede_records_set, or LEDE_RECORDS_NO_SET */
    const lede_records_read *reads;
    size_t n_reads;
} lede_records_entry;
/* The page at path is now this. Copies all. Errors as lede_records_set, and LEDE_EINVAL for a path that is none of a
 * file of the site or a set of another commit; the page is then as before: remove it, or it is believed. */
LEDE_MUST_CHECK lede_status lede_records_put(lede_records *r, lede_str path, const lede_records_entry *page,
                                             lede_error *err);
/* Nothing is known of the page at path; also when nothing was. */
LEDE_MUST_CHECK lede_status lede_records_remove(lede_records *r, lede_str path, lede_error *err);
/* Writes what was put and removed, at once or not at all; stamp is of the tree that is live now. Without changes and with
 * the stamp of before nothing is written. After a failure an open finds what it would have found before (LEDE_ECONFLICT:
 * another process committed since the open), and r is for closing. */
LEDE_MUST_CHECK lede_status lede_records_commit(lede_records *r, uint64_t stamp, lede_error *err);

#endif
