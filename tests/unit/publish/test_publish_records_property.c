/* test_publish_records_property.c - random commits against a plain model; writers killed at any
 * byte; bits that flip. LEDE_SEED repeats a run. */
#include "record_model.h"

#include "publish/records.h"

static char dir[220], file[256];

static int make_dir(void **state) {
    const int bad = make_root(state);
    snprintf(dir, sizeof dir, "%s/records", root);
    snprintf(file, sizeof file, "%s/" LEDE__RECORDS_FILE, dir);
    const char *seed = getenv("LEDE_SEED");
    dice = seed ? strtoull(seed, NULL, 10) : 1;
    return bad;
}

static lede_records *open_new(void) {
    lede_records *r;
    OK(lede_records_new(dir, &r, &record_err));
    return r;
}

static lede_records *open_at(uint64_t stamp) {
    lede_records *r;
    OK(lede_records_open(dir, stamp, &r, &record_err));
    return r;
}

static void records_say_what_a_plain_model_says(void **state) {
    (void)state;
    for (int run = 0; run < 12; run++) {
        model m = {0};
        uint64_t stamp = 1;
        lede_records *r = open_new();
        change(&m, r, roll(60));
        OK(lede_records_commit(r, stamp, &record_err));
        for (int i = 0; i < 40; i++) {
            OK(compare(&m, r));
            if (roll(3) == 0) {
                lede_records_close(r);
                r = open_at(stamp);
                OK(compare(&m, r));
            }
            change(&m, r, roll(8) ? roll(6) : roll(60));
            OK(lede_records_commit(r, ++stamp, &record_err));
        }
        lede_records_close(r);
    }
}

/* ---- files that are not whole */

static lede_buf contents(void) {
    lede_buf bytes;
    lede_buf_init(&bytes, 1 << 24);
    OK(lede__read_file(file, 1 << 24, &bytes, &record_err));
    return bytes;
}

/* The file as a killed or failing machine leaves it: never over the one that is mapped. */
static void lay(const char *bytes, size_t n) {
    OK(lede__write_file(file, lede_str_n(bytes, n), false, &record_err));
}

static lede_status look(const model *m, uint64_t stamp) {
    lede_records *r;
    lede_status st = lede_records_open(dir, stamp, &r, &record_err);
    if (!st)
        st = compare(m, r);
    lede_records_close(r);
    return st;
}

static void a_writer_killed_at_any_byte_leaves_the_records_of_before(void **state) {
    (void)state;
    model before = {0}, after;
    lede_records *r = open_new();
    change(&before, r, 100);
    OK(lede_records_commit(r, 1, &record_err));
    change(&before, r, 9);
    OK(lede_records_commit(r, 2, &record_err));
    lede_buf old = contents();
    after = before;
    change(&after, r, 2);
    OK(lede_records_commit(r, 3, &record_err));
    lede_records_close(r);
    lede_buf whole = contents();
    assert_true(whole.len > old.len);
    assert_memory_equal(whole.ptr, old.ptr, old.len);
    for (size_t n = old.len; n < whole.len; n++) {
        lay(whole.ptr, n);
        if (n % 7 == 0) /* all of it takes long */
            OK(look(&before, 2));
        assert_int_equal(lede_records_open(dir, 3, &r, &record_err), LEDE_ENOTFOUND);
        assert_null(r);
    }
    lay(whole.ptr, whole.len);
    OK(look(&after, 3));
    lede_buf_fini(&old);
    lede_buf_fini(&whole);
}

static void after_a_torn_tail_the_next_commit_makes_a_new_file(void **state) {
    (void)state;
    model m = {0};
    lede_records *r = open_new();
    change(&m, r, 100);
    OK(lede_records_commit(r, 1, &record_err));
    lede_records_close(r);
    lede_buf whole = contents();
    static const char tail[] = "lede.rc\0 torn";
    lede_buf_addn(&whole, tail, sizeof tail);
    lay(whole.ptr, whole.len);
    lede_buf_fini(&whole);
    r = open_at(1);
    OK(compare(&m, r));
    change(&m, r, 1);
    OK(lede_records_commit(r, 2, &record_err));
    assert_int_equal(r->n_file, 1);
    assert_int_equal(r->end, r->map.len);
    OK(compare(&m, r));
    lede_records_close(r);
    OK(look(&m, 2));
}

static void a_shorter_file_is_refused_or_of_before(void **state) {
    (void)state;
    model m = {0};
    lede_records *r = open_new();
    change(&m, r, 30);
    OK(lede_records_commit(r, 1, &record_err));
    lede_records_close(r);
    lede_buf whole = contents();
    for (size_t n = 1; n < whole.len; n++) {
        lay(whole.ptr, n);
        assert_int_equal(lede_records_open(dir, 1, &r, &record_err), LEDE_EFORMAT);
    }
    lay(whole.ptr, 0);
    assert_int_equal(lede_records_open(dir, 1, &r, &record_err), LEDE_ENOTFOUND);
    lede_buf_fini(&whole);
}

/* Whatever bit flips: refused, or everything that is told is right. */
static void a_flipped_bit_is_refused_or_does_not_matter(void **state) {
    (void)state;
    model m = {0};
    lede_records *r = open_new();
    change(&m, r, 100);
    OK(lede_records_commit(r, 1, &record_err));
    change(&m, r, 8);
    OK(lede_records_commit(r, 2, &record_err));
    assert_int_equal(r->n_tables, 2);
    lede_records_close(r);
    lede_buf whole = contents();
    uint32_t refused = 0;
    for (uint32_t i = 0; i < 3000; i++) {
        const uint32_t at = i < 2200 ? i % (uint32_t)whole.len : roll((uint32_t)whole.len);
        whole.ptr[at] ^= (char)(1 << i % 8);
        lay(whole.ptr, whole.len);
        const lede_status st = look(&m, 2);
        refused += st != LEDE_OK;
        assert_true(st == LEDE_OK || st == LEDE_EFORMAT || st == LEDE_ENOTFOUND ||
                    st == LEDE_ENEWER);
        whole.ptr[at] ^= (char)(1 << i % 8);
    }
    assert_true(refused > 2800);
    lede_buf_fini(&whole);
}

/* ---- a file whose sums are right and whose numbers are not */

static bool any_page(void *ctx, lede_str path) {
    *(size_t *)ctx += path.len ? (unsigned char)path.ptr[path.len - 1] : 0;
    return true;
}

static bool any_read(void *ctx, const lede_records_read *read) { return any_page(ctx, read->key); }

/* Asks for everything; what is answered does not matter, and all of it is read. */
static void ask_all(lede_records *r) {
    size_t sum = 0;
    (void)!lede_records_each(r, any_page, &sum, NULL);
    for (uint8_t kind = 0; kind < LEDE_RECORDS_KINDS; kind++)
        (void)!lede_records_keys(r, kind, (lede_str){0}, any_read, &sum, NULL);
    for (uint8_t key = 0; key < N_KEYS; key++)
        (void)!lede_records_pages_reading(r, key_of(key).kind, key_of(key).key, any_page, &sum,
                                          NULL);
    for (uint32_t path = 0; path < N_PATHS; path++) {
        lede_records_view v;
        if (!lede_records_page(r, lede_str_of(path_of(path)), &v, NULL)) {
            any_page(&sum, v.made);
            (void)!lede_records_reads(r, &v, any_read, &sum, NULL);
        }
    }
    (void)!lede_records_queries(r, LEDE_STR("section=news"), any_read, &sum, NULL);
    (void)!lede_records_queries(r, LEDE_STR("all"), any_read, &sum, NULL);
}

static void lay_table(const lede__built *b, uint64_t alive) {
    char beside[300];
    lede__table_head h = {.stamp = 1, .below = LEDE__NO_TABLE, .alive = alive};
    snprintf(beside, sizeof beside, "%s.bad", file);
    const int fd = open(beside, O_WRONLY | O_CREAT | O_TRUNC, 0644);
    assert_true(fd >= 0 && lede__table_write(fd, &h, b));
    close(fd);
    assert_int_equal(rename(beside, file), 0);
}

static void hostile_numbers_lead_nowhere(void **state) {
    (void)state;
    model m = {0};
    lede_records *r = open_new();
    change(&m, r, 60);
    OK(lede_records_commit(r, 1, &record_err));
    lede_records_close(r);
    lede_buf whole = contents();
    lede__table_head h;
    memcpy(&h, whole.ptr, sizeof h);
    for (uint32_t i = 0; i < 1100; i++) {
        lede__built b;
        for (int k = 0; k < LEDE__PARTS; k++) {
            lede_buf_init(&b.parts[k], 1 << 24);
            lede_buf_addn(&b.parts[k], whole.ptr + h.places[k].at, h.places[k].len);
        }
        lede_buf *part = &b.parts[i % LEDE__PARTS];
        for (uint32_t bytes = 1 + roll(4); part->len && bytes > 0; bytes--)
            part->ptr[roll((uint32_t)part->len)] = (char)(roll(3) ? roll(256) : 0xff);
        lay_table(&b, h.alive);
        lede__built_fini(&b);
        if (lede_records_open(dir, 1, &r, &record_err))
            continue;
        ask_all(r);
        change(&m, r, 40); /* enough to have the bad table merged */
        (void)!lede_records_commit(r, 2, NULL);
        lede_records_close(r);
    }
    lede_buf_fini(&whole);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(records_say_what_a_plain_model_says, make_dir, remove_root),
        cmocka_unit_test_setup_teardown(a_writer_killed_at_any_byte_leaves_the_records_of_before,
                                        make_dir, remove_root),
        cmocka_unit_test_setup_teardown(after_a_torn_tail_the_next_commit_makes_a_new_file,
                                        make_dir, remove_root),
        cmocka_unit_test_setup_teardown(a_shorter_file_is_refused_or_of_before, make_dir,
                                        remove_root),
        cmocka_unit_test_setup_teardown(a_flipped_bit_is_refused_or_does_not_matter, make_dir,
                                        remove_root),
        cmocka_unit_test_setup_teardown(hostile_numbers_lead_nowhere, make_dir, remove_root),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
