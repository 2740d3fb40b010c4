/* preview_pages.c - pages that were asked for: made by the workers of a publication, kept with what they read. See
 * bind/preview.h.
 *
 * A job belongs to the edition it was given with. When another edition came meanwhile, its answer is thrown away and the page is
 * made again: article numbers mean something in one edition only. */
#include "bind/preview.h"

#include "bind/pictures.h"
#include "bind/routes_ask.h"
#include "bind/wire.h"
#include "codec/hash.h"
#include "sys/sys.h"

#include <stdio.h>
#include <stdlib.h>

enum { PAGE_MAX = 64 << 20, KEPT_MAX = 192 << 20, JOB_MS = 10000 };

/* ---- files that the VMs of workers read */

static uint64_t print_of_file(const char *path) {
    lede_buf b;
    lede_error none = {0};
    lede_buf_init(&b, PAGE_MAX);
    const bool there = lede__read_file(path, PAGE_MAX, &b, &none) == LEDE_OK;
    const uint64_t print = lede__file_print(there ? lede_buf_str(&b) : (lede_str){0});
    lede_buf_fini(&b);
    return print;
}

static void take_file(lede__preview *v, lede_str path, uint64_t print) {
    const uint32_t n = lede__names_add(&v->set, &v->names_arena, path);
    if (n != LEDE_NO_NAME && n >= v->cap_prints) {
        const size_t cap = v->cap_prints ? v->cap_prints * 2 : 64;
        uint64_t *more = realloc(v->prints, cap * sizeof *more);
        if (!more)
            return;
        v->prints = more;
        v->cap_prints = cap;
    }
    if (n < v->cap_prints)
        v->prints[n] = print;
}

static void take_files(lede__preview *v, lede_str files) {
    lede__wire w = lede__wire_of(files);
    while (!w.bad && w.at < w.end) {
        const lede_str path = lede__get_str(&w);
        const uint64_t print = lede__get64(&w);
        if (!w.bad)
            take_file(v, path, print);
    }
}

/* Files are one set for all pages: a template that changes makes every page again. */
static void take_told(lede__preview *v, const lede__told *told) {
    take_files(v, told->files);
    take_files(v, told->route_files);
    if (told->base.len == 0)
        return;
    lede_buf_clear(&v->base);
    lede_buf_add(&v->base, told->base);
}

bool lede__preview_set_changed(lede__preview *v) {
    bool changed = false;
    for (uint32_t i = 0; i < v->set.count; i++) {
        const uint64_t now = print_of_file(v->set.items[i].ptr);
        changed |= now != v->prints[i];
        v->prints[i] = now;
    }
    return changed;
}

/* ---- whether a page is as it was */

typedef struct asking {
    const lede__preview *v;
    bool same;
} asking;

static uint64_t data_print(const lede__preview *v, lede_str key) {
    const lede_str pictures = LEDE_STR(LEDE__PICTURES ":");
    if (lede_str_is(key, LEDE__REDIRECTS_KEY))
        return lede__redirects_print(v->publication->edition);
    if (lede_str_starts(key, pictures.ptr))
        return lede__picture_print(&v->data, lede_str_sub(key, pictures.len));
    return lede__data_print(&v->data, key);
}

static void ask(void *ctx, lede_read_kind kind, lede_str key, uint64_t mask, uint64_t print) {
    asking *a = ctx;
    const lede__publication *p = a->v->publication;
    uint64_t now = 0;
    int64_t value;
    char unit[16];
    bool known = true;
    if (!a->same || kind == LEDE_READ_FILE)
        return;
    if (kind == LEDE_READ_CONFIG)
        now = lede__xxh64(p->site.config, 0);
    else if (kind == LEDE_READ_DATA)
        now = data_print(a->v, key);
    else if (kind == LEDE_READ_CLOCK) {
        snprintf(unit, sizeof unit, "%.*s", (int)key.len, key.ptr);
        known = lede__clock_print(p->edition, p->site.zone, unit, &value, &now);
    } else
        known = lede_edition_answer(p->edition, kind, key, mask, &now);
    a->same = known && now == print;
}

static bool are_as_they_were(const lede__preview *v, lede_str reads) {
    asking a = {v, true};
    return lede_reads_decode(reads, ask, &a, NULL) == LEDE_OK && a.same;
}

/* ---- the table */

static lede__preview_page *new_page(lede__preview *v, lede_str url) {
    const uint32_t n = lede__names_add(&v->urls, &v->names_arena, url);
    if (n != LEDE_NO_NAME && n >= v->cap_pages) {
        const size_t cap = v->cap_pages ? v->cap_pages * 2 : 64;
        lede__preview_page **more = realloc(v->pages, cap * sizeof *more);
        if (!more)
            return NULL;
        v->pages = more;
        v->cap_pages = cap;
    }
    lede__preview_page *p = n < v->cap_pages ? calloc(1, sizeof *p) : NULL;
    if (n < v->cap_pages)
        v->pages[n] = p;
    if (!p)
        return NULL;
    p->url = v->urls.items[n];
    lede_buf_init(&p->reads, PAGE_MAX);
    lede_buf_init(&p->notes, PAGE_MAX);
    lede_buf_init(&p->error, 1 << 20);
    lede_buf path;
    lede_buf_init(&path, 1 << 16);
    if (lede_url_file(url, &path, NULL) == LEDE_OK)
        p->path = lede_arena_copy(&v->names_arena, lede_buf_str(&path));
    lede_buf_fini(&path);
    return p;
}

lede__preview_page *lede__preview_page_at(lede__preview *v, lede_str url) {
    const uint32_t n = lede__names_find(&v->urls, url);
    lede__job_page job;
    if (n != LEDE_NO_NAME)
        return v->pages[n];
    return lede__preview_find(v, url, &job) ? new_page(v, url) : NULL;
}

/* Contents that nobody asked for lately make room. */
static void keep_within(lede__preview *v) {
    while (v->bytes > KEPT_MAX) {
        lede__preview_page *oldest = NULL;
        for (uint32_t i = 0; i < v->urls.count; i++) {
            lede__preview_page *p = v->pages[i];
            if (p && p->content && p->state == LEDE__GOOD && (!oldest || p->asked < oldest->asked))
                oldest = p;
        }
        if (!oldest || oldest->asked == v->serial)
            return;
        v->bytes -= lede_content_bytes(oldest->content).len;
        lede_content_close(oldest->content);
        oldest->content = NULL;
        oldest->state = LEDE__UNMADE;
    }
}

/* ---- making */

typedef struct job {
    lede__preview *v;
    lede__preview_page *page;
    unsigned generation;
    bool answered;
} job;

static void answer_waiting(lede__preview *v, lede__preview_page *p) {
    const size_t n = p->n_waiting;
    p->n_waiting = 0;
    for (size_t i = 0; i < n; i++)
        lede__preview_answer_page(v, p, p->waiting[i]);
}

static void failed(lede__preview *v, lede__preview_page *p, lede_str message) {
    p->state = LEDE__FAILED;
    p->took_us = lede__monotonic_us() - p->began_us;
    lede_buf_clear(&p->error);
    lede_buf_add(&p->error, message);
    lede__preview_tell(v, LEDE__EVENT_PAGES, NULL, NULL, 0);
}

/* The worker left the bytes in the folder of the preview. */
static lede_status take_bytes(lede__preview *v, lede__preview_page *p, lede_error *err) {
    lede_buf file, bytes;
    lede_content *content;
    lede_buf_init(&file, 1 << 16);
    lede_buf_init(&bytes, PAGE_MAX);
    lede_buf_addf(&file, "%s/%.*s", v->folder, (int)p->path.len, p->path.ptr);
    lede_status st = lede_buf_status(&file, err);
    if (!st)
        st = lede__read_file(file.ptr, PAGE_MAX, &bytes, err);
    if (!st)
        st = lede__preview_content(&bytes, p->path, &content, err);
    if (!st) {
        v->bytes += lede_content_bytes(content).len - (p->content ? lede_content_bytes(p->content).len : 0);
        lede_content_close(p->content);
        p->content = content;
    }
    lede_buf_fini(&file);
    lede_buf_fini(&bytes);
    return st;
}

static void made(lede__preview *v, lede__preview_page *p, lede__wire *w) {
    lede_error err = {0};
    lede__get8(w);
    lede__get64(w);
    const lede_str sum = lede__get_bytes(w, 32);
    const lede__told told = lede__told_of(w);
    if (w->bad || !sum.ptr)
        return;
    memcpy(p->sum, sum.ptr, sizeof p->sum);
    take_told(v, &told);
    lede_buf_clear(&p->reads);
    lede_buf_add(&p->reads, told.reads);
    if (take_bytes(v, p, &err)) {
        failed(v, p, lede_str_of(err.message));
        return;
    }
    const bool was_broken = p->error.len > 0;
    lede_buf_clear(&p->error);
    p->took_us = lede__monotonic_us() - p->began_us;
    p->state = p->generation == v->generation ? LEDE__GOOD : LEDE__STALE;
    if (was_broken)
        lede__preview_tell(v, LEDE__EVENT_PAGES, NULL, NULL, 0);
}

static void on_page(void *ctx, uint8_t type, lede_str frame) {
    job *j = ctx;
    lede__wire w = lede__wire_of(frame);
    if (type == LEDE_A_TIMES) {
        lede__times_take(&j->v->times, frame);
        return;
    }
    if (type == LEDE_A_NOTE) {
        lede_buf_adds(&j->page->notes, j->page->notes.len ? "," : "");
        lede_buf_add(&j->page->notes, frame);
        return;
    }
    lede__get32(&w);
    if (j->answered || j->generation != j->v->generation)
        return;
    j->answered = true;
    if (type == LEDE_A_FAILED || type == LEDE_A_REFUSED)
        failed(j->v, j->page, lede__get_str(&w));
    else if (type == LEDE_A_PAGE)
        made(j->v, j->page, &w);
}

static void on_end(void *ctx, lede_status status, const lede_error *err) {
    const job j = *(job *)ctx;
    lede__preview_page *p = j.page;
    free(ctx);
    j.v->idle = --j.v->in_work == 0;
    if (status == LEDE_ECANCELED) {
        p->state = LEDE__STALE;
        return;
    }
    if (j.generation != j.v->generation) {
        p->state = LEDE__STALE;
        lede__preview_want(j.v, p);
        return;
    }
    if (!j.answered)
        failed(j.v, p, lede_str_of(status ? err->message : "the worker did not answer for this page"));
    answer_waiting(j.v, p);
    keep_within(j.v);
}

static lede_status submit(lede__preview *v, lede__preview_page *p, const lede__job_page *page, lede_error *err) {
    job *j = malloc(sizeof *j);
    if (!j)
        return lede_fail(err, LEDE_ENOMEM, "preview: out of memory");
    lede_buf b;
    lede_buf_init(&b, PAGE_MAX);
    lede__job_page_put(&b, page);
    lede_status st = lede_buf_status(&b, err);
    if (!st) {
        *j = (job){.v = v, .page = p, .generation = v->generation};
        const lede_job w = {.type = LEDE_W_RENDER, .bytes = lede_buf_str(&b), .deadline_ms = JOB_MS, .ctx = j, .answer = on_page, .end = on_end};
        st = lede_workers_submit(v->publication->workers, &w, err);
    }
    if (st)
        free(j);
    lede_buf_fini(&b);
    return st;
}

void lede__preview_want(lede__preview *v, lede__preview_page *p) {
    lede__job_page page;
    lede_error err = {0};
    if (p->state == LEDE__IN_WORK || (p->generation == v->generation && (p->state == LEDE__GOOD || p->state == LEDE__FAILED)))
        return;
    p->generation = v->generation;
    p->began_us = lede__monotonic_us();
    if (!lede__preview_find(v, p->url, &page)) {
        p->state = LEDE__UNMADE; /* the page is no more */
        answer_waiting(v, p);
        return;
    }
    page.path = p->path;
    lede_buf_clear(&p->notes);
    if (submit(v, p, &page, &err)) {
        failed(v, p, lede_str_of(err.message));
        answer_waiting(v, p);
        return;
    }
    v->in_work++;
    p->state = LEDE__IN_WORK;
}

void lede__preview_wait(lede__preview *v, lede__preview_page *p, lede_request *q) {
    if (p->n_waiting == p->cap_waiting) {
        const size_t cap = p->cap_waiting ? p->cap_waiting * 2 : 4;
        lede_request **more = realloc(p->waiting, cap * sizeof *more);
        if (!more) {
            lede_request_answer(q, &(lede_answer){.status = 503});
            return;
        }
        p->waiting = more;
        p->cap_waiting = cap;
    }
    p->asked = ++v->serial;
    p->waiting[p->n_waiting++] = q;
    lede__preview_want(v, p);
    if (p->state != LEDE__IN_WORK)
        answer_waiting(v, p);
}

/* ---- another edition */

static lede_status take_routes(void *ctx, lede_str routes, const lede__told *told, lede_error *err) {
    lede__preview *v = ctx;
    take_told(v, told);
    return lede__preview_take_routes(v, routes, err);
}

static lede_status tell_edition(lede__preview *v, lede_error *err) {
    lede_buf b;
    lede_buf_init(&b, 1 << 16);
    lede__put_str(&b, lede_str_of(v->publication->edition_dir));
    lede__put_str(&b, lede_str_of(v->folder));
    lede__put_str(&b, (lede_str){0});
    lede__put8(&b, true);
    lede_status st = lede_buf_status(&b, err);
    if (!st)
        st = lede_workers_tell(v->publication->workers, LEDE_W_EDITION, lede_buf_str(&b), err);
    lede_buf_fini(&b);
    return st;
}

/* Pages whose job was lost, with its workers, while somebody waits. */
static void want_again(lede__preview *v) {
    for (uint32_t i = 0; v->ready && i < v->urls.count; i++)
        if (v->pages[i] && v->pages[i]->n_waiting)
            lede__preview_want(v, v->pages[i]);
}

lede_status lede__preview_ask_routes(lede__preview *v, lede_error *err) {
    const lede_status st = lede__ask_routes(v->publication, take_routes, v, err);
    v->ready = st == LEDE_OK;
    v->routes_old = st != LEDE_OK;
    want_again(v);
    return st;
}

static lede_status read_data(lede__preview *v, lede_error *err) {
    const lede_str data = lede_edition_data(v->publication->edition);
    lede_arena_reset(&v->data_arena);
    v->data = (lede_value){0};
    return data.len ? lede_json_read(&v->data_arena, data, &v->data, err) : LEDE_OK;
}

/* A page is as it was when nothing that it read is otherwise, and it had nothing to say. */
static void mark(lede__preview *v, lede__preview_page *p, bool other_files) {
    lede__job_page page;
    const bool same = p->state == LEDE__GOOD && !other_files && p->notes.len == 0 && are_as_they_were(v, lede_buf_str(&p->reads));
    if (same && lede__preview_find(v, p->url, &page))
        p->generation = v->generation;
    else
        p->state = LEDE__STALE;
}

lede_status lede__preview_renew(lede__preview *v, lede_error *err) {
    v->generation++;
    v->routes_old = true;
    lede_status st = lede__publication_workers(v->publication, err);
    if (!st)
        st = tell_edition(v, err);
    if (!st)
        st = read_data(v, err);
    const uint64_t config = lede__xxh64(v->publication->site.config, 0);
    const bool other_files = !st && (lede__preview_set_changed(v) || config != v->config_print || !are_as_they_were(v, lede_buf_str(&v->base)));
    v->config_print = config;
    for (uint32_t i = 0; !st && i < v->urls.count; i++)
        if (v->pages[i] && v->pages[i]->state != LEDE__IN_WORK && v->pages[i]->state != LEDE__UNMADE)
            mark(v, v->pages[i], other_files);
    if (!st)
        want_again(v);
    return st;
}

void lede__preview_pages_fini(lede__preview *v) {
    for (uint32_t i = 0; i < v->urls.count; i++) {
        lede__preview_page *p = v->pages[i];
        if (!p)
            continue;
        for (size_t k = 0; k < p->n_waiting; k++)
            lede_request_answer(p->waiting[k], &(lede_answer){.status = 503});
        lede_content_close(p->content);
        lede_buf_fini(&p->reads);
        lede_buf_fini(&p->notes);
        lede_buf_fini(&p->error);
        free(p->waiting);
        free(p);
    }
    free(v->pages);
    free(v->prints);
    lede__names_fini(&v->urls);
    lede__names_fini(&v->set);
    lede__routes_fini(&v->routes);
    lede_buf_fini(&v->base);
    v->pages = NULL;
    v->prints = NULL;
}
