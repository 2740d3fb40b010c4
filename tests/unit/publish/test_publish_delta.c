/* test_publish_delta.c - publications that say only what differs: the site is the same as if all
 * had been said. */
#include "lede/records.h"
#include "publish/changes.h"
#include "publish/manifest.h"
#include "site.h"

#include <dirent.h>

static const lede_release_options delta = {
    .no_sync = true, .delta = true, .retired_seconds = -1, .lock_wait_ms = -1};
static const page first[] = {{"index.html", "home 1"},
                             {"a/index.html", "a 1"},
                             {"b/index.html", "b 1"},
                             {"b/c/index.html", "c 1"},
                             {0}};
static const page second[] = {{"index.html", "home 2"},
                              {"a/index.html", "a 1"},
                              {"b/index.html", "b 1"},
                              {"d/index.html", "d 2"},
                              {0}};

static lede_release_stats go(const page *before, const page *pages) {
    lede_release_stats n = {0};
    bool changed;
    lede_error err = {0};
    const lede_status st = publish_delta(&delta, before, pages, &n, &changed, &err);
    if (st)
        print_error("%s\n", err.message);
    assert_int_equal(st, LEDE_OK);
    return n;
}

static void only_what_differs_is_said(void **state) {
    (void)state;
    publish(first);
    for (int i = 0; i < 4; i++) {
        const lede_release_stats n = i % 2 ? go(second, first) : go(first, second);
        assert_int_equal(n.files, 4);
        assert_int_equal(n.written, i == 0 ? 2 : 0); /* later the standby has them */
        assert_int_equal(n.kept, i == 0 ? 2 : 4);
        assert_int_equal(n.removed, 1);
        assert_int_equal(n.bytes, 6 + 3 + 3 + 3);
        assert_string_equal(text_of("public/index.html"), i % 2 ? "home 1" : "home 2");
        assert_string_equal(text_of("public/a/index.html"), "a 1");
        assert_string_equal(text_of("public/d/index.html"), i % 2 ? "" : "d 2");
        assert_string_equal(text_of("public/b/c/index.html"), i % 2 ? "c 1" : "");
        assert_int_equal(there("public/d"), i % 2 == 0);
    }
}

static void the_stamp_is_that_of_the_live_tree(void **state) {
    (void)state;
    uint64_t stamp;
    publish(first);
    const lede_release_stats n = go(first, second);
    assert_int_equal(lede_records_stamp(dest, &stamp, NULL), LEDE_OK);
    assert_true(n.stamp == stamp);
    lede_release *r;
    assert_int_equal(lede_release_open(dest, &delta, &r, NULL), LEDE_OK);
    assert_true(lede_release_stamp(r) == stamp && lede_release_is_delta(r));
    lede_release_abort(r);
    assert_true(go(second, second).stamp == stamp);
}

static void without_a_word_nothing_is_touched(void **state) {
    (void)state;
    bool changed = true;
    lede_release_stats n;
    publish(first);
    publish(second);
    const ino_t manifest = inode_of(".public.standby/.lede-manifest");
    assert_int_equal(publish_delta(&delta, second, second, &n, &changed, NULL), LEDE_OK);
    assert_false(changed);
    assert_int_equal(n.files, 4);
    assert_int_equal(inode_of(".public.standby/.lede-manifest"), manifest);
}

static void the_same_bytes_change_no_names(void **state) {
    (void)state;
    lede_release *r;
    bool changed = true;
    publish(first);
    publish(second);
    const ino_t before = inode_of("public");
    for (int i = 0; i < 3; i++) {
        assert_int_equal(lede_release_open(dest, &delta, &r, NULL), LEDE_OK);
        assert_int_equal(write_pages(r, second, NULL), LEDE_OK);
        assert_int_equal(lede_release_commit(r, NULL, &changed, NULL), LEDE_OK);
        assert_false(changed);
        assert_int_equal(inode_of("public"), before);
    }
    go(second, first);
    assert_string_equal(text_of("public/b/c/index.html"), "c 1");
}

static void a_delta_may_become_full(void **state) {
    (void)state;
    lede_release *r;
    publish(first);
    go(first, second);
    assert_int_equal(lede_release_open(dest, &delta, &r, NULL), LEDE_OK);
    assert_int_equal(lede_release_make_full(r, NULL), LEDE_OK);
    assert_false(lede_release_is_delta(r));
    assert_int_equal(write_pages(r, first, NULL), LEDE_OK);
    assert_int_equal(lede_release_commit(r, NULL, NULL, NULL), LEDE_OK);
    assert_false(there("public/d"));
    assert_string_equal(text_of("public/b/c/index.html"), "c 1");
}

static void without_a_live_tree_all_must_be_said(void **state) {
    (void)state;
    lede_release *r;
    assert_int_equal(lede_release_open(dest, &delta, &r, NULL), LEDE_OK);
    assert_false(lede_release_is_delta(r));
    assert_true(lede_release_stamp(r) == 0);
    lede_release_abort(r);
}

static void what_the_live_tree_has_is_asked_of_its_manifest(void **state) {
    (void)state;
    lede_release *r;
    publish(first);
    assert_int_equal(lede_release_open(dest, &delta, &r, NULL), LEDE_OK);
    for (const page *p = first; p->path; p++)
        assert_true(lede_release_has(r, lede_str_of(p->path)));
    static const char *const others[] = {"",    "a",   "b/", "a/index.htm", "a/index.htmlx",
                                         "zzz", "\x01"};
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        assert_false(lede_release_has(r, lede_str_of(others[i])));
    assert_int_equal(lede_release_drop(r, LEDE_STR("a/index.html"), NULL), LEDE_OK);
    assert_false(lede_release_has(r, LEDE_STR("a/index.html")));
    assert_int_equal(lede_release_claim(r, LEDE_STR("a/index.html"), LEDE_STR("x"), NULL), LEDE_OK);
    assert_true(lede_release_has(r, LEDE_STR("a/index.html")));
    lede_release_abort(r);
}

static void a_claim_must_fit_the_live_tree(void **state) {
    (void)state;
    static const struct {
        const char *path, *dropped;
        lede_status status;
        const char *words;
    } cases[] = {
        {"a", NULL, LEDE_EEXIST, "folder"},
        {"b", "b/index.html", LEDE_EEXIST, "folder"},
        {"a", "a/index.html", LEDE_OK, ""},
        {"index.html/x", NULL, LEDE_EEXIST, "/index.html"},
        {"index.html/x/y", "index.html", LEDE_OK, ""},
        {"mine.txt", NULL, LEDE_EEXIST, "not written by lede"},
        {"mine.txt/x", NULL, LEDE_EEXIST, "not written by lede"},
        {"b/new", NULL, LEDE_OK, ""},
        {"../x", NULL, LEDE_EINVAL, "../x"},
        {".lede-manifest", NULL, LEDE_EINVAL, ".lede-manifest"},
    };
    publish(first);
    publish(second);
    publish(first);
    usleep(20000);
    put_file("public/mine.txt", "mine");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        lede_release *r;
        lede_error err = {0};
        assert_int_equal(lede_release_open(dest, &delta, &r, NULL), LEDE_OK);
        if (cases[i].dropped)
            assert_int_equal(lede_release_drop(r, lede_str_of(cases[i].dropped), NULL), LEDE_OK);
        const lede_status st =
            lede_release_claim(r, lede_str_of(cases[i].path), LEDE_STR("content/x.md"), &err);
        if (st != cases[i].status)
            print_error("case %zu: %s\n", i, err.message);
        assert_int_equal(st, cases[i].status);
        if (st)
            assert_non_null(strstr(err.message, cases[i].words));
        lede_release_abort(r);
    }
    assert_string_equal(text_of("public/mine.txt"), "mine");
}

static void a_failed_page_keeps_the_live_one(void **state) {
    (void)state;
    static const page failing[] = {
        {"index.html", "home 3"}, {"a/index.html", NULL}, {"new/index.html", NULL}, {0}};
    static const page none[] = {{0}};
    publish(first);
    const lede_release_stats n = go(none, failing);
    assert_int_equal(n.files, 4);
    assert_string_equal(text_of("public/a/index.html"), "a 1");
    assert_string_equal(text_of("public/index.html"), "home 3");
    assert_false(there("public/new"));
}

/* A delta's stamp is later than the change and must not cover it. */
static void what_somebody_changed_is_put_right_by_the_next_full_one(void **state) {
    (void)state;
    static const page none[] = {{0}}, other[] = {{"d/index.html", "d 3"}, {0}};
    publish(first);
    publish(second);
    usleep(20000);
    put_file("public/a/index.html", "A 9"); /* in place: both trees have it */
    assert_int_equal(go(none, other).touched, 0);
    assert_string_equal(text_of("public/a/index.html"), "A 9");
    publish(second);
    assert_string_equal(text_of("public/a/index.html"), "a 1");
    go(none, other);
    publish(second);
    assert_string_equal(text_of("public/a/index.html"), "a 1");
}

static void what_somebody_changed_and_a_delta_meets_stays_and_is_counted(void **state) {
    (void)state;
    static const page none[] = {{0}}, a[] = {{"a/index.html", "a 7"}, {0}},
                      b[] = {{"b/index.html", "b 7"}, {0}};
    publish(first);
    go(none, a); /* the standby is behind in a */
    usleep(20000);
    put_file("public/a/index.html", "A 9");
    assert_int_equal(go(none, b).touched, 1);
    assert_string_equal(text_of("public/a/index.html"), "A 9");
    publish(second);
    assert_string_equal(text_of("public/a/index.html"), "a 1");
}

static void files_of_others_are_carried_over(void **state) {
    (void)state;
    publish(first);
    publish(second);
    usleep(20000);
    put_file("public/google123.html", "proof");
    put_file("public/a/notes.txt", "note");
    put_file("public/.well-known/acme/token", "token");
    for (int i = 0; i < 5; i++) {
        assert_int_equal((i % 2 ? go(first, second) : go(second, first)).foreign, 3);
        assert_string_equal(text_of("public/google123.html"), "proof");
        assert_string_equal(text_of("public/a/notes.txt"), "note");
        assert_string_equal(text_of("public/.well-known/acme/token"), "token");
    }
    char name[300];
    snprintf(name, sizeof name, "%s/a/notes.txt", dest);
    assert_int_equal(unlink(name), 0);
    for (int i = 0; i < 3; i++) {
        assert_int_equal((i % 2 ? go(first, second) : go(second, first)).foreign, 2);
        assert_false(there("public/a/notes.txt"));
    }
}

static void a_file_that_came_during_a_delta_is_given_back(void **state) {
    (void)state;
    lede_release *r;
    publish(first);
    publish(second);
    usleep(20000);
    assert_int_equal(lede_release_open(dest, &delta, &r, NULL), LEDE_OK);
    put_file("public/a/late.txt", "late");
    assert_int_equal(write_delta(r, second, first, NULL), LEDE_OK);
    assert_int_equal(lede_release_commit(r, NULL, NULL, NULL), LEDE_OK);
    for (int i = 0; i < 3; i++) {
        i % 2 ? go(second, first) : go(first, second);
        assert_string_equal(text_of("public/a/late.txt"), "late");
    }
}

/* Of a site with more folders than a delta looks at. */
static void a_file_beside_a_page_comes_in_sight_when_its_part_has_its_turn(void **state) {
    (void)state;
    enum { MANY = 7000 };
    static char names[MANY][32];
    static page many[MANY + 1];
    static const page none[] = {{0}};
    for (int i = 0; i < MANY; i++) {
        snprintf(names[i], sizeof names[i], "p/%04d/index.html", i);
        many[i] = (page){names[i], "x"};
    }
    publish(many);
    usleep(20000);
    put_file("public/p/0001/mine.txt", "mine"); /* beside single pages, one at each end */
    put_file("public/p/6998/mine.txt", "mine");
    int last_gap = -1;
    for (int i = 0; i < 20; i++) {
        char text[16];
        snprintf(text, sizeof text, "%d", i);
        const page one[] = {{names[3], text}, {0}};
        const lede_release_stats n = go(none, one);
        assert_int_equal(n.files, MANY);
        if (!there("public/p/0001/mine.txt") || !there("public/p/6998/mine.txt"))
            last_gap = i;
    }
    assert_true(last_gap >= 0 && last_gap < 15); /* else the test has lost its point; 15 parts */
}

/* ---- lists of changes */

static void a_list_that_is_damaged_or_gone_is_done_without(void **state) {
    (void)state;
    char folder[300], name[400];
    snprintf(folder, sizeof folder, "%s/.public.changes", root);
    publish(first);
    for (int i = 0; i < 8; i++) {
        DIR *d = opendir(folder);
        assert_non_null(d);
        for (const struct dirent *e; (e = readdir(d));) {
            if (e->d_name[0] == '.')
                continue;
            if (i % 2) {
                snprintf(name, sizeof name, "%s/%.60s", folder, e->d_name);
                assert_int_equal(unlink(name), 0);
            } else {
                snprintf(name, sizeof name, ".public.changes/%.60s", e->d_name);
                put_file(name, i % 4 ? "lede-changes 1 of=00" : "");
            }
        }
        closedir(d);
        const lede_release_stats n = i % 2 ? go(second, first) : go(first, second);
        assert_int_equal(n.files, 4);
        assert_string_equal(text_of("public/index.html"), i % 2 ? "home 1" : "home 2");
        assert_string_equal(text_of("public/d/index.html"), i % 2 ? "" : "d 2");
        assert_string_equal(text_of("public/b/c/index.html"), i % 2 ? "c 1" : "");
    }
}

/* Names of what is gone are nobody's business. */
static void lists_lie_in_no_tree_and_do_not_pile_up(void **state) {
    (void)state;
    char folder[300];
    int n = 0;
    for (int i = 0; i < 10; i++) {
        publish(i % 2 ? first : second);
        publish(i % 2 ? first : second);
    }
    snprintf(folder, sizeof folder, "%s/.public.changes", root);
    DIR *d = opendir(folder);
    assert_non_null(d);
    while (readdir(d))
        n++;
    closedir(d);
    assert_in_range(n - 2, 2, 5);
    assert_false(there("public/.lede-changes") || there(".public.standby/.lede-changes"));
}

static lede_status check(const char *text) {
    lede__changes c = {0};
    lede_buf_init(&c.text, 1 << 20);
    lede_buf_adds(&c.text, text);
    const lede_status st = lede__changes_check(&c, NULL);
    lede__changes_close(&c);
    return st;
}

#define HEAD "lede-changes 1 of=0000000000000001 base=0000000000000002 stamp=3 files=4 bytes=5\n"

static void a_list_is_believed_whole_or_not_at_all(void **state) {
    (void)state;
    lede_buf b;
    lede_buf_init(&b, 10000);
    const lede__changes head = {.of = 1, .base = 2, .stamp = 3, .files = 4, .bytes = 5};
    lede__changes_put_head(&b, &head);
    lede__changes_put(&b, '=', LEDE_STR("a/b c"));
    lede__changes_put(&b, '/', LEDE_STR("a"));
    lede__changes_put_end(&b, 2);
    assert_memory_equal(b.ptr, HEAD, strlen(HEAD));
    assert_int_equal(check(b.ptr), LEDE_OK);
    static const char bytes[] = {'\n', ' ', '/', '.', '%', '9', 'z', (char)0xff};
    for (size_t i = 0; i < b.len; i++)
        for (size_t k = 0; k < sizeof bytes; k++) {
            const char was = b.ptr[i];
            if (was == bytes[k])
                continue;
            b.ptr[i] = bytes[k];
            assert_int_equal(check(b.ptr), LEDE_EFORMAT);
            b.ptr[i] = was;
        }
    for (; b.len; b.ptr[--b.len] = '\0')
        assert_int_equal(check(b.ptr), b.ptr[b.len - 1] == '\n' && strstr(b.ptr, "end ")
                                           ? LEDE_OK
                                           : LEDE_EFORMAT);
    lede_buf_fini(&b);
}

static void a_manifest_that_no_list_names_is_read_through(void **state) {
    (void)state;
    lede_release *r;
    lede_error err;
    publish(first);
    publish(second);
    put_file(".public.standby/.lede-manifest",
             "lede-manifest 2 serial=1 stamp=99\nnonsense\nend 1\n");
    go(second, first); /* the standby's: it is made anew */
    assert_string_equal(text_of("public/b/c/index.html"), "c 1");
    assert_string_equal(text_of("public/a/index.html"), "a 1");
    put_file("public/.lede-manifest", "lede-manifest 2 serial=1 stamp=99\nnonsense\nend 1\n");
    assert_int_equal(lede_release_open(dest, &delta, &r, &err), LEDE_EFORMAT);
    assert_non_null(strstr(err.message, "line 2"));
    put_file("public/.lede-manifest",
             "lede-manifest 2 serial=1 stamp=99\n"
             "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef 5 b\n"
             "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef 5 a\nend 2\n");
    assert_int_equal(lede_release_open(dest, &delta, &r, &err), LEDE_EFORMAT);
    assert_non_null(strstr(err.message, "line 3"));
}

#define A_TEST(name) cmocka_unit_test_setup_teardown(name, make_root, remove_root)

int main(void) {
    const struct CMUnitTest tests[] = {
        A_TEST(only_what_differs_is_said),
        A_TEST(the_stamp_is_that_of_the_live_tree),
        A_TEST(without_a_word_nothing_is_touched),
        A_TEST(the_same_bytes_change_no_names),
        A_TEST(a_delta_may_become_full),
        A_TEST(without_a_live_tree_all_must_be_said),
        A_TEST(what_the_live_tree_has_is_asked_of_its_manifest),
        A_TEST(a_claim_must_fit_the_live_tree),
        A_TEST(a_failed_page_keeps_the_live_one),
        A_TEST(what_somebody_changed_is_put_right_by_the_next_full_one),
        A_TEST(what_somebody_changed_and_a_delta_meets_stays_and_is_counted),
        A_TEST(files_of_others_are_carried_over),
        A_TEST(a_file_that_came_during_a_delta_is_given_back),
        A_TEST(a_file_beside_a_page_comes_in_sight_when_its_part_has_its_turn),
        A_TEST(a_list_that_is_damaged_or_gone_is_done_without),
        A_TEST(lists_lie_in_no_tree_and_do_not_pile_up),
        A_TEST(a_list_is_believed_whole_or_not_at_all),
        A_TEST(a_manifest_that_no_list_names_is_read_through),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
