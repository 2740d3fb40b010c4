/* sync_put.c - puts what workers read out of files into the store.
 *
 * The way of an answer: its article gets its id (its own; else the one its file had; else that of a
 * file that went with the same bytes; else one made of the path), is put, at another address when
 * its own is taken, and its file is remembered. What cannot be put is told, and the last good
 * version stays published. Then what went: withdrawn, unless it came back under another name. */
#include "bind/sync.h"

#include "bind/wire.h"

#include <stdio.h>
#include <stdlib.h>

enum { BATCH = 20000, SUFFIX_MAX = 99 };

/* One answer. The texts lie in the frame. */
typedef struct arrival {
    lede__synced *f;
    uint64_t hash;
    int64_t size, mtime;
    unsigned flags;
    lede_str notes, body;
    const lede_card *card;
} arrival;

/* Two note lists as one. */
static lede_str join_notes(lede__syncing *s, lede_str a, lede_str b) {
    if (a.len < 3)
        return b;
    if (b.len < 3)
        return a;
    const char *text =
        lede_arena_printf(&s->arena, "%.*s,%.*s", (int)a.len - 1, a.ptr, (int)b.len - 1, b.ptr + 1);
    if (!text && !s->status)
        s->status = lede_fail(s->err, LEDE_ENOMEM, "sync: out of memory");
    return text ? lede_str_of(text) : a;
}

/* Packs the article again with another id, slug or state. The new card is in the arena. */
static lede_status repack(lede__syncing *s, const lede_card **card, const char *id, lede_str slug,
                          int state) {
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
        if (!st && !a.text[LEDE_TEXT_URL].ptr)
            st = lede_fail(s->err, LEDE_ENOMEM, "sync: out of memory");
    }
    lede_buf packed;
    lede_buf_init(&packed, 4 << 20);
    lede_card_pack(&packed, &a);
    void *copy = lede_arena_take(&s->arena, packed.len); /* aligned, which a copied text is not */
    if (!st)
        st = copy ? lede_buf_status(&packed, s->err)
                  : lede_fail(s->err, LEDE_ENOMEM, "sync: out of memory");
    if (!st && copy)
        memcpy(copy, packed.ptr, packed.len);
    *card = copy;
    lede_buf_fini(&packed);
    lede_buf_fini(&url);
    return st;
}

/* Whether id belongs to an article of another file that is still there. What cannot be asked ends
 * the run. */
static bool taken(lede__syncing *s, lede_str id, lede_str path, char other[512]) {
    other[0] = '\0';
    if (s->store_was_empty && lede__names_find(&s->ids, id) == LEDE_NO_NAME)
        return false;
    lede_stored x;
    lede_error why = {0};
    const lede_status st = lede_store_get(s->p->store, id, &x, &why);
    if (st && st != LEDE_ENOTFOUND && !s->status)
        s->status = lede_fail(s->err, st, "%s", why.message);
    if (st)
        return false;
    lede_str holder = lede_card_text(x.card, LEDE_TEXT_PATH);
    uint32_t n = lede__names_find(&s->paths, holder);
    bool alive = !lede_str_eq(holder, path) && lede_card_state(x.card) != LEDE_WITHDRAWN &&
                 (n == LEDE_NO_NAME ? lede__names_find(&s->ids, id) != LEDE_NO_NAME || !holder.len
                                    : s->known[n].seen);
    snprintf(other, 512, "%.*s", (int)(holder.len < 500 ? holder.len : 500),
             holder.len ? holder.ptr : "(the store)");
    lede_stored_fini(&x);
    return alive;
}

/* An article whose file went, with these bytes, that no new file was paired with. */
static lede__known *find_gone(lede__syncing *s, uint64_t hash) {
    for (uint32_t i = 0; i < s->n_gone; i++) {
        lede__known *k = &s->known[s->gone[i]];
        if (!k->moved && k->id[0] && k->hash == hash)
            return k;
    }
    return NULL;
}

/* Which id the article of this file has, if not the one it came with. NULL: that one. */
static const char *settle_id(lede__syncing *s, const arrival *a, const char **renamed_from,
                             char room[27]) {
    uint32_t n = a->f->source;
    *renamed_from = NULL;
    if (a->flags & LEDE_OWN_ID)
        return NULL;
    if (n != LEDE_NO_NAME && s->known[n].id[0])
        return s->known[n].id;
    lede__known *k = find_gone(s, a->hash);
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
        if (!path && !s->status)
            s->status = lede_fail(s->err, LEDE_ENOMEM, "sync: out of memory");
        if (!path)
            return NULL;
        lede_article_id_from_path(lede_str_of(path), room);
        if (!taken(s, lede_str_n(room, 26), a->f->path, other))
            return room;
    }
    return NULL;
}

static lede_status put_card(lede__syncing *s, const arrival *a, const lede_card *card,
                            const char *what, bool *changed, char holder[27]) {
    lede_change change = {LEDE_STR("content"), lede_str_of(what), lede_time_now()};
    return lede_store_put(s->p->store, card, a->body, -1, &change, NULL, changed, holder, s->err);
}

/* The address is taken: a derived slug gets a number behind it, a slug that the author chose is an
 * error. */
static lede_status put_elsewhere(lede__syncing *s, arrival *a, const lede_card *card,
                                 const char *what, bool *changed, char holder[27]) {
    lede_str slug = lede_card_text(card, LEDE_TEXT_SLUG);
    lede_status st = LEDE_EEXIST;
    for (int i = 2; st == LEDE_EEXIST && i <= SUFFIX_MAX; i++) {
        const char *next = lede_arena_printf(&s->arena, "%.*s-%d",
                                             (int)(slug.len < 240 ? slug.len : 240), slug.ptr, i);
        const lede_card *again = card;
        if (!next)
            return lede_fail(s->err, LEDE_ENOMEM, "sync: out of memory");
        st = repack(s, &again, NULL, lede_str_of(next), -1);
        if (!st)
            st = put_card(s, a, again, what, changed, holder);
        if (st == LEDE_OK && *changed) {
            lede_str url = lede_card_text(again, LEDE_TEXT_URL);
            const char *message =
                lede_arena_printf(&s->arena,
                                  "another article has this address already, so this one is at "
                                  "%.*s; give it a slug: of its own to choose",
                                  (int)url.len, url.ptr);
            a->notes = join_notes(
                s, a->notes, lede__sync_note(s, "warning", message ? message : "address taken"));
        }
    }
    return st;
}

static void tally(lede__syncing *s, const arrival *a, bool changed, const char *renamed_from) {
    if (!changed)
        s->count.unchanged++;
    else if (renamed_from)
        s->count.renamed++;
    else if (a->f->source == LEDE_NO_NAME)
        s->count.added++;
    else
        s->count.changed++;
}

/* The id that the article of this file has in the store; NULL: it has none. */
static const char *known_id(const lede__syncing *s, const arrival *a) {
    return a->f->source != LEDE_NO_NAME ? s->known[a->f->source].id : NULL;
}

static lede_status remember_as(lede__syncing *s, const arrival *a, const char *id) {
    lede_source x = {.path = a->f->path,
                     .size = a->size,
                     .mtime_ns = a->mtime,
                     .hash = a->hash,
                     .notes = a->notes};
    if (id && *id)
        memcpy(x.id, id, 26);
    return lede__sync_remember(s, &x);
}

/* The last good version stays published. */
static lede_status apply_broken(lede__syncing *s, const arrival *a) {
    s->count.broken++;
    return remember_as(s, a, known_id(s, a));
}

/* A size that no file has: it is read again next time. */
static lede_status refuse(lede__syncing *s, const arrival *a, const char *message) {
    arrival again = {.f = a->f, .size = -1};
    again.notes = join_notes(s, a->notes, lede__sync_note(s, "error", message));
    return apply_broken(s, &again);
}

/* Says that a file was renamed. Gives what the article's history says of it. */
static const char *tell_renamed(lede__syncing *s, arrival *a, const char *from, const char *id) {
    const char *message = lede_arena_printf(
        &s->arena, "renamed from %s; to keep its identity when the store is made anew, add  id: %s",
        from, id);
    a->notes =
        join_notes(s, a->notes, lede__sync_note(s, "warning", message ? message : "renamed"));
    const char *what = lede_arena_printf(&s->arena, "renamed from %s", from);
    return what ? what : "renamed";
}

/* At its own address, else at another where the author chose none. LEDE_EEXIST: *why says what is
 * in the way. */
static lede_status put_article(lede__syncing *s, arrival *a, const lede_card *card,
                               const char *what, bool *changed, lede_error *why) {
    char holder[27] = "";
    lede_error *outer = s->err;
    s->err = why;
    lede_status st = put_card(s, a, card, what, changed, holder);
    if (st == LEDE_EEXIST && !(a->flags & (LEDE_OWN_SLUG | LEDE_OWN_URL)))
        st = put_elsewhere(s, a, card, what, changed, holder);
    s->err = outer;
    if (st && st != LEDE_EEXIST && outer)
        *outer = *why;
    return st;
}

static lede_status apply_article(lede__syncing *s, arrival *a) {
    char room[27], other[512];
    const lede_card *card = a->card;
    const lede_str came_with = lede_card_text(card, LEDE_TEXT_ID);
    if ((a->flags & LEDE_OWN_ID) && taken(s, came_with, a->f->path, other)) {
        const char *message = lede_arena_printf(
            &s->arena, "id: %.*s belongs to %s already; give one of the two another id", 26,
            came_with.ptr, other);
        return refuse(s, a, message ? message : "id is taken");
    }
    const char *renamed_from, *id = settle_id(s, a, &renamed_from, room);
    lede_status st = s->status;
    if (!st && id && !lede_str_is(came_with, id))
        st = repack(s, &card, id, (lede_str){0}, -1);
    if (st)
        return st;
    const char *what = renamed_from                   ? tell_renamed(s, a, renamed_from, id)
                       : a->f->source == LEDE_NO_NAME ? "created"
                                                      : "edited";
    bool changed = false;
    lede_error why = {0};
    st = put_article(s, a, card, what, &changed, &why);
    if (st == LEDE_EEXIST)
        return refuse(s, a, why.message);
    if (st)
        return st;
    tally(s, a, changed, renamed_from);
    lede_str own = lede_card_text(card, LEDE_TEXT_ID);
    if (lede__names_add(&s->ids, &s->arena, own) == LEDE_NO_NAME)
        return lede_fail(s->err, LEDE_ENOMEM, "sync: out of memory");
    return remember_as(s, a, own.ptr);
}

static lede_status apply_term(lede__syncing *s, const arrival *a, lede_str json) {
    lede_status st = lede__sync_put_term(s, a->f->path, json);
    if (st)
        return st;
    s->count.other++;
    return remember_as(s, a, NULL);
}

static lede_status apply_answer(lede__syncing *s, lede__chunk *c, uint8_t type, lede_str frame) {
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
        return apply_term(s, &a, lede_str_n(w.at, (size_t)(w.end - w.at)));
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

static lede_status next_batch(lede__syncing *s) {
    if (++s->in_batch < BATCH)
        return LEDE_OK;
    s->in_batch = 0;
    lede_status st = lede_store_commit(s->p->store, s->err);
    return st ? st : lede_store_begin(s->p->store, s->err);
}

lede_status lede__sync_apply(lede__syncing *s, lede__chunk *c) {
    lede__wire w = lede__wire_of(lede_buf_str(&c->answers));
    lede_status st = lede_buf_status(&c->answers, s->err);
    while (!st && w.at < w.end) {
        uint8_t type = lede__get8(&w);
        lede_str frame = lede__get_str(&w);
        if (w.bad)
            return lede_fail(s->err, LEDE_EFORMAT, "sync: a worker's answer could not be read");
        st = apply_answer(s, c, type, frame);
        if (!st)
            st = s->status;
        if (!st)
            st = next_batch(s);
    }
    lede_buf_fini(&c->answers);
    return st;
}

/* ---- what went */

static lede_status withdraw(lede__syncing *s, uint32_t n) {
    lede_stored x;
    lede__known *k = &s->known[n];
    lede_status st = lede_store_remove_source(s->p->store, s->paths.items[n], s->err);
    if (st || !k->id[0] || k->moved)
        return st;
    st = lede_store_get(s->p->store, lede_str_n(k->id, 26), &x, s->err);
    if (st == LEDE_ENOTFOUND)
        return LEDE_OK;
    if (st)
        return st;
    const lede_card *card = x.card;
    if (lede_card_state(card) != LEDE_WITHDRAWN &&
        lede_str_eq(lede_card_text(card, LEDE_TEXT_PATH), s->paths.items[n])) {
        lede_change change = {LEDE_STR("content"), LEDE_STR("withdrawn: its file is gone"),
                              lede_time_now()};
        st = repack(s, &card, NULL, (lede_str){0}, LEDE_WITHDRAWN);
        if (!st)
            st = lede_store_put(s->p->store, card, x.body, -1, &change, NULL, NULL, NULL, s->err);
        s->count.withdrawn++;
    }
    lede_stored_fini(&x);
    return st;
}

/* Marks the files that went whose bytes came under another name. */
static void find_moves(lede__syncing *s) {
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
            lede__known *k = find_gone(s, hash);
            if (k)
                k->moved = true; /* keeps withdraw() away */
        }
    }
}

lede_status lede__sync_withdraw(lede__syncing *s) {
    lede_status st = LEDE_OK;
    find_moves(s);
    for (uint32_t i = 0; !st && i < s->n_gone; i++)
        st = withdraw(s, s->gone[i]);
    for (uint32_t i = 0; i < s->n_gone; i++)
        s->known[s->gone[i]].moved = false; /* settle_id() pairs them */
    return st;
}
