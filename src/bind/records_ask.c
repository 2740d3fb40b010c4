/* records_ask.c - asks the recorded questions again. See records.c.
 *
 * When the edition before is at hand, articles and terms that differ lead to the questions that they touch, and the others
 * are known to be answered as before. Without it every question is asked, each once however many pages asked it. */
#include "bind/records_inside.h"

#include "bind/pictures.h"
#include "codec/hash.h"
#include "sys/os.h"
#include "sys/sys.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

enum { FILE_MAX = 64 << 20 };

/* ---- answers */

uint64_t lede__file_print(lede_str bytes) { return bytes.ptr ? lede__xxh64(bytes, 0) | 1 : 0; }

uint64_t lede__program_print(void) {
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
    if (lede_str_is(key, LEDE__PROGRAM_KEY))
        return lede__program_print();
    if (key.len >= sizeof path)
        return 0;
    memcpy(path, key.ptr, key.len);
    path[key.len] = '\0';
    lede_buf_clear(&r->scratch);
    if (lede__read_file(path, FILE_MAX, &r->scratch, &err))
        return 0;
    return lede__file_print(r->scratch.ptr ? lede_buf_str(&r->scratch) : LEDE_STR(""));
}

static bool data_print_now(lede__records *r, lede_str key, uint64_t *print) {
    const lede_str pictures = LEDE_STR(LEDE__PICTURES ":"), data = lede_edition_data(r->p->edition);
    if (lede_str_is(key, LEDE__REDIRECTS_KEY)) {
        *print = lede__redirects_print(r->p->edition);
        return true;
    }
    if (!r->has_data && data.len && lede_json_read(&r->arena, data, &r->data, &r->err))
        return false;
    r->has_data = true;
    *print = lede_str_starts(key, pictures.ptr) ? lede__picture_print(&r->data, lede_str_sub(key, pictures.len)) : lede__data_print(&r->data, key);
    return true;
}

/* What the question is answered now. false: it cannot be asked, so its page is made again. */
static bool answer(lede__records *r, const lede_records_read *q, uint64_t *print) {
    const lede__publication *p = r->p;
    char unit[16];
    int64_t value;
    switch ((lede_read_kind)q->kind) {
    case LEDE_READ_CONFIG: *print = lede__xxh64(p->site.config, 0); return true;
    case LEDE_READ_FILE: *print = file_print_now(r, q->key); return true;
    case LEDE_READ_DATA: return data_print_now(r, q->key, print);
    case LEDE_READ_CLOCK:
        snprintf(unit, sizeof unit, "%.*s", (int)q->key.len, q->key.ptr);
        return lede__clock_print(p->edition, p->site.zone, unit, &value, print);
    default: return lede_edition_answer(p->edition, (lede_read_kind)q->kind, q->key, q->mask, print);
    }
}

/* ---- pages that relied on them */

static bool out_of_memory(lede__records *r) {
    r->status = lede_fail(&r->err, LEDE_ENOMEM, "publish: out of memory");
    return false;
}

/* The first reason is the one to tell; but that a list is another says more than that a body is, and that more than what
 * follows from it on a card. */
static bool says_more(const lede__why *than, const lede__why *why) {
    static const uint8_t rank[LEDE_READ_KINDS] = {[LEDE_READ_CARD] = 1, [LEDE_READ_BODY] = 2, [LEDE_READ_QUERY] = 3};
    if (than->what != LEDE__WHY_READ || why->what != LEDE__WHY_READ)
        return false;
    return rank[why->kind] && rank[than->kind] > rank[why->kind];
}

static bool mark_dirty(void *ctx, lede_str path) {
    lede__records *r = ctx;
    if (r->dirty.count == r->cap_why) {
        const uint32_t cap = r->cap_why ? r->cap_why * 2 : 256;
        lede__why *more = realloc(r->why, cap * sizeof *more);
        if (!more)
            return out_of_memory(r);
        r->why = more;
        r->cap_why = cap;
    }
    const uint32_t count = r->dirty.count, n = lede__names_add(&r->dirty, &r->arena, path);
    if (n == LEDE_NO_NAME)
        return out_of_memory(r);
    if (n == count || says_more(&r->asking, &r->why[n]))
        r->why[n] = r->asking;
    return true;
}

static bool ask_again(void *ctx, const lede_records_read *q) {
    lede__records *r = ctx;
    uint64_t print;
    if (answer(r, q, &print) && print == q->print)
        return true;
    r->asking = (lede__why){.what = LEDE__WHY_READ, .kind = q->kind, .key = lede_arena_copy(&r->arena, q->key), .mask = q->mask};
    if (!r->asking.key.ptr)
        return out_of_memory(r);
    const lede_status st = lede_records_pages_reading(r->kept, q->kind, q->key, mark_dirty, r, &r->err);
    r->status = r->status ? r->status : st;
    return r->status == LEDE_OK;
}

static lede_status ask_keys(lede__records *r, lede_read_kind kind, lede_str prefix) {
    const lede_status st = lede_records_keys(r->kept, (uint8_t)kind, prefix, ask_again, r, &r->err);
    return st ? st : r->status;
}

static bool ask_touched(void *ctx, lede_read_kind kind, lede_str key) {
    lede__records *r = ctx;
    const lede_status st = kind == LEDE_READ_QUERY ? lede_records_queries(r->kept, key, ask_again, r, &r->err) : ask_keys(r, kind, key);
    r->status = r->status ? r->status : st;
    return r->status == LEDE_OK;
}

static lede_status ask_tried_again(lede__records *r) {
    r->asking = (lede__why){.what = LEDE__WHY_AGAIN};
    const lede_status st = lede_records_pages_reading(r->kept, LEDE__TAG, LEDE_STR(LEDE__TAG_AGAIN), mark_dirty, r, &r->err);
    return r->status ? r->status : st;
}

static lede_status ask_all(lede__records *r) {
    lede_status st = LEDE_OK;
    for (int kind = 0; !st && kind < LEDE_READ_KINDS; kind++)
        st = ask_keys(r, (lede_read_kind)kind, (lede_str){0});
    return st;
}

static lede_status ask_what_changed(lede__records *r) {
    const lede__publication *p = r->p;
    const bool same_data = lede_str_eq(lede_edition_data(p->before), lede_edition_data(p->edition));
    lede_status st = lede_edition_touched(p->before, p->edition, ask_touched, r, &r->err);
    if (!st)
        st = r->status;
    if (!st)
        st = ask_keys(r, LEDE_READ_DATA, same_data ? LEDE_STR(LEDE__REDIRECTS_KEY) : (lede_str){0});
    if (!st)
        st = ask_keys(r, LEDE_READ_CLOCK, (lede_str){0});
    if (!st)
        st = ask_keys(r, LEDE_READ_CONFIG, (lede_str){0});
    return st ? st : ask_keys(r, LEDE_READ_FILE, (lede_str){0});
}

lede_status lede__records_ask(lede__records *r) {
    const lede_status st = r->by_changes ? ask_what_changed(r) : ask_all(r);
    return st ? st : ask_tried_again(r);
}
