/* related.h - which articles a reader would want next. Integers in, integers out; knows neither store nor edition.
 *
 * Until the engine comes: the nearest earlier ones of the same section by (date, id). */
#ifndef LEDE_RELATED_H
#define LEDE_RELATED_H

#include <stddef.h>
#include <stdint.h>

/* One candidate list: positions of articles of the same section in order of (date, id), oldest first. Writes up to k
 * positions that precede list[self], nearest first, to out; returns how many. */
uint32_t lede_related_earlier(const uint32_t *list, uint32_t count, uint32_t self, uint32_t k, uint32_t *out);

#endif
