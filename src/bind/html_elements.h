/* html_elements.h - a function of lede.html. */
#ifndef LEDE_BIND_HTML_ELEMENTS_H
#define LEDE_BIND_HTML_ELEMENTS_H

#include <lua.h>

int lede__html_elements(lua_State *L);

#endif
