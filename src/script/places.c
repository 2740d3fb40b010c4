/* places.c - module "lede.places": where a template's expressions stand, for the compiler of templates (lede/template.lua).
 * A place is a string of opaque bytes; equal places are equal strings. See context.h. */
#include "script/context.h"
#include "script/internal.h"

#include <lauxlib.h>

static lede__context check_place(lua_State *L, int i) {
    lede__context c;
    size_t len;
    const char *s = luaL_checklstring(L, i, &len);
    luaL_argcheck(L, len == sizeof c, i, "not a place");
    memcpy(&c, s, sizeof c);
    return c;
}

static int push_place(lua_State *L, const lede__context *c) {
    lua_pushlstring(L, (const char *)c, sizeof *c);
    return 1;
}

/* begin(markup) -> place; markup: "html", "xml", "json" */
static int l_places_begin(lua_State *L) {
    static const char *const markups[] = {"html", "xml", "json", NULL};
    lede__context c;
    lede__context_begin(&c, (lede__markup)luaL_checkoption(L, 1, "html", markups));
    return push_place(L, &c);
}

/* feed(place, text) -> place behind the text */
static int l_places_feed(lua_State *L) {
    lede__context c = check_place(L, 1);
    size_t len;
    const char *s = luaL_checklstring(L, 2, &len);
    lede__context_feed(&c, lede_str_n(s, len));
    return push_place(L, &c);
}

/* value(place) -> letter, place behind; or nil and what to do instead */
static int l_places_value(lua_State *L) {
    lede__context c = check_place(L, 1);
    const char *why = "";
    const char letter = lede__context_value(&c, &why);
    if (!letter) {
        lua_pushnil(L);
        lua_pushstring(L, why);
        return 2;
    }
    lua_pushlstring(L, &letter, 1);
    push_place(L, &c);
    return 2;
}

/* pause(place) -> place, behind code that stands here */
static int l_places_pause(lua_State *L) {
    lede__context c = check_place(L, 1);
    lede__context_pause(&c);
    return push_place(L, &c);
}

/* join(a, b) -> the place behind branches that end in a and b, or nil */
static int l_places_join(lua_State *L) {
    lede__context a = check_place(L, 1), b = check_place(L, 2);
    if (lede__context_join(&a, &b))
        return push_place(L, &a);
    lua_pushnil(L);
    return 1;
}

/* is_text(place, also_without_elements): whether whole elements may stand here; or the text of a <title> */
static int l_places_is_text(lua_State *L) {
    lede__context c = check_place(L, 1);
    lua_pushboolean(L, lede__context_is_text(&c, lua_toboolean(L, 2)));
    return 1;
}

static int l_places_describe(lua_State *L) {
    lede__context c = check_place(L, 1);
    lede_buf *b = lede_vm_scratch(L, 256);
    lede__context_describe(&c, b);
    lua_pushlstring(L, b->ptr, b->len);
    return 1;
}

static int open_places(lua_State *L) {
    static const luaL_Reg functions[] = {{"begin", l_places_begin}, {"feed", l_places_feed},       {"value", l_places_value},       {"pause", l_places_pause},
                                         {"join", l_places_join},   {"is_text", l_places_is_text}, {"describe", l_places_describe}, {NULL, NULL}};
    luaL_newlib(L, functions);
    return 1;
}

void lede__open_places(lua_State *L) { lede_vm_preload(lede_vm_of(L), "lede.places", open_places); }
