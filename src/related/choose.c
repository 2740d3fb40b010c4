/* choose.c - the list out of scored candidates: no copies, and among the first not the same thing
 * twice. See related/inside.h.
 *
 * Only the first few items are picked for being different from each other (MMR over the best
 * candidates); what follows stands in order of score. A list is the same however many of it are
 * asked for. */
#include "related/inside.h"

#include <stdlib.h>

#include "base/banned.h"

enum {
    POOL = 12,                      /* candidates that the first items are picked from */
    PICKED = 5,                     /* items that are picked so */
    COPY_COSINE = LEDE__ONE * 2 / 5 /* less alike than that are no copies */
};

static int by_rank(const void *a, const void *b) {
    const uint64_t x = ((const lede__candidate *)a)->rank, y = ((const lede__candidate *)b)->rank;
    return x < y ? 1 : x > y ? -1 : 0;
}

static void drop(lede_related_list *out, lede_related_item item, uint32_t copy_of, uint32_t part) {
    item.copy_of = copy_of;
    item.contained = part;
    if (out->n_dropped < LEDE_RELATED_DEPTH_MAX)
        out->dropped[out->n_dropped++] = item;
}

/* Whether item is a copy of doc or of one that stands in the list already; then it is dropped. */
static bool is_copy(const lede_related_index *x, uint32_t doc, const lede_related_item *item,
                    lede_related_list *out) {
    lede__vector mine_room, its_room;
    const lede__vector *mine = lede__vector_at(x, item->doc, &mine_room);
    const uint32_t containment = x->settings.copies;
    uint32_t part =
        item->cosine >= COPY_COSINE
            ? lede__copy_of(lede__vector_at(x, doc, &its_room), mine, containment)
            : 0;
    uint32_t of = doc;
    for (uint32_t i = 0; !part && i < out->n; i++) {
        of = out->items[i].doc;
        part = lede__copy_of(lede__vector_at(x, of, &its_room), mine, containment);
    }
    if (part)
        drop(out, *item, of, part);
    return part > 0;
}

/* Of 2^24, and below 0 for what resembles a chosen one much. */
static int64_t worth(const lede_related_settings *s, const lede__candidate *c, uint32_t top,
                     uint32_t nearest) {
    const int64_t relative = (int64_t)((uint64_t)c->item.score * LEDE__ONE / (top ? top : 1));
    return ((1000 - (int64_t)s->diversity) * relative - (int64_t)s->diversity * nearest) / 1000;
}

/* How much each of the pool that is left resembles the one just picked, if more than others. */
static void resemble(const lede_related_index *x, uint32_t picked, const lede__candidate *pool,
                     uint32_t n, uint32_t nearest[POOL]) {
    lede__lookup m;
    lede__vector room;
    lede__lookup_of(&m, lede__vector_at(x, picked, &room));
    for (uint32_t i = 0; i < n; i++) {
        const uint32_t alike =
            pool[i].rank ? lede__product(&m, lede__vector_at(x, pool[i].item.doc, &room)) : 0;
        if (alike > nearest[i])
            nearest[i] = alike;
    }
}

/* Picks the first items out of the pool; a picked candidate's rank becomes 0. */
static void pick(const lede_related_index *x, uint32_t doc, lede__candidate *pool, uint32_t n,
                 lede_related_list *out) {
    const lede_related_settings *s = &x->settings;
    const uint32_t top = n ? pool[0].item.score : 0;
    uint32_t nearest[POOL] = {0};
    while (out->n < PICKED && out->n < s->depth) {
        uint32_t best = n;
        for (uint32_t i = 0; i < n; i++)
            if (pool[i].rank && (best == n || worth(s, &pool[i], top, nearest[i]) >
                                                  worth(s, &pool[best], top, nearest[best])))
                best = i;
        if (best == n)
            return;
        pool[best].rank = 0;
        if (is_copy(x, doc, &pool[best].item, out))
            continue;
        out->items[out->n++] = pool[best].item;
        if (s->diversity)
            resemble(x, pool[best].item.doc, pool, n, nearest);
    }
}

void lede__choose(const lede_related_index *x, uint32_t doc, lede__candidate *found, uint32_t n,
                  lede_related_list *out) {
    const uint32_t depth =
        x->settings.depth < LEDE_RELATED_DEPTH_MAX ? x->settings.depth : LEDE_RELATED_DEPTH_MAX;
    qsort(found, n, sizeof *found, by_rank);
    pick(x, doc, found, n < POOL ? n : POOL, out);
    for (uint32_t i = 0; i < n && out->n < depth; i++)
        if (found[i].rank && !is_copy(x, doc, &found[i].item, out))
            out->items[out->n++] = found[i].item;
}
