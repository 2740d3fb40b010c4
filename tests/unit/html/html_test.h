/* html_test.h - what the tests of the html room share. Include cmocka's headers first. */
#ifndef HTML_TEST_H
#define HTML_TEST_H

#include "lede/html.h"

typedef struct html_case {
    const char *html, *wanted;
} html_case;

/* Sanitises each case and compares; the result sanitised again must be the same bytes. */
static inline void check_cases(const html_case *cases, size_t n, const lede_html_policy *policy) {
    for (size_t i = 0; i < n; i++) {
        lede_buf once, twice;
        lede_error err = {0};
        lede_buf_init(&once, LEDE_BUF_MAX);
        lede_buf_init(&twice, LEDE_BUF_MAX);
        if (lede_html_sanitise(lede_str_of(cases[i].html), policy, &once, &err) ||
            lede_html_sanitise(lede_buf_str(&once), policy, &twice, &err))
            fail_msg("%s", err.message);
        assert_string_equal(once.ptr, cases[i].wanted);
        assert_string_equal(twice.ptr, once.ptr);
        lede_buf_fini(&twice);
        lede_buf_fini(&once);
    }
}
#define CHECK(cases, policy) check_cases(cases, sizeof cases / sizeof *cases, policy)

#endif
