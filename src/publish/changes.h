/* changes.h - what a tree differs in from the one that was live before it. Private to publish/.
 *
 * Lists lie in folders of their own, never in a tree: what is gone from a site is named in them.
 * A list is called "<serial>-<of>".
 *
 *   lede-changes 1 of=<16 hex> base=<16 hex> stamp=<ns> files=<n> bytes=<n>
 *   = <path>        differs, or is in one of the two only
 *   / <folder>      a folder of lede's in the tree's own that has folders below it
 *   < <64 hex> <size> <path>    was so in the base (of a release that is remembered, see history.c)
 *   - <path>        was not in the base (the same)
 *   end <rows> <16 hex: XXH3 of all before this line>
 *
 * of and base are stamps of manifests (lede_records_stamp), so a list says something about two
 * trees whichever names they have, and nothing about others. Who has no list, or one that is not
 * whole, compares the manifests. stamp is the file system's time when all of the tree was in place,
 * the manifest included; files and bytes are the pages'. The list's own time of change is set to
 * that of the tree's own folder when nothing more comes into it: who finds another has been there
 * since.
 */
#ifndef LEDE_PUBLISH_CHANGES_H
#define LEDE_PUBLISH_CHANGES_H

#include "lede/text.h"

typedef struct lede__changes {
    uint64_t of, base, stamp, files, bytes;
    lede_buf text;
    size_t rows; /* where they begin */
} lede__changes;

/* LEDE_ENOTFOUND; LEDE_EFORMAT, *c is then of no tree (of 0). */
LEDE_MUST_CHECK lede_status lede__changes_read(const char *file, lede__changes *c, lede_error *err);
LEDE_MUST_CHECK lede_status lede__changes_check(lede__changes *c, lede_error *err); /* its text */
void lede__changes_close(lede__changes *c); /* may be repeated */
/* The next row from *at on, which begins as 0: kind and what follows. false: no more. */
bool lede__changes_next(const lede__changes *c, size_t *at, char *kind, lede_str *row);
/* The parts of a row of kind '<'. */
bool lede__changes_was(lede_str row, lede_str *hex, uint64_t *size, lede_str *path);

/* A list by its name. */
typedef struct lede__list {
    uint64_t serial, of;
} lede__list;
enum { LEDE__LIST_ROOM = 4096 };
/* All lists of a folder, newest first; free() them. None when there is no folder. */
LEDE_MUST_CHECK lede_status lede__lists(const char *folder, lede__list **out, size_t *count,
                                        lede_error *err);
LEDE_MUST_CHECK lede_status lede__list_file(const char *folder, lede__list x,
                                            char out[LEDE__LIST_ROOM], lede_error *err);

/* Parts of the text, appended. */
void lede__changes_put_head(lede_buf *out, const lede__changes *c);
void lede__changes_put(lede_buf *out, char kind, lede_str path);
void lede__changes_put_was(lede_buf *out, lede_str hex, uint64_t size, lede_str path);
void lede__changes_put_end(lede_buf *out, uint64_t rows);

#endif
