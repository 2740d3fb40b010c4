/* tags.c - lede.tags: finds the shortcodes and Liquid tags that other tools left in a body. See lede/markdown.h. */
#include "bind/bind.h"

#include "lede/markdown.h"

#include <lauxlib.h>

typedef struct splitting {
    lua_State *L;
    lede_str source;
    const char *text_from; /* what of the source is not given out yet */
    lua_Integer count;
} splitting;

static void put_text(splitting *s, const char *upto) {
    if (upto <= s->text_from)
        return;
    lua_pushlstring(s->L, s->text_from, (size_t)(upto - s->text_from));
    lua_rawseti(s->L, 2, ++s->count);
}

static void set_str(lua_State *L, const char *key, lede_str v) {
    lua_pushlstring(L, v.ptr ? v.ptr : "", v.len);
    lua_setfield(L, -2, key);
}

static void set_flag(lua_State *L, const char *key, bool v) {
    lua_pushboolean(L, v);
    lua_setfield(L, -2, key);
}

/* Everything this allocates is Lua's, so an error may pass through the scanner. */
static bool each_tag(void *ctx, const lede_shortcode *c, lede_buf *out) {
    splitting *s = ctx;
    lua_State *L = s->L;
    put_text(s, out->ptr + out->len);
    s->text_from = out->ptr + out->len;
    lua_createtable(L, 0, 6);
    set_str(L, "name", c->name);
    set_str(L, "args", c->args);
    set_flag(L, "closing", c->closing);
    set_flag(L, "self_closing", c->self_closing);
    set_flag(L, "liquid", c->liquid);
    lua_pushinteger(L, c->line);
    lua_setfield(L, -2, "line");
    lua_rawseti(L, 2, ++s->count);
    return true;
}

/* lede.tags.split(text) -> list of strings and tags { name, args, closing, self_closing, liquid, line } */
static int l_tags_split(lua_State *L) {
    size_t len;
    const char *text = luaL_checklstring(L, 1, &len);
    lua_settop(L, 1);
    lua_newtable(L);
    lede_buf *out = lede_vm_scratch(L, (size_t)64 << 20);
    if (!lede_buf_room(out, len + 64)) /* all there will ever be: pointers into it stay good */
        return luaL_error(L, "not enough memory");
    splitting s = {L, {text, len}, out->ptr, 0};
    lede_markdown_shortcodes(s.source, each_tag, &s, out);
    put_text(&s, out->ptr + out->len);
    lua_settop(L, 2);
    return 1;
}

/* lede.tags.present(text): a cheap look; true may be in vain */
static int l_tags_present(lua_State *L) {
    size_t len;
    const char *text = luaL_checklstring(L, 1, &len);
    lua_pushboolean(L, lede_markdown_has_shortcodes((lede_str){text, len}));
    return 1;
}

static const luaL_Reg functions[] = {{"split", l_tags_split}, {"present", l_tags_present}, {NULL, NULL}};

int luaopen_lede_tags(lua_State *L) {
    luaL_newlib(L, functions);
    return 1;
}
