/* footnotes.c - references become numbers, definitions an ordered list at the document's end.
 *
 * Marked in the source by marks.c: a definition is an item there, with as many blocks as it has.
 * The numbers go by first reference; what only notes refer to comes after. Of definitions with one
 * label the first counts; one that nothing refers to is left out and noted. */
#include "markdown/passes.h"

#include "markdown/languages.h"

#include "base/banned.h"

typedef struct notes {
    lede__extending *x;
    lede__mark **list; /* the definitions that are referred to, by number */
    size_t count;
} notes;

static void note(const lede__extending *x, const lede__mark *d, const char *message) {
    if (x->o->note)
        x->o->note(x->o->ctx, &(lede_markdown_note){"footnote", d->name, d->line, message});
}

/* Takes the definitions out of the text. */
static void unlink_definitions(const lede__marks *m) {
    for (size_t i = 0; i < m->count; i++) {
        const lede__mark *d = &m->items[i];
        if (d->kind != LEDE__DEFINITION || d->dropped)
            continue;
        cmark_node *list = cmark_node_parent(d->node);
        cmark_node_unlink(d->node);
        if (!cmark_node_first_child(list))
            cmark_node_unlink(list);
    }
}

/* The id of a definition's n-th reference. */
static void put_id(lede_buf *out, const lede__mark *d, unsigned n) {
    lede_buf_addf(out, "fnref-%u", d->number);
    if (n > 1)
        lede_buf_addf(out, "-%u", n);
}

static void write_reference(notes *t, cmark_node *n, lede__mark *d) {
    lede_buf *html = &t->x->pieces;
    lede_buf_clear(html);
    if (!d->number) {
        t->list[t->count++] = d;
        d->number = (unsigned)t->count;
    }
    d->references++;
    lede_buf_adds(html, "<sup><a id=\"");
    put_id(html, d, d->references);
    lede_buf_addf(html, "\" href=\"#fn-%u\" role=\"doc-noteref\">%u</a></sup>", d->number,
                  d->number);
    cmark_node_set_on_enter(n, html->ptr);
}

static void write_references(notes *t, cmark_node *root) {
    for (cmark_node *n = root; n; n = lede__after(n, root, true)) {
        const lede__mark *r = lede__mark_of(n);
        if (!r || r->kind != LEDE__REFERENCE)
            continue;
        cmark_node_set_user_data(n, NULL);
        write_reference(t, n, &t->x->marks.items[r->other]);
    }
}

/* One link back a reference. */
static cmark_node *back_links(const notes *t, const lede__mark *d, bool block) {
    lede_buf *html = &t->x->pieces;
    const char *label = lede__language_of(t->x->o->language)->back;
    lede_buf_clear(html);
    for (unsigned n = 1; n <= d->references; n++) {
        lede_buf_adds(html, block && n == 1 ? "<p><a href=\"#" : " <a href=\"#");
        put_id(html, d, n);
        lede_buf_addf(html, "\" role=\"doc-backlink\" aria-label=\"%s %u", label, d->number);
        if (n > 1)
            lede_buf_addf(html, "-%u", n);
        lede_buf_adds(html, "\">\xE2\x86\xA9\xEF\xB8\x8E</a>");
    }
    if (block)
        lede_buf_adds(html, "</p>");
    return lede__new_custom(block, lede_buf_str(html), (lede_str){0});
}

static void add_note(notes *t, cmark_node *section, lede__mark *d) {
    lede_buf *html = &t->x->pieces;
    lede_buf_clear(html);
    lede_buf_addf(html, "<li id=\"fn-%u\">", d->number);
    cmark_node *li = lede__new_custom(true, lede_buf_str(html), LEDE_STR("</li>"));
    lede__move(cmark_node_first_child(d->node), NULL, li);
    cmark_node *last = cmark_node_last_child(li);
    bool words = cmark_node_get_type(last) == CMARK_NODE_PARAGRAPH;
    cmark_node_append_child(words ? last : li, back_links(t, d, !words));
    cmark_node_append_child(section, li);
}

static void note_what_is_left_out(notes *t) {
    for (size_t i = 0; i < t->x->marks.count; i++) {
        const lede__mark *d = &t->x->marks.items[i];
        if (d->kind == LEDE__DEFINITION && !d->dropped && !d->number)
            note(t->x, d, "nothing refers to it, or its label is taken; left out");
    }
}

void lede__pass_footnotes(lede__extending *x) {
    size_t definitions = 0;
    for (size_t i = 0; i < x->marks.count; i++)
        definitions += x->marks.items[i].kind == LEDE__DEFINITION && !x->marks.items[i].dropped;
    if (!definitions)
        return;
    notes t = {.x = x};
    t.list = lede__memory_room(definitions, sizeof *t.list);
    unlink_definitions(&x->marks);
    write_references(&t, x->root);
    for (size_t i = 0; i < t.count; i++) /* notes may refer to notes: the list grows */
        write_references(&t, t.list[i]->node);
    note_what_is_left_out(&t);
    if (!t.count)
        return;
    cmark_node *section = lede__new_custom(
        true, LEDE_STR("<section class=\"footnotes\" role=\"doc-endnotes\">\n<ol>\n"),
        LEDE_STR("</ol>\n</section>\n"));
    for (size_t i = 0; i < t.count; i++)
        add_note(&t, section, t.list[i]);
    cmark_node_append_child(x->root, section);
}
