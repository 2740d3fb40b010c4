/* zone.c - opens zones by name and looks up their offsets. See lede/time.h; the file format is in
 * tzif.c. */
#include "base/zone.h"

#include "base/banned.h"

#include <errno.h>

enum { MAX_NAME = 80, MAX_FILE = 1 << 18 };

void lede_zone_close(lede_zone *zone) {
    if (!zone)
        return;
    free(zone->times);
    free(zone->offsets);
    free(zone);
}

int lede_zone_offset(const lede_zone *zone, int64_t at) {
    if (!zone)
        return 0;
    if (zone->count == 0 || at < zone->times[0])
        return zone->count == 0 && zone->has_rule ? lede__zone_rule_offset(&zone->rule, at)
                                                  : zone->first;
    size_t low = 0, high = zone->count; /* times[low] <= at < times[high] */
    if (at >= zone->times[high - 1]) {
        return zone->has_rule ? lede__zone_rule_offset(&zone->rule, at) : zone->offsets[high - 1];
    }
    while (high - low > 1) {
        const size_t middle = low + (high - low) / 2;
        if (at < zone->times[middle])
            high = middle;
        else
            low = middle;
    }
    return zone->offsets[low];
}

/* "UTC", "Z", "+02:00", "-0330", "+5": zones that need no file. */
static bool fixed_offset(const char *name, int *minutes) {
    *minutes = 0;
    if (strcmp(name, "UTC") == 0 || strcmp(name, "Z") == 0)
        return true;
    if (name[0] != '+' && name[0] != '-')
        return false;
    int digits[4], n = 0;
    for (const char *p = name + 1; *p; p++) {
        if (*p == ':' && (n == 2 || n == 1) && p[1]) {
            if (n == 1)
                digits[1] = digits[0], digits[0] = 0, n = 2;
            if (strlen(p + 1) != 2)
                return false;
        } else if (*p >= '0' && *p <= '9' && n < 4) {
            digits[n++] = *p - '0';
        } else {
            return false;
        }
    }
    int hours, rest = 0;
    switch (n) {
    case 1:
        hours = digits[0];
        break;
    case 2:
        hours = digits[0] * 10 + digits[1];
        break;
    case 4:
        hours = digits[0] * 10 + digits[1], rest = digits[2] * 10 + digits[3];
        break;
    default:
        return false;
    }
    if (hours > 23 || rest > 59)
        return false;
    *minutes = (name[0] == '-' ? -1 : 1) * (hours * 60 + rest);
    return true;
}

/* Letters, digits, "_+-" in steps joined by '/': no dot at all, so no way out of the folder. */
static bool name_safe(const char *name) {
    const size_t n = strlen(name);
    if (n == 0 || n > MAX_NAME || name[0] == '/' || name[n - 1] == '/')
        return false;
    for (size_t i = 0; i < n; i++) {
        const char c = name[i];
        const bool letter = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
        if (!letter && !(c >= '0' && c <= '9') && !strchr("_+-/", c))
            return false;
        if (c == '/' && name[i + 1] == '/')
            return false;
    }
    return true;
}

/* Appends the file of a zone; false when the folder has none. */
static bool read_zone_file(const char *folder, const char *name, lede_buf *out) {
    lede_buf path;
    lede_buf_init(&path, 4096);
    lede_buf_addf(&path, "%s/%s", folder, name);
    FILE *file = path.status ? NULL : fopen(path.ptr, "rbe");
    lede_buf_fini(&path);
    if (!file)
        return false;
    lede_buf_clear(out);
    size_t n = 1;
    while (n > 0) {
        char *to = lede_buf_room(out, 4096);
        n = to ? fread(to, 1, 4096, file) : 0;
        if (to)
            lede_buf_seal(out, n);
    }
    const bool whole = !ferror(file) && !out->status && out->len > 0;
    fclose(file);
    return whole;
}

static bool find_zone_file(const char *name, lede_buf *out) {
    const char *own = getenv("ZONEINFO");
    if (own && *own && read_zone_file(own, name, out))
        return true;
    return read_zone_file("/usr/share/zoneinfo", name, out) ||
           read_zone_file("/usr/lib/zoneinfo", name, out);
}

static lede_status unknown_zone(const char *name, lede_error *err) {
    lede_buf probe;
    lede_buf_init(&probe, MAX_FILE);
    const bool installed = find_zone_file("Europe/Paris", &probe);
    lede_buf_fini(&probe);
    if (!installed)
        return lede_fail(err, LEDE_ENOTFOUND,
                         "no time zone '%.80s': this machine has no zone data; install the package "
                         "tzdata, or write UTC or an offset like +02:00",
                         name);
    return lede_fail(err, LEDE_ENOTFOUND,
                     "no time zone '%.80s': write a name like Europe/Paris, UTC, or an offset like "
                     "+02:00",
                     name);
}

lede_status lede_zone_open(const char *name, lede_zone **out, lede_error *err) {
    *out = NULL;
    int minutes;
    const bool fixed = fixed_offset(name, &minutes);
    if (!fixed && !name_safe(name))
        return unknown_zone(name, err);

    lede_zone *zone = calloc(1, sizeof *zone);
    if (!zone)
        return lede_fail(err, LEDE_ENOMEM, "out of memory for the time zone '%s'", name);
    zone->first = minutes;
    if (!fixed) {
        lede_buf bytes;
        lede_buf_init(&bytes, MAX_FILE);
        lede_status status = find_zone_file(name, &bytes)
                                 ? lede__tzif_read(lede_buf_str(&bytes), zone, err)
                                 : unknown_zone(name, err);
        lede_buf_fini(&bytes);
        if (status == LEDE_EFORMAT)
            status = lede_fail_in(err, status, "time zone '%s'", name);
        if (status) {
            lede_zone_close(zone);
            return status;
        }
    }
    *out = zone;
    return LEDE_OK;
}
