/* value.h - plain data: what YAML, JSON and Lua tables have in common.
 *
 * Values live in an arena and know the line and column they came from (0 when they came from no file).
 * Maps keep the order of their source; the writers sort keys, so equal data give equal bytes. */
#ifndef LEDE_VALUE_H
#define LEDE_VALUE_H

#include "lede/arena.h"

typedef enum lede_kind {
    LEDE_NULL,
    LEDE_BOOL,
    LEDE_INT,
    LEDE_FLOAT,
    LEDE_TEXT,
    LEDE_LIST,
    LEDE_MAP
} lede_kind;

typedef struct lede_value lede_value;
typedef struct lede_pair lede_pair;

struct lede_value {
    lede_kind kind;
    int line, column; /* from 1 */
    bool quoted;      /* TEXT: was quoted in its source, so it is never a date or number */
    union {
        bool boolean;
        int64_t integer;
        double number;
        struct {
            lede_value *items;
            size_t count;
        } list;
        struct {
            lede_pair *pairs;
            size_t count;
        } map;
    };
    lede_str text; /* TEXT: the text; INT and FLOAT: as written in the source ("007"), when known */
};

struct lede_pair {
    lede_str key;
    int line, column;
    lede_value value;
};

/* The value under key, or NULL; also NULL when map is NULL or not a map. */
const lede_value *lede_value_get(const lede_value *map, const char *key);
const char *lede_kind_name(lede_kind kind); /* "text", "list", ... */

/* codec/json.c. Reads exactly one JSON value (strict: RFC 8259, no duplicate keys, valid UTF-8, depth <= 128). */
LEDE_MUST_CHECK lede_status lede_json_read(lede_arena *arena, lede_str json, lede_value *out,
                                           lede_error *err);
/* Appends value as canonical JSON: keys sorted by bytes, no blanks; floats by the shortest form that reads back. */
void lede_json_write(lede_buf *out, const lede_value *value);

#endif
