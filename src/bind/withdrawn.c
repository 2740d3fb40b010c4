/* withdrawn.c - pieces that readers have seen and may not see now: what feeds, wires and servers
 * tell of as gone. A method of publish.c's handle; runtime/lede/withdrawn.lua keeps the list from
 * one edition to the next. */
#include "bind/publication_lua.h"

#include <lauxlib.h>
#include <string.h>

typedef struct search {
    lede__publication *p;
    int64_t at;    /* of the edition that is to come */
    bool whole;    /* all are looked at: nobody asks which */
    lede_buf seen; /* JSON texts: ids of those that were looked at */
    lede_buf ids;  /* of those that are not public, 26 bytes each */
} search;

static bool is_hidden(const search *s, const lede_card *c) {
    const int64_t expires = lede_card_time(c, LEDE_TIME_EXPIRES);
    const lede_state state = lede_card_state(c);
    if (!s->p->drafts)
        return !lede_card_public(c, s->at, NULL);
    return state == LEDE_WITHDRAWN || state == LEDE_EXPIRED ||
           (expires != LEDE_NO_TIME && expires <= s->at);
}

static bool look_at(void *ctx, const lede_stored *x) {
    search *s = ctx;
    const lede_str id = lede_card_text(x->card, LEDE_TEXT_ID);
    if (!s->whole) {
        lede_buf_adds(&s->seen, s->seen.len ? ",\"" : "\"");
        lede_escape_json(&s->seen, id);
        lede_buf_addc(&s->seen, '"');
    }
    if (is_hidden(s, x->card))
        lede_buf_add(&s->ids, id);
    return true;
}

/* ---- when it was seen last, by its history */

typedef struct past {
    int64_t until; /* of the version looked at next: when the one after it came */
    int64_t at;
    lede_buf *out; /* JSON of pieces */
    bool looked;   /* at the newest version */
    bool silent;   /* which is no withdrawn one: it expired, or waits again */
} past;

static int64_t later(int64_t a, int64_t b) { return b != LEDE_NO_TIME && b > a ? b : a; }

static void add_list(lede_buf *out, const char *key, const lede_card *c, enum lede_list_field f) {
    lede_buf_addf(out, ",\"%s\":[", key);
    for (uint32_t i = 0; i < lede_card_list_count(c, f); i++) {
        lede_buf_adds(out, i ? ",\"" : "\"");
        lede_escape_json(out, lede_card_list_at(c, f, i));
        lede_buf_addc(out, '"');
    }
    lede_buf_addc(out, ']');
}

static void add_piece(lede_buf *out, const lede_card *c, int64_t at, bool silent) {
    lede_buf_adds(out, out->len ? ",{" : "{");
    lede__json_text(out, "id", lede_card_text(c, LEDE_TEXT_ID));
    lede__json_text(out, "url", lede_card_text(c, LEDE_TEXT_URL));
    lede__json_text(out, "type", lede_card_text(c, LEDE_TEXT_TYPE));
    lede__json_text(out, "section", lede_card_text(c, LEDE_TEXT_SECTION_SLUG));
    lede__json_text(out, "lang", lede_card_text(c, LEDE_TEXT_LANG));
    lede__json_text(out, "origin", lede_card_text(c, LEDE_TEXT_ORIGIN_NAME));
    add_list(out, "tags", c, LEDE_LIST_TAGS);
    add_list(out, "authors", c, LEDE_LIST_AUTHORS);
    lede_buf_addf(out, ",\"date\":%lld,\"at\":%lld,\"silent\":%s}",
                  (long long)lede_card_time(c, LEDE_TIME_DATE), (long long)at,
                  silent ? "true" : "false");
}

/* The newest version that readers could see, and until when. One second is long enough: a
 * publication may lie in it. */
static bool each_version(void *ctx, const lede_revision *r) {
    past *h = ctx;
    const lede_card *c = r->version.card;
    const int64_t expires = lede_card_time(c, LEDE_TIME_EXPIRES);
    const int64_t begins = later(later(r->at, lede_card_time(c, LEDE_TIME_DATE)),
                                 lede_card_time(c, LEDE_TIME_EMBARGO));
    const int64_t ends = expires != LEDE_NO_TIME && expires < h->until ? expires : h->until;
    const lede_state state = lede_card_state(c);
    const bool shown = state != LEDE_DRAFT && state != LEDE_REVIEW && state != LEDE_WITHDRAWN &&
                       state != LEDE_EXPIRED;
    if (!h->looked)
        h->silent = state != LEDE_WITHDRAWN;
    h->looked = true;
    h->until = r->at;
    if (!shown || begins > ends)
        return true;
    if (ends <= h->at)
        add_piece(h->out, c, ends, h->silent);
    return false;
}

static lede_status add_pasts(search *s, lede_buf *pieces, lede_error *err) {
    lede_status st = lede_buf_status(&s->ids, err);
    for (size_t i = 0; !st && i < s->ids.len; i += 26) {
        past h = {.until = s->at, .at = s->at, .out = pieces};
        st = lede_store_history(s->p->store, lede_str_n(s->ids.ptr + i, 26), each_version, &h, err);
    }
    return st;
}

static lede_status find(search *s, int64_t since, int64_t after, lede_error *err) {
    lede_status st = s->at == LEDE_NO_TIME
                         ? lede_edition_clock(s->p->store, lede_time_now(), &s->at, err)
                         : LEDE_OK;
    if (!st)
        st = lede_store_walk(s->p->store, since, false, look_at, s, err);
    if (!st && since >= 0 && s->at > after)
        st = lede_store_walk_due(s->p->store, after, s->at, false, look_at, s, err);
    return st;
}

static void add_report(lede_buf *out, const search *s, const lede_store_head *head,
                       const lede_buf *pieces) {
    lede_buf_addf(out, "{\"seq\":%lld,\"time\":%lld,\"drafts\":%s", (long long)head->seq,
                  (long long)s->at, s->p->drafts ? "true" : "false");
    lede__json_text(out, "store", lede_str_of(head->uuid));
    lede_buf_adds(out, ",\"pieces\":[");
    lede_buf_add(out, lede_buf_str(pieces));
    lede_buf_adds(out, "],\"seen\":[");
    lede_buf_add(out, lede_buf_str(&s->seen));
    lede_buf_adds(out, "]}");
}

/* p:withdrawn([seq, time]) -> { seq, time, store, drafts, pieces, seen }: of what changed after
 * that seq or by itself after that time; of all articles, and then without seen, when nothing is said. */
int lede__publication_withdrawn(lua_State *L) {
    lede__publication *p = lede__check_open(L);
    const int64_t since = luaL_optinteger(L, 2, -1), after = luaL_optinteger(L, 3, 0);
    lede_error err = {0};
    lede_store_head head = {0};
    search s = {.p = p, .at = p->at, .whole = since < 0};
    lede_buf pieces, out;
    lede_buf_init(&s.seen, LEDE_BUF_MAX);
    lede_buf_init(&s.ids, LEDE_BUF_MAX);
    lede_buf_init(&pieces, LEDE_BUF_MAX);
    lede_buf_init(&out, LEDE_BUF_MAX);
    lede_status st = find(&s, since, after, &err);
    if (!st)
        st = add_pasts(&s, &pieces, &err);
    if (!st)
        st = lede_store_get_head(p->store, &head, &err);
    if (!st)
        add_report(&out, &s, &head, &pieces);
    if (!st && (s.seen.status || pieces.status))
        st = lede_fail(&err, LEDE_ENOMEM, "publish: out of memory");
    lede_buf_fini(&s.seen);
    lede_buf_fini(&s.ids);
    lede_buf_fini(&pieces);
    return lede__give_report(L, st, &out, &err);
}
