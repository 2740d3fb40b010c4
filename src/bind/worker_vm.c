/* worker_vm.c - the page VM of a worker. See bind/worker_inside.h. */
#include "bind/worker_inside.h"

#include "base/refused.h"
#include "bind/bind.h"
#include "bind/related.h"
#include "bind/value.h"
#include "bind/wire.h"

#include <lauxlib.h>
#include <stdlib.h>

enum {
    START_MS = 5000, /* loading plugins */
    VM_MEMORY = 256 << 20
};

void lede__worker_close_vm(lede__worker *w) {
    lede_vm_close(w->host.vm);
    w->host.vm = NULL;
    w->host.edition = NULL;
    w->host.last_of = LEDE_NO_DOC;
    w->started = false;
    for (int k = 0; k < LEDE_TERM_KINDS; k++) {
        free((char *)w->host.term_path[k]);
        w->host.term_path[k] = NULL;
    }
    lede_arena_reset(&w->host.data_arena);
    w->host.data = (lede_value){0};
    lede__page_files_fini(&w->host.files);
    lede__hashes_fini(&w->told);
}

lede_status lede__worker_call(lede__worker *w, const char *function, int nargs, int nresults, int ms, lede_error *err) {
    lua_State *L = lede_vm_lua(w->host.vm);
    lua_getfield(L, LUA_REGISTRYINDEX, "lede.page");
    lua_getfield(L, -1, function);
    lua_remove(L, -2);
    lua_insert(L, -1 - nargs);
    return lede_vm_enter(w->host.vm, nargs, nresults, ms, NULL, err);
}

static bool field_is_true(lua_State *L, const char *name) {
    lua_getfield(L, -1, name);
    const bool v = lua_toboolean(L, -1);
    lua_pop(L, 1);
    return v;
}

/* The function under that name of the table at the top of the stack, or LUA_NOREF. */
static int take_function(lua_State *L, const char *name) {
    lua_getfield(L, -1, name);
    if (lua_isfunction(L, -1))
        return luaL_ref(L, LUA_REGISTRYINDEX);
    lua_pop(L, 1);
    return LUA_NOREF;
}

/* page.start leaves a table: body, excerpt and related handlers (or nil) and the paths of terms. */
static void read_start(lede__worker *w, lua_State *L) {
    lede__host *h = &w->host;
    h->body_ref = h->excerpt_ref = h->related_ref = LUA_NOREF;
    h->body_always = field_is_true(L, "body_always");
    h->has_directives = field_is_true(L, "directives");
    h->body_ref = take_function(L, "body");
    h->excerpt_ref = take_function(L, "excerpt");
    h->related_ref = take_function(L, "related");
    static const char *const kinds[LEDE_TERM_KINDS] = {"section", "tag", "author", "origin"};
    lua_getfield(L, -1, "term_paths");
    for (int k = 0; k < LEDE_TERM_KINDS; k++) {
        lua_getfield(L, -1, kinds[k]);
        if (lua_isstring(L, -1))
            h->term_path[k] = strdup(lua_tostring(L, -1));
        if (lua_isstring(L, -1) && !h->term_path[k])
            lede__note_no_memory();
        lua_pop(L, 1);
    }
    lua_pop(L, 2);
}

static void saw_file(void *ctx, const char *path, lede_str bytes) {
    lede__worker *w = ctx;
    if (lede__page_files_saw(&w->host.files, path, bytes))
        return;
    lede__put_str(&w->files, lede_str_of(path));
    lede__put64(&w->files, lede__file_print(bytes));
}

lede_status lede__worker_start_vm(lede__worker *w, lede_error *err) {
    lede__host *h = &w->host;
    if (w->started)
        return LEDE_OK;
    if (!w->edition)
        return lede_fail(err, LEDE_EINVAL, "worker: no edition to render");
    lede__worker_close_vm(w);
    lede_vm_options o = {.kind = LEDE_VM_PAGE, .memory_limit = VM_MEMORY, .site_root = w->site.root, .plugin_dir = w->plugin_dir};
    lede_status st = lede_vm_open(&o, &h->vm, err);
    if (st)
        return st;
    h->site = &w->site;
    h->edition = w->edition;
    h->reads = w->reads;
    lede_vm_set_context(h->vm, h);
    lede_vm_watch_files(h->vm, saw_file, w);
    lede__bind_open_common(h->vm);
    lede_vm_preload(h->vm, "lede.edition", luaopen_lede_edition);
    lede_vm_preload(h->vm, "lede.related", luaopen_lede_related);
    lede_vm_preload(h->vm, "lede.page_files", luaopen_lede_page_files);
    lede_str data = lede_edition_data(w->edition);
    if (data.len && (st = lede_json_read(&h->data_arena, data, &h->data, err)) != LEDE_OK)
        return st;
    lua_State *L = lede_vm_lua(h->vm);
    st = lede_vm_load(h->vm, lede__embedded("lede.page"), "@lede/page.lua", err);
    if (!st)
        st = lede_vm_enter(h->vm, 0, 1, START_MS, NULL, err);
    if (st)
        return st;
    lua_setfield(L, LUA_REGISTRYINDEX, "lede.page");
    lede__bind_push_value(L, &w->site.value);
    lede__push_edition(L);
    lede__recorder_join(&w->recorder, h);
    lua_pushstring(L, w->site.root);
    lede__kept_code_push(L, &w->code);
    if (w->timed)
        lede__times_push(L, &w->times);
    st = lede__worker_call(w, "start", w->timed ? 6 : 4, 1, START_MS, err);
    if (st)
        return st;
    read_start(w, L);
    w->started = true;
    lede_buf_clear(&w->base);
    lede_reads_encode(w->reads, w->edition, &w->base);
    return lede_reads_failed(w->reads) ? lede_fail(err, LEDE_ENOMEM, "out of memory for the record of reads") : lede_buf_status(&w->base, err);
}
