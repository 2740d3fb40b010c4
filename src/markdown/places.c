/* places.c - finds in the tree where cmark carried the marks. See marks.h. */
#include "markdown/passes.h"

#include "base/banned.h"

#define OPENING "\xF0\x90\xA9\x90"
#define CLOSING "\xF0\x90\xA9\x91"
enum { WIDTH = 4 };

bool lede__mark_next(const lede__marks *m, lede_str s, size_t *at, size_t *end, size_t *index) {
    for (size_t i = *at; (i = lede_str_search(s, LEDE_STR(OPENING), i)) != (size_t)-1; i += WIDTH) {
        size_t n = 0, j = i + WIDTH;
        for (; j < s.len && s.ptr[j] >= '0' && s.ptr[j] <= '9' && n < m->count; j++)
            n = n * 10 + (size_t)(s.ptr[j] - '0');
        if (j == i + WIDTH || n >= m->count || !lede_str_starts(lede_str_sub(s, j), CLOSING))
            continue;
        *at = i;
        *end = j + WIDTH;
        *index = n;
        return true;
    }
    return false;
}

lede__mark *lede__mark_of(cmark_node *n) {
    cmark_node_type type = cmark_node_get_type(n);
    bool may = type == CMARK_NODE_HEADING || type == CMARK_NODE_CUSTOM_BLOCK ||
               type == CMARK_NODE_CUSTOM_INLINE;
    return may ? cmark_node_get_user_data(n) : NULL;
}

static bool is_fence(const lede__mark *k) {
    return k->kind == LEDE__LEAF || k->kind == LEDE__CONTAINER || k->kind == LEDE__CLOSE;
}

/* ---- verifying */

typedef struct verifying {
    lede__marks *m;
    size_t definition;           /* the next that an item can be */
    cmark_node *link, *link_end; /* the link or image at hand, and what follows it */
    bool forged;                 /* a mark came twice: an entity wrote it */
} verifying;

/* Items come in the order of their lines, as definitions do. */
static void see_item(verifying *v, cmark_node *item) {
    int line = cmark_node_get_start_line(item);
    lede__marks *m = v->m;
    while (v->definition < m->count &&
           (m->items[v->definition].kind != LEDE__DEFINITION || m->items[v->definition].dropped ||
            m->items[v->definition].line < line))
        v->definition++;
    lede__mark *d = v->definition < m->count ? &m->items[v->definition] : NULL;
    if (!d || d->line != line || d->column != cmark_node_get_start_column(item))
        return;
    d->seen = true;
    d->node = item;
}

static bool belongs(const verifying *v, const lede__mark *k, cmark_node *text, size_t at) {
    cmark_node *parent = cmark_node_parent(text);
    if (k->kind == LEDE__REFERENCE)
        return !v->link;
    if (k->kind == LEDE__INLINE || k->kind == LEDE__END)
        return !v->link || cmark_node_get_type(v->link) != CMARK_NODE_IMAGE;
    if (is_fence(k))
        return at == 0 && !cmark_node_previous(text) &&
               cmark_node_get_type(parent) == CMARK_NODE_HEADING &&
               cmark_node_get_start_line(parent) == k->line;
    return k->kind == LEDE__ESCAPE;
}

static void see_text(verifying *v, cmark_node *text) {
    lede_str s = lede_str_of(cmark_node_get_literal(text));
    size_t index;
    for (size_t at = 0, end; lede__mark_next(v->m, s, &at, &end, &index); at = end) {
        lede__mark *k = &v->m->items[index];
        v->forged = v->forged || k->parent || k->dropped;
        k->seen = belongs(v, k, text, at);
        k->parent = cmark_node_parent(text);
    }
}

static void see(verifying *v, cmark_node *root) {
    for (cmark_node *n = root; n; n = lede__after(n, root, true)) {
        cmark_node_type type = cmark_node_get_type(n);
        if (n == v->link_end)
            v->link = NULL;
        if (type == CMARK_NODE_ITEM) {
            see_item(v, n);
        } else if (type == CMARK_NODE_TEXT) {
            see_text(v, n);
        } else if ((type == CMARK_NODE_LINK || type == CMARK_NODE_IMAGE) && !v->link) {
            v->link = n;
            v->link_end = lede__after(n, root, false);
        }
    }
}

/* Whether a mark that was written stands where it can be used, with its partner beside it. */
static bool is_good(const lede__marks *m, const lede__mark *k) {
    const lede__mark *other = &m->items[k->other];
    bool ends = k->kind == LEDE__END;
    if (ends && other->kind != LEDE__INLINE)
        return !other->dropped;
    if (ends || k->kind == LEDE__INLINE)
        return k->seen && other->seen && k->parent == other->parent;
    return k->seen;
}

bool lede__marks_verify(lede__marks *m, cmark_node *root) {
    for (size_t i = 0; i < m->count; i++) {
        m->items[i].seen = false;
        m->items[i].node = m->items[i].parent = NULL;
    }
    verifying v = {.m = m};
    see(&v, root);
    if (v.forged) {
        lede__marks_drop(m);
        return false;
    }
    bool good = true;
    for (size_t i = 0; i < m->count; i++) {
        if (m->items[i].dropped || is_good(m, &m->items[i]))
            continue;
        m->items[i].dropped = true;
        good = false;
    }
    return good;
}

/* ---- placing */

/* Takes the mark off a heading's text. */
static void place_fence(lede__mark *k, cmark_node *text, size_t end) {
    lede_str s = lede_str_of(cmark_node_get_literal(text));
    k->node = cmark_node_parent(text);
    cmark_node_set_user_data(k->node, k);
    cmark_node_set_literal(text, lede__terminated(lede_str_sub(s, end)));
}

/* Divides a text at its marks. */
static void place_inlines(lede__marks *m, cmark_node *text) {
    lede_str s = lede_str_of(cmark_node_get_literal(text));
    size_t done = 0, index;
    for (size_t at = 0, end; lede__mark_next(m, s, &at, &end, &index); at = end) {
        lede__mark *k = &m->items[index];
        if (k->kind == LEDE__ESCAPE || is_fence(k))
            continue;
        lede__put_text(text, lede_str_n(s.ptr + done, at - done));
        k->node = lede__new_custom(false, (lede_str){0}, (lede_str){0});
        cmark_node_set_user_data(k->node, k);
        cmark_node_insert_before(text, k->node);
        done = end;
    }
    if (!done)
        return;
    lede__put_text(text, lede_str_sub(s, done));
    cmark_node_unlink(text);
}

void lede__marks_place(lede__marks *m, cmark_node *root) {
    cmark_node *next;
    for (cmark_node *n = root; n; n = next) {
        size_t at = 0, end, index;
        next = lede__after(n, root, true);
        if (cmark_node_get_type(n) != CMARK_NODE_TEXT ||
            !lede__mark_next(m, lede_str_of(cmark_node_get_literal(n)), &at, &end, &index))
            continue;
        if (is_fence(&m->items[index]))
            place_fence(&m->items[index], n, end);
        place_inlines(m, n);
    }
}

/* ---- restoring */

/* s with its marks as they were written, less the backslash; NULL when it has none. */
static char *restored(const lede__marks *m, lede_str source, lede_str s) {
    size_t at = 0, end, index, done = 0, len = 0;
    if (!lede__mark_next(m, s, &at, &end, &index))
        return NULL;
    char *out = lede__memory_room(s.len + 1, 1); /* a mark is longer than an escape */
    do {
        const lede__mark *k = &m->items[index];
        memcpy(out + len, s.ptr + done, at - done);
        len += at - done;
        if (k->kind == LEDE__ESCAPE)
            out[len++] = source.ptr[k->from + 1];
        done = at = end;
    } while (lede__mark_next(m, s, &at, &end, &index));
    memcpy(out + len, s.ptr + done, s.len - done);
    return out;
}

void lede__marks_restore(const lede__marks *m, lede_str source, cmark_node *root) {
    for (cmark_node *n = root; n; n = lede__after(n, root, true)) {
        cmark_node_type type = cmark_node_get_type(n);
        if (type == CMARK_NODE_TEXT) {
            char *text = restored(m, source, lede_str_of(cmark_node_get_literal(n)));
            if (text)
                cmark_node_set_literal(n, text);
        } else if (type == CMARK_NODE_LINK) { /* one that we made */
            char *url = restored(m, source, lede_str_of(cmark_node_get_url(n)));
            if (url)
                cmark_node_set_url(n, url);
        }
    }
}
