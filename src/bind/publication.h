/* publication.h - one publication at the desk: what its stages share. the sync files, pages.c and publish.c are its parts. */
#ifndef LEDE_BIND_PUBLICATION_H
#define LEDE_BIND_PUBLICATION_H

#include "bind/host.h"
#include "lede/release.h"
#include "loop/workers.h"

typedef struct lede__publication {
    lede__site site;
    lede_store *store;
    char *edition_dir, *dest, *plugin_dir;
    lede_loop *loop;
    lede_workers *workers;
    lede_edition *edition;
    lede_release *release;
    struct lede__records *records; /* from render to release */
    int jobs;
    bool drafts, durable, progress;
    const lede_str *only;     /* sync: these files below content/ and no others; NULL = all */
    size_t n_only;
    bool loop_is_lent;        /* by a preview, which closes it */
    bool full;                /* nothing that was published before is used again */
    int64_t at;               /* LEDE_NO_TIME: the store decides */
    uint64_t started_us, said_us;
} lede__publication;

/* Starts the workers when there are none yet. */
LEDE_MUST_CHECK lede_status lede__publication_workers(lede__publication *p, lede_error *err);
/* Ends the workers and with them every job that still points into a stage's state: before a stage that failed returns. */
void lede__publication_stop(lede__publication *p);
/* A line that overwrites itself on a terminal, for whatever takes longer than half a second. total 0 clears it. */
void lede__progress(lede__publication *p, const char *stage, uint64_t done, uint64_t total);

/* sync.c: brings the store up to content/. Appends a report as JSON. */
LEDE_MUST_CHECK lede_status lede__sync(lede__publication *p, lede_buf *report, lede_error *err);
/* pages.c: makes every page of the edition below the standby tree. Appends a report as JSON. */
LEDE_MUST_CHECK lede_status lede__render(lede__publication *p, lede_buf *report, lede_error *err);

/* Appends "key":"text" with a comma before it unless it opens an object. */
void lede__json_text(lede_buf *b, const char *key, lede_str text);

#endif
