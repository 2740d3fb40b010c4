/* fuzz_request.c - any bytes as HTTP requests: an end in time, texts inside their limits, and the
 * same outcome in whatever pieces they come; any target, Host and conditions decided without harm.
 *
 * clang -fsanitize=fuzzer,address; the first byte says in which steps the second reading goes. */
#include "net/choose.h"
#include "net/request.h"
#include "net/target.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const lede_server_limits limits = {
    .head_bytes = 512, .fields = 8, .target_bytes = 64, .body_bytes = 256};

static void require(bool truth) {
    if (!truth)
        abort();
}

static void look_at(const lede__reader *r) {
    lede_buf path;
    lede__target target;
    lede_buf_init(&path, 1 << 16);
    require(lede__reader_target(r).len <= limits.target_bytes);
    require(lede__reader_body(r).len <= limits.body_bytes);
    if (lede__target_split(lede__reader_target(r), &target) &&
        !lede__target_path(target.path, &path)) {
        require(path.len > 0 && path.ptr[0] == '/');
        require(lede_str_search(lede_buf_str(&path), LEDE_STR("/../"), 0) == (size_t)-1);
        require(lede_utf8_valid(lede_buf_str(&path), NULL));
    }
    lede_buf_fini(&path);
    const lede_str range = lede__reader_field(r, LEDE_STR("Range"), NULL);
    const lede__conditions c = {.range = range, .if_none_match = range};
    const lede__choice x = lede__choose_part(&c, true, LEDE_STR("\"a\""), 100);
    require(x.from + x.len <= 100);
    lede__choose_coding(lede__reader_field(r, LEDE_STR("Accept-Encoding"), NULL));
}

/* The outcomes of all requests in the bytes, as one number. */
static uint64_t read_all(lede_str bytes, size_t step) {
    lede__reader *r = lede__reader_new(&limits);
    uint64_t outcomes = 1;
    require(r != NULL);
    while (bytes.len) {
        const size_t n = bytes.len < step ? bytes.len : step;
        size_t eaten;
        const lede__reading got = lede__reader_read(r, lede_str_n(bytes.ptr, n), &eaten);
        require(eaten <= n);
        if (got == LEDE__READ_BAD)
            break;
        bytes = lede_str_sub(bytes, eaten);
        if (got == LEDE__READ_MORE)
            continue;
        look_at(r);
        outcomes = outcomes * 31 + lede__reader_target(r).len * 7 + lede__reader_body(r).len;
        lede__reader_next(r);
    }
    lede__reader_free(r);
    return outcomes;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (size == 0)
        return 0;
    const lede_str bytes = {(const char *)data + 1, size - 1};
    const uint64_t whole = read_all(bytes, size), pieces = read_all(bytes, (size_t)data[0] % 7 + 1);
    /* A head that is too long is noticed at a piece's end. */
    require(whole == pieces || size > limits.head_bytes);
    return 0;
}
