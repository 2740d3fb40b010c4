/* plan.h - what a publication must make and remove, decided before anything is touched. See plan.c. */
#ifndef LEDE_BIND_PLAN_H
#define LEDE_BIND_PLAN_H

#include "base/hashes.h"
#include "bind/records.h"
#include "bind/spread.h"

typedef struct lede__plan {
    lede__publication *p;
    lede_arena arena;
    lede__routes now, then;
    lede__spread spread;
    lede__item *items; /* to be made */
    lede__why *why;    /* each of them */
    uint32_t n_items, cap_items;
    lede_str *gone; /* paths of pages that are no more */
    uint32_t n_gone, cap_gone;
    lede__hashes is_gone;
    uint32_t held;       /* pages that are as they were; of a plan by changes, those that were looked at */
    bool by_changes;     /* what is not named is as it was */
    const char *whole;   /* why not; a word as of lede__records_why_whole, or "routes"; NULL when it is */
    lede_buf failures;   /* JSON objects with commas */
    uint32_t n_failures;
    lede_buf scratch;
} lede__plan;

void lede__plan_init(lede__plan *x, lede__publication *p);
void lede__plan_fini(lede__plan *x);
/* With the publication's workers, edition, release and records at hand: what is to be made. The release has every path
 * claimed (by changes: every path that is made) and drops those that are gone. */
LEDE_MUST_CHECK lede_status lede__plan_make(lede__plan *x, lede_error *err);
/* A page that cannot be made, for the report. */
void lede__plan_failed(lede__plan *x, lede_str path, lede_str source, lede_str message);

#endif
