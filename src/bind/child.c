/* child.c - lede.process.start: a program that runs beside the script, and its handle. */
#include "loop/child.h"

#include "bind/bind.h"
#include "bind/process.h"
#include "bind/task.h"

#include <lauxlib.h>
#include <signal.h>
#include <stdlib.h>

#define CLASS "lede.Process"
enum { WINDOW = 256 << 10 };
typedef enum want { OUTPUT, WORDS, INPUT, ENDED, WANTS } want_kind;

struct hearing;

/* The program and who waits for what of it: one task for each. It is told things, so it is not a
 * userdata. */
typedef struct running {
    lede__child *child;
    struct hearing *who[WANTS];
    unsigned refs; /* the handle, and every hearing */
} running;

typedef struct hearing {
    lede_wait wait;
    running *of;
    want_kind want;
} hearing;

typedef struct handle {
    running *running; /* NULL: closed */
} handle;

static void drop(running *r) {
    if (--r->refs == 0)
        free(r);
}

/* ---- waiting */

static bool is_there(const running *r, want_kind want) {
    lede__child *c = r->child;
    switch (want) {
    case OUTPUT:
    case WORDS:
        return lede__child_output(c, (int)want)->len > 0 || lede__child_output_ended(c, (int)want);
    case INPUT:
        return lede__child_unwritten(c) == 0;
    case ENDED:
    case WANTS:
        break;
    }
    return lede__child_ended(c, NULL);
}

static void wake(running *r, want_kind want) {
    hearing *h = r->who[want];
    r->who[want] = NULL;
    if (h)
        lede_task_wake(&h->wait);
}

static void on_news(void *ctx) {
    running *r = ctx;
    for (want_kind want = OUTPUT; want < WANTS; want++)
        if (r->who[want] && is_there(r, want))
            wake(r, want);
}

static void hearing_cancel(lede_wait *w) {
    const hearing *h = (hearing *)w;
    wake(h->of, h->want);
}

static void hearing_free(lede_wait *w) {
    drop(((hearing *)w)->of);
    free(w);
}

static int refuse(lua_State *L, lede_status status, const char *words) {
    lede_error err = {0};
    (void)lede_fail(&err, status, "%s", words);
    return lede_vm_refuse(L, &err);
}

static int give(lua_State *L, const running *r, want_kind want);

static int hearing_push(lua_State *L, lede_wait *w) {
    const hearing *h = (hearing *)w;
    return h->of->child ? give(L, h->of, h->want)
                        : refuse(L, LEDE_ECANCELED, "the program was closed");
}

static int wait_for(lua_State *L, running *r, want_kind want, const char *what) {
    if (is_there(r, want))
        return give(L, r, want);
    luaL_argcheck(L, !r->who[want], 1, "another task waits for the same");
    (void)lede_task_check(L, what);
    hearing *h = malloc(sizeof *h);
    if (!h)
        return luaL_error(L, "not enough memory");
    *h = (hearing){.wait = {.cancel = hearing_cancel, .push = hearing_push, .free = hearing_free},
                   .of = r,
                   .want = want};
    r->refs++;
    r->who[want] = h;
    return lede_task_wait(L, &h->wait);
}

/* ---- what it gives */

static int give_output(lua_State *L, lede__child *c, int which) {
    lede_buf *b = lede__child_output(c, which);
    lede_error err = {0};
    if (lede_buf_status(b, &err))
        return lede_vm_refuse(L, &err);
    if (b->len)
        lua_pushlstring(L, b->ptr, b->len);
    else
        lua_pushnil(L);
    lede_buf_clear(b);
    lede__child_taken(c, which);
    return 1;
}

static int give(lua_State *L, const running *r, want_kind want) {
    lede__run_end end = {0};
    switch (want) {
    case OUTPUT:
    case WORDS:
        return give_output(L, r->child, (int)want);
    case INPUT:
        lua_pushboolean(L, 1);
        return 1;
    case ENDED:
    case WANTS:
        break;
    }
    (void)lede__child_ended(r->child, &end);
    lede__push_end(L, &end);
    return 1;
}

/* ---- the handle */

static running *check_open(lua_State *L) {
    const handle *h = luaL_checkudata(L, 1, CLASS);
    luaL_argcheck(L, h->running, 1, "the program is closed");
    return h->running;
}

/* Other tasks that wait are told. */
static int l_process_close(lua_State *L) {
    handle *h = luaL_checkudata(L, 1, CLASS);
    running *r = h->running;
    h->running = NULL;
    if (!r)
        return 0;
    lede__child_close(r->child);
    r->child = NULL;
    for (want_kind want = OUTPUT; want < WANTS; want++)
        wake(r, want);
    drop(r);
    return 0;
}

static int l_process_read(lua_State *L) {
    return wait_for(L, check_open(L), OUTPUT, "process:read");
}
static int l_process_read_err(lua_State *L) {
    return wait_for(L, check_open(L), WORDS, "process:read_err");
}
static int l_process_wait(lua_State *L) {
    return wait_for(L, check_open(L), ENDED, "process:wait");
}

static int l_process_write(lua_State *L) {
    running *r = check_open(L);
    lede_str bytes = {.ptr = luaL_checklstring(L, 2, &bytes.len)};
    lede_error err = {0};
    if (lede__child_write(r->child, bytes, &err))
        return lede_vm_refuse(L, &err);
    return wait_for(L, r, INPUT, "process:write");
}

static int l_process_finish(lua_State *L) {
    lede__child_end_input(check_open(L)->child);
    return 0;
}

static int l_process_kill(lua_State *L) {
    const running *r = check_open(L);
    const lua_Integer number = luaL_optinteger(L, 2, SIGTERM);
    luaL_argcheck(L, number >= 1 && number < 64, 2, "a signal");
    lede__child_kill(r->child, (int)number);
    return 0;
}

static running *new_handle(lua_State *L) {
    handle *h = lua_newuserdatauv(L, sizeof *h, 0);
    h->running = NULL;
    luaL_setmetatable(L, CLASS);
    h->running = calloc(1, sizeof *h->running);
    if (!h->running)
        luaL_error(L, "not enough memory");
    h->running->refs = 1;
    return h->running;
}

int lede__process_start_child(lua_State *L) {
    static const char *const known[] = {"env", "folder", NULL};
    lede__run_order order;
    lede__check_order(L, known, &order);
    running *r = new_handle(L);

    lede_loop *loop;
    lede_error err = {0};
    lede_status st = lede__desk_loop(L, &loop, &err);
    if (!st)
        st = lede__child_start(loop, &order, true, WINDOW, on_news, r, &r->child, &err);

    return st ? lede_vm_refuse(L, &err) : 1;
}

static const luaL_Reg methods[] = {{"read", l_process_read},   {"read_err", l_process_read_err},
                                   {"write", l_process_write}, {"finish", l_process_finish},
                                   {"wait", l_process_wait},   {"kill", l_process_kill},
                                   {"close", l_process_close}, {NULL, NULL}};
static const luaL_Reg metamethods[] = {
    {"__gc", l_process_close}, {"__close", l_process_close}, {NULL, NULL}};

void lede__process_class(lua_State *L) {
    luaL_newmetatable(L, CLASS);
    luaL_setfuncs(L, metamethods, 0);
    luaL_newlib(L, methods);
    lua_setfield(L, -2, "__index");
    lua_pushliteral(L, "locked");
    lua_setfield(L, -2, "__metatable");
    lua_pop(L, 1);
}
