/* segment.c - one mapped edition file. See edition/segment.h. */
#include "edition/segment.h"

#include "edition/writer.h"

#include "codec/hash.h"

#include "base/banned.h"

lede_str lede__cut(lede_str all, uint64_t at, uint64_t len) {
    if (at > all.len || len > all.len - at)
        return (lede_str){0};
    return lede_str_n(all.ptr + at, (size_t)len);
}

static lede_status damaged(lede_error *err, const char *path, const char *what) {
    return lede_fail(err, LEDE_EFORMAT, "edition: '%s' %s; publishing makes a new one", path, what);
}

static lede_status check_header(const lede__segment *s, const char *path, lede_error *err) {
    if (s->map.len < LEDE__HEADER_ROOM)
        return damaged(err, path, "is too short");
    const lede__header *head = s->head;
    if (memcmp(head->magic, LEDE__MAGIC, sizeof head->magic) != 0)
        return damaged(err, path, "is no edition");
    if (head->order_mark != LEDE__ORDER_MARK)
        return damaged(err, path, "comes from a machine with another byte order");
    if (head->version != LEDE__VERSION)
        return damaged(err, path, "was written by another lede");
    const lede_str summed = lede_str_n(s->map.ptr, offsetof(lede__header, header_sum));
    if (head->header_sum != lede__xxh64(summed, 0))
        return damaged(err, path, "has a damaged header");
    if (head->file_size != s->map.len)
        return damaged(err, path, "is cut short");
    return LEDE_OK;
}

static const size_t row_size[LEDE__SECTIONS] = {
    [LEDE__DOCS] = sizeof(lede__doc_row),
    [LEDE__REFS] = 4,
    [LEDE__BLOB] = 1,
    [LEDE__TERMS] = sizeof(lede__term_row),
    [LEDE__NAMES] = sizeof(lede__name_row),
    [LEDE__POSTINGS] = 4,
    [LEDE__IDS] = 8,
    [LEDE__URLS] = 8,
    [LEDE__TRANSLATIONS] = sizeof(lede__translation_row),
    [LEDE__ALIASES] = sizeof(lede__alias_row),
    [LEDE__REDIRECTS] = sizeof(lede__redirect_row),
    [LEDE__CONFIG] = 1,
    [LEDE__DATA] = 1,
    [LEDE__ZONE] = 1,
    [LEDE__TEXTS] = 1,
    [LEDE__DEAD] = 4,
    [LEDE__DEAD_BITS] = 8,
    [LEDE__RANKS] = 4,
};

static lede_str section(const lede__segment *s, enum lede__section which) {
    const lede__place *place = &s->head->places[which];
    return lede_str_n(s->map.ptr + place->at, (size_t)place->len);
}

static size_t rows(const lede__segment *s, enum lede__section which) {
    return (size_t)(s->head->places[which].len / row_size[which]);
}

static bool places_fit(const lede__segment *s) {
    for (int i = 0; i < LEDE__SECTIONS; i++) {
        const lede__place *place = &s->head->places[i];
        if (place->at % 8 != 0 || place->at > s->map.len || place->len > s->map.len - place->at ||
            place->len % row_size[i] != 0)
            return false;
        const bool is_bytes = row_size[i] == 1; /* the others are counted in 32 bits */
        if (!is_bytes && place->len / row_size[i] > UINT32_MAX / 2)
            return false;
    }
    return true;
}

static bool is_power(size_t n) { return n > 0 && (n & (n - 1)) == 0; }

/* Whether the sections agree with one another as far as readers rely on it. */
static bool sections_agree(const lede__segment *s) {
    const size_t ids = rows(s, LEDE__IDS), urls = rows(s, LEDE__URLS), docs = rows(s, LEDE__DOCS);
    if (!is_power(ids) || !is_power(urls) || ids <= docs || urls <= docs)
        return false;
    if (s->head->is_delta && rows(s, LEDE__RANKS) != docs)
        return false;
    for (int i = 0; i < LEDE__KINDS; i++) {
        const lede__kind_row *kind = &s->head->kinds[i];
        if (kind->first > rows(s, LEDE__TERMS) || kind->count > rows(s, LEDE__TERMS) - kind->first)
            return false;
    }
    return rows(s, LEDE__ZONE) > 0 && section(s, LEDE__ZONE).ptr[rows(s, LEDE__ZONE) - 1] == '\0';
}

static void name_sections(lede__segment *s) {
    s->docs = (const void *)section(s, LEDE__DOCS).ptr;
    s->refs = (const void *)section(s, LEDE__REFS).ptr;
    s->postings = (const void *)section(s, LEDE__POSTINGS).ptr;
    s->terms = (const void *)section(s, LEDE__TERMS).ptr;
    s->names = (const void *)section(s, LEDE__NAMES).ptr;
    s->ids = (const void *)section(s, LEDE__IDS).ptr;
    s->urls = (const void *)section(s, LEDE__URLS).ptr;
    s->translations = (const void *)section(s, LEDE__TRANSLATIONS).ptr;
    s->aliases = (const void *)section(s, LEDE__ALIASES).ptr;
    s->redirects = (const void *)section(s, LEDE__REDIRECTS).ptr;
    s->dead = (const void *)section(s, LEDE__DEAD).ptr;
    s->dead_bits = (const void *)section(s, LEDE__DEAD_BITS).ptr;
    s->ranks = (const void *)section(s, LEDE__RANKS).ptr;
    s->n_docs = (uint32_t)rows(s, LEDE__DOCS);
    s->n_terms = (uint32_t)rows(s, LEDE__TERMS);
    s->n_names = (uint32_t)rows(s, LEDE__NAMES);
    s->n_ids = (uint32_t)rows(s, LEDE__IDS);
    s->n_urls = (uint32_t)rows(s, LEDE__URLS);
    s->n_translations = (uint32_t)rows(s, LEDE__TRANSLATIONS);
    s->n_aliases = (uint32_t)rows(s, LEDE__ALIASES);
    s->n_redirects = (uint32_t)rows(s, LEDE__REDIRECTS);
    s->n_dead = (uint32_t)rows(s, LEDE__DEAD);
    s->n_refs = rows(s, LEDE__REFS);
    s->n_postings = rows(s, LEDE__POSTINGS);
    s->n_dead_bits = rows(s, LEDE__DEAD_BITS);
    s->blob = section(s, LEDE__BLOB);
    s->texts = section(s, LEDE__TEXTS);
    s->config = section(s, LEDE__CONFIG);
    s->data = section(s, LEDE__DATA);
    s->zone = section(s, LEDE__ZONE);
}

lede_status lede__segment_open(lede__segment *s, const char *path, lede_error *err) {
    *s = (lede__segment){0};
    if (!lede__exists(path))
        return lede_fail(err, LEDE_ENOTFOUND, "edition: there is no '%s'", path);
    lede_status st = lede__map_open(path, &s->map, err);
    if (st)
        return st;
    s->head = (const lede__header *)(const void *)s->map.ptr;
    st = check_header(s, path, err);
    if (!st && (!places_fit(s) || !sections_agree(s)))
        st = damaged(err, path, "has a damaged section table");
    if (st) {
        lede__segment_close(s);
        return st;
    }
    name_sections(s);
    return LEDE_OK;
}

void lede__segment_close(lede__segment *s) {
    lede__map_close(&s->map);
    *s = (lede__segment){0};
}

bool lede__segment_whole(const lede__segment *s) {
    for (int i = 0; i < LEDE__SECTIONS; i++)
        if (lede__chunk_sum(section(s, (enum lede__section)i)) != s->head->places[i].sum)
            return false;
    return true;
}

const lede_card *lede__segment_card(const lede__segment *s, uint32_t doc) {
    if (doc >= s->n_docs)
        return NULL;
    const lede__doc_row *row = &s->docs[doc];
    const lede_str bytes = lede__cut(s->blob, row->card_at, row->card_len);
    if (!bytes.len || row->card_at % 8 != 0 || lede_card_check(bytes, NULL) != LEDE_OK)
        return NULL;
    return (const lede_card *)(const void *)bytes.ptr;
}

lede_str lede__segment_body(const lede__segment *s, uint32_t doc) {
    if (doc >= s->n_docs)
        return (lede_str){0};
    return lede__cut(s->blob, s->docs[doc].body_at, s->docs[doc].body_len);
}

uint64_t lede__key_hash(lede_str key) { return lede__xxh64(key, 0); }

uint32_t lede__segment_probe(const lede__segment *s, const uint64_t *slots, uint32_t n,
                             uint64_t hash, lede__segment_is *is, void *ctx) {
    uint32_t at = (uint32_t)hash & (n - 1);
    for (uint32_t i = 0; i < n && slots[at]; i++, at = (at + 1) & (n - 1)) {
        if (slots[at] >> 32 != hash >> 32)
            continue;
        const uint32_t doc = (uint32_t)slots[at] - 1;
        if (doc < s->n_docs && is(ctx, doc))
            return doc;
    }
    return LEDE__NONE;
}

typedef struct wanted_id {
    const lede__segment *s;
    lede_str id;
} wanted_id;

static bool has_id(void *ctx, uint32_t doc) {
    const wanted_id *want = ctx;
    return memcmp(want->s->docs[doc].id, want->id.ptr, LEDE__ID_LEN) == 0;
}

uint32_t lede__segment_by_id(const lede__segment *s, lede_str id) {
    if (id.len != LEDE__ID_LEN)
        return LEDE__NONE;
    wanted_id want = {s, id};
    return lede__segment_probe(s, s->ids, s->n_ids, lede__key_hash(id), has_id, &want);
}
