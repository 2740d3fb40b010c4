/* poll.h - a descriptor of somebody else that the loop looks at. */
#ifndef LEDE_LOOP_POLL_H
#define LEDE_LOOP_POLL_H

#include "loop/workers.h"

typedef struct lede__poll lede__poll;

/* Calls fn(ctx) from the loop whenever fd can be read. A file on disk cannot be polled: LEDE_EIO.
 */
LEDE_MUST_CHECK lede_status lede__poll_start(lede_loop *loop, int fd, void (*fn)(void *ctx),
                                             void *ctx, lede__poll **out, lede_error *err);
void lede__poll_stop(lede__poll *p); /* NULL is fine */

#endif
