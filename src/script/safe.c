/* safe.c - values that cross: refusals as nil and a table, scratch memory that Lua frees, text that
 * is right for HTML. */
#include "script/internal.h"

#include <lauxlib.h>

/* ---- refusals */

static int error_tostring(lua_State *L) {
    lua_getfield(L, 1, "message");
    return 1;
}

int lede_vm_refuse(lua_State *L, const lede_error *err) {
    lua_pushnil(L);
    lua_createtable(L, 0, 5);
    lua_pushstring(L, lede_status_name(err->status));
    lua_setfield(L, -2, "code");
    lua_pushstring(L, err->message);
    lua_setfield(L, -2, "message");
    lua_pushboolean(L, lede_status_retryable(err->status));
    lua_setfield(L, -2, "retryable");
    if (err->line) {
        lua_pushinteger(L, err->line);
        lua_setfield(L, -2, "line");
        lua_pushinteger(L, err->column);
        lua_setfield(L, -2, "column");
    }
    luaL_setmetatable(L, "lede.Error");
    return 2;
}

/* ---- scratch */

lede_buf *lede_vm_scratch(lua_State *L, size_t limit) {
    lede_vm *vm = lede_vm_of(L);
    lede_buf *b = &vm->scratch[vm->next_scratch++ % LEDE__SCRATCH];
    if (b->cap > LEDE__SCRATCH_KEEP)
        lede_buf_fini(b);
    lede_buf_clear(b);
    b->limit = limit;
    return b;
}

/* ---- safe text: the bytes follow the header in one block */

void lede_vm_push_safe(lua_State *L, lede_str html) {
    lede_str *s = lua_newuserdatauv(L, sizeof *s + html.len + 1, 0);
    char *bytes = (char *)(s + 1);
    if (html.len)
        memcpy(bytes, html.ptr, html.len);
    bytes[html.len] = '\0';
    *s = (lede_str){bytes, html.len};
    luaL_setmetatable(L, "lede.Safe");
}

const lede_str *lede_vm_safe(lua_State *L, int index) {
    return luaL_testudata(L, index, "lede.Safe");
}

static int safe_tostring(lua_State *L) {
    const lede_str *s = luaL_checkudata(L, 1, "lede.Safe");
    lua_pushlstring(L, s->ptr, s->len);
    return 1;
}

static int safe_len(lua_State *L) {
    const lede_str *s = luaL_checkudata(L, 1, "lede.Safe");
    lua_pushinteger(L, (lua_Integer)s->len);
    return 1;
}

static int safe_eq(lua_State *L) {
    const lede_str *a = lede_vm_safe(L, 1), *b = lede_vm_safe(L, 2);
    lua_pushboolean(L, a && b && lede_str_eq(*a, *b));
    return 1;
}

static void add_escaped(lua_State *L, lede_buf *b, int i) {
    const lede_str *safe = lede_vm_safe(L, i);
    if (safe) {
        lede_buf_add(b, *safe);
        return;
    }
    size_t len;
    const char *s = luaL_checklstring(L, i, &len);
    lede_escape_attr(b, (lede_str){s, len});
}

/* Safe text joined with other text is safe: the other text is escaped. */
static int safe_concat(lua_State *L) {
    lede_buf *b = lede_vm_scratch(L, LEDE_BUF_MAX);
    add_escaped(L, b, 1);
    add_escaped(L, b, 2);
    lede_error err = {0};
    if (lede_buf_status(b, &err))
        return luaL_error(L, "%s", err.message);
    lede_vm_push_safe(L, lede_buf_str(b));
    return 1;
}

static void make_class(lua_State *L, const char *name, const luaL_Reg *metamethods) {
    luaL_newmetatable(L, name);
    luaL_setfuncs(L, metamethods, 0);
    lua_pushliteral(L, "locked");
    lua_setfield(L, -2, "__metatable");
    lua_pop(L, 1);
}

void lede__open_safe(lua_State *L) {
    static const luaL_Reg error[] = {{"__tostring", error_tostring}, {NULL, NULL}};
    static const luaL_Reg safe[] = {{"__tostring", safe_tostring},
                                    {"__len", safe_len},
                                    {"__eq", safe_eq},
                                    {"__concat", safe_concat},
                                    {NULL, NULL}};
    make_class(L, "lede.Error", error);
    make_class(L, "lede.Safe", safe);
}
