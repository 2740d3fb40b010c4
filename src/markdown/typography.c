/* typography.c - quotes, apostrophes, dashes, ellipses and spaces as a language has them.
 *
 * The texts of a block are read as one: a quote that opens before emphasis knows the letter inside.
 * Code counts as a letter, and so does a link that shows its address; neither is changed, nor are
 * attributes and raw HTML, which are no text. A backslash keeps what it stands before. */
#include "markdown/passes.h"

#include "markdown/languages.h"

#include "base/banned.h"

/* A text node's place in the flat text of its block. */
typedef struct segment {
    struct segment *next;
    cmark_node *text;
    size_t from, to;
} segment;

typedef struct block {
    lede__extending *x;
    const lede__language *lang;
    segment *first, **last;
    /* while it is written */
    lede_str s;
    size_t i, next;            /* the character at hand, and behind it */
    uint32_t before, c, after; /* '\n' at the ends */
    size_t doubles, singles;   /* that are open */
    size_t last_single;        /* where the last single quote that only closes stands */
    size_t end;                /* of the segment at hand */
    size_t url_end;            /* up to there an address stands as text */
    bool care[256];            /* bytes that begin what may change; nearly all do not */
} block;

/* ---- flanks, as emphasis has them */

static bool flanks_left(uint32_t before, uint32_t after) {
    return !lede__is_space(after) &&
           (!lede__is_punctuation(after) || lede__is_space(before) || lede__is_punctuation(before));
}

static bool is_digit(uint32_t c) { return c >= '0' && c <= '9'; }

static uint32_t char_at(lede_str s, size_t i) { return i < s.len ? lede_utf8_next(s, &i) : '\n'; }

static void put(block *b, const char *s) { lede_buf_adds(&b->x->fresh, s); }

/* Copies the character at hand. */
static void keep(block *b) { lede_buf_addn(&b->x->fresh, b->s.ptr + b->i, b->next - b->i); }

/* ---- quotes */

static bool opens_double(const block *b) {
    bool left = flanks_left(b->before, b->after), right = flanks_left(b->after, b->before);
    if (left != right)
        return left;
    if (lede__is_alnum(b->before))
        return false;
    return (b->before < 0x80 && b->before && strchr("([{-", (char)b->before)) || !b->doubles;
}

static void double_quote(block *b) {
    bool free = lede__is_space(b->before) && lede__is_space(b->after);
    if (free || (is_digit(b->before) && !b->doubles)) {
        keep(b); /* inches */
    } else if (opens_double(b)) {
        put(b, b->lang->open);
        b->doubles++;
    } else {
        put(b, b->lang->close);
        b->doubles -= b->doubles > 0;
    }
}

static void single_quote(block *b) {
    static const char apostrophe[] = "\u2019";
    bool left = flanks_left(b->before, b->after), right = flanks_left(b->after, b->before);
    if (!left && !right) {
        keep(b);
    } else if (left && !right) {
        bool opens = !is_digit(b->after) && b->i < b->last_single;
        put(b, opens ? b->lang->inner_open : apostrophe);
        b->singles += opens;
    } else if (right && !left && b->singles) {
        put(b, b->lang->inner_close);
        b->singles--;
    } else if (right && !left && is_digit(b->before)) {
        keep(b); /* feet, minutes */
    } else {
        put(b, apostrophe);
    }
}

/* ---- dashes and dots */

/* Takes the run of the character at hand. */
static size_t take_run(block *b) {
    size_t n = 1;
    while (b->next < b->end && b->s.ptr[b->next] == b->s.ptr[b->i]) {
        b->next++;
        n++;
    }
    b->after = char_at(b->s, b->next);
    return n;
}

static void dashes(block *b) {
    size_t n = take_run(b);
    bool option = lede__is_space(b->before) && lede__is_alnum(b->after); /* --verbose */
    if (n == 3)
        put(b, "\u2014");
    else if (n == 2 && !option)
        put(b, "\u2013");
    else
        keep(b);
}

static void dots(block *b) {
    if (take_run(b) == 3)
        put(b, "\u2026");
    else
        keep(b);
}

/* ---- spaces and the marks they stand before */

/* The space that belongs before c, when text or the end of a word follows it; NULL for none. */
static const char *space_before(const block *b, uint32_t c, uint32_t after) {
    bool ends = !lede__is_alnum(after) && after != '/';
    if (c == ';' || c == '!' || c == '?')
        return ends ? b->lang->high : NULL;
    if (c == ':')
        return lede__is_space(after) ? b->lang->colon : NULL;
    return c == 0xBB ? b->lang->inside : NULL;
}

static void space(block *b) {
    const char *narrow = NULL;
    if (b->c == ' ' && b->before == 0xAB)
        narrow = b->lang->inside;
    else if (b->c == ' ') {
        size_t i = b->next;
        uint32_t c = i < b->s.len ? lede_utf8_next(b->s, &i) : '\n';
        narrow = space_before(b, c, char_at(b->s, i));
    }
    if (narrow && *narrow)
        put(b, narrow);
    else
        keep(b);
}

static bool is_arabic(uint32_t c) {
    return (c >= 0x620 && c <= 0x6FF && c != 0x66A) || (c >= 0x750 && c <= 0x77F) ||
           (c >= 0xFB50 && c <= 0xFDFF) || (c >= 0xFE70 && c <= 0xFEFC);
}

/* One of , ; : ! ? and a guillemet. */
static void mark(block *b) {
    const char *gap = space_before(b, b->c, b->after);
    bool word = lede__is_alnum(b->before) ||
                (b->before < 0x80 && b->before && strchr(")]\"'", (char)b->before)) ||
                b->before == 0xBB || b->before == 0x2026;
    if (gap && (word || (b->c == 0xBB && !lede__is_space(b->before))) &&
        !(b->c == ':' && is_digit(b->before)))
        put(b, gap);
    if (b->lang->arabic && is_arabic(b->before) && b->c != ':' && b->c != '!' && b->c < 0x80)
        put(b, b->c == ',' ? "\u060C" : b->c == ';' ? "\u061B" : "\u061F");
    else
        keep(b);
    if (b->c == 0xAB && !lede__is_space(b->after))
        put(b, b->lang->inside);
}

/* ---- a block */

static void one(block *b) {
    switch (b->c) {
    case '"':
        double_quote(b);
        break;
    case '\'':
        single_quote(b);
        break;
    case '-':
        dashes(b);
        break;
    case '.':
        dots(b);
        break;
    case ' ':
        space(b);
        break;
    case ':':
        if (lede_str_starts(lede_str_sub(b->s, b->next), "//")) {
            for (b->url_end = b->next;
                 b->url_end < b->s.len && !strchr(" \n", b->s.ptr[b->url_end]);)
                b->url_end++;
            keep(b);
            break;
        }
        mark(b);
        break;
    case ',':
    case ';':
    case '!':
    case '?':
    case 0xAB:
    case 0xBB:
        mark(b);
        break;
    default:
        keep(b);
        break;
    }
}

/* Where the last ' that can close and cannot open stands. */
static size_t find_last_single(lede_str s) {
    for (size_t i = memchr(s.ptr, '\'', s.len) ? s.len : 0; i > 0; i--) {
        if (s.ptr[i - 1] != '\'')
            continue;
        const uint32_t before = lede__last_char(lede_str_n(s.ptr, i - 1)), after = char_at(s, i);
        if (flanks_left(after, before) && !flanks_left(before, after))
            return i - 1;
    }
    return 0;
}

/* The bytes that one() would do more with than keep. */
static void note_care(block *b) {
    const lede__language *lang = b->lang;
    for (const char *p = "\"':.-"; *p; p++)
        b->care[(unsigned char)*p] = true;
    if (!*lang->high && !*lang->colon && !*lang->inside && !lang->arabic)
        return;
    for (const char *p = " ,;!?"; *p; p++)
        b->care[(unsigned char)*p] = true;
    b->care[0xC2] = true; /* guillemets begin with it */
}

/* Where the next byte stands that needs a look; a dot or a dash does when it is not alone. */
static size_t next_care(const block *b, size_t i, size_t end) {
    for (; i < end; i++) {
        const char c = b->s.ptr[i];
        if (b->care[(unsigned char)c] && ((c != '.' && c != '-') || (i + 1 < end && b->s.ptr[i + 1] == c)))
            break;
    }
    return i;
}

/* Copies what needs no look. */
static void skip(block *b, size_t end) {
    const size_t to = next_care(b, b->i < b->url_end ? b->url_end : b->i, end);
    const size_t stop = to < end ? to : end;
    if (stop <= b->i)
        return;
    lede_buf_addn(&b->x->fresh, b->s.ptr + b->i, stop - b->i);
    b->before = lede__last_char(lede_str_n(b->s.ptr, stop));
    b->i = stop;
}

static void write_segment(block *b, const segment *g) {
    lede_buf_clear(&b->x->fresh);
    b->end = g->to;
    for (skip(b, g->to); b->i < g->to; skip(b, g->to)) {
        b->next = b->i;
        b->c = lede_utf8_next(b->s, &b->next);
        b->after = char_at(b->s, b->next);
        one(b);
        b->before = b->c;
        b->i = b->next;
    }
    lede_str fresh = lede_buf_str(&b->x->fresh);
    if (!lede_buf_status(&b->x->fresh, NULL) &&
        !lede_str_eq(fresh, lede_str_n(b->s.ptr + g->from, g->to - g->from)))
        cmark_node_set_literal(g->text, fresh.ptr);
}

static void write_block(block *b) {
    b->i = b->doubles = b->singles = b->url_end = 0;
    b->before = '\n';
    b->last_single = find_last_single(b->s);
    for (const segment *g = b->first; g; g = g->next) {
        if (b->i < g->from) { /* code, a break: read, not written */
            b->before = lede__last_char(lede_str_n(b->s.ptr, g->from));
            b->i = g->from;
        }
        write_segment(b, g);
    }
}

static void end_block(block *b) {
    b->s = lede_buf_str(&b->x->flat);
    if (next_care(b, 0, b->s.len) < b->s.len) /* most have nothing to change */
        write_block(b);
    lede_buf_clear(&b->x->flat);
    b->first = NULL;
    b->last = &b->first;
}

static void add_text(block *b, cmark_node *text) {
    segment *g = lede__memory_room(1, sizeof *g);
    lede_str s = lede_str_of(cmark_node_get_literal(text));
    *g = (segment){.text = text, .from = b->x->flat.len};
    lede_buf_add(&b->x->flat, s);
    g->to = b->x->flat.len;
    *b->last = g;
    b->last = &g->next;
}

static bool is_cell(cmark_node *n) {
    return cmark_node_get_type(cmark_node_parent(n)) == CMARK_NODE_CUSTOM_BLOCK;
}

/* Reads n into the flat text; false when its children are not to be read. */
static bool read_node(block *b, cmark_node *n) {
    switch (cmark_node_get_type(n)) {
    case CMARK_NODE_TEXT:
        add_text(b, n);
        return true;
    case CMARK_NODE_SOFTBREAK:
    case CMARK_NODE_LINEBREAK:
        lede_buf_addc(&b->x->flat, '\n');
        return true;
    case CMARK_NODE_CODE:
        lede_buf_addc(&b->x->flat, 'x');
        return true;
    case CMARK_NODE_LINK:
        if (!lede__is_bare_url(n))
            return true;
        lede_buf_addc(&b->x->flat, 'x');
        return false;
    case CMARK_NODE_IMAGE:
    case CMARK_NODE_EMPH:
    case CMARK_NODE_STRONG:
    case CMARK_NODE_HTML_INLINE:
        return true;
    case CMARK_NODE_CUSTOM_INLINE:
        if (is_cell(n))
            end_block(b);
        return true;
    case CMARK_NODE_NONE:
    case CMARK_NODE_DOCUMENT:
    case CMARK_NODE_BLOCK_QUOTE:
    case CMARK_NODE_LIST:
    case CMARK_NODE_ITEM:
    case CMARK_NODE_CODE_BLOCK:
    case CMARK_NODE_HTML_BLOCK:
    case CMARK_NODE_CUSTOM_BLOCK:
    case CMARK_NODE_PARAGRAPH:
    case CMARK_NODE_HEADING:
    case CMARK_NODE_THEMATIC_BREAK:
        end_block(b);
        break;
    }
    return true;
}

void lede__pass_typography(lede__extending *x) {
    block b = {.x = x, .lang = lede__language_of(x->o->language)};
    b.last = &b.first;
    note_care(&b);
    lede_buf_clear(&x->flat);
    cmark_node *next;
    for (cmark_node *n = x->root; n; n = next)
        next = lede__after(n, x->root, read_node(&b, n));
    end_block(&b);
}
