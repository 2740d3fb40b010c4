/* test_edition_update.c - current, delta or base; the clock; damaged files never crash. */
#include "desk.h"

#include "codec/hash.h"

static desk d;

static int open_desk(void **state) {
    (void)state;
    desk_open(&d);
    return 0;
}
static int close_desk(void **state) {
    (void)state;
    desk_close(&d);
    return 0;
}

static void put_many(int from, int to) {
    for (int i = from; i < to; i++) {
        char name[16], body[64];
        snprintf(name, sizeof name, "n%d", i);
        snprintf(body, sizeof body, "Body %d of %lld.", i, (long long)d.now);
        desk_put(&d, (sketch){.name = name,
                              .date = 1000 + i % 50,
                              .section = i % 2 ? "News" : "Sport",
                              .tags = {"Law", i % 3 ? "Tax" : NULL},
                              .authors = {"Ann"},
                              .translation = i % 4 ? (i % 7 ? "vote" : "fire") : NULL,
                              .aliases = {i % 5 ? NULL : body},
                              .body = body});
    }
}

static void what_an_update_does_is_said(void **state) {
    (void)state;
    put_many(0, 20);
    lede_edition_close(desk_now(&d, "base"));
    lede_edition_close(desk_now(&d, "current"));
    put_many(3, 5);
    d.now++;
    put_many(5, 6);
    lede_edition_close(desk_now(&d, "delta"));
    lede_edition_close(desk_now(&d, "current"));
    lede_edition_input in = desk_input(&d);
    in.config = LEDE_STR("{\"a\":1}");
    lede_edition_close(desk_edition(&d, "e", in, "delta"));
    in.data = LEDE_STR("{\"p\":1}");
    lede_edition_close(desk_edition(&d, "e", in, "delta"));
    in.zone_name = "Europe/Paris";
    lede_edition *e = desk_edition(&d, "e", in, "base");
    assert_string_equal(lede_edition_zone_name(e), "Europe/Paris");
    assert_true(lede_str_is(lede_edition_config(e), "{\"a\":1}") &&
                lede_str_is(lede_edition_data(e), "{\"p\":1}"));
    assert_false(lede__exists(desk_dir(&d, "e/delta.edition")));
    lede_edition_close(e);
    in.drafts = true;
    lede_edition_close(desk_edition(&d, "e", in, "base"));
}

static void too_many_changes_make_a_new_base(void **state) {
    (void)state;
    put_many(0, 1100);
    lede_edition_close(desk_now(&d, "base"));
    d.now++;
    put_many(0, 1000);
    lede_edition_close(desk_now(&d, "delta"));
    put_many(1000, 1001);
    lede_edition_close(desk_now(&d, "base"));
}

static void another_store_makes_a_new_base(void **state) {
    (void)state;
    put_many(0, 3);
    lede_edition_close(desk_now(&d, "base"));
    lede_store_close(d.store);
    OK(lede_store_open("memory:", &d.store, &desk_err));
    put_many(0, 3);
    lede_edition_close(desk_now(&d, "base"));
}

static void an_earlier_time_than_the_last_change_makes_a_new_base(void **state) {
    (void)state;
    desk_put(&d, (sketch){.name = "a", .date = d.now - 1000});
    lede_edition_input past = desk_input(&d);
    past.time -= 2000;
    lede_edition *e = desk_edition(&d, "e", past, "base");
    assert_int_equal(lede_edition_count(e), 0);
    lede_edition_close(e);
    e = desk_now(&d, "base"); /* the store remembers no instants before its last change */
    assert_int_equal(lede_edition_count(e), 1);
    lede_edition_close(e);
    e = desk_edition(&d, "e", past, "base");
    assert_int_equal(lede_edition_count(e), 0);
    lede_edition_close(e);
}

static void an_open_edition_stays_what_it_was(void **state) {
    (void)state;
    put_many(0, 10);
    lede_edition *old = desk_now(&d, "base");
    d.now++;
    put_many(0, 12);
    lede_edition_close(desk_now(&d, "delta"));
    lede_edition_input in = desk_input(&d);
    in.drafts = true;
    lede_edition_close(desk_edition(&d, "e", in, "base"));
    assert_int_equal(lede_edition_count(old), 10);
    const lede_str body = lede_edition_body(old, NULL, desk_find(old, "n3"));
    assert_true(lede_str_starts(body, "Body 3 of 1700000000"));
    lede_edition_close(old);
}

static void the_clock_is_the_last_change_or_the_last_boundary_passed(void **state) {
    (void)state;
    int64_t at;
    OK(lede_edition_clock(d.store, d.now, &at, &desk_err));
    assert_int_equal(at, 0);
    desk_put(&d, (sketch){.name = "a", .date = 1000});
    desk_put(
        &d,
        (sketch){.name = "b", .date = d.now + 100, .embargo = d.now + 150, .expires = d.now + 300});
    desk_put(&d, (sketch){.name = "c", .date = d.now + 120, .is_draft = true});
    const struct {
        int64_t now, clock;
    } table[] = {{-5, 0},    {0, 0},     {99, 0},    {130, 0},   {149, 0},
                 {150, 150}, {299, 150}, {300, 300}, {9999, 300}};
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        OK(lede_edition_clock(d.store, d.now + table[i].now, &at, &desk_err));
        assert_int_equal(at - d.now, table[i].clock);
    }
}

/* ---- damage */

static void ask_everything(const lede_edition *e, lede_reads *r) {
    static lede_doc out[400];
    const lede_query queries[] = {
        {.from = LEDE_NO_TIME, .to = LEDE_NO_TIME, .limit = 100},
        {.from = 1010, .to = 1030, .limit = 100, .offset = 5},
        {.tag = LEDE_STR("law"),
         .from = 1010,
         .to = LEDE_NO_TIME,
         .limit = 10,
         .offset = 7,
         .oldest_first = true},
        {.tag = LEDE_STR("tax"),
         .section = LEDE_STR("news"),
         .author = LEDE_STR("ann"),
         .lang = LEDE_STR("en"),
         .from = LEDE_NO_TIME,
         .to = LEDE_NO_TIME,
         .limit = 50},
        {.section = LEDE_STR("sport"),
         .from = LEDE_NO_TIME,
         .to = 1040,
         .limit = 300,
         .oldest_first = true},
    };
    for (size_t i = 0; i < sizeof queries / sizeof *queries; i++) {
        const uint32_t n = lede_edition_query(e, r, &queries[i], out);
        assert_true(n <= queries[i].limit);
        for (uint32_t k = 0; k < n; k++) {
            lede_edition_text(e, r, out[k], LEDE_TEXT_TITLE);
            lede_edition_date(e, r, out[k], LEDE_TIME_DATE);
            (void)lede__xxh64(lede_edition_body(e, r, out[k]), 0);
        }
        lede_edition_query_count(e, r, &queries[i]);
    }
    for (uint32_t i = 0; i < 60; i++) {
        const lede_doc doc = lede_edition_nth(e, i);
        lede_str slug;
        if (doc == LEDE_NO_DOC)
            break;
        lede_edition_neighbours(e, r, doc, 70, out);
        lede_edition_beside(e, r, doc, true);
        assert_true(lede_edition_translations(e, r, doc, out) <= LEDE_TRANSLATIONS_MAX);
        for (int k = 0; k < LEDE_TERM_KINDS; k++)
            if (lede_edition_article_term(e, r, doc, (lede_term_kind)k, i % 3, &slug))
                (void)lede__xxh64(slug, 0);
        (void)lede__xxh64(lede_edition_text(e, r, doc, LEDE_TEXT_URL), 0);
    }
    for (int k = 0; k < LEDE_TERM_KINDS; k++) {
        lede_term_view v;
        for (uint32_t i = 0; i < 20 && lede_edition_term_at(e, r, (lede_term_kind)k, i, &v); i++) {
            (void)lede__xxh64(v.title, 0);
            (void)lede__xxh64(v.body, 0);
        }
    }
    lede_edition_find(e, r, LEDE_STR("/n3/"));
    lede_edition_find(e, r, LEDE_STR("/nowhere/"));
    (void)desk_find(e, "n7");
    assert_true(strlen(lede_edition_zone_name(e)) < 100);
}

static bool ignore_redirect(void *ctx, lede_str from, lede_doc to) {
    *(uint64_t *)ctx += lede__xxh64(from, to);
    return true;
}

static uint64_t dice = 42;
static size_t roll(size_t sides) {
    dice = dice * UINT64_C(6364136223846793005) + 1442695040888963407;
    return (size_t)(dice >> 33) % sides;
}

/* Damages a few bytes; the header's checksum is made right again so that what it guards gets its
 * turn too. */
static void damage(lede_buf *file) {
    lede__header *head = (lede__header *)(void *)file->ptr;
    for (size_t i = roll(12) + 1; i > 0; i--) {
        const size_t place = roll(3) ? LEDE__HEADER_ROOM + roll(file->len - LEDE__HEADER_ROOM)
                                     : 16 + roll(sizeof *head - 16);
        file->ptr[place] = (char)(roll(3) ? roll(256) : roll(2) * 255);
    }
    for (int i = 0; i < LEDE__SECTIONS && roll(8); i++) {
        lede__place *p = &head->places[i];
        if (p->at <= file->len && p->len <= file->len - p->at) {
            uint64_t sum = 0;
            for (size_t at = 0; at < p->len; at += 1 << 18)
                sum = lede__xxh64(lede_str_n(file->ptr + p->at + at,
                                             p->len - at < 1 << 18 ? p->len - at : 1 << 18),
                                  sum);
            p->sum = sum;
        }
    }
    if (roll(10))
        head->header_sum =
            lede__xxh64(lede_str_n(file->ptr, offsetof(lede__header, header_sum)), 0);
}

static void damaged_files_are_refused_or_read_without_harm(void **state) {
    (void)state;
    put_many(0, 200);
    lede_edition_close(desk_now(&d, "base"));
    d.now += 10;
    put_many(150, 230);
    lede_edition_close(desk_now(&d, "delta"));
    lede_buf whole[2];
    const char *const names[] = {"e/base.edition", "e/delta.edition"};
    for (int i = 0; i < 2; i++) {
        lede_buf_init(&whole[i], LEDE_BUF_MAX);
        OK(lede__read_file(desk_dir(&d, names[i]), LEDE_BUF_MAX, &whole[i], &desk_err));
    }
    uint32_t opened = 0;
    lede_reads *r = lede_reads_new();
    for (int round = 0; round < 1500; round++) {
        const int which = (int)roll(2);
        lede_buf bad;
        lede_buf_init(&bad, LEDE_BUF_MAX);
        lede_buf_add(&bad, lede_buf_str(&whole[which]));
        if (roll(20) == 0)
            bad.len = roll(bad.len);
        else
            damage(&bad);
        if (which == 0 && bad.len == whole[0].len) { /* the delta must still belong to it */
            lede_buf delta;
            lede_buf_init(&delta, LEDE_BUF_MAX);
            lede_buf_add(&delta, lede_buf_str(&whole[1]));
            lede__header *head = (lede__header *)(void *)delta.ptr;
            head->base_id = ((lede__header *)(void *)bad.ptr)->header_sum;
            head->header_sum =
                lede__xxh64(lede_str_n(delta.ptr, offsetof(lede__header, header_sum)), 0);
            OK(lede__write_file(desk_dir(&d, names[1]), lede_buf_str(&delta), false, &desk_err));
            lede_buf_fini(&delta);
        }
        OK(lede__write_file(desk_dir(&d, names[which]), lede_buf_str(&bad), false, &desk_err));
        lede_edition *e;
        const lede_status st = lede_edition_open(desk_dir(&d, "e"), &e, &desk_err);
        if (st == LEDE_OK) {
            uint64_t sum = 0;
            opened++;
            lede_reads_reset(r);
            ask_everything(e, r);
            lede_edition_redirects(e, ignore_redirect, &sum);
            lede_buf record;
            lede_buf_init(&record, LEDE_BUF_MAX);
            lede_reads_encode(r, e, &record);
            lede_buf_fini(&record);
            lede_edition_close(e);
        } else {
            assert_int_equal(st, LEDE_EFORMAT);
            assert_null(e);
        }
        lede_buf_fini(&bad);
        for (int i = 0; i < 2; i++)
            OK(lede__write_file(desk_dir(&d, names[i]), lede_buf_str(&whole[i]), false, &desk_err));
    }
    assert_true(opened > 100);
    lede_reads_free(r);
    for (int i = 0; i < 2; i++)
        lede_buf_fini(&whole[i]);
}

static void a_damaged_file_is_replaced_by_the_next_update(void **state) {
    (void)state;
    put_many(0, 5);
    lede_edition_close(desk_now(&d, "base"));
    OK(lede__write_file(desk_dir(&d, "e/base.edition"), LEDE_STR("nonsense"), false, &desk_err));
    lede_edition *e;
    assert_int_equal(lede_edition_open(desk_dir(&d, "e"), &e, &desk_err), LEDE_EFORMAT);
    assert_int_equal(lede_edition_open(desk_dir(&d, "nowhere"), &e, &desk_err), LEDE_ENOTFOUND);
    e = desk_now(&d, "base");
    assert_int_equal(lede_edition_count(e), 5);
    lede_edition_close(e);
}

/* A file from before the last boot is believed only when its checksums are right. */
static void after_a_reboot_files_are_verified_once(void **state) {
    (void)state;
    put_many(0, 5);
    lede_edition_close(desk_now(&d, "base"));
    lede_buf file;
    lede_buf_init(&file, LEDE_BUF_MAX);
    OK(lede__read_file(desk_dir(&d, "e/base.edition"), LEDE_BUF_MAX, &file, &desk_err));
    lede__header *head = (lede__header *)(void *)file.ptr;
    const uint64_t boot = head->boot;
    head->boot = 12;
    OK(lede__write_file(desk_dir(&d, "e/base.edition"), lede_buf_str(&file), false, &desk_err));
    lede_edition_close(desk_now(&d, "current"));
    if (boot) {
        lede_buf again;
        lede_buf_init(&again, LEDE_BUF_MAX);
        OK(lede__read_file(desk_dir(&d, "e/base.edition"), LEDE_BUF_MAX, &again, &desk_err));
        assert_int_equal(((lede__header *)(void *)again.ptr)->boot, boot);
        lede_buf_fini(&again);
    }
    memset(file.ptr + head->places[LEDE__BLOB].at, 0, 8); /* a page that never reached the disk */
    OK(lede__write_file(desk_dir(&d, "e/base.edition"), lede_buf_str(&file), false, &desk_err));
    lede_edition_close(desk_now(&d, "base"));
    lede_buf_fini(&file);
}

int main(void) {
#define T(f) cmocka_unit_test_setup_teardown(f, open_desk, close_desk)
    const struct CMUnitTest tests[] = {
        T(what_an_update_does_is_said),
        T(too_many_changes_make_a_new_base),
        T(another_store_makes_a_new_base),
        T(an_earlier_time_than_the_last_change_makes_a_new_base),
        T(an_open_edition_stays_what_it_was),
        T(the_clock_is_the_last_change_or_the_last_boundary_passed),
        T(damaged_files_are_refused_or_read_without_harm),
        T(a_damaged_file_is_replaced_by_the_next_update),
        T(after_a_reboot_files_are_verified_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
