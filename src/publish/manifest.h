/* manifest.h - the list that travels with each tree: what lede wrote there and what it found.
 * Private to publish/.
 *
 *   lede-manifest 2 serial=12 stamp=1700000000000000000
 *   <64 hex of SHA-256> <size> <path>          sorted by the bytes of path
 *   foreign <size> <path, %-escaped>           files that others put there, sorted
 *   end 2
 *
 * The first line is the marker by which lede knows its own trees. serial counts releases; stamp is
 * the file system's time (ns) when the tree was complete: what changed later was changed by
 * somebody else. The last line counts the rows. A tree that a delta brought up has " checked=<ns>"
 * behind the stamp: when it was last looked through as a whole. What changed later was changed by
 * deltas, or by somebody else.
 */
#ifndef LEDE_PUBLISH_MANIFEST_H
#define LEDE_PUBLISH_MANIFEST_H

#include "lede/arena.h"
#include "sys/sys.h"

typedef struct lede__manifest {
    lede__map map;
    uint64_t serial, stamp, checked; /* checked: stamp when the text has none */
    size_t first;                    /* of the first row */
    size_t pages_end;                /* of the row behind the last page's, see below */
    size_t at;                       /* of the next row */
    int line;
    uint64_t rows;
} lede__manifest;

typedef struct lede__row {
    const char *hex; /* the row's text, for good rows 64 hex digits first; NULL = foreign */
    lede_str path;   /* of a page: in the map; foreign: in the arena */
    uint64_t size;
} lede__row;

/* Maps the file and reads its first line. LEDE_ENOTFOUND, LEDE_EFORMAT naming the file,
 * LEDE_ENEWER. */
LEDE_MUST_CHECK lede_status lede__manifest_open(const char *file, lede__manifest *m,
                                                lede_error *err);
void lede__manifest_close(
    lede__manifest *m); /* may be repeated, or come without an open of a zeroed one */
/* The next row; *more false at the end, which must be there. */
LEDE_MUST_CHECK lede_status lede__manifest_next(lede__manifest *m, lede_arena *arena,
                                                lede__row *row, bool *more, lede_error *err);
void lede__manifest_rewind(lede__manifest *m); /* the next row is the first */
/* Of a row's text. */
void lede__row_sum(const char *hex, unsigned char sum[32]);
uint64_t lede__row_size(const char *hex);

/* Parts of the text, appended. */
void lede__manifest_put_head(lede_buf *out, uint64_t serial, uint64_t stamp, uint64_t checked);
void lede__manifest_put_page(lede_buf *out, lede_str path, uint64_t size,
                             const unsigned char sum[32]);
void lede__manifest_put_foreign(lede_buf *out, lede_str path, uint64_t size);
void lede__manifest_put_end(lede_buf *out, uint64_t rows);
/* When the tree of this first line was last looked through as a whole; 0 when it is none. */
uint64_t lede__manifest_checked(lede_str text);

/* manifest_find.c: rows by path, without a table. Only for a text that is known to be whole and
 * sorted; of others the answers are wrong, but nothing outside the text is read. */
void lede__manifest_index(lede__manifest *m); /* sets pages_end */
/* Where the first page is whose path is not less; pages_end when there is none. */
size_t lede__manifest_seek(const lede__manifest *m, lede_str path);
/* The text of the page's row; NULL = not there, or no manifest at all. */
const char *lede__manifest_find(const lede__manifest *m, lede_str path);
/* The path of the page's row at this place, and where the next row is. */
lede_str lede__manifest_path(const lede__manifest *m, size_t at, size_t *next);
/* The start of the row that has this place in it. */
size_t lede__manifest_row(const lede__manifest *m, size_t at);
/* The next file of others, from m->at on, which is at pages_end or behind. false: no more. */
bool lede__manifest_foreign(lede__manifest *m, lede_arena *arena, lede__row *row);

#endif
