/* spread.h - which pages the routes of a site make of an edition, and which of them are others than in the edition before.
 *
 * Knows neither workers nor records: it tells its caller of pages, by their URLs. */
#ifndef LEDE_BIND_SPREAD_H
#define LEDE_BIND_SPREAD_H

#include "bind/routes.h"
#include "lede/edition.h"

/* A page. Texts are borrowed: of the edition, the routes, or the spread's arena. */
typedef struct lede__item {
    uint16_t route;
    uint8_t each;
    bool answered;     /* for whoever has it made */
    uint32_t item;     /* the article, or the number of the term by slug */
    uint32_t archive;  /* 0 = the front of a list, or no list */
    uint32_t archives; /* how many archive pages the list has */
    uint32_t size;     /* articles on the page; 0 = not a list */
    lede_str path;     /* file below the output; its caller's to set */
    lede_str url;      /* where it is */
    lede_str data;     /* JSON that a route's function gave for it */
} lede__item;

typedef struct lede__spread {
    const lede__routes *routes;
    const lede_edition *edition;
    lede_arena *arena;
    /* A page that there is; what is not LEDE_OK ends the spreading. */
    lede_status (*page)(void *ctx, const lede__item *it, lede_error *err);
    /* A page that there was; only in lede__spread_changes. */
    lede_status (*gone)(void *ctx, lede_str url, lede_error *err);
    void *ctx;
} lede__spread;

/* Tells of every page. */
LEDE_MUST_CHECK lede_status lede__spread_all(const lede__spread *s, lede_error *err);
/* Tells of pages that were not there before or are made of something else (an article in place of another, a list of
 * another length), and of those that are no more: before is the edition, and then the routes, of last time. A page may be
 * told of that is as it was, and a URL as gone that is a page's all the same. The routes' prints are equal. */
LEDE_MUST_CHECK lede_status lede__spread_changes(const lede__spread *s, const lede_edition *before, const lede__routes *then,
                                                 lede_error *err);
/* Tells of every page that a function gave for this route. */
LEDE_MUST_CHECK lede_status lede__spread_given(const lede__spread *s, uint32_t route, lede_error *err);

/* Where a route has its page of an article: the article's own URL, or the route's path with it in place of ":url", less the slash
 * or ".html" at its end. ptr is NULL: no memory. */
lede_str lede__article_url(const lede__route *r, const lede_card *card, lede_arena *arena);
/* The article whose page of a route is at url, or LEDE_NO_DOC. */
lede_doc lede__article_at(const lede__route *r, const lede_edition *e, lede_str url);

/* Sets archives and size of a page of a list of so many articles. */
void lede__fit_list(const lede__route *r, lede__item *it, uint32_t count);

/* How a page is made, in terms that outlast an edition; appends bytes. Two pages of equal bytes are made of the same. */
void lede__how_made(const lede__spread *s, const lede__item *it, lede_buf *out);
/* The part of it that says which page it is; empty for what is no page. */
lede_str lede__page_of(lede_str how);
/* The page that is made so today; false when there is none, or when its route lists its pages itself. it->route is set in
 * any case: to the number of routes when there is no such route. */
bool lede__item_made_so(const lede__spread *s, lede_str how, lede__item *it);
/* The URL of a page as a worker is told it: empty where it is the article's own, which the worker has in the card. */
lede_str lede__told_url(const lede__routes *routes, const lede__item *it);
/* What made it, in words, for conflicts and failures: "content/a.md", "route 'rss' of plugin rss". */
lede_str lede__item_source(const lede__spread *s, const lede__item *it);

#endif
