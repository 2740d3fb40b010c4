/* records_commit.c - one more table on the stack, with those below it that are small. See
 * lede/records.h.
 *
 * Tables are merged by carrying their living pages into the draft, as if they had been put. */
#include "publish/records.h"

#include "sys/os.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/banned.h"

enum { LOCK_WAIT_MS = 10000 };

static lede_status no_memory(lede_error *err) {
    return lede_fail(err, LEDE_ENOMEM, "records: out of memory");
}

/* ---- how much is merged */

static uint64_t weight(const lede__table *t) { return (uint64_t)t->n_pages + t->n_dead + 1; }

/* The tables from this one on become part of the new one. */
static unsigned merge_from(const lede_records *r) {
    uint64_t total = (uint64_t)r->draft.paths.count + 1, kept = 0;
    unsigned level = r->n_tables;
    while (level > 0 && weight(&r->tables[level - 1]) <= 2 * total)
        total += weight(&r->tables[--level]);
    for (unsigned i = 0; i < level; i++)
        kept += r->tables[i].head->length;
    const bool is_torn = r->end != r->map.len;
    const bool is_garbage = r->n_file >= LEDE__TABLES_FILE || r->end - kept > kept + (1 << 16);
    return is_torn || is_garbage || level >= LEDE__TABLES_MAX - 1 ? 0 : level;
}

/* ---- pages of merged tables go into the draft */

typedef struct carrier {
    lede_records *r;
    lede__table *t;
    uint32_t *reads, *sets; /* numbers in the draft + 1, by number in the table; 0 = not yet */
    uint32_t *list;         /* scratch: as many as the table has reads */
    bool short_of_memory;
} carrier;

/* False: damage, or memory. */
static bool carry_read(carrier *c, uint32_t number, uint32_t *out) {
    if (number >= c->t->n_reads) {
        c->t->damaged = true;
        return false;
    }
    if (!c->reads[number]) {
        const lede__read_row *x = lede__table_rows(c->t, LEDE__READS, number, 1);
        const lede_str key = x ? lede__table_text_of(c->t, LEDE__KEYS, x->key) : (lede_str){0};
        if (c->t->damaged || !x || key.len == 0) {
            c->t->damaged = true;
            return false;
        }
        const uint32_t n = lede__draft_read_of(&c->r->draft, key, x->mask, x->print);
        c->short_of_memory = n == LEDE_NO_NAME;
        if (c->short_of_memory)
            return false;
        c->reads[number] = n + 1;
    }
    *out = c->reads[number] - 1;
    return true;
}

static bool carry_set(carrier *c, uint32_t set, uint32_t *out) {
    if (set >= c->t->n_sets) {
        c->t->damaged = true;
        return false;
    }
    if (!c->sets[set]) {
        const lede__set_row *s = lede__table_rows(c->t, LEDE__SETS, set, 2);
        const uint32_t from = s ? s->read : 0, end = s ? s[1].read : 0;
        uint32_t n = 0;
        for (uint32_t i = from; i < end; i++) {
            const uint32_t *number = lede__table_rows(c->t, LEDE__SET_READS, i, 1);
            if (!number || n >= c->t->n_reads || !carry_read(c, *number, &c->list[n++]))
                return false;
        }
        const uint32_t number = s ? lede__draft_set_of(&c->r->draft, c->list, &n) : LEDE_NO_NAME;
        c->short_of_memory = s && number == LEDE_NO_NAME;
        if (number == LEDE_NO_NAME)
            return false;
        c->sets[set] = number + 1;
    }
    *out = c->sets[set] - 1;
    return true;
}

static bool carry_page(carrier *c, uint32_t row) {
    lede__draft *d = &c->r->draft;
    const lede__page_row *p = lede__table_rows(c->t, LEDE__PAGES, row, 1);
    if (!p || p->n_reads > c->t->n_reads)
        return !(c->t->damaged = true);
    const lede_str path = lede__table_text(c->t, p->at, p->path_len);
    const uint64_t made_at = p->at + p->path_len;
    const lede_str made = lede__table_text(c->t, made_at, p->made_len);
    lede_str list = lede__table_text(c->t, made_at + p->made_len, p->reads_len);
    if (c->t->damaged)
        return false;
    if (lede__names_find(&d->paths, path) != LEDE_NO_NAME)
        return true; /* put or removed since */
    lede__draft_page page = {.made = made, .set = p->set};
    memcpy(page.sum, p->sum, sizeof page.sum);
    page.reads = lede_arena_take(&d->arena, p->n_reads * sizeof *page.reads);
    c->short_of_memory = !page.reads;
    if (!page.reads)
        return false;
    for (uint32_t number = 0; page.n_reads < p->n_reads; page.n_reads++)
        if (!lede__table_next_read(c->t, &list, page.n_reads == 0, &number) ||
            !carry_read(c, number, &page.reads[page.n_reads]))
            return false;
    if (p->set != LEDE_RECORDS_NO_SET && !carry_set(c, p->set, &page.set))
        return false;
    lede__draft_page *at = lede__draft_page_of(d, path);
    c->short_of_memory = !at;
    if (at)
        *at = page;
    return at != NULL;
}

static lede_status carry_table(lede_records *r, unsigned table, lede_error *err) {
    lede__table *t = &r->tables[table];
    carrier c = {.r = r, .t = t};
    c.reads = calloc((size_t)t->n_reads + 1, sizeof *c.reads);
    c.sets = calloc((size_t)t->n_sets + 1, sizeof *c.sets);
    c.list = malloc(((size_t)t->n_reads + 1) * sizeof *c.list);
    bool good = c.reads && c.sets && c.list;
    c.short_of_memory = !good;
    for (uint32_t row = 0; good && row < t->n_pages; row++)
        if (lede__records_alive(r, table, row))
            good = carry_page(&c, row);
    free(c.reads);
    free(c.sets);
    free(c.list);
    if (c.short_of_memory)
        return no_memory(err);
    return lede__records_whole(r, err);
}

/* ---- pages below that are no more */

typedef struct burial {
    uint64_t *dead;
    size_t n;
    uint64_t ended; /* pages that were alive until now */
} burial;

static int by_spot(const void *a, const void *b) {
    const uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return x < y ? -1 : x > y;
}

/* What the draft replaces or removes, before pages are carried into it; and what tables that are
 * merged had named. */
static lede_status bury(lede_records *r, unsigned level, burial *b, lede_error *err) {
    size_t room = r->draft.paths.count;
    for (unsigned i = level; i < r->n_tables; i++)
        room += r->tables[i].n_dead;
    b->dead = malloc((room + 1) * sizeof *b->dead);
    if (!b->dead)
        return no_memory(err);
    for (uint32_t i = 0; i < r->draft.paths.count; i++) {
        unsigned table;
        uint32_t row;
        if (!lede__records_find(r, r->draft.paths.items[i], &table, &row))
            continue;
        b->ended++;
        if (table < level)
            b->dead[b->n++] = lede__spot(table, row);
    }
    for (unsigned i = level; i < r->n_tables; i++)
        for (uint32_t k = 0; k < r->tables[i].n_dead; k++) {
            const uint64_t *spot = lede__table_rows(&r->tables[i], LEDE__DEAD, k, 1);
            if (spot && *spot < lede__spot(level, 0))
                b->dead[b->n++] = *spot;
        }
    qsort(b->dead, b->n, sizeof *b->dead, by_spot);
    return lede__records_whole(r, err);
}

/* ---- writing */

/* Whether the file is still the one that was opened. */
static bool is_current(const lede_records *r) {
    struct stat s;
    if (!r->n_tables)
        return true; /* whatever is there is replaced */
    return stat(r->file, &s) == 0 && s.st_ino == r->inode && (uint64_t)s.st_size == r->map.len;
}

static lede_status write_to(const char *name, int flags, lede__table_head *h, const lede__built *b,
                            lede_error *err) {
    const int fd = open(name, O_WRONLY | O_CLOEXEC | O_NOFOLLOW | flags, 0666);
    bool good = fd >= 0 && lede__table_write(fd, h, b);
    int number = errno;
    if (fd >= 0 && close(fd) != 0 && good) {
        good = false;
        number = errno;
    }
    return good ? LEDE_OK : lede__fail_os(err, number, "cannot write '%s'", name);
}

static lede_status write_new(lede_records *r, lede__table_head *h, const lede__built *b,
                             lede_error *err) {
    lede_buf beside;
    lede_buf_init(&beside, 1 << 16);
    lede_buf_addf(&beside, "%s.new", r->file);
    lede_status st = lede_buf_status(&beside, err);
    if (!st)
        st = write_to(beside.ptr, O_CREAT | O_TRUNC, h, b, err);
    if (!st && rename(beside.ptr, r->file) != 0)
        st = lede__fail_os(err, errno, "cannot write '%s'", r->file);
    if (st)
        unlink(beside.ptr);
    lede_buf_fini(&beside);
    return st;
}

static lede_status write_table(lede_records *r, unsigned level, lede__table_head *h,
                               const lede__built *b, lede_error *err) {
    lede_buf lock;
    int fd = -1;
    lede_buf_init(&lock, 1 << 16);
    lede_buf_addf(&lock, "%s.lock", r->file);
    lede_status st = lede_buf_status(&lock, err);
    if (!st)
        st = lede__lock(lock.ptr, LOCK_WAIT_MS, &fd, err);
    lede_buf_fini(&lock);
    if (st)
        return st;
    if (!is_current(r)) {
        st = lede_fail(err, LEDE_ECONFLICT, "records: '%s' was written meanwhile", r->file);
    } else if (level == 0) {
        st = write_new(r, h, b, err);
    } else {
        h->at = r->end;
        h->below = r->tables[level - 1].head->at;
        st = write_to(r->file, 0, h, b, err);
    }
    close(fd);
    return st;
}

static lede_status commit(lede_records *r, uint64_t stamp, burial *grave, lede_error *err) {
    const unsigned level = merge_from(r);
    lede__table_head h = {.stamp = stamp, .below = LEDE__NO_TABLE};
    lede__built built;
    h.alive = lede_records_count(r);
    for (uint32_t i = 0; i < r->draft.paths.count; i++)
        h.alive += !r->draft.pages[i].is_gone;
    lede_status st = bury(r, level, grave, err);
    h.alive -= grave->ended;
    for (unsigned i = level; !st && i < r->n_tables; i++)
        st = carry_table(r, i, err);
    if (!st)
        st = lede__draft_build(&r->draft, &built, err);
    if (st)
        return st;
    lede_buf_addn(&built.parts[LEDE__DEAD], grave->dead, grave->n * sizeof *grave->dead);
    st = lede_buf_status(&built.parts[LEDE__DEAD], err);
    if (!st)
        st = write_table(r, level, &h, &built, err);
    lede__built_fini(&built);
    return st;
}

lede_status lede_records_commit(lede_records *r, uint64_t stamp, lede_error *err) {
    if (r->draft.paths.count == 0 && r->n_tables && r->tables[r->n_tables - 1].head->stamp == stamp)
        return LEDE_OK;
    burial grave = {0};
    lede_status st = commit(r, stamp, &grave, err);
    free(grave.dead);
    lede__draft_fini(&r->draft);
    return st ? st : lede__records_map(r, err);
}
