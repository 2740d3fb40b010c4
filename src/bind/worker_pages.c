/* worker_pages.c - which pages there are, and making them. See bind/worker_inside.h. */
#include "bind/article.h"
#include "bind/bind.h"
#include "bind/gate.h"
#include "bind/routes.h"
#include "bind/value.h"
#include "bind/wire.h"
#include "bind/worker_inside.h"
#include "codec/hash.h"

#include <lauxlib.h>

enum { ROUTES_MS = 5000 };

/* A page's read for the frame; of the templates' files each list is told once a route. */
static void add_read(void *ctx, lede_read_kind kind, lede_str key, uint64_t mask, uint64_t print) {
    lede__worker *w = ctx;
    uint32_t list;
    if (kind != LEDE_READ_FILE || !lede__page_files_number(key, &list))
        lede_reads_add(&w->page_reads, kind, key, mask, print);
    else if (lede__hashes_add(&w->told, ((uint64_t)w->route + 1) << 32 | list))
        lede_buf_add(&w->route_files, lede__page_files_list(&w->host.files, list));
}

/* Appends to the frame what was read since the last answer: by the VM, before its pages, by templates, for this answer. */
static lede_status add_reads(lede__worker *w, uint32_t route, lede_error *err) {
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

lede_status lede__worker_fail(lede__worker *w, uint32_t page, const lede_error *why, lede_error *err) {
    lede_buf_clear(&w->frame);
    lede__put32(&w->frame, page);
    lede__put_str(&w->frame, lede_str_of(why->message));
    return lede__worker_answer(w, LEDE_A_FAILED, err);
}

/* What the machine refuses is no fault of the page: a disk that does not answer ends the publication. */
static lede_status refuse_frame(lede__worker *w, uint32_t page, const lede_error *why, lede_error *err) {
    lede_buf_clear(&w->frame);
    lede__put32(&w->frame, page);
    lede__put_str(&w->frame, lede_str_of(why->message));
    return lede__worker_answer(w, LEDE_A_REFUSED, err);
}

static const lede_error *refusal_of(const lede__worker *w) { return w->host.vm ? lede_vm_refusal(w->host.vm) : NULL; }

lede_status lede__worker_routes(lede__worker *w, lede_error *err) {
    lede_error why = {0};
    lede_status st = lede__worker_start_vm(w, &why);
    lede_reads_reset(w->reads);
    if (!st)
        st = lede__worker_call(w, "routes", 0, 1, ROUTES_MS, &why);
    if (st)
        return lede__worker_fail(w, UINT32_MAX, &why, err);
    lua_State *L = lede_vm_lua(w->host.vm);
    lede_value v;
    lede_arena_reset(&w->arena);
    st = lede__bind_to_value(L, -1, &w->arena, &v, &why);
    lua_pop(L, 1);
    if (st)
        return lede__worker_fail(w, UINT32_MAX, &why, err);
    if (lede_reads_failed(w->reads)) {
        lede_fail(&why, LEDE_ENOMEM, "out of memory for the record of reads");
        return lede__worker_fail(w, UINT32_MAX, &why, err);
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
    return st ? st : lede__worker_answer(w, LEDE_A_ROUTES, err);
}

/* Pushes what lede.page.render takes after the route: item, url, path, archive, archives, size, data. */
static int push_arguments(lede__worker *w, lua_State *L, const lede__job_page *p) {
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
static lede_status render(lede__worker *w, const lede__job_page *p, lede_str *bytes, lede_error *err) {
    lua_State *L = lede_vm_lua(w->host.vm);
    lede_buf *out = lede_vm_out(w->host.vm);
    lede_reads_reset(w->reads);
    lede_buf_clear(out);
    lede__vm_seed(w->host.vm, lede__xxh64(p->path, 0));
    int nargs = push_arguments(w, L, p);
    lede__times_settle(&w->times);
    lede_status st = lede__worker_call(w, "render", nargs, 1, LEDE__PAGE_MS, err);
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
    return lede__worker_call(ctx, function, nargs, nresults, LEDE__PAGE_MS, err);
}

/* As render, and what came of it may be written. */
static lede_status render_right(lede__worker *w, const lede__job_page *p, lede_str *bytes, lede_error *err) {
    lede_status st = render(w, p, bytes, err);
    if (st)
        return st;
    lua_State *L = lede_vm_lua(w->host.vm);
    st = lede__gate(L, p->path, *bytes, &w->shapes, call_gate, w, err);
    if (st)
        lua_pop(L, 1);
    return st;
}

/* Ahead of the page's answer. */
static lede_status send_times(lede__worker *w, lede_error *err) {
    if (!w->timed)
        return LEDE_OK;
    lede_buf_clear(&w->frame);
    lede__times_put(&w->times, &w->frame);
    return lede__worker_answer(w, LEDE_A_TIMES, err);
}

static lede_status do_page(lede__worker *w, const lede__job_page *p, lede_error *err) {
    lede_error why = {0};
    lede_str bytes = {0};
    lede_status st = render_right(w, p, &bytes, &why);
    if (refusal_of(w))
        return refuse_frame(w, p->number, refusal_of(w), err);
    if (st) {
        if (st == LEDE_ETIMEOUT || st == LEDE_ENOMEM)
            w->started = false; /* whatever it was in the middle of, the next page gets a fresh VM */
        return lede__worker_fail(w, p->number, &why, err);
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
        return st == LEDE_EIO ? refuse_frame(w, p->number, &why, err) : lede__worker_fail(w, p->number, &why, err);
    lede_buf_clear(&w->frame);
    lede__put32(&w->frame, p->number);
    lede__put8(&w->frame, (uint8_t)action);
    lede__put64(&w->frame, size);
    lede_buf_addn(&w->frame, sum, sizeof sum);
    st = add_reads(w, p->route, err);
    return st ? st : lede__worker_answer(w, LEDE_A_PAGE, err);
}

lede_status lede__worker_render(lede__worker *w, lede_str frame, lede_error *err) {
    lede__wire in = lede__wire_of(frame);
    lede_status st = LEDE_OK;
    while (!st && in.at < in.end) {
        lede__job_page p;
        lede__job_page_get(&in, &p);
        if (in.bad)
            return lede_fail(err, LEDE_EFORMAT, "worker: bad page frame");
        lede_error why = {0};
        w->started = w->started && !p.verify;
        if (lede__worker_start_vm(w, &why))
            st = refusal_of(w) ? refuse_frame(w, p.number, refusal_of(w), err) : lede__worker_fail(w, p.number, &why, err);
        else
            st = do_page(w, &p, err);
    }
    if (w->started)
        lede__forget_handles(lede_vm_lua(w->host.vm));
    return st;
}
