/* writer.h - writes one edition file: section after section, the header last, then the rename. */
#ifndef LEDE_EDITION_WRITER_H
#define LEDE_EDITION_WRITER_H

#include "edition/format.h"

enum { LEDE__CHUNK = 1 << 18 }; /* bytes that are summed and written together */

typedef struct lede__writer {
    int fd;
    char *path, *beside; /* the final name, and the one while writing */
    char *chunk;
    size_t filled;
    uint64_t at;        /* of the chunk's first byte in the file */
    uint64_t sum;       /* of the section so far */
    int section;        /* open one, or -1 */
    lede_status status; /* sticky, with the message */
    lede_error err;
    lede__header head;
} lede__writer;

LEDE_MUST_CHECK lede_status lede__writer_open(lede__writer *w, const char *dir, const char *name,
                                              lede_error *err);
/* Removes what was written unless it was finished. May be repeated. */
void lede__writer_fini(lede__writer *w);
void lede__writer_begin(lede__writer *w, enum lede__section s);
void lede__writer_add(lede__writer *w, const void *bytes, size_t n);
uint64_t lede__writer_tell(const lede__writer *w); /* bytes of the open section so far */
void lede__writer_align(lede__writer *w);          /* zeros up to a multiple of 8 */
void lede__writer_end(lede__writer *w);
/* begin, add, end */
void lede__writer_section(lede__writer *w, enum lede__section s, const void *bytes, size_t n);
/* Completes and writes the header and renames the file. Fails with the first thing that went wrong
 * since open. */
LEDE_MUST_CHECK lede_status lede__writer_finish(lede__writer *w, lede_error *err);

/* The checksum of a section: of its chunks, each seeded by the sum of those before. */
uint64_t lede__chunk_sum(lede_str section);
/* Tells one boot of the machine from another; 0 when the system does not say. */
uint64_t lede__boot(void);
/* Says that the file at path is whole in this boot. A failure only costs another verification. */
void lede__writer_bless(const char *path);

#endif
