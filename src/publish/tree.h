/* tree.h - the trees of a release on disk: their marks, safe steps inside them, and the tests'
 * hook. Private to publish/.
 *
 * No step inside a tree follows a symbolic link: folders are opened one by one, and names are
 * looked up in open folders.
 */
#ifndef LEDE_PUBLISH_TREE_H
#define LEDE_PUBLISH_TREE_H

#include "lede/release.h"

#include <errno.h>
#include <time.h>

#define LEDE__MANIFEST ".lede-manifest"
#define LEDE__MANIFEST_DIRTY ".lede-manifest.dirty" /* while a publication works on the tree */
#define LEDE__MANIFEST_NEW ".lede-manifest.new"
#define LEDE__BESIDE                                                                               \
    ".lede-new"                 /* folder of files being written; gone when the manifest is there */
#define LEDE__RESERVED ".lede-" /* no page may begin so */

enum { LEDE__NAME_ROOM = 4096 };

/* Tests only: asked before each step that changes the disk; what it answers, if not 0, is the errno
 * of that step. */
extern int (*lede__release_hook)(const char *step, const char *name);

static inline bool lede__step_fails(const char *step, const char *name) {
    const int number = lede__release_hook ? lede__release_hook(step, name) : 0;
    if (number)
        errno = number;
    return number != 0;
}

void lede__place_init(lede_release_place *p, int root); /* borrows root */
void lede__place_fini(lede_release_place *p);           /* may be repeated */

typedef enum lede__enter {
    LEDE__LOOK,  /* what is missing stays missing */
    LEDE__MAKE,  /* folders are made; what stands in their place goes */
    LEDE__RENEW, /* the same, when the folder is probably there */
    LEDE__ADD    /* folders are made; what stands in their place is an error */
} lede__enter;
/* The open folder `dir` ("" = the root), valid until the next call; -1 with errno. */
int lede__place_enter(lede_release_place *p, lede_str dir, lede__enter how);
/* Makes the folder of path and the file in it without going there: for pages with a folder each.
 * The open file; -1 with errno: ENOSYS, EEXIST, ENOTDIR and ELOOP mean that something is in the
 * way, for the long way to see to. */
int lede__place_make_file(lede_release_place *p, lede_str path);
/* Enters the folder of path and gives the last part of path, terminated, in name (LEDE__NAME_ROOM
 * bytes). */
int lede__place_of(lede_release_place *p, lede_str path, lede__enter how, char *name);
/* Removes what is called name in the folder dir, a folder with all that is in it. 0 or an errno. */
int lede__remove_below(int dir, const char *name);
/* Links or, where that is refused, copies a file or symbolic link. 0 or an errno. */
int lede__link_or_copy(int from, const char *name, int to, const char *new_name);

/* The writer's part that needs no bytes: the live tree's file also in the standby. false: it is not
 * there as it was. */
LEDE_MUST_CHECK lede_status lede__writer_keep(lede_release_writer *w, lede_str path,
                                              const lede_release_known *known, uint64_t size,
                                              lede_release_action *action, bool *kept,
                                              lede_error *err);
/* Whether the file under path is a plain one of that size, and not touched since stamp or with
 * bytes of that sum. */
bool lede__is_intact(lede_release_place *p, lede_str path, uint64_t size, uint64_t stamp,
                     const unsigned char sum[32]);
static inline uint64_t lede__ns(struct timespec t) {
    return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

#endif
