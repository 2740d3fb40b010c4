/* article.h - the article handle, for the other bindings. */
#ifndef LEDE_BIND_ARTICLE_H
#define LEDE_BIND_ARTICLE_H

#include "bind/host.h"

void lede__open_article(lua_State *L);            /* makes the class; once a VM */
lede_doc lede__check_article(lua_State *L, int i); /* raises for anything else */
void lede__forget_handles(lua_State *L);           /* between pages: bounds what the VM keeps */

#endif
