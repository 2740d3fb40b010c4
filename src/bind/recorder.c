/* recorder.c - the recordings within a page's recording: what a partial read, so that it can be replayed when its text is
 * printed again. See lede_vm_recorder in script/vm.h. */
#include "bind/host.h"

#include <lauxlib.h>

static void begin(void *ctx) {
    lede__recorder *r = ctx;
    lede_reads **mine = &r->own[r->depth];
    r->outer[r->depth++] = r->host->reads;
    if (!*mine)
        *mine = lede_reads_new();
    if (*mine)
        lede_reads_reset(*mine);
    r->host->reads = *mine ? *mine : r->host->reads; /* without memory its reads are the page's at once */
}

static void end(void *ctx, lede_buf *out) {
    lede__recorder *r = ctx;
    lede_reads *outer = r->outer[--r->depth];
    if (r->host->reads == outer)
        out->status = LEDE_ENOMEM; /* there is no recording of its own: not to be kept */
    else
        lede_reads_pack(r->host->reads, out);
    r->host->reads = outer;
}

static void replay(void *ctx, lede_str bytes) {
    const lede__recorder *r = ctx;
    if (r->host->reads)
        lede_reads_replay(r->host->reads, bytes);
}

/* Articles by their number, terms by their handle: a VM makes one for each and keeps it. */
static uint64_t identity(void *ctx, lua_State *L, int index) {
    const lede__recorder *r = ctx;
    if (!lua_getmetatable(L, index))
        return 0;
    const void *class = lua_topointer(L, -1), *value = lua_touserdata(L, index);
    lua_pop(L, 1);
    if (class == r->article)
        return (uint64_t)*(const lede_doc *)value << 1 | 1;
    return class == r->term ? (uint64_t)(uintptr_t)value : 0;
}

static const void *class_of(lua_State *L, const char *name) {
    luaL_getmetatable(L, name);
    const void *class = lua_topointer(L, -1);
    lua_pop(L, 1);
    return class;
}

void lede__recorder_join(lede__recorder *r, lede__host *h) {
    r->host = h;
    r->depth = 0;
    r->article = class_of(lede_vm_lua(h->vm), "lede.Article");
    r->term = class_of(lede_vm_lua(h->vm), "lede.Term");
    lede_vm_set_recorder(h->vm, &(lede_vm_recorder){r, begin, end, replay, identity});
}

void lede__recorder_fini(lede__recorder *r) {
    for (int i = 0; i < LEDE__RECORDINGS; i++)
        lede_reads_free(r->own[i]);
}
