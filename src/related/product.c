/* product.c - the exact product of two vectors, and what it is made of. See related/inside.h. */
#include "related/inside.h"

#include "base/banned.h"

static uint32_t slot_of(uint32_t key) { return (key * 0x9E3779B1u) >> 21; }
static uint32_t bit_of(uint32_t key) { return key & (LEDE__LOOKUP_BITS - 1); }

void lede__lookup_of(lede__lookup *m, const lede__vector *v) {
    memset(m->bitmap, 0, sizeof m->bitmap);
    memset(m->weights, 0, sizeof m->weights);
    for (uint32_t i = 0; i < v->n; i++) {
        uint32_t at = slot_of(v->keys[i]);
        while (m->weights[at])
            at = (at + 1) % LEDE__LOOKUP;
        m->keys[at] = v->keys[i];
        m->weights[at] = v->weights[i];
        m->bitmap[bit_of(v->keys[i]) / 64] |= (uint64_t)1 << bit_of(v->keys[i]) % 64;
    }
}

static uint32_t weight_of(const lede__lookup *m, uint32_t key) {
    uint32_t at = slot_of(key);
    while (m->weights[at] && m->keys[at] != key)
        at = (at + 1) % LEDE__LOOKUP;
    return m->weights[at];
}

/* Some at a time, in two rounds: which may be there is found without a branch, for nobody could foretell it. */
uint32_t lede__product(const lede__lookup *m, const lede__vector *v) {
    enum { ROUND = 64 };
    uint32_t sum = 0;
    for (uint32_t from = 0; from < v->n; from += ROUND) {
        const uint32_t end = v->n - from < ROUND ? v->n : from + ROUND;
        uint32_t which[ROUND] = {0}, n = 0;
        for (uint32_t i = from; i < end; i++) {
            const uint32_t bit = bit_of(v->keys[i]);
            which[n] = i;
            n += m->bitmap[bit / 64] >> bit % 64 & 1;
        }
        for (uint32_t k = 0; k < n; k++)
            sum += weight_of(m, v->keys[which[k]]) * v->weights[which[k]];
    }
    return sum;
}

uint32_t lede_related_share(lede_str a, lede_str b, lede_related_shared *out, uint32_t max) {
    lede__vector va, vb;
    lede__lookup m;
    uint64_t best[LEDE_RELATED_FEATURES_MAX];
    uint32_t n = 0;
    if (!lede__vector_of(a, &va) || !lede__vector_of(b, &vb))
        return 0;
    lede__lookup_of(&m, &va);
    for (uint32_t i = 0; i < vb.n; i++) {
        const uint32_t share = weight_of(&m, vb.keys[i]) * vb.weights[i];
        if (share)
            best[n++] = (uint64_t)share << 32 | vb.keys[i];
    }
    lede__sort64(best, n);
    for (uint32_t i = 0; i < n && i < max; i++)
        out[i] =
            (lede_related_shared){.key = (uint32_t)best[i], .share = (uint32_t)(best[i] >> 32)};
    return n < max ? n : max;
}
