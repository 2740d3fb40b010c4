/* pictures.h - what the edition knows of the site's own pictures, for the articles that show them. */
#ifndef LEDE_BIND_PICTURES_H
#define LEDE_BIND_PICTURES_H

#include "bind/host.h"

/* The name in edition.data under which the desk puts them: runtime/lede/picture_table.lua. */
#define LEDE__PICTURES "lede.pictures"

/* Sets width, height and srcset, as far as they are known, in the table on top of the stack, for the lead picture src
 * of d. */
void lede__picture_fields(lua_State *L, lede__host *h, lede_doc d, lede_str src);

/* What a page relies on that asked for the picture under this key of edition.data, found or not. */
uint64_t lede__picture_print(const lede_value *data, lede_str key);

/* The pictures of one body while it is rendered. */
typedef struct lede__body_pictures {
    lede__host *host;
    lede_doc doc;
    unsigned count; /* of those that were written */
} lede__body_pictures;
/* A lede_markdown_picture_fn over a lede__body_pictures. */
void lede__body_picture(void *ctx, lede_str url, lede_buf *out);

#endif
