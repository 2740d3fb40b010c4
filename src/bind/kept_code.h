/* kept_code.h - what templates became, kept by a worker from one page VM to the next.
 *
 * Compiling a template is a function of its text and name alone, and costs more than a page. VMs are made anew for each
 * edition; the Lua source that a template became is kept beside them. Only the text is kept, never a function, and only
 * lede.page gets at it: nothing that a plugin did can be seen by the next VM. */
#ifndef LEDE_BIND_KEPT_CODE_H
#define LEDE_BIND_KEPT_CODE_H

#include "base/names.h"

struct lua_State;

typedef struct lede__kept_code {
    lede_arena arena;
    lede__names keys; /* name, NUL, source */
    lede_str *code;
    size_t cap;
} lede__kept_code;

void lede__kept_code_init(lede__kept_code *k);
void lede__kept_code_fini(lede__kept_code *k);
/* Pushes kept(name, source) -> code or nil, and kept(name, source, code), which keeps it. k must outlive the VM. */
void lede__kept_code_push(struct lua_State *L, lede__kept_code *k);

#endif
