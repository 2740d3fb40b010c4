/* reads.c - the record of what a page read. See lede/edition.h and ARCHITECTURE.md section 5.
 *
 * Reads of cards are by far the most: a small open-addressing table from article to mask, looked at
 * through a memory of the last slot. Everything else is a note: a key in one buffer, found again by
 * its hash. What an ordered walk needs is reserved while noting, so that only noting can run out of
 * memory. */
#include "edition/inside.h"

#include "codec/hash.h"

#include <stdlib.h>

#include "base/banned.h"

typedef struct touched {
    uint64_t mask;
    lede_doc doc; /* LEDE_NO_DOC = free */
} touched;

typedef struct note {
    uint64_t hash, print;
    size_t key_at;
    uint32_t key_len;
    uint32_t kind;
} note;

typedef struct entry {
    lede_read_kind kind;
    lede_doc doc; /* of a card or body */
    lede_str key;
    uint64_t mask, print;
} entry;

struct lede_reads {
    touched *cards;
    uint32_t n_cards, cards_mask;
    uint32_t last; /* slot of the last card */
    note *notes;
    uint32_t n_notes, cap_notes;
    uint32_t *slots; /* number of note + 1 */
    uint32_t slots_mask;
    lede_buf keys, scratch;
    entry *order;
    size_t cap_order;
    bool failed;
};

enum { FIRST_SLOTS = 64, BODY_BIT = 63 }; /* the top bit of a mask: the body was read */
static_assert((int)LEDE_BIT_COUNT <= (int)BODY_BIT, "a mask has room for the body's bit");

lede_reads *lede_reads_new(void) {
    lede_reads *r = calloc(1, sizeof *r);
    if (!r)
        return NULL;
    lede_buf_init(&r->keys, LEDE_BUF_MAX);
    lede_buf_init(&r->scratch, 1 << 24);
    r->cards = calloc(FIRST_SLOTS, sizeof *r->cards);
    r->slots = calloc(FIRST_SLOTS, sizeof *r->slots);
    r->notes = malloc(FIRST_SLOTS / 2 * sizeof *r->notes);
    r->order = malloc(FIRST_SLOTS * 2 * sizeof *r->order);
    if (!r->cards || !r->slots || !r->notes || !r->order) {
        lede_reads_free(r);
        return NULL;
    }
    r->cards_mask = r->slots_mask = FIRST_SLOTS - 1;
    r->cap_notes = FIRST_SLOTS / 2;
    r->cap_order = FIRST_SLOTS * 2;
    lede_reads_reset(r);
    return r;
}

void lede_reads_free(lede_reads *r) {
    if (!r)
        return;
    lede_buf_fini(&r->keys);
    lede_buf_fini(&r->scratch);
    free(r->cards);
    free(r->notes);
    free(r->slots);
    free(r->order);
    free(r);
}

void lede_reads_reset(lede_reads *r) {
    for (uint32_t i = 0; i <= r->cards_mask; i++)
        r->cards[i] = (touched){.doc = LEDE_NO_DOC};
    memset(r->slots, 0, ((size_t)r->slots_mask + 1) * sizeof *r->slots);
    r->n_cards = r->n_notes = r->last = 0;
    lede_buf_clear(&r->keys);
    r->failed = false;
}

bool lede_reads_failed(const lede_reads *r) { return r->failed; }

/* ---- cards */

static uint32_t slot_of(const touched *cards, uint32_t mask, lede_doc d) {
    uint32_t at = (uint32_t)(d * UINT64_C(0x9E3779B97F4A7C15) >> 32) & mask;
    while (cards[at].doc != d && cards[at].doc != LEDE_NO_DOC)
        at = (at + 1) & mask;
    return at;
}

/* Room for an ordered walk: of so many slots half are cards, each with a body. Reserved before a
 * table grows. */
static bool reserve_order(lede_reads *r, size_t card_slots, size_t notes) {
    const size_t want = card_slots + notes;
    if (want <= r->cap_order)
        return true;
    entry *more = realloc(r->order, want * sizeof *more);
    if (!more)
        return false;
    r->order = more;
    r->cap_order = want;
    return true;
}

static bool grow_cards(lede_reads *r) {
    const uint32_t bigger = r->cards_mask * 2 + 1;
    if (!reserve_order(r, (size_t)bigger + 1, r->cap_notes))
        return false;
    touched *fresh = calloc((size_t)bigger + 1, sizeof *fresh);
    if (!fresh)
        return false;
    for (uint32_t i = 0; i <= bigger; i++)
        fresh[i] = (touched){.doc = LEDE_NO_DOC};
    for (uint32_t i = 0; i <= r->cards_mask; i++)
        if (r->cards[i].doc != LEDE_NO_DOC)
            fresh[slot_of(fresh, bigger, r->cards[i].doc)] = r->cards[i];
    free(r->cards);
    r->cards = fresh;
    r->cards_mask = bigger;
    return true;
}

void lede__reads_touch(lede_reads *r, lede_doc d, uint64_t mask) {
    if (d == LEDE_NO_DOC)
        return;
    if (r->cards[r->last].doc != d) {
        uint32_t at = slot_of(r->cards, r->cards_mask, d);
        if (r->cards[at].doc == LEDE_NO_DOC) {
            if (r->n_cards >= (r->cards_mask + 1) / 2) {
                if (!grow_cards(r)) {
                    r->failed = true;
                    return;
                }
                at = slot_of(r->cards, r->cards_mask, d);
            }
            r->cards[at].doc = d;
            r->n_cards++;
        }
        r->last = at;
    }
    r->cards[r->last].mask |= mask;
}

void lede__reads_body(lede_reads *r, lede_doc d) {
    lede__reads_touch(r, d, (uint64_t)1 << BODY_BIT);
}

/* ---- notes */

static bool grow_notes(lede_reads *r) {
    const uint32_t bigger = r->slots_mask * 2 + 1;
    if (!reserve_order(r, (size_t)r->cards_mask + 1, ((size_t)bigger + 1) / 2))
        return false;
    note *more = realloc(r->notes, ((size_t)bigger + 1) / 2 * sizeof *more);
    if (!more)
        return false;
    r->notes = more;
    uint32_t *fresh = calloc((size_t)bigger + 1, sizeof *fresh);
    if (!fresh)
        return false;
    for (uint32_t i = 0; i < r->n_notes; i++) {
        uint32_t at = (uint32_t)r->notes[i].hash & bigger;
        while (fresh[at])
            at = (at + 1) & bigger;
        fresh[at] = i + 1;
    }
    free(r->slots);
    r->slots = fresh;
    r->slots_mask = bigger;
    r->cap_notes = (bigger + 1) / 2;
    return true;
}

/* The slot of the key, or the free one where it would go. */
static uint32_t note_slot(const lede_reads *r, uint64_t hash, lede_read_kind kind, lede_str key) {
    uint32_t at = (uint32_t)hash & r->slots_mask;
    for (; r->slots[at]; at = (at + 1) & r->slots_mask) {
        const note *n = &r->notes[r->slots[at] - 1];
        if (n->hash == hash && n->kind == (uint32_t)kind &&
            lede_str_eq(lede_str_n(r->keys.ptr + n->key_at, n->key_len), key))
            break;
    }
    return at;
}

static void add_note(lede_reads *r, uint64_t hash, lede_read_kind kind, lede_str key,
                     uint64_t print) {
    uint32_t at = note_slot(r, hash, kind, key);
    if (r->slots[at])
        return; /* the first answer stands: a second one that differs will show as a change */
    if (r->n_notes == r->cap_notes) {
        if (!grow_notes(r)) {
            r->failed = true;
            return;
        }
        at = note_slot(r, hash, kind, key);
    }
    const size_t key_at = r->keys.len;
    lede_buf_add(&r->keys, key);
    if (r->keys.status || key.len > UINT32_MAX) {
        r->failed = true;
        return;
    }
    r->notes[r->n_notes] = (note){hash, print, key_at, (uint32_t)key.len, (uint32_t)kind};
    r->slots[at] = ++r->n_notes;
}

void lede_reads_note(lede_reads *r, lede_read_kind kind, lede_str key, uint64_t print) {
    if (r)
        add_note(r, lede__xxh64(key, (uint64_t)kind), kind, key, print);
}

lede_buf *lede__reads_scratch(lede_reads *r) {
    lede_buf_clear(&r->scratch);
    return &r->scratch;
}

void lede__reads_note_scratch(lede_reads *r, lede_read_kind kind, uint64_t print) {
    if (r->scratch.status)
        r->failed = true;
    else
        lede_reads_note(r, kind, lede_buf_str(&r->scratch), print);
}

/* ---- for this process alone: number of cards, then mask and article of each; hash, fingerprint, kind, length and key of
 * each note */

static void add_bytes(lede_buf *out, const void *bytes, size_t n) { lede_buf_addn(out, bytes, n); }

void lede_reads_pack(const lede_reads *r, lede_buf *out) {
    add_bytes(out, &r->n_cards, sizeof r->n_cards);
    for (uint32_t i = 0, left = r->n_cards; left; i++) {
        if (r->cards[i].doc == LEDE_NO_DOC)
            continue;
        add_bytes(out, &r->cards[i].mask, sizeof r->cards[i].mask);
        add_bytes(out, &r->cards[i].doc, sizeof r->cards[i].doc);
        left--;
    }
    for (uint32_t i = 0; i < r->n_notes; i++) {
        const note *n = &r->notes[i];
        add_bytes(out, &n->hash, sizeof n->hash);
        add_bytes(out, &n->print, sizeof n->print);
        add_bytes(out, &n->kind, sizeof n->kind);
        add_bytes(out, &n->key_len, sizeof n->key_len);
        add_bytes(out, r->keys.ptr + n->key_at, n->key_len);
    }
    if (r->failed)
        out->status = LEDE_ENOMEM;
}

static const char *get(const char *at, void *to, size_t n) {
    memcpy(to, at, n);
    return at + n;
}

void lede_reads_replay(lede_reads *r, lede_str packed) {
    const char *at = packed.ptr, *end = packed.ptr + packed.len;
    uint32_t cards = 0;
    if (packed.len)
        at = get(at, &cards, sizeof cards);
    while (cards--) {
        uint64_t mask;
        lede_doc doc;
        at = get(at, &mask, sizeof mask);
        at = get(at, &doc, sizeof doc);
        lede__reads_touch(r, doc, mask);
    }
    while (at < end) {
        note n;
        at = get(at, &n.hash, sizeof n.hash);
        at = get(at, &n.print, sizeof n.print);
        at = get(at, &n.kind, sizeof n.kind);
        at = get(at, &n.key_len, sizeof n.key_len);
        add_note(r, n.hash, (lede_read_kind)n.kind, lede_str_n(at, n.key_len), n.print);
        at += n.key_len;
    }
}

/* ---- in order */

static int by_kind_and_key(const void *a, const void *b) {
    const entry *x = a, *y = b;
    if (x->kind != y->kind)
        return x->kind < y->kind ? -1 : 1;
    return lede_str_cmp(x->key, y->key);
}

static size_t gather(const lede_reads *r, const lede_edition *e) {
    const uint64_t body = (uint64_t)1 << BODY_BIT;
    size_t n = 0;
    for (uint32_t i = 0; i <= r->cards_mask; i++) {
        const touched *t = &r->cards[i];
        const lede__doc_row *row = t->doc == LEDE_NO_DOC ? NULL : lede__edition_row(e, t->doc);
        if (!row)
            continue;
        const lede_str id = lede_str_n(row->id, LEDE__ID_LEN);
        if (t->mask & ~body)
            r->order[n++] = (entry){LEDE_READ_CARD, t->doc, id, t->mask & ~body, 0};
        if (t->mask & body)
            r->order[n++] = (entry){LEDE_READ_BODY, t->doc, id, 0, row->body_print};
    }
    for (uint32_t i = 0; i < r->n_notes; i++) {
        const note *x = &r->notes[i];
        r->order[n++] = (entry){(lede_read_kind)x->kind, LEDE_NO_DOC,
                                lede_str_n(r->keys.ptr + x->key_at, x->key_len), 0, x->print};
    }
    qsort(r->order, n, sizeof *r->order, by_kind_and_key);
    return n;
}

void lede_reads_each(const lede_reads *r, const lede_edition *e, lede_reads_visit *visit,
                     void *ctx) {
    const size_t n = gather(r, e);
    for (size_t i = 0; i < n; i++) {
        const entry *x = &r->order[i];
        const uint64_t print = x->kind == LEDE_READ_CARD
                                   ? lede_card_fingerprint(lede_edition_card(e, x->doc), x->mask)
                                   : x->print;
        visit(ctx, x->kind, x->key, x->mask, print);
    }
}

/* ---- as bytes: kind (1), length of the key (7 bits a byte, low first), key, mask of a card (8),
 * fingerprint (8) */

static void add_u64(lede_buf *out, uint64_t n) {
    char bytes[8];
    for (int i = 0; i < 8; i++)
        bytes[i] = (char)(n >> (8 * i));
    lede_buf_addn(out, bytes, sizeof bytes);
}

void lede_reads_add(lede_buf *out, lede_read_kind kind, lede_str key, uint64_t mask,
                    uint64_t print) {
    size_t len = key.len;
    lede_buf_addc(out, (char)kind);
    for (; len >= 128; len >>= 7)
        lede_buf_addc(out, (char)(len | 128));
    lede_buf_addc(out, (char)len);
    lede_buf_add(out, key);
    if (kind == LEDE_READ_CARD)
        add_u64(out, mask);
    add_u64(out, print);
}

static void encode_one(void *ctx, lede_read_kind kind, lede_str key, uint64_t mask,
                       uint64_t print) {
    lede_reads_add(ctx, kind, key, mask, print);
}

void lede_reads_encode(const lede_reads *r, const lede_edition *e, lede_buf *out) {
    lede_reads_each(r, e, encode_one, out);
}

static bool take_u64(lede_str *from, uint64_t *out) {
    if (from->len < 8)
        return false;
    *out = 0;
    for (int i = 7; i >= 0; i--)
        *out = *out << 8 | (unsigned char)from->ptr[i];
    *from = lede_str_sub(*from, 8);
    return true;
}

static bool take_key(lede_str *from, lede_str *key) {
    size_t len = 0, i = 0;
    for (unsigned shift = 0;; shift += 7, i++) {
        if (i >= from->len || shift > 28)
            return false;
        len |= (size_t)((unsigned char)from->ptr[i] & 127) << shift;
        if (!((unsigned char)from->ptr[i] & 128))
            break;
    }
    *from = lede_str_sub(*from, i + 1);
    if (len > from->len)
        return false;
    *key = lede_str_n(from->ptr, len);
    *from = lede_str_sub(*from, len);
    return true;
}

lede_status lede_reads_decode(lede_str bytes, lede_reads_visit *visit, void *ctx, lede_error *err) {
    while (bytes.len > 0) {
        const unsigned kind = (unsigned char)bytes.ptr[0];
        lede_str key;
        uint64_t mask = 0, print = 0;
        bytes = lede_str_sub(bytes, 1);
        if (kind >= LEDE_READ_KINDS || !take_key(&bytes, &key) ||
            (kind == LEDE_READ_CARD && !take_u64(&bytes, &mask)) || !take_u64(&bytes, &print))
            return lede_fail(err, LEDE_EFORMAT, "reads: the record is damaged");
        visit(ctx, (lede_read_kind)kind, key, mask, print);
    }
    return LEDE_OK;
}
