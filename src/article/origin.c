/* origin.c - the fields with a shape of their own: image, origin, related, corrections. See
 * article/front.h. */
#include "article/front.h"

/* One name that a map may hold and the text field that it fills. */
typedef struct part {
    const char *name;
    unsigned char field;
} part;

static const part IMAGE_PARTS[] = {
    {"src", LEDE_TEXT_IMAGE_SRC},       {"url", LEDE_TEXT_IMAGE_SRC},
    {"path", LEDE_TEXT_IMAGE_SRC},      {"file", LEDE_TEXT_IMAGE_SRC},
    {"image", LEDE_TEXT_IMAGE_SRC},     {"href", LEDE_TEXT_IMAGE_SRC},
    {"alt", LEDE_TEXT_IMAGE_ALT},       {"caption", LEDE_TEXT_IMAGE_CAPTION},
    {"credit", LEDE_TEXT_IMAGE_CREDIT}, {"poi", LEDE_TEXT_IMAGE_POI},
};

static const part ORIGIN_PARTS[] = {
    {"name", LEDE_TEXT_ORIGIN_NAME},       {"url", LEDE_TEXT_ORIGIN_URL},
    {"author", LEDE_TEXT_ORIGIN_AUTHOR},   {"license", LEDE_TEXT_ORIGIN_LICENSE},
    {"licence", LEDE_TEXT_ORIGIN_LICENSE}, {"terms", LEDE_TEXT_ORIGIN_TERMS},
    {"notice", LEDE_TEXT_ORIGIN_NOTICE},   {"index", LEDE_TEXT_ORIGIN_INDEX},
};

static const part *part_find(const part *parts, size_t count, lede_str name) {
    for (size_t i = 0; i < count; i++)
        if (lede_str_eq_nocase(name, lede_str_of(parts[i].name)))
            return &parts[i];
    return NULL;
}

static int shown(lede_str s) { return (int)(s.len < 80 ? s.len : 80); }

/* ---- image */

/* Whether everything v says fits the fields; what its own flat keys (image_alt) say goes first. */
static bool image_map(lede__fill *f, const lede_value *map) {
    bool all = true, has_src = false;
    size_t count = sizeof IMAGE_PARTS / sizeof *IMAGE_PARTS;
    for (size_t i = 0; i < map->map.count; i++) {
        const part *p = part_find(IMAGE_PARTS, count, map->map.pairs[i].key);
        has_src |=
            p && p->field == LEDE_TEXT_IMAGE_SRC && !lede__value_empty(&map->map.pairs[i].value);
    }
    if (!has_src)
        return false;
    for (size_t i = 0; i < map->map.count; i++) {
        const lede_pair *pair = &map->map.pairs[i];
        const part *p = part_find(IMAGE_PARTS, count, pair->key);
        if (p && f->a->text[p->field].len == 0)
            f->a->text[p->field] = lede__fill_text(f, &pair->value);
        else
            all &= lede__value_empty(&pair->value);
    }
    return all;
}

bool lede__fill_image(lede__fill *f, const lede_pair *p) {
    const lede_value *v = &p->value;
    bool all = true;
    while (v->kind == LEDE_LIST && v->list.count) { /* the first of several */
        all &= v->list.count == 1;
        v = &v->list.items[0];
    }
    if (v->kind == LEDE_BOOL)
        return all && !v->boolean;
    if (v->kind == LEDE_MAP)
        return image_map(f, v) && all;
    f->a->text[LEDE_TEXT_IMAGE_SRC] = lede__fill_text(f, v);
    return all;
}

/* ---- origin */

static bool is_web(lede_str s) {
    return (s.len > 8 && lede_str_eq_nocase(lede_str_n(s.ptr, 8), LEDE_STR("https://"))) ||
           (s.len > 7 && lede_str_eq_nocase(lede_str_n(s.ptr, 7), LEDE_STR("http://")));
}

static lede_str host_of(lede_str url) {
    size_t from = lede_str_find(url, '/', 0) + 2, end = from;
    while (end < url.len && !strchr("/?#", url.ptr[end]))
        end++;
    lede_str host = lede_str_n(url.ptr + from, end - from);
    size_t at = lede_str_find(host, '@', 0);
    if (at < host.len)
        host = lede_str_sub(host, at + 1);
    host.len = lede_str_find(host, ':', 0);
    return lede_str_starts(host, "www.") ? lede_str_sub(host, 4) : host;
}

bool lede__fill_origin_url(lede__fill *f, const lede_pair *p) {
    lede_str url = lede__fill_text(f, &p->value);
    if (is_web(url)) {
        f->a->text[LEDE_TEXT_ORIGIN_URL] = url;
        return true;
    }
    lede__note(f->arena, f->notes, LEDE__NOTE, p->value.line, p->value.column,
               "'%.*s' should be a whole address (https://...); it is kept under params",
               shown(p->key), p->key.ptr);
    return false;
}

static bool check_index(lede__fill *f, const lede_pair *p) {
    static const char *const KNOWN[] = {"noindex-news", "noindex", "canonical", "self"};
    lede_str s = lede__fill_text(f, &p->value);
    for (size_t i = 0; i < sizeof KNOWN / sizeof *KNOWN; i++)
        if (lede_str_is(s, KNOWN[i])) {
            f->a->text[LEDE_TEXT_ORIGIN_INDEX] = s;
            return true;
        }
    lede__note(f->arena, f->notes, LEDE__NOTE, p->value.line, p->value.column,
               "no origin.index '%.*s'; the default is taken. There are: noindex-news, noindex, "
               "canonical, self",
               shown(s), s.ptr ? s.ptr : "");
    return false;
}

/* Whether the pair of an origin map went somewhere. */
static bool origin_pair(lede__fill *f, const lede_pair *p) {
    if (lede__value_empty(&p->value))
        return true;
    if (lede_str_eq_nocase(p->key, LEDE_STR("published")))
        return lede__fill_time(f, p, &f->a->time[LEDE_TIME_ORIGIN_PUBLISHED]);
    if (lede_str_eq_nocase(p->key, LEDE_STR("expires")))
        return f->a->time[LEDE_TIME_EXPIRES] != LEDE_NO_TIME ||
               lede__fill_time(f, p, &f->a->time[LEDE_TIME_EXPIRES]);
    const part *known = part_find(ORIGIN_PARTS, sizeof ORIGIN_PARTS / sizeof *ORIGIN_PARTS, p->key);
    if (!known) {
        lede__note(f->arena, f->notes, LEDE__NOTE, p->line, p->column,
                   "unknown key 'origin.%.*s'; it is kept under params.origin. There are: name, "
                   "url, published, author, "
                   "license, terms, notice, index, expires",
                   shown(p->key), p->key.ptr);
        return false;
    }
    if (known->field == LEDE_TEXT_ORIGIN_URL)
        return lede__fill_origin_url(f, p);
    if (known->field == LEDE_TEXT_ORIGIN_INDEX)
        return check_index(f, p);
    lede_str s = lede__fill_text(f, &p->value);
    f->a->text[known->field] = s;
    return s.len > 0;
}

/* "origin" and "source" alike: a map, an address or a name. What is set already stays. */
bool lede__fill_origin(lede__fill *f, const lede_pair *p) {
    const lede_value *v = &p->value;
    if (v->kind == LEDE_MAP) {
        bool all = true;
        for (size_t i = 0; i < v->map.count; i++)
            all &= origin_pair(f, &v->map.pairs[i]);
        return all;
    }
    if (v->kind == LEDE_BOOL)
        return !v->boolean;
    lede_str s = lede__fill_text(f, v);
    enum lede_text_field field = is_web(s) ? LEDE_TEXT_ORIGIN_URL : LEDE_TEXT_ORIGIN_NAME;
    if (f->a->text[field].len)
        return lede_str_eq(f->a->text[field], s);
    f->a->text[field] = s;
    return s.len > 0;
}

void lede__fill_origin_done(lede__fill *f) {
    lede_str *t = f->a->text;
    if (t[LEDE_TEXT_ORIGIN_NAME].len == 0 && t[LEDE_TEXT_ORIGIN_URL].len)
        t[LEDE_TEXT_ORIGIN_NAME] = host_of(t[LEDE_TEXT_ORIGIN_URL]);
}

/* ---- related */

bool lede__fill_related(lede__fill *f, const lede_pair *p) {
    const lede_value *v = &p->value;
    if (v->kind == LEDE_BOOL) /* "related: false" is for layouts */
        return false;
    if (v->kind != LEDE_MAP) {
        f->a->list[LEDE_LIST_PINS] = lede__fill_list(f, v, ",");
        return true;
    }
    bool all = true;
    for (size_t i = 0; i < v->map.count; i++) {
        const lede_pair *pair = &v->map.pairs[i];
        if (lede_str_is(pair->key, "pin") || lede_str_is(pair->key, "pins"))
            f->a->list[LEDE_LIST_PINS] = lede__fill_list(f, &pair->value, ",");
        else if (lede_str_is(pair->key, "block") || lede_str_is(pair->key, "blocks"))
            f->a->list[LEDE_LIST_BLOCKS] = lede__fill_list(f, &pair->value, ",");
        else
            all = false; /* "limit" is read from params.related by the layouts */
    }
    return all;
}

/* ---- corrections */

static const lede_pair *pair_of(const lede_value *map, const char *const *names, size_t count) {
    for (size_t i = 0; i < map->map.count; i++)
        for (size_t k = 0; k < count; k++)
            if (lede_str_eq_nocase(map->map.pairs[i].key, lede_str_of(names[k])))
                return &map->map.pairs[i];
    return NULL;
}

/* The article's own time, for corrections that give none. */
static int64_t own_time(const lede_article *a) {
    int64_t at = a->time[LEDE_TIME_UPDATED];
    if (at == LEDE_NO_TIME)
        at = a->time[LEDE_TIME_DATE];
    return at == LEDE_NO_TIME ? 0 : at;
}

static bool add_correction(lede__fill *f, const lede_value *v, lede_list *out) {
    static const char *const TEXTS[] = {"text", "note", "description", "correction"};
    static const char *const DATES[] = {"date", "at", "published", "time"};
    const lede_value *text = v;
    int64_t at = own_time(f->a);
    if (v->kind == LEDE_MAP) {
        const lede_pair *said = pair_of(v, TEXTS, 4), *date = pair_of(v, DATES, 4);
        text = said ? &said->value : NULL;
        if (date && !lede__fill_time(f, date, &at))
            at = own_time(f->a);
    }
    lede_str words = text ? lede__fill_text(f, text) : (lede_str){0};
    if (words.len == 0) {
        lede__note(
            f->arena, f->notes, LEDE__NOTE, v->line, v->column,
            "a correction is {date: 2024-04-03, text: what was wrong}; it is kept under params");
        return false;
    }
    lede_time_rfc3339(f->scratch, at, NULL);
    lede_buf_addc(f->scratch, '\t');
    lede_buf_add(f->scratch, words);
    lede__list_add(f, out, lede__fill_scratch(f));
    return true;
}

bool lede__fill_corrections(lede__fill *f, const lede_pair *p) {
    lede_list out = {0};
    bool all = true;
    if (p->value.kind == LEDE_LIST)
        for (size_t i = 0; i < p->value.list.count; i++)
            all &= add_correction(f, &p->value.list.items[i], &out);
    else
        all = add_correction(f, &p->value, &out);
    f->a->list[LEDE_LIST_CORRECTIONS] = out;
    return all;
}
