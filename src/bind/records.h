/* records.h - what pages read, over publications: see records.c. */
#ifndef LEDE_BIND_RECORDS_H
#define LEDE_BIND_RECORDS_H

#include "bind/publication.h"

typedef struct lede__records lede__records;

/* Of the live tree, for the edition and release at hand. Gives *out, also on failure: lede__records_close(). */
LEDE_MUST_CHECK lede_status lede__records_open(lede__publication *p, lede__records **out, lede_error *err);
void lede__records_close(lede__records *r); /* NULL is fine */
/* The SHA-256 with which the page at path, made as this text says, would come out again; NULL when that is not known. Every
 * page of the publication is asked for. */
const unsigned char *lede__records_hold(lede__records *r, lede_str path, lede_str made);
/* A page was made: its sum, files and reads as a worker sent them. */
LEDE_MUST_CHECK lede_status lede__records_put(lede__records *r, lede_str path, lede_str made, const unsigned char sum[32], lede_str files,
                                              lede_str reads, lede_error *err);
LEDE_MUST_CHECK lede_status lede__records_remove(lede__records *r, lede_str path, lede_error *err); /* a page that failed */
/* When the release is live. A failure costs the next publication its records, no more. */
LEDE_MUST_CHECK lede_status lede__records_commit(lede__records *r, lede_error *err);

#endif
