/* What the site's own raw HTML may hold; and that all of our Markdown passes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "html_test.h"

#include <stdlib.h>

static const lede_html_policy owner = {.trust = LEDE_HTML_OWNER, .data_images = true};

static void sections_classes_and_roles_pass(void **state) {
    (void)state;
    static const html_case same[] = {
        {"<div class=\"note wide\" id=\"box-1\"><p>x</p></div>", NULL},
        {"<section class=\"footnotes\" role=\"doc-endnotes\"><ol><li id=\"fn-1\"><p>a <a "
         "href=\"#fnref-1\" "
         "class=\"footnote-backref\" role=\"doc-backlink\" "
         "aria-label=\"Back\">b</a></p></li></ol></section>",
         NULL},
        {"<sup class=\"footnote-ref\"><a href=\"#fn-1\" id=\"fnref-1\" role=\"doc-noteref\" "
         "aria-describedby=\"f\">1</a></sup>",
         NULL},
        {"<ul><li><input type=\"checkbox\" checked=\"\" disabled=\"\" /> done</li></ul>", NULL},
        {"<table><thead><tr><th align=\"left\">a</th></tr></thead><tbody><tr><td "
         "align=\"right\">b</td></tr></tbody></table>",
         NULL},
        {"<figure><img src=\"/a.jpg\" alt=\"\" srcset=\"/a.jpg 1x, /b.jpg 2x\" sizes=\"(min-width: "
         "40em) 50vw, 100vw\" loading=\"lazy\" "
         "decoding=\"async\" fetchpriority=\"high\" width=\"3\" height=\"2\" "
         "/><figcaption>c</figcaption></figure>",
         NULL},
        {"<picture><source srcset=\"/a.avif\" type=\"image/avif\" media=\"(min-width: 4em)\" "
         "/><img src=\"a.png\" alt=\"\" /></picture>",
         NULL},
        {"<video controls=\"\" poster=\"p.png\" preload=\"none\"><source src=\"a.mp4\" "
         "type=\"video/mp4; codecs=hvc1\" />"
         "<track src=\"a.vtt\" kind=\"captions\" srclang=\"en\" label=\"English\" default=\"\" "
         "/>none</video>",
         NULL},
        {"<audio src=\"https://e.org/a.mp3\" controls=\"\"></audio>", NULL},
        {"<article><header>a</header><nav>b</nav><main>c</main><aside>d</aside><footer "
         "aria-hidden=\"true\">e</footer></article>",
         NULL},
        {"<a href=\"tel:+33\">t</a><a href=\"../x?y#z\" rel=\"author external\">u</a><a "
         "href=\"//e.org\">v</a><a id=\"top-of\"></a>",
         NULL},
        {"<h2 id=\"2024-title\">a</h2><h3 id=\"location\">b</h3>", NULL},
        {"<img src=\"data:image/gif;base64,R0=\" alt=\"\" />", NULL},
    };
    for (size_t i = 0; i < sizeof same / sizeof *same; i++)
        check_cases(&(html_case){same[i].html, same[i].html}, 1, &owner);
}

static void what_could_act_does_not(void **state) {
    (void)state;
    static const html_case cases[] = {
        {"<p style=color:red onclick=x data-a=b name=c>x</p>", "<p>x</p>"},
        {"<a href=javascript:x class=a>x</a>", "x"},
        {"<a href=x target=_blank rel='opener evil NOFOLLOW'>x</a>",
         "<a href=\"x\" rel=\"NOFOLLOW\">x</a>"},
        {"<input type=text><input><input type=checkbox>",
         "<input type=\"checkbox\" disabled=\"\" />"},
        {"<form><input type=submit></form><script>x</script><style>y</style>z", "z"},
        {"<video src=javascript:x poster=data:image/png,x onerror=y><source "
         "src=data:video/mp4,x></video>",
         "<video poster=\"data:image/png,x\"></video>"},
        {"<p role='a\"b' aria-label='c\"d' aria-hidden=x aria-owns=y>x</p>",
         "<p aria-label=\"c&quot;d\">x</p>"},
        {"<iframe src=https://player.example/x></iframe><object data=x>y</object>z", "z"},
        {"<img src=data:image/svg+xml,x alt=a>", "a"},
    };
    CHECK(cases, &owner);
}

static void ids_never_stand_before_what_scripts_look_up(void **state) {
    (void)state;
    static const html_case cases[] = {
        {"<p id=cookie>a</p><img id=currentScript src=b><div id=__proto__>c</div><section "
         "id=Location>d</section>",
         "<p>a</p><img src=\"b\" alt=\"\" /><div>c</div><section>d</section>"},
        {"<p id='a b'>a</p><p id='\"x'>b</p><p id=''>c</p>", "<p>a</p><p>b</p><p>c</p>"},
        {"<a id=forms>x</a><a id=defaultView href=y>z</a>", "x<a href=\"y\">z</a>"},
    };
    CHECK(cases, &owner);
}

static void frames_come_from_listed_hosts_in_a_sandbox(void **state) {
    (void)state;
    static const lede_str hosts[] = {{"player.example", 14}, {"www.video.example", 17}};
    const lede_html_policy p = {
        .trust = LEDE_HTML_OWNER, .iframe_hosts = hosts, .iframe_host_count = 2};
#define BOX " sandbox=\"allow-scripts allow-same-origin allow-popups allow-presentation\"></iframe>"
    static const html_case cases[] = {
        {"<iframe src=https://player.example/x?y width=3 height=2 title=t allowfullscreen "
         "loading=lazy srcdoc=z allow=camera sandbox=''><b>n</b></iframe>",
         "<iframe src=\"https://player.example/x?y\" width=\"3\" height=\"2\" title=\"t\" "
         "allowfullscreen=\"\" loading=\"lazy\"" BOX},
        {"<iframe src=https://WWW.VIDEO.example></iframe>",
         "<iframe src=\"https://WWW.VIDEO.example\"" BOX},
        {"<iframe src=http://player.example/></iframe>", ""},
        {"<iframe src=//player.example/></iframe>", ""},
        {"<iframe src=https://player.example.evil/></iframe><iframe "
         "src=https://evil/player.example></iframe>",
         ""},
        {"<iframe src=https://player.example@evil/></iframe><iframe "
         "src=https://player.example:81/></iframe>",
         ""},
        {"<iframe src='https:\\\\evil\\@player.example/'></iframe>", ""},
        {"<iframe src='https://evil#@player.example/'></iframe><iframe srcdoc=x></iframe>", ""},
    };
    CHECK(cases, &p);
}

static void what_stands_where_it_may_not_is_given_what_is_missing(void **state) {
    (void)state;
    static const html_case cases[] = {
        {"<ul><p>a</p>b<li>c</li>\n<ul><li>d</li></ul></ul>",
         "<ul><li><p>a</p>b</li><li>c</li>\n<li><ul><li>d</li></ul></li></ul>"},
        {"<div><li>a<li>b</li><p>c</p></div>", "<div><ul><li>a</li><li>b</li></ul><p>c</p></div>"},
        {"<ol> <li>a</li> </ol>", "<ol> <li>a</li> </ol>"},
        {"<menu><li>a</menu>b", "<ul><li>a</li></ul>b"},
        {"<div><figcaption>a</figcaption><summary>b</summary></div>",
         "<div><div>a</div><div>b</div></div>"},
        {"<h3><p>a</p><p><b>b</b></p></h3>", "<h3>a <b>b</b></h3>"},
        {"<h2><figure><img src=a><figcaption>c</figcaption></figure></h2>",
         "<h2><img src=\"a\" alt=\"\" />c</h2>"},
    };
    CHECK(cases, &owner);
}

static void a_body_in_a_page_skips_no_level_and_its_tables_can_be_reached(void **state) {
    (void)state;
    static const lede_html_policy p = {.trust = LEDE_HTML_OWNER, .in_page = true};
    static const html_case cases[] = {
        {"<h3 id=\"a\">a</h3><h5>b</h5><h3>c</h3>", "<h2 id=\"a\">a</h2><h3>b</h3><h3>c</h3>"},
        {"<h1>a</h1><h2>b</h2><h3>c</h3><h2>d</h2>", "<h1>a</h1><h2>b</h2><h3>c</h3><h2>d</h2>"},
        {"<pre>x</pre>", "<pre tabindex=\"0\">x</pre>"},
        {"<table tabindex=5><tr><td>x</table>",
         "<table tabindex=\"0\"><tbody><tr><td>x</td></tr></tbody></table>"},
    };
    CHECK(cases, &p);
}

static void addresses_have_a_host_and_only_what_may_stand_in_one(void **state) {
    (void)state;
    static const html_case cases[] = {
        {"<a href='https://a.b:80/c d?e=\"f\"'>x</a>",
         "<a href=\"https://a.b:80/c%20d?e=%22f%22\">x</a>"},
        {"<a href='https://[::1]/#g#h>'>x</a>", "<a href=\"https://[::1]/#g%23h%3E\">x</a>"},
        {"<a href=https://user@e.org>a</a><a href=http://%20e.org/>b</a><a "
         "href=https://e.org:x/>c</a>",
         "abc"},
    };
    CHECK(cases, &owner);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sections_classes_and_roles_pass),
        cmocka_unit_test(what_could_act_does_not),
        cmocka_unit_test(ids_never_stand_before_what_scripts_look_up),
        cmocka_unit_test(what_stands_where_it_may_not_is_given_what_is_missing),
        cmocka_unit_test(a_body_in_a_page_skips_no_level_and_its_tables_can_be_reached),
        cmocka_unit_test(addresses_have_a_host_and_only_what_may_stand_in_one),
        cmocka_unit_test(frames_come_from_listed_hosts_in_a_sandbox),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
