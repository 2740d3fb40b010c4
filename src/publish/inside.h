/* inside.h - a release in progress, as the files of publish/ share it. */
#ifndef LEDE_PUBLISH_INSIDE_H
#define LEDE_PUBLISH_INSIDE_H

#include "base/names.h"
#include "publish/manifest.h"
#include "publish/tree.h"

/* What is known of one path. */
typedef struct lede__released {
    const char *live, *standby; /* rows of the manifests; NULL = not there */
    const char *source;         /* who claimed it; NULL = nobody */
    uint64_t size;
    unsigned char sum[32];
    uint8_t action;
    bool is_in; /* part of the new site: added or kept */
} lede__released;

struct lede_release {
    lede_release_options options;
    lede_arena arena;
    const char *dest, *parent, *old, *trash, *standby;
    int lock;
    bool has_live, dest_is_empty;
    uint64_t serial; /* of the live tree; 0 = none */
    bool standby_was_live;
    lede__manifest live,
        last; /* mapped: rows of pages point into them; last: what the standby held */
    uint64_t live_pages;
    lede__names paths, folders;
    lede__released *pages; /* by number of path */
    uint32_t cap;
    lede_str last_folder;
    const char *last_source;
    lede__names foreign;         /* files of others in the live tree: carried over */
    lede__names foreign_folders; /* the folders above them */
    lede__names listed_foreign;  /* those that the live manifest lists */
    lede__names last_foreign;    /* those that the standby's manifest lists */
    lede_release_writer writer;  /* for the desk's own writing; standby_fd -1 = not open */
};

lede_status lede__no_memory(lede_error *err);
/* The page of path, made if unknown; the path is borrowed unless copy. NULL: out of memory. */
lede__released *lede__released_get(lede_release *r, lede_str path, bool copy);
lede__released *lede__released_find(const lede_release *r, lede_str path);
LEDE_MUST_CHECK lede_status lede__release_writer(lede_release *r, lede_error *err);

/* recover.c: names, lock and what a killed publication left; then the choice of the standby. */
LEDE_MUST_CHECK lede_status lede__recover(lede_release *r, const char *dest, lede_error *err);
LEDE_MUST_CHECK lede_status lede__new_standby(lede_release *r, lede_error *err);
/* foreign.c: reads both manifests into r, and finds what others put into the trees. */
LEDE_MUST_CHECK lede_status lede__read_trees(lede_release *r, lede_error *err);
LEDE_MUST_CHECK lede_status lede__carry_foreign(lede_release *r, uint64_t *carried,
                                                lede_error *err);
/* exchange.c: durability, manifest, names. */
LEDE_MUST_CHECK lede_status lede__finish(lede_release *r, lede_release_stats *n, bool *changed,
                                         lede_error *err);

#endif
