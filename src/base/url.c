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

/* The length of a name or address of a machine, 0 for none. Who signs in before it, or writes what
 * no name can hold, leads readers elsewhere than it looks. */
static size_t host_length(lede_str s) {
    size_t n = 0;
    while (n < s.len) {
        const unsigned char c = (unsigned char)s.ptr[n];
        const bool fits = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                          (c >= '0' && c <= '9') || c >= 0x80 || (c && strchr("-._~", (char)c));
        if (!fits)
            break;
        n++;
    }
    if (n || !s.len || s.ptr[0] != '[')
        return n;
    const size_t end = lede_str_find(s, ']', 0); /* IPv6 */
    return end < s.len ? end + 1 : 0;
}

bool lede__url_host_whole(lede_str rest) {
    size_t i = host_length(rest);
    if (!i)
        return false;
    if (i < rest.len && rest.ptr[i] == ':')
        for (i++; i < rest.len && rest.ptr[i] >= '0' && rest.ptr[i] <= '9';)
            i++;
    return i >= rest.len || strchr("/?#", rest.ptr[i]);
}

bool lede__url_allowed(lede_str url, bool image) {
    if (lede_str_starts(url, "https://"))
        return lede__url_host_whole(lede_str_sub(url, 8)); /* most */
    if (lede_str_starts(url, "http://"))
        return lede__url_host_whole(lede_str_sub(url, 7));
    if (is_relative(url))
        return true;
    char bytes[HEAD_MAX];
    lede_str head = browser_head(url, bytes);
    lede_str scheme = {head.ptr, lede_str_find(head, ':', 0)};
    if (!image)
        return is_one_of(scheme, link_schemes, sizeof link_schemes / sizeof *link_schemes);
    if (lede_str_is(scheme, "data"))
        return data_allowed(head);
    return is_one_of(scheme, image_schemes, sizeof image_schemes / sizeof *image_schemes);
}
