/* common.c - the modules that every VM has, and the small ones among them: text, html, xml, log, files. */
#include "bind/bind.h"
#include "bind/host.h"
#include "bind/value.h"

#include "base/log.h"
#include "base/path.h"
#include "lede/article.h"
#include "sys/sys.h"
#include "text/slug.h"

#include <lauxlib.h>
#include <stdlib.h>
#include <unistd.h>

enum { TEXT_MAX = 64 << 20 };

static lede_str check_str(lua_State *L, int i) {
    size_t len;
    const lede_str *safe = lede_vm_safe(L, i);
    if (safe)
        return *safe;
    const char *s = luaL_checklstring(L, i, &len);
    return (lede_str){s, len};
}

static int give(lua_State *L, const lede_buf *b) {
    lede_error err = {0};
    if (lede_buf_status(b, &err))
        return luaL_error(L, "%s", err.message);
    lua_pushlstring(L, b->ptr, b->len);
    return 1;
}

/* ---- lede.text */

static int l_text_slug(lua_State *L) {
    lede_str s = check_str(L, 1);
    lede_buf *b = lede_vm_scratch(L, TEXT_MAX);
    lede__slug(b, s);
    return give(L, b);
}

/* lede.text.excerpt(s, length, ellipsis): whole words, at most length characters before the ellipsis */
static int l_text_excerpt(lua_State *L) {
    lede_str s = check_str(L, 1);
    lua_Integer max = luaL_optinteger(L, 2, 160);
    size_t len;
    const char *ellipsis = luaL_optlstring(L, 3, "...", &len);
    luaL_argcheck(L, max >= 1, 2, "at least 1");
    lede_buf *b = lede_vm_scratch(L, TEXT_MAX);
    lede_excerpt(b, s, (size_t)max, (lede_str){ellipsis, len});
    return give(L, b);
}

static int l_text_words(lua_State *L) {
    lede_str s = check_str(L, 1);
    lua_Integer n = 0;
    bool inside = false;
    for (size_t i = 0; i < s.len; i++) {
        bool space = s.ptr[i] == ' ' || (s.ptr[i] >= '\t' && s.ptr[i] <= '\r');
        n += !space && !inside;
        inside = !space;
    }
    lua_pushinteger(L, n);
    return 1;
}

static const luaL_Reg text_functions[] = {{"slug", l_text_slug}, {"excerpt", l_text_excerpt}, {"words", l_text_words}, {NULL, NULL}};

int luaopen_lede_text(lua_State *L) {
    luaL_newlib(L, text_functions);
    return 1;
}

/* ---- lede.html, lede.xml */

static int escape_with(lua_State *L, void (*escape)(lede_buf *, lede_str)) {
    lede_str s = check_str(L, 1);
    lede_buf *b = lede_vm_scratch(L, TEXT_MAX);
    escape(b, s);
    return give(L, b);
}

static int l_html_escape(lua_State *L) { return escape_with(L, lede_escape_attr); }
static int l_xml_escape(lua_State *L) { return escape_with(L, lede_escape_xml); }

/* lede.html.safe(text): says that text is right for HTML as it stands; nothing is checked */
static int l_html_safe(lua_State *L) {
    lede_vm_push_safe(L, check_str(L, 1));
    return 1;
}

static void put_entity(lede_buf *b, lede_str s, size_t *i) {
    static const struct {
        const char *name, *text;
    } known[] = {{"&amp;", "&"}, {"&lt;", "<"}, {"&gt;", ">"}, {"&quot;", "\""}, {"&#39;", "'"}, {"&nbsp;", " "}};
    for (size_t k = 0; k < sizeof known / sizeof *known; k++) {
        size_t n = strlen(known[k].name);
        if (s.len - *i >= n && memcmp(s.ptr + *i, known[k].name, n) == 0) {
            lede_buf_adds(b, known[k].text);
            *i += n;
            return;
        }
    }
    lede_buf_addc(b, s.ptr[(*i)++]);
}

/* lede.html.to_text(html): for what lede's own renderer made: drops tags and comments, resolves the entities it writes */
static int l_html_to_text(lua_State *L) {
    lede_str s = check_str(L, 1);
    lede_buf *b = lede_vm_scratch(L, TEXT_MAX);
    for (size_t i = 0; i < s.len;) {
        if (s.ptr[i] == '<') {
            size_t end = lede_str_find(s, '>', i);
            i = end < s.len ? end + 1 : s.len;
        } else if (s.ptr[i] == '&') {
            put_entity(b, s, &i);
        } else {
            lede_buf_addc(b, s.ptr[i++]);
        }
    }
    return give(L, b);
}

static const luaL_Reg html_functions[] = {{"escape", l_html_escape}, {"safe", l_html_safe}, {"to_text", l_html_to_text}, {NULL, NULL}};
static const luaL_Reg xml_functions[] = {{"escape", l_xml_escape}, {NULL, NULL}};

int luaopen_lede_html(lua_State *L) {
    luaL_newlib(L, html_functions);
    return 1;
}

int luaopen_lede_xml(lua_State *L) {
    luaL_newlib(L, xml_functions);
    return 1;
}

/* ---- lede.log */

/* Every worker loads the same plugins: what they say while loading is said by the first of them alone. */
static bool is_quiet(lua_State *L) { return lede_vm_get_kind(lede_vm_of(L)) == LEDE_VM_PAGE; }

static int log_at(lua_State *L, lede__log_level level) {
    size_t len;
    const char *s = luaL_tolstring(L, 1, &len);
    lede_vm_spoil(lede_vm_of(L)); /* else it would be said once for many pages */
    if (level == LEDE__LOG_ERROR || !is_quiet(L))
        lede__log(level, (lede_str){s, len});
    return 0;
}

static int l_log_error(lua_State *L) { return log_at(L, LEDE__LOG_ERROR); }
static int l_log_warn(lua_State *L) { return log_at(L, LEDE__LOG_WARNING); }
static int l_log_info(lua_State *L) { return log_at(L, LEDE__LOG_INFO); }

/* lede.log.note(table): something about an article that the publication's report should carry */
static int l_log_note(lua_State *L) {
    luaL_checktype(L, 1, LUA_TTABLE);
    lede__host *h = lede__host_of(L);
    lede_error err = {0};
    lede_value v;
    lede_buf *b = lede_vm_scratch(L, 1 << 20);
    if (!h || !h->note)
        return 0;
    lede_arena_reset(&h->scratch);
    if (lede__bind_to_value(L, 1, &h->scratch, &v, &err))
        return luaL_error(L, "log.note: %s", err.message);
    lede_json_write(b, &v);
    h->note(h->note_ctx, lede_buf_str(b));
    return 0;
}

static const luaL_Reg log_functions[] = {{"note", l_log_note}, {"error", l_log_error}, {"warn", l_log_warn}, {"info", l_log_info}, {NULL, NULL}};

int luaopen_lede_log(lua_State *L) {
    luaL_newlib(L, log_functions);
    return 1;
}

/* ---- lede.files: reads below the two folders a plugin may look into; nothing else, and through no link that leads out */

static const char *root_of(lua_State *L, const char *which) {
    lede_vm *vm = lede_vm_of(L);
    if (strcmp(which, "site") == 0)
        return lede_vm_site_root(vm);
    luaL_argcheck(L, strcmp(which, "installed") == 0, 1, "'site' or 'installed'");
    return lede_vm_plugin_dir(vm);
}

static bool join_safe(lua_State *L, const char *root, lede_buf *out) {
    size_t len;
    const char *path = luaL_checklstring(L, 2, &len);
    if (!root || !lede__path_safe((lede_str){path, len}))
        return false;
    lede__path_join(out, lede_str_of(root), (lede_str){path, len});
    return lede__exists(out->ptr);
}

static int l_files_read(lua_State *L) {
    lede_buf *path = lede_vm_scratch(L, 1 << 16);
    if (!join_safe(L, root_of(L, luaL_checkstring(L, 1)), path)) {
        lua_pushnil(L);
        return 1;
    }
    lede_buf *text = lede_vm_scratch(L, TEXT_MAX);
    lede_error err = {0};
    if (lede__read_file(path->ptr, TEXT_MAX, text, &err))
        return lede_vm_refuse(L, &err);
    return give(L, text);
}

static int l_files_path(lua_State *L) {
    lede_buf *path = lede_vm_scratch(L, 1 << 16);
    if (!join_safe(L, root_of(L, luaL_checkstring(L, 1)), path)) {
        lua_pushnil(L);
        return 1;
    }
    return give(L, path);
}

static const luaL_Reg files_functions[] = {{"read", l_files_read}, {"path", l_files_path}, {NULL, NULL}};

int luaopen_lede_files(lua_State *L) {
    luaL_newlib(L, files_functions);
    return 1;
}

void lede__bind_open_common(lede_vm *vm) {
    lede_vm_preload(vm, "lede.json", luaopen_lede_json);
    lede_vm_preload(vm, "lede.text", luaopen_lede_text);
    lede_vm_preload(vm, "lede.time_core", luaopen_lede_time_core);
    lede_vm_preload(vm, "lede.html", luaopen_lede_html);
    lede_vm_preload(vm, "lede.xml", luaopen_lede_xml);
    lede_vm_preload(vm, "lede.log", luaopen_lede_log);
    lede_vm_preload(vm, "lede.files", luaopen_lede_files);
    lede_vm_preload(vm, "lede.tags", luaopen_lede_tags);
    lede_vm_preload(vm, "lede.markdown", luaopen_lede_markdown);
}
