/* marks.c - finds what to mark and puts the marks in. See marks.h; placing is in places.c. */
#include "markdown/marks.h"

#include "base/banned.h"

#include <stdlib.h>

enum {
    LABEL_MAX = 256,   /* bytes of a footnote's label */
    CONTENT_MAX = 512, /* of an inline directive's text */
    OPEN_MAX = 16,     /* inline directives in each other */
};

typedef struct scanner {
    lede__marks *m;
    lede_str s;
    unsigned passes;
    const char *escapes;
    size_t at, line_start;
    int line;
    size_t open[OPEN_MAX], n_open; /* directives whose text is being read */
    bool no_memory;
} scanner;

static char byte_at(const scanner *c, size_t i) { return i < c->s.len ? c->s.ptr[i] : '\0'; }
static bool is_blank(char c) { return c == ' ' || c == '\t'; }
static bool is_eol(char c) { return c == '\n' || c == '\r'; }
static bool is_digit(char c) { return c >= '0' && c <= '9'; }
static bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

void lede__marks_fini(lede__marks *m) {
    free(m->items);
    *m = (lede__marks){0};
}

static lede__mark *add(scanner *c, lede__mark_kind kind, size_t from, size_t to) {
    static lede__mark nowhere; /* written to, and never read, when memory is refused */
    lede__marks *m = c->m;
    if (m->count == m->cap) {
        size_t cap = m->cap ? m->cap * 2 : 32;
        lede__mark *items = realloc(m->items, cap * sizeof *items);
        if (!items) {
            c->no_memory = true;
            return &nowhere;
        }
        m->items = items;
        m->cap = cap;
    }
    lede__mark *mark = &m->items[m->count++];
    *mark = (lede__mark){.kind = kind,
                         .from = from,
                         .to = to,
                         .line = c->line,
                         .column = (int)(from - c->line_start) + 1};
    return mark;
}

/* ---- footnotes */

/* The index behind "[^label]" at i, or i. */
static size_t label_end(const scanner *c, size_t i) {
    if (byte_at(c, i) != '[' || byte_at(c, i + 1) != '^')
        return i;
    size_t j = i + 2;
    while (j < c->s.len && j - i < LABEL_MAX && !strchr(" \t\r\n[]\\", c->s.ptr[j]))
        j++;
    return byte_at(c, j) == ']' && j > i + 2 ? j + 1 : i;
}

static lede_str label_of(const scanner *c, size_t i, size_t end) {
    return lede_str_n(c->s.ptr + i + 2, end - i - 3);
}

static bool definition(scanner *c, size_t i) {
    size_t end = label_end(c, i);
    if (end == i || byte_at(c, end) != ':')
        return false;
    size_t to = end + 1;
    while (is_blank(byte_at(c, to)))
        to++;
    lede__mark *m = add(c, LEDE__DEFINITION, i, to);
    m->name = label_of(c, i, end);
    c->at = to;
    return true;
}

static void reference(scanner *c) {
    size_t end = label_end(c, c->at);
    if (end == c->at || byte_at(c, end) == '(') {
        c->at++;
        return;
    }
    lede__mark *m = add(c, LEDE__REFERENCE, c->at, end);
    m->name = label_of(c, c->at, end);
    c->at = end;
}

/* ---- directives */

/* The index behind the name at i, or i. */
static size_t name_end(const scanner *c, size_t i) {
    size_t j = i;
    if (is_letter(byte_at(c, j)))
        while (is_letter(byte_at(c, j)) || is_digit(byte_at(c, j)) || byte_at(c, j) == '-' ||
               byte_at(c, j) == '_')
            j++;
    return j;
}

static size_t behind_eol(const scanner *c, size_t i) {
    return i + (byte_at(c, i) == '\r' && byte_at(c, i + 1) == '\n' ? 2 : 1);
}

/* The index of the ']' that closes the '[' at i: on its line, or with wrap in its paragraph. */
static size_t closing(const scanner *c, size_t i, bool wrap) {
    size_t depth = 0;
    for (size_t j = i; j < c->s.len && j - i < CONTENT_MAX; j++) {
        char b = c->s.ptr[j];
        if (b == '\\')
            j++;
        else if (b == '[')
            depth++;
        else if (b == ']' && --depth == 0)
            return j;
        else if (is_eol(b) && (!wrap || is_eol(byte_at(c, behind_eol(c, j)))))
            break;
    }
    return c->s.len;
}

/* Begins a directive whose mark ends at to; its text, if it has one, ends at end (else 0). */
static lede__mark *begin(scanner *c, lede__mark_kind kind, size_t from, size_t to, size_t end) {
    if (end)
        c->open[c->n_open++] = c->m->count;
    lede__mark *m = add(c, kind, from, to);
    m->other = end; /* where its end stands, until it is met */
    return m;
}

/* ":name[text]" and maybe "{...}"; what looks like one within a word is none. */
static void inline_directive(scanner *c) {
    size_t i = c->at, name = name_end(c, i + 1);
    char b = i ? c->s.ptr[i - 1] : ' ';
    c->at++;
    if (name == i + 1 || byte_at(c, name) != '[' || b == ':' || is_letter(b) || is_digit(b) ||
        (unsigned char)b >= 0x80 || c->n_open == OPEN_MAX)
        return;
    size_t end = closing(c, name, true);
    if (end == c->s.len)
        return;
    lede__mark *m = begin(c, LEDE__INLINE, i, name + 1, end);
    m->name = lede_str_n(c->s.ptr + i + 1, name - i - 1);
    size_t to = lede__attributes_end(c->s, end + 1);
    m->attributes = to > end + 1 ? lede_str_n(c->s.ptr + end + 2, to - end - 3) : (lede_str){0};
    if (byte_at(c, end + 1) == '{' && to == end + 1)
        m->wrong = "'{' is not closed by '}' on its line";
    c->at = name + 1;
}

static size_t line_end(const scanner *c, size_t i) {
    while (i < c->s.len && !is_eol(c->s.ptr[i]))
        i++;
    return i;
}

static size_t skip_blanks(const scanner *c, size_t i) {
    while (is_blank(byte_at(c, i)))
        i++;
    return i;
}

/* "::name", ":::name" with what may follow, or a bare fence. */
static bool line_directive(scanner *c, size_t i) {
    size_t colons = 0, end = line_end(c, i);
    while (byte_at(c, i + colons) == ':')
        colons++;
    size_t name = skip_blanks(c, i + colons), after = name_end(c, name);
    if (colons >= 3 && name == end) {
        add(c, LEDE__CLOSE, i, end)->colons = colons;
        c->at = end;
        return true;
    }
    if (colons < 2 || after == name)
        return false;
    size_t text = after, close = after;
    if (byte_at(c, after) == '[') {
        close = closing(c, after, false);
        if (close == c->s.len)
            return false;
        text = after + 1;
        after = close + 1;
    }
    after = skip_blanks(c, after);
    size_t to = lede__attributes_end(c->s, after);
    bool open = to == after && byte_at(c, after) == '{';
    if (!open && skip_blanks(c, to) != end)
        return false;
    lede__mark *m = begin(c, colons == 2 ? LEDE__LEAF : LEDE__CONTAINER, i,
                          text < close ? text : end, text < close ? close : 0);
    m->name = lede_str_n(c->s.ptr + name, name_end(c, name) - name);
    m->attributes = to > after ? lede_str_n(c->s.ptr + after + 1, to - after - 2) : (lede_str){0};
    m->colons = colons;
    if (open)
        m->wrong = "'{' is not closed by '}' on its line";
    c->at = m->to;
    return true;
}

/* The text of the innermost directive ends at c->at. */
static void end_text(scanner *c) {
    size_t i = c->open[--c->n_open];
    lede__mark head = c->m->items[i];
    size_t to = c->at + 1;
    if (head.kind != LEDE__INLINE)
        to = line_end(c, c->at);
    else if (head.attributes.ptr)
        to = (size_t)(head.attributes.ptr - c->s.ptr) + head.attributes.len + 1;
    size_t index = c->m->count;
    add(c, LEDE__END, c->at, to)->other = i;
    c->m->items[i].other = index;
    c->at = to;
}

static bool ends_text(const scanner *c) {
    return c->n_open && c->m->items[c->open[c->n_open - 1]].other == c->at;
}

/* A text whose end something else took with it is none. */
static void leave_texts(scanner *c, size_t at) {
    while (c->n_open && c->m->items[c->open[c->n_open - 1]].other < at) {
        lede__mark *head = &c->m->items[c->open[--c->n_open]];
        head->other = 0;
        head->dropped = true;
    }
}

/* ---- the scan */

/* Behind the quotes and list markers that the line begins with. */
static size_t behind_prefix(scanner *c, size_t i) {
    for (;;) {
        i = skip_blanks(c, i);
        char b = byte_at(c, i);
        size_t n = i;
        if (b == '>') {
            i++;
            continue;
        }
        if (b == '-' || b == '*' || b == '+')
            n++;
        else
            while (is_digit(byte_at(c, n)) && n - i < 9)
                n++;
        if (is_digit(b) && byte_at(c, n) != '.' && byte_at(c, n) != ')')
            return i;
        n += is_digit(b);
        if (n == i || !is_blank(byte_at(c, n)))
            return i;
        c->m->plus = c->m->plus || b == '+';
        i = n;
    }
}

static void begin_line(scanner *c) {
    c->line_start = c->at;
    size_t i = behind_prefix(c, c->at);
    bool footnotes = c->passes & LEDE_MARKDOWN_FOOTNOTES;
    if (footnotes && byte_at(c, i) == '[' && definition(c, i))
        return;
    if ((c->passes & LEDE_MARKDOWN_DIRECTIVES) && byte_at(c, i) == ':' && !c->n_open)
        line_directive(c, i);
}

static void end_line(scanner *c) {
    c->at = behind_eol(c, c->at);
    c->line++;
    begin_line(c);
}

static void scan_byte(scanner *c) {
    char b = c->s.ptr[c->at];
    leave_texts(c, c->at);
    if (is_eol(b)) {
        end_line(c);
    } else if (b == '\\') {
        char next = byte_at(c, c->at + 1);
        if (next && strchr(c->escapes, next))
            add(c, LEDE__ESCAPE, c->at, c->at + 2);
        c->at += is_eol(next) || !next ? 1 : 2;
    } else if (b == ']' && ends_text(c)) {
        end_text(c);
    } else if (b == '[' && (c->passes & LEDE_MARKDOWN_FOOTNOTES)) {
        reference(c);
    } else if (b == ':' && (c->passes & LEDE_MARKDOWN_DIRECTIVES)) {
        inline_directive(c);
    } else {
        c->at++;
    }
}

/* ---- references to definitions */

typedef struct label {
    lede_str name;
    size_t index;
} label;

static int lower(char c) { return c >= 'A' && c <= 'Z' ? c + 32 : (unsigned char)c; }

static int compare_names(lede_str a, lede_str b) {
    for (size_t i = 0; i < a.len && i < b.len; i++)
        if (lower(a.ptr[i]) != lower(b.ptr[i]))
            return lower(a.ptr[i]) - lower(b.ptr[i]);
    return a.len < b.len ? -1 : a.len > b.len;
}

static int compare_labels(const void *a, const void *b) {
    const label *x = a, *y = b;
    int by_name = compare_names(x->name, y->name);
    return by_name ? by_name : x->index < y->index ? -1 : 1;
}

/* The first definition with that label, or count. */
static size_t find_definition(const label *labels, size_t n, lede_str name, size_t none) {
    size_t low = 0, high = n;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (compare_names(labels[middle].name, name) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low < n && compare_names(labels[low].name, name) == 0 ? labels[low].index : none;
}

lede_status lede__marks_resolve(lede__marks *m, lede_error *err) {
    size_t n = 0;
    for (size_t i = 0; i < m->count; i++)
        n += m->items[i].kind == LEDE__DEFINITION;
    label *labels = malloc((n + 1) * sizeof *labels);
    if (!labels)
        return lede__markdown_refused(LEDE_ENOMEM, err);
    n = 0;
    for (size_t i = 0; i < m->count; i++)
        if (m->items[i].kind == LEDE__DEFINITION && !m->items[i].dropped)
            labels[n++] = (label){m->items[i].name, i};
    qsort(labels, n, sizeof *labels, compare_labels);
    for (size_t i = 0; i < m->count; i++) {
        lede__mark *r = &m->items[i];
        if (r->kind != LEDE__REFERENCE)
            continue;
        r->other = find_definition(labels, n, r->name, m->count);
        r->dropped = r->dropped || r->other == m->count;
    }
    free(labels);
    return LEDE_OK;
}

/* Which escapes stand for a byte that a pass would act upon. */
static void choose_escapes(unsigned passes, char escapes[8]) {
    size_t n = 0;
    const bool typography = passes & LEDE_MARKDOWN_TYPOGRAPHY,
               links = passes & LEDE_MARKDOWN_AUTOLINKS;
    if (passes & LEDE_MARKDOWN_STRIKETHROUGH)
        escapes[n++] = '~';
    if (links)
        escapes[n++] = '@';
    if (links || typography)
        escapes[n++] = ':', escapes[n++] = '.';
    if (typography)
        escapes[n++] = '"', escapes[n++] = '\'', escapes[n++] = '-';
    escapes[n] = '\0';
}

/* Whether a text has our characters already, or writes them as entities. */
static bool holds_marks(lede_str s) {
    return lede_str_search(s, LEDE_STR("\xF0\x90\xA9\x90"), 0) != (size_t)-1 ||
           lede_str_search(s, LEDE_STR("\xF0\x90\xA9\x91"), 0) != (size_t)-1;
}

lede_status lede__marks_find(lede__marks *m, lede_str source, unsigned passes, lede_error *err) {
    *m = (lede__marks){0};
    char escapes[8];
    choose_escapes(passes, escapes);
    bool structure = passes & (LEDE_MARKDOWN_FOOTNOTES | LEDE_MARKDOWN_DIRECTIVES);
    bool escaped = *escapes && lede_str_find(source, '\\', 0) < source.len;
    if ((!structure && !escaped) || holds_marks(source))
        return LEDE_OK;
    scanner c = {.m = m, .s = source, .passes = passes, .escapes = escapes, .line = 1};
    begin_line(&c);
    while (c.at < source.len && !c.no_memory)
        scan_byte(&c);
    if (c.no_memory)
        return lede__markdown_refused(LEDE_ENOMEM, err);
    leave_texts(&c, (size_t)-1);
    return LEDE_OK;
}

/* ---- writing them */

static void put_number(lede_buf *out, size_t index) {
    lede_buf_addf(out, "\xF0\x90\xA9\x90%zu\xF0\x90\xA9\x91", index);
}

/* An item that holds a footnote: four columns wide, of a kind that the author does not use. */
static void put_definition(const lede__marks *m, lede_str source, const lede__mark *d,
                           lede_buf *out) {
    bool empty = d->to >= source.len || is_eol(source.ptr[d->to]);
    lede_buf_adds(out, empty ? "10)" : m->plus ? "1)  " : "+   ");
}

static void put_mark(const lede__marks *m, lede_str source, size_t index, lede_buf *out) {
    const lede__mark *mark = &m->items[index];
    switch (mark->kind) {
    case LEDE__DEFINITION:
        put_definition(m, source, mark, out);
        return;
    case LEDE__ESCAPE:
    case LEDE__REFERENCE:
    case LEDE__INLINE:
        put_number(out, index);
        return;
    case LEDE__LEAF:
    case LEDE__CONTAINER:
    case LEDE__CLOSE:
        lede_buf_adds(out, "# ");
        put_number(out, index);
        if (mark->to >= source.len || is_eol(source.ptr[mark->to]))
            lede_buf_adds(out, " #");
        return;
    case LEDE__END:
        if (m->items[mark->other].kind == LEDE__INLINE)
            put_number(out, index);
        else
            lede_buf_adds(out, " #");
        return;
    }
}

void lede__marks_apply(const lede__marks *m, lede_str source, lede_buf *out) {
    size_t done = 0;
    for (size_t i = 0; i < m->count; i++) {
        const lede__mark *mark = &m->items[i];
        if (mark->dropped || mark->from < done)
            continue;
        lede_buf_add(out, lede_str_n(source.ptr + done, mark->from - done));
        put_mark(m, source, i, out);
        done = mark->to;
    }
    lede_buf_add(out, lede_str_sub(source, done));
}

void lede__marks_drop(lede__marks *m) { m->count = 0; }
