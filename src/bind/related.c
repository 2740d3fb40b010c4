/* related.c - lede.related in pages: which articles a reader would want next. The choice is the
 * edition's and, after it, the plugins'; every answer is recorded. See bind/related.h. */
#include "bind/related.h"

#include "bind/article.h"
#include "bind/bind.h"

#include <lauxlib.h>

enum { TEXT_MAX = 4 << 20, WEIGHT_MAX = 20 };

/* ---- related.fields: title, body, summary (plain texts), tags (list), extra (list of { text,
 * weight }) */

static lede_status bad_field(lede_error *err, const char *name, const char *what) {
    return lede_fail(err, LEDE_EINVAL, "related.fields: %s is %s", name, what);
}

/* The text at the top of the stack, popped. */
static lede_status take_text(lua_State *L, const char *name, lede_arena *arena, lede_str *out,
                             lede_error *err) {
    lede_str s = {0};
    lede_status st = LEDE_OK;
    if (lua_type(L, -1) != LUA_TSTRING)
        st = bad_field(err, name, "no text");
    else
        s.ptr = lua_tolstring(L, -1, &s.len);
    if (!st && s.len > TEXT_MAX)
        st = bad_field(err, name, "longer than 4 MiB");
    if (!st && !lede_utf8_valid(s, NULL))
        st = bad_field(err, name, "no valid UTF-8");
    if (!st) {
        *out = lede_arena_copy(arena, s);
        st = out->ptr ? LEDE_OK : lede_fail(err, LEDE_ENOMEM, "related.fields: out of memory");
    }
    lua_pop(L, 1);
    return st;
}

static lede_status take_text_field(lua_State *L, int t, const char *name, lede_arena *arena,
                                   lede_str *out, bool *given, lede_error *err) {
    *given = lua_getfield(L, t, name) != LUA_TNIL;
    if (*given)
        return take_text(L, name, arena, out, err);
    lua_pop(L, 1);
    return LEDE_OK;
}

static lede_status take_tags(lua_State *L, int t, lede_arena *arena, lede__comparable *c,
                             lede_error *err) {
    lede_status st = LEDE_OK;
    if (lua_getfield(L, t, "tags") != LUA_TNIL) {
        const lua_Integer count = lua_istable(L, -1) ? (lua_Integer)lua_rawlen(L, -1) : -1;
        const lua_Integer room = sizeof c->tags / sizeof *c->tags;
        if (count < 0 || count > room)
            st = bad_field(err, "tags", "no list of at most 64 texts");
        c->n_tags = 0;
        for (lua_Integer i = 1; !st && i <= count; i++) {
            lua_rawgeti(L, -1, i);
            st = take_text(L, "tags", arena, &c->tags[c->n_tags], err);
            c->n_tags += !st;
        }
    }
    lua_pop(L, 1);
    return st;
}

static lede_status take_one_extra(lua_State *L, lede_arena *arena, lede__weighed *out,
                                  lede_error *err) {
    int whole = 0;
    if (!lua_istable(L, -1))
        return bad_field(err, "extra", "no list of { text, weight }");
    lua_rawgeti(L, -1, 2);
    const lua_Integer weight = lua_isnil(L, -1) ? 1 : lua_tointegerx(L, -1, &whole);
    const bool good = (lua_isnil(L, -1) || whole) && weight >= 0 && weight <= WEIGHT_MAX;
    lua_pop(L, 1);
    if (!good)
        return bad_field(err, "extra", "with a weight that is no integer from 0 to 20");
    out->weight = (uint32_t)weight;
    lua_rawgeti(L, -1, 1);
    return take_text(L, "extra", arena, &out->text, err);
}

static lede_status take_extra(lua_State *L, int t, lede_arena *arena, lede__comparable *c,
                              lede_error *err) {
    lede_status st = LEDE_OK;
    if (lua_getfield(L, t, "extra") != LUA_TNIL) {
        const lua_Integer count = lua_istable(L, -1) ? (lua_Integer)lua_rawlen(L, -1) : -1;
        const lua_Integer room = sizeof c->extra / sizeof *c->extra;
        if (count < 0 || count > room)
            st = bad_field(err, "extra", "no list of at most 16 { text, weight }");
        for (lua_Integer i = 1; !st && i <= count; i++) {
            lua_rawgeti(L, -1, i);
            st = take_one_extra(L, arena, &c->extra[c->n_extra], err);
            c->n_extra += !st;
            lua_pop(L, 1);
        }
    }
    lua_pop(L, 1);
    return st;
}

static lede_status check_keys(lua_State *L, int t, lede_error *err) {
    static const char *const known[] = {"title", "summary", "body", "tags", "extra"};
    lede_status st = LEDE_OK;
    for (lua_pushnil(L); lua_next(L, t); lua_pop(L, 1)) {
        bool found = false;
        for (size_t i = 0; i < sizeof known / sizeof *known; i++)
            found |= lua_type(L, -2) == LUA_TSTRING && strcmp(lua_tostring(L, -2), known[i]) == 0;
        if (!found)
            st = lede_fail(
                err, LEDE_EINVAL,
                "related.fields: it may answer title, summary, body, tags and extra, not '%s'",
                lua_type(L, -2) == LUA_TSTRING ? lua_tostring(L, -2) : "?");
    }
    return st;
}

lede_status lede__take_fields(lua_State *L, lede_arena *arena, lede__comparable *c,
                              lede_error *err) {
    const int t = lua_gettop(L);
    lede__comparable own = *c;
    bool given;
    lede_status st = LEDE_OK;
    if (lua_istable(L, t)) {
        st = check_keys(L, t, err);
        if (!st)
            st = take_text_field(L, t, "title", arena, &own.title, &given, err);
        if (!st)
            st = take_text_field(L, t, "summary", arena, &own.summary, &given, err);
        if (!st)
            st = take_text_field(L, t, "body", arena, &own.body, &own.body_is_plain, err);
        if (!st)
            st = take_tags(L, t, arena, &own, err);
        if (!st)
            st = take_extra(L, t, arena, &own, err);
    } else if (!lua_isnil(L, t)) {
        st = lede_fail(err, LEDE_EINVAL, "related.fields: it answers a table or nil, not a %s",
                       luaL_typename(L, t));
    }
    lua_settop(L, t - 1);
    if (!st)
        *c = own;
    return st;
}

/* ---- related.score, .rerank, .replace: lede/related_hooks.lua runs them, what comes out is
 * settled here */

static void push_entry(lua_State *L, const lede__host *h, lede_doc d,
                       const lede_edition_neighbour *n) {
    const int64_t own = lede_edition_date(h->edition, h->reads, d, LEDE_TIME_DATE);
    const int64_t its = lede_edition_date(h->edition, h->reads, n->doc, LEDE_TIME_DATE);
    lua_createtable(L, 0, 6);
    lede__push_article(L, n->doc);
    lua_setfield(L, -2, "article");
    lua_pushnumber(L, n->pinned ? 1 : (lua_Number)n->score / (1 << 24));
    lua_setfield(L, -2, "score");
    lua_pushnumber(L, (lua_Number)n->cosine / 65535);
    lua_setfield(L, -2, "cosine");
    lua_pushnumber(L, (lua_Number)n->tags / 65535);
    lua_setfield(L, -2, "tags");
    lua_pushinteger(L, (own - its) / 86400);
    lua_setfield(L, -2, "days");
    lua_pushboolean(L, n->pinned);
    lua_setfield(L, -2, "pinned");
}

/* The article at the top of the stack: a handle, an id or URL, or an entry with one; popped. */
static lede_doc take_article(lua_State *L, const lede__host *h) {
    lede_doc d = LEDE_NO_DOC;
    if (lua_istable(L, -1)) {
        lua_getfield(L, -1, "article");
        lua_remove(L, -2);
    }
    if (lua_type(L, -1) == LUA_TSTRING) {
        size_t len;
        const char *ref = lua_tolstring(L, -1, &len);
        d = lede_edition_find(h->edition, h->reads, (lede_str){ref, len});
        if (d == LEDE_NO_DOC)
            luaL_error(L, "related: there is no public article '%s'", ref);
    } else {
        lede_doc *box = luaL_testudata(L, -1, "lede.Article");
        if (!box)
            return luaL_error(L, "related: a list holds articles, their ids or entries, not a %s",
                              luaL_typename(L, -1)),
                   LEDE_NO_DOC;
        d = *box;
    }
    lua_pop(L, 1);
    return d;
}

/* Whatever plugins say: not the article itself, no article twice, and none that is later unless the
 * site shows those. */
static bool may_stand(const lede__host *h, lede_doc d, lede_doc other, const lede_doc *list,
                      uint32_t n) {
    for (uint32_t i = 0; i < n; i++)
        if (list[i] == other)
            return false;
    if (other == d)
        return false;
    return h->site->related.settings.any ||
           lede_edition_date(h->edition, h->reads, other, LEDE_TIME_DATE) <=
               lede_edition_date(h->edition, h->reads, d, LEDE_TIME_DATE);
}

/* Pushes the list: pins first, then what stands in the table at the top of the stack, popped. */
static void settle(lua_State *L, const lede__host *h, lede_doc d,
                   const lede_edition_neighbour *found, uint32_t n_found, uint32_t k) {
    lede_doc list[LEDE_NEIGHBOURS_MAX];
    uint32_t n = 0;
    for (uint32_t i = 0; i < n_found && n < k; i++)
        if (found[i].pinned)
            list[n++] = found[i].doc;
    const lua_Integer count = (lua_Integer)lua_rawlen(L, -1);
    for (lua_Integer i = 1; i <= count && n < k; i++) {
        lua_rawgeti(L, -1, i);
        const lede_doc other = take_article(L, h);
        if (may_stand(h, d, other, list, n))
            list[n++] = other;
    }
    lua_pop(L, 1);
    lua_createtable(L, (int)n, 0);
    for (uint32_t i = 0; i < n; i++) {
        lede__push_article(L, list[i]);
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
}

int lede__push_related(lua_State *L, lede__host *h, lede_doc d, uint32_t k) {
    lede_edition_neighbour found[LEDE_NEIGHBOURS_MAX];
    const uint32_t n = lede_edition_scored_neighbours(h->edition, h->reads, d, found);
    luaL_checkstack(L, 8, NULL);
    lua_rawgeti(L, LUA_REGISTRYINDEX, h->related_ref);
    lede__push_article(L, d);
    lua_createtable(L, (int)n, 0);
    for (uint32_t i = 0; i < n; i++) {
        push_entry(L, h, d, &found[i]);
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
    lua_call(L, 2, 1);
    if (!lua_istable(L, -1))
        return luaL_error(L, "related: plugins answered a %s, not a list", luaL_typename(L, -1));
    settle(L, h, d, found, n, k);
    return 1;
}

/* ---- the module */

/* lede.related.neighbours(article, k) -> list of articles, best first */
static int l_related_neighbours(lua_State *L) {
    lede__check_article(L, 1);
    lua_settop(L, 2);
    lua_getfield(L, 1, "neighbours");
    lua_insert(L, 1);
    lua_call(L, 2, 1);
    return 1;
}

static const luaL_Reg functions[] = {{"neighbours", l_related_neighbours}, {NULL, NULL}};

int luaopen_lede_related(lua_State *L) {
    luaL_newlib(L, functions);
    return 1;
}
