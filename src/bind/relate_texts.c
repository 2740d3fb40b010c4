/* relate_texts.c - has the workers read texts: the features of articles that have no vector. See
 * bind/relate.h.
 *
 * A worker that dies or hangs over an article is given the others one by one; the one at fault is
 * compared by its title alone. */
#include "bind/relate.h"

#include "bind/features.h"
#include "bind/wire.h"

#include <stdlib.h>

enum { JOB_TEXTS = 64 };

typedef struct job {
    lede__relating *r;
    uint32_t *items, n;
    uint32_t done; /* answered */
} job;

static lede_status submit(lede__relating *r, const uint32_t *items, uint32_t n);

static lede_status no_memory(lede_error *err) {
    return lede_fail(err, LEDE_ENOMEM, "related: out of memory");
}

static void take_features(lede__relating *r, uint32_t item, lede_str features) {
    lede__related_article *a = &r->items[item];
    char *copy = malloc(features.len + 1);
    if (!copy) {
        r->status = no_memory(r->err);
        return;
    }
    memcpy(copy, features.ptr, features.len);
    free((char *)a->features.ptr);
    a->features = lede_str_n(copy, features.len);
}

static void on_answer(void *ctx, uint8_t type, lede_str frame) {
    job *j = ctx;
    lede__wire w = lede__wire_of(frame);
    if (type == LEDE_A_FAILED) {
        lede__get32(&w);
        const lede_str message = lede__get_str(&w);
        j->r->status = lede_fail(j->r->err, LEDE_ESCRIPT, "%.*s", (int)message.len,
                                 message.ptr ? message.ptr : "");
    }
    if (type != LEDE_A_FEATURES || j->done == j->n)
        return;
    const lede_str features = lede__get_str(&w);
    if (!w.bad)
        take_features(j->r, j->items[j->done++], features);
}

/* The features of an article's title. */
static lede_status by_title(lede__relating *r, uint32_t item) {
    lede__features_maker *m = lede__features_maker_new(&r->p->site.related.settings);
    lede__comparable c;
    lede_buf out;
    lede_buf_init(&out, LEDE_BUF_MAX);
    lede__comparable_of(r->p->edition, r->items[item].doc, &c);
    c.body = c.summary = (lede_str){0};
    lede_status st = m ? lede__features(m, &c, &out, r->err) : no_memory(r->err);
    if (!st)
        take_features(r, item, lede_buf_str(&out));
    lede__features_maker_free(m);
    lede_buf_fini(&out);
    return st ? st : r->status;
}

static void on_end(void *ctx, lede_status status, const lede_error *err) {
    job *j = ctx;
    lede__relating *r = j->r;
    lede_status st = r->status;
    (void)err;
    r->pending--;
    if (!st && status && status != LEDE_ECANCELED && j->done < j->n) {
        if (j->n == 1)
            st = by_title(r, j->items[0]);
        for (uint32_t i = j->done; !st && j->n > 1 && i < j->n; i++)
            st = submit(r, &j->items[i], 1);
    }
    if (st)
        r->status = st;
    r->finished = r->pending == 0 || r->status;
    lede__progress(r->p, "comparing", r->n - r->pending * JOB_TEXTS % (r->n + 1), r->n);
    free(j);
}

static lede_status submit(lede__relating *r, const uint32_t *items, uint32_t n) {
    job *j = malloc(sizeof *j + n * sizeof *items);
    lede_buf b;
    if (!j)
        return no_memory(r->err);
    *j = (job){.r = r, .items = (uint32_t *)(j + 1), .n = n};
    memcpy(j->items, items, n * sizeof *items);
    lede_buf_init(&b, 1 << 16);
    for (uint32_t i = 0; i < n; i++)
        lede__put32(&b, r->items[items[i]].doc);
    const lede_job asked = {.type = LEDE_W_FEATURES,
                            .bytes = lede_buf_str(&b),
                            .ctx = j,
                            .answer = on_answer,
                            .end = on_end};
    lede_status st = lede_buf_status(&b, r->err);
    if (!st)
        st = lede_workers_submit(r->p->workers, &asked, r->err);
    lede_buf_fini(&b);
    if (st)
        free(j);
    else
        r->pending++;
    return st;
}

/* Which edition to read, and whether plugins answer related.fields. */
static lede_status tell_edition(lede__relating *r) {
    lede_buf b;
    lede_buf_init(&b, 1 << 16);
    lede__put_str(&b, lede_str_of(r->p->edition_dir));
    lede__put8(&b, r->p->plugins_print != 0);
    lede_status st = lede_buf_status(&b, r->err);
    if (!st)
        st = lede_workers_tell(r->p->workers, LEDE_W_TEXTS, lede_buf_str(&b), r->err);
    lede_buf_fini(&b);
    return st;
}

static lede_status submit_all(lede__relating *r) {
    uint32_t items[JOB_TEXTS], n = 0;
    lede_status st = LEDE_OK;
    for (uint32_t i = 0; !st && i < r->n; i++) {
        if (r->items[i].has_vector)
            continue;
        items[n++] = i;
        r->analysed++;
        if (n == JOB_TEXTS) {
            st = submit(r, items, n);
            n = 0;
        }
    }
    return st || n == 0 ? st : submit(r, items, n);
}

static lede_status run(lede__relating *r) {
    lede_status st = lede__publication_workers(r->p, r->err);
    if (!st)
        st = tell_edition(r);
    if (!st)
        st = submit_all(r);
    r->finished = r->pending == 0;
    if (!st)
        st = lede_loop_run(r->p->loop, &r->finished, r->err);
    return st ? st : r->status;
}

static bool all_have_vectors(const lede__relating *r) {
    for (uint32_t i = 0; i < r->n; i++)
        if (!r->items[i].has_vector)
            return false;
    return true;
}

lede_status lede__relate_texts(lede__relating *r) {
    if (all_have_vectors(r))
        return LEDE_OK;
    lede_status st = run(r);
    /* Workers whose plugins read texts are shut in for reading only: pages get others. */
    if (st || r->p->plugins_print)
        lede__publication_stop(r->p);
    return st;
}
