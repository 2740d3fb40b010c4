/* fixture.h - articles for tests of the store, in a few words. */
#ifndef LEDE_TESTS_ENGINE_FIXTURE_H
#define LEDE_TESTS_ENGINE_FIXTURE_H

#include "lede/store.h"

#include <stdio.h>
#include <stdlib.h>

/* Makes a folder of the test's own below $TMPDIR, or P_tmpdir when that is unset, and writes its
 * name to out. */
static inline bool fixture_folder(char *out, size_t size) {
    const char *base = getenv("TMPDIR");
    int n = snprintf(out, size, "%s/lede-test-XXXXXX", base && *base ? base : P_tmpdir);
    return n > 0 && (size_t)n < size && mkdtemp(out);
}

/* What a test says of an article; the rest is the same for all. */
typedef struct fixture {
    int n;            /* makes the id */
    const char *url;  /* "/n/" when NULL */
    const char *path; /* empty when NULL */
    const char *title;
    lede_state state;               /* draft is 0: say LEDE_PUBLISHED */
    int64_t date, embargo, expires; /* 0 = long ago, none, none */
} fixture;

/* Ids that sort as their numbers do. */
static inline void fixture_id(int n, char out[27]) { snprintf(out, 27, "%026d", n); }

/* A packed card: free() it. */
static inline lede_card *fixture_card(fixture f) {
    char id[27], url[64];
    lede_article a = {.state = f.state, .weight = 3, .words = 7};
    fixture_id(f.n, id);
    snprintf(url, sizeof url, "/%d/", f.n);
    for (int i = 0; i < LEDE_TIME_COUNT; i++)
        a.time[i] = LEDE_NO_TIME;
    a.time[LEDE_TIME_DATE] = f.date ? f.date : 1000;
    if (f.embargo)
        a.time[LEDE_TIME_EMBARGO] = f.embargo;
    if (f.expires)
        a.time[LEDE_TIME_EXPIRES] = f.expires;
    a.text[LEDE_TEXT_ID] = lede_str_of(id);
    a.text[LEDE_TEXT_URL] = lede_str_of(f.url ? f.url : url);
    a.text[LEDE_TEXT_PATH] = lede_str_of(f.path);
    a.text[LEDE_TEXT_TITLE] = lede_str_of(f.title ? f.title : "Council votes");
    a.text[LEDE_TEXT_LANG] = LEDE_STR("en");
    lede_buf b;
    lede_buf_init(&b, LEDE_BUF_MAX);
    lede_card_pack(&b, &a);
    lede_card *card = b.status || b.len == 0 ? NULL : malloc(b.len);
    if (!card)
        abort();
    memcpy(card, b.ptr, b.len);
    lede_buf_fini(&b);
    return card;
}

/* Puts f with a body; the change is "ann edited" at 5000. */
static inline lede_status fixture_put(lede_store *s, fixture f, const char *body, int32_t expected,
                                      lede_error *err) {
    lede_card *card = fixture_card(f);
    lede_change change = {.who = LEDE_STR("ann"), .what = LEDE_STR("edited"), .at = 5000};
    lede_status st =
        lede_store_put(s, card, lede_str_of(body), expected, &change, NULL, NULL, NULL, err);
    free(card);
    return st;
}

#endif
