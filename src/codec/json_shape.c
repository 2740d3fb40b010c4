/* json_shape.c - see json_shape.h. A reader of RFC 8259 that keeps nothing but a stack of bits and a hash. */
#include "codec/json_shape.h"

#include "base/banned.h"

enum { DEPTH_MAX = 64 };

/* How much of a string counts. */
typedef enum manner { KIND, FORM, WHOLE } manner;

typedef struct reader {
    const char *at, *end;
    uint64_t hash;
    bool is_object[DEPTH_MAX];
    size_t depth;
    manner next; /* of the value that follows a name */
} reader;

static void mix(reader *r, unsigned char c) { r->hash = (r->hash ^ c) * 0x100000001B3u; }

static void skip_space(reader *r) {
    while (r->at < r->end && (*r->at == ' ' || *r->at == '\n' || *r->at == '\t' || *r->at == '\r'))
        r->at++;
}

static bool is_digit(char c) { return c >= '0' && c <= '9'; }
static bool is_hex(char c) { return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }

/* What follows a backslash. */
static bool read_escape(reader *r) {
    if (r->at == r->end)
        return false;
    const char c = *r->at++;
    if (c != 'u')
        return c && strchr("\"\\/bfnrt", c) != NULL;
    for (int i = 0; i < 4; i++)
        if (r->at == r->end || !is_hex(*r->at++))
            return false;
    return true;
}

/* At a quote. Gives the bytes between the quotes, as they stand. */
static bool read_string(reader *r, manner how, lede_str *out) {
    const char *begin = ++r->at;
    while (r->at < r->end && *r->at != '"') {
        const unsigned char c = (unsigned char)*r->at++;
        if (c < 0x20 || (c == '\\' && !read_escape(r)))
            return false;
        if (how == WHOLE)
            mix(r, c);
        else if (how == FORM)
            mix(r, is_digit((char)c) ? '9' : c);
    }
    if (r->at == r->end)
        return false;
    *out = lede_str_n(begin, (size_t)(r->at++ - begin));
    mix(r, '"');
    return true;
}

static void skip_digits(reader *r) {
    while (r->at < r->end && is_digit(*r->at))
        r->at++;
}

static bool read_digits(reader *r) {
    if (r->at == r->end || !is_digit(*r->at))
        return false;
    skip_digits(r);
    return true;
}

static bool read_number(reader *r) {
    mix(r, '0');
    r->at += *r->at == '-';
    if (r->at < r->end && *r->at == '0')
        r->at++;
    else if (!read_digits(r))
        return false;
    if (r->at < r->end && *r->at == '.') {
        r->at++;
        if (!read_digits(r))
            return false;
    }
    if (r->at < r->end && (*r->at == 'e' || *r->at == 'E')) {
        r->at++;
        r->at += r->at < r->end && (*r->at == '+' || *r->at == '-');
        return read_digits(r);
    }
    return true;
}

static bool read_word(reader *r, const char *word) {
    const size_t n = strlen(word);
    if ((size_t)(r->end - r->at) < n || memcmp(r->at, word, n) != 0)
        return false;
    mix(r, (unsigned char)*word);
    r->at += n;
    return true;
}

static bool has_date(lede_str name) {
    for (size_t i = 1; i + 3 <= name.len; i++)
        if (memcmp(name.ptr + i, "ate", 3) == 0 && (name.ptr[i - 1] == 'd' || name.ptr[i - 1] == 'D'))
            return true;
    return false;
}

/* A name and its colon. */
static bool read_name(reader *r) {
    lede_str name;
    skip_space(r);
    if (r->at == r->end || *r->at != '"' || !read_string(r, WHOLE, &name))
        return false;
    r->next = name.len && name.ptr[0] == '@' ? WHOLE : has_date(name) ? FORM : KIND;
    skip_space(r);
    return r->at < r->end && *r->at++ == ':';
}

/* Opens an object or a list; *empty when it closes at once. */
static bool open(reader *r, bool *empty) {
    const bool is_object = *r->at == '{';
    if (r->depth == DEPTH_MAX)
        return false;
    mix(r, (unsigned char)*r->at++);
    r->is_object[r->depth++] = is_object;
    skip_space(r);
    *empty = r->at < r->end && *r->at == (is_object ? '}' : ']');
    return *empty || !is_object || read_name(r);
}

/* A value that holds no other. */
static bool read_plain(reader *r) {
    lede_str text;
    switch (*r->at) {
    case '"': return read_string(r, r->next, &text);
    case 't': return read_word(r, "true");
    case 'f': return read_word(r, "false");
    case 'n': return read_word(r, "null");
    default: return read_number(r);
    }
}

/* What follows a value: the ends of all that it ends, then a comma and the next name. */
static bool close_and_go_on(reader *r, bool *done) {
    for (;;) {
        skip_space(r);
        *done = r->depth == 0;
        if (*done)
            return r->at == r->end;
        if (r->at == r->end)
            return false;
        const bool is_object = r->is_object[r->depth - 1];
        const char c = *r->at++;
        mix(r, (unsigned char)c);
        if (c == ',')
            return !is_object || read_name(r);
        if (c != (is_object ? '}' : ']'))
            return false;
        r->depth--;
    }
}

bool lede__json_shape(lede_str text, uint64_t *shape) {
    reader r = {.at = text.ptr, .end = text.ptr + text.len, .hash = 0xCBF29CE484222325u};
    for (bool done = false; !done;) {
        bool empty = true;
        skip_space(&r);
        if (r.at == r.end)
            return false;
        if (*r.at == '{' || *r.at == '[') {
            if (!open(&r, &empty))
                return false;
            if (!empty)
                continue;
        } else if (!read_plain(&r)) {
            return false;
        }
        r.next = r.depth && !r.is_object[r.depth - 1] ? r.next : KIND;
        if (!close_and_go_on(&r, &done))
            return false;
    }
    *shape = r.hash;
    return true;
}
