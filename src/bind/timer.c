/* timer.c - lede.timer: tasks that sleep. */
#include "loop/timer.h"
#include "bind/bind.h"
#include "bind/task.h"
#include "sys/sys.h"

#include <lauxlib.h>
#include <stdlib.h>

enum { SECONDS_MAX = 366 * 24 * 3600 };

typedef struct sleeping {
    lede_wait wait;
    lede__timer *timer;
} sleeping;

static void on_time(void *ctx) { lede_task_wake(ctx); }

static void cancel(lede_wait *w) {
    lede__timer_stop(((sleeping *)w)->timer);
    lede_task_wake(w);
}

static int push(lua_State *L, lede_wait *w) {
    (void)L, (void)w;
    return 0;
}

static void free_wait(lede_wait *w) { free(w); }

static sleeping *start(lede_loop *loop, uint64_t ms) {
    sleeping *s = malloc(sizeof *s);
    if (!s)
        return NULL;
    s->wait = (lede_wait){.cancel = cancel, .push = push, .free = free_wait};
    s->timer = lede__timer_start(loop, ms, on_time, s);
    if (!s->timer) {
        free(s);
        return NULL;
    }
    return s;
}

/* lede.timer.sleep(seconds) */
static int l_timer_sleep(lua_State *L) {
    const lua_Number seconds = luaL_checknumber(L, 1);
    luaL_argcheck(L, seconds >= 0 && seconds <= SECONDS_MAX, 1, "seconds from 0, up to a year");
    (void)lede_task_check(L, "timer.sleep");
    if (seconds == 0)
        return lede_task_pause(L);

    lede_loop *loop;
    lede_error err = {0};
    const lede_status st = lede__desk_loop(L, &loop, &err);
    sleeping *s = st ? NULL : start(loop, seconds < 0.001 ? 1 : (uint64_t)(seconds * 1000));

    if (!s)
        return luaL_error(L, "timer.sleep: %s", st ? err.message : "not enough memory");
    return lede_task_wait(L, &s->wait);
}

/* lede.timer.now() -> seconds of a clock that never goes back */
static int l_timer_now(lua_State *L) {
    lua_pushnumber(L, (lua_Number)lede__monotonic_us() / 1e6);
    return 1;
}

static const luaL_Reg functions[] = {{"sleep", l_timer_sleep}, {"now", l_timer_now}, {NULL, NULL}};

int luaopen_lede_timer(lua_State *L) {
    luaL_newlib(L, functions);
    return 1;
}
