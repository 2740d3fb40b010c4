/* records.c - the records of a publication: which pages are as they were, and what new ones read. ARCHITECTURE.md section 5,
 * include/lede/records.h.
 *
 * Every question that a recorded page asked is asked again, each once however many pages asked it; pages that relied on an
 * answer that changed are made again. Besides its own reads a page relies on a set: the configuration, the program, and
 * every file that the worker's VM read (modules, templates, words), those it looked for in vain included. */
#include "bind/records.h"

#include "base/path.h"
#include "bind/page.h"
#include "bind/pictures.h"
#include "codec/hash.h"
#include "lede/records.h"
#include "sys/os.h"
#include "sys/sys.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

enum { FILE_MAX = 64 << 20 };
#define PROGRAM_KEY "lede:program"

/* Hashes of paths; two paths of one hash would be made again together, no more. */
typedef struct hashes {
    uint64_t *slots; /* 0 = free */
    size_t count, mask;
} hashes;

static_assert(LEDE_RECORDS_QUERIES == (1 << LEDE_READ_QUERY | 1 << LEDE_READ_COUNT), "records know which kinds are queries");
static_assert((int)LEDE_READ_KINDS <= (int)LEDE_RECORDS_KINDS, "records have room for every kind");

struct lede__records {
    lede__publication *p;
    lede_records *kept;
    hashes dirty, wanted;
    lede_records_read *shared; /* the set so far; keys are owned */
    size_t n_shared, cap_shared;
    lede_records_read *reads; /* of one page */
    size_t n_reads, cap_reads;
    uint32_t set;
    bool set_is_old, fresh;
    lede_arena arena; /* edition.data, keys of the set */
    lede_value data;
    lede_buf scratch;
    lede_status status;
    lede_error err;
};

/* ---- hashes */

static size_t slot_of(const hashes *h, uint64_t hash) {
    size_t at = (size_t)hash & h->mask;
    while (h->slots[at] && h->slots[at] != hash)
        at = (at + 1) & h->mask;
    return at;
}

static uint64_t hash_of(lede_str path) {
    const uint64_t hash = lede__xxh64(path, 0);
    return hash ? hash : 1;
}

static bool has_hash(const hashes *h, lede_str path) { return h->slots && h->slots[slot_of(h, hash_of(path))]; }

static bool add_hash(hashes *h, lede_str path) {
    if (!h->slots || h->count * 2 > h->mask) {
        hashes more = {.mask = h->slots ? h->mask * 2 + 1 : 1023};
        more.slots = calloc(more.mask + 1, sizeof *more.slots);
        if (!more.slots)
            return false;
        for (size_t i = 0; h->slots && i <= h->mask; i++)
            if (h->slots[i])
                more.slots[slot_of(&more, h->slots[i])] = h->slots[i];
        more.count = h->count;
        free(h->slots);
        *h = more;
    }
    const size_t at = slot_of(h, hash_of(path));
    h->count += !h->slots[at];
    h->slots[at] = hash_of(path);
    return true;
}

/* ---- questions */

uint64_t lede__file_print(lede_str bytes) { return bytes.ptr ? lede__xxh64(bytes, 0) | 1 : 0; }

static uint64_t program_print(void) {
    struct stat st;
    const char *path = lede__program_path();
    if (!path || stat(path, &st) != 0)
        return lede__xxh64(LEDE_STR(LEDE_VERSION), 0);
    const uint64_t size = lede__xxh64(LEDE_STR(LEDE_VERSION), (uint64_t)st.st_size);
    return size ^ (uint64_t)st.st_mtim.tv_sec * 1000000000u ^ (uint64_t)st.st_mtim.tv_nsec;
}

static uint64_t file_print_now(lede__records *r, lede_str key) {
    char path[4096];
    lede_error err = {0};
    if (lede_str_is(key, PROGRAM_KEY))
        return program_print();
    if (key.len >= sizeof path)
        return 0;
    memcpy(path, key.ptr, key.len);
    path[key.len] = '\0';
    lede_buf_clear(&r->scratch);
    if (lede__read_file(path, FILE_MAX, &r->scratch, &err))
        return 0;
    return lede__file_print(r->scratch.ptr ? lede_buf_str(&r->scratch) : LEDE_STR(""));
}

static uint64_t data_print_now(const lede__records *r, lede_str key) {
    const lede_str pictures = LEDE_STR(LEDE__PICTURES ":");
    if (lede_str_is(key, LEDE__REDIRECTS_KEY))
        return lede__redirects_print(r->p->edition);
    if (lede_str_starts(key, pictures.ptr))
        return lede__picture_print(&r->data, lede_str_sub(key, pictures.len));
    return lede__data_print(&r->data, key);
}

/* What the question is answered now. false: it cannot be asked, so its page is made again. */
static bool answer(lede__records *r, const lede_records_read *q, uint64_t *print) {
    const lede__publication *p = r->p;
    char unit[16];
    int64_t value;
    switch ((lede_read_kind)q->kind) {
    case LEDE_READ_CONFIG: *print = lede__xxh64(p->site.config, 0); return true;
    case LEDE_READ_FILE: *print = file_print_now(r, q->key); return true;
    case LEDE_READ_DATA: *print = data_print_now(r, q->key); return true;
    case LEDE_READ_CLOCK:
        snprintf(unit, sizeof unit, "%.*s", (int)q->key.len, q->key.ptr);
        return lede__clock_print(p->edition, p->site.zone, unit, &value, print);
    default: return lede_edition_answer(p->edition, (lede_read_kind)q->kind, q->key, q->mask, print);
    }
}

static bool mark_dirty(void *ctx, lede_str path) {
    lede__records *r = ctx;
    if (!add_hash(&r->dirty, path))
        r->status = lede_fail(&r->err, LEDE_ENOMEM, "publish: out of memory");
    return r->status == LEDE_OK;
}

static bool ask_again(void *ctx, const lede_records_read *q) {
    lede__records *r = ctx;
    uint64_t print;
    if (!answer(r, q, &print) || print != q->print)
        r->status = lede_records_pages_reading(r->kept, q->kind, q->key, mark_dirty, r, &r->err);
    return r->status == LEDE_OK;
}

static lede_status ask_all(lede__records *r) {
    lede_status st = LEDE_OK;
    for (uint8_t kind = 0; !st && kind < LEDE_READ_KINDS; kind++) {
        st = lede_records_keys(r->kept, kind, (lede_str){0}, ask_again, r, &r->err);
        st = st ? st : r->status;
    }
    return st;
}

/* ---- the set */

static void share(lede__records *r, lede_read_kind kind, lede_str key, uint64_t print) {
    for (size_t i = 0; i < r->n_shared; i++)
        if (r->shared[i].kind == (uint8_t)kind && lede_str_eq(r->shared[i].key, key)) {
            r->set_is_old |= r->shared[i].print != print;
            r->shared[i].print = print;
            return;
        }
    if (r->n_shared == r->cap_shared) {
        const size_t cap = r->cap_shared ? r->cap_shared * 2 : 64;
        lede_records_read *more = realloc(r->shared, cap * sizeof *more);
        if (!more) {
            r->status = lede_fail(&r->err, LEDE_ENOMEM, "publish: out of memory");
            return;
        }
        r->shared = more;
        r->cap_shared = cap;
    }
    r->shared[r->n_shared++] = (lede_records_read){.kind = (uint8_t)kind, .key = lede_arena_copy(&r->arena, key), .print = print};
    r->set_is_old = true;
}

static lede_status number_set(lede__records *r) {
    if (!r->set_is_old)
        return LEDE_OK;
    r->set_is_old = false;
    return lede_records_set(r->kept, r->shared, r->n_shared, &r->set, &r->err);
}

/* ---- a publication */

/* Without records that can be believed every page is made: never an error. */
static lede_status open_kept(lede__records *r, const char *folder) {
    const char *live = lede_release_live(r->p->release);
    lede_error none = {0};
    uint64_t stamp;
    if (!r->p->full && live && *live && lede_records_stamp(live, &stamp, &none) == LEDE_OK &&
        lede_records_open(folder, stamp, &r->kept, &none) == LEDE_OK) {
        if (ask_all(r) == LEDE_OK)
            return LEDE_OK;
        lede_records_close(r->kept);
        r->kept = NULL;
        r->status = LEDE_OK;
    }
    r->fresh = true;
    return lede_records_new(folder, &r->kept, &r->err);
}

lede_status lede__records_open(lede__publication *p, lede__records **out, lede_error *err) {
    lede__records *r = calloc(1, sizeof *r);
    *out = r;
    if (!r)
        return lede_fail(err, LEDE_ENOMEM, "publish: out of memory");
    r->p = p;
    lede_arena_init(&r->arena, LEDE_BUF_MAX);
    lede_buf_init(&r->scratch, LEDE_BUF_MAX);
    const lede_str data = lede_edition_data(p->edition);
    lede_status st = data.len ? lede_json_read(&r->arena, data, &r->data, &r->err) : LEDE_OK;
    const lede_str parent = lede__path_dir(lede_str_of(p->edition_dir));
    const char *folder = lede_arena_printf(&r->arena, "%.*s/records", (int)parent.len, parent.len ? parent.ptr : "");
    if (!st)
        st = folder ? open_kept(r, folder) : lede_fail(&r->err, LEDE_ENOMEM, "publish: out of memory");
    share(r, LEDE_READ_CONFIG, LEDE_STR(""), lede__xxh64(p->site.config, 0));
    share(r, LEDE_READ_FILE, LEDE_STR(PROGRAM_KEY), program_print());
    if (st)
        *err = r->err;
    return st;
}

void lede__records_close(lede__records *r) {
    if (!r)
        return;
    lede_records_close(r->kept);
    free(r->dirty.slots);
    free(r->wanted.slots);
    free(r->shared);
    free(r->reads);
    lede_arena_fini(&r->arena);
    lede_buf_fini(&r->scratch);
    free(r);
}

const unsigned char *lede__records_hold(lede__records *r, lede_str path, lede_str made) {
    lede_records_view v;
    lede_error none = {0};
    if (!add_hash(&r->wanted, path))
        r->status = lede_fail(&r->err, LEDE_ENOMEM, "publish: out of memory");
    const bool known = !r->fresh && !has_hash(&r->dirty, path) && lede_records_page(r->kept, path, &v, &none) == LEDE_OK;
    return known && lede_str_eq(v.made, made) ? v.sum : NULL;
}

static void take_read(void *ctx, lede_read_kind kind, lede_str key, uint64_t mask, uint64_t print) {
    lede__records *r = ctx;
    if (r->n_reads == r->cap_reads) {
        const size_t cap = r->cap_reads ? r->cap_reads * 2 : 256;
        lede_records_read *more = realloc(r->reads, cap * sizeof *more);
        if (!more) {
            r->status = lede_fail(&r->err, LEDE_ENOMEM, "publish: out of memory");
            return;
        }
        r->reads = more;
        r->cap_reads = cap;
    }
    r->reads[r->n_reads++] = (lede_records_read){.kind = (uint8_t)kind, .key = key, .mask = mask, .print = print};
}

lede_status lede__records_put(lede__records *r, lede_str path, lede_str made, const unsigned char sum[32], lede_str files, lede_str reads, lede_error *err) {
    lede__wire w = lede__wire_of(files);
    while (!w.bad && w.at < w.end) {
        const lede_str file = lede__get_str(&w);
        const uint64_t print = lede__get64(&w);
        if (!w.bad)
            share(r, LEDE_READ_FILE, file, print);
    }
    r->n_reads = 0;
    lede_status st = lede_reads_decode(reads, take_read, r, &r->err);
    if (!st)
        st = r->status;
    if (!st)
        st = number_set(r);
    lede_records_entry entry = {.made = made, .set = r->set, .reads = r->reads, .n_reads = r->n_reads};
    memcpy(entry.sum, sum, sizeof entry.sum);
    if (!st)
        st = lede_records_put(r->kept, path, &entry, &r->err);
    if (st == LEDE_ELIMIT || st == LEDE_EINVAL) /* a page that cannot be kept is made each time */
        st = lede_records_remove(r->kept, path, &r->err);
    if (st)
        *err = r->err;
    return st;
}

lede_status lede__records_remove(lede__records *r, lede_str path, lede_error *err) {
    return r->fresh ? LEDE_OK : lede_records_remove(r->kept, path, err);
}

static bool drop_vanished(void *ctx, lede_str path) {
    lede__records *r = ctx;
    if (!has_hash(&r->wanted, path))
        r->status = lede_records_remove(r->kept, path, &r->err);
    return r->status == LEDE_OK;
}

lede_status lede__records_commit(lede__records *r, lede_error *err) {
    uint64_t stamp;
    lede_status st = r->status;
    if (!st && !r->fresh)
        st = lede_records_each(r->kept, drop_vanished, r, &r->err);
    if (!st)
        st = r->status;
    if (!st)
        st = lede_records_stamp(r->p->dest, &stamp, &r->err);
    if (!st)
        st = lede_records_commit(r->kept, stamp, &r->err);
    if (st)
        *err = r->err;
    return st;
}
