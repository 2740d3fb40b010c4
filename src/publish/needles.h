/* needles.h - whether a text has any of many others in it. Private to publish/. */
#ifndef LEDE_PUBLISH_NEEDLES_H
#define LEDE_PUBLISH_NEEDLES_H

#include "lede/text.h"

enum { LEDE__NEEDLE_MIN = 4 };

typedef struct lede__needles {
    const lede_str *items;  /* borrowed */
    uint32_t *slots, *next; /* item + 1; 0 = none */
    uint32_t mask;
} lede__needles;

/* Those shorter than LEDE__NEEDLE_MIN are passed over. LEDE_ENOMEM. */
LEDE_MUST_CHECK lede_status lede__needles_init(lede__needles *n, const lede_str *items,
                                               size_t count, lede_error *err);
void lede__needles_fini(lede__needles *n); /* may be repeated */
/* One that text has, or NULL. One that ends in '/' or a word's byte is not had where a word goes
 * on:
 * "/news/a/" is not in "/news/a/b/", "/news/a" not in "/news/abc". */
const lede_str *lede__needles_in(const lede__needles *n, lede_str text);

#endif
