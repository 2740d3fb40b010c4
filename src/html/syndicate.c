/* syndicate.c - HTML that lede rendered, for other people's readers: addresses absolute, attributes
 * that only the page needs left out. One walk over the bytes, no tree: what is not written as the
 * Markdown room writes is not judged here, it is copied and reported, and the caller has it
 * sanitised. */
#include "html/internal.h"

#include "base/banned.h"

typedef struct copier {
    lede_str html;
    size_t at;
    const lede_html_place *place;
    lede_buf *out;
    bool plain; /* nothing was met that has to be judged */
} copier;

static bool is_name_char(char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == ':';
}

static bool is_space(char c) { return c == ' ' || c == '\n' || c == '\t'; }

/* ---- addresses */

static bool is_scheme_char(char c) {
    return is_name_char(c) || (c >= 'A' && c <= 'Z') || c == '+' || c == '.';
}

/* The length of a scheme with its colon, or 0. */
static size_t scheme_of(lede_str ref) {
    size_t n = 0;
    while (n < ref.len && ref.ptr[n] != ':' && is_scheme_char(ref.ptr[n]))
        n++;
    return n && n < ref.len && ref.ptr[n] == ':' ? n + 1 : 0;
}

static bool is_known_scheme(lede_str scheme) {
    return lede_str_is(scheme, "https:") || lede_str_is(scheme, "http:") ||
           lede_str_is(scheme, "mailto:");
}

void lede_html_absolute(lede_str ref, const lede_html_place *place, lede_buf *out) {
    const bool below_root = lede_str_starts(ref, "/") && !lede_str_starts(ref, "//");
    if (scheme_of(ref) || below_root) {
        lede_buf_add(out, below_root ? place->root : (lede_str){0});
        lede_buf_add(out, ref);
    } else {
        lede__html_resolve(place->address, ref, out);
    }
}

static void add_address(copier *c, lede_str ref) {
    const size_t scheme = scheme_of(ref);
    c->plain = c->plain && (!scheme || is_known_scheme(lede_str_n(ref.ptr, scheme)));
    lede_html_absolute(ref, c->place, c->out);
}

/* ---- tags */

static bool is_one_of(lede_str name, const char *const *names) {
    for (; *names; names++)
        if (lede_str_is(name, *names))
            return true;
    return false;
}

static bool is_address(lede_str name) {
    static const char *const names[] = {"href", "src", "cite", NULL};
    return is_one_of(name, names);
}

static bool is_kept(lede_str name) {
    static const char *const names[] = {"alt",   "title",    "lang",    "dir",
                                        "width", "height",   "colspan", "rowspan",
                                        "start", "datetime", NULL};
    return is_one_of(name, names);
}

static lede_str take_name(copier *c) {
    const size_t from = c->at;
    while (c->at < c->html.len && is_name_char(c->html.ptr[c->at]))
        c->at++;
    return lede_str_n(c->html.ptr + from, c->at - from);
}

/* name="value" at the walk's place. */
static bool take_attribute(copier *c) {
    const lede_str name = take_name(c);
    if (!name.len || !lede_str_starts(lede_str_sub(c->html, c->at), "=\""))
        return false;
    const size_t from = c->at + 2, to = lede_str_find(c->html, '"', from);
    if (to >= c->html.len)
        return false;
    const lede_str value = lede_str_n(c->html.ptr + from, to - from);
    if (lede_str_find(value, '<', 0) < value.len || lede_str_find(value, '>', 0) < value.len)
        return false;
    c->at = to + 1;
    if (!is_address(name) && !is_kept(name))
        return true;
    lede_buf_addc(c->out, ' ');
    lede_buf_add(c->out, name);
    lede_buf_adds(c->out, "=\"");
    if (is_address(name))
        add_address(c, value);
    else
        lede_buf_add(c->out, value);
    lede_buf_addc(c->out, '"');
    return true;
}

/* What follows a tag's name, its end included. */
static bool take_rest(copier *c) {
    for (;;) {
        const size_t from = c->at;
        while (c->at < c->html.len && is_space(c->html.ptr[c->at]))
            c->at++;
        const lede_str rest = lede_str_sub(c->html, c->at);
        const bool closed = lede_str_starts(rest, "/>");
        if (closed || lede_str_starts(rest, ">")) {
            c->at += closed ? 2 : 1;
            lede_buf_adds(c->out, closed ? " />" : ">");
            return true;
        }
        if (c->at == from || !take_attribute(c))
            return false;
    }
}

/* A tag; or one byte of what is none. */
static void take_tag(copier *c) {
    const size_t begin = c->at, written = c->out->len;
    c->at++;
    const bool closing = c->at < c->html.len && c->html.ptr[c->at] == '/';
    c->at += closing;
    const lede_str name = take_name(c);
    lede_buf_addn(c->out, c->html.ptr + begin, c->at - begin);
    const GumboTag tag = gumbo_tagn_enum(name.ptr, (unsigned)name.len);
    if (name.len && tag < GUMBO_TAG_LAST && (lede__html_traits(tag) & LEDE__TAG_FEED) &&
        take_rest(c)) {
        if (tag == GUMBO_TAG_IMG && !c->place->pictures)
            lede__html_cut(c->out, written);
        return;
    }
    c->plain = false;
    lede__html_cut(c->out, written);
    lede_buf_addc(c->out, '<');
    c->at = begin + 1;
}

bool lede_html_syndicate(lede_str html, const lede_html_place *place, lede_buf *out) {
    copier c = {.html = html, .place = place, .out = out, .plain = true};
    while (c.at < html.len) {
        const size_t tag = lede_str_find(html, '<', c.at);
        lede_buf_addn(out, html.ptr + c.at, tag - c.at);
        c.at = tag;
        if (c.at < html.len)
            take_tag(&c);
    }
    return c.plain;
}
