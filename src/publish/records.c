/* records.c - opens the file of records and answers from its tables. See lede/records.h.
 *
 * The newest table that has a path is the only one whose page of that name can be meant: a commit
 * names as dead whatever page it replaces. */
#include "publish/records.h"

#include "codec/hash.h"
#include "publish/tree.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/banned.h"

/* ---- opening */

lede_status lede_records_stamp(const char *tree, uint64_t *stamp, lede_error *err) {
    lede_buf path;
    lede__map map;
    lede_buf_init(&path, 1 << 16);
    lede_buf_addf(&path, "%s/" LEDE__MANIFEST, tree);
    lede_status st = lede_buf_status(&path, err);
    if (!st)
        st = lede__map_open(path.ptr, &map, err);
    lede_buf_fini(&path);
    if (st)
        return st;
    *stamp = lede__xxh64(lede_str_n(map.ptr, map.len), 0);
    lede__map_close(&map);
    return LEDE_OK;
}

static void unmap(lede_records *r) {
    while (r->n_tables)
        lede__table_close(&r->tables[--r->n_tables]);
    lede__map_close(&r->map);
    r->inode = 0;
    r->end = 0;
    r->n_file = 0;
}

static lede_status damaged(const lede_records *r, lede_error *err) {
    return lede_fail(err, LEDE_EFORMAT, "records: '%s' is damaged", r->file);
}

lede_status lede__records_whole(const lede_records *r, lede_error *err) {
    for (unsigned i = 0; i < r->n_tables; i++)
        if (r->tables[i].damaged)
            return damaged(r, err);
    return LEDE_OK;
}

static bool is_newer(lede_str file) {
    const lede__table_head *h = (const void *)file.ptr;
    return file.len >= sizeof *h && memcmp(h->magic, LEDE__RECORDS_MAGIC, sizeof h->magic) == 0 &&
           h->order_mark == LEDE__RECORDS_ORDER && h->version > LEDE__RECORDS_VERSION;
}

/* The place of the last whole table; what follows it is torn. */
static uint64_t last_table(lede_records *r, lede_str file) {
    uint64_t last = LEDE__NO_TABLE;
    while (lede__table_stands(file, r->end)) {
        const lede__table_head *h = (const void *)(file.ptr + r->end);
        last = r->end;
        r->end += h->length;
        r->n_file++;
    }
    return last;
}

static lede_status open_tables(lede_records *r, lede_error *err) {
    const lede_str file = lede_str_n(r->map.ptr, r->map.len);
    uint64_t places[LEDE__TABLES_MAX], at = last_table(r, file);
    unsigned n = 0;
    if (is_newer(file))
        return lede_fail(err, LEDE_ENEWER, "records: '%s' is of a newer lede", r->file);
    if (at == LEDE__NO_TABLE)
        return damaged(r, err);
    for (; at != LEDE__NO_TABLE; n++) {
        if (n == LEDE__TABLES_MAX || (n > 0 && at >= places[n - 1]) ||
            !lede__table_stands(file, at))
            return damaged(r, err);
        places[n] = at;
        at = ((const lede__table_head *)(const void *)(file.ptr + at))->below;
    }
    while (n > 0) {
        const lede_status st = lede__table_open(&r->tables[r->n_tables], file, places[--n]);
        if (st == LEDE_ENOMEM)
            return lede_fail(err, st, "records: out of memory");
        if (st)
            return damaged(r, err);
        r->n_tables++;
    }
    return LEDE_OK;
}

lede_status lede__records_map(lede_records *r, lede_error *err) {
    struct stat s;
    unmap(r);
    if (stat(r->file, &s) != 0 || s.st_size == 0)
        return lede_fail(err, LEDE_ENOTFOUND, "records: there is no '%s'", r->file);
    lede_status st = lede__map_open(r->file, &r->map, err);
    if (!st)
        st = open_tables(r, err);
    if (st)
        unmap(r);
    else
        r->inode = s.st_ino;
    return st;
}

static lede_records *make(const char *dir, lede_error *err) {
    lede_records *r = calloc(1, sizeof *r);
    const size_t room = strlen(dir) + sizeof "/" LEDE__RECORDS_FILE;
    if (r) {
        lede__draft_init(&r->draft);
        r->file = malloc(room);
    }
    if (!r || !r->file) {
        (void)lede_fail(err, LEDE_ENOMEM, "records: out of memory");
        lede_records_close(r);
        return NULL;
    }
    snprintf(r->file, room, "%s/" LEDE__RECORDS_FILE, dir);
    return r;
}

lede_status lede_records_open(const char *dir, uint64_t stamp, lede_records **out,
                              lede_error *err) {
    *out = NULL;
    lede_records *r = make(dir, err);
    if (!r)
        return LEDE_ENOMEM;
    lede_status st = lede__records_map(r, err);
    if (!st && r->tables[r->n_tables - 1].head->stamp != stamp)
        st = lede_fail(err, LEDE_ENOTFOUND, "records: '%s' is of another release", r->file);
    if (st) {
        lede_records_close(r);
        return st;
    }
    *out = r;
    return LEDE_OK;
}

lede_status lede_records_new(const char *dir, lede_records **out, lede_error *err) {
    *out = NULL;
    const lede_status st = lede__make_dirs(dir, err);
    if (st)
        return st;
    *out = make(dir, err);
    return *out ? LEDE_OK : LEDE_ENOMEM;
}

void lede_records_close(lede_records *r) {
    if (!r)
        return;
    unmap(r);
    lede__draft_fini(&r->draft);
    free(r->file);
    free(r);
}

/* ---- pages */

static bool is_named(lede__table *t, uint64_t spot) {
    uint32_t low = 0, high = t->n_dead;
    while (low < high) {
        const uint32_t mid = low + (high - low) / 2;
        const uint64_t *at = lede__table_rows(t, LEDE__DEAD, mid, 1);
        if (!at || *at == spot)
            return at != NULL;
        if (*at < spot)
            low = mid + 1;
        else
            high = mid;
    }
    return false;
}

bool lede__records_alive(lede_records *r, unsigned table, uint32_t row) {
    for (unsigned i = table + 1; i < r->n_tables; i++)
        if (is_named(&r->tables[i], lede__spot(table, row)))
            return false;
    return true;
}

bool lede__records_find(lede_records *r, lede_str path, unsigned *table, uint32_t *row) {
    for (unsigned i = r->n_tables; i-- > 0;) {
        bool same;
        const uint32_t at = lede__table_search(&r->tables[i], LEDE__PAGES, path, &same);
        if (!same)
            continue;
        *table = i;
        *row = at;
        return lede__records_alive(r, i, at);
    }
    return false;
}

uint64_t lede_records_count(const lede_records *r) {
    return r->n_tables ? r->tables[r->n_tables - 1].head->alive : 0;
}

lede_status lede_records_each(lede_records *r, lede_records_visit_page *visit, void *ctx,
                              lede_error *err) {
    for (unsigned i = 0; i < r->n_tables; i++) {
        lede__table *t = &r->tables[i];
        for (uint32_t row = 0; row < t->n_pages && !t->damaged; row++) {
            if (!lede__records_alive(r, i, row))
                continue;
            const lede_str path = lede__table_text_of(t, LEDE__PAGES, row);
            if (!t->damaged && !visit(ctx, path))
                return lede__records_whole(r, err);
        }
    }
    return lede__records_whole(r, err);
}

lede_status lede_records_page(lede_records *r, lede_str path, lede_records_view *out,
                              lede_error *err) {
    lede_records_view v = {0};
    const lede__page_row *p = NULL;
    const bool found = lede__records_find(r, path, &v.table, &v.row);
    if (found)
        p = lede__table_rows(&r->tables[v.table], LEDE__PAGES, v.row, 1);
    if (p) {
        v.sum = p->sum;
        v.made = lede__table_text(&r->tables[v.table], p->at + p->path_len, p->made_len);
    }
    const lede_status st = lede__records_whole(r, err);
    if (st)
        return st;
    if (!found)
        return lede_fail(err, LEDE_ENOTFOUND, "records: nothing is known of '%.*s'",
                         (int)(path.len < 300 ? path.len : 300), path.ptr ? path.ptr : "");
    *out = v;
    return LEDE_OK;
}
