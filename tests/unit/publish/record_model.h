/* record_model.h - records as plain arrays, and the comparison of a file of records with them. */
#ifndef LEDE_TEST_PUBLISH_RECORD_MODEL_H
#define LEDE_TEST_PUBLISH_RECORD_MODEL_H

#include "lede/records.h"

#include "site.h"

enum { N_PATHS = 48, N_KEYS = 40, N_SETS = 6, MAX_READS = 12, CARD = 0, BODY = 1, QUERY = 2 };

typedef struct model_read {
    uint8_t key;
    uint64_t mask, print;
} model_read;

typedef struct model_page {
    bool is_there;
    unsigned char sum;
    uint32_t made;
    int set; /* -1 = none */
    uint32_t n_reads;
    model_read reads[MAX_READS]; /* by key */
} model_page;

typedef struct model {
    model_page pages[N_PATHS];
} model;

static uint64_t dice;
static uint32_t roll(uint32_t sides) {
    dice += UINT64_C(0x9E3779B97F4A7C15);
    uint64_t z = dice;
    z = (z ^ z >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ z >> 27) * UINT64_C(0x94D049BB133111EB);
    return (uint32_t)((z ^ z >> 31) >> 16) % sides;
}

static lede_error record_err;
#define OK(call)                                                                                   \
    do {                                                                                           \
        if (call)                                                                                  \
            fail_msg("%s", record_err.message);                                                    \
    } while (0)

/* ---- names: static texts, so they outlive what borrows them */

static const char *path_of(uint32_t n) {
    static char names[N_PATHS][32];
    snprintf(names[n], sizeof names[n], "%s/%02u/index.html", n % 3 ? "news" : "sport", n);
    return names[n];
}

/* Keys are named so that their numbers are in the order of (kind, key). */
static lede_records_read key_of(uint32_t n) {
    static char names[N_KEYS][64];
    static const char *const words[] = {"section=news ", "tag=tax ", "", "section=news tag=law "};
    uint8_t kind = n < 15 ? CARD : n < 25 ? BODY : n < 35 ? QUERY : 9;
    if (kind == QUERY)
        snprintf(names[n], sizeof names[n], "from=%u %slimit=%u", n, words[n % 4], n);
    else
        snprintf(names[n], sizeof names[n], "key%02u", n);
    return (lede_records_read){.kind = kind, .key = lede_str_of(names[n])};
}

static const uint8_t set_keys[N_SETS][3] = {{35, 36, 37}, {35, 36, 38}, {36, 37, 39},
                                            {0, 20, 39},  {30, 31, 35}, {38, 38, 38}};
enum { SET_PRINT = 7 };

static uint32_t put_set(lede_records *r, int set) {
    lede_records_read reads[3];
    uint32_t number;
    for (int i = 0; i < 3; i++) {
        reads[i] = key_of(set_keys[set][i]);
        reads[i].print = SET_PRINT;
    }
    OK(lede_records_set(r, reads, 3, &number, &record_err));
    return number;
}

/* ---- changing both */

static void put_random(model *m, lede_records *r, uint32_t path) {
    model_page *p = &m->pages[path];
    lede_records_read reads[MAX_READS];
    char made[32];
    *p = (model_page){.is_there = true, .sum = (unsigned char)roll(256), .made = roll(100000)};
    p->set = (int)roll(N_SETS + 1) - 1;
    for (uint8_t key = (uint8_t)roll(8); key < N_KEYS && p->n_reads < MAX_READS;
         key = (uint8_t)(key + 1 + roll(9)))
        p->reads[p->n_reads++] = (model_read){key, roll(3), roll(4)};
    for (uint32_t i = 0; i < p->n_reads; i++) { /* backwards: the order given does not matter */
        const model_read *x = &p->reads[p->n_reads - 1 - i];
        reads[i] = key_of(x->key);
        reads[i].mask = x->mask;
        reads[i].print = x->print;
    }
    snprintf(made, sizeof made, "route %u", p->made);
    lede_records_entry e = {.made = lede_str_of(made), .reads = reads, .n_reads = p->n_reads};
    e.set = p->set < 0 ? LEDE_RECORDS_NO_SET : put_set(r, p->set);
    memset(e.sum, p->sum, sizeof e.sum);
    OK(lede_records_put(r, lede_str_of(path_of(path)), &e, &record_err));
}

static inline void change(model *m, lede_records *r, uint32_t times) {
    for (uint32_t i = 0; i < times; i++) {
        const uint32_t path = roll(N_PATHS);
        if (roll(4)) {
            put_random(m, r, path);
            continue;
        }
        m->pages[path].is_there = false;
        OK(lede_records_remove(r, lede_str_of(path_of(path)), &record_err));
    }
}

/* ---- comparing: each look gives a status, so that damage can be told from difference */

typedef struct tally {
    const model *model;
    uint32_t count;
    bool seen[N_PATHS];
    uint32_t path;           /* of lede_records_reads */
    uint64_t prints[N_KEYS]; /* a bit for mask * 4 + print, of lede_records_keys */
} tally;

static int path_number(lede_str path) {
    for (int i = 0; i < N_PATHS; i++)
        if (lede_str_is(path, path_of((uint32_t)i)))
            return i;
    fail_msg("unknown path '%.*s'", (int)path.len, path.ptr);
    return -1;
}

static uint8_t key_number(const lede_records_read *read) {
    for (uint8_t i = 0; i < N_KEYS; i++) {
        const lede_records_read key = key_of(i);
        if (key.kind == read->kind && lede_str_eq(key.key, read->key))
            return i;
    }
    fail_msg("unknown key %u '%.*s'", read->kind, (int)read->key.len, read->key.ptr);
    return 0;
}

static bool see_page(void *ctx, lede_str path) {
    tally *t = ctx;
    t->seen[path_number(path)] = true;
    t->count++;
    return true;
}

static bool see_read(void *ctx, const lede_records_read *read) {
    tally *t = ctx;
    assert_true(read->mask < 3 && read->print < 8);
    t->prints[key_number(read)] |= UINT64_C(1) << (read->mask * 8 + read->print);
    return true;
}

static bool see_own(void *ctx, const lede_records_read *read) {
    tally *t = ctx;
    const model_page *p = &t->model->pages[t->path];
    if (t->count < p->n_reads) {
        const model_read *want = &p->reads[t->count++];
        assert_int_equal(key_number(read), want->key);
        assert_int_equal(read->mask, want->mask);
        assert_int_equal(read->print, want->print);
        return true;
    }
    assert_true(p->set >= 0);
    assert_int_equal(read->print, SET_PRINT);
    t->count++;
    return true;
}

static bool set_has(int set, uint8_t key) {
    return set >= 0 &&
           (set_keys[set][0] == key || set_keys[set][1] == key || set_keys[set][2] == key);
}

static bool page_reads(const model_page *p, uint8_t key) {
    bool any = set_has(p->set, key);
    for (uint32_t i = 0; i < p->n_reads; i++)
        any = any || p->reads[i].key == key;
    return p->is_there && any;
}

static lede_status compare_page(const model *m, lede_records *r, uint32_t path) {
    const model_page *p = &m->pages[path];
    lede_records_view v;
    char made[32];
    tally t = {.model = m, .path = path};
    lede_status st = lede_records_page(r, lede_str_of(path_of(path)), &v, &record_err);
    if (st == LEDE_EFORMAT)
        return st;
    assert_int_equal(st, p->is_there ? LEDE_OK : LEDE_ENOTFOUND);
    if (st)
        return LEDE_OK;
    snprintf(made, sizeof made, "route %u", p->made);
    assert_true(lede_str_is(v.made, made));
    assert_int_equal(v.sum[0], p->sum);
    assert_int_equal(v.sum[31], p->sum);
    st = lede_records_reads(r, &v, see_own, &t, &record_err);
    if (!st)
        assert_int_equal(t.count, p->n_reads + (p->set < 0 ? 0 : p->set == 5 ? 1 : 3));
    return st;
}

static lede_status compare_key(const model *m, lede_records *r, uint8_t key) {
    const lede_records_read k = key_of(key);
    tally t = {0};
    const lede_status st = lede_records_pages_reading(r, k.kind, k.key, see_page, &t, &record_err);
    for (uint32_t i = 0; i < N_PATHS && !st; i++)
        assert_int_equal(t.seen[i], page_reads(&m->pages[i], key));
    return st;
}

static uint64_t prints_of(const model *m, uint8_t key) {
    uint64_t bits = 0;
    for (uint32_t i = 0; i < N_PATHS; i++) {
        const model_page *p = &m->pages[i];
        for (uint32_t k = 0; k < p->n_reads && p->is_there; k++)
            if (p->reads[k].key == key)
                bits |= UINT64_C(1) << (p->reads[k].mask * 8 + p->reads[k].print);
        if (p->is_there && set_has(p->set, key))
            bits |= UINT64_C(1) << SET_PRINT;
    }
    return bits;
}

static bool is_of(lede_records_read key, const char *dimension) {
    const bool news = lede_str_search(key.key, LEDE_STR("section=news"), 0) != (size_t)-1;
    const bool tax = lede_str_search(key.key, LEDE_STR("tag=tax"), 0) != (size_t)-1;
    const bool law = lede_str_search(key.key, LEDE_STR("tag=law"), 0) != (size_t)-1;
    const bool is = strcmp(dimension, "section=news") == 0 ? news
                    : strcmp(dimension, "tag=tax") == 0    ? tax
                    : strcmp(dimension, "tag=law") == 0    ? law
                    : strcmp(dimension, "all") == 0        ? !news && !tax && !law
                                                           : false;
    return key.kind == QUERY && is;
}

static lede_status compare_queries(const model *m, lede_records *r) {
    static const char *const words[] = {"section=news", "tag=tax", "tag=law", "all", "tag=none"};
    lede_status st = LEDE_OK;
    for (size_t w = 0; w < sizeof words / sizeof *words && !st; w++) {
        tally t = {0};
        st = lede_records_queries(r, lede_str_of(words[w]), see_read, &t, &record_err);
        for (uint8_t key = 0; key < N_KEYS && !st; key++)
            assert_int_equal(t.prints[key], is_of(key_of(key), words[w]) ? prints_of(m, key) : 0);
    }
    return st;
}

static lede_status compare_kinds(const model *m, lede_records *r) {
    static const uint8_t kinds[] = {CARD, BODY, QUERY, 9};
    tally t = {0};
    lede_status st = LEDE_OK;
    for (size_t i = 0; i < sizeof kinds && !st; i++)
        st = lede_records_keys(r, kinds[i], (lede_str){0}, see_read, &t, &record_err);
    for (uint8_t key = 0; key < N_KEYS && !st; key++)
        assert_int_equal(t.prints[key], prints_of(m, key));
    tally few = {0};
    if (!st)
        st = lede_records_keys(r, BODY, LEDE_STR("key1"), see_read, &few, &record_err);
    for (uint8_t key = 0; key < N_KEYS && !st; key++)
        assert_int_equal(few.prints[key], key >= 15 && key < 20 ? prints_of(m, key) : 0);
    return st;
}

/* LEDE_EFORMAT when the file shows damage; fails the test when it says anything else than m. */
static inline lede_status compare(const model *m, lede_records *r) {
    tally all = {0};
    uint32_t there = 0;
    lede_status st = lede_records_each(r, see_page, &all, &record_err);
    for (uint32_t i = 0; i < N_PATHS && !st; i++) {
        assert_int_equal(all.seen[i], m->pages[i].is_there);
        there += m->pages[i].is_there;
        st = compare_page(m, r, i);
    }
    if (!st) {
        assert_int_equal(all.count, there);
        assert_int_equal(lede_records_count(r), there);
    }
    for (uint8_t key = 0; key < N_KEYS && !st; key++)
        st = compare_key(m, r, key);
    if (!st)
        st = compare_queries(m, r);
    return st ? st : compare_kinds(m, r);
}

#endif
