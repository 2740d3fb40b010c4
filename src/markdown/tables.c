/* tables.c - GFM tables (4.10): a paragraph with a delimiter row in it becomes a table.
 *
 * Cells are split on the source, before inlines are: "\|" is an ordinary escape to cmark and gone
 * from its tree, and a pipe divides cells even inside code. So the lines of such a paragraph are
 * taken from the source; each cell is put as a heading, which holds exactly one line of inlines,
 * into one second document for all tables, and its inlines are moved from there into the table.
 * Where cells have brackets the source follows that document's cells: its reference definitions
 * count there too. */
#include "markdown/passes.h"

#include "base/banned.h"

enum {
    COLUMNS_MAX = 256,
    FILLED_MAX =
        1 << 16, /* cells added to short rows of one document: each costs its author nothing */
};

typedef enum align { NONE, LEFT, CENTER, RIGHT } align;

/* Where the n-th block of the second document goes. */
typedef struct target {
    struct target *next;
    cmark_node *node;
} target;

typedef struct tables {
    lede__extending *x;
    lede__lines lines;
    target *first, **last;
    size_t filled;
    bool references; /* a cell may have some */
} tables;

typedef struct columns {
    align align[COLUMNS_MAX];
    size_t count;
} columns;

/* ---- rows and cells */

/* A row less the pipe it may begin with. */
static lede_str row_of(lede_str line) {
    line = lede_str_trim(line);
    return line.len && line.ptr[0] == '|' ? lede_str_sub(line, 1) : line;
}

/* Takes the next cell off *row; false when there is none. */
static bool next_cell(lede_str *row, lede_str *cell) {
    if (!row->len)
        return false;
    size_t i = 0;
    while (i < row->len && row->ptr[i] != '|')
        i += row->ptr[i] == '\\' && i + 1 < row->len ? 2 : 1;
    *cell = lede_str_trim(lede_str_n(row->ptr, i));
    *row = lede_str_trim(lede_str_sub(*row, i + 1));
    return true;
}

static size_t cells_in(lede_str line) {
    lede_str row = row_of(line), cell;
    size_t n = 0;
    while (n <= COLUMNS_MAX && next_cell(&row, &cell))
        n++;
    return n;
}

/* "---", ":--", ":-:" or "--:". */
static bool read_delimiter(lede_str cell, align *a) {
    bool left = cell.len && cell.ptr[0] == ':',
         right = cell.len > 1 && cell.ptr[cell.len - 1] == ':';
    *a = left && right ? CENTER : left ? LEFT : right ? RIGHT : NONE;
    size_t end = cell.len - right;
    for (size_t i = left; i < end; i++)
        if (cell.ptr[i] != '-')
            return false;
    return end > (size_t)left;
}

static bool read_delimiters(lede_str line, columns *c) {
    lede_str row = row_of(line), cell;
    c->count = 0;
    while (next_cell(&row, &cell))
        if (c->count == COLUMNS_MAX || !read_delimiter(cell, &c->align[c->count++]))
            return false;
    return c->count > 0;
}

/* ---- lines of a block */

/* Less white space and the marks of the quotes it stands in; they may be missing (lazy lines). */
static lede_str inner_line(const tables *t, cmark_node *n, int number) {
    lede_str s = lede__line(&t->lines, number);
    if (number == cmark_node_get_start_line(n))
        return lede_str_sub(s, (size_t)cmark_node_get_start_column(n) - 1);
    for (cmark_node *p = n; p; p = cmark_node_parent(p)) {
        if (cmark_node_get_type(p) != CMARK_NODE_BLOCK_QUOTE)
            continue;
        size_t i = 0;
        while (i < s.len && (s.ptr[i] == ' ' || s.ptr[i] == '\t'))
            i++;
        if (i < s.len && s.ptr[i] == '>')
            s = lede_str_sub(s, i + 1);
    }
    return s;
}

static bool is_underline(lede_str line) {
    line = lede_str_trim(line);
    for (size_t i = 0; i < line.len; i++)
        if (line.ptr[i] != line.ptr[0] || (line.ptr[0] != '-' && line.ptr[0] != '='))
            return false;
    return line.len > 0;
}

/* The last line that can be a row. A heading of several lines ends with an underline; where, cmark
 * 0.30.2 does not know when a block follows: the first such line is it. */
static int last_line(const tables *t, cmark_node *n) {
    int end = cmark_node_get_end_line(n);
    if (cmark_node_get_type(n) == CMARK_NODE_PARAGRAPH)
        return end;
    for (int i = cmark_node_get_start_line(n) + 1; i <= end; i++)
        if (is_underline(inner_line(t, n, i)))
            return i - 1;
    return 0;
}

/* The line of n's delimiter row, or 0. */
static int find_table(const tables *t, cmark_node *n, int last, columns *c) {
    lede_str header = inner_line(t, n, cmark_node_get_start_line(n));
    for (int i = cmark_node_get_start_line(n) + 1; i <= last; i++) {
        lede_str line = inner_line(t, n, i);
        bool piped =
            lede_str_find(line, '|', 0) < line.len || lede_str_find(header, '|', 0) < header.len;
        if (piped && read_delimiters(line, c) && cells_in(header) == c->count)
            return i;
        header = line;
    }
    return 0;
}

/* ---- the second document */

static void add_target(tables *t, cmark_node *n) {
    target *made = lede__memory_room(1, sizeof *made);
    made->node = n;
    *t->last = made;
    t->last = &made->next;
}

/* A heading whose closing sequence keeps the cell from having one. */
static void write_cell(tables *t, lede_str cell) {
    lede_buf *out = &t->x->pieces;
    lede_buf_adds(out, "# ");
    for (size_t i = 0; i < cell.len; i++) {
        if (cell.ptr[i] == '[')
            t->references = true;
        if (cell.ptr[i] == '\\' && i + 1 < cell.len && cell.ptr[i + 1] == '|')
            i++;
        lede_buf_addc(out, cell.ptr[i]);
    }
    lede_buf_adds(out, " #\n");
}

/* The paragraph above a table, in a quote so that it is one block whatever it holds. */
static void write_paragraph(tables *t, cmark_node *n, int end) {
    int first = cmark_node_get_start_line(n);
    for (int i = first; i < end; i++) {
        lede_buf_adds(&t->x->pieces, i == first ? "> " : ">     ");
        lede_buf_add(&t->x->pieces, inner_line(t, n, i));
        lede_buf_addc(&t->x->pieces, '\n');
    }
    lede_buf_addc(&t->x->pieces, '\n');
    t->references = true; /* what it defines stands in the source as well */
}

static cmark_node *read_pieces(tables *t) {
    lede_buf *pieces = &t->x->pieces;
    if (t->references) {
        lede_buf_addc(pieces, '\n');
        lede_buf_add(pieces, t->x->text);
    }
    return lede__markdown_parse_text(lede_buf_str(pieces), t->x->o);
}

static void fill_targets(tables *t) {
    cmark_node *from = cmark_node_first_child(read_pieces(t));
    for (target *at = t->first; at && from; at = at->next) {
        cmark_node *next = cmark_node_next(from);
        lede__move(cmark_node_first_child(from), NULL, at->node);
        from = next;
    }
}

/* ---- building */

static cmark_node *append(cmark_node *parent, cmark_node *child) {
    cmark_node_append_child(parent, child);
    return child;
}

static void add_cell(tables *t, cmark_node *row, lede_str cell, align a, bool header) {
    static const lede_str enter[2][4] = {
        {{"<td>", 4},
         {"<td class=\"left\">", 17},
         {"<td class=\"center\">", 19},
         {"<td class=\"right\">", 18}},
        {{"<th>", 4},
         {"<th class=\"left\">", 17},
         {"<th class=\"center\">", 19},
         {"<th class=\"right\">", 18}},
    };
    cmark_node *n = lede__new_custom(false, enter[header][a],
                                     header ? LEDE_STR("</th>\n") : LEDE_STR("</td>\n"));
    append(row, n);
    if (!cell.len)
        return;
    write_cell(t, cell);
    add_target(t, n);
}

/* Short rows are filled, long ones cut. */
static void add_row(tables *t, cmark_node *parent, lede_str line, const columns *c, bool header) {
    lede_str row = row_of(line), cell;
    cmark_node *tr =
        append(parent, lede__new_custom(true, LEDE_STR("<tr>\n"), LEDE_STR("</tr>\n")));
    for (size_t i = 0; i < c->count; i++) {
        if (!next_cell(&row, &cell)) {
            cell = (lede_str){0};
            if (++t->filled > FILLED_MAX)
                return;
        }
        add_cell(t, tr, cell, c->align[i], header);
    }
}

static cmark_node *make_table(tables *t, cmark_node *n, int delimiters, int end, const columns *c) {
    const lede_str begin =
        t->x->o->in_page ? LEDE_STR("<table tabindex=\"0\">\n") : LEDE_STR("<table>\n");
    cmark_node *table = lede__new_custom(true, begin, LEDE_STR("</table>\n"));
    cmark_node *head =
        append(table, lede__new_custom(true, LEDE_STR("<thead>\n"), LEDE_STR("</thead>\n")));
    add_row(t, head, inner_line(t, n, delimiters - 1), c, true);
    if (delimiters >= end)
        return table;
    cmark_node *body =
        append(table, lede__new_custom(true, LEDE_STR("<tbody>\n"), LEDE_STR("</tbody>\n")));
    for (int i = delimiters + 1; i <= end; i++)
        add_row(t, body, inner_line(t, n, i), c, false);
    return table;
}

/* Replaces n, whose delimiter row stands in that line. What cmark took for a heading's underline is
 * a rule below a table when it is of '-', and a row when of '='. */
static void replace(tables *t, cmark_node *n, int delimiters, int last, const columns *c) {
    bool heading = cmark_node_get_type(n) == CMARK_NODE_HEADING;
    bool ruled = heading && cmark_node_get_heading_level(n) == 2;
    if (delimiters - 1 > cmark_node_get_start_line(n)) {
        write_paragraph(t, n, delimiters - 1);
        cmark_node *above = lede__new_custom(true, (lede_str){0}, (lede_str){0});
        cmark_node_insert_before(n, above);
        add_target(t, above);
    }
    cmark_node_insert_before(n, make_table(t, n, delimiters, last + (heading && !ruled), c));
    if (ruled)
        cmark_node_insert_before(n, lede__new_node(CMARK_NODE_THEMATIC_BREAK));
    cmark_node_unlink(n);
}

static bool has_lines(cmark_node *n) {
    cmark_node_type type = cmark_node_get_type(n);
    return (type == CMARK_NODE_PARAGRAPH || type == CMARK_NODE_HEADING) &&
           cmark_node_get_end_line(n) > cmark_node_get_start_line(n);
}

void lede__pass_tables(lede__extending *x) {
    tables t = {.x = x};
    t.last = &t.first;
    lede__lines_init(&t.lines, x->text);
    lede_buf_clear(&x->pieces);
    columns c;
    for (cmark_node *n = x->root, *next; n; n = next) {
        next = lede__next_block(n, x->root);
        int last = has_lines(n) ? last_line(&t, n) : 0;
        int line = last ? find_table(&t, n, last, &c) : 0;
        if (line)
            replace(&t, n, line, last, &c);
    }
    if (t.first)
        fill_targets(&t);
}
