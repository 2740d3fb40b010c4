/* test_search_shards.c - the index as browsers get it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "lede/search.h"
#include "sys/sys.h"

#include <stdio.h>
#include <stdlib.h>

static char folder[64];

static int make_folder(void **state) {
    (void)state;
    snprintf(folder, sizeof folder, "/tmp/lede-shards-XXXXXX");
    return mkdtemp(folder) ? 0 : -1;
}

static int remove_folder(void **state) {
    (void)state;
    return lede__remove_tree(folder, NULL) ? -1 : 0;
}

static void add(lede_search *x, int number, const char *title, const char *body, int64_t from) {
    char id[27];
    snprintf(id, sizeof id, "%026d", number);
    const lede_search_doc d = {.id = lede_str_of(id),
                               .lang = LEDE_STR("en"),
                               .title = lede_str_of(title),
                               .body = lede_str_of(body),
                               .date = number,
                               .from = from,
                               .until = INT64_MAX,
                               .seq = number};
    assert_int_equal(lede_search_add(x, &d, NULL), LEDE_OK);
}

typedef struct told {
    lede_buf text;
    uint32_t articles, shards, give_up;
    char first[27];
} told;

static bool tell_shard(void *ctx, uint32_t number, lede_str text) {
    told *t = ctx;
    assert_int_equal(number, t->shards++);
    lede_buf_add(&t->text, text);
    return t->shards != t->give_up;
}

static bool tell_article(void *ctx, uint32_t number, const char id[27]) {
    told *t = ctx;
    if (!t->articles++)
        memcpy(t->first, id, sizeof t->first);
    return number < 5000;
}

static lede_search *filled(int count) {
    lede_search *x;
    int64_t after;
    assert_int_equal(lede__remove_tree(folder, NULL), LEDE_OK);
    assert_int_equal(lede_search_open(folder, "one", &x, NULL), LEDE_OK);
    assert_int_equal(lede_search_begin(x, count, 0, &after, NULL), LEDE_OK);
    for (int i = 1; i <= count; i++)
        add(x, i, i == 27 ? "Harbours" : "Piece", i % 30 == 3 ? "one harbour" : "text",
            i == 60 ? 1000 : 0);
    assert_int_equal(lede_search_commit(x, NULL), LEDE_OK);
    return x;
}

static lede_status tell(lede_search *x, uint32_t most, told *t, lede_search_shards *out) {
    lede_buf_init(&t->text, LEDE_BUF_MAX);
    *out = (lede_search_shards){.shard = tell_shard, .article = tell_article, .ctx = t};
    return lede_search_shard(x, 500, most, out, NULL);
}

/* Articles 3, 27, 33, 63 and 93, without 60, which is not public: numbers 2, 26, 32, 61 and 91. */
static void a_word_has_its_forms_and_its_articles_by_weight(void **state) {
    (void)state;
    told t = {0};
    lede_search_shards out;
    lede_search *x = filled(100);
    assert_int_equal(tell(x, 1000, &t, &out), LEDE_OK);
    assert_int_equal(out.articles, 99);
    assert_int_equal(t.articles, 99);
    assert_int_equal(t.shards, out.shards);
    const char *line = strstr(t.text.ptr, "harbour harbours\t");
    assert_non_null(line);
    /* 3 from -1 on, then 30, 29 and 30: 30 is b, E, for A is 0; of the title 27 */
    assert_non_null(strstr(line, "DbEbDbE"));
    assert_non_null(strstr(line, "bB"));
    assert_non_null(strstr(t.text.ptr, "text\t\n"));
    lede_buf_fini(&t.text);
    lede_search_close(x);
}

static void the_oldest_are_left_out_by_the_thousand(void **state) {
    (void)state;
    told t = {0};
    lede_search_shards out;
    lede_search *x = filled(2100);
    assert_int_equal(tell(x, 600, &t, &out), LEDE_OK);
    assert_int_equal(out.first, 1000);
    assert_int_equal(t.articles, 1099);
    assert_string_equal(t.first, "00000000000000000000001002");
    lede_buf_fini(&t.text);
    lede_search_close(x);
}

static void whoever_listens_may_give_up(void **state) {
    (void)state;
    told t = {.give_up = 3};
    lede_search_shards out;
    lede_search *x = filled(100);
    assert_int_equal(tell(x, 600, &t, &out), LEDE_ECANCELED);
    assert_int_equal(t.shards, 3);
    lede_buf_fini(&t.text);
    lede_search_close(x);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_word_has_its_forms_and_its_articles_by_weight),
        cmocka_unit_test(the_oldest_are_left_out_by_the_thousand),
        cmocka_unit_test(whoever_listens_may_give_up)};
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
