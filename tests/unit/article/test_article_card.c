/* test_article_card.c - the packed form: what goes in comes out, and no bytes can lead an accessor
 * astray. */
#include "article_test.h"

static const char SOURCE[] = "---\ntitle: Two ministers\ndate: 2024-04-03T21:10:00Z\nsection: "
                             "World\ntags: [a, b, '']\nauthors: [Ada]\n"
                             "weight: -3\norigin: {name: W, url: 'https://w.example/'}\ncolour: "
                             "red\nid: 01ARZ3NDEKTSV4RRFFQ69G5FAV\n---\nSome words.\n";

static const lede_card *pack(lede_buf *b, const lede_article *a) {
    lede_buf_init(b, 1 << 20);
    lede_card_pack(b, a);
    assert_int_equal(lede_buf_status(b, NULL), LEDE_OK);
    assert_int_equal(b->len % 8, 0);
    return (const lede_card *)(const void *)b->ptr;
}

static void every_field_survives_packing(void **state) {
    (void)state;
    parsed p;
    parse(&p, "world/a.md", SOURCE);
    lede_buf b;
    const lede_card *c = pack(&b, &p.a);
    assert_int_equal(lede_card_check(lede_buf_str(&b), NULL), LEDE_OK);
    assert_int_equal(lede_card_size(c), b.len);
    for (int f = 0; f < LEDE_TEXT_COUNT; f++)
        assert_true(lede_str_eq(lede_card_text(c, (enum lede_text_field)f), p.a.text[f]));
    for (int f = 0; f < LEDE_TIME_COUNT; f++)
        assert_true(lede_card_time(c, (enum lede_time_field)f) == p.a.time[f]);
    for (int f = 0; f < LEDE_LIST_COUNT; f++) {
        assert_int_equal(lede_card_list_count(c, (enum lede_list_field)f), p.a.list[f].count);
        for (uint32_t i = 0; i < p.a.list[f].count; i++)
            assert_true(lede_str_eq(lede_card_list_at(c, (enum lede_list_field)f, i),
                                    p.a.list[f].items[i]));
    }
    assert_int_equal(lede_card_state(c), LEDE_PUBLISHED);
    assert_int_equal(lede_card_weight(c), -3);
    assert_int_equal(lede_card_words(c), 2);
    assert_int_equal(lede_card_body_line(c), p.a.body_line);
    lede_buf_fini(&b);
    done(&p);
}

static void unpacking_and_packing_again_gives_the_same_bytes(void **state) {
    (void)state;
    parsed p;
    parse(&p, "world/a.md", SOURCE);
    lede_buf one, two;
    const lede_card *c = pack(&one, &p.a);
    lede_article a;
    assert_int_equal(lede_card_unpack(c, &p.arena, &a, NULL), LEDE_OK);
    assert_true(a.has_own_id);
    assert_int_equal(a.body.len, 0);
    pack(&two, &a);
    assert_int_equal(one.len, two.len);
    assert_memory_equal(one.ptr, two.ptr, one.len);
    lede_buf_fini(&one);
    lede_buf_fini(&two);
    done(&p);
}

static void cards_follow_each_other_in_a_buffer(void **state) {
    (void)state;
    parsed p;
    parse(&p, "world/a.md", SOURCE);
    lede_buf b;
    pack(&b, &p.a);
    size_t first = b.len;
    p.a.text[LEDE_TEXT_TITLE] = LEDE_STR("Another");
    lede_card_pack(&b, &p.a);
    lede_str rest = lede_str_sub(lede_buf_str(&b), first);
    assert_int_equal(lede_card_check(rest, NULL), LEDE_OK);
    assert_str(lede_card_text((const lede_card *)(const void *)rest.ptr, LEDE_TEXT_TITLE),
               "Another");
    lede_buf_fini(&b);
    done(&p);
}

static void an_empty_article_packs(void **state) {
    (void)state;
    lede_article a = {0};
    lede_buf b;
    const lede_card *c = pack(&b, &a);
    assert_int_equal(lede_card_check(lede_buf_str(&b), NULL), LEDE_OK);
    assert_int_equal(lede_card_text(c, LEDE_TEXT_TITLE).len, 0);
    lede_buf_fini(&b);
}

/* Reads everything that a checked card offers. */
static uint64_t touch(const lede_card *c) {
    uint64_t sum = lede_card_fingerprint(c, UINT64_MAX >> (64 - LEDE_BIT_COUNT));
    for (int f = 0; f < LEDE_TEXT_COUNT; f++) {
        lede_str s = lede_card_text(c, (enum lede_text_field)f);
        for (size_t i = 0; i < s.len; i++)
            sum += (unsigned char)s.ptr[i];
    }
    return sum + (unsigned)strlen(lede_state_name(lede_card_state(c)));
}

static void damaged_bytes_are_refused_or_harmless(void **state) {
    (void)state;
    parsed p;
    parse(&p, "world/a.md", SOURCE);
    lede_buf b;
    pack(&b, &p.a);
    static const unsigned char VALUES[] = {0x00, 0x01, 0x7f, 0x80, 0xff};
    size_t refused = 0;
    /* a copy of exactly the card's size, so that a sanitizer sees every step outside */
    char *copy = test_malloc(b.len);
    for (size_t i = 0; i < b.len; i++)
        for (size_t v = 0; v < sizeof VALUES; v++) {
            memcpy(copy, b.ptr, b.len);
            copy[i] = (char)VALUES[v];
            if (lede_card_check(lede_str_n(copy, b.len), NULL) == LEDE_OK)
                touch((const lede_card *)(const void *)copy);
            else
                refused++;
        }
    assert_true(refused > 100);
    memcpy(copy, b.ptr, b.len);
    for (size_t len = 0; len < b.len; len++)
        assert_int_equal(lede_card_check(lede_str_n(copy, len), NULL), LEDE_EFORMAT);
    test_free(copy);
    lede_buf_fini(&b);
    done(&p);
}

static void a_fingerprint_depends_on_the_fields_of_its_mask_only(void **state) {
    (void)state;
    parsed p;
    parse(&p, "world/a.md", SOURCE);
    lede_buf one, two;
    uint64_t title = UINT64_C(1) << LEDE_TEXT_TITLE,
             tags = UINT64_C(1) << (LEDE_BIT_LIST + LEDE_LIST_TAGS),
             words = UINT64_C(1) << LEDE_BIT_WORDS,
             date = UINT64_C(1) << (LEDE_BIT_TIME + LEDE_TIME_DATE),
             weight = UINT64_C(1) << LEDE_BIT_WEIGHT, st = UINT64_C(1) << LEDE_BIT_STATE;
    const lede_card *a = pack(&one, &p.a);
    p.a.words++;
    p.a.weight++;
    p.a.state = LEDE_CORRECTED;
    p.a.time[LEDE_TIME_DATE]++;
    p.a.list[LEDE_LIST_TAGS].count--;
    const lede_card *b = pack(&two, &p.a);
    assert_true(lede_card_fingerprint(a, title) == lede_card_fingerprint(b, title));
    const uint64_t CHANGED[] = {words, date, tags, weight, st, title | tags};
    for (size_t i = 0; i < sizeof CHANGED / sizeof *CHANGED; i++)
        assert_true(lede_card_fingerprint(a, CHANGED[i]) != lede_card_fingerprint(b, CHANGED[i]));
    assert_true(lede_card_fingerprint(a, title) != lede_card_fingerprint(a, tags));
    lede_buf_fini(&one);
    lede_buf_fini(&two);
    done(&p);
}

static void items_of_lists_do_not_run_together(void **state) {
    (void)state;
    lede_str ab[] = {LEDE_STR("a"), LEDE_STR("bc")}, cd[] = {LEDE_STR("ab"), LEDE_STR("c")};
    lede_article one = {0}, two = {0};
    one.list[LEDE_LIST_TAGS] = (lede_list){ab, 2};
    two.list[LEDE_LIST_TAGS] = (lede_list){cd, 2};
    lede_buf b1, b2;
    uint64_t mask = UINT64_C(1) << (LEDE_BIT_LIST + LEDE_LIST_TAGS);
    assert_true(lede_card_fingerprint(pack(&b1, &one), mask) !=
                lede_card_fingerprint(pack(&b2, &two), mask));
    lede_buf_fini(&b1);
    lede_buf_fini(&b2);
}

static void a_card_is_public_between_its_times(void **state) {
    (void)state;
    const int64_t NO = LEDE_NO_TIME, EVER = INT64_MAX;
    const struct {
        lede_state state;
        int64_t date, embargo, expires, at;
        bool is_public;
        int64_t until;
    } CASES[] = {
        {LEDE_PUBLISHED, 100, NO, NO, 99, false, 100},
        {LEDE_PUBLISHED, 100, NO, NO, 100, true, EVER},
        {LEDE_PUBLISHED, 100, NO, 200, 199, true, 200},
        {LEDE_PUBLISHED, 100, NO, 200, 200, false, EVER},
        {LEDE_PUBLISHED, 100, 150, NO, 120, false, 150},
        {LEDE_PUBLISHED, 100, 150, 140, 120, false, EVER},
        {LEDE_PUBLISHED, 100, 50, NO, 100, true, EVER},
        {LEDE_CORRECTED, 100, NO, NO, 100, true, EVER},
        {LEDE_SCHEDULED, 100, NO, NO, 50, false, 100},
        {LEDE_SCHEDULED, 100, NO, NO, 100, true, EVER},
        {LEDE_EMBARGOED, 100, 150, NO, 150, true, EVER},
        {LEDE_DRAFT, 100, NO, NO, 50, false, EVER},
        {LEDE_REVIEW, 100, NO, NO, 150, false, EVER},
        {LEDE_WITHDRAWN, 100, NO, 200, 150, false, EVER},
        {LEDE_EXPIRED, 100, NO, 200, 150, false, EVER},
        {LEDE_PUBLISHED, NO, NO, NO, 0, true, EVER},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        lede_article a = {.state = CASES[i].state,
                          .time = {[LEDE_TIME_DATE] = CASES[i].date,
                                   [LEDE_TIME_UPDATED] = NO,
                                   [LEDE_TIME_EMBARGO] = CASES[i].embargo,
                                   [LEDE_TIME_EXPIRES] = CASES[i].expires,
                                   [LEDE_TIME_ORIGIN_PUBLISHED] = NO}};
        lede_buf b;
        int64_t until;
        const lede_card *c = pack(&b, &a);
        assert_int_equal(lede_card_public(c, CASES[i].at, &until), CASES[i].is_public);
        assert_true(until == CASES[i].until);
        assert_int_equal(lede_card_public(c, CASES[i].at, NULL), CASES[i].is_public);
        lede_buf_fini(&b);
    }
}

static void names_of_states_go_both_ways(void **state) {
    (void)state;
    for (int s = 0; s < LEDE_STATE_COUNT; s++) {
        lede_state back;
        assert_true(lede_state_parse(lede_str_of(lede_state_name((lede_state)s)), &back));
        assert_int_equal(back, s);
    }
    lede_state none;
    assert_false(lede_state_parse(LEDE_STR("live"), &none));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_field_survives_packing),
        cmocka_unit_test(unpacking_and_packing_again_gives_the_same_bytes),
        cmocka_unit_test(cards_follow_each_other_in_a_buffer),
        cmocka_unit_test(an_empty_article_packs),
        cmocka_unit_test(damaged_bytes_are_refused_or_harmless),
        cmocka_unit_test(a_fingerprint_depends_on_the_fields_of_its_mask_only),
        cmocka_unit_test(items_of_lists_do_not_run_together),
        cmocka_unit_test(a_card_is_public_between_its_times),
        cmocka_unit_test(names_of_states_go_both_ways),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
