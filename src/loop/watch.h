/* watch.h - which files below some folders changed, told once it is quiet.
 *
 * Every folder is watched, and those that come later; hidden files and what editors leave beside
 * (name~, #name#, 4913) do not count. An editor that writes beside and renames, or writes in
 * pieces, makes one report: it waits until nothing happened for a moment. Where the system cannot
 * watch, or when told to, it looks at all files from time to time instead.
 */
#ifndef LEDE_LOOP_WATCH_H
#define LEDE_LOOP_WATCH_H

#include "loop/workers.h"

typedef struct lede_watch lede_watch;

typedef struct lede_watch_options {
    int quiet_ms; /* how long nothing must happen; 0 = 6 */
    int most_ms;  /* a report waits no longer than this; 0 = 80 */
    int poll_ms;  /* look every so often instead of watching; 0 = watch */
    void *ctx;
    /* Files that changed, came or went, absolute, each once, in no order; a folder that went, or gave its place to
     * another, ends with '/'. On the loop's thread. */
    void (*changed)(void *ctx, const lede_str *paths, size_t n);
} lede_watch_options;

/* Gives *out: close with lede_watch_close(). */
LEDE_MUST_CHECK lede_status lede_watch_open(lede_loop *loop, const lede_watch_options *o,
                                            lede_watch **out, lede_error *err);
void lede_watch_close(lede_watch *w); /* no report afterwards; NULL is fine */
/* Watches a folder (absolute) and all below, links left out; nothing when it is not there.
 * LEDE_ELIMIT: the system watches no more folders; then open again with poll_ms. */
LEDE_MUST_CHECK lede_status lede_watch_folder(lede_watch *w, const char *path, lede_error *err);
/* Watches a file, or the coming and going of a folder (absolute), that need not be there yet. */
LEDE_MUST_CHECK lede_status lede_watch_name(lede_watch *w, const char *path, lede_error *err);

#endif
