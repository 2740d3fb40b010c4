/* epoch_file.c - an epoch as bytes: copied out of them, or looked up where they lie. See
 * lede/related.h. */
#include "related/inside.h"

#include <stdlib.h>

#include "base/banned.h"

/* ---- as bytes: head, groups, then keys and counts of the entries */

typedef struct head {
    uint32_t magic, n_groups, articles, unused;
    uint64_t n_entries;
} head;
enum { MAGIC = 0x65706f31 };

void lede_related_epoch_write(const lede_related_epoch *e, lede_buf *out) {
    const head h = {.magic = MAGIC,
                    .n_groups = e->n_groups,
                    .articles = e->articles,
                    .n_entries = e->n_entries};
    lede_buf_addn(out, &h, sizeof h);
    lede_buf_addn(out, e->groups, e->n_groups * sizeof *e->groups);
    lede_buf_addn(out, e->entries, e->n_entries * sizeof *e->entries);
}

static bool entries_ascend(const lede_related_epoch *e) {
    for (size_t i = 0; i < e->n_entries; i++)
        if (e->entries[i].count == 0 || (i && e->entries[i - 1].key >= e->entries[i].key))
            return false;
    return true;
}

static lede_status read_into(lede_related_epoch *e, lede_str bytes, lede_error *err) {
    head h = {0};
    if (bytes.len >= sizeof h)
        memcpy(&h, bytes.ptr, sizeof h);
    if (bytes.len < sizeof h || h.magic != MAGIC || h.n_groups > LEDE__GROUPS ||
        h.n_entries > bytes.len / sizeof *e->entries ||
        bytes.len != sizeof h + h.n_groups * sizeof *e->groups + h.n_entries * sizeof *e->entries)
        return lede_fail(err, LEDE_EFORMAT, "related: these bytes are no epoch");
    e->articles = h.articles;
    e->n_groups = h.n_groups;
    e->n_entries = (size_t)h.n_entries;
    e->entries = malloc((e->n_entries + 1) * sizeof *e->entries);
    if (!e->entries)
        return lede_fail(err, LEDE_ENOMEM, "related: out of memory");
    memcpy(e->groups, bytes.ptr + sizeof h, h.n_groups * sizeof *e->groups);
    memcpy(e->entries, bytes.ptr + sizeof h + h.n_groups * sizeof *e->groups,
           e->n_entries * sizeof *e->entries);
    if (!entries_ascend(e))
        return lede_fail(err, LEDE_EFORMAT, "related: these bytes are no epoch");
    return lede__epoch_make_lookup(e) ? LEDE_OK
                                      : lede_fail(err, LEDE_ENOMEM, "related: out of memory");
}

lede_status lede_related_epoch_read(lede_str bytes, lede_related_epoch **out, lede_error *err) {
    lede_related_epoch *e = calloc(1, sizeof *e);
    *out = NULL;
    if (!e)
        return lede_fail(err, LEDE_ENOMEM, "related: out of memory");
    lede_status st = read_into(e, bytes, err);
    if (st)
        lede_related_epoch_free(e);
    else
        *out = e;
    return st;
}

/* ---- looked up where it lies: head, groups, where the entries of each key's upper bits begin,
 * entries */

enum {
    LAID_MAGIC = 0x65706f32,
    SHIFT = 16,
    BEGINNINGS = 1 << (32 - SHIFT),
    PADDED = BEGINNINGS + 2
};

void lede_related_epoch_lay(const lede_related_epoch *e, lede_buf *out) {
    const head h = {.magic = LAID_MAGIC,
                    .n_groups = e->n_groups,
                    .articles = e->articles,
                    .n_entries = e->n_entries};
    size_t at = 0;
    lede_buf_addn(out, &h, sizeof h);
    lede_buf_addn(out, e->groups, e->n_groups * sizeof *e->groups);
    for (uint32_t b = 0; b < PADDED; b++) {
        while (at < e->n_entries && e->entries[at].key >> SHIFT < b)
            at++;
        const uint32_t beginning = (uint32_t)at;
        lede_buf_addn(out, &beginning, sizeof beginning);
    }
    lede_buf_addn(out, e->entries, e->n_entries * sizeof *e->entries);
}

/* Not owned: it is never written to, nor freed while whole is set. */
static void take_places(lede_related_epoch *e, const char *bytes) {
    e->beginnings =
        (const uint32_t *)(const void *)(bytes + sizeof(head) + e->n_groups * sizeof *e->groups);
    e->laid = (const lede__entry *)(const void *)(e->beginnings + PADDED);
}

lede_status lede_related_epoch_map(lede_str bytes, lede_related_whole *whole, void *ctx,
                                   lede_related_epoch **out, lede_error *err) {
    head h = {0};
    lede_related_epoch *e = calloc(1, sizeof *e);
    *out = NULL;
    if (!e)
        return lede_fail(err, LEDE_ENOMEM, "related: out of memory");
    bool ok =
        bytes.len >= sizeof h && (uintptr_t)bytes.ptr % 8 == 0 && whole(ctx, bytes.ptr, sizeof h);
    if (ok)
        memcpy(&h, bytes.ptr, sizeof h);
    ok = ok && h.magic == LAID_MAGIC && h.n_groups <= LEDE__GROUPS && h.n_entries < UINT32_MAX &&
         bytes.len == sizeof h + h.n_groups * sizeof *e->groups + PADDED * sizeof *e->beginnings +
                          h.n_entries * sizeof *e->entries &&
         whole(ctx, bytes.ptr + sizeof h, h.n_groups * sizeof *e->groups);
    e->damaged = ok ? calloc(1, sizeof *e->damaged) : NULL;
    if (!e->damaged) {
        free(e);
        return ok ? lede_fail(err, LEDE_ENOMEM, "related: out of memory")
                  : lede_fail(err, LEDE_EFORMAT, "related: these bytes are no epoch");
    }
    e->articles = h.articles;
    e->n_groups = h.n_groups;
    e->n_entries = (size_t)h.n_entries;
    e->whole = whole;
    e->ctx = ctx;
    memcpy(e->groups, bytes.ptr + sizeof h, h.n_groups * sizeof *e->groups);
    take_places(e, bytes.ptr);
    lede__epoch_make_tables(e);
    *out = e;
    return LEDE_OK;
}

uint32_t lede__epoch_count_in_file(const lede_related_epoch *e, uint32_t key) {
    const uint32_t *at = e->beginnings + (key >> SHIFT);
    uint32_t from = 0, to = 0;
    bool ok = e->whole(e->ctx, at, 2 * sizeof *at);
    if (ok) {
        from = at[0];
        to = at[1];
    }
    ok = ok && from <= to && to <= e->n_entries &&
         (from == to || e->whole(e->ctx, e->laid + from, (to - from) * sizeof *e->laid));
    *e->damaged |= !ok;
    while (ok && from < to) {
        const uint32_t middle = from + (to - from) / 2;
        if (e->laid[middle].key == key)
            return e->laid[middle].count;
        if (e->laid[middle].key < key)
            from = middle + 1;
        else
            to = middle;
    }
    return 0;
}

bool lede_related_epoch_damaged(const lede_related_epoch *e) { return e->damaged && *e->damaged; }
