/* srcset.c - the HTML standard's "parse a srcset attribute", each candidate checked and written
 * anew. */
#include "html/internal.h"

#include "base/banned.h"

static bool is_blank(char c) {
    return c == ' ' || c == '\t' || c == '\n' || c == '\f' || c == '\r';
}

static size_t skip(lede_str s, size_t i, bool commas) {
    while (i < s.len && (is_blank(s.ptr[i]) || (commas && s.ptr[i] == ',')))
        i++;
    return i;
}

/* The end of the descriptors at i: a comma outside parentheses. */
static size_t descriptors_end(lede_str s, size_t i) {
    for (bool inside = false; i < s.len && (inside || s.ptr[i] != ','); i++) {
        if (s.ptr[i] == '(')
            inside = true;
        else if (s.ptr[i] == ')')
            inside = false;
    }
    return i;
}

/* One width (640w) or one density (1.5x), as a browser takes it. */
static bool is_descriptor(lede_str d) {
    size_t digits = 0, points = 0;
    for (size_t i = 0; i + 1 < d.len; i++) {
        if (d.ptr[i] == '.')
            points++;
        else if (d.ptr[i] >= '0' && d.ptr[i] <= '9')
            digits++;
        else
            return false;
    }
    return digits && digits <= 9 &&
           ((d.ptr[d.len - 1] == 'w' && !points) || (d.ptr[d.len - 1] == 'x' && points <= 1));
}

static void candidate(const lede__html_rules *r, lede_str url, lede_str descriptor, size_t start,
                      lede_buf *out) {
    if (descriptor.len && !is_descriptor(descriptor))
        return;
    size_t from = out->len;
    if (from > start)
        lede_buf_adds(out, ", ");
    if (!lede__html_url(r, LEDE__URL_IMAGE, url, out)) {
        lede__html_cut(out, from);
        return;
    }
    if (descriptor.len) {
        lede_buf_addc(out, ' ');
        lede_buf_add(out, descriptor);
    }
}

bool lede__html_srcset(const lede__html_rules *r, lede_str s, lede_buf *out) {
    size_t start = out->len;
    for (size_t i = skip(s, 0, true); i < s.len; i = skip(s, i, true)) {
        size_t from = i;
        while (i < s.len && !is_blank(s.ptr[i]))
            i++;
        lede_str url = lede_str_n(s.ptr + from, i - from), descriptor = {0};
        if (lede_str_ends(url, ",")) {
            while (lede_str_ends(url, ","))
                url.len--;
        } else {
            from = i;
            i = descriptors_end(s, i);
            descriptor = lede_str_trim(lede_str_n(s.ptr + from, i - from));
        }
        candidate(r, url, descriptor, start, out);
    }
    return out->len > start;
}
