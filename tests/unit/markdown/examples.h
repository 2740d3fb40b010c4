/* examples.h - tables of Markdown and the HTML it must give, for the tests of this room. */
#ifndef LEDE_TEST_MARKDOWN_EXAMPLES_H
#define LEDE_TEST_MARKDOWN_EXAMPLES_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "lede/markdown.h"

typedef struct example {
    const char *source, *html;
} example;

/* Drops line ends behind tags: tables are read better without. */
static inline void squeeze(lede_buf *b) {
    size_t to = 0;
    for (size_t i = 0; i < b->len; i++)
        if (b->ptr[i] != '\n' || !to || b->ptr[to - 1] != '>')
            b->ptr[to++] = b->ptr[i];
    b->ptr[to] = '\0';
    b->len = to;
}

static inline void check_examples(const example *cases, size_t n, const lede_markdown_options *o,
                                  bool squeezed) {
    for (size_t i = 0; i < n; i++) {
        lede_buf out;
        lede_error err = {0};
        lede_buf_init(&out, LEDE_BUF_MAX);
        if (lede_markdown_html(lede_str_of(cases[i].source), o, &out, &err))
            fail_msg("%s", err.message);
        if (squeezed)
            squeeze(&out);
        if (!lede_str_is(lede_buf_str(&out), cases[i].html))
            print_message("in: %s\n", cases[i].source);
        assert_string_equal(out.ptr, cases[i].html);
        lede_buf_fini(&out);
    }
}

#define CHECK(cases, o) check_examples(cases, sizeof cases / sizeof *cases, o, false)
#define CHECK_SQUEEZED(cases, o) check_examples(cases, sizeof cases / sizeof *cases, o, true)

#endif
