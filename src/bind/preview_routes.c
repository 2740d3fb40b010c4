/* preview_routes.c - from a URL to the page that a route makes at it, without spreading the routes over the edition. */
#include "bind/preview.h"


lede_status lede__preview_take_routes(lede__preview *v, lede_str bytes, lede_error *err) {
    lede__routes_fini(&v->routes);
    lede_arena_reset(&v->arena);
    lede_status st = lede__routes_read(&v->routes, bytes, err);
    if (st)
        return st;
    v->given = lede_arena_zero(&v->arena, (v->routes.count + 1) * sizeof *v->given);
    if (!v->given)
        return lede_fail(err, LEDE_ENOMEM, "preview: out of memory");
    for (uint32_t i = 0; !st && i < v->routes.count; i++)
        if (v->routes.list[i].lists)
            st = lede__route_pages(&v->routes.list[i], &v->arena, &v->given[i], err);
    return st;
}

/* ---- lists: the front, and "page/3/" behind it */

static bool archive_number(lede_str rest, uint32_t *out) {
    uint32_t n = 0;
    if (!lede_str_starts(rest, "page/") || !lede_str_ends(rest, "/") || rest.len > 15)
        return false;
    for (size_t i = 5; i + 1 < rest.len; i++) {
        if (rest.ptr[i] < '0' || rest.ptr[i] > '9' || (i == 5 && rest.ptr[i] == '0'))
            return false;
        n = n * 10 + (uint32_t)(rest.ptr[i] - '0');
    }
    *out = n;
    return n > 0;
}

/* The list page of `count` articles that `rest` of its URL names; ARCHITECTURE.md section 5, "Lists". */
static bool list_page(const lede__route *r, lede_str rest, uint32_t count, lede__job_page *page) {
    lede__item fit = {0};
    lede__fit_list(r, &fit, count);
    page->archives = fit.archives;
    page->size = fit.size;
    if (rest.len == 0)
        return true;
    if (rest.ptr[0] == '/')
        rest = lede_str_sub(rest, 1);
    if (!archive_number(rest, &page->archive) || page->archive > page->archives)
        return false;
    page->size = r->paginate;
    return true;
}

/* ---- kinds of routes */

static bool find_article(const lede__preview *v, const lede__route *r, lede_str url, lede__job_page *page) {
    page->each = LEDE_EACH_ARTICLE;
    page->item = lede__article_at(r, v->publication->edition, url);
    return page->item != LEDE_NO_DOC;
}

/* The number of a term by its slug: they are sorted. */
static bool term_number(const lede_edition *e, lede_term_kind kind, lede_str slug, lede_term_view *view, uint32_t *out) {
    uint32_t low = 0, high = lede_edition_term_count(e, NULL, kind);
    while (low < high) {
        const uint32_t middle = low + (high - low) / 2;
        if (!lede_edition_term_at(e, NULL, kind, middle, view))
            return false;
        const int order = lede_str_cmp(view->slug, slug);
        if (order == 0) {
            *out = middle;
            return true;
        }
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return false;
}

static bool find_term(const lede__preview *v, const lede__route *r, lede_str url, lede__job_page *page) {
    const size_t at = lede_str_search(r->path, LEDE_STR(":slug"), 0);
    if (at == (size_t)-1 || url.len < at || memcmp(url.ptr, r->path.ptr, at) != 0)
        return false;
    const lede_str after = lede_str_sub(r->path, at + strlen(":slug"));
    const size_t end = lede_str_find(url, '/', at);
    const lede_str slug = lede_str_n(url.ptr + at, end - at), rest = lede_str_sub(url, end);
    if (rest.len < after.len || memcmp(rest.ptr, after.ptr, after.len) != 0)
        return false;
    const lede_term_kind kind = (lede_term_kind)(r->each - LEDE_EACH_SECTION);
    lede_term_view view;
    if (!term_number(v->publication->edition, kind, slug, &view, &page->item))
        return false;
    page->each = (uint8_t)r->each;
    return list_page(r, lede_str_sub(rest, after.len), view.count, page);
}

static bool find_given(lede__preview *v, const lede_value *pages, lede_str url, lede__job_page *page) {
    for (size_t i = 0; i < pages->list.count; i++) {
        const lede_value *given = &pages->list.items[i], *data = lede_value_get(given, "data");
        if (!lede_str_eq(lede__text_at(given, "path"), url))
            continue;
        lede_buf_clear(&v->scratch);
        if (data)
            lede_json_write(&v->scratch, data);
        page->data = data ? lede_buf_str(&v->scratch) : (lede_str){0};
        return true;
    }
    return false;
}

static bool find_list(const lede__preview *v, const lede__route *r, lede_str url, lede__job_page *page) {
    if (url.len < r->path.len || memcmp(url.ptr, r->path.ptr, r->path.len) != 0)
        return false;
    return list_page(r, lede_str_sub(url, r->path.len), lede_edition_count(v->publication->edition), page);
}

bool lede__preview_find(lede__preview *v, lede_str url, lede__job_page *page) {
    for (uint32_t i = 0; i < v->routes.count; i++) {
        const lede__route *r = &v->routes.list[i];
        bool found;
        *page = (lede__job_page){.route = (uint16_t)i, .url = url};
        if (r->lists)
            found = find_given(v, &v->given[i], url, page);
        else if (r->each == LEDE_EACH_ARTICLE)
            found = find_article(v, r, url, page);
        else if (r->each == LEDE_EACH_NONE)
            found = find_list(v, r, url, page);
        else
            found = find_term(v, r, url, page);
        if (!found)
            continue;
        if (page->each == LEDE_EACH_ARTICLE && r->path.len == 0)
            page->url = (lede_str){0}; /* the worker has it in the card */
        return true;
    }
    return false;
}
