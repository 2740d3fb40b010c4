/* output.c - what compiled templates call: writes into the VM's buffer. Module "lede.output".
 *
 * w(text) writes as it is; html(value), attr(value), xml(value) and json(value) write escaped.
 * aside() puts a new buffer in the place of the output and back() returns to the one before, giving
 * a number under which emit(n) appends what was written meanwhile: a layout around a page costs one
 * copy. */
#include "script/internal.h"

#include <lauxlib.h>

typedef void escape_fn(lede_buf *b, lede_str s);

static int l_output_w(lua_State *L) {
    size_t len;
    const char *s = lua_tolstring(L, 1, &len);
    lede_buf *out = &lede_vm_of(L)->out;
    if (s) {
        lede_buf_addn(out, s, len);
        return 0;
    }
    const lede_str *safe = lede_vm_safe(L, 1);
    if (safe)
        lede_buf_add(out, *safe);
    else if (!lua_isnoneornil(L, 1))
        return luaL_error(L, "a template prints text, not a %s", luaL_typename(L, 1));
    return 0;
}

static int put(lua_State *L, escape_fn *escape) {
    lede_buf *out = &lede_vm_of(L)->out;
    size_t len;
    const char *s;
    switch (lua_type(L, 1)) {
    case LUA_TSTRING:
        s = lua_tolstring(L, 1, &len);
        escape(out, (lede_str){s, len});
        return 0;
    case LUA_TNUMBER:
        lua_pushvalue(L, 1);
        s = lua_tolstring(L, -1, &len);
        lede_buf_addn(out, s, len);
        return 0;
    case LUA_TBOOLEAN:
        lede_buf_adds(out, lua_toboolean(L, 1) ? "true" : "false");
        return 0;
    case LUA_TNIL:
    case LUA_TNONE:
        return 0;
    default:
        break;
    }
    const lede_str *safe = lede_vm_safe(L, 1);
    if (safe && escape == lede_escape_attr)
        lede_buf_add(out, *safe);
    else if (safe)
        escape(out, *safe);
    else if (luaL_getmetafield(L, 1, "__tostring") != LUA_TNIL)
        escape(out, (s = luaL_tolstring(L, 1, &len), (lede_str){s, len}));
    else
        return luaL_error(L, "a template prints text and numbers, not a %s", luaL_typename(L, 1));
    return 0;
}

static int l_output_html(lua_State *L) {
    return put(L, lede_escape_attr);
} /* right in text and in quoted values */
static int l_output_xml(lua_State *L) { return put(L, lede_escape_xml); }
static int l_output_json(lua_State *L) { return put(L, lede_escape_json); }

static void swap(lede_buf *a, lede_buf *b) {
    lede_buf t = *a;
    *a = *b;
    *b = t;
}

static int l_output_aside(lua_State *L) {
    lede_vm *vm = lede_vm_of(L);
    if (vm->n_sides == LEDE__SIDES)
        return luaL_error(L, "layouts are nested more than %d deep", LEDE__SIDES);
    lede_buf_clear(&vm->sides[vm->n_sides]);
    vm->away[vm->n_sides] = true;
    swap(&vm->out, &vm->sides[vm->n_sides++]);
    return 0;
}

static int l_output_back(lua_State *L) {
    lede_vm *vm = lede_vm_of(L);
    luaL_argcheck(L, vm->n_sides > 0, 1, "nothing was put aside");
    lede_error err = {0};
    if (lede_buf_status(&vm->out, &err)) /* what was cut off must not pass for whole */
        return luaL_error(L, "the output is too long: %s", err.message);
    vm->away[vm->n_sides - 1] = false;
    swap(&vm->out, &vm->sides[vm->n_sides - 1]);
    lua_pushinteger(L, vm->n_sides);
    return 1;
}

static int l_output_emit(lua_State *L) {
    lede_vm *vm = lede_vm_of(L);
    lua_Integer n = luaL_checkinteger(L, 1);
    luaL_argcheck(L, n >= 1 && n <= vm->n_sides, 1, "nothing there");
    lede_buf_add(&vm->out, lede_buf_str(&vm->sides[n - 1]));
    return 0;
}

/* Forgets what was put aside from number n on, when its template is through. */
static int l_output_drop(lua_State *L) {
    lede_vm *vm = lede_vm_of(L);
    lua_Integer n = luaL_checkinteger(L, 1);
    if (n >= 1 && n <= vm->n_sides)
        vm->n_sides = (int)n - 1;
    return 0;
}

/* start() empties everything; take() gives the output as a string. */
static int l_output_start(lua_State *L) {
    lede_vm *vm = lede_vm_of(L);
    vm->n_sides = 0;
    lede_buf_clear(&vm->out);
    return 0;
}

static int l_output_take(lua_State *L) {
    lede_vm *vm = lede_vm_of(L);
    lede_error err = {0};
    if (lede_buf_status(&vm->out, &err))
        return luaL_error(L, "%s", err.message);
    lua_pushlstring(L, vm->out.ptr, vm->out.len);
    lede_buf_clear(&vm->out);
    return 1;
}

static int l_output_length(lua_State *L) {
    lua_pushinteger(L, (lua_Integer)lede_vm_of(L)->out.len);
    return 1;
}

static int l_output_sides(lua_State *L) {
    lua_pushinteger(L, lede_vm_of(L)->n_sides);
    return 1;
}

/* undo(sides, length): the output as it was when sides() and length() gave these, after a template failed. */
static int l_output_undo(lua_State *L) {
    lede_vm *vm = lede_vm_of(L);
    lua_Integer sides = luaL_checkinteger(L, 1), length = luaL_checkinteger(L, 2);
    luaL_argcheck(L, sides >= 0 && length >= 0, 1, "not what sides() and length() gave");
    while (vm->n_sides > sides)
        if (vm->away[--vm->n_sides])
            swap(&vm->out, &vm->sides[vm->n_sides]);
    if (vm->out.len > (size_t)length)
        vm->out.ptr[vm->out.len = (size_t)length] = '\0';
    return 0;
}

/* since(n): takes away what was written after length n, as a string. */
static int l_output_since(lua_State *L) {
    lede_buf *out = &lede_vm_of(L)->out;
    lua_Integer n = luaL_checkinteger(L, 1);
    luaL_argcheck(L, n >= 0 && (size_t)n <= out->len, 1, "beyond the output");
    lua_pushlstring(L, out->ptr + n, out->len - (size_t)n);
    out->len = (size_t)n;
    return 1;
}

static int open_output(lua_State *L) {
    static const luaL_Reg functions[] = {{"w", l_output_w},         {"html", l_output_html}, {"xml", l_output_xml},     {"json", l_output_json},
                                         {"aside", l_output_aside}, {"back", l_output_back}, {"emit", l_output_emit},   {"drop", l_output_drop},
                                         {"start", l_output_start}, {"take", l_output_take}, {"length", l_output_length}, {"since", l_output_since},
                                         {"sides", l_output_sides}, {"undo", l_output_undo},
                                         {NULL, NULL}};
    luaL_newlib(L, functions);
    return 1;
}

void lede__open_output(lua_State *L) { lede_vm_preload(lede_vm_of(L), "lede.output", open_output); }
