/* ordered.c - a skip list. Nodes stand 1, 2, 3 ... high with odds 1, 1/4, 1/16 ...; a search goes
 * along the highest lane first. The coin is a fixed sequence, so equal use gives an equal shape. */
#include "store/ordered.h"

#include <stdlib.h>

#include "base/banned.h"

struct lede__node {
    void *value;
    char *key;
    size_t key_len;
    bool claimed;
    lede__node *next[]; /* one a lane */
};

void lede__ordered_init(lede__ordered *m) { *m = (lede__ordered){.coin = 0x9e3779b97f4a7c15u}; }

void lede__ordered_fini(lede__ordered *m) {
    for (lede__node *n = m->first[0], *next; n; n = next) {
        next = n->next[0];
        free(n);
    }
    lede__ordered_init(m);
}

/* links[l] gets the link of lane l that key's node hangs on, or would. Returns what hangs there in
 * lane 0. */
static lede__node *seek(const lede__ordered *m, lede_str key,
                        lede__node **links[LEDE__ORDERED_LEVELS]) {
    lede__node *const *lane = m->first;
    for (int l = LEDE__ORDERED_LEVELS - 1; l >= 0; l--) {
        while (lane[l] && lede_str_cmp(lede__node_key(lane[l]), key) < 0)
            lane = lane[l]->next;
        if (links)
            links[l] = (lede__node **)&lane[l]; /* const only for those who just look */
    }
    return lane[0];
}

static bool is_key(const lede__node *n, lede_str key) {
    return n && lede_str_eq(lede__node_key(n), key);
}

static int throw_coin(lede__ordered *m) {
    m->coin ^= m->coin << 13;
    m->coin ^= m->coin >> 7;
    m->coin ^= m->coin << 17;
    int height = 1;
    for (uint64_t bits = m->coin; height < LEDE__ORDERED_LEVELS && (bits & 3) == 0; bits >>= 2)
        height++;
    return height;
}

lede__node *lede__ordered_make(lede__ordered *m, lede_str key) {
    lede__node **links[LEDE__ORDERED_LEVELS];
    lede__node *n = seek(m, key, links);
    if (is_key(n, key))
        return n;
    int height = throw_coin(m);
    size_t head = sizeof *n + (size_t)height * sizeof n->next[0];
    n = malloc(head + key.len + 1);
    if (!n)
        return NULL;
    n->value = NULL;
    n->claimed = false;
    n->key = (char *)n + head;
    n->key_len = key.len;
    if (key.len)
        memcpy(n->key, key.ptr, key.len);
    for (int l = 0; l < height; l++) {
        n->next[l] = *links[l];
        *links[l] = n;
    }
    m->count++;
    return n;
}

void lede__ordered_remove(lede__ordered *m, lede_str key) {
    lede__node **links[LEDE__ORDERED_LEVELS];
    lede__node *n = seek(m, key, links);
    if (!is_key(n, key))
        return;
    for (int l = 0; l < LEDE__ORDERED_LEVELS && *links[l] == n; l++)
        *links[l] = n->next[l];
    free(n);
    m->count--;
}

void *lede__ordered_get(const lede__ordered *m, lede_str key) {
    const lede__node *n = seek(m, key, NULL);
    return is_key(n, key) ? n->value : NULL;
}

lede__node *lede__ordered_from(const lede__ordered *m, lede_str key) { return seek(m, key, NULL); }
lede__node *lede__node_next(const lede__node *n) { return n->next[0]; }
lede_str lede__node_key(const lede__node *n) { return lede_str_n(n->key, n->key_len); }
void *lede__node_value(const lede__node *n) { return n->value; }
void lede__node_set(lede__node *n, void *value) { n->value = value; }

bool lede__node_claim(lede__node *n) {
    bool was = n->claimed;
    n->claimed = true;
    return !was;
}

void lede__node_release(lede__node *n) { n->claimed = false; }
