/* worker_texts.c - what articles are compared by, read by a worker. See bind/worker_inside.h. */
#include "base/log.h"
#include "bind/article.h"
#include "bind/bind.h"
#include "bind/related.h"
#include "bind/wire.h"
#include "bind/worker_inside.h"
#include "sys/sys.h"

lede_status lede__worker_take_texts(lede__worker *w, lede_str frame, lede_error *err) {
    lede__wire in = lede__wire_of(frame);
    const lede_str dir = lede__get_str(&in);
    w->plugins_read = lede__get8(&in);
    if (in.bad)
        return lede_fail(err, LEDE_EFORMAT, "worker: bad edition frame");
    lede__worker_close_vm(w);
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

static lede_status texts_of(lede__worker *w, lede_doc d, lede__comparable *c, lede_error *err) {
    lede__comparable_of(w->edition, d, c);
    if (!w->plugins_read)
        return LEDE_OK;
    lede_status st = lede__worker_start_vm(w, err);
    if (st)
        return st;
    lua_State *L = lede_vm_lua(w->host.vm);
    lede_reads_reset(w->reads);
    lede__push_article(L, d);
    st = lede__worker_call(w, "fields", 1, 1, LEDE__PAGE_MS, err);
    if (!st)
        st = lede__take_fields(L, &w->arena, c, err);
    if (st != LEDE_EINVAL && st != LEDE_ESCRIPT)
        return st;
    lede__logf(LEDE__LOG_ERROR, "%s; it is compared as it stands", err->message);
    return LEDE_OK;
}

static lede_status send_features(lede__worker *w, lede_doc d, lede_buf *features, lede_error *err) {
    lede__comparable c;
    lede_error why = {0};
    lede_arena_reset(&w->arena);
    lede_buf_clear(features);
    lede_status st = texts_of(w, d, &c, &why);
    if (!st)
        st = lede__features(w->features, &c, features, &why);
    if (st)
        return lede__worker_fail(w, UINT32_MAX, &why, err);
    lede_buf_clear(&w->frame);
    lede__put_str(&w->frame, lede_buf_str(features));
    return lede__worker_answer(w, LEDE_A_FEATURES, err);
}

lede_status lede__worker_features(lede__worker *w, lede_str frame, lede_error *err) {
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
