/* picture.h - what the readers of picture formats share: numbers at a place, and the three ways to
 * end. Private to codec/. */
#ifndef LEDE_CODEC_PICTURE_H
#define LEDE_CODEC_PICTURE_H

#include "lede/picture.h"

/* Unsigned numbers at a place of s that the caller has checked. */
static inline uint32_t lede__u8(lede_str s, size_t at) { return (unsigned char)s.ptr[at]; }
static inline uint32_t lede__le16(lede_str s, size_t at) {
    return lede__u8(s, at) | lede__u8(s, at + 1) << 8;
}
static inline uint32_t lede__le32(lede_str s, size_t at) {
    return lede__le16(s, at) | lede__le16(s, at + 2) << 16;
}
static inline uint32_t lede__be16(lede_str s, size_t at) {
    return lede__u8(s, at) << 8 | lede__u8(s, at + 1);
}
static inline uint32_t lede__be32(lede_str s, size_t at) {
    return lede__be16(s, at) << 16 | lede__be16(s, at + 2);
}

/* Fills *out, or refuses a side of 0 or one that is too long. */
LEDE_MUST_CHECK lede_status lede__picture_sized(lede_picture *out, lede_picture_type type,
                                                uint32_t width, uint32_t height, lede_error *err);
/* LEDE_ELIMIT: the head ends before the size. */
LEDE_MUST_CHECK lede_status lede__picture_short(lede_error *err);
/* LEDE_EFORMAT, with what is wrong about which kind: "JPEG", "no frame before the data". */
LEDE_MUST_CHECK lede_status lede__picture_bad(lede_error *err, const char *kind, const char *what);

/* One reader a family; head begins with its signature. */
LEDE_MUST_CHECK lede_status lede__picture_jpeg(lede_str head, lede_picture *out, lede_error *err);
LEDE_MUST_CHECK lede_status lede__picture_boxes(lede_str head, lede_picture *out, lede_error *err);
LEDE_MUST_CHECK lede_status lede__picture_svg(lede_str head, lede_picture *out, lede_error *err);

#endif
