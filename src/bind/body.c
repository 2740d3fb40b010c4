/* body.c - a body as HTML without Lua: Markdown with the site's extensions, the language's typography, raw HTML by the site's
 * choice. Bodies with tags or directives, and sites with hooks, go by lede/body.lua, by the same rules. */
#include "bind/host.h"
#include "bind/pictures.h"

#include <lauxlib.h>

/* What an author should hear about; the line is the body's. */
typedef struct telling {
    lede__host *host;
    lede_str name; /* of what has no file */
    lede_doc doc;
    bool told;
} telling;

/* A read like any other: a note of an article names the file it has now. */
static lede_str file_of(const telling *t) {
    return t->doc == LEDE_NO_DOC ? t->name : lede_edition_text(t->host->edition, t->host->reads, t->doc, LEDE_TEXT_PATH);
}

static void tell(void *ctx, const lede_markdown_note *n) {
    telling *t = ctx;
    lede_buf json;
    t->told = true;
    if (!t->host->note)
        return;
    lede_vm_spoil(t->host->vm); /* the next page has this to say too */
    lede_buf_init(&json, 1 << 16);
    lede_buf_addf(&json, "{\"count\":1,\"line\":%d,\"kind\":\"%s\",\"name\":\"", n->line, n->kind);
    lede_escape_json(&json, n->name);
    lede_buf_adds(&json, "\",\"message\":\"");
    lede_escape_json(&json, lede_str_of(n->message));
    lede_buf_adds(&json, "\",\"file\":\"");
    lede_escape_json(&json, file_of(t));
    lede_buf_adds(&json, "\"}");
    if (!json.status)
        t->host->note(t->host->note_ctx, lede_buf_str(&json));
    lede_buf_fini(&json);
}

static lede_status clean(lede__host *h, lede_error *err) {
    lede_buf_clear(&h->clean);
    lede_status st = lede_html_sanitise(lede_buf_str(&h->html), &h->site->owner_html, &h->clean, err);
    const lede_buf dirty = h->html;
    h->html = h->clean;
    h->clean = dirty;
    return st;
}

/* ---- the last body: an article has several pages, and they are made one after the other */

static bool again(lede__host *h, lede_doc d) {
    if (d == LEDE_NO_DOC || h->last_of != d)
        return false;
    lede_buf_clear(&h->html);
    lede_buf_add(&h->html, lede_buf_str(&h->last));
    return !h->html.status;
}

/* Of a body whose making read and said nothing besides: it is the same for every page. */
static void remember(lede__host *h, lede_doc d) {
    lede_buf_clear(&h->last);
    lede_buf_add(&h->last, lede_buf_str(&h->html));
    h->last_of = h->last.status ? LEDE_NO_DOC : d;
}

lede_status lede__body_html(lede__host *h, lede_str body, lede_str lang, lede_str name, lede_doc d, lede_error *err) {
    if (again(h, d))
        return LEDE_OK;
    telling t = {h, name, d, false};
    lede__body_pictures pictures = {.host = h, .doc = d};
    bool saw = false;
    lede_markdown_options o = h->site->markdown;
    if (!(o.off & LEDE_MARKDOWN_TYPOGRAPHY))
        o.language = lang;
    o.note = tell;
    o.ctx = &t;
    o.saw_html = &saw;
    if (d != LEDE_NO_DOC) {
        o.picture = lede__body_picture;
        o.picture_ctx = &pictures;
    }
    lede_buf_clear(&h->html);
    lede_status st = lede_markdown_html(body, &o, &h->html, err);
    if (!st)
        st = lede_buf_status(&h->html, err);
    if (!st && saw && o.raw_html)
        st = clean(h, err);
    if (!st && !t.told && pictures.count == 0)
        remember(h, d);
    return st;
}

bool lede__body_needs_lua(const lede__host *h, lede_str body) {
    if (h->body_ref == LUA_NOREF)
        return false;
    return h->body_always || lede_markdown_has_shortcodes(body) ||
           (h->has_directives && lede_markdown_has_directives(body));
}
