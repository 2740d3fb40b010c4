/* see.h - what a store holds, as text: one line a row. After cmocka.h. */
#ifndef LEDE_TESTS_ENGINE_SEE_H
#define LEDE_TESTS_ENGINE_SEE_H

#include "lede/store.h"

#include <stdlib.h>

#define OK(call) assert_int_equal((call), LEDE_OK)

static inline void say(lede_buf *b, const char *label, lede_str s) {
    lede_buf_addf(b, " %s=%.*s", label, (int)s.len, s.ptr ? s.ptr : "");
}

static inline bool see_stored(void *ctx, const lede_stored *x) {
    lede_buf_addf(ctx, "%lld r%d", (long long)x->seq, (int)x->revision);
    say(ctx, "id", lede_card_text(x->card, LEDE_TEXT_ID));
    say(ctx, "url", lede_card_text(x->card, LEDE_TEXT_URL));
    say(ctx, "title", lede_card_text(x->card, LEDE_TEXT_TITLE));
    say(ctx, "body", x->body);
    lede_buf_addf(ctx, " at=%lld\n", (long long)x->changed_at);
    return true;
}

static inline bool see_revision(void *ctx, const lede_revision *r) {
    lede_buf_addf(ctx, "#%d %lld at=%lld", (int)r->number, (long long)r->seq, (long long)r->at);
    say(ctx, "who", r->who);
    say(ctx, "what", r->what);
    lede_buf_addc(ctx, ' ');
    return see_stored(ctx, &r->version);
}

static inline bool see_source(void *ctx, const lede_source *x) {
    say(ctx, "source", x->path);
    say(ctx, "id", lede_str_of(x->id));
    lede_buf_addf(ctx, " %lld %lld %llx", (long long)x->size, (long long)x->mtime_ns,
                  (unsigned long long)x->hash);
    say(ctx, "notes", x->notes);
    lede_buf_addc(ctx, '\n');
    return true;
}

static inline bool see_term(void *ctx, const lede_term *x) {
    lede_buf_addf(ctx, "term %d", (int)x->kind);
    say(ctx, "slug", x->slug);
    say(ctx, "title", x->title);
    say(ctx, "summary", x->summary);
    say(ctx, "body", x->body);
    say(ctx, "params", x->params);
    say(ctx, "path", x->path);
    lede_buf_addc(ctx, '\n');
    return true;
}

static inline bool see_redirect(void *ctx, lede_str from, lede_str id) {
    say(ctx, "redirect", from);
    say(ctx, "to", id);
    lede_buf_addc(ctx, '\n');
    return true;
}

static inline bool see_derived(void *ctx, const lede_derived *x) {
    lede_buf_addf(ctx, "%.*s %llx %zu:", (int)x->key.len, x->key.ptr ? x->key.ptr : "",
                  (unsigned long long)x->print, x->bytes.len);
    for (size_t i = 0; i < x->bytes.len; i++)
        lede_buf_addf(ctx, "%02x", (unsigned char)x->bytes.ptr[i]);
    lede_buf_addc(ctx, '\n');
    return true;
}

static inline bool see_history(void *ctx, const lede_stored *x) {
    char *id = malloc(27);
    assert_non_null(id);
    lede_str text = lede_card_text(x->card, LEDE_TEXT_ID);
    memcpy(id, text.ptr, 26);
    id[26] = '\0';
    char ***next = ctx;
    *(*next)++ = id;
    return true;
}

/* All there is to know of a store but its uuid and times of its own clock. free() it. */
static inline char *dump(lede_store *s) {
    lede_buf b;
    lede_store_head head;
    char *ids[256], **next = ids;
    int64_t due;
    lede_buf_init(&b, LEDE_BUF_MAX);
    OK(lede_store_get_head(s, &head, NULL));
    lede_buf_addf(&b, "seq=%lld articles=%lld\n", (long long)head.seq, (long long)head.articles);
    OK(lede_store_walk(s, -1, true, see_stored, &b, NULL));
    OK(lede_store_walk(s, 0, false, see_stored, &b, NULL));
    OK(lede_store_walk_due(s, INT64_MIN, INT64_MAX, false, see_stored, &b, NULL));
    OK(lede_store_next_due(s, INT64_MIN, &due, NULL));
    lede_buf_addf(&b, "due=%lld\n", (long long)due);
    OK(lede_store_walk(s, -1, false, see_history, &next, NULL));
    for (char **id = ids; id < next; id++) {
        OK(lede_store_history(s, lede_str_of(*id), see_revision, &b, NULL));
        free(*id);
    }
    OK(lede_store_walk_sources(s, see_source, &b, NULL));
    OK(lede_store_walk_terms(s, see_term, &b, NULL));
    OK(lede_store_walk_redirects(s, see_redirect, &b, NULL));
    OK(lede_buf_status(&b, NULL));
    char *copy = malloc(b.len + 1);
    assert_non_null(copy);
    memcpy(copy, b.ptr, b.len + 1);
    lede_buf_fini(&b);
    return copy;
}

#endif
