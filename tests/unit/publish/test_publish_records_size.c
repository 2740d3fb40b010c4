/* test_publish_records_size.c - a site of the usual shape: what its records take, on disk and of
 * time.
 *
 * Sizes are asserted; times are printed. LEDE_RECORDS_PAGES=100000 for a large site. */
#include "lede/records.h"

#include "site.h"

enum { SECTIONS = 20, TAGS = 400, NEIGHBOURS = 5, LISTED = 20, SHARED = 30, MAX_READS = 60 };
enum {
    CARD,
    BODY,
    QUERY,
    COUNT,
    BESIDE,
    TERM,
    CONFIG = 8,
    TEMPLATE = 11
}; /* as editions have them */

static uint32_t n_pages = 3000;
static char dir[220];
static lede_error why;
#define OK(call)                                                                                   \
    do {                                                                                           \
        if (call)                                                                                  \
            fail_msg("%s", why.message);                                                           \
    } while (0)

static int make_dir(void **state) {
    const char *pages = getenv("LEDE_RECORDS_PAGES");
    const int bad = make_root(state);
    snprintf(dir, sizeof dir, "%s/records", root);
    if (pages)
        n_pages = (uint32_t)strtoul(pages, NULL, 10);
    return bad;
}

/* ---- an article's page: its card and body, five articles beside, the newest of its section, terms
 */

typedef struct article {
    lede_records_read reads[MAX_READS];
    uint32_t n;
    char texts[4096];
    size_t used;
} article;

static void note(article *a, uint8_t kind, uint64_t mask, const char *format, uint32_t number) {
    char *at = a->texts + a->used;
    const int len = snprintf(at, sizeof a->texts - a->used, format, number);
    a->used += (size_t)len + 1;
    assert_true(a->n < MAX_READS && a->used < sizeof a->texts);
    a->reads[a->n++] =
        (lede_records_read){kind, lede_str_n(at, (size_t)len), mask,
                            (number + 1) * UINT64_C(0x9E3779B97F4A7C15) ^ mask ^ kind};
}

#define ID "01J8ZK4QJ0AAAAAAAAAA%06u"

static void read_article(article *a, uint32_t i) {
    const uint32_t section = i % SECTIONS, newest = n_pages - SECTIONS + section;
    a->n = 0;
    a->used = 0;
    note(a, CARD, 0xffffff, ID, i);
    for (uint32_t k = 1; k <= NEIGHBOURS; k++)
        note(a, CARD, 0x3f, ID, (i + n_pages - k * SECTIONS) % n_pages);
    for (uint32_t k = 0; k < LISTED; k++)
        note(a, CARD, 0x1f, ID, (newest + n_pages - k * SECTIONS) % n_pages);
    note(a, BODY, 0, ID, i);
    note(a, QUERY, 0, "section=section-%u limit=20", section);
    note(a, QUERY, 0, "tag=tag-%u limit=5", i % TAGS);
    note(a, COUNT, 0, "section=section-%u", section);
    note(a, BESIDE, 0, ID " 5", i);
    note(a, BESIDE, 0, ID " +1", i);
    note(a, BESIDE, 0, ID " -1", i);
    for (uint32_t k = 0; k < 3; k++)
        note(a, TERM, 0, "tag:tag-%u", (i + k * 7) % TAGS);
    note(a, TERM, 0, "author:author-%u", i % 300);
    note(a, TERM, 0, "section:section-%u", section);
}

static void put(lede_records *r, uint32_t i, article *a, uint64_t edition) {
    static article shared;
    char path[64];
    if (!shared.n)
        for (uint32_t k = 0; k < SHARED; k++)
            note(&shared, k % 2 ? CONFIG : TEMPLATE, 0, "shared/%u", k);
    read_article(a, i);
    a->reads[0].print += edition;
    lede_records_entry e = {.made = LEDE_STR("article/0"), .reads = a->reads, .n_reads = a->n};
    memcpy(e.sum, &a->reads[0].print, sizeof(uint64_t));
    OK(lede_records_set(r, shared.reads, shared.n, &e.set, &why));
    snprintf(path, sizeof path, "section-%u/2026/article-%06u/index.html", i % SECTIONS, i);
    OK(lede_records_put(r, lede_str_of(path), &e, &why));
}

static uint64_t since(uint64_t *cpu) {
    const uint64_t now = lede__cpu_us(), spent = now - *cpu;
    *cpu = now;
    return spent;
}

static bool count_page(void *ctx, lede_str path) {
    *(uint64_t *)ctx += path.len > 0;
    return true;
}

static bool count_read(void *ctx, const lede_records_read *read) {
    *(uint64_t *)ctx += read->key.len > 0;
    return true;
}

static uint64_t file_size(void) {
    char file[300];
    struct stat s;
    snprintf(file, sizeof file, "%s/live.records", dir);
    assert_int_equal(stat(file, &s), 0);
    return (uint64_t)s.st_size;
}

static void look_up(lede_records *r) {
    enum { TIMES = 2000 };
    uint64_t pages = 0, reads = 0, cpu = lede__cpu_us();
    for (uint32_t i = 0; i < TIMES; i++) {
        char key[64];
        snprintf(key, sizeof key, ID, (uint32_t)(i * 7919u % n_pages));
        OK(lede_records_pages_reading(r, BODY, lede_str_of(key), count_page, &pages, &why));
    }
    print_message("looking up one key: %.2f us\n", (double)since(&cpu) / TIMES);
    assert_int_equal(pages, TIMES);
    pages = 0;
    OK(lede_records_pages_reading(r, TEMPLATE, LEDE_STR("shared/0"), count_page, &pages, &why));
    assert_int_equal(pages, n_pages);
    print_message("pages of a template: %.2f ms\n", (double)since(&cpu) / 1000);
    OK(lede_records_queries(r, LEDE_STR("section=section-7"), count_read, &reads, &why));
    assert_true(reads >= 2);
    reads = 0;
    since(&cpu);
    for (uint8_t kind = 0; kind < LEDE_RECORDS_KINDS; kind++)
        OK(lede_records_keys(r, kind, (lede_str){0}, count_read, &reads, &why));
    print_message("all %lu questions: %.2f ms\n", (unsigned long)reads, (double)since(&cpu) / 1000);
}

static void records_are_small(void **state) {
    (void)state;
    static article a;
    lede_records *r;
    uint64_t cpu = lede__cpu_us(), most = 0, total = 0;
    OK(lede_records_new(dir, &r, &why));
    for (uint32_t i = 0; i < n_pages; i++)
        read_article(&a, i);
    const uint64_t made = since(&cpu);
    for (uint32_t i = 0; i < n_pages; i++)
        put(r, i, &a, 0);
    print_message("%u pages with %u reads and %u shared: put %.1f ms", n_pages, a.n, SHARED,
                  ((double)since(&cpu) - (double)made) / 1000);
    OK(lede_records_commit(r, 1, &why));
    print_message(", commit %.1f ms\n", (double)since(&cpu) / 1000);
    lede_records_close(r);
    print_message("%.0f bytes a page\n", (double)file_size() / n_pages);
    assert_true(file_size() / n_pages < 2048);

    since(&cpu);
    OK(lede_records_open(dir, 1, &r, &why));
    print_message("open: %.3f ms\n", (double)since(&cpu) / 1000);
    look_up(r);
    for (uint32_t i = 0; i < 200; i++) { /* a day of small publications */
        since(&cpu);
        for (uint32_t k = 0; k < 10; k++)
            put(r, (i * 131 + k * 17) % n_pages, &a, i + 1);
        OK(lede_records_commit(r, i + 2, &why));
        const uint64_t spent = since(&cpu);
        most = spent > most ? spent : most;
        total += spent;
    }
    print_message("200 commits of 10 pages: %.2f ms each, at most %.2f ms\n", (double)total / 200e3,
                  (double)most / 1000);
    print_message("%.0f bytes a page\n", (double)file_size() / n_pages);
    assert_int_equal(lede_records_count(r), n_pages);
    assert_true(file_size() / n_pages < 2048);
    look_up(r);
    lede_records_close(r);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(records_are_small, make_dir, remove_root),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
