/* child.c - lede.process.start: a program that runs beside the script, and its handle. */
#include "loop/child.h"

#include "bind/bind.h"
#include "bind/hear.h"
#include "bind/process.h"
#include "bind/text.h"

#include <signal.h>

#define CLASS "lede.Process"
enum { WINDOW = 256 << 10 };
enum { OUTPUT, WORDS, INPUT, ENDED }; /* wants; the first two name outputs */

typedef struct running {
    lede__heard heard;
    lede__child *child; /* NULL: it could not be started */
} running;

static lede__child *child_of(lede__heard *h) { return ((running *)h)->child; }

static bool is_there(lede__heard *h, int want) {
    lede__child *c = child_of(h);
    if (want == INPUT)
        return lede__child_unwritten(c) == 0;
    if (want == ENDED)
        return lede__child_ended(c, NULL);
    return lede__child_output(c, want)->len > 0 || lede__child_output_ended(c, want);
}

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

static int give(lua_State *L, lede__heard *h, int want) {
    lede__run_end end = {0};
    if (want == OUTPUT || want == WORDS)
        return give_output(L, child_of(h), want);
    if (want == INPUT) {
        lua_pushboolean(L, 1);
    } else {
        (void)lede__child_ended(child_of(h), &end);
        lede__push_end(L, &end);
    }
    return 1;
}

static const lede__heard_kind kind = {.is_there = is_there, .give = give};

/* ---- methods */

static int l_process_close(lua_State *L) {
    lede__heard *h = lede__heard_take(L, CLASS);
    if (!h)
        return 0;
    lede__child_close(child_of(h));
    lede__heard_close(h);
    return 0;
}

static int l_process_read(lua_State *L) {
    return lede__heard_wait(L, lede__heard_check(L, CLASS), OUTPUT, "process:read");
}

static int l_process_read_err(lua_State *L) {
    return lede__heard_wait(L, lede__heard_check(L, CLASS), WORDS, "process:read_err");
}

static int l_process_wait(lua_State *L) {
    return lede__heard_wait(L, lede__heard_check(L, CLASS), ENDED, "process:wait");
}

static int l_process_write(lua_State *L) {
    lede__heard *h = lede__heard_check(L, CLASS);
    const lede_str bytes = lede__check_text(L, 2);
    lede_error err = {0};
    if (lede__child_write(child_of(h), bytes, &err))
        return lede_vm_refuse(L, &err);
    return lede__heard_wait(L, h, INPUT, "process:write");
}

static int l_process_finish(lua_State *L) {
    lede__child_end_input(child_of(lede__heard_check(L, CLASS)));
    return 0;
}

static int l_process_kill(lua_State *L) {
    lede__heard *h = lede__heard_check(L, CLASS);
    const lua_Integer number = luaL_optinteger(L, 2, SIGTERM);
    luaL_argcheck(L, number >= 1 && number < 64, 2, "a signal");
    lede__child_kill(child_of(h), (int)number);
    return 0;
}

int lede__process_start_child(lua_State *L) {
    static const char *const known[] = {"env", "folder", NULL};
    lede__run_order order;
    lede__check_order(L, known, &order);
    running *r = (running *)lede__heard_new(L, CLASS, &kind, sizeof *r);

    lede_loop *loop;
    lede_error err = {0};
    lede_status st = lede__desk_loop(L, &loop, &err);
    if (!st)
        st = lede__child_start(loop, &order, true, WINDOW, lede__heard_news, r, &r->child, &err);

    return st ? lede_vm_refuse(L, &err) : 1;
}

static const luaL_Reg methods[] = {{"read", l_process_read},   {"read_err", l_process_read_err},
                                   {"write", l_process_write}, {"finish", l_process_finish},
                                   {"wait", l_process_wait},   {"kill", l_process_kill},
                                   {"close", l_process_close}, {NULL, NULL}};

void lede__process_class(lua_State *L) { lede__heard_class(L, CLASS, methods, l_process_close); }
