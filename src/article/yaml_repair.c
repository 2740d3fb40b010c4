/* yaml_repair.c - front matter that is not YAML, read as its author meant it. See article/front.h.
 *
 * The text is cut into blocks, one a top-level key, and each is read by itself, so a mistake costs
 * only its own key. A block that is refused is mended and tried again, the gentlest way first: tabs
 * in indentation become blanks, lines that carry on a value are indented, values that cannot stand
 * bare are quoted. What is refused even then becomes text. Each repair is told with its line; what
 * other tools accept as it stands is a hint only.
 */
#include "article/front.h"

typedef struct block {
    lede_str text; /* whole lines, with their line ends */
    int line;      /* offset from the first line of the front matter */
} block;

static lede_str line_at(lede_str s, size_t from) {
    size_t end = lede_str_find(s, '\n', from);
    return lede_str_n(s.ptr + from, (end < s.len ? end + 1 : s.len) - from);
}

static lede_str without_end(lede_str line) {
    while (line.len && (line.ptr[line.len - 1] == '\n' || line.ptr[line.len - 1] == '\r'))
        line.len--;
    return line;
}

static size_t indent_of(lede_str line) {
    size_t i = 0;
    while (i < line.len && (line.ptr[i] == ' ' || line.ptr[i] == '\t'))
        i++;
    return i;
}

/* The length of "key:" at s, or 0: a colon before a blank or the end, the key being quoted or
 * without quotes. */
static size_t key_length(lede_str s) {
    size_t i = 0;
    if (s.len && (s.ptr[0] == '"' || s.ptr[0] == '\'')) {
        size_t close = lede_str_find(s, s.ptr[0], 1);
        i = close < s.len ? close + 1 : s.len;
        while (i < s.len && s.ptr[i] == ' ')
            i++;
        if (i >= s.len || s.ptr[i] != ':')
            return 0;
        return i + 1;
    }
    for (; i < s.len; i++) {
        if (s.ptr[i] == '#' && i > 0 && s.ptr[i - 1] == ' ')
            return 0;
        if (s.ptr[i] == ':' && (i + 1 == s.len || s.ptr[i + 1] == ' ' || s.ptr[i + 1] == '\t'))
            return i ? i + 1 : 0;
    }
    return 0;
}

/* The offset behind the quotation that opens at s.ptr[0], or 0 when none opens or it is never
 * closed. */
static size_t quote_length(lede_str s) {
    if (s.len == 0 || (s.ptr[0] != '"' && s.ptr[0] != '\''))
        return 0;
    char q = s.ptr[0];
    for (size_t i = 1; i < s.len; i++) {
        if (q == '"' && s.ptr[i] == '\\')
            i++;
        else if (s.ptr[i] == q && q == '\'' && i + 1 < s.len && s.ptr[i + 1] == q)
            i++;
        else if (s.ptr[i] == q)
            return i + 1;
    }
    return 0;
}

/* A key of its own words, "title" or "image alt", rather than a sentence with a colon in it. */
static bool looks_like_key(lede_str line) {
    size_t n = key_length(line);
    if (n == 0 || strchr("*>&!|%@`", line.ptr[0]))
        return false;
    size_t blanks = 0;
    for (size_t i = 0; i + 1 < n; i++)
        blanks += line.ptr[i] == ' ';
    return line.ptr[0] == '"' || line.ptr[0] == '\'' || (blanks <= 3 && n <= 64);
}

/* Whether line begins a new top-level key. */
static bool begins_block(lede_str line) {
    line = without_end(line);
    if (line.len == 0 || line.ptr[0] == ' ' || line.ptr[0] == '\t' || line.ptr[0] == '#')
        return false;
    if (line.ptr[0] == '-' && (line.len == 1 || line.ptr[1] == ' ' || line.ptr[1] == '\t'))
        return false;
    return looks_like_key(line);
}

/* Where the quotation ends that opens as the value of the key at s[from..]: inside it a sentence
 * may hold a colon. */
static size_t quotation_end(lede_str s, size_t from) {
    lede_str line = without_end(line_at(s, from));
    size_t value = key_length(line);
    value += indent_of(lede_str_sub(line, value));
    size_t n = quote_length(lede_str_sub(s, from + value));
    return n ? from + value + n : from;
}

static block next_block(lede_str s, size_t *at, int *line) {
    size_t from = *at, end = from, quoted_to = quotation_end(s, from);
    block b = {.line = *line};
    while (end < s.len) {
        lede_str l = line_at(s, end);
        if (end > from && end >= quoted_to && begins_block(l))
            break;
        end += l.len;
        (*line)++;
    }
    b.text = lede_str_n(s.ptr + from, end - from);
    *at = end;
    return b;
}

/* ---- mending. Each writes the whole block anew and says whether anything changed. */

static bool mend_tabs(lede_str text, lede_buf *out) {
    bool changed = false;
    for (size_t at = 0; at < text.len;) {
        lede_str line = line_at(text, at);
        at += line.len;
        size_t n = indent_of(line);
        for (size_t i = 0; i < n; i++) {
            changed |= line.ptr[i] == '\t';
            lede_buf_adds(out, line.ptr[i] == '\t' ? "  " : " ");
        }
        lede_buf_add(out, lede_str_sub(line, n));
    }
    return changed;
}

/* Indents what carries a value on from the first line: all but list items and comments at the
 * margin. */
static bool mend_indent(lede_str text, lede_buf *out) {
    bool changed = false;
    for (size_t at = 0; at < text.len;) {
        lede_str line = line_at(text, at);
        if (at > 0 && without_end(line).len > 0 && indent_of(line) == 0 && line.ptr[0] != '-') {
            lede_buf_adds(out, "  ");
            changed = true;
        }
        at += line.len;
        lede_buf_add(out, line);
    }
    return changed;
}

/* Between double quotes: libfyaml 0.7.12 garbles '''' before a letter beyond ASCII. */
static void put_quoted(lede_buf *out, lede_str s) {
    lede_buf_addc(out, '"');
    for (size_t i = 0; i < s.len; i++) {
        if (s.ptr[i] == '"' || s.ptr[i] == '\\')
            lede_buf_addc(out, '\\');
        lede_buf_addc(out, s.ptr[i] == '\t' ? ' ' : s.ptr[i]);
    }
    lede_buf_addc(out, '"');
}

/* Whether every ' of s is doubled, as between single quotes it must be. */
static bool all_doubled(lede_str s) {
    for (size_t i = 0; i < s.len; i++)
        if (s.ptr[i] == '\'' && !(i + 1 < s.len && s.ptr[++i] == '\''))
            return false;
    return true;
}

/* Quotes a value anew that is in single quotes already, as it should be. */
static void put_requoted(lede_buf *out, lede_str inner) {
    lede_buf_addc(out, '"');
    for (size_t i = 0; i < inner.len; i++) {
        if (inner.ptr[i] == '\'')
            i++;
        if (inner.ptr[i] == '"' || inner.ptr[i] == '\\')
            lede_buf_addc(out, '\\');
        lede_buf_addc(out, inner.ptr[i]);
    }
    lede_buf_addc(out, '"');
}

/* Whether s, one line, cannot stand without quotes or is wrongly quoted. */
static bool must_quote(lede_str s) {
    if (s.len == 0)
        return false;
    if (s.ptr[0] == '"' || s.ptr[0] == '\'') {
        size_t close = s.len - 1;
        return s.len < 2 || s.ptr[close] != s.ptr[0] || lede_str_find(s, s.ptr[0], 1) != close;
    }
    if (strchr("[{|>", s.ptr[0]))
        return s.ptr[0] == '['   ? s.ptr[s.len - 1] != ']'
               : s.ptr[0] == '{' ? s.ptr[s.len - 1] != '}'
                                 : false;
    if (strchr("@`%&*!,]}#", s.ptr[0]))
        return true;
    return key_length(s) > 0;
}

/* A value in quotes that hold quotes: the outer ones are taken off, the rest is meant as it stands.
 */
static lede_str unwrap(lede_str s) {
    if (s.len >= 2 && (s.ptr[0] == '"' || s.ptr[0] == '\'') && s.ptr[s.len - 1] == s.ptr[0])
        return lede_str_n(s.ptr + 1, s.len - 2);
    return s;
}

/* Quotes the values of single lines: "key: value", "- value", "- key: value". */
static bool mend_quotes(lede_str text, lede_buf *out) {
    bool changed = false;
    for (size_t at = 0; at < text.len;) {
        lede_str line = line_at(text, at), bare = without_end(line);
        at += line.len;
        size_t head = indent_of(bare);
        while (head + 1 < bare.len && bare.ptr[head] == '-' && bare.ptr[head + 1] == ' ')
            head += 1 + indent_of(lede_str_sub(bare, head + 1));
        head += looks_like_key(lede_str_sub(bare, head)) ? key_length(lede_str_sub(bare, head)) : 0;
        lede_str value = lede_str_trim(lede_str_sub(bare, head));
        if (!must_quote(value)) {
            lede_buf_add(out, line);
            continue;
        }
        lede_buf_addn(out, line.ptr, head);
        lede_buf_addc(out, ' ');
        if (unwrap(value).len < value.len && value.ptr[0] == '\'' && all_doubled(unwrap(value)))
            put_requoted(out, unwrap(value));
        else
            put_quoted(out, unwrap(value));
        lede_buf_add(out, lede_str_sub(line, bare.len));
        changed = true;
    }
    return changed;
}

typedef struct repair {
    const char *words;
    lede__weight weight;
    bool (*mend)(lede_str text, lede_buf *out);
} repair;

static const repair REPAIRS[] = {
    {"a tab indents this; read as two blanks, write blanks", LEDE__NOTE, mend_tabs},
    {"lines that carry on a value begin at the margin; read as one value, indent them", LEDE__HINT,
     mend_indent},
    {"a value here cannot stand without quotes; read as text, put it in quotes", LEDE__NOTE,
     mend_quotes},
};

/* ---- one block */

/* Reads text as a block of job; only a map will do. */
static lede_status read_block(const lede__yaml_job *job, lede_str text, lede_value *out,
                              lede_error *err) {
    lede_status s = lede__yaml_read(job, text, out, err);
    if (s == LEDE_OK && out->kind != LEDE_MAP && out->kind != LEDE_NULL)
        return lede_fail_at(err, LEDE_EFORMAT, job->line, 1, "no key here");
    return s;
}

/* Text before the first key is kept under this one. */
static const char UNREAD[] = "unread";

/* Last resort: the key with all that follows as text. */
static lede_status as_text(const lede__yaml_job *job, lede_str text, const lede_error *why,
                           lede_value *out, lede_error *err) {
    size_t n = looks_like_key(without_end(line_at(text, 0)))
                   ? key_length(without_end(line_at(text, 0)))
                   : 0;
    lede_str rest = lede_str_trim(lede_str_sub(text, n));
    *out = (lede_value){.kind = LEDE_NULL, .line = job->line, .column = 1};
    if (rest.len == 0)
        return LEDE_OK;
    lede__note(job->arena, job->notes, LEDE__NOTE, why->line, why->column,
               "not YAML (%s): kept as text as it stands", why->message);
    lede_pair *p = lede_arena_zero(job->arena, sizeof *p);
    if (!p)
        return lede_fail(err, LEDE_ENOMEM, "front matter: out of memory");
    p->key = n ? lede_arena_copy(job->arena, unwrap(lede_str_trim(lede_str_n(text.ptr, n - 1))))
               : LEDE_STR(UNREAD);
    p->line = p->value.line = job->line;
    p->column = 1;
    p->value.column = (int)n + 1;
    p->value.kind = LEDE_TEXT;
    p->value.quoted = true;
    p->value.text = lede_arena_copy(job->arena, rest);
    if (!p->key.ptr || !p->value.text.ptr)
        return lede_fail(err, LEDE_ENOMEM, "front matter: out of memory");
    *out = (lede_value){.kind = LEDE_MAP, .line = job->line, .column = 1, .map = {p, 1}};
    return LEDE_OK;
}

static bool is_fatal(lede_status s) { return s != LEDE_OK && s != LEDE_EFORMAT; }

/* Notes of attempts that failed are taken back. */
static lede_status attempt(const lede__yaml_job *job, lede_str text, lede_value *out,
                           lede_error *err) {
    size_t notes = job->notes ? job->notes->count : 0;
    lede_status s = read_block(job, text, out, err);
    if (s != LEDE_OK && job->notes)
        job->notes->count = notes;
    return s;
}

/* Tries the repairs on top of each other. current and next are scratch. */
static lede_status read_mended(const lede__yaml_job *job, lede_str text, lede_buf *current,
                               lede_buf *next, lede_value *out, lede_error *err) {
    lede_error why = {0};
    lede_status s = attempt(job, text, out, &why);
    if (s == LEDE_OK)
        return s;
    lede_buf_add(current, text);
    for (size_t i = 0; i < sizeof REPAIRS / sizeof *REPAIRS && s == LEDE_EFORMAT; i++) {
        lede_buf_clear(next);
        if (!REPAIRS[i].mend(lede_buf_str(current), next))
            continue;
        lede_buf swap = *current;
        *current = *next;
        *next = swap;
        lede_error again = {0};
        s = attempt(job, lede_buf_str(current), out, &again);
        if (s == LEDE_OK)
            lede__note(job->arena, job->notes, REPAIRS[i].weight, why.line, why.column, "%s (%s)",
                       REPAIRS[i].words, why.message);
        else if (is_fatal(s))
            why = again;
    }
    if (s == LEDE_EFORMAT)
        return as_text(job, text, &why, out, err);
    if (s != LEDE_OK)
        return lede_fail_at(err, s, why.line, why.column, "%s", why.message);
    return lede_buf_status(current, err);
}

/* ---- all blocks */

typedef struct pairs {
    lede_pair *items;
    size_t count, cap;
} pairs;

/* Adds p; a key that is there already gives way. */
static lede_status add_pair(const lede__yaml_job *job, pairs *all, const lede_pair *p,
                            lede_error *err) {
    for (size_t i = 0; i < all->count; i++)
        if (lede_str_eq(all->items[i].key, p->key)) {
            lede__note(job->arena, job->notes, LEDE__NOTE, p->line, p->column,
                       "the key '%.*s' stands here a second time (first in line %d); the last one "
                       "counts, remove the other",
                       (int)(p->key.len < 80 ? p->key.len : 80), p->key.ptr, all->items[i].line);
            all->items[i] = *p;
            return LEDE_OK;
        }
    if (all->count == LEDE__ITEMS_MAX)
        return lede_fail_at(err, LEDE_ELIMIT, p->line, p->column, "front matter: more than %d keys",
                            LEDE__ITEMS_MAX);
    if (all->count == all->cap) {
        size_t cap = all->cap ? all->cap * 2 : 16;
        lede_pair *items = lede_arena_take(job->arena, cap * sizeof *items);
        if (!items)
            return lede_fail(err, LEDE_ENOMEM, "front matter: out of memory");
        if (all->count)
            memcpy(items, all->items, all->count * sizeof *items);
        all->items = items;
        all->cap = cap;
    }
    all->items[all->count++] = *p;
    return LEDE_OK;
}

lede_status lede__yaml_repair(const lede__yaml_job *job, lede_str text, lede_value *out,
                              lede_error *err) {
    lede_buf current, next;
    lede_buf_init(&current, 4 * LEDE__FRONT_MAX);
    lede_buf_init(&next, 4 * LEDE__FRONT_MAX);
    lede__yaml_job sub = *job;
    sub.is_kept = false; /* mended text is gone after the call */
    pairs all = {0};
    lede_status s = LEDE_OK;
    int line = 0;
    for (size_t at = 0; at < text.len && s == LEDE_OK;) {
        block b = next_block(text, &at, &line);
        lede_value v = {0};
        sub.line = job->line + b.line;
        lede_buf_clear(&current);
        s = read_mended(&sub, b.text, &current, &next, &v, err);
        for (size_t i = 0; s == LEDE_OK && v.kind == LEDE_MAP && i < v.map.count; i++)
            s = add_pair(job, &all, &v.map.pairs[i], err);
    }
    lede_buf_fini(&current);
    lede_buf_fini(&next);
    if (s != LEDE_OK)
        return s;
    *out = (lede_value){
        .kind = LEDE_MAP, .line = job->line, .column = 1, .map = {all.items, all.count}};
    if (all.count == 1 && all.items[0].key.ptr == UNREAD)
        *out = all.items[0].value; /* prose between two rules */
    return LEDE_OK;
}
