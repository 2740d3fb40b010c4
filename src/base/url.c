/* url.c - which URLs a page made of untrusted text may carry. An allow-list: what is not named
 * is refused. */
#include "base/url.h"

#include "base/banned.h"

static const char *const link_schemes[] = {"http", "https", "mailto", "tel"};
static const char *const image_schemes[] = {"http", "https"};
static const char *const image_types[] = {"image/png", "image/gif", "image/jpeg", "image/webp"};

enum { HEAD_MAX = 40 }; /* longer than every scheme and type above */

static char lower(char c) { return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c; }

/* The beginning of url as a browser reads it: without white space and controls, in lower case. */
static lede_str browser_head(lede_str url, char head[HEAD_MAX]) {
    size_t n = 0;
    for (size_t i = 0; i < url.len && n < HEAD_MAX; i++) {
        unsigned char c = (unsigned char)url.ptr[i];
        if (c > 0x20 && c != 0x7f)
            head[n++] = lower(url.ptr[i]);
    }
    return (lede_str){head, n};
}

static bool is_one_of(lede_str s, const char *const *list, size_t n) {
    for (size_t i = 0; i < n; i++)
        if (lede_str_is(s, list[i]))
            return true;
    return false;
}

static bool data_allowed(lede_str head) {
    lede_str rest = lede_str_sub(head, sizeof "data:" - 1);
    size_t end = 0;
    while (end < rest.len && rest.ptr[end] != ';' && rest.ptr[end] != ',')
        end++;
    return end < rest.len && is_one_of(lede_str_n(rest.ptr, end), image_types,
                                       sizeof image_types / sizeof *image_types);
}

/* A colon before the first of "/?#" ends a scheme. */
static bool is_relative(lede_str url) {
    for (size_t i = 0; i < url.len; i++) {
        if (url.ptr[i] == ':')
            return false;
        if (url.ptr[i] == '/' || url.ptr[i] == '?' || url.ptr[i] == '#')
            return true;
    }
    return true;
}

bool lede__url_allowed(lede_str url, bool image) {
    if (lede_str_starts(url, "https://") || lede_str_starts(url, "http://") || is_relative(url))
        return true; /* most */
    char bytes[HEAD_MAX];
    lede_str head = browser_head(url, bytes);
    lede_str scheme = {head.ptr, lede_str_find(head, ':', 0)};
    if (!image)
        return is_one_of(scheme, link_schemes, sizeof link_schemes / sizeof *link_schemes);
    if (lede_str_is(scheme, "data"))
        return data_allowed(head);
    return is_one_of(scheme, image_schemes, sizeof image_schemes / sizeof *image_schemes);
}
