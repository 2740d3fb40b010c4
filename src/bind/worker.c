/* worker.c - a worker: reads content files and renders pages when the desk says so. ARCHITECTURE.md section 4.
 *
 * Blocking and single-threaded. Pages are made by one page VM that lives as long as the edition it shows; it can see that
 * edition, the site's folder for templates and plugins, and nothing else: once the templates' folders are known the
 * process is shut in (no network, no other processes, writing only below the standby tree). */
#include "bind/worker.h"

#include "base/hashes.h"
#include "base/log.h"
#include "base/refused.h"
#include "bind/article.h"
#include "bind/bind.h"
#include "bind/features.h"
#include "bind/gate.h"
#include "bind/kept_code.h"
#include "bind/page.h"
#include "bind/parse.h"
#include "bind/routes.h"
#include "bind/times.h"
#include "bind/related.h"
#include "bind/value.h"
#include "bind/wire.h"
#include "codec/hash.h"
#include "loop/workers.h"
#include "sys/sys.h"
#include "text/icu_memory.h"

#include <lauxlib.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>

enum {
    PAGE_MS = 2000,          /* a page, hooks and template together */
    START_MS = 5000,         /* loading plugins */
    FLUSH_US = 500000,       /* answers wait no longer than this */
    OUTPUT_MAX = 64 << 20,   /* bytes of one page */
    VM_MEMORY = 256 << 20
};

typedef struct worker {
    lede_worker_io *io;
    lede__site site;
    lede__parser parser;
    lede__host host;
    lede_edition *edition;
    lede_reads *reads;
    lede__recorder recorder;
    lede_buf files, base; /* what the VM read, and read of the edition before its first page; as LEDE_A_PAGE has them */
    lede_buf page_reads, route_files; /* of the page, and of templates that its route used for the first time */
    lede__kept_code code; /* of templates, for VMs to come */
    lede__times times;    /* of templates and hooks, when they are told */
    lede__hashes told;    /* lists of files (page_files.c), by route */
    uint32_t route;
    lede_arena arena;
    lede_release_writer writer;
    char *plugin_dir;
    lede__features_maker *features;
    bool plugins_read; /* related.fields has a handler */
    bool greeted, shut_in, started, timed;
    uint64_t flushed_at;
    lede_buf frame;
} worker;

static lede_status send_frame(worker *w, uint8_t type, lede_error *err) {
    lede_status st = lede_buf_status(&w->frame, err);
    if (!st)
        st = lede_worker_send(w->io, type, lede_buf_str(&w->frame), err);
    uint64_t now = lede__monotonic_us();
    if (!st && now - w->flushed_at > FLUSH_US) {
        w->flushed_at = now;
        st = lede_worker_flush(w->io, err);
    }
    return st;
}

/* What a plugin wants in the report goes ahead of the page's own answer. */
static void send_note(void *ctx, lede_str json) {
    worker *w = ctx;
    lede_error err = {0};
    if (lede_worker_send(w->io, LEDE_A_NOTE, json, &err))
        lede__log(LEDE__LOG_INFO, lede_str_of(err.message));
}

/* ---- limits */

/* Sanitizers map far more than they use; their builds test the code, not this limit. */
static void limit_memory(uint64_t mb) {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    (void)mb;
#else
    struct rlimit r = {(rlim_t)mb << 20, (rlim_t)mb << 20};
    setrlimit(RLIMIT_DATA, &r);
#endif
    struct rlimit core = {0, 0};
    setrlimit(RLIMIT_CORE, &core);
}

/* ---- hello */

static lede_status take_hello(worker *w, lede_str json, lede_error *err) {
    if (w->greeted)
        return lede_fail(err, LEDE_EINVAL, "worker: greeted twice");
    lede_value hello;
    lede_status st = lede_json_read(&w->arena, json, &hello, err);
    if (st)
        return st;
    const lede_value *root = lede_value_get(&hello, "root"), *config = lede_value_get(&hello, "config");
    const lede_value *plugins = lede_value_get(&hello, "plugin_dir"), *memory = lede_value_get(&hello, "memory_mb");
    if (!root || !config || root->kind != LEDE_TEXT || config->kind != LEDE_MAP)
        return lede_fail(err, LEDE_EFORMAT, "worker: hello without a site");
    limit_memory(memory && memory->kind == LEDE_INT ? (uint64_t)memory->integer : 1024);
    lede_buf b;
    lede_buf_init(&b, LEDE_BUF_MAX);
    lede_json_write(&b, config);
    st = lede_buf_status(&b, err);
    if (!st)
        st = lede__site_init(&w->site, root->text.ptr, lede_buf_str(&b), err);
    lede_buf_fini(&b);
    if (!st && plugins && plugins->kind == LEDE_TEXT && plugins->text.len)
        w->plugin_dir = strdup(plugins->text.ptr);
    w->greeted = st == LEDE_OK;
    return st;
}

/* ---- edition: a fresh VM for each, so nothing of the last one can be seen in the next */

static void close_vm(worker *w) {
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

static lede_status take_edition(worker *w, lede_str frame, lede_error *err) {
    lede__wire in = lede__wire_of(frame);
    lede_str dir = lede__get_str(&in), standby = lede__get_str(&in), live = lede__get_str(&in);
    w->timed = lede__get8(&in);
    if (in.bad)
        return lede_fail(err, LEDE_EFORMAT, "worker: bad edition frame");
    close_vm(w);
    lede_edition_close(w->edition);
    w->edition = NULL;
    lede_release_writer_close(&w->writer);
    lede_arena_reset(&w->arena);
    dir = lede_arena_copy(&w->arena, dir);
    standby = lede_arena_copy(&w->arena, standby);
    live = lede_arena_copy(&w->arena, live);
    if (!dir.ptr || !standby.ptr || !live.ptr)
        return lede_fail(err, LEDE_ENOMEM, "worker: out of memory");
    lede_status st = lede_edition_open(dir.ptr, &w->edition, err);
    if (!st)
        st = lede_release_writer_open(standby.ptr, live.ptr, &w->writer, err);
    if (!st && !w->shut_in) {
        const char *readable[] = {w->site.root, dir.ptr, live.len ? live.ptr : standby.ptr, w->plugin_dir ? w->plugin_dir : w->site.root, "/usr/share/zoneinfo", NULL};
        const char *writable[] = {standby.ptr, NULL};
        st = lede__shut_in(readable, writable, NULL, err);
        w->shut_in = st == LEDE_OK;
    }
    return st;
}

/* An edition whose texts are read. Plugins that have a say in it can read and nothing else. */
static lede_status take_texts(worker *w, lede_str frame, lede_error *err) {
    lede__wire in = lede__wire_of(frame);
    const lede_str dir = lede__get_str(&in);
    w->plugins_read = lede__get8(&in);
    if (in.bad)
        return lede_fail(err, LEDE_EFORMAT, "worker: bad edition frame");
    close_vm(w);
    lede_edition_close(w->edition);
    w->edition = NULL;
    lede_arena_reset(&w->arena);
    const char *path = lede_arena_copy(&w->arena, dir).ptr;
    lede_status st = path ? lede_edition_open(path, &w->edition, err) : lede_fail(err, LEDE_ENOMEM, "worker: out of memory");
    if (!st && w->plugins_read && !w->shut_in) {
        const char *readable[] = {w->site.root, path, w->plugin_dir ? w->plugin_dir : w->site.root, "/usr/share/zoneinfo", NULL};
        const char *writable[] = {NULL};
        st = lede__shut_in(readable, writable, NULL, err);
        w->shut_in = st == LEDE_OK;
    }
    return st;
}

/* ---- the page VM */

static lede_status call_page(worker *w, const char *function, int nargs, int nresults, int ms, lede_error *err) {
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
static void read_start(worker *w, lua_State *L) {
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
    worker *w = ctx;
    if (lede__page_files_saw(&w->host.files, path, bytes))
        return;
    lede__put_str(&w->files, lede_str_of(path));
    lede__put64(&w->files, lede__file_print(bytes));
}

static lede_status start_vm(worker *w, lede_error *err) {
    lede__host *h = &w->host;
    if (w->started)
        return LEDE_OK;
    if (!w->edition)
        return lede_fail(err, LEDE_EINVAL, "worker: no edition to render");
    close_vm(w);
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
    st = call_page(w, "start", w->timed ? 6 : 4, 1, START_MS, err);
    if (st)
        return st;
    read_start(w, L);
    w->started = true;
    lede_buf_clear(&w->base);
    lede_reads_encode(w->reads, w->edition, &w->base);
    return lede_reads_failed(w->reads) ? lede_fail(err, LEDE_ENOMEM, "out of memory for the record of reads") : lede_buf_status(&w->base, err);
}

/* A page's read for the frame; of the templates' files each list is told once a route. */
static void add_read(void *ctx, lede_read_kind kind, lede_str key, uint64_t mask, uint64_t print) {
    worker *w = ctx;
    uint32_t list;
    if (kind != LEDE_READ_FILE || !lede__page_files_number(key, &list))
        lede_reads_add(&w->page_reads, kind, key, mask, print);
    else if (lede__hashes_add(&w->told, ((uint64_t)w->route + 1) << 32 | list))
        lede_buf_add(&w->route_files, lede__page_files_list(&w->host.files, list));
}

/* Appends to the frame what was read since the last answer: by the VM, before its pages, by templates, for this answer. */
static lede_status add_reads(worker *w, uint32_t route, lede_error *err) {
    w->route = route;
    lede_buf_clear(&w->page_reads);
    lede_reads_each(w->reads, w->edition, add_read, w);
    lede_buf *const parts[] = {&w->files, &w->base, &w->route_files, &w->page_reads};
    lede_status st = w->told.failed ? lede_fail(err, LEDE_ENOMEM, "worker: out of memory") : LEDE_OK;
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        lede__put_str(&w->frame, lede_buf_str(parts[i]));
        st = st ? st : lede_buf_status(parts[i], err);
        lede_buf_clear(parts[i]);
    }
    return st;
}

static lede_status fail_frame(worker *w, uint32_t page, const lede_error *why, lede_error *err) {
    lede_buf_clear(&w->frame);
    lede__put32(&w->frame, page);
    lede__put_str(&w->frame, lede_str_of(why->message));
    return send_frame(w, LEDE_A_FAILED, err);
}

/* What the machine refuses is no fault of the page: a disk that does not answer ends the publication. */
static lede_status refuse_frame(worker *w, uint32_t page, const lede_error *why, lede_error *err) {
    lede_buf_clear(&w->frame);
    lede__put32(&w->frame, page);
    lede__put_str(&w->frame, lede_str_of(why->message));
    return send_frame(w, LEDE_A_REFUSED, err);
}

static const lede_error *refusal_of(const worker *w) { return w->host.vm ? lede_vm_refusal(w->host.vm) : NULL; }

static lede_status do_routes(worker *w, lede_error *err) {
    lede_error why = {0};
    lede_status st = start_vm(w, &why);
    lede_reads_reset(w->reads);
    if (!st)
        st = call_page(w, "routes", 0, 1, START_MS, &why);
    if (st)
        return fail_frame(w, UINT32_MAX, &why, err);
    lua_State *L = lede_vm_lua(w->host.vm);
    lede_value v;
    lede_arena_reset(&w->arena);
    st = lede__bind_to_value(L, -1, &w->arena, &v, &why);
    lua_pop(L, 1);
    if (st)
        return fail_frame(w, UINT32_MAX, &why, err);
    if (lede_reads_failed(w->reads)) {
        lede_fail(&why, LEDE_ENOMEM, "out of memory for the record of reads");
        return fail_frame(w, UINT32_MAX, &why, err);
    }
    lede_buf routes;
    lede_buf_init(&routes, (size_t)60 << 20);
    lede__routes_put(&routes, &v);
    lede_buf_clear(&w->frame);
    lede__put_str(&w->frame, lede_buf_str(&routes));
    st = lede_buf_status(&routes, err);
    lede_buf_fini(&routes);
    if (!st)
        st = add_reads(w, UINT32_MAX, err);
    return st ? st : send_frame(w, LEDE_A_ROUTES, err);
}

/* Pushes what lede.page.render takes after the route: item, url, path, archive, archives, size, data. */
static int push_arguments(worker *w, lua_State *L, const lede__job_page *p) {
    lua_pushinteger(L, p->route);
    lede_str url = p->url;
    if (p->each == LEDE_EACH_ARTICLE) {
        lede__push_article(L, p->item);
        if (url.len == 0)
            url = lede_card_text(lede_edition_card(w->edition, p->item), LEDE_TEXT_URL);
    } else if (p->each >= LEDE_EACH_SECTION) {
        lede_term_view v = {0};
        lede_term_kind kind = (lede_term_kind)(p->each - LEDE_EACH_SECTION);
        lede_edition_term_at(w->edition, NULL, kind, p->item, &v);
        lede__push_term(L, kind, v.slug);
    } else {
        lua_pushnil(L);
    }
    lua_pushlstring(L, url.ptr ? url.ptr : "", url.len);
    lua_pushlstring(L, p->path.ptr, p->path.len);
    lua_pushinteger(L, p->archive);
    lua_pushinteger(L, p->archives);
    lua_pushinteger(L, p->size);
    lua_pushlstring(L, p->data.ptr ? p->data.ptr : "", p->data.len);
    return 8;
}

/* Leaves the page's bytes in *bytes: either the VM's output or a string on the Lua stack (popped by the caller). */
static lede_status render(worker *w, const lede__job_page *p, lede_str *bytes, lede_error *err) {
    lua_State *L = lede_vm_lua(w->host.vm);
    lede_buf *out = lede_vm_out(w->host.vm);
    lede_reads_reset(w->reads);
    lede_buf_clear(out);
    lede__vm_seed(w->host.vm, lede__xxh64(p->path, 0));
    int nargs = push_arguments(w, L, p);
    lede__times_settle(&w->times);
    lede_status st = call_page(w, "render", nargs, 1, PAGE_MS, err);
    lede_vm_settle(w->host.vm);
    if (st)
        return st;
    if (lua_isstring(L, -1))
        bytes->ptr = lua_tolstring(L, -1, &bytes->len);
    else
        *bytes = lede_buf_str(out);
    st = lede_buf_status(out, err);
    if (!st && lede_reads_failed(w->reads))
        st = lede_fail(err, LEDE_ENOMEM, "out of memory for the record of reads");
    if (st)
        lua_pop(L, 1);
    return st;
}

static lede_status call_gate(void *ctx, const char *function, int nargs, int nresults, lede_error *err) {
    return call_page(ctx, function, nargs, nresults, PAGE_MS, err);
}

/* As render, and what came of it may be written. */
static lede_status render_right(worker *w, const lede__job_page *p, lede_str *bytes, lede_error *err) {
    lede_status st = render(w, p, bytes, err);
    if (st)
        return st;
    lua_State *L = lede_vm_lua(w->host.vm);
    st = lede__gate(L, p->path, *bytes, call_gate, w, err);
    if (st)
        lua_pop(L, 1);
    return st;
}

/* Ahead of the page's answer. */
static lede_status send_times(worker *w, lede_error *err) {
    if (!w->timed)
        return LEDE_OK;
    lede_buf_clear(&w->frame);
    lede__times_put(&w->times, &w->frame);
    return send_frame(w, LEDE_A_TIMES, err);
}

static lede_status do_page(worker *w, const lede__job_page *p, lede_error *err) {
    lede_error why = {0};
    lede_str bytes = {0};
    lede_status st = render_right(w, p, &bytes, &why);
    if (refusal_of(w))
        return refuse_frame(w, p->number, refusal_of(w), err);
    if (st) {
        if (st == LEDE_ETIMEOUT || st == LEDE_ENOMEM)
            w->started = false; /* whatever it was in the middle of, the next page gets a fresh VM */
        return fail_frame(w, p->number, &why, err);
    }
    st = send_times(w, err);
    if (st)
        return st;
    unsigned char sum[32];
    lede_release_action action;
    if (p->verify) {
        action = LEDE_KEPT;
        lede__sha256(bytes, sum);
    } else {
        st = lede_release_write(&w->writer, p->path, bytes, &p->known, sum, &action, &why);
    }
    size_t size = bytes.len;
    lua_pop(lede_vm_lua(w->host.vm), 1);
    if (st)
        return st == LEDE_EIO ? refuse_frame(w, p->number, &why, err) : fail_frame(w, p->number, &why, err);
    lede_buf_clear(&w->frame);
    lede__put32(&w->frame, p->number);
    lede__put8(&w->frame, (uint8_t)action);
    lede__put64(&w->frame, size);
    lede_buf_addn(&w->frame, sum, sizeof sum);
    st = add_reads(w, p->route, err);
    return st ? st : send_frame(w, LEDE_A_PAGE, err);
}

static lede_status do_render(worker *w, lede_str frame, lede_error *err) {
    lede__wire in = lede__wire_of(frame);
    lede_status st = LEDE_OK;
    while (!st && in.at < in.end) {
        lede__job_page p;
        lede__job_page_get(&in, &p);
        if (in.bad)
            return lede_fail(err, LEDE_EFORMAT, "worker: bad page frame");
        lede_error why = {0};
        w->started = w->started && !p.verify;
        if (start_vm(w, &why))
            st = refusal_of(w) ? refuse_frame(w, p.number, refusal_of(w), err) : fail_frame(w, p.number, &why, err);
        else
            st = do_page(w, &p, err);
    }
    if (w->started)
        lede__forget_handles(lede_vm_lua(w->host.vm));
    return st;
}

/* ---- what articles are compared by */

static lede_status texts_of(worker *w, lede_doc d, lede__comparable *c, lede_error *err) {
    lede__comparable_of(w->edition, d, c);
    if (!w->plugins_read)
        return LEDE_OK;
    lede_status st = start_vm(w, err);
    if (st)
        return st;
    lua_State *L = lede_vm_lua(w->host.vm);
    lede_reads_reset(w->reads);
    lede__push_article(L, d);
    st = call_page(w, "fields", 1, 1, PAGE_MS, err);
    if (!st)
        st = lede__take_fields(L, &w->arena, c, err);
    if (st != LEDE_EINVAL && st != LEDE_ESCRIPT)
        return st;
    lede__logf(LEDE__LOG_ERROR, "%s; it is compared as it stands", err->message);
    return LEDE_OK;
}

static lede_status send_features(worker *w, lede_doc d, lede_buf *features, lede_error *err) {
    lede__comparable c;
    lede_error why = {0};
    lede_arena_reset(&w->arena);
    lede_buf_clear(features);
    lede_status st = texts_of(w, d, &c, &why);
    if (!st)
        st = lede__features(w->features, &c, features, &why);
    if (st)
        return fail_frame(w, UINT32_MAX, &why, err);
    lede_buf_clear(&w->frame);
    lede__put_str(&w->frame, lede_buf_str(features));
    return send_frame(w, LEDE_A_FEATURES, err);
}

static lede_status do_features(worker *w, lede_str frame, lede_error *err) {
    lede__wire in = lede__wire_of(frame);
    lede_buf features;
    lede_status st = LEDE_OK;
    if (!w->features)
        w->features = lede__features_maker_new(&w->site.related.settings);
    if (!w->features)
        return lede_fail(err, LEDE_ENOMEM, "worker: out of memory");
    if (!w->edition)
        return lede_fail(err, LEDE_EINVAL, "worker: no edition to read");
    lede_buf_init(&features, LEDE_BUF_MAX);
    while (!st && in.at < in.end) {
        const lede_doc d = lede__get32(&in);
        st = in.bad ? lede_fail(err, LEDE_EFORMAT, "worker: bad frame of articles") : send_features(w, d, &features, err);
    }
    lede_buf_fini(&features);
    if (w->started)
        lede__forget_handles(lede_vm_lua(w->host.vm));
    return st;
}

static lede_status do_parse(worker *w, lede_str frame, lede_error *err) {
    if (!w->parser.site) {
        lede_status st = lede__parser_init(&w->parser, &w->site, err);
        if (st)
            return st;
    }
    return lede__parser_job(&w->parser, w->io, frame, err);
}

/* Ready is an empty end; else its bytes are the words of what is wrong, and the desk gives up on us. */
static lede_status answer_hello(worker *w, lede_str frame, lede_error *err) {
    lede_error why = {0};
    lede_status st = take_hello(w, frame, &why);
    st = lede_worker_send(w->io, LEDE_FRAME_END, lede_str_of(st ? why.message : ""), err);
    return st ? st : lede_worker_flush(w->io, err);
}

static lede_status obey(worker *w, uint8_t type, lede_str frame, lede_error *err) {
    if (type == LEDE_W_HELLO)
        return answer_hello(w, frame, err);
    if (!w->greeted)
        return lede_fail(err, LEDE_EINVAL, "worker: nobody said hello");
    if (type == LEDE_W_EDITION)
        return take_edition(w, frame, err);
    if (type == LEDE_W_TEXTS)
        return take_texts(w, frame, err);

    w->flushed_at = lede__monotonic_us();
    lede_status st = LEDE_OK;
    if (type == LEDE_W_PARSE)
        st = do_parse(w, frame, err);
    else if (type == LEDE_W_FEATURES)
        st = do_features(w, frame, err);
    else if (type == LEDE_W_ROUTES)
        st = do_routes(w, err);
    else if (type == LEDE_W_RENDER)
        st = do_render(w, frame, err);
    else
        st = lede_fail(err, LEDE_EINVAL, "worker: unknown frame %u", type);
    if (!st)
        st = lede_worker_send(w->io, 0, (lede_str){0}, err);
    return st ? st : lede_worker_flush(w->io, err);
}

int lede__worker_main(void) {
    worker w = {.parser.content_fd = -1, .writer = {.standby_fd = -1, .live_fd = -1}};
    lede_error err = {0};
    lede__text_watch_memory();
    lede_arena_init(&w.arena, (size_t)256 << 20);
    lede_arena_init(&w.host.data_arena, (size_t)256 << 20);
    lede_arena_init(&w.host.scratch, (size_t)64 << 20);
    lede_buf_init(&w.host.html, OUTPUT_MAX);
    lede_buf_init(&w.host.clean, OUTPUT_MAX);
    lede_buf_init(&w.host.last, OUTPUT_MAX);
    w.host.last_of = LEDE_NO_DOC;
    lede_buf_init(&w.frame, (size_t)60 << 20);
    lede_buf_init(&w.files, (size_t)16 << 20);
    lede_buf_init(&w.base, (size_t)16 << 20);
    lede_buf_init(&w.route_files, (size_t)16 << 20);
    lede_buf_init(&w.page_reads, (size_t)60 << 20);
    lede__page_files_init(&w.host.files);
    lede__kept_code_init(&w.code);
    lede__times_init(&w.times);
    w.host.body_ref = w.host.excerpt_ref = w.host.related_ref = LUA_NOREF;
    w.host.note = send_note;
    w.host.note_ctx = &w;
    w.reads = lede_reads_new();
    lede_status st = w.reads ? lede_worker_open(&w.io, &err) : LEDE_ENOMEM;
    while (!st) {
        uint8_t type;
        lede_str frame;
        st = lede_worker_next(w.io, &type, &frame, &err);
        if (!st)
            st = obey(&w, type, frame, &err);
    }
    if (st != LEDE_ENOTFOUND)
        lede__log(LEDE__LOG_INFO, lede_str_of(err.message));
    close_vm(&w);
    lede_edition_close(w.edition);
    lede_release_writer_close(&w.writer);
    lede_reads_free(w.reads);
    lede__recorder_fini(&w.recorder);
    lede__parser_fini(&w.parser);
    lede__site_fini(&w.site);
    lede_buf_fini(&w.host.html);
    lede_buf_fini(&w.host.clean);
    lede_buf_fini(&w.host.last);
    lede_buf_fini(&w.frame);
    lede_buf_fini(&w.files);
    lede_buf_fini(&w.base);
    lede_buf_fini(&w.route_files);
    lede_buf_fini(&w.page_reads);
    lede_arena_fini(&w.host.data_arena);
    lede_arena_fini(&w.host.scratch);
    lede_arena_fini(&w.arena);
    lede__features_maker_free(w.features);
    lede__kept_code_fini(&w.code);
    lede__times_fini(&w.times);
    free(w.plugin_dir);
    lede_worker_close(w.io);
    return st == LEDE_ENOTFOUND ? 0 : st == LEDE_ENOMEM ? LEDE_WORKER_EXIT_MEMORY : 1;
}
