/* test_base_time.c - civil time and zones, with libc's as the oracle for what zones say. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/zone.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static const int64_t first = INT64_C(-62135596800), last = INT64_C(253402300799);

static lede_zone *open_zone(const char *name) {
    lede_zone *zone = NULL;
    lede_error err = {0};
    if (lede_zone_open(name, &zone, &err))
        fail_msg("%s: %s", name, err.message);
    return zone;
}

static void assert_civil(int64_t at, const lede_zone *zone, const char *expected) {
    lede_civil c;
    char got[80];
    lede_time_civil(at, zone, &c);
    snprintf(got, sizeof got, "%04d-%02d-%02d %02d:%02d:%02d %d %d %d", c.year, c.month, c.day,
             c.hour, c.minute, c.second, c.weekday, c.yearday, c.offset_minutes);
    assert_string_equal(got, expected);
}

static void known_instants_have_their_dates(void **state) {
    (void)state;
    assert_civil(0, NULL, "1970-01-01 00:00:00 4 1 0");
    assert_civil(-1, NULL, "1969-12-31 23:59:59 3 365 0");
    assert_civil(951782400, NULL, "2000-02-29 00:00:00 2 60 0");
    assert_civil(1712178600, NULL, "2024-04-03 21:10:00 3 94 0");
    assert_civil(1735689599, NULL, "2024-12-31 23:59:59 2 366 0");
    assert_civil(first, NULL, "0001-01-01 00:00:00 1 1 0");
    assert_civil(last, NULL, "9999-12-31 23:59:59 5 365 0");
}

static void far_instants_are_shown_at_the_edge(void **state) {
    (void)state;
    assert_civil(first - 1, NULL, "0001-01-01 00:00:00 1 1 0");
    assert_civil(INT64_MIN, NULL, "0001-01-01 00:00:00 1 1 0");
    assert_civil(INT64_MAX, NULL, "9999-12-31 23:59:59 5 365 0");
    lede_zone *zone = open_zone("-12:00");
    assert_civil(first, zone, "0001-01-01 00:00:00 1 1 -720");
    lede_zone_close(zone);
    lede_zone *paris = open_zone("Europe/Paris"); /* its rule is asked about the end of time */
    lede_civil c;
    lede_time_civil(INT64_MAX, paris, &c);
    assert_int_equal(c.year, 9999);
    lede_time_civil(INT64_MIN, paris, &c);
    assert_int_equal(c.year, 1);
    lede_zone_close(paris);
}

/* Every day of the calendar, counted on by hand. */
static void all_days_follow_one_another(void **state) {
    (void)state;
    int year = 1, month = 1, day = 1, weekday = 1, yearday = 1;
    for (int64_t at = first; at <= last; at += 86400) {
        lede_civil c;
        lede_time_civil(at + 86399, NULL, &c);
        if (c.year != year || c.month != month || c.day != day || c.weekday != weekday ||
            c.yearday != yearday)
            fail_msg("%04d-%02d-%02d is shown as %04d-%02d-%02d", year, month, day, c.year, c.month,
                     c.day);
        if (lede_time_from_civil(&c, NULL) != at + 86399)
            fail_msg("%d does not return", year);
        weekday = (weekday + 1) % 7;
        yearday++;
        if (++day > lede__days_in_month(year, month))
            day = 1, month++;
        if (month > 12)
            month = 1, yearday = 1, year++;
    }
    assert_int_equal(year, 10000);
}

static void dates_outside_the_calendar_are_no_instant(void **state) {
    (void)state;
    static const lede_civil rows[] = {{.year = 0, .month = 1, .day = 1},
                                      {.year = 10000, .month = 1, .day = 1},
                                      {.year = 2024, .month = 13, .day = 1},
                                      {.year = 2024, .month = 0, .day = 1}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_true(lede_time_from_civil(&rows[i], NULL) == LEDE_NO_TIME);
    const lede_civil wild = {.year = 9999, .month = 12, .day = INT32_MAX, .hour = INT32_MAX};
    assert_true(lede_time_from_civil(&wild, NULL) == LEDE_NO_TIME);
}

static void offsets_agree_with_libc(void **state) {
    (void)state;
    static const char *const names[] = {
        "Europe/Paris",        "America/New_York",  "America/Sao_Paulo", "Asia/Kolkata",
        "Australia/Lord_Howe", "Africa/Casablanca", "Europe/Dublin",     "Asia/Tehran",
        "Pacific/Apia",        "America/St_Johns",  "Antarctica/Troll",  "Asia/Gaza",
        "Pacific/Auckland",    "America/Santiago",  "Asia/Kathmandu",    "Etc/GMT+5"};
    for (size_t n = 0; n < sizeof names / sizeof *names; n++) {
        lede_zone *zone = open_zone(names[n]);
        setenv("TZ", names[n], 1);
        tzset();
        /* 1901 to 2200 in steps that meet every hour of the day and every day of the year. */
        for (int64_t at = INT64_C(-2170000000); at < INT64_C(7258118400); at += 500009) {
            const time_t t = (time_t)at;
            struct tm tm;
            localtime_r(&t, &tm);
            if (tm.tm_gmtoff % 60)
                continue; /* a local mean time: rounded by design */
            if (lede_zone_offset(zone, at) * 60 != tm.tm_gmtoff)
                fail_msg("%s at %lld: %d, libc has %ld", names[n], (long long)at,
                         lede_zone_offset(zone, at) * 60, (long)tm.tm_gmtoff);
            lede_civil c;
            lede_time_civil(at, zone, &c);
            if (c.year != tm.tm_year + 1900 || c.month != tm.tm_mon + 1 || c.day != tm.tm_mday ||
                c.hour != tm.tm_hour || c.minute != tm.tm_min || c.weekday != tm.tm_wday ||
                c.yearday != tm.tm_yday + 1)
                fail_msg("%s at %lld: a different civil time", names[n], (long long)at);
            const int64_t back = lede_time_from_civil(&c, zone);
            if (back != at && lede_zone_offset(zone, back) == lede_zone_offset(zone, at))
                fail_msg("%s at %lld does not return", names[n], (long long)at);
            if (back > at)
                fail_msg("%s at %lld: not the first of two", names[n], (long long)at);
        }
        lede_zone_close(zone);
    }
    unsetenv("TZ");
    tzset();
}

/* Around every change of clocks up to 2037, by the minute. */
static void changes_of_clocks_happen_at_their_minute(void **state) {
    (void)state;
    lede_zone *paris = open_zone("Europe/Paris");
    assert_int_equal(lede_zone_offset(paris, 1711846799),
                     60); /* 2024-03-31 02:59:59 +01:00 - 1 h */
    assert_int_equal(lede_zone_offset(paris, 1711846800), 120);
    assert_int_equal(lede_zone_offset(paris, 1729990799), 120);
    assert_int_equal(lede_zone_offset(paris, 1729990800), 60);
    /* Skipped: 02:30 is moved on by the gap. */
    const lede_civil skipped = {.year = 2024, .month = 3, .day = 31, .hour = 2, .minute = 30};
    assert_civil(lede_time_from_civil(&skipped, paris), paris, "2024-03-31 03:30:00 0 91 120");
    /* Twice: the first. */
    const lede_civil twice = {.year = 2024, .month = 10, .day = 27, .hour = 2, .minute = 30};
    assert_civil(lede_time_from_civil(&twice, paris), paris, "2024-10-27 02:30:00 0 301 120");
    /* By the rule, after the table. */
    const lede_civil later = {.year = 2150, .month = 7, .day = 1, .hour = 12};
    assert_civil(lede_time_from_civil(&later, paris), paris, "2150-07-01 12:00:00 3 182 120");
    const lede_civil gap = {.year = 2150, .month = 3, .day = 29, .hour = 2, .minute = 30};
    assert_civil(lede_time_from_civil(&gap, paris), paris, "2150-03-29 03:30:00 0 88 120");
    lede_zone_close(paris);
    lede_zone *apia = open_zone("Pacific/Apia"); /* 30 December 2011 did not exist there */
    const lede_civil day = {.year = 2011, .month = 12, .day = 30, .hour = 12};
    assert_civil(lede_time_from_civil(&day, apia), apia, "2011-12-31 12:00:00 6 365 840");
    lede_zone_close(apia);
}

static void fixed_zones_need_no_file(void **state) {
    (void)state;
    static const struct {
        const char *name;
        int minutes;
    } rows[] = {{"UTC", 0},      {"Z", 0},      {"+02:00", 120}, {"-0330", -210}, {"+5", 300},
                {"+14:00", 840}, {"-00:00", 0}, {"+5:30", 330},  {"-11", -660}};
    setenv("ZONEINFO", "/nonexistent", 1);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        lede_zone *zone = open_zone(rows[i].name);
        assert_int_equal(lede_zone_offset(zone, 0), rows[i].minutes);
        lede_zone_close(zone);
    }
    unsetenv("ZONEINFO");
    assert_int_equal(lede_zone_offset(NULL, 0), 0);
    lede_zone_close(NULL);
}

static void names_that_lead_elsewhere_are_refused(void **state) {
    (void)state;
    static const char *const names[] = {
        "",
        "..",
        "../../etc/passwd",
        "Europe/../Europe/Paris",
        "/etc/localtime",
        "Europe",
        "Europe/Pari",
        "Europe//Paris",
        "Europe/Paris/",
        "zone.tab",
        "+25:00",
        "+02:60",
        "+2:0",
        "+",
        "+02:00x",
        "+::",
        "Europe/Paris ",
        "+123",
        "+1:2:3",
        "\xc3\xa9",
        "a/very/long/name/a/very/long/name/a/very/long/name/a/very/long/name/a/very/long/name"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        lede_error err = {0};
        lede_zone *zone = (lede_zone *)&err;
        if (lede_zone_open(names[i], &zone, &err) != LEDE_ENOTFOUND)
            fail_msg("'%s' is let through: %s", names[i], err.message);
        assert_null(zone);
        assert_non_null(strstr(err.message, "Europe/Paris"));
    }
}

static void put32(lede_buf *b, uint32_t n) {
    for (int shift = 24; shift >= 0; shift -= 8)
        lede_buf_addc(b, (char)(n >> shift & 0xFF));
}

static void header(lede_buf *b, char version, uint32_t leap, uint32_t times, uint32_t types) {
    lede_buf_addn(b, "TZif", 4);
    lede_buf_addc(b, version);
    for (int i = 0; i < 15; i++)
        lede_buf_addc(b, '\0');
    put32(b, 0);
    put32(b, 0);
    put32(b, leap);
    put32(b, times);
    put32(b, types);
    put32(b, 4);
}

/* A file of one change at `at`, from +1 h to +2 h, with a rule. */
static void small_file(lede_buf *b, const char *rule) {
    lede_buf_clear(b);
    header(b, '2', 0, 0, 1);
    lede_buf_addn(b, "\0\0\0\0\0\0AAA", 10);
    header(b, '2', 0, 1, 2);
    put32(b, 0);
    put32(b, 1000);
    lede_buf_addc(b, 1);
    put32(b, 3600);
    lede_buf_addn(b, "\0\0", 2);
    put32(b, 7200);
    lede_buf_addn(b, "\0\0AAA", 6);
    lede_buf_addf(b, "\n%s\n", rule);
}

static lede_status read_zone(lede_str bytes, int64_t at, int *offset) {
    lede_zone *zone = calloc(1, sizeof *zone);
    assert_non_null(zone);
    const lede_status status = lede__tzif_read(bytes, zone, NULL);
    if (!status)
        *offset = lede_zone_offset(zone, at);
    lede_zone_close(zone);
    return status;
}

static void damaged_zone_files_are_refused(void **state) {
    (void)state;
    lede_buf b;
    int offset = 0;
    lede_buf_init(&b, 1 << 16);
    small_file(&b, "XXX-2");
    assert_int_equal(read_zone(lede_buf_str(&b), 999, &offset), LEDE_OK);
    assert_int_equal(offset, 60);
    assert_int_equal(read_zone(lede_buf_str(&b), 1000, &offset), LEDE_OK);
    assert_int_equal(offset, 120);
    for (size_t n = 0; n < b.len; n++) { /* cut anywhere */
        char *copy = malloc(n ? n : 1);
        assert_non_null(copy);
        memcpy(copy, b.ptr, n);
        assert_int_equal(read_zone((lede_str){copy, n}, 0, &offset), LEDE_EFORMAT);
        free(copy);
    }
    for (size_t i = 0; i < b.len; i++) { /* any byte changed: refused or read, never worse */
        const char before = b.ptr[i];
        for (int c = 0; c < 256; c += 51) {
            b.ptr[i] = (char)c;
            (void)!read_zone(lede_buf_str(&b), 5000, &offset);
        }
        b.ptr[i] = before;
    }
    lede_buf_fini(&b);
}

static void rules_of_every_form_are_read(void **state) {
    (void)state;
    static const struct {
        const char *rule;
        int64_t at;
        int minutes;
    } rows[] = {
        {"XXX-2", 1720000000, 120},
        {"<+0330>-3:30", 1720000000, 210},
        {"<-03>3", 1720000000, -180},
        {"CET-1CEST,M3.5.0,M10.5.0/3", 1720000000, 120},
        {"CET-1CEST,M3.5.0,M10.5.0/3", 1735000000, 60},
        {"AEST-10AEDT,M10.1.0,M4.1.0/3", 1735000000, 660}, /* summer over New Year */
        {"AEST-10AEDT,M10.1.0,M4.1.0/3", 1720000000, 600},
        {"XXX0YYY,J60,J61", 1709251200 + 7200, 60}, /* 1 March 2024, a leap year: J60 is it */
        {"XXX0YYY,J60,J61", 1709251200 + 7199, 0},
        {"XXX0YYY,59,61/0", 1709164800 + 7200, 60},          /* 29 February 2024 */
        {"EET-2EEST,M3.4.4/50,M10.4.4/50", 1711753199, 120}, /* hours past midnight: Gaza's rule */
        {"EET-2EEST,M3.4.4/50,M10.4.4/50", 1711756800, 180},
        {"XXX3YYY,M3.5.0/-2,M10.5.0/-1", 1720000000, -120},
        {"IST-1GMT0,M10.5.0,M3.5.0/1", 1735000000, 0}, /* Dublin's negative summer time */
        {"IST-1GMT0,M10.5.0,M3.5.0/1", 1720000000, 60},
        {"XXX0YYY2:30,M3.5.0,M10.5.0", 1720000000, -150},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        lede__zone_rule rule;
        if (!lede__zone_rule_read(lede_str_of(rows[i].rule), &rule))
            fail_msg("%s", rows[i].rule);
        if (lede__zone_rule_offset(&rule, rows[i].at) != rows[i].minutes)
            fail_msg("%s at %lld: %d", rows[i].rule, (long long)rows[i].at,
                     lede__zone_rule_offset(&rule, rows[i].at));
    }
    static const char *const bad[] = {"",
                                      "X-2",
                                      "XXX",
                                      "XXX-",
                                      "XXX-200",
                                      "<+03",
                                      "XXX0Y",
                                      "XXX0YYY",
                                      "XXX0YYY,M3",
                                      "XXX0YYY,M13.1.0,M1.1.0",
                                      "XXX0YYY,J0,J1",
                                      "XXX0YYY,J366,J1",
                                      "XXX0YYY,M3.5.0,M10.5.0x",
                                      "XXX0YYY,M3.5.7,M10.5.0",
                                      "XXX0YYY,M3.0.0,M10.5.0",
                                      "XXX99999999999",
                                      "XXX0YYY,M3.5.0/168,M10.5.0"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        lede__zone_rule rule;
        if (lede__zone_rule_read(lede_str_of(bad[i]), &rule))
            fail_msg("'%s' is read", bad[i]);
    }
}

static void instants_are_written_in_both_forms(void **state) {
    (void)state;
    static const struct {
        int64_t at;
        const char *zone, *rfc3339, *rfc822;
    } rows[] = {
        {1712178600, "UTC", "2024-04-03T21:10:00Z", "Wed, 03 Apr 2024 21:10:00 +0000"},
        {1712171400, "+02:00", "2024-04-03T21:10:00+02:00", "Wed, 03 Apr 2024 21:10:00 +0200"},
        {0, "-03:30", "1969-12-31T20:30:00-03:30", "Wed, 31 Dec 1969 20:30:00 -0330"},
        {-62135596800, "UTC", "0001-01-01T00:00:00Z", "Mon, 01 Jan 0001 00:00:00 +0000"},
        {1712178600, "Europe/Paris", "2024-04-03T23:10:00+02:00",
         "Wed, 03 Apr 2024 23:10:00 +0200"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        lede_zone *zone = open_zone(rows[i].zone);
        lede_buf b;
        lede_buf_init(&b, 100);
        lede_time_rfc3339(&b, rows[i].at, zone);
        assert_string_equal(b.ptr, rows[i].rfc3339);
        lede_buf_clear(&b);
        lede_time_rfc822(&b, rows[i].at, zone);
        assert_string_equal(b.ptr, rows[i].rfc822);
        lede_buf_fini(&b);
        lede_zone_close(zone);
    }
}

static void what_is_written_reads_back(void **state) {
    (void)state;
    lede_zone *zone = open_zone("Europe/Paris");
    lede_buf b;
    lede_buf_init(&b, 100);
    for (int64_t at = first + 86400; at < last - 86400; at += INT64_C(31556953) * 3 + 12345) {
        int64_t back = 0;
        lede_buf_clear(&b);
        lede_time_rfc3339(&b, at, zone);
        assert_int_equal(lede_time_parse(lede_buf_str(&b), NULL, &back, NULL, NULL), LEDE_OK);
        assert_true(back == at);
        lede_buf_clear(&b);
        lede_time_rfc822(&b, at, zone);
        assert_int_equal(lede_time_parse(lede_buf_str(&b), NULL, &back, NULL, NULL), LEDE_OK);
        assert_true(back == at);
    }
    lede_buf_fini(&b);
    lede_zone_close(zone);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(known_instants_have_their_dates),
        cmocka_unit_test(far_instants_are_shown_at_the_edge),
        cmocka_unit_test(all_days_follow_one_another),
        cmocka_unit_test(dates_outside_the_calendar_are_no_instant),
        cmocka_unit_test(offsets_agree_with_libc),
        cmocka_unit_test(changes_of_clocks_happen_at_their_minute),
        cmocka_unit_test(fixed_zones_need_no_file),
        cmocka_unit_test(names_that_lead_elsewhere_are_refused),
        cmocka_unit_test(damaged_zone_files_are_refused),
        cmocka_unit_test(rules_of_every_form_are_read),
        cmocka_unit_test(instants_are_written_in_both_forms),
        cmocka_unit_test(what_is_written_reads_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
