/* relate.c - the lists of related articles of an edition. See bind/relate.h.
 *
 * A list depends on the vectors of its own article and of all earlier ones, on pins and blocks of
 * its author, and on what all are made by (settings, epoch). So the lists of articles before the
 * first one that changed stay as they are, and those from there on are made again; most changes are
 * at the newest end. */
#include "bind/relate.h"

#include "codec/hash.h"
#include "text/analysis.h"

#include <stdlib.h>

enum { NAMED_MAX = 64, LISTS_VERSION = 1 };
#define NAMES ((uint64_t)1 << 63) /* in what a row was made of: its author names somebody */

static lede_status no_memory(lede_error *err) {
    return lede_fail(err, LEDE_ENOMEM, "related: out of memory");
}

/* ---- articles */

typedef struct taking {
    lede__relating *r;
    uint32_t room;
} taking;

static bool take_article(void *ctx, lede_doc d, int64_t date, lede_str id) {
    const taking *t = ctx;
    lede__relating *r = t->r;
    if (r->n == t->room)
        return false;
    lede__related_article *a = &r->items[r->n++];
    *a = (lede__related_article){.doc = d, .date = date, .was = UINT32_MAX};
    memcpy(a->id, id.ptr, id.len < 26 ? id.len : 26);
    if (d >= r->n_docs)
        r->n_docs = d + 1;
    return true;
}

static lede_status take_articles(lede__relating *r) {
    taking t = {r, lede_edition_count(r->p->edition)};
    r->items = malloc(((size_t)t.room + 1) * sizeof *r->items);
    if (!r->items)
        return no_memory(r->err);
    lede_edition_walk(r->p->edition, take_article, &t);
    r->item_of = malloc(((size_t)r->n_docs + 1) * sizeof *r->item_of);
    if (!r->item_of)
        return no_memory(r->err);
    memset(r->item_of, 0xff, ((size_t)r->n_docs + 1) * sizeof *r->item_of);
    for (uint32_t i = 0; i < r->n; i++)
        r->item_of[r->items[i].doc] = i;
    return LEDE_OK;
}

lede_status lede__relating_open(lede__relating *r, lede__publication *p, const lede_lists *old,
                                lede_error *err) {
    *r = (lede__relating){.p = p, .old = old, .err = err};
    lede_status st = take_articles(r);
    return st ? st : lede__relate_vectors(r);
}

lede_status lede__relating_open_texts(lede__relating *r, lede__publication *p, lede_error *err) {
    *r = (lede__relating){.p = p, .err = err};
    lede_status st = take_articles(r);
    return st ? st : lede__relate_features(r);
}

void lede__relating_close(lede__relating *r) {
    for (uint32_t i = 0; r->items && i < r->n; i++) {
        free((char *)r->items[i].features.ptr);
        free((char *)r->items[i].vector.ptr);
    }
    lede_related_epoch_free(r->epoch);
    lede_related_base_free(r->base);
    lede__checked_close(r->epoch_file);
    lede__checked_close(r->base_file);
    free(r->items);
    free(r->item_of);
    *r = (lede__relating){0};
}

lede_related_doc *lede__relating_docs(const lede__relating *r) {
    lede_related_doc *docs = malloc(((size_t)r->n + 1) * sizeof *docs);
    for (uint32_t i = 0; docs && i < r->n; i++)
        docs[i] = (lede_related_doc){
            .date = r->items[i].date, .id = r->items[i].id, .vector = r->items[i].vector};
    return docs;
}

/* ---- what authors name: ids, URLs, or files below content/ */

static lede_doc find_named(const lede__relating *r, lede_str ref) {
    const lede_doc d = lede_edition_find(r->p->edition, NULL, ref);
    lede_stored x;
    if (d != LEDE_NO_DOC || !ref.len || ref.ptr[0] == '/' ||
        lede_store_get(r->p->store, ref, &x, NULL) != LEDE_OK)
        return d;
    const lede_doc by_path =
        lede_edition_find(r->p->edition, NULL, lede_card_text(x.card, LEDE_TEXT_ID));
    lede_stored_fini(&x);
    return by_path;
}

uint32_t lede__relating_named(const lede__relating *r, uint32_t item, enum lede_list_field field,
                              uint32_t *out, uint32_t max) {
    const lede_card *card = lede_edition_card(r->p->edition, r->items[item].doc);
    const uint32_t count = lede_card_list_count(card, field);
    uint32_t n = 0;
    for (uint32_t i = 0; i < count && n < max; i++) {
        const lede_doc d = find_named(r, lede_card_list_at(card, field, i));
        const uint32_t named = d < r->n_docs ? r->item_of[d] : UINT32_MAX;
        bool again = named == UINT32_MAX || named == item;
        for (uint32_t k = 0; k < n; k++)
            again |= out[k] == named;
        if (!again)
            out[n++] = named;
    }
    return n;
}

/* ---- making lists */

typedef struct making {
    lede__relating *r;
    uint64_t settings;
    lede_related_row *rows;
    lede_related_entry *entries;
    uint32_t n_entries, depth;
    lede_related_wish *wishes; /* of the lists that are made */
    uint32_t *named;           /* pins, then blocks of each wish: NAMED_MAX of each */
    uint32_t *n_pins, n_wishes, spread;
    uint32_t asked;            /* so many wishes precede those that are made now */
    bool *fresh; /* rows that came or look otherwise */
} making;

uint64_t lede__relate_settings(const lede__relating *r) {
    const lede__related_rules *rules = &r->p->site.related;
    const lede_related_settings *s = &rules->settings;
    const uint64_t all[] = {LISTS_VERSION, s->title,   s->pairs,        s->features,
                            s->tags,       s->recency, s->recency_days, s->diversity,
                            s->min,        s->copies,  s->depth,        s->any,
                            s->candidates, s->walked,  s->postings,     r->epoch_print};
    return lede__xxh64(lede_str_n((const char *)all, sizeof all), 0);
}

/* A row whose author names nobody, nor did before: what it names is found anew every time, for others
 * come and go. */
static bool names_nobody(const making *m, const lede__related_article *a) {
    uint32_t n;
    const lede_related_row *was =
        a->was == UINT32_MAX ? NULL : &lede_lists_rows(m->r->old, &n)[a->was];
    if (was && was->made == was->look)
        return true;
    const lede_card *card = lede_edition_card(m->r->p->edition, a->doc);
    return lede_card_list_count(card, LEDE_LIST_PINS) +
               lede_card_list_count(card, LEDE_LIST_BLOCKS) ==
           0;
}

static void fill_row(making *m, uint32_t i) {
    lede__related_article *a = &m->r->items[i];
    lede_related_row *row = &m->rows[i];
    if (i >= m->r->kept)
        a->look = (uint32_t)lede__xxh64(a->vector, 0);
    *row = (lede_related_row){.date = a->date, .doc = a->doc, .look = a->look, .made = a->look};
    memcpy(row->id, a->id, 26);
    if (names_nobody(m, a))
        return;
    row->made |= NAMES;
    uint32_t named[2 * NAMED_MAX];
    uint32_t n = lede__relating_named(m->r, i, LEDE_LIST_PINS, named, NAMED_MAX);
    const uint32_t pins = n;
    n += lede__relating_named(m->r, i, LEDE_LIST_BLOCKS, named + n, NAMED_MAX);
    for (uint32_t k = 0; k < n; k++)
        row->made =
            lede__xxh64(lede_str_n(m->r->items[named[k]].id, 26), row->made + pins + 1) | NAMES;
}

/* Asks for the list of item i. */
static void wish(making *m, uint32_t i) {
    uint32_t *named = m->named + (size_t)m->n_wishes * 2 * NAMED_MAX;
    const uint32_t pins = lede__relating_named(m->r, i, LEDE_LIST_PINS, named, NAMED_MAX);
    const uint32_t blocks =
        lede__relating_named(m->r, i, LEDE_LIST_BLOCKS, named + pins, NAMED_MAX);
    m->n_pins[m->n_wishes] = pins;
    m->wishes[m->n_wishes++] =
        (lede_related_wish){.doc = i, .blocked = named, .n_blocked = pins + blocks};
}

/* ---- the lists that stay */

/* Brings the entries of a row of the former file to the numbers of today. False when one is gone.
 */
static bool keep_list(making *m, const lede_lists *old, const lede_related_row *was,
                      const uint32_t *now, uint32_t i) {
    uint32_t n;
    const lede_related_entry *entries = lede_lists_entries(old, was, &n);
    lede_related_row *row = &m->rows[i];
    for (uint32_t k = 0; k < n && row->n < m->depth; k++) {
        lede_related_entry entry = entries[k];
        entry.row = now[entry.row];
        if (entry.row != UINT32_MAX)
            m->entries[row->at + row->n++] = entry;
    }
    const bool all = row->n == n;
    row->print = all ? was->print : 0;
    return all || row->n == m->depth;
}

static int compare_rows(const lede_related_row *a, const lede_related_row *b) {
    if (a->date != b->date)
        return a->date < b->date ? -1 : 1;
    return memcmp(a->id, b->id, 26);
}

/* Where each row of the former file is now (UINT32_MAX: gone), and what each row of now was. Gives
 * from which row on lists can be others: the first article that came, went or looks otherwise.
 * Articles without a date are candidates of each other. */
static uint32_t match(const making *m, const lede_related_row *was, uint32_t n_was, uint32_t *now,
                      uint32_t *before) {
    uint32_t i = 0, j = 0, first = m->r->n;
    while (i < n_was || j < m->r->n) {
        const int order = i == n_was ? 1 : j == m->r->n ? -1 : compare_rows(&was[i], &m->rows[j]);
        const lede_related_row *row = order <= 0 ? &was[i] : &m->rows[j];
        if (order <= 0)
            now[i] = order == 0 ? j : UINT32_MAX;
        if (order >= 0)
            before[j] = order == 0 ? i : UINT32_MAX;
        if (order != 0 || was[i].look != m->rows[j].look) {
            const uint32_t from = row->date == 0 ? 0 : j;
            first = from < first ? from : first;
        }
        i += order <= 0;
        j += order >= 0;
    }
    return first;
}

/* Whether the list of row i stays: nothing it was made of is another. Where later articles may
 * stand in a list, lists are kept as they were chosen (see spread). */
static bool stays(making *m, const lede_lists *old, const lede_related_row *former,
                  const uint32_t *now, uint32_t i, uint32_t first) {
    const bool any = m->r->p->site.related.settings.any;
    if (!former || former->made != m->rows[i].made || (i >= first && !any))
        return false;
    if (keep_list(m, old, former, now, i))
        return true;
    m->rows[i].n = 0;
    m->rows[i].print = 0;
    return false;
}

/* Keeps what it can of the former lists and wishes for the rest. */
static lede_status divide(making *m, const lede_lists *old) {
    uint32_t n_was = 0;
    const lede_related_row *was = old ? lede_lists_rows(old, &n_was) : NULL;
    uint32_t *now = malloc(((size_t)n_was + 1) * sizeof *now);
    uint32_t *before = malloc(((size_t)m->r->n + 1) * sizeof *before);
    if (!now || !before) {
        free(now);
        free(before);
        return no_memory(m->r->err);
    }
    const uint32_t first = match(m, was, n_was, now, before);
    for (uint32_t i = 0; i < m->r->n; i++) {
        const lede_related_row *former = before[i] == UINT32_MAX ? NULL : &was[before[i]];
        m->rows[i].at = i * m->depth;
        m->fresh[i] = !former || former->look != m->rows[i].look;
        if (!stays(m, old, former, now, i, first))
            wish(m, i);
    }
    free(now);
    free(before);
    return LEDE_OK;
}

/* ---- the lists that are made */

static uint16_t part(uint32_t of_2_24) {
    const uint32_t n = of_2_24 >> 8;
    return (uint16_t)(n < UINT16_MAX ? n : UINT16_MAX);
}

static void take_list(void *ctx, uint32_t number, const lede_related_list *list) {
    making *m = ctx;
    number += m->asked;
    const lede_related_wish *w = &m->wishes[number];
    lede_related_row *row = &m->rows[w->doc];
    lede_related_entry *out = m->entries + row->at;
    for (uint32_t k = 0; k < m->n_pins[number] && row->n < m->depth; k++)
        out[row->n++] = (lede_related_entry){.row = w->blocked[k], .score = LEDE_SCORE_PINNED};
    for (uint32_t k = 0; k < list->n && row->n < m->depth; k++) {
        const lede_related_item *item = &list->items[k];
        out[row->n++] = (lede_related_entry){.row = item->doc,
                                             .score = item->score,
                                             .cosine = part(item->cosine),
                                             .tags = part(item->tags)};
    }
}

/* Some at a time: an interruption is heeded between them. */
static lede_status find_lists(making *m, const lede_related_index *x) {
    enum { AT_ONCE = 2048 };
    const lede__publication *p = m->r->p;
    lede_status st = LEDE_OK;
    for (; !st && m->asked < m->n_wishes; m->asked += AT_ONCE) {
        const uint32_t left = m->n_wishes - m->asked;
        if (lede_loop_interrupted(p->loop)) {
            lede_loop_forgive(p->loop);
            return lede_fail(m->r->err, LEDE_ECANCELED, "interrupted");
        }
        st = lede_related_find_all(x, m->wishes + m->asked, left < AT_ONCE ? left : AT_ONCE,
                                   (unsigned)p->jobs, take_list, m, m->r->err);
    }
    return st;
}

static lede_status make_lists(making *m) {
    lede__relating *r = m->r;
    const bool few = m->n_wishes < r->n / 16; /* an arrival, most often */
    lede_related_index *x = NULL;
    lede_related_doc *docs = lede__relating_docs(r);
    if (!docs)
        return no_memory(r->err);
    lede_status st =
        lede_related_index_upon(r->base, r->kept, docs, r->n, &r->p->site.related.settings,
                                few ? m->wishes : NULL, m->n_wishes, &x, r->err);
    if (!st)
        st = find_lists(m, x);
    lede_related_index_free(x);
    free(docs);
    return st;
}

/* ---- where later articles may stand in a list: a new one enters few of the old lists
 *
 * The cosine is the same both ways, and so is the decay: whoever stands in the new article's list
 * would have it in theirs. It enters where it clearly beats the last one shown, on pages that are
 * not old, the most gain first, and no more than refresh_pages. What was chosen so is kept (the
 * store has it), so a publication from nothing shows the same. */

enum { SHOWN = 5, MARGIN = 115 };

/* Its score must be above this to enter a list: that of the last one shown and a margin. */
static uint64_t bar_of(const making *m, const lede_related_row *row) {
    const uint32_t last = row->n < SHOWN ? row->n : SHOWN;
    if (last < SHOWN)
        return 0;
    return (uint64_t)m->entries[row->at + last - 1].score * MARGIN / 100;
}

/* Takes an article into a list by its score, behind what authors named. */
static void enter(making *m, uint32_t into, lede_related_entry entry) {
    lede_related_row *row = &m->rows[into];
    lede_related_entry *list = m->entries + row->at;
    row->print = 0;
    if (row->n == m->depth)
        row->n--;
    uint32_t at = row->n++;
    for (; at > 0 && list[at - 1].score < entry.score; at--)
        list[at] = list[at - 1];
    list[at] = entry;
}

static bool stands_in(const making *m, uint32_t row, uint32_t other) {
    for (uint32_t k = 0; k < m->rows[row].n; k++)
        if (m->entries[m->rows[row].at + k].row == other)
            return true;
    return false;
}

/* Whether new article i should enter the list of `other`, which it resembles by score; *gain says
 * how much it adds. */
static bool is_gain(const making *m, uint32_t i, uint32_t other, uint32_t score, uint64_t *gain) {
    const int64_t days = (m->rows[i].date - m->rows[other].date) / 86400;
    const uint64_t bar = bar_of(m, &m->rows[other]);
    *gain = score - bar;
    return !m->fresh[other] && days >= 0 && days <= m->r->p->site.related.refresh_days &&
           score > bar && !stands_in(m, other, i);
}

/* The most gain first; of the same the nearer one in i's own list. */
static void spread_one(making *m, uint32_t i) {
    const uint32_t most = m->r->p->site.related.refresh_pages;
    for (uint32_t done = 0; done < most; done++) {
        uint64_t best = 0, gain;
        const lede_related_entry *chosen = NULL;
        for (uint32_t k = 0; k < m->rows[i].n; k++) {
            const lede_related_entry *entry = &m->entries[m->rows[i].at + k];
            if (entry->score != LEDE_SCORE_PINNED &&
                is_gain(m, i, entry->row, entry->score, &gain) && gain > best) {
                best = gain;
                chosen = entry;
            }
        }
        if (!chosen)
            return;
        enter(m, chosen->row, (lede_related_entry){i, chosen->score, chosen->cosine, chosen->tags});
        m->spread++;
    }
}

static void spread(making *m) {
    for (uint32_t i = 0; i < m->r->n; i++)
        if (m->fresh[i])
            spread_one(m, i);
}

/* Lists stand side by side without the room they did not need. */
static void close_gaps(making *m) {
    for (uint32_t i = 0; i < m->r->n; i++) {
        lede_related_row *row = &m->rows[i];
        memmove(m->entries + m->n_entries, m->entries + row->at, row->n * sizeof *m->entries);
        row->at = m->n_entries;
        m->n_entries += row->n;
    }
}

static lede_status making_init(making *m, lede__relating *r) {
    const size_t n = (size_t)r->n + 1;
    *m =
        (making){.r = r, .settings = lede__relate_settings(r), .depth = r->p->site.related.settings.depth};
    m->rows = calloc(n, sizeof *m->rows);
    m->entries = malloc(n * m->depth * sizeof *m->entries);
    m->wishes = malloc(n * sizeof *m->wishes);
    m->n_pins = calloc(n, sizeof *m->n_pins);
    m->fresh = calloc(n, sizeof *m->fresh);
    m->named = malloc(n * 2 * NAMED_MAX * sizeof *m->named);
    return m->rows && m->entries && m->wishes && m->n_pins && m->fresh && m->named
               ? LEDE_OK
               : no_memory(r->err);
}

static void making_fini(making *m) {
    free(m->rows);
    free(m->entries);
    free(m->wishes);
    free(m->n_pins);
    free(m->fresh);
    free(m->named);
}

/* ---- all of it */

static lede_status renew(lede__relating *r, const lede_lists *old, uint32_t *made) {
    making m;
    const lede_lists *former = NULL;
    lede_status st = making_init(&m, r);
    for (uint32_t i = 0; !st && i < r->n; i++)
        fill_row(&m, i);
    if (!st)
        st = divide(&m, former = old && lede_lists_settings(old) == m.settings ? old : NULL);
    if (!st && m.n_wishes)
        st = make_lists(&m);
    if (!st && former && r->p->site.related.settings.any)
        spread(&m);
    if (!st) {
        close_gaps(&m);
        st = lede_lists_write(r->p->edition, r->p->edition_dir, m.settings, m.rows, r->n, m.entries,
                              m.n_entries, false, r->err);
    }
    *made = m.n_wishes + m.spread;
    making_fini(&m);
    return st;
}

static lede_status open_again(lede__publication *p, lede_error *err) {
    lede_edition_close(p->edition);
    p->edition = NULL;
    return lede_edition_open(p->edition_dir, &p->edition, err);
}

/* What decides beyond the edition itself; the edition has the configuration. */
static bool is_current(const lede__publication *p, const lede_lists *old, uint64_t plugins_print) {
    return old && !plugins_print && lede_lists_of(old, p->edition) && !lede_lists_carried(old);
}

/* ---- lists that were chosen over time are kept in the store */

static bool restore_each(void *ctx, const lede_derived *x) {
    const lede__publication *p = ctx;
    lede_error none;
    if (lede_lists_restore(p->edition_dir, x->bytes, &none) != LEDE_OK)
        lede_lists_remove(p->edition_dir); /* then lists are chosen anew */
    return false;
}

/* The former lists; where an edition was taken away they come back from the store. */
static lede_lists *former_lists(lede__publication *p) {
    lede_lists *old = NULL;
    if (lede_lists_open(p->edition_dir, &old, NULL) == LEDE_OK && lede_lists_whole(old))
        return old;
    lede_lists_close(old);
    if (p->site.related.settings.any &&
        lede_store_walk_derived(p->store, LEDE_DERIVED_LIST, restore_each, p, NULL) == LEDE_OK &&
        lede_lists_open(p->edition_dir, &old, NULL) == LEDE_OK)
        return old;
    return NULL; /* none, or a damaged one: all are made */
}

static lede_status save_lists(lede__publication *p, lede_error *err) {
    const lede_lists *l = lede_edition_lists(p->edition);
    if (!p->site.related.settings.any || !l)
        return LEDE_OK;
    const lede_derived x = {LEDE_STR(""), lede_lists_settings(l), lede_lists_bytes(l)};
    return lede_store_put_derived(p->store, LEDE_DERIVED_LIST, &x, err);
}

lede_status lede__relate_forget(lede__publication *p, lede_error *err) {
    lede_lists_remove(p->edition_dir);
    lede__relate_drop_files(p->edition_dir);
    lede_status st = lede_store_remove_derived(p->store, LEDE_DERIVED_EPOCH, LEDE_STR(""), err);
    return st ? st : lede_store_remove_derived(p->store, LEDE_DERIVED_LIST, LEDE_STR(""), err);
}

static lede_status relate_once(lede__relating *r, lede__publication *p, const lede_lists *old,
                               uint32_t *made, lede_error *err) {
    lede_status st = lede__relating_open(r, p, old, err);
    return st ? st : renew(r, old, made);
}

/* A file that turns out to be damaged is taken away, and all is done without it. */
static lede_status relate(lede__relating *r, lede__publication *p, const lede_lists *old,
                          uint32_t *made, lede_error *err) {
    lede_status st = relate_once(r, p, old, made, err);
    if (!lede__relate_damaged(r))
        return st;
    lede__relating_close(r);
    lede__relate_drop_files(p->edition_dir);
    return relate_once(r, p, old, made, err);
}

lede_status lede__relate(lede__publication *p, uint64_t plugins_print, lede_buf *report,
                         lede_error *err) {
    lede__relating r = {0};
    p->plugins_print = plugins_print;
    lede_lists *old = NULL;
    uint32_t made = 0;
    lede_status st = LEDE_OK;
    if (p->site.related.by_section) {
        const bool had = lede_edition_lists(p->edition) != NULL;
        lede_lists_remove(p->edition_dir);
        lede__relate_drop_files(p->edition_dir);
        lede_buf_adds(report, "{\"engine\":\"section\"}");
        return had ? open_again(p, err) : LEDE_OK;
    }
    old = former_lists(p);
    if (!is_current(p, old, plugins_print)) {
        st = relate(&r, p, old, &made, err);
        if (!st)
            st = open_again(p, err);
        if (!st)
            st = save_lists(p, err);
        if (!st)
            lede__relate_keep(&r);
        lede_buf_addf(
            report,
            "{\"engine\":\"text\",\"analysed\":%u,\"lists\":%u,\"epoch\":%s,\"kept\":%u}",
            r.analysed, made, r.new_epoch ? "true" : "false", r.kept);
        lede__relating_close(&r);
    } else {
        lede_buf_adds(report, "{\"engine\":\"text\",\"analysed\":0,\"lists\":0,\"epoch\":false}");
    }
    lede_lists_close(old);
    lede__progress(p, NULL, 0, 0);
    return st;
}
