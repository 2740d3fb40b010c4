/* search.c - lede.search: articles of a store by their words, for scripts on the desk. Types:
 * include/lua/lede/search.lua. */
#include "bind/search.h"
#include "bind/bind.h"
#include "bind/value.h"
#include "lede/arena.h"
#include "script/vm.h"

#include <lauxlib.h>

#define CLASS "lede.Search"
#define FOUND "lede.SearchFound"
#define SHARDS "lede.SearchShards"

enum { SNIPPET = 240, SNIPPET_MAX = 4096, WORDS_MAX = 8 << 20, LIMIT = 20 };

typedef struct box {
    lede_store *store;
    lede_search *search;
} box;

static box *check_open(lua_State *L) {
    box *b = luaL_checkudata(L, 1, CLASS);
    if (!b->search)
        luaL_error(L, "the search is closed");
    return b;
}

static int l_search_close(lua_State *L) {
    box *b = luaL_checkudata(L, 1, CLASS);
    lede_search_close(b->search);
    lede_store_close(b->store);
    *b = (box){0};
    return 0;
}

static lede_status open_both(box *b, const char *url, const char *folder, lede_error *err) {
    lede_store_head head;
    lede_status st = lede_store_open(url, &b->store, err);
    if (!st)
        st = lede_store_get_head(b->store, &head, err);
    return st ? st : lede_search_open(folder, head.uuid, &b->search, err);
}

/* search.open(url of the store, folder) -> search, or nil, err */
static int l_search_open(lua_State *L) {
    const char *url = luaL_checkstring(L, 1), *folder = luaL_checkstring(L, 2);
    box *b = lua_newuserdatauv(L, sizeof *b, 0);
    *b = (box){0};
    luaL_setmetatable(L, CLASS);

    lede_error err = {0};
    if (open_both(b, url, folder, &err))
        return lede_vm_refuse(L, &err);
    return 1;
}

/* search:behind() -> how many articles at most are to be indexed */
static int l_search_behind(lua_State *L) {
    box *b = check_open(L);

    lede_error err = {0};
    int64_t behind = 0;
    if (lede__search_behind(b->store, b->search, &behind, &err))
        return lede_vm_refuse(L, &err);

    lua_pushinteger(L, behind);
    return 1;
}

/* search:update(progress) -> articles that are indexed, or nil, err */
static int l_search_update(lua_State *L) {
    box *b = check_open(L);
    const bool progress = lua_toboolean(L, 2);

    lede_error err = {0};
    if (lede__search_update(b->store, b->search, progress, &err))
        return lede_vm_refuse(L, &err);

    lua_pushinteger(L, lede_search_count(b->search));
    return 1;
}

/* ---- search:find */

typedef struct item {
    lede_str id, url, title, section, lang, state, snippet;
    int64_t date;
    double score;
    lede_search_mark marks[LEDE_SEARCH_MARKS];
    uint32_t n_marks;
} item;

/* Everything that was found, in memory of its own: what Lua raises while it is pushed leaks
 * nothing. */
typedef struct found {
    lede_arena arena;
    lede_buf words, snippet;
    item *items;
    uint32_t count, total;
} found;

static int found_gc(lua_State *L) {
    found *f = luaL_checkudata(L, 1, FOUND);
    lede_arena_fini(&f->arena);
    lede_buf_fini(&f->words);
    lede_buf_fini(&f->snippet);
    return 0;
}

static found *new_found(lua_State *L) {
    found *f = lua_newuserdatauv(L, sizeof *f, 0);
    *f = (found){0};
    lede_arena_init(&f->arena, (size_t)64 << 20);
    lede_buf_init(&f->words, WORDS_MAX);
    lede_buf_init(&f->snippet, SNIPPET_MAX);
    luaL_setmetatable(L, FOUND);
    return f;
}

/* What is asked, from the table at 3. */
typedef struct asked {
    lede_str text;
    const char *zone;
    int64_t at, now;
    uint32_t limit;
} asked;

static asked check_asked(lua_State *L) {
    asked a = {.zone = "UTC", .now = lede_time_now(), .limit = LIMIT};
    a.text.ptr = luaL_checklstring(L, 2, &a.text.len);
    if (lua_isnoneornil(L, 3)) {
        a.at = a.now;
        return a;
    }
    luaL_checktype(L, 3, LUA_TTABLE);
    if (lua_getfield(L, 3, "limit") != LUA_TNIL) {
        const lua_Integer limit = luaL_checkinteger(L, -1);
        luaL_argcheck(L, limit >= 1 && limit <= LEDE_SEARCH_HITS, 3, "limit is between 1 and 1000");
        a.limit = (uint32_t)limit;
    }
    if (lua_getfield(L, 3, "zone") != LUA_TNIL)
        a.zone = luaL_checkstring(L, -1); /* the table keeps it */
    if (lua_getfield(L, 3, "at") != LUA_TNIL)
        a.now = luaL_checkinteger(L, -1);
    lua_getfield(L, 3, "all");
    a.at = lua_toboolean(L, -1) ? LEDE_NO_TIME : a.now;
    lua_pop(L, 4);
    return a;
}

static lede_str copy(found *f, lede_str s) { return s.len ? lede_arena_copy(&f->arena, s) : s; }

static lede_status take_item(box *b, const lede_search_query *q, const lede_search_hit *hit,
                             found *f, lede_error *err) {
    lede_stored x;
    item *to = &f->items[f->count];
    lede_status st = lede_store_get(b->store, lede_str_of(hit->id), &x, err);
    if (st)
        return st;
    lede__search_body(x.body, &f->words);
    lede_buf_clear(&f->snippet);
    st = lede_search_snippet(b->search, q, lede_card_text(x.card, LEDE_TEXT_LANG),
                             lede_buf_str(&f->words), SNIPPET, &f->snippet, to->marks, &to->n_marks,
                             err);
    to->id = copy(f, lede_str_of(hit->id));
    to->url = copy(f, lede_card_text(x.card, LEDE_TEXT_URL));
    to->title = copy(f, lede_card_text(x.card, LEDE_TEXT_TITLE));
    to->section = copy(f, lede_card_text(x.card, LEDE_TEXT_SECTION_SLUG));
    to->lang = copy(f, lede_card_text(x.card, LEDE_TEXT_LANG));
    to->snippet = copy(f, lede_buf_str(&f->snippet));
    to->state = lede_str_of(lede_state_name(lede_card_state(x.card)));
    to->date = hit->date;
    to->score = hit->score;
    f->count++;
    lede_stored_fini(&x);
    return st;
}

static lede_status find(box *b, const asked *a, found *f, lede_error *err) {
    lede_zone *zone = NULL;
    lede_search_query q;
    uint32_t count;
    lede_search_hit *hits = lede_arena_take(&f->arena, a->limit * sizeof *hits);
    f->items = lede_arena_zero(&f->arena, a->limit * sizeof *f->items);
    if (!hits || !f->items)
        return lede_fail(err, LEDE_ENOMEM, "search: out of memory");
    lede_status st = lede_zone_open(a->zone, &zone, err);
    if (!st)
        st = lede_search_parse(a->text, zone, &q, err);
    lede_zone_close(zone);
    if (!st)
        st = lede_search_find(b->search, &q, a->at, a->now, hits, a->limit, &count, &f->total, err);
    for (uint32_t i = 0; !st && i < count; i++)
        st = take_item(b, &q, &hits[i], f, err);
    return st;
}

/* Where a mark stands, as string.sub counts. */
static void push_marks(lua_State *L, const item *x) {
    lua_createtable(L, (int)x->n_marks, 0);
    for (uint32_t i = 0; i < x->n_marks; i++) {
        lua_createtable(L, 2, 0);
        lua_pushinteger(L, (lua_Integer)x->marks[i].at + 1);
        lua_rawseti(L, -2, 1);
        lua_pushinteger(L, (lua_Integer)x->marks[i].at + x->marks[i].len);
        lua_rawseti(L, -2, 2);
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
}

static void push_item(lua_State *L, const item *x) {
    lua_createtable(L, 0, 10);
    lede__set_text(L, "id", x->id);
    lede__set_text(L, "url", x->url);
    lede__set_text(L, "title", x->title);
    lede__set_text(L, "section", x->section);
    lede__set_text(L, "lang", x->lang);
    lede__set_text(L, "state", x->state);
    lede__set_text(L, "snippet", x->snippet);
    lede__set_integer(L, "date", x->date);
    lua_pushnumber(L, x->score);
    lua_setfield(L, -2, "score");
    push_marks(L, x);
    lua_setfield(L, -2, "marks");
}

/* search:find(query, options) -> { total, items }, or nil, err */
static int l_search_find(lua_State *L) {
    box *b = check_open(L);
    const asked a = check_asked(L);
    found *f = new_found(L);

    lede_error err = {0};
    if (find(b, &a, f, &err))
        return lede_vm_refuse(L, &err);

    lua_createtable(L, 0, 2);
    lede__set_integer(L, "total", f->total);
    lua_createtable(L, (int)f->count, 0);
    for (uint32_t i = 0; i < f->count; i++) {
        push_item(L, &f->items[i]);
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
    lua_setfield(L, -2, "items");
    return 1;
}

/* ---- search:shards */

typedef struct shards {
    lede_arena arena;
    lede_str texts[LEDE_SEARCH_SHARDS_MAX];
    char (*ids)[27];
    uint32_t n_ids, room;
    lede_search_shards told;
} shards;

static bool take_shard(void *ctx, uint32_t number, lede_str text) {
    shards *s = ctx;
    s->texts[number] = lede_arena_copy(&s->arena, text);
    return s->texts[number].ptr != NULL;
}

static bool take_article(void *ctx, uint32_t number, const char id[27]) {
    shards *s = ctx;
    (void)number;
    if (s->n_ids == s->room)
        return false;
    memcpy(s->ids[s->n_ids++], id, sizeof *s->ids);
    return true;
}

static int shards_gc(lua_State *L) {
    lede_arena_fini(&((shards *)luaL_checkudata(L, 1, SHARDS))->arena);
    return 0;
}

static lede_status take_shards(box *b, int64_t at, uint32_t most, shards *s, lede_error *err) {
    s->room = lede_search_count(b->search);
    s->ids = lede_arena_take(&s->arena, ((size_t)s->room + 1) * sizeof *s->ids);
    if (!s->ids)
        return lede_fail(err, LEDE_ENOMEM, "search: out of memory");
    s->told = (lede_search_shards){.shard = take_shard, .article = take_article, .ctx = s};
    return lede_search_shard(b->search, at, most, &s->told, err);
}

/* search:shards(at, most) -> { shards = texts, ids =, first = }, or nil, err */
static int l_search_shards(lua_State *L) {
    box *b = check_open(L);
    const lua_Integer at = luaL_checkinteger(L, 2), most = luaL_checkinteger(L, 3);
    luaL_argcheck(L, most >= 1 && most <= INT32_MAX, 3, "at least 1");
    shards *s = lua_newuserdatauv(L, sizeof *s, 0);
    memset(s, 0, sizeof *s);
    lede_arena_init(&s->arena, (size_t)1 << 30);
    luaL_setmetatable(L, SHARDS);

    lede_error err = {0};
    if (take_shards(b, at, (uint32_t)most, s, &err))
        return lede_vm_refuse(L, &err);

    lua_createtable(L, 0, 3);
    lua_createtable(L, (int)s->told.shards, 0);
    for (uint32_t i = 0; i < s->told.shards; i++) {
        lua_pushlstring(L, s->texts[i].ptr, s->texts[i].len);
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
    lua_setfield(L, -2, "shards");
    lua_createtable(L, (int)s->n_ids, 0);
    for (uint32_t i = 0; i < s->n_ids; i++) {
        lua_pushstring(L, s->ids[i]);
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
    lua_setfield(L, -2, "ids");
    lede__set_integer(L, "first", s->told.first);
    return 1;
}

/* search:print(at) -> text that is equal while search:shards gives the same */
static int l_search_print(lua_State *L) {
    box *b = check_open(L);
    const lua_Integer at = luaL_checkinteger(L, 2);

    const uint64_t print = lede_search_print(b->search, at);

    lua_pushfstring(L, "%I", (LUAI_UACINT)print);
    return 1;
}

static void add_box(lua_State *L, const char *name, lua_CFunction gc) {
    if (luaL_newmetatable(L, name)) {
        lua_pushcfunction(L, gc);
        lua_setfield(L, -2, "__gc");
    }
    lua_pop(L, 1);
}

static const luaL_Reg functions[] = {{"open", l_search_open}, {NULL, NULL}};
static const luaL_Reg methods[] = {{"behind", l_search_behind},
                                   {"update", l_search_update},
                                   {"find", l_search_find},
                                   {"shards", l_search_shards},
                                   {"print", l_search_print},
                                   {"close", l_search_close},
                                   {NULL, NULL}};
static const luaL_Reg metamethods[] = {
    {"__gc", l_search_close}, {"__close", l_search_close}, {NULL, NULL}};

int luaopen_lede_search(lua_State *L) {
    add_box(L, FOUND, found_gc);
    add_box(L, SHARDS, shards_gc);
    lede_vm_class(L, CLASS, metamethods, methods);
    luaL_newlib(L, functions);
    return 1;
}
