/* test_publish_release.c - releases as a site's owner sees them: what is live, what is kept, what
 * is refused. */
#include "lede/records.h"
#include "site.h"

#include <dirent.h>
#include <sys/mount.h>
#include <time.h>

static const page first[] = {
    {"index.html", "home 1"}, {"a/index.html", "a 1"}, {"b/c/index.html", "c 1"}, {0}};
static const page second[] = {
    {"index.html", "home 2"}, {"a/index.html", "a 1"}, {"d/index.html", "d 2"}, {0}};

static void a_site_becomes_live_whole(void **state) {
    (void)state;
    const lede_release_stats n = publish(first);
    assert_int_equal(n.files, 3);
    assert_int_equal(n.written, 3);
    assert_int_equal(n.bytes, 6 + 3 + 3);
    assert_string_equal(text_of("public/index.html"), "home 1");
    assert_string_equal(text_of("public/b/c/index.html"), "c 1");
    assert_true(there("public/.lede-manifest"));
    assert_false(there("public/.lede-manifest.dirty"));
    assert_false(there("public/.lede-new"));
}

static void the_next_site_takes_its_place(void **state) {
    (void)state;
    publish(first);
    const lede_release_stats n = publish(second);
    assert_int_equal(n.written, 2);
    assert_int_equal(n.linked, 1);
    assert_int_equal(n.removed, 1);
    assert_string_equal(text_of("public/index.html"), "home 2");
    assert_string_equal(text_of("public/d/index.html"), "d 2");
    assert_false(there("public/b"));
    assert_string_equal(text_of(".public.standby/index.html"), "home 1");
    assert_int_equal(inode_of("public/a/index.html"), inode_of(".public.standby/a/index.html"));
}

static void what_the_standby_has_stays(void **state) {
    (void)state;
    publish(first);
    publish(second);
    const lede_release_stats n = publish(first);
    assert_int_equal(n.kept, 3);
    assert_int_equal(n.written + n.linked, 0);
    assert_string_equal(text_of("public/index.html"), "home 1");
    assert_string_equal(text_of("public/b/c/index.html"), "c 1");
    assert_false(there("public/d"));
}

static void a_shared_file_is_never_changed_in_place(void **state) {
    (void)state;
    static const page other[] = {{"a/index.html", "a 2"}, {0}};
    publish(first);
    publish(second); /* a/index.html is one file in both trees */
    publish(other);
    assert_string_equal(text_of("public/a/index.html"), "a 2");
    assert_string_equal(text_of(".public.standby/a/index.html"), "a 1");
}

static void the_same_site_changes_no_names(void **state) {
    (void)state;
    bool changed = true;
    publish(first);
    const ino_t before = inode_of("public");
    for (int i = 0; i < 2; i++) {
        lede_release_stats n;
        assert_int_equal(publish_with(&quick, first, &n, &changed, NULL), LEDE_OK);
        assert_false(changed);
        assert_int_equal(inode_of("public"), before);
    }
}

static void a_live_file_that_was_changed_by_hand_is_put_right(void **state) {
    (void)state;
    static const struct {
        const char *text;
    } cases[] = {{"same 1"}, {"longer than before"}, {NULL}};
    for (size_t i = 0; i < 3; i++) {
        publish(first);
        publish(second);
        publish(first);
        usleep(20000); /* the file system's clock ticks every 4 ms */
        char name[300];
        snprintf(name, sizeof name, "%s/index.html", dest);
        if (cases[i].text)
            put_file("public/index.html", cases[i].text);
        else
            assert_int_equal(unlink(name), 0);
        publish(first);
        assert_string_equal(text_of("public/index.html"), "home 1");
    }
}

static void a_failed_page_keeps_the_live_one(void **state) {
    (void)state;
    static const page failing[] = {
        {"index.html", "home 3"}, {"a/index.html", NULL}, {"new/index.html", NULL}, {0}};
    publish(first);
    const lede_release_stats n = publish(failing);
    assert_int_equal(n.files, 2);
    assert_string_equal(text_of("public/a/index.html"), "a 1");
    assert_string_equal(text_of("public/index.html"), "home 3");
    assert_false(there("public/new"));
}

static void what_a_killed_writer_left_is_not_published(void **state) {
    (void)state;
    lede_release *r;
    bool kept = true;
    publish(first);
    assert_int_equal(lede_release_open(dest, &quick, &r, NULL), LEDE_OK);
    assert_int_equal(lede_release_claim(r, LEDE_STR("half/index.html"), LEDE_STR("t"), NULL),
                     LEDE_OK);
    put_file(".public.standby/half/index.html", "ha");
    put_file(".public.standby/.lede-new/99-1", "ha");
    assert_int_equal(lede_release_keep(r, LEDE_STR("half/index.html"), &kept, NULL), LEDE_OK);
    assert_false(kept);
    assert_int_equal(write_pages(r, second, NULL), LEDE_OK);
    assert_int_equal(lede_release_commit(r, NULL, NULL, NULL), LEDE_OK);
    assert_false(there("public/half"));
    assert_false(there("public/.lede-new"));
    assert_string_equal(text_of("public/index.html"), "home 2");
}

static void a_folder_may_become_a_file_and_back(void **state) {
    (void)state;
    static const page as_folder[] = {{"x/y/index.html", "deep"}, {"z", "z"}, {0}};
    static const page as_file[] = {{"x", "flat"}, {"z/index.html", "z deep"}, {0}};
    for (int i = 0; i < 3; i++) {
        publish(as_folder);
        assert_string_equal(text_of("public/x/y/index.html"), "deep");
        assert_string_equal(text_of("public/z"), "z");
        publish(as_file);
        assert_string_equal(text_of("public/x"), "flat");
        assert_string_equal(text_of("public/z/index.html"), "z deep");
    }
}

static void two_sources_for_one_path_are_refused(void **state) {
    (void)state;
    static const struct {
        const char *one, *two;
        lede_status status;
        const char *words;
    } cases[] = {
        {"a/index.html", "a/index.html", LEDE_EEXIST, "content/one.md"},
        {"a", "a/b", LEDE_EEXIST, "content/one.md"},
        {"a/b/c", "a", LEDE_EEXIST, "content/two.md"},
        {"a/b/c", "a/b", LEDE_EEXIST, "content/two.md"},
        {"a-b", "a/b", LEDE_OK, ""},
        {"a/b", "a/c", LEDE_OK, ""},
        {"a", "../a", LEDE_EINVAL, "../a"},
        {"a", "/etc/passwd", LEDE_EINVAL, "/etc/passwd"},
        {"a", ".lede-manifest", LEDE_EINVAL, ".lede-manifest"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        lede_release *r;
        lede_error err = {0};
        assert_int_equal(lede_release_open(dest, &quick, &r, NULL), LEDE_OK);
        assert_int_equal(
            lede_release_claim(r, lede_str_of(cases[i].one), LEDE_STR("content/one.md"), &err),
            LEDE_OK);
        assert_int_equal(
            lede_release_claim(r, lede_str_of(cases[i].two), LEDE_STR("content/two.md"), &err),
            cases[i].status);
        if (cases[i].status)
            assert_non_null(strstr(err.message, cases[i].words));
        lede_release_abort(r);
    }
}

static void what_lede_did_not_write_is_not_published_over(void **state) {
    (void)state;
    lede_error err;
    put_file("public/thesis.txt", "years of work");
    assert_int_equal(publish_with(&quick, first, NULL, NULL, &err), LEDE_EEXIST);
    assert_non_null(strstr(err.message, "public"));
    assert_non_null(strstr(err.message, "thesis.txt"));
    assert_string_equal(text_of("public/thesis.txt"), "years of work");
    assert_false(there(".public.standby"));
}

static void other_names_in_the_way_are_refused(void **state) {
    (void)state;
    lede_error err;
    put_file("public", "a file");
    assert_int_equal(publish_with(&quick, first, NULL, NULL, &err), LEDE_EEXIST);
    assert_string_equal(text_of("public"), "a file");
    assert_int_equal(unlink(dest), 0);
    put_file(".public.standby/mine.txt", "mine");
    assert_int_equal(publish_with(&quick, first, NULL, NULL, &err), LEDE_EEXIST);
    assert_non_null(strstr(err.message, ".public.standby"));
    assert_string_equal(text_of(".public.standby/mine.txt"), "mine");
}

static void an_empty_or_absent_destination_is_taken(void **state) {
    (void)state;
    assert_int_equal(mkdir(dest, 0755), 0);
    publish(first);
    assert_string_equal(text_of("public/index.html"), "home 1");
    snprintf(dest, sizeof dest, "%s/deep/er/site/", root);
    publish(first);
    assert_string_equal(text_of("deep/er/site/index.html"), "home 1");
    publish(second);
    assert_string_equal(text_of("deep/er/site/index.html"), "home 2");
}

static void a_linked_destination_is_followed_once(void **state) {
    (void)state;
    char real[300];
    snprintf(real, sizeof real, "%s/disk/site", root);
    assert_int_equal(lede__make_dirs(real, NULL), LEDE_OK);
    assert_int_equal(symlink(real, dest), 0);
    publish(first);
    publish(second);
    assert_string_equal(text_of("disk/site/index.html"), "home 2");
    assert_true(there("disk/.site.standby"));
    struct stat st;
    assert_int_equal(lstat(dest, &st), 0);
    assert_true(S_ISLNK(st.st_mode));
}

static void files_of_others_are_carried_over(void **state) {
    (void)state;
    char link_name[300];
    publish(first);
    publish(second);
    usleep(20000);
    put_file("public/google123.html", "proof");
    put_file("public/a/notes.txt", "note");
    put_file("public/.well-known/acme/token", "token");
    put_file("public/odd%\n.txt", "odd");
    snprintf(link_name, sizeof link_name, "%s/old.html", dest);
    assert_int_equal(symlink("index.html", link_name), 0);
    for (int i = 0; i < 4; i++) {
        const lede_release_stats n = publish(i % 2 ? second : first);
        assert_int_equal(n.foreign, 5);
        assert_string_equal(text_of("public/google123.html"), "proof");
        assert_string_equal(text_of("public/a/notes.txt"), "note");
        assert_string_equal(text_of("public/.well-known/acme/token"), "token");
        assert_string_equal(text_of("public/odd%\n.txt"), "odd");
        assert_true(there("public/old.html"));
        assert_string_equal(text_of("public/index.html"), i % 2 ? "home 2" : "home 1");
    }
    /* What its owner removes stays away. */
    assert_int_equal(unlink(link_name), 0);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(publish(i % 2 ? second : first).foreign, 4);
        assert_false(there("public/old.html"));
    }
}

static void a_file_that_came_during_a_publication_is_given_back(void **state) {
    (void)state;
    lede_release *r;
    publish(first);
    publish(second);
    usleep(20000);
    assert_int_equal(lede_release_open(dest, &quick, &r, NULL), LEDE_OK);
    put_file("public/late.txt", "late");
    put_file("public/dir/late.txt", "late too");
    assert_int_equal(write_pages(r, first, NULL), LEDE_OK);
    assert_int_equal(lede_release_commit(r, NULL, NULL, NULL), LEDE_OK);
    for (int i = 0; i < 3; i++) {
        publish(i % 2 ? first : second);
        assert_string_equal(text_of("public/late.txt"), "late");
        assert_string_equal(text_of("public/dir/late.txt"), "late too");
    }
}

static void a_page_does_not_take_the_place_of_a_file_of_others(void **state) {
    (void)state;
    static const page cases[][3] = {
        {{"mine.html", "x"}, {0}}, {{"mine", "x"}, {0}}, {{"mine.html/index.html", "x"}, {0}}};
    lede_error err;
    publish(first);
    usleep(20000);
    put_file("public/mine.html", "mine");
    put_file("public/mine/thing.txt", "mine");
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(publish_with(&quick, cases[i], NULL, NULL, &err), LEDE_EEXIST);
        assert_non_null(strstr(err.message, "mine"));
        assert_string_equal(text_of("public/mine.html"), "mine");
        assert_string_equal(text_of("public/index.html"), "home 1");
    }
}

static void a_second_publication_is_told_to_wait(void **state) {
    (void)state;
    lede_release *one, *two;
    lede_error err;
    assert_int_equal(lede_release_open(dest, &quick, &one, NULL), LEDE_OK);
    assert_int_equal(lede_release_open(dest, &quick, &two, &err), LEDE_EBUSY);
    assert_null(two);
    assert_non_null(strstr(err.message, "public"));
    lede_release_abort(one);
    assert_int_equal(lede_release_open(dest, &quick, &two, NULL), LEDE_OK);
    lede_release_abort(two);
}

static void an_abandoned_publication_changes_nothing(void **state) {
    (void)state;
    lede_release *r;
    publish(first);
    assert_int_equal(lede_release_open(dest, &quick, &r, NULL), LEDE_OK);
    assert_int_equal(write_pages(r, second, NULL), LEDE_OK);
    lede_release_abort(r);
    assert_string_equal(text_of("public/index.html"), "home 1");
    publish(second);
    assert_string_equal(text_of("public/index.html"), "home 2");
    assert_false(there("public/b"));
}

static void a_tree_just_retired_is_left_alone(void **state) {
    (void)state;
    static const lede_release_options patient = {.no_sync = true, .retired_seconds = 3600};
    static const page third[] = {{"index.html", "home 3"}, {0}};
    bool changed;
    assert_int_equal(publish_with(&patient, first, NULL, &changed, NULL), LEDE_OK);
    assert_int_equal(publish_with(&patient, second, NULL, &changed, NULL), LEDE_OK);
    const ino_t retired = inode_of(".public.standby");
    assert_int_equal(publish_with(&patient, third, NULL, &changed, NULL), LEDE_OK);
    assert_string_equal(text_of("public/index.html"), "home 3");
    assert_int_equal(inode_of(".public.standby"), retired);
    assert_string_equal(text_of(".public.standby/index.html"), "home 1");
    assert_string_equal(text_of(".public.standby/b/c/index.html"), "c 1");
    assert_string_equal(text_of(".public.standby2/index.html"), "home 2");
    /* Both are young: the one that was retired first has to serve. */
    assert_int_equal(publish_with(&patient, first, NULL, &changed, NULL), LEDE_OK);
    assert_string_equal(text_of("public/b/c/index.html"), "c 1");
    assert_true(there(".public.standby") && there(".public.standby2"));
}

static void an_old_retirement_frees_the_tree(void **state) {
    (void)state;
    static const lede_release_options patient = {.no_sync = true, .retired_seconds = 3600};
    char name[300];
    publish(first);
    publish(second);
    snprintf(name, sizeof name, "%s/.public.standby/.lede-manifest", root);
    const struct timespec past[2] = {{.tv_sec = time(NULL) - 7200}, {.tv_sec = time(NULL) - 7200}};
    assert_int_equal(utimensat(AT_FDCWD, name, past, 0), 0);
    /* The live manifest says that the retirement cannot be that long ago: a note that a kill
     * prevented. */
    assert_int_equal(publish_with(&patient, first, NULL, NULL, NULL), LEDE_OK);
    assert_true(there(".public.standby2"));
    assert_string_equal(text_of(".public.standby/index.html"), "home 1");
    snprintf(name, sizeof name, "%s/.public.standby/.lede-manifest", root);
    assert_int_equal(utimensat(AT_FDCWD, name, past, 0), 0);
    assert_int_equal(publish_with(&patient, second, NULL, NULL, NULL), LEDE_OK);
    assert_string_equal(text_of("public/index.html"), "home 2");
    assert_string_equal(text_of(".public.standby/index.html"), "home 1");
    assert_string_equal(text_of(".public.standby2/index.html"), "home 2");
}

static void where_names_cannot_be_exchanged_two_renames_do(void **state) {
    (void)state;
    static const lede_release_options renames = {
        .no_sync = true, .retired_seconds = -1, .by_renames = true};
    lede_release_stats n;
    for (int i = 0; i < 4; i++) {
        bool changed;
        assert_int_equal(publish_with(&renames, i % 2 ? second : first, &n, &changed, NULL),
                         LEDE_OK);
        assert_true(changed);
        assert_int_equal(n.by_renames, i > 0);
        assert_string_equal(text_of("public/index.html"), i % 2 ? "home 2" : "home 1");
        assert_false(there(".public.old"));
    }
}

static void where_names_cannot_be_exchanged_a_link_does(void **state) {
    (void)state;
    static const lede_release_options links = {
        .no_sync = true, .retired_seconds = -1, .by_link = true, .lock_wait_ms = -1};
    lede_release_stats n;
    struct stat st;
    for (int i = 0; i < 6; i++) {
        bool changed;
        usleep(20000);
        if (i == 3)
            put_file("public/mine.txt", "mine");
        assert_int_equal(publish_with(&links, i % 2 ? second : first, &n, &changed, NULL), LEDE_OK);
        assert_true(changed && !n.by_renames);
        assert_int_equal(n.by_link, i > 0);
        assert_int_equal(lstat(dest, &st), 0);
        assert_int_equal(S_ISLNK(st.st_mode), i > 0);
        assert_string_equal(text_of("public/index.html"), i % 2 ? "home 2" : "home 1");
        assert_string_equal(text_of("public/mine.txt"), i >= 3 ? "mine" : "");
        assert_false(there(".public.old") || there(".public.link"));
    }
    assert_int_equal(publish_with(&links, second, &n, NULL, NULL), LEDE_OK);
    /* The link stays one, whatever the file system can do. */
    publish(first);
    assert_int_equal(lstat(dest, &st), 0);
    assert_true(S_ISLNK(st.st_mode));
    assert_string_equal(text_of("public/index.html"), "home 1");
}

static void what_is_mounted_has_the_site_in_a_folder_of_its_own(void **state) {
    (void)state;
    char other[300];
    lede_release *r;
    lede_error err;
    assert_int_equal(mkdir(dest, 0755), 0);
    snprintf(other, sizeof other, "%s/other", root);
    assert_int_equal(mkdir(other, 0755), 0);
    for (int i = 0; i < 2; i++) {
        if (mount(i ? other : "none", dest, i ? "" : "tmpfs", i ? MS_BIND : 0, "") != 0) {
            print_message("  skipped: only root may mount\n");
            skip();
        }
        put_file("public/lost+found/x", "not lede's");
        publish(first);
        publish(second);
        assert_int_equal(lede_release_open(dest, &quick, &r, NULL), LEDE_OK);
        snprintf(other, sizeof other, "%s/current", dest);
        assert_string_equal(lede_release_dest(r), other);
        lede_release_abort(r);
        const bool is_good = strcmp(text_of("public/current/index.html"), "home 2") == 0 &&
                             strcmp(text_of("public/lost+found/x"), "not lede's") == 0 &&
                             !there(".public.standby");
        assert_int_equal(umount2(dest, MNT_DETACH), 0);
        assert_true(is_good);
        snprintf(other, sizeof other, "%s/other", root);
    }
    assert_int_equal(rmdir(dest), 0);
    publish(first);
    assert_int_equal(mount(dest, dest, "", MS_BIND, ""), 0); /* a tree of lede's, mounted */
    const lede_status st = publish_with(&quick, second, NULL, NULL, &err);
    assert_int_equal(umount2(dest, MNT_DETACH), 0);
    assert_int_equal(st, LEDE_EINVAL);
    assert_non_null(strstr(err.message, "mount point"));
}

static void links_inside_the_trees_lead_nowhere(void **state) {
    (void)state;
    char name[300], target[300];
    publish(first);
    publish(second);
    put_file("outside/index.html", "not yours");
    lede_release *r;
    assert_int_equal(lede_release_open(dest, &quick, &r, NULL), LEDE_OK);
    snprintf(name, sizeof name, "%s/.public.standby/d", root);
    snprintf(target, sizeof target, "%s/outside", root);
    assert_int_equal(symlink(target, name), 0);
    snprintf(name, sizeof name, "%s/.public.standby/index.html", root);
    snprintf(target, sizeof target, "%s/outside/index.html", root);
    assert_int_equal(unlink(name), 0);
    assert_int_equal(symlink(target, name), 0);
    static const page third[] = {
        {"index.html", "home 3"}, {"d/index.html", "d 3"}, {"d/e", "e"}, {0}};
    assert_int_equal(write_pages(r, third, NULL), LEDE_OK);
    assert_int_equal(lede_release_commit(r, NULL, NULL, NULL), LEDE_OK);
    assert_string_equal(text_of("outside/index.html"), "not yours");
    assert_false(there("outside/e"));
    assert_string_equal(text_of("public/index.html"), "home 3");
    assert_string_equal(text_of("public/d/index.html"), "d 3");
}

static void a_damaged_manifest_is_reported_or_made_anew(void **state) {
    (void)state;
    lede_error err;
    publish(first);
    publish(second);
    put_file(".public.standby/.lede-manifest",
             "lede-manifest 2 serial=1 stamp=99\nnonsense\nend 1\n");
    publish(first); /* the standby's: it is made anew */
    assert_string_equal(text_of("public/b/c/index.html"), "c 1");
    put_file("public/.lede-manifest", "lede-manifest 2 serial=1 stamp=99\nnonsense\nend 1\n");
    assert_int_equal(publish_with(&quick, second, NULL, NULL, &err), LEDE_EFORMAT);
    assert_non_null(strstr(err.message, "line 2"));
    put_file("public/.lede-manifest", "lede-manifest 3 what=ever\n");
    assert_int_equal(publish_with(&quick, second, NULL, NULL, &err), LEDE_ENEWER);
    assert_string_equal(text_of("public/index.html"), "home 1");
}

static void a_synced_release_is_the_same(void **state) {
    (void)state;
    static const lede_release_options durable = {.retired_seconds = -1};
    static char names[80][32];
    page many[81] = {0};
    for (int i = 0; i < 80; i++) {
        snprintf(names[i], sizeof names[i], "p/%d/index.html", i);
        many[i] = (page){names[i], names[i]};
    }
    assert_int_equal(publish_with(&durable, first, NULL, NULL, NULL), LEDE_OK);
    assert_int_equal(publish_with(&durable, many, NULL, NULL, NULL), LEDE_OK);
    assert_string_equal(text_of("public/p/79/index.html"), "p/79/index.html");
    assert_int_equal(publish_with(&durable, second, NULL, NULL, NULL), LEDE_OK);
    assert_string_equal(text_of("public/index.html"), "home 2");
    assert_false(there("public/p"));
}

typedef struct told {
    char text[400];
    uint64_t before, stamp;
    int times;
    lede_status answer;
} told;

static bool tell_change(void *ctx, const lede_release_change *x) {
    told *t = ctx;
    const size_t at = strlen(t->text);
    snprintf(t->text + at, sizeof t->text - at, "%s%.*s ",
             !x->is   ? "-"
             : x->was ? "="
                      : "+",
             (int)x->path.len, x->path.ptr);
    return true;
}

static lede_status tell_sealed(void *ctx, const lede_release *r, uint64_t stamp, lede_error *err) {
    told *t = ctx;
    t->times++;
    t->before = lede_release_stamp(r);
    t->stamp = stamp;
    t->text[0] = '\0';
    lede_release_each_change(r, tell_change, t);
    return t->answer ? lede_fail(err, t->answer, "not now") : LEDE_OK;
}

static void what_changes_is_told_before_it_is_live(void **state) {
    (void)state;
    static const page small[] = {{"a.html", "a"}, {"b.html", "b"}, {0}};
    static const page other[] = {{"a.html", "a"}, {"b.html", "b 2"}, {"c.html", "c"}, {0}};
    static const page less[] = {{"a.html", "a"}, {0}};
    told t = {0};
    const lede_release_options o = {
        .no_sync = true, .retired_seconds = -1, .sealed = tell_sealed, .sealed_ctx = &t};
    lede_error err = {0};
    uint64_t live;
    assert_int_equal(publish_with(&o, small, NULL, NULL, NULL), LEDE_OK);
    assert_string_equal(t.text, "+a.html +b.html ");
    assert_int_equal(t.before, 0);
    assert_int_equal(lede_records_stamp(dest, &live, NULL), LEDE_OK);
    assert_true(live == t.stamp);
    assert_int_equal(publish_with(&o, small, NULL, NULL, NULL), LEDE_OK);
    assert_int_equal(t.times, 1); /* nothing changed: nobody is told */

    t.answer = LEDE_EIO;
    assert_int_equal(publish_with(&o, other, NULL, NULL, &err), LEDE_EIO);
    assert_string_equal(t.text, "=b.html +c.html ");
    assert_string_equal(text_of("public/b.html"), "b");
    assert_true(t.before == live);

    t.answer = LEDE_OK;
    assert_int_equal(publish_with(&o, other, NULL, NULL, NULL), LEDE_OK);
    assert_string_equal(text_of("public/b.html"), "b 2");
    assert_int_equal(publish_with(&o, less, NULL, NULL, NULL), LEDE_OK);
    assert_string_equal(t.text, "-b.html -c.html ");
}

static bool note_gone(void *ctx, lede_str path) {
    char *out = ctx;
    strncat(out, path.ptr, path.len < 20 ? path.len : 20);
    strncat(out, " ", 2);
    return true;
}

/* What lies beside the site, and the site, has the same files with the same numbers. */
static void a_look_says_what_is_gone_and_touches_nothing(void **state) {
    (void)state;
    const page three[] = {{"a.html", "one"}, {"b/index.html", "two"}, {"c.html", "three"}, {0}};
    const page two[] = {{"a.html", "other"}, {"c.html", "three"}, {0}};
    lede_error err = {0};
    bool changed;
    assert_int_equal(publish_delta(&quick, three, three, NULL, &changed, &err), LEDE_OK);
    for (int delta = 0; delta < 2; delta++) {
        char gone[200] = "", look[240];
        const ino_t a = inode_of("public/a.html"), manifest = inode_of("public/.lede-manifest");
        snprintf(look, sizeof look, "%s/look", root);
        assert_int_equal(lede__make_dirs(look, NULL), LEDE_OK);
        lede_release_options o = quick;
        o.look = look;
        o.delta = delta;
        lede_release *r;
        assert_int_equal(lede_release_open(dest, &o, &r, &err), LEDE_OK);
        assert_int_equal(lede_release_is_delta(r), delta);
        assert_int_equal(delta ? write_delta(r, three, two, &err) : write_pages(r, two, &err),
                         LEDE_OK);
        lede_release_each_gone(r, note_gone, gone);
        lede_release_abort(r);
        assert_string_equal(gone, "b/index.html ");
        assert_true(inode_of("public/a.html") == a &&
                    inode_of("public/.lede-manifest") == manifest);
        assert_string_equal(text_of("public/a.html"), "one");
        assert_false(there(".public.standby/.lede-manifest.dirty"));
        assert_int_equal(lede__remove_tree(look, NULL), LEDE_OK);
    }
}

#define A_TEST(name) cmocka_unit_test_setup_teardown(name, make_root, remove_root)

int main(void) {
    const struct CMUnitTest tests[] = {
        A_TEST(a_look_says_what_is_gone_and_touches_nothing),
        A_TEST(a_site_becomes_live_whole),
        A_TEST(the_next_site_takes_its_place),
        A_TEST(what_the_standby_has_stays),
        A_TEST(a_shared_file_is_never_changed_in_place),
        A_TEST(the_same_site_changes_no_names),
        A_TEST(a_live_file_that_was_changed_by_hand_is_put_right),
        A_TEST(a_failed_page_keeps_the_live_one),
        A_TEST(what_a_killed_writer_left_is_not_published),
        A_TEST(a_folder_may_become_a_file_and_back),
        A_TEST(two_sources_for_one_path_are_refused),
        A_TEST(what_lede_did_not_write_is_not_published_over),
        A_TEST(other_names_in_the_way_are_refused),
        A_TEST(an_empty_or_absent_destination_is_taken),
        A_TEST(a_linked_destination_is_followed_once),
        A_TEST(files_of_others_are_carried_over),
        A_TEST(a_file_that_came_during_a_publication_is_given_back),
        A_TEST(a_page_does_not_take_the_place_of_a_file_of_others),
        A_TEST(a_second_publication_is_told_to_wait),
        A_TEST(an_abandoned_publication_changes_nothing),
        A_TEST(a_tree_just_retired_is_left_alone),
        A_TEST(an_old_retirement_frees_the_tree),
        A_TEST(where_names_cannot_be_exchanged_two_renames_do),
        A_TEST(where_names_cannot_be_exchanged_a_link_does),
        A_TEST(what_is_mounted_has_the_site_in_a_folder_of_its_own),
        A_TEST(links_inside_the_trees_lead_nowhere),
        A_TEST(a_damaged_manifest_is_reported_or_made_anew),
        A_TEST(a_synced_release_is_the_same),
        A_TEST(what_changes_is_told_before_it_is_live),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
