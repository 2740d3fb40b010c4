/* hash.h - fingerprints. xxh for "did it change", SHA-256 where somebody could want a collision. */
#ifndef LEDE_CODEC_HASH_H
#define LEDE_CODEC_HASH_H

#include "lede/text.h"

uint64_t lede__xxh64(lede_str s, uint64_t seed); /* XXH3-64 */
/* The same of bytes that come in parts, seed 0. */
typedef struct lede__xxh lede__xxh;
lede__xxh *lede__xxh_new(void); /* NULL: out of memory */
void lede__xxh_free(lede__xxh *h);
void lede__xxh_add(lede__xxh *h, lede_str part);
uint64_t lede__xxh_sum(const lede__xxh *h); /* of all so far */
void lede__sha256(lede_str s, unsigned char out[32]);
void lede__hmac_sha256(lede_str key, lede_str s, unsigned char out[32]); /* RFC 2104 */
void lede__hex(const unsigned char *bytes, size_t n, char *out); /* 2n + 1 bytes */

#endif
