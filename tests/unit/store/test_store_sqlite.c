/* test_store_sqlite.c - what only a file has: other processes, sudden death, and files that are no
 * store of ours. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../../engine/fixture.h"
#include "sys/sys.h"

#include <sqlite3.h>

#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define OK(call) assert_int_equal((call), LEDE_OK)

typedef struct world {
    char folder[256], path[288], url[320];
    lede_error err;
} world;

static int set_up(void **state) {
    world *w = calloc(1, sizeof *w);
    if (!w)
        return -1;
    if (!fixture_folder(w->folder, sizeof w->folder))
        return -1;
    snprintf(w->path, sizeof w->path, "%s/lede.db", w->folder);
    snprintf(w->url, sizeof w->url, "sqlite:%s", w->path);
    *state = w;
    return 0;
}

static int tear_down(void **state) {
    world *w = *state;
    lede_status st = lede__remove_tree(w->folder, NULL);
    free(w);
    return (int)st;
}

static lede_store *open_store(world *w) {
    lede_store *s = NULL;
    if (lede_store_open(w->url, &s, &w->err))
        fail_msg("%s", w->err.message);
    return s;
}

/* The one value that sql gives, as text, in out; with a connection of its own. */
static void ask(world *w, const char *sql, char out[256]) {
    sqlite3 *db = NULL;
    sqlite3_stmt *q = NULL;
    assert_int_equal(sqlite3_open(w->path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &q, NULL), SQLITE_OK);
    out[0] = '\0';
    if (sqlite3_step(q) == SQLITE_ROW)
        snprintf(out, 256, "%s", (const char *)sqlite3_column_text(q, 0));
    sqlite3_finalize(q);
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

#define ASK(sql, expected)                                                                         \
    do {                                                                                           \
        char answer[256];                                                                          \
        ask(w, (sql), answer);                                                                     \
        assert_string_equal(answer, (expected));                                                   \
    } while (0)

/* ---- files */

static void a_plain_path_and_its_folders_become_a_store(void **state) {
    world *w = *state;
    struct stat info;
    lede_store *s;
    snprintf(w->url, sizeof w->url, "%s/var/deep/x.db", w->folder);
    lede_store_close(open_store(w));
    assert_int_equal(stat(w->url, &info), 0);
    assert_int_equal(lede_store_open("sqlite:", &s, &w->err), LEDE_EINVAL);
    assert_null(s);
    assert_int_equal(lede_store_open("postgres://host/db", &s, &w->err), LEDE_EINVAL);
    assert_non_null(strstr(w->err.message, "sqlite:FILE"));
    assert_int_equal(lede_store_open("memory:x", &s, &w->err), LEDE_EINVAL);
}

static void names_that_sqlite_would_interpret_are_file_names(void **state) {
    world *w = *state;
    static const char *const names[] = {":memory:", "file:x?mode=memory"};
    char here[4096];
    assert_non_null(getcwd(here, sizeof here));
    assert_int_equal(chdir(w->folder), 0);
    for (int i = 0; i < 2; i++) {
        snprintf(w->url, sizeof w->url, "sqlite:%s", names[i]);
        lede_store_close(open_store(w));
        assert_true(lede__exists(names[i]));
    }
    assert_int_equal(chdir(here), 0);
}

static void a_newer_store_is_refused_with_words(void **state) {
    world *w = *state;
    lede_store *s = open_store(w);
    lede_store_close(s);
    ASK("PRAGMA user_version = 99", "");
    assert_int_equal(lede_store_open(w->url, &s, &w->err), LEDE_ENEWER);
    assert_null(s);
    assert_non_null(strstr(w->err.message, "written by a newer lede (schema 99"));
    ASK("PRAGMA user_version", "99"); /* and left alone */
}

static void a_store_of_the_first_schema_is_brought_up_to_date(void **state) {
    world *w = *state;
    lede_store *s = open_store(w);
    const lede_derived x = {LEDE_STR("a"), 1, LEDE_STR("x")};
    lede_store_close(s);
    ASK("DROP TABLE derived", "");
    ASK("DROP TABLE outbox", "");
    ASK("PRAGMA user_version = 1", "");
    s = open_store(w);
    OK(lede_store_put_derived(s, LEDE_DERIVED_VECTOR, &x, &w->err));
    lede_store_close(s);
    ASK("SELECT count(*) FROM derived", "1");
    ASK("SELECT count(*) FROM outbox", "0");
}

static void a_file_of_something_else_is_refused_and_left_alone(void **state) {
    world *w = *state;
    lede_store *s;
    ASK("CREATE TABLE notes (x)", "");
    assert_int_equal(lede_store_open(w->url, &s, &w->err), LEDE_EFORMAT);
    assert_non_null(strstr(w->err.message, "database of another program"));
    ASK("SELECT count(*) FROM sqlite_schema", "1");

    OK(lede__write_file(w->path, LEDE_STR("Dear diary, today nothing happened. And nothing else."),
                        false, NULL));
    assert_int_equal(lede_store_open(w->url, &s, &w->err), LEDE_EFORMAT);
    assert_non_null(strstr(w->err.message, w->path));
}

static void a_damaged_card_is_an_error_with_the_file_s_name(void **state) {
    world *w = *state;
    lede_store *s = open_store(w);
    lede_stored x;
    OK(fixture_put(s, (fixture){1, .state = LEDE_PUBLISHED}, "text", 0, NULL));
    lede_store_close(s);
    ASK("UPDATE article SET card = zeroblob(24)", "");
    s = open_store(w);
    assert_int_equal(lede_store_get(s, LEDE_STR("/1/"), &x, &w->err), LEDE_EFORMAT);
    assert_null(x.hold);
    lede_store_close(s);
}

static void a_store_turns_to_write_ahead_logging(void **state) {
    world *w = *state;
    lede_store *s = open_store(w);
    OK(lede_store_begin(s, NULL));
    for (int i = 0; i < 100; i++) /* filling: not yet */
        OK(fixture_put(s, (fixture){i, .state = LEDE_PUBLISHED}, "text", 0, NULL));
    OK(lede_store_commit(s, &w->err));
    ASK("PRAGMA journal_mode", "delete");
    OK(fixture_put(s, (fixture){1000, .state = LEDE_PUBLISHED}, "text", 0, NULL)); /* everyday */
    ASK("PRAGMA journal_mode", "wal");
    ASK("PRAGMA page_size", "16384");
    lede_store_close(s);
    ASK("PRAGMA integrity_check", "ok");
}

static void a_store_that_was_only_filled_turns_when_opened_again(void **state) {
    world *w = *state;
    lede_store *s = open_store(w);
    lede_store_close(s);
    ASK("PRAGMA journal_mode", "delete");
    lede_store_close(open_store(w));
    ASK("PRAGMA journal_mode", "wal");
}

static bool count_walked(void *ctx, const lede_stored *x) {
    (void)x;
    ++*(int *)ctx;
    return true;
}

static void a_reader_sees_whole_transactions_only(void **state) {
    world *w = *state;
    lede_store_close(open_store(w));
    lede_store *writer = open_store(w), *reader = open_store(w);
    int seen = 0;
    OK(lede_store_begin(writer, NULL));
    for (int i = 0; i < 10; i++)
        OK(fixture_put(writer, (fixture){i, .state = LEDE_PUBLISHED}, "text", 0, NULL));
    OK(lede_store_walk(reader, -1, true, count_walked, &seen, &w->err));
    assert_int_equal(seen, 0);
    OK(lede_store_commit(writer, NULL));
    OK(lede_store_walk(reader, 0, true, count_walked, &seen, &w->err));
    assert_int_equal(seen, 10);
    lede_store_close(reader);
    lede_store_close(writer);
}

static void an_edit_leaves_no_due_instants_of_the_former_version(void **state) {
    world *w = *state;
    lede_store *s = open_store(w);
    fixture f = {1, .state = LEDE_SCHEDULED, .date = 6000, .expires = 7000};
    OK(fixture_put(s, f, "", 0, NULL));
    ASK("SELECT group_concat(at) FROM due", "6000,7000");
    f.expires = 8000;
    OK(fixture_put(s, f, "", 1, NULL));
    ASK("SELECT group_concat(at) FROM due", "6000,8000");
    f.state = LEDE_WITHDRAWN;
    OK(fixture_put(s, f, "", 2, NULL));
    ASK("SELECT count(*) FROM due", "0");
    lede_store_close(s);
}

/* ---- other processes. A child ends with _exit: cmocka's asserts belong to the parent. */

enum { PROCESSES = 4, EDITS = 100 };

static int edit_in_child(const char *url) {
    lede_store *s;
    if (lede_store_open(url, &s, NULL))
        return 1;
    for (int done = 0; done < EDITS;) {
        lede_stored x;
        char text[32];
        if (lede_store_get(s, LEDE_STR("/1/"), &x, NULL))
            return 2;
        snprintf(text, sizeof text, "%ld", strtol(x.body.ptr, NULL, 10) + 1);
        int32_t revision = x.revision;
        lede_stored_fini(&x);
        lede_status st =
            fixture_put(s, (fixture){1, .state = LEDE_PUBLISHED}, text, revision, NULL);
        if (st && st != LEDE_ECONFLICT)
            return 3;
        done += st == LEDE_OK;
    }
    lede_store_close(s);
    return 0;
}

static bool count_down(void *ctx, const lede_revision *r) {
    char text[32];
    int *expected = ctx;
    snprintf(text, sizeof text, "%d", *expected - 1);
    assert_int_equal(r->number, *expected);
    assert_true(lede_str_is(r->version.body, text));
    --*expected;
    return true;
}

static void four_processes_lose_nothing(void **state) {
    world *w = *state;
    pid_t children[PROCESSES];
    lede_store *s = open_store(w);
    OK(fixture_put(s, (fixture){1, .state = LEDE_PUBLISHED}, "0", 0, NULL));
    lede_store_close(s);
    for (int i = 0; i < PROCESSES; i++) {
        children[i] = fork();
        assert_true(children[i] >= 0);
        if (children[i] == 0)
            _exit(edit_in_child(w->url));
    }
    for (int i = 0; i < PROCESSES; i++) {
        int status = -1;
        assert_int_equal(waitpid(children[i], &status, 0), children[i]);
        assert_int_equal(status, 0);
    }
    s = open_store(w);
    int number = PROCESSES * EDITS + 1; /* and so does the text of each version */
    OK(lede_store_history(s, LEDE_STR("00000000000000000000000001"), count_down, &number, NULL));
    assert_int_equal(number, 0);
    lede_store_close(s);
    ASK("PRAGMA integrity_check", "ok");
    ASK("SELECT count(*) FROM body", "401");
}

static void processes_that_create_a_store_get_the_same_one(void **state) {
    world *w = *state;
    pid_t children[PROCESSES];
    for (int i = 0; i < PROCESSES; i++) {
        children[i] = fork();
        assert_true(children[i] >= 0);
        if (children[i] == 0) {
            lede_store *s;
            if (lede_store_open(w->url, &s, NULL))
                _exit(1);
            int rc = fixture_put(s, (fixture){i, .state = LEDE_PUBLISHED}, "x", 0, NULL) != LEDE_OK;
            lede_store_close(s);
            _exit(rc * 2);
        }
    }
    for (int i = 0; i < PROCESSES; i++) {
        int status = -1;
        waitpid(children[i], &status, 0);
        assert_int_equal(status, 0);
    }
    ASK("SELECT count(*) FROM meta", "1");
    ASK("SELECT seq FROM meta", "4");
    ASK("SELECT count(*) FROM article", "4");
}

enum {
    WHOLE = 300,
    CUT = 6000
}; /* CUT articles are more than the page cache holds: some reach the file */

static lede_status put_many(lede_store *s, int from, int n) {
    char *body = malloc(4001);
    lede_status st = body ? lede_store_begin(s, NULL) : LEDE_ENOMEM;
    if (st) {
        free(body);
        return st;
    }
    memset(body, 'x', 4000);
    body[4000] = '\0';
    for (int i = from; !st && i < from + n; i++)
        st = fixture_put(s, (fixture){i, .state = LEDE_PUBLISHED}, body, 0, NULL);
    free(body);
    return st;
}

/* Commits whole articles, puts CUT more, says so through the pipe and waits to be killed. */
static void die_in_the_middle(const char *url, int whole, int pipe_end) {
    lede_store *s;
    if (lede_store_open(url, &s, NULL))
        _exit(1);
    if (whole && (put_many(s, 0, whole) || lede_store_commit(s, NULL)))
        _exit(2);
    if (put_many(s, whole, CUT))
        _exit(3);
    if (write(pipe_end, "!", 1) != 1)
        _exit(4);
    for (;;)
        pause();
}

static void kill_in_the_middle(world *w, int whole) {
    int ends[2], status = 0;
    char said = 0;
    assert_int_equal(pipe(ends), 0);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        close(ends[0]);
        die_in_the_middle(w->url, whole, ends[1]);
    }
    close(ends[1]);
    ssize_t got = read(ends[0], &said, 1);
    kill(child, SIGKILL);
    waitpid(child, &status, 0);
    close(ends[0]);
    assert_int_equal(got, 1);
    assert_true(WIFSIGNALED(status));
}

/* Whether the store has exactly n articles, all readable, and takes more. */
static void is_whole(world *w, int n) {
    lede_store *s = open_store(w);
    lede_store_head head;
    int seen = 0;
    OK(lede_store_get_head(s, &head, &w->err));
    assert_int_equal(head.seq, n);
    assert_int_equal(head.articles, n);
    OK(lede_store_walk(s, -1, true, count_walked, &seen, &w->err));
    assert_int_equal(seen, n);
    OK(fixture_put(s, (fixture){99999, .state = LEDE_PUBLISHED}, "", 0, &w->err));
    lede_store_close(s);
    ASK("PRAGMA integrity_check", "ok");
}

static void a_store_killed_while_it_is_filled_is_whole(void **state) {
    world *w = *state;
    struct stat info;
    kill_in_the_middle(w, WHOLE);
    assert_int_equal(stat(w->path, &info), 0);
    assert_true(info.st_size > 8 << 20); /* what was not committed had reached the file */
    is_whole(w, WHOLE);
}

static void a_store_killed_in_its_first_transaction_is_empty(void **state) {
    world *w = *state;
    kill_in_the_middle(w, 0);
    is_whole(w, 0);
}

static void a_store_killed_in_everyday_use_is_whole(void **state) {
    world *w = *state;
    struct stat info;
    char wal[320];
    lede_store_close(open_store(w)); /* the next one to open it turns it to write-ahead logging */
    snprintf(wal, sizeof wal, "%s-wal", w->path);
    kill_in_the_middle(w, WHOLE);
    assert_int_equal(stat(wal, &info), 0);
    assert_true(info.st_size > 8 << 20);
    is_whole(w, WHOLE);
}

static void a_folder_that_cannot_be_written_is_an_error(void **state) {
    world *w = *state;
    lede_store *s;
    snprintf(w->url, sizeof w->url, "sqlite:%s", w->folder); /* a folder is no file */
    assert_int_equal(lede_store_open(w->url, &s, &w->err), LEDE_EIO);
    assert_non_null(strstr(w->err.message, w->folder));
}

int main(void) {
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(a_plain_path_and_its_folders_become_a_store),
        TEST(names_that_sqlite_would_interpret_are_file_names),
        TEST(a_newer_store_is_refused_with_words),
        TEST(a_store_of_the_first_schema_is_brought_up_to_date),
        TEST(a_file_of_something_else_is_refused_and_left_alone),
        TEST(a_damaged_card_is_an_error_with_the_file_s_name),
        TEST(a_store_turns_to_write_ahead_logging),
        TEST(a_store_that_was_only_filled_turns_when_opened_again),
        TEST(a_reader_sees_whole_transactions_only),
        TEST(an_edit_leaves_no_due_instants_of_the_former_version),
        TEST(four_processes_lose_nothing),
        TEST(processes_that_create_a_store_get_the_same_one),
        TEST(a_store_killed_while_it_is_filled_is_whole),
        TEST(a_store_killed_in_its_first_transaction_is_empty),
        TEST(a_store_killed_in_everyday_use_is_whole),
        TEST(a_folder_that_cannot_be_written_is_an_error),
    };
    return cmocka_run_group_tests_name("sqlite", tests, NULL, NULL);
}
