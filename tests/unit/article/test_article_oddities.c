/* test_article_oddities.c - what is found in the wild: read what can be read, say where and what to
 * do, lose nothing. */
#include "article_test.h"

#define HEAD "title: T\ndate: 2024-04-03\n"

static void blank_lines_before_the_front_matter_are_skipped(void **state) {
    (void)state;
    parsed p;
    parse(&p, "a.md", "\n  \n\t\n---\n" HEAD "---\nBody\n");
    assert_int_equal(p.status, LEDE_OK);
    assert_str(TEXT(p, TITLE), "T");
    assert_str(p.a.body, "Body\n");
    assert_int_equal(p.a.body_line, 8);
    assert_quiet(&p);
    done(&p);
}

static void a_byte_order_mark_is_dropped(void **state) {
    (void)state;
    parsed p;
    parse(&p, "a.md", "\xef\xbb\xbf---\n" HEAD "---\nBody");
    assert_str(TEXT(p, TITLE), "T");
    assert_str(p.a.body, "Body");
    done(&p);
    parse(&p, "a.md", "\xef\xbb\xbfOnly a body");
    assert_str(p.a.body, "Only a body");
    done(&p);
}

static void line_ends_of_windows_are_read(void **state) {
    (void)state;
    parsed p;
    parse(&p, "a.md",
          "---\r\ntitle: T\r\ndate: 2024-04-03\r\ntags:\r\n- a\r\n- b\r\n---\r\nOne\r\nTwo\r\n");
    assert_str(TEXT(p, TITLE), "T");
    assert_list(&p.a, LEDE_LIST_TAGS, "a|b");
    assert_str(p.a.body, "One\r\nTwo\r\n");
    assert_int_equal(p.a.body_line, 8);
    assert_quiet(&p);
    done(&p);
}

static void tabs_in_yaml_are_read_as_blanks(void **state) {
    (void)state;
    parsed p;
    parse(&p, "a.md",
          "---\n" HEAD
          "origin:\n\tname: Wire\n\turl: https://wire.example/1\nlayout: wide\n---\nB");
    assert_str(TEXT(p, ORIGIN_NAME), "Wire");
    assert_str(TEXT(p, ORIGIN_URL), "https://wire.example/1");
    assert_str(TEXT(p, LAYOUT), "wide");
    const lede_note *n = assert_note(&p, "tab");
    assert_int_equal(n->line, 5);
    assert_true(n->column > 0);
    done(&p);
}

static void a_tab_behind_the_colon_is_no_oddity(void **state) {
    (void)state;
    parsed p;
    parse(&p, "a.md", "---\ntitle:\tT\ndate: 2024-04-03\n---\n");
    assert_str(TEXT(p, TITLE), "T");
    assert_quiet(&p);
    done(&p);
}

static void of_duplicate_keys_the_last_counts(void **state) {
    (void)state;
    parsed p;
    parse(&p, "a.md", "---\ntitle: One\ndate: 2024-04-03\ntitle: Two\n---\n");
    assert_str(TEXT(p, TITLE), "Two");
    const lede_note *n = assert_note(&p, "'title' stands here a second time (first in line 2)");
    assert_int_equal(n->line, 4);
    assert_int_equal(n->column, 1);
    done(&p);
}

static void an_integer_slug_is_text(void **state) {
    (void)state;
    parsed p;
    parse(&p, "a.md", "---\n" HEAD "slug: 0042\n---\n");
    assert_str(TEXT(p, SLUG), "0042");
    assert_true(p.a.has_own_slug);
    assert_quiet(&p);
    done(&p);
}

static void null_values_count_as_absent(void **state) {
    (void)state;
    parsed p;
    parse(&p, "a.md",
          "---\n" HEAD
          "slug:\nsummary: null\ntags: ~\nimage: Null\nexpires: null\nauthors:\n---\n");
    assert_str(TEXT(p, SLUG), "t");
    assert_int_equal(p.a.list[LEDE_LIST_TAGS].count, 0);
    assert_str(TEXT(p, IMAGE_SRC), "");
    assert_true(TIME(p, EXPIRES) == LEDE_NO_TIME);
    assert_quiet(&p);
    done(&p);
}

static void an_hour_of_one_digit_is_read(void **state) {
    (void)state;
    parsed p;
    parse(&p, "a.md", "---\ntitle: T\ndate: 2014-03-09 9:05:00\n---\n");
    assert_true(TIME(p, DATE) == 1394355900);
    assert_quiet(&p);
    done(&p);
}

static void a_zone_of_one_digit_is_read(void **state) {
    (void)state;
    parsed p;
    parse(&p, "a.md", "---\ntitle: T\ndate: 2015-12-08 10:00:00 -5\n---\n");
    assert_true(TIME(p, DATE) == 1449586800);
    assert_quiet(&p);
    done(&p);
}

static void an_impossible_date_is_told_and_kept(void **state) {
    (void)state;
    parsed p;
    parse(&p, "2015-02-28-x.md", "---\ntitle: T\ndate: 2015-02-31\n---\n");
    assert_int_equal(p.status, LEDE_OK);
    const lede_note *n = assert_note(&p, "'date' is not read");
    assert_int_equal(n->line, 3);
    assert_int_equal(n->column, 7);
    assert_true(TIME(p, DATE) == 1425081600);
    assert_str(TEXT(p, PARAMS), "{\"date\":\"2015-02-31\"}");
    done(&p);
}

static void a_date_only_in_the_file_name_is_taken(void **state) {
    (void)state;
    parsed p;
    parse(&p, "posts/2014-03-21-29-minutes.md", "---\ntitle: Twenty-nine minutes\n---\n");
    assert_true(TIME(p, DATE) == 1395360000);
    assert_str(TEXT(p, SLUG), "29-minutes");
    assert_str(TEXT(p, URL), "/posts/2014/03/29-minutes/");
    assert_quiet(&p);
    done(&p);
}

static void a_date_only_in_the_path_key_is_taken(void **state) {
    (void)state;
    parsed p;
    parse(&p, "posts/minutes.md", "---\ntitle: Minutes\npath: /2014/03/21/minutes\n---\n");
    assert_true(TIME(p, DATE) == 1395360000);
    assert_str(TEXT(p, URL), "/2014/03/21/minutes/");
    assert_true(p.a.has_own_url);
    done(&p);
    parse(&p, "posts/minutes.md", "---\ntitle: Minutes\nurl: /2014/13/21/minutes/\n---\n");
    assert_true(TIME(p, DATE) == 0);
    assert_note(&p, "no date; 1970-01-01 is taken");
    done(&p);
}

static void a_page_needs_no_date(void **state) {
    (void)state;
    parsed p;
    parse(&p, "about.md", "---\ntitle: About\ntype: page\nurl: /about/\n---\nB");
    assert_true(TIME(p, DATE) == 0);
    assert_quiet(&p);
    done(&p);
    parse(&p, "about.md", "---\ntitle: About\ntype: pages\nurl: /about/\n---\nB");
    assert_note(&p, "no date");
    done(&p);
}

static void front_matter_with_a_key_of_html_is_read(void **state) {
    (void)state;
    parsed p;
    parse(&p, "a.md", "---\n" HEAD "<p>In the <b>movies</b>: yes\n---\nB");
    assert_str(TEXT(p, TITLE), "T");
    assert_str(TEXT(p, PARAMS),
               "{\"\\u003cp\\u003eIn the \\u003cb\\u003emovies\\u003c/b\\u003e\":\"yes\"}");
    assert_quiet(&p);
    done(&p);
}

static void empty_files_are_kept_as_drafts(void **state) {
    (void)state;
    static const char *const SOURCES[] = {"", "\n", " \r\n\t\n", "\xef\xbb\xbf"};
    for (size_t i = 0; i < sizeof SOURCES / sizeof *SOURCES; i++) {
        parsed p;
        parse(&p, "news/2024-04-03-nothing-yet.md", SOURCES[i]);
        assert_int_equal(p.status, LEDE_OK);
        assert_int_equal(p.a.state, LEDE_DRAFT);
        assert_str(TEXT(p, TITLE), "Nothing yet");
        assert_note(&p, "the file is empty");
        done(&p);
    }
}

static void a_file_without_front_matter_is_an_article(void **state) {
    (void)state;
    parsed p;
    parse(&p, "news/2024-04-03-rain.md", "# Rain at last #\n\nIt rained.\n");
    assert_str(TEXT(p, TITLE), "Rain at last");
    assert_int_equal(p.a.state, LEDE_PUBLISHED);
    assert_int_equal(p.a.body_line, 1);
    assert_note(&p, "no title; the body's first heading is taken");
    done(&p);
}

static void unclosed_front_matter_ends_where_yaml_does(void **state) {
    (void)state;
    parsed p;
    parse(&p, "a.md", "---\n" HEAD "tags:\n  - a\n\n# Heading\n\nText: more text.\n");
    assert_str(TEXT(p, TITLE), "T");
    assert_list(&p.a, LEDE_LIST_TAGS, "a");
    assert_str(p.a.body, "# Heading\n\nText: more text.\n");
    assert_int_equal(p.a.body_line, 7);
    assert_int_equal(assert_note(&p, "not closed")->line, 1);
    done(&p);
}

static void a_thematic_break_is_no_front_matter(void **state) {
    (void)state;
    static const char *const SOURCES[] = {
        "---\nJust prose here.\n", "---\nProse between rules.\n---\nMore prose.\n",
        "----\ntitle: T\n----\n",  "--- not front matter\n",
        "---\n* a\n* b: c\n---\n", "{{< shortcode >}}\ntext\n",
        "{% include x %}\n",       "{ not json }\n",
        "{\"a\": 1} and text\n"};
    for (size_t i = 0; i < sizeof SOURCES / sizeof *SOURCES; i++) {
        parsed p;
        parse(&p, "2024-04-03-x.md", SOURCES[i]);
        assert_int_equal(p.status, LEDE_OK);
        assert_str(p.a.body, SOURCES[i]);
        assert_int_equal(p.a.body_line, 1);
        done(&p);
    }
}

static void a_body_may_begin_right_behind_the_front_matter(void **state) {
    (void)state;
    parsed p;
    parse(&p, "a.md", "---\n" HEAD "---\n---\nA rule above.");
    assert_str(p.a.body, "---\nA rule above.");
    done(&p);
    parse(&p, "a.md", "---\n" HEAD "---");
    assert_str(p.a.body, "");
    assert_str(TEXT(p, TITLE), "T");
    done(&p);
    parse(&p, "a.md", "---\n" HEAD "...\nBody");
    assert_str(p.a.body, "Body");
    done(&p);
}

static void empty_front_matter_is_no_error(void **state) {
    (void)state;
    parsed p;
    parse(&p, "2024-04-03-x.md", "---\n---\nBody");
    assert_str(p.a.body, "Body");
    assert_int_equal(p.a.state, LEDE_PUBLISHED);
    done(&p);
    parse(&p, "2024-04-03-x.md", "---\n# only a comment\n---\nBody");
    assert_str(p.a.body, "Body");
    done(&p);
}

/* ---- values that YAML refuses */

static void values_that_need_quotes_are_read_without(void **state) {
    (void)state;
    static const struct {
        const char *value, *expected;
    } CASES[] = {
        {"Budget: what it says", "Budget: what it says"},
        {"@home with the minister", "@home with the minister"},
        {"`code` in titles", "`code` in titles"},
        {"%100 growth", "%100 growth"},
        {"*Emphasis* in titles", "*Emphasis* in titles"},
        {"&c and so on: yes", "&c and so on: yes"},
        {"\"Stop\" they said", "\"Stop\" they said"},
        {"\"He said \"no\" twice\"", "He said \"no\" twice"},
        {"'It's over'", "It's over"},
        {"[Update] The talks go on", "[Update] The talks go on"},
        {"'L''\xc3\xa9t\xc3\xa9'", "L'\xc3\xa9t\xc3\xa9"},
        {"'''''\xc3\xa9'", "''\xc3\xa9"},
        {"'a''b \"c\"' d", "'a''b \"c\"' d"},
        {"Open \"quotation", "Open \"quotation"},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        char source[256];
        snprintf(source, sizeof source, "---\ndate: 2024-04-03\ntitle: %s\nlayout: wide\n---\nB",
                 CASES[i].value);
        parsed p;
        parse(&p, "a.md", source);
        assert_int_equal(p.status, LEDE_OK);
        assert_str(TEXT(p, TITLE), CASES[i].expected);
        assert_str(TEXT(p, LAYOUT), "wide");
        if (loud_notes(&p))
            assert_int_equal(p.notes.items[0].line, 3);
        done(&p);
    }
}

static void a_quotation_over_lines_at_the_margin_is_one_value(void **state) {
    (void)state;
    parsed p;
    parse(&p, "a.md",
          "---\n" HEAD
          "excerpt: \"When the folks\nat the desk: all of them\ncame.\"\nlayout: post\n---\n");
    assert_str(TEXT(p, SUMMARY), "When the folks at the desk: all of them came.");
    assert_str(TEXT(p, LAYOUT), "post");
    assert_quiet(&p); /* other tools read it, so it is only a hint */
    assert_int_equal(assert_note(&p, "indent them")->line, 4);
    done(&p);
}

static void one_broken_key_costs_only_itself(void **state) {
    (void)state;
    parsed p;
    parse(&p, "a.md",
          "---\n" HEAD "odd: [a, b\nweight: 3\nmore: \"never closed\nsection: World\n---\nB");
    assert_str(TEXT(p, TITLE), "T");
    assert_int_equal(p.a.weight, 3);
    assert_str(TEXT(p, SECTION), "World");
    assert_str(TEXT(p, PARAMS), "{\"more\":\"\\\"never closed\",\"odd\":\"[a, b\"}");
    done(&p);
}

static void aliases_anchors_and_tags_are_told_and_kept(void **state) {
    (void)state;
    parsed p;
    parse(&p, "a.md",
          "---\n" HEAD
          "kicker: &k News\nlabel2: *k\nlayout: !wide page\nweight: !!int 4\ntype: !!str 5\n---\n");
    assert_str(TEXT(p, KICKER), "News");
    assert_str(TEXT(p, LAYOUT), "page");
    assert_str(TEXT(p, TYPE), "5");
    assert_int_equal(p.a.weight, 4);
    assert_str(TEXT(p, PARAMS), "{\"label2\":\"*k\"}");
    assert_int_equal(assert_note(&p, "anchors")->line, 4);
    assert_int_equal(assert_note(&p, "aliases")->line, 5);
    assert_int_equal(assert_note(&p, "the tag '!wide'")->line, 6);
    done(&p);
}

static void a_bomb_of_aliases_does_not_expand(void **state) {
    (void)state;
    parsed p;
    parse(&p, "a.md",
          "---\n" HEAD
          "a: &a [x,x,x,x]\nb: &b [*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b]\nd: [*c,*c,*c,*c]\n---\n");
    assert_int_equal(p.status, LEDE_OK);
    assert_true(TEXT(p, PARAMS).len < 200);
    done(&p);
}

static void stray_bytes_are_read_as_windows_1252(void **state) {
    (void)state;
    parsed p;
    parse(&p, "a.md",
          "---\ntitle: Caf\xe9 \x93"
          "news\x94\ndate: 2024-04-03\n---\nna\xefve \xc3\xa9\n");
    assert_str(TEXT(p, TITLE), "Caf\xc3\xa9 \xe2\x80\x9cnews\xe2\x80\x9d");
    assert_str(p.a.body, "na\xc3\xafve \xc3\xa9\n");
    const lede_note *n = assert_note(&p, "not UTF-8");
    assert_int_equal(n->line, 2);
    assert_int_equal(n->column, 11);
    done(&p);
    parse_bytes(&p, NULL, "a.md", LEDE_STR("---\ntitle: T\ndate: 2024-04-03\n---\nA\0B"));
    assert_str(p.a.body, "A\xef\xbf\xbd"
                         "B");
    done(&p);
}

/* ---- what cannot be read as an article */

static void assert_refused(const char *source, lede_status status, int line, const char *words) {
    parsed p;
    parse(&p, "a.md", source);
    assert_int_equal(p.status, status);
    assert_int_equal(p.err.line, line);
    const lede_note *n = assert_note(&p, words);
    assert_true(n->is_error);
    assert_non_null(strstr(p.err.message, words));
    done(&p);
}

static void toml_is_refused_with_the_remedy(void **state) {
    (void)state;
    assert_refused("+++\ntitle = \"T\"\n+++\nB", LEDE_EFORMAT, 1, "importers");
    assert_refused("\n\n+++\ntitle = \"T\"\n+++\nB", LEDE_EFORMAT, 3, "importers");
}

static void utf_16_is_refused(void **state) {
    (void)state;
    assert_refused("\xff\xfe-", LEDE_EFORMAT, 1, "save it as UTF-8");
}

static void limits_are_kept(void **state) {
    (void)state;
    lede_buf b;
    lede_buf_init(&b, LEDE_BUF_MAX);
    lede_buf_adds(&b, "---\ntitle: T\na: ");
    for (int i = 0; i < 40; i++)
        lede_buf_addc(&b, '[');
    for (int i = 0; i < 40; i++)
        lede_buf_addc(&b, ']');
    lede_buf_adds(&b, "\n---\n");
    assert_refused(b.ptr, LEDE_ELIMIT, 3, "nested deeper than 32");

    lede_buf_clear(&b);
    lede_buf_adds(&b, "---\ntags: [");
    for (int i = 0; i < 5000; i++)
        lede_buf_addf(&b, "%d,", i);
    lede_buf_adds(&b, "]\n---\n");
    assert_refused(b.ptr, LEDE_ELIMIT, 2, "more than 4096 items");

    lede_buf_clear(&b);
    lede_buf_adds(&b, "---\ntitle: ");
    for (int i = 0; i < 300 << 10; i++)
        lede_buf_addc(&b, 'x');
    lede_buf_adds(&b, "\n---\n");
    assert_refused(b.ptr, LEDE_ELIMIT, 2, "more than the limit of 262144");

    lede_buf_clear(&b);
    for (int i = 0; i < (8 << 20) + 1; i++)
        lede_buf_addc(&b, 'x');
    assert_refused(b.ptr, LEDE_ELIMIT, 0, "split it");
    lede_buf_fini(&b);
}

static void notes_have_an_end(void **state) {
    (void)state;
    lede_buf b;
    lede_buf_init(&b, LEDE_BUF_MAX);
    lede_buf_adds(&b, "---\n");
    for (int i = 0; i < 20000; i++)
        lede_buf_adds(&b, "title: a: b\n");
    lede_buf_adds(&b, "---\n");
    parsed p;
    parse_bytes(&p, NULL, "a.md", lede_buf_str(&b));
    assert_int_equal(p.status, LEDE_OK);
    assert_int_equal(p.notes.count, 201);
    assert_str(p.notes.items[200].message,
               "there is more to say about this file; mend the above first");
    done(&p);
    lede_buf_fini(&b);
}

static void a_small_arena_is_out_of_memory_and_no_crash(void **state) {
    (void)state;
    static const lede_article_rules NONE = {0};
    lede_str source =
        LEDE_STR("---\n" HEAD
                 "tags: [a, b]\nfoo: {a: 1}\norigin: {name: N, url: 'https://n.example/'}\n---\nB");
    int ok = 0;
    for (size_t limit = 0; limit < 20000; limit += 97) {
        parsed p = {0};
        lede_arena_init(&p.arena, limit);
        p.status =
            lede_article_parse(&NONE, LEDE_STR("w/a.md"), source, &p.arena, &p.a, &p.notes, &p.err);
        assert_true(p.status == LEDE_OK || p.status == LEDE_ENOMEM);
        ok += p.status == LEDE_OK;
        done(&p);
    }
    assert_true(ok > 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(blank_lines_before_the_front_matter_are_skipped),
        cmocka_unit_test(a_byte_order_mark_is_dropped),
        cmocka_unit_test(line_ends_of_windows_are_read),
        cmocka_unit_test(tabs_in_yaml_are_read_as_blanks),
        cmocka_unit_test(a_tab_behind_the_colon_is_no_oddity),
        cmocka_unit_test(of_duplicate_keys_the_last_counts),
        cmocka_unit_test(an_integer_slug_is_text),
        cmocka_unit_test(null_values_count_as_absent),
        cmocka_unit_test(an_hour_of_one_digit_is_read),
        cmocka_unit_test(a_zone_of_one_digit_is_read),
        cmocka_unit_test(an_impossible_date_is_told_and_kept),
        cmocka_unit_test(a_date_only_in_the_file_name_is_taken),
        cmocka_unit_test(a_date_only_in_the_path_key_is_taken),
        cmocka_unit_test(a_page_needs_no_date),
        cmocka_unit_test(front_matter_with_a_key_of_html_is_read),
        cmocka_unit_test(empty_files_are_kept_as_drafts),
        cmocka_unit_test(a_file_without_front_matter_is_an_article),
        cmocka_unit_test(unclosed_front_matter_ends_where_yaml_does),
        cmocka_unit_test(a_thematic_break_is_no_front_matter),
        cmocka_unit_test(a_body_may_begin_right_behind_the_front_matter),
        cmocka_unit_test(empty_front_matter_is_no_error),
        cmocka_unit_test(values_that_need_quotes_are_read_without),
        cmocka_unit_test(a_quotation_over_lines_at_the_margin_is_one_value),
        cmocka_unit_test(one_broken_key_costs_only_itself),
        cmocka_unit_test(aliases_anchors_and_tags_are_told_and_kept),
        cmocka_unit_test(a_bomb_of_aliases_does_not_expand),
        cmocka_unit_test(stray_bytes_are_read_as_windows_1252),
        cmocka_unit_test(toml_is_refused_with_the_remedy),
        cmocka_unit_test(utf_16_is_refused),
        cmocka_unit_test(limits_are_kept),
        cmocka_unit_test(notes_have_an_end),
        cmocka_unit_test(a_small_arena_is_out_of_memory_and_no_crash),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
