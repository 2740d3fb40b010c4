/* write.c - HTML from a tree: allowed elements, allowed attributes, escaped text, and nothing of
 * the source itself. What it writes has no raw text elements, no comments and no SVG or MathML, so
 * however a browser nests it, it finds these elements with these attributes and no others. Empty
 * elements end in " />", as the Markdown room prints them. */
#include "html/internal.h"

#include "base/banned.h"

typedef struct writer {
    const lede__html_rules *r;
    lede_buf *out;
    lede_buf scratch, attributes;
    lede__html_nesting nesting;
    int heading;    /* the level of the last one; the page's own is 1 */
    bool after_pre; /* nothing stands behind <pre> yet: a newline there would not be read */
} writer;

static void put_text(writer *w, lede_str text) {
    if (lede_str_trim(text).len)
        lede__html_make_room(&w->nesting, GUMBO_TAG_LAST, w->out);
    size_t before = w->out->len;
    lede__html_put(w->out, text, lede_escape_html);
    if (w->out->len == before)
        return;
    if (w->after_pre && w->out->ptr[before] == '\n') {
        lede__html_cut(w->out, before);
        lede_buf_addc(w->out, '\n');
        lede__html_put(w->out, text, lede_escape_html);
    }
    w->after_pre = false;
    lede__html_nesting_text(&w->nesting, text);
}

/* What stands for an element that lacks what it is for. */
static void put_instead(writer *w, const GumboElement *e) {
    const GumboAttribute *alt =
        e->tag == GUMBO_TAG_IMG ? gumbo_get_attribute(&e->attributes, "alt") : NULL;
    if (alt)
        put_text(w, lede_str_of(alt->value));
}

/* Whether an element with these attributes is worth its tag. */
static bool is_whole(GumboTag tag, unsigned has) {
    switch ((int)tag) {
    case GUMBO_TAG_A:
        return has & (LEDE__HAS_URL | LEDE__HAS_ID);
    case GUMBO_TAG_IMG:
    case GUMBO_TAG_IFRAME:
    case GUMBO_TAG_SOURCE:
    case GUMBO_TAG_TRACK:
        return has & LEDE__HAS_URL;
    case GUMBO_TAG_INPUT:
        return has & LEDE__HAS_TYPE;
    default:
        return true;
    }
}

static void put_forced(writer *w, GumboTag tag, unsigned has) {
    if (tag == GUMBO_TAG_A && !w->r->owner)
        lede_buf_adds(w->out, " rel=\"nofollow noopener noreferrer\"");
    if (tag == GUMBO_TAG_INPUT && !(has & LEDE__HAS_DISABLED))
        lede_buf_adds(w->out, " disabled=\"\"");
    if (tag == GUMBO_TAG_IMG && !(has & LEDE__HAS_ALT))
        lede_buf_adds(w->out, " alt=\"\"");
    if ((tag == GUMBO_TAG_TABLE || tag == GUMBO_TAG_PRE) && w->r->policy->in_page &&
        !(has & LEDE__HAS_TABINDEX))
        lede_buf_adds(w->out, " tabindex=\"0\"");
    if (tag == GUMBO_TAG_IFRAME)
        lede_buf_adds(
            w->out, " sandbox=\"allow-scripts allow-same-origin allow-popups allow-presentation\"");
}

/* The level for a heading of a page's body: none is skipped. */
static GumboTag levelled(writer *w, GumboTag tag) {
    const int level = (int)tag - (int)GUMBO_TAG_H1 + 1;
    w->heading = level > w->heading + 1 ? w->heading + 1 : level;
    return (GumboTag)((int)GUMBO_TAG_H1 + w->heading - 1);
}

/* The element as it may stand here. */
static lede__html_tag fitted(writer *w, lede__html_tag t) {
    GumboTag tag = lede__html_tag_here(&w->nesting, t.tag);
    if (tag >= GUMBO_TAG_H1 && tag <= GUMBO_TAG_H6 && w->r->policy->in_page)
        tag = levelled(w, tag);
    if (tag == t.tag)
        return t;
    return (lede__html_tag){tag, gumbo_normalized_tagname(tag), lede__html_traits(tag)};
}

/* A block that a heading cannot hold: its words stay, apart from those before. */
static void put_apart(writer *w) {
    const lede_buf *out = w->out;
    if (out->len && !strchr(" \n>", out->ptr[out->len - 1]))
        lede_buf_addc(w->out, ' ');
}

static bool is_allowed(const writer *w, const lede__html_tag *t) {
    return (t->traits & (w->r->owner ? LEDE__TAG_FEED | LEDE__TAG_OWNER : LEDE__TAG_FEED)) &&
           w->nesting.depth < LEDE__HTML_DEPTH;
}

/* Writes a start tag (of an empty element, all of it), or what stands for it. false: the element is
 * unwrapped. */
static bool open_element(writer *w, const GumboElement *e) {
    lede__html_tag t = lede__html_tag_of(e);
    if (!is_allowed(w, &t))
        return false;
    if ((t.traits & LEDE__TAG_CLOSES_P) && lede__html_in_heading(&w->nesting)) {
        put_apart(w);
        return false;
    }
    lede_buf_clear(&w->attributes);
    unsigned has = lede__html_attributes(w->r, e, &w->scratch, &w->attributes);
    if (!is_whole(t.tag, has)) {
        put_instead(w, e);
        return false;
    }
    t = fitted(w, t);
    lede__html_make_room(&w->nesting, t.tag, w->out);
    lede_buf_addc(w->out, '<');
    lede_buf_adds(w->out, t.name);
    lede_buf_add(w->out, lede_buf_str(&w->attributes));
    put_forced(w, t.tag, has);
    w->after_pre = t.tag == GUMBO_TAG_PRE;
    lede__html_nesting_open(&w->nesting, &t);
    if (t.traits & LEDE__TAG_EMPTY)
        lede_buf_adds(w->out, t.tag == GUMBO_TAG_IFRAME ? "></iframe>" : " />");
    else
        lede_buf_addc(w->out, '>');
    return true;
}

static void close_element(writer *w, const GumboElement *e) {
    lede__html_end_all_implied(&w->nesting, w->out);
    const GumboTag tag =
        w->nesting.open[w->nesting.depth - 1]; /* of a heading, the one that was written */
    lede_buf_adds(w->out, "</");
    lede_buf_adds(w->out, tag == GUMBO_TAG_UNKNOWN ? lede__html_tag_of(e).name
                                                   : gumbo_normalized_tagname(tag));
    lede_buf_addc(w->out, '>');
    w->after_pre = false;
    lede__html_nesting_close(&w->nesting);
}

static lede__html_step write_all(writer *w, lede__html_walk *walk) {
    for (;;) {
        const GumboNode *n;
        lede__html_step step = lede__html_walk_next(walk, &n);
        switch (step) {
        case LEDE__STEP_TEXT:
            put_text(w, lede_str_of(n->v.text.text));
            break;
        case LEDE__STEP_OPEN: {
            bool written = open_element(w, &n->v.element);
            if (!(lede__html_tag_of(&n->v.element).traits & LEDE__TAG_EMPTY))
                lede__html_walk_note(walk, written);
            break;
        }
        case LEDE__STEP_CLOSE:
            if (lede__html_walk_noted(walk))
                close_element(w, &n->v.element);
            break;
        case LEDE__STEP_END:
        case LEDE__STEP_LOST:
            return step;
        }
    }
}

bool lede__html_write(const GumboNode *root, const lede__html_rules *r, lede_arena *arena,
                      lede_buf *out, bool *unsure) {
    writer w = {.r = r, .out = out, .heading = 1};
    lede__html_walk walk;
    lede_buf_init(&w.scratch, LEDE_BUF_MAX);
    lede_buf_init(&w.attributes, LEDE_BUF_MAX);
    bool whole = lede__html_walk_init(&walk, arena, root) && write_all(&w, &walk) == LEDE__STEP_END;
    lede__html_end_all_implied(&w.nesting, out);
    whole = whole && !out->status && !w.attributes.status;
    *unsure = w.nesting.unsure;
    lede_buf_fini(&w.attributes);
    lede_buf_fini(&w.scratch);
    return whole;
}
