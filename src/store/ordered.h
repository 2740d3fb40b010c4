/* ordered.h - a map from bytes to a pointer, in order of its keys: what the memory engine keeps its
 * rows in. */
#ifndef LEDE_STORE_ORDERED_H
#define LEDE_STORE_ORDERED_H

#include "lede/text.h"

enum { LEDE__ORDERED_LEVELS = 20 };

typedef struct lede__node lede__node;

typedef struct lede__ordered {
    lede__node *first[LEDE__ORDERED_LEVELS];
    uint64_t coin; /* decides how high a new node stands */
    size_t count;
} lede__ordered;

void lede__ordered_init(lede__ordered *m);
void lede__ordered_fini(
    lede__ordered *m); /* may be repeated; frees nodes, not what they point to */

/* The node of key, made with a NULL value when there is none; NULL when memory is refused. */
lede__node *lede__ordered_make(lede__ordered *m, lede_str key);
void lede__ordered_remove(lede__ordered *m, lede_str key);     /* absent is fine */
void *lede__ordered_get(const lede__ordered *m, lede_str key); /* NULL when absent */
/* The first node whose key is >= key, or NULL at the end; then on by next. */
lede__node *lede__ordered_from(const lede__ordered *m, lede_str key);
lede__node *lede__node_next(const lede__node *n);
lede_str lede__node_key(const lede__node *n);
void *lede__node_value(const lede__node *n);
void lede__node_set(lede__node *n, void *value);
/* True when n was not claimed, and claims it; until released. For an owner that logs each node
 * once. */
bool lede__node_claim(lede__node *n);
void lede__node_release(lede__node *n);

#endif
