/* gate.c - finds in a page what has to be right before it is written. See gate.h.
 *
 * What a file is told by its ending, which every output has for readers too: .html for what says application/ld+json, .xml, .json
 * and the like as a whole; their rules recognise a feed or a sitemap by its first element. All other pages pass unseen. */
#include "bind/gate.h"

static int line_at(lede_str bytes, size_t at) {
    int line = 1;
    for (size_t i = 0; (i = lede_str_find(bytes, '\n', i)) < at; i++)
        line++;
    return line;
}

/* Takes what the rules gave, a line and words or nothing, off the stack. first: of what they were asked about. */
static lede_status verdict(lua_State *L, int first, lede_error *err) {
    lede_status st = LEDE_OK;
    if (!lua_isnil(L, -1)) {
        const int line = (int)lua_tointeger(L, -2) + first - 1;
        st = lede_fail_at(err, LEDE_EFORMAT, line, 1, "line %d: %s", line, lua_tostring(L, -1));
    }
    lua_pop(L, 2);
    return st;
}

/* The next script of JSON-LD at or after *at, which is moved behind it; false when there is none. '+' is rare in pages. */
static bool next_script(lede_str bytes, size_t *at, size_t *begin, lede_str *script) {
    static const char before[] = "application/ld";
    const size_t n = sizeof before - 1;
    for (size_t i = *at; (i = lede_str_search(bytes, LEDE_STR("+json"), i)) != (size_t)-1; i++) {
        if (i < n || memcmp(bytes.ptr + i - n, before, n) != 0)
            continue;
        *begin = lede_str_find(bytes, '>', i) + 1;
        if (*begin > bytes.len)
            return false;
        const size_t end = lede_str_search(bytes, LEDE_STR("</script"), *begin);
        *at = end == (size_t)-1 ? bytes.len : end;
        *script = lede_str_n(bytes.ptr + *begin, *at - *begin);
        return true;
    }
    return false;
}

static lede_status check_scripts(lua_State *L, lede_str bytes, lede__gate_call *call, void *ctx, lede_error *err) {
    size_t at = 0, begin;
    lede_str script;
    lede_status st = LEDE_OK;
    while (!st && next_script(bytes, &at, &begin, &script)) {
        lua_pushlstring(L, script.ptr, script.len);
        st = call(ctx, "gate_script", 1, 2, err);
        if (!st)
            st = verdict(L, lua_isnil(L, -1) ? 1 : line_at(bytes, begin), err);
    }
    return st;
}

static lede_status check_file(lua_State *L, lede_str path, lede_str bytes, lede__gate_call *call, void *ctx, lede_error *err) {
    lua_pushlstring(L, bytes.ptr, bytes.len);
    lua_pushlstring(L, path.ptr, path.len);
    const lede_status st = call(ctx, "gate_file", 2, 2, err);
    return st ? st : verdict(L, 1, err);
}

lede_status lede__gate(lua_State *L, lede_str path, lede_str bytes, lede__gate_call *call, void *ctx, lede_error *err) {
    static const char *const whole[] = {".xml", ".json", ".rss", ".atom"};
    if (lede_str_ends(path, ".html"))
        return check_scripts(L, bytes, call, ctx, err);
    for (size_t i = 0; i < sizeof whole / sizeof *whole; i++)
        if (lede_str_ends(path, whole[i]))
            return check_file(L, path, bytes, call, ctx, err);
    return LEDE_OK;
}
