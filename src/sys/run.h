/* run.h - a program of the system, run to its end while we wait. */
#ifndef LEDE_SYS_RUN_H
#define LEDE_SYS_RUN_H

#include "lede/text.h"

typedef struct lede__run_order {
    const char *const *args; /* the program, looked for in PATH without a '/', and what it is told;
                                ends with NULL. No shell reads it. */
    const char *const
        *env;           /* "NAME=value", over our own environment; ends with NULL; may be NULL */
    const char *folder; /* where it runs; NULL: where we do */
    int timeout_ms;     /* of lede__run(); 0 = none */
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

/* A program that runs, and our ends of its pipes, which do not block. */
typedef struct lede__run_child {
    int pid;
    int pid_fd;      /* readable at its end; -1 on kernels without */
    int to, from[2]; /* its stdin (-1: it has nothing to read), stdout and stderr */
} lede__run_child;

/* Starts it as lede__run() does and returns. fed: it has a stdin to write to.
 * owns: close the descriptors; the process is ended by lede__run_kill() and lede__run_reap(). */
LEDE_MUST_CHECK lede_status lede__run_start(const lede__run_order *order, bool fed,
                                            lede__run_child *out, lede_error *err);
void lede__run_kill(const lede__run_child *c, int signal); /* its whole group */
/* Whether it ended; then *end is set and it is no more. Once. */
bool lede__run_reap(const lede__run_child *c, bool wait, lede__run_end *end);

#endif
