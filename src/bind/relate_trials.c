/* relate_trials.c - lists by other settings than the site's, for lede related tune: features are
 * made once, vectors and lists for each trial. Nothing is kept. */
#include "bind/relate.h"

#include "bind/bind.h"
#include "bind/features.h"
#include "bind/publication_lua.h"

#include <lauxlib.h>
#include <stdlib.h>

#define CLASS "lede.Trials"
enum { SHOWN = 5 };

typedef struct trials {
    lede__relating r;
    lede_buf *vectors; /* of each item, used again by each trial */
    lede_related_doc *docs;
    bool open;
} trials;

static void shut(trials *t) {
    for (uint32_t i = 0; t->vectors && i < t->r.n; i++)
        lede_buf_fini(&t->vectors[i]);
    free(t->vectors);
    free(t->docs);
    lede__relating_close(&t->r);
    *t = (trials){0};
}

static int l_trials_close(lua_State *L) {
    shut(luaL_checkudata(L, 1, CLASS));
    return 0;
}

static lede_status open_trials(trials *t, lede__publication *p, lede_error *err) {
    lede_status st = lede__relating_open_texts(&t->r, p, err);
    if (st)
        return st;
    t->vectors = calloc((size_t)t->r.n + 1, sizeof *t->vectors);
    t->docs = calloc((size_t)t->r.n + 1, sizeof *t->docs);
    if (!t->vectors || !t->docs)
        return lede_fail(err, LEDE_ENOMEM, "related: out of memory");
    for (uint32_t i = 0; i < t->r.n; i++)
        lede_buf_init(&t->vectors[i], LEDE_BUF_MAX);
    return LEDE_OK;
}

/* p:trials() -> trials; close them */
int lede__publication_trials(lua_State *L) {
    lede__publication *p = lede__check_prepared(L);
    trials *t = lua_newuserdatauv(L, sizeof *t, 1);
    *t = (trials){.open = true};
    luaL_setmetatable(L, CLASS);
    lua_pushvalue(L, 1); /* the publication lives as long */
    lua_setiuservalue(L, -2, 1);

    lede_error err = {0};
    if (open_trials(t, p, &err)) {
        shut(t);
        return lede_vm_refuse(L, &err);
    }
    return 1;
}

static void read_setting(lua_State *L, const char *key, double scale, uint32_t *out) {
    if (lua_getfield(L, 2, key) != LUA_TNIL) {
        const lua_Number n = luaL_checknumber(L, -1);
        luaL_argcheck(L, n >= 0 && n <= 10, 2, key);
        *out = (uint32_t)(n * scale + 0.5);
    }
    lua_pop(L, 1);
}

static lede_status weigh(trials *t, const lede_related_settings *s, lede_error *err) {
    lede_status st = LEDE_OK;
    for (uint32_t i = 0; !st && i < t->r.n; i++) {
        const lede__related_article *a = &t->r.items[i];
        const lede_related_settings own =
            lede__settings_for(s, lede_edition_text(t->r.p->edition, NULL, a->doc, LEDE_TEXT_LANG));
        lede_buf_clear(&t->vectors[i]);
        st = lede_related_vector(t->r.epoch, &own, a->features, &t->vectors[i], err);
        t->docs[i] = (lede_related_doc){a->date, a->id, lede_buf_str(&t->vectors[i])};
    }
    return st;
}

/* The ids of the list of each article that was asked for, one behind the other; a missing one is
 * blank. */
typedef struct answers {
    const trials *t;
    char (*ids)[SHOWN][27];
} answers;

static void take(void *ctx, uint32_t wish, const lede_related_list *list) {
    const answers *a = ctx;
    for (uint32_t k = 0; k < SHOWN; k++)
        memcpy(a->ids[wish][k], k < list->n ? a->t->r.items[list->items[k].doc].id : "",
               k < list->n ? 27 : 1);
}

static lede_status find(trials *t, const lede_related_settings *s, const lede_related_wish *wishes,
                        uint32_t n, char (*ids)[SHOWN][27], lede_error *err) {
    lede_related_index *x = NULL;
    answers a = {t, ids};
    lede_status st = weigh(t, s, err);
    if (!st)
        st = lede_related_index_new(t->docs, t->r.n, s, NULL, 0, &x, err);
    if (!st)
        st = lede_related_find_all(x, wishes, n, (unsigned)t->r.p->jobs, take, &a, err);
    lede_related_index_free(x);
    return st;
}

/* trials:lists(settings, ids) -> list of lists of ids: of each article asked for the first five.
 * settings: bigrams, tags, recency; what is left out is the default's. */
static int l_trials_lists(lua_State *L) {
    trials *t = luaL_checkudata(L, 1, CLASS);
    luaL_argcheck(L, t->open, 1, "these trials are closed");
    luaL_checktype(L, 2, LUA_TTABLE);
    luaL_checktype(L, 3, LUA_TTABLE);
    lede_related_settings s = lede_related_defaults();
    s.any = t->r.p->site.related.settings.any;
    read_setting(L, "bigrams", 1000, &s.pairs);
    read_setting(L, "tags", 10000, &s.tags);
    read_setting(L, "recency", 1000, &s.recency);
    const size_t n = lua_rawlen(L, 3);
    lede_related_wish *wishes = lua_newuserdatauv(L, (n + 1) * sizeof *wishes, 0);
    char(*ids)[SHOWN][27] = lua_newuserdatauv(L, (n + 1) * sizeof *ids, 0);
    for (size_t i = 0; i < n; i++) {
        size_t len;
        lua_rawgeti(L, 3, (lua_Integer)i + 1);
        const char *id = luaL_checklstring(L, -1, &len);
        const lede_doc d = lede_edition_find(t->r.p->edition, NULL, (lede_str){id, len});
        luaL_argcheck(L, d < t->r.n_docs, 3, "an id that the edition does not show");
        wishes[i] = (lede_related_wish){.doc = t->r.item_of[d]};
        lua_pop(L, 1);
    }

    lede_error err = {0};
    if (find(t, &s, wishes, (uint32_t)n, ids, &err))
        return lede_vm_refuse(L, &err);

    lua_createtable(L, (int)n, 0);
    for (size_t i = 0; i < n; i++) {
        lua_createtable(L, SHOWN, 0);
        for (int k = 0; k < SHOWN && ids[i][k][0]; k++) {
            lua_pushstring(L, ids[i][k]);
            lua_rawseti(L, -2, k + 1);
        }
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
    return 1;
}

static const luaL_Reg trial_methods[] = {
    {"lists", l_trials_lists}, {"close", l_trials_close}, {NULL, NULL}};
static const luaL_Reg trial_metamethods[] = {
    {"__gc", l_trials_close}, {"__close", l_trials_close}, {NULL, NULL}};

void lede__open_trials(lua_State *L) {
    lede_vm_class(L, CLASS, trial_metamethods, trial_methods);
}
