/* test_edition_property.c - random stores and random edits: base + delta says exactly what a fresh
 * base says, and both say what a plain look at every article says. LEDE_SEED repeats a run. */
#include "desk.h"

#include "codec/hash.h"

static uint64_t seed, dice;
static uint32_t others; /* questions that were answered otherwise by the next edition */

static uint32_t roll(uint32_t sides) {
    dice += UINT64_C(0x9E3779B97F4A7C15);
    uint64_t z = dice;
    z = (z ^ z >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ z >> 27) * UINT64_C(0x94D049BB133111EB);
    return (uint32_t)((z ^ z >> 31) >> 16) % sides;
}

/* ---- random edits */

static const char *const sections[] = {NULL,    "News",     "news", "Politics Monitor",
                                       "Sport", "Empty Now"};
static const char *const tags[] = {"Tax", "tax", "TAX", "Law",  "NATO", "Nato",
                                   "Été", "ete", "C++", "Once", "x y",  "x-y"};
static const char *const authors[] = {"Ann Lee", "ann lee", "Bo", "Zoë", "Zoe", "Q"};
static const char *const origins[] = {NULL, NULL, "AP", "Le Monde", "ap"};
static const char *const langs[] = {"en", "fr", "ar", "pt-BR"};
static const char *const keys[] = {NULL, "vote", "fire", "budget", "Vote"};
static const char *const old_urls[] = {"/old/1/", "/old/2/", "/old/3/",  "/n1/",
                                       "/n2/",    "/n3/",    "/moved/7/"};
#define PICK(list) (list)[roll(sizeof(list) / sizeof *(list))]

enum { NAMES = 90 };

static void edit_one(desk *d) {
    char name[16], url[32], words[32];
    snprintf(name, sizeof name, "n%u", roll(NAMES));
    snprintf(url, sizeof url, "/moved/%u/", roll(NAMES));
    snprintf(words, sizeof words, "Words %u", roll(1000));
    sketch k = {.name = name,
                .title = words,
                .body = words,
                .section = PICK(sections),
                .lang = PICK(langs),
                .origin = PICK(origins),
                .translation = PICK(keys)};
    k.date = roll(4) ? d->now - 100 + (int64_t)roll(20) * 10 : d->now - (int64_t)roll(100000);
    if (roll(5) == 0)
        k.url = url;
    if (roll(6) == 0)
        k.embargo = d->now - 50 + (int64_t)roll(100);
    if (roll(6) == 0)
        k.expires = d->now - 50 + (int64_t)roll(200);
    for (uint32_t i = roll(4); i > 0; i--)
        k.tags[i - 1] = PICK(tags);
    for (uint32_t i = roll(3); i > 0; i--)
        k.authors[i - 1] = PICK(authors);
    if (roll(4) == 0)
        k.aliases[0] = PICK(old_urls);
    k.is_draft = roll(12) == 0;
    const lede_state states[] = {LEDE_PUBLISHED, LEDE_PUBLISHED, LEDE_PUBLISHED, LEDE_CORRECTED,
                                 LEDE_SCHEDULED, LEDE_EMBARGOED, LEDE_WITHDRAWN};
    k.state = PICK(states);
    const lede_status st = desk_try(d, &k);
    if (st && st != LEDE_EEXIST)
        fail_msg("put: %s", desk_err.message);
}

static void edit_term(desk *d) {
    static const char *const slugs[] = {"news", "sport", "never", "tax", "law", "ann-lee", "ap"};
    char words[32];
    const lede_term_kind kind = (lede_term_kind)roll(LEDE_TERM_KINDS);
    const lede_str slug = lede_str_of(PICK(slugs));
    snprintf(words, sizeof words, "About %u", roll(5));
    if (roll(4) == 0) {
        const lede_status st = lede_store_remove_term(d->store, kind, slug, &desk_err);
        if (st && st != LEDE_ENOTFOUND)
            fail_msg("remove_term: %s", desk_err.message);
        return;
    }
    const lede_term x = {.kind = kind,
                         .slug = slug,
                         .title = roll(3) ? lede_str_of(words) : (lede_str){0},
                         .summary = roll(2) ? LEDE_STR("s") : (lede_str){0},
                         .body = lede_str_of(words)};
    OK(lede_store_put_term(d->store, &x, &desk_err));
}

static void edit(desk *d, uint32_t times) {
    for (uint32_t i = 0; i < times; i++) {
        d->now += roll(4);
        if (roll(15) == 0)
            edit_term(d);
        else
            edit_one(d);
    }
}

/* ---- comparing two editions, with everything they record */

typedef struct both {
    const lede_edition *a, *b;
    lede_reads *ra, *rb;
} both;

static void same_str(lede_str a, lede_str b) {
    if (!lede_str_eq(a, b))
        fail_msg("'%.*s' is not '%.*s'", (int)a.len, a.ptr, (int)b.len, b.ptr);
}

static void same_article(const both *x, lede_doc a, lede_doc b) {
    assert_int_equal(a == LEDE_NO_DOC, b == LEDE_NO_DOC);
    if (a == LEDE_NO_DOC)
        return;
    const lede_card *ca = lede_edition_card(x->a, a), *cb = lede_edition_card(x->b, b);
    assert_int_equal(lede_card_size(ca), lede_card_size(cb));
    assert_memory_equal(ca, cb, lede_card_size(ca));
    same_str(lede_edition_body(x->a, x->ra, a), lede_edition_body(x->b, x->rb, b));
}

static void same_list(const both *x, const lede_doc *a, uint32_t n, const lede_doc *b, uint32_t m) {
    assert_int_equal(n, m);
    for (uint32_t i = 0; i < n; i++)
        same_article(x, a[i], b[i]);
}

/* What a plain look at every card says about whether d answers q. */
static bool has_slug(const lede_card *c, enum lede_list_field f, lede_str slug) {
    bool found = false;
    lede_buf buf;
    lede_buf_init(&buf, 1000);
    for (uint32_t i = 0; i < lede_card_list_count(c, f) && !found; i++) {
        lede_buf_clear(&buf);
        lede__slug(&buf, lede_card_list_at(c, f, i));
        found = lede_str_eq(lede_buf_str(&buf), slug);
    }
    lede_buf_fini(&buf);
    return found;
}

static bool answers(const lede_card *c, const lede_query *q) {
    const int64_t date = lede_card_time(c, LEDE_TIME_DATE);
    bool origin = q->origin.len == 0;
    if (!origin && lede_card_text(c, LEDE_TEXT_ORIGIN_NAME).len) {
        lede_buf buf;
        lede_buf_init(&buf, 1000);
        lede__slug(&buf, lede_card_text(c, LEDE_TEXT_ORIGIN_NAME));
        origin = lede_str_eq(lede_buf_str(&buf), q->origin);
        lede_buf_fini(&buf);
    }
    return origin &&
           (!q->section.len ||
            lede_str_eq(q->section, lede_card_text(c, LEDE_TEXT_SECTION_SLUG))) &&
           (!q->lang.len || lede_str_eq(q->lang, lede_card_text(c, LEDE_TEXT_LANG))) &&
           (!q->tag.len || has_slug(c, LEDE_LIST_TAGS, q->tag)) &&
           (!q->author.len || has_slug(c, LEDE_LIST_AUTHORS, q->author)) &&
           (q->from == LEDE_NO_TIME || date >= q->from) && (q->to == LEDE_NO_TIME || date < q->to);
}

static void check_plainly(const lede_edition *e, const lede_query *q, const lede_doc *got,
                          uint32_t n) {
    const uint32_t all = lede_edition_count(e);
    uint32_t seen = 0, at = 0;
    for (uint32_t i = 0; i < all; i++) {
        const lede_doc d = lede_edition_nth(e, q->oldest_first ? all - 1 - i : i);
        if (!answers(lede_edition_card(e, d), q))
            continue;
        if (seen++ < q->offset || at >= q->limit)
            continue;
        assert_true(at < n);
        assert_int_equal(got[at++], d);
    }
    assert_int_equal(at, n);
    assert_int_equal(lede_edition_query_count(e, NULL, q), seen);
}

static lede_query random_query(const lede_edition *e) {
    lede_query q = {.from = LEDE_NO_TIME, .to = LEDE_NO_TIME, .limit = roll(30) + 1};
    lede_term_view v;
    lede_str *const slots[LEDE_TERM_KINDS] = {&q.section, &q.tag, &q.author, &q.origin};
    for (int k = 0; k < LEDE_TERM_KINDS; k++) {
        const uint32_t n = lede_edition_term_count(e, NULL, (lede_term_kind)k);
        if (roll(3) == 0 && n && lede_edition_term_at(e, NULL, (lede_term_kind)k, roll(n), &v))
            *slots[k] = v.slug;
    }
    if (roll(30) == 0)
        q.tag = LEDE_STR("no such & tag");
    if (roll(4) == 0)
        q.lang = lede_str_of(PICK(langs));
    if (roll(3) == 0)
        q.from = lede_edition_time(e) - roll(300);
    if (roll(3) == 0)
        q.to = lede_edition_time(e) - roll(300) + 100;
    q.oldest_first = roll(2);
    if (roll(2))
        q.offset = roll(60);
    return q;
}

static void compare_queries(const both *x) {
    lede_doc a[64], b[64];
    for (int i = 0; i < 60; i++) {
        const lede_query q = random_query(x->a);
        const uint32_t n = lede_edition_query(x->a, x->ra, &q, a),
                       m = lede_edition_query(x->b, x->rb, &q, b);
        same_list(x, a, n, b, m);
        assert_int_equal(lede_edition_query_count(x->a, x->ra, &q),
                         lede_edition_query_count(x->b, x->rb, &q));
        check_plainly(x->a, &q, a, n);
    }
}

static void compare_terms(const both *x) {
    for (int k = 0; k < LEDE_TERM_KINDS; k++) {
        const lede_term_kind kind = (lede_term_kind)k;
        const uint32_t n = lede_edition_term_count(x->a, x->ra, kind);
        assert_int_equal(n, lede_edition_term_count(x->b, x->rb, kind));
        for (uint32_t i = 0; i < n; i++) {
            lede_term_view a, b;
            assert_true(lede_edition_term_at(x->a, x->ra, kind, i, &a));
            assert_true(lede_edition_term_at(x->b, x->rb, kind, i, &b));
            same_str(a.slug, b.slug);
            same_str(a.title, b.title);
            same_str(a.summary, b.summary);
            same_str(a.body, b.body);
            same_str(a.params, b.params);
            assert_int_equal(a.count, b.count);
        }
    }
}

/* What a plain look at every card says: of those with d's key by date, one language after the
 * other. */
static void check_translations(const lede_edition *e, lede_doc d, const lede_doc *got, uint32_t n) {
    const lede_str key = lede_edition_text(e, NULL, d, LEDE_TEXT_TRANSLATION);
    const uint32_t all = lede_edition_count(e);
    uint32_t at = 0;
    static const char *const sorted[] = {"ar", "en", "fr", "pt-BR"};
    for (size_t l = 0; l < sizeof sorted / sizeof *sorted && key.len; l++)
        for (uint32_t i = all; i-- > 0;) {
            const lede_doc other = lede_edition_nth(e, i);
            if (other == d ||
                !lede_str_is(lede_edition_text(e, NULL, other, LEDE_TEXT_LANG), sorted[l]) ||
                !lede_str_eq(lede_edition_text(e, NULL, other, LEDE_TEXT_TRANSLATION), key))
                continue;
            assert_true(at < n);
            assert_int_equal(got[at++], other);
        }
    assert_int_equal(at, n);
}

static void compare_translations(const both *x, lede_doc a, lede_doc b) {
    lede_doc of_a[LEDE_TRANSLATIONS_MAX], of_b[LEDE_TRANSLATIONS_MAX];
    const uint32_t n = lede_edition_translations(x->a, x->ra, a, of_a);
    same_list(x, of_a, n, of_b, lede_edition_translations(x->b, x->rb, b, of_b));
    check_translations(x->a, a, of_a, n);
}

static void compare_articles(const both *x) {
    const uint32_t n = lede_edition_count(x->a);
    assert_int_equal(n, lede_edition_count(x->b));
    for (uint32_t i = 0; i < n; i++) {
        lede_doc near_a[20], near_b[20];
        const lede_doc a = lede_edition_nth(x->a, i), b = lede_edition_nth(x->b, i);
        const uint32_t k = roll(20) + 1;
        same_article(x, a, b);
        same_list(x, near_a, lede_edition_neighbours(x->a, x->ra, a, k, near_a), near_b,
                  lede_edition_neighbours(x->b, x->rb, b, k, near_b));
        compare_translations(x, a, b);
        const bool later = roll(2);
        same_article(x, lede_edition_beside(x->a, x->ra, a, later),
                     lede_edition_beside(x->b, x->rb, b, later));
        const unsigned bit = roll(LEDE_BIT_COUNT);
        lede_edition_touch(x->a, x->ra, a, bit);
        lede_edition_touch(x->b, x->rb, b, bit);
        for (uint32_t t = 0;; t++) {
            lede_str sa, sb;
            const lede_term_kind kind = (lede_term_kind)(i % LEDE_TERM_KINDS);
            const bool has = lede_edition_article_term(x->a, NULL, a, kind, t, &sa);
            assert_int_equal(has, lede_edition_article_term(x->b, NULL, b, kind, t, &sb));
            if (!has)
                break;
            same_str(sa, sb);
        }
    }
    assert_int_equal(lede_edition_nth(x->a, n), LEDE_NO_DOC);
}

static void compare_finds(const both *x) {
    for (uint32_t i = 0; i < NAMES + 5; i++) {
        char name[16], url[32], id[27];
        snprintf(name, sizeof name, "n%u", i);
        lede_article_id_from_path(lede_str_of(name), id);
        same_article(x, lede_edition_find(x->a, x->ra, lede_str_of(id)),
                     lede_edition_find(x->b, x->rb, lede_str_of(id)));
        for (int moved = 0; moved < 2; moved++) {
            snprintf(url, sizeof url, moved ? "/moved/%u/" : "/n%u/", i);
            same_article(x, lede_edition_find(x->a, x->ra, lede_str_of(url)),
                         lede_edition_find(x->b, x->rb, lede_str_of(url)));
        }
    }
}

typedef struct line {
    const lede_edition *e;
    lede_buf buf;
} line;

static bool add_redirect(void *ctx, lede_str from, lede_doc to) {
    line *l = ctx;
    lede_buf_add(&l->buf, from);
    lede_buf_addc(&l->buf, ' ');
    lede_buf_add(&l->buf, lede_edition_text(l->e, NULL, to, LEDE_TEXT_ID));
    lede_buf_addc(&l->buf, '\n');
    return true;
}

static void compare_redirects(const both *x) {
    line a = {.e = x->a}, b = {.e = x->b};
    lede_buf_init(&a.buf, 1 << 20);
    lede_buf_init(&b.buf, 1 << 20);
    lede_edition_redirects(x->a, add_redirect, &a);
    lede_edition_redirects(x->b, add_redirect, &b);
    same_str(lede_buf_str(&a.buf), lede_buf_str(&b.buf));
    lede_buf_fini(&a.buf);
    lede_buf_fini(&b.buf);
}

static void ask_again(void *ctx, lede_read_kind kind, lede_str key, uint64_t mask, uint64_t print) {
    uint64_t now;
    if (!lede_edition_answer(ctx, kind, key, mask, &now))
        fail_msg("no answer to %d '%.*s'", (int)kind, (int)key.len, key.ptr);
    if (now != print)
        fail_msg("another answer to %d '%.*s'", (int)kind, (int)key.len, key.ptr);
}

/* Equal reads are equal bytes, and each recorded question has the same answer when the other
 * edition is asked. */
static void compare_records(const both *x) {
    lede_buf a, b;
    lede_buf_init(&a, LEDE_BUF_MAX);
    lede_buf_init(&b, LEDE_BUF_MAX);
    lede_reads_encode(x->ra, x->a, &a);
    lede_reads_encode(x->rb, x->b, &b);
    assert_false(lede_reads_failed(x->ra));
    assert_true(a.len > 0);
    assert_true(lede_str_eq(lede_buf_str(&a), lede_buf_str(&b)));
    OK(lede_reads_decode(lede_buf_str(&a), ask_again, (void *)(uintptr_t)x->b, &desk_err));
    lede_buf_fini(&a);
    lede_buf_fini(&b);
}

/* ---- what a publication asks again when one edition follows another */

typedef struct follow {
    const lede_edition *next;
    lede_buf touched; /* kind, then key, each ended by a zero */
    uint32_t other, asked;
} follow;

static bool note_touched(void *ctx, lede_read_kind kind, lede_str key) {
    follow *f = ctx;
    lede_buf_addc(&f->touched, (char)('A' + (int)kind));
    lede_buf_add(&f->touched, key);
    lede_buf_addc(&f->touched, '\0');
    f->asked++;
    return true;
}

static bool is_touched(const follow *f, lede_read_kind kind, lede_str key) {
    lede_buf one;
    lede_buf_init(&one, 1 << 16);
    lede_buf_addc(&one, '\0');
    lede_buf_addc(&one, (char)('A' + (int)kind));
    lede_buf_add(&one, key);
    lede_buf_addc(&one, '\0');
    const bool found =
        lede_str_search(lede_buf_str(&f->touched), lede_buf_str(&one), 0) != (size_t)-1;
    lede_buf_fini(&one);
    return found;
}

static bool dimension_touched(const follow *f, lede_str key) {
    bool any = false, none = true;
    for (size_t at = 0; at < key.len;) {
        const size_t end = lede_str_find(key, ' ', at);
        const lede_str word = lede_str_n(key.ptr + at, end - at);
        const bool is = lede_str_starts(word, "section=") || lede_str_starts(word, "tag=") ||
                        lede_str_starts(word, "author=") || lede_str_starts(word, "origin=") ||
                        lede_str_starts(word, "lang=");
        none = none && !is;
        any = any || (is && is_touched(f, LEDE_READ_QUERY, word));
        at = end + 1;
    }
    return any || (none && is_touched(f, LEDE_READ_QUERY, LEDE_STR("all")));
}

static void check_touched(void *ctx, lede_read_kind kind, lede_str key, uint64_t mask,
                          uint64_t print) {
    follow *f = ctx;
    uint64_t now;
    if (lede_edition_answer(f->next, kind, key, mask, &now) && now == print)
        return;
    f->other++;
    bool told = is_touched(f, kind, key) || is_touched(f, kind, (lede_str){0});
    if (kind == LEDE_READ_QUERY || kind == LEDE_READ_COUNT)
        told = dimension_touched(f, key);
    if (kind == LEDE_READ_NEIGHBOURS)
        told = is_touched(f, kind, lede_str_n(key.ptr, LEDE__ID_LEN));
    if (!told)
        fail_msg("not touched: %d '%.*s'", (int)kind, (int)key.len, key.ptr);
}

static bool count_change(void *ctx, lede_doc before, lede_doc after) {
    assert_true(before != LEDE_NO_DOC || after != LEDE_NO_DOC);
    ++*(uint32_t *)ctx;
    return true;
}

/* Every recorded question that is answered otherwise now is among those that are said to be
 * touched. */
static void check_follows(const lede_edition *before, lede_str reads, const lede_edition *after) {
    follow f = {.next = after};
    uint32_t changes = 0;
    lede_buf_init(&f.touched, LEDE_BUF_MAX);
    lede_buf_addc(&f.touched, '\0');
    OK(lede_edition_touched(before, after, note_touched, &f, &desk_err));
    OK(lede_reads_decode(reads, check_touched, &f, &desk_err));
    lede_edition_changes(before, after, count_change, &changes);
    if (changes == 0)
        assert_true(f.asked <=
                    16); /* lists of terms, and terms that the store describes otherwise */
    others += f.other;
    lede_buf_fini(&f.touched);
}

static void compare(const lede_edition *a, const lede_edition *b, lede_buf *reads) {
    const both x = {a, b, lede_reads_new(), lede_reads_new()};
    assert_int_equal(lede_edition_seq(a), lede_edition_seq(b));
    assert_int_equal(lede_edition_time(a), lede_edition_time(b));
    same_str(lede_edition_config(a), lede_edition_config(b));
    same_str(lede_edition_data(a), lede_edition_data(b));
    compare_articles(&x);
    compare_finds(&x);
    compare_terms(&x);
    compare_queries(&x);
    compare_redirects(&x);
    compare_records(&x);
    lede_buf_clear(reads);
    lede_reads_encode(x.ra, a, reads);
    lede_reads_free(x.ra);
    lede_reads_free(x.rb);
}

static uint32_t deltas, bases;

static void one_store(uint64_t of, bool sqlite) {
    desk d;
    dice = of;
    desk_open_on(&d, sqlite);
    edit(&d, roll(4) ? roll(150) : 0);
    const bool drafts = roll(4) == 0;
    lede_edition *last = NULL;
    lede_buf last_reads;
    lede_buf_init(&last_reads, LEDE_BUF_MAX);
    for (uint32_t round = roll(5) + 2; round > 0; round--) {
        lede_edition_input in = desk_input(&d);
        const char *what;
        in.drafts = drafts;
        if (roll(10) == 0)
            in.time = d.now - roll(60); /* publish --at */
        if (roll(3) == 0)
            in.config = LEDE_STR("{\"title\":\"x\"}");
        if (roll(3) == 0)
            in.data = LEDE_STR("{\"plugin\":1}");
        OK(lede_edition_update(d.store, desk_dir(&d, "e"), &in, &what, &desk_err));
        deltas += what[0] == 'd';
        bases += what[0] == 'b';
        lede_edition *a;
        OK(lede_edition_open(desk_dir(&d, "e"), &a, &desk_err));
        OK(lede__remove_tree(desk_dir(&d, "fresh"), &desk_err));
        lede_edition *b = desk_edition(&d, "fresh", in, "base");
        if (last)
            check_follows(last, lede_buf_str(&last_reads),
                          roll(2) ? a : b); /* on one base, or on two */
        compare(a, b, &last_reads);
        lede_edition_close(b);
        lede_edition_close(last);
        last = a;
        lede_edition_close(desk_edition(&d, "e", in, "current"));
        edit(&d, roll(40));
        if (roll(3) == 0)
            d.now += roll(150);
    }
    lede_edition_close(last);
    lede_buf_fini(&last_reads);
    desk_close(&d);
}

static void base_and_delta_say_what_a_fresh_base_says(void **state) {
    (void)state;
    const char *given = getenv("LEDE_SEED"), *runs = getenv("LEDE_RUNS");
    seed = given ? strtoull(given, NULL, 10) : (uint64_t)lede_time_now();
    const uint64_t count = runs ? strtoull(runs, NULL, 10) : 40;
    for (uint64_t i = 0; i < count; i++) {
        print_message("LEDE_SEED=%llu\n", (unsigned long long)(seed + i));
        one_store(seed + i, i % 16 == 5);
    }
    print_message("%u deltas, %u bases\n", deltas, bases);
    if (count >= 40) /* it tests what it says */
        assert_true(deltas > count && others > count * 10);
}

/* The base and the delta after it, section by section. */
static void edit_and_sum(uint64_t of, bool sqlite, uint64_t sums[2][LEDE__SECTIONS]) {
    desk d;
    dice = of;
    desk_open_on(&d, sqlite);
    for (int round = 0; round < 2; round++) {
        edit(&d, 100);
        lede_edition *e = desk_now(&d, round ? "delta" : "base");
        for (int i = 0; i < LEDE__SECTIONS; i++)
            sums[round][i] = e->top->head->places[i].sum;
        assert_true(lede__segment_whole(e->top));
        lede_edition_close(e);
    }
    desk_close(&d);
}

static void equal_stores_give_equal_files_whatever_the_engine(void **state) {
    (void)state;
    uint64_t sums[3][2][LEDE__SECTIONS];
    edit_and_sum(7, false, sums[0]);
    edit_and_sum(7, true, sums[1]);
    edit_and_sum(8, false, sums[2]);
    assert_memory_equal(sums[0], sums[1], sizeof sums[0]);
    assert_memory_not_equal(sums[0], sums[2], sizeof sums[0]);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(base_and_delta_say_what_a_fresh_base_says),
        cmocka_unit_test(equal_stores_give_equal_files_whatever_the_engine)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
