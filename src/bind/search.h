/* search.h - what the files behind lede.search share. */
#ifndef LEDE_BIND_SEARCH_H
#define LEDE_BIND_SEARCH_H

#include "lede/search.h"
#include "lede/store.h"

/* Whether the index lacks changes of the store, and of how many articles at most. */
LEDE_MUST_CHECK lede_status lede__search_behind(lede_store *s, const lede_search *x,
                                                int64_t *behind, lede_error *err);
/* Brings the index to the store's newest change; progress shows how far it is. */
LEDE_MUST_CHECK lede_status lede__search_update(lede_store *s, lede_search *x, bool progress,
                                                lede_error *err);
/* Appends the words that readers see of an article's body, as plain text. */
void lede__search_body(lede_str markdown, lede_buf *out);

#endif
