/* test_publish_delta_property.c - any order of full and delta publications, given up, killed by a
 * refusal or with a list of changes lost: the live tree is what was said, and its manifest too. */
#include "publish/manifest.h"
#include "site.h"

#include <dirent.h>

enum { PATHS = 40, STEPS = 400 };

static uint64_t seed;
static uint32_t random_below(uint32_t n) {
    seed ^= seed << 13, seed ^= seed >> 7, seed ^= seed << 17;
    return (uint32_t)(seed >> 33) % n;
}

/* Paths in one another's way: a file or a folder of the same name. */
static char names[PATHS][32], live[PATHS][16], next[PATHS][16]; /* text "" = not there */

static void make_names(void) {
    for (int i = 0; i < PATHS; i++)
        snprintf(names[i], sizeof names[i],
                 i % 4 == 0   ? "s%d/x%d"
                 : i % 4 == 1 ? "s%d/x%d/index.html"
                 : i % 4 == 2 ? "s%d/f/%d.txt"
                              : "p%d-%d",
                 i % 3, i / 4 * 4 % 12 + i % 3);
}

static bool is_below(const char *path, const char *folder) {
    const size_t n = strlen(folder);
    return strncmp(path, folder, n) == 0 && path[n] == '/';
}

static bool fits(int i) {
    for (int k = 0; k < PATHS; k++)
        if (k != i && next[k][0] &&
            (strcmp(names[k], names[i]) == 0 || is_below(names[k], names[i]) ||
             is_below(names[i], names[k])))
            return false;
    return true;
}

static void edit(void) {
    memcpy(next, live, sizeof next);
    for (uint32_t n = random_below(6); n-- > 0;) {
        const int i = (int)random_below(PATHS);
        if (random_below(3) == 0)
            next[i][0] = '\0';
        else if (fits(i))
            snprintf(next[i], sizeof next[i], "%u", random_below(50));
    }
}

static lede_status say(lede_release *r, lede_release_writer *w, lede_error *err) {
    const bool delta = lede_release_is_delta(r);
    lede_status st = LEDE_OK;
    for (int i = 0; i < PATHS && delta && !st; i++)
        if (live[i][0] && !next[i][0])
            st = lede_release_drop(r, lede_str_of(names[i]), err);
    for (int i = 0; i < PATHS && !st; i++) {
        const page p = {names[i], next[i]};
        if (next[i][0] && (!delta || strcmp(live[i], next[i]) != 0 || random_below(20) == 0))
            st = write_page(r, w, &p, err);
    }
    return st;
}

static int refused_after;
static int refuse(const char *step, const char *name) {
    (void)step, (void)name;
    return refused_after-- == 0 ? EIO : 0;
}

static bool publish_next(const lede_release_options *o, lede_error *err) {
    lede_release *r;
    lede_release_writer w;
    lede_release_stats n;
    if (lede_release_open(dest, o, &r, err))
        return false;
    lede_status st = random_below(8) == 0 ? lede_release_make_full(r, err) : LEDE_OK;
    if (!st)
        st = lede_release_writer_open(lede_release_standby(r), lede_release_live(r), &w, err);
    if (!st) {
        st = say(r, &w, err);
        lede_release_writer_close(&w);
    }
    if (st || random_below(12) == 0) {
        lede_release_abort(r);
        return false;
    }
    if (lede_release_commit(r, &n, NULL, err))
        return false;
    memcpy(live, next, sizeof live);
    uint64_t files = 0, bytes = 0;
    for (int i = 0; i < PATHS; i++) {
        files += live[i][0] != '\0';
        bytes += strlen(live[i]);
    }
    assert_int_equal(n.files, files);
    assert_int_equal(n.bytes, bytes);
    return true;
}

static int count_files(const char *path) {
    int n = 0;
    DIR *d = opendir(path);
    for (const struct dirent *e; d && (e = readdir(d));) {
        char below[1024];
        if (e->d_name[0] == '.')
            continue;
        snprintf(below, sizeof below, "%s/%s", path, e->d_name);
        n += e->d_type == DT_DIR ? count_files(below) : 1;
    }
    if (d)
        closedir(d);
    return n;
}

static void check_tree(void) {
    int files = 0;
    for (int i = 0; i < PATHS; i++) {
        char name[64];
        snprintf(name, sizeof name, "public/%.31s", names[i]);
        if (live[i][0])
            assert_string_equal(text_of(name), live[i]);
        files += live[i][0] != '\0';
    }
    assert_int_equal(count_files(dest), files);
}

static void check_manifest(void) {
    char file[300];
    lede__manifest m;
    lede__row row;
    lede_arena arena;
    bool more = true;
    int rows = 0;
    snprintf(file, sizeof file, "%s/.lede-manifest", dest);
    lede_arena_init(&arena, 1 << 20);
    assert_int_equal(lede__manifest_open(file, &m, NULL), LEDE_OK);
    while (lede__manifest_next(&m, &arena, &row, &more, NULL) == LEDE_OK && more)
        for (int i = 0; i < PATHS; i++)
            if (live[i][0] && lede_str_is(row.path, names[i])) {
                unsigned char want[32], sum[32];
                lede__sha256(lede_str_of(live[i]), want);
                lede__row_sum(row.hex, sum);
                assert_memory_equal(sum, want, sizeof sum);
                assert_int_equal(row.size, strlen(live[i]));
                rows++;
            }
    assert_false(more); /* read to its end */
    assert_int_equal((int)m.rows, rows);
    lede__manifest_close(&m);
    lede_arena_fini(&arena);
}

static void lose_a_list(void) {
    char folder[300], name[700];
    snprintf(folder, sizeof folder, "%s/.public.changes", root);
    DIR *d = opendir(folder);
    for (const struct dirent *e; d && (e = readdir(d));) {
        snprintf(name, sizeof name, "%s/%s", folder, e->d_name);
        if (e->d_name[0] != '.' && random_below(2))
            (void)unlink(name);
    }
    if (d)
        closedir(d);
}

static void any_order_of_publications_gives_what_was_said(void **state) {
    (void)state;
    const char *given = getenv("LEDE_SEED");
    for (uint64_t run = 1; run <= (given ? 1 : 6); run++) {
        const uint64_t first = given ? strtoull(given, NULL, 10) : run * 7919;
        print_message("  LEDE_SEED=%llu\n", (unsigned long long)first);
        seed = first * UINT64_C(0x9E3779B97F4A7C15) | 1;
        memset(live, 0, sizeof live);
        make_names();
        int published = 0;
        for (int i = 0; i < STEPS; i++) {
            const lede_release_options o = {.no_sync = true,
                                            .delta = random_below(5) > 0,
                                            .by_link = run % 3 == 2,
                                            .by_renames = run % 3 == 0,
                                            .history = random_below(2) ? history_folder : NULL,
                                            .retired_seconds = random_below(3) ? -1 : 3600,
                                            .lock_wait_ms = -1};
            lede_error err = {0};
            edit();
            if (random_below(10) == 0) {
                refused_after = (int)random_below(60);
                lede__release_hook = refuse;
            }
            published += publish_next(&o, &err);
            lede__release_hook = NULL;
            if (there("public")) {
                check_tree();
                check_manifest();
            }
            if (random_below(10) == 0)
                lose_a_list();
        }
        assert_true(published > STEPS / 2);
        assert_int_equal(lede__remove_tree(root, NULL), LEDE_OK);
        assert_int_equal(lede__make_dirs(root, NULL), LEDE_OK);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(any_order_of_publications_gives_what_was_said, make_root,
                                        remove_root),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
