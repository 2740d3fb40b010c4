/* hash.h - fingerprints. xxh for "did it change", SHA-256 where somebody could want a collision. */
#ifndef LEDE_CODEC_HASH_H
#define LEDE_CODEC_HASH_H

#include "lede/text.h"

uint64_t lede__xxh64(lede_str s, uint64_t seed); /* XXH3-64 */
void lede__sha256(lede_str s, unsigned char out[32]);
void lede__hex(const unsigned char *bytes, size_t n, char *out); /* 2n + 1 bytes */

#endif
