/* preview_facts.c - what a preview tells the script of its pages: those that were asked for, what each read, what templates took.
 * See bind/preview.h. */
#include "bind/preview.h"
#include "bind/value.h"

#include "codec/hash.h"

#include <lauxlib.h>

static void push_page(lua_State *L, const lede__preview_page *p) {
    static const char *const states[] = {"unmade", "in work", "good", "stale", "failed"};
    lua_createtable(L, 0, 8);
    lede__set_text(L, "url", p->url);
    lede__set_text(L, "path", p->path);
    lede__set_text(L, "state", lede_str_of(states[p->state]));
    lede__set_text(L, "error", lede_buf_str(&p->error));
    lede__set_text(L, "notes", lede_buf_str(&p->notes));
    lua_pushnumber(L, (lua_Number)p->took_us / 1000);
    lua_setfield(L, -2, "ms");
    lua_pushinteger(L, p->content ? (lua_Integer)lede_content_bytes(p->content).len : 0);
    lua_setfield(L, -2, "bytes");
    lua_pushinteger(L, (lua_Integer)p->asked);
    lua_setfield(L, -2, "asked");
    char tag[17] = "";
    if (p->content)
        lede__hex(lede_content_sha256(p->content), 8, tag);
    lede__set_text(L, "tag", lede_str_of(tag));
}

/* preview:pages() -> those that were asked for */
static int l_preview_pages(lua_State *L) {
    lede__preview *v = lede__preview_check(L);
    lua_createtable(L, (int)v->urls.count, 0);
    for (uint32_t i = 0, n = 0; i < v->urls.count; i++) {
        if (!v->pages[i] || (v->pages[i]->state == LEDE__UNMADE && !v->pages[i]->content))
            continue;
        push_page(L, v->pages[i]);
        lua_rawseti(L, -2, (lua_Integer)++n);
    }
    return 1;
}

typedef struct listing {
    lua_State *L;
    lua_Integer n;
} listing;

static void push_read(void *ctx, lede_read_kind kind, lede_str key, uint64_t mask, uint64_t print) {
    static const char *const kinds[] = {"card",  "body", "query",  "count", "neighbours", "translations", "term",
                                        "terms", "data", "config", "clock", "missing",    "file"};
    listing *l = ctx;
    (void)print;
    if (!lua_checkstack(l->L, 4) || kind >= sizeof kinds / sizeof *kinds)
        return;
    lua_createtable(l->L, 0, 3);
    lede__set_text(l->L, "kind", lede_str_of(kinds[kind]));
    lede__set_text(l->L, "key", key);
    lua_pushinteger(l->L, (lua_Integer)mask);
    lua_setfield(l->L, -2, "mask");
    lua_rawseti(l->L, -2, ++l->n);
}

/* preview:reads(url) -> { { kind, key, mask } … } of a page that was made, or nil; its files too when `files` */
static int l_preview_reads(lua_State *L) {
    lede__preview *v = lede__preview_check(L);
    lede_str url;
    url.ptr = luaL_checklstring(L, 2, &url.len);
    const uint32_t n = lede__names_find(&v->urls, url);
    if (n == LEDE_NO_NAME || !v->pages[n] || v->pages[n]->reads.len == 0) {
        lua_pushnil(L);
        return 1;
    }
    listing l = {.L = L};
    lua_newtable(L);
    (void)!lede_reads_decode(lede_buf_str(&v->pages[n]->reads), push_read, &l, NULL);
    for (uint32_t i = 0; i < v->set.count; i++)
        if (v->prints[i])
            push_read(&l, LEDE_READ_FILE, v->set.items[i], 0, 0);
    return 1;
}

/* preview:times() -> { { name, count, ms } … }: what templates, hooks and routes took without what they call */
static int l_preview_times(lua_State *L) {
    const lede__times *t = &lede__preview_check(L)->times;
    lua_createtable(L, (int)t->names.count, 0);
    for (uint32_t i = 0; i < t->names.count && i < t->cap; i++) {
        lua_createtable(L, 0, 3);
        lede__set_text(L, "name", t->names.items[i]);
        lua_pushinteger(L, t->spent[i].count);
        lua_setfield(L, -2, "count");
        lua_pushnumber(L, (lua_Number)t->spent[i].ns / 1000000);
        lua_setfield(L, -2, "ms");
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
    return 1;
}

/* preview:article(url) -> { id, path, title, state, date } of the article whose page that is, or nil */
static int l_preview_article(lua_State *L) {
    lede__preview *v = lede__preview_check(L);
    lede_str ref;
    ref.ptr = luaL_checklstring(L, 2, &ref.len);
    const lede_edition *e = v->publication ? v->publication->edition : NULL;
    const lede_doc d = e ? lede_edition_find(e, NULL, ref) : LEDE_NO_DOC;
    if (d == LEDE_NO_DOC) {
        lua_pushnil(L);
        return 1;
    }
    const lede_card *c = lede_edition_card(e, d);
    lua_createtable(L, 0, 8);
    lede__set_text(L, "id", lede_card_text(c, LEDE_TEXT_ID));
    lede__set_text(L, "url", lede_card_text(c, LEDE_TEXT_URL));
    lede__set_text(L, "path", lede_card_text(c, LEDE_TEXT_PATH));
    lede__set_text(L, "title", lede_card_text(c, LEDE_TEXT_TITLE));
    lede__set_text(L, "section", lede_card_text(c, LEDE_TEXT_SECTION));
    lede__set_text(L, "state", lede_str_of(lede_state_name(lede_card_state(c))));
    lua_pushinteger(L, (lua_Integer)lede_card_time(c, LEDE_TIME_DATE));
    lua_setfield(L, -2, "date");
    lede_doc near[6];
    const uint32_t n = lede_edition_neighbours(e, NULL, d, 6, near);
    lua_createtable(L, (int)n, 0);
    for (uint32_t i = 0; i < n; i++) {
        lua_createtable(L, 0, 2);
        lede__set_text(L, "title", lede_edition_text(e, NULL, near[i], LEDE_TEXT_TITLE));
        lede__set_text(L, "url", lede_edition_text(e, NULL, near[i], LEDE_TEXT_URL));
        lua_rawseti(L, -2, i + 1);
    }
    lua_setfield(L, -2, "related");
    return 1;
}

static const luaL_Reg methods[] = {{"pages", l_preview_pages},     {"reads", l_preview_reads}, {"times", l_preview_times},
                                   {"article", l_preview_article}, {NULL, NULL}};

void lede__preview_facts(lua_State *L) { luaL_setfuncs(L, methods, 0); }
