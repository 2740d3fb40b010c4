/* choose.h - which bytes a request gets of what it asked for: coding, conditions, range. RFC 9110
 * sections 12 to 14. Pure. */
#ifndef LEDE_NET_CHOOSE_H
#define LEDE_NET_CHOOSE_H

#include "lede/text.h"

typedef enum lede__coding { LEDE__IDENTITY, LEDE__GZIP, LEDE__BROTLI } lede__coding;
/* The smallest coding that the value of Accept-Encoding allows. */
lede__coding lede__choose_coding(lede_str accept);

/* The fields that decide; empty = not sent. */
typedef struct lede__conditions {
    lede_str if_match, if_none_match, if_range, range;
} lede__conditions;

typedef struct lede__choice {
    int status;       /* 200, 206, 304, 412, 416 */
    size_t from, len; /* of the bytes, for 200 and 206 */
} lede__choice;
/* For bytes of this size with this strong tag (quotes included); only GET has ranges. */
lede__choice lede__choose_part(const lede__conditions *c, bool get, lede_str tag, size_t size);

#endif
