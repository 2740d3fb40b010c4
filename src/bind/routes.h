/* routes.h - the routes of a site as the desk knows them: what a worker's plugins registered. */
#ifndef LEDE_BIND_ROUTES_H
#define LEDE_BIND_ROUTES_H

#include "bind/page.h"
#include "lede/value.h"

typedef struct lede__route {
    lede_str plugin, name, path;
    uint32_t number; /* among those of this plugin and name */
    lede__each each;
    uint32_t paginate;
    bool lists; /* it has a function for its pages, which gave this: */
    lede_str pages; /* JSON: list of { path, data } */
} lede__route;

typedef struct lede__routes {
    lede_arena arena;
    lede_str bytes; /* as they came */
    lede__route *list;
    uint32_t count;
    uint64_t print; /* of all but the lists that functions gave: the same print, the same kinds of pages */
} lede__routes;

/* Appends the routes that lede.page gave as bytes: name, plugin, path, each, paginate, pages, one route after the other. */
void lede__routes_put(lede_buf *out, const lede_value *routes);
/* Reads such bytes, and copies them. Needs no init; lede__routes_fini() also after a failure. */
LEDE_MUST_CHECK lede_status lede__routes_read(lede__routes *r, lede_str bytes, lede_error *err);
void lede__routes_fini(lede__routes *r); /* may be repeated; {0} is fine */
/* The pages that the route's function gave, in arena. */
LEDE_MUST_CHECK lede_status lede__route_pages(const lede__route *r, lede_arena *arena, lede_value *out, lede_error *err);
/* The number of the route that is called so, or r->count. */
uint32_t lede__routes_find(const lede__routes *r, lede_str plugin, lede_str name, uint32_t number);
/* Text of v under key, or empty. */
lede_str lede__text_at(const lede_value *v, const char *key);

#endif
