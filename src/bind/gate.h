/* gate.h - what has to be right before a page is written: feeds, sitemaps and JSON-LD, by the rules of runtime/lede/gate.lua. */
#ifndef LEDE_BIND_GATE_H
#define LEDE_BIND_GATE_H

#include "script/vm.h"

/* Calls a function of lede.page: what it is to be given is on the stack, what it gives is left there. */
typedef lede_status lede__gate_call(void *ctx, const char *function, int arguments, int results, lede_error *err);

/* Whether a page may be written under path. LEDE_EFORMAT, naming line and rule: it may not. Costs a search when there is nothing
 * to look at. */
LEDE_MUST_CHECK lede_status lede__gate(lua_State *L, lede_str path, lede_str bytes, lede__gate_call *call, void *ctx, lede_error *err);

#endif
