/* store.c - lede.store: articles as tables, for scripts on the desk. Types: include/lua/lede/store.lua. */
#include "bind/bind.h"
#include "bind/store.h"
#include "bind/value.h"
#include "lede/store.h"
#include "script/vm.h"
#include "sys/sys.h"
#include "text/slug.h"

#include <lauxlib.h>
#include <stdlib.h>

#define CLASS "lede.Store"

static lede_store **box_of(lua_State *L) { return luaL_checkudata(L, 1, CLASS); }

lede_store *lede__check_store(lua_State *L, int i) {
    lede_store *s = *(lede_store **)luaL_checkudata(L, i, CLASS);
    if (!s)
        luaL_error(L, "the store is closed");
    return s;
}

static lede_store *check_store(lua_State *L) { return lede__check_store(L, 1); }

/* ---- an article as a table */

static void set_text(lua_State *L, const char *key, lede_str s) {
    if (!s.len)
        return;
    lua_pushlstring(L, s.ptr, s.len);
    lua_setfield(L, -2, key);
}

static const char *const text_names[] = {
#define X(field, lua) lua,
    LEDE_TEXT_FIELDS(X)
#undef X
};
static const char *const list_names[] = {
#define X(field, lua) lua,
    LEDE_LIST_FIELDS(X)
#undef X
};
static const char *const time_names[] = {
#define X(field, lua) lua,
    LEDE_TIME_FIELDS(X)
#undef X
};

static void push_params(lua_State *L, lede_str json) {
    lede_arena arena;
    lede_value v;
    lede_arena_init(&arena, (size_t)16 << 20);
    bool ok = json.len && lede_json_read(&arena, json, &v, NULL) == LEDE_OK;
    if (ok)
        lede__bind_push_value(L, &v);
    lede_arena_fini(&arena);
    if (ok)
        lua_setfield(L, -2, "params");
}

static void push_card(lua_State *L, const lede_card *c) {
    lua_newtable(L);
    for (int f = 0; f < LEDE_TEXT_COUNT; f++)
        if (f != LEDE_TEXT_PARAMS)
            set_text(L, text_names[f], lede_card_text(c, (enum lede_text_field)f));
    push_params(L, lede_card_text(c, LEDE_TEXT_PARAMS));
    for (int f = 0; f < LEDE_LIST_COUNT; f++) {
        uint32_t n = lede_card_list_count(c, (enum lede_list_field)f);
        if (!n)
            continue;
        lua_createtable(L, (int)n, 0);
        for (uint32_t i = 0; i < n; i++) {
            lede_str s = lede_card_list_at(c, (enum lede_list_field)f, i);
            lua_pushlstring(L, s.ptr, s.len);
            lua_rawseti(L, -2, (lua_Integer)i + 1);
        }
        lua_setfield(L, -2, list_names[f]);
    }
    for (int f = 0; f < LEDE_TIME_COUNT; f++) {
        int64_t t = lede_card_time(c, (enum lede_time_field)f);
        if (t != LEDE_NO_TIME)
            lede__set_integer(L, time_names[f], t);
    }
    lede__set_integer(L, "weight", lede_card_weight(c));
    lede__set_integer(L, "words", lede_card_words(c));
    lua_pushstring(L, lede_state_name(lede_card_state(c)));
    lua_setfield(L, -2, "state");
}

static void push_stored(lua_State *L, const lede_stored *x, bool with_body) {
    push_card(L, x->card);
    if (with_body) {
        lua_pushlstring(L, x->body.ptr ? x->body.ptr : "", x->body.len);
        lua_setfield(L, -2, "body");
    }
    lede__set_integer(L, "revision", x->revision);
    lede__set_integer(L, "seq", x->seq);
    lede__set_integer(L, "changed_at", x->changed_at);
}

/* ---- a table as an article */

static bool text_field(lua_State *L, int t, const char *name, lede_arena *a, lede_str *out) {
    int type = lua_getfield(L, t, name);
    if (type == LUA_TSTRING || type == LUA_TNUMBER) {
        size_t len;
        lua_pushvalue(L, -1);
        const char *s = lua_tolstring(L, -1, &len);
        *out = lede_arena_copy(a, (lede_str){s, len});
        lua_pop(L, 1);
    }
    lua_pop(L, 1);
    return type == LUA_TNIL || out->ptr;
}

static bool list_field(lua_State *L, int t, const char *name, lede_arena *a, lede_list *out) {
    if (lua_getfield(L, t, name) == LUA_TTABLE) {
        size_t n = lua_rawlen(L, -1);
        out->items = lede_arena_zero(a, (n + 1) * sizeof *out->items);
        for (size_t i = 0; out->items && i < n; i++) {
            size_t len;
            lua_rawgeti(L, -1, (lua_Integer)i + 1);
            const char *s = lua_tolstring(L, -1, &len);
            if (s)
                out->items[out->count++] = lede_arena_copy(a, (lede_str){s, len});
            lua_pop(L, 1);
        }
    }
    lua_pop(L, 1);
    return true;
}

static lede_status read_article(lua_State *L, int t, lede_arena *arena, lede_article *a, lede_error *err) {
    *a = (lede_article){.state = LEDE_PUBLISHED};
    for (int f = 0; f < LEDE_TEXT_COUNT; f++)
        if (f != LEDE_TEXT_PARAMS && !text_field(L, t, text_names[f], arena, &a->text[f]))
            return lede_fail(err, LEDE_EINVAL, "put: %s is text", text_names[f]);
    for (int f = 0; f < LEDE_LIST_COUNT; f++)
        list_field(L, t, list_names[f], arena, &a->list[f]);
    for (int f = 0; f < LEDE_TIME_COUNT; f++) {
        lua_getfield(L, t, time_names[f]);
        a->time[f] = lua_isinteger(L, -1) ? lua_tointeger(L, -1) : LEDE_NO_TIME;
        lua_pop(L, 1);
    }
    lede_str state = {0};
    if (text_field(L, t, "state", arena, &state) && state.len && !lede_state_parse(state, &a->state))
        return lede_fail(err, LEDE_EINVAL, "put: there is no state '%.*s'", (int)state.len, state.ptr);
    lua_getfield(L, t, "weight");
    a->weight = (int32_t)lua_tointeger(L, -1);
    lua_getfield(L, t, "words");
    a->words = (uint32_t)lua_tointeger(L, -1);
    lua_pop(L, 2);
    if (lua_getfield(L, t, "params") == LUA_TTABLE) {
        lede_value v;
        lede_buf b;
        lede_status st = lede__bind_to_value(L, lua_gettop(L), arena, &v, err);
        if (st)
            return st;
        lede_buf_init(&b, (size_t)16 << 20);
        lede_json_write(&b, &v);
        a->text[LEDE_TEXT_PARAMS] = lede_arena_copy(arena, lede_buf_str(&b));
        lede_buf_fini(&b);
    }
    lua_pop(L, 1);
    return text_field(L, t, "body", arena, &a->body) ? LEDE_OK : lede_fail(err, LEDE_EINVAL, "put: body is text");
}

/* What a new article needs and its author need not say. */
static lede_status complete(lede_article *a, lede_arena *arena, char id[27], lede_error *err) {
    if (!a->text[LEDE_TEXT_TITLE].len)
        return lede_fail(err, LEDE_EINVAL, "put: an article needs a title");
    if (!a->text[LEDE_TEXT_ID].len) {
        unsigned char random[10];
        if (!lede__random(random, sizeof random))
            return lede_fail(err, LEDE_EIO, "put: no random numbers to be had");
        lede_article_ulid((uint64_t)lede_time_now() * 1000, random, id);
        a->text[LEDE_TEXT_ID] = lede_str_n(id, 26);
    } else if (!lede_article_id_valid(a->text[LEDE_TEXT_ID])) {
        return lede_fail(err, LEDE_EINVAL, "put: an id is 26 characters of Crockford's base 32; leave it out for a new one");
    }
    if (a->time[LEDE_TIME_DATE] == LEDE_NO_TIME)
        a->time[LEDE_TIME_DATE] = lede_time_now();
    lede_buf b;
    lede_buf_init(&b, 1 << 16);
    if (!a->text[LEDE_TEXT_SLUG].len) {
        lede__slug(&b, a->text[LEDE_TEXT_TITLE]);
        a->text[LEDE_TEXT_SLUG] = lede_arena_copy(arena, lede_buf_str(&b));
    }
    if (a->text[LEDE_TEXT_SECTION].len && !a->text[LEDE_TEXT_SECTION_SLUG].len) {
        lede_buf_clear(&b);
        lede__slug(&b, a->text[LEDE_TEXT_SECTION]);
        a->text[LEDE_TEXT_SECTION_SLUG] = lede_arena_copy(arena, lede_buf_str(&b));
    }
    lede_status st = LEDE_OK;
    if (!a->text[LEDE_TEXT_URL].len) {
        lede_buf_clear(&b);
        st = lede_permalink((lede_str){0}, a, NULL, false, &b, err);
        a->text[LEDE_TEXT_URL] = lede_arena_copy(arena, lede_buf_str(&b));
    }
    lede_buf_fini(&b);
    return st;
}

/* An article that belongs to a content file is edited there. */
static lede_status refuse_files(lede_store *s, lede_str id, lede_error *err) {
    lede_stored x;
    if (lede_store_get(s, id, &x, NULL) != LEDE_OK)
        return LEDE_OK; /* new; or put itself will say what is wrong */
    lede_str path = lede_card_text(x.card, LEDE_TEXT_PATH);
    lede_status st = path.len ? lede_fail(err, LEDE_EDENIED, "this article belongs to content/%.*s: edit the file", (int)path.len, path.ptr) : LEDE_OK;
    lede_stored_fini(&x);
    return st;
}

/* ---- lede.store.open(url) -> store */

static int l_store_open(lua_State *L) {
    const char *url = luaL_checkstring(L, 1);
    lede_store **box = lua_newuserdatauv(L, sizeof *box, 0);
    *box = NULL;
    luaL_setmetatable(L, CLASS);

    lede_error err = {0};
    if (lede_store_open(url, box, &err))
        return lede_vm_refuse(L, &err);
    return 1;
}

static int l_store_close(lua_State *L) {
    lede_store **box = box_of(L);
    lede_store_close(*box);
    *box = NULL;
    return 0;
}

/* store:get(ref) -> article, or nil, err; ref is an id, a URL or a source path */
static int l_store_get(lua_State *L) {
    lede_store *s = check_store(L);
    size_t len;
    const char *ref = luaL_checklstring(L, 2, &len);

    lede_error err = {0};
    lede_stored x;
    if (lede_store_get(s, (lede_str){ref, len}, &x, &err))
        return lede_vm_refuse(L, &err);
    push_stored(L, &x, true);
    lede_stored_fini(&x);
    return 1;
}

/* store:put(article, { who=, what=, revision= }) -> revision, id. A content file's article is refused, naming the file. */
static int l_store_put(lua_State *L) {
    lede_store *s = check_store(L);
    luaL_checktype(L, 2, LUA_TTABLE);
    lua_settop(L, 3);
    lede_arena arena;
    lede_arena_init(&arena, (size_t)64 << 20);
    lede_error err = {0};
    lede_article a;
    char id[27];
    lede_str who = {0}, what = {0};
    int32_t expected = 0, revision = 0;
    if (lua_istable(L, 3)) {
        text_field(L, 3, "who", &arena, &who);
        text_field(L, 3, "what", &arena, &what);
        lua_getfield(L, 3, "revision");
        expected = (int32_t)lua_tointeger(L, -1);
        lua_pop(L, 1);
    }
    lede_status st = read_article(L, 2, &arena, &a, &err);
    if (!st && a.text[LEDE_TEXT_PATH].len)
        st = lede_fail(&err, LEDE_EDENIED, "this article belongs to content/%.*s: edit the file", (int)a.text[LEDE_TEXT_PATH].len, a.text[LEDE_TEXT_PATH].ptr);
    if (!st)
        st = complete(&a, &arena, id, &err);
    if (!st)
        st = refuse_files(s, a.text[LEDE_TEXT_ID], &err);
    lede_buf packed;
    lede_buf_init(&packed, (size_t)16 << 20);
    if (!st) {
        lede_card_pack(&packed, &a);
        st = lede_buf_status(&packed, &err);
    }
    lede_change change = {who.len ? who : LEDE_STR("script"), what.len ? what : LEDE_STR("put"), lede_time_now()};
    if (!st)
        st = lede_store_put(s, (const lede_card *)(const void *)packed.ptr, a.body, expected, &change, &revision, NULL, NULL, &err);
    lede_buf_fini(&packed);
    char kept[27] = "";
    memcpy(kept, a.text[LEDE_TEXT_ID].ptr ? a.text[LEDE_TEXT_ID].ptr : "", a.text[LEDE_TEXT_ID].len < 26 ? a.text[LEDE_TEXT_ID].len : 26);
    lede_arena_fini(&arena);

    if (st)
        return lede_vm_refuse(L, &err);
    lua_pushinteger(L, revision);
    lua_pushstring(L, kept);
    return 2;
}

/* What a walk needs while it pushes: errors of Lua must not jump through the engine. */
typedef struct walk {
    lua_State *L;
    lua_Integer count;
    bool failed, bodies;
} walk;

static int push_protected(lua_State *L) {
    const walk *w = lua_touserdata(L, 2);
    push_stored(L, lua_touserdata(L, 1), w->bodies);
    return 1;
}

static bool walk_each(void *ctx, const lede_stored *x) {
    walk *w = ctx;
    lua_pushcfunction(w->L, push_protected);
    lua_pushlightuserdata(w->L, (void *)(uintptr_t)x);
    lua_pushlightuserdata(w->L, w);
    if (lua_pcall(w->L, 2, 1, 0) != LUA_OK) {
        w->failed = true;
        return false; /* the message stays on the stack */
    }
    lua_rawseti(w->L, -2, ++w->count);
    return true;
}

/* store:articles{ changed_since=, bodies= } -> list of articles in order of id (of change when changed_since is given) */
static int l_store_articles(lua_State *L) {
    lede_store *s = check_store(L);
    int64_t since = -1;
    walk w = {.L = L};
    if (lua_istable(L, 2)) {
        if (lua_getfield(L, 2, "changed_since") == LUA_TNUMBER)
            since = lua_tointeger(L, -1);
        lua_getfield(L, 2, "bodies");
        w.bodies = lua_toboolean(L, -1);
        lua_pop(L, 2);
    }
    luaL_checkstack(L, 8, NULL);
    lua_newtable(L);

    lede_error err = {0};
    lede_status st = lede_store_walk(s, since, w.bodies, walk_each, &w, &err);

    if (w.failed)
        return lua_error(L);
    return st ? lede_vm_refuse(L, &err) : 1;
}

static bool revision_each(void *ctx, const lede_revision *r) {
    walk *w = ctx;
    lua_pushcfunction(w->L, push_protected);
    lua_pushlightuserdata(w->L, (void *)(uintptr_t)&r->version);
    lua_pushlightuserdata(w->L, w);
    if (lua_pcall(w->L, 2, 1, 0) != LUA_OK) {
        w->failed = true;
        return false;
    }
    lua_createtable(w->L, 0, 6); /* list article entry */
    lede__set_integer(w->L, "number", r->number);
    lede__set_integer(w->L, "seq", r->seq);
    lede__set_integer(w->L, "at", r->at);
    set_text(w->L, "who", r->who);
    set_text(w->L, "what", r->what);
    lua_insert(w->L, -2);
    lua_setfield(w->L, -2, "article");
    lua_rawseti(w->L, -2, ++w->count);
    return true;
}

/* store:history(ref) -> list of { number, seq, at, who, what, article }, newest first */
static int l_store_history(lua_State *L) {
    lede_store *s = check_store(L);
    size_t len;
    const char *ref = luaL_checklstring(L, 2, &len);
    walk w = {.L = L, .bodies = true};
    luaL_checkstack(L, 8, NULL);
    lua_newtable(L);

    lede_error err = {0};
    lede_stored x;
    lede_status st = lede_store_get(s, (lede_str){ref, len}, &x, &err);
    if (!st) {
        char id[27] = "";
        memcpy(id, lede_card_text(x.card, LEDE_TEXT_ID).ptr, 26);
        lede_stored_fini(&x);
        st = lede_store_history(s, lede_str_n(id, 26), revision_each, &w, &err);
    }

    if (w.failed)
        return lua_error(L);
    return st ? lede_vm_refuse(L, &err) : 1;
}

/* store:purge(ref) -> id: the article with all its versions, for good */
static int l_store_purge(lua_State *L) {
    lede_store *s = check_store(L);
    size_t len;
    const char *ref = luaL_checklstring(L, 2, &len);

    lede_error err = {0};
    lede_stored x;
    char id[27] = "";
    lede_status st = lede_store_get(s, (lede_str){ref, len}, &x, &err);
    if (!st) {
        memcpy(id, lede_card_text(x.card, LEDE_TEXT_ID).ptr, 26);
        lede_stored_fini(&x);
        st = lede_store_purge(s, lede_str_n(id, 26), &err);
    }

    if (st)
        return lede_vm_refuse(L, &err);
    lua_pushstring(L, id);
    return 1;
}

/* store:head() -> { seq, changed_at, articles, uuid } */
static int l_store_head(lua_State *L) {
    lede_store *s = check_store(L);
    lede_store_head h;
    lede_error err = {0};
    if (lede_store_get_head(s, &h, &err))
        return lede_vm_refuse(L, &err);
    lua_newtable(L);
    lede__set_integer(L, "seq", h.seq);
    lede__set_integer(L, "articles", h.articles);
    if (h.changed_at != LEDE_NO_TIME)
        lede__set_integer(L, "changed_at", h.changed_at);
    set_text(L, "uuid", lede_str_of(h.uuid));
    return 1;
}

/* store:transaction(fn) -> what fn gave; an error inside rolls back and is raised again */
static int l_store_transaction(lua_State *L) {
    lede_store *s = check_store(L);
    luaL_checktype(L, 2, LUA_TFUNCTION);
    lua_settop(L, 2);

    lede_error err = {0};
    if (lede_store_begin(s, &err))
        return lede_vm_refuse(L, &err);
    if (lua_pcall(L, 0, LUA_MULTRET, 0) != LUA_OK) {
        lede_store_rollback(s);
        return lua_error(L);
    }
    if (lede_store_commit(s, &err)) {
        lede_store_rollback(s);
        return lede_vm_refuse(L, &err);
    }
    return lua_gettop(L) - 1;
}

/* store:sync() -> true when what was committed is on the disk */
static int l_store_sync(lua_State *L) {
    lede_store *s = check_store(L);
    lede_error err = {0};
    if (lede_store_sync(s, &err))
        return lede_vm_refuse(L, &err);
    lua_pushboolean(L, 1);
    return 1;
}

static const luaL_Reg functions[] = {{"open", l_store_open}, {NULL, NULL}};
static const luaL_Reg methods[] = {{"get", l_store_get},   {"put", l_store_put},         {"articles", l_store_articles}, {"history", l_store_history},   {"purge", l_store_purge},
                                   {"head", l_store_head}, {"transaction", l_store_transaction}, {"sync", l_store_sync}, {"close", l_store_close}, {NULL, NULL}};
static const luaL_Reg metamethods[] = {{"__gc", l_store_close}, {"__close", l_store_close}, {NULL, NULL}};

int luaopen_lede_store(lua_State *L) {
    lede_vm_class(L, CLASS, metamethods, methods);
    luaL_newlib(L, functions);
    return 1;
}
