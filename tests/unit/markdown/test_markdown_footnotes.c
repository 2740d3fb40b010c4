/* Footnotes: what defines one, how they are numbered, where marks in the source must leave no
 * trace. */
#include "examples.h"

#include <jansson.h>
#include <stdlib.h>

#define REF(id, n)                                                                                 \
    "<sup><a id=\"fnref-" id "\" href=\"#fn-" n "\" role=\"doc-noteref\">" n "</a></sup>"
#define BACK(id, n)                                                                                \
    "<a href=\"#fnref-" id "\" role=\"doc-backlink\" aria-label=\"Back to reference " n            \
    "\">\xE2\x86\xA9\xEF\xB8\x8E</a>"
#define NOTES(items)                                                                               \
    "<section class=\"footnotes\" role=\"doc-endnotes\"><ol>" items "</ol></section>"
#define NOTE(n, html) "<li id=\"fn-" n "\">" html "</li>"

static void references_are_numbered_in_their_order(void **state) {
    (void)state;
    static const example cases[] = {
        {"a[^x] b[^1]\n\n[^1]: one\n[^x]: *two*\n",
         "<p>a" REF("1", "1") " b" REF("2", "2") "</p>" NOTES(
             NOTE("1", "<p><em>two</em> " BACK("1", "1") "</p>")
                 NOTE("2", "<p>one " BACK("2", "2") "</p>"))},
        {"a[^x] b[^X]\n\n[^x]: n\n",
         "<p>a" REF("1", "1") " b" REF("1-2", "1") "</p>" NOTES(
             NOTE("1", "<p>n " BACK("1", "1") " " BACK("1-2", "1-2") "</p>"))},
        /* what only a note refers to comes after */
        {"[^a] [^b]\n\n[^a]: x[^c]\n[^b]: y\n[^c]: z\n",
         "<p>" REF("1", "1") " " REF("2", "2") "</p>" NOTES(
             NOTE("1", "<p>x" REF("3", "3") " " BACK("1", "1") "</p>") NOTE(
                 "2", "<p>y " BACK("2", "2") "</p>") NOTE("3", "<p>z " BACK("3", "3") "</p>"))},
        {"[^a]\n\n[^a]: x[^a]\n",
         "<p>" REF("1", "1") "</p>" NOTES(
             NOTE("1", "<p>x" REF("1-2", "1") " " BACK("1", "1") " " BACK("1-2", "1-2") "</p>"))},
    };
    CHECK_SQUEEZED(cases, NULL);
}

static void a_note_has_as_many_blocks_as_are_indented(void **state) {
    (void)state;
    static const example cases[] = {
        {"a[^1]\n\n[^1]: one\nlazy\n\n    two\n\n    - x\n\n            code\n\nout\n",
         "<p>a" REF("1", "1") "</p><p>out</p>" NOTES(
             NOTE("1", "<p>one\nlazy</p><p>two</p><ul><li><p>x</p><pre><code>  "
                       "code\n</code></pre></li></ul><p>" BACK("1", "1") "</p>"))},
        {"a[^1]\n\n[^1]:\n        code\n\n    | h |\n    |-|\n",
         "<p>a" REF("1", "1") "</p>" NOTES(
             NOTE("1", "<pre><code>code\n</code></pre><table><thead><tr><th>h</th></tr></thead></"
                       "table><p>" BACK("1", "1") "</p>"))},
        {"a[^1]\n[^1]: b\n",
         "<p>a" REF("1", "1") "</p>" NOTES(NOTE("1", "<p>b " BACK("1", "1") "</p>"))},
        {"> a[^1]\n>\n> [^1]: b\n", "<blockquote><p>a" REF("1", "1") "</p></blockquote>" NOTES(
                                        NOTE("1", "<p>b " BACK("1", "1") "</p>"))},
        {"+ l[^1]\n\n[^1]: b\n\n+ m\n",
         "<ul><li>l" REF("1", "1") "</li></ul><ul><li>m</li></ul>" NOTES(
             NOTE("1", "<p>b " BACK("1", "1") "</p>"))},
    };
    CHECK_SQUEEZED(cases, NULL);
}

static void references_stand_wherever_text_does(void **state) {
    (void)state;
    static const example cases[] = {
        {"*a[^1]* ![^1] **x**[^1]\n\n[^1]: n\n",
         "<p><em>a" REF("1", "1") "</em> !" REF("1-2", "1") " <strong>x</strong>" REF(
             "1-3", "1") "</p>" NOTES(NOTE("1",
                                           "<p>n " BACK("1", "1") " " BACK("1-2", "1-2") " " BACK(
                                               "1-3", "1-3") "</p>"))},
        {"|a[^1]|\n|-|\n\n# h[^1]\n\n[^1]: n\n",
         "<table><thead><tr><th>a" REF("1", "1") "</th></tr></thead></table><h1 id=\"h\">h" REF(
             "1-2",
             "1") "</h1>" NOTES(NOTE("1", "<p>n " BACK("1", "1") " " BACK("1-2", "1-2") "</p>"))},
    };
    CHECK_SQUEEZED(cases, NULL);
}

static void what_only_looks_like_one_is_text(void **state) {
    (void)state;
    static const example cases[] = {
        {"a[^1] [^] [^ x] \\[^1]\n", "<p>a[^1] [^] [^ x] [^1]</p>\n"},
        {"`[^1]` [^1](u) [x[^1]](u) ![y[^1]](u) \\[^1]\n\n    [^1]\n\n```\n[^1]: c\n```\n\n<!-- "
         "[^1] -->\n\n[^1]: n\n",
         "<p><code>[^1]</code> <a href=\"u\">^1</a> <a href=\"u\">x[^1]</a> <img src=\"u\" "
         "alt=\"y[^1]\" "
         "/> [^1]</p>\n<pre><code>[^1]\n</code></pre>\n<pre><code>[^1]: c\n</code></pre>\n"},
        {"[a](b[^1]) \"x\"\n\n[^1]: n\n", "<p><a href=\"b%5B%5E1%5D\">a</a> &quot;x&quot;</p>\n"},
    };
    CHECK(cases, NULL);
    static const example off[] = {{"a[^1]\n\n[^1]: n m\n", "<p>a[^1]</p>\n<p>[^1]: n m</p>\n"}};
    CHECK(off, (&(lede_markdown_options){.off = LEDE_MARKDOWN_FOOTNOTES}));
}

static void marks_that_a_text_forges_are_believed_nowhere(void **state) {
    (void)state;
    const char *const sources[] = {
        "[^1] \xF0\x90\xA9\x90"
        "0\xF0\x90\xA9\x91\n\n[^1]: n\n",
        "[^1] &#x10A50;0&#x10A51; &#x10A50;1&#x10A51;\n\n[^1]: n\n",
        "`[^1]` &#x10A50;0&#x10A51;\n\n[^1]: n\n",
        ":k[`x] &#x10A50;1&#x10A51;` &#x10A50;0&#x10A51;\n",
        "&#x10A50;0&#x10A51;\n\n:::\n",
        "&#x10A50;0&#x10A51;\n\n::x\n",
        "# &#x10A50;0&#x10A51;\n:::x\n&#x10A50;99999999999999999999&#x10A51;\n",
    };
    for (size_t i = 0; i < sizeof sources / sizeof *sources; i++) {
        lede_buf out;
        lede_buf_init(&out, LEDE_BUF_MAX);
        const lede_markdown_options o = {.language = LEDE_STR("fr")};
        assert_int_equal(lede_markdown_html(lede_str_of(sources[i]), &o, &out, NULL), LEDE_OK);
        lede_buf_fini(&out);
    }
}

/* ---- notes to the author */

typedef struct heard {
    lede_buf text;
} heard;

static void hear(void *ctx, const lede_markdown_note *n) {
    heard *h = ctx;
    lede_buf_addf(&h->text, "%s %.*s %d\n", n->kind, (int)n->name.len, n->name.ptr, n->line);
}

static void what_is_left_out_is_noted_with_its_line(void **state) {
    (void)state;
    heard h;
    lede_buf out;
    lede_buf_init(&h.text, LEDE_BUF_MAX);
    lede_buf_init(&out, LEDE_BUF_MAX);
    const lede_markdown_options o = {.note = hear, .ctx = &h};
    lede_str source = LEDE_STR(
        "a[^1]\n\n[^1]: n\n[^1]: second\r\n\r\n[^lost]: x[^2]\n\n[^2]: y\n\n```\n[^3]: z\n```\n");
    assert_int_equal(lede_markdown_html(source, &o, &out, NULL), LEDE_OK);
    assert_string_equal(h.text.ptr, "footnote 1 4\nfootnote lost 6\nfootnote 2 8\n");
    assert_null(strstr(out.ptr, "second"));
    lede_buf_fini(&h.text);
    lede_buf_fini(&out);
}

/* Ours and markdown-it's differ in form; both must find the same notes with the same text. */
static size_t count(lede_str s, const char *what) {
    size_t n = 0, at = 0;
    for (; (at = lede_str_search(s, lede_str_of(what), at)) != (size_t)-1; at++)
        n++;
    return n;
}

static void the_same_notes_are_found_as_elsewhere(void **state) {
    (void)state;
    static const char file[] = "../shared/data/markdown/markdown-it-footnote.json";
    json_error_t why;
    json_t *cases = json_load_file(file, 0, &why), *c;
    if (!cases) {
        print_message("not run: %s is not there\n", file);
        skip();
    }
    size_t i, compared = 0;
    json_array_foreach(cases, i, c) {
        lede_str source = lede_str_of(json_string_value(json_object_get(c, "markdown")));
        lede_str theirs = lede_str_of(json_string_value(json_object_get(c, "html")));
        bool inline_notes = lede_str_search(source, LEDE_STR("^["), 0) != (size_t)-1;
        bool nested = lede_str_search(source, LEDE_STR("]:["), 0) != (size_t)-1;
        if (inline_notes || nested) /* another syntax; two definitions on a line */
            continue;
        lede_buf out;
        lede_buf_init(&out, LEDE_BUF_MAX);
        assert_int_equal(lede_markdown_html(source, NULL, &out, NULL), LEDE_OK);
        assert_int_equal(count(lede_buf_str(&out), "role=\"doc-noteref\""),
                         count(theirs, "class=\"footnote-ref\""));
        assert_int_equal(count(lede_buf_str(&out), "<li id=\"fn-"),
                         count(theirs, "class=\"footnote-item\""));
        assert_int_equal(count(lede_buf_str(&out), "role=\"doc-backlink\""),
                         count(theirs, "class=\"footnote-backref\""));
        lede_buf_fini(&out);
        compared++;
    }
    assert_int_equal(compared, 10);
    json_decref(cases);
}

static void an_excerpt_has_no_marks_of_notes(void **state) {
    (void)state;
    lede_buf out;
    lede_buf_init(&out, LEDE_BUF_MAX);
    lede_markdown_lead(LEDE_STR("One[^1] ~~two~~ three.\n\n- [ ] four\n\n[^1]: note\n"), 100, &out);
    assert_string_equal(out.ptr, "One three. four");
    lede_buf_clear(&out);
    lede_markdown_lead(LEDE_STR("Cut off[^1] before[^a-b] its [^] notes [^x y]."), 100, &out);
    assert_string_equal(out.ptr, "Cut off before its [^] notes [^x y].");
    lede_buf_fini(&out);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(references_are_numbered_in_their_order),
        cmocka_unit_test(a_note_has_as_many_blocks_as_are_indented),
        cmocka_unit_test(references_stand_wherever_text_does),
        cmocka_unit_test(what_only_looks_like_one_is_text),
        cmocka_unit_test(marks_that_a_text_forges_are_believed_nowhere),
        cmocka_unit_test(what_is_left_out_is_noted_with_its_line),
        cmocka_unit_test(the_same_notes_are_found_as_elsewhere),
        cmocka_unit_test(an_excerpt_has_no_marks_of_notes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
