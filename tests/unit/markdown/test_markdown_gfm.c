/* Tables, strikethrough, task lists and autolinks: GFM's rules by examples of our own, and by its
 * own where the shared data lies beside the project. */
#include "examples.h"

#include <jansson.h>

/* ---- tables */

#define HEAD(cells) "<table><thead><tr>" cells "</tr></thead>"
#define BODY(rows) "<tbody>" rows "</tbody></table>"
#define AB HEAD("<th>a</th><th>b</th>")
#define CD BODY("<tr><td>c</td><td>d</td></tr>")

static void a_paragraph_with_a_delimiter_row_is_a_table(void **state) {
    (void)state;
    static const example cases[] = {
        {"a|b\n-|-\nc|d\n", AB CD},
        {"| a | b |\n|---|:-:|\n| 1 | 2 |\n",
         HEAD("<th>a</th><th class=\"center\">b</th>")
             BODY("<tr><td>1</td><td class=\"center\">2</td></tr>")},
        {"a | b\n:-- | --:\n",
         HEAD("<th class=\"left\">a</th><th class=\"right\">b</th>") "</table>"},
        {"|a|\n|-|\n", HEAD("<th>a</th>") "</table>"},
        {"a|b\n-|-\nc\nd|e|f\n",
         AB BODY("<tr><td>c</td><td></td></tr><tr><td>d</td><td>e</td></tr>")},
        {"|a||c|\n|-|-|-|\n|||\n",
         HEAD("<th>a</th><th></th><th>c</th>") BODY("<tr><td></td><td></td><td></td></tr>")},
        {"| a |\r\n| - |\r\n| c |\r\n", HEAD("<th>a</th>") BODY("<tr><td>c</td></tr>")},
    };
    CHECK_SQUEEZED(cases, NULL);
}

static void a_table_ends_where_a_block_begins_and_leaves_what_stands_above(void **state) {
    (void)state;
    static const example cases[] = {
        {"x\n*y*\na|b\n-|-\nc|d\n> q\n",
         "<p>x\n<em>y</em></p>" AB CD "<blockquote><p>q</p></blockquote>"},
        {"a|b\n-|-\nc|d\n---\ne\n", AB CD "<hr /><p>e</p>"},
        {"a|b\n-|-\nc|d\n===\n",
         AB BODY("<tr><td>c</td><td>d</td></tr><tr><td>===</td><td></td></tr>")},
        {"> a|b\n> -|-\nc|d\n", "<blockquote>" AB CD "</blockquote>"},
        {"- > a|b\n  > -|-\n  > c|d\n\n- x\n",
         "<ul><li><blockquote>" AB CD "</blockquote></li><li><p>x</p></li></ul>"},
        {"[r]: /u\na|b\n-|-\n[r]|d\n", AB BODY("<tr><td><a href=\"/u\">r</a></td><td>d</td></tr>")},
    };
    CHECK_SQUEEZED(cases, NULL);
}

static void a_pipe_divides_even_in_code_unless_it_is_escaped(void **state) {
    (void)state;
    static const example cases[] = {
        {"|`\\|`|\\|\\\\|\n|-|-|\n|`c | d`|\n",
         HEAD("<th><code>|</code></th><th>|\\</th>") BODY("<tr><td>`c</td><td>d`</td></tr>")},
        {"|*a|b*|\n|-|-|\n", HEAD("<th>*a</th><th>b*</th>") "</table>"},
    };
    CHECK_SQUEEZED(cases, NULL);
}

static void cells_hold_inlines_and_no_blocks(void **state) {
    (void)state;
    static const example cases[] = {
        {"|# a|- b #|\n|-|-|\n|> c|1. d|\n",
         HEAD("<th># a</th><th>- b #</th>") BODY("<tr><td>&gt; c</td><td>1. d</td></tr>")},
        {"|[r]|![i](j.png)|\n|-|-|\n|<script>x|<b>~y~|\n\n[r]: /u \"t\"\n",
         HEAD("<th><a href=\"/u\" title=\"t\">r</a></th><th><img src=\"j.png\" alt=\"i\" /></th>")
             BODY("<tr><td>x</td><td><del>y</del></td></tr>")},
        {"|[x](javascript:y)|\"onclick=|\n|-|-|\n",
         HEAD("<th>x</th><th>&quot;onclick=</th>") "</table>"},
    };
    CHECK_SQUEEZED(cases, NULL);
}

static void what_is_no_table_stays_text(void **state) {
    (void)state;
    static const example cases[] = {
        {"a|b|c\n-|-\nd|e\n", "<p>a|b|c\n-|-\nd|e</p>\n"},
        {"a|b\n-|x\n", "<p>a|b\n-|x</p>\n"},
        {"a|b\n", "<p>a|b</p>\n"},
        {"-|-\n", "<p>-|-</p>\n"},
        {"a|b\n|:|:|\n", "<p>a|b\n|:|:|</p>\n"},
        {"    a|b\n    -|-\n", "<pre><code>a|b\n-|-\n</code></pre>\n"},
        {"```\na|b\n-|-\n```\n", "<pre><code>a|b\n-|-\n</code></pre>\n"},
    };
    CHECK(cases, NULL);
    static const example off[] = {{"a|b\n-|-\n", "<p>a|b\n-|-</p>\n"}};
    CHECK(off, (&(lede_markdown_options){.off = LEDE_MARKDOWN_TABLES}));
}

static void short_rows_are_filled_no_more_when_that_costs_too_much(void **state) {
    (void)state;
    lede_buf source, out;
    lede_buf_init(&source, LEDE_BUF_MAX);
    lede_buf_init(&out, LEDE_BUF_MAX);
    for (int line = 0; line < 2; line++) {
        for (int i = 0; i < 256; i++)
            lede_buf_adds(&source, line ? "|-" : "|a");
        lede_buf_addc(&source, '\n');
    }
    for (int i = 0; i < 10000; i++)
        lede_buf_adds(&source, "x\n");
    assert_int_equal(lede_markdown_html(lede_buf_str(&source), NULL, &out, NULL), LEDE_OK);
    assert_true(out.len < 2 << 20);
    lede_buf_fini(&source);
    lede_buf_fini(&out);
}

/* ---- strikethrough */

static void tildes_strike_by_the_rules_of_flanks(void **state) {
    (void)state;
    static const example cases[] = {
        {"~a~ ~~b c~~ d~e~f\n", "<p><del>a</del> <del>b c</del> d<del>e</del>f</p>\n"},
        {"~~a ~b~ c~~\n", "<p><del>a <del>b</del> c</del></p>\n"},
        {"~~*a* `b~~` c~~\n", "<p><del><em>a</em> <code>b~~</code> c</del></p>\n"},
        {"*~~a~~*~~b~~\n", "<p><em><del>a</del></em><del>b</del></p>\n"},
        {"b ~~~a~~~\n", "<p>b ~~~a~~~</p>\n"},
        {"~a~~ ~ b ~ ~100 and ~50\n", "<p>~a~~ ~ b ~ ~100 and ~50</p>\n"},
        {"~~a *b~~ c*\n", "<p>~~a <em>b~~ c</em></p>\n"},
        {"~~a\n\nb~~\n", "<p>~~a</p>\n<p>b~~</p>\n"},
        {"~~a\nb~~\n", "<p><del>a\nb</del></p>\n"},
        {"\\~\\~a~~ ~~b\\~\\~\n", "<p>~~a~~ ~~b~~</p>\n"},
        {"`\\~` [x](a\\~b) ![~~y~~](i.png \"~~\")\n",
         "<p><code>\\~</code> <a href=\"a~b\">x</a> <img src=\"i.png\" alt=\"~~y~~\" title=\"~~\" "
         "/></p>\n"},
    };
    CHECK(cases, NULL);
    static const example off[] = {{"~~a~~\n", "<p>~~a~~</p>\n"}};
    CHECK(off, (&(lede_markdown_options){.off = LEDE_MARKDOWN_STRIKETHROUGH}));
}

/* ---- task lists */

#define OPEN_BOX "<label><input type=\"checkbox\" disabled /> "
#define DONE_BOX "<label><input type=\"checkbox\" disabled checked /> "

static void items_with_a_box_are_tasks_with_a_label(void **state) {
    (void)state;
    static const example cases[] = {
        {"- [ ] a\n- [x] *b*\n- [X] c\n",
         "<ul>\n<li>" OPEN_BOX "a</label></li>\n<li>" DONE_BOX
         "<em>b</em></label></li>\n<li>" DONE_BOX "c</label></li>\n</ul>\n"},
        {"1. [ ] a\n\n   b\n",
         "<ol>\n<li>\n<p>" OPEN_BOX "a</label></p>\n<p>b</p>\n</li>\n</ol>\n"},
        {"- [x] a\n  - [ ] b\n", "<ul>\n<li>" DONE_BOX "a</label>\n<ul>\n<li>" OPEN_BOX
                                 "b</label></li>\n</ul>\n</li>\n</ul>\n"},
        {"- \\[ ] a\n- [x]b\n- [-] c\n- [ ]\n- a [ ] b\n",
         "<ul>\n<li>[ ] a</li>\n<li>[x]b</li>\n<li>[-] c</li>\n<li>[ ]</li>\n<li>a [ ] "
         "b</li>\n</ul>\n"},
        {"[ ] a\n", "<p>[ ] a</p>\n"},
        {"- [x](u)\n", "<ul>\n<li><a href=\"u\">x</a></li>\n</ul>\n"},
    };
    CHECK(cases, NULL);
    static const example off[] = {{"- [ ] a\n", "<ul>\n<li>[ ] a</li>\n</ul>\n"}};
    CHECK(off, (&(lede_markdown_options){.off = LEDE_MARKDOWN_TASKS}));
}

/* ---- autolinks */

#define LINK(url) "<a href=\"" url "\">" url "</a>"

static void addresses_in_text_become_links(void **state) {
    (void)state;
    static const example cases[] = {
        {"http://a.b https://c.d/e?f=g&h\n",
         "<p>" LINK(
             "http://a.b") " <a "
                           "href=\"https://c.d/e?f=g&amp;h\">https://c.d/e?f=g&amp;h</a></p>\n"},
        {"www.a.b/c_d_e WWW.f.g\n", "<p><a href=\"http://www.a.b/c_d_e\">www.a.b/c_d_e</a> <a "
                                    "href=\"http://WWW.f.g\">WWW.f.g</a></p>\n"},
        {"a.b+c@d-e.fg, x@y.z.\n", "<p><a href=\"mailto:a.b+c@d-e.fg\">a.b+c@d-e.fg</a>, <a "
                                   "href=\"mailto:x@y.z\">x@y.z</a>.</p>\n"},
        {"*http://a.b* (www.c.d) \xC3\xA0 http://\xC3\xA9.f/\n",
         "<p><em>" LINK("http://a.b") "</em> (<a href=\"http://www.c.d\">www.c.d</a>) \xC3\xA0 <a "
                                      "href=\"http://%C3%A9.f/\">http://\xC3\xA9.f/</a></p>\n"},
    };
    CHECK(cases, NULL);
}

static void an_address_ends_before_the_sentence_does(void **state) {
    (void)state;
    static const example cases[] = {
        {"http://a.b/c. http://a.b/d, http://a.b/e!?\n",
         "<p>" LINK("http://a.b/c") ". " LINK("http://a.b/d") ", " LINK("http://a.b/e") "!?</p>\n"},
        {"(http://a.b/c) http://a.b/(c) (http://a.b/(c))\n",
         "<p>(" LINK("http://a.b/c") ") " LINK("http://a.b/(c)") " (" LINK(
             "http://a.b/(c)") ")</p>\n"},
        {"http://a.b/&hl; http://a.b<c\n",
         "<p>" LINK("http://a.b/") "&amp;hl; " LINK("http://a.b") "&lt;c</p>\n"},
        {"~~http://a.b~~ **www.a.b**\n",
         "<p><del>" LINK(
             "http://a.b") "</del> <strong><a href=\"http://www.a.b\">www.a.b</a></strong></p>\n"},
    };
    CHECK(cases, NULL);
}

static void what_is_no_address_is_no_link(void **state) {
    (void)state;
    static const example cases[] = {
        {"http:// www. www.a_b.c http://a.b_c x@y a@b@c.d @c.d n@. a@b.c_ a@b.c-\n",
         "<p>http:// www. www.a_b.c http://a.b_c x@y a@b@c.d @c.d n@. a@b.c_ a@b.c-</p>\n"},
        {"xhttp://a.b xwww.a.b \"www.a.b javascript://a.b\n",
         "<p>xhttp://a.b xwww.a.b &quot;www.a.b javascript://a.b</p>\n"},
        {"http\\://a.b a\\@b.c www\\.a.b\n", "<p>http://a.b a@b.c www.a.b</p>\n"},
        {"`http://a.b` [http://a.b](/c) ![www.a.b](i.png)\n",
         "<p><code>http://a.b</code> <a href=\"/c\">http://a.b</a> <img src=\"i.png\" "
         "alt=\"www.a.b\" /></p>\n"},
        {"    www.a.b\n", "<pre><code>www.a.b\n</code></pre>\n"},
    };
    CHECK(cases, NULL);
    static const example off[] = {{"www.a.b\n", "<p>www.a.b</p>\n"}};
    CHECK(off, (&(lede_markdown_options){.off = LEDE_MARKDOWN_AUTOLINKS}));
}

static void hostile_addresses_are_escaped(void **state) {
    (void)state;
    static const example cases[] = {
        {"http://a.b/\"onclick='x'\n",
         "<p><a href=\"http://a.b/%22onclick=&#x27;x\">http://a.b/&quot;"
         "onclick='x</a>'</p>\n"},
        {"www.a.b/`x`y\n", "<p><a href=\"http://www.a.b/\">www.a.b/</a><code>x</code>y</p>\n"},
    };
    CHECK(cases, NULL);
}

/* ---- everything at once */

static void with_all_off_nothing_is_extended(void **state) {
    (void)state;
    static const example cases[] = {
        {"# h\n\na|b\n-|-\n\n- [ ] ~~x~~ www.a.b [^1] \"q\"\n\n[^1]: n o\n\n:::x\n",
         "<h1>h</h1>\n<p>a|b\n-|-</p>\n<ul>\n<li>[ ] ~~x~~ www.a.b [^1] &quot;q&quot;</li>\n</ul>\n"
         "<p>[^1]: n o</p>\n<p>:::x</p>\n"},
    };
    CHECK(cases, (&(lede_markdown_options){.off = LEDE_MARKDOWN_ALL, .language = LEDE_STR("fr")}));
    CHECK(cases, (&(lede_markdown_options){.plain_commonmark = true, .language = LEDE_STR("fr")}));
}

/* ---- GFM's own, written as ours are: classes, labels, ids on headings */

static void replace_all(lede_buf *b, const char *old, const char *new) {
    lede_buf out;
    lede_buf_init(&out, LEDE_BUF_MAX);
    lede_str s = lede_buf_str(b), needle = lede_str_of(old);
    size_t from = 0, at;
    for (; (at = lede_str_search(s, needle, from)) != (size_t)-1; from = at + needle.len) {
        lede_buf_add(&out, lede_str_n(s.ptr + from, at - from));
        lede_buf_adds(&out, new);
    }
    lede_buf_add(&out, lede_str_sub(s, from));
    lede_buf_clear(b);
    lede_buf_add(b, lede_buf_str(&out));
    lede_buf_fini(&out);
}

/* The tag filter is what safe mode is for; footnotes have a form of their own. */
static bool is_ours(json_t *c) {
    const char *section = json_string_value(json_object_get(c, "section"));
    const char *html = json_string_value(json_object_get(c, "html"));
    return strcmp(section, "HTML tag filter") != 0 && strcmp(section, "Footnotes") != 0 &&
           strncmp(html, "<IGNORE>", 8) != 0;
}

static void gfms_own_examples_are_exact(void **state) {
    (void)state;
    static const char file[] = "../shared/data/markdown/gfm-extensions.json";
    json_error_t why;
    json_t *cases = json_load_file(file, 0, &why), *c;
    if (!cases) {
        print_message("not run: %s is not there\n", file);
        skip();
    }
    const lede_markdown_options o = {.unsafe = true, .off = LEDE_MARKDOWN_HEADING_IDS};
    lede_buf ours, theirs;
    lede_buf_init(&ours, LEDE_BUF_MAX);
    lede_buf_init(&theirs, LEDE_BUF_MAX);
    size_t i, compared = 0;
    json_array_foreach(cases, i, c) {
        if (!is_ours(c))
            continue;
        lede_buf_clear(&ours);
        lede_buf_clear(&theirs);
        lede_str source = lede_str_of(json_string_value(json_object_get(c, "markdown")));
        assert_int_equal(lede_markdown_html(source, &o, &ours, NULL), LEDE_OK);
        lede_buf_adds(&theirs, json_string_value(json_object_get(c, "html")));
        replace_all(&theirs, " align=\"", " class=\"");
        replace_all(&theirs, "checked=\"\" disabled=\"\"", "disabled checked");
        replace_all(&theirs, "disabled=\"\"", "disabled");
        replace_all(&ours, "<label>", "");
        replace_all(&ours, "</label>", "");
        assert_string_equal(ours.ptr, theirs.ptr);
        compared++;
    }
    assert_int_equal(compared, 25);
    lede_buf_fini(&ours);
    lede_buf_fini(&theirs);
    json_decref(cases);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_paragraph_with_a_delimiter_row_is_a_table),
        cmocka_unit_test(a_table_ends_where_a_block_begins_and_leaves_what_stands_above),
        cmocka_unit_test(a_pipe_divides_even_in_code_unless_it_is_escaped),
        cmocka_unit_test(cells_hold_inlines_and_no_blocks),
        cmocka_unit_test(what_is_no_table_stays_text),
        cmocka_unit_test(short_rows_are_filled_no_more_when_that_costs_too_much),
        cmocka_unit_test(tildes_strike_by_the_rules_of_flanks),
        cmocka_unit_test(items_with_a_box_are_tasks_with_a_label),
        cmocka_unit_test(addresses_in_text_become_links),
        cmocka_unit_test(an_address_ends_before_the_sentence_does),
        cmocka_unit_test(what_is_no_address_is_no_link),
        cmocka_unit_test(hostile_addresses_are_escaped),
        cmocka_unit_test(with_all_off_nothing_is_extended),
        cmocka_unit_test(gfms_own_examples_are_exact),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
