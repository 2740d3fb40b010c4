/* CommonMark's own 652 examples when the shared data is there, ours always; our renderer against
 * cmark's on both. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "lede/markdown.h"

#include <cmark.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

static const char *const files[] = {"../shared/data/markdown/commonmark-0.30.json"};

static void render(lede_str source, const lede_markdown_options *o, lede_buf *out) {
    lede_error err = {0};
    lede_buf_clear(out);
    if (lede_markdown_html(source, o, out, &err))
        fail_msg("%s", err.message);
}

static void every_example_of_the_specification_is_exact(void **state) {
    (void)state;
    json_error_t why;
    json_t *cases = json_load_file(files[0], 0, &why);
    if (!cases) {
        print_message("not run: %s is not there\n", files[0]);
        skip();
    }
    const lede_markdown_options exact = {.unsafe = true, .plain_commonmark = true};
    const lede_markdown_options ours = {.unsafe = true, .off = LEDE_MARKDOWN_ALL};
    lede_buf out;
    lede_buf_init(&out, LEDE_BUF_MAX);
    size_t i, passed = 0;
    json_t *c;
    json_array_foreach(cases, i, c) {
        json_t *markdown = json_object_get(c, "markdown"), *html = json_object_get(c, "html");
        lede_str source = {json_string_value(markdown), json_string_length(markdown)};
        lede_str expected = {json_string_value(html), json_string_length(html)};
        render(source, &exact, &out);
        if (lede_str_eq(lede_buf_str(&out), expected))
            passed++;
        else
            print_message("example %zu:\n%s---\n%s", i + 1, expected.ptr, out.ptr);
        render(source, &ours, &out);
        assert_string_equal(out.ptr, expected.ptr);
    }
    assert_int_equal(passed, 652);
    assert_int_equal(json_array_size(cases), 652);
    lede_buf_fini(&out);
    json_decref(cases);
}

/* Pieces that together reach every node, every escape and every nesting. */
static const char *const pieces[] = {
    "# A *b* `c` & <d>\n",
    "Setext\n===\n",
    "para one\nline two  \nbreak\\\nend\n",
    "> quote\n> > deeper\n\n",
    "- a\n- b\n\n  c\n",
    "1. x\n2. y\n",
    "7) z\n   - in\n",
    "```c&\"d e\n<x> & \"y\"\n```\n",
    "    indented <code>\n",
    "***\n",
    "<div>\nraw & html\n</div>\n\n",
    "in <b>line</b> & \xC3\xA9 &copy; &#0;\n",
    "[a](b \"t<&>\") ![i *e* `c`\nd](s't&u[v] \"w\")\n",
    "<http://x.y/?a=b&c=\xC3\xA9~`>\n",
    "[r][R] **s *e* s** ![o ![n](m) p](q)\n",
    "\n[r]: /url 'ti \"tle\"'\n\n",
    "~~~\n~~~\n",
    "* \n* x\n",
    "\\# \\<b\\> a\"b'c\n",
};
enum { PIECES = sizeof pieces / sizeof *pieces };

static unsigned next_random(unsigned *seed) {
    return (*seed = *seed * 1664525u + 1013904223u) >> 8;
}

static void our_renderer_equals_cmarks_on_mixed_documents(void **state) {
    (void)state;
    lede_buf source, out;
    lede_buf_init(&source, LEDE_BUF_MAX);
    lede_buf_init(&out, LEDE_BUF_MAX);
    unsigned seed = 7;
    for (int round = 0; round < 3000; round++) {
        lede_buf_clear(&source);
        for (unsigned n = next_random(&seed) % 8 + 1; n; n--) {
            if (next_random(&seed) % 4 == 0)
                lede_buf_adds(&source, "> ");
            if (next_random(&seed) % 6 == 0)
                lede_buf_adds(&source, "  ");
            lede_buf_adds(&source, pieces[next_random(&seed) % PIECES]);
            if (next_random(&seed) % 3 == 0)
                lede_buf_addc(&source, '\n');
        }
        int flags = CMARK_OPT_UNSAFE | (round % 2 ? CMARK_OPT_HARDBREAKS : 0) |
                    (round % 3 ? CMARK_OPT_SOURCEPOS : 0);
        const lede_markdown_options o = {.unsafe = true,
                                         .off = LEDE_MARKDOWN_ALL,
                                         .hard_breaks = round % 2,
                                         .source_positions = round % 3};
        char *expected = cmark_markdown_to_html(source.ptr, source.len, flags);
        render(lede_buf_str(&source), &o, &out);
        assert_string_equal(out.ptr, expected);
        free(expected);
    }
    lede_buf_fini(&source);
    lede_buf_fini(&out);
}

static void every_byte_of_a_url_is_escaped_as_cmark_does(void **state) {
    (void)state;
    lede_buf out;
    lede_buf_init(&out, LEDE_BUF_MAX);
    const lede_markdown_options o = {.unsafe = true};
    for (int c = 1; c < 256; c++) {
        char source[] = {'[', 'a', ']', '(',     '<', 'u', (char)c, '>',
                         ' ', '"', 't', (char)c, '"', ')', 0};
        char *expected = cmark_markdown_to_html(source, strlen(source), CMARK_OPT_UNSAFE);
        render(lede_str_of(source), &o, &out);
        assert_string_equal(out.ptr, expected);
        free(expected);
    }
    lede_buf_fini(&out);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_example_of_the_specification_is_exact),
        cmocka_unit_test(our_renderer_equals_cmarks_on_mixed_documents),
        cmocka_unit_test(every_byte_of_a_url_is_escaped_as_cmark_does),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
