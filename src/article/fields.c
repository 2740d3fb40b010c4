/* fields.c - the fields of an article out of its front matter. See article/front.h.
 *
 * First every known key claims its slot, the lowest rank winning; then each slot is read. What
 * claims no slot, or loses it to another value, or cannot be understood, ends under params: nothing
 * of a file is lost.
 */
#include "article/front.h"
#include "base/path.h"

static void note(lede__fill *f, const lede_pair *p, const char *what) {
    lede__note(f->arena, f->notes, LEDE__NOTE, p->line, p->column, "'%.*s' %s",
               (int)(p->key.len < 80 ? p->key.len : 80), p->key.ptr, what);
}

static void fill_params(lede__fill *f, const lede_pair *p) {
    if (p->value.kind != LEDE_MAP) {
        note(f, p, "should be a map of your own keys; it is kept under params");
        lede__fill_param(f, p);
        return;
    }
    for (size_t i = 0; i < p->value.map.count; i++)
        lede__fill_param(f, &p->value.map.pairs[i]);
}

static void write_params(lede__fill *f) {
    if (f->params_count == 0)
        return;
    lede_value map = {.kind = LEDE_MAP, .map = {f->params, f->params_count}};
    lede_json_write(f->scratch, &map);
    f->a->text[LEDE_TEXT_PARAMS] = lede__fill_scratch(f);
}

/* ---- single fields */

typedef struct claims {
    const lede_pair *pair[LEDE__SLOT_COUNT];
    unsigned char rank[LEDE__SLOT_COUNT];
} claims;

static bool says_true(const lede_value *v) {
    lede_str s = v->kind == LEDE_TEXT ? lede_str_trim(v->text) : (lede_str){0};
    return (v->kind == LEDE_BOOL && v->boolean) || (v->kind == LEDE_INT && v->integer != 0) ||
           lede_str_eq_nocase(s, LEDE_STR("true")) || lede_str_eq_nocase(s, LEDE_STR("yes")) ||
           lede_str_eq_nocase(s, LEDE_STR("on"));
}

/* What other tools call a state. */
static const struct {
    const char *name;
    lede_state state;
} STATUSES[] = {
    {"publish", LEDE_PUBLISHED}, {"public", LEDE_PUBLISHED}, {"live", LEDE_PUBLISHED},
    {"hidden", LEDE_DRAFT},      {"skip", LEDE_DRAFT},       {"private", LEDE_DRAFT},
    {"pending", LEDE_REVIEW},    {"future", LEDE_SCHEDULED}, {"trash", LEDE_WITHDRAWN},
};

static void fill_status(lede__fill *f, const lede_pair *p) {
    lede_str s = lede__fill_text(f, &p->value);
    if (lede_state_parse(s, &f->a->state))
        return;
    for (size_t i = 0; i < sizeof STATUSES / sizeof *STATUSES; i++)
        if (lede_str_eq_nocase(s, lede_str_of(STATUSES[i].name))) {
            f->a->state = STATUSES[i].state;
            return;
        }
    f->a->state = LEDE_DRAFT;
    lede__note(f->arena, f->notes, LEDE__NOTE, p->value.line, p->value.column,
               "no status '%.*s'; kept as a draft. There are: draft, review, scheduled, embargoed, "
               "published, "
               "corrected, withdrawn, expired",
               (int)(s.len < 80 ? s.len : 80), s.ptr ? s.ptr : "");
}

static void fill_weight(lede__fill *f, const lede_pair *p) {
    const lede_value *v = &p->value;
    if (v->kind == LEDE_INT && v->integer >= INT32_MIN && v->integer <= INT32_MAX) {
        f->a->weight = (int32_t)v->integer;
    } else if (v->kind == LEDE_FLOAT && v->number > -2e9 && v->number < 2e9) {
        f->a->weight = (int32_t)v->number;
    } else {
        note(f, p, "should be a whole number; it is kept under params");
        lede__fill_param(f, p);
    }
}

static void fill_id(lede__fill *f, const lede_pair *p) {
    lede_str said = lede__fill_text(f, &p->value);
    char upper[26];
    for (size_t i = 0; i < said.len && said.len == sizeof upper; i++)
        upper[i] =
            said.ptr[i] >= 'a' && said.ptr[i] <= 'z' ? (char)(said.ptr[i] - 32) : said.ptr[i];
    if (said.len == sizeof upper && lede_article_id_valid(lede_str_n(upper, sizeof upper))) {
        f->a->text[LEDE_TEXT_ID] = lede_arena_copy(f->arena, lede_str_n(upper, sizeof upper));
        f->a->has_own_id = true;
        return;
    }
    lede__note(
        f->arena, f->notes, LEDE__HINT, p->value.line, p->value.column,
        "'id' is none of lede's (26 characters of Crockford base 32); it is kept under params");
    lede__fill_param(f, p);
}

static void fill_slug(lede__fill *f, const lede_pair *p) {
    lede_str said = lede__fill_text(f, &p->value);
    lede_str base = lede__path_base(said);
    if (base.len == 0) {
        note(f, p, "should be text; it is kept under params");
        lede__fill_param(f, p);
        return;
    }
    f->a->text[LEDE_TEXT_SLUG] = lede__fill_slug(f, base);
    f->a->has_own_slug = true;
}

/* Absolute addresses of elsewhere, patterns and the like are no path of this site. */
static void fill_url(lede__fill *f, const lede_pair *p) {
    lede_str said = lede__fill_text(f, &p->value);
    bool is_path = said.len > 0 && lede_str_search(said, LEDE_STR("://"), 0) == (size_t)-1 &&
                   !lede_str_starts(said, "//") && p->value.kind != LEDE_BOOL &&
                   p->value.kind != LEDE_NULL;
    /* a single word (Jekyll's "pretty") names a style, Zola's "path" needs no slash */
    bool is_style =
        lede_str_find(said, '/', 0) == said.len && !lede_str_eq_nocase(p->key, LEDE_STR("path"));
    if (is_path && said.ptr[0] == '/' && lede_str_search(said, LEDE_STR("/:"), 0) != (size_t)-1) {
        f->a->text[LEDE_TEXT_URL] =
            said; /* a pattern; parse.c expands it when all fields are known */
        return;
    }
    if (is_path && !is_style && lede__url_clean(said, f->scratch)) {
        f->a->text[LEDE_TEXT_URL] = lede__fill_scratch(f);
        f->a->has_own_url = true;
        return;
    }
    lede_buf_clear(f->scratch);
    note(f, p, "is no path on this site (like /2024/04/my-page/); it is kept under params");
    lede__fill_param(f, p);
}

/* Makes "fr_FR" "fr-FR" and refuses what is no language tag. */
static void fill_lang(lede__fill *f, const lede_pair *p) {
    lede_str said = lede__fill_text(f, &p->value);
    size_t end = lede_str_find(said, '.', 0); /* "fr_FR.UTF-8" */
    char tag[36];
    bool ok = end >= 2 && end < sizeof tag;
    for (size_t i = 0; ok && i < end; i++) {
        char c = said.ptr[i] == '_' ? '-' : said.ptr[i];
        ok = c == '-' ? i > 0 && i + 1 < end
                      : (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                            (i > 0 && c >= '0' && c <= '9');
        tag[i] = c;
    }
    if (ok) {
        f->a->text[LEDE_TEXT_LANG] = lede_arena_copy(f->arena, lede_str_n(tag, end));
        return;
    }
    note(f, p, "is no language like en, pt-BR or zh-Hant; it is kept under params");
    lede__fill_param(f, p);
}

static void fill_dir(lede__fill *f, const lede_pair *p) {
    lede_str said = lede__fill_text(f, &p->value);
    if (lede_str_eq_nocase(said, LEDE_STR("rtl")))
        f->a->text[LEDE_TEXT_DIR] = LEDE_STR("rtl");
    else if (lede_str_eq_nocase(said, LEDE_STR("ltr")))
        f->a->text[LEDE_TEXT_DIR] = LEDE_STR("ltr");
    else {
        note(f, p, "should be ltr or rtl; it is kept under params");
        lede__fill_param(f, p);
    }
}

static void fill_aliases(lede__fill *f, const lede_pair *p) {
    lede_list said = lede__fill_list(f, &p->value, ","), out = {0};
    for (size_t i = 0; i < said.count; i++) {
        if (lede__url_clean(said.items[i], f->scratch)) {
            lede__list_add(f, &out, lede__fill_scratch(f));
            continue;
        }
        lede_buf_clear(f->scratch);
        lede__note(f->arena, f->notes, LEDE__NOTE, p->value.line, p->value.column,
                   "the alias '%.*s' is no path on this site; it is left out and kept under params",
                   (int)(said.items[i].len < 200 ? said.items[i].len : 200), said.items[i].ptr);
        lede__fill_param(f, p);
    }
    f->a->list[LEDE_LIST_ALIASES] = out;
}

/* The first category is the section when none is named, the rest are tags. */
static void fill_categories(lede__fill *f, const lede_pair *p) {
    lede_list all = lede__fill_list(f, &p->value, ",");
    size_t from = 0;
    if (all.count && f->a->text[LEDE_TEXT_SECTION].len == 0) {
        f->a->text[LEDE_TEXT_SECTION] = all.items[0];
        from = 1;
    }
    for (size_t i = from; i < all.count; i++)
        lede__list_add(f, &f->a->list[LEDE_LIST_TAGS], all.items[i]);
}

/* A text field whose value has no text (a map) is kept under params. */
static void fill_text(lede__fill *f, enum lede_text_field field, const lede_pair *p) {
    lede_str s = lede__fill_text(f, &p->value);
    if (s.len) {
        f->a->text[field] = s;
        return;
    }
    lede__note(f->arena, f->notes, LEDE__NOTE, p->value.line, p->value.column,
               "'%.*s' should be text, not a %s; it is kept under params",
               (int)(p->key.len < 80 ? p->key.len : 80), p->key.ptr, lede_kind_name(p->value.kind));
    lede__fill_param(f, p);
}

/* "expires: false" means what it says. */
static void fill_time(lede__fill *f, enum lede_time_field field, const lede_pair *p) {
    if (p->value.kind == LEDE_BOOL && !p->value.boolean)
        return;
    if (!lede__fill_time(f, p, &f->a->time[field]))
        lede__fill_param(f, p);
}

static void fill_list(lede__fill *f, enum lede_list_field field, const lede_pair *p) {
    const char *separators = field == LEDE_LIST_AUTHORS ? ";" : ",";
    if (lede_str_eq_nocase(p->key, LEDE_STR("authors")) &&
        lede_str_find(lede__value_text(&p->value), ';', 0) >= lede__value_text(&p->value).len)
        separators = ",";
    f->a->list[field] = lede__fill_list(f, &p->value, separators);
    if (f->a->list[field].count == 0) {
        note(f, p, "should be a list of texts; it is kept under params");
        lede__fill_param(f, p);
    }
}

/* ---- all of it */

/* Whether two values say the same, so that the second need not be kept. */
static bool same_text(const lede_value *a, const lede_value *b) {
    return a->kind == LEDE_TEXT && b->kind == LEDE_TEXT &&
           lede_str_eq(lede_str_trim(a->text), lede_str_trim(b->text));
}

static void told_unknown(lede__fill *f, const lede_pair *p) {
    const char *near = lede__key_near(p->key);
    if (near)
        lede__note(f->arena, f->notes, LEDE__NOTE, p->line, p->column,
                   "unknown key '%.*s'; did you mean '%s'? It is kept under params",
                   (int)(p->key.len < 80 ? p->key.len : 80), p->key.ptr, near);
    else
        lede__note(f->arena, f->notes, LEDE__HINT, p->line, p->column,
                   "unknown key '%.*s' is kept under params",
                   (int)(p->key.len < 80 ? p->key.len : 80), p->key.ptr);
}

/* Lets p have its slot, or keeps it under params when a better name has it. */
static void claim_slot(lede__fill *f, claims *c, const lede_pair *p, unsigned slot,
                       unsigned char rank) {
    const lede_pair *holder = c->pair[slot];
    if (!holder) {
        c->pair[slot] = p;
        c->rank[slot] = rank;
        return;
    }
    const lede_pair *loser = p;
    if (rank < c->rank[slot]) {
        loser = holder;
        c->pair[slot] = p;
        c->rank[slot] = rank;
    }
    if (!same_text(&p->value, &holder->value))
        lede__fill_param(f, loser);
}

static void claim_all(lede__fill *f, claims *c, const lede_value *front) {
    for (size_t i = 0; i < front->map.count; i++) {
        const lede_pair *p = &front->map.pairs[i];
        const lede__key *k = lede__key_find(p->key);
        if (!k && !lede__value_empty(&p->value))
            told_unknown(f, p);
        if (!k)
            lede__fill_param(f, p);
        else if (lede__value_empty(&p->value))
            continue;
        else if (p->value.kind == LEDE_BOOL && k->slot == LEDE_BIT_TIME + LEDE_TIME_DATE)
            claim_slot(f, c, p, LEDE__SLOT_DRAFT, 1); /* Jekyll's "published: false" */
        else
            claim_slot(f, c, p, k->slot, k->rank);
    }
}

static void fill_draft(lede__fill *f, const lede_pair *p) {
    bool is_published_key = !lede_str_eq_nocase(p->key, LEDE_STR("draft"));
    if (says_true(&p->value) != is_published_key)
        f->a->state = LEDE_DRAFT;
}

static void fill_text_slot(lede__fill *f, enum lede_text_field field, const lede_pair *p) {
    if (field == LEDE_TEXT_ID)
        fill_id(f, p);
    else if (field == LEDE_TEXT_SLUG)
        fill_slug(f, p);
    else if (field == LEDE_TEXT_URL)
        fill_url(f, p);
    else if (field == LEDE_TEXT_LANG)
        fill_lang(f, p);
    else if (field == LEDE_TEXT_DIR)
        fill_dir(f, p);
    else if (field == LEDE_TEXT_ORIGIN_URL) {
        if (!lede__fill_origin_url(f, p))
            lede__fill_param(f, p);
    } else
        fill_text(f, field, p);
}

static void fill_list_slot(lede__fill *f, enum lede_list_field field, const lede_pair *p) {
    if (field == LEDE_LIST_ALIASES)
        fill_aliases(f, p);
    else if (field != LEDE_LIST_CORRECTIONS)
        fill_list(f, field, p);
    else if (!lede__fill_corrections(f, p))
        lede__fill_param(f, p);
}

/* origin speaks before source and source_url; what it overrules is kept. */
static void fill_origins(lede__fill *f, const claims *c) {
    const lede_pair *origin = c->pair[LEDE__SLOT_ORIGIN], *source = c->pair[LEDE__SLOT_SOURCE];
    lede_str url = f->a->text[LEDE_TEXT_ORIGIN_URL];
    if (origin && !lede__fill_origin(f, origin))
        lede__fill_param(f, origin);
    if (url.len && !lede_str_eq(url, f->a->text[LEDE_TEXT_ORIGIN_URL]))
        lede__fill_param(f, c->pair[LEDE_TEXT_ORIGIN_URL]);
    if (source && !lede__fill_origin(f, source))
        lede__fill_param(f, source);
    lede__fill_origin_done(f);
}

/* An embargo that cannot be read must not let the piece out. */
static void check_embargo(lede__fill *f, const claims *c) {
    const lede_pair *p = c->pair[LEDE_BIT_TIME + LEDE_TIME_EMBARGO];
    if (!p || f->a->time[LEDE_TIME_EMBARGO] != LEDE_NO_TIME)
        return;
    if (p->value.kind == LEDE_BOOL && !p->value.boolean)
        return;
    f->a->state = LEDE_DRAFT;
    note(f, p,
         "cannot be read, so the article is kept as a draft; write the time at which it ends");
}

static void fill_special(lede__fill *f, const claims *c) {
    const lede_pair *p;
    if ((p = c->pair[LEDE__SLOT_STATUS]))
        fill_status(f, p);
    if ((p = c->pair[LEDE__SLOT_DRAFT]))
        fill_draft(f, p);
    if ((p = c->pair[LEDE__SLOT_WEIGHT]))
        fill_weight(f, p);
    if ((p = c->pair[LEDE__SLOT_CATEGORIES]))
        fill_categories(f, p);
    if ((p = c->pair[LEDE__SLOT_IMAGE]) && !lede__fill_image(f, p))
        lede__fill_param(f, p);
    fill_origins(f, c);
    if ((p = c->pair[LEDE__SLOT_RELATED]) && !lede__fill_related(f, p))
        lede__fill_param(f, p);
}

void lede__fields_fill(lede__fill *f, const lede_value *front) {
    claims c = {0};
    const lede_value *params = lede_value_get(front, "params");
    if (params && params->kind != LEDE_MAP)
        params = NULL;
    if (params) /* before all others: what it says stands */
        fill_params(f, &(lede_pair){.key = LEDE_STR("params"), .value = *params});
    claim_all(f, &c, front);
    if (c.pair[LEDE__SLOT_PARAMS] && &c.pair[LEDE__SLOT_PARAMS]->value != params)
        fill_params(f, c.pair[LEDE__SLOT_PARAMS]);
    if (c.pair[LEDE__SLOT_EXTRA])
        fill_params(f, c.pair[LEDE__SLOT_EXTRA]);

    for (unsigned i = 0; i < LEDE_TEXT_COUNT; i++)
        if (c.pair[i])
            fill_text_slot(f, (enum lede_text_field)i, c.pair[i]);
    for (unsigned i = 0; i < LEDE_TIME_COUNT; i++)
        if (c.pair[LEDE_BIT_TIME + i])
            fill_time(f, (enum lede_time_field)i, c.pair[LEDE_BIT_TIME + i]);
    for (unsigned i = 0; i < LEDE_LIST_COUNT; i++)
        if (c.pair[LEDE_BIT_LIST + i])
            fill_list_slot(f, (enum lede_list_field)i, c.pair[LEDE_BIT_LIST + i]);
    fill_special(f, &c);
    check_embargo(f, &c);
    write_params(f);
}
