/* url.c - which addresses pass, and how they are written. An allow-list, on the address as a
 * browser reads it: controls and blanks around it do not count, tabs and newlines within it
 * neither, and '\' is '/' before a query. */
#include "html/internal.h"

#include "base/url.h"

#include "base/banned.h"

static bool is_trimmed(char c) { return (unsigned char)c <= 0x20 || c == 0x7f; }

/* Whether the standard has c in no address: browsers read it all the same. A second '#' is one. */
static bool is_encoded(char c, bool *fragment) {
    const bool second = c == '#' && *fragment;
    *fragment = *fragment || c == '#';
    return second || (c && strchr(" \"<>`", c));
}

/* Appends url without what browsers take away; what stands in no address is encoded. false when
 * there is more in it that cannot be written. */
static bool clean(lede_str url, lede_buf *out) {
    while (url.len && is_trimmed(url.ptr[0]))
        url = lede_str_sub(url, 1);
    while (url.len && is_trimmed(url.ptr[url.len - 1]))
        url.len--;
    bool fragment = false;
    for (size_t i = 0; i < url.len;) {
        bool fit;
        const char *c = url.ptr + i;
        size_t n = lede__html_char(url, i, &fit);
        i += n;
        if (*c == '\t' || *c == '\n' || *c == '\r')
            continue;
        if (!fit)
            return false;
        if (is_encoded(*c, &fragment))
            lede_buf_addf(out, "%%%02X", (unsigned char)*c);
        else
            lede_buf_addn(out, c, n);
    }
    return true;
}

/* In place, up to the query or fragment. */
static void straighten(lede_buf *b, size_t from) {
    for (size_t i = from; i < b->len && b->ptr[i] != '?' && b->ptr[i] != '#'; i++)
        if (b->ptr[i] == '\\')
            b->ptr[i] = '/';
}

/* The bytes before a ':' that comes before any "/?#\", or {NULL, 0} when the address is relative.
 */
static lede_str scheme_of(lede_str url) {
    for (size_t i = 0; i < url.len; i++) {
        if (url.ptr[i] == ':')
            return lede_str_n(url.ptr, i);
        if (strchr("/?#\\", url.ptr[i]))
            break;
    }
    return (lede_str){0};
}

static bool is_web(lede_str scheme) {
    return lede_str_eq_nocase(scheme, LEDE_STR("http")) ||
           lede_str_eq_nocase(scheme, LEDE_STR("https"));
}

/* Browsers take any number of slashes, of either kind, for the two: write two. false without a
 * host that can be one. */
static bool web_address(lede_buf *b, size_t from, size_t scheme_len) {
    straighten(b, from);
    size_t slashes = from + scheme_len + 1, host = slashes;
    while (host < b->len && b->ptr[host] == '/')
        host++;
    if (!lede__url_host_whole(lede_str_sub(lede_buf_str(b), host)))
        return false;
    if (host - slashes == 2)
        return true;
    lede_buf rest;
    lede_buf_init(&rest, LEDE_BUF_MAX);
    lede_buf_add(&rest, lede_str_sub(lede_buf_str(b), host));
    lede__html_cut(b, slashes);
    lede_buf_adds(b, "//");
    lede_buf_add(b, lede_buf_str(&rest));
    bool ok = rest.status == LEDE_OK;
    lede_buf_fini(&rest);
    return ok;
}

/* data: of a bitmap, never of SVG, which can hold scripts. */
static bool is_bitmap(lede_str url) {
    static const char *const types[] = {"data:image/png", "data:image/gif", "data:image/jpeg",
                                        "data:image/webp"};
    for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
        lede_str type = lede_str_of(types[i]);
        if (url.len > type.len && lede_str_eq_nocase(lede_str_n(url.ptr, type.len), type) &&
            (url.ptr[type.len] == ';' || url.ptr[type.len] == ','))
            return true;
    }
    return false;
}

static bool relative_address(const lede__html_rules *r, lede_buf *out, size_t from) {
    straighten(out, from);
    if (r->owner)
        return out->len > from;
    if (!r->base.len)
        return false;
    lede_buf reference;
    lede_buf_init(&reference, LEDE_BUF_MAX);
    lede_buf_add(&reference, lede_str_sub(lede_buf_str(out), from));
    lede__html_cut(out, from);
    lede__html_resolve(lede_buf_str(&r->base), lede_buf_str(&reference), out);
    bool ok = reference.status == LEDE_OK;
    lede_buf_fini(&reference);
    return ok && web_address(out, from, lede_str_find(lede_buf_str(&r->base), ':', 0));
}

static bool allowed(const lede__html_rules *r, lede__url_use use, lede_buf *out, size_t from) {
    lede_str url = lede_str_sub(lede_buf_str(out), from), scheme = scheme_of(url);
    if (!scheme.ptr)
        return url.len && relative_address(r, out, from);
    if (is_web(scheme))
        return web_address(out, from, scheme.len);
    if (use == LEDE__URL_LINK)
        return lede_str_eq_nocase(scheme, LEDE_STR("mailto")) ||
               (r->owner && lede_str_eq_nocase(scheme, LEDE_STR("tel")));
    return use == LEDE__URL_IMAGE && r->policy->data_images && is_bitmap(url);
}

bool lede__html_url(const lede__html_rules *r, lede__url_use use, lede_str url, lede_buf *out) {
    size_t from = out->len;
    if (clean(url, out) && allowed(r, use, out, from))
        return true;
    lede__html_cut(out, from);
    return false;
}

static lede_str host_of(lede_str url) {
    url = lede_str_sub(url, lede_str_find(url, '/', 0) + 2);
    size_t end = 0;
    while (end < url.len && !strchr("/?#", url.ptr[end]))
        end++;
    return lede_str_n(url.ptr, end);
}

bool lede__html_frame_allowed(const lede__html_rules *r, lede_str url) {
    lede_buf clear;
    lede_buf_init(&clear, LEDE_BUF_MAX);
    bool ok = false;
    if (lede__html_url(r, LEDE__URL_MEDIA, url, &clear) &&
        lede_str_eq_nocase(scheme_of(lede_buf_str(&clear)), LEDE_STR("https"))) {
        lede_str host =
            host_of(lede_buf_str(&clear)); /* with user or port it is no host of the list */
        for (size_t i = 0; i < r->policy->iframe_host_count; i++)
            ok = ok || lede_str_eq_nocase(host, r->policy->iframe_hosts[i]);
    }
    lede_buf_fini(&clear);
    return ok;
}

void lede__html_rules_init(lede__html_rules *r, const lede_html_policy *policy) {
    static const lede_html_policy third_party = {0};
    *r = (lede__html_rules){.policy = policy ? policy : &third_party};
    r->owner = r->policy->trust == LEDE_HTML_OWNER;
    lede_buf base;
    lede_buf_init(&base, LEDE_BUF_MAX);
    lede_buf_init(&r->base,
                  LEDE_BUF_MAX); /* none while it is looked at: it cannot be relative itself */
    if (!r->owner && lede__html_url(r, LEDE__URL_MEDIA, r->policy->base, &base))
        lede__html_cut(&base, lede_str_find(lede_buf_str(&base), '#', 0));
    r->base = base;
}

void lede__html_rules_fini(lede__html_rules *r) { lede_buf_fini(&r->base); }
