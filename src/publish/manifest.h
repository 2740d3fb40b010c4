/* manifest.h - what a tree holds, as lede wrote it: path, size, SHA-256 of each file, sorted by path. It lies in the tree. */
#ifndef LEDE_PUBLISH_MANIFEST_H
#define LEDE_PUBLISH_MANIFEST_H

#include "base/names.h"

#define LEDE__MANIFEST ".lede-manifest"
#define LEDE__MANIFEST_DIRTY ".lede-manifest.dirty" /* while a publication works on the tree */

typedef struct lede__entry {
    uint64_t size;
    unsigned char sum[32];
} lede__entry;

typedef struct lede__manifest {
    lede_arena arena;
    lede__names paths;
    lede__entry *entries; /* by number of path */
    uint32_t cap;
} lede__manifest;

void lede__manifest_init(lede__manifest *m);
void lede__manifest_fini(lede__manifest *m); /* may be repeated */
LEDE_MUST_CHECK lede_status lede__manifest_add(lede__manifest *m, lede_str path, const lede__entry *e, lede_error *err);
/* NULL when the path is not there. */
const lede__entry *lede__manifest_find(const lede__manifest *m, lede_str path);
/* Reads tree/.lede-manifest. LEDE_ENOTFOUND when there is none, LEDE_EFORMAT naming the line. */
LEDE_MUST_CHECK lede_status lede__manifest_read(const char *tree, lede__manifest *m, lede_error *err);
/* Appends the manifest's text, sorted by path; equal trees give equal text. */
LEDE_MUST_CHECK lede_status lede__manifest_write(const lede__manifest *m, lede_buf *out, lede_error *err);

#endif
