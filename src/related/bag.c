/* bag.c - collects the words of one article and packs them as features. See lede/related.h.
 *
 * A feature is a number: 31 bits of a hash of group and term, and a bit that tells pairs from
 * words. With three million features two in a million share a number with another one; no
 * dictionary has to be kept, written or agreed on. */
#include "related/inside.h"

#include <stdlib.h>

#include "base/banned.h"

enum {
    FEATURES_MAX = 1 << 16,
    SAMPLES_MAX = 1 << 15,
    TAGS_MAX = 256,
    FIRST_SLOTS = 1024,
    COUNT_CAP = 255
};

/* Of the number that a shingle is; its fifth power goes with the oldest form. */
#define BASE 0x9E3779B97F4A7C15u
#define BASE_OF_OLDEST (BASE * BASE * BASE * BASE * BASE)

typedef struct slot {
    uint32_t key, count; /* count 0 = free */
} slot;

struct lede_related_bag {
    uint64_t group;
    uint64_t before; /* the term before, for pairs */
    bool has_before, failed;
    uint64_t forms[LEDE__SHINGLE]; /* the last ones, a ring */
    uint64_t shingle;              /* of those */
    uint32_t n_forms;              /* since the text began */
    slot *slots;
    size_t mask, n;
    uint64_t *sketch; /* samples in the upper half, and as much room again to sort them */
    uint32_t tags[TAGS_MAX];
    size_t n_sketch, cap_sketch, n_tags;
};

lede_related_bag *lede_related_bag_new(void) {
    lede_related_bag *b = calloc(1, sizeof *b);
    slot *slots = calloc(FIRST_SLOTS, sizeof *slots);
    if (!b || !slots) {
        free(b);
        free(slots);
        return NULL;
    }
    b->slots = slots;
    b->mask = FIRST_SLOTS - 1;
    return b;
}

void lede_related_bag_free(lede_related_bag *b) {
    if (!b)
        return;
    free(b->slots);
    free(b->sketch);
    free(b);
}

void lede_related_bag_begin(lede_related_bag *b, uint64_t group) {
    memset(b->slots, 0, (b->mask + 1) * sizeof *b->slots);
    b->group = group;
    b->failed = false;
    b->n = b->n_sketch = b->n_tags = 0;
    lede_related_bag_part(b);
}

void lede_related_bag_part(lede_related_bag *b) {
    b->has_before = false;
    b->n_forms = 0;
    b->shingle = 0;
    memset(b->forms, 0, sizeof b->forms);
}

/* ---- keys */

uint32_t lede_related_key(uint64_t group, uint64_t term) {
    return (uint32_t)(lede__mix(term ^ group * 0x9E3779B97F4A7C15u) >> 33);
}

uint32_t lede_related_pair_key(uint64_t group, uint64_t first, uint64_t second) {
    const uint64_t both = lede__mix(first ^ group * 0x9E3779B97F4A7C15u) * 3 + second;
    return (uint32_t)(lede__mix(both) >> 33) | (uint32_t)1 << LEDE__PAIR_BIT;
}

static uint32_t group_key(uint64_t group) { return (uint32_t)(lede__mix(group) >> 32); }

/* ---- collecting */

static slot *find(const slot *slots, size_t mask, uint32_t key) {
    size_t at = (key * 2654435761u) & mask;
    while (slots[at].count && slots[at].key != key)
        at = (at + 1) & mask;
    return (slot *)&slots[at];
}

static bool grow(lede_related_bag *b) {
    const size_t mask = b->mask * 2 + 1;
    slot *more = calloc(mask + 1, sizeof *more);
    if (!more)
        return false;
    for (size_t i = 0; i <= b->mask; i++)
        if (b->slots[i].count)
            *find(more, mask, b->slots[i].key) = b->slots[i];
    free(b->slots);
    b->slots = more;
    b->mask = mask;
    return true;
}

/* Of a text without end the first features count. */
static void add(lede_related_bag *b, uint32_t key, uint32_t weight) {
    if (b->n * 3 > b->mask * 2 && !grow(b)) {
        b->failed = true;
        return;
    }
    slot *s = find(b->slots, b->mask, key);
    if (!s->count && b->n == FEATURES_MAX)
        return;
    b->n += !s->count;
    s->key = key;
    s->count += weight;
}

void lede_related_bag_word(lede_related_bag *b, uint64_t term, uint32_t weight, bool weak) {
    if (weak || !weight)
        return;
    add(b, lede_related_key(b->group, term), weight);
    if (b->has_before)
        add(b, lede_related_pair_key(b->group, b->before, term), 1);
    b->before = term;
    b->has_before = true;
}

static void sample(lede_related_bag *b, uint64_t shingle) {
    if (b->n_sketch == SAMPLES_MAX)
        return;
    if (b->n_sketch == b->cap_sketch) {
        const size_t cap = b->cap_sketch ? b->cap_sketch * 2 : 256;
        uint64_t *more = realloc(b->sketch, cap * 2 * sizeof *more);
        if (!more) {
            b->failed = true;
            return;
        }
        b->sketch = more;
        b->cap_sketch = cap;
    }
    b->sketch[b->n_sketch++] = shingle;
}

/* The last LEDE__SHINGLE forms are the digits of a number; the oldest goes as one comes. */
void lede_related_bag_form(lede_related_bag *b, uint64_t form) {
    uint64_t *oldest = &b->forms[b->n_forms++ % LEDE__SHINGLE];
    b->shingle = b->shingle * BASE + form - *oldest * BASE_OF_OLDEST;
    *oldest = form;
    if (b->n_forms < LEDE__SHINGLE)
        return;
    const uint64_t h = lede__mix(b->shingle);
    if (h % LEDE__SAMPLE == 0)
        sample(b, h >> 32 << 32);
}

void lede_related_bag_tag(lede_related_bag *b, uint64_t tag) {
    if (b->n_tags < TAGS_MAX)
        b->tags[b->n_tags++] = (uint32_t)(lede__mix(tag ^ 0x7461677Au) >> 33);
}

/* ---- packing */

static size_t unique(uint32_t *items, size_t n) {
    size_t kept = 0;
    lede__sort32(items, n);
    for (size_t i = 0; i < n; i++)
        if (kept == 0 || items[kept - 1] != items[i])
            items[kept++] = items[i];
    return kept;
}

/* Brings the samples into order, each once, the greatest first. */
static void settle_sketch(lede_related_bag *b) {
    size_t kept = 0;
    if (b->n_sketch)
        lede__order64(b->sketch, b->sketch + b->cap_sketch, b->n_sketch);
    for (size_t i = 0; i < b->n_sketch; i++)
        if (kept == 0 || b->sketch[kept - 1] != b->sketch[i])
            b->sketch[kept++] = b->sketch[i];
    b->n_sketch = kept;
}

/* Writes keys and counts in order of the keys. */
static bool put_features(const lede_related_bag *b, uint32_t *keys, uint8_t *counts) {
    uint64_t *all = malloc((b->n + 1) * 2 * sizeof *all);
    size_t n = 0;
    if (!all)
        return false;
    for (size_t i = 0; i <= b->mask; i++)
        if (b->slots[i].count)
            all[n++] = (uint64_t)b->slots[i].key << 32 | b->slots[i].count;
    lede__order64(all, all + b->n, n);
    for (size_t i = 0; i < n; i++) {
        const uint32_t count = (uint32_t)all[n - 1 - i];
        keys[i] = (uint32_t)(all[n - 1 - i] >> 32);
        counts[i] = (uint8_t)(count < COUNT_CAP ? count : COUNT_CAP);
    }
    free(all);
    return true;
}

lede_status lede_related_bag_pack(lede_related_bag *b, lede_buf *out, lede_error *err) {
    b->n_tags = unique(b->tags, b->n_tags);
    settle_sketch(b);
    const lede__block head = {.magic = LEDE__FEATURES_MAGIC,
                              .group = group_key(b->group),
                              .n = (uint32_t)b->n,
                              .n_tags = (uint32_t)b->n_tags,
                              .n_sketch = (uint32_t)b->n_sketch};
    const size_t numbers = b->n + b->n_tags + b->n_sketch;
    const size_t size = sizeof head + numbers * 4 + (b->n + 7) / 8 * 8 + numbers % 2 * 4;
    char *room = lede_buf_room(out, size);
    uint32_t *keys = room ? (uint32_t *)(void *)(room + sizeof head) : NULL;
    if (!room || b->failed)
        return lede_fail(err, LEDE_ENOMEM, "related: out of memory");
    memset(room, 0, size);
    memcpy(room, &head, sizeof head);
    if (!put_features(b, keys, (uint8_t *)(keys + numbers)))
        return lede_fail(err, LEDE_ENOMEM, "related: out of memory");
    memcpy(keys + b->n, b->tags, b->n_tags * 4);
    uint32_t *sketch = keys + b->n + b->n_tags;
    for (size_t i = 0; i < b->n_sketch; i++)
        sketch[i] = (uint32_t)(b->sketch[b->n_sketch - 1 - i] >> 32);
    lede_buf_seal(out, size);
    return LEDE_OK;
}
