/* inlines.c - what several passes need of cmark's tree. */
#include "markdown/passes.h"

#include "base/banned.h"

enum { DEEP = 2 * LEDE__MARKDOWN_NESTING + 100 }; /* lists have two nodes a level; and inlines */

cmark_node *lede__after(cmark_node *n, cmark_node *root, bool into) {
    cmark_node *next = into ? cmark_node_first_child(n) : NULL;
    while (!next && n != root) {
        next = cmark_node_next(n);
        n = cmark_node_parent(n);
    }
    return next;
}

cmark_node *lede__next_block(cmark_node *n, cmark_node *root) {
    cmark_node_type type = cmark_node_get_type(n);
    return lede__after(n, root, type != CMARK_NODE_PARAGRAPH && type != CMARK_NODE_HEADING);
}

/* ---- what stands beside an inline */

static bool is_cell(cmark_node *n) {
    return cmark_node_get_type(n) == CMARK_NODE_CUSTOM_INLINE &&
           cmark_node_get_type(cmark_node_parent(n)) == CMARK_NODE_CUSTOM_BLOCK;
}

/* The mark by which a node begins (or, with end, ends) in the source. */
static uint32_t edge_of(cmark_node *n, bool end) {
    switch (cmark_node_get_type(n)) {
    case CMARK_NODE_EMPH:
    case CMARK_NODE_STRONG:
        return '*';
    case CMARK_NODE_CODE:
        return '`';
    case CMARK_NODE_LINK:
        return end ? ')' : '[';
    case CMARK_NODE_IMAGE:
        return end ? ')' : '!';
    case CMARK_NODE_HTML_INLINE:
        return end ? '>' : '<';
    case CMARK_NODE_CUSTOM_INLINE:
        return is_cell(n) ? '\n' : '~';
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
    case CMARK_NODE_TEXT:
    case CMARK_NODE_SOFTBREAK:
    case CMARK_NODE_LINEBREAK:
        break;
    }
    return '\n';
}

uint32_t lede__last_char(lede_str s) {
    size_t i = s.len;
    while (i && i + 4 > s.len && ((unsigned char)s.ptr[i - 1] & 0xC0) == 0x80)
        i--;
    if (i)
        i--;
    return s.len ? lede_utf8_next(s, &i) : '\n';
}

uint32_t lede__char_before(cmark_node *n) {
    cmark_node *before = cmark_node_previous(n);
    if (!before)
        return edge_of(cmark_node_parent(n), false);
    if (cmark_node_get_type(before) == CMARK_NODE_TEXT)
        return lede__last_char(lede_str_of(cmark_node_get_literal(before)));
    return edge_of(before, true);
}

uint32_t lede__char_after(cmark_node *n) {
    cmark_node *after = cmark_node_next(n);
    if (!after)
        return edge_of(cmark_node_parent(n), true);
    if (cmark_node_get_type(after) != CMARK_NODE_TEXT)
        return edge_of(after, false);
    lede_str s = lede_str_of(cmark_node_get_literal(after));
    size_t i = 0;
    return s.len ? lede_utf8_next(s, &i) : '\n';
}

bool lede__is_bare_url(cmark_node *n) {
    cmark_node *text = cmark_node_first_child(n);
    if (!text || cmark_node_next(text) || cmark_node_get_type(text) != CMARK_NODE_TEXT)
        return false;
    lede_str shown = lede_str_of(cmark_node_get_literal(text)),
             url = lede_str_of(cmark_node_get_url(n));
    return shown.len >= 4 && url.len >= shown.len &&
           lede_str_eq(shown, lede_str_sub(url, url.len - shown.len));
}

/* ---- characters */

bool lede__is_space(uint32_t c) {
    return c == ' ' || (c >= '\t' && c <= '\r') || c == 0xA0 || c == 0x1680 ||
           (c >= 0x2000 && c <= 0x200A) || c == 0x2028 || c == 0x2029 || c == 0x202F ||
           c == 0x205F || c == 0x3000;
}

/* ASCII's, and of Unicode's categories P and S the blocks that prose uses. */
bool lede__is_punctuation(uint32_t c) {
    static const struct {
        uint32_t from, to;
    } ranges[] = {
        {'!', '/'},         {':', '@'},       {'[', '`'},       {'{', '~'},       {0xA1, 0xA9},
        {0xAB, 0xB1},       {0xB4, 0xB4},     {0xB6, 0xB8},     {0xBB, 0xBB},     {0xBF, 0xBF},
        {0x5BE, 0x5BE},     {0x5F3, 0x5F4},   {0x609, 0x60D},   {0x61B, 0x61F},   {0x66A, 0x66D},
        {0x6D4, 0x6D4},     {0x964, 0x965},   {0x2010, 0x2027}, {0x2030, 0x205E}, {0x20A0, 0x20C0},
        {0x2190, 0x2BFF},   {0x3001, 0x3003}, {0x3008, 0x3020}, {0x30FB, 0x30FB}, {0xFE10, 0xFE6B},
        {0xFF01, 0xFF0F},   {0xFF1A, 0xFF20}, {0xFF3B, 0xFF40}, {0xFF5B, 0xFF65}, {0xFFFC, 0xFFFC},
        {0x10A50, 0x10A58}, /* our marks */
    };
    for (size_t i = 0; i < sizeof ranges / sizeof *ranges; i++)
        if (c <= ranges[i].to)
            return c >= ranges[i].from;
    return false;
}

bool lede__is_alnum(uint32_t c) {
    if (c < 0x80)
        return (c >= '0' && c <= '9') || ((c | 32) >= 'a' && (c | 32) <= 'z');
    return !lede__is_space(c) && !lede__is_punctuation(c);
}

/* ---- making nodes */

char *lede__terminated(lede_str s) {
    char *copy = lede__memory_room(s.len + 1, 1);
    if (s.len)
        memcpy(copy, s.ptr, s.len);
    return copy;
}

cmark_node *lede__new_node(cmark_node_type type) {
    return cmark_node_new_with_mem(type, lede__memory_cmark());
}

cmark_node *lede__new_custom(bool block, lede_str enter, lede_str leave) {
    cmark_node *n = lede__new_node(block ? CMARK_NODE_CUSTOM_BLOCK : CMARK_NODE_CUSTOM_INLINE);
    cmark_node_set_on_enter(n, lede__terminated(enter));
    cmark_node_set_on_exit(n, lede__terminated(leave));
    return n;
}

void lede__put_text(cmark_node *at, lede_str s) {
    if (!s.len)
        return;
    cmark_node *text = lede__new_node(CMARK_NODE_TEXT);
    cmark_node_set_literal(text, lede__terminated(s));
    cmark_node_insert_before(at, text);
}

bool lede__is_deep(cmark_node *n) {
    int depth = 0;
    while (n && depth <= DEEP) {
        n = cmark_node_parent(n);
        depth++;
    }
    return depth > DEEP;
}

void lede__move(cmark_node *first, const cmark_node *last, cmark_node *parent) {
    while (first && first != last) {
        cmark_node *next = cmark_node_next(first);
        cmark_node_append_child(parent, first);
        first = next;
    }
}
