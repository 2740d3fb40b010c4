/* markdown.h - the options of lede.markdown.render and parse, with the Lua functions they may name.
 */
#ifndef LEDE_BIND_MARKDOWN_H
#define LEDE_BIND_MARKDOWN_H

#include "bind/pictures.h"
#include "lede/markdown.h"

#include <lua.h>

/* Lives on the C stack of the bound function; what it names stays on the Lua stack. */
typedef struct lede__markdown_call {
    lua_State *L;
    int directives, on_note; /* stack indices, 0 = none given */
    int error;               /* where the error that a function raised is kept */
    bool failed;
    lede__body_pictures pictures; /* host NULL: none are asked for */
    lede_markdown_options options;
} lede__markdown_call;

/* Reads the options table at index i (or none); raises for what it does not know. Leaves values on
 * the stack. */
void lede__markdown_call_init(lede__markdown_call *c, lua_State *L, int i);
/* Whether any of the options calls Lua. */
bool lede__markdown_calls_lua(const lede__markdown_call *c);
/* Raises the error that a function raised while C was at work. */
void lede__markdown_call_end(lede__markdown_call *c);

#endif
