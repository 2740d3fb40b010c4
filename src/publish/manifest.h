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
 * somebody else. The last line counts the rows.
 */
#ifndef LEDE_PUBLISH_MANIFEST_H
#define LEDE_PUBLISH_MANIFEST_H

#include "lede/arena.h"
#include "sys/sys.h"

typedef struct lede__manifest {
    lede__map map;
    uint64_t serial, stamp;
    size_t at; /* of the next row */
    int line;
    uint64_t rows;
    bool ended;
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
/* Of a row's text. */
void lede__row_sum(const char *hex, unsigned char sum[32]);
uint64_t lede__row_size(const char *hex);

/* Parts of the text, appended. */
void lede__manifest_put_head(lede_buf *out, uint64_t serial, uint64_t stamp);
void lede__manifest_put_page(lede_buf *out, lede_str path, uint64_t size,
                             const unsigned char sum[32]);
void lede__manifest_put_foreign(lede_buf *out, lede_str path, uint64_t size);
void lede__manifest_put_end(lede_buf *out, uint64_t rows);
/* The stamp of a first line; 0 when it is none. */
uint64_t lede__manifest_stamp(lede_str text);

#endif
