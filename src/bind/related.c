/* related.c - lede.related: which articles a reader would want next. The choice is the edition's; every answer is recorded. */
#include "bind/article.h"
#include "bind/bind.h"

#include <lauxlib.h>

/* lede.related.neighbours(article, k) -> list of articles, best first */
static int l_related_neighbours(lua_State *L) {
    lede__check_article(L, 1);
    lua_settop(L, 2);
    lua_getfield(L, 1, "neighbours");
    lua_insert(L, 1);
    lua_call(L, 2, 1);
    return 1;
}

static const luaL_Reg functions[] = {{"neighbours", l_related_neighbours}, {NULL, NULL}};

int luaopen_lede_related(lua_State *L) {
    luaL_newlib(L, functions);
    return 1;
}
