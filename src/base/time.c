/* time.c - instants and civil time, and the two forms of text for them. See lede/time.h; reading is
 * time_parse.c.
 *
 * Days and dates are converted by arithmetic on a year that begins in March (leap days fall at its
 * end), in cycles of 400 years: no tables, no libc, no process-wide zone. What lies outside the
 * years 1 to 9999 is shown as their edge. */
#include "lede/time.h"

#include "base/banned.h"
#include "base/zone.h"

enum { DAY = 86400, CYCLE_DAYS = 146097, EPOCH_FROM_MARCH_0 = 719468 };

static const int64_t first_second = INT64_C(-62135596800); /* 0001-01-01T00:00:00 */
static const int64_t last_second = INT64_C(253402300799);  /* 9999-12-31T23:59:59 */

int64_t lede__days_from_civil(int64_t year, int month, int day) {
    year -= month <= 2;
    const int64_t cycle = (year >= 0 ? year : year - 399) / 400;
    const int64_t of_cycle = year - cycle * 400;
    const int64_t of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    return cycle * CYCLE_DAYS + of_cycle * 365 + of_cycle / 4 - of_cycle / 100 + of_year -
           EPOCH_FROM_MARCH_0;
}

bool lede__is_leap(int64_t year) { return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0); }

int lede__days_in_month(int64_t year, int month) {
    static const char days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    return days[month - 1] + (month == 2 && lede__is_leap(year));
}

static void date_of(int64_t days, lede_civil *out) {
    /* days is within the years 1 to 9999, so everything below is positive. */
    const uint32_t d = (uint32_t)(days + EPOCH_FROM_MARCH_0);
    const uint32_t cycle = d / CYCLE_DAYS, of_cycle = d % CYCLE_DAYS;
    const uint32_t year = (of_cycle - of_cycle / 1460 + of_cycle / 36524 - of_cycle / 146096) / 365;
    const uint32_t of_year = of_cycle - (365 * year + year / 4 - year / 100);
    const uint32_t march = (5 * of_year + 2) / 153;
    out->day = (int)(of_year - (153 * march + 2) / 5 + 1);
    out->month = (int)(march < 10 ? march + 3 : march - 9);
    out->year = (int)(year + cycle * 400 + (out->month <= 2));
    /* 1 January is day 306 of the year that began in March. */
    out->yearday =
        of_year >= 306 ? (int)of_year - 305 : (int)of_year + 60 + lede__is_leap(out->year);
    out->weekday = (int)((d + 3) % 7); /* day 0, 0000-03-01, was a Wednesday */
}

void lede_time_civil(int64_t at, const lede_zone *zone, lede_civil *out) {
    const int minutes = lede_zone_offset(zone, at);
    if (at < first_second - DAY)
        at = first_second - DAY;
    if (at > last_second + DAY)
        at = last_second + DAY;
    int64_t local = at + minutes * 60;
    if (local < first_second)
        local = first_second;
    if (local > last_second)
        local = last_second;
    const int64_t shifted = local - first_second; /* positive, so / and % round down */
    const int32_t second = (int32_t)(shifted % DAY);
    date_of(shifted / DAY + first_second / DAY, out);
    out->hour = second / 3600;
    out->minute = second / 60 % 60;
    out->second = second % 60;
    out->offset_minutes = minutes;
}

int64_t lede_time_from_civil(const lede_civil *c, const lede_zone *zone) {
    if (c->year < 1 || c->year > 9999 || c->month < 1 || c->month > 12)
        return LEDE_NO_TIME;
    const int64_t local = lede__days_from_civil(c->year, c->month, 1) * DAY +
                          ((int64_t)c->day - 1) * DAY + (int64_t)c->hour * 3600 +
                          (int64_t)c->minute * 60 + c->second;
    const int64_t before = (int64_t)lede_zone_offset(zone, local - DAY) * 60;
    const int64_t after = (int64_t)lede_zone_offset(zone, local + DAY) * 60;
    int64_t at = local - before;
    if (before != after && lede_zone_offset(zone, at) * 60 != before &&
        lede_zone_offset(zone, local - after) * 60 == after)
        at = local - after; /* else: skipped by a change, and counting on in the old offset moves it
                               by the gap */
    return at < first_second - DAY || at > last_second + DAY ? LEDE_NO_TIME : at;
}

static char *two(char *p, int n) {
    p[0] = (char)('0' + n / 10);
    p[1] = (char)('0' + n % 10);
    return p + 2;
}

static char *clock_text(char *p, const lede_civil *c) {
    p = two(p, c->hour);
    *p++ = ':';
    p = two(p, c->minute);
    *p++ = ':';
    return two(p, c->second);
}

void lede_time_rfc3339(lede_buf *out, int64_t at, const lede_zone *zone) {
    lede_civil c;
    lede_time_civil(at, zone, &c);
    char *start = lede_buf_room(out, 25), *p = start;
    if (!p)
        return;
    p = two(two(p, c.year / 100), c.year % 100);
    *p++ = '-';
    p = two(p, c.month);
    *p++ = '-';
    p = two(p, c.day);
    *p++ = 'T';
    p = clock_text(p, &c);
    if (c.offset_minutes == 0) {
        *p++ = 'Z';
    } else {
        const int minutes = c.offset_minutes < 0 ? -c.offset_minutes : c.offset_minutes;
        *p++ = c.offset_minutes < 0 ? '-' : '+';
        p = two(p, minutes / 60);
        *p++ = ':';
        p = two(p, minutes % 60);
    }
    lede_buf_seal(out, (size_t)(p - start));
}

void lede_time_rfc822(lede_buf *out, int64_t at, const lede_zone *zone) {
    static const char days[7][5] = {"Sun,", "Mon,", "Tue,", "Wed,", "Thu,", "Fri,", "Sat,"};
    static const char months[12][4] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                       "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    lede_civil c;
    lede_time_civil(at, zone, &c);
    char *start = lede_buf_room(out, 31), *p = start;
    if (!p)
        return;
    memcpy(p, days[c.weekday], 4);
    p[4] = ' ';
    p = two(p + 5, c.day);
    *p++ = ' ';
    memcpy(p, months[c.month - 1], 3);
    p[3] = ' ';
    p = two(two(p + 4, c.year / 100), c.year % 100);
    *p++ = ' ';
    p = clock_text(p, &c);
    *p++ = ' ';
    const int minutes = c.offset_minutes < 0 ? -c.offset_minutes : c.offset_minutes;
    *p++ = c.offset_minutes < 0 ? '-' : '+';
    p = two(two(p, minutes / 60), minutes % 60);
    lede_buf_seal(out, (size_t)(p - start));
}

int64_t lede_time_now(void) {
    struct timespec now;
    return clock_gettime(CLOCK_REALTIME, &now) == 0 ? (int64_t)now.tv_sec : LEDE_NO_TIME;
}
