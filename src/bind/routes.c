/* routes.c - a worker's answer to "what pages are there", read. See routes.h. */
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

static uint32_t count_before(const lede__routes *r, uint32_t n) {
    uint32_t same = 0;
    for (uint32_t i = 0; i < n; i++)
        same += lede_str_eq(r->list[i].plugin, r->list[n].plugin) && lede_str_eq(r->list[i].name, r->list[n].name);
    return same;
}

static void read_route(lede__routes *r, uint32_t n, const lede_value *v) {
    const lede_value *size = lede_value_get(v, "paginate"), *pages = lede_value_get(v, "pages");
    r->list[n] = (lede__route){
        .plugin = lede__text_at(v, "plugin"),
        .name = lede__text_at(v, "name"),
        .path = lede__text_at(v, "path"),
        .each = each_of(lede__text_at(v, "each")),
        .paginate = size && size->kind == LEDE_INT ? (uint32_t)size->integer : 0,
        .pages = pages && pages->kind == LEDE_LIST ? pages : NULL,
    };
    r->list[n].number = count_before(r, n);
}

static uint64_t print_of(const lede__route *x, uint64_t seed) {
    const uint32_t numbers[] = {x->number, x->each, x->paginate, x->pages != NULL};
    const lede_str texts[] = {x->plugin, x->name, x->path, {(const char *)numbers, sizeof numbers}};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        seed = lede__xxh64(texts[i], seed + 1);
    return seed;
}

lede_status lede__routes_read(lede__routes *r, lede_str json, lede_error *err) {
    lede_value v;
    *r = (lede__routes){0};
    lede_arena_init(&r->arena, LEDE_BUF_MAX);
    r->json = lede_arena_copy(&r->arena, json);
    if (!r->json.ptr)
        return lede_fail(err, LEDE_ENOMEM, "publish: out of memory");
    lede_status st = lede_json_read(&r->arena, r->json, &v, err);
    if (st)
        return st;
    const lede_value *list = lede_value_get(&v, "routes");
    if (!list || list->kind != LEDE_LIST)
        return lede_fail(err, LEDE_EFORMAT, "publish: a worker's routes could not be read");
    r->list = lede_arena_zero(&r->arena, (list->list.count + 1) * sizeof *r->list);
    if (!r->list)
        return lede_fail(err, LEDE_ENOMEM, "publish: out of memory");
    for (; r->count < list->list.count; r->count++) {
        read_route(r, r->count, &list->list.items[r->count]);
        r->print = print_of(&r->list[r->count], r->print);
    }
    return LEDE_OK;
}

void lede__routes_fini(lede__routes *r) {
    if (r->json.ptr)
        lede_arena_fini(&r->arena);
    *r = (lede__routes){0};
}

uint32_t lede__routes_find(const lede__routes *r, lede_str plugin, lede_str name, uint32_t number) {
    uint32_t i = 0;
    while (i < r->count && !(lede_str_eq(r->list[i].plugin, plugin) && lede_str_eq(r->list[i].name, name) && r->list[i].number == number))
        i++;
    return i;
}
