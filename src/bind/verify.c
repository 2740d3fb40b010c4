/* verify.c - lede publish --verify N: pages that hold are made again by themselves and compared.
 *
 * A page is to be a function of what it read. A plugin that keeps something from page to page in a
 * variable breaks that, and nothing that was recorded shows it; but a page that is made alone, in a
 * VM that made no other, then comes out otherwise. Which pages are looked at follows from the
 * edition, so they are others each time and the same for whoever tries it again. */
#include "bind/verify.h"

#include "base/names.h"
#include "codec/hash.h"

#include <stdlib.h>

enum { JOB_PAGES = 8 };

/* A page that holds. Texts are those of the records, which stay as they are until commit. */
typedef struct choice {
    uint64_t order;
    lede_str path, how;
    const unsigned char *sum;
    lede__item item;
    bool found, answered;
} choice;

typedef struct verifying {
    lede__plan *x;
    choice *list;
    uint32_t n, cap, left;
    uint64_t seed;
    lede__names paths; /* of those that are looked for in their route's list */
    uint32_t *of_path;
    uint32_t pending;
    bool finished;
    lede_buf *differing, scratch;
    lede_status status;
    lede_error *err;
} verifying;

static lede_status no_memory(verifying *v) {
    return v->status = lede_fail(v->err, LEDE_ENOMEM, "publish: out of memory");
}

/* ---- which */

static bool take(void *ctx, lede_str path, lede_str how, const unsigned char sum[32]) {
    verifying *v = ctx;
    if (v->n == v->cap) {
        const uint32_t cap = v->cap ? v->cap * 2 : 1024;
        choice *more = realloc(v->list, cap * sizeof *more);
        if (!more)
            return no_memory(v) == LEDE_OK;
        v->list = more;
        v->cap = cap;
    }
    v->list[v->n++] =
        (choice){.order = lede__xxh64(path, v->seed), .path = path, .how = how, .sum = sum};
    return true;
}

static int by_order(const void *a, const void *b) {
    const choice *x = a, *y = b;
    return x->order != y->order ? (x->order < y->order ? -1 : 1) : lede_str_cmp(x->path, y->path);
}

static lede_status choose(verifying *v) {
    lede_status st = lede__records_each_held(v->x->p->records, take, v, v->err);
    if (!st)
        st = v->status;
    if (st || !v->n)
        return st;
    qsort(v->list, v->n, sizeof *v->list, by_order);
    v->n = v->n < v->x->p->verify ? v->n : v->x->p->verify;
    return LEDE_OK;
}

/* ---- what they are */

static lede_status match(void *ctx, const lede__item *it, lede_error *err) {
    verifying *v = ctx;
    lede_buf_clear(&v->scratch);
    if (lede_url_file(it->url, &v->scratch, NULL))
        return LEDE_OK; /* it has no place, and no record */
    const uint32_t n = lede__names_find(&v->paths, lede_buf_str(&v->scratch));
    (void)err;
    if (n != LEDE_NO_NAME) {
        v->list[v->of_path[n]].item = *it;
        v->list[v->of_path[n]].found = true;
    }
    return LEDE_OK;
}

/* Pages that a route's own function lists are found in its list. */
static lede_status find_given(verifying *v, const bool *given) {
    const lede__spread s = {.routes = &v->x->now,
                            .edition = v->x->p->edition,
                            .arena = &v->x->arena,
                            .page = match,
                            .ctx = v};
    lede_status st = LEDE_OK;
    for (uint32_t i = 0; !st && i < v->x->now.count; i++)
        if (given[i])
            st = lede__spread_given(&s, i, v->err);
    return st;
}

static lede_status find(verifying *v) {
    bool *given = lede_arena_zero(&v->x->arena, v->x->now.count + 1);
    v->of_path = calloc(v->n + 1, sizeof *v->of_path);
    if (!given || !v->of_path)
        return no_memory(v);
    for (uint32_t i = 0; i < v->n; i++) {
        choice *c = &v->list[i];
        c->found = lede__item_made_so(&v->x->spread, c->how, &c->item);
        if (c->found || c->item.route == v->x->now.count || !v->x->now.list[c->item.route].lists)
            continue;
        const uint32_t n = lede__names_add(&v->paths, NULL, c->path);
        if (n == LEDE_NO_NAME)
            return no_memory(v);
        v->of_path[n] = i;
        given[c->item.route] = true;
    }
    return find_given(v, given);
}

/* ---- making them */

typedef struct job {
    verifying *v;
    uint32_t first, count;
} job;

static void differs(verifying *v, choice *c, lede_str message) {
    lede_buf *b = v->differing;
    lede_buf source;
    const lede__route *r = &v->x->now.list[c->item.route];
    c->answered = true;
    lede_buf_init(&source, 1 << 17);
    lede_buf_addf(&source, "route '%.*s' of plugin %.*s", (int)r->name.len,
                  r->name.ptr ? r->name.ptr : "", (int)r->plugin.len,
                  r->plugin.ptr ? r->plugin.ptr : "");
    lede_buf_adds(b, b->len ? ",{" : "{");
    lede__json_text(b, "path", c->path);
    lede__json_text(b, "source", lede_buf_str(&source));
    lede__json_text(b, "message", message);
    lede_buf_addc(b, '}');
    lede_buf_fini(&source);
}

static void compare(verifying *v, choice *c, lede__wire *w) {
    lede__get8(w);
    lede__get64(w);
    const lede_str sum = lede__get_bytes(w, 32);
    if (w->bad)
        return; /* it will be missed */
    c->answered = true;
    if (memcmp(sum.ptr, c->sum, 32) != 0)
        differs(v, c,
                LEDE_STR("made by itself it comes out otherwise: a plugin or template keeps "
                         "something from page to page, in a variable outside the function that "
                         "makes it; lede.memo is for that"));
}

static void on_page(void *ctx, uint8_t type, lede_str frame) {
    const job *j = ctx;
    verifying *v = j->v;
    lede__wire w = lede__wire_of(frame);
    const uint32_t n = type == LEDE_A_NOTE ? UINT32_MAX : lede__get32(&w);
    if (w.bad || n < j->first || n >= j->first + j->count || v->list[n].answered)
        return;
    if (type == LEDE_A_PAGE)
        compare(v, &v->list[n], &w);
    else if (type == LEDE_A_FAILED)
        differs(v, &v->list[n], lede__get_str(&w));
    else if (type == LEDE_A_REFUSED && !v->status) {
        const lede_str message = lede__get_str(&w);
        v->status =
            lede_fail(v->err, LEDE_EIO, "%.*s", (int)message.len, message.ptr ? message.ptr : "");
    }
}

static void on_job_end(void *ctx, lede_status status, const lede_error *err) {
    job *j = ctx;
    verifying *v = j->v;
    for (uint32_t i = j->first; i < j->first + j->count && status != LEDE_ECANCELED; i++)
        if (v->list[i].found && !v->list[i].answered)
            differs(v, &v->list[i],
                    lede_str_of(status ? err->message : "the worker did not answer for this page"));
    v->pending--;
    v->finished = v->pending == 0 || v->status;
    free(j);
}

static lede_status submit(verifying *v, uint32_t first, uint32_t count) {
    job *j = malloc(sizeof *j);
    if (!j)
        return no_memory(v);
    *j = (job){v, first, count};
    lede_buf_clear(&v->scratch);
    for (uint32_t i = first; i < first + count; i++) {
        const choice *c = &v->list[i];
        const lede__item *it = &c->item;
        lede__job_page page = {.number = i,
                               .route = it->route,
                               .each = it->each,
                               .item = it->item,
                               .archive = it->archive,
                               .archives = it->archives,
                               .size = it->size,
                               .path = c->path,
                               .data = it->data,
                               .verify = true};
        page.url = lede__told_url(&v->x->now, it);
        if (c->found)
            lede__job_page_put(&v->scratch, &page);
    }
    const lede_job w = {.type = LEDE_W_RENDER,
                        .bytes = lede_buf_str(&v->scratch),
                        .ctx = j,
                        .answer = on_page,
                        .end = on_job_end};
    lede_status st = lede_buf_status(&v->scratch, v->err);
    if (!st)
        st = lede_workers_submit(v->x->p->workers, &w, v->err);
    if (st)
        free(j);
    else
        v->pending++;
    return st;
}

static lede_status make(verifying *v) {
    lede_status st = lede__publication_show(v->x->p, v->err);
    for (uint32_t i = 0; !st && i < v->n; i += JOB_PAGES)
        st = submit(v, i, v->n - i < JOB_PAGES ? v->n - i : JOB_PAGES);
    if (!st)
        st = lede_loop_run(v->x->p->loop, &v->finished, v->err);
    return st ? st : v->status;
}

lede_status lede__verify(lede__plan *x, uint32_t *made, lede_buf *differing, lede_error *err) {
    verifying v = {
        .x = x, .seed = lede_edition_identity(x->p->edition), .differing = differing, .err = err};
    lede__names_init(&v.paths);
    lede_buf_init(&v.scratch, (size_t)60 << 20);
    lede_status st = choose(&v);
    if (!st && v.n)
        st = find(&v);
    if (!st && v.n)
        st = make(&v);
    for (uint32_t i = 0; i < v.n; i++)
        *made += v.list[i].answered;
    lede__names_fini(&v.paths);
    lede_buf_fini(&v.scratch);
    free(v.of_path);
    free(v.list);
    return st ? st : lede_buf_status(differing, err);
}
