/* history.h - the lists of what releases replaced, as history.c and rollback.c share them. Private
 * to publish/. */
#ifndef LEDE_PUBLISH_HISTORY_H
#define LEDE_PUBLISH_HISTORY_H

#include "lede/history.h"

#define LEDE__RELEASES "releases"
#define LEDE__BLOBS "blobs"

typedef struct lede__remembered {
    uint64_t serial, of;
} lede__remembered;

/* All lists, newest first; free() them. */
LEDE_MUST_CHECK lede_status lede__remembered_all(const char *history, lede__remembered **out,
                                                 size_t *count, lede_error *err);
LEDE_MUST_CHECK lede_status lede__remembered_file(const char *history, const lede__remembered *x,
                                                  char out[4096], lede_error *err);

#endif
