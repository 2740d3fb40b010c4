/* fuzz_template.c - any bytes as the markup of a template: an end in time, a place that does not depend on where the text was cut,
 * values that are either escaped in a known way or refused with words, and branches that join the same way in either order.
 *
 * clang -fsanitize=fuzzer,address; the first byte chooses the markup, the second where the text is cut. */
#include "script/context.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool truth) {
    if (!truth)
        abort();
}

static bool same(const lede__context *a, const lede__context *b) { return memcmp(a, b, sizeof *a) == 0; }

/* The places of each markup: what is escaped for another would be wrong there. */
static void check_value(lede__context c) {
    static const char *const letters[] = {[LEDE__HTML] = "hauispqcjk", [LEDE__XML] = "x", [LEDE__JSON] = "jk"};
    const lede__context before = c;
    const char *why = NULL;
    const char letter = lede__context_value(&c, &why);
    require(letter ? strchr(letters[c.markup], letter) != NULL : why && *why && same(&c, &before));
    require(letter != 'h' || lede__context_is_text(&c, false));
}

static void check_pause(lede__context c) {
    lede__context_pause(&c);
    lede__context again = c;
    lede__context_pause(&again);
    require(same(&c, &again));
}

static void check_join(const lede__context *a, const lede__context *b) {
    lede__context ab = *a, ba = *b, aa = *a;
    require(lede__context_join(&aa, a) && same(&aa, a));
    const bool joined = lede__context_join(&ab, b);
    require(joined == lede__context_join(&ba, a));
    require(joined ? same(&ab, &ba) : same(&ab, a) && same(&ba, b));
}

static void check_words(const lede__context *c) {
    lede_buf words;
    lede_buf_init(&words, 1024);
    lede__context_describe(c, &words);
    require(words.len > 0 && lede_buf_status(&words, NULL) == LEDE_OK);
    lede_buf_fini(&words);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (size < 2)
        return 0;
    const lede_str text = {(const char *)data + 2, size - 2};
    const size_t cut = text.len * data[1] / 255;
    lede__context start, whole, half;
    lede__context_begin(&start, (lede__markup)(data[0] % 3));
    whole = half = start;
    lede__context_feed(&whole, text);
    lede__context_feed(&half, lede_str_n(text.ptr, cut));
    const lede__context *const places[] = {&start, &half, &whole};
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        check_value(*places[i]);
        check_pause(*places[i]);
        check_words(places[i]);
        check_join(places[i], &whole);
        check_join(places[i], &half);
    }
    lede__context rest = half;
    lede__context_feed(&rest, lede_str_sub(text, cut));
    require(same(&rest, &whole));
    lede__context_value(&half, &(const char *){NULL}); /* behind a value, as behind text */
    lede__context_feed(&half, lede_str_sub(text, cut));
    check_value(half);
    check_join(&half, &whole);
    return 0;
}
