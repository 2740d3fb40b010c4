/* read.c - expat's events as a tree. See lede/xml.h.
 *
 * The whole document is handed to expat at once: it is then read in place, and no token is looked
 * at twice. A handler that has had enough notes why and stops the parser; the first reason holds.
 */
#include "xml/internal.h"

#include "lede/xml.h"

#include "base/banned.h"
#include "base/refused.h"

enum {
    SEPARATOR = '\n'
}; /* between the parts of a name; no namespace that expat accepts holds it */

typedef struct reader {
    XML_Parser parser;
    lede_arena *arena;
    lede_error *err;
    lede_status status;
    lede_str space; /* the last one: most elements share theirs with the one before */
    lede_buf text;  /* since the last tag */
    int text_line;
    size_t depth, nodes;
    struct {
        lede_xml_node *element;
        lede_xml_node **end;    /* where the next child goes */
    } open[LEDE_XML_DEPTH + 1]; /* the first one holds the root */
    unsigned refusals; /* of memory, before this began */
} reader;

/* ---- reasons to stop */

static void stop(reader *r, lede_status status) {
    r->status = status;
    XML_StopParser(r->parser, XML_FALSE);
}

static void no_memory(reader *r) {
    if (r->status)
        return;
    lede__note_no_memory();
    stop(r, lede_fail(r->err, LEDE_ENOMEM, "xml: out of memory"));
}

static int line_of(const reader *r) { return (int)XML_GetCurrentLineNumber(r->parser); }

static void refuse(reader *r, lede_status status, const char *why) {
    if (!r->status)
        stop(r, lede_fail_at(r->err, status, line_of(r), 1, "xml: line %d: %s", line_of(r), why));
}

/* ---- the tree */

static lede_str keep(reader *r, lede_str s) {
    const lede_str copy = lede_arena_copy(r->arena, s);
    if (!copy.ptr)
        no_memory(r);
    return copy;
}

static lede_str keep_space(reader *r, lede_str s) {
    if (!lede_str_eq(s, r->space))
        r->space = keep(r, s);
    return r->space;
}

/* "local", "space local" or "space local prefix", with separators. */
static lede_xml_name keep_name(reader *r, const char *triplet) {
    const lede_str s = lede_str_n(triplet, strlen(triplet));
    const size_t first = lede_str_find(s, SEPARATOR, 0);
    if (first == s.len)
        return (lede_xml_name){.local = keep(r, s)};
    const size_t second = lede_str_find(s, SEPARATOR, first + 1);
    return (lede_xml_name){.space = keep_space(r, lede_str_n(s.ptr, first)),
                           .local = keep(r, lede_str_n(s.ptr + first + 1, second - first - 1)),
                           .prefix = keep(r, lede_str_sub(s, second + 1))};
}

/* Adds an empty node to the element that is open; NULL: it was refused. */
static lede_xml_node *add(reader *r, int line) {
    if (++r->nodes > LEDE_XML_NODES) {
        refuse(r, LEDE_ELIMIT, "more elements than are read");
        return NULL;
    }
    lede_xml_node *node = lede_arena_zero(r->arena, sizeof *node);
    if (!node) {
        no_memory(r);
        return NULL;
    }
    node->line = line;
    *r->open[r->depth].end = node;
    r->open[r->depth].end = &node->next;
    if (r->depth)
        r->open[r->depth].element->child_count++;
    return node;
}

static void end_text(reader *r) {
    if (r->text.len == 0 || r->status)
        return;
    lede_xml_node *node = add(r, r->text_line);
    if (node)
        node->text = keep(r, lede_buf_str(&r->text));
    lede_buf_clear(&r->text);
}

static void keep_attributes(reader *r, lede_xml_node *node, const XML_Char **pairs) {
    while (pairs[2 * node->attribute_count])
        if (++node->attribute_count > LEDE_XML_ATTRIBUTES) {
            refuse(r, LEDE_ELIMIT, "more than 256 attributes");
            return;
        }
    lede_xml_attribute *a = lede_arena_take(r->arena, node->attribute_count * sizeof *a);
    if (!a) {
        no_memory(r);
        return;
    }
    for (size_t i = 0; i < node->attribute_count; i++)
        a[i] = (lede_xml_attribute){.name = keep_name(r, pairs[2 * i]),
                                    .value = keep(r, lede_str_of(pairs[2 * i + 1]))};
    node->attributes = a;
}

/* ---- expat's events */

static void XMLCALL on_open(void *ctx, const XML_Char *name, const XML_Char **pairs) {
    reader *r = ctx;
    end_text(r);
    if (r->depth == LEDE_XML_DEPTH) {
        refuse(r, LEDE_ELIMIT, "more than 256 elements within each other");
        return;
    }
    lede_xml_node *node = r->status ? NULL : add(r, line_of(r));
    if (!node)
        return;
    node->name = keep_name(r, name);
    keep_attributes(r, node, pairs);
    r->depth++;
    r->open[r->depth].element = node;
    r->open[r->depth].end = &node->first;
}

static void XMLCALL on_close(void *ctx, const XML_Char *name) {
    (void)name;
    reader *r = ctx;
    end_text(r);
    if (!r->status) /* else one that was refused may never have been opened */
        r->depth--;
}

static void XMLCALL on_text(void *ctx, const XML_Char *text, int len) {
    reader *r = ctx;
    if (r->text.len == 0)
        r->text_line = line_of(r);
    lede_buf_addn(&r->text, text, (size_t)len);
    if (r->text.status)
        no_memory(r);
}

static void XMLCALL on_entity(void *ctx, const XML_Char *name, int is_parameter,
                              const XML_Char *value, int len, const XML_Char *base,
                              const XML_Char *system, const XML_Char *public,
                              const XML_Char *notation) {
    (void)name, (void)is_parameter, (void)value, (void)len;
    (void)base, (void)system, (void)public, (void)notation;
    refuse(ctx, LEDE_EFORMAT, "declares an entity, which is not read");
}

static void XMLCALL on_skipped(void *ctx, const XML_Char *name, int is_parameter) {
    reader *r = ctx;
    if (r->status)
        return;
    stop(r, lede_fail_at(r->err, LEDE_EFORMAT, line_of(r), 1,
                         "xml: line %d: %c%s; is none of XML's five entities", line_of(r),
                         is_parameter ? '%' : '&', name));
}

/* ---- */

static lede_status failed(reader *r) {
    if (r->status)
        return r->status;
    const enum XML_Error code = XML_GetErrorCode(r->parser);
    if (code == XML_ERROR_NO_MEMORY || lede__memory_refusals() != r->refusals) /* expat may call it something else */
        return lede_fail(r->err, LEDE_ENOMEM, "xml: out of memory");
    return lede_fail_at(r->err, LEDE_EFORMAT, line_of(r),
                        (int)XML_GetCurrentColumnNumber(r->parser) + 1, "xml: line %d: %s",
                        line_of(r), XML_ErrorString(code));
}

static void listen(reader *r) {
    XML_SetReturnNSTriplet(r->parser, 1);
    XML_SetUserData(r->parser, r);
    XML_SetElementHandler(r->parser, on_open, on_close);
    XML_SetCharacterDataHandler(r->parser, on_text);
    XML_SetEntityDeclHandler(r->parser, on_entity);
    XML_SetSkippedEntityHandler(r->parser, on_skipped);
    XML_SetUnknownEncodingHandler(r->parser, lede__xml_encoding, NULL);
}

lede_status lede_xml_read(lede_arena *arena, lede_str xml, size_t max, const lede_xml_node **root,
                          lede_error *err) {
    *root = NULL;
    if (xml.len > max || xml.len > LEDE_XML_MOST)
        return lede_fail(err, LEDE_ELIMIT, "xml: %zu bytes are more than the limit of %zu", xml.len,
                         max < LEDE_XML_MOST ? max : (size_t)LEDE_XML_MOST);
    lede_xml_node *document = NULL;
    reader r = {.arena = arena, .err = err, .space = LEDE_STR(""), .refusals = lede__memory_refusals()};
    r.open[0].end = &document;
    static const XML_Memory_Handling_Suite memory = {lede__noted_malloc, lede__noted_realloc, free};
    static const XML_Char separator[] = {SEPARATOR, '\0'};
    r.parser = XML_ParserCreate_MM(NULL, &memory, separator);
    if (!r.parser) {
        lede__note_no_memory();
        return lede_fail(err, LEDE_ENOMEM, "xml: out of memory");
    }
    lede_buf_init(&r.text, LEDE_XML_MOST);
    listen(&r);
    const bool whole =
        XML_Parse(r.parser, xml.len ? xml.ptr : "", (int)xml.len, 1) == XML_STATUS_OK;
    const lede_status status = whole ? r.status : failed(&r);
    lede_buf_fini(&r.text);
    XML_ParserFree(r.parser);
    if (!status)
        *root = document;
    return status;
}
