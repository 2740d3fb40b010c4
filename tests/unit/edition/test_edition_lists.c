/* test_edition_lists.c - the file of related articles beside an edition: whose it is, what is
 * answered from it, what a damaged one does, and which questions two of them touch. */
#include "desk.h"

#include <unistd.h>

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

static lede_edition *put_four(void) {
    desk_put(&d, (sketch){.name = "a", .date = 100, .section = "News"});
    desk_put(&d, (sketch){.name = "b", .date = 200, .section = "Sport"});
    desk_put(&d, (sketch){.name = "c", .date = 300, .section = "News"});
    desk_put(&d, (sketch){.name = "d", .date = 400, .section = "News"});
    return desk_now(&d, "base");
}

static const char *folder(void) { return desk_dir(&d, "e"); }

/* Writes lists in which the last article has those rows, the first of them pinned. */
static void write_lists(lede_edition *e, const uint32_t *list, uint32_t n) {
    lede_related_row rows[8];
    lede_related_entry entries[8];
    const uint32_t count = lede_edition_count(e);
    memset(rows, 0, sizeof rows);
    for (uint32_t i = 0; i < count; i++) {
        rows[i].doc = lede_edition_nth(e, count - 1 - i);
        rows[i].date = lede_edition_date(e, NULL, rows[i].doc, LEDE_TIME_DATE);
        memcpy(rows[i].id, lede_edition_text(e, NULL, rows[i].doc, LEDE_TEXT_ID).ptr, 26);
    }
    for (uint32_t i = 0; i < n; i++)
        entries[i] = (lede_related_entry){list[i], i ? 1000 - i : LEDE_SCORE_PINNED,
                                          (uint16_t)(10 + i), (uint16_t)i};
    rows[count - 1].n = n;
    OK(lede_lists_write(e, folder(), 77, rows, count, entries, n, false, &desk_err));
}

static lede_edition *again(lede_edition *e) {
    lede_edition_close(e);
    OK(lede_edition_open(folder(), &e, &desk_err));
    return e;
}

static void neighbours_are_answered_from_the_lists_and_else_by_the_section(void **state) {
    (void)state;
    lede_doc out[LEDE_NEIGHBOURS_MAX];
    lede_edition_neighbour scored[LEDE_NEIGHBOURS_MAX];
    lede_edition *e = put_four();
    assert_null(lede_edition_lists(e));
    assert_int_equal(lede_edition_neighbours(e, NULL, desk_find(e, "d"), 5, out), 2);
    assert_int_equal(lede_edition_scored_neighbours(e, NULL, desk_find(e, "d"), scored), 2);
    assert_int_equal(scored[0].score, 0);

    write_lists(e, (const uint32_t[]){1, 0}, 2);
    e = again(e);
    assert_non_null(lede_edition_lists(e));
    assert_true(lede_lists_settings(lede_edition_lists(e)) == 77);
    assert_int_equal(lede_edition_neighbours(e, NULL, desk_find(e, "d"), 5, out), 2);
    assert_int_equal(out[0], desk_find(e, "b"));
    assert_int_equal(out[1], desk_find(e, "a"));
    assert_int_equal(lede_edition_neighbours(e, NULL, desk_find(e, "d"), 1, out), 1);
    assert_int_equal(lede_edition_neighbours(e, NULL, desk_find(e, "c"), 5, out), 0);
    assert_int_equal(lede_edition_scored_neighbours(e, NULL, desk_find(e, "d"), scored), 2);
    assert_true(scored[0].pinned && !scored[1].pinned);
    assert_int_equal(scored[1].score, 999);
    assert_int_equal(scored[1].cosine, 11);
    lede_edition_close(e);
}

static void lists_of_another_edition_answer_nothing(void **state) {
    (void)state;
    lede_edition *e = put_four();
    write_lists(e, (const uint32_t[]){1, 0}, 2);
    lede_edition_close(e);
    desk_put(&d, (sketch){.name = "e", .date = 500, .section = "News"});
    e = desk_now(&d, "delta");
    assert_null(lede_edition_lists(e));
    lede_lists *l;
    OK(lede_lists_open(folder(), &l, &desk_err));
    assert_false(lede_lists_of(l, e));
    uint32_t n;
    assert_non_null(lede_lists_rows(l, &n));
    assert_int_equal(n, 4);
    lede_lists_close(l);
    lede_lists_remove(folder());
    lede_lists_remove(folder());
    assert_int_equal(lede_lists_open(folder(), &l, &desk_err), LEDE_ENOTFOUND);
    assert_null(l);
    lede_edition_close(e);
}

/* Every byte of the file, changed: refused, or answered without harm. */
static void a_damaged_file_is_as_good_as_none(void **state) {
    (void)state;
    char path[512];
    lede_buf whole;
    lede_edition *e = put_four();
    lede_doc out[LEDE_NEIGHBOURS_MAX];
    write_lists(e, (const uint32_t[]){1, 0, 2}, 3);
    snprintf(path, sizeof path, "%s/related.lists", folder());
    lede_buf_init(&whole, LEDE_BUF_MAX);
    OK(lede__read_file(path, 1 << 20, &whole, &desk_err));
    for (size_t at = 0; at < whole.len; at++) {
        whole.ptr[at] ^= (char)(1 << at % 8);
        OK(lede__write_file(path, lede_buf_str(&whole), false, &desk_err));
        whole.ptr[at] ^= (char)(1 << at % 8);
        e = again(e);
        for (const char *name = "abcd"; *name; name++) {
            const char one[2] = {*name, '\0'};
            assert_in_range(lede_edition_neighbours(e, NULL, desk_find(e, one), 9, out), 0, 9);
        }
    }
    for (size_t cut = 0; cut < whole.len; cut += 7) {
        lede_lists *l;
        OK(lede__write_file(path, lede_str_n(whole.ptr, cut), false, &desk_err));
        assert_int_equal(lede_lists_open(folder(), &l, &desk_err), LEDE_EFORMAT);
    }
    OK(lede_lists_restore(folder(), lede_buf_str(&whole), &desk_err));
    e = again(e);
    assert_true(lede_str_eq(lede_lists_bytes(lede_edition_lists(e)), lede_buf_str(&whole)));
    lede_buf_fini(&whole);
    lede_edition_close(e);
}

typedef struct touched {
    lede_buf ids;
    uint32_t n;
} touched;

static bool note(void *ctx, lede_read_kind kind, lede_str key) {
    touched *t = ctx;
    if (kind == LEDE_READ_NEIGHBOURS) {
        lede_buf_add(&t->ids, key);
        t->n++;
    }
    return true;
}

static uint32_t touch(const lede_edition *before, const lede_edition *after, touched *t) {
    *t = (touched){.n = 0};
    lede_buf_init(&t->ids, LEDE_BUF_MAX);
    OK(lede_edition_touched(before, after, note, t, &desk_err));
    return t->n;
}

static void a_list_that_differs_is_a_question_to_ask_again(void **state) {
    (void)state;
    touched t;
    lede_edition *before, *after = put_four();
    OK(lede_edition_open(folder(), &before, &desk_err)); /* without lists */
    write_lists(after, (const uint32_t[]){1, 0}, 2);
    after = again(after);
    assert_true(lede_edition_identity(before) != lede_edition_identity(after));
    assert_int_equal(touch(before, after, &t), 1);
    assert_int_equal(t.ids.len, 0); /* all of them */
    lede_buf_fini(&t.ids);
    lede_edition_close(before);

    OK(lede_edition_open(folder(), &before, &desk_err));
    assert_int_equal(touch(before, after, &t), 0);
    lede_buf_fini(&t.ids);
    write_lists(after, (const uint32_t[]){2, 0}, 2);
    after = again(after);
    assert_int_equal(touch(before, after, &t), 1);
    assert_true(lede_str_eq(lede_buf_str(&t.ids),
                            lede_edition_text(after, NULL, desk_find(after, "d"), LEDE_TEXT_ID)));
    lede_buf_fini(&t.ids);
    lede_edition_close(before);
    lede_edition_close(after);
}

static void recorded_neighbours_are_asked_again_with_their_scores(void **state) {
    (void)state;
    lede_edition_neighbour scored[LEDE_NEIGHBOURS_MAX];
    uint64_t first, second;
    lede_edition *e = put_four();
    write_lists(e, (const uint32_t[]){1, 0}, 2);
    e = again(e);
    lede_reads *r = lede_reads_new();
    lede_edition_scored_neighbours(e, r, desk_find(e, "d"), scored);
    char key[64];
    snprintf(key, sizeof key, "%.26s *0",
             lede_edition_text(e, NULL, desk_find(e, "d"), LEDE_TEXT_ID).ptr);
    assert_true(lede_edition_answer(e, LEDE_READ_NEIGHBOURS, lede_str_of(key), 0, &first));
    write_lists(e, (const uint32_t[]){1, 0, 2}, 3);
    e = again(e);
    assert_true(lede_edition_answer(e, LEDE_READ_NEIGHBOURS, lede_str_of(key), 0, &second));
    assert_true(first != second);
    lede_reads_free(r);
    lede_edition_close(e);
}

#define T(f) cmocka_unit_test_setup_teardown(f, open_desk, close_desk)

int main(void) {
    const struct CMUnitTest tests[] = {
        T(neighbours_are_answered_from_the_lists_and_else_by_the_section),
        T(lists_of_another_edition_answer_nothing),
        T(a_damaged_file_is_as_good_as_none),
        T(a_list_that_differs_is_a_question_to_ask_again),
        T(recorded_neighbours_are_asked_again_with_their_scores),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
