/* preview.h - what is shown by `lede serve`: the parts that preview.c, preview_pages.c, preview_routes.c and preview_answer.c share.
 *
 * A preview holds pages by URL: those that somebody asked for, each with what it read. A new edition makes those stale whose
 * reads have other answers now. Requests for pages that are there are answered from here, in C; everything that needs a
 * decision (what changed, what a newsroom page says) is an event that the script waits for. */
#ifndef LEDE_BIND_PREVIEW_H
#define LEDE_BIND_PREVIEW_H

#include "base/names.h"
#include "bind/page.h"
#include "bind/publication.h"
#include "bind/spread.h"
#include "bind/times.h"
#include "lede/server.h"
#include "loop/watch.h"

typedef struct lede__preview lede__preview;

typedef enum lede__shown { LEDE__UNMADE, LEDE__IN_WORK, LEDE__GOOD, LEDE__STALE, LEDE__FAILED } lede__shown;

/* A page that was asked for. */
typedef struct lede__preview_page {
    lede_str url, path;    /* path: its file below the output */
    lede__shown state;
    unsigned generation;   /* of the edition that it is made of, or that its job was given with */
    lede_content *content; /* the last good one, with the script; NULL: none yet */
    unsigned char sum[32]; /* of its bytes without the script */
    lede_buf reads, notes; /* as the worker sent them */
    lede_buf error;        /* of FAILED */
    uint64_t began_us, took_us;
    uint64_t asked;        /* serial of the last request */
    lede_request **waiting;
    size_t n_waiting, cap_waiting;
} lede__preview_page;

/* Something that the script is to decide. */
typedef enum lede__event_kind { LEDE__EVENT_CHANGED, LEDE__EVENT_REQUEST, LEDE__EVENT_PAGES } lede__event_kind;
typedef struct lede__preview_event {
    struct lede__preview_event *next;
    lede__event_kind kind;
    lede_request *request; /* REQUEST */
    lede_buf paths;        /* CHANGED: each with a NUL behind it */
} lede__preview_event;

struct lede__preview {
    lede_loop *loop;
    lede_server *server;
    lede_events *events;
    lede_watch *watch;
    lede__publication *publication; /* what is shown; NULL: nothing yet */
    char *folder;                   /* where workers leave pages */
    int static_fd;
    lede_buf greeting;              /* the first event of each client */
    lede_arena arena;               /* routes */
    lede_arena data_arena;
    lede_value data;
    lede__routes routes;
    lede_value *given;              /* of each route the pages that it lists, or nothing */
    lede_buf base;                  /* what workers' VMs read of the edition before their first page */
    bool ready;                     /* there are routes */
    bool routes_old;                /* of another edition: what they do not name may be there all the same */
    unsigned generation;
    uint64_t config_print;          /* of the site, when pages were marked last */
    lede_arena names_arena;
    lede__times times;              /* of templates and hooks, since the plugins were loaded */
    lede__names urls;               /* of pages */
    lede__preview_page **pages;
    size_t cap_pages, in_work;
    uint64_t serial, bytes;         /* requests; bytes of contents */
    lede__names set;                /* files that workers' VMs read, with their prints */
    uint64_t *prints;
    size_t cap_prints;
    lede__names fixed_names;        /* contents by path */
    lede_content **fixed;
    size_t cap_fixed;
    lede__names file_names;         /* files on disk by path */
    lede_str *files;
    size_t cap_files;
    lede__preview_event *first, *last;
    bool idle;                      /* no page is being made */
    bool woken, timed_out;          /* there is an event, or the time is over */
    lede_request **early;           /* came before it was ready */
    size_t n_early, cap_early;
    lede_buf scratch;
};

/* What goes before </body> of every page. */
#define LEDE__PREVIEW_SCRIPT "<script src=\"/_lede/preview.js\" defer></script>"

/* ---- preview_routes.c: which page a URL names */

/* Reads the routes as a worker sent them. */
LEDE_MUST_CHECK lede_status lede__preview_take_routes(lede__preview *v, lede_str bytes, lede_error *err);
/* Fills *page with the page at url; false when no route makes it. Texts are borrowed from url, routes and v->scratch. */
bool lede__preview_find(lede__preview *v, lede_str url, lede__job_page *page);

/* ---- preview_pages.c: pages that were asked for, and having them made */

/* The page at url, made known; NULL when there is none. */
lede__preview_page *lede__preview_page_at(lede__preview *v, lede_str url);
/* Sees to it that the page is as the edition has it, or is being made. */
void lede__preview_want(lede__preview *v, lede__preview_page *p);
/* Answers q when the page is made, or at once. */
void lede__preview_wait(lede__preview *v, lede__preview_page *p, lede_request *q);
/* Tells workers the edition at hand and marks what is stale. Routes are those of before until they are asked. */
LEDE_MUST_CHECK lede_status lede__preview_renew(lede__preview *v, lede_error *err);
/* Asks a worker for the routes; runs the loop. */
LEDE_MUST_CHECK lede_status lede__preview_ask_routes(lede__preview *v, lede_error *err);
/* Whether one of the files that the workers' VMs read is another now. */
bool lede__preview_set_changed(lede__preview *v);
void lede__preview_pages_fini(lede__preview *v);

/* ---- preview_lists.c */

/* Takes the lists of related articles over from the edition before; false when the articles are others. */
bool lede__preview_carry_lists(lede__publication *p);

/* ---- preview_answer.c: requests */

void lede__preview_answer(void *ctx, lede_request *q);
void lede__preview_answer_page(lede__preview *v, const lede__preview_page *p, lede_request *q);
/* The bytes as they are shown: with the script, when they are HTML. Takes bytes. */
LEDE_MUST_CHECK lede_status lede__preview_content(lede_buf *bytes, lede_str path, lede_content **out, lede_error *err);
void lede__preview_not_found(lede__preview *v, lede_request *q);

/* ---- preview_facts.c: what the script is told */

/* Adds its methods to the table on the stack. */
void lede__preview_facts(lua_State *L);

/* ---- preview.c */

void lede__preview_tell(lede__preview *v, lede__event_kind kind, lede_request *q, const lede_str *paths, size_t n);

/* The preview at the bottom of the stack; raises when it is closed. */
lede__preview *lede__preview_check(lua_State *L);

#endif
