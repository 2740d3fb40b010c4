/* xml.c - lede.xml_core: escape, and a document as a tree of tables. Types: include/lua/lede/xml.lua. */
#include "bind/bind.h"
#include "bind/text.h"
#include "bind/value.h"

#include "lede/xml.h"

#include <lauxlib.h>

enum { XML_MAX = 64 << 20, ROOM = 8 /* slots of the stack that a level needs */ };

static int l_xml_escape(lua_State *L) {
    lede_str s = lede__check_text(L, 1);
    lede_buf *b = lede_vm_scratch(L, XML_MAX);

    lede_escape_xml(b, s);

    return lede__give(L, b);
}

/* ---- parse */

static void push_str(lua_State *L, lede_str s) { lua_pushlstring(L, s.len ? s.ptr : "", s.len); }

static void set_str(lua_State *L, const char *key, lede_str s) {
    push_str(L, s);
    lua_setfield(L, -2, key);
}

/* The key of an attribute: "name", "xml:name", or "{namespace}name". */
static void push_key(lua_State *L, const lede_xml_name *name) {
    push_str(L, name->local);
    if (name->space.len == 0)
        return;
    if (lede_str_is(name->prefix, "xml")) {
        lua_pushliteral(L, "xml:");
        lua_insert(L, -2);
        lua_concat(L, 2);
        return;
    }
    lua_pushliteral(L, "{");
    push_str(L, name->space);
    lua_pushliteral(L, "}");
    lua_rotate(L, -4, 3);
    lua_concat(L, 4);
}

static void push_attributes(lua_State *L, const lede_xml_node *node, int none) {
    if (node->attribute_count == 0) {
        lua_pushvalue(L, none);
        return;
    }
    lua_createtable(L, 0, (int)node->attribute_count);
    for (size_t i = 0; i < node->attribute_count; i++) {
        push_key(L, &node->attributes[i].name);
        push_str(L, node->attributes[i].value);
        lua_rawset(L, -3);
    }
}

static void push_element(lua_State *L, const lede_xml_node *node, int none) {
    lua_createtable(L, (int)node->child_count, 4);
    set_str(L, "name", node->name.local);
    set_str(L, "space", node->name.space);
    lua_pushinteger(L, node->line);
    lua_setfield(L, -2, "line");
    push_attributes(L, node, none);
    lua_setfield(L, -2, "attributes");
}

/* Pushes the tree; it is at most LEDE_XML_DEPTH deep, which lede_xml_read sees to. none: the index
 * of the table that elements without attributes share. */
static void push_tree(lua_State *L, const lede_xml_node *node, // NOLINT(misc-no-recursion)
                      int none) {
    luaL_checkstack(L, ROOM, "xml: too deep");
    push_element(L, node, none);
    lua_Integer n = 0;
    for (const lede_xml_node *child = node->first; child; child = child->next) {
        if (child->name.local.len)
            push_tree(L, child, none);
        else
            push_str(L, child->text);
        lua_rawseti(L, -2, ++n);
    }
}

static size_t check_limit(lua_State *L, int i) {
    if (lua_isnoneornil(L, i))
        return LEDE_XML_BYTES;
    lua_Integer n = luaL_checkinteger(L, i);
    luaL_argcheck(L, n > 0 && n <= LEDE_XML_MOST, i, "a limit of 1 to 104857600 bytes");
    return (size_t)n;
}

/* lede.xml_core.parse(text, limit) -> root, or nil, err */
static int l_xml_parse(lua_State *L) {
    lede_str s = lede__check_text(L, 1);
    size_t max = check_limit(L, 2);
    lede_arena *arena = lede__scratch_arena(L);

    lede_error err = {0};
    const lede_xml_node *root;
    lede_status st = lede_xml_read(arena, s, max, &root, &err);

    if (st)
        return lede_vm_refuse(L, &err);
    lua_newtable(L);
    push_tree(L, root, lua_gettop(L));
    lede_arena_fini(arena);
    return 1;
}

static const luaL_Reg functions[] = {{"escape", l_xml_escape}, {"parse", l_xml_parse}, {NULL, NULL}};

int luaopen_lede_xml_core(lua_State *L) {
    luaL_newlib(L, functions);
    return 1;
}
