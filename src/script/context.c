/* context.c - see context.h. The states are those of the HTML standard's tokenizer (13.2.5) that a template can be in; the
 * rules of escaping follow ARCHITECTURE.md section 8. Unlike a browser it refuses what it would have to guess. */
#include "script/context.h"

#include "base/banned.h"

#include <stdio.h>

enum state {
    TEXT,
    TAG_OPEN, /* after "<" */
    TAG_NAME,
    IN_TAG, /* between attributes */
    ATTR_NAME,
    AFTER_NAME, /* blanks after an attribute's name */
    BEFORE_VALUE,
    VALUE,    /* in quotes */
    UNQUOTED,
    DECLARATION, /* <!doctype, <? */
    COMMENT,
    CDATA,
    RAW,    /* script, style */
    RCDATA, /* title, textarea: text without elements */
    BROKEN, /* code stood within a name */
};

enum element { OTHER, SCRIPT, STYLE, TITLE, TEXTAREA, IFRAME, XMP, ELEMENTS };
static const char *const element_names[ELEMENTS + 1] = {"", "script", "style", "title", "textarea", "iframe", "xmp", NULL};
enum attr { PLAIN, URL, IMAGE, SRCSET, CSS, EVENT, SRCDOC, TYPE };
enum phase { START, PATH, QUERY };
enum script { JAVASCRIPT, DATA, UNKNOWN };
enum code { CODE, DOUBLE, SINGLE, TEMPLATE, LINE_COMMENT, BLOCK_COMMENT, SLASH, ESCAPE = 16 };

static bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f'; }

static char lower(char c) { return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c; }

static bool is_letter(char c) { return lower(c) >= 'a' && lower(c) <= 'z'; }

void lede__context_begin(lede__context *c, lede__markup markup) {
    memset(c, 0, sizeof *c);
    c->markup = (uint8_t)markup;
    c->script = markup == LEDE__JSON ? DATA : JAVASCRIPT;
    c->state = markup == LEDE__JSON ? RAW : TEXT;
}

static lede_str name_of(const lede__context *c) { return lede_str_n(c->name, c->name_len); }

static void clear_name(lede__context *c) {
    memset(c->name, 0, sizeof c->name);
    c->name_len = 0;
}

static void add_to_name(lede__context *c, char ch) {
    if (c->name_len < sizeof c->name)
        c->name[c->name_len++] = lower(ch);
}

static uint8_t one_of(lede_str name, const char *const *names) {
    for (uint8_t i = 0; names[i]; i++)
        if (lede_str_is(name, names[i]))
            return (uint8_t)(i + 1);
    return 0;
}

static uint8_t attr_of(const lede__context *c) {
    static const char *const urls[] = {"href", "action", "formaction", "cite", "data", "ping", "manifest", "longdesc", "xlink:href", "profile", NULL};
    static const char *const images[] = {"src", "poster", "background", "icon", NULL};
    const lede_str name = name_of(c);
    if (c->markup != LEDE__HTML)
        return PLAIN;
    if (one_of(name, urls))
        return URL;
    if (one_of(name, images))
        return IMAGE;
    if (lede_str_is(name, "srcset") || lede_str_is(name, "imagesrcset"))
        return SRCSET;
    if (lede_str_is(name, "style"))
        return CSS;
    if (lede_str_is(name, "srcdoc"))
        return SRCDOC;
    if (lede_str_is(name, "type") && c->element == SCRIPT)
        return TYPE;
    return lede_str_starts(name, "on") ? EVENT : PLAIN;
}

/* What a script's type says about its text; c->name holds the type. */
static uint8_t script_of(lede_str type) {
    static const char *const code[] = {"", "module", "text/javascript", NULL};
    if (one_of(type, code))
        return JAVASCRIPT;
    const bool data = lede_str_ends(type, "json") || lede_str_starts(type, "application/ld+json") ||
                      lede_str_is(type, "importmap") || lede_str_is(type, "speculationrules");
    return data ? DATA : UNKNOWN;
}

/* ---- one byte further */

static void open_tag_ends(lede__context *c) {
    const bool escapable = c->element == TITLE || c->element == TEXTAREA;
    c->state = c->end_tag || c->element == OTHER ? TEXT : escapable ? RCDATA : RAW;
    if (c->state == TEXT)
        c->element = OTHER;
    if (c->element != SCRIPT)
        c->script = JAVASCRIPT;
    c->end_tag = c->matched = c->code = c->attr = 0;
    clear_name(c);
}

static void in_text(lede__context *c, char ch) {
    if (ch == '<')
        c->state = TAG_OPEN;
}

static void after_less(lede__context *c, char ch) {
    clear_name(c);
    c->end_tag = ch == '/';
    if (is_letter(ch) || ch == '/') {
        c->state = TAG_NAME;
        if (ch != '/')
            add_to_name(c, ch);
    } else {
        c->state = ch == '!' || ch == '?' ? DECLARATION : ch == '<' ? TAG_OPEN : TEXT;
    }
}

static void in_tag(lede__context *c, char ch) {
    if (ch == '>') {
        open_tag_ends(c);
    } else if (is_blank(ch) || ch == '/') {
        c->matched = 0;
    } else if (c->matched) {
        c->state = BROKEN;
    } else {
        clear_name(c);
        add_to_name(c, ch);
        c->state = ATTR_NAME;
    }
}

static void tag_name_ends(lede__context *c) {
    const uint8_t named = one_of(name_of(c), element_names + 1);
    c->element = c->markup == LEDE__HTML ? named : OTHER;
    c->script = JAVASCRIPT;
    clear_name(c);
    c->state = IN_TAG;
}

static void in_tag_name(lede__context *c, char ch) {
    if (!is_blank(ch) && ch != '>' && ch != '/') {
        add_to_name(c, ch);
        return;
    }
    tag_name_ends(c);
    in_tag(c, ch);
}

static void in_attr_name(lede__context *c, char ch) {
    if (ch == '=') {
        c->attr = attr_of(c);
        c->state = BEFORE_VALUE;
    } else if (is_blank(ch)) {
        c->state = AFTER_NAME;
    } else if (ch == '>' || ch == '/') {
        c->state = IN_TAG;
        in_tag(c, ch);
    } else if (c->state == AFTER_NAME) {
        clear_name(c);
        add_to_name(c, ch);
        c->state = ATTR_NAME;
    } else {
        add_to_name(c, ch);
    }
}

static void value_begins(lede__context *c, char quote) {
    c->quote = (uint8_t)quote;
    c->phase = START;
    c->state = quote ? VALUE : UNQUOTED;
    if (c->attr == TYPE)
        clear_name(c);
}

static void value_ends(lede__context *c) {
    if (c->attr == TYPE)
        c->script = script_of(name_of(c));
    c->quote = c->phase = c->attr = 0;
    clear_name(c);
    c->state = IN_TAG;
}

static void in_value(lede__context *c, char ch) {
    if (c->attr == TYPE)
        add_to_name(c, ch);
    if (c->attr != URL && c->attr != IMAGE && c->attr != SRCSET)
        return;
    if (ch == '?' || ch == '#')
        c->phase = QUERY;
    else if (c->attr == SRCSET && (ch == ',' || is_blank(ch)))
        c->phase = START;
    else if (c->phase == START)
        c->phase = PATH;
}

static void in_declaration(lede__context *c, char ch) {
    add_to_name(c, ch);
    if (lede_str_is(name_of(c), "--"))
        c->state = COMMENT;
    else if (lede_str_is(name_of(c), "[cdata["))
        c->state = CDATA;
    else if (ch == '>')
        c->state = TEXT;
    if (c->state != DECLARATION)
        clear_name(c);
}

/* Comments end at "-->", CDATA at "]]>": counts what was seen of it. */
static void until(lede__context *c, char ch, char twice) {
    if (ch == '>' && c->matched >= 2) {
        c->state = TEXT;
        c->matched = 0;
        clear_name(c);
    } else if (ch == twice) {
        c->matched = c->matched < 2 ? (uint8_t)(c->matched + 1) : 2;
    } else {
        c->matched = 0;
    }
}

static void in_code(lede__context *c, char ch) {
    const uint8_t code = c->code & (ESCAPE - 1), before = code == SLASH ? CODE : code;
    if (c->code & ESCAPE) {
        c->code = before;
        return;
    }
    switch (before) {
    case CODE:
        if (code == SLASH && (ch == '/' || ch == '*') && c->script == JAVASCRIPT)
            c->code = ch == '/' ? LINE_COMMENT : BLOCK_COMMENT;
        else
            c->code = ch == '"' ? DOUBLE : ch == '\'' && c->script == JAVASCRIPT ? SINGLE : ch == '`' && c->script == JAVASCRIPT ? TEMPLATE : ch == '/' ? SLASH : CODE;
        return;
    case DOUBLE:
    case SINGLE:
    case TEMPLATE:
        if (ch == '\\')
            c->code |= ESCAPE;
        else if (ch == (before == DOUBLE ? '"' : before == SINGLE ? '\'' : '`'))
            c->code = CODE;
        return;
    case LINE_COMMENT:
        if (ch == '\n')
            c->code = CODE;
        return;
    default: /* a block comment; quote counts its star */
        if (ch == '/' && c->quote == '*')
            c->code = CODE;
        c->quote = ch == '*' && c->code == BLOCK_COMMENT ? '*' : 0;
        return;
    }
}

/* Text of script, style, title or textarea: only its own end tag ends it. */
static void in_raw(lede__context *c, char ch) {
    const char *name = element_names[c->element];
    const size_t len = strlen(name);
    if (c->markup == LEDE__HTML) {
        if (c->matched == len + 2 && (is_blank(ch) || ch == '>' || ch == '/')) {
            c->end_tag = 1;
            c->code = c->quote = c->matched = 0;
            c->state = IN_TAG;
            in_tag(c, ch);
            return;
        }
        const char wanted = c->matched == 0 ? '<' : c->matched == 1 ? '/' : c->matched < len + 2 ? name[c->matched - 2] : '\0';
        c->matched = wanted && lower(ch) == wanted ? (uint8_t)(c->matched + 1) : ch == '<';
    }
    if (c->state == RAW && (c->element == SCRIPT || c->markup == LEDE__JSON))
        in_code(c, ch);
}

static void feed_one(lede__context *c, char ch) {
    switch ((enum state)c->state) {
    case TEXT: in_text(c, ch); return;
    case TAG_OPEN: after_less(c, ch); return;
    case TAG_NAME: in_tag_name(c, ch); return;
    case IN_TAG: in_tag(c, ch); return;
    case ATTR_NAME:
    case AFTER_NAME: in_attr_name(c, ch); return;
    case BEFORE_VALUE:
        if (ch == '"' || ch == '\'') {
            value_begins(c, ch);
        } else if (ch == '>') {
            value_ends(c);
            in_tag(c, ch);
        } else if (!is_blank(ch)) {
            value_begins(c, '\0');
            in_value(c, ch);
        }
        return;
    case VALUE:
        if (ch == (char)c->quote)
            value_ends(c);
        else
            in_value(c, ch);
        return;
    case UNQUOTED:
        if (is_blank(ch) || ch == '>') {
            value_ends(c);
            in_tag(c, ch);
        } else {
            in_value(c, ch);
        }
        return;
    case DECLARATION: in_declaration(c, ch); return;
    case COMMENT: until(c, ch, '-'); return;
    case CDATA: until(c, ch, ']'); return;
    case RAW:
    case RCDATA: in_raw(c, ch); return;
    case BROKEN: return;
    }
}

void lede__context_feed(lede__context *c, lede_str text) {
    for (size_t i = 0; i < text.len; i++)
        feed_one(c, text.ptr[i]);
}

/* ---- values */

static char in_attribute(lede__context *c, const char **why) {
    const uint8_t phase = c->phase;
    switch ((enum attr)c->attr) {
    case PLAIN: return c->markup == LEDE__XML ? 'x' : 'a';
    case URL:
    case IMAGE:
    case SRCSET:
        c->phase = phase == START ? PATH : phase;
        return phase == PATH ? 'p' : phase == QUERY ? 'q' : c->attr == URL ? 'u' : c->attr == IMAGE ? 'i' : 's';
    case CSS: return 'c';
    case EVENT: *why = "an expression in an event handler would be a program: put data into a data- attribute"; return 0;
    case SRCDOC: *why = "srcdoc is a page of its own: give it a route and use src"; return 0;
    case TYPE: *why = "the type of a script is written out, because it decides how values in it are escaped"; return 0;
    }
    return 0;
}

static char in_script(const lede__context *c, const char **why) {
    if (c->script == UNKNOWN) {
        *why = "it is not known what this type of script does with its text: use application/json";
        return 0;
    }
    switch (c->code & (ESCAPE - 1)) {
    case CODE: return 'j';
    case DOUBLE:
    case SINGLE:
        if (!(c->code & ESCAPE))
            return 'k';
        *why = "a backslash stands before it";
        return 0;
    case SLASH: *why = "a slash stands before it: write the expression in parentheses"; return 0;
    case TEMPLATE: *why = "a template literal would run ${...}: use a string in quotes"; return 0;
    default: *why = "a comment is for the reader of the source: leave the expression out"; return 0;
    }
}

static char in_element(const lede__context *c, const char **why) {
    if (c->markup == LEDE__JSON || c->element == SCRIPT)
        return in_script(c, why);
    if (c->element == STYLE)
        return 'c';
    *why = "this element's text cannot be escaped";
    return 0;
}

char lede__context_value(lede__context *c, const char **why) {
    switch ((enum state)c->state) {
    case TEXT: return c->markup == LEDE__XML ? 'x' : 'h';
    case RCDATA: return 'a';
    case RAW: return in_element(c, why);
    case VALUE: return in_attribute(c, why);
    case BEFORE_VALUE:
    case UNQUOTED: *why = "put the attribute's value into double quotes"; return 0;
    case TAG_OPEN:
    case TAG_NAME: *why = "the name of an element is written out: choose with <% if %>"; return 0;
    case IN_TAG:
    case ATTR_NAME:
    case AFTER_NAME: *why = "the name of an attribute is written out: choose with <% if %>"; return 0;
    case COMMENT: *why = "a comment is for the reader of the source: leave the expression out"; return 0;
    case DECLARATION:
    case CDATA: *why = "print it as text outside: it is escaped there"; return 0;
    case BROKEN: *why = "code may stand between names, not within one"; return 0;
    }
    return 0;
}

bool lede__context_is_text(const lede__context *c, bool bare) {
    if (c->markup == LEDE__JSON)
        return (c->code & (ESCAPE - 1)) == CODE || c->code == SLASH;
    return c->state == TEXT || (bare && c->state == RCDATA);
}

void lede__context_pause(lede__context *c) {
    if (c->state == TAG_NAME)
        tag_name_ends(c);
    else if (c->state == ATTR_NAME)
        clear_name(c);
    else
        return;
    c->state = IN_TAG;
    c->matched = 1; /* a name that went on would be another name */
}

bool lede__context_join(lede__context *c, const lede__context *b) {
    lede__context x = *c, y = *b;
    const uint8_t phase = x.phase > y.phase ? x.phase : y.phase;
    /* One branch knows its URL's beginning, the other does not: what follows is treated as a part of the path. */
    x.matched = y.matched = x.matched > y.matched ? x.matched : y.matched;
    x.phase = y.phase = x.phase == y.phase ? phase : phase == START ? PATH : phase;
    if (memcmp(&x, &y, sizeof x) != 0)
        return false;
    *c = x;
    return true;
}

/* ---- in words */

void lede__context_describe(const lede__context *c, lede_buf *out) {
    static const char *const codes[] = {"", ", in a string", ", in a string", ", in a template literal", ", in a comment", ", in a comment", ""};
    static const char *const states[] = {
        [TEXT] = "text",
        [TAG_OPEN] = "a \"<\"",
        [TAG_NAME] = "the name of an element",
        [IN_TAG] = "a tag, between attributes",
        [ATTR_NAME] = "the name of an attribute",
        [AFTER_NAME] = "a tag, after the attribute",
        [BEFORE_VALUE] = "an attribute before its value:",
        [VALUE] = "the attribute",
        [UNQUOTED] = "an attribute without quotes:",
        [DECLARATION] = "a declaration",
        [COMMENT] = "a comment",
        [CDATA] = "a CDATA section",
        [BROKEN] = "a name that code interrupts",
    };
    if (c->markup == LEDE__JSON) {
        lede_buf_adds(out, c->code == CODE ? "JSON" : "a JSON string");
    } else if (c->state == RAW || c->state == RCDATA) {
        lede_buf_addf(out, "<%s>", element_names[c->element]);
        lede_buf_adds(out, c->state == RAW && c->element == SCRIPT ? codes[c->code & (ESCAPE - 1)] : "");
    } else {
        lede_buf_adds(out, states[c->state]);
        const bool named = c->state == ATTR_NAME || c->state == AFTER_NAME || c->state == BEFORE_VALUE || c->state == VALUE || c->state == UNQUOTED;
        if (named && c->name_len) {
            lede_buf_addc(out, ' ');
            lede_buf_add(out, name_of(c));
        }
    }
}
