/* fuzz_xml.c - any bytes as XML: an end within bounds; names and texts of a tree are valid UTF-8
 * and its counts are true; a refusal says why and gives no tree.
 *
 * clang -fsanitize=fuzzer,address */
#include "lede/xml.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool truth) {
    if (!truth)
        abort();
}

static void check(const lede_xml_node *node, size_t depth) {
    require(depth < LEDE_XML_DEPTH + 1 && node->line >= 1);
    require(lede_utf8_valid(node->name.local, NULL) && lede_utf8_valid(node->name.space, NULL));
    require(lede_utf8_valid(node->text, NULL));
    require((node->name.local.len == 0) == (node->text.len > 0));
    require(node->attribute_count <= LEDE_XML_ATTRIBUTES);
    for (size_t i = 0; i < node->attribute_count; i++)
        require(node->attributes[i].name.local.len > 0 &&
                lede_utf8_valid(node->attributes[i].value, NULL));
    size_t n = 0;
    for (const lede_xml_node *child = node->first; child; child = child->next, n++)
        check(child, depth + 1);
    require(n == node->child_count);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    lede_arena arena;
    lede_arena_init(&arena, 64 << 20);
    lede_error err = {0};
    const lede_xml_node *root;
    const lede_status status =
        lede_xml_read(&arena, lede_str_n((const char *)data, size), LEDE_XML_BYTES, &root, &err);
    require((status == LEDE_OK) == (root != NULL));
    if (root)
        check(root, 0);
    else
        require(err.status == status && err.message[0]);
    lede_arena_fini(&arena);
    return 0;
}
