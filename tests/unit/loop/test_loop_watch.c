/* test_loop_watch.c - what is told of changes on disk, watched and polled. */
#include "loop/watch.h"
#include "sys/sys.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
#include <uv.h>

typedef struct fixture {
    char root[64];
    lede_loop *loop;
    lede_watch *watch;
    lede_buf told; /* "name name ", of all reports */
    unsigned reports;
} fixture;

static void on_changed(void *ctx, const lede_str *paths, size_t n) {
    fixture *f = ctx;
    for (size_t i = 0; i < n; i++) {
        lede_buf_add(&f->told, lede_str_sub(paths[i], strlen(f->root) + 1));
        lede_buf_addc(&f->told, ' ');
    }
    f->reports++;
}

static char *at(fixture *f, const char *name) {
    static char path[4][256];
    static int turn;
    char *p = path[turn++ % 4];
    snprintf(p, sizeof path[0], "%s/%s", f->root, name);
    return p;
}

static void write_to(fixture *f, const char *name, const char *text) {
    FILE *file = fopen(at(f, name), "w");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
}

static void open_on(fixture *f, int poll_ms, int quiet_ms) {
    lede_error err = {0};
    *f = (fixture){0};
    snprintf(f->root, sizeof f->root, "/tmp/lede-watch-XXXXXX");
    assert_non_null(mkdtemp(f->root));
    lede_buf_init(&f->told, 1 << 16);
    assert_int_equal(mkdir(at(f, "old"), 0700), 0);
    write_to(f, "old/a.md", "a");
    const lede_watch_options o = {.ctx = f,
                                  .changed = on_changed,
                                  .poll_ms = poll_ms,
                                  .quiet_ms = quiet_ms,
                                  .most_ms = quiet_ms * 100};
    assert_int_equal(lede_loop_open(&f->loop, &err), LEDE_OK);
    assert_int_equal(lede_watch_open(f->loop, &o, &f->watch, &err), LEDE_OK);
    assert_int_equal(lede_watch_folder(f->watch, f->root, &err), LEDE_OK);
}

static void close_all(fixture *f) {
    lede_watch_close(f->watch);
    lede_loop_close(f->loop);
    assert_int_equal(lede__remove_tree(f->root, NULL), LEDE_OK);
    lede_buf_fini(&f->told);
}

/* Runs the loop until a name was told, or for two seconds. */
static bool hears(fixture *f, const char *name) {
    const uint64_t until = lede__monotonic_us() + 2000000;
    char word[128];
    snprintf(word, sizeof word, "%s ", name);
    while (lede_str_search(lede_buf_str(&f->told), lede_str_of(word), 0) == (size_t)-1) {
        if (lede__monotonic_us() > until)
            return false;
        uv_run(lede_loop_uv(f->loop), UV_RUN_ONCE);
    }
    lede_buf_clear(&f->told);
    return true;
}

static void changes_are_told(fixture *f) {
    write_to(f, "old/a.md", "another length");
    assert_true(hears(f, "old/a.md"));
    write_to(f, "new.md", "n");
    assert_true(hears(f, "new.md"));
    assert_int_equal(unlink(at(f, "new.md")), 0);
    assert_true(hears(f, "new.md"));
    write_to(f, "old/.a.md.tmp", "beside");
    assert_int_equal(rename(at(f, "old/.a.md.tmp"), at(f, "old/a.md")), 0);
    assert_true(hears(f, "old/a.md"));
}

static void saves_are_told_however_an_editor_writes(void **state) {
    fixture f;
    (void)state;
    open_on(&f, 0, 0);
    changes_are_told(&f);
    close_all(&f);
}

static void polling_tells_the_same(void **state) {
    fixture f;
    (void)state;
    open_on(&f, 5, 0);
    changes_are_told(&f);
    close_all(&f);
}

static void folders_that_come_are_watched_with_what_they_bring(void **state) {
    fixture f;
    (void)state;
    open_on(&f, 0, 0);
    assert_int_equal(mkdir(at(&f, "x"), 0700), 0);
    assert_int_equal(mkdir(at(&f, "x/y"), 0700), 0);
    write_to(&f, "x/y/b.md", "b");
    assert_true(hears(&f, "x/y/b.md"));
    write_to(&f, "x/y/b.md", "bb");
    assert_true(hears(&f, "x/y/b.md"));
    assert_int_equal(rename(at(&f, "x"), at(&f, "z")), 0);
    assert_true(hears(&f, "z/y/b.md"));
    write_to(&f, "z/y/b.md", "bbb");
    assert_true(hears(&f, "z/y/b.md"));
    close_all(&f);
}

static void a_folder_that_takes_the_place_of_another_is_watched(void **state) {
    fixture f;
    (void)state;
    open_on(&f, 0, 0);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(unlink(at(&f, "old/a.md")), 0);
        assert_int_equal(rmdir(at(&f, "old")), 0);
        assert_int_equal(mkdir(at(&f, "old"), 0700), 0);
        write_to(&f, "old/a.md", "a");
        assert_true(hears(&f, "old/a.md"));
        write_to(&f, "old/a.md", "another");
        assert_true(hears(&f, "old/a.md"));
    }
    close_all(&f);
}

static void a_folder_that_went_is_told_with_a_slash(void **state) {
    fixture f;
    (void)state;
    open_on(&f, 0, 0);
    assert_int_equal(rename(at(&f, "old"), at(&f, ".away")), 0);
    assert_true(hears(&f, "old/"));
    close_all(&f);
}

static void a_save_in_pieces_is_one_report(void **state) {
    fixture f;
    (void)state;
    open_on(&f, 0, 100);
    for (int i = 0; i < 20; i++) {
        write_to(&f, "old/a.md", "piece");
        uv_run(lede_loop_uv(f.loop), UV_RUN_NOWAIT);
    }
    assert_true(hears(&f, "old/a.md"));
    assert_int_equal(f.reports, 1);
    close_all(&f);
}

static void what_editors_leave_beside_is_not_told(void **state) {
    static const char *const beside[] = {".hidden", "a.md~", "#a.md#", "4913", ".a.md.swp"};
    fixture f;
    (void)state;
    open_on(&f, 0, 0);
    for (size_t i = 0; i < sizeof beside / sizeof *beside; i++)
        write_to(&f, beside[i], "x");
    write_to(&f, "last.md", "x");
    while (f.reports == 0)
        uv_run(lede_loop_uv(f.loop), UV_RUN_ONCE);
    assert_string_equal(f.told.ptr, "last.md ");
    close_all(&f);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(saves_are_told_however_an_editor_writes),
        cmocka_unit_test(polling_tells_the_same),
        cmocka_unit_test(folders_that_come_are_watched_with_what_they_bring),
        cmocka_unit_test(a_folder_that_takes_the_place_of_another_is_watched),
        cmocka_unit_test(a_folder_that_went_is_told_with_a_slash),
        cmocka_unit_test(a_save_in_pieces_is_one_report),
        cmocka_unit_test(what_editors_leave_beside_is_not_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
