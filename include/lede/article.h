/* article.h - an article: its fields, how a Markdown file becomes one, and its packed form.
 *
 * Pure: no files, no loop, no Lua. Text borrowed by an article lives in the arena it was parsed into, or in the
 * source it was parsed from.
 *
 * The fields stand in tables here, once: reading front matter, packing, the store, the edition's cards, the masks of
 * recorded reads and the Lua fields all follow them. To add a field, add a line.
 */
#ifndef LEDE_ARTICLE_H
#define LEDE_ARTICLE_H

#include "lede/time.h"
#include "lede/value.h"

/* X(enum, lua name) */
#define LEDE_TEXT_FIELDS(X)                                                                        \
    X(ID, "id")                     /* 26 characters of Crockford base 32 */                       \
    X(PATH, "path")                 /* source below content/, empty when the store owns it */      \
    X(URL, "url")                   /* path on the site: begins with '/', percent-encoded */       \
    X(TITLE, "title")               /* headline; plain text, as are all of these */                \
    X(SLUG, "slug")                                                                                \
    X(SECTION, "section")           /* as named by the article: "Politics Monitor" */              \
    X(SECTION_SLUG, "section_slug") /* "politics-monitor" */                                       \
    X(KICKER, "kicker")                                                                            \
    X(DEK, "dek")                                                                                  \
    X(SUMMARY, "summary")           /* the author's own words */                                   \
    X(EXCERPT, "lead")              /* plain text to cut excerpts from: the summary, else the body's start */ \
    X(LANG, "lang")                 /* BCP 47; the site's when the article names none */           \
    X(DIR, "dir")                   /* "ltr" or "rtl" */                                           \
    X(DATELINE, "dateline")                                                                        \
    X(LAYOUT, "layout")                                                                            \
    X(TYPE, "type")                                                                                \
    X(TRANSLATION, "translation_key")                                                              \
    X(IMAGE_SRC, "image_src")                                                                      \
    X(IMAGE_ALT, "image_alt")                                                                      \
    X(IMAGE_CAPTION, "image_caption")                                                              \
    X(IMAGE_CREDIT, "image_credit")                                                                \
    X(IMAGE_POI, "image_poi")                                                                      \
    X(ORIGIN_NAME, "origin_name")                                                                  \
    X(ORIGIN_URL, "origin_url")                                                                    \
    X(ORIGIN_AUTHOR, "origin_author")                                                              \
    X(ORIGIN_LICENSE, "origin_license")                                                            \
    X(ORIGIN_TERMS, "origin_terms")                                                                \
    X(ORIGIN_NOTICE, "origin_notice")                                                              \
    X(ORIGIN_INDEX, "origin_index") /* noindex-news, noindex, canonical or self */                 \
    X(PARAMS, "params")             /* canonical JSON object; empty when there is none */

#define LEDE_LIST_FIELDS(X)                                                                        \
    X(TAGS, "tags")                                                                                \
    X(AUTHORS, "authors")                                                                          \
    X(ALIASES, "aliases")     /* old paths of this article, as URL above */                        \
    X(OUTPUTS, "outputs")                                                                          \
    X(PINS, "related_pins")   /* ids, paths or URLs */                                             \
    X(BLOCKS, "related_blocks")                                                                    \
    X(CORRECTIONS, "corrections") /* each "2024-05-01T10:00:00Z<TAB>text" */

#define LEDE_TIME_FIELDS(X)                                                                        \
    X(DATE, "date")       /* first publication; always set: the file's name, the put, as a last resort 1970 */ \
    X(UPDATED, "updated") /* LEDE_NO_TIME when absent, as all below */                             \
    X(EMBARGO, "embargo")                                                                          \
    X(EXPIRES, "expires")                                                                          \
    X(ORIGIN_PUBLISHED, "origin_published")

#define X(name, lua) LEDE_TEXT_##name,
enum lede_text_field { LEDE_TEXT_FIELDS(X) LEDE_TEXT_COUNT };
#undef X
#define X(name, lua) LEDE_LIST_##name,
enum lede_list_field { LEDE_LIST_FIELDS(X) LEDE_LIST_COUNT };
#undef X
#define X(name, lua) LEDE_TIME_##name,
enum lede_time_field { LEDE_TIME_FIELDS(X) LEDE_TIME_COUNT };
#undef X

/* One bit a field, for masks: texts first, then lists, times, and the four below. */
enum lede_bit {
    LEDE_BIT_LIST = LEDE_TEXT_COUNT,
    LEDE_BIT_TIME = LEDE_BIT_LIST + LEDE_LIST_COUNT,
    LEDE_BIT_STATE = LEDE_BIT_TIME + LEDE_TIME_COUNT,
    LEDE_BIT_WEIGHT,
    LEDE_BIT_WORDS,
    LEDE_BIT_COUNT /* <= 64 */
};

typedef enum lede_state {
    LEDE_DRAFT,
    LEDE_REVIEW,
    LEDE_SCHEDULED,
    LEDE_EMBARGOED,
    LEDE_PUBLISHED, /* public once its date (and embargo) has come and until it expires */
    LEDE_CORRECTED, /* public, with corrections */
    LEDE_WITHDRAWN,
    LEDE_EXPIRED,
    LEDE_STATE_COUNT
} lede_state;

const char *lede_state_name(lede_state s);                       /* "draft" */
bool lede_state_parse(lede_str name, lede_state *out);

typedef struct lede_list {
    lede_str *items;
    size_t count;
} lede_list;

typedef struct lede_article {
    lede_str text[LEDE_TEXT_COUNT];
    lede_list list[LEDE_LIST_COUNT];
    int64_t time[LEDE_TIME_COUNT];
    lede_state state;
    int32_t weight;
    uint32_t words;     /* of the body */
    uint32_t body_line; /* of the file at which the body begins, from 1; 0 when there is no file */
    bool has_own_id, has_own_slug, has_own_url; /* said in the front matter, not derived */
    lede_str body;      /* Markdown, without a BOM, line ends as they were */
} lede_article;

/* Something to tell the author about one file; the article is kept. */
typedef struct lede_note {
    bool is_error; /* the file could not be read as an article at all */
    int line, column;
    lede_str message; /* what and the remedy, one line */
    bool is_hint;  /* worth a line at debug level only: a key of the site's own, something read with certainty */
} lede_note;

typedef struct lede_notes {
    lede_note *items;
    size_t count, cap;
} lede_notes;

/* The YAML parser and scratch memory, kept from one article to the next: saves 4 us each. One thread at a time. */
typedef struct lede_article_reader lede_article_reader;
/* Gives *out: free with lede_article_reader_free(). */
LEDE_MUST_CHECK lede_status lede_article_reader_new(lede_article_reader **out, lede_error *err);
void lede_article_reader_free(lede_article_reader *reader);

/* What parsing must know of the site. Strings are borrowed and must outlive the call. */
typedef struct lede_article_rules {
    const lede_zone *zone;   /* for naive times; NULL = UTC */
    lede_str lang;           /* default language, "en" when empty */
    lede_str permalink;      /* "/:section/:year/:month/:slug/" when empty */
    bool ugly_urls;
    /* Evaluates the Lua table after "---lua" into *out; NULL refuses such front matter. line is where it begins. */
    lede_status (*eval_lua)(void *ctx, lede_str source, int line, lede_arena *arena,
                            lede_value *out, lede_error *err);
    void *eval_ctx;
    /* Plain text of the start of a Markdown body, for excerpts: appends at most about max bytes. NULL: no lead. */
    void (*lead_text)(void *ctx, lede_str body, size_t max, lede_buf *out);
    void *lead_ctx;
    lede_article_reader *reader; /* NULL: one is made for the call */
} lede_article_rules;

/* Reads the bytes of one file (path below content/, "news/2024/x.md") into *out; everything is borrowed from arena
 * or source. Oddities become notes (in arena) and lose nothing: what is not understood lands in params. Fails only
 * with LEDE_ENOMEM, or LEDE_EFORMAT / LEDE_ELIMIT when no article can be read (a note with is_error says why, err too).
 * Limits: 8 MiB source, 256 KiB front matter, depth 32, 4,096 list items. */
LEDE_MUST_CHECK lede_status lede_article_parse(const lede_article_rules *rules, lede_str path,
                                               lede_str source, lede_arena *arena,
                                               lede_article *out, lede_notes *notes, lede_error *err);

/* The first half of the above, for files that are no articles (_index.md): the front matter as it stands (a map, empty
 * when there is none), the body and the line at which it begins. rules may be NULL: Lua front matter is refused then. */
LEDE_MUST_CHECK lede_status lede_article_parse_front(const lede_article_rules *rules, lede_str source,
                                                     lede_arena *arena, lede_value *front,
                                                     lede_str *body, uint32_t *body_line,
                                                     lede_notes *notes, lede_error *err);

/* The id that follows from a source path: 26 characters into out (27 with NUL). Stable across machines. */
void lede_article_id_from_path(lede_str path, char out[27]);
bool lede_article_id_valid(lede_str id);
/* A fresh ULID for time ms and 10 random bytes. */
void lede_article_ulid(uint64_t ms, const unsigned char random[10], char out[27]);

/* Appends the URL that pattern gives a (FORMATS: colon tokens of Hugo and Jekyll, :lang :id :author). An unknown token
 * is LEDE_EINVAL naming it and the ones there are. The result begins with '/', never leaves the site, every step is at
 * most 255 bytes; a step that would be empty is dropped. */
LEDE_MUST_CHECK lede_status lede_permalink(lede_str pattern, const lede_article *a,
                                           const lede_zone *zone, bool ugly, lede_buf *out,
                                           lede_error *err);
/* The file below the output that answers for a URL path: "/a/b/" and "/a/b" -> "a/b/index.html"; what has a dot
 * in its last name, or begins with '_' ("/_redirects"), is a file itself; percent-decoded. */
LEDE_MUST_CHECK lede_status lede_url_file(lede_str url, lede_buf *out, lede_error *err);

/* Appends s cut at a word to at most max characters (not bytes), then ellipsis, if anything was cut. White space is
 * folded. Words of scripts without blanks (Thai, Chinese, Japanese, ...) are found by text/words.h. A single overlong word
 * is cut at a character. */
void lede_excerpt(lede_buf *out, lede_str s, size_t max, lede_str ellipsis);

/* ---- the packed form: one position-independent block of bytes, the same on the wire, in the store and in the edition.
 * A card is an article without its body. Native byte order, 8-byte aligned; lede_card_check before the first use of
 * bytes that come from a file. */
typedef struct lede_card lede_card;

/* Appends the card of a to out; out->len must be a multiple of 8 before and is after. */
void lede_card_pack(lede_buf *out, const lede_article *a);
LEDE_MUST_CHECK lede_status lede_card_check(lede_str bytes, lede_error *err);
size_t lede_card_size(const lede_card *c); /* bytes, a multiple of 8 */
lede_str lede_card_text(const lede_card *c, enum lede_text_field f);
uint32_t lede_card_list_count(const lede_card *c, enum lede_list_field f);
lede_str lede_card_list_at(const lede_card *c, enum lede_list_field f, uint32_t i);
int64_t lede_card_time(const lede_card *c, enum lede_time_field f);
lede_state lede_card_state(const lede_card *c);
int32_t lede_card_weight(const lede_card *c);
uint32_t lede_card_words(const lede_card *c);
uint32_t lede_card_body_line(const lede_card *c);
uint64_t lede_card_fingerprint(const lede_card *c, uint64_t mask); /* of the fields in mask; same fields, same value */
/* Unpacks into *out; texts point into c, lists into arena; the body is left empty. */
LEDE_MUST_CHECK lede_status lede_card_unpack(const lede_card *c, lede_arena *arena,
                                             lede_article *out, lede_error *err);

/* Whether c is public at instant `at`: published, corrected, scheduled or embargoed in state, its date and embargo come,
 * not expired. *until (may be NULL) gets the next instant at which the answer changes by itself, or INT64_MAX. */
bool lede_card_public(const lede_card *c, int64_t at, int64_t *until);

#endif
