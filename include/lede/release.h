/* release.h - one whole site in place of another, at once. ARCHITECTURE.md section 6.
 *
 * Two complete trees: the live one (dest) and the standby beside it (".<name>.standby"). Pages are written into the
 * standby: a file whose bytes the standby has stays, one that the live tree has becomes a hard link, others are written
 * beside and renamed. Then stale files go, the manifest is written, all is synced and the names are exchanged. What lede
 * did not write is never touched: a destination without our manifest that is not empty is refused, naming it.
 *
 * Full and delta
 *   A full publication claims and adds every file of the new site; what is not claimed goes. A delta says only what is new,
 *   changed or gone; all else of the live tree stays. It needs a live tree that is lede's, and its work follows the change:
 *
 *       lede_release_options o = {.delta = true};
 *       lede_release_open(dest, &o, &r, err)
 *       lede_records_open(dir, lede_release_stamp(r), …)       no records of that tree, or lede_release_is_delta() false:
 *           -> lede_release_make_full(r, err)                  claim and add everything, as without .delta
 *       lede_release_drop(r, path, err)                        for what is gone; before the claims
 *       lede_release_claim(), then write, then add or keep     for what is new, and for what may have changed
 *       lede_release_commit(r, &n, &changed, err)              n.stamp is for lede_records_commit()
 *
 *   Nothing is written before the first drop or claim, and a delta without any ends at once: changed is false.
 *   A claim of a path that the live tree has takes that file's place. Whether that is the same page again only the caller
 *   knows: for a route that is new to it, lede_release_has() says whether another one has the path already.
 *
 * Where names cannot be exchanged (renameat2 is refused) the destination becomes a link to one of the trees beside it, and a
 * new link takes its place in one step; where links cannot be made either it is renamed away and the new tree renamed to its
 * name, which the next publication ends if it is cut. Stats say so. A destination that is mounted cannot change its name: the
 * site is then the folder "current" in it (lede_release_dest).
 *
 * What others changed
 *   A page that somebody changed in the live tree is put right when that page is made again, and by every full
 *   publication: files changed later than the tree was last looked through as a whole are compared by their bytes. A delta
 *   does not look for such pages; those that it meets are counted (stats.touched) and stay as they are.
 *   Files that others put into the live tree are carried over. A full publication looks into every folder that changed. A
 *   delta looks at the tree's own folder, those in it that have folders below them, every folder that has had such a file,
 *   and those of a part of the pages: 500 or the 256th part of them, the next ones each time. So in a site of up to 500
 *   files such a file is found at once; in a larger one a file put beside a single page deep in the tree may be out of
 *   sight for some publications (it lies in the retired tree) until its turn comes, and stays from then on.
 */
#ifndef LEDE_RELEASE_H
#define LEDE_RELEASE_H

#include "lede/text.h"

typedef struct lede_release lede_release;

/* Called when the new tree is whole and differs from the live one, before it takes its place: what must be known of it when it
 * is live is written down here, under its stamp. A failure ends the publication; the old site stays live. */
typedef lede_status lede_release_sealed(void *ctx, const lede_release *r, uint64_t stamp, lede_error *err);

typedef struct lede_release_options {
    bool no_sync;         /* tests and benchmarks: leave durability to the system */
    bool by_link;         /* as where names cannot be exchanged */
    bool by_renames;      /* as where links cannot be made either */
    bool delta;           /* only differences will be said, if there is a live tree */
    const char *look;     /* nothing is released and nothing beside the site changes: an empty folder that stands for the
                             standby. Ends with abort. Kept until then */
    int retired_seconds;  /* how long a retired tree is left alone; 0 = 300, negative = not at all */
    const char *history;  /* folder that remembers what a release replaces, for lede/history.h; NULL = none. Kept until
                             commit */
    lede_release_sealed *sealed; /* NULL = nobody */
    void *sealed_ctx;
    int lock_wait_ms;     /* how long to wait for another publication; 0 = 10,000, negative = not at all */
} lede_release_options;

/* Locks dest (LEDE_EBUSY when another publication holds it), repairs what a killed one left, reads what it needs of the
 * manifests and chooses the standby. Gives *out: end with lede_release_commit() or lede_release_abort(). */
LEDE_MUST_CHECK lede_status lede_release_open(const char *dest, const lede_release_options *o,
                                              lede_release **out, lede_error *err);
/* The stamp of the live tree, as lede_records_stamp() gives it; 0 when there is none. */
uint64_t lede_release_stamp(const lede_release *r);
bool lede_release_is_delta(const lede_release *r);
/* Every file will be said after all. Before the first claim or drop; nothing to do for a full one. */
LEDE_MUST_CHECK lede_status lede_release_make_full(lede_release *r, lede_error *err);

/* What the trees have under this path, for a writer that may be another process. Bytes are compared by SHA-256. */
typedef struct lede_release_known {
    bool in_live, in_standby;
    unsigned char live[32], standby[32];
} lede_release_known;
void lede_release_know(const lede_release *r, lede_str path, lede_release_known *out);
/* Whether the live tree has a file of lede's under path that was not dropped. */
bool lede_release_has(const lede_release *r, lede_str path);
const char *lede_release_standby(const lede_release *r); /* folder the writers write below; there from the start */
const char *lede_release_dest(const lede_release *r);    /* where the site is, or will be, live */
const char *lede_release_live(const lede_release *r);    /* folder they link from; "" when there is none */

/* The writer's part, for any process: puts bytes under path (checked) below the standby folder. Needs no lede_release.
 * Folders are made as needed. LEDE_LINKED: the live tree has these bytes, and lede_release_add() links them (a worker that
 * is shut in cannot). A path is written after it was claimed. */
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
    uint64_t standby_stamp, live_stamp; /* files changed later are believed by their bytes only */
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
 * it ("content/a.md", "route rss"). Also refuses paths that differ only as folder and file ("a" and "a/b"), and those of
 * files that lede did not write. */
LEDE_MUST_CHECK lede_status lede_release_claim(lede_release *r, lede_str path, lede_str source, lede_error *err);
/* Says what lede_release_write() answered for that path; links what is to be linked. */
LEDE_MUST_CHECK lede_status lede_release_add(lede_release *r, lede_str path, uint64_t size,
                                             const unsigned char sha256[32], lede_release_action action, lede_error *err);
/* A page that could not be made: the live tree's file stays under this path if there is one (*kept says). The path is
 * claimed before. */
LEDE_MUST_CHECK lede_status lede_release_keep(lede_release *r, lede_str path, bool *kept, lede_error *err);
/* Of a delta: path is no longer part of the site, unless it is claimed. Fine when it never was. */
LEDE_MUST_CHECK lede_status lede_release_drop(lede_release *r, lede_str path, lede_error *err);

/* Each page of the live tree that the new site has no more, when everything was said: false ends the visit. */
typedef bool lede_release_visit(void *ctx, lede_str path);
void lede_release_each_gone(const lede_release *r, lede_release_visit *visit, void *ctx);

/* Each file in which the new tree differs from the live one, when it is sealed. false ends the visit. */
typedef struct lede_release_change {
    lede_str path;
    bool was, is;  /* in the live tree; in the new one */
    uint64_t size; /* of the new file, with its bytes' sum */
    unsigned char sha256[32];
} lede_release_change;
typedef bool lede_release_visit_change(void *ctx, const lede_release_change *x);
void lede_release_each_change(const lede_release *r, lede_release_visit_change *visit, void *ctx);

typedef struct lede_release_stats {
    uint64_t files, bytes; /* of the whole site */
    uint64_t written, linked, kept, removed;
    uint64_t foreign; /* files that lede did not write and carried over */
    uint64_t touched; /* of a delta: files of lede's that somebody changed; a full publication puts them right */
    uint64_t stamp;   /* of the tree that is live now */
    bool by_link;     /* names cannot be exchanged there: the destination is a link to the live tree now */
    bool by_renames;  /* nor links made: the destination was absent for a moment */
} lede_release_stats;
/* Removes what goes, writes manifest (sorted: path, size, SHA-256) and marker, syncs, exchanges. Frees r in any case; after
 * a failure the old site is live and whole. When nothing differs the names stay as they are (*changed false). */
LEDE_MUST_CHECK lede_status lede_release_commit(lede_release *r, lede_release_stats *stats, bool *changed, lede_error *err);
void lede_release_abort(lede_release *r); /* the live tree is as before; NULL is fine */

/* Removes the trees beside the live one, with what they have of earlier sites, whoever may still read in them; the next
 * publication makes one anew. Errors as lede_release_open(). */
LEDE_MUST_CHECK lede_status lede_release_drop_retired(const char *dest, lede_error *err);

#endif
