/* records_reads.c - from pages to what they read, and back. See lede/records.h. */
#include "publish/records.h"

#include "base/banned.h"

/* ---- what a page read */

/* The read of this number; false when it is not there whole. */
static bool read_at(lede__table *t, uint32_t number, lede_records_read *out) {
    const lede__read_row *x = lede__table_rows(t, LEDE__READS, number, 1);
    const lede_str key = x ? lede__table_text_of(t, LEDE__KEYS, x->key) : (lede_str){0};
    if (t->damaged || !x || key.len == 0 || (unsigned char)*key.ptr >= LEDE_RECORDS_KINDS) {
        t->damaged = true;
        return false;
    }
    *out = (lede_records_read){(uint8_t)*key.ptr, lede_str_sub(key, 1), x->mask, x->print};
    return true;
}

static bool visit_set(lede__table *t, uint32_t set, lede_records_visit_read *visit, void *ctx) {
    const lede__set_row *s = lede__table_rows(t, LEDE__SETS, set, 2);
    const uint32_t end = s ? s[1].read : 0;
    for (uint32_t i = s ? s->read : 0; i < end; i++) {
        lede_records_read read;
        const uint32_t *number = lede__table_rows(t, LEDE__SET_READS, i, 1);
        if (!number || !read_at(t, *number, &read) || !visit(ctx, &read))
            return false;
    }
    return s != NULL;
}

lede_status lede_records_reads(lede_records *r, const lede_records_view *page,
                               lede_records_visit_read *visit, void *ctx, lede_error *err) {
    assert(page->table < r->n_tables);
    lede__table *t = &r->tables[page->table];
    const lede__page_row *p = lede__table_rows(t, LEDE__PAGES, page->row, 1);
    if (!p)
        return lede__records_whole(r, err);
    lede_str list = lede__table_text(t, p->at + (uint64_t)p->path_len + p->made_len, p->reads_len);
    uint32_t number = 0;
    bool on = true;
    for (uint32_t i = 0; on && i < p->n_reads; i++) {
        lede_records_read read;
        on = lede__table_next_read(t, &list, i == 0, &number) && read_at(t, number, &read) &&
             visit(ctx, &read);
    }
    if (on && p->set != LEDE_RECORDS_NO_SET)
        visit_set(t, p->set, visit, ctx);
    return lede__records_whole(r, err);
}

/* ---- who relies on a read */

typedef bool each_page(void *ctx, lede_records *r, unsigned table, uint32_t row);

/* Goes through the pages that are alive of a set. False: stopped, by `each` or by damage. */
static bool pages_of_set(lede_records *r, unsigned table, uint32_t set, each_page *each,
                         void *ctx) {
    lede__table *t = &r->tables[table];
    const lede__set_row *s = lede__table_rows(t, LEDE__SETS, set, 2);
    if (!s)
        return false;
    for (uint32_t i = s->page, end = s[1].page; i < end; i++) {
        const uint32_t *row = lede__table_rows(t, LEDE__SET_PAGES, i, 1);
        if (!row)
            return false;
        if (lede__records_alive(r, table, *row) && !each(ctx, r, table, *row))
            return false;
    }
    return true;
}

/* The same of a read. */
static bool pages_of_read(lede_records *r, unsigned table, uint32_t number, each_page *each,
                          void *ctx) {
    lede__table *t = &r->tables[table];
    const lede__read_row *x = lede__table_rows(t, LEDE__READS, number, 2);
    if (!x)
        return false;
    for (uint32_t i = x->first, end = x[1].first; i < end; i++) {
        const uint32_t *reader = lede__table_rows(t, LEDE__READERS, i, 1);
        if (!reader)
            return false;
        if (*reader >= t->n_pages) {
            if (!pages_of_set(r, table, *reader - t->n_pages, each, ctx))
                return false;
        } else if (lede__records_alive(r, table, *reader) && !each(ctx, r, table, *reader)) {
            return false;
        }
    }
    return true;
}

static bool note_one(void *ctx, lede_records *r, unsigned table, uint32_t row) {
    (void)r, (void)table, (void)row;
    *(bool *)ctx = true;
    return false;
}

static bool relied_on(lede_records *r, unsigned table, uint32_t number) {
    bool any = false;
    pages_of_read(r, table, number, note_one, &any);
    return any;
}

typedef struct page_visitor {
    lede_records_visit_page *visit;
    void *ctx;
} page_visitor;

static bool visit_path(void *ctx, lede_records *r, unsigned table, uint32_t row) {
    const page_visitor *v = ctx;
    const lede_str path = lede__table_text_of(&r->tables[table], LEDE__PAGES, row);
    return !r->tables[table].damaged && v->visit(v->ctx, path);
}

/* ---- keys */

/* A key as tables have it, with the kind in front. Gives key: lede_buf_fini(). */
static lede_status with_kind(uint8_t kind, lede_str text, lede_buf *key, lede_error *err) {
    lede_buf_init(key, LEDE_BUF_MAX);
    lede_buf_addc(key, (char)kind);
    lede_buf_add(key, text);
    return lede_buf_status(key, err);
}

lede_status lede_records_pages_reading(lede_records *r, uint8_t kind, lede_str key,
                                       lede_records_visit_page *visit, void *ctx, lede_error *err) {
    page_visitor v = {visit, ctx};
    lede_buf text;
    const lede_status st = with_kind(kind, key, &text, err);
    bool on = !st;
    for (unsigned i = 0; on && i < r->n_tables; i++) {
        lede__table *t = &r->tables[i];
        bool same;
        const uint32_t row = lede__table_search(t, LEDE__KEYS, lede_buf_str(&text), &same);
        const lede__text_row *k = same ? lede__table_rows(t, LEDE__KEYS, row, 2) : NULL;
        for (uint32_t n = k ? k->first : 0; k && on && n < k[1].first; n++)
            on = pages_of_read(r, i, n, visit_path, &v);
        on = on && !t->damaged;
    }
    lede_buf_fini(&text);
    return st ? st : lede__records_whole(r, err);
}

/* The reads of a key that a page relies on. */
static bool visit_key(lede_records *r, unsigned table, uint32_t row, lede_records_visit_read *visit,
                      void *ctx) {
    lede__table *t = &r->tables[table];
    const lede__text_row *k = lede__table_rows(t, LEDE__KEYS, row, 2);
    for (uint32_t n = k ? k->first : 0; k && n < k[1].first; n++) {
        lede_records_read read;
        if (!relied_on(r, table, n)) {
            if (t->damaged)
                return false;
        } else if (!read_at(t, n, &read) || !visit(ctx, &read)) {
            return false;
        }
    }
    return k != NULL;
}

static bool begins(lede_str text, lede_str prefix) {
    return text.len >= prefix.len && lede_str_eq(lede_str_n(text.ptr, prefix.len), prefix);
}

lede_status lede_records_keys(lede_records *r, uint8_t kind, lede_str prefix,
                              lede_records_visit_read *visit, void *ctx, lede_error *err) {
    lede_buf text;
    const lede_status st = with_kind(kind, prefix, &text, err);
    bool on = !st;
    for (unsigned i = 0; on && i < r->n_tables; i++) {
        lede__table *t = &r->tables[i];
        bool same;
        uint32_t row = lede__table_search(t, LEDE__KEYS, lede_buf_str(&text), &same);
        for (; on && row < t->n_keys; row++) {
            if (!begins(lede__table_text_of(t, LEDE__KEYS, row), lede_buf_str(&text)))
                break;
            on = visit_key(r, i, row, visit, ctx);
        }
        on = on && !t->damaged;
    }
    lede_buf_fini(&text);
    return st ? st : lede__records_whole(r, err);
}

lede_status lede_records_queries(lede_records *r, lede_str dimension,
                                 lede_records_visit_read *visit, void *ctx, lede_error *err) {
    bool on = true;
    for (unsigned i = 0; on && i < r->n_tables; i++) {
        lede__table *t = &r->tables[i];
        bool same;
        const uint32_t row = lede__table_search(t, LEDE__DIMS, dimension, &same);
        const lede__text_row *d = same ? lede__table_rows(t, LEDE__DIMS, row, 2) : NULL;
        for (uint32_t n = d ? d->first : 0; d && on && n < d[1].first; n++) {
            const uint32_t *key = lede__table_rows(t, LEDE__DIM_KEYS, n, 1);
            on = key && visit_key(r, i, *key, visit, ctx);
        }
        on = on && !t->damaged;
    }
    return lede__records_whole(r, err);
}
