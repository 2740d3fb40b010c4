/* values.c - what the readers of front matter share: texts, lists and times out of whatever a value
 * is, and params. See article/front.h.
 */
#include "article/front.h"
#include "text/slug.h"

#include <math.h>

lede_str lede__value_text(const lede_value *v) {
    switch (v->kind) {
    case LEDE_TEXT:
    case LEDE_INT:
    case LEDE_FLOAT:
    case LEDE_BOOL:
        return v->text;
    case LEDE_NULL:
        return (lede_str){"", 0};
    case LEDE_LIST:
    case LEDE_MAP:
        break;
    }
    return (lede_str){0};
}

bool lede__value_empty(const lede_value *v) {
    switch (v->kind) {
    case LEDE_NULL:
        return true;
    case LEDE_TEXT:
        return lede_str_trim(v->text).len == 0;
    case LEDE_LIST:
        return v->list.count == 0;
    case LEDE_MAP:
        return v->map.count == 0;
    case LEDE_BOOL:
    case LEDE_INT:
    case LEDE_FLOAT:
        break;
    }
    return false;
}

lede_str lede__fill_scratch(lede__fill *f) {
    lede_str s = lede_arena_copy(f->arena, lede_buf_str(f->scratch));
    if (f->scratch->status != LEDE_OK || !s.ptr)
        f->no_memory = true;
    lede_buf_clear(f->scratch);
    return s.ptr ? s : (lede_str){0};
}

lede_str lede__fill_slug(lede__fill *f, lede_str s) {
    lede__slug(f->scratch, s);
    return lede__fill_scratch(f);
}

/* Numbers that came from Lua or JSON may lack their text. */
static void put_scalar(lede_buf *out, const lede_value *v) {
    if (v->kind == LEDE_BOOL)
        lede_buf_adds(out, v->boolean ? "true" : "false");
    else if (v->text.len || v->kind == LEDE_TEXT)
        lede_buf_add(out, v->text);
    else if (v->kind == LEDE_INT)
        lede_buf_addf(out, "%lld", (long long)v->integer);
    else if (v->kind == LEDE_FLOAT)
        lede_buf_addf(out, "%.15g", v->number);
}

static bool is_scalar(const lede_value *v) { return v->kind != LEDE_LIST && v->kind != LEDE_MAP; }

/* The name of an author, tag or other thing said as a map. */
static const lede_value *name_of(const lede_value *map) {
    static const char *const KEYS[] = {"name", "title", "label", "slug", "value", "id"};
    for (size_t i = 0; i < sizeof KEYS / sizeof *KEYS; i++) {
        const lede_value *v = lede_value_get(map, KEYS[i]);
        if (v && is_scalar(v) && !lede__value_empty(v))
            return v;
    }
    return NULL;
}

/* The text of a scalar (or of a map's name) in one line without control characters, borrowed when
 * it can be. */
static lede_str clean_text(lede__fill *f, const lede_value *v) {
    if (v->kind == LEDE_MAP)
        v = name_of(v);
    if (!v || !is_scalar(v) || v->kind == LEDE_NULL)
        return (lede_str){0};
    if (v->kind == LEDE_TEXT) {
        lede_str s = lede_str_trim(v->text);
        bool plain = true;
        for (size_t i = 0; i < s.len && plain; i++)
            plain = (unsigned char)s.ptr[i] >= ' ' && s.ptr[i] != 0x7f;
        if (plain)
            return s;
        for (size_t i = 0; i < s.len; i++)
            lede_buf_addc(f->scratch,
                          (unsigned char)s.ptr[i] < ' ' || s.ptr[i] == 0x7f ? ' ' : s.ptr[i]);
    } else {
        put_scalar(f->scratch, v);
    }
    return lede__fill_scratch(f);
}

lede_str lede__fill_text(lede__fill *f, const lede_value *v) {
    if (v->kind != LEDE_LIST)
        return clean_text(f, v);
    if (v->list.count == 1)
        return clean_text(f, &v->list.items[0]);
    lede_list all = lede__fill_list(f, v, "");
    for (size_t i = 0; i < all.count; i++) {
        if (i)
            lede_buf_adds(f->scratch, ", ");
        lede_buf_add(f->scratch, all.items[i]);
    }
    return lede__fill_scratch(f);
}

bool lede__list_add(lede__fill *f, lede_list *list, lede_str s) {
    if (s.len == 0)
        return true;
    for (size_t i = 0; i < list->count; i++)
        if (lede_str_eq(list->items[i], s))
            return true;
    if (list->count >= LEDE__ITEMS_MAX)
        return false;
    /* lists grow at powers of two; a list that was handed over with another size is copied at once
     */
    size_t n = list->count;
    if (n == 0 || (n >= 4 && (n & (n - 1)) == 0)) {
        lede_str *items = lede_arena_take(f->arena, (n ? n * 2 : 4) * sizeof *items);
        if (!items) {
            f->no_memory = true;
            return false;
        }
        if (n)
            memcpy(items, list->items, n * sizeof *items);
        list->items = items;
    }
    list->items[list->count++] = s;
    return true;
}

static bool holds_any(lede_str s, const char *separators) {
    for (size_t i = 0; i < s.len; i++)
        if (strchr(separators, s.ptr[i]) && s.ptr[i])
            return true;
    return false;
}

static void add_split(lede__fill *f, lede_list *list, lede_str s, const char *separators) {
    size_t from = 0;
    for (size_t i = 0; i <= s.len; i++) {
        if (i < s.len && !(s.ptr[i] && strchr(separators, s.ptr[i])))
            continue;
        lede__list_add(f, list, lede_str_trim(lede_str_n(s.ptr + from, i - from)));
        from = i + 1;
    }
}

/* Lists within lists are laid flat, as far as they go. */
static void add_items(lede__fill *f, lede_list *list, const lede_value *v) {
    for (size_t i = 0; i < v->list.count; i++) {
        const lede_value *item = &v->list.items[i];
        if (item->kind == LEDE_LIST)
            add_items(f, list, item);
        else
            lede__list_add(f, list, clean_text(f, item));
    }
}

lede_list lede__fill_list(lede__fill *f, const lede_value *v, const char *separators) {
    lede_list list = {0};
    if (v->kind == LEDE_LIST) {
        add_items(f, &list, v);
        return list;
    }
    lede_str s = clean_text(f, v);
    if (holds_any(s, separators))
        add_split(f, &list, s, separators);
    else
        lede__list_add(f, &list, s);
    return list;
}

bool lede__fill_time(lede__fill *f, const lede_pair *p, int64_t *out) {
    lede_error why = {0};
    lede_str s = lede__fill_text(f, &p->value);
    if (s.len && lede_time_parse(s, f->rules->zone, out, NULL, &why) == LEDE_OK)
        return true;
    lede__note(f->arena, f->notes, LEDE__NOTE, p->value.line, p->value.column,
               "'%.*s' is not read: %s", (int)(p->key.len < 80 ? p->key.len : 80), p->key.ptr,
               s.len ? why.message : "a date is text like 2024-04-03 or 2024-04-03T21:10:00Z");
    return false;
}

/* ---- params */

/* JSON has no infinity; such a number becomes the text it was written as. */
static lede_value as_finite(const lede_value *v) {
    lede_value out = *v;
    if (v->kind == LEDE_FLOAT && !isfinite(v->number)) {
        out.kind = LEDE_TEXT;
        if (out.text.len == 0)
            out.text = isnan(v->number) ? LEDE_STR("nan")
                       : v->number < 0  ? LEDE_STR("-inf")
                                        : LEDE_STR("inf");
    }
    return out;
}

/* Makes all of v fit for JSON, in place: its items are the arena's. */
static void make_finite(lede_value *v) {
    *v = as_finite(v);
    if (v->kind == LEDE_LIST)
        for (size_t i = 0; i < v->list.count; i++)
            make_finite(&v->list.items[i]);
    if (v->kind == LEDE_MAP)
        for (size_t i = 0; i < v->map.count; i++)
            make_finite(&v->map.pairs[i].value);
}

/* The first one of a key stays: "params" is filled in before anything else. */
void lede__fill_param(lede__fill *f, const lede_pair *p) {
    for (size_t i = 0; i < f->params_count; i++)
        if (lede_str_eq(f->params[i].key, p->key))
            return;
    if (f->params_count == f->params_cap) {
        size_t cap = f->params_cap ? f->params_cap * 2 : 8;
        lede_pair *pairs = lede_arena_take(f->arena, cap * sizeof *pairs);
        if (!pairs) {
            f->no_memory = true;
            return;
        }
        if (f->params_count)
            memcpy(pairs, f->params, f->params_count * sizeof *pairs);
        f->params = pairs;
        f->params_cap = cap;
    }
    f->params[f->params_count] = *p;
    make_finite(&f->params[f->params_count++].value);
}
