/* picture_jpeg.c - the frame header among a JPEG's segments. See lede/picture.h.
 *
 * The segments are walked as ITU-T T.81, annex B has them; bytes between them that belong to none
 * are passed over, as decoders do. Each step moves on, so any bytes come to an end. */
#include "codec/picture.h"

#include "base/banned.h"

enum {
    MARK = 0xFF,
    SOF0 = 0xC0,
    DHT = 0xC4,
    JPG = 0xC8,
    DAC = 0xCC,
    SOF15 = 0xCF,
    RST0 = 0xD0,
    SOI = 0xD8,
    EOI = 0xD9,
    SOS = 0xDA,
    APP1 = 0xE1,
    TEM = 0x01
};

static bool is_frame(uint32_t marker) {
    return marker >= SOF0 && marker <= SOF15 && marker != DHT && marker != JPG && marker != DAC;
}

/* Markers that stand alone; 0 is no marker but a stuffed byte of data. */
static bool is_alone(uint32_t marker) {
    return marker == 0 || marker == TEM || (marker >= RST0 && marker <= SOI);
}

/* Numbers of a TIFF block, in its own order of bytes. */
typedef struct tiff {
    lede_str s;
    bool little;
} tiff;

static uint32_t tiff16(const tiff *t, size_t at) {
    return t->little ? lede__le16(t->s, at) : lede__be16(t->s, at);
}

static uint32_t tiff32(const tiff *t, size_t at) {
    return t->little ? lede__le32(t->s, at) : lede__be32(t->s, at);
}

/* The orientation 1 to 8 of an EXIF block (EXIF 2.3, 4.6.4, tag 0x0112), or 0. Only the first
 * directory is looked at. */
static uint32_t orientation_of(lede_str app1) {
    enum { HEAD = 8, ENTRY = 12, ORIENTATION = 0x0112, SHORT = 3 };
    static const char mark[] = "Exif\0";
    if (app1.len < sizeof mark || memcmp(app1.ptr, mark, sizeof mark) != 0)
        return 0;
    tiff t = {.s = lede_str_sub(app1, sizeof mark)};
    if (t.s.len < HEAD)
        return 0;
    t.little = t.s.ptr[0] == 'I';
    const size_t at = tiff32(&t, 4);
    if (at > t.s.len - 2)
        return 0;
    const size_t entries = tiff16(&t, at);
    for (size_t i = 0; i < entries && t.s.len - at - 2 >= (i + 1) * ENTRY; i++) {
        const size_t entry = at + 2 + i * ENTRY;
        if (tiff16(&t, entry) == ORIENTATION && tiff16(&t, entry + 2) == SHORT) {
            const uint32_t value = tiff16(&t, entry + 8);
            return value <= 8 ? value : 0;
        }
    }
    return 0;
}

/* Moves *at behind the next marker and gives it; 0 at the end. */
static uint32_t next_marker(lede_str s, size_t *at) {
    while (*at < s.len && lede__u8(s, *at) != MARK)
        ++*at;
    while (*at < s.len && lede__u8(s, *at) == MARK)
        ++*at;
    return *at < s.len ? lede__u8(s, (*at)++) : 0;
}

static lede_status read_frame(lede_str s, size_t at, bool turned, lede_picture *out,
                              lede_error *err) {
    const uint32_t height = lede__be16(s, at + 3), width = lede__be16(s, at + 5);
    return lede__picture_sized(out, LEDE_PICTURE_JPEG, turned ? height : width,
                               turned ? width : height, err);
}

lede_status lede__picture_jpeg(lede_str s, lede_picture *out, lede_error *err) {
    enum { FRAME = 7 }; /* length, precision, height, width */
    uint32_t orientation = 0;
    for (size_t at = 2;;) {
        const uint32_t marker = next_marker(s, &at);
        if (at >= s.len)
            return lede__picture_short(err);
        if (is_alone(marker))
            continue;
        if (marker == SOS || marker == EOI)
            return lede__picture_bad(err, "JPEG", "no frame before the data");
        if (s.len - at < FRAME)
            return lede__picture_short(err);
        const size_t len = lede__be16(s, at);
        if (len < 2 || (is_frame(marker) && len < FRAME))
            return lede__picture_bad(err, "JPEG", "a segment is too short");
        if (is_frame(marker))
            return read_frame(s, at, orientation >= 5, out, err);
        if (len > s.len - at)
            return lede__picture_short(err);
        if (marker == APP1 && orientation == 0)
            orientation = orientation_of(lede_str_n(s.ptr + at + 2, len - 2));
        at += len;
    }
}
