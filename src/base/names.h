/* names.h - a set of texts, numbered in order of arrival: 0, 1, 2, ... The texts are borrowed or copied into an arena. */
#ifndef LEDE_BASE_NAMES_H
#define LEDE_BASE_NAMES_H

#include "lede/arena.h"

#define LEDE_NO_NAME UINT32_MAX

typedef struct lede__name_slot { uint32_t hash, number; /* + 1, 0 = free */ } lede__name_slot;
typedef struct lede__names {
    lede_str *items;
    uint32_t count, cap;
    lede__name_slot *slots;
    uint32_t mask;
} lede__names;

void lede__names_init(lede__names *n);
void lede__names_fini(lede__names *n); /* may be repeated */
/* The number of s, or LEDE_NO_NAME. */
uint32_t lede__names_find(const lede__names *n, lede_str s);
/* Adds s unless it is there (copied into arena when arena is not NULL); its number, or LEDE_NO_NAME without memory. */
uint32_t lede__names_add(lede__names *n, lede_arena *arena, lede_str s);

#endif
