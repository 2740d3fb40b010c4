/* worker_inside.h - a worker, as the files of its parts share it: worker.c (the desk's orders), worker_vm.c (the page VM), worker_pages.c
 * (routes and pages), worker_texts.c (what articles are compared by). */
#ifndef LEDE_BIND_WORKER_INSIDE_H
#define LEDE_BIND_WORKER_INSIDE_H

#include "base/hashes.h"
#include "bind/features.h"
#include "bind/host.h"
#include "bind/kept_code.h"
#include "bind/page.h"
#include "bind/parse.h"
#include "bind/times.h"
#include "lede/release.h"
#include "loop/workers.h"

#include <lua.h>

enum { LEDE__PAGE_MS = 2000 /* a page, hooks and template together */ };

typedef struct lede__worker {
    lede_worker_io *io;
    lede__site site;
    lede__parser parser;
    lede__host host;
    lede_edition *edition;
    lede_reads *reads;
    lede__recorder recorder;
    lede_buf files, base; /* what the VM read, and read of the edition before its first page; as LEDE_A_PAGE has them */
    lede_buf page_reads, route_files; /* of the page, and of templates that its route used for the first time */
    lede__kept_code code; /* of templates, for VMs to come */
    lede__times times;    /* of templates and hooks, when they are told */
    lede__hashes shapes;  /* of JSON-LD that may be written */
    lede__hashes told;    /* lists of files (page_files.c), by route */
    uint32_t route;
    lede_arena arena;
    lede_release_writer writer;
    char *plugin_dir;
    lede__features_maker *features;
    bool plugins_read; /* related.fields has a handler */
    bool greeted, shut_in, started, timed;
    uint64_t flushed_at;
    lede_buf frame;
} lede__worker;

/* Sends w->frame; what waits is flushed now and then. */
LEDE_MUST_CHECK lede_status lede__worker_answer(lede__worker *w, uint8_t type, lede_error *err);

/* ---- worker_vm.c */

/* A fresh VM for each edition, so nothing of the last one can be seen in the next. Nothing when it is started. */
LEDE_MUST_CHECK lede_status lede__worker_start_vm(lede__worker *w, lede_error *err);
void lede__worker_close_vm(lede__worker *w); /* may be repeated */
/* Calls a function of lede.page with what is on the stack. */
LEDE_MUST_CHECK lede_status lede__worker_call(lede__worker *w, const char *function, int nargs, int nresults, int ms, lede_error *err);

/* ---- worker_pages.c */

/* Says why a page (UINT32_MAX: what is no page) could not be made. */
LEDE_MUST_CHECK lede_status lede__worker_fail(lede__worker *w, uint32_t page, const lede_error *why, lede_error *err);
LEDE_MUST_CHECK lede_status lede__worker_routes(lede__worker *w, lede_error *err);
LEDE_MUST_CHECK lede_status lede__worker_render(lede__worker *w, lede_str frame, lede_error *err);

/* ---- worker_texts.c */

/* Takes an edition whose texts are read. Plugins that have a say in it can read and nothing else. */
LEDE_MUST_CHECK lede_status lede__worker_take_texts(lede__worker *w, lede_str frame, lede_error *err);
LEDE_MUST_CHECK lede_status lede__worker_features(lede__worker *w, lede_str frame, lede_error *err);

#endif
