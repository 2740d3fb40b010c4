/* hear.c - tasks that wait for news. See bind/hear.h. */
#include "bind/hear.h"

#include <stdlib.h>

typedef struct lede__hearing {
    lede_wait wait;
    lede__heard *of;
    int want;
} hearing;

static void drop(lede__heard *h) {
    if (--h->refs == 0)
        free(h);
}

static void wake(lede__heard *h, int want) {
    hearing *w = h->who[want];
    h->who[want] = NULL;
    if (w)
        lede_task_wake(&w->wait);
}

void lede__heard_news(void *heard) {
    lede__heard *h = heard;
    for (int want = 0; want < LEDE__WANTS; want++)
        if (h->who[want] && h->kind->is_there(h, want))
            wake(h, want);
}

/* ---- a wait */

static void hearing_cancel(lede_wait *wait) {
    const hearing *w = (hearing *)wait;
    lede__heard *h = w->of;
    const int want = w->want;
    h->refs++;
    wake(h, want);
    if (h->kind->gave_up && !h->closed)
        h->kind->gave_up(h, want);
    drop(h);
}

static void hearing_free(lede_wait *wait) {
    drop(((hearing *)wait)->of);
    free(wait);
}

static int hearing_push(lua_State *L, lede_wait *wait) {
    const hearing *w = (hearing *)wait;
    lede_error err = {0};
    if (!w->of->closed)
        return w->of->kind->give(L, w->of, w->want);
    (void)lede_fail(&err, LEDE_ECANCELED, "it was closed meanwhile");
    return lede_vm_refuse(L, &err);
}

int lede__heard_wait(lua_State *L, lede__heard *h, int want, const char *what) {
    luaL_argcheck(L, !h->who[want], 1, "another task waits for the same");
    if (h->kind->is_there(h, want))
        return h->kind->give(L, h, want);
    (void)lede_task_check(L, what);
    hearing *w = malloc(sizeof *w);
    if (!w)
        return luaL_error(L, "not enough memory");
    *w = (hearing){.wait = {.cancel = hearing_cancel, .push = hearing_push, .free = hearing_free},
                   .of = h,
                   .want = want};
    h->refs++;
    h->who[want] = w;
    return lede_task_wait(L, &w->wait);
}

/* ---- the handle */

lede__heard *lede__heard_new(lua_State *L, const char *class_name, const lede__heard_kind *kind,
                             size_t size) {
    lede__heard **box = lua_newuserdatauv(L, sizeof *box, 1);
    *box = NULL;
    luaL_setmetatable(L, class_name);
    lede__heard *h = calloc(1, size);
    if (h) {
        h->kind = kind;
        h->refs = 1;
    } else {
        luaL_error(L, "not enough memory");
    }
    *box = h;
    return h;
}

lede__heard *lede__heard_check(lua_State *L, const char *class_name) {
    lede__heard **box = luaL_checkudata(L, 1, class_name);
    luaL_argcheck(L, *box, 1, "it is closed");
    return *box;
}

lede__heard *lede__heard_take(lua_State *L, const char *class_name) {
    lede__heard **box = luaL_checkudata(L, 1, class_name);
    lede__heard *h = *box;
    *box = NULL;
    return h;
}

void lede__heard_close(lede__heard *h) {
    h->closed = true;
    for (int want = 0; want < LEDE__WANTS; want++)
        wake(h, want);
    drop(h);
}

void lede__heard_class(lua_State *L, const char *class_name, const luaL_Reg *methods,
                       lua_CFunction close) {
    luaL_newmetatable(L, class_name);
    lua_pushcfunction(L, close);
    lua_setfield(L, -2, "__close");
    lua_pushcfunction(L, close);
    lua_setfield(L, -2, "__gc");
    lua_newtable(L);
    luaL_setfuncs(L, methods, 0);
    lua_setfield(L, -2, "__index");
    lua_pushliteral(L, "locked");
    lua_setfield(L, -2, "__metatable");
    lua_pop(L, 1);
}
