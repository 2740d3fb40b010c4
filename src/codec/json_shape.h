/* json_shape.h - what a JSON text is built like, apart from what its strings say: texts of one template have few shapes. */
#ifndef LEDE_CODEC_JSON_SHAPE_H
#define LEDE_CODEC_JSON_SHAPE_H

#include "lede/text.h"

/* Fills *shape with a number that texts built alike share: the same names in the same order, the same kinds of values. Of names
 * that begin with '@' the value counts as it stands, of those with "date" in them the form of the value. False when text is no
 * JSON (RFC 8259), or nests deeper than 64; duplicate names are not looked for. One pass, no memory. */
bool lede__json_shape(lede_str text, uint64_t *shape);

#endif
