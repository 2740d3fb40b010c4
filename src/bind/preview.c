/* preview.c - lede.preview.core: the preview as a handle for runtime/lede/preview.lua. See bind/preview.h.
 *
 * The handle owns the server, the event stream and the watch, on the loop of the desk. No
 * callback reaches Lua: what is to be decided waits in a queue, and preview:wait() gives it. Desk only. */
#include "bind/preview.h"

#include "bind/bind.h"
#include "bind/task.h"
#include "bind/value.h"
#include "codec/hash.h"
#include "loop/timer.h"
#include "sys/sys.h"

#include <fcntl.h>
#include <lauxlib.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define CLASS "lede.Preview"
#define PUBLICATION "lede.Publication"
enum { PATHS_MAX = 4 << 20 };

typedef struct box {
    lede__preview v;
    lede_request *current; /* of the event that was given last */
    int publication_ref;
    bool open;
} box;

/* ---- events */

void lede__preview_tell(lede__preview *v, lede__event_kind kind, lede_request *q, const lede_str *paths, size_t n) {
    lede__preview_event *last = v->last;
    lede__preview_event *e = kind == LEDE__EVENT_PAGES && last && last->kind == kind ? last : calloc(1, sizeof *e);
    v->woken = true;
    if (e == last && e)
        return; /* once is enough */
    if (!e) {
        if (q)
            lede_request_answer(q, &(lede_answer){.status = 503});
        return;
    }
    *e = (lede__preview_event){.kind = kind, .request = q};
    lede_buf_init(&e->paths, PATHS_MAX);
    for (size_t i = 0; i < n; i++)
        lede_buf_addn(&e->paths, paths[i].ptr, paths[i].len + 1);
    if (last)
        last->next = e;
    else
        v->first = e;
    v->last = e;
}

static void on_changed(void *ctx, const lede_str *paths, size_t n) {
    lede__preview_tell(ctx, LEDE__EVENT_CHANGED, NULL, paths, n);
}

static lede__preview_event *take_event(lede__preview *v) {
    lede__preview_event *e = v->first;
    if (!e)
        return NULL;
    v->first = e->next;
    if (!v->first)
        v->last = NULL;
    v->woken = v->first != NULL;
    return e;
}

static void drop_event(lede__preview_event *e) {
    lede_buf_fini(&e->paths);
    free(e);
}

/* ---- life */

static void refuse_current(box *b) {
    if (b->current)
        lede_request_answer(b->current, &(lede_answer){.status = 500});
    b->current = NULL;
}

static void refuse_all(box *b) {
    lede__preview *v = &b->v;
    refuse_current(b);
    for (lede__preview_event *e; (e = take_event(v)) != NULL; drop_event(e))
        if (e->request)
            lede_request_answer(e->request, &(lede_answer){.status = 503});
    for (size_t i = 0; i < v->n_early; i++)
        lede_request_answer(v->early[i], &(lede_answer){.status = 503});
    v->n_early = 0;
}

static void free_tables(lede__preview *v) {
    for (uint32_t i = 0; i < v->fixed_names.count; i++)
        lede_content_close(v->fixed[i]);
    free(v->fixed);
    free(v->files);
    free(v->early);
    lede__names_fini(&v->fixed_names);
    lede__names_fini(&v->file_names);
    lede__times_fini(&v->times);
    lede_arena_fini(&v->arena);
    lede_arena_fini(&v->data_arena);
    lede_arena_fini(&v->names_arena);
    lede_buf_fini(&v->greeting);
    lede_buf_fini(&v->scratch);
    free(v->folder);
}

static void shut(lua_State *L, box *b) {
    lede__preview *v = &b->v;
    if (!b->open)
        return;
    b->open = false;
    if (v->publication)
        lede__publication_stop(v->publication);
    v->publication = NULL;
    if (v->server)
        lede_server_stop(v->server);
    refuse_all(b);
    lede__preview_pages_fini(v);
    lede_watch_close(v->watch);
    lede_events_close(v->events);
    lede_server_close(v->server);
    if (v->static_fd >= 0)
        close(v->static_fd);
    free_tables(v);
    luaL_unref(L, LUA_REGISTRYINDEX, b->publication_ref);
}

static int l_preview_close(lua_State *L) {
    shut(L, luaL_checkudata(L, 1, CLASS));
    return 0;
}

static box *check_box(lua_State *L) {
    box *b = luaL_checkudata(L, 1, CLASS);
    if (!b->open)
        luaL_error(L, "the preview is closed");
    return b;
}

lede__preview *lede__preview_check(lua_State *L) { return &check_box(L)->v; }

static lede_status open_watch(lede__preview *v, int poll_ms, lede_error *err) {
    lede_watch_close(v->watch);
    const lede_watch_options o = {.poll_ms = poll_ms, .ctx = v, .changed = on_changed};
    return lede_watch_open(v->loop, &o, &v->watch, err);
}

/* core.open{ address, port, port_tries, host, poll, folder } */
static int l_preview_open(lua_State *L) {
    luaL_checktype(L, 1, LUA_TTABLE);
    lua_settop(L, 1);
    lua_getfield(L, 1, "address");
    lua_getfield(L, 1, "port");
    lua_getfield(L, 1, "port_tries");
    lua_getfield(L, 1, "host");
    lua_getfield(L, 1, "poll");
    lua_getfield(L, 1, "folder");
    const lede_server_options from = {.address = luaL_optstring(L, 2, NULL),
                                      .port = (int)luaL_optinteger(L, 3, 0),
                                      .port_tries = (int)luaL_optinteger(L, 4, 1),
                                      .host = luaL_optstring(L, 5, NULL)};
    const int poll_ms = (int)luaL_optinteger(L, 6, 0);
    const char *folder = luaL_checkstring(L, 7);
    luaL_argcheck(L, from.port >= 0 && from.port <= 65535, 1, "port between 0 and 65535");
    box *b = lua_newuserdatauv(L, sizeof *b, 0);
    *b = (box){.v.static_fd = -1, .publication_ref = LUA_NOREF, .open = true};
    luaL_setmetatable(L, CLASS);

    lede__preview *v = &b->v;
    lede_error err = {0};
    lede_server_options o = from;
    o.ctx = v;
    o.answer = lede__preview_answer;
    lede_arena_init(&v->arena, LEDE_BUF_MAX);
    lede_arena_init(&v->data_arena, LEDE_BUF_MAX);
    lede_arena_init(&v->names_arena, LEDE_BUF_MAX);
    lede_buf_init(&v->greeting, 1 << 20);
    lede_buf_init(&v->scratch, LEDE_BUF_MAX);
    lede_buf_init(&v->base, LEDE_BUF_MAX);
    lede__times_init(&v->times);
    v->folder = strdup(folder);
    lede_status st = v->folder ? lede__make_dirs(folder, &err) : lede_fail(&err, LEDE_ENOMEM, "preview: out of memory");
    if (!st)
        st = lede__desk_loop(L, &v->loop, &err);
    if (!st)
        st = lede_server_open((struct lede_loop *)v->loop, &o, &v->server, &err);
    if (!st)
        st = lede_events_open(v->server, &v->events, &err);
    if (!st)
        st = open_watch(v, poll_ms, &err);

    if (st) {
        shut(L, b);
        return lede_vm_refuse(L, &err);
    }
    return 1;
}

/* ---- what is shown */

/* preview:attach(publication, static): shows that publication from now on; its workers run on the preview's loop */
static int l_preview_attach(lua_State *L) {
    box *b = check_box(L);
    lede__publication *p = luaL_checkudata(L, 2, PUBLICATION);
    const char *folder = luaL_checkstring(L, 3);
    lua_pushvalue(L, 2);
    const int ref = luaL_ref(L, LUA_REGISTRYINDEX);

    lede__preview *v = &b->v;
    if (v->publication)
        lede__publication_stop(v->publication);
    if (v->static_fd >= 0)
        close(v->static_fd);
    v->static_fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    v->ready = false;
    v->publication = p;
    lede__times_fini(&v->times);

    luaL_unref(L, LUA_REGISTRYINDEX, b->publication_ref);
    b->publication_ref = ref;
    return 0;
}

/* These files are never changed in place, so the last publication's may be shared by name. */
static void borrow_edition(const char *from, const char *to) {
    static const char *const names[] = {"base.edition", "delta.edition", "related.lists", "related.base", "related.epoch"};
    char old_name[4096], new_name[4096];
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const int a = snprintf(old_name, sizeof old_name, "%s/%s", from, names[i]);
        const int b = snprintf(new_name, sizeof new_name, "%s/%s", to, names[i]);
        if (a < (int)sizeof old_name && b < (int)sizeof new_name)
            (void)!link(old_name, new_name); /* what is not there, or in the way, is made again */
    }
}

/* preview:map(other) -> whether there is an edition, as it was left; of the folder `other` when there is none of its own */
static int l_preview_map(lua_State *L) {
    lede__preview *v = &check_box(L)->v;
    const char *other = luaL_checkstring(L, 2);
    luaL_argcheck(L, v->publication && !v->publication->edition, 1, "attach comes before map");

    lede__publication *p = v->publication;
    lede_error none = {0};
    lede_status st = lede__make_dirs(p->edition_dir, &none);
    if (!st)
        st = lede_edition_open(p->edition_dir, &p->edition, &none);
    if (st) {
        borrow_edition(other, p->edition_dir);
        st = lede_edition_open(p->edition_dir, &p->edition, &none);
    }
    lua_pushboolean(L, st == LEDE_OK);
    return 1;
}

static void push_stale(lua_State *L, const lede__preview *v) {
    lua_Integer n = 0;
    lua_newtable(L);
    for (uint32_t i = 0; i < v->urls.count; i++) {
        const lede__preview_page *p = v->pages[i];
        if (!p || p->state != LEDE__STALE)
            continue;
        lua_pushlstring(L, p->url.ptr, p->url.len);
        lua_rawseti(L, -2, ++n);
    }
}

/* preview:renew() -> URLs of pages that are stale; the publication has another edition, or its plugins other files. The routes
 * are to be asked soon. */
static int l_preview_renew(lua_State *L) {
    lede__preview *v = &check_box(L)->v;
    luaL_argcheck(L, v->publication && v->publication->edition, 1, "attach and prepare come before renew");

    lede_error err = {0};
    const lede_status st = lede__preview_renew(v, &err);

    if (st)
        return lede_vm_refuse(L, &err);
    push_stale(L, v);
    return 1;
}

/* Requests that came too early are answered now. */
static void answer_early(lede__preview *v) {
    lede_request **early = v->early;
    const size_t n = v->n_early;
    v->early = NULL;
    v->n_early = v->cap_early = 0;
    for (size_t i = 0; i < n; i++)
        lede__preview_answer(v, early[i]);
    free(early);
}

/* preview:routes() -> true; asks the workers which pages there are */
static int l_preview_routes(lua_State *L) {
    lede__preview *v = &check_box(L)->v;
    luaL_argcheck(L, v->publication && v->publication->workers, 1, "renew comes before routes");

    lede_error err = {0};
    const lede_status st = lede__preview_ask_routes(v, &err);
    if (!st)
        answer_early(v);

    if (st)
        return lede_vm_refuse(L, &err);
    lua_pushboolean(L, 1);
    return 1;
}

/* preview:carry() -> whether the lists of related articles of before stand for the edition at hand */
static int l_preview_carry(lua_State *L) {
    lede__preview *v = &check_box(L)->v;
    luaL_argcheck(L, v->publication && v->publication->edition, 1, "prepare comes before carry");
    lua_pushboolean(L, lede__preview_carry_lists(v->publication));
    return 1;
}

/* preview:pause() -> true: pages are not asked for until renew and routes; those that are being made are made first */
static int l_preview_pause(lua_State *L) {
    lede__preview *v = &check_box(L)->v;
    lede_error err = {0};
    lede_status st = LEDE_OK;
    v->ready = false;
    while (!st && v->in_work > 0) {
        v->idle = false;
        st = lede_loop_run(v->loop, &v->idle, &err);
    }
    if (st)
        return lede_vm_refuse(L, &err);
    lua_pushboolean(L, 1);
    return 1;
}

/* preview:fixed(path, bytes, type): a content of the preview's own */
static int l_preview_fixed(lua_State *L) {
    lede__preview *v = &check_box(L)->v;
    lede_str path, bytes, type;
    path.ptr = luaL_checklstring(L, 2, &path.len);
    bytes.ptr = luaL_checklstring(L, 3, &bytes.len);
    type.ptr = luaL_checklstring(L, 4, &type.len);

    lede_error err = {0};
    lede_content *content;
    lede_status st = lede_content_new(bytes, type, &content, &err);
    const uint32_t before = v->fixed_names.count;
    const uint32_t n = st ? LEDE_NO_NAME : lede__names_add(&v->fixed_names, &v->names_arena, path);
    if (!st && n < before)
        lede_content_close(v->fixed[n]);
    else if (!st && n != LEDE_NO_NAME && n >= v->cap_fixed) {
        const size_t cap = v->cap_fixed ? v->cap_fixed * 2 : 16;
        lede_content **more = realloc(v->fixed, cap * sizeof *more);
        if (more) {
            v->fixed = more;
            v->cap_fixed = cap;
        }
    }
    if (!st && n < v->cap_fixed)
        v->fixed[n] = content;
    else if (!st)
        st = lede_fail(&err, LEDE_ENOMEM, "preview: out of memory");

    if (st)
        return lede_vm_refuse(L, &err);
    lua_pushboolean(L, 1);
    return 1;
}

/* preview:files{ [path] = file, … }: files on disk by their path on the site; replaces those of before */
static int l_preview_files(lua_State *L) {
    lede__preview *v = &check_box(L)->v;
    luaL_checktype(L, 2, LUA_TTABLE);
    lede__names_fini(&v->file_names);
    for (lua_pushnil(L); lua_next(L, 2); lua_pop(L, 1)) {
        lede_str path, file;
        path.ptr = luaL_checklstring(L, -2, &path.len);
        file.ptr = luaL_checklstring(L, -1, &file.len);
        const uint32_t n = lede__names_add(&v->file_names, &v->names_arena, path);
        if (n != LEDE_NO_NAME && n >= v->cap_files) {
            const size_t cap = v->cap_files ? v->cap_files * 2 : 64;
            lede_str *more = realloc(v->files, cap * sizeof *more);
            if (!more)
                return luaL_error(L, "not enough memory");
            v->files = more;
            v->cap_files = cap;
        }
        if (n < v->cap_files)
            v->files[n] = lede_arena_copy(&v->names_arena, file);
    }
    return 0;
}

/* ---- watching */

/* preview:watch(folders, files) -> true; asks for polling by itself (second value) when the system watches no more folders */
static int l_preview_watch(lua_State *L) {
    lede__preview *v = &check_box(L)->v;
    luaL_checktype(L, 2, LUA_TTABLE);
    luaL_checktype(L, 3, LUA_TTABLE);
    lede_error err = {0};
    lede_status st = LEDE_OK;
    for (int which = 2; which <= 3; which++)
        for (lua_Integer i = 1; !st && lua_rawgeti(L, which, i) == LUA_TSTRING; i++) {
            const char *path = lua_tostring(L, -1);
            st = which == 2 ? lede_watch_folder(v->watch, path, &err) : lede_watch_name(v->watch, path, &err);
            lua_settop(L, 3);
        }
    if (st)
        return lede_vm_refuse(L, &err);
    lua_pushboolean(L, 1);
    return 1;
}

/* preview:rewatch(poll_ms): forgets the folders; watches anew, or looks every so often */
static int l_preview_rewatch(lua_State *L) {
    lede__preview *v = &check_box(L)->v;
    const int poll_ms = (int)luaL_optinteger(L, 2, 0);
    lede_error err = {0};
    if (open_watch(v, poll_ms, &err))
        return lede_vm_refuse(L, &err);
    lua_pushboolean(L, 1);
    return 1;
}

/* ---- waiting, answering, sending */

static int push_request(lua_State *L, const lede_request *q) {
    static const char *const methods[] = {"GET", "HEAD", "POST"};
    lua_pushliteral(L, "request");
    lua_createtable(L, 0, 4);
    lede__set_text(L, "path", lede_request_path(q));
    lede__set_text(L, "query", lede_request_query(q));
    lede__set_text(L, "method", lede_str_of(methods[lede_request_method(q)]));
    lede__set_text(L, "body", lede_request_body(q));
    return 2;
}

static int push_changed(lua_State *L, const lede_buf *paths) {
    lua_pushliteral(L, "changed");
    lua_newtable(L);
    lua_Integer n = 0;
    for (size_t at = 0; at < paths->len; at += strlen(paths->ptr + at) + 1) {
        lua_pushstring(L, paths->ptr + at);
        lua_rawseti(L, -2, ++n);
    }
    return 2;
}

static void on_time(void *ctx) { ((lede__preview *)ctx)->woken = ((lede__preview *)ctx)->timed_out = true; }

/* An event, the time, or a task that is ready: the script lets it have its turn. */
static lede_status wait_for_event(lua_State *L, lede__preview *v, int ms, lede_error *err) {
    if (lede__desk_rouse(L, &v->woken))
        v->woken = true;
    lede__timer *timer = ms >= 0 ? lede__timer_start(v->loop, (uint64_t)ms, on_time, v) : NULL;
    v->timed_out = false;
    const lede_status st = lede_loop_run(v->loop, &v->woken, err);
    if (!v->timed_out)
        lede__timer_stop(timer);
    (void)lede__desk_rouse(L, NULL);
    v->woken = v->first != NULL;
    return st;
}

/* preview:wait([ms]) -> "changed", paths | "request", { path, query, method, body } | "pages" | "time" | "tasks" | "stop":
 * "tasks" means that others are ready to go on and want task.pause(). A request is answered by preview:answer before the next wait. */
static int l_preview_wait(lua_State *L) {
    box *b = check_box(L);
    lede__preview *v = &b->v;
    const int ms = (int)luaL_optinteger(L, 2, -1);
    refuse_current(b);
    lede_error err = {0};
    const lede_status st = v->first ? LEDE_OK : wait_for_event(L, v, ms, &err);
    lede__preview_event *e = st ? NULL : take_event(v);
    if (!e) {
        lua_pushstring(L, st ? "stop" : v->timed_out ? "time" : "tasks");
        return 1;
    }
    int pushed = 1;
    switch (e->kind) {
    case LEDE__EVENT_REQUEST:
        b->current = e->request;
        pushed = push_request(L, e->request);
        break;
    case LEDE__EVENT_CHANGED: pushed = push_changed(L, &e->paths); break;
    case LEDE__EVENT_PAGES: lua_pushliteral(L, "pages"); break;
    }
    drop_event(e);
    return pushed;
}

/* preview:answer(status, bytes, type): the request of the last event */
static int l_preview_answer(lua_State *L) {
    box *b = check_box(L);
    const int status = (int)luaL_checkinteger(L, 2);
    lede_str bytes, type;
    bytes.ptr = luaL_checklstring(L, 3, &bytes.len);
    type.ptr = luaL_checklstring(L, 4, &type.len);
    luaL_argcheck(L, b->current != NULL, 1, "no request waits");

    lede_content *content = NULL;
    lede_error err = {0};
    if (lede_content_new(bytes, type, &content, &err))
        content = NULL;
    lede_request *q = b->current;
    b->current = NULL;
    lede_request_answer(q, &(lede_answer){.status = content ? status : 500, .content = content});
    lede_content_close(content);
    return 0;
}

/* preview:send(event, data): to every open page */
static int l_preview_send(lua_State *L) {
    lede__preview *v = &check_box(L)->v;
    lede_str event, data;
    event.ptr = luaL_checklstring(L, 2, &event.len);
    data.ptr = luaL_checklstring(L, 3, &data.len);
    lede_error err = {0};
    if (lede_events_send(v->events, event, data, &err))
        return lede_vm_refuse(L, &err);
    lua_pushboolean(L, 1);
    return 1;
}

/* preview:greet(data): what pages are told when they connect */
static int l_preview_greet(lua_State *L) {
    lede__preview *v = &check_box(L)->v;
    lede_str data;
    data.ptr = luaL_checklstring(L, 2, &data.len);
    lede_buf_clear(&v->greeting);
    lede_buf_add(&v->greeting, data);
    return 0;
}

/* preview:state() -> { port, open, streams, requests, made } */
static int l_preview_state(lua_State *L) {
    lede__preview *v = &check_box(L)->v;
    lede_server_stats stats;
    lede_server_get_stats(v->server, &stats);
    const struct {
        const char *key;
        lua_Integer value;
    } all[] = {{"port", lede_server_port(v->server)},
               {"open", stats.open},
               {"streams", stats.streams},
               {"requests", (lua_Integer)stats.requests},
               {"asked", (lua_Integer)v->serial}};
    lua_newtable(L);
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        lua_pushinteger(L, all[i].value);
        lua_setfield(L, -2, all[i].key);
    }
    return 1;
}

/* preview:stop(): no more requests */
static int l_preview_stop(lua_State *L) {
    box *b = check_box(L);
    lede_server_stop(b->v.server);
    refuse_all(b);
    return 0;
}

static const luaL_Reg functions[] = {{"open", l_preview_open}, {NULL, NULL}};
static const luaL_Reg methods[] = {{"attach", l_preview_attach}, {"map", l_preview_map},       {"carry", l_preview_carry},
                                   {"pause", l_preview_pause},   {"renew", l_preview_renew},   {"routes", l_preview_routes},
                                   {"fixed", l_preview_fixed},   {"files", l_preview_files},   {"watch", l_preview_watch},
                                   {"rewatch", l_preview_rewatch}, {"wait", l_preview_wait},   {"answer", l_preview_answer},
                                   {"send", l_preview_send},     {"greet", l_preview_greet},   {"state", l_preview_state},
                                   {"stop", l_preview_stop},     {"close", l_preview_close},   {NULL, NULL}};
static const luaL_Reg metamethods[] = {{"__gc", l_preview_close}, {"__close", l_preview_close}, {NULL, NULL}};

int luaopen_lede_preview_core(lua_State *L) {
    lede_vm_class(L, CLASS, metamethods, methods);
    luaL_getmetatable(L, CLASS);
    lua_getfield(L, -1, "__index");
    lede__preview_facts(L);
    lua_pop(L, 2);
    luaL_newlib(L, functions);
    return 1;
}
