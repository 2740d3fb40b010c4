/* publication.h - one publication at the desk: what its stages share. the sync files, pages.c and publish.c are its parts. */
#ifndef LEDE_BIND_PUBLICATION_H
#define LEDE_BIND_PUBLICATION_H

#include "bind/host.h"
#include "bind/sealed.h"
#include "lede/release.h"
#include "loop/workers.h"

typedef struct lede__publication {
    lede__site site;
    lede_store *store;
    char *edition_dir, *dest, *plugin_dir, *history; /* history NULL = nothing is remembered */
    lede_loop *loop; /* the desk's */
    lede_workers *workers;
    lede_edition *edition;
    lede_edition *before;          /* of the publication before, when it is at hand */
    lede_release *release;
    struct lede__records *records; /* from render to release */
    lede__sealed sealed;      /* who is told of the release */
    int jobs;
    uint32_t kept_notes;      /* so many pages that hold say again what they had to say */
    uint64_t pages;                /* of the site, as of the last rendering */
    bool drafts, durable, progress;
    bool in_memory;           /* the store is nobody's tomorrow */
    const lede_str *only;     /* sync: these files below content/ and no others; NULL = all */
    size_t n_only;
    bool shown;                    /* the workers know the edition */
    unsigned refusals;        /* of memory, before this began */
    bool full;                /* nothing that was published before is used again */
    uint64_t plugins_print;   /* of what answers related.fields; 0 when nobody does (relate.c) */
    char *look;               /* nothing is published: a folder for all that is written, removed at the end */
    char *look_tree;          /* in it: stands for the standby, see lede/release.h */
    bool is_looking;          /* that folder is there, and this publication's */
    uint32_t verify;          /* so many pages that hold are made to see that they come out again */
    lede_buf told;            /* what is made, copied and removed, and why: objects of tell.h */
    uint32_t tells_left;      /* so many of them are still told */
    uint32_t untold;          /* and so many were too many */
    const char *whole;        /* why every page was looked at, a word; NULL: only what changed */
    int64_t at;               /* LEDE_NO_TIME: the store decides */
    uint64_t started_us, said_us;
} lede__publication;

/* Starts the workers when there are none yet. */
LEDE_MUST_CHECK lede_status lede__publication_workers(lede__publication *p, lede_error *err);
/* Workers that show the edition at hand to the release at hand. */
LEDE_MUST_CHECK lede_status lede__publication_show(lede__publication *p, lede_error *err);
/* Release and records from the beginning, for a publication that names every page. */
LEDE_MUST_CHECK lede_status lede__publication_reopen(lede__publication *p, lede_error *err);
/* Ends the workers and with them every job that still points into a stage's state: before a stage that failed returns. */
void lede__publication_stop(lede__publication *p);
/* A line that overwrites itself on a terminal, for whatever takes longer than half a second. total 0 clears it. */
void lede__progress(lede__publication *p, const char *stage, uint64_t done, uint64_t total);

/* sync.c: brings the store up to content/. Appends a report as JSON. */
LEDE_MUST_CHECK lede_status lede__sync(lede__publication *p, lede_buf *report, lede_error *err);
/* Whether one more thing that is made, copied or removed is told. */
bool lede__tells(lede__publication *p);

/* look.c: makes the folder of a look anew, with what it needs of the folder beside; remove it with lede__remove_tree(). */
LEDE_MUST_CHECK lede_status lede__look_begin(const char *folder, lede_error *err);
#define LEDE__LOOK_TREE "tree" /* in it: for the standby */

/* look.c: decides what would be made and touches nothing; then, when what would be copied was said too, what is gone and the
 * whole story. Both append a report as JSON. */
LEDE_MUST_CHECK lede_status lede__look(lede__publication *p, lede_buf *report, lede_error *err);
LEDE_MUST_CHECK lede_status lede__look_end(lede__publication *p, lede_buf *report, lede_error *err);

/* The next instant after `after` at which the edition changes by itself, and the articles that do it. */
LEDE_MUST_CHECK lede_status lede__look_ahead(lede__publication *p, int64_t after, lede_buf *report, lede_error *err);

/* pages.c: makes every page of the edition below the standby tree. Appends a report as JSON. */
LEDE_MUST_CHECK lede_status lede__render(lede__publication *p, lede_buf *report, lede_error *err);

/* copy.c: a file, or every file of a folder, as it is; of the hidden ones only what is below .well-known, where clients look
 * for facts about a site (RFC 8615). One whose source has the size and time it had is not read again. */
LEDE_MUST_CHECK lede_status lede__copy_file(lede__publication *p, const char *file, lede_str path, lede_error *err);
LEDE_MUST_CHECK lede_status lede__copy_folder(lede__publication *p, const char *folder, uint32_t *count, lede_error *err);
/* Files that were copied the last time and not this time are no more. */
LEDE_MUST_CHECK lede_status lede__drop_gone_files(lede__publication *p, lede_error *err);

/* Appends "key":"text" with a comma before it unless it opens an object. */
void lede__json_text(lede_buf *b, const char *key, lede_str text);

#endif
