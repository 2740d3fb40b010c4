/* watch.c - see loop/watch.h.
 *
 * libuv watches one folder a handle on Linux (its "recursive" flag does nothing there), so each
 * folder has one. A folder that comes is watched and then walked: what was put into it before the
 * watch began is found by the walk. A report holds names only; whoever gets it looks for himself,
 * for a file may have come and gone.
 */
#include "loop/watch.h"

#include "base/names.h"
#include "base/path.h"
#include "sys/sys.h"

#include <uv.h>

#include <stdlib.h>
#include <sys/stat.h>

enum { QUIET_MS = 6, MOST_MS = 80 };

typedef struct folder {
    struct folder *next;
    lede_watch *watch;
    uv_fs_event_t event;
    bool below;      /* a folder with all below; else names of it, or, when polling, one file */
    lede_buf wanted; /* those names, each with its NUL */
    char path[];
} folder;

/* What a file was when it was last looked at; for polling. */
typedef struct seen {
    int64_t size, mtime;
    unsigned round;
} seen;

struct lede_watch {
    uv_loop_t *uv;
    lede_watch_options options;
    uv_timer_t timer; /* of the report, or of the next look */
    folder *folders;
    lede_arena known_arena;
    lede__names known; /* paths of folders */
    folder **by_path;  /* NULL: not watched any more */
    size_t by_path_cap;
    lede_arena arena; /* names of the report */
    lede__names changed;
    uint64_t first_at; /* of the report */
    lede_arena seen_arena;
    lede__names seen_names;
    seen *seen;
    size_t seen_cap;
    unsigned round, handles;
    bool telling;
    lede_buf path;
    lede_error failed; /* of a folder that came */
};

/* ---- names that count */

static bool counts(lede_str name) {
    if (name.len == 0 || name.ptr[0] == '.' || name.ptr[0] == '#')
        return false;
    return !lede_str_ends(name, "~") && !lede_str_is(name, "4913") && !lede_str_ends(name, ".swp");
}

/* ---- the report */

static void report(lede_watch *w) {
    const size_t n = w->changed.count;
    lede_str *paths = n ? malloc(n * sizeof *paths) : NULL;
    for (size_t i = 0; paths && i < n; i++)
        paths[i] = w->changed.items[i];
    if (paths)
        w->options.changed(w->options.ctx, paths, n);
    free(paths);
    lede__names_fini(&w->changed);
    lede_arena_reset(&w->arena);
    w->first_at = 0;
}

static void on_quiet(uv_timer_t *timer) { report(timer->data); }

static void note(lede_watch *w, lede_str path) {
    const uint64_t now = uv_now(w->uv);
    lede__names_add(&w->changed, &w->arena, path);
    if (w->options.poll_ms)
        return;
    if (!w->first_at)
        w->first_at = now;
    const uint64_t latest = w->first_at + (uint64_t)w->options.most_ms;
    const uint64_t quiet = now + (uint64_t)w->options.quiet_ms;
    const uint64_t at = quiet < latest ? quiet : latest;
    uv_timer_start(&w->timer, on_quiet, at > now ? at - now : 0, 0);
}

/* ---- folders */

/* The watch goes with its last handle. */
static void drop_handle(lede_watch *w) {
    if (--w->handles > 0)
        return;
    lede__names_fini(&w->changed);
    lede__names_fini(&w->seen_names);
    lede__names_fini(&w->known);
    lede_arena_fini(&w->arena);
    lede_arena_fini(&w->seen_arena);
    lede_arena_fini(&w->known_arena);
    lede_buf_fini(&w->path);
    free(w->by_path);
    free(w->seen);
    free(w);
}

static void on_freed(uv_handle_t *handle) {
    folder *f = handle->data;
    lede_watch *w = f->watch;
    lede_buf_fini(&f->wanted);
    free(f);
    drop_handle(w);
}

/* The place of a folder's handle by its path, made when it is new; NULL without memory. */
static folder **place_of(lede_watch *w, const char *path) {
    const uint32_t n = lede__names_add(&w->known, &w->known_arena, lede_str_of(path));
    if (n == LEDE_NO_NAME)
        return NULL;
    if (n >= w->by_path_cap) {
        const size_t cap = w->by_path_cap ? w->by_path_cap * 2 : 64;
        folder **more = realloc(w->by_path, cap * sizeof *more);
        if (!more)
            return NULL;
        memset(more + w->by_path_cap, 0, (cap - w->by_path_cap) * sizeof *more);
        w->by_path = more;
        w->by_path_cap = cap;
    }
    return &w->by_path[n];
}

static bool is_watched(const lede_watch *w, const char *path) {
    const uint32_t n = lede__names_find(&w->known, lede_str_of(path));
    return n < w->by_path_cap && w->by_path[n];
}

static void forget_folder(lede_watch *w, folder *f) {
    folder **place = place_of(w, f->path);
    if (place && *place == f)
        *place = NULL;
    for (folder **at = &w->folders; *at; at = &(*at)->next)
        if (*at == f) {
            *at = f->next;
            break;
        }
    uv_close((uv_handle_t *)&f->event, on_freed);
}

static bool is_below(const char *path, lede_str root) {
    const size_t n = strlen(path);
    return n >= root.len && memcmp(path, root.ptr, root.len) == 0 &&
           (path[root.len] == '\0' || path[root.len] == '/');
}

/* A folder that is no more, or another one now: whoever is told must look at all that was below it. */
static void forget_below(lede_watch *w, lede_str root) {
    bool was_folder = false;
    for (folder *f = w->folders, *next; f; f = next) {
        next = f->next;
        if (!is_below(f->path, root))
            continue;
        forget_folder(w, f);
        was_folder = true;
    }
    if (!was_folder)
        return;
    lede_buf b;
    lede_buf_init(&b, 1 << 16);
    lede_buf_add(&b, root);
    lede_buf_addc(&b, '/');
    if (!b.status)
        note(w, lede_buf_str(&b));
    lede_buf_fini(&b);
}

static void on_event(uv_fs_event_t *event, const char *name, int events, int status);

static lede_status watch_one(lede_watch *w, const char *path, bool below, lede_error *err) {
    const size_t len = strlen(path);
    folder *f = calloc(1, sizeof *f + len + 1), **place = place_of(w, path);
    if (!f || !place) {
        free(f);
        return lede_fail(err, LEDE_ENOMEM, "watch: out of memory");
    }
    *place = f;
    memcpy(f->path, path, len + 1);
    lede_buf_init(&f->wanted, 1 << 16);
    f->watch = w;
    f->below = below;
    f->event.data = f;
    uv_fs_event_init(w->uv, &f->event);
    w->handles++;
    f->next = w->folders;
    w->folders = f;
    const int rc = w->options.poll_ms ? 0 : uv_fs_event_start(&f->event, on_event, path, 0);
    if (!rc || rc == UV_ENOENT || rc == UV_ENOTDIR)
        return LEDE_OK;
    forget_folder(w, f);
    const lede_status st = rc == UV_ENOSPC || rc == UV_EMFILE ? LEDE_ELIMIT : LEDE_EIO;
    return lede_fail(err, st, "watch: cannot watch '%s': %s", path, uv_strerror(rc));
}

/* A folder, and no link to one: that may lead back. */
static bool is_folder(const char *path) {
    uv_fs_t request;
    const bool there = uv_fs_lstat(NULL, &request, path, NULL) == 0 && S_ISDIR(request.statbuf.st_mode);
    uv_fs_req_cleanup(&request);
    return there;
}

static lede_status watch_below(lede_watch *w, const char *path, bool tell, lede_error *err);

static lede_status each_entry(lede_watch *w, uv_fs_t *list, const char *path, bool tell,
                              lede_error *err) {
    lede_status st = LEDE_OK;
    uv_dirent_t entry;
    while (!st && uv_fs_scandir_next(list, &entry) != UV_EOF) {
        if (!counts(lede_str_of(entry.name)))
            continue;
        lede_buf b;
        lede_buf_init(&b, 1 << 16);
        lede__path_join(&b, lede_str_of(path), lede_str_of(entry.name));
        st = lede_buf_status(&b, err);
        if (!st && tell)
            note(w, lede_buf_str(&b));
        if (!st && entry.type != UV_DIRENT_FILE && is_folder(b.ptr))
            st = watch_below(w, b.ptr, tell, err);
        lede_buf_fini(&b);
    }
    return st;
}

static lede_status watch_below(lede_watch *w, const char *path, bool tell, lede_error *err) {
    if (is_watched(w, path))
        return LEDE_OK;
    lede_status st = watch_one(w, path, true, err);
    if (st)
        return st;
    uv_fs_t list;
    if (uv_fs_scandir(NULL, &list, path, 0, NULL) >= 0)
        st = each_entry(w, &list, path, tell, err);
    uv_fs_req_cleanup(&list);
    return st;
}

/* A folder that came under a name, in place of another perhaps, is watched with what it brings. */
static void take_folder(lede_watch *w, bool below, int events) {
    lede_buf path = w->path;
    lede_buf_init(&w->path, path.limit);
    if (events & UV_RENAME)
        forget_below(w, lede_buf_str(&path));
    if (!is_watched(w, path.ptr)) {
        note(w, lede_buf_str(&path));
        if (below)
            (void)!watch_below(w, path.ptr, true, &w->failed); /* too many: the one above tells of it */
    }
    lede_buf_fini(&path);
}

/* Whether news of the name are asked for. */
static bool wants(const folder *f, lede_str name) {
    for (size_t at = 0; at < f->wanted.len; at += strlen(f->wanted.ptr + at) + 1)
        if (lede_str_is(name, f->wanted.ptr + at))
            return true;
    return f->below;
}

static void on_event(uv_fs_event_t *event, const char *name, int events, int status) {
    folder *f = event->data;
    lede_watch *w = f->watch;
    if (status < 0 || !name || !counts(lede_str_of(name)) || !wants(f, lede_str_of(name)))
        return;
    lede_buf_clear(&w->path);
    lede__path_join(&w->path, lede_str_of(f->path), lede_str_of(name));
    if (w->path.status)
        return;
    if (is_folder(w->path.ptr)) {
        take_folder(w, f->below, events);
        return;
    }
    if (!lede__exists(w->path.ptr))
        forget_below(w, lede_buf_str(&w->path));
    note(w, lede_buf_str(&w->path));
}

/* ---- looking instead of watching */

/* The place of a file among those seen, or NULL without memory. */
static seen *seen_of(lede_watch *w, lede_str path) {
    const uint32_t n = lede__names_add(&w->seen_names, &w->seen_arena, path);
    if (n == LEDE_NO_NAME)
        return NULL;
    if (n >= w->seen_cap) {
        const size_t cap = w->seen_cap ? w->seen_cap * 2 : 1024;
        seen *more = realloc(w->seen, cap * sizeof *more);
        if (!more)
            return NULL;
        memset(more + w->seen_cap, 0, (cap - w->seen_cap) * sizeof *more);
        w->seen = more;
        w->seen_cap = cap;
    }
    return &w->seen[n];
}

static void look_at(lede_watch *w, lede_str path, int64_t size, int64_t mtime) {
    seen *s = seen_of(w, path);
    if (!s)
        return;
    if (w->telling && (s->round == 0 || s->size != size || s->mtime != mtime))
        note(w, path);
    *s = (seen){size, mtime, w->round};
}

static bool look(void *ctx, const char *name, int64_t size, int64_t mtime) {
    lede_watch *w = ctx;
    const size_t root = w->path.len;
    if (counts(lede__path_base(lede_str_of(name)))) {
        lede_buf_addc(&w->path, '/');
        lede_buf_adds(&w->path, name);
        look_at(w, lede_buf_str(&w->path), size, mtime);
        w->path.len = root;
        w->path.ptr[root] = '\0';
    }
    return true;
}

static void look_at_file(lede_watch *w, const char *path) {
    uv_fs_t request;
    if (uv_fs_stat(NULL, &request, path, NULL) == 0) {
        const uv_stat_t *s = &request.statbuf;
        const int64_t mtime = (int64_t)s->st_mtim.tv_sec * 1000000000 + s->st_mtim.tv_nsec;
        look_at(w, lede_str_of(path), (int64_t)s->st_size, mtime);
    }
    uv_fs_req_cleanup(&request);
}

static void note_gone(lede_watch *w) {
    for (uint32_t i = 0; i < w->seen_names.count && i < w->seen_cap; i++)
        if (w->seen[i].round && w->seen[i].round != w->round) {
            w->seen[i].round = 0;
            note(w, w->seen_names.items[i]);
        }
}

/* The first look at a folder tells of nothing. */
static void look_around(lede_watch *w, bool telling) {
    w->round++;
    w->telling = telling;
    for (const folder *f = w->folders; f; f = f->next) {
        lede_error none = {0};
        lede_buf_clear(&w->path);
        lede_buf_adds(&w->path, f->path);
        if (!f->below)
            look_at_file(w, f->path);
        else if (lede__walk(f->path, look, w, &none))
            continue; /* it will be back, or is gone: the next look tells */
    }
    if (telling)
        note_gone(w);
    if (w->changed.count)
        report(w);
}

static void on_look(uv_timer_t *timer) {
    lede_watch *w = timer->data;
    look_around(w, true);
    uv_timer_start(timer, on_look, (uint64_t)w->options.poll_ms, 0);
}

/* ---- life */

lede_status lede_watch_open(lede_loop *loop, const lede_watch_options *o, lede_watch **out,
                            lede_error *err) {
    lede_watch *w = *out = calloc(1, sizeof *w);
    if (!w)
        return lede_fail(err, LEDE_ENOMEM, "watch: out of memory");
    w->uv = lede_loop_uv(loop);
    w->options = *o;
    w->options.quiet_ms = o->quiet_ms ? o->quiet_ms : QUIET_MS;
    w->options.most_ms = o->most_ms ? o->most_ms : MOST_MS;
    lede_arena_init(&w->arena, (size_t)64 << 20);
    lede_arena_init(&w->known_arena, (size_t)256 << 20);
    lede_arena_init(&w->seen_arena, (size_t)256 << 20);
    lede_buf_init(&w->path, 1 << 16);
    uv_timer_init(w->uv, &w->timer);
    w->timer.data = w;
    w->handles = 1;
    if (o->poll_ms)
        uv_timer_start(&w->timer, on_look, (uint64_t)o->poll_ms, 0);
    return LEDE_OK;
}

lede_status lede_watch_folder(lede_watch *w, const char *path, lede_error *err) {
    if (!lede__is_dir(path))
        return LEDE_OK;
    if (!w->options.poll_ms)
        return watch_below(w, path, false, err);
    const lede_status st = is_watched(w, path) ? LEDE_OK : watch_one(w, path, true, err);
    look_around(w, false);
    return st;
}

static folder *watched(lede_watch *w, const char *path) {
    folder **place = is_watched(w, path) ? place_of(w, path) : NULL;
    return place ? *place : NULL;
}

lede_status lede_watch_name(lede_watch *w, const char *path, lede_error *err) {
    const lede_str parent = lede__path_dir(lede_str_of(path)), name = lede__path_base(lede_str_of(path));
    char folder_path[4096];
    if (w->options.poll_ms)
        return is_watched(w, path) ? LEDE_OK : watch_one(w, path, false, err);
    if (parent.len >= sizeof folder_path)
        return lede_fail(err, LEDE_ELIMIT, "watch: '%s' is too long", path);
    memcpy(folder_path, parent.ptr, parent.len);
    folder_path[parent.len] = '\0';
    const lede_status st = is_watched(w, folder_path) ? LEDE_OK : watch_one(w, folder_path, false, err);
    folder *f = st ? NULL : watched(w, folder_path);
    if (f && !f->below && !wants(f, name)) {
        lede_buf_add(&f->wanted, name);
        lede_buf_addn(&f->wanted, "", 1);
    }
    return st;
}

static void on_timer_closed(uv_handle_t *handle) { drop_handle(handle->data); }

void lede_watch_close(lede_watch *w) {
    if (!w)
        return;
    while (w->folders)
        forget_folder(w, w->folders);
    uv_close((uv_handle_t *)&w->timer, on_timer_closed);
}
