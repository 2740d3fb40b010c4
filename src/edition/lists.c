/* lists.c - the file of related articles beside an edition. See lede/edition.h.
 *
 * Header, rows by (date, id), the row of each article number of its edition, entries. It belongs to
 * the edition whose identity it names; of another one it is only read by who makes the next (most
 * lists stay as they are). All numbers come from a file: each is checked when it is followed. */
#include "edition/inside.h"

#include "codec/hash.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/banned.h"

#define NAME "related.lists"
enum { VERSION = 1, ORDER = 0x01020304 };

typedef struct header {
    char magic[8];
    uint32_t version, order;
    uint64_t edition, settings, file_size;
    uint32_t n_rows, n_docs, n_entries, carried;
    uint64_t content; /* sum of rows and entries */
    uint64_t sum;     /* of all above */
} header;

static_assert(sizeof(lede_related_row) == 72, "no padding");
static_assert(sizeof(lede_related_entry) == 12, "no padding");
static_assert(sizeof(header) == 72, "no padding");

struct lede_lists {
    lede__map map;
    const header *head;
    const lede_related_row *rows;
    const uint32_t *row_of;
    const lede_related_entry *entries;
};

static bool path_of(char out[4096], const char *dir) {
    return snprintf(out, 4096, "%s/%s", dir, NAME) < 4096;
}

/* ---- reading */

static uint64_t sum_of(const header *h) {
    return lede__xxh64(lede_str_n((const char *)h, offsetof(header, sum)), 0);
}

static bool is_whole(const lede_lists *l) {
    const header *h = l->head;
    return l->map.len >= sizeof *h && memcmp(h->magic, "lede.rl", 8) == 0 &&
           h->version == VERSION && h->order == ORDER && h->sum == sum_of(h) &&
           h->file_size == l->map.len &&
           h->file_size == sizeof *h + (uint64_t)h->n_rows * sizeof *l->rows +
                               ((uint64_t)h->n_docs + h->n_docs % 2) * 4 +
                               (uint64_t)h->n_entries * sizeof *l->entries;
}

lede_status lede_lists_open(const char *dir, lede_lists **out, lede_error *err) {
    char path[4096];
    *out = NULL;
    if (!path_of(path, dir))
        return lede_fail(err, LEDE_EINVAL, "edition: the path '%.200s...' is too long", dir);
    lede_lists *l = calloc(1, sizeof *l);
    if (!l)
        return lede_fail(err, LEDE_ENOMEM, "edition: out of memory");
    lede_status st = lede__map_open(path, &l->map, err);
    l->head = (const header *)(const void *)l->map.ptr;
    if (!st && !is_whole(l))
        st = lede_fail(err, LEDE_EFORMAT, "edition: '%s' is damaged; publishing makes a new one",
                       path);
    if (st) {
        lede_lists_close(l);
        return st;
    }
    l->rows = (const lede_related_row *)(const void *)(l->head + 1);
    l->row_of = (const uint32_t *)(const void *)(l->rows + l->head->n_rows);
    l->entries = (const lede_related_entry *)(const void *)(l->row_of + l->head->n_docs +
                                                            l->head->n_docs % 2);
    *out = l;
    return LEDE_OK;
}

void lede_lists_close(lede_lists *l) {
    if (!l)
        return;
    lede__map_close(&l->map);
    free(l);
}

uint64_t lede__lists_sum(const lede_lists *l) { return l->head->sum; }
uint64_t lede_lists_settings(const lede_lists *l) { return l->head->settings; }
bool lede_lists_of(const lede_lists *l, const lede_edition *e) {
    return l->head->edition == lede__edition_files(e);
}

bool lede_lists_carried(const lede_lists *l) { return l->head->carried != 0; }

static uint64_t content_of(const lede_related_row *rows, uint32_t n,
                           const lede_related_entry *entries, uint32_t n_entries) {
    return lede__xxh64(lede_str_n((const char *)entries, n_entries * sizeof *entries),
                       lede__xxh64(lede_str_n((const char *)rows, n * sizeof *rows), 0));
}

bool lede_lists_whole(const lede_lists *l) {
    return l->head->content ==
           content_of(l->rows, l->head->n_rows, l->entries, l->head->n_entries);
}

const lede_related_row *lede_lists_rows(const lede_lists *l, uint32_t *n) {
    *n = l->head->n_rows;
    return l->rows;
}

const lede_related_entry *lede_lists_entries(const lede_lists *l, const lede_related_row *row,
                                             uint32_t *n) {
    const uint32_t left = row->at < l->head->n_entries ? l->head->n_entries - row->at : 0;
    *n = row->n < left ? row->n : left;
    return l->entries + (left ? row->at : 0);
}

const lede_related_row *lede_lists_row(const lede_lists *l, lede_doc d) {
    const uint32_t row = d < l->head->n_docs ? l->row_of[d] : LEDE__NONE;
    return row < l->head->n_rows ? &l->rows[row] : NULL;
}

const lede_lists *lede_edition_lists(const lede_edition *e) { return e->lists; }

void lede__edition_open_lists(lede_edition *e, const char *dir) {
    lede_lists *l;
    lede_error none;
    if (lede_lists_open(dir, &l, &none) != LEDE_OK || !l)
        return;
    if (lede_lists_of(l, e))
        e->lists = l;
    else
        lede_lists_close(l);
}

uint32_t lede__lists_scored(const lede_edition *e, lede_doc d, lede_edition_neighbour *out) {
    const lede_lists *l = e->lists;
    const lede_related_row *row = lede_lists_row(l, d);
    uint32_t n = 0, have = 0;
    const lede_related_entry *entries = row ? lede_lists_entries(l, row, &have) : NULL;
    for (uint32_t i = 0; i < have && n < LEDE_NEIGHBOURS_MAX; i++) {
        const lede_related_entry *entry = &entries[i];
        if (entry->row >= l->head->n_rows || !lede__edition_row(e, l->rows[entry->row].doc))
            continue;
        out[n++] = (lede_edition_neighbour){.doc = l->rows[entry->row].doc,
                                            .score = entry->score,
                                            .cosine = entry->cosine,
                                            .tags = entry->tags,
                                            .pinned = entry->score == LEDE_SCORE_PINNED};
    }
    return n;
}

uint32_t lede__lists_neighbours(const lede_edition *e, lede_doc d, uint32_t k, lede_doc *out) {
    lede_edition_neighbour all[LEDE_NEIGHBOURS_MAX];
    const uint32_t have = lede__lists_scored(e, d, all);
    for (uint32_t i = 0; i < have && i < k; i++)
        out[i] = all[i].doc;
    return have < k ? have : k;
}

/* ---- writing */

static uint64_t print_of(const lede_related_row *rows, const lede_related_entry *entries,
                         uint32_t n) {
    uint64_t print = n;
    for (uint32_t i = 0; i < n; i++)
        print = lede__xxh64(lede_str_n(rows[entries[i].row].id, LEDE__ID_LEN), print);
    return print;
}

static void put_docs(const lede_edition *e, const lede_related_row *rows, uint32_t n, uint32_t docs,
                     lede_buf *out) {
    const size_t bytes = ((size_t)docs + docs % 2) * 4;
    uint32_t *row_of = (uint32_t *)(void *)lede_buf_room(out, bytes);
    (void)e;
    if (!row_of)
        return;
    memset(row_of, 0xff, bytes);
    for (uint32_t i = 0; i < n; i++)
        row_of[rows[i].doc] = i;
    lede_buf_seal(out, bytes);
}

lede_status lede_lists_write(const lede_edition *e, const char *dir, uint64_t settings,
                             lede_related_row *rows, uint32_t n, const lede_related_entry *entries,
                             uint32_t n_entries, bool carried, lede_error *err) {
    const uint32_t docs = e->base.n_docs + (e->has_delta ? e->delta.n_docs : 0);
    char path[4096];
    lede_buf out;
    if (!path_of(path, dir))
        return lede_fail(err, LEDE_EINVAL, "edition: the path '%.200s...' is too long", dir);
    header head = {.magic = "lede.rl",
                   .version = VERSION,
                   .order = ORDER,
                   .edition = lede__edition_files(e),
                   .settings = settings,
                   .n_rows = n,
                   .n_docs = docs,
                   .n_entries = n_entries,
                   .carried = carried};
    head.file_size = sizeof head + (uint64_t)n * sizeof *rows + ((uint64_t)docs + docs % 2) * 4 +
                     (uint64_t)n_entries * sizeof *entries;
    for (uint32_t i = 0; i < n; i++)
        if (rows[i].print == 0)
            rows[i].print = print_of(rows, entries + rows[i].at, rows[i].n);
    head.content = content_of(rows, n, entries, n_entries);
    head.sum = sum_of(&head);
    lede_buf_init(&out, LEDE_BUF_MAX);
    (void)lede_buf_room(&out, head.file_size); /* at once */
    lede_buf_addn(&out, &head, sizeof head);
    lede_buf_addn(&out, rows, n * sizeof *rows);
    put_docs(e, rows, n, docs, &out);
    lede_buf_addn(&out, entries, n_entries * sizeof *entries);
    lede_status st = lede_buf_status(&out, err);
    if (!st)
        st = lede__write_file(path, lede_buf_str(&out), false, err);
    lede_buf_fini(&out);
    return st;
}

lede_str lede_lists_bytes(const lede_lists *l) { return lede_str_n(l->map.ptr, l->map.len); }

lede_status lede_lists_restore(const char *dir, lede_str bytes, lede_error *err) {
    char path[4096];
    if (!path_of(path, dir))
        return lede_fail(err, LEDE_EINVAL, "edition: the path '%.200s...' is too long", dir);
    return lede__write_file(path, bytes, false, err);
}

void lede_lists_remove(const char *dir) {
    char path[4096];
    if (path_of(path, dir))
        unlink(path);
}

/* ---- from one edition to the next */

static int compare_rows(const lede_related_row *a, const lede_related_row *b) {
    if (a->date != b->date)
        return a->date < b->date ? -1 : 1;
    return memcmp(a->id, b->id, LEDE__ID_LEN);
}

bool lede__lists_changed(const lede_edition *before, const lede_edition *after,
                         lede__each_changed_list *each, void *ctx) {
    uint32_t n_a, n_b, i = 0, j = 0;
    if (!before->lists || !after->lists)
        return !before->lists && !after->lists ? true : each(ctx, (lede_str){0});
    const lede_related_row *a = lede_lists_rows(before->lists, &n_a),
                           *b = lede_lists_rows(after->lists, &n_b);
    while (i < n_a || j < n_b) {
        const int order = i == n_a ? 1 : j == n_b ? -1 : compare_rows(&a[i], &b[j]);
        const lede_related_row *row = order <= 0 ? &a[i] : &b[j];
        if ((order != 0 || a[i].print != b[j].print) &&
            !each(ctx, lede_str_n(row->id, LEDE__ID_LEN)))
            return false;
        i += order <= 0;
        j += order >= 0;
    }
    return true;
}
