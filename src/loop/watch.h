/* watch.h - a folder and all below it, watched for changes, which are told when it has been quiet
 * for a moment. */
#ifndef LEDE_LOOP_WATCH_H
#define LEDE_LOOP_WATCH_H

#include "loop/workers.h"

typedef struct lede__watch lede__watch;

/* Watches root, a file or a folder with every folder below it, those that come later too; hidden
 * ones and links are left out. news(ctx) is called from the loop when changes are to be taken:
 * quiet_ms after the last of them, at the latest ten times that after the first. LEDE_ELIMIT when
 * the system has no more watches. */
LEDE_MUST_CHECK lede_status lede__watch_open(lede_loop *loop, const char *root, int quiet_ms,
                                             void (*news)(void *ctx), void *ctx, lede__watch **out,
                                             lede_error *err);
void lede__watch_close(lede__watch *w); /* no news afterwards; NULL is fine */
bool lede__watch_ready(const lede__watch *w);
/* Appends what changed, below root, sorted, each path with its NUL: made, written, renamed or gone.
 * A new folder stands for itself and for what was in it when it was found. */
LEDE_MUST_CHECK lede_status lede__watch_take(lede__watch *w, lede_buf *out, lede_error *err);

#endif
