/* What third-party HTML may hold. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "html_test.h"

static const lede_html_policy feed = {.trust = LEDE_HTML_FEED,
                                      .base = {"https://news.example/2024/a?q#f", 31}};

static void text_and_structure_pass(void **state) {
    (void)state;
    static const html_case cases[] = {
        {"", ""},
        {"plain > \"text\" \xC3\xA9\n", "plain &gt; \"text\" \xC3\xA9\n"},
        {"<p>a <b>b</b> <em>c</em></p>", "<p>a <b>b</b> <em>c</em></p>"},
        {"<ul><li>a<li>b</ul>", "<ul><li>a</li><li>b</li></ul>"},
        {"<table><tr><td colspan=2>x</table>",
         "<table><tbody><tr><td colspan=\"2\">x</td></tr></tbody></table>"},
        {"<ol start=\"3\" reversed><li>x</ol>", "<ol start=\"3\" reversed=\"\"><li>x</li></ol>"},
        {"<time datetime='2024-05-01T10:00:00+02:00'>May</time>",
         "<time datetime=\"2024-05-01T10:00:00+02:00\">May</time>"},
        {"<ruby>a<rp>(</rp><rt>b</rt><rp>)</rp></ruby>",
         "<ruby>a<rp>(</rp><rt>b</rt><rp>)</rp></ruby>"},
        {"a<br>b<hr>c", "a<br />b<hr />c"},
        {"<p lang=fr dir=rtl title='a\"b'>x</p>",
         "<p lang=\"fr\" dir=\"rtl\" title=\"a&quot;b\">x</p>"},
        {"<P>&eacute;&nbsp;&amp;lt;</P>", "<p>\xC3\xA9\xC2\xA0&amp;lt;</p>"},
        {"<pre>\n\n x</pre>", "<pre>\n\n x</pre>"},
    };
    CHECK(cases, &feed);
}

static void what_is_not_allowed_leaves_its_children(void **state) {
    (void)state;
    static const html_case cases[] = {
        {"<article><font color=red>a</font><x-y>b</x-y></article>", "ab"},
        {"<form action=/x><button>go</button><input name=a></form>", "go"},
        {"<video src=a.mp4>no video</video><picture><source srcset=a.png><img "
         "src=/b.png></picture>",
         "no video<img src=\"https://news.example/b.png\" alt=\"\" />"},
        {"<body onload=x><html><head>a", "a"},
        {"<p id=a class=b style=color:red name=c data-d=e onclick=f accesskey=g>x</p>", "<p>x</p>"},
        {"<td>cell</td>", "cell"},
    };
    CHECK(cases, &feed);
}

static void hostile_elements_go_with_all_they_hold(void **state) {
    (void)state;
    static const char *const names[] = {"script",   "style", "template", "noscript", "iframe",
                                        "object",   "svg",   "math",     "xmp",      "noembed",
                                        "noframes", "title", "textarea", "select"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        lede_buf html, out;
        lede_buf_init(&html, 1000);
        lede_buf_init(&out, 1000);
        lede_buf_addf(&html, "a<%s><b>x</b>y</%s>z", names[i], names[i]);
        assert_int_equal(lede_html_sanitise(lede_buf_str(&html), &feed, &out, NULL), LEDE_OK);
        assert_string_equal(out.ptr, "az");
        lede_buf_fini(&out);
        lede_buf_fini(&html);
    }
    static const html_case cases[] = {
        {"a<plaintext>b</plaintext>c", "a"},
        {"a<embed src=x>b<link rel=x><meta http-equiv=y><base href=z>", "ab"},
        {"a<!-- b --><!doctype html><?php c ?><![CDATA[d]]>e", "ae"},
        {"<svg><desc><p>x</p></desc></svg>y", "y"},
        {"<math><mi><p>x</p></mi></math>y", "y"},
        {"<svg><style><img src=x onerror=alert(1)></style></svg>z", "z"},
        {"<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\">", ""},
        {"<math><mtext><table><mglyph><style><!--</style><img title=\"--&gt;&lt;img src=1 "
         "onerror=alert(1)&gt;\">",
         ""},
        {"<isindex prompt=x>y", "y"},
        {"<<script>script>alert(1)<</script>/script>", "&lt;/script&gt;"},
    };
    CHECK(cases, &feed);
}

static void links_become_absolute_and_say_whose_they_are(void **state) {
    (void)state;
#define REL " rel=\"nofollow noopener noreferrer\""
    static const html_case cases[] = {
        {"<a href=\"https://e.org/?a=1&amp;b=2\" rel=me target=_blank>x</a>",
         "<a href=\"https://e.org/?a=1&amp;b=2\"" REL ">x</a>"},
        {"<a href=b>x</a>", "<a href=\"https://news.example/2024/b\"" REL ">x</a>"},
        {"<a href=/b/../c/./d>x</a>", "<a href=\"https://news.example/c/d\"" REL ">x</a>"},
        {"<a href=//e.org/f>x</a>", "<a href=\"https://e.org/f\"" REL ">x</a>"},
        {"<a href=?z>x</a>", "<a href=\"https://news.example/2024/a?z\"" REL ">x</a>"},
        {"<a href=#z>x</a>", "<a href=\"https://news.example/2024/a?q#z\"" REL ">x</a>"},
        {"<a href=mailto:a@b.c hreflang=fr>x</a>",
         "<a href=\"mailto:a@b.c\" hreflang=\"fr\"" REL ">x</a>"},
        {"<a href=\" \thttps://e.org/a b\n\">x</a>",
         "<a href=\"https://e.org/a%20b\"" REL ">x</a>"},
        {"<a href='https:\\\\e.org\\a'>x</a>", "<a href=\"https://e.org/a\"" REL ">x</a>"},
        {"<a>x</a><a name=y>z</a>", "xz"},
        {"<a href=\"https://a/'%22<\">x</a>", "<a href=\"https://a/&#39;%22%3C\"" REL ">x</a>"},
    };
    CHECK(cases, &feed);
    static const html_case without_base[] = {
        {"<a href=/b>x</a><img src=c alt=d>", "xd"},
        {"<a href=http://e.org>x</a>", "<a href=\"http://e.org\"" REL ">x</a>"},
    };
    CHECK(without_base, NULL);
    CHECK(without_base, (&(lede_html_policy){.base = LEDE_STR("javascript:alert(1)//")}));
    CHECK(without_base, (&(lede_html_policy){.base = LEDE_STR("/relative")}));
}

static void other_schemes_are_refused_however_they_are_written(void **state) {
    (void)state;
    static const char *const urls[] = {
        "javascript:x",
        "JaVaScRiPt:x",
        "java\tscript:x",
        " \x01javascript:x",
        "&#1;javascript:x",
        "java&#10;script&colon;x",
        "&#x6A;avascript:x",
        "vbscript:x",
        "data:text/html,x",
        "data:image/png;base64,AA",
        "file:///etc/passwd",
        "ftp://e.org",
        "tel:+33",
        "blob:https://e.org/x",
        "feed:javascript:x",
        "view-source:x",
        "magnet:?xt=x",
        "http:",
        "https://",
        "https:///?x",
        "\xE2\x80\xA8javascript:x",
        "java\x02script:x",
        "x y:z",
        ":x",
        "javascript&#0;:x",
    };
    for (size_t i = 0; i < sizeof urls / sizeof *urls; i++) {
        lede_buf html, out;
        lede_buf_init(&html, 1000);
        lede_buf_init(&out, 1000);
        lede_buf_addf(&html, "<a href=\"%s\">x</a>", urls[i]);
        assert_int_equal(lede_html_sanitise(lede_buf_str(&html), &feed, &out, NULL), LEDE_OK);
        assert_string_equal(out.ptr, "x");
        lede_buf_fini(&out);
        lede_buf_fini(&html);
    }
}

static void pictures_keep_their_candidates_or_their_description(void **state) {
    (void)state;
    static const html_case cases[] = {
        {"<img src=/a.png alt='A &amp; B' width=640 height=48% loading=lazy>",
         "<img src=\"https://news.example/a.png\" alt=\"A &amp; B\" width=\"640\" />"},
        {"<img src=javascript:x alt='A < B'>", "A &lt; B"},
        {"<img src=data:image/png;base64,AA== alt=x>", "x"},
        {"<img srcset='a.png, /b.png 2x,javascript:x 3x, c.png 640w, d.png 1x 2x, e,f.png 3x'>",
         "<img srcset=\"https://news.example/2024/a.png, https://news.example/b.png 2x, "
         "https://news.example/2024/c.png 640w, "
         "https://news.example/2024/e,f.png 3x\" alt=\"\" />"},
        {"<img srcset='javascript:x 1x' alt=y>", "y"},
        {"<img srcset=',,, a.png,,, b.png (1x, 2x) , c.png 1.5x'>",
         "<img srcset=\"https://news.example/2024/a.png, https://news.example/2024/c.png 1.5x\" "
         "alt=\"\" />"},
        {"<image src=a.png>", "<img src=\"https://news.example/2024/a.png\" alt=\"\" />"},
    };
    CHECK(cases, &feed);
    static const html_case data[] = {
        {"<img src=\"data:image/png;base64,AA==\">",
         "<img src=\"data:image/png;base64,AA==\" alt=\"\" />"},
        {"<img src=\"DATA:Image/WEBP,AA\">", "<img src=\"DATA:Image/WEBP,AA\" alt=\"\" />"},
        {"<img src=\"data:image/svg+xml;base64,AA==\" alt=s>", "s"},
        {"<img src=\"data:image/pngx,AA\" alt=s>", "s"},
        {"<a href=\"data:image/png;base64,AA==\">x</a>", "x"},
    };
    CHECK(data, (&(lede_html_policy){.data_images = true}));
}

static void numbers_and_words_are_checked(void **state) {
    (void)state;
    static const html_case cases[] = {
        {"<table><tr><td rowspan=0 colspan=1001 headers='a b' scope=row>x<td rowspan=-1 "
         "scope=x>y<th rowspan=1000>z</table>",
         "<table><tbody><tr><td headers=\"a b\" scope=\"row\">x</td><td>y</td><th "
         "rowspan=\"1000\">z</th></tr></tbody></table>"},
        {"<ol start=a><li>x</ol><ol start=-5><li>x</ol>",
         "<ol><li>x</li></ol><ol start=\"-5\"><li>x</li></ol>"},
        {"<p dir=x lang='a b'>x</p>", "<p>x</p>"},
        {"<table><colgroup><col span=2></colgroup><tr><td>x</table>",
         "<table><colgroup><col span=\"2\" "
         "/></colgroup><tbody><tr><td>x</td></tr></tbody></table>"},
        {"<q cite=mailto:a>x</q><blockquote cite=/y>z</blockquote>",
         "<q>x</q><blockquote cite=\"https://news.example/y\">z</blockquote>"},
        {"<time datetime='<x>'>y</time>", "<time>y</time>"},
    };
    CHECK(cases, &feed);
}

static void bytes_that_html_cannot_hold_vanish(void **state) {
    (void)state;
    static const html_case cases[] = {
        {"a\x01"
         "b\r\nc&#13;d&#1;&#x7F;&#xFFFE;e",
         "a\xEF\xBF\xBD"
         "b\nc\nde"},
        {"a\x7F\xC2\x80>", "a\xEF\xBF\xBD\xEF\xBF\xBD&gt;"},
        {"<p title='a&#13;b&#7;c'>x", "<p title=\"a\nbc\">x</p>"},
        {"a\xFFz <b>\xC0\x80</b>", "a\xEF\xBF\xBDz <b>\xEF\xBF\xBD\xEF\xBF\xBD</b>"},
        {"a&#x0DCCCCCCCC;b<p title='&#x0DCCCCCCCC;c'>", "ab<p title=\"c\"></p>"},
        {"<a href='https:/&#xFFFE;/e.org'>x</a>", "x"},
        {"\xEF\xBB\xBFx", "\xEF\xBB\xBFx"},
        {"\xEF\xBB\xBF<b>x</b>", "\xEF\xBB\xBF<b>x</b>"},
        {"&#xD800;&#x110000;&#0;", "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD"},
    };
    CHECK(cases, &feed);
    lede_buf out;
    lede_buf_init(&out, 100);
    assert_int_equal(lede_html_sanitise(lede_str_n("a\0<b>\0c</b>", 11), &feed, &out, NULL),
                     LEDE_OK);
    assert_string_equal(out.ptr, "a<b>c</b>");
    lede_buf_fini(&out);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_and_structure_pass),
        cmocka_unit_test(what_is_not_allowed_leaves_its_children),
        cmocka_unit_test(hostile_elements_go_with_all_they_hold),
        cmocka_unit_test(links_become_absolute_and_say_whose_they_are),
        cmocka_unit_test(other_schemes_are_refused_however_they_are_written),
        cmocka_unit_test(pictures_keep_their_candidates_or_their_description),
        cmocka_unit_test(numbers_and_words_are_checked),
        cmocka_unit_test(bytes_that_html_cannot_hold_vanish),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
