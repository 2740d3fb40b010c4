/* epoch.c - in how many articles each feature stands. See lede/related.h.
 *
 * Counting sorts: for each sixteenth of the keys those of all articles are gathered, sorted, and
 * the runs counted, so memory holds a sixteenth of them at once. Pairs that stand in one article
 * only (most do) are not kept: they can match nothing.
 *
 * Looking up: a bitmap that fits the processor's cache says of most absent pairs that they are not
 * there; a table with open addressing answers for the rest. */
#include "related/inside.h"

#include <math.h>
#include <stdlib.h>

#include "base/banned.h"

enum { PARTS = 16, BITMAP_BITS = 24 };

typedef lede__entry entry;

static lede_status no_memory(lede_error *err) {
    return lede_fail(err, LEDE_ENOMEM, "related: out of memory");
}

void lede_related_epoch_free(lede_related_epoch *e) {
    if (!e)
        return;
    free(e->entries);
    free(e->table);
    free(e->bitmap);
    free(e->damaged);
    free(e);
}

uint32_t lede_related_epoch_articles(const lede_related_epoch *e) { return e->articles; }

/* ---- looking up */

static uint32_t bit_of(uint32_t key) { return (key * 0x9E3779B1u) >> (32 - BITMAP_BITS); }
static size_t slot_of(const lede_related_epoch *e, uint32_t key) {
    return (key * 0x85EBCA77u) & e->mask;
}

void lede__epoch_make_tables(lede_related_epoch *e) {
    for (uint32_t i = 0; i < LEDE__ROOTS; i++)
        e->tables.roots[i] = sqrt(i);
    for (uint32_t i = 2; i < LEDE__LOGS; i++)
        e->tables.logs[i] = lede__log2(i);
}

bool lede__epoch_make_lookup(lede_related_epoch *e) {
    lede__epoch_make_tables(e);
    size_t slots = 64;
    while (slots < e->n_entries * 2)
        slots *= 2;
    e->table = calloc(slots, sizeof *e->table);
    e->bitmap = calloc((size_t)1 << (BITMAP_BITS - 6), sizeof *e->bitmap);
    e->mask = slots - 1;
    if (!e->table || !e->bitmap)
        return false;
    for (size_t i = 0; i < e->n_entries; i++) {
        const uint32_t key = e->entries[i].key;
        size_t at = slot_of(e, key);
        while (e->table[at].count)
            at = (at + 1) & e->mask;
        e->table[at] = e->entries[i];
        e->bitmap[bit_of(key) / 64] |= (uint64_t)1 << bit_of(key) % 64;
    }
    return true;
}

static uint32_t count_from(const lede_related_epoch *e, size_t at, uint32_t key) {
    while (e->table[at].count && e->table[at].key != key)
        at = (at + 1) & e->mask;
    return e->table[at].count;
}

/* In three rounds without a branch that waits for memory: most keys are not in the cache, and so
 * the processor fetches many at a time. */
void lede__epoch_counts(const lede_related_epoch *e, const uint32_t *keys, uint32_t n,
                        uint32_t *counts) {
    enum { ROUND = 64 };
    for (uint32_t i = 0; e->whole && i < n; i++)
        counts[i] = lede__epoch_count_in_file(e, keys[i]);
    if (e->whole)
        return;
    for (uint32_t from = 0; from < n; from += ROUND) {
        const uint32_t end = n - from < ROUND ? n : from + ROUND;
        uint32_t which[ROUND] = {0}, known = 0;
        entry found[ROUND];
        for (uint32_t i = from; i < end; i++) {
            which[known] = i;
            known += e->bitmap[bit_of(keys[i]) / 64] >> bit_of(keys[i]) % 64 & 1;
            counts[i] = 0;
        }
        for (uint32_t k = 0; k < known; k++)
            found[k] = e->table[slot_of(e, keys[which[k]])];
        for (uint32_t k = 0; k < known; k++) {
            const uint32_t key = keys[which[k]];
            counts[which[k]] = found[k].key == key || !found[k].count
                                   ? found[k].count
                                   : count_from(e, slot_of(e, key), key);
        }
    }
}

const lede__tables *lede__epoch_tables(const lede_related_epoch *e) { return &e->tables; }

uint32_t lede__epoch_group(const lede_related_epoch *e, uint32_t key) {
    for (uint32_t i = 0; i < e->n_groups; i++)
        if (e->groups[i].key == key)
            return e->groups[i].count;
    return 0;
}

/* ---- counting */

static void count_group(lede_related_epoch *e, uint32_t key) {
    uint32_t i = 0;
    while (i < e->n_groups && e->groups[i].key != key)
        i++;
    if (i == LEDE__GROUPS)
        i--;
    if (i == e->n_groups)
        e->groups[e->n_groups++] = (lede__entry){.key = key};
    e->groups[i].count++;
    e->articles++;
}

static bool keep(lede_related_epoch *e, uint32_t key, uint32_t count) {
    if (count == 1 && key >> LEDE__PAIR_BIT)
        return true;
    if (e->n_entries == e->cap_entries) {
        const size_t cap = e->cap_entries ? e->cap_entries * 2 : 4096;
        entry *more = realloc(e->entries, cap * sizeof *more);
        if (!more)
            return false;
        e->entries = more;
        e->cap_entries = cap;
    }
    e->entries[e->n_entries++] = (entry){key, count};
    return true;
}

static bool keep_runs(lede_related_epoch *e, const uint32_t *keys, size_t n) {
    for (size_t i = 0, j; i < n; i = j) {
        for (j = i + 1; j < n && keys[j] == keys[i]; j++)
            ;
        if (!keep(e, keys[i], (uint32_t)(j - i)))
            return false;
    }
    return true;
}

/* All keys of one part, as far as they lie at or behind each article's cursor. */
typedef struct gathering {
    uint32_t *keys, *scratch;
    size_t n, cap;
} gathering;

static bool gather(gathering *g, const uint32_t *keys, uint32_t n) {
    if (g->n + n > g->cap) {
        size_t cap = g->cap ? g->cap : 1 << 16;
        while (cap < g->n + n)
            cap *= 2;
        uint32_t *more = realloc(g->keys, cap * sizeof *more);
        if (more)
            g->keys = more;
        uint32_t *other = realloc(g->scratch, cap * sizeof *other);
        if (other)
            g->scratch = other;
        if (!more || !other)
            return false;
        g->cap = cap;
    }
    if (n)
        memcpy(g->keys + g->n, keys, n * sizeof *keys);
    g->n += n;
    return true;
}

/* Radix sort by the 28 bits below a part's, in three passes. */
static void sort_part(gathering *g) {
    enum { BITS = 10, RADIX = 1 << BITS };
    for (int pass = 0; pass < 3; pass++) {
        size_t counts[RADIX] = {0}, at = 0;
        const int shift = pass * BITS;
        for (size_t i = 0; i < g->n; i++)
            counts[g->keys[i] >> shift & (RADIX - 1)]++;
        for (size_t r = 0; r < RADIX; r++) {
            const size_t count = counts[r];
            counts[r] = at;
            at += count;
        }
        for (size_t i = 0; i < g->n; i++)
            g->scratch[counts[g->keys[i] >> shift & (RADIX - 1)]++] = g->keys[i];
        uint32_t *swap = g->keys;
        g->keys = g->scratch;
        g->scratch = swap;
    }
}

static uint32_t part_end(const uint32_t *keys, uint32_t from, uint32_t n, uint32_t part) {
    while (from < n && keys[from] >> 28 == part)
        from++;
    return from;
}

static bool count_part(lede_related_epoch *e, const lede__features *all, size_t n,
                       uint32_t *cursors, uint32_t *tag_cursors, uint32_t part, gathering *g) {
    g->n = 0;
    for (size_t i = 0; i < n; i++) {
        const uint32_t end = part_end(all[i].keys, cursors[i], all[i].n, part);
        const uint32_t tag_end = part_end(all[i].tags, tag_cursors[i], all[i].n_tags, part);
        if (!gather(g, all[i].keys + cursors[i], end - cursors[i]) ||
            !gather(g, all[i].tags + tag_cursors[i], tag_end - tag_cursors[i]))
            return false;
        cursors[i] = end;
        tag_cursors[i] = tag_end;
    }
    sort_part(g);
    return keep_runs(e, g->keys, g->n);
}

static bool count_all(lede_related_epoch *e, const lede__features *all, size_t n) {
    uint32_t *cursors = calloc(2 * n + 1, sizeof *cursors);
    gathering g = {0};
    bool ok = cursors != NULL;
    for (uint32_t part = 0; ok && part < PARTS; part++)
        ok = count_part(e, all, n, cursors, cursors + n, part, &g);
    free(g.keys);
    free(g.scratch);
    free(cursors);
    return ok;
}

lede_status lede_related_epoch_count(const lede_str *features, size_t n, lede_related_epoch **out,
                                     lede_error *err) {
    lede_related_epoch *e = calloc(1, sizeof *e);
    lede__features *all = calloc(n + 1, sizeof *all);
    lede_status st = LEDE_OK;
    *out = NULL;
    if (!e || !all) {
        free(e);
        free(all);
        return no_memory(err);
    }
    for (size_t i = 0; !st && i < n; i++) {
        if (!lede__features_of(features[i], &all[i]))
            st = lede_fail(err, LEDE_EFORMAT, "related: these bytes are no features");
        else
            count_group(e, all[i].group);
    }
    if (!st && (!count_all(e, all, n) || !lede__epoch_make_lookup(e)))
        st = no_memory(err);
    free(all);
    if (st)
        lede_related_epoch_free(e);
    else
        *out = e;
    return st;
}
