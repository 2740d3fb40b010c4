/* worker.c - a worker: reads content files and renders pages when the desk says so. ARCHITECTURE.md section 4.
 *
 * Blocking and single-threaded. Pages are made by one page VM that lives as long as the edition it shows; it can see that
 * edition, the site's folder for templates and plugins, and nothing else: once the templates' folders are known the
 * process is shut in (no network, no other processes, writing only below the standby tree). */
#include "bind/worker.h"

#include "base/log.h"
#include "bind/wire.h"
#include "bind/worker_inside.h"
#include "sys/sys.h"
#include "text/icu_memory.h"

#include <lauxlib.h>
#include <stdlib.h>
#include <sys/resource.h>

enum {
    FLUSH_US = 500000,    /* answers wait no longer than this */
    OUTPUT_MAX = 64 << 20 /* bytes of one page */
};

lede_status lede__worker_answer(lede__worker *w, uint8_t type, lede_error *err) {
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
    lede__worker *w = ctx;
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

static lede_status take_hello(lede__worker *w, lede_str json, lede_error *err) {
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

/* ---- edition */

static lede_status take_edition(lede__worker *w, lede_str frame, lede_error *err) {
    lede__wire in = lede__wire_of(frame);
    lede_str dir = lede__get_str(&in), standby = lede__get_str(&in), live = lede__get_str(&in);
    w->timed = lede__get8(&in);
    if (in.bad)
        return lede_fail(err, LEDE_EFORMAT, "worker: bad edition frame");
    lede__worker_close_vm(w);
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

/* ---- orders */

static lede_status do_parse(lede__worker *w, lede_str frame, lede_error *err) {
    if (!w->parser.site) {
        lede_status st = lede__parser_init(&w->parser, &w->site, err);
        if (st)
            return st;
    }
    return lede__parser_job(&w->parser, w->io, frame, err);
}

/* Ready is an empty end; else its bytes are the words of what is wrong, and the desk gives up on us. */
static lede_status answer_hello(lede__worker *w, lede_str frame, lede_error *err) {
    lede_error why = {0};
    lede_status st = take_hello(w, frame, &why);
    st = lede_worker_send(w->io, LEDE_FRAME_END, lede_str_of(st ? why.message : ""), err);
    return st ? st : lede_worker_flush(w->io, err);
}

static lede_status obey(lede__worker *w, uint8_t type, lede_str frame, lede_error *err) {
    if (type == LEDE_W_HELLO)
        return answer_hello(w, frame, err);
    if (!w->greeted)
        return lede_fail(err, LEDE_EINVAL, "worker: nobody said hello");
    if (type == LEDE_W_EDITION)
        return take_edition(w, frame, err);
    if (type == LEDE_W_TEXTS)
        return lede__worker_take_texts(w, frame, err);

    w->flushed_at = lede__monotonic_us();
    lede_status st = LEDE_OK;
    if (type == LEDE_W_PARSE)
        st = do_parse(w, frame, err);
    else if (type == LEDE_W_FEATURES)
        st = lede__worker_features(w, frame, err);
    else if (type == LEDE_W_ROUTES)
        st = lede__worker_routes(w, err);
    else if (type == LEDE_W_RENDER)
        st = lede__worker_render(w, frame, err);
    else
        st = lede_fail(err, LEDE_EINVAL, "worker: unknown frame %u", type);
    if (!st)
        st = lede_worker_send(w->io, 0, (lede_str){0}, err);
    return st ? st : lede_worker_flush(w->io, err);
}

int lede__worker_main(void) {
    lede__worker w = {.parser.content_fd = -1, .writer = {.standby_fd = -1, .live_fd = -1}};
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
    lede__worker_close_vm(&w);
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
    lede__hashes_fini(&w.shapes);
    lede__times_fini(&w.times);
    free(w.plugin_dir);
    lede_worker_close(w.io);
    return st == LEDE_ENOTFOUND ? 0 : st == LEDE_ENOMEM ? LEDE_WORKER_EXIT_MEMORY : 1;
}
