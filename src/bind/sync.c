/* sync.c - brings the store up to the files of content/: parsing in workers, one writer here.
 *
 * Files whose size and time are as the store remembers are not read. Answers are applied in order of path whatever worker
 * gave them, so any number of workers leaves the same store. A file that went and one that came with the same bytes are a
 * rename: the article keeps its id. A file that went alone withdraws its article, which keeps its history. */
#include "bind/publication.h"

#include "base/names.h"
#include "base/path.h"
#include "bind/page.h"
#include "bind/wire.h"
#include "codec/hash.h"
#include "sys/sys.h"
#include "text/slug.h"

#include <stdio.h>
#include <stdlib.h>

enum { CHUNK_FILES = 48, BATCH = 20000, SUFFIX_MAX = 99 };

/* The rules by which files were read are a source of their own: when they change, every file is read again. */
#define RULES_PATH "/rules"
#define RULES_VERSION "1"

typedef struct known {
    char id[27];
    int64_t size, mtime;
    uint64_t hash;
    lede_str notes;
    bool seen, moved;
} known;

typedef struct file {
    lede_str path;
    int64_t size;
    uint32_t source; /* number among the known ones, or LEDE_NO_NAME */
} file;

typedef struct sync sync_state;

typedef struct chunk {
    sync_state *s;
    uint32_t first, count; /* files */
    uint32_t alone;        /* after a worker died: which file is read by itself now, from 1 */
    lede_buf answers;      /* u8 type, u32 length, frame; ... */
    bool done;
} chunk;

struct sync {
    lede__publication *p;
    lede_arena arena;
    lede__names paths; /* known sources, by number in known[] */
    known *known;
    uint32_t known_cap;
    file *files;
    uint32_t n_files, cap_files;
    chunk *chunks;
    uint32_t n_chunks, applied, pending;
    uint32_t *gone, n_gone; /* known files that are not there any more */
    bool all_done, forced, store_was_empty;
    bool late; /* something went: nothing is applied before every answer is in, so renames are found */
    lede__names ids; /* ids put in this run */
    uint32_t in_batch;
    lede_buf scratch, report, notes;
    lede_str base_path; /* of the answer being applied */
    struct {
        uint32_t added, changed, unchanged, renamed, withdrawn, broken, other;
    } count;
    lede_status status;
    lede_error *err;
};

void lede__json_text(lede_buf *b, const char *key, lede_str text) {
    if (b->len && b->ptr[b->len - 1] != '{')
        lede_buf_addc(b, ',');
    lede_buf_addf(b, "\"%s\":\"", key);
    lede_escape_json(b, text);
    lede_buf_addc(b, '"');
}

/* ---- what the store remembers */

static bool remember(void *ctx, const lede_source *x) {
    sync_state *s = ctx;
    uint32_t n = lede__names_add(&s->paths, &s->arena, x->path);
    if (n == LEDE_NO_NAME)
        return false;
    if (n >= s->known_cap) {
        uint32_t cap = s->known_cap ? s->known_cap * 2 : 256;
        known *grown = realloc(s->known, cap * sizeof *grown);
        if (!grown)
            return false;
        s->known = grown;
        s->known_cap = cap;
    }
    known *k = &s->known[n];
    *k = (known){.size = x->size, .mtime = x->mtime_ns, .hash = x->hash};
    memcpy(k->id, x->id, sizeof k->id);
    k->notes = x->notes.len ? lede_arena_copy(&s->arena, x->notes) : (lede_str){0};
    return true;
}

static bool is_markdown(lede_str path) {
    lede_str ext = lede__path_ext(path);
    return lede_str_eq_nocase(ext, LEDE_STR("md")) || lede_str_eq_nocase(ext, LEDE_STR("markdown"));
}

static bool look_at(void *ctx, const char *name, int64_t size, int64_t mtime) {
    sync_state *s = ctx;
    lede_str path = lede_str_of(name);
    if (!is_markdown(path)) {
        s->count.other++;
        return true;
    }
    uint32_t n = lede__names_find(&s->paths, path);
    if (n != LEDE_NO_NAME) {
        known *k = &s->known[n];
        k->seen = true;
        if (!s->forced && k->size == size && k->mtime == mtime) {
            s->count.unchanged++;
            return true;
        }
    }
    if (s->n_files == s->cap_files) {
        uint32_t cap = s->cap_files ? s->cap_files * 2 : 256;
        file *grown = realloc(s->files, cap * sizeof *grown);
        if (!grown)
            return false;
        s->files = grown;
        s->cap_files = cap;
    }
    lede_str copy = lede_arena_copy(&s->arena, path);
    s->files[s->n_files++] = (file){.path = copy, .size = size, .source = n};
    return copy.ptr != NULL;
}

/* ---- what to tell about files */

/* notes is the JSON list that the parser made, without its path. */
static void tell(sync_state *s, lede_str path, lede_str notes) {
    if (notes.len < 3)
        return;
    if (s->notes.len)
        lede_buf_addc(&s->notes, ',');
    lede_buf_addc(&s->notes, '{');
    lede__json_text(&s->notes, "path", path);
    lede_buf_adds(&s->notes, ",\"notes\":");
    lede_buf_add(&s->notes, notes);
    lede_buf_addc(&s->notes, '}');
}

static lede_str note_json(sync_state *s, const char *level, const char *message) {
    lede_buf b;
    lede_buf_init(&b, 1 << 16);
    lede_buf_adds(&b, "[{\"column\":0,\"hint\":false,\"level\":\"");
    lede_buf_adds(&b, level);
    lede_buf_adds(&b, "\",\"line\":0,\"message\":\"");
    lede_escape_json(&b, lede_str_of(message));
    lede_buf_adds(&b, "\"}]");
    lede_str out = lede_arena_copy(&s->arena, lede_buf_str(&b));
    lede_buf_fini(&b);
    return out;
}

/* Two note lists as one. */
static lede_str join_notes(sync_state *s, lede_str a, lede_str b) {
    if (a.len < 3)
        return b;
    if (b.len < 3)
        return a;
    const char *text = lede_arena_printf(&s->arena, "%.*s,%.*s", (int)a.len - 1, a.ptr, (int)b.len - 1, b.ptr + 1);
    return lede_str_of(text);
}

static lede_status put_source(sync_state *s, const lede_source *x) {
    tell(s, x->path, x->notes);
    return lede_store_put_source(s->p->store, x, s->err);
}

/* ---- applying one article */

typedef struct arrival {
    file *f;
    uint64_t hash;
    int64_t size, mtime;
    unsigned flags;
    lede_str notes, body;
    const lede_card *card;
} arrival;

/* Packs the article again with another id, slug or state. *card points into s->scratch. */
static lede_status repack(sync_state *s, const lede_card **card, const char *id, lede_str slug, int state) {
    lede_article a;
    lede_status st = lede_card_unpack(*card, &s->arena, &a, s->err);
    if (st)
        return st;
    if (id)
        a.text[LEDE_TEXT_ID] = lede_str_of(id);
    if (state >= 0)
        a.state = (lede_state)state;
    lede_buf url;
    lede_buf_init(&url, 8192);
    if (slug.len) {
        a.text[LEDE_TEXT_SLUG] = slug;
        const lede_article_rules *r = &s->p->site.rules;
        st = lede_permalink(r->permalink, &a, r->zone, r->ugly_urls, &url, s->err);
        a.text[LEDE_TEXT_URL] = lede_arena_copy(&s->arena, lede_buf_str(&url));
    }
    lede_buf packed;
    lede_buf_init(&packed, 4 << 20);
    lede_card_pack(&packed, &a);
    void *copy = lede_arena_take(&s->arena, packed.len); /* aligned, which a copied text is not */
    if (!st)
        st = copy ? lede_buf_status(&packed, s->err) : lede_fail(s->err, LEDE_ENOMEM, "sync: out of memory");
    if (!st && copy)
        memcpy(copy, packed.ptr, packed.len);
    *card = copy;
    lede_buf_fini(&packed);
    lede_buf_fini(&url);
    return st;
}

/* Whether id belongs to an article of another file that is still there. */
static bool taken(sync_state *s, lede_str id, lede_str path, char other[512]) {
    other[0] = '\0';
    if (s->store_was_empty && lede__names_find(&s->ids, id) == LEDE_NO_NAME)
        return false;
    lede_stored x;
    if (lede_store_get(s->p->store, id, &x, NULL) != LEDE_OK)
        return false;
    lede_str holder = lede_card_text(x.card, LEDE_TEXT_PATH);
    uint32_t n = lede__names_find(&s->paths, holder);
    bool alive = !lede_str_eq(holder, path) && lede_card_state(x.card) != LEDE_WITHDRAWN &&
                 (n == LEDE_NO_NAME ? lede__names_find(&s->ids, id) != LEDE_NO_NAME || !holder.len
                                    : s->known[n].seen);
    snprintf(other, 512, "%.*s", (int)(holder.len < 500 ? holder.len : 500), holder.len ? holder.ptr : "(the store)");
    lede_stored_fini(&x);
    return alive;
}

/* An article whose file went, with these bytes, that no new file was paired with. */
static known *find_gone(sync_state *s, uint64_t hash) {
    for (uint32_t i = 0; i < s->n_gone; i++) {
        known *k = &s->known[s->gone[i]];
        if (!k->moved && k->id[0] && k->hash == hash)
            return k;
    }
    return NULL;
}

/* Which id the article of this file has, if not the one it came with. NULL: that one. */
static const char *settle_id(sync_state *s, const arrival *a, const char **renamed_from, char room[27]) {
    uint32_t n = a->f->source;
    *renamed_from = NULL;
    if (a->flags & LEDE_OWN_ID)
        return NULL;
    if (n != LEDE_NO_NAME && s->known[n].id[0])
        return s->known[n].id;
    known *k = find_gone(s, a->hash);
    if (k) {
        k->moved = true;
        *renamed_from = s->paths.items[k - s->known].ptr;
        return k->id;
    }
    char other[512];
    if (!taken(s, lede_card_text(a->card, LEDE_TEXT_ID), a->f->path, other))
        return NULL;
    for (int i = 2; i <= SUFFIX_MAX; i++) { /* an article renamed away holds the id of this path */
        const char *path = lede_arena_printf(&s->arena, "%s\n%d", a->f->path.ptr, i);
        if (!path)
            return NULL;
        lede_article_id_from_path(lede_str_of(path), room);
        if (!taken(s, lede_str_n(room, 26), a->f->path, other))
            return room;
    }
    return NULL;
}

static lede_status put_card(sync_state *s, const arrival *a, const lede_card *card, const char *what,
                            bool *changed, char holder[27]) {
    lede_change change = {LEDE_STR("content"), lede_str_of(what), lede_time_now()};
    return lede_store_put(s->p->store, card, a->body, -1, &change, NULL, changed, holder, s->err);
}

/* The address is taken: a derived slug gets a number behind it, a slug that the author chose is an error. */
static lede_status put_elsewhere(sync_state *s, arrival *a, const lede_card *card, const char *what,
                                 bool *changed, char holder[27]) {
    lede_str slug = lede_card_text(card, LEDE_TEXT_SLUG);
    lede_status st = LEDE_EEXIST;
    for (int i = 2; st == LEDE_EEXIST && i <= SUFFIX_MAX; i++) {
        const char *next = lede_arena_printf(&s->arena, "%.*s-%d", (int)(slug.len < 240 ? slug.len : 240), slug.ptr, i);
        const lede_card *again = card;
        if (!next)
            return lede_fail(s->err, LEDE_ENOMEM, "sync: out of memory");
        st = repack(s, &again, NULL, lede_str_of(next), -1);
        if (!st)
            st = put_card(s, a, again, what, changed, holder);
        if (st == LEDE_OK && *changed) {
            lede_str url = lede_card_text(again, LEDE_TEXT_URL);
            const char *message = lede_arena_printf(&s->arena, "another article has this address already, so this one is at %.*s; give it a slug: of its own to choose", (int)url.len, url.ptr);
            a->notes = join_notes(s, a->notes, note_json(s, "warning", message ? message : "address taken"));
        }
    }
    return st;
}

static void tally(sync_state *s, const arrival *a, bool changed, const char *renamed_from) {
    if (!changed)
        s->count.unchanged++;
    else if (renamed_from)
        s->count.renamed++;
    else if (a->f->source == LEDE_NO_NAME)
        s->count.added++;
    else
        s->count.changed++;
}

static lede_status refuse(sync_state *s, arrival *a, const char *message) {
    lede_source x = {.path = a->f->path, .size = -1, .mtime_ns = 0, .hash = 0}; /* read again next time */
    x.notes = join_notes(s, a->notes, note_json(s, "error", message));
    if (a->f->source != LEDE_NO_NAME)
        memcpy(x.id, s->known[a->f->source].id, sizeof x.id);
    s->count.broken++;
    return put_source(s, &x);
}

static lede_status apply_article(sync_state *s, arrival *a) {
    char room[27], holder[27] = "", other[512];
    const char *renamed_from;
    const lede_card *card = a->card;
    if ((a->flags & LEDE_OWN_ID) && taken(s, lede_card_text(card, LEDE_TEXT_ID), a->f->path, other)) {
        const char *message = lede_arena_printf(&s->arena, "id: %.*s belongs to %s already; give one of the two another id", 26, lede_card_text(card, LEDE_TEXT_ID).ptr, other);
        return refuse(s, a, message ? message : "id is taken");
    }
    const char *id = settle_id(s, a, &renamed_from, room);
    lede_status st = id && !lede_str_is(lede_card_text(card, LEDE_TEXT_ID), id) ? repack(s, &card, id, (lede_str){0}, -1) : LEDE_OK;
    if (st)
        return st;
    const char *what = a->f->source == LEDE_NO_NAME ? "created" : "edited";
    if (renamed_from) {
        what = lede_arena_printf(&s->arena, "renamed from %s", renamed_from);
        const char *message = lede_arena_printf(&s->arena, "renamed from %s; to keep its identity when the store is made anew, add  id: %s", renamed_from, id);
        a->notes = join_notes(s, a->notes, note_json(s, "warning", message ? message : "renamed"));
    }
    bool changed = false;
    lede_error why = {0}, *outer = s->err;
    s->err = &why;
    st = put_card(s, a, card, what ? what : "edited", &changed, holder);
    if (st == LEDE_EEXIST && !(a->flags & (LEDE_OWN_SLUG | LEDE_OWN_URL)))
        st = put_elsewhere(s, a, card, what ? what : "created", &changed, holder);
    s->err = outer;
    if (st == LEDE_EEXIST)
        return refuse(s, a, why.message);
    if (st) {
        if (outer)
            *outer = why;
        return st;
    }
    tally(s, a, changed, renamed_from);
    lede_str own = lede_card_text(card, LEDE_TEXT_ID);
    if (lede__names_add(&s->ids, &s->arena, own) == LEDE_NO_NAME)
        return lede_fail(s->err, LEDE_ENOMEM, "sync: out of memory");
    lede_source x = {.path = a->f->path, .size = a->size, .mtime_ns = a->mtime, .hash = a->hash, .notes = a->notes};
    memcpy(x.id, own.ptr, 26);
    return put_source(s, &x);
}

/* ---- terms out of _index.md */

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

/* "news/_index.md" is a section, "authors/x/_index.md" an author, "topics/x/_index.md" a tag. false: none of ours. */
static bool term_kind(lede_str folder, lede_term_kind *kind) {
    static const char *const authors[] = {"authors", "author", NULL};
    static const char *const tags[] = {"tags", "tag", "topics", "categories", NULL};
    size_t slash = lede_str_find(folder, '/', 0);
    lede_str first = {folder.ptr, slash};
    bool nested = slash < folder.len;
    bool deeper = nested && lede_str_find(folder, '/', slash + 1) < folder.len;
    if (!folder.len || deeper)
        return false;
    *kind = is_one_of(first, authors) ? LEDE_AUTHOR : is_one_of(first, tags) ? LEDE_TAG : LEDE_SECTION;
    return (*kind != LEDE_SECTION) == nested; /* the page of all authors is no section either */
}

static lede_status apply_section(sync_state *s, arrival *a, lede_str json) {
    lede_value v;
    lede_status st = lede_json_read(&s->arena, json, &v, s->err);
    if (st)
        return st;
    lede_term t = {.path = a->f->path, .slug = value_text(&v, "slug"), .title = value_text(&v, "title"), .summary = value_text(&v, "summary"), .body = value_text(&v, "body")};
    lede_buf params;
    lede_buf_init(&params, 1 << 20);
    const lede_value *front = lede_value_get(&v, "params");
    if (front && front->kind == LEDE_MAP && front->map.count)
        lede_json_write(&params, front);
    t.params = lede_buf_str(&params);
    static const char *const names[] = {"display_name", "name", NULL};
    for (size_t i = 0; !t.title.len && names[i]; i++)
        t.title = value_text(front, names[i]);
    if (!t.title.len)
        t.title = t.slug;
    if (term_kind(value_text(&v, "folder"), &t.kind))
        st = lede_store_put_term(s->p->store, &t, s->err);
    lede_buf_fini(&params);
    if (st)
        return st;
    s->count.other++;
    lede_source x = {.path = a->f->path, .size = a->size, .mtime_ns = a->mtime, .hash = a->hash, .notes = a->notes};
    return put_source(s, &x);
}

static lede_status apply_broken(sync_state *s, arrival *a) {
    lede_source x = {.path = a->f->path, .size = a->size, .mtime_ns = a->mtime, .hash = a->hash, .notes = a->notes};
    if (a->f->source != LEDE_NO_NAME) /* the last good version stays published */
        memcpy(x.id, s->known[a->f->source].id, sizeof x.id);
    s->count.broken++;
    return put_source(s, &x);
}

static lede_status apply_answer(sync_state *s, chunk *c, uint8_t type, lede_str frame) {
    lede__wire w = lede__wire_of(frame);
    arrival a = {0};
    uint32_t index = lede__get32(&w);
    a.hash = lede__get64(&w);
    a.size = (int64_t)lede__get64(&w);
    a.mtime = (int64_t)lede__get64(&w);
    a.flags = lede__get8(&w);
    a.notes = lede__get_str(&w);
    if (w.bad || index >= c->count)
        return lede_fail(s->err, LEDE_EFORMAT, "sync: a worker's answer could not be read");
    a.f = &s->files[c->first + index];
    if (type == LEDE_A_BROKEN)
        return apply_broken(s, &a);
    if (type == LEDE_A_SECTION)
        return apply_section(s, &a, lede_str_n(w.at, (size_t)(w.end - w.at)));
    a.body = lede__get_str(&w);
    size_t at = ((size_t)(w.at - frame.ptr) + 7) & ~(size_t)7;
    if (w.bad || at > frame.len)
        return lede_fail(s->err, LEDE_EFORMAT, "sync: a worker's answer could not be read");
    lede_buf_clear(&s->scratch); /* malloc'd, so aligned */
    lede_buf_addn(&s->scratch, frame.ptr + at, frame.len - at);
    lede_status st = lede_buf_status(&s->scratch, s->err);
    if (!st)
        st = lede_card_check(lede_buf_str(&s->scratch), s->err);
    if (st)
        return st;
    a.card = (const lede_card *)(const void *)s->scratch.ptr;
    return apply_article(s, &a);
}

static lede_status next_batch(sync_state *s) {
    if (++s->in_batch < BATCH)
        return LEDE_OK;
    s->in_batch = 0;
    lede_status st = lede_store_commit(s->p->store, s->err);
    return st ? st : lede_store_begin(s->p->store, s->err);
}

static lede_status apply_chunk(sync_state *s, chunk *c) {
    lede__wire w = lede__wire_of(lede_buf_str(&c->answers));
    lede_status st = LEDE_OK;
    while (!st && w.at < w.end) {
        uint8_t type = lede__get8(&w);
        lede_str frame = lede__get_str(&w);
        if (w.bad)
            return lede_fail(s->err, LEDE_EFORMAT, "sync: a worker's answer could not be read");
        st = apply_answer(s, c, type, frame);
        if (!st)
            st = next_batch(s);
    }
    lede_buf_fini(&c->answers);
    return st;
}

/* ---- what went */

static lede_status withdraw(sync_state *s, uint32_t n) {
    lede_stored x;
    known *k = &s->known[n];
    lede_status st = lede_store_remove_source(s->p->store, s->paths.items[n], s->err);
    if (st || !k->id[0] || k->moved)
        return st;
    st = lede_store_get(s->p->store, lede_str_n(k->id, 26), &x, s->err);
    if (st == LEDE_ENOTFOUND)
        return LEDE_OK;
    if (st)
        return st;
    const lede_card *card = x.card;
    if (lede_card_state(card) != LEDE_WITHDRAWN && lede_str_eq(lede_card_text(card, LEDE_TEXT_PATH), s->paths.items[n])) {
        lede_change change = {LEDE_STR("content"), LEDE_STR("withdrawn: its file is gone"), lede_time_now()};
        st = repack(s, &card, NULL, (lede_str){0}, LEDE_WITHDRAWN);
        if (!st)
            st = lede_store_put(s->p->store, card, x.body, -1, &change, NULL, NULL, NULL, s->err);
        s->count.withdrawn++;
    }
    lede_stored_fini(&x);
    return st;
}

typedef struct lost_terms {
    sync_state *s;
    lede_term *items;
    size_t count;
} lost_terms;

static bool collect_lost(void *ctx, const lede_term *t) {
    lost_terms *l = ctx;
    uint32_t n = t->path.len ? lede__names_find(&l->s->paths, t->path) : LEDE_NO_NAME;
    if (n == LEDE_NO_NAME || l->s->known[n].seen)
        return true;
    lede_term *grown = realloc(l->items, (l->count + 1) * sizeof *grown);
    if (!grown)
        return false;
    l->items = grown;
    l->items[l->count++] = (lede_term){.kind = t->kind, .slug = lede_arena_copy(&l->s->arena, t->slug)};
    return true;
}

static lede_status withdraw_gone(sync_state *s) {
    lede_status st = LEDE_OK;
    for (uint32_t i = 0; !st && i < s->n_gone; i++)
        st = withdraw(s, s->gone[i]);
    if (st)
        return st;
    lost_terms lost = {.s = s, .items = NULL, .count = 0};
    st = lede_store_walk_terms(s->p->store, collect_lost, &lost, s->err);
    for (size_t i = 0; !st && i < lost.count; i++)
        st = lede_store_remove_term(s->p->store, lost.items[i].kind, lost.items[i].slug, s->err);
    free(lost.items);
    return st;
}

/* Whether the file with this answer is the new name of one that went; called before anything is withdrawn. */
static void find_moves(sync_state *s) {
    for (uint32_t c = 0; c < s->n_chunks; c++) {
        lede__wire w = lede__wire_of(lede_buf_str(&s->chunks[c].answers));
        while (w.at < w.end && !w.bad) {
            uint8_t type = lede__get8(&w);
            lede__wire in = lede__wire_of(lede__get_str(&w));
            uint32_t index = lede__get32(&in);
            uint64_t hash = lede__get64(&in);
            if (type != LEDE_A_ARTICLE || in.bad || index >= s->chunks[c].count ||
                s->files[s->chunks[c].first + index].source != LEDE_NO_NAME)
                continue;
            known *k = find_gone(s, hash);
            if (k)
                k->moved = true; /* keeps withdraw() away; settle_id() pairs them */
        }
    }
}

static void forget_moves(sync_state *s) {
    for (uint32_t i = 0; i < s->n_gone; i++)
        s->known[s->gone[i]].moved = false;
}

/* ---- jobs */

static void apply_ready(sync_state *s) {
    while (!s->late && !s->status && s->applied < s->n_chunks && s->chunks[s->applied].done)
        s->status = apply_chunk(s, &s->chunks[s->applied++]);
}

static void on_answer(void *ctx, uint8_t type, lede_str frame) {
    chunk *c = ctx;
    lede__put8(&c->answers, type);
    lede__put_str(&c->answers, frame);
    if (c->alone && frame.len >= 4) { /* the worker counts from its job's start */
        uint32_t index = c->alone - 1;
        memcpy(c->answers.ptr + c->answers.len - frame.len, &index, sizeof index);
    }
}

static void on_end(void *ctx, lede_status status, const lede_error *err);

static lede_status submit(sync_state *s, chunk *c, uint32_t first, uint32_t count) {
    lede_buf b;
    lede_buf_init(&b, 8 << 20);
    for (uint32_t i = first; i < first + count; i++)
        lede__put_str(&b, s->files[i].path);
    lede_job job = {.type = LEDE_W_PARSE, .bytes = lede_buf_str(&b), .ctx = c, .answer = on_answer, .end = on_end};
    lede_status st = lede_buf_status(&b, s->err);
    if (!st)
        st = lede_workers_submit(s->p->workers, &job, s->err);
    if (!st)
        s->pending++;
    lede_buf_fini(&b);
    return st;
}

/* A file that no worker survives is reported like one that cannot be read, and tried again next time. */
static void answer_lost_file(chunk *c, lede_status status, const lede_error *err) {
    lede_buf frame;
    lede_buf_init(&frame, 1 << 16);
    const char *message = lede_arena_printf(&c->s->arena, "reading this file failed (%s): %s", lede_status_name(status), err->message);
    lede__put32(&frame, 0);
    lede__put64(&frame, 0);
    lede__put64(&frame, (uint64_t)-1);
    lede__put64(&frame, 0);
    lede__put8(&frame, 0);
    lede__put_str(&frame, note_json(c->s, "error", message ? message : "reading this file failed"));
    on_answer(c, LEDE_A_BROKEN, lede_buf_str(&frame));
    lede_buf_fini(&frame);
}

/* A worker died or hung: its files are read once more, each by itself, so the one at fault shows and no other is lost. */
static bool go_on_alone(chunk *c, lede_status status, const lede_error *err) {
    if (!c->alone && !status)
        return false;
    if (!c->alone)
        lede_buf_clear(&c->answers);
    else if (status)
        answer_lost_file(c, status, err);
    if (c->alone == c->count)
        return false;
    c->alone++;
    lede_status st = submit(c->s, c, c->first + c->alone - 1, 1);
    if (st)
        c->s->status = st;
    return st == LEDE_OK;
}

static void on_end(void *ctx, lede_status status, const lede_error *err) {
    chunk *c = ctx;
    sync_state *s = c->s;
    s->pending--;
    if (status == LEDE_ECANCELED)
        return;
    if (go_on_alone(c, status, err))
        return;
    c->done = true;
    apply_ready(s);
    s->all_done = s->pending == 0 || s->status;
    lede__progress(s->p, "reading", c->first + c->count, s->n_files);
}

static lede_status run_chunks(sync_state *s, uint32_t files_a_chunk) {
    s->n_chunks = (s->n_files + files_a_chunk - 1) / files_a_chunk;
    s->chunks = calloc(s->n_chunks ? s->n_chunks : 1, sizeof *s->chunks);
    if (!s->chunks)
        return lede_fail(s->err, LEDE_ENOMEM, "sync: out of memory");
    lede_status st = lede__publication_workers(s->p, s->err);
    for (uint32_t i = 0; i < s->n_chunks; i++) {
        uint32_t first = i * files_a_chunk;
        uint32_t count = s->n_files - first < files_a_chunk ? s->n_files - first : files_a_chunk;
        s->chunks[i] = (chunk){.s = s, .first = first, .count = count};
        lede_buf_init(&s->chunks[i].answers, LEDE_BUF_MAX);
    }
    for (uint32_t i = 0; !st && i < s->n_chunks; i++)
        st = submit(s, &s->chunks[i], s->chunks[i].first, s->chunks[i].count);
    if (!st)
        st = lede_loop_run(s->p->loop, &s->all_done, s->err);
    return st ? st : s->status;
}

/* ---- configuration's own sections */

typedef struct own_terms {
    sync_state *s;
    const lede_value *sections;
    lede_str gone[64];
    size_t n_gone;
} own_terms;

static bool find_dropped(void *ctx, const lede_term *t) {
    own_terms *o = ctx;
    if (t->kind == LEDE_SECTION && lede_str_is(t->path, "/lede.lua") && o->n_gone < 64 &&
        !lede_value_get(o->sections, lede_arena_printf(&o->s->arena, "%.*s", (int)t->slug.len, t->slug.ptr)))
        o->gone[o->n_gone++] = lede_arena_copy(&o->s->arena, t->slug);
    return true;
}

static lede_status put_own_sections(sync_state *s) {
    own_terms o = {.s = s, .sections = lede_value_get(&s->p->site.value, "sections")};
    lede_status st = lede_store_walk_terms(s->p->store, find_dropped, &o, s->err);
    for (size_t i = 0; !st && i < o.n_gone; i++)
        st = lede_store_remove_term(s->p->store, LEDE_SECTION, o.gone[i], s->err);
    for (size_t i = 0; !st && o.sections && o.sections->kind == LEDE_MAP && i < o.sections->map.count; i++) {
        const lede_pair *pair = &o.sections->map.pairs[i];
        lede_term t = {.kind = LEDE_SECTION, .slug = pair->key, .path = LEDE_STR("/lede.lua"), .title = value_text(&pair->value, "title"), .summary = value_text(&pair->value, "summary")};
        if (!t.title.len)
            t.title = t.slug;
        st = lede_store_put_term(s->p->store, &t, s->err);
    }
    return st;
}

/* ---- all of it */

static uint64_t rules_hash(const lede__site *site) {
    const lede_article_rules *r = &site->rules;
    lede_buf b;
    lede_buf_init(&b, 1 << 16);
    lede_buf_addf(&b, "%s|%s|%d|%s|", RULES_VERSION, LEDE_VERSION, r->ugly_urls, site->zone_name);
    lede_buf_add(&b, r->lang);
    lede_buf_addc(&b, '|');
    lede_buf_add(&b, r->permalink);
    uint64_t h = lede__xxh64(lede_buf_str(&b), 0);
    lede_buf_fini(&b);
    return h;
}

static lede_status remember_rules(sync_state *s, uint64_t hash) {
    lede_source x = {.path = LEDE_STR(RULES_PATH), .hash = hash};
    return lede_store_put_source(s->p->store, &x, s->err);
}

static void repeat_notes(sync_state *s) {
    lede__names changed;
    lede__names_init(&changed);
    for (uint32_t i = 0; i < s->n_files; i++)
        lede__names_add(&changed, NULL, s->files[i].path);
    for (uint32_t i = 0; i < s->paths.count; i++)
        if (s->known[i].seen && s->known[i].notes.len && lede__names_find(&changed, s->paths.items[i]) == LEDE_NO_NAME)
            tell(s, s->paths.items[i], s->known[i].notes);
    lede__names_fini(&changed);
}

static lede_status run(sync_state *s) {
    lede__publication *p = s->p;
    lede_store_head head;
    lede_status st = lede_store_get_head(p->store, &head, s->err);
    if (!st)
        st = lede_store_walk_sources(p->store, remember, s, s->err);
    if (st)
        return st;
    s->store_was_empty = head.articles == 0;
    uint64_t rules = rules_hash(&p->site);
    uint32_t at = lede__names_find(&s->paths, LEDE_STR(RULES_PATH));
    bool new_rules = at == LEDE_NO_NAME || s->known[at].hash != rules;
    s->forced = new_rules;
    st = lede__walk(p->site.content, look_at, s, s->err);
    if (st)
        return st;
    s->gone = calloc(s->paths.count + 1, sizeof *s->gone);
    if (!s->gone)
        return lede_fail(s->err, LEDE_ENOMEM, "sync: out of memory");
    for (uint32_t i = 0; i < s->paths.count; i++)
        if (!s->known[i].seen && i != at)
            s->gone[s->n_gone++] = i;
    s->late = s->n_gone > 0;

    st = lede_store_begin(p->store, s->err);
    if (!st && s->n_files)
        st = run_chunks(s, s->n_files < CHUNK_FILES * 4 ? 8 : CHUNK_FILES);
    if (!st && s->late) {
        find_moves(s);
        st = withdraw_gone(s);
        forget_moves(s);
        for (uint32_t i = 0; !st && i < s->n_chunks; i++)
            st = apply_chunk(s, &s->chunks[i]);
    }
    if (!st)
        st = put_own_sections(s);
    if (!st && new_rules)
        st = remember_rules(s, rules);
    if (!st)
        st = lede_store_commit(p->store, s->err);
    else
        lede_store_rollback(p->store);
    if (!st)
        repeat_notes(s);
    return st;
}

lede_status lede__sync(lede__publication *p, lede_buf *report, lede_error *err) {
    sync_state s = {.p = p, .err = err};
    lede_arena_init(&s.arena, LEDE_BUF_MAX);
    lede__names_init(&s.paths);
    lede__names_init(&s.ids);
    lede_buf_init(&s.scratch, 8 << 20);
    lede_buf_init(&s.notes, (size_t)256 << 20);
    lede_status st = run(&s);
    if (st)
        lede__publication_stop(p);
    lede__progress(p, NULL, 0, 0);
    if (!st) {
        lede_buf_addf(report, "{\"added\":%u,\"broken\":%u,\"changed\":%u,\"other\":%u,\"renamed\":%u,\"unchanged\":%u,\"withdrawn\":%u,\"files\":[", s.count.added, s.count.broken, s.count.changed, s.count.other, s.count.renamed, s.count.unchanged, s.count.withdrawn);
        lede_buf_add(report, lede_buf_str(&s.notes));
        lede_buf_adds(report, "]}");
        st = lede_buf_status(report, err);
    }
    for (uint32_t i = 0; i < s.n_chunks && s.chunks; i++)
        lede_buf_fini(&s.chunks[i].answers);
    free(s.chunks);
    free(s.files);
    free(s.known);
    free(s.gone);
    lede__names_fini(&s.paths);
    lede__names_fini(&s.ids);
    lede_buf_fini(&s.scratch);
    lede_buf_fini(&s.notes);
    lede_arena_fini(&s.arena);
    return st;
}
