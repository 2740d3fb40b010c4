/* words.c - the words of a query, read as each language of the archive reads them: "die" is an
 * article in German and a verb in English. */
#include "search/inside.h"

#include "text/tongue.h"

#include "base/banned.h"

typedef struct collecting {
    lede_arena *arena;
    lede__sequence *to;
    bool no_memory;
} collecting;

static bool collect(void *ctx, const lede__token *t) {
    collecting *c = ctx;
    const uint32_t i = c->to->n;
    if (i == LEDE__SEQUENCE_WORDS)
        return false;
    c->to->terms[i] = lede_arena_copy(c->arena, t->term);
    c->to->forms[i] = lede_arena_copy(c->arena, t->form);
    c->no_memory |= !c->to->terms[i].ptr || !c->to->forms[i].ptr;
    c->to->weak[i] = t->weak;
    c->to->has_strong |= !t->weak;
    c->to->n++;
    return true;
}

static bool is_same(const lede__sequence *a, const lede__sequence *b) {
    bool same = a->n == b->n;
    for (uint32_t i = 0; same && i < a->n; i++)
        same = lede_str_eq(a->terms[i], b->terms[i]) && lede_str_eq(a->forms[i], b->forms[i]);
    return same;
}

static lede_status read_as(lede_search *x, const lede_search_part *part, const char *lang,
                           lede_arena *arena, lede__sequences *out, lede_error *err) {
    if (out->n == LEDE__SEQUENCES)
        return LEDE_OK;
    lede__sequence *s = &out->items[out->n];
    collecting c = {arena, s, false};
    s->n = 0;
    s->has_strong = false;
    const lede_status st =
        lede__analyse(x->analyser, lede_str_of(lang), part->text, collect, &c, err);
    if (st || c.no_memory)
        return st ? st : lede_fail(err, LEDE_ENOMEM, "search: out of memory");
    out->weak = out->weak && !s->has_strong;
    bool is_new = s->n > 0;
    for (uint32_t i = 0; i < out->n && is_new; i++)
        is_new = !is_same(&out->items[i], s);
    out->n += is_new;
    return LEDE_OK;
}

lede_status lede__sequences_of(lede_search *x, const lede_search_part *part, lede_str lang,
                               lede_arena *arena, lede__sequences *out, lede_error *err) {
    lede_status st = LEDE_OK;
    out->n = 0;
    out->weak = !part->quoted && !part->prefix;
    if (lang.len)
        return read_as(x, part, lede__tongue_of(lang)->code, arena, out, err);
    for (uint32_t i = 0; !st && i < x->n; i++) {
        const lede__segment_head *head = x->parts[i].segment.head;
        for (uint32_t l = 0; !st && l < head->n_langs; l++)
            st = read_as(x, part, head->langs[l], arena, out, err);
    }
    return st;
}

static bool is_words(const lede_search_part *p) {
    return p->field == LEDE_SEARCH_TEXT || p->field == LEDE_SEARCH_TITLE;
}

lede_status lede__needed_parts(lede_search *x, const lede_search_query *q, lede_str lang,
                               lede_arena *arena, lede__sequences *out, bool *needed,
                               lede_error *err) {
    bool has_strong = false;
    for (uint32_t i = 0; i < q->n; i++) {
        if (!is_words(&q->parts[i]))
            continue;
        const lede_status st = lede__sequences_of(x, &q->parts[i], lang, arena, &out[i], err);
        if (st)
            return st;
        has_strong |= !q->parts[i].exclude && out[i].n && !out[i].weak;
    }
    for (uint32_t i = 0; i < q->n; i++)
        needed[i] = !is_words(&q->parts[i]) || (out[i].n && (!out[i].weak || !has_strong));
    return LEDE_OK;
}
