/* test_sys_files.c - reading, writing, walking, locking, exchanging and removing, in a folder of
 * the test's own. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "sys/sys.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static char root[64];
static char scratch[300];

/* The path of name in the test's folder; two at a time. */
static const char *at(const char *name) {
    static char paths[2][200];
    static int turn;
    char *path = paths[turn++ % 2];
    snprintf(path, sizeof paths[0], "%s/%s", root, name);
    return path;
}

static int enter(void **state) {
    (void)state;
    const char *tmp = getenv("TMPDIR");
    snprintf(root, sizeof root, "%.40s/lede-test-XXXXXX", tmp && *tmp ? tmp : P_tmpdir);
    return mkdtemp(root) ? 0 : -1;
}

static int leave(void **state) {
    (void)state;
    return lede__remove_tree(root, NULL) || lede__exists(root) ? -1 : 0;
}

static void put(const char *name, const char *text) {
    lede_error err = {0};
    if (lede__write_file(at(name), lede_str_of(text), false, &err))
        fail_msg("%s", err.message);
}

static void assert_file(const char *name, const char *text) {
    lede_buf b;
    lede_error err = {0};
    lede_buf_init(&b, 100000);
    if (lede__read_file(at(name), 100000, &b, &err))
        fail_msg("%s", err.message);
    assert_string_equal(b.ptr, text);
    lede_buf_fini(&b);
}

static int count_entries(void) {
    DIR *dir = opendir(root);
    assert_non_null(dir);
    int n = 0;
    while (readdir(dir))
        n++;
    closedir(dir);
    return n - 2;
}

static void a_written_file_is_whole_and_leaves_nothing_beside(void **state) {
    (void)state;
    put("a", "one");
    assert_file("a", "one");
    assert_int_equal(chmod(at("a"), 0640), 0);
    assert_int_equal(lede__write_file(at("a"), LEDE_STR("two"), true, NULL), LEDE_OK);
    assert_file("a", "two");
    struct stat st;
    assert_int_equal(stat(at("a"), &st), 0);
    assert_int_equal(st.st_mode & 07777, 0640);
    put("empty", "");
    assert_file("empty", "");
    lede_error err = {0};
    assert_int_equal(lede__write_file(at("none/a"), LEDE_STR("x"), false, &err), LEDE_ENOTFOUND);
    assert_non_null(strstr(err.message, "none/a"));
    assert_int_equal(mkdir(at("d"), 0777), 0);
    assert_int_equal(lede__write_file(at("d"), LEDE_STR("x"), false, &err), LEDE_EIO);
    assert_int_equal(count_entries(), 3); /* a, empty, d: nothing half written */
    assert_int_equal(chdir(root), 0);
    assert_int_equal(lede__write_file("plain", LEDE_STR("x"), true, NULL), LEDE_OK);
    assert_file("plain", "x");
    assert_int_equal(chdir("/"), 0);
}

static void reading_ends_at_its_limits(void **state) {
    (void)state;
    put("ten", "0123456789");
    lede_buf b;
    lede_error err = {0};
    lede_buf_init(&b, 15);
    assert_int_equal(lede__read_file(at("ten"), 9, &b, &err), LEDE_ELIMIT);
    assert_non_null(strstr(err.message, "9 bytes"));
    assert_int_equal(lede__read_file(at("ten"), 10, &b, &err), LEDE_OK);
    assert_string_equal(b.ptr, "0123456789");
    assert_int_equal(lede__read_file(at("ten"), 10, &b, &err), LEDE_ELIMIT); /* the buffer's own */
    lede_buf_fini(&b);
    lede_buf_init(&b, 10);
    assert_int_equal(lede__read_file(at("ten"), 10, &b, &err), LEDE_OK);
    assert_int_equal(b.len, 10);
    lede_buf_clear(&b);
    assert_int_equal(lede__read_file(at("nothing"), 10, &b, &err), LEDE_ENOTFOUND);
    assert_int_equal(lede__read_file(root, 10, &b, &err), LEDE_EINVAL);
    lede_buf_fini(&b);
    lede_buf_init(&b, 100000); /* a file without a size */
    assert_int_equal(lede__read_file("/proc/self/status", 100000, &b, &err), LEDE_OK);
    assert_true(b.len > 100);
    assert_int_equal(lede__read_file("/proc/self/status", 20, &b, &err), LEDE_ELIMIT);
    lede_buf_fini(&b);
}

static void files_are_mapped_whole(void **state) {
    (void)state;
    lede__map m;
    lede_error err = {0};
    put("m", "mapped");
    assert_int_equal(lede__map_open(at("m"), &m, &err), LEDE_OK);
    assert_int_equal(m.len, 6);
    assert_memory_equal(m.ptr, "mapped", 6);
    lede__map_close(&m);
    lede__map_close(&m);
    put("m", "");
    assert_int_equal(lede__map_open(at("m"), &m, &err), LEDE_OK);
    assert_int_equal(m.len, 0);
    lede__map_close(&m);
    assert_int_equal(lede__map_open(at("nothing"), &m, &err), LEDE_ENOTFOUND);
    assert_int_equal(lede__map_open(root, &m, &err), LEDE_EINVAL);
    assert_int_equal(mkfifo(at("fifo"), 0600), 0); /* must not wait for a writer */
    assert_int_equal(lede__map_open(at("fifo"), &m, &err), LEDE_EINVAL);
}

static void nothing_is_read_outside_of_a_folder(void **state) {
    (void)state;
    put("secret", "s");
    assert_int_equal(lede__make_dirs(at("in/deep"), NULL), LEDE_OK);
    put("in/deep/a", "inside");
    assert_int_equal(symlink("deep/a", at("in/link")), 0);
    assert_int_equal(symlink("../secret", at("in/out")), 0);
    assert_int_equal(symlink(at("secret"), at("in/absolute")), 0);
    assert_int_equal(symlink("..", at("in/up")), 0);
    assert_int_equal(symlink("loop", at("in/loop")), 0);
    assert_int_equal(mkfifo(at("in/fifo"), 0600), 0);
    const int dir = open(at("in"), O_RDONLY | O_DIRECTORY);
    assert_true(dir >= 0);
    static const struct {
        const char *path;
        lede_status status;
    } rows[] = {
        {"deep/a", LEDE_OK},           {"link", LEDE_OK},           {"out", LEDE_EDENIED},
        {"absolute", LEDE_EDENIED},    {"up/secret", LEDE_EDENIED}, {"../secret", LEDE_EDENIED},
        {"/etc/passwd", LEDE_EDENIED}, {"", LEDE_EDENIED},          {".", LEDE_EDENIED},
        {"loop", LEDE_EDENIED},        {"none", LEDE_ENOTFOUND},    {"deep/a/b", LEDE_ENOTFOUND},
        {"deep", LEDE_EINVAL},         {"fifo", LEDE_EINVAL}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        lede_buf b;
        lede_error err = {0};
        lede_buf_init(&b, 100);
        const lede_status status = lede__read_below(dir, rows[i].path, 100, &b, &err);
        if (status != rows[i].status)
            fail_msg("'%s': %s (%s)", rows[i].path, lede_status_name(status), err.message);
        assert_string_equal(b.ptr, status ? "" : "inside");
        lede_buf_fini(&b);
    }
    close(dir);
}

typedef struct seen {
    lede_buf paths;
    int left;
    int64_t size, mtime_ns;
} seen;

static bool note(void *ctx, const char *path, int64_t size, int64_t mtime_ns) {
    seen *s = ctx;
    lede_buf_adds(&s->paths, path);
    lede_buf_addc(&s->paths, ' ');
    s->size = size;
    s->mtime_ns = mtime_ns;
    return --s->left != 0;
}

static lede_status walk(const char *path, int most, const char *expected, lede_error *err) {
    seen s = {.left = most};
    lede_buf_init(&s.paths, 10000);
    const lede_status status = lede__walk(path, note, &s, err);
    assert_string_equal(s.paths.ptr, expected);
    lede_buf_fini(&s.paths);
    return status;
}

static void a_walk_meets_every_file_in_order(void **state) {
    (void)state;
    lede_error err = {0};
    assert_int_equal(lede__make_dirs(at("w/b/c"), NULL), LEDE_OK);
    assert_int_equal(lede__make_dirs(at("w/.git"), NULL), LEDE_OK);
    assert_int_equal(lede__make_dirs(at("w/empty"), NULL), LEDE_OK);
    put("w/z.md", "");
    put("w/a.md", "");
    put("w/B.md", "");
    put("w/.hidden", "");
    put("w/.git/config", "");
    put("w/b/2", "");
    put("w/b/10", "");
    put("w/b/c/x", "");
    put("w/b.md", "");
    assert_int_equal(walk(at("w"), -1, "B.md a.md b/10 b/2 b/c/x b.md z.md ", &err), LEDE_OK);
    assert_string_equal(err.message, "");
    assert_int_equal(walk(at("w"), 4, "B.md a.md b/10 b/2 ", &err), LEDE_OK);
    assert_int_equal(walk(at("w/empty"), -1, "", &err), LEDE_OK);
    assert_int_equal(walk(at("nothing"), -1, "", &err), LEDE_ENOTFOUND);
    assert_int_equal(walk(at("w/a.md"), -1, "", &err), LEDE_ENOTFOUND);

    put("w/b/c/x", "12345");
    const struct timespec times[2] = {{.tv_sec = 1}, {.tv_sec = 1700000000, .tv_nsec = 123456789}};
    assert_int_equal(utimensat(AT_FDCWD, at("w/b/c/x"), times, 0), 0);
    seen s = {.left = -1};
    lede_buf_init(&s.paths, 100);
    assert_int_equal(lede__walk(at("w/b/c"), note, &s, NULL), LEDE_OK);
    assert_int_equal(s.size, 5);
    assert_true(s.mtime_ns == INT64_C(1700000000123456789));
    lede_buf_fini(&s.paths);
}

static void one_hidden_folder_can_be_shown(void **state) {
    (void)state;
    assert_int_equal(lede__make_dirs(at("h/.shown"), NULL), LEDE_OK);
    assert_int_equal(lede__make_dirs(at("h/b/.shown"), NULL), LEDE_OK);
    put("h/.shown/x", "");
    put("h/.shown/.y", "");
    put("h/.shown.not", "");
    put("h/b/.shown/x", "");
    put("h/b/z", "");
    seen s = {.left = -1};
    lede_buf_init(&s.paths, 100);
    assert_int_equal(lede__walk_with(at("h"), ".shown", note, &s, NULL), LEDE_OK);
    assert_string_equal(s.paths.ptr, ".shown/x b/z ");
    lede_buf_fini(&s.paths);
}

static void links_that_leave_are_passed_over_and_reported(void **state) {
    (void)state;
    lede_error err = {0};
    assert_int_equal(lede__make_dirs(at("l/d"), NULL), LEDE_OK);
    put("outside", "");
    put("l/d/real", "123");
    put("l-not-inside", "");
    assert_int_equal(symlink("d/real", at("l/inside")), 0);
    assert_int_equal(walk(at("l"), -1, "d/real inside ", &err), LEDE_OK);
    assert_string_equal(err.message, "");
    assert_int_equal(symlink("../outside", at("l/a")), 0);
    assert_int_equal(walk(at("l"), -1, "d/real inside ", &err), LEDE_OK);
    assert_non_null(strstr(err.message, "/l/a' is a link"));
    assert_int_equal(symlink("d", at("l/b-folder")), 0);
    assert_int_equal(symlink("nowhere", at("l/c-broken")), 0);
    assert_int_equal(symlink(at("l-not-inside"), at("l/d/e")), 0); /* begins like the root */
    assert_int_equal(symlink("self", at("l/self")), 0);
    assert_int_equal(mkfifo(at("l/fifo"), 0600), 0);
    assert_int_equal(walk(at("l"), -1, "d/real inside ", &err), LEDE_OK);
    assert_non_null(strstr(err.message, "(and 4 more)"));
    assert_int_equal(walk(at("l"), -1, "d/real inside ", NULL), LEDE_OK);
    assert_int_equal(symlink("l", at("root-link")), 0); /* the root itself may be one */
    assert_int_equal(walk(at("root-link"), -1, "d/real inside ", NULL), LEDE_OK);
}

static void a_tree_is_removed_but_not_what_it_links_to(void **state) {
    (void)state;
    assert_int_equal(lede__make_dirs(at("t/a/b/c"), NULL), LEDE_OK);
    put("kept", "k");
    assert_int_equal(lede__make_dirs(at("kept-folder"), NULL), LEDE_OK);
    put("kept-folder/f", "f");
    for (int i = 0; i < 300; i++) {
        snprintf(scratch, sizeof scratch, "t/a/%d", i);
        put(scratch, "");
    }
    assert_int_equal(symlink(at("kept"), at("t/a/file-link")), 0);
    assert_int_equal(symlink(at("kept-folder"), at("t/a/folder-link")), 0);
    assert_int_equal(lede__remove_tree(at("t"), NULL), LEDE_OK);
    assert_false(lede__exists(at("t")));
    assert_file("kept", "k");
    assert_file("kept-folder/f", "f");
    assert_int_equal(lede__remove_tree(at("t"), NULL), LEDE_OK); /* absent */
    assert_int_equal(symlink("kept-folder", at("only-link")), 0);
    assert_int_equal(lede__remove_tree(at("only-link"), NULL), LEDE_OK);
    assert_file("kept-folder/f", "f");
    assert_int_equal(lede__remove_tree(at("kept"), NULL), LEDE_OK);
    assert_false(lede__exists(at("kept")));
    static const char *const never[] = {"", "/", ".", "..", "../..", "//"};
    for (size_t i = 0; i < sizeof never / sizeof *never; i++)
        assert_int_equal(lede__remove_tree(never[i], NULL), LEDE_EINVAL);
}

static void folders_are_made_with_their_parents(void **state) {
    (void)state;
    lede_error err = {0};
    assert_int_equal(lede__make_dirs(at("p/q//r/"), &err), LEDE_OK);
    assert_true(lede__is_dir(at("p/q/r")));
    assert_int_equal(lede__make_dirs(at("p/q/r"), &err), LEDE_OK);
    put("p/file", "");
    assert_int_equal(lede__make_dirs(at("p/file"), &err), LEDE_EEXIST);
    assert_int_equal(lede__make_dirs(at("p/file/x"), &err), LEDE_EEXIST);
    assert_non_null(strstr(err.message, "p/file"));
    assert_int_equal(lede__make_dirs("", &err), LEDE_EINVAL);
    assert_true(lede__exists(at("p/file")));
    assert_false(lede__is_dir(at("p/file")));
}

static void two_folders_are_exchanged(void **state) {
    (void)state;
    lede_error err = {0};
    assert_int_equal(lede__make_dirs(at("x1"), NULL), LEDE_OK);
    assert_int_equal(lede__make_dirs(at("x2"), NULL), LEDE_OK);
    put("x1/a", "one");
    put("x2/a", "two");
    const lede_status status = lede__exchange(at("x1"), at("x2"), &err);
    if (status == LEDE_EINVAL) {
        print_message("skipped: %s\n", err.message);
        skip();
    }
    assert_int_equal(status, LEDE_OK);
    assert_file("x1/a", "two");
    assert_file("x2/a", "one");
    assert_int_equal(lede__exchange(at("x1"), at("x3"), &err), LEDE_ENOTFOUND);
    const int fd = open(root, O_RDONLY | O_DIRECTORY);
    assert_int_equal(lede__sync_fs(fd, &err), LEDE_OK);
    close(fd);
    assert_int_equal(lede__sync_fs(-1, &err), LEDE_EIO);
}

static void a_lock_is_held_by_one_and_freed_by_its_end(void **state) {
    (void)state;
    lede_error err = {0};
    int first = -1, second = -1;
    assert_int_equal(lede__lock(at("lock"), 0, &first, &err), LEDE_OK);
    assert_int_equal(lede__lock(at("lock"), 0, &second, &err), LEDE_EBUSY);
    assert_int_equal(second, -1);
    const uint64_t before = lede__monotonic_us();
    assert_int_equal(lede__lock(at("lock"), 50, &second, &err), LEDE_EBUSY);
    assert_true(lede__monotonic_us() - before >= 50000);
    close(first);
    assert_int_equal(lede__lock(at("lock"), 0, &second, &err), LEDE_OK);
    close(second);
    const pid_t child = fork(); /* a killed holder leaves no lock behind */
    if (child == 0) {
        int fd;
        _exit(lede__lock(at("lock"), 0, &fd, NULL) ? 1 : 0);
    }
    int how = 0;
    assert_int_equal(waitpid(child, &how, 0), child);
    assert_int_equal(how, 0);
    assert_int_equal(lede__lock(at("lock"), 0, &first, &err), LEDE_OK);
    close(first);
    assert_int_equal(lede__lock(at("none/lock"), 0, &first, &err), LEDE_ENOTFOUND);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_written_file_is_whole_and_leaves_nothing_beside, enter,
                                        leave),
        cmocka_unit_test_setup_teardown(reading_ends_at_its_limits, enter, leave),
        cmocka_unit_test_setup_teardown(files_are_mapped_whole, enter, leave),
        cmocka_unit_test_setup_teardown(nothing_is_read_outside_of_a_folder, enter, leave),
        cmocka_unit_test_setup_teardown(a_walk_meets_every_file_in_order, enter, leave),
        cmocka_unit_test_setup_teardown(one_hidden_folder_can_be_shown, enter, leave),
        cmocka_unit_test_setup_teardown(links_that_leave_are_passed_over_and_reported, enter,
                                        leave),
        cmocka_unit_test_setup_teardown(a_tree_is_removed_but_not_what_it_links_to, enter, leave),
        cmocka_unit_test_setup_teardown(folders_are_made_with_their_parents, enter, leave),
        cmocka_unit_test_setup_teardown(two_folders_are_exchanged, enter, leave),
        cmocka_unit_test_setup_teardown(a_lock_is_held_by_one_and_freed_by_its_end, enter, leave),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
