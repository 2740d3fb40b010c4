/* json.c - JSON into lede_value and back. See lede/value.h.
 *
 * jansson reads: strict, no duplicate keys, no NUL, integers beyond 64 bits refused. Its tree is
 * copied into the arena and freed. The writer is our own, because its output is hashed: sorted
 * keys, no blanks, one form for every number. */
#include "lede/value.h"

#include "base/refused.h"

#include <jansson.h>

#include "base/banned.h"

#include <math.h>
#include <pthread.h>
#include <stdlib.h>

enum { MAX_READ_DEPTH = 128, MAX_WRITE_DEPTH = 512, SORTED_ON_STACK = 32 };

/* One reading: where values go. */
typedef struct reading {
    lede_arena *arena;
    lede_error *err;
} reading;

static lede_status copy(const reading *r, json_t *from, int depth, lede_value *out);

static lede_status no_memory(lede_error *err) {
    return lede_fail(err, LEDE_ENOMEM, "json: the document does not fit into its memory limit");
}

static lede_status too_deep(lede_error *err) {
    return lede_fail(err, LEDE_ELIMIT, "json: more than %d levels deep", MAX_READ_DEPTH);
}

static lede_status copy_text(const reading *r, const char *ptr, size_t len, lede_str *out) {
    *out = lede_arena_copy(r->arena, lede_str_n(ptr, len));
    return out->ptr ? LEDE_OK : no_memory(r->err);
}

static lede_status copy_list(const reading *r, json_t *from, int depth, lede_value *out) {
    const size_t count = json_array_size(from);
    *out = (lede_value){.kind = LEDE_LIST};
    out->list.items = lede_arena_take(r->arena, count * sizeof *out->list.items);
    if (!out->list.items)
        return no_memory(r->err);
    for (; out->list.count < count; out->list.count++) {
        const size_t i = out->list.count;
        lede_status status = copy(r, json_array_get(from, i), depth, &out->list.items[i]);
        if (status)
            return status;
    }
    return LEDE_OK;
}

static lede_status copy_map(const reading *r, json_t *from, int depth, lede_value *out) {
    *out = (lede_value){.kind = LEDE_MAP};
    out->map.pairs = lede_arena_take(r->arena, json_object_size(from) * sizeof *out->map.pairs);
    if (!out->map.pairs)
        return no_memory(r->err);
    for (void *i = json_object_iter(from); i; i = json_object_iter_next(from, i)) {
        lede_pair *pair = &out->map.pairs[out->map.count];
        *pair = (lede_pair){0};
        const char *key = json_object_iter_key(i);
        lede_status status = copy_text(r, key, strlen(key), &pair->key);
        if (!status)
            status = copy(r, json_object_iter_value(i), depth, &pair->value);
        if (status)
            return status;
        out->map.count++;
    }
    return LEDE_OK;
}

static bool is_container(const json_t *v) { return json_is_object(v) || json_is_array(v); }

static lede_status copy(const reading *r, json_t *from, int depth, lede_value *out) {
    *out = (lede_value){.kind = LEDE_NULL};
    if (depth >= MAX_READ_DEPTH && is_container(from))
        return too_deep(r->err);
    switch (json_typeof(from)) {
    case JSON_OBJECT:
        return copy_map(r, from, depth + 1, out);
    case JSON_ARRAY:
        return copy_list(r, from, depth + 1, out);
    case JSON_STRING:
        out->kind = LEDE_TEXT;
        out->quoted = true;
        return copy_text(r, json_string_value(from), json_string_length(from), &out->text);
    case JSON_INTEGER:
        out->kind = LEDE_INT;
        out->integer = json_integer_value(from);
        return LEDE_OK;
    case JSON_REAL:
        out->kind = LEDE_FLOAT;
        out->number = json_real_value(from);
        return LEDE_OK;
    case JSON_TRUE:
    case JSON_FALSE:
        out->kind = LEDE_BOOL;
        out->boolean = json_is_true(from);
        return LEDE_OK;
    case JSON_NULL:
        return LEDE_OK;
    }
    return LEDE_OK;
}

/* Without memory jansson says that the text is wrong, where the refusal was in the middle of a text. */
static void note_memory(void) { json_set_alloc_funcs(lede__noted_malloc, free); }

static lede_status refused(const json_error_t *e, unsigned refusals, lede_error *err) {
    if (lede__memory_refusals() != refusals || json_error_code(e) == json_error_out_of_memory ||
        !e->text[0]) /* or it could not even begin */
        return no_memory(err);
    if (json_error_code(e) == json_error_stack_overflow)
        return too_deep(err);
    return lede_fail_at(err, LEDE_EFORMAT, e->line > 0 ? e->line : 0, e->column > 0 ? e->column : 0,
                        "json: %s", e->text);
}

lede_status lede_json_read(lede_arena *arena, lede_str json, lede_value *out, lede_error *err) {
    /* jansson takes a NUL behind a value for the end of the text. */
    if (json.len && memchr(json.ptr, '\0', json.len))
        return lede_fail(err, LEDE_EFORMAT, "json: a NUL byte");
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, note_memory);
    const unsigned refusals = lede__memory_refusals();
    json_error_t e;
    json_t *tree = json_loadb(json.len ? json.ptr : "", json.len,
                              JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &e);
    if (!tree)
        return refused(&e, refusals, err);
    const reading r = {arena, err};
    lede_value value;
    lede_status status = copy(&r, tree, 0, &value);
    json_decref(tree);
    if (!status)
        *out = value;
    return status;
}

static void write_value(lede_buf *out, const lede_value *v, int depth);

/* "1e+20" as "1e20", "1e-07" as "1e-7"; a whole number gets ".0", so that it reads back as a float.
 */
static void add_number_text(lede_buf *out, const char *text) {
    const char *e = strchr(text, 'e');
    if (!e) {
        lede_buf_adds(out, text);
        if (!strchr(text, '.'))
            lede_buf_adds(out, ".0");
        return;
    }
    lede_buf_addn(out, text, (size_t)(e - text) + 1);
    if (e[1] == '-')
        lede_buf_addc(out, '-');
    for (e += 2; *e == '0' && e[1]; e++) {
    }
    lede_buf_adds(out, e);
}

static void write_float(lede_buf *out, double x) {
    if (!isfinite(x)) {
        lede_buf_adds(out, "null"); /* JSON has no word for it */
        return;
    }
    /* Any text of at most 15 digits survives the way through a normal double, so 15 finds it; a
     * subnormal has fewer. */
    char text[40];
    for (int digits = fpclassify(x) == FP_SUBNORMAL ? 1 : 15; digits <= 17; digits++) {
        snprintf(text, sizeof text, "%.*g", digits, x);
        if (strtod(text, NULL) == x)
            break;
    }
    add_number_text(out, text);
}

static void write_int(lede_buf *out, int64_t n) {
    char digits[20], *p = digits + sizeof digits;
    uint64_t rest = n < 0 ? 0 - (uint64_t)n : (uint64_t)n;
    do
        *--p = (char)('0' + rest % 10);
    while (rest /= 10);
    if (n < 0)
        *--p = '-';
    lede_buf_addn(out, p, (size_t)(digits + sizeof digits - p));
}

static void write_text(lede_buf *out, lede_str s) {
    lede_buf_addc(out, '"');
    lede_escape_json(out, s);
    lede_buf_addc(out, '"');
}

static void write_list(lede_buf *out, const lede_value *v, int depth) {
    lede_buf_addc(out, '[');
    for (size_t i = 0; i < v->list.count; i++) {
        if (i)
            lede_buf_addc(out, ',');
        write_value(out, &v->list.items[i], depth);
    }
    lede_buf_addc(out, ']');
}

/* By key; of equal keys, which only a script can make, the first one first. */
static int by_key(const void *a, const void *b) {
    const lede_pair *x = *(const lede_pair *const *)a, *y = *(const lede_pair *const *)b;
    const int order = lede_str_cmp(x->key, y->key);
    return order ? order : (x > y) - (x < y);
}

static void write_map(lede_buf *out, const lede_value *v, int depth) {
    const size_t count = v->map.count;
    const lede_pair *few[SORTED_ON_STACK], **sorted = few;
    if (count > SORTED_ON_STACK)
        sorted = malloc(count * sizeof *sorted);
    if (!sorted) {
        out->status = LEDE_ENOMEM;
        return;
    }
    for (size_t i = 0; i < count; i++)
        sorted[i] = &v->map.pairs[i];
    if (count > 1)
        qsort(sorted, count, sizeof *sorted, by_key);

    lede_buf_addc(out, '{');
    for (size_t i = 0; i < count; i++) {
        if (i)
            lede_buf_addc(out, ',');
        write_text(out, sorted[i]->key);
        lede_buf_addc(out, ':');
        write_value(out, &sorted[i]->value, depth);
    }
    lede_buf_addc(out, '}');
    if (sorted != few)
        free(sorted);
}

static void write_value(lede_buf *out, const lede_value *v, int depth) {
    if (depth > MAX_WRITE_DEPTH) {
        if (!out->status)
            out->status = LEDE_ELIMIT;
        return;
    }
    switch (v->kind) {
    case LEDE_NULL:
        lede_buf_adds(out, "null");
        break;
    case LEDE_BOOL:
        lede_buf_adds(out, v->boolean ? "true" : "false");
        break;
    case LEDE_INT:
        write_int(out, v->integer);
        break;
    case LEDE_FLOAT:
        write_float(out, v->number);
        break;
    case LEDE_TEXT:
        write_text(out, v->text);
        break;
    case LEDE_LIST:
        write_list(out, v, depth + 1);
        break;
    case LEDE_MAP:
        write_map(out, v, depth + 1);
        break;
    }
}

void lede_json_write(lede_buf *out, const lede_value *value) { write_value(out, value, 0); }
