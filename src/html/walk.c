/* walk.c - a gumbo tree in document order. Its frames lie in the parser's arena, so that no input's
 * depth matters to ours.
 *
 * Passed over with all they hold: comments, what tags.c says is dropped, everything in SVG or
 * MathML (their HTML too: how a browser reads those again is what mutation attacks are made of),
 * templates, and what gumbo makes of <isindex>. */
#include "html/internal.h"

#include "base/banned.h"

typedef struct lede__html_frame {
    const GumboNode *element;
    unsigned next; /* child */
    bool note;
} frame;

enum { FIRST_ROOM = 32 };

static const GumboVector *children(const GumboNode *n) { return &n->v.element.children; }

static bool push(lede__html_walk *w, const GumboNode *element) {
    if (w->depth == w->room) {
        size_t room = w->room ? w->room * 2 : FIRST_ROOM;
        frame *more = lede_arena_take(w->arena, room * sizeof *more);
        if (!more)
            return false;
        if (w->depth)
            memcpy(more, w->frames, w->depth * sizeof *more);
        w->frames = more;
        w->room = room;
    }
    w->frames[w->depth++] = (frame){.element = element};
    return true;
}

bool lede__html_walk_init(lede__html_walk *w, lede_arena *arena, const GumboNode *root) {
    *w = (lede__html_walk){.arena = arena};
    return push(w, root);
}

static bool is_element(const GumboNode *n) {
    return n->type == GUMBO_NODE_ELEMENT && n->v.element.tag_namespace == GUMBO_NAMESPACE_HTML &&
           !(n->parse_flags & GUMBO_INSERTION_FROM_ISINDEX);
}

lede__html_step lede__html_walk_next(lede__html_walk *w, const GumboNode **node) {
    for (;;) {
        frame *top = &w->frames[w->depth - 1];
        *node = top->element;
        if (top->next == children(top->element)->length) {
            w->depth--;
            return w->depth ? LEDE__STEP_CLOSE : LEDE__STEP_END;
        }
        const GumboNode *n = children(top->element)->data[top->next++];
        *node = n;
        if (n->type == GUMBO_NODE_TEXT || n->type == GUMBO_NODE_WHITESPACE)
            return LEDE__STEP_TEXT;
        unsigned traits =
            is_element(n) ? lede__html_tag_of(&n->v.element).traits : LEDE__TAG_DROPPED;
        if (traits & LEDE__TAG_DROPPED)
            continue;
        return (traits & LEDE__TAG_EMPTY) || push(w, n) ? LEDE__STEP_OPEN : LEDE__STEP_LOST;
    }
}

void lede__html_walk_note(lede__html_walk *w, bool note) { w->frames[w->depth - 1].note = note; }

bool lede__html_walk_noted(const lede__html_walk *w) { return w->frames[w->depth].note; }
