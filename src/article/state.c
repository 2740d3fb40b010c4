/* state.c - names of the states of an article. See lede/article.h. */
#include "lede/article.h"

static const char *const NAMES[LEDE_STATE_COUNT] = {
    [LEDE_DRAFT] = "draft",         [LEDE_REVIEW] = "review",       [LEDE_SCHEDULED] = "scheduled",
    [LEDE_EMBARGOED] = "embargoed", [LEDE_PUBLISHED] = "published", [LEDE_CORRECTED] = "corrected",
    [LEDE_WITHDRAWN] = "withdrawn", [LEDE_EXPIRED] = "expired",
};

const char *lede_state_name(lede_state s) {
    return (unsigned)s < LEDE_STATE_COUNT ? NAMES[s] : "unknown";
}

bool lede_state_parse(lede_str name, lede_state *out) {
    for (unsigned s = 0; s < LEDE_STATE_COUNT; s++)
        if (lede_str_eq_nocase(name, lede_str_of(NAMES[s]))) {
            *out = (lede_state)s;
            return true;
        }
    return false;
}
