/* The tree: reading, changing, moving; what must be refused is, and nothing dangles. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "lede/markdown.h"

static lede_markdown_doc *parse(const char *source) {
    lede_markdown_doc *d;
    lede_error err = {0};
    if (lede_markdown_parse(lede_str_of(source), NULL, &d, &err))
        fail_msg("%s", err.message);
    return d;
}

static void renders_as(lede_markdown_doc *d, const char *expected) {
    lede_buf out;
    lede_buf_init(&out, LEDE_BUF_MAX);
    assert_int_equal(lede_markdown_render(d, &out, NULL), LEDE_OK);
    assert_string_equal(out.ptr, expected);
    lede_buf_fini(&out);
}

static lede_markdown_node *first_of(lede_markdown_doc *d) {
    return lede_markdown_first(lede_markdown_root(d));
}

static void nodes_tell_what_they_are(void **state) {
    (void)state;
    lede_markdown_doc *d = parse("## A\n\n[t](/u \"v\")\n\n```lua x\ncode\n```\n");
    lede_markdown_node *h = first_of(d), *p = lede_markdown_next(h),
                       *code = lede_markdown_last(lede_markdown_root(d));
    assert_string_equal(lede_markdown_type(h), "heading");
    assert_int_equal(lede_markdown_node_level(h), 2);
    lede_markdown_node *link = lede_markdown_first(p);
    assert_true(lede_str_is(lede_markdown_node_url(link), "/u"));
    assert_true(lede_str_is(lede_markdown_node_title(link), "v"));
    assert_true(lede_str_is(lede_markdown_fence_info(code), "lua x"));
    assert_true(lede_str_is(lede_markdown_literal(code), "code\n"));
    assert_null(lede_markdown_literal(p).ptr);
    assert_ptr_equal(lede_markdown_parent(h), lede_markdown_root(d));
    assert_ptr_equal(lede_markdown_previous(p), h);
    int line, column;
    lede_markdown_position(p, &line, &column);
    assert_int_equal(line, 3);
    assert_int_equal(column, 1);
    lede_markdown_free(d);
    lede_markdown_free(NULL);
}

static void texts_can_be_set_where_they_belong(void **state) {
    (void)state;
    lede_markdown_doc *d = parse("# A\n\n[t](/u)\n\n```\nc\n```\n");
    lede_markdown_node *h = first_of(d), *p = lede_markdown_next(h), *link = lede_markdown_first(p);
    assert_true(lede_markdown_set_literal(d, lede_markdown_first(h), LEDE_STR("B <i>")));
    assert_true(lede_markdown_set_url(d, link, LEDE_STR("javascript:x")));
    assert_true(lede_markdown_set_title(d, link, LEDE_STR("\"")));
    assert_true(lede_markdown_set_level(h, 3));
    assert_false(lede_markdown_set_level(h, 7));
    assert_true(lede_markdown_set_info(d, lede_markdown_next(p), LEDE_STR("c\"")));
    assert_false(lede_markdown_set_url(d, h, LEDE_STR("/x")));
    assert_false(lede_markdown_set_literal(d, p, LEDE_STR("x")));
    assert_false(lede_markdown_set_literal(d, lede_markdown_first(h), lede_str_n("a\0b", 3)));
    renders_as(d, "<h3 id=\"b-i\">B &lt;i&gt;</h3>\n<p>t</p>\n<pre><code "
                  "class=\"language-c&quot;\">c\n</code></pre>\n");
    assert_true(lede_markdown_set_url(d, link, LEDE_STR("/ok")));
    renders_as(
        d, "<h3 id=\"b-i\">B &lt;i&gt;</h3>\n<p><a href=\"/ok\" "
           "title=\"&quot;\">t</a></p>\n<pre><code class=\"language-c&quot;\">c\n</code></pre>\n");
    lede_markdown_free(d);
}

static void nodes_can_be_made_and_moved(void **state) {
    (void)state;
    lede_markdown_doc *d = parse("one\n\ntwo\n");
    lede_markdown_node *one = first_of(d), *two = lede_markdown_next(one);
    lede_markdown_node *em = lede_markdown_new_node(d, "emph"),
                       *text = lede_markdown_new_node(d, "text");
    assert_true(lede_markdown_set_literal(d, text, LEDE_STR("new")));
    assert_true(lede_markdown_append(em, text));
    assert_true(lede_markdown_append(one, em));
    lede_markdown_node *box = lede_markdown_new_html(d, true, LEDE_STR("<aside>x</aside>"));
    assert_true(lede_markdown_insert_before(one, box));
    assert_true(lede_markdown_insert_after(box, two));
    renders_as(d, "<aside>x</aside>\n<p>two</p>\n<p>one<em>new</em></p>\n");
    lede_markdown_unlink(two);
    lede_markdown_unlink(two);
    renders_as(d, "<aside>x</aside>\n<p>one<em>new</em></p>\n");
    assert_true(lede_markdown_append(lede_markdown_root(d), two));
    lede_markdown_unlink(lede_markdown_root(d));
    renders_as(d, "<aside>x</aside>\n<p>one<em>new</em></p>\n<p>two</p>\n");
    lede_markdown_free(d);
}

static void what_would_break_the_tree_is_refused(void **state) {
    (void)state;
    lede_markdown_doc *d = parse("> one\n");
    lede_markdown_node *quote = first_of(d), *p = lede_markdown_first(quote);
    assert_null(lede_markdown_new_node(d, "no such type"));
    assert_null(lede_markdown_new_node(d, "document"));
    assert_false(lede_markdown_append(p, quote));
    assert_false(lede_markdown_append(quote, quote));
    assert_false(lede_markdown_insert_before(quote, quote));
    assert_false(lede_markdown_insert_after(p, p));
    assert_false(lede_markdown_insert_before(lede_markdown_first(p), quote));
    assert_false(lede_markdown_insert_after(lede_markdown_root(d), p));
    assert_false(lede_markdown_append(p, lede_markdown_new_node(d, "paragraph")));
    renders_as(d, "<blockquote>\n<p>one</p>\n</blockquote>\n");
    lede_markdown_free(d);
}

static void documents_live_side_by_side(void **state) {
    (void)state;
    enum { N = 6 };
    lede_markdown_doc *docs[N];
    for (int i = 0; i < N; i++)
        docs[i] = parse("*a*\n");
    for (int i = 0; i < N; i += 2)
        lede_markdown_free(docs[i]);
    for (int i = 1; i < N; i += 2) {
        lede_markdown_node *p = first_of(docs[i]), *t = lede_markdown_new_node(docs[i], "code");
        assert_true(lede_markdown_set_literal(docs[i], t, LEDE_STR("c")));
        assert_true(lede_markdown_append(p, t));
        renders_as(docs[i], "<p><em>a</em><code>c</code></p>\n");
        lede_markdown_free(docs[i]);
    }
}

static void an_outline_has_the_ids_of_the_html(void **state) {
    (void)state;
    lede_arena arena;
    lede_heading *items;
    size_t n;
    lede_arena_init(&arena, 1 << 20);
    assert_int_equal(lede_markdown_outline(LEDE_STR("# A *b*\n\nx\n\n> ## A b\n\n- ### C\n"),
                                           &arena, &items, &n, NULL),
                     LEDE_OK);
    assert_int_equal(n, 3);
    assert_true(lede_str_is(items[0].text, "A b") && lede_str_is(items[0].id, "a-b") &&
                items[0].level == 1);
    assert_true(lede_str_is(items[1].id, "a-b-2") && items[1].level == 2);
    assert_true(lede_str_is(items[2].text, "C") && items[2].level == 3);
    assert_int_equal(lede_markdown_outline(LEDE_STR("none"), &arena, &items, &n, NULL), LEDE_OK);
    assert_int_equal(n, 0);
    lede_arena_fini(&arena);
}

static void a_refused_source_gives_no_document(void **state) {
    (void)state;
    lede_markdown_doc *d = (lede_markdown_doc *)state;
    const lede_markdown_options o = {.max_bytes = 3};
    lede_error err = {0};
    assert_int_equal(lede_markdown_parse(LEDE_STR("long"), &o, &d, &err), LEDE_ELIMIT);
    assert_null(d);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nodes_tell_what_they_are),
        cmocka_unit_test(texts_can_be_set_where_they_belong),
        cmocka_unit_test(nodes_can_be_made_and_moved),
        cmocka_unit_test(what_would_break_the_tree_is_refused),
        cmocka_unit_test(documents_live_side_by_side),
        cmocka_unit_test(an_outline_has_the_ids_of_the_html),
        cmocka_unit_test(a_refused_source_gives_no_document),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
