/* records_inside.h - the records of a publication as their own files see them. */
#ifndef LEDE_BIND_RECORDS_INSIDE_H
#define LEDE_BIND_RECORDS_INSIDE_H

#include "base/hashes.h"
#include "base/names.h"
#include "bind/records.h"
#include "lede/records.h"

/* A kind of reads that the desk gives to records of its own: what is special about them, to find them again. */
enum { LEDE__TAG = LEDE_READ_KINDS };
#define LEDE__TAG_AGAIN "again" /* pages that could not be made */
#define LEDE__TAG_NOTES "notes" /* pages that had something to say */
#define LEDE__TAG_FILE "file"   /* files that were copied */

/* Records of no page: what routes there were and what they read, and of which edition all this is. */
#define LEDE__ROUTES_RECORD ".lede-routes"
#define LEDE__EDITION_RECORD ".lede-edition"

/* Reads that many pages rely on. */
typedef struct lede__shared {
    lede_records_read *reads; /* keys are owned */
    size_t n, cap;
    bool changed;    /* since it was given its number */
    uint32_t number; /* of lede_records_set; of a route's, together with those of all */
} lede__shared;

struct lede__records {
    lede__publication *p;
    lede_records *kept;
    const char *folder;
    lede__names dirty;         /* paths of pages */
    lede__why *why;            /* of each of them */
    uint32_t cap_why;
    lede__why asking;          /* the question at hand */
    lede__hashes wanted;       /* paths of this publication */
    lede__hashes told, removed; /* those that were put; those that were removed */
    lede__shared all, *of_route; /* what every page relies on, and besides those of a route */
    uint32_t n_routes;
    lede_records_read *reads;  /* of one page */
    size_t n_reads, cap_reads;
    uint64_t pages;
    const char *whole; /* why they do not tell what changed; NULL = they do */
    bool fresh, by_changes, imperfect, keep_rest, routes_hold, has_data;
    lede_arena arena; /* edition.data, keys of the set, paths */
    lede_value data;
    lede_buf scratch, made, routes;
    lede_status status;
    lede_error err;
};

/* records_ask.c: marks pages that relied on an answer that changed. */
LEDE_MUST_CHECK lede_status lede__records_ask(lede__records *r);
uint64_t lede__program_print(void);
#define LEDE__PROGRAM_KEY "lede:program"

#endif
