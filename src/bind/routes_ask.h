/* routes_ask.h - asking a worker what pages there are: for a publication's plan and for the preview. */
#ifndef LEDE_BIND_ROUTES_ASK_H
#define LEDE_BIND_ROUTES_ASK_H

#include "bind/records.h"

/* Takes the routes (routes.h) and what the worker read for them; both are borrowed. */
typedef lede_status lede__take_routes(void *ctx, lede_str routes, const lede__told *told, lede_error *err);

/* Asks a worker of p, which knows the edition, and waits. A plugin that cannot be loaded or raises is LEDE_ESCRIPT, what
 * the machine refuses the worker LEDE_EIO. When it fails no job of it is left. */
LEDE_MUST_CHECK lede_status lede__ask_routes(lede__publication *p, lede__take_routes *take, void *ctx, lede_error *err);

#endif
