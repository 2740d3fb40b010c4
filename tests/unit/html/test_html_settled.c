/* Sanitised again, nothing changes: random fragments of what parsers treat oddly. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "html_test.h"

#include <stdlib.h>

enum { FRAGMENTS = 20000, PIECES_MAX = 24 };

/* clang-format off */
static const char *const pieces[] = {
    "<p>", "</p>", "<div>", "</div>", "<a href=x>", "<a href=y id=z>", "</a>", "<b>", "</b>", "<i class=c>", "</i>", "<em>", "</em>",
    "<code>", "</code>", "<table>", "</table>", "<tr>", "</tr>", "<td>", "</td>", "<th>", "<tbody>", "<thead>", "</tbody>", "<caption>",
    "</caption>", "<colgroup>", "<col>", "</colgroup>", "<ul>", "</ul>", "<ol start=2>", "<li>", "</li>", "<dl>", "<dt>", "<dd>", "</dl>",
    "<pre>", "<pre>\n", "</pre>", "<listing>\n", "</listing>", "<textarea>\n", "</textarea>", "<xmp>", "</xmp>", "<button>", "</button>",
    "<form>", "</form>", "<select>", "<option>", "</select>", "<svg>", "</svg>", "<math>", "</math>", "<mtext>", "<mglyph>",
    "<foreignObject>", "<desc>", "<annotation-xml encoding=text/html>", "<style>", "</style>", "<script>", "</script>", "<title>", "</title>",
    "<noscript>", "</noscript>", "<template>", "</template>", "<iframe src=x>", "</iframe>", "<h1>", "</h1>", "<h2>", "</h2>", "<ruby>", "<rt>",
    "<rp>", "<rb>", "<rtc>", "</ruby>", "<nobr>", "</nobr>", "<font>", "</font>", "<center>", "</center>", "<marquee>", "</marquee>", "<object>",
    "</object>", "<x-y>", "</x-y>", "<picture>", "</picture>", "<dialog>", "<details>", "<summary>", "</details>", "<section>", "</section>",
    "<address>", "</address>", "<fieldset>", "<blockquote>", "</blockquote>", "<hr>", "<br>", "</br>", "<img src=a.png alt=b>",
    "<img src=javascript:x alt='<q>'>", "<image src=q>", "<input type=checkbox>", "<input type=hidden>", "<isindex>", "<frameset>", "<body>",
    "<html>", "<head>", "</body>", "</html>", "<plaintext>", "<menuitem>", "<!-- c -->", "<!--", "-->", "<![CDATA[", "]]>", "<?p", "text", " ", "\n",
    "\t", "&amp;", "&lt;b&gt;", "&#13;", "&#10;", "&nbsp;", "&#x80;", "&#1;", "\x7F", "\xEF\xBB\xBF", "\xC3\xA9", "\xFF", "\"", "'", "<", ">", "&", "<p title='\n a'>",
    "<figure>", "</figure>", "<figcaption>", "<menu>", "</menu>", "<h4>", "</h4>", "<h6 id=q>", "</li>", "<pre tabindex=1>",
    "<span lang=en>", "</span>", "<video>", "</video>", "<sup>", "</sup>", "<u>", "<small>", "<strong>", "<s>", "</s>",
};

static uint64_t next_random(uint64_t *seed) {
    *seed ^= *seed << 13;
    *seed ^= *seed >> 7;
    *seed ^= *seed << 17;
    return *seed;
}

static void make_fragment(uint64_t *seed, lede_buf *out) {
    lede_buf_clear(out);
    for (uint64_t n = 1 + next_random(seed) % PIECES_MAX; n > 0; n--)
        lede_buf_adds(out, pieces[next_random(seed) % (sizeof pieces / sizeof *pieces)]);
}

static void a_second_time_changes_nothing(void **state) {
    (void)state;
    uint64_t seed = 88172645463325252u;
    size_t reduced_ones = 0;
    lede_buf html, once, twice;
    lede_buf_init(&html, LEDE_BUF_MAX);
    lede_buf_init(&once, LEDE_BUF_MAX);
    lede_buf_init(&twice, LEDE_BUF_MAX);
    for (int i = 0; i < FRAGMENTS; i++) {
        bool reduced;
        const lede_html_policy p = {.trust = i % 2 ? LEDE_HTML_OWNER : LEDE_HTML_FEED, .in_page = i % 4 == 1, .base = LEDE_STR("https://e.org/"), .reduced = &reduced};
        make_fragment(&seed, &html);
        lede_buf_clear(&once);
        lede_buf_clear(&twice);
        assert_int_equal(lede_html_sanitise(lede_buf_str(&html), &p, &once, NULL), LEDE_OK);
        reduced_ones += reduced;
        assert_int_equal(lede_html_sanitise(lede_buf_str(&once), &p, &twice, NULL), LEDE_OK);
        if (!lede_str_eq(lede_buf_str(&once), lede_buf_str(&twice)))
            fail_msg("policy %d\nhtml  %s\nonce  %s\ntwice %s", i % 2, html.ptr, once.ptr, twice.ptr);
        assert_true(lede_utf8_valid(lede_buf_str(&once), NULL));
    }
    assert_true(reduced_ones < FRAGMENTS / 1000);
    lede_buf_fini(&twice);
    lede_buf_fini(&once);
    lede_buf_fini(&html);
}

/* What is taken out may leave what no parser builds; it is written as it will be read. */
static void trees_that_no_parser_builds_come_to_rest(void **state) {
    (void)state;
    static const html_case cases[] = {
        {"<p><button><p>x</button>y", "<p></p><p>x</p>y<p></p>"},
        {"<a href=https://x><object><a href=https://y>z</a></object></a>",
         "<a href=\"https://x\" rel=\"nofollow noopener noreferrer\"></a>"},
        {"<a href=https://x><marquee><a href=https://y>z</a></marquee></a>",
         "<a href=\"https://x\" rel=\"nofollow noopener noreferrer\"></a>"
         "<a href=\"https://y\" rel=\"nofollow noopener noreferrer\">z</a>"},
        {"<table><tr><td><table><tr><td>x</table></table>",
         "<table><tbody><tr><td><table><tbody><tr><td>x</td></tr></tbody></table></td></tr></tbody></table>"},
        {"<pre>&#10;\n x</pre><pre><!-- c -->\nx</pre>", "<pre>\n\n x</pre><pre>\n\nx</pre>"},
        {"<b><b><b><b><b>x</b></b></b></b>y</b>", "<b><b><b><b><b>x</b></b></b></b>y</b>"},
        {"<b><p>a</b>b</p>", "<b></b><p><b>a</b>b</p>"},
        {"<ul><li><select><li></select><li>x</ul>", "<ul><li></li><li>x</li></ul>"},
        {"<h1><button><h2>x</h2></button></h1>", "<h1>x</h1>"},
    };
    CHECK(cases, NULL);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_second_time_changes_nothing),
        cmocka_unit_test(trees_that_no_parser_builds_come_to_rest),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
