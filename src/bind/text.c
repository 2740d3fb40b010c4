/* text.c - lede.text: addresses, excerpts; numbers, plurals, lists and names of languages. */
#include "bind/text.h"

#include "base/refused.h"
#include "bind/bind.h"
#include "lede/article.h"
#include "text/slug.h"
#include "text/tongue.h"

#include <lauxlib.h>

enum { TEXT_MAX = 64 << 20 };

/* Registry: the box of this VM's lede_format. */
static const char format_key;

lede_str lede__check_text(lua_State *L, int i) {
    size_t len;
    const lede_str *safe = lede_vm_safe(L, i);
    if (safe)
        return *safe;
    const char *s = luaL_checklstring(L, i, &len);
    return (lede_str){s, len};
}

int lede__give(lua_State *L, const lede_buf *b) {
    lede_error err = {0};
    if (lede_buf_status(b, &err))
        return luaL_error(L, "%s", err.message);
    lua_pushlstring(L, b->ptr, b->len);
    return 1;
}

/* ---- the languages of a VM */

static int format_gc(lua_State *L) {
    lede_format **box = luaL_checkudata(L, 1, "lede.Format");
    lede_format_free(*box);
    *box = NULL;
    return 0;
}

lede_format *lede__bind_format(lua_State *L) {
    if (lua_rawgetp(L, LUA_REGISTRYINDEX, &format_key) != LUA_TUSERDATA) {
        lua_pop(L, 1);
        lede_format **box = lua_newuserdatauv(L, sizeof *box, 0);
        *box = NULL;
        if (luaL_newmetatable(L, "lede.Format")) {
            lua_pushcfunction(L, format_gc);
            lua_setfield(L, -2, "__gc");
        }
        lua_setmetatable(L, -2);
        *box = lede_format_new();
        if (!*box) {
            lede__note_no_memory();
            luaL_error(L, "not enough memory");
        }
        lua_pushvalue(L, -1);
        lua_rawsetp(L, LUA_REGISTRYINDEX, &format_key);
    }
    lede_format *f = *(lede_format **)lua_touserdata(L, -1);
    lua_pop(L, 1);
    return f;
}

/* ---- lede.text */

static int l_text_slug(lua_State *L) {
    lede_str s = lede__check_text(L, 1);
    lede_buf *b = lede_vm_scratch(L, TEXT_MAX);
    lede__slug(b, s);
    return lede__give(L, b);
}

/* lede.text.excerpt(s, length, ellipsis): whole words, at most length characters before the ellipsis */
static int l_text_excerpt(lua_State *L) {
    lede_str s = lede__check_text(L, 1);
    lua_Integer max = luaL_optinteger(L, 2, 160);
    size_t len;
    const char *ellipsis = luaL_optlstring(L, 3, "...", &len);
    luaL_argcheck(L, max >= 1, 2, "at least 1");
    lede_buf *b = lede_vm_scratch(L, TEXT_MAX);
    lede_excerpt(b, s, (size_t)max, (lede_str){ellipsis, len});
    return lede__give(L, b);
}

static int l_text_words(lua_State *L) {
    lede_str s = lede__check_text(L, 1);
    lua_Integer n = 0;
    bool inside = false;
    for (size_t i = 0; i < s.len; i++) {
        bool space = s.ptr[i] == ' ' || (s.ptr[i] >= '\t' && s.ptr[i] <= '\r');
        n += !space && !inside;
        inside = !space;
    }
    lua_pushinteger(L, n);
    return 1;
}

static lede_str opt_lang(lua_State *L, int i) {
    size_t len;
    const char *s = luaL_optlstring(L, i, "en", &len);
    return (lede_str){s, len};
}

/* lede.text.number(n, lang) */
static int l_text_number(lua_State *L) {
    const lua_Number n = luaL_checknumber(L, 1);
    const lede_str lang = opt_lang(L, 2);
    const bool whole = lua_isinteger(L, 1);
    const int64_t integer = lua_tointeger(L, 1);
    lede_format *f = lede__bind_format(L);
    lede_buf *b = lede_vm_scratch(L, TEXT_MAX);

    lede_error err = {0};
    const lede_status st = whole ? lede_format_integer(f, integer, lang, b, &err) : lede_format_number(f, n, lang, b, &err);

    return st ? luaL_error(L, "text.number: %s", err.message) : lede__give(L, b);
}

/* lede.text.plural(n, lang) -> "one", "few", ... */
static int l_text_plural(lua_State *L) {
    const lua_Number n = luaL_checknumber(L, 1);
    const lede_str lang = opt_lang(L, 2);
    lede_format *f = lede__bind_format(L);

    const char *category = "other";
    lede_error err = {0};
    const lede_status st = lede_format_plural(f, n, lang, &category, &err);

    if (st)
        return luaL_error(L, "text.plural: %s", err.message);
    lua_pushstring(L, category);
    return 1;
}

/* Pushes a userdata with the items of the list at 1, which keeps them. */
static const lede_str *check_items(lua_State *L, size_t *count) {
    luaL_checktype(L, 1, LUA_TTABLE);
    const lua_Integer n = luaL_len(L, 1);
    luaL_argcheck(L, n <= LEDE_FORMAT_LIST_MAX, 1, "too many items");
    lede_str *items = lua_newuserdatauv(L, (size_t)(n > 0 ? n : 1) * sizeof *items, 0);
    for (lua_Integer i = 1; i <= n; i++) {
        if (lua_rawgeti(L, 1, i) != LUA_TSTRING)
            luaL_error(L, "text.list: item %d is no string but a %s", (int)i, luaL_typename(L, -1));
        items[i - 1].ptr = lua_tolstring(L, -1, &items[i - 1].len);
        lua_pop(L, 1);
    }
    *count = n > 0 ? (size_t)n : 0;
    return items;
}

/* lede.text.list(items, lang, "and" or "or") */
static int l_text_list(lua_State *L) {
    static const char *const kinds[] = {"and", "or", NULL};
    const lede_str lang = opt_lang(L, 2);
    const bool either = luaL_checkoption(L, 3, "and", kinds) == 1;
    size_t count;
    const lede_str *items = check_items(L, &count);
    lede_format *f = lede__bind_format(L);
    lede_buf *b = lede_vm_scratch(L, TEXT_MAX);

    lede_error err = {0};
    const lede_status st = lede_format_list(f, items, count, either, lang, b, &err);

    return st ? luaL_error(L, "text.list: %s", err.message) : lede__give(L, b);
}

/* lede.text.language(tag, lang): the name of a language */
static int l_text_language(lua_State *L) {
    const lede_str tag = lede__check_text(L, 1), lang = opt_lang(L, 2);
    lede_format *f = lede__bind_format(L);
    lede_buf *b = lede_vm_scratch(L, TEXT_MAX);

    lede_error err = {0};
    const lede_status st = lede_format_language(f, tag, lang, b, &err);

    return st ? luaL_error(L, "text.language: %s", err.message) : lede__give(L, b);
}

/* text.guess(text) -> code of the language it is most likely written in, or "" */
static int l_text_guess(lua_State *L) {
    lua_pushstring(L, lede__tongue_guess(lede__check_text(L, 1)));
    return 1;
}

/* text.direction(tag) -> "ltr" or "rtl" */
static int l_text_direction(lua_State *L) {
    lua_pushstring(L, lede__lang_dir(lede__check_text(L, 1)));
    return 1;
}

/* text.id(name) -> the id of an article that is known elsewhere by that name; the same for ever */
static int l_text_id(lua_State *L) {
    char id[27];
    lede_article_id_from_path(lede__check_text(L, 1), id);
    lua_pushstring(L, id);
    return 1;
}

static const luaL_Reg functions[] = {{"guess", l_text_guess},   {"direction", l_text_direction}, {"id", l_text_id},
                                     {"slug", l_text_slug},     {"excerpt", l_text_excerpt}, {"words", l_text_words},       {"number", l_text_number},
                                     {"plural", l_text_plural}, {"list", l_text_list},       {"language", l_text_language}, {NULL, NULL}};

int luaopen_lede_text(lua_State *L) {
    luaL_newlib(L, functions);
    return 1;
}
