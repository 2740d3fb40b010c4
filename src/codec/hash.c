/* hash.c - xxHash and SHA-256. See codec/hash.h.
 *
 * SHA-256 uses OpenSSL's plain functions, which version 3 calls deprecated: they allocate nothing
 * and so cannot fail, and a page's hash starts in 0.08 us (EVP_Digest with a kept algorithm: 0.16;
 * SHA256(), which fetches one each time: 0.40). */
#define OPENSSL_SUPPRESS_DEPRECATED
#include "codec/hash.h"

#define XXH_INLINE_ALL
#include <openssl/sha.h>
#include <xxhash.h>

#include <stdlib.h>

uint64_t lede__xxh64(lede_str s, uint64_t seed) {
    return XXH3_64bits_withSeed(s.len ? s.ptr : "", s.len, seed);
}

struct lede__xxh {
    XXH3_state_t state;
};

lede__xxh *lede__xxh_new(void) {
    lede__xxh *h = aligned_alloc(_Alignof(lede__xxh), sizeof *h);
    if (h)
        XXH3_64bits_reset(&h->state);
    return h;
}

void lede__xxh_free(lede__xxh *h) { free(h); }

void lede__xxh_add(lede__xxh *h, lede_str part) {
    if (part.len)
        XXH3_64bits_update(&h->state, part.ptr, part.len);
}

uint64_t lede__xxh_sum(const lede__xxh *h) { return XXH3_64bits_digest(&h->state); }

void lede__sha256(lede_str s, unsigned char out[32]) {
    SHA256_CTX context;
    SHA256_Init(&context);
    if (s.len)
        SHA256_Update(&context, s.ptr, s.len);
    SHA256_Final(out, &context);
}

void lede__hmac_sha256(lede_str key, lede_str s, unsigned char out[32]) {
    enum { BLOCK = SHA256_CBLOCK };
    unsigned char inner[BLOCK] = {0}, outer[BLOCK];
    SHA256_CTX context;
    if (key.len > BLOCK)
        lede__sha256(key, inner);
    else if (key.len)
        memcpy(inner, key.ptr, key.len);
    for (int i = 0; i < BLOCK; i++) {
        outer[i] = inner[i] ^ 0x5c;
        inner[i] ^= 0x36;
    }
    SHA256_Init(&context);
    SHA256_Update(&context, inner, BLOCK);
    if (s.len)
        SHA256_Update(&context, s.ptr, s.len);
    SHA256_Final(out, &context);
    SHA256_Init(&context);
    SHA256_Update(&context, outer, BLOCK);
    SHA256_Update(&context, out, 32);
    SHA256_Final(out, &context);
}

void lede__hex(const unsigned char *bytes, size_t n, char *out) {
    static const char digits[] = "0123456789abcdef";
    for (size_t i = 0; i < n; i++) {
        *out++ = digits[bytes[i] >> 4];
        *out++ = digits[bytes[i] & 15];
    }
    *out = '\0';
}
