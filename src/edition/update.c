/* update.c - brings an edition up to its store: decides current, delta or base. Also the clock. See
 * lede/edition.h.
 *
 * A delta is always one of its base, never of another delta: articles whose change number is above
 * the base's, and those whose state changed by itself between the base's instant and the new one.
 */
#include "edition/build.h"
#include "edition/inside.h"

#include <stdio.h>
#include <unistd.h>

#include "base/banned.h"

/* ---- what is public */

/* With drafts, what was public until it expired is gone too. Both answers change only at instants
 * that the store knows as due: those at which lede_card_public changes. */
static bool is_public(const lede_card *card, const lede_edition_input *in) {
    if (!in->drafts)
        return lede_card_public(card, in->time, NULL);
    const lede_state state = lede_card_state(card);
    const int64_t expires = lede_card_time(card, LEDE_TIME_EXPIRES);
    if (state == LEDE_WITHDRAWN || state == LEDE_EXPIRED)
        return false;
    return expires == LEDE_NO_TIME || expires > in->time ||
           !lede_card_public(card, expires - 1, NULL);
}

/* ---- a new base */

typedef struct walking {
    lede__builder b;
    const lede_edition_input *in;
    int64_t last_change;
    size_t differing, most; /* articles that differ from the base, and how many a delta bears */
    lede_status status;
    lede_error *err;
} walking;

static void note_change(walking *w, const lede_stored *x) {
    if (x->changed_at > w->last_change)
        w->last_change = x->changed_at;
}

static bool add_public(void *ctx, const lede_stored *x) {
    walking *w = ctx;
    note_change(w, x);
    if (is_public(x->card, w->in))
        w->status = lede__builder_add(&w->b, x, w->err);
    return w->status == LEDE_OK;
}

static lede_status write_base(lede_store *s, const char *dir, const lede_store_head *head,
                              const lede_edition_input *in, lede_error *err) {
    walking w = {.in = in, .last_change = INT64_MIN, .err = err};
    lede_status st = lede__builder_init(&w.b, dir, NULL, err);
    if (st)
        return st;
    st = lede_store_walk(s, 0, true, add_public, &w, err);
    if (!st)
        st = w.status;
    if (!st)
        st = lede__builder_finish(&w.b, s, head, in, w.last_change, err);
    lede__builder_fini(&w.b);
    if (st)
        return st;
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", dir, LEDE__DELTA_NAME);
    unlink(path); /* it is of the former base: ignored, but no use */
    return LEDE_OK;
}

/* ---- a delta */

static bool too_many(walking *w) { return ++w->differing > w->most; }

static bool hide(walking *w, uint32_t doc) {
    if (doc != LEDE__NONE)
        w->status = lede__builder_hide(&w->b, doc, w->err);
    return w->status == LEDE_OK;
}

static bool add_changed(void *ctx, const lede_stored *x) {
    walking *w = ctx;
    const uint32_t old = lede__segment_by_id(w->b.base, lede_card_text(x->card, LEDE_TEXT_ID));
    const bool shows = is_public(x->card, w->in);
    note_change(w, x);
    if (!shows && old == LEDE__NONE)
        return true;
    if (too_many(w) || !hide(w, old))
        return false;
    if (shows)
        w->status = lede__builder_add(&w->b, x, w->err);
    return w->status == LEDE_OK;
}

static bool add_due(void *ctx, const lede_stored *x) {
    walking *w = ctx;
    if (x->seq > w->b.base->head->seq)
        return true; /* came with the changed ones */
    const uint32_t old = lede__segment_by_id(w->b.base, lede_card_text(x->card, LEDE_TEXT_ID));
    const bool shows = is_public(x->card, w->in);
    if (shows == (old != LEDE__NONE))
        return true;
    if (too_many(w))
        return false;
    if (!shows)
        return hide(w, old);
    w->status = lede__builder_add(&w->b, x, w->err);
    return w->status == LEDE_OK;
}

static lede_status walk_differing(walking *w, lede_store *s, lede_error *err) {
    const int64_t then = w->b.base->head->time, now = w->in->time;
    lede_status st = lede_store_walk(s, w->b.base->head->seq, true, add_changed, w, err);
    if (st || w->status || w->differing > w->most || then == now)
        return st ? st : w->status;
    st = lede_store_walk_due(s, then < now ? then : now, then < now ? now : then, true, add_due, w,
                             err);
    return st ? st : w->status;
}

/* *fits is false when too much differs. */
static lede_status write_delta(lede_store *s, const char *dir, const lede__segment *base,
                               const lede_store_head *head, const lede_edition_input *in,
                               bool *fits, lede_error *err) {
    const size_t eighth = base->n_docs / 8;
    walking w = {.in = in,
                 .last_change = base->head->last_change,
                 .err = err,
                 .most = eighth > 1000 ? eighth : 1000};
    lede_status st = lede__builder_init(&w.b, dir, base, err);
    if (st)
        return st;
    st = walk_differing(&w, s, err);
    *fits = w.differing <= w.most;
    if (!st && *fits)
        st = lede__builder_finish(&w.b, s, head, in, w.last_change, err);
    lede__builder_fini(&w.b);
    return st;
}

/* ---- deciding */

static bool same_site(const lede_edition *e, const lede_store_head *head,
                      const lede_edition_input *in) {
    const lede__header *base = e->base.head;
    const char *zone = in->zone_name ? in->zone_name : "UTC";
    return memcmp(base->uuid, head->uuid, sizeof head->uuid) == 0 &&
           base->drafts == (uint32_t)in->drafts &&
           lede_str_is(lede_str_of(e->base.zone.ptr), zone) && base->seq <= head->seq &&
           e->top->head->seq <= head->seq;
}

static bool is_current(const lede_edition *e, const lede_store_head *head,
                       const lede_edition_input *in) {
    const lede_str data = in->data.len ? in->data : LEDE_STR("{}");
    return e->top->head->seq == head->seq && e->top->head->time == in->time &&
           lede_str_eq(e->top->config, in->config) && lede_str_eq(e->top->data, data);
}

/* Whether the store can tell all that happened by itself since the base: it keeps instants later
 * than an article's last change only, so the span of time must not begin before a change that the
 * base already has. */
static bool schedule_known(const lede_edition *e, const lede_edition_input *in) {
    const lede__header *base = e->base.head;
    return base->time == in->time ||
           (base->last_change <= base->time && base->last_change <= in->time);
}

/* Whether the files survived since they were written: certain within one boot, verified once after
 * another. */
static bool trust(const lede__segment *s, const char *dir, const char *name) {
    const uint64_t boot = lede__boot();
    if (boot && s->head->boot == boot)
        return true;
    if (!lede__segment_whole(s))
        return false;
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", dir, name);
    lede__writer_bless(path);
    return true;
}

/* Opens what is there when it can be built upon, else gives NULL. */
static lede_edition *usable(const char *dir, const lede_store_head *head,
                            const lede_edition_input *in) {
    lede_edition *e;
    if (lede_edition_open(dir, &e, NULL) != LEDE_OK)
        return NULL; /* absent, damaged or of another version */
    if (same_site(e, head, in) && trust(&e->base, dir, LEDE__BASE_NAME) &&
        (!e->has_delta || trust(&e->delta, dir, LEDE__DELTA_NAME)))
        return e;
    lede_edition_close(e);
    return NULL;
}

static lede_status update(lede_store *s, const char *dir, const lede_edition_input *in,
                          const char **what, lede_error *err) {
    lede_store_head head;
    lede_status st = lede_store_get_head(s, &head, err);
    if (st)
        return st;
    bool fits = false;
    lede_edition *e = usable(dir, &head, in);
    *what = "current";
    if (e && is_current(e, &head, in)) {
        lede_edition_close(e);
        return LEDE_OK;
    }
    *what = "delta";
    if (e && schedule_known(e, in)) {
        st = write_delta(s, dir, &e->base, &head, in, &fits, err);
        if (st == LEDE_EFORMAT)
            st = LEDE_OK, fits = false; /* the base is damaged: make another */
    }
    lede_edition_close(e);
    if (st || fits)
        return st;
    *what = "base";
    return write_base(s, dir, &head, in, err);
}

lede_status lede_edition_update(lede_store *s, const char *dir, const lede_edition_input *in,
                                const char **what, lede_error *err) {
    enum { PATIENCE_MS = 10000 };
    const char *unasked;
    char lock[4096];
    int fd = -1;
    if (snprintf(lock, sizeof lock, "%s/lock", dir) >= (int)sizeof lock - 32)
        return lede_fail(err, LEDE_EINVAL, "edition: the path '%.200s...' is too long", dir);
    lede_status st = lede__make_dirs(dir, err);
    if (!st)
        st = lede__lock(lock, PATIENCE_MS, &fd, err);
    if (st)
        return st;
    st = update(s, dir, in, what ? what : &unasked, err);
    close(fd);
    return st;
}

/* ---- the clock */

typedef struct latest {
    int64_t after, upto, found;
} latest;

static bool find_latest(void *ctx, const lede_stored *x) {
    latest *l = ctx;
    int64_t at = l->after, until;
    lede_card_public(x->card, at, &until);
    while (until <= l->upto && until > at) {
        at = until;
        if (at > l->found)
            l->found = at;
        lede_card_public(x->card, at, &until);
    }
    return true;
}

lede_status lede_edition_clock(lede_store *s, int64_t now, int64_t *out, lede_error *err) {
    lede_store_head head;
    lede_status st = lede_store_get_head(s, &head, err);
    if (st)
        return st;
    latest l = {.after = head.changed_at, .upto = now, .found = head.changed_at};
    if (head.seq == 0)
        l.found = 0; /* nothing ever happened here; no clock of the machine is looked at */
    else if (now > head.changed_at)
        st = lede_store_walk_due(s, l.after, now, false, find_latest, &l, err);
    if (!st)
        *out = l.found;
    return st;
}
