/* text.c - the words of HTML. From the tree; or, where there is none because a bound was passed, by
 * marks alone. */
#include "html/internal.h"

#include "base/banned.h"

/* What stands between the last word and the next; the strongest wins. */
typedef enum gap { NOTHING, BLANK, LINE } gap;

typedef struct text_writer {
    lede_buf *out;
    size_t start;
    gap due;
    unsigned pre; /* <pre> that are open: white space counts */
} text_writer;

static bool is_blank(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

static void demand(text_writer *w, gap g) {
    if (g > w->due)
        w->due = g;
}

static void fill_gap(text_writer *w) {
    if (w->due != NOTHING && w->out->len > w->start)
        lede_buf_addc(w->out, w->due == LINE ? '\n' : ' ');
    w->due = NOTHING;
}

static void add_words(text_writer *w, lede_str s) {
    for (size_t i = 0; i < s.len;) {
        size_t from = i;
        while (i < s.len && !is_blank(s.ptr[i]))
            i++;
        if (i > from) {
            fill_gap(w);
            lede_buf_addn(w->out, s.ptr + from, i - from);
        }
        for (; i < s.len && is_blank(s.ptr[i]); i++)
            demand(w, BLANK);
    }
}

static void add_text(text_writer *w, lede_str s) {
    if (!w->pre) {
        add_words(w, s);
    } else if (s.len) {
        fill_gap(w);
        lede_buf_add(w->out, s);
    }
}

static void pass_tag(text_writer *w, const GumboElement *e, int step) {
    lede__html_tag t = lede__html_tag_of(e);
    if (t.tag == GUMBO_TAG_PRE)
        w->pre += (unsigned)step;
    if (t.tag == GUMBO_TAG_BR || (t.traits & LEDE__TAG_BLOCK))
        demand(w, LINE);
    else if (t.tag == GUMBO_TAG_TD || t.tag == GUMBO_TAG_TH)
        demand(w, BLANK);
}

/* false: the walk was lost. */
static bool write_text(const GumboNode *root, lede_arena *arena, text_writer *w) {
    lede__html_walk walk;
    if (!lede__html_walk_init(&walk, arena, root))
        return false;
    for (;;) {
        const GumboNode *n;
        switch (lede__html_walk_next(&walk, &n)) {
        case LEDE__STEP_TEXT:
            add_text(w, lede_str_of(n->v.text.text));
            break;
        case LEDE__STEP_OPEN:
            pass_tag(w, &n->v.element, 1);
            break;
        case LEDE__STEP_CLOSE:
            pass_tag(w, &n->v.element, -1);
            break;
        case LEDE__STEP_END:
            return true;
        case LEDE__STEP_LOST:
            return false;
        }
    }
}

/* ---- by marks alone */

/* Where the next "</name" is, or the end. */
static size_t end_tag(lede_str s, size_t from, lede_str name) {
    for (size_t i = from; (i = lede_str_find(s, '<', i)) < s.len; i++)
        if (s.len - i >= name.len + 2 && s.ptr[i + 1] == '/' &&
            lede_str_eq_nocase(lede_str_n(s.ptr + i + 2, name.len), name))
            return i;
    return s.len;
}

static bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

/* Passes the tag or comment whose '<' is at i, and what a browser would not show; returns where
 * text goes on. */
static size_t pass_mark(text_writer *w, lede_str s, size_t i) {
    if (lede_str_starts(lede_str_sub(s, i), "<!--")) {
        size_t end = lede_str_search(s, LEDE_STR("-->"), i + 4);
        return end == (size_t)-1 ? s.len : end + 3;
    }
    size_t from = i + 1 + (i + 1 < s.len && s.ptr[i + 1] == '/'), n = 0;
    while (from + n < s.len &&
           (is_letter(s.ptr[from + n]) || (n && s.ptr[from + n] >= '0' && s.ptr[from + n] <= '9')))
        n++;
    size_t end = lede_str_find(s, '>', i);
    GumboTag tag = n ? gumbo_tagn_enum(s.ptr + from, (unsigned)n) : GUMBO_TAG_UNKNOWN;
    unsigned traits = lede__html_traits(tag);
    if (tag == GUMBO_TAG_BR || (traits & LEDE__TAG_BLOCK))
        demand(w, LINE);
    else if (tag == GUMBO_TAG_TD || tag == GUMBO_TAG_TH)
        demand(w, BLANK);
    if (from == i + 1 && ((traits & LEDE__TAG_DROPPED) || tag == GUMBO_TAG_IFRAME))
        return end_tag(s, end, lede_str_n(s.ptr + from, n));
    return end < s.len ? end + 1 : s.len;
}

/* The character of "&#65;" or "&#x41;" at i (*end behind it), or 0. */
static uint32_t numeric(lede_str s, size_t i, size_t *end) {
    bool hex = i + 2 < s.len && (s.ptr[i + 2] | 32) == 'x';
    uint32_t c = 0;
    size_t k = i + 2 + hex;
    for (; k < s.len && k < i + 10; k++) {
        char d = s.ptr[k];
        uint32_t v = d >= '0' && d <= '9'                        ? (uint32_t)(d - '0')
                     : hex && (d | 32) >= 'a' && (d | 32) <= 'f' ? (uint32_t)((d | 32) - 'a' + 10)
                                                                 : 99;
        if (v == 99)
            break;
        c = c * (hex ? 16 : 10) + v;
    }
    if (k == s.len || s.ptr[k] != ';' || c > 0x10FFFF || (c >= 0xD800 && c < 0xE000))
        return 0;
    *end = k + 1;
    return c;
}

/* Adds the entity at i, or its '&'; returns where text goes on. */
static size_t add_entity(text_writer *w, lede_str s, size_t i) {
    static const struct {
        const char *name, *text;
    } known[] = {{"&amp;", "&"},   {"&lt;", "<"},   {"&gt;", ">"},
                 {"&quot;", "\""}, {"&apos;", "'"}, {"&nbsp;", "\xC2\xA0"}};
    size_t end = i + 1;
    uint32_t c = i + 1 < s.len && s.ptr[i + 1] == '#' ? numeric(s, i, &end) : 0;
    if (c) {
        char bytes[4];
        add_words(w, lede_str_n(bytes, lede_utf8_put(bytes, c)));
        return end;
    }
    for (size_t k = 0; k < sizeof known / sizeof *known; k++)
        if (lede_str_starts(lede_str_sub(s, i), known[k].name)) {
            add_words(w, lede_str_of(known[k].text));
            return i + strlen(known[k].name);
        }
    add_words(w, LEDE_STR("&"));
    return i + 1;
}

static bool is_mark(lede_str s, size_t i) {
    return i + 1 < s.len && (is_letter(s.ptr[i + 1]) || strchr("/!?", s.ptr[i + 1]));
}

static void strip_valid(lede_str s, text_writer *w) {
    for (size_t i = 0; i < s.len;) {
        size_t from = i;
        while (i < s.len && s.ptr[i] != '&' && !(s.ptr[i] == '<' && is_mark(s, i)))
            i++;
        add_words(w, lede_str_n(s.ptr + from, i - from));
        if (i < s.len)
            i = s.ptr[i] == '&' ? add_entity(w, s, i) : pass_mark(w, s, i);
    }
}

/* U+FFFD for what is no UTF-8, and no NUL. */
static void add_repaired(lede_buf *out, lede_str s) {
    for (size_t i = 0; i < s.len;) {
        char bytes[4];
        uint32_t c = lede_utf8_next(s, &i);
        if (c)
            lede_buf_addn(out, bytes, lede_utf8_put(bytes, c));
    }
}

void lede__html_strip(lede_str html, lede_buf *out) {
    text_writer w = {.out = out, .start = out->len};
    if (lede_utf8_valid(html, NULL)) {
        strip_valid(html, &w);
        return;
    }
    lede_buf sound;
    lede_buf_init(&sound, LEDE_BUF_MAX);
    add_repaired(&sound, html);
    strip_valid(lede_buf_str(&sound), &w);
    if (sound.status)
        out->status = sound.status;
    lede_buf_fini(&sound);
}

/* gumbo can make such bytes of numbers that are too large; see put.c. */
static void repair(lede_buf *out, size_t start) {
    if (lede_utf8_valid(lede_str_sub(lede_buf_str(out), start), NULL))
        return;
    lede_buf broken;
    lede_buf_init(&broken, LEDE_BUF_MAX);
    lede_buf_add(&broken, lede_str_sub(lede_buf_str(out), start));
    lede__html_cut(out, start);
    add_repaired(out, lede_buf_str(&broken));
    if (broken.status)
        out->status = broken.status;
    lede_buf_fini(&broken);
}

void lede_html_text(lede_str html, lede_buf *out) {
    text_writer w = {.out = out, .start = out->len};
    lede__html_parser p;
    lede__html_parser_init(&p, html.len);
    const GumboNode *root = html.len <= LEDE__HTML_BYTES ? lede__html_parse(&p, html) : NULL;
    if (!root || !write_text(root, &p.arena, &w)) {
        lede__html_cut(out, w.start);
        lede__html_strip(html, out);
    }
    repair(out, w.start);
    lede__html_parser_fini(&p);
}
