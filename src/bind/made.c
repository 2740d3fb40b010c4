/* made.c - how a page is made, as bytes that outlast an edition, and back. See spread.h. */
#include "bind/spread.h"

#include "codec/hash.h"

static bool is_term(unsigned each) { return each >= LEDE_EACH_SECTION && each <= LEDE_EACH_AUTHOR; }

static lede_str term_slug(const lede__spread *s, const lede__item *it) {
    lede_term_view v = {0};
    return lede_edition_term_at(s->edition, NULL, (lede_term_kind)(it->each - LEDE_EACH_SECTION), it->item, &v) ? v.slug : (lede_str){0};
}

/* Which page it is: route, what it is about, number of the archive page, URL. */
static void add_identity(const lede__spread *s, const lede__item *it, lede_buf *out) {
    const lede__route *r = &s->routes->list[it->route];
    lede_str what = {0};
    if (it->each == LEDE_EACH_ARTICLE)
        what = lede_card_text(lede_edition_card(s->edition, it->item), LEDE_TEXT_ID);
    else if (is_term(it->each))
        what = term_slug(s, it);
    lede__put_str(out, r->plugin);
    lede__put_str(out, r->name);
    lede__put32(out, r->number);
    lede__put8(out, it->each);
    lede__put_str(out, what);
    lede__put32(out, it->archive);
    lede__put_str(out, it->url);
}

/* An archive page is the same however many follow it; only the last leads on to the front. */
void lede__how_made(const lede__spread *s, const lede__item *it, lede_buf *out) {
    const size_t at = out->len;
    lede__put32(out, 0);
    add_identity(s, it, out);
    const uint32_t len = (uint32_t)(out->len - at - sizeof(uint32_t));
    if (out->len >= at + sizeof len)
        memcpy(out->ptr + at, &len, sizeof len);
    lede__put32(out, it->archive ? it->archive == it->archives : it->archives);
    lede__put32(out, it->size);
    lede__put64(out, lede__xxh64(it->data, 0));
}

lede_str lede__page_of(lede_str how) {
    lede__wire w = lede__wire_of(how);
    return lede__get_str(&w);
}

static bool find_term(const lede__spread *s, const lede__route *r, lede_str slug, uint32_t *number, uint32_t *count) {
    const lede_term_kind kind = (lede_term_kind)(r->each - LEDE_EACH_SECTION);
    uint32_t low = 0, high = lede_edition_term_count(s->edition, NULL, kind);
    while (low < high) {
        lede_term_view v;
        const uint32_t mid = low + (high - low) / 2;
        if (!lede_edition_term_at(s->edition, NULL, kind, mid, &v))
            return false;
        const int order = lede_str_cmp(v.slug, slug);
        *number = mid;
        *count = v.count;
        if (order == 0)
            return true;
        *(order < 0 ? &low : &high) = order < 0 ? mid + 1 : mid;
    }
    return false;
}

static bool fit(const lede__spread *s, const lede__route *r, lede_str what, lede__item *it) {
    uint32_t count = lede_edition_count(s->edition);
    if (it->each == LEDE_EACH_ARTICLE) {
        it->item = lede_edition_find(s->edition, NULL, what);
        return it->item != LEDE_NO_DOC && lede_str_eq(it->url, lede__article_url(r, lede_edition_card(s->edition, it->item), s->arena));
    }
    if (is_term(it->each) && !find_term(s, r, what, &it->item, &count))
        return false;
    lede__fit_list(r, it, count);
    return it->archive <= it->archives;
}

bool lede__item_made_so(const lede__spread *s, lede_str how, lede__item *it) {
    lede__wire w = lede__wire_of(lede__page_of(how));
    const lede_str plugin = lede__get_str(&w), name = lede__get_str(&w);
    const uint32_t number = lede__get32(&w);
    *it = (lede__item){.each = lede__get8(&w)};
    const lede_str what = lede__get_str(&w);
    it->archive = lede__get32(&w);
    it->url = lede__get_str(&w);
    const uint32_t route = w.bad ? s->routes->count : lede__routes_find(s->routes, plugin, name, number);
    it->route = (uint16_t)route;
    if (route == s->routes->count || s->routes->list[route].lists || s->routes->list[route].each != it->each)
        return false;
    it->url = lede_arena_copy(s->arena, it->url);
    return it->url.ptr && fit(s, &s->routes->list[route], what, it);
}

lede_str lede__told_url(const lede__routes *routes, const lede__item *it) {
    return it->each == LEDE_EACH_ARTICLE && routes->list[it->route].path.len == 0 ? (lede_str){0} : it->url;
}

lede_str lede__item_source(const lede__spread *s, const lede__item *it) {
    const lede__route *r = &s->routes->list[it->route];
    if (it->each == LEDE_EACH_ARTICLE) {
        const lede_card *c = lede_edition_card(s->edition, it->item);
        const lede_str path = lede_card_text(c, LEDE_TEXT_PATH);
        return path.len ? path : lede_card_text(c, LEDE_TEXT_ID);
    }
    return lede_str_of(lede_arena_printf(s->arena, "route '%.*s' of plugin %.*s", (int)r->name.len, r->name.ptr ? r->name.ptr : "", (int)r->plugin.len, r->plugin.ptr ? r->plugin.ptr : ""));
}
