/* target.c - see net/target.h. Compared, never repaired: what has two readings is refused. */
#include "net/target.h"

bool lede__target_split(lede_str target, lede__target *out) {
    static const char scheme[] = "http://";
    *out = (lede__target){0};
    if (target.len > strlen(scheme) &&
        lede_str_eq_nocase(lede_str_n(target.ptr, strlen(scheme)), lede_str_of(scheme))) {
        target = lede_str_sub(target, strlen(scheme));
        const size_t slash = lede_str_find(target, '/', 0);
        out->authority = lede_str_n(target.ptr, slash);
        target = lede_str_sub(target, slash);
    }
    if (target.len == 0 || target.ptr[0] != '/' || lede_str_find(target, '#', 0) < target.len)
        return false;
    const size_t mark = lede_str_find(target, '?', 0);
    out->path = lede_str_n(target.ptr, mark);
    out->query = lede_str_sub(target, mark + 1);
    return true;
}

static int digit(char c) {
    if (c >= '0' && c <= '9')
        return c - '0';
    c |= 0x20;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static bool decode(lede_str path, lede_buf *out) {
    for (size_t i = 0; i < path.len; i++) {
        unsigned char c = (unsigned char)path.ptr[i];
        if (c == '%') {
            const int high = i + 1 < path.len ? digit(path.ptr[i + 1]) : -1;
            const int low = i + 2 < path.len ? digit(path.ptr[i + 2]) : -1;
            if (high < 0 || low < 0)
                return false;
            c = (unsigned char)(high << 4 | low);
            if (c == '/')
                return false;
            i += 2;
        }
        if (c < 0x20 || c == 0x7f || c == '\\')
            return false;
        lede_buf_addc(out, (char)c);
    }
    return out->status == LEDE_OK && lede_utf8_valid(lede_buf_str(out), NULL);
}

static bool steps_shown(lede_str path) {
    for (size_t at = 1; at < path.len;) {
        const size_t end = lede_str_find(path, '/', at);
        const lede_str step = lede_str_n(path.ptr + at, end - at);
        const bool well_known = at == 1 && lede_str_is(step, ".well-known");
        if (step.len == 0 || (step.ptr[0] == '.' && !well_known))
            return false;
        at = end + 1;
    }
    return true;
}

int lede__target_path(lede_str path, lede_buf *out) {
    if (!decode(path, out))
        return 400;
    return steps_shown(lede_buf_str(out)) ? 0 : 404;
}

static bool all_digits(lede_str s) {
    for (size_t i = 0; i < s.len; i++)
        if (s.ptr[i] < '0' || s.ptr[i] > '9')
            return false;
    return s.len > 0 && s.len <= 5;
}

/* Takes ":port" away; false when what follows the name is none. */
static bool without_port(lede_str host, lede_str *name) {
    const bool bracket = host.len > 0 && host.ptr[0] == '[';
    const size_t end = bracket ? lede_str_find(host, ']', 0) + 1 : lede_str_find(host, ':', 0);
    if (end > host.len)
        return false;
    *name = lede_str_n(host.ptr, end);
    const lede_str rest = lede_str_sub(host, end);
    return rest.len == 0 || (rest.ptr[0] == ':' && all_digits(lede_str_sub(rest, 1)));
}

/* An address of two colons stands in brackets. */
static bool is_address(lede_str name, const char *address) {
    lede_str bare = name;
    if (name.len > 1 && name.ptr[0] == '[')
        bare = lede_str_n(name.ptr + 1, name.len - 2);
    return address && lede_str_eq_nocase(bare, lede_str_of(address));
}

bool lede__host_known(lede_str host, const char *address, const char *name) {
    lede_str own;
    if (!without_port(host, &own))
        return false;
    return lede_str_eq_nocase(own, LEDE_STR("localhost")) || lede_str_is(own, "127.0.0.1") ||
           lede_str_is(own, "[::1]") || is_address(own, address) ||
           (name && lede_str_eq_nocase(own, lede_str_of(name)));
}

static bool is_ours(lede_str origin, lede_str host) {
    return lede_str_starts(origin, "http://") &&
           lede_str_eq_nocase(lede_str_sub(origin, strlen("http://")), host);
}

bool lede__origin_allowed(lede_str origin, lede_str host, lede_str site, lede_str mode) {
    if (origin.len && !is_ours(origin, host))
        return false;
    if (site.len == 0 || lede_str_is(site, "same-origin") || lede_str_is(site, "none"))
        return true;
    return lede_str_is(mode, "navigate");
}
