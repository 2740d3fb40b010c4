/* The outbox: rows that are held, let go, claimed, ended and tried again, on every engine. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "engines.h"
#include "lede/outbox.h"

static lede_delivery row_of(const char *target, const char *key, const char *subject,
                            uint64_t release) {
    return (lede_delivery){.plugin = LEDE_STR("hook"),
                           .target = lede_str_of(target),
                           .key = lede_str_of(key),
                           .subject = lede_str_of(subject),
                           .data = LEDE_STR("{}"),
                           .release = release,
                           .made_at = 1000,
                           .due_at = 1000};
}

static bool put(world *w, const char *target, const char *key, const char *subject,
                uint64_t release) {
    const lede_delivery x = row_of(target, key, subject, release);
    bool added;
    OK(lede_outbox_put(w->s, &x, &added, &w->err));
    return added;
}

static bool see_row(void *ctx, const lede_delivery *x) {
    lede_buf_addf(ctx, "%lld %s %.*s/%.*s due=%lld tries=%d", (long long)x->number,
                  lede_delivery_state_name(x->state), (int)x->target.len, x->target.ptr,
                  (int)x->key.len, x->key.ptr, (long long)x->due_at, (int)x->tries);
    if (x->holder.len)
        say(ctx, "holder", x->holder);
    if (x->said.len)
        say(ctx, "said", x->said);
    lede_buf_addc(ctx, '\n');
    return true;
}

/* All rows, by state. */
static lede_status see_all(world *w, lede_buf *seen) {
    for (int state = 0; state < LEDE_DELIVERY_STATES; state++) {
        const lede_outbox_query q = {.state = (lede_delivery_state)state, .upto = INT64_MAX};
        OK(lede_outbox_walk(w->s, &q, see_row, seen, NULL));
    }
    return lede_buf_status(seen, NULL);
}

static lede_status claim(world *w, const char *target, const char *holder, int64_t now,
                         uint32_t max, lede_buf *seen) {
    const lede_outbox_claim c = {.plugin = LEDE_STR("hook"),
                                 .target = lede_str_of(target),
                                 .holder = lede_str_of(holder),
                                 .now = now,
                                 .until = now + 100,
                                 .max = max};
    return lede_outbox_claim_rows(w->s, &c, see_row, seen, &w->err);
}

static lede_status end(world *w, int64_t number, const char *holder, lede_delivery_state state,
                       int64_t at, const char *said) {
    const lede_outbox_end e = {.state = state, .at = at, .said = lede_str_of(said)};
    return lede_outbox_end_claim(w->s, number, lede_str_of(holder), &e, &w->err);
}

static void a_row_waits_when_its_tree_is_live(void **state) {
    world *w = *state;
    uint32_t count;
    put(w, "a", "1", "", 7);
    put(w, "a", "2", "", 8);
    put(w, "b", "3", "", 0);
    SHOWS("1 held a/1 due=1000 tries=0\n2 held a/2 due=1000 tries=0\n3 waiting b/3 due=1000 "
          "tries=0\n",
          see_all(w, &seen));
    SHOWS("", claim(w, "a", "me", 2000, 9, &seen));
    OK(lede_outbox_settle(w->s, 7, false, &count, &w->err));
    assert_int_equal(count, 1);
    SHOWS("2 held a/2 due=1000 tries=0\n1 waiting a/1 due=1000 tries=0\n3 waiting b/3 due=1000 "
          "tries=0\n",
          see_all(w, &seen));
    OK(lede_outbox_settle(w->s, 7, true, &count, &w->err));
    assert_int_equal(count, 0);
    SHOWS("1 waiting a/1 due=1000 tries=0\n3 waiting b/3 due=1000 tries=0\n", see_all(w, &seen));
    put(w, "a", "4", "", 9);
    OK(lede_outbox_settle(w->s, 1, true, NULL, &w->err));
    SHOWS("1 waiting a/1 due=1000 tries=0\n3 waiting b/3 due=1000 tries=0\n", see_all(w, &seen));
    put(w, "a", "5", "", 0);
    SHOWS("1 waiting a/1 due=1000 tries=0\n3 waiting b/3 due=1000 tries=0\n5 waiting a/5 due=1000 "
          "tries=0\n",
          see_all(w, &seen)); /* no number twice */
}

static void a_key_is_put_once(void **state) {
    world *w = *state;
    assert_true(put(w, "a", "k", "", 7));
    assert_true(put(w, "a", "k", "", 8)); /* of the publication that follows one that never was */
    assert_true(put(w, "b", "k", "", 8));
    OK(lede_outbox_settle(w->s, 8, true, NULL, &w->err));
    assert_false(put(w, "a", "k", "", 9));
    SHOWS("1 waiting a/k due=2100 tries=1 holder=me\n", claim(w, "a", "me", 2000, 9, &seen));
    OK(end(w, 1, "me", LEDE_SENT, 2050, "201"));
    assert_false(put(w, "a", "k", "", 0));
    SHOWS("2 waiting b/k due=1000 tries=0\n1 sent a/k due=2050 tries=1 said=201\n",
          see_all(w, &seen));
    uint32_t count;
    OK(lede_outbox_prune(w->s, 2050, &count, &w->err));
    assert_int_equal(count, 0);
    OK(lede_outbox_prune(w->s, 2051, &count, &w->err));
    assert_int_equal(count, 1);
    assert_true(put(w, "a", "k", "", 0));
}

static void a_claim_is_one_holders_until_it_ends(void **state) {
    world *w = *state;
    put(w, "a", "1", "", 0);
    put(w, "a", "2", "", 0);
    SHOWS("1 waiting a/1 due=2100 tries=1 holder=me\n", claim(w, "a", "me", 2000, 1, &seen));
    SHOWS("2 waiting a/2 due=2101 tries=1 holder=you\n", claim(w, "a", "you", 2001, 9, &seen));
    SHOWS("", claim(w, "a", "you", 2099, 9, &seen));
    assert_int_equal(end(w, 1, "you", LEDE_SENT, 2099, ""), LEDE_ECONFLICT);
    OK(lede_outbox_extend(w->s, 2, LEDE_STR("you"), 2500, &w->err));
    SHOWS("1 waiting a/1 due=2300 tries=2 holder=you\n",
          claim(w, "a", "you", 2200, 9, &seen)); /* me was too slow */
    assert_int_equal(end(w, 1, "me", LEDE_SENT, 2200, ""), LEDE_ECONFLICT);
    assert_int_equal(lede_outbox_extend(w->s, 1, LEDE_STR("me"), 9999, &w->err), LEDE_ECONFLICT);
    assert_int_equal(lede_outbox_extend(w->s, 77, LEDE_STR("me"), 9999, &w->err), LEDE_ENOTFOUND);
    uint32_t count;
    OK(lede_outbox_abandon(w->s, LEDE_STR("you"), 2210, &count, &w->err));
    assert_int_equal(count, 2);
    SHOWS("1 waiting a/1 due=2210 tries=2\n2 waiting a/2 due=2210 tries=1\n", see_all(w, &seen));
}

static void what_fails_waits_or_is_dead_and_is_tried_again(void **state) {
    world *w = *state;
    put(w, "a", "1", "", 0);
    put(w, "b", "2", "", 0);
    SHOWS("1 waiting a/1 due=2100 tries=1 holder=me\n", claim(w, "a", "me", 2000, 1, &seen));
    OK(end(w, 1, "me", LEDE_WAITING, 9000, "503"));
    SHOWS("", claim(w, "a", "me", 8999, 1, &seen));
    SHOWS("1 waiting a/1 due=9100 tries=2 holder=me said=503\n",
          claim(w, "a", "me", 9000, 1, &seen));
    OK(end(w, 1, "me", LEDE_DEAD, 9050, "410"));
    SHOWS("2 waiting b/2 due=1000 tries=0\n1 dead a/1 due=9050 tries=2 said=410\n",
          see_all(w, &seen));
    uint32_t count;
    OK(lede_outbox_retry(w->s, LEDE_STR("hook"), LEDE_STR("b"), 9999, &count, &w->err));
    assert_int_equal(count, 0);
    OK(lede_outbox_retry(w->s, LEDE_STR(""), LEDE_STR(""), 9999, &count, &w->err));
    assert_int_equal(count, 1);
    SHOWS("2 waiting b/2 due=1000 tries=0\n1 waiting a/1 due=9999 tries=0 said=410\n",
          see_all(w, &seen));
    SHOWS("1 waiting a/1 due=10100 tries=1 holder=me said=410\n",
          claim(w, "a", "me", 10000, 1, &seen));
    const lede_outbox_end nothing_told = {
        .state = LEDE_WAITING, .at = 10001, .said = LEDE_STR("not now"), .is_no_try = true};
    OK(lede_outbox_end_claim(w->s, 1, LEDE_STR("me"), &nothing_told, &w->err));
    SHOWS("2 waiting b/2 due=1000 tries=0\n1 waiting a/1 due=10001 tries=0 said=not now\n",
          see_all(w, &seen));
}

static void of_a_subject_only_the_newest_is_told_and_never_two_at_once(void **state) {
    world *w = *state;
    put(w, "a", "1", "site", 1);
    put(w, "b", "1", "site", 1);
    put(w, "a", "x", "", 1);
    OK(lede_outbox_settle(w->s, 1, true, NULL, &w->err));
    put(w, "a", "2", "site", 2);
    SHOWS("4 held a/2 due=1000 tries=0\n1 waiting a/1 due=1000 tries=0\n2 waiting b/1 due=1000 "
          "tries=0\n3 waiting a/x due=1000 tries=0\n",
          see_all(w, &seen));
    OK(lede_outbox_settle(w->s, 2, true, NULL, &w->err));
    SHOWS("2 waiting b/1 due=1000 tries=0\n3 waiting a/x due=1000 tries=0\n4 waiting a/2 due=1000 "
          "tries=0\n",
          see_all(w, &seen));
    SHOWS("3 waiting a/x due=2100 tries=1 holder=me\n4 waiting a/2 due=2100 tries=1 holder=me\n",
          claim(w, "a", "me", 2000, 9, &seen));
    put(w, "a", "3", "site", 3);
    OK(lede_outbox_settle(w->s, 3, true, NULL, &w->err));
    SHOWS("", claim(w, "a", "you", 2050, 9, &seen)); /* 2 is being told */
    OK(end(w, 4, "me", LEDE_WAITING, 2060, "503"));  /* and needs to be told no more */
    SHOWS("5 waiting a/3 due=2161 tries=1 holder=you\n", claim(w, "a", "you", 2061, 9, &seen));
    OK(end(w, 5, "you", LEDE_DEAD, 2070, "gone"));
    put(w, "a", "4", "site", 4);
    OK(lede_outbox_settle(w->s, 4, true, NULL, &w->err));
    SHOWS("2 waiting b/1 due=1000 tries=0\n6 waiting a/4 due=1000 tries=0\n3 waiting a/x due=2100 "
          "tries=1 holder=me\n",
          see_all(w, &seen));
}

static void what_was_told_of_an_article_is_forgotten_with_it(void **state) {
    world *w = *state;
    const lede_str texts[] = {LEDE_STR("01ARTICLE"), LEDE_STR("/news/secret/")};
    uint32_t count;
    lede_delivery urls = row_of("a", "k", "", 0);
    urls.data = LEDE_STR("{\"urls\":[\"https://x.example/news/secret/\"]}");
    put(w, "a", "01ARTICLE/1", "", 0);
    put(w, "a", "02ARTICLE/1", "", 0);
    OK(lede_outbox_put(w->s, &urls, NULL, &w->err));
    lede_buf none;
    lede_buf_init(&none, LEDE_BUF_MAX);
    OK(claim(w, "a", "me", 2000, 9, &none));
    lede_buf_fini(&none);
    OK(end(w, 1, "me", LEDE_SENT, 2001, ""));
    OK(end(w, 2, "me", LEDE_SENT, 2001, ""));
    OK(end(w, 3, "me", LEDE_DEAD, 2001, "410"));
    put(w, "a", "01ARTICLE/2", "", 0);
    OK(lede_outbox_forget(w->s, texts, 2, &count, &w->err));
    assert_int_equal(count, 2);
    SHOWS("4 waiting a/01ARTICLE/2 due=1000 tries=0\n2 sent a/02ARTICLE/1 due=2001 tries=1\n",
          see_all(w, &seen));
}

static bool see_target(void *ctx, const lede_outbox_target *x) {
    lede_buf_addf(ctx, "%.*s %.*s %lld due=%lld\n", (int)x->plugin.len, x->plugin.ptr,
                  (int)x->target.len, x->target.ptr, (long long)x->count, (long long)x->due_at);
    return true;
}

static void targets_are_counted_and_a_rollback_undoes(void **state) {
    world *w = *state;
    lede_delivery early = row_of("b", "0", "", 0);
    early.due_at = 10;
    put(w, "b", "1", "", 0);
    OK(lede_outbox_put(w->s, &early, NULL, &w->err));
    put(w, "a", "2", "", 0);
    put(w, "c", "3", "", 5);
    SHOWS("hook a 1 due=1000\nhook b 2 due=10\n",
          lede_outbox_targets(w->s, LEDE_WAITING, see_target, &seen, NULL));
    OK(lede_store_begin(w->s, &w->err));
    put(w, "z", "9", "", 0);
    SHOWS("2 waiting b/0 due=2100 tries=1 holder=me\n1 waiting b/1 due=2100 tries=1 holder=me\n",
          claim(w, "b", "me", 2000, 9, &seen));
    lede_store_rollback(w->s);
    SHOWS("4 held c/3 due=1000 tries=0\n2 waiting b/0 due=10 tries=0\n1 waiting b/1 due=1000 "
          "tries=0\n3 waiting a/2 due=1000 tries=0\n",
          see_all(w, &seen));
    assert_int_equal(head_of(w->s).seq, 0);
}

static void rows_are_there_when_the_store_is_opened_again(void **state) {
    world *w = *state;
    if (!w->subject->keeps)
        return;
    lede_delivery x = row_of("a", "1", "", UINT64_MAX);
    x.data = LEDE_STR("{\"url\":\"/caf\xc3\xa9/\"}");
    OK(lede_store_begin(w->s, &w->err));
    OK(lede_outbox_put(w->s, &x, NULL, &w->err));
    assert_int_equal(lede_store_sync(w->s, &w->err), LEDE_EINVAL);
    OK(lede_store_commit(w->s, &w->err));
    OK(lede_store_sync(w->s, &w->err));
    lede_store_close(w->s);
    OK(lede_store_open(w->url, &w->s, &w->err));
    OK(lede_outbox_settle(w->s, UINT64_MAX, false, NULL, &w->err));
    SHOWS("1 waiting a/1 due=1000 tries=0\n", see_all(w, &seen));
}

static const engine_case cases[] = {
    ENGINE_CASE(a_row_waits_when_its_tree_is_live),
    ENGINE_CASE(a_key_is_put_once),
    ENGINE_CASE(a_claim_is_one_holders_until_it_ends),
    ENGINE_CASE(what_fails_waits_or_is_dead_and_is_tried_again),
    ENGINE_CASE(of_a_subject_only_the_newest_is_told_and_never_two_at_once),
    ENGINE_CASE(what_was_told_of_an_article_is_forgotten_with_it),
    ENGINE_CASE(targets_are_counted_and_a_rollback_undoes),
    ENGINE_CASE(rows_are_there_when_the_store_is_opened_again),
};

int main(void) { return run_on_all_engines("outbox", cases, (int)(sizeof cases / sizeof *cases)); }
