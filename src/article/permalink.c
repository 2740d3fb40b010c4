/* permalink.c - the address of an article, and the file that answers for it. See lede/article.h.
 *
 * A pattern is taken step by step: what stands between two '/' is expanded into a buffer of its
 * own, then checked, so nothing that a token expands to can add a step or climb out. Only :sections
 * and :categories may make several.
 */
#include "article/front.h"
#include "base/path.h"
#include "text/slug.h"

enum { STEP_MAX = 255, PATH_MAX_BYTES = 4000 };

static bool is_digit(char c) { return c >= '0' && c <= '9'; }

/* Reads a number of least to most digits at s[*i]; -1 when there is none. */
static int read_number(lede_str s, size_t *i, size_t least, size_t most) {
    int n = 0;
    size_t from = *i;
    while (*i < s.len && *i - from < most && is_digit(s.ptr[*i]))
        n = n * 10 + (s.ptr[(*i)++] - '0');
    return *i - from >= least ? n : -1;
}

static bool skip_dash(lede_str s, size_t *i) { return *i < s.len && s.ptr[(*i)++] == '-'; }

lede_str lede__dated_name(lede_str stem, int *year, int *month, int *day) {
    *year = *month = *day = 0;
    size_t i = 0;
    int y = read_number(stem, &i, 4, 4);
    if (y < 1 || !skip_dash(stem, &i))
        return stem;
    int m = read_number(stem, &i, 1, 2);
    if (m < 1 || m > 12 || !skip_dash(stem, &i))
        return stem;
    int d = read_number(stem, &i, 1, 2);
    if (d < 1 || d > 31 || (i < stem.len && !strchr("-_ ", stem.ptr[i])))
        return stem;
    *year = y;
    *month = m;
    *day = d;
    return lede_str_sub(stem, i + 1);
}

bool lede__path_is_bundle(lede_str path) {
    return lede_str_is(lede__path_stem(path), "index") && lede__path_dir(path).len > 0;
}

lede_str lede__path_name(lede_str path) {
    return lede__path_is_bundle(path) ? lede__path_base(lede__path_dir(path))
                                      : lede__path_stem(path);
}

/* ---- tokens */

typedef struct frame {
    const lede_article *a;
    lede_civil when;
    lede_buf *step; /* the step being written */
    size_t step_max;
    lede_str folders; /* of the source, without the bundle's own */
} frame;

static void put_slug(frame *f, lede_str s) {
    if (s.len)
        lede__slug(f->step, s);
}

/* No file is named with these. */
static char plain(char c) { return (unsigned char)c < ' ' || c == '\\' || c == 0x7f ? '-' : c; }

/* A slug that has been made already; a put from a script may bring anything, so what could be a
 * step is taken out. */
static void put_checked(frame *f, lede_str s) {
    for (size_t i = 0; i < s.len; i++) {
        lede_buf_addc(f->step, s.ptr[i] == '/' ? '-' : plain(s.ptr[i]));
    }
}

static void put_name(frame *f) {
    int y, m, d;
    lede_str rest = lede__dated_name(lede__path_name(f->a->text[LEDE_TEXT_PATH]), &y, &m, &d);
    put_slug(f, rest.len ? rest : lede__path_name(f->a->text[LEDE_TEXT_PATH]));
}

static const char *const MONTHS[] = {"january",   "february", "march",    "april",
                                     "may",       "june",     "july",     "august",
                                     "september", "october",  "november", "december"};
static const char *const DAYS[] = {"sunday",   "monday", "tuesday", "wednesday",
                                   "thursday", "friday", "saturday"};

static void t_year(frame *f) { lede_buf_addf(f->step, "%04d", f->when.year); }
static void t_short_year(frame *f) { lede_buf_addf(f->step, "%02d", f->when.year % 100); }
static void t_month(frame *f) { lede_buf_addf(f->step, "%02d", f->when.month); }
static void t_i_month(frame *f) { lede_buf_addf(f->step, "%d", f->when.month); }
static void t_monthname(frame *f) { lede_buf_adds(f->step, MONTHS[f->when.month - 1]); }
static void t_short_month(frame *f) { lede_buf_addn(f->step, MONTHS[f->when.month - 1], 3); }
static void t_day(frame *f) { lede_buf_addf(f->step, "%02d", f->when.day); }
static void t_i_day(frame *f) { lede_buf_addf(f->step, "%d", f->when.day); }
static void t_weekday(frame *f) { lede_buf_addf(f->step, "%d", f->when.weekday); }
static void t_weekdayname(frame *f) { lede_buf_adds(f->step, DAYS[f->when.weekday]); }
static void t_yearday(frame *f) { lede_buf_addf(f->step, "%d", f->when.yearday); }
static void t_y_day(frame *f) { lede_buf_addf(f->step, "%03d", f->when.yearday); }
static void t_hour(frame *f) { lede_buf_addf(f->step, "%02d", f->when.hour); }
static void t_minute(frame *f) { lede_buf_addf(f->step, "%02d", f->when.minute); }
static void t_second(frame *f) { lede_buf_addf(f->step, "%02d", f->when.second); }
static void t_section(frame *f) { put_checked(f, f->a->text[LEDE_TEXT_SECTION_SLUG]); }
static void t_title(frame *f) { put_slug(f, f->a->text[LEDE_TEXT_TITLE]); }
static void t_slug(frame *f) { put_checked(f, f->a->text[LEDE_TEXT_SLUG]); }
static void t_filename(frame *f) { put_name(f); }
static void t_slugorfilename(frame *f) {
    if (f->a->has_own_slug)
        t_slug(f);
    else
        put_name(f);
    if (f->step->len == 0) /* an article of the store has no file */
        t_slug(f);
}
static void t_lang(frame *f) { put_checked(f, f->a->text[LEDE_TEXT_LANG]); }
static void t_id(frame *f) { put_checked(f, f->a->text[LEDE_TEXT_ID]); }
static void t_author(frame *f) {
    const lede_list *authors = &f->a->list[LEDE_LIST_AUTHORS];
    if (authors->count)
        put_slug(f, authors->items[0]);
}
static void t_output_ext(frame *f) { lede_buf_adds(f->step, ".html"); }

/* Sorted by name. The one token that makes several steps, :sections, is handled apart. */
static const struct token {
    const char *name;
    void (*put)(frame *f);
} TOKENS[] = {
    {"author", t_author},
    {"categories", t_section},
    {"contentbasename", t_filename},
    {"day", t_day},
    {"filename", t_filename},
    {"hour", t_hour},
    {"i_day", t_i_day},
    {"i_month", t_i_month},
    {"id", t_id},
    {"lang", t_lang},
    {"minute", t_minute},
    {"month", t_month},
    {"monthname", t_monthname},
    {"name", t_filename},
    {"output_ext", t_output_ext},
    {"second", t_second},
    {"section", t_section},
    {"short_month", t_short_month},
    {"short_year", t_short_year},
    {"slug", t_slug},
    {"slugorcontentbasename", t_slugorfilename},
    {"slugorfilename", t_slugorfilename},
    {"title", t_title},
    {"weekday", t_weekday},
    {"weekdayname", t_weekdayname},
    {"y_day", t_y_day},
    {"year", t_year},
    {"yearday", t_yearday},
};

static const struct token *token_find(lede_str name) {
    for (size_t i = 0; i < sizeof TOKENS / sizeof *TOKENS; i++)
        if (lede_str_is(name, TOKENS[i].name))
            return &TOKENS[i];
    return NULL;
}

static lede_status unknown_token(lede_str name, lede_error *err) {
    char known[512];
    size_t n = 0;
    for (size_t i = 0; i < sizeof TOKENS / sizeof *TOKENS; i++) {
        size_t len = strlen(TOKENS[i].name);
        if (n + len + 3 >= sizeof known)
            break;
        known[n++] = ' ';
        known[n++] = ':';
        memcpy(known + n, TOKENS[i].name, len);
        n += len;
    }
    known[n] = '\0';
    return lede_fail(err, LEDE_EINVAL, "permalink: unknown token ':%.*s'; there are%s :sections",
                     (int)(name.len < 60 ? name.len : 60), name.ptr, known);
}

/* ---- steps */

/* Appends "/step" percent-encoded; drops an empty one, and one that is not a name. */
static void finish_step(const frame *f, lede_buf *out) {
    lede_str s = lede_buf_str(f->step);
    if (s.len > f->step_max)
        s.len = lede_utf8_cut(s, f->step_max);
    if (s.len && !lede_str_is(s, ".") && !lede_str_is(s, "..")) {
        lede_buf_addc(out, '/');
        lede_escape_url(out, s);
    }
    lede_buf_clear(f->step);
}

/* The folders of a path; a bundle's own folder names the article and is none. */
static lede_str source_folders(const lede_article *a) {
    lede_str path = a->text[LEDE_TEXT_PATH], dir = lede__path_dir(path);
    return lede__path_is_bundle(path) ? lede__path_dir(dir) : dir;
}

static lede_str nth_folder(lede_str folders, size_t n) {
    size_t from = 0;
    for (; n > 0 && from < folders.len; n--)
        from = lede_str_find(folders, '/', from) + 1;
    if (from >= folders.len)
        return (lede_str){0};
    return lede_str_n(folders.ptr + from, lede_str_find(folders, '/', from) - from);
}

static size_t folder_count(lede_str folders) {
    size_t n = folders.len > 0;
    for (size_t i = 0; i < folders.len; i++)
        n += folders.ptr[i] == '/';
    return n;
}

/* Reads one bound of a slice: digits or "last". false when it is neither. */
static bool read_bound(lede_str s, size_t count, size_t missing, size_t *out) {
    if (s.len == 0) {
        *out = missing;
        return true;
    }
    if (lede_str_is(s, "last")) {
        *out = count ? count - 1 : 0;
        return true;
    }
    size_t n = 0;
    for (size_t i = 0; i < s.len; i++) {
        if (!is_digit(s.ptr[i]) || n > 1000)
            return false;
        n = n * 10 + (size_t)(s.ptr[i] - '0');
    }
    *out = n;
    return true;
}

/* Writes the steps of :sections and its slices, "[1]" "[1:]" "[:2]" "[last]". */
static lede_status put_sections(frame *f, lede_str slice, lede_buf *out, lede_error *err) {
    size_t count = folder_count(f->folders), from = 0, to = count;
    if (slice.len) {
        size_t colon = lede_str_find(slice, ':', 0);
        lede_str head = {slice.ptr, colon};
        bool ok = read_bound(head, count, 0, &from);
        if (colon < slice.len)
            ok = ok && read_bound(lede_str_sub(slice, colon + 1), count, count, &to);
        else
            to = from + 1;
        if (!ok)
            return lede_fail(
                err, LEDE_EINVAL,
                "permalink: ':sections[%.*s]' is no slice; write [0], [1:], [:2] or [last]",
                (int)(slice.len < 60 ? slice.len : 60), slice.ptr);
    }
    if (count == 0 && from == 0)
        put_checked(f, f->a->text[LEDE_TEXT_SECTION_SLUG]);
    for (size_t i = from; i < to && i < count; i++) {
        if (i > from)
            finish_step(f, out);
        put_slug(f, nth_folder(f->folders, i));
    }
    return LEDE_OK;
}

static bool is_token_char(char c) { return (c >= 'a' && c <= 'z') || c == '_'; }

/* Expands the token at p[*i], which is a ':'. */
static lede_status expand(frame *f, lede_str p, size_t *i, lede_buf *out, lede_error *err) {
    size_t end = *i + 1;
    while (end < p.len && is_token_char(p.ptr[end]))
        end++;
    lede_str name = {p.ptr + *i + 1, end - *i - 1};
    if (lede_str_is(name, "sections")) {
        lede_str slice = {0};
        if (end < p.len && p.ptr[end] == '[') {
            size_t close = lede_str_find(p, ']', end);
            slice = lede_str_n(p.ptr + end + 1, close - end - 1);
            end = close < p.len ? close + 1 : p.len;
        }
        *i = end;
        return put_sections(f, slice, out, err);
    }
    const struct token *t = token_find(name);
    if (!t)
        return unknown_token(name, err);
    *i = end;
    t->put(f);
    return LEDE_OK;
}

static lede_status expand_all(frame *f, lede_str p, lede_buf *out, lede_error *err) {
    for (size_t i = 0; i < p.len;) {
        char c = p.ptr[i];
        lede_status s = LEDE_OK;
        if (c == '/') {
            finish_step(f, out);
            i++;
        } else if (c == ':') {
            s = expand(f, p, &i, out, err);
        } else {
            lede_buf_addc(f->step, plain(c));
            i++;
        }
        if (s != LEDE_OK)
            return s;
    }
    finish_step(f, out);
    return lede_buf_status(f->step, err);
}

/* Gives the path at out[from..] its end: '/' for a folder, ".html" with ugly addresses. */
static void finish_path(lede_buf *out, size_t from, bool ugly) {
    if (out->status != LEDE_OK)
        return;
    size_t last = out->len;
    while (last > from && out->ptr[last - 1] != '/')
        last--;
    lede_str step = lede_str_n(out->ptr + last, out->len - last);
    if (out->len == from)
        lede_buf_addc(out, '/');
    else if (lede_str_find(step, '.', 0) == step.len)
        lede_buf_adds(out, ugly ? ".html" : "/");
}

lede_status lede_permalink(lede_str pattern, const lede_article *a, const lede_zone *zone,
                           bool ugly, lede_buf *out, lede_error *err) {
    size_t from = out->len;
    lede_buf step;
    lede_buf_init(&step, 64 << 10);
    frame f = {.a = a,
               .step = &step,
               .step_max = STEP_MAX - (ugly ? sizeof ".html" - 1 : 0),
               .folders = source_folders(a)};
    int64_t date = a->time[LEDE_TIME_DATE];
    lede_time_civil(date == LEDE_NO_TIME ? 0 : date, zone, &f.when);

    if (pattern.len == 0)
        pattern = LEDE_STR("/:section/:year/:month/:slug/");
    lede_status s = expand_all(&f, pattern, out, err);
    lede_buf_fini(&step);
    if (s == LEDE_OK) {
        finish_path(out, from, ugly);
        s = lede_buf_status(out, err);
    }
    if (s == LEDE_OK && out->len - from > PATH_MAX_BYTES)
        s = lede_fail(err, LEDE_ELIMIT, "permalink: the address is longer than %d bytes",
                      PATH_MAX_BYTES);
    if (s != LEDE_OK && from <= out->len && out->status == LEDE_OK) {
        out->len = from;
        out->ptr[from] = '\0';
    }
    return s;
}

/* ---- addresses said by people */

static int hex_value(char c) {
    return is_digit(c)            ? c - '0'
           : c >= 'a' && c <= 'f' ? c - 'a' + 10
           : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                  : -1;
}

/* Appends s with its %XX decoded; a '%' that begins none stands for itself. */
static void percent_decode(lede_str s, lede_buf *out) {
    for (size_t i = 0; i < s.len; i++) {
        if (s.ptr[i] == '%' && i + 2 < s.len && hex_value(s.ptr[i + 1]) >= 0 &&
            hex_value(s.ptr[i + 2]) >= 0) {
            lede_buf_addc(out, (char)(hex_value(s.ptr[i + 1]) * 16 + hex_value(s.ptr[i + 2])));
            i += 2;
        } else {
            lede_buf_addc(out, s.ptr[i]);
        }
    }
}

/* Appends the decoded steps of s, joined by single '/', without any at the ends. false when
 * decoding made a step that was not there ("%2F"). */
static bool decode_steps(lede_str s, lede_buf *out) {
    size_t start = out->len;
    for (size_t i = 0; i < s.len;) {
        size_t end = lede_str_find(s, '/', i);
        if (end > i) {
            if (out->len > start)
                lede_buf_addc(out, '/');
            size_t at = out->len;
            percent_decode(lede_str_n(s.ptr + i, end - i), out);
            if (lede_str_find(lede_buf_str(out), '/', at) < out->len)
                return false;
        }
        i = end + 1;
    }
    return true;
}

/* Whether the decoded path p names something below the site's root. */
static bool is_on_site(const lede_buf *p) {
    return p->status == LEDE_OK && lede__path_safe(lede_buf_str(p)) &&
           lede_utf8_valid(lede_buf_str(p), NULL);
}

static lede_str without_host(lede_str s) {
    size_t at = lede_str_search(s, LEDE_STR("://"), 0);
    size_t host = lede_str_starts(s, "//") ? 2 : at < 8 ? at + 3 : 0; /* not found is far above 8 */
    if (host == 0)
        return s;
    size_t slash = lede_str_find(s, '/', host);
    return lede_str_sub(s, slash);
}

bool lede__url_clean(lede_str said, lede_buf *out) {
    said = without_host(lede_str_trim(said));
    size_t from = out->len;
    if (said.len == 0 || lede_str_is(said, "/")) {
        lede_buf_addc(out, '/');
        return true;
    }
    lede_buf plain;
    lede_buf_init(&plain, 64 << 10);
    bool ok = decode_steps(said, &plain) && is_on_site(&plain);
    if (ok) {
        lede_buf_addc(out, '/');
        lede_escape_path(out, lede_buf_str(&plain));
        if (said.ptr[said.len - 1] == '/')
            lede_buf_addc(out, '/');
        else
            finish_path(out, from, false);
    }
    lede_buf_fini(&plain);
    return ok;
}

lede_status lede_url_file(lede_str url, lede_buf *out, lede_error *err) {
    if (url.len == 0 || url.ptr[0] != '/')
        return lede_fail(err, LEDE_EINVAL, "url: '%.*s' does not begin with '/'",
                         (int)(url.len < 200 ? url.len : 200), url.ptr ? url.ptr : "");
    lede_buf plain;
    lede_buf_init(&plain, 64 << 10);
    bool ok = decode_steps(url, &plain);
    lede_str last = lede__path_base(lede_buf_str(&plain));
    const bool is_file = lede_str_find(last, '.', 0) < last.len || lede_str_starts(last, "_");
    if (url.ptr[url.len - 1] == '/' || !is_file)
        lede_buf_adds(&plain, plain.len ? "/index.html" : "index.html");
    lede_status s = lede_buf_status(&plain, err);
    if (s == LEDE_OK && !(ok && is_on_site(&plain)))
        s = lede_fail(err, LEDE_EINVAL, "url: '%.*s' is no address on the site",
                      (int)(url.len < 200 ? url.len : 200), url.ptr);
    if (s == LEDE_OK) {
        lede_buf_add(out, lede_buf_str(&plain));
        s = lede_buf_status(out, err);
    }
    lede_buf_fini(&plain);
    return s;
}
