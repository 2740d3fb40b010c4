/* test_publish_delta_size.c - one page of a large site changes: what its release takes.
 *
 * Times of the processor are printed. LEDE_RELEASE_FILES=130000 for a large site. */
#include "site.h"

#include <time.h>

static const lede_release_options delta = {
    .no_sync = true, .delta = true, .retired_seconds = -1, .lock_wait_ms = -1};
static uint32_t n_files = 3000;
static page *pages;
static char (*names)[64];

static int make_many(void **state) {
    const char *files = getenv("LEDE_RELEASE_FILES");
    if (files)
        n_files = (uint32_t)strtoul(files, NULL, 10);
    names = calloc(n_files, sizeof *names);
    pages = calloc(n_files + 1, sizeof *pages);
    for (uint32_t i = 0; names && pages && i < n_files; i++) {
        snprintf(names[i], sizeof names[i],
                 "section-%u/20%02u/%02u/an-article-of-number-%u/index.html", i % 20, i / 20 % 25,
                 i / 500 % 12 + 1, i);
        pages[i] = (page){names[i], "0123456789"};
    }
    return names && pages ? make_root(state) : -1;
}

static int remove_many(void **state) {
    free(names);
    free(pages);
    return remove_root(state);
}

static double cpu_ms(void) {
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static int by_value(const void *a, const void *b) {
    const double x = *(const double *)a, y = *(const double *)b;
    return x < y ? -1 : x > y;
}

static void one_changed_page_costs_its_own_size(void **state) {
    (void)state;
    enum { ROUNDS = 9, CHANGED = 30 };
    static const page none[] = {{0}};
    double spent[ROUNDS];
    publish(pages);
    for (int i = -2; i < ROUNDS; i++) {
        page some[CHANGED + 1] = {0};
        char text[32];
        lede_release_stats n;
        bool changed;
        snprintf(text, sizeof text, "round %d", i);
        for (uint32_t k = 0; k < CHANGED; k++)
            some[k] = (page){names[k * (n_files / CHANGED)], text};
        const double began = cpu_ms();
        assert_int_equal(publish_delta(&delta, none, some, &n, &changed, NULL), LEDE_OK);
        if (i >= 0)
            spent[i] = cpu_ms() - began;
        else
            print_message("  before: %.1f ms\n", cpu_ms() - began);
        assert_int_equal(n.files, n_files);
        assert_int_equal(n.written, CHANGED);
        assert_string_equal(text_of("public/section-0/2000/01/an-article-of-number-0/index.html"),
                            text);
    }
    qsort(spent, ROUNDS, sizeof *spent, by_value);
    print_message("  %u files, %d changed: %.1f ms (%.1f to %.1f)\n", n_files, CHANGED,
                  spent[ROUNDS / 2], spent[0], spent[ROUNDS - 1]);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(one_changed_page_costs_its_own_size, make_many,
                                        remove_many),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
