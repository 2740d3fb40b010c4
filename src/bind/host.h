/* host.h - what the bindings of one VM share: the site's facts, the edition at hand, the record being written. */
#ifndef LEDE_BIND_HOST_H
#define LEDE_BIND_HOST_H

#include "lede/edition.h"
#include "lede/html.h"
#include "lede/markdown.h"
#include "lede/related.h"
#include "script/vm.h"

/* How related articles are found, as lede.lua says. */
typedef struct lede__related_rules {
    bool by_section; /* no texts are compared */
    lede_related_settings settings;
    int64_t refresh_days;
    uint32_t refresh_pages;
} lede__related_rules;

/* The part of the configuration that C needs; texts live in the site's arena. */
typedef struct lede__site {
    lede_arena arena;
    lede_str config;               /* canonical JSON of all of it */
    lede_value value;              /* the same, read */
    char *root;                    /* the site's folder, absolute */
    char *content;                 /* absolute */
    lede_zone *zone;
    const char *zone_name;
    lede_article_rules rules;      /* eval_lua and lead_text unset */
    size_t excerpt_length;
    lede_str excerpt_ellipsis;
    lede_markdown_options markdown; /* raw_html: it is sanitised by owner_html */
    lede_html_policy owner_html;
    lede__related_rules related;
    lede_str picture_sizes;        /* of the pictures in bodies that have variants */
} lede__site;

/* Reads the configuration (JSON, already checked by lede/site.lua) for the site at root. */
LEDE_MUST_CHECK lede_status lede__site_init(lede__site *s, const char *root, lede_str config, lede_error *err);
void lede__site_fini(lede__site *s); /* may be repeated */

/* The files that templates were found by, in numbered lists: see page_files.c. */
typedef struct lede__page_files {
    lede_buf bytes; /* path and u64 print of each, as LEDE_A_PAGE has them */
    size_t *ends;   /* of each list, in bytes */
    uint32_t count, cap;
    int watching; /* the list that is being read, or -1 */
} lede__page_files;
#define LEDE__FILES_MARK '#' /* a key of LEDE_READ_FILE that is the number of a list begins so, a path does not */
void lede__page_files_init(lede__page_files *f);
void lede__page_files_fini(lede__page_files *f); /* leaves it as after init */
/* Takes a file that was read into the list at hand; false when there is none. */
bool lede__page_files_saw(lede__page_files *f, const char *path, lede_str bytes);
bool lede__page_files_number(lede_str key, uint32_t *list); /* whether key is the number of a list */
lede_str lede__page_files_list(const lede__page_files *f, uint32_t n);

typedef struct lede__host {
    lede_vm *vm;
    lede__site *site;
    const lede_edition *edition;   /* NULL outside pages */
    lede_reads *reads;             /* of the page being rendered */
    lede__page_files files;        /* of templates */
    lede_value data;               /* edition.data, read */
    lede_arena data_arena, scratch;
    lede_buf html, clean;          /* a rendered body, and where it is sanitised */
    lede_buf last;                 /* the body of last_of, for the other pages of that article */
    lede_doc last_of;              /* LEDE_NO_DOC: none */
    const char *term_path[LEDE_TERM_KINDS]; /* "/:slug/", of the route that makes pages of that kind; NULL = none */
    void (*note)(void *ctx, lede_str json); /* for the report; may be NULL */
    void *note_ctx;
    int body_ref, excerpt_ref, related_ref; /* Lua functions, or LUA_NOREF */
    bool body_always, has_directives; /* hooks want every body; plugins answer directives */
} lede__host;

lede__host *lede__host_of(lua_State *L);

/* Leaves the HTML of a body in h->html; file is named in what authors are told, d is the article (or LEDE_NO_DOC) whose
 * pictures it shows. body.c */
LEDE_MUST_CHECK lede_status lede__body_html(lede__host *h, lede_str body, lede_str lang, lede_str name, lede_doc d, lede_error *err);
/* Whether a body has what plugins answer for: then body_ref makes it. */
bool lede__body_needs_lua(const lede__host *h, lede_str body);

/* The print of a file's bytes in records; of {NULL, 0}, a file that is not there. */
uint64_t lede__file_print(lede_str bytes);
/* What a page that asks the edition's clock for a unit relies on; false for what is no unit. */
bool lede__clock_print(const lede_edition *e, const lede_zone *zone, const char *unit, int64_t *value, uint64_t *print);
/* Of all old addresses, and of one plugin's part of edition.data. */
#define LEDE__REDIRECTS_KEY "lede:redirects" /* among the names of plugins */
uint64_t lede__redirects_print(const lede_edition *e);
uint64_t lede__data_print(const lede_value *data, lede_str plugin);

/* The recordings of what partials read, one inside the other, of a host whose reads are those of a page. */
enum { LEDE__RECORDINGS = 32 };
typedef struct lede__recorder {
    lede__host *host;
    lede_reads *own[LEDE__RECORDINGS], *outer[LEDE__RECORDINGS];
    int depth;
    const void *article, *term; /* their classes */
} lede__recorder;
void lede__recorder_join(lede__recorder *r, lede__host *h); /* a VM of the host that has lede.edition; nothing is being recorded */
void lede__recorder_fini(lede__recorder *r);

/* Pushes the handle of an article or term of the host's edition. */
void lede__push_article(lua_State *L, lede_doc d);
void lede__push_term(lua_State *L, lede_term_kind kind, lede_str slug);
void lede__push_edition(lua_State *L);

#endif
