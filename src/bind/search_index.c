/* search_index.c - the articles of a store, walked in order of their changes, go into the index. */
#include "base/log.h"
#include "bind/search.h"
#include "lede/markdown.h"

#include <stdio.h>

enum { WORDS_MAX = 8 << 20, NAMES_MAX = 64, WAIT_MS = 600000, STEP = 1024 };

typedef struct indexing {
    lede_search *x;
    lede_buf summary, body;
    int64_t done, total;
    bool progress;
    lede_status status;
    lede_error *err;
} indexing;

void lede__search_body(lede_str markdown, lede_buf *out) {
    lede_buf_clear(out);
    lede_markdown_words(markdown, out);
    if (out->status)
        lede_buf_clear(out);
}

/* When readers can find it: never gives an empty span. */
static void span_of(const lede_card *card, int64_t *from, int64_t *until) {
    int64_t next = INT64_MAX;
    *from = INT64_MIN + 1;
    *until = 0;
    if (!lede_card_public(card, *from, &next)) {
        *from = next;
        if (next == INT64_MAX || !lede_card_public(card, *from, &next))
            return;
    }
    *until = next;
}

static uint32_t names_of(const lede_card *card, enum lede_list_field f, lede_str *out) {
    const uint32_t count = lede_card_list_count(card, f);
    const uint32_t n = count < NAMES_MAX ? count : NAMES_MAX;
    for (uint32_t i = 0; i < n; i++)
        out[i] = lede_card_list_at(card, f, i);
    return n;
}

/* What stands above the text: the standfirst and the summary, once when they are the same. */
static lede_str summary_of(const lede_card *card, lede_buf *out) {
    const lede_str dek = lede_card_text(card, LEDE_TEXT_DEK),
                   summary = lede_card_text(card, LEDE_TEXT_SUMMARY);
    if (!dek.len || lede_str_eq(dek, summary))
        return summary;
    lede_buf_clear(out);
    lede_buf_add(out, dek);
    lede_buf_addc(out, '\n');
    lede_buf_add(out, summary);
    return out->status ? summary : lede_buf_str(out);
}

static bool add(void *ctx, const lede_stored *s) {
    indexing *i = ctx;
    const lede_card *card = s->card;
    lede_str authors[NAMES_MAX], tags[NAMES_MAX];
    lede__search_body(s->body, &i->body);
    lede_search_doc d = {.id = lede_card_text(card, LEDE_TEXT_ID),
                         .lang = lede_card_text(card, LEDE_TEXT_LANG),
                         .title = lede_card_text(card, LEDE_TEXT_TITLE),
                         .summary = summary_of(card, &i->summary),
                         .body = lede_buf_str(&i->body),
                         .section = lede_card_text(card, LEDE_TEXT_SECTION_SLUG),
                         .authors = authors,
                         .tags = tags,
                         .n_authors = names_of(card, LEDE_LIST_AUTHORS, authors),
                         .n_tags = names_of(card, LEDE_LIST_TAGS, tags),
                         .date = lede_card_time(card, LEDE_TIME_DATE),
                         .seq = s->seq};
    span_of(card, &d.from, &d.until);
    i->status = lede_search_add(i->x, &d, i->err);
    if (i->progress && ++i->done % STEP == 0) {
        char text[96];
        snprintf(text, sizeof text, "indexing %lld of %lld", (long long)i->done,
                 (long long)i->total);
        lede__log_passing(lede_str_of(text));
    }
    return i->status == LEDE_OK;
}

/* An article that was purged leaves no change behind: then there are fewer than are indexed. */
static bool has_lost_some(const lede_store_head *head, const lede_search *x) {
    return lede_search_seq(x) == head->seq && lede_search_count(x) != (uint64_t)head->articles;
}

lede_status lede__search_behind(lede_store *s, const lede_search *x, int64_t *behind,
                                lede_error *err) {
    lede_store_head head;
    const lede_status st = lede_store_get_head(s, &head, err);
    if (st)
        return st;
    const int64_t changes = head.seq - lede_search_seq(x);
    *behind = has_lost_some(&head, x) || changes > head.articles ? head.articles : changes;
    return LEDE_OK;
}

static lede_status index_all(lede_store *s, lede_search *x, const lede_store_head *head,
                             bool progress, lede_error *err) {
    int64_t after = 0;
    lede_status st = lede_search_begin(x, head->seq, WAIT_MS, &after, err);
    if (st)
        return st;
    indexing i = {.x = x,
                  .progress = progress,
                  .total = after ? head->seq - after : head->articles,
                  .err = err};
    lede_buf_init(&i.summary, WORDS_MAX);
    lede_buf_init(&i.body, WORDS_MAX);
    st = lede_store_walk(s, after, true, add, &i, err);
    st = st ? st : i.status;
    lede_buf_fini(&i.summary);
    lede_buf_fini(&i.body);
    if (progress)
        lede__log_passing((lede_str){0});
    if (st)
        lede_search_abandon(x);
    return st ? st : lede_search_commit(x, err);
}

lede_status lede__search_update(lede_store *s, lede_search *x, bool progress, lede_error *err) {
    lede_store_head head;
    lede_status st = lede_store_get_head(s, &head, err);
    if (!st && has_lost_some(&head, x))
        lede_search_forget(x);
    if (!st && lede_search_seq(x) != head.seq)
        st = index_all(s, x, &head, progress, err);
    if (st || lede_search_count(x) == (uint64_t)head.articles)
        return st;
    lede_search_forget(x);
    return index_all(s, x, &head, progress, err);
}
