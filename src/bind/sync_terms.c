/* sync_terms.c - sections, tags and authors: out of the _index.md of a folder, and sections out of
 * lede.lua too.
 *
 * A term remembers the file that it came from, and goes with it; those of lede.lua have a path that
 * no file can have. */
#include "bind/sync.h"

#include <stdlib.h>

#define CONFIGURATION "/lede.lua"

static bool is_one_of(lede_str s, const char *const *names) {
    for (; *names; names++)
        if (lede_str_is(s, *names))
            return true;
    return false;
}

static lede_str value_text(const lede_value *map, const char *key) {
    const lede_value *v = lede_value_get(map, key);
    return v && v->kind == LEDE_TEXT ? v->text : (lede_str){0};
}

/* ---- one _index.md */

/* "news/_index.md" is a section, "authors/x/_index.md" an author, "topics/x/_index.md" a tag.
 * false: none of ours. */
static bool term_kind(lede_str folder, lede_term_kind *kind) {
    static const char *const authors[] = {"authors", "author", NULL};
    static const char *const tags[] = {"tags", "tag", "topics", "categories", NULL};
    size_t slash = lede_str_find(folder, '/', 0);
    lede_str first = {folder.ptr, slash};
    bool nested = slash < folder.len;
    bool deeper = nested && lede_str_find(folder, '/', slash + 1) < folder.len;
    if (!folder.len || deeper)
        return false;
    *kind = is_one_of(first, authors) ? LEDE_AUTHOR
            : is_one_of(first, tags)  ? LEDE_TAG
                                      : LEDE_SECTION;
    return (*kind != LEDE_SECTION) == nested; /* the page of all authors is no section either */
}

static lede_str term_title(const lede_value *v, const lede_value *params) {
    static const char *const names[] = {"display_name", "name", NULL};
    lede_str title = value_text(v, "title");
    for (size_t i = 0; !title.len && names[i]; i++)
        title = value_text(params, names[i]);
    return title.len ? title : value_text(v, "slug");
}

lede_status lede__sync_put_term(lede__syncing *s, lede_str path, lede_str json) {
    lede_value v;
    lede_term_kind kind;
    lede_status st = lede_json_read(&s->arena, json, &v, s->err);
    if (st || !term_kind(value_text(&v, "folder"), &kind))
        return st;
    const lede_value *params = lede_value_get(&v, "params");
    lede_buf b;
    lede_buf_init(&b, 1 << 20);
    if (params && params->kind == LEDE_MAP && params->map.count)
        lede_json_write(&b, params);
    lede_term t = {.kind = kind,
                   .path = path,
                   .slug = value_text(&v, "slug"),
                   .title = term_title(&v, params),
                   .summary = value_text(&v, "summary"),
                   .body = value_text(&v, "body"),
                   .params = lede_buf_str(&b)};
    st = lede_buf_status(&b, s->err);
    if (!st)
        st = lede_store_put_term(s->p->store, &t, s->err);
    lede_buf_fini(&b);
    return st;
}

/* ---- terms that lost what they came from */

typedef struct lost_terms {
    lede__syncing *s;
    bool (*is_lost)(const lede__syncing *s, const lede_term *t);
    lede_term *items;
    size_t count;
    bool no_memory;
} lost_terms;

static bool collect(void *ctx, const lede_term *t) {
    lost_terms *lost = ctx;
    if (!lost->is_lost(lost->s, t))
        return true;
    lede_term *grown = realloc(lost->items, (lost->count + 1) * sizeof *grown);
    lede_str slug = lede_arena_copy(&lost->s->arena, t->slug);
    if (grown)
        lost->items = grown;
    lost->no_memory = !grown || !slug.ptr;
    if (!lost->no_memory)
        lost->items[lost->count++] = (lede_term){.kind = t->kind, .slug = slug};
    return !lost->no_memory;
}

/* Removes after the walk what is_lost found on it. */
static lede_status remove_lost(lede__syncing *s,
                               bool (*is_lost)(const lede__syncing *, const lede_term *)) {
    lost_terms lost = {.s = s, .is_lost = is_lost};
    lede_status st = lede_store_walk_terms(s->p->store, collect, &lost, s->err);
    if (!st && lost.no_memory)
        st = lede_fail(s->err, LEDE_ENOMEM, "sync: out of memory");
    for (size_t i = 0; !st && i < lost.count; i++)
        st = lede_store_remove_term(s->p->store, lost.items[i].kind, lost.items[i].slug, s->err);
    free(lost.items);
    return st;
}

static bool file_went(const lede__syncing *s, const lede_term *t) {
    uint32_t n = t->path.len ? lede__names_find(&s->paths, t->path) : LEDE_NO_NAME;
    return n != LEDE_NO_NAME && !s->known[n].seen;
}

lede_status lede__sync_drop_terms(lede__syncing *s) { return remove_lost(s, file_went); }

/* ---- sections of lede.lua */

static const lede_value *own_sections(const lede__syncing *s) {
    static const lede_value none = {.kind = LEDE_MAP};
    const lede_value *sections = lede_value_get(&s->p->site.value, "sections");
    return sections && sections->kind == LEDE_MAP ? sections : &none;
}

static bool was_dropped(const lede__syncing *s, const lede_term *t) {
    const lede_value *sections = own_sections(s);
    if (t->kind != LEDE_SECTION || !lede_str_is(t->path, CONFIGURATION))
        return false;
    for (size_t i = 0; i < sections->map.count; i++)
        if (lede_str_eq(sections->map.pairs[i].key, t->slug))
            return false;
    return true;
}

lede_status lede__sync_own_sections(lede__syncing *s) {
    const lede_value *sections = own_sections(s);
    lede_status st = remove_lost(s, was_dropped);
    for (size_t i = 0; !st && i < sections->map.count; i++) {
        const lede_pair *pair = &sections->map.pairs[i];
        lede_str title = value_text(&pair->value, "title");
        lede_term t = {.kind = LEDE_SECTION,
                       .slug = pair->key,
                       .path = LEDE_STR(CONFIGURATION),
                       .title = title.len ? title : pair->key,
                       .summary = value_text(&pair->value, "summary")};
        st = lede_store_put_term(s->p->store, &t, s->err);
    }
    return st;
}
