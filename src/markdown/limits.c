/* limits.c - what is refused before cmark sees it.
 *
 * cmark 0.30.2 needs quadratic time for containers nested in thousands (each line is matched
 * against all that are open) and for a paragraph with thousands of unclosed image openers (each
 * link closed looks back at all of them). Both are bounded from above by one pass over the starts
 * of lines, which never underestimates:
 *
 *   depth after a line <= max(depth before, when the line can be a paragraph's lazy continuation;
 *                             its markers + min(depth before, its indentation / 2))
 *
 * because a list item that goes on needs two columns of indentation, and a block quote its '>';
 * what stands behind a new item's marker is new itself. Blank lines keep all. */
#include "markdown/internal.h"

#include "base/banned.h"

enum { LOOK_BACKS_MAX = 400 * 1000 * 1000 }; /* about a second */

typedef struct prefix {
    size_t markers; /* '>' and list markers */
    size_t columns; /* of white space in which list items can go on: not the blank behind a '>',
                       none behind a marker */
    size_t first_indent;
    bool blank, ordered;
    size_t text; /* where the line's own text begins */
} prefix;

static bool is_blank(char c) { return c == ' ' || c == '\t'; }

static bool ends_marker(lede_str s, size_t i) { return i >= s.len || is_blank(s.ptr[i]); }

/* The length of the list marker or '>' at i, or 0. */
static size_t marker_at(lede_str line, size_t i, bool *ordered) {
    char c = line.ptr[i];
    if (c == '>')
        return 1;
    if (c == '-' || c == '+' || c == '*')
        return ends_marker(line, i + 1) ? 1 : 0;
    size_t j = i;
    while (j < line.len && j - i < 9 && line.ptr[j] >= '0' && line.ptr[j] <= '9')
        j++;
    if (j == i || j == line.len || (line.ptr[j] != '.' && line.ptr[j] != ')') ||
        !ends_marker(line, j + 1))
        return 0;
    *ordered = true;
    return j + 1 - i;
}

static prefix read_prefix(lede_str line) {
    prefix p = {0};
    size_t i = 0, white = 0;
    bool in_item = false;
    while (i < line.len) {
        if (is_blank(line.ptr[i])) {
            if (!in_item)
                white += line.ptr[i] == '\t' ? 4 : 1;
            i++;
            continue;
        }
        size_t n = marker_at(line, i, &p.ordered);
        if (p.markers == 0)
            p.first_indent = white;
        if (n == 0)
            break;
        p.markers++;
        in_item = in_item || line.ptr[i] != '>';
        i += n;
        if (!in_item && i < line.len && is_blank(line.ptr[i])) {
            if (line.ptr[i] == '\t')
                white += 3;
            i++;
        }
    }
    p.columns = white;
    p.blank = p.markers == 0 && i == line.len;
    p.text = i;
    return p;
}

/* Whether the line is a rule: "* * *", maybe quoted. */
static bool is_rule(lede_str line) {
    char mark = 0;
    for (size_t i = 0; i < line.len; i++) {
        char c = line.ptr[i];
        if (is_blank(c) || (c == '>' && !mark))
            continue;
        if (c != '-' && c != '*')
            return false;
        if (mark && c != mark)
            return false;
        mark = c;
    }
    return mark != 0;
}

static size_t depth_after(size_t before, const prefix *p, bool in_paragraph) {
    if (p->blank)
        return before;
    size_t least = before < p->columns / 2 ? before : p->columns / 2;
    size_t after = least + p->markers;
    bool lazy = in_paragraph && (p->markers == 0 || p->ordered || p->first_indent >= 4);
    return lazy && after < before ? before : after;
}

/* How often cmark could look back at an image opener: in the paragraph at hand, and in those before
 * it. */
typedef struct brackets {
    size_t images, closers, spent;
    int line; /* at which the paragraph begins */
} brackets;

static void count_brackets(brackets *b, lede_str line) {
    const char *end = line.ptr + line.len;
    for (const char *p = line.ptr; (p = memchr(p, ']', (size_t)(end - p))); p++)
        b->closers++;
    for (const char *p = line.ptr; (p = memchr(p, '!', (size_t)(end - p))); p++)
        if (p + 1 < end && p[1] == '[')
            b->images++;
}

static size_t look_backs(const brackets *b) {
    size_t here = b->images * b->closers; /* each below 2^31: sources are far smaller than that */
    return b->spent + here;
}

static void new_paragraph(brackets *b, int line) {
    *b = (brackets){.spent = look_backs(b), .line = line};
}

/* A bullet or a quote at the margin is never a paragraph's continuation; an ordered or empty item
 * can be. */
static bool starts_paragraph(lede_str line, const prefix *p) {
    return p->markers && !p->ordered && p->first_indent < 4 && p->text < line.len;
}

/* n bytes hold at most n/4 image openers and n/2 closers together: most articles need no count. */
static bool may_look_back(size_t n) { return n > LOOK_BACKS_MAX || n * n / 8 > LOOK_BACKS_MAX; }

static lede_status too_deep(lede_error *err, int line) {
    return lede_fail_at(err, LEDE_ELIMIT, line, 1,
                        "markdown: line %d nests quotes and lists more than %d deep; indent it "
                        "less, or put it in a fenced code block",
                        line, LEDE__MARKDOWN_NESTING);
}

static lede_status too_many_brackets(lede_error *err, int line) {
    return lede_fail_at(err, LEDE_ELIMIT, line, 1,
                        "markdown: the paragraph at line %d has too many '![' and ']' to read in "
                        "reasonable time; divide it by blank lines",
                        line);
}

/* Lines end with LF, CRLF or CR, as cmark has it; the line keeps none of them. */
typedef struct lines {
    lede_str source;
    size_t at, lf, cr; /* where the next line begins; the next of each from there on */
} lines;

static lede_str next_line(lines *l) {
    if (l->lf < l->at)
        l->lf = lede_str_find(l->source, '\n', l->at);
    if (l->cr < l->at)
        l->cr = lede_str_find(l->source, '\r', l->at);
    size_t end = l->cr < l->lf ? l->cr : l->lf;
    lede_str line = {l->source.ptr + l->at, end - l->at};
    l->at = end + 1 + (l->cr < l->lf && l->lf == end + 1);
    return line;
}

static lines first_line(lede_str source) {
    return (lines){source, 0, lede_str_find(source, '\n', 0), lede_str_find(source, '\r', 0)};
}

/* Fences are believed only at the margin, and no longer after a line that may begin raw HTML or a
 * fence elsewhere: there a fence may be text, or an end. */
static bool is_sure_code(lede__fence *fence, bool *sure, lede_str line) {
    if (!*sure)
        return false;
    if (fence->mark || (line.len && (line.ptr[0] == '`' || line.ptr[0] == '~')))
        return lede__fence_line(fence, line);
    return false;
}

static bool casts_doubt(lede_str line, const prefix *p) {
    return p->text < line.len && strchr("<`~", line.ptr[p->text]);
}

lede_status lede__markdown_check(lede_str source, size_t max_bytes, lede_error *err) {
    if (max_bytes == 0)
        max_bytes = LEDE__MARKDOWN_BYTES;
    if (source.len > max_bytes)
        return lede_fail_at(err, LEDE_ELIMIT, 1, 1,
                            "markdown: %zu bytes are more than the limit of %zu; divide the text "
                            "or raise the limit",
                            source.len, max_bytes);
    bool in_paragraph = false, sure = true, counts = may_look_back(source.len);
    size_t depth = 0;
    brackets b = {.line = 1};
    lede__fence fence = {0};
    int number = 0;
    for (lines l = first_line(source); l.at < source.len;) {
        lede_str line = next_line(&l);
        number++;
        if (is_sure_code(&fence, &sure, line)) {
            depth = 0;
            in_paragraph = false;
            continue;
        }
        prefix p = read_prefix(line);
        if (casts_doubt(line, &p))
            sure = false;
        if (p.markers > 2 && is_rule(line))
            p.markers = 0;
        depth = depth_after(depth, &p, in_paragraph);
        if (depth > LEDE__MARKDOWN_NESTING)
            return too_deep(err, number);
        in_paragraph = !p.blank;
        if (p.blank || starts_paragraph(line, &p))
            new_paragraph(&b, number + p.blank);
        if (counts && line.len)
            count_brackets(&b, line);
        if (look_backs(&b) > LOOK_BACKS_MAX)
            return too_many_brackets(err, b.line);
    }
    return LEDE_OK;
}
