/* value.h - plain data between Lua and C. */
#ifndef LEDE_BIND_VALUE_H
#define LEDE_BIND_VALUE_H

#include "lede/value.h"

#include <lua.h>

/* The value at idx, copied into arena. LEDE_EINVAL naming the place for functions, userdata, cycles, keys that are neither
 * names nor a sequence, and what is nested more than 64 deep. Makes no error in Lua. */
LEDE_MUST_CHECK lede_status lede__bind_to_value(lua_State *L, int idx, lede_arena *arena, lede_value *out, lede_error *err);
/* Pushes v; lists become sequences that are marked, so that an empty one stays a list; null is lede.json.null. May raise. */
void lede__bind_push_value(lua_State *L, const lede_value *v);
/* Pushes an arena that Lua frees. May raise. */
lede_arena *lede__scratch_arena(lua_State *L);
/* Set a field of the table at the top. May raise. */
void lede__set_text(lua_State *L, const char *key, lede_str s);
void lede__set_integer(lua_State *L, const char *key, int64_t v);
/* Pushes the two marks (bind/json.c makes them once a VM). */
void lede__bind_push_null(lua_State *L);

#endif
