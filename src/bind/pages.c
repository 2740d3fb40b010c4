/* pages.c - having the planned pages made by workers.
 *
 * Pages are dealt out in small jobs; when a worker dies or hangs, the pages it had not answered for are given again one by
 * one, so the page at fault is known by name and the others are made. Which pages there are is plan.c's. */
#include "bind/publication.h"

#include "bind/page.h"
#include "bind/plan.h"
#include "bind/tell.h"
#include "bind/verify.h"
#include "bind/wire.h"

#include <stdio.h>
#include <stdlib.h>

enum { JOB_PAGES = 32, FEW_PAGES = 16 };

typedef struct render_state {
    lede__publication *p;
    lede__plan plan;
    uint32_t pending, done, made;
    bool finished;
    lede_buf notes, scratch;
    lede_buf differing; /* pages that come out otherwise: JSON objects with commas */
    uint32_t verified;
    lede_status status;
    lede_error *err;
} render_state;

typedef struct job {
    render_state *s;
    uint32_t first, count;
    bool again;     /* its one page has cost a worker already */
    lede_buf notes; /* since the last answer: they belong to the page that is answered next */
} job;

static void note_json(lede_buf *notes, lede_str json) {
    if (notes->len)
        lede_buf_addc(notes, ',');
    lede_buf_add(notes, json);
}

/* ---- rendering */

static lede_str how_made(render_state *s, uint32_t n) {
    lede_buf_clear(&s->scratch);
    lede__how_made(&s->plan.spread, &s->plan.items[n], &s->scratch);
    return lede_buf_str(&s->scratch);
}

/* What is live under its path stays. */
static void page_failed(render_state *s, uint32_t n, lede_str message) {
    lede__item *it = &s->plan.items[n];
    bool kept = false;
    it->answered = true;
    s->done++;
    lede__plan_failed(&s->plan, it->path, lede__item_source(&s->plan.spread, it), message);
    if (!s->status)
        s->status = lede_release_keep(s->p->release, it->path, &kept, s->err);
    if (!s->status)
        s->status = lede__records_put_failed(s->p->records, it->path, how_made(s, n), s->err);
}

static void page_made(render_state *s, uint32_t n, lede__wire *w, lede_str notes) {
    lede__item *it = &s->plan.items[n];
    const uint8_t action = lede__get8(w);
    const uint64_t size = lede__get64(w);
    const lede_str sum = lede__get_bytes(w, 32);
    const lede__told told = lede__told_of(w);
    if (w->bad || action > LEDE_WRITTEN)
        return;
    const lede__made made = {.path = it->path, .how = how_made(s, n), .notes = notes, .sum = (const unsigned char *)sum.ptr, .route = it->route, .told = told};
    it->answered = true;
    s->made++;
    s->done++;
    if (!s->status)
        s->status = lede_release_add(s->p->release, it->path, size, made.sum, (lede_release_action)action, s->err);
    if (!s->status)
        s->status = lede__records_put(s->p->records, &made, s->err);
}

/* The machine refused the worker something: the publication ends. */
static void page_refused(render_state *s, lede_str message) {
    if (!s->status)
        s->status = lede_fail(s->err, LEDE_EIO, "%.*s", (int)message.len, message.ptr ? message.ptr : "");
    s->finished = true;
}

static void on_page(void *ctx, uint8_t type, lede_str frame) {
    job *j = ctx;
    render_state *s = j->s;
    if (type == LEDE_A_NOTE) {
        note_json(&s->notes, frame);
        note_json(&j->notes, frame);
        return;
    }
    lede__wire w = lede__wire_of(frame);
    const uint32_t n = lede__get32(&w);
    if (w.bad || n < j->first || n >= j->first + j->count || s->plan.items[n].answered)
        return; /* not its page: it will be missed, and given again */
    if (type == LEDE_A_REFUSED)
        page_refused(s, lede__get_str(&w));
    else if (type == LEDE_A_FAILED)
        page_failed(s, n, lede__get_str(&w));
    else if (type == LEDE_A_PAGE)
        page_made(s, n, &w, lede_buf_str(&j->notes));
    lede_buf_clear(&j->notes);
}

static lede_status submit(render_state *s, uint32_t first, uint32_t count, bool again);

static void on_job_end(void *ctx, lede_status status, const lede_error *err) {
    job *j = ctx;
    render_state *s = j->s;
    s->pending--;
    for (uint32_t i = j->first; i < j->first + j->count && !s->status && status != LEDE_ECANCELED; i++) {
        if (s->plan.items[i].answered)
            continue;
        if (j->count > 1 || !j->again) {
            s->status = submit(s, i, 1, true); /* alone, to see which it was; and if it was only the worker */
            continue;
        }
        char message[LEDE_MESSAGE_MAX + 64];
        snprintf(message, sizeof message, "%s", status == LEDE_OK ? "the worker did not answer for this page" : err->message);
        page_failed(s, i, lede_str_of(message));
    }
    lede_buf_fini(&j->notes);
    free(j);
    lede__progress(s->p, "rendering", s->done, s->plan.n_items);
    s->finished = s->pending == 0 || s->status;
}

static lede_status submit(render_state *s, uint32_t first, uint32_t count, bool again) {
    job *j = malloc(sizeof *j);
    if (!j)
        return lede_fail(s->err, LEDE_ENOMEM, "publish: out of memory");
    *j = (job){.s = s, .first = first, .count = count, .again = again};
    lede_buf_init(&j->notes, (size_t)16 << 20);
    lede_buf_clear(&s->scratch);
    for (uint32_t i = first; i < first + count; i++) {
        const lede__item *it = &s->plan.items[i];
        lede__job_page page = {.number = i, .route = it->route, .each = it->each, .item = it->item, .archive = it->archive, .archives = it->archives, .size = it->size, .path = it->path, .data = it->data};
        page.url = lede__told_url(&s->plan.now, it);
        lede_release_know(s->p->release, it->path, &page.known);
        if (s->p->full) { /* written anew; what the standby has under this name is still replaced, not modified */
            page.known.in_live = false;
            memset(page.known.standby, 0, sizeof page.known.standby);
        }
        lede__job_page_put(&s->scratch, &page);
    }
    lede_job w = {.type = LEDE_W_RENDER, .bytes = lede_buf_str(&s->scratch), .ctx = j, .answer = on_page, .end = on_job_end};
    lede_status st = lede_buf_status(&s->scratch, s->err);
    if (!st)
        st = lede_workers_submit(s->p->workers, &w, s->err);
    if (st)
        free(j);
    else
        s->pending++;
    return st;
}

static lede_status make_pages(render_state *s) {
    const uint32_t n = s->plan.n_items;
    /* Small sites still use every worker; large ones do not pay for tiny jobs. A few pages are one job: a second worker costs
     * as much to start as a hundred pages. */
    uint32_t size = n <= FEW_PAGES ? n : n / (uint32_t)(s->p->jobs * 4) + 1;
    if (size > JOB_PAGES)
        size = JOB_PAGES;
    lede_status st = lede__publication_show(s->p, s->err);
    for (uint32_t i = 0; !st && i < n; i += size)
        st = submit(s, i, n - i < size ? n - i : size, false);
    if (!st)
        st = lede_loop_run(s->p->loop, &s->finished, s->err);
    return st ? st : s->status;
}

/* What the plan comes to, for the journal. */
static void tell_changes(render_state *s) {
    lede__publication *p = s->p;
    for (uint32_t i = 0; i < s->plan.n_items; i++)
        if (lede__tells(p))
            lede__tell_page(&s->plan, i, &p->told);
    for (uint32_t i = 0; i < s->plan.n_gone; i++)
        if (!lede__records_wanted(p->records, s->plan.gone[i]) && lede__tells(p))
            lede__tell_gone(p, s->plan.gone[i], &p->told);
}

static lede_status run(render_state *s) {
    lede_status st = lede__records_open(s->p, &s->p->records, s->err);
    if (!st)
        st = lede__plan_make(&s->plan, s->err);
    s->p->whole = s->plan.whole;
    if (!st)
        tell_changes(s);
    if (!st && s->plan.n_items)
        st = make_pages(s);
    return st || !s->p->verify ? st : lede__verify(&s->plan, &s->verified, &s->differing, s->err);
}

/* ---- the report */

/* Pages of the site: those that hold, named or not, and those that were made. One that failed is none, whatever is live. */
static uint64_t count_pages(const render_state *s) {
    const lede__plan *x = &s->plan;
    lede__records *r = s->p->records;
    if (!x->by_changes)
        return (uint64_t)x->held + s->made;
    uint64_t there = lede__records_pages(r) + s->made;
    for (uint32_t i = 0; i < x->n_items; i++)
        there -= lede__records_was_made(r, x->items[i].path);
    for (uint32_t i = 0; i < x->n_gone; i++)
        there -= !lede__records_wanted(r, x->gone[i]) && lede__records_was_made(r, x->gone[i]);
    return there;
}

/* What pages that hold had to say when they were made. */
typedef struct kept_notes {
    lede_buf *out;
    uint32_t left;
    bool more;
} kept_notes;

static bool add_kept_notes(void *ctx, lede_str path, lede_str notes) {
    kept_notes *k = ctx;
    (void)path;
    k->more = k->left == 0;
    if (k->more)
        return false;
    note_json(k->out, notes);
    k->left--;
    return true;
}

static lede_status write_report(render_state *s, lede_buf *report, lede_error *err) {
    kept_notes kept = {.out = &s->notes, .left = s->p->kept_notes};
    const lede_status st = lede__records_notes(s->p->records, add_kept_notes, &kept, err);
    if (st)
        return st;
    lede_buf_addf(report, "{\"pages\":%llu,\"rendered\":%u,\"failed\":[", (unsigned long long)count_pages(s), s->made);
    lede_buf_add(report, lede_buf_str(&s->plan.failures));
    lede_buf_adds(report, "],\"notes\":[");
    lede_buf_add(report, lede_buf_str(&s->notes));
    lede_buf_addf(report, "],\"more_notes\":%s,\"verified\":%u,\"differing\":[", kept.more ? "true" : "false", s->verified);
    lede_buf_add(report, lede_buf_str(&s->differing));
    lede_buf_adds(report, "]}");
    return lede_buf_status(report, err);
}

lede_status lede__render(lede__publication *p, lede_buf *report, lede_error *err) {
    render_state s = {.p = p, .err = err};
    lede__plan_init(&s.plan, p);
    lede_buf_init(&s.notes, (size_t)256 << 20);
    lede_buf_init(&s.scratch, (size_t)60 << 20);
    lede_buf_init(&s.differing, (size_t)16 << 20);
    lede_status st = run(&s);
    if (st)
        lede__publication_stop(p);
    lede__progress(p, NULL, 0, 0);
    p->pages = st ? 0 : count_pages(&s);
    if (!st)
        st = write_report(&s, report, err);
    lede__plan_fini(&s.plan);
    lede_buf_fini(&s.notes);
    lede_buf_fini(&s.scratch);
    lede_buf_fini(&s.differing);
    return st;
}
