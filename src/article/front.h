/* front.h - what the files of this room share. */
#ifndef LEDE_ARTICLE_FRONT_H
#define LEDE_ARTICLE_FRONT_H

#include "lede/article.h"

enum {
    LEDE__SOURCE_MAX = 8 << 20,
    LEDE__FRONT_MAX = 256 << 10,
    LEDE__DEPTH_MAX = 32,
    LEDE__ITEMS_MAX = 4096
};

/* ---- notes.c */

typedef enum lede__weight { LEDE__HINT, LEDE__NOTE, LEDE__ERROR } lede__weight;

/* Adds a note. Silently does nothing when memory is refused: the caller meets that soon enough by
 * itself. */
void lede__note(lede_arena *arena, lede_notes *notes, lede__weight weight, int line, int column,
                const char *format, ...) LEDE_PRINTF(6, 7);
/* The same as an error: fills err, adds the note and returns status. */
lede_status lede__refuse(lede_arena *arena, lede_notes *notes, lede_error *err, lede_status status,
                         int line, int column, const char *format, ...) LEDE_PRINTF(7, 8);

/* ---- yaml.c, yaml_repair.c */

typedef struct lede__yaml lede__yaml; /* a libfyaml parser and its diagnostics */
lede__yaml *lede__yaml_new(void);     /* NULL: out of memory */
void lede__yaml_free(lede__yaml *y);  /* takes NULL */

/* Where a text of YAML stands, and whom to tell about it. */
typedef struct lede__yaml_job {
    lede__yaml *yaml;
    lede_arena *arena;
    lede_notes *notes;
    int line;     /* of the file at which the text begins, from 1 */
    bool is_kept; /* text lives as long as the arena: values may point into it */
} lede__yaml_job;

/* Reads one YAML document. LEDE_EFORMAT when it is none, err having line, column and libfyaml's
 * words. */
LEDE_MUST_CHECK lede_status lede__yaml_read(const lede__yaml_job *job, lede_str text,
                                            lede_value *out, lede_error *err);
/* Reads what can be read of a map that lede__yaml_read refused, key by key, with a note for each
 * repair. */
LEDE_MUST_CHECK lede_status lede__yaml_repair(const lede__yaml_job *job, lede_str text,
                                              lede_value *out, lede_error *err);
/* Gives a plain scalar its kind by the core schema of YAML 1.2; v->text is set. */
void lede__yaml_resolve(lede_value *v);

/* ---- front.c */

typedef struct lede__front {
    lede_value value; /* a map */
    lede_str body;
    uint32_t body_line;
    bool is_present; /* the file has front matter */
} lede__front;

/* Splits source (repaired if it is not UTF-8) and reads its front matter. */
LEDE_MUST_CHECK lede_status lede__front_read(const lede_article_rules *rules, lede_str source,
                                             lede_arena *arena, lede_notes *notes, lede__front *out,
                                             lede_error *err);

struct lede_article_reader {
    lede__yaml *yaml;
    lede_buf scratch;
};

/* ---- keys.c: the names that front matter may use */

/* Where a key's value goes: a text, list or time field by its bit, or one of the following. */
enum lede__slot {
    LEDE__SLOT_DRAFT = LEDE_BIT_COUNT,
    LEDE__SLOT_STATUS,
    LEDE__SLOT_WEIGHT,
    LEDE__SLOT_CATEGORIES,
    LEDE__SLOT_IMAGE,
    LEDE__SLOT_ORIGIN,
    LEDE__SLOT_SOURCE,
    LEDE__SLOT_RELATED,
    LEDE__SLOT_PARAMS,
    LEDE__SLOT_EXTRA,
    LEDE__SLOT_COUNT
};

typedef struct lede__key {
    const char *name; /* lower case, without '_', '-' and blanks */
    unsigned char slot;
    unsigned char rank; /* the lowest rank that has a value wins its slot */
    const char *shown;  /* as people write it, when that differs */
} lede__key;

const lede__key *lede__key_find(lede_str name);
/* The known key nearest to a misspelt one, or NULL. */
const char *lede__key_near(lede_str name);
extern const lede__key lede__keys[];
extern const size_t lede__keys_count;

/* ---- fields.c, origin.c, values.c */

/* The work of filling one article. */
typedef struct lede__fill {
    const lede_article_rules *rules;
    lede_arena *arena;
    lede_notes *notes;
    lede_buf *scratch;
    lede_article *a;
    lede_pair *params; /* what ends under params */
    size_t params_count, params_cap;
    bool no_memory;
} lede__fill;

/* Takes the front matter's fields over; derives nothing but what aliases imply. */
void lede__fields_fill(lede__fill *f, const lede_value *front);
/* The special shapes (origin.c): false when the value is to be kept under params as well. */
bool lede__fill_image(lede__fill *f, const lede_pair *p);
bool lede__fill_origin_url(lede__fill *f, const lede_pair *p);
bool lede__fill_origin(lede__fill *f, const lede_pair *p);
bool lede__fill_related(lede__fill *f, const lede_pair *p);
bool lede__fill_corrections(lede__fill *f, const lede_pair *p);
void lede__fill_origin_done(lede__fill *f);

/* The text of a scalar as written, empty for null; {NULL, 0} for lists and maps. */
lede_str lede__value_text(const lede_value *v);
bool lede__value_empty(const lede_value *v);
/* One text out of whatever v is: lists are joined by ", ". Empty when there is none. */
lede_str lede__fill_text(lede__fill *f, const lede_value *v);
/* A list out of whatever v is; text is split at separators. Duplicates are dropped. */
lede_list lede__fill_list(lede__fill *f, const lede_value *v, const char *separators);
bool lede__fill_time(lede__fill *f, const lede_pair *p, int64_t *out);
void lede__fill_param(lede__fill *f, const lede_pair *p);
lede_str lede__fill_slug(lede__fill *f, lede_str s);
/* Copies what the scratch buffer holds into the arena and clears it. */
lede_str lede__fill_scratch(lede__fill *f);
bool lede__list_add(lede__fill *f, lede_list *list, lede_str s);

/* ---- permalink.c */

/* Appends a path of the site said by a person as a URL path: decoded, checked, encoded again, with
 * '/' in front and behind unless its last step has a dot. false when it leads outside or is no
 * path. */
bool lede__url_clean(lede_str said, lede_buf *out);
/* The slug part and the date of "2024-04-03-slug"; *year is 0 when there is no date. */
lede_str lede__dated_name(lede_str stem, int *year, int *month, int *day);
/* What names the article: the file's stem, for index.md its folder. */
lede_str lede__path_name(lede_str path);
bool lede__path_is_bundle(lede_str path);

/* ---- excerpt.c */
uint32_t lede__count_words(lede_str s);

#endif
