/* format.c - the cache of what ICU opened, and tags as locales. See lede/format.h.
 *
 * ICU would look for a default zone in /etc/localtime and below /usr/share/zoneinfo, and for a
 * default language in LANG; both are set once before anything is opened, so that a page depends on
 * neither and no file is touched. */
#include "text/format.h"

#include <unicode/uloc.h>
#include <unicode/ustring.h>

#include "base/banned.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

enum { ENTRIES = 64, TAG_MAX = 48, KEY_MAX = 160 };

typedef struct entry {
    char key[KEY_MAX];
    size_t key_len;
    lede__kind kind;
    lede__opened opened;
} entry;

struct lede_format {
    size_t count, next; /* next: to be replaced when there is no place */
    entry entries[ENTRIES];
};

static pthread_once_t once = PTHREAD_ONCE_INIT;

static void set_defaults(void) {
    UErrorCode code = U_ZERO_ERROR;
    ucal_setDefaultTimeZone(u"Etc/UTC", &code);
    uloc_setDefault("en_150", &code);
}

lede_format *lede_format_new(void) { return calloc(1, sizeof(lede_format)); }

static void close_opened(lede__kind kind, lede__opened *o) {
    switch (kind) {
    case LEDE__STYLE:
    case LEDE__PATTERN:
        udat_close(o->date.format);
        udat_close(o->date.first);
        ucal_close(o->date.calendar);
        return;
    case LEDE__PATTERNS:
        udatpg_close(o->patterns);
        return;
    case LEDE__NUMBER:
        unum_close(o->number);
        return;
    case LEDE__PLURAL:
        uplrules_close(o->plural);
        return;
    case LEDE__LIST:
        ulistfmt_close(o->list);
        return;
    case LEDE__NAMES:
        uldn_close(o->names);
        return;
    }
}

void lede_format_free(lede_format *f) {
    for (size_t i = 0; f && i < f->count; i++)
        close_opened(f->entries[i].kind, &f->entries[i].opened);
    free(f);
}

lede_status lede__fail_icu(lede_error *err, UErrorCode code, const char *what) {
    if (code == U_MEMORY_ALLOCATION_ERROR)
        return lede_fail(err, LEDE_ENOMEM, "format: out of memory for %s", what);
    return lede_fail(err, LEDE_EINVAL, "format: %s: %s", what, u_errorName(code));
}

static entry *find(lede_format *f, lede__kind kind, const char *key, size_t len) {
    for (size_t i = 0; i < f->count; i++) {
        entry *e = &f->entries[i];
        if (e->kind == kind && e->key_len == len && memcmp(e->key, key, len) == 0)
            return e;
    }
    return NULL;
}

/* Opens; an extension of the tag that ICU does not know is left out. (ICU 72 says of some of them
 * that memory is out, so the status does not tell.) */
static lede_status open_for(lede_format *f, lede__kind kind, lede_str lang, lede_str style,
                            lede__opener *open, lede__opened *out, lede_error *err) {
    pthread_once(&once, set_defaults);
    *out = (lede__opened){0};
    lede_status st = open(f, lang, style, out, err);
    const size_t base = lede_str_search(lang, LEDE_STR("-u-"), 0);
    if (st && base < lang.len) {
        close_opened(kind, out);
        *out = (lede__opened){0};
        st = open(f, lede_str_n(lang.ptr, base), style, out, err);
    }
    if (st)
        close_opened(kind, out);
    return st;
}

static entry *free_entry(lede_format *f) {
    if (f->count < ENTRIES)
        return &f->entries[f->count++];
    entry *e = &f->entries[f->next++ % ENTRIES];
    close_opened(e->kind, &e->opened);
    return e;
}

lede_status lede__format_get(lede_format *f, lede__kind kind, lede_str lang, lede_str style,
                             lede__opener *open, const lede__opened **out, lede_error *err) {
    char key[KEY_MAX];
    if (lang.len > TAG_MAX)
        lang.len = 0; /* English, as all that is no tag */
    if (lang.len + style.len + 1 > sizeof key)
        return lede_fail(err, LEDE_EINVAL, "format: a pattern of %zu bytes", style.len);
    size_t len = 0;
    for (size_t i = 0; i < lang.len; i++)
        key[len++] = lang.ptr[i];
    key[len++] = '\n';
    for (size_t i = 0; i < style.len; i++)
        key[len++] = style.ptr[i];
    entry *e = find(f, kind, key, len);
    if (!e) {
        lede__opened opened;
        const lede_status st = open_for(f, kind, lang, style, open, &opened, err);
        if (st)
            return st;
        e = free_entry(f);
        memcpy(e->key, key, len);
        e->key_len = len;
        e->kind = kind;
        e->opened = opened;
    }
    *out = &e->opened;
    return LEDE_OK;
}

/* ---- tags */

bool lede__locale_of_tag(lede_str lang, char out[LEDE__LOCALE_MAX]) {
    char tag[TAG_MAX + 1];
    size_t n = 0;
    for (; n < lang.len && n < TAG_MAX; n++)
        tag[n] = (char)(lang.ptr[n] == '_' ? '-' : lang.ptr[n]);
    tag[n] = '\0';
    UErrorCode code = U_ZERO_ERROR;
    int32_t parsed = 0;
    uloc_forLanguageTag(tag, out, LEDE__LOCALE_MAX, &parsed, &code);
    if (lang.len <= TAG_MAX && U_SUCCESS(code) && code != U_STRING_NOT_TERMINATED_WARNING &&
        parsed > 0)
        return true;
    memcpy(out, "en", sizeof "en");
    return false;
}

/* en@calendar=buddhist -> en_150@calendar=buddhist */
static void make_international(char locale[LEDE__LOCALE_MAX]) {
    char keywords[LEDE__LOCALE_MAX];
    snprintf(keywords, sizeof keywords, "%s", locale + strcspn(locale, "@"));
    snprintf(locale, LEDE__LOCALE_MAX, "en_150%.*s", LEDE__LOCALE_MAX - 8, keywords);
}

static void use_latin_digits(char locale[LEDE__LOCALE_MAX]) {
    char asked[16];
    UErrorCode code = U_ZERO_ERROR;
    if (uloc_getKeywordValue(locale, "numbers", asked, sizeof asked, &code) == 0) {
        code = U_ZERO_ERROR;
        uloc_setKeywordValue("numbers", "latn", locale, LEDE__LOCALE_MAX, &code);
    }
}

void lede__locale(lede_str lang, char out[LEDE__LOCALE_MAX]) {
    (void)lede__locale_of_tag(lang, out);
    const size_t base = strcspn(out, "@"), language = strcspn(out, "_@");
    if (language == 2 && base == 2 && memcmp(out, "en", 2) == 0)
        make_international(out);
    else if (language == 2 && memcmp(out, "ar", 2) == 0)
        use_latin_digits(out);
}

void lede__add_utf16(lede_buf *out, const UChar *s, int32_t len) {
    const int32_t most = len * 3;
    char *room = lede_buf_room(out, (size_t)most);
    int32_t written = 0;
    UErrorCode code = U_ZERO_ERROR;
    if (!room)
        return;
    u_strToUTF8WithSub(room, most, &written, s, len, 0xFFFD, NULL, &code);
    lede_buf_seal(out, U_SUCCESS(code) ? (size_t)written : 0);
}
