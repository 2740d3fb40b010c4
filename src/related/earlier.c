/* earlier.c - the nearest earlier ones of a list. See lede/related.h. */
#include "lede/related.h"

uint32_t lede_related_earlier(const uint32_t *list, uint32_t count, uint32_t self, uint32_t k,
                              uint32_t *out) {
    if (self > count)
        self = count;
    uint32_t n = 0;
    while (n < k && n < self) {
        out[n] = list[self - 1 - n];
        n++;
    }
    return n;
}
