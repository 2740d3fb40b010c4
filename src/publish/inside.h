/* inside.h - a release in progress, as the files of publish/ share it. */
#ifndef LEDE_PUBLISH_INSIDE_H
#define LEDE_PUBLISH_INSIDE_H

#include "base/names.h"
#include "publish/changes.h"
#include "publish/manifest.h"
#include "publish/tree.h"

/* What is known of one path. */
typedef struct lede__released {
    const char *live, *standby; /* rows of the manifests; NULL = not there */
    const char *source;         /* who claimed it; NULL = nobody */
    uint64_t size;
    unsigned char sum[32];
    uint8_t action;
    bool is_in;      /* part of the new site: added or kept */
    bool is_gone;    /* of a delta: dropped, unless claimed */
    bool is_brought; /* of a delta: not said; the standby was brought up to the live tree */
} lede__released;

struct lede_release {
    lede_release_options options;
    lede_arena arena;
    const char *dest, *parent, *old, *trash, *standby;
    const char *lists;   /* folder of lists of changes */
    const char *retired; /* where the tree that was live is */
    const char *base;    /* the destination's name; the trees' names come of it */
    const char
        *link; /* where the destination is a link to the live tree, as lede makes it; else NULL */
    int lock;
    bool has_live, dest_is_empty;
    bool is_delta;
    bool is_begun;       /* the standby is marked as being worked on */
    uint64_t live_stamp; /* of the live manifest's bytes */
    uint64_t serial;     /* of the live tree; 0 = none */
    bool standby_was_live;
    lede__manifest live,
        last; /* mapped: rows of pages point into them; last: what the standby held */
    lede__names paths, folders;
    lede__released *pages; /* by number of path */
    uint32_t cap;
    lede_str last_folder;
    const char *last_source;
    lede__names foreign;         /* files of others in the live tree: carried over */
    lede__names foreign_folders; /* the folders above them */
    lede__names listed_foreign;  /* those that the live manifest lists */
    lede__names last_foreign;    /* those that the standby's manifest lists */
    /* Of a delta. */
    uint64_t live_files, live_bytes;          /* of pages */
    uint64_t live_complete, standby_complete; /* what changed later was changed by others */
    char live_list[LEDE__LIST_ROOM], standby_list[LEDE__LIST_ROOM]; /* "" = there is none */
    lede__names tops;   /* folders of lede's in the tree's own, with folders below them */
    lede__names behind; /* paths in which the standby may differ from the live tree */
    bool is_behind_known;
    uint64_t touched;
    lede_release_writer writer; /* for the desk's own writing; standby_fd -1 = not open */
};

static inline bool lede__is_claimed(const lede__released *p) { return p && p->source; }

lede_status lede__no_memory(lede_error *err);
/* The page of path, made if unknown; the path is borrowed unless copy. NULL: out of memory. */
lede__released *lede__released_get(lede_release *r, lede_str path, bool copy);
lede__released *lede__released_find(const lede_release *r, lede_str path);
/* What the trees list under path: rows of the manifests, or NULL. */
void lede__rows_of(const lede_release *r, lede_str path, const char **live, const char **standby);
/* What the live tree has under path, read and written into the standby. *kept false: nothing. */
LEDE_MUST_CHECK lede_status lede__copy_live(lede_release *r, lede__released *p, lede_str path,
                                            const lede_release_known *knew, bool *kept,
                                            lede_error *err);
LEDE_MUST_CHECK lede_status lede__refuse_foreign(const lede_release *r, lede_str file,
                                                 lede_str source, lede_error *err);
LEDE_MUST_CHECK lede_status lede__release_writer(lede_release *r, lede_error *err);

/* recover.c: names, lock and what a killed publication left; then the choice of the standby. */
LEDE_MUST_CHECK lede_status lede__recover(lede_release *r, const char *dest, lede_error *err);
LEDE_MUST_CHECK lede_status lede__new_standby(lede_release *r, lede_error *err);
/* Removes both, whole or not. */
LEDE_MUST_CHECK lede_status lede__drop_standbys(lede_release *r, lede_error *err);
/* Marks the standby as being worked on, once; before anything in it changes. */
LEDE_MUST_CHECK lede_status lede__begin(lede_release *r, lede_error *err);
/* foreign.c: reads both manifests into r, and finds what others put into the trees. */
LEDE_MUST_CHECK lede_status lede__read_trees(lede_release *r, lede_error *err);
LEDE_MUST_CHECK lede_status lede__carry_foreign(lede_release *r, uint64_t *carried,
                                                lede_error *err);
/* The same for a delta, which looks at some folders only and reads no rows of pages. */
LEDE_MUST_CHECK lede_status lede__look_at_some(lede_release *r, lede_error *err);
/* delta.c: what a delta needs to know before anything is said, whether a claim fits the live tree,
 * and what was not said: the standby brought up to the live tree. */
LEDE_MUST_CHECK lede_status lede__note_top(lede_release *r, lede_str path, lede_error *err);
LEDE_MUST_CHECK lede_status lede__delta_open(lede_release *r, lede_error *err);
LEDE_MUST_CHECK lede_status lede__delta_check(lede_release *r, lede_str path, lede_str source,
                                              lede_error *err);
LEDE_MUST_CHECK lede_status lede__delta_bring_up(lede_release *r, lede_error *err);
/* seal.c: writes manifest and list of changes, and takes the mark away. n has files and bytes. */
LEDE_MUST_CHECK lede_status lede__seal(lede_release *r, uint64_t serial, lede_release_stats *n,
                                       lede_error *err);
/* Whether the new tree differs from the live one in this path, the file itself included. */
bool lede__is_change(const lede_release *r, const lede__released *p);
/* history.c: what the live tree has and the new one (of that stamp) has not. */
LEDE_MUST_CHECK lede_status lede__remember(lede_release *r, const lede_release_stats *n,
                                           lede_error *err);
LEDE_MUST_CHECK lede_status lede__sync_fd(int fd, const char *name, lede_error *err);
/* exchange.c: durability, names, and the order of all. */
LEDE_MUST_CHECK lede_status lede__finish(lede_release *r, lede_release_stats *n, bool *changed,
                                         lede_error *err);

#endif
