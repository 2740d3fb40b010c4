/* edition.c - base and delta as one edition: opening, finding, cards and bodies. See
 * lede/edition.h. */
#include "edition/inside.h"

#include "codec/hash.h"
#include "edition/build.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/banned.h"

/* ---- opening */

static lede_status open_part(lede__segment *s, const char *dir, const char *name, lede_error *err) {
    char path[4096];
    if (snprintf(path, sizeof path, "%s/%s", dir, name) >= (int)sizeof path)
        return lede_fail(err, LEDE_EINVAL, "edition: the path '%.200s...' is too long", dir);
    return lede__segment_open(s, path, err);
}

enum { SMALL = 1 << 20 }; /* a delta that is summed at every opening */

/* Opens the delta if there is one of this base. *again: it belongs to another base, which may have
 * come just now. */
static lede_status open_delta(lede_edition *e, const char *dir, bool *again, lede_error *err) {
    lede_error none;
    *again = false;
    lede_status st = open_part(&e->delta, dir, LEDE__DELTA_NAME, &none);
    if (st == LEDE_ENOTFOUND)
        return LEDE_OK;
    if (st)
        return lede_fail(err, st, "%s", none.message);
    const lede__header *head = e->delta.head;
    if (!head->is_delta || head->base_id != e->base.head->header_sum) {
        lede__segment_close(&e->delta);
        *again = true;
        return LEDE_OK;
    }
    if (e->delta.n_dead_bits < ((size_t)e->base.n_docs + 63) / 64 ||
        e->delta.n_dead > e->base.n_docs ||
        (e->delta.map.len < SMALL && !lede__segment_whole(&e->delta))) {
        lede__segment_close(&e->delta);
        return lede_fail(err, LEDE_EFORMAT,
                         "edition: '%s/%s' is damaged; publishing makes a new one", dir,
                         LEDE__DELTA_NAME);
    }
    e->has_delta = true;
    return LEDE_OK;
}

static lede_status open_both(lede_edition *e, const char *dir, lede_error *err) {
    for (int tries = 0;; tries++) {
        bool again = false;
        lede_status st = open_part(&e->base, dir, LEDE__BASE_NAME, err);
        if (!st && e->base.head->is_delta)
            st = lede_fail(err, LEDE_EFORMAT, "edition: '%s/%s' is no base", dir, LEDE__BASE_NAME);
        if (!st)
            st = open_delta(e, dir, &again, err);
        if (st || !again || tries == 2)
            return st; /* a delta that stays foreign is left from before */
        lede__segment_close(&e->base);
    }
}

static lede_status prepare(lede_edition *e, lede_error *err) {
    const size_t docs = (size_t)e->base.n_docs + e->delta.n_docs;
    const lede__lists all = lede__lists_all(e);
    lede_article nothing = {.state = LEDE_PUBLISHED};
    for (int i = 0; i < LEDE_TIME_COUNT; i++)
        nothing.time[i] = LEDE_NO_TIME;
    nothing.time[LEDE_TIME_DATE] = 0;
    lede_card_pack(&e->empty, &nothing);
    e->checked = calloc(docs / 64 + 1, sizeof *e->checked);
    e->trails = calloc(LEDE__TRAILS, sizeof *e->trails);
    if (!e->checked || !e->trails || e->empty.status)
        return lede_fail(err, LEDE_ENOMEM, "edition: out of memory");
    e->top = e->has_delta ? &e->delta : &e->base;
    e->count = lede__lists_count(&all);
    return LEDE_OK;
}

lede_status lede_edition_open(const char *dir, lede_edition **out, lede_error *err) {
    *out = NULL;
    lede_edition *e = calloc(1, sizeof *e);
    if (!e)
        return lede_fail(err, LEDE_ENOMEM, "edition: out of memory");
    lede_buf_init(&e->empty, 1 << 16);
    lede_status st = open_both(e, dir, err);
    if (!st)
        st = prepare(e, err);
    if (!st)
        lede__edition_open_lists(e, dir);
    if (st) {
        lede_edition_close(e);
        return st;
    }
    *out = e;
    return LEDE_OK;
}

void lede_edition_close(lede_edition *e) {
    if (!e)
        return;
    lede__segment_close(&e->base);
    lede__segment_close(&e->delta);
    lede_lists_close(e->lists);
    lede_buf_fini(&e->empty);
    free(e->checked);
    free(e->trails);
    free(e);
}

int64_t lede_edition_seq(const lede_edition *e) { return e->top->head->seq; }
int64_t lede_edition_time(const lede_edition *e) { return e->top->head->time; }
uint32_t lede_edition_count(const lede_edition *e) { return e->count; }
lede_str lede_edition_config(const lede_edition *e) { return e->top->config; }
lede_str lede_edition_data(const lede_edition *e) { return e->top->data; }
const char *lede_edition_zone_name(const lede_edition *e) { return e->top->zone.ptr; }

/* ---- articles */

const lede__segment *lede__edition_file(const lede_edition *e, lede_doc d, uint32_t *doc) {
    const bool in_delta = d >= e->base.n_docs;
    *doc = in_delta ? d - e->base.n_docs : d;
    return in_delta ? &e->delta : &e->base;
}

const lede__doc_row *lede__edition_row(const lede_edition *e, lede_doc d) {
    uint32_t doc;
    const lede__segment *s = lede__edition_file(e, d, &doc);
    return doc < s->n_docs ? &s->docs[doc] : NULL;
}

bool lede__edition_dead(const lede_edition *e, uint32_t doc) {
    return e->has_delta && (e->delta.dead_bits[doc / 64] >> (doc % 64) & 1);
}

const lede_card *lede_edition_card(const lede_edition *e, lede_doc d) {
    const lede_card *empty = (const lede_card *)(const void *)e->empty.ptr;
    uint32_t doc;
    const lede__segment *s = lede__edition_file(e, d, &doc);
    if (doc >= s->n_docs)
        return empty;
    uint64_t *word = &e->checked[d / 64];
    const uint64_t bit = (uint64_t)1 << (d % 64);
    if (*word & bit)
        return (const lede_card *)(const void *)(s->blob.ptr + s->docs[doc].card_at);
    const lede_card *card = lede__segment_card(s, doc);
    if (!card)
        return empty;
    *word |= bit;
    return card;
}

void lede_edition_touch(const lede_edition *e, lede_reads *r, lede_doc d, unsigned bit) {
    (void)e;
    if (r)
        lede__reads_touch(r, d, (uint64_t)1 << bit);
}

lede_str lede_edition_text(const lede_edition *e, lede_reads *r, lede_doc d,
                           enum lede_text_field f) {
    if (r)
        lede__reads_touch(r, d, (uint64_t)1 << f);
    return lede_card_text(lede_edition_card(e, d), f);
}

int64_t lede_edition_date(const lede_edition *e, lede_reads *r, lede_doc d,
                          enum lede_time_field f) {
    if (r)
        lede__reads_touch(r, d, (uint64_t)1 << (LEDE_BIT_TIME + (unsigned)f));
    return lede_card_time(lede_edition_card(e, d), f);
}

lede_str lede_edition_body(const lede_edition *e, lede_reads *r, lede_doc d) {
    uint32_t doc;
    const lede__segment *s = lede__edition_file(e, d, &doc);
    if (r)
        lede__reads_body(r, d);
    return lede__segment_body(s, doc);
}

lede_doc lede_edition_nth(const lede_edition *e, uint32_t n) {
    if (n >= e->count)
        return LEDE_NO_DOC;
    const lede__lists all = lede__lists_all(e);
    lede_doc d = LEDE_NO_DOC;
    return lede__lists_window(e, &all, e->count - 1 - n, 1, &d) ? d : LEDE_NO_DOC;
}

void lede_edition_walk(const lede_edition *e, lede_edition_each_article *each, void *ctx) {
    const lede__lists all = lede__lists_all(e);
    lede__spot at = {0};
    lede_doc d;
    bool on = true;
    while (on && (d = lede__lists_next(e, &all, &at)) != LEDE_NO_DOC) {
        const lede__doc_row *row = lede__edition_row(e, d);
        on = !row || each(ctx, d, row->date, lede_str_n(row->id, LEDE__ID_LEN));
    }
}

uint64_t lede__ids_print(const lede_edition *e, const lede_doc *docs, uint32_t n) {
    enum { AT_ONCE = 64 };
    char ids[AT_ONCE * LEDE__ID_LEN];
    uint64_t print = n;
    for (uint32_t i = 0; i < n;) {
        uint32_t k = 0;
        for (; k < AT_ONCE && i < n; k++, i++) {
            const lede__doc_row *row = lede__edition_row(e, docs[i]);
            if (row)
                memcpy(ids + k * LEDE__ID_LEN, row->id, LEDE__ID_LEN);
            else
                memset(ids + k * LEDE__ID_LEN, 0, LEDE__ID_LEN);
        }
        print = lede__xxh64(lede_str_n(ids, k * LEDE__ID_LEN), print);
    }
    return print;
}

/* ---- finding */

typedef struct wanted {
    const lede_edition *e;
    lede_str ref;
    bool by_url, in_delta;
} wanted;

static bool is_wanted(void *ctx, uint32_t doc) {
    const wanted *want = ctx;
    const lede_edition *e = want->e;
    if (!want->in_delta && lede__edition_dead(e, doc))
        return false;
    const lede_doc d = want->in_delta ? doc + e->base.n_docs : doc;
    if (want->by_url)
        return lede_str_eq(lede_card_text(lede_edition_card(e, d), LEDE_TEXT_URL), want->ref);
    const lede__doc_row *row = lede__edition_row(e, d);
    return row && memcmp(row->id, want->ref.ptr, LEDE__ID_LEN) == 0;
}

static uint32_t probe(const lede__segment *s, uint64_t hash, wanted *want) {
    return want->by_url ? lede__segment_probe(s, s->urls, s->n_urls, hash, is_wanted, want)
                        : lede__segment_probe(s, s->ids, s->n_ids, hash, is_wanted, want);
}

lede_doc lede__edition_lookup(const lede_edition *e, lede_str ref) {
    wanted want = {
        .e = e, .ref = ref, .by_url = ref.len > 0 && ref.ptr[0] == '/', .in_delta = true};
    if (!want.by_url && ref.len != LEDE__ID_LEN)
        return LEDE_NO_DOC;
    const uint64_t hash = lede__key_hash(ref);
    if (e->has_delta) {
        const uint32_t doc = probe(&e->delta, hash, &want);
        if (doc != LEDE__NONE)
            return e->base.n_docs + doc;
    }
    want.in_delta = false;
    return probe(&e->base, hash, &want);
}

lede_doc lede_edition_find(const lede_edition *e, lede_reads *r, lede_str ref) {
    const lede_doc d = lede__edition_lookup(e, ref);
    if (!r)
        return d;
    if (d == LEDE_NO_DOC) {
        lede_reads_note(r, LEDE_READ_MISSING, ref, 0);
        return d;
    }
    const bool by_url = ref.ptr[0] == '/';
    lede__reads_touch(r, d, (uint64_t)1 << LEDE_TEXT_ID | (uint64_t)by_url << LEDE_TEXT_URL);
    return d;
}
