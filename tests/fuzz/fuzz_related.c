/* fuzz_related.c - any bytes as what a store or a file may give the engine of related articles:
 * features, a vector, an epoch. Refused, or used without harm.
 *
 * clang -fsanitize=fuzzer,address */
#include "lede/related.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A vector that is believed is searched for, and compared. */
static void search(lede_str vector) {
    const lede_related_settings s = lede_related_defaults();
    const lede_related_doc docs[] = {{1, "00000000000000000000000001", vector},
                                     {86401, "00000000000000000000000002", vector}};
    lede_related_index *x;
    lede_related_list list;
    lede_related_shared shared[8];
    if (lede_related_index_new(docs, 2, &s, NULL, 0, &x, NULL) != LEDE_OK)
        return;
    lede_related_search *w = lede_related_search_new(x);
    if (w)
        lede_related_find(w, 1, NULL, 0, &list);
    if (lede_related_share(vector, vector, shared, 8) > 8)
        abort();
    lede_related_search_free(w);
    lede_related_index_free(x);
}

/* Features that are believed are counted and weighed; what comes out is a vector. */
static void weigh(lede_str features) {
    const lede_related_settings s = lede_related_defaults();
    lede_related_epoch *e;
    lede_buf vector;
    if (lede_related_epoch_count(&features, 1, &e, NULL) != LEDE_OK)
        return;
    lede_buf_init(&vector, LEDE_BUF_MAX);
    if (lede_related_vector(e, &s, features, &vector, NULL) == LEDE_OK &&
        lede_related_vector_check(lede_buf_str(&vector), NULL) != LEDE_OK)
        abort();
    lede_buf_fini(&vector);
    lede_related_epoch_free(e);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    char *copy = malloc(size + 1); /* at an address that numbers may stand at */
    lede_related_epoch *e;
    if (!copy)
        return 0;
    if (size)
        memcpy(copy, data, size);
    const lede_str bytes = lede_str_n(copy, size);
    if (lede_related_vector_check(bytes, NULL) == LEDE_OK)
        search(bytes);
    if (lede_related_epoch_read(bytes, &e, NULL) == LEDE_OK)
        lede_related_epoch_free(e);
    weigh(bytes);
    free(copy);
    return 0;
}
