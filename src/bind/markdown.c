/* markdown.c - lede.markdown: Markdown to HTML, and the tree with handles. Types: include/lua/lede/markdown.lua.
 *
 * Handles of nodes are kept a document (a table in the document's user value): memory that a document gives back may come
 * again under the same address, so a table of all documents would hand out dead handles. A handle keeps its document alive;
 * a closed document raises. */
#include "bind/markdown.h"

#include "bind/bind.h"

#include <lauxlib.h>
#include <string.h>

#define DOC "lede.MarkdownDoc"
#define NODE "lede.MarkdownNode"
#define ARENA "lede.MarkdownArena"
enum { HTML_MAX = 64 << 20 };

typedef struct doc_box {
    lede_markdown_doc *doc;
    lede__body_pictures pictures;
} doc_box;

typedef struct node_box {
    lede_markdown_node *node;
} node_box;

static bool flag(lua_State *L, int t, const char *name) {
    lua_getfield(L, t, name);
    bool v = lua_toboolean(L, -1);
    lua_pop(L, 1);
    return v;
}

/* ---- documents and nodes */

static lede_markdown_doc *check_doc(lua_State *L, int i) {
    doc_box *box = luaL_checkudata(L, i, DOC);
    if (!box->doc)
        luaL_error(L, "the document is closed");
    return box->doc;
}

/* The node at index i and its document; its document's handle is its user value. */
static lede_markdown_node *check_node(lua_State *L, int i, lede_markdown_doc **doc) {
    node_box *box = luaL_checkudata(L, i, NODE);
    lua_getiuservalue(L, i, 1);
    lede_markdown_doc *d = check_doc(L, -1);
    lua_pop(L, 1);
    if (doc)
        *doc = d;
    return box->node;
}

/* Pushes the handle of n; the document stands at index doc. */
static void push_node(lua_State *L, int doc, lede_markdown_node *n) {
    if (!n) {
        lua_pushnil(L);
        return;
    }
    doc = lua_absindex(L, doc);
    lua_getiuservalue(L, doc, 1); /* handles */
    if (lua_rawgetp(L, -1, n) != LUA_TNIL) {
        lua_remove(L, -2);
        return;
    }
    lua_pop(L, 1);
    node_box *box = lua_newuserdatauv(L, sizeof *box, 1);
    box->node = n;
    luaL_setmetatable(L, NODE);
    lua_pushvalue(L, doc);
    lua_setiuservalue(L, -2, 1);
    lua_pushvalue(L, -1);
    lua_rawsetp(L, -3, n);
    lua_remove(L, -2);
}

static doc_box *push_doc(lua_State *L) {
    doc_box *box = lua_newuserdatauv(L, sizeof *box, 1);
    *box = (doc_box){0};
    luaL_setmetatable(L, DOC);
    lua_newtable(L);
    lua_setiuservalue(L, -2, 1);
    return box;
}

/* Reads text into the document, whose handle is on top of the stack; raises what its directives raised. */
static lede_status read_doc(doc_box *box, lede_str text, lede__markdown_call *c, lede_error *err) {
    box->pictures = c->pictures;
    c->options.picture_ctx = &box->pictures;
    lede_status st = lede_markdown_parse(text, &c->options, &box->doc, err);
    lede__markdown_call_end(c);
    return st;
}

/* lede.markdown.parse(text, options) -> doc, or nil, err */
static int l_markdown_parse(lua_State *L) {
    lede_str text;
    text.ptr = luaL_checklstring(L, 1, &text.len);
    lede__markdown_call c;
    lede__markdown_call_init(&c, L, 2);
    doc_box *box = push_doc(L);

    lede_error err = {0};
    if (read_doc(box, text, &c, &err))
        return lede_vm_refuse(L, &err);
    lua_gc(L, LUA_GCSTEP, 64 + (int)(text.len / 64)); /* KB that the collector does not see: a tree is about 16 times its text */
    return 1;
}

/* lede.markdown.render(text, options) -> safe value and whether raw HTML is in it, or nil, err */
static int l_markdown_render(lua_State *L) {
    lede_str text;
    text.ptr = luaL_checklstring(L, 1, &text.len);
    lede__markdown_call c;
    lede__markdown_call_init(&c, L, 2);
    bool saw_html = false;
    c.options.saw_html = &saw_html;
    lede_error err = {0};
    lede_status st;
    lede_buf *out;

    if (lede__markdown_calls_lua(&c)) { /* which may ask for buffers, too: ours only then */
        doc_box *box = push_doc(L);
        st = read_doc(box, text, &c, &err);
        out = lede_vm_scratch(L, HTML_MAX);
        if (!st)
            st = lede_markdown_render(box->doc, out, &err);
        saw_html = !st && lede_markdown_saw_html(box->doc);
        lede_markdown_free(box->doc);
        box->doc = NULL;
    } else {
        out = lede_vm_scratch(L, HTML_MAX);
        st = lede_markdown_html(text, &c.options, out, &err);
    }

    if (st)
        return lede_vm_refuse(L, &err);
    lede_vm_push_safe(L, lede_buf_str(out));
    lua_pushboolean(L, saw_html);
    return 2;
}

static int l_doc_close(lua_State *L) {
    doc_box *box = luaL_checkudata(L, 1, DOC);
    lede_markdown_free(box->doc);
    box->doc = NULL;
    return 0;
}

static int l_doc_render(lua_State *L) {
    lede_markdown_doc *d = check_doc(L, 1);
    ((doc_box *)lua_touserdata(L, 1))->pictures.count = 0; /* its first picture is the first again */
    lede_buf *out = lede_vm_scratch(L, HTML_MAX);
    lede_error err = {0};
    if (lede_markdown_render(d, out, &err))
        return lede_vm_refuse(L, &err);
    lede_vm_push_safe(L, lede_buf_str(out));
    return 1;
}

/* doc:saw_html() -> whether a rendering so far had raw HTML in it */
static int l_doc_saw_html(lua_State *L) {
    lua_pushboolean(L, lede_markdown_saw_html(check_doc(L, 1)));
    return 1;
}

static int l_doc_root(lua_State *L) {
    push_node(L, 1, lede_markdown_root(check_doc(L, 1)));
    return 1;
}

/* The node after n in document order below root. */
static lede_markdown_node *following(lede_markdown_node *root, lede_markdown_node *n) {
    lede_markdown_node *next = lede_markdown_first(n);
    for (; !next && n && n != root; n = lede_markdown_parent(n))
        next = lede_markdown_next(n);
    return next;
}

/* doc:collect(type) -> list of nodes of that type, in order */
static int l_doc_collect(lua_State *L) {
    lede_markdown_doc *d = check_doc(L, 1);
    const char *type = luaL_checkstring(L, 2);
    lede_markdown_node *root = lede_markdown_root(d);
    lua_Integer count = 0;
    lua_newtable(L);
    for (lede_markdown_node *n = root; n; n = following(root, n)) {
        if (strcmp(lede_markdown_type(n), type) != 0)
            continue;
        push_node(L, 1, n);
        lua_rawseti(L, -2, ++count);
    }
    return 1;
}

/* doc:walk(fn): fn(node, entering); nodes with children are entered and left. A node may be changed or unlinked by fn when it
 * is left (or, for one without children, when it is entered). */
static int l_doc_walk(lua_State *L) {
    lede_markdown_doc *d = check_doc(L, 1);
    luaL_checktype(L, 2, LUA_TFUNCTION);
    lede_markdown_node *root = lede_markdown_root(d), *n = root;
    bool entering = true;
    while (n) {
        lede_markdown_node *child = entering ? lede_markdown_first(n) : NULL;
        lede_markdown_node *next = lede_markdown_next(n), *parent = lede_markdown_parent(n);
        lua_pushvalue(L, 2);
        push_node(L, 1, n);
        lua_pushboolean(L, entering);
        lua_call(L, 2, 0);
        check_doc(L, 1);
        if (child) {
            n = child;
        } else if (n == root) {
            break;
        } else if (next) {
            n = next;
            entering = true;
        } else {
            n = parent;
            entering = false;
        }
    }
    return 0;
}

static int l_doc_new(lua_State *L) {
    lede_markdown_doc *d = check_doc(L, 1);
    const char *type = luaL_checkstring(L, 2);
    lede_markdown_node *n = lede_markdown_new_node(d, type);
    if (!n)
        return luaL_error(L, "there is no type of node '%s'", type);
    push_node(L, 1, n);
    return 1;
}

/* doc:html(text, { inline = }) -> node whose HTML is printed as it stands */
static int l_doc_html(lua_State *L) {
    lede_markdown_doc *d = check_doc(L, 1);
    const lede_str *safe = lede_vm_safe(L, 2);
    lede_str html = safe ? *safe : (lede_str){0};
    if (!safe)
        html.ptr = luaL_checklstring(L, 2, &html.len);
    bool is_inline = lua_istable(L, 3) && flag(L, 3, "inline");
    lede_markdown_node *n = lede_markdown_new_html(d, !is_inline, html);
    if (!n)
        return luaL_error(L, "not enough memory");
    push_node(L, 1, n);
    return 1;
}

static int arena_gc(lua_State *L) {
    lede_arena_fini(luaL_checkudata(L, 1, ARENA));
    return 0;
}

/* An arena that Lua frees, whatever is raised. */
static lede_arena *push_arena(lua_State *L) {
    lede_arena *a = lua_newuserdatauv(L, sizeof *a, 0);
    lede_arena_init(a, (size_t)16 << 20);
    luaL_setmetatable(L, ARENA);
    return a;
}

static int l_doc_outline(lua_State *L) {
    lede_markdown_doc *d = check_doc(L, 1);
    lede_arena *arena = push_arena(L);

    lede_heading *items;
    size_t count;
    lede_error err = {0};
    lede_status st = lede_markdown_doc_outline(d, arena, &items, &count, &err);

    if (st)
        return lede_vm_refuse(L, &err);
    lua_createtable(L, (int)count, 0);
    for (size_t i = 0; i < count; i++) {
        lua_createtable(L, 0, 3);
        lua_pushinteger(L, items[i].level);
        lua_setfield(L, -2, "level");
        lua_pushlstring(L, items[i].text.ptr, items[i].text.len);
        lua_setfield(L, -2, "text");
        lua_pushlstring(L, items[i].id.ptr, items[i].id.len);
        lua_setfield(L, -2, "id");
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
    return 1;
}

/* ---- nodes */

static int give_str(lua_State *L, lede_str s) {
    if (s.ptr)
        lua_pushlstring(L, s.ptr, s.len);
    else
        lua_pushnil(L);
    return 1;
}

static int node_relative(lua_State *L, lede_markdown_node *n) {
    lua_getiuservalue(L, 1, 1);
    push_node(L, -1, n);
    return 1;
}

static int node_index(lua_State *L) {
    const char *key = luaL_checkstring(L, 2);
    lede_markdown_node *n = check_node(L, 1, NULL);
    lua_pushvalue(L, 2);
    if (lua_rawget(L, lua_upvalueindex(1)) == LUA_TFUNCTION)
        return 1;
    int line, column;
    if (!strcmp(key, "type"))
        return give_str(L, lede_str_of(lede_markdown_type(n)));
    if (!strcmp(key, "literal"))
        return give_str(L, lede_markdown_literal(n));
    if (!strcmp(key, "url"))
        return give_str(L, lede_markdown_node_url(n));
    if (!strcmp(key, "title"))
        return give_str(L, lede_markdown_node_title(n));
    if (!strcmp(key, "info"))
        return give_str(L, lede_markdown_fence_info(n));
    if (!strcmp(key, "level")) {
        lua_pushinteger(L, lede_markdown_node_level(n));
        return 1;
    }
    if (!strcmp(key, "line") || !strcmp(key, "column")) {
        lede_markdown_position(n, &line, &column);
        lua_pushinteger(L, key[0] == 'l' ? line : column);
        return 1;
    }
    if (!strcmp(key, "next"))
        return node_relative(L, lede_markdown_next(n));
    if (!strcmp(key, "previous"))
        return node_relative(L, lede_markdown_previous(n));
    if (!strcmp(key, "parent"))
        return node_relative(L, lede_markdown_parent(n));
    if (!strcmp(key, "first"))
        return node_relative(L, lede_markdown_first(n));
    if (!strcmp(key, "last"))
        return node_relative(L, lede_markdown_last(n));
    return luaL_error(L, "a node has no field '%s'", key);
}

static int node_newindex(lua_State *L) {
    lede_markdown_doc *d;
    lede_markdown_node *n = check_node(L, 1, &d);
    const char *key = luaL_checkstring(L, 2);
    bool ok;
    if (!strcmp(key, "level")) {
        ok = lede_markdown_set_level(n, (int)luaL_checkinteger(L, 3));
    } else {
        size_t len;
        const char *text = luaL_checklstring(L, 3, &len);
        lede_str s = {text, len};
        if (!strcmp(key, "literal"))
            ok = lede_markdown_set_literal(d, n, s);
        else if (!strcmp(key, "url"))
            ok = lede_markdown_set_url(d, n, s);
        else if (!strcmp(key, "title"))
            ok = lede_markdown_set_title(d, n, s);
        else if (!strcmp(key, "info"))
            ok = lede_markdown_set_info(d, n, s);
        else
            return luaL_error(L, "a node's '%s' cannot be set", key);
    }
    return ok ? 0 : luaL_error(L, "a %s node has no '%s'", lede_markdown_type(n), key);
}

static int put_node(lua_State *L, bool (*put)(lede_markdown_node *, lede_markdown_node *)) {
    lede_markdown_doc *mine, *other;
    lede_markdown_node *at = check_node(L, 1, &mine), *n = check_node(L, 2, &other);
    luaL_argcheck(L, mine == other, 2, "a node of the same document");
    if (!put(at, n))
        return luaL_error(L, "a %s node cannot stand there", lede_markdown_type(n));
    lua_settop(L, 2);
    return 1;
}

static int l_node_insert_before(lua_State *L) { return put_node(L, lede_markdown_insert_before); }
static int l_node_insert_after(lua_State *L) { return put_node(L, lede_markdown_insert_after); }
static int l_node_append(lua_State *L) { return put_node(L, lede_markdown_append); }

static int l_node_unlink(lua_State *L) {
    lede_markdown_unlink(check_node(L, 1, NULL));
    lua_settop(L, 1);
    return 1;
}

static bool replace(lede_markdown_node *at, lede_markdown_node *n) {
    if (!lede_markdown_insert_after(at, n))
        return false;
    lede_markdown_unlink(at);
    return true;
}

static int l_node_replace(lua_State *L) { return put_node(L, replace); }

static const luaL_Reg functions[] = {{"render", l_markdown_render}, {"parse", l_markdown_parse}, {NULL, NULL}};
static const luaL_Reg doc_methods[] = {{"render", l_doc_render}, {"root", l_doc_root}, {"collect", l_doc_collect}, {"walk", l_doc_walk}, {"new", l_doc_new},
                                       {"html", l_doc_html}, {"outline", l_doc_outline}, {"saw_html", l_doc_saw_html}, {"close", l_doc_close}, {NULL, NULL}};
static const luaL_Reg doc_metamethods[] = {{"__gc", l_doc_close}, {"__close", l_doc_close}, {NULL, NULL}};
static const luaL_Reg node_methods[] = {{"insert_before", l_node_insert_before}, {"insert_after", l_node_insert_after}, {"append", l_node_append},
                                        {"unlink", l_node_unlink}, {"replace", l_node_replace}, {NULL, NULL}};

int luaopen_lede_markdown(lua_State *L) {
    luaL_newmetatable(L, DOC);
    luaL_setfuncs(L, doc_metamethods, 0);
    luaL_newlib(L, doc_methods);
    lua_setfield(L, -2, "__index");
    lua_pushliteral(L, "locked");
    lua_setfield(L, -2, "__metatable");
    luaL_newmetatable(L, NODE);
    luaL_newlib(L, node_methods);
    lua_pushcclosure(L, node_index, 1);
    lua_setfield(L, -2, "__index");
    lua_pushcfunction(L, node_newindex);
    lua_setfield(L, -2, "__newindex");
    lua_pushliteral(L, "locked");
    lua_setfield(L, -2, "__metatable");
    luaL_newmetatable(L, ARENA);
    lua_pushcfunction(L, arena_gc);
    lua_setfield(L, -2, "__gc");
    lua_pop(L, 3);
    luaL_newlib(L, functions);
    return 1;
}
