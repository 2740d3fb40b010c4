/* test_engine_conformance.c - what every storage engine must answer, asked of each of them alike.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "engines.h"

/* ---- articles */

static void an_empty_store_has_a_head_and_nothing_else(void **state) {
    world *w = *state;
    lede_store_head head = head_of(w->s);
    int64_t due = 0;
    lede_stored x;

    assert_int_equal(head.seq, 0);
    assert_int_equal(head.articles, 0);
    assert_true(head.changed_at == LEDE_NO_TIME);
    assert_int_equal(strlen(head.uuid), 36);
    OK(lede_store_next_due(w->s, 0, &due, &w->err));
    assert_true(due == INT64_MAX);
    assert_int_equal(lede_store_get(w->s, LEDE_STR("/none/"), &x, &w->err), LEDE_ENOTFOUND);
    assert_string_equal(w->err.message, "store: no article '/none/'");
    assert_int_equal(lede_store_get(w->s, LEDE_STR(""), &x, &w->err), LEDE_ENOTFOUND);
    assert_int_equal(lede_store_history(w->s, LEDE_STR("x"), see_revision, NULL, &w->err),
                     LEDE_ENOTFOUND);
}

static void an_article_is_found_by_id_url_and_path(void **state) {
    world *w = *state;
    char id[27];
    fixture f = {7, .path = "news/vote.md", .state = LEDE_PUBLISHED};
    OK(fixture_put(w->s, f, "Text.", 0, &w->err));

    const lede_str refs[] = {id_of(7, id), LEDE_STR("/7/"), LEDE_STR("news/vote.md")};
    for (int i = 0; i < 3; i++) {
        lede_stored x;
        OK(lede_store_get(w->s, refs[i], &x, &w->err));
        assert_true(lede_str_is(lede_card_text(x.card, LEDE_TEXT_TITLE), "Council votes"));
        assert_true(lede_str_is(x.body, "Text."));
        assert_int_equal(lede_card_weight(x.card), 3);
        assert_int_equal(x.seq, 1);
        assert_int_equal(x.revision, 1);
        assert_int_equal(x.changed_at, 5000);
        lede_stored_fini(&x);
        lede_stored_fini(&x);
    }
    assert_int_equal(head_of(w->s).articles, 1);
    assert_int_equal(head_of(w->s).changed_at, 5000);
}

static void a_put_names_the_revision_that_it_edits(void **state) {
    world *w = *state;
    fixture f = {1, .state = LEDE_PUBLISHED};
    static const struct {
        int32_t expected;
        const char *body, *message; /* NULL: accepted */
    } steps[] = {
        {4, "a",
         "store: revision 4 of article 00000000000000000000000001 was edited, but there is none"},
        {0, "a", NULL},
        {0, "b",
         "store: article 00000000000000000000000001 was to be new, but its revision 1 is there"},
        {1, "b", NULL},
        {1, "c",
         "store: revision 1 of article 00000000000000000000000001 was edited, but the newest is 2"},
        {3, "c",
         "store: revision 3 of article 00000000000000000000000001 was edited, but the newest is 2"},
        {2, "c", NULL},
        {-1, "d", NULL},
    };
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
        lede_status st = fixture_put(w->s, f, steps[i].body, steps[i].expected, &w->err);
        assert_int_equal(st, steps[i].message ? LEDE_ECONFLICT : LEDE_OK);
        if (steps[i].message)
            assert_string_equal(w->err.message, steps[i].message);
    }
    SHOWS("4 r4 id=00000000000000000000000001 url=/1/ title=Council votes body=d at=5000\n",
          lede_store_walk(w->s, -1, true, see_stored, &seen, NULL));
}

static void an_identical_put_changes_nothing(void **state) {
    world *w = *state;
    lede_card *card = fixture_card((fixture){1, .state = LEDE_PUBLISHED});
    lede_change change = {LEDE_STR("ann"), LEDE_STR("edited"), 5000};
    int32_t revision = 0;
    bool changed = false;
    OK(lede_store_put(w->s, card, LEDE_STR("x"), 0, &change, &revision, &changed, NULL, NULL));
    assert_true(changed);
    assert_int_equal(revision, 1);
    OK(lede_store_put(w->s, card, LEDE_STR("x"), 1, &change, &revision, &changed, NULL, NULL));
    assert_false(changed);
    assert_int_equal(revision, 1);
    assert_int_equal(head_of(w->s).seq, 1);
    OK(lede_store_put(w->s, card, LEDE_STR("xx"), 1, &change, &revision, &changed, NULL, NULL));
    assert_true(changed);
    assert_int_equal(revision, 2);
    free(card);
}

static void an_url_has_one_holder(void **state) {
    world *w = *state;
    char holder[27] = "";
    lede_change change = {LEDE_STR("ann"), LEDE_STR("edited"), 5000};
    OK(fixture_put(w->s, (fixture){1, "/a/", "one.md", .state = LEDE_PUBLISHED}, "", 0, NULL));

    lede_card *other = fixture_card((fixture){2, "/a/", .state = LEDE_DRAFT});
    assert_int_equal(
        lede_store_put(w->s, other, LEDE_STR(""), 0, &change, NULL, NULL, holder, &w->err),
        LEDE_EEXIST);
    assert_string_equal(holder, "00000000000000000000000001");
    assert_string_equal(w->err.message,
                        "store: /a/ is the URL of article 00000000000000000000000001 (one.md)");
    assert_int_equal(head_of(w->s).seq, 1);

    fixture gone = {1, "/a/", "one.md", .state = LEDE_WITHDRAWN};
    OK(fixture_put(w->s, gone, "", 1, NULL));
    OK(lede_store_put(w->s, other, LEDE_STR(""), 0, &change, NULL, NULL, NULL, &w->err));
    free(other);
    gone.title = "Still withdrawn";
    OK(fixture_put(w->s, gone, "", 2, &w->err));
    gone.state = LEDE_PUBLISHED;
    assert_int_equal(fixture_put(w->s, gone, "", 3, &w->err), LEDE_EEXIST);

    lede_stored x;
    OK(lede_store_get(w->s, LEDE_STR("/a/"), &x, NULL));
    assert_true(lede_str_is(lede_card_text(x.card, LEDE_TEXT_ID), "00000000000000000000000002"));
    lede_stored_fini(&x);
    OK(lede_store_get(w->s, LEDE_STR("one.md"), &x, NULL)); /* withdrawn, yet known by its file */
    assert_int_equal(x.revision, 3);
    lede_stored_fini(&x);
}

static void of_two_articles_with_a_path_the_one_changed_last_is_found(void **state) {
    world *w = *state;
    lede_stored x;
    OK(fixture_put(w->s, (fixture){1, .path = "a.md", .state = LEDE_WITHDRAWN}, "", 0, NULL));
    OK(fixture_put(w->s, (fixture){2, .path = "a.md", .state = LEDE_PUBLISHED}, "", 0, NULL));
    OK(lede_store_get(w->s, LEDE_STR("a.md"), &x, NULL));
    assert_int_equal(x.seq, 2);
    lede_stored_fini(&x);
    OK(fixture_put(w->s, (fixture){2, .path = "b.md", .state = LEDE_PUBLISHED}, "", 1, NULL));
    OK(lede_store_get(w->s, LEDE_STR("a.md"), &x, NULL));
    assert_int_equal(x.seq, 1);
    lede_stored_fini(&x);
}

static void what_is_no_article_is_refused(void **state) {
    world *w = *state;
    assert_int_equal(fixture_put(w->s, (fixture){1, .url = "a/"}, "", 0, &w->err), LEDE_EINVAL);
    assert_int_equal(fixture_put(w->s, (fixture){1, .url = ""}, "", 0, &w->err), LEDE_EINVAL);
    assert_int_equal(head_of(w->s).seq, 0);
}

static void a_changed_url_leaves_a_redirect(void **state) {
    world *w = *state;
    fixture one = {1, "/a/", .state = LEDE_PUBLISHED};
    OK(fixture_put(w->s, one, "", 0, NULL));
    one.url = "/b/";
    OK(fixture_put(w->s, one, "", 1, NULL));
    one.url = "/c/";
    OK(fixture_put(w->s, one, "", 2, NULL));
    SHOWS(" redirect=/a/ to=00000000000000000000000001\n redirect=/b/ "
          "to=00000000000000000000000001\n",
          lede_store_walk_redirects(w->s, see_redirect, &seen, NULL));

    one.url = "/a/"; /* back again */
    OK(fixture_put(w->s, one, "", 3, NULL));
    OK(fixture_put(w->s, (fixture){2, "/b/", .state = LEDE_PUBLISHED}, "", 0, NULL));
    SHOWS(" redirect=/c/ to=00000000000000000000000001\n",
          lede_store_walk_redirects(w->s, see_redirect, &seen, NULL));
}

static void a_redirect_never_covers_an_article(void **state) {
    world *w = *state;
    fixture one = {1, "/a/", .state = LEDE_WITHDRAWN}, two = {2, "/a/", .state = LEDE_PUBLISHED};
    OK(fixture_put(w->s, one, "", 0, NULL));
    OK(fixture_put(w->s, two, "", 0, NULL));
    one.url = "/b/"; /* /a/ is the second one's now */
    OK(fixture_put(w->s, one, "", 1, NULL));
    SHOWS("", lede_store_walk_redirects(w->s, see_redirect, &seen, NULL));

    two.url = "/z/";
    OK(fixture_put(w->s, two, "", 1, NULL)); /* leaves /a/ */
    one.url = "/a/";
    one.state = LEDE_WITHDRAWN; /* has the URL but answers nothing there */
    OK(fixture_put(w->s, one, "", 2, NULL));
    SHOWS(" redirect=/a/ to=00000000000000000000000002\n redirect=/b/ "
          "to=00000000000000000000000001\n",
          lede_store_walk_redirects(w->s, see_redirect, &seen, NULL));
    one.state = LEDE_PUBLISHED;
    OK(fixture_put(w->s, one, "", 3, NULL));
    SHOWS(" redirect=/b/ to=00000000000000000000000001\n",
          lede_store_walk_redirects(w->s, see_redirect, &seen, NULL));
}

static bool stop_at_two(void *ctx, const lede_stored *x) {
    return see_stored(ctx, x) && x->revision != 2;
}

static void walks_go_by_id_or_by_change(void **state) {
    world *w = *state;
    static const int order[] = {3, 1, 2};
    for (int i = 0; i < 3; i++)
        OK(fixture_put(w->s, (fixture){order[i], .title = "t", .state = LEDE_PUBLISHED}, "b", 0,
                       NULL));
    OK(fixture_put(w->s, (fixture){1, .title = "u", .state = LEDE_PUBLISHED}, "c", 1, NULL));

    SHOWS("4 r2 id=00000000000000000000000001 url=/1/ title=u body=c at=5000\n"
          "3 r1 id=00000000000000000000000002 url=/2/ title=t body=b at=5000\n"
          "1 r1 id=00000000000000000000000003 url=/3/ title=t body=b at=5000\n",
          lede_store_walk(w->s, -1, true, see_stored, &seen, NULL));
    SHOWS("1 r1 id=00000000000000000000000003 url=/3/ title=t body= at=5000\n"
          "3 r1 id=00000000000000000000000002 url=/2/ title=t body= at=5000\n"
          "4 r2 id=00000000000000000000000001 url=/1/ title=u body= at=5000\n",
          lede_store_walk(w->s, 0, false, see_stored, &seen, NULL));
    SHOWS("4 r2 id=00000000000000000000000001 url=/1/ title=u body=c at=5000\n",
          lede_store_walk(w->s, 3, true, see_stored, &seen, NULL));
    SHOWS("", lede_store_walk(w->s, 4, true, see_stored, &seen, NULL));
    SHOWS("", lede_store_walk(w->s, INT64_MAX, true, see_stored, &seen, NULL));
    SHOWS("4 r2 id=00000000000000000000000001 url=/1/ title=u body= at=5000\n",
          lede_store_walk(w->s, -1, false, stop_at_two, &seen, NULL));
    OK(fixture_put(w->s, (fixture){9, .state = LEDE_PUBLISHED}, "", 0,
                   NULL)); /* the walk has ended */
}

static void history_gives_every_version_newest_first(void **state) {
    world *w = *state;
    static const char *const titles[] = {"one", "two", "three"};
    char id[27];
    for (int i = 0; i < 3; i++)
        OK(fixture_put(w->s, (fixture){1, .title = titles[i], .state = LEDE_PUBLISHED}, titles[i],
                       i, NULL));
    OK(fixture_put(w->s, (fixture){2, .state = LEDE_PUBLISHED}, "other", 0, NULL));
    SHOWS("#3 3 at=5000 who=ann what=edited "
          "3 r3 id=00000000000000000000000001 url=/1/ title=three body=three at=5000\n"
          "#2 2 at=5000 who=ann what=edited "
          "2 r2 id=00000000000000000000000001 url=/1/ title=two body=two at=5000\n"
          "#1 1 at=5000 who=ann what=edited "
          "1 r1 id=00000000000000000000000001 url=/1/ title=one body=one at=5000\n",
          lede_store_history(w->s, id_of(1, id), see_revision, &seen, NULL));
}

static void bodies_of_any_size_come_back(void **state) {
    world *w = *state;
    static const size_t sizes[] = {0, 1, 4000, 16300, 16400, 70000, 3000000};
    for (int i = 0; i < (int)(sizeof sizes / sizeof *sizes); i++) {
        char *body = malloc(sizes[i] + 1), id[27];
        lede_stored x;
        assert_non_null(body);
        for (size_t k = 0; k < sizes[i]; k++)
            body[k] = (char)('a' + (k * 7 + (size_t)i) % 26);
        body[sizes[i]] = '\0';
        OK(fixture_put(w->s, (fixture){i, .state = LEDE_PUBLISHED}, body, 0, &w->err));
        OK(lede_store_get(w->s, id_of(i, id), &x, &w->err));
        assert_true(lede_str_is(x.body, body));
        lede_stored_fini(&x);
        free(body);
    }
}

/* ---- instants */

static void due_instants_are_when_an_article_becomes_or_ceases_to_be_public(void **state) {
    world *w = *state;
    int64_t due;
    OK(fixture_put(w->s, (fixture){1, .title = "past", .state = LEDE_PUBLISHED}, "", 0, NULL));
    OK(fixture_put(
        w->s, (fixture){2, .title = "soon", .state = LEDE_SCHEDULED, .date = 6000, .expires = 7000},
        "", 0, NULL));
    OK(fixture_put(w->s, (fixture){3, .title = "draft", .state = LEDE_DRAFT, .date = 6500}, "", 0,
                   NULL));
    OK(fixture_put(
        w->s, (fixture){4, .title = "held", .state = LEDE_EMBARGOED, .date = 5500, .embargo = 8000},
        "", 0, NULL));

    static const int64_t steps[][2] = {
        {5000, 6000}, {5999, 6000}, {6000, 7000}, {7000, 8000}, {8000, INT64_MAX}};
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
        OK(lede_store_next_due(w->s, steps[i][0], &due, NULL));
        assert_true(due == steps[i][1]);
    }
#define SOON "2 r1 id=00000000000000000000000002 url=/2/ title=soon body= at=5000\n"
#define HELD "4 r1 id=00000000000000000000000004 url=/4/ title=held body= at=5000\n"
    SHOWS(SOON, lede_store_walk_due(w->s, 5000, 6000, true, see_stored, &seen, NULL));
    SHOWS(SOON HELD, lede_store_walk_due(w->s, 5000, 9000, false, see_stored, &seen, NULL));
    SHOWS(HELD, lede_store_walk_due(w->s, 7000, 8000, false, see_stored, &seen, NULL));
    SHOWS("", lede_store_walk_due(w->s, 6000, 6999, false, see_stored, &seen, NULL));

    OK(fixture_put(w->s, (fixture){2, .title = "late", .state = LEDE_SCHEDULED, .date = 6600}, "",
                   1, NULL));
    OK(lede_store_next_due(w->s, 5000, &due, NULL));
    assert_int_equal(due, 6600);
    OK(fixture_put(w->s, (fixture){2, .title = "gone", .state = LEDE_WITHDRAWN, .date = 6600}, "",
                   2, NULL));
    OK(lede_store_next_due(w->s, 5000, &due, NULL));
    assert_int_equal(due, 8000);
}

/* ---- sources and terms */

static void sources_are_put_replaced_and_removed(void **state) {
    world *w = *state;
    lede_source b = {.path = LEDE_STR("b.md"),
                     .id = "00000000000000000000000001",
                     .size = 5,
                     .mtime_ns = 1700000000123456789,
                     .hash = 0xfedcba9876543210u};
    lede_source a = {.path = LEDE_STR("a/_index.md"), .notes = LEDE_STR("[\"odd\"]")};
    OK(lede_store_put_source(w->s, &b, &w->err));
    OK(lede_store_put_source(w->s, &a, &w->err));
    SHOWS(" source=a/_index.md id= 0 0 0 notes=[\"odd\"]\n"
          " source=b.md id=00000000000000000000000001 5 1700000000123456789 fedcba9876543210 "
          "notes=\n",
          lede_store_walk_sources(w->s, see_source, &seen, NULL));
    SHOWS(" source=a/_index.md id= 0 0 0 notes=[\"odd\"]\n",
          lede_store_visit_source(w->s, a.path, see_source, &seen, NULL));
    SHOWS("", lede_store_visit_source(w->s, LEDE_STR("never.md"), see_source, &seen, NULL));
    a.size = 9;
    a.notes = LEDE_STR("");
    OK(lede_store_put_source(w->s, &a, &w->err));
    OK(lede_store_remove_source(w->s, LEDE_STR("b.md"), &w->err));
    OK(lede_store_remove_source(w->s, LEDE_STR("never.md"), &w->err));
    SHOWS(" source=a/_index.md id= 9 0 0 notes=\n",
          lede_store_walk_sources(w->s, see_source, &seen, NULL));
    assert_int_equal(head_of(w->s).seq, 0); /* no change of an article */
}

static void a_term_that_differs_is_a_change(void **state) {
    world *w = *state;
    lede_term t = {LEDE_TAG, LEDE_STR("eu"), LEDE_STR("EU"), .body = LEDE_STR("Union")};
    OK(lede_store_put_term(w->s, &t, &w->err));
    assert_int_equal(head_of(w->s).seq, 1);
    assert_true(head_of(w->s).changed_at > 1600000000);
    OK(lede_store_put_term(w->s, &t, &w->err));
    assert_int_equal(head_of(w->s).seq, 1);
    t.summary = LEDE_STR("twenty-seven");
    OK(lede_store_put_term(w->s, &t, &w->err));
    assert_int_equal(head_of(w->s).seq, 2);
    lede_term section = {.kind = LEDE_SECTION,
                         .slug = LEDE_STR("eu"),
                         .params = LEDE_STR("{}"),
                         .path = LEDE_STR("eu/_index.md")};
    OK(lede_store_put_term(w->s, &section, &w->err));
    SHOWS("term 0 slug=eu title= summary= body= params={} path=eu/_index.md\n"
          "term 1 slug=eu title=EU summary=twenty-seven body=Union params= path=\n",
          lede_store_walk_terms(w->s, see_term, &seen, NULL));
    OK(lede_store_remove_term(w->s, LEDE_TAG, LEDE_STR("eu"), &w->err));
    assert_int_equal(head_of(w->s).seq, 4);
    OK(lede_store_remove_term(w->s, LEDE_TAG, LEDE_STR("eu"), &w->err));
    assert_int_equal(head_of(w->s).seq, 4);
    SHOWS("term 0 slug=eu title= summary= body= params={} path=eu/_index.md\n",
          lede_store_walk_terms(w->s, see_term, &seen, NULL));
}

/* ---- derived data */

static void put_derived(world *w, lede_derived_kind kind, const char *key, uint64_t print,
                        lede_str bytes) {
    const lede_derived x = {lede_str_of(key), print, bytes};
    OK(lede_store_put_derived(w->s, kind, &x, &w->err));
}

static void derived_data_is_kept_by_kind_and_key_and_is_no_change(void **state) {
    world *w = *state;
    put_derived(w, LEDE_DERIVED_VECTOR, "b", UINT64_MAX, lede_str_n("\0\xff\x80", 3));
    put_derived(w, LEDE_DERIVED_VECTOR, "a", 1, LEDE_STR("x"));
    put_derived(w, LEDE_DERIVED_EPOCH, "", 2, LEDE_STR(""));
    put_derived(w, LEDE_DERIVED_VECTOR, "a", 3, LEDE_STR("yz"));

    SHOWS("a 3 2:797a\nb ffffffffffffffff 3:00ff80\n",
          lede_store_walk_derived(w->s, LEDE_DERIVED_VECTOR, see_derived, &seen, NULL));
    SHOWS("a 3 2:797a\n", lede_store_get_derived(w->s, LEDE_DERIVED_VECTOR, LEDE_STR("a"), true,
                                                  see_derived, &seen, NULL));
    SHOWS("a 3 0:\n", lede_store_get_derived(w->s, LEDE_DERIVED_VECTOR, LEDE_STR("a"), false,
                                             see_derived, &seen, NULL));
    SHOWS("", lede_store_get_derived(w->s, LEDE_DERIVED_VECTOR, LEDE_STR("aa"), true, see_derived,
                                     &seen, NULL));
    SHOWS(" 2 0:\n", lede_store_get_derived(w->s, LEDE_DERIVED_EPOCH, LEDE_STR(""), true,
                                            see_derived, &seen, NULL));
    SHOWS(" 2 0:\n", lede_store_walk_derived(w->s, LEDE_DERIVED_EPOCH, see_derived, &seen, NULL));
    OK(lede_store_remove_derived(w->s, LEDE_DERIVED_VECTOR, LEDE_STR("a"), &w->err));
    OK(lede_store_remove_derived(w->s, LEDE_DERIVED_VECTOR, LEDE_STR("a"), &w->err));
    SHOWS("b ffffffffffffffff 3:00ff80\n",
          lede_store_walk_derived(w->s, LEDE_DERIVED_VECTOR, see_derived, &seen, NULL));
    SHOWS("", lede_store_walk_derived(w->s, LEDE_DERIVED_LIST, see_derived, &seen, NULL));
    assert_int_equal(head_of(w->s).seq, 0);
}

static void derived_data_is_rolled_back_with_its_transaction(void **state) {
    world *w = *state;
    put_derived(w, LEDE_DERIVED_LIST, "a", 1, LEDE_STR("old"));
    OK(lede_store_begin(w->s, &w->err));
    put_derived(w, LEDE_DERIVED_LIST, "a", 2, LEDE_STR("new"));
    put_derived(w, LEDE_DERIVED_LIST, "b", 2, LEDE_STR("new"));
    lede_store_rollback(w->s);
    SHOWS("a 1 3:6f6c64\n",
          lede_store_walk_derived(w->s, LEDE_DERIVED_LIST, see_derived, &seen, NULL));
}

static void a_purge_leaves_nothing_of_an_article(void **state) {
    world *w = *state;
    char id[27], other[27];
    lede_stored x;
    fixture f = {1, .path = "a.md", .url = "/old/", .state = LEDE_PUBLISHED, .expires = 9000};
    OK(fixture_put(w->s, (fixture){2, .url = "/two/", .state = LEDE_PUBLISHED}, "Other.", 0,
                   &w->err));
    char *before = dump(w->s);
    OK(fixture_put(w->s, f, "First.", 0, &w->err));
    f.url = "/new/";
    OK(fixture_put(w->s, f, "Second.", 1, &w->err));
    lede_source source = {.path = LEDE_STR("a.md")};
    memcpy(source.id, id_of(1, id).ptr, 26);
    OK(lede_store_put_source(w->s, &source, &w->err));
    put_derived(w, LEDE_DERIVED_VECTOR, id, 1, LEDE_STR("words"));
    put_derived(w, LEDE_DERIVED_LIST, id, 1, LEDE_STR("near"));
    OK(lede_store_begin(w->s, &w->err));
    assert_int_equal(lede_store_purge(w->s, id_of(1, id), &w->err), LEDE_EINVAL);
    lede_store_rollback(w->s);
    assert_int_equal(head_of(w->s).articles, 2);

    if (lede_store_purge(w->s, id_of(1, id), &w->err))
        fail_msg("%s", w->err.message);
    const lede_str refs[] = {id_of(1, id), LEDE_STR("/new/"), LEDE_STR("a.md")};
    for (int i = 0; i < 3; i++)
        assert_int_equal(lede_store_get(w->s, refs[i], &x, &w->err), LEDE_ENOTFOUND);
    assert_int_equal(lede_store_history(w->s, id_of(1, id), see_revision, NULL, &w->err),
                     LEDE_ENOTFOUND);
    SHOWS("", lede_store_walk_derived(w->s, LEDE_DERIVED_VECTOR, see_derived, &seen, NULL));
    SHOWS("", lede_store_walk_derived(w->s, LEDE_DERIVED_LIST, see_derived, &seen, NULL));
    char *after = dump(w->s);
    assert_string_equal(strchr(after, '\n'), strchr(before, '\n'));
    assert_int_equal(head_of(w->s).articles, 1);
    assert_int_equal(head_of(w->s).seq, 3); /* numbers are not given twice */
    free(before);
    free(after);
    assert_int_equal(lede_store_purge(w->s, id_of(1, id), &w->err), LEDE_ENOTFOUND);
    assert_non_null(strstr(w->err.message, id));
    OK(lede_store_get(w->s, id_of(2, other), &x, &w->err));
    lede_stored_fini(&x);
    f.url = NULL;
    OK(fixture_put(w->s, f, "Again.", 0, &w->err)); /* its id is free */
    assert_int_equal(head_of(w->s).seq, 4);
}

static const engine_case cases[] = {
    ENGINE_CASE(an_empty_store_has_a_head_and_nothing_else),
    ENGINE_CASE(an_article_is_found_by_id_url_and_path),
    ENGINE_CASE(a_put_names_the_revision_that_it_edits),
    ENGINE_CASE(an_identical_put_changes_nothing),
    ENGINE_CASE(an_url_has_one_holder),
    ENGINE_CASE(of_two_articles_with_a_path_the_one_changed_last_is_found),
    ENGINE_CASE(what_is_no_article_is_refused),
    ENGINE_CASE(a_changed_url_leaves_a_redirect),
    ENGINE_CASE(a_redirect_never_covers_an_article),
    ENGINE_CASE(walks_go_by_id_or_by_change),
    ENGINE_CASE(history_gives_every_version_newest_first),
    ENGINE_CASE(bodies_of_any_size_come_back),
    ENGINE_CASE(due_instants_are_when_an_article_becomes_or_ceases_to_be_public),
    ENGINE_CASE(sources_are_put_replaced_and_removed),
    ENGINE_CASE(a_term_that_differs_is_a_change),
    ENGINE_CASE(derived_data_is_kept_by_kind_and_key_and_is_no_change),
    ENGINE_CASE(derived_data_is_rolled_back_with_its_transaction),
    ENGINE_CASE(a_purge_leaves_nothing_of_an_article),
};

int main(void) { return run_on_all_engines("engines", cases, (int)(sizeof cases / sizeof *cases)); }
