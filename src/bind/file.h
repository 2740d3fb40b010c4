/* file.h - open files and locks of lede.fs; see file.c and lock.c. */
#ifndef LEDE_BIND_FILE_H
#define LEDE_BIND_FILE_H

#include <lua.h>

int lede__file_open(lua_State *L); /* lede.fs.open */
void lede__file_class(lua_State *L);
int lede__lock_take(lua_State *L); /* lede.fs.lock */
void lede__lock_class(lua_State *L);

#endif
