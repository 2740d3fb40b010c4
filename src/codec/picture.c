/* picture.c - which format, and the formats whose size stands at a fixed place. See lede/picture.h.
 */
#include "codec/picture.h"

#include "base/banned.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

const char *lede_picture_type_name(lede_picture_type type) {
    static const char *const names[] = {"jpeg", "png", "gif", "webp", "avif", "heic", "svg"};
    return names[type];
}

lede_status lede__picture_sized(lede_picture *out, lede_picture_type type, uint32_t width,
                                uint32_t height, lede_error *err) {
    if (width == 0 || height == 0)
        return lede_fail(err, LEDE_EFORMAT, "picture: a size of %ux%u", width, height);
    if (width > LEDE_PICTURE_SIDE_MAX || height > LEDE_PICTURE_SIDE_MAX)
        return lede_fail(err, LEDE_EFORMAT, "picture: a size of %ux%u, more than %d a side", width,
                         height, LEDE_PICTURE_SIDE_MAX);
    *out = (lede_picture){.type = type, .width = width, .height = height};
    return LEDE_OK;
}

lede_status lede__picture_short(lede_error *err) {
    return lede_fail(err, LEDE_ELIMIT, "picture: its head ends before its size");
}

lede_status lede__picture_bad(lede_error *err, const char *kind, const char *what) {
    return lede_fail(err, LEDE_EFORMAT, "picture: %s: %s", kind, what);
}

/* Signature, length and name of IHDR, which is always first. */
static lede_status read_png(lede_str s, lede_picture *out, lede_error *err) {
    if (s.len < 24)
        return lede__picture_short(err);
    if (memcmp(s.ptr + 12, "IHDR", 4) != 0)
        return lede__picture_bad(err, "PNG", "no IHDR");
    return lede__picture_sized(out, LEDE_PICTURE_PNG, lede__be32(s, 16), lede__be32(s, 20), err);
}

static lede_status read_gif(lede_str s, lede_picture *out, lede_error *err) {
    if (s.len < 10)
        return lede__picture_short(err);
    return lede__picture_sized(out, LEDE_PICTURE_GIF, lede__le16(s, 6), lede__le16(s, 8), err);
}

/* The frame header of a VP8 key frame (RFC 6386, 9.1). */
static lede_status read_vp8(lede_str s, lede_picture *out, lede_error *err) {
    if (s.len < 30)
        return lede__picture_short(err);
    if ((lede__u8(s, 20) & 1) || memcmp(s.ptr + 23, "\x9D\x01\x2A", 3) != 0)
        return lede__picture_bad(err, "WebP", "no key frame");
    return lede__picture_sized(out, LEDE_PICTURE_WEBP, lede__le16(s, 26) & 0x3FFF,
                               lede__le16(s, 28) & 0x3FFF, err);
}

static lede_status read_vp8l(lede_str s, lede_picture *out, lede_error *err) {
    if (s.len < 25)
        return lede__picture_short(err);
    if (lede__u8(s, 20) != 0x2F)
        return lede__picture_bad(err, "WebP", "no lossless stream");
    const uint32_t bits = lede__le32(s, 21);
    return lede__picture_sized(out, LEDE_PICTURE_WEBP, (bits & 0x3FFF) + 1,
                               (bits >> 14 & 0x3FFF) + 1, err);
}

static lede_status read_vp8x(lede_str s, lede_picture *out, lede_error *err) {
    if (s.len < 30)
        return lede__picture_short(err);
    return lede__picture_sized(out, LEDE_PICTURE_WEBP, (lede__le32(s, 24) & 0xFFFFFF) + 1,
                               (lede__le16(s, 27) | lede__u8(s, 29) << 16) + 1, err);
}

static lede_status read_webp(lede_str s, lede_picture *out, lede_error *err) {
    if (s.len < 16)
        return lede__picture_short(err);
    const lede_str chunk = lede_str_n(s.ptr + 12, 4);
    if (lede_str_is(chunk, "VP8 "))
        return read_vp8(s, out, err);
    if (lede_str_is(chunk, "VP8L"))
        return read_vp8l(s, out, err);
    if (lede_str_is(chunk, "VP8X"))
        return read_vp8x(s, out, err);
    return lede__picture_bad(err, "WebP", "no picture in its first chunk");
}

static bool has_at(lede_str s, size_t at, const char *bytes, size_t n) {
    return s.len >= at + n && memcmp(s.ptr + at, bytes, n) == 0;
}

static bool is_markup(lede_str s) {
    size_t i = has_at(s, 0, "\xEF\xBB\xBF", 3) ? 3 : 0;
    while (i < s.len && (s.ptr[i] == ' ' || (s.ptr[i] >= '\t' && s.ptr[i] <= '\r')))
        i++;
    return i < s.len && s.ptr[i] == '<';
}

lede_status lede_picture_read(lede_str s, lede_picture *out, lede_error *err) {
    if (has_at(s, 0, "\xFF\xD8\xFF", 3))
        return lede__picture_jpeg(s, out, err);
    if (has_at(s, 0, "\x89PNG\r\n\x1A\n", 8))
        return read_png(s, out, err);
    if (has_at(s, 0, "GIF87a", 6) || has_at(s, 0, "GIF89a", 6))
        return read_gif(s, out, err);
    if (has_at(s, 0, "RIFF", 4) && has_at(s, 8, "WEBP", 4))
        return read_webp(s, out, err);
    if (has_at(s, 4, "ftyp", 4))
        return lede__picture_boxes(s, out, err);
    if (is_markup(s))
        return lede__picture_svg(s, out, err);
    return lede_fail(err, LEDE_EFORMAT, "picture: none of JPEG, PNG, GIF, WebP, AVIF, HEIC, SVG");
}

/* ---- files */

bool lede_picture_named(lede_str path) {
    static const char *const endings[] = {".jpg", ".jpeg", ".png", ".gif", ".webp", ".avif", ".heic", ".svg"};
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
        lede_str ending = lede_str_of(endings[i]);
        if (path.len > ending.len && lede_str_eq_nocase(lede_str_sub(path, path.len - ending.len), ending))
            return true;
    }
    return false;
}

/* Reads on until b holds upto bytes or the file ends. */
static lede_status read_upto(int fd, size_t upto, lede_buf *b, lede_error *err) {
    while (b->len < upto) {
        char *room = lede_buf_room(b, upto - b->len);
        if (!room)
            return lede_buf_status(b, err);
        const ssize_t n = read(fd, room, upto - b->len);
        if (n == 0)
            break;
        if (n < 0 && errno != EINTR)
            return lede_fail(err, LEDE_EIO, "picture: cannot read: %s", strerror(errno));
        if (n > 0)
            lede_buf_seal(b, (size_t)n);
    }
    return LEDE_OK;
}

static lede_status read_head(int fd, lede_buf *b, lede_picture *out, lede_error *err) {
    lede_status st = read_upto(fd, LEDE_PICTURE_HEAD, b, err);
    if (!st)
        st = lede_picture_read(lede_buf_str(b), out, err);
    if (st != LEDE_ELIMIT || b->len < LEDE_PICTURE_HEAD)
        return st;
    st = read_upto(fd, LEDE_PICTURE_HEAD_MAX, b, err);
    return st ? st : lede_picture_read(lede_buf_str(b), out, err);
}

static lede_status open_picture(const char *path, int *fd, lede_error *err) {
    struct stat about;
    *fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK); /* a pipe must not make us wait */
    if (*fd < 0)
        return lede_fail(err, errno == ENOENT || errno == ENOTDIR ? LEDE_ENOTFOUND : LEDE_EIO,
                         "picture: cannot open: %s", strerror(errno));
    if (fstat(*fd, &about) == 0 && S_ISREG(about.st_mode))
        return LEDE_OK;
    close(*fd);
    return lede_fail(err, LEDE_EINVAL, "picture: not a file");
}

lede_status lede_picture_file(const char *path, lede_picture *out, lede_error *err) {
    int fd;
    lede_status st = open_picture(path, &fd, err);
    if (st)
        return lede_fail_in(err, st, "'%s'", path);
    lede_buf b;
    lede_buf_init(&b, LEDE_PICTURE_HEAD_MAX + 64);
    st = read_head(fd, &b, out, err);
    lede_buf_fini(&b);
    close(fd);
    if (st == LEDE_ELIMIT) /* there is no more to give */
        st = lede_fail(err, LEDE_EFORMAT, "picture: it ends before its size");
    return st ? lede_fail_in(err, st, "'%s'", path) : LEDE_OK;
}
