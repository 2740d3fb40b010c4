/* picture_isobmff.c - AVIF and HEIC: boxes in boxes. See lede/picture.h.
 *
 * ISO/IEC 23008-12: `meta` names the primary item (`pitm`) and holds in `iprp` a list of properties
 * (`ipco`) and which of them each item has (`ipma`). A picture of tiles has a size for each tile
 * too, so the primary item's own is looked up. The depth is fixed: nothing here calls itself. */
#include "codec/picture.h"

#include "base/banned.h"

#define TYPE(a, b, c, d)                                                                           \
    ((uint32_t)(a) << 24 | (uint32_t)(b) << 16 | (uint32_t)(c) << 8 | (uint32_t)(d))

enum { PROPERTIES = 1 << 15 }; /* an association names at most 15 bits of them */

typedef struct box {
    uint32_t type;
    lede_str body;    /* less than the box says when it reaches past the end */
    bool whole, open; /* open: it says to go on up to the end of what it stands in */
} box;

/* The next box at *at, which moves behind it. False at the end and for what cannot be a box. */
static bool next_box(lede_str s, size_t *at, box *out) {
    if (*at > s.len || s.len - *at < 8)
        return false;
    const lede_str rest = lede_str_sub(s, *at);
    uint64_t size = lede__be32(rest, 0);
    size_t head = 8;
    out->open = size == 0;
    if (out->open) {
        size = rest.len;
    } else if (size == 1 && rest.len < 16) { /* its length is not there yet */
        size = UINT64_MAX;
    } else if (size == 1) {
        size = (uint64_t)lede__be32(rest, 8) << 32 | lede__be32(rest, 12);
        head = 16;
    }
    if (size < head)
        return false;
    out->type = lede__be32(rest, 4);
    out->whole = size <= rest.len;
    const size_t inside = out->whole ? (size_t)size : rest.len;
    out->body = lede_str_n(rest.ptr + head, inside - head);
    *at += inside;
    return true;
}

/* The first box of that type in s, whole. */
static bool find_box(lede_str s, uint32_t type, lede_str *body) {
    box b;
    for (size_t at = 0; next_box(s, &at, &b);) {
        if (b.type == type) {
            *body = b.body;
            return b.whole;
        }
    }
    return false;
}

static bool read_brand(uint32_t brand, lede_picture_type *type) {
    switch (brand) {
    case TYPE('a', 'v', 'i', 'f'):
    case TYPE('a', 'v', 'i', 's'):
        *type = LEDE_PICTURE_AVIF;
        return true;
    case TYPE('h', 'e', 'i', 'c'):
    case TYPE('h', 'e', 'i', 'x'):
    case TYPE('h', 'e', 'v', 'c'):
    case TYPE('h', 'e', 'v', 'x'):
    case TYPE('h', 'e', 'i', 'm'):
    case TYPE('h', 'e', 'i', 's'):
    case TYPE('m', 'i', 'f', '1'):
    case TYPE('m', 's', 'f', '1'):
        *type = LEDE_PICTURE_HEIC;
        return true;
    default:
        return false;
    }
}

/* By the brands of ftyp: AVIF when one says so, for mif1 is named by both. */
static bool read_type(lede_str ftyp, lede_picture_type *type) {
    bool known = false;
    for (size_t at = 0; at + 4 <= ftyp.len; at += 4) {
        lede_picture_type found;
        if (at == 4 || !read_brand(lede__be32(ftyp, at), &found)) /* 4: the minor version */
            continue;
        if (!known || found == LEDE_PICTURE_AVIF)
            *type = found;
        known = true;
    }
    return known;
}

static bool read_primary(lede_str pitm, uint32_t *item) {
    const bool wide = pitm.len >= 4 && pitm.ptr[0] != 0;
    if (pitm.len < (wide ? 8 : 6))
        return false;
    *item = wide ? lede__be32(pitm, 4) : lede__be16(pitm, 4);
    return true;
}

static void want(unsigned char *wanted, uint32_t property) {
    wanted[property / 8] |= (unsigned char)(1U << property % 8);
}

/* Marks the properties of an item in a set of bits. */
static bool read_associations(lede_str ipma, uint32_t item, unsigned char wanted[PROPERTIES / 8]) {
    if (ipma.len < 8)
        return false;
    const size_t id_size = ipma.ptr[0] == 0 ? 2 : 4;
    const size_t index_size = lede__u8(ipma, 3) & 1 ? 2 : 1;
    const uint32_t entries = lede__be32(ipma, 4);
    size_t at = 8;
    for (uint32_t i = 0; i < entries; i++) {
        if (ipma.len - at < id_size + 1)
            return false;
        const uint32_t id = id_size == 2 ? lede__be16(ipma, at) : lede__be32(ipma, at);
        const size_t count = lede__u8(ipma, at + id_size);
        at += id_size + 1;
        if (ipma.len - at < count * index_size)
            return false;
        for (size_t k = 0; id == item && k < count; k++, at += index_size)
            want(wanted,
                 index_size == 2 ? lede__be16(ipma, at) & 0x7FFF : lede__u8(ipma, at) & 0x7F);
        if (id == item)
            return true;
        at += count * index_size;
    }
    return false;
}

/* There may be several ipma, of different widths. */
static bool find_associations(lede_str iprp, uint32_t item, unsigned char wanted[PROPERTIES / 8]) {
    box b;
    for (size_t at = 0; next_box(iprp, &at, &b);)
        if (b.type == TYPE('i', 'p', 'm', 'a') && read_associations(b.body, item, wanted))
            return true;
    return false;
}

/* Width, height and a quarter turn among the wanted properties; they count from 1. */
static lede_status read_properties(lede_str ipco, const unsigned char *wanted,
                                   lede_picture_type type, lede_picture *out, lede_error *err) {
    uint32_t width = 0, height = 0;
    bool turned = false;
    box b;
    size_t at = 0;
    for (uint32_t i = 1; i < PROPERTIES && next_box(ipco, &at, &b); i++) {
        if (!(wanted[i / 8] >> i % 8 & 1))
            continue;
        if (b.type == TYPE('i', 's', 'p', 'e') && b.body.len >= 12) {
            width = lede__be32(b.body, 4);
            height = lede__be32(b.body, 8);
        } else if (b.type == TYPE('i', 'r', 'o', 't') && b.body.len >= 1) {
            turned = lede__u8(b.body, 0) & 1;
        }
    }
    return lede__picture_sized(out, type, turned ? height : width, turned ? width : height, err);
}

static lede_status read_meta(lede_str meta, lede_picture_type type, lede_picture *out,
                             lede_error *err) {
    unsigned char wanted[PROPERTIES / 8] = {0};
    const lede_str inside = lede_str_sub(meta, 4); /* behind version and flags */
    lede_str pitm = {0}, iprp = {0}, ipco = {0};
    uint32_t item = 0;
    if (!find_box(inside, TYPE('p', 'i', 't', 'm'), &pitm) || !read_primary(pitm, &item))
        return lede__picture_bad(err, "AVIF or HEIC", "no primary item");
    if (!find_box(inside, TYPE('i', 'p', 'r', 'p'), &iprp) ||
        !find_box(iprp, TYPE('i', 'p', 'c', 'o'), &ipco) || !find_associations(iprp, item, wanted))
        return lede__picture_bad(err, "AVIF or HEIC", "no properties of the primary item");
    return read_properties(ipco, wanted, type, out, err);
}

lede_status lede__picture_boxes(lede_str s, lede_picture *out, lede_error *err) {
    lede_picture_type type = LEDE_PICTURE_HEIC;
    size_t at = 0;
    box b;
    if (!next_box(s, &at, &b) || !read_type(b.body, &type))
        return lede__picture_bad(err, "ISO media", "neither AVIF nor HEIC");
    while (b.whole && next_box(s, &at, &b))
        if (b.type == TYPE('m', 'e', 't', 'a') && b.whole && !b.open)
            return read_meta(b.body, type, out, err);
    if (!b.whole || b.open || s.len - at < 8)
        return lede__picture_short(err);
    return lede__picture_bad(err, "AVIF or HEIC", "a box is damaged");
}
