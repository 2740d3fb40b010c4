/* compress.c - whole texts through zlib and libbrotli in one call each. See codec/compress.h. */
#include "codec/compress.h"

#include <brotli/encode.h>
#include <zlib.h>

enum { GZIP_WRAP = 15 + 16, GZIP_MEMORY = 8 };

static lede_status no_memory(lede_error *err) {
    return lede_fail(err, LEDE_ENOMEM, "compress: out of memory");
}

lede_status lede__gzip(lede_str bytes, int quality, lede_buf *out, lede_error *err) {
    z_stream z = {0};
    if (bytes.len > UINT32_MAX / 2)
        return lede_fail(err, LEDE_ELIMIT, "compress: %zu bytes are too many", bytes.len);
    if (deflateInit2(&z, quality, Z_DEFLATED, GZIP_WRAP, GZIP_MEMORY, Z_DEFAULT_STRATEGY) != Z_OK)
        return no_memory(err);
    const uLong most = deflateBound(&z, (uLong)bytes.len);
    char *room = lede_buf_room(out, most);
    int rc = Z_MEM_ERROR;
    if (room) {
        z.next_in = (z_const Bytef *)bytes.ptr;
        z.avail_in = (uInt)bytes.len;
        z.next_out = (Bytef *)room;
        z.avail_out = (uInt)most;
        rc = deflate(&z, Z_FINISH);
    }
    if (rc == Z_STREAM_END)
        lede_buf_seal(out, z.total_out);
    deflateEnd(&z);
    return rc == Z_STREAM_END ? lede_buf_status(out, err) : no_memory(err);
}

lede_status lede__brotli(lede_str bytes, int quality, lede_buf *out, lede_error *err) {
    size_t size = BrotliEncoderMaxCompressedSize(bytes.len);
    char *room = size ? lede_buf_room(out, size) : NULL;
    if (!room)
        return no_memory(err);
    if (!BrotliEncoderCompress(quality, BROTLI_DEFAULT_WINDOW, BROTLI_MODE_TEXT, bytes.len,
                               (const uint8_t *)bytes.ptr, &size, (uint8_t *)room))
        return no_memory(err);
    lede_buf_seal(out, size);
    return lede_buf_status(out, err);
}
