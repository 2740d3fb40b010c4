/* The words of HTML; and what is left of input that passes a bound. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "html_test.h"

#include <stdlib.h>

static void blocks_are_lines_and_entities_characters(void **state) {
    (void)state;
    static const html_case cases[] = {
        {"", ""},
        {"a  b\n c", "a b c"},
        {"<p>One &amp; two</p>\n\n<p>three<br>four</p>", "One & two\nthree\nfour"},
        {"<h2>A</h2>b<ul><li>c<li><b>d</b>e</ul>", "A\nb\nc\nde"},
        {"<table><tr><td>a<td>b<tr><th>c</table>", "a b\nc"},
        {"<script>x</script><style>y</style>a<!-- b "
         "--><svg><text>c</text></svg><iframe>d</iframe><template>e</template>",
         "a"},
        {"<pre>a\n  b</pre>c", "a\n  b\nc"},
        {"&eacute;&#x20AC;&lt;b&gt;", "\xC3\xA9\xE2\x82\xAC<b>"},
        {"<div><div> </div></div>x<div></div>", "x"},
        {"a<span>b</span> <i>c</i>", "ab c"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        lede_buf out;
        lede_buf_init(&out, LEDE_BUF_MAX);
        lede_buf_adds(&out, "|");
        lede_html_text(lede_str_of(cases[i].html), &out);
        assert_string_equal(out.ptr + 1, cases[i].wanted);
        lede_buf_fini(&out);
    }
}

static void repeat(lede_buf *b, const char *piece, int n) {
    for (int i = 0; i < n; i++)
        lede_buf_addf(b, piece, i);
}

/* Sanitises what is in *html and says whether it was reduced to text. */
static bool is_reduced(lede_buf *html, lede_buf *out) {
    bool reduced = false;
    const lede_html_policy p = {.reduced = &reduced};
    lede_buf_clear(out);
    assert_int_equal(lede_html_sanitise(lede_buf_str(html), &p, out, NULL), LEDE_OK);
    return reduced;
}

static void what_passes_a_bound_is_reduced_to_its_text(void **state) {
    (void)state;
    lede_buf html, out;
    lede_buf_init(&html, LEDE_BUF_MAX);
    lede_buf_init(&out, LEDE_BUF_MAX);
    lede_buf_adds(&html, "a &lt;<script>x</script><p title='y'>b&#233;&amp;c</p>&unknown; "
                         "\xFF\x01<!-- z --><svg><b>d</b></svg>e < f<iframe>g</iframe>");
    repeat(&html, "<b a%d><p>", 20000); /* each paragraph opens all of the b again */
    assert_true(is_reduced(&html, &out));
    assert_string_equal(out.ptr, "a &lt;\nb\xC3\xA9&amp;c\n&amp;unknown; \xEF\xBF\xBD"
                                 "e &lt; f");
    lede_buf_clear(&html);
    repeat(&html, "<p>0123456789</p>", 70000); /* more than 1 MiB */
    assert_true(is_reduced(&html, &out));
    assert_non_null(strstr(out.ptr, "0123456789\n0123456789"));
    assert_null(strchr(out.ptr, '<'));
    lede_buf_fini(&out);
    lede_buf_fini(&html);
}

static void depth_is_cut_where_it_serves_nobody(void **state) {
    (void)state;
    lede_buf html, out;
    lede_buf_init(&html, LEDE_BUF_MAX);
    lede_buf_init(&out, LEDE_BUF_MAX);
    repeat(&html, "<div>", 1000);
    lede_buf_adds(&html, "x");
    assert_false(is_reduced(&html, &out));
    size_t open = 0;
    for (const char *p = out.ptr; (p = strstr(p, "<div>")); p++)
        open++;
    assert_int_equal(open, 256);
    assert_non_null(strstr(out.ptr, "<div>x</div>"));
    lede_buf_fini(&out);
    lede_buf_fini(&html);
}

static void the_limit_of_the_output_is_the_callers(void **state) {
    (void)state;
    lede_buf out;
    lede_error err = {0};
    lede_buf_init(&out, 10);
    lede_buf_adds(&out, "before");
    assert_int_equal(lede_html_sanitise(LEDE_STR("abc"), NULL, &out, &err), LEDE_OK);
    assert_string_equal(out.ptr, "beforeabc");
    assert_int_equal(lede_html_sanitise(LEDE_STR("<b>abc</b>"), NULL, &out, &err), LEDE_ELIMIT);
    lede_buf_fini(&out);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(blocks_are_lines_and_entities_characters),
        cmocka_unit_test(what_passes_a_bound_is_reduced_to_its_text),
        cmocka_unit_test(depth_is_cut_where_it_serves_nobody),
        cmocka_unit_test(the_limit_of_the_output_is_the_callers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
