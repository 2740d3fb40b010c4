/* fuzz_search.c - any bytes as a query, and as a segment of the index. Refused, or used without
 * harm.
 *
 * clang -fsanitize=fuzzer,address */
#include "search/inside.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void parse(lede_str text) {
    lede_search_query q;
    if (lede_search_parse(text, NULL, &q, NULL) == LEDE_OK && q.n > LEDE_SEARCH_PARTS)
        abort();
}

/* The sums are made right, so that what they would catch is met. */
static void mend(char *bytes, size_t size) {
    lede__segment_head *h = (void *)bytes;
    memcpy(h->magic, "LEDESEG\n", sizeof h->magic);
    h->version = LEDE__SEARCH_VERSION;
    h->analysis = LEDE__ANALYSIS_VERSION;
    const uint64_t tables = (uint64_t)h->n_rows * (sizeof(lede__row) + sizeof(uint32_t)) +
                            (uint64_t)h->n_terms * sizeof(lede__term) + h->texts;
    const uint64_t rest = size - sizeof *h;
    if (tables <= rest) {
        h->postings = rest - tables;
        h->hash = lede__head_sum(h, offsetof(lede__segment_head, hash),
                                 lede_str_n(bytes + sizeof *h, tables));
    }
}

static void read_segment(lede_str bytes) {
    lede__segment s;
    lede__hits hits;
    if (lede__segment_of(bytes, &s, NULL) != LEDE_OK)
        return;
    for (uint32_t i = 0; i < s.head->n_terms; i++)
        if (lede__hits_of_key(&s, lede__segment_key(&s, i), &hits, NULL) == LEDE_OK)
            lede__hits_free(&hits);
    if (lede__hits_of_prefix(&s, LEDE_STR("a"), &hits, NULL) == LEDE_OK)
        lede__hits_free(&hits);
    (void)lede__segment_row(&s, "00000000000000000000000000");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    char *copy = malloc(size + 1); /* at an address that numbers may stand at */
    if (!copy)
        return 0;
    if (size)
        memcpy(copy, data, size);
    parse(lede_str_n(copy, size));
    read_segment(lede_str_n(copy, size));
    if (size >= sizeof(lede__segment_head)) {
        mend(copy, size);
        read_segment(lede_str_n(copy, size));
    }
    free(copy);
    return 0;
}
