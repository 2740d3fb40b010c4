/* test_publish_manifest.c - the list of a tree: what is written is read again, and nothing else is.
 */
#include "publish/manifest.h"
#include "site.h"

static lede_status read_all(const char *text, lede_arena *arena, int *rows,
                            void (*check)(const lede__row *row, int n), lede_error *err) {
    lede__manifest m;
    lede__row row;
    bool more = true;
    char name[300];
    put_file("m", text);
    snprintf(name, sizeof name, "%s/m", root);
    *rows = 0;
    lede_status st = lede__manifest_open(name, &m, err);
    while (!st && !(st = lede__manifest_next(&m, arena, &row, &more, err)) && more) {
        if (check)
            check(&row, *rows);
        ++*rows;
    }
    lede__manifest_close(&m);
    return st;
}

static const char *const names[] = {"a", "dir/\xc3\xa9t\xc3\xa9.html", "x y z", "50%25"};

static void check_row(const lede__row *row, int n) {
    unsigned char sum[32];
    assert_true(lede_str_is(row->path, names[n % 4]));
    assert_int_equal(row->size, n < 4 ? (n == 3 ? UINT64_C(1234567890123) : (uint64_t)n) : 7);
    if (n >= 4) {
        assert_null(row->hex);
        return;
    }
    lede__row_sum(row->hex, sum);
    assert_int_equal(lede__row_size(row->hex), row->size);
    for (int i = 0; i < 32; i++)
        assert_int_equal(sum[i], (unsigned char)(n * 40 + i * 7));
}

static void what_is_written_is_read_again(void **state) {
    (void)state;
    lede_buf b;
    lede_arena arena;
    int rows;
    lede_buf_init(&b, 10000);
    lede_arena_init(&arena, 100000);
    lede__manifest_put_head(&b, 12, 1700000000000000001u, 1700000000000000001u);
    assert_true(lede__manifest_checked(lede_buf_str(&b)) == 1700000000000000001u);
    for (int n = 0; n < 4; n++) {
        unsigned char sum[32];
        for (int i = 0; i < 32; i++)
            sum[i] = (unsigned char)(n * 40 + i * 7);
        lede__manifest_put_page(&b, lede_str_of(names[n]),
                                n == 3 ? UINT64_C(1234567890123) : (uint64_t)n, sum);
    }
    for (int n = 0; n < 4; n++)
        lede__manifest_put_foreign(&b, lede_str_of(names[n]), 7);
    lede__manifest_put_end(&b, 8);
    assert_int_equal(lede_buf_status(&b, NULL), LEDE_OK);
    assert_int_equal(read_all(b.ptr, &arena, &rows, check_row, NULL), LEDE_OK);
    assert_int_equal(rows, 8);
    lede_arena_fini(&arena);
    lede_buf_fini(&b);
}

#define HEAD "lede-manifest 2 serial=1 stamp=2\n"
#define SUM "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

static void what_is_damaged_is_refused(void **state) {
    (void)state;
    static const struct {
        const char *text;
        lede_status status;
    } cases[] = {
        {HEAD SUM " 5 a\nend 1\n", LEDE_OK},
        {HEAD "foreign 5 a%0ab\nend 1\n", LEDE_OK},
        {HEAD "end 0\n", LEDE_OK},
        {"", LEDE_EFORMAT},
        {"lede-manifest 2 serial=1 stamp=2", LEDE_EFORMAT},
        {"lede-manifest 2 serial= stamp=2\nend 0\n", LEDE_EFORMAT},
        {"lede-manifest 1\nend 0\n", LEDE_EFORMAT},
        {"lede-manifest 3\nend 0\n", LEDE_ENEWER},
        {"something else\n", LEDE_EFORMAT},
        {HEAD, LEDE_EFORMAT},
        {HEAD SUM " 5 a\n", LEDE_EFORMAT},
        {HEAD SUM " 5 a\nend 2\n", LEDE_EFORMAT},
        {HEAD SUM " 5 a\nend 1\nmore\n", LEDE_EFORMAT},
        {HEAD SUM " 5 a\nend 1", LEDE_EFORMAT},
        {HEAD SUM " 5 ../a\nend 1\n", LEDE_EFORMAT},
        {HEAD SUM " 5 /a\nend 1\n", LEDE_EFORMAT},
        {HEAD SUM " x a\nend 1\n", LEDE_EFORMAT},
        {HEAD SUM "  a\nend 1\n", LEDE_EFORMAT},
        {HEAD "0123 5 a\nend 1\n", LEDE_EFORMAT},
        {HEAD "foreign 5 ../a\nend 1\n", LEDE_EFORMAT},
        {HEAD "foreign 5 /a\nend 1\n", LEDE_EFORMAT},
        {HEAD "foreign 5 a%0\nend 1\n", LEDE_EFORMAT},
        {HEAD "foreign 5 a%00b\nend 1\n", LEDE_EFORMAT},
        {HEAD "foreign 5 a/%2e%2e/b\nend 1\n", LEDE_EFORMAT},
        {HEAD "foreign 5 \nend 1\n", LEDE_EFORMAT},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        lede_error err = {0};
        lede_arena arena;
        int rows;
        lede_arena_init(&arena, 100000);
        const lede_status st = read_all(cases[i].text, &arena, &rows, NULL, &err);
        if (st != cases[i].status)
            print_error("case %zu: %s\n", i, err.message);
        assert_int_equal(st, cases[i].status);
        lede_arena_fini(&arena);
    }
}

/* Any one byte changed: refused, or read without harm. */
static void no_changed_byte_does_harm(void **state) {
    (void)state;
    static const char good[] = HEAD SUM " 5 a/b\nforeign 5 c%0ad\nend 2\n";
    static const char bytes[] = {0, '\n', ' ', '/', '.', '%', '9', 'z', (char)0xff};
    for (size_t i = 0; i < sizeof good - 1; i++)
        for (size_t k = 0; k < sizeof bytes; k++) {
            char text[sizeof good];
            lede_arena arena;
            int rows;
            memcpy(text, good, sizeof good);
            text[i] = bytes[k];
            lede_arena_init(&arena, 100000);
            const lede_status st = read_all(text, &arena, &rows, NULL, NULL);
            assert_true(st == LEDE_OK || st == LEDE_EFORMAT || st == LEDE_ENEWER);
            assert_true(st || rows == 2);
            lede_arena_fini(&arena);
        }
}

#define A_TEST(name) cmocka_unit_test_setup_teardown(name, make_root, remove_root)

int main(void) {
    const struct CMUnitTest tests[] = {
        A_TEST(what_is_written_is_read_again),
        A_TEST(what_is_damaged_is_refused),
        A_TEST(no_changed_byte_does_harm),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
