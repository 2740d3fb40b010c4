/* fuzz_changes.c - any bytes as a list of changes: refused, or rows that are paths; written again
 * it is the same.
 *
 * clang -fsanitize=fuzzer,address. Half of the inputs get the sum that they lack, or none would
 * pass. */
#include "base/path.h"
#include "codec/hash.h"
#include "publish/changes.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool truth) {
    if (!truth)
        abort();
}

static uint64_t count_lines(lede_str text) {
    uint64_t n = 0;
    for (size_t at = 0; (at = lede_str_find(text, '\n', at)) < text.len; at++)
        n++;
    return n;
}

static void read_rows(const lede__changes *c) {
    size_t at = 0;
    char kind;
    uint64_t was;
    lede_str row, hex, path;
    while (lede__changes_next(c, &at, &kind, &row)) {
        if (kind == '<')
            require(lede__changes_was(row, &hex, &was, &path) && hex.len == 64);
        else
            path = row;
        require(lede__path_safe(path));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    lede__changes c = {0};
    if (size < 1)
        return 0;
    lede_buf_init(&c.text, 1 << 24);
    lede_buf_addn(&c.text, data + 1, size - 1);
    if (data[0] & 1) {
        const uint64_t lines = count_lines(lede_buf_str(&c.text));
        lede__changes_put_end(&c.text, lines ? lines - 1 : 0);
    }
    if (lede__changes_check(&c, NULL) == LEDE_OK)
        read_rows(&c);
    else
        require(c.of == 0);
    lede__changes_close(&c);
    return 0;
}
