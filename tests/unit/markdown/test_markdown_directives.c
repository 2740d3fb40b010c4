/* Directives: what fences hold, what attributes say, who answers, and what is shown when nobody
 * can. */
#include "examples.h"

#include <stdlib.h>

/* Knows names that begin with 'k'; writes down what it was given. */
static bool answer(void *ctx, const lede_directive *d, lede_buf *html) {
    static const char *const kinds[] = {"inline", "leaf", "container"};
    (void)ctx;
    if (!lede_str_starts(d->name, "k"))
        return false;
    lede_buf_addf(html, "<%.*s %s %d", (int)d->name.len, d->name.ptr, kinds[d->kind], d->line);
    if (d->label.len)
        lede_buf_addf(html, " \"%.*s\"", (int)d->label.len, d->label.ptr);
    for (size_t i = 0; i < d->n_attrs; i++)
        lede_buf_addf(html, " %.*s=[%.*s]", (int)d->attrs[i].key.len, d->attrs[i].key.ptr,
                      (int)d->attrs[i].value.len, d->attrs[i].value.ptr);
    lede_buf_addc(html, '>');
    lede_buf_add(html, d->inner);
    lede_buf_adds(html, "</>");
    return true;
}

static void hear(void *ctx, const lede_markdown_note *n) {
    lede_buf_addf(ctx, "%.*s %d: %s\n", (int)n->name.len, n->name.ptr, n->line, n->message);
}

static const lede_markdown_options known = {.directive = answer};

static void a_container_holds_blocks_up_to_its_fence(void **state) {
    (void)state;
    static const example cases[] = {
        {"a\n:::k\n# b\n\n- c\n:::\nd\n",
         "<p>a</p><k container 2><h1 id=\"b\">b</h1><ul><li>c</li></ul></><p>d</p>"},
        {"::: kit [A *b*] {c=d}\nx\n:::\n", "<p>::: kit [A <em>b</em>] {c=d}\nx</p><p>:::</p>"},
        {"::: kit[A *b*] {c=d}\nx\n:::\n", "<kit container 1 \"A b\" c=[d]><p>x</p></>"},
        {"::::k1\n:::k2\nx\n:::\ny\n::::\n",
         "<k1 container 1><k2 container 2><p>x</p></><p>y</p></>"},
        {":::k1\n:::k2\nx\n:::\ny\n:::\nz\n",
         "<k1 container 1><k2 container 2><p>x</p></><p>y</p></><p>z</p>"},
        {":::::k1\n:::k2\nx\n:::::\ny\n", "<k1 container 1><k2 container 2><p>x</p></></><p>y</p>"},
        {"> :::k\n> x\n\ny\n", "<blockquote><k container 1><p>x</p></></blockquote><p>y</p>"},
        {"- :::k\n  x\n  :::\n- y\n", "<ul><li><k container 1><p>x</p></></li><li>y</li></ul>"},
        {":::k[\\~a\\~ www.b.c]\n:::\n", "<k container 1 \"~a~ www.b.c\"></>"},
        {":::k\n:::\n", "<k container 1></>"},
        {":::k\r\nx\r\n:::\r\n", "<k container 1><p>x</p></>"},
        {":::k\n|a|\n|-|\n\nb[^1]\n:::\n\n[^1]: c\n",
         "<k container 1><table><thead><tr><th>a</th></tr></thead></table><p>b<sup><a "
         "id=\"fnref-1\" href=\"#fn-1\" role=\"doc-noteref\">1</a></sup></p></><section "
         "class=\"footnotes\" role=\"doc-endnotes\"><ol><li id=\"fn-1\"><p>c <a href=\"#fnref-1\" "
         "role=\"doc-backlink\" aria-label=\"Back to reference "
         "1\">\xE2\x86\xA9\xEF\xB8\x8E</a></p></li></ol></section>"},
    };
    CHECK_SQUEEZED(cases, &known);
}

static void a_leaf_is_a_line_and_an_inline_a_part_of_one(void **state) {
    (void)state;
    static const example cases[] = {
        {"a\n::k[b *c*]{d=e}\nf\n",
         "<p>a</p>\n<k leaf 2 \"b c\" d=[e]>b <em>c</em></>\n<p>f</p>\n"},
        {"::k\n", "<k leaf 1></>\n"},
        {"a :k[b *c* :k2[d]]{e=f} g :k[]\n",
         "<p>a <k inline 1 \"b c d\" e=[f]>b <em>c</em> <k2 inline 1 \"d\">d</></> g <k inline "
         "1></></p>\n"},
        {"*:k[a\nb]*{c}\n", "<p><em><k inline 1 \"a b\">a\nb</></em>{c}</p>\n"},
        {"[:k[a]](u) |\n", "<p><a href=\"u\"><k inline 1 \"a\">a</></a> |</p>\n"},
    };
    CHECK(cases, &known);
}

static void attributes_have_the_forms_that_authors_know(void **state) {
    (void)state;
    static const example cases[] = {
        {"::k{a=b c=\"d e\" f='g \"h\"' .i #j k .l}\n",
         "<k leaf 1 a=[b] c=[d e] f=[g \"h\"] class=[i l] id=[j] k=[]></>\n"},
        {"::k{a=\"b \\\"c\\\" \\\\ \\d }\"}\n", "<k leaf 1 a=[b \"c\" \\ \\d }]></>\n"},
        {"::k{}\n", "<k leaf 1></>\n"},
        {"::k{data-x:y.z=1}\n", "<k leaf 1 data-x:y.z=[1]></>\n"},
        {"::k{a=http://b/c*d*e_f_}\n", "<k leaf 1 a=[http://b/c*d*e_f_]></>\n"},
    };
    CHECK(cases, &known);
}

static void what_is_wrong_is_said_with_its_line_and_shown(void **state) {
    (void)state;
    static const struct {
        const char *source, *html, *note;
    } cases[] = {
        {"x\n\n::k{a=\"b}\n", "<p>x</p>\n<p>::k{a=&quot;b}</p>\n",
         "k 3: '{' is not closed by '}' on its line\n"},
        {":::k{a=}\nx\n:::\n", "<p>:::k{a=}</p>\n<p>x</p>\n",
         "k 1: a value is missing behind '=' (or has a character that must stand in quotes)\n"},
        {"::k[l *m*]{1=2}\n", "<p>::k[l <em>m</em>]{1=2}</p>\n",
         "k 1: a key must begin with a letter or '_'\n"},
        {":k[l]{a a}\n", "<p>:k[l]{a a}</p>\n", "k 1: a key is given twice\n"},
        {":k[l]{a=\"b\"c}\n", "<p>:k[l]{a=&quot;b&quot;c}</p>\n",
         "k 1: attributes need a blank between them\n"},
        {":k[l]{a=\"<b>\n", "<p>:k[l]{a=&quot;<b>\n", NULL},
        {":::k\nx\n", "<k container 1><p>x</p>\n</>\n",
         "k 1: not closed; it ends with what it stands in\n"},
        {"a\n:::\nb\n", "<p>a</p>\n<p>:::</p>\n<p>b</p>\n", ""},
        {":::u\nx\n\n:v[y]\n:::\n", "<p>x</p>\n<p>y</p>\n",
         "v 4: nobody knows it; its content stays\nu 1: nobody knows it; its content stays\n"},
        {":::u[a *b*]\nx\n:::\n", "<p>a <em>b</em></p>\n<p>x</p>\n",
         "u 1: nobody knows it; its content stays\n"},
        {"::u[x *y*]\n", "x <em>y</em>\n", "u 1: nobody knows it; its content stays\n"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        lede_buf out, notes;
        lede_buf_init(&out, LEDE_BUF_MAX);
        lede_buf_init(&notes, LEDE_BUF_MAX);
        const lede_markdown_options o = {.directive = answer, .note = hear, .ctx = &notes};
        assert_int_equal(lede_markdown_html(lede_str_of(cases[i].source), &o, &out, NULL), LEDE_OK);
        if (cases[i].note) {
            assert_string_equal(out.ptr, cases[i].html);
            assert_string_equal(notes.ptr, cases[i].note);
        } else {
            assert_null(strstr(out.ptr, "<b>"));
        }
        lede_buf_fini(&out);
        lede_buf_fini(&notes);
    }
}

static void what_only_looks_like_one_is_text(void **state) {
    (void)state;
    static const example cases[] = {
        {"12:30[x] a:k[b] ::k[c] :1[d] :k {e} x::k y\n",
         "<p>12:30[x] a:k[b] ::k[c] :1[d] :k {e} x::k y</p>\n"},
        {"`:k[a]` \\:k[b] :k[`]` c\n", "<p><code>:k[a]</code> :k[b] :k[<code>]</code> c</p>\n"},
        {"```\n:::k\nx\n:::\n```\n\n    ::k\n",
         "<pre><code>:::k\nx\n:::\n</code></pre>\n<pre><code>::k\n</code></pre>\n"},
        {":: \n:: k b\n", "<p>::\n:: k b</p>\n"},
        {"::k[a\nb]\n", "<p>::k[a\nb]</p>\n"},
        {"*:k[a* b]\n", "<p><em>:k[a</em> b]</p>\n"},
        {"[a](b/:k[c]) ![:k[d]](u)\n",
         "<p><a href=\"b/:k%5Bc%5D\">a</a> <img src=\"u\" alt=\":k[d]\" /></p>\n"},
        {"<!--\n:::k\n-->\n", ""},
    };
    CHECK(cases, &known);
    static const example off[] = {{":::k\n\n:k[a]\n", "<p>:::k</p>\n<p>:k[a]</p>\n"}};
    CHECK(off, (&(lede_markdown_options){.directive = answer, .off = LEDE_MARKDOWN_DIRECTIVES}));
}

static void ids_are_one_documents_and_the_outlines(void **state) {
    (void)state;
    static const example cases[] = {
        {"# a\n\n:::k\n# a\n:::\n\n# a\n",
         "<h1 id=\"a\">a</h1>\n<k container 3><h1 id=\"a-2\">a</h1>\n</>\n"
         "<h1 id=\"a-3\">a</h1>\n"},
    };
    CHECK(cases, &known);
    lede_markdown_doc *d;
    lede_heading *items;
    size_t n;
    lede_arena arena;
    lede_arena_init(&arena, 1 << 20);
    assert_int_equal(lede_markdown_parse(lede_str_of(cases[0].source), &known, &d, NULL), LEDE_OK);
    assert_int_equal(lede_markdown_doc_outline(d, &arena, &items, &n, NULL), LEDE_OK);
    assert_int_equal(n, 2);
    assert_true(lede_str_is(items[1].id, "a-3"));
    lede_markdown_free(d);
    lede_arena_fini(&arena);
}

static bool endless(void *ctx, const lede_directive *d, lede_buf *html) {
    (void)ctx, (void)d;
    for (int i = 0; i < 1 << 20; i++)
        lede_buf_adds(html, "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef");
    return true;
}

static void an_answer_too_long_for_the_document_is_refused(void **state) {
    (void)state;
    lede_buf source, out;
    lede_error err = {0};
    lede_buf_init(&source, LEDE_BUF_MAX);
    lede_buf_init(&out, LEDE_BUF_MAX);
    for (int i = 0; i < 10; i++)
        lede_buf_adds(&source, "::k\n");
    assert_int_equal(lede_markdown_html(lede_buf_str(&source),
                                        &(lede_markdown_options){.directive = endless}, &out, &err),
                     LEDE_ELIMIT);
    assert_int_equal(out.len, 0);
    lede_buf_fini(&source);
    lede_buf_fini(&out);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_container_holds_blocks_up_to_its_fence),
        cmocka_unit_test(a_leaf_is_a_line_and_an_inline_a_part_of_one),
        cmocka_unit_test(attributes_have_the_forms_that_authors_know),
        cmocka_unit_test(what_is_wrong_is_said_with_its_line_and_shown),
        cmocka_unit_test(what_only_looks_like_one_is_text),
        cmocka_unit_test(ids_are_one_documents_and_the_outlines),
        cmocka_unit_test(an_answer_too_long_for_the_document_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
