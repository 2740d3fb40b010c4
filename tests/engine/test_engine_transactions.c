/* test_engine_transactions.c - all or nothing, many at once, and hostile text, for every storage
 * engine. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "engines.h"

#include <pthread.h>

/* One of each kind of change, twice over, so that keys come, go and come back. */
static void change_everything(lede_store *s) {
    lede_source source = {.path = LEDE_STR("one.md"), .size = 77};
    lede_term term = {.kind = LEDE_TAG, .slug = LEDE_STR("eu"), .title = LEDE_STR("changed")};
    fixture one = {1, "/moved/", "other.md", .state = LEDE_SCHEDULED, .date = 9000};
    OK(fixture_put(s, one, "changed", -1, NULL));
    OK(fixture_put(s, (fixture){50, "/1/", "one.md", .state = LEDE_PUBLISHED}, "new", 0, NULL));
    OK(fixture_put(s, (fixture){50, "/50/", "x.md", .state = LEDE_PUBLISHED}, "new", 1, NULL));
    one.url = NULL;
    one.path = "one.md";
    OK(fixture_put(s, one, "changed back", -1, NULL));
    OK(lede_store_put_source(s, &source, NULL));
    OK(lede_store_remove_source(s, source.path, NULL));
    OK(lede_store_put_source(s, &source, NULL));
    OK(lede_store_remove_source(s, LEDE_STR("two.md"), NULL));
    OK(lede_store_put_term(s, &term, NULL));
    OK(lede_store_remove_term(s, LEDE_TAG, term.slug, NULL));
    term.kind = LEDE_AUTHOR;
    OK(lede_store_put_term(s, &term, NULL));
}

static void put_a_few(lede_store *s) {
    static const char *const paths[] = {"one.md", "two.md", "three.md"};
    lede_term term = {.kind = LEDE_TAG, .slug = LEDE_STR("eu"), .title = LEDE_STR("EU")};
    for (int i = 1; i <= 3; i++) {
        lede_source source = {.path = lede_str_of(paths[i - 1]), .size = i};
        OK(fixture_put(
            s, (fixture){i, .path = paths[i - 1], .state = LEDE_PUBLISHED, .expires = 6000 + i},
            "text", 0, NULL));
        OK(lede_store_put_source(s, &source, NULL));
    }
    OK(lede_store_put_term(s, &term, NULL));
    OK(fixture_put(s, (fixture){3, "/3b/", "three.md", .state = LEDE_PUBLISHED}, "text", 1, NULL));
}

static void a_rollback_undoes_everything(void **state) {
    world *w = *state;
    put_a_few(w->s);
    lede_store_head head = head_of(w->s);
    char *before = dump(w->s);

    OK(lede_store_begin(w->s, &w->err));
    change_everything(w->s);
    char *inside = dump(w->s); /* what was put is visible here at once */
    assert_string_not_equal(before, inside);
    lede_store_rollback(w->s);
    char *after = dump(w->s);
    assert_string_equal(before, after);
    assert_int_equal(head.changed_at, head_of(w->s).changed_at);
    free(after);

    OK(lede_store_begin(w->s, &w->err));
    change_everything(w->s);
    OK(lede_store_commit(w->s, &w->err));
    after = dump(w->s);
    assert_string_equal(inside, after);
    free(after);
    free(inside);
    free(before);
    lede_store_rollback(w->s); /* none is open: nothing happens */
}

static void transactions_do_not_nest(void **state) {
    world *w = *state;
    assert_int_equal(lede_store_commit(w->s, &w->err), LEDE_EINVAL);
    OK(lede_store_begin(w->s, &w->err));
    assert_int_equal(lede_store_begin(w->s, &w->err), LEDE_EINVAL);
    OK(fixture_put(w->s, (fixture){1, .state = LEDE_PUBLISHED}, "", 0, NULL));
    OK(lede_store_commit(w->s, &w->err));
    assert_int_equal(head_of(w->s).seq, 1);
}

static void a_refused_put_leaves_its_transaction_whole(void **state) {
    world *w = *state;
    OK(lede_store_begin(w->s, &w->err));
    OK(fixture_put(w->s, (fixture){1, "/a/", .state = LEDE_PUBLISHED}, "", 0, NULL));
    assert_int_equal(fixture_put(w->s, (fixture){2, "/a/", .state = LEDE_PUBLISHED}, "", 0, NULL),
                     LEDE_EEXIST);
    assert_int_equal(fixture_put(w->s, (fixture){1, "/a/", .state = LEDE_PUBLISHED}, "", 0, NULL),
                     LEDE_ECONFLICT);
    OK(fixture_put(w->s, (fixture){2, "/b/", .state = LEDE_PUBLISHED}, "", 0, NULL));
    OK(lede_store_commit(w->s, &w->err));
    assert_int_equal(head_of(w->s).articles, 2);
}

/* Transactions inside it mean what they say; all of it is forgotten with the store. */
static void what_is_rehearsed_is_seen_and_forgotten(void **state) {
    world *w = *state;
    put_a_few(w->s);
    char *before = dump(w->s);
    OK(lede_store_rehearse(w->s, &w->err));
    OK(lede_store_begin(w->s, &w->err));
    assert_int_equal(lede_store_begin(w->s, NULL), LEDE_EINVAL);
    change_everything(w->s);
    OK(lede_store_commit(w->s, &w->err));
    char *inside = dump(w->s);
    assert_string_not_equal(before, inside);
    if (w->subject->keeps) {
        lede_store_close(w->s);
        OK(lede_store_open(w->url, &w->s, &w->err));
    } else {
        OK(lede_store_begin(w->s, &w->err));
        lede_store_rollback(w->s);
        assert_int_equal(lede_store_begin(w->s, NULL), LEDE_EIO);
    }
    char *after = dump(w->s);
    assert_string_equal(before, after);
    free(before);
    free(inside);
    free(after);
}

static void a_store_closed_inside_a_transaction_forgets_it(void **state) {
    world *w = *state;
    if (!w->subject->keeps)
        return;
    put_a_few(w->s);
    char *before = dump(w->s);
    lede_store_head head = head_of(w->s);
    OK(lede_store_begin(w->s, &w->err));
    change_everything(w->s);
    lede_store_close(w->s);
    OK(lede_store_open(w->url, &w->s, &w->err));
    char *after = dump(w->s);
    assert_string_equal(before, after);
    assert_string_equal(head.uuid, head_of(w->s).uuid);
    assert_int_equal(head.changed_at, head_of(w->s).changed_at);
    free(before);
    free(after);
}

static bool call_inside(void *ctx, const lede_stored *x) {
    world *w = ctx;
    lede_store_head head;
    (void)x;
    assert_int_equal(lede_store_get_head(w->s, &head, &w->err), LEDE_EINVAL);
    return true;
}

static void a_call_from_inside_a_walk_is_refused(void **state) {
    world *w = *state;
    OK(fixture_put(w->s, (fixture){1, .state = LEDE_PUBLISHED}, "", 0, NULL));
    OK(lede_store_walk(w->s, -1, false, call_inside, w, &w->err));
    assert_int_equal(head_of(w->s).seq, 1);
}

/* ---- many at once */

enum { THREADS = 4, EDITS = 50 };

/* Adds one to the number that article 1 holds, as often as EDITS; cmocka's asserts are for the main
 * thread only. */
static void *count_up(void *ctx) {
    lede_store *s = ctx;
    for (int done = 0; done < EDITS;) {
        lede_stored x;
        char text[16];
        if (lede_store_get(s, LEDE_STR("/1/"), &x, NULL))
            return (void *)"cannot read";
        snprintf(text, sizeof text, "%d", (int)strtol(x.body.len ? x.body.ptr : "0", NULL, 10) + 1);
        int32_t revision = x.revision;
        lede_stored_fini(&x);
        lede_status st =
            fixture_put(s, (fixture){1, .state = LEDE_PUBLISHED}, text, revision, NULL);
        if (st && st != LEDE_ECONFLICT)
            return (void *)"cannot write";
        done += st == LEDE_OK;
    }
    return NULL;
}

static void threads_lose_nothing(void **state) {
    world *w = *state;
    pthread_t threads[THREADS];
    OK(fixture_put(w->s, (fixture){1, .state = LEDE_PUBLISHED}, "0", 0, NULL));
    for (int i = 0; i < THREADS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, count_up, w->s), 0);
    for (int i = 0; i < THREADS; i++) {
        void *said = NULL;
        pthread_join(threads[i], &said);
        assert_null(said);
    }
    lede_stored x;
    OK(lede_store_get(w->s, LEDE_STR("/1/"), &x, NULL));
    assert_true(lede_str_is(x.body, "200"));
    assert_int_equal(x.revision, THREADS * EDITS + 1);
    lede_stored_fini(&x);
}

static uint32_t next_random(uint32_t *seed) { return *seed = *seed * 1664525u + 1013904223u; }

/* Does n things that chance chooses; the same to every store. */
static void live(lede_store *s, uint32_t seed, int n) {
    static const char *const urls[] = {"/a/", "/b/", "/c/", "/d/", NULL, NULL};
    static const char *const names[] = {"a.md", "b.md", "c.md", NULL};
    bool open = false;
    for (int i = 0; i < n; i++) {
        uint32_t r = next_random(&seed) >> 8;
        const char *name = names[r / 7 % 3];
        fixture f = {(int)(r % 6),
                     urls[r / 64 % 6],
                     names[r / 512 % 4],
                     .title = name,
                     .state = (lede_state)(r / 2048 % LEDE_STATE_COUNT),
                     .date = 4000 + r / 32 % 8 * 500,
                     .expires = r & 16 ? 7000 + r % 5 : 0};
        lede_source source = {.path = lede_str_of(name), .size = r % 3};
        lede_term term = {.kind = r & 1 ? LEDE_TAG : LEDE_AUTHOR,
                          .slug = lede_str_of(name),
                          .title = lede_str_of(r & 2 ? "x" : "y")};
        switch (next_random(&seed) >> 16 & 15) {
        case 0:
            OK(lede_store_put_source(s, &source, NULL));
            break;
        case 1:
            OK(lede_store_remove_source(s, source.path, NULL));
            break;
        case 2:
            OK(lede_store_put_term(s, &term, NULL));
            break;
        case 3:
            OK(lede_store_remove_term(s, term.kind, term.slug, NULL));
            break;
        case 4:
        case 5:
            if (open)
                OK(lede_store_commit(s, NULL));
            else
                OK(lede_store_begin(s, NULL));
            open = !open;
            break;
        case 6:
            lede_store_rollback(s);
            open = false;
            break;
        default: {
            lede_status st = fixture_put(s, f, name, -1, NULL);
            assert_true(st == LEDE_OK || st == LEDE_EEXIST);
        }
        }
    }
    lede_store_rollback(s);
}

static void an_engine_lives_as_the_memory_one_does(void **state) {
    world *w = *state;
    lede_store *plain;
    OK(lede_store_open("memory:", &plain, NULL));
    for (uint32_t seed = 1; seed <= 10; seed++) {
        live(w->s, seed, 150);
        live(plain, seed, 150);
        char *got = dump(w->s), *expected = dump(plain);
        assert_string_equal(got, expected);
        free(got);
        free(expected);
    }
    lede_store_close(plain);
}

/* ---- hostile text */

static const char *const injections[] = {"' OR '1'='1",
                                         "'; DROP TABLE article; --",
                                         "\" OR \"\"=\"",
                                         "1; DELETE FROM article",
                                         "' UNION SELECT uuid FROM meta --",
                                         "') OR ('1'='1",
                                         "%",
                                         "_",
                                         "%%%",
                                         "*",
                                         "?1",
                                         ":id",
                                         "@x",
                                         "$y",
                                         "\\'",
                                         "''",
                                         "'",
                                         "\"",
                                         "`",
                                         "[article]",
                                         "/* */",
                                         "--",
                                         "#",
                                         "x' AND randomblob(1000000000) --",
                                         "NULL",
                                         "0x27",
                                         "char(39)",
                                         "'||(SELECT url FROM article)||'",
                                         "\xc2\xbd \xef\xbc\x87 OR 1=1",
                                         "ATTACH DATABASE 'x' AS y"};
enum { INJECTIONS = sizeof injections / sizeof *injections };

static void hostile_text_is_text(void **state) {
    world *w = *state;
    assert_int_equal(INJECTIONS, 30);
    OK(fixture_put(w->s, (fixture){1000, "/quiet/", "quiet.md", .state = LEDE_PUBLISHED}, "quiet",
                   0, NULL));
    for (int i = 0; i < INJECTIONS; i++) {
        char url[128];
        lede_stored x;
        lede_str evil = lede_str_of(injections[i]);
        snprintf(url, sizeof url, "/%s", injections[i]);
        /* as what is sought */
        assert_int_equal(lede_store_get(w->s, evil, &x, NULL), LEDE_ENOTFOUND);
        assert_int_equal(lede_store_get(w->s, lede_str_of(url), &x, NULL), LEDE_ENOTFOUND);
        assert_int_equal(lede_store_history(w->s, evil, see_revision, NULL, NULL), LEDE_ENOTFOUND);
        OK(lede_store_remove_source(w->s, evil, NULL));
        OK(lede_store_remove_term(w->s, LEDE_TAG, evil, NULL));
        /* as what is kept */
        fixture f = {i, url, injections[i], injections[i], .state = LEDE_PUBLISHED};
        lede_source source = {.path = evil, .notes = evil};
        lede_term term = {LEDE_TAG, evil, evil, evil, evil, evil, evil};
        OK(fixture_put(w->s, f, injections[i], 0, &w->err));
        OK(lede_store_put_source(w->s, &source, &w->err));
        OK(lede_store_put_term(w->s, &term, &w->err));
    }
    for (int i = 0; i < INJECTIONS; i++) {
        char url[128], id[27];
        snprintf(url, sizeof url, "/%s", injections[i]);
        lede_str refs[] = {id_of(i, id), lede_str_of(url), lede_str_of(injections[i])};
        for (int k = 0; k < 3; k++) {
            lede_stored x;
            OK(lede_store_get(w->s, refs[k], &x, &w->err));
            assert_true(lede_str_is(lede_card_text(x.card, LEDE_TEXT_ID), id));
            assert_true(lede_str_is(lede_card_text(x.card, LEDE_TEXT_TITLE), injections[i]));
            assert_true(lede_str_is(x.body, injections[i]));
            lede_stored_fini(&x);
        }
        OK(fixture_put(w->s, (fixture){i, .state = LEDE_PUBLISHED}, "moved", 1,
                       &w->err)); /* url -> redirect */
    }
    assert_int_equal(head_of(w->s).articles, INJECTIONS + 1);
    lede_stored x;
    OK(lede_store_get(w->s, LEDE_STR("/quiet/"), &x, NULL));
    assert_int_equal(x.revision, 1);
    lede_stored_fini(&x);
    for (int i = 0; i < INJECTIONS; i++) {
        OK(lede_store_remove_source(w->s, lede_str_of(injections[i]), NULL));
        OK(lede_store_remove_term(w->s, LEDE_TAG, lede_str_of(injections[i]), NULL));
    }
    SHOWS("", lede_store_walk_sources(w->s, see_source, &seen, NULL));
    SHOWS("", lede_store_walk_terms(w->s, see_term, &seen, NULL));
}

static const engine_case cases[] = {
    ENGINE_CASE(a_rollback_undoes_everything),
    ENGINE_CASE(transactions_do_not_nest),
    ENGINE_CASE(a_refused_put_leaves_its_transaction_whole),
    ENGINE_CASE(a_store_closed_inside_a_transaction_forgets_it),
    ENGINE_CASE(what_is_rehearsed_is_seen_and_forgotten),
    ENGINE_CASE(a_call_from_inside_a_walk_is_refused),
    ENGINE_CASE(threads_lose_nothing),
    ENGINE_CASE(an_engine_lives_as_the_memory_one_does),
    ENGINE_CASE(hostile_text_is_text),
};

int main(void) {
    return run_on_all_engines("engine_transactions", cases, (int)(sizeof cases / sizeof *cases));
}
