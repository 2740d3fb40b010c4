/* compress.h - bytes made smaller for the way: gzip (RFC 1952) and Brotli (RFC 7932). */
#ifndef LEDE_CODEC_COMPRESS_H
#define LEDE_CODEC_COMPRESS_H

#include "lede/text.h"

/* Appends what a browser unpacks to bytes again. quality: gzip 1 to 9, Brotli 0 to 11. */
LEDE_MUST_CHECK lede_status lede__gzip(lede_str bytes, int quality, lede_buf *out, lede_error *err);
LEDE_MUST_CHECK lede_status lede__brotli(lede_str bytes, int quality, lede_buf *out,
                                         lede_error *err);

#endif
