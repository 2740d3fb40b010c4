/* test_related_earlier.c - the nearest earlier ones of a list. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "lede/related.h"

static void the_nearest_come_first_and_no_more_than_there_are(void **state) {
    (void)state;
    const uint32_t list[] = {10, 20, 30, 40};
    const struct {
        uint32_t self, k, count, first, last;
    } table[] = {
        {3, 2, 2, 30, 20}, {3, 9, 3, 30, 10}, {1, 5, 1, 10, 10},
        {0, 5, 0, 0, 0},   {2, 0, 0, 0, 0},   {9, 1, 1, 40, 40},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        uint32_t out[9];
        assert_int_equal(lede_related_earlier(list, 4, table[i].self, table[i].k, out),
                         table[i].count);
        if (table[i].count == 0)
            continue;
        assert_int_equal(out[0], table[i].first);
        assert_int_equal(out[table[i].count - 1], table[i].last);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_nearest_come_first_and_no_more_than_there_are)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
