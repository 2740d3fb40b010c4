/* why.c - what a page of the live site read when it was made, for lede why. Reads records and
 * edition, and changes neither. */
#include "bind/bind.h"
#include "bind/records_inside.h"
#include "bind/publication_lua.h"
#include "bind/tell.h"

#include <lauxlib.h>

typedef struct looking {
    lede_edition *edition; /* NULL: articles are called by their ids */
    lede_buf *out;
} looking;

static bool tell_read(void *ctx, const lede_records_read *q) {
    looking *l = ctx;
    if (q->kind < LEDE_READ_KINDS)
        lede__tell_read(l->edition, NULL, q->kind, q->key, q->mask, l->out);
    return true;
}

/* A site is live in its folder, or where that is a mount point in the folder "current" of it. */
static lede_status stamp_of(const char *dest, uint64_t *stamp, lede_error *err) {
    lede_buf current;
    lede_buf_init(&current, 1 << 16);
    lede_buf_addf(&current, "%s/current", dest);
    lede_status st = lede_buf_status(&current, err);
    if (!st && lede_records_stamp(dest, stamp, err))
        st = lede_records_stamp(current.ptr, stamp, err);
    lede_buf_fini(&current);
    return st == LEDE_ENOTFOUND ? lede_fail(err, st, "nothing of lede's is published at '%s'", dest)
                                : st;
}

/* stages.stamp(dest) -> the stamp of the site that is live there */
int lede__publish_stamp(lua_State *L) {
    const char *dest = luaL_checkstring(L, 1);
    uint64_t stamp = 0;
    lede_error err = {0};
    if (stamp_of(dest, &stamp, &err))
        return lede_vm_refuse(L, &err);
    lua_pushinteger(L, (lua_Integer)stamp);
    return 1;
}

static lede_status tell_record(lede_records *kept, lede_str path, looking *l, lede_error *err) {
    lede_records_view v;
    lede_status st = lede_records_page(kept, path, &v, err);
    if (st)
        return st == LEDE_ENOTFOUND ? lede_fail(err, st, "the live site has no page or file '%.*s'",
                                                (int)path.len, path.ptr)
                                    : st;
    lede__wire w = lede__wire_of(v.made);
    const lede_str how = lede__get_str(&w);
    lede_buf_addc(l->out, '{');
    lede__json_text(l->out, "path", path);
    if (lede__page_of(how).len) {
        lede_buf_adds(l->out, ",\"of\":");
        lede__tell_made(l->edition, how, l->out);
    } else {
        lede__tell_source(how, l->out);
    }
    lede_buf_adds(l->out, ",\"reads\":[");
    st = lede_records_reads(kept, &v, tell_read, l, err);
    lede_buf_adds(l->out, "]}");
    return st ? st : lede_buf_status(l->out, err);
}

/* stages.reads(dest, var, url) -> { path, of or file, reads }: what a file of the live site was
 * made of, as of its records */
int lede__publish_reads(lua_State *L) {
    const char *dest = luaL_checkstring(L, 1), *var = luaL_checkstring(L, 2);
    size_t len;
    const char *url = luaL_checklstring(L, 3, &len);
    lede_buf *path = lede_vm_scratch(L, 1 << 16);
    const char *records = lua_pushfstring(L, "%s/records", var),
               *edition = lua_pushfstring(L, "%s/edition", var);

    uint64_t stamp = 0;
    lede_records *kept = NULL;
    lede_error err = {0};
    lede_buf report;
    lede_buf_init(&report, LEDE_BUF_MAX);
    looking l = {.out = &report};
    lede_status st = lede_url_file((lede_str){url, len}, path, &err);
    if (!st)
        st = stamp_of(dest, &stamp, &err);
    if (!st && lede_records_open(records, stamp, &kept, &err))
        st = lede_fail(&err, LEDE_ENOTFOUND, "there are no records of what is live: publish once");
    if (!st && lede_edition_open(edition, &l.edition, NULL))
        l.edition = NULL;
    if (!st)
        st = tell_record(kept, lede_buf_str(path), &l, &err);
    lede_edition_close(l.edition);
    lede_records_close(kept);
    return lede__give_report(L, st, &report, &err);
}
