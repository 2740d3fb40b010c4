/* triggers.c - which passes a document can need: a look at the few places where one of their bytes
 * stands, so that an article without extensions pays for nothing else. */
#include "markdown/passes.h"

#include "base/banned.h"

enum { SOURCE_MAX = 1 << 30 }; /* lines are counted in 32 bits; cmark's memory ends long before */

static bool is_letter(char c) { return (c | 32) >= 'a' && (c | 32) <= 'z'; }
static bool is_word(char c) { return is_letter(c) || (c >= '0' && c <= '9'); }

static char byte_at(lede_str s, size_t i) { return i < s.len ? s.ptr[i] : '\0'; }

/* "[^" and "[ ]", "[x]". */
static unsigned at_bracket(lede_str s, size_t i) {
    char next = byte_at(s, i + 1);
    if (next == '^')
        return LEDE_MARKDOWN_FOOTNOTES;
    return next && strchr(" xX", next) && byte_at(s, i + 2) == ']' ? LEDE_MARKDOWN_TASKS : 0;
}

/* Whether an address that begins at i is a link already: "](x", "<x", "]: x". */
static bool is_linked(lede_str s, size_t i) {
    if (i == 0)
        return false;
    char before = s.ptr[i - 1];
    return before == '<' || before == '"' || (i > 1 && before == '(' && s.ptr[i - 2] == ']') ||
           (i > 2 && before == ' ' && s.ptr[i - 2] == ':' && s.ptr[i - 3] == ']');
}

static bool is_web(lede_str s, size_t i) {
    if (byte_at(s, i + 1) != '/' || byte_at(s, i + 2) != '/' || i < 4)
        return false;
    size_t n = (s.ptr[i - 1] | 32) == 's' ? 5 : 4;
    return i >= n && !is_linked(s, i - n) &&
           lede_str_eq_nocase(lede_str_n(s.ptr + i - n, 4), LEDE_STR("http"));
}

/* "::", ":name[" and "http://". */
static unsigned at_colon(lede_str s, size_t i) {
    if (is_web(s, i))
        return LEDE_MARKDOWN_AUTOLINKS;
    if (byte_at(s, i + 1) == ':')
        return LEDE_MARKDOWN_DIRECTIVES;
    size_t j = i + 1;
    while (is_word(byte_at(s, j)) || byte_at(s, j) == '-' || byte_at(s, j) == '_')
        j++;
    return j > i + 1 && byte_at(s, j) == '[' ? LEDE_MARKDOWN_DIRECTIVES : 0;
}

/* "www." */
static unsigned at_dot(lede_str s, size_t i) {
    bool www = i >= 3 && (s.ptr[i - 1] | 32) == 'w' && (s.ptr[i - 2] | 32) == 'w' &&
               (s.ptr[i - 3] | 32) == 'w';
    return www && !is_linked(s, i - 3) ? LEDE_MARKDOWN_AUTOLINKS : 0;
}

static unsigned at_at(lede_str s, size_t i) {
    bool mail =
        i && (is_word(s.ptr[i - 1]) || strchr("._-+", s.ptr[i - 1])) && is_word(byte_at(s, i + 1));
    return mail ? LEDE_MARKDOWN_AUTOLINKS : 0;
}

static unsigned at_pipe(lede_str s, size_t i) {
    (void)s, (void)i;
    return LEDE_MARKDOWN_TABLES;
}

static unsigned at_tilde(lede_str s, size_t i) {
    (void)s, (void)i;
    return LEDE_MARKDOWN_STRIKETHROUGH;
}

static const struct {
    char byte;
    unsigned passes; /* that it can begin */
    unsigned (*look)(lede_str s, size_t i);
} triggers[] = {
    {'|', LEDE_MARKDOWN_TABLES, at_pipe},
    {'~', LEDE_MARKDOWN_STRIKETHROUGH, at_tilde},
    {'[', LEDE_MARKDOWN_FOOTNOTES | LEDE_MARKDOWN_TASKS, at_bracket},
    {':', LEDE_MARKDOWN_DIRECTIVES | LEDE_MARKDOWN_AUTOLINKS, at_colon},
    {'@', LEDE_MARKDOWN_AUTOLINKS, at_at},
    {'.', LEDE_MARKDOWN_AUTOLINKS, at_dot},
};

/* Looks at each such byte until all that it can begin is found. */
static unsigned look(lede_str s, char byte, unsigned passes, unsigned (*at)(lede_str, size_t)) {
    unsigned found = 0;
    const char *p = s.ptr, *end = s.ptr + s.len;
    while (passes & ~found && p < end && (p = memchr(p, byte, (size_t)(end - p)))) {
        found |= at(s, (size_t)(p - s.ptr)) & passes;
        p++;
    }
    return found;
}

unsigned lede__passes_wanted(lede_str source, const lede_markdown_options *o) {
    unsigned on = o->plain_commonmark || source.len > SOURCE_MAX ? 0 : LEDE_MARKDOWN_ALL & ~o->off;
    unsigned found = o->language.len ? on & LEDE_MARKDOWN_TYPOGRAPHY : 0;
    for (size_t i = 0; source.len && i < sizeof triggers / sizeof *triggers; i++)
        found |= look(source, triggers[i].byte, triggers[i].passes & on & ~found, triggers[i].look);
    return found;
}

bool lede_markdown_has_directives(lede_str source) {
    const lede_markdown_options o = {.off = LEDE_MARKDOWN_ALL & ~LEDE_MARKDOWN_DIRECTIVES};
    return lede__passes_wanted(source, &o) != 0;
}

const char *lede_markdown_pass_name(lede_markdown_pass pass) {
    switch (pass) {
    case LEDE_MARKDOWN_TABLES: return "tables";
    case LEDE_MARKDOWN_STRIKETHROUGH: return "strikethrough";
    case LEDE_MARKDOWN_TASKS: return "tasks";
    case LEDE_MARKDOWN_AUTOLINKS: return "autolinks";
    case LEDE_MARKDOWN_FOOTNOTES: return "footnotes";
    case LEDE_MARKDOWN_HEADING_IDS: return "heading_ids";
    case LEDE_MARKDOWN_TYPOGRAPHY: return "typography";
    case LEDE_MARKDOWN_DIRECTIVES: return "directives";
    case LEDE_MARKDOWN_ALL: break;
    }
    return NULL;
}
