/* test_edition_reads.c - what a recorder keeps, in which order, and that it costs little. */
#include "desk.h"

#include "codec/hash.h"

static desk d;
static lede_reads *r;

static int open_desk(void **state) {
    (void)state;
    desk_open(&d);
    for (int i = 0; i < 300; i++) {
        char name[16];
        snprintf(name, sizeof name, "n%d", i);
        desk_put(&d, (sketch){.name = name, .date = i, .section = "News", .tags = {"A b"}});
    }
    r = lede_reads_new();
    assert_non_null(r);
    return 0;
}
static int close_desk(void **state) {
    (void)state;
    lede_reads_free(r);
    desk_close(&d);
    return 0;
}

static void write_line(void *ctx, lede_read_kind kind, lede_str key, uint64_t mask,
                       uint64_t print) {
    static const char *const names[LEDE_READ_KINDS] = {
        "card",  "body", "query",  "count", "near",    "translations", "term",
        "terms", "data", "config", "clock", "missing", "file"};
    (void)print;
    lede_buf_addf(ctx, "%s %.*s", names[kind], (int)(kind <= LEDE_READ_BODY ? 0 : key.len),
                  key.ptr);
    if (mask)
        lede_buf_addf(ctx, "%llx", (unsigned long long)mask);
    lede_buf_addc(ctx, '\n');
}

static void reads_are_named_sorted_and_kept_once(void **state) {
    (void)state;
    lede_edition *e = desk_now(&d, "base");
    lede_doc out[20];
    lede_term_view v;
    const lede_doc one = lede_edition_nth(e, 0);
    const lede_query q = {.section = LEDE_STR("news"),
                          .tag = LEDE_STR("a b&c"),
                          .from = -5,
                          .to = LEDE_NO_TIME,
                          .offset = 3,
                          .limit = 7};
    for (int twice = 0; twice < 2; twice++) {
        lede_edition_touch(e, r, one, LEDE_TEXT_ID);
        lede_edition_text(e, r, one, LEDE_TEXT_URL);
        lede_edition_body(e, r, one);
        lede_edition_query(e, r, &q, out);
        lede_edition_query_count(e, r, &q);
        lede_edition_term(e, r, LEDE_TAG, LEDE_STR("a-b"), &v);
        lede_edition_term_count(e, r, LEDE_SECTION);
        lede_edition_find(e, r, LEDE_STR("/no/"));
        lede_reads_note(r, LEDE_READ_CLOCK, LEDE_STR("year"), 2024);
        lede_reads_note(r, LEDE_READ_CONFIG, LEDE_STR(""), 1);
    }
    lede_buf text;
    lede_buf_init(&text, 1 << 16);
    lede_reads_each(r, e, write_line, &text);
    assert_string_equal(
        text.ptr, "card 5\nbody \nquery section=news tag=a%20b%26c from=-5 offset=3 limit=7\n"
                  "count section=news tag=a%20b%26c from=-5\nterm tag:a-b\nterms section\nconfig \n"
                  "clock year\nmissing /no/\n");
    lede_reads_reset(r);
    lede_buf_clear(&text);
    lede_reads_each(r, e, write_line, &text);
    assert_string_equal(text.ptr, "");
    lede_buf_fini(&text);
    lede_edition_close(e);
}

static uint64_t record(const lede_reads *reads, const lede_edition *e) {
    lede_buf bytes;
    lede_buf_init(&bytes, LEDE_BUF_MAX);
    lede_reads_encode(reads, e, &bytes);
    assert_int_equal(bytes.status, LEDE_OK);
    const uint64_t print = lede__xxh64(lede_buf_str(&bytes), 0);
    lede_buf_fini(&bytes);
    return print;
}

static void a_record_is_the_same_in_any_order_and_replayed(void **state) {
    (void)state;
    lede_edition *e = desk_now(&d, "base");
    lede_reads *parts[2] = {lede_reads_new(), lede_reads_new()}, *back = lede_reads_new();
    for (int i = 0; i < 5000; i++) {
        char key[16];
        snprintf(key, sizeof key, "k%d", i % 700);
        const lede_doc doc = lede_edition_nth(e, (uint32_t)i % 300);
        for (int which = 0; which < 2; which++) {
            lede_reads *to = which ? parts[i % 2] : r;
            lede_edition_touch(e, to, doc, (unsigned)i % LEDE_BIT_COUNT);
            if (i % 7 == 0)
                lede_edition_body(e, to, doc);
            lede_reads_note(to, LEDE_READ_FILE, lede_str_of(key), (uint64_t)i % 700);
        }
    }
    for (int i = 0; i < 3; i++) { /* the last of them adds nothing */
        lede_buf packed;
        lede_buf_init(&packed, LEDE_BUF_MAX);
        lede_reads_pack(i < 2 ? parts[1 - i] : back, &packed);
        lede_reads_replay(back, lede_buf_str(&packed));
        lede_buf_fini(&packed);
    }
    assert_int_equal(record(r, e), record(back, e));
    lede_reads_reset(parts[0]);
    assert_int_not_equal(record(r, e), record(parts[0], e));
    lede_reads_free(parts[0]);
    lede_reads_free(parts[1]);
    lede_reads_free(back);
    lede_edition_close(e);
}

static void a_card_is_recorded_by_the_fields_read_only(void **state) {
    (void)state;
    lede_reads *title = lede_reads_new(), *body = lede_reads_new();
    lede_edition *before = desk_now(&d, "base");
    lede_edition_text(before, title, desk_find(before, "n5"), LEDE_TEXT_SECTION);
    lede_edition_body(before, body, desk_find(before, "n5"));
    const uint64_t old_title = record(title, before), old_body = record(body, before);
    desk_put(&d, (sketch){.name = "n5", .date = 5, .section = "News", .body = "Another body."});
    lede_edition *after = desk_now(&d, "delta");
    lede_reads_reset(title);
    lede_reads_reset(body);
    lede_edition_text(after, title, desk_find(after, "n5"), LEDE_TEXT_SECTION);
    lede_edition_body(after, body, desk_find(after, "n5"));
    assert_int_equal(record(title, after), old_title);
    assert_int_not_equal(record(body, after), old_body);
    lede_edition_close(before);
    lede_edition_close(after);
    lede_reads_free(title);
    lede_reads_free(body);
}

static void changed(void *ctx, lede_read_kind kind, lede_str key, uint64_t mask, uint64_t print) {
    uint64_t now;
    const struct {
        const lede_edition *e;
        uint32_t *counts;
    } *c = ctx;
    if (!lede_edition_answer(c->e, kind, key, mask, &now) || now != print)
        c->counts[kind]++;
}

static void a_later_edition_shows_which_questions_have_another_answer(void **state) {
    (void)state;
    lede_doc out[LEDE_TRANSLATIONS_MAX];
    desk_put(&d, (sketch){.name = "en", .date = 500, .translation = "vote"});
    lede_edition *before = desk_now(&d, "base");
    const lede_query newest = {.from = LEDE_NO_TIME, .to = LEDE_NO_TIME, .limit = 10};
    const lede_query oldest = {
        .from = LEDE_NO_TIME, .to = LEDE_NO_TIME, .limit = 10, .oldest_first = true};
    lede_edition_query(before, r, &newest, out);
    lede_edition_query(before, r, &oldest, out);
    lede_edition_neighbours(before, r, desk_find(before, "n299"), 4, out);
    lede_edition_neighbours(before, r, desk_find(before, "n9"), 4, out);
    lede_edition_beside(before, r, desk_find(before, "n299"), true);
    lede_edition_translations(before, r, desk_find(before, "en"), out);
    lede_edition_translations(before, r, desk_find(before, "n9"), out);
    lede_edition_find(before, r, LEDE_STR("/new/"));
    lede_edition_find(before, r, LEDE_STR("/newer/"));
    desk_put(&d, (sketch){.name = "new", .date = 1000, .section = "News"});
    desk_put(&d, (sketch){.name = "fr", .date = 600, .lang = "fr", .translation = "vote"});
    lede_edition *after = desk_now(&d, "delta");
    uint32_t counts[LEDE_READ_KINDS] = {0};
    struct {
        const lede_edition *e;
        uint32_t *counts;
    } c = {after, counts};
    lede_reads_each(r, before, changed, &c);
    assert_int_equal(counts[LEDE_READ_QUERY], 1);
    assert_int_equal(counts[LEDE_READ_NEIGHBOURS], 1);
    assert_int_equal(counts[LEDE_READ_TRANSLATIONS], 1);
    assert_int_equal(counts[LEDE_READ_MISSING], 1);
    assert_int_equal(counts[LEDE_READ_CARD], 0);
    lede_edition_close(before);
    lede_edition_close(after);
}

static void no_read(void *ctx, lede_read_kind kind, lede_str key, uint64_t mask, uint64_t print) {
    (void)ctx, (void)kind, (void)key, (void)mask, (void)print;
}

static void bytes_that_are_no_record_are_refused(void **state) {
    (void)state;
    static const char *const bad[] = {"\x0d",
                                      "\x02\x05"
                                      "abc",
                                      "\x02\xff\xff\xff\xff\xff\xff",
                                      "\x0c\x01"
                                      "a1234567",
                                      "\x00\x01"
                                      "a12345678"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        const size_t len = bad[i][0] ? strlen(bad[i]) : 11;
        assert_int_equal(lede_reads_decode(lede_str_n(bad[i], len), no_read, NULL, &desk_err),
                         LEDE_EFORMAT);
    }
}

int main(void) {
#define T(f) cmocka_unit_test_setup_teardown(f, open_desk, close_desk)
    const struct CMUnitTest tests[] = {
        T(reads_are_named_sorted_and_kept_once),
        T(a_record_is_the_same_in_any_order_and_replayed),
        T(a_card_is_recorded_by_the_fields_read_only),
        T(a_later_edition_shows_which_questions_have_another_answer),
        T(bytes_that_are_no_record_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
