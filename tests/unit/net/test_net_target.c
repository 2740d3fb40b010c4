/* test_net_target.c - which targets, hosts and origins are ours, and which are refused. */
#include "net/target.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void paths_are_decoded_once_and_hidden_ones_refused(void **state) {
    static const struct {
        const char *path;
        int status;
        const char *decoded;
    } rows[] = {{"/", 0, "/"},
                {"/a/b.html", 0, "/a/b.html"},
                {"/a/", 0, "/a/"},
                {"/%61%20b", 0, "/a b"},
                {"/caf%C3%A9/", 0, "/caf\xc3\xa9/"},
                {"/%2561", 0, "/%61"},
                {"/.well-known/security.txt", 0, "/.well-known/security.txt"},
                {"/a/.well-known/x", 404, NULL},
                {"/.git/config", 404, NULL},
                {"/a/.env", 404, NULL},
                {"/%2egit/config", 404, NULL},
                {"/../etc/passwd", 404, NULL},
                {"/a/%2e%2e/b", 404, NULL},
                {"/.", 404, NULL},
                {"/a/./b", 404, NULL},
                {"//etc/passwd", 404, NULL},
                {"/a//b", 404, NULL},
                {"/a%2fb", 400, NULL},
                {"/a%2Fb", 400, NULL},
                {"/a%00b", 400, NULL},
                {"/a%0ab", 400, NULL},
                {"/a\\..\\b", 400, NULL},
                {"/a%5c..%5cb", 400, NULL},
                {"/%", 400, NULL},
                {"/%4", 400, NULL},
                {"/%zz", 400, NULL},
                {"/%ff", 400, NULL},
                {"/%c0%ae%c0%ae/", 400, NULL}};
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        lede_buf out;
        lede_buf_init(&out, 1 << 16);
        print_message("%s\n", rows[i].path);
        assert_int_equal(lede__target_path(lede_str_of(rows[i].path), &out), rows[i].status);
        if (rows[i].decoded)
            assert_string_equal(out.ptr, rows[i].decoded);
        lede_buf_fini(&out);
    }
}

static void targets_are_split(void **state) {
    lede__target t;
    (void)state;
    assert_true(lede__target_split(LEDE_STR("/a?b=c?d"), &t));
    assert_true(lede_str_is(t.path, "/a") && lede_str_is(t.query, "b=c?d"));
    assert_true(lede__target_split(LEDE_STR("http://localhost:1/a"), &t));
    assert_true(lede_str_is(t.authority, "localhost:1") && lede_str_is(t.path, "/a"));
    assert_false(lede__target_split(LEDE_STR("/a#b"), &t));
    assert_false(lede__target_split(LEDE_STR("*"), &t));
    assert_false(lede__target_split(LEDE_STR("http://localhost"), &t));
    assert_false(lede__target_split(LEDE_STR("localhost:80"), &t));
    assert_false(lede__target_split((lede_str){0}, &t));
}

static void only_names_of_this_machine_are_hosts(void **state) {
    static const char *const ours[] = {"localhost",   "localhost:1313", "LOCALHOST:1", "127.0.0.1",
                                       "127.0.0.1:8", "[::1]:1313",     "10.1.2.3:99", "desk.lan",
                                       "desk.lan:80", "[::1]"};
    static const char *const others[] = {"",
                                         "evil.example",
                                         "evil.example:1313",
                                         "localhost.",
                                         "localhost.evil.example",
                                         "localhost:",
                                         "localhost:x",
                                         "localhost:123456",
                                         "127.0.0.1.nip.io",
                                         "127.0.0.2",
                                         "0.0.0.0",
                                         "a@localhost",
                                         "localhost@evil.example",
                                         "[::2]",
                                         "[::1",
                                         "[127.0.0.1]x",
                                         "2130706433"};
    (void)state;
    for (size_t i = 0; i < sizeof ours / sizeof *ours; i++)
        assert_true(lede__host_known(lede_str_of(ours[i]), "10.1.2.3", "desk.lan"));
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        print_message("%s\n", others[i]);
        assert_false(lede__host_known(lede_str_of(others[i]), "10.1.2.3", "desk.lan"));
    }
}

static void pages_of_other_origins_get_nothing(void **state) {
    static const struct {
        const char *origin, *site, *mode;
        bool allowed;
    } rows[] = {{"", "", "", true},
                {"", "none", "navigate", true},
                {"", "same-origin", "no-cors", true},
                {"", "cross-site", "navigate", true}, /* a link that is followed */
                {"", "same-site", "navigate", true},
                {"", "cross-site", "no-cors", false}, /* <script src> elsewhere */
                {"", "same-site", "no-cors", false},  /* another port */
                {"", "cross-site", "cors", false},
                {"http://localhost:1313", "same-origin", "cors", true},
                {"http://LOCALHOST:1313", "", "", true},
                {"https://localhost:1313", "", "", false},
                {"http://localhost:1314", "", "", false},
                {"http://localhost", "", "", false},
                {"http://evil.example", "", "", false},
                {"http://127.0.0.1:1313", "", "", false},
                {"null", "", "", false},
                {"http://localhost:1313", "cross-site", "cors", false}};
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_int_equal(lede__origin_allowed(lede_str_of(rows[i].origin),
                                              LEDE_STR("localhost:1313"), lede_str_of(rows[i].site),
                                              lede_str_of(rows[i].mode)),
                         rows[i].allowed);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(paths_are_decoded_once_and_hidden_ones_refused),
        cmocka_unit_test(targets_are_split),
        cmocka_unit_test(only_names_of_this_machine_are_hosts),
        cmocka_unit_test(pages_of_other_origins_get_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
