/* error.h - how every fallible call of lede reports what went wrong.
 *
 * A function that can fail returns lede_status, is marked LEDE_MUST_CHECK and takes a lede_error
 * (which may be NULL) last. The message says what and which, in the reader's words, without a newline:
 * "store: no article 'x'". Reporting never allocates. Outputs are set on success only.
 */
#ifndef LEDE_ERROR_H
#define LEDE_ERROR_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum lede_status {
    LEDE_OK = 0,
    LEDE_ENOMEM,    /* out of memory */
    LEDE_EINVAL,    /* a value from outside is not acceptable */
    LEDE_EFORMAT,   /* bytes do not follow their format (YAML, JSON, template, Lua syntax) */
    LEDE_ENOTFOUND, /* what was named does not exist */
    LEDE_EEXIST,    /* something is already there: an address, an id, a file */
    LEDE_ECONFLICT, /* the revision edited is not the newest one */
    LEDE_EIO,       /* the system refused: file, disk, pipe */
    LEDE_ELIMIT,    /* a declared limit was passed: size, depth, memory */
    LEDE_ETIMEOUT,  /* a deadline was passed */
    LEDE_EBUSY,     /* somebody else holds it; try again later */
    LEDE_ESCRIPT,   /* Lua code raised */
    LEDE_EDENIED,   /* the sandbox or a policy refused */
    LEDE_ENEWER,    /* written by a newer lede */
    LEDE_ECANCELED  /* the caller gave up */
} lede_status;

enum { LEDE_MESSAGE_MAX = 1024 };

/* Caller-owned. file and line are the place in the user's material, when there is one (0 = none). */
typedef struct lede_error {
    lede_status status;
    int line, column;
    char message[LEDE_MESSAGE_MAX];
} lede_error;

#if defined(__GNUC__)
#define LEDE_MUST_CHECK __attribute__((warn_unused_result))
#define LEDE_PRINTF(f, a) __attribute__((format(printf, f, a)))
#define LEDE_PREFETCH(p) __builtin_prefetch(p) /* p is read soon; it may point anywhere */
#else
#define LEDE_MUST_CHECK
#define LEDE_PRINTF(f, a)
#define LEDE_PREFETCH(p) ((void)(p))
#endif

/* Fills *err (unless NULL; a long message is cut at a character) and returns status:
 * return lede_fail(err, LEDE_EIO, "..."). */
lede_status lede_fail(lede_error *err, lede_status status, const char *format, ...)
    LEDE_PRINTF(3, 4);

/* Like lede_fail, for a place in the user's material; line and column count from 1. */
lede_status lede_fail_at(lede_error *err, lede_status status, int line, int column,
                         const char *format, ...) LEDE_PRINTF(5, 6);

/* Puts "prefix: " before the message of *err (unless NULL) and returns its status unchanged. */
lede_status lede_fail_in(lede_error *err, lede_status status, const char *format, ...)
    LEDE_PRINTF(3, 4);

/* A short lower-case word for a status: "not-found", "conflict". Never NULL. Used as code= in Lua. */
const char *lede_status_name(lede_status status);

/* Whether trying the same again later can help (busy, timeout, some I/O). */
bool lede_status_retryable(lede_status status);

#endif
