/* copy.c - files that are published as they are: those of static/, of bundles and of plugins. */
#include "base/path.h"
#include "bind/records.h"
#include "bind/spread.h"
#include "bind/tell.h"
#include "codec/hash.h"
#include "sys/sys.h"

#include <sys/stat.h>

enum { STATIC_MAX = 512 << 20 };

typedef struct copying {
    lede__publication *p;
    lede_release_writer writer;
    const char *from; /* folder */
    uint32_t count;
    lede_buf name, how, bytes;
    lede_status status;
    lede_error *err;
} copying;

static void copying_init(copying *c, lede__publication *p, lede_error *err) {
    *c = (copying){.p = p, .writer = {.standby_fd = -1, .live_fd = -1}, .err = err};
    lede_buf_init(&c->name, 1 << 16);
    lede_buf_init(&c->how, 1 << 16);
    lede_buf_init(&c->bytes, STATIC_MAX);
}

static void copying_fini(copying *c) {
    lede_release_writer_close(&c->writer);
    lede_buf_fini(&c->name);
    lede_buf_fini(&c->how);
    lede_buf_fini(&c->bytes);
}

static bool is_below(lede_str path, lede_str folder) {
    return folder.len && path.len > folder.len && path.ptr[folder.len] == '/' && memcmp(path.ptr, folder.ptr, folder.len) == 0;
}

/* By its place below the folder of the store, or of the site, wherever that is: a look has a folder of its own. */
static lede_str place_of(const lede__publication *p, const char *file) {
    const lede_str name = lede_str_of(file), var = lede__path_dir(lede_str_of(p->edition_dir)), root = lede_str_of(p->site.root);
    const lede_str folder = is_below(name, var) ? var : root;
    return is_below(name, folder) ? lede_str_sub(name, folder.len + 1) : name;
}

/* In place of how a page is made: no page, and the source as it is. */
static lede_str how_copied(copying *c, const char *file, int64_t size, int64_t mtime) {
    lede_buf_clear(&c->how);
    lede__put32(&c->how, 0);
    lede__put_str(&c->how, place_of(c->p, file));
    lede__put64(&c->how, (uint64_t)size);
    lede__put64(&c->how, (uint64_t)mtime);
    return lede_buf_str(&c->how);
}

/* What would be copied: told unless the bytes are those of the live tree. */
static lede_status look_at_bytes(copying *c, const char *file, lede_str path) {
    lede__publication *p = c->p;
    lede_release_known known;
    unsigned char sum[32];
    lede_buf_clear(&c->bytes);
    const lede_status st = lede__read_file(file, STATIC_MAX, &c->bytes, c->err);
    if (st)
        return st;
    lede__sha256(lede_buf_str(&c->bytes), sum);
    lede_release_know(p->release, path, &known);
    if (!known.in_live || memcmp(known.live, sum, sizeof sum) != 0)
        lede__tell_copied(path, place_of(p, file), known.in_live, &p->told);
    return lede_release_add(p->release, path, c->bytes.len, sum, LEDE_WRITTEN, c->err);
}

static lede_status copy_bytes(copying *c, const char *file, lede_str path, unsigned char sum[32]) {
    lede__publication *p = c->p;
    lede_release_known known;
    lede_release_action action;
    lede_buf_clear(&c->bytes);
    lede_status st = lede__read_file(file, STATIC_MAX, &c->bytes, c->err);
    if (!st && c->writer.standby_fd < 0)
        st = lede_release_writer_open(lede_release_standby(p->release), lede_release_live(p->release), &c->writer, c->err);
    if (st)
        return st;
    lede_release_know(p->release, path, &known);
    st = lede_release_write(&c->writer, path, lede_buf_str(&c->bytes), &known, sum, &action, c->err);
    return st ? st : lede_release_add(p->release, path, c->bytes.len, sum, action, c->err);
}

/* A page that holds has the path: in a whole publication the release would say so. */
static lede_status check_free(copying *c, lede_str path, const char *source) {
    lede_str how;
    if (!lede_release_is_delta(c->p->release) || lede__records_is_removed(c->p->records, path) || !lede__records_how(c->p->records, path, &how) || !lede__page_of(how).len)
        return LEDE_OK;
    lede__wire w = lede__wire_of(lede__page_of(how));
    const lede_str plugin = lede__get_str(&w), name = lede__get_str(&w);
    return lede_fail(c->err, LEDE_EEXIST, "publish: '%.*s' comes from both route '%.*s' of plugin %.*s and '%s'; give one of them another address", (int)path.len, path.ptr, (int)name.len, name.ptr, (int)plugin.len, plugin.ptr, source);
}

static lede_status copy_one(copying *c, const char *file, lede_str path, int64_t size, int64_t mtime) {
    lede__publication *p = c->p;
    lede_error touched = {0};
    lede__why why;
    unsigned char made[32];
    const bool delta = lede_release_is_delta(p->release), is_taken = delta && lede__records_wanted(p->records, path);
    const lede_str how = how_copied(c, file, size, mtime);
    const unsigned char *sum = lede__records_hold(p->records, path, how, &why);
    c->count++;
    if (sum && delta && !is_taken)
        return LEDE_OK;
    lede_status st = sum ? LEDE_OK : check_free(c, path, file);
    if (!st)
        st = lede_release_claim(p->release, path, lede_str_of(file), c->err);
    if (st || (sum && lede_release_add(p->release, path, 0, sum, LEDE_LINKED, &touched) == LEDE_OK))
        return st;
    if (p->look)
        return look_at_bytes(c, file, path);
    st = copy_bytes(c, file, path, made);
    if (!st && lede__tells(p))
        lede__tell_copied(path, place_of(p, file), why.what != LEDE__WHY_NEW, &p->told);
    return st ? st : lede__records_put_file(p->records, path, how, made, c->err);
}

static bool copy_each(void *ctx, const char *path, int64_t size, int64_t mtime) {
    copying *c = ctx;
    lede_buf_clear(&c->name);
    lede__path_join(&c->name, lede_str_of(c->from), lede_str_of(path));
    c->status = copy_one(c, c->name.ptr, lede_str_of(path), size, mtime);
    return c->status == LEDE_OK;
}

lede_status lede__copy_file(lede__publication *p, const char *file, lede_str path, lede_error *err) {
    copying c;
    struct stat s;
    if (stat(file, &s) != 0)
        return lede_fail(err, LEDE_ENOTFOUND, "publish: cannot read '%s'", file);
    copying_init(&c, p, err);
    const lede_status st = copy_one(&c, file, path, s.st_size, (int64_t)s.st_mtim.tv_sec * 1000000000 + s.st_mtim.tv_nsec);
    copying_fini(&c);
    return st;
}

lede_status lede__copy_folder(lede__publication *p, const char *folder, uint32_t *count, lede_error *err) {
    copying c;
    if (!lede__is_dir(folder))
        return LEDE_OK;
    copying_init(&c, p, err);
    c.from = folder;
    lede_status st = lede__walk_with(folder, ".well-known", copy_each, &c, err);
    if (!st)
        st = c.status;
    *count = c.count;
    copying_fini(&c);
    return st;
}

static lede_status drop_file(void *ctx, lede_str path, lede_error *err) {
    lede__publication *p = ctx;
    if (!p->look && lede__tells(p))
        lede__tell_gone(p, path, &p->told);
    return lede_release_is_delta(p->release) ? lede_release_drop(p->release, path, err) : LEDE_OK;
}

lede_status lede__drop_gone_files(lede__publication *p, lede_error *err) { return lede__records_gone_files(p->records, drop_file, p, err); }
