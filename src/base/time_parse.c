/* time_parse.c - reads the dates and times that people write in front matter. See lede/time.h. */
#include "lede/time.h"

typedef struct cursor {
    lede_str s;
    size_t at;
} cursor;

static char peek(const cursor *c) { return c->at < c->s.len ? c->s.ptr[c->at] : '\0'; }
static bool is_digit(char c) { return c >= '0' && c <= '9'; }
static void skip_blanks(cursor *c) {
    while (peek(c) == ' ' || peek(c) == '\t')
        c->at++;
}
static bool eat(cursor *c, char ch) {
    if (peek(c) != ch)
        return false;
    c->at++;
    return true;
}

/* Between least and most digits. */
static bool number(cursor *c, int least, int most, int *out) {
    int n = 0, digits = 0;
    while (digits < most && is_digit(peek(c))) {
        n = n * 10 + (peek(c) - '0');
        c->at++;
        digits++;
    }
    *out = n;
    return digits >= least && !is_digit(peek(c));
}

static bool word(cursor *c, const char *name, size_t least) {
    size_t n = 0, full = strlen(name);
    while (c->at + n < c->s.len && n < full && (c->s.ptr[c->at + n] | 32) == name[n])
        n++;
    char after = c->at + n < c->s.len ? (char)(c->s.ptr[c->at + n] | 32) : ' ';
    if (n < least || (after >= 'a' && after <= 'z'))
        return false;
    c->at += n;
    return true;
}

static bool month_name(cursor *c, int *month) {
    static const char *const names[] = {"january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december"};
    for (int i = 0; i < 12; i++) {
        if (word(c, names[i], 3)) {
            *month = i + 1;
            eat(c, '.');
            return true;
        }
    }
    return false;
}

/* "2024-04-03", "2024/4/3", "2024.04.03" */
static bool iso_date(cursor *c, lede_civil *out) {
    if (!number(c, 4, 4, &out->year))
        return false;
    char sep = peek(c);
    if (sep != '-' && sep != '/' && sep != '.')
        return false;
    c->at++;
    return number(c, 1, 2, &out->month) && eat(c, sep) && number(c, 1, 2, &out->day);
}

/* "April 3, 2024", "Apr 3 2024", "3 April 2024", with a weekday in front ("Wed, 03 Apr 2024") */
static bool named_date(cursor *c, lede_civil *out) {
    static const char *const days[] = {"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"};
    for (int i = 0; i < 7; i++) {
        if (word(c, days[i], 3)) {
            eat(c, ',');
            skip_blanks(c);
            break;
        }
    }
    bool day_first = is_digit(peek(c));
    if (day_first && !number(c, 1, 2, &out->day))
        return false;
    skip_blanks(c);
    if (!month_name(c, &out->month))
        return false;
    skip_blanks(c);
    if (!day_first && !number(c, 1, 2, &out->day))
        return false;
    eat(c, ',');
    skip_blanks(c);
    return number(c, 4, 4, &out->year);
}

/* "T21:10:00.5", " 9:05", "9:05 pm"; *has says whether there was one */
static bool clock_time(cursor *c, lede_civil *out, bool *has) {
    cursor before = *c;
    *has = false;
    eat(c, ',');
    if (!eat(c, 'T') && !eat(c, 't'))
        skip_blanks(c);
    if (!is_digit(peek(c))) {
        *c = before;
        return true;
    }
    *has = true;
    if (!number(c, 1, 2, &out->hour) || !eat(c, ':') || !number(c, 1, 2, &out->minute))
        return false;
    if (eat(c, ':') && !number(c, 1, 2, &out->second))
        return false;
    if (peek(c) == '.' || peek(c) == ',') {
        c->at++;
        if (!is_digit(peek(c)))
            return false;
        while (is_digit(peek(c)))
            c->at++;
    }
    skip_blanks(c);
    bool pm = word(c, "pm", 2), am = !pm && word(c, "am", 2);
    if ((pm || am) && (out->hour < 1 || out->hour > 12))
        return false;
    if (pm || am)
        out->hour = out->hour % 12 + (pm ? 12 : 0);
    return true;
}

/* "Z", "UTC", "GMT", "+02:00", "-0400", "-5"; *has says whether there was one */
static bool zone_offset(cursor *c, int *minutes, bool *has) {
    skip_blanks(c);
    *minutes = 0;
    *has = true;
    if (word(c, "z", 1) || word(c, "utc", 3) || word(c, "gmt", 3))
        return true;
    static const struct {
        const char *name;
        int minutes;
    } american[] = {{"est", -300}, {"edt", -240}, {"cst", -360}, {"cdt", -300}, {"mst", -420}, {"mdt", -360}, {"pst", -480}, {"pdt", -420}};
    for (size_t i = 0; i < sizeof american / sizeof *american; i++) {
        if (word(c, american[i].name, 3)) {
            *minutes = american[i].minutes;
            return true;
        }
    }
    char sign = peek(c);
    if (sign != '+' && sign != '-') {
        *has = false;
        return true;
    }
    c->at++;
    int hours = 0, rest = 0, digits = 0;
    while (digits < 4 && is_digit(peek(c))) {
        hours = hours * 10 + (peek(c) - '0');
        c->at++;
        digits++;
    }
    if (digits == 0)
        return false;
    if (digits > 2) {
        rest = hours % 100;
        hours /= 100;
    } else if (eat(c, ':') && !number(c, 2, 2, &rest)) {
        return false;
    }
    *minutes = (sign == '-' ? -1 : 1) * (hours * 60 + rest);
    return hours <= 18 && rest < 60;
}

static int month_days(int year, int month) {
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    return days[month - 1] + (month == 2 && leap);
}

static lede_status check(lede_str s, const lede_civil *c, lede_error *err) {
    int n = (int)(s.len < 80 ? s.len : 80);
    if (c->year < 1 || c->month < 1 || c->month > 12 || c->day < 1 || c->day > month_days(c->year, c->month))
        return lede_fail(err, LEDE_EINVAL, "'%.*s' is no day of the calendar; write 2024-04-03", n, s.ptr);
    if (c->hour > 24 || c->minute > 59 || c->second > 60 || (c->hour == 24 && (c->minute || c->second)))
        return lede_fail(err, LEDE_EINVAL, "'%.*s' is no time of day; write 2024-04-03T21:10:00+02:00", n, s.ptr);
    return LEDE_OK;
}

lede_status lede_time_parse(lede_str s, const lede_zone *zone, int64_t *out, bool *date_only, lede_error *err) {
    lede_civil civil = {0};
    cursor c = {lede_str_trim(s), 0};
    int offset = 0;
    bool has_time = false, has_zone = false;
    bool ok = is_digit(peek(&c)) && c.s.len > 4 && is_digit(c.s.ptr[2]) ? iso_date(&c, &civil) : named_date(&c, &civil);
    ok = ok && clock_time(&c, &civil, &has_time);
    ok = ok && (!has_time || zone_offset(&c, &offset, &has_zone));
    skip_blanks(&c);
    if (!ok || c.at != c.s.len)
        return lede_fail(err, LEDE_EFORMAT, "'%.*s' is no date; write 2024-04-03 or 2024-04-03T21:10:00+02:00", (int)(s.len < 80 ? s.len : 80), s.ptr ? s.ptr : "");
    lede_status st = check(c.s, &civil, err);
    if (st)
        return st;
    *out = lede_time_from_civil(&civil, has_zone ? NULL : zone) - (int64_t)offset * 60;
    if (date_only)
        *date_only = !has_time;
    return LEDE_OK;
}
