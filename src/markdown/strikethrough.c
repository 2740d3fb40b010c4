/* strikethrough.c - GFM (6.5): one or two tildes on each side, by the flanking rules of emphasis.
 *
 * Runs are matched among the inlines of one parent: cmark has read emphasis and links already, and
 * what crosses their borders is no strikethrough. */
#include "markdown/passes.h"

#include "base/banned.h"

typedef struct run {
    struct run *next;
    struct run *below[2]; /* the openers of each length that were open before it */
    cmark_node *text;
    size_t at, length;
    size_t order;
    struct run *other; /* its partner, when it has one */
    bool closes;
    cmark_node *mark; /* what stands for a matched one when texts are divided */
} run;

typedef struct matching {
    run *first, **last;
    run *open[2]; /* the innermost of length 1 and 2 */
    size_t count;
} matching;

static uint32_t char_at(lede_str s, size_t i) { return lede_utf8_next(s, &i); }

static void match(matching *m, run *r, bool opens, bool closes) {
    size_t kind = r->length - 1;
    run *o = m->open[kind];
    if (closes && o) {
        o->other = r;
        r->other = o;
        r->closes = true;
        m->open[kind] = o->below[kind];
        while (m->open[!kind] && m->open[!kind]->order > o->order) /* it stands inside */
            m->open[!kind] = m->open[!kind]->below[!kind];
    } else if (opens) {
        r->below[kind] = o;
        m->open[kind] = r;
    }
}

static void add_run(matching *m, cmark_node *text, lede_str s, size_t at, size_t length) {
    uint32_t b = at ? lede__last_char(lede_str_n(s.ptr, at)) : lede__char_before(text);
    uint32_t a = at + length < s.len ? char_at(s, at + length) : lede__char_after(text);
    bool opens = !lede__is_space(a) &&
                 (!lede__is_punctuation(a) || lede__is_space(b) || lede__is_punctuation(b));
    bool closes = !lede__is_space(b) &&
                  (!lede__is_punctuation(b) || lede__is_space(a) || lede__is_punctuation(a));
    if (!opens && !closes)
        return;
    run *r = lede__memory_room(1, sizeof *r);
    *r = (run){.text = text, .at = at, .length = length, .order = m->count++};
    *m->last = r;
    m->last = &r->next;
    match(m, r, opens, closes);
}

static void find_runs(matching *m, cmark_node *text) {
    lede_str s = lede_str_of(cmark_node_get_literal(text));
    for (size_t i = lede_str_find(s, '~', 0), n; i < s.len; i = lede_str_find(s, '~', i + n)) {
        for (n = 1; i + n < s.len && s.ptr[i + n] == '~';)
            n++;
        if (n <= 2)
            add_run(m, text, s, i, n);
    }
}

/* Divides one text at its matched runs, of which r is the first; gives the next text's first. */
static run *divide(run *r) {
    cmark_node *text = r->text;
    lede_str s = lede_str_of(cmark_node_get_literal(text));
    size_t done = 0;
    for (; r && r->text == text; r = r->next) {
        if (!r->other)
            continue;
        lede__put_text(text, lede_str_n(s.ptr + done, r->at - done));
        done = r->at + r->length;
        r->mark = r->closes ? lede__new_node(CMARK_NODE_TEXT)
                            : lede__new_custom(false, LEDE_STR("<del>"), LEDE_STR("</del>"));
        cmark_node_insert_before(text, r->mark);
    }
    if (done) {
        lede__put_text(text, lede_str_sub(s, done));
        cmark_node_unlink(text);
    }
    return r;
}

static bool has_pairs(const matching *m) {
    const run *r = m->first;
    while (r && !r->other)
        r = r->next;
    return r != NULL;
}

/* Strikes what stands between the marks, inner pairs first. */
static void strike(const matching *m) {
    for (run *r = m->first; r;)
        r = divide(r);
    for (run *r = m->first; r; r = r->next) {
        if (!r->closes)
            continue;
        lede__move(cmark_node_next(r->other->mark), r->mark, r->other->mark);
        cmark_node_unlink(r->mark);
    }
}

void lede__pass_strikethrough(cmark_node *root) {
    cmark_node *next;
    for (cmark_node *n = root; n; n = next) {
        bool image = cmark_node_get_type(n) == CMARK_NODE_IMAGE;
        matching m = {0};
        m.last = &m.first;
        for (cmark_node *at = image ? NULL : cmark_node_first_child(n); at;
             at = cmark_node_next(at))
            if (cmark_node_get_type(at) == CMARK_NODE_TEXT)
                find_runs(&m, at);
        if (has_pairs(&m) && !lede__is_deep(n))
            strike(&m);
        next = lede__after(n, root, !image);
    }
}
