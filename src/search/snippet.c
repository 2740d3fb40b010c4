/* snippet.c - what to show of a text: the stretch with the most different words of the query. */
#include "search/inside.h"

#include <stdlib.h>

#include "base/banned.h"

enum { WANTED_MAX = 64, SEEN_MAX = 4096 };

typedef struct wanted {
    lede_str term, form;
    bool prefix;
} wanted;

typedef struct seen {
    uint32_t at, len, which;
} seen;

typedef struct looking {
    wanted wanted[WANTED_MAX];
    uint32_t last[WANTED_MAX]; /* behind where it was seen last; 0: nowhere */
    uint32_t n_wanted, stretch;
    uint32_t enough; /* nothing behind this place is shown */
    seen seen[SEEN_MAX];
    uint32_t n_seen;
    lede__sequences words[LEDE_SEARCH_PARTS];
    bool needed[LEDE_SEARCH_PARTS];
    lede_arena arena;
} looking;

/* Of a phrase the words that carry its topic, if one does. */
static void want(looking *l, const lede_search_part *part, const lede__sequences *words) {
    for (uint32_t s = 0; s < words->n; s++) {
        const lede__sequence *seq = &words->items[s];
        for (uint32_t i = 0; i < seq->n && l->n_wanted < WANTED_MAX; i++)
            if (!seq->weak[i] || !seq->has_strong)
                l->wanted[l->n_wanted++] =
                    (wanted){seq->terms[i], seq->forms[i], part->prefix && i + 1 == seq->n};
    }
}

static bool is_wanted(const wanted *w, const lede__token *t) {
    if (!w->prefix)
        return lede_str_eq(w->term, t->term);
    return t->form.len >= w->form.len && memcmp(t->form.ptr, w->form.ptr, w->form.len) == 0;
}

/* Whether every word stands in the stretch that ends at end: there is none better. */
static bool has_all(const looking *l, uint32_t end) {
    for (uint32_t i = 0; i < l->n_wanted; i++)
        if (!l->last[i] || l->last[i] + l->stretch < end)
            return false;
    return true;
}

static bool look(void *ctx, const lede__token *t) {
    looking *l = ctx;
    for (uint32_t i = 0; i < l->n_wanted; i++) {
        if (!is_wanted(&l->wanted[i], t))
            continue;
        l->seen[l->n_seen++] = (seen){t->at, t->len, i};
        l->last[i] = t->at + t->len;
        if (l->enough == UINT32_MAX && has_all(l, t->at + t->len))
            l->enough = t->at + 2 * l->stretch;
        break;
    }
    return l->n_seen < SEEN_MAX && t->at < l->enough;
}

static bool is_blank(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

/* ---- looking at few words
 *
 * To take a word back to its stem costs more than to look at its first two letters. Where a text
 * has every word that is wanted among those that begin alike, the others are left unread. */

static bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

static bool begins_alike(const looking *l, const char *word) {
    for (uint32_t i = 0; i < l->n_wanted; i++) {
        const char *term = l->wanted[i].prefix ? l->wanted[i].form.ptr : l->wanted[i].term.ptr;
        if (term[0] == (word[0] | 0x20) && term[1] == (word[1] | 0x20))
            return true;
    }
    return false;
}

/* Whether all that is wanted begins with two plain letters. */
static bool are_plain(const looking *l) {
    for (uint32_t i = 0; i < l->n_wanted; i++) {
        const lede_str term = l->wanted[i].prefix ? l->wanted[i].form : l->wanted[i].term;
        if (term.len < 2 || !is_letter(term.ptr[0]) || !is_letter(term.ptr[1]))
            return false;
    }
    return true;
}

typedef struct offset {
    looking *l;
    uint32_t at;
} offset;

static bool look_from(void *ctx, const lede__token *t) {
    const offset *o = ctx;
    lede__token moved = *t;
    moved.at += o->at;
    return look(o->l, &moved);
}

/* Whether a letter of text may be an accented one; quotes and dashes begin with 0xE2. */
static bool has_accents(lede_str text) {
    for (size_t i = 0; i < text.len; i++) {
        const unsigned char c = (unsigned char)text.ptr[i];
        if (c >= 0xC3 && c != 0xE2)
            return true;
    }
    return false;
}

static bool has_seen_all(const looking *l) {
    for (uint32_t i = 0; i < l->n_wanted; i++)
        if (!l->last[i])
            return false;
    return true;
}

/* Looks at the words that begin alike; *done when there is nothing more to see. */
static lede_status look_at_few(lede_search *x, looking *l, lede_str lang, lede_str text, bool *done,
                               lede_error *err) {
    lede_status st = LEDE_OK;
    for (size_t i = 0; !st && i + 1 < text.len && i < l->enough && l->n_seen < SEEN_MAX; i++) {
        if ((i && is_letter(text.ptr[i - 1])) || !begins_alike(l, text.ptr + i))
            continue;
        size_t end = i;
        while (end < text.len && !is_blank(text.ptr[end]))
            end++;
        offset o = {l, (uint32_t)i};
        st =
            lede__analyse(x->analyser, lang, lede_str_n(text.ptr + i, end - i), look_from, &o, err);
        i = end;
    }
    *done = has_seen_all(l) || !has_accents(text);
    return st;
}

static lede_status look_at_text(lede_search *x, looking *l, lede_str lang, lede_str text,
                                lede_error *err) {
    bool done = false;
    lede_status st = LEDE_OK;
    if (are_plain(l))
        st = look_at_few(x, l, lang, text, &done, err);
    if (st || done)
        return st;
    memset(l->last, 0, sizeof l->last);
    l->n_seen = 0;
    l->enough = UINT32_MAX;
    return lede__analyse(x->analyser, lang, text, look, l, err);
}

/* The first word of the stretch with the most different words, then with the most. */
static uint32_t best_of(const looking *l) {
    uint32_t best = 0, best_value = 0;
    for (uint32_t i = 0; i < l->n_seen; i++) {
        uint64_t different = 0;
        uint32_t value = 0;
        for (uint32_t k = i;
             k < l->n_seen && l->seen[k].at + l->seen[k].len < l->seen[i].at + l->stretch; k++) {
            const uint64_t bit = (uint64_t)1 << l->seen[k].which;
            value += different & bit ? 1 : 100;
            different |= bit;
        }
        if (value > best_value) {
            best_value = value;
            best = i;
        }
    }
    return best;
}

/* A beginning at or after at: behind a blank if one is near, never inside a character. */
static size_t begin_near(lede_str text, size_t at, size_t before) {
    if (at == 0)
        return 0;
    for (size_t i = at; i < before; i++)
        if (is_blank(text.ptr[i]))
            return i + 1;
    while (at < text.len && ((unsigned char)text.ptr[at] & 0xC0) == 0x80)
        at++;
    return at;
}

static size_t end_near(lede_str text, size_t at, size_t after) {
    if (at >= text.len)
        return text.len;
    for (size_t i = at; i > after; i--)
        if (is_blank(text.ptr[i]))
            return i;
    return lede_utf8_cut(text, at);
}

/* Appends text[from, to) on one line and notes where the words came to stand. */
static void add_marked(const looking *l, lede_str text, size_t from, size_t to, lede_buf *out,
                       lede_search_mark *marks, uint32_t *n_marks) {
    uint32_t next = 0;
    while (next < l->n_seen && l->seen[next].at < from)
        next++;
    for (size_t i = from; i < to; i++) {
        const seen *s = next < l->n_seen ? &l->seen[next] : NULL;
        if (s && s->at == i && i + s->len <= to) {
            if (*n_marks < LEDE_SEARCH_MARKS)
                marks[(*n_marks)++] = (lede_search_mark){(uint32_t)out->len, s->len};
            lede_buf_addn(out, text.ptr + i, s->len);
            i += s->len - 1;
            next++;
        } else if (!is_blank(text.ptr[i])) {
            lede_buf_addc(out, text.ptr[i]);
        } else if (out->len && out->ptr[out->len - 1] != ' ') {
            lede_buf_addc(out, ' ');
        }
    }
}

static void cut(const looking *l, lede_str text, uint32_t max_bytes, lede_buf *out,
                lede_search_mark *marks, uint32_t *n_marks) {
    const uint32_t lead = max_bytes / 4;
    const size_t hit = l->n_seen ? l->seen[best_of(l)].at : 0;
    const size_t from = begin_near(text, hit > lead ? hit - lead : 0, hit);
    const size_t to = end_near(text, from + max_bytes, from + max_bytes / 2);
    if (from > 0)
        lede_buf_adds(out, "… ");
    add_marked(l, text, from, to, out, marks, n_marks);
    if (to < text.len)
        lede_buf_adds(out, " …");
}

lede_status lede_search_snippet(lede_search *x, const lede_search_query *q, lede_str lang,
                                lede_str text, uint32_t max_bytes, lede_buf *out,
                                lede_search_mark marks[LEDE_SEARCH_MARKS], uint32_t *n_marks,
                                lede_error *err) {
    looking *l = calloc(1, sizeof *l);
    if (!l)
        return lede_fail(err, LEDE_ENOMEM, "search: out of memory");
    *n_marks = 0;
    l->stretch = max_bytes - max_bytes / 4;
    l->enough = UINT32_MAX;
    lede_arena_init(&l->arena, (size_t)1 << 20);
    lede_status st = lede__needed_parts(x, q, lang.len ? lang : LEDE_STR("und"), &l->arena,
                                        l->words, l->needed, err);
    for (uint32_t i = 0; i < q->n; i++)
        if (l->needed[i] && !q->parts[i].exclude && q->parts[i].field <= LEDE_SEARCH_TITLE)
            want(l, &q->parts[i], &l->words[i]);
    if (!st && l->n_wanted)
        st = look_at_text(x, l, lang, text, err);
    if (!st)
        cut(l, text, max_bytes, out, marks, n_marks);
    lede_arena_fini(&l->arena);
    free(l);
    return st ? st : lede_buf_status(out, err);
}
