/* page_files.c - which files the templates of pages are made of. Module "lede.page_files", in page VMs.
 *
 * A template is read once and used by many pages of many routes. What was looked at to find it (the file that answers, and
 * those that would have come before it) is a list with a number; whoever uses the template notes the number among the
 * page's reads, so a text that is printed again takes it along. The worker tells the desk of each list once a route. */
#include "base/refused.h"
#include "bind/bind.h"
#include "bind/host.h"
#include "bind/wire.h"

#include <lauxlib.h>
#include <stdlib.h>

void lede__page_files_init(lede__page_files *f) {
    *f = (lede__page_files){.watching = -1};
    lede_buf_init(&f->bytes, (size_t)16 << 20);
}

void lede__page_files_fini(lede__page_files *f) {
    free(f->ends);
    lede_buf_fini(&f->bytes);
    lede__page_files_init(f);
}

bool lede__page_files_saw(lede__page_files *f, const char *path, lede_str bytes) {
    if (f->watching < 0)
        return false;
    lede__put_str(&f->bytes, lede_str_of(path));
    lede__put64(&f->bytes, lede__file_print(bytes));
    return true;
}

lede_str lede__page_files_list(const lede__page_files *f, uint32_t n) {
    const size_t from = n && n < f->count ? f->ends[n - 1] : 0;
    return n < f->count ? lede_str_n(f->bytes.ptr + from, f->ends[n] - from) : (lede_str){0};
}

bool lede__page_files_number(lede_str key, uint32_t *list) {
    if (key.len != 1 + sizeof *list || key.ptr[0] != LEDE__FILES_MARK)
        return false;
    memcpy(list, key.ptr + 1, sizeof *list);
    return true;
}

/* watch(): files that are read from now on are those of one template */
static int l_page_files_watch(lua_State *L) {
    lede__page_files *f = &lede__host_of(L)->files;
    if (f->count == f->cap) {
        const uint32_t cap = f->cap ? f->cap * 2 : 64;
        size_t *more = realloc(f->ends, cap * sizeof *more);
        if (!more) {
            lede__note_no_memory();
            return luaL_error(L, "out of memory");
        }
        f->ends = more;
        f->cap = cap;
    }
    f->watching = (int)f->count;
    return 0;
}

/* watched() -> the number of the list */
static int l_page_files_watched(lua_State *L) {
    lede__page_files *f = &lede__host_of(L)->files;
    f->watching = -1;
    f->ends[f->count] = f->bytes.len;
    lua_pushinteger(L, f->count++);
    return 1;
}

/* used(number): what is printed now relies on those files */
static int l_page_files_used(lua_State *L) {
    const uint32_t list = (uint32_t)luaL_checkinteger(L, 1);
    char key[1 + sizeof list] = {LEDE__FILES_MARK};
    memcpy(key + 1, &list, sizeof list);
    lede_reads_note(lede__host_of(L)->reads, LEDE_READ_FILE, lede_str_n(key, sizeof key), 0);
    return 0;
}

int luaopen_lede_page_files(lua_State *L) {
    static const luaL_Reg functions[] = {{"watch", l_page_files_watch}, {"watched", l_page_files_watched}, {"used", l_page_files_used}, {NULL, NULL}};
    luaL_newlib(L, functions);
    return 1;
}
