/* process.h - what the files of lede.process share. */
#ifndef LEDE_BIND_PROCESS_H
#define LEDE_BIND_PROCESS_H

#include "sys/run.h"

#include <lua.h>

/* Reads the order at 1 and leaves on the stack what *o borrows. known: the options there are, ends
 * with NULL. */
void lede__check_order(lua_State *L, const char *const *known, lede__run_order *o);
/* { status } or { signal } */
void lede__push_end(lua_State *L, const lede__run_end *end);

int lede__process_start_child(lua_State *L); /* lede.process.start */
void lede__process_class(lua_State *L);

#endif
