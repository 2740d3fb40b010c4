/* markdown_options.c - options of lede.markdown, and its two ways back into Lua: directives and
 * notes.
 *
 * C calls them in the middle of its work, so nothing may be raised through it: each call is
 * protected, the first error is kept, and it is raised again when C has returned. A deadline that
 * passed in there is such an error: the VM's own stop goes on. */
#include "bind/markdown.h"

#include "bind/article.h"
#include "bind/bind.h"

#include <lauxlib.h>
#include <string.h>

/* ---- calls into Lua */

typedef struct asking {
    lede__markdown_call *call;
    const lede_directive *directive;
    const lede_markdown_note *note;
    lede_buf *html;
    bool known;
} asking;

static void set_str(lua_State *L, const char *key, lede_str s) {
    lua_pushlstring(L, s.ptr ? s.ptr : "", s.len);
    lua_setfield(L, -2, key);
}

static void push_directive(lua_State *L, const lede_directive *d) {
    static const char *const kinds[] = {"inline", "leaf", "container"};
    lua_createtable(L, 0, 6);
    set_str(L, "name", d->name);
    set_str(L, "label", d->label);
    lua_pushstring(L, kinds[d->kind]);
    lua_setfield(L, -2, "kind");
    lua_pushinteger(L, d->line);
    lua_setfield(L, -2, "line");
    lede_vm_push_safe(L, d->inner);
    lua_setfield(L, -2, "inner");
    lua_createtable(L, 0, (int)d->n_attrs);
    for (size_t i = 0; i < d->n_attrs; i++) {
        lua_pushlstring(L, d->attrs[i].key.ptr, d->attrs[i].key.len);
        lua_pushlstring(L, d->attrs[i].value.ptr ? d->attrs[i].value.ptr : "",
                        d->attrs[i].value.len);
        lua_rawset(L, -3);
    }
    lua_setfield(L, -2, "attrs");
}

/* Takes the answer on top of the stack: HTML, or nil for "not mine". */
static void take_html(lua_State *L, asking *a) {
    const lede_str *safe = lede_vm_safe(L, -1);
    lede_str html = safe ? *safe : (lede_str){0};
    if (lua_isnil(L, -1))
        return;
    if (!safe && lua_type(L, -1) == LUA_TSTRING)
        html.ptr = lua_tolstring(L, -1, &html.len);
    else if (!safe)
        luaL_error(L, "directive '%s' must give HTML as a string or safe value, or nil, not a %s",
                   lua_tostring(L, -2), luaL_typename(L, -1));
    if (html.len && memchr(html.ptr, 0, html.len))
        luaL_error(L, "directive '%s' gave HTML with a zero byte", lua_tostring(L, -2));
    lede_buf_add(a->html, html);
    a->known = true;
}

/* Called by lua_pcall with the table and the asking. */
static int ask_directive(lua_State *L) {
    asking *a = lua_touserdata(L, 2);
    lua_pushlstring(L, a->directive->name.ptr, a->directive->name.len);
    lua_pushvalue(L, -1);
    lua_rawget(L, 1); /* directives asking name function */
    if (lua_isnil(L, -1))
        return 0;
    push_directive(L, a->directive);
    lua_call(L, 1, 1);
    take_html(L, a); /* directives asking name html */
    return 0;
}

static int give_note(lua_State *L) {
    const asking *a = lua_touserdata(L, 2);
    lua_pushvalue(L, 1);
    lua_createtable(L, 0, 4);
    set_str(L, "kind", lede_str_of(a->note->kind));
    set_str(L, "name", a->note->name);
    set_str(L, "message", lede_str_of(a->note->message));
    lua_pushinteger(L, a->note->line);
    lua_setfield(L, -2, "line");
    lua_call(L, 1, 0);
    return 0;
}

/* Calls fn(value at index, asking); keeps the error it raises, and is silent after the first. */
static void protected_call(lede__markdown_call *c, lua_CFunction fn, int index, asking *a) {
    lua_State *L = c->L;
    if (c->failed || !index)
        return;
    if (!lua_checkstack(L, LUA_MINSTACK)) {
        c->failed = true; /* with nil for its error */
        return;
    }
    lua_pushcfunction(L, fn);
    lua_pushvalue(L, index);
    lua_pushlightuserdata(L, a);
    if (lua_pcall(L, 2, 0, 0) == LUA_OK)
        return;
    c->failed = true;
    lua_replace(L, c->error);
}

static bool on_directive(void *ctx, const lede_directive *d, lede_buf *html) {
    asking a = {.call = ctx, .directive = d, .html = html};
    protected_call(ctx, ask_directive, a.call->directives, &a);
    return a.known || a.call->failed;
}

static void on_note(void *ctx, const lede_markdown_note *n) {
    asking a = {.call = ctx, .note = n};
    protected_call(ctx, give_note, a.call->on_note, &a);
}

/* ---- the options table */

static bool flag(lua_State *L, int t, const char *name) {
    lua_getfield(L, t, name);
    bool v = lua_toboolean(L, -1);
    lua_pop(L, 1);
    return v;
}

static unsigned pass_named(lua_State *L, const char *name) {
    for (unsigned bit = 1; bit < LEDE_MARKDOWN_ALL; bit <<= 1)
        if (strcmp(lede_markdown_pass_name((lede_markdown_pass)bit), name) == 0)
            return bit;
    return (unsigned)luaL_error(L, "there is no Markdown extension '%s'", name);
}

/* extensions = { tables = false } */
static unsigned check_off(lua_State *L, int t) {
    unsigned off = 0;
    if (lua_getfield(L, t, "extensions") != LUA_TNIL) {
        luaL_argexpected(L, lua_istable(L, -1), t, "extensions as a table");
        for (lua_pushnil(L); lua_next(L, -2); lua_pop(L, 1)) {
            luaL_argexpected(L, lua_type(L, -2) == LUA_TSTRING, t, "extensions by name");
            unsigned pass = pass_named(L, lua_tostring(L, -2));
            off |= lua_toboolean(L, -1) ? 0 : pass;
        }
    }
    lua_pop(L, 1);
    return off;
}

/* pictures = article: sizes and variants of its own pictures, in a page. */
static void check_pictures(lede__markdown_call *c, lua_State *L, int t) {
    if (lua_getfield(L, t, "pictures") != LUA_TNIL) {
        lede__host *h = lede__host_of(L);
        if (!h || !h->edition)
            luaL_error(L, "option 'pictures' is for pages");
        c->pictures = (lede__body_pictures){.host = h, .doc = lede__check_article(L, -1)};
        c->options.picture = lede__body_picture;
        c->options.picture_ctx = &c->pictures;
    }
    lua_pop(L, 1);
}

/* Leaves the value on the stack; its index, or 0 when there is none. */
static int check_value(lua_State *L, int t, const char *name, int type) {
    int got = lua_getfield(L, t, name);
    if (got == LUA_TNIL) {
        lua_pop(L, 1);
        return 0;
    }
    if (got != type)
        luaL_error(L, "option '%s' must be a %s, not a %s", name, lua_typename(L, type),
                   lua_typename(L, got));
    return lua_gettop(L);
}

void lede__markdown_call_init(lede__markdown_call *c, lua_State *L, int i) {
    *c = (lede__markdown_call){.L = L};
    c->options.ctx = c;
    if (lua_isnoneornil(L, i))
        return;
    luaL_checktype(L, i, LUA_TTABLE);
    luaL_checkstack(L, LUA_MINSTACK, NULL);
    c->options.unsafe = flag(L, i, "unsafe");
    c->options.raw_html = flag(L, i, "raw_html");
    c->options.hard_breaks = flag(L, i, "hard_breaks");
    c->options.source_positions = flag(L, i, "source_positions");
    c->options.plain_commonmark = flag(L, i, "commonmark");
    c->options.in_page = flag(L, i, "in_page");
    c->options.off = check_off(L, i);
    int language = check_value(L, i, "language", LUA_TSTRING);
    if (language)
        c->options.language.ptr = lua_tolstring(L, language, &c->options.language.len);
    check_pictures(c, L, i);
    c->directives = check_value(L, i, "directives", LUA_TTABLE);
    c->on_note = check_value(L, i, "on_note", LUA_TFUNCTION);
    if (!lede__markdown_calls_lua(c))
        return;
    c->options.directive = c->directives ? on_directive : NULL;
    c->options.note = c->on_note ? on_note : NULL;
    lua_pushnil(L);
    c->error = lua_gettop(L);
}

bool lede__markdown_calls_lua(const lede__markdown_call *c) { return c->directives || c->on_note; }

void lede__markdown_call_end(lede__markdown_call *c) {
    if (!c->failed)
        return;
    lua_pushvalue(c->L, c->error);
    lua_error(c->L);
}
