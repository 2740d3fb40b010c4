/* fuzz_picture.c - any bytes as the head of a picture: an end, and a size within the limits or
 * words. A longer head must not give another size than the shorter one that was enough.
 *
 * clang -fsanitize=fuzzer,address */
#include "lede/picture.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool truth) {
    if (!truth)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    const lede_str head = {(const char *)data, size};
    lede_picture whole, part;
    lede_error err = {0};
    const lede_status st = lede_picture_read(head, &whole, &err);
    if (st) {
        require(st == LEDE_EFORMAT || st == LEDE_ENOTFOUND || st == LEDE_ELIMIT);
        require(err.message[0] != '\0');
        return 0;
    }
    require(whole.width >= 1 && whole.width <= LEDE_PICTURE_SIDE_MAX);
    require(whole.height >= 1 && whole.height <= LEDE_PICTURE_SIDE_MAX);
    for (size_t n = size; n-- > 0 && size - n < 64;)
        if (lede_picture_read(lede_str_n(head.ptr, n), &part, NULL) == LEDE_OK)
            require(part.type == whole.type && part.width == whole.width &&
                    part.height == whole.height);
    return 0;
}
