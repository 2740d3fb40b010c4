/* net.c - lede.net: TCP and Unix sockets for tasks. */
#include "bind/bind.h"
#include "bind/hear.h"
#include "bind/text.h"
#include "net/sockets.h"

#define SOCKET "lede.Socket"
#define LISTENER "lede.Listener"
enum { LINE_MAX_BYTES = 64 << 10 };
enum { CONNECTED, INPUT, LINE, WRITTEN }; /* wants of a socket; a listener has one */

typedef struct talking {
    lede__heard heard;
    lede__socket *socket; /* NULL: it could not begin */
    size_t most;          /* of the read that waits */
} talking;

typedef struct listening {
    lede__heard heard;
    lede__listener *listener;
} listening;

/* ---- reading */

static size_t line_length(const lede_buf *b) {
    const size_t at = lede_str_find(lede_buf_str(b), '\n', 0);
    return at < b->len ? at + 1 : 0;
}

static bool socket_is_there(lede__heard *h, int want) {
    const talking *t = (talking *)h;
    const lede_error *why;
    const lede_buf *in = lede__socket_input(t->socket);
    switch (want) {
    case CONNECTED:
        return lede__socket_settled(t->socket, &why);
    case WRITTEN:
        return lede__socket_unwritten(t->socket) == 0;
    case LINE:
        if (line_length(in) || in->len >= LINE_MAX_BYTES)
            return true;
        break;
    default:
        if (in->len)
            return true;
        break;
    }
    return lede__socket_input_ended(t->socket, &why);
}

static void push_front(lua_State *L, talking *t, size_t len) {
    lede_buf *in = lede__socket_input(t->socket);
    lua_pushlstring(L, in->ptr, len);
    const size_t left = in->len - len;
    memmove(in->ptr, in->ptr + len, left);
    in->len = left;
    lede__socket_taken(t->socket);
}

static int push_nothing(lua_State *L, const talking *t) {
    const lede_error *why;
    (void)lede__socket_input_ended(t->socket, &why);
    if (why)
        return lede_vm_refuse(L, why);
    lua_pushnil(L);
    return 1;
}

static int give_input(lua_State *L, talking *t) {
    const lede_buf *in = lede__socket_input(t->socket);
    if (!in->len)
        return push_nothing(L, t);
    push_front(L, t, in->len < t->most ? in->len : t->most);
    return 1;
}

/* Without its end; the last one may lack that. */
static int give_line(lua_State *L, talking *t) {
    const lede_buf *in = lede__socket_input(t->socket);
    const size_t len = line_length(in);
    lede_error err = {0};
    if (!len && !in->len)
        return push_nothing(L, t);
    if ((len ? len : in->len) > LINE_MAX_BYTES || (!len && in->len == LINE_MAX_BYTES)) {
        (void)lede_fail(&err, LEDE_ELIMIT, "a line has more than %d bytes", LINE_MAX_BYTES);
        return lede_vm_refuse(L, &err);
    }
    push_front(L, t, len ? len : in->len);
    size_t n;
    const char *s = lua_tolstring(L, -1, &n);
    n -= n && s[n - 1] == '\n';
    n -= n && s[n - 1] == '\r';
    lua_pushlstring(L, s, n);
    return 1;
}

static int socket_give(lua_State *L, lede__heard *h, int want) {
    talking *t = (talking *)h;
    const lede_error *why;
    switch (want) {
    case INPUT:
        return give_input(L, t);
    case LINE:
        return give_line(L, t);
    case WRITTEN:
        why = lede__socket_broken(t->socket);
        if (why)
            return lede_vm_refuse(L, why);
        lua_pushboolean(L, 1);
        return 1;
    default:
        (void)lede__socket_settled(t->socket, &why);
        if (why)
            return lede_vm_refuse(L, why);
        lua_pushvalue(L, 2); /* where connect() put the handle */
        return 1;
    }
}

/* Whoever gives up connecting has no handle to close. */
static void socket_gave_up(lede__heard *h, int want) {
    talking *t = (talking *)h;
    if (want != CONNECTED)
        return;
    lede__socket_close(t->socket);
    t->socket = NULL;
}

static const lede__heard_kind socket_kind = {
    .is_there = socket_is_there, .give = socket_give, .gave_up = socket_gave_up};

static talking *check_socket(lua_State *L) { return (talking *)lede__heard_check(L, SOCKET); }

/* socket:read([max]) -> what is there, at most max bytes; nil at the end */
static int l_socket_read(lua_State *L) {
    talking *t = check_socket(L);
    const lua_Integer most = luaL_optinteger(L, 2, 64 << 20);
    luaL_argcheck(L, most >= 1, 2, "a number from 1");
    luaL_argcheck(L, !t->heard.who[LINE] && !t->heard.who[INPUT], 1,
                  "another task waits for the same");
    t->most = (size_t)most;
    return lede__heard_wait(L, &t->heard, INPUT, "socket:read");
}

/* socket:read_line() -> the next line without its end; nil at the end */
static int l_socket_read_line(lua_State *L) {
    talking *t = check_socket(L);
    luaL_argcheck(L, !t->heard.who[INPUT], 1, "another task waits for the same");
    return lede__heard_wait(L, &t->heard, LINE, "socket:read_line");
}

/* socket:write(bytes) -> true when the system has taken them */
static int l_socket_write(lua_State *L) {
    talking *t = check_socket(L);
    const lede_str bytes = lede__check_text(L, 2);
    lede_error err = {0};
    if (lede__socket_write(t->socket, bytes, &err))
        return lede_vm_refuse(L, &err);
    return lede__heard_wait(L, &t->heard, WRITTEN, "socket:write");
}

/* socket:finish(): the other end reads an end */
static int l_socket_finish(lua_State *L) {
    lede__socket_finish(check_socket(L)->socket);
    return 0;
}

static int l_socket_close(lua_State *L) {
    lede__heard *h = lede__heard_take(L, SOCKET);
    if (!h)
        return 0;
    lede__socket_close(((talking *)h)->socket);
    lede__heard_close(h);
    return 0;
}

/* ---- places */

static const char *opt_name(lua_State *L, const char *key) {
    size_t len;
    if (lua_getfield(L, 1, key) == LUA_TNIL)
        return NULL;
    luaL_argcheck(L, lua_type(L, -1) == LUA_TSTRING, 1, key);
    const char *s = lua_tolstring(L, -1, &len);
    luaL_argcheck(L, len && strlen(s) == len, 1, key);
    return s; /* on the stack */
}

/* { host =, port = } or { path = } at 1; what it borrows stays on the stack. */
static lede__place check_place(lua_State *L, int least) {
    luaL_checktype(L, 1, LUA_TTABLE);
    lede__place p = {.host = opt_name(L, "host"), .path = opt_name(L, "path")};
    luaL_argcheck(L, !p.host != !p.path, 1, "either host and port, or path");
    lua_getfield(L, 1, "port");
    const lua_Integer port = luaL_optinteger(L, -1, p.path ? 0 : -1);
    luaL_argcheck(L, p.path ? port == 0 : port >= least && port <= 65535, 1, "port");
    luaL_argcheck(L, !p.path || strlen(p.path) < 108, 1, "path: too long for a socket");
    p.port = (int)port;
    return p;
}

/* net.connect{ host =, port = } or { path = } -> socket */
static int l_net_connect(lua_State *L) {
    lua_settop(L, 1);
    luaL_checktype(L, 1, LUA_TTABLE);
    (void)lede_task_check(L, "net.connect");
    talking *t = (talking *)lede__heard_new(L, SOCKET, &socket_kind, sizeof *t);
    const lede__place to = check_place(L, 1);

    lede_loop *loop;
    lede_error err = {0};
    lede_status st = lede__desk_loop(L, &loop, &err);
    if (!st)
        st = lede__socket_connect(loop, &to, lede__heard_news, t, &t->socket, &err);

    return st ? lede_vm_refuse(L, &err) : lede__heard_wait(L, &t->heard, CONNECTED, "net.connect");
}

/* ---- listening */

static bool listener_is_there(lede__heard *h, int want) {
    (void)want;
    return lede__listener_waits(((listening *)h)->listener);
}

static int listener_give(lua_State *L, lede__heard *h, int want) {
    lede_error err = {0};
    (void)want;
    talking *t = (talking *)lede__heard_new(L, SOCKET, &socket_kind, sizeof *t);
    if (lede__listener_take(((listening *)h)->listener, lede__heard_news, t, &t->socket, &err))
        return lede_vm_refuse(L, &err);
    return 1;
}

static const lede__heard_kind listener_kind = {.is_there = listener_is_there,
                                               .give = listener_give};

/* net.listen{ host =, port = } or { path = } -> listener */
static int l_net_listen(lua_State *L) {
    lua_settop(L, 1);
    const lede__place at = check_place(L, 0);
    listening *l = (listening *)lede__heard_new(L, LISTENER, &listener_kind, sizeof *l);

    lede_loop *loop;
    lede_error err = {0};
    lede_status st = lede__desk_loop(L, &loop, &err);
    if (!st)
        st = lede__listener_open(loop, &at, lede__heard_news, l, &l->listener, &err);

    return st ? lede_vm_refuse(L, &err) : 1;
}

/* listener:accept() -> the next who connects */
static int l_listener_accept(lua_State *L) {
    return lede__heard_wait(L, lede__heard_check(L, LISTENER), 0, "listener:accept");
}

/* listener:port() -> the port it listens at */
static int l_listener_port(lua_State *L) {
    lua_pushinteger(L,
                    lede__listener_port(((listening *)lede__heard_check(L, LISTENER))->listener));
    return 1;
}

static int l_listener_close(lua_State *L) {
    lede__heard *h = lede__heard_take(L, LISTENER);
    if (!h)
        return 0;
    lede__listener_close(((listening *)h)->listener);
    lede__heard_close(h);
    return 0;
}

static const luaL_Reg functions[] = {
    {"connect", l_net_connect}, {"listen", l_net_listen}, {NULL, NULL}};
static const luaL_Reg socket_methods[] = {
    {"read", l_socket_read},     {"read_line", l_socket_read_line}, {"write", l_socket_write},
    {"finish", l_socket_finish}, {"close", l_socket_close},         {NULL, NULL}};
static const luaL_Reg listener_methods[] = {{"accept", l_listener_accept},
                                            {"port", l_listener_port},
                                            {"close", l_listener_close},
                                            {NULL, NULL}};

int luaopen_lede_net(lua_State *L) {
    lede__heard_class(L, SOCKET, socket_methods, l_socket_close);
    lede__heard_class(L, LISTENER, listener_methods, l_listener_close);
    luaL_newlib(L, functions);
    return 1;
}
