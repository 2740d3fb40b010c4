/* store.h - the store of a handle, for modules that work on one. */
#ifndef LEDE_BIND_STORE_H
#define LEDE_BIND_STORE_H

#include "lede/store.h"

#include <lua.h>

lede_store *lede__check_store(lua_State *L, int i); /* raises when it is none, or closed */

#endif
