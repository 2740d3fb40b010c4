/* tzif.c - reads zone files (TZif, RFC 8536) and the POSIX rule at their end. See base/zone.h.
 *
 * Hostile bytes are refused: every count is checked against what is left before it is used. Only
 * the second, 64-bit block of a version 2 file is looked at. */
#include "base/zone.h"

#include "base/banned.h"

enum { HEADER = 44, MAX_TRANSITIONS = 5000, DAY = 86400 };

typedef struct counts {
    size_t ut, standard, leap, times, types, chars;
    int version;
} counts;

static uint32_t big32(const char *p) {
    const unsigned char *u = (const unsigned char *)p;
    return (uint32_t)u[0] << 24 | (uint32_t)u[1] << 16 | (uint32_t)u[2] << 8 | u[3];
}

static int64_t big64(const char *p) { return (int64_t)((uint64_t)big32(p) << 32 | big32(p + 4)); }

static bool header_read(lede_str s, counts *c) {
    if (s.len < HEADER || memcmp(s.ptr, "TZif", 4) != 0)
        return false;
    c->version = s.ptr[4] == '\0' ? 1 : s.ptr[4] - '0';
    c->ut = big32(s.ptr + 20);
    c->standard = big32(s.ptr + 24);
    c->leap = big32(s.ptr + 28);
    c->times = big32(s.ptr + 32);
    c->types = big32(s.ptr + 36);
    c->chars = big32(s.ptr + 40);
    return c->version >= 1 && c->times <= MAX_TRANSITIONS && c->types >= 1 && c->types <= 256 &&
           c->chars <= 4096 && c->leap <= 4096 && c->ut <= 256 && c->standard <= 256;
}

/* The bytes of a block behind its header; width is that of its times, 4 or 8. */
static size_t block_size(const counts *c, size_t width) {
    return c->times * (width + 1) + c->types * 6 + c->chars + c->leap * (width + 4) + c->standard +
           c->ut;
}

/* Seconds to whole minutes, to the nearest. */
static int to_minutes(int32_t seconds) { return (seconds >= 0 ? seconds + 30 : seconds - 30) / 60; }

static bool block_read(lede_str s, const counts *c, size_t width, lede_zone *zone) {
    const char *times = s.ptr, *indexes = times + c->times * width, *types = indexes + c->times;
    for (size_t i = 0; i < c->types; i++) {
        const int32_t offset = (int32_t)big32(types + i * 6);
        if (offset <= -2 * DAY || offset >= 2 * DAY)
            return false;
    }
    zone->first = to_minutes((int32_t)big32(types));
    for (size_t i = 0; i < c->times; i++) {
        const size_t type = (unsigned char)indexes[i];
        const int64_t at = width == 8 ? big64(times + i * 8) : (int32_t)big32(times + i * 4);
        if (type >= c->types || (i > 0 && at <= zone->times[i - 1]))
            return false;
        zone->times[i] = at;
        zone->offsets[i] = (int16_t)to_minutes((int32_t)big32(types + type * 6));
    }
    zone->count = c->times;
    return true;
}

/* The text between the two newlines at the end; an empty one means no rule. */
static bool footer_read(lede_str s, lede_zone *zone) {
    if (s.len < 2 || s.ptr[0] != '\n')
        return false;
    const size_t end = lede_str_find(s, '\n', 1);
    if (end == s.len)
        return false;
    if (end == 1)
        return true;
    zone->has_rule = lede__zone_rule_read(lede_str_n(s.ptr + 1, end - 1), &zone->rule);
    return zone->has_rule;
}

lede_status lede__tzif_read(lede_str bytes, lede_zone *zone, lede_error *err) {
    counts c;
    size_t width = 4;
    if (!header_read(bytes, &c))
        return lede_fail(err, LEDE_EFORMAT, "is not a TZif file");
    lede_str s = lede_str_sub(bytes, HEADER);
    if (c.version >= 2) {
        width = 8;
        s = lede_str_sub(s, block_size(&c, 4));
        if (!header_read(s, &c))
            return lede_fail(err, LEDE_EFORMAT, "is damaged");
        s = lede_str_sub(s, HEADER);
    }
    if (s.len < block_size(&c, width))
        return lede_fail(err, LEDE_EFORMAT, "is cut short");
    if (c.leap)
        return lede_fail(err, LEDE_EFORMAT, "counts leap seconds; use the plain zone");
    zone->times = malloc((c.times + 1) * sizeof *zone->times);
    zone->offsets = malloc((c.times + 1) * sizeof *zone->offsets);
    if (!zone->times || !zone->offsets)
        return lede_fail(err, LEDE_ENOMEM, "out of memory");
    if (!block_read(s, &c, width, zone))
        return lede_fail(err, LEDE_EFORMAT, "is damaged");
    if (width == 8 && !footer_read(lede_str_sub(s, block_size(&c, 8)), zone))
        return lede_fail(err, LEDE_EFORMAT, "has a rule that cannot be read");
    return LEDE_OK;
}

/* A reader of POSIX rules: each function moves at on and says whether it found its piece. */
typedef struct rule_text {
    lede_str s;
    size_t at;
} rule_text;

static bool next_is(rule_text *r, char c) {
    if (r->at >= r->s.len || r->s.ptr[r->at] != c)
        return false;
    r->at++;
    return true;
}

static bool name_skip(rule_text *r) {
    const size_t start = r->at;
    if (next_is(r, '<')) {
        r->at = lede_str_find(r->s, '>', r->at);
        return next_is(r, '>');
    }
    while (r->at < r->s.len) {
        const char c = r->s.ptr[r->at];
        if (!((c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z')))
            break;
        r->at++;
    }
    return r->at - start >= 3;
}

static bool number(rule_text *r, int max, int *out) {
    const size_t start = r->at;
    int n = 0;
    while (r->at < r->s.len && r->s.ptr[r->at] >= '0' && r->s.ptr[r->at] <= '9') {
        n = n * 10 + (r->s.ptr[r->at++] - '0');
        if (n > max)
            return false;
    }
    *out = n;
    return r->at > start;
}

/* [+-]h[:m[:s]] */
static bool clock_read(rule_text *r, int32_t *out) {
    const int sign = next_is(r, '-') ? -1 : 1;
    if (sign > 0)
        (void)next_is(r, '+');
    int h, m = 0, s = 0;
    if (!number(r, 167, &h))
        return false;
    if (next_is(r, ':') && !number(r, 59, &m))
        return false;
    if (next_is(r, ':') && !number(r, 59, &s))
        return false;
    *out = sign * (h * 3600 + m * 60 + s);
    return true;
}

static bool day_read(rule_text *r, lede__zone_day *d) {
    *d = (lede__zone_day){.second = 2 * 3600};
    if (next_is(r, 'M')) {
        d->form = LEDE__DAY_MONTH;
        if (!number(r, 12, &d->month) || !next_is(r, '.') || !number(r, 5, &d->week) ||
            !next_is(r, '.') || !number(r, 6, &d->day) || d->month < 1 || d->week < 1)
            return false;
    } else if (next_is(r, 'J')) {
        d->form = LEDE__DAY_JULIAN;
        if (!number(r, 365, &d->day) || d->day < 1)
            return false;
    } else {
        d->form = LEDE__DAY_ZERO;
        if (!number(r, 365, &d->day))
            return false;
    }
    return !next_is(r, '/') || clock_read(r, &d->second);
}

bool lede__zone_rule_read(lede_str text, lede__zone_rule *rule) {
    rule_text r = {text, 0};
    *rule = (lede__zone_rule){0};
    if (!name_skip(&r) || !clock_read(&r, &rule->standard))
        return false;
    rule->standard = -rule->standard; /* POSIX counts west as positive */
    if (r.at == text.len)
        return true;
    if (!name_skip(&r))
        return false;
    rule->has_summer = true;
    rule->summer = rule->standard + 3600;
    if (r.at < text.len && text.ptr[r.at] != ',') {
        if (!clock_read(&r, &rule->summer))
            return false;
        rule->summer = -rule->summer;
    }
    return next_is(&r, ',') && day_read(&r, &rule->from) && next_is(&r, ',') &&
           day_read(&r, &rule->to) && r.at == text.len;
}

/* The local second, since 1970 as if in UTC, at which the day of a rule falls in a year. */
static int64_t rule_second(const lede__zone_day *d, int64_t year) {
    int64_t days = lede__days_from_civil(year, 1, 1);
    switch (d->form) {
    case LEDE__DAY_JULIAN:
        days += d->day - 1 + (lede__is_leap(year) && d->day >= 60);
        break;
    case LEDE__DAY_ZERO:
        days += d->day;
        break;
    case LEDE__DAY_MONTH: {
        const int64_t first = lede__days_from_civil(year, d->month, 1);
        const int weekday = (int)(((first + 4) % 7 + 7) % 7); /* 1970-01-01 was a Thursday */
        int of_month = (d->day - weekday + 7) % 7 + (d->week - 1) * 7;
        if (of_month >= lede__days_in_month(year, d->month))
            of_month -= 7;
        days = first + of_month;
        break;
    }
    }
    return days * DAY + d->second;
}

int lede__zone_rule_offset(const lede__zone_rule *rule, int64_t at) {
    if (!rule->has_summer)
        return to_minutes(rule->standard);
    lede_civil c;
    /* The year in standard time: near New Year it differs from that in UTC. The far ends do not
     * matter. */
    const int64_t far = INT64_C(1) << 40;
    lede_time_civil(at > far ? far : at < -far ? -far : at + rule->standard, NULL, &c);
    const int64_t from = rule_second(&rule->from, c.year) - rule->standard;
    const int64_t to = rule_second(&rule->to, c.year) - rule->summer;
    const bool summer = from < to ? at >= from && at < to : at >= from || at < to;
    return to_minutes(summer ? rule->summer : rule->standard);
}
