/* publication_lua.h - methods of a publication's handle that stand in files of their own, and what they need of it. */
#ifndef LEDE_BIND_PUBLICATION_LUA_H
#define LEDE_BIND_PUBLICATION_LUA_H

#include "bind/publication.h"

#include <lua.h>

/* publish.c: the publication at 1; raises otherwise. */
lede__publication *lede__check_open(lua_State *L);
/* The same with its edition open. */
lede__publication *lede__check_prepared(lua_State *L);
/* Pushes a report (JSON) as a table, or nil and the error. Frees report. */
int lede__give_report(lua_State *L, lede_status st, lede_buf *report, const lede_error *err);

/* withheld.c */
int lede__publication_withheld(lua_State *L);
/* withdrawn.c */
int lede__publication_withdrawn(lua_State *L);
/* relate_trials.c */
void lede__open_trials(lua_State *L); /* makes the class of trials; once a VM */
int lede__publication_trials(lua_State *L);
/* relate_lua.c */
int lede__publication_relate(lua_State *L);
int lede__publication_forget_related(lua_State *L);
int lede__publication_shows(lua_State *L);
int lede__publication_related(lua_State *L);
int lede__publication_related_tsv(lua_State *L);
int lede__publication_copies_tsv(lua_State *L);

#endif
