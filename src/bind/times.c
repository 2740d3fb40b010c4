/* times.c - see times.h. Without memory a time is not known. */
#include "bind/times.h"

#include "bind/wire.h"
#include "sys/sys.h"

#include <lauxlib.h>
#include <stdlib.h>

enum { NAMES_MAX = 4 << 20 };

void lede__times_init(lede__times *t) {
    *t = (lede__times){0};
    lede_arena_init(&t->arena, NAMES_MAX);
    lede__names_init(&t->names);
}

void lede__times_fini(lede__times *t) {
    lede__names_fini(&t->names);
    lede_arena_fini(&t->arena);
    free(t->spent);
    lede__times_init(t);
}

static uint32_t number_of(lede__times *t, lede_str name) {
    const uint32_t n = lede__names_add(&t->names, &t->arena, name);
    if (n == LEDE_NO_NAME || n < t->cap)
        return n;
    const size_t cap = t->cap ? t->cap * 2 : 64;
    lede__time_spent *more = realloc(t->spent, cap * sizeof *more);
    if (!more)
        return LEDE_NO_NAME;
    memset(more + t->cap, 0, (cap - t->cap) * sizeof *more);
    t->spent = more;
    t->cap = cap;
    return n;
}

void lede__times_add(lede__times *t, lede_str name, uint64_t ns, uint32_t count) {
    const uint32_t n = number_of(t, name);
    if (n >= t->cap)
        return;
    t->spent[n].ns += ns;
    t->spent[n].count += count;
}

/* The time until now belongs to the innermost. */
static void charge(lede__times *t) {
    const uint64_t now = lede__monotonic_ns();
    const uint32_t n = t->depth && t->depth <= LEDE__TIMES_DEPTH ? t->open[t->depth - 1] : LEDE_NO_NAME;
    if (n < t->cap)
        t->spent[n].ns += now - t->since;
    t->since = now;
}

void lede__times_settle(lede__times *t) {
    charge(t);
    t->depth = 0;
}

static int l_times_enter(lua_State *L) {
    lede__times *t = lua_touserdata(L, lua_upvalueindex(1));
    lede_str name;
    name.ptr = luaL_checklstring(L, 1, &name.len);

    charge(t);
    const uint32_t n = number_of(t, name);
    if (n < t->cap)
        t->spent[n].count++;
    if (t->depth < LEDE__TIMES_DEPTH)
        t->open[t->depth] = n;
    t->depth++;
    return 0;
}

static int l_times_leave(lua_State *L) {
    lede__times *t = lua_touserdata(L, lua_upvalueindex(1));
    charge(t);
    t->depth -= t->depth > 0;
    return 0;
}

void lede__times_push(lua_State *L, lede__times *t) {
    lua_pushlightuserdata(L, t);
    lua_pushcclosure(L, l_times_enter, 1);
    lua_pushlightuserdata(L, t);
    lua_pushcclosure(L, l_times_leave, 1);
}

void lede__times_put(lede__times *t, lede_buf *frame) {
    lede__times_settle(t);
    for (uint32_t i = 0; i < t->names.count && i < t->cap; i++) {
        lede__put_str(frame, t->names.items[i]);
        lede__put64(frame, t->spent[i].ns);
        lede__put32(frame, t->spent[i].count);
    }
    lede__times_fini(t);
}

void lede__times_take(lede__times *t, lede_str frame) {
    lede__wire w = lede__wire_of(frame);
    while (!w.bad && w.at < w.end) {
        const lede_str name = lede__get_str(&w);
        const uint64_t ns = lede__get64(&w);
        const uint32_t count = lede__get32(&w);
        if (!w.bad)
            lede__times_add(t, name, ns, count);
    }
}
