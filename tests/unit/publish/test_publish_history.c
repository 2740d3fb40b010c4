/* test_publish_history.c - going back to earlier sites, and what never comes back. */
#include "lede/history.h"
#include "publish/needles.h"
#include "site.h"

#include <dirent.h>
#include <time.h>

static const lede_release_options remembering = {
    .no_sync = true, .retired_seconds = -1, .lock_wait_ms = -1, .history = history_folder};
static const lede_release_options by_delta = {.no_sync = true,
                                              .delta = true,
                                              .retired_seconds = -1,
                                              .lock_wait_ms = -1,
                                              .history = history_folder};

/* Site k: one page that changes, one of this site only, one that stays. */
enum { SITES = 6 };
static char texts[SITES][2][32], names[SITES][32];
static page sites[SITES][4];

static int make_sites(void **state) {
    for (int k = 0; k < SITES; k++) {
        snprintf(texts[k][0], sizeof texts[k][0], "home of site %d", k);
        snprintf(texts[k][1], sizeof texts[k][1], "only in site %d", k);
        snprintf(names[k], sizeof names[k], "only/%d/index.html", k);
        sites[k][0] = (page){"index.html", texts[k][0]};
        sites[k][1] = (page){names[k], texts[k][1]};
        sites[k][2] = (page){"always/index.html", "always"};
        sites[k][3] = (page){0};
    }
    return make_root(state);
}

static void publish_site(int k) {
    lede_error err = {0};
    lede_release_stats n;
    bool changed;
    const page *before = sites[k ? k - 1 : 0];
    if (publish_delta(k % 2 ? &by_delta : &remembering, before, sites[k], &n, &changed, &err))
        fail_msg("%s", err.message);
}

static void publish_sites(void) {
    for (int k = 0; k < SITES; k++)
        publish_site(k);
}

static bool is_site(int k) {
    for (int i = 0; i < SITES; i++) {
        char name[256];
        snprintf(name, sizeof name, "public/%s", names[i]);
        if (strcmp(text_of(name), i == k ? texts[k][1] : "") != 0)
            return false;
    }
    return strcmp(text_of("public/index.html"), texts[k][0]) == 0 &&
           strcmp(text_of("public/always/index.html"), "always") == 0;
}

static lede_status go_back(int back, const lede_str *never, size_t n_never, lede_error *err) {
    const lede_rollback o = {.history = history_folder,
                             .back = back,
                             .release = remembering,
                             .never = never,
                             .n_never = n_never};
    return lede_history_go_back(dest, &o, NULL, NULL, err);
}

static bool count_entries(void *ctx, const lede_history_entry *e) {
    int *n = ctx;
    assert_true(e->at > 0 && e->files > 0);
    ++*n;
    return true;
}

static int entries(void) {
    int n = 0;
    assert_int_equal(lede_history_list(history_folder, dest, count_entries, &n, NULL), LEDE_OK);
    return n;
}

static void an_earlier_site_comes_back_as_it_was(void **state) {
    (void)state;
    for (int back = 1; back < SITES; back++) {
        publish_sites();
        assert_int_equal(go_back(back, NULL, 0, NULL), LEDE_OK);
        assert_true(is_site(SITES - 1 - back));
    }
}

static void going_back_twice_leads_to_where_one_was(void **state) {
    (void)state;
    publish_sites();
    assert_int_equal(entries(), SITES - 1);
    assert_int_equal(go_back(3, NULL, 0, NULL), LEDE_OK);
    assert_true(is_site(2));
    assert_int_equal(entries(), SITES);
    assert_int_equal(go_back(1, NULL, 0, NULL), LEDE_OK);
    assert_true(is_site(SITES - 1));
    publish_site(0);
    assert_true(is_site(0));
}

static void what_is_not_remembered_is_refused_and_nothing_changes(void **state) {
    (void)state;
    lede_error err = {0};
    publish_sites();
    assert_int_equal(go_back(SITES, NULL, 0, &err), LEDE_ENOTFOUND);
    assert_non_null(strstr(err.message, "history"));
    assert_true(is_site(SITES - 1));
    snprintf(dest, sizeof dest, "%s/elsewhere", root);
    assert_int_equal(go_back(1, NULL, 0, &err), LEDE_ENOTFOUND);
    assert_non_null(strstr(err.message, "elsewhere"));
}

static void bytes_that_are_gone_or_changed_are_refused(void **state) {
    (void)state;
    static const char *const others[] = {NULL, "home of site X"};
    for (int i = 0; i < 2; i++) {
        unsigned char sum[32];
        char hex[65], name[128], file[400];
        lede_error err = {0};
        publish_sites();
        lede__sha256(lede_str_of(texts[SITES - 2][0]), sum);
        lede__hex(sum, 32, hex);
        snprintf(name, sizeof name, "history/blobs/%.2s/%s", hex, hex + 2);
        snprintf(file, sizeof file, "%s/%s", root, name);
        assert_int_equal(unlink(file), 0);
        if (others[i])
            put_file(name, others[i]);
        assert_int_equal(go_back(1, NULL, 0, &err), LEDE_ENOTFOUND);
        assert_non_null(strstr(err.message, "/index.html"));
        assert_true(is_site(SITES - 1));
        assert_int_equal(lede__remove_tree(history_folder, NULL), LEDE_OK);
    }
}

/* ---- what must not come back */

static int left_out;
static void count_left_out(void *ctx, lede_str path, lede_str text) {
    (void)ctx;
    assert_true(path.len > 0 && lede_str_is(text, "/secret/"));
    left_out++;
}

static void a_piece_that_is_withdrawn_does_not_come_back(void **state) {
    (void)state;
    static const page with[] = {{"index.html", "<a href=\"/secret/\">S</a>"},
                                {"feed.xml", "<link>https://x.org/secret/</link>"},
                                {"secret/index.html", "<link rel=canonical href=/secret/>"},
                                {"near/index.html", "/secret/further/"},
                                {"other/index.html", "other 1"},
                                {0}};
    static const page without[] = {{"index.html", "nothing"},
                                   {"feed.xml", "empty"},
                                   {"near/index.html", "near 2"},
                                   {"other/index.html", "other 2"},
                                   {0}};
    const lede_str never[] = {LEDE_STR("/secret/"), LEDE_STR("abc")};
    const lede_rollback o = {.history = history_folder,
                             .back = 1,
                             .release = remembering,
                             .never = never,
                             .n_never = 2,
                             .left_out = count_left_out};
    bool changed;
    left_out = 0;
    assert_int_equal(publish_with(&remembering, with, NULL, &changed, NULL), LEDE_OK);
    assert_int_equal(publish_with(&remembering, without, NULL, &changed, NULL), LEDE_OK);
    assert_int_equal(lede_history_go_back(dest, &o, NULL, &changed, NULL), LEDE_OK);
    assert_int_equal(left_out, 3);
    assert_string_equal(text_of("public/index.html"), "nothing");
    assert_string_equal(text_of("public/feed.xml"), "empty");
    assert_false(there("public/secret"));
    assert_string_equal(text_of("public/near/index.html"), "/secret/further/");
    assert_string_equal(text_of("public/other/index.html"), "other 1");
}

static void needles_are_found_where_words_end(void **state) {
    (void)state;
    static const struct {
        const char *needle, *text;
        bool found;
    } cases[] = {
        {"/a/b/", "x /a/b/", true},
        {"/a/b/", "/a/b/\"", true},
        {"/a/b/", "/a/b/c", false},
        {"/a/b/", "/a/b/?q /a/b/x", true},
        {"/a/b", "/a/bc", false},
        {"/a/b", "/a/b-c", false},
        {"/a/b", "/a/b.", true},
        {"abcd", "abc", false},
        {"abcd", "", false},
        {"abc", "abc", false},
        {"\xc3\xa9t\xc3\xa9", "d'\xc3\xa9t\xc3\xa9.", true},
        {"word", "words", false},
        {"word", "wordword", true},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const lede_str items[] = {LEDE_STR("nowhere at all"), lede_str_of(cases[i].needle)};
        lede__needles n;
        assert_int_equal(lede__needles_init(&n, items, 2, NULL), LEDE_OK);
        const lede_str *hit = lede__needles_in(&n, lede_str_of(cases[i].text));
        if ((hit != NULL) != cases[i].found)
            print_error("case %zu\n", i);
        assert_int_equal(hit != NULL, cases[i].found);
        lede__needles_fini(&n);
    }
}

/* ---- forgetting */

static int count_blobs(const char *path) {
    int n = 0;
    DIR *d = opendir(path);
    for (const struct dirent *e; d && (e = readdir(d));) {
        char below[1024];
        if (e->d_name[0] == '.')
            continue;
        snprintf(below, sizeof below, "%s/%s", path, e->d_name);
        n += e->d_type == DT_DIR ? count_blobs(below) : 1;
    }
    if (d)
        closedir(d);
    return n;
}

static int blobs(void) {
    char folder[300];
    snprintf(folder, sizeof folder, "%s/blobs", history_folder);
    return count_blobs(folder);
}

static void what_is_old_is_forgotten_and_the_rest_still_comes_back(void **state) {
    (void)state;
    uint64_t removed;
    publish_sites();
    assert_int_equal(blobs(), 2 * (SITES - 1));
    assert_int_equal(lede_history_prune(history_folder, 4, 0, time(NULL), &removed, NULL), LEDE_OK);
    assert_int_equal(removed, 0); /* one too many is no reason yet */
    assert_int_equal(lede_history_prune(history_folder, 2, 0, time(NULL), &removed, NULL), LEDE_OK);
    assert_int_equal(removed, 2 * (SITES - 1 - 2));
    assert_int_equal(blobs(), 4);
    assert_int_equal(go_back(3, NULL, 0, NULL), LEDE_ENOTFOUND);
    assert_int_equal(go_back(2, NULL, 0, NULL), LEDE_OK);
    assert_true(is_site(SITES - 3));
    const int64_t later = time(NULL) + 8 * 86400;
    assert_int_equal(lede_history_prune(history_folder, 0, 7, later, &removed, NULL), LEDE_OK);
    assert_int_equal(blobs(), 0);
    assert_int_equal(entries(), 0);
    assert_int_equal(lede_history_prune(history_folder, 2, 7, later, &removed, NULL), LEDE_OK);
}

static void bytes_with_a_purged_text_are_removed(void **state) {
    (void)state;
    uint64_t removed;
    lede_error err = {0};
    const lede_str texts_of_it[] = {LEDE_STR("site 2")};
    publish_sites();
    assert_int_equal(lede_history_forget(history_folder, texts_of_it, 1, &removed, NULL), LEDE_OK);
    assert_int_equal(removed, 2);
    assert_int_equal(go_back(3, NULL, 0, &err), LEDE_ENOTFOUND);
    assert_true(is_site(SITES - 1));
    assert_int_equal(go_back(2, NULL, 0, NULL), LEDE_OK);
    assert_int_equal(lede__remove_tree(history_folder, NULL), LEDE_OK);
    assert_int_equal(lede_history_forget(history_folder, texts_of_it, 1, &removed, NULL), LEDE_OK);
}

#define A_TEST(name) cmocka_unit_test_setup_teardown(name, make_sites, remove_root)

int main(void) {
    const struct CMUnitTest tests[] = {
        A_TEST(an_earlier_site_comes_back_as_it_was),
        A_TEST(going_back_twice_leads_to_where_one_was),
        A_TEST(what_is_not_remembered_is_refused_and_nothing_changes),
        A_TEST(bytes_that_are_gone_or_changed_are_refused),
        A_TEST(a_piece_that_is_withdrawn_does_not_come_back),
        A_TEST(needles_are_found_where_words_end),
        A_TEST(what_is_old_is_forgotten_and_the_rest_still_comes_back),
        A_TEST(bytes_with_a_purged_text_are_removed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
