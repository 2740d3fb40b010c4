/* watch.c - one uv_fs_event_t a folder. See loop/watch.h.
 *
 * Linux watches no folder recursively (libuv's flag for it does nothing there). A folder that
 * appears is looked through at once, because what was put into it before it was watched was seen by
 * nobody. One save is two or three events, hence the quiet moment. */
#include "loop/watch.h"

#include "base/banned.h"
#include "base/path.h"
#include "sys/entry.h"
#include "sys/sys.h"

#include <uv.h>

#include <stdlib.h>
#include <sys/stat.h>

enum { FOLDERS_MAX = 20000, CHANGES_MAX = 16 << 20, PATIENCE = 10 };

typedef struct folder {
    uv_fs_event_t event;
    lede__watch *of;
    struct folder *next, **link;
    char path[]; /* below root; "" is root itself */
} folder;

struct lede__watch {
    uv_loop_t *uv;
    uv_timer_t timer;
    folder *folders;
    int count, handles; /* folders watched; handles not closed */
    int quiet_ms;
    bool closed, ready, waiting;
    uint64_t first_us; /* of the changes that wait */
    lede_buf changes;
    void (*news)(void *ctx);
    void *ctx;
    char *only; /* root is a file: its name in the folder that is watched */
    char *root;
};

/* ---- memory */

static void drop_handle(lede__watch *w) {
    if (--w->handles > 0)
        return;
    lede_buf_fini(&w->changes);
    free(w->only);
    free(w->root);
    free(w);
}

static void on_folder_closed(uv_handle_t *handle) {
    folder *f = handle->data;
    lede__watch *w = f->of;
    free(f);
    drop_handle(w);
}

static void on_timer_closed(uv_handle_t *handle) { drop_handle(handle->data); }

static void leave(folder *f) {
    *f->link = f->next;
    if (f->next)
        f->next->link = f->link;
    f->of->count--;
    uv_close((uv_handle_t *)&f->event, on_folder_closed);
}

/* ---- changes */

static void on_quiet(uv_timer_t *timer) {
    lede__watch *w = timer->data;
    w->waiting = false;
    w->ready = true;
    w->news(w->ctx);
}

static void note(lede__watch *w, const char *path) {
    const uint64_t now = lede__monotonic_us();
    lede_buf_addn(&w->changes, path, strlen(path) + 1);
    if (!w->waiting)
        w->first_us = now;
    w->waiting = true;
    const uint64_t latest = w->first_us / 1000 + (uint64_t)w->quiet_ms * PATIENCE, ms = now / 1000;
    const uint64_t left = latest > ms ? latest - ms : 0;
    uv_update_time(w->uv);
    (void)uv_timer_start(&w->timer, on_quiet,
                         left < (uint64_t)w->quiet_ms ? left : (uint64_t)w->quiet_ms, 0);
}

bool lede__watch_ready(const lede__watch *w) { return w->ready; }

lede_status lede__watch_take(lede__watch *w, lede_buf *out, lede_error *err) {
    w->ready = false;
    lede_status st = lede_buf_status(&w->changes, err);
    if (!st)
        st = lede__entry_sort(&w->changes, err);
    if (!st)
        lede_buf_add(out, lede_buf_str(&w->changes));
    lede_buf_clear(&w->changes);
    return st ? st : lede_buf_status(out, err);
}

/* ---- folders */

static void join(const char *a, const char *b, lede_buf *out) {
    lede_buf_adds(out, a);
    if (*a && *b)
        lede_buf_addc(out, '/');
    lede_buf_adds(out, b);
}

static lede_status add_below(lede__watch *w, const char *path, bool tell, lede_error *err);

/* A folder that went is told of by the one above it, too. */
static bool is_gone(const folder *f) {
    struct stat st;
    lede_buf full;
    lede_buf_init(&full, 1 << 14);
    join(f->of->root, f->path, &full);
    const bool gone = full.status || lstat(full.ptr, &st) != 0;
    lede_buf_fini(&full);
    return gone;
}

static void on_event(uv_fs_event_t *event, const char *name, int events, int status) {
    folder *f = event->data;
    lede__watch *w = f->of;
    (void)events;
    if (status < 0 || !name || *name == '.')
        return;
    if (w->only) {
        if (strcmp(name, w->only) == 0)
            note(w, name);
        return;
    }
    lede_buf path;
    lede_buf_init(&path, 1 << 14);
    join(f->path, name, &path);
    if (!path.status) {
        note(w, path.ptr);
        (void)!add_below(w, path.ptr, true, NULL); /* too many: the one above still tells of it */
    }
    lede_buf_fini(&path);
    if (*f->path && is_gone(f))
        leave(f);
}

static folder *find(const lede__watch *w, const char *path) {
    folder *f = w->folders;
    while (f && strcmp(f->path, path) != 0)
        f = f->next;
    return f;
}

static lede_status too_many(lede_error *err) {
    return lede_fail(err, LEDE_ELIMIT,
                     "the system watches no more folders: raise fs.inotify.max_user_watches");
}

static lede_status watch_folder(lede__watch *w, const char *path, const char *full,
                                lede_error *err) {
    if (w->count >= FOLDERS_MAX)
        return too_many(err);
    const size_t len = strlen(path) + 1;
    folder *f = calloc(1, sizeof *f + len);
    if (!f)
        return lede_fail(err, LEDE_ENOMEM, "out of memory");
    memcpy(f->path, path, len);
    f->of = w;
    f->event.data = f;
    (void)uv_fs_event_init(w->uv, &f->event);
    w->handles++;
    w->count++;
    f->next = w->folders;
    f->link = &w->folders;
    if (f->next)
        f->next->link = &f->next;
    w->folders = f;
    const int rc = uv_fs_event_start(&f->event, on_event, full, 0);
    if (rc == 0)
        return LEDE_OK;
    leave(f);
    return rc == UV_ENOSPC || rc == UV_EMFILE
               ? too_many(err)
               : lede_fail(err, LEDE_EIO, "cannot watch '%s': %s", full, uv_strerror(rc));
}

static lede_status add_entries(lede__watch *w, const char *path, const char *full, bool tell,
                               lede_error *err) {
    lede_buf names, below;
    lede_buf_init(&names, CHANGES_MAX);
    lede_buf_init(&below, 1 << 14);
    lede_status st = lede__entry_list(full, &names, NULL) ? LEDE_OK : lede_buf_status(&names, err);
    for (size_t at = 0; !st && at < names.len; at += strlen(names.ptr + at) + 1) {
        if (names.ptr[at] == '.')
            continue;
        lede_buf_clear(&below);
        join(path, names.ptr + at, &below);
        if (tell && !below.status)
            note(w, below.ptr);
        st = below.status ? LEDE_OK : add_below(w, below.ptr, tell, err);
    }
    lede_buf_fini(&names);
    lede_buf_fini(&below);
    return st;
}

/* Watches what is a folder, unless it is watched, with every folder below it. tell: its files are
 * news. */
static lede_status add_below(lede__watch *w, const char *path, bool tell, lede_error *err) {
    struct stat at;
    lede_buf full;
    lede_buf_init(&full, 1 << 14);
    join(w->root, path, &full);
    lede_status st = LEDE_OK;
    if (!full.status && lstat(full.ptr, &at) == 0 && S_ISDIR(at.st_mode) && !find(w, path)) {
        st = watch_folder(w, path, full.ptr, err);
        if (!st)
            st = add_entries(w, path, full.ptr, tell, err);
    }
    lede_buf_fini(&full);
    return st;
}

/* ---- opening and closing */

static lede_status set_root(lede__watch *w, const char *root, lede_error *err) {
    lede__entry entry;
    lede_status st = lede__entry_look(root, &entry, err);
    if (st)
        return st;
    char *real = realpath(root, NULL);
    w->root = real;
    if (!real)
        return lede_fail(err, LEDE_EIO, "cannot watch '%s'", root);
    if (entry.kind == LEDE__FOLDER)
        return LEDE_OK;
    char *slash = strrchr(real, '/');
    w->only = strdup(slash + 1);
    slash[slash == real] = '\0';
    return w->only ? LEDE_OK : lede_fail(err, LEDE_ENOMEM, "out of memory");
}

lede_status lede__watch_open(lede_loop *loop, const char *root, int quiet_ms,
                             void (*news)(void *ctx), void *ctx, lede__watch **out,
                             lede_error *err) {
    *out = NULL;
    lede__watch *w = calloc(1, sizeof *w);
    if (!w)
        return lede_fail(err, LEDE_ENOMEM, "out of memory");
    *w = (lede__watch){
        .uv = lede_loop_uv(loop), .quiet_ms = quiet_ms, .news = news, .ctx = ctx, .handles = 1};
    lede_buf_init(&w->changes, CHANGES_MAX);
    (void)uv_timer_init(w->uv, &w->timer);
    w->timer.data = w;
    lede_status st = set_root(w, root, err);
    if (!st)
        st = w->only ? watch_folder(w, "", w->root, err) : add_below(w, "", false, err);
    if (st) {
        lede__watch_close(w);
        return st;
    }
    *out = w;
    return LEDE_OK;
}

void lede__watch_close(lede__watch *w) {
    if (!w)
        return;
    while (w->folders)
        leave(w->folders);
    uv_close((uv_handle_t *)&w->timer, on_timer_closed);
}
