/* Inputs made to cost an extension more than linear time: ten times the text may take twelve times
 * the time, and no text more than seconds. */
#include "examples.h"

#include <stdlib.h>
#include <time.h>

enum { SMALL = 3000, FACTOR = 10, TRIES = 2 };

/* What fresh memory adds: a small text's is warm, a large one's is not. Quadratic is seconds. */
static const double slack = 0.2;

/* once, then middle n times (each %d its number), then end n times. */
typedef struct input {
    const char *name, *once, *middle, *end;
} input;

static const input inputs[] = {
    {"pipes", "", "|", ""},
    {"rows of delimiters", "a|b\n", "-|-\n", ""},
    {"rows", "a|b\n-|-\n", "c|`d`\n", ""},
    {"tables", "", "a|b\n-|-\nc|d\n\n", ""},
    {"tables with references", "", "[a]|b\n-|-\nc|[d]\n\n", ""},
    {"tables below text", "", "x\na|b\n-|-\n\n", ""},
    {"tables above rules", "", "a|b\n-|-\n---\n", ""},
    {"escaped pipes", "a|b\n-|-\n", "\\||\\\\|\n", ""},
    {"short rows", "|a|b|c|d|e|f|g|h\n|-|-|-|-|-|-|-|-\n", "x\n", ""},
    {"tildes", "", "~", ""},
    {"struck words", "", "~a~ ", ""},
    {"unclosed tildes", "", "~a ~~b ", ""},
    {"tildes within tildes", "", "~a ~~b ", "c~~ d~ "},
    {"tildes across", "", "~a ~~b ", "c~ d~~ "},
    {"tildes within emphasis", "", "*a ~b ", "c~ d*"},
    {"tasks", "", "- [ ] a\n", ""},
    {"www", "", "www.", ""},
    {"www in parentheses", "", "(www.a", ""},
    {"addresses", "", "http://a.b/(c) ", ""},
    {"parentheses behind an address", "http://a.b/", ")", ""},
    {"entities behind an address", "http://a.b/", "&a;", ""},
    {"http", "", "http://", ""},
    {"at signs", "", "a@", ""},
    {"mail", "", "a@b.c_ ", ""},
    {"references", "[^1]: x\n\n", "[^1] ", ""},
    {"definitions", "", "[^%d]: x\n", ""},
    {"definitions of one label", "[^1]\n\n", "[^1]: x\n\n", ""},
    {"notes that refer to notes", "[^0]\n\n", "[^%d]: x[^1]\n\n", ""},
    {"references in code", "[^1]: x\n\n", "`[^1]` ", ""},
    {"references in links", "[^1]: x\n\n", "[[^1]](u) ", ""},
    {"references in emphasis", "[^1]: x\n\n", "**[^1] ", "a**"},
    {"unclosed labels", "", "[^", ""},
    {"fences", "", ":::k\nx\n:::\n", ""},
    {"open fences", "", ":::k\nx\n", ""},
    {"closing fences", "", ":::\n", ""},
    {"inline directives", "", ":k[x]{a=b} ", ""},
    {"unclosed inline directives", "", ":k[", ""},
    {"inline directives in each other", "", ":k[", "]"},
    {"inline directives in emphasis", "", "**:k[*a*] ", "b**"},
    {"unclosed attributes", "", ":k[]{", ""},
    {"classes", "::k{", ".a ", ""},
    {"escapes", "", "\\~", ""},
    {"escapes in code", "", "`\\~` ", ""},
    {"quotes", "", "\"", ""},
    {"single quotes", "", "'a ", "b' "},
    {"quotes in emphasis", "", "*\"a\" ", ""},
    {"exclamations", "", "a! ", ""},
    {"addresses that stay text", "", "a://b", ""},
    {"forged marks", "[^1]: x\n\n[^1]", "&#x10A50;0&#x10A51; ", ""},
};

static bool answer(void *ctx, const lede_directive *d, lede_buf *html) {
    (void)ctx;
    lede_buf_add(html, d->inner);
    return true;
}

static void write_input(const input *in, int n, lede_buf *out) {
    lede_buf_clear(out);
    lede_buf_adds(out, in->once);
    for (int i = 0; i < n; i++) {
        const char *number = strstr(in->middle, "%d");
        if (number)
            lede_buf_addf(out, "%.*s%d%s", (int)(number - in->middle), in->middle, i, number + 2);
        else
            lede_buf_adds(out, in->middle);
    }
    for (int i = 0; i < n; i++)
        lede_buf_adds(out, in->end);
}

static double seconds(void) {
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static double time_of(lede_str source) {
    const lede_markdown_options o = {.language = LEDE_STR("fr"), .directive = answer};
    double best = 1e9;
    for (int i = 0; i < TRIES; i++) {
        lede_buf out;
        lede_error err = {0};
        lede_buf_init(&out, LEDE_BUF_MAX);
        double before = seconds();
        lede_status st = lede_markdown_html(source, &o, &out, &err);
        double took = seconds() - before;
        assert_true(st == LEDE_OK || st == LEDE_ELIMIT);
        best = took < best ? took : best;
        lede_buf_fini(&out);
    }
    return best;
}

static void ten_times_the_text_takes_no_more_than_twelve_times_the_time(void **state) {
    (void)state;
    lede_buf source;
    lede_buf_init(&source, LEDE_BUF_MAX);
    for (size_t i = 0; i < sizeof inputs / sizeof *inputs; i++) {
        write_input(&inputs[i], SMALL, &source);
        double small = time_of(lede_buf_str(&source));
        write_input(&inputs[i], SMALL * FACTOR, &source);
        double large = time_of(lede_buf_str(&source));
        print_message("%-34s %.4f s, %.4f s\n", inputs[i].name, small, large);
        assert_true(large < 2 && large < small * 1.2 * FACTOR + slack);
    }
    lede_buf_fini(&source);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ten_times_the_text_takes_no_more_than_twelve_times_the_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
