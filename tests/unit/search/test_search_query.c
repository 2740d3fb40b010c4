/* test_search_query.c - what may be typed, and what is refused with words. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "lede/search.h"

#include <stdio.h>

/* A query as one line: field text flags; after and before in days. */
static const char *shown(const char *text) {
    static char out[LEDE_MESSAGE_MAX];
    lede_search_query q;
    lede_error err = {0};
    if (lede_search_parse(lede_str_of(text), NULL, &q, &err) != LEDE_OK) {
        snprintf(out, sizeof out, "%s", err.message);
        return out;
    }
    size_t at = 0;
    for (uint32_t i = 0; i < q.n; i++)
        at += (size_t)snprintf(out + at, sizeof out - at, "%d%s%s%s[%.*s]", (int)q.parts[i].field,
                               q.parts[i].exclude ? "-" : "", q.parts[i].quoted ? "q" : "",
                               q.parts[i].prefix ? "*" : "", (int)q.parts[i].text.len,
                               q.parts[i].text.ptr);
    if (q.after != INT64_MIN)
        at += (size_t)snprintf(out + at, sizeof out - at, ">%d", (int)(q.after / 86400));
    if (q.before != INT64_MAX)
        at += (size_t)snprintf(out + at, sizeof out - at, "<%d", (int)(q.before / 86400));
    if (q.lang.len)
        snprintf(out + at, sizeof out - at, "@%.*s", (int)q.lang.len, q.lang.ptr);
    return out;
}

static void queries_are_read_as_they_are_meant(void **state) {
    (void)state;
    static const struct {
        const char *text, *parts;
    } table[] = {
        {"one two", "0[one]0[two]"},
        {"  \"one two\"three ", "0q[one two]0[three]"},
        {"\"open end", "0q[open end]"},
        {"-one -\"a b\" - two", "0-[one]0-q[a b]0[-]0[two]"},
        {"harb* * \"a b*\"", "0*[harb]0[*]0q*[a b]"},
        {"title:x section:\"a b\" author:c -tag:d", "1[x]2q[a b]3[c]4-[d]"},
        {"9:30 Mr: x: \"http://x\"", "0[9:30]0[Mr:]0[x:]0q[http://x]"},
        {"after:1970 before:1970-03", ">0<59"},
        {"before:1972-2-29 lang:fr", "<789@fr"},
        {"\"\" x", "0[x]"},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        assert_string_equal(shown(table[i].text), table[i].parts);
}

static void what_cannot_be_meant_is_refused_with_the_remedy(void **state) {
    (void)state;
    static const struct {
        const char *text, *words;
    } table[] = {
        {"", "nothing is asked for"},
        {" \"\" ", "nothing is asked for"},
        {"sectoin:news", "no field 'sectoin'"},
        {"http://x", "Put it in quotes"},
        {"before:yesterday", "write 2024, 2024-05 or 2024-05-17"},
        {"before:1971-2-29", "is no day"},
        {"before:0000", "is no day"},
        {"after:2024-13", "is no day"},
        {"after:2024-01-01x", "is no day"},
        {"-before:2024", "turn before: and after: round"},
        {"a b c d e f g h i j k l m n o p q", "at most 16"},
        {"\xFF", "UTF-8"},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        if (!strstr(shown(table[i].text), table[i].words))
            fail_msg("'%s': %s", table[i].text, shown(table[i].text));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(queries_are_read_as_they_are_meant),
        cmocka_unit_test(what_cannot_be_meant_is_refused_with_the_remedy)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
