/* test_text_format.c - dates, numbers, lists and names in the words of languages. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "lede/format.h"
#include "sys/sys.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#define NBSP "\xC2\xA0"
#define NNBSP "\xE2\x80\xAF"

static const int64_t T = 1712171100;     /* 2024-04-03 19:05 UTC, a Wednesday */
static const int64_t FIRST = 1711962300; /* 2024-04-01 09:05 UTC */

static lede_format *f;
static lede_buf out;
static lede_error err;

static const char *date(int64_t at, const char *lang, const char *style) {
    lede_buf_clear(&out);
    if (lede_format_date(f, at, NULL, lede_str_of(lang), lede_str_of(style), &out, &err))
        fail_msg("%s in %s: %s", style, lang, err.message);
    return out.ptr;
}

static void assert_date(int64_t at, const char *lang, const char *style, const char *expected) {
    if (strcmp(date(at, lang, style), expected) != 0)
        fail_msg("%s in %s is '%s', not '%s'", style, lang, out.ptr, expected);
}

static void each_language_has_its_own_dates(void **state) {
    (void)state;
    static const char *const rows[][5] = {
        /* lang, full, long, short, time */
        {"en", "Wednesday, 3 April 2024", "3 April 2024", "3 Apr 2024", "19:05"},
        {"en-US", "Wednesday, April 3, 2024", "April 3, 2024", "Apr 3, 2024", "7:05" NNBSP "PM"},
        {"fr", "mercredi 3 avril 2024", "3 avril 2024", "3 avr. 2024", "19" NBSP "h" NBSP "05"},
        {"fr-CH", "mercredi, 3 avril 2024", "3 avril 2024", "3 avr. 2024", "19:05"},
        {"de", "Mittwoch, 3. April 2024", "3. April 2024", "3. Apr. 2024", "19:05" NBSP "Uhr"},
        {"es", "mi\xC3\xA9rcoles, 3 de abril de 2024", "3 de abril de 2024", "3 abr 2024", "19:05"},
        {"it", "mercoled\xC3\xAC 3 aprile 2024", "3 aprile 2024", "3 apr 2024", "19:05"},
        {"pt", "quarta-feira, 3 de abril de 2024", "3 de abril de 2024", "3 de abr. de 2024",
         "19:05"},
        {"ar",
         "\xD8\xA7\xD9\x84\xD8\xA3\xD8\xB1\xD8\xA8\xD8\xB9\xD8\xA7\xD8\xA1\xD8\x8C 3 "
         "\xD8\xA3\xD8\xA8\xD8\xB1\xD9\x8A\xD9\x84 2024",
         "3 \xD8\xA3\xD8\xA8\xD8\xB1\xD9\x8A\xD9\x84 2024",
         "3 \xD8\xA3\xD8\xA8\xD8\xB1\xD9\x8A\xD9\x84 2024", "19:05"},
        {"ja",
         "2024\xE5\xB9\xB4"
         "4\xE6\x9C\x88"
         "3\xE6\x97\xA5\xE6\xB0\xB4\xE6\x9B\x9C\xE6\x97\xA5",
         "2024\xE5\xB9\xB4"
         "4\xE6\x9C\x88"
         "3\xE6\x97\xA5",
         "2024\xE5\xB9\xB4"
         "4\xE6\x9C\x88"
         "3\xE6\x97\xA5",
         "19:05"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        assert_date(T, rows[i][0], "full", rows[i][1]);
        assert_date(T, rows[i][0], "long", rows[i][2]);
        assert_date(T, rows[i][0], "short", rows[i][3]);
        assert_date(T, rows[i][0], "medium", rows[i][3]);
        assert_date(T, rows[i][0], "time", rows[i][4]);
    }
}

static void months_years_and_skeletons_too(void **state) {
    (void)state;
    assert_date(T, "en", "month", "April 2024");
    assert_date(T, "es", "month", "abril de 2024");
    assert_date(T, "ru", "month",
                "\xD0\xB0\xD0\xBF\xD1\x80\xD0\xB5\xD0\xBB\xD1\x8C 2024" NNBSP "\xD0\xB3.");
    assert_date(T, "fr", "year", "2024");
    assert_date(T, "de", "numeric", "3.4.2024");
    assert_date(T, "en", "MMMMd", "3 April");
    assert_date(T, "en-US", "MMMMd", "April 3");
    assert_date(T, "es", "yMMMEd", "mi\xC3\xA9, 3 abr 2024");
}

static void the_first_of_a_month_is_premier_in_french(void **state) {
    (void)state;
    assert_date(FIRST, "fr", "long", "1er avril 2024");
    assert_date(FIRST, "fr-CA", "full", "lundi 1er avril 2024");
    assert_date(FIRST, "fr", "short", "1er avr. 2024");
    assert_date(FIRST, "fr", "numeric", "01/04/2024");
    assert_date(FIRST, "fr", "MMMMd", "1er avril");
    assert_date(FIRST, "fr", "month", "avril 2024");
    assert_date(T, "fr", "long", "3 avril 2024");
    assert_date(FIRST, "it", "long", "1 aprile 2024");
}

static void arabic_has_the_digits_that_its_tag_asks_for(void **state) {
    (void)state;
    assert_date(T, "ar", "year", "2024");
    assert_date(T, "ar-EG", "year", "2024");
    assert_date(T, "ar-u-nu-arab", "year", "\xD9\xA2\xD9\xA0\xD9\xA2\xD9\xA4");
    assert_date(T, "ar-u-nu-nonsense", "year", "2024");
}

static void a_tag_may_ask_for_a_calendar(void **state) {
    (void)state;
    assert_date(T, "th-u-ca-gregory", "yMd", "3/4/2024");
    assert_date(T, "th", "yMd", "3/4/2567");
}

static void what_is_no_language_is_english(void **state) {
    (void)state;
    static const char *const tags[] = {"",          "tlh",
                                       "-",         "x",
                                       "e\nn",      "en-",
                                       "qqq-QQ",    "en_ZZ_POSIX_x_y",
                                       "en-u-nu-x", "en-u-ca-nocalendar"};
    for (size_t i = 0; i < sizeof tags / sizeof *tags; i++)
        assert_non_null(strstr(date(T, tags[i], "full"), "Wednesday"));
    char longest[5000];
    memset(longest, 'a', sizeof longest - 1);
    longest[sizeof longest - 1] = '\0';
    assert_date(T, longest, "long", "3 April 2024");
    assert_date(T, "pt_BR", "long", "3 de abril de 2024");
}

static void an_unknown_style_names_those_that_there_are(void **state) {
    (void)state;
    static const char *const styles[] = {"lnog", "", "%Y", "yMMMdz", "yyyyMMMMddHHmmssyyyyMMMM"};
    for (size_t i = 0; i < sizeof styles / sizeof *styles; i++) {
        const lede_status st =
            lede_format_date(f, T, NULL, LEDE_STR("en"), lede_str_of(styles[i]), &out, &err);
        assert_int_equal(st, LEDE_EINVAL);
        assert_non_null(strstr(err.message, "there is no style '"));
        assert_non_null(strstr(err.message, "long"));
    }
}

static void patterns_are_taken_as_they_stand(void **state) {
    (void)state;
    lede_buf_clear(&out);
    assert_int_equal(
        lede_format_pattern(f, T, NULL, LEDE_STR("ru"), LEDE_STR("d MMMM, LLLL"), &out, &err),
        LEDE_OK);
    assert_string_equal(out.ptr, "3 \xD0\xB0\xD0\xBF\xD1\x80\xD0\xB5\xD0\xBB\xD1\x8F, "
                                 "\xD0\xB0\xD0\xBF\xD1\x80\xD0\xB5\xD0\xBB\xD1\x8C");
    char longest[1000];
    memset(longest, 'y', sizeof longest);
    assert_int_equal(lede_format_pattern(f, T, NULL, LEDE_STR("ru"),
                                         lede_str_n(longest, sizeof longest), &out, &err),
                     LEDE_EINVAL);
}

/* ICU and time.c must give the same day and minute: across zones, years and the calendar reform. */
static void the_fields_are_those_of_the_zone(void **state) {
    (void)state;
    static const char *const zones[] = {"UTC", "Europe/Paris", "America/New_York", "Asia/Kolkata",
                                        "Pacific/Apia"};
    uint64_t random = 11;
    for (size_t z = 0; z < sizeof zones / sizeof *zones; z++) {
        lede_zone *zone;
        assert_int_equal(lede_zone_open(zones[z], &zone, &err), LEDE_OK);
        for (int i = 0; i < 2000; i++) {
            random = random * UINT64_C(6364136223846793005) + 1442695040888963407U;
            const int64_t at = (int64_t)(random >> 16) % INT64_C(253402300799) -
                               (i % 2 ? INT64_C(62135596800) : 0);
            lede_civil c;
            char expected[64];
            lede_time_civil(at, zone, &c);
            snprintf(expected, sizeof expected, "%04d-%02d-%02d %02d:%02d:%02d %d", c.year, c.month,
                     c.day, c.hour, c.minute, c.second, c.weekday ? c.weekday : 7);
            lede_buf_clear(&out);
            assert_int_equal(lede_format_pattern(f, at, zone, LEDE_STR("fr"),
                                                 LEDE_STR("yyyy-MM-dd HH:mm:ss e"), &out, &err),
                             LEDE_OK);
            assert_string_equal(out.ptr, expected);
        }
        lede_zone_close(zone);
    }
}

static void numbers_are_grouped_as_the_language_does(void **state) {
    (void)state;
    static const struct {
        const char *lang, *thousand, *million, *half;
    } rows[] = {
        {"en", "1,234", "-1,234,567", "0.5"},
        {"fr", "1" NNBSP "234", "-1" NNBSP "234" NNBSP "567", "0,5"},
        {"de", "1.234", "-1.234.567", "0,5"},
        {"es", "1234", "-1.234.567", "0,5"},
        {"it", "1.234", "-1.234.567", "0,5"},
        {"pt-PT", "1234", "-1" NBSP "234" NBSP "567", "0,5"},
        {"ar", "1,234", "\xE2\x80\x8E-1,234,567", "0.5"},
        {"hi", "1,234", "-12,34,567", "0.5"},
        {"de-CH",
         "1\xE2\x80\x99"
         "234",
         "-1\xE2\x80\x99"
         "234\xE2\x80\x99"
         "567",
         "0.5"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const lede_str lang = lede_str_of(rows[i].lang);
        lede_buf_clear(&out);
        assert_int_equal(lede_format_integer(f, 1234, lang, &out, &err), LEDE_OK);
        assert_string_equal(out.ptr, rows[i].thousand);
        lede_buf_clear(&out);
        assert_int_equal(lede_format_integer(f, -1234567, lang, &out, &err), LEDE_OK);
        assert_string_equal(out.ptr, rows[i].million);
        lede_buf_clear(&out);
        assert_int_equal(lede_format_number(f, 0.5, lang, &out, &err), LEDE_OK);
        assert_string_equal(out.ptr, rows[i].half);
    }
}

static void a_fraction_keeps_its_digits(void **state) {
    (void)state;
    static const struct {
        double n;
        const char *expected;
    } rows[] = {
        {0.1 + 0.2, "0.3"}, {3.14159265, "3.14159265"}, {1e6, "1,000,000"}, {-0.25, "-0.25"}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        lede_buf_clear(&out);
        assert_int_equal(lede_format_number(f, rows[i].n, LEDE_STR("en"), &out, &err), LEDE_OK);
        assert_string_equal(out.ptr, rows[i].expected);
    }
    lede_buf_clear(&out);
    assert_int_equal(lede_format_number(f, -1.7976931348623157e308, LEDE_STR("fr"), &out, &err),
                     LEDE_OK);
    assert_true(out.len > 600);
}

static void plurals_have_a_category(void **state) {
    (void)state;
    static const struct {
        const char *lang;
        double n;
        const char *expected;
    } rows[] = {{"en", 1, "one"},  {"en", 0, "other"},   {"fr", 0, "one"},  {"fr", 2, "other"},
                {"ar", 0, "zero"}, {"ar", 2, "two"},     {"ar", 5, "few"},  {"ar", 11, "many"},
                {"ru", 3, "few"},  {"ru", 1.5, "other"}, {"ja", 1, "other"}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const char *category;
        assert_int_equal(
            lede_format_plural(f, rows[i].n, lede_str_of(rows[i].lang), &category, &err), LEDE_OK);
        assert_string_equal(category, rows[i].expected);
    }
}

static void lists_are_joined_as_the_language_does(void **state) {
    (void)state;
    static const lede_str items[] = {{"a", 1}, {"b\xC3\xA9", 3}, {"c", 1}};
    static const struct {
        const char *lang;
        size_t count;
        bool either;
        const char *expected;
    } rows[] = {{"en", 0, false, ""},
                {"en", 1, false, "a"},
                {"en", 2, false, "a and b\xC3\xA9"},
                {"en", 3, false, "a, b\xC3\xA9 and c"},
                {"en-US", 3, false, "a, b\xC3\xA9, and c"},
                {"fr", 3, false, "a, b\xC3\xA9 et c"},
                {"de", 3, true, "a, b\xC3\xA9 oder c"},
                {"ja", 3, false,
                 "a\xE3\x80\x81"
                 "b\xC3\xA9\xE3\x80\x81"
                 "c"}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        lede_buf_clear(&out);
        assert_int_equal(lede_format_list(f, items, rows[i].count, rows[i].either,
                                          lede_str_of(rows[i].lang), &out, &err),
                         LEDE_OK);
        assert_string_equal(out.ptr, rows[i].expected);
    }
}

static void long_lists_and_bad_bytes_are_fine(void **state) {
    (void)state;
    lede_str *items = calloc(LEDE_FORMAT_LIST_MAX + 1, sizeof *items);
    assert_non_null(items);
    for (size_t i = 0; i <= LEDE_FORMAT_LIST_MAX; i++)
        items[i] = i % 3 ? lede_str_n("\xFF{0}", 4) : (lede_str){0};
    lede_buf_clear(&out);
    assert_int_equal(
        lede_format_list(f, items, LEDE_FORMAT_LIST_MAX, false, LEDE_STR("bo"), &out, &err),
        LEDE_OK);
    assert_true(lede_utf8_valid(lede_buf_str(&out), NULL));
    assert_int_equal(
        lede_format_list(f, items, LEDE_FORMAT_LIST_MAX + 1, false, LEDE_STR("bo"), &out, &err),
        LEDE_ELIMIT);
    free(items);
}

static void languages_have_names(void **state) {
    (void)state;
    static const char *const rows[][3] = {{"fr", "fr",
                                           "Fran\xC3\xA7"
                                           "ais"},
                                          {"fr", "en", "French"},
                                          {"en", "fr", "Anglais"},
                                          {"pt-BR", "en", "Portuguese (Brazil)"},
                                          {"zh-Hant", "de", "Chinesisch (Traditionell)"},
                                          {"xqx", "en", "xqx"},
                                          {"", "en", ""},
                                          {"no tag", "en", "no tag"}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        lede_buf_clear(&out);
        assert_int_equal(
            lede_format_language(f, lede_str_of(rows[i][0]), lede_str_of(rows[i][1]), &out, &err),
            LEDE_OK);
        assert_string_equal(out.ptr, rows[i][2]);
    }
}

static void more_languages_than_there_is_room_for_are_fine(void **state) {
    (void)state;
    for (int round = 0; round < 2; round++) {
        for (int i = 0; i < 300; i++) {
            char tag[32];
            snprintf(tag, sizeof tag, "%s-x-a%d", i % 2 ? "fr" : "de", i);
            assert_date(T, tag, "long", i % 2 ? "3 avril 2024" : "3. April 2024");
        }
    }
    assert_date(FIRST, "fr", "short", "1er avr. 2024");
}

static void neither_zone_nor_language_of_the_machine_counts(void **state) {
    (void)state;
    fflush(NULL);
    const pid_t child = fork();
    if (child == 0) {
        setenv("TZ", "Asia/Tokyo", 1);
        setenv("LANG", "de_DE.UTF-8", 1);
        setenv("LC_ALL", "de_DE.UTF-8", 1);
        lede_format *fresh = lede_format_new();
        lede_buf b;
        lede_buf_init(&b, 1000);
        bool good = lede__shut_in(NULL, NULL, NULL, NULL) == LEDE_OK; /* and no file is needed */
        good = good && lede_format_date(fresh, T, NULL, LEDE_STR("tlh"), LEDE_STR("full"), &b,
                                        NULL) == LEDE_OK;
        lede_buf_addc(&b, '|');
        good = good && lede_format_date(fresh, T, NULL, LEDE_STR("sw"), LEDE_STR("yMMMMdjm"), &b,
                                        NULL) == LEDE_OK;
        good =
            good && strncmp(b.ptr, "Wednesday, 3 April 2024|", 24) == 0 && strstr(b.ptr, "Aprili");
        lede_buf_fini(&b);
        lede_format_free(fresh);
        _exit(good ? 0 : 1);
    }
    int how = 0;
    assert_int_equal(waitpid(child, &how, 0), child);
    assert_int_equal(how, 0);
}

static void a_full_buffer_is_told(void **state) {
    (void)state;
    for (size_t limit = 0; limit < 40; limit += 3) {
        lede_buf b;
        lede_buf_init(&b, limit);
        const lede_status st =
            lede_format_date(f, T, NULL, LEDE_STR("en"), LEDE_STR("long"), &b, &err);
        assert_true(st == LEDE_OK || st == LEDE_ELIMIT);
        assert_true(b.len <= limit);
        lede_buf_fini(&b);
    }
}

static int set_up(void **state) {
    (void)state;
    lede_buf_init(&out, 1 << 22);
    f = lede_format_new();
    return f ? 0 : -1;
}

static int tear_down(void **state) {
    (void)state;
    lede_buf_fini(&out);
    lede_format_free(f);
    lede_format_free(NULL);
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(neither_zone_nor_language_of_the_machine_counts),
        cmocka_unit_test(each_language_has_its_own_dates),
        cmocka_unit_test(months_years_and_skeletons_too),
        cmocka_unit_test(the_first_of_a_month_is_premier_in_french),
        cmocka_unit_test(arabic_has_the_digits_that_its_tag_asks_for),
        cmocka_unit_test(a_tag_may_ask_for_a_calendar),
        cmocka_unit_test(what_is_no_language_is_english),
        cmocka_unit_test(an_unknown_style_names_those_that_there_are),
        cmocka_unit_test(patterns_are_taken_as_they_stand),
        cmocka_unit_test(the_fields_are_those_of_the_zone),
        cmocka_unit_test(numbers_are_grouped_as_the_language_does),
        cmocka_unit_test(a_fraction_keeps_its_digits),
        cmocka_unit_test(plurals_have_a_category),
        cmocka_unit_test(lists_are_joined_as_the_language_does),
        cmocka_unit_test(long_lists_and_bad_bytes_are_fine),
        cmocka_unit_test(languages_have_names),
        cmocka_unit_test(more_languages_than_there_is_room_for_are_fine),
        cmocka_unit_test(a_full_buffer_is_told),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
