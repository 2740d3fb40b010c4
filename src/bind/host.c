/* host.c - the facts of a site that C needs, read from its configuration. */
#include "bind/host.h"

#include "base/path.h"

#include <stdlib.h>

lede__host *lede__host_of(lua_State *L) { return lede_vm_context(L); }

static lede_str text_at(const lede_value *map, const char *key) {
    const lede_value *v = lede_value_get(map, key);
    return v && v->kind == LEDE_TEXT ? v->text : (lede_str){0};
}

static char *join(const char *root, lede_str below) {
    lede_buf b;
    lede_buf_init(&b, 1 << 16);
    lede__path_join(&b, lede_str_of(root), below);
    char *out = b.status == LEDE_OK ? strdup(b.ptr) : NULL;
    lede_buf_fini(&b);
    return out;
}

static void read_hosts(lede__site *s, const lede_value *hosts) {
    if (!hosts || hosts->kind != LEDE_LIST || !hosts->list.count)
        return;
    lede_str *names = lede_arena_zero(&s->arena, hosts->list.count * sizeof *names);
    for (size_t i = 0; names && i < hosts->list.count; i++)
        names[i] = hosts->list.items[i].kind == LEDE_TEXT ? hosts->list.items[i].text : (lede_str){0};
    s->owner_html.iframe_hosts = names;
    s->owner_html.iframe_host_count = names ? hosts->list.count : 0;
}

static void read_markdown(lede__site *s, const lede_value *markdown) {
    const lede_str html = text_at(markdown, "html");
    const lede_value *extensions = lede_value_get(markdown, "extensions");
    s->markdown = (lede_markdown_options){.unsafe = lede_str_is(html, "keep"), .raw_html = lede_str_is(html, "sanitise"), .in_page = true};
    for (unsigned bit = 1; bit < LEDE_MARKDOWN_ALL; bit <<= 1) {
        const lede_value *on = lede_value_get(extensions, lede_markdown_pass_name((lede_markdown_pass)bit));
        if (on && on->kind == LEDE_BOOL && !on->boolean)
            s->markdown.off |= bit;
    }
    s->owner_html = (lede_html_policy){.trust = LEDE_HTML_OWNER, .in_page = true, .data_images = true};
    read_hosts(s, lede_value_get(markdown, "iframe_hosts"));
}

/* A number in units of 1/scale. */
static void read_part(const lede_value *map, const char *key, double scale, uint32_t *out) {
    const lede_value *v = lede_value_get(map, key);
    const double n = v && v->kind == LEDE_FLOAT ? v->number : v && v->kind == LEDE_INT ? (double)v->integer : -1;
    if (n >= 0 && n * scale < UINT32_MAX / 2)
        *out = (uint32_t)(n * scale + 0.5);
}

static void read_related(lede__related_rules *r, const lede_value *v) {
    uint32_t days = 90;
    *r = (lede__related_rules){.settings = lede_related_defaults(), .refresh_pages = 10};
    lede_related_settings *s = &r->settings;
    r->by_section = lede_str_is(text_at(v, "engine"), "section");
    s->any = lede_str_is(text_at(v, "direction"), "any");
    read_part(v, "depth", 1, &s->depth);
    read_part(v, "title", 1, &s->title);
    read_part(v, "bigrams", 1000, &s->pairs);
    read_part(v, "features", 1, &s->features);
    read_part(v, "tags", 10000, &s->tags);
    read_part(v, "recency", 1000, &s->recency);
    read_part(v, "recency_days", 1, &s->recency_days);
    read_part(v, "diversity", 1000, &s->diversity);
    read_part(v, "min", 1000, &s->min);
    read_part(v, "copies", 1000, &s->copies);
    read_part(v, "refresh_days", 1, &days);
    read_part(v, "refresh_pages", 1, &r->refresh_pages);
    r->refresh_days = days;
}

static void read_rules(lede__site *s) {
    const lede_value *v = &s->value;
    s->rules.zone = s->zone;
    s->rules.lang = text_at(v, "lang");
    s->rules.permalink = text_at(v, "permalink");
    const lede_value *ugly = lede_value_get(v, "ugly_urls");
    s->rules.ugly_urls = ugly && ugly->kind == LEDE_BOOL && ugly->boolean;

    const lede_value *excerpt = lede_value_get(v, "excerpt");
    const lede_value *length = lede_value_get(excerpt, "length");
    const lede_value *ellipsis = lede_value_get(excerpt, "ellipsis");
    s->excerpt_length = length && length->kind == LEDE_INT && length->integer > 0 ? (size_t)length->integer : 160;
    s->excerpt_ellipsis = ellipsis && ellipsis->kind == LEDE_TEXT ? ellipsis->text : LEDE_STR("...");

    read_markdown(s, lede_value_get(v, "markdown"));
    read_related(&s->related, lede_value_get(v, "related"));
    s->picture_sizes = text_at(lede_value_get(v, "pictures"), "sizes");
}

lede_status lede__site_init(lede__site *s, const char *root, lede_str config, lede_error *err) {
    *s = (lede__site){0};
    lede_arena_init(&s->arena, (size_t)64 << 20);
    s->config = lede_arena_copy(&s->arena, config);
    if (!s->config.ptr)
        return lede_fail(err, LEDE_ENOMEM, "site: out of memory");
    lede_status st = lede_json_read(&s->arena, s->config, &s->value, err);
    if (st)
        return st;
    lede_str content = text_at(&s->value, "content");
    s->root = strdup(root);
    s->content = join(root, content.len ? content : LEDE_STR("content"));
    lede_str zone = text_at(&s->value, "timezone");
    s->zone_name = zone.len ? zone.ptr : "UTC";
    if (!s->root || !s->content)
        return lede_fail(err, LEDE_ENOMEM, "site: out of memory");
    st = lede_zone_open(s->zone_name, &s->zone, err);
    if (st)
        return lede_fail_in(err, st, "lede.lua: timezone");
    read_rules(s);
    return LEDE_OK;
}

void lede__site_fini(lede__site *s) {
    lede_zone_close(s->zone);
    free(s->root);
    free(s->content);
    lede_arena_fini(&s->arena);
    *s = (lede__site){0};
}
