/* test_store_ordered.c - the ordered map of the memory engine. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "store/ordered.h"

#include <stdio.h>

enum { KEYS = 3000 };

/* A key for n; n * 7919 visits all of 0..KEYS-1 in a scattered order. */
static lede_str key_of(int n, char buf[16]) {
    snprintf(buf, 16, "%05d", n * 7919 % KEYS);
    return lede_str_of(buf);
}

static void keys_come_out_in_order(void **state) {
    static int values[KEYS];
    lede__ordered m;
    char buf[16];
    (void)state;
    lede__ordered_init(&m);
    for (int i = 0; i < KEYS; i++)
        lede__node_set(lede__ordered_make(&m, key_of(i, buf)), &values[i]);
    assert_int_equal(m.count, KEYS);
    for (int i = 0; i < KEYS; i++)
        assert_ptr_equal(lede__ordered_get(&m, key_of(i, buf)), &values[i]);

    int seen = 0;
    for (lede__node *n = lede__ordered_from(&m, LEDE_STR("")); n; n = lede__node_next(n)) {
        snprintf(buf, sizeof buf, "%05d", seen++);
        assert_true(lede_str_is(lede__node_key(n), buf));
    }
    assert_int_equal(seen, KEYS);
    lede__ordered_fini(&m);
    lede__ordered_fini(&m);
}

static void removed_keys_are_gone_and_others_stay(void **state) {
    static int value;
    lede__ordered m;
    char buf[16];
    (void)state;
    lede__ordered_init(&m);
    for (int i = 0; i < KEYS; i++)
        lede__node_set(lede__ordered_make(&m, key_of(i, buf)), &value);
    for (int i = 0; i < KEYS; i += 2)
        lede__ordered_remove(&m, key_of(i, buf));
    lede__ordered_remove(&m, LEDE_STR("never"));
    for (int i = 0; i < KEYS; i++)
        assert_ptr_equal(lede__ordered_get(&m, key_of(i, buf)), i % 2 ? &value : NULL);
    assert_int_equal(m.count, KEYS / 2);
    lede__ordered_fini(&m);
}

static void a_search_finds_the_first_key_that_is_not_smaller(void **state) {
    static const char *const keys[] = {"b", "bb", "d"};
    static const struct {
        const char *sought, *found;
    } cases[] = {{"", "b"},    {"a", "b"}, {"b", "b"}, {"ba", "bb"},
                 {"bbb", "d"}, {"c", "d"}, {"d", "d"}, {"da", NULL}};
    lede__ordered m;
    (void)state;
    lede__ordered_init(&m);
    for (int i = 0; i < 3; i++)
        assert_non_null(lede__ordered_make(&m, lede_str_of(keys[i])));
    assert_non_null(lede__ordered_make(&m, LEDE_STR("d")));
    assert_int_equal(m.count, 3);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        lede__node *n = lede__ordered_from(&m, lede_str_of(cases[i].sought));
        assert_true(cases[i].found ? n && lede_str_is(lede__node_key(n), cases[i].found) : !n);
    }
    lede__ordered_fini(&m);
}

static void keys_may_hold_any_byte(void **state) {
    static int a, b;
    lede__ordered m;
    (void)state;
    lede__ordered_init(&m);
    lede__node_set(lede__ordered_make(&m, lede_str_n("x\0a", 3)), &a);
    lede__node_set(lede__ordered_make(&m, lede_str_n("x\0b", 3)), &b);
    assert_ptr_equal(lede__ordered_get(&m, lede_str_n("x\0a", 3)), &a);
    assert_ptr_equal(lede__ordered_get(&m, lede_str_n("x\0b", 3)), &b);
    assert_null(lede__ordered_get(&m, LEDE_STR("x")));
    lede__ordered_fini(&m);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keys_come_out_in_order),
        cmocka_unit_test(removed_keys_are_gone_and_others_stay),
        cmocka_unit_test(a_search_finds_the_first_key_that_is_not_smaller),
        cmocka_unit_test(keys_may_hold_any_byte),
    };
    return cmocka_run_group_tests_name("ordered", tests, NULL, NULL);
}
