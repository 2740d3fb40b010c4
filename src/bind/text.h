/* text.h - what modules about text share. */
#ifndef LEDE_BIND_TEXT_H
#define LEDE_BIND_TEXT_H

#include "lede/format.h"

#include <lua.h>

/* The text at i: a string or a safe value. Raises for anything else. */
lede_str lede__check_text(lua_State *L, int i);
/* Pushes what stands in b, or raises when it could not be held. Gives 1. */
int lede__give(lua_State *L, const lede_buf *b);
/* What this VM has opened for languages; made when first asked for, it goes with the VM. */
lede_format *lede__bind_format(lua_State *L);

#endif
