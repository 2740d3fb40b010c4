/* XML as a tree: names, lines and text; what is refused, and where. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "lede/xml.h"

#include <stdlib.h>

/* The tree as words: name{space} [attribute{space}=value] (children) 'text'. */
static void write(lede_buf *b, const lede_xml_node *node) {
    if (node->name.local.len == 0) {
        lede_buf_addf(b, "'%.*s'", (int)node->text.len, node->text.ptr);
        return;
    }
    lede_buf_addf(b, "%s", node->name.local.ptr);
    if (node->name.space.len)
        lede_buf_addf(b, "{%s}", node->name.space.ptr);
    for (size_t i = 0; i < node->attribute_count; i++) {
        const lede_xml_attribute *a = &node->attributes[i];
        lede_buf_addf(b, "[%s", a->name.local.ptr);
        if (a->name.space.len)
            lede_buf_addf(b, "{%s}", a->name.space.ptr);
        lede_buf_addf(b, "=%s]", a->value.ptr);
    }
    if (!node->first)
        return;
    lede_buf_addc(b, '(');
    for (const lede_xml_node *child = node->first; child; child = child->next)
        write(b, child);
    lede_buf_addc(b, ')');
}

/* Reads from memory of the exact size, which shows reads behind the end. */
static lede_status read_exact(lede_arena *arena, lede_str xml, const lede_xml_node **root,
                              lede_error *err) {
    char *exact = malloc(xml.len ? xml.len : 1);
    assert_non_null(exact);
    if (xml.len)
        memcpy(exact, xml.ptr, xml.len);
    lede_status status =
        lede_xml_read(arena, (lede_str){exact, xml.len}, LEDE_XML_BYTES, root, err);
    free(exact);
    return status;
}

static void assert_tree(lede_str xml, const char *wanted) {
    lede_arena arena;
    lede_arena_init(&arena, 1 << 26);
    lede_buf b;
    lede_buf_init(&b, 1 << 20);
    lede_error err = {0};
    const lede_xml_node *root;
    if (read_exact(&arena, xml, &root, &err))
        fail_msg("%s", err.message);
    write(&b, root);
    assert_string_equal(b.ptr, wanted);
    lede_buf_fini(&b);
    lede_arena_fini(&arena);
}

static void a_document_is_a_tree(void **state) {
    (void)state;
    static const char *const rows[][2] = {
        {"<a/>", "a"},
        {"<?xml version='1.0'?><a b='1' c='&lt;&#233;'>x<!-- y --><?z?>w<d/> </a>",
         "a[b=1][c=<\xc3\xa9]('xw'd' ')"}, /* a comment parts no text */
        {"<a>x<![CDATA[<b>&]]>y</a>", "a('x<b>&y')"},
        {"<a xmlns='u' xmlns:p='v'><p:b p:c='1' d='2'/></a>", "a{u}(b{v}[c{v}=1][d=2])"},
        {"<a xml:lang='fr'/>", "a[lang{http://www.w3.org/XML/1998/namespace}=fr]"},
        {"<!DOCTYPE a SYSTEM 'http://e.org/a.dtd'><a>x</a>", "a('x')"},
        {"<?xml version='1.0' encoding='windows-1252'?><a>\x80\x93\xe9\x81</a>",
         "a('\xe2\x82\xac\xe2\x80\x9c\xc3\xa9\xc2\x81')"},
        {"<?xml version='1.0' encoding='ISO-8859-1'?><a>\xe9</a>", "a('\xc3\xa9')"},
        {"\xef\xbb\xbf<a>\xc3\xa9</a>", "a('\xc3\xa9')"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_tree(lede_str_of(rows[i][0]), rows[i][1]);
    assert_tree(LEDE_STR("\xff\xfe<\0a\0/\0>\0"), "a");
}

static void what_is_refused_is_named_with_its_line(void **state) {
    (void)state;
    static const struct {
        const char *xml;
        int line;
        const char *says;
    } rows[] = {
        {"", 1, "no element found"},
        {"<a>\n<b>\n</a>", 3, "mismatched tag"},
        {"<a/><b/>", 1, "junk after document element"},
        {"<a>\n&nbsp;</a>", 2, "undefined entity"},
        {"<!DOCTYPE a SYSTEM 'x'><a>\n&nbsp;</a>", 2, "&nbsp; is none of XML's five entities"},
        {"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>", 1, "declares an entity"},
        {"<!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]><a>&b;</a>", 1,
         "declares an entity"},
        {"<!DOCTYPE a [<!ENTITY % b SYSTEM 'x'> %b;]><a/>", 1, "declares an entity"},
        {"<p:a/>", 1, "unbound prefix"},
        {"<a b='1' b='2'/>", 1, "duplicate attribute"},
        {"<a>\x01</a>", 1, "not well-formed"},
        {"<a>\xff</a>", 1, "not well-formed"},
        {"<?xml version='1.0' encoding='utf-7'?><a/>", 1, "unknown encoding"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        lede_arena arena;
        lede_arena_init(&arena, 1 << 20);
        lede_error err = {0};
        const lede_xml_node *root = (const lede_xml_node *)&arena;
        assert_int_equal(read_exact(&arena, lede_str_of(rows[i].xml), &root, &err), LEDE_EFORMAT);
        assert_null(root);
        assert_int_equal(err.line, rows[i].line);
        if (!strstr(err.message, rows[i].says))
            fail_msg("'%s' does not say '%s'", err.message, rows[i].says);
        lede_arena_fini(&arena);
    }
}

/* open n times, then close n times */
static lede_status nested(int n) {
    lede_arena arena;
    lede_arena_init(&arena, 1 << 26);
    lede_buf b;
    lede_buf_init(&b, 1 << 24);
    for (int i = 0; i < n; i++)
        lede_buf_adds(&b, "<a>x");
    for (int i = 0; i < n; i++)
        lede_buf_adds(&b, "y</a>");
    const lede_xml_node *root;
    lede_status status = read_exact(&arena, lede_buf_str(&b), &root, NULL);
    lede_buf_fini(&b);
    lede_arena_fini(&arena);
    return status;
}

/* An element with n attributes, or a root with n elements in it. */
static lede_status wide(const char *head, const char *piece, int n, const char *tail) {
    lede_arena arena;
    lede_arena_init(&arena, LEDE_BUF_MAX);
    lede_buf b;
    lede_buf_init(&b, 1 << 24);
    lede_buf_adds(&b, head);
    for (int i = 0; i < n; i++)
        lede_buf_addf(&b, piece, i);
    lede_buf_adds(&b, tail);
    const lede_xml_node *root;
    lede_status status = read_exact(&arena, lede_buf_str(&b), &root, NULL);
    lede_buf_fini(&b);
    lede_arena_fini(&arena);
    return status;
}

static void bounds_are_kept(void **state) {
    (void)state;
    assert_int_equal(nested(LEDE_XML_DEPTH), LEDE_OK);
    assert_int_equal(nested(LEDE_XML_DEPTH + 1), LEDE_ELIMIT);
    assert_int_equal(nested(100000), LEDE_ELIMIT);
    assert_int_equal(wide("<a", " b%d='1'", LEDE_XML_ATTRIBUTES, "/>"), LEDE_OK);
    assert_int_equal(wide("<a", " b%d='1'", LEDE_XML_ATTRIBUTES + 1, "/>"), LEDE_ELIMIT);
    assert_int_equal(wide("<a>", "<b/>", LEDE_XML_NODES - 1, "</a>"), LEDE_OK);
    assert_int_equal(wide("<a>", "<b/>", LEDE_XML_NODES, "</a>"), LEDE_ELIMIT);
    lede_arena arena;
    lede_arena_init(&arena, 1 << 10);
    const lede_xml_node *root;
    assert_int_equal(lede_xml_read(&arena, LEDE_STR("<a>12345</a>"), 11, &root, NULL), LEDE_ELIMIT);
    lede_arena_fini(&arena);
}

static void an_arena_that_is_used_up_is_an_error(void **state) {
    (void)state;
    lede_arena arena;
    lede_arena_init(&arena, 4096);
    lede_buf b;
    lede_buf_init(&b, 1 << 20);
    lede_buf_adds(&b, "<a>");
    for (int i = 0; i < 1000; i++)
        lede_buf_adds(&b, "<b c='d'>e</b>");
    lede_buf_adds(&b, "</a>");
    const lede_xml_node *root;
    assert_int_equal(read_exact(&arena, lede_buf_str(&b), &root, NULL), LEDE_ENOMEM);
    lede_buf_fini(&b);
    lede_arena_fini(&arena);
}

static void lines_are_those_of_the_tags(void **state) {
    (void)state;
    lede_arena arena;
    lede_arena_init(&arena, 1 << 20);
    const lede_xml_node *root;
    assert_int_equal(read_exact(&arena, LEDE_STR("<a>\n\n<b\nc='1'>x\n<d/></b></a>"), &root, NULL),
                     LEDE_OK);
    const lede_xml_node *b = root->first->next;
    assert_int_equal(root->line, 1);
    assert_int_equal(b->line, 3);
    assert_int_equal(b->first->line, 4);
    assert_int_equal(b->first->next->line, 5);
    assert_int_equal(root->child_count, 2);
    lede_arena_fini(&arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_document_is_a_tree),
        cmocka_unit_test(what_is_refused_is_named_with_its_line),
        cmocka_unit_test(bounds_are_kept),
        cmocka_unit_test(an_arena_that_is_used_up_is_an_error),
        cmocka_unit_test(lines_are_those_of_the_tags),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
