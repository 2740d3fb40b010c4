/* spread.c - pages out of routes: an article page for each article, a list for each term, numbered archives, and what
 * routes' own functions list. See spread.h; ARCHITECTURE.md section 5, "Lists". */
#include "bind/spread.h"

#include "base/hashes.h"
#include "codec/hash.h"

#include <stdio.h>

static lede_status no_memory(lede_error *err) { return lede_fail(err, LEDE_ENOMEM, "publish: out of memory"); }

static lede_status tell(const lede__spread *s, const lede__item *it, lede_error *err) { return s->page(s->ctx, it, err); }

/* ---- lists: the front holds the newest n to 2n-1 articles, archive pages count from the oldest, full and unchanging */

static uint32_t archives_of(uint32_t paginate, uint32_t count) {
    return paginate && count >= 2 * paginate ? count / paginate - 1 : 0;
}

static lede_str archive_url(const lede__spread *s, lede_str front, uint32_t k) {
    const bool slash = lede_str_ends(front, "/");
    return lede_str_of(lede_arena_printf(s->arena, "%.*s%spage/%u/", (int)front.len, front.ptr, slash ? "" : "/", k));
}

void lede__fit_list(const lede__route *r, lede__item *it, uint32_t count) {
    it->archives = archives_of(r->paginate, count);
    it->size = it->archive ? r->paginate : r->paginate ? count - it->archives * r->paginate : 0;
}

static lede_status tell_archive(const lede__spread *s, const lede__item *front, uint32_t count, uint32_t k, lede_error *err) {
    lede__item it = *front;
    it.archive = k;
    it.url = archive_url(s, front->url, k);
    lede__fit_list(&s->routes->list[it.route], &it, count);
    return it.url.ptr ? tell(s, &it, err) : no_memory(err);
}

/* front has its URL, route and term. */
static lede_status tell_list(const lede__spread *s, const lede__item *front, uint32_t count, lede_error *err) {
    lede__item it = *front;
    lede__fit_list(&s->routes->list[it.route], &it, count);
    lede_status st = tell(s, &it, err);
    for (uint32_t k = 1; !st && k <= it.archives; k++)
        st = tell_archive(s, front, count, k, err);
    return st;
}

/* Archive pages that came or went, and the one that was or is the last: it leads on to the front. */
static lede_status tell_list_changes(const lede__spread *s, const lede__item *front, uint32_t was, uint32_t is, lede_error *err) {
    const uint32_t n = s->routes->list[front->route].paginate, old = archives_of(n, was), now = archives_of(n, is);
    const uint32_t shorter = old < now ? old : now;
    lede__item it = *front;
    lede__fit_list(&s->routes->list[it.route], &it, is);
    lede_status st = n && was != is ? tell(s, &it, err) : LEDE_OK;
    for (uint32_t k = shorter ? shorter : 1; !st && old != now && k <= now; k++)
        st = tell_archive(s, front, is, k, err);
    for (uint32_t k = shorter + 1; !st && k <= old; k++) {
        const lede_str url = archive_url(s, front->url, k);
        st = url.ptr ? s->gone(s->ctx, url, err) : no_memory(err);
    }
    return st;
}

static lede_status forget_list(const lede__spread *s, const lede__item *front, uint32_t was, lede_error *err) {
    const uint32_t archives = archives_of(s->routes->list[front->route].paginate, was);
    lede_status st = s->gone(s->ctx, front->url, err);
    for (uint32_t k = 1; !st && k <= archives; k++) {
        const lede_str url = archive_url(s, front->url, k);
        st = url.ptr ? s->gone(s->ctx, url, err) : no_memory(err);
    }
    return st;
}

/* ---- terms */

static lede_str with_slug(const lede__spread *s, lede_str pattern, lede_str slug) {
    const lede_str mark = LEDE_STR(":slug");
    const size_t at = lede_str_search(pattern, mark, 0);
    if (at == (size_t)-1)
        return pattern;
    const lede_str tail = lede_str_sub(pattern, at + mark.len);
    return lede_str_of(lede_arena_printf(s->arena, "%.*s%.*s%.*s", (int)at, pattern.ptr, (int)slug.len, slug.ptr, (int)tail.len, tail.ptr));
}

static lede_term_kind kind_of(const lede__route *r) { return (lede_term_kind)(r->each - LEDE_EACH_SECTION); }

static lede__item front_of(const lede__spread *s, uint32_t route, uint32_t number, lede_str slug) {
    const lede__route *r = &s->routes->list[route];
    return (lede__item){.route = (uint16_t)route, .each = (uint8_t)r->each, .item = number, .url = with_slug(s, r->path, slug)};
}

static lede_status tell_terms(const lede__spread *s, uint32_t route, lede_error *err) {
    const lede_term_kind kind = kind_of(&s->routes->list[route]);
    const uint32_t n = lede_edition_term_count(s->edition, NULL, kind);
    lede_status st = LEDE_OK;
    for (uint32_t i = 0; !st && i < n; i++) {
        lede_term_view v;
        if (!lede_edition_term_at(s->edition, NULL, kind, i, &v))
            continue;
        const lede__item front = front_of(s, route, i, v.slug);
        st = front.url.ptr ? tell_list(s, &front, v.count, err) : no_memory(err);
    }
    return st;
}

/* Both tables by slug. */
static lede_status tell_term_changes(const lede__spread *s, uint32_t route, const lede_edition *before, lede_error *err) {
    const lede_term_kind kind = kind_of(&s->routes->list[route]);
    lede_term_view a, b;
    lede_status st = LEDE_OK;
    for (uint32_t i = 0, k = 0; !st;) {
        const bool had = lede_edition_term_at(before, NULL, kind, i, &a), has = lede_edition_term_at(s->edition, NULL, kind, k, &b);
        if (!had && !has)
            break;
        const int order = !had ? 1 : !has ? -1 : lede_str_cmp(a.slug, b.slug);
        if (order != 0 || a.count != b.count) {
            const lede__item front = front_of(s, route, k, order < 0 ? a.slug : b.slug);
            st = !front.url.ptr ? no_memory(err)
                 : order < 0    ? forget_list(s, &front, a.count, err)
                 : order > 0    ? tell_list(s, &front, b.count, err)
                                : tell_list_changes(s, &front, a.count, b.count, err);
        }
        i += order <= 0;
        k += order >= 0;
    }
    return st;
}

/* ---- articles */

static const char url_mark[] = ":url";

/* "/a/b/" and "/a/b.html" -> "/a/b" */
static lede_str stem_of(lede_str url) {
    if (lede_str_ends(url, "/"))
        url.len--;
    else if (lede_str_ends(url, ".html"))
        url.len -= strlen(".html");
    return url;
}

lede_str lede__article_url(const lede__route *r, const lede_card *card, lede_arena *arena) {
    const lede_str url = lede_card_text(card, LEDE_TEXT_URL), stem = stem_of(url);
    const size_t at = lede_str_search(r->path, lede_str_of(url_mark), 0);
    if (at == (size_t)-1)
        return url;
    const lede_str tail = lede_str_sub(r->path, at + strlen(url_mark));
    return lede_str_of(lede_arena_printf(arena, "%.*s%.*s%.*s", (int)at, r->path.ptr, (int)stem.len, stem.ptr, (int)tail.len, tail.ptr));
}

static bool is_page_of(const lede_edition *e, lede_doc d, lede_str stem) {
    return d != LEDE_NO_DOC && lede_str_eq(stem_of(lede_card_text(lede_edition_card(e, d), LEDE_TEXT_URL)), stem);
}

/* An id or an old address finds an article too, but is not where it is. */
lede_doc lede__article_at(const lede__route *r, const lede_edition *e, lede_str url) {
    static const char *const ends[] = {"/", ".html", ""};
    const size_t at = lede_str_search(r->path, lede_str_of(url_mark), 0);
    if (at == (size_t)-1) {
        const lede_doc d = lede_edition_find(e, NULL, url);
        return d != LEDE_NO_DOC && lede_str_eq(lede_card_text(lede_edition_card(e, d), LEDE_TEXT_URL), url) ? d : LEDE_NO_DOC;
    }
    const lede_str head = lede_str_n(r->path.ptr, at), tail = lede_str_sub(r->path, at + strlen(url_mark));
    if (url.len < head.len + tail.len || !lede_str_eq(lede_str_n(url.ptr, head.len), head) || !lede_str_eq(lede_str_sub(url, url.len - tail.len), tail))
        return LEDE_NO_DOC;
    const lede_str stem = lede_str_n(url.ptr + head.len, url.len - head.len - tail.len);
    char whole[2048];
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        const int n = snprintf(whole, sizeof whole, "%.*s%s", (int)stem.len, stem.ptr, ends[i]);
        const lede_doc d = n > 0 && (size_t)n < sizeof whole ? lede_edition_find(e, NULL, lede_str_n(whole, (size_t)n)) : LEDE_NO_DOC;
        if (is_page_of(e, d, stem))
            return d;
    }
    return LEDE_NO_DOC;
}

static lede__item article_item(const lede__spread *s, uint32_t route, lede_doc d) {
    const lede_str url = lede__article_url(&s->routes->list[route], lede_edition_card(s->edition, d), s->arena);
    return (lede__item){.route = (uint16_t)route, .each = LEDE_EACH_ARTICLE, .item = d, .url = url};
}

/* The pages of an article by all routes that have one, beside each other: what they share is then at hand. */
static lede_status tell_article(const lede__spread *s, lede_doc d, lede_error *err) {
    lede_status st = LEDE_OK;
    for (uint32_t i = 0; !st && i < s->routes->count; i++) {
        if (s->routes->list[i].lists || s->routes->list[i].each != LEDE_EACH_ARTICLE)
            continue;
        const lede__item it = article_item(s, i, d);
        st = it.url.ptr ? tell(s, &it, err) : no_memory(err);
    }
    return st;
}

static lede_status tell_articles(const lede__spread *s, lede_error *err) {
    lede_status st = LEDE_OK;
    for (uint32_t i = 0; !st && i < lede_edition_count(s->edition); i++)
        st = tell_article(s, lede_edition_nth(s->edition, i), err);
    return st;
}

typedef struct article_changes {
    const lede__spread *s;
    const lede_edition *before;
    uint32_t route;
    lede_status status;
    lede_error *err;
} article_changes;

static bool tell_article_change(void *ctx, lede_doc before, lede_doc after) {
    article_changes *c = ctx;
    const lede__spread *s = c->s;
    const lede__route *r = &s->routes->list[c->route];
    const lede_str had = before != LEDE_NO_DOC ? lede__article_url(r, lede_edition_card(c->before, before), s->arena) : LEDE_STR("");
    const lede__item now = after != LEDE_NO_DOC ? article_item(s, c->route, after) : (lede__item){.url = LEDE_STR("")};
    if (!had.ptr || !now.url.ptr)
        c->status = no_memory(c->err);
    else if (had.len && !lede_str_eq(had, now.url))
        c->status = s->gone(s->ctx, had, c->err);
    if (!c->status && after != LEDE_NO_DOC)
        c->status = tell(s, &now, c->err);
    return c->status == LEDE_OK;
}

static lede_status tell_article_changes(const lede__spread *s, uint32_t route, const lede_edition *before, lede_error *err) {
    article_changes c = {.s = s, .before = before, .route = route, .err = err};
    lede_edition_changes(before, s->edition, tell_article_change, &c);
    return c.status;
}

/* ---- pages that a route's function gave */

static lede_status tell_given(const lede__spread *s, uint32_t route, const lede_value *v, lede_error *err) {
    const lede_value *data = lede_value_get(v, "data");
    lede__item it = {.route = (uint16_t)route, .url = lede__text_at(v, "path")};
    if (!data)
        return tell(s, &it, err);
    lede_buf b;
    lede_buf_init(&b, LEDE_BUF_MAX);
    lede_json_write(&b, data);
    it.data = lede_arena_copy(s->arena, lede_buf_str(&b));
    lede_status st = it.data.ptr ? lede_buf_status(&b, err) : no_memory(err);
    lede_buf_fini(&b);
    return st ? st : tell(s, &it, err);
}

lede_status lede__spread_given(const lede__spread *s, uint32_t route, lede_error *err) {
    lede_value pages;
    lede_status st = lede__route_pages(&s->routes->list[route], s->arena, &pages, err);
    for (size_t i = 0; !st && i < pages.list.count; i++)
        st = tell_given(s, route, &pages.list.items[i], err);
    return st;
}

static lede_status forget_given(const lede__spread *s, const lede_value *old, const lede_value *now, lede_error *err) {
    lede__hashes urls = {0};
    lede_status st = LEDE_OK;
    for (size_t i = 0; i < now->list.count; i++)
        lede__hashes_add(&urls, lede__xxh64(lede__text_at(&now->list.items[i], "path"), 0));
    for (size_t i = 0; !st && i < old->list.count; i++) {
        const lede_str url = lede__text_at(&old->list.items[i], "path");
        if (!lede__hashes_has(&urls, lede__xxh64(url, 0)))
            st = s->gone(s->ctx, url, err);
    }
    if (!st && urls.failed)
        st = no_memory(err);
    lede__hashes_fini(&urls);
    return st;
}

static lede_status tell_given_changes(const lede__spread *s, uint32_t route, const lede__routes *then, lede_error *err) {
    lede_value now, old;
    if (lede_str_eq(s->routes->list[route].pages, then->list[route].pages))
        return LEDE_OK;
    lede_status st = lede__route_pages(&s->routes->list[route], s->arena, &now, err);
    if (!st)
        st = lede__route_pages(&then->list[route], s->arena, &old, err);
    if (!st)
        st = forget_given(s, &old, &now, err);
    for (size_t i = 0; !st && i < now.list.count; i++)
        st = tell_given(s, route, &now.list.items[i], err);
    return st;
}

/* ---- all routes */

lede_status lede__spread_all(const lede__spread *s, lede_error *err) {
    lede_status st = tell_articles(s, err);
    for (uint32_t i = 0; !st && i < s->routes->count; i++) {
        const lede__route *r = &s->routes->list[i];
        const lede__item front = {.route = (uint16_t)i, .url = r->path};
        if (r->lists)
            st = lede__spread_given(s, i, err);
        else if (r->each == LEDE_EACH_ARTICLE)
            continue;
        else if (r->each == LEDE_EACH_NONE)
            st = tell_list(s, &front, lede_edition_count(s->edition), err);
        else
            st = tell_terms(s, i, err);
    }
    return st;
}

lede_status lede__spread_changes(const lede__spread *s, const lede_edition *before, const lede__routes *then, lede_error *err) {
    lede_status st = LEDE_OK;
    for (uint32_t i = 0; !st && i < s->routes->count; i++) {
        const lede__route *r = &s->routes->list[i];
        const lede__item front = {.route = (uint16_t)i, .url = r->path};
        if (r->lists)
            st = tell_given_changes(s, i, then, err);
        else if (r->each == LEDE_EACH_ARTICLE)
            st = tell_article_changes(s, i, before, err);
        else if (r->each == LEDE_EACH_NONE)
            st = tell_list_changes(s, &front, lede_edition_count(before), lede_edition_count(s->edition), err);
        else
            st = tell_term_changes(s, i, before, err);
    }
    return st;
}
