/* related.h - what plugins have to say about related articles: their answers are checked here,
 * nothing of them is believed. */
#ifndef LEDE_BIND_RELATED_H
#define LEDE_BIND_RELATED_H

#include "bind/features.h"
#include "bind/host.h"

/* Takes what related.fields answered off the stack (a table, or nil: as the edition has it) into c;
 * texts are copied into arena. LEDE_EINVAL says which field is what it may not be; c is as before
 * then. */
LEDE_MUST_CHECK lede_status lede__take_fields(lua_State *L, lede_arena *arena, lede__comparable *c,
                                              lede_error *err);

/* Pushes the list of up to k related articles of d that plugins made of the engine's
 * (h->related_ref). */
int lede__push_related(lua_State *L, lede__host *h, lede_doc d, uint32_t k);

#endif
