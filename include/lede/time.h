/* time.h - instants, zones and their text. An instant is int64_t seconds since 1970-01-01T00:00:00Z.
 *
 * Proleptic Gregorian, years 0001 to 9999; anything else is refused. Zones are read from the system's TZif files
 * (RFC 8536, with the POSIX rule at the end), never through the process-wide TZ. */
#ifndef LEDE_TIME_H
#define LEDE_TIME_H

#include "lede/text.h"

#define LEDE_NO_TIME INT64_MIN

typedef struct lede_civil {
    int year, month, day;     /* month 1..12 */
    int hour, minute, second;
    int weekday;              /* 0 = Sunday */
    int yearday;              /* 1..366 */
    int offset_minutes;       /* east of UTC is positive */
} lede_civil;

typedef struct lede_zone lede_zone; /* immutable once open; any thread may read it */

/* name: "UTC", "Europe/Paris", "+02:00". Gives *out: close with lede_zone_close(). ENOTFOUND names the remedy. */
LEDE_MUST_CHECK lede_status lede_zone_open(const char *name, lede_zone **out, lede_error *err);
void lede_zone_close(lede_zone *zone);
int lede_zone_offset(const lede_zone *zone, int64_t at); /* minutes; zone NULL = UTC */

void lede_time_civil(int64_t at, const lede_zone *zone, lede_civil *out);
/* From civil fields in the zone (offset and weekday ignored). A local time that a clock change skips moves on by
 * the gap; one that happens twice is the first. */
int64_t lede_time_from_civil(const lede_civil *c, const lede_zone *zone);

/* Reads what front matter of the field holds: "2024-04-03", "2024-04-03T21:10:00+02:00", "2013-09-23 14:02:43 -0400",
 * "2014-3-9 9:05", "... Z", "... UTC", zones "-5", "+0530", fractions of a second (dropped), US month names
 * ("April 3, 2024"). Naive times are in zone; a date alone is midnight there. EFORMAT / EINVAL (impossible date) say
 * what would be right. *date_only may be NULL. */
LEDE_MUST_CHECK lede_status lede_time_parse(lede_str s, const lede_zone *zone, int64_t *out,
                                            bool *date_only, lede_error *err);
void lede_time_rfc3339(lede_buf *out, int64_t at, const lede_zone *zone); /* 2024-04-03T21:10:00+02:00, or Z */
void lede_time_rfc822(lede_buf *out, int64_t at, const lede_zone *zone);  /* Wed, 03 Apr 2024 21:10:00 +0200 */
int64_t lede_time_now(void); /* the wall clock; never on the way of a page */

#endif
