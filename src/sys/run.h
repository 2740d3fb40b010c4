/* run.h - a program of the system, run to its end while we wait. */
#ifndef LEDE_SYS_RUN_H
#define LEDE_SYS_RUN_H

#include "lede/text.h"

typedef struct lede__run_order {
    const char *const *args; /* the program, looked for in PATH without a '/', and what it is told;
                                ends with NULL. No shell reads it. */
    const char *const
        *env;       /* "NAME=value", over our own environment; ends with NULL; may be NULL */
    int timeout_ms; /* 0 = none */
} lede__run_order;

typedef struct lede__run_end {
    int status; /* of exit; 0 when signal ended it */
    int signal; /* 0 when it exited */
} lede__run_end;

/* Runs a program in a process group of its own, with nothing to read, and appends what it wrote to
 * *out and *words (its stderr), whose limits bound it. A status that is not 0 is no failure here:
 * see *end. It is killed when we die.
 * fails: LEDE_ENOTFOUND when there is no such program; LEDE_ETIMEOUT and LEDE_ELIMIT when it took
 * too long or wrote too much: then its group was killed; LEDE_EIO. */
LEDE_MUST_CHECK lede_status lede__run(const lede__run_order *order, lede_buf *out, lede_buf *words,
                                      lede__run_end *end, lede_error *err);

#endif
