/* test_codec_picture.c - sizes out of heads that are written here, and what hostile heads do. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "lede/picture.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define BYTES(literal) lede_buf_addn(b, literal, sizeof(literal) - 1)

/* ---- small pictures */

static void be(lede_buf *b, uint32_t n, int bytes) {
    while (bytes-- > 0)
        lede_buf_addc(b, (char)(unsigned char)(n >> 8 * bytes));
}

static void le(lede_buf *b, uint32_t n, int bytes) {
    for (; bytes-- > 0; n >>= 8)
        lede_buf_addc(b, (char)(unsigned char)n);
}

static void png(lede_buf *b, uint32_t width, uint32_t height) {
    BYTES("\x89PNG\r\n\x1A\n");
    be(b, 13, 4);
    BYTES("IHDR");
    be(b, width, 4);
    be(b, height, 4);
    BYTES("\x08\x06\0\0\0");
}

static void gif(lede_buf *b, uint32_t width, uint32_t height) {
    BYTES("GIF89a");
    le(b, width, 2);
    le(b, height, 2);
}

static void riff(lede_buf *b, const char *chunk) {
    BYTES("RIFF\x40\0\0\0WEBP");
    lede_buf_adds(b, chunk);
    le(b, 20, 4);
}

static void vp8(lede_buf *b, uint32_t width, uint32_t height) {
    riff(b, "VP8 ");
    BYTES("\x10\x02\0\x9D\x01\x2A");
    le(b, width | 1U << 14, 2); /* a hint for scaling stands above the size */
    le(b, height, 2);
}

static void vp8l(lede_buf *b, uint32_t width, uint32_t height) {
    riff(b, "VP8L");
    BYTES("\x2F");
    le(b, (width - 1) | (height - 1) << 14 | 1U << 28, 4);
}

static void vp8x(lede_buf *b, uint32_t width, uint32_t height) {
    riff(b, "VP8X");
    BYTES("\x10\0\0\0");
    le(b, width - 1, 3);
    le(b, height - 1, 3);
}

static void segment(lede_buf *b, int marker, size_t len) {
    be(b, 0xFF00U | (unsigned)marker, 2);
    be(b, (uint32_t)len + 2, 2);
    for (size_t i = 0; i < len; i++)
        lede_buf_addc(b, 'x');
}

static void frame(lede_buf *b, int marker, uint32_t width, uint32_t height) {
    be(b, 0xFF00U | (unsigned)marker, 2);
    be(b, 17, 2);
    BYTES("\x08");
    be(b, height, 2);
    be(b, width, 2);
    BYTES("\x03\x01\x22\0\x02\x11\x01\x03\x11\x01");
}

static void exif(lede_buf *b, bool little, uint32_t orientation) {
    void (*put)(lede_buf *, uint32_t, int) = little ? le : be;
    be(b, 0xFFE1, 2);
    be(b, 2 + 6 + 8 + 2 + 2 * 12, 2);
    BYTES("Exif\0\0");
    lede_buf_adds(b, little ? "II" : "MM");
    put(b, 42, 2);
    put(b, 8, 4);
    put(b, 2, 2);
    put(b, 0x0100, 2); /* another tag before it */
    put(b, 4, 2);
    put(b, 1, 4);
    put(b, 99, 4);
    put(b, 0x0112, 2);
    put(b, 3, 2);
    put(b, 1, 4);
    put(b, orientation, 2);
    put(b, 0, 2);
}

static void jpeg(lede_buf *b, uint32_t orientation, uint32_t width, uint32_t height) {
    BYTES("\xFF\xD8");
    segment(b, 0xE0, 14);
    if (orientation)
        exif(b, orientation % 2 == 1, orientation);
    segment(b, 0xDB, 65);
    BYTES("\xFF\xFF"); /* fill bytes before a marker */
    frame(b, 0xC2, width, height);
    BYTES("\xFF\xDA\0\x08");
}

/* A box around what was written since from. */
static size_t open_box(lede_buf *b, const char *type) {
    const size_t from = b->len;
    be(b, 0, 4);
    lede_buf_adds(b, type);
    return from;
}

static void close_box(lede_buf *b, size_t from) {
    const size_t size = b->len - from;
    for (int i = 0; i < 4; i++)
        b->ptr[from + (size_t)i] = (char)(unsigned char)(size >> 8 * (3 - i));
}

static void ispe(lede_buf *b, uint32_t width, uint32_t height) {
    const size_t at = open_box(b, "ispe");
    be(b, 0, 4);
    be(b, width, 4);
    be(b, height, 4);
    close_box(b, at);
}

/* Item 2 is the primary one; item 1, a tile of it, is 512 x 512. */
static void boxes(lede_buf *b, const char *brands, uint32_t turns, uint32_t width,
                  uint32_t height) {
    size_t at = open_box(b, "ftyp");
    lede_buf_addn(b, brands, 4);
    be(b, 0, 4);
    lede_buf_adds(b, brands + 4);
    close_box(b, at);
    const size_t meta = open_box(b, "meta");
    be(b, 0, 4);
    at = open_box(b, "pitm");
    be(b, 0, 4);
    be(b, 2, 2);
    close_box(b, at);
    const size_t iprp = open_box(b, "iprp");
    const size_t ipco = open_box(b, "ipco");
    ispe(b, 512, 512);
    ispe(b, width, height);
    at = open_box(b, "irot");
    be(b, turns, 1);
    close_box(b, at);
    close_box(b, ipco);
    at = open_box(b, "ipma");
    be(b, 0, 4);
    be(b, 2, 4);
    BYTES("\0\x01\x01\x81"); /* item 1: property 1 */
    BYTES("\0\x02\x02\x82\x83");
    close_box(b, at);
    close_box(b, iprp);
    close_box(b, meta);
}

/* ---- what is read */

static void assert_picture(const lede_buf *b, lede_picture_type type, uint32_t width,
                           uint32_t height) {
    lede_picture p;
    lede_error err = {0};
    if (lede_picture_read(lede_buf_str(b), &p, &err))
        fail_msg("%s: %s", lede_picture_type_name(type), err.message);
    if (p.type != type || p.width != width || p.height != height)
        fail_msg("%s of %ux%u is read as %s of %ux%u", lede_picture_type_name(type), width, height,
                 lede_picture_type_name(p.type), p.width, p.height);
}

/* Every shorter head must ask for more, or be no picture; the exact copy shows reads behind the
 * end. */
static void assert_no_shorter_head(const lede_buf *b, size_t needed) {
    for (size_t n = 0; n < needed; n++) {
        char *copy = malloc(n ? n : 1);
        assert_non_null(copy);
        memcpy(copy, b->ptr, n);
        lede_picture p;
        const lede_status st = lede_picture_read(lede_str_n(copy, n), &p, NULL);
        if (st != LEDE_ELIMIT && (n >= 12 || st != LEDE_EFORMAT))
            fail_msg("%zu of %zu bytes give status %d", n, needed, (int)st);
        free(copy);
    }
}

static void each_format_says_its_size(void **state) {
    (void)state;
    static const struct {
        lede_picture_type type;
        void (*make)(lede_buf *, uint32_t, uint32_t);
        uint32_t width, height;
    } rows[] = {
        {LEDE_PICTURE_PNG, png, 1, 1},           {LEDE_PICTURE_PNG, png, 70000, 3},
        {LEDE_PICTURE_GIF, gif, 640, 480},       {LEDE_PICTURE_WEBP, vp8, 16383, 2},
        {LEDE_PICTURE_WEBP, vp8l, 1, 16384},     {LEDE_PICTURE_WEBP, vp8l, 800, 600},
        {LEDE_PICTURE_WEBP, vp8x, 200000, 1023},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        lede_buf b;
        lede_buf_init(&b, 4096);
        rows[i].make(&b, rows[i].width, rows[i].height);
        assert_picture(&b, rows[i].type, rows[i].width, rows[i].height);
        assert_no_shorter_head(&b, rows[i].type == LEDE_PICTURE_PNG ? 24 : b.len);
        lede_buf_fini(&b);
    }
}

static void the_orientation_of_a_jpeg_turns_it(void **state) {
    (void)state;
    for (uint32_t orientation = 0; orientation <= 9; orientation++) {
        const bool turned = orientation >= 5 && orientation <= 8;
        lede_buf b;
        lede_buf_init(&b, 4096);
        jpeg(&b, orientation, 300, 200);
        assert_picture(&b, LEDE_PICTURE_JPEG, turned ? 200 : 300, turned ? 300 : 200);
        assert_no_shorter_head(&b, b.len - 20);
        lede_buf_fini(&b);
    }
}

static void a_jpeg_without_a_frame_is_none(void **state) {
    (void)state;
    static const lede_str rows[] = {
        {"\xFF\xD8\xFF\xDA\0\x08zzzzzzzzzz", 16},
        {"\xFF\xD8\xFF\xD9zzzzzzzzzz", 14},
        {"\xFF\xD8\xFF\xE0\0\x01zzzzzzzzzz", 16}, /* a length that holds not even itself */
        {"\xFF\xD8\xFF\xC0\0\x04\x08\0\x01\0\x01zzzzz", 16}, /* a frame without a size */
        {"\xFF\xD8\xFF\xC0\0\x11\x08\0\0\0\x01zzzzz",
         16}, /* a height of 0: it would follow in DNL */
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        lede_picture p;
        assert_int_equal(lede_picture_read(rows[i], &p, NULL), LEDE_EFORMAT);
    }
}

static void exif_that_points_outside_is_passed_over(void **state) {
    (void)state;
    lede_buf buf, *b = &buf;
    lede_buf_init(b, 4096);
    BYTES("\xFF\xD8");
    exif(b, false, 6);
    frame(b, 0xC0, 30, 20);
    BYTES("\xFF\xDA");
    const size_t ifd = 2 + 4 + 6 + 4, count = ifd + 4;
    for (int i = 0; i < 256; i++) {
        lede_picture p;
        b->ptr[ifd + 3] = (char)i;
        b->ptr[ifd] = (char)(i % 7 == 0 ? 0xFF : 0);
        b->ptr[count] = (char)i;
        assert_int_equal(lede_picture_read(lede_buf_str(b), &p, NULL), LEDE_OK);
    }
    lede_buf_fini(b);
}

static void avif_and_heic_have_the_size_of_their_primary_item(void **state) {
    (void)state;
    static const struct {
        const char *brands;
        lede_picture_type type;
        uint32_t turns;
    } rows[] = {
        {"avifmif1miaf", LEDE_PICTURE_AVIF, 0}, {"mif1miafavif", LEDE_PICTURE_AVIF, 1},
        {"heicmif1", LEDE_PICTURE_HEIC, 2},     {"mif1heic", LEDE_PICTURE_HEIC, 3},
        {"mif1", LEDE_PICTURE_HEIC, 0},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const bool turned = rows[i].turns & 1;
        lede_buf b;
        lede_buf_init(&b, 4096);
        boxes(&b, rows[i].brands, rows[i].turns, 4032, 3024);
        assert_picture(&b, rows[i].type, turned ? 3024 : 4032, turned ? 4032 : 3024);
        assert_no_shorter_head(&b, b.len);
        lede_buf_fini(&b);
    }
}

static void films_are_no_pictures(void **state) {
    (void)state;
    lede_buf b;
    lede_picture p;
    lede_buf_init(&b, 4096);
    boxes(&b, "isommp42", 0, 640, 480);
    assert_int_equal(lede_picture_read(lede_buf_str(&b), &p, NULL), LEDE_EFORMAT);
    lede_buf_fini(&b);
}

static void damaged_boxes_end(void **state) {
    (void)state;
    lede_buf b;
    lede_buf_init(&b, 4096);
    boxes(&b, "avifmif1", 1, 40, 30);
    for (size_t at = 0; at < b.len; at++) {
        const char was = b.ptr[at];
        for (int i = 0; i < 256; i += 15) {
            lede_picture p;
            b.ptr[at] = (char)i;
            (void)!lede_picture_read(lede_buf_str(&b), &p, NULL);
        }
        b.ptr[at] = was;
    }
    lede_buf_fini(&b);
}

static void an_svg_says_its_size_in_many_ways(void **state) {
    (void)state;
    static const struct {
        const char *text;
        uint32_t width, height;
    } rows[] = {
        {"<svg width=\"30\" height='20'>", 30, 20},
        {"<svg width=\"30px\" height=\"20PX\" viewBox=\"0 0 1 1\"/>", 30, 20},
        {"<svg viewBox=\"0 0 640 480\">", 640, 480},
        {"<svg viewBox=\"-10,-10,64.4,48.5\">", 64, 49},
        {"<svg width=\"100%\" height=\"100%\" viewBox=\"0 0 16 9\">", 16, 9},
        {"<svg width='1in' height='2.54cm'>", 96, 96},
        {"<svg width='25.4mm' height='72pt'>", 96, 96},
        {"<svg width='6pc' height='101.6Q'>", 96, 96},
        {"<svg width=\"200\" viewBox=\"0 0 4 3\">", 200, 150},
        {"<svg height=\".3e\" width = \"20\"\n viewBox = '0 0 2 1'>", 20, 10},
        {"\xEF\xBB\xBF<?xml version=\"1.0\"?>\n<!-- <svg width='9'> -->\n"
         "<svg xmlns=\"http://www.w3.org/2000/svg\" data-a='>' width='3' height='4'>",
         3, 4},
        {"<!DOCTYPE svg PUBLIC \"-//W3C//DTD SVG 1.1//EN\" \"x.dtd\" [\n"
         "<!ENTITY a \"]><svg width='1' height='1'>\"> <!-- it's ]> --> ]>"
         "<x:svg xmlns:x='http://www.w3.org/2000/svg' width='&a;' viewBox='0 0 7 8'>",
         7, 8},
        {"<svg width='0.2' height='1'>", 1, 1},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        lede_buf b;
        lede_buf_init(&b, 4096);
        lede_buf_adds(&b, rows[i].text);
        assert_picture(&b, LEDE_PICTURE_SVG, rows[i].width, rows[i].height);
        assert_no_shorter_head(&b, b.len - 1);
        lede_buf_fini(&b);
    }
}

static void what_is_no_svg_is_refused(void **state) {
    (void)state;
    static const struct {
        const char *text;
        lede_status status;
    } rows[] = {
        {"<svg>", LEDE_ENOTFOUND},
        {"<svg width='3em' height='2'>", LEDE_ENOTFOUND},
        {"<svg width='3' height='-2'>", LEDE_ENOTFOUND},
        {"<svg viewBox='0 0 0 5'>", LEDE_ENOTFOUND},
        {"<svg viewBox='0 0 5'>", LEDE_ENOTFOUND},
        {"<svg width=3 height=2>", LEDE_EFORMAT},
        {"<svg hidden width='3' height='2'>", LEDE_EFORMAT},
        {"<svg width='2000000' height='2'>", LEDE_EFORMAT},
        {"<html><svg width='3' height='2'>", LEDE_EFORMAT},
        {"<svgx width='3' height='2'>", LEDE_EFORMAT},
        {"<!-- x --> words <svg width='3' height='2'>", LEDE_EFORMAT},
        {"<!DOCTYPE svg [ <!ENTITY a \"", LEDE_ELIMIT},
        {"<svg width='3", LEDE_ELIMIT},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        lede_picture p;
        const lede_status st = lede_picture_read(lede_str_of(rows[i].text), &p, NULL);
        if (st != rows[i].status)
            fail_msg("'%s' gives %s", rows[i].text, lede_status_name(st));
    }
}

static void numbers_that_are_too_long_are_no_size(void **state) {
    (void)state;
    lede_buf b;
    lede_picture p;
    lede_buf_init(&b, 1 << 16);
    lede_buf_adds(&b, "<svg width='");
    for (int i = 0; i < 2000; i++)
        lede_buf_addc(&b, '9');
    lede_buf_adds(&b, "' viewBox='0 0 1");
    for (int i = 0; i < 2000; i++)
        lede_buf_addc(&b, '0');
    lede_buf_adds(&b, " 1'>");
    assert_int_equal(lede_picture_read(lede_buf_str(&b), &p, NULL), LEDE_EFORMAT);
    lede_buf_fini(&b);
}

static void other_bytes_are_no_picture(void **state) {
    (void)state;
    static const lede_str rows[] = {{NULL, 0}, {"BM\0\0", 4}, {"plain words", 11}, {"%PDF-1.7", 8}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        lede_picture p;
        lede_error err = {0};
        assert_int_equal(lede_picture_read(rows[i], &p, &err), LEDE_EFORMAT);
        assert_non_null(strstr(err.message, "JPEG"));
    }
}

/* ---- files */

static char folder[] = "/tmp/lede-picture-XXXXXX";

static lede_status file_with(const lede_buf *b, lede_picture *out, lede_error *err) {
    char path[64];
    snprintf(path, sizeof path, "%s/picture", folder);
    FILE *f = fopen(path, "wb");
    assert_non_null(f);
    assert_int_equal(fwrite(b->ptr, 1, b->len, f), b->len);
    assert_int_equal(fclose(f), 0);
    const lede_status st = lede_picture_file(path, out, err);
    unlink(path);
    return st;
}

/* A JPEG whose frame comes after so many full segments. */
static lede_status jpeg_behind(size_t segments, lede_picture *p, lede_error *err) {
    lede_buf b;
    lede_buf_init(&b, 1 << 22);
    lede_buf_addn(&b, "\xFF\xD8", 2);
    exif(&b, true, 6);
    for (size_t i = 0; i < segments; i++)
        segment(&b, 0xE2, 65000);
    frame(&b, 0xC0, 300, 200);
    lede_buf_adds(&b, "and what follows it");
    const lede_status st = file_with(&b, p, err);
    lede_buf_fini(&b);
    return st;
}

static void a_file_is_read_as_far_as_it_must(void **state) {
    (void)state;
    lede_picture p;
    lede_error err = {0};
    for (size_t segments = 0; segments <= 16; segments += 4) {
        assert_int_equal(jpeg_behind(segments, &p, &err), LEDE_OK);
        assert_int_equal(p.width, 200);
    }
    assert_int_equal(jpeg_behind(17, &p, &err), LEDE_EFORMAT); /* above 1 MiB */
    assert_non_null(strstr(err.message, "ends before its size"));
}

static void a_file_that_is_none_is_refused_by_name(void **state) {
    (void)state;
    lede_picture p;
    lede_error err = {0};
    assert_int_equal(lede_picture_file("/nowhere/a.png", &p, &err), LEDE_ENOTFOUND);
    assert_non_null(strstr(err.message, "/nowhere/a.png"));
    assert_int_equal(lede_picture_file(folder, &p, &err), LEDE_EINVAL);
    lede_buf b;
    lede_buf_init(&b, 100);
    png(&b, 3, 2);
    b.len = 20;
    assert_int_equal(file_with(&b, &p, &err), LEDE_EFORMAT);
    lede_buf_fini(&b);
}

static void a_picture_is_known_by_its_ending(void **state) {
    (void)state;
    assert_true(lede_picture_named(LEDE_STR("a/b.JPG")));
    assert_true(lede_picture_named(LEDE_STR("x.avif")));
    assert_false(lede_picture_named(LEDE_STR(".png"))); /* a hidden file without an ending */
    assert_false(lede_picture_named(LEDE_STR("a.png.txt")));
    assert_false(lede_picture_named(LEDE_STR("")));
}

static int make_folder(void **state) {
    (void)state;
    return mkdtemp(folder) ? 0 : -1;
}

static int remove_folder(void **state) {
    (void)state;
    return rmdir(folder);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_format_says_its_size),
        cmocka_unit_test(the_orientation_of_a_jpeg_turns_it),
        cmocka_unit_test(a_jpeg_without_a_frame_is_none),
        cmocka_unit_test(exif_that_points_outside_is_passed_over),
        cmocka_unit_test(avif_and_heic_have_the_size_of_their_primary_item),
        cmocka_unit_test(films_are_no_pictures),
        cmocka_unit_test(damaged_boxes_end),
        cmocka_unit_test(an_svg_says_its_size_in_many_ways),
        cmocka_unit_test(what_is_no_svg_is_refused),
        cmocka_unit_test(numbers_that_are_too_long_are_no_size),
        cmocka_unit_test(other_bytes_are_no_picture),
        cmocka_unit_test(a_picture_is_known_by_its_ending),
        cmocka_unit_test(a_file_is_read_as_far_as_it_must),
        cmocka_unit_test(a_file_that_is_none_is_refused_by_name),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
