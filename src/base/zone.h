/* zone.h - a time zone taken apart: what zone.c fills and looks up, tzif.c reads.
 *
 * Offsets are whole minutes: the local mean times before about 1900, which have seconds, are
 * rounded, so that every text that lede writes (whose formats have no seconds there) names the same
 * instant. */
#ifndef LEDE_BASE_ZONE_H
#define LEDE_BASE_ZONE_H

#include "lede/time.h"

/* One end of summer time: on a day of the year, at a second of that day (may be negative or past
 * midnight). */
typedef struct lede__zone_day {
    enum { LEDE__DAY_JULIAN, LEDE__DAY_ZERO, LEDE__DAY_MONTH } form; /* Jn, n, Mm.w.d */
    int day, month, week;
    int32_t second;
} lede__zone_day;

/* The POSIX rule at a TZif file's end: what goes on after the last transition. */
typedef struct lede__zone_rule {
    bool has_summer;
    int32_t standard, summer; /* seconds east of UTC */
    lede__zone_day from, to;
} lede__zone_rule;

struct lede_zone {
    int first;    /* minutes before the first transition, and for ever when there is none */
    size_t count; /* transitions, ascending */
    int64_t *times;
    int16_t *offsets; /* minutes from times[i] on */
    bool has_rule;
    lede__zone_rule rule;
};

/* Reads the bytes of a TZif file (versions 1 to 4) into *zone, whose arrays the caller frees, also
 * on failure. */
LEDE_MUST_CHECK lede_status lede__tzif_read(lede_str bytes, lede_zone *zone, lede_error *err);
/* Reads a POSIX TZ string such as "CET-1CEST,M3.5.0,M10.5.0/3". False when malformed. */
bool lede__zone_rule_read(lede_str text, lede__zone_rule *rule);
/* The offset in minutes that the rule gives at an instant. */
int lede__zone_rule_offset(const lede__zone_rule *rule, int64_t at);

/* Days since 1970-01-01 of a civil date of the proleptic Gregorian calendar; month 1..12. */
int64_t lede__days_from_civil(int64_t year, int month, int day);
bool lede__is_leap(int64_t year);
int lede__days_in_month(int64_t year, int month);

#endif
