/* front.c - finds the front matter of a file and reads it. See lede/article.h.
 *
 * Front matter is what stands between a first line "---" (also "---yaml", "---json", "---lua") and
 * the next line "---" or
 * "...", or a JSON object at the very beginning. What only looks like it (a thematic break, a
 * shortcode) stays body.
 */
#include "article/front.h"

#include <stdlib.h>

typedef enum form { NONE, YAML, JSON, LUA, TOML, UNKNOWN } form;

typedef struct split {
    form form;
    lede_str front;
    int front_line;
    lede_str body;
    int body_line;
} split;

static lede_str line_at(lede_str s, size_t from) {
    size_t end = lede_str_find(s, '\n', from);
    return lede_str_n(s.ptr + from, (end < s.len ? end + 1 : s.len) - from);
}

static lede_str trim_right(lede_str s) {
    while (s.len && strchr(" \t\r\n", s.ptr[s.len - 1]))
        s.len--;
    return s;
}

static int count_lines(const char *from, const char *to) {
    int n = 0;
    while (from < to && (from = memchr(from, '\n', (size_t)(to - from)))) {
        n++;
        from++;
    }
    return n;
}

/* ---- bytes that are not UTF-8 */

/* Windows-1252 for 0x80 to 0x9F, the bytes in which it differs from Latin-1; 0 where it has none.
 */
static const uint16_t CP1252[32] = {0x20AC, 0,      0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021,
                                    0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0,      0x017D, 0,
                                    0,      0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014,
                                    0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0,      0x017E, 0x0178};

static uint32_t stray_byte(unsigned char c) {
    if (c == 0)
        return 0xFFFD;
    if (c >= 0x80 && c < 0xA0)
        return CP1252[c - 0x80] ? CP1252[c - 0x80] : 0xFFFD;
    return c;
}

/* Makes source UTF-8: bytes that are none are read as Windows-1252, what they nearly always are. */
static lede_status make_utf8(lede_str *source, lede_arena *arena, lede_notes *notes,
                             lede_error *err) {
    size_t bad;
    if (lede_utf8_valid(*source, &bad))
        return LEDE_OK;
    lede_str head = lede_str_n(source->ptr, bad);
    int line = 1 + count_lines(head.ptr, head.ptr + head.len);
    size_t start = head.len;
    while (start > 0 && head.ptr[start - 1] != '\n')
        start--;
    char *copy = lede_arena_take(arena, source->len * 3 + 1);
    if (!copy)
        return lede_fail(err, LEDE_ENOMEM, "article: out of memory");
    size_t n = 0;
    lede_str rest = *source;
    for (;;) {
        bool all = lede_utf8_valid(rest, &bad);
        size_t good = all ? rest.len : bad;
        if (good)
            memcpy(copy + n, rest.ptr, good);
        n += good;
        if (all)
            break;
        n += lede_utf8_put(copy + n, stray_byte((unsigned char)rest.ptr[bad]));
        rest = lede_str_sub(rest, bad + 1);
    }
    copy[n] = '\0';
    *source = lede_str_n(copy, n);
    lede__note(arena, notes, LEDE__NOTE, line, (int)(head.len - start) + 1,
               "the file is not UTF-8; stray bytes are read as Windows-1252, save it as UTF-8");
    return LEDE_OK;
}

/* ---- splitting */

static bool is_closing(lede_str line) {
    line = trim_right(line);
    return lede_str_is(line, "---") || lede_str_is(line, "...");
}

/* Whether line could stand in front matter: "key: ...", "key:", a quoted key, an item, a comment,
 * something indented. */
static bool like_yaml(lede_str line, bool as_first) {
    line = trim_right(line);
    if (line.len == 0)
        return !as_first;
    if (line.ptr[0] == '#' || line.ptr[0] == ' ' || line.ptr[0] == '\t' ||
        lede_str_starts(line, "- "))
        return !as_first || line.ptr[0] == '#';
    size_t colon = lede_str_find(line, ':', 0);
    return colon > 0 && colon < line.len && colon <= 40 &&
           (colon + 1 == line.len || line.ptr[colon + 1] == ' ' || line.ptr[colon + 1] == '\t');
}

static bool is_comment_or_blank(lede_str line) {
    line = lede_str_trim(line);
    return line.len == 0 || line.ptr[0] == '#';
}

/* The first line from `at` that is neither blank nor comment begins a key. */
static bool begins_yaml(lede_str s, size_t at) {
    while (at < s.len && is_comment_or_blank(line_at(s, at)))
        at += line_at(s, at).len;
    return at < s.len && like_yaml(line_at(s, at), true);
}

static size_t find_closing(lede_str s, size_t at) {
    while (at < s.len && !is_closing(line_at(s, at)))
        at += line_at(s, at).len;
    return at;
}

/* Where front matter that nobody closed ends: at the first blank line that something else than YAML
 * follows. */
static size_t guess_end(lede_str s, size_t at) {
    bool after_blank = false;
    while (at < s.len) {
        lede_str line = line_at(s, at);
        if (trim_right(line).len == 0)
            after_blank = true;
        else if (!like_yaml(line, false) ||
                 (after_blank && (line.ptr[0] == '#' || !like_yaml(line, true))))
            break;
        else
            after_blank = false;
        at += line.len;
    }
    return at;
}

static form form_of(lede_str word) {
    if (word.len == 0 || lede_str_eq_nocase(word, LEDE_STR("yaml")) ||
        lede_str_eq_nocase(word, LEDE_STR("yml")))
        return YAML;
    if (lede_str_eq_nocase(word, LEDE_STR("json")))
        return JSON;
    if (lede_str_eq_nocase(word, LEDE_STR("lua")))
        return LUA;
    if (lede_str_eq_nocase(word, LEDE_STR("toml")))
        return TOML;
    return UNKNOWN;
}

static void split_fenced(lede_str s, size_t at, lede_arena *arena, lede_notes *notes, split *out) {
    lede_str opening = line_at(s, at);
    out->form = form_of(lede_str_trim(lede_str_sub(opening, 3)));
    size_t from = at + opening.len, end = find_closing(s, from);
    size_t after = end < s.len ? end + line_at(s, end).len : s.len;
    if (out->form == UNKNOWN || (out->form == YAML && end == s.len && !begins_yaml(s, from))) {
        out->form = NONE; /* a thematic break, or "----" */
        return;
    }
    out->front_line = 1 + count_lines(s.ptr, s.ptr + from);
    if (end == s.len && out->form == YAML) {
        end = after = guess_end(s, from);
        lede__note(
            arena, notes, LEDE__NOTE, out->front_line - 1, 1,
            "the front matter is not closed; read up to line %d, put a line with --- behind it",
            count_lines(s.ptr, s.ptr + end));
    } else if (end == s.len) {
        lede__note(arena, notes, LEDE__NOTE, out->front_line - 1, 1,
                   "the front matter is not closed; put a line with --- behind it");
    }
    out->front = lede_str_n(s.ptr + from, end - from);
    out->body = lede_str_sub(s, after);
}

/* The length of the JSON object at s, or 0 when it is not closed. */
static size_t json_length(lede_str s) {
    int depth = 0;
    bool quoted = false;
    for (size_t i = 0; i < s.len; i++) {
        char c = s.ptr[i];
        if (quoted) {
            if (c == '\\')
                i++;
            else if (c == '"')
                quoted = false;
        } else if (c == '"') {
            quoted = true;
        } else if (c == '{' || c == '[') {
            depth++;
        } else if ((c == '}' || c == ']') && --depth == 0) {
            return i + 1;
        }
    }
    return 0;
}

/* A brace is JSON only if a quoted key or the end follows it, and nothing follows the object on its
 * line. */
static void split_json(lede_str s, size_t at, lede_arena *arena, lede_notes *notes, split *out) {
    lede_str rest = lede_str_sub(s, at);
    lede_str inside = lede_str_trim(lede_str_sub(rest, 1));
    if (inside.len == 0 || (inside.ptr[0] != '"' && inside.ptr[0] != '}'))
        return;
    size_t n = json_length(rest);
    int line = 1 + count_lines(s.ptr, s.ptr + at);
    if (n == 0) {
        if (lede_str_find(inside, ':', 0) < inside.len)
            lede__note(arena, notes, LEDE__NOTE, line, 1,
                       "the file begins like JSON front matter that is not closed; all of it is "
                       "kept as body, add the '}'");
        return;
    }
    lede_str tail = line_at(rest, n);
    if (lede_str_trim(tail).len > 0)
        return;
    out->form = JSON;
    out->front = lede_str_n(rest.ptr, n);
    out->front_line = line;
    out->body = lede_str_sub(rest, n + tail.len);
}

static void split_source(lede_str s, lede_arena *arena, lede_notes *notes, split *out) {
    size_t at = 0;
    *out = (split){.form = NONE};
    while (at < s.len && lede_str_trim(line_at(s, at)).len == 0)
        at += line_at(s, at).len;
    lede_str first = line_at(s, at);
    if (lede_str_starts(first, "+++") && lede_str_trim(first).len == 3) {
        out->form = TOML;
        out->front_line = 1 + count_lines(s.ptr, s.ptr + at);
    } else if (lede_str_starts(first, "---")) {
        split_fenced(s, at, arena, notes, out);
    } else if (first.len && (first.ptr[0] == '{')) {
        split_json(s, at, arena, notes, out);
    }
    if (out->form == NONE) {
        out->body = s;
        out->front = (lede_str){0};
    }
    out->body_line = out->body.ptr ? 1 + count_lines(s.ptr, out->body.ptr) : 1;
}

/* ---- reading */

typedef struct readers {
    const lede_article_rules *rules;
    lede_arena *arena;
    lede_notes *notes;
    lede_error *err;
} readers;

/* Hands an error of a reader on as what becomes of the file: an error note, whatever the status. */
static lede_status give_up(const readers *r, lede_status s, const lede_error *why) {
    if (s == LEDE_ENOMEM)
        return lede_fail(r->err, s, "%s", why->message);
    return lede__refuse(r->arena, r->notes, r->err, s == LEDE_ELIMIT ? s : LEDE_EFORMAT, why->line,
                        why->column, "%s", why->message);
}

/* Lists and depth of a tree that came from elsewhere than YAML. */
static bool within_limits(const lede_value *v, int depth) {
    if (depth > LEDE__DEPTH_MAX)
        return false;
    if (v->kind == LEDE_LIST) {
        for (size_t i = 0; i < v->list.count; i++)
            if (!within_limits(&v->list.items[i], depth + 1))
                return false;
        return v->list.count <= LEDE__ITEMS_MAX;
    }
    if (v->kind == LEDE_MAP) {
        for (size_t i = 0; i < v->map.count; i++)
            if (!within_limits(&v->map.pairs[i].value, depth + 1))
                return false;
        return v->map.count <= LEDE__ITEMS_MAX;
    }
    return true;
}

static lede_status read_yaml(const readers *r, const split *s, lede_value *out) {
    lede_article_reader *kept = r->rules ? r->rules->reader : NULL;
    lede__yaml *yaml = kept ? kept->yaml : lede__yaml_new();
    if (!yaml)
        return lede_fail(r->err, LEDE_ENOMEM, "article: out of memory");
    lede__yaml_job job = {
        .yaml = yaml, .arena = r->arena, .notes = r->notes, .line = s->front_line, .is_kept = true};
    lede_error why = {0};
    size_t notes = r->notes ? r->notes->count : 0;
    lede_status status = lede__yaml_read(&job, s->front, out, &why);
    if (status == LEDE_EFORMAT) {
        if (r->notes)
            r->notes->count = notes;
        status = lede__yaml_repair(&job, s->front, out, &why);
    }
    if (!kept)
        lede__yaml_free(yaml);
    return status == LEDE_OK ? status : give_up(r, status, &why);
}

/* JSON proper; with comments, trailing commas or a key twice it is still YAML. */
static lede_status read_json(const readers *r, const split *s, lede_value *out) {
    lede_error why = {0};
    lede_status status = lede_json_read(r->arena, s->front, out, &why);
    if (status == LEDE_OK && !within_limits(out, 0)) {
        why = (lede_error){.line = s->front_line, .column = 1};
        status = lede_fail(&why, LEDE_ELIMIT,
                           "front matter: nested deeper than %d or more than %d items in one list",
                           LEDE__DEPTH_MAX, LEDE__ITEMS_MAX);
    }
    if (status == LEDE_OK)
        return LEDE_OK;
    if (status != LEDE_EFORMAT)
        return give_up(r, status, &why);
    lede__note(r->arena, r->notes, LEDE__NOTE, why.line > 0 ? s->front_line + why.line - 1 : s->front_line,
               why.column > 0 ? why.column : 1, "not strict JSON (%s); read as far as it goes", why.message);
    return read_yaml(r, s, out);
}

static lede_status read_lua(const readers *r, const split *s, lede_value *out) {
    if (!r->rules || !r->rules->eval_lua)
        return lede__refuse(
            r->arena, r->notes, r->err, LEDE_EFORMAT, s->front_line, 1,
            "Lua front matter is not read here; write it as YAML between --- lines");
    lede_error why = {0};
    lede_status status =
        r->rules->eval_lua(r->rules->eval_ctx, s->front, s->front_line, r->arena, out, &why);
    if (status == LEDE_OK && !within_limits(out, 0))
        status =
            lede_fail_at(&why, LEDE_ELIMIT, s->front_line, 1,
                         "front matter: nested deeper than %d or more than %d items in one list",
                         LEDE__DEPTH_MAX, LEDE__ITEMS_MAX);
    if (status == LEDE_OK)
        return status;
    if (why.line <= 0)
        why.line = s->front_line;
    return give_up(r, status, &why);
}

static lede_status read_value(const readers *r, const split *s, lede_value *out) {
    switch (s->form) {
    case YAML:
        return read_yaml(r, s, out);
    case JSON:
        return read_json(r, s, out);
    case LUA:
        return read_lua(r, s, out);
    case TOML:
        return lede__refuse(
            r->arena, r->notes, r->err, LEDE_EFORMAT, s->front_line, 1,
            "TOML front matter is read by importers only: write it as YAML between --- lines");
    case NONE:
    case UNKNOWN:
        break;
    }
    return LEDE_OK;
}

/* UTF-16 would be taken for text with odd bytes. */
static lede_status check_bytes(const readers *r, lede_str *source) {
    if (source->len > LEDE__SOURCE_MAX)
        return lede__refuse(r->arena, r->notes, r->err, LEDE_ELIMIT, 0, 0,
                            "the file has %zu bytes, more than the limit of %d; split it",
                            source->len, LEDE__SOURCE_MAX);
    if (source->len >= 2 &&
        (memcmp(source->ptr, "\xff\xfe", 2) == 0 || memcmp(source->ptr, "\xfe\xff", 2) == 0))
        return lede__refuse(r->arena, r->notes, r->err, LEDE_EFORMAT, 1, 1,
                            "the file is UTF-16; save it as UTF-8");
    if (lede_str_starts(*source, "\xef\xbb\xbf"))
        *source = lede_str_sub(*source, 3);
    return make_utf8(source, r->arena, r->notes, r->err);
}

lede_status lede__front_read(const lede_article_rules *rules, lede_str source, lede_arena *arena,
                             lede_notes *notes, lede__front *out, lede_error *err) {
    readers r = {rules, arena, notes, err};
    lede_status status = check_bytes(&r, &source);
    if (status != LEDE_OK)
        return status;
    split s;
    split_source(source, arena, notes, &s);
    if (s.front.len > LEDE__FRONT_MAX)
        return lede__refuse(
            arena, notes, err, LEDE_ELIMIT, s.front_line, 1,
            "the front matter has %zu bytes, more than the limit of %d; move text to the body",
            s.front.len, LEDE__FRONT_MAX);
    lede_value v = {.kind = LEDE_NULL, .line = s.front_line, .column = 1};
    status = read_value(&r, &s, &v);
    if (status != LEDE_OK)
        return status;
    if (v.kind != LEDE_MAP && v.kind != LEDE_NULL) {
        lede__note(arena, notes, s.form == YAML && v.kind == LEDE_TEXT ? LEDE__HINT : LEDE__NOTE,
                   s.front_line, 1,
                   "what stands here like front matter is a %s without keys; it is kept as body",
                   lede_kind_name(v.kind));
        v.kind = LEDE_NULL;
        s = (split){.form = NONE, .body = source, .body_line = 1};
    }
    if (v.kind == LEDE_NULL)
        v = (lede_value){.kind = LEDE_MAP, .line = s.front_line, .column = 1};
    *out = (lede__front){.value = v,
                         .body = s.body,
                         .body_line = (uint32_t)s.body_line,
                         .is_present = s.form != NONE};
    return LEDE_OK;
}

lede_status lede_article_parse_front(const lede_article_rules *rules, lede_str source, lede_arena *arena,
                                     lede_value *front, lede_str *body, uint32_t *body_line,
                                     lede_notes *notes, lede_error *err) {
    lede__front f = {0};
    lede_status s = lede__front_read(rules, source, arena, notes, &f, err);
    if (s != LEDE_OK)
        return s;
    *front = f.value;
    *body = f.body;
    *body_line = f.body_line;
    return LEDE_OK;
}

lede_status lede_article_reader_new(lede_article_reader **out, lede_error *err) {
    *out = NULL;
    lede_article_reader *reader = calloc(1, sizeof *reader);
    if (reader)
        reader->yaml = lede__yaml_new();
    if (!reader || !reader->yaml) {
        free(reader);
        return lede_fail(err, LEDE_ENOMEM, "article: out of memory");
    }
    lede_buf_init(&reader->scratch, 1 << 20);
    *out = reader;
    return LEDE_OK;
}

void lede_article_reader_free(lede_article_reader *reader) {
    if (!reader)
        return;
    lede__yaml_free(reader->yaml);
    lede_buf_fini(&reader->scratch);
    free(reader);
}
