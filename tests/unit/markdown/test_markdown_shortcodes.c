/* Shortcodes and Liquid tags: found outside code, left alone inside it, never a crash, linear time.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "lede/markdown.h"

#include <stdlib.h>
#include <time.h>

/* Writes every tag as "[name|args]" with marks for what it is; does not know "unknown". */
static bool show(void *ctx, const lede_shortcode *s, lede_buf *out) {
    int *last_line = ctx;
    if (last_line)
        *last_line = s->line;
    if (lede_str_is(s->name, "unknown"))
        return false;
    lede_buf_addf(out, "[%s%.*s%s%s|%.*s]", s->closing ? "/" : "", (int)s->name.len, s->name.ptr,
                  s->self_closing ? "/" : "", s->liquid ? "%" : "", (int)s->args.len, s->args.ptr);
    return true;
}

typedef struct example {
    const char *source, *expected;
} example;

static void check(const example *cases, size_t n) {
    for (size_t i = 0; i < n; i++) {
        lede_buf out;
        lede_buf_init(&out, LEDE_BUF_MAX);
        lede_markdown_shortcodes(lede_str_of(cases[i].source), show, NULL, &out);
        assert_string_equal(out.ptr, cases[i].expected);
        lede_buf_fini(&out);
    }
}
#define CHECK(cases) check(cases, sizeof cases / sizeof *cases)

static void tags_of_every_kind_are_found(void **state) {
    (void)state;
    static const example cases[] = {
        {"a {{< img src=\"b.png\" alt=\"c d\" >}} e", "a [img|src=\"b.png\" alt=\"c d\"] e"},
        {"{{<img>}}{{% note %}}x{{% /note %}}", "[img|][note|]x[/note|]"},
        {"{{< a/b_c-d.html />}}", "[a/b_c-d.html/|]"},
        {"{{< x />}} {{< x y / >}}", "[x/|] [x/|y]"},
        {"{{</ box >}}", "[/box|]"},
        {"{% image \"a b\" %}{%- include x -%}{% endnote %}",
         "[image%|\"a b\"][include%|x][/endnote%|]"},
        {"{{ site.baseurl }}/x {{\"/y\" | url}}", "[{{%|site.baseurl]/x [{{%|\"/y\" | url]"},
        {"[t]({{< ref \"p.md\" >}})", "[t]([ref|\"p.md\"])"},
        {"{% include \"f.html\",\n  image: \"a\",\n  alt: \"b\" %}",
         "[include%|\"f.html\",\n  image: \"a\",\n  alt: \"b\"]"},
        {"{{< a >}}\n{{< b >}}", "[a|]\n[b|]"},
    };
    CHECK(cases);
}

static void what_is_no_tag_stays(void **state) {
    (void)state;
    static const example cases[] = {
        {"", ""},
        {"a { b } c {", "a { b } c {"},
        {"{{", "{{"},
        {"{{<", "{{<"},
        {"{{< a", "{{< a"},
        {"{{< a\n\n>}}", "{{< a\n\n>}}"},
        {"> {{< a\n>\n> b >}}", "> {{< a\n>\n> b >}}"},
        {"{% 50 %}", "{% 50 %}"},
        {"{{}}", "{{}}"},
        {"{{<  >}}", "{{<  >}}"},
        {"{{< open {{< a >}}", "{{< open [a|]"},
        {"{% open\n{% a %}", "{% open\n[a%|]"},
        {"100%} {%", "100%} {%"},
    };
    CHECK(cases);
}

static void escaped_tags_are_shown(void **state) {
    (void)state;
    static const example cases[] = {
        {"{{</* img src=\"x\" */>}} {{< a >}}", "{{&lt; img src=\"x\" &gt;}} [a|]"},
        {"{{%/* note */%}}", "{{% note %}}"},
        {"{% raw %}{{ x }} {% y %}{% endraw %} {% z %}", "{{ x }} {% y %} [z%|]"},
        {"{%raw%}{{%endraw%}x}} {% z %}", "{x}} [z%|]"},
        {"{%- raw -%}{{< a >}}{%- endraw -%}", "{{< a >}}"},
        {"{% raw %}never ends {% z %}", "[raw%|]never ends [z%|]"},
        {"{% raw %}\n```\n{{ a }}\n```\n{% endraw %}\n{% z %}", "\n```\n{{ a }}\n```\n\n[z%|]"},
    };
    CHECK(cases);
}

static void code_is_left_alone(void **state) {
    (void)state;
    static const example cases[] = {
        {"`{{< a >}}` {{< b >}}", "`{{< a >}}` [b|]"},
        {"``a ` {{< a >}}`` {{< b >}}", "``a ` {{< a >}}`` [b|]"},
        {"stray ` {{< a >}}\n\n` {{< b >}}", "stray ` [a|]\n\n` [b|]"},
        {"- stray ` {{< a >}}\n- ` {{< b >}}", "- stray ` [a|]\n- ` [b|]"},
        {"> stray ` {{< a >}}\n>\n> ` {{< b >}}", "> stray ` [a|]\n>\n> ` [b|]"},
        {"`a``b {{< a >}}", "`a``b [a|]"},
        {"\\`{{< a >}}\\`", "\\`[a|]\\`"},
        {"{{< a x=\"`\" >}} {{< b x=\"`\" >}}", "[a|x=\"`\"] [b|x=\"`\"]"},
        {"```\n{{< a >}}\n```\n{{< b >}}\n", "```\n{{< a >}}\n```\n[b|]\n"},
        {"~~~ {{< a >}}\n{{< a >}}\n~~~~\n{{< b >}}", "~~~ {{< a >}}\n{{< a >}}\n~~~~\n[b|]"},
        {"```\n{{< a >}}", "```\n{{< a >}}"},
        {"> ```\n> {{< a >}}\n\n{{< b >}}", "> ```\n> {{< a >}}\n\n[b|]"},
        {"- x\n\n  ```\n  {{< a >}}\n  ```\n\n{{< b >}}",
         "- x\n\n  ```\n  {{< a >}}\n  ```\n\n[b|]"},
        {"- ```\n  {{< a >}}\n\nend {{< b >}}", "- ```\n  {{< a >}}\n\nend [b|]"},
        {"1. ~~~\n   {{< a >}}\n   ~~~\n   {{< b >}}", "1. ~~~\n   {{< a >}}\n   ~~~\n   [b|]"},
        {"    {{< a >}}\n    {{< a >}}\n\n{{< b >}}", "    {{< a >}}\n    {{< a >}}\n\n[b|]"},
        {"text\n    {{< b >}}\n", "text\n    [b|]\n"},
        {"- x\n\n    {{< b >}}\n", "- x\n\n    [b|]\n"},
        {"- x\n\n      {{< a >}}\n", "- x\n\n      {{< a >}}\n"},
        {"- x\n\nend\n\n    {{< a >}}\n", "- x\n\nend\n\n    {{< a >}}\n"},
        {"\t{{< a >}}\n", "\t{{< a >}}\n"},
        {"<ul>\n\n    <li>{{< b >}}</li>\n\n    {{< b >}}\n\nend\n\n    {{< a >}}\n",
         "<ul>\n\n    <li>[b|]</li>\n\n    [b|]\n\nend\n\n    {{< a >}}\n"},
        {"<!--more-->\n\n    {{< a >}}\n", "<!--more-->\n\n    {{< a >}}\n"},
        {"    <p>{{ a }}</p>\n", "    <p>{{ a }}</p>\n"},
        {"    code\n\n    {{< a >}}\n", "    code\n\n    {{< a >}}\n"},
    };
    CHECK(cases);
}

static void pairs_of_raw_vanish_in_code_too(void **state) {
    (void)state;
    static const example cases[] = {
        {"`{% raw %}{{{% endraw %} x }}`", "`{{ x }}`"},
        {"```\nA={% raw %}{{{% endraw %} p }}\nB={%raw%}{%{%endraw%}\n```\n{% z %}",
         "```\nA={{ p }}\nB={%\n```\n[z%|]"},
        {"`{% raw %}` and {% z %}", "`{% raw %}` and [z%|]"},
        {"`{% raw %}` and `{% endraw %}` {% z %}", "`{% raw %}` and `{% endraw %}` [z%|]"},
        {"```\n{% raw %}\n{{ a }}\n{{ b }}{% endraw %}\n{{ c }}\n```\n{% z %}",
         "```\n\n{{ a }}\n{{ b }}\n{{ c }}\n```\n[z%|]"},
        {"```\n{% raw %}\n{{ a }}\n```\n{% endraw %}\n{% z %}", "```\n\n{{ a }}\n```\n\n[z%|]"},
    };
    CHECK(cases);
}

static void unknown_tags_are_counted_and_lines_told(void **state) {
    (void)state;
    lede_buf out;
    int line = 0;
    lede_buf_init(&out, LEDE_BUF_MAX);
    size_t unknown = lede_markdown_shortcodes(
        LEDE_STR("a {{< unknown >}} b\n{% unknown %}\n\n```\nx\n```\n{{< known >}}"), show, &line,
        &out);
    assert_int_equal(unknown, 2);
    assert_int_equal(line, 7);
    assert_string_equal(out.ptr, "a  b\n\n\n```\nx\n```\n[known|]");
    lede_buf_clear(&out);
    assert_int_equal(lede_markdown_shortcodes(LEDE_STR("plain"), show, &line, &out), 0);
    assert_string_equal(out.ptr, "plain");
    assert_false(lede_markdown_has_shortcodes(LEDE_STR("a { b")));
    assert_false(lede_markdown_has_shortcodes(LEDE_STR("{")));
    assert_true(lede_markdown_has_shortcodes(LEDE_STR("x {{< a >}}")));
    lede_buf_fini(&out);
}

static double seconds(void) {
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static void a_megabyte_of_anything_takes_linear_time(void **state) {
    (void)state;
    static const char *const patterns[] = {
        "{{< ",
        "{% ",
        "{{ a ",
        "{% raw %}",
        "{{</* ",
        "`",
        "`{{< a >}} ",
        "``a`",
        "- `{% raw %}\n",
        "{%      ",
        "{",
        "> ",
        "- ",
        "\t",
        "{{< a >}}",
        "`{% raw",
        "```\n{% raw %}\n",
        "\n",
        "{% raw %}{% endraw",
        "> `a\n",
        "`a\n\n",
    };
    for (size_t i = 0; i < sizeof patterns / sizeof *patterns; i++) {
        lede_buf source, out;
        lede_buf_init(&source, LEDE_BUF_MAX);
        lede_buf_init(&out, LEDE_BUF_MAX);
        while (source.len < 1024 * 1024)
            lede_buf_adds(&source, patterns[i]);
        double before = seconds();
        lede_markdown_shortcodes(lede_buf_str(&source), show, NULL, &out);
        double took = seconds() - before;
        if (took > 2)
            fail_msg("%s takes %.1f s", patterns[i], took);
        lede_buf_fini(&source);
        lede_buf_fini(&out);
    }
}

static void random_bytes_do_no_harm(void **state) {
    (void)state;
    static const char alphabet[] = "{{{<>%}}}`~\n\n  \t->1.*/a\"rawendraw\r\\";
    unsigned seed = 3;
    for (int round = 0; round < 20000; round++) {
        char *exact = malloc(60); /* its own block: a sanitizer sees every byte too many */
        assert_non_null(exact);
        size_t n = (size_t)(round % 60) + 1;
        for (size_t i = 0; i < n; i++)
            exact[i] =
                alphabet[(seed = seed * 1664525u + 1013904223u) / 65536 % (sizeof alphabet - 1)];
        exact = realloc(exact, n);
        assert_non_null(exact);
        lede_buf out;
        lede_buf_init(&out, LEDE_BUF_MAX);
        lede_markdown_shortcodes((lede_str){exact, n}, show, NULL, &out);
        lede_markdown_lead((lede_str){exact, n}, 20, &out);
        assert_int_equal(lede_buf_status(&out, NULL), LEDE_OK);
        lede_buf_fini(&out);
        free(exact);
    }
}

static void leads_are_words_alone(void **state) {
    (void)state;
    static const example cases[] = {
        {"", ""},
        {"# Title\n\nOne *two*\n`three`.\n\n> four\n\n- five\n- six\n",
         "One two three. four five six"},
        {"![pic](a.png) Text with [a link](https://x.y) and <https://z.w>.",
         "Text with a link and ."},
        {"[https://x.y](https://x.y) then", "then"},
        {"```\ncode\n```\n<div>html</div>\n\n<!--more-->\n\nwords<br>more <b>bold</b>",
         "words more bold"},
        {"{{< img src=\"a\" >}} Words {% image \"b\" %}here", "Words here"},
        {"[text]({{< ref \"a.md\" >}}) stays", "text stays"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        lede_buf out;
        lede_buf_init(&out, LEDE_BUF_MAX);
        lede_markdown_lead(lede_str_of(cases[i].source), 400, &out);
        assert_string_equal(out.ptr, cases[i].expected);
        lede_buf_fini(&out);
    }
}

static void leads_stop_and_look_behind_long_code(void **state) {
    (void)state;
    lede_buf source, out;
    lede_buf_init(&source, LEDE_BUF_MAX);
    lede_buf_init(&out, LEDE_BUF_MAX);
    lede_buf_adds(&source, "```\n");
    for (int i = 0; i < 1000; i++)
        lede_buf_adds(&source, "code line\n\n");
    lede_buf_adds(&source, "```\n\nFirst words.\n");
    lede_markdown_lead(lede_buf_str(&source), 100, &out);
    assert_string_equal(out.ptr, "First words.");
    lede_buf_clear(&source);
    lede_buf_clear(&out);
    for (int i = 0; i < 5000; i++)
        lede_buf_adds(&source, "many words\n");
    lede_markdown_lead(lede_buf_str(&source), 100, &out);
    assert_in_range(out.len, 100, 120);
    lede_buf_fini(&source);
    lede_buf_fini(&out);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tags_of_every_kind_are_found),
        cmocka_unit_test(what_is_no_tag_stays),
        cmocka_unit_test(escaped_tags_are_shown),
        cmocka_unit_test(code_is_left_alone),
        cmocka_unit_test(pairs_of_raw_vanish_in_code_too),
        cmocka_unit_test(unknown_tags_are_counted_and_lines_told),
        cmocka_unit_test(a_megabyte_of_anything_takes_linear_time),
        cmocka_unit_test(random_bytes_do_no_harm),
        cmocka_unit_test(leads_are_words_alone),
        cmocka_unit_test(leads_stop_and_look_behind_long_code),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
