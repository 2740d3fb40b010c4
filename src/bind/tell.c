/* tell.c - what a publication makes and removes, and why. See tell.h; runtime/lede/reasons.lua
 * makes sentences of it.
 *
 * Keys of reads name articles by their ids, which say nothing to anybody: what they are called is
 * looked up here, while both editions are at hand. */
#include "bind/tell.h"

#include "base/hashes.h"
#include "codec/hash.h"

enum { ID = 26 };

static const char *const kind_names[LEDE_READ_KINDS] = {[LEDE_READ_CARD] = "card",
                                                        [LEDE_READ_BODY] = "body",
                                                        [LEDE_READ_QUERY] = "query",
                                                        [LEDE_READ_COUNT] = "count",
                                                        [LEDE_READ_NEIGHBOURS] = "neighbours",
                                                        [LEDE_READ_TRANSLATIONS] = "translations",
                                                        [LEDE_READ_TERM] = "term",
                                                        [LEDE_READ_TERMS] = "terms",
                                                        [LEDE_READ_DATA] = "data",
                                                        [LEDE_READ_CONFIG] = "config",
                                                        [LEDE_READ_CLOCK] = "clock",
                                                        [LEDE_READ_MISSING] = "missing",
                                                        [LEDE_READ_FILE] = "file"};

#define X(name, lua) lua,
static const char *const text_names[] = {LEDE_TEXT_FIELDS(X)};
static const char *const list_names[] = {LEDE_LIST_FIELDS(X)};
static const char *const time_names[] = {LEDE_TIME_FIELDS(X)};
#undef X
static const char *const term_names[LEDE_TERM_KINDS] = {"section", "tag", "author", "origin"};

static void begin(lede_buf *out) {
    lede_buf_adds(out, out->len && out->ptr[out->len - 1] == '}' ? ",{" : "{");
}
static void text(lede_buf *out, const char *key, const char *value) {
    lede__json_text(out, key, lede_str_of(value));
}

/* ---- articles */

static const lede_card *card_of(const lede_edition *e, lede_str id) {
    const lede_doc d = e ? lede_edition_find(e, NULL, id) : LEDE_NO_DOC;
    return d == LEDE_NO_DOC ? NULL : lede_edition_card(e, d);
}

/* By its file; what belongs to the store by its address. */
static void tell_article(lede_buf *out, const lede_card *c) {
    const lede_str path = lede_card_text(c, LEDE_TEXT_PATH);
    lede__json_text(out, path.len ? "article" : "article_url",
                    path.len ? path : lede_card_text(c, LEDE_TEXT_URL));
}

static bool differs(const lede_card *a, const lede_card *b, unsigned bit) {
    if (bit < LEDE_BIT_LIST)
        return !lede_str_eq(lede_card_text(a, (enum lede_text_field)bit),
                            lede_card_text(b, (enum lede_text_field)bit));
    if (bit < LEDE_BIT_TIME) {
        const enum lede_list_field f = (enum lede_list_field)(bit - LEDE_BIT_LIST);
        const uint32_t n = lede_card_list_count(a, f);
        bool same = n == lede_card_list_count(b, f);
        for (uint32_t i = 0; same && i < n; i++)
            same = lede_str_eq(lede_card_list_at(a, f, i), lede_card_list_at(b, f, i));
        return !same;
    }
    if (bit < LEDE_BIT_STATE)
        return lede_card_time(a, (enum lede_time_field)(bit - LEDE_BIT_TIME)) !=
               lede_card_time(b, (enum lede_time_field)(bit - LEDE_BIT_TIME));
    return bit == LEDE_BIT_STATE    ? lede_card_state(a) != lede_card_state(b)
           : bit == LEDE_BIT_WEIGHT ? lede_card_weight(a) != lede_card_weight(b)
                                    : lede_card_words(a) != lede_card_words(b);
}

static const char *field_name(unsigned bit) {
    return bit < LEDE_BIT_LIST      ? text_names[bit]
           : bit < LEDE_BIT_TIME    ? list_names[bit - LEDE_BIT_LIST]
           : bit < LEDE_BIT_STATE   ? time_names[bit - LEDE_BIT_TIME]
           : bit == LEDE_BIT_STATE  ? "state"
           : bit == LEDE_BIT_WEIGHT ? "weight"
                                    : "words";
}

/* Fields of the mask; when both are given those in which they differ. */
static void tell_fields(lede_buf *out, uint64_t mask, const lede_card *a, const lede_card *b) {
    const char *comma = "";
    lede_buf_adds(out, ",\"fields\":[");
    for (unsigned bit = 0; bit < LEDE_BIT_COUNT; bit++)
        if (mask >> bit & 1 && (!a || differs(a, b, bit))) {
            lede_buf_addf(out, "%s\"%s\"", comma, field_name(bit));
            comma = ",";
        }
    lede_buf_addc(out, ']');
}

static bool is_of_article(uint8_t kind) {
    return kind == LEDE_READ_CARD || kind == LEDE_READ_BODY || kind == LEDE_READ_NEIGHBOURS ||
           kind == LEDE_READ_TRANSLATIONS;
}

static void add_read(const lede_edition *now, const lede_edition *before, uint8_t kind,
                     lede_str key, uint64_t mask, bool changes, lede_buf *out) {
    text(out, "kind", kind < LEDE_READ_KINDS ? kind_names[kind] : "note");
    lede__json_text(out, "key", key);
    if (!is_of_article(kind) || key.len < ID)
        return;
    const lede_str id = lede_str_n(key.ptr, ID);
    const lede_card *is = card_of(now, id), *was = card_of(before, id);
    if (is || was)
        tell_article(out, is ? is : was);
    if (!is)
        lede_buf_adds(out, ",\"gone\":true");
    if (kind == LEDE_READ_CARD && (!changes || (is && was)))
        tell_fields(out, mask, changes ? was : NULL, changes ? is : NULL);
}

void lede__tell_read(const lede_edition *now, const lede_edition *before, uint8_t kind,
                     lede_str key, uint64_t mask, lede_buf *out) {
    begin(out);
    add_read(now, before, kind, key, mask, false, out);
    lede_buf_addc(out, '}');
}

/* ---- pages */

static bool is_due(const lede_card *c, int64_t since, int64_t now) {
    int64_t until;
    return !lede_card_public(c, since, &until) && until <= now;
}

static void tell_new_article(const lede__plan *x, const lede_card *c, lede_buf *out) {
    const lede_edition *before = x->p->before;
    const lede_card *was = card_of(before, lede_card_text(c, LEDE_TEXT_ID));
    if (was && !lede_str_eq(lede_card_text(was, LEDE_TEXT_URL), lede_card_text(c, LEDE_TEXT_URL)))
        lede__json_text(out, "moved", lede_card_text(was, LEDE_TEXT_URL));
    else if (before && !was &&
             is_due(c, lede_edition_time(before), lede_edition_time(x->p->edition)))
        lede_buf_adds(out, ",\"due\":true");
}

static void tell_term(unsigned each, lede_str slug, lede_buf *out) {
    lede_buf term;
    lede_buf_init(&term, 1 << 17);
    lede_buf_addf(&term, "%s:", term_names[each - LEDE_EACH_SECTION]);
    lede_buf_add(&term, slug);
    lede__json_text(out, "term", lede_buf_str(&term));
    lede_buf_fini(&term);
}

static void tell_place(const lede__plan *x, const lede__item *it, lede_buf *out) {
    const lede__route *r = &x->now.list[it->route];
    if (it->each == LEDE_EACH_ARTICLE) {
        tell_article(out, lede_edition_card(x->p->edition, it->item));
        return;
    }
    lede__json_text(out, "route", r->name);
    lede__json_text(out, "plugin", r->plugin);
    lede_term_view v = {0};
    if (it->each >= LEDE_EACH_SECTION &&
        lede_edition_term_at(x->p->edition, NULL, (lede_term_kind)(it->each - LEDE_EACH_SECTION),
                             it->item, &v))
        tell_term(it->each, v.slug, out);
    if (it->archive)
        lede_buf_addf(out, ",\"archive\":%u", it->archive);
}

static const char *what_of(const lede__plan *x, const lede__item *it, const lede__why *why) {
    lede_release_known known;
    switch (why->what) {
    case LEDE__WHY_READ:
        return "read";
    case LEDE__WHY_OTHER:
        return "other";
    case LEDE__WHY_AGAIN:
        return "again";
    case LEDE__WHY_NONE:
        return "touched";
    case LEDE__WHY_NEW:
        break;
    }
    lede_release_know(x->p->release, it->path, &known);
    return known.in_live ? "whole" : "new";
}

void lede__tell_page(const lede__plan *x, uint32_t n, lede_buf *out) {
    const lede__item *it = &x->items[n];
    const lede__why *why = &x->why[n];
    const char *what = what_of(x, it, why);
    begin(out);
    lede__json_text(out, "path", it->path);
    lede__json_text(out, "url", it->url);
    text(out, "what", what);
    lede_buf_adds(out, ",\"of\":{");
    tell_place(x, it, out);
    lede_buf_addc(out, '}');
    if (why->what == LEDE__WHY_READ)
        add_read(x->p->edition, x->p->before, why->kind, why->key, why->mask, true, out);
    else if (why->what == LEDE__WHY_NEW && it->each == LEDE_EACH_ARTICLE)
        tell_new_article(x, lede_edition_card(x->p->edition, it->item), out);
    lede_buf_addc(out, '}');
}

/* ---- what is gone */

/* Why an article has no page where it had one. */
static void tell_lost_article(const lede__publication *p, lede_str id, lede_buf *out) {
    const lede_card *is = card_of(p->edition, id);
    const int64_t now = lede_edition_time(p->edition);
    lede_stored x = {0};
    lede_error none = {0};
    if (is) {
        lede__json_text(out, "moved", lede_card_text(is, LEDE_TEXT_URL));
        return;
    }
    if (lede_store_get(p->store, id, &x, &none)) {
        text(out, "state", "removed");
        return;
    }
    const int64_t expires = lede_card_time(x.card, LEDE_TIME_EXPIRES);
    const lede_state state = lede_card_state(x.card);
    const bool is_over = expires != LEDE_NO_TIME && expires <= now && state != LEDE_WITHDRAWN;
    text(out, "state",
         is_over                                              ? "expired"
         : state == LEDE_PUBLISHED || state == LEDE_CORRECTED ? "scheduled"
                                                              : lede_state_name(state));
    lede_stored_fini(&x);
}

typedef struct made {
    lede_str plugin, route, what, url;
    uint8_t each;
    uint32_t archive;
} made;

static made made_of(lede_str how) {
    lede__wire w = lede__wire_of(lede__page_of(how));
    made m = {.plugin = lede__get_str(&w), .route = lede__get_str(&w)};
    lede__get32(&w);
    m.each = lede__get8(&w);
    m.what = lede__get_str(&w);
    m.archive = lede__get32(&w);
    m.url = lede__get_str(&w);
    return m;
}

static void tell_route(const made *m, lede_buf *out) {
    lede__json_text(out, "route", m->route);
    lede__json_text(out, "plugin", m->plugin);
    if (m->each >= LEDE_EACH_SECTION && m->each <= LEDE_EACH_AUTHOR)
        tell_term(m->each, m->what, out);
    if (m->archive)
        lede_buf_addf(out, ",\"archive\":%u", m->archive);
}

void lede__tell_made(const lede_edition *e, lede_str how, lede_buf *out) {
    const made m = made_of(how);
    const lede_card *c = m.each == LEDE_EACH_ARTICLE ? card_of(e, m.what) : NULL;
    lede_buf_addc(out, '{');
    lede__json_text(out, "url", m.url);
    if (c)
        tell_article(out, c);
    tell_route(&m, out);
    lede_buf_addc(out, '}');
}

void lede__tell_source(lede_str how, lede_buf *out) {
    lede__wire w = lede__wire_of(how);
    lede__get_str(&w); /* no page */
    const lede_str file = lede__get_str(&w);
    if (file.len)
        lede__json_text(out, "file", file);
}

void lede__tell_gone(const lede__publication *p, lede_str path, lede_buf *out) {
    lede_str how = {0};
    const bool is_known = lede__records_how(p->records, path, &how);
    begin(out);
    lede__json_text(out, "path", path);
    text(out, "what", "gone");
    if (is_known && lede__page_of(how).len) {
        const made m = made_of(how);
        const lede_card *was = m.each == LEDE_EACH_ARTICLE ? card_of(p->before, m.what) : NULL;
        lede__json_text(out, "url", m.url);
        lede_buf_adds(out, ",\"of\":{");
        if (was)
            tell_article(out, was);
        if (m.each == LEDE_EACH_ARTICLE)
            tell_lost_article(p, m.what, out);
        else
            tell_route(&m, out);
        lede_buf_addc(out, '}');
    } else if (is_known) {
        lede__tell_source(how, out);
    }
    lede_buf_addc(out, '}');
}

void lede__tell_copied(lede_str path, lede_str file, bool was_there, lede_buf *out) {
    begin(out);
    lede__json_text(out, "path", path);
    text(out, "what", was_there ? "other" : "new");
    lede__json_text(out, "file", file);
    lede_buf_addc(out, '}');
}

/* ---- redirects */

typedef struct redirects {
    const lede_edition *of;
    lede__hashes there;
    lede_buf *out;
    bool forget;
} redirects;

static uint64_t redirect_hash(const lede_edition *e, lede_str from, lede_doc to, bool with_target) {
    const uint64_t h = lede__xxh64(from, 0);
    return with_target ? lede__xxh64(lede_card_text(lede_edition_card(e, to), LEDE_TEXT_URL), h)
                       : h;
}

static bool note_redirect(void *ctx, lede_str from, lede_doc to) {
    redirects *r = ctx;
    lede__hashes_add(&r->there, redirect_hash(r->of, from, to, !r->forget));
    return true;
}

static bool tell_redirect(void *ctx, lede_str from, lede_doc to) {
    redirects *r = ctx;
    if (lede__hashes_has(&r->there, redirect_hash(r->of, from, to, !r->forget)))
        return true;
    begin(r->out);
    lede__json_text(r->out, "from", from);
    if (!r->forget)
        lede__json_text(r->out, "to", lede_card_text(lede_edition_card(r->of, to), LEDE_TEXT_URL));
    lede_buf_addc(r->out, '}');
    return true;
}

/* Those of `of` that `other` has not. */
static void tell_others(const lede_edition *other, const lede_edition *of, bool forget,
                        lede_buf *out) {
    redirects r = {.of = other, .out = out, .forget = forget};
    if (other)
        lede_edition_redirects(other, note_redirect, &r);
    r.of = of;
    if (of)
        lede_edition_redirects(of, tell_redirect, &r);
    lede__hashes_fini(&r.there);
}

void lede__tell_redirects(const lede_edition *before, const lede_edition *now, lede_buf *out) {
    tell_others(before, now, false, out);
    tell_others(now, before, true, out);
}
