/* host.h - what the bindings of one VM share: the site's facts, the edition at hand, the record being written. */
#ifndef LEDE_BIND_HOST_H
#define LEDE_BIND_HOST_H

#include "lede/edition.h"
#include "lede/markdown.h"
#include "script/vm.h"

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
    lede_markdown_options markdown;
    lede_str picture_sizes;        /* of the pictures in bodies that have variants */
} lede__site;

/* Reads the configuration (JSON, already checked by lede/site.lua) for the site at root. */
LEDE_MUST_CHECK lede_status lede__site_init(lede__site *s, const char *root, lede_str config, lede_error *err);
void lede__site_fini(lede__site *s); /* may be repeated */

typedef struct lede__host {
    lede_vm *vm;
    lede__site *site;
    const lede_edition *edition;   /* NULL outside pages */
    lede_reads *reads;             /* of the page being rendered */
    lede_value data;               /* edition.data, read */
    lede_arena data_arena, scratch;
    lede_buf html;                 /* a rendered body */
    const char *term_path[LEDE_TERM_KINDS]; /* "/:slug/", of the route that makes pages of that kind; NULL = none */
    void (*note)(void *ctx, lede_str json); /* for the report; may be NULL */
    void *note_ctx;
    int body_ref, excerpt_ref;     /* Lua functions that hooks need, or LUA_NOREF: the fast way */
} lede__host;

lede__host *lede__host_of(lua_State *L);

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
