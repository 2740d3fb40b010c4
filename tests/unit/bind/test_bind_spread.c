/* test_bind_spread.c - random editions: the pages of the edition before, less those that are told
 * gone and with those that are told of, are the pages of the edition after, each made of the same.
 * LEDE_SEED repeats a run. */
#include "../edition/desk.h"

#include "base/names.h"
#include "bind/spread.h"

static uint64_t dice;

static uint32_t roll(uint32_t sides) {
    dice = dice * UINT64_C(6364136223846793005) + 1442695040888963407;
    return (uint32_t)(dice >> 33) % sides;
}

static const char *const names[] = {"News", "Sport", "Law", "Tax", "Zoe", "Été"};
#define PICK(list) (list)[roll(sizeof(list) / sizeof *(list))]

static void edit(desk *d, uint32_t times) {
    for (uint32_t i = 0; i < times; i++) {
        char name[16], url[32];
        snprintf(name, sizeof name, "n%u", roll(60));
        snprintf(url, sizeof url, "/moved/%u/", roll(60));
        sketch k = {.name = name,
                    .title = "Words",
                    .body = "Words.",
                    .section = roll(5) ? PICK(names) : NULL,
                    .lang = "en"};
        k.date = d->now - (int64_t)roll(100000);
        k.url = roll(6) ? NULL : url;
        k.tags[0] = roll(2) ? PICK(names) : NULL;
        k.authors[0] = roll(3) ? NULL : PICK(names);
        k.state = roll(8) ? LEDE_PUBLISHED : LEDE_WITHDRAWN;
        d->now++;
        const lede_status st = desk_try(d, &k);
        if (st && st != LEDE_EEXIST)
            fail_msg("put: %s", desk_err.message);
    }
}

/* ---- pages by URL, and how each is made */

typedef struct site {
    lede_arena arena;
    lede__names urls;
    lede_str how[4000]; /* empty: gone */
    const lede__spread *spread;
} site;

static lede_status add(void *ctx, const lede__item *it, lede_error *err) {
    site *s = ctx;
    lede_buf how;
    (void)err;
    lede_buf_init(&how, 1 << 16);
    lede__how_made(s->spread, it, &how);
    lede__item back;
    if (!s->spread->routes->list[it->route].lists) { /* what it is made of leads back to it */
        assert_true(lede__item_made_so(s->spread, lede_buf_str(&how), &back));
        assert_int_equal(back.item, it->item);
        assert_int_equal(back.archives, it->archives);
        assert_int_equal(back.size, it->size);
        assert_true(lede_str_eq(back.url, it->url));
    }
    if (it->each == LEDE_EACH_ARTICLE) /* and so does where it is */
        assert_int_equal(
            lede__article_at(&s->spread->routes->list[it->route], s->spread->edition, it->url),
            it->item);
    const uint32_t n = lede__names_add(&s->urls, &s->arena, it->url);
    assert_true(n < sizeof s->how / sizeof *s->how);
    s->how[n] = lede_arena_copy(&s->arena, lede_buf_str(&how));
    lede_buf_fini(&how);
    return LEDE_OK;
}

static lede_status drop(void *ctx, lede_str url, lede_error *err) {
    site *s = ctx;
    const uint32_t n = lede__names_find(&s->urls, url);
    (void)err;
    assert_int_not_equal(n, LEDE_NO_NAME);
    s->how[n] = (lede_str){0};
    return LEDE_OK;
}

static lede_status pass_page(void *ctx, const lede__item *it, lede_error *err) {
    (void)ctx, (void)it, (void)err;
    return LEDE_OK;
}

static lede_status pass_gone(void *ctx, lede_str url, lede_error *err) {
    (void)ctx, (void)url, (void)err;
    return LEDE_OK;
}

static uint32_t count(const site *s) {
    uint32_t n = 0;
    for (uint32_t i = 0; i < s->urls.count; i++)
        n += s->how[i].len > 0;
    return n;
}

static void read_routes(lede__routes *r, lede_arena *arena, uint32_t years) {
    lede_buf json, bytes;
    lede_value v;
    lede_buf_init(&json, 1 << 16);
    lede_buf_init(&bytes, 1 << 16);
    lede_buf_adds(&json,
                  "[{\"plugin\":\"p\",\"name\":\"home\",\"path\":\"/"
                  "\",\"paginate\":7},{\"plugin\":\"p\",\"name\":\"article\",\"each\":\"article\"},"
                  "{\"plugin\":\"w\",\"name\":\"wire\",\"each\":\"article\",\"path\":\"/wire:url.json\"},"
                  "{\"plugin\":\"p\",\"name\":\"list\",\"each\":\"section\",\"path\":\"/:slug/"
                  "\",\"paginate\":5},"
                  "{\"plugin\":\"p\",\"name\":\"list\",\"each\":\"tag\",\"path\":\"/tags/:slug/\"},"
                  "{\"plugin\":\"q\",\"name\":\"list\",\"each\":\"author\",\"path\":\"/by/:slug/"
                  "\",\"paginate\":2},{\"plugin\":\"q\",\"name\":\"years\",\"pages\":[");
    for (uint32_t i = 0; i < years; i++)
        lede_buf_addf(&json, "%s{\"path\":\"/years/%u/\",\"data\":{\"n\":%u}}", i ? "," : "",
                      2000 + i * (1 + years % 2), years % 3);
    lede_buf_adds(&json, "]}]");
    OK(lede_json_read(arena, lede_buf_str(&json), &v, &desk_err));
    lede__routes_put(&bytes, &v);
    OK(lede__routes_read(r, lede_buf_str(&bytes), &desk_err));
    assert_int_equal(r->count, 7);
    lede_buf_fini(&json);
    lede_buf_fini(&bytes);
}

static void compare(const site *a, const site *b) {
    assert_int_equal(count(a), count(b));
    for (uint32_t i = 0; i < b->urls.count; i++) {
        const uint32_t n = lede__names_find(&a->urls, b->urls.items[i]);
        if (n == LEDE_NO_NAME || !lede_str_eq(a->how[n], b->how[i]))
            fail_msg("'%.*s' is not made so", (int)b->urls.items[i].len, b->urls.items[i].ptr);
    }
}

static void follow(desk *d, uint32_t times) {
    lede_edition *before = desk_now(d, NULL), *after;
    lede_arena arena;
    lede__routes then, now;
    lede_arena_init(&arena, LEDE_BUF_MAX);
    read_routes(&then, &arena, roll(5));
    edit(d, times);
    after = desk_now(d, NULL);
    read_routes(&now, &arena, roll(5));
    site *followed = calloc(1, sizeof *followed), *whole = calloc(1, sizeof *whole);
    const lede__spread first = {.routes = &then,
                                .edition = before,
                                .arena = &arena,
                                .page = add,
                                .gone = drop,
                                .ctx = followed};
    const lede__spread next = {.routes = &now,
                               .edition = after,
                               .arena = &arena,
                               .page = add,
                               .gone = drop,
                               .ctx = followed};
    lede__spread fresh = next;
    fresh.ctx = whole;
    assert_non_null(followed);
    assert_non_null(whole);
    lede_arena_init(&followed->arena, LEDE_BUF_MAX);
    lede_arena_init(&whole->arena, LEDE_BUF_MAX);
    followed->spread = &first;
    OK(lede__spread_all(&first, &desk_err));
    followed->spread = &next;
    assert_int_equal(then.print, now.print);
    lede__spread gone = next,
                 pages = next; /* an article may have the address that another one left */
    gone.page = pass_page;
    pages.gone = pass_gone;
    OK(lede__spread_changes(&gone, before, &then, &desk_err));
    OK(lede__spread_changes(&pages, before, &then, &desk_err));
    whole->spread = &fresh;
    OK(lede__spread_all(&fresh, &desk_err));
    compare(followed, whole);
    site *const both[] = {followed, whole};
    for (int i = 0; i < 2; i++) {
        lede__names_fini(&both[i]->urls);
        lede_arena_fini(&both[i]->arena);
        free(both[i]);
    }
    lede__routes_fini(&then);
    lede__routes_fini(&now);
    lede_arena_fini(&arena);
    lede_edition_close(before);
    lede_edition_close(after);
}

static void changes_lead_from_the_pages_of_one_edition_to_those_of_the_next(void **state) {
    (void)state;
    const char *given = getenv("LEDE_SEED");
    const uint64_t seed = given ? strtoull(given, NULL, 10) : (uint64_t)lede_time_now();
    print_message("LEDE_SEED=%llu\n", (unsigned long long)seed);
    for (uint64_t i = 0; i < 30; i++) {
        desk d;
        dice = seed + i;
        desk_open(&d);
        edit(&d, roll(80));
        for (int round = 0; round < 6; round++)
            follow(&d, roll(12));
        desk_close(&d);
    }
}

static void routes_that_are_none_are_refused(void **state) {
    (void)state;
    lede__routes r;
    static const char *const broken[] = {"x", "\1\0\0",
                                         "\1\0\0\0p\1\0\0\0n\1\0\0\0/\11\0\0\0\0\0\0\0\0\0"};
    static const size_t sizes[] = {1, 3, 25};
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(lede__routes_read(&r, lede_str_n(broken[i], sizes[i]), &desk_err),
                         LEDE_EFORMAT);
        lede__routes_fini(&r);
    }
    OK(lede__routes_read(&r, LEDE_STR(""), &desk_err));
    assert_int_equal(r.count, 0);
    lede__routes_fini(&r);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(changes_lead_from_the_pages_of_one_edition_to_those_of_the_next),
        cmocka_unit_test(routes_that_are_none_are_refused)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
