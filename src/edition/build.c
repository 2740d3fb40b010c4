/* build.c - takes in articles while a store is walked. See edition/build.h.
 *
 * Cards and bodies go to the file at once, in runs of one kind, so memory holds only rows and
 * names. What can only be done when all are known (order, numbers of terms, posting lists) is in
 * finish.c. */
#include "edition/build.h"

#include "codec/hash.h"

#include <stdlib.h>

#include "base/banned.h"

enum { RUN = 128 * 1024 }; /* bytes of cards, or of bodies, that stand together */

static lede_status no_memory(lede_error *err) {
    return lede_fail(err, LEDE_ENOMEM, "edition: out of memory");
}

bool lede__grow(void **items, size_t *cap, size_t count, size_t size) {
    if (count < *cap)
        return true;
    const size_t bigger = *cap ? *cap * 2 : 256;
    if (bigger > SIZE_MAX / size)
        return false;
    void *more = realloc(*items, bigger * size);
    if (!more)
        return false;
    *items = more;
    *cap = bigger;
    return true;
}

/* The base's spellings with their counts: what is then counted up and down is what a fresh base
 * would count. */
static lede_status seed_names(lede__builder *b, lede_error *err) {
    const lede__segment *base = b->base;
    for (uint32_t i = 0; i < base->n_names; i++) {
        const lede__name_row *row = &base->names[i];
        if (row->term >= base->n_terms)
            continue;
        unsigned kind = 0;
        while (kind < LEDE__KINDS &&
               row->term - base->head->kinds[kind].first >= base->head->kinds[kind].count)
            kind++;
        if (kind == LEDE__KINDS)
            continue;
        const lede__text_ref *of = &base->terms[row->term].slug;
        const lede_str slug = lede__cut(base->texts, of->at, of->len);
        const lede_str text = lede__cut(base->texts, row->name.at, row->name.len);
        const bool is_given = kind != LEDE_TAG && kind != LEDE_AUTHOR && kind != LEDE_ORIGIN;
        const uint32_t name = is_given ? lede__spellings_add(&b->names, kind, text, &slug)
                                       : lede__spellings_seed(&b->names, kind, text, slug);
        if (name == LEDE__NONE)
            return no_memory(err);
        lede__term *term = &b->names.terms[b->names.names[name].term];
        b->names.names[name].count += row->count;
        term->count += row->count;
        term->base_no = row->term;
    }
    return LEDE_OK;
}

lede_status lede__builder_init(lede__builder *b, const char *dir, const lede__segment *base,
                               lede_error *err) {
    *b = (lede__builder){.writer = {.fd = -1, .section = -1}, .base = base};
    lede_buf_init(&b->texts, LEDE_BUF_MAX);
    lede_buf_init(&b->cards, LEDE_BUF_MAX);
    lede_buf_init(&b->bodies, LEDE_BUF_MAX);
    lede_status st = lede__spellings_init(&b->names, err);
    if (!st)
        st = lede__writer_open(&b->writer, dir, base ? LEDE__DELTA_NAME : LEDE__BASE_NAME, err);
    if (!st && base)
        st = seed_names(b, err);
    if (st) {
        lede__builder_fini(b);
        return st;
    }
    lede__writer_begin(&b->writer, LEDE__BLOB);
    return LEDE_OK;
}

void lede__builder_fini(lede__builder *b) {
    lede__writer_fini(&b->writer);
    lede__spellings_fini(&b->names);
    lede_buf_fini(&b->texts);
    lede_buf_fini(&b->cards);
    lede_buf_fini(&b->bodies);
    free(b->naming.items);
    free(b->docs);
    free(b->extras);
    free(b->refs);
    free(b->dead_terms);
    free(b->aliases);
    free(b->redirects);
    free(b->dead);
    *b = (lede__builder){.writer = {.fd = -1, .section = -1}};
}

void lede__builder_flush(lede__builder *b) {
    lede__writer *w = &b->writer;
    lede__writer_align(w);
    const uint64_t cards_at = lede__writer_tell(w);
    lede__writer_add(w, b->cards.ptr, b->cards.len);
    const uint64_t bodies_at = lede__writer_tell(w);
    lede__writer_add(w, b->bodies.ptr, b->bodies.len);
    for (; b->placed < b->n_docs; b->placed++) {
        b->docs[b->placed].card_at += cards_at;
        b->docs[b->placed].body_at += bodies_at;
    }
    lede_buf_clear(&b->cards);
    lede_buf_clear(&b->bodies);
}

static bool add_refs(lede__builder *b, lede__doc_row *row) {
    const lede__naming *n = &b->naming;
    if (b->n_refs + n->count > UINT32_MAX / 2)
        return false;
    row->section = n->section;
    row->lang = n->lang;
    row->origin = n->origin;
    row->refs_at = (uint32_t)b->n_refs;
    row->n_tags = n->n_tags;
    row->n_authors = n->n_authors;
    for (uint32_t i = 0; i < n->count; i++) {
        if (!lede__grow((void **)&b->refs, &b->cap_refs, b->n_refs, sizeof *b->refs))
            return false;
        b->refs[b->n_refs++] = n->items[i];
    }
    return true;
}

static bool add_aliases(lede__builder *b, const lede_card *card) {
    const uint32_t count = lede_card_list_count(card, LEDE_LIST_ALIASES);
    for (uint32_t i = 0; i < count; i++) {
        const lede_str from = lede_card_list_at(card, LEDE_LIST_ALIASES, i);
        if (!lede__grow((void **)&b->aliases, &b->cap_aliases, b->n_aliases, sizeof *b->aliases))
            return false;
        b->aliases[b->n_aliases++] = (lede__alias){
            .at = b->texts.len, .len = (uint32_t)from.len, .doc = (uint32_t)b->n_docs};
        lede_buf_add(&b->texts, from);
    }
    return true;
}

lede_status lede__builder_add(lede__builder *b, const lede_stored *x, lede_error *err) {
    const lede_str id = lede_card_text(x->card, LEDE_TEXT_ID);
    if (id.len != LEDE__ID_LEN)
        return lede_fail(err, LEDE_EINVAL, "edition: article id '%.*s' has not 26 characters",
                         (int)(id.len < 64 ? id.len : 64), id.ptr ? id.ptr : "");
    const size_t card_len = lede_card_size(x->card);
    if (x->body.len > UINT32_MAX / 2 || card_len > UINT32_MAX / 2 || b->n_docs > UINT32_MAX / 4)
        return lede_fail(err, LEDE_ELIMIT, "edition: article '%.*s' is too large", (int)id.len,
                         id.ptr);
    if (b->cards.len + card_len > RUN || b->bodies.len + x->body.len > RUN)
        lede__builder_flush(b);

    lede_status st = lede__spellings_read(&b->names, x->card, &b->naming, err);
    if (st)
        return st;
    lede__doc_row row = {
        .date = lede_card_time(x->card, LEDE_TIME_DATE),
        .card_at = b->cards.len,
        .card_len = (uint32_t)card_len,
        .body_at = b->bodies.len,
        .body_len = (uint32_t)x->body.len,
        .body_print = lede__xxh64(x->body, 0),
    };
    memcpy(row.id, id.ptr, LEDE__ID_LEN);
    lede_buf_addn(&b->cards, x->card, card_len);
    lede_buf_add(&b->bodies, x->body);
    if (b->cards.status || b->bodies.status || !add_refs(b, &row) || !add_aliases(b, x->card) ||
        !lede__grow((void **)&b->docs, &b->cap_docs, b->n_docs, sizeof *b->docs) ||
        !lede__grow((void **)&b->extras, &b->cap_extras, b->n_docs, sizeof *b->extras))
        return no_memory(err);
    lede__spellings_count(&b->names, &b->naming, 1);
    b->docs[b->n_docs] = row;
    const lede_str key = lede_card_text(x->card, LEDE_TEXT_TRANSLATION);
    b->extras[b->n_docs++] =
        (lede__doc_extra){.url_hash = lede__key_hash(lede_card_text(x->card, LEDE_TEXT_URL)),
                          .key_hash = lede__key_hash(key),
                          .has_key = key.len > 0};
    return LEDE_OK;
}

typedef struct hiding {
    lede__builder *b;
    lede__dead *dead;
    bool failed;
} hiding;

static void note_dead_term(void *ctx, lede__term *term) {
    hiding *h = ctx;
    lede__builder *b = h->b;
    if (!lede__grow((void **)&b->dead_terms, &b->cap_dead_terms, b->n_dead_terms,
                    sizeof *b->dead_terms)) {
        h->failed = true;
        return;
    }
    b->dead_terms[b->n_dead_terms++] = (uint32_t)(term - b->names.terms);
    h->dead->n_refs++;
}

lede_status lede__builder_hide(lede__builder *b, uint32_t doc, lede_error *err) {
    const lede_card *card = lede__segment_card(b->base, doc);
    if (!card)
        return lede_fail(err, LEDE_EFORMAT, "edition: the base is damaged");
    lede_status st = lede__spellings_read(&b->names, card, &b->naming, err);
    if (st)
        return st;
    if (!lede__grow((void **)&b->dead, &b->cap_dead, b->n_dead, sizeof *b->dead))
        return no_memory(err);
    lede__dead *dead = &b->dead[b->n_dead];
    *dead = (lede__dead){.doc = doc, .refs_at = (uint32_t)b->n_dead_terms};
    hiding h = {b, dead, false};
    lede__spellings_count(&b->names, &b->naming, -1);
    lede__naming_terms(&b->names, &b->naming, note_dead_term, &h);
    if (h.failed)
        return no_memory(err);
    b->n_dead++;
    return LEDE_OK;
}

/* ---- what the store says besides its articles */

typedef struct taking {
    lede__builder *b;
    lede_status status;
    lede_error *err;
} taking;

static bool take_term(void *ctx, const lede_term *x) {
    taking *t = ctx;
    t->status = lede__spellings_declare(&t->b->names, x, t->err);
    return t->status == LEDE_OK;
}

static bool take_redirect(void *ctx, lede_str from, lede_str id) {
    taking *t = ctx;
    lede__builder *b = t->b;
    if (id.len != LEDE__ID_LEN || from.len > UINT32_MAX / 2)
        return true;
    if (!lede__grow((void **)&b->redirects, &b->cap_redirects, b->n_redirects,
                    sizeof *b->redirects)) {
        t->status = no_memory(t->err);
        return false;
    }
    lede__redirect_row *row = &b->redirects[b->n_redirects++];
    *row = (lede__redirect_row){.from = {.at = b->texts.len, .len = (uint32_t)from.len}};
    memcpy(row->id, id.ptr, LEDE__ID_LEN);
    lede_buf_add(&b->texts, from);
    b->redirects_print = lede__xxh64(id, lede__xxh64(from, b->redirects_print));
    return true;
}

static lede_status take_rest(lede__builder *b, lede_store *s, lede_error *err) {
    taking t = {b, LEDE_OK, err};
    lede_status st = lede_store_walk_terms(s, take_term, &t, err);
    if (!st && !t.status)
        st = lede_store_walk_redirects(s, take_redirect, &t, err);
    return st ? st : t.status;
}

lede_status lede__builder_finish(lede__builder *b, lede_store *s, const lede_store_head *head,
                                 const lede_edition_input *in, int64_t last_change,
                                 lede_error *err) {
    lede__builder_flush(b);
    lede__writer_end(&b->writer);
    lede_status st = take_rest(b, s, err);
    if (st)
        return st;

    lede__header *h = &b->writer.head;
    h->is_delta = b->base != NULL;
    h->drafts = in->drafts;
    h->base_id = b->base ? b->base->head->header_sum : 0;
    h->seq = head->seq;
    h->time = in->time;
    h->last_change = last_change;
    h->redirects_print = b->redirects_print;
    memcpy(h->uuid, head->uuid, sizeof head->uuid);
    const lede_str data = in->data.len ? in->data : LEDE_STR("{}");
    const char *zone = in->zone_name ? in->zone_name : "UTC";
    lede__writer_section(&b->writer, LEDE__CONFIG, in->config.ptr, in->config.len);
    lede__writer_section(&b->writer, LEDE__DATA, data.ptr, data.len);
    lede__writer_section(&b->writer, LEDE__ZONE, zone, strlen(zone) + 1);
    return lede__builder_write(b, err);
}
