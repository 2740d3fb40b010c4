/* gate.c - a gate that lets so many tasks through at once; the others wait in order. See
 * runtime/lede/task.lua. */
#include "script/tasks.h"

#include <lauxlib.h>
#include <stdlib.h>

#define GATE "lede.Gate"
#define PASS "lede.Pass"

struct gate;

/* One who waits at the gate. */
typedef struct entering {
    lede_wait wait;
    struct gate *gate; /* kept by the argument of the task that waits; NULL once it is let in */
    struct entering *next;
} entering;

typedef struct gate {
    lua_Integer room, inside;
    entering *first, **end;
} gate;

typedef struct pass {
    gate *gate; /* kept by the user value; NULL when given back */
} pass;

static gate *check_gate(lua_State *L, int i) { return luaL_checkudata(L, i, GATE); }

static void leave_queue(entering *e) {
    entering **at = &e->gate->first;
    while (*at != e)
        at = &(*at)->next;
    *at = e->next;
    if (!e->next)
        e->gate->end = at;
}

static void let_in(gate *g) {
    while (g->first && g->inside < g->room) {
        entering *e = g->first;
        leave_queue(e);
        g->inside++;
        lede_task_wake(&e->wait);
    }
}

/* Canceled before it was let in. One that was let in and is canceled then goes by entering_free. */
static void entering_cancel(lede_wait *w) {
    entering *e = (entering *)w;
    leave_queue(e);
    e->gate = NULL;
    lede_task_wake(w);
}

static void entering_free(lede_wait *w) {
    entering *e = (entering *)w;
    if (e->gate) { /* let in, and never got its pass */
        e->gate->inside--;
        let_in(e->gate);
    }
    free(e);
}

/* The gate is at 1. */
static pass *new_pass(lua_State *L) {
    pass *p = lua_newuserdatauv(L, sizeof *p, 1);
    p->gate = NULL;
    luaL_setmetatable(L, PASS);
    lua_pushvalue(L, 1);
    lua_setiuservalue(L, -2, 1);
    return p;
}

static int entering_push(lua_State *L, lede_wait *w) {
    entering *e = (entering *)w;
    pass *p = new_pass(L);
    p->gate = e->gate;
    e->gate = NULL;
    return 1;
}

/* core.gate(n) */
int lede__gate_new(lua_State *L) {
    const lua_Integer room = luaL_checkinteger(L, 1);
    luaL_argcheck(L, room >= 1, 1, "a number from 1");
    gate *g = lua_newuserdatauv(L, sizeof *g, 0);
    *g = (gate){.room = room};
    g->end = &g->first;
    luaL_setmetatable(L, GATE);
    return 1;
}

/* gate:enter() -> pass, which <close> gives back */
static int l_gate_enter(lua_State *L) {
    gate *g = check_gate(L, 1);
    if (g->inside < g->room && !g->first) {
        pass *p = new_pass(L);
        p->gate = g;
        g->inside++;
        return 1;
    }
    (void)lede_task_check(L, "gate:enter");
    entering *e = malloc(sizeof *e);
    if (!e)
        return luaL_error(L, "not enough memory");
    *e = (entering){
        .wait = {.cancel = entering_cancel, .push = entering_push, .free = entering_free},
        .gate = g};
    *g->end = e;
    g->end = &e->next;
    return lede_task_wait(L, &e->wait);
}

/* pass:close(): may be repeated */
static int l_pass_close(lua_State *L) {
    pass *p = luaL_checkudata(L, 1, PASS);
    gate *g = p->gate;
    p->gate = NULL;
    if (g) {
        g->inside--;
        let_in(g);
    }
    return 0;
}

static const luaL_Reg gate_methods[] = {{"enter", l_gate_enter}, {NULL, NULL}};
static const luaL_Reg pass_methods[] = {{"close", l_pass_close}, {NULL, NULL}};
static const luaL_Reg pass_metamethods[] = {
    {"__close", l_pass_close}, {"__gc", l_pass_close}, {NULL, NULL}};

static void make_class(lua_State *L, const char *name, const luaL_Reg *methods,
                       const luaL_Reg *metamethods) {
    luaL_newmetatable(L, name);
    if (metamethods)
        luaL_setfuncs(L, metamethods, 0);
    lua_newtable(L);
    luaL_setfuncs(L, methods, 0);
    lua_setfield(L, -2, "__index");
    lua_pushliteral(L, "locked");
    lua_setfield(L, -2, "__metatable");
    lua_pop(L, 1);
}

void lede__open_gate_class(lua_State *L) {
    make_class(L, GATE, gate_methods, NULL);
    make_class(L, PASS, pass_methods, pass_metamethods);
}
