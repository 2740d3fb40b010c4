/* Elements of a whole document: names, lines, attributes, text, and what a parser had to mend. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "html_test.h"

#include <stdlib.h>

typedef struct seen {
    lede_buf words;
    const char *only; /* a tag, or NULL for all with a flaw */
} seen;

static bool note(void *ctx, const lede_html_element *e) {
    seen *s = ctx;
    if (s->only ? !lede_str_is(e->tag, s->only) : e->flaw == LEDE_HTML_FLAWLESS)
        return true;
    lede_buf_addf(&s->words, "%.*s:%d:%d", (int)e->tag.len, e->tag.ptr, e->line, (int)e->flaw);
    lede_str name, value;
    for (size_t i = 0; lede_html_attribute(e, i, &name, &value); i++)
        lede_buf_addf(&s->words, "[%.*s=%.*s]", (int)name.len, name.ptr, (int)value.len, value.ptr);
    lede_buf_addc(&s->words, '(');
    lede_html_element_text(e, &s->words);
    lede_buf_adds(&s->words, ") ");
    return true;
}

static void assert_seen(const char *html, const char *only, const char *wanted) {
    seen s = {.only = only};
    lede_buf_init(&s.words, 1 << 20);
    assert_int_equal(lede_html_read(lede_str_of(html), note, &s, NULL, NULL), LEDE_OK);
    assert_string_equal(s.words.ptr, wanted);
    lede_buf_fini(&s.words);
}

static void elements_are_told_with_lines_and_attributes(void **state) {
    (void)state;
    assert_seen("<!doctype html>\n<title>a &amp; b</title>\n<p>x", "title", "title:2:0(a & b) ");
    assert_seen("<p><a HREF='/x?a=1&amp;b' ID=k>one <b>two</b></a>\n<a>three</a>", "a",
                "a:1:0[href=/x?a=1&b][id=k](one two) a:2:0(three) ");
    assert_seen("<script type='application/ld+json'>{\"a\":\"<b>\"}</script>", "script",
                "script:1:0[type=application/ld+json]({\"a\":\"<b>\"}) ");
    assert_seen("<Picture><img src=a></picture>", "picture", "picture:1:0() ");
    assert_seen("<svg><a href='#x'><title>t</title></a></svg>", "title", "title:1:0(t) ");
    assert_seen("x", "body", "body:0:0(x) ");
}

static void what_was_mended_is_told(void **state) {
    (void)state;
    static const char *const rows[][2] = {
        {"<!doctype html><html><head><title>t</title></head><body><ul><li>a<li>b</ul><p>c<p>d<br>"
         "<img src=x><table><tr><td>e</table></body></html>",
         ""},
        {"<p>a\n<div>b</div>", ""},
        {"<div><section>a\n</div>", "section:1:1(a\n) "},
        {"<div>a", "div:1:1(a) "},
        {"<p>a <b>b</p><p>c</p>", "b:1:1(b) b:1:2(c) "},
        {"<p><i>a<b>b</i>c</b>", "b:1:1(b) b:1:2(c) "},
        {"<table><b>x</b><tr><td>y</table>", "b:1:3(x) "},
        {"<p>a<div>b</div></p>", "p:1:4() "},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        seen s = {0};
        lede_buf_init(&s.words, 1 << 20);
        lede_buf_addc(&s.words, '|');
        assert_int_equal(lede_html_read(lede_str_of(rows[i][0]), note, &s, NULL, NULL), LEDE_OK);
        assert_string_equal(s.words.ptr + 1, rows[i][1]);
        lede_buf_fini(&s.words);
    }
}

static bool stop(void *ctx, const lede_html_element *e) {
    (void)e;
    return --*(int *)ctx > 0;
}

static void a_document_type_is_told_and_a_visit_ends(void **state) {
    (void)state;
    bool doctype = false;
    int left = 2;
    assert_int_equal(lede_html_read(LEDE_STR("<!DOCTYPE html><p>"), stop, &left, &doctype, NULL),
                     LEDE_OK);
    assert_true(doctype);
    assert_int_equal(left, 0);
    left = 9;
    assert_int_equal(lede_html_read(LEDE_STR("<p>"), stop, &left, &doctype, NULL), LEDE_OK);
    assert_false(doctype);
    assert_int_equal(
        lede_html_read(LEDE_STR("<!doctype html public '-//W3C//DTD HTML 3.2//EN'><p>"), stop,
                       &left, &doctype, NULL),
        LEDE_OK);
    assert_false(doctype);
}

static void a_depth_that_nobody_writes_is_walked_or_refused(void **state) {
    (void)state;
    lede_buf html;
    lede_buf_init(&html, LEDE_BUF_MAX);
    for (int i = 0; i < 3000; i++)
        lede_buf_adds(&html, "<div>");
    seen s = {.only = "html"};
    lede_buf_init(&s.words, 1 << 20);
    assert_int_equal(lede_html_read(lede_buf_str(&html), note, &s, NULL, NULL), LEDE_OK);
    for (int i = 0; i < 400000; i++)
        lede_buf_adds(&html, "<div>");
    lede_error err = {0};
    assert_int_equal(lede_html_read(lede_buf_str(&html), note, &s, NULL, &err), LEDE_ELIMIT);
    assert_non_null(strstr(err.message, "too deep"));
    lede_buf_fini(&s.words);
    lede_buf_fini(&html);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(elements_are_told_with_lines_and_attributes),
        cmocka_unit_test(what_was_mended_is_told),
        cmocka_unit_test(a_document_type_is_told_and_a_visit_ends),
        cmocka_unit_test(a_depth_that_nobody_writes_is_walked_or_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
