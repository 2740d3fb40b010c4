/* withheld.c - the articles of the store that a publication's edition does not show, and why. A method of publish.c's handle. */
#include "bind/publication_lua.h"

#include <lauxlib.h>
#include <string.h>

typedef struct withheld {
    lede_buf *out;
    int64_t at;
    bool drafts;
} withheld;

static const char *why_withheld(const lede_card *c, int64_t at, int64_t *when) {
    int64_t embargo = lede_card_time(c, LEDE_TIME_EMBARGO), expires = lede_card_time(c, LEDE_TIME_EXPIRES);
    lede_state state = lede_card_state(c);
    *when = LEDE_NO_TIME;
    if (state == LEDE_DRAFT || state == LEDE_REVIEW || state == LEDE_WITHDRAWN || state == LEDE_EXPIRED)
        return lede_state_name(state);
    if (expires != LEDE_NO_TIME && expires <= at)
        return *when = expires, "expired";
    if (embargo != LEDE_NO_TIME && embargo > at)
        return *when = embargo, "embargoed";
    *when = lede_card_time(c, LEDE_TIME_DATE);
    return "scheduled";
}

static bool each_withheld(void *ctx, const lede_stored *x) {
    withheld *w = ctx;
    int64_t when;
    if (lede_card_public(x->card, w->at, NULL) || lede_card_state(x->card) == LEDE_WITHDRAWN)
        return true;
    const char *why = why_withheld(x->card, w->at, &when);
    if (w->drafts && strcmp(why, "expired") != 0)
        return true;
    lede_buf_adds(w->out, w->out->len > 1 ? ",{" : "{");
    lede_str path = lede_card_text(x->card, LEDE_TEXT_PATH);
    lede__json_text(w->out, "path", path.len ? path : lede_card_text(x->card, LEDE_TEXT_ID));
    lede__json_text(w->out, "reason", lede_str_of(why));
    if (when != LEDE_NO_TIME)
        lede_buf_addf(w->out, ",\"at\":%lld", (long long)when);
    lede_buf_addc(w->out, '}');
    return true;
}

/* p:withheld() -> list of { path, reason, at }: drafts, scheduled, embargoed and expired ones. Walks the whole store. */
int lede__publication_withheld(lua_State *L) {
    lede__publication *p = lede__check_prepared(L);
    lede_error err = {0};
    lede_buf out;
    lede_buf_init(&out, LEDE_BUF_MAX);
    withheld w = {&out, lede_edition_time(p->edition), p->drafts};
    lede_buf_addc(&out, '[');
    lede_status st = lede_store_walk(p->store, -1, false, each_withheld, &w, &err);
    lede_buf_addc(&out, ']');
    return lede__give_report(L, st, &out, &err);
}
