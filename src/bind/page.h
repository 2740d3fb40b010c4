/* page.h - one page as the desk describes it to a worker. */
#ifndef LEDE_BIND_PAGE_H
#define LEDE_BIND_PAGE_H

#include "bind/wire.h"
#include "lede/release.h"

#include <stdint.h>

typedef enum lede__each {
    LEDE_EACH_NONE,
    LEDE_EACH_ARTICLE,
    LEDE_EACH_SECTION, /* the kinds of terms follow in lede_term_kind's order */
    LEDE_EACH_TAG,
    LEDE_EACH_AUTHOR
} lede__each;

typedef struct lede__job_page {
    uint32_t number;     /* of the page in the publication: comes back with the answer */
    uint16_t route;
    uint8_t each;
    uint32_t item;       /* lede_doc, or number of the term by slug */
    uint32_t archive;    /* 0 = front or not paginated; k = archive page k */
    uint32_t archives;   /* how many archive pages the list has */
    uint32_t size;       /* articles on the page; 0 = not paginated */
    lede_str path;       /* file below the output */
    lede_str url;        /* of an article empty when it is the article's own */
    lede_str data;       /* JSON a route's pages() gave for this page */
    bool verify;         /* made in a fresh VM and not written: the answer has what it would be */
    lede_release_known known;
} lede__job_page;

void lede__job_page_put(lede_buf *b, const lede__job_page *p);
void lede__job_page_get(lede__wire *w, lede__job_page *p);

#endif
