/* choose.c - see net/choose.h. A Range that cannot be read, or names several parts, is as none: RFC
 * 9110 14.2 allows it, and no browser minds. */
#include "net/choose.h"

/* ---- Accept-Encoding */

/* The next element of a comma-separated list, trimmed; false at its end. */
static bool next_element(lede_str *list, lede_str *element) {
    while (list->len) {
        const size_t comma = lede_str_find(*list, ',', 0);
        *element = lede_str_trim(lede_str_n(list->ptr, comma));
        *list = lede_str_sub(*list, comma + 1);
        if (element->len)
            return true;
    }
    return false;
}

static bool weight_is_zero(lede_str parameters) {
    const size_t at = lede_str_search(parameters, LEDE_STR("q="), 0);
    if (at == (size_t)-1)
        return false;
    for (size_t i = at + 2; i < parameters.len; i++)
        if (parameters.ptr[i] >= '1' && parameters.ptr[i] <= '9')
            return false;
    return true;
}

lede__coding lede__choose_coding(lede_str accept) {
    bool gzip = false, brotli = false, other = false, gzip_named = false, brotli_named = false;
    lede_str element;
    while (next_element(&accept, &element)) {
        const size_t semicolon = lede_str_find(element, ';', 0);
        const lede_str name = lede_str_trim(lede_str_n(element.ptr, semicolon));
        const bool wanted = !weight_is_zero(lede_str_sub(element, semicolon));
        if (lede_str_eq_nocase(name, LEDE_STR("br")))
            brotli = wanted, brotli_named = true;
        else if (lede_str_eq_nocase(name, LEDE_STR("gzip")) ||
                 lede_str_eq_nocase(name, LEDE_STR("x-gzip")))
            gzip = wanted, gzip_named = true;
        else if (lede_str_is(name, "*"))
            other = wanted;
    }
    if (brotli || (other && !brotli_named))
        return LEDE__BROTLI;
    return gzip || (other && !gzip_named) ? LEDE__GZIP : LEDE__IDENTITY;
}

/* ---- conditions */

/* Whether the list has the tag. weak: "W/" before it does not count. */
static bool has_tag(lede_str list, lede_str tag, bool weak) {
    lede_str element;
    if (lede_str_is(lede_str_trim(list), "*"))
        return true;
    while (next_element(&list, &element)) {
        if (weak && lede_str_starts(element, "W/"))
            element = lede_str_sub(element, 2);
        if (lede_str_eq(element, tag))
            return true;
    }
    return false;
}

/* ---- ranges */

static bool number(lede_str s, size_t *out) {
    size_t n = 0;
    if (s.len == 0 || s.len > 18)
        return false;
    for (size_t i = 0; i < s.len; i++) {
        if (s.ptr[i] < '0' || s.ptr[i] > '9')
            return false;
        n = n * 10 + (size_t)(s.ptr[i] - '0');
    }
    *out = n;
    return true;
}

static lede__choice part(size_t from, size_t to, size_t size) {
    if (from >= size || to < from)
        return (lede__choice){.status = 416};
    if (to >= size)
        to = size - 1;
    return (lede__choice){.status = 206, .from = from, .len = to - from + 1};
}

static lede__choice choose_range(lede_str range, size_t size) {
    const lede__choice whole = {.status = 200, .len = size};
    if (range.len < 6 || !lede_str_eq_nocase(lede_str_n(range.ptr, 6), LEDE_STR("bytes=")))
        return whole;
    const lede_str spec = lede_str_trim(lede_str_sub(range, 6));
    const size_t dash = lede_str_find(spec, '-', 0);
    const lede_str first = lede_str_n(spec.ptr, dash), last = lede_str_sub(spec, dash + 1);
    size_t from, to;
    if (dash == spec.len)
        return whole;
    if (first.len == 0 && number(last, &to)) {
        if (to == 0)
            return (lede__choice){.status = 416};
        return part(to < size ? size - to : 0, size - 1, size);
    }
    if (!number(first, &from))
        return whole;
    if (last.len == 0)
        return part(from, (size_t)-1, size);
    if (!number(last, &to) || to < from)
        return whole;
    return part(from, to, size);
}

lede__choice lede__choose_part(const lede__conditions *c, bool get, lede_str tag, size_t size) {
    if (c->if_match.len && !has_tag(c->if_match, tag, false))
        return (lede__choice){.status = 412};
    if (c->if_none_match.len && has_tag(c->if_none_match, tag, true))
        return (lede__choice){.status = 304};
    const bool as_it_was = c->if_range.len == 0 || lede_str_eq(c->if_range, tag);
    if (get && c->range.len && as_it_was)
        return choose_range(c->range, size);
    return (lede__choice){.status = 200, .len = size};
}
