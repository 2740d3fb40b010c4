/* lines.c - the source's lines by number, as cmark counts them: LF, CRLF and CR end one. */
#include "markdown/passes.h"

#include "base/banned.h"

static size_t next_start(lede_str s, size_t i) {
    while (i < s.len && s.ptr[i] != '\n' && s.ptr[i] != '\r')
        i++;
    if (i + 1 < s.len && s.ptr[i] == '\r' && s.ptr[i + 1] == '\n')
        i++;
    return i + 1;
}

void lede__lines_init(lede__lines *l, lede_str source) {
    *l = (lede__lines){.source = source};
    for (size_t i = 0; i < source.len; i = next_start(source, i))
        l->count++;
    l->starts = lede__memory_room(l->count + 1, sizeof *l->starts);
    size_t at = 0;
    for (size_t n = 0; n < l->count; n++) {
        l->starts[n] = (uint32_t)at;
        at = next_start(source, at);
    }
    l->starts[l->count] = (uint32_t)source.len;
}

lede_str lede__line(const lede__lines *l, int number) {
    if (number < 1 || (size_t)number > l->count)
        return (lede_str){0};
    lede_str s = {l->source.ptr + l->starts[number - 1], l->starts[number] - l->starts[number - 1]};
    while (s.len && (s.ptr[s.len - 1] == '\n' || s.ptr[s.len - 1] == '\r'))
        s.len--;
    return s;
}
