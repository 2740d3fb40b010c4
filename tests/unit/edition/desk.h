/* desk.h - what the tests of editions share: a memory store, articles in one line, folders that
 * vanish. */
#ifndef LEDE_TEST_EDITION_DESK_H
#define LEDE_TEST_EDITION_DESK_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "edition/inside.h"
#include "sys/sys.h"
#include "text/slug.h"

#include <stdio.h>
#include <stdlib.h>

#define OK(call)                                                                                   \
    do {                                                                                           \
        const lede_status st_ = (call);                                                            \
        if (st_)                                                                                   \
            fail_msg("%s: %s: %s", #call, lede_status_name(st_), desk_err.message);                \
    } while (0)

static lede_error desk_err;

typedef struct desk {
    lede_store *store;
    char dir[256];
    int64_t now;
} desk;

static inline void desk_open_on(desk *d, bool sqlite) {
    char url[320] = "memory:";
    const char *temporary = getenv("TMPDIR");
    snprintf(d->dir, sizeof d->dir, "%s/lede-edition-XXXXXX", temporary ? temporary : P_tmpdir);
    assert_non_null(mkdtemp(d->dir));
    if (sqlite)
        snprintf(url, sizeof url, "sqlite:%s/store.db", d->dir);
    OK(lede_store_open(url, &d->store, &desk_err));
    d->now = 1700000000;
}

static inline void desk_open(desk *d) { desk_open_on(d, false); }

static inline void desk_close(desk *d) {
    lede_store_close(d->store);
    OK(lede__remove_tree(d->dir, &desk_err));
}

/* The folder of an edition below the desk's. */
static inline const char *desk_dir(const desk *d, const char *name) {
    static char path[2][320];
    static int turn;
    turn ^= 1;
    snprintf(path[turn], sizeof path[turn], "%s/%s", d->dir, name);
    return path[turn];
}

/* One article to be: NULL and 0 are left out, state 0 is published. */
typedef struct sketch {
    const char *name; /* id follows from it, and the URL unless there is one */
    const char *title, *section, *lang, *origin, *url, *body, *translation;
    const char *tags[8], *authors[8], *aliases[4];
    int64_t date, embargo, expires;
    lede_state state;
    bool is_draft;
} sketch;

static inline lede_list desk_list(const char *const *texts, size_t max, lede_str *room) {
    lede_list l = {.items = room};
    while (l.count < max && texts[l.count]) {
        room[l.count] = lede_str_of(texts[l.count]);
        l.count++;
    }
    return l;
}

/* Packs a sketch; free with lede_buf_fini. */
static inline const lede_card *desk_card(const sketch *k, lede_buf *card) {
    lede_article a = {.state = k->state ? k->state : LEDE_PUBLISHED, .words = 3};
    lede_str tags[8], authors[8], aliases[4];
    lede_buf slug;
    char id[27], url[300];
    lede_buf_init(&slug, 1000);
    lede_buf_init(card, LEDE_BUF_MAX);
    lede_article_id_from_path(lede_str_of(k->name), id);
    snprintf(url, sizeof url, "/%s/", k->name);
    if (k->section)
        lede__slug(&slug, lede_str_of(k->section));
    if (k->is_draft)
        a.state = LEDE_DRAFT;
    for (int i = 0; i < LEDE_TIME_COUNT; i++)
        a.time[i] = LEDE_NO_TIME;
    a.time[LEDE_TIME_DATE] = k->date;
    if (k->embargo)
        a.time[LEDE_TIME_EMBARGO] = k->embargo;
    if (k->expires)
        a.time[LEDE_TIME_EXPIRES] = k->expires;
    a.text[LEDE_TEXT_ID] = lede_str_of(id);
    a.text[LEDE_TEXT_URL] = lede_str_of(k->url ? k->url : url);
    a.text[LEDE_TEXT_TITLE] = lede_str_of(k->title ? k->title : k->name);
    a.text[LEDE_TEXT_SECTION] = lede_str_of(k->section);
    a.text[LEDE_TEXT_SECTION_SLUG] = lede_buf_str(&slug);
    a.text[LEDE_TEXT_LANG] = lede_str_of(k->lang ? k->lang : "en");
    a.text[LEDE_TEXT_ORIGIN_NAME] = lede_str_of(k->origin);
    a.text[LEDE_TEXT_TRANSLATION] = lede_str_of(k->translation);
    a.list[LEDE_LIST_TAGS] = desk_list(k->tags, 8, tags);
    a.list[LEDE_LIST_AUTHORS] = desk_list(k->authors, 8, authors);
    a.list[LEDE_LIST_ALIASES] = desk_list(k->aliases, 4, aliases);
    lede_card_pack(card, &a);
    assert_int_equal(card->status, LEDE_OK);
    lede_buf_fini(&slug);
    return (const lede_card *)(const void *)card->ptr;
}

/* Puts it; LEDE_EEXIST (its URL is taken) is the caller's to expect. */
static inline lede_status desk_try(desk *d, const sketch *k) {
    lede_buf card;
    const lede_card *c = desk_card(k, &card);
    const lede_change change = {.who = LEDE_STR("test"), .what = LEDE_STR("edited"), .at = d->now};
    const lede_status st = lede_store_put(d->store, c, lede_str_of(k->body ? k->body : "Body."), -1,
                                          &change, NULL, NULL, NULL, &desk_err);
    lede_buf_fini(&card);
    return st;
}

static inline void desk_put(desk *d, sketch k) { OK(desk_try(d, &k)); }

static inline lede_edition_input desk_input(const desk *d) {
    return (lede_edition_input){.time = d->now, .config = LEDE_STR("{}"), .zone_name = "UTC"};
}

/* Brings the edition "e" up to the store; *what is checked. */
static inline lede_edition *desk_edition(desk *d, const char *name, lede_edition_input in,
                                         const char *what) {
    const char *did;
    lede_edition *e;
    OK(lede_edition_update(d->store, desk_dir(d, name), &in, &did, &desk_err));
    if (what)
        assert_string_equal(did, what);
    OK(lede_edition_open(desk_dir(d, name), &e, &desk_err));
    return e;
}

static inline lede_edition *desk_now(desk *d, const char *what) {
    return desk_edition(d, "e", desk_input(d), what);
}

#define ANY                                                                                        \
    { .from = LEDE_NO_TIME, .to = LEDE_NO_TIME, .limit = 100 }

/* The titles of a query in one line: "c b a". */
static inline const char *desk_titles(const lede_edition *e, lede_query q) {
    static char line[4096];
    lede_doc docs[1000];
    size_t at = 0;
    assert_true(q.limit <= 1000);
    const uint32_t n = lede_edition_query(e, NULL, &q, docs);
    line[0] = '\0';
    for (uint32_t i = 0; i < n; i++) {
        const lede_str t = lede_edition_text(e, NULL, docs[i], LEDE_TEXT_TITLE);
        at += (size_t)snprintf(line + at, sizeof line - at, "%s%.*s", at ? " " : "", (int)t.len,
                               t.ptr);
    }
    return line;
}

static inline lede_doc desk_find(const lede_edition *e, const char *name) {
    char id[27];
    lede_article_id_from_path(lede_str_of(name), id);
    return lede_edition_find(e, NULL, lede_str_of(id));
}

#endif
