/* html_elements.c - lede.html.elements: what a whole page holds, as far as somebody wants to know.
 *
 * The visitor of lede_html_read may not raise, so what is found is kept in an arena first. */
#include "bind/html_elements.h"

#include "bind/text.h"
#include "bind/value.h"
#include "script/vm.h"

#include "lede/html.h"

#include <lauxlib.h>

enum { NAMES_MAX = 200, TEXT_MAX = 16 << 20 };

typedef struct names {
    const lede_str *list;
    size_t count;
} names;

typedef struct found {
    struct found *next;
    lede_html_element element; /* its node is gone */
    lede_str tag, text;
    bool has_text;
    size_t count;
    lede_str (*attributes)[2];
} found;

typedef struct search {
    names tags, attributes, texts;
    lede_arena *arena;
    lede_buf text;
    found *first, **end;
    size_t count;
    bool failed;
} search;

static bool holds(const names *n, lede_str name) {
    for (size_t i = 0; i < n->count; i++)
        if (lede_str_eq(n->list[i], name))
            return true;
    return false;
}

/* ---- the visit */

static lede_str keep(search *s, lede_str text) {
    const lede_str copy = lede_arena_copy(s->arena, text);
    s->failed = s->failed || !copy.ptr;
    return copy;
}

static size_t count_attributes(const search *s, const lede_html_element *e) {
    size_t n = 0;
    lede_str name, value;
    for (size_t i = 0; lede_html_attribute(e, i, &name, &value); i++)
        n += holds(&s->attributes, name);
    return n;
}

static void keep_attributes(search *s, const lede_html_element *e, found *f) {
    f->attributes = lede_arena_take(s->arena, f->count * sizeof *f->attributes);
    s->failed = s->failed || !f->attributes;
    lede_str name, value;
    for (size_t i = 0, n = 0; !s->failed && lede_html_attribute(e, i, &name, &value); i++) {
        if (!holds(&s->attributes, name))
            continue;
        f->attributes[n][0] = keep(s, name);
        f->attributes[n][1] = keep(s, value);
        n++;
    }
}

static bool see(void *ctx, const lede_html_element *e) {
    search *s = ctx;
    const size_t count = count_attributes(s, e);
    const bool has_text = holds(&s->texts, e->tag);
    if (!count && !has_text && e->flaw == LEDE_HTML_FLAWLESS && !holds(&s->tags, e->tag))
        return true;
    found *f = lede_arena_zero(s->arena, sizeof *f);
    if (!f) {
        s->failed = true;
        return false;
    }
    f->element = *e;
    f->tag = keep(s, e->tag);
    f->count = count;
    if (count)
        keep_attributes(s, e, f);
    if ((f->has_text = has_text)) {
        lede_buf_clear(&s->text);
        lede_html_element_text(e, &s->text);
        f->text = keep(s, lede_buf_str(&s->text));
        s->failed = s->failed || s->text.status;
    }
    *s->end = f;
    s->end = &f->next;
    s->count++;
    return !s->failed;
}

/* ---- check */

/* The list of names under key, as an array that Lua frees; it and the list stay on the stack. */
static names check_names(lua_State *L, int options, const char *key) {
    if (lua_getfield(L, options, key) == LUA_TNIL)
        return (names){0};
    if (!lua_istable(L, -1))
        luaL_error(L, "html.elements: '%s' is no list of names", key);
    const lua_Unsigned n = lua_rawlen(L, -1);
    if (n > NAMES_MAX)
        luaL_error(L, "html.elements: '%s' has too many names", key);
    lede_str *list = lua_newuserdatauv(L, n * sizeof *list + 1, 0);
    for (lua_Unsigned i = 0; i < n; i++) {
        if (lua_rawgeti(L, -2, (lua_Integer)i + 1) != LUA_TSTRING)
            luaL_error(L, "html.elements: '%s' is no list of names", key);
        list[i].ptr = lua_tolstring(L, -1, &list[i].len);
        lua_pop(L, 1);
    }
    return (names){list, (size_t)n};
}

static void check_keys(lua_State *L, int options) {
    lua_pushnil(L);
    while (lua_next(L, options)) {
        const char *key = lua_type(L, -2) == LUA_TSTRING ? lua_tostring(L, -2) : "?";
        if (strcmp(key, "tags") != 0 && strcmp(key, "attributes") != 0 && strcmp(key, "texts") != 0)
            luaL_error(L, "there is no option '%s': tags, attributes, texts", key);
        lua_pop(L, 1);
    }
}

/* ---- push */

static void set_str(lua_State *L, lede_str key, lede_str value) {
    lua_pushlstring(L, key.ptr, key.len);
    lua_pushlstring(L, value.ptr, value.len);
    lua_rawset(L, -3);
}

static const char *flaw_name(lede_html_flaw flaw) {
    switch (flaw) {
    case LEDE_HTML_FLAWLESS:
        return NULL;
    case LEDE_HTML_UNCLOSED:
        return "unclosed";
    case LEDE_HTML_MISNESTED:
        return "misnested";
    case LEDE_HTML_MISPLACED:
        return "misplaced";
    case LEDE_HTML_STRAY:
        return "stray";
    }
    return NULL;
}

/* none: the index of the table that elements without attributes share. */
static void push_found(lua_State *L, const found *f, int none) {
    lua_createtable(L, 0, 4);
    set_str(L, LEDE_STR("tag"), f->tag);
    lua_pushinteger(L, f->element.line);
    lua_setfield(L, -2, "line");
    if (f->count) {
        lua_createtable(L, 0, (int)f->count);
        for (size_t i = 0; i < f->count; i++)
            set_str(L, f->attributes[i][0], f->attributes[i][1]);
    } else {
        lua_pushvalue(L, none);
    }
    lua_setfield(L, -2, "attributes");
    if (f->has_text)
        set_str(L, LEDE_STR("text"), f->text);
    if (f->element.flaw != LEDE_HTML_FLAWLESS) {
        lua_pushstring(L, flaw_name(f->element.flaw));
        lua_setfield(L, -2, "flaw");
    }
}

/* lede.html.elements(html, { tags, attributes, texts }) -> list, doctype; or nil, err */
int lede__html_elements(lua_State *L) {
    lede_str html = lede__check_text(L, 1);
    luaL_checktype(L, 2, LUA_TTABLE);
    lua_settop(L, 2);
    check_keys(L, 2);
    search s = {.tags = check_names(L, 2, "tags"),
                .attributes = check_names(L, 2, "attributes"),
                .texts = check_names(L, 2, "texts")};
    s.end = &s.first;
    s.arena = lede__scratch_arena(L);

    lede_error err = {0};
    bool doctype = false;
    lede_buf_init(&s.text, TEXT_MAX);
    lede_status st = lede_html_read(html, see, &s, &doctype, &err);
    lede_buf_fini(&s.text);
    if (!st && s.failed)
        st = lede_fail(&err, LEDE_ENOMEM, "html: out of memory");

    if (st)
        return lede_vm_refuse(L, &err);
    lua_newtable(L);
    lua_createtable(L, (int)s.count, 0); /* none list */
    const int none = lua_gettop(L) - 1;
    lua_Integer n = 0;
    for (const found *f = s.first; f; f = f->next) {
        push_found(L, f, none);
        lua_rawseti(L, -2, ++n);
    }
    lede_arena_fini(s.arena);
    lua_pushboolean(L, doctype);
    return 2;
}
