/* pages.c - which pages there are, and having each made by a worker.
 *
 * Routes come from the plugins, asked of one worker; the desk spreads them over the edition (an article page for each
 * article, a list for each term, numbered archives) and claims every path, so two sources for one URL are an error before
 * anything is rendered. Pages are dealt out in small jobs; when a worker dies or hangs, the pages it had not answered for are
 * given again one by one, so the page at fault is known by name and the others are made. */
#include "bind/publication.h"

#include "bind/page.h"
#include "bind/records.h"
#include "bind/wire.h"
#include "codec/hash.h"

#include <stdio.h>
#include <stdlib.h>

enum { JOB_PAGES = 32, PATH_MAX_BYTES = 4000 };

typedef struct route {
    lede_str name, path, plugin;
    lede__each each;
    uint32_t paginate;
    const lede_value *pages; /* list of { path, data } that the route's function gave, or NULL */
} route;

typedef struct item {
    uint16_t route;
    uint8_t each;
    bool answered;
    uint32_t item, archive, archives, size;
    lede_str path, url, data;
} item;

typedef struct render_state {
    lede__publication *p;
    lede_arena arena;
    lede_buf routes_json;
    lede_value routes_value;
    route *routes;
    uint32_t n_routes;
    item *items;
    uint32_t n_items, cap_items;
    uint32_t pending, done_items, made, failed, as_before;
    bool finished;
    lede_buf failures, notes, scratch;
    lede_status status;
    lede_error *err;
} render_state;

typedef struct job {
    render_state *s;
    uint32_t first, count;
    bool noted; /* since the last answer: it belongs to the page that is answered next */
} job;

static void note_failure(render_state *s, lede_str path, lede_str source, lede_str message) {
    if (s->failures.len)
        lede_buf_addc(&s->failures, ',');
    lede_buf_addc(&s->failures, '{');
    lede__json_text(&s->failures, "path", path);
    lede__json_text(&s->failures, "source", source);
    lede__json_text(&s->failures, "message", message);
    lede_buf_addc(&s->failures, '}');
    s->failed++;
}

static void note_json(render_state *s, lede_str json) {
    if (s->notes.len)
        lede_buf_addc(&s->notes, ',');
    lede_buf_add(&s->notes, json);
}

/* ---- routes */

static void on_routes(void *ctx, uint8_t type, lede_str frame) {
    render_state *s = ctx;
    lede__wire w = lede__wire_of(frame);
    if (type == LEDE_A_ROUTES) {
        lede_buf_add(&s->routes_json, frame);
    } else if (type == LEDE_A_NOTE) {
        note_json(s, frame);
    } else if (type == LEDE_A_FAILED) {
        lede__get32(&w);
        lede_str message = lede__get_str(&w);
        s->status = lede_fail(s->err, LEDE_ESCRIPT, "%.*s", (int)message.len, message.ptr ? message.ptr : "");
    }
}

static void on_routes_end(void *ctx, lede_status status, const lede_error *err) {
    render_state *s = ctx;
    if (status && !s->status)
        s->status = lede_fail(s->err, status, "loading plugins: %s", err->message);
    s->finished = true;
}

static lede_str text_at(const lede_value *v, const char *key) {
    const lede_value *t = lede_value_get(v, key);
    return t && t->kind == LEDE_TEXT ? t->text : (lede_str){0};
}

static lede__each each_of(lede_str s) {
    static const char *const names[] = {"", "article", "section", "tag", "author"};
    for (unsigned i = 1; i < sizeof names / sizeof *names; i++)
        if (lede_str_is(s, names[i]))
            return (lede__each)i;
    return LEDE_EACH_NONE;
}

static lede_status ask_routes(render_state *s) {
    lede_job j = {.type = LEDE_W_ROUTES, .ctx = s, .answer = on_routes, .end = on_routes_end, .deadline_ms = 20000};
    lede_status st = lede_workers_submit(s->p->workers, &j, s->err);
    if (!st)
        st = lede_loop_run(s->p->loop, &s->finished, s->err);
    if (!st)
        st = s->status;
    if (!st)
        st = lede_json_read(&s->arena, lede_buf_str(&s->routes_json), &s->routes_value, s->err);
    if (st)
        return st;
    const lede_value *list = lede_value_get(&s->routes_value, "routes");
    if (!list || list->kind != LEDE_LIST)
        return lede_fail(s->err, LEDE_EFORMAT, "publish: a worker's routes could not be read");
    s->n_routes = (uint32_t)list->list.count;
    s->routes = lede_arena_zero(&s->arena, (s->n_routes + 1) * sizeof *s->routes);
    if (!s->routes)
        return lede_fail(s->err, LEDE_ENOMEM, "publish: out of memory");
    for (uint32_t i = 0; i < s->n_routes; i++) {
        const lede_value *v = &list->list.items[i], *n = lede_value_get(v, "paginate"), *pages = lede_value_get(v, "pages");
        s->routes[i] = (route){.name = text_at(v, "name"), .path = text_at(v, "path"), .plugin = text_at(v, "plugin"), .each = each_of(text_at(v, "each")), .paginate = n && n->kind == LEDE_INT ? (uint32_t)n->integer : 0, .pages = pages && pages->kind == LEDE_LIST ? pages : NULL};
    }
    return LEDE_OK;
}

/* ---- pages out of routes */

static lede_str route_source(render_state *s, const route *r) {
    return lede_str_of(lede_arena_printf(&s->arena, "route '%.*s' of plugin %.*s", (int)r->name.len, r->name.ptr ? r->name.ptr : "", (int)r->plugin.len, r->plugin.ptr ? r->plugin.ptr : ""));
}

/* Claims the page's path and remembers the page; a path that cannot be had is a failure of that page alone. */
static lede_status add_item(render_state *s, item it, lede_str source) {
    lede_error why = {0};
    lede_buf_clear(&s->scratch);
    lede_status st = lede_url_file(it.url, &s->scratch, &why);
    if (!st)
        st = lede_release_claim(s->p->release, lede_buf_str(&s->scratch), source, &why);
    if (st == LEDE_ENOMEM)
        return lede_fail(s->err, st, "%s", why.message);
    if (st) {
        note_failure(s, it.url, source, lede_str_of(why.message));
        return LEDE_OK;
    }
    it.path = lede_arena_copy(&s->arena, lede_buf_str(&s->scratch));
    if (s->n_items == s->cap_items) {
        uint32_t cap = s->cap_items ? s->cap_items * 2 : 1024;
        item *grown = realloc(s->items, cap * sizeof *grown);
        if (!grown)
            return lede_fail(s->err, LEDE_ENOMEM, "publish: out of memory");
        s->items = grown;
        s->cap_items = cap;
    }
    s->items[s->n_items++] = it;
    return it.path.ptr ? LEDE_OK : lede_fail(s->err, LEDE_ENOMEM, "publish: out of memory");
}

static lede_status add_articles(render_state *s, uint16_t route_number) {
    const lede_edition *e = s->p->edition;
    lede_status st = LEDE_OK;
    for (uint32_t i = 0; !st && i < lede_edition_count(e); i++) {
        lede_doc d = lede_edition_nth(e, i);
        const lede_card *c = lede_edition_card(e, d);
        item it = {.route = route_number, .each = LEDE_EACH_ARTICLE, .item = d, .url = lede_card_text(c, LEDE_TEXT_URL)};
        lede_str source = lede_card_text(c, LEDE_TEXT_PATH);
        st = add_item(s, it, source.len ? source : lede_card_text(c, LEDE_TEXT_ID));
        if (!st && s->n_items && s->items[s->n_items - 1].item == d)
            s->items[s->n_items - 1].url = (lede_str){0}; /* the worker has it in the card */
    }
    return st;
}

/* The front and the numbered archives of a list of `count` articles: ARCHITECTURE.md section 5, "Lists". */
static lede_status add_list(render_state *s, uint16_t number, item it, lede_str url, uint32_t count) {
    const route *r = &s->routes[number];
    lede_str source = route_source(s, r);
    uint32_t n = r->paginate;
    it.route = number;
    it.url = url;
    it.archives = n && count >= 2 * n ? count / n - 1 : 0;
    it.size = n ? count - it.archives * n : 0;
    lede_status st = add_item(s, it, source);
    for (uint32_t k = 1; !st && k <= it.archives; k++) {
        it.archive = k;
        it.size = n;
        bool slash = lede_str_ends(url, "/");
        const char *at = lede_arena_printf(&s->arena, "%.*s%spage/%u/", (int)url.len, url.ptr, slash ? "" : "/", k);
        it.url = lede_str_of(at);
        st = at ? add_item(s, it, source) : lede_fail(s->err, LEDE_ENOMEM, "publish: out of memory");
    }
    return st;
}

static lede_str with_slug(render_state *s, lede_str pattern, lede_str slug) {
    size_t at = lede_str_search(pattern, LEDE_STR(":slug"), 0);
    if (at == (size_t)-1)
        return pattern;
    lede_str tail = lede_str_sub(pattern, at + strlen(":slug"));
    return lede_str_of(lede_arena_printf(&s->arena, "%.*s%.*s%.*s", (int)at, pattern.ptr, (int)slug.len, slug.ptr, (int)tail.len, tail.ptr));
}

static lede_status add_terms(render_state *s, uint16_t number) {
    const lede_edition *e = s->p->edition;
    const route *r = &s->routes[number];
    lede_term_kind kind = (lede_term_kind)(r->each - LEDE_EACH_SECTION);
    uint32_t n = lede_edition_term_count(e, NULL, kind);
    lede_status st = LEDE_OK;
    for (uint32_t i = 0; !st && i < n; i++) {
        lede_term_view v;
        if (!lede_edition_term_at(e, NULL, kind, i, &v))
            continue;
        item it = {.each = (uint8_t)r->each, .item = i};
        st = add_list(s, number, it, with_slug(s, r->path, v.slug), v.count);
    }
    return st;
}

static lede_status add_given(render_state *s, uint16_t number) {
    const route *r = &s->routes[number];
    lede_status st = LEDE_OK;
    for (size_t i = 0; !st && i < r->pages->list.count; i++) {
        const lede_value *v = &r->pages->list.items[i], *data = lede_value_get(v, "data");
        item it = {.route = number, .url = text_at(v, "path")};
        if (data) {
            lede_buf_clear(&s->scratch);
            lede_json_write(&s->scratch, data);
            it.data = lede_arena_copy(&s->arena, lede_buf_str(&s->scratch));
        }
        st = add_item(s, it, route_source(s, r));
    }
    return st;
}

static lede_status spread(render_state *s) {
    lede_status st = LEDE_OK;
    for (uint32_t i = 0; !st && i < s->n_routes; i++) {
        const route *r = &s->routes[i];
        uint16_t number = (uint16_t)i;
        if (r->pages)
            st = add_given(s, number);
        else if (r->each == LEDE_EACH_ARTICLE)
            st = add_articles(s, number);
        else if (r->each == LEDE_EACH_NONE)
            st = add_list(s, number, (item){0}, r->path, lede_edition_count(s->p->edition));
        else
            st = add_terms(s, number);
    }
    return st;
}

/* ---- pages that are as they were */

/* How a page is made, in terms that outlast an edition. Stands in scratch. */
static lede_str how_made(render_state *s, const item *it) {
    const route *r = &s->routes[it->route];
    lede_term_view v = {0};
    lede_str what = {0};
    if (it->each == LEDE_EACH_ARTICLE)
        what = lede_card_text(lede_edition_card(s->p->edition, it->item), LEDE_TEXT_ID);
    else if (it->each >= LEDE_EACH_SECTION && lede_edition_term_at(s->p->edition, NULL, (lede_term_kind)(it->each - LEDE_EACH_SECTION), it->item, &v))
        what = v.slug;
    lede_buf *b = &s->scratch;
    lede_buf_clear(b);
    lede__put_str(b, r->plugin);
    lede__put_str(b, r->name);
    lede__put8(b, it->each);
    lede__put_str(b, what);
    lede__put32(b, it->archive);
    lede__put32(b, it->archives);
    lede__put32(b, it->size);
    lede__put_str(b, it->url);
    lede__put64(b, lede__xxh64(it->data, 0));
    return lede_buf_str(b);
}

/* Moves the pages that must be made to the front; the others are linked from the live tree, unless somebody changed them there.
 * Gives how many must be made. */
static lede_status keep_what_holds(render_state *s, uint32_t *to_make) {
    lede_status st = LEDE_OK;
    *to_make = 0;
    for (uint32_t i = 0; !st && i < s->n_items; i++) {
        item *it = &s->items[i];
        lede_error why = {0};
        const unsigned char *sum = lede__records_hold(s->p->records, it->path, how_made(s, it));
        const lede_status linked = sum ? lede_release_add(s->p->release, it->path, 0, sum, LEDE_LINKED, &why) : LEDE_ENOTFOUND;
        if (linked == LEDE_ENOMEM)
            st = lede_fail(s->err, linked, "%s", why.message);
        if (linked == LEDE_OK) {
            it->answered = true;
            s->as_before++;
            continue;
        }
        const item first = s->items[*to_make];
        s->items[(*to_make)++] = *it;
        *it = first;
    }
    return st;
}

/* ---- rendering */

static void page_failed(render_state *s, uint32_t n, lede_str message) {
    item *it = &s->items[n];
    bool kept = false;
    it->answered = true;
    s->done_items++;
    lede_str source = it->each == LEDE_EACH_ARTICLE ? lede_card_text(lede_edition_card(s->p->edition, it->item), LEDE_TEXT_PATH) : route_source(s, &s->routes[it->route]);
    note_failure(s, it->path, source, message);
    if (!s->status)
        s->status = lede_release_keep(s->p->release, it->path, &kept, s->err);
    if (!s->status)
        s->status = lede__records_remove(s->p->records, it->path, s->err);
}

static void on_page(void *ctx, uint8_t type, lede_str frame) {
    job *j = ctx;
    render_state *s = j->s;
    if (type == LEDE_A_NOTE) {
        note_json(s, frame);
        j->noted = true;
        return;
    }
    const bool noted = j->noted;
    j->noted = false;
    lede__wire w = lede__wire_of(frame);
    uint32_t n = lede__get32(&w);
    if (w.bad || n < j->first || n >= j->first + j->count || s->items[n].answered)
        return; /* not its page: it will be missed, and given again */
    if (type == LEDE_A_FAILED) {
        page_failed(s, n, lede__get_str(&w));
        return;
    }
    uint8_t action = lede__get8(&w);
    uint64_t size = lede__get64(&w);
    lede_str sum = lede__get_bytes(&w, 32);
    if (type != LEDE_A_PAGE || w.bad || action > LEDE_WRITTEN)
        return;
    s->items[n].answered = true;
    s->made++;
    s->done_items++;
    const lede_str files = lede__get_str(&w), reads = {w.at, (size_t)(w.end - w.at)};
    const unsigned char *bytes = (const unsigned char *)sum.ptr;
    if (!s->status)
        s->status = lede_release_add(s->p->release, s->items[n].path, size, bytes, (lede_release_action)action, s->err);
    if (!s->status && noted) /* what it has to say must be said each time: no record, so it is made each time */
        s->status = lede__records_remove(s->p->records, s->items[n].path, s->err);
    else if (!s->status)
        s->status = lede__records_put(s->p->records, s->items[n].path, how_made(s, &s->items[n]), bytes, files, reads, s->err);
}

static lede_status submit(render_state *s, uint32_t first, uint32_t count);

static void on_job_end(void *ctx, lede_status status, const lede_error *err) {
    job *j = ctx;
    render_state *s = j->s;
    s->pending--;
    for (uint32_t i = j->first; i < j->first + j->count && !s->status && status != LEDE_ECANCELED; i++) {
        if (s->items[i].answered)
            continue;
        if (j->count > 1) {
            s->status = submit(s, i, 1); /* alone, to see which it was */
            continue;
        }
        char message[LEDE_MESSAGE_MAX + 64];
        snprintf(message, sizeof message, "%s", status == LEDE_OK ? "the worker did not answer for this page" : err->message);
        page_failed(s, i, lede_str_of(message));
    }
    free(j);
    lede__progress(s->p, "rendering", s->done_items, s->n_items);
    s->finished = s->pending == 0 || s->status;
}

static lede_status submit(render_state *s, uint32_t first, uint32_t count) {
    job *j = malloc(sizeof *j);
    if (!j)
        return lede_fail(s->err, LEDE_ENOMEM, "publish: out of memory");
    *j = (job){.s = s, .first = first, .count = count};
    lede_buf_clear(&s->scratch);
    for (uint32_t i = first; i < first + count; i++) {
        const item *it = &s->items[i];
        lede__job_page page = {.number = i, .route = it->route, .each = it->each, .item = it->item, .archive = it->archive, .archives = it->archives, .size = it->size, .path = it->path, .url = it->url, .data = it->data};
        lede_release_know(s->p->release, it->path, &page.known);
        if (s->p->full) { /* written anew; what the standby has under this name is still replaced, not modified */
            page.known.in_live = false;
            memset(page.known.standby, 0, sizeof page.known.standby);
        }
        lede__job_page_put(&s->scratch, &page);
    }
    lede_job w = {.type = LEDE_W_RENDER, .bytes = lede_buf_str(&s->scratch), .ctx = j, .answer = on_page, .end = on_job_end};
    lede_status st = lede_buf_status(&s->scratch, s->err);
    if (!st)
        st = lede_workers_submit(s->p->workers, &w, s->err);
    if (st)
        free(j);
    else
        s->pending++;
    return st;
}

static lede_status tell_edition(render_state *s) {
    lede_buf b;
    lede_buf_init(&b, 1 << 16);
    lede__put_str(&b, lede_str_of(s->p->edition_dir));
    lede__put_str(&b, lede_str_of(lede_release_standby(s->p->release)));
    lede__put_str(&b, lede_str_of(lede_release_live(s->p->release)));
    lede_status st = lede_buf_status(&b, s->err);
    if (!st)
        st = lede_workers_tell(s->p->workers, LEDE_W_EDITION, lede_buf_str(&b), s->err);
    lede_buf_fini(&b);
    return st;
}

static lede_status run(render_state *s) {
    lede_status st = lede__publication_workers(s->p, s->err);
    if (!st)
        st = tell_edition(s);
    if (!st)
        st = ask_routes(s);
    if (!st)
        st = spread(s);
    uint32_t n = 0;
    if (!st)
        st = lede__records_open(s->p, &s->p->records, s->err);
    if (!st)
        st = keep_what_holds(s, &n);
    s->n_items = n; /* the others are answered for */
    s->finished = n == 0;
    /* Small sites still use every worker; large ones do not pay for tiny jobs. */
    uint32_t size = s->n_items / (uint32_t)(s->p->jobs * 4) + 1;
    if (size > JOB_PAGES)
        size = JOB_PAGES;
    for (uint32_t i = 0; !st && i < s->n_items; i += size)
        st = submit(s, i, s->n_items - i < size ? s->n_items - i : size);
    if (!st)
        st = lede_loop_run(s->p->loop, &s->finished, s->err);
    return st ? st : s->status;
}

lede_status lede__render(lede__publication *p, lede_buf *report, lede_error *err) {
    render_state s = {.p = p, .err = err};
    lede_arena_init(&s.arena, LEDE_BUF_MAX);
    lede_buf_init(&s.routes_json, (size_t)60 << 20);
    lede_buf_init(&s.failures, (size_t)256 << 20);
    lede_buf_init(&s.notes, (size_t)256 << 20);
    lede_buf_init(&s.scratch, (size_t)60 << 20);
    lede_status st = run(&s);
    if (st)
        lede__publication_stop(p);
    lede__progress(p, NULL, 0, 0);
    if (!st) {
        lede_buf_addf(report, "{\"pages\":%u,\"rendered\":%u,\"failed\":[", s.made + s.as_before, s.made);
        lede_buf_add(report, lede_buf_str(&s.failures));
        lede_buf_adds(report, "],\"notes\":[");
        lede_buf_add(report, lede_buf_str(&s.notes));
        lede_buf_adds(report, "],\"assets\":");
        const lede_value *assets = lede_value_get(&s.routes_value, "assets");
        if (assets)
            lede_json_write(report, assets);
        else
            lede_buf_adds(report, "[]");
        lede_buf_addc(report, '}');
        st = lede_buf_status(report, err);
    }
    free(s.items);
    lede_arena_fini(&s.arena);
    lede_buf_fini(&s.routes_json);
    lede_buf_fini(&s.failures);
    lede_buf_fini(&s.notes);
    lede_buf_fini(&s.scratch);
    return st;
}
