/* sync.c - brings the store up to the files of content/: parsing in workers, one writer here.
 *
 * The way: what the store remembers of files is read, content/ is walked, and files whose size and
 * time are as remembered are left alone. The others go to workers in chunks. Answers are put
 * (sync_put.c) in order of path whatever worker gave them, so any number of workers leaves the same
 * store. A file that went and one that came with the same bytes are a rename: the article keeps its
 * id, so when anything went, every answer is waited for first. A file that went alone withdraws its
 * article, which keeps its history. All of it is one transaction, or one for each 20,000 files. */
#include "bind/sync.h"

#include "base/path.h"
#include "base/refused.h"
#include "bind/wire.h"
#include "codec/hash.h"
#include "lede/picture.h"
#include "sys/sys.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>

enum { CHUNK_FILES = 48 };

/* The rules by which files were read are a source of their own: when they change, every file is
 * read again. */
#define RULES_PATH "/rules"
#define RULES_VERSION "2"

/* Ends the run; false, as what stops a walk. */
static bool no_memory(lede__syncing *s) {
    if (!s->status)
        s->status = lede_fail(s->err, LEDE_ENOMEM, "sync: out of memory");
    return false;
}

/* ---- what the store remembers */

static bool remember(void *ctx, const lede_source *x) {
    lede__syncing *s = ctx;
    uint32_t n = lede__names_add(&s->paths, &s->arena, x->path);
    if (n == LEDE_NO_NAME)
        return no_memory(s);
    if (n >= s->known_cap) {
        uint32_t cap = s->known_cap ? s->known_cap * 2 : 256;
        lede__known *grown = realloc(s->known, cap * sizeof *grown);
        if (!grown)
            return no_memory(s);
        s->known = grown;
        s->known_cap = cap;
    }
    lede__known *k = &s->known[n];
    *k = (lede__known){.size = x->size, .mtime = x->mtime_ns, .hash = x->hash};
    memcpy(k->id, x->id, sizeof k->id);
    k->notes = x->notes.len ? lede_arena_copy(&s->arena, x->notes) : (lede_str){0};
    return k->notes.ptr || !x->notes.len ? true : no_memory(s);
}

static bool is_markdown(lede_str path) {
    lede_str ext = lede__path_ext(path);
    return lede_str_eq_nocase(ext, LEDE_STR("md")) || lede_str_eq_nocase(ext, LEDE_STR("markdown"));
}

/* Seen on the way, so that nobody walks content/ a second time for them. */
static void note_picture(lede__syncing *s, lede_str path, int64_t size, int64_t mtime) {
    if (s->pictures.len)
        lede_buf_addc(&s->pictures, ',');
    lede_buf_addc(&s->pictures, '{');
    lede__json_text(&s->pictures, "path", path);
    lede_buf_addf(&s->pictures, ",\"size\":%lld,\"mtime\":%lld}", (long long)size,
                  (long long)mtime);
}

static bool look_at(void *ctx, const char *name, int64_t size, int64_t mtime) {
    lede__syncing *s = ctx;
    lede_str path = lede_str_of(name);
    if (!is_markdown(path)) {
        s->count.other++;
        if (lede_picture_named(path))
            note_picture(s, path, size, mtime);
        return s->pictures.status ? no_memory(s) : true;
    }
    uint32_t n = lede__names_find(&s->paths, path);
    if (n != LEDE_NO_NAME) {
        lede__known *k = &s->known[n];
        k->seen = true;
        if (!s->forced && k->size == size && k->mtime == mtime) {
            s->count.unchanged++;
            return true;
        }
    }
    if (s->n_files == s->cap_files) {
        uint32_t cap = s->cap_files ? s->cap_files * 2 : 256;
        lede__synced *grown = realloc(s->files, cap * sizeof *grown);
        if (!grown)
            return no_memory(s);
        s->files = grown;
        s->cap_files = cap;
    }
    lede_str copy = lede_arena_copy(&s->arena, path);
    s->files[s->n_files++] = (lede__synced){.path = copy, .source = n};
    return copy.ptr ? true : no_memory(s);
}

/* ---- what to tell about files */

/* notes is the JSON list that the parser made, without its path. */
static void tell(lede__syncing *s, lede_str path, lede_str notes) {
    if (notes.len < 3)
        return;
    if (s->notes.len)
        lede_buf_addc(&s->notes, ',');
    lede_buf_addc(&s->notes, '{');
    lede__json_text(&s->notes, "path", path);
    lede_buf_adds(&s->notes, ",\"notes\":");
    lede_buf_add(&s->notes, notes);
    lede_buf_addc(&s->notes, '}');
}

lede_str lede__sync_note(lede__syncing *s, const char *level, const char *message) {
    lede_buf b;
    lede_buf_init(&b, 1 << 16);
    lede_buf_adds(&b, "[{\"column\":0,\"hint\":false,\"level\":\"");
    lede_buf_adds(&b, level);
    lede_buf_adds(&b, "\",\"line\":0,\"message\":\"");
    lede_escape_json(&b, lede_str_of(message));
    lede_buf_adds(&b, "\"}]");
    lede_str out = lede_arena_copy(&s->arena, lede_buf_str(&b));
    if (b.status || !out.ptr)
        (void)no_memory(s);
    lede_buf_fini(&b);
    return out;
}

lede_status lede__sync_remember(lede__syncing *s, const lede_source *x) {
    tell(s, x->path, x->notes);
    return lede_store_put_source(s->p->store, x, s->err);
}

/* ---- jobs */

static void apply_ready(lede__syncing *s) {
    while (!s->late && !s->status && s->applied < s->n_chunks && s->chunks[s->applied].done)
        s->status = lede__sync_apply(s, &s->chunks[s->applied++]);
}

static void on_answer(void *ctx, uint8_t type, lede_str frame) {
    lede__chunk *c = ctx;
    lede__put8(&c->answers, type);
    lede__put_str(&c->answers, frame);
    if (c->answers.status) { /* a lost answer would be a lost article */
        (void)no_memory(c->s);
        return;
    }
    if (c->alone && frame.len >= 4) { /* the worker counts from its job's start */
        uint32_t index = c->alone - 1;
        memcpy(c->answers.ptr + c->answers.len - frame.len, &index, sizeof index);
    }
}

static void on_end(void *ctx, lede_status status, const lede_error *err);

static lede_status submit(lede__syncing *s, lede__chunk *c, uint32_t first, uint32_t count) {
    lede_buf b;
    lede_buf_init(&b, 8 << 20);
    for (uint32_t i = first; i < first + count; i++)
        lede__put_str(&b, s->files[i].path);
    lede_job job = {.type = LEDE_W_PARSE,
                    .bytes = lede_buf_str(&b),
                    .ctx = c,
                    .answer = on_answer,
                    .end = on_end};
    lede_status st = lede_buf_status(&b, s->err);
    if (!st)
        st = lede_workers_submit(s->p->workers, &job, s->err);
    if (!st)
        s->pending++;
    lede_buf_fini(&b);
    return st;
}

/* A file that no worker survives is reported like one that cannot be read, and tried again next
 * time. */
static void answer_lost_file(lede__chunk *c, lede_status status, const lede_error *err) {
    lede_buf frame;
    lede_buf_init(&frame, 1 << 16);
    const char *message = lede_arena_printf(&c->s->arena, "reading this file failed (%s): %s",
                                            lede_status_name(status), err->message);
    lede__put32(&frame, 0);
    lede__put64(&frame, 0);
    lede__put64(&frame, (uint64_t)-1);
    lede__put64(&frame, 0);
    lede__put8(&frame, 0);
    lede__put_str(&frame,
                  lede__sync_note(c->s, "error", message ? message : "reading this file failed"));
    on_answer(c, LEDE_A_BROKEN, lede_buf_str(&frame));
    lede_buf_fini(&frame);
}

/* A worker died or hung: its files are read once more, each by itself, so the one at fault shows
 * and no other is lost. */
static bool go_on_alone(lede__chunk *c, lede_status status, const lede_error *err) {
    if (!c->alone && !status)
        return false;
    if (!c->alone)
        lede_buf_clear(&c->answers);
    else if (status)
        answer_lost_file(c, status, err);
    if (c->alone == c->count)
        return false;
    c->alone++;
    lede_status st = submit(c->s, c, c->first + c->alone - 1, 1);
    if (st)
        c->s->status = st;
    return st == LEDE_OK;
}

static void on_end(void *ctx, lede_status status, const lede_error *err) {
    lede__chunk *c = ctx;
    lede__syncing *s = c->s;
    s->pending--;
    if (status == LEDE_ECANCELED)
        return;
    if (go_on_alone(c, status, err))
        return;
    c->done = true;
    apply_ready(s);
    s->all_done = s->pending == 0 || s->status;
    lede__progress(s->p, "reading", c->first + c->count, s->n_files);
}

static lede_status run_chunks(lede__syncing *s, uint32_t files_a_chunk) {
    s->n_chunks = (s->n_files + files_a_chunk - 1) / files_a_chunk;
    s->chunks = calloc(s->n_chunks ? s->n_chunks : 1, sizeof *s->chunks);
    if (!s->chunks)
        return lede_fail(s->err, LEDE_ENOMEM, "sync: out of memory");
    lede_status st = lede__publication_workers(s->p, s->err);
    for (uint32_t i = 0; i < s->n_chunks; i++) {
        uint32_t first = i * files_a_chunk;
        uint32_t count = s->n_files - first < files_a_chunk ? s->n_files - first : files_a_chunk;
        s->chunks[i] = (lede__chunk){.s = s, .first = first, .count = count};
        lede_buf_init(&s->chunks[i].answers, LEDE_BUF_MAX);
    }
    for (uint32_t i = 0; !st && i < s->n_chunks; i++)
        st = submit(s, &s->chunks[i], s->chunks[i].first, s->chunks[i].count);
    if (!st)
        st = lede_loop_run(s->p->loop, &s->all_done, s->err);
    return st ? st : s->status;
}

/* ---- all of it */

static uint64_t rules_hash(const lede__site *site) {
    const lede_article_rules *r = &site->rules;
    lede_buf b;
    lede_buf_init(&b, 1 << 16);
    lede_buf_addf(&b, "%s|%s|%d|%s|", RULES_VERSION, LEDE_VERSION, r->ugly_urls, site->zone_name);
    lede_buf_add(&b, r->lang);
    lede_buf_addc(&b, '|');
    lede_buf_add(&b, r->permalink);
    uint64_t h = lede__xxh64(lede_buf_str(&b), 0);
    lede_buf_fini(&b);
    return h;
}

static lede_status remember_rules(lede__syncing *s) {
    lede_source x = {.path = LEDE_STR(RULES_PATH), .hash = s->rules};
    return lede_store_put_source(s->p->store, &x, s->err);
}

/* Files that were left alone still have what was said of them. */
static void repeat_notes(lede__syncing *s) {
    lede__names changed;
    lede__names_init(&changed);
    for (uint32_t i = 0; i < s->n_files; i++)
        lede__names_add(&changed, NULL, s->files[i].path);
    for (uint32_t i = 0; i < s->paths.count; i++)
        if (s->known[i].seen && s->known[i].notes.len &&
            lede__names_find(&changed, s->paths.items[i]) == LEDE_NO_NAME)
            tell(s, s->paths.items[i], s->known[i].notes);
    lede__names_fini(&changed);
}

/* Whether one of the named files is no article's, or an article that is there, or was never known: no walk tells more. A
 * picture is looked for by a walk, and so is all of a folder that went, whose name ends with '/'. */
static bool look_at_named(lede__syncing *s, lede_str path, lede_status *st) {
    struct stat found;
    if (!lede__path_safe(path))
        return false;
    if (!is_markdown(path))
        return !lede_picture_named(path);
    lede_buf_clear(&s->scratch);
    lede__path_join(&s->scratch, lede_str_of(s->p->site.content), path);
    *st = lede_store_visit_source(s->p->store, path, remember, s, s->err);
    if (*st)
        return false;
    if (lstat(s->scratch.ptr, &found) != 0)
        return errno == ENOENT && lede__names_find(&s->paths, path) == LEDE_NO_NAME;
    const int64_t mtime = (int64_t)found.st_mtim.tv_sec * 1000000000 + found.st_mtim.tv_nsec;
    return S_ISREG(found.st_mode) && look_at(s, path.ptr, (int64_t)found.st_size, mtime);
}

/* Looks at the named files only. False when that is not enough: something went, the rules changed,
 * or it is no article. */
static bool compare_named(lede__syncing *s, lede_status *st) {
    *st = lede_store_visit_source(s->p->store, LEDE_STR(RULES_PATH), remember, s, s->err);
    const uint32_t at = lede__names_find(&s->paths, LEDE_STR(RULES_PATH));
    if (*st || at == LEDE_NO_NAME || s->known[at].hash != s->rules)
        return false;
    for (size_t i = 0; i < s->p->n_only; i++)
        if (!look_at_named(s, s->p->only[i], st))
            return false;
    return true;
}

static void forget_comparison(lede__syncing *s) {
    lede__names_fini(&s->paths);
    s->n_files = 0;
    s->count.unchanged = 0;
}

/* What the store remembers, then what content/ has: which files are to be read, which went. */
static lede_status compare(lede__syncing *s) {
    lede_store_head head;
    lede_status st = lede_store_get_head(s->p->store, &head, s->err);
    if (st)
        return st;
    s->store_was_empty = head.articles == 0;
    s->rules = rules_hash(&s->p->site);
    if (s->p->only && !s->store_was_empty) {
        if (compare_named(s, &st) || st)
            return st;
        forget_comparison(s);
    }
    s->whole = true;
    st = lede_store_walk_sources(s->p->store, remember, s, s->err);
    if (!st)
        st = s->status;
    if (st)
        return st;
    uint32_t at = lede__names_find(&s->paths, LEDE_STR(RULES_PATH));
    s->forced = at == LEDE_NO_NAME || s->known[at].hash != s->rules;
    st = lede__walk(s->p->site.content, look_at, s, s->err);
    if (!st)
        st = s->status;
    if (st)
        return st;
    s->gone = calloc(s->paths.count + 1, sizeof *s->gone);
    if (!s->gone)
        return lede_fail(s->err, LEDE_ENOMEM, "sync: out of memory");
    for (uint32_t i = 0; i < s->paths.count; i++)
        if (!s->known[i].seen && i != at)
            s->gone[s->n_gone++] = i;
    s->late = s->n_gone > 0;
    return LEDE_OK;
}

/* After begin: everything that changes the store. */
static lede_status change(lede__syncing *s) {
    lede_status st = LEDE_OK;
    if (s->n_files)
        st = run_chunks(s, s->n_files < CHUNK_FILES * 4 ? 8 : CHUNK_FILES);
    if (!st && s->late) {
        st = lede__sync_withdraw(s);
        if (!st)
            st = lede__sync_drop_terms(s);
        for (uint32_t i = 0; !st && i < s->n_chunks; i++)
            st = lede__sync_apply(s, &s->chunks[i]);
    }
    if (!st)
        st = lede__sync_own_sections(s);
    if (!st && s->forced)
        st = remember_rules(s);
    if (!st && !s->status && lede__memory_refusals() != s->refusals)
        (void)no_memory(s); /* somewhere below: the store stays as it was */
    return st ? st : s->status;
}

static lede_status run(lede__syncing *s) {
    lede_status st = compare(s);
    if (st)
        return st;
    st = lede_store_begin(s->p->store, s->err);
    if (!st)
        st = change(s);
    if (!st)
        st = lede_store_commit(s->p->store, s->err);
    else
        lede_store_rollback(s->p->store);
    if (!st)
        repeat_notes(s);
    return st;
}

static lede_status report_on(const lede__syncing *s, lede_buf *out) {
    lede_status st = lede_buf_status(&s->notes, s->err);
    if (!st)
        st = lede_buf_status(&s->pictures, s->err);
    if (st)
        return st;
    lede_buf_addf(out, "{\"complete\":%s,\"added\":%u,\"broken\":%u,\"changed\":%u,\"other\":%u,",
                  s->whole ? "true" : "false", s->count.added, s->count.broken, s->count.changed,
                  s->count.other);
    lede_buf_addf(out, "\"renamed\":%u,\"unchanged\":%u,\"withdrawn\":%u,\"files\":[",
                  s->count.renamed, s->count.unchanged, s->count.withdrawn);
    lede_buf_add(out, lede_buf_str(&s->notes));
    lede_buf_adds(out, "],\"pictures\":[");
    lede_buf_add(out, lede_buf_str(&s->pictures));
    lede_buf_adds(out, "]}");
    return lede_buf_status(out, s->err);
}

static void fini(lede__syncing *s) {
    for (uint32_t i = 0; i < s->n_chunks && s->chunks; i++)
        lede_buf_fini(&s->chunks[i].answers);
    free(s->chunks);
    free(s->files);
    free(s->known);
    free(s->gone);
    lede__names_fini(&s->paths);
    lede__names_fini(&s->ids);
    lede_buf_fini(&s->scratch);
    lede_buf_fini(&s->notes);
    lede_buf_fini(&s->pictures);
    lede_arena_fini(&s->arena);
}

lede_status lede__sync(lede__publication *p, lede_buf *report, lede_error *err) {
    lede__syncing s = {.p = p, .err = err, .refusals = lede__memory_refusals()};
    lede_arena_init(&s.arena, LEDE_BUF_MAX);
    lede__names_init(&s.paths);
    lede__names_init(&s.ids);
    lede_buf_init(&s.scratch, 8 << 20);
    lede_buf_init(&s.notes, (size_t)256 << 20);
    lede_buf_init(&s.pictures, (size_t)256 << 20);
    lede_status st = run(&s);
    if (st)
        lede__publication_stop(p);
    lede__progress(p, NULL, 0, 0);
    if (!st)
        st = report_on(&s, report);
    fini(&s);
    return st;
}
