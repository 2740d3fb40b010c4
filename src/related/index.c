/* index.c - what searches look into: the vectors of all articles in order of (date, id), and their
 * postings. See lede/related.h. */
#include "related/inside.h"

#include <stdlib.h>

#include "base/banned.h"

lede_related_settings lede_related_defaults(void) {
    return (lede_related_settings){.title = 3,
                                   .pairs = 400,
                                   .features = 200,
                                   .tags = 400,
                                   .recency = 200,
                                   .recency_days = 30,
                                   .diversity = 100,
                                   .min = 30,
                                   .copies = 600,
                                   .depth = 12,
                                   .candidates = 64,
                                   .walked = 64,
                                   .postings = 8000};
}

enum { FEW = 16 }; /* lists for which a table of decays costs more than it saves */

static lede_status read_vectors(lede_related_index *x, lede_error *err) {
    x->vectors = calloc((size_t)(x->n - x->kept) + 1, sizeof *x->vectors);
    if (!x->vectors)
        return lede_fail(err, LEDE_ENOMEM, "related: out of memory");
    for (uint32_t i = x->kept; i < x->n; i++)
        if (!lede__vector_of(x->docs[i].vector, &x->vectors[i - x->kept]))
            return lede_fail(err, LEDE_EFORMAT, "related: these bytes are no vector");
    return LEDE_OK;
}

/* Dates beyond some millions of years are as good as that. */
static int32_t day_of(int64_t date) {
    enum { SECONDS_A_DAY = 86400, FAR = 1 << 30 };
    const int64_t day = date / SECONDS_A_DAY - (date % SECONDS_A_DAY < 0);
    return (int32_t)(day > FAR ? FAR : day < -FAR ? -FAR : day);
}

static lede_status make_decays(lede_related_index *x, bool few, lede_error *err) {
    const lede_related_settings *s = &x->settings;
    x->days = malloc(((size_t)x->n + 1) * sizeof *x->days);
    x->decays = few ? NULL : malloc(LEDE__DECAYS * sizeof *x->decays);
    if (!x->days || (!few && !x->decays))
        return lede_fail(err, LEDE_ENOMEM, "related: out of memory");
    for (uint32_t i = 0; i < x->n; i++)
        x->days[i] = day_of(x->docs[i].date);
    if (few)
        return LEDE_OK;
    for (uint32_t age = 0; age < LEDE__DECAYS; age++)
        x->decays[age] = lede__decay(age, s->recency_days, s->recency);
    return LEDE_OK;
}

/* Postings of the features that the wishes have, or of all. */
static lede_status make_postings(lede_related_index *x, const lede_related_wish *wishes,
                                 uint32_t n_wishes, lede_error *err) {
    uint64_t *wanted = wishes ? calloc(LEDE__WANTED_BITS / 64, sizeof *wanted) : NULL;
    if (wishes && !wanted)
        return lede_fail(err, LEDE_ENOMEM, "related: out of memory");
    for (uint32_t i = 0; wanted && i < n_wishes; i++) {
        lede__vector room;
        const lede__vector *v =
            wishes[i].doc < x->n ? lede__vector_at(x, wishes[i].doc, &room) : NULL;
        for (uint32_t k = 0; v && k < v->n; k++)
            lede__want(wanted, v->keys[k]);
    }
    lede_status st =
        lede__postings_make(x->vectors, x->n - x->kept, x->kept, wanted, &x->postings, err);
    free(wanted);
    return st;
}

lede_status lede_related_index_new(const lede_related_doc *docs, uint32_t n,
                                   const lede_related_settings *s, const lede_related_wish *wishes,
                                   uint32_t n_wishes, lede_related_index **out, lede_error *err) {
    return lede_related_index_upon(NULL, 0, docs, n, s, wishes, n_wishes, out, err);
}

lede_status lede_related_index_upon(lede_related_base *base, uint32_t kept,
                                    const lede_related_doc *docs, uint32_t n,
                                    const lede_related_settings *s, const lede_related_wish *wishes,
                                    uint32_t n_wishes, lede_related_index **out, lede_error *err) {
    *out = NULL;
    lede_related_index *x = calloc(1, sizeof *x);
    if (!x)
        return lede_fail(err, LEDE_ENOMEM, "related: out of memory");
    *x = (lede_related_index){.settings = *s, .base = base, .kept = kept, .docs = docs, .n = n};
    while (x->undated < n && docs[x->undated].date == 0)
        x->undated++;
    lede_status st = read_vectors(x, err);
    if (!st)
        st = make_decays(x, wishes && n_wishes <= FEW, err);
    if (!st)
        st = make_postings(x, wishes, n_wishes, err);
    if (st)
        lede_related_index_free(x);
    else
        *out = x;
    return st;
}

void lede_related_index_free(lede_related_index *x) {
    if (!x)
        return;
    lede__postings_fini(&x->postings);
    free(x->vectors);
    free(x->days);
    free(x->decays);
    free(x);
}
