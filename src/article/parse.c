/* parse.c - one file becomes one article. See lede/article.h.
 *
 * Front matter fills what it says (fields.c); here the rest is derived: title, date, section, slug,
 * language, id, the text for excerpts and the address. Derived values never overwrite said ones.
 */
#include "article/front.h"
#include "base/path.h"
#include "text/slug.h"

enum { LEAD_BYTES = 400 };

static bool is_empty(const lede_article *a, enum lede_text_field f) { return a->text[f].len == 0; }

/* ---- title */

/* The text of the first "# heading" among the lines before anything that is neither blank nor a
 * comment. */
static lede_str first_heading(lede_str body) {
    for (size_t at = 0; at < body.len;) {
        size_t end = lede_str_find(body, '\n', at);
        lede_str line = lede_str_trim(lede_str_n(body.ptr + at, end - at));
        at = end + 1;
        if (lede_str_starts(line, "# ")) {
            line = lede_str_trim(lede_str_sub(line, 1));
            while (line.len && line.ptr[line.len - 1] == '#')
                line.len--;
            return lede_str_trim(line);
        }
        if (line.len && !lede_str_starts(line, "<!--"))
            break;
    }
    return (lede_str){0};
}

/* "ministers-spoke_again" -> "Ministers spoke again" */
static lede_str humanise(lede__fill *f, lede_str name) {
    for (size_t i = 0; i < name.len; i++) {
        char c = name.ptr[i] == '-' || name.ptr[i] == '_' ? ' ' : name.ptr[i];
        lede_buf_addc(f->scratch, i == 0 && c >= 'a' && c <= 'z' ? (char)(c - 32) : c);
    }
    return lede__fill_scratch(f);
}

static void derive_title(lede__fill *f, lede_str file_name) {
    if (!is_empty(f->a, LEDE_TEXT_TITLE))
        return;
    lede_str heading = first_heading(f->a->body);
    if (heading.len) {
        f->a->text[LEDE_TEXT_TITLE] = heading;
        lede__note(f->arena, f->notes, LEDE__NOTE, 1, 1,
                   "no title; the body's first heading is taken, add 'title:' to the front matter");
        return;
    }
    f->a->text[LEDE_TEXT_TITLE] = file_name.len ? humanise(f, file_name) : LEDE_STR("Untitled");
    lede__note(f->arena, f->notes, LEDE__NOTE, 1, 1,
               "no title; the file's name is taken, add 'title:' to the front matter");
}

/* ---- date */

static int64_t midnight(int year, int month, int day, const lede_zone *zone) {
    static const int DAYS[] = {31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    if (day > DAYS[month - 1] || (month == 2 && day == 29 && !leap))
        return LEDE_NO_TIME;
    return lede_time_from_civil(&(lede_civil){.year = year, .month = month, .day = day}, zone);
}

/* The date that a path like "/2014/03/21/29-minutes/" holds. */
static int64_t date_in_path(lede_str path, const lede_zone *zone) {
    for (size_t i = 0; i + 11 <= path.len; i++) {
        if (path.ptr[i] != '/' || path.ptr[i + 5] != '/' || path.ptr[i + 8] != '/' ||
            (i + 11 < path.len && path.ptr[i + 11] != '/'))
            continue;
        char name[10];
        memcpy(name, path.ptr + i + 1, sizeof name);
        name[4] = name[7] = '-';
        int y, m, d;
        lede__dated_name(lede_str_n(name, sizeof name), &y, &m, &d);
        int64_t at = y ? midnight(y, m, d, zone) : LEDE_NO_TIME;
        if (at != LEDE_NO_TIME)
            return at;
    }
    return LEDE_NO_TIME;
}

static void derive_date(lede__fill *f, int year, int month, int day) {
    int64_t *date = &f->a->time[LEDE_TIME_DATE];
    if (*date == LEDE_NO_TIME && year)
        *date = midnight(year, month, day, f->rules->zone);
    if (*date == LEDE_NO_TIME && f->a->has_own_url)
        *date = date_in_path(f->a->text[LEDE_TEXT_URL], f->rules->zone);
    if (*date != LEDE_NO_TIME)
        return;
    *date = f->a->time[LEDE_TIME_ORIGIN_PUBLISHED] != LEDE_NO_TIME
                ? f->a->time[LEDE_TIME_ORIGIN_PUBLISHED]
                : 0;
    if (lede_str_is(f->a->text[LEDE_TEXT_TYPE], "page"))
        return; /* "About us" has no day */
    lede__note(
        f->arena, f->notes, LEDE__NOTE, 1, 1,
        "no date; %s is taken, add 'date:' to the front matter or begin the file's name with it "
        "(2024-04-03-slug.md)",
        *date ? "the origin's" : "1970-01-01");
}

/* ---- section, slug, language, lead, address */

static lede_str first_folder(lede_str path) {
    lede_str dir = lede__path_dir(path);
    if (lede__path_is_bundle(path))
        dir = lede__path_dir(dir);
    lede_str first = lede_str_n(dir.ptr, lede_str_find(dir, '/', 0));
    return lede_str_starts(first, "_") ? lede_str_sub(first, 1) : first; /* Jekyll's _posts */
}

static void derive_section(lede__fill *f) {
    lede_str *t = f->a->text;
    if (is_empty(f->a, LEDE_TEXT_SECTION)) {
        lede_str folder = first_folder(t[LEDE_TEXT_PATH]);
        if (folder.len)
            t[LEDE_TEXT_SECTION] = humanise(f, folder);
    }
    if (t[LEDE_TEXT_SECTION].len)
        t[LEDE_TEXT_SECTION_SLUG] = lede__fill_slug(f, t[LEDE_TEXT_SECTION]);
}

static void derive_slug(lede__fill *f, bool is_dated, lede_str file_name) {
    lede_str *slug = &f->a->text[LEDE_TEXT_SLUG];
    if (slug->len)
        return;
    bool by_name = (is_dated || lede__path_is_bundle(f->a->text[LEDE_TEXT_PATH])) && file_name.len;
    *slug = lede__fill_slug(f, by_name ? file_name : f->a->text[LEDE_TEXT_TITLE]);
    if (!by_name && file_name.len && lede_str_is(*slug, "untitled"))
        *slug = lede__fill_slug(f, file_name); /* a title of signs only */
}

static void derive_language(lede__fill *f) {
    lede_str *t = f->a->text;
    if (is_empty(f->a, LEDE_TEXT_LANG))
        t[LEDE_TEXT_LANG] = f->rules->lang.len ? f->rules->lang : LEDE_STR("en");
    if (is_empty(f->a, LEDE_TEXT_DIR))
        t[LEDE_TEXT_DIR] = lede_str_of(lede__lang_dir(t[LEDE_TEXT_LANG]));
}

/* The body up to "<!--more-->", or all of it. */
static lede_str before_more(lede_str body) {
    size_t at = (size_t)-1;
    while ((at = lede_str_search(body, LEDE_STR("<!--"), at == (size_t)-1 ? 0 : at + 4)) !=
           (size_t)-1) {
        lede_str rest = lede_str_sub(body, at + 4);
        while (rest.len && (rest.ptr[0] == ' ' || rest.ptr[0] == '\t'))
            rest = lede_str_sub(rest, 1);
        if (!lede_str_starts(rest, "more"))
            continue;
        rest = lede_str_trim(lede_str_n(rest.ptr + 4, rest.len - 4 < 16 ? rest.len - 4 : 16));
        if (lede_str_starts(rest, "-->"))
            return lede_str_n(body.ptr, at);
    }
    return body;
}

/* Cuts at a word to LEAD_BYTES, or at a character when the word is too long. */
static lede_str cut_lead(lede_str s) {
    s = lede_str_trim(s);
    if (s.len <= LEAD_BYTES)
        return s;
    size_t n = lede_utf8_cut(s, LEAD_BYTES), word = n;
    while (word > 0 && s.ptr[word] != ' ')
        word--;
    return lede_str_trim(lede_str_n(s.ptr, word > LEAD_BYTES / 2 ? word : n));
}

static void derive_lead(lede__fill *f) {
    lede_str *t = f->a->text;
    lede_str said = t[LEDE_TEXT_SUMMARY].len ? t[LEDE_TEXT_SUMMARY] : t[LEDE_TEXT_DEK];
    if (said.len) {
        t[LEDE_TEXT_EXCERPT] = cut_lead(said);
        return;
    }
    if (!f->rules->lead_text || f->a->body.len == 0)
        return;
    f->rules->lead_text(f->rules->lead_ctx, before_more(f->a->body), LEAD_BYTES, f->scratch);
    t[LEDE_TEXT_EXCERPT] = cut_lead(lede__fill_scratch(f));
}

static void derive_url(lede__fill *f) {
    lede_article *a = f->a;
    if (a->has_own_url)
        return;
    lede_error why = {0};
    lede_str said = a->text[LEDE_TEXT_URL]; /* a pattern of its own */
    if (said.len &&
        lede_permalink(said, a, f->rules->zone, f->rules->ugly_urls, f->scratch, &why) == LEDE_OK) {
        a->text[LEDE_TEXT_URL] = lede__fill_scratch(f);
        a->has_own_url = true;
        return;
    }
    if (said.len)
        lede__note(f->arena, f->notes, LEDE__NOTE, 1, 1, "%s; the site's own pattern is taken",
                   why.message);
    if (lede_permalink(f->rules->permalink, a, f->rules->zone, f->rules->ugly_urls, f->scratch,
                       &why) != LEDE_OK) {
        lede_buf_clear(f->scratch);
        lede__note(f->arena, f->notes, LEDE__NOTE, 0, 0,
                   "%s; /:section/:year/:month/:slug/ is taken", why.message);
        if (lede_permalink((lede_str){0}, a, f->rules->zone, f->rules->ugly_urls, f->scratch,
                           &why) != LEDE_OK)
            f->no_memory = true;
    }
    a->text[LEDE_TEXT_URL] = lede__fill_scratch(f);
}

static void derive_id(lede__fill *f) {
    if (f->a->has_own_id)
        return;
    char id[27];
    lede_article_id_from_path(f->a->text[LEDE_TEXT_PATH], id);
    f->a->text[LEDE_TEXT_ID] = lede_arena_copy(f->arena, lede_str_n(id, 26));
    f->no_memory |= f->a->text[LEDE_TEXT_ID].ptr == NULL;
}

static void derive(lede__fill *f, const lede__front *front) {
    lede_article *a = f->a;
    int year, month, day;
    lede_str stem = lede__path_name(a->text[LEDE_TEXT_PATH]);
    lede_str name = lede__dated_name(stem, &year, &month, &day);
    if (name.len == 0)
        name = stem;
    derive_date(f, year, month, day);
    derive_title(f, name);
    derive_section(f);
    derive_slug(f, year != 0, name);
    derive_language(f);
    derive_lead(f);
    derive_id(f);
    derive_url(f);
    a->words = lede__count_words(a->body);
    if (a->state == LEDE_PUBLISHED && a->list[LEDE_LIST_CORRECTIONS].count)
        a->state = LEDE_CORRECTED;
    if (!front->is_present && lede_str_trim(a->body).len == 0) {
        a->state = LEDE_DRAFT;
        lede__note(f->arena, f->notes, LEDE__NOTE, 1, 1,
                   "the file is empty; it is kept as a draft");
    }
}

static lede_status fill_article(lede__fill *f, const lede__front *front, lede_str path,
                                lede_error *err) {
    lede_article *a = f->a;
    a->state = LEDE_PUBLISHED;
    for (size_t i = 0; i < LEDE_TIME_COUNT; i++)
        a->time[i] = LEDE_NO_TIME;
    a->text[LEDE_TEXT_PATH] = path;
    a->body = front->body;
    a->body_line = front->body_line;
    lede__fields_fill(f, &front->value);
    derive(f, front);
    if (f->no_memory)
        return lede_fail(err, LEDE_ENOMEM, "article: out of memory");
    return LEDE_OK;
}

lede_status lede_article_parse(const lede_article_rules *rules, lede_str path, lede_str source,
                               lede_arena *arena, lede_article *out, lede_notes *notes,
                               lede_error *err) {
    if (!lede_utf8_valid(path, NULL))
        return lede__refuse(arena, notes, err, LEDE_EFORMAT, 0, 0,
                            "the file's name is not UTF-8; give it another name");
    lede__front front = {0};
    lede_status s = lede__front_read(rules, source, arena, notes, &front, err);
    if (s != LEDE_OK)
        return s;

    lede_buf own;
    lede_buf_init(&own, 1 << 20);
    lede_article a = {0};
    lede__fill f = {.rules = rules,
                    .arena = arena,
                    .notes = notes,
                    .scratch = rules->reader ? &rules->reader->scratch : &own,
                    .a = &a};
    lede_buf_clear(f.scratch);
    s = fill_article(&f, &front, path, err);
    lede_buf_fini(&own);
    if (s == LEDE_OK)
        *out = a;
    return s;
}
