/* parse.h - the worker's parsing of content files. */
#ifndef LEDE_BIND_PARSE_H
#define LEDE_BIND_PARSE_H

#include "bind/host.h"
#include "loop/workers.h"

typedef struct lede__parser {
    lede__site *site;
    int content_fd;
    lede_arena arena;
    lede_buf source, frame, notes, lead;
    lede_article_reader *reader;
    lede_vm *vm; /* for Lua front matter; made when first needed */
} lede__parser;

LEDE_MUST_CHECK lede_status lede__parser_init(lede__parser *p, lede__site *site, lede_error *err);
void lede__parser_fini(lede__parser *p);
/* Answers one LEDE_W_PARSE job. What is wrong with a file is an answer; only a lost desk is a failure. */
LEDE_MUST_CHECK lede_status lede__parser_job(lede__parser *p, lede_worker_io *io, lede_str frame, lede_error *err);

#endif
