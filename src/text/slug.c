/* slug.c - addresses out of names. See text/slug.h.
 *
 * Names in ASCII and in the Latin letters of Europe, which are most, never reach ICU: opening its
 * rules costs about 18 ms and 4 MB, a name 13 us. They are opened by the first name that needs
 * them, once a process; a lock lets one thread at a time use them. */
#include "text/slug.h"

#include <unicode/uchar.h>
#include <unicode/ustring.h>
#include <unicode/utrans.h>

#include "base/banned.h"

#include <pthread.h>

enum { MAX_SLUG = 255, MAX_NAME = 2048 }; /* of a longer name only the beginning can count */

/* A slug that is being formed: room for one '-' and one character more than it may have. */
typedef struct forming {
    char text[MAX_SLUG + 2];
    size_t len, last_dash; /* last_dash: where the word that is being added began, or 0 */
    bool gap;              /* a separator was seen since the last letter */
    bool full;
} forming;

/* Adds one letter or digit of ASCII. */
static void add_letter(forming *f, char c) {
    if (f->full)
        return;
    if (f->gap && f->len > 0) {
        f->last_dash = f->len;
        f->text[f->len++] = '-';
    }
    f->gap = false;
    if (f->len < MAX_SLUG) {
        f->text[f->len++] = c;
        return;
    }
    f->full = true; /* back to the last whole word, if there is one */
    f->len = f->last_dash ? f->last_dash : MAX_SLUG;
}

static void add_ascii(forming *f, unsigned char c) {
    if (c >= 'A' && c <= 'Z')
        add_letter(f, (char)(c - 'A' + 'a'));
    else if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'))
        add_letter(f, (char)c);
    else if (c != '\'')
        f->gap = true;
}

/* U+00C0 to U+017F as ICU's rules have them, a test holds both against each other: a letter, '-' for what separates,
 * or a capital for two letters. */
static const char latin[] = "aaaaaaAceeeeiiiidnooooo-ouuuuyTSaaaaaaAceeeeiiiidnooooo-ouuuuyTy"
                            "aaaaaaccccccccddddeeeeeeeeeegggggggghhhhiiiiiiiiiiIIjjkkqlllllll"
                            "lllnnnnnnnnnooooooOOrrrrrrssssssssttttttuuuuuuuuuuuuwwyyyzzzzzzs";
_Static_assert(sizeof latin == 0x180 - 0xC0 + 1, "a letter each");

static void add_two(forming *f, const char *two) {
    add_letter(f, two[0]);
    add_letter(f, two[1]);
}

static void add_latin(forming *f, uint32_t c) {
    switch (latin[c - 0xC0]) {
    case '-': f->gap = true; return;
    case 'A': add_two(f, "ae"); return;
    case 'I': add_two(f, "ij"); return;
    case 'O': add_two(f, "oe"); return;
    case 'S': add_two(f, "ss"); return;
    case 'T': add_two(f, "th"); return;
    default: add_letter(f, latin[c - 0xC0]); return;
    }
}

static bool is_apostrophe(uint32_t c) {
    return c == 0x2019 || c == 0x2018 || c == 0x201B || c == 0x02BC || c == 0x02BB || c == 0x055A ||
           c == 0xFF07;
}

/* Letters and punctuation of Western Europe, without ICU; false for any other character. */
static bool add_near(forming *f, uint32_t c) {
    if (c >= 0xC0 && c < 0x180) {
        add_latin(f, c);
        return true;
    }
    if (is_apostrophe(c) || c == 0xAD)
        return true;
    /* The signs for "copyright", "registered" and the fractions have letters and digits. */
    const bool sign = c >= 0xA0 && c < 0xC0 && c != 0xA9 && c != 0xAE && (c < 0xBC || c > 0xBE);
    if (!sign && !(c >= 0x2010 && c <= 0x2027) && c != 0x202F && c != 0x2039 && c != 0x203A)
        return false;
    f->gap = true;
    return true;
}

static bool add_near_all(forming *f, lede_str s) {
    for (size_t i = 0; i < s.len && !f->full;) {
        const unsigned char c = (unsigned char)s.ptr[i];
        if (c < 0x80) {
            add_ascii(f, c);
            i++;
        } else if (!add_near(f, lede_utf8_next(s, &i))) {
            return false;
        }
    }
    return true;
}

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static UTransliterator *rules; /* under lock, as its use is */

/* Transliterates text in place; false when ICU has no such rules or no room: then the text is as it
 * was. */
static bool to_latin(UChar *text, int32_t *len, int32_t cap) {
    static const char names[] = "Any-Latin; Latin-ASCII; Lower()";
    UChar id[sizeof names];
    u_charsToUChars(names, id, sizeof names);
    UErrorCode code = U_ZERO_ERROR;
    pthread_mutex_lock(&lock);
    if (!rules)
        rules = utrans_openU(id, -1, UTRANS_FORWARD, NULL, 0, NULL, &code);
    int32_t limit = *len;
    if (U_SUCCESS(code))
        utrans_transUChars(rules, text, len, cap, 0, &limit, &code);
    pthread_mutex_unlock(&lock);
    return U_SUCCESS(code);
}

/* Marks and invisible characters join; all else that is not ASCII separates. */
static void add_character(forming *f, UChar32 c) {
    if (c < 0x80) {
        add_ascii(f, (unsigned char)c);
        return;
    }
    const int8_t type = u_charType(c);
    const bool joins = type == U_NON_SPACING_MARK || type == U_ENCLOSING_MARK ||
                       type == U_COMBINING_SPACING_MARK || type == U_FORMAT_CHAR ||
                       type == U_MODIFIER_LETTER;
    if (!joins)
        f->gap = true;
}

/* Names are UTF-8 of at most MAX_NAME bytes, so at most as many UTF-16 units. Han grows sixfold:
 * "zhuang". */
static void add_foreign(forming *f, lede_str s) {
    enum { CAP = MAX_NAME * 8 };
    UChar *text = malloc(CAP * sizeof *text);
    int32_t len = 0;
    for (size_t i = 0; text && i < s.len;) {
        const uint32_t c = lede_utf8_next(s, &i);
        /* A soft hyphen would become a real one. */
        if (!is_apostrophe(c) && u_charType((UChar32)c) != U_FORMAT_CHAR)
            U16_APPEND_UNSAFE(text, len, c);
    }
    if (text && to_latin(text, &len, CAP)) {
        for (int32_t i = 0; i < len;) {
            UChar32 c;
            U16_NEXT(text, i, len, c);
            add_character(f, c);
        }
    } else { /* without memory or rules: what is ASCII */
        for (size_t i = 0; i < s.len; i++)
            add_ascii(f, (unsigned char)s.ptr[i]);
    }
    free(text);
}

void lede__slug(lede_buf *out, lede_str s) {
    forming f = {.len = 0};
    if (!add_near_all(&f, s)) {
        f = (forming){.len = 0};
        add_foreign(&f, lede_str_n(s.ptr, lede_utf8_cut(s, MAX_NAME)));
    }
    if (f.len)
        lede_buf_addn(out, f.text, f.len);
    else
        lede_buf_adds(out, "untitled");
}

static bool among(lede_str s, const char *const *words) {
    for (; *words; words++)
        if (lede_str_eq_nocase(s, lede_str_of(*words)))
            return true;
    return false;
}

static bool all_letters(lede_str s) {
    for (size_t i = 0; i < s.len; i++) {
        const char c = s.ptr[i];
        if (!((c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z')))
            return false;
    }
    return true;
}

const char *lede__lang_dir(lede_str lang) {
    static const char *const scripts[] = {"Adlm", "Arab", "Aran", "Hebr", "Mand", "Mend",
                                          "Nkoo", "Rohg", "Samr", "Syrc", "Thaa", NULL};
    static const char *const languages[] = {
        "ar", "arc", "arz", "ary", "apc", "azb", "bal", "ckb", "dv",  "fa", "glk", "he", "iw",
        "ji", "ks",  "lrc", "mzn", "nqo", "pnb", "ps",  "sd",  "syr", "ug", "ur",  "yi", NULL};
    bool first = true;
    lede_str language = {0};
    for (size_t at = 0; at <= lang.len;) {
        size_t end = lede_str_find(lang, '-', at);
        const size_t low = lede_str_find(lang, '_', at);
        if (low < end)
            end = low;
        const lede_str tag = lede_str_n(lang.ptr + at, end - at);
        if (tag.len == 1)
            break; /* extensions and private use say nothing about the script */
        if (first)
            language = tag;
        else if (tag.len == 4 && all_letters(tag))
            return among(tag, scripts) ? "rtl" : "ltr";
        first = false;
        at = end + 1;
    }
    return among(language, languages) ? "rtl" : "ltr";
}
