/* The guard: which addresses and URLs a fetch on behalf of content may reach. */
#include "net/guard.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <arpa/inet.h>
#include <netinet/in.h>

static bool allows(const char *address) {
    struct sockaddr_in v4 = {.sin_family = AF_INET};
    struct sockaddr_in6 v6 = {.sin6_family = AF_INET6};
    if (inet_pton(AF_INET, address, &v4.sin_addr) == 1)
        return lede__guard_allows((const struct sockaddr *)&v4);
    assert_int_equal(inet_pton(AF_INET6, address, &v6.sin6_addr), 1);
    return lede__guard_allows((const struct sockaddr *)&v6);
}

static void addresses_that_are_not_public_are_refused(void **state) {
    (void)state;
    static const char *const refused[] = {"0.0.0.0",
                                          "0.1.2.3",
                                          "10.0.0.1",
                                          "10.255.255.255",
                                          "100.64.0.1",
                                          "100.127.255.255",
                                          "127.0.0.1",
                                          "127.255.255.254",
                                          "169.254.169.254",
                                          "172.16.0.1",
                                          "172.31.255.255",
                                          "192.0.0.1",
                                          "192.0.2.1",
                                          "192.88.99.1",
                                          "192.168.0.1",
                                          "198.18.0.1",
                                          "198.19.255.255",
                                          "198.51.100.7",
                                          "203.0.113.9",
                                          "224.0.0.1",
                                          "239.255.255.255",
                                          "240.0.0.1",
                                          "255.255.255.255",
                                          "::",
                                          "::1",
                                          "::7f00:1",
                                          "::ffff:127.0.0.1",
                                          "::ffff:8.8.8.8",
                                          "64:ff9b::7f00:1",
                                          "64:ff9b:1::1",
                                          "100::1",
                                          "fc00::1",
                                          "fdff::1",
                                          "fe80::1",
                                          "fec0::1",
                                          "ff02::1",
                                          "2001::1",
                                          "2001:0:4136:e378:8000:63bf:3fff:fdd2",
                                          "2001:2::1",
                                          "2001:10::1",
                                          "2001:20::1",
                                          "2001:db8::1",
                                          "2002:7f00:1::",
                                          "2002:808:808::1",
                                          "3fff::1",
                                          "3fff:fff::1",
                                          "4000::1",
                                          "5f00::1"};
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++)
        if (allows(refused[i]))
            fail_msg("%s is allowed", refused[i]);
}

static void public_addresses_are_allowed(void **state) {
    (void)state;
    static const char *const allowed[] = {
        "1.1.1.1",     "8.8.8.8",         "9.255.255.255", "11.0.0.0",    "100.63.255.255",
        "100.128.0.0", "126.0.0.1",       "128.0.0.1",     "169.253.0.1", "172.15.0.1",
        "172.32.0.1",  "192.0.1.1",       "192.167.0.1",   "192.169.0.1", "198.17.0.1",
        "198.20.0.1",  "223.255.255.255", "2600::1",       "2001:200::1", "2001:db9::1",
        "2003::1",     "2a00:1450::1",    "3ffe::1"};
    for (size_t i = 0; i < sizeof allowed / sizeof *allowed; i++)
        if (!allows(allowed[i]))
            fail_msg("%s is refused", allowed[i]);
}

static void other_families_are_refused(void **state) {
    (void)state;
    const struct sockaddr local = {.sa_family = AF_UNIX};
    assert_false(lede__guard_allows(&local));
}

static void urls_are_plain_http_with_a_host(void **state) {
    (void)state;
    static const char *const bad[] = {"",
                                      "x",
                                      "file:///etc/passwd",
                                      "gopher://h/",
                                      "javascript:1",
                                      "http:",
                                      "http:/h",
                                      "http:///p",
                                      "http://h/ x",
                                      "http://h\\@i/",
                                      "http://h/\r\nX",
                                      "http://h\t",
                                      "ftp://h/",
                                      "dict://h/",
                                      "\x01http://h/",
                                      " http://h/",
                                      "httpx://h/"};
    static const char *const good[] = {"http://h",      "https://h/p?q#f",
                                       "HTTP://H/",     "http://user:word@h:80/",
                                       "http://[::1]/", "https://h\xC3\xA9/"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        if (lede__guard_url(lede_str_of(bad[i]), NULL) != LEDE_EINVAL)
            fail_msg("'%s' is taken", bad[i]);
    for (size_t i = 0; i < sizeof good / sizeof *good; i++)
        assert_int_equal(lede__guard_url(lede_str_of(good[i]), NULL), LEDE_OK);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(addresses_that_are_not_public_are_refused),
        cmocka_unit_test(public_addresses_are_allowed),
        cmocka_unit_test(other_families_are_refused),
        cmocka_unit_test(urls_are_plain_http_with_a_host),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
