/* sanitise.c - parse, write, and see whether what was written stays as it is. See lede/html.h.
 *
 * The result is a fixed point: what is written is parsed and written again until nothing changes,
 * unless its nesting is such that nothing can (nesting.c), which is the ordinary case. What does
 * not come to rest is reduced to its text. */
#include "html/internal.h"

#include "base/banned.h"

enum { ROUNDS_MAX = 5 };

/* Text that no parser would change: nothing to do but to escape it. */
static bool is_plain(lede_str s) {
    bool fit = true;
    for (size_t i = 0; i < s.len && fit;) {
        if (s.ptr[i] == '<' || s.ptr[i] == '&')
            return false;
        i += lede__html_char(s, i, &fit);
    }
    return fit;
}

/* Writes html into *out, whose text goes; false when a bound was passed. */
static bool once(lede__html_parser *p, const lede__html_rules *r, lede_str html, lede_buf *out,
                 bool *unsure) {
    lede_buf_clear(out);
    const GumboNode *root = lede__html_parse(p, html);
    return root && lede__html_write(root, r, &p->arena, out, unsure);
}

/* Leaves the settled text in *a; false when a bound was passed or it does not come to rest. */
static bool settle(lede__html_parser *p, const lede__html_rules *r, lede_str html, lede_buf *a,
                   lede_buf *b) {
    bool unsure;
    if (!once(p, r, html, a, &unsure))
        return false;
    for (int round = 1; unsure && round < ROUNDS_MAX; round++) {
        if (!once(p, r, lede_buf_str(a), b, &unsure))
            return false;
        if (lede_str_eq(lede_buf_str(a), lede_buf_str(b)))
            return true;
        lede_buf swap = *a;
        *a = *b;
        *b = swap;
    }
    return !unsure;
}

static bool clean(lede_str html, const lede_html_policy *policy, lede_buf *out) {
    if (html.len > LEDE__HTML_BYTES)
        return false;
    lede__html_parser p;
    lede__html_rules r;
    lede_buf a, b;
    lede__html_parser_init(&p, html.len);
    lede__html_rules_init(&r, policy);
    lede_buf_init(&a, LEDE__HTML_MEMORY);
    lede_buf_init(&b, LEDE__HTML_MEMORY);
    bool settled = settle(&p, &r, html, &a, &b);
    if (settled)
        lede_buf_add(out, lede_buf_str(&a));
    lede_buf_fini(&b);
    lede_buf_fini(&a);
    lede__html_rules_fini(&r);
    lede__html_parser_fini(&p);
    return settled;
}

static void text_only(lede_str html, lede_buf *out) {
    lede_buf text;
    lede_buf_init(&text, LEDE_BUF_MAX);
    lede__html_strip(html, &text);
    lede__html_put(out, lede_buf_str(&text), lede_escape_html);
    if (text.status)
        out->status = text.status;
    lede_buf_fini(&text);
}

lede_status lede_html_sanitise(lede_str html, const lede_html_policy *policy, lede_buf *out,
                               lede_error *err) {
    bool reduced = false;
    if (is_plain(html))
        lede_escape_html(out, html);
    else if (!clean(html, policy, out))
        reduced = true;
    if (reduced)
        text_only(html, out);
    if (policy && policy->reduced)
        *policy->reduced = reduced;
    return lede_buf_status(out, err);
}
