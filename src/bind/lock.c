/* lock.c - lede.fs.lock: a file that one process holds at a time. */
#include "bind/file.h"
#include "script/vm.h"
#include "sys/sys.h"

#include <lauxlib.h>
#include <unistd.h>

#define CLASS "lede.Lock"

/* lock:close(); may be repeated */
static int l_lock_close(lua_State *L) {
    int *fd = luaL_checkudata(L, 1, CLASS);
    if (*fd >= 0)
        close(*fd);
    *fd = -1;
    return 0;
}

/* lede.fs.lock(path) -> lock, or nil and "busy" */
int lede__lock_take(lua_State *L) {
    const char *path = luaL_checkstring(L, 1);
    int *fd = lua_newuserdatauv(L, sizeof *fd, 0);
    *fd = -1;
    luaL_setmetatable(L, CLASS);

    lede_error err = {0};
    if (lede__lock(path, 0, fd, &err))
        return lede_vm_refuse(L, &err);
    return 1;
}

static const luaL_Reg methods[] = {{"close", l_lock_close}, {NULL, NULL}};
static const luaL_Reg metamethods[] = {
    {"__gc", l_lock_close}, {"__close", l_lock_close}, {NULL, NULL}};

void lede__lock_class(lua_State *L) {
    lede_vm_class(L, CLASS, metamethods, methods);
}
