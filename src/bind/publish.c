/* publish.c - lede.publish: the stages of a publication for Lua. The order of them stands in runtime/lede/publish.lua.
 *
 * A publication is a handle: opened with the site's configuration, its stages called one after the other, closed by <close>
 * or the collector. Each stage blocks until it is done and gives a report as a table. Desk only. */
#include "bind/bind.h"
#include "base/log.h"
#include "base/refused.h"
#include "base/path.h"
#include "bind/publication.h"
#include "bind/records.h"
#include "bind/sealed.h"
#include "bind/publication_lua.h"
#include "bind/task.h"
#include "bind/value.h"
#include "bind/wire.h"
#include "sys/sys.h"

#include <fcntl.h>
#include <lauxlib.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define CLASS "lede.Publication"
enum {
    WORKER_MEMORY_MB = 1024,
    TOLD_MAX = 2000 /* pages and files of which a publication keeps why */
};

/* ---- shared with sync.c and pages.c */

void lede__json_text(lede_buf *b, const char *key, lede_str text) {
    if (b->len && b->ptr[b->len - 1] != '{')
        lede_buf_addc(b, ',');
    lede_buf_addf(b, "\"%s\":\"", key);
    lede_escape_json(b, text);
    lede_buf_addc(b, '"');
}

void lede__progress(lede__publication *p, const char *stage, uint64_t done, uint64_t total) {
    char text[128];
    uint64_t now = lede__monotonic_us();
    if (!p->progress)
        return;
    if (!total) {
        lede__log_passing((lede_str){0});
        return;
    }
    if (now - p->started_us < 500000 || now - p->said_us < 100000)
        return;
    p->said_us = now;
    snprintf(text, sizeof text, "%s %llu of %llu", stage, (unsigned long long)done, (unsigned long long)total);
    lede__log_passing(lede_str_of(text));
}

bool lede__tells(lede__publication *p) {
    if (p->whole)
        return false;
    if (!p->tells_left) {
        p->untold++;
        return false;
    }
    p->tells_left--;
    return true;
}

static lede_status hello(lede__publication *p, lede_buf *out, lede_error *err) {
    lede_buf_adds(out, "{");
    lede__json_text(out, "root", lede_str_of(p->site.root));
    lede__json_text(out, "plugin_dir", lede_str_of(p->plugin_dir ? p->plugin_dir : ""));
    lede_buf_addf(out, ",\"memory_mb\":%d,\"config\":", WORKER_MEMORY_MB);
    lede_buf_add(out, p->site.config);
    lede_buf_addc(out, '}');
    return lede_buf_status(out, err);
}

lede_status lede__publication_workers(lede__publication *p, lede_error *err) {
    if (p->workers)
        return LEDE_OK;
    lede_buf b;
    lede_buf_init(&b, LEDE_BUF_MAX);
    lede_status st = hello(p, &b, err);
    lede_workers_options o = {.count = p->jobs, .hello = lede_buf_str(&b), .hello_deadline_ms = 10000};
    if (!st)
        st = lede_workers_open(p->loop, &o, &p->workers, err);
    lede_buf_fini(&b);
    return st;
}

void lede__publication_stop(lede__publication *p) {
    lede_workers_close(p->workers);
    p->workers = NULL;
    p->shown = false;
}

static lede_status tell_edition(lede__publication *p, lede_error *err) {
    lede_buf b;
    lede_buf_init(&b, 1 << 16);
    lede__put_str(&b, lede_str_of(p->edition_dir));
    lede__put_str(&b, lede_str_of(lede_release_standby(p->release)));
    lede__put_str(&b, lede_str_of(lede_release_live(p->release)));
    lede__put8(&b, false);
    lede_status st = lede_buf_status(&b, err);
    if (!st)
        st = lede_workers_tell(p->workers, LEDE_W_EDITION, lede_buf_str(&b), err);
    lede_buf_fini(&b);
    return st;
}

lede_status lede__publication_show(lede__publication *p, lede_error *err) {
    if (p->shown)
        return LEDE_OK;
    lede_status st = lede__publication_workers(p, err);
    if (!st)
        st = tell_edition(p, err);
    p->shown = st == LEDE_OK;
    return st;
}

/* The site may be live elsewhere than asked for: in a folder of what is mounted. */
static lede_status follow_dest(lede__publication *p, lede_error *err) {
    const char *is = lede_release_dest(p->release);
    if (!lede_str_is(lede__path_base(lede_str_of(is)), "current"))
        return LEDE_OK;
    char *dest = strdup(is);
    if (!dest)
        return lede_fail(err, LEDE_ENOMEM, "publish: out of memory");
    free(p->dest);
    p->dest = dest;
    return LEDE_OK;
}

static lede_status open_release(lede__publication *p, bool delta, lede_error *err) {
    lede_release_options o = {.no_sync = !p->durable, .delta = delta, .history = p->history, .sealed = lede__sealed_tell, .sealed_ctx = &p->sealed};
    if (p->look && !p->look_tree)
        return lede_fail(err, LEDE_ENOMEM, "publish: out of memory");
    o.look = p->look_tree;
    const lede_status st = lede_release_open(p->dest, &o, &p->release, err);
    return st ? st : follow_dest(p, err);
}

lede_status lede__publication_reopen(lede__publication *p, lede_error *err) {
    lede__records_close(p->records);
    p->records = NULL;
    lede_release_abort(p->release);
    p->release = NULL;
    p->shown = false;
    const lede_status st = open_release(p, false, err);
    return st ? st : lede__records_open(p, &p->records, err);
}

/* ---- the handle */

static void shut(lede__publication *p) {
    lede_error lost = {0};
    lede__records_close(p->records);
    p->records = NULL;
    lede_release_abort(p->release);
    p->release = NULL;
    lede_workers_close(p->workers);
    p->workers = NULL;
    lede_edition_close(p->edition);
    lede_edition_close(p->before);
    p->edition = p->before = NULL;
    if (p->is_looking && lede__remove_tree(p->look, &lost)) /* before another look may begin */
        lede__log(LEDE__LOG_WARNING, lede_str_of(lost.message));
    p->is_looking = false;
    lede_store_close(p->store);
    p->store = NULL;
    lede__site_fini(&p->site);
    lede_buf_fini(&p->told);
    free(p->look);
    free(p->look_tree);
    free(p->edition_dir);
    free(p->dest);
    free(p->plugin_dir);
    free(p->history);
    p->edition_dir = p->dest = p->plugin_dir = p->history = p->look = p->look_tree = NULL;
}

static int l_publication_close(lua_State *L) {
    shut(luaL_checkudata(L, 1, CLASS));
    return 0;
}

lede__publication *lede__check_open(lua_State *L) {
    lede__publication *p = luaL_checkudata(L, 1, CLASS);
    if (!p->store)
        luaL_error(L, "the publication is closed");
    return p;
}

lede__publication *lede__check_prepared(lua_State *L) {
    lede__publication *p = lede__check_open(L);
    luaL_argcheck(L, p->edition != NULL, 1, "prepare comes first");
    return p;
}

static const char *check_field(lua_State *L, int t, const char *name) {
    if (lua_getfield(L, t, name) != LUA_TSTRING)
        luaL_error(L, "publish.open: %s is a string", name);
    return lua_tostring(L, -1); /* stays on the stack */
}

static bool flag_field(lua_State *L, int t, const char *name) {
    lua_getfield(L, t, name);
    bool v = lua_toboolean(L, -1);
    lua_pop(L, 1);
    return v;
}

static int64_t integer_field(lua_State *L, int t, const char *name, int64_t otherwise) {
    lua_getfield(L, t, name);
    int ok;
    lua_Integer v = lua_tointegerx(L, -1, &ok);
    lua_pop(L, 1);
    return ok ? v : otherwise;
}

static char *folder_in(const char *folder, const char *name) {
    const size_t room = strlen(folder) + strlen(name) + 2;
    char *path = malloc(room);
    if (path)
        snprintf(path, room, "%s/%s", folder, name);
    return path;
}

/* publish.open{ root, config (JSON), store, edition, dest, jobs, at, drafts, full, sync_disk, progress, plugin_dir, kept_notes, history, look, verify } */
static int l_publish_open(lua_State *L) {
    luaL_checktype(L, 1, LUA_TTABLE);
    const char *root = check_field(L, 1, "root"), *config = check_field(L, 1, "config"), *store = check_field(L, 1, "store");
    const char *edition = check_field(L, 1, "edition"), *dest = check_field(L, 1, "dest");
    int64_t jobs = integer_field(L, 1, "jobs", 0);
    luaL_argcheck(L, jobs >= 0 && jobs <= 64, 1, "jobs between 1 and 64");
    lua_getfield(L, 1, "plugin_dir");
    const char *plugins = lua_tostring(L, -1);
    lua_getfield(L, 1, "history");
    const char *history = lua_tostring(L, -1);
    lua_getfield(L, 1, "look");
    const char *look = lua_tostring(L, -1);
    const int64_t verify = integer_field(L, 1, "verify", 0);
    luaL_argcheck(L, verify >= 0 && verify <= UINT32_MAX, 1, "verify: so many pages");
    lede__publication *p = lua_newuserdatauv(L, sizeof *p, 0);
    *p = (lede__publication){.at = integer_field(L, 1, "at", LEDE_NO_TIME), .drafts = flag_field(L, 1, "drafts"), .durable = flag_field(L, 1, "sync_disk"), .full = flag_field(L, 1, "full"), .progress = flag_field(L, 1, "progress"), .refusals = lede__memory_refusals(), .started_us = lede__monotonic_us()};
    luaL_setmetatable(L, CLASS);

    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    p->jobs = jobs ? (int)jobs : cores > 8 ? 8 : cores > 0 ? (int)cores : 1;
    p->kept_notes = (uint32_t)integer_field(L, 1, "kept_notes", 100);
    p->edition_dir = strdup(edition);
    p->dest = strdup(dest);
    p->plugin_dir = plugins ? strdup(plugins) : NULL;
    p->history = history ? strdup(history) : NULL;
    p->look = look ? strdup(look) : NULL;
    p->look_tree = look ? folder_in(look, LEDE__LOOK_TREE) : NULL;
    p->verify = (uint32_t)verify;
    p->tells_left = look ? UINT32_MAX : TOLD_MAX;
    lede_buf_init(&p->told, LEDE_BUF_MAX);
    lede_error err = {0};
    lede_status st = p->edition_dir && p->dest ? lede__site_init(&p->site, root, lede_str_of(config), &err) : lede_fail(&err, LEDE_ENOMEM, "publish: out of memory");
    if (!st)
        st = lede_store_open(store, &p->store, &err);
    p->in_memory = strncmp(store, "memory:", 7) == 0;
    if (!st && p->look)
        st = lede_store_rehearse(p->store, &err); /* one look at a time: those that follow wait here */
    p->is_looking = !st && p->look;
    if (p->is_looking)
        st = lede__look_begin(p->look, &err);
    if (!st)
        st = lede__desk_loop(L, &p->loop, &err);

    if (st) {
        shut(p);
        return lede_vm_refuse(L, &err);
    }
    return 1;
}

int lede__give_report(lua_State *L, lede_status st, lede_buf *report, const lede_error *err) {
    lede_arena arena;
    lede_value v;
    lede_error why = *err;
    lede_arena_init(&arena, LEDE_BUF_MAX);
    if (!st)
        st = lede_json_read(&arena, lede_buf_str(report), &v, &why);
    lede_buf_fini(report);
    if (!st)
        lede__bind_push_value(L, &v); /* may raise for want of memory: then the arena leaks, and so ends the program */
    lede_arena_fini(&arena);
    return st ? lede_vm_refuse(L, &why) : 1;
}

/* Borrows the texts of a list on the stack. */
static void read_only(lua_State *L, int list, lede__publication *p, lede_str *out) {
    for (size_t i = 0; i < p->n_only; i++) {
        lua_rawgeti(L, list, (lua_Integer)i + 1);
        out[i].ptr = luaL_checklstring(L, -1, &out[i].len);
        lua_pop(L, 1);
    }
    p->only = out;
}

/* p:sync([paths]): all of content/, or only these files where that is enough */
static int l_publication_sync(lua_State *L) {
    lede__publication *p = lede__check_open(L);
    p->only = NULL;
    if (!lua_isnoneornil(L, 2)) {
        luaL_checktype(L, 2, LUA_TTABLE);
        p->n_only = (size_t)lua_rawlen(L, 2);
        read_only(L, 2, p, lua_newuserdatauv(L, (p->n_only + 1) * sizeof *p->only, 0));
    }
    lede_error err = {0};
    lede_buf report;
    lede_buf_init(&report, LEDE_BUF_MAX);
    lede_status st = lede__sync(p, &report, &err);
    p->only = NULL;
    return lede__give_report(L, st, &report, &err);
}

/* The edition that is there becomes the one before: records may be of it. Its file stays mapped when it is replaced. */
static void keep_before(lede__publication *p) {
    lede_error none = {0};
    lede_edition_close(p->before);
    p->before = p->edition;
    p->edition = NULL;
    p->shown = false;
    if (!p->before && !p->full && lede_edition_open(p->edition_dir, &p->before, &none))
        p->before = NULL;
}

/* p:prepare(data_json): brings the edition up to the store. */
static int l_publication_prepare(lua_State *L) {
    lede__publication *p = lede__check_open(L);
    size_t len;
    const char *data = luaL_optlstring(L, 2, "{}", &len);

    lede_error err = {0};
    const char *what = "";
    lede_edition_input in = {.time = p->at, .config = p->site.config, .data = {data, len}, .zone_name = p->site.zone_name, .drafts = p->drafts};
    lede_status st = LEDE_OK;
    if (p->at == LEDE_NO_TIME)
        st = lede_edition_clock(p->store, lede_time_now(), &in.time, &err);
    if (!st && p->full)
        st = lede__remove_tree(p->edition_dir, &err);
    if (!st)
        st = lede__make_dirs(p->edition_dir, &err);
    if (!st)
        keep_before(p);
    if (!st)
        st = lede_edition_update(p->store, p->edition_dir, &in, &what, &err);
    if (!st)
        st = lede_edition_open(p->edition_dir, &p->edition, &err);
    lede_store_head head = {0};
    if (!st)
        st = lede_store_get_head(p->store, &head, &err);
    lede_buf report;
    lede_buf_init(&report, 4096);
    if (!st)
        lede_buf_addf(&report, "{\"what\":\"%s\",\"articles\":%u,\"in_store\":%lld,\"seq\":%lld,\"time\":%lld}", what, lede_edition_count(p->edition), (long long)head.articles, (long long)lede_edition_seq(p->edition), (long long)lede_edition_time(p->edition));
    return lede__give_report(L, st, &report, &err);
}

static int l_publication_render(lua_State *L) {
    lede__publication *p = lede__check_open(L);
    luaL_argcheck(L, p->edition != NULL, 1, "prepare comes before render");
    lede_error err = {0};
    lede_buf report;
    lede_buf_init(&report, LEDE_BUF_MAX);
    lede_status st = LEDE_OK;
    if (!p->release)
        st = open_release(p, !p->full, &err);
    if (!st)
        st = lede__render(p, &report, &err);
    return lede__give_report(L, st, &report, &err);
}

static int look_with(lua_State *L, lede_status (*look)(lede__publication *p, lede_buf *report, lede_error *err)) {
    lede__publication *p = lede__check_prepared(L);
    luaL_argcheck(L, p->look != NULL, 1, "it was opened to publish, not to look");
    lede_error err = {0};
    lede_buf report;
    lede_buf_init(&report, LEDE_BUF_MAX);
    lede_status st = p->release ? LEDE_OK : open_release(p, !p->full, &err);
    if (!st)
        st = look(p, &report, &err);
    return lede__give_report(L, st, &report, &err);
}

/* p:look() -> { rendered, whole, failed }; after it copy tells what would be copied, and p:look_end() -> { changes, redirects } */
static int l_publication_look(lua_State *L) { return look_with(L, lede__look); }

static int l_publication_look_end(lua_State *L) {
    luaL_argcheck(L, lede__check_prepared(L)->records != NULL, 1, "look comes before look_end");
    return look_with(L, lede__look_end);
}

/* p:ahead(after) -> { at, articles }, at nil when nothing changes by itself any more */
static int l_publication_ahead(lua_State *L) {
    lede__publication *p = lede__check_open(L);
    const lua_Integer after = luaL_checkinteger(L, 2);
    lede_error err = {0};
    lede_buf report;
    lede_buf_init(&report, LEDE_BUF_MAX);
    lede_status st = lede__look_ahead(p, after, &report, &err);
    return lede__give_report(L, st, &report, &err);
}

/* p:story() -> fields of a JSON object: kind, whole, changes, untold; after render and copy */
static int l_publication_story(lua_State *L) {
    lede__publication *p = lede__check_prepared(L);
    lede_buf *out = lede_vm_scratch(L, LEDE_BUF_MAX);

    lede_buf_addf(out, "\"kind\":\"%s\"", p->whole ? "whole" : "changes");
    if (p->whole)
        lede_buf_addf(out, ",\"whole\":\"%s\"", p->whole);
    if (p->untold)
        lede_buf_addf(out, ",\"untold\":%u", p->untold);
    lede_buf_adds(out, ",\"changes\":[");
    lede_buf_add(out, lede_buf_str(&p->told));
    lede_buf_addc(out, ']');
    lede_error err = {0};
    lede_status st = lede_buf_status(&p->told, &err);
    if (!st)
        st = lede_buf_status(out, &err);

    if (st)
        return lede_vm_refuse(L, &err);
    lua_pushlstring(L, out->ptr, out->len);
    return 1;
}

/* p:folder(source) -> the folder of the site that the article of that file below content/ stands in, "" or with a slash
 * behind it; nil when the edition does not show it */
static int l_publication_folder(lua_State *L) {
    lede__publication *p = lede__check_open(L);
    size_t len;
    const char *path = luaL_checklstring(L, 2, &len);
    luaL_argcheck(L, p->edition != NULL, 1, "prepare comes before folder");
    lede_buf *file = lede_vm_scratch(L, 1 << 16);

    lede_error err = {0};
    lede_stored x;
    lede_doc d = LEDE_NO_DOC;
    lede_status st = lede_store_get(p->store, (lede_str){path, len}, &x, &err);
    if (!st) {
        d = lede_edition_find(p->edition, NULL, lede_card_text(x.card, LEDE_TEXT_ID));
        lede_stored_fini(&x);
    }

    if (st == LEDE_ENOTFOUND || (!st && d == LEDE_NO_DOC)) {
        lua_pushnil(L);
        return 1;
    }
    if (!st)
        st = lede_url_file(lede_edition_text(p->edition, NULL, d, LEDE_TEXT_URL), file, &err);
    if (st)
        return lede_vm_refuse(L, &err);
    lua_pushlstring(L, file->ptr, file->len - lede__path_base(lede_buf_str(file)).len);
    return 1;
}

/* p:copy(folder): every file below folder to the same path of the site; of the hidden ones only what is below .well-known,
 * where clients look for facts about a site (RFC 8615). p:copy(file, path): one file. Gives the count. */
static int l_publication_copy(lua_State *L) {
    lede__publication *p = lede__check_open(L);
    const char *from = luaL_checkstring(L, 2);
    size_t len;
    const char *path = luaL_optlstring(L, 3, NULL, &len);
    luaL_argcheck(L, p->release != NULL, 1, "render comes before copy");

    lede_error err = {0};
    uint32_t count = 0;
    const lede_status st = path ? lede__copy_file(p, from, (lede_str){path, len}, &err) : lede__copy_folder(p, from, &count, &err);

    if (st)
        return lede_vm_refuse(L, &err);
    lua_pushinteger(L, path ? 1 : count);
    return 1;
}

static void release_report(lede_buf *b, const lede__publication *p, const lede_release_stats *n, bool changed) {
    lede_buf_addf(b, "{\"files\":%llu,\"written\":%llu,\"linked\":%llu,\"kept\":%llu,\"removed\":%llu,\"bytes\":%llu,\"touched\":%llu,\"changed\":%s,\"by_link\":%s,\"by_renames\":%s", (unsigned long long)n->files, (unsigned long long)n->written, (unsigned long long)n->linked, (unsigned long long)n->kept, (unsigned long long)n->removed, (unsigned long long)n->bytes, (unsigned long long)n->touched, changed ? "true" : "false", n->by_link ? "true" : "false", n->by_renames ? "true" : "false");
    lede__json_text(b, "dest", lede_str_of(p->dest));
    lede_buf_addc(b, '}');
}

/* p:release([fn]): fn is told of the new site before it is live, see sealed.h */
static int l_publication_release(lua_State *L) {
    lede__publication *p = lede__check_open(L);
    luaL_argcheck(L, p->release != NULL, 1, "render comes before release");
    lua_settop(L, 2);
    p->sealed = (lede__sealed){.L = L, .fn = lua_isnil(L, 2) ? 0 : 2};
    lede_error err = {0}, lost = {0};
    lede_release_stats n = {0};
    bool changed = false;
    lede_status st = lede__drop_gone_files(p, &err);
    if (!st && lede__memory_refusals() != p->refusals) /* something may be missing that nobody missed */
        st = lede_fail(&err, LEDE_ENOMEM, "publish: out of memory");
    if (st)
        lede_release_abort(p->release);
    else
        st = lede_release_commit(p->release, &n, &changed, &err);
    p->release = NULL;
    if (!st && lede__records_commit(p->records, n.stamp, p->pages, &lost))
        lede__log(LEDE__LOG_WARNING, lede_str_of(lost.message)); /* the next publication makes every page */
    lede__records_close(p->records);
    p->records = NULL;
    lede_buf report;
    lede_buf_init(&report, 4096);
    release_report(&report, p, &n, changed);
    return lede__give_report(L, st, &report, &err);
}

/* p:usage() -> cpu_us, peak_bytes of this process and its workers; replaced workers. */
static int l_publication_usage(lua_State *L) {
    lede__publication *p = lede__check_open(L);
    uint64_t cpu = 0, pss = 0;
    unsigned replaced = 0;
    if (p->workers)
        lede_workers_usage(p->workers, &cpu, &pss, &replaced);
    cpu += lede__cpu_us();
    pss += lede__pss_bytes(0);
    lua_pushinteger(L, (lua_Integer)cpu);
    lua_pushinteger(L, (lua_Integer)pss);
    lua_pushinteger(L, replaced);
    return 3;
}

static int l_publish_now(lua_State *L) {
    lua_pushinteger(L, (lua_Integer)lede__monotonic_us());
    return 1;
}

/* One entry of edition.data, as JSON. */
static lede_status take_entry(lede_str data, const char *key, lede_buf *out, lede_error *err) {
    lede_arena arena;
    lede_value all;
    lede_arena_init(&arena, LEDE_BUF_MAX);
    lede_status st = data.len ? lede_json_read(&arena, data, &all, err) : LEDE_ENOTFOUND;
    const lede_value *entry = st ? NULL : lede_value_get(&all, key);
    if (entry)
        lede_json_write(out, entry);
    lede_arena_fini(&arena);
    return st;
}

/* stages.edition_data(folder[, key]) -> edition.data of the edition there as JSON, "{}" when there is none; or what it has under
 * that key, nil when it has nothing */
static int l_publish_edition_data(lua_State *L) {
    const char *dir = luaL_checkstring(L, 1), *key = luaL_optstring(L, 2, NULL);
    lede_buf *data = lede_vm_scratch(L, LEDE_BUF_MAX);

    lede_edition *e;
    lede_error err = {0};
    if (!key)
        lede_buf_adds(data, "{}");
    if (lede_edition_open(dir, &e, NULL) == LEDE_OK) {
        lede_buf_clear(data);
        if (!key)
            lede_buf_add(data, lede_edition_data(e));
        else if (take_entry(lede_edition_data(e), key, data, &err))
            lede_buf_clear(data); /* an edition that cannot be read is none */
        lede_edition_close(e);
    }

    if (key && !data->len)
        lua_pushnil(L);
    else
        lua_pushlstring(L, data->ptr ? data->ptr : "", data->len);
    return 1;
}

static const luaL_Reg functions[] = {{"open", l_publish_open}, {"now_us", l_publish_now}, {"edition_data", l_publish_edition_data}, {"reads", lede__publish_reads}, {"stamp", lede__publish_stamp}, {NULL, NULL}};
static const luaL_Reg methods[] = {{"sync", l_publication_sync},       {"prepare", l_publication_prepare}, {"render", l_publication_render}, {"withheld", lede__publication_withheld}, {"withdrawn", lede__publication_withdrawn}, {"copy", l_publication_copy},
                                   {"release", l_publication_release}, {"usage", l_publication_usage},     {"folder", l_publication_folder}, {"close", l_publication_close},
                                   {"look", l_publication_look},     {"look_end", l_publication_look_end}, {"story", l_publication_story},
                                   {"ahead", l_publication_ahead},
                                   {"relate", lede__publication_relate},   {"trials", lede__publication_trials}, {"shows", lede__publication_shows}, {"related", lede__publication_related}, {"forget_related", lede__publication_forget_related}, {"related_tsv", lede__publication_related_tsv}, {"copies_tsv", lede__publication_copies_tsv},   {NULL, NULL}};
static const luaL_Reg metamethods[] = {{"__gc", l_publication_close}, {"__close", l_publication_close}, {NULL, NULL}};

int luaopen_lede_publish_stages(lua_State *L) {
    lede__open_trials(L);
    lede_vm_class(L, CLASS, metamethods, methods);
    luaL_newlib(L, functions);
    return 1;
}
