/* attributes.c - {key=value key="two words" key='x' key .class #id} behind a directive's name. */
#include "markdown/marks.h"

#include "base/banned.h"

enum { ATTRIBUTES_MAX = 64, BYTES_MAX = 4096 };

typedef struct reader {
    lede_str s;
    size_t i;
    lede_attribute attrs[ATTRIBUTES_MAX];
    size_t count;
    char *next;    /* room for quoted values, as long as s */
    char *classes; /* and for all classes */
    lede_attribute *class;
    const char *wrong;
} reader;

static bool is_blank(char c) { return c == ' ' || c == '\t'; }

static bool is_key(char c, bool first) {
    bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
    return letter || (!first && ((c >= '0' && c <= '9') || c == '-' || c == ':' || c == '.'));
}

size_t lede__attributes_end(lede_str s, size_t i) {
    if (i >= s.len || s.ptr[i] != '{')
        return i;
    char quote = 0;
    for (size_t j = i + 1; j < s.len && j - i < BYTES_MAX; j++) {
        char c = s.ptr[j];
        if (c == '\n' || c == '\r')
            break;
        if (c == '\\' && quote)
            j++;
        else if (quote)
            quote = c == quote ? 0 : quote;
        else if ((c == '"' || c == '\'') && s.ptr[j - 1] == '=')
            quote = c;
        else if (c == '}')
            return j + 1;
    }
    return i;
}

static char peek(const reader *r) { return r->i < r->s.len ? r->s.ptr[r->i] : '\0'; }

/* Up to the closing quote; a backslash before it, or before another, is an escape. */
static lede_str quoted_value(reader *r, char quote) {
    char *from = r->next;
    for (r->i++; r->i < r->s.len && peek(r) != quote; r->i++) {
        if (peek(r) == '\\' && r->i + 1 < r->s.len && strchr("\"'\\", r->s.ptr[r->i + 1]))
            r->i++;
        *r->next++ = peek(r);
    }
    if (peek(r) != quote)
        r->wrong = "a value has no closing quote";
    r->i++;
    return (lede_str){from, (size_t)(r->next - from)};
}

static lede_str bare_value(reader *r) {
    size_t from = r->i;
    while (r->i < r->s.len && !is_blank(peek(r)) && !strchr("\"'=<>`{}", peek(r)))
        r->i++;
    if (r->i == from)
        r->wrong = "a value is missing behind '=' (or has a character that must stand in quotes)";
    return lede_str_n(r->s.ptr + from, r->i - from);
}

static lede_str value(reader *r) {
    char c = peek(r);
    return c == '"' || c == '\'' ? quoted_value(r, c) : bare_value(r);
}

static lede_str key(reader *r) {
    size_t from = r->i;
    while (r->i < r->s.len && is_key(peek(r), r->i == from))
        r->i++;
    if (r->i == from)
        r->wrong = "a key must begin with a letter or '_'";
    return lede_str_n(r->s.ptr + from, r->i - from);
}

static lede_attribute *add(reader *r, lede_str name, lede_str text) {
    for (size_t i = 0; i < r->count; i++)
        if (lede_str_eq(r->attrs[i].key, name))
            r->wrong = "a key is given twice";
    if (r->count == ATTRIBUTES_MAX)
        r->wrong = "more than 64 attributes";
    if (r->wrong)
        return NULL;
    r->attrs[r->count] = (lede_attribute){name, text};
    return &r->attrs[r->count++];
}

/* Classes add up to one attribute, with blanks between them. */
static void add_class(reader *r, lede_str name) {
    if (!r->class && !(r->class = add(r, LEDE_STR("class"), lede_str_n(r->classes, 0))))
        return;
    size_t len = r->class->value.len;
    if (len)
        r->classes[len++] = ' ';
    memcpy(r->classes + len, name.ptr, name.len);
    r->class->value.len = len + name.len;
}

static void one(reader *r) {
    char c = peek(r);
    if (c == '.' || c == '#') {
        r->i++;
        lede_str name = bare_value(r);
        if (!r->wrong && c == '.')
            add_class(r, name);
        else if (!r->wrong)
            add(r, LEDE_STR("id"), name);
        return;
    }
    lede_str name = key(r), text = LEDE_STR("");
    if (!r->wrong && peek(r) == '=') {
        r->i++;
        text = value(r);
    }
    if (!r->wrong && r->i < r->s.len && !is_blank(peek(r)))
        r->wrong = "attributes need a blank between them";
    if (!r->wrong)
        add(r, name, text);
}

bool lede__attributes_read(lede_str s, lede_attribute **out, size_t *count, const char **wrong) {
    reader r = {.s = s, .next = lede__memory_room(s.len + 1, 1), .classes = lede__memory_room(s.len + 1, 1)};
    while (!r.wrong) {
        while (is_blank(peek(&r)))
            r.i++;
        if (r.i >= s.len)
            break;
        one(&r);
    }
    *wrong = r.wrong;
    if (r.wrong)
        return false;
    *out = lede__memory_room(r.count + 1, sizeof **out);
    memcpy(*out, r.attrs, r.count * sizeof **out);
    *count = r.count;
    return true;
}
