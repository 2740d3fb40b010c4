/* article_test.h - what the tests of this room share: one parsed article with its notes. */
#ifndef ARTICLE_TEST_H
#define ARTICLE_TEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "lede/article.h"

#include <stdio.h>

typedef struct parsed {
    lede_arena arena;
    lede_article a;
    lede_notes notes;
    lede_error err;
    lede_status status;
} parsed;

static inline void parse_bytes(parsed *p, const lede_article_rules *rules, const char *path,
                               lede_str source) {
    static const lede_article_rules NONE = {0};
    memset(p, 0, sizeof *p);
    lede_arena_init(&p->arena, 64 << 20);
    p->status = lede_article_parse(rules ? rules : &NONE, lede_str_of(path), source, &p->arena,
                                   &p->a, &p->notes, &p->err);
}

static inline void parse(parsed *p, const char *path, const char *source) {
    parse_bytes(p, NULL, path, lede_str_of(source));
}

static inline void done(parsed *p) { lede_arena_fini(&p->arena); }

static inline void assert_str(lede_str got, const char *expected) {
    if (!lede_str_is(got, expected))
        fail_msg("got '%.*s', expected '%s'", (int)got.len, got.ptr ? got.ptr : "", expected);
}

#define TEXT(p, f) ((p).a.text[LEDE_TEXT_##f])
#define TIME(p, f) ((p).a.time[LEDE_TIME_##f])

static inline void assert_list(const lede_article *a, enum lede_list_field f, const char *joined) {
    lede_buf b;
    lede_buf_init(&b, 1 << 20);
    for (size_t i = 0; i < a->list[f].count; i++) {
        if (i)
            lede_buf_addc(&b, '|');
        lede_buf_add(&b, a->list[f].items[i]);
    }
    assert_string_equal(b.ptr, joined);
    lede_buf_fini(&b);
}

/* The first note (hints too) whose message holds words; fails when there is none. */
static inline const lede_note *assert_note(const parsed *p, const char *words) {
    for (size_t i = 0; i < p->notes.count; i++)
        if (lede_str_search(p->notes.items[i].message, lede_str_of(words), 0) != (size_t)-1)
            return &p->notes.items[i];
    for (size_t i = 0; i < p->notes.count; i++)
        print_error("note: %.*s\n", (int)p->notes.items[i].message.len,
                    p->notes.items[i].message.ptr);
    fail_msg("no note says '%s'", words);
    return NULL;
}

static inline size_t loud_notes(const parsed *p) {
    size_t n = 0;
    for (size_t i = 0; i < p->notes.count; i++)
        n += !p->notes.items[i].is_hint;
    return n;
}

static inline void assert_quiet(const parsed *p) {
    for (size_t i = 0; i < p->notes.count; i++)
        if (!p->notes.items[i].is_hint)
            fail_msg("unexpected note: %.*s", (int)p->notes.items[i].message.len,
                     p->notes.items[i].message.ptr);
}

#endif
