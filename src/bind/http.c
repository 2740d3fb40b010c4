/* http.c - module "lede.http_core": one request that a task waits for, whole or as it comes. What
 * requests have in common (hosts, repeats, files) is policy and stands in runtime/lede/http.lua. */
#include "bind/bind.h"
#include "bind/hear.h"
#include "bind/text.h"
#include "net/client.h"

#define CLASS "lede.Response"
enum {
    HEADERS_MAX = 100,
    REDIRECTS = 5,
    TIMEOUT_S = 30,
    TIMEOUT_MAX_S = 24 * 3600,
    BODY_MAX = 10 << 20,
    WINDOW = 256 << 10
};
enum { HEAD, BYTES, WHOLE }; /* wants */

typedef struct exchange {
    lede__heard heard;
    lede__request *request; /* NULL: whoever waited gave up, or it could not begin */
} exchange;

static lede__request *request_of(lede__heard *h) { return ((exchange *)h)->request; }

static bool is_there(lede__heard *h, int want) {
    const lede_error *why;
    lede__request *r = request_of(h);
    if (!r || lede__request_ended(r, &why))
        return true;
    return want == HEAD ? lede__request_has_head(r)
                        : want == BYTES && lede__request_body(r)->len > 0;
}

/* Whoever gives up wants no more of it. */
static void gave_up(lede__heard *h, int want) {
    exchange *x = (exchange *)h;
    (void)want;
    lede__request_close(x->request);
    x->request = NULL;
}

static int l_response_close(lua_State *L) {
    lede__heard *h = lede__heard_take(L, CLASS);
    if (!h)
        return 0;
    gave_up(h, 0);
    lede__heard_close(h);
    return 0;
}

/* ---- what came, as a table */

/* A field that comes more than once: its values joined as HTTP joins them. */
static void add_header(lua_State *L, const char *name, const char *value) {
    if (lua_getfield(L, -1, name) == LUA_TSTRING) {
        lua_pushfstring(L, "%s%s%s", lua_tostring(L, -1),
                        strcmp(name, "set-cookie") == 0 ? "\n" : ", ", value);
        lua_remove(L, -2);
    } else {
        lua_pop(L, 1);
        lua_pushstring(L, value);
    }
    lua_setfield(L, -2, name);
}

static void push_headers(lua_State *L, lede_str pairs) {
    lua_newtable(L);
    for (size_t at = 0; at < pairs.len;) {
        const char *name = pairs.ptr + at, *value = name + strlen(name) + 1;
        add_header(L, name, value);
        at = (size_t)(value - pairs.ptr) + strlen(value) + 1;
    }
}

static void push_info(lua_State *L, const lede__request *r) {
    const int status = lede__request_status(r), version = lede__request_version(r);
    lua_createtable(L, 0, 8);
    lua_pushinteger(L, status);
    lua_setfield(L, -2, "status");
    lua_pushboolean(L, status >= 200 && status < 300);
    lua_setfield(L, -2, "ok");
    lua_pushboolean(L, status == 304);
    lua_setfield(L, -2, "not_modified");
    lua_pushstring(L, lede__request_url(r));
    lua_setfield(L, -2, "url");
    lua_pushstring(L, version == 20 ? "2" : version == 10 ? "1.0" : "1.1");
    lua_setfield(L, -2, "version");
    push_headers(L, lede__request_headers(r));
    if (lua_getfield(L, -1, "etag") == LUA_TSTRING)
        lua_setfield(L, -3, "etag");
    else
        lua_pop(L, 1);
    if (lua_getfield(L, -1, "last-modified") == LUA_TSTRING)
        lua_setfield(L, -3, "last_modified");
    else
        lua_pop(L, 1);
    lua_setfield(L, -2, "headers");
    const int64_t after = lede__request_retry_after(r);
    if (after > 0) {
        lua_pushinteger(L, after);
        lua_setfield(L, -2, "retry_after");
    }
}

static int refuse_closed(lua_State *L) {
    lede_error err = {0};
    (void)lede_fail(&err, LEDE_ECANCELED, "the response was closed");
    return lede_vm_refuse(L, &err);
}

/* What is there: bytes, nil at the end, or why it broke off. */
static int give_bytes(lua_State *L, lede__request *r) {
    const lede_error *why;
    lede_buf *body = lede__request_body(r);
    if (body->len) {
        lua_pushlstring(L, body->ptr, body->len);
        lede_buf_clear(body);
        lede__request_taken(r);
        return 1;
    }
    (void)lede__request_ended(r, &why);
    if (why)
        return lede_vm_refuse(L, why);
    lua_pushnil(L);
    return 1;
}

/* The handle is at the stack's index 2, where start() put it. */
static int give_whole(lua_State *L, lede__request *r) {
    push_info(L, r);
    const lede_buf *body = lede__request_body(r);
    lua_pushlstring(L, body->ptr, body->len);
    lua_setfield(L, -2, "body");
    lua_pushcfunction(L, l_response_close);
    lua_pushvalue(L, 2);
    lua_call(L, 1, 0);
    return 1;
}

static int give(lua_State *L, lede__heard *h, int want) {
    lede__request *r = request_of(h);
    const lede_error *why;
    if (!r)
        return refuse_closed(L);
    if (want == BYTES)
        return give_bytes(L, r);
    if (lede__request_ended(r, &why) && why)
        return lede_vm_refuse(L, why);
    if (want == WHOLE)
        return give_whole(L, r);
    push_info(L, r);
    lua_setiuservalue(L, 2, 1);
    lua_pushvalue(L, 2);
    return 1;
}

static const lede__heard_kind kind = {.is_there = is_there, .give = give, .gave_up = gave_up};

/* ---- the order */

/* The text at the top, without what could begin another line of the head. */
static const char *check_line(lua_State *L, const char *what) {
    size_t len;
    luaL_argcheck(L, lua_type(L, -1) == LUA_TSTRING || lua_type(L, -1) == LUA_TNUMBER, 1, what);
    const char *s = luaL_tolstring(L, -1, &len);
    for (size_t i = 0; i < len; i++)
        luaL_argcheck(L, (unsigned char)s[i] >= ' ' && s[i] != 0x7F, 1,
                      "a header holds no control characters");
    lua_remove(L, -2);
    return s;
}

static const char *opt_text(lua_State *L, const char *key) {
    size_t len;
    if (lua_getfield(L, 1, key) == LUA_TNIL)
        return NULL; /* the nil stays */
    luaL_argcheck(L, lua_type(L, -1) == LUA_TSTRING, 1, key);
    const char *s = lua_tolstring(L, -1, &len);
    luaL_argcheck(L, strlen(s) == len, 1, key);
    return s;
}

static lua_Number opt_number(lua_State *L, const char *key, lua_Number otherwise, lua_Number max) {
    lua_getfield(L, 1, key);
    const lua_Number n = luaL_optnumber(L, -1, otherwise);
    luaL_argcheck(L, n >= 0 && n <= max, 1, key);
    lua_pop(L, 1);
    return n;
}

/* Pushes a list that keeps the lines and a userdata with their addresses. */
static const char *const *check_headers(lua_State *L) {
    const char **lines = lua_newuserdatauv(L, (HEADERS_MAX + 1) * sizeof *lines, 1);
    int n = 0;
    lua_newtable(L); /* lines kept */
    if (lua_getfield(L, 1, "headers") == LUA_TTABLE) {
        for (lua_pushnil(L); lua_next(L, -2);) { /* lines kept headers name value */
            luaL_argcheck(L, lua_type(L, -2) == LUA_TSTRING && n < HEADERS_MAX, 1,
                          "headers: texts by name");
            const char *value = check_line(L, "headers: a text for each name");
            lua_pushvalue(L, -2);
            const char *name = check_line(L, "headers: names");
            luaL_argcheck(L, *name && !strpbrk(name, ": "), 1,
                          "headers: a name has no colon and no blank");
            lines[n] = lua_pushfstring(L, *value ? "%s: %s" : "%s;", name, value);
            lua_rawseti(L, -6, ++n);
            lua_pop(L, 2);
        }
    }
    lua_pop(L, 1);
    lines[n] = NULL;
    lua_setiuservalue(L, -2, 1);
    return lines;
}

/* Leaves on the stack what the order borrows. */
static void check_order(lua_State *L, lede__request_order *o) {
    o->url = opt_text(L, "url");
    luaL_argcheck(L, o->url, 1, "url: what to ask for");
    o->method = opt_text(L, "method");
    if (!o->method)
        o->method = "GET";
    luaL_argcheck(
        L, *o->method && strspn(o->method, "ABCDEFGHIJKLMNOPQRSTUVWXYZ-") == strlen(o->method), 1,
        "method: upper case");
    o->ca = opt_text(L, "ca");
    o->user = opt_text(L, "user");
    o->sigv4 = opt_text(L, "sigv4");
    o->has_body = lua_getfield(L, 1, "body") != LUA_TNIL;
    if (o->has_body)
        o->body = lede__check_text(L, lua_gettop(L));
    lua_getfield(L, 1, "private");
    o->private_too = lua_toboolean(L, -1);
    o->timeout_ms = (int)(opt_number(L, "timeout", TIMEOUT_S, TIMEOUT_MAX_S) * 1000);
    o->connect_ms = (int)(opt_number(L, "connect_timeout", 0, 3600) * 1000);
    o->redirects = (int)opt_number(L, "redirects", REDIRECTS, 50);
    o->max_bytes = (size_t)opt_number(L, "max_bytes", BODY_MAX, LEDE_BUF_MAX);
    o->headers = check_headers(L);
}

/* ---- functions */

static int start(lua_State *L, int want) {
    lede__request_order o = {0};
    luaL_checktype(L, 1, LUA_TTABLE);
    lua_settop(L, 1);
    (void)lede_task_check(L, "http.request");
    exchange *x = (exchange *)lede__heard_new(L, CLASS, &kind, sizeof *x);
    check_order(L, &o);
    o.window = want == WHOLE ? o.max_bytes : WINDOW;

    lede__http *http;
    lede_error err = {0};
    lede_status st = lede__desk_http(L, &http, &err);
    if (!st)
        st = lede__request_start(http, &o, lede__heard_news, x, &x->request, &err);

    return st ? lede_vm_refuse(L, &err) : lede__heard_wait(L, &x->heard, want, "http.request");
}

/* core.request{ url, ... } -> { status, headers, body, ... } */
static int l_http_request(lua_State *L) { return start(L, WHOLE); }

/* core.open{ url, ... } -> response, whose body is read as it comes */
static int l_http_open(lua_State *L) { return start(L, HEAD); }

/* response:read() -> the next bytes of the body; nil at its end */
static int l_response_read(lua_State *L) {
    return lede__heard_wait(L, lede__heard_check(L, CLASS), BYTES, "response:read");
}

static const luaL_Reg functions[] = {
    {"request", l_http_request}, {"open", l_http_open}, {NULL, NULL}};
static const luaL_Reg methods[] = {
    {"read", l_response_read}, {"close", l_response_close}, {NULL, NULL}};

/* response.status, .headers, ...: a method, else what the head said. */
static int response_index(lua_State *L) {
    lua_pushvalue(L, 2);
    if (lua_rawget(L, lua_upvalueindex(1)) != LUA_TNIL)
        return 1;
    if (lua_getiuservalue(L, 1, 1) != LUA_TTABLE)
        return 0;
    lua_pushvalue(L, 2);
    lua_rawget(L, -2);
    return 1;
}

int luaopen_lede_http_core(lua_State *L) {
    lede__heard_class(L, CLASS, methods, l_response_close);
    luaL_getmetatable(L, CLASS);
    lua_getfield(L, -1, "__index");
    lua_pushcclosure(L, response_index, 1);
    lua_setfield(L, -2, "__index");
    lua_pop(L, 1);
    luaL_newlib(L, functions);
    return 1;
}
