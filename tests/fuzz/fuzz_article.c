/* fuzz_article.c - any bytes as a file: an article, or a refusal with a reason; its card is sound,
 * its URL safe.
 *
 * clang -fsanitize=fuzzer,address; the first byte chooses what is read. */
#include "lede/article.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* libfyaml 0.7.12 loses a buffer where it garbles '''' before a letter beyond ASCII. */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void) { return "leak:libfyaml"; }

static void require(bool truth) {
    if (!truth)
        abort();
}

static void fuzz_card(lede_str bytes) {
    lede_buf aligned;
    lede_buf_init(&aligned, 1 << 24);
    lede_buf_add(&aligned, bytes);
    const lede_card *c = (const lede_card *)(const void *)aligned.ptr;
    if (lede_card_check(lede_buf_str(&aligned), NULL) == LEDE_OK) {
        lede_arena arena;
        lede_article a;
        lede_arena_init(&arena, 1 << 24);
        if (lede_card_unpack(c, &arena, &a, NULL) == LEDE_OK)
            lede_card_fingerprint(c, UINT64_MAX >> (64 - LEDE_BIT_COUNT));
        lede_arena_fini(&arena);
    }
    lede_buf_fini(&aligned);
}

static void fuzz_file(lede_str bytes) {
    lede_arena arena;
    lede_arena_init(&arena, 256 << 20);
    lede_article_rules rules = {0};
    lede_article a;
    lede_notes notes = {0};
    lede_error err = {0};
    lede_status s = lede_article_parse(&rules, LEDE_STR("news/2024-04-03-x.md"), bytes, &arena, &a,
                                       &notes, &err);
    if (s == LEDE_OK) {
        lede_buf b;
        lede_buf_init(&b, 1 << 26);
        lede_card_pack(&b, &a);
        require(b.status == LEDE_OK && lede_card_check(lede_buf_str(&b), NULL) == LEDE_OK);
        lede_buf_clear(&b);
        require(lede_url_file(a.text[LEDE_TEXT_URL], &b, NULL) == LEDE_OK);
        for (int f = 0; f < LEDE_TEXT_COUNT; f++)
            require(lede_utf8_valid(a.text[f], NULL));
        require(lede_utf8_valid(a.body, NULL));
        lede_buf_clear(&b);
        lede_excerpt(&b, a.text[LEDE_TEXT_EXCERPT], 60, LEDE_STR("..."));
        require(lede_utf8_valid(lede_buf_str(&b), NULL));
        lede_buf_fini(&b);
    } else {
        require(s == LEDE_ENOMEM || (notes.count > 0 && err.message[0]));
    }
    lede_arena_fini(&arena);
}

/* The rest up to the first line end is a pattern, behind it an article to apply it to. */
static void fuzz_permalink(lede_str bytes) {
    size_t end = lede_str_find(bytes, '\n', 0);
    lede_article a = {0};
    lede_str rest = lede_str_sub(bytes, end + 1);
    if (!lede_utf8_valid(bytes, NULL))
        return;
    a.text[LEDE_TEXT_SLUG] = a.text[LEDE_TEXT_SECTION_SLUG] = a.text[LEDE_TEXT_PATH] = rest;
    lede_buf url, file;
    lede_buf_init(&url, 1 << 24);
    lede_buf_init(&file, 1 << 24);
    if (lede_permalink(lede_str_n(bytes.ptr, end), &a, NULL, rest.len % 2 == 1, &url, NULL) ==
        LEDE_OK)
        require(lede_url_file(lede_buf_str(&url), &file, NULL) == LEDE_OK);
    lede_buf_fini(&url);
    lede_buf_fini(&file);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (size == 0)
        return 0;
    lede_str rest = {(const char *)data + 1, size - 1};
    if (data[0] == 'c')
        fuzz_card(rest);
    else if (data[0] == 'p')
        fuzz_permalink(rest);
    else
        fuzz_file(rest);
    return 0;
}
