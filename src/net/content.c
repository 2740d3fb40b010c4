/* content.c - bytes that are served, hashed once and compressed once. See lede/server.h.
 *
 * Compressing waits until somebody asks: most pages of a preview are looked at by nobody. It
 * happens on the loop, so it is quick and not small (Brotli 4, gzip 5: half a millisecond for a
 * page of 40 KiB), and very large texts go as they are.
 */
#include "net/content.h"

#include "base/path.h"
#include "codec/compress.h"
#include "codec/hash.h"

#include <stdio.h>
#include <stdlib.h>

enum { SMALL = 860, LARGE = 4 << 20, GZIP_QUALITY = 5, BROTLI_QUALITY = 4 };

struct lede_content {
    unsigned owners;
    lede_buf bytes, packed[LEDE__BROTLI + 1];
    bool tried[LEDE__BROTLI + 1], is_text;
    unsigned char sum[32];
    char *type;
};

static bool is_text(lede_str type) {
    static const char *const others[] = {"application/json", "application/javascript",
                                         "application/xml",  "application/manifest+json",
                                         "image/svg+xml",    "application/wasm"};
    const lede_str bare = lede_str_trim(lede_str_n(type.ptr, lede_str_find(type, ';', 0)));
    if (lede_str_starts(bare, "text/") || lede_str_ends(bare, "+xml") ||
        lede_str_ends(bare, "+json"))
        return true;
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        if (lede_str_is(bare, others[i]))
            return true;
    return false;
}

lede_status lede_content_take(lede_buf *bytes, lede_str type, lede_content **out, lede_error *err) {
    *out = NULL;
    lede_content *c = calloc(1, sizeof *c);
    if (c)
        c->type = strndup(type.ptr, type.len);
    if (!c || !c->type) {
        free(c);
        lede_buf_fini(bytes);
        return lede_fail(err, LEDE_ENOMEM, "server: out of memory");
    }
    c->owners = 1;
    c->bytes = *bytes;
    lede_buf_init(bytes, c->bytes.limit);
    for (int i = 0; i <= LEDE__BROTLI; i++)
        lede_buf_init(&c->packed[i], LEDE_BUF_MAX);
    c->is_text = is_text(type);
    lede__sha256(lede_buf_str(&c->bytes), c->sum);
    *out = c;
    return LEDE_OK;
}

lede_status lede_content_new(lede_str bytes, lede_str type, lede_content **out, lede_error *err) {
    lede_buf b;
    *out = NULL;
    lede_buf_init(&b, LEDE_BUF_MAX);
    lede_buf_add(&b, bytes);
    const lede_status st = lede_buf_status(&b, err);
    if (st) {
        lede_buf_fini(&b);
        return st;
    }
    return lede_content_take(&b, type, out, err);
}

lede_content *lede_content_ref(lede_content *c) {
    c->owners++;
    return c;
}

void lede_content_close(lede_content *c) {
    if (!c || --c->owners > 0)
        return;
    lede_buf_fini(&c->bytes);
    for (int i = 0; i <= LEDE__BROTLI; i++)
        lede_buf_fini(&c->packed[i]);
    free(c->type);
    free(c);
}

lede_str lede_content_bytes(const lede_content *c) { return lede_buf_str(&c->bytes); }
const unsigned char *lede_content_sha256(const lede_content *c) { return c->sum; }
lede_str lede__content_type_of(const lede_content *c) { return lede_str_of(c->type); }

bool lede__content_varies(const lede_content *c) {
    return c->is_text && c->bytes.len >= SMALL && c->bytes.len <= LARGE;
}

/* Whether the content has a form in this coding that is smaller. */
static bool pack(lede_content *c, lede__coding coding) {
    lede_buf *out = &c->packed[coding];
    if (coding == LEDE__IDENTITY || !lede__content_varies(c))
        return false;
    if (!c->tried[coding]) {
        c->tried[coding] = true;
        const lede_str bytes = lede_buf_str(&c->bytes);
        const lede_status st = coding == LEDE__GZIP
                                   ? lede__gzip(bytes, GZIP_QUALITY, out, NULL)
                                   : lede__brotli(bytes, BROTLI_QUALITY, out, NULL);
        if (st || out->len >= bytes.len)
            lede_buf_fini(out);
    }
    return out->len > 0;
}

void lede__content_form(lede_content *c, lede__coding wanted, lede__form *out) {
    static const char *const suffix[] = {"", "-gz", "-br"};
    char hex[33];
    out->coding = pack(c, wanted) ? wanted : LEDE__IDENTITY;
    out->bytes = lede_buf_str(out->coding ? &c->packed[out->coding] : &c->bytes);
    lede__hex(c->sum, 16, hex);
    snprintf(out->tag, sizeof out->tag, "\"%s%s\"", hex, suffix[out->coding]);
}

lede_str lede_content_type(lede_str path) {
    static const struct {
        const char *ending, *type;
    } types[] = {{"html", "text/html; charset=utf-8"},
                 {"css", "text/css; charset=utf-8"},
                 {"js", "text/javascript; charset=utf-8"},
                 {"mjs", "text/javascript; charset=utf-8"},
                 {"json", "application/json"},
                 {"xml", "application/xml"},
                 {"rss", "application/rss+xml"},
                 {"atom", "application/atom+xml"},
                 {"txt", "text/plain; charset=utf-8"},
                 {"csv", "text/csv; charset=utf-8"},
                 {"ics", "text/calendar; charset=utf-8"},
                 {"vtt", "text/vtt; charset=utf-8"},
                 {"svg", "image/svg+xml"},
                 {"png", "image/png"},
                 {"jpg", "image/jpeg"},
                 {"jpeg", "image/jpeg"},
                 {"gif", "image/gif"},
                 {"webp", "image/webp"},
                 {"avif", "image/avif"},
                 {"ico", "image/x-icon"},
                 {"woff2", "font/woff2"},
                 {"woff", "font/woff"},
                 {"ttf", "font/ttf"},
                 {"otf", "font/otf"},
                 {"pdf", "application/pdf"},
                 {"mp3", "audio/mpeg"},
                 {"ogg", "audio/ogg"},
                 {"mp4", "video/mp4"},
                 {"webm", "video/webm"},
                 {"wasm", "application/wasm"},
                 {"webmanifest", "application/manifest+json"}};
    const lede_str ending = lede__path_ext(path);
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (lede_str_eq_nocase(ending, lede_str_of(types[i].ending)))
            return lede_str_of(types[i].type);
    return LEDE_STR("application/octet-stream");
}
