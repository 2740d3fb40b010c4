/* shortcodes.c - finds {{< >}}, {{% %}}, {% %} and {{ }} in source, outside code. See
 * lede/markdown.h.
 *
 * One pass. Blocks of code are told by lines (fences, indentation after a blank line), spans of
 * code by runs of backticks; a tag ends before the next tag's beginning or a blank line, else it is
 * text: so an unclosed tag costs what it is long, and swallows nothing. */
#include "markdown/internal.h"

#include "base/banned.h"

enum { RUNS = 64 }; /* code spans with longer runs of backticks are text here */

typedef struct scanner {
    lede_str s;
    size_t at;     /* what is to be read */
    size_t copied; /* what has been written */
    int line;      /* of counted */
    size_t counted;
    lede_shortcode_fn *fn;
    void *ctx;
    lede_buf *out;
    size_t unknown;
    /* blocks */
    lede__fence fence;
    bool fence_quoted;   /* it ends with its quote */
    size_t fence_offset; /* columns of the list item it ends with */
    bool after_blank, in_code;
    bool in_html; /* indentation is layout there, whatever CommonMark makes of it: what it holds is
                     for readers */
    size_t list_offset; /* columns that the innermost list item takes; 0 outside lists */
    bool no_endraw;     /* none from here on */
    /* code spans: where the last run of each length stands, up to last_end */
    size_t last_run[RUNS], last_end;
} scanner;

static bool is_white(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
static bool is_name(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-' || c == '.' || c == '/';
}

static char byte_at(const scanner *c, size_t i) { return i < c->s.len ? c->s.ptr[i] : '\0'; }

static void copy_until(scanner *c, size_t to) {
    if (to > c->copied)
        lede_buf_add(c->out, lede_str_n(c->s.ptr + c->copied, to - c->copied));
    c->copied = to;
}

static int line_of(scanner *c, size_t at) {
    for (; c->counted < at; c->counted++)
        if (c->s.ptr[c->counted] == '\n')
            c->line++;
    return c->line;
}

/* ---- tags */

/* Two bytes that close a tag of the kind opened; expressions close as shortcodes do. */
typedef enum kind { ANGLE, PERCENT, LIQUID, EXPRESSION } kind;

/* Whether a tag begins at i. */
static bool opener_at(const scanner *c, size_t i, kind *k) {
    if (byte_at(c, i) != '{')
        return false;
    char next = byte_at(c, i + 1), third = byte_at(c, i + 2);
    if (next == '%') {
        *k = LIQUID;
        return true;
    }
    if (next != '{')
        return false;
    /* "{{%endraw%}" is "{" and a Liquid tag only when no "%}}" follows; that is for the one who
     * searches its end. */
    *k = third == '<' ? ANGLE : third == '%' ? PERCENT : EXPRESSION;
    return true;
}

static bool closer_at(const scanner *c, size_t i, kind k) {
    switch (k) {
    case ANGLE:
        return byte_at(c, i) == '>' && byte_at(c, i + 1) == '}' && byte_at(c, i + 2) == '}';
    case PERCENT:
        return byte_at(c, i) == '%' && byte_at(c, i + 1) == '}' && byte_at(c, i + 2) == '}';
    case LIQUID:
        return byte_at(c, i) == '%' && byte_at(c, i + 1) == '}';
    case EXPRESSION:
        return byte_at(c, i) == '}' && byte_at(c, i + 1) == '}';
    }
    return false;
}

/* Whether the line that begins at i is blank, also within a quote. */
static bool blank_line_at(const scanner *c, size_t i) {
    while (strchr(" \t\r>", byte_at(c, i)) && i < c->s.len)
        i++;
    return i >= c->s.len || c->s.ptr[i] == '\n';
}

/* Where the tag whose inside begins at from is closed, or s.len. */
static size_t find_closer(const scanner *c, size_t from, kind k) {
    kind other;
    for (size_t i = from; i < c->s.len; i++) {
        char b = c->s.ptr[i];
        if (b == '\n') {
            if (blank_line_at(c, i + 1))
                break;
        } else if (b == '{') {
            if (opener_at(c, i, &other))
                break;
        } else if ((b == '>' || b == '%' || b == '}') && closer_at(c, i, k)) {
            return i;
        }
    }
    return c->s.len;
}

/* The name at the beginning of *inside, which it leaves with the arguments. */
static lede_str take_name(lede_str *inside) {
    size_t n = 0;
    while (n < inside->len && is_name(inside->ptr[n]))
        n++;
    lede_str name = {inside->ptr, n};
    *inside = lede_str_trim(lede_str_sub(*inside, n));
    return name;
}

static bool starts_with_letter(lede_str s) {
    return s.len && ((s.ptr[0] >= 'a' && s.ptr[0] <= 'z') || (s.ptr[0] >= 'A' && s.ptr[0] <= 'Z') ||
                     s.ptr[0] == '_');
}

/* What stands between the marks, less what white-space control adds to them. */
static lede_str inside_of(const scanner *c, size_t from, size_t to) {
    lede_str in = {c->s.ptr + from, to - from};
    if (in.len && (in.ptr[0] == '-' || in.ptr[0] == '~'))
        in = lede_str_sub(in, 1);
    if (in.len && (in.ptr[in.len - 1] == '-' || in.ptr[in.len - 1] == '~'))
        in.len--;
    return lede_str_trim(in);
}

/* Fills the parts that depend on what stands inside; false when it is no tag. */
static bool read_tag(lede_shortcode *t, lede_str in, kind k) {
    if (k == EXPRESSION) {
        t->name = LEDE_STR("{{");
        t->args = in;
        t->liquid = true;
        return in.len != 0;
    }
    t->liquid = k == LIQUID;
    if (!t->liquid && in.len && in.ptr[0] == '/') {
        t->closing = true;
        in = lede_str_trim(lede_str_sub(in, 1));
    }
    if (!t->liquid && in.len && in.ptr[in.len - 1] == '/') {
        t->self_closing = true;
        in.len--;
        in = lede_str_trim(in);
    }
    t->name = take_name(&in);
    t->args = in;
    if (t->liquid && t->name.len > 3 && lede_str_starts(t->name, "end"))
        t->closing = true;
    return starts_with_letter(t->name);
}

/* {{</_* x *_/>}}: the author's way to show a shortcode. '<' as an entity: it must not begin HTML.
 */
static bool put_escaped(scanner *c, size_t from, size_t to, kind k) {
    if (to < from + 4 || memcmp(c->s.ptr + from, "/*", 2) != 0 ||
        memcmp(c->s.ptr + to - 2, "*/", 2) != 0)
        return false;
    lede_buf_adds(c->out, k == ANGLE ? "{{&lt;" : "{{%");
    lede_buf_add(c->out, lede_str_n(c->s.ptr + from + 2, to - from - 4));
    lede_buf_adds(c->out, k == ANGLE ? "&gt;}}" : "%}}");
    return true;
}

/* Finds {% endraw %} from i on: its start, and *end behind it. s.len when there is none before
 * limit. */
static size_t find_endraw(const scanner *c, size_t i, size_t limit, size_t *end) {
    for (; i + 1 < limit; i++) {
        const char *p = memchr(c->s.ptr + i, '{', limit - i - 1);
        if (!p)
            break;
        i = (size_t)(p - c->s.ptr);
        if (p[1] != '%')
            continue;
        size_t j = i + 2;
        while (j < limit && (is_white(byte_at(c, j)) || byte_at(c, j) == '-'))
            j++;
        if (j + 6 > limit || memcmp(c->s.ptr + j, "endraw", 6) != 0)
            continue;
        j += 6;
        while (j < limit && (is_white(byte_at(c, j)) || byte_at(c, j) == '-'))
            j++;
        if (byte_at(c, j) != '%' || byte_at(c, j + 1) != '}' || j + 2 > limit)
            continue;
        *end = j + 2;
        return i;
    }
    return c->s.len;
}

/* Behind {% raw %} at i, or i when none stands there. */
static size_t skip_raw_tag(const scanner *c, size_t i) {
    if (byte_at(c, i) != '{' || byte_at(c, i + 1) != '%')
        return i;
    size_t j = i + 2;
    while (is_white(byte_at(c, j)) || byte_at(c, j) == '-')
        j++;
    if (j + 3 > c->s.len || memcmp(c->s.ptr + j, "raw", 3) != 0)
        return i;
    j += 3;
    while (is_white(byte_at(c, j)) || byte_at(c, j) == '-')
        j++;
    return byte_at(c, j) == '%' && byte_at(c, j + 1) == '}' ? j + 2 : i;
}

/* Handles the tag at c->at; false when what stands there is text. */
static bool tag(scanner *c) {
    kind k;
    size_t start = c->at;
    if (!opener_at(c, start, &k))
        return false;
    size_t mark = k == LIQUID ? 2 : k == EXPRESSION ? 2 : 3;
    size_t to = find_closer(c, start + mark, k);
    if (to == c->s.len)
        return false;
    size_t end = to + (k == ANGLE || k == PERCENT ? 3 : 2);
    copy_until(c, start);
    if ((k == ANGLE || k == PERCENT) && put_escaped(c, start + mark, to, k)) {
        c->at = c->copied = end;
        return true;
    }
    lede_shortcode t = {.whole = {c->s.ptr + start, end - start}, .line = line_of(c, start)};
    if (!read_tag(&t, inside_of(c, start + mark, to), k))
        return false;
    size_t raw_end;
    if (t.liquid && !c->no_endraw && lede_str_is(t.name, "raw")) {
        size_t raw = find_endraw(c, end, c->s.len, &raw_end);
        c->no_endraw = raw == c->s.len;
        if (!c->no_endraw) {
            lede_buf_add(c->out, lede_str_n(c->s.ptr + end, raw - end));
            c->at = c->copied = raw_end;
            return true;
        }
    }
    if (!c->fn(c->ctx, &t, c->out))
        c->unknown++;
    c->at = c->copied = end;
    return true;
}

/* Lines that were copied past may have closed the fence at hand, or opened one. */
static void follow_fences(scanner *c, size_t from, size_t to) {
    for (size_t i = lede_str_find(c->s, '\n', from) + 1; i < to;
         i = lede_str_find(c->s, '\n', i) + 1)
        lede__fence_line(&c->fence, lede_str_n(c->s.ptr + i, lede_str_find(c->s, '\n', i) - i));
}

/* Where the raw text that begins at inside ends, within code that ends at end; a block's may reach
 * further. */
static size_t end_of_raw(scanner *c, size_t inside, size_t end, bool block, size_t *behind) {
    if (!block)
        return find_endraw(c, inside, end, behind);
    if (c->no_endraw)
        return c->s.len;
    size_t stop = find_endraw(c, inside, c->s.len, behind);
    c->no_endraw = stop == c->s.len;
    return stop;
}

/* Copies code from c->at to end as it stands, but for complete pairs of {% raw %}: where they come
 * from they vanish before Markdown is read. */
static void copy_code(scanner *c, size_t end, bool block) {
    size_t i = c->at;
    while (i < end) {
        const char *p = memchr(c->s.ptr + i, '{', end - i);
        if (!p)
            break;
        i = (size_t)(p - c->s.ptr);
        size_t inside = skip_raw_tag(c, i);
        if (inside == i || inside > end) {
            i++;
            continue;
        }
        size_t behind, stop = end_of_raw(c, inside, end, block, &behind);
        if (stop == c->s.len)
            break;
        copy_until(c, i);
        lede_buf_add(c->out, lede_str_n(c->s.ptr + inside, stop - inside));
        if (block)
            follow_fences(c, inside, stop);
        c->copied = i = behind;
    }
    c->at = end > c->copied ? end : c->copied;
}

/* ---- what begins a line */

/* Columns of white space at i, and *text behind them. */
static size_t indent_at(const scanner *c, size_t i, size_t *text) {
    size_t columns = 0;
    for (; byte_at(c, i) == ' ' || byte_at(c, i) == '\t'; i++)
        columns += byte_at(c, i) == '\t' ? 4 - columns % 4 : 1;
    *text = i;
    return columns;
}

/* The width of a list marker and the blanks after it at i, or 0. */
static size_t list_marker(const scanner *c, size_t i) {
    size_t n = 0;
    char b = byte_at(c, i);
    if (b == '-' || b == '+' || b == '*') {
        n = 1;
    } else {
        while (n < 9 && byte_at(c, i + n) >= '0' && byte_at(c, i + n) <= '9')
            n++;
        if (n == 0 || (byte_at(c, i + n) != '.' && byte_at(c, i + n) != ')'))
            return 0;
        n++;
    }
    if (byte_at(c, i + n) != ' ' && byte_at(c, i + n) != '\t')
        return 0;
    size_t text, blanks = indent_at(c, i + n, &text);
    return n + (blanks <= 4 ? blanks : 1);
}

/* ---- code spans */

static size_t run_at(const scanner *c, size_t i) {
    size_t n = 0;
    while (byte_at(c, i + n) == '`')
        n++;
    return n;
}

/* Whether the line that begins at i ends the paragraph before it; rarely it does when this says no
 * (a setext line, HTML). */
static bool new_block_at(const scanner *c, size_t i) {
    size_t text;
    if (blank_line_at(c, i))
        return true;
    indent_at(c, i, &text);
    return byte_at(c, text) == '#' || list_marker(c, text) != 0;
}

/* Notes the last run of each length in the paragraph that holds i. */
static void note_runs(scanner *c, size_t i) {
    memset(c->last_run, 0, sizeof c->last_run);
    for (; i < c->s.len; i++) {
        char b = c->s.ptr[i];
        if (b == '\n' && new_block_at(c, i + 1))
            break;
        if (b != '`')
            continue;
        size_t n = run_at(c, i);
        if (n < RUNS)
            c->last_run[n] = i;
        i += n - 1;
    }
    c->last_end = i;
}

static void backticks(scanner *c) {
    size_t n = run_at(c, c->at);
    if (c->at >= c->last_end)
        note_runs(c, c->at);
    size_t i = c->at + n;
    if (n >= RUNS || c->last_run[n] <= c->at) {
        c->at = i; /* nothing closes it: text */
        return;
    }
    while (i < c->last_end) {
        size_t m = run_at(c, i);
        if (m == n)
            break;
        i += m ? m : 1;
    }
    copy_code(c, i + n, false);
}

/* ---- lines */

typedef struct line {
    size_t end, next; /* of its text, and behind its end */
    size_t from,
        text;      /* behind the quotes it stands in, and behind white space and list markers too */
    size_t indent; /* columns of white space at from */
    bool blank, quoted, item;
} line;

static line read_line(const scanner *c) {
    line l = {
        .end = lede_str_find(c->s, '\n', c->at), .from = c->at, .blank = blank_line_at(c, c->at)};
    l.next = l.end + (l.end < c->s.len);
    l.indent = indent_at(c, l.from, &l.text);
    while (byte_at(c, l.text) == '>' && l.indent < 4 &&
           (!c->fence.mark || (c->fence_quoted && !l.quoted))) {
        l.quoted = true;
        l.from = l.text + 1;
        if (byte_at(c, l.from) == ' ')
            l.from++;
        l.indent = indent_at(c, l.from, &l.text);
    }
    return l;
}

/* A fence ends with the quote or list item it stands in. */
static void leave_fence(scanner *c, const line *l) {
    if (!c->fence.mark)
        return;
    bool left_quote = c->fence_quoted && !l->quoted;
    bool left_item = !l->blank && l->indent < c->fence_offset;
    if (left_quote || left_item)
        c->fence.mark = 0;
}

/* Enters and leaves list items; the line's own text begins behind their markers. */
static void follow_lists(scanner *c, line *l) {
    size_t columns = l->indent;
    if (!l->blank && c->after_blank && columns < c->list_offset)
        c->list_offset = columns;
    if (columns >= c->list_offset + 4)
        return;
    for (size_t n; (n = list_marker(c, l->text)) != 0;) { /* "- 1. x" */
        l->item = true;
        columns += n;
        c->list_offset = columns;
        l->from = l->text += n;
        while (byte_at(c, l->text) == ' ')
            l->text++;
    }
}

/* The line as its list item sees it: fences count from the item's column. */
static lede_str inner_line(const scanner *c, const line *l) {
    size_t from =
        c->list_offset && l->text < l->end && l->indent < c->list_offset + 4 ? l->text : l->from;
    return from < l->end ? lede_str_n(c->s.ptr + from, l->end - from) : (lede_str){c->s.ptr, 0};
}

/* Whether the line begins with an HTML tag (no comment: those stand alone). */
static bool is_html(const scanner *c, const line *l) {
    unsigned char next = (unsigned char)byte_at(c, l->text + 1) | 0x20;
    return byte_at(c, l->text) == '<' &&
           ((next >= 'a' && next <= 'z') || byte_at(c, l->text + 1) == '/');
}

static bool is_indented_code(scanner *c, const line *l, bool after_blank) {
    if (!c->in_html && !l->item && l->indent >= c->list_offset + 4 && (after_blank || c->in_code))
        return true;
    if (is_html(c, l))
        c->in_html = true;
    else if (after_blank && l->indent == 0)
        c->in_html = false;
    return false;
}

/* Whether the line at c->at is code; then it has been copied. */
static bool code_line(scanner *c) {
    line l = read_line(c);
    leave_fence(c, &l);
    bool was_open = c->fence.mark != 0, after_blank = c->after_blank;
    if (!was_open)
        follow_lists(c, &l);
    c->after_blank = l.blank;
    if (lede__fence_line(&c->fence, inner_line(c, &l))) {
        if (!was_open) {
            c->fence_quoted = l.quoted;
            c->fence_offset = c->list_offset;
        }
        c->in_code = false;
        copy_code(c, l.next, true);
        return true;
    }
    if (l.blank)
        return false;
    c->in_code = is_indented_code(c, &l, after_blank);
    if (c->in_code)
        copy_code(c, l.next, true);
    return c->in_code;
}

static void scan(scanner *c) {
    bool line_start = true;
    while (c->at < c->s.len) {
        if (line_start && code_line(c))
            continue;
        line_start = false;
        char b = c->s.ptr[c->at];
        if (b == '\n') {
            line_start = true;
            c->at++;
        } else if (b == '\\' && byte_at(c, c->at + 1) == '`') {
            c->at += 2;
        } else if (b == '`') {
            backticks(c);
        } else if (b != '{') {
            c->at++;
        } else if (!tag(c)) {
            c->at++;
        }
    }
    copy_until(c, c->s.len);
}

bool lede_markdown_has_shortcodes(lede_str source) {
    const char *p = source.ptr, *end = source.ptr + source.len;
    if (!source.len)
        return false;
    while ((p = memchr(p, '{', (size_t)(end - p)))) {
        p++;
        if (p == end)
            return false;
        if (*p == '{' || *p == '%')
            return true;
    }
    return false;
}

size_t lede_markdown_shortcodes(lede_str source, lede_shortcode_fn *fn, void *ctx, lede_buf *out) {
    if (!lede_markdown_has_shortcodes(source)) {
        lede_buf_add(out, source);
        return 0;
    }
    scanner c = {.s = source, .line = 1, .fn = fn, .ctx = ctx, .out = out, .after_blank = true};
    scan(&c);
    return c.unknown;
}
