/* test_article_permalink.c - addresses, the files that answer for them, ids. */
#include "article_test.h"

static lede_article sample(void) {
    static lede_str authors[] = {{"Ada Novak", 9}, {"Ben", 3}};
    lede_article a = {.time = {[LEDE_TIME_DATE] = 1712178600}, .has_own_slug = false};
    a.text[LEDE_TEXT_PATH] = LEDE_STR("World News/Africa/West/2024-04-03-file-name.md");
    a.text[LEDE_TEXT_TITLE] = LEDE_STR("The Title: it's here");
    a.text[LEDE_TEXT_SLUG] = LEDE_STR("the-slug");
    a.text[LEDE_TEXT_SECTION] = LEDE_STR("Politics Monitor");
    a.text[LEDE_TEXT_SECTION_SLUG] = LEDE_STR("politics-monitor");
    a.text[LEDE_TEXT_LANG] = LEDE_STR("fr");
    a.text[LEDE_TEXT_ID] = LEDE_STR("01ARZ3NDEKTSV4RRFFQ69G5FAV");
    a.list[LEDE_LIST_AUTHORS] = (lede_list){authors, 2};
    return a;
}

static void assert_link(const lede_article *a, const char *pattern, bool ugly,
                        const char *expected) {
    lede_buf b;
    lede_error err = {0};
    lede_buf_init(&b, 1 << 16);
    if (lede_permalink(lede_str_of(pattern), a, NULL, ugly, &b, &err) != LEDE_OK)
        fail_msg("%s: %s", pattern, err.message);
    if (strcmp(b.ptr, expected) != 0)
        fail_msg("%s gives '%s', expected '%s'", pattern, b.ptr, expected);
    lede_buf_fini(&b);
}

static void every_token_expands(void **state) {
    (void)state;
    static const char *const CASES[][2] = {
        {"", "/politics-monitor/2024/04/the-slug/"},
        {"/:section/:year/:month/:slug/", "/politics-monitor/2024/04/the-slug/"},
        {"/:monthname/:short_month/:i_month/", "/april/apr/4/"},
        {"/:day/:i_day/:weekday/:weekdayname/", "/03/3/3/wednesday/"},
        {"/:yearday/:y_day/:short_year/", "/94/094/24/"},
        {"/:hour/:minute/:second/", "/21/10/00/"},
        {"/:sections/", "/world-news/africa/west/"},
        {"/:sections[1:]/", "/africa/west/"},
        {"/:sections[:1]/", "/world-news/"},
        {"/:sections[0]/:slug/", "/world-news/the-slug/"},
        {"/:sections[last]/", "/west/"},
        {"/:sections[1:2]/", "/africa/"},
        {"/:sections[7:]/:slug/", "/the-slug/"},
        {"/:title/", "/the-title-its-here/"},
        {"/:slugorfilename/:filename/:contentbasename/", "/file-name/file-name/file-name/"},
        {"/:lang/:id/:author/", "/fr/01ARZ3NDEKTSV4RRFFQ69G5FAV/ada-novak/"},
        {"/:categories/:title:output_ext", "/politics-monitor/the-title-its-here.html"},
        {"/:year-:month-:day-:slug/", "/2024-04-03-the-slug/"},
        {"/archive/:slug", "/archive/the-slug/"},
        {":slug", "/the-slug/"},
        {"//:slug//", "/the-slug/"},
        {"/a b/:slug/", "/a%20b/the-slug/"},
        {"/", "/"},
    };
    lede_article a = sample();
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++)
        assert_link(&a, CASES[i][0], false, CASES[i][1]);
    a.has_own_slug = true;
    assert_link(&a, "/:slugorfilename/", false, "/the-slug/");
}

static void dates_of_file_names_may_have_one_digit(void **state) {
    (void)state;
    parsed p;
    parse(&p, "2024-12-5-defaults.md", "---\ntitle: T\n---\n");
    assert_str(TEXT(p, SLUG), "defaults");
    assert_true(TIME(p, DATE) == 1733356800);
    done(&p);
    static const char *const NOT[] = {"2024-13-05-x.md", "2024-1-123-x.md", "20245-01-01-x.md",
                                      "2024-01-x.md",    "2024-01-05x.md",  "24-01-05-x.md"};
    for (size_t i = 0; i < sizeof NOT / sizeof *NOT; i++) {
        parse(&p, NOT[i], "---\ntitle: T\n---\n");
        assert_str(TEXT(p, SLUG), "t");
        assert_note(&p, "no date");
        done(&p);
    }
}

static void ugly_addresses_end_in_html(void **state) {
    (void)state;
    lede_article a = sample();
    assert_link(&a, "/:year/:slug/", true, "/2024/the-slug.html");
    assert_link(&a, "/:slug.htm", true, "/the-slug.htm");
}

static void empty_steps_are_dropped(void **state) {
    (void)state;
    lede_article a = {.time = {[LEDE_TIME_DATE] = LEDE_NO_TIME}};
    a.text[LEDE_TEXT_SLUG] = LEDE_STR("s");
    assert_link(&a, "/:section/:author/:slug/", false, "/s/");
    assert_link(&a, "/:sections/:year/:slug/", false, "/1970/s/");
}

static void an_address_never_leaves_the_site(void **state) {
    (void)state;
    lede_article a = sample();
    assert_link(&a, "/../../:slug/", false, "/the-slug/");
    a.text[LEDE_TEXT_SLUG] = LEDE_STR("..");
    assert_link(&a, "/a/:slug/", false, "/a/");
    a.text[LEDE_TEXT_SLUG] = LEDE_STR("../../etc");
    assert_link(&a, "/a/:slug/", false, "/a/..-..-etc");
    a.text[LEDE_TEXT_LANG] = LEDE_STR("a\\b");
    assert_link(&a, "/:lang/", false, "/a-b/");
}

static void a_step_has_at_most_255_bytes(void **state) {
    (void)state;
    lede_article a = sample();
    char slug[600];
    memset(slug, 'x', sizeof slug);
    a.text[LEDE_TEXT_SLUG] = lede_str_n(slug, sizeof slug);
    lede_buf b;
    lede_buf_init(&b, 1 << 16);
    assert_int_equal(lede_permalink(LEDE_STR("/:slug/"), &a, NULL, false, &b, NULL), LEDE_OK);
    assert_int_equal(b.len, 257);
    lede_buf_clear(&b);
    assert_int_equal(lede_permalink(LEDE_STR("/:slug/"), &a, NULL, true, &b, NULL), LEDE_OK);
    assert_int_equal(b.len, 256);
    lede_buf_fini(&b);
}

static void an_unknown_token_is_named(void **state) {
    (void)state;
    static const char *const PATTERNS[] = {"/:slgu/", "/a:/", "/:sections[x]/", "/:sections[1/"};
    lede_article a = sample();
    for (size_t i = 0; i < sizeof PATTERNS / sizeof *PATTERNS; i++) {
        lede_buf b;
        lede_error err = {0};
        lede_buf_init(&b, 1 << 16);
        lede_buf_adds(&b, "kept");
        assert_int_equal(lede_permalink(lede_str_of(PATTERNS[i]), &a, NULL, false, &b, &err),
                         LEDE_EINVAL);
        assert_string_equal(b.ptr, "kept");
        assert_non_null(strstr(err.message, i == 0 ? ":slgu" : i == 1 ? "':'" : ":sections["));
        lede_buf_fini(&b);
    }
}

static void a_bad_pattern_of_the_site_is_told_and_replaced(void **state) {
    (void)state;
    lede_article_rules rules = {.permalink = LEDE_STR("/:nope/")};
    parsed p;
    parse_bytes(&p, &rules, "news/2024-04-03-a.md", LEDE_STR("---\ntitle: T\n---\n"));
    assert_str(TEXT(p, URL), "/news/2024/04/a/");
    assert_note(&p, "unknown token ':nope'");
    done(&p);
}

static void urls_have_files(void **state) {
    (void)state;
    static const char *const CASES[][2] = {
        {"/", "index.html"},
        {"/a/b/", "a/b/index.html"},
        {"/a/b", "a/b/index.html"},
        {"/feed.xml", "feed.xml"},
        {"/_redirects", "_redirects"},
        {"/_a/", "_a/index.html"},
        {"/caf%C3%A9/", "caf\xc3\xa9/index.html"},
        {"/a%20b/c.html", "a b/c.html"},
        {"/v1.2/", "v1.2/index.html"},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        lede_buf b;
        lede_buf_init(&b, 1 << 16);
        assert_int_equal(lede_url_file(lede_str_of(CASES[i][0]), &b, NULL), LEDE_OK);
        assert_string_equal(b.ptr, CASES[i][1]);
        lede_buf_fini(&b);
    }
    static const char *const BAD[] = {"",        "a/",     "/../x/",  "/%2e%2e/",
                                      "/a%2Fb/", "/a%00/", "/a%5Cb/", "/%ff/"};
    for (size_t i = 0; i < sizeof BAD / sizeof *BAD; i++) {
        lede_buf b;
        lede_buf_init(&b, 1 << 16);
        assert_int_equal(lede_url_file(lede_str_of(BAD[i]), &b, NULL), LEDE_EINVAL);
        assert_int_equal(b.len, 0);
        lede_buf_fini(&b);
    }
}

static void ids_follow_from_paths(void **state) {
    (void)state;
    char one[27], two[27], again[27];
    lede_article_id_from_path(LEDE_STR("news/a.md"), one);
    lede_article_id_from_path(LEDE_STR("news/b.md"), two);
    lede_article_id_from_path(LEDE_STR("news/a.md"), again);
    assert_string_equal(one, again);
    assert_string_not_equal(one, two);
    assert_true(lede_article_id_valid(lede_str_of(one)));
    /* printf lede:path:news/a.md | sha256sum: the first 130 bits; must never change */
    assert_string_equal(one, "GKSAYN8EN1WW8ZHAWM77X525VE");
    char longer[1200];
    memset(longer, 'p', sizeof longer);
    lede_article_id_from_path(lede_str_n(longer, 1200), one);
    lede_article_id_from_path(lede_str_n(longer, 1199), two);
    assert_string_not_equal(one, two);
}

static void ulids_sort_by_time(void **state) {
    (void)state;
    unsigned char zero[10] = {0}, full[10];
    memset(full, 0xff, sizeof full);
    char a[27], b[27];
    lede_article_ulid(0, zero, a);
    assert_string_equal(a, "00000000000000000000000000");
    lede_article_ulid((UINT64_C(1) << 48) - 1, full, a);
    assert_string_equal(a, "7ZZZZZZZZZZZZZZZZZZZZZZZZZ");
    lede_article_ulid(1469918176385, zero, a);
    assert_memory_equal(a, "01ARYZ6S41", 10);
    lede_article_ulid(1000, full, a);
    lede_article_ulid(1001, zero, b);
    assert_true(strcmp(a, b) < 0);
    assert_true(lede_article_id_valid(lede_str_of(a)));
    assert_false(lede_article_id_valid(LEDE_STR("01ARZ3NDEKTSV4RRFFQ69G5FAU")));
    assert_false(lede_article_id_valid(LEDE_STR("01arz3ndektsv4rrffq69g5fav")));
    assert_false(lede_article_id_valid(LEDE_STR("01ARZ3NDEKTSV4RRFFQ69G5FA")));
    assert_false(lede_article_id_valid(LEDE_STR("01ARZ3NDEKTSV4RRFFQ69G5FA\0")));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_token_expands),
        cmocka_unit_test(dates_of_file_names_may_have_one_digit),
        cmocka_unit_test(ugly_addresses_end_in_html),
        cmocka_unit_test(empty_steps_are_dropped),
        cmocka_unit_test(an_address_never_leaves_the_site),
        cmocka_unit_test(a_step_has_at_most_255_bytes),
        cmocka_unit_test(an_unknown_token_is_named),
        cmocka_unit_test(a_bad_pattern_of_the_site_is_told_and_replaced),
        cmocka_unit_test(urls_have_files),
        cmocka_unit_test(ids_follow_from_paths),
        cmocka_unit_test(ulids_sort_by_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
