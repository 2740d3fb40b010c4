/* outbox.c - lede.outbox: rows of a store's outbox, for who delivers them. Types:
 * include/lua/lede/outbox.lua; the rules: lede/outbox.h. */
#include "lede/outbox.h"
#include "bind/bind.h"
#include "bind/store.h"
#include "bind/value.h"

#include <lauxlib.h>
#include <time.h>

/* ---- rows as tables */

/* What a walk needs while it pushes: errors of Lua must not jump through the store. */
typedef struct walk {
    lua_State *L;
    lua_Integer count, limit;
    bool failed;
    const void *at;
} walk;

static int push_row(lua_State *L) {
    const lede_delivery *x = ((const walk *)lua_touserdata(L, 1))->at;
    lua_createtable(L, 0, 13);
    lede__set_text(L, "plugin", x->plugin);
    lede__set_text(L, "target", x->target);
    lede__set_text(L, "key", x->key);
    lede__set_text(L, "subject", x->subject);
    lede__set_text(L, "data", x->data);
    lede__set_text(L, "holder", x->holder);
    lede__set_text(L, "said", x->said);
    lede__set_integer(L, "number", x->number);
    lede__set_integer(L, "release", (int64_t)x->release);
    lede__set_integer(L, "made_at", x->made_at);
    lede__set_integer(L, "due_at", x->due_at);
    lede__set_integer(L, "tries", x->tries);
    lua_pushstring(L, lede_delivery_state_name(x->state));
    lua_setfield(L, -2, "state");
    return 1;
}

static int push_target(lua_State *L) {
    const lede_outbox_target *x = ((const walk *)lua_touserdata(L, 1))->at;
    lua_createtable(L, 0, 4);
    lede__set_text(L, "plugin", x->plugin);
    lede__set_text(L, "target", x->target);
    lede__set_integer(L, "count", x->count);
    lede__set_integer(L, "due_at", x->due_at);
    return 1;
}

/* Appends what push makes of x to the list at the top. */
static bool append(walk *w, const void *x, lua_CFunction push) {
    lua_State *L = w->L;
    w->at = x;
    lua_pushcfunction(L, push);
    lua_pushlightuserdata(L, w);
    if (lua_pcall(L, 1, 1, 0) != LUA_OK) {
        w->failed = true;
        return false; /* the message stays on the stack */
    }
    lua_rawseti(L, -2, ++w->count);
    return w->count < w->limit;
}

static bool each_row(void *ctx, const lede_delivery *x) { return append(ctx, x, push_row); }
static bool each_target(void *ctx, const lede_outbox_target *x) {
    return append(ctx, x, push_target);
}

static int give_list(lua_State *L, const walk *w, lede_status st, const lede_error *err) {
    if (w->failed)
        return lua_error(L);
    return st ? lede_vm_refuse(L, err) : 1;
}

/* ---- arguments */

static lede_str text_field(lua_State *L, int t, const char *key) {
    size_t len;
    if (lua_getfield(L, t, key) == LUA_TNIL)
        return LEDE_STR(""); /* the nil stays, so does a text */
    luaL_argcheck(L, lua_type(L, -1) == LUA_TSTRING, t, key);
    const char *s = lua_tolstring(L, -1, &len);
    return (lede_str){s, len};
}

static int64_t integer_field(lua_State *L, int t, const char *key, int64_t otherwise) {
    lua_getfield(L, t, key);
    const int64_t v = luaL_optinteger(L, -1, otherwise);
    lua_pop(L, 1);
    return v;
}

static lede_delivery_state state_field(lua_State *L, int t) {
    const lede_str name = text_field(L, t, "state");
    for (int i = 0; i < LEDE_DELIVERY_STATES; i++)
        if (lede_str_is(name, lede_delivery_state_name((lede_delivery_state)i)))
            return (lede_delivery_state)i;
    luaL_argerror(L, t, "state is held, waiting, sent or dead");
    return LEDE_DELIVERY_STATES;
}

static lede_str opt_text(lua_State *L, int i) {
    size_t len;
    const char *s = luaL_optlstring(L, i, "", &len);
    return (lede_str){s, len};
}

static int64_t now_ms(void) {
    struct timespec t;
    clock_gettime(CLOCK_REALTIME, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* ---- functions */

/* outbox.now() -> milliseconds UTC, as rows have them */
static int l_outbox_now(lua_State *L) {
    lua_pushinteger(L, now_ms());
    return 1;
}

/* outbox.put(store, { plugin, target, key, subject, data, release, due_at }) -> whether it is new
 */
static int l_outbox_put(lua_State *L) {
    lede_store *s = lede__check_store(L, 1);
    luaL_checktype(L, 2, LUA_TTABLE);
    const lede_delivery x = {.plugin = text_field(L, 2, "plugin"),
                             .target = text_field(L, 2, "target"),
                             .key = text_field(L, 2, "key"),
                             .subject = text_field(L, 2, "subject"),
                             .data = text_field(L, 2, "data"),
                             .release = (uint64_t)integer_field(L, 2, "release", 0),
                             .made_at = now_ms(),
                             .due_at = integer_field(L, 2, "due_at", now_ms())};
    luaL_argcheck(L, x.plugin.len && x.target.len && x.key.len, 2, "plugin, target and key");

    lede_error err = {0};
    bool added;
    if (lede_outbox_put(s, &x, &added, &err))
        return lede_vm_refuse(L, &err);
    lua_pushboolean(L, added);
    return 1;
}

static int give_count(lua_State *L, lede_status st, uint32_t count, const lede_error *err) {
    if (st)
        return lede_vm_refuse(L, err);
    lua_pushinteger(L, count);
    return 1;
}

/* outbox.settle(store, live, others_are_void) -> how many rows wait from now on */
static int l_outbox_settle(lua_State *L) {
    lede_store *s = lede__check_store(L, 1);
    const uint64_t live = (uint64_t)luaL_checkinteger(L, 2);
    lede_error err = {0};
    uint32_t count;
    const lede_status st = lede_outbox_settle(s, live, lua_toboolean(L, 3), &count, &err);
    return give_count(L, st, count, &err);
}

/* outbox.rows(store, { state, plugin, target, subject, upto, limit }) -> list of rows, the first
 * due first */
static int l_outbox_rows(lua_State *L) {
    lede_store *s = lede__check_store(L, 1);
    luaL_checktype(L, 2, LUA_TTABLE);
    const lede_outbox_query q = {.state = state_field(L, 2),
                                 .plugin = text_field(L, 2, "plugin"),
                                 .target = text_field(L, 2, "target"),
                                 .subject = text_field(L, 2, "subject"),
                                 .upto = integer_field(L, 2, "upto", INT64_MAX)};
    walk w = {.L = L, .limit = integer_field(L, 2, "limit", LUA_MAXINTEGER)};
    luaL_argcheck(L, w.limit >= 1, 2, "limit: 1 or more");
    luaL_checkstack(L, 8, NULL);
    lua_newtable(L);

    lede_error err = {0};
    const lede_status st = lede_outbox_walk(s, &q, each_row, &w, &err);
    return give_list(L, &w, st, &err);
}

/* outbox.targets(store, state) -> list of { plugin, target, count, due_at } */
static int l_outbox_targets(lua_State *L) {
    lede_store *s = lede__check_store(L, 1);
    luaL_checktype(L, 2, LUA_TTABLE);
    const lede_delivery_state state = state_field(L, 2);
    walk w = {.L = L, .limit = LUA_MAXINTEGER};
    luaL_checkstack(L, 8, NULL);
    lua_newtable(L);

    lede_error err = {0};
    const lede_status st = lede_outbox_targets(s, state, each_target, &w, &err);
    return give_list(L, &w, st, &err);
}

/* outbox.claim(store, { plugin, target, holder, now, until_at, max }) -> list of rows */
static int l_outbox_claim(lua_State *L) {
    lede_store *s = lede__check_store(L, 1);
    luaL_checktype(L, 2, LUA_TTABLE);
    const lede_outbox_claim c = {.plugin = text_field(L, 2, "plugin"),
                                 .target = text_field(L, 2, "target"),
                                 .holder = text_field(L, 2, "holder"),
                                 .now = integer_field(L, 2, "now", now_ms()),
                                 .until = integer_field(L, 2, "until_at", 0),
                                 .max = (uint32_t)integer_field(L, 2, "max", 1)};
    luaL_argcheck(L, c.holder.len && c.until > c.now, 2, "holder, and an until_at that comes");
    walk w = {.L = L, .limit = LUA_MAXINTEGER};
    luaL_checkstack(L, 8, NULL);
    lua_newtable(L);

    lede_error err = {0};
    const lede_status st = lede_outbox_claim_rows(s, &c, each_row, &w, &err);
    return give_list(L, &w, st, &err);
}

/* outbox.extend(store, number, holder, until_at) -> true */
static int l_outbox_extend(lua_State *L) {
    lede_store *s = lede__check_store(L, 1);
    const int64_t number = luaL_checkinteger(L, 2), until = luaL_checkinteger(L, 4);
    const char *holder = luaL_checkstring(L, 3);
    lede_error err = {0};
    if (lede_outbox_extend(s, number, lede_str_of(holder), until, &err))
        return lede_vm_refuse(L, &err);
    lua_pushboolean(L, true);
    return 1;
}

/* outbox.finish(store, number, holder, { state, at, said, is_no_try }) -> true */
static int l_outbox_finish(lua_State *L) {
    lede_store *s = lede__check_store(L, 1);
    const int64_t number = luaL_checkinteger(L, 2);
    const char *holder = luaL_checkstring(L, 3);
    luaL_checktype(L, 4, LUA_TTABLE);
    lede_outbox_end end = {.state = state_field(L, 4),
                           .at = integer_field(L, 4, "at", now_ms()),
                           .said = text_field(L, 4, "said")};
    lua_getfield(L, 4, "is_no_try");
    end.is_no_try = lua_toboolean(L, -1);
    luaL_argcheck(L, end.state != LEDE_HELD, 4, "state: waiting, sent or dead");

    lede_error err = {0};
    if (lede_outbox_end_claim(s, number, lede_str_of(holder), &end, &err))
        return lede_vm_refuse(L, &err);
    lua_pushboolean(L, true);
    return 1;
}

/* outbox.abandon(store, holder) -> how many rows are given back */
static int l_outbox_abandon(lua_State *L) {
    lede_store *s = lede__check_store(L, 1);
    const char *holder = luaL_checkstring(L, 2);
    lede_error err = {0};
    uint32_t count;
    const lede_status st = lede_outbox_abandon(s, lede_str_of(holder), now_ms(), &count, &err);
    return give_count(L, st, count, &err);
}

/* outbox.retry(store, plugin, target) -> how many dead rows wait again */
static int l_outbox_retry(lua_State *L) {
    lede_store *s = lede__check_store(L, 1);
    lede_error err = {0};
    uint32_t count;
    const lede_status st =
        lede_outbox_retry(s, opt_text(L, 2), opt_text(L, 3), now_ms(), &count, &err);
    return give_count(L, st, count, &err);
}

/* outbox.forget(store, texts) -> how many sent and dead rows had one of them and are removed */
static int l_outbox_forget(lua_State *L) {
    lede_store *s = lede__check_store(L, 1);
    luaL_checktype(L, 2, LUA_TTABLE);
    const size_t n = lua_rawlen(L, 2);
    lede_str *texts = lua_newuserdatauv(L, (n + 1) * sizeof *texts, 0);
    for (size_t i = 0; i < n; i++) {
        lua_rawgeti(L, 2, (lua_Integer)i + 1);
        texts[i].ptr = luaL_checklstring(L, -1, &texts[i].len); /* the list keeps it */
        lua_pop(L, 1);
    }

    lede_error err = {0};
    uint32_t count;
    const lede_status st = lede_outbox_forget(s, texts, n, &count, &err);
    return give_count(L, st, count, &err);
}

/* outbox.prune(store, before) -> how many sent rows are forgotten */
static int l_outbox_prune(lua_State *L) {
    lede_store *s = lede__check_store(L, 1);
    const int64_t before = luaL_checkinteger(L, 2);
    lede_error err = {0};
    uint32_t count;
    const lede_status st = lede_outbox_prune(s, before, &count, &err);
    return give_count(L, st, count, &err);
}

static const luaL_Reg functions[] = {{"now", l_outbox_now},
                                     {"put", l_outbox_put},
                                     {"settle", l_outbox_settle},
                                     {"rows", l_outbox_rows},
                                     {"targets", l_outbox_targets},
                                     {"claim", l_outbox_claim},
                                     {"extend", l_outbox_extend},
                                     {"finish", l_outbox_finish},
                                     {"abandon", l_outbox_abandon},
                                     {"retry", l_outbox_retry},
                                     {"forget", l_outbox_forget},
                                     {"prune", l_outbox_prune},
                                     {NULL, NULL}};

int luaopen_lede_outbox(lua_State *L) {
    luaL_newlib(L, functions);
    return 1;
}
