/* pictures.c - sizes and variants of the pictures that an article shows, as recorded reads of the edition.
 *
 * A picture of static/ is known by its path on the site ("/images/a.png"), one that lies beside a bundle's index.md by
 * its path below content/ ("news/piece/a.png"). Each that is asked for is a read of its own, found or not; one that is
 * not there is said in the report, where the desk adds the line (runtime/lede/picture_table.lua). */
#include "bind/pictures.h"
#include "bind/value.h"

#include "base/path.h"
#include "codec/hash.h"

#include <lua.h>

enum { KEY_MAX = 8192, SRCSET_MAX = 64 << 10, SAID_MAX = 200 /* of one body: a note is longer than what asks for it */ };

static lede_str text_of(lede__host *h, lede_doc d, enum lede_text_field f) {
    return lede_edition_text(h->edition, h->reads, d, f);
}

/* ---- names */

/* Whether src is an address on this site: no scheme ("https:", "data:"), no host. */
static bool is_local(lede_str src) {
    size_t first = 0;
    if (!src.len || lede_str_starts(src, "//") || src.ptr[0] == '?' || src.ptr[0] == '#')
        return false;
    while (first < src.len && !memchr("/:?#", src.ptr[first], 4))
        first++;
    return first == src.len || src.ptr[first] != ':';
}

static lede_str without_query(lede_str src) {
    size_t end = 0;
    while (end < src.len && src.ptr[end] != '?' && src.ptr[end] != '#')
        end++;
    return lede_str_n(src.ptr, end);
}

/* Appends the steps of path to the folder in out ("/a/b", no slash behind it). False when they leave the site. */
static bool add_steps(lede_buf *out, lede_str path) {
    for (size_t at = 0, end; at < path.len; at = end + 1) {
        end = lede_str_find(path, '/', at);
        lede_str step = lede_str_n(path.ptr + at, end - at);
        if (step.len == 0 || lede_str_is(step, "."))
            continue;
        if (!lede_str_is(step, "..")) {
            lede_buf_addc(out, '/');
            lede_buf_add(out, step);
            continue;
        }
        if (out->len == 0)
            return false;
        while (out->ptr[out->len - 1] != '/')
            out->len--;
        out->ptr[--out->len] = '\0';
    }
    return out->len > 0;
}

/* The decoded path of src seen from folder, without a slash before it. */
static bool path_from(lede_str folder, lede_str src, lede_buf *out) {
    lede_buf url;
    lede_buf_init(&url, KEY_MAX);
    bool absolute = src.len && src.ptr[0] == '/';
    bool ok = (absolute || !folder.len || add_steps(&url, folder)) && add_steps(&url, src);
    ok = ok && url.status == LEDE_OK && lede_url_file(lede_buf_str(&url), out, NULL) == LEDE_OK;
    lede_buf_fini(&url);
    return ok;
}

/* ---- the table */

/* Canonical JSON: its keys are sorted. */
static const lede_value *search(const lede_value *table, lede_str key) {
    if (!table || table->kind != LEDE_MAP)
        return NULL;
    size_t low = 0, high = table->map.count;
    while (low < high) {
        size_t mid = low + (high - low) / 2;
        int order = lede_str_cmp(table->map.pairs[mid].key, key);
        if (order == 0)
            return &table->map.pairs[mid].value;
        if (order < 0)
            low = mid + 1;
        else
            high = mid;
    }
    return NULL;
}

static uint64_t print_of(const lede_value *v) {
    lede_buf b;
    if (!v)
        return 0;
    lede_buf_init(&b, SRCSET_MAX);
    lede_json_write(&b, v);
    const uint64_t print = lede__xxh64(lede_buf_str(&b), 0);
    lede_buf_fini(&b);
    return print;
}

uint64_t lede__picture_print(const lede_value *data, lede_str key) {
    return print_of(search(lede_value_get(data, LEDE__PICTURES), key));
}

static const lede_value *look_up(lede__host *h, lede_str key) {
    const lede_value *v = search(lede_value_get(&h->data, LEDE__PICTURES), key);
    lede_buf b;
    lede_buf_init(&b, SRCSET_MAX);
    lede_buf_adds(&b, LEDE__PICTURES ":");
    lede_buf_add(&b, key);
    lede_reads_note(h->reads, LEDE_READ_DATA, lede_buf_str(&b), print_of(v));
    lede_buf_fini(&b);
    return v;
}

static void put_text(lede_buf *b, const char *key, lede_str s) {
    lede_buf_addf(b, ",\"%s\":\"", key);
    lede_escape_json(b, s);
    lede_buf_addc(b, '"');
}

/* The report gets it once for each page that shows it; the desk makes one of them. */
static void say_missing(lede__host *h, lede_doc d, lede_str src, lede_str path) {
    lede_buf b;
    lede_str file = text_of(h, d, LEDE_TEXT_PATH);
    if (!h->note)
        return;
    lede_buf_init(&b, SRCSET_MAX);
    lede_buf_adds(&b, "{\"kind\":\"picture\"");
    put_text(&b, "file", file);
    put_text(&b, "article", text_of(h, d, LEDE_TEXT_URL));
    put_text(&b, "path", path);
    put_text(&b, "src", src);
    lede_buf_addc(&b, '}');
    if (b.status == LEDE_OK)
        h->note(h->note_ctx, lede_buf_str(&b));
    lede_buf_fini(&b);
}

/* What is known of the picture src of d, or NULL: it is not ours, not there, or no picture. say: what is not there is
 * told. */
static const lede_value *find(lede__host *h, lede_doc d, lede_str src, bool say) {
    const lede_value *v = NULL;
    if (!is_local(src))
        return NULL;
    lede_str local = without_query(src), file = text_of(h, d, LEDE_TEXT_PATH);
    lede_buf key;
    lede_buf_init(&key, KEY_MAX);
    bool is_bundle = lede_str_is(lede__path_stem(file), "index") && lede__path_dir(file).len;
    if (is_bundle && local.ptr[0] != '/' && path_from(lede__path_dir(file), local, &key))
        v = look_up(h, lede_buf_str(&key));
    if (!v) {
        lede_buf_clear(&key);
        lede_buf_addc(&key, '/');
        if (path_from(lede__path_dir(text_of(h, d, LEDE_TEXT_URL)), local, &key)) {
            v = look_up(h, lede_buf_str(&key));
            if (!v && say)
                say_missing(h, d, src, lede_str_sub(lede_buf_str(&key), 1));
        }
    }
    lede_buf_fini(&key);
    return v;
}

static int64_t number(const lede_value *v) { return v && v->kind == LEDE_INT ? v->integer : 0; }
static int64_t number_at(const lede_value *v, const char *key) { return number(lede_value_get(v, key)); }

/* ---- srcset */

/* An address as srcset can hold it: what would end a candidate there is encoded, what is encoded stays. */
static void put_address(lede_buf *out, lede_str s) {
    for (size_t i = 0; i < s.len; i++) {
        unsigned char c = (unsigned char)s.ptr[i];
        if (c <= ' ' || c >= 0x7f || memchr("\"'<>,\\^`{|}", c, 11))
            lede_buf_addf(out, "%%%02X", c);
        else
            lede_buf_addc(out, (char)c);
    }
}

/* Appends the variants ascending, and the picture itself, at src below folder, behind them; nothing when there are none. */
static void put_srcset(lede_buf *out, const lede_value *v, lede_str folder, lede_str src) {
    const lede_value *list = lede_value_get(v, "variants");
    if (!list || list->kind != LEDE_LIST || list->list.count == 0)
        return;
    for (size_t i = 0; i < list->list.count; i++) {
        const lede_value *name = lede_value_get(&list->list.items[i], "name");
        if (!name || name->kind != LEDE_TEXT)
            continue;
        lede_buf_adds(out, "/pictures/");
        put_address(out, name->text);
        lede_buf_addf(out, " %lldw, ", (long long)number_at(&list->list.items[i], "width"));
    }
    put_address(out, folder);
    put_address(out, src);
    lede_buf_addf(out, " %lldw", (long long)number_at(v, "width"));
}

/* ---- lead pictures */

void lede__picture_fields(lua_State *L, lede__host *h, lede_doc d, lede_str src) {
    const lede_value *v = find(h, d, src, true);
    if (!v)
        return;
    lede__set_integer(L, "width", number_at(v, "width"));
    lede__set_integer(L, "height", number_at(v, "height"));
    if (!lede_value_get(v, "variants"))
        return;
    lede_str folder = {0};
    if (src.ptr[0] != '/') { /* shown on other pages than its article's */
        folder = text_of(h, d, LEDE_TEXT_URL);
        folder.len -= lede__path_base(folder).len;
    }
    lede_buf_clear(&h->html); /* the VM's own: nothing leaks when Lua raises */
    put_srcset(&h->html, v, folder, src);
    lua_pushlstring(L, h->html.ptr ? h->html.ptr : "", h->html.len);
    lua_setfield(L, -2, "srcset");
}

/* ---- bodies */

static void put_sizes(lede__body_pictures *b, const lede_value *v, lede_str url, lede_buf *out) {
    lede_buf srcset;
    lede_buf_addf(out, " width=\"%lld\" height=\"%lld\"", (long long)number_at(v, "width"), (long long)number_at(v, "height"));
    lede_buf_init(&srcset, SRCSET_MAX);
    put_srcset(&srcset, v, (lede_str){0}, url);
    if (srcset.len && srcset.status == LEDE_OK) {
        lede_buf_adds(out, " srcset=\"");
        lede_escape_attr(out, lede_buf_str(&srcset));
        lede_buf_adds(out, "\" sizes=\"");
        lede_escape_attr(out, b->host->site->picture_sizes);
        lede_buf_addc(out, '"');
    }
    lede_buf_fini(&srcset);
}

void lede__body_picture(void *ctx, lede_str url, lede_buf *out) {
    lede__body_pictures *b = ctx;
    const lede_value *v = find(b->host, b->doc, url, b->count < SAID_MAX);
    if (v)
        put_sizes(b, v, url, out);
    bool seen_at_once = b->count++ == 0 && !text_of(b->host, b->doc, LEDE_TEXT_IMAGE_SRC).len;
    if (!seen_at_once)
        lede_buf_adds(out, " loading=\"lazy\"");
    lede_buf_adds(out, " decoding=\"async\"");
}
