/* fences.c - fenced code by CommonMark's own rules, a line at a time. */
#include "markdown/internal.h"

#include "base/banned.h"

static size_t run_of(lede_str s, size_t from, char c) {
    size_t i = from;
    while (i < s.len && s.ptr[i] == c)
        i++;
    return i - from;
}

static size_t indent_of(lede_str line) { return run_of(line, 0, ' '); }

static bool closes(const lede__fence *f, lede_str line) {
    size_t indent = indent_of(line);
    if (indent > 3 || run_of(line, indent, f->mark) < f->length)
        return false;
    lede_str rest = lede_str_sub(line, indent + run_of(line, indent, f->mark));
    for (size_t i = 0; i < rest.len; i++)
        if (rest.ptr[i] != ' ' && rest.ptr[i] != '\t' && rest.ptr[i] != '\r')
            return false;
    return true;
}

static bool opens(lede__fence *f, lede_str line) {
    size_t indent = indent_of(line);
    if (indent > 3 || indent == line.len)
        return false;
    char mark = line.ptr[indent];
    if (mark != '`' && mark != '~')
        return false;
    size_t length = run_of(line, indent, mark);
    if (length < 3)
        return false;
    if (mark == '`' && lede_str_find(line, '`', indent + length) < line.len)
        return false; /* a code span */
    *f = (lede__fence){mark, length};
    return true;
}

bool lede__fence_line(lede__fence *f, lede_str line) {
    if (!f->mark)
        return opens(f, line);
    if (closes(f, line))
        f->mark = 0;
    return true;
}
