/* analysis.c - the words of a text and what they compare by. See text/analysis.h.
 *
 * A word is worked out once: the analyser keeps every spelling it met under the language, so a text
 * costs a look into a table for each word. The table is emptied when it is full. It is larger than
 * what is near the processor: words are looked up some at a time, so that their places come from
 * memory together. */
#include "text/analysis.h"

#include "base/names.h"
#include "lede/arena.h"
#include "text/letters.h"
#include "text/segments.h"
#include "text/tongue.h"

#include <libstemmer.h>

#include <stdlib.h>

#include "base/banned.h"

enum {
    SURFACE_MAX = 60,
    SLOTS = 1 << 17,
    FULL = SLOTS / 2,
    WORDS_BYTES = 32 << 20, /* of kept words */
    AT_ONCE = 16 /* words are looked up together */
};

/* One spelling and what became of it. The texts lie behind it: surface, form, term. */
typedef struct spelling {
    uint64_t term_hash, form_hash;
    uint16_t len, form_len, term_len;
    uint8_t lang, cut; /* cut: bytes at its beginning that are no part of the word: "l'" */
    bool weak;
    char text[];
} spelling;

typedef struct slot {
    uint64_t hash; /* 0 = free */
    spelling *word;
} slot;

struct lede__analyser {
    const lede__tongue *languages;
    size_t n_languages;
    struct sb_stemmer *stemmers[LEDE__TONGUES_MAX + 1];
    lede__names stops[LEDE__TONGUES_MAX + 1]; /* filled by a language's first word */
    lede__segmenter *segmenter; /* opened by the first text that needs it */
    lede_arena words;
    slot *slots;
    size_t count;
};

/* ---- an analyser */

lede__analyser *lede__analyser_new(void) {
    lede__analyser *a = calloc(1, sizeof *a);
    slot *slots = calloc(SLOTS, sizeof *slots);
    if (!a || !slots) {
        free(a);
        free(slots);
        return NULL;
    }
    a->slots = slots;
    a->languages = lede__tongues(&a->n_languages);
    lede_arena_init(&a->words, WORDS_BYTES);
    return a;
}

void lede__analyser_free(lede__analyser *a) {
    if (!a)
        return;
    for (size_t i = 0; i <= LEDE__TONGUES_MAX; i++) {
        sb_stemmer_delete(a->stemmers[i]);
        lede__names_fini(&a->stops[i]);
    }
    lede__segmenter_close(a->segmenter);
    lede_arena_fini(&a->words);
    free(a->slots);
    free(a);
}

static void forget_words(lede__analyser *a) {
    memset(a->slots, 0, SLOTS * sizeof *a->slots);
    lede_arena_reset(&a->words);
    a->count = 0;
}

lede_str lede__analysis_lang(lede_str tag) {
    const char *code = lede__tongue_of(tag)->code;
    if (*code)
        return lede_str_of(code);
    const size_t dash = lede_str_find(tag, '-', 0), low = lede_str_find(tag, '_', 0);
    return lede_str_n(tag.ptr, dash < low ? dash : low);
}

/* ---- one spelling */

/* FNV-1a, and a last stir so that all bits depend on all. */
static uint64_t stir(uint64_t h) {
    h ^= h >> 32;
    h *= 0xD6E8FEB86659FD93u;
    return h ^ h >> 32;
}

static uint64_t hash_of(lede_str s, uint64_t seed) {
    uint64_t h = 0xCBF29CE484222325u ^ seed;
    for (size_t i = 0; i < s.len; i++)
        h = (h ^ (unsigned char)s.ptr[i]) * 0x100000001B3u;
    return stir(h);
}

/* The language's number in the table; one more for those that are not in it. */
static size_t number_of(const lede__analyser *a, const lede__tongue *l) {
    return l >= a->languages && l < a->languages + a->n_languages ? (size_t)(l - a->languages)
                                                                  : a->n_languages;
}

static lede_str stem(lede__analyser *a, const lede__tongue *l, lede_str word) {
    struct sb_stemmer **s = &a->stemmers[number_of(a, l)];
    if (!l->stemmer)
        return word;
    if (!*s)
        *s = sb_stemmer_new(l->stemmer, "UTF_8");
    if (!*s) /* no memory, or a library without it */
        return word;
    const sb_symbol *out = sb_stemmer_stem(*s, (const sb_symbol *)word.ptr, (int)word.len);
    return out ? lede_str_n((const char *)out, (size_t)sb_stemmer_length(*s)) : word;
}

/* How many bytes at the word's beginning are elided and cut: "l'", "dell'". */
static size_t elision(const lede__tongue *l, lede_str word) {
    char folded[LEDE__WORD_MAX];
    const size_t quote = lede_str_find(word, '\'', 0);
    if (!l->elisions || quote + 1 >= word.len)
        return 0;
    const size_t n = lede__fold_word(lede_str_n(word.ptr, quote), LEDE_STR(""), folded);
    return lede__tongue_lists(l->elisions, lede_str_n(folded, n)) ? quote + 1 : 0;
}

/* Without the English possessive: "council's" -> "council". */
static lede_str cut_possessive(lede_str word) {
    if (lede_str_ends(word, "'s"))
        word.len -= 2;
    return word;
}

/* Without what is written in front of the word, if two characters of it are left. */
static lede_str cut_opening(const lede__tongue *l, lede_str word) {
    enum { TWO = 4 }; /* letters of Arabic have two bytes each */
    for (const char *opening = l->openings; opening && *opening;) {
        const size_t n = strcspn(opening, " ");
        if (word.len >= n + TWO && memcmp(word.ptr, opening, n) == 0)
            return lede_str_sub(word, n);
        opening += n + (opening[n] == ' ');
    }
    return word;
}

/* Without a particle that is written onto the word, if two characters of it are left. */
static lede_str cut_ending(const lede__tongue *l, lede_str word) {
    enum { TWO = 6 }; /* syllables of Hangul have three bytes each */
    for (const char *ending = l->endings; ending && *ending;) {
        const size_t n = strcspn(ending, " ");
        if (word.len >= n + TWO && memcmp(word.ptr + word.len - n, ending, n) == 0)
            return lede_str_n(word.ptr, word.len - n);
        ending += n + (ending[n] == ' ');
    }
    return word;
}

static bool is_number(lede_str s) {
    for (size_t i = 0; i < s.len; i++)
        if (s.ptr[i] < '0' || s.ptr[i] > '9')
            return false;
    return s.len > 0;
}

/* A single letter says nothing, a single sign of Han does; kana alone are grammar when short. */
static bool is_slight(lede_str form) {
    size_t i = 0, count = 0;
    bool kana = true;
    uint32_t c = 0;
    for (; i < form.len; count++) {
        c = lede_utf8_next(form, &i);
        kana = kana && c >= 0x3040 && c < 0x30A0;
    }
    if (count <= 2 && kana)
        return true;
    return count == 1 && (lede__letter_class(c) != LEDE__DENSE || c < 0x3400);
}

static bool is_stop(lede__analyser *a, const lede__tongue *l, lede_str form) {
    lede__names *stops = &a->stops[number_of(a, l)];
    for (const char *word = stops->count ? NULL : l->stops; word && *word;) {
        const size_t n = strcspn(word, " ");
        if (lede__names_add(stops, NULL, lede_str_n(word, n)) == LEDE_NO_NAME)
            return lede__tongue_lists(l->stops, form); /* no memory */
        word += n + (word[n] == ' ');
    }
    return lede__names_find(stops, form) != LEDE_NO_NAME;
}

static bool is_weak(lede__analyser *a, const lede__tongue *l, lede_str form) {
    return (is_number(form) && form.len != 4) || is_slight(form) || is_stop(a, l, form);
}

/* Works a spelling out; NULL when out of memory. */
static spelling *work_out(lede__analyser *a, const lede__tongue *l, lede_str surface) {
    char low[LEDE__WORD_MAX], form[LEDE__WORD_MAX], term[LEDE__WORD_MAX];
    const lede_str lang = lede_str_of(l->code);
    lede_str word = lede_str_n(low, lede__lower_word(surface, lang, low));
    const size_t cut = elision(l, word);
    word = cut_opening(l, cut_ending(l, cut_possessive(lede_str_sub(word, cut))));
    const size_t form_len = lede__fold_word(word, lang, form);
    const bool weak = is_weak(a, l, lede_str_n(form, form_len));
    const lede_str root = weak ? word : stem(a, l, word);
    const size_t term_len =
        lede__fold_word(root.len && root.len <= SURFACE_MAX ? root : word, lang, term);
    spelling *w = lede_arena_take(&a->words, sizeof *w + surface.len + form_len + term_len);
    if (!w)
        return NULL;
    *w = (spelling){.len = (uint16_t)surface.len,
                    .form_len = (uint16_t)form_len,
                    .term_len = (uint16_t)term_len,
                    .lang = (uint8_t)number_of(a, l),
                    .cut = (uint8_t)cut,
                    .weak = weak,
                    .form_hash = hash_of(lede_str_n(form, form_len), 0),
                    .term_hash = hash_of(lede_str_n(term, term_len), 0)};
    memcpy(w->text, surface.ptr, surface.len);
    memcpy(w->text + surface.len, form, form_len);
    memcpy(w->text + surface.len + form_len, term, term_len);
    return w;
}

/* Of a spelling in a language, for its place: eight bytes at a time, and never 0. */
static uint64_t place_hash(const lede__analyser *a, const lede__tongue *l, lede_str surface) {
    enum { STEP = 8 };
    uint64_t h = (number_of(a, l) << 8 | surface.len) * 0x9E3779B97F4A7C15u;
    for (size_t i = 0; i < surface.len; i += STEP) {
        uint64_t some = 0;
        memcpy(&some, surface.ptr + i, surface.len - i < STEP ? surface.len - i : STEP);
        h = (h ^ some) * 0xD6E8FEB86659FD93u;
        h ^= h >> 32;
    }
    return h | 1;
}

static size_t place_of(uint64_t hash) { return (size_t)(hash >> 20) & (SLOTS - 1); }

/* hash: as place_hash() gives it. */
static spelling *find(lede__analyser *a, const lede__tongue *l, lede_str surface, uint64_t hash) {
    const size_t lang = number_of(a, l);
    size_t at = place_of(hash);
    for (; a->slots[at].hash; at = (at + 1) & (SLOTS - 1)) {
        spelling *w = a->slots[at].word;
        if (a->slots[at].hash == hash && w->len == surface.len && w->lang == lang &&
            memcmp(w->text, surface.ptr, surface.len) == 0)
            return w;
    }
    if (a->count >= FULL) {
        forget_words(a);
        return find(a, l, surface, hash);
    }
    spelling *w = work_out(a, l, surface);
    if (!w && a->count) { /* the arena is full */
        forget_words(a);
        return find(a, l, surface, hash);
    }
    if (w) {
        a->slots[at] = (slot){hash, w};
        a->count++;
    }
    return w;
}

/* ---- the walk */

/* A word that was found in the text and not yet looked up. */
typedef struct found {
    uint64_t hash;
    size_t from, to;
} found;

typedef struct walk {
    lede__analyser *a;
    const lede__tongue *language;
    lede_str text;
    lede__each_token *each;
    void *ctx;
    found waiting[AT_ONCE];
    size_t n_waiting;
    bool stopped, failed;
} walk;

static lede_str surface_of(const walk *w, const found *f) {
    return lede_str_n(w->text.ptr + f->from, f->to - f->from);
}

static void give(walk *w, const found *f) {
    const spelling *s = find(w->a, w->language, surface_of(w, f), f->hash);
    w->failed |= !s;
    if (!s || s->term_len == 0)
        return;
    const lede__token t = {.form = lede_str_n(s->text + s->len, s->form_len),
                           .term = lede_str_n(s->text + s->len + s->form_len, s->term_len),
                           .form_hash = s->form_hash,
                           .term_hash = s->term_hash,
                           .at = (uint32_t)(f->from + s->cut),
                           .len = (uint32_t)(f->to - f->from - s->cut),
                           .weak = s->weak};
    w->stopped = !w->each(w->ctx, &t);
}

/* Looks up the words that wait and gives them, in order. */
static void give_waiting(walk *w) {
    const slot *slots = w->a->slots;
    for (size_t i = 0; i < w->n_waiting; i++)
        LEDE_PREFETCH(slots[place_of(w->waiting[i].hash)].word);
    for (size_t i = 0; i < w->n_waiting && !w->stopped; i++)
        give(w, &w->waiting[i]);
    w->n_waiting = 0;
}

static void take(walk *w, size_t from, size_t to) {
    if (to <= from || to - from > SURFACE_MAX || w->stopped)
        return;
    found *f = &w->waiting[w->n_waiting++];
    *f = (found){.from = from, .to = to};
    f->hash = place_hash(w->a, w->language, surface_of(w, f));
    LEDE_PREFETCH(&w->a->slots[place_of(f->hash)]);
    if (w->n_waiting == AT_ONCE)
        give_waiting(w);
}

static void take_segment(void *ctx, size_t from, size_t to) { take(ctx, from, to); }

/* The class of the character at i, which moves on. */
static lede__class next_class(lede_str s, size_t *i) {
    const unsigned char c = (unsigned char)s.ptr[*i];
    if (c < 0x80) {
        *i += 1;
        return lede__letter_class(c);
    }
    return lede__letter_class(lede_utf8_next(s, i));
}

/* The end of the run that begins at i with a character of class `first`. An apostrophe or a joiner
 * belongs to a word only when a letter follows. */
static size_t run_end(lede_str s, size_t i, lede__class first) {
    size_t end = i;
    for (size_t next = i; next < s.len;) {
        const bool after_letter = next == end;
        const lede__class c = next_class(s, &next);
        if (c == first)
            end = next;
        else if (first != LEDE__LETTER || !after_letter || (c != LEDE__QUOTE && c != LEDE__JOIN))
            break;
    }
    return end;
}

static void walk_dense(walk *w, size_t from, size_t to) {
    if (!w->a->segmenter)
        w->a->segmenter = lede__segmenter_open();
    lede__segment_words(w->a->segmenter, w->text, from, to, take_segment, w);
}

lede_status lede__analyse(lede__analyser *a, lede_str lang, lede_str text, lede__each_token *each,
                          void *ctx, lede_error *err) {
    walk w = {.a = a, .language = lede__tongue_of(lang), .text = text, .each = each, .ctx = ctx};
    for (size_t i = 0; i < text.len && !w.stopped;) {
        size_t next = i;
        const lede__class c = next_class(text, &next);
        if (c == LEDE__LETTER || c == LEDE__DENSE)
            next = run_end(text, i, c);
        if (c == LEDE__LETTER)
            take(&w, i, next);
        else if (c == LEDE__DENSE)
            walk_dense(&w, i, next);
        i = next;
    }
    give_waiting(&w);
    return w.failed ? lede_fail(err, LEDE_ENOMEM, "text: out of memory") : LEDE_OK;
}
