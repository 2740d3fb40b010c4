/* test_bind_checked.c - files whose blocks are checked when they are touched: no damage is missed.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../../engine/fixture.h"
#include "bind/checked.h"
#include "sys/sys.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { LEN = 10001, MADE_OF = 77 };
static char dir[256], path[300];

static void write_one(void) {
    lede_buf b;
    lede__checked_begin(&b);
    for (int i = 0; i < LEN; i++)
        lede_buf_addc(&b, (char)(i * 31 + i / 256));
    assert_int_equal(lede__checked_write(dir, "f", MADE_OF, &b, NULL), LEDE_OK);
    lede_buf_fini(&b);
}

static int make_dir(void **state) {
    (void)state;
    if (!fixture_folder(dir, sizeof dir))
        return -1;
    snprintf(path, sizeof path, "%s/f", dir);
    return 0;
}
static int remove_dir(void **state) {
    (void)state;
    lede_error err;
    return lede__remove_tree(dir, &err) != LEDE_OK;
}

static void bytes_come_back(void **state) {
    (void)state;
    write_one();
    lede__checked *c = lede__checked_open(dir, "f", MADE_OF);
    assert_non_null(c);
    const lede_str bytes = lede__checked_bytes(c);
    assert_int_equal(bytes.len, LEN);
    assert_int_equal((uintptr_t)bytes.ptr % 8, 0);
    for (int i = 0; i < LEN; i++)
        assert_int_equal(bytes.ptr[i], (char)(i * 31 + i / 256));
    assert_true(lede__checked_whole(c, bytes.ptr, LEN));
    assert_true(lede__checked_whole(c, bytes.ptr + LEN - 1, 1));
    assert_false(lede__checked_whole(c, bytes.ptr + LEN - 1, 2)); /* not within the bytes */
    assert_false(lede__checked_whole(c, bytes.ptr - 1, 1));
    lede__checked_close(c);
    assert_null(lede__checked_open(dir, "f", MADE_OF + 1));
    assert_null(lede__checked_open(dir, "g", MADE_OF));
    lede__checked_remove(dir, "f");
    lede__checked_remove(dir, "f");
    assert_null(lede__checked_open(dir, "f", MADE_OF));
}

static void rewrite(lede_str whole, size_t len, size_t at) {
    FILE *f = fopen(path, "wb");
    assert_non_null(f);
    for (size_t i = 0; i < len; i++)
        fputc(whole.ptr[i] ^ (i == at ? 0x10 : 0), f);
    fclose(f);
}

/* Every byte that may be read was the one at fault, or the file is refused. */
static void every_damaged_byte_is_told(void **state) {
    (void)state;
    enum { HEAD = 48, BLOCK = 4096, PADDED = (LEN + 7) / 8 * 8 };
    lede_buf whole;
    lede_buf_init(&whole, LEDE_BUF_MAX);
    write_one();
    assert_int_equal(lede__read_file(path, LEDE_BUF_MAX, &whole, NULL), LEDE_OK);
    for (size_t at = 0; at < whole.len; at += at < 2 * HEAD || at > HEAD + LEN ? 1 : 97) {
        rewrite(lede_buf_str(&whole), whole.len, at);
        lede__checked *c = lede__checked_open(dir, "f", MADE_OF);
        const bool in_bytes = at >= HEAD && at < HEAD + LEN;
        const bool is_padding = at >= HEAD + LEN && at < HEAD + PADDED;
        if (!in_bytes && !is_padding)
            assert_null(c);
        if (!c)
            continue;
        const lede_str bytes = lede__checked_bytes(c);
        const size_t block = in_bytes ? (at - HEAD) / BLOCK : SIZE_MAX;
        for (size_t b = 0; b * BLOCK < LEN; b++)
            assert_int_equal(lede__checked_whole(c, bytes.ptr + b * BLOCK, 1), b != block);
        lede__checked_close(c);
    }
    for (size_t len = 0; len < whole.len; len += 13) {
        rewrite(lede_buf_str(&whole), len, SIZE_MAX);
        assert_null(lede__checked_open(dir, "f", MADE_OF));
    }
    lede_buf_fini(&whole);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(bytes_come_back),
                                       cmocka_unit_test(every_damaged_byte_is_told)};
    return cmocka_run_group_tests(tests, make_dir, remove_dir);
}
