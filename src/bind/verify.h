/* verify.h - whether pages that need no making would come out again. See verify.c. */
#ifndef LEDE_BIND_VERIFY_H
#define LEDE_BIND_VERIFY_H

#include "bind/plan.h"

/* When everything that had to be made was: has up to p->verify pages that hold made again, each in
 * a fresh VM, and compares what comes of it with the records. *made: how many; differing gets a
 * JSON object { path, source, message } with commas for each that comes out otherwise or cannot be
 * made. Nothing is written. */
LEDE_MUST_CHECK lede_status lede__verify(lede__plan *x, uint32_t *made, lede_buf *differing,
                                         lede_error *err);

#endif
