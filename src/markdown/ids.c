/* ids.c - addresses for headings: the slug of the words, made unique within the document by "-2",
 * "-3". */
#include "markdown/passes.h"

#include "text/slug.h"

#include "base/banned.h"

#include <stdlib.h>

typedef struct lede__id {
    lede_str id;   /* in the arena; ptr NULL = empty slot */
    unsigned next; /* the number to try when the same is asked for again */
} lede__id;

enum { FIRST_SLOTS = 32, IDS_MEMORY = 64 * 1024 * 1024 };

void lede__ids_init(lede__ids *ids) {
    *ids = (lede__ids){0};
    lede_buf_init(&ids->text, LEDE_BUF_MAX);
    lede_buf_init(&ids->slug, LEDE_BUF_MAX);
    lede_arena_init(&ids->arena, IDS_MEMORY);
}

void lede__ids_fini(lede__ids *ids) {
    free(ids->slots);
    ids->slots = NULL;
    ids->cap = ids->used = 0;
    lede_buf_fini(&ids->text);
    lede_buf_fini(&ids->slug);
    lede_arena_fini(&ids->arena);
}

static size_t hash(lede_str s) { /* FNV-1a: the table lives for one document and holds headings */
    uint64_t h = 14695981039346656037u;
    for (size_t i = 0; i < s.len; i++)
        h = (h ^ (unsigned char)s.ptr[i]) * 1099511628211u;
    return (size_t)(h ^ (h >> 32));
}

static lede__id *slot_of(lede__id *slots, size_t cap, lede_str id) {
    size_t i = hash(id) & (cap - 1);
    while (slots[i].id.ptr && !lede_str_eq(slots[i].id, id))
        i = (i + 1) & (cap - 1);
    return &slots[i];
}

static bool grow(lede__ids *ids) {
    size_t cap = ids->cap ? ids->cap * 2 : FIRST_SLOTS;
    lede__id *slots = calloc(cap, sizeof *slots);
    if (!slots)
        return false;
    for (size_t i = 0; i < ids->cap; i++)
        if (ids->slots[i].id.ptr)
            *slot_of(slots, cap, ids->slots[i].id) = ids->slots[i];
    free(ids->slots);
    ids->slots = slots;
    ids->cap = cap;
    return true;
}

/* The slot of id, new (next = 0) or known. */
static lede__id *claim(lede__ids *ids, lede_str id) {
    if (ids->used * 2 >= ids->cap && !grow(ids))
        return NULL;
    lede__id *s = slot_of(ids->slots, ids->cap, id);
    if (s->id.ptr)
        return s;
    lede_str copy = lede_arena_copy(&ids->arena, id);
    if (!copy.ptr)
        return NULL;
    *s = (lede__id){copy, 0};
    ids->used++;
    return s;
}

lede_str lede__ids_next(lede__ids *ids, lede_str text) {
    const lede_str none = {0};
    lede_buf_clear(&ids->slug);
    lede__slug(&ids->slug, text);
    if (lede_buf_status(&ids->slug, NULL))
        return none;
    lede__id *wanted = claim(ids, lede_buf_str(&ids->slug));
    if (!wanted)
        return none;
    if (wanted->next == 0) {
        wanted->next = 2;
        return wanted->id;
    }
    lede_str base = wanted->id;
    for (unsigned n = wanted->next;; n++) {
        lede_buf_clear(&ids->slug);
        lede_buf_addf(&ids->slug, "%.*s-%u", (int)base.len, base.ptr, n);
        if (lede_buf_status(&ids->slug, NULL))
            return none;
        lede__id *s = claim(ids, lede_buf_str(&ids->slug)); /* may move the slots */
        if (!s)
            return none;
        if (s->next)
            continue;
        s->next = 2;
        lede_str id = s->id;
        slot_of(ids->slots, ids->cap, base)->next = n + 1;
        return id;
    }
}

void lede__ids_assign(lede__ids *ids, cmark_node *root) {
    for (cmark_node *n = root; n; n = lede__next_block(n, root)) {
        if (cmark_node_get_type(n) != CMARK_NODE_HEADING)
            continue;
        lede_buf_clear(&ids->text);
        lede__markdown_words(n, &ids->text);
        lede_str id = lede__ids_next(ids, lede_buf_str(&ids->text));
        cmark_node_set_user_data(n, lede__terminated(id));
    }
}

void lede__markdown_words(cmark_node *n, lede_buf *out) {
    cmark_node *at = cmark_node_first_child(n);
    while (at) {
        cmark_node_type type = cmark_node_get_type(at);
        if (type == CMARK_NODE_TEXT || type == CMARK_NODE_CODE)
            lede_buf_adds(out, cmark_node_get_literal(at));
        else if (type == CMARK_NODE_SOFTBREAK || type == CMARK_NODE_LINEBREAK)
            lede_buf_addc(out, ' ');
        cmark_node *next = cmark_node_first_child(at);
        while (!next && at != n) {
            next = cmark_node_next(at);
            if (!next) {
                at = cmark_node_parent(at);
                if (at == n)
                    break;
            }
        }
        at = next;
    }
}
