/* test_related_blocks.c - packed blocks: what comes back, what is refused; numbers; copies of an
 * archive. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "archive.h"

#include <math.h>

static sketch sketches[ARCHIVE_MAX];
static archive one;

static void numbers_are_those_of_the_formula(void **state) {
    (void)state;
    for (uint32_t x = 1; x < 2000000; x = x * 3 / 2 + 1) {
        assert_in_range(lede__isqrt((uint64_t)x * x), x, x);
        assert_in_range(lede__isqrt((uint64_t)x * x + 2 * (uint64_t)x), x, x);
        assert_true(fabs(lede__log2(x) / 65536.0 - log2(x)) < 1e-4);
    }
    assert_int_equal(lede__log2(1), 0);
    assert_int_equal(lede__log2(UINT32_MAX) >> 16, 31);
    for (uint32_t days = 0; days < 20000; days = days * 2 + 1)
        for (uint32_t exponent = 0; exponent <= 2000; exponent += 250) {
            const double wanted = pow(1 + days / 30.0, -(exponent / 1000.0));
            assert_true(fabs(lede__decay(days, 30, exponent) / 1048576.0 - wanted) < 1e-3);
        }
    assert_int_equal(lede__decay(0, 30, 200), 1 << 20);
    assert_true(lede__decay(UINT32_MAX, 0, UINT32_MAX) < 1 << 20);
}

static void sorting_sorts(void **state) {
    (void)state;
    enum { N = 500 };
    uint64_t many[N], copy[N];
    uint32_t few[N], seed = 3;
    for (int round = 0; round < 200; round++) {
        const size_t n = (size_t)round * 5 / 2;
        for (size_t i = 0; i < n; i++) {
            seed = seed * 1664525u + 1013904223u;
            few[i] = round % 3 ? seed >> 8 : seed >> 29;
            many[i] = copy[i] = (uint64_t)few[i] << 20 | i;
        }
        lede__sort32(few, n);
        lede__sort64(many, n);
        for (size_t i = 1; i < n; i++) {
            assert_true(few[i - 1] <= few[i]);
            assert_true(many[i - 1] > many[i]);
        }
        uint64_t twice[2 * N];
        memcpy(twice, copy, n * sizeof *copy);
        lede__order64(twice, twice + n, n);
        for (size_t i = 1; i < n; i++) {
            const uint64_t a = twice[i - 1], b = twice[i];
            assert_true(a >> 32 > b >> 32 || (a >> 32 == b >> 32 && (a & 0xFFFFF) < (b & 0xFFFFF)));
        }
        const size_t k = n / 3;
        lede__select64(copy, n, k);
        lede__sort64(copy, k);
        assert_memory_equal(copy, many, k * sizeof *many);
    }
}

static void features_do_not_depend_on_the_order_of_words_and_count_them(void **state) {
    (void)state;
    const lede_related_settings s = lede_related_defaults();
    sketch a = {.group = 1, .words = {5, 9, 5, 7, 0}, .title = {9, 0}, .tags = {2, 1, 2, 0}};
    lede_buf packed;
    lede__features f;
    lede_buf_init(&packed, LEDE_BUF_MAX);
    archive_pack(&a, &s, &packed);
    assert_true(lede__features_of(lede_buf_str(&packed), &f));
    assert_int_equal(f.n, 6); /* three words, and 5 9, 9 5, 5 7 */
    assert_int_equal(f.n_tags, 2);
    for (uint32_t i = 0; i < f.n; i++) {
        const bool is_nine = f.keys[i] == lede_related_key(1, 9);
        const bool is_five = f.keys[i] == lede_related_key(1, 5);
        assert_int_equal(f.counts[i], is_nine ? 4 : is_five ? 2 : 1);
    }
    assert_int_not_equal(lede_related_key(1, 9), lede_related_key(2, 9));
    assert_int_not_equal(lede_related_pair_key(1, 5, 9), lede_related_pair_key(1, 9, 5));
    lede_buf_fini(&packed);
}

static void vectors_have_the_length_of_the_unit_and_the_heaviest_first(void **state) {
    (void)state;
    lede_related_settings s = lede_related_defaults();
    s.features = 40;
    archive_random(sketches, 60, 2, DAY);
    archive_init(&one, sketches, 60, &s, NULL);
    for (uint32_t i = 0; i < 60; i++) {
        lede__vector v;
        uint64_t sum = 0;
        assert_true(lede__vector_of(one.docs[i].vector, &v));
        assert_int_equal(v.n, 40);
        for (uint32_t k = 0; k < v.n; k++)
            sum += (uint64_t)v.weights[k] * v.weights[k];
        assert_true(fabs((double)sum / LEDE__ONE - 1) < 0.01);
        lede_related_shared shared[64];
        assert_int_equal(lede_related_share(one.docs[i].vector, one.docs[i].vector, shared, 64),
                         40);
        assert_int_equal(shared[0].share, (uint32_t)v.weights[0] * v.weights[0]);
    }
    archive_fini(&one);
}

static void an_epoch_comes_back_from_its_bytes(void **state) {
    (void)state;
    const lede_related_settings s = lede_related_defaults();
    lede_related_epoch *again;
    lede_buf bytes, vector;
    lede_buf_init(&bytes, LEDE_BUF_MAX);
    lede_buf_init(&vector, LEDE_BUF_MAX);
    archive_random(sketches, 50, 4, DAY);
    archive_init(&one, sketches, 50, &s, NULL);
    lede_related_epoch_write(one.epoch, &bytes);
    OK(lede_related_epoch_read(lede_buf_str(&bytes), &again, NULL));
    assert_int_equal(lede_related_epoch_articles(again), 50);
    OK(lede_related_vector(again, &s, lede_buf_str(&one.features[7]), &vector, NULL));
    assert_true(lede_str_eq(lede_buf_str(&vector), one.docs[7].vector));
    lede_related_epoch_free(again);
    for (size_t cut = 0; cut < bytes.len; cut += 1 + bytes.len / 40) {
        assert_int_equal(lede_related_epoch_read(lede_str_n(bytes.ptr, cut), &again, NULL),
                         LEDE_EFORMAT);
        assert_null(again);
    }
    lede_buf_fini(&bytes);
    lede_buf_fini(&vector);
    archive_fini(&one);
}

/* Every byte of a block, changed: refused, or searched without harm. */
static void damaged_vectors_are_refused_or_harmless(void **state) {
    (void)state;
    const lede_related_settings s = lede_related_defaults();
    archive_random(sketches, 20, 8, DAY);
    archive_init(&one, sketches, 20, &s, NULL);
    lede_related_doc docs[20];
    memcpy(docs, one.docs, sizeof docs);
    const lede_str whole = docs[19].vector;
    char *copy = malloc(whole.len);
    docs[19].vector = lede_str_n(copy, whole.len);
    uint32_t refused = 0;
    for (size_t at = 0; at < whole.len; at++) {
        memcpy(copy, whole.ptr, whole.len);
        copy[at] ^= (char)(1 << at % 8);
        if (lede_related_vector_check(docs[19].vector, NULL)) {
            refused++;
            continue;
        }
        lede_related_index *x;
        lede_related_list list;
        if (lede_related_index_new(docs, 20, &s, NULL, 0, &x, NULL))
            continue;
        lede_related_search *w = lede_related_search_new(x);
        lede_related_find(w, 19, NULL, 0, &list);
        lede_related_search_free(w);
        lede_related_index_free(x);
    }
    assert_true(refused > 10);
    for (size_t cut = 0; cut < whole.len - 8; cut++)
        assert_int_equal(lede_related_vector_check(lede_str_n(whole.ptr, cut), NULL), LEDE_EFORMAT);
    free(copy);
    archive_fini(&one);
}

typedef struct pairs {
    uint32_t n;
    lede_related_copy items[16];
} pairs;

static bool note_pair(void *ctx, const lede_related_copy *c) {
    pairs *p = ctx;
    p->items[p->n++] = *c;
    return p->n < 16;
}

static void copies_of_an_archive_come_in_order_with_what_is_where(void **state) {
    (void)state;
    const lede_related_settings s = lede_related_defaults();
    pairs p = {0};
    memset(sketches, 0, sizeof sketches);
    const int spans[][2] = {{1, 300}, {400, 700}, {1, 150}, {401, 690}, {1000, 1300}};
    for (uint32_t i = 0; i < 5; i++) {
        sketches[i] =
            (sketch){.date = (int64_t)(i + 1) * DAY, .group = 1 + i % 2}; /* in any language */
        for (int w = spans[i][0]; w <= spans[i][1]; w++)
            sketches[i].words[w - spans[i][0]] = (uint64_t)w;
    }
    archive_init(&one, sketches, 5, &s, NULL);
    OK(lede_related_copies(one.docs, 5, 600, note_pair, &p, NULL));
    assert_int_equal(p.n, 2);
    assert_int_equal(p.items[0].a, 0);
    assert_int_equal(p.items[0].b, 2);
    assert_in_range(p.items[0].in_a, 350, 650); /* half of the first one */
    assert_int_equal(p.items[0].in_b, 1000);
    assert_int_equal(p.items[1].a, 1);
    assert_int_equal(p.items[1].b, 3);
    archive_fini(&one);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_are_those_of_the_formula),
        cmocka_unit_test(sorting_sorts),
        cmocka_unit_test(features_do_not_depend_on_the_order_of_words_and_count_them),
        cmocka_unit_test(vectors_have_the_length_of_the_unit_and_the_heaviest_first),
        cmocka_unit_test(an_epoch_comes_back_from_its_bytes),
        cmocka_unit_test(damaged_vectors_are_refused_or_harmless),
        cmocka_unit_test(copies_of_an_archive_come_in_order_with_what_is_where),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
