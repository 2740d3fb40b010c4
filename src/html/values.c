/* values.c - what an attribute's value may be. Values come decoded; they are escaped where they are
 * written. */
#include "html/internal.h"

#include "base/banned.h"

static bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
static bool is_digit(char c) { return c >= '0' && c <= '9'; }

static bool is_made_of(lede_str s, const char *marks, size_t max) {
    if (!s.len || s.len > max)
        return false;
    for (size_t i = 0; i < s.len; i++)
        if (!is_letter(s.ptr[i]) && !is_digit(s.ptr[i]) && !(s.ptr[i] && strchr(marks, s.ptr[i])))
            return false;
    return true;
}

/* The next of the words parted by white space; empty at the end. */
static lede_str next_word(lede_str *s) {
    *s = lede_str_trim(*s);
    size_t n = 0;
    while (n < s->len && !strchr(" \t\n\f\r", s->ptr[n]))
        n++;
    lede_str word = lede_str_n(s->ptr, n);
    *s = lede_str_sub(*s, n);
    return word;
}

static bool is_listed(lede_str word, const char *words) {
    lede_str all = lede_str_of(words);
    for (lede_str w; (w = next_word(&all)).len;)
        if (lede_str_eq_nocase(w, word))
            return true;
    return false;
}

/* ---- the checks */

static bool keep(lede_str value, lede_buf *out) {
    lede_buf_add(out, value);
    return true;
}

bool lede__attr_text(const lede__html_rules *r, const char *words, lede_str value, lede_buf *out) {
    (void)r, (void)words;
    return keep(value, out);
}

bool lede__attr_flag(const lede__html_rules *r, const char *words, lede_str value, lede_buf *out) {
    (void)r, (void)words, (void)value, (void)out;
    return true;
}

/* One of the rule's words. */
bool lede__attr_word(const lede__html_rules *r, const char *words, lede_str value, lede_buf *out) {
    (void)r;
    value = lede_str_trim(value);
    return is_listed(value, words) && keep(value, out);
}

/* BCP 47 in form; "" says that the language is not known. */
bool lede__attr_language(const lede__html_rules *r, const char *words, lede_str value,
                         lede_buf *out) {
    (void)r, (void)words;
    return (!value.len || is_made_of(value, "-", 35)) && keep(value, out);
}

static bool read_number(lede_str s, long *n) {
    size_t i = s.len && s.ptr[0] == '-';
    *n = 0;
    if (i == s.len || s.len > 9)
        return false;
    for (; i < s.len; i++) {
        if (!is_digit(s.ptr[i]))
            return false;
        *n = *n * 10 + (s.ptr[i] - '0');
    }
    return true;
}

/* An integer of up to eight digits. */
bool lede__attr_number(const lede__html_rules *r, const char *words, lede_str value,
                       lede_buf *out) {
    (void)r, (void)words;
    long n;
    value = lede_str_trim(value);
    return read_number(value, &n) && keep(value, out);
}

/* An integer from 1 (0 when the rule says so) to the rule's words: of cells spanned, of pixels. */
bool lede__attr_size(const lede__html_rules *r, const char *words, lede_str value, lede_buf *out) {
    (void)r;
    long n, max = 0;
    value = lede_str_trim(value);
    return read_number(lede_str_of(words), &max) && read_number(value, &n) && value.ptr[0] != '-' &&
           n >= 1 && n <= max && keep(value, out);
}

/* The letters of dates, times, weeks, zones and durations. */
bool lede__attr_time(const lede__html_rules *r, const char *words, lede_str value, lede_buf *out) {
    (void)r, (void)words;
    return is_made_of(value, "-+:. ", 64) && keep(value, out);
}

/* Names parted by blanks: roles, ids that are referred to. */
bool lede__attr_tokens(const lede__html_rules *r, const char *words, lede_str value,
                       lede_buf *out) {
    (void)r, (void)words;
    return is_made_of(value, "-_:. ", 1024) && keep(value, out);
}

/* Media queries, sizes, media types: what needs no quote, bracket or address. */
bool lede__attr_plain(const lede__html_rules *r, const char *words, lede_str value, lede_buf *out) {
    (void)r, (void)words;
    return is_made_of(value, "-_:. ,;/+*%()<>=", 1024) && keep(value, out);
}

/* A name that a script may look up: what document and form answer for themselves is no id. */
bool lede__attr_id(const lede__html_rules *r, const char *words, lede_str value, lede_buf *out) {
    (void)r;
    return is_made_of(value, "-_:.", 300) && !is_listed(value, words) && keep(value, out);
}

/* The rule's words among those that stand there. */
bool lede__attr_rel(const lede__html_rules *r, const char *words, lede_str value, lede_buf *out) {
    (void)r;
    size_t start = out->len;
    for (lede_str word; (word = next_word(&value)).len;) {
        if (!is_listed(word, words))
            continue;
        if (out->len > start)
            lede_buf_addc(out, ' ');
        lede_buf_add(out, word);
    }
    return out->len > start;
}

bool lede__attr_link(const lede__html_rules *r, const char *words, lede_str value, lede_buf *out) {
    (void)words;
    return lede__html_url(r, LEDE__URL_LINK, value, out);
}

bool lede__attr_image(const lede__html_rules *r, const char *words, lede_str value, lede_buf *out) {
    (void)words;
    return lede__html_url(r, LEDE__URL_IMAGE, value, out);
}

bool lede__attr_media(const lede__html_rules *r, const char *words, lede_str value, lede_buf *out) {
    (void)words;
    return lede__html_url(r, LEDE__URL_MEDIA, value, out);
}

bool lede__attr_srcset(const lede__html_rules *r, const char *words, lede_str value,
                       lede_buf *out) {
    (void)words;
    return lede__html_srcset(r, value, out);
}

bool lede__attr_frame(const lede__html_rules *r, const char *words, lede_str value, lede_buf *out) {
    (void)words;
    return lede__html_frame_allowed(r, value) && lede__html_url(r, LEDE__URL_MEDIA, value, out);
}
