/* card.c - an article without its body as one block of bytes. See lede/article.h.
 *
 * Layout: the struct below, then for each list its table of items, then the bytes of all texts.
 * Offsets count from the start of the card, so a card may be copied anywhere that is aligned to 8
 * bytes. Packing is on the way of every article: sizes first, room once, then copies.
 */
#include "lede/article.h"

#include "codec/hash.h"

#include <assert.h>

enum {
    CARD_MAGIC = 0x3164636c
}; /* "lcd1" on a little-endian machine: foreign byte order is refused with it */
enum { OWN_ID = 1, OWN_SLUG = 2, OWN_URL = 4 };

typedef struct span {
    uint32_t at, len;
} span;

struct lede_card {
    uint32_t magic, size;
    uint32_t words, body_line;
    int32_t weight;
    uint8_t state, own, zero[2];
    int64_t time[LEDE_TIME_COUNT];
    span text[LEDE_TEXT_COUNT];
    span list[LEDE_LIST_COUNT]; /* at: a table of len spans */
};

static_assert(sizeof(lede_card) % 8 == 0, "cards follow each other without gaps");
static_assert(LEDE_BIT_COUNT <= 64, "a mask is 64 bits");

static uint64_t packed_size(const lede_article *a) {
    uint64_t n = sizeof(lede_card);
    for (size_t f = 0; f < LEDE_TEXT_COUNT; f++)
        n += a->text[f].len;
    for (size_t f = 0; f < LEDE_LIST_COUNT; f++)
        for (size_t i = 0; i < a->list[f].count; i++)
            n += sizeof(span) + a->list[f].items[i].len;
    return (n + 7) & ~UINT64_C(7);
}

static span copy_text(char *base, uint32_t *at, lede_str s) {
    if (s.len == 0)
        return (span){0};
    memcpy(base + *at, s.ptr, s.len);
    span out = {*at, (uint32_t)s.len};
    *at += out.len;
    return out;
}

void lede_card_pack(lede_buf *out, const lede_article *a) {
    assert(out->len % 8 == 0);
    uint64_t size = packed_size(a);
    if (size > UINT32_MAX) {
        out->status = LEDE_ELIMIT;
        return;
    }
    char *base = lede_buf_room(out, size);
    if (!base)
        return;

    lede_card c = {.magic = CARD_MAGIC,
                   .size = (uint32_t)size,
                   .words = a->words,
                   .body_line = a->body_line,
                   .weight = a->weight,
                   .state = (uint8_t)a->state,
                   .own =
                       (uint8_t)((a->has_own_id ? OWN_ID : 0) | (a->has_own_slug ? OWN_SLUG : 0) |
                                 (a->has_own_url ? OWN_URL : 0))};
    memcpy(c.time, a->time, sizeof c.time);
    uint32_t at = sizeof c;
    for (size_t f = 0; f < LEDE_LIST_COUNT; f++) {
        c.list[f] = (span){a->list[f].count ? at : 0, (uint32_t)a->list[f].count};
        at += (uint32_t)(a->list[f].count * sizeof(span));
    }
    for (size_t f = 0; f < LEDE_TEXT_COUNT; f++)
        c.text[f] = copy_text(base, &at, a->text[f]);
    for (size_t f = 0; f < LEDE_LIST_COUNT; f++)
        for (size_t i = 0; i < a->list[f].count; i++) {
            span s = copy_text(base, &at, a->list[f].items[i]);
            memcpy(base + c.list[f].at + i * sizeof s, &s, sizeof s);
        }
    memset(base + at, 0, (size_t)size - at);
    memcpy(base, &c, sizeof c);
    lede_buf_seal(out, (size_t)size);
}

static bool inside(uint32_t size, uint64_t at, uint64_t len) {
    return at <= size && len <= size - at;
}

lede_status lede_card_check(lede_str bytes, lede_error *err) {
    if (bytes.len < sizeof(lede_card) || (uintptr_t)bytes.ptr % 8 != 0)
        return lede_fail(err, LEDE_EFORMAT, "card: %zu bytes are no card", bytes.len);
    const lede_card *c = (const lede_card *)(const void *)bytes.ptr;
    if (c->magic != CARD_MAGIC || c->size < sizeof *c || c->size > bytes.len || c->size % 8 != 0)
        return lede_fail(err, LEDE_EFORMAT, "card: the header is damaged");
    if (c->state >= LEDE_STATE_COUNT)
        return lede_fail(err, LEDE_EFORMAT, "card: no state %d", c->state);
    for (size_t f = 0; f < LEDE_TEXT_COUNT; f++)
        if (!inside(c->size, c->text[f].at, c->text[f].len))
            return lede_fail(err, LEDE_EFORMAT, "card: text %zu lies outside", f);
    for (size_t f = 0; f < LEDE_LIST_COUNT; f++) {
        span l = c->list[f];
        if (l.at % 4 != 0 || !inside(c->size, l.at, (uint64_t)l.len * sizeof(span)))
            return lede_fail(err, LEDE_EFORMAT, "card: list %zu lies outside", f);
        for (uint32_t i = 0; i < l.len; i++) {
            span s;
            memcpy(&s, bytes.ptr + l.at + i * sizeof s, sizeof s);
            if (!inside(c->size, s.at, s.len))
                return lede_fail(err, LEDE_EFORMAT, "card: item %u of list %zu lies outside", i, f);
        }
    }
    return LEDE_OK;
}

static lede_str slice(const lede_card *c, span s) {
    return (lede_str){(const char *)c + s.at, s.len};
}

size_t lede_card_size(const lede_card *c) { return c->size; }

lede_str lede_card_text(const lede_card *c, enum lede_text_field f) {
    assert(f < LEDE_TEXT_COUNT);
    return slice(c, c->text[f]);
}

uint32_t lede_card_list_count(const lede_card *c, enum lede_list_field f) {
    assert(f < LEDE_LIST_COUNT);
    return c->list[f].len;
}

lede_str lede_card_list_at(const lede_card *c, enum lede_list_field f, uint32_t i) {
    assert(f < LEDE_LIST_COUNT && i < c->list[f].len);
    span s;
    memcpy(&s, (const char *)c + c->list[f].at + i * sizeof s, sizeof s);
    return slice(c, s);
}

int64_t lede_card_time(const lede_card *c, enum lede_time_field f) {
    assert(f < LEDE_TIME_COUNT);
    return c->time[f];
}

lede_state lede_card_state(const lede_card *c) { return (lede_state)c->state; }
int32_t lede_card_weight(const lede_card *c) { return c->weight; }
uint32_t lede_card_words(const lede_card *c) { return c->words; }
uint32_t lede_card_body_line(const lede_card *c) { return c->body_line; }

/* Each field is hashed with the value so far and its own number as seed, so equal texts in two
 * fields do not cancel. */
static uint64_t mix(uint64_t h, unsigned bit, lede_str s) {
    return lede__xxh64(s, h * UINT64_C(0x9e3779b97f4a7c15) + bit + 1);
}

static uint64_t mix_number(uint64_t h, unsigned bit, int64_t n) {
    return mix(h, bit, lede_str_n((const char *)&n, sizeof n));
}

static uint64_t mix_list(uint64_t h, unsigned bit, const lede_card *c, enum lede_list_field f) {
    uint32_t n = lede_card_list_count(c, f);
    h = mix_number(h, bit, n);
    for (uint32_t i = 0; i < n; i++)
        h = mix(h, bit, lede_card_list_at(c, f, i));
    return h;
}

uint64_t lede_card_fingerprint(const lede_card *c, uint64_t mask) {
    uint64_t h = mask;
    for (unsigned bit = 0; bit < LEDE_BIT_COUNT; bit++) {
        if (!(mask >> bit & 1))
            continue;
        if (bit < LEDE_BIT_LIST)
            h = mix(h, bit, slice(c, c->text[bit]));
        else if (bit < LEDE_BIT_TIME)
            h = mix_list(h, bit, c, (enum lede_list_field)(bit - LEDE_BIT_LIST));
        else if (bit < LEDE_BIT_STATE)
            h = mix_number(h, bit, c->time[bit - LEDE_BIT_TIME]);
        else if (bit == LEDE_BIT_STATE)
            h = mix_number(h, bit, c->state);
        else
            h = mix_number(h, bit, bit == LEDE_BIT_WEIGHT ? c->weight : (int64_t)c->words);
    }
    return h;
}

static bool unpack_list(const lede_card *c, enum lede_list_field f, lede_arena *arena,
                        lede_list *out) {
    uint32_t n = lede_card_list_count(c, f);
    *out = (lede_list){0};
    if (n == 0)
        return true;
    out->items = lede_arena_take(arena, n * sizeof *out->items);
    if (!out->items)
        return false;
    out->count = n;
    for (uint32_t i = 0; i < n; i++)
        out->items[i] = lede_card_list_at(c, f, i);
    return true;
}

lede_status lede_card_unpack(const lede_card *c, lede_arena *arena, lede_article *out,
                             lede_error *err) {
    lede_article a = {.state = lede_card_state(c),
                      .weight = c->weight,
                      .words = c->words,
                      .body_line = c->body_line,
                      .has_own_id = c->own & OWN_ID,
                      .has_own_slug = c->own & OWN_SLUG,
                      .has_own_url = c->own & OWN_URL};
    memcpy(a.time, c->time, sizeof a.time);
    for (size_t f = 0; f < LEDE_TEXT_COUNT; f++)
        a.text[f] = slice(c, c->text[f]);
    for (size_t f = 0; f < LEDE_LIST_COUNT; f++)
        if (!unpack_list(c, (enum lede_list_field)f, arena, &a.list[f]))
            return lede_fail(err, LEDE_ENOMEM, "card: out of memory");
    *out = a;
    return LEDE_OK;
}

static bool may_be_public(lede_state s) {
    switch (s) {
    case LEDE_SCHEDULED:
    case LEDE_EMBARGOED:
    case LEDE_PUBLISHED:
    case LEDE_CORRECTED:
        return true;
    case LEDE_DRAFT:
    case LEDE_REVIEW:
    case LEDE_WITHDRAWN:
    case LEDE_EXPIRED:
    case LEDE_STATE_COUNT:
        break;
    }
    return false;
}

bool lede_card_public(const lede_card *c, int64_t at, int64_t *until) {
    int64_t begin = c->time[LEDE_TIME_DATE], end = c->time[LEDE_TIME_EXPIRES];
    if (c->time[LEDE_TIME_EMBARGO] > begin) /* LEDE_NO_TIME is less than any time */
        begin = c->time[LEDE_TIME_EMBARGO];
    if (end == LEDE_NO_TIME)
        end = INT64_MAX;
    bool eligible = may_be_public(lede_card_state(c)) && begin < end;
    bool is_public = eligible && at >= begin && at < end;
    if (until)
        *until = is_public ? end : eligible && at < begin ? begin : INT64_MAX;
    return is_public;
}
