/* hear.h - what a library tells news of (a program, a response, a socket, a watch) and the tasks
 * that wait for them.
 *
 * Embedded first in a malloc'd struct that the handle's userdata points to: the library calls it
 * back, so it is not a userdata itself. For each want (what is waited for) one task at most waits
 * at a time.
 */
#ifndef LEDE_BIND_HEAR_H
#define LEDE_BIND_HEAR_H

#include "bind/task.h"

#include <lauxlib.h>

enum { LEDE__WANTS = 4 };

typedef struct lede__heard lede__heard;

typedef struct lede__heard_kind {
    bool (*is_there)(lede__heard *h, int want);
    int (*give)(lua_State *L, lede__heard *h,
                int want); /* when it is there: pushes results, gives their count */
    void (*gave_up)(lede__heard *h, int want); /* the task was canceled; may be NULL */
} lede__heard_kind;

struct lede__heard {
    const lede__heard_kind *kind;
    struct lede__hearing *who[LEDE__WANTS];
    unsigned refs; /* the handle, and every task that waits */
    bool closed;
};

/* For a userdata of a pointer at the top: gives its class, and new memory of that size to it.
 * Raises without memory. */
lede__heard *lede__heard_new(lua_State *L, const char *class_name, const lede__heard_kind *kind,
                             size_t size);
/* The handle at 1; raises when it is closed. */
lede__heard *lede__heard_check(lua_State *L, const char *class_name);
/* The same without raising for a closed one: NULL. For close methods: afterwards the handle is
 * closed. */
lede__heard *lede__heard_take(lua_State *L, const char *class_name);
/* Gives what is there, or waits for it: return lede__heard_wait(...). what: "process:read". */
int lede__heard_wait(lua_State *L, lede__heard *h, int want, const char *what);
void lede__heard_news(void *heard); /* the library's callback */
/* After take, and after what it stands for was closed: who waits is told, the memory goes with the
 * last of them. */
void lede__heard_close(lede__heard *h);

/* Registers a class with methods; __close and __gc are `close`. Leaves nothing. */
void lede__heard_class(lua_State *L, const char *class_name, const luaL_Reg *methods,
                       lua_CFunction close);

#endif
