/* What lede adds to CommonMark: safe mode, heading ids, limits. */
#include "examples.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static void raw_html_leaves_no_trace_in_safe_mode(void **state) {
    (void)state;
    static const example cases[] = {
        {"", ""},
        {"one\n\n<!--more-->\n\ntwo\n", "<p>one</p>\n<p>two</p>\n"},
        {"<script>alert(1)</script>\n\nx\n", "<p>x</p>\n"},
        {"a <b>c</b> d\n", "<p>a c d</p>\n"},
        {"a<br>b<br/>c<br />d<br onload=x>e\n", "<p>a<br />b<br />c<br />de</p>\n"},
        {"![a <b>c</b>](i.png)\n", "<p><img src=\"i.png\" alt=\"a c\" /></p>\n"},
        {"```\"><script>\nx\n```\n",
         "<pre><code class=\"language-&quot;&gt;&lt;script&gt;\">x\n</code></pre>\n"},
    };
    CHECK(cases, NULL);
}

static void raw_html_passes_when_asked_for(void **state) {
    (void)state;
    static const example cases[] = {
        {"<div>x</div>\n", "<div>x</div>\n"},
        {"a <b>c</b> [x](javascript:y)\n", "<p>a <b>c</b> <a href=\"javascript:y\">x</a></p>\n"},
    };
    CHECK(cases, (&(lede_markdown_options){.unsafe = true}));
}

static void whether_raw_html_came_through_is_told(void **state) {
    (void)state;
    static const struct {
        const char *source;
        bool seen;
    } cases[] = {{"a *b* [c](d)\n", false},
                 {"a <b>c</b>\n", true},
                 {"<div>\n", true},
                 {"`<b>`\n", false},
                 {"|a|\n|-|\n\n- [ ] ~b~\n", false},
                 {"|<i>|\n|-|\n", true},
                 {":::u\n<p>x\n\n:::\n", true}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        bool seen = false, unsafe = i % 2;
        lede_buf out;
        lede_buf_init(&out, LEDE_BUF_MAX);
        const lede_markdown_options o = {.unsafe = unsafe, .raw_html = !unsafe, .saw_html = &seen};
        assert_int_equal(lede_markdown_html(lede_str_of(cases[i].source), &o, &out, NULL), LEDE_OK);
        assert_int_equal(seen, cases[i].seen);
        seen = false;
        const lede_markdown_options safe = {.saw_html = &seen};
        assert_int_equal(lede_markdown_html(lede_str_of(cases[i].source), &safe, &out, NULL),
                         LEDE_OK);
        assert_false(seen);
        lede_buf_fini(&out);
    }
    static const example urls[] = {{"<i>x</i> [a](javascript:b)\n", "<p><i>x</i> a</p>\n"}};
    CHECK(urls, (&(lede_markdown_options){.raw_html = true}));
}

static void urls_go_by_an_allow_list(void **state) {
    (void)state;
    static const example cases[] = {
        {"[a](https://x.y/z?q=1#f)", "<p><a href=\"https://x.y/z?q=1#f\">a</a></p>\n"},
        {"[a](HTTP://x)", "<p><a href=\"HTTP://x\">a</a></p>\n"},
        {"[a](mailto:b@c.d) [t](tel:+33)",
         "<p><a href=\"mailto:b@c.d\">a</a> <a href=\"tel:+33\">t</a></p>\n"},
        {"[a](/b/c:d) [e](f.html) [g](?h:i) [j](#k:l)",
         "<p><a href=\"/b/c:d\">a</a> <a href=\"f.html\">e</a> <a href=\"?h:i\">g</a> <a "
         "href=\"#k:l\">j</a></p>\n"},
        {"[a](a-very-long-name-of-a-page-that-has-no-scheme-at-all.html)",
         "<p><a href=\"a-very-long-name-of-a-page-that-has-no-scheme-at-all.html\">a</a></p>\n"},
        {"[a](javascript:alert(1) \"t\")", "<p>a</p>\n"},
        {"[a](JaVaScRiPt:x)", "<p>a</p>\n"},
        {"[a](<java\tscript:x>)", "<p>a</p>\n"},
        {"[a](&#1;javascript:x)", "<p>a</p>\n"},
        {"[a](java&#10;script&colon;x)", "<p>a</p>\n"},
        {"[a](vbscript:x) [b](file:///etc) [c](data:text/html,x) [d](ftp://e) [f](x:y)",
         "<p>a b c d f</p>\n"},
        {"[a]() ![b](<>)", "<p>a b</p>\n"},
        {"<javascript:alert> <https://x>",
         "<p>javascript:alert <a href=\"https://x\">https://x</a></p>\n"},
        {"[a](data:image/png;base64,AA==)", "<p>a</p>\n"},
        {"![a](data:image/png;base64,AA==)",
         "<p><img src=\"data:image/png;base64,AA==\" alt=\"a\" /></p>\n"},
        {"![a](DATA:IMAGE/WEBP;base64,AA)",
         "<p><img src=\"DATA:IMAGE/WEBP;base64,AA\" alt=\"a\" /></p>\n"},
        {"![a](data:image/svg+xml;base64,AA==)", "<p>a</p>\n"},
        {"![a](data:image/pngx,AA)", "<p>a</p>\n"},
        {"![a *b*](javascript:x \"t\") ![c](mailto:d)", "<p>a b c</p>\n"},
        {"[![a](javascript:x)](https://y)", "<p><a href=\"https://y\">a</a></p>\n"},
        {"[a](<x\"onclick=y> \"t\\\"u<\")",
         "<p><a href=\"x%22onclick=y\" title=\"t&quot;u&lt;\">a</a></p>\n"},
    };
    CHECK(cases, NULL);
}

static void addresses_have_a_host_and_one_fragment(void **state) {
    (void)state;
    static const example cases[] = {
        {"[a](https://b.c:80/d) [e](//f)\n",
         "<p><a href=\"https://b.c:80/d\">a</a> <a href=\"//f\">e</a></p>\n"},
        {"[a](http://b@c.d) [e](http://%20f) [g](https://) ![h](http://i:j/)\n",
         "<p>a e g h</p>\n"},
        {"[a](/b##c)\n", "<p><a href=\"/b#%23c\">a</a></p>\n"},
    };
    CHECK(cases, NULL);
}

static void headings_get_stable_unique_ids(void **state) {
    (void)state;
    static const example cases[] = {
        {"# One two\n", "<h1 id=\"one-two\">One two</h1>\n"},
        {"## A\n## A\n## A-2\n## A\n", "<h2 id=\"a\">A</h2>\n<h2 id=\"a-2\">A</h2>\n<h2 "
                                       "id=\"a-2-2\">A-2</h2>\n<h2 id=\"a-3\">A</h2>\n"},
        {"## An *old* `name`\n", "<h2 id=\"an-old-name\">An <em>old</em> <code>name</code></h2>\n"},
        {"Two\nlines\n---\n", "<h2 id=\"two-lines\">Two\nlines</h2>\n"},
        {"## \xC3\x89t\xC3\xA9\n", "<h2 id=\"ete\">\xC3\x89t\xC3\xA9</h2>\n"},
        {"> ## In\n", "<blockquote>\n<h2 id=\"in\">In</h2>\n</blockquote>\n"},
    };
    CHECK(cases, NULL);
    static const example without[] = {{"# One\n", "<h1>One</h1>\n"}};
    CHECK(without, (&(lede_markdown_options){.off = LEDE_MARKDOWN_HEADING_IDS}));
    CHECK(without, (&(lede_markdown_options){.plain_commonmark = true}));
}

static void a_text_in_a_page_skips_no_level_and_its_tables_can_be_reached(void **state) {
    (void)state;
    static const example cases[] = {
        {"#### a\n\n# b\n\n### c\n\n> ###### d\n",
         "<h2 id=\"a\">a</h2>\n<h1 id=\"b\">b</h1>\n<h2 id=\"c\">c</h2>\n"
         "<blockquote>\n<h3 id=\"d\">d</h3>\n</blockquote>\n"},
        {"### a ~b~\n", "<h2 id=\"a-b\">a <del>b</del></h2>\n"},
        {"    b\n", "<pre tabindex=\"0\"><code>b\n</code></pre>\n"},
        {"|a|\n|-|\n",
         "<table tabindex=\"0\">\n<thead>\n<tr>\n<th>a</th>\n</tr>\n</thead>\n</table>\n"},
    };
    CHECK(cases, (&(lede_markdown_options){.in_page = true}));
}

static void output_is_appended_and_its_limit_reported(void **state) {
    (void)state;
    lede_buf out;
    lede_error err = {0};
    lede_buf_init(&out, 20);
    lede_buf_adds(&out, "before");
    assert_int_equal(lede_markdown_html(LEDE_STR("x"), NULL, &out, &err), LEDE_OK);
    assert_string_equal(out.ptr, "before<p>x</p>\n");
    assert_int_equal(lede_markdown_html(LEDE_STR("much longer than that"), NULL, &out, &err),
                     LEDE_ELIMIT);
    lede_buf_fini(&out);
}

/* ---- limits */

/* With every extension on. */
static lede_status status_of(lede_str source, lede_error *err) {
    lede_buf out;
    lede_buf_init(&out, LEDE_BUF_MAX);
    const lede_markdown_options o = {.language = LEDE_STR("fr")};
    lede_status st = lede_markdown_html(source, &o, &out, err);
    lede_buf_fini(&out);
    return st;
}

static void repeat(lede_buf *b, const char *s, int n) {
    for (int i = 0; i < n; i++)
        lede_buf_adds(b, s);
}

static void nested_lists(lede_buf *b, int depth) {
    for (int i = 0; i < depth; i++) {
        repeat(b, "  ", i);
        lede_buf_adds(b, "* a\n");
    }
}

static void a_hundred_levels_are_read_and_more_are_refused_with_the_line(void **state) {
    (void)state;
    static const struct {
        int depth;
        lede_status expected;
    } cases[] = {{1, LEDE_OK}, {100, LEDE_OK}, {101, LEDE_ELIMIT}, {5000, LEDE_ELIMIT}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        lede_buf b;
        lede_error err = {0};
        lede_buf_init(&b, LEDE_BUF_MAX);
        lede_buf_adds(&b, "first\n\n");
        repeat(&b, "> ", cases[i].depth);
        lede_buf_adds(&b, "deep\n");
        assert_int_equal(status_of(lede_buf_str(&b), &err), cases[i].expected);
        if (cases[i].expected)
            assert_int_equal(err.line, 3);
        if (cases[i].depth <= 200) {
            lede_buf_clear(&b);
            nested_lists(&b, cases[i].depth);
            assert_int_equal(status_of(lede_buf_str(&b), &err), cases[i].expected);
            if (cases[i].expected)
                assert_int_equal(err.line, 101);
        }
        lede_buf_fini(&b);
    }
}

static void what_only_looks_nested_is_read(void **state) {
    (void)state;
    lede_buf b;
    lede_error err = {0};
    lede_buf_init(&b, LEDE_BUF_MAX);
    repeat(&b, "- ", 300); /* a rule */
    lede_buf_adds(&b, "\n\n```\n");
    repeat(&b, "> * ", 300); /* code */
    lede_buf_adds(&b, "\n```\n");
    repeat(&b, "* an item\n", 500);
    repeat(&b, "1. an item\n", 500);
    lede_buf_adds(&b, "\n* a list with code in it\n\n");
    for (int i = 0; i < 60; i++) {
        repeat(&b, " ", 6 + i * 5);
        lede_buf_adds(&b, "x = -y\n");
    }
    if (status_of(lede_buf_str(&b), &err))
        fail_msg("%s", err.message);
    lede_buf_fini(&b);
}

static void count_picture(void *ctx, lede_str url, lede_buf *attributes) {
    int *n = ctx;
    lede_buf_addf(attributes, " data-n=\"%d\" data-len=\"%zu\"", ++*n, url.len);
}

static void pictures_get_the_attributes_that_a_caller_gives_them(void **state) {
    int n = 0;
    lede_buf out;
    const lede_markdown_options o = {.picture = count_picture, .picture_ctx = &n};
    (void)state;
    lede_buf_init(&out, 4096);
    assert_int_equal(
        lede_markdown_html(LEDE_STR("![a *b*](/x.png \"T\") ![n](javascript:x) [![c](y.png)](/z)"),
                           &o, &out, NULL),
        LEDE_OK);
    assert_string_equal(
        out.ptr,
        "<p><img src=\"/x.png\" alt=\"a b\" title=\"T\" data-n=\"1\" data-len=\"6\" /> n "
        "<a href=\"/z\"><img src=\"y.png\" alt=\"c\" data-n=\"2\" data-len=\"5\" /></a></p>\n");
    lede_buf_fini(&out);
}

static void pictures_by_the_thousand_are_read_and_unclosed_ones_refused(void **state) {
    (void)state;
    lede_buf b;
    lede_error err = {0};
    lede_buf_init(&b, LEDE_BUF_MAX);
    repeat(&b, "- ![a](b)\n", 20000);
    lede_buf_addc(&b, '\n');
    repeat(&b, "![a](b)\n", 5000);
    if (status_of(lede_buf_str(&b), &err))
        fail_msg("%s", err.message);
    lede_buf_adds(&b, "\n");
    repeat(&b, "![[]()", 40000);
    assert_int_equal(status_of(lede_buf_str(&b), &err), LEDE_ELIMIT);
    assert_int_equal(err.line, 25003);
    lede_buf_fini(&b);
}

static void fences_hide_nothing_that_cmark_would_read(void **state) {
    (void)state;
    static const char *const doubtful[] = {
        " ```\n```\n", "- ```\n```\n", "<!--\n```\n-->\n", "<pre>\n```\n</pre>\n",
        "~~~\n~~~~\n", "```\n```\r",   "``` a`b\n",        "    ```\n",
    };
    for (size_t i = 0; i < sizeof doubtful / sizeof *doubtful; i++) {
        lede_buf b;
        lede_buf_init(&b, LEDE_BUF_MAX);
        lede_buf_adds(&b, doubtful[i]);
        repeat(&b, "- ", 3000);
        lede_buf_adds(&b, "x\n");
        lede_error err = {0};
        assert_int_equal(status_of(lede_buf_str(&b), &err), LEDE_ELIMIT);
        lede_buf_fini(&b);
    }
}

static void carriage_returns_end_lines_too(void **state) {
    (void)state;
    lede_buf b;
    lede_error err = {0};
    lede_buf_init(&b, LEDE_BUF_MAX);
    lede_buf_adds(&b, "a\r\rb\r\n\r\n");
    repeat(&b, "- ", 3000);
    lede_buf_adds(&b, "x\r");
    assert_int_equal(status_of(lede_buf_str(&b), &err), LEDE_ELIMIT);
    assert_int_equal(err.line, 5);
    lede_buf_fini(&b);
}

static void size_is_limited_and_the_limit_an_option(void **state) {
    (void)state;
    lede_buf b, out;
    lede_error err = {0};
    lede_buf_init(&b, LEDE_BUF_MAX);
    lede_buf_init(&out, LEDE_BUF_MAX);
    repeat(&b, "0123456789 abcde\n", 1024 * 1024 / 17 + 1);
    assert_int_equal(lede_markdown_html(lede_buf_str(&b), NULL, &out, &err), LEDE_ELIMIT);
    assert_non_null(strstr(err.message, "limit"));
    const lede_markdown_options more = {.max_bytes = 2 * 1024 * 1024};
    assert_int_equal(lede_markdown_html(lede_buf_str(&b), &more, &out, &err), LEDE_OK);
    lede_buf_fini(&b);
    lede_buf_fini(&out);
}

static void a_tree_that_would_fill_memory_is_refused(void **state) {
    (void)state;
    lede_buf b, out;
    lede_error err = {0};
    lede_buf_init(&b, LEDE_BUF_MAX);
    lede_buf_init(&out, LEDE_BUF_MAX);
    repeat(&b, "a\n", 3 * 1024 * 1024);
    const lede_markdown_options more = {.max_bytes = 8 * 1024 * 1024};
    assert_int_equal(lede_markdown_html(lede_buf_str(&b), &more, &out, &err), LEDE_ELIMIT);
    assert_non_null(strstr(err.message, "memory"));
    assert_int_equal(out.len, 0);
    assert_int_equal(status_of(LEDE_STR("still *alive*"), &err), LEDE_OK);
    lede_buf_fini(&b);
    lede_buf_fini(&out);
}

static void *many_renders(void *failed) {
    for (int i = 0; i < 300; i++) {
        lede_buf out;
        lede_buf_init(&out, LEDE_BUF_MAX);
        char source[64];
        snprintf(source, sizeof source, "# n %d\n\n*x* %d\n", i, i);
        char expected[96];
        snprintf(expected, sizeof expected, "<h1 id=\"n-%d\">n %d</h1>\n<p><em>x</em> %d</p>\n", i,
                 i, i);
        if (lede_markdown_html(lede_str_of(source), NULL, &out, NULL) || strcmp(out.ptr, expected))
            *(int *)failed = 1;
        lede_buf_fini(&out);
    }
    return NULL;
}

static void threads_do_not_share_memory(void **state) {
    (void)state;
    pthread_t t[4];
    int failed[4] = {0};
    for (int i = 0; i < 4; i++)
        assert_int_equal(pthread_create(&t[i], NULL, many_renders, &failed[i]), 0);
    for (int i = 0; i < 4; i++) {
        pthread_join(t[i], NULL);
        assert_false(failed[i]);
    }
}

static double seconds(void) {
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static void pathological_inputs_end_in_time(void **state) {
    (void)state;
    int found = 0;
    for (int i = 0; i < 24; i++) {
        char path[96];
        snprintf(path, sizeof path, "../shared/data/markdown/pathological/%02d.md", i);
        FILE *f = fopen(path, "rb");
        if (!f)
            continue;
        found++;
        lede_buf b;
        lede_buf_init(&b, LEDE_BUF_MAX);
        char *room = lede_buf_room(&b, 4 << 20);
        assert_non_null(room);
        lede_buf_seal(&b, fread(room, 1, 4 << 20, f));
        fclose(f);
        lede_error err = {0};
        double before = seconds();
        lede_status st = status_of(lede_buf_str(&b), &err);
        double took = seconds() - before;
        print_message("%02d: %-8s %.2f s %s\n", i, st ? lede_status_name(st) : "ok", took,
                      err.message);
        assert_true(st == LEDE_OK || (st == LEDE_ELIMIT && err.line > 0));
        assert_true(took < 5);
        lede_buf_fini(&b);
    }
    if (!found) {
        print_message("not run: ../shared/data/markdown/pathological is not there\n");
        skip();
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(raw_html_leaves_no_trace_in_safe_mode),
        cmocka_unit_test(raw_html_passes_when_asked_for),
        cmocka_unit_test(whether_raw_html_came_through_is_told),
        cmocka_unit_test(urls_go_by_an_allow_list),
        cmocka_unit_test(addresses_have_a_host_and_one_fragment),
        cmocka_unit_test(headings_get_stable_unique_ids),
        cmocka_unit_test(a_text_in_a_page_skips_no_level_and_its_tables_can_be_reached),
        cmocka_unit_test(output_is_appended_and_its_limit_reported),
        cmocka_unit_test(a_hundred_levels_are_read_and_more_are_refused_with_the_line),
        cmocka_unit_test(what_only_looks_nested_is_read),
        cmocka_unit_test(pictures_get_the_attributes_that_a_caller_gives_them),
        cmocka_unit_test(pictures_by_the_thousand_are_read_and_unclosed_ones_refused),
        cmocka_unit_test(fences_hide_nothing_that_cmark_would_read),
        cmocka_unit_test(carriage_returns_end_lines_too),
        cmocka_unit_test(size_is_limited_and_the_limit_an_option),
        cmocka_unit_test(a_tree_that_would_fill_memory_is_refused),
        cmocka_unit_test(threads_do_not_share_memory),
        cmocka_unit_test(pathological_inputs_end_in_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
