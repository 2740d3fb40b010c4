/* test_publish_records.c - what is refused, what is thrown away, how the file grows. */
#include "record_model.h"

#include "publish/records.h"

static char dir[220], file[256];

static int make_dir(void **state) {
    const int bad = make_root(state);
    snprintf(dir, sizeof dir, "%s/var/records", root);
    snprintf(file, sizeof file, "%s/" LEDE__RECORDS_FILE, dir);
    return bad;
}

static lede_records *fresh(void) {
    lede_records *r;
    OK(lede_records_new(dir, &r, &record_err));
    return r;
}

static void put_plain(lede_records *r, const char *path, const lede_records_read *reads, size_t n) {
    const lede_records_entry e = {
        .made = LEDE_STR("made"), .set = LEDE_RECORDS_NO_SET, .reads = reads, .n_reads = n};
    OK(lede_records_put(r, lede_str_of(path), &e, &record_err));
}

typedef struct heard {
    char *text;
    size_t room, used;
    uint32_t count, stop_at;
} heard;

static bool hear(heard *h, lede_str text) {
    const int n = snprintf(h->text + h->used, h->room - h->used, "%.*s ", (int)text.len,
                           text.len ? text.ptr : "");
    h->used += (size_t)n;
    return ++h->count != h->stop_at;
}

static bool hear_page(void *ctx, lede_str path) { return hear(ctx, path); }
static bool hear_read(void *ctx, const lede_records_read *read) { return hear(ctx, read->key); }

static uint32_t readers(lede_records *r, uint8_t kind, const char *key, char *paths, size_t room) {
    heard h = {.text = paths, .room = room};
    paths[0] = '\0';
    OK(lede_records_pages_reading(r, kind, lede_str_of(key), hear_page, &h, &record_err));
    return h.count;
}

/* ---- opening */

static void records_of_another_release_are_not_given(void **state) {
    (void)state;
    lede_records *r;
    assert_int_equal(lede_records_open(dir, 1, &r, &record_err), LEDE_ENOTFOUND);
    assert_null(r);
    r = fresh();
    put_plain(r, "a.html", NULL, 0);
    assert_int_equal(lede_records_count(r), 0); /* not before the commit */
    OK(lede_records_commit(r, 7, &record_err));
    assert_int_equal(lede_records_count(r), 1);
    lede_records_close(r);
    assert_int_equal(lede_records_open(dir, 8, &r, &record_err), LEDE_ENOTFOUND);
    assert_non_null(strstr(record_err.message, "another release"));
    OK(lede_records_open(dir, 7, &r, &record_err));
    assert_int_equal(lede_records_count(r), 1);
    lede_records_close(r);
    r = fresh(); /* starts without, whatever is there */
    assert_int_equal(lede_records_count(r), 0);
    put_plain(r, "b.html", NULL, 0);
    OK(lede_records_commit(r, 8, &record_err));
    lede_records_view v;
    assert_int_equal(lede_records_page(r, LEDE_STR("a.html"), &v, &record_err), LEDE_ENOTFOUND);
    OK(lede_records_page(r, LEDE_STR("b.html"), &v, &record_err));
    assert_true(lede_str_is(v.made, "made"));
    lede_records_close(r);
}

static void what_is_no_file_of_records_is_refused(void **state) {
    (void)state;
    lede_records *r = fresh();
    lede_records_close(r);
    put_file("var/records/live.records", "something else, and long enough for no head at all");
    assert_int_equal(lede_records_open(dir, 0, &r, &record_err), LEDE_EFORMAT);
    lede__table_head h = {.version = 2, .order_mark = LEDE__RECORDS_ORDER};
    memcpy(h.magic, LEDE__RECORDS_MAGIC, sizeof h.magic);
    OK(lede__write_file(file, lede_str_n((const char *)&h, sizeof h), false, &record_err));
    assert_int_equal(lede_records_open(dir, 0, &r, &record_err), LEDE_ENEWER);
}

/* Heads are summed, not signed: one that is made up must not lead in circles. */
static void a_table_that_stands_on_itself_or_nothing_is_refused(void **state) {
    (void)state;
    static const uint64_t below[] = {0, 8, 256, UINT64_MAX - 7, UINT64_MAX - 8};
    lede__draft d;
    lede__built b;
    lede_records *r = fresh();
    lede_records_close(r);
    lede__draft_init(&d);
    OK(lede__draft_build(&d, &b, &record_err));
    for (size_t i = 0; i < sizeof below / sizeof *below; i++) {
        lede__table_head h = {.below = below[i]};
        const int fd = open(file, O_RDWR | O_CREAT | O_TRUNC, 0644);
        assert_true(fd >= 0 && lede__table_write(fd, &h, &b));
        assert_int_equal(lede_records_open(dir, 0, &r, &record_err), LEDE_EFORMAT);
        h.below = LEDE__NO_TABLE;
        assert_true(lede__table_write(fd, &h, &b));
        close(fd);
        OK(lede_records_open(dir, 0, &r, &record_err));
        assert_int_equal(lede_records_count(r), 0);
        lede_records_close(r);
    }
    lede__built_fini(&b);
    lede__draft_fini(&d);
}

static void the_stamp_is_of_the_manifest(void **state) {
    (void)state;
    const page pages[] = {{"a.html", "a"}, {0}}, more[] = {{"a.html", "b"}, {0}};
    uint64_t one, two, three;
    assert_int_equal(lede_records_stamp(dest, &one, &record_err), LEDE_ENOTFOUND);
    publish(pages);
    OK(lede_records_stamp(dest, &one, &record_err));
    publish(pages); /* nothing differs: the tree stays */
    OK(lede_records_stamp(dest, &two, &record_err));
    assert_true(one == two);
    publish(more);
    OK(lede_records_stamp(dest, &three, &record_err));
    assert_true(one != three);
}

/* ---- putting */

static void what_cannot_be_kept_is_refused(void **state) {
    (void)state;
    static char long_text[LEDE_RECORDS_TEXT + 1];
    const lede_records_read bad_kind = {.kind = LEDE_RECORDS_KINDS},
                            long_key = {.key = {long_text, sizeof long_text}},
                            full_key = {.key = {long_text, LEDE_RECORDS_TEXT}};
    lede_records_entry e = {.set = LEDE_RECORDS_NO_SET};
    lede_records *r = fresh();
    const lede_str path = LEDE_STR("a.html");
    assert_int_equal(lede_records_put(r, LEDE_STR("../a"), &e, &record_err), LEDE_EINVAL);
    assert_int_equal(lede_records_put(r, LEDE_STR(""), &e, &record_err), LEDE_EINVAL);
    e.set = 0;
    assert_int_equal(lede_records_put(r, path, &e, &record_err), LEDE_EINVAL);
    e = (lede_records_entry){.set = LEDE_RECORDS_NO_SET, .reads = &bad_kind, .n_reads = 1};
    assert_int_equal(lede_records_put(r, path, &e, &record_err), LEDE_EINVAL);
    e.reads = &long_key;
    assert_int_equal(lede_records_put(r, path, &e, &record_err), LEDE_ELIMIT);
    e.n_reads = LEDE_RECORDS_READS + 1;
    assert_int_equal(lede_records_put(r, path, &e, &record_err), LEDE_ELIMIT);
    e = (lede_records_entry){.set = LEDE_RECORDS_NO_SET, .made = long_key.key};
    assert_int_equal(lede_records_put(r, path, &e, &record_err), LEDE_ELIMIT);
    uint32_t set;
    assert_int_equal(lede_records_set(r, &bad_kind, 1, &set, &record_err), LEDE_EINVAL);
    put_plain(r, "b.html", &full_key, 1);
    OK(lede_records_commit(r, 1, &record_err));
    assert_int_equal(lede_records_count(r), 1);
    lede_records_close(r);
}

static void equal_sets_have_one_number(void **state) {
    (void)state;
    const lede_records_read one[] = {{.kind = 1, .key = LEDE_STR("a")},
                                     {.kind = 1, .key = LEDE_STR("b")}},
                            two[] = {one[1], one[0], one[1]};
    uint32_t a, b, c, d;
    lede_records *r = fresh();
    OK(lede_records_set(r, one, 2, &a, &record_err));
    OK(lede_records_set(r, two, 3, &b, &record_err));
    OK(lede_records_set(r, one, 1, &c, &record_err));
    OK(lede_records_set(r, NULL, 0, &d, &record_err));
    assert_int_equal(a, b);
    assert_true(a != c && c != d && a != d);
    lede_records_entry e = {.set = d};
    OK(lede_records_put(r, LEDE_STR("a.html"), &e, &record_err));
    OK(lede_records_commit(r, 1, &record_err));
    assert_int_equal(lede_records_put(r, LEDE_STR("a.html"), &e, &record_err), LEDE_EINVAL);
    lede_records_view v;
    OK(lede_records_page(r, LEDE_STR("a.html"), &v, &record_err));
    OK(lede_records_reads(r, &v, hear_read, NULL, &record_err)); /* none */
    lede_records_close(r);
}

static void a_visit_stops_when_the_visitor_says(void **state) {
    (void)state;
    const lede_records_read reads[] = {{.kind = 1, .key = LEDE_STR("a")},
                                       {.kind = 1, .key = LEDE_STR("b")},
                                       {.kind = 2, .key = LEDE_STR("tag=x limit=2")},
                                       {.kind = 2, .key = LEDE_STR("tag=x limit=3")}};
    char text[200];
    lede_records *r = fresh();
    put_plain(r, "a.html", reads, 4);
    put_plain(r, "b.html", reads, 4);
    OK(lede_records_commit(r, 1, &record_err));
    for (int i = 0; i < 4; i++) {
        heard h = {.text = text, .room = sizeof text, .stop_at = 1};
        const lede_str a = LEDE_STR("a"), tag = LEDE_STR("tag=x");
        if (i == 0)
            OK(lede_records_each(r, hear_page, &h, &record_err));
        if (i == 1)
            OK(lede_records_pages_reading(r, 1, a, hear_page, &h, &record_err));
        if (i == 2)
            OK(lede_records_keys(r, 1, (lede_str){0}, hear_read, &h, &record_err));
        if (i == 3)
            OK(lede_records_queries(r, tag, hear_read, &h, &record_err));
        assert_int_equal(h.count, 1);
    }
    lede_records_close(r);
}

/* ---- the questions a change asks */

static void a_query_is_found_by_each_of_its_equalities(void **state) {
    (void)state;
    static const char *const queries[] = {"section=news tag=tax limit=5", "section=news limit=9",
                                          "from=5 to=9 limit=1", "lang=en order=oldest limit=2"};
    static const struct {
        const char *dimension, *found;
    } cases[] = {{"section=news", "section=news limit=9 section=news tag=tax limit=5 "},
                 {"tag=tax", "section=news tag=tax limit=5 "},
                 {"lang=en", "lang=en order=oldest limit=2 "},
                 {"all", "from=5 to=9 limit=1 "},
                 {"tag=ta", ""},
                 {"limit=5", ""}};
    lede_records_read reads[5];
    char text[300];
    for (int i = 0; i < 4; i++)
        reads[i] = (lede_records_read){.kind = QUERY, .key = lede_str_of(queries[i])};
    reads[4] = (lede_records_read){.kind = CARD, .key = LEDE_STR("tag=tax")}; /* no query */
    lede_records *r = fresh();
    put_plain(r, "a.html", reads, 5);
    OK(lede_records_commit(r, 1, &record_err));
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        heard h = {.text = text, .room = sizeof text};
        text[0] = '\0';
        OK(lede_records_queries(r, lede_str_of(cases[i].dimension), hear_read, &h, &record_err));
        assert_string_equal(text, cases[i].found);
    }
    lede_records_close(r);
}

static void a_page_rendered_again_is_found_by_its_new_reads_only(void **state) {
    (void)state;
    const lede_records_read old = {.kind = 1, .key = LEDE_STR("old")},
                            now = {.kind = 1, .key = LEDE_STR("new")};
    char text[1000], path[32];
    lede_records *r = fresh();
    for (int i = 0; i < 50; i++) {
        snprintf(path, sizeof path, "%02d.html", i);
        put_plain(r, path, &old, 1);
    }
    OK(lede_records_commit(r, 1, &record_err));
    put_plain(r, "07.html", &now, 1);
    OK(lede_records_remove(r, LEDE_STR("08.html"), &record_err));
    OK(lede_records_remove(r, LEDE_STR("never there"), &record_err));
    OK(lede_records_commit(r, 2, &record_err));
    assert_int_equal(r->n_tables, 2);
    assert_int_equal(readers(r, 1, "old", text, sizeof text), 48);
    assert_int_equal(lede_records_count(r), 49);
    assert_int_equal(readers(r, 1, "new", text, sizeof text), 1);
    assert_string_equal(text, "07.html ");
    OK(lede_records_remove(r, LEDE_STR("07.html"), &record_err));
    OK(lede_records_commit(r, 3, &record_err));
    assert_int_equal(readers(r, 1, "new", text, sizeof text), 0);
    lede_records_close(r);
}

/* ---- the file */

static void a_commit_without_changes_writes_nothing_or_a_stamp(void **state) {
    (void)state;
    lede_records *r = fresh();
    put_plain(r, "a.html", NULL, 0);
    OK(lede_records_commit(r, 1, &record_err));
    const uint64_t size = r->end;
    OK(lede_records_commit(r, 1, &record_err));
    assert_int_equal(r->end, size);
    OK(lede_records_commit(r, 2, &record_err));
    assert_int_equal(lede_records_count(r), 1);
    lede_records_close(r);
    OK(lede_records_open(dir, 2, &r, &record_err));
    assert_int_equal(lede_records_count(r), 1);
    lede_records_close(r);
}

static void small_commits_leave_few_tables_and_little_garbage(void **state) {
    (void)state;
    const lede_records_read read = {.kind = 1, .key = LEDE_STR("all of them")};
    char path[32];
    lede_records *r = fresh();
    for (int i = 0; i < 4000; i++) {
        snprintf(path, sizeof path, "%04d.html", i);
        put_plain(r, path, &read, 1);
    }
    OK(lede_records_commit(r, 1, &record_err));
    const uint64_t size = r->end;
    unsigned most = 0;
    for (uint32_t i = 0; i < 1200; i++) {
        snprintf(path, sizeof path, "%04u.html", i * 7 % 40);
        put_plain(r, path, &read, 1);
        OK(lede_records_commit(r, i + 2, &record_err));
        most = r->n_tables > most ? r->n_tables : most;
        assert_true(r->n_file <= LEDE__TABLES_FILE && r->end <= 2 * size + (1 << 17));
    }
    assert_true(most <= 12);
    assert_int_equal(lede_records_count(r), 4000);
    lede_records_close(r);
}

static void of_two_writers_the_second_is_refused(void **state) {
    (void)state;
    lede_records *r = fresh(), *other;
    put_plain(r, "a.html", NULL, 0);
    OK(lede_records_commit(r, 1, &record_err));
    OK(lede_records_open(dir, 1, &other, &record_err));
    put_plain(other, "b.html", NULL, 0);
    OK(lede_records_commit(other, 2, &record_err));
    put_plain(r, "c.html", NULL, 0);
    lede_records_view v; /* what r mapped is still there */
    OK(lede_records_page(r, LEDE_STR("a.html"), &v, &record_err));
    assert_int_equal(lede_records_commit(r, 3, &record_err), LEDE_ECONFLICT);
    lede_records_close(r);
    OK(lede_records_page(other, LEDE_STR("b.html"), &v, &record_err));
    lede_records_close(other);
    OK(lede_records_open(dir, 2, &r, &record_err));
    assert_int_equal(lede_records_count(r), 2);
    lede_records_close(r);
}

static void a_file_that_cannot_be_written_is_an_error(void **state) {
    (void)state;
    lede_records *r = fresh();
    assert_int_equal(mkdir(file, 0755), 0); /* in the way */
    put_plain(r, "a.html", NULL, 0);
    assert_true(lede_records_commit(r, 1, &record_err) != LEDE_OK);
    lede_records_close(r);
    assert_false(there("var/records/live.records.new"));
    lede_records_close(NULL);
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, make_dir, remove_root)

int main(void) {
    const struct CMUnitTest tests[] = {
        CASE(records_of_another_release_are_not_given),
        CASE(what_is_no_file_of_records_is_refused),
        CASE(a_table_that_stands_on_itself_or_nothing_is_refused),
        CASE(the_stamp_is_of_the_manifest),
        CASE(what_cannot_be_kept_is_refused),
        CASE(equal_sets_have_one_number),
        CASE(a_visit_stops_when_the_visitor_says),
        CASE(a_query_is_found_by_each_of_its_equalities),
        CASE(a_page_rendered_again_is_found_by_its_new_reads_only),
        CASE(a_commit_without_changes_writes_nothing_or_a_stamp),
        CASE(small_commits_leave_few_tables_and_little_garbage),
        CASE(of_two_writers_the_second_is_refused),
        CASE(a_file_that_cannot_be_written_is_an_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
