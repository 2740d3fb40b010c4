/* history.h - the lists of what releases replaced, as history.c and rollback.c share them. Private
 * to publish/. */
#ifndef LEDE_PUBLISH_HISTORY_H
#define LEDE_PUBLISH_HISTORY_H

#include "lede/history.h"
#include "publish/changes.h"

#define LEDE__RELEASES "releases"
#define LEDE__BLOBS "blobs"

/* All lists, newest first; free() them. */
LEDE_MUST_CHECK lede_status lede__remembered_all(const char *history, lede__list **out,
                                                 size_t *count, lede_error *err);
LEDE_MUST_CHECK lede_status lede__remembered_file(const char *history, lede__list x,
                                                  char out[LEDE__LIST_ROOM], lede_error *err);

#endif
