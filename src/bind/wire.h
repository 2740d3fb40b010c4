/* wire.h - what the desk and its workers say to each other: types of frames, and numbers and texts inside them.
 *
 * Both ends are the same program, so numbers are in native order. The desk still checks every length: a worker has
 * read bytes from outside.
 */
#ifndef LEDE_BIND_WIRE_H
#define LEDE_BIND_WIRE_H

#include "lede/text.h"

/* desk -> worker */
enum {
    LEDE_W_HELLO = 255,   /* JSON: { root, plugin_dir, memory_mb, config } */
    LEDE_W_EDITION = 100, /* folder of the edition, standby tree, live tree, u8 whether times are told */
    LEDE_W_PARSE = 1,   /* paths below content/, each a text */
    LEDE_W_ROUTES,      /* nothing: what pages are there? */
    LEDE_W_FEATURES = 4, /* u32 number of each article of the edition of LEDE_W_TEXTS: what are they compared by? */
    LEDE_W_TEXTS = 101, /* folder of an edition that is read for LEDE_W_FEATURES, u8 whether plugins have a say */
    LEDE_W_RENDER = 3   /* pages: see lede__job_page_put() */
};

/* worker -> desk; 0 ends a job */
enum {
    LEDE_A_ARTICLE = 1, /* u32 index in the job, u64 hash, u64 size, i64 mtime, u8 flags, notes (JSON), card, body */
    LEDE_A_SECTION,     /* as above up to notes, then JSON of the term */
    LEDE_A_BROKEN,      /* as above up to notes: no article came of it */
    LEDE_A_ROUTES,      /* the routes (a text, see routes.h), then reads as of a page */
    LEDE_A_PAGE,        /* u32 page, u8 action, u64 size, 32 bytes SHA-256; files that the VM read since it last said so
                           (a text: of path and u64 print each); what it read of the edition before its first page (a text,
                           once); files of templates that the page's route used for the first time (a text); the page's
                           reads, as lede_reads_encode has them (a text) */
    LEDE_A_FAILED,      /* u32 page, text: message */
    LEDE_A_NOTE,        /* JSON: something worth telling that belongs to no page alone */
    LEDE_A_FEATURES,    /* a text: features of the next article of the job, packed */
    LEDE_A_REFUSED,     /* u32 page, text: what the machine refused; the publication ends */
    LEDE_A_TIMES        /* how long templates and hooks took since it last said so: see times.h */
};

enum { LEDE_OWN_ID = 1, LEDE_OWN_SLUG = 2, LEDE_OWN_URL = 4 };

static inline void lede__put8(lede_buf *b, uint8_t v) { lede_buf_addn(b, &v, 1); }
static inline void lede__put32(lede_buf *b, uint32_t v) { lede_buf_addn(b, &v, sizeof v); }
static inline void lede__put64(lede_buf *b, uint64_t v) { lede_buf_addn(b, &v, sizeof v); }
static inline void lede__put_str(lede_buf *b, lede_str s) {
    lede__put32(b, (uint32_t)s.len);
    lede_buf_add(b, s);
}

/* A cursor over a frame. A read past the end gives zeros and sets `bad`; look at it once, at the end. */
typedef struct lede__wire {
    const char *at, *end;
    bool bad;
} lede__wire;

static inline lede__wire lede__wire_of(lede_str s) {
    return (lede__wire){s.ptr, s.ptr + s.len, false};
}
static inline lede_str lede__get_bytes(lede__wire *w, size_t n) {
    if (w->bad || (size_t)(w->end - w->at) < n) {
        w->bad = true;
        return (lede_str){0};
    }
    lede_str s = {w->at, n};
    w->at += n;
    return s;
}
static inline uint8_t lede__get8(lede__wire *w) {
    lede_str s = lede__get_bytes(w, 1);
    return s.ptr ? (uint8_t)*s.ptr : 0;
}
static inline uint32_t lede__get32(lede__wire *w) {
    uint32_t v = 0;
    lede_str s = lede__get_bytes(w, sizeof v);
    if (s.ptr)
        memcpy(&v, s.ptr, sizeof v);
    return v;
}
static inline uint64_t lede__get64(lede__wire *w) {
    uint64_t v = 0;
    lede_str s = lede__get_bytes(w, sizeof v);
    if (s.ptr)
        memcpy(&v, s.ptr, sizeof v);
    return v;
}
static inline lede_str lede__get_str(lede__wire *w) { return lede__get_bytes(w, lede__get32(w)); }

#endif
