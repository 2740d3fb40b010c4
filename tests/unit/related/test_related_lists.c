/* test_related_lists.c - which articles stand in a list, and that nothing but the articles decides
 * it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "archive.h"

static sketch sketches[ARCHIVE_MAX];
static archive one, two;

/* Words from a to b, once each. */
static void say(sketch *k, uint64_t a, uint64_t b) {
    int n = 0;
    while (k->words[n])
        n++;
    for (uint64_t w = a; w <= b; w++)
        k->words[n++] = w;
    k->words[n] = 0;
}

static sketch *begin(uint32_t n) {
    memset(sketches, 0, sizeof sketches);
    for (uint32_t i = 0; i < n; i++)
        sketches[i] = (sketch){.date = 1000000000 + (int64_t)i * DAY, .group = 1};
    return sketches;
}

static lede_related_settings unbounded(void) {
    lede_related_settings s = lede_related_defaults();
    s.walked = s.postings = s.candidates = 0;
    return s;
}

static void the_nearest_earlier_ones_come_first(void **state) {
    (void)state;
    sketch *k = begin(6);
    say(&k[0], 1, 40);
    say(&k[1], 100, 140);
    say(&k[2], 1, 20);
    say(&k[3], 200, 240);
    say(&k[4], 21, 50);
    say(&k[5], 1, 30);
    lede_related_settings s = lede_related_defaults();
    s.copies = 0;
    archive_init(&one, k, 6, &s, NULL);
    lede_related_list list;
    archive_list(&one, 5, &list);
    assert_int_equal(list.n, 3);
    assert_int_equal(list.items[0].doc, 2);
    assert_int_equal(list.items[1].doc, 0);
    assert_int_equal(list.items[2].doc, 4);
    assert_int_equal(list.items[0].days, 3);
    archive_list(&one, 0, &list);
    assert_int_equal(list.n, 0);
    archive_list(&one, 2, &list); /* the later one that has the same words is not there */
    assert_int_equal(list.n, 1);
    archive_fini(&one);
}

static void articles_of_two_languages_are_strangers(void **state) {
    (void)state;
    sketch *k = begin(3);
    for (int i = 0; i < 3; i++)
        say(&k[i], 1, 40);
    k[1].group = 2;
    lede_related_settings s = lede_related_defaults();
    s.copies = 0;
    archive_init(&one, k, 3, &s, NULL);
    lede_related_list list;
    archive_list(&one, 2, &list);
    assert_int_equal(list.n, 1);
    assert_int_equal(list.items[0].doc, 0);
    archive_list(&one, 1, &list);
    assert_int_equal(list.n, 0);
    archive_fini(&one);
}

static void articles_without_a_date_are_candidates_of_each_other(void **state) {
    (void)state;
    sketch *k = begin(4);
    for (int i = 0; i < 4; i++)
        say(&k[i], 1, 40);
    k[0].date = k[1].date = k[2].date = 0;
    lede_related_settings s = lede_related_defaults();
    s.copies = 0;
    archive_init(&one, k, 4, &s, NULL);
    lede_related_list list;
    archive_list(&one, 0, &list);
    assert_int_equal(list.n, 2); /* not the dated one */
    archive_list(&one, 3, &list);
    assert_int_equal(list.n, 3);
    archive_fini(&one);
}

static void later_ones_may_stand_when_the_site_says_so(void **state) {
    (void)state;
    sketch *k = begin(3);
    for (int i = 0; i < 3; i++)
        say(&k[i], 1, 40);
    lede_related_settings s = lede_related_defaults();
    s.any = true;
    s.copies = 0;
    archive_init(&one, k, 3, &s, NULL);
    lede_related_list list;
    archive_list(&one, 0, &list);
    assert_int_equal(list.n, 2);
    assert_int_equal(list.items[0].doc, 1); /* as near, and nearer in time */
    assert_int_equal(list.items[0].days, -1);
    archive_fini(&one);
}

static void copies_of_the_article_and_of_each_other_are_left_out(void **state) {
    (void)state;
    sketch *k = begin(5);
    say(&k[0], 1, 200);   /* the original */
    say(&k[1], 1, 190);   /* a copy, cut */
    say(&k[2], 150, 400); /* another one */
    say(&k[3], 160, 400); /* its copy */
    say(&k[4], 100, 199); /* within the original for the most part */
    say(&k[4], 390, 400);
    lede_related_settings s = lede_related_defaults();
    s.features = LEDE_RELATED_FEATURES_MAX; /* all of them */
    archive_init(&one, k, 5, &s, NULL);
    lede_related_list list;
    archive_list(&one, 1, &list);
    assert_int_equal(list.n, 0);
    assert_int_equal(list.n_dropped, 1);
    assert_int_equal(list.dropped[0].copy_of, 1);
    archive_list(&one, 4, &list);
    for (uint32_t i = 0; i < list.n; i++)
        for (uint32_t j = 0; j < i; j++)
            assert_false((list.items[i].doc == 3 && list.items[j].doc == 2) ||
                         (list.items[i].doc == 2 && list.items[j].doc == 3));
    assert_true(list.n_dropped > 0);
    archive_fini(&one);
}

static void what_is_blocked_stands_in_no_list(void **state) {
    (void)state;
    archive_random(sketches, 100, 3, DAY);
    const lede_related_settings s = lede_related_defaults();
    archive_init(&one, sketches, 100, &s, NULL);
    lede_related_list all, list;
    lede_related_search *w = lede_related_search_new(one.index);
    lede_related_find(w, 99, NULL, 0, &all);
    assert_true(all.n > 2);
    const uint32_t blocked[] = {all.items[0].doc, all.items[2].doc};
    lede_related_find(w, 99, blocked, 2, &list);
    for (uint32_t i = 0; i < list.n; i++)
        assert_true(list.items[i].doc != blocked[0] && list.items[i].doc != blocked[1]);
    lede_related_search_free(w);
    archive_fini(&one);
}

/* The exact answer, by comparing with every article. */
static void nearest_by_hand(const archive *a, uint32_t doc, uint32_t k, uint32_t *out,
                            uint32_t *n) {
    lede__vector mine, its;
    uint64_t ranks[ARCHIVE_MAX];
    *n = 0;
    assert_true(lede__vector_of(a->docs[doc].vector, &mine));
    for (uint32_t i = 0; i < doc; i++) {
        uint64_t cosine = 0, tags = 0;
        assert_true(lede__vector_of(a->docs[i].vector, &its));
        for (uint32_t x = 0; x < mine.n; x++)
            for (uint32_t y = 0; y < its.n; y++)
                cosine +=
                    mine.keys[x] == its.keys[y] ? (uint64_t)mine.weights[x] * its.weights[y] : 0;
        for (uint32_t x = 0; x < mine.n_tags; x++)
            for (uint32_t y = 0; y < its.n_tags; y++)
                tags += mine.tags[x] == its.tags[y]
                            ? (uint64_t)mine.tag_weights[x] * its.tag_weights[y]
                            : 0;
        const uint32_t days = (uint32_t)((a->docs[doc].date - a->docs[i].date) / DAY);
        const uint64_t whole = cosine + tags * a->settings.tags / 10000;
        const uint64_t score =
            whole * lede__decay(days, a->settings.recency_days, a->settings.recency) >> 20;
        if (cosine && whole * 1000 >= (uint64_t)a->settings.min << 24)
            ranks[(*n)++] = score << 32 | i;
    }
    lede__sort64(ranks, *n);
    if (*n > k)
        *n = k;
    for (uint32_t i = 0; i < *n; i++)
        out[i] = (uint32_t)ranks[i];
}

static void without_a_budget_lists_are_what_comparing_with_all_gives(void **state) {
    (void)state;
    archive_random(sketches, 150, 11, DAY);
    lede_related_settings s = unbounded();
    s.diversity = s.copies = 0;
    s.depth = 20;
    archive_init(&one, sketches, 150, &s, NULL);
    for (uint32_t doc = 0; doc < 150; doc += 7) {
        uint32_t wanted[20], n;
        lede_related_list list;
        nearest_by_hand(&one, doc, 20, wanted, &n);
        archive_list(&one, doc, &list);
        assert_int_equal(list.n, n);
        for (uint32_t i = 0; i < n; i++)
            assert_int_equal(list.items[i].doc, wanted[i]);
    }
    archive_fini(&one);
}

static void expect_same(const lede_related_list *a, const lede_related_list *b) {
    assert_int_equal(a->n, b->n);
    assert_int_equal(a->n_dropped, b->n_dropped);
    for (uint32_t i = 0; i < a->n; i++) {
        assert_int_equal(a->items[i].doc, b->items[i].doc);
        assert_int_equal(a->items[i].score, b->items[i].score);
    }
}

static void an_arrival_changes_no_list(void **state) {
    (void)state;
    archive_random(sketches, 300, 5, DAY / 3);
    const lede_related_settings s = lede_related_defaults();
    archive_init(&one, sketches, 200, &s, NULL);
    archive_init(&two, sketches, 300, &s, one.epoch);
    for (uint32_t doc = 0; doc < 200; doc++) {
        lede_related_list before, after;
        archive_list(&one, doc, &before);
        archive_list(&two, doc, &after);
        expect_same(&before, &after);
    }
    archive_fini(&two);
    archive_fini(&one);
}

static lede_related_list taken[ARCHIVE_MAX];
static void take(void *ctx, uint32_t wish, const lede_related_list *list) {
    (void)ctx;
    taken[wish] = *list;
}

static void any_number_of_threads_gives_the_same_lists(void **state) {
    (void)state;
    lede_related_wish wishes[ARCHIVE_MAX];
    archive_random(sketches, 300, 9, DAY);
    const lede_related_settings s = lede_related_defaults();
    archive_init(&one, sketches, 300, &s, NULL);
    for (uint32_t i = 0; i < 300; i++)
        wishes[i] = (lede_related_wish){.doc = i};
    for (unsigned threads = 0; threads < 6; threads += 2) {
        OK(lede_related_find_all(one.index, wishes, 300, threads, take, NULL, NULL));
        for (uint32_t i = 0; i < 300; i++) {
            lede_related_list list;
            archive_list(&one, i, &list);
            expect_same(&list, &taken[i]);
        }
    }
    archive_fini(&one);
}

static void an_index_for_some_lists_gives_these_as_they_are(void **state) {
    (void)state;
    archive_random(sketches, 300, 31, DAY);
    const lede_related_settings s = lede_related_defaults();
    archive_init(&one, sketches, 300, &s, NULL);
    for (uint32_t doc = 299; doc > 200; doc -= 20) {
        const lede_related_wish wish = {.doc = doc};
        lede_related_index *few;
        lede_related_list list, wanted;
        OK(lede_related_index_new(one.docs, 300, &s, &wish, 1, &few, NULL));
        assert_true(few->postings.n_keys < one.index->postings.n_keys / 2);
        lede_related_search *w = lede_related_search_new(few);
        lede_related_find(w, doc, NULL, 0, &list);
        archive_list(&one, doc, &wanted);
        expect_same(&list, &wanted);
        lede_related_search_free(w);
        lede_related_index_free(few);
    }
    archive_fini(&one);
}

static void the_budget_costs_little(void **state) {
    (void)state;
    archive_random(sketches, ARCHIVE_MAX, 21, DAY);
    lede_related_settings s = lede_related_defaults();
    const lede_related_settings all = unbounded();
    archive_init(&one, sketches, ARCHIVE_MAX, &all, NULL);
    s.postings = 2000;
    archive_init(&two, sketches, ARCHIVE_MAX, &s, NULL);
    uint32_t same = 0, wanted = 0;
    for (uint32_t doc = 100; doc < ARCHIVE_MAX; doc++) {
        lede_related_list exact, quick;
        archive_list(&one, doc, &exact);
        archive_list(&two, doc, &quick);
        for (uint32_t i = 0; i < exact.n && i < 5; i++, wanted++)
            for (uint32_t j = 0; j < quick.n && j < 5; j++)
                same += exact.items[i].doc == quick.items[j].doc;
    }
    assert_true(wanted > 1000);
    assert_in_range(same * 100 / wanted, 95, 100);
    archive_fini(&two);
    archive_fini(&one);
}

static void an_empty_archive_and_empty_articles_have_empty_lists(void **state) {
    (void)state;
    const lede_related_settings s = lede_related_defaults();
    lede_related_list list;
    archive_init(&one, sketches, 0, &s, NULL);
    archive_list(&one, 0, &list);
    assert_int_equal(list.n, 0);
    archive_fini(&one);
    archive_init(&one, begin(3), 3, &s, NULL);
    archive_list(&one, 2, &list);
    assert_int_equal(list.n, 0);
    archive_fini(&one);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_nearest_earlier_ones_come_first),
        cmocka_unit_test(articles_of_two_languages_are_strangers),
        cmocka_unit_test(articles_without_a_date_are_candidates_of_each_other),
        cmocka_unit_test(later_ones_may_stand_when_the_site_says_so),
        cmocka_unit_test(copies_of_the_article_and_of_each_other_are_left_out),
        cmocka_unit_test(what_is_blocked_stands_in_no_list),
        cmocka_unit_test(without_a_budget_lists_are_what_comparing_with_all_gives),
        cmocka_unit_test(an_arrival_changes_no_list),
        cmocka_unit_test(any_number_of_threads_gives_the_same_lists),
        cmocka_unit_test(an_index_for_some_lists_gives_these_as_they_are),
        cmocka_unit_test(the_budget_costs_little),
        cmocka_unit_test(an_empty_archive_and_empty_articles_have_empty_lists),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
