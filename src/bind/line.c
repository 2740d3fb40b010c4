/* line.c - lede.line: lines of a terminal, edited, for lede.repl and scripts that ask. Tasks run on
 * while somebody types. */
#include "line/line.h"

#include "bind/bind.h"
#include "bind/hear.h"
#include "loop/poll.h"

#include <stdlib.h>
#include <unistd.h>

#define CLASS "lede.Line"

typedef struct reading {
    lede__heard heard;
    lede_vm *vm;
    lede__poll *poll;
    int complete; /* the function, in the registry */
    bool open, ended;
    char *text; /* a line that came */
} reading;

static bool is_there(lede__heard *h, int want) {
    const reading *r = (reading *)h;
    (void)want;
    return r->text || r->ended;
}

static int give(lua_State *L, lede__heard *h, int want) {
    reading *r = (reading *)h;
    (void)want;
    lua_pushstring(L, r->text); /* nil at the end */
    free(r->text);
    r->text = NULL;
    return 1;
}

static void stop(reading *r) {
    lede__line_stop();
    lede__poll_stop(r->poll);
    r->poll = NULL;
}

static void gave_up(lede__heard *h, int want) {
    (void)want;
    stop((reading *)h);
}

static const lede__heard_kind kind = {.is_there = is_there, .give = give, .gave_up = gave_up};

/* ---- what libedit tells */

static void on_line(void *ctx, const char *text) {
    reading *r = ctx;
    free(r->text);
    r->text = text ? strdup(text) : NULL;
    r->ended = !r->text;
    stop(r);
    lede__heard_news(r);
}

/* complete(word) -> list, through the VM's door */
static int call_complete(lua_State *L) {
    lede_buf *out = lua_touserdata(L, 2);
    lua_rawgeti(L, LUA_REGISTRYINDEX, lua_tointeger(L, 3));
    lua_pushvalue(L, 1);
    lua_call(L, 1, 1);
    for (lua_Integer i = 1; lua_rawgeti(L, -1, i) == LUA_TSTRING; i++) {
        lede_buf_addn(out, lua_tostring(L, -1), lua_rawlen(L, -1) + 1);
        lua_pop(L, 1);
    }
    return 0;
}

static void on_complete(void *ctx, const char *word, lede_buf *out) {
    const reading *r = ctx;
    lua_State *L = lede_vm_lua(r->vm);
    if (!lua_checkstack(L, 5))
        return;
    lua_pushcfunction(L, call_complete);
    lua_pushstring(L, word);
    lua_pushlightuserdata(L, out);
    lua_pushinteger(L, r->complete);
    (void)!lede_vm_enter(r->vm, 3, 0, 0, NULL,
                         NULL); /* a completion that raises completes nothing */
}

static void on_input(void *ctx) {
    (void)ctx;
    lede__line_feed();
}

/* ---- functions */

/* line.open(history, complete) -> handle */
static int l_line_open(lua_State *L) {
    const char *history = luaL_optstring(L, 1, NULL);
    luaL_checktype(L, 2, LUA_TFUNCTION);
    reading *r = (reading *)lede__heard_new(L, CLASS, &kind, sizeof *r);
    lua_pushvalue(L, 2);
    r->complete = luaL_ref(L, LUA_REGISTRYINDEX);
    r->vm = lede_vm_of(L);
    r->open = true;
    lede__line_open(history,
                    &(lede__line_events){.ctx = r, .line = on_line, .complete = on_complete});
    return 1;
}

/* line:ask(prompt) -> a line, or nil at the end */
static int l_line_ask(lua_State *L) {
    reading *r = (reading *)lede__heard_check(L, CLASS);
    const char *prompt = luaL_checkstring(L, 2);
    (void)lede_task_check(L, "line:ask");
    luaL_argcheck(L, !r->poll, 1, "it asks already");

    lede_loop *loop;
    lede_error err = {0};
    lede_status st = lede__desk_loop(L, &loop, &err);
    if (!st)
        st = lede__poll_start(loop, STDIN_FILENO, on_input, r, &r->poll, &err);
    if (st)
        return lede_vm_refuse(L, &err);
    lede__line_ask(prompt);
    return lede__heard_wait(L, &r->heard, 0, "line:ask");
}

static int l_line_remember(lua_State *L) {
    (void)lede__heard_check(L, CLASS);
    lede__line_remember(luaL_checkstring(L, 2));
    return 0;
}

static int l_line_close(lua_State *L) {
    reading *r = (reading *)lede__heard_take(L, CLASS);
    if (!r)
        return 0;
    if (r->open) {
        stop(r);
        lede__line_close();
        luaL_unref(L, LUA_REGISTRYINDEX, r->complete);
    }
    free(r->text);
    r->text = NULL;
    lede__heard_close(&r->heard);
    return 0;
}

static const luaL_Reg functions[] = {{"open", l_line_open}, {NULL, NULL}};
static const luaL_Reg methods[] = {
    {"ask", l_line_ask}, {"remember", l_line_remember}, {"close", l_line_close}, {NULL, NULL}};

int luaopen_lede_line(lua_State *L) {
    lede__heard_class(L, CLASS, methods, l_line_close);
    luaL_newlib(L, functions);
    return 1;
}
