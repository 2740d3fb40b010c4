/* edition.c - lede.edition: the snapshot as pages see it. Every answer is a recorded read. See README.md. */
#include "bind/article.h"
#include "bind/bind.h"
#include "bind/value.h"
#include "codec/hash.h"

#include <lauxlib.h>
#include <stdio.h>
#include <stdlib.h>

static lede__host *at_work(lua_State *L) {
    lede__host *h = lede__host_of(L);
    if (!h || !h->edition)
        luaL_error(L, "the edition can be read while a page is rendered only");
    return h;
}

/* ---- terms */

typedef struct term_box {
    lede_term_kind kind;
    size_t len;
    char slug[]; /* the view is looked up at each read: an edition's terms are sorted */
} term_box;

static const char *const kind_names[LEDE_TERM_KINDS] = {"section", "tag", "author", "origin"};
static const char terms_key; /* registry: kind name .. ":" .. slug -> handle */

void lede__push_term(lua_State *L, lede_term_kind kind, lede_str slug) {
    lua_rawgetp(L, LUA_REGISTRYINDEX, &terms_key); /* terms */
    lua_rawgeti(L, -1, (lua_Integer)kind + 1);     /* terms of-kind */
    lua_remove(L, -2);
    lua_pushlstring(L, slug.ptr ? slug.ptr : "", slug.len);
    lua_pushvalue(L, -1);
    if (lua_rawget(L, -3) != LUA_TUSERDATA) { /* of-kind slug nil */
        lua_pop(L, 1);
        term_box *box = lua_newuserdatauv(L, sizeof *box + slug.len + 1, 1);
        box->kind = kind;
        box->len = slug.len;
        memcpy(box->slug, slug.ptr ? slug.ptr : "", slug.len);
        box->slug[slug.len] = '\0';
        luaL_setmetatable(L, "lede.Term");
        lua_pushvalue(L, -2);
        lua_pushvalue(L, -2); /* of-kind slug box slug box */
        lua_rawset(L, -5);
    }
    lua_replace(L, -3);
    lua_pop(L, 1);
}

static void set_kind_query(lede_query *q, lede_term_kind kind, lede_str slug) {
    switch (kind) {
    case LEDE_SECTION: q->section = slug; return;
    case LEDE_TAG: q->tag = slug; return;
    case LEDE_AUTHOR: q->author = slug; return;
    case LEDE_ORIGIN: q->origin = slug; return;
    case LEDE_TERM_KINDS: return;
    }
}

static int term_count(lua_State *L) {
    const term_box *t = luaL_checkudata(L, 1, "lede.Term");
    lede__host *h = at_work(L);
    lede_query q = {.from = LEDE_NO_TIME, .to = LEDE_NO_TIME, .limit = 1};
    set_kind_query(&q, t->kind, (lede_str){t->slug, t->len});
    lua_pushinteger(L, lede_edition_query_count(h->edition, h->reads, &q));
    return 1;
}

static int push_term_url(lua_State *L, const lede__host *h, const term_box *t) {
    const char *pattern = h->term_path[t->kind];
    const char *at = pattern ? strstr(pattern, ":slug") : NULL;
    if (!at) {
        lua_pushnil(L);
        return 1;
    }
    lua_pushlstring(L, pattern, (size_t)(at - pattern));
    lua_pushlstring(L, t->slug, t->len);
    lua_pushstring(L, at + strlen(":slug"));
    lua_concat(L, 3);
    return 1;
}

static int push_term_html(lua_State *L, lede__host *h, const lede_term_view *v) {
    lede_error err = {0};
    if (lede__body_html(h, v->body, h->site->rules.lang, v->slug, LEDE_NO_DOC, &err))
        return luaL_error(L, "%s", err.message);
    lede_vm_push_safe(L, lede_buf_str(&h->html));
    return 1;
}

static int push_term_params(lua_State *L, lede__host *h, const lede_term_view *v) {
    lede_value value;
    lede_arena_reset(&h->scratch);
    if (v->params.len && lede_json_read(&h->scratch, v->params, &value, NULL) == LEDE_OK)
        lede__bind_push_value(L, &value);
    else
        lua_newtable(L);
    return 1;
}

static int term_index(lua_State *L) {
    const term_box *t = lua_touserdata(L, 1); /* as in article.c: only Lua calls this */
    const char *name = luaL_checkstring(L, 2);
    lede__host *h = at_work(L);
    if (strcmp(name, "slug") == 0) {
        lua_pushlstring(L, t->slug, t->len);
        return 1;
    }
    if (strcmp(name, "url") == 0) { /* made once: routes do not change under a VM */
        if (lua_getiuservalue(L, 1, 1) == LUA_TNIL) {
            push_term_url(L, h, t);
            lua_pushvalue(L, -1);
            lua_setiuservalue(L, 1, 1);
        }
        return 1;
    }
    if (strcmp(name, "kind") == 0) {
        lua_pushstring(L, kind_names[t->kind]);
        return 1;
    }
    if (strcmp(name, "count") == 0) {
        lua_pushcfunction(L, term_count);
        return 1;
    }
    lede_term_view v;
    if (!lede_edition_term(h->edition, h->reads, t->kind, (lede_str){t->slug, t->len}, &v)) {
        lua_pushnil(L); /* named once, gone now: an empty term */
        return 1;
    }
    if (strcmp(name, "title") == 0)
        lua_pushlstring(L, v.title.ptr, v.title.len);
    else if (strcmp(name, "summary") == 0)
        v.summary.len ? (void)lua_pushlstring(L, v.summary.ptr, v.summary.len) : lua_pushnil(L);
    else if (strcmp(name, "body") == 0)
        lua_pushlstring(L, v.body.ptr ? v.body.ptr : "", v.body.len);
    else if (strcmp(name, "html") == 0)
        return push_term_html(L, h, &v);
    else if (strcmp(name, "params") == 0)
        return push_term_params(L, h, &v);
    else
        return luaL_error(L, "%s has no field '%s'", kind_names[t->kind], name);
    return 1;
}

static int term_tostring(lua_State *L) {
    const term_box *t = luaL_checkudata(L, 1, "lede.Term");
    lua_pushfstring(L, "%s %s", kind_names[t->kind], t->slug);
    return 1;
}

static int push_term_list(lua_State *L, lede_term_kind kind) {
    lede__host *h = at_work(L);
    uint32_t n = lede_edition_term_count(h->edition, h->reads, kind);
    lua_createtable(L, (int)n, 0);
    for (uint32_t i = 0; i < n; i++) {
        lede_term_view v;
        if (!lede_edition_term_at(h->edition, NULL, kind, i, &v))
            break;
        lede__push_term(L, kind, v.slug);
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
    return 1;
}

static int push_term_found(lua_State *L, lede_term_kind kind) {
    size_t len;
    const char *slug = luaL_checklstring(L, 2, &len);
    lede__host *h = at_work(L);
    lede_term_view v;
    if (lede_edition_term(h->edition, h->reads, kind, (lede_str){slug, len}, &v))
        lede__push_term(L, kind, v.slug);
    else
        lua_pushnil(L);
    return 1;
}

static int l_edition_sections(lua_State *L) { return push_term_list(L, LEDE_SECTION); }
static int l_edition_tags(lua_State *L) { return push_term_list(L, LEDE_TAG); }
static int l_edition_authors(lua_State *L) { return push_term_list(L, LEDE_AUTHOR); }
static int l_edition_origins(lua_State *L) { return push_term_list(L, LEDE_ORIGIN); }
static int l_edition_section(lua_State *L) { return push_term_found(L, LEDE_SECTION); }
static int l_edition_tag(lua_State *L) { return push_term_found(L, LEDE_TAG); }
static int l_edition_author(lua_State *L) { return push_term_found(L, LEDE_AUTHOR); }
static int l_edition_origin(lua_State *L) { return push_term_found(L, LEDE_ORIGIN); }

/* ---- queries */

static lede_str check_slug(lua_State *L, const char *key) {
    lede_str s = {0};
    int type = lua_type(L, -1);
    if (type == LUA_TUSERDATA) {
        const term_box *t = luaL_checkudata(L, -1, "lede.Term");
        s = (lede_str){t->slug, t->len};
    } else if (type == LUA_TSTRING) {
        s.ptr = lua_tolstring(L, -1, &s.len);
    } else {
        luaL_error(L, "query: %s is a slug or a term, not a %s", key, luaL_typename(L, -1));
    }
    return s; /* anchored by the table it came from */
}

static int64_t check_integer(lua_State *L, const char *key, int64_t low, int64_t high) {
    int ok;
    lua_Integer v = lua_tointegerx(L, -1, &ok);
    if (!ok || v < low || v > high)
        luaL_error(L, "query: %s is an integer from %I to %I", key, (LUAI_UACINT)low, (LUAI_UACINT)high);
    return v;
}

static void read_query(lua_State *L, int table, lede_query *q, bool window) {
    *q = (lede_query){.from = LEDE_NO_TIME, .to = LEDE_NO_TIME};
    if (lua_isnoneornil(L, table)) {
        luaL_argcheck(L, !window, table, "a table with a limit");
        return;
    }
    luaL_checktype(L, table, LUA_TTABLE);
    lua_pushnil(L);
    while (lua_next(L, table)) {
        if (lua_type(L, -2) != LUA_TSTRING)
            luaL_error(L, "query: only names are keys; conditions are equalities, a date range and a window");
        const char *key = lua_tostring(L, -2);
        if (!strcmp(key, "section")) q->section = check_slug(L, key);
        else if (!strcmp(key, "tag")) q->tag = check_slug(L, key);
        else if (!strcmp(key, "author")) q->author = check_slug(L, key);
        else if (!strcmp(key, "origin")) q->origin = check_slug(L, key);
        else if (!strcmp(key, "lang")) q->lang = check_slug(L, key);
        else if (!strcmp(key, "from")) q->from = check_integer(L, key, INT64_MIN + 1, INT64_MAX);
        else if (!strcmp(key, "to")) q->to = check_integer(L, key, INT64_MIN + 1, INT64_MAX);
        else if (!strcmp(key, "offset")) q->offset = (uint32_t)check_integer(L, key, 0, UINT32_MAX);
        else if (!strcmp(key, "limit")) q->limit = (uint32_t)check_integer(L, key, 1, 10000);
        else if (!strcmp(key, "order")) {
            const char *order = luaL_checkstring(L, -1);
            if (strcmp(order, "newest") != 0 && strcmp(order, "oldest") != 0)
                luaL_error(L, "query: order is 'newest' or 'oldest', not '%s'", order);
            q->oldest_first = order[0] == 'o';
        } else {
            luaL_error(L, "query: unknown key '%s' (section, tag, author, origin, lang, from, to, order, offset, limit)", key);
        }
        lua_pop(L, 1);
    }
    if (window && !q->limit)
        luaL_error(L, "query: a limit is required");
}

static void push_query(lua_State *L, lede__host *h, const lede_query *q) {
    lede_doc few[64];
    lede_doc *found = few;
    if (q->limit > 64)
        found = lua_newuserdatauv(L, q->limit * sizeof *found, 0);
    else
        lua_pushnil(L);
    uint32_t n = lede_edition_query(h->edition, h->reads, q, found);
    lua_createtable(L, (int)n, 0);
    for (uint32_t i = 0; i < n; i++) {
        lede__push_article(L, found[i]);
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
    lua_remove(L, -2);
}

static int l_edition_articles(lua_State *L) {
    lede__host *h = at_work(L);
    lede_query q;
    read_query(L, 2, &q, true);
    push_query(L, h, &q);
    return 1;
}

static int l_edition_count(lua_State *L) {
    lede__host *h = at_work(L);
    lede_query q;
    read_query(L, 2, &q, false);
    q.limit = 1;
    lua_pushinteger(L, lede_edition_query_count(h->edition, h->reads, &q));
    return 1;
}

static int l_edition_article(lua_State *L) {
    size_t len;
    const char *ref = luaL_checklstring(L, 2, &len);
    lede__host *h = at_work(L);
    lede_doc d = lede_edition_find(h->edition, h->reads, (lede_str){ref, len});
    if (d == LEDE_NO_DOC)
        lua_pushnil(L);
    else
        lede__push_article(L, d);
    return 1;
}

/* ---- old addresses: one key, all of them */

typedef struct old_addresses {
    lua_State *L; /* a list is at the top; or NULL */
    const lede_edition *edition;
    uint64_t print;
    lua_Integer count;
} old_addresses;

static bool each_redirect(void *ctx, lede_str from, lede_doc to) {
    old_addresses *o = ctx;
    const lede_str url = lede_card_text(lede_edition_card(o->edition, to), LEDE_TEXT_URL);
    o->print = lede__xxh64(url, lede__xxh64(from, o->print));
    if (!o->L)
        return true;
    lua_createtable(o->L, 0, 2);
    lua_pushlstring(o->L, from.ptr, from.len);
    lua_setfield(o->L, -2, "from");
    lua_pushlstring(o->L, url.ptr, url.len);
    lua_setfield(o->L, -2, "to");
    lua_rawseti(o->L, -2, ++o->count);
    return true;
}

uint64_t lede__redirects_print(const lede_edition *e) {
    old_addresses o = {.edition = e};
    lede_edition_redirects(e, each_redirect, &o);
    return o.print;
}

static int l_edition_redirects(lua_State *L) {
    lede__host *h = at_work(L);
    old_addresses o = {.L = L, .edition = h->edition};
    luaL_checkstack(L, 4, NULL);
    lua_newtable(L);
    lede_edition_redirects(h->edition, each_redirect, &o);
    lede_reads_note(h->reads, LEDE_READ_DATA, LEDE_STR(LEDE__REDIRECTS_KEY), o.print);
    return 1;
}

/* ---- edition.data: one key a plugin; edition.config: one key */

uint64_t lede__data_print(const lede_value *data, lede_str plugin) {
    lede_buf b;
    char name[256];
    snprintf(name, sizeof name, "%.*s", (int)plugin.len, plugin.ptr);
    const lede_value *v = lede_value_get(data, name);
    if (!v)
        return 0;
    lede_buf_init(&b, LEDE_BUF_MAX);
    lede_json_write(&b, v);
    const uint64_t print = lede__xxh64(lede_buf_str(&b), 0);
    lede_buf_fini(&b);
    return print;
}

static int data_index(lua_State *L) {
    const char *plugin = luaL_checkstring(L, 2);
    lede__host *h = at_work(L);
    const lede_value *v = lede_value_get(&h->data, plugin);
    lede_reads_note(h->reads, LEDE_READ_DATA, lede_str_of(plugin), lede__data_print(&h->data, lede_str_of(plugin)));
    if (v)
        lede__bind_push_value(L, v); /* a fresh copy: a page cannot change it for another */
    else
        lua_pushnil(L);
    return 1;
}

bool lede__clock_print(const lede_edition *e, const lede_zone *zone, const char *unit, int64_t *value, uint64_t *print) {
    lede_civil c;
    const int64_t t = lede_edition_time(e);
    lede_time_civil(t, zone, &c);
    const int64_t local = t + (int64_t)c.offset_minutes * 60;
    const bool time = !strcmp(unit, "time"), year = !strcmp(unit, "year"), hour = !strcmp(unit, "hour");
    *value = time ? t : year ? c.year : !strcmp(unit, "month") ? c.month : !strcmp(unit, "day") ? c.day : c.hour;
    *print = (uint64_t)(time || year ? *value : local / (hour ? 3600 : 86400));
    return time || year || hour || !strcmp(unit, "month") || !strcmp(unit, "day");
}

static int push_clock(lua_State *L, lede__host *h, const char *unit) {
    int64_t value;
    uint64_t print;
    if (!lede__clock_print(h->edition, h->site->zone, unit, &value, &print))
        return luaL_error(L, "edition has no field '%s'", unit);
    lede_reads_note(h->reads, LEDE_READ_CLOCK, lede_str_of(unit), print);
    lua_pushinteger(L, value);
    return 1;
}

static int edition_index(lua_State *L) {
    lua_pushvalue(L, 2);
    if (lua_rawget(L, lua_upvalueindex(1)) == LUA_TFUNCTION)
        return 1;
    const char *name = luaL_checkstring(L, 2);
    lede__host *h = at_work(L);
    if (!strcmp(name, "time") || !strcmp(name, "year") || !strcmp(name, "month") ||
        !strcmp(name, "day") || !strcmp(name, "hour"))
        return push_clock(L, h, name);
    if (!strcmp(name, "data")) {
        lua_newuserdatauv(L, 0, 0);
        luaL_setmetatable(L, "lede.EditionData");
        return 1;
    }
    if (!strcmp(name, "config")) {
        lede_str json = lede_edition_config(h->edition);
        lede_reads_note(h->reads, LEDE_READ_CONFIG, LEDE_STR(""), lede__xxh64(json, 0));
        lede__bind_push_value(L, &h->site->value);
        return 1;
    }
    return luaL_error(L, "edition has no field '%s'", name);
}

static const luaL_Reg methods[] = {
    {"articles", l_edition_articles}, {"count", l_edition_count},     {"article", l_edition_article},
    {"sections", l_edition_sections}, {"section", l_edition_section}, {"tags", l_edition_tags},
    {"tag", l_edition_tag},           {"authors", l_edition_authors}, {"author", l_edition_author},
    {"redirects", l_edition_redirects}, {"origins", l_edition_origins},   {"origin", l_edition_origin},   {NULL, NULL}};

static void lock_metatable(lua_State *L) {
    lua_pushliteral(L, "locked");
    lua_setfield(L, -2, "__metatable");
    lua_pop(L, 1);
}

static const char edition_key;

void lede__push_edition(lua_State *L) { lua_rawgetp(L, LUA_REGISTRYINDEX, &edition_key); }

int luaopen_lede_edition(lua_State *L) {
    lede__open_article(L);
    lua_createtable(L, LEDE_TERM_KINDS, 0);
    for (int k = 1; k <= LEDE_TERM_KINDS; k++) {
        lua_newtable(L);
        lua_rawseti(L, -2, k);
    }
    lua_rawsetp(L, LUA_REGISTRYINDEX, &terms_key);

    luaL_newmetatable(L, "lede.Term");
    lua_pushcfunction(L, term_index);
    lua_setfield(L, -2, "__index");
    lua_pushcfunction(L, term_tostring);
    lua_setfield(L, -2, "__tostring");
    lock_metatable(L);

    luaL_newmetatable(L, "lede.EditionData");
    lua_pushcfunction(L, data_index);
    lua_setfield(L, -2, "__index");
    lock_metatable(L);

    luaL_newmetatable(L, "lede.Edition");
    lua_newtable(L);
    luaL_setfuncs(L, methods, 0);
    lua_pushcclosure(L, edition_index, 1);
    lua_setfield(L, -2, "__index");
    lock_metatable(L);

    lua_newuserdatauv(L, 0, 0);
    luaL_setmetatable(L, "lede.Edition");
    lua_pushvalue(L, -1);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &edition_key);
    return 1;
}
