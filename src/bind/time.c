/* time.c - lede.time: instants (integer seconds) and their text, by zone and language. See lede/format.h. */
#include "bind/bind.h"
#include "bind/text.h"

#include "lede/time.h"

#include <lauxlib.h>
#include <stdlib.h>

/* Zones that were asked for; a VM opens each once. Registry: name -> box. */
static const char zones_key;

static int zone_gc(lua_State *L) {
    lede_zone **box = luaL_checkudata(L, 1, "lede.Zone");
    lede_zone_close(*box);
    *box = NULL;
    return 0;
}

static const lede_zone *find_zone(lua_State *L, const char *name) {
    lua_rawgetp(L, LUA_REGISTRYINDEX, &zones_key);
    if (lua_getfield(L, -1, name) == LUA_TUSERDATA) {
        lede_zone *z = *(lede_zone **)lua_touserdata(L, -1);
        lua_pop(L, 2);
        return z;
    }
    lua_pop(L, 1);
    lede_zone **box = lua_newuserdatauv(L, sizeof *box, 0);
    *box = NULL;
    luaL_setmetatable(L, "lede.Zone");
    lede_error err = {0};
    if (lede_zone_open(name, box, &err))
        luaL_error(L, "%s", err.message);
    lua_pushvalue(L, -1);
    lua_setfield(L, -3, name);
    lede_zone *z = *box;
    lua_pop(L, 2);
    return z;
}

/* The zone of an options table at index i, or a plain name there; NULL is UTC. */
static const lede_zone *zone_option(lua_State *L, int i) {
    const lede_zone *z = NULL;
    if (lua_isstring(L, i))
        return find_zone(L, lua_tostring(L, i));
    if (!lua_istable(L, i))
        return NULL;
    if (lua_getfield(L, i, "zone") == LUA_TSTRING)
        z = find_zone(L, lua_tostring(L, -1));
    lua_pop(L, 1);
    return z;
}

static int with_zone(lua_State *L, void (*write)(lede_buf *, int64_t, const lede_zone *)) {
    int64_t t = luaL_checkinteger(L, 1);
    const lede_zone *z = zone_option(L, 2);
    lede_buf *b = lede_vm_scratch(L, 256);
    write(b, t, z);
    lua_pushlstring(L, b->ptr, b->len);
    return 1;
}

static int l_time_rfc3339(lua_State *L) { return with_zone(L, lede_time_rfc3339); }
static int l_time_rfc822(lua_State *L) { return with_zone(L, lede_time_rfc822); }

/* lede.time.parse(text, { zone = }) -> integer, or nil, err */
static int l_time_parse(lua_State *L) {
    size_t len;
    const char *s = luaL_checklstring(L, 1, &len);
    const lede_zone *z = zone_option(L, 2);

    lede_error err = {0};
    int64_t t;
    if (lede_time_parse((lede_str){s, len}, z, &t, NULL, &err))
        return lede_vm_refuse(L, &err);
    lua_pushinteger(L, t);
    return 1;
}

static void set(lua_State *L, const char *key, int v) {
    lua_pushinteger(L, v);
    lua_setfield(L, -2, key);
}

/* lede.time.civil(t, { zone = }) -> { year, month, day, hour, minute, second, weekday (0 Sunday), yearday, offset } */
static int l_time_civil(lua_State *L) {
    int64_t t = luaL_checkinteger(L, 1);
    lede_civil c;
    lede_time_civil(t, zone_option(L, 2), &c);
    lua_createtable(L, 0, 9);
    set(L, "year", c.year);
    set(L, "month", c.month);
    set(L, "day", c.day);
    set(L, "hour", c.hour);
    set(L, "minute", c.minute);
    set(L, "second", c.second);
    set(L, "weekday", c.weekday);
    set(L, "yearday", c.yearday);
    set(L, "offset", c.offset_minutes);
    return 1;
}

/* What the arguments (t, text, lang, zone) of format and expand say. */
typedef struct wanted {
    int64_t t;
    lede_str text, lang;
    const lede_zone *zone;
    lede_format *format;
} wanted;

static wanted check_wanted(lua_State *L) {
    wanted w = {.t = luaL_checkinteger(L, 1)};
    w.text.ptr = luaL_checklstring(L, 2, &w.text.len);
    w.lang.ptr = luaL_optlstring(L, 3, "en", &w.lang.len);
    w.zone = lua_isnoneornil(L, 4) ? NULL : find_zone(L, luaL_checkstring(L, 4));
    w.format = lede__bind_format(L);
    return w;
}

/* lede.time_core.format(t, style, lang, zone) -> text, or nil, err for a style that there is not */
static int l_time_format(lua_State *L) {
    const wanted w = check_wanted(L);
    lede_buf *b = lede_vm_scratch(L, 1 << 16);

    lede_error err = {0};
    const lede_status st = lede_format_date(w.format, w.t, w.zone, w.lang, w.text, b, &err);

    return st ? lede_vm_refuse(L, &err) : lede__give(L, b);
}

/* A name in the form that goes with a day ("3 апреля"), or the one that stands alone ("апрель"). */
static void add_name(lua_State *L, const wanted *w, const char *pattern, lede_buf *b) {
    lede_error err = {0};
    if (lede_format_pattern(w->format, w->t, w->zone, w->lang, lede_str_of(pattern), b, &err))
        luaL_error(L, "time: %s", err.message);
}

static bool has_day(lede_str pattern) {
    for (size_t i = 0; i + 1 < pattern.len; i++)
        if (pattern.ptr[i] == '%' && strchr("deo", pattern.ptr[++i]))
            return true;
    return false;
}

static void add_offset(lede_buf *b, int minutes) { lede_buf_addf(b, "%c%02d%02d", minutes < 0 ? '-' : '+', abs(minutes) / 60, abs(minutes) % 60); }

static void expand(lua_State *L, const wanted *w, const lede_civil *c, lede_buf *b) {
    const bool day = has_day(w->text);
    for (size_t i = 0; i < w->text.len; i++) {
        const char *p = w->text.ptr + i;
        if (*p != '%' || i + 1 == w->text.len) {
            lede_buf_addc(b, *p);
            continue;
        }
        i++;
        switch (*++p) {
        case 'Y': lede_buf_addf(b, "%04d", c->year); break;
        case 'y': lede_buf_addf(b, "%02d", c->year % 100); break;
        case 'm': lede_buf_addf(b, "%02d", c->month); break;
        case 'd': lede_buf_addf(b, "%02d", c->day); break;
        case 'e': lede_buf_addf(b, "%d", c->day); break;
        case 'o': lede_buf_addf(b, c->day == 1 ? "1er" : "%d", c->day); break; /* French: 1er */
        case 'H': lede_buf_addf(b, "%02d", c->hour); break;
        case 'k': lede_buf_addf(b, "%d", c->hour); break;
        case 'I': lede_buf_addf(b, "%d", (c->hour + 11) % 12 + 1); break;
        case 'M': lede_buf_addf(b, "%02d", c->minute); break;
        case 'S': lede_buf_addf(b, "%02d", c->second); break;
        case 'p': lede_buf_adds(b, c->hour < 12 ? "a.m." : "p.m."); break;
        case 'j': lede_buf_addf(b, "%03d", c->yearday); break;
        case 'z': add_offset(b, c->offset_minutes); break;
        case 'B': add_name(L, w, day ? "MMMM" : "LLLL", b); break;
        case 'b': add_name(L, w, day ? "MMM" : "LLL", b); break;
        case 'A': add_name(L, w, "EEEE", b); break;
        case 'a': add_name(L, w, "EEE", b); break;
        case '%': lede_buf_addc(b, '%'); break;
        default: luaL_error(L, "time: there is no %%%c in patterns (Y y m d e o H k I M S p j z B b A a)", *p);
        }
    }
}

/* lede.time.expand(t, pattern, lang, zone): the mechanism under lede.time.format */
static int l_time_expand(lua_State *L) {
    const wanted w = check_wanted(L);
    lede_civil c;
    lede_time_civil(w.t, w.zone, &c);
    lede_buf *b = lede_vm_scratch(L, 1 << 16);
    expand(L, &w, &c, b);
    return lede__give(L, b);
}

static const luaL_Reg functions[] = {{"rfc3339", l_time_rfc3339}, {"rfc822", l_time_rfc822}, {"parse", l_time_parse},
                                     {"civil", l_time_civil},     {"expand", l_time_expand}, {"format", l_time_format}, {NULL, NULL}};

int luaopen_lede_time_core(lua_State *L) {
    luaL_newmetatable(L, "lede.Zone");
    lua_pushcfunction(L, zone_gc);
    lua_setfield(L, -2, "__gc");
    lua_pop(L, 1);
    lua_newtable(L);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &zones_key);
    luaL_newlib(L, functions);
    return 1;
}
