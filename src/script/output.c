/* output.c - what compiled templates call: writes into the VM's buffer. Module "lede.output".
 *
 * w(text) writes literal text; print(where, ...) values, each escaped for where it stands. aside() puts a new buffer in the place of the output and back() returns to the one before, giving
 * a number under which emit(n) appends what was written meanwhile: a layout around a page costs one
 * copy. */
#include "script/internal.h"

#include "base/url.h"

#include <lauxlib.h>

/* ---- values, by the letter of where they stand (context.h) */

/* What a URL's byte needs: quotes, brackets, blanks and controls would end it or be changed by a browser. */
enum { AS_IT_IS, ENCODED, COLON, AMPERSAND };
#define EIGHT ENCODED, ENCODED, ENCODED, ENCODED, ENCODED, ENCODED, ENCODED, ENCODED
static const unsigned char url_bytes[256] = {
    EIGHT, EIGHT, EIGHT, EIGHT, [' '] = ENCODED, ['"'] = ENCODED, ['\''] = ENCODED, ['<'] = ENCODED, ['>'] = ENCODED, ['`'] = ENCODED,
    ['\\'] = ENCODED, ['{'] = ENCODED, ['}'] = ENCODED, ['|'] = ENCODED, ['^'] = ENCODED, [0x7F] = ENCODED, [':'] = COLON, ['&'] = AMPERSAND,
};

/* Appends url with what must be encoded encoded; what was encoded already stays. In a part of
 * a URL a colon is, too: it could make a scheme. */
static void add_url(lede_buf *out, lede_str url, bool whole) {
    static const char hex[] = "0123456789ABCDEF";
    size_t from = 0;
    for (size_t i = 0; i < url.len; i++) {
        const char c = url.ptr[i];
        const unsigned char need = url_bytes[(unsigned char)c];
        if (need == AS_IT_IS || (need == COLON && whole))
            continue;
        lede_buf_addn(out, url.ptr + from, i - from);
        from = i + 1;
        if (need == AMPERSAND) {
            lede_buf_addn(out, "&amp;", 5);
        } else {
            const char code[3] = {'%', hex[(unsigned char)c >> 4], hex[(unsigned char)c & 15]};
            lede_buf_addn(out, code, sizeof code);
        }
    }
    lede_buf_addn(out, url.ptr + from, url.len - from);
}

/* A URL that leads to a program is no URL. */
static void add_whole_url(lede_buf *out, lede_str url, bool image) {
    url = lede_str_trim(url);
    if (lede__url_allowed(url, image))
        add_url(out, url, true);
    else
        lede_buf_adds(out, "about:invalid");
}

/* Candidates of a srcset: an address and what it is for, set apart by commas. */
static void add_srcset(lede_buf *out, lede_str s) {
    bool first = true;
    for (size_t i = 0; i < s.len;) {
        if (strchr(" \t\n\r\f", s.ptr[i])) { /* before an address */
            i++;
            continue;
        }
        size_t end = i;
        while (end < s.len && !strchr(" \t\n\r\f", s.ptr[end]))
            end++;
        const bool alone = end > i && s.ptr[end - 1] == ',';
        lede_str url = lede_str_n(s.ptr + i, end - i - alone), what = {0};
        i = end;
        if (!alone) {
            const size_t comma = lede_str_find(s, ',', i);
            what = lede_str_trim(lede_str_n(s.ptr + i, comma - i));
            i = comma < s.len ? comma + 1 : comma;
        }
        if (!url.len || !lede__url_allowed(url, true))
            continue;
        if (!first)
            lede_buf_adds(out, ", ");
        first = false;
        add_url(out, url, true);
        if (what.len)
            lede_buf_addc(out, ' ');
        lede_escape_attr(out, what);
    }
}

/* A value of a style: words, numbers, colours, lengths. Anything that could be a rule, an address or a comment is none. */
static void add_style(lede_buf *out, lede_str s) {
    bool plain = lede_str_search(s, LEDE_STR("/*"), 0) == (size_t)-1;
    for (size_t i = 0; plain && i < s.len; i++) {
        const unsigned char c = (unsigned char)s.ptr[i];
        const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        plain = letter || c >= 0x80 || (c && strchr(" #.,%-+_()/", (char)c));
    }
    for (size_t i = 0; plain && i < s.len; i++) {
        const lede_str here = lede_str_n(s.ptr + i, s.len - i < 10 ? s.len - i : 10);
        plain = !lede_str_eq_nocase(lede_str_n(here.ptr, here.len < 4 ? here.len : 4), LEDE_STR("url(")) &&
                !lede_str_eq_nocase(here, LEDE_STR("expression"));
    }
    lede_buf_add(out, plain ? s : LEDE_STR("invalid"));
}

/* The inside of a string of a script, whichever quotes it stands in. */
static void add_script_string(lede_buf *out, lede_str s) {
    size_t from = 0;
    for (size_t i = 0; i < s.len; i++) {
        const char c = s.ptr[i];
        if (c != '<' && c != '>' && c != '&' && c != '\'')
            continue;
        lede_escape_json(out, lede_str_n(s.ptr + from, i - from));
        lede_buf_addf(out, "\\u%04x", (unsigned)c);
        from = i + 1;
    }
    lede_escape_json(out, lede_str_sub(s, from));
}

static void add_text(lede_buf *out, lede_str s, char where) {
    switch (where) {
    case 't':
    case 'r': lede_buf_add(out, s); return;
    case 'x': lede_escape_xml(out, s); return;
    case 'u': add_whole_url(out, s, false); return;
    case 'i': add_whole_url(out, s, true); return;
    case 'p': add_url(out, s, false); return;
    case 'q': lede_escape_url(out, s); return;
    case 's': add_srcset(out, s); return;
    case 'c': add_style(out, s); return;
    case 'k': add_script_string(out, s); return;
    default: lede_escape_attr(out, s); return; /* 'h' and 'a': right in text and in quoted values */
    }
}

/* false: the value is of a type that cannot be printed. */
static bool add_value(lua_State *L, int i, lede_buf *out, char where) {
    size_t len;
    const char *s;
    switch (lua_type(L, i)) {
    case LUA_TSTRING:
        s = lua_tolstring(L, i, &len);
        add_text(out, lede_str_n(s, len), where);
        return true;
    case LUA_TNUMBER:
        lua_pushvalue(L, i);
        s = lua_tolstring(L, -1, &len);
        add_text(out, lede_str_n(s, len), where);
        lua_pop(L, 1);
        return true;
    case LUA_TBOOLEAN: lede_buf_adds(out, lua_toboolean(L, i) ? "true" : "false"); return true;
    case LUA_TNIL:
    case LUA_TNONE: return true;
    default: break;
    }
    const lede_str *safe = lede_vm_safe(L, i);
    if (safe) {
        add_text(out, *safe, where == 'h' ? 'r' : where);
        return true;
    }
    if (luaL_getmetafield(L, i, "__tostring") == LUA_TNIL)
        return false;
    lua_pop(L, 1);
    s = luaL_tolstring(L, i, &len);
    add_text(out, lede_str_n(s, len), where);
    lua_pop(L, 1);
    return true;
}

/* Raises for argument i, which stands so many lines below the line of the call. */
static int refuse_value(lua_State *L, int i, int lines) {
    lua_Debug at;
    const char *type = luaL_typename(L, i);
    if (lua_getstack(L, 1, &at) && lua_getinfo(L, "Sl", &at))
        lua_pushfstring(L, "%s:%d: ", at.short_src, at.currentline + lines);
    else
        lua_pushliteral(L, "");
    lua_pushfstring(L, "a template prints text and numbers, not a %s", type);
    lua_concat(L, 2);
    return lua_error(L);
}

/* print(where, ...): each argument, by the letter of where for it; the byte behind each letter says how many lines below the
 * call the argument stands. */
static int l_output_print(lua_State *L) {
    lede_buf *out = &lede_vm_of(L)->out;
    size_t len;
    const char *where = lua_tolstring(L, 1, &len);
    for (size_t i = 0; i + 1 < len; i += 2)
        if (!add_value(L, (int)(i / 2) + 2, out, where[i]))
            return refuse_value(L, (int)(i / 2) + 2, (unsigned char)where[i + 1]);
    return 0;
}

/* w(text): as it is. */
static int l_output_w(lua_State *L) {
    size_t len;
    const char *s = lua_tolstring(L, 1, &len);
    lede_buf_addn(&lede_vm_of(L)->out, s, len);
    return 0;
}

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
    static const luaL_Reg functions[] = {{"w", l_output_w}, {"print", l_output_print},
                                         {"aside", l_output_aside}, {"back", l_output_back}, {"emit", l_output_emit},   {"drop", l_output_drop},
                                         {"start", l_output_start}, {"take", l_output_take}, {"length", l_output_length}, {"since", l_output_since},
                                         {"sides", l_output_sides}, {"undo", l_output_undo},
                                         {NULL, NULL}};
    luaL_newlib(L, functions);
    return 1;
}

void lede__open_output(lua_State *L) { lede_vm_preload(lede_vm_of(L), "lede.output", open_output); }
