/* relate_kept.c - what a publication after an arrival need not read again: a base (the index of the
 * articles up to some day) and the epoch, as files beside the edition. See bind/relate.h.
 *
 * The articles that come at the newest end stand behind the base; when they are many, or something
 * before them changed, a new base is written. An item's vector is in the base when article, date
 * and look are those that it was written with; and looks are known of the articles that are the
 * same in the edition that the former lists were made for. */
#include "bind/relate.h"

#include "codec/hash.h"
#include "text/analysis.h"

#include <stdlib.h>

#define BASE_NAME "related.base"
#define EPOCH_NAME "related.epoch"

enum {
    BEHIND_MIN = 32,
    BEHIND_PART = 64
}; /* so many may stand behind a base, or that part of all */

void lede__relate_drop_files(const char *edition_dir) {
    lede__checked_remove(edition_dir, BASE_NAME);
    lede__checked_remove(edition_dir, EPOCH_NAME);
}

bool lede__relate_damaged(const lede__relating *r) {
    return (r->base && lede_related_base_damaged(r->base)) ||
           (r->epoch && lede_related_epoch_damaged(r->epoch));
}

/* ---- epoch */

bool lede__relate_kept_epoch(lede__relating *r) {
    lede_error none;
    r->epoch_file = lede__checked_open(r->p->edition_dir, EPOCH_NAME, r->epoch_print);
    if (r->epoch_file &&
        lede_related_epoch_map(lede__checked_bytes(r->epoch_file), lede__checked_whole,
                               r->epoch_file, &r->epoch, &none) == LEDE_OK)
        return true;
    lede__checked_close(r->epoch_file);
    r->epoch_file = NULL;
    return false;
}

static void keep_epoch(const lede__relating *r) {
    lede_buf b;
    lede_error none;
    lede__checked_begin(&b);
    lede_related_epoch_lay(r->epoch, &b);
    if (lede__checked_write(r->p->edition_dir, EPOCH_NAME, r->epoch_print, &b, &none))
        lede__checked_remove(r->p->edition_dir, EPOCH_NAME);
    lede_buf_fini(&b);
}

/* ---- base */

/* What all its vectors were made by; each article's print says the rest. */
static uint64_t base_print(const lede__relating *r) {
    const uint64_t how[] = {lede__relate_settings(r), r->p->plugins_print, LEDE__ANALYSIS_VERSION};
    return lede__xxh64(lede_str_n((const char *)how, sizeof how), 0);
}

static uint64_t article_print(const lede__related_article *a) {
    struct {
        int64_t date;
        char id[28];
        uint32_t look;
    } all = {.date = a->date, .look = a->look};
    memcpy(all.id, a->id, 26);
    return lede__xxh64(lede_str_n((const char *)&all, sizeof all), 0);
}

static uint32_t same_from_the_first_on(const lede__relating *r, const lede_related_base *b) {
    uint32_t n, i = 0;
    const uint64_t *prints = lede_related_base_prints(b, &n);
    while (i < n && i < r->n && r->items[i].look && article_print(&r->items[i]) == prints[i])
        i++;
    return i;
}

/* A base that has less than half of the articles is as good as none. */
static void open_base(lede__relating *r) {
    lede_error none;
    r->base_file = lede__checked_open(r->p->edition_dir, BASE_NAME, base_print(r));
    if (r->base_file &&
        lede_related_base_map(lede__checked_bytes(r->base_file), lede__checked_whole, r->base_file,
                              &r->base, &none) == LEDE_OK)
        r->kept = same_from_the_first_on(r, r->base);
    if (r->kept >= (r->n + 1) / 2 && r->kept)
        return;
    lede_related_base_free(r->base);
    lede__checked_close(r->base_file);
    r->base = NULL;
    r->base_file = NULL;
    r->kept = 0;
}

/* ---- which articles are as they were */

static bool mark(void *ctx, lede_doc before, lede_doc after) {
    bool *differs = ctx;
    (void)before;
    if (after != LEDE_NO_DOC)
        differs[after] = true;
    return true;
}

static int compare(const lede_related_row *row, const lede__related_article *a) {
    if (row->date != a->date)
        return row->date < a->date ? -1 : 1;
    return memcmp(row->id, a->id, 26);
}

static void take_looks(lede__relating *r, const bool *differs) {
    uint32_t n, i = 0;
    const lede_related_row *rows = lede_lists_rows(r->old, &n);
    for (uint32_t k = 0; k < r->n; k++) {
        lede__related_article *a = &r->items[k];
        while (i < n && compare(&rows[i], a) < 0)
            i++;
        if (i == n || compare(&rows[i], a) != 0 || differs[a->doc] || rows[i].look == 0)
            continue;
        a->look = rows[i].look;
        a->was = i;
    }
}

lede_status lede__relate_know(lede__relating *r) {
    const lede__publication *p = r->p;
    if (!r->old || lede_lists_settings(r->old) != lede__relate_settings(r))
        return LEDE_OK;
    const bool of_now = lede_lists_of(r->old, p->edition); /* what differs has no look there */
    if (!of_now && !(p->before && lede_lists_of(r->old, p->before)))
        return LEDE_OK;
    bool *differs = calloc((size_t)r->n_docs + 1, sizeof *differs);
    if (!differs)
        return lede_fail(r->err, LEDE_ENOMEM, "related: out of memory");
    if (!of_now)
        lede_edition_changes(p->before, p->edition, mark, differs);
    take_looks(r, differs);
    free(differs);
    open_base(r);
    for (uint32_t i = 0; i < r->kept; i++)
        r->items[i].has_vector = true;
    return LEDE_OK;
}

/* ---- a new base, of all articles */

static lede_status lay_docs(lede__relating *r, lede_related_doc *docs, uint64_t *prints,
                            lede_buf *b, lede_error *err) {
    lede_related_index *x = NULL;
    for (uint32_t i = 0; i < r->n; i++) {
        prints[i] = article_print(&r->items[i]);
        if (i < r->kept)
            docs[i].vector = lede_related_base_packed(r->base, i);
    }
    lede_status st =
        lede_related_index_new(docs, r->n, &r->p->site.related.settings, NULL, 0, &x, err);
    if (!st)
        st = lede_related_base_lay(x, prints, b, err);
    lede_related_index_free(x);
    return st;
}

static lede_status lay_base(lede__relating *r, lede_buf *b, lede_error *err) {
    lede_related_doc *docs = lede__relating_docs(r);
    uint64_t *prints = malloc(((size_t)r->n + 1) * sizeof *prints);
    lede_status st = docs && prints ? lay_docs(r, docs, prints, b, err)
                                    : lede_fail(err, LEDE_ENOMEM, "related: out of memory");
    free(prints);
    free(docs);
    return st;
}

static void keep_base(lede__relating *r) {
    lede_buf b;
    lede_error none;
    lede__checked_begin(&b);
    if (lay_base(r, &b, &none) || lede__relate_damaged(r) ||
        lede__checked_write(r->p->edition_dir, BASE_NAME, base_print(r), &b, &none))
        lede__checked_remove(r->p->edition_dir, BASE_NAME);
    lede_buf_fini(&b);
}

void lede__relate_keep(lede__relating *r) {
    if (r->p->look || r->p->in_memory || !r->epoch)
        return;
    if (!r->epoch_file)
        keep_epoch(r);
    if (!r->base || r->n - r->kept > BEHIND_MIN + r->n / BEHIND_PART)
        keep_base(r);
}
