/* test_edition_query.c - what is public, queries, terms, neighbours, redirects on small editions.
 */
#include "desk.h"

static desk d;

static int open_desk(void **state) {
    (void)state;
    desk_open(&d);
    return 0;
}
static int close_desk(void **state) {
    (void)state;
    desk_close(&d);
    return 0;
}

static void put_five(void) {
    desk_put(&d, (sketch){.name = "a",
                          .date = 100,
                          .section = "News",
                          .tags = {"Tax", "Law"},
                          .authors = {"Ann"}});
    desk_put(&d,
             (sketch){.name = "b", .date = 200, .section = "News", .tags = {"tax"}, .lang = "fr"});
    desk_put(&d, (sketch){.name = "c",
                          .date = 200,
                          .section = "Sport",
                          .tags = {"Law"},
                          .authors = {"Ann", "Bo"}});
    desk_put(
        &d,
        (sketch){
            .name = "d", .date = 400, .section = "News", .tags = {"Law", "Tax"}, .origin = "AP"});
    desk_put(&d, (sketch){.name = "e", .date = 500, .lang = "fr"});
}

static void an_empty_store_has_an_empty_edition(void **state) {
    (void)state;
    lede_edition *e = desk_now(&d, "base");
    assert_int_equal(lede_edition_count(e), 0);
    assert_string_equal(desk_titles(e, (lede_query)ANY), "");
    assert_int_equal(lede_edition_nth(e, 0), LEDE_NO_DOC);
    assert_int_equal(lede_edition_find(e, NULL, LEDE_STR("/a/")), LEDE_NO_DOC);
    assert_int_equal(lede_edition_term_count(e, NULL, LEDE_TAG), 0);
    assert_true(lede_str_is(lede_edition_data(e), "{}"));
    lede_edition_close(e);
}

static void the_first_articles_after_an_empty_base_come_as_a_delta(void **state) {
    (void)state;
    lede_edition_close(desk_now(&d, "base"));
    put_five();
    lede_edition *e = desk_now(&d, "delta");
    assert_int_equal(lede_edition_count(e), 5);
    assert_int_not_equal(lede_edition_find(e, NULL, LEDE_STR("/c/")), LEDE_NO_DOC);
    assert_int_not_equal(desk_find(e, "c"), LEDE_NO_DOC);
    assert_int_equal(lede_edition_find(e, NULL, LEDE_STR("/x/")), LEDE_NO_DOC);
    lede_edition_close(e);
}

static void queries_meet_every_dimension(void **state) {
    (void)state;
    put_five();
    lede_edition *e = desk_now(&d, "base");
    const struct {
        lede_query q;
        const char *titles, *or_titles; /* b and c are of one second: their ids decide */
    } table[] = {
        {{.section = LEDE_STR("news"), .from = LEDE_NO_TIME, .to = LEDE_NO_TIME, .limit = 9},
         "d b a",
         NULL},
        {{.section = LEDE_STR("news"),
          .from = LEDE_NO_TIME,
          .to = LEDE_NO_TIME,
          .limit = 9,
          .oldest_first = true},
         "a b d",
         NULL},
        {{.section = LEDE_STR("news"),
          .from = LEDE_NO_TIME,
          .to = LEDE_NO_TIME,
          .limit = 1,
          .offset = 1},
         "b",
         NULL},
        {{.section = LEDE_STR("news"),
          .from = LEDE_NO_TIME,
          .to = LEDE_NO_TIME,
          .limit = 9,
          .offset = 3},
         "",
         NULL},
        {{.tag = LEDE_STR("tax"), .from = LEDE_NO_TIME, .to = LEDE_NO_TIME, .limit = 9},
         "d b a",
         NULL},
        {{.tag = LEDE_STR("tax"), .from = 100, .to = 400, .limit = 9}, "b a", NULL},
        {{.tag = LEDE_STR("tax"), .from = 101, .to = 401, .limit = 9}, "d b", NULL},
        {{.tag = LEDE_STR("law"),
          .author = LEDE_STR("ann"),
          .from = LEDE_NO_TIME,
          .to = LEDE_NO_TIME,
          .limit = 9},
         "c a",
         NULL},
        {{.tag = LEDE_STR("law"),
          .section = LEDE_STR("news"),
          .from = LEDE_NO_TIME,
          .to = LEDE_NO_TIME,
          .limit = 1,
          .offset = 1},
         "a",
         NULL},
        {{.author = LEDE_STR("bo"), .from = LEDE_NO_TIME, .to = LEDE_NO_TIME, .limit = 9},
         "c",
         NULL},
        {{.origin = LEDE_STR("ap"),
          .section = LEDE_STR("news"),
          .lang = LEDE_STR("en"),
          .from = LEDE_NO_TIME,
          .to = LEDE_NO_TIME,
          .limit = 9},
         "d",
         NULL},
        {{.lang = LEDE_STR("fr"), .from = LEDE_NO_TIME, .to = LEDE_NO_TIME, .limit = 9},
         "e b",
         NULL},
        {{.lang = LEDE_STR("de"), .from = LEDE_NO_TIME, .to = LEDE_NO_TIME, .limit = 9}, "", NULL},
        {{.lang = LEDE_STR("fr"),
          .tag = LEDE_STR("law"),
          .from = LEDE_NO_TIME,
          .to = LEDE_NO_TIME,
          .limit = 9},
         "",
         NULL},
        {{.from = 200, .to = 201, .limit = 9}, "c b", "b c"},
        {{.from = LEDE_NO_TIME, .to = LEDE_NO_TIME, .limit = 0}, "", NULL},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        const char *got = desk_titles(e, table[i].q);
        if (table[i].or_titles && strcmp(got, table[i].titles) != 0)
            assert_string_equal(got, table[i].or_titles);
        else
            assert_string_equal(got, table[i].titles);
    }
    const lede_query law = {.tag = LEDE_STR("law"),
                            .section = LEDE_STR("news"),
                            .from = LEDE_NO_TIME,
                            .to = LEDE_NO_TIME,
                            .limit = 1};
    assert_int_equal(lede_edition_query_count(e, NULL, &law), 2);
    lede_edition_close(e);
}

static void only_what_is_public_shows_and_drafts_when_asked(void **state) {
    (void)state;
    desk_put(&d, (sketch){.name = "past", .date = 100});
    desk_put(&d, (sketch){.name = "draft", .date = 100, .is_draft = true});
    desk_put(&d, (sketch){.name = "later", .date = d.now + 50});
    desk_put(&d, (sketch){.name = "held", .date = 100, .embargo = d.now + 10});
    desk_put(&d, (sketch){.name = "gone", .date = 100, .expires = d.now + 20});
    lede_edition *e = desk_now(&d, "base");
    assert_int_equal(lede_edition_count(e), 2);
    lede_edition_close(e);

    lede_edition_input in = desk_input(&d);
    in.drafts = true;
    e = desk_edition(&d, "drafts", in, "base");
    assert_int_equal(lede_edition_count(e), 5);
    lede_edition_close(e);

    d.now += 30;
    e = desk_now(&d, "delta");
    assert_int_equal(lede_edition_find(e, NULL, LEDE_STR("/gone/")), LEDE_NO_DOC);
    assert_int_not_equal(lede_edition_find(e, NULL, LEDE_STR("/held/")), LEDE_NO_DOC);
    assert_int_equal(lede_edition_count(e), 2);
    lede_edition_close(e);
    d.now += 30;
    e = desk_now(&d, "delta");
    assert_int_equal(lede_edition_count(e), 3);
    lede_edition_close(e);
}

static void terms_have_the_sites_words_else_the_spelling_most_used(void **state) {
    (void)state;
    put_five();
    desk_put(&d, (sketch){.name = "f", .date = 600, .tags = {"tax", "TAX"}});
    const lede_term about[] = {
        {.kind = LEDE_SECTION,
         .slug = LEDE_STR("news"),
         .title = LEDE_STR("All the news"),
         .summary = LEDE_STR("S")},
        {.kind = LEDE_SECTION, .slug = LEDE_STR("empty"), .title = LEDE_STR("Nothing yet")},
        {.kind = LEDE_TAG, .slug = LEDE_STR("unused"), .title = LEDE_STR("Unused")},
        {.kind = LEDE_TAG,
         .slug = LEDE_STR("law"),
         .body = LEDE_STR("About *law*"),
         .params = LEDE_STR("{\"a\":1}")},
    };
    for (size_t i = 0; i < 4; i++)
        OK(lede_store_put_term(d.store, &about[i], &desk_err));
    lede_edition *e = desk_now(&d, "base");
    lede_term_view v;
    assert_int_equal(lede_edition_term_count(e, NULL, LEDE_SECTION), 3);
    assert_true(lede_edition_term_at(e, NULL, LEDE_SECTION, 0, &v));
    assert_true(lede_str_is(v.slug, "empty") && lede_str_is(v.title, "Nothing yet") &&
                v.count == 0);
    assert_true(lede_edition_term_at(e, NULL, LEDE_SECTION, 1, &v));
    assert_true(lede_str_is(v.slug, "news") && lede_str_is(v.title, "All the news") &&
                v.count == 3);
    assert_false(lede_edition_term_at(e, NULL, LEDE_SECTION, 3, &v));
    assert_int_equal(lede_edition_term_count(e, NULL, LEDE_TAG), 2);
    assert_true(lede_edition_term(e, NULL, LEDE_TAG, LEDE_STR("tax"), &v));
    assert_true(lede_str_is(v.title, "Tax")); /* two of each: the smaller by bytes */
    assert_int_equal(v.count, 4);
    assert_true(lede_edition_term(e, NULL, LEDE_TAG, LEDE_STR("law"), &v));
    assert_true(lede_str_is(v.title, "Law") && lede_str_is(v.body, "About *law*") &&
                lede_str_is(v.params, "{\"a\":1}"));
    assert_false(lede_edition_term(e, NULL, LEDE_TAG, LEDE_STR("unused"), &v));
    lede_str slug;
    assert_true(lede_edition_article_term(e, NULL, desk_find(e, "c"), LEDE_AUTHOR, 1, &slug));
    assert_true(lede_str_is(slug, "bo"));
    assert_false(lede_edition_article_term(e, NULL, desk_find(e, "f"), LEDE_TAG, 1, &slug));
    assert_false(lede_edition_article_term(e, NULL, desk_find(e, "f"), LEDE_SECTION, 0, &slug));
    lede_edition_close(e);
}

static void a_tag_vanishes_with_its_last_article_and_a_title_follows_the_rest(void **state) {
    (void)state;
    desk_put(&d, (sketch){.name = "a", .date = 1, .tags = {"Once", "NATO"}});
    desk_put(&d, (sketch){.name = "b", .date = 2, .tags = {"Nato"}});
    desk_put(&d, (sketch){.name = "c", .date = 3, .tags = {"Nato"}});
    lede_edition_close(desk_now(&d, "base"));
    desk_put(&d, (sketch){.name = "b", .date = 2, .tags = {"NATO"}});
    desk_put(&d, (sketch){.name = "c", .date = 3, .state = LEDE_WITHDRAWN, .tags = {"Nato"}});
    lede_edition *e = desk_now(&d, "delta");
    lede_term_view v;
    assert_true(lede_edition_term(e, NULL, LEDE_TAG, LEDE_STR("nato"), &v));
    assert_true(lede_str_is(v.title, "NATO") && v.count == 2);
    lede_edition_close(e);
    desk_put(&d, (sketch){.name = "a", .date = 1});
    e = desk_now(&d, "delta");
    assert_false(lede_edition_term(e, NULL, LEDE_TAG, LEDE_STR("once"), &v));
    assert_int_equal(lede_edition_term_count(e, NULL, LEDE_TAG), 1);
    lede_edition_close(e);
}

static const char *title(const lede_edition *e, lede_doc doc) {
    static char text[64];
    const lede_str t = lede_edition_text(e, NULL, doc, LEDE_TEXT_TITLE);
    snprintf(text, sizeof text, "%.*s", (int)t.len, t.ptr ? t.ptr : "");
    return text;
}

static void neighbours_are_the_nearest_earlier_of_the_section(void **state) {
    (void)state;
    put_five();
    lede_edition *e = desk_now(&d, "base");
    lede_doc out[5];
    assert_int_equal(lede_edition_neighbours(e, NULL, desk_find(e, "d"), 5, out), 2);
    assert_string_equal(title(e, out[0]), "b");
    assert_string_equal(title(e, out[1]), "a");
    assert_int_equal(lede_edition_neighbours(e, NULL, desk_find(e, "d"), 1, out), 1);
    assert_int_equal(lede_edition_neighbours(e, NULL, desk_find(e, "a"), 5, out), 0);
    assert_int_equal(lede_edition_neighbours(e, NULL, desk_find(e, "e"), 5, out), 0);
    assert_string_equal(title(e, lede_edition_beside(e, NULL, desk_find(e, "b"), true)), "d");
    assert_string_equal(title(e, lede_edition_beside(e, NULL, desk_find(e, "b"), false)), "a");
    assert_int_equal(lede_edition_beside(e, NULL, desk_find(e, "d"), true), LEDE_NO_DOC);
    assert_int_equal(lede_edition_beside(e, NULL, desk_find(e, "a"), false), LEDE_NO_DOC);
    lede_edition_close(e);
}

static bool note_redirect(void *ctx, lede_str from, lede_doc to) {
    char *line = ctx;
    const size_t at = strlen(line);
    (void)to;
    snprintf(line + at, 1000 - at, "%.*s ", (int)from.len, from.ptr);
    return true;
}

static void old_urls_redirect_unless_somebody_lives_there(void **state) {
    (void)state;
    desk_put(&d,
             (sketch){.name = "a", .date = 1, .url = "/a/", .aliases = {"/z/", "/old/", "/b/"}});
    desk_put(&d, (sketch){.name = "b", .date = 2, .url = "/b/", .aliases = {"/old/"}});
    desk_put(&d, (sketch){.name = "c", .date = 3, .url = "/c1/"});
    desk_put(&d, (sketch){.name = "c", .date = 3, .url = "/c2/"});
    char line[1000] = "";
    lede_edition *e = desk_now(&d, "base");
    lede_edition_redirects(e, note_redirect, line);
    assert_string_equal(line, "/c1/ /old/ /z/ ");
    lede_edition_close(e);
    desk_put(&d, (sketch){.name = "a", .date = 1, .url = "/a/", .aliases = {"/y/"}});
    desk_put(&d, (sketch){.name = "n", .date = 9, .url = "/c1/"});
    e = desk_now(&d, "delta");
    line[0] = '\0';
    lede_edition_redirects(e, note_redirect, line);
    assert_string_equal(line, "/old/ /y/ ");
    lede_edition_close(e);
}

static const char *translations(const lede_edition *e, const char *name) {
    static char line[4096];
    lede_doc docs[LEDE_TRANSLATIONS_MAX];
    const uint32_t n = lede_edition_translations(e, NULL, desk_find(e, name), docs);
    size_t at = 0;
    line[0] = '\0';
    for (uint32_t i = 0; i < n; i++)
        at +=
            (size_t)snprintf(line + at, sizeof line - at, "%s%s", at ? " " : "", title(e, docs[i]));
    return line;
}

static void translations_are_the_public_others_of_one_key_by_language(void **state) {
    (void)state;
    desk_put(&d, (sketch){.name = "en", .date = 3, .translation = "vote"});
    desk_put(&d, (sketch){.name = "fr", .date = 2, .lang = "fr", .translation = "vote"});
    desk_put(&d, (sketch){.name = "ar", .date = 9, .lang = "ar", .translation = "vote"});
    desk_put(&d, (sketch){.name = "fr2", .date = 1, .lang = "fr", .translation = "vote"});
    desk_put(&d, (sketch){.name = "de", .lang = "de", .translation = "vote", .is_draft = true});
    desk_put(&d, (sketch){.name = "alone", .date = 4, .translation = "Vote"});
    desk_put(&d, (sketch){.name = "none", .date = 5});
    lede_edition *e = desk_now(&d, "base");
    assert_string_equal(translations(e, "en"), "ar fr2 fr");
    assert_string_equal(translations(e, "fr"), "ar en fr2");
    assert_string_equal(translations(e, "alone"), "");
    assert_string_equal(translations(e, "none"), "");
    assert_int_equal(lede_edition_translations(e, NULL, LEDE_NO_DOC, NULL), 0);
    lede_edition_close(e);
    desk_put(&d, (sketch){.name = "de", .lang = "de", .translation = "vote"});
    desk_put(&d, (sketch){.name = "ar", .date = 9, .lang = "ar"});
    desk_put(&d, (sketch){.name = "fr", .date = 1, .lang = "fr", .state = LEDE_WITHDRAWN});
    e = desk_now(&d, "delta");
    assert_string_equal(translations(e, "en"), "de fr2");
    assert_string_equal(translations(e, "ar"), "");
    lede_edition_close(e);
}

static void of_very_many_translations_the_first_are_given(void **state) {
    (void)state;
    char name[16];
    lede_doc docs[LEDE_TRANSLATIONS_MAX];
    lede_edition_close(desk_now(&d, "base"));
    for (int i = 0; i < LEDE_TRANSLATIONS_MAX + 20; i++) {
        snprintf(name, sizeof name, "n%d", i);
        desk_put(&d, (sketch){.name = name, .date = i, .translation = "one"});
    }
    lede_edition *e = desk_now(&d, "delta"); /* of an empty base */
    assert_int_equal(lede_edition_translations(e, NULL, desk_find(e, "n5"), docs),
                     LEDE_TRANSLATIONS_MAX);
    assert_string_equal(title(e, docs[4]), "n4");
    assert_string_equal(title(e, docs[5]), "n6");
    lede_edition_close(e);
}

int main(void) {
#define T(f) cmocka_unit_test_setup_teardown(f, open_desk, close_desk)
    const struct CMUnitTest tests[] = {
        T(an_empty_store_has_an_empty_edition),
        T(the_first_articles_after_an_empty_base_come_as_a_delta),
        T(queries_meet_every_dimension),
        T(only_what_is_public_shows_and_drafts_when_asked),
        T(terms_have_the_sites_words_else_the_spelling_most_used),
        T(a_tag_vanishes_with_its_last_article_and_a_title_follows_the_rest),
        T(neighbours_are_the_nearest_earlier_of_the_section),
        T(translations_are_the_public_others_of_one_key_by_language),
        T(of_very_many_translations_the_first_are_given),
        T(old_urls_redirect_unless_somebody_lives_there),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
