/* sealed.h - a function of Lua that is told of a release before it is live. */
#ifndef LEDE_BIND_SEALED_H
#define LEDE_BIND_SEALED_H

#include "lede/release.h"

#include <lua.h>

typedef struct lede__sealed {
    lua_State *L;
    int fn; /* its index in the stack; 0 = nobody is told */
} lede__sealed;

/* For lede_release_options: calls fn{ stamp, before, tree, changes = { { path, what, size, sha256 } } }, `what` "new", "changed" or
 * "gone". A refusal or an error of it ends the release. */
lede_status lede__sealed_tell(void *ctx, const lede_release *r, uint64_t stamp, lede_error *err);

#endif
