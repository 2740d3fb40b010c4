/* picture.h - how large a picture is and of what kind, from the first bytes of its file.
 *
 * Nothing is decoded: only the head is read, and bytes from outside are taken for hostile. Sizes are those at which a
 * browser lays the picture out: EXIF orientation of a JPEG and rotation of AVIF and HEIC are applied. Of an animation it
 * is the size of the canvas. */
#ifndef LEDE_PICTURE_H
#define LEDE_PICTURE_H

#include "lede/text.h"

typedef enum lede_picture_type {
    LEDE_PICTURE_JPEG,
    LEDE_PICTURE_PNG,
    LEDE_PICTURE_GIF,
    LEDE_PICTURE_WEBP,
    LEDE_PICTURE_AVIF,
    LEDE_PICTURE_HEIC,
    LEDE_PICTURE_SVG
} lede_picture_type;

typedef struct lede_picture {
    lede_picture_type type;
    uint32_t width, height; /* CSS pixels, 1 .. LEDE_PICTURE_SIDE_MAX */
} lede_picture;

enum {
    LEDE_PICTURE_SIDE_MAX = 1000000, /* a larger side is refused: no such picture can be shown */
    LEDE_PICTURE_HEAD = 64 << 10,    /* bytes that tell nearly always */
    LEDE_PICTURE_HEAD_MAX = 1 << 20  /* a JPEG may carry that many bytes of profiles and previews first */
};

/* Reads the head of a file. JPEG (ITU-T T.81, EXIF 2.3), PNG, GIF, WebP, AVIF and HEIC (ISO/IEC 23008-12: the properties
 * of the primary item), SVG (width and height in absolute units, else viewBox; entities are never resolved).
 * fails: LEDE_EFORMAT for another kind, damage, or a size of 0; LEDE_ENOTFOUND for an SVG that says no size; LEDE_ELIMIT
 * when the head ends before the size: give more bytes. */
LEDE_MUST_CHECK lede_status lede_picture_read(lede_str head, lede_picture *out, lede_error *err);
/* The same for a file, of which LEDE_PICTURE_HEAD bytes are read and, when they end before the size, up to
 * LEDE_PICTURE_HEAD_MAX. Messages name the path. */
LEDE_MUST_CHECK lede_status lede_picture_file(const char *path, lede_picture *out, lede_error *err);
/* Whether a file of this name is taken for a picture: by its ending, in any case. */
bool lede_picture_named(lede_str path);
/* "jpeg", "png", "gif", "webp", "avif", "heic", "svg". */
const char *lede_picture_type_name(lede_picture_type type);

#endif
