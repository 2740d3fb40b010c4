/* autolinks.c - GFM's extended autolinks (6.9): www., http://, https:// and e-mail addresses in
 * text, never inside links, images or code. Each byte is looked at a bounded number of times. */
#include "markdown/passes.h"

#include "base/banned.h"

typedef struct scanner {
    cmark_node *text;
    lede_str s;
    size_t done; /* what has been put before text */
} scanner;

/* ---- where a link ends */

static bool is_host_char(uint32_t c) { return c == '-' || c == '_' || lede__is_alnum(c); }

/* The end of the domain at i, or i when it is none: no '_' in its last two labels, and a period
 * where one is asked for. */
static size_t domain_end(lede_str s, size_t i, bool dotted) {
    size_t end = i, periods = 0, underscores[2] = {0};
    while (end < s.len) {
        size_t next = end;
        uint32_t c = lede_utf8_next(s, &next);
        if (c == '.') {
            periods++;
            underscores[0] = underscores[1];
            underscores[1] = 0;
        } else if (!is_host_char(c)) {
            break;
        }
        underscores[1] += c == '_';
        end = next;
    }
    bool good = end > i && s.ptr[i] != '.' && !underscores[0] && !underscores[1];
    return good && (periods || !dotted) ? end : i;
}

static size_t path_end(lede_str s, size_t i) {
    while (i < s.len && s.ptr[i] != '<' && !strchr(" \t\n\v\f\r", s.ptr[i]))
        i++;
    return i;
}

/* "&hl;" at the end reads as an entity: its beginning, or end. */
static size_t before_entity(lede_str s, size_t from, size_t end) {
    size_t i = end - 1;
    while (i > from && lede__is_alnum((unsigned char)s.ptr[i - 1]))
        i--;
    return i > from && i < end - 1 && s.ptr[i - 1] == '&' ? i - 1 : end;
}

/* Less punctuation that belongs to the sentence, and closing parentheses that nothing opened. */
static size_t trimmed_end(lede_str s, size_t from, size_t end) {
    size_t open = 0, close = 0;
    for (size_t i = from; i < end; i++) {
        open += s.ptr[i] == '(';
        close += s.ptr[i] == ')';
    }
    while (end > from) {
        char c = s.ptr[end - 1];
        if (c == ')' && close > open) {
            close--;
        } else if (c == ';') {
            size_t cut = before_entity(s, from, end);
            if (cut == end)
                break;
            end = cut;
            continue;
        } else if (!strchr("?!.,:*_~'\"", c)) {
            break;
        }
        end--;
    }
    return end;
}

/* ---- what begins one */

static bool starts_nocase(lede_str s, size_t i, const char *word) {
    size_t n = strlen(word);
    return s.len - i >= n && lede_str_eq_nocase(lede_str_n(s.ptr + i, n), lede_str_of(word));
}

static bool is_ascii_alnum(uint32_t c) { return c < 0x80 && lede__is_alnum(c); }

/* The end of the web address at i, or i. */
static size_t web_end(const scanner *c, size_t i, bool *www) {
    uint32_t b = i ? lede__last_char(lede_str_n(c->s.ptr, i)) : lede__char_before(c->text);
    size_t host = i;
    *www = starts_nocase(c->s, i, "www.");
    if (*www) {
        if (!lede__is_space(b) && !(b < 0x80 && strchr("*_~(", (char)b)))
            return i;
    } else if (is_ascii_alnum(b)) {
        return i;
    } else if (starts_nocase(c->s, i, "http://")) {
        host += 7;
    } else if (starts_nocase(c->s, i, "https://")) {
        host += 8;
    } else {
        return i;
    }
    size_t end = domain_end(c->s, host, *www);
    if (end == host)
        return i;
    end = trimmed_end(c->s, host, path_end(c->s, end));
    return end > host + (*www ? 4 : 0) ? end : i;
}

static bool is_local(char c) {
    return is_ascii_alnum((unsigned char)c) || (c && strchr(".-_+", c));
}

/* The beginning of the e-mail address whose '@' stands at i, and *end; i when it is none. */
static size_t mail_start(const scanner *c, size_t i, size_t *end) {
    size_t from = i, to = i + 1, periods = 0;
    while (from > c->done && is_local(c->s.ptr[from - 1]))
        from--;
    while (to < c->s.len && is_local(c->s.ptr[to]) && c->s.ptr[to] != '+')
        periods += c->s.ptr[to++] == '.';
    while (to > i + 1 && c->s.ptr[to - 1] == '.') {
        to--;
        periods--;
    }
    *end = to;
    bool good = periods && !(from && c->s.ptr[from - 1] == '@') && c->s.ptr[i + 1] != '.' &&
                !strchr("-_", c->s.ptr[to - 1]) && !(to < c->s.len && c->s.ptr[to] == '@');
    return good ? from : i;
}

/* ---- links */

static void put_link(scanner *c, size_t from, size_t end, const char *scheme) {
    lede_str shown = {c->s.ptr + from, end - from};
    size_t n = strlen(scheme);
    char *url = lede__memory_room(n + shown.len + 1, 1);
    memcpy(url, scheme, n);
    memcpy(url + n, shown.ptr, shown.len);
    lede__put_text(c->text, lede_str_n(c->s.ptr + c->done, from - c->done));
    cmark_node *link = lede__new_node(CMARK_NODE_LINK), *words = lede__new_node(CMARK_NODE_TEXT);
    cmark_node_set_url(link, url);
    cmark_node_set_literal(words, url + n);
    cmark_node_append_child(link, words);
    cmark_node_insert_before(c->text, link);
    c->done = end;
}

/* Where a web address would begin whose ':' or '.' stands at i, or i. web_end() says whether it does. */
static size_t web_start(const scanner *c, size_t i) {
    size_t n = 3; /* "www" */
    if (c->s.ptr[i] == ':')
        n = i >= 5 && (c->s.ptr[i - 1] | 32) == 's' ? 5 : 4;
    if (i < n + c->done || (c->s.ptr[i] == ':' && c->s.ptr[i + 1] != '/'))
        return i;
    return i - n;
}

/* Reads what has its ':', '.' or '@' at i; gives where to go on. These are rare, the letters before them are not. */
static size_t read_at(scanner *c, size_t i) {
    size_t end, from;
    if (c->s.ptr[i] == '@') {
        from = mail_start(c, i, &end);
        if (from == i)
            return i + 1;
        put_link(c, from, end, "mailto:");
        return end;
    }
    bool www;
    from = web_start(c, i);
    end = from < i ? web_end(c, from, &www) : from;
    if (end == from)
        return i + 1;
    put_link(c, from, end, www ? "http://" : "");
    return end;
}

static void link_text(cmark_node *text) {
    scanner c = {.text = text, .s = lede_str_of(cmark_node_get_literal(text))};
    for (size_t i = 0; (i += strcspn(c.s.ptr + i, ":.@")) < c.s.len;)
        i = read_at(&c, i);
    if (!c.done)
        return;
    lede__put_text(text, lede_str_sub(c.s, c.done));
    cmark_node_unlink(text);
}

void lede__pass_autolinks(cmark_node *root) {
    cmark_node *next;
    for (cmark_node *n = root; n; n = next) {
        cmark_node_type type = cmark_node_get_type(n);
        next = lede__after(n, root, type != CMARK_NODE_LINK && type != CMARK_NODE_IMAGE);
        if (type == CMARK_NODE_TEXT)
            link_text(n);
    }
}
