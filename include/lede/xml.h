/* xml.h - XML 1.0 with namespaces, read into a tree. Pure.
 *
 * Input is any bytes. Nothing is fetched and nothing expands but the five entities of XML itself
 * and references to characters: a document that declares entities is refused, and so is one that
 * uses HTML's (&nbsp;). Read are UTF-8, UTF-16, US-ASCII, ISO-8859-1 and windows-1252; what is
 * given is UTF-8. Comments and processing instructions are left out. From several threads: yes.
 */
#ifndef LEDE_XML_H
#define LEDE_XML_H

#include "lede/arena.h"

typedef struct lede_xml_name {
    lede_str space;  /* the namespace, "" when there is none */
    lede_str prefix; /* as written, "" when there is none */
    lede_str local;
} lede_xml_name;

typedef struct lede_xml_attribute {
    lede_xml_name name;
    lede_str value;
} lede_xml_attribute;

/* An element, or text between tags (name.local is empty then). */
typedef struct lede_xml_node {
    lede_xml_name name;
    lede_str text;                        /* of a text: all of it up to the next tag, CDATA too */
    const lede_xml_attribute *attributes; /* in the order of the document */
    size_t attribute_count;
    size_t child_count;
    struct lede_xml_node *first, *next; /* child; sibling */
    int line;                           /* of its begin, from 1 */
} lede_xml_node;

enum {
    LEDE_XML_DEPTH = 256,      /* elements within each other */
    LEDE_XML_ATTRIBUTES = 256, /* of one element */
    LEDE_XML_NODES = 1000000,  /* elements and texts of one document */
    LEDE_XML_BYTES = 10 << 20, /* of input, for those who have no better limit */
    LEDE_XML_MOST = 100 << 20, /* the largest limit */
};

/* Gives the root of xml, at most max bytes of it; the tree lies in arena and borrows nothing of
 * xml. Fails with LEDE_EFORMAT (line and column are set), LEDE_ELIMIT and LEDE_ENOMEM; *root is
 * NULL then. */
LEDE_MUST_CHECK lede_status lede_xml_read(lede_arena *arena, lede_str xml, size_t max,
                                          const lede_xml_node **root, lede_error *err);

#endif
