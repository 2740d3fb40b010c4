/* sync.h - what the parts of synchronising content/ share; no other file includes it.
 *
 * sync.c compares files with what the store remembers of them and has workers parse what differs.
 * sync_put.c puts the answers into the store, sync_terms.c the sections, tags and authors among
 * them. */
#ifndef LEDE_BIND_SYNC_H
#define LEDE_BIND_SYNC_H

#include "base/names.h"
#include "bind/publication.h"

/* A file that the store remembers; its path has the same number in lede__syncing.paths. */
typedef struct lede__known {
    char id[27]; /* of its article, or empty */
    int64_t size, mtime;
    uint64_t hash;
    lede_str notes;
    bool seen;  /* it is there still */
    bool moved; /* its article has another file now */
} lede__known;

/* A file that is read in this run. */
typedef struct lede__synced {
    lede_str path;
    uint32_t source; /* number among the known ones, or LEDE_NO_NAME */
} lede__synced;

typedef struct lede__syncing lede__syncing;

/* Files that one worker is given at a time, and what it answered. */
typedef struct lede__chunk {
    lede__syncing *s;
    uint32_t first, count; /* files */
    uint32_t alone;        /* after a worker died: which file is read by itself now, from 1 */
    lede_buf answers;      /* u8 type, u32 length, frame; ... */
    bool done;
} lede__chunk;

struct lede__syncing {
    lede__publication *p;
    lede_arena arena;
    lede__names paths; /* known files, by number in known[] */
    lede__known *known;
    uint32_t known_cap;
    lede__synced *files;
    uint32_t n_files, cap_files;
    lede__chunk *chunks;
    uint32_t n_chunks, applied, pending;
    uint32_t *gone, n_gone; /* known files that are not there any more */
    bool all_done, store_was_empty;
    bool whole;     /* all of content/ was looked at */
    uint64_t rules; /* hash of those by which files are read now */
    bool forced;    /* they are others than the store's: every file is read */
    bool late; /* something went: nothing is applied before every answer is in, so renames are found
                */
    lede__names ids; /* ids put in this run */
    uint32_t in_batch;
    lede_buf scratch, notes;
    lede_buf pictures; /* JSON: those that lie among the articles, items of a list */
    struct {
        uint32_t added, changed, unchanged, renamed, withdrawn, broken, other;
    } count;
    unsigned refusals;  /* of memory, when this began */
    lede_status status; /* of what ran in the loop */
    lede_error *err;
};

/* ---- sync.c */

/* A list with one note, in the form that a parser gives; in the arena. */
lede_str lede__sync_note(lede__syncing *s, const char *level, const char *message);
/* Remembers a file, and says its notes in the report. */
LEDE_MUST_CHECK lede_status lede__sync_remember(lede__syncing *s, const lede_source *x);

/* ---- sync_put.c */

/* Puts what a worker answered into the store, and forgets the answers. LEDE_EFORMAT: they cannot be
 * read. */
LEDE_MUST_CHECK lede_status lede__sync_apply(lede__syncing *s, lede__chunk *c);
/* Withdraws the articles of the files that went, but those whose bytes are among the answers under
 * another name. */
LEDE_MUST_CHECK lede_status lede__sync_withdraw(lede__syncing *s);

/* ---- sync_terms.c */

/* Puts the term that path, an _index.md, describes; nothing when it describes none of ours. json is
 * a worker's. */
LEDE_MUST_CHECK lede_status lede__sync_put_term(lede__syncing *s, lede_str path, lede_str json);
/* Removes the terms of files that went. */
LEDE_MUST_CHECK lede_status lede__sync_drop_terms(lede__syncing *s);
/* Makes the sections that lede.lua names what it says of them, and removes those that it names no
 * more. */
LEDE_MUST_CHECK lede_status lede__sync_own_sections(lede__syncing *s);

#endif
