/* id.c - 26 characters of Crockford's base 32: ULIDs, and ids that follow from a path. See
 * lede/article.h. */
#include "lede/article.h"

#include "codec/hash.h"

static const char DIGITS[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/* Writes the first n * 5 bits of bytes, after `skip` leading zero bits, as n digits. */
static void write_digits(const unsigned char *bytes, int skip, int n, char *out) {
    for (int i = 0; i < n; i++) {
        unsigned v = 0;
        for (int b = 0; b < 5; b++) {
            int bit = i * 5 + b - skip;
            v = v << 1 | (bit < 0 ? 0U : bytes[bit / 8] >> (7 - bit % 8) & 1U);
        }
        out[i] = DIGITS[v];
    }
    out[n] = '\0';
}

void lede_article_id_from_path(lede_str path, char out[27]) {
    static const char PREFIX[] = "lede:path:";
    unsigned char hash[32];
    char local[512];
    if (path.len <= sizeof local - sizeof PREFIX) {
        memcpy(local, PREFIX, sizeof PREFIX - 1);
        if (path.len)
            memcpy(local + sizeof PREFIX - 1, path.ptr, path.len);
        lede__sha256(lede_str_n(local, sizeof PREFIX - 1 + path.len), hash);
    } else {
        /* Hash of the hash: needs no memory, and no path that short can give the same bytes. */
        unsigned char inner[32];
        lede__sha256(path, inner);
        memcpy(local, "lede:long:", 10);
        memcpy(local + 10, inner, sizeof inner);
        lede__sha256(lede_str_n(local, 10 + sizeof inner), hash);
    }
    write_digits(hash, 0, 26, out);
}

bool lede_article_id_valid(lede_str id) {
    if (id.len != 26)
        return false;
    for (size_t i = 0; i < id.len; i++)
        if (id.ptr[i] == '\0' || !strchr(DIGITS, id.ptr[i]))
            return false;
    return true;
}

void lede_article_ulid(uint64_t ms, const unsigned char random[10], char out[27]) {
    unsigned char bytes[16];
    for (int i = 0; i < 6; i++)
        bytes[i] = (unsigned char)(ms >> (40 - 8 * i));
    memcpy(bytes + 6, random, 10);
    write_digits(bytes, 2, 26, out);
}
