/* numbers.c - logarithms, roots and sorting in integers, so that no machine's libm can make a
 * difference. See related/inside.h. */
#include "related/inside.h"

#include "base/banned.h"

uint64_t lede__mix(uint64_t x) {
    x ^= x >> 31;
    x *= 0x7FB5D329728EA185u;
    x ^= x >> 27;
    x *= 0x81DADEF4BC2DD44Du;
    return x ^ x >> 33;
}

uint32_t lede__isqrt(uint64_t x) {
    uint64_t root = 0, bit = (uint64_t)1 << 62;
    while (bit > x)
        bit >>= 2;
    for (; bit; bit >>= 2) {
        if (x >= root + bit) {
            x -= root + bit;
            root = (root >> 1) + bit;
        } else {
            root >>= 1;
        }
    }
    return (uint32_t)root;
}

/* A bit of the logarithm for each squaring. */
uint32_t lede__log2(uint32_t x) {
    uint32_t whole = 31;
    while (!(x >> whole))
        whole--;
    uint64_t m = (uint64_t)x << (31 - whole); /* in [1, 2), of 2^31 */
    uint32_t result = whole;
    for (int i = 0; i < 16; i++) {
        m = m * m >> 31;
        const uint32_t bit = (uint32_t)(m >> 32);
        m >>= bit;
        result = result << 1 | bit;
    }
    return result;
}

/* 2 to the power of -x / 65536, of 2^30: a root of one half for each bit. */
static uint64_t exp2_down(uint64_t x) {
    uint64_t result = (uint64_t)1 << 30, root = (uint64_t)1 << 29;
    if (x >> 16 >= 30)
        return 0;
    result >>= x >> 16;
    for (uint32_t bit = 1 << 15; bit; bit >>= 1) {
        root = lede__isqrt(root << 30);
        if (x & bit)
            result = result * root >> 30;
    }
    return result;
}

uint32_t lede__decay(uint32_t days, uint32_t since, uint32_t exponent) {
    enum { LONGEST = 1 << 20 };
    if (days > LONGEST)
        days = LONGEST;
    if (since == 0)
        since = 1;
    const uint64_t octaves = lede__log2(since + days) - lede__log2(since);
    return (uint32_t)(exp2_down(octaves * exponent / 1000) >> 10);
}

/* ---- sorting */

void lede__sort32(uint32_t *items, size_t n) {
    while (n > 16) { /* the smaller part by itself, the greater one in this loop */
        const uint32_t pivot = items[n / 2];
        size_t i = 0, j = n - 1;
        for (;; i++, j--) {
            while (items[i] < pivot)
                i++;
            while (items[j] > pivot)
                j--;
            if (i >= j)
                break;
            const uint32_t t = items[i];
            items[i] = items[j];
            items[j] = t;
        }
        const size_t left = i;
        if (left < n - left) {
            lede__sort32(items, left);
            items += left;
            n -= left;
        } else {
            lede__sort32(items + left, n - left);
            n = left;
        }
    }
    for (size_t i = 1; i < n; i++) {
        const uint32_t x = items[i];
        size_t j = i;
        for (; j > 0 && items[j - 1] > x; j--)
            items[j] = items[j - 1];
        items[j] = x;
    }
}

/* Parts items around the middle one: what is greater to the front. Gives where the rest begins,
 * which is neither 0 nor n: i and j cross at or behind the pivot, which is behind 0. */
static size_t part64(uint64_t *items, size_t n) {
    const uint64_t pivot = items[n / 2];
    size_t i = 0, j = n - 1;
    for (;; i++, j--) {
        while (items[i] > pivot)
            i++;
        while (items[j] < pivot)
            j--;
        if (i >= j)
            return i;
        const uint64_t t = items[i];
        items[i] = items[j];
        items[j] = t;
    }
}

void lede__sort64(uint64_t *items, size_t n) {
    while (n > 16) {
        const size_t left = part64(items, n);
        if (left < n - left) {
            lede__sort64(items, left);
            items += left;
            n -= left;
        } else {
            lede__sort64(items + left, n - left);
            n = left;
        }
    }
    for (size_t i = 1; i < n; i++) {
        const uint64_t x = items[i];
        size_t j = i;
        for (; j > 0 && items[j - 1] < x; j--)
            items[j] = items[j - 1];
        items[j] = x;
    }
}

enum { BINS = 1024, MANY = 256 };

/* Items by the upper bits of their value: what is above the bin in which the k-th greatest falls goes to the front, then
 * that bin, then the rest. Gives how many are above; *in_bin is how many follow. Most items are far below, so few branches
 * are foretold wrongly. */
static size_t sieve(uint64_t *items, size_t n, size_t k, size_t *in_bin) {
    uint32_t counts[BINS + 1] = {0};
    uint64_t most = 0;
    unsigned shift = 0;
    for (size_t i = 0; i < n; i++)
        most = items[i] > most ? items[i] : most;
    while (most >> shift >= BINS)
        shift++;
    for (size_t i = 0; i < n; i++)
        counts[items[i] >> shift]++;
    uint64_t bin = BINS;
    size_t above = 0, front = 0, next = 0;
    while (above + counts[bin] < k)
        above += counts[bin--];
    for (size_t i = 0; i < n; i++) {
        const uint64_t x = items[i];
        if (x >> shift < bin)
            continue;
        const bool is_above = x >> shift > bin;
        items[i] = items[next];
        if (is_above)
            items[next] = items[front];
        items[is_above ? front : next] = x;
        front += is_above;
        next++;
    }
    *in_bin = next - front;
    return above;
}

void lede__select64(uint64_t *items, size_t n, size_t k) {
    if (k > 0 && n > k && n > MANY) {
        const size_t above = sieve(items, n, k, &n);
        items += above;
        k -= above;
    }
    while (n > k && n > 1) {
        const size_t left = part64(items, n);
        if (left >= k) {
            n = left;
        } else {
            items += left;
            n -= left;
            k -= left;
        }
    }
}

/* ---- sorting by the upper half, a byte at a time from the lowest on */

enum { BYTES = 4, VALUES = 256, FEW = 24 };

static void insert64(uint64_t *items, size_t n) {
    for (size_t i = 1; i < n; i++) {
        const uint64_t x = items[i];
        size_t j = i;
        for (; j > 0 && items[j - 1] >> 32 < x >> 32; j--)
            items[j] = items[j - 1];
        items[j] = x;
    }
}

static void deal64(const uint64_t *from, uint64_t *to, size_t n, unsigned shift, uint32_t *counts) {
    uint32_t at = 0;
    for (int v = VALUES - 1; v >= 0; v--) {
        const uint32_t count = counts[v];
        counts[v] = at;
        at += count;
    }
    for (size_t i = 0; i < n; i++)
        to[counts[from[i] >> shift & (VALUES - 1)]++] = from[i];
}

void lede__order64(uint64_t *items, uint64_t *spare, size_t n) {
    uint32_t counts[BYTES][VALUES] = {{0}};
    uint64_t *from = items, *to = spare;
    if (n < FEW) {
        insert64(items, n);
        return;
    }
    for (size_t i = 0; i < n; i++)
        for (unsigned b = 0; b < BYTES; b++)
            counts[b][items[i] >> (32 + 8 * b) & (VALUES - 1)]++;
    for (unsigned b = 0; b < BYTES; b++) {
        const unsigned shift = 32 + 8 * b;
        if (counts[b][from[0] >> shift & (VALUES - 1)] == n)
            continue; /* all have that byte */
        deal64(from, to, n, shift, counts[b]);
        uint64_t *swap = from;
        from = to;
        to = swap;
    }
    if (from != items)
        memcpy(items, from, n * sizeof *items);
}
