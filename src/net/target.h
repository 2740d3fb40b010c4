/* target.h - whether a request is for us: its target, Host and Origin. Pure. */
#ifndef LEDE_NET_TARGET_H
#define LEDE_NET_TARGET_H

#include "lede/text.h"

/* The parts of a request's target. */
typedef struct lede__target {
    lede_str authority; /* "host:port" of an absolute one; empty else */
    lede_str path;      /* as it came, begins with '/' */
    lede_str query;     /* without '?' */
} lede__target;
/* Splits "/path?query" or "http://host/path?query". false: neither, or a '#' in it. */
bool lede__target_split(lede_str target, lede__target *out);

/* Appends the path decoded, once. 0, or the status to refuse it with: 400 for what is no path (bad
 * escapes, an escaped slash, a backslash, control bytes, no UTF-8), 404 for steps that are empty or
 * begin with a dot, ".well-known" at the top but. */
int lede__target_path(lede_str path, lede_buf *out);

/* Whether "name" or "name:port" is this machine: localhost, 127.0.0.1, [::1], or one of the two
 * names (may be NULL). The port may be any: tunnels change it, and rebinding cannot use it. */
bool lede__host_known(lede_str host, const char *address, const char *name);

/* Whether the page that sent a request may: origin is its Origin (empty: none was sent), site and
 * mode its Sec-Fetch-Site and Sec-Fetch-Mode. Everything but opening a page comes from our own. */
bool lede__origin_allowed(lede_str origin, lede_str host, lede_str site, lede_str mode);

#endif
