/* test_publish_kill.c - killed or refused by the system at any step: one whole site stays live, and
 * the next run needs no help. */
#include "site.h"

#include <dirent.h>
#include <signal.h>
#include <sys/wait.h>

enum { PAGES = 12 };

/* Edition e: texts that say which edition they are of; every fourth page is not in every edition,
 * some never change. */
static char paths[PAGES][32], texts[2][PAGES][32];
static page editions[2][PAGES + 1];

static int make_editions(void **state) {
    for (int e = 0; e < 2; e++) {
        int n = 0;
        for (int i = 0; i < PAGES; i++) {
            snprintf(paths[i], sizeof paths[i], i % 3 ? "s%d/p%d/index.html" : "f%d-%d", i % 2, i);
            snprintf(texts[e][i], sizeof texts[e][i], "%d %d", i % 5 ? e : 9, i);
            if (i % 4 == 1 && (i / 4) % 2 == e)
                continue;
            editions[e][n++] = (page){paths[i], texts[e][i]};
        }
        editions[e][n] = (page){0};
    }
    return make_root(state);
}

static int count_files(const char *path) {
    int n = 0;
    DIR *d = opendir(path);
    for (struct dirent *e; d && (e = readdir(d));) {
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

/* Whether the live tree is edition e, all of it and nothing else. */
static bool is_edition(int e) {
    int n = 0;
    for (const page *p = editions[e]; p->path; p++, n++) {
        char name[64];
        snprintf(name, sizeof name, "public/%s", p->path);
        if (strcmp(text_of(name), p->text) != 0)
            return false;
    }
    return count_files(dest) == n && there("public/.lede-manifest") && !there("public/.lede-new");
}

static long steps, at_step;
static int what; /* an errno, or 0: SIGKILL */
static bool and_ever_after;

static int on_step(const char *step, const char *name) {
    (void)step, (void)name;
    if (++steps < at_step || (steps > at_step && !and_ever_after))
        return 0;
    if (what == 0)
        raise(SIGKILL);
    return what;
}

static lede_status publish_edition(const lede_release_options *o, int e, bool *changed,
                                   lede_error *err) {
    return publish_delta(o, editions[!e], editions[e], NULL, changed, err);
}

static long steps_of(const lede_release_options *o, int e) {
    steps = 0;
    at_step = 1L << 40;
    lede__release_hook = on_step;
    assert_int_equal(publish_edition(o, e, NULL, NULL), LEDE_OK);
    lede__release_hook = NULL;
    return steps;
}

/* Publishes edition e in a child that is killed at a step. Whether it died. */
static bool killed_at(const lede_release_options *o, int e, long step) {
    fflush(NULL);
    const pid_t child = fork();
    if (child == 0) {
        steps = 0;
        at_step = step;
        what = 0;
        lede__release_hook = on_step;
        _exit(publish_edition(o, e, NULL, NULL) == LEDE_OK ? 0 : 1);
    }
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    return WIFSIGNALED(status);
}

static const lede_release_options variants[] = {
    {.no_sync = true, .retired_seconds = -1, .lock_wait_ms = -1, .history = history_folder},
    {.retired_seconds = -1, .lock_wait_ms = -1},
    {.no_sync = true, .retired_seconds = 3600, .lock_wait_ms = -1},
    {.no_sync = true, .retired_seconds = -1, .lock_wait_ms = -1, .delta = true},
    {.retired_seconds = -1, .lock_wait_ms = -1, .delta = true, .history = history_folder},
    {.no_sync = true,
     .retired_seconds = 3600,
     .lock_wait_ms = -1,
     .delta = true,
     .history = history_folder},
};

static void a_kill_at_any_step_leaves_a_whole_site(void **state) {
    (void)state;
    for (size_t v = 0; v < sizeof variants / sizeof *variants; v++) {
        steps_of(&variants[v], 0);
        steps_of(&variants[v], 1);
        int live = 1;
        long kills = 0;
        for (long step = 1; step < 1000; step++) {
            if (!killed_at(&variants[v], !live, step)) {
                assert_true(is_edition(!live)); /* step is past the last one */
                break;
            }
            kills++;
            if (!is_edition(live)) {
                assert_true(is_edition(!live));
                live = !live;
            }
            if (step % 2) { /* else the next one meets two dead publications */
                assert_int_equal(publish_edition(&variants[v], live, NULL, NULL), LEDE_OK);
                assert_true(is_edition(live));
            }
        }
        assert_true(kills > 20);
    }
}

static void make_way(const lede_release_options *o, long *absent) {
    steps_of(o, 0);
    steps_of(o, 1);
    int live = 1;
    for (long step = 1; step < 1000; step++) {
        if (!killed_at(o, !live, step))
            break;
        *absent += !there("public");
        lede_release *r; /* opening mends it */
        assert_int_equal(lede_release_open(dest, o, &r, NULL), LEDE_OK);
        lede_release_abort(r);
        if (!is_edition(live)) {
            assert_true(is_edition(!live));
            live = !live;
        }
        assert_int_equal(publish_with(o, editions[live], NULL, NULL, NULL), LEDE_OK);
        assert_true(is_edition(live));
        assert_false(there(".public.old"));
    }
}

static void killed_while_names_change_hands_the_site_comes_back(void **state) {
    (void)state;
    static const lede_release_options renames = {
        .no_sync = true, .retired_seconds = -1, .lock_wait_ms = -1, .by_renames = true};
    static const lede_release_options links = {
        .no_sync = true, .retired_seconds = -1, .lock_wait_ms = -1, .by_link = true};
    long absent = 0;
    make_way(&renames, &absent);
    assert_true(absent > 0);
    absent = 0;
    steps_of(&links, 0); /* the folder makes way for a link once */
    steps_of(&links, 1);
    make_way(&links, &absent);
    assert_int_equal(absent, 0); /* from then on it is never absent */
}

/* Every step of the publication that turns the folder into a link. */
static void killed_while_the_folder_becomes_a_link_the_site_comes_back(void **state) {
    (void)state;
    static const lede_release_options links = {
        .no_sync = true, .retired_seconds = -1, .lock_wait_ms = -1, .by_link = true};
    long absent = 0;
    for (long step = 1, more = 1; more && step < 1000; step++) {
        assert_int_equal(lede__remove_tree(root, NULL), LEDE_OK);
        assert_int_equal(lede__make_dirs(root, NULL), LEDE_OK);
        steps_of(&links, 0);
        more = killed_at(&links, 1, step);
        absent += !there("public");
        lede_release *r;
        assert_int_equal(lede_release_open(dest, &links, &r, NULL), LEDE_OK);
        lede_release_abort(r);
        assert_true(is_edition(0) || is_edition(1));
        assert_int_equal(publish_edition(&links, 1, NULL, NULL), LEDE_OK);
        assert_true(is_edition(1));
    }
    assert_in_range(absent, 1, 3);
}

static void a_first_publication_may_be_killed_too(void **state) {
    (void)state;
    bool alive = false;
    for (long step = 1; step < 1000 && !alive; step++) {
        alive = !killed_at(&variants[0], 0, step);
        assert_true(!there("public") || is_edition(0));
        if (step % 3 == 0)
            assert_int_equal(lede__remove_tree(dest, NULL), LEDE_OK);
    }
    assert_true(alive);
    assert_int_equal(publish_with(&variants[0], editions[1], NULL, NULL, NULL), LEDE_OK);
    assert_true(is_edition(1));
}

static void a_refusal_at_any_step_is_an_error_and_the_site_stays(void **state) {
    (void)state;
    static const int refusals[] = {ENOSPC, EIO};
    for (int k = 0; k < 8; k++) {
        const lede_release_options *o = &variants[k < 4 ? 1 : 4];
        bool changed;
        int live = 1;
        long refused = 0;
        steps_of(o, 0);
        steps_of(o, 1);
        for (long step = 1; step < 1000; step++) {
            lede_error err = {0};
            steps = 0;
            at_step = step;
            what = refusals[k % 2];
            and_ever_after = k % 4 >= 2;
            lede__release_hook = on_step;
            const lede_status st = publish_edition(o, !live, &changed, &err);
            lede__release_hook = NULL;
            and_ever_after = false;
            if (steps < step) {
                assert_int_equal(st, LEDE_OK);
                break;
            }
            if (st) {
                refused++;
                assert_true(err.message[0] != '\0');
                assert_true(is_edition(live));
                continue;
            }
            live = !live; /* a link that was refused was written instead */
            assert_true(is_edition(live));
        }
        assert_true(refused > 10);
        assert_int_equal(publish_with(&variants[1], editions[0], NULL, NULL, NULL), LEDE_OK);
        assert_true(is_edition(0));
    }
}

static void a_kill_at_any_moment_leaves_a_whole_site(void **state) {
    (void)state;
    unsigned long seed = 88172645463325252UL;
    int live = 0;
    publish(editions[0]);
    for (int i = 0; i < 60; i++) {
        fflush(NULL);
        const pid_t child = fork();
        if (child == 0)
            for (int e = live;;) {
                e = !e;
                if (publish_with(&variants[0], editions[e], NULL, NULL, NULL) != LEDE_OK)
                    _exit(1);
            }
        seed ^= seed << 13, seed ^= seed >> 7, seed ^= seed << 17;
        usleep((useconds_t)(500 + seed % 6000));
        kill(child, SIGKILL);
        int status;
        assert_int_equal(waitpid(child, &status, 0), child);
        assert_true(WIFSIGNALED(status));
        assert_true(is_edition(0) || is_edition(1));
        live = is_edition(1);
        if (i % 2) {
            publish(editions[!live]);
            live = !live;
            assert_true(is_edition(live));
        }
    }
}

#define A_TEST(name) cmocka_unit_test_setup_teardown(name, make_editions, remove_root)

int main(void) {
    const struct CMUnitTest tests[] = {
        A_TEST(a_kill_at_any_step_leaves_a_whole_site),
        A_TEST(killed_while_names_change_hands_the_site_comes_back),
        A_TEST(killed_while_the_folder_becomes_a_link_the_site_comes_back),
        A_TEST(a_first_publication_may_be_killed_too),
        A_TEST(a_refusal_at_any_step_is_an_error_and_the_site_stays),
        A_TEST(a_kill_at_any_moment_leaves_a_whole_site),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
