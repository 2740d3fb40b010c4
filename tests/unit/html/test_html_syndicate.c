/* test_html_syndicate.c - HTML of a page for other people's readers: addresses, attributes, and
 * what is left for others to judge. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "html_test.h"

static const lede_html_place place = {LEDE_STR("https://e.org/papers/news/one/"),
                                      LEDE_STR("https://e.org/papers"), true};

static void check(const html_case *cases, size_t n, const lede_html_place *at, bool plain) {
    for (size_t i = 0; i < n; i++) {
        lede_buf out, again;
        lede_buf_init(&out, LEDE_BUF_MAX);
        lede_buf_init(&again, LEDE_BUF_MAX);
        if (lede_html_syndicate(lede_str_of(cases[i].html), at, &out) != plain)
            fail_msg("%s", cases[i].html);
        assert_string_equal(out.ptr, cases[i].wanted);
        assert_true(lede_html_syndicate(lede_buf_str(&out), at, &again) ==
                    plain); /* what is right stays */
        assert_string_equal(again.ptr, out.ptr);
        lede_buf_fini(&again);
        lede_buf_fini(&out);
    }
}

static void references_become_absolute(void **state) {
    (void)state;
    static const char *const cases[][2] = {
        {"https://x.org/a", "https://x.org/a"},
        {"mailto:a@b.org", "mailto:a@b.org"},
        {"//cdn.org/a.png", "https://cdn.org/a.png"},
        {"/tags/a/", "https://e.org/papers/tags/a/"},
        {"#two", "https://e.org/papers/news/one/#two"},
        {"?p=2", "https://e.org/papers/news/one/?p=2"},
        {"map.png", "https://e.org/papers/news/one/map.png"},
        {"../two/?a#b", "https://e.org/papers/news/two/?a#b"},
        {"../../../../x", "https://e.org/x"},
        {"", "https://e.org/papers/news/one/"},
        {"a:b", "a:b"},
        {"./a:b", "https://e.org/papers/news/one/a:b"},
        {"1:2", "1:2"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        lede_buf out;
        lede_buf_init(&out, LEDE_BUF_MAX);
        lede_html_absolute(lede_str_of(cases[i][0]), &place, &out);
        assert_string_equal(lede_buf_status(&out, NULL) ? "?"
                            : out.ptr                   ? out.ptr
                                                        : "",
                            cases[i][1]);
        lede_buf_fini(&out);
    }
}

static void what_markdown_prints_is_plain(void **state) {
    (void)state;
    const html_case cases[] = {
        {"<p>a &lt; b &amp; \"c\"</p>\n", "<p>a &lt; b &amp; \"c\"</p>\n"},
        {"<a href=\"/x/?a=1&amp;b\" title=\"t\">x</a>",
         "<a href=\"https://e.org/papers/x/?a=1&amp;b\" title=\"t\">x</a>"},
        {"<h2 id=\"a\" class=\"b\">A</h2><hr />", "<h2>A</h2><hr />"},
        {"<img src=\"p.png\" alt=\"\" width=\"1\" height=\"2\" srcset=\"p.png 1w\" "
         "loading=\"lazy\" />",
         "<img src=\"https://e.org/papers/news/one/p.png\" alt=\"\" width=\"1\" height=\"2\" />"},
        {"<pre tabindex=\"0\"><code class=\"language-c\">x\n</code></pre>",
         "<pre><code>x\n</code></pre>"},
        {"<td class=\"left\"\n colspan=\"2\">", "<td colspan=\"2\">"},
        {"", ""},
    };
    check(cases, sizeof cases / sizeof *cases - 1, &place, true);
}

static void everything_else_is_copied_and_reported(void **state) {
    (void)state;
    const html_case cases[] = {
        {"<script>x</script>", "<script>x</script>"},
        {"<iframe src=\"/x\"></iframe>", "<iframe src=\"/x\"></iframe>"},
        {"<p onclick='x'>a", "<p onclick='x'>a"},
        {"<p title=\"a > b\">", "<p title=\"a > b\">"},
        {"<p title=\"<b>\">", "<p title=\"<b>\">"},
        {"<a href=x>", "<a href=x>"},
        {"<a href=\"javascript:x\">", "<a href=\"javascript:x\">"},
        {"<!-- c -->", "<!-- c -->"},
        {"a < b", "a < b"},
        {"<", "<"},
        {"<p", "<p"},
        {"</p", "</p"},
        {"<a href=\"", "<a href=\""},
        {"<P>", "<P>"},
        {"<ptitle=\"x\">", "<ptitle=\"x\">"},
        {"<p/ x=\"y\">", "<p/ x=\"y\">"},
        {"<unknown>", "<unknown>"},
        {"<a href=\"x\"title=\"y\">", "<a href=\"x\"title=\"y\">"},
    };
    check(cases, sizeof cases / sizeof *cases, &place, false);
}

static void pictures_stay_behind_where_they_may_not_be_taken_along(void **state) {
    (void)state;
    const lede_html_place without = {place.address, place.root, false};
    const html_case cases[] = {{"<p>a <img src=\"p.png\" alt=\"x\" />b</p>", "<p>a b</p>"}};
    check(cases, 1, &without, true);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(references_become_absolute),
        cmocka_unit_test(what_markdown_prints_is_plain),
        cmocka_unit_test(everything_else_is_copied_and_reported),
        cmocka_unit_test(pictures_stay_behind_where_they_may_not_be_taken_along),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
