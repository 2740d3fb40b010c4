/* preview_lists.c - the lists of related articles of the edition before, for the edition at hand, until they are made anew.
 *
 * Comparing texts takes a hundred times as long as showing a page. While the same articles stand in both editions, as after a
 * save, the old lists are right but for what the change itself may bring; so the page is shown with them, and related when
 * nobody waits. */
#include "bind/preview.h"

#include <stdlib.h>

/* Gives each row the number of its article in e. False: another article, or another date. */
static bool renumber(const lede_edition *e, lede_related_row *rows, uint32_t n) {
    for (uint32_t i = 0; i < n; i++) {
        rows[i].doc = lede_edition_find(e, NULL, lede_str_of(rows[i].id));
        if (rows[i].doc == LEDE_NO_DOC || lede_card_time(lede_edition_card(e, rows[i].doc), LEDE_TIME_DATE) != rows[i].date)
            return false;
    }
    return n == lede_edition_count(e);
}

/* Rows and entries of the lists, copied; the rows renumbered. */
typedef struct copied {
    lede_related_row *rows;
    lede_related_entry *entries;
    uint32_t n, n_entries;
} copied;

/* Of an article that differs the lists know nothing any more. */
static bool forget_look(void *ctx, lede_doc before, lede_doc after) {
    copied *c = ctx;
    (void)before;
    for (uint32_t i = 0; i < c->n; i++)
        if (c->rows[i].doc == after)
            c->rows[i].look = 0;
    return true;
}

static bool copy(const lede_lists *l, const lede_edition *e, copied *c) {
    const lede_related_row *rows = lede_lists_rows(l, &c->n);
    for (uint32_t i = 0; i < c->n; i++)
        if (rows[i].at + rows[i].n > c->n_entries)
            c->n_entries = rows[i].at + rows[i].n;
    c->rows = malloc((c->n + 1) * sizeof *c->rows);
    c->entries = calloc(c->n_entries + 1, sizeof *c->entries);
    if (!c->rows || !c->entries)
        return false;
    memcpy(c->rows, rows, c->n * sizeof *rows);
    for (uint32_t i = 0; i < c->n; i++) {
        const lede_related_entry *list = lede_lists_entries(l, &rows[i], &c->rows[i].n);
        memcpy(c->entries + rows[i].at, list, c->rows[i].n * sizeof *list);
    }
    return renumber(e, c->rows, c->n);
}

/* Lists of another edition than the one before say of no article how it looks now. */
static bool forget_looks(const lede__publication *p, const lede_lists *l, copied *c) {
    if (!p->before || !lede_lists_of(l, p->before))
        return false;
    lede_edition_changes(p->before, p->edition, forget_look, c);
    return true;
}

bool lede__preview_carry_lists(lede__publication *p) {
    lede_error none = {0};
    lede_lists *l;
    copied c = {0};
    if (lede_lists_open(p->edition_dir, &l, &none))
        return false;
    bool done = lede_lists_of(l, p->edition);
    if (!done && copy(l, p->edition, &c))
        done = forget_looks(p, l, &c) && lede_lists_write(p->edition, p->edition_dir, lede_lists_settings(l), c.rows, c.n, c.entries, c.n_entries, true, &none) == LEDE_OK;
    lede_lists_close(l);
    free(c.rows);
    free(c.entries);
    lede_edition *again;
    if (done && lede_edition_open(p->edition_dir, &again, &none) == LEDE_OK) {
        lede_edition_close(p->edition);
        p->edition = again;
    }
    return done;
}
