/* block.c - reads packed blocks, which may come from a file: whatever the bytes are, nothing
 * outside them is read, and no weight is greater than a vector is long. See related/inside.h. */
#include "related/inside.h"

#include "base/banned.h"

/* The arrays of a block behind its head; NULL when the bytes are too few, crooked or of another
 * kind. */
static const uint32_t *arrays(lede_str bytes, uint32_t magic, size_t tail, lede__block *head) {
    if (bytes.len < sizeof *head || (uintptr_t)bytes.ptr % 4 != 0)
        return NULL;
    memcpy(head, bytes.ptr, sizeof *head);
    if (head->magic != magic || head->n > LEDE__COUNT_MAX || head->n_tags > LEDE__COUNT_MAX ||
        head->n_sketch > LEDE__COUNT_MAX)
        return NULL;
    const size_t numbers = (size_t)head->n + head->n_tags + head->n_sketch;
    const size_t behind = tail == 1 ? head->n : 2 * ((size_t)head->n + head->n_tags);
    if (bytes.len < sizeof *head + numbers * 4 + behind)
        return NULL;
    return (const uint32_t *)(const void *)(bytes.ptr + sizeof *head);
}

static bool ascend(const uint32_t *items, uint32_t n) {
    for (uint32_t i = 1; i < n; i++)
        if (items[i - 1] >= items[i])
            return false;
    return true;
}

bool lede__features_of(lede_str bytes, lede__features *out) {
    lede__block head;
    const uint32_t *at = arrays(bytes, LEDE__FEATURES_MAGIC, 1, &head);
    if (!at)
        return false;
    *out = (lede__features){.group = head.group,
                            .n = head.n,
                            .n_tags = head.n_tags,
                            .n_sketch = head.n_sketch,
                            .keys = at,
                            .tags = at + head.n,
                            .sketch = at + head.n + head.n_tags,
                            .counts = (const uint8_t *)(at + head.n + head.n_tags + head.n_sketch)};
    return ascend(out->keys, out->n) && ascend(out->tags, out->n_tags) &&
           ascend(out->sketch, out->n_sketch);
}

bool lede__vector_of(lede_str bytes, lede__vector *out) {
    lede__block head;
    const uint32_t *at = arrays(bytes, LEDE__VECTOR_MAGIC, 2, &head);
    if (!at || head.n > LEDE_RELATED_FEATURES_MAX)
        return false;
    const uint16_t *weights =
        (const uint16_t *)(const void *)(at + head.n + head.n_tags + head.n_sketch);
    *out = (lede__vector){.group = head.group,
                          .n = head.n,
                          .n_tags = head.n_tags,
                          .n_sketch = head.n_sketch,
                          .keys = at,
                          .tags = at + head.n,
                          .sketch = at + head.n + head.n_tags,
                          .weights = weights,
                          .tag_weights = weights + head.n};
    return true;
}

/* Sums of squares that stay within LEDE__ONE and a little keep every product of two vectors in 32
 * bits (Cauchy and Schwarz). */
static bool is_short(const uint16_t *weights, uint32_t n) {
    uint64_t sum = 0;
    for (uint32_t i = 0; i < n; i++)
        sum += (uint64_t)weights[i] * weights[i];
    return sum <= (uint64_t)LEDE__ONE + LEDE__ONE / 8;
}

static bool descend(const uint16_t *weights, uint32_t n) {
    for (uint32_t i = 1; i < n; i++)
        if (weights[i - 1] < weights[i])
            return false;
    return true;
}

lede_status lede_related_vector_check(lede_str vector, lede_error *err) {
    lede__vector v;
    if (!lede__vector_of(vector, &v) || !is_short(v.weights, v.n) ||
        !is_short(v.tag_weights, v.n_tags) || !descend(v.weights, v.n) ||
        !ascend(v.tags, v.n_tags) || !ascend(v.sketch, v.n_sketch))
        return lede_fail(err, LEDE_EFORMAT, "related: these bytes are no vector");
    return LEDE_OK;
}
