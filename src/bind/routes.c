/* routes.c - a worker's answer to "what pages are there", written and read. See routes.h.
 *
 * The lists that routes' functions gave stay JSON until somebody asks for them: nobody does while nothing changes. */
#include "bind/routes.h"

#include "codec/hash.h"

lede_str lede__text_at(const lede_value *v, const char *key) {
    const lede_value *t = lede_value_get(v, key);
    return t && t->kind == LEDE_TEXT ? t->text : (lede_str){0};
}

static lede__each each_of(lede_str s) {
    static const char *const names[] = {"", "article", "section", "tag", "author"};
    for (unsigned i = 1; i < sizeof names / sizeof *names; i++)
        if (lede_str_is(s, names[i]))
            return (lede__each)i;
    return LEDE_EACH_NONE;
}

/* ---- at the worker */

static void put_route(lede_buf *out, const lede_value *v) {
    const lede_value *size = lede_value_get(v, "paginate"), *pages = lede_value_get(v, "pages");
    const bool lists = pages && pages->kind == LEDE_LIST;
    lede__put_str(out, lede__text_at(v, "plugin"));
    lede__put_str(out, lede__text_at(v, "name"));
    lede__put_str(out, lede__text_at(v, "path"));
    lede__put8(out, (uint8_t)each_of(lede__text_at(v, "each")));
    lede__put32(out, size && size->kind == LEDE_INT ? (uint32_t)size->integer : 0);
    lede__put8(out, lists);
    const size_t at = out->len;
    lede__put32(out, 0);
    if (lists)
        lede_json_write(out, pages);
    const uint32_t len = (uint32_t)(out->len - at - sizeof len);
    if (out->len >= at + sizeof len)
        memcpy(out->ptr + at, &len, sizeof len);
}

void lede__routes_put(lede_buf *out, const lede_value *routes) {
    for (size_t i = 0; routes && routes->kind == LEDE_LIST && i < routes->list.count; i++)
        put_route(out, &routes->list.items[i]);
}

/* ---- at the desk */

static lede__route get_route(lede__wire *w) {
    lede__route x = {.plugin = lede__get_str(w)};
    x.name = lede__get_str(w);
    x.path = lede__get_str(w);
    x.each = (lede__each)lede__get8(w);
    x.paginate = lede__get32(w);
    x.lists = lede__get8(w) == 1;
    x.pages = lede__get_str(w);
    w->bad |= x.each > LEDE_EACH_AUTHOR;
    return x;
}

static uint32_t count_before(const lede__routes *r, const lede__route *x) {
    uint32_t same = 0;
    for (uint32_t i = 0; i < r->count; i++)
        same += lede_str_eq(r->list[i].plugin, x->plugin) && lede_str_eq(r->list[i].name, x->name);
    return same;
}

static uint64_t print_of(const lede__route *x, uint64_t seed) {
    const uint32_t numbers[] = {x->number, x->each, x->paginate, x->lists};
    const lede_str texts[] = {x->plugin, x->name, x->path, {(const char *)numbers, sizeof numbers}};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        seed = lede__xxh64(texts[i], seed + 1);
    return seed;
}

static uint32_t count_routes(lede_str bytes) {
    lede__wire w = lede__wire_of(bytes);
    uint32_t n = 0;
    for (; !w.bad && w.at < w.end; n++)
        get_route(&w);
    return n;
}

lede_status lede__routes_read(lede__routes *r, lede_str bytes, lede_error *err) {
    *r = (lede__routes){0};
    lede_arena_init(&r->arena, LEDE_BUF_MAX);
    r->bytes = lede_arena_copy(&r->arena, bytes);
    r->list = lede_arena_zero(&r->arena, (count_routes(bytes) + 1) * sizeof *r->list);
    if (!r->bytes.ptr || !r->list) {
        lede_arena_fini(&r->arena);
        *r = (lede__routes){0};
        return lede_fail(err, LEDE_ENOMEM, "publish: out of memory");
    }
    lede__wire w = lede__wire_of(r->bytes);
    while (!w.bad && w.at < w.end) {
        lede__route x = get_route(&w);
        x.number = count_before(r, &x);
        r->print = print_of(&x, r->print);
        r->list[r->count++] = x;
    }
    return w.bad ? lede_fail(err, LEDE_EFORMAT, "publish: a worker's routes could not be read") : LEDE_OK;
}

void lede__routes_fini(lede__routes *r) {
    if (r->bytes.ptr)
        lede_arena_fini(&r->arena);
    *r = (lede__routes){0};
}

lede_status lede__route_pages(const lede__route *r, lede_arena *arena, lede_value *out, lede_error *err) {
    lede_status st = lede_json_read(arena, r->pages, out, err);
    if (!st && out->kind != LEDE_LIST)
        st = lede_fail(err, LEDE_EFORMAT, "publish: the pages of route '%.*s' are no list", (int)r->name.len, r->name.ptr);
    return st;
}

uint32_t lede__routes_find(const lede__routes *r, lede_str plugin, lede_str name, uint32_t number) {
    uint32_t i = 0;
    while (i < r->count && !(lede_str_eq(r->list[i].plugin, plugin) && lede_str_eq(r->list[i].name, name) && r->list[i].number == number))
        i++;
    return i;
}
