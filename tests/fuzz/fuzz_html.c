/* fuzz_html.c - any bytes as HTML: an end in time, valid UTF-8 without a tag that may not be, and
 * the same when sanitised again; its text ends too.
 *
 * clang -fsanitize=fuzzer,address; the first byte chooses the policy. */
#include "lede/html.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool truth) {
    if (!truth)
        abort();
}

/* Text and values are escaped, so every '<' that is left begins a tag of ours. */
static void check_tags(lede_str html) {
    static const char *const never[] = {"<script",
                                        "<style",
                                        "<svg",
                                        "<math",
                                        "<!",
                                        "<?",
                                        "<template",
                                        "<noscript",
                                        "<object",
                                        "<iframe",
                                        "<form",
                                        "<textarea",
                                        "<select",
                                        " href=\"javascript:",
                                        " src=\"javascript:",
                                        " href=\"data:"};
    for (size_t i = 0; (i = lede_str_find(html, '<', i)) < html.len; i++) {
        const lede_str tag = lede_str_n(html.ptr + i, lede_str_find(html, '>', i) - i);
        for (size_t k = 0; k < sizeof never / sizeof *never; k++)
            require(lede_str_search(tag, lede_str_of(never[k]), 0) == (size_t)-1);
    }
}

static void sanitise(lede_str html, const lede_html_policy *policy, lede_buf *out) {
    lede_buf_init(out, LEDE_BUF_MAX);
    require(lede_html_sanitise(html, policy, out, NULL) == LEDE_OK);
}

/* Whatever the bytes are: an end in time; and of what was found plain nothing that is not. */
static void syndicate(lede_str html) {
    const lede_html_place place = {LEDE_STR("https://e.org/a/b/"), LEDE_STR("https://e.org"), true};
    lede_buf out;
    lede_buf_init(&out, LEDE_BUF_MAX);
    if (lede_html_syndicate(html, &place, &out))
        check_tags(lede_buf_str(&out));
    lede_buf_fini(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (size == 0)
        return 0;
    const lede_str html = {(const char *)data + 1, size - 1};
    const lede_html_policy policy = {.trust = data[0] & 1 ? LEDE_HTML_OWNER : LEDE_HTML_FEED,
                                     .base = data[0] & 2 ? LEDE_STR("https://e.org/a/b?c")
                                                         : (lede_str){0},
                                     .data_images = data[0] & 4,
                                     .in_page = data[0] & 8};
    lede_buf once, twice;
    sanitise(html, &policy, &once);
    require(lede_utf8_valid(lede_buf_str(&once), NULL));
    check_tags(lede_buf_str(&once));
    sanitise(lede_buf_str(&once), &policy, &twice);
    require(lede_str_eq(lede_buf_str(&once), lede_buf_str(&twice)));
    syndicate(html);
    syndicate(lede_buf_str(&once));
    lede_buf_clear(&once);
    lede_html_text(html, &once);
    require(lede_utf8_valid(lede_buf_str(&once), NULL));
    lede_buf_fini(&twice);
    lede_buf_fini(&once);
    return 0;
}
