/* picture_svg.c - the first tag of an SVG. See lede/picture.h.
 *
 * No XML parser: what stands before the tag (prolog, comments, a doctype with its subset) is passed
 * over by its brackets and quotes, and of the tag three attributes are read. Entities are neither
 * declared nor resolved: a value with one in it is no number. */
#include "codec/picture.h"

#include "base/banned.h"

typedef struct scan {
    lede_str s;
    size_t at;
} scan;

static bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

static void skip_blanks(scan *x) {
    while (x->at < x->s.len && is_blank(x->s.ptr[x->at]))
        x->at++;
}

static bool is_next(const scan *x, const char *words) {
    return lede_str_starts(lede_str_sub(x->s, x->at), words);
}

/* Moves behind the next occurrence of words; false when there is none. */
static bool skip_past(scan *x, const char *words) {
    const size_t found = lede_str_search(x->s, lede_str_of(words), x->at);
    if (found == (size_t)-1)
        return false;
    x->at = found + strlen(words);
    return true;
}

static bool skip_quoted(scan *x) {
    const size_t end = lede_str_find(x->s, x->s.ptr[x->at], x->at + 1);
    if (end >= x->s.len)
        return false;
    x->at = end + 1;
    return true;
}

/* <!DOCTYPE svg PUBLIC "..." [ <!ENTITY a ">"> <!-- ]> --> ]> */
static bool skip_doctype(scan *x) {
    bool in_subset = false;
    while (x->at < x->s.len) {
        const char c = x->s.ptr[x->at];
        bool passed = true;
        if (is_next(x, "<!--"))
            passed = skip_past(x, "-->");
        else if (c == '"' || c == '\'')
            passed = skip_quoted(x);
        else
            x->at++;
        if (!passed)
            return false;
        if (c == '>' && !in_subset)
            return true;
        if (c == '[' || c == ']')
            in_subset = c == '[';
    }
    return false;
}

/* Leaves at at the first tag; false when the head ends before it. */
static bool skip_prolog(scan *x) {
    for (;;) {
        skip_blanks(x);
        bool passed;
        if (is_next(x, "<?"))
            passed = skip_past(x, "?>");
        else if (is_next(x, "<!--"))
            passed = skip_past(x, "-->");
        else if (is_next(x, "<!"))
            passed = skip_doctype(x);
        else
            return x->at < x->s.len;
        if (!passed)
            return false;
    }
}

/* A name up to a blank or a sign of the tag. */
static lede_str take_name(scan *x) {
    const size_t from = x->at;
    while (x->at < x->s.len && !is_blank(x->s.ptr[x->at]) && !strchr("=/><\"'", x->s.ptr[x->at]))
        x->at++;
    return lede_str_n(x->s.ptr + from, x->at - from);
}

/* ---- numbers and lengths */

/* A number of CSS at *at, which moves behind it. Not strtod(): that goes by the locale and knows
 * "inf" and "0x". */
static bool take_number(lede_str s, size_t *at, double *out) {
    const char *p = s.ptr + *at, *const end = s.ptr + s.len, *digits;
    const bool negative = p < end && *p == '-';
    double value = 0, scale = 1;
    if (p < end && (*p == '-' || *p == '+'))
        p++;
    for (digits = p; p < end && *p >= '0' && *p <= '9'; p++)
        value = value * 10 + (*p - '0');
    bool any = p > digits;
    if (p < end && *p == '.')
        for (p++; p < end && *p >= '0' && *p <= '9'; p++, any = true)
            value += (*p - '0') * (scale /= 10);
    if (!any)
        return false;
    *out = negative ? -value : value;
    *at = (size_t)(p - s.ptr);
    return true;
}

/* A length in CSS pixels; false for what depends on where it stands (%, em) and what is none. */
static bool read_length(lede_str s, double *out) {
    static const struct {
        const char *name;
        double pixels;
    } units[] = {{"", 1},    {"px", 1},         {"in", 96},        {"pt", 96.0 / 72},
                 {"pc", 16}, {"cm", 96 / 2.54}, {"mm", 96 / 25.4}, {"Q", 96 / 101.6}};
    size_t at = 0;
    s = lede_str_trim(s);
    if (!take_number(s, &at, out) || *out <= 0)
        return false;
    const lede_str unit = lede_str_sub(s, at);
    for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
        if (lede_str_eq_nocase(unit, lede_str_of(units[i].name))) {
            *out *= units[i].pixels;
            return true;
        }
    }
    return false;
}

/* "min-x min-y width height", by blanks or commas. */
static bool read_view_box(lede_str s, double *width, double *height) {
    double n[4];
    size_t at = 0;
    for (int i = 0; i < 4; i++) {
        while (at < s.len && (is_blank(s.ptr[at]) || s.ptr[at] == ','))
            at++;
        if (!take_number(s, &at, &n[i]))
            return false;
    }
    *width = n[2];
    *height = n[3];
    return n[2] > 0 && n[3] > 0;
}

/* ---- the tag */

typedef struct tag {
    bool has_width, has_height, has_view;
    double width, height, view_width, view_height;
} tag;

static void take_attribute(tag *t, lede_str name, lede_str value) {
    if (lede_str_is(name, "width"))
        t->has_width = read_length(value, &t->width);
    else if (lede_str_is(name, "height"))
        t->has_height = read_length(value, &t->height);
    else if (lede_str_is(name, "viewBox"))
        t->has_view = read_view_box(value, &t->view_width, &t->view_height);
}

/* Up to the tag's end. */
static lede_status read_attributes(scan *x, tag *t, lede_error *err) {
    for (;;) {
        skip_blanks(x);
        if (x->at >= x->s.len)
            return lede__picture_short(err);
        if (x->s.ptr[x->at] == '>' || x->s.ptr[x->at] == '/')
            return LEDE_OK;
        const lede_str name = take_name(x);
        skip_blanks(x);
        if (x->at < x->s.len && x->s.ptr[x->at] == '=')
            x->at++;
        else if (x->at < x->s.len)
            return lede__picture_bad(err, "SVG", "an attribute without a value");
        skip_blanks(x);
        if (x->at < x->s.len && x->s.ptr[x->at] != '"' && x->s.ptr[x->at] != '\'')
            return lede__picture_bad(err, "SVG", "a value without quotes");
        const size_t from = x->at + 1;
        if (x->at >= x->s.len || !skip_quoted(x))
            return lede__picture_short(err);
        take_attribute(t, name, lede_str_n(x->s.ptr + from, x->at - 1 - from));
    }
}

static uint32_t pixels(double v) {
    if (!(v < LEDE_PICTURE_SIDE_MAX + 1.0)) /* so asked, NaN is too large as well */
        return LEDE_PICTURE_SIDE_MAX + 1;
    return v < 1 ? 1 : (uint32_t)(v + 0.5);
}

/* What is missing follows from the proportions of the view box (CSS images, default sizing). */
static lede_status size_of(const tag *t, lede_picture *out, lede_error *err) {
    double width = t->width, height = t->height;
    if (!(t->has_width && t->has_height) && !t->has_view)
        return lede_fail(err, LEDE_ENOTFOUND,
                         "picture: the SVG says neither width and height nor viewBox");
    if (!t->has_width && !t->has_height) {
        width = t->view_width;
        height = t->view_height;
    } else if (!t->has_width) {
        width = height * t->view_width / t->view_height;
    } else if (!t->has_height) {
        height = width * t->view_height / t->view_width;
    }
    return lede__picture_sized(out, LEDE_PICTURE_SVG, pixels(width), pixels(height), err);
}

static bool is_svg(lede_str name) {
    const size_t colon = lede_str_find(name, ':', 0);
    return lede_str_is(colon < name.len ? lede_str_sub(name, colon + 1) : name, "svg");
}

lede_status lede__picture_svg(lede_str s, lede_picture *out, lede_error *err) {
    scan x = {.s = s};
    if (is_next(&x, "\xEF\xBB\xBF"))
        x.at = 3;
    if (!skip_prolog(&x))
        return lede__picture_short(err);
    if (x.s.ptr[x.at++] != '<')
        return lede__picture_bad(err, "SVG", "text before the first tag");
    const lede_str name = take_name(&x);
    if (x.at >= s.len)
        return lede__picture_short(err);
    if (!is_svg(name))
        return lede__picture_bad(err, "XML", "not SVG");
    tag t = {0};
    const lede_status st = read_attributes(&x, &t, err);
    return st ? st : size_of(&t, out, err);
}
