/* relate_lua.c - the related articles of a publication's edition for scripts: made, explained,
 * listed. Methods of publish.c's handle; types: include/lua/lede/publish.lua. */
#include "bind/relate.h"

#include "bind/bind.h"
#include "bind/features.h"
#include "bind/publication_lua.h"
#include "bind/value.h"
#include "codec/hash.h"

#include <lauxlib.h>
#include <stdlib.h>

/* p:relate(plugins) -> report. plugins: a text that differs when plugins that answer related.fields
 * do; none when left out. */
int lede__publication_relate(lua_State *L) {
    lede__publication *p = lede__check_prepared(L);
    size_t len;
    const char *plugins = luaL_optlstring(L, 2, "", &len);
    lede_error err = {0};
    lede_buf report;
    lede_buf_init(&report, 4096);
    lede_status st =
        lede__relate(p, len ? lede__xxh64((lede_str){plugins, len}, 0) | 1 : 0, &report, &err);
    return lede__give_report(L, st, &report, &err);
}

/* p:forget_related() -> true: how rare words are is counted anew, and every list is chosen anew */
int lede__publication_forget_related(lua_State *L) {
    lede__publication *p = lede__check_prepared(L);
    lede_error err = {0};
    if (lede__relate_forget(p, &err))
        return lede_vm_refuse(L, &err);
    lua_pushboolean(L, true);
    return 1;
}

/* p:shows(id) -> whether the edition has that article */
int lede__publication_shows(lua_State *L) {
    const lede__publication *p = lede__check_prepared(L);
    size_t len;
    const char *id = luaL_checklstring(L, 2, &len);
    lua_pushboolean(L, lede_edition_find(p->edition, NULL, (lede_str){id, len}) != LEDE_NO_DOC);
    return 1;
}

/* The article of the edition with this id, URL, source path, or name in an import. */
static lede_doc find_article(const lede__publication *p, lede_str ref) {
    lede_doc d = lede_edition_find(p->edition, NULL, ref);
    lede_stored x;
    char id[27];
    if (d == LEDE_NO_DOC && lede_store_get(p->store, ref, &x, NULL) == LEDE_OK) {
        d = lede_edition_find(p->edition, NULL, lede_card_text(x.card, LEDE_TEXT_ID));
        lede_stored_fini(&x);
    }
    if (d != LEDE_NO_DOC)
        return d;
    lede_buf name;
    lede_buf_init(&name, 1 << 16);
    lede_buf_adds(&name, "import:");
    lede_buf_add(&name, ref);
    lede_article_id_from_path(lede_buf_str(&name), id);
    lede_buf_fini(&name);
    return lede_edition_find(p->edition, NULL, lede_str_of(id));
}

/* p:related(ref, most) -> { id, title, url, date, items, dropped }; see the type file */
int lede__publication_related(lua_State *L) {
    lede__publication *p = lede__check_prepared(L);
    size_t len;
    const char *ref = luaL_checklstring(L, 2, &len);
    const lua_Integer most = luaL_optinteger(L, 3, LEDE_NEIGHBOURS_MAX);
    luaL_argcheck(L, most >= 1 && most <= LEDE_NEIGHBOURS_MAX, 3, "between 1 and 64");
    const lede_doc d = find_article(p, (lede_str){ref, len});

    lede_error err = {0};
    lede_buf out;
    lede__relating r = {0};
    lede_buf_init(&out, LEDE_BUF_MAX);
    lede_status st = d == LEDE_NO_DOC
                         ? lede_fail(&err, LEDE_ENOTFOUND, "there is no public article '%s'", ref)
                         : lede__relating_open(&r, p, NULL, &err);
    if (!st && r.item_of)
        st = lede__relating_explain(&r, r.item_of[d], (uint32_t)most, &out);
    lede__relating_close(&r);
    return lede__give_report(L, st, &out, &err);
}

/* ---- names: what an import called an article, else its id */

static lede_str guid_of(const lede_card *card, lede_arena *arena) {
    const lede_str params = lede_card_text(card, LEDE_TEXT_PARAMS);
    lede_value v;
    lede_arena_reset(arena);
    if (lede_str_search(params, LEDE_STR("\"guid\""), 0) != (size_t)-1 &&
        lede_json_read(arena, params, &v, NULL) == LEDE_OK) {
        const lede_value *guid = lede_value_get(&v, "guid");
        if (guid && guid->kind == LEDE_TEXT && guid->text.len)
            return guid->text;
    }
    return lede_card_text(card, LEDE_TEXT_ID);
}

/* Tabs and line ends would break a row. */
static void add_cell(lede_buf *out, lede_str s) {
    for (size_t i = 0; i < s.len; i++)
        lede_buf_addc(out, (unsigned char)s.ptr[i] < 0x20 ? ' ' : s.ptr[i]);
}

static void add_name(lede_buf *out, const lede_edition *e, lede_doc d, lede_arena *arena) {
    add_cell(out, guid_of(lede_edition_card(e, d), arena));
}

/* p:related_tsv(k) -> text: article, rank, neighbour and score, a line each; by date, then id */
int lede__publication_related_tsv(lua_State *L) {
    lede__publication *p = lede__check_prepared(L);
    const lua_Integer k = luaL_optinteger(L, 2, LEDE_NEIGHBOURS_MAX);
    luaL_argcheck(L, k >= 1 && k <= LEDE_NEIGHBOURS_MAX, 2, "between 1 and 64");
    lede_buf *out = lede_vm_scratch(L, LEDE_BUF_MAX);

    const lede_edition *e = p->edition;
    lede_arena arena;
    lede_arena_init(&arena, (size_t)64 << 20);
    for (uint32_t i = lede_edition_count(e); i-- > 0;) {
        lede_edition_neighbour found[LEDE_NEIGHBOURS_MAX];
        const lede_doc d = lede_edition_nth(e, i);
        const uint32_t n = lede_edition_scored_neighbours(e, NULL, d, found);
        for (uint32_t r = 0; r < n && r < (uint32_t)k; r++) {
            add_name(out, e, d, &arena);
            lede_buf_addf(out, "\t%u\t", r + 1);
            add_name(out, e, found[r].doc, &arena);
            const uint32_t score = found[r].pinned ? 1 << 24 : found[r].score;
            lede_buf_addf(out, "\t%u.%06u\n", score >> 24,
                          (uint32_t)((uint64_t)(score & 0xffffff) * 1000000 >> 24));
        }
    }
    lede_arena_fini(&arena);

    lede_error err = {0};
    if (lede_buf_status(out, &err))
        return lede_vm_refuse(L, &err);
    lua_pushlstring(L, out->ptr, out->len);
    return 1;
}

/* ---- copies */

typedef struct copying {
    const lede__relating *r;
    lede_buf *out;
    lede_arena arena;
} copying;

static bool add_copy(void *ctx, const lede_related_copy *c) {
    copying *k = ctx;
    const lede_edition *e = k->r->p->edition;
    add_name(k->out, e, k->r->items[c->a].doc, &k->arena);
    lede_buf_addc(k->out, '\t');
    add_name(k->out, e, k->r->items[c->b].doc, &k->arena);
    lede_buf_addf(k->out, "\t%u.%03u\t%u.%03u\n", c->in_a / 1000, c->in_a % 1000, c->in_b / 1000,
                  c->in_b % 1000);
    return k->out->status == LEDE_OK;
}

/* p:copies_tsv(containment) -> text: two articles that are near copies, the earlier first, how much
 * of it is in the other and the other way round, a line each */
int lede__publication_copies_tsv(lua_State *L) {
    lede__publication *p = lede__check_prepared(L);
    const lua_Number containment = luaL_optnumber(L, 2, p->site.related.settings.copies / 1000.0);
    luaL_argcheck(L, containment > 0 && containment <= 1, 2, "above 0, at most 1");
    lede_buf *out = lede_vm_scratch(L, LEDE_BUF_MAX);

    lede_error err = {0};
    lede__relating r;
    copying c = {.r = &r, .out = out};
    lede_arena_init(&c.arena, (size_t)64 << 20);
    lede_status st = lede__relating_open(&r, p, NULL, &err);
    lede_related_doc *docs = st ? NULL : lede__relating_docs(&r);
    if (docs) {
        st = lede_related_copies(docs, r.n, (uint32_t)(containment * 1000 + 0.5), add_copy, &c,
                                 &err);
    } else if (!st) {
        st = lede_fail(&err, LEDE_ENOMEM, "related: out of memory");
    }
    free(docs);
    lede_arena_fini(&c.arena);
    lede__relating_close(&r);
    if (!st)
        st = lede_buf_status(out, &err);

    if (st)
        return lede_vm_refuse(L, &err);
    lua_pushlstring(L, out->ptr, out->len);
    return 1;
}
