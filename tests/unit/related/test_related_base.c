/* test_related_base.c - an index upon bytes of a file: its lists are those of an index of all, and
 * damaged bytes give none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "archive.h"

static sketch sketches[ARCHIVE_MAX];
static archive all;

/* The bytes as they were written, to tell damaged ones by. */
typedef struct pristine {
    const char *bytes;
    lede_buf copy;
    size_t asked;
} pristine;

static bool is_whole(void *ctx, const void *at, size_t n) {
    pristine *p = ctx;
    p->asked++;
    const size_t from = (size_t)((const char *)at - p->bytes);
    assert_true(from <= p->copy.len && n <= p->copy.len - from);
    return memcmp(p->copy.ptr + from, at, n) == 0;
}

/* The index of the first n articles as bytes. */
static void lay(uint32_t n, lede_buf *out, pristine *p) {
    uint64_t prints[ARCHIVE_MAX];
    lede_related_index *x;
    for (uint32_t i = 0; i < n; i++)
        prints[i] = i * 7 + 1;
    lede_buf_init(out, LEDE_BUF_MAX);
    OK(lede_related_index_new(all.docs, n, &all.settings, NULL, 0, &x, NULL));
    OK(lede_related_base_lay(x, prints, out, NULL));
    lede_related_index_free(x);
    *p = (pristine){.bytes = out->ptr};
    lede_buf_init(&p->copy, LEDE_BUF_MAX);
    lede_buf_add(&p->copy, lede_buf_str(out));
}

static void expect_same(const lede_related_list *a, const lede_related_list *b) {
    assert_int_equal(a->n, b->n);
    assert_int_equal(a->n_dropped, b->n_dropped);
    for (uint32_t i = 0; i < a->n; i++)
        assert_memory_equal(&a->items[i], &b->items[i], sizeof a->items[i]);
    for (uint32_t i = 0; i < a->n_dropped; i++)
        assert_memory_equal(&a->dropped[i], &b->dropped[i], sizeof a->dropped[i]);
}

/* Of the articles in the file the first `kept` are used: what stands behind them there is other
 * today. */
static void compare(lede_related_base *base, uint32_t kept, const lede_related_wish *wish) {
    lede_related_list was, is;
    lede_related_index *upon;
    lede_related_doc docs[ARCHIVE_MAX];
    memcpy(docs, all.docs, sizeof docs);
    for (uint32_t i = 0; i < kept; i++)
        docs[i].vector = (lede_str){0}; /* not looked at */
    OK(lede_related_index_upon(base, kept, docs, all.n, &all.settings, wish, wish ? 1 : 0, &upon,
                               NULL));
    lede_related_search *a = lede_related_search_new(all.index);
    lede_related_search *b = lede_related_search_new(upon);
    assert_non_null(a);
    assert_non_null(b);
    for (uint32_t doc = 0; doc < all.n; doc++) {
        if (wish && wish->doc != doc)
            continue;
        lede_related_find(a, doc, NULL, 0, &was);
        lede_related_find(b, doc, NULL, 0, &is);
        expect_same(&was, &is);
    }
    lede_related_search_free(a);
    lede_related_search_free(b);
    lede_related_index_free(upon);
    assert_false(lede_related_base_damaged(base));
}

static uint32_t next(uint32_t *seed) { return (*seed = *seed * 1664525u + 1013904223u) >> 8; }

static lede_related_settings random_settings(uint32_t *seed) {
    lede_related_settings s = lede_related_defaults();
    s.walked = next(seed) % 2 ? 0 : 1 + next(seed) % 40;
    s.postings = next(seed) % 3 ? 20 + next(seed) % 3000 : 0; /* so small that it decides */
    s.candidates = next(seed) % 2 ? 4 + next(seed) % 60 : 0;
    s.features = 20 + next(seed) % 200;
    s.any = next(seed) % 4 == 0;
    s.min = next(seed) % 40;
    return s;
}

static void lists_upon_a_base_are_those_of_an_index_of_all(void **state) {
    (void)state;
    enum { ROUNDS = 24 };
    for (uint32_t round = 0, seed = 1; round < ROUNDS; round++) {
        const uint32_t n = 200 + next(&seed) % 200;
        const lede_related_settings s = random_settings(&seed);
        archive_random(sketches, n, seed, 1 + next(&seed) % (2 * DAY));
        for (uint32_t i = 0; round % 3 == 0 && i < 20; i++)
            sketches[i].date = 0;
        archive_init(&all, sketches, n, &s, NULL);
        lede_buf bytes;
        pristine p;
        lede_related_base *base;
        const uint32_t in_file = 1 + next(&seed) % n, doc = n - 1 - next(&seed) % 5;
        const lede_related_wish wish = {.doc = doc};
        lay(in_file, &bytes, &p);
        OK(lede_related_base_map(lede_buf_str(&bytes), is_whole, &p, &base, NULL));
        compare(base, in_file, NULL);
        compare(base, in_file, &wish);
        compare(base, 1 + next(&seed) % in_file, NULL);
        assert_true(p.asked > n);
        lede_related_base_free(base);
        lede_buf_fini(&p.copy);
        lede_buf_fini(&bytes);
        archive_fini(&all);
    }
}

static void a_base_gives_back_prints_and_vectors(void **state) {
    (void)state;
    const lede_related_settings s = lede_related_defaults();
    archive_random(sketches, 40, 9, DAY);
    archive_init(&all, sketches, 40, &s, NULL);
    lede_buf bytes;
    pristine p;
    lede_related_base *base;
    uint32_t n;
    lay(30, &bytes, &p);
    OK(lede_related_base_map(lede_buf_str(&bytes), is_whole, &p, &base, NULL));
    const uint64_t *prints = lede_related_base_prints(base, &n);
    assert_int_equal(n, 30);
    for (uint32_t i = 0; i < n; i++) {
        const lede_str packed = lede_related_base_packed(base, i);
        assert_int_equal(prints[i], i * 7 + 1);
        assert_int_equal(packed.len, all.docs[i].vector.len);
        assert_memory_equal(packed.ptr, all.docs[i].vector.ptr, packed.len);
    }
    assert_int_equal(lede_related_base_packed(base, 30).len, 0);
    lede_related_base_free(base);
    lede_buf_fini(&p.copy);
    lede_buf_fini(&bytes);
    archive_fini(&all);
}

/* Whatever byte is another: the base is refused, or says that it is damaged, or the lists are right
 * because nobody asked for that byte. */
static void damaged_bytes_are_found(void **state) {
    (void)state;
    enum { DOCS = 60, FLIPS = 600 };
    const lede_related_settings s = lede_related_defaults();
    uint32_t seed = 5, found = 0;
    archive_random(sketches, DOCS, 3, DAY);
    archive_init(&all, sketches, DOCS, &s, NULL);
    lede_buf bytes;
    pristine p;
    lay(DOCS - 1, &bytes, &p);
    lede_related_list right, list;
    archive_list(&all, DOCS - 1, &right);
    for (uint32_t i = 0; i < FLIPS; i++) {
        lede_related_base *base;
        lede_related_index *x;
        const size_t at = next(&seed) % bytes.len;
        bytes.ptr[at] ^= (char)(1 + next(&seed) % 255);
        if (lede_related_base_map(lede_buf_str(&bytes), is_whole, &p, &base, NULL)) {
            found++;
            memcpy(bytes.ptr, p.copy.ptr, bytes.len);
            continue;
        }
        OK(lede_related_index_upon(base, DOCS - 1, all.docs, DOCS, &s, NULL, 0, &x, NULL));
        lede_related_search *w = lede_related_search_new(x);
        lede_related_find(w, DOCS - 1, NULL, 0, &list);
        if (lede_related_base_damaged(base))
            found++;
        else
            expect_same(&right, &list);
        lede_related_search_free(w);
        lede_related_index_free(x);
        lede_related_base_free(base);
        memcpy(bytes.ptr, p.copy.ptr, bytes.len);
    }
    assert_true(found > FLIPS / 4);
    lede_buf_fini(&p.copy);
    lede_buf_fini(&bytes);
    archive_fini(&all);
}

static bool always(void *ctx, const void *at, size_t n) {
    (void)ctx;
    (void)at;
    (void)n;
    return true;
}

/* Where nobody tells damaged bytes, nothing beside them is read or written all the same. */
static void bytes_that_nobody_checks_stay_within_bounds(void **state) {
    (void)state;
    enum { DOCS = 60, FLIPS = 1500 };
    const lede_related_settings s = lede_related_defaults();
    uint32_t seed = 77;
    archive_random(sketches, DOCS, 3, DAY);
    archive_init(&all, sketches, DOCS, &s, NULL);
    lede_buf bytes;
    pristine p;
    lay(DOCS - 1, &bytes, &p);
    for (uint32_t i = 0; i < FLIPS; i++) {
        lede_related_base *base;
        lede_related_index *x;
        lede_related_list list;
        for (int k = 0; k < 4; k++)
            bytes.ptr[next(&seed) % bytes.len] = (char)next(&seed);
        if (lede_related_base_map(lede_buf_str(&bytes), always, NULL, &base, NULL) == LEDE_OK) {
            OK(lede_related_index_upon(base, DOCS - 1, all.docs, DOCS, &s, NULL, 0, &x, NULL));
            lede_related_search *w = lede_related_search_new(x);
            lede_related_find(w, DOCS - 1, NULL, 0, &list);
            lede_related_search_free(w);
            lede_related_index_free(x);
            lede_related_base_free(base);
        }
        if (i % 8 == 0)
            memcpy(bytes.ptr, p.copy.ptr, bytes.len);
    }
    lede_buf_fini(&p.copy);
    lede_buf_fini(&bytes);
    archive_fini(&all);
}

static void an_epoch_in_a_file_weighs_as_the_one_it_was_made_of(void **state) {
    (void)state;
    const lede_related_settings s = lede_related_defaults();
    archive_random(sketches, 200, 4, DAY);
    archive_init(&all, sketches, 200, &s, NULL);
    lede_buf bytes, vector;
    pristine p = {0};
    lede_related_epoch *e;
    lede_buf_init(&bytes, LEDE_BUF_MAX);
    lede_buf_init(&vector, LEDE_BUF_MAX);
    lede_related_epoch_lay(all.epoch, &bytes);
    p.bytes = bytes.ptr;
    lede_buf_init(&p.copy, LEDE_BUF_MAX);
    lede_buf_add(&p.copy, lede_buf_str(&bytes));
    OK(lede_related_epoch_map(lede_buf_str(&bytes), is_whole, &p, &e, NULL));
    assert_int_equal(lede_related_epoch_articles(e), lede_related_epoch_articles(all.epoch));
    for (uint32_t i = 0; i < 200; i++) {
        lede_buf_clear(&vector);
        OK(lede_related_vector(e, &s, lede_buf_str(&all.features[i]), &vector, NULL));
        assert_int_equal(vector.len, all.vectors[i].len);
        assert_memory_equal(vector.ptr, all.vectors[i].ptr, vector.len);
    }
    assert_false(lede_related_epoch_damaged(e));
    for (size_t at = bytes.len / 2; at < bytes.len; at++)
        bytes.ptr[at] ^= 1;
    lede_buf_clear(&vector);
    OK(lede_related_vector(e, &s, lede_buf_str(&all.features[7]), &vector, NULL));
    assert_true(lede_related_epoch_damaged(e));
    lede_related_epoch_free(e);
    bytes.len -= 8;
    assert_int_equal(lede_related_epoch_map(lede_buf_str(&bytes), is_whole, &p, &e, NULL),
                     LEDE_EFORMAT);
    lede_buf_fini(&p.copy);
    lede_buf_fini(&bytes);
    lede_buf_fini(&vector);
    archive_fini(&all);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lists_upon_a_base_are_those_of_an_index_of_all),
        cmocka_unit_test(a_base_gives_back_prints_and_vectors),
        cmocka_unit_test(damaged_bytes_are_found),
        cmocka_unit_test(bytes_that_nobody_checks_stay_within_bounds),
        cmocka_unit_test(an_epoch_in_a_file_weighs_as_the_one_it_was_made_of),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
