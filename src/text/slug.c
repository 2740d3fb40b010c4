/* slug.c - addresses out of names. ASCII never reaches ICU: opening a transliterator costs 18 ms, and most names need none. */
#include "text/slug.h"

#include <pthread.h>
#include <stdlib.h>
#include <unicode/ustring.h>
#include <unicode/utrans.h>

enum { SLUG_MAX = 255, INPUT_MAX = 4096 };

/* ---- ASCII */

/* Appends c to the slug that began at start; `gap` says that something stood between. */
static void put(lede_buf *out, size_t start, unsigned char c, bool *gap) {
    bool upper = c >= 'A' && c <= 'Z';
    if (!upper && !(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9')) {
        *gap = *gap || c != '\'';
        return;
    }
    if (*gap && out->len > start)
        lede_buf_addc(out, '-');
    *gap = false;
    lede_buf_addc(out, (char)(upper ? c + 32 : c));
}

/* At most SLUG_MAX bytes, cut at a '-' when there is one. */
static void finish(lede_buf *out, size_t start) {
    if (out->len == start)
        lede_buf_adds(out, "untitled");
    if (out->len - start <= SLUG_MAX)
        return;
    size_t end = start + SLUG_MAX;
    for (size_t i = end; i > start + SLUG_MAX / 2; i--) {
        if (out->ptr[i] == '-') {
            end = i;
            break;
        }
    }
    out->len = end;
    out->ptr[end] = '\0';
}

static bool is_ascii(lede_str s) {
    for (size_t i = 0; i < s.len; i++)
        if ((unsigned char)s.ptr[i] >= 128)
            return false;
    return true;
}

/* ---- the rest of the world */

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static UTransliterator *shared; /* opened once a process; used under the lock, for ICU's are not to be shared otherwise */

static void close_shared(void) { utrans_close(shared); }

static UTransliterator *transliterator(void) {
    static const char rules[] = "Any-Latin; Latin-ASCII; Lower()";
    if (!shared) {
        UChar id[64];
        UErrorCode code = U_ZERO_ERROR;
        u_uastrcpy(id, rules);
        shared = utrans_openU(id, -1, UTRANS_FORWARD, NULL, 0, NULL, &code);
        if (U_FAILURE(code))
            shared = NULL;
        else
            atexit(close_shared);
    }
    return shared;
}

/* Writes s as ASCII into room; false when ICU cannot. */
static bool to_ascii(lede_str s, char *room, size_t size, size_t *len) {
    UChar text[INPUT_MAX * 3];
    int32_t n = 0, limit;
    UErrorCode code = U_ZERO_ERROR;
    u_strFromUTF8WithSub(text, INPUT_MAX, &n, s.ptr, (int32_t)s.len, ' ', NULL, &code);
    if (U_FAILURE(code))
        return false;
    pthread_mutex_lock(&lock);
    UTransliterator *t = transliterator();
    limit = n;
    if (t)
        utrans_transUChars(t, text, &n, INPUT_MAX * 3, 0, &limit, &code);
    pthread_mutex_unlock(&lock);
    if (!t || U_FAILURE(code))
        return false;
    *len = 0;
    for (int32_t i = 0; i < n && *len < size; i++)
        room[(*len)++] = text[i] < 128 ? (char)text[i] : text[i] == 0x2019 || text[i] == 0x2bc ? '\'' : ' ';
    return true;
}

void lede__slug(lede_buf *out, lede_str s) {
    size_t start = out->len, cut = lede_utf8_cut(s, INPUT_MAX - 1), len;
    char room[INPUT_MAX * 3];
    bool gap = false;
    lede_str in = {s.ptr, cut};
    if (!is_ascii(in) && to_ascii(in, room, sizeof room, &len))
        in = (lede_str){room, len};
    for (size_t i = 0; i < in.len; i++)
        put(out, start, (unsigned char)in.ptr[i], &gap);
    if (!out->status)
        finish(out, start);
}

/* ---- direction */

static bool is_one_of(lede_str s, const char *const *list) {
    for (; *list; list++)
        if (lede_str_eq_nocase(s, lede_str_of(*list)))
            return true;
    return false;
}

const char *lede__lang_dir(lede_str lang) {
    static const char *const languages[] = {"ar", "arc", "ckb", "dv", "fa", "he", "ks", "nqo", "ps", "sd", "syr", "ug", "ur", "yi", NULL};
    static const char *const scripts[] = {"Arab", "Hebr", "Thaa", "Syrc", "Nkoo", "Adlm", "Rohg", NULL};
    size_t dash = lede_str_find(lang, '-', 0);
    lede_str rest = lede_str_sub(lang, dash < lang.len ? dash + 1 : lang.len);
    lede_str script = lede_str_n(rest.ptr, lede_str_find(rest, '-', 0));
    if (script.len == 4)
        return is_one_of(script, scripts) ? "rtl" : "ltr";
    return is_one_of(lede_str_n(lang.ptr, dash), languages) ? "rtl" : "ltr";
}
