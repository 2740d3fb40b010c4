/* pattern.c - find, match, gmatch and gsub of a page VM: Lua's patterns, with a meter.
 *
 * Stock Lua backtracks inside C, where neither hook nor limit reaches: forty quantifiers on forty
 * letters run for ever. Here every step is counted; a call that passes STEPS_MAX, or the VM's
 * deadline, raises. */
#include "script/internal.h"

#include <assert.h>
#include <ctype.h>
#include <lauxlib.h>

enum { CAPTURES_MAX = 32, DEPTH_MAX = 200, STEPS_MAX = 1 << 26, LOOK_EVERY = 1 << 14 };
enum { OPEN = -1, POSITION = -2 }; /* instead of a capture's length */

typedef struct matcher {
    lua_State *L;
    lede_vm *vm;
    const char *subject, *end, *pattern_end;
    uint32_t steps;
    int depth, captures;
    struct {
        const char *at;
        ptrdiff_t len;
    } capture[CAPTURES_MAX];
} matcher;

static const char *match_here(matcher *m, const char *s, const char *p);

static void spend(matcher *m, uint32_t n) {
    uint32_t before = m->steps;
    m->steps += n;
    if (m->steps / LOOK_EVERY == before / LOOK_EVERY)
        return;
    if (m->vm->expired)
        lede__check_stopped(m->L);
    if (m->steps > STEPS_MAX)
        luaL_error(m->L,
                   "pattern: matching takes too long on this text; use fewer '*', '+' and '-'");
}

/* ---- single-character items */

static bool in_class(unsigned char c, char name) {
    bool yes;
    switch (tolower((unsigned char)name)) {
    case 'a':
        yes = isalpha(c);
        break;
    case 'c':
        yes = iscntrl(c);
        break;
    case 'd':
        yes = isdigit(c);
        break;
    case 'g':
        yes = isgraph(c);
        break;
    case 'l':
        yes = islower(c);
        break;
    case 'p':
        yes = ispunct(c);
        break;
    case 's':
        yes = isspace(c);
        break;
    case 'u':
        yes = isupper(c);
        break;
    case 'w':
        yes = isalnum(c);
        break;
    case 'x':
        yes = isxdigit(c);
        break;
    case 'z':
        yes = c == 0;
        break; /* of Lua 5.1, still understood */
    default:
        return (unsigned char)name == c; /* an escaped character */
    }
    return isupper((unsigned char)name) ? !yes : yes;
}

/* What follows the item that begins at p. */
static const char *item_end(matcher *m, const char *p) {
    if (*p == '%') {
        if (p + 1 == m->pattern_end)
            luaL_error(m->L, "malformed pattern (ends with '%%')");
        return p + 2;
    }
    if (*p != '[')
        return p + 1;
    p++;
    if (p < m->pattern_end && *p == '^')
        p++;
    for (const char *first = p;; p++) { /* ']' right at the start is a member */
        if (p >= m->pattern_end)
            luaL_error(m->L, "malformed pattern (missing ']')");
        if (*p == ']' && p > first)
            return p + 1;
        if (*p == '%' && ++p >= m->pattern_end)
            luaL_error(m->L, "malformed pattern (missing ']')");
    }
}

/* The set between p ('[') and last (its ']'). */
static bool in_set(unsigned char c, const char *p, const char *last) {
    bool wanted = true;
    p++;
    if (*p == '^') {
        wanted = false;
        p++;
    }
    for (; p < last; p++) {
        if (*p == '%') {
            if (in_class(c, *++p))
                return wanted;
        } else if (p + 2 < last && p[1] == '-') {
            if ((unsigned char)p[0] <= c && c <= (unsigned char)p[2])
                return wanted;
            p += 2;
        } else if ((unsigned char)*p == c) {
            return wanted;
        }
    }
    return !wanted;
}

static bool accepts(const matcher *m, const char *s, const char *p, const char *item_after) {
    if (s >= m->end)
        return false;
    unsigned char c = (unsigned char)*s;
    switch (*p) {
    case '.':
        return true;
    case '%':
        return in_class(c, p[1]);
    case '[':
        return in_set(c, p, item_after - 1);
    default:
        return (unsigned char)*p == c;
    }
}

/* ---- quantifiers */

static const char *most(matcher *m, const char *s, const char *p, const char *after,
                        ptrdiff_t least) {
    ptrdiff_t n = 0;
    while (accepts(m, s + n, p, after))
        n++;
    spend(m, (uint32_t)(n >> 2) + 1);
    for (; n >= least; n--) {
        const char *end = match_here(m, s + n, after + 1);
        if (end)
            return end;
    }
    return NULL;
}

static const char *fewest(matcher *m, const char *s, const char *p, const char *after) {
    for (;;) {
        const char *end = match_here(m, s, after + 1);
        if (end)
            return end;
        if (!accepts(m, s, p, after))
            return NULL;
        s++;
    }
}

/* ---- captures, %b, %f, %1 */

static const char *open_capture(matcher *m, const char *s, const char *p, ptrdiff_t kind) {
    if (m->captures >= CAPTURES_MAX)
        luaL_error(m->L, "too many captures");
    m->capture[m->captures].at = s;
    m->capture[m->captures++].len = kind;
    const char *end = match_here(m, s, p);
    if (!end)
        m->captures--;
    return end;
}

static const char *close_capture(matcher *m, const char *s, const char *p) {
    int i = m->captures - 1;
    while (i >= 0 && m->capture[i].len != OPEN)
        i--;
    if (i < 0)
        luaL_error(m->L, "invalid pattern capture");
    m->capture[i].len = s - m->capture[i].at;
    const char *end = match_here(m, s, p);
    if (!end)
        m->capture[i].len = OPEN;
    return end;
}

static const char *back_reference(matcher *m, const char *s, char digit) {
    int i = digit - '1';
    if (i < 0 || i >= m->captures || m->capture[i].len == OPEN)
        luaL_error(m->L, "invalid capture index %%%d", i + 1);
    ptrdiff_t len = m->capture[i].len;
    if (len == POSITION)
        return NULL;
    assert(m->capture[i].at);
    spend(m, (uint32_t)(len >> 4) + 1);
    if (m->end - s < len || memcmp(s, m->capture[i].at, (size_t)len) != 0)
        return NULL;
    return s + len;
}

static const char *balanced(matcher *m, const char *s, const char *p) {
    if (p + 1 >= m->pattern_end)
        luaL_error(m->L, "malformed pattern (missing arguments to '%%b')");
    if (s >= m->end || *s != p[0])
        return NULL;
    const char *from = s;
    for (long depth = 1; ++s < m->end;) {
        if (*s == p[1]) {
            if (--depth == 0)
                break;
        } else if (*s == p[0]) {
            depth++;
        }
    }
    spend(m, (uint32_t)((s - from) >> 2) + 1);
    return s < m->end ? s + 1 : NULL;
}

static bool frontier(matcher *m, const char *s, const char *set, const char *after) {
    unsigned char before = s == m->subject ? 0 : (unsigned char)s[-1];
    unsigned char here = s < m->end ? (unsigned char)*s : 0;
    return !in_set(before, set, after - 1) && in_set(here, set, after - 1);
}

/* ---- the matcher */

/* One item with what quantifies it. Sets *s and *p to go on with, or returns true with the answer
 * in *end. */
static bool step_item(matcher *m, const char **s, const char **p, const char **end) {
    const char *after = item_end(m, *p);
    char q = after < m->pattern_end ? *after : '\0';
    switch (q) {
    case '*':
        *end = most(m, *s, *p, after, 0);
        return true;
    case '+':
        *end = most(m, *s, *p, after, 1);
        return true;
    case '-':
        *end = fewest(m, *s, *p, after);
        return true;
    case '?':
        if (accepts(m, *s, *p, after) && (*end = match_here(m, *s + 1, after + 1)) != NULL)
            return true;
        *p = after + 1;
        return false;
    default:
        if (!accepts(m, *s, *p, after)) {
            *end = NULL;
            return true;
        }
        ++*s;
        *p = after;
        return false;
    }
}

/* '%' and what is special behind it; false: it is an ordinary item. */
static bool step_escape(matcher *m, const char **s, const char **p, bool *dead) {
    char c = *p + 1 < m->pattern_end ? (*p)[1] : '\0';
    if (c == 'b') {
        *s = balanced(m, *s, *p + 2);
        *p += 4;
    } else if (c == 'f') {
        const char *set = *p + 2;
        if (set >= m->pattern_end || *set != '[')
            luaL_error(m->L, "missing '[' after '%%f' in pattern");
        const char *after = item_end(m, set);
        if (!frontier(m, *s, set, after))
            *s = NULL;
        *p = after;
    } else if (isdigit((unsigned char)c)) {
        *s = back_reference(m, *s, c);
        *p += 2;
    } else {
        return false;
    }
    *dead = *s == NULL;
    return true;
}

static const char *match_here(matcher *m, const char *s, const char *p) {
    if (++m->depth > DEPTH_MAX)
        luaL_error(m->L, "pattern too complex");
    const char *end = NULL;
    for (;;) {
        assert(s && p);
        spend(m, 1);
        if (p == m->pattern_end) {
            end = s;
            break;
        }
        bool dead = false;
        if (*p == '(') {
            bool empty = p + 1 < m->pattern_end && p[1] == ')';
            end = empty ? open_capture(m, s, p + 2, POSITION) : open_capture(m, s, p + 1, OPEN);
            break;
        }
        if (*p == ')') {
            end = close_capture(m, s, p + 1);
            break;
        }
        if (*p == '$' && p + 1 == m->pattern_end) {
            end = s == m->end ? s : NULL;
            break;
        }
        if (*p == '%' && step_escape(m, &s, &p, &dead)) {
            if (dead)
                break;
            continue;
        }
        if (step_item(m, &s, &p, &end))
            break;
    }
    m->depth--;
    return end;
}

static const char *try_at(matcher *m, const char *s, const char *p) {
    m->captures = 0;
    m->depth = 0;
    return match_here(m, s, p);
}

/* ---- results */

static void push_capture(matcher *m, int i, const char *s, const char *e) {
    if (i >= m->captures) {
        if (i != 0)
            luaL_error(m->L, "invalid capture index %%%d", i + 1);
        lua_pushlstring(m->L, s, (size_t)(e - s));
    } else if (m->capture[i].len == OPEN) {
        luaL_error(m->L, "unfinished capture");
    } else if (m->capture[i].len == POSITION) {
        lua_pushinteger(m->L, m->capture[i].at - m->subject + 1);
    } else {
        lua_pushlstring(m->L, m->capture[i].at, (size_t)m->capture[i].len);
    }
}

/* All captures; whole: the match itself when there are none. */
static int push_captures(matcher *m, const char *s, const char *e, bool whole) {
    int n = m->captures == 0 && whole ? 1 : m->captures;
    luaL_checkstack(m->L, n, "too many captures");
    for (int i = 0; i < n; i++)
        push_capture(m, i, s, e);
    return n;
}

static matcher prepare(lua_State *L, lede_str s, lede_str p) {
    return (matcher){.L = L,
                     .vm = lede_vm_of(L),
                     .subject = s.ptr,
                     .end = s.ptr + s.len,
                     .pattern_end = p.ptr + p.len};
}

static lede_str check_str(lua_State *L, int i) {
    lede_str s;
    s.ptr = luaL_checklstring(L, i, &s.len);
    return s;
}

/* The offset of a start argument; len + 1 when it lies behind the end. */
static size_t start_of(lua_State *L, int arg, size_t len) {
    lua_Integer i = luaL_optinteger(L, arg, 1);
    if (i > 0)
        return (lua_Unsigned)i - 1 > len ? len + 1 : (size_t)i - 1;
    if (i == 0 || i < -(lua_Integer)len)
        return 0;
    return len - (size_t)-i;
}

static bool is_plain(lede_str p) {
    for (size_t i = 0; i < p.len; i++)
        if (p.ptr[i] && strchr("^$*+?.([%-", p.ptr[i]))
            return false;
    return true;
}

static const char *find_plain(matcher *m, const char *s, lede_str p) {
    if (p.len == 0)
        return s;
    while ((size_t)(m->end - s) >= p.len) {
        s = memchr(s, p.ptr[0], (size_t)(m->end - s) - p.len + 1);
        if (!s || memcmp(s, p.ptr, p.len) == 0)
            return s;
        spend(m, (uint32_t)(p.len >> 5) + 1);
        s++;
    }
    return NULL;
}

static int find_or_match(lua_State *L, bool find) {
    lede_str s = check_str(L, 1), p = check_str(L, 2);
    size_t init = start_of(L, 3, s.len);
    if (init > s.len) {
        lua_pushnil(L);
        return 1;
    }
    matcher m = prepare(L, s, p);
    const char *at = s.ptr + init;
    if (find && (lua_toboolean(L, 4) || is_plain(p))) {
        at = find_plain(&m, at, p);
        if (!at) {
            lua_pushnil(L);
            return 1;
        }
        lua_pushinteger(L, at - s.ptr + 1);
        lua_pushinteger(L, at - s.ptr + (lua_Integer)p.len);
        return 2;
    }
    bool anchored = p.len > 0 && p.ptr[0] == '^';
    do {
        const char *e = try_at(&m, at, p.ptr + anchored);
        if (!e)
            continue;
        if (!find)
            return push_captures(&m, at, e, true);
        lua_pushinteger(L, at - s.ptr + 1);
        lua_pushinteger(L, e - s.ptr);
        return push_captures(&m, at, e, false) + 2;
    } while (at++ < m.end && !anchored);
    lua_pushnil(L);
    return 1;
}

static int l_find(lua_State *L) { return find_or_match(L, true); }
static int l_match(lua_State *L) { return find_or_match(L, false); }

/* ---- gmatch: upvalues subject, pattern, next offset, end of the last match (-1: none) */

static int gmatch_next(lua_State *L) {
    lede_str s, p;
    s.ptr = lua_tolstring(L, lua_upvalueindex(1), &s.len);
    p.ptr = lua_tolstring(L, lua_upvalueindex(2), &p.len);
    lua_Integer from = lua_tointeger(L, lua_upvalueindex(3)),
                last = lua_tointeger(L, lua_upvalueindex(4));
    matcher m = prepare(L, s, p);
    for (const char *at = s.ptr + from; from >= 0 && at <= m.end; at++) {
        const char *e = try_at(&m, at, p.ptr);
        if (!e || e - s.ptr == last)
            continue;
        lua_pushinteger(L, e - s.ptr);
        lua_pushvalue(L, -1);
        lua_replace(L, lua_upvalueindex(3));
        lua_replace(L, lua_upvalueindex(4));
        return push_captures(&m, at, e, true);
    }
    lua_pushinteger(L, -1);
    lua_replace(L, lua_upvalueindex(3));
    return 0;
}

static int l_gmatch(lua_State *L) {
    lede_str s = check_str(L, 1);
    check_str(L, 2);
    size_t init = start_of(L, 3, s.len);
    lua_settop(L, 2);
    lua_pushinteger(L, init > s.len ? -1 : (lua_Integer)init);
    lua_pushinteger(L, -1);
    lua_pushcclosure(L, gmatch_next, 4);
    return 1;
}

/* ---- gsub */

static void add_template(matcher *m, luaL_Buffer *b, const char *s, const char *e) {
    lede_str r;
    r.ptr = lua_tolstring(m->L, 3, &r.len);
    for (size_t i = 0; i < r.len; i++) {
        if (r.ptr[i] != '%') {
            luaL_addchar(b, r.ptr[i]);
            continue;
        }
        char c = ++i < r.len ? r.ptr[i] : '\0';
        if (c == '%') {
            luaL_addchar(b, '%');
        } else if (c == '0') {
            luaL_addlstring(b, s, (size_t)(e - s));
        } else if (isdigit((unsigned char)c)) {
            push_capture(m, c - '1', s, e);
            luaL_tolstring(m->L, -1, NULL);
            lua_remove(m->L, -2);
            luaL_addvalue(b);
        } else {
            luaL_error(m->L, "invalid use of '%%' in replacement string");
        }
    }
}

static void add_replacement(matcher *m, luaL_Buffer *b, const char *s, const char *e, int kind) {
    lua_State *L = m->L;
    if (kind == LUA_TFUNCTION) {
        lua_pushvalue(L, 3);
        lua_call(L, push_captures(m, s, e, true), 1);
    } else if (kind == LUA_TTABLE) {
        push_capture(m, 0, s, e);
        lua_gettable(L, 3);
    } else {
        add_template(m, b, s, e);
        return;
    }
    if (!lua_toboolean(L, -1)) {
        lua_pop(L, 1);
        luaL_addlstring(b, s, (size_t)(e - s));
    } else if (!lua_isstring(L, -1)) {
        luaL_error(L, "invalid replacement value (a %s)", luaL_typename(L, -1));
    } else {
        luaL_addvalue(b);
    }
}

static int l_gsub(lua_State *L) {
    lede_str s = check_str(L, 1), p = check_str(L, 2);
    int kind = lua_type(L, 3);
    luaL_argexpected(L,
                     kind == LUA_TNUMBER || kind == LUA_TSTRING || kind == LUA_TFUNCTION ||
                         kind == LUA_TTABLE,
                     3, "string/function/table");
    lua_Integer max = luaL_optinteger(L, 4, (lua_Integer)s.len + 1), n = 0;
    bool anchored = p.len > 0 && p.ptr[0] == '^';
    matcher m = prepare(L, s, p);
    const char *at = s.ptr, *last = NULL;
    luaL_Buffer b;
    luaL_buffinit(L, &b);
    while (n < max) {
        const char *e = try_at(&m, at, p.ptr + anchored);
        if (e && e != last) {
            n++;
            add_replacement(&m, &b, at, e, kind);
            at = last = e;
        } else if (at < m.end) {
            luaL_addchar(&b, *at);
            at++;
        } else {
            break;
        }
        if (anchored)
            break;
    }
    luaL_addlstring(&b, at, (size_t)(m.end - at));
    luaL_pushresult(&b);
    lua_pushinteger(L, n);
    return 2;
}

void lede__open_patterns(lua_State *L) {
    static const luaL_Reg functions[] = {
        {"find", l_find}, {"match", l_match}, {"gmatch", l_gmatch}, {"gsub", l_gsub}, {NULL, NULL}};
    luaL_setfuncs(L, functions, 0);
}
