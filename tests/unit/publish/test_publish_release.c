/* test_publish_release.c - trees on a real file system, one below a folder of its own for each test. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "lede/release.h"

#include "sys/sys.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

typedef struct place {
    char root[200], dest[256];
} place;

static int make_place(void **state) {
    place *p = calloc(1, sizeof *p);
    const char *tmp = getenv("TMPDIR");
    assert_non_null(p);
    snprintf(p->root, sizeof p->root, "%s/lede-release-XXXXXX", tmp ? tmp : "/tmp");
    assert_non_null(mkdtemp(p->root));
    snprintf(p->dest, sizeof p->dest, "%s/public", p->root);
    *state = p;
    return 0;
}

static int drop_place(void **state) {
    place *p = *state;
    lede_error err;
    assert_int_equal(lede__remove_tree(p->root, &err), LEDE_OK);
    free(p);
    return 0;
}

/* ---- files of the place */

static const char *name_in(const place *p, const char *path) {
    static char names[4][600];
    static unsigned next;
    char *name = names[next++ % 4];
    snprintf(name, sizeof names[0], "%s/%s", p->root, path);
    return name;
}

static void put(const place *p, const char *path, const char *text) {
    lede_error err;
    lede_buf dir;
    lede_buf_init(&dir, 4096);
    lede_buf_adds(&dir, name_in(p, path));
    *strrchr(dir.ptr, '/') = '\0';
    assert_int_equal(lede__make_dirs(dir.ptr, &err), LEDE_OK);
    lede_buf_fini(&dir);
    assert_int_equal(lede__write_file(name_in(p, path), lede_str_of(text), false, &err), LEDE_OK);
}

static void has(const place *p, const char *path, const char *text) {
    lede_error err;
    lede_buf b;
    lede_buf_init(&b, 1 << 20);
    if (lede__read_file(name_in(p, path), 1 << 20, &b, &err))
        fail_msg("'%s' is not there", path);
    assert_string_equal(b.ptr, text);
    lede_buf_fini(&b);
}

static bool there(const place *p, const char *path) {
    struct stat st;
    return lstat(name_in(p, path), &st) == 0;
}

static ino_t inode(const place *p, const char *path) {
    struct stat st;
    assert_int_equal(stat(name_in(p, path), &st), 0);
    return st.st_ino;
}

/* ---- publications: "path=text" words */

enum { FILES_MAX = 8 };
typedef struct outcome {
    lede_release_stats n;
    bool changed;
} outcome;

static const lede_release_options fast = {.no_sync = true, .lock_wait_ms = 1, .retired_seconds = -1};

static lede_release *begin(const place *p, const lede_release_options *o) {
    lede_release *r;
    lede_error err = {0};
    if (lede_release_open(p->dest, o, &r, &err))
        fail_msg("%s", err.message);
    return r;
}

static void add(lede_release *r, const char *file) {
    const char *equals = strchr(file, '=');
    lede_str path = {file, (size_t)(equals - file)}, text = lede_str_of(equals + 1);
    lede_error err = {0};
    lede_release_writer w;
    lede_release_known known;
    unsigned char sum[32];
    lede_release_action action;
    lede_status st = lede_release_claim(r, path, LEDE_STR("test"), &err);
    lede_release_know(r, path, &known);
    if (!st)
        st = lede_release_writer_open(lede_release_standby(r), lede_release_live(r), &w, &err);
    if (st)
        fail_msg("%s", err.message);
    st = lede_release_write(&w, path, text, &known, sum, &action, &err);
    if (!st)
        st = lede_release_add(r, path, text.len, sum, action, &err);
    lede_release_writer_close(&w);
    if (st)
        fail_msg("%s", err.message);
}

static outcome publish_with(const place *p, const lede_release_options *o, const char *const *files) {
    lede_release *r = begin(p, o);
    outcome out = {0};
    lede_error err = {0};
    for (; *files; files++)
        add(r, *files);
    if (lede_release_commit(r, &out.n, &out.changed, &err))
        fail_msg("%s", err.message);
    return out;
}
#define FILES(...) ((const char *const[]){__VA_ARGS__, NULL})
#define publish(p, ...) publish_with(p, &fast, FILES(__VA_ARGS__))

/* ---- */

static void a_first_release_is_the_files_and_a_manifest(void **state) {
    const place *p = *state;
    outcome o = publish(p, "index.html=home", "a/b/index.html=deep");
    assert_true(o.changed);
    assert_int_equal(o.n.files, 2);
    assert_int_equal(o.n.written, 2);
    assert_int_equal(o.n.bytes, 8);
    has(p, "public/index.html", "home");
    has(p, "public/a/b/index.html", "deep");
    assert_true(there(p, "public/.lede-manifest"));
    assert_false(there(p, "public/.lede-manifest.dirty"));
}

static void an_empty_folder_is_taken(void **state) {
    const place *p = *state;
    assert_int_equal(mkdir(p->dest, 0755), 0);
    assert_true(publish(p, "a=1").changed);
    has(p, "public/a", "1");
}

static void a_second_release_of_the_same_changes_nothing(void **state) {
    const place *p = *state;
    publish(p, "a=1", "b/c=2");
    ino_t before = inode(p, "public");
    outcome o = publish(p, "a=1", "b/c=2");
    assert_false(o.changed);
    assert_int_equal(o.n.linked, 2);
    assert_int_equal(inode(p, "public"), before);
    o = publish(p, "b/c=2", "a=1"); /* the standby has them by now */
    assert_false(o.changed);
    assert_int_equal(o.n.kept, 2);
    assert_int_equal(inode(p, "public"), before);
}

static void what_changed_is_replaced_and_the_rest_shared(void **state) {
    const place *p = *state;
    publish(p, "a=1", "b=2", "old/page=3");
    ino_t a = inode(p, "public/a"), b = inode(p, "public/b");
    outcome o = publish(p, "a=1", "b=new");
    assert_true(o.changed);
    assert_int_equal(o.n.linked, 1);
    assert_int_equal(o.n.written, 1);
    assert_int_equal(o.n.removed, 1);
    assert_int_equal(inode(p, "public/a"), a);
    has(p, "public/b", "new");
    assert_false(there(p, "public/old"));
    has(p, "public/../.public.standby/b", "2"); /* the retired tree was not touched */
    assert_int_equal(inode(p, ".public.standby/b"), b);

    o = publish(p, "a=1", "b=newer"); /* into the tree that was retired */
    assert_int_equal(o.n.kept, 1);
    assert_int_equal(o.n.written, 1);
    assert_int_equal(o.n.removed, 0);
    has(p, "public/b", "newer");
    has(p, ".public.standby/b", "new");
    assert_false(there(p, "public/old"));
}

static void a_file_becomes_a_folder_and_a_folder_a_file(void **state) {
    const place *p = *state;
    publish(p, "a=file", "b/c/d=deep", "b/e=2");
    publish(p, "a=file", "b/c/d=deep", "b/e=3");
    publish(p, "a/x=in a folder", "b=file");
    has(p, "public/a/x", "in a folder");
    has(p, "public/b", "file");
    publish(p, "a/x=in a folder", "b=other");
    has(p, "public/a/x", "in a folder");
    has(p, "public/b", "other");
}

static void two_sources_of_one_path_are_both_named(void **state) {
    const place *p = *state;
    lede_release *r = begin(p, &fast);
    lede_error err = {0};
    assert_int_equal(lede_release_claim(r, LEDE_STR("a/index.html"), LEDE_STR("content/one.md"), &err), LEDE_OK);
    assert_int_equal(lede_release_claim(r, LEDE_STR("a/index.html"), LEDE_STR("route rss"), &err), LEDE_EEXIST);
    assert_non_null(strstr(err.message, "content/one.md"));
    assert_non_null(strstr(err.message, "route rss"));
    lede_release_abort(r);
}

static void a_path_is_a_file_or_a_folder(void **state) {
    const place *p = *state;
    lede_release *r = begin(p, &fast);
    lede_error err = {0};
    assert_int_equal(lede_release_claim(r, LEDE_STR("a"), LEDE_STR("first"), &err), LEDE_OK);
    assert_int_equal(lede_release_claim(r, LEDE_STR("a/b/c"), LEDE_STR("second"), &err), LEDE_EEXIST);
    assert_non_null(strstr(err.message, "first"));
    assert_int_equal(lede_release_claim(r, LEDE_STR("x/y/z"), LEDE_STR("third"), &err), LEDE_OK);
    assert_int_equal(lede_release_claim(r, LEDE_STR("x/y"), LEDE_STR("fourth"), &err), LEDE_EEXIST);
    assert_non_null(strstr(err.message, "fourth"));
    lede_release_abort(r);
}

static void paths_that_leave_the_site_are_refused(void **state) {
    static const char *const bad[] = {"", "/a", "../a", "a/../b", "a//b", "a/", ".lede-manifest", ".lede-manifest.dirty"};
    const place *p = *state;
    lede_release *r = begin(p, &fast);
    lede_error err;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        if (lede_release_claim(r, lede_str_of(bad[i]), LEDE_STR("test"), &err) != LEDE_EINVAL)
            fail_msg("'%s' was taken", bad[i]);
    lede_release_abort(r);
}

static void what_others_put_there_stays(void **state) {
    const place *p = *state;
    publish(p, "a=1", "section/x=1");
    put(p, "public/CNAME", "news.example");
    put(p, "public/.well-known/security.txt", "mailto");
    put(p, "public/.git/HEAD", "ref");
    put(p, "public/section/.keep", "mine");
    assert_int_equal(mkdir(name_in(p, "public/.git/refs"), 0755), 0);
    assert_int_equal(symlink("a", name_in(p, "public/link")), 0);
    for (int i = 0; i < 3; i++) { /* through both trees; the section goes away */
        const char *files[] = {i == 0 ? "a=2" : i == 1 ? "a=3" : "a=4", NULL};
        assert_true(publish_with(p, &fast, files).changed);
        has(p, "public/CNAME", "news.example");
        has(p, "public/.well-known/security.txt", "mailto");
        has(p, "public/.git/HEAD", "ref");
        has(p, "public/section/.keep", "mine");
        assert_true(there(p, "public/.git/refs"));
        assert_false(there(p, "public/section/x"));
        has(p, "public/link", files[0] + 2);
    }
    unlink(name_in(p, "public/CNAME")); /* and what they took away stays away */
    put(p, "public/.git/HEAD", "other");
    publish(p, "a=5");
    publish(p, "a=6");
    publish(p, "a=7");
    assert_false(there(p, "public/CNAME"));
    has(p, "public/.git/HEAD", "other");
}

static void folders_that_lede_made_go_with_their_files(void **state) {
    const place *p = *state;
    publish(p, "a=1", "gone/deep/x=1");
    publish(p, "a=2");
    assert_false(there(p, "public/gone"));
    publish(p, "a=3");
    assert_false(there(p, "public/gone"));
}

static void a_folder_of_others_is_refused(void **state) {
    const place *p = *state;
    lede_release *r;
    lede_error err;
    put(p, "public/.hidden", "mine");
    assert_int_equal(lede_release_open(p->dest, &fast, &r, &err), LEDE_EEXIST);
    assert_null(r);
    assert_non_null(strstr(err.message, p->dest));
    has(p, "public/.hidden", "mine");
}

static void a_file_at_the_destination_is_refused(void **state) {
    const place *p = *state;
    lede_release *r;
    lede_error err;
    put(p, "public", "mine");
    assert_int_equal(lede_release_open(p->dest, &fast, &r, &err), LEDE_EEXIST);
    has(p, "public", "mine");
}

static void a_standby_of_others_is_refused(void **state) {
    const place *p = *state;
    lede_release *r;
    lede_error err;
    put(p, ".public.standby/theirs", "mine");
    assert_int_equal(lede_release_open(p->dest, &fast, &r, &err), LEDE_EEXIST);
    has(p, ".public.standby/theirs", "mine");
}

static void what_a_killed_publication_left_is_made_anew(void **state) {
    const place *p = *state;
    publish(p, "a=1");
    publish(p, "a=2");
    lede_release *r = begin(p, &fast);
    add(r, "a=half");
    add(r, "b=half");
    lede_release_abort(r); /* its standby stays dirty, as after a kill */
    has(p, "public/a", "2");
    assert_true(there(p, ".public.standby/.lede-manifest.dirty"));
    outcome o = publish(p, "a=3");
    assert_int_equal(o.n.written, 1);
    has(p, "public/a", "3");
    assert_false(there(p, "public/b"));
}

static void without_an_exchange_two_renames_do(void **state) {
    const place *p = *state;
    const lede_release_options renames = {.no_sync = true, .by_renames = true, .lock_wait_ms = 1, .retired_seconds = -1};
    publish_with(p, &renames, FILES("a=1"));
    publish_with(p, &renames, FILES("a=2"));
    has(p, "public/a", "2");
    has(p, ".public.standby/a", "1");
    assert_false(there(p, ".public.old"));
}

static void killed_between_the_renames_the_old_site_comes_back(void **state) {
    const place *p = *state;
    publish(p, "a=1");
    publish(p, "a=2");
    assert_int_equal(rename(p->dest, name_in(p, ".public.old")), 0);
    lede_release_abort(begin(p, &fast));
    has(p, "public/a", "2");
    assert_false(there(p, ".public.old"));
}

static void killed_before_the_third_rename_the_old_tree_is_put_aside(void **state) {
    const place *p = *state;
    const lede_release_options renames = {.no_sync = true, .by_renames = true, .lock_wait_ms = 1, .retired_seconds = -1};
    publish(p, "a=1");
    publish(p, "a=2");
    assert_int_equal(rename(name_in(p, ".public.standby"), name_in(p, ".public.old")), 0);
    publish_with(p, &renames, FILES("a=3"));
    has(p, "public/a", "3");
    assert_false(there(p, ".public.old"));
}

static void a_second_publication_is_told_to_wait(void **state) {
    const place *p = *state;
    lede_release *first = begin(p, &fast), *second;
    lede_error err;
    assert_int_equal(lede_release_open(p->dest, &fast, &second, &err), LEDE_EBUSY);
    assert_null(second);
    assert_true(lede_status_retryable(LEDE_EBUSY));
    lede_release_abort(first);
    lede_release_abort(begin(p, &fast));
}

static void a_tree_just_retired_is_left_alone(void **state) {
    const place *p = *state;
    const lede_release_options o = {.no_sync = true, .lock_wait_ms = 1, .retired_seconds = 1000};
    publish_with(p, &o, FILES("a=1"));
    publish_with(p, &o, FILES("a=2"));
    has(p, ".public.standby/a", "1");
    assert_false(there(p, ".public.standby2"));
    publish_with(p, &o, FILES("a=3"));
    has(p, "public/a", "3");
    has(p, ".public.standby/a", "1"); /* somebody may be reading it */
    has(p, ".public.standby2/a", "2");
    publish_with(p, &o, FILES("a=4")); /* no fourth tree */
    has(p, "public/a", "4");
    assert_false(there(p, ".public.standby3"));
}

static void an_unchanged_publication_asks_for_no_third_tree(void **state) {
    const place *p = *state;
    const lede_release_options o = {.no_sync = true, .lock_wait_ms = 1, .retired_seconds = 1000};
    publish_with(p, &o, FILES("a=1"));
    assert_false(publish_with(p, &o, FILES("a=1")).changed);
    assert_false(publish_with(p, &o, FILES("a=1")).changed);
    assert_true(publish_with(p, &o, FILES("a=2")).changed);
    has(p, ".public.standby/a", "1");
    assert_false(there(p, ".public.standby2"));
}

static void a_page_that_failed_keeps_its_last_file(void **state) {
    const place *p = *state;
    publish(p, "a=1", "b=2");
    lede_release *r = begin(p, &fast);
    lede_error err = {0};
    bool kept = false;
    lede_release_stats n;
    assert_int_equal(lede_release_claim(r, LEDE_STR("b"), LEDE_STR("test"), &err), LEDE_OK);
    assert_int_equal(lede_release_keep(r, LEDE_STR("b"), &kept, &err), LEDE_OK);
    assert_true(kept);
    assert_int_equal(lede_release_claim(r, LEDE_STR("new"), LEDE_STR("test"), &err), LEDE_OK);
    assert_int_equal(lede_release_keep(r, LEDE_STR("new"), &kept, &err), LEDE_OK);
    assert_false(kept);
    assert_int_equal(lede_release_commit(r, &n, NULL, &err), LEDE_OK);
    assert_int_equal(n.files, 1);
    has(p, "public/b", "2");
    assert_false(there(p, "public/a"));
    assert_false(there(p, "public/new"));
}

static void a_writer_that_may_not_link_leaves_it_to_the_release(void **state) {
    const place *p = *state;
    publish(p, "d/a=1", "b=2");
    ino_t before = inode(p, "public/d/a");
    lede_release *r = begin(p, &fast);
    lede_error err = {0};
    lede_release_writer w;
    lede_release_known known;
    unsigned char sum[32];
    lede_release_action action;
    lede_release_stats n;
    assert_int_equal(lede_release_claim(r, LEDE_STR("d/a"), LEDE_STR("test"), &err), LEDE_OK);
    lede_release_know(r, LEDE_STR("d/a"), &known);
    assert_int_equal(lede_release_writer_open(lede_release_standby(r), NULL, &w, &err), LEDE_OK);
    w.leave_links = true;
    assert_int_equal(lede_release_write(&w, LEDE_STR("d/a"), LEDE_STR("1"), &known, sum, &action, &err), LEDE_OK);
    assert_int_equal(action, LEDE_TO_LINK);
    assert_int_equal(lede_release_add(r, LEDE_STR("d/a"), 1, sum, action, &err), LEDE_OK);
    lede_release_writer_close(&w);
    assert_int_equal(lede_release_commit(r, &n, NULL, &err), LEDE_OK);
    assert_int_equal(n.linked, 1);
    assert_int_equal(inode(p, "public/d/a"), before);
}

static void with_syncs_it_is_the_same(void **state) {
    const place *p = *state;
    const lede_release_options o = {.lock_wait_ms = 1, .retired_seconds = -1};
    publish_with(p, &o, FILES("a=1", "b/c=2"));
    assert_true(publish_with(p, &o, FILES("a=1", "b/c=3")).changed);
    has(p, "public/b/c", "3");
}

#define T(name) cmocka_unit_test_setup_teardown(name, make_place, drop_place)

int main(void) {
    const struct CMUnitTest tests[] = {
        T(a_first_release_is_the_files_and_a_manifest),
        T(an_empty_folder_is_taken),
        T(a_second_release_of_the_same_changes_nothing),
        T(what_changed_is_replaced_and_the_rest_shared),
        T(a_file_becomes_a_folder_and_a_folder_a_file),
        T(two_sources_of_one_path_are_both_named),
        T(a_path_is_a_file_or_a_folder),
        T(paths_that_leave_the_site_are_refused),
        T(what_others_put_there_stays),
        T(folders_that_lede_made_go_with_their_files),
        T(a_folder_of_others_is_refused),
        T(a_file_at_the_destination_is_refused),
        T(a_standby_of_others_is_refused),
        T(what_a_killed_publication_left_is_made_anew),
        T(without_an_exchange_two_renames_do),
        T(killed_between_the_renames_the_old_site_comes_back),
        T(killed_before_the_third_rename_the_old_tree_is_put_aside),
        T(a_second_publication_is_told_to_wait),
        T(a_tree_just_retired_is_left_alone),
        T(an_unchanged_publication_asks_for_no_third_tree),
        T(a_page_that_failed_keeps_its_last_file),
        T(a_writer_that_may_not_link_leaves_it_to_the_release),
        T(with_syncs_it_is_the_same),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
