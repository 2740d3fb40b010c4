/* test_base_time_parse.c - dates as they are found in front matter, by table: what is read, what is
 * refused and how. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "lede/time.h"

#include <stdio.h>
#include <stdlib.h>

/* The site's zone for naive times: +02:00, so that what was taken for UTC shows. */
static lede_zone *site;

static int open_site(void **state) {
    (void)state;
    return lede_zone_open("+02:00", &site, NULL) ? -1 : 0;
}

static int close_site(void **state) {
    (void)state;
    lede_zone_close(site);
    return 0;
}

typedef struct good {
    const char *in, *utc;
    bool date_only;
} good;

static void assert_read(const good *row) {
    int64_t at = 0;
    bool date_only = !row->date_only;
    lede_error err = {0};
    /* A copy of the exact size: a read behind its end shows under the sanitizer. */
    const size_t n = strlen(row->in);
    char *exact = malloc(n ? n : 1);
    assert_non_null(exact);
    memcpy(exact, row->in, n);
    if (lede_time_parse((lede_str){exact, n}, site, &at, &date_only, &err))
        fail_msg("'%s' is refused: %s", row->in, err.message);
    free(exact);
    lede_buf b;
    lede_buf_init(&b, 100);
    lede_time_rfc3339(&b, at, NULL);
    if (strcmp(b.ptr, row->utc) != 0)
        fail_msg("'%s' is read as %s", row->in, b.ptr);
    if (date_only != row->date_only)
        fail_msg("'%s': a clock or not?", row->in);
    lede_buf_fini(&b);
}

static void dates_of_front_matter_are_read(void **state) {
    (void)state;
    static const good rows[] = {
        /* what the header promises */
        {"2024-04-03", "2024-04-02T22:00:00Z", true},
        {"2024-04-03T21:10:00+02:00", "2024-04-03T19:10:00Z", false},
        {"2013-09-23 14:02:43 -0400", "2013-09-23T18:02:43Z", false},
        {"2014-3-9 9:05", "2014-03-09T07:05:00Z", false},
        {"2024-04-03T21:10:00Z", "2024-04-03T21:10:00Z", false},
        {"2024-04-03 21:10:00 Z", "2024-04-03T21:10:00Z", false},
        {"2024-04-03 21:10:00 UTC", "2024-04-03T21:10:00Z", false},
        {"2024-04-03 21:10:00 -5", "2024-04-04T02:10:00Z", false},
        {"2024-04-03 21:10:00 +0530", "2024-04-03T15:40:00Z", false},
        {"2024-04-03T21:10:00.123456Z", "2024-04-03T21:10:00Z", false},
        {"April 3, 2024", "2024-04-02T22:00:00Z", true},
        /* one-digit hours, blanks, separators */
        {"2024-04-03 9:05:00", "2024-04-03T07:05:00Z", false},
        {"2024-04-03T9:05:00-05:00", "2024-04-03T14:05:00Z", false},
        {"2024-04-03  09:05", "2024-04-03T07:05:00Z", false},
        {"  2024-04-03\t\r\n", "2024-04-02T22:00:00Z", true},
        {"2024/04/03", "2024-04-02T22:00:00Z", true},
        {"2024.04.03 21:10", "2024-04-03T19:10:00Z", false},
        {"2024-04-03t21:10:00z", "2024-04-03T21:10:00Z", false},
        {"2024-04-03, 21:10", "2024-04-03T19:10:00Z", false},
        {"2024-04-03T21:10", "2024-04-03T19:10:00Z", false},
        {"2024-04-03 21:10:00,5 +2", "2024-04-03T19:10:00Z", false},
        /* zones */
        {"2024-04-03 21:10:00+05", "2024-04-03T16:10:00Z", false},
        {"2024-04-03 21:10:00 +5:45", "2024-04-03T15:25:00Z", false},
        {"2024-04-03 21:10:00 -930", "2024-04-04T06:40:00Z", false},
        {"2024-04-03 21:10:00 GMT", "2024-04-03T21:10:00Z", false},
        {"2024-04-03 21:10:00 GMT+2", "2024-04-03T19:10:00Z", false},
        {"2024-04-03 21:10:00 UTC-03:30", "2024-04-04T00:40:00Z", false},
        {"2024-04-03 21:10:00 EST", "2024-04-04T02:10:00Z", false},
        {"2024-04-03 21:10:00 pdt", "2024-04-04T04:10:00Z", false},
        {"2024-04-03 21:10:00 -00:00", "2024-04-03T21:10:00Z", false},
        {"2024-04-03Z", "2024-04-03T00:00:00Z", false},
        {"2024-04-03 +02:00", "2024-04-02T22:00:00Z", false},
        /* names of months */
        {"Apr 3 2024", "2024-04-02T22:00:00Z", true},
        {"Apr. 3, 2024", "2024-04-02T22:00:00Z", true},
        {"Sept. 3, 2024", "2024-09-02T22:00:00Z", true},
        {"SEPTEMBER 3rd, 2024", "2024-09-02T22:00:00Z", true},
        {"May 21st, 2024 9:05 pm", "2024-05-21T19:05:00Z", false},
        {"April 3, 2024 at 12:00 AM", "2024-04-02T22:00:00Z", false},
        {"April 3, 2024 12:30pm EDT", "2024-04-03T16:30:00Z", false},
        {"3 April 2024", "2024-04-02T22:00:00Z", true},
        {"03-Apr-2024", "2024-04-02T22:00:00Z", true},
        {"Wed, 03 Apr 2024 21:10:00 +0200", "2024-04-03T19:10:00Z", false},
        {"Wednesday, April 3, 2024", "2024-04-02T22:00:00Z", true},
        {"Wed, 3 Apr 24 21:10 GMT", "2024-04-03T21:10:00Z", false},
        {"Wed, 03 Apr 2024 21:10:00 +0200 (CEST)", "2024-04-03T19:10:00Z", false},
        {"3 Apr 99", "1999-04-02T22:00:00Z", true},
        /* edges of the calendar and of the day */
        {"2024-02-29", "2024-02-28T22:00:00Z", true},
        {"2000-02-29", "2000-02-28T22:00:00Z", true},
        {"2024-04-03T24:00:00Z", "2024-04-04T00:00:00Z", false},
        {"2016-12-31T23:59:60Z", "2017-01-01T00:00:00Z", false},
        {"0001-01-01T00:00:00Z", "0001-01-01T00:00:00Z", false},
        {"9999-12-31T23:59:59Z", "9999-12-31T23:59:59Z", false},
        {"1969-12-31T23:59:59Z", "1969-12-31T23:59:59Z", false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_read(&rows[i]);
}

static void assert_refused(const char *in, lede_status expected, const char *words) {
    int64_t at = 42;
    bool date_only = true;
    lede_error err = {0};
    const lede_status status = lede_time_parse(lede_str_of(in), site, &at, &date_only, &err);
    if (status != expected)
        fail_msg("'%s': %s, not %s", in, lede_status_name(status), lede_status_name(expected));
    if (!strstr(err.message, words))
        fail_msg("'%s': '%s' lacks '%s'", in, err.message, words);
    assert_int_equal(at, 42);
    assert_true(date_only);
}

static void impossible_dates_are_refused_with_what_would_be_right(void **state) {
    (void)state;
    static const char *const rows[][2] = {
        {"2023-02-29", "February 2023 has the days 1 to 28"},
        {"1900-02-29", "1 to 28"},
        {"2024-02-30", "1 to 29"},
        {"2024-04-31", "April 2024 has the days 1 to 30"},
        {"2024-04-00", "1 to 30"},
        {"2024-13-01", "months go from 01 to 12"},
        {"2024-00-10", "months go from 01 to 12"},
        {"0000-01-01", "0001 to 9999"},
        {"2024-04-03 25:00", "23:59:59"},
        {"2024-04-03 24:00:01", "23:59:59"},
        {"2024-04-03 23:60", "23:59:59"},
        {"2024-04-03 23:59:61", "23:59:59"},
        {"February 30, 2024", "1 to 29"},
        {"0001-01-01T00:00:00+01:00", "0001 to 9999"},
        {"0001-01-01", "0001 to 9999"}, /* midnight at +02:00 is before it */
        {"9999-12-31T23:59:59-01:00", "0001 to 9999"},
        {"9999-12-31T24:00:00Z", "0001 to 9999"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_refused(rows[i][0], LEDE_EINVAL, rows[i][1]);
}

static void what_is_no_date_or_could_be_two_is_refused(void **state) {
    (void)state;
    static const char *const rows[] = {
        "yesterday",      "2024",       "2024-04",          "2024-4",
        "4/3/2024",       "03-04-2024", "20240403",         "24-04-03",
        "2024-04/03",     "2024-04-3x", "12024-04-03",      "2024-004-03",
        "-2024-04-03",    "April 2024", "Aprilis 3, 2024",  "Ap 3, 2024",
        "April 3 24",     "April 3",    "3 2024",           "Wed",
        "T21:10",         "21:10",      "2024-04-03-04-05", "null",
        "3xx April 2024", "~"};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_refused(rows[i], LEDE_EFORMAT, "2024-04-03T21:10:00+02:00");
    assert_refused("", LEDE_EFORMAT, "empty");
    assert_refused("  \n", LEDE_EFORMAT, "empty");
    static const char *const clocks[] = {
        "2024-04-03T",        "2024-04-03 9",         "2024-04-03T2110",   "2024-04-03 9:5",
        "2024-04-03 9:",      "2024-04-03 9:05:1",    "2024-04-03 123:00", "2024-04-03 13:00 pm",
        "2024-04-03 0:30 am", "April 3, 2024 at noon"};
    for (size_t i = 0; i < sizeof clocks / sizeof *clocks; i++)
        assert_refused(clocks[i], LEDE_EFORMAT, "has a time that cannot be read");
    static const char *const zones[] = {
        "2024-04-03 21:10 CET",          "2024-04-03 21:10 +",     "2024-04-03 21:10 +24:00",
        "2024-04-03 21:10 +02:60",       "2024-04-03 21:10 +02:0", "2024-04-03 21:10 +02000",
        "2024-04-03 21:10 Zulu",         "2024-04-03 21:10 Z Z",   "2024-04-03 21:10 x",
        "2024-04-03 21:10 Europe/Paris", "2024-04-03 21:10:00.",   "2024-04-03 hello",
        "2024-04-03 21:10 +0200 (C",     "2024-04-03 21:10 (CEST)"};
    for (size_t i = 0; i < sizeof zones / sizeof *zones; i++)
        assert_refused(zones[i], LEDE_EFORMAT, "has a zone that cannot be read");
}

static void long_texts_are_named_by_their_beginning(void **state) {
    (void)state;
    char text[5000];
    memset(text, 'x', sizeof text);
    lede_error err = {0};
    int64_t at = 0;
    assert_int_equal(lede_time_parse((lede_str){text, sizeof text}, site, &at, NULL, &err),
                     LEDE_EFORMAT);
    assert_in_range(strlen(err.message), 60, 200);
    memset(text, '9', sizeof text);
    assert_int_equal(lede_time_parse((lede_str){text, sizeof text}, site, &at, NULL, &err),
                     LEDE_EFORMAT);
    memcpy(text, "2024-04-03 21:10:00.", 20);
    assert_int_equal(lede_time_parse((lede_str){text, sizeof text}, site, &at, NULL, &err),
                     LEDE_OK);
}

/* Small changes of good dates: refused or read into the calendar, never worse. */
static void any_bytes_are_survived(void **state) {
    (void)state;
    static const char *const seeds[] = {"2024-04-03T21:10:00.5+02:00",
                                        "Wed, 03 Apr 2024 9:05 pm EST"};
    uint32_t random = 12345;
    for (int round = 0; round < 200000; round++) {
        char text[40];
        const char *seed = seeds[round % 2];
        size_t n = strlen(seed);
        memcpy(text, seed, n);
        for (int change = 0; change < 3; change++) {
            random = random * 1664525 + 1013904223;
            text[(random >> 8) % n] = "0123456789-+:/., TZaA\0\xff"[(random >> 20) % 23];
        }
        random = random * 1664525 + 1013904223;
        n -= (random >> 16) % 8;
        char *exact = malloc(n);
        assert_non_null(exact);
        memcpy(exact, text, n);
        int64_t at = 0;
        if (lede_time_parse((lede_str){exact, n}, site, &at, NULL, NULL) == LEDE_OK) {
            assert_true(at >= INT64_C(-62135596800));
            assert_true(at <= INT64_C(253402300799));
        }
        free(exact);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(dates_of_front_matter_are_read),
        cmocka_unit_test(impossible_dates_are_refused_with_what_would_be_right),
        cmocka_unit_test(what_is_no_date_or_could_be_two_is_refused),
        cmocka_unit_test(long_texts_are_named_by_their_beginning),
        cmocka_unit_test(any_bytes_are_survived),
    };
    return cmocka_run_group_tests(tests, open_site, close_site);
}
