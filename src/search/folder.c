/* folder.c - an index in a folder: the list of segments ("index") and their files ("7.seg").
 *
 * The list is replaced as a whole when everything it names is there; files that it no longer names
 * go afterwards. Nothing is synced: what a crash damages is made anew.
 *
 * Segments are not merged: articles of a small one are asked for again, with those that changed. A
 * segment stays while it has twice as many articles as all behind it, so there are few, and an
 * article is read again a few times in its life. */
#include "search/inside.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/banned.h"

enum { LIST_MAX = 64 << 20, PARTS_MAX = 4096, PATH_MAX_BYTES = 4096 };

typedef struct list_head {
    char magic[8], uuid[40];
    uint32_t version, n;
    uint64_t next;
    int64_t seq;
    uint64_t hash; /* of this head, without the sum, and of all behind it */
} list_head;

typedef struct list_part {
    uint64_t number;
    int64_t upto;
    uint32_t n_rows, n_gone;
} list_part;

static lede_status no_memory(lede_error *err) {
    return lede_fail(err, LEDE_ENOMEM, "search: out of memory");
}

static size_t words_of(uint32_t rows) { return ((size_t)rows + 63) / 64 + 1; }

/* The path of a file of the index; name has a %llu for number, or none. */
static const char *path_of(const lede_search *x, uint64_t number, char out[PATH_MAX_BYTES]) {
    if (number)
        snprintf(out, PATH_MAX_BYTES, "%s/%llu.seg", x->folder, (unsigned long long)number);
    else
        snprintf(out, PATH_MAX_BYTES, "%s/index", x->folder);
    return out;
}

static void part_fini(lede__part_of_index *p) {
    lede__map_close(&p->segment.map);
    free(p->gone);
}

static void drop_parts(lede__part_of_index **parts, uint32_t *n) {
    for (uint32_t i = 0; i < *n; i++)
        part_fini(&(*parts)[i]);
    free(*parts);
    *parts = NULL;
    *n = 0;
}

static void drop_all(lede_search *x) {
    drop_parts(&x->parts, &x->n);
    x->seq = 0;
    x->live = 0;
}

void lede_search_forget(lede_search *x) {
    drop_all(x);
    x->forgotten = true;
}

/* ---- what lies there */

static lede_status map_segment(const lede_search *x, uint64_t number, lede__segment *out,
                               lede_error *err) {
    char path[PATH_MAX_BYTES];
    lede__map map;
    lede_status st = lede__map_open(path_of(x, number, path), &map, err);
    if (st)
        return st;
    st = lede__segment_of(lede_str_n(map.ptr, map.len), out, err);
    if (st)
        lede__map_close(&map);
    else
        out->map = map;
    return st;
}

static lede_status part_open(const lede_search *x, const list_part *from, const char *gone,
                             lede__part_of_index *out, lede_error *err) {
    lede__part_of_index p = {.number = from->number, .upto = from->upto, .n_gone = from->n_gone};
    p.gone = calloc(words_of(from->n_rows), sizeof *p.gone);
    if (!p.gone)
        return no_memory(err);
    if (gone)
        memcpy(p.gone, gone, words_of(from->n_rows) * sizeof *p.gone);
    lede_status st = map_segment(x, p.number, &p.segment, err);
    if (!st && p.segment.head->n_rows != from->n_rows)
        st = lede_fail(err, LEDE_EFORMAT, "search: the index is damaged");
    if (st)
        part_fini(&p);
    else
        *out = p;
    return st;
}

static bool is_list(const lede_search *x, lede_str bytes, list_head *head) {
    if (bytes.len < sizeof *head)
        return false;
    memcpy(head, bytes.ptr, sizeof *head);
    const lede_str rest = lede_str_sub(bytes, sizeof *head);
    return memcmp(head->magic, "LEDEIDX\n", sizeof head->magic) == 0 &&
           head->version == LEDE__SEARCH_VERSION &&
           memcmp(head->uuid, x->uuid, sizeof head->uuid) == 0 && head->n <= PARTS_MAX &&
           lede__head_sum(head, offsetof(list_head, hash), rest) == head->hash;
}

static lede_status read_parts(lede_search *x, lede_str bytes, const list_head *head,
                              lede_error *err) {
    size_t at = sizeof *head;
    x->parts = calloc((size_t)head->n + 1, sizeof *x->parts);
    if (!x->parts)
        return no_memory(err);
    for (uint32_t i = 0; i < head->n; i++) {
        list_part part;
        if (bytes.len - at < sizeof part)
            return lede_fail(err, LEDE_EFORMAT, "search: the index is damaged");
        memcpy(&part, bytes.ptr + at, sizeof part);
        at += sizeof part;
        if ((bytes.len - at) / sizeof(uint64_t) < words_of(part.n_rows))
            return lede_fail(err, LEDE_EFORMAT, "search: the index is damaged");
        const lede_status st = part_open(x, &part, bytes.ptr + at, &x->parts[x->n], err);
        if (st)
            return st;
        x->n++;
        at += words_of(part.n_rows) * sizeof(uint64_t);
    }
    x->next = head->next;
    x->seq = head->seq;
    return LEDE_OK;
}

/* Counts of all rows that are not gone, in whole numbers, so that their order makes no difference.
 */
static void count_rows(lede_search *x) {
    uint64_t title = 0, summary = 0, body = 0;
    x->live = 0;
    for (uint32_t i = 0; i < x->n; i++) {
        const lede__part_of_index *p = &x->parts[i];
        for (uint32_t k = 0; k < p->segment.head->n_rows; k++) {
            const lede__row *row = &p->segment.rows[k];
            if (lede__is_gone(p, k))
                continue;
            title += row->title_end;
            summary += row->summary_end - row->title_end - 1;
            body += row->words;
            x->live++;
        }
    }
    const double n = x->live ? x->live : 1;
    x->average_title = (double)title / n;
    x->average_summary = (double)summary / n;
    x->average_body = (double)body / n;
}

static lede_status load(lede_search *x, lede_error *err) {
    char path[PATH_MAX_BYTES];
    lede_buf bytes;
    list_head head;
    drop_all(x);
    lede_buf_init(&bytes, LIST_MAX);
    lede_status st = lede__read_file(path_of(x, 0, path), LIST_MAX, &bytes, err);
    if (!st && is_list(x, lede_buf_str(&bytes), &head))
        st = read_parts(x, lede_buf_str(&bytes), &head, err);
    lede_buf_fini(&bytes);
    if (st)
        drop_all(x);
    count_rows(x);
    return st == LEDE_ENOMEM ? st : LEDE_OK;
}

lede_status lede_search_open(const char *folder, const char *uuid, lede_search **out,
                             lede_error *err) {
    lede_search *x = calloc(1, sizeof *x);
    *out = NULL;
    if (!x)
        return no_memory(err);
    x->lock = -1;
    x->next = 1;
    snprintf(x->uuid, sizeof x->uuid, "%s", uuid);
    x->folder = strdup(folder);
    x->analyser = lede__analyser_new();
    lede_status st = x->folder && x->analyser && strlen(folder) < PATH_MAX_BYTES - 64
                         ? load(x, err)
                         : no_memory(err);
    if (st)
        lede_search_close(x);
    else
        *out = x;
    return st;
}

void lede_search_close(lede_search *x) {
    if (!x)
        return;
    lede_search_abandon(x);
    drop_parts(&x->parts, &x->n);
    lede__analyser_free(x->analyser);
    free(x->folder);
    free(x);
}

int64_t lede_search_seq(const lede_search *x) { return x->seq; }
uint32_t lede_search_count(const lede_search *x) { return x->live; }

/* ---- bringing it up to date */

static uint32_t rows_of(const lede__part_of_index *p) { return p->segment.head->n_rows; }

/* How many segments stay, when so many articles come behind them. */
static uint32_t kept_of(const lede_search *x, int64_t changes) {
    uint32_t kept = x->n;
    while (kept && rows_of(&x->parts[kept - 1]) < LEDE__SEGMENT_DOCS &&
           rows_of(&x->parts[kept - 1]) < 2 * changes)
        changes += rows_of(&x->parts[--kept]);
    for (uint32_t i = 0; i < kept; i++)
        if (x->parts[i].n_gone * 2 > rows_of(&x->parts[i]))
            return i;
    return kept;
}

lede_status lede_search_begin(lede_search *x, int64_t newest, int wait_ms, int64_t *after,
                              lede_error *err) {
    char path[PATH_MAX_BYTES];
    lede_status st = lede__make_dirs(x->folder, err);
    snprintf(path, sizeof path, "%s/lock", x->folder);
    if (!st)
        st = lede__lock(path, wait_ms, &x->lock, err);
    if (st)
        return st;
    if (!x->forgotten)
        st = load(x, err);
    x->collector = st ? NULL : lede__collector_new();
    if (!x->collector) {
        lede_search_abandon(x);
        return st ? st : no_memory(err);
    }
    if (x->seq > newest)
        drop_all(x);
    x->newest = newest;
    x->kept = kept_of(x, newest - x->seq);
    *after = x->kept ? x->parts[x->kept - 1].upto : 0;
    return LEDE_OK;
}

/* Puts what the collector has into a file and takes it as a segment. */
static lede_status flush(lede_search *x, lede_error *err) {
    char path[PATH_MAX_BYTES];
    lede_buf bytes;
    lede__part_of_index *fresh = realloc(x->fresh, (x->n_fresh + 1) * sizeof *fresh);
    if (!fresh)
        return no_memory(err);
    x->fresh = fresh;
    const list_part part = {x->next, x->newest, lede__collector_count(x->collector), 0};
    lede_buf_init(&bytes, (size_t)4 << 30);
    lede_status st = lede__collector_give(x->collector, &bytes, err);
    lede__collector_free(x->collector);
    x->collector = NULL;
    if (!st)
        st = lede__write_file(path_of(x, part.number, path), lede_buf_str(&bytes), false, err);
    lede_buf_fini(&bytes);
    if (!st)
        st = part_open(x, &part, NULL, &x->fresh[x->n_fresh], err);
    if (st)
        return st;
    x->next++;
    x->n_fresh++;
    return LEDE_OK;
}

lede_status lede_search_add(lede_search *x, const lede_search_doc *d, lede_error *err) {
    if (lede__collector_is_full(x->collector)) {
        const lede_status st = flush(x, err);
        if (st)
            return st;
        lede__part_of_index *full = &x->fresh[x->n_fresh - 1];
        full->upto = full->segment.rows[rows_of(full) - 1].seq;
        x->collector = lede__collector_new();
        if (!x->collector)
            return no_memory(err);
    }
    x->newest = d->seq > x->newest ? d->seq : x->newest;
    return lede__collector_add(x->collector, d, err);
}

/* Marks the rows of p whose articles stand in a later part. */
static void mark_gone(lede__part_of_index *p, const lede__part_of_index *later) {
    for (uint32_t i = 0; i < rows_of(later); i++) {
        const uint32_t row = lede__segment_row(&p->segment, later->segment.rows[i].id);
        if (row == UINT32_MAX || lede__is_gone(p, row))
            continue;
        p->gone[row / 64] |= (uint64_t)1 << row % 64;
        p->n_gone++;
    }
}

/* The parts that stay, then the new ones. */
static lede_status join_parts(lede_search *x, lede_error *err) {
    lede__part_of_index *all = calloc((size_t)x->kept + x->n_fresh + 1, sizeof *all);
    if (!all)
        return no_memory(err);
    for (uint32_t i = x->kept; i < x->n; i++)
        part_fini(&x->parts[i]);
    if (x->kept)
        memcpy(all, x->parts, x->kept * sizeof *all);
    if (x->n_fresh)
        memcpy(all + x->kept, x->fresh, x->n_fresh * sizeof *all);
    for (uint32_t i = 0; i < x->kept; i++)
        for (uint32_t k = 0; k < x->n_fresh; k++)
            mark_gone(&all[i], &x->fresh[k]);
    free(x->parts);
    x->parts = all;
    x->n = x->kept + x->n_fresh;
    x->n_fresh = 0;
    x->seq = x->newest;
    x->forgotten = false;
    return LEDE_OK;
}

static lede_status write_list(const lede_search *x, lede_error *err) {
    char path[PATH_MAX_BYTES];
    lede_buf out;
    list_head head = {.version = LEDE__SEARCH_VERSION, .n = x->n, .next = x->next, .seq = x->seq};
    memcpy(head.magic, "LEDEIDX\n", sizeof head.magic);
    memcpy(head.uuid, x->uuid, sizeof head.uuid);
    lede_buf_init(&out, LIST_MAX);
    lede_buf_addn(&out, &head, sizeof head);
    for (uint32_t i = 0; i < x->n; i++) {
        const lede__part_of_index *p = &x->parts[i];
        const list_part part = {p->number, p->upto, rows_of(p), p->n_gone};
        lede_buf_addn(&out, &part, sizeof part);
        lede_buf_addn(&out, p->gone, words_of(rows_of(p)) * sizeof *p->gone);
    }
    lede_status st = lede_buf_status(&out, err);
    if (!st) {
        head.hash = lede__head_sum(&head, offsetof(list_head, hash),
                                   lede_str_sub(lede_buf_str(&out), sizeof head));
        memcpy(out.ptr, &head, sizeof head);
        st = lede__write_file(path_of(x, 0, path), lede_buf_str(&out), false, err);
    }
    lede_buf_fini(&out);
    return st;
}

static bool drop_stray(void *ctx, const char *path, int64_t size, int64_t mtime) {
    const lede_search *x = ctx;
    char file[PATH_MAX_BYTES], name[32];
    (void)size, (void)mtime;
    if (!lede_str_ends(lede_str_of(path), ".seg"))
        return true;
    for (uint32_t i = 0; i < x->n; i++) {
        snprintf(name, sizeof name, "%llu.seg", (unsigned long long)x->parts[i].number);
        if (strcmp(name, path) == 0)
            return true;
    }
    snprintf(file, sizeof file, "%s/%s", x->folder, path);
    unlink(file);
    return true;
}

lede_status lede_search_commit(lede_search *x, lede_error *err) {
    lede_status st = lede__collector_count(x->collector) ? flush(x, err) : LEDE_OK;
    if (!st)
        st = join_parts(x, err);
    if (!st)
        st = write_list(x, err);
    if (!st)
        st = lede__walk(x->folder, drop_stray, x, err);
    if (!st)
        count_rows(x);
    lede_search_abandon(x);
    return st;
}

void lede_search_abandon(lede_search *x) {
    lede__collector_free(x->collector);
    x->collector = NULL;
    drop_parts(&x->fresh, &x->n_fresh);
    if (x->lock >= 0)
        close(x->lock);
    x->lock = -1;
}
