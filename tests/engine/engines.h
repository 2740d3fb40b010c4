/* engines.h - the engines that the suite of this folder asks, and what its cases share. After
 * cmocka.h.
 *
 * A new engine is one line in the table below and passes the suite unchanged.
 */
#ifndef LEDE_TESTS_ENGINE_ENGINES_H
#define LEDE_TESTS_ENGINE_ENGINES_H

#include "fixture.h"
#include "see.h"

#include <unistd.h>

/* FOLDER in a URL stands for a folder of the test's own; keeps: what was put is there after closing
 * and opening. */
static const struct subject {
    const char *name, *url;
    bool keeps;
} subjects[] = {
    {"memory", "memory:", false},
    {"sqlite", "sqlite:FOLDER/lede.db", true},
};
enum { SUBJECTS = sizeof subjects / sizeof *subjects };

typedef struct world {
    const struct subject *subject;
    lede_store *s;
    char url[512], folder[256];
    lede_error err;
} world;

static inline lede_str id_of(int n, char buf[27]) {
    fixture_id(n, buf);
    return lede_str_of(buf);
}

static inline int set_up(void **state) {
    world *w = calloc(1, sizeof *w);
    if (!w)
        return -1;
    w->subject = *state;
    if (!fixture_folder(w->folder, sizeof w->folder))
        return -1;
    const char *mark = strstr(w->subject->url, "FOLDER");
    if (mark)
        snprintf(w->url, sizeof w->url, "%.*s%s%s", (int)(mark - w->subject->url), w->subject->url,
                 w->folder, mark + 6);
    else
        snprintf(w->url, sizeof w->url, "%s", w->subject->url);
    if (lede_store_open(w->url, &w->s, &w->err)) {
        fprintf(stderr, "%s\n", w->err.message);
        return -1;
    }
    *state = w;
    return 0;
}

static inline int tear_down(void **state) {
    static const char *const files[] = {"lede.db", "lede.db-wal", "lede.db-shm", "lede.db-journal"};
    world *w = *state;
    lede_store_close(w->s);
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        char path[sizeof w->folder + 32];
        snprintf(path, sizeof path, "%s/%s", w->folder, files[i]);
        unlink(path);
    }
    int rc = rmdir(w->folder); /* fails when the engine left something behind */
    free(w);
    return rc;
}

/* Compares what fn(store, see, buffer) shows with text. */
#define SHOWS(text, walk)                                                                          \
    do {                                                                                           \
        lede_buf seen;                                                                             \
        lede_buf_init(&seen, LEDE_BUF_MAX);                                                        \
        OK(walk);                                                                                  \
        assert_string_equal(seen.ptr, text);                                                       \
        lede_buf_fini(&seen);                                                                      \
    } while (0)

static inline lede_store_head head_of(lede_store *s) {
    lede_store_head head;
    OK(lede_store_get_head(s, &head, NULL));
    return head;
}

typedef struct engine_case {
    const char *name;
    CMUnitTestFunction run;
} engine_case;
#define ENGINE_CASE(name)                                                                          \
    { #name, name }

enum { CASES_MAX = 64 };

/* Runs each case on each engine, each time with an empty store. */
static inline int run_on_all_engines(const char *title, const engine_case *cases, int count) {
    static char names[SUBJECTS * CASES_MAX][128];
    static struct CMUnitTest tests[SUBJECTS * CASES_MAX];
    assert_in_range(count, 1, CASES_MAX);
    for (int i = 0; i < SUBJECTS * count; i++) {
        const struct subject *subject = &subjects[i / count];
        snprintf(names[i], sizeof names[i], "%s_%s", subject->name, cases[i % count].name);
        tests[i] = (struct CMUnitTest){.name = names[i],
                                       .test_func = cases[i % count].run,
                                       .setup_func = set_up,
                                       .teardown_func = tear_down,
                                       .initial_state = (void *)subject};
    }
    return _cmocka_run_group_tests(title, tests, (size_t)(SUBJECTS * count), NULL, NULL);
}

#endif
