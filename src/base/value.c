/* value.c - looking into plain data. See lede/value.h. */
#include "lede/value.h"

#include "base/banned.h"

const lede_value *lede_value_get(const lede_value *map, const char *key) {
    if (!map || map->kind != LEDE_MAP)
        return NULL;
    lede_str wanted = lede_str_of(key);
    for (size_t i = 0; i < map->map.count; i++)
        if (lede_str_eq(map->map.pairs[i].key, wanted))
            return &map->map.pairs[i].value;
    return NULL;
}

const char *lede_kind_name(lede_kind kind) {
    switch (kind) {
    case LEDE_NULL:
        return "null";
    case LEDE_BOOL:
        return "boolean";
    case LEDE_INT:
        return "integer";
    case LEDE_FLOAT:
        return "number";
    case LEDE_TEXT:
        return "text";
    case LEDE_LIST:
        return "list";
    case LEDE_MAP:
        return "map";
    }
    return "unknown";
}
