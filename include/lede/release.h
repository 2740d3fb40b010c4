/* release.h - one whole site in place of another, at once. ARCHITECTURE.md section 6.
 *
 * Two complete trees: the live one (dest) and the standby beside it (".<name>.standby"). Pages are written into the
 * standby: a file whose bytes the standby has stays, one that the live tree has becomes a hard link, others are written
 * beside and renamed. Then stale files go, the manifest is written, all is synced and the names are exchanged. What lede
 * did not write is never touched: a destination without our marker that is not empty is refused, naming it.
 */
#ifndef LEDE_RELEASE_H
#define LEDE_RELEASE_H

#include "lede/text.h"

typedef struct lede_release lede_release;

typedef struct lede_release_options {
    bool no_sync;         /* tests and benchmarks: leave durability to the system */
    bool by_renames;      /* as where names cannot be exchanged */
    int retired_seconds;  /* how long a retired tree is left alone; 0 = 300, negative = not at all */
    int lock_wait_ms;     /* how long to wait for another publication; 0 = 10,000, negative = not at all */
} lede_release_options;

/* Locks dest (LEDE_EBUSY when another publication holds it), repairs what a killed one left, reads both manifests and
 * makes the standby ready. Gives *out: end with lede_release_commit() or lede_release_abort(). */
LEDE_MUST_CHECK lede_status lede_release_open(const char *dest, const lede_release_options *o,
                                              lede_release **out, lede_error *err);

/* What the trees have under this path, for a writer that may be another process. Bytes are compared by SHA-256. */
typedef struct lede_release_known {
    bool in_live, in_standby;
    unsigned char live[32], standby[32];
} lede_release_known;
void lede_release_know(const lede_release *r, lede_str path, lede_release_known *out);
const char *lede_release_standby(const lede_release *r); /* folder the writers write below */
const char *lede_release_live(const lede_release *r);    /* folder they link from; "" when there is none */

/* The writer's part, for any process: puts bytes under path (checked) below the standby folder. Needs no lede_release.
 * Folders are made as needed. LEDE_LINKED: the live tree has these bytes, and lede_release_add() links them (a worker that
 * is shut in cannot). */
typedef enum lede_release_action { LEDE_KEPT, LEDE_LINKED, LEDE_WRITTEN } lede_release_action;
/* A folder of a tree that is at hand, and its parent, to spare system calls. */
typedef struct lede_release_place {
    int root, parent, at; /* -1 = none */
    size_t parent_len, at_len;
    char path[4096]; /* of `at`; its first parent_len bytes are the parent's */
} lede_release_place;
typedef struct lede_release_writer {
    int standby_fd, live_fd; /* folders; live_fd -1 when there is no live tree */
    int beside_fd;           /* where bytes lie until they are renamed over a file; made at first use */
    uint64_t standby_stamp, live_stamp; /* files changed later are not as lede wrote them */
    uint64_t serial;                    /* for names of files being written; unique a process */
    lede_release_place standby, live;
} lede_release_writer;
LEDE_MUST_CHECK lede_status lede_release_writer_open(const char *standby, const char *live,
                                                     lede_release_writer *w, lede_error *err);
void lede_release_writer_close(lede_release_writer *w); /* may be repeated; standby_fd -1 = not open */
LEDE_MUST_CHECK lede_status lede_release_write(lede_release_writer *w, lede_str path, lede_str bytes,
                                               const lede_release_known *known, unsigned char sha256[32],
                                               lede_release_action *action, lede_error *err);

/* Says that path is part of the new site. LEDE_EEXIST naming both sources when it was said before; source is what made
 * it ("content/a.md", "route rss"). Also refuses paths that differ only as folder and file ("a" and "a/b"). */
LEDE_MUST_CHECK lede_status lede_release_claim(lede_release *r, lede_str path, lede_str source, lede_error *err);
/* Says what lede_release_write() answered for that path; links what is to be linked. */
LEDE_MUST_CHECK lede_status lede_release_add(lede_release *r, lede_str path, uint64_t size,
                                             const unsigned char sha256[32], lede_release_action action, lede_error *err);
/* A page that could not be made: the live tree's file stays under this path if there is one (*kept says). The path is
 * claimed before. */
LEDE_MUST_CHECK lede_status lede_release_keep(lede_release *r, lede_str path, bool *kept, lede_error *err);

typedef struct lede_release_stats {
    uint64_t files, written, linked, kept, removed, bytes;
    uint64_t foreign; /* files that lede did not write and carried over */
    bool by_renames;  /* the names could not be exchanged: the destination was absent for a moment */
} lede_release_stats;
/* Removes what was not claimed, writes manifest (sorted: path, size, SHA-256) and marker, syncs, exchanges. Frees r in any
 * case; after a failure the old site is live and whole. When nothing differs the names stay as they are (*changed false). */
LEDE_MUST_CHECK lede_status lede_release_commit(lede_release *r, lede_release_stats *stats, bool *changed, lede_error *err);
void lede_release_abort(lede_release *r); /* the live tree is as before; NULL is fine */

#endif
