/* look.c - what a publication would do, without doing it. See publication.h, tell.h.
 *
 * The same plan as a publication's, on a release that looks (lede/release.h) and a store whose
 * changes are forgotten; edition and records lie in a folder of their own, so nothing that was
 * there before is written to. */
#include "base/path.h"
#include "bind/records.h"
#include "bind/tell.h"
#include "sys/sys.h"

#include <errno.h>
#include <unistd.h>

enum { FILE_MAX = 1 << 30 };

/* ---- the folder of its own: links to what is never modified in place, only replaced */

typedef struct lending {
    const char *name; /* of the folder that is lent */
    lede_str from, to;
    lede_status status;
    lede_error *err;
} lending;

static void path_in(lede_buf *out, lede_str folder, const char *name, const char *path) {
    lede_buf_clear(out);
    lede__path_join(out, folder, lede_str_of(name));
    if (path)
        lede_buf_addf(out, "/%s", path);
}

/* Where links cannot be made it is copied. */
static lede_status lend_file(const char *from, const char *to, lede_error *err) {
    const lede_str dir = lede__path_dir(lede_str_of(to));
    lede_buf bytes;
    lede_buf_init(&bytes, FILE_MAX);
    lede_buf_add(&bytes, dir);
    lede_status st = lede_buf_status(&bytes, err);
    if (!st)
        st = lede__make_dirs(bytes.ptr, err);
    if (!st && link(from, to) != 0 && errno != ENOENT) {
        lede_buf_clear(&bytes);
        st = lede__read_file(from, FILE_MAX, &bytes, err);
        if (!st)
            st = lede__write_file(to, lede_buf_str(&bytes), false, err);
    }
    lede_buf_fini(&bytes);
    return st;
}

static bool lend(void *ctx, const char *path, int64_t size, int64_t mtime) {
    lending *l = ctx;
    lede_buf from, to;
    (void)size;
    (void)mtime;
    lede_buf_init(&from, 1 << 16);
    lede_buf_init(&to, 1 << 16);
    path_in(&from, l->from, l->name, path);
    path_in(&to, l->to, l->name, path);
    l->status = lede_buf_status(&from, l->err);
    if (!l->status)
        l->status = lede_buf_status(&to, l->err);
    if (!l->status)
        l->status = lend_file(from.ptr, to.ptr, l->err);
    lede_buf_fini(&from);
    lede_buf_fini(&to);
    return l->status == LEDE_OK;
}

lede_status lede__look_begin(const char *folder, lede_error *err) {
    static const char *const lent[] = {"edition", "records", "pictures"};
    lending l = {
        .from = lede__path_dir(lede_str_of(folder)), .to = lede_str_of(folder), .err = err};
    lede_buf path;
    lede_buf_init(&path, 1 << 16);
    l.status = lede__remove_tree(folder, err); /* of one that was killed */
    for (size_t i = 0; !l.status && i < sizeof lent / sizeof *lent; i++) {
        l.name = lent[i];
        path_in(&path, l.from, l.name, NULL);
        lede_status st = lede_buf_status(&path, err);
        if (!st && lede__is_dir(path.ptr))
            st = lede__walk(path.ptr, lend, &l, err);
        l.status = st ? st : l.status;
    }
    path_in(&path, l.to, LEDE__LOOK_TREE, NULL);
    if (!l.status)
        l.status = lede_buf_status(&path, err);
    if (!l.status)
        l.status = lede__make_dirs(path.ptr, err);
    lede_buf_fini(&path);
    return l.status;
}

/* ---- what would be done */

static void tell_pages(const lede__plan *x) {
    for (uint32_t i = 0; i < x->n_items; i++)
        lede__tell_page(x, i, &x->p->told);
}

static lede_status report_on(const lede__plan *x, lede_buf *report, lede_error *err) {
    lede_buf_addf(report, "{\"rendered\":%u", x->n_items);
    if (x->whole)
        lede__json_text(report, "whole", lede_str_of(x->whole));
    lede_buf_adds(report, ",\"failed\":[");
    lede_buf_add(report, lede_buf_str(&x->failures));
    lede_buf_adds(report, "]}");
    return lede_buf_status(report, err);
}

lede_status lede__look(lede__publication *p, lede_buf *report, lede_error *err) {
    lede__plan x;
    lede__plan_init(&x, p);
    lede_status st = lede__records_open(p, &p->records, err);
    if (!st)
        st = lede__plan_make(&x, err);
    if (st)
        lede__publication_stop(p);
    p->whole = x.whole;
    if (!st)
        tell_pages(&x);
    if (!st)
        st = report_on(&x, report, err);
    lede__plan_fini(&x);
    return st;
}

static bool tell_gone(void *ctx, lede_str path) {
    lede__publication *p = ctx;
    lede__tell_gone(p, path, &p->told);
    return p->told.status == LEDE_OK;
}

lede_status lede__look_end(lede__publication *p, lede_buf *report, lede_error *err) {
    lede_status st = lede__drop_gone_files(p, err);
    if (st)
        return st;
    lede_release_each_gone(p->release, tell_gone, p);
    st = lede_buf_status(&p->told, err);
    lede_buf_adds(report, "{\"changes\":[");
    lede_buf_add(report, lede_buf_str(&p->told));
    lede_buf_adds(report, "],\"redirects\":[");
    lede__tell_redirects(p->before, p->edition, report);
    lede_buf_adds(report, "]}");
    return st ? st : lede_buf_status(report, err);
}

/* ---- what changes by itself */

typedef struct coming {
    lede_buf *out;
    int64_t after, at; /* INT64_MAX: not known yet */
} coming;

static bool find_first(void *ctx, const lede_stored *x) {
    coming *c = ctx;
    int64_t until;
    lede_card_public(x->card, c->after, &until);
    c->at = until < c->at ? until : c->at;
    return true;
}

static bool tell_coming(void *ctx, const lede_stored *x) {
    const coming *c = ctx;
    int64_t until;
    const bool is_shown = lede_card_public(x->card, c->at - 1, &until);
    if (until != c->at)
        return true;
    const lede_str path = lede_card_text(x->card, LEDE_TEXT_PATH);
    lede_buf_adds(c->out, c->out->ptr[c->out->len - 1] == '}' ? ",{" : "{");
    lede__json_text(c->out, "what", lede_str_of(is_shown ? "expires" : "is published"));
    if (path.len)
        lede__json_text(c->out, "article", path);
    lede__json_text(c->out, "id", lede_card_text(x->card, LEDE_TEXT_ID));
    lede__json_text(c->out, "url", lede_card_text(x->card, LEDE_TEXT_URL));
    lede__json_text(c->out, "title", lede_card_text(x->card, LEDE_TEXT_TITLE));
    lede_buf_addc(c->out, '}');
    return true;
}

/* The store knows the instants that were to come when its articles were put; those before it, only
 * each article itself. */
lede_status lede__look_ahead(lede__publication *p, int64_t after, lede_buf *report,
                             lede_error *err) {
    coming c = {.out = report, .after = after, .at = INT64_MAX};
    lede_store_head head;
    lede_status st = lede_store_get_head(p->store, &head, err);
    const bool is_past = !st && head.changed_at > after;
    if (!st)
        st = is_past ? lede_store_walk(p->store, -1, false, find_first, &c, err)
                     : lede_store_next_due(p->store, after, &c.at, err);
    if (st)
        return st;
    lede_buf_adds(report, "{");
    if (c.at != INT64_MAX)
        lede_buf_addf(report, "\"at\":%lld,", (long long)c.at);
    lede_buf_adds(report, "\"articles\":[");
    if (c.at != INT64_MAX)
        st = is_past ? lede_store_walk(p->store, -1, false, tell_coming, &c, err)
                     : lede_store_walk_due(p->store, c.at - 1, c.at, false, tell_coming, &c, err);
    lede_buf_adds(report, "]}");
    return st ? st : lede_buf_status(report, err);
}
