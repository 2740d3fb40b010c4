/* article.c - the handle of an article inside a page: fields by name, every one a recorded read.
 *
 * A handle is a userdata with a position in the edition; the VM keeps one an article, so equal articles are equal values.
 * The names of the stored fields follow lede/article.h's tables; computed ones are listed below. See README.md. */
#include "bind/article.h"

#include "bind/pictures.h"
#include "bind/related.h"
#include "bind/value.h"

#include <lauxlib.h>
#include <stdlib.h>

enum computed {
    F_HTML = LEDE_BIT_COUNT,
    F_BODY,
    F_EXCERPT,
    F_ORIGIN,
    F_IMAGE,
    F_PARAMS,
    F_SECTION_TERM,
    F_TAG_TERMS,
    F_AUTHOR_TERMS,
    F_PREVIOUS,
    F_NEXT,
    F_TRANSLATIONS,
    F_OUTLINE
};

static const struct {
    const char *name;
    int code;
} fields[] = {
#define X(field, lua) {lua, LEDE_TEXT_##field},
    LEDE_TEXT_FIELDS(X)
#undef X
#define X(field, lua) {lua, LEDE_BIT_LIST + LEDE_LIST_##field},
        LEDE_LIST_FIELDS(X)
#undef X
#define X(field, lua) {lua, LEDE_BIT_TIME + LEDE_TIME_##field},
            LEDE_TIME_FIELDS(X)
#undef X
                {"state", LEDE_BIT_STATE},
    {"weight", LEDE_BIT_WEIGHT},
    {"words", LEDE_BIT_WORDS},
    {"html", F_HTML},
    {"body", F_BODY},
    {"excerpt", F_EXCERPT},
    {"origin", F_ORIGIN},
    {"image", F_IMAGE},
    {"params", F_PARAMS}, /* wins over the stored JSON of the same name */
    {"section_term", F_SECTION_TERM},
    {"tag_terms", F_TAG_TERMS},
    {"author_terms", F_AUTHOR_TERMS},
    {"previous", F_PREVIOUS},
    {"next", F_NEXT},
    {"translations", F_TRANSLATIONS},
    {"outline", F_OUTLINE},
};

static const char handles_key; /* registry: doc -> handle */
enum { HANDLES_MAX = 8192 };

static lede_doc check_article(lua_State *L, int i) {
    return *(lede_doc *)luaL_checkudata(L, i, "lede.Article");
}

lede_doc lede__check_article(lua_State *L, int i) { return check_article(L, i); }

void lede__push_article(lua_State *L, lede_doc d) {
    lua_rawgetp(L, LUA_REGISTRYINDEX, &handles_key);
    if (lua_rawgeti(L, -1, (lua_Integer)d) == LUA_TUSERDATA) {
        lua_remove(L, -2);
        return;
    }
    lua_pop(L, 1);
    lede_doc *box = lua_newuserdatauv(L, sizeof *box, 0); /* handles box */
    *box = d;
    luaL_setmetatable(L, "lede.Article");
    lua_pushvalue(L, -1);
    lua_rawseti(L, -3, (lua_Integer)d);
    lua_remove(L, -2);
}

void lede__forget_handles(lua_State *L) {
    lua_rawgetp(L, LUA_REGISTRYINDEX, &handles_key);
    lua_Integer count = luaL_len(L, -1); /* a border is enough: it only bounds growth */
    lua_pop(L, 1);
    if (count <= HANDLES_MAX && lede_vm_memory(lede_vm_of(L)) < (size_t)48 << 20)
        return;
    lua_newtable(L);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &handles_key);
}

static void push_str(lua_State *L, lede_str s) {
    if (s.len)
        lua_pushlstring(L, s.ptr, s.len);
    else
        lua_pushnil(L);
}

static void push_list(lua_State *L, const lede_card *c, enum lede_list_field f) {
    uint32_t n = lede_card_list_count(c, f);
    lua_createtable(L, (int)n, 0);
    for (uint32_t i = 0; i < n; i++) {
        lede_str s = lede_card_list_at(c, f, i);
        lua_pushlstring(L, s.ptr, s.len);
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
}

/* Sets t[name] = s for the table on top, unless s is empty. */
static void set_str(lua_State *L, const char *name, lede_str s) {
    if (!s.len)
        return;
    lua_pushlstring(L, s.ptr, s.len);
    lua_setfield(L, -2, name);
}

static lede_str text_of(lede__host *h, lede_doc d, enum lede_text_field f) {
    return lede_edition_text(h->edition, h->reads, d, f);
}

/* The host of a URL without "www.", what a notice shows: "leprogres.fr". */
static lede_str domain_of(lede_str url) {
    size_t at = lede_str_search(url, LEDE_STR("://"), 0);
    if (at == (size_t)-1)
        return (lede_str){0};
    lede_str rest = lede_str_sub(url, at + 3);
    size_t end = 0;
    while (end < rest.len && !memchr("/?#:", rest.ptr[end], 4))
        end++;
    rest.len = end;
    return lede_str_starts(rest, "www.") ? lede_str_sub(rest, 4) : rest;
}

static int push_origin(lua_State *L, lede__host *h, lede_doc d) {
    lede_str url = text_of(h, d, LEDE_TEXT_ORIGIN_URL), name = text_of(h, d, LEDE_TEXT_ORIGIN_NAME);
    if (!url.len && !name.len) {
        lua_pushnil(L);
        return 1;
    }
    lua_createtable(L, 0, 10);
    set_str(L, "url", url);
    set_str(L, "name", name);
    set_str(L, "domain", domain_of(url));
    set_str(L, "author", text_of(h, d, LEDE_TEXT_ORIGIN_AUTHOR));
    set_str(L, "license", text_of(h, d, LEDE_TEXT_ORIGIN_LICENSE));
    set_str(L, "terms", text_of(h, d, LEDE_TEXT_ORIGIN_TERMS));
    set_str(L, "notice", text_of(h, d, LEDE_TEXT_ORIGIN_NOTICE));
    set_str(L, "index", text_of(h, d, LEDE_TEXT_ORIGIN_INDEX));
    int64_t at = lede_edition_date(h->edition, h->reads, d, LEDE_TIME_ORIGIN_PUBLISHED);
    if (at != LEDE_NO_TIME) {
        lua_pushinteger(L, at);
        lua_setfield(L, -2, "published");
    }
    return 1;
}

static int push_image(lua_State *L, lede__host *h, lede_doc d) {
    lede_str src = text_of(h, d, LEDE_TEXT_IMAGE_SRC);
    if (!src.len) {
        lua_pushnil(L);
        return 1;
    }
    lua_createtable(L, 0, 8);
    set_str(L, "src", src);
    set_str(L, "alt", text_of(h, d, LEDE_TEXT_IMAGE_ALT));
    set_str(L, "caption", text_of(h, d, LEDE_TEXT_IMAGE_CAPTION));
    set_str(L, "credit", text_of(h, d, LEDE_TEXT_IMAGE_CREDIT));
    set_str(L, "poi", text_of(h, d, LEDE_TEXT_IMAGE_POI));
    lede__picture_fields(L, h, d, src);
    return 1;
}

static int push_params(lua_State *L, lede__host *h, lede_doc d) {
    lede_str json = text_of(h, d, LEDE_TEXT_PARAMS);
    lede_value v;
    lede_arena_reset(&h->scratch);
    if (json.len && lede_json_read(&h->scratch, json, &v, NULL) == LEDE_OK)
        lede__bind_push_value(L, &v);
    else
        lua_newtable(L);
    return 1;
}

static int push_html(lua_State *L, lede__host *h, lede_doc d) {
    lede_str body = lede_edition_body(h->edition, h->reads, d);
    if (lede__body_needs_lua(h, body)) {
        lua_rawgeti(L, LUA_REGISTRYINDEX, h->body_ref);
        lede__push_article(L, d);
        lua_call(L, 1, 1);
        return 1;
    }
    lede_error err = {0};
    if (lede__body_html(h, body, text_of(h, d, LEDE_TEXT_LANG), (lede_str){0}, d, &err))
        return luaL_error(L, "%s", err.message);
    lede_vm_push_safe(L, lede_buf_str(&h->html));
    return 1;
}

static int push_excerpt(lua_State *L, lede__host *h, lede_doc d) {
    lede_str lead = text_of(h, d, LEDE_TEXT_EXCERPT);
    lede_buf_clear(&h->html);
    lede_excerpt(&h->html, lead, h->site->excerpt_length, h->site->excerpt_ellipsis);
    if (h->excerpt_ref != LUA_NOREF) {
        lua_rawgeti(L, LUA_REGISTRYINDEX, h->excerpt_ref);
        lede__push_article(L, d);
        lua_pushlstring(L, h->html.ptr, h->html.len);
        lua_call(L, 2, 1);
        return 1;
    }
    lua_pushlstring(L, h->html.ptr, h->html.len);
    return 1;
}

static int push_terms(lua_State *L, lede__host *h, lede_doc d, lede_term_kind kind) {
    lede_str slug;
    lua_newtable(L);
    for (uint32_t i = 0; lede_edition_article_term(h->edition, h->reads, d, kind, i, &slug); i++) {
        lede__push_term(L, kind, slug);
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
    return 1;
}

/* The neighbour by date in the section. */
static int push_beside(lua_State *L, lede__host *h, lede_doc d, bool later) {
    lede_doc beside = lede_edition_beside(h->edition, h->reads, d, later);
    if (beside == LEDE_NO_DOC)
        lua_pushnil(L);
    else
        lede__push_article(L, beside);
    return 1;
}

static int push_list_of(lua_State *L, const lede_doc *docs, uint32_t n) {
    lua_createtable(L, (int)n, 0);
    for (uint32_t i = 0; i < n; i++) {
        lede__push_article(L, docs[i]);
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
    return 1;
}

static int push_translations(lua_State *L, lede__host *h, lede_doc d) {
    lede_doc found[LEDE_TRANSLATIONS_MAX];
    return push_list_of(L, found, lede_edition_translations(h->edition, h->reads, d, found));
}

static int push_outline(lua_State *L, lede__host *h, lede_doc d) {
    lede_heading *items;
    size_t n;
    lede_error err = {0};
    lede_arena_reset(&h->scratch);
    lede_str body = lede_edition_body(h->edition, h->reads, d);
    if (lede_markdown_outline(body, &h->scratch, &items, &n, &err))
        return luaL_error(L, "%s", err.message);
    lua_createtable(L, (int)n, 0);
    for (size_t i = 0; i < n; i++) {
        lua_createtable(L, 0, 3);
        lua_pushinteger(L, items[i].level);
        lua_setfield(L, -2, "level");
        set_str(L, "text", items[i].text);
        set_str(L, "id", items[i].id);
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
    return 1;
}

static int push_computed(lua_State *L, lede__host *h, lede_doc d, int code) {
    switch ((enum computed)code) {
    case F_HTML: return push_html(L, h, d);
    case F_BODY: {
        lede_str s = lede_edition_body(h->edition, h->reads, d);
        lua_pushlstring(L, s.ptr ? s.ptr : "", s.len);
        return 1;
    }
    case F_EXCERPT: return push_excerpt(L, h, d);
    case F_ORIGIN: return push_origin(L, h, d);
    case F_IMAGE: return push_image(L, h, d);
    case F_PARAMS: return push_params(L, h, d);
    case F_SECTION_TERM:
        lede__push_term(L, LEDE_SECTION, text_of(h, d, LEDE_TEXT_SECTION_SLUG));
        return 1;
    case F_TAG_TERMS: return push_terms(L, h, d, LEDE_TAG);
    case F_AUTHOR_TERMS: return push_terms(L, h, d, LEDE_AUTHOR);
    case F_PREVIOUS: return push_beside(L, h, d, false);
    case F_NEXT: return push_beside(L, h, d, true);
    case F_TRANSLATIONS: return push_translations(L, h, d);
    case F_OUTLINE: return push_outline(L, h, d);
    }
    return 0;
}

static int push_field(lua_State *L, lede__host *h, lede_doc d, unsigned bit) {
    if (bit < LEDE_BIT_LIST) {
        push_str(L, text_of(h, d, (enum lede_text_field)bit));
        return 1;
    }
    const lede_card *c = lede_edition_card(h->edition, d);
    lede_edition_touch(h->edition, h->reads, d, bit);
    if (bit < LEDE_BIT_TIME) {
        push_list(L, c, (enum lede_list_field)(bit - LEDE_BIT_LIST));
    } else if (bit < LEDE_BIT_STATE) {
        int64_t t = lede_card_time(c, (enum lede_time_field)(bit - LEDE_BIT_TIME));
        if (t == LEDE_NO_TIME)
            lua_pushnil(L);
        else
            lua_pushinteger(L, t);
    } else if (bit == LEDE_BIT_STATE) {
        lua_pushstring(L, lede_state_name(lede_card_state(c)));
    } else {
        lua_pushinteger(L, bit == LEDE_BIT_WORDS ? (lua_Integer)lede_card_words(c)
                                                 : lede_card_weight(c));
    }
    return 1;
}

static int article_index(lua_State *L) {
    /* The metatable is locked and page VMs have no debug library: nobody but Lua calls this, with a handle. */
    lede_doc d = *(lede_doc *)lua_touserdata(L, 1);
    lua_pushvalue(L, 2);
    int kind = lua_rawget(L, lua_upvalueindex(1));
    if (kind == LUA_TFUNCTION)
        return 1;
    if (kind != LUA_TNUMBER)
        return luaL_error(L, "article has no field '%s'; custom front matter is in .params",
                          luaL_tolstring(L, 2, NULL));
    int code = (int)lua_tointeger(L, -1);
    lede__host *h = lede__host_of(L);
    if (!h->edition)
        return luaL_error(L, "articles can be read while a page is rendered only");
    return code < LEDE_BIT_COUNT ? push_field(L, h, d, (unsigned)code)
                                 : push_computed(L, h, d, code);
}

static int article_neighbours(lua_State *L) {
    lede_doc d = check_article(L, 1);
    lua_Integer k = luaL_optinteger(L, 2, 4);
    luaL_argcheck(L, k >= 1 && k <= LEDE_NEIGHBOURS_MAX, 2, "between 1 and 64");

    lede__host *h = lede__host_of(L);
    if (h->related_ref != LUA_NOREF)
        return lede__push_related(L, h, d, (uint32_t)k);
    lede_doc found[LEDE_NEIGHBOURS_MAX];
    uint32_t n = lede_edition_neighbours(h->edition, h->reads, d, (uint32_t)k, found);

    return push_list_of(L, found, n);
}

static int article_tostring(lua_State *L) {
    lede__host *h = lede__host_of(L);
    lede_doc d = check_article(L, 1);
    lede_str url = h->edition ? text_of(h, d, LEDE_TEXT_URL) : (lede_str){0};
    lua_pushfstring(L, "article ");
    lua_pushlstring(L, url.ptr ? url.ptr : "", url.len);
    lua_concat(L, 2);
    return 1;
}

static const luaL_Reg methods[] = {{"neighbours", article_neighbours}, {NULL, NULL}};

void lede__open_article(lua_State *L) {
    lua_newtable(L);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &handles_key);
    luaL_newmetatable(L, "lede.Article"); /* mt */
    lua_newtable(L);                      /* mt names */
    luaL_setfuncs(L, methods, 0);
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
        lua_pushinteger(L, fields[i].code);
        lua_setfield(L, -2, fields[i].name);
    }
    lua_pushcclosure(L, article_index, 1);
    lua_setfield(L, -2, "__index");
    lua_pushcfunction(L, article_tostring);
    lua_setfield(L, -2, "__tostring");
    lua_pushliteral(L, "locked");
    lua_setfield(L, -2, "__metatable");
    lua_pop(L, 1);
}
