/* html.c - lede.html: escape, sanitise, syndicate, read as text; elements is in html_elements.c. Types:
 * include/lua/lede/html.lua. */
#include "bind/bind.h"
#include "bind/html_elements.h"
#include "bind/text.h"

#include "lede/html.h"

#include <lauxlib.h>

enum { HTML_MAX = 64 << 20, HOSTS_MAX = 1000 };

static int l_html_escape(lua_State *L) {
    lede_str s = lede__check_text(L, 1);
    lede_buf *b = lede_vm_scratch(L, HTML_MAX);

    lede_escape_attr(b, s);

    return lede__give(L, b);
}

/* lede.html.safe(text): says that text is right for HTML as it stands; nothing is checked */
static int l_html_safe(lua_State *L) {
    lede_vm_push_safe(L, lede__check_text(L, 1));
    return 1;
}

static int l_html_to_text(lua_State *L) {
    lede_str s = lede__check_text(L, 1);
    lede_buf *b = lede_vm_scratch(L, HTML_MAX);

    lede_html_text(s, b);

    return lede__give(L, b);
}

/* ---- sanitise */

static lede_str field_str(lua_State *L, int value, const char *key) {
    lede_str s;
    if (lua_type(L, value) != LUA_TSTRING)
        luaL_error(L, "option '%s' is no string", key);
    s.ptr = lua_tolstring(L, value, &s.len);
    return s;
}

/* The list on top of the stack, as an array that Lua frees; it takes the list's place, whose
 * strings live in the options. */
static void check_hosts(lua_State *L, lede_html_policy *p) {
    luaL_checktype(L, -1, LUA_TTABLE);
    lua_Unsigned n = lua_rawlen(L, -1);
    luaL_argcheck(L, n <= HOSTS_MAX, 2, "too many hosts of frames");
    lede_str *hosts = lua_newuserdatauv(L, n * sizeof *hosts + 1, 0); /* list hosts */
    for (lua_Unsigned i = 0; i < n; i++) {
        lua_rawgeti(L, -2, (lua_Integer)i + 1);
        hosts[i] = field_str(L, -1, "iframe_hosts");
        lua_pop(L, 1);
    }
    lua_remove(L, -2);
    p->iframe_hosts = hosts;
    p->iframe_host_count = (size_t)n;
}

static lede_html_trust check_trust(lua_State *L, int value) {
    lede_str s = field_str(L, value, "policy");
    if (lede_str_is(s, "owner"))
        return LEDE_HTML_OWNER;
    if (!lede_str_is(s, "feed"))
        luaL_error(L, "there is no policy '%s': feed, owner", s.ptr);
    return LEDE_HTML_FEED;
}

/* Reads the options at index i; what they need stays on the stack. */
static void check_policy(lua_State *L, int i, lede_html_policy *p) {
    if (lua_isnoneornil(L, i))
        return;
    luaL_checktype(L, i, LUA_TTABLE);
    lua_pushnil(L);
    while (lua_next(L, i)) { /* key value */
        lede_str key =
            lua_type(L, -2) == LUA_TSTRING ? lede_str_of(lua_tostring(L, -2)) : (lede_str){0};
        if (lede_str_is(key, "policy"))
            p->trust = check_trust(L, -1);
        else if (lede_str_is(key, "base"))
            p->base = field_str(L, -1, "base");
        else if (lede_str_is(key, "data_images"))
            p->data_images = lua_toboolean(L, -1);
        else if (lede_str_is(key, "in_page"))
            p->in_page = lua_toboolean(L, -1);
        else if (!lede_str_is(key, "iframe_hosts"))
            luaL_error(L,
                       "there is no option '%s': policy, base, in_page, data_images, iframe_hosts",
                       key.len ? key.ptr : "?");
        lua_pop(L, 1);
    }
    if (lua_getfield(L, i, "iframe_hosts") != LUA_TNIL)
        check_hosts(L, p);
}

/* lede.html.sanitise(html, options) -> safe value, reduced; or nil, err */
static int l_html_sanitise(lua_State *L) {
    bool reduced = false;
    lede_html_policy p = {.reduced = &reduced};
    lede_str html = lede__check_text(L, 1);
    lua_settop(L, 2);
    check_policy(L, 2, &p);
    lede_buf *out = lede_vm_scratch(L, HTML_MAX);

    lede_error err = {0};
    lede_status st = lede_html_sanitise(html, &p, out, &err);

    if (st)
        return lede_vm_refuse(L, &err);
    lede_vm_push_safe(L, lede_buf_str(out));
    lua_pushboolean(L, reduced);
    return 2;
}

/* lede.html.absolute(ref, address, root) */
static int l_html_absolute(lua_State *L) {
    const lede_str ref = lede__check_text(L, 1);
    const lede_html_place place = {lede__check_text(L, 2), lede__check_text(L, 3), true};
    lede_buf *out = lede_vm_scratch(L, HTML_MAX);

    lede_html_absolute(ref, &place, out);

    return lede__give(L, out);
}

/* lede.html.syndicate(html, address, root, pictures) -> text, plain */
static int l_html_syndicate(lua_State *L) {
    const lede_str html = lede__check_text(L, 1);
    const lede_html_place place = {lede__check_text(L, 2), lede__check_text(L, 3), lua_toboolean(L, 4)};
    lede_buf *out = lede_vm_scratch(L, HTML_MAX);

    const bool plain = lede_html_syndicate(html, &place, out);

    lede__give(L, out);
    lua_pushboolean(L, plain);
    return 2;
}

static const luaL_Reg functions[] = {{"escape", l_html_escape},
                                     {"safe", l_html_safe},
                                     {"to_text", l_html_to_text},
                                     {"sanitise", l_html_sanitise},
                                     {"elements", lede__html_elements},
                                     {"absolute", l_html_absolute},
                                     {"syndicate", l_html_syndicate},
                                     {NULL, NULL}};

int luaopen_lede_html(lua_State *L) {
    luaL_newlib(L, functions);
    return 1;
}
