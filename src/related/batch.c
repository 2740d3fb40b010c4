/* batch.c - many lists at once: threads take wishes off one counter. See lede/related.h.
 *
 * The index is read only, each thread has its own search; which thread makes a list is left to
 * chance and shows in nothing. */
#include "related/inside.h"

#include <pthread.h>
#include <stdatomic.h>

#include "base/banned.h"

enum { AT_ONCE = 32, THREADS_MAX = 64 };

typedef struct batch {
    const lede_related_index *index;
    const lede_related_wish *wishes;
    uint32_t n;
    atomic_uint next;
    atomic_bool failed;
    lede_related_take *take;
    void *ctx;
} batch;

static void *work(void *arg) {
    batch *b = arg;
    lede_related_search *w = lede_related_search_new(b->index);
    lede_related_list list;
    uint32_t from;
    if (!w)
        atomic_store(&b->failed, true);
    while (w && (from = atomic_fetch_add(&b->next, AT_ONCE)) < b->n)
        for (uint32_t i = from; i < from + AT_ONCE && i < b->n; i++) {
            const lede_related_wish *wish = &b->wishes[i];
            lede_related_find(w, wish->doc, wish->blocked, wish->n_blocked, &list);
            b->take(b->ctx, i, &list);
        }
    lede_related_search_free(w);
    return NULL;
}

lede_status lede_related_find_all(const lede_related_index *x, const lede_related_wish *wishes,
                                  uint32_t n, unsigned threads, lede_related_take *take, void *ctx,
                                  lede_error *err) {
    batch b = {.index = x, .wishes = wishes, .n = n, .take = take, .ctx = ctx};
    pthread_t others[THREADS_MAX];
    unsigned started = 0, wanted = n / AT_ONCE + 1;
    if (wanted > threads)
        wanted = threads;
    while (started + 1 < wanted && started < THREADS_MAX &&
           pthread_create(&others[started], NULL, work, &b) == 0)
        started++; /* fewer than wanted do as well */
    work(&b);
    for (unsigned i = 0; i < started; i++)
        pthread_join(others[i], NULL);
    if (atomic_load(&b.failed))
        return lede_fail(err, LEDE_ENOMEM, "related: out of memory");
    return x->base && lede_related_base_damaged(x->base)
               ? lede_fail(err, LEDE_EFORMAT, "related: the file of the index is damaged")
               : LEDE_OK;
}
