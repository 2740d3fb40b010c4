/* relate.h - related articles of an edition at the desk: vectors brought up to date, lists made
 * where they can have changed. src/related/README.md has the method. */
#ifndef LEDE_BIND_RELATE_H
#define LEDE_BIND_RELATE_H

#include "bind/checked.h"
#include "bind/publication.h"
#include "lede/related.h"

/* One article of the edition while it is related. */
typedef struct lede__related_article {
    lede_doc doc;
    int64_t date;
    char id[27];
    bool has_vector, fresh;    /* fresh: the vector is not in the store yet */
    uint64_t text_print;       /* of all that its features are made of */
    uint32_t look;             /* print of the vector; 0: not known */
    uint32_t was;              /* its row in the former lists, when it is as it was, or UINT32_MAX */
    lede_str features, vector; /* owned, 8-byte aligned */
} lede__related_article;

typedef struct lede__relating {
    lede__publication *p;
    lede_error *err;
    lede__related_article *items; /* in order of (date, id) */
    uint32_t n, *item_of;         /* by number in the edition */
    uint32_t n_docs;
    const lede_lists *old; /* the former lists, or NULL */
    lede_related_epoch *epoch;
    uint64_t epoch_print;
    lede_related_base *base; /* has the vectors of the first `kept` items; NULL: kept is 0 */
    uint32_t kept;
    lede__checked *base_file, *epoch_file;
    uint32_t analysed;
    bool new_epoch;
    /* of jobs under way */
    uint32_t pending;
    bool finished;
    lede_status status;
} lede__relating;

/* relate_vectors.c: every item has a vector afterwards, and the store has it. */
LEDE_MUST_CHECK lede_status lede__relate_vectors(lede__relating *r);
/* The same up to the features: every item has them, and there is an epoch. */
LEDE_MUST_CHECK lede_status lede__relate_features(lede__relating *r);
/* relate_texts.c: features of the items without a vector, by the workers. */
LEDE_MUST_CHECK lede_status lede__relate_texts(lede__relating *r);

/* relate_kept.c: files beside the edition that spare a publication reading what did not change.
 * None is needed: one that is absent, damaged or of something else is made again.
 * Opens the epoch of that print; false when there is no file of it. */
bool lede__relate_kept_epoch(lede__relating *r);
/* Finds out which items are as they were when the former lists were made, and which of them, from
 * the first on, have their vectors in the file. */
LEDE_MUST_CHECK lede_status lede__relate_know(lede__relating *r);
/* Writes the files anew when too much is not in them. Every item has look and vector. */
void lede__relate_keep(lede__relating *r);
/* Whether a file was found damaged: what was made by it is worth nothing. */
bool lede__relate_damaged(const lede__relating *r);
void lede__relate_drop_files(const char *edition_dir);

/* relate.c: print of what all lists are made by. */
uint64_t lede__relate_settings(const lede__relating *r);

/* relate.c. Opens what of the edition is compared, with vectors; then an index may be made of docs.
 * old: the former lists, when only what changed since is wanted: then items of the base have their
 * vectors there. */
LEDE_MUST_CHECK lede_status lede__relating_open(lede__relating *r, lede__publication *p,
                                                const lede_lists *old, lede_error *err);
/* The same with features in place of vectors, of all texts anew; nothing is put into the store. */
LEDE_MUST_CHECK lede_status lede__relating_open_texts(lede__relating *r, lede__publication *p,
                                                      lede_error *err);
void lede__relating_close(lede__relating *r);
/* Gives the articles for an index: free() them. NULL when out of memory. */
lede_related_doc *lede__relating_docs(const lede__relating *r);
/* The articles that the author of an item names under field, as items, each once; up to max. */
uint32_t lede__relating_named(const lede__relating *r, uint32_t item, enum lede_list_field field,
                              uint32_t *out, uint32_t max);

/* relate_why.c: appends the list of an item, up to so many, with what brought each into it, as
 * JSON. */
LEDE_MUST_CHECK lede_status lede__relating_explain(lede__relating *r, uint32_t item, uint32_t most,
                                                   lede_buf *out);

/* Forgets epoch and lists: the next lede__relate counts and chooses anew. */
LEDE_MUST_CHECK lede_status lede__relate_forget(lede__publication *p, lede_error *err);

/* plugins_print: of what answers related.fields, 0 when nobody does. Brings the lists beside the
 * edition up to it, and opens the edition again when they are new. Appends a report as JSON. */
LEDE_MUST_CHECK lede_status lede__relate(lede__publication *p, uint64_t plugins_print,
                                         lede_buf *report, lede_error *err);

#endif
