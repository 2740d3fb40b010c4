/* yaml.c - YAML by libfyaml's events into a tree of lede_value. See article/front.h. The one file
 * that includes libfyaml.
 *
 * Plain scalars are resolved by the core schema of YAML 1.2, so NO and yes stay text. Anchors are
 * ignored and aliases kept as text, with a note: nothing in front matter expands. A parser is
 * reused from one text to the next, unless it met an error: fy_parser_reset() of 0.7.12 then frees
 * twice.
 */
#include "article/front.h"

#include <libfyaml.h>

#include <errno.h>
#include <math.h>
#include <stdlib.h>

struct lede__yaml {
    struct fy_parser *parser; /* NULL: to be made */
    struct fy_diag *diag;
    char message[512]; /* what libfyaml said first */
    size_t message_len;
};

static void keep_message(struct fy_diag *diag, void *user, const char *buf, size_t len) {
    (void)diag;
    lede__yaml *y = user;
    size_t room = sizeof y->message - 1 - y->message_len;
    if (len > room)
        len = room;
    memcpy(y->message + y->message_len, buf, len);
    y->message_len += len;
    y->message[y->message_len] = '\0';
}

lede__yaml *lede__yaml_new(void) {
    lede__yaml *y = calloc(1, sizeof *y);
    if (!y)
        return NULL;
    struct fy_diag_cfg cfg;
    fy_diag_cfg_default(&cfg);
    cfg.fp = NULL;
    cfg.output_fn = keep_message;
    cfg.user = y;
    cfg.level = FYET_ERROR;
    cfg.colorize = false;
    cfg.show_source = true;
    cfg.show_position = false;
    y->diag = fy_diag_create(&cfg);
    if (!y->diag) {
        free(y);
        return NULL;
    }
    return y;
}

static void drop_parser(lede__yaml *y) {
    if (y->parser)
        fy_parser_destroy(y->parser);
    y->parser = NULL;
}

void lede__yaml_free(lede__yaml *y) {
    if (!y)
        return;
    drop_parser(y);
    fy_diag_destroy(y->diag);
    free(y);
}

/* ---- the core schema */

static bool all_digits(const char *p, const char *end, int base) {
    if (p == end)
        return false;
    for (; p < end; p++) {
        int v = *p >= '0' && *p <= '9'   ? *p - '0'
                : *p >= 'a' && *p <= 'f' ? *p - 'a' + 10
                : *p >= 'A' && *p <= 'F' ? *p - 'A' + 10
                                         : 99;
        if (v >= base)
            return false;
    }
    return true;
}

/* A number that does not fit stays text, so that nothing of it is lost. */
static bool resolve_int(lede_value *v, const char *s, const char *end) {
    const char *digits = s;
    int base = 10;
    if (end - s > 2 && s[0] == '0' && (s[1] == 'x' || s[1] == 'o')) {
        base = s[1] == 'x' ? 16 : 8;
        digits += 2;
    } else if (*s == '-' || *s == '+') {
        digits++;
    }
    if (!all_digits(digits, end, base))
        return false;
    errno = 0;
    long long n = strtoll(base == 10 ? s : digits, NULL, base);
    if (errno == 0) {
        v->kind = LEDE_INT;
        v->integer = n;
    }
    return true;
}

/* [-+]? ( \. [0-9]+ | [0-9]+ ( \. [0-9]* )? ) ( [eE] [-+]? [0-9]+ )? */
static bool is_float(const char *p, const char *end) {
    if (p < end && (*p == '-' || *p == '+'))
        p++;
    const char *whole = p;
    while (p < end && *p >= '0' && *p <= '9')
        p++;
    bool has_whole = p > whole;
    if (p < end && *p == '.') {
        const char *part = ++p;
        while (p < end && *p >= '0' && *p <= '9')
            p++;
        if (!has_whole && p == part)
            return false;
    } else if (!has_whole) {
        return false;
    }
    if (p == end)
        return true;
    if (*p != 'e' && *p != 'E')
        return false;
    p++;
    if (p < end && (*p == '-' || *p == '+'))
        p++;
    return all_digits(p, end, 10);
}

static bool resolve_special_float(lede_value *v) {
    lede_str s = v->text;
    double sign = 1;
    if (s.len == 5 && (s.ptr[0] == '-' || s.ptr[0] == '+')) {
        sign = s.ptr[0] == '-' ? -1 : 1;
        s = lede_str_sub(s, 1);
    }
    if (lede_str_is(s, ".inf") || lede_str_is(s, ".Inf") || lede_str_is(s, ".INF"))
        v->number = sign * (double)INFINITY;
    else if (v->text.len == 4 &&
             (lede_str_is(s, ".nan") || lede_str_is(s, ".NaN") || lede_str_is(s, ".NAN")))
        v->number = (double)NAN;
    else
        return false;
    v->kind = LEDE_FLOAT;
    return true;
}

static bool is_word(lede_str s, const char *lower) {
    size_t n = strlen(lower);
    if (s.len != n || !lede_str_eq_nocase(s, lede_str_n(lower, n)))
        return false;
    /* null, Null and NULL are the word; nULL is not */
    bool first_upper = s.ptr[0] < 'a', second_upper = s.ptr[1] < 'a';
    for (size_t i = 2; i < n; i++)
        if ((s.ptr[i] < 'a') != second_upper)
            return false;
    return first_upper || !second_upper;
}

void lede__yaml_resolve(lede_value *v) {
    lede_str s = v->text;
    v->kind = LEDE_TEXT;
    if (s.len == 0 || lede_str_is(s, "~")) {
        v->kind = LEDE_NULL;
        return;
    }
    char c = s.ptr[0];
    if ((c | 0x20) == 'n' || (c | 0x20) == 't' || (c | 0x20) == 'f') {
        if (is_word(s, "null")) {
            v->kind = LEDE_NULL;
        } else if (is_word(s, "true") || is_word(s, "false")) {
            v->kind = LEDE_BOOL;
            v->boolean = s.len == 4;
        }
        return;
    }
    if (!((c >= '0' && c <= '9') || c == '-' || c == '+' || c == '.') || s.len > 64)
        return;
    char local[65]; /* strtod and strtoll want an end */
    memcpy(local, s.ptr, s.len);
    local[s.len] = '\0';
    if (resolve_int(v, local, local + s.len) || resolve_special_float(v))
        return;
    if (is_float(local, local + s.len)) {
        v->kind = LEDE_FLOAT;
        v->number = strtod(local, NULL);
    }
}

/* ---- events */

typedef struct frame {
    size_t base; /* first of its pairs on the stack */
    bool is_map;
    int line, column;
    bool quoted;
} frame;

typedef struct reading {
    const lede__yaml_job *job;
    lede_str text;
    lede_pair *stack; /* finished pairs (items, for lists) of all open frames */
    size_t count, cap;
    frame frames[LEDE__DEPTH_MAX + 1];
    int depth;
    bool has_key;
    lede_pair pending; /* a pair whose value comes next */
    bool is_done;
    lede_value root;
    lede_error *err;
} reading;

static lede_status out_of_memory(reading *r) {
    return lede_fail(r->err, LEDE_ENOMEM, "front matter: out of memory");
}

static int line_of(const reading *r, const struct fy_mark *m) {
    return m ? r->job->line + m->line : r->job->line;
}
static int column_of(const struct fy_mark *m) { return m ? m->column + 1 : 1; }

/* The token's text: libfyaml points into the text itself where nothing had to be unfolded. What it
 * unfolded is checked: 0.7.12 garbles '''' before a letter beyond ASCII. */
static lede_status token_text(reading *r, struct fy_token *t, lede_str *out) {
    size_t len = 0;
    const char *p = t ? fy_token_get_text(t, &len) : NULL;
    if (!p || len == 0) {
        *out = (lede_str){"", 0};
        return LEDE_OK;
    }
    uintptr_t at = (uintptr_t)p, begin = (uintptr_t)r->text.ptr;
    bool is_source = at >= begin && at + len <= begin + r->text.len;
    if (!is_source && !lede_utf8_valid(lede_str_n(p, len), NULL)) {
        const struct fy_mark *mark = fy_token_start_mark(t);
        return lede_fail_at(r->err, LEDE_EFORMAT, line_of(r, mark), column_of(mark),
                            "the text is not UTF-8");
    }
    *out = is_source && r->job->is_kept ? lede_str_n(p, len)
                                        : lede_arena_copy(r->job->arena, lede_str_n(p, len));
    return out->ptr ? LEDE_OK : out_of_memory(r);
}

static lede_status push(reading *r, const lede_pair *p) {
    if (r->count == r->cap) {
        size_t cap = r->cap ? r->cap * 2 : r->text.len < 72 ? r->text.len / 4 + 2 : 24;
        lede_pair *stack = lede_arena_take(r->job->arena, cap * sizeof *stack);
        if (!stack)
            return out_of_memory(r);
        if (r->count)
            memcpy(stack, r->stack, r->count * sizeof *stack);
        r->stack = stack;
        r->cap = cap;
    }
    r->stack[r->count++] = *p;
    return LEDE_OK;
}

/* Puts a pair on top of the open map; a key that is there already gives way to it. */
static lede_status push_pair(reading *r, size_t base) {
    for (size_t i = base; i < r->count; i++) {
        if (!lede_str_eq(r->stack[i].key, r->pending.key))
            continue;
        lede__note(r->job->arena, r->job->notes, LEDE__NOTE, r->pending.line, r->pending.column,
                   "the key '%.*s' stands here a second time (first in line %d); the last one "
                   "counts, remove the other",
                   (int)(r->pending.key.len < 80 ? r->pending.key.len : 80), r->pending.key.ptr,
                   r->stack[i].line);
        r->stack[i] = r->pending;
        return LEDE_OK;
    }
    return push(r, &r->pending);
}

/* A value is complete: it becomes a key, a pair, an item or the root. */
static lede_status deliver(reading *r, const lede_value *v) {
    if (r->depth == 0) {
        if (!r->is_done)
            r->root = *v;
        r->is_done = true;
        return LEDE_OK;
    }
    frame *f = &r->frames[r->depth];
    if (r->count - f->base >= LEDE__ITEMS_MAX)
        return lede_fail_at(r->err, LEDE_ELIMIT, v->line, v->column,
                            "front matter: more than %d items in one list", LEDE__ITEMS_MAX);
    if (!f->is_map) {
        lede_pair item = {.value = *v};
        return push(r, &item);
    }
    if (!r->has_key) {
        if (v->kind == LEDE_LIST || v->kind == LEDE_MAP)
            return lede_fail_at(r->err, LEDE_EFORMAT, v->line, v->column,
                                "front matter: a key must be text, not a %s",
                                lede_kind_name(v->kind));
        r->pending = (lede_pair){.key = v->text, .line = v->line, .column = v->column};
        r->has_key = true;
        return LEDE_OK;
    }
    r->pending.value = *v;
    r->has_key = false;
    return push_pair(r, f->base);
}

/* A container inside a map keeps its key on the stack until it is complete. */
static lede_status open_frame(reading *r, const struct fy_mark *mark, bool is_map) {
    if (r->depth == LEDE__DEPTH_MAX)
        return lede_fail_at(r->err, LEDE_ELIMIT, line_of(r, mark), column_of(mark),
                            "front matter: nested deeper than %d", LEDE__DEPTH_MAX);
    if (r->depth > 0 && r->frames[r->depth].is_map) {
        if (!r->has_key)
            return lede_fail_at(r->err, LEDE_EFORMAT, line_of(r, mark), column_of(mark),
                                "front matter: a key must be text");
        lede_status s = push(r, &r->pending);
        if (s != LEDE_OK)
            return s;
        r->has_key = false;
    }
    r->frames[++r->depth] = (frame){
        .base = r->count, .is_map = is_map, .line = line_of(r, mark), .column = column_of(mark)};
    return LEDE_OK;
}

static bool copy_items(reading *r, const frame *f, lede_value *v) {
    size_t n = r->count - f->base;
    const lede_pair *from = r->stack + f->base;
    if (n == 0)
        return true;
    if (f->is_map) {
        v->map.pairs = lede_arena_take(r->job->arena, n * sizeof *v->map.pairs);
        if (v->map.pairs)
            memcpy(v->map.pairs, from, n * sizeof *from);
        v->map.count = n;
        return v->map.pairs != NULL;
    }
    v->list.items = lede_arena_take(r->job->arena, n * sizeof *v->list.items);
    for (size_t i = 0; v->list.items && i < n; i++)
        v->list.items[i] = from[i].value;
    v->list.count = n;
    return v->list.items != NULL;
}

static lede_status close_frame(reading *r) {
    frame f = r->frames[r->depth--];
    lede_value v = {.kind = f.is_map ? LEDE_MAP : LEDE_LIST, .line = f.line, .column = f.column};
    if (!copy_items(r, &f, &v))
        return out_of_memory(r);
    r->count = f.base;
    if (r->depth > 0 && r->frames[r->depth].is_map) {
        r->pending = r->stack[--r->count];
        r->has_key = true;
    }
    return deliver(r, &v);
}

static bool tag_is(lede_str tag, const char *name) {
    static const char CORE[] = "tag:yaml.org,2002:";
    if (lede_str_starts(tag, CORE))
        return lede_str_is(lede_str_sub(tag, sizeof CORE - 1), name);
    return lede_str_starts(tag, "!!") && lede_str_is(lede_str_sub(tag, 2), name);
}

/* Core tags are obeyed as far as they say something; any other is dropped, its value kept. */
static bool tag_says_text(reading *r, struct fy_token *token, int line, int column) {
    static const char *const CORE[] = {"null", "bool", "int", "float", "map", "seq"};
    lede_str tag = {0};
    if (!token || token_text(r, token, &tag) != LEDE_OK)
        return false;
    if (tag.len == 0 || lede_str_is(tag, "!") || tag_is(tag, "str"))
        return true;
    for (size_t i = 0; i < sizeof CORE / sizeof *CORE; i++)
        if (tag_is(tag, CORE[i]))
            return false;
    lede__note(r->job->arena, r->job->notes, LEDE__NOTE, line, column,
               "the tag '%.*s' is not read; the value is kept without it",
               (int)(tag.len < 80 ? tag.len : 80), tag.ptr);
    return true;
}

static void note_anchor(reading *r, struct fy_token *anchor, int line, int column) {
    if (anchor)
        lede__note(r->job->arena, r->job->notes, LEDE__NOTE, line, column,
                   "anchors (&) are not read in front matter; the value is kept without its name");
}

static lede_status scalar(reading *r, struct fy_event *e) {
    struct fy_token *t = e->scalar.value;
    const struct fy_mark *mark = fy_event_start_mark(e);
    lede_value v = {.kind = LEDE_TEXT, .line = line_of(r, mark), .column = column_of(mark)};
    lede_status status = token_text(r, t, &v.text);
    if (status != LEDE_OK)
        return status;
    bool is_plain = !t || fy_token_scalar_style(t) == FYSS_PLAIN;
    v.quoted = !is_plain;
    if (e->scalar.anchor)
        note_anchor(r, e->scalar.anchor, v.line, v.column);
    if (e->scalar.tag && tag_says_text(r, e->scalar.tag, v.line, v.column))
        v.quoted = true;
    else if (is_plain && (r->has_key || r->depth == 0 || !r->frames[r->depth].is_map))
        lede__yaml_resolve(&v); /* keys stay text */
    return deliver(r, &v);
}

static lede_status alias(reading *r, struct fy_event *e) {
    const struct fy_mark *mark = fy_event_start_mark(e);
    lede_value v = {
        .kind = LEDE_TEXT, .quoted = true, .line = line_of(r, mark), .column = column_of(mark)};
    lede_str name = {0};
    lede_status status = token_text(r, e->alias.anchor, &name);
    if (status != LEDE_OK)
        return status;
    const char *said = lede_arena_printf(r->job->arena, "*%.*s", (int)name.len, name.ptr);
    if (!said)
        return out_of_memory(r);
    v.text = lede_str_of(said);
    lede__note(r->job->arena, r->job->notes, LEDE__NOTE, v.line, v.column,
               "aliases (*) are not read in front matter; kept as the text '%.80s', write the "
               "value out or put it in quotes",
               said);
    return deliver(r, &v);
}

static lede_status take_event(reading *r, struct fy_event *e) {
    const struct fy_mark *mark = fy_event_start_mark(e);
    switch (e->type) {
    case FYET_SCALAR:
        return scalar(r, e);
    case FYET_ALIAS:
        return alias(r, e);
    case FYET_MAPPING_START:
        note_anchor(r, e->mapping_start.anchor, line_of(r, mark), column_of(mark));
        tag_says_text(r, e->mapping_start.tag, line_of(r, mark), column_of(mark));
        return open_frame(r, mark, true);
    case FYET_SEQUENCE_START:
        note_anchor(r, e->sequence_start.anchor, line_of(r, mark), column_of(mark));
        tag_says_text(r, e->sequence_start.tag, line_of(r, mark), column_of(mark));
        return open_frame(r, mark, false);
    case FYET_MAPPING_END:
    case FYET_SEQUENCE_END:
        return close_frame(r);
    case FYET_DOCUMENT_START:
        if (r->is_done)
            return lede_fail_at(r->err, LEDE_EFORMAT, line_of(r, mark), column_of(mark),
                                "front matter: a second document begins here; one is read");
        return LEDE_OK;
    case FYET_NONE:
    case FYET_STREAM_START:
    case FYET_STREAM_END:
    case FYET_DOCUMENT_END:
        break;
    }
    return LEDE_OK;
}

/* ---- one text */

/* libfyaml's first line is "<memory-@0x..-0x..>:2:1: error: words": takes it apart. */
static lede_status parser_failed(reading *r) {
    const lede__yaml *y = r->job->yaml;
    int line = 0, column = 0;
    const char *words = strstr(y->message, "error: ");
    const char *place = strstr(y->message, ">:");
    if (place && words && place < words) {
        char *end;
        line = (int)strtol(place + 2, &end, 10);
        column = *end == ':' ? (int)strtol(end + 1, NULL, 10) : 0;
    }
    words = words ? words + strlen("error: ") : y->message[0] ? y->message : "not YAML";
    int len = (int)strcspn(words, "\n");
    return lede_fail_at(r->err, LEDE_EFORMAT, line > 0 ? r->job->line + line - 1 : r->job->line,
                        column > 0 ? column : 1, "%.*s", len, words);
}

static lede_status run(reading *r) {
    lede__yaml *y = r->job->yaml;
    struct fy_event *e;
    lede_status s = LEDE_OK;
    while (s == LEDE_OK && (e = fy_parser_parse(y->parser))) {
        s = take_event(r, e);
        fy_parser_event_free(y->parser, e);
    }
    if (s == LEDE_OK && fy_parser_get_stream_error(y->parser))
        s = parser_failed(r);
    return s;
}

/* A parser that points at text; NULL: no memory. */
static bool prepare(lede__yaml *y, lede_str text) {
    y->message_len = 0;
    y->message[0] = '\0';
    fy_diag_reset_error(y->diag);
    if (y->parser && fy_parser_reset(y->parser) != 0)
        drop_parser(y);
    if (!y->parser) {
        struct fy_parse_cfg cfg = {.flags = FYPCF_QUIET | FYPCF_JSON_NONE, .diag = y->diag};
        y->parser = fy_parser_create(&cfg);
    }
    return y->parser && fy_parser_set_string(y->parser, text.ptr, text.len) == 0;
}

lede_status lede__yaml_read(const lede__yaml_job *job, lede_str text, lede_value *out,
                            lede_error *err) {
    reading r = {.job = job,
                 .text = text,
                 .err = err,
                 .root = {.kind = LEDE_NULL, .line = job->line, .column = 1}};
    if (text.len == 0) {
        *out = r.root;
        return LEDE_OK;
    }
    errno = 0;
    lede_status s = prepare(job->yaml, text) ? run(&r) : out_of_memory(&r);
    if (s == LEDE_OK && errno == ENOMEM) /* libfyaml leaves out what it had no memory for */
        s = out_of_memory(&r);
    if (s != LEDE_OK)
        drop_parser(job->yaml);
    else
        *out = r.root;
    return s;
}
